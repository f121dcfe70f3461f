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

static void FIX_01_EVT_05__a_fixture_is_scheduled_without_referees(void **state)
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

/* ---- time zones that fail ---- */

struct zones {
	struct refd_timezone inner;
	enum refd_status status;
	size_t calls, fail_at;
};

static enum refd_status offset(void *self, struct refd_str zone, struct refd_time time,
			       int32_t *ret, struct refd_error *err)
{
	struct zones *zones = self;

	if (++zones->calls == zones->fail_at)
		return refd_error_set(err, zones->status, "the zones are gone");
	return zones->inner.ops->offset(zones->inner.self, zone, time, ret, err);
}

static const struct refd_timezone_ops failing_zones = { sizeof(failing_zones), offset };

/* Between two fixtures in the same hall, the days before and after. */
static struct refd_schedule between(struct league *league)
{
	struct refd_schedule cmd = fresh(league, league_time(8, 0));

	(void)league_fixture_at(league, cmd.venue, league_time(7, 0));
	(void)league_fixture_at(league, cmd.venue, league_time(9, 0));
	return cmd;
}

/* Each answer of the zones in turn is a failure. @return how many there were when none was */
static size_t fail_each_zone(struct league *league, struct zones *zones,
			     const struct refd_schedule *cmd, enum refd_status expected)
{
	const size_t events = league_events(league);

	for (zones->fail_at = 1; zones->fail_at < 100; zones->fail_at++) {
		enum refd_status st;

		zones->calls = 0;
		refd_error_clear(&league->err);
		st = schedule(league, cmd);
		if (zones->calls < zones->fail_at) {
			support_assert_status(st, expected);
			break;
		}
		support_assert_status(st, REFD_BACKEND);
		assert_string_equal(league->err.message, "the zones are gone");
		assert_int_equal(league_events(league), events);
	}
	return zones->fail_at - 1;
}

static void zone__that_fails_changes_nothing(void **state)
{
	struct league *league = *state;
	struct zones zones = { .inner = league->ports.timezone, .status = REFD_BACKEND };
	struct refd_schedule cmd;
	struct refd_app *sound = league->app, *app = NULL;

	league_set_rule(league, "day_zone", "Europe/Berlin");
	cmd = between(league);
	league->ports.timezone = (struct refd_timezone){ &failing_zones, &zones };
	LEAGUE_EXPECT(league, refd_app_create(&league->ports, &app, &league->err), REFD_OK);
	league->app = app;
	/* two rivals, two days each, and its claims */
	assert_int_equal(fail_each_zone(league, &zones, &cmd, REFD_OK), 5);
	/* now it is one of them, and in the way; what it is refused for is not known by halves */
	cmd.kickoff.us += REFD_MINUTE;
	assert_in_range(fail_each_zone(league, &zones, &cmd, REFD_REFUSED), 6, 98);
	support_assert_violation(&league->err, REFD_RULE_VENUE_TAKEN, NULL);
	league->app = sound;
	refd_app_destroy(app);
	league->ports.timezone = zones.inner;
}

/* The rules were set when it was known. */
static void zone__that_is_no_longer_known_is_unavailable(void **state)
{
	struct league *league = *state;
	struct zones zones = { .inner = league->ports.timezone, .status = REFD_NOT_FOUND };
	struct refd_schedule cmd;
	struct refd_app *sound = league->app, *app = NULL;
	struct refd_unit *unit;

	league_set_rule(league, "day_zone", "Europe/Berlin");
	cmd = between(league);
	league->ports.timezone = (struct refd_timezone){ &failing_zones, &zones };
	LEAGUE_EXPECT(league, refd_app_create(&league->ports, &app, &league->err), REFD_OK);
	league->app = app;
	unit = league_begin(league);
	zones.fail_at = 1;
	LEAGUE_EXPECT(league,
		      refd_scheduling_schedule(
			      app,
			      &(struct refd_command){ .struct_size = sizeof(struct refd_command),
						      .unit = unit },
			      &cmd, &league->result, &league->err),
		      REFD_UNAVAILABLE);
	assert_non_null(strstr(league->err.message, "Europe/Berlin"));
	league_drop(league);
	league->app = sound;
	refd_app_destroy(app);
	league->ports.timezone = zones.inner;
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
	support_assert_violation(&league->err, REFD_RULE_VENUE_TAKEN, "fixture.venue");
	support_assert_violation(&league->err, REFD_RULE_TEAM_TAKEN, "fixture.home");
	support_assert_violation(&league->err, REFD_RULE_TEAM_TAKEN, "fixture.away");
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

/* ---- the parties and the day ---- */

struct pitch {
	struct refd_team_id home, away;
	struct refd_venue_id hall;
};

static struct pitch pitch(struct league *league)
{
	return (struct pitch){ league_team(league, "A"), league_team(league, "B"),
			       league_venue(league, "Hall") };
}

static struct refd_time at(const char *text)
{
	struct refd_time time = { 0 };

	assert_int_equal(refd_time_parse(refd_str_of(text), "time", &time, NULL), REFD_OK);
	return time;
}

static enum refd_status schedule_at(struct league *league, const struct pitch *p,
				    struct refd_time kickoff)
{
	return try_schedule(league, p->home, p->away, p->hall, kickoff);
}

static void FIX_01__every_id_is_required(void **state)
{
	struct league *league = *state;
	const struct refd_schedule cmd = { .kickoff = league_time(7, 0) };

	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_REQUIRED, "fixture.home");
	support_assert_violation(&league->err, REFD_RULE_REQUIRED, "fixture.away");
	support_assert_violation(&league->err, REFD_RULE_REQUIRED, "fixture.venue");
}

static void FIX_01__an_unset_or_impossible_kickoff_is_invalid(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);

	support_assert_status(schedule_at(league, &p, (struct refd_time){ 0 }), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_REQUIRED, "fixture.kickoff");
	support_assert_status(schedule_at(league, &p, (struct refd_time){ REFD_TIME_MAX + 1 }),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "fixture.kickoff");
	support_assert_status(schedule_at(league, &p, (struct refd_time){ REFD_TIME_MAX }),
			      REFD_OK);
}

static void FIX_01__the_caller_may_bring_an_id_once(void **state)
{
	struct league *league = *state;
	struct refd_schedule cmd = fresh(league, league_time(7, 0));
	size_t events;

	cmd.id.uuid = support_uuid(4711);
	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_OK);
	events = league_events(league);
	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_ALREADY_EXISTS);
	cmd.kickoff = league_time(9, 0);
	LEAGUE_EXPECT(league, schedule(league, &cmd), REFD_ALREADY_EXISTS);
	assert_int_equal(league_events(league), events);
	assert_int_equal(league_fixture_state(league, cmd.id).kickoff.us, league_time(7, 0).us);
}

static void FIX_05__a_team_does_not_play_itself(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);

	EXPECT_ONLY(league, try_schedule(league, p.home, p.home, p.hall, league_time(7, 0)),
		    REFD_RULE_SAME_TEAM);
}

static void FIX_07_08__a_team_plays_once_a_day_home_or_away(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);
	struct refd_team_id third = league_team(league, "C");
	struct refd_venue_id other = league_venue(league, "Other");

	support_assert_status(schedule_at(league, &p, league_time(7, 0)), REFD_OK);
	EXPECT_ONLY(league, try_schedule(league, p.home, third, other, league_time(7, 200)),
		    REFD_RULE_TEAM_TAKEN);
	EXPECT_ONLY(league, try_schedule(league, third, p.home, other, league_time(7, 200)),
		    REFD_RULE_TEAM_TAKEN);
	EXPECT_ONLY(league, try_schedule(league, p.away, third, other, league_time(7, -200)),
		    REFD_RULE_TEAM_TAKEN);
	EXPECT_ONLY(league, try_schedule(league, third, p.away, other, league_time(7, 0)),
		    REFD_RULE_TEAM_TAKEN);
	support_assert_status(try_schedule(league, third, p.away, other, league_time(8, 0)),
			      REFD_OK);
}

static void FIX_09__the_kickoff_lies_in_the_future(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);

	EXPECT_ONLY(league, schedule_at(league, &p, league->now), REFD_RULE_KICKOFF_NOT_FUTURE);
	support_assert_status(schedule_at(league, &p, (struct refd_time){ league->now.us + 1 }),
			      REFD_OK);
	league_set_rule(league, "require_future_kickoff", "false");
	support_assert_status(try_schedule_in(league, p.hall, league_time(-400, 0)), REFD_OK);
}

static void FIX_10__all_that_is_wrong_comes_at_once(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);

	league_set_rule(league, "require_future_kickoff", "false");
	support_assert_status(schedule_at(league, &p, league_time(-7, 0)), REFD_OK);
	league_set_rule(league, "require_future_kickoff", "true");
	LEAGUE_EXPECT(league,
		      refd_registry_retire_venue(league->app, NULL, p.hall, &league->result,
						 &league->err),
		      REFD_OK);
	EXPECT_REFUSED(league, try_schedule(league, p.home, p.home, p.hall, league_time(-7, 60)),
		       REFD_RULE_SAME_TEAM);
	support_assert_violation(&league->err, REFD_RULE_KICKOFF_NOT_FUTURE, NULL);
	support_assert_violation(&league->err, REFD_RULE_RETIRED, NULL);
	support_assert_violation(&league->err, REFD_RULE_VENUE_TAKEN, NULL);
	support_assert_violation(&league->err, REFD_RULE_TEAM_TAKEN, NULL);
	assert_int_equal(league->err.total, 5);
}

static void schedule__each_retired_party_is_named(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);

	LEAGUE_EXPECT(
		league,
		refd_registry_retire_team(league->app, NULL, p.home, &league->result, &league->err),
		REFD_OK);
	LEAGUE_EXPECT(
		league,
		refd_registry_retire_team(league->app, NULL, p.away, &league->result, &league->err),
		REFD_OK);
	EXPECT_REFUSED(league, schedule_at(league, &p, league_time(7, 0)), REFD_RULE_RETIRED);
	assert_int_equal(league->err.total, 2);
	assert_int_equal(league->err.violations[0].counterpart.noun, REFD_NOUN_TEAM);
}

static void FIX_11_B_FIX_6__the_day_is_half_open(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	support_assert_status(try_schedule_in(league, hall, at("2026-10-03T23:59:59.999999Z")),
			      REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, at("2026-10-03T00:00:00Z")),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, at("2026-10-04T00:00:00Z")), REFD_OK);
	support_assert_status(try_schedule_in(league, hall, at("2026-10-02T23:59:59.999999Z")),
			      REFD_OK);
}

static void FIX_12_B_FIX_5__a_cancelled_fixture_blocks_nothing(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);

	support_assert_status(schedule_at(league, &p, league_time(7, 0)), REFD_OK);
	support_assert_status(try_cancel(league, (struct refd_fixture_id){ league_made(league) }),
			      REFD_OK);
	support_assert_status(schedule_at(league, &p, league_time(7, 0)), REFD_OK);
}

static void FIX_06__an_error_without_room_for_violations_gets_the_message(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_schedule cmd = fresh(league, league_time(7, 60));
	struct refd_error head = { .struct_size = offsetof(struct refd_error, violations) };

	league_fixture_at(league, hall, league_time(7, 0));
	cmd.venue = hall;
	support_assert_status(
		refd_scheduling_schedule(league->app, NULL, &cmd, &league->result, &head),
		REFD_REFUSED);
	assert_int_equal(head.kept, 0);
	assert_int_equal(head.total, 1);
	assert_non_null(strstr(head.message, "has another fixture at"));
}

static void FIX_13__overlap_lets_a_venue_be_used_twice_a_day(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	league_set_rule(league, "exclusivity", "overlap");
	support_assert_status(try_schedule_in(league, hall, league_time(7, 0)), REFD_OK);
	EXPECT_ONLY(league,
		    try_schedule_in(league, hall, (struct refd_time){ league_time(7, 120).us - 1 }),
		    REFD_RULE_VENUE_TAKEN);
	EXPECT_ONLY(
		league,
		try_schedule_in(league, hall, (struct refd_time){ league_time(7, -120).us + 1 }),
		REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, league_time(7, 120)), REFD_OK);
	support_assert_status(try_schedule_in(league, hall, league_time(7, -120)), REFD_OK);
	/* half an hour between two of the three that are there is no room */
	EXPECT_REFUSED(league, try_schedule_in(league, hall, league_time(7, 60)),
		       REFD_RULE_VENUE_TAKEN);
	assert_int_equal(league->err.total, 2);
}

static void schedule__rivals_are_named_by_kickoff(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_uuid late, early;

	league_set_rule(league, "exclusivity", "overlap");
	support_assert_status(try_schedule_in(league, hall, league_time(7, 120)), REFD_OK);
	late = league_made(league);
	support_assert_status(try_schedule_in(league, hall, league_time(7, 0)), REFD_OK);
	early = league_made(league);
	EXPECT_REFUSED(league, try_schedule_in(league, hall, league_time(7, 60)),
		       REFD_RULE_VENUE_TAKEN);
	assert_int_equal(league->err.total, 2);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, early));
	assert_true(refd_uuid_equal(league->err.violations[1].counterpart.id, late));
}

static void FIX_13__overlap_goes_by_the_match_duration(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	league_set_rule(league, "exclusivity", "overlap");
	league_set_rule(league, "match_duration", "1440");
	support_assert_status(try_schedule_in(league, hall, league_time(7, 0)), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(7, 1439)),
		    REFD_RULE_VENUE_TAKEN);
	league_set_rule(league, "match_duration", "1");
	support_assert_status(try_schedule_in(league, hall, league_time(7, 1)), REFD_OK);
	EXPECT_REFUSED(
		league,
		try_schedule_in(league, hall, (struct refd_time){ league_time(7, 1).us - 1 }),
		REFD_RULE_VENUE_TAKEN);
	assert_int_equal(league->err.total, 2);
}

static void B_FIX_8__the_day_is_counted_in_the_zone(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	league_set_rule(league, "day_zone", "Europe/Berlin");
	/* 2026-10-03 in Berlin goes from 22:00Z the day before to 22:00Z */
	support_assert_status(try_schedule_in(league, hall, at("2026-10-02T22:00:00Z")), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, at("2026-10-03T21:59:59.999999Z")),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, at("2026-10-03T22:00:00Z")), REFD_OK);
	support_assert_status(try_schedule_in(league, hall, at("2026-10-02T21:59:59.999999Z")),
			      REFD_OK);
}

static void B_FIX_8__days_of_23_and_25_hours(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	league_set_rule(league, "day_zone", "Europe/Berlin");
	/* the clocks go back on 2026-10-25: 25 hours from 2026-10-24T22:00Z */
	support_assert_status(try_schedule_in(league, hall, at("2026-10-24T22:00:00Z")), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, at("2026-10-25T22:59:59Z")),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, at("2026-10-25T23:00:00Z")), REFD_OK);
	/* and forward on 2027-03-28: 23 hours from 2027-03-27T23:00Z */
	support_assert_status(try_schedule_in(league, hall, at("2027-03-27T23:00:00Z")), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, at("2027-03-28T21:59:59Z")),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, at("2027-03-28T22:00:00Z")), REFD_OK);
}

static void B_FIX_1__the_blocking_fixture_is_named_staffed_or_not(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id blocking = league_fixture_at(league, hall, league_time(7, 0));
	enum refd_role role;

	for (role = REFD_ROLE_FIRST; role <= REFD_ROLE_SECOND + 1; role++) {
		EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(7, 60)),
			    REFD_RULE_VENUE_TAKEN);
		assert_true(
			refd_uuid_equal(league->err.violations[0].counterpart.id, blocking.uuid));
		if (role <= REFD_ROLE_SECOND)
			league_assign(league, blocking, league_referee(league, "Anna"), role);
	}
}

/* ---- reading ---- */

struct card {
	char home[40], away[40], hall[40], referee[40];
	size_t n;
};

static enum refd_status copy_card(void *self, const struct refd_fixture_card *card)
{
	struct card *copy = self;

	snprintf(copy->home, sizeof(copy->home), "%.*s", (int)card->home_name.len,
		 card->home_name.ptr);
	snprintf(copy->away, sizeof(copy->away), "%.*s", (int)card->away_name.len,
		 card->away_name.ptr);
	snprintf(copy->hall, sizeof(copy->hall), "%.*s", (int)card->venue_name.len,
		 card->venue_name.ptr);
	if (card->n_referees > 0)
		snprintf(copy->referee, sizeof(copy->referee), "%.*s",
			 (int)card->referees[0].name.len, card->referees[0].name.ptr);
	copy->n++;
	return REFD_OK;
}

static void FIX_14_32__a_fixture_is_read_with_the_names(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);
	struct card card = { .n = 0 };
	struct refd_fixture_id id;

	support_assert_status(schedule_at(league, &p, league_time(7, 0)), REFD_OK);
	id.uuid = league_made(league);
	league_assign(league, id, league_referee(league, "Anna"), REFD_ROLE_SECOND);
	LEAGUE_EXPECT(league, refd_query_fixture(league->app, id, copy_card, &card, &league->err),
		      REFD_OK);
	assert_string_equal(card.home, "A");
	assert_string_equal(card.away, "B");
	assert_string_equal(card.hall, "Hall");
	assert_string_equal(card.referee, "Anna");
	id.uuid = support_uuid(99);
	LEAGUE_EXPECT(league, refd_query_fixture(league->app, id, copy_card, &card, &league->err),
		      REFD_NOT_FOUND);
	assert_int_equal(card.n, 1);
}

struct kickoffs {
	int64_t last;
	size_t n;
};

static enum refd_status note_kickoff(void *self, const struct refd_fixture_card *card)
{
	struct kickoffs *kickoffs = self;

	assert_true(card->fixture.kickoff.us >= kickoffs->last);
	kickoffs->last = card->fixture.kickoff.us;
	kickoffs->n++;
	return REFD_OK;
}

static void FIX_15_16__fixtures_are_listed_by_date_within_a_range(void **state)
{
	struct league *league = *state;
	struct refd_fixture_filter filter = { .range = { league_time(2, 0), league_time(4, 0) } };
	struct kickoffs kickoffs = { INT64_MIN, 0 };
	int day;

	for (day = 5; day > 0; day--)
		league_fixture(league, league_time(day, 0));
	LEAGUE_EXPECT(league,
		      refd_query_fixtures(league->app, NULL, NULL, note_kickoff, &kickoffs, NULL,
					  &league->err),
		      REFD_OK);
	assert_int_equal(kickoffs.n, 5);
	kickoffs = (struct kickoffs){ INT64_MIN, 0 };
	LEAGUE_EXPECT(league,
		      refd_query_fixtures(league->app, &filter, NULL, note_kickoff, &kickoffs, NULL,
					  &league->err),
		      REFD_OK);
	assert_int_equal(kickoffs.n, 2); /* from is in, to is not */
	filter.range = (struct refd_range){ league_time(4, 0), league_time(2, 0) };
	LEAGUE_EXPECT(league,
		      refd_query_fixtures(league->app, &filter, NULL, note_kickoff, &kickoffs, NULL,
					  &league->err),
		      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_RANGE_REVERSED, NULL);
}

/* ---- changing ---- */

static void FIX_17_EVT_06__a_new_date_is_stored(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));

	support_assert_status(try_reschedule(league, id, league_time(9, 30)), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	assert_int_equal(league_fixture_state(league, id).kickoff.us, league_time(9, 30).us);
	assert_int_equal(league_fixture_state(league, id).version, 2);
	assert_int_equal(league_events_named(league, "FixtureDateChanged"), 1);
}

static void FIX_17__the_present_date_again_changes_nothing(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));

	support_assert_status(try_reschedule(league, id, league_time(7, 0)), REFD_OK);
	assert_int_equal(league->result.items[0].version, 1);
	assert_int_equal(league_events_named(league, "FixtureDateChanged"), 0);
}

static void FIX_18_22_26__an_unknown_fixture_is_not_found(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = { support_uuid(99) };
	struct refd_venue_id hall = league_venue(league, "Hall");

	support_assert_status(try_reschedule(league, id, league_time(7, 0)), REFD_NOT_FOUND);
	assert_true(refd_uuid_equal(league->err.object.id, id.uuid));
	support_assert_status(try_move(league, id, hall), REFD_NOT_FOUND);
	support_assert_status(try_cancel(league, id), REFD_NOT_FOUND);
	id = league_fixture(league, league_time(7, 0));
	support_assert_status(try_move(league, id, (struct refd_venue_id){ support_uuid(99) }),
			      REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_VENUE);
}

static void FIX_19_B_FIX_3__a_new_date_obeys_the_rules_of_creation(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);
	struct refd_fixture_id id;

	support_assert_status(schedule_at(league, &p, league_time(7, 0)), REFD_OK);
	support_assert_status(schedule_at(league, &p, league_time(8, 0)), REFD_OK);
	id.uuid = league_made(league);
	EXPECT_REFUSED(league, try_reschedule(league, id, league_time(7, 60)),
		       REFD_RULE_VENUE_TAKEN);
	support_assert_violation(&league->err, REFD_RULE_TEAM_TAKEN, NULL);
	assert_int_equal(league->err.total, 3);
	EXPECT_ONLY(league, try_reschedule(league, id, league->now), REFD_RULE_KICKOFF_NOT_FUTURE);
	/* itself it does not block */
	support_assert_status(try_reschedule(league, id, league_time(8, 60)), REFD_OK);
	support_assert_status(try_reschedule(league, id, (struct refd_time){ 0 }), REFD_INVALID);
}

static void FIX_20_B_FIX_7__a_cancelled_fixture_stays_as_it_is(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other");
	size_t events;

	support_assert_status(try_cancel(league, id), REFD_OK);
	events = league_events(league);
	EXPECT_ONLY(league, try_reschedule(league, id, league_time(8, 0)),
		    REFD_RULE_FIXTURE_CANCELLED);
	EXPECT_ONLY(league, try_reschedule(league, id, league_time(7, 0)),
		    REFD_RULE_FIXTURE_CANCELLED);
	EXPECT_ONLY(league, try_move(league, id, other), REFD_RULE_FIXTURE_CANCELLED);
	EXPECT_ONLY(league, try_move(league, id, league_fixture_state(league, id).venue),
		    REFD_RULE_FIXTURE_CANCELLED);
	assert_int_equal(league_events(league), events);
}

static void FIX_21_EVT_07__a_new_venue_is_stored(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other");

	support_assert_status(try_move(league, id, other), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	assert_int_equal(league_events_named(league, "FixtureVenueChanged"), 1);
	support_assert_status(try_move(league, id, other), REFD_OK); /* again: nothing */
	assert_int_equal(league_fixture_state(league, id).version, 2);
}

static void FIX_23_B_FIX_3__a_taken_or_retired_venue_is_refused(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id blocking = league_fixture_at(league, other, league_time(7, 240));

	EXPECT_ONLY(league, try_move(league, id, other), REFD_RULE_VENUE_TAKEN);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, blocking.uuid));
	LEAGUE_EXPECT(
		league,
		refd_registry_retire_venue(league->app, NULL, other, &league->result, &league->err),
		REFD_OK);
	EXPECT_REFUSED(league, try_move(league, id, other), REFD_RULE_RETIRED);
	support_assert_violation(&league->err, REFD_RULE_VENUE_TAKEN, NULL);
}

static void FIX_23__a_move_is_judged_by_the_clock_under_overlap(void **state)
{
	struct league *league = *state;
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id blocking = league_fixture_at(league, other, league_time(7, 240));
	struct refd_fixture_id id;
	size_t i;
	const struct {
		int minutes;
		bool taken;
	} tries[] = { { 120, false }, { 121, true }, { 240, true }, { 359, true }, { 360, false } };

	league_set_rule(league, "exclusivity", "overlap");
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		id = league_fixture(league, league_time(7, tries[i].minutes));
		if (!tries[i].taken) {
			support_assert_status(try_move(league, id, other), REFD_OK);
			support_assert_status(try_cancel(league, id), REFD_OK);
			continue;
		}
		EXPECT_ONLY(league, try_move(league, id, other), REFD_RULE_VENUE_TAKEN);
		assert_true(
			refd_uuid_equal(league->err.violations[0].counterpart.id, blocking.uuid));
		assert_int_equal(league_fixture_state(league, id).version, 1);
	}
}

static void FIX_23__every_match_in_the_way_of_a_move_is_named(void **state)
{
	struct league *league = *state;
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id id = league_fixture(league, league_time(7, 60));

	league_set_rule(league, "exclusivity", "overlap");
	league_fixture_at(league, other, league_time(7, 0));
	league_fixture_at(league, other, league_time(7, 120));
	EXPECT_REFUSED(league, try_move(league, id, other), REFD_RULE_VENUE_TAKEN);
	assert_int_equal(league->err.total, 2);
	assert_false(refd_uuid_equal(league->err.violations[0].counterpart.id,
				     league->err.violations[1].counterpart.id));
}

static void FIX_23__a_move_goes_where_only_cancelled_matches_and_other_days_are(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id cancelled = league_fixture_at(league, other, league_time(7, 0));

	league_fixture_at(league, other, league_time(6, 0));
	league_fixture_at(league, other, league_time(8, 0));
	EXPECT_ONLY(league, try_move(league, id, other), REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_cancel(league, cancelled), REFD_OK);
	support_assert_status(try_move(league, id, other), REFD_OK);
	/* and now it is the one in the way */
	EXPECT_ONLY(league, try_schedule_in(league, other, league_time(7, 300)),
		    REFD_RULE_VENUE_TAKEN);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, id.uuid));
}

/* Matches are not judged anew when the rules change; a new hall makes the teams' clash no worse, a
 * new date is judged. */
static void FIX_19_23__a_team_s_other_match_is_in_the_way_of_a_date_not_of_a_move(void **state)
{
	struct league *league = *state;
	struct pitch p = pitch(league);
	struct refd_team_id third = league_team(league, "C");
	struct refd_fixture_id id, first;

	league_set_rule(league, "exclusivity", "overlap");
	support_assert_status(schedule_at(league, &p, league_time(7, 0)), REFD_OK);
	first.uuid = league_made(league);
	support_assert_status(try_schedule(league, third, p.away, league_venue(league, "Second"),
					   league_time(7, 120)),
			      REFD_OK);
	id.uuid = league_made(league);
	league_set_rule(league, "match_duration", "180");
	support_assert_status(try_move(league, id, league_venue(league, "Other")), REFD_OK);
	EXPECT_ONLY(league, try_move(league, id, p.hall), REFD_RULE_VENUE_TAKEN);
	EXPECT_ONLY(league, try_reschedule(league, id, league_time(7, 179)), REFD_RULE_TEAM_TAKEN);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, first.uuid));
	support_assert_status(try_reschedule(league, id, league_time(7, 180)), REFD_OK);
}

static void FIX_24_25_EVT_08__a_fixture_is_cancelled_once(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	size_t events;

	support_assert_status(try_cancel(league, id), REFD_OK);
	assert_int_equal(league_fixture_state(league, id).status, REFD_FIXTURE_CANCELLED);
	assert_int_equal(league_events_named(league, "FixtureCancelled"), 1);
	events = league_events(league);
	EXPECT_ONLY(league, try_cancel(league, id), REFD_RULE_FIXTURE_CANCELLED);
	assert_int_equal(league_events(league), events);
}

static void FIX_27_NTF_03__cancelling_releases_and_tells_everybody(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");
	struct refd_referee_id clara = league_referee(league, "Clara");

	league_assign(league, id, anna, REFD_ROLE_FIRST);
	league_declare(league, id, berta);
	league_stage(league, id, clara, REFD_ROLE_SECOND);
	support_assert_status(try_cancel(league, id), REFD_OK);
	assert_false(is_set(league_slot(league, id, REFD_ROLE_FIRST)));
	assert_int_equal(league_availabilities(league, id), 0);
	assert_int_equal(league_assignments(league, id, REFD_ASSIGNMENT_COMMITTED), 0);
	assert_int_equal(league_assignments(league, id, REFD_ASSIGNMENT_STAGED), 1);
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_FIXTURE_CANCELLED), 1);
	assert_int_equal(league_notices(league, berta, REFD_NOTICE_FIXTURE_CANCELLED), 1);
	assert_int_equal(league_notices(league, clara, (enum refd_notice_kind)0), 0);
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_FIXTURE_NOT_PLAYABLE);
	support_assert_status(try_unstage(league, id, clara), REFD_OK);
	support_assert_status(try_validate(league), REFD_OK);
}

static void FIX_33__the_teams_never_change(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_fixture_state before = league_fixture_state(league, id), after;

	support_assert_status(try_reschedule(league, id, league_time(8, 0)), REFD_OK);
	support_assert_status(try_move(league, id, league_venue(league, "Other")), REFD_OK);
	support_assert_status(try_cancel(league, id), REFD_OK);
	after = league_fixture_state(league, id);
	assert_true(refd_uuid_equal(before.home.uuid, after.home.uuid));
	assert_true(refd_uuid_equal(before.away.uuid, after.away.uuid));
	assert_int_equal(after.version, 4);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, id.uuid), 4);
}

/* A stale copy loses: the fixture that was cancelled meanwhile stays cancelled. */
static void FIX_34_B_FIX_4__a_stale_version_is_a_conflict(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_command meta = { .struct_size = sizeof(meta), .expected_version = 1 };

	support_assert_status(try_cancel(league, id), REFD_OK);
	league->meta = &meta;
	support_assert_status(try_reschedule(league, id, league_time(8, 0)), REFD_CONFLICT);
	assert_true(refd_uuid_equal(league->err.object.id, id.uuid));
	support_assert_status(try_move(league, id, (struct refd_venue_id){ support_uuid(1) }),
			      REFD_CONFLICT);
	support_assert_status(try_cancel(league, id), REFD_CONFLICT);
	assert_int_equal(league->sleeps, 0); /* nobody waits for what cannot change */
	assert_int_equal(league_fixture_state(league, id).status, REFD_FIXTURE_CANCELLED);
	meta.expected_version = 2;
	EXPECT_ONLY(league, try_cancel(league, id), REFD_RULE_FIXTURE_CANCELLED);
}

/* FIX-30 and B-FIX-2 with two threads are the contract kit's; here the constraint is what is left
 * when the check saw nothing. */

/* ---- what a change does to referees ---- */

struct staffed {
	struct refd_fixture_id fixture;
	struct refd_referee_id anna, berta;
	struct refd_venue_id other;
};

/* Anna is FIRST; Berta only declared. */
static struct staffed staffed(struct league *league)
{
	struct staffed s = { .fixture = league_fixture(league, league_time(7, 0)) };

	s.anna = league_referee(league, "Anna");
	s.berta = league_referee(league, "Berta");
	s.other = league_venue(league, "Other");
	league_assign(league, s.fixture, s.anna, REFD_ROLE_FIRST);
	league_declare(league, s.fixture, s.berta);
	return s;
}

static void availability_on_change__drop_goes_by_the_day(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	support_assert_status(try_reschedule(league, s.fixture, at("2026-09-08T23:59:59Z")),
			      REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 2);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	support_assert_status(try_reschedule(league, s.fixture, at("2026-09-09T00:00:00Z")),
			      REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 0);
	assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
}

static void availability_on_change__drop_goes_by_the_day_of_the_zone(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	league_set_rule(league, "day_zone", "Europe/Berlin");
	support_assert_status(try_reschedule(league, s.fixture, at("2026-09-07T22:00:00Z")),
			      REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 2);
	support_assert_status(try_reschedule(league, s.fixture, at("2026-09-07T21:59:59Z")),
			      REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 0);
}

static void availability_on_change__keep_keeps(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	league_set_rule(league, "availability_on_change", "keep");
	support_assert_status(try_reschedule(league, s.fixture, league_time(20, 0)), REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 2);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_FIXTURE_REDATED), 1);
}

static void availability_on_change__what_is_not_required_releases_nobody(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	league_set_rule(league, "require_availability", "false");
	support_assert_status(try_reschedule(league, s.fixture, league_time(20, 0)), REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 0);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
}

static void availability_on_change__a_move_drops_nothing(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	support_assert_status(try_move(league, s.fixture, s.other), REFD_OK);
	assert_int_equal(league_availabilities(league, s.fixture), 2);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
}

static void on_change__keep_valid_releases_who_cannot_travel(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);
	struct refd_fixture_id later = league_fixture(league, league_time(7, 240));

	league_assign(league, later, s.anna, REFD_ROLE_FIRST);
	/* ends at 8 h + 1 min, 59 minutes before the later one: too close */
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 60)), REFD_OK);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 61)), REFD_OK);
	assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	assert_true(is_set(league_slot(league, later, REFD_ROLE_FIRST)));
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_FIXTURE_REDATED), 2);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_RELEASED), 0);
}

/* In a unit that knows the fixture already nothing is read ahead: what lies around the new date has
 * to be read for each of the referees. */
static void on_change__keep_valid_looks_around_the_new_date(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	league_stage(league, s.fixture, s.berta, REFD_ROLE_SECOND);
	league_commit(league);
	league_set_rule(league, "availability_on_change", "keep");
	league_assign(league, league_fixture(league, league_time(90, 0)), s.anna, REFD_ROLE_FIRST);
	league_assign(league, league_fixture(league, league_time(120, 0)), s.berta,
		      REFD_ROLE_FIRST);
	league_begin(league);
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 1)), REFD_OK);
	support_assert_status(try_reschedule(league, s.fixture, league_time(90, 60)), REFD_OK);
	support_assert_status(try_reschedule(league, s.fixture, league_time(120, 60)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_SECOND)));
	assert_int_equal(league_events_named(league, "RefereeUnassigned"), 2);
}

struct told {
	char payload[600];
	size_t n;
};

static enum refd_status see_redated(void *self, const struct refd_event_state *event)
{
	struct told *told = self;

	if (!refd_str_equal(event->type, refd_str_of("FixtureDateChanged")))
		return REFD_OK;
	snprintf(told->payload, sizeof(told->payload), "%.*s", (int)event->payload.len,
		 event->payload.ptr);
	told->n++;
	return REFD_OK;
}

static bool last_date_change_says(struct league *league, const char *what)
{
	struct told told = { .n = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 },
					(struct refd_range){ { 0 }, { 0 } }, NULL, see_redated,
					&told, NULL, &league->err),
		      REFD_OK);
	assert_true(told.n > 0);
	return strstr(told.payload, what) != NULL;
}

/* Also of those whom the rules of the league keep. */
static void on_change__an_outcome_names_the_rules_broken(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	league_assign(league, league_fixture(league, league_time(7, 240)), s.anna, REFD_ROLE_FIRST);
	league_set_rule(league, "on_change", "keep_all");
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 60)), REFD_OK);
	assert_true(last_date_change_says(league, "\"kept\",\"rules\":[]"));
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 61)), REFD_OK);
	assert_true(last_date_change_says(league, "\"kept\",\"rules\":[\"REFEREE_TOO_CLOSE\"]"));
	league_set_rule(league, "on_change", "keep_valid");
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 200)), REFD_OK);
	assert_true(last_date_change_says(league,
					  "\"released\",\"rules\":[\"REFEREE_DOUBLE_BOOKED\"]"));
}

static void on_change__a_lost_availability_is_a_rule_broken(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	support_assert_status(try_reschedule(league, s.fixture, league_time(20, 0)), REFD_OK);
	assert_true(last_date_change_says(league, "\"released\",\"rules\":"
						  "[\"REFEREE_NOT_AVAILABLE\"]"));
}

/* In a unit that knows the fixture its teams are read for their clubs. */
static void on_change__keep_valid_looks_at_the_clubs(void **state)
{
	struct league *league = *state;
	struct refd_team_id own = league_team(league, "Club of referees");
	struct refd_team_id other = league_team(league, "Guests");
	struct refd_fixture_id fixture;
	struct refd_fixture *known = NULL;

	support_assert_status(
		try_schedule(league, own, other, league_venue(league, "Hall"), league_time(7, 0)),
		REFD_OK);
	fixture.uuid = league_made(league);
	league_assign(league, fixture, league_referee(league, "Anna"), REFD_ROLE_FIRST);
	league_set_rule(league, "neutral_referees", "true");
	LEAGUE_EXPECT(league,
		      refd_unit_fixture(league_begin(league), fixture, &known, &league->err),
		      REFD_OK);
	support_assert_status(try_reschedule(league, fixture, league_time(7, 1)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_false(is_set(league_slot(league, fixture, REFD_ROLE_FIRST)));
	assert_true(last_date_change_says(league, "[\"CLUB_NOT_NEUTRAL\"]"));
}

static void on_change__keep_valid_judges_a_move_too(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id early = league_fixture_at(league, hall, league_time(7, 0));
	struct refd_fixture_id late;
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_set_rule(league, "exclusivity", "overlap");
	late = league_fixture_at(league, hall, league_time(7, 130));
	league_assign(league, early, anna, REFD_ROLE_FIRST);
	league_assign(league, late, anna, REFD_ROLE_FIRST);
	support_assert_status(try_move(league, late, league_venue(league, "Other")), REFD_OK);
	assert_false(is_set(league_slot(league, late, REFD_ROLE_FIRST)));
	assert_true(is_set(league_slot(league, early, REFD_ROLE_FIRST)));
	assert_int_equal(league_assignments(league, late, REFD_ASSIGNMENT_COMMITTED), 0);
}

static void on_change__drop_all_releases_everybody(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	league_set_rule(league, "on_change", "drop_all");
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 1)), REFD_OK);
	assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	assert_int_equal(league_availabilities(league, s.fixture), 2);
	assert_int_equal(league_events_named(league, "RefereeUnassigned"), 1);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_FIXTURE_REDATED), 1);
}

static void on_change__whoever_has_to_go_goes_from_every_role(void **state)
{
	static const char *const keys[][2] = { { "on_change", "drop_all" },
					       { "on_change", "keep_valid" } };
	size_t i;

	for (i = 0; i < 2; i++) {
		struct league *league = *state;
		struct staffed s = staffed(league);

		league_stage(league, s.fixture, s.berta, REFD_ROLE_SECOND);
		league_commit(league);
		league_set_rule(league, keys[i][0], keys[i][1]);
		/* under keep_valid the new day drops the availabilities */
		support_assert_status(
			try_reschedule(league, s.fixture, league_time(i == 0 ? 7 : 20, 1)),
			REFD_OK);
		assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
		assert_false(is_set(league_slot(league, s.fixture, REFD_ROLE_SECOND)));
	}
}

static void on_change__keep_all_keeps_whatever_breaks(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);
	struct refd_fixture_id later = league_fixture(league, league_time(7, 240));

	league_assign(league, later, s.anna, REFD_ROLE_FIRST);
	league_set_rule(league, "on_change", "keep_all");
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 200)), REFD_OK);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	support_assert_status(try_reschedule(league, s.fixture, league_time(8, 0)), REFD_OK);
	assert_true(is_set(league_slot(league, s.fixture, REFD_ROLE_FIRST)));
	assert_int_equal(league_availabilities(league, s.fixture), 0);
}

static void NTF_02__a_move_tells_the_assigned_and_the_declarers(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	support_assert_status(try_move(league, s.fixture, s.other), REFD_OK);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_FIXTURE_MOVED), 1);
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_FIXTURE_MOVED), 1);
	assert_int_equal(
		league_notices(league, (struct refd_referee_id){ 0 }, REFD_NOTICE_FIXTURE_MOVED),
		2);
}

static void FIX_01__staging_changes_no_fixture_version(void **state)
{
	struct league *league = *state;
	struct staffed s = staffed(league);

	assert_int_equal(league_fixture_state(league, s.fixture).version, 1);
	assert_int_equal(league_events_of(league, REFD_NOUN_FIXTURE, s.fixture.uuid), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(FIX_01_EVT_05__a_fixture_is_scheduled_without_referees),
		LEAGUE_TEST(FIX_02_03_04__every_unknown_party_is_named),
		LEAGUE_TEST(FIX_05_to_09__all_violations_come_together),
		LEAGUE_TEST(zone__that_fails_changes_nothing),
		LEAGUE_TEST(zone__that_is_no_longer_known_is_unavailable),
		LEAGUE_TEST(FIX_06_to_08__the_other_fixture_is_the_counterpart),
		LEAGUE_TEST(FIX_17_27__a_new_day_drops_availabilities_and_releases),
		LEAGUE_TEST(NTF_01__the_same_day_keeps_the_referee_and_tells),
		LEAGUE_TEST(FIX_21_24__move_and_cancel),
		LEAGUE_TEST(FIX_01__every_id_is_required),
		LEAGUE_TEST(FIX_01__an_unset_or_impossible_kickoff_is_invalid),
		LEAGUE_TEST(FIX_01__the_caller_may_bring_an_id_once),
		LEAGUE_TEST(FIX_05__a_team_does_not_play_itself),
		LEAGUE_TEST(FIX_07_08__a_team_plays_once_a_day_home_or_away),
		LEAGUE_TEST(FIX_09__the_kickoff_lies_in_the_future),
		LEAGUE_TEST(FIX_10__all_that_is_wrong_comes_at_once),
		LEAGUE_TEST(schedule__each_retired_party_is_named),
		LEAGUE_TEST(FIX_11_B_FIX_6__the_day_is_half_open),
		LEAGUE_TEST(FIX_12_B_FIX_5__a_cancelled_fixture_blocks_nothing),
		LEAGUE_TEST(FIX_06__an_error_without_room_for_violations_gets_the_message),
		LEAGUE_TEST(FIX_13__overlap_lets_a_venue_be_used_twice_a_day),
		LEAGUE_TEST(schedule__rivals_are_named_by_kickoff),
		LEAGUE_TEST(FIX_13__overlap_goes_by_the_match_duration),
		LEAGUE_TEST(B_FIX_8__the_day_is_counted_in_the_zone),
		LEAGUE_TEST(B_FIX_8__days_of_23_and_25_hours),
		LEAGUE_TEST(B_FIX_1__the_blocking_fixture_is_named_staffed_or_not),
		LEAGUE_TEST(FIX_14_32__a_fixture_is_read_with_the_names),
		LEAGUE_TEST(FIX_15_16__fixtures_are_listed_by_date_within_a_range),
		LEAGUE_TEST(FIX_17_EVT_06__a_new_date_is_stored),
		LEAGUE_TEST(FIX_17__the_present_date_again_changes_nothing),
		LEAGUE_TEST(FIX_18_22_26__an_unknown_fixture_is_not_found),
		LEAGUE_TEST(FIX_19_B_FIX_3__a_new_date_obeys_the_rules_of_creation),
		LEAGUE_TEST(FIX_20_B_FIX_7__a_cancelled_fixture_stays_as_it_is),
		LEAGUE_TEST(FIX_21_EVT_07__a_new_venue_is_stored),
		LEAGUE_TEST(FIX_23_B_FIX_3__a_taken_or_retired_venue_is_refused),
		LEAGUE_TEST(FIX_23__a_move_is_judged_by_the_clock_under_overlap),
		LEAGUE_TEST(FIX_23__every_match_in_the_way_of_a_move_is_named),
		LEAGUE_TEST(FIX_23__a_move_goes_where_only_cancelled_matches_and_other_days_are),
		LEAGUE_TEST(FIX_19_23__a_team_s_other_match_is_in_the_way_of_a_date_not_of_a_move),
		LEAGUE_TEST(FIX_24_25_EVT_08__a_fixture_is_cancelled_once),
		LEAGUE_TEST(FIX_27_NTF_03__cancelling_releases_and_tells_everybody),
		LEAGUE_TEST(FIX_33__the_teams_never_change),
		LEAGUE_TEST(FIX_34_B_FIX_4__a_stale_version_is_a_conflict),
		LEAGUE_TEST(availability_on_change__drop_goes_by_the_day),
		LEAGUE_TEST(availability_on_change__drop_goes_by_the_day_of_the_zone),
		LEAGUE_TEST(availability_on_change__keep_keeps),
		LEAGUE_TEST(availability_on_change__what_is_not_required_releases_nobody),
		LEAGUE_TEST(availability_on_change__a_move_drops_nothing),
		LEAGUE_TEST(on_change__keep_valid_releases_who_cannot_travel),
		LEAGUE_TEST(on_change__keep_valid_looks_around_the_new_date),
		LEAGUE_TEST(on_change__an_outcome_names_the_rules_broken),
		LEAGUE_TEST(on_change__a_lost_availability_is_a_rule_broken),
		LEAGUE_TEST(on_change__keep_valid_looks_at_the_clubs),
		LEAGUE_TEST(on_change__keep_valid_judges_a_move_too),
		LEAGUE_TEST(on_change__drop_all_releases_everybody),
		LEAGUE_TEST(on_change__whoever_has_to_go_goes_from_every_role),
		LEAGUE_TEST(on_change__keep_all_keeps_whatever_breaks),
		LEAGUE_TEST(NTF_02__a_move_tells_the_assigned_and_the_declarers),
		LEAGUE_TEST(FIX_01__staging_changes_no_fixture_version),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app scheduling", tests, NULL, NULL);
}
