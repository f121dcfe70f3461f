#include <refdomain/domain/referee.h>

#include <assert.h>

#include "domain/aggregates.h"
#include "domain/violations.h"

static struct refd_ref ref_of(const struct refd_referee_state *state)
{
	return (struct refd_ref){ REFD_NOUN_REFEREE, state->id.uuid };
}

static enum refd_status parse_details(const struct refd_referee_details *details,
				      struct refd_referee_state *state, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (refd_name_parse(details->name, "referee.name", &state->name, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_name_parse(details->club, "referee.club", &state->club, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_phone_parse(details->phone, "referee.phone", &state->phone, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_email_parse(details->email, "referee.email", &state->email, err) != REFD_OK)
		st = REFD_INVALID;
	return st;
}

static enum refd_status require_active(const struct refd_referee *referee, struct refd_error *err)
{
	const struct refd_ref self = ref_of(&referee->state);

	if (referee->state.status == REFD_PARTY_ACTIVE)
		return REFD_OK;
	refd__refused(err, self, REFD_RULE_RETIRED, self, "referee %s is retired",
		      referee->state.name.utf8);
	return REFD_REFUSED;
}

/* The event that tells the whole of @p state. */
static struct refd__event_node *tell(struct refd__tracker *tracker, enum refd_event_type type,
				     const struct refd_referee_state *state, struct refd_error *err)
{
	struct refd__event_node *node =
		refd__tracker_next(tracker, type, ref_of(state), state->version, err);
	struct refd_event_referee *told;

	if (!node)
		return NULL;
	told = &node->event.payload.referee_created;
	told->referee_id = state->id;
	if (!refd__arena_str(tracker->arena, refd_name_str(&state->name), &told->name) ||
	    !refd__arena_str(tracker->arena, refd_name_str(&state->club), &told->club) ||
	    !refd__arena_str(tracker->arena, refd_phone_str(&state->phone), &told->phone) ||
	    !refd__arena_str(tracker->arena, refd_email_str(&state->email), &told->email)) {
		refd__out_of_memory(err);
		return NULL;
	}
	return node;
}

static enum refd_status settle(struct refd_referee *referee,
			       const struct refd_referee_state *changed,
			       struct refd__event_node *node)
{
	referee->state = *changed;
	refd__fate_change(&referee->fate, referee->stored_version);
	refd__tracker_record(referee->tracker, node);
	return REFD_OK;
}

enum refd_status refd__referee_make(struct refd__tracker *tracker, struct refd_referee_id id,
				    const struct refd_referee_details *details,
				    struct refd_referee **ret, struct refd_error *err)
{
	struct refd_referee_state state = { .id = id, .status = REFD_PARTY_ACTIVE, .version = 1 };
	struct refd__event_node *node;
	struct refd_referee *referee;
	enum refd_status st;

	assert(!refd_uuid_is_unset(id.uuid));
	st = parse_details(details, &state, err);
	if (st != REFD_OK)
		return st;
	referee = refd__arena_zero(tracker->arena, 1, sizeof(*referee));
	if (!referee)
		return refd__out_of_memory(err);
	node = tell(tracker, REFD_EVENT_REFEREE_CREATED, &state, err);
	if (!node)
		return REFD_NO_MEMORY;
	referee->tracker = tracker;
	referee->fate = REFD__NEW;
	*ret = referee;
	return settle(referee, &state, node);
}

struct refd_referee *refd__referee_restore(struct refd__tracker *tracker,
					   const struct refd_referee_state *state)
{
	struct refd_referee *referee = refd__arena_zero(tracker->arena, 1, sizeof(*referee));

	if (!referee)
		return NULL;
	referee->state = *state;
	referee->tracker = tracker;
	referee->stored_version = state->version;
	referee->fate = REFD__CLEAN;
	return referee;
}

const struct refd_referee_state *refd_referee_state(const struct refd_referee *referee)
{
	return &referee->state;
}

enum refd_status refd_referee_correct(struct refd_referee *referee,
				      const struct refd_referee_details *details,
				      struct refd_error *err)
{
	struct refd_referee_state changed = referee->state;
	struct refd__event_node *node;
	enum refd_status st = parse_details(details, &changed, err);
	enum refd_status active = require_active(referee, err);

	if (st == REFD_OK)
		st = active;
	if (st != REFD_OK)
		return st;
	changed.version++;
	node = tell(referee->tracker, REFD_EVENT_REFEREE_CORRECTED, &changed, err);
	return node ? settle(referee, &changed, node) : REFD_NO_MEMORY;
}

enum refd_status refd_referee_change_club(struct refd_referee *referee, struct refd_str club,
					  struct refd_error *err)
{
	struct refd_referee_state changed = referee->state;
	struct refd__arena *arena = referee->tracker->arena;
	struct refd_event_referee_club_changed *told;
	struct refd__event_node *node;
	enum refd_status st = refd_name_parse(club, "referee.club", &changed.club, err);
	enum refd_status active = require_active(referee, err);

	if (st == REFD_OK)
		st = active;
	if (st != REFD_OK)
		return st;
	changed.version++;
	node = refd__tracker_next(referee->tracker, REFD_EVENT_REFEREE_CLUB_CHANGED,
				  ref_of(&changed), changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	told = &node->event.payload.referee_club_changed;
	told->referee_id = changed.id;
	if (!refd__arena_str(arena, refd_name_str(&changed.club), &told->club_name) ||
	    !refd__arena_str(arena, refd_name_str(&referee->state.club), &told->previous))
		return refd__out_of_memory(err);
	return settle(referee, &changed, node);
}

enum refd_status refd_referee_retire(struct refd_referee *referee, struct refd_error *err)
{
	struct refd_referee_state changed = referee->state;
	struct refd__event_node *node;
	enum refd_status st = require_active(referee, err);

	if (st != REFD_OK)
		return st;
	changed.status = REFD_PARTY_RETIRED;
	changed.version++;
	node = refd__tracker_next(referee->tracker, REFD_EVENT_REFEREE_RETIRED, ref_of(&changed),
				  changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.referee_retired.referee_id = changed.id;
	return settle(referee, &changed, node);
}
