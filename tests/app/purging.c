#include "tampered.h"

static struct refd_time days_ago(const struct league *league, int64_t days)
{
	return (struct refd_time){ league->now.us - days * REFD_DAY };
}

static struct refd_purged purge(struct league *league, const struct refd_purge *what)
{
	struct refd_purged purged = { -1, -1, -1 };

	LEAGUE_EXPECT(league, refd_purge(league->app, what, &purged, &league->err), REFD_OK);
	return purged;
}

static struct refd_purged purge_events(struct league *league)
{
	const struct refd_purge what = { .events = days_ago(league, 30), .unpublished = true };

	return purge(league, &what);
}

/* ---- rows as no command leaves them ---- */

static enum refd_status keep_notice(void *self, size_t read, enum refd_record record,
				    const void *state)
{
	(void)read;
	(void)record;
	*(struct refd_notice_state *)self = *(const struct refd_notice_state *)state;
	return REFD_OK;
}

/* An event with what it borrows. */
struct kept_event {
	struct refd_event_state state;
	char texts[4096];
	size_t used;
};

static void keep_text(struct kept_event *kept, struct refd_str *text)
{
	assert_true(kept->used + text->len <= sizeof(kept->texts));
	memcpy(kept->texts + kept->used, text->len ? text->ptr : "", text->len);
	text->ptr = kept->texts + kept->used;
	kept->used += text->len;
}

static enum refd_status keep_event(void *self, size_t read, enum refd_record record,
				   const void *state)
{
	struct kept_event *kept = self;

	(void)read;
	(void)record;
	kept->state = *(const struct refd_event_state *)state;
	keep_text(kept, &kept->state.type);
	keep_text(kept, &kept->state.actor);
	keep_text(kept, &kept->state.traceparent);
	keep_text(kept, &kept->state.payload);
	return REFD_OK;
}

static struct refd_tx *open_store(struct league *league)
{
	const struct refd_store *store = &league->ports.store;
	const struct refd_begin begin = { .struct_size = sizeof(begin), .mode = REFD_TX_WRITE };
	struct refd_tx *tx = NULL;

	LEAGUE_EXPECT(league, store->ops->begin(store->self, &begin, &tx, &league->err), REFD_OK);
	return tx;
}

/* The only notice of that referee, with another status since then. */
static void set_notice(struct league *league, struct refd_referee_id recipient,
		       enum refd_notice_status status, struct refd_time due)
{
	const struct refd_store *store = &league->ports.store;
	const struct refd_key key = { .a = recipient.uuid };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_NOTICE,
					.index = REFD_INDEX_RECIPIENT,
					.keys = &key,
					.n_keys = 1 };
	struct refd_notice_state notice;
	struct refd_change change = { REFD_CHANGE_UPDATE, REFD_RECORD_NOTICE, &notice, 0 };
	const struct refd_change_set set = { &change, 1 };
	struct refd_tx *tx = open_store(league);

	LEAGUE_EXPECT(
		league,
		store->ops->read(store->self, tx, &read, 1, keep_notice, &notice, &league->err),
		REFD_OK);
	change.expected_version = notice.version++;
	notice.status = status;
	notice.due = due;
	LEAGUE_EXPECT(league, store->ops->commit(store->self, tx, &set, &league->err), REFD_OK);
}

/* The only event of that object. */
static struct refd_tx *read_event(struct league *league, struct refd_ref object,
				  struct kept_event *ret)
{
	const struct refd_store *store = &league->ports.store;
	const struct refd_key key = { .a = object.id, .number = object.noun };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_EVENT,
					.index = REFD_INDEX_AGGREGATE,
					.keys = &key,
					.n_keys = 1 };
	struct refd_tx *tx = open_store(league);

	ret->used = 0;
	LEAGUE_EXPECT(league,
		      store->ops->read(store->self, tx, &read, 1, keep_event, ret, &league->err),
		      REFD_OK);
	return tx;
}

static void write_event(struct league *league, struct refd_tx *tx, enum refd_change_kind kind,
			const struct refd_event_state *event)
{
	const struct refd_store *store = &league->ports.store;
	const struct refd_change change = { kind, REFD_RECORD_EVENT, event, 0 };
	const struct refd_change_set set = { &change, 1 };

	LEAGUE_EXPECT(league, store->ops->commit(store->self, tx, &set, &league->err), REFD_OK);
}

/* As a relay does. */
static void publish_event(struct league *league, struct refd_ref object)
{
	struct kept_event event;
	struct refd_tx *tx = read_event(league, object, &event);

	event.state.published = true;
	write_event(league, tx, REFD_CHANGE_UPDATE, &event.state);
}

/* As a newer build does. */
static void add_unknown_event(struct league *league, struct refd_ref object)
{
	struct kept_event event;
	struct refd_tx *tx = read_event(league, object, &event);

	event.state.id.uuid = support_uuid(4711);
	event.state.version++;
	event.state.type = refd_str_of("FixtureStreamed");
	write_event(league, tx, REFD_CHANGE_INSERT, &event.state);
}

/* ---- commands ---- */

static void purge__command_ids_protect_no_more(void **state)
{
	struct league *league = *state;
	struct refd_command meta = { .struct_size = sizeof(meta), .id = { support_uuid(7) } };
	struct refd_purge what = { 0 };
	struct refd_team_id first;

	league->meta = &meta;
	first = league_team(league, "A");
	league->now.us += REFD_PURGE_COMMANDS_LEAST;
	what.commands = days_ago(league, 7);
	assert_int_equal(purge(league, &what).commands, 0); /* as old as that, not older */
	assert_true(refd_uuid_equal(league_team(league, "A").uuid, first.uuid));
	assert_true(league->result.repeated);
	league->now.us++;
	what.commands = days_ago(league, 7);
	assert_int_equal(purge(league, &what).commands, 1);
	assert_false(refd_uuid_equal(league_team(league, "A").uuid, first.uuid));
	assert_false(league->result.repeated);
	assert_int_equal(league_events(league), 2); /* nothing else went */
}

static void purge__goes_on_past_a_batch(void **state)
{
	struct league *league = *state;
	struct refd_purge what = { .unpublished = true };
	struct refd_fixture_id fixture;
	int i;

	for (i = 0; i < 501; i++)
		league_team(league, "A");
	fixture = league_fixture(league, league_time(1, 0));
	league->now.us += 40 * REFD_DAY;
	league_team(league, "B");
	what.commands = what.events = days_ago(league, 30);
	what.dry_run = true;
	assert_int_equal(purge(league, &what).commands, 501 + 4);
	what.dry_run = false;
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, fixture.uuid), 1);
	assert_int_equal(purge(league, &what).commands, 501 + 4);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, fixture.uuid), 0);
	assert_int_equal(league_events(league), 501 + 3 + 1);
	assert_int_equal(purge(league, &what).commands, 0);
}

/* ---- notices ---- */

static void purge__only_sent_notices_go(void **state)
{
	static const enum refd_notice_status statuses[] = { REFD_NOTICE_READY, REFD_NOTICE_LEASED,
							    REFD_NOTICE_SENT, REFD_NOTICE_DEAD };
	struct league *league = *state;
	struct refd_purge what = { 0 };
	struct refd_referee_id to[4];
	int i;

	for (i = 0; i < 4; i++) {
		to[i] = league_referee(league, "R");
		league_assign(league, league_fixture(league, league_time(3 + i, 0)), to[i],
			      REFD_ROLE_FIRST);
		set_notice(league, to[i], statuses[i], league->now);
	}
	league->now.us += 3 * REFD_DAY;
	what.notices = days_ago(league, 1);
	assert_int_equal(purge(league, &what).notices, 1);
	for (i = 0; i < 4; i++)
		assert_int_equal(league_notices(league, to[i], (enum refd_notice_kind)0),
				 statuses[i] != REFD_NOTICE_SENT);
	set_notice(league, to[0], REFD_NOTICE_SENT, days_ago(league, 1)); /* made earlier */
	assert_int_equal(purge(league, &what).notices, 0);
}

/* ---- events ---- */

static void purge__events_of_played_fixtures_go(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id played = league_fixture(league, league_time(2, 0));
	struct refd_fixture_id later = league_fixture(league, league_time(90, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_lock_target board = { .board = true };
	size_t events;

	league_declare(league, played, anna);
	league_declare(league, later, anna);
	support_assert_status(try_lock(league, &board), REFD_OK);
	support_assert_status(try_unlock(league, &board), REFD_OK);
	league_set_rule(league, "travel_gap", "45");
	league->now.us += 60 * REFD_DAY;
	league_team(league, "C");
	events = league_events(league);
	assert_int_equal(purge_events(league).events, 2);
	assert_int_equal(league_events(league), events - 2);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, played.uuid), 0);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, later.uuid), 1);
	assert_int_equal(league_events_named(league, "AvailabilityDeclared"), 1);
	assert_int_equal(purge_events(league).events, 0);
}

static void purge__a_fixture_that_was_put_off_keeps_its_events(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(2, 0));

	support_assert_status(try_reschedule(league, fixture, league_time(50, 0)), REFD_OK);
	league->now.us += 60 * REFD_DAY; /* ten days after it was played */
	assert_int_equal(purge_events(league).events, 0);
	league->now.us += 30 * REFD_DAY;
	assert_int_equal(purge_events(league).events, 2);
}

static void purge__events_wait_for_their_notices(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(2, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_purge both = { .unpublished = true };
	struct refd_purged purged;

	league_assign(league, fixture, anna, REFD_ROLE_FIRST);
	league->now.us += 60 * REFD_DAY;
	assert_int_equal(purge_events(league).events, 3); /* made, declared, staged */
	assert_int_equal(league_events_named(league, "RefereeAssigned"), 1);
	set_notice(league, anna, REFD_NOTICE_SENT, days_ago(league, 40));
	assert_int_equal(purge_events(league).events, 0);
	both.notices = both.events = days_ago(league, 30);
	both.dry_run = true;
	set_notice(league, anna, REFD_NOTICE_DEAD, days_ago(league, 40));
	assert_int_equal(purge(league, &both).events, 0);
	set_notice(league, anna, REFD_NOTICE_SENT, days_ago(league, 40));
	purged = purge(league, &both);
	assert_int_equal(purged.notices, 1);
	assert_int_equal(purged.events, 1);
	assert_int_equal(league_events_named(league, "RefereeAssigned"), 1);
	assert_int_equal(league_notices(league, anna, (enum refd_notice_kind)0), 1);
	both.dry_run = false;
	purged = purge(league, &both);
	assert_int_equal(purged.notices, 1);
	assert_int_equal(purged.events, 1);
	assert_int_equal(league_events_named(league, "RefereeAssigned"), 0);
	assert_int_equal(league_notices(league, anna, (enum refd_notice_kind)0), 0);
}

static void purge__events_wait_for_a_relay(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id told = league_fixture(league, league_time(2, 0));
	struct refd_fixture_id untold = league_fixture(league, league_time(3, 0));
	struct refd_purge what = { 0 };

	league->now.us += 60 * REFD_DAY;
	what.events = days_ago(league, 30);
	assert_int_equal(purge(league, &what).events, 0);
	publish_event(league, (struct refd_ref){ REFD_NOUN_FIXTURE, told.uuid });
	assert_int_equal(purge(league, &what).events, 1);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, told.uuid), 0);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, untold.uuid), 1);
}

static void purge__events_of_unknown_names_stay(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(2, 0));

	add_unknown_event(league, (struct refd_ref){ REFD_NOUN_FIXTURE, fixture.uuid });
	league->now.us += 60 * REFD_DAY;
	assert_int_equal(purge_events(league).events, 1);
	assert_int_equal(league_events_named(league, "FixtureStreamed"), 1);
}

/* What is left of the events of an object goes on where its version is. */
static void purge__versions_go_on(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(2, 0));
	struct refd_lock_target target = { .fixture = fixture };

	support_assert_status(try_lock(league, &target), REFD_OK);
	league->now.us += 60 * REFD_DAY;
	assert_int_equal(purge_events(league).events, 2);
	support_assert_status(try_cancel(league, fixture), REFD_OK);
	assert_int_equal(league->result.items[0].version, 3);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, fixture.uuid), 1);
}

/* ---- what is asked for ---- */

static void purge__an_instant_that_is_none_is_invalid(void **state)
{
	struct league *league = *state;
	const struct refd_purge what = {
		{ INT64_MIN }, { REFD_TIME_MIN - 1 }, { INT64_MAX }, true, false
	};

	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_INVALID);
	assert_int_equal(league->err.total, 3);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "purge.commands");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "purge.notices");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "purge.events");
}

static void purge__too_young_is_invalid(void **state)
{
	struct league *league = *state;
	struct refd_purge what = { 0 };
	size_t events;

	league_team(league, "A");
	events = league_events(league);
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_REQUIRED, "purge");
	what = (struct refd_purge){ { days_ago(league, 7).us + 1 },
				    { days_ago(league, 1).us + 1 },
				    { days_ago(league, 30).us + 1 },
				    .unpublished = true };
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_INVALID);
	assert_int_equal(league->err.total, 3);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "purge.commands");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "purge.notices");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "purge.events");
	assert_int_equal(league_events(league), events);
	what = (struct refd_purge){ days_ago(league, 7), days_ago(league, 1), days_ago(league, 30),
				    true, false };
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_OK);
}

/* ---- a store that answers otherwise ---- */

static void purge__rows_taken_by_another_purge_are_chosen_anew(void **state)
{
	struct league *league = *state;
	struct refd_purge what = { 0 };
	struct tampered t = { 0 };

	league_team(league, "A");
	league->now.us += 8 * REFD_DAY;
	what.commands = days_ago(league, 7);
	tampered_install(&t, league);
	t.commit = (struct tampering){ TAMPER_BEFORE, REFD_CONFLICT, NULL, 2 };
	assert_int_equal(purge(league, &what).commands, 1);
	assert_int_equal(t.commits, 3);
	tampered_remove(&t, league);
}

static void purge__failures_end_it(void **state)
{
	struct league *league = *state;
	struct refd_purge what = { .unpublished = true };
	struct tampered t = { 0 };

	league_fixture(league, league_time(1, 0));
	league->now.us += 60 * REFD_DAY;
	what.commands = what.events = days_ago(league, 30);
	tampered_install(&t, league);
	t.commit = (struct tampering){ TAMPER_BEFORE, REFD_CONFLICT, NULL, 1000 };
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_CONFLICT);
	t.commit = (struct tampering){ TAMPER_BEFORE, REFD_UNAVAILABLE, NULL, 1 };
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_UNAVAILABLE);
	t.begin = (struct tampering){ TAMPER_BEFORE, REFD_UNAVAILABLE, NULL, 1 };
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_UNAVAILABLE);
	t.read = (struct tampering){ TAMPER_BEFORE, REFD_CORRUPT, NULL, 1 };
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_CORRUPT);
	assert_int_equal(purge(league, &what).commands, 4);
	tampered_remove(&t, league);
}

static void purge__without_memory_deletes_nothing(void **state)
{
	struct league *league = *state;
	struct refd_purge what = { .unpublished = true };
	enum refd_status st = REFD_NO_MEMORY;
	size_t events, n;

	league_fixture(league, league_time(1, 0));
	league->now.us += 60 * REFD_DAY;
	what.events = days_ago(league, 30);
	events = league_events(league);
	for (n = 1; st == REFD_NO_MEMORY; n++) {
		assert_int_equal(league_events(league), events);
		league->heap.fail_at = league->heap.calls + n;
		refd_error_clear(&league->err);
		st = refd_purge(league->app, &what, NULL, &league->err);
		league->heap.fail_at = 0;
	}
	support_assert_status(st, REFD_OK);
	assert_true(n > 5);
	assert_int_equal(league_events(league), events - 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(purge__command_ids_protect_no_more),
		LEAGUE_TEST(purge__goes_on_past_a_batch),
		LEAGUE_TEST(purge__only_sent_notices_go),
		LEAGUE_TEST(purge__events_of_played_fixtures_go),
		LEAGUE_TEST(purge__a_fixture_that_was_put_off_keeps_its_events),
		LEAGUE_TEST(purge__events_wait_for_their_notices),
		LEAGUE_TEST(purge__events_wait_for_a_relay),
		LEAGUE_TEST(purge__events_of_unknown_names_stay),
		LEAGUE_TEST(purge__versions_go_on),
		LEAGUE_TEST(purge__too_young_is_invalid),
		LEAGUE_TEST(purge__an_instant_that_is_none_is_invalid),
		LEAGUE_TEST(purge__rows_taken_by_another_purge_are_chosen_anew),
		LEAGUE_TEST(purge__failures_end_it),
		LEAGUE_TEST(purge__without_memory_deletes_nothing),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app purging", tests, NULL, NULL);
}
