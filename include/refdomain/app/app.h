/**
 * @file app.h The application layer: ports, checked once, and what every command shares.
 *
 * An app is immutable after refd_app_create() and may be used by any number of threads if its ports
 * may. Every command either runs by itself (guards, body, commit, retry) or inside a unit the
 * caller opened (meta->unit), where it commits with the unit and is never retried.
 *
 * Statuses every command can answer beside its own: INVALID (COMMAND_REUSED; malformed members of
 * struct refd_command, fields "command.actor", "command.expected_version", ...), CONFLICT
 * (expected_version is stale, or retries ran out), UNAVAILABLE, UNKNOWN (err->command is the id to
 * ask again with), CORRUPT, DENIED, NO_MEMORY, BACKEND, MISUSE. On any failure but UNKNOWN nothing
 * has changed.
 * @since 0.1
 */
#ifndef REFDOMAIN_APP_APP_H
#define REFDOMAIN_APP_APP_H

#include <refdomain/ports/ports.h>

REFD_BEGIN_DECLS

struct refd_app;
struct refd_unit;

/** Check @p ports and copy it. @return OK; MISUSE (see refd_ports_check()); NO_MEMORY. Any
 * thread. */
REFD_NODISCARD REFD_API enum refd_status refd_app_create(const struct refd_ports *ports,
							 struct refd_app **ret,
							 struct refd_error *err);
/** Takes NULL. Units must have ended. */
REFD_API void refd_app_destroy(struct refd_app *app);

/** About the call rather than its subject. NULL stands for all-zero. Everything is borrowed for the
 * call. */
struct refd_command {
	size_t struct_size;
	struct refd_command_id id; /**< unset: one is drawn. The same id again gives the first
				      answer and changes nothing */
	struct refd_str
		actor; /**< who asks, for events and the command log; at most 120 code points */
	int64_t expected_version;     /**< of the first object the command names (of a fixture and a
					 referee: the fixture); 0: any. A stale one is CONFLICT. INVALID
					 with a command that names no one object: one that makes a new
					 one, a lock or announcement for a range, a commit, a unit */
	struct refd_uuid correlation; /**< carried into events */
	struct refd_uuid causation;
	struct refd_str traceparent; /**< W3C, at most 55 bytes */
	int64_t timeout;	     /**< microseconds; 0: ports.retry.timeout */
	struct refd_unit *unit;	     /**< run inside this unit; id, actor and the rest are then the
					unit's, only      expected_version is the command's own */
};

struct refd_result_item {
	struct refd_ref object;
	int64_t version;
};

/** What a command changed: the objects it named or made first. */
struct refd_result {
	struct refd_command_id command;
	bool repeated;	  /**< this id was accepted before; the items are those of then */
	int64_t affected; /**< objects changed, for commands over many */
	size_t count;
	struct refd_result_item items[REFD_RESULT_MAX];
};

/** Row of a batch command: which input row, its status, and for a failed one the reason (borrowed
 * for the call). @return OK to go on; anything else ends the batch with it. */
typedef enum refd_status refd_batch_sink(void *self, size_t row, enum refd_status status,
					 const struct refd_result *result,
					 const struct refd_error *err);

REFD_END_DECLS

#endif
