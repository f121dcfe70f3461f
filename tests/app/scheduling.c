#include "league.h"

static bool is_set(struct refd_referee_id id)
{
	return !refd_uuid_is_unset(id.uuid);
}

static struct refd_schedule fresh(struct league *league, struct refd_time kickoff)
{
	struct refd_schedule cmd = { .kickoff = kickoff };

	cmd.home = league_team(league, "A");
	cmd.away = league_team(league, "B");
	cmd.venue = league_venue(league, "Hall");
	return cmd;
}

static enum refd_status schedule(struct league *league, const struct refd_schedule *cmd)
{
	return refd_scheduling_schedule(league->app, NULL, cmd, &league->result, &league->err);
}

static void FIX_01__a_fixture_is_scheduled_without_referees(void **state)
{
	struct league *league = *state;
	struct refd_schedule cmd = fresh(league, league_time(7, 0));
	struct refd_fixture_state stored;

	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_OK);
	stored = league_fixture_state(
		league, (struct refd_fixture_id){ league->result.items[0].object.id });
	assert_int_equal(stored.status, REFD_FIXTURE_SCHEDULED);
	assert_int_equal(stored.kickoff.us, cmd.kickoff.us);
	assert_int_equal(stored.version, 1);
	assert_false(is_set(league_slot(league, stored.id, REFD_ROLE_FIRST)));
	assert_int_equal(league_events_named(league, "FixtureCreated"), 1);
}

static void FIX_02_03_04__every_unknown_party_is_named(void **state)
{
	struct league *league = *state;
	struct refd_schedule cmd = { .home = { support_uuid(901) },
				     .away = { support_uuid(902) },
				     .venue = { support_uuid(903) } };
	size_t events = league_events(league);

	cmd.kickoff = league_time(7, 0);
	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_NOT_FOUND);
	assert_non_null(strstr(league->err.message, "000000000385")); /* 901 */
	assert_non_null(strstr(league->err.message, "000000000386"));
	assert_non_null(strstr(league->err.message, "000000000387"));
	assert_int_equal(league_events(league), events);
}

static void FIX_05_to_09__all_violations_come_together(void **state)
{
	struct league *league = *state;
	struct refd_schedule cmd = fresh(league, league_time(7, 0));
	struct refd_schedule second;

	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_OK);
	second = cmd;
	second.away = second.home;
	LEAGUE_EXPECT(league, schedule(league, &second), REFD_REFUSED);
	support_assert_violation(&league->err, REFD_RULE_SAME_TEAM, NULL);
	support_assert_violation(&league->err, REFD_RULE_VENUE_TAKEN, NULL);
	support_assert_violation(&league->err, REFD_RULE_TEAM_TAKEN, NULL);
	assert_int_equal(league->err.total, 3);
}

static void FIX_06_to_08__the_other_fixture_is_the_counterpart(void **state)
{
	struct league *league = *state;
	struct refd_schedule cmd = fresh(league, league_time(7, 0));
	struct refd_uuid first;

	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_OK);
	first = league->result.items[0].object.id;
	cmd.kickoff = league_time(7, 300);
	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_REFUSED);
	assert_int_equal(league->err.total, 3);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, first));
	cmd.kickoff = league_time(8, 0);
	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_OK);
}

static void FIX_17_27__a_new_day_drops_availabilities_and_releases(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");

	league_assign(league, fixture, anna, REFD_ROLE_FIRST);
	league_declare(league, fixture, berta);
	assert_true(refd_uuid_equal(league_slot(league, fixture, REFD_ROLE_FIRST).uuid, anna.uuid));
	LEAGUE_EXPECT(league,
		      refd_scheduling_reschedule(league->app, NULL, fixture, league_time(8, 0),
						 &league->result, &league->err),
		      REFD_OK);
	assert_false(is_set(league_slot(league, fixture, REFD_ROLE_FIRST)));
	assert_int_equal(league_availabilities(league, fixture), 0);
	assert_int_equal(league_assignments(league, fixture, (enum refd_assignment_status)0), 0);
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_FIXTURE_REDATED), 1);
	assert_int_equal(league_notices(league, berta, REFD_NOTICE_FIXTURE_REDATED), 1);
	assert_int_equal(league_events_named(league, "RefereeUnassigned"), 1);
	assert_int_equal(league_events_named(league, "AvailabilityWithdrawn"), 2);
}

static void NTF_01__the_same_day_keeps_the_referee_and_tells(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_assign(league, fixture, anna, REFD_ROLE_SECOND);
	LEAGUE_EXPECT(league,
		      refd_scheduling_reschedule(league->app, NULL, fixture, league_time(7, 30),
						 &league->result, &league->err),
		      REFD_OK);
	assert_true(
		refd_uuid_equal(league_slot(league, fixture, REFD_ROLE_SECOND).uuid, anna.uuid));
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_FIXTURE_REDATED), 1);
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_ASSIGNED), 1);
}

static void FIX_21_24__move_and_cancel(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other hall");
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_assign(league, fixture, anna, REFD_ROLE_FIRST);
	LEAGUE_EXPECT(league,
		      refd_scheduling_move(league->app, NULL, fixture, other, &league->result,
					   &league->err),
		      REFD_OK);
	assert_true(refd_uuid_equal(league_fixture_state(league, fixture).venue.uuid, other.uuid));
	assert_true(is_set(league_slot(league, fixture, REFD_ROLE_FIRST)));
	LEAGUE_EXPECT(
		league,
		refd_scheduling_cancel(league->app, NULL, fixture, &league->result, &league->err),
		REFD_OK);
	assert_false(is_set(league_slot(league, fixture, REFD_ROLE_FIRST)));
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_FIXTURE_MOVED), 1);
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_FIXTURE_CANCELLED), 1);
	LEAGUE_EXPECT(
		league,
		refd_scheduling_cancel(league->app, NULL, fixture, &league->result, &league->err),
		REFD_REFUSED);
	support_assert_violation(&league->err, REFD_RULE_FIXTURE_CANCELLED, NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(FIX_01__a_fixture_is_scheduled_without_referees),
		LEAGUE_TEST(FIX_02_03_04__every_unknown_party_is_named),
		LEAGUE_TEST(FIX_05_to_09__all_violations_come_together),
		LEAGUE_TEST(FIX_06_to_08__the_other_fixture_is_the_counterpart),
		LEAGUE_TEST(FIX_17_27__a_new_day_drops_availabilities_and_releases),
		LEAGUE_TEST(NTF_01__the_same_day_keeps_the_referee_and_tells),
		LEAGUE_TEST(FIX_21_24__move_and_cancel),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app scheduling", tests, NULL, NULL);
}
