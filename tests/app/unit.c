#include "tampered.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND

/* ---- identity map ---- */

static void unit__the_same_id_is_the_same_object(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_unit *unit = league_begin(league);
	struct refd_fixture *one = NULL, *two = NULL;
	struct refd_referee *first = NULL, *second = NULL;

	support_assert_status(refd_unit_fixture(unit, id, &one, &league->err), REFD_OK);
	support_assert_status(try_reschedule(league, id, league_time(8, 0)), REFD_OK);
	support_assert_status(refd_unit_fixture(unit, id, &two, &league->err), REFD_OK);
	assert_ptr_equal(one, two);
	assert_int_equal(refd_fixture_state(one)->kickoff.us, league_time(8, 0).us);
	support_assert_status(refd_unit_referee(unit, anna, &first, &league->err), REFD_OK);
	support_assert_status(refd_unit_referee(unit, anna, &second, &league->err), REFD_OK);
	assert_ptr_equal(first, second);
	support_assert_status(league_end(league), REFD_OK);
}

static void unit__objects_made_in_it_are_found_in_it(void **state)
{
	struct league *league = *state;
	struct refd_unit *unit = league_begin(league);
	struct refd_team_id team = league_team(league, "A");
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_team *t = NULL;
	struct refd_venue *v = NULL;
	struct refd_referee *r = NULL;

	support_assert_status(refd_unit_team(unit, team, &t, &league->err), REFD_OK);
	support_assert_status(refd_unit_venue(unit, hall, &v, &league->err), REFD_OK);
	support_assert_status(refd_unit_referee(unit, anna, &r, &league->err), REFD_OK);
	assert_string_equal(refd_team_state(t)->name.utf8, "A");
	assert_string_equal(refd_venue_state(v)->name.utf8, "Hall");
	assert_string_equal(refd_referee_state(r)->name.utf8, "Anna");
	league_drop(league);
	assert_int_equal(league_events(league), 0);
}

static void unit__unknown_objects_are_not_found_and_nothing_is_lost(void **state)
{
	struct league *league = *state;
	struct refd_unit *unit = league_begin(league);
	struct refd_uuid no = support_uuid(99);
	struct refd_team *t = NULL;
	struct refd_venue *v = NULL;
	struct refd_referee *r = NULL;
	struct refd_fixture *f = NULL;

	LEAGUE_EXPECT(league, refd_unit_team(unit, (struct refd_team_id){ no }, &t, &league->err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(league, refd_unit_venue(unit, (struct refd_venue_id){ no }, &v, &league->err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(league,
		      refd_unit_referee(unit, (struct refd_referee_id){ no }, &r, &league->err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(league,
		      refd_unit_fixture(unit, (struct refd_fixture_id){ no }, &f, &league->err),
		      REFD_NOT_FOUND);
	assert_null(f);
	league_referee(league, "Anna");
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_events(league), 1);
}

static void unit__verbs_of_a_loaded_object_are_stored(void **state)
{
	struct league *league = *state;
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_unit *unit = league_begin(league);
	struct refd_referee_state stored;
	struct refd_referee *r = NULL;

	support_assert_status(refd_unit_referee(unit, anna, &r, &league->err), REFD_OK);
	support_assert_status(refd_referee_change_club(r, refd_str_of("New"), &league->err),
			      REFD_OK);
	support_assert_status(refd_referee_change_club(r, refd_str_of("Newer"), &league->err),
			      REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	LEAGUE_EXPECT(league, refd_query_referee(league->app, anna, &stored, &league->err),
		      REFD_OK);
	assert_string_equal(stored.club.utf8, "Newer");
	assert_int_equal(stored.version, 3);
	assert_int_equal(league_events_of(league, REFD_NOUN_REFEREE, anna.uuid), 3);
}

static void FIX_28_29__slots_are_filled_and_emptied_once(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");
	struct refd_fixture *f = NULL;
	struct refd_error *err = &league->err;

	league_assign(league, id, anna, FIRST);
	LEAGUE_EXPECT(league, refd_unit_fixture(league_begin(league), id, &f, err), REFD_OK);
	EXPECT_ONLY(league, refd_fixture_assign(f, FIRST, berta, err), REFD_RULE_ROLE_TAKEN);
	refd_error_clear(err);
	EXPECT_ONLY(league, refd_fixture_unassign(f, SECOND, berta, err), REFD_RULE_NOT_COMMITTED);
	refd_error_clear(err);
	EXPECT_ONLY(league, refd_fixture_unassign(f, FIRST, berta, err), REFD_RULE_NOT_COMMITTED);
	assert_true(refd_uuid_equal(refd_fixture_referee(f, FIRST).uuid, anna.uuid));
	league_drop(league);
}

static void unit__has_one_instant_and_one_rule_set(void **state)
{
	struct league *league = *state;
	struct refd_time start = league->now;
	struct refd_unit *unit = league_begin(league);
	const struct refd_rules *rules = NULL;

	league->now.us += REFD_SECOND;
	assert_int_equal(refd_unit_now(unit).us, start.us);
	support_assert_status(refd_unit_rules(unit, &rules, &league->err), REFD_OK);
	assert_int_equal(rules->match_duration, 120);
	support_assert_status(try_set_rule(league, "match_duration", "90"), REFD_OK);
	assert_int_equal(rules->match_duration, 90);
	support_assert_status(league_end(league), REFD_OK);
}

/* ---- overlay ---- */

static void overlay__a_venue_is_scheduled_once_a_day(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_team_id busy;

	league_begin(league);
	busy = league_team(league, "Busy");
	support_assert_status(
		try_schedule(league, busy, league_team(league, "B"), hall, league_time(7, 0)),
		REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(7, 60)),
		    REFD_RULE_VENUE_TAKEN);
	EXPECT_ONLY(league,
		    try_schedule(league, league_team(league, "C"), busy,
				 league_venue(league, "Other"), league_time(7, 60)),
		    REFD_RULE_TEAM_TAKEN);
	support_assert_status(try_schedule_in(league, hall, league_time(8, 0)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_events_named(league, "FixtureCreated"), 2);
}

static void overlay__a_freed_day_can_be_taken_and_a_taken_one_not(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id old = league_fixture_at(league, hall, league_time(7, 0));

	league_begin(league);
	support_assert_status(try_reschedule(league, old, league_time(9, 0)), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(9, 60)),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, league_time(7, 60)), REFD_OK);
	EXPECT_ONLY(league, try_reschedule(league, old, league_time(7, 0)), REFD_RULE_VENUE_TAKEN);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_fixture_state(league, old).kickoff.us, league_time(9, 0).us);
}

/* Two fixtures change places: neither step alone could be, so one goes by way of a third day. */
static void overlay__two_fixtures_swap_their_days(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id one = league_fixture_at(league, hall, league_time(7, 0));
	struct refd_fixture_id two = league_fixture_at(league, hall, league_time(8, 0));

	league_begin(league);
	support_assert_status(try_reschedule(league, one, league_time(30, 0)), REFD_OK);
	support_assert_status(try_reschedule(league, two, league_time(7, 0)), REFD_OK);
	support_assert_status(try_reschedule(league, one, league_time(8, 0)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_fixture_state(league, one).kickoff.us, league_time(8, 0).us);
	assert_int_equal(league_fixture_state(league, two).kickoff.us, league_time(7, 0).us);
	assert_int_equal(league_fixture_state(league, one).version, 3);
	EXPECT_REFUSED(league, try_schedule_in(league, hall, league_time(8, 0)),
		       REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, league_time(30, 0)), REFD_OK);
}

static void overlay__moved_away_and_cancelled_fixtures_free_the_venue(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id moved = league_fixture_at(league, hall, league_time(7, 0));
	struct refd_fixture_id cancelled = league_fixture_at(league, hall, league_time(8, 0));

	league_begin(league);
	support_assert_status(try_move(league, moved, other), REFD_OK);
	support_assert_status(try_cancel(league, cancelled), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, other, league_time(7, 60)),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_schedule_in(league, hall, league_time(7, 60)), REFD_OK);
	support_assert_status(try_schedule_in(league, hall, league_time(8, 60)), REFD_OK);
	EXPECT_ONLY(league, try_move(league, moved, hall), REFD_RULE_VENUE_TAKEN);
	assert_int_equal(league->err.total, 1); /* once, though it was there before */
	support_assert_status(league_end(league), REFD_OK);
}

static void overlay__there_and_back_again(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id id = league_fixture_at(league, hall, league_time(7, 0));

	league_begin(league);
	support_assert_status(try_move(league, id, other), REFD_OK);
	support_assert_status(try_move(league, id, hall), REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(7, 60)),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_fixture_state(league, id).version, 3);
	EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(7, 60)),
		    REFD_RULE_VENUE_TAKEN);
}

static void overlay__declare_stage_and_commit_in_one_unit(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id;
	struct refd_referee_id anna;

	league_begin(league);
	id = league_fixture(league, league_time(7, 0));
	anna = league_referee(league, "Anna");
	league_stage(league, id, anna, FIRST);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_NOT_AVAILABLE);
	league_declare(league, id, anna);
	EXPECT_ONLY(league, try_declare(league, id, anna), REFD_RULE_ALREADY_DECLARED);
	EXPECT_ONLY(league, try_withdraw(league, id, anna), REFD_RULE_REFEREE_ASSIGNED);
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 1);
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 0);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(refd_uuid_equal(league_slot(league, id, FIRST).uuid, anna.uuid));
	assert_int_equal(league_availabilities(league, id), 1);
	assert_int_equal(league_notices(league, anna, REFD_NOTICE_ASSIGNED), 1);
}

static void overlay__engagements_of_the_unit_are_judged(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id early = league_fixture(league, league_time(7, 0));
	struct refd_fixture_id late = league_fixture(league, league_time(9, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_declare(league, early, anna);
	league_declare(league, late, anna);
	league_set_rule(league, "availability_on_change", "keep");
	league_begin(league);
	league_stage(league, early, anna, FIRST);
	league_commit(league);
	league_stage(league, late, anna, FIRST);
	support_assert_status(try_reschedule(league, late, league_time(7, 60)), REFD_OK);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_DOUBLE_BOOKED);
	support_assert_status(try_reschedule(league, late, league_time(9, 60)), REFD_OK);
	league_commit(league);
	/* and the other way: a change of date finds the other engagement of this unit */
	support_assert_status(try_reschedule(league, early, league_time(9, 61)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_is_free(league, early, FIRST));
	assert_false(league_is_free(league, late, FIRST));
}

static void overlay__assigned_and_released_again(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");

	league_begin(league);
	league_declare(league, id, anna);
	league_declare(league, id, berta);
	league_stage(league, id, anna, FIRST);
	league_commit(league);
	support_assert_status(try_replace(league, id, anna, berta), REFD_OK);
	support_assert_status(try_remove(league, id, anna), REFD_NOT_FOUND);
	league_stage(league, id, anna, SECOND);
	league_commit(league);
	support_assert_status(try_remove(league, id, berta), REFD_OK);
	support_assert_status(try_withdraw(league, id, berta), REFD_OK);
	league_declare(league, id, berta);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_is_free(league, id, FIRST));
	assert_true(refd_uuid_equal(league_slot(league, id, SECOND).uuid, anna.uuid));
	assert_int_equal(league_availabilities(league, id), 2);
	assert_int_equal(league_assignments(league, id, (enum refd_assignment_status)0), 1);
}

/* The rows that were there go and come again in one change set. */
static void overlay__stored_rows_are_replaced_by_new_ones(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_assign(league, id, anna, FIRST);
	league_begin(league);
	support_assert_status(try_remove(league, id, anna), REFD_OK);
	support_assert_status(try_withdraw(league, id, anna), REFD_OK);
	league_declare(league, id, anna);
	league_stage(league, id, anna, SECOND);
	league_commit(league);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_is_free(league, id, FIRST));
	assert_true(refd_uuid_equal(league_slot(league, id, SECOND).uuid, anna.uuid));
	assert_int_equal(league_availabilities(league, id), 1);
}

static void overlay__what_was_stored_may_refer_to_what_is_new(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id dora;
	struct refd_venue_id arena;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_begin(league);
	dora = league_referee(league, "Dora");
	arena = league_venue(league, "Arena");
	support_assert_status(try_move(league, s.fixture, arena), REFD_OK);
	league_declare(league, s.fixture, dora);
	support_assert_status(try_replace(league, s.fixture, s.anna, dora), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, dora));
	assert_true(
		refd_uuid_equal(league_fixture_state(league, s.fixture).venue.uuid, arena.uuid));
}

static void overlay__locks_hold_at_once(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	const struct refd_lock_target board = { .board = true };
	const struct refd_lock_target range = { .range = { league_time(1, 0), { 0 } } };

	league_begin(league);
	support_assert_status(try_lock(league, &board), REFD_OK);
	support_assert_status(try_declare(league, id, anna), REFD_LOCKED);
	support_assert_status(try_unlock(league, &board), REFD_OK);
	support_assert_status(try_lock(league, &range), REFD_OK);
	support_assert_status(try_declare(league, id, anna), REFD_LOCKED);
	EXPECT_ONLY(league, try_lock(league, &range), REFD_RULE_AVAILABILITY_LOCKED);
	support_assert_status(try_unlock(league, &range), REFD_OK);
	league_declare(league, id, anna);
	support_assert_status(try_cancel(league, id), REFD_OK);
	support_assert_status(try_lock(league, &range), REFD_NOT_FOUND);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_events_of(league, REFD_NOUN_BOARD, refd_the_board.uuid), 2);
}

static void overlay__a_party_retired_in_it_is_retired(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	league_begin(league);
	LEAGUE_EXPECT(league,
		      refd_registry_retire_venue(league->app, league->meta, hall, &league->result,
						 &league->err),
		      REFD_OK);
	EXPECT_ONLY(league, try_schedule_in(league, hall, league_time(7, 0)), REFD_RULE_RETIRED);
	support_assert_status(league_end(league), REFD_OK);
}

static void overlay__an_id_taken_in_it_is_taken(void **state)
{
	struct league *league = *state;
	struct refd_schedule cmd = { .id = { support_uuid(4711) } };
	size_t i;

	league_begin(league);
	for (i = 0; i < 2; i++) {
		cmd.home = league_team(league, "A");
		cmd.away = league_team(league, "B");
		cmd.venue = league_venue(league, "Hall");
		cmd.kickoff = league_time(7, 0);
		LEAGUE_EXPECT(league,
			      refd_scheduling_schedule(league->app, league->meta, &cmd,
						       &league->result, &league->err),
			      i == 0 ? REFD_OK : REFD_ALREADY_EXISTS);
	}
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_events_named(league, "FixtureCreated"), 1);
}

static void overlay__what_is_not_there_is_not_in_the_way(void **state)
{
	struct league *league = *state;
	const struct refd_fixture_id unknown = { support_uuid(99) };
	const struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	int i;

	league_set_rule(league, "exclusivity", "overlap");
	league_begin(league);
	for (i = 0; i < 2; i++)
		LEAGUE_EXPECT(league, try_reschedule(league, unknown, league_time(8, 0)),
			      REFD_NOT_FOUND);
	support_assert_status(try_set_rule(league, "exclusivity", "day"), REFD_OK);
	support_assert_status(try_reschedule(league, id, league_time(8, 0)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_fixture_state(league, id).kickoff.us, league_time(8, 0).us);
}

static void overlay__withdrawn_is_not_withdrawn_again(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league); /* two have declared */
	const struct refd_referee_id clara = league_referee(league, "Clara");

	league_begin(league);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
	support_assert_status(try_declare(league, s.fixture, clara), REFD_OK);
	support_assert_status(try_withdraw(league, s.fixture, clara), REFD_OK);
	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_events_named(league, "AvailabilityWithdrawn"), 3);
	assert_int_equal(league_availabilities(league, s.fixture), 0);
}

static void overlay__withdrawn_and_unstaged_ones_are_judged_as_gone(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_referee_id clara = league_referee(league, "Clara");

	league_begin(league);
	support_assert_status(try_withdraw(league, s.fixture, s.anna), REFD_OK);
	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_NOT_AVAILABLE);
	league_drop(league);
	league_begin(league);
	support_assert_status(try_declare(league, s.fixture, clara), REFD_OK);
	support_assert_status(try_withdraw(league, s.fixture, clara), REFD_OK);
	league_stage(league, s.fixture, clara, FIRST);
	refd_error_clear(&league->err);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_NOT_AVAILABLE);
	support_assert_status(try_unstage(league, s.fixture, clara), REFD_OK);
	league_stage(league, s.fixture, s.berta, SECOND);
	support_assert_status(try_commit(league), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_is_free(league, s.fixture, FIRST));
	assert_true(league_holds(league, s.fixture, SECOND, s.berta));
}

/* ---- what is written ---- */

static void unit__writes_what_changed_and_nothing_else(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id one = league_fixture_at(league, hall, league_time(7, 0));
	struct refd_fixture_id two = league_fixture_at(league, hall, league_time(8, 0));
	struct refd_fixture *loaded = NULL;
	struct tampered t;

	tampered_install(&t, league);
	league_begin(league);
	LEAGUE_EXPECT(league, refd_unit_fixture(league->unit_meta.unit, one, &loaded, &league->err),
		      REFD_OK);
	support_assert_status(try_reschedule(league, two, league_time(8, 30)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(t.changes[REFD_RECORD_FIXTURE], 1);
	assert_int_equal(t.changes[REFD_RECORD_EVENT], 1);
	assert_int_equal(t.changes[REFD_RECORD_COMMAND], 1);
	assert_int_equal(t.changes[REFD_RECORD_CLAIM], 0); /* the same day */
	assert_int_equal(t.changes[REFD_RECORD_VENUE], 0);
	assert_int_equal(t.changes[REFD_RECORD_TEAM], 0);
	assert_int_equal(t.asserts, 1); /* the rules it decided under */
	assert_int_equal(t.commits, 1);
	tampered_remove(&t, league);
}

static void unit__writes_no_slot_that_stays(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct tampered t;

	league_assign(league, id, league_referee(league, "Anna"), FIRST);
	tampered_install(&t, league);
	support_assert_status(try_reschedule(league, id, league_time(7, 30)), REFD_OK);
	assert_int_equal(t.changes[REFD_RECORD_SLOT], 0);
	assert_int_equal(t.changes[REFD_RECORD_ASSIGNMENT], 0);
	support_assert_status(try_cancel(league, id), REFD_OK);
	assert_int_equal(t.changes[REFD_RECORD_SLOT], 1);
	assert_int_equal(t.changes[REFD_RECORD_CLAIM], 3);
	tampered_remove(&t, league);
}

/* Nothing was decided on it. */
static void unit__does_not_assert_a_board_it_only_saw(void **state)
{
	struct league *league = *state;
	const struct refd_lock_target two = { .board = true, .fixture = { support_uuid(99) } };
	struct tampered t;

	tampered_install(&t, league);
	league_begin(league);
	LEAGUE_EXPECT(league, try_lock(league, &two), REFD_INVALID);
	(void)league_team(league, "A");
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(t.commits, 1);
	assert_int_equal(t.asserts, 0);
	tampered_remove(&t, league);
}

static void guards__of_one_fixture_are_asked_for_once(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_stage rows[] = { { s.fixture, s.anna, FIRST },
					   { s.fixture, s.berta, SECOND } };
	struct tampered t;

	tampered_install(&t, league);
	LEAGUE_EXPECT(league,
		      refd_assigning_stage_many(league->app, NULL, rows, 2, NULL, NULL,
						&league->result, &league->err),
		      REFD_OK);
	assert_int_equal(t.guards, 1); /* after that of the board */
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(t.guards, 3); /* the fixture, and both referees */
	tampered_remove(&t, league);
}

static void unit__without_changes_commits_nothing(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_fixture *loaded = NULL;
	struct tampered t;

	tampered_install(&t, league);
	league_begin(league);
	LEAGUE_EXPECT(league, refd_unit_fixture(league->unit_meta.unit, id, &loaded, &league->err),
		      REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(t.commits, 0);
	tampered_remove(&t, league);
}

static void unit__rolled_back_leaves_nothing(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	size_t events = league_events(league);

	league_begin(league);
	support_assert_status(try_cancel(league, id), REFD_OK);
	league_referee(league, "Anna");
	league_drop(league);
	assert_int_equal(league_events(league), events);
	assert_int_equal(league_fixture_state(league, id).status, REFD_FIXTURE_SCHEDULED);
	refd_unit_rollback(NULL);
}

struct log {
	struct refd_uuid last_id, command;
	struct {
		struct refd_uuid id;
		int64_t version;
	} seen[32];
	size_t n;
};

static enum refd_status check_event(void *self, const struct refd_event_state *event)
{
	struct log *log = self;
	size_t i;

	assert_true(refd_uuid_compare(event->id.uuid, log->last_id) > 0);
	assert_true(log->n == 0 || refd_uuid_equal(event->command.uuid, log->command));
	log->last_id = event->id.uuid;
	log->command = event->command.uuid;
	for (i = 0; i < log->n; i++) {
		if (refd_uuid_equal(log->seen[i].id, event->aggregate_id)) {
			assert_int_equal(event->version, log->seen[i].version + 1);
			log->seen[i].version = event->version;
			return REFD_OK;
		}
	}
	assert_int_equal(event->version, 1);
	log->seen[log->n].id = event->aggregate_id;
	log->seen[log->n++].version = 1;
	return REFD_OK;
}

static void events__of_a_unit_are_in_order_with_growing_ids(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id;
	struct refd_referee_id anna;
	struct log log = { .n = 0 };

	league_begin(league);
	id = league_fixture(league, league_time(7, 0));
	anna = league_referee(league, "Anna");
	league_assign(league, id, anna, FIRST);
	support_assert_status(try_reschedule(league, id, league_time(7, 30)), REFD_OK);
	support_assert_status(try_cancel(league, id), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 },
					(struct refd_range){ { 0 }, { 0 } }, NULL, check_event,
					&log, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(log.n,
			 7); /* venue, two teams, fixture, referee, availability, assignment */
}

/* Within one millisecond a source need not draw in order. */
static enum refd_status draw_downwards(void *self, struct refd_time now, struct refd_uuid *ret,
				       struct refd_error *err)
{
	(void)now;
	(void)err;
	*ret = support_uuid(UINT64_C(0x8000000000ffff00) - 0x100 * ++*(uint64_t *)self);
	return REFD_OK;
}

static const struct refd_id_source_ops downwards = { sizeof(downwards), draw_downwards };

static void events__ids_grow_whatever_the_source_draws(void **state)
{
	struct league *league = *state;
	const struct refd_id_source ids = league->ports.ids;
	struct log log = { .n = 0 };
	uint64_t drawn = 0;
	struct tampered t;

	league->ports.ids = (struct refd_id_source){ &downwards, &drawn };
	tampered_install(&t, league);
	league_begin(league);
	league_assign(league, league_fixture(league, league_time(7, 0)),
		      league_referee(league, "Anna"), FIRST);
	support_assert_status(league_end(league), REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 },
					(struct refd_range){ { 0 }, { 0 } }, NULL, check_event,
					&log, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(log.n, 7);
	league->ports.ids = ids;
	tampered_remove(&t, league);
}

/* The ids to draw, one after the other. */
struct script {
	const struct refd_uuid *ids;
	size_t n;
};

static enum refd_status draw_script(void *self, struct refd_time now, struct refd_uuid *ret,
				    struct refd_error *err)
{
	struct script *script = self;

	(void)now;
	(void)err;
	*ret = script->ids[script->n++];
	return REFD_OK;
}

static const struct refd_id_source_ops scripted = { sizeof(scripted), draw_script };

static enum refd_status keep_id(void *self, const struct refd_event_state *event)
{
	*(struct refd_uuid *)self = event->id.uuid;
	return REFD_OK;
}

/* Of another instant, or where there is no larger one left. */
static void events__ids_that_cannot_grow_stay_as_drawn(void **state)
{
	const struct refd_uuid drawn[2][3] = {
		{ { { 0, 0, 0, 0, 0, 1 } }, { { 0, 0, 0, 0, 0, 3 } }, { { 0, 0, 0, 0, 0, 2 } } },
		{ { { 0, 0, 0, 0, 0, 4 } },
		  { { 0, 0, 0, 0, 0, 5, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } },
		  { { 0, 0, 0, 0, 0, 5, 0, 0, 0x80, 1 } } },
	}; /* of the unit, of a team, of its event */
	struct league *league = *state;
	const struct refd_id_source ids = league->ports.ids;
	struct tampered t;

	for (size_t i = 0; i < 2; i++) {
		const struct refd_ref team = { REFD_NOUN_TEAM, drawn[i][1] };
		struct script script = { drawn[i], 0 };
		struct refd_uuid event = { { 0 } };

		league->ports.ids = (struct refd_id_source){ &scripted, &script };
		tampered_install(&t, league);
		league_begin(league);
		(void)league_team(league, "A");
		support_assert_status(league_end(league), REFD_OK);
		assert_int_equal(script.n, 3);
		LEAGUE_EXPECT(league,
			      refd_query_events(league->app, team,
						(struct refd_range){ { 0 }, { 0 } }, NULL, keep_id,
						&event, NULL, &league->err),
			      REFD_OK);
		assert_true(refd_uuid_equal(event, drawn[i][2]));
		league->ports.ids = ids;
		tampered_remove(&t, league);
	}
}

static void schedule__draws_another_id_when_one_is_taken(void **state)
{
	struct league *league = *state;
	const struct refd_id_source ids = league->ports.ids;
	struct refd_venue_id hall = league_venue(league, "Hall");
	const struct refd_fixture_id taken = league_fixture_at(league, hall, league_time(7, 0));
	const struct refd_team_id home = league_team(league, "A"), away = league_team(league, "B");
	const struct refd_uuid drawn[] = { support_uuid(801), taken.uuid, support_uuid(802),
					   support_uuid(803) };
	struct script script = { drawn, 0 };
	struct tampered t;

	league->ports.ids = (struct refd_id_source){ &scripted, &script };
	tampered_install(&t, league);
	support_assert_status(try_schedule(league, home, away, hall, league_time(8, 0)), REFD_OK);
	assert_int_equal(t.begins, 2);
	assert_true(refd_uuid_equal(league_made(league), support_uuid(802)));
	league->ports.ids = ids;
	tampered_remove(&t, league);
	assert_int_equal(league_fixture_state(league, taken).kickoff.us, league_time(7, 0).us);
}

/* ---- refusals ---- */

static void refuse_everything(struct league *league, struct refd_fixture_id id,
			      struct refd_referee_id anna, struct refd_venue_id hall)
{
	const struct refd_lock_target target = { .fixture = id };
	const struct refd_stage rows[] = { { id, anna, SECOND },
					   { { support_uuid(99) }, anna, FIRST } };
	const struct refd_referee_details nobody = { .name = refd_str_of("") };

	EXPECT_REFUSED(league, try_schedule_in(league, hall, league_time(7, 60)),
		       REFD_RULE_VENUE_TAKEN);
	EXPECT_REFUSED(league, try_reschedule(league, id, league->now),
		       REFD_RULE_KICKOFF_NOT_FUTURE);
	support_assert_status(try_move(league, id, (struct refd_venue_id){ support_uuid(99) }),
			      REFD_NOT_FOUND);
	support_assert_status(try_declare(league, id, anna), REFD_REFUSED);
	support_assert_status(try_withdraw(league, id, anna), REFD_REFUSED);
	support_assert_status(try_unlock(league, &target), REFD_REFUSED);
	support_assert_status(try_announce(league, &target, (struct refd_time){ 0 }), REFD_INVALID);
	support_assert_status(try_stage(league, id, anna, FIRST), REFD_REFUSED);
	support_assert_status(try_unstage(league, id, anna), REFD_REFUSED);
	support_assert_status(try_replace(league, id, anna, anna), REFD_REFUSED);
	LEAGUE_EXPECT(league,
		      refd_assigning_stage_many(league->app, league->meta, rows, 2, NULL, NULL,
						&league->result, &league->err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(league,
		      refd_registry_register_referee(league->app, league->meta,
						     (struct refd_referee_id){ 0 }, &nobody,
						     &league->result, &league->err),
		      REFD_INVALID);
	league->unit_meta.expected_version = 77;
	support_assert_status(try_cancel(league, id), REFD_CONFLICT);
	league->unit_meta.expected_version = 0;
	LEAGUE_EXPECT(league,
		      refd_notifying_retry(league->app, league->meta,
					   (struct refd_notice_id){ support_uuid(99) },
					   &league->result, &league->err),
		      REFD_NOT_FOUND);
}

static void refusals__leave_the_unit_as_it_was(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id id = league_fixture_at(league, hall, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	size_t events;
	struct tampered t;

	league_declare(league, id, anna);
	events = league_events(league);
	tampered_install(&t, league);
	league_begin(league);
	league_stage(league, id, anna, FIRST);
	league_commit(league);
	refuse_everything(league, id, anna, hall);
	support_assert_status(try_reschedule(league, id, league_time(7, 30)), REFD_OK);
	refuse_everything(league, id, anna, hall);
	support_assert_status(league_end(league), REFD_OK);
	/* the teams that the refused fixtures would have had, and what was accepted */
	assert_int_equal(league_events(league), events + 2 + 1 + 2 * 2);
	assert_int_equal(t.changes[REFD_RECORD_ASSIGNMENT], 1);
	assert_int_equal(t.changes[REFD_RECORD_FIXTURE], 1);
	assert_int_equal(t.changes[REFD_RECORD_AVAILABILITY], 0);
	assert_int_equal(t.changes[REFD_RECORD_REFEREE], 0);
	tampered_remove(&t, league);
	assert_false(league_is_free(league, id, FIRST));
	assert_int_equal(league_fixture_state(league, id).version, 2);
}

/* ---- technical failures ---- */

static void failure__poisons_the_unit(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	size_t events = league_events(league);
	struct refd_fixture *loaded = NULL;
	struct tampered t;

	tampered_install(&t, league);
	league_begin(league);
	league_referee(league, "Anna");
	t.read = (struct tampering){ TAMPER_BEFORE, REFD_UNAVAILABLE, NULL, 1 };
	support_assert_status(try_cancel(league, id), REFD_UNAVAILABLE);
	assert_int_equal(league->sleeps, 0); /* no retry in a unit of the caller */
	support_assert_status(try_cancel(league, id), REFD_MISUSE);
	LEAGUE_EXPECT(league, refd_unit_fixture(league->unit_meta.unit, id, &loaded, &league->err),
		      REFD_MISUSE);
	support_assert_status(league_end(league), REFD_MISUSE);
	assert_int_equal(t.commits, 0);
	tampered_remove(&t, league);
	assert_int_equal(league_events(league), events);
}

static void failure__of_a_guard_poisons_too(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct tampered t;

	tampered_install(&t, league);
	league_begin(league);
	t.guard = (struct tampering){ TAMPER_BEFORE, REFD_CONFLICT, NULL, 1 };
	support_assert_status(try_cancel(league, id), REFD_CONFLICT);
	support_assert_status(try_cancel(league, id), REFD_MISUSE);
	support_assert_status(league_end(league), REFD_MISUSE);
	tampered_remove(&t, league);
}

static enum refd_status end_it(void *self, size_t row, enum refd_status status,
			       const struct refd_result *result, const struct refd_error *err)
{
	(void)self;
	(void)status;
	(void)result;
	(void)err;
	return row == 1 ? REFD_REFUSED : REFD_OK;
}

static void failure__a_batch_ended_half_way_poisons_the_unit(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	const struct refd_stage rows[] = { { id, league_referee(league, "Anna"), FIRST },
					   { id, league_referee(league, "Berta"), SECOND } };

	league_begin(league);
	LEAGUE_EXPECT(league,
		      refd_assigning_stage_many(league->app, league->meta, rows, 2, end_it, NULL,
						&league->result, &league->err),
		      REFD_REFUSED);
	support_assert_status(league_end(league), REFD_MISUSE);
	assert_int_equal(league_assignments(league, id, (enum refd_assignment_status)0), 0);
}

static void commit__of_a_unit_is_not_retried(void **state)
{
	struct league *league = *state;
	struct tampered t;

	tampered_install(&t, league);
	league_begin(league);
	league_referee(league, "Anna");
	t.commit = (struct tampering){ TAMPER_BEFORE, REFD_CONFLICT, NULL, 1 };
	support_assert_status(league_end(league), REFD_CONFLICT);
	assert_int_equal(t.commits, 1);
	assert_int_equal(league->sleeps, 0);
	tampered_remove(&t, league);
	assert_int_equal(league_events(league), 0);
}

/* ---- command ids of units ---- */

static void unit__a_command_id_covers_the_unit(void **state)
{
	struct league *league = *state;
	struct refd_command meta = { .struct_size = sizeof(meta), .id = { support_uuid(31337) } };
	struct refd_unit *again = NULL;
	struct tampered t;

	league->meta = &meta;
	league_begin(league);
	league_referee(league, "Anna");
	assert_true(refd_uuid_equal(league->result.command.uuid, meta.id.uuid));
	support_assert_status(league_end(league), REFD_OK);
	LEAGUE_EXPECT(league, refd_unit_begin(league->app, &meta, &again, &league->err),
		      REFD_ALREADY_EXISTS);
	assert_null(again);
	tampered_install(&t, league); /* another app on the same store */
	LEAGUE_EXPECT(league, refd_unit_begin(league->app, &meta, &again, &league->err),
		      REFD_ALREADY_EXISTS);
	tampered_remove(&t, league);
	/* a command with that id is another request */
	league->meta = &meta;
	support_assert_status(try_cancel(league, (struct refd_fixture_id){ support_uuid(1) }),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_COMMAND_REUSED, "command.id");
}

static void unit__a_lost_answer_names_the_command(void **state)
{
	struct league *league = *state;
	struct refd_command meta = { .struct_size = sizeof(meta), .id = { support_uuid(31337) } };
	struct refd_unit *again = NULL;
	struct tampered t;

	tampered_install(&t, league);
	league->meta = &meta;
	league_begin(league);
	league_referee(league, "Anna");
	t.commit = (struct tampering){ TAMPER_AFTER, REFD_UNKNOWN, NULL, 1 };
	support_assert_status(league_end(league), REFD_UNKNOWN);
	assert_true(refd_uuid_equal(league->err.command.uuid, meta.id.uuid));
	LEAGUE_EXPECT(league, refd_unit_begin(league->app, &meta, &again, &league->err),
		      REFD_ALREADY_EXISTS); /* so it was committed */
	tampered_remove(&t, league);
}

static void unit__a_lost_answer_needs_no_error_to_fill(void **state)
{
	struct league *league = *state;
	struct refd_unit *unit = NULL;
	struct tampered t;

	tampered_install(&t, league);
	unit = league_begin(league);
	league_referee(league, "Anna");
	league->meta = NULL;
	t.commit = (struct tampering){ TAMPER_AFTER, REFD_UNKNOWN, NULL, 1 };
	support_assert_status(refd_unit_commit(unit, NULL), REFD_UNKNOWN);
	tampered_remove(&t, league);
}

static void app__is_made_of_ports_and_memory(void **state)
{
	struct league *league = *state;
	struct refd_ports ports = league->ports;
	struct refd_app *app = NULL;

	league->heap.fail_at = league->heap.calls + 1;
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_NO_MEMORY);
	league->heap.fail_at = 0;
	ports.ids.ops = NULL;
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_MISUSE);
	assert_null(app);
}

static void unit__does_not_nest(void **state)
{
	struct league *league = *state;
	struct refd_unit *unit = league_begin(league), *inner = NULL;

	assert_non_null(unit);
	LEAGUE_EXPECT(league, refd_unit_begin(league->app, league->meta, &inner, &league->err),
		      REFD_MISUSE);
	assert_null(inner);
	league_drop(league);
}

static void unit__expected_versions_are_those_of_the_unit(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));

	league_begin(league);
	support_assert_status(try_reschedule(league, id, league_time(8, 0)), REFD_OK);
	league->unit_meta.expected_version = 1;
	support_assert_status(try_reschedule(league, id, league_time(9, 0)), REFD_CONFLICT);
	league->unit_meta.expected_version = 2;
	support_assert_status(try_reschedule(league, id, league_time(9, 0)), REFD_OK);
	assert_int_equal(league->result.items[0].version, 3);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_fixture_state(league, id).version, 3);
}

/* ---- notices of a unit ---- */

struct told {
	struct refd_notice_state notices[4];
	size_t n;
};

static enum refd_status keep(void *self, const struct refd_notice_state *notice,
			     const struct refd_referee_state *recipient)
{
	struct told *told = self;

	(void)recipient;
	assert_true(told->n < 4);
	told->notices[told->n++] = *notice;
	return REFD_OK;
}

static struct told told_to(struct league *league, struct refd_referee_id referee)
{
	struct told told = { .n = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, (enum refd_notice_status)0, referee, NULL,
					 keep, &told, NULL, &league->err),
		      REFD_OK);
	return told;
}

static void notices__say_what_was_so_after_their_event(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_venue_id other = league_venue(league, "Other");
	struct refd_fixture_id id = league_fixture_at(league, hall, league_time(7, 0));
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct told told;

	league_declare(league, id, anna);
	league_begin(league);
	support_assert_status(try_reschedule(league, id, league_time(7, 30)), REFD_OK);
	support_assert_status(try_move(league, id, other), REFD_OK);
	support_assert_status(try_reschedule(league, id, league_time(9, 0)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	told = told_to(league, anna);
	assert_int_equal(told.n, 3);
	assert_int_equal(told.notices[0].kickoff.us, league_time(7, 30).us);
	assert_int_equal(told.notices[0].previous_kickoff.us, league_time(7, 0).us);
	assert_true(refd_uuid_equal(told.notices[0].venue.uuid, hall.uuid));
	assert_false(told.notices[0].availability_dropped);
	assert_int_equal(told.notices[1].kind, REFD_NOTICE_FIXTURE_MOVED);
	assert_int_equal(told.notices[1].kickoff.us, league_time(7, 30).us);
	assert_true(refd_uuid_equal(told.notices[1].venue.uuid, other.uuid));
	assert_true(refd_uuid_equal(told.notices[1].previous_venue.uuid, hall.uuid));
	assert_int_equal(told.notices[2].kickoff.us, league_time(9, 0).us);
	assert_true(refd_uuid_equal(told.notices[2].venue.uuid, other.uuid));
	assert_true(told.notices[2].availability_dropped);
}

static void notices__go_to_those_who_were_declared_at_the_time(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct refd_referee_id before = league_referee(league, "Anna");
	struct refd_referee_id during = league_referee(league, "Berta");
	struct refd_referee_id after = league_referee(league, "Clara");

	league_declare(league, id, before);
	league_declare(league, id, during);
	league_begin(league);
	support_assert_status(try_withdraw(league, id, before), REFD_OK);
	support_assert_status(try_reschedule(league, id, league_time(7, 30)), REFD_OK);
	support_assert_status(try_withdraw(league, id, during), REFD_OK);
	league_declare(league, id, after);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(told_to(league, before).n, 0);
	assert_int_equal(told_to(league, during).n, 1);
	assert_false(told_to(league, during).notices[0].availability_dropped);
	assert_int_equal(told_to(league, after).n, 0);
}

/* ---- verbs called by the program itself ---- */

enum own_verb { OWN_RESCHEDULE = 1, OWN_MOVE, OWN_CANCEL, OWN_ASSIGN, OWN_UNASSIGN };

struct own {
	struct refd_fixture_id id;
	struct refd_venue_id other;
	struct refd_referee_id anna, berta;
};

static struct own own_scene(struct league *league)
{
	struct own s = { league_fixture(league, league_time(7, 0)), league_venue(league, "Other"),
			 league_referee(league, "Anna"), league_referee(league, "Berta") };

	league_assign(league, s.id, s.anna, FIRST);
	return s;
}

static enum refd_status own_verb(struct league *league, const struct own *s, enum own_verb verb)
{
	const struct refd_rules rules = refd_rules_default();
	struct refd_error *err = &league->err;
	struct refd_fixture *f = NULL;

	LEAGUE_EXPECT(league, refd_unit_fixture(league->unit_meta.unit, s->id, &f, err), REFD_OK);
	switch (verb) {
	case OWN_RESCHEDULE:
		return refd_fixture_reschedule(f, league_time(8, 0), NULL, 0, &rules, league->now,
					       err);
	case OWN_MOVE:
		return refd_fixture_move(f, s->other, NULL, 0, err);
	case OWN_CANCEL:
		return refd_fixture_cancel(f, err);
	case OWN_ASSIGN:
		return refd_fixture_assign(f, SECOND, s->berta, err);
	case OWN_UNASSIGN:
		return refd_fixture_unassign(f, FIRST, s->anna, err);
	}
	return REFD_MISUSE;
}

/* A cancelled fixture with an assignment, a slot without one, two fixtures in one hall: none of it
 * can be stored by way of the verbs. */
static void unit__what_other_rows_must_follow_is_for_the_commands(void **state)
{
	struct league *league = *state;
	const struct own s = own_scene(league);
	const size_t events = league_events(league);
	enum own_verb verb;

	for (verb = OWN_RESCHEDULE; verb <= OWN_UNASSIGN; verb++) {
		league_begin(league);
		support_assert_status(own_verb(league, &s, verb), REFD_OK);
		support_assert_status(league_end(league), REFD_MISUSE);
		league_begin(league);
		support_assert_status(try_declare(league, s.id, s.berta), REFD_OK);
		support_assert_status(own_verb(league, &s, verb), REFD_OK);
		support_assert_status(try_stage(league, s.id, s.berta, SECOND), REFD_MISUSE);
		support_assert_status(league_end(league), REFD_MISUSE);
	}
	assert_int_equal(league_events(league), events);
	assert_int_equal(league_fixture_state(league, s.id).version, 1);
	assert_true(refd_uuid_equal(league_slot(league, s.id, FIRST).uuid, s.anna.uuid));
}

static void unit__a_verb_that_refuses_is_no_misuse(void **state)
{
	struct league *league = *state;
	const struct own s = own_scene(league);

	league_begin(league);
	support_assert_status(try_cancel(league, s.id), REFD_OK);
	support_assert_status(own_verb(league, &s, OWN_CANCEL), REFD_REFUSED);
	support_assert_status(own_verb(league, &s, OWN_RESCHEDULE), REFD_REFUSED);
	support_assert_status(own_verb(league, &s, OWN_UNASSIGN), REFD_REFUSED);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_is_free(league, s.id, FIRST));
	assert_int_equal(league_assignments(league, s.id, (enum refd_assignment_status)0), 0);
}

static void unit__a_fixture_can_be_locked_and_announced_by_its_verbs(void **state)
{
	struct league *league = *state;
	const struct own s = own_scene(league);
	struct refd_fixture *f = NULL;
	struct refd_error *err = &league->err;

	league_begin(league);
	LEAGUE_EXPECT(league, refd_unit_fixture(league->unit_meta.unit, s.id, &f, err), REFD_OK);
	LEAGUE_EXPECT(league, refd_fixture_lock(f, err), REFD_OK);
	support_assert_status(try_declare(league, s.id, s.berta), REFD_LOCKED);
	LEAGUE_EXPECT(league, refd_fixture_unlock(f, err), REFD_OK);
	league_declare(league, s.id, s.berta);
	LEAGUE_EXPECT(league, refd_fixture_announce(f, league_time(3, 0), err), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_fixture_state(league, s.id).version, 4);
	assert_int_equal(league_fixture_state(league, s.id).hand_out.us, league_time(3, 0).us);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(unit__the_same_id_is_the_same_object),
		LEAGUE_TEST(unit__objects_made_in_it_are_found_in_it),
		LEAGUE_TEST(unit__unknown_objects_are_not_found_and_nothing_is_lost),
		LEAGUE_TEST(unit__verbs_of_a_loaded_object_are_stored),
		LEAGUE_TEST(FIX_28_29__slots_are_filled_and_emptied_once),
		LEAGUE_TEST(unit__has_one_instant_and_one_rule_set),
		LEAGUE_TEST(overlay__a_venue_is_scheduled_once_a_day),
		LEAGUE_TEST(overlay__a_freed_day_can_be_taken_and_a_taken_one_not),
		LEAGUE_TEST(overlay__two_fixtures_swap_their_days),
		LEAGUE_TEST(overlay__moved_away_and_cancelled_fixtures_free_the_venue),
		LEAGUE_TEST(overlay__there_and_back_again),
		LEAGUE_TEST(overlay__declare_stage_and_commit_in_one_unit),
		LEAGUE_TEST(overlay__engagements_of_the_unit_are_judged),
		LEAGUE_TEST(overlay__assigned_and_released_again),
		LEAGUE_TEST(overlay__stored_rows_are_replaced_by_new_ones),
		LEAGUE_TEST(overlay__what_was_stored_may_refer_to_what_is_new),
		LEAGUE_TEST(overlay__locks_hold_at_once),
		LEAGUE_TEST(overlay__a_party_retired_in_it_is_retired),
		LEAGUE_TEST(overlay__an_id_taken_in_it_is_taken),
		LEAGUE_TEST(unit__writes_what_changed_and_nothing_else),
		LEAGUE_TEST(unit__writes_no_slot_that_stays),
		LEAGUE_TEST(unit__without_changes_commits_nothing),
		LEAGUE_TEST(unit__rolled_back_leaves_nothing),
		LEAGUE_TEST(events__of_a_unit_are_in_order_with_growing_ids),
		LEAGUE_TEST(events__ids_grow_whatever_the_source_draws),
		LEAGUE_TEST(events__ids_that_cannot_grow_stay_as_drawn),
		LEAGUE_TEST(schedule__draws_another_id_when_one_is_taken),
		LEAGUE_TEST(overlay__what_is_not_there_is_not_in_the_way),
		LEAGUE_TEST(overlay__withdrawn_is_not_withdrawn_again),
		LEAGUE_TEST(overlay__withdrawn_and_unstaged_ones_are_judged_as_gone),
		LEAGUE_TEST(unit__does_not_assert_a_board_it_only_saw),
		LEAGUE_TEST(guards__of_one_fixture_are_asked_for_once),
		LEAGUE_TEST(refusals__leave_the_unit_as_it_was),
		LEAGUE_TEST(failure__poisons_the_unit),
		LEAGUE_TEST(failure__of_a_guard_poisons_too),
		LEAGUE_TEST(failure__a_batch_ended_half_way_poisons_the_unit),
		LEAGUE_TEST(commit__of_a_unit_is_not_retried),
		LEAGUE_TEST(unit__a_command_id_covers_the_unit),
		LEAGUE_TEST(unit__a_lost_answer_names_the_command),
		LEAGUE_TEST(unit__a_lost_answer_needs_no_error_to_fill),
		LEAGUE_TEST(app__is_made_of_ports_and_memory),
		LEAGUE_TEST(unit__does_not_nest),
		LEAGUE_TEST(unit__expected_versions_are_those_of_the_unit),
		LEAGUE_TEST(notices__say_what_was_so_after_their_event),
		LEAGUE_TEST(notices__go_to_those_who_were_declared_at_the_time),
		LEAGUE_TEST(unit__what_other_rows_must_follow_is_for_the_commands),
		LEAGUE_TEST(unit__a_verb_that_refuses_is_no_misuse),
		LEAGUE_TEST(unit__a_fixture_can_be_locked_and_announced_by_its_verbs),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app unit", tests, NULL, NULL);
}
