#include <refdomain/domain/assignment.h>

#include <assert.h>

#include "domain/aggregates.h"
#include "domain/checks.h"
#include "domain/violations.h"

static struct refd_ref ref_of(const struct refd_assignment_state *state)
{
	return (struct refd_ref){ REFD_NOUN_ASSIGNMENT, state->id.uuid };
}

static bool is_staged(const struct refd_assignment *assignment)
{
	return assignment->state.status == REFD_ASSIGNMENT_STAGED &&
	       !refd__fate_ended(assignment->fate);
}

static bool is_committed(const struct refd_assignment *assignment)
{
	return assignment->state.status == REFD_ASSIGNMENT_COMMITTED &&
	       !refd__fate_ended(assignment->fate);
}

static enum refd_status refuse(const struct refd_assignment *assignment, enum refd_rule rule,
			       struct refd_error *err)
{
	const struct refd_ref fixture = { REFD_NOUN_FIXTURE, assignment->state.fixture.uuid };
	const struct refd_ref self = ref_of(&assignment->state);
	struct refd_violation *violation;

	refd__refused(err, fixture, rule, self, NULL);
	violation = refd__last_violation(err);
	if (violation) {
		violation->referee = assignment->state.referee;
		violation->role = assignment->state.role;
	}
	return REFD_REFUSED;
}

static struct refd__event_node *next(const struct refd_assignment *assignment,
				     enum refd_event_type type,
				     const struct refd_assignment_state *changed,
				     struct refd_error *err)
{
	return refd__tracker_next(assignment->tracker, type, ref_of(changed), changed->version,
				  err);
}

static enum refd_status settle(struct refd_assignment *assignment,
			       const struct refd_assignment_state *changed,
			       struct refd__event_node *node)
{
	assignment->state = *changed;
	refd__fate_change(&assignment->fate, assignment->stored_version);
	refd__tracker_record(assignment->tracker, node);
	return REFD_OK;
}

static enum refd_status end(struct refd_assignment *assignment, struct refd__event_node *node)
{
	assignment->state.version++;
	refd__fate_end(&assignment->fate);
	refd__tracker_record(assignment->tracker, node);
	return REFD_OK;
}

enum refd_status refd__assignment_make(struct refd__tracker *tracker, struct refd_assignment_id id,
				       struct refd_fixture_id fixture,
				       struct refd_referee_id referee, enum refd_role role,
				       struct refd_referee_id replaces,
				       struct refd_assignment **ret, struct refd_error *err)
{
	const struct refd_assignment_state state = {
		.id = id,
		.fixture = fixture,
		.referee = referee,
		.role = role,
		.status = REFD_ASSIGNMENT_STAGED,
		.replaces = replaces,
		.version = 1,
	};
	struct refd__event_node *node;
	struct refd_assignment *assignment;
	enum refd_status st = refd__check_role(role, err);

	assert(!refd_uuid_is_unset(id.uuid));
	if (st != REFD_OK)
		return st;
	assignment = refd__arena_zero(tracker->arena, 1, sizeof(*assignment));
	if (!assignment)
		return refd__out_of_memory(err);
	node = refd__tracker_next(tracker, REFD_EVENT_ASSIGNMENT_CREATED, ref_of(&state), 1, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.assignment_created = (struct refd_event_assignment_created){
		.assignment_id = id,
		.fixture_id = fixture,
		.referee_id = referee,
		.role = role,
		.replaces = replaces,
	};
	assignment->tracker = tracker;
	assignment->fate = REFD__NEW;
	*ret = assignment;
	return settle(assignment, &state, node);
}

struct refd_assignment *refd__assignment_restore(struct refd__tracker *tracker,
						 const struct refd_assignment_state *state)
{
	struct refd_assignment *assignment =
		refd__arena_zero(tracker->arena, 1, sizeof(*assignment));

	if (!assignment)
		return NULL;
	assignment->state = *state;
	assignment->tracker = tracker;
	assignment->stored_version = state->version;
	assignment->stored_referee = state->referee;
	assignment->fate = REFD__CLEAN;
	return assignment;
}

const struct refd_assignment_state *refd_assignment_state(const struct refd_assignment *assignment)
{
	return &assignment->state;
}

enum refd_status refd__assignment_may_stage(const struct refd_assignment *assignment,
					    enum refd_role role, struct refd_error *err)
{
	enum refd_status st = refd__check_role(role, err);

	if (st != REFD_OK || is_staged(assignment))
		return st;
	if (!is_committed(assignment))
		return refuse(assignment, REFD_RULE_NOT_STAGED, err);
	if (assignment->state.role == role)
		return refuse(assignment, REFD_RULE_ALREADY_COMMITTED, err);
	return REFD_OK;
}

enum refd_status refd_assignment_stage(struct refd_assignment *assignment, enum refd_role role,
				       struct refd_referee_id replaces, struct refd_error *err)
{
	struct refd_assignment_state changed = assignment->state;
	struct refd__event_node *node;
	enum refd_role *wanted = is_staged(assignment) ? &changed.role : &changed.staged_role;
	enum refd_status st = refd__assignment_may_stage(assignment, role, err);

	if (st != REFD_OK)
		return st;
	if (*wanted == role && refd_uuid_equal(changed.replaces.uuid, replaces.uuid))
		return REFD_OK;
	*wanted = role;
	changed.replaces = replaces;
	changed.version++;
	node = next(assignment, REFD_EVENT_ASSIGNMENT_ROLE_CHANGED, &changed, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.assignment_role_changed = (struct refd_event_assignment_role_changed){
		.assignment_id = changed.id,
		.fixture_id = changed.fixture,
		.referee_id = changed.referee,
		.role = role,
		.previous = assignment->state.role,
		.replaces = replaces,
	};
	return settle(assignment, &changed, node);
}

enum refd_status refd_assignment_unstage(struct refd_assignment *assignment, struct refd_error *err)
{
	struct refd_assignment_state changed = assignment->state;
	const bool staged = is_staged(assignment);
	struct refd__event_node *node;

	if (!staged && !(is_committed(assignment) && changed.staged_role != 0))
		return refuse(assignment, REFD_RULE_NOT_STAGED, err);
	changed.staged_role = (enum refd_role)0;
	changed.replaces = (struct refd_referee_id){ 0 };
	changed.version++;
	node = next(assignment, REFD_EVENT_ASSIGNMENT_REMOVED, &changed, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.assignment_removed = (struct refd_event_assignment_removed){
		.assignment_id = changed.id,
		.fixture_id = changed.fixture,
		.referee_id = changed.referee,
		.role = staged ? changed.role : assignment->state.staged_role,
	};
	return staged ? end(assignment, node) : settle(assignment, &changed, node);
}

enum refd_status refd_assignment_commit(struct refd_assignment *assignment, uint32_t overridden,
					struct refd_error *err)
{
	struct refd_assignment_state changed = assignment->state;
	enum refd_role previous = (enum refd_role)0;
	struct refd__event_node *node;

	if (is_committed(assignment) && changed.staged_role != 0) {
		previous = changed.role;
		changed.role = changed.staged_role;
	} else if (!is_staged(assignment)) {
		return refuse(assignment, REFD_RULE_NOT_STAGED, err);
	}
	changed.status = REFD_ASSIGNMENT_COMMITTED;
	changed.staged_role = (enum refd_role)0;
	changed.replaces = (struct refd_referee_id){ 0 };
	changed.overridden |= overridden;
	changed.version++;
	node = next(assignment, REFD_EVENT_REFEREE_ASSIGNED, &changed, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.referee_assigned = (struct refd_event_referee_assigned){
		.assignment_id = changed.id,
		.fixture_id = changed.fixture,
		.referee_id = changed.referee,
		.role = changed.role,
		.previous_role = previous,
	};
	return settle(assignment, &changed, node);
}

static enum refd_status may_replace(const struct refd_assignment *assignment,
				    struct refd_referee_id referee, struct refd_str reason,
				    struct refd_error *err)
{
	struct refd_line line;
	enum refd_status st = refd_line_parse(reason, "assignment.reason", &line, err);
	enum refd_status rule = REFD_OK;

	if (refd_uuid_is_unset(referee.uuid))
		st = refd__invalid(err, "referee", REFD_RULE_REQUIRED, 0, 0, NULL);
	if (!is_committed(assignment))
		rule = refuse(assignment, REFD_RULE_NOT_COMMITTED, err);
	if (refd_uuid_equal(assignment->state.referee.uuid, referee.uuid))
		rule = refuse(assignment, REFD_RULE_REFEREE_UNCHANGED, err);
	return st == REFD_OK ? rule : st;
}

/* Two events: the hand-over, and the assignment of the new referee. */
enum refd_status refd_assignment_replace(struct refd_assignment *assignment,
					 struct refd_referee_id referee, struct refd_str reason,
					 uint32_t overridden, struct refd_error *err)
{
	struct refd_assignment_state changed = assignment->state;
	struct refd_event_assignment_referee_changed *told;
	struct refd__event_node *handed, *assigned;
	enum refd_status st = may_replace(assignment, referee, reason, err);

	if (st != REFD_OK)
		return st;
	changed.referee = referee;
	changed.staged_role = (enum refd_role)0;
	changed.replaces = (struct refd_referee_id){ 0 };
	changed.overridden = overridden; /* the old ones were granted to the old referee */
	changed.version++;
	handed = next(assignment, REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED, &changed, err);
	changed.version++;
	assigned = handed ? next(assignment, REFD_EVENT_REFEREE_ASSIGNED, &changed, err) : NULL;
	if (!assigned)
		return REFD_NO_MEMORY;
	told = &handed->event.payload.assignment_referee_changed;
	told->assignment_id = changed.id;
	told->fixture_id = changed.fixture;
	told->referee_id = referee;
	told->previous = assignment->state.referee;
	told->role = changed.role;
	if (!refd__arena_str(assignment->tracker->arena, reason, &told->reason))
		return refd__out_of_memory(err);
	assigned->event.payload.referee_assigned = (struct refd_event_referee_assigned){
		.assignment_id = changed.id,
		.fixture_id = changed.fixture,
		.referee_id = referee,
		.role = changed.role,
	};
	refd__tracker_record(assignment->tracker, handed);
	return settle(assignment, &changed, assigned);
}

enum refd_status refd_assignment_remove(struct refd_assignment *assignment,
					enum refd_unassign_reason reason, struct refd_error *err)
{
	struct refd_assignment_state *state = &assignment->state;
	struct refd__event_node *node;

	if (!is_committed(assignment))
		return refuse(assignment, REFD_RULE_NOT_COMMITTED, err);
	node = refd__tracker_next(assignment->tracker, REFD_EVENT_REFEREE_UNASSIGNED, ref_of(state),
				  state->version + 1, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.referee_unassigned = (struct refd_event_referee_unassigned){
		.assignment_id = state->id,
		.fixture_id = state->fixture,
		.referee_id = state->referee,
		.role = state->role,
		.reason = reason,
	};
	return end(assignment, node);
}

static enum refd_status may_override(const struct refd_assignment *assignment, enum refd_rule rule,
				     struct refd_str actor, struct refd_str reason,
				     struct refd_error *err)
{
	struct refd_line line;
	struct refd_name name;
	enum refd_status st = REFD_OK;

	if (refd_name_parse(reason, "override.reason", &name, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_line_parse(actor, "override.actor", &line, err) != REFD_OK)
		st = REFD_INVALID;
	if (refd_rule_severity(rule) != REFD_SEVERITY_OVERRIDABLE) {
		refuse(assignment, REFD_RULE_OVERRIDE_NOT_ALLOWED, err);
		st = st == REFD_OK ? REFD_REFUSED : st;
	}
	return st;
}

enum refd_status refd_assignment_override(struct refd_assignment *assignment, enum refd_rule rule,
					  struct refd_str actor, struct refd_str reason,
					  struct refd_error *err)
{
	struct refd_assignment_state changed = assignment->state;
	struct refd__arena *arena = assignment->tracker->arena;
	struct refd_event_rule_overridden *told;
	struct refd__event_node *node;
	enum refd_status st = may_override(assignment, rule, actor, reason, err);

	if (st != REFD_OK)
		return st;
	changed.version++;
	node = next(assignment, REFD_EVENT_RULE_OVERRIDDEN, &changed, err);
	if (!node)
		return REFD_NO_MEMORY;
	told = &node->event.payload.rule_overridden;
	told->assignment_id = changed.id;
	told->fixture_id = changed.fixture;
	told->referee_id = changed.referee;
	told->rules = UINT32_C(1) << (unsigned int)rule;
	if (!refd__arena_str(arena, actor, &told->actor) ||
	    !refd__arena_str(arena, reason, &told->reason))
		return refd__out_of_memory(err);
	return settle(assignment, &changed, node);
}
