/*
 * Two users, step by step: the first gives its command and has not committed yet, the second gives
 * a command that would break a rule together with the first. It waits, and is then refused for what
 * the first did. Each race names the guards that keep it out; without them it does not wait.
 *
 * usage: interleavings sqlite:PATH | postgres
 */
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "league.h"
#include "named_store.h"
#include "postgres_server.h"

#include <refdomain/adapters/json.h>

#define BIT(guard) (1U << (guard))

enum {
	MOMENT_MS = 60,	   /* given to what must not happen, to happen */
	PATIENCE_MS = 5000 /* given to what must happen, on a busy machine */
};

/* What the commands of a race are about; made anew for each. */
struct stage_set {
	struct refd_venue_id venue, other_venue;
	struct refd_team_id home, away;
	struct refd_fixture_id fixture, later; /* at the venue, and a week later elsewhere */
	struct refd_referee_id anna, berta, clara;
	struct refd_time time, week;	/* of the two */
	struct refd_command_id command; /* of the first */
};

typedef enum refd_status command(struct league *league, const struct stage_set *set);

/* A store that leaves out guards of some classes. */
struct unguarded {
	struct refd_store inner;
	struct refd_store_ops ops;
	unsigned without;
};

struct user {
	struct league league;
	struct unguarded unguarded;
};

static struct named_store named;
static uint64_t drawn; /* no two races share an id */

/* ---- users ---- */

static bool keep(const struct unguarded *unguarded, struct refd_guard *guard)
{
	if (unguarded->without & BIT(REFD_GUARD_REFEREE))
		guard->derive &= ~(uint32_t)REFD_DERIVE_REFEREES;
	if (unguarded->without & BIT(REFD_GUARD_TEAM))
		guard->derive &= ~(uint32_t)REFD_DERIVE_TEAMS;
	if (unguarded->without & BIT(REFD_GUARD_VENUE))
		guard->derive &= ~(uint32_t)REFD_DERIVE_VENUE;
	return !(unguarded->without & BIT(guard->guard_class));
}

static enum refd_status begin(void *self, const struct refd_begin *how, struct refd_tx **ret,
			      struct refd_error *err)
{
	struct unguarded *unguarded = self;

	return unguarded->inner.ops->begin(unguarded->inner.self, how, ret, err);
}

static enum refd_status guard(void *self, struct refd_tx *tx, const struct refd_guard *guards,
			      size_t count, struct refd_error *err)
{
	struct unguarded *unguarded = self;
	struct refd_guard *kept = calloc(count + 1, sizeof(*kept));
	enum refd_status st = REFD_OK;
	size_t n = 0;

	assert_non_null(kept);
	for (size_t i = 0; i < count; i++) {
		kept[n] = guards[i];
		n += keep(unguarded, &kept[n]);
	}
	if (unguarded->inner.ops->guard != NULL && n > 0)
		st = unguarded->inner.ops->guard(unguarded->inner.self, tx, kept, n, err);
	free(kept);
	return st;
}

static enum refd_status read_on(void *self, struct refd_tx *tx, const struct refd_read *reads,
				size_t count, refd_row_sink *sink, void *sink_self,
				struct refd_error *err)
{
	struct unguarded *unguarded = self;

	return unguarded->inner.ops->read(unguarded->inner.self, tx, reads, count, sink, sink_self,
					  err);
}

static enum refd_status commit(void *self, struct refd_tx *tx,
			       const struct refd_change_set *changes, struct refd_error *err)
{
	struct unguarded *unguarded = self;

	return unguarded->inner.ops->commit(unguarded->inner.self, tx, changes, err);
}

static void rollback(void *self, struct refd_tx *tx)
{
	struct unguarded *unguarded = self;

	unguarded->inner.ops->rollback(unguarded->inner.self, tx);
}

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct league *league = self;

	(void)now;
	(void)err;
	*ret = support_uuid(++league->drawn);
	return REFD_OK;
}

static const struct refd_id_source_ops ids = { sizeof(ids), draw };

static void user_make(struct user *user, unsigned without)
{
	struct league *league = &user->league;
	struct refd_allocator allocator = refd_allocator_libc();

	memset(user, 0, sizeof(*user));
	user->unguarded.inner = named.store;
	user->unguarded.without = without;
	user->unguarded.ops =
		(struct refd_store_ops){ .struct_size = sizeof(user->unguarded.ops),
					 .begin = begin,
					 .guard = guard,
					 .read = read_on,
					 .commit = commit,
					 .rollback = rollback,
					 .reads_native = named.store.ops->reads_native };
	league->now = LEAGUE_START;
	league->drawn = drawn += UINT64_C(1) << 32;
	refd_error_clear(&league->err);
	league->ports = (struct refd_ports){ .struct_size = sizeof(league->ports),
					     .allocator = allocator,
					     .store = { &user->unguarded.ops, &user->unguarded },
					     .ids = { &ids, league },
					     .sleep = refd_system_sleep(),
					     .codec = refd_json_codec() };
	league->ports.clock = support_clock(&league->now);
	support_assert_status(refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
}

/* ---- the second user's thread ---- */

struct second {
	struct user user;
	command *give;
	const struct stage_set *set;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool done;
	enum refd_status status;
};

static void *run_second(void *self)
{
	struct second *second = self;
	enum refd_status st = second->give(&second->user.league, second->set);

	pthread_mutex_lock(&second->mutex);
	second->status = st;
	second->done = true;
	pthread_cond_signal(&second->changed);
	pthread_mutex_unlock(&second->mutex);
	return NULL;
}

static bool done_within(struct second *second, int ms)
{
	struct timespec until;
	bool done;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += ms % 1000 * 1000000L;
	until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000L;
	until.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&second->mutex);
	while (!second->done &&
	       pthread_cond_timedwait(&second->changed, &second->mutex, &until) == 0)
		;
	done = second->done;
	pthread_mutex_unlock(&second->mutex);
	return done;
}

/* ---- races ---- */

struct race {
	const char *name;
	command *prepare; /* may be NULL */
	command *first, *second;
	enum refd_status status; /* of the second */
	enum refd_rule rule;	 /* 0: none */
	unsigned guards;	 /* that keep the second out */
	command *afterwards;	 /* must be OK; may be NULL */
};

static struct stage_set make_set(struct league *league)
{
	static int week;
	struct stage_set set = { .time = league_time(7 * (4 + 2 * week), 0),
				 .week = league_time(7 * (5 + 2 * week), 0) };

	week++;
	set.venue = league_venue(league, "Arena");
	set.other_venue = league_venue(league, "Hall");
	set.home = league_team(league, "Home");
	set.away = league_team(league, "Away");
	set.anna = league_referee(league, "Anna");
	set.berta = league_referee(league, "Berta");
	set.clara = league_referee(league, "Clara");
	set.fixture = league_fixture_at(league, set.other_venue, set.time);
	set.later = league_fixture_at(league, set.other_venue, set.week);
	set.command.uuid = set.fixture.uuid;
	return set;
}

/* Commands, named by what they do to the set. */

static enum refd_status schedule_at_venue(struct league *league, const struct stage_set *set)
{
	return try_schedule_in(league, set->venue, set->time);
}

static enum refd_status schedule_teams(struct league *league, const struct stage_set *set)
{
	struct refd_venue_id venue = league_venue(league, "Own");

	return try_schedule(league, set->home, set->away, venue, set->time);
}

static enum refd_status move_to_venue(struct league *league, const struct stage_set *set)
{
	return try_move(league, set->fixture, set->venue);
}

static enum refd_status schedule_at_other_venue_later(struct league *league,
						      const struct stage_set *set)
{
	struct refd_time free_day = { set->week.us + REFD_DAY };

	return try_schedule_in(league, set->other_venue, free_day);
}

static enum refd_status reschedule_later(struct league *league, const struct stage_set *set)
{
	return try_reschedule(league, set->fixture, (struct refd_time){ set->week.us + REFD_DAY });
}

static enum refd_status declare_anna(struct league *league, const struct stage_set *set)
{
	return try_declare(league, set->fixture, set->anna);
}

static enum refd_status withdraw_anna(struct league *league, const struct stage_set *set)
{
	return try_withdraw(league, set->fixture, set->anna);
}

static enum refd_status lock_fixture(struct league *league, const struct stage_set *set)
{
	const struct refd_lock_target target = { .fixture = set->fixture };

	return try_lock(league, &target);
}

static enum refd_status stage_anna(struct league *league, const struct stage_set *set)
{
	league_declare(league, set->fixture, set->anna);
	league_stage(league, set->fixture, set->anna, REFD_ROLE_FIRST);
	return REFD_OK;
}

static enum refd_status commit_staged(struct league *league, const struct stage_set *set)
{
	(void)set;
	return try_commit(league);
}

static enum refd_status cancel_fixture(struct league *league, const struct stage_set *set)
{
	return try_cancel(league, set->fixture);
}

static enum refd_status retire_anna(struct league *league, const struct stage_set *set)
{
	refd_error_clear(&league->err);
	return refd_registry_retire_referee(league->app, league->meta, set->anna, &league->result,
					    &league->err);
}

/* Anna is committed to the later fixture and staged for the first, and stays available when a
 * fixture is re-dated. */
static enum refd_status engage_anna(struct league *league, const struct stage_set *set)
{
	league_set_rule(league, "availability_on_change", "keep");
	league_assign(league, set->later, set->anna, REFD_ROLE_FIRST);
	return stage_anna(league, set);
}

/* An hour before the other: both at a time, at different venues. */
static enum refd_status bring_later_forward(struct league *league, const struct stage_set *set)
{
	enum refd_status st = try_move(league, set->later, set->venue);

	return st == REFD_OK ? try_reschedule(league, set->later,
					      (struct refd_time){ set->time.us + REFD_HOUR })
			     : st;
}

static enum refd_status only_one_has_anna(struct league *league, const struct stage_set *set)
{
	assert_false(refd_uuid_is_unset(league_slot(league, set->fixture, REFD_ROLE_FIRST).uuid));
	assert_true(refd_uuid_is_unset(league_slot(league, set->later, REFD_ROLE_FIRST).uuid));
	return REFD_OK;
}

static enum refd_status nobody_has_a_slot(struct league *league, const struct stage_set *set)
{
	assert_true(refd_uuid_is_unset(league_slot(league, set->fixture, REFD_ROLE_FIRST).uuid));
	return REFD_OK;
}

/* Anna is committed; Clara is staged for Anna's slot. */
static enum refd_status contest_slot(struct league *league, const struct stage_set *set)
{
	league_assign(league, set->fixture, set->anna, REFD_ROLE_FIRST);
	league_declare(league, set->fixture, set->berta);
	league_declare(league, set->fixture, set->clara);
	league_stage(league, set->fixture, set->clara, REFD_ROLE_FIRST);
	return REFD_OK;
}

/* Anna is committed to one role and staged for the other, and any change of a fixture releases its
 * referees. */
static enum refd_status shift_anna(struct league *league, const struct stage_set *set)
{
	league_set_rule(league, "on_change", "drop_all");
	league_assign(league, set->fixture, set->anna, REFD_ROLE_FIRST);
	league_stage(league, set->fixture, set->anna, REFD_ROLE_SECOND);
	return REFD_OK;
}

static enum refd_status nobody_has_either_slot(struct league *league, const struct stage_set *set)
{
	assert_true(refd_uuid_is_unset(league_slot(league, set->fixture, REFD_ROLE_SECOND).uuid));
	return nobody_has_a_slot(league, set);
}

static enum refd_status replace_anna(struct league *league, const struct stage_set *set)
{
	return try_replace(league, set->fixture, set->anna, set->berta);
}

/* Whoever began the unit and got no answer begins it again. */
static enum refd_status begin_again(struct league *league, const struct stage_set *set)
{
	const struct refd_command meta = { .struct_size = sizeof(meta), .id = set->command };
	struct refd_unit *unit = NULL;
	enum refd_status st = refd_unit_begin(league->app, &meta, &unit, &league->err);

	if (st == REFD_OK)
		refd_unit_rollback(unit);
	return st;
}

/* Nothing but the command id is common to the two. */
static enum refd_status retire_clara_under_its_id(struct league *league,
						  const struct stage_set *set)
{
	const struct refd_command meta = { .struct_size = sizeof(meta), .id = set->command };

	return refd_registry_retire_referee(league->app, &meta, set->clara, NULL, &league->err);
}

static const struct race races[] = {
	{ "ALREADY_EXISTS: a unit is begun again", NULL, declare_anna, begin_again,
	  REFD_ALREADY_EXISTS, 0, BIT(REFD_GUARD_COMMAND), NULL },
	{ "COMMAND_REUSED: another command under its id", NULL, declare_anna,
	  retire_clara_under_its_id, REFD_INVALID, REFD_RULE_COMMAND_REUSED,
	  BIT(REFD_GUARD_COMMAND), NULL },
	{ "VENUE_TAKEN: two are scheduled", NULL, schedule_at_venue, schedule_at_venue,
	  REFD_REFUSED, REFD_RULE_VENUE_TAKEN, BIT(REFD_GUARD_VENUE), NULL },
	{ "VENUE_TAKEN: one moves in, one is scheduled", NULL, move_to_venue, schedule_at_venue,
	  REFD_REFUSED, REFD_RULE_VENUE_TAKEN, BIT(REFD_GUARD_VENUE), NULL },
	{ "VENUE_TAKEN: one is scheduled, one moves in", NULL, schedule_at_venue, move_to_venue,
	  REFD_REFUSED, REFD_RULE_VENUE_TAKEN, BIT(REFD_GUARD_VENUE), NULL },
	{ "VENUE_TAKEN: one is re-dated, one is scheduled", NULL, reschedule_later,
	  schedule_at_other_venue_later, REFD_REFUSED, REFD_RULE_VENUE_TAKEN, BIT(REFD_GUARD_VENUE),
	  NULL },
	{ "VENUE_TAKEN: one is scheduled, one is re-dated", NULL, schedule_at_other_venue_later,
	  reschedule_later, REFD_REFUSED, REFD_RULE_VENUE_TAKEN, BIT(REFD_GUARD_VENUE), NULL },
	{ "TEAM_TAKEN: two are scheduled", NULL, schedule_teams, schedule_teams, REFD_REFUSED,
	  REFD_RULE_TEAM_TAKEN, BIT(REFD_GUARD_TEAM), NULL },
	{ "ALREADY_DECLARED: declared twice", NULL, declare_anna, declare_anna, REFD_REFUSED,
	  REFD_RULE_ALREADY_DECLARED, BIT(REFD_GUARD_FIXTURE) | BIT(REFD_GUARD_REFEREE), NULL },
	{ "AVAILABILITY_LOCKED: locked, declared", NULL, lock_fixture, declare_anna, REFD_LOCKED,
	  REFD_RULE_AVAILABILITY_LOCKED, BIT(REFD_GUARD_FIXTURE), NULL },
	{ "REFEREE_ASSIGNED: committed, withdrawn", stage_anna, commit_staged, withdraw_anna,
	  REFD_REFUSED, REFD_RULE_REFEREE_ASSIGNED,
	  BIT(REFD_GUARD_FIXTURE) | BIT(REFD_GUARD_REFEREE), NULL },
	{ "FIXTURE_NOT_PLAYABLE: cancelled, committed", stage_anna, cancel_fixture, commit_staged,
	  REFD_REFUSED, REFD_RULE_FIXTURE_NOT_PLAYABLE, BIT(REFD_GUARD_FIXTURE),
	  nobody_has_a_slot },
	{ "released: committed, cancelled", stage_anna, commit_staged, cancel_fixture, REFD_OK, 0,
	  BIT(REFD_GUARD_FIXTURE), nobody_has_a_slot },
	{ "REFEREE_RETIRED: retired, committed", stage_anna, retire_anna, commit_staged,
	  REFD_REFUSED, REFD_RULE_REFEREE_RETIRED, BIT(REFD_GUARD_REFEREE), NULL },
	{ "REFEREE_DOUBLE_BOOKED: brought forward, committed", engage_anna, bring_later_forward,
	  commit_staged, REFD_REFUSED, REFD_RULE_REFEREE_DOUBLE_BOOKED, BIT(REFD_GUARD_REFEREE),
	  NULL },
	{ "released: committed, brought forward", engage_anna, commit_staged, bring_later_forward,
	  REFD_OK, 0, BIT(REFD_GUARD_REFEREE), only_one_has_anna },
	{ "ROLE_TAKEN: replaced, committed", contest_slot, replace_anna, commit_staged,
	  REFD_REFUSED, REFD_RULE_ROLE_TAKEN,
	  BIT(REFD_GUARD_BOARD) | BIT(REFD_GUARD_FIXTURE) | BIT(REFD_GUARD_REFEREE), NULL },
	/* the last: it changes a rule */
	{ "released: moved, committed to another role", shift_anna, move_to_venue, commit_staged,
	  REFD_OK, 0, BIT(REFD_GUARD_FIXTURE), nobody_has_either_slot },
};

/* What stays staged would be judged with the next race. */
static void clean_up(struct league *league, const struct stage_set *set)
{
	(void)try_unstage(league, set->fixture, set->anna);
	(void)try_unstage(league, set->fixture, set->clara);
}

/* @return whether the second waited for the first */
static bool run_race(const struct race *race, unsigned without, struct user *first,
		     struct second *second, struct stage_set *set)
{
	struct refd_command meta = { .struct_size = sizeof(meta) };
	pthread_t thread;
	bool waited;

	user_make(first, without);
	user_make(&second->user, without);
	*set = make_set(&first->league);
	second->give = race->second;
	second->set = set;
	second->done = false;
	if (race->prepare != NULL)
		support_assert_status(race->prepare(&first->league, set), REFD_OK);
	meta.id = set->command;
	first->league.meta = &meta;
	(void)league_begin(&first->league);
	support_assert_status(race->first(&first->league, set), REFD_OK);
	assert_int_equal(pthread_create(&thread, NULL, run_second, second), 0);
	waited = !done_within(second, without == 0 ? MOMENT_MS : PATIENCE_MS);
	if (waited)
		support_assert_status(league_end(&first->league), REFD_OK);
	else
		league_drop(&first->league);
	assert_int_equal(pthread_join(thread, NULL), 0);
	return waited;
}

static void users_done(struct user *first, struct user *second, const struct stage_set *set)
{
	clean_up(&first->league, set);
	refd_app_destroy(first->league.app);
	refd_app_destroy(second->league.app);
}

static void race__second_waits_and_is_refused(void **state)
{
	const struct race *race = *state;
	struct second second = { .mutex = PTHREAD_MUTEX_INITIALIZER,
				 .changed = PTHREAD_COND_INITIALIZER };
	struct stage_set set;
	struct user first;

	assert_true(run_race(race, 0, &first, &second, &set));
	support_assert_status(second.status, race->status);
	if (race->rule != (enum refd_rule)0)
		support_assert_violation(&second.user.league.err, race->rule, NULL);
	if (race->afterwards != NULL)
		support_assert_status(race->afterwards(&first.league, &set), REFD_OK);
	users_done(&first, &second.user, &set);
}

/* It is these guards that it waits for. */
static void race__without_its_guards_nobody_waits(void **state)
{
	const struct race *race = *state;
	struct second second = { .mutex = PTHREAD_MUTEX_INITIALIZER,
				 .changed = PTHREAD_COND_INITIALIZER };
	struct stage_set set;
	struct user first;

	assert_false(run_race(race, race->guards, &first, &second, &set));
	users_done(&first, &second.user, &set);
}

/* The first was told that there is no such referee; no guard keeps the second from registering and
 * staging whoever that is. The first judges them then as anybody else. */
static void unit__judges_whom_it_missed_before(void **state)
{
	const struct refd_referee_details details = { .name = refd_str_of("Dora"),
						      .club = refd_str_of("Club") };
	struct refd_referee *referee = NULL;
	struct user first, second;
	struct stage_set set;

	(void)state;
	user_make(&first, 0);
	user_make(&second, 0);
	set = make_set(&first.league);
	set.anna.uuid = support_uuid(++second.league.drawn);
	LEAGUE_EXPECT(&first.league,
		      refd_unit_referee(league_begin(&first.league), set.anna, &referee,
					&first.league.err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(&second.league,
		      refd_registry_register_referee(second.league.app, NULL, set.anna, &details,
						     &second.league.result, &second.league.err),
		      REFD_OK);
	league_stage(&second.league, set.fixture, set.anna, REFD_ROLE_FIRST);
	EXPECT_ONLY(&first.league, try_commit(&first.league), REFD_RULE_REFEREE_NOT_AVAILABLE);
	assert_true(refd_uuid_equal(first.league.err.violations[0].referee.uuid, set.anna.uuid));
	league_drop(&first.league);
	users_done(&first, &second, &set);
}

/* Staging guards no referee: whoever retires between the two commands of a unit is judged as
 * retired. */
static void unit__judges_who_retired_since(void **state)
{
	struct user first, second;
	struct stage_set set;

	(void)state;
	user_make(&first, 0);
	user_make(&second, 0);
	set = make_set(&first.league);
	league_declare(&first.league, set.fixture, set.anna);
	(void)league_begin(&first.league);
	league_stage(&first.league, set.fixture, set.anna, REFD_ROLE_FIRST);
	support_assert_status(retire_anna(&second.league, &set), REFD_OK);
	EXPECT_ONLY(&first.league, try_commit(&first.league), REFD_RULE_REFEREE_RETIRED);
	league_drop(&first.league);
	users_done(&first, &second, &set);
}

/* ---- all of them ---- */

#define RACES (sizeof(races) / sizeof(races[0]))

static void open_store(const char *name)
{
	const struct named_store_options options = { .name = name,
						     .allocator = refd_allocator_libc(),
						     .clock = refd_system_clock(),
						     .sleep = refd_system_sleep(),
						     .durability = REFD_SQLITE_NORMAL };
	struct refd_error err = REFD_ERROR_INIT;

	if (named_store_open(&named, &options, &err) != REFD_OK) {
		fprintf(stderr, "interleavings: %s\n", err.message);
		exit(EXIT_FAILURE);
	}
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[2 * RACES + 2];
	char store[256], schema[32];
	size_t n = 0;
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: interleavings sqlite:PATH | postgres\n");
		return EXIT_FAILURE;
	}
	snprintf(schema, sizeof(schema), "races_%ld", (long)getpid());
	if (strcmp(argv[1], "postgres") != 0)
		snprintf(store, sizeof(store), "%s", argv[1]);
	else if (!postgres_store(postgres_url(), schema, store, sizeof(store)))
		return EXIT_FAILURE;
	open_store(store);
	for (size_t i = 0; i < RACES; i++) {
		void *race = (void *)(uintptr_t)&races[i]; /* cmocka has no const state */

		tests[n++] = (struct CMUnitTest){ races[i].name, race__second_waits_and_is_refused,
						  NULL, NULL, race };
		if (named.store.ops->guard != NULL) /* else writers are one at a time anyway */
			tests[n++] = (struct CMUnitTest){ races[i].name,
							  race__without_its_guards_nobody_waits,
							  NULL, NULL, race };
	}
	if (named.store.ops->guard != NULL) {
		tests[n++] =
			(struct CMUnitTest)cmocka_unit_test(unit__judges_whom_it_missed_before);
		tests[n++] = (struct CMUnitTest)cmocka_unit_test(unit__judges_who_retired_since);
	}
	failed = _cmocka_run_group_tests("interleavings", tests, n, NULL, NULL);
	named_store_close(&named);
	return failed;
}
