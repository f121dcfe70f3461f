#include <refdomain/domain/fixture.h>

#include "domain/aggregates.h"
#include "domain/checks.h"
#include "domain/violations.h"

static const struct refd_ref nobody;

static struct refd_ref ref_of(const struct refd_fixture_state *state)
{
	return (struct refd_ref){ REFD_NOUN_FIXTURE, state->id.uuid };
}

static enum refd_status require_set(struct refd_uuid id, const char *field, struct refd_error *err)
{
	if (!refd_uuid_is_unset(id))
		return REFD_OK;
	return refd__invalid(err, field, REFD_RULE_REQUIRED, 0, 0, "%s is required", field);
}

static enum refd_status require_scheduled(const struct refd_fixture *fixture,
					  struct refd_error *err)
{
	if (fixture->state.status == REFD_FIXTURE_SCHEDULED)
		return REFD_OK;
	refd__refused(err, ref_of(&fixture->state), REFD_RULE_FIXTURE_CANCELLED, nobody,
		      "the fixture is cancelled");
	return REFD_REFUSED;
}

static enum refd_status require_future(const struct refd_fixture_state *state,
				       struct refd_time kickoff, const struct refd_rules *rules,
				       struct refd_time now, struct refd_error *err)
{
	char when[REFD_TIME_TEXT + 1];

	if (!rules->require_future_kickoff || kickoff.us > now.us)
		return REFD_OK;
	refd__refused(err, ref_of(state), REFD_RULE_KICKOFF_NOT_FUTURE, nobody,
		      "the kick-off %s is not in the future", refd_time_format(kickoff, when));
	return REFD_REFUSED;
}

static enum refd_status check_parties(const struct refd_fixture_state *wanted,
				      struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (require_set(wanted->id.uuid, "fixture.id", err) != REFD_OK)
		st = REFD_INVALID;
	if (require_set(wanted->home.uuid, "fixture.home", err) != REFD_OK)
		st = REFD_INVALID;
	if (require_set(wanted->away.uuid, "fixture.away", err) != REFD_OK)
		st = REFD_INVALID;
	if (require_set(wanted->venue.uuid, "fixture.venue", err) != REFD_OK)
		st = REFD_INVALID;
	return st;
}

static enum refd_status check_wanted(const struct refd_fixture_state *wanted,
				     const struct refd_rules *rules, struct refd_time now,
				     struct refd_error *err)
{
	enum refd_status st = check_parties(wanted, err);
	enum refd_status timely = refd__check_instant(wanted->kickoff, "fixture.kickoff", err);
	enum refd_status rule = REFD_OK;

	if (!refd_uuid_is_unset(wanted->home.uuid) &&
	    refd_uuid_equal(wanted->home.uuid, wanted->away.uuid)) {
		const struct refd_ref team = { REFD_NOUN_TEAM, wanted->home.uuid };

		refd__refused(err, ref_of(wanted), REFD_RULE_SAME_TEAM, team,
			      "a team cannot play against itself");
		rule = REFD_REFUSED;
	}
	if (timely == REFD_OK &&
	    require_future(wanted, wanted->kickoff, rules, now, err) != REFD_OK)
		rule = REFD_REFUSED;
	if (st == REFD_OK)
		st = timely;
	return st == REFD_OK ? rule : st;
}

static enum refd_status settle(struct refd_fixture *fixture,
			       const struct refd_fixture_state *changed,
			       struct refd__event_node *node)
{
	fixture->state = *changed;
	refd__fate_change(&fixture->fate, fixture->stored_version);
	refd__tracker_record(fixture->tracker, node);
	return REFD_OK;
}

/* As settle, and assignments or availabilities of the fixture may have to follow. */
static enum refd_status settle_followed(struct refd_fixture *fixture,
					const struct refd_fixture_state *changed,
					struct refd__event_node *node)
{
	fixture->tracker->followed++;
	return settle(fixture, changed, node);
}

enum refd_status refd__fixture_make(struct refd__tracker *tracker,
				    const struct refd_fixture_state *wanted,
				    const struct refd_rules *rules, struct refd_time now,
				    struct refd_fixture **ret, struct refd_error *err)
{
	struct refd_fixture_state state = {
		.id = wanted->id,
		.home = wanted->home,
		.away = wanted->away,
		.venue = wanted->venue,
		.kickoff = wanted->kickoff,
		.status = REFD_FIXTURE_SCHEDULED,
		.version = 1,
	};
	struct refd__event_node *node;
	struct refd_fixture *fixture;
	enum refd_status st = check_wanted(wanted, rules, now, err);

	if (st != REFD_OK)
		return st;
	fixture = refd__arena_zero(tracker->arena, 1, sizeof(*fixture));
	if (!fixture)
		return refd__out_of_memory(err);
	node = refd__tracker_next(tracker, REFD_EVENT_FIXTURE_CREATED, ref_of(&state), 1, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.fixture_created = (struct refd_event_fixture_created){
		.fixture_id = state.id,
		.team_home_id = state.home,
		.team_away_id = state.away,
		.venue_id = state.venue,
		.date = state.kickoff,
	};
	fixture->tracker = tracker;
	fixture->fate = REFD__NEW;
	*ret = fixture;
	return settle(fixture, &state, node);
}

struct refd_fixture *refd__fixture_restore(struct refd__tracker *tracker,
					   const struct refd_fixture_state *state)
{
	struct refd_fixture *fixture = refd__arena_zero(tracker->arena, 1, sizeof(*fixture));

	if (!fixture)
		return NULL;
	fixture->state = *state;
	fixture->stored = *state;
	fixture->tracker = tracker;
	fixture->stored_version = state->version;
	fixture->fate = REFD__CLEAN;
	return fixture;
}

void refd__fixture_restore_slot(struct refd_fixture *fixture, const struct refd_slot_state *slot)
{
	if (!refd__role_exists(slot->role))
		return;
	fixture->slots[slot->role] = slot->referee;
	fixture->stored_slots[slot->role] = slot->referee;
}

const struct refd_fixture_state *refd_fixture_state(const struct refd_fixture *fixture)
{
	return &fixture->state;
}

struct refd_referee_id refd_fixture_referee(const struct refd_fixture *fixture, enum refd_role role)
{
	return refd__role_exists(role) ? fixture->slots[role] : (struct refd_referee_id){ 0 };
}

enum refd_status refd_fixture_may_reschedule(const struct refd_fixture *fixture,
					     struct refd_time kickoff,
					     const struct refd_rules *rules, struct refd_time now,
					     struct refd_error *err)
{
	enum refd_status st = refd__check_instant(kickoff, "fixture.kickoff", err);
	enum refd_status rule = require_scheduled(fixture, err);

	if (st != REFD_OK)
		return st;
	if (require_future(&fixture->state, kickoff, rules, now, err) != REFD_OK)
		rule = REFD_REFUSED;
	return rule;
}

/* The caller's array does not outlive the call, the event does. */
static bool keep_outcomes(struct refd__arena *arena, const struct refd_fixture_outcome *outcomes,
			  size_t count, struct refd_list *ret)
{
	struct refd_fixture_outcome *kept;

	if (count == 0)
		return true;
	kept = refd__arena_zero(arena, count, sizeof(*kept));
	if (!kept)
		return false;
	memcpy(kept, outcomes, count * sizeof(*kept));
	*ret = (struct refd_list){ kept, count };
	return true;
}

static void release(struct refd_fixture *fixture, const struct refd_fixture_outcome *outcomes,
		    size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct refd_fixture_outcome *outcome = &outcomes[i];

		if (outcome->outcome == REFD_OUTCOME_RELEASED && refd__role_exists(outcome->role) &&
		    refd_uuid_equal(fixture->slots[outcome->role].uuid, outcome->referee.uuid))
			fixture->slots[outcome->role] = (struct refd_referee_id){ 0 };
	}
}

enum refd_status refd_fixture_reschedule(struct refd_fixture *fixture, struct refd_time kickoff,
					 const struct refd_fixture_outcome *outcomes, size_t count,
					 const struct refd_rules *rules, struct refd_time now,
					 struct refd_error *err)
{
	struct refd_fixture_state changed = fixture->state;
	struct refd_event_fixture_date_changed *told;
	struct refd__event_node *node;
	enum refd_status st = refd_fixture_may_reschedule(fixture, kickoff, rules, now, err);

	if (st != REFD_OK)
		return st;
	if (kickoff.us == changed.kickoff.us && count == 0)
		return REFD_OK;
	changed.kickoff = kickoff;
	changed.version++;
	node = refd__tracker_next(fixture->tracker, REFD_EVENT_FIXTURE_DATE_CHANGED,
				  ref_of(&changed), changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	told = &node->event.payload.fixture_date_changed;
	told->fixture_id = changed.id;
	told->date = kickoff;
	told->previous = fixture->state.kickoff;
	if (!keep_outcomes(fixture->tracker->arena, outcomes, count, &told->outcomes))
		return refd__out_of_memory(err);
	release(fixture, outcomes, count);
	return settle_followed(fixture, &changed, node);
}

enum refd_status refd_fixture_move(struct refd_fixture *fixture, struct refd_venue_id venue,
				   const struct refd_fixture_outcome *outcomes, size_t count,
				   struct refd_error *err)
{
	struct refd_fixture_state changed = fixture->state;
	struct refd_event_fixture_venue_changed *told;
	struct refd__event_node *node;
	enum refd_status st = require_set(venue.uuid, "fixture.venue", err);
	enum refd_status rule = require_scheduled(fixture, err);

	if (st != REFD_OK || rule != REFD_OK)
		return st != REFD_OK ? st : rule;
	if (refd_uuid_equal(venue.uuid, changed.venue.uuid) && count == 0)
		return REFD_OK;
	changed.venue = venue;
	changed.version++;
	node = refd__tracker_next(fixture->tracker, REFD_EVENT_FIXTURE_VENUE_CHANGED,
				  ref_of(&changed), changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	told = &node->event.payload.fixture_venue_changed;
	told->fixture_id = changed.id;
	told->venue_id = venue;
	told->previous = fixture->state.venue;
	if (!keep_outcomes(fixture->tracker->arena, outcomes, count, &told->outcomes))
		return refd__out_of_memory(err);
	release(fixture, outcomes, count);
	return settle_followed(fixture, &changed, node);
}

static bool keep_slots(const struct refd_fixture *fixture, struct refd_list *ret)
{
	struct refd_slot_state *slots =
		refd__arena_zero(fixture->tracker->arena, REFD_ROLES, sizeof(*slots));
	size_t count = 0;

	if (!slots)
		return false;
	for (unsigned int role = 1; role <= REFD_ROLES; role++) {
		if (refd_uuid_is_unset(fixture->slots[role].uuid))
			continue;
		slots[count++] = (struct refd_slot_state){
			.fixture = fixture->state.id,
			.role = (enum refd_role)role,
			.referee = fixture->slots[role],
		};
	}
	*ret = (struct refd_list){ slots, count };
	return true;
}

enum refd_status refd_fixture_cancel(struct refd_fixture *fixture, struct refd_error *err)
{
	struct refd_fixture_state changed = fixture->state;
	struct refd_event_fixture_cancelled *told;
	struct refd__event_node *node;
	enum refd_status st = require_scheduled(fixture, err);

	if (st != REFD_OK)
		return st;
	changed.status = REFD_FIXTURE_CANCELLED;
	changed.version++;
	node = refd__tracker_next(fixture->tracker, REFD_EVENT_FIXTURE_CANCELLED, ref_of(&changed),
				  changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	told = &node->event.payload.fixture_cancelled;
	told->fixture_id = changed.id;
	if (!keep_slots(fixture, &told->released))
		return refd__out_of_memory(err);
	memset(fixture->slots, 0, sizeof(fixture->slots));
	return settle_followed(fixture, &changed, node);
}

static enum refd_status refuse_slot(const struct refd_fixture *fixture, enum refd_rule rule,
				    enum refd_role role, struct refd_referee_id referee,
				    struct refd_referee_id holder, struct refd_error *err)
{
	const struct refd_ref counterpart = { REFD_NOUN_REFEREE, holder.uuid };
	const bool free = refd_uuid_is_unset(holder.uuid);
	struct refd_violation *violation;

	refd__refused(err, ref_of(&fixture->state), rule, free ? nobody : counterpart, NULL);
	violation = refd__last_violation(err);
	if (violation) {
		violation->referee = referee;
		violation->role = role;
	}
	return REFD_REFUSED;
}

enum refd_status refd_fixture_assign(struct refd_fixture *fixture, enum refd_role role,
				     struct refd_referee_id referee, struct refd_error *err)
{
	enum refd_status st = refd__check_role(role, err);

	if (require_set(referee.uuid, "referee", err) != REFD_OK)
		st = REFD_INVALID;
	if (st != REFD_OK)
		return st;
	st = require_scheduled(fixture, err);
	if (!refd_uuid_is_unset(fixture->slots[role].uuid))
		st = refuse_slot(fixture, REFD_RULE_ROLE_TAKEN, role, referee, fixture->slots[role],
				 err);
	for (unsigned int other = 1; other <= REFD_ROLES; other++)
		if (other != (unsigned int)role &&
		    refd_uuid_equal(fixture->slots[other].uuid, referee.uuid))
			st = refuse_slot(fixture, REFD_RULE_REFEREE_TWICE, role, referee, referee,
					 err);
	if (st != REFD_OK)
		return st;
	fixture->slots[role] = referee;
	fixture->tracker->followed++;
	return REFD_OK;
}

enum refd_status refd_fixture_unassign(struct refd_fixture *fixture, enum refd_role role,
				       struct refd_referee_id referee, struct refd_error *err)
{
	enum refd_status st = refd__check_role(role, err);

	if (st != REFD_OK)
		return st;
	if (refd_uuid_is_unset(referee.uuid) ||
	    !refd_uuid_equal(fixture->slots[role].uuid, referee.uuid))
		return refuse_slot(fixture, REFD_RULE_NOT_COMMITTED, role, referee,
				   fixture->slots[role], err);
	fixture->slots[role] = (struct refd_referee_id){ 0 };
	fixture->tracker->followed++;
	return REFD_OK;
}

/* Lock and unlock differ in the side they start from. */
static enum refd_status may_set_locked(const struct refd_fixture *fixture, bool locked,
				       struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (fixture->state.availability_locked == locked)
		st = refd__refuse_lock(ref_of(&fixture->state), locked, err);
	if (require_scheduled(fixture, err) != REFD_OK)
		st = REFD_REFUSED;
	return st;
}

static enum refd_status set_locked(struct refd_fixture *fixture, bool locked,
				   enum refd_event_type type, struct refd_error *err)
{
	struct refd_fixture_state changed = fixture->state;
	struct refd__event_node *node;
	enum refd_status st = may_set_locked(fixture, locked, err);

	if (st != REFD_OK)
		return st;
	changed.availability_locked = locked;
	changed.version++;
	node = refd__tracker_next(fixture->tracker, type, ref_of(&changed), changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.availabilities_locked = (struct refd_event_availabilities_lock){
		.scope = REFD_LOCK_FIXTURE,
		.fixture_id = changed.id,
	};
	return settle(fixture, &changed, node);
}

enum refd_status refd_fixture_lock(struct refd_fixture *fixture, struct refd_error *err)
{
	return set_locked(fixture, true, REFD_EVENT_AVAILABILITIES_LOCKED, err);
}

enum refd_status refd_fixture_unlock(struct refd_fixture *fixture, struct refd_error *err)
{
	return set_locked(fixture, false, REFD_EVENT_AVAILABILITIES_UNLOCKED, err);
}

enum refd_status refd_fixture_announce(struct refd_fixture *fixture, struct refd_time hand_out,
				       struct refd_error *err)
{
	struct refd_fixture_state changed = fixture->state;
	struct refd__event_node *node;
	enum refd_status st = refd__check_instant(hand_out, "fixture.hand_out", err);
	enum refd_status rule = require_scheduled(fixture, err);

	if (st != REFD_OK || rule != REFD_OK)
		return st != REFD_OK ? st : rule;
	changed.hand_out = hand_out;
	changed.version++;
	node = refd__tracker_next(fixture->tracker, REFD_EVENT_HAND_OUT_ANNOUNCED, ref_of(&changed),
				  changed.version, err);
	if (!node)
		return REFD_NO_MEMORY;
	node->event.payload.hand_out_announced = (struct refd_event_hand_out_announced){
		.scope = REFD_LOCK_FIXTURE,
		.fixture_id = changed.id,
		.hand_out = hand_out,
	};
	return settle(fixture, &changed, node);
}
