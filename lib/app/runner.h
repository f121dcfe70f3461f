/* The one runner: guards, command row, body, commit, retry. Every service hands its body to it. */
#ifndef REFD_APP_RUNNER_H
#define REFD_APP_RUNNER_H

#include "app/asking.h"
#include "app/request.h"

/* Does the work of a command on a unit. Everything that can refuse comes before the first change.
 */
typedef enum refd_status refd__body(struct refd_unit *unit, const void *arg,
				    struct refd_result *ret, struct refd_error *err);

/* Asks for what the body will look at, as far as it is known before: it comes in one trip with the
 * guards and the command row. What is left out here the body reads when it needs it. */
typedef void refd__outlook(struct refd__asking *asking, const void *arg);

#define REFD__TASK_GUARDS 7

struct refd__task {
	const char *name; /* "fixture.reschedule" */
	refd__body *body;
	refd__outlook *outlook; /* NULL: nothing */
	const void *arg;
	struct refd__request request; /* init'ed with the name; the service adds the input */
	struct refd_guard guards[REFD__TASK_GUARDS];
	size_t n_guards;
	bool reads_nothing; /* a pure write: the command row is looked for only when it turns out to
			       exist */
	bool versionless;   /* names no one object whose version a caller could expect */
};

void refd__task_init(struct refd__task *task, const char *name, refd__body *body, const void *arg);
void refd__task_guard(struct refd__task *task, enum refd_guard_class guard_class,
		      struct refd_uuid key, uint32_t derive);

/* @p ret may be NULL. Statuses as app.h says. */
enum refd_status refd__run(const struct refd_app *app, const struct refd_command *meta,
			   struct refd__task *task, struct refd_result *ret,
			   struct refd_error *err);

void refd__result_add(struct refd_result *result, enum refd_noun noun, struct refd_uuid id,
		      int64_t version);
/* expected_version of the command at hand, 0 if any will do. */
int64_t refd__expected(const struct refd_command *meta);

#endif
