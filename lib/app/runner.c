#include "app/runner.h"

#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "domain/violations.h"

/* What one command carries through its tries. */
struct run {
	const struct refd_app *app;
	const struct refd_command *meta;
	struct refd__task *task;
	uint8_t request[32];
	struct refd_command_id id;
	int64_t deadline;
	bool look_up;  /* the command row may exist */
	bool stale;    /* the body met another version than the caller expects */
	int backstops; /* tries ended by a unique or foreign key */
};

void refd__task_init(struct refd__task *task, const char *name, refd__body *body, const void *arg)
{
	memset(task, 0, sizeof(*task));
	task->name = name;
	task->body = body;
	task->arg = arg;
	refd__request_init(&task->request, name);
}

void refd__task_guard(struct refd__task *task, enum refd_guard_class guard_class,
		      struct refd_uuid key, uint32_t derive)
{
	task->guards[task->n_guards++] =
		(struct refd_guard){ .guard_class = guard_class, .key = key, .derive = derive };
}

void refd__result_add(struct refd_result *result, enum refd_noun noun, struct refd_uuid id,
		      int64_t version)
{
	if (result->count == REFD_RESULT_MAX)
		return;
	result->items[result->count++] = (struct refd_result_item){ { noun, id }, version };
}

int64_t refd__expected(const struct refd_command *meta)
{
	return meta != NULL ? meta->expected_version : 0;
}

#define TRACEPARENT_BYTES 55

/* A version nobody will look at is answered, not passed over. */
static enum refd_status check_expected(int64_t expected, bool versionless, struct refd_error *err)
{
	const char *why = expected < 0
				  ? "a version is never negative"
				  : "the command names no one object that could be at a version";

	if (expected == 0 || (expected > 0 && !versionless))
		return REFD_OK;
	return refd__invalid(err, "command.expected_version", REFD_RULE_OUT_OF_RANGE, expected, 0,
			     "%s", why);
}

static enum refd_status check_meta(const struct refd_command *meta, bool versionless,
				   struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	struct refd_line line;

	if (meta == NULL)
		return REFD_OK;
	if (meta->struct_size < sizeof(*meta))
		return refd_error_set(err, REFD_MISUSE, "refd_command.struct_size is not set");
	st = check_expected(meta->expected_version, versionless, err);
	if (refd_line_parse(meta->actor, "command.actor", &line, err) != REFD_OK)
		st = REFD_INVALID;
	if (meta->traceparent.len > TRACEPARENT_BYTES)
		st = refd__invalid(err, "command.traceparent", REFD_RULE_TEXT_TOO_LONG,
				   (int64_t)meta->traceparent.len, TRACEPARENT_BYTES, NULL);
	else if (refd_line_parse(meta->traceparent, "command.traceparent", &line, err) != REFD_OK)
		st = REFD_INVALID;
	return st;
}

static void stored_result(const struct refd_command_state *row, struct refd_result *ret)
{
	const enum refd_noun nouns[] = { row->noun1, row->noun2, row->noun3, row->noun4 };
	const struct refd_uuid ids[] = { row->id1, row->id2, row->id3, row->id4 };
	const int64_t versions[] = { row->version1, row->version2, row->version3, row->version4 };
	size_t i;

	memset(ret, 0, sizeof(*ret));
	ret->command = row->id;
	ret->affected = row->affected;
	for (i = 0; i < REFD_RESULT_MAX; i++) {
		if (nouns[i] != (enum refd_noun)0)
			refd__result_add(ret, nouns[i], ids[i], versions[i]);
	}
}

/* false: every row is read where it is needed, so that a test can make each read fail */
#ifndef REFD_LOOK_AHEAD
#define REFD_LOOK_AHEAD true
#endif

/* All that is known to be needed, in one trip. */
static enum refd_status look_ahead(struct refd_unit *unit, const struct refd__task *task,
				   bool command, struct refd_error *err)
{
	struct refd__asking asking;

	refd__ask(&asking, unit);
	if (command)
		refd__ask_command(&asking);
	if (REFD_LOOK_AHEAD && task != NULL && task->outlook != NULL)
		task->outlook(&asking, task->arg);
	return refd__answer(&asking, err);
}

static enum refd_status reused(const struct run *run, struct refd_error *err)
{
	struct refd_violation violation = { .rule = REFD_RULE_COMMAND_REUSED,
					    .counterpart = { REFD_NOUN_COMMAND, run->id.uuid },
					    .field = "command.id" };

	refd_error_add(err, &violation);
	return refd_error_object(err, REFD_INVALID, REFD_NOUN_COMMAND, run->id.uuid,
				 "the command id belongs to another request");
}

/* Whether the command was accepted before: then @p ret holds the stored result. */
static enum refd_status recall(const struct run *run, const struct refd_unit *unit, bool *ret_found,
			       struct refd_result *ret, struct refd_error *err)
{
	*ret_found = false;
	if (refd_uuid_is_unset(unit->found.id.uuid))
		return REFD_OK;
	if (strcmp(unit->found_name, run->task->name) != 0 ||
	    memcmp(unit->found.request, run->request, sizeof(run->request)) != 0)
		return reused(run, err);
	stored_result(&unit->found, ret);
	*ret_found = true;
	return REFD_OK;
}

/* One try from begin to commit. @p ret_found: the stored result was given. */
static enum refd_status attempt(struct run *run, bool *ret_found, struct refd_result *ret,
				struct refd_error *err)
{
	struct refd_unit *unit = NULL;
	enum refd_status st = refd__unit_open(run->app, REFD_TX_WRITE, run->meta, run->id,
					      run->deadline, &unit, err);

	*ret_found = false;
	if (st != REFD_OK)
		return st;
	st = refd__guard(unit, run->task->guards, run->task->n_guards, err);
	if (st == REFD_OK)
		st = look_ahead(unit, run->task, run->look_up, err);
	if (st == REFD_OK)
		st = recall(run, unit, ret_found, ret, err);
	if (st == REFD_OK && !*ret_found) {
		st = run->task->body(unit, run->task->arg, &unit->result, err);
		run->stale = st == REFD_CONFLICT && refd__expected(run->meta) != 0;
	}
	if (st != REFD_OK || *ret_found) {
		refd_unit_rollback(unit);
		return st;
	}
	unit->result.command = run->id;
	*ret = unit->result;
	unit->command_name = run->task->name;
	memcpy(unit->request, run->request, sizeof(unit->request));
	return refd__unit_close(unit, err);
}

static int64_t monotonic(const struct refd_app *app)
{
	return app->ports.clock.ops->monotonic(app->ports.clock.self);
}

static int64_t deadline_of(const struct refd_app *app, const struct refd_command *meta)
{
	int64_t timeout =
		meta != NULL && meta->timeout > 0 ? meta->timeout : app->ports.retry.timeout;
	int64_t now = monotonic(app);

	return now <= 0 || timeout < INT64_MAX - now ? now + timeout : INT64_MAX;
}

/* Between half of and the whole of base * 2^tries, at most the cap. @return false if the deadline
 * comes first */
static bool back_off(const struct run *run, int tries)
{
	const struct refd_ports *ports = &run->app->ports;
	int64_t wait = ports->retry.base;
	uint32_t noise = 0;

	while (--tries > 0 && wait < ports->retry.cap)
		wait *= 2;
	if (wait > ports->retry.cap)
		wait = ports->retry.cap;
	if (ports->random.ops != NULL &&
	    ports->random.ops->fill(ports->random.self, &noise, sizeof(noise), NULL) == REFD_OK)
		wait -= (int64_t)(noise % (uint64_t)(wait / 2 + 1));
	if (monotonic(run->app) + wait >= run->deadline)
		return false;
	if (ports->sleep.ops != NULL)
		ports->sleep.ops->sleep(ports->sleep.self, wait);
	return true;
}

/* The command may have been accepted, or be about to be: its id is guarded, so that whoever asks
 * again sees how the try before ended. */
static void look_up(struct run *run)
{
	if (run->look_up)
		return;
	run->look_up = true;
	refd__task_guard(run->task, REFD_GUARD_COMMAND, run->id.uuid, 0);
}

/* Whether another try may end differently; prepares it. */
static bool may_retry(struct run *run, enum refd_status status, const struct refd_error *err)
{
	switch (status) {
	case REFD_UNKNOWN:
		look_up(run);
		return true;
	case REFD_CONFLICT:
	case REFD_UNAVAILABLE:
		return true;
	case REFD_ALREADY_EXISTS:
		/* a command that brings its object's id meets that key before its own */
		look_up(run);
		return strcmp(err->constraint, "command.id") == 0 || run->backstops++ == 0;
	case REFD_NOT_FOUND:
		return err->constraint[0] != '\0' && run->backstops++ == 0;
	case REFD_OK:
	case REFD_INVALID:
	case REFD_REFUSED:
	case REFD_LOCKED:
	case REFD_LATE:
	case REFD_UNSUPPORTED:
	case REFD_CORRUPT:
	case REFD_DENIED:
	case REFD_NO_MEMORY:
	case REFD_BACKEND:
	case REFD_MISUSE:
		break;
	}
	return false;
}

/* The command's name is ours, so the line holds nothing personal. */
static void tell(const struct run *run, enum refd_status status)
{
	const struct refd_log *log = &run->app->ports.log;
	char line[REFD_MESSAGE_BYTES + 1];

	if (log->ops == NULL)
		return;
	snprintf(line, sizeof(line), "%s: %s, trying again", run->task->name,
		 refd_status_name(status));
	log->ops->write(log->self, REFD_LOG_INFO, line);
}

static enum refd_status try_until_settled(struct run *run, struct refd_result *ret,
					  struct refd_error *err)
{
	const int attempts = run->app->ports.retry.attempts;
	bool unknown = false; /* an earlier try may have been committed */
	enum refd_status st;
	int tries = 0;

	for (;;) {
		bool found = false;

		refd__error_reset(err);
		st = attempt(run, &found, ret, err);
		if (st == REFD_OK)
			ret->repeated = found && !unknown;
		unknown = unknown || st == REFD_UNKNOWN;
		if (st == REFD_OK || run->stale || !may_retry(run, st, err) ||
		    ++tries >= attempts || !back_off(run, tries))
			break;
		tell(run, st);
	}
	if (unknown && refd__status_is_technical(st)) {
		st = refd_error_set(err, REFD_UNKNOWN,
				    "the answer to the commit was lost and could not be asked for");
		err->command = run->id;
	}
	return st;
}

static enum refd_status run_alone(struct run *run, struct refd_result *ret, struct refd_error *err)
{
	const struct refd_app *app = run->app;
	const struct refd_command *meta = run->meta;
	enum refd_status st = REFD_OK;

	run->deadline = deadline_of(app, meta);
	if (meta != NULL && !refd_uuid_is_unset(meta->id.uuid)) {
		run->id = meta->id;
		if (!run->task->reads_nothing)
			look_up(run);
	} else {
		st = app->ports.ids.ops->draw(app->ports.ids.self,
					      app->ports.clock.ops->now(app->ports.clock.self),
					      &run->id.uuid, err);
	}
	return st == REFD_OK ? try_until_settled(run, ret, err) : st;
}

/* Own code may call verbs in a unit, but what other rows must follow is only whole in a command. */
static enum refd_status require_followed(struct refd_unit *unit, struct refd_error *err)
{
	if (unit->tracker.followed == unit->followed)
		return REFD_OK;
	unit->poisoned = true;
	return refd_error_set(
		err, REFD_MISUSE,
		"a fixture was re-dated, moved, cancelled or staffed in the unit by its "
		"own verb and not by a command");
}

static enum refd_status run_in_unit(struct refd__task *task, struct refd_unit *unit,
				    struct refd_result *ret, struct refd_error *err)
{
	enum refd_status st;

	if (unit->poisoned)
		return refd_error_set(err, REFD_MISUSE,
				      "the unit failed before and can only be rolled back");
	st = require_followed(unit, err);
	if (st == REFD_OK)
		st = refd__guard(unit, task->guards, task->n_guards, err);
	if (st == REFD_OK)
		st = look_ahead(unit, task, false, err);
	if (st == REFD_OK)
		st = refd__unit_fail(unit, task->body(unit, task->arg, ret, err));
	if (st == REFD_OK)
		ret->command = unit->command;
	unit->followed = unit->tracker.followed;
	return st;
}

enum refd_status refd__run(const struct refd_app *app, const struct refd_command *meta,
			   struct refd__task *task, struct refd_result *ret, struct refd_error *err)
{
	struct run run = { .app = app, .meta = meta, .task = task };
	struct refd_error local = REFD_ERROR_INIT;
	struct refd_result result;
	enum refd_status st;

	if (err == NULL)
		err = &local; /* the runner decides by what went wrong */
	memset(&result, 0, sizeof(result));
	st = check_meta(meta, task->versionless, err);
	if (st != REFD_OK)
		return st;
	refd__request_done(&task->request, run.request);
	if (meta != NULL && meta->unit != NULL)
		st = run_in_unit(task, meta->unit, &result, err);
	else
		st = run_alone(&run, &result, err);
	if (st == REFD_OK && ret != NULL)
		*ret = result;
	return st;
}

/* ---- units a caller opens ---- */

enum refd_status refd_unit_begin(const struct refd_app *app, const struct refd_command *meta,
				 struct refd_unit **ret, struct refd_error *err)
{
	bool given = meta != NULL && !refd_uuid_is_unset(meta->id.uuid);
	struct refd_command_id id = given ? meta->id : (struct refd_command_id){ { { 0 } } };
	const struct refd_guard asked = { .guard_class = REFD_GUARD_COMMAND, .key = id.uuid };
	struct refd_unit *unit = NULL;
	enum refd_status st = check_meta(meta, true, err);

	if (st == REFD_OK && meta != NULL && meta->unit != NULL)
		st = refd_error_set(err, REFD_MISUSE, "units do not nest");
	if (st == REFD_OK && !given)
		st = app->ports.ids.ops->draw(app->ports.ids.self,
					      app->ports.clock.ops->now(app->ports.clock.self),
					      &id.uuid, err);
	if (st == REFD_OK)
		st = refd__unit_open(app, REFD_TX_WRITE, meta, id, deadline_of(app, meta), &unit,
				     err);
	if (st != REFD_OK)
		return st;
	if (given)
		st = refd__guard(unit, &asked, 1, err);
	if (st == REFD_OK && given)
		st = look_ahead(unit, NULL, true, err);
	if (st == REFD_OK && !refd_uuid_is_unset(unit->found.id.uuid))
		st = refd_error_object(err, REFD_ALREADY_EXISTS, REFD_NOUN_COMMAND, id.uuid,
				       "that command id was accepted before");
	if (st != REFD_OK) {
		refd_unit_rollback(unit);
		return st;
	}
	*ret = unit;
	return REFD_OK;
}

enum refd_status refd_unit_commit(struct refd_unit *unit, struct refd_error *err)
{
	struct refd__request request;
	enum refd_status st = require_followed(unit, err);

	if (st != REFD_OK) {
		refd_unit_rollback(unit);
		return st;
	}
	refd__request_init(&request, "unit");
	refd__request_done(&request, unit->request);
	if (unit->tracker.count > 0 || unit->rows != NULL)
		unit->command_name = "unit";
	unit->result.affected = (int64_t)unit->tracker.count;
	return refd__unit_close(unit, err);
}
