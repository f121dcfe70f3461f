/* How often each use case waits for the server, counted by a proxy between them: as many round
 * trips as are promised, no more and no fewer.
 *
 * A transaction of several reads that is not committed is ended by a ROLLBACK whose answer nobody
 * waits for. The proxy counts it as well; the table below does not. */
#include "rig.h"

struct trips {
	const char *use_case;
	uint64_t least, most;
	bool rolled_back;
};

/* A command that reads and writes costs two, one that only writes one, a query one. A judgement of
 * all that is staged reads five times, each time what the reads before named: the staged rows,
 * their fixtures, the engagements close by, the fixtures of these, and who and where they are. */
static const struct trips promised[] = {
	{ "referee.register", 1, 1, false },
	{ "team.register", 1, 1, false },
	{ "venue.register", 1, 1, false },
	{ "referee.correct", 2, 2, false },
	{ "team.correct", 2, 2, false },
	{ "venue.correct", 2, 2, false },
	{ "referee.change_club", 2, 2, false },
	{ "referee.retire", 2, 2, false },
	{ "team.retire", 2, 2, false },
	{ "venue.retire", 2, 2, false },
	{ "fixture.schedule", 2, 2, false },
	{ "fixture.reschedule", 2, 2, false },
	{ "fixture.move", 2, 2, false },
	{ "fixture.cancel", 2, 2, false },
	{ "availability.declare", 2, 2, false },
	{ "availability.withdraw", 2, 2, false },
	{ "availability.lock fixture", 2, 2, false },
	{ "availability.lock range", 2, 2, false },
	{ "availability.lock board", 2, 2, false },
	{ "availability.announce", 2, 2, false },
	{ "assignment.stage", 2, 2, false },
	{ "assignment.stage_many", 2, 2, false },
	{ "assignment.unstage", 2, 2, false },
	{ "assignment.commit", 6, 6, false },
	{ "assignment.replace", 2, 2, false },
	{ "assignment.remove", 2, 2, false },
	{ "rules.set", 3, 3, false }, /* another exclusivity: it looks at all fixtures */
	{ "notice.retry", 2, 2, false },
	{ "unit of two commands", 3, 3, false },
	{ "objects of a unit", 5, 5, true },
	/* six refusals: the answers to their rollbacks come before the next one speaks, or do not
	 */
	{ "objects nobody knows", 8, 13, true },
	{ "query by id", 5, 5, false },
	{ "query engagements", 2, 2, false },
	{ "query logs", 3, 3, false },
	{ "query pages", 2, 2, false },
	{ "query fixtures", 1, 1, false },
	{ "query schedule", 1, 1, false },
	{ "query appointments", 1, 1, false },
	{ "query loads", 1, 1, false },
	{ "purge, counted", 5, 8, true }, /* several transactions, as above */
	{ "validate", 5, 5, true },
	{ "what-if", 6, 6, true },
};

static const struct trips *promise_of(const char *use_case)
{
	size_t i;

	for (i = 0; i < sizeof(promised) / sizeof(promised[0]); i++) {
		if (strcmp(promised[i].use_case, use_case) == 0)
			return &promised[i];
	}
	fail_msg("nothing is promised for %s", use_case);
	return NULL;
}

/* On the wire, with the end of the transaction. */
static uint64_t settled_trips(struct rig *rig)
{
	rig_settle(rig);
	return proxy_counts(rig->proxy).trips;
}

/* Once to prepare its statements, then again from the same state. */
static uint64_t trips_of(struct rig *rig, const struct use_case *use_case, bool rolled_back)
{
	int turn;

	for (turn = 0; turn < 2; turn++) {
		rig_restore(rig);
		rig_settle(rig);
		proxy_reset_counts(rig->proxy);
		LEAGUE_EXPECT(rig->league, use_case->run(rig->league, &rig->set, &rig->league->err),
			      REFD_OK);
	}
	return settled_trips(rig) - rolled_back;
}

static void trips__are_what_is_promised(void **state)
{
	struct rig *rig = *state;
	size_t wrong = 0;
	size_t i;

	for (i = 0; i < n_use_cases; i++) {
		const struct trips *promise = promise_of(use_cases[i].name);
		uint64_t trips = trips_of(rig, &use_cases[i], promise->rolled_back);
		bool right = trips >= promise->least && trips <= promise->most;

		print_message("%-28s %llu%s\n", use_cases[i].name, (unsigned long long)trips,
			      right ? "" : "  WRONG");
		wrong += !right;
	}
	assert_int_equal(wrong, 0);
}

/* ---- queries ---- */

static enum refd_status see_card(void *self, const struct refd_fixture_card *card)
{
	(void)card;
	++*(size_t *)self;
	return REFD_OK;
}

static enum refd_status see_availability(void *self, const struct refd_availability_state *a,
					 const struct refd_fixture_state *fixture,
					 const struct refd_referee_state *referee)
{
	(void)a;
	(void)fixture;
	(void)referee;
	++*(size_t *)self;
	return REFD_OK;
}

static enum refd_status see_assignment(void *self, const struct refd_assignment_state *a,
				       const struct refd_fixture_state *fixture,
				       const struct refd_referee_state *referee)
{
	(void)a;
	(void)fixture;
	(void)referee;
	++*(size_t *)self;
	return REFD_OK;
}

static enum refd_status see_event(void *self, const struct refd_event_state *event)
{
	(void)event;
	++*(size_t *)self;
	return REFD_OK;
}

static enum refd_status see_notice(void *self, const struct refd_notice_state *notice,
				   const struct refd_referee_state *recipient)
{
	(void)notice;
	(void)recipient;
	++*(size_t *)self;
	return REFD_OK;
}

static enum refd_status see_team(void *self, const struct refd_team_state *team)
{
	(void)team;
	++*(size_t *)self;
	return REFD_OK;
}

#define QUERY(name)                                                                                \
	static enum refd_status name(const struct refd_app *app, const struct stage_set *set,      \
				     size_t *rows, struct refd_error *err)

QUERY(one_referee)
{
	struct refd_referee_state referee;

	++*rows;
	return refd_query_referee(app, set->anna, &referee, err);
}

QUERY(board)
{
	struct refd_board_state state;

	(void)set;
	++*rows;
	return refd_query_board(app, &state, err);
}

QUERY(one_fixture)
{
	return refd_query_fixture(app, set->assigned, see_card, rows, err);
}

QUERY(teams_by_name)
{
	(void)set;
	return refd_query_teams(app, (enum refd_party_status)0, NULL, see_team, rows, NULL, err);
}

QUERY(fixtures_unstaffed)
{
	const struct refd_fixture_filter filter = { .unstaffed = true };

	(void)set;
	return refd_query_fixtures(app, &filter, NULL, see_card, rows, NULL, err);
}

QUERY(fixtures_of_referee)
{
	const struct refd_fixture_filter filter = { .referee = set->anna };

	return refd_query_fixtures(app, &filter, NULL, see_card, rows, NULL, err);
}

QUERY(availabilities_of_fixture)
{
	const struct refd_engagement_filter filter = { .fixture = set->open };

	return refd_query_availabilities(app, &filter, NULL, see_availability, rows, NULL, err);
}

QUERY(availabilities_of_referee)
{
	const struct refd_engagement_filter filter = { .referee = set->anna };

	return refd_query_availabilities(app, &filter, NULL, see_availability, rows, NULL, err);
}

QUERY(assignments_of_referee)
{
	const struct refd_engagement_filter filter = { .referee = set->anna };

	return refd_query_assignments(app, &filter, NULL, see_assignment, rows, NULL, err);
}

QUERY(assignments_staged)
{
	const struct refd_engagement_filter filter = { .status = REFD_ASSIGNMENT_STAGED };

	(void)set;
	return refd_query_assignments(app, &filter, NULL, see_assignment, rows, NULL, err);
}

QUERY(events_of_fixture)
{
	const struct refd_ref fixture = { REFD_NOUN_FIXTURE, set->assigned.uuid };

	return refd_query_events(app, fixture, (struct refd_range){ { 0 }, { 0 } }, NULL, see_event,
				 rows, NULL, err);
}

QUERY(notices_of_referee)
{
	return refd_query_notices(app, (enum refd_notice_status)0, set->anna, NULL, see_notice,
				  rows, NULL, err);
}

static const struct {
	const char *name;
	enum refd_status (*run)(const struct refd_app *app, const struct stage_set *set,
				size_t *rows, struct refd_error *err);
} queries[] = {
	{ "a referee", one_referee },
	{ "the board", board },
	{ "a fixture", one_fixture },
	{ "teams", teams_by_name },
	{ "fixtures without referees", fixtures_unstaffed },
	{ "fixtures of a referee", fixtures_of_referee },
	{ "availabilities of a fixture", availabilities_of_fixture },
	{ "availabilities of a referee", availabilities_of_referee },
	{ "assignments of a referee", assignments_of_referee },
	{ "assignments that are staged", assignments_staged },
	{ "events of a fixture", events_of_fixture },
	{ "notices of a referee", notices_of_referee },
};

static void trips__of_a_query_are_one(void **state)
{
	struct rig *rig = *state;
	size_t wrong = 0;
	uint64_t trips = 0;
	size_t i;
	int turn;

	rig_restore(rig);
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		for (turn = 0; turn < 2; turn++) {
			size_t rows = 0;

			rig_settle(rig);
			proxy_reset_counts(rig->proxy);
			LEAGUE_EXPECT(rig->league,
				      queries[i].run(rig->league->app, &rig->set, &rows,
						     &rig->league->err),
				      REFD_OK);
			assert_true(rows > 0);
			trips = settled_trips(rig);
		}
		print_message("%-28s %llu%s\n", queries[i].name, (unsigned long long)trips,
			      trips == 1 ? "" : "  WRONG");
		wrong += trips != 1;
	}
	assert_int_equal(wrong, 0);
}

/* The answer to the ROLLBACK never comes; a validation of nothing does not notice. */
static void trips__the_end_of_several_reads_is_not_waited_for(void **state)
{
	struct rig *rig = *state;
	uint64_t trips = 0, bytes = 0;
	int turn;

	proxy_drop(rig->proxy); /* every so many reads of a connection one looks at the plans */
	rig_restore(rig);
	rig_connect(rig);
	for (turn = 0; turn < 3; turn++) {
		rig_settle(rig);
		if (turn == 2)
			proxy_arm(rig->proxy, PROXY_TO_CLIENT, bytes - 1, PROXY_SILENCE);
		proxy_reset_counts(rig->proxy);
		support_assert_status(try_validate(rig->league), REFD_OK);
		rig_settle(rig);
		if (turn == 1)
			trips = proxy_counts(rig->proxy).trips;
		bytes = proxy_counts(rig->proxy).to_client;
	}
	assert_true(trips > 1);
	assert_int_equal(proxy_counts(rig->proxy).trips, trips);
	proxy_disarm(rig->proxy);
	rig_connect(rig);
}

/* One more than its reads: the transaction has to be ended. */
static void trips__of_a_refusal_are_its_reads_and_the_rollback(void **state)
{
	struct rig *rig = *state;
	struct league *league = rig->league;
	int turn;

	rig_restore(rig);
	for (turn = 0; turn < 2; turn++) {
		rig_settle(rig);
		proxy_reset_counts(rig->proxy);
		support_assert_status(try_declare(league, rig->set.open, rig->set.anna),
				      REFD_REFUSED);
	}
	assert_int_equal(settled_trips(rig), 2);
	proxy_reset_counts(rig->proxy);
	support_assert_status(try_schedule(league, rig->set.team, rig->set.schedule.away,
					   rig->set.hall, (struct refd_time){ 1 }),
			      REFD_REFUSED);
	assert_int_equal(settled_trips(rig), 2);
}

/* What is wrong by itself never gets to the server. */
static void trips__of_an_invalid_command_are_none(void **state)
{
	struct rig *rig = *state;
	const struct refd_team_details nameless = { .club = refd_str_of("Club") };

	proxy_reset_counts(rig->proxy);
	refd_error_clear(&rig->league->err);
	support_assert_status(refd_registry_register_team(rig->league->app, NULL,
							  (struct refd_team_id){ 0 }, &nameless,
							  &rig->league->result, &rig->league->err),
			      REFD_INVALID);
	assert_int_equal(settled_trips(rig), 0);
}

/* A command given again is answered by its row. */
static void trips__of_a_repeated_command(void **state)
{
	struct rig *rig = *state;
	struct league *league = rig->league;
	const struct refd_command meta = { .struct_size = sizeof(meta),
					   .id = { support_uuid(UINT64_C(1) << 50) } };

	rig_restore(rig);
	league->meta = &meta;
	support_assert_status(try_cancel(league, rig->set.open), REFD_OK);
	proxy_reset_counts(rig->proxy);
	support_assert_status(try_cancel(league, rig->set.open), REFD_OK);
	assert_int_equal(settled_trips(rig), 2);
	assert_true(league->result.repeated);
	league->meta = NULL;
}

/* A long request may still go out when the answer to its beginning comes: to the proxy that is
 * another trip. */
#define TORN 2

/* Many assignments cost no more than a few. */
static void trips__of_a_commit_do_not_grow(void **state)
{
	enum { MANY = 120 };
	struct rig *rig = *state;
	struct league *league = rig->league;
	struct refd_fixture_id fixtures[MANY];
	uint64_t few;
	int i;

	few = trips_of(rig, &use_cases[23], false);
	assert_string_equal(use_cases[23].name, "assignment.commit");
	rig_restore(rig);
	for (i = 0; i < MANY; i++) {
		fixtures[i] = league_fixture(league, league_time(60 + i, 0));
		league_declare(league, fixtures[i], rig->set.clara);
		league_stage(league, fixtures[i], rig->set.clara, REFD_ROLE_FIRST);
	}
	proxy_reset_counts(rig->proxy);
	support_assert_status(try_validate(league), REFD_OK);
	assert_in_range(settled_trips(rig) - 1, 1, promise_of("validate")->most + TORN);
	proxy_reset_counts(rig->proxy);
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, MANY + 1);
	assert_in_range(proxy_counts(rig->proxy).trips, 2, few + TORN);
	print_message("a commit of one: %llu trips, of %d: %llu\n", (unsigned long long)few,
		      MANY + 1, (unsigned long long)proxy_counts(rig->proxy).trips);
	league->drawn += 1000; /* its ids are not given again */
	rig->drawn = league->drawn;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trips__are_what_is_promised),
		cmocka_unit_test(trips__of_a_query_are_one),
		cmocka_unit_test(trips__the_end_of_several_reads_is_not_waited_for),
		cmocka_unit_test(trips__of_a_refusal_are_its_reads_and_the_rollback),
		cmocka_unit_test(trips__of_an_invalid_command_are_none),
		cmocka_unit_test(trips__of_a_repeated_command),
		cmocka_unit_test(trips__of_a_commit_do_not_grow),
	};

	return cmocka_run_group_tests(tests, rig_setup, rig_teardown);
}
