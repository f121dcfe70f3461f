/* Notices to people: lease in one transaction, hand over outside any, record in a third. The
 * version is the fence. */
#include <refdomain/app/notifying.h>

#include <string.h>

#include "app/reading.h"
#include "app/runner.h"
#include "base/message.h"

#define BACKOFF_CAP REFD_HOUR
#define LIMIT_MAX   10000 /* notices held in memory at once */

struct dispatch {
	const struct refd_app *app;
	size_t limit;
	int64_t lease;
	int32_t max_attempts;
	int64_t backoff;
	struct refd_time now;
	struct refd_notice_state *leased; /* with the version the lease gave them */
	size_t count;
	size_t room;
	struct refd_dispatched done;
};

static int64_t monotonic(const struct refd_app *app)
{
	return app->ports.clock.ops->monotonic(app->ports.clock.self);
}

/* ---- lease ---- */

static enum refd_status collect(void *self, size_t read, enum refd_record record, const void *state)
{
	struct dispatch *dispatch = self;

	(void)read;
	(void)record;
	if (dispatch->count < dispatch->room)
		dispatch->leased[dispatch->count++] = *(const struct refd_notice_state *)state;
	return REFD_OK;
}

/* Due: ready ones whose time has come, and leases that ran out because a dispatcher died. */
static enum refd_status read_due(struct dispatch *dispatch, struct refd_unit *unit,
				 struct refd_error *err)
{
	const struct refd_store *store = &dispatch->app->ports.store;
	const struct refd_key keys[] = { { .number = REFD_NOTICE_READY },
					 { .number = REFD_NOTICE_LEASED } };
	const struct refd_range due = { { 0 }, { dispatch->now.us + 1 } };
	const struct refd_read reads[] = {
		{ .kind = REFD_READ_RANGE,
		  .record = REFD_RECORD_NOTICE,
		  .index = REFD_INDEX_STATUS,
		  .keys = &keys[1],
		  .n_keys = 1,
		  .range = due,
		  .limit = dispatch->limit },
		{ .kind = REFD_READ_RANGE,
		  .record = REFD_RECORD_NOTICE,
		  .index = REFD_INDEX_STATUS,
		  .keys = &keys[0],
		  .n_keys = 1,
		  .range = due,
		  .limit = dispatch->limit },
	};

	dispatch->count = 0;
	return store->ops->read(store->self, unit->tx, reads, 2, collect, dispatch, err);
}

static enum refd_status commit_leases(struct dispatch *dispatch, struct refd_unit *unit,
				      struct refd_error *err)
{
	struct refd_change *changes =
		refd__arena_zero(&unit->arena, dispatch->count, sizeof(*changes));
	struct refd_change_set set = { changes, dispatch->count };
	size_t i;

	if (changes == NULL) {
		refd_unit_rollback(unit);
		return refd_error_set(err, REFD_NO_MEMORY, "no memory to lease notices");
	}
	for (i = 0; i < dispatch->count; i++) {
		struct refd_notice_state *notice = &dispatch->leased[i];

		changes[i] = (struct refd_change){ .kind = REFD_CHANGE_UPDATE,
						   .record = REFD_RECORD_NOTICE,
						   .state = notice,
						   .expected_version = notice->version };
		notice->status = REFD_NOTICE_LEASED;
		notice->due.us = dispatch->now.us + dispatch->lease;
		notice->attempts++;
		notice->version++;
	}
	return refd__unit_commit_set(unit, &set, err);
}

static enum refd_status lease_once(struct dispatch *dispatch, struct refd_error *err)
{
	struct refd_unit *unit = NULL;
	enum refd_status st = refd__unit_open(
		dispatch->app, REFD_TX_WRITE, NULL, (struct refd_command_id){ { { 0 } } },
		monotonic(dispatch->app) + dispatch->app->ports.retry.timeout, &unit, err);

	if (st != REFD_OK)
		return st;
	st = read_due(dispatch, unit, err);
	if (st != REFD_OK || dispatch->count == 0) {
		refd_unit_rollback(unit);
		return st;
	}
	return commit_leases(dispatch, unit, err);
}

/* Another dispatcher took one of them first: look again. After UNKNOWN the lease may stand; it runs
 * out by itself. */
static enum refd_status lease(struct dispatch *dispatch, struct refd_error *err)
{
	enum refd_status st;
	int tries = 0;

	do {
		refd__error_reset(err);
		st = lease_once(dispatch, err);
	} while (st == REFD_CONFLICT && ++tries < dispatch->app->ports.retry.attempts);
	return st;
}

/* ---- hand over ---- */

/* The names a person reads, for all leased notices at once. */
static enum refd_status load_names(struct dispatch *dispatch, struct refd__finds *finds,
				   struct refd_error *err)
{
	struct refd_uuid *ids =
		refd__arena_zero(&finds->reading->arena, 2 * dispatch->count, sizeof(*ids));
	size_t n = dispatch->count;
	size_t i;
	enum refd_status st;

	if (ids == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory to hand notices over");
	for (i = 0; i < n; i++)
		ids[i] = dispatch->leased[i].recipient.uuid;
	st = refd__finds_load(finds, REFD_RECORD_REFEREE, ids, n, err);
	for (i = 0; i < n; i++) {
		ids[2 * i] = dispatch->leased[i].home.uuid;
		ids[2 * i + 1] = dispatch->leased[i].away.uuid;
	}
	if (st == REFD_OK)
		st = refd__finds_load(finds, REFD_RECORD_TEAM, ids, 2 * n, err);
	for (i = 0; i < n; i++) {
		bool moved = !refd_uuid_is_unset(dispatch->leased[i].previous_venue.uuid);

		ids[2 * i] = dispatch->leased[i].venue.uuid;
		ids[2 * i + 1] = moved ? dispatch->leased[i].previous_venue.uuid
				       : dispatch->leased[i].venue.uuid;
	}
	return st == REFD_OK ? refd__finds_load(finds, REFD_RECORD_VENUE, ids, 2 * n, err) : st;
}

static void write_key(const struct refd_notice_state *notice, char *key)
{
	refd_uuid_format(notice->event.uuid, key);
	key[REFD_UUID_TEXT] = '.';
	refd_uuid_format(notice->recipient.uuid, key + REFD_UUID_TEXT + 1);
}

static bool compose(const struct refd__finds *finds, const struct refd_notice_state *notice,
		    struct refd_message *ret)
{
	const struct refd_referee_state *recipient =
		refd__finds_get(finds, REFD_RECORD_REFEREE, notice->recipient.uuid);
	const struct refd_team_state *home =
		refd__finds_get(finds, REFD_RECORD_TEAM, notice->home.uuid);
	const struct refd_team_state *away =
		refd__finds_get(finds, REFD_RECORD_TEAM, notice->away.uuid);
	const struct refd_venue_state *venue =
		refd__finds_get(finds, REFD_RECORD_VENUE, notice->venue.uuid);
	const struct refd_venue_state *previous =
		refd__finds_get(finds, REFD_RECORD_VENUE, notice->previous_venue.uuid);

	if (recipient == NULL || home == NULL || away == NULL || venue == NULL)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->notice = notice;
	write_key(notice, ret->key);
	ret->recipient_name = refd_name_str(&recipient->name);
	ret->recipient_email = refd_email_str(&recipient->email);
	ret->recipient_phone = refd_phone_str(&recipient->phone);
	ret->home_name = refd_name_str(&home->name);
	ret->away_name = refd_name_str(&away->name);
	ret->venue_name = refd_name_str(&venue->name);
	ret->venue_street = refd_line_str(&venue->street);
	ret->venue_zip = refd_line_str(&venue->zip);
	ret->venue_city = refd_line_str(&venue->city);
	if (previous != NULL)
		ret->previous_venue_name = refd_name_str(&previous->name);
	return true;
}

static bool is_final(enum refd_status status)
{
	return status == REFD_INVALID || status == REFD_DENIED || status == REFD_UNSUPPORTED ||
	       status == REFD_CORRUPT;
}

static int64_t backoff_of(const struct dispatch *dispatch, int32_t attempts)
{
	int64_t wait = dispatch->backoff;

	while (--attempts > 0 && wait < BACKOFF_CAP)
		wait *= 2;
	return wait < BACKOFF_CAP ? wait : BACKOFF_CAP;
}

static void keep_reason(struct refd_notice_state *notice, enum refd_status status,
			const struct refd_error *why)
{
	struct refd_str text =
		refd_str_of(why->message[0] != '\0' ? why->message : refd_status_text(status));
	struct refd_error ignored = REFD_ERROR_INIT;

	/* cut to what a line holds; nothing at all always fits */
	while (refd_line_parse(text, "notice.last_error", &notice->last_error, &ignored) != REFD_OK)
		text.len--;
}

/* What the outcome of the hand-over makes of the notice. */
static void settle(struct dispatch *dispatch, struct refd_notice_state *notice,
		   enum refd_status status, const struct refd_error *why)
{
	const struct refd_ports *ports = &dispatch->app->ports;
	struct refd_time now = ports->clock.ops->now(ports->clock.self);

	if (status == REFD_OK) {
		notice->status = REFD_NOTICE_SENT;
		notice->due = now;
		notice->last_error.len = 0;
		notice->last_error.utf8[0] = '\0';
		return;
	}
	keep_reason(notice, status, why);
	if (is_final(status) || notice->attempts >= dispatch->max_attempts) {
		notice->status = REFD_NOTICE_DEAD;
		notice->due = now;
		return;
	}
	notice->status = REFD_NOTICE_READY;
	notice->due.us = now.us + backoff_of(dispatch, notice->attempts);
}

/* ---- record ---- */

static enum refd_status record_once(struct dispatch *dispatch,
				    const struct refd_notice_state *notice, struct refd_error *err)
{
	struct refd_notice_state state = *notice;
	struct refd_change change = { .kind = REFD_CHANGE_UPDATE,
				      .record = REFD_RECORD_NOTICE,
				      .state = &state,
				      .expected_version = notice->version };
	struct refd_change_set set = { &change, 1 };
	struct refd_unit *unit = NULL;
	enum refd_status st;

	state.version++;
	st = refd__unit_open(
		dispatch->app, REFD_TX_WRITE, NULL, (struct refd_command_id){ { { 0 } } },
		monotonic(dispatch->app) + dispatch->app->ports.retry.timeout, &unit, err);
	return st == REFD_OK ? refd__unit_commit_set(unit, &set, err) : st;
}

static void count(struct dispatch *dispatch, enum refd_notice_status status)
{
	dispatch->done.sent += status == REFD_NOTICE_SENT;
	dispatch->done.dead += status == REFD_NOTICE_DEAD;
	dispatch->done.retried += status == REFD_NOTICE_READY;
}

/* CONFLICT: the lease ran out and somebody else has the notice; what we recorded does not count. */
static enum refd_status record(struct dispatch *dispatch, const struct refd_notice_state *notice,
			       struct refd_error *err)
{
	enum refd_status st;
	int tries = 0;

	do {
		refd__error_reset(err);
		st = record_once(dispatch, notice, err);
	} while (st == REFD_UNAVAILABLE && ++tries < dispatch->app->ports.retry.attempts);
	if (st == REFD_CONFLICT) {
		dispatch->done.lost++;
		refd__error_reset(err);
		return REFD_OK;
	}
	if (st == REFD_OK)
		count(dispatch, notice->status);
	return st;
}

static enum refd_status hand_over(struct dispatch *dispatch, const struct refd__finds *finds,
				  struct refd_notice_state *notice, struct refd_error *err)
{
	const struct refd_notifier *notifier = &dispatch->app->ports.notifier;
	struct refd_error why = REFD_ERROR_INIT;
	struct refd_message message;
	enum refd_status st = REFD_CORRUPT;

	if (compose(finds, notice, &message))
		st = notifier->ops->send(notifier->self, &message, &why);
	else
		(void)refd_error_set(&why, st, "the notice lacks its recipient, teams or venue");
	settle(dispatch, notice, st, &why);
	return record(dispatch, notice, err);
}

/* Handing over takes its time: once the lease is over somebody else may be at it, and whoever
 * dispatches next takes the notice up. */
static bool still_leased(const struct dispatch *dispatch, const struct refd_notice_state *notice)
{
	const struct refd_clock *clock = &dispatch->app->ports.clock;

	return clock->ops->now(clock->self).us < notice->due.us;
}

static enum refd_status hand_over_all(struct dispatch *dispatch, struct refd_error *err)
{
	struct refd__reading reading;
	struct refd__finds finds;
	enum refd_status st = refd__reading_begin(dispatch->app, false, &reading, err);
	size_t i;

	if (st != REFD_OK)
		return st;
	refd__finds_init(&finds, &reading);
	st = load_names(dispatch, &finds, err);
	/* the names stay in the arena: the snapshot need not stay open while people are told */
	dispatch->app->ports.store.ops->rollback(dispatch->app->ports.store.self, reading.tx);
	for (i = 0; i < dispatch->count && st == REFD_OK; i++) {
		if (still_leased(dispatch, &dispatch->leased[i]))
			st = hand_over(dispatch, &finds, &dispatch->leased[i], err);
	}
	refd__arena_done(&reading.arena);
	return st;
}

static void set_options(struct dispatch *dispatch, const struct refd_dispatch *options)
{
	const struct refd_dispatch none = { 0 };
	const struct refd_dispatch *o = options != NULL ? options : &none;

	dispatch->limit = o->limit != 0 ? o->limit : 100;
	if (dispatch->limit > LIMIT_MAX)
		dispatch->limit = LIMIT_MAX;
	dispatch->lease = o->lease > 0 ? o->lease : 60 * REFD_SECOND;
	if (dispatch->lease > REFD_TIME_MAX - dispatch->now.us) /* it ends while there are years */
		dispatch->lease = REFD_TIME_MAX - dispatch->now.us;
	dispatch->max_attempts = o->max_attempts > 0 ? o->max_attempts : 10;
	dispatch->backoff = o->backoff > 0 ? o->backoff : 30 * REFD_SECOND;
}

enum refd_status refd_notifying_dispatch(const struct refd_app *app,
					 const struct refd_dispatch *options,
					 struct refd_dispatched *ret, struct refd_error *err)
{
	const struct refd_ports *ports = &app->ports;
	struct dispatch dispatch = { .app = app, .now = ports->clock.ops->now(ports->clock.self) };
	enum refd_status st;

	if (ports->notifier.ops == NULL)
		return refd_error_set(err, REFD_UNSUPPORTED, "there is no notifier port");
	set_options(&dispatch, options);
	dispatch.room = dispatch.limit;
	dispatch.leased = ports->allocator.alloc(ports->allocator.self,
						 dispatch.room * sizeof(*dispatch.leased));
	if (dispatch.leased == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory to lease notices");
	st = lease(&dispatch, err);
	if (st == REFD_OK && dispatch.count > 0)
		st = hand_over_all(&dispatch, err);
	ports->allocator.free(ports->allocator.self, dispatch.leased);
	if (ret != NULL)
		*ret = dispatch.done;
	return st;
}

/* ---- re-drive a dead letter ---- */

struct retry_command {
	struct refd_notice_id id;
	int64_t expected;
};

static enum refd_status take_notice(void *self, size_t read, enum refd_record record,
				    const void *state)
{
	struct refd_notice_state *found = self;

	(void)read;
	(void)record;
	*found = *(const struct refd_notice_state *)state;
	return REFD_OK;
}

static enum refd_status revive(struct refd_unit *unit, struct refd_notice_state *notice,
			       struct refd_error *err)
{
	int64_t stored = notice->version;

	notice->status = REFD_NOTICE_READY;
	notice->attempts = 0;
	notice->due = unit->now;
	notice->version++;
	return refd__add_row(unit, REFD_CHANGE_UPDATE, REFD_RECORD_NOTICE, notice, stored)
		       ? REFD_OK
		       : refd__no_memory(unit, err);
}

/* As this unit left it, or as it is stored. */
static enum refd_status find_notice(struct refd_unit *unit, struct refd_notice_id id,
				    struct refd_notice_state *ret, struct refd_error *err)
{
	const struct refd_store *store = &unit->app->ports.store;
	const struct refd_key key = { .a = id.uuid };
	const struct refd_read read = { .kind = REFD_READ_FIND,
					.record = REFD_RECORD_NOTICE,
					.by = REFD_BY_ID,
					.keys = &key,
					.n_keys = 1 };
	const struct refd__row_node *row;

	for (row = unit->rows; row != NULL; row = row->next) {
		const struct refd_notice_state *changed = row->change.state; /* nothing else is */

		if (refd_uuid_equal(changed->id.uuid, id.uuid)) {
			*ret = *changed;
			return REFD_OK;
		}
	}
	return refd__unit_fail(
		unit, store->ops->read(store->self, unit->tx, &read, 1, take_notice, ret, err));
}

static enum refd_status retry(struct refd_unit *unit, const void *arg, struct refd_result *ret,
			      struct refd_error *err)
{
	const struct retry_command *cmd = arg;
	struct refd_notice_state *notice = refd__arena_zero(&unit->arena, 1, sizeof(*notice));
	struct refd_violation violation = { .rule = REFD_RULE_NOT_DEAD,
					    .counterpart = { REFD_NOUN_NOTICE, cmd->id.uuid } };
	enum refd_status st;

	if (notice == NULL)
		return refd__no_memory(unit, err);
	st = find_notice(unit, cmd->id, notice, err);
	if (st == REFD_OK && refd_uuid_is_unset(notice->id.uuid))
		st = refd__not_found(err, REFD_NOUN_NOTICE, cmd->id.uuid);
	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, notice->version, REFD_NOUN_NOTICE,
				  cmd->id.uuid, err);
	if (st == REFD_OK && notice->status != REFD_NOTICE_DEAD) {
		refd_error_add(err, &violation);
		st = refd_error_object(err, REFD_REFUSED, REFD_NOUN_NOTICE, cmd->id.uuid, "%s",
				       refd_rule_text(violation.rule));
	}
	if (st == REFD_OK)
		st = revive(unit, notice, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_NOTICE, cmd->id.uuid, notice->version);
	return st;
}

enum refd_status refd_notifying_retry(const struct refd_app *app, const struct refd_command *meta,
				      struct refd_notice_id notice, struct refd_result *ret,
				      struct refd_error *err)
{
	const struct retry_command cmd = { .id = notice, .expected = refd__expected(meta) };
	struct refd__task task;

	refd__task_init(&task, "notice.retry", retry, &cmd);
	refd__request_uuid(&task.request, notice.uuid);
	return refd__run(app, meta, &task, ret, err);
}
