#include "league.h"

struct scene {
	struct refd_fixture_id fixture;
	struct refd_referee_id anna;
};

static struct scene scene(struct league *league)
{
	return (struct scene){ league_fixture(league, league_time(7, 0)),
			       league_referee(league, "Anna") };
}

static struct refd_lock_target the_board(void)
{
	return (struct refd_lock_target){ .board = true };
}

static struct refd_lock_target only(struct refd_fixture_id fixture)
{
	return (struct refd_lock_target){ .fixture = fixture };
}

static struct refd_lock_target days(int from, int to)
{
	return (struct refd_lock_target){ .range = { league_time(from, 0), league_time(to, 0) } };
}

/* ---- declare ---- */

static void AVL_01_EVT_09__availability_is_declared(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	support_assert_status(try_declare(league, s.fixture, s.anna), REFD_OK);
	assert_int_equal(league->result.items[0].object.noun, REFD_NOUN_AVAILABILITY);
	assert_int_equal(league->result.items[0].version, 1);
	assert_int_equal(league_availabilities(league, s.fixture), 1);
	assert_int_equal(league_events_named(league, "AvailabilityDeclared"), 1);
}

static void AVL_02_08_B_AVL_2__declared_twice_is_refused(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	league_declare(league, s.fixture, s.anna);
	EXPECT_ONLY(league, try_declare(league, s.fixture, s.anna), REFD_RULE_ALREADY_DECLARED);
	assert_true(refd_uuid_equal(league->err.violations[0].referee.uuid, s.anna.uuid));
	assert_true(refd_uuid_equal(league->err.violations[0].fixture.uuid, s.fixture.uuid));
	assert_int_equal(league_availabilities(league, s.fixture), 1);
}

static void AVL_03_04__unknown_parties_are_not_found(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	support_assert_status(
		try_declare(league, (struct refd_fixture_id){ support_uuid(99) }, s.anna),
		REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_FIXTURE);
	support_assert_status(
		try_declare(league, s.fixture, (struct refd_referee_id){ support_uuid(99) }),
		REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_REFEREE);
	support_assert_status(
		try_withdraw(league, (struct refd_fixture_id){ support_uuid(99) }, s.anna),
		REFD_NOT_FOUND);
	support_assert_status(
		try_withdraw(league, s.fixture, (struct refd_referee_id){ support_uuid(99) }),
		REFD_NOT_FOUND);
}

static void declare__a_retired_referee_is_refused(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	LEAGUE_EXPECT(league,
		      refd_registry_retire_referee(league->app, NULL, s.anna, &league->result,
						   &league->err),
		      REFD_OK);
	EXPECT_ONLY(league, try_declare(league, s.fixture, s.anna), REFD_RULE_RETIRED);
}

/* ---- withdraw ---- */

static void AVL_05_EVT_10__availability_is_withdrawn(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	league_declare(league, s.fixture, s.anna);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	assert_int_equal(league_events_of(league, REFD_NOUN_AVAILABILITY, league_made(league)), 2);
	assert_int_equal(league_availabilities(league, s.fixture), 0);
	assert_int_equal(league_events_named(league, "AvailabilityWithdrawn"), 1);
	league_declare(league, s.fixture, s.anna);
	assert_int_equal(league_availabilities(league, s.fixture), 1);
}

static void AVL_06__what_was_not_declared_is_not_withdrawn(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	EXPECT_ONLY(league, try_withdraw(league, s.fixture, s.anna), REFD_RULE_NOT_DECLARED);
}

/* ---- lists ---- */

struct list {
	struct refd_fixture_id fixtures[4];
	struct refd_referee_id referees[4];
	size_t n;
};

static enum refd_status note(void *self, const struct refd_availability_state *availability,
			     const struct refd_fixture_state *fixture,
			     const struct refd_referee_state *referee)
{
	struct list *list = self;

	assert_true(list->n < 4);
	assert_true(refd_uuid_equal(availability->fixture.uuid, fixture->id.uuid));
	assert_true(refd_uuid_equal(availability->referee.uuid, referee->id.uuid));
	list->fixtures[list->n] = fixture->id;
	list->referees[list->n++] = referee->id;
	return REFD_OK;
}

static enum refd_status list(struct league *league, const struct refd_engagement_filter *filter,
			     struct list *ret)
{
	refd_error_clear(&league->err);
	return refd_query_availabilities(league->app, filter, NULL, note, ret, NULL, &league->err);
}

static void AVL_07__the_fixtures_of_a_referee_by_kickoff(void **state)
{
	struct league *league = *state;
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_fixture_id late = league_fixture(league, league_time(9, 0));
	struct refd_fixture_id early = league_fixture(league, league_time(8, 0));
	struct refd_engagement_filter filter = { .referee = anna };
	struct list found = { .n = 0 };

	support_assert_status(list(league, &filter, &found), REFD_OK);
	assert_int_equal(found.n, 0);
	league_declare(league, late, anna);
	league_declare(league, early, anna);
	league_declare(league, early, league_referee(league, "Berta"));
	support_assert_status(list(league, &filter, &found), REFD_OK);
	assert_int_equal(found.n, 2);
	assert_true(refd_uuid_equal(found.fixtures[0].uuid, early.uuid));
	assert_true(refd_uuid_equal(found.fixtures[1].uuid, late.uuid));
	filter.referee.uuid = support_uuid(99);
	support_assert_status(list(league, &filter, &found), REFD_NOT_FOUND);
}

static void AVL_14__the_referees_of_a_fixture(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	struct refd_engagement_filter filter = { .fixture = s.fixture };
	struct list found = { .n = 0 };

	league_declare(league, s.fixture, s.anna);
	league_declare(league, s.fixture, league_referee(league, "Berta"));
	support_assert_status(list(league, &filter, &found), REFD_OK);
	assert_int_equal(found.n, 2);
	filter.fixture.uuid = support_uuid(99);
	support_assert_status(list(league, &filter, &found), REFD_NOT_FOUND);
	filter = (struct refd_engagement_filter){ .fixture = s.fixture, .referee = s.anna };
	support_assert_status(list(league, &filter, &found), REFD_INVALID);
}

/* ---- cancelled, past, assigned ---- */

static void AVL_09_B_AVL_1__not_for_a_cancelled_fixture(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	EXPECT_ONLY(league, try_declare(league, s.fixture, s.anna), REFD_RULE_FIXTURE_CANCELLED);
	EXPECT_REFUSED(league, try_withdraw(league, s.fixture, s.anna),
		       REFD_RULE_FIXTURE_CANCELLED);
	support_assert_violation(&league->err, REFD_RULE_NOT_DECLARED, NULL);
}

static void AVL_09_B_AVL_1__not_once_it_has_kicked_off(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	struct refd_referee_id berta = league_referee(league, "Berta");

	league->now.us = league_time(7, 0).us - 1;
	league_declare(league, s.fixture, s.anna);
	league->now = league_time(7, 0);
	EXPECT_ONLY(league, try_declare(league, s.fixture, berta), REFD_RULE_FIXTURE_PAST);
	EXPECT_ONLY(league, try_withdraw(league, s.fixture, s.anna), REFD_RULE_FIXTURE_PAST);
}

static void AVL_10_B_AVL_1__not_while_staged_or_assigned(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	league_declare(league, s.fixture, s.anna);
	league_stage(league, s.fixture, s.anna, REFD_ROLE_FIRST);
	EXPECT_ONLY(league, try_withdraw(league, s.fixture, s.anna), REFD_RULE_REFEREE_ASSIGNED);
	league_commit(league);
	EXPECT_ONLY(league, try_withdraw(league, s.fixture, s.anna), REFD_RULE_REFEREE_ASSIGNED);
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_OK);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
}

/* ---- locks ---- */

static void AVL_11_12_EVT_19__the_board_locks_everything(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_lock_target board = the_board();
	struct refd_board_state stored;

	league_declare(league, s.fixture, s.anna);
	support_assert_status(try_lock(league, &board), REFD_OK);
	assert_int_equal(league->result.affected, 1);
	EXPECT_ONLY(league, try_lock(league, &board), REFD_RULE_AVAILABILITY_LOCKED);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_LOCKED);
	support_assert_violation(&league->err, REFD_RULE_AVAILABILITY_LOCKED, NULL);
	/* later fixtures too */
	support_assert_status(
		try_declare(league, league_fixture(league, league_time(9, 0)), s.anna),
		REFD_LOCKED);
	LEAGUE_EXPECT(league, refd_query_board(league->app, &stored, &league->err), REFD_OK);
	assert_true(stored.availability_locked);
	assert_int_equal(stored.version, 1);
	support_assert_status(try_unlock(league, &board), REFD_OK);
	EXPECT_ONLY(league, try_unlock(league, &board), REFD_RULE_AVAILABILITY_NOT_LOCKED);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
	assert_int_equal(league_events_named(league, "AvailabilitiesLocked"), 1);
	assert_int_equal(league_events_named(league, "AvailabilitiesUnlocked"), 1);
	assert_int_equal(league_events_of(league, REFD_NOUN_BOARD, refd_the_board.uuid), 2);
}

static void AVL_11_12__one_fixture_is_locked_by_itself(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	struct refd_fixture_id other = league_fixture(league, league_time(9, 0));
	const struct refd_lock_target target = only(s.fixture), board = the_board();

	support_assert_status(try_lock(league, &target), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	support_assert_status(try_declare(league, s.fixture, s.anna), REFD_LOCKED);
	support_assert_status(try_declare(league, other, s.anna), REFD_OK);
	EXPECT_ONLY(league, try_lock(league, &target), REFD_RULE_AVAILABILITY_LOCKED);
	/* the board's lock comes and goes over it */
	support_assert_status(try_lock(league, &board), REFD_OK);
	support_assert_status(try_unlock(league, &board), REFD_OK);
	support_assert_status(try_declare(league, s.fixture, s.anna), REFD_LOCKED);
	support_assert_status(try_unlock(league, &target), REFD_OK);
	EXPECT_ONLY(league, try_unlock(league, &target), REFD_RULE_AVAILABILITY_NOT_LOCKED);
	support_assert_status(try_declare(league, s.fixture, s.anna), REFD_OK);
}

static void AVL_11__a_range_locks_the_scheduled_fixtures_it_holds(void **state)
{
	struct league *league = *state;
	const struct refd_lock_target range = days(2, 4), empty = days(20, 21),
				      all = {
					      .range = { league_time(1, 0), { 0 } },
				      };
	struct refd_fixture_id fixtures[5];
	int day;

	for (day = 0; day < 5; day++)
		fixtures[day] = league_fixture(league, league_time(day + 1, 0));
	support_assert_status(try_cancel(league, fixtures[4]), REFD_OK);
	support_assert_status(try_lock(league, &range), REFD_OK); /* days 2 and 3 */
	assert_int_equal(league->result.affected, 2);
	for (day = 0; day < 5; day++)
		assert_int_equal(league_fixture_state(league, fixtures[day]).availability_locked,
				 day == 1 || day == 2);
	EXPECT_ONLY(league, try_lock(league, &range), REFD_RULE_AVAILABILITY_LOCKED);
	support_assert_status(try_lock(league, &all), REFD_OK); /* the rest, not those locked */
	assert_int_equal(league->result.affected, 2);
	assert_int_equal(league_fixture_state(league, fixtures[1]).version, 2);
	support_assert_status(try_unlock(league, &range), REFD_OK);
	assert_int_equal(league->result.affected, 2);
	EXPECT_ONLY(league, try_unlock(league, &range), REFD_RULE_AVAILABILITY_NOT_LOCKED);
	support_assert_status(try_lock(league, &empty), REFD_NOT_FOUND);
	assert_int_equal(league_events_named(league, "AvailabilitiesLocked"), 4);
	assert_int_equal(league_events_named(league, "AvailabilitiesUnlocked"), 2);
}

/* What a unit has in hand besides is none of the range's business. */
static void AVL_11__a_range_in_a_unit_is_of_its_own_fixtures(void **state)
{
	struct league *league = *state;
	const struct refd_lock_target until = { .range = { { 0 }, league_time(4, 0) } };
	struct refd_fixture_id inside = league_fixture(league, league_time(1, 0));
	struct refd_fixture_id outside = league_fixture(league, league_time(9, 0));
	struct refd_fixture_id called_off = league_fixture(league, league_time(2, 0));
	struct refd_fixture_id unknown = { support_uuid(99) };

	league_begin(league);
	support_assert_status(try_cancel(league, called_off), REFD_OK);
	support_assert_status(try_cancel(league, unknown), REFD_NOT_FOUND);
	support_assert_status(try_move(league, outside, league_venue(league, "Arena")), REFD_OK);
	support_assert_status(try_lock(league, &until), REFD_OK);
	assert_int_equal(league->result.affected, 1);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_fixture_state(league, inside).availability_locked);
	assert_false(league_fixture_state(league, outside).availability_locked);
	assert_false(league_fixture_state(league, called_off).availability_locked);
}

static void AVL_11__exactly_one_target_is_needed(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	struct refd_lock_target none = { .board = false }, two = only(s.fixture), backwards,
				unknown = only((struct refd_fixture_id){ support_uuid(99) });

	two.board = true;
	backwards = days(4, 2);
	support_assert_status(try_lock(league, &none), REFD_INVALID);
	support_assert_status(try_lock(league, &two), REFD_INVALID);
	support_assert_status(try_unlock(league, &backwards), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_RANGE_REVERSED, "target.range");
	support_assert_status(try_lock(league, &unknown), REFD_NOT_FOUND);
	support_assert_status(try_announce(league, &none, league_time(5, 0)), REFD_INVALID);
}

static void lock__a_cancelled_fixture_is_refused(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_lock_target target = only(s.fixture);

	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	EXPECT_ONLY(league, try_lock(league, &target), REFD_RULE_FIXTURE_CANCELLED);
	EXPECT_ONLY(league, try_announce(league, &target, league_time(5, 0)),
		    REFD_RULE_FIXTURE_CANCELLED);
}

/* ---- the cut-off ---- */

static void AVL_13__withdrawal_ends_a_day_before_the_hand_out(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	struct refd_referee_id berta = league_referee(league, "Berta");
	const struct refd_lock_target target = only(s.fixture);

	league_declare(league, s.fixture, s.anna);
	league_declare(league, s.fixture, berta);
	support_assert_status(try_announce(league, &target, league_time(5, 0)), REFD_OK);
	assert_int_equal(league_events_named(league, "HandOutAnnounced"), 1);
	league->now.us = league_time(4, 0).us - 1;
	support_assert_status(try_withdraw(league, s.fixture, berta), REFD_OK);
	league->now = league_time(4, 0);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_LATE);
	support_assert_violation(&league->err, REFD_RULE_AFTER_CUTOFF, NULL);
	league->now = league_time(4, 90);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_LATE);
	assert_int_equal(league->err.violations[0].measured, 90);
	/* declaring stays possible */
	support_assert_status(try_declare(league, s.fixture, berta), REFD_OK);
}

static void withdrawal_cutoff__is_a_rule(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_lock_target target = only(s.fixture);

	league_declare(league, s.fixture, s.anna);
	support_assert_status(try_announce(league, &target, league_time(5, 0)), REFD_OK);
	league_set_rule(league, "withdrawal_cutoff", "30");
	league->now = league_time(5, -30);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_LATE);
	league_set_rule(league, "withdrawal_cutoff", "0");
	league->now = league_time(5, 0);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_LATE);
	league->now.us = league_time(5, 0).us - 1;
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
}

static void AVL_13__the_fixtures_own_announcement_wins(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_lock_target board = the_board(), target = only(s.fixture);

	league_declare(league, s.fixture, s.anna);
	support_assert_status(try_announce(league, &board, league_time(1, 0)), REFD_OK);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_LATE);
	support_assert_status(try_announce(league, &target, league_time(6, 0)), REFD_OK);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
}

static void AVL_13__nothing_announced_is_never_late(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);

	league_declare(league, s.fixture, s.anna);
	league->now.us = league_time(7, 0).us - 1;
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
}

static void announce__an_instant_is_needed(void **state)
{
	struct league *league = *state;
	const struct refd_lock_target board = the_board(), range = days(1, 30);
	struct scene s = scene(league);

	support_assert_status(try_announce(league, &board, (struct refd_time){ 0 }), REFD_INVALID);
	support_assert_status(try_announce(league, &board, (struct refd_time){ REFD_TIME_MAX + 1 }),
			      REFD_INVALID);
	support_assert_status(try_announce(league, &board, (struct refd_time){ REFD_TIME_MIN - 1 }),
			      REFD_INVALID);
	support_assert_status(try_announce(league, &range, league_time(3, 0)), REFD_OK);
	assert_int_equal(league_fixture_state(league, s.fixture).hand_out.us, league_time(3, 0).us);
	support_assert_status(try_announce(league, &range, league_time(4, 0)), REFD_OK);
	assert_int_equal(league_fixture_state(league, s.fixture).hand_out.us, league_time(4, 0).us);
}

static void withdraw__everything_in_the_way_is_named(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_lock_target board = the_board();

	league_stage(league, s.fixture, s.anna, REFD_ROLE_FIRST);
	support_assert_status(try_announce(league, &board, league_time(1, 0)), REFD_OK);
	support_assert_status(try_lock(league, &board), REFD_OK);
	EXPECT_REFUSED(league, try_withdraw(league, s.fixture, s.anna), REFD_RULE_NOT_DECLARED);
	support_assert_violation(&league->err, REFD_RULE_REFEREE_ASSIGNED, NULL);
	support_assert_violation(&league->err, REFD_RULE_AVAILABILITY_LOCKED, NULL);
	support_assert_violation(&league->err, REFD_RULE_AFTER_CUTOFF, NULL);
	assert_int_equal(league->err.total, 4);
	assert_int_equal(league->err.status, REFD_REFUSED);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(AVL_01_EVT_09__availability_is_declared),
		LEAGUE_TEST(AVL_02_08_B_AVL_2__declared_twice_is_refused),
		LEAGUE_TEST(AVL_03_04__unknown_parties_are_not_found),
		LEAGUE_TEST(declare__a_retired_referee_is_refused),
		LEAGUE_TEST(AVL_05_EVT_10__availability_is_withdrawn),
		LEAGUE_TEST(AVL_06__what_was_not_declared_is_not_withdrawn),
		LEAGUE_TEST(AVL_07__the_fixtures_of_a_referee_by_kickoff),
		LEAGUE_TEST(AVL_14__the_referees_of_a_fixture),
		LEAGUE_TEST(AVL_09_B_AVL_1__not_for_a_cancelled_fixture),
		LEAGUE_TEST(AVL_09_B_AVL_1__not_once_it_has_kicked_off),
		LEAGUE_TEST(AVL_10_B_AVL_1__not_while_staged_or_assigned),
		LEAGUE_TEST(AVL_11_12_EVT_19__the_board_locks_everything),
		LEAGUE_TEST(AVL_11_12__one_fixture_is_locked_by_itself),
		LEAGUE_TEST(AVL_11__a_range_locks_the_scheduled_fixtures_it_holds),
		LEAGUE_TEST(AVL_11__a_range_in_a_unit_is_of_its_own_fixtures),
		LEAGUE_TEST(AVL_11__exactly_one_target_is_needed),
		LEAGUE_TEST(lock__a_cancelled_fixture_is_refused),
		LEAGUE_TEST(AVL_13__withdrawal_ends_a_day_before_the_hand_out),
		LEAGUE_TEST(withdrawal_cutoff__is_a_rule),
		LEAGUE_TEST(AVL_13__the_fixtures_own_announcement_wins),
		LEAGUE_TEST(AVL_13__nothing_announced_is_never_late),
		LEAGUE_TEST(announce__an_instant_is_needed),
		LEAGUE_TEST(withdraw__everything_in_the_way_is_named),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app availabilities", tests, NULL, NULL);
}
