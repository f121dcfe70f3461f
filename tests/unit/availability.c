#include "world.h"

static const struct refd_time unset;

static struct refd_availability *make(struct world *w)
{
	const struct refd_availability_id id = { support_uuid(50) };
	struct refd_availability *availability = NULL;

	support_assert_status(refd__availability_make(&w->tracker, id, fixture_id(40),
						      referee_id(1), NOW, &availability, &w->err),
			      REFD_OK);
	return availability;
}

static struct refd_availability *restored(struct world *w)
{
	const struct refd_availability_state stored = {
		.id = { support_uuid(50) },
		.fixture = fixture_id(40),
		.referee = referee_id(1),
		.declared_at = NOW,
		.version = 1,
	};

	return refd__availability_restore(&w->tracker, &stored);
}

static struct refd_fixture *fixture_with(struct world *w, enum refd_fixture_status status,
					 struct refd_time kickoff, bool locked,
					 struct refd_time hand_out)
{
	struct refd_fixture_state stored = fixture_stored();

	stored.status = status;
	stored.kickoff = kickoff;
	stored.availability_locked = locked;
	stored.hand_out = hand_out;
	return refd__fixture_restore(&w->tracker, &stored);
}

static void AVL_01__a_declaration_is_a_row_and_is_told(void **state)
{
	struct world *w = *state;
	struct refd_availability *availability = make(w);
	const struct refd_availability_state *s = refd_availability_state(availability);
	const struct refd_event_availability_declared *told;

	assert_uuid_equal(s->id.uuid, support_uuid(50));
	assert_uuid_equal(s->fixture.uuid, support_uuid(40));
	assert_uuid_equal(s->referee.uuid, support_uuid(1));
	assert_int_equal(s->declared_at.us, NOW.us);
	assert_int_equal(s->version, 1);
	assert_int_equal(availability->fate, REFD__NEW);
	/* EVT-09 */
	told = &event_at(w, 1, REFD_EVENT_AVAILABILITY_DECLARED, REFD_NOUN_AVAILABILITY,
			 support_uuid(50), 1)
			->payload.availability_declared;
	assert_uuid_equal(told->availability_id.uuid, support_uuid(50));
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_uuid_equal(told->referee_id.uuid, support_uuid(1));
}

static void AVL_05__a_withdrawal_deletes_the_row_and_says_why(void **state)
{
	struct world *w = *state;
	struct refd_availability *availability = restored(w);
	const struct refd_event_availability_withdrawn *told;

	assert_int_equal(availability->fate, REFD__CLEAN);
	support_assert_status(refd_availability_withdraw(
				      availability, REFD_AVAILABILITY_FIXTURE_REDATED, &w->err),
			      REFD_OK);
	assert_int_equal(availability->fate, REFD__GONE);
	assert_int_equal(availability->state.version, 2);
	assert_int_equal(availability->stored_version, 1);
	/* EVT-10 */
	told = &event_at(w, 1, REFD_EVENT_AVAILABILITY_WITHDRAWN, REFD_NOUN_AVAILABILITY,
			 support_uuid(50), 2)
			->payload.availability_withdrawn;
	assert_uuid_equal(told->availability_id.uuid, support_uuid(50));
	assert_uuid_equal(told->fixture_id.uuid, support_uuid(40));
	assert_uuid_equal(told->referee_id.uuid, support_uuid(1));
	assert_int_equal(told->reason, REFD_AVAILABILITY_FIXTURE_REDATED);
}

static void AVL_06__withdrawing_twice_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_availability *availability = make(w);

	support_assert_status(
		refd_availability_withdraw(availability, REFD_AVAILABILITY_REQUESTED, &w->err),
		REFD_OK);
	assert_int_equal(availability->fate, REFD__VOID);
	support_assert_status(
		refd_availability_withdraw(availability, REFD_AVAILABILITY_REQUESTED, &w->err),
		REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_NOT_DECLARED)->fixture.uuid,
			  support_uuid(40));
	assert_int_equal(w->err.violations[0].counterpart.noun, REFD_NOUN_REFEREE);
	assert_uuid_equal(w->err.violations[0].counterpart.id, availability->state.referee.uuid);
	assert_int_equal(w->tracker.count, 2);
	availability = restored(w);
	support_assert_status(
		refd_availability_withdraw(availability, REFD_AVAILABILITY_REQUESTED, NULL),
		REFD_OK);
	support_assert_status(
		refd_availability_withdraw(availability, REFD_AVAILABILITY_REQUESTED, NULL),
		REFD_REFUSED);
}

static void AVL_09__cancelled_and_past_fixtures_take_no_changes(void **state)
{
	struct world *w = *state;
	const struct refd_board *board = board_restored(w, false, unset, 1);
	const struct refd_time next = { NOW.us + 1 };
	struct refd_fixture *open = fixture_with(w, REFD_FIXTURE_SCHEDULED, next, false, unset);
	struct refd_fixture *past = fixture_with(w, REFD_FIXTURE_SCHEDULED, NOW, false, unset);
	struct refd_fixture *cancelled =
		fixture_with(w, REFD_FIXTURE_CANCELLED, next, false, unset);
	struct refd_fixture *both = fixture_with(w, REFD_FIXTURE_CANCELLED, NOW, false, unset);

	support_assert_status(refd_availability_open(open, board, NOW, &w->err), REFD_OK);
	assert_int_equal(w->err.total, 0);
	support_assert_status(refd_availability_open(past, board, NOW, &w->err), REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_FIXTURE_PAST)->fixture.uuid,
			  support_uuid(40));
	refd_error_clear(&w->err);
	support_assert_status(refd_availability_open(cancelled, board, NOW, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_FIXTURE_CANCELLED);
	refd_error_clear(&w->err);
	support_assert_status(refd_availability_open(both, board, NOW, &w->err), REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_FIXTURE_CANCELLED, NULL);
	support_assert_violation(&w->err, REFD_RULE_FIXTURE_PAST, NULL);
}

static void AVL_11__a_lock_of_fixture_or_board_keeps_referees_out(void **state)
{
	struct world *w = *state;
	const struct refd_board *locked = board_restored(w, true, unset, 1);
	const struct refd_board *unlocked = board_restored(w, false, unset, 1);
	struct refd_fixture *free =
		fixture_with(w, REFD_FIXTURE_SCHEDULED, in_minutes(1), false, unset);
	struct refd_fixture *held =
		fixture_with(w, REFD_FIXTURE_SCHEDULED, in_minutes(1), true, unset);
	struct refd_fixture *past = fixture_with(w, REFD_FIXTURE_SCHEDULED, NOW, true, unset);

	support_assert_status(refd_availability_open(free, unlocked, NOW, &w->err), REFD_OK);
	support_assert_status(refd_availability_open(free, locked, NOW, &w->err), REFD_LOCKED);
	support_assert_status(w->err.status, REFD_LOCKED);
	/* it says which lock to wait for */
	assert_string_equal(only_violation(w, REFD_RULE_AVAILABILITY_LOCKED)->message,
			    "the availabilities of all fixtures are locked");
	refd_error_clear(&w->err);
	support_assert_status(refd_availability_open(held, unlocked, NOW, &w->err), REFD_LOCKED);
	assert_string_equal(only_violation(w, REFD_RULE_AVAILABILITY_LOCKED)->message,
			    "the availabilities of the fixture are locked");
	refd_error_clear(&w->err);
	/* one violation where both locks hold; another rule makes it a refusal */
	support_assert_status(refd_availability_open(past, locked, NOW, &w->err), REFD_REFUSED);
	support_assert_status(w->err.status, REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	support_assert_status(refd_availability_open(held, locked, NOW, NULL), REFD_LOCKED);
}

static enum refd_status in_time(struct world *w, struct refd_time own, struct refd_time boards,
				int32_t cutoff, struct refd_time now)
{
	const struct refd_board *board = board_restored(w, false, boards, 1);
	struct refd_fixture *fixture =
		fixture_with(w, REFD_FIXTURE_SCHEDULED, in_minutes(10000), false, own);
	struct refd_rules rules = refd_rules_default();

	rules.withdrawal_cutoff = cutoff;
	refd_error_clear(&w->err);
	return refd_availability_in_time(fixture, board, &rules, now, &w->err);
}

static void AVL_13__exactly_at_the_cutoff_is_late(void **state)
{
	struct world *w = *state;
	const struct refd_time hand_out = in_minutes(100);
	struct refd_time just = in_minutes(40);

	just.us--;
	support_assert_status(in_time(w, hand_out, unset, 60, just), REFD_OK);
	support_assert_status(in_time(w, hand_out, unset, 60, in_minutes(40)), REFD_LATE);
	support_assert_status(w->err.status, REFD_LATE);
	assert_int_equal(only_violation(w, REFD_RULE_AFTER_CUTOFF)->measured, 0);
	assert_uuid_equal(w->err.violations[0].fixture.uuid, support_uuid(40));
	support_assert_status(in_time(w, hand_out, unset, 60, in_minutes(47)), REFD_LATE);
	assert_int_equal(only_violation(w, REFD_RULE_AFTER_CUTOFF)->measured, 7);
}

static void AVL_13__a_cutoff_of_zero_ends_at_the_hand_out(void **state)
{
	struct world *w = *state;

	support_assert_status(in_time(w, in_minutes(1), unset, 0, NOW), REFD_OK);
	support_assert_status(in_time(w, NOW, unset, 0, NOW), REFD_LATE);
	support_assert_status(in_time(w, in_minutes(525600 + 1), unset, 525600, NOW), REFD_OK);
	support_assert_status(in_time(w, in_minutes(525600), unset, 525600, NOW), REFD_LATE);
}

static void AVL_13__the_fixtures_hand_out_wins_over_the_boards(void **state)
{
	struct world *w = *state;

	support_assert_status(in_time(w, unset, unset, 60, NOW), REFD_OK);
	support_assert_status(in_time(w, unset, in_minutes(60), 60, NOW), REFD_LATE);
	support_assert_status(in_time(w, in_minutes(61), in_minutes(60), 60, NOW), REFD_OK);
	support_assert_status(in_time(w, in_minutes(60), in_minutes(61), 60, NOW), REFD_LATE);
}

static void AVL_13__collected_with_other_refusals(void **state)
{
	struct world *w = *state;
	const struct refd_board *board = board_restored(w, true, NOW, 1);
	struct refd_fixture *fixture =
		fixture_with(w, REFD_FIXTURE_SCHEDULED, in_minutes(1), false, unset);
	const struct refd_rules rules = refd_rules_default();

	support_assert_status(refd_availability_open(fixture, board, NOW, &w->err), REFD_LOCKED);
	support_assert_status(refd_availability_in_time(fixture, board, &rules, NOW, &w->err),
			      REFD_LATE);
	support_assert_status(w->err.status, REFD_LOCKED);
	assert_int_equal(w->err.total, 2);
	support_assert_status(refd_availability_in_time(fixture, board, &rules, NOW, NULL),
			      REFD_LATE);
}

static enum refd_status do_make(struct world *w, void *self)
{
	return refd__availability_make(&w->tracker,
				       (struct refd_availability_id){ support_uuid(50) },
				       fixture_id(40), referee_id(1), NOW, self, &w->err);
}

static enum refd_status do_withdraw(struct world *w, void *self)
{
	return refd_availability_withdraw(self, REFD_AVAILABILITY_REQUESTED, &w->err);
}

static void availability__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_availability *availability = NULL;
	struct refd_availability_state stored;

	starve(w, do_make, &availability, sizeof(availability));
	stored = availability->state;
	starve(w, do_withdraw, availability, sizeof(*availability));
	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__availability_restore(&w->tracker, &stored));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(AVL_01__a_declaration_is_a_row_and_is_told),
		TEST(AVL_05__a_withdrawal_deletes_the_row_and_says_why),
		TEST(AVL_06__withdrawing_twice_is_refused),
		TEST(AVL_09__cancelled_and_past_fixtures_take_no_changes),
		TEST(AVL_11__a_lock_of_fixture_or_board_keeps_referees_out),
		TEST(AVL_13__exactly_at_the_cutoff_is_late),
		TEST(AVL_13__a_cutoff_of_zero_ends_at_the_hand_out),
		TEST(AVL_13__the_fixtures_hand_out_wins_over_the_boards),
		TEST(AVL_13__collected_with_other_refusals),
		TEST(availability__out_of_memory_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
