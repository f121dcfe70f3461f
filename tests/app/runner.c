#include "tampered.h"

/* ---- what every test here does: one registration, one cancellation ---- */

struct scene {
	struct tampered t;
	struct refd_fixture_id fixture;
	struct refd_command meta;
	size_t events;
};

static struct scene *scene(struct league *league)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	s->fixture = league_fixture(league, league_time(7, 0));
	s->events = league_events(league);
	s->meta = (struct refd_command){ .struct_size = sizeof(s->meta),
					 .id = { support_uuid(31337) } };
	tampered_install(&s->t, league);
	league->sleeps = 0;
	return s;
}

static void done(struct scene *s, struct league *league)
{
	league->meta = NULL;
	tampered_remove(&s->t, league);
	free(s);
}

static struct tampering answers(enum tamper when, enum refd_status status, size_t times)
{
	return (struct tampering){ when, status, NULL, times };
}

static struct tampering key_taken(const char *constraint, enum refd_status status, size_t times)
{
	return (struct tampering){ TAMPER_BEFORE, status, constraint, times };
}

/* ---- command ids ---- */

static void command__the_same_id_gives_the_first_answer(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);
	struct refd_result first;

	league->meta = &s->meta;
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	first = league->result;
	assert_false(first.repeated);
	assert_true(refd_uuid_equal(first.command.uuid, s->meta.id.uuid));
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	assert_true(league->result.repeated);
	assert_int_equal(league->result.items[0].version, first.items[0].version);
	assert_true(refd_uuid_equal(league_made(league), first.items[0].object.id));
	league->meta = NULL;
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	league->meta = &s->meta; /* also when it could not be any more */
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	assert_true(league->result.repeated);
	assert_int_equal(league->result.items[0].version, 2);
	assert_int_equal(league_events(league), s->events + 2);
	done(s, league);
}

static void command__the_answer_survives_reopening(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);
	struct refd_uuid made;

	league->meta = &s->meta;
	made = league_referee(league, "Anna").uuid;
	tampered_remove(&s->t, league); /* another app */
	assert_true(refd_uuid_equal(league_referee(league, "Anna").uuid, made));
	assert_true(league->result.repeated);
	tampered_install(&s->t, league);
	done(s, league);
}

static void command__with_a_brought_object_id_is_repeated_too(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);
	const struct refd_referee_details details = { .name = refd_str_of("Anna"),
						      .club = refd_str_of("Club") };
	const struct refd_referee_id id = { support_uuid(7777) };
	int i;

	league->meta = &s->meta;
	for (i = 0; i < 2; i++) {
		LEAGUE_EXPECT(league,
			      refd_registry_register_referee(league->app, league->meta, id,
							     &details, &league->result,
							     &league->err),
			      REFD_OK);
		assert_int_equal(league->result.repeated, i);
		assert_true(refd_uuid_equal(league_made(league), id.uuid));
	}
	s->meta.id.uuid = support_uuid(31338); /* somebody else's */
	LEAGUE_EXPECT(league,
		      refd_registry_register_referee(league->app, league->meta, id, &details,
						     &league->result, &league->err),
		      REFD_ALREADY_EXISTS);
	done(s, league);
}

static void command__another_request_under_the_id_is_invalid(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);
	const struct refd_referee_details details = { .name = refd_str_of("Anna"),
						      .club = refd_str_of("Club") };

	league->meta = &s->meta;
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	support_assert_status(try_reschedule(league, s->fixture, league_time(9, 0)), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_COMMAND_REUSED, "command.id");
	support_assert_status(try_cancel(league, s->fixture), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_COMMAND_REUSED, "command.id");
	LEAGUE_EXPECT(league, /* reads nothing first */
		      refd_registry_register_referee(league->app, league->meta,
						     (struct refd_referee_id){ 0 }, &details,
						     &league->result, &league->err),
		      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_COMMAND_REUSED, "command.id");
	assert_int_equal(league_events(league), s->events + 1);
	done(s, league);
}

static void command__a_refused_one_is_judged_anew(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	league->meta = &s->meta;
	support_assert_status(try_reschedule(league, s->fixture, league->now), REFD_REFUSED);
	league->now.us -= REFD_HOUR;
	support_assert_status(
		try_reschedule(league, s->fixture, (struct refd_time){ LEAGUE_START.us }), REFD_OK);
	assert_false(league->result.repeated);
	done(s, league);
}

static void command__one_that_changes_nothing_is_remembered(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	league->meta = &s->meta;
	support_assert_status(try_commit(league), REFD_OK);
	support_assert_status(try_commit(league), REFD_OK);
	assert_true(league->result.repeated);
	assert_int_equal(league->result.affected, 0);
	done(s, league);
}

static void command__a_drawn_id_is_returned_and_can_be_asked_for(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	s->meta.id = league->result.command;
	league->meta = &s->meta;
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_true(league->result.repeated);
	done(s, league);
}

/* ---- expected versions of every command ---- */

static void expected_version__every_command_looks_at_it(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");
	struct refd_team_id team = league_team(league, "A");
	const struct refd_lock_target fixture = { .fixture = id }, board = { .board = true };
	const struct refd_referee_details r = { .name = refd_str_of("B"),
						.club = refd_str_of("C") };
	const struct refd_team_details t = { refd_str_of("B"), refd_str_of("C") };
	const struct refd_venue_details v = { .name = refd_str_of("B") };
	const struct refd_command meta = { .struct_size = sizeof(meta), .expected_version = 9 };
	struct refd_result *ret = &league->result;
	struct refd_error *err = &league->err;
	const struct refd_app *app = league->app;
	size_t events;

	league_declare(league, id, anna);
	league_stage(league, id, anna, REFD_ROLE_FIRST);
	events = league_events(league);
	league->meta = &meta;
#define STALE(call) LEAGUE_EXPECT(league, call, REFD_CONFLICT)
	STALE(refd_registry_correct_referee(app, &meta, anna, &r, ret, err));
	STALE(refd_registry_correct_team(app, &meta, team, &t, ret, err));
	STALE(refd_registry_correct_venue(app, &meta, other, &v, ret, err));
	STALE(refd_registry_change_club(app, &meta, anna, refd_str_of("D"), ret, err));
	STALE(refd_registry_retire_referee(app, &meta, anna, ret, err));
	STALE(refd_registry_retire_team(app, &meta, team, ret, err));
	STALE(refd_registry_retire_venue(app, &meta, other, ret, err));
	STALE(try_reschedule(league, id, league_time(8, 0)));
	STALE(try_move(league, id, other));
	STALE(try_cancel(league, id));
	STALE(try_declare(league, id, berta));
	STALE(try_withdraw(league, id, anna));
	STALE(try_lock(league, &fixture));
	STALE(try_lock(league, &board));
	STALE(try_unlock(league, &fixture));
	STALE(try_unlock(league, &board));
	STALE(try_announce(league, &fixture, league_time(5, 0)));
	STALE(try_announce(league, &board, league_time(5, 0)));
	STALE(try_stage(league, id, anna, REFD_ROLE_SECOND));
	STALE(try_unstage(league, id, anna));
	STALE(try_replace(league, id, anna, anna));
	STALE(try_remove(league, id, anna));
#undef STALE
	league->meta = NULL;
	assert_int_equal(league->sleeps, 0);
	assert_int_equal(league_events(league), events);
}

/* Never passed over: a command without one object to compare with says so. */
static void expected_version__is_invalid_where_no_one_object_is_named(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_team_id home = league_team(league, "A"), away = league_team(league, "B");
	const struct refd_lock_target range = { .range = { league_time(1, 0), { 0 } } };
	const struct refd_referee_details r = { .name = refd_str_of("B"),
						.club = refd_str_of("C") };
	const struct refd_team_details t = { refd_str_of("B"), refd_str_of("C") };
	const struct refd_venue_details v = { .name = refd_str_of("B") };
	struct refd_command meta = { .struct_size = sizeof(meta), .expected_version = 1 };
	struct refd_result *ret = &league->result;
	struct refd_error *err = &league->err;
	const struct refd_app *app = league->app;
	struct refd_unit *unit = NULL;
	size_t events;

	league_stage(league, id, league_referee(league, "Anna"), REFD_ROLE_FIRST);
	events = league_events(league);
	league->meta = &meta;
#define WITHOUT(call)                                                                              \
	do {                                                                                       \
		LEAGUE_EXPECT(league, call, REFD_INVALID);                                         \
		support_assert_violation(err, REFD_RULE_OUT_OF_RANGE, "command.expected_version"); \
	} while (0)
	WITHOUT(refd_registry_register_referee(app, &meta, (struct refd_referee_id){ 0 }, &r, ret,
					       err));
	WITHOUT(refd_registry_register_team(app, &meta, (struct refd_team_id){ 0 }, &t, ret, err));
	WITHOUT(refd_registry_register_venue(app, &meta, (struct refd_venue_id){ 0 }, &v, ret,
					     err));
	WITHOUT(try_schedule(league, home, away, other, league_time(7, 0)));
	WITHOUT(try_lock(league, &range));
	WITHOUT(try_unlock(league, &range));
	WITHOUT(try_announce(league, &range, league_time(5, 0)));
	WITHOUT(refd_assigning_stage_many(app, &meta, NULL, 0, NULL, NULL, ret, err));
	WITHOUT(try_commit(league));
	WITHOUT(refd_unit_begin(app, &meta, &unit, err));
	meta.expected_version = -1;
	WITHOUT(try_cancel(league, id));
	meta.expected_version = 0;
	support_assert_status(try_lock(league, &range), REFD_OK);
#undef WITHOUT
	league->meta = NULL;
	assert_int_equal(league_events(league), events + 1);
}

/* ---- conflicts and retries ---- */

static void retry__a_conflict_goes_away(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 4);
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_false(league->result.repeated);
	assert_int_equal(s->t.commits, 5);
	assert_int_equal(league->sleeps, 4);
	assert_int_equal(league_events(league), s->events + 1);
	done(s, league);
}

/* Some stores find out while they read. */
static void retry__a_conflict_of_a_read_goes_away(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	const struct refd_lock_target range = { .range = { LEAGUE_START, league_time(90, 0) } };

	s->t.read = answers(TAMPER_BEFORE, REFD_CONFLICT, 2); /* the first read is the body's */
	support_assert_status(try_lock(league, &range), REFD_OK);
	assert_int_equal(s->t.commits, 1);
	assert_int_equal(league->sleeps, 2);
	assert_int_equal(league_events(league), s->events + 1);
	done(s, league);
}

struct lines {
	size_t count;
	char last[64];
};

static void keep_line(void *self, enum refd_log_level level, const char *message)
{
	struct lines *lines = self;

	assert_int_equal(level, REFD_LOG_INFO);
	lines->count++;
	snprintf(lines->last, sizeof(lines->last), "%s", message);
}

static void retry__is_logged(void **state)
{
	static const struct refd_log_ops ops = { sizeof(ops), keep_line };
	struct league *league = *state;
	struct lines lines = { .count = 0 };
	struct scene *s;

	league->ports.log = (struct refd_log){ &ops, &lines };
	s = scene(league);
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	assert_int_equal(lines.count, 0);
	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 1000);
	support_assert_status(try_cancel(league, s->fixture), REFD_CONFLICT);
	assert_int_equal(lines.count, 9); /* and not before giving up */
	assert_string_equal(lines.last, "fixture.cancel: CONFLICT, trying again");
	league->ports.log.ops = NULL;
	done(s, league);
}

static void retry__is_bounded(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 1000);
	support_assert_status(try_cancel(league, s->fixture), REFD_CONFLICT);
	assert_int_equal(s->t.commits, 10);
	assert_int_equal(league->sleeps, 9);
	s->t.commit.times = 0;
	s->t.begin = answers(TAMPER_BEFORE, REFD_UNAVAILABLE, 1000);
	support_assert_status(try_cancel(league, s->fixture), REFD_UNAVAILABLE);
	s->t.begin.times = 0;
	assert_int_equal(league_events(league), s->events);
	done(s, league);
}

static void retry__not_of_what_will_not_change(void **state)
{
	struct league *league = *state;
	const enum refd_status final[] = { REFD_CORRUPT, REFD_DENIED, REFD_NO_MEMORY, REFD_BACKEND,
					   REFD_UNSUPPORTED };
	struct scene *s = scene(league);
	size_t i;

	for (i = 0; i < 5; i++) {
		s->t.commits = 0;
		s->t.commit = answers(TAMPER_BEFORE, final[i], 1);
		support_assert_status(try_cancel(league, s->fixture), final[i]);
		assert_int_equal(s->t.commits, 1);
		s->t.read = answers(TAMPER_BEFORE, final[i], 1);
		support_assert_status(try_cancel(league, s->fixture), final[i]);
		assert_int_equal(s->t.commits, 1);
	}
	assert_int_equal(league->sleeps, 0);
	assert_int_equal(league_events(league), s->events);
	done(s, league);
}

/* Not the caller's version is at fault, but the rules that changed meanwhile. */
static void retry__a_conflict_of_the_commit_with_the_expected_version(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->meta.expected_version = 1;
	league->meta = &s->meta;
	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 2);
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	assert_int_equal(league->sleeps, 2);
	done(s, league);
}

/* A deadlock the engine broke says nothing about the version expected. */
static void retry__a_conflict_of_the_guard_with_the_expected_version(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->meta.expected_version = 1;
	league->meta = &s->meta;
	s->t.guard = answers(TAMPER_BEFORE, REFD_CONFLICT, 2);
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	assert_int_equal(league->sleeps, 2);
	done(s, league);
}

/* A clock that only the sleep port moves. */
static void sleeping(void *self, int64_t us)
{
	struct league *league = self;

	league->sleeps++;
	league->now.us += us;
}

static const struct refd_sleep_ops sleeping_ops = { sizeof(sleeping_ops), sleeping };

static void deadline__ends_the_tries(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);
	int64_t start;

	league->ports.sleep = (struct refd_sleep){ &sleeping_ops, league };
	league->ports.retry = (struct refd_retry){ .attempts = 1000, .base = 1000, .cap = 100000 };
	tampered_remove(&s->t, league);
	tampered_install(&s->t, league);
	start = league->now.us;
	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 1000);
	s->meta.timeout = REFD_SECOND;
	league->meta = &s->meta;
	support_assert_status(try_cancel(league, s->fixture), REFD_CONFLICT);
	assert_true(league->now.us - start < REFD_SECOND);
	assert_true(league->now.us - start >= REFD_SECOND - 100000);
	/* 1, 2, 4 ... 64 ms, then 100 ms each */
	assert_int_equal(league->sleeps, 7 + (1000 - 127) / 100);
	s->t.commit.times = 0;
	s->meta.timeout = INT64_MAX;
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	done(s, league);
}

static enum refd_status fill(void *self, void *bytes, size_t count, struct refd_error *err)
{
	const enum refd_status *answer = self;

	memset(bytes, 0x5a, count);
	return *answer == REFD_OK ? REFD_OK : refd_error_set(err, *answer, "no entropy");
}

static const struct refd_random_ops filling = { sizeof(filling), fill };

static void retry__waits_with_or_without_jitter_or_not_at_all(void **state)
{
	static enum refd_status answers_of_random[] = { REFD_OK, REFD_UNAVAILABLE };
	struct league *league = *state;
	struct scene *s = scene(league);
	int i;

	for (i = 0; i < 3; i++) {
		league->ports.random = (struct refd_random){ 0 };
		if (i < 2)
			league->ports.random =
				(struct refd_random){ &filling, &answers_of_random[i] };
		else
			league->ports.sleep = (struct refd_sleep){ 0 };
		tampered_remove(&s->t, league);
		tampered_install(&s->t, league);
		league->sleeps = 0;
		s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 2);
		support_assert_status(try_reschedule(league, s->fixture, league_time(8 + i, 0)),
				      REFD_OK);
		assert_int_equal(league->sleeps, i < 2 ? 2 : 0);
	}
	league->ports.random = (struct refd_random){ 0 };
	done(s, league);
}

static void deadline__of_a_clock_that_starts_below_zero(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	league->now.us = -REFD_SECOND;
	s->meta.timeout = INT64_MAX;
	league->meta = &s->meta;
	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 2);
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_int_equal(league->sleeps, 2);
	done(s, league);
}

static void command__needs_no_error_to_fill(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->t.commit = answers(TAMPER_BEFORE, REFD_CONFLICT, 2);
	support_assert_status(
		refd_scheduling_cancel(league->app, NULL, s->fixture, &league->result, NULL),
		REFD_OK);
	support_assert_status(
		refd_scheduling_cancel(league->app, NULL, s->fixture, &league->result, NULL),
		REFD_REFUSED);
	done(s, league);
}

/* ---- lost answers ---- */

static void unknown__after_committing_gives_the_answer(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->t.commit = answers(TAMPER_AFTER, REFD_UNKNOWN, 1);
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_false(league->result.repeated); /* it is this call's own */
	assert_int_equal(league->result.items[0].version, 2);
	assert_int_equal(league_events(league), s->events + 1);
	s->t.commit = answers(TAMPER_AFTER, REFD_UNKNOWN, 1);
	league_referee(league, "Anna"); /* reads nothing the first time */
	assert_int_equal(league_events_named(league, "RefereeCreated"), 1);
	done(s, league);
}

static void unknown__without_committing_commits(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->t.commit = answers(TAMPER_BEFORE, REFD_UNKNOWN, 3);
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_false(league->result.repeated);
	assert_int_equal(league_events(league), s->events + 1);
	done(s, league);
}

static void unknown__to_the_end_names_the_command_to_ask_for(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	league->ports.retry.attempts = 1;
	tampered_remove(&s->t, league);
	tampered_install(&s->t, league);
	s->t.commit = answers(TAMPER_AFTER, REFD_UNKNOWN, 1);
	support_assert_status(try_cancel(league, s->fixture), REFD_UNKNOWN);
	assert_false(refd_uuid_is_unset(league->err.command.uuid));
	s->meta.id = league->err.command;
	league->meta = &s->meta;
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_true(league->result.repeated);
	assert_int_equal(league_events(league), s->events + 1);
	done(s, league);
}

/* Once an answer was lost, a store that is down leaves it open. */
static void unknown__then_unavailable_stays_unknown(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	league->meta = &s->meta;
	s->t.commit = answers(TAMPER_AFTER, REFD_UNKNOWN, 1);
	s->t.down_after = 1;
	support_assert_status(try_cancel(league, s->fixture), REFD_UNKNOWN);
	assert_true(refd_uuid_equal(league->err.command.uuid, s->meta.id.uuid));
	s->t.down_after = 0;
	support_assert_status(try_cancel(league, s->fixture), REFD_OK);
	assert_true(league->result.repeated);
	done(s, league);
}

/* ---- the backstop ---- */

static void backstop__a_unique_key_is_run_again_once(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);

	s->t.commit = key_taken("claim.kind_holder_day", REFD_ALREADY_EXISTS, 1);
	support_assert_status(try_reschedule(league, s->fixture, league_time(8, 0)), REFD_OK);
	assert_int_equal(s->t.commits, 2);
	s->t.commits = 0;
	s->t.commit = key_taken("claim.kind_holder_day", REFD_ALREADY_EXISTS, 9);
	support_assert_status(try_reschedule(league, s->fixture, league_time(9, 0)),
			      REFD_ALREADY_EXISTS);
	assert_int_equal(s->t.commits, 2);
	assert_string_equal(league->err.constraint, "claim.kind_holder_day");
	s->t.commits = 0;
	s->t.commit = key_taken("fixture.venue_id", REFD_NOT_FOUND, 9);
	support_assert_status(try_reschedule(league, s->fixture, league_time(9, 0)),
			      REFD_NOT_FOUND);
	assert_int_equal(s->t.commits, 2);
	s->t.commit.times = 0;
	done(s, league);
}

static void backstop__the_commands_own_key_is_looked_up(void **state)
{
	struct league *league = *state;
	struct scene *s = scene(league);
	struct refd_uuid made;

	league->meta = &s->meta;
	made = league_referee(league, "Anna").uuid; /* the command row is there now */
	s->t.commits = 0;
	assert_true(refd_uuid_equal(league_referee(league, "Anna").uuid, made));
	assert_int_equal(s->t.commits, 1); /* met the key, then read */
	assert_true(league->result.repeated);
	done(s, league);
}

/* The rule is checked on rows a rival has not committed yet: the claim stops the commit, and the
 * second run names the rival. FIX-30, B-FIX-2 */
struct rival {
	struct league *league;
	struct refd_store inner;
	struct refd_store_ops ops;
	struct refd_schedule cmd;
	struct refd_app *app;
	bool due;
	struct refd_uuid made;
};

static enum refd_status commit_after_rival(void *self, struct refd_tx *tx,
					   const struct refd_change_set *changes,
					   struct refd_error *err)
{
	struct rival *r = self;
	struct refd_error ignored = REFD_ERROR_INIT;
	struct refd_result result;

	if (!r->due)
		return r->inner.ops->commit(r->inner.self, tx, changes, err);
	/* a store with weaker guards: the transaction goes on after another has committed */
	r->due = false;
	r->inner.ops->rollback(r->inner.self, tx);
	support_assert_status(refd_scheduling_schedule(r->app, NULL, &r->cmd, &result, &ignored),
			      REFD_OK);
	r->made = result.items[0].object.id;
	(void)snprintf(err->constraint, sizeof(err->constraint), "claim.kind_holder_day");
	return refd_error_set(err, REFD_ALREADY_EXISTS, "the claim is taken");
}

static enum refd_status begin_inner(void *self, const struct refd_begin *begin,
				    struct refd_tx **ret, struct refd_error *err)
{
	struct rival *r = self;

	return r->inner.ops->begin(r->inner.self, begin, ret, err);
}

static enum refd_status read_inner(void *self, struct refd_tx *tx, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	struct rival *r = self;

	return r->inner.ops->read(r->inner.self, tx, reads, count, sink, sink_self, err);
}

static void rollback_inner(void *self, struct refd_tx *tx)
{
	struct rival *r = self;

	r->inner.ops->rollback(r->inner.self, tx);
}

static void FIX_30_B_FIX_2__the_loser_of_a_race_learns_who_won(void **state)
{
	struct league *league = *state;
	struct refd_ports ports = league->ports;
	struct rival r = { .league = league, .inner = league->ports.store, .due = true };
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_team_id home = league_team(league, "C"), away = league_team(league, "D");
	struct refd_app *before = league->app, *after = NULL;

	r.app = league->app;
	r.cmd = (struct refd_schedule){ .home = league_team(league, "A"),
					.away = league_team(league, "B"),
					.venue = hall,
					.kickoff = league_time(7, 0) };
	r.ops = (struct refd_store_ops){ .struct_size = sizeof(r.ops),
					 .begin = begin_inner,
					 .read = read_inner,
					 .commit = commit_after_rival,
					 .rollback = rollback_inner };
	ports.store = (struct refd_store){ &r.ops, &r };
	LEAGUE_EXPECT(league, refd_app_create(&ports, &after, &league->err), REFD_OK);
	league->app = after;
	EXPECT_ONLY(league, try_schedule(league, home, away, hall, league_time(7, 60)),
		    REFD_RULE_VENUE_TAKEN);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, r.made));
	league->app = before;
	refd_app_destroy(after);
	assert_int_equal(league_events_named(league, "FixtureCreated"), 1);
}

static void result__versions_count_the_events(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");
	const struct refd_lock_target target = { .fixture = id };
	int step;

	for (step = 0; step < 8; step++) {
		const struct refd_result_item *item = league->result.items;
		enum refd_status st = step == 0	  ? try_lock(league, &target)
				      : step == 1 ? try_unlock(league, &target)
				      : step == 2 ? try_declare(league, id, anna)
				      : step == 3 ? try_stage(league, id, anna, REFD_ROLE_FIRST)
				      : step == 4 ? try_stage(league, id, anna, REFD_ROLE_SECOND)
				      : step == 5 ? try_commit(league)
				      : step == 6 ? try_declare(league, id, berta)
						  : try_replace(league, id, anna, berta);

		support_assert_status(st, REFD_OK);
		assert_int_equal(league->result.count, 1);
		assert_int_equal(item->version,
				 league_events_of(league, item->object.noun, item->object.id));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(command__the_same_id_gives_the_first_answer),
		LEAGUE_TEST(command__the_answer_survives_reopening),
		LEAGUE_TEST(command__with_a_brought_object_id_is_repeated_too),
		LEAGUE_TEST(command__another_request_under_the_id_is_invalid),
		LEAGUE_TEST(command__a_refused_one_is_judged_anew),
		LEAGUE_TEST(command__one_that_changes_nothing_is_remembered),
		LEAGUE_TEST(command__a_drawn_id_is_returned_and_can_be_asked_for),
		LEAGUE_TEST(expected_version__every_command_looks_at_it),
		LEAGUE_TEST(expected_version__is_invalid_where_no_one_object_is_named),
		LEAGUE_TEST(retry__a_conflict_goes_away),
		LEAGUE_TEST(retry__a_conflict_of_a_read_goes_away),
		LEAGUE_TEST(retry__is_logged),
		LEAGUE_TEST(retry__is_bounded),
		LEAGUE_TEST(retry__not_of_what_will_not_change),
		LEAGUE_TEST(retry__a_conflict_of_the_commit_with_the_expected_version),
		LEAGUE_TEST(retry__a_conflict_of_the_guard_with_the_expected_version),
		LEAGUE_TEST(deadline__ends_the_tries),
		LEAGUE_TEST(retry__waits_with_or_without_jitter_or_not_at_all),
		LEAGUE_TEST(deadline__of_a_clock_that_starts_below_zero),
		LEAGUE_TEST(command__needs_no_error_to_fill),
		LEAGUE_TEST(unknown__after_committing_gives_the_answer),
		LEAGUE_TEST(unknown__without_committing_commits),
		LEAGUE_TEST(unknown__to_the_end_names_the_command_to_ask_for),
		LEAGUE_TEST(unknown__then_unavailable_stays_unknown),
		LEAGUE_TEST(backstop__a_unique_key_is_run_again_once),
		LEAGUE_TEST(backstop__the_commands_own_key_is_looked_up),
		LEAGUE_TEST(FIX_30_B_FIX_2__the_loser_of_a_race_learns_who_won),
		LEAGUE_TEST(result__versions_count_the_events),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app runner", tests, NULL, NULL);
}
