/* Old rows go in batches. A batch is chosen in a READ transaction, so that going past rows that
 * stay holds up nobody, and deleted in a WRITE transaction of its own. */
#include <refdomain/app/purging.h>

#include <string.h>

#include "app/reading.h"
#include "domain/checks.h"
#include "domain/violations.h"

#define BATCH 500

/* A row that may go. */
struct candidate {
	struct refd_uuid id;
	int64_t version;
	struct refd_fixture_id fixture; /* of an event; unset: it stays */
};

struct purge {
	const struct refd_app *app;
	const struct refd_purge *what;
	struct refd_error *err;
	enum refd_record record;
	struct refd_position after; /* the last row seen */
	struct refd_time from;	    /* the time of the first one */
	size_t seen;
	struct candidate *candidates; /* BATCH of them */
	size_t count;
};

static void note(struct purge *purge, struct refd_time time, struct refd_uuid id)
{
	if (purge->seen++ == 0)
		purge->from = time;
	purge->after = (struct refd_position){ .time = time, .id = id };
}

static struct candidate *add(struct purge *purge, struct refd_uuid id)
{
	purge->candidates[purge->count] = (struct candidate){ .id = id };
	return &purge->candidates[purge->count++];
}

/* ---- commands and notices: whatever is old enough ---- */

static enum refd_status take_command(void *self, size_t read, enum refd_record record,
				     const void *state)
{
	const struct refd_command_state *command = state;

	(void)read;
	(void)record;
	note(self, command->accepted_at, command->id.uuid);
	add(self, command->id.uuid);
	return REFD_OK;
}

static enum refd_status take_notice(void *self, size_t read, enum refd_record record,
				    const void *state)
{
	const struct refd_notice_state *notice = state;

	(void)read;
	(void)record;
	note(self, notice->due, notice->id.uuid);
	add(self, notice->id.uuid)->version = notice->version;
	return REFD_OK;
}

/* ---- events: what nobody needs any more ---- */

static enum refd_status take_fixture_of(void *self, const struct refd_event *event)
{
	const struct refd_layout *layout = refd_event_layout(event->type);
	struct candidate *candidate = self;

	for (size_t i = 0; layout != NULL && i < layout->count; i++)
		if (strcmp(layout->fields[i].name, "fixture_id") == 0)
			memcpy(&candidate->fixture,
			       (const char *)&event->payload + layout->fields[i].offset,
			       sizeof(candidate->fixture));
	return REFD_OK;
}

static enum refd_status take_event(void *self, size_t read, enum refd_record record,
				   const void *state)
{
	struct purge *purge = self;
	const struct refd_event_codec *codec = &purge->app->ports.codec;
	const struct refd_event_state *event = state;

	(void)read;
	(void)record;
	note(purge, event->occurred_at, event->id.uuid);
	if (!event->published && !purge->what->unpublished)
		return REFD_OK;
	return codec->ops->decode(codec->self, event->type, event->schema, event->payload,
				  take_fixture_of, add(purge, event->id.uuid), purge->err);
}

/* A notice without its event could not be sent, nor be explained. */
static enum refd_status keep_told(void *self, size_t read, enum refd_record record,
				  const void *state)
{
	struct purge *purge = self;
	const struct refd_notice_state *notice = state;

	(void)read;
	(void)record;
	/* in a dry run these are still there */
	if (notice->status == REFD_NOTICE_SENT && notice->due.us < purge->what->notices.us)
		return REFD_OK;
	for (size_t i = 0; i < purge->count; i++)
		if (refd_uuid_equal(purge->candidates[i].id, notice->event.uuid))
			purge->candidates[i].fixture = (struct refd_fixture_id){ { { 0 } } };
	return REFD_OK;
}

/* Notices are as old as their event. */
static enum refd_status look_for_notices(struct purge *purge, struct refd__reading *reading)
{
	const struct refd_read read = {
		.kind = REFD_READ_RANGE,
		.record = REFD_RECORD_NOTICE,
		.index = REFD_INDEX_ALL,
		.range = { purge->from, { purge->after.time.us + 1 } },
	};

	return refd__reading_run(reading, &read, 1, keep_told, purge, purge->err);
}

/* Leave those whose fixture was played long ago. */
static enum refd_status look_for_fixtures(struct purge *purge, struct refd__reading *reading)
{
	struct refd_uuid ids[BATCH];
	struct refd__finds finds;
	enum refd_status st;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < purge->count; i++)
		if (!refd_uuid_is_unset(purge->candidates[i].fixture.uuid))
			ids[n++] = purge->candidates[i].fixture.uuid;
	refd__finds_init(&finds, reading);
	st = refd__finds_load(&finds, REFD_RECORD_FIXTURE, ids, n, purge->err);
	for (size_t i = 0; st == REFD_OK && i < purge->count; i++) {
		const struct refd_fixture_state *fixture = refd__finds_get(
			&finds, REFD_RECORD_FIXTURE, purge->candidates[i].fixture.uuid);

		if (fixture != NULL && fixture->kickoff.us < purge->what->events.us)
			purge->candidates[kept++] = purge->candidates[i];
	}
	purge->count = kept;
	return st;
}

/* ---- batches ---- */

struct kind {
	enum refd_record record;
	enum refd_index index;
	refd_row_sink *take;
	size_t before, purged; /* members of struct refd_purge and refd_purged */
};

static enum refd_status choose(struct purge *purge, const struct kind *kind,
			       struct refd_time before)
{
	const struct refd_key sent = { .number = REFD_NOTICE_SENT };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = kind->record,
					.index = kind->index,
					.keys = &sent,
					.n_keys = kind->index == REFD_INDEX_STATUS,
					.range = { { 0 }, before },
					.after = purge->after,
					.limit = BATCH };
	struct refd__reading reading;
	enum refd_status st = refd__reading_begin(purge->app, false, &reading, purge->err);

	if (st != REFD_OK)
		return st;
	purge->seen = purge->count = 0;
	st = refd__reading_run(&reading, &read, 1, kind->take, purge, purge->err);
	if (st == REFD_OK && kind->record == REFD_RECORD_EVENT && purge->count > 0) {
		st = look_for_notices(purge, &reading);
		if (st == REFD_OK)
			st = look_for_fixtures(purge, &reading);
	}
	refd__reading_end(&reading);
	return st;
}

static enum refd_status delete_chosen(struct purge *purge)
{
	const struct refd_ports *ports = &purge->app->ports;
	const size_t size = refd_record_layout(purge->record)->state_size;
	struct refd_change changes[BATCH];
	const struct refd_change_set set = { changes, purge->count };
	struct refd_unit *unit = NULL;
	enum refd_status st = refd__unit_open(
		purge->app, REFD_TX_WRITE, NULL, (struct refd_command_id){ { { 0 } } },
		ports->clock.ops->monotonic(ports->clock.self) + ports->retry.timeout, &unit,
		purge->err);

	for (size_t i = 0; i < purge->count && st == REFD_OK; i++) {
		/* the id comes first in every record that has one */
		struct refd_uuid *state = refd__arena_zero(&unit->arena, 1, size);

		if (state == NULL) {
			st = refd__no_memory(unit, purge->err);
			refd_unit_rollback(unit);
			return st;
		}
		*state = purge->candidates[i].id;
		changes[i] =
			(struct refd_change){ .kind = REFD_CHANGE_DELETE,
					      .record = purge->record,
					      .state = state,
					      .expected_version = purge->candidates[i].version };
	}
	return st == REFD_OK ? refd__unit_commit_set(unit, &set, purge->err) : st;
}

/* Rows that somebody else purged meanwhile are not chosen the second time. */
static enum refd_status purge_batch(struct purge *purge, const struct kind *kind,
				    struct refd_time before)
{
	const struct refd_position after = purge->after;
	enum refd_status st;
	int32_t attempt = 0;

	do {
		purge->after = after;
		st = choose(purge, kind, before);
		if (st == REFD_OK && purge->count > 0 && !purge->what->dry_run)
			st = delete_chosen(purge);
	} while (st == REFD_CONFLICT && ++attempt < purge->app->ports.retry.attempts);
	return st;
}

/* Notices go before the events they tell of. */
static const struct kind kinds[] = {
	{ REFD_RECORD_COMMAND, REFD_INDEX_ALL, take_command, offsetof(struct refd_purge, commands),
	  offsetof(struct refd_purged, commands) },
	{ REFD_RECORD_NOTICE, REFD_INDEX_STATUS, take_notice, offsetof(struct refd_purge, notices),
	  offsetof(struct refd_purged, notices) },
	{ REFD_RECORD_EVENT, REFD_INDEX_ALL, take_event, offsetof(struct refd_purge, events),
	  offsetof(struct refd_purged, events) },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct refd_time before_of(const struct refd_purge *what, const struct kind *kind)
{
	return *(const struct refd_time *)(const void *)((const char *)what + kind->before);
}

static enum refd_status purge_kind(struct purge *purge, const struct kind *kind, int64_t *ret_count)
{
	const struct refd_time before = before_of(purge->what, kind);
	enum refd_status st = REFD_OK;

	purge->record = kind->record;
	purge->after = (struct refd_position){ 0 };
	purge->seen = refd_time_is_unset(before) ? 0 : BATCH;
	while (st == REFD_OK && purge->seen == BATCH) {
		st = purge_batch(purge, kind, before);
		*ret_count += (int64_t)purge->count;
	}
	return st;
}

static enum refd_status check(const struct refd_app *app, const struct refd_purge *what,
			      struct refd_error *err)
{
	static const struct {
		const char *field;
		int64_t least;
	} kept[KINDS] = { { "purge.commands", REFD_PURGE_COMMANDS_LEAST },
			  { "purge.notices", REFD_PURGE_NOTICES_LEAST },
			  { "purge.events", REFD_PURGE_EVENTS_LEAST } };
	const struct refd_time now = app->ports.clock.ops->now(app->ports.clock.self);
	enum refd_status st = REFD_OK;
	size_t set = 0;

	for (size_t i = 0; i < KINDS; i++) {
		const struct refd_time before = before_of(what, &kinds[i]);

		if (refd_time_is_unset(before))
			continue;
		set++;
		if (refd__check_instant(before, kept[i].field, err) != REFD_OK)
			st = REFD_INVALID;
		else if (now.us - before.us < kept[i].least)
			st = refd__invalid(err, kept[i].field, REFD_RULE_OUT_OF_RANGE,
					   (now.us - before.us) / REFD_DAY,
					   kept[i].least / REFD_DAY,
					   "%s are kept for %lld days at least",
					   strchr(kept[i].field, '.') + 1,
					   (long long)(kept[i].least / REFD_DAY));
	}
	return set > 0 ? st
		       : refd__invalid(err, "purge", REFD_RULE_REQUIRED, 0, 0,
				       "what is to be purged is not said");
}

enum refd_status refd_purge(const struct refd_app *app, const struct refd_purge *what,
			    struct refd_purged *ret, struct refd_error *err)
{
	const struct refd_allocator *allocator = &app->ports.allocator;
	struct purge purge = { .app = app, .what = what, .err = err };
	struct refd_purged purged = { 0 };
	enum refd_status st = check(app, what, err);

	if (st != REFD_OK)
		return st;
	purge.candidates = allocator->alloc(allocator->self, BATCH * sizeof(*purge.candidates));
	if (purge.candidates == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a purge");
	for (size_t i = 0; i < KINDS && st == REFD_OK; i++)
		st = purge_kind(&purge, &kinds[i],
				(int64_t *)(void *)((char *)&purged + kinds[i].purged));
	allocator->free(allocator->self, purge.candidates);
	if (st == REFD_OK && ret != NULL)
		*ret = purged;
	return st;
}
