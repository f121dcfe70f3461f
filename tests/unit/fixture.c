#include "world.h"

static const struct refd_rules *rules(void)
{
	static struct refd_rules defaults;

	defaults = refd_rules_default();
	return &defaults;
}

static enum refd_status make(struct world *w, const struct refd_fixture_state *wanted,
			     struct refd_fixture **ret)
{
	return refd__fixture_make(&w->tracker, wanted, rules(), NOW, ret, &w->err);
}

static void FIX_01__a_new_fixture_is_scheduled_without_referees(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state wanted = fixture_wanted();
	struct refd_fixture *fixture = NULL;
	const struct refd_fixture_state *s;

	/* what is not the caller's to decide is not taken over */
	wanted.status = REFD_FIXTURE_CANCELLED;
	wanted.availability_locked = true;
	wanted.hand_out = NOW;
	wanted.version = 9;
	support_assert_status(make(w, &wanted, &fixture), REFD_OK);
	s = refd_fixture_state(fixture);
	assert_uuid_equal(s->id.uuid, support_uuid(40));
	assert_uuid_equal(s->home.uuid, support_uuid(20));
	assert_uuid_equal(s->away.uuid, support_uuid(21));
	assert_uuid_equal(s->venue.uuid, support_uuid(30));
	assert_int_equal(s->kickoff.us, in_minutes(60).us);
	assert_int_equal(s->status, REFD_FIXTURE_SCHEDULED);
	assert_false(s->availability_locked);
	assert_int_equal(s->hand_out.us, 0);
	assert_int_equal(s->version, 1);
	assert_int_equal(fixture->fate, REFD__NEW);
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid));
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_SECOND).uuid));
}

static void EVT_05__created_tells_parties_and_date(void **state)
{
	struct world *w = *state;
	const struct refd_fixture_state wanted = fixture_wanted();
	struct refd_fixture *fixture = NULL;
	const struct refd_event_fixture_created *told;

	support_assert_status(make(w, &wanted, &fixture), REFD_OK);
	assert_int_equal(w->tracker.count, 1);
	told = &event_at(w, 1, REFD_EVENT_FIXTURE_CREATED, REFD_NOUN_FIXTURE, support_uuid(40), 1)
			->payload.fixture_created;
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_uuid_equal(told->team_home_id.uuid, support_uuid(20));
	assert_uuid_equal(told->team_away_id.uuid, support_uuid(21));
	assert_uuid_equal(told->venue_id.uuid, support_uuid(30));
	assert_int_equal(told->date.us, in_minutes(60).us);
}

static void FIX_01__every_missing_party_is_reported(void **state)
{
	struct world *w = *state;
	const struct refd_fixture_state wanted = { 0 };
	struct refd_fixture *fixture = NULL;

	support_assert_status(make(w, &wanted, &fixture), REFD_INVALID);
	assert_null(fixture);
	assert_int_equal(w->err.total, 5);
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "fixture.id");
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "fixture.home");
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "fixture.away");
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "fixture.venue");
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "fixture.kickoff");
	assert_int_equal(w->tracker.count, 0);
}

static void FIX_01__one_missing_party_is_enough(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state cases[5];

	for (size_t i = 0; i < 5; i++)
		cases[i] = fixture_wanted();
	cases[0].id = (struct refd_fixture_id){ 0 };
	cases[1].home = (struct refd_team_id){ 0 };
	cases[2].away = (struct refd_team_id){ 0 };
	cases[3].venue = (struct refd_venue_id){ 0 };
	cases[4].kickoff = (struct refd_time){ 0 };
	for (size_t i = 0; i < 5; i++) {
		struct refd_fixture *fixture = NULL;

		refd_error_clear(&w->err);
		support_assert_status(make(w, &cases[i], &fixture), REFD_INVALID);
		only_violation(w, REFD_RULE_REQUIRED);
		assert_null(fixture);
	}
}

static void FIX_05__same_team_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state wanted = fixture_wanted();
	struct refd_fixture *fixture = NULL;

	wanted.away = wanted.home;
	support_assert_status(make(w, &wanted, &fixture), REFD_REFUSED);
	support_assert_status(w->err.status, REFD_REFUSED);
	assert_int_equal(only_violation(w, REFD_RULE_SAME_TEAM)->counterpart.noun, REFD_NOUN_TEAM);
	assert_uuid_equal(w->err.violations[0].counterpart.id, support_uuid(20));
	assert_null(fixture);
	assert_int_equal(w->tracker.count, 0);
}

static void FIX_09__kickoff_lies_in_the_future(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state wanted = fixture_wanted();
	struct refd_rules lenient = *rules();
	struct refd_fixture *fixture = NULL;

	wanted.kickoff.us = NOW.us + 1;
	support_assert_status(make(w, &wanted, &fixture), REFD_OK);
	wanted.kickoff.us = NOW.us;
	support_assert_status(make(w, &wanted, &fixture), REFD_REFUSED);
	assert_string_equal(only_violation(w, REFD_RULE_KICKOFF_NOT_FUTURE)->message,
			    "the kick-off 2023-11-14T22:13:20Z is not in the future");
	refd_error_clear(&w->err);
	wanted.kickoff.us = NOW.us - 1;
	support_assert_status(make(w, &wanted, &fixture), REFD_REFUSED);
	lenient.require_future_kickoff = false;
	support_assert_status(
		refd__fixture_make(&w->tracker, &wanted, &lenient, NOW, &fixture, &w->err),
		REFD_OK);
}

static void FIX_10__all_that_is_wrong_is_reported(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state wanted = fixture_wanted();
	struct refd_fixture *fixture = NULL;

	wanted.away = wanted.home;
	wanted.kickoff = in_minutes(-1);
	support_assert_status(make(w, &wanted, &fixture), REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	refd_error_clear(&w->err);
	wanted.venue = (struct refd_venue_id){ 0 };
	support_assert_status(make(w, &wanted, &fixture), REFD_INVALID);
	support_assert_status(w->err.status, REFD_INVALID);
	assert_int_equal(w->err.total, 3);
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "fixture.venue");
	support_assert_violation(&w->err, REFD_RULE_SAME_TEAM, NULL);
	support_assert_violation(&w->err, REFD_RULE_KICKOFF_NOT_FUTURE, NULL);
	support_assert_status(
		refd__fixture_make(&w->tracker, &wanted, rules(), NOW, &fixture, NULL),
		REFD_INVALID);
}

static void GEN_03__kickoff_stays_within_four_digit_years(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state wanted = fixture_wanted();
	struct refd_rules lenient = *rules();
	struct refd_fixture *fixture = NULL;
	static const struct {
		int64_t us;
		enum refd_status status;
	} cases[] = {
		{ REFD_TIME_MIN, REFD_OK },  { REFD_TIME_MIN - 1, REFD_INVALID },
		{ REFD_TIME_MAX, REFD_OK },  { REFD_TIME_MAX + 1, REFD_INVALID },
		{ INT64_MIN, REFD_INVALID }, { INT64_MAX, REFD_INVALID },
	};

	lenient.require_future_kickoff = false;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		refd_error_clear(&w->err);
		wanted.kickoff.us = cases[i].us;
		support_assert_status(
			refd__fixture_make(&w->tracker, &wanted, &lenient, NOW, &fixture, &w->err),
			cases[i].status);
		if (cases[i].status == REFD_INVALID)
			assert_string_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->field,
					    "fixture.kickoff");
	}
}

static void FIX_17__a_reschedule_is_stored_and_told(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_event_fixture_date_changed *told;

	support_assert_status(
		refd_fixture_reschedule(fixture, in_minutes(90), NULL, 0, rules(), NOW, &w->err),
		REFD_OK);
	assert_int_equal(fixture->state.kickoff.us, in_minutes(90).us);
	assert_int_equal(fixture->stored.kickoff.us, in_minutes(60).us);
	assert_int_equal(fixture->state.version, 6);
	assert_int_equal(fixture->stored_version, 5);
	assert_int_equal(fixture->fate, REFD__DIRTY);
	told = &event_at(w, 1, REFD_EVENT_FIXTURE_DATE_CHANGED, REFD_NOUN_FIXTURE, support_uuid(40),
			 6)
			->payload.fixture_date_changed;
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_int_equal(told->date.us, in_minutes(90).us);
	assert_int_equal(told->previous.us, in_minutes(60).us);
	assert_int_equal(told->outcomes.count, 0);
}

static void EVT_06__date_change_names_what_became_of_each_referee(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	struct refd_fixture_outcome outcomes[] = {
		{ referee_id(1), REFD_ROLE_FIRST, REFD_OUTCOME_KEPT, 0 },
		{ referee_id(2), REFD_ROLE_SECOND, REFD_OUTCOME_RELEASED,
		  1u << REFD_RULE_REFEREE_TOO_CLOSE },
	};
	const struct refd_fixture_outcome *told;
	const struct refd_list *list;

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	fill_slot(fixture, REFD_ROLE_SECOND, 2);
	support_assert_status(refd_fixture_reschedule(fixture, in_minutes(90), outcomes, 2, rules(),
						      NOW, &w->err),
			      REFD_OK);
	memset(outcomes, 0x5a, sizeof(outcomes));
	list = &event_at(w, 1, REFD_EVENT_FIXTURE_DATE_CHANGED, REFD_NOUN_FIXTURE, support_uuid(40),
			 6)
			->payload.fixture_date_changed.outcomes;
	assert_int_equal(list->count, 2);
	told = list->items;
	assert_uuid_equal(told[0].referee.uuid, support_uuid(1));
	assert_int_equal(told[0].outcome, REFD_OUTCOME_KEPT);
	assert_uuid_equal(told[1].referee.uuid, support_uuid(2));
	assert_int_equal(told[1].role, REFD_ROLE_SECOND);
	assert_int_equal(told[1].outcome, REFD_OUTCOME_RELEASED);
	assert_int_equal(told[1].rules, 1u << REFD_RULE_REFEREE_TOO_CLOSE);
	assert_uuid_equal(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid, support_uuid(1));
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_SECOND).uuid));
	assert_uuid_equal(fixture->stored_slots[REFD_ROLE_SECOND].uuid, support_uuid(2));
}

static void EVT_15__a_released_referee_empties_only_the_own_slot(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_fixture_outcome outcomes[] = {
		{ referee_id(9), REFD_ROLE_FIRST, REFD_OUTCOME_RELEASED, 0 },
		{ referee_id(1), (enum refd_role)(REFD_ROLES + 2), REFD_OUTCOME_RELEASED, 0 },
	};

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	support_assert_status(refd_fixture_move(fixture, venue_id(31), outcomes, 2, &w->err),
			      REFD_OK);
	assert_uuid_equal(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid, support_uuid(1));
	assert_uuid_equal(fixture->stored_slots[REFD_ROLE_FIRST].uuid, support_uuid(1));
}

static void EVT_15__a_release_is_told_though_kickoff_and_venue_stay(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_fixture_outcome outcomes[] = {
		{ referee_id(1), REFD_ROLE_FIRST, REFD_OUTCOME_RELEASED, 0 },
		{ referee_id(2), REFD_ROLE_SECOND, REFD_OUTCOME_RELEASED, 0 },
	};

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	fill_slot(fixture, REFD_ROLE_SECOND, 2);
	support_assert_status(refd_fixture_reschedule(fixture, fixture->state.kickoff, outcomes, 1,
						      rules(), NOW, &w->err),
			      REFD_OK);
	support_assert_status(
		refd_fixture_move(fixture, fixture->state.venue, outcomes + 1, 1, &w->err),
		REFD_OK);
	event_at(w, 1, REFD_EVENT_FIXTURE_DATE_CHANGED, REFD_NOUN_FIXTURE, support_uuid(40), 6);
	event_at(w, 2, REFD_EVENT_FIXTURE_VENUE_CHANGED, REFD_NOUN_FIXTURE, support_uuid(40), 7);
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid));
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_SECOND).uuid));
}

static void FIX_17__the_present_kickoff_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	support_assert_status(
		refd_fixture_reschedule(fixture, in_minutes(60), NULL, 0, rules(), NOW, &w->err),
		REFD_OK);
	support_assert_status(refd_fixture_move(fixture, venue_id(30), NULL, 0, &w->err), REFD_OK);
	assert_int_equal(w->tracker.count, 0);
	assert_int_equal(fixture->fate, REFD__CLEAN);
	assert_int_equal(fixture->state.version, 5);
}

static void FIX_19__a_reschedule_keeps_the_rules_of_creation(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_fixture before = *fixture;
	struct refd_rules lenient = *rules();
	const struct refd_time soon = { NOW.us + 1 }, over = { REFD_TIME_MAX + 1 }, unset = { 0 };

	support_assert_status(refd_fixture_may_reschedule(fixture, soon, rules(), NOW, &w->err),
			      REFD_OK);
	support_assert_status(refd_fixture_reschedule(fixture, NOW, NULL, 0, rules(), NOW, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_KICKOFF_NOT_FUTURE);
	assert_uuid_equal(w->err.violations[0].fixture.uuid, support_uuid(40));
	lenient.require_future_kickoff = false;
	support_assert_status(refd_fixture_may_reschedule(fixture, NOW, &lenient, NOW, NULL),
			      REFD_OK);
	refd_error_clear(&w->err);
	support_assert_status(
		refd_fixture_reschedule(fixture, unset, NULL, 0, rules(), NOW, &w->err),
		REFD_INVALID);
	only_violation(w, REFD_RULE_REQUIRED);
	refd_error_clear(&w->err);
	support_assert_status(
		refd_fixture_reschedule(fixture, over, NULL, 0, rules(), NOW, &w->err),
		REFD_INVALID);
	only_violation(w, REFD_RULE_OUT_OF_RANGE);
	assert_memory_equal(fixture, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 0);
}

static void FIX_20__a_cancelled_fixture_never_changes(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state stored = fixture_stored();
	struct refd_fixture *fixture;
	struct refd_fixture before;

	stored.status = REFD_FIXTURE_CANCELLED;
	fixture = refd__fixture_restore(&w->tracker, &stored);
	before = *fixture;
	support_assert_status(
		refd_fixture_reschedule(fixture, in_minutes(-1), NULL, 0, rules(), NOW, &w->err),
		REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_FIXTURE_CANCELLED, NULL);
	support_assert_violation(&w->err, REFD_RULE_KICKOFF_NOT_FUTURE, NULL);
	refd_error_clear(&w->err);
	support_assert_status(refd_fixture_move(fixture, venue_id(31), NULL, 0, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_FIXTURE_CANCELLED);
	refd_error_clear(&w->err);
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_FIXTURE_CANCELLED);
	refd_error_clear(&w->err);
	support_assert_status(refd_fixture_lock(fixture, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_FIXTURE_CANCELLED);
	refd_error_clear(&w->err);
	support_assert_status(refd_fixture_announce(fixture, NOW, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_FIXTURE_CANCELLED);
	assert_memory_equal(fixture, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 0);
}

static void FIX_21__a_move_is_stored_and_told(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_fixture_outcome outcome = { referee_id(1), REFD_ROLE_FIRST,
						      REFD_OUTCOME_RELEASED, 0 };
	const struct refd_event_fixture_venue_changed *told;

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	support_assert_status(refd_fixture_move(fixture, venue_id(31), &outcome, 1, &w->err),
			      REFD_OK);
	assert_uuid_equal(fixture->state.venue.uuid, support_uuid(31));
	assert_uuid_equal(fixture->stored.venue.uuid, support_uuid(30));
	assert_true(refd_uuid_is_unset(fixture->slots[REFD_ROLE_FIRST].uuid));
	/* EVT-07 */
	told = &event_at(w, 1, REFD_EVENT_FIXTURE_VENUE_CHANGED, REFD_NOUN_FIXTURE,
			 support_uuid(40), 6)
			->payload.fixture_venue_changed;
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_uuid_equal(told->venue_id.uuid, support_uuid(31));
	assert_uuid_equal(told->previous.uuid, support_uuid(30));
	assert_int_equal(told->outcomes.count, 1);
}

static void FIX_22__a_move_needs_a_venue(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	support_assert_status(
		refd_fixture_move(fixture, (struct refd_venue_id){ 0 }, NULL, 0, &w->err),
		REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_REQUIRED)->field, "fixture.venue");
	assert_int_equal(fixture->fate, REFD__CLEAN);
}

static void FIX_24__cancel_empties_the_slots_and_names_the_released(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_event_fixture_cancelled *told;
	const struct refd_slot_state *released;

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	fill_slot(fixture, REFD_ROLE_SECOND, 2);
	support_assert_status(refd_fixture_cancel(fixture, &w->err), REFD_OK);
	assert_int_equal(fixture->state.status, REFD_FIXTURE_CANCELLED);
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid));
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_SECOND).uuid));
	assert_uuid_equal(fixture->stored_slots[REFD_ROLE_FIRST].uuid, support_uuid(1));
	/* EVT-08 */
	told = &event_at(w, 1, REFD_EVENT_FIXTURE_CANCELLED, REFD_NOUN_FIXTURE, support_uuid(40), 6)
			->payload.fixture_cancelled;
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_int_equal(told->released.count, 2);
	released = told->released.items;
	assert_uuid_equal(released[0].fixture.uuid, support_uuid(40));
	assert_int_equal(released[0].role, REFD_ROLE_FIRST);
	assert_uuid_equal(released[0].referee.uuid, support_uuid(1));
	assert_int_equal(released[1].role, REFD_ROLE_SECOND);
	assert_uuid_equal(released[1].referee.uuid, support_uuid(2));
}

static void FIX_24__cancel_without_referees_names_none(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	fill_slot(fixture, REFD_ROLE_SECOND, 2);
	support_assert_status(
		refd_fixture_unassign(fixture, REFD_ROLE_SECOND, referee_id(2), &w->err), REFD_OK);
	support_assert_status(refd_fixture_cancel(fixture, &w->err), REFD_OK);
	assert_int_equal(
		event_at(w, 1, REFD_EVENT_FIXTURE_CANCELLED, REFD_NOUN_FIXTURE, support_uuid(40), 6)
			->payload.fixture_cancelled.released.count,
		0);
}

static void FIX_25__cancel_twice_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	support_assert_status(refd_fixture_cancel(fixture, &w->err), REFD_OK);
	support_assert_status(refd_fixture_cancel(fixture, &w->err), REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_FIXTURE_CANCELLED)->fixture.uuid,
			  support_uuid(40));
	assert_int_equal(w->tracker.count, 1);
	assert_int_equal(fixture->state.version, 6);
}

static void FIX_28__assigning_fills_a_free_slot(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err),
			      REFD_OK);
	support_assert_status(
		refd_fixture_assign(fixture, REFD_ROLE_SECOND, referee_id(2), &w->err), REFD_OK);
	assert_uuid_equal(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid, support_uuid(1));
	assert_uuid_equal(refd_fixture_referee(fixture, REFD_ROLE_SECOND).uuid, support_uuid(2));
	/* the assignment tells it; the fixture's own row stays */
	assert_int_equal(w->tracker.count, 0);
	assert_int_equal(fixture->state.version, 5);
	assert_int_equal(fixture->fate, REFD__CLEAN);
}

static void FIX_28__a_taken_slot_names_the_holder(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_violation *violation;

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(2), &w->err),
			      REFD_REFUSED);
	violation = only_violation(w, REFD_RULE_ROLE_TAKEN);
	assert_uuid_equal(violation->fixture.uuid, support_uuid(40));
	assert_uuid_equal(violation->referee.uuid, support_uuid(2));
	assert_int_equal(violation->role, REFD_ROLE_FIRST);
	assert_int_equal(violation->counterpart.noun, REFD_NOUN_REFEREE);
	assert_uuid_equal(violation->counterpart.id, support_uuid(1));
	assert_uuid_equal(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid, support_uuid(1));
}

static void fixture__a_full_error_is_left_as_it_is(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	struct refd_violation last;

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	for (int i = 0; i < REFD_ERROR_VIOLATIONS; i++)
		support_assert_status(
			refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(2), &w->err),
			REFD_REFUSED);
	last = w->err.violations[REFD_ERROR_VIOLATIONS - 1];
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(3), &w->err),
			      REFD_REFUSED);
	assert_int_equal(w->err.total, REFD_ERROR_VIOLATIONS + 1);
	assert_memory_equal(&w->err.violations[REFD_ERROR_VIOLATIONS - 1], &last, sizeof(last));
}

static void fixture__an_error_of_another_size_is_not_touched(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	struct refd_error before;

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	memset(&w->err, 0, sizeof(w->err));
	w->err.struct_size = sizeof(w->err.struct_size);
	before = w->err;
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(2), &w->err),
			      REFD_REFUSED);
	assert_memory_equal(&w->err, &before, sizeof(before));
}

static void ASG_08__no_referee_holds_two_roles(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	support_assert_status(
		refd_fixture_assign(fixture, REFD_ROLE_SECOND, referee_id(1), &w->err),
		REFD_REFUSED);
	only_violation(w, REFD_RULE_REFEREE_TWICE);
	refd_error_clear(&w->err);
	fixture->slots[REFD_ROLE_FIRST] = (struct refd_referee_id){ 0 };
	fill_slot(fixture, REFD_ROLE_SECOND, 1);
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_REFEREE_TWICE);
	refd_error_clear(&w->err);
	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	fill_slot(fixture, REFD_ROLE_SECOND, 2);
	support_assert_status(
		refd_fixture_assign(fixture, REFD_ROLE_SECOND, referee_id(1), &w->err),
		REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_ROLE_TAKEN, NULL);
	support_assert_violation(&w->err, REFD_RULE_REFEREE_TWICE, NULL);
	refd_error_clear(&w->err);
	/* the same role again is one role */
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_ROLE_TAKEN);
}

static void FIX_29__unassign_empties_the_slot_of_that_referee_only(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	fill_slot(fixture, REFD_ROLE_FIRST, 1);
	support_assert_status(
		refd_fixture_unassign(fixture, REFD_ROLE_FIRST, referee_id(2), &w->err),
		REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_NOT_COMMITTED)->counterpart.id,
			  support_uuid(1));
	refd_error_clear(&w->err);
	support_assert_status(
		refd_fixture_unassign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err), REFD_OK);
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, REFD_ROLE_FIRST).uuid));
	support_assert_status(
		refd_fixture_unassign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err),
		REFD_REFUSED);
	assert_int_equal(only_violation(w, REFD_RULE_NOT_COMMITTED)->counterpart.noun, 0);
	support_assert_status(refd_fixture_unassign(fixture, REFD_ROLE_FIRST,
						    (struct refd_referee_id){ 0 }, NULL),
			      REFD_REFUSED);
	assert_int_equal(w->tracker.count, 0);
}

static void fixture__a_role_that_is_none_is_invalid(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	static const int roles[] = { 0, REFD_ROLES + 1, -1, 1000000 };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		const enum refd_role role = (enum refd_role)roles[i];

		refd_error_clear(&w->err);
		support_assert_status(refd_fixture_assign(fixture, role, referee_id(1), &w->err),
				      REFD_INVALID);
		assert_string_equal(only_violation(w, roles[i] == 0 ? REFD_RULE_REQUIRED
								    : REFD_RULE_OUT_OF_RANGE)
					    ->field,
				    "role");
		support_assert_status(refd_fixture_unassign(fixture, role, referee_id(1), NULL),
				      REFD_INVALID);
		assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, role).uuid));
		refd__fixture_restore_slot(
			fixture,
			&(struct refd_slot_state){ .role = role, .referee = referee_id(1) });
	}
	refd_error_clear(&w->err);
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST,
						  (struct refd_referee_id){ 0 }, &w->err),
			      REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_REQUIRED)->field, "referee");
}

static void AVL_11__lock_and_unlock_one_fixture(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_event_availabilities_lock *told;

	support_assert_status(refd_fixture_lock(fixture, &w->err), REFD_OK);
	assert_true(fixture->state.availability_locked);
	told = &event_at(w, 1, REFD_EVENT_AVAILABILITIES_LOCKED, REFD_NOUN_FIXTURE,
			 support_uuid(40), 6)
			->payload.availabilities_locked;
	assert_int_equal(told->scope, REFD_LOCK_FIXTURE);
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	/* locking twice is a refusal, not LOCKED */
	support_assert_status(refd_fixture_lock(fixture, &w->err), REFD_REFUSED);
	support_assert_status(w->err.status, REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_AVAILABILITY_LOCKED)->fixture.uuid,
			  support_uuid(40));
	assert_string_equal(w->err.message, "the availabilities are locked already");
	support_assert_status(refd_fixture_unlock(fixture, &w->err), REFD_OK);
	assert_false(fixture->state.availability_locked);
	told = &event_at(w, 2, REFD_EVENT_AVAILABILITIES_UNLOCKED, REFD_NOUN_FIXTURE,
			 support_uuid(40), 7)
			->payload.availabilities_unlocked;
	assert_int_equal(told->scope, REFD_LOCK_FIXTURE);
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
}

static void AVL_12__unlock_what_is_not_locked_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	support_assert_status(refd_fixture_unlock(fixture, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_AVAILABILITY_NOT_LOCKED);
	assert_string_equal(w->err.message, "the availabilities are not locked");
	assert_int_equal(w->tracker.count, 0);
}

static void fixture__lock_reports_cancelled_and_locked_together(void **state)
{
	struct world *w = *state;
	struct refd_fixture_state stored = fixture_stored();
	struct refd_fixture *fixture;

	stored.status = REFD_FIXTURE_CANCELLED;
	stored.availability_locked = true;
	fixture = refd__fixture_restore(&w->tracker, &stored);
	support_assert_status(refd_fixture_lock(fixture, &w->err), REFD_REFUSED);
	support_assert_status(w->err.status, REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	refd_error_clear(&w->err);
	support_assert_status(refd_fixture_unlock(fixture, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_FIXTURE_CANCELLED);
	support_assert_status(refd_fixture_lock(fixture, NULL), REFD_REFUSED);
}

static void fixture__announces_a_hand_out_of_its_own(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);
	const struct refd_event_hand_out_announced *told;

	support_assert_status(refd_fixture_announce(fixture, in_minutes(10), &w->err), REFD_OK);
	assert_int_equal(fixture->state.hand_out.us, in_minutes(10).us);
	told = &event_at(w, 1, REFD_EVENT_HAND_OUT_ANNOUNCED, REFD_NOUN_FIXTURE, support_uuid(40),
			 6)
			->payload.hand_out_announced;
	assert_int_equal(told->scope, REFD_LOCK_FIXTURE);
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_int_equal(told->hand_out.us, in_minutes(10).us);
	support_assert_status(refd_fixture_announce(fixture, (struct refd_time){ 0 }, &w->err),
			      REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_REQUIRED)->field, "fixture.hand_out");
	assert_int_equal(w->tracker.count, 1);
}

static void FIX_33__teams_and_id_never_change(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = fixture_restored(w);

	support_assert_status(
		refd_fixture_reschedule(fixture, in_minutes(90), NULL, 0, rules(), NOW, &w->err),
		REFD_OK);
	support_assert_status(refd_fixture_move(fixture, venue_id(31), NULL, 0, &w->err), REFD_OK);
	support_assert_status(refd_fixture_lock(fixture, &w->err), REFD_OK);
	support_assert_status(refd_fixture_announce(fixture, NOW, &w->err), REFD_OK);
	support_assert_status(refd_fixture_cancel(fixture, &w->err), REFD_OK);
	assert_uuid_equal(fixture->state.id.uuid, support_uuid(40));
	assert_uuid_equal(fixture->state.home.uuid, support_uuid(20));
	assert_uuid_equal(fixture->state.away.uuid, support_uuid(21));
	/* one version per event */
	assert_int_equal(fixture->state.version, 5 + (int64_t)w->tracker.count);
}

static const struct refd_fixture_outcome kept = { .role = REFD_ROLE_FIRST,
						  .outcome = REFD_OUTCOME_RELEASED };

static enum refd_status do_make(struct world *w, void *self)
{
	const struct refd_fixture_state wanted = fixture_wanted();

	return make(w, &wanted, self);
}

static enum refd_status do_reschedule(struct world *w, void *self)
{
	return refd_fixture_reschedule(self, in_minutes(90), &kept, 1, rules(), NOW, &w->err);
}

static enum refd_status do_move(struct world *w, void *self)
{
	return refd_fixture_move(self, venue_id(31), &kept, 1, &w->err);
}

static enum refd_status do_lock(struct world *w, void *self)
{
	return refd_fixture_lock(self, &w->err);
}

static enum refd_status do_announce(struct world *w, void *self)
{
	return refd_fixture_announce(self, NOW, &w->err);
}

static enum refd_status do_cancel(struct world *w, void *self)
{
	return refd_fixture_cancel(self, &w->err);
}

static void FIX_34__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_fixture *fixture = NULL;
	const struct refd_fixture_state stored = fixture_stored();

	starve(w, do_make, &fixture, sizeof(fixture));
	support_assert_status(refd_fixture_assign(fixture, REFD_ROLE_FIRST, referee_id(1), &w->err),
			      REFD_OK);
	starve(w, do_reschedule, fixture, sizeof(*fixture));
	assert_int_equal(event_at(w, 2, REFD_EVENT_FIXTURE_DATE_CHANGED, REFD_NOUN_FIXTURE,
				  support_uuid(40), 2)
				 ->payload.fixture_date_changed.outcomes.count,
			 1);
	starve(w, do_move, fixture, sizeof(*fixture));
	assert_int_equal(event_at(w, 3, REFD_EVENT_FIXTURE_VENUE_CHANGED, REFD_NOUN_FIXTURE,
				  support_uuid(40), 3)
				 ->payload.fixture_venue_changed.outcomes.count,
			 1);
	starve(w, do_lock, fixture, sizeof(*fixture));
	starve(w, do_announce, fixture, sizeof(*fixture));
	starve(w, do_cancel, fixture, sizeof(*fixture));
	assert_int_equal(
		event_at(w, 6, REFD_EVENT_FIXTURE_CANCELLED, REFD_NOUN_FIXTURE, support_uuid(40), 6)
			->payload.fixture_cancelled.released.count,
		1);
	assert_int_equal(fixture->fate, REFD__NEW);
	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__fixture_restore(&w->tracker, &stored));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(FIX_01__a_new_fixture_is_scheduled_without_referees),
		TEST(EVT_05__created_tells_parties_and_date),
		TEST(FIX_01__every_missing_party_is_reported),
		TEST(FIX_01__one_missing_party_is_enough),
		TEST(FIX_05__same_team_is_refused),
		TEST(FIX_09__kickoff_lies_in_the_future),
		TEST(FIX_10__all_that_is_wrong_is_reported),
		TEST(GEN_03__kickoff_stays_within_four_digit_years),
		TEST(FIX_17__a_reschedule_is_stored_and_told),
		TEST(EVT_06__date_change_names_what_became_of_each_referee),
		TEST(EVT_15__a_released_referee_empties_only_the_own_slot),
		TEST(EVT_15__a_release_is_told_though_kickoff_and_venue_stay),
		TEST(FIX_17__the_present_kickoff_changes_nothing),
		TEST(FIX_19__a_reschedule_keeps_the_rules_of_creation),
		TEST(FIX_20__a_cancelled_fixture_never_changes),
		TEST(FIX_21__a_move_is_stored_and_told),
		TEST(FIX_22__a_move_needs_a_venue),
		TEST(FIX_24__cancel_empties_the_slots_and_names_the_released),
		TEST(FIX_24__cancel_without_referees_names_none),
		TEST(FIX_25__cancel_twice_is_refused),
		TEST(FIX_28__assigning_fills_a_free_slot),
		TEST(FIX_28__a_taken_slot_names_the_holder),
		TEST(fixture__a_full_error_is_left_as_it_is),
		TEST(fixture__an_error_of_another_size_is_not_touched),
		TEST(ASG_08__no_referee_holds_two_roles),
		TEST(FIX_29__unassign_empties_the_slot_of_that_referee_only),
		TEST(fixture__a_role_that_is_none_is_invalid),
		TEST(AVL_11__lock_and_unlock_one_fixture),
		TEST(AVL_12__unlock_what_is_not_locked_is_refused),
		TEST(fixture__lock_reports_cancelled_and_locked_together),
		TEST(fixture__announces_a_hand_out_of_its_own),
		TEST(FIX_33__teams_and_id_never_change),
		TEST(FIX_34__out_of_memory_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
