#include <refdomain/domain/availability.h>

#include <assert.h>

#include "domain/aggregates.h"
#include "domain/checks.h"
#include "domain/violations.h"

static const struct refd_ref nobody;

static struct refd_ref ref_of(const struct refd_availability_state *state)
{
	return (struct refd_ref){ REFD_NOUN_AVAILABILITY, state->id.uuid };
}

enum refd_status refd__availability_make(struct refd__tracker *tracker,
					 struct refd_availability_id id,
					 struct refd_fixture_id fixture,
					 struct refd_referee_id referee, struct refd_time now,
					 struct refd_availability **ret, struct refd_error *err)
{
	const struct refd_availability_state state = {
		.id = id,
		.fixture = fixture,
		.referee = referee,
		.declared_at = now,
		.version = 1,
	};
	struct refd__event_node *node;
	struct refd_availability *availability;

	assert(!refd_uuid_is_unset(id.uuid));
	availability = refd__arena_zero(tracker->arena, 1, sizeof(*availability));
	if (!availability)
		return refd__out_of_memory(err);
	node = refd__tracker_next(tracker, REFD_EVENT_AVAILABILITY_DECLARED, ref_of(&state), 1,
				  err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.availability_declared = (struct refd_event_availability_declared){
		.availability_id = id,
		.fixture_id = fixture,
		.referee_id = referee,
	};
	availability->state = state;
	availability->tracker = tracker;
	availability->fate = REFD__NEW;
	refd__tracker_record(tracker, node);
	*ret = availability;
	return REFD_OK;
}

struct refd_availability *refd__availability_restore(struct refd__tracker *tracker,
						     const struct refd_availability_state *state)
{
	struct refd_availability *availability =
		refd__arena_zero(tracker->arena, 1, sizeof(*availability));

	if (!availability)
		return NULL;
	availability->state = *state;
	availability->tracker = tracker;
	availability->stored_version = state->version;
	availability->fate = REFD__CLEAN;
	return availability;
}

const struct refd_availability_state *refd_availability_state(
	const struct refd_availability *availability)
{
	return &availability->state;
}

enum refd_status refd_availability_open(const struct refd_fixture *fixture,
					const struct refd_board *board, struct refd_time now,
					struct refd_error *err)
{
	const struct refd_ref self = { REFD_NOUN_FIXTURE, fixture->state.id.uuid };
	enum refd_status st = REFD_OK;

	/* the rules before the lock: whoever waits for an unlock should wait for something */
	if (fixture->state.status != REFD_FIXTURE_SCHEDULED) {
		refd__refused(err, self, REFD_RULE_FIXTURE_CANCELLED, nobody,
			      "the fixture is cancelled");
		st = REFD_REFUSED;
	}
	if (fixture->state.kickoff.us <= now.us) {
		refd__refused(err, self, REFD_RULE_FIXTURE_PAST, nobody,
			      "the fixture has kicked off");
		st = REFD_REFUSED;
	}
	if (fixture->state.availability_locked || board->state.availability_locked) {
		refd__refused(err, self, REFD_RULE_AVAILABILITY_LOCKED, nobody,
			      "the availabilities of %s are locked",
			      fixture->state.availability_locked ? "the fixture" : "all fixtures");
		st = st == REFD_OK ? REFD_LOCKED : st;
	}
	return st;
}

enum refd_status refd_availability_in_time(const struct refd_fixture *fixture,
					   const struct refd_board *board,
					   const struct refd_rules *rules, struct refd_time now,
					   struct refd_error *err)
{
	const struct refd_ref self = { REFD_NOUN_FIXTURE, fixture->state.id.uuid };
	struct refd_time hand_out = fixture->state.hand_out, cutoff;
	struct refd_violation *violation;
	char when[REFD_TIME_TEXT + 1];

	if (refd_time_is_unset(hand_out))
		hand_out = board->state.hand_out;
	if (refd_time_is_unset(hand_out))
		return REFD_OK;
	cutoff.us = hand_out.us - rules->withdrawal_cutoff * REFD_MINUTE;
	if (now.us < cutoff.us)
		return REFD_OK;
	refd__refused(err, self, REFD_RULE_AFTER_CUTOFF, nobody,
		      "withdrawals were possible until %s", refd_time_format(cutoff, when));
	violation = refd__last_violation(err);
	if (violation)
		violation->measured = (now.us - cutoff.us) / REFD_MINUTE;
	return REFD_LATE;
}

enum refd_status refd_availability_withdraw(struct refd_availability *availability,
					    enum refd_availability_reason reason,
					    struct refd_error *err)
{
	struct refd_availability_state *state = &availability->state;
	const struct refd_ref referee = { REFD_NOUN_REFEREE, state->referee.uuid };
	struct refd__event_node *node;

	if (refd__fate_ended(availability->fate)) {
		refd__refused(err, (struct refd_ref){ REFD_NOUN_FIXTURE, state->fixture.uuid },
			      REFD_RULE_NOT_DECLARED, referee, "availability is not declared");
		return REFD_REFUSED;
	}
	node = refd__tracker_next(availability->tracker, REFD_EVENT_AVAILABILITY_WITHDRAWN,
				  ref_of(state), state->version + 1, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.availability_withdrawn = (struct refd_event_availability_withdrawn){
		.availability_id = state->id,
		.fixture_id = state->fixture,
		.referee_id = state->referee,
		.reason = reason,
	};
	state->version++;
	refd__fate_end(&availability->fate);
	refd__tracker_record(availability->tracker, node);
	return REFD_OK;
}
