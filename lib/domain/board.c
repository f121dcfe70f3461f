#include <refdomain/domain/board.h>

#include "domain/aggregates.h"
#include "domain/checks.h"

static struct refd_ref ref_of_board(void)
{
	return (struct refd_ref){ REFD_NOUN_BOARD, refd_the_board.uuid };
}

struct refd_board *refd__board_restore(struct refd__tracker *tracker,
				       const struct refd_board_state *state)
{
	struct refd_board *board = refd__arena_zero(tracker->arena, 1, sizeof(*board));

	if (!board)
		return NULL;
	board->state = *state;
	board->state.id = refd_the_board;
	board->tracker = tracker;
	board->stored_version = state->version;
	board->fate = REFD__CLEAN;
	return board;
}

const struct refd_board_state *refd_board_state(const struct refd_board *board)
{
	return &board->state;
}

static enum refd_status settle(struct refd_board *board, const struct refd_board_state *changed,
			       struct refd__event_node *node)
{
	board->state = *changed;
	refd__fate_change(&board->fate, board->stored_version);
	refd__tracker_record(board->tracker, node);
	return REFD_OK;
}

static enum refd_status set_locked(struct refd_board *board, bool locked, enum refd_event_type type,
				   struct refd_error *err)
{
	struct refd_board_state changed = board->state;
	struct refd__event_node *node;

	if (changed.availability_locked == locked)
		return refd__refuse_lock(ref_of_board(), locked, err);
	changed.availability_locked = locked;
	changed.version++;
	node = refd__tracker_next(board->tracker, type, ref_of_board(), changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.availabilities_locked.scope = REFD_LOCK_BOARD;
	return settle(board, &changed, node);
}

enum refd_status refd_board_lock(struct refd_board *board, struct refd_error *err)
{
	return set_locked(board, true, REFD_EVENT_AVAILABILITIES_LOCKED, err);
}

enum refd_status refd_board_unlock(struct refd_board *board, struct refd_error *err)
{
	return set_locked(board, false, REFD_EVENT_AVAILABILITIES_UNLOCKED, err);
}

enum refd_status refd_board_announce(struct refd_board *board, struct refd_time hand_out,
				     struct refd_error *err)
{
	struct refd_board_state changed = board->state;
	struct refd__event_node *node;
	enum refd_status st = refd__check_instant(hand_out, "board.hand_out", err);

	if (st != REFD_OK)
		return st;
	changed.hand_out = hand_out;
	changed.version++;
	node = refd__tracker_next(board->tracker, REFD_EVENT_HAND_OUT_ANNOUNCED, ref_of_board(),
				  changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.hand_out_announced.scope = REFD_LOCK_BOARD;
	node->event.payload.hand_out_announced.hand_out = hand_out;
	return settle(board, &changed, node);
}
