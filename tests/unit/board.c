#include "world.h"

static const struct refd_time unset;

static void AVL_11__locking_the_board_is_told_and_refused_twice(void **state)
{
	struct world *w = *state;
	struct refd_board *board = board_restored(w, false, unset, 3);
	const struct refd_event_availabilities_lock *told;

	assert_false(refd_board_state(board)->availability_locked);
	support_assert_status(refd_board_lock(board, &w->err), REFD_OK);
	assert_true(refd_board_state(board)->availability_locked);
	assert_int_equal(board->fate, REFD__DIRTY);
	told = &event_at(w, 1, REFD_EVENT_AVAILABILITIES_LOCKED, REFD_NOUN_BOARD,
			 refd_the_board.uuid, 4)
			->payload.availabilities_locked;
	assert_int_equal(told->scope, REFD_LOCK_BOARD);
	assert_true(refd_uuid_is_unset(told->fixture_id.uuid));
	support_assert_status(refd_board_lock(board, &w->err), REFD_REFUSED);
	support_assert_status(w->err.status, REFD_REFUSED);
	only_violation(w, REFD_RULE_AVAILABILITY_LOCKED);
	assert_int_equal(w->tracker.count, 1);
	assert_int_equal(board->state.version, 4);
}

static void AVL_12__unlocking_the_board_is_told_and_refused_twice(void **state)
{
	struct world *w = *state;
	struct refd_board *board = board_restored(w, true, unset, 3);

	support_assert_status(refd_board_unlock(board, &w->err), REFD_OK);
	assert_false(refd_board_state(board)->availability_locked);
	assert_int_equal(event_at(w, 1, REFD_EVENT_AVAILABILITIES_UNLOCKED, REFD_NOUN_BOARD,
				  refd_the_board.uuid, 4)
				 ->payload.availabilities_unlocked.scope,
			 REFD_LOCK_BOARD);
	support_assert_status(refd_board_unlock(board, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_AVAILABILITY_NOT_LOCKED);
	assert_int_equal(w->tracker.count, 1);
}

static void AVL_13__the_board_announces_a_hand_out(void **state)
{
	struct world *w = *state;
	struct refd_board *board = board_restored(w, false, unset, 3);
	const struct refd_event_hand_out_announced *told;

	support_assert_status(refd_board_announce(board, in_minutes(5), &w->err), REFD_OK);
	assert_int_equal(board->state.hand_out.us, in_minutes(5).us);
	told = &event_at(w, 1, REFD_EVENT_HAND_OUT_ANNOUNCED, REFD_NOUN_BOARD, refd_the_board.uuid,
			 4)
			->payload.hand_out_announced;
	assert_int_equal(told->scope, REFD_LOCK_BOARD);
	assert_true(refd_uuid_is_unset(told->fixture_id.uuid));
	assert_int_equal(told->hand_out.us, in_minutes(5).us);
	/* changed again: the last word counts */
	support_assert_status(refd_board_announce(board, in_minutes(6), &w->err), REFD_OK);
	assert_int_equal(board->state.version, 5);
}

static void AVL_13__a_hand_out_is_an_instant(void **state)
{
	struct world *w = *state;
	struct refd_board *board = board_restored(w, false, unset, 3);
	const struct refd_board before = *board;

	support_assert_status(refd_board_announce(board, unset, &w->err), REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_REQUIRED)->field, "board.hand_out");
	refd_error_clear(&w->err);
	support_assert_status(
		refd_board_announce(board, (struct refd_time){ REFD_TIME_MAX + 1 }, &w->err),
		REFD_INVALID);
	assert_int_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->limit, REFD_TIME_MAX);
	refd_error_clear(&w->err);
	support_assert_status(
		refd_board_announce(board, (struct refd_time){ REFD_TIME_MIN - 1 }, &w->err),
		REFD_INVALID);
	assert_int_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->limit, REFD_TIME_MIN);
	assert_memory_equal(board, &before, sizeof(before));
	support_assert_status(refd_board_announce(board, (struct refd_time){ REFD_TIME_MAX }, NULL),
			      REFD_OK);
	support_assert_status(refd_board_announce(board, (struct refd_time){ REFD_TIME_MIN }, NULL),
			      REFD_OK);
}

static void board__one_that_was_never_stored_becomes_new(void **state)
{
	struct world *w = *state;
	const struct refd_board_state blank = { 0 };
	struct refd_board *board = refd__board_restore(&w->tracker, &blank);

	assert_int_equal(board->fate, REFD__CLEAN);
	assert_uuid_equal(board->state.id.uuid, refd_the_board.uuid);
	support_assert_status(refd_board_lock(board, &w->err), REFD_OK);
	assert_int_equal(board->fate, REFD__NEW);
	assert_int_equal(board->state.version, 1);
	support_assert_status(refd_board_unlock(board, &w->err), REFD_OK);
	assert_int_equal(board->fate, REFD__NEW);
}

static enum refd_status do_lock(struct world *w, void *self)
{
	return refd_board_lock(self, &w->err);
}

static enum refd_status do_announce(struct world *w, void *self)
{
	return refd_board_announce(self, NOW, &w->err);
}

static void board__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_board *board = board_restored(w, false, unset, 3);
	const struct refd_board_state stored = board->state;

	starve(w, do_lock, board, sizeof(*board));
	starve(w, do_announce, board, sizeof(*board));
	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__board_restore(&w->tracker, &stored));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(AVL_11__locking_the_board_is_told_and_refused_twice),
		TEST(AVL_12__unlocking_the_board_is_told_and_refused_twice),
		TEST(AVL_13__the_board_announces_a_hand_out),
		TEST(AVL_13__a_hand_out_is_an_instant),
		TEST(board__one_that_was_never_stored_becomes_new),
		TEST(board__out_of_memory_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
