#include <refdomain/domain/team.h>

#include <assert.h>

#include "domain/aggregates.h"
#include "domain/violations.h"

static struct refd_ref ref_of(const struct refd_team_state *state)
{
	return (struct refd_ref){ REFD_NOUN_TEAM, state->id.uuid };
}

static enum refd_status parse_details(const struct refd_team_details *details,
				      struct refd_team_state *state, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (refd_name_parse(details->name, "team.name", &state->name, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_name_parse(details->club, "team.club", &state->club, err) != REFD_OK)
		st = REFD_INVALID;
	return st;
}

static enum refd_status require_active(const struct refd_team *team, struct refd_error *err)
{
	const struct refd_ref self = ref_of(&team->state);

	if (team->state.status == REFD_PARTY_ACTIVE)
		return REFD_OK;
	refd__refused(err, self, REFD_RULE_RETIRED, self, "team %s is retired",
		      team->state.name.utf8);
	return REFD_REFUSED;
}

/* The event that tells the whole of @p state. */
static struct refd__event_node *tell(struct refd__tracker *tracker, enum refd_event_type type,
				     const struct refd_team_state *state, struct refd_error *err)
{
	struct refd__event_node *node =
		refd__tracker_next(tracker, type, ref_of(state), state->version, err);
	struct refd_event_team *told;

	if (!node)
		return NULL;
	told = &node->event.payload.team_created;
	told->team_id = state->id;
	if (!refd__arena_str(tracker->arena, refd_name_str(&state->name), &told->name) ||
	    !refd__arena_str(tracker->arena, refd_name_str(&state->club), &told->club)) {
		refd__out_of_memory(err);
		return NULL;
	}
	return node;
}

static enum refd_status settle(struct refd_team *team, const struct refd_team_state *changed,
			       struct refd__event_node *node)
{
	team->state = *changed;
	refd__fate_change(&team->fate, team->stored_version);
	refd__tracker_record(team->tracker, node);
	return REFD_OK;
}

enum refd_status refd__team_make(struct refd__tracker *tracker, struct refd_team_id id,
				 const struct refd_team_details *details, struct refd_team **ret,
				 struct refd_error *err)
{
	struct refd_team_state state = { .id = id, .status = REFD_PARTY_ACTIVE, .version = 1 };
	struct refd__event_node *node;
	struct refd_team *team;
	enum refd_status st;

	assert(!refd_uuid_is_unset(id.uuid));
	st = parse_details(details, &state, err);
	if (st != REFD_OK)
		return st;
	team = refd__arena_zero(tracker->arena, 1, sizeof(*team));
	if (!team)
		return refd__out_of_memory(err);
	node = tell(tracker, REFD_EVENT_TEAM_CREATED, &state, err);
	if (!node)
		return REFD_NO_MEMORY;
	team->tracker = tracker;
	team->fate = REFD__NEW;
	*ret = team;
	return settle(team, &state, node);
}

struct refd_team *refd__team_restore(struct refd__tracker *tracker,
				     const struct refd_team_state *state)
{
	struct refd_team *team = refd__arena_zero(tracker->arena, 1, sizeof(*team));

	if (!team)
		return NULL;
	team->state = *state;
	team->tracker = tracker;
	team->stored_version = state->version;
	team->fate = REFD__CLEAN;
	return team;
}

const struct refd_team_state *refd_team_state(const struct refd_team *team)
{
	return &team->state;
}

enum refd_status refd_team_correct(struct refd_team *team, const struct refd_team_details *details,
				   struct refd_error *err)
{
	struct refd_team_state changed = team->state;
	struct refd__event_node *node;
	enum refd_status st = parse_details(details, &changed, err);
	enum refd_status active = require_active(team, err);

	if (st == REFD_OK)
		st = active;
	if (st != REFD_OK)
		return st;
	changed.version++;
	node = tell(team->tracker, REFD_EVENT_TEAM_CORRECTED, &changed, err);
	return node ? settle(team, &changed, node) : REFD_NO_MEMORY;
}

enum refd_status refd_team_retire(struct refd_team *team, struct refd_error *err)
{
	struct refd_team_state changed = team->state;
	struct refd__event_node *node;
	enum refd_status st = require_active(team, err);

	if (st != REFD_OK)
		return st;
	changed.status = REFD_PARTY_RETIRED;
	changed.version++;
	node = refd__tracker_next(team->tracker, REFD_EVENT_TEAM_RETIRED, ref_of(&changed),
				  changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.team_retired.team_id = changed.id;
	return settle(team, &changed, node);
}
