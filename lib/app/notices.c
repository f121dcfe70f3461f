/* Who has to be told: derived from the unit's events, one notice per event and recipient. A unit
 * may change a fixture more than once, so fixtures and availabilities are followed event by event:
 * a notice says what was so after its event. */
#include "app/asking.h"

struct teller {
	struct refd_unit *unit;
	struct refd__notice_node *first, **last;
	size_t count;
	const struct refd__event_node *event;
	struct refd__notice_node *of_event; /* first notice of the event at hand */
	struct refd_error *err;
};

static bool told(const struct teller *teller, struct refd_referee_id recipient)
{
	const struct refd__notice_node *node;

	for (node = teller->of_event; node != NULL; node = node->next) {
		if (refd_uuid_equal(node->state.recipient.uuid, recipient.uuid))
			return true;
	}
	return false;
}

/* ---- following ---- */

/* The fixture as of the event at hand, which is one of the unit's own: its fixture is there. */
static struct refd__fixture_node *fixture_of(struct teller *teller, struct refd_fixture_id id)
{
	struct refd__fixture_node *node = refd__fixture_node(teller->unit, id);

	if (!node->followed) {
		const struct refd_fixture *fixture = node->fixture;
		bool stored = fixture->stored_version > 0;

		node->kickoff = stored ? fixture->stored.kickoff : fixture->state.kickoff;
		node->venue = stored ? fixture->stored.venue : fixture->state.venue;
		node->followed = true;
	}
	return node;
}

static bool stands(const struct refd__availability_node *node)
{
	return node->followed ? node->standing : node->availability->stored_version > 0;
}

static void follow_availability(struct teller *teller, struct refd_fixture_id fixture,
				struct refd_availability_id id, bool standing)
{
	struct refd__availability_node *node;

	for (node = refd__fixture_node(teller->unit, fixture)->availabilities; node != NULL;
	     node = node->next) {
		if (!refd_uuid_equal(node->availability->state.id.uuid, id.uuid))
			continue;
		node->followed = true;
		node->standing = standing;
	}
}

/* Whether the event at hand, which is of a fixture, dropped the availability: the drops come right
 * behind it. */
static bool drops(const struct teller *teller, struct refd_referee_id referee)
{
	const struct refd__event_node *node;

	for (node = teller->event->next; node != NULL; node = node->next) {
		const struct refd_event_availability_withdrawn *gone =
			&node->event.payload.availability_withdrawn;

		if (node->event.type == REFD_EVENT_REFEREE_UNASSIGNED)
			continue;
		if (node->event.type != REFD_EVENT_AVAILABILITY_WITHDRAWN)
			break;
		if (gone->reason != REFD_AVAILABILITY_REQUESTED &&
		    refd_uuid_equal(gone->referee_id.uuid, referee.uuid))
			return true;
	}
	return false;
}

/* ---- telling ---- */

static enum refd_status tell(struct teller *teller, struct refd_referee_id recipient,
			     struct refd_fixture_id fixture, enum refd_notice_kind kind,
			     enum refd_role role, struct refd__notice_node **ret)
{
	struct refd_unit *unit = teller->unit;
	struct refd__fixture_node *about = fixture_of(teller, fixture);
	struct refd__notice_node *node = refd__arena_zero(&unit->arena, 1, sizeof(*node));
	struct refd_notice_state *state;

	if (node == NULL)
		return refd__no_memory(unit, teller->err);
	state = &node->state;
	state->event = teller->event->id;
	state->recipient = recipient;
	state->kind = kind;
	state->fixture = fixture;
	state->role = role;
	state->home = about->fixture->state.home;
	state->away = about->fixture->state.away;
	state->venue = about->venue;
	state->kickoff = about->kickoff;
	state->created_at = unit->now;
	state->status = REFD_NOTICE_READY;
	state->due = unit->now;
	state->version = 1;
	*teller->last = node;
	teller->last = &node->next;
	if (teller->of_event == NULL)
		teller->of_event = node;
	teller->count++;
	*ret = node;
	return refd__draw(unit, &state->id.uuid, teller->err);
}

/* What a change of the fixture adds to each of its notices. */
struct change {
	enum refd_notice_kind kind;
	struct refd_venue_id previous_venue;
	struct refd_time previous_kickoff;
};

static enum refd_status tell_of(struct teller *teller, struct refd_fixture_id fixture,
				const struct change *change, struct refd_referee_id referee,
				enum refd_role role, bool released)
{
	struct refd__notice_node *node = NULL;
	enum refd_status st = tell(teller, referee, fixture, change->kind, role, &node);

	if (st == REFD_OK) {
		node->state.previous_venue = change->previous_venue;
		node->state.previous_kickoff = change->previous_kickoff;
		node->state.availability_dropped = drops(teller, referee);
		node->state.released = released;
	}
	return st;
}

/* Those who have declared availability, unless they were told as referees of the fixture. */
static enum refd_status tell_declarers(struct teller *teller, struct refd_fixture_id id,
				       const struct change *change)
{
	const struct refd__availability_node *a;
	enum refd_status st =
		refd__load_fixtures(teller->unit, &id, 1, REFD__WITH_AVAILABILITIES, teller->err);

	if (st != REFD_OK)
		return st;
	for (a = refd__fixture_node(teller->unit, id)->availabilities; a != NULL && st == REFD_OK;
	     a = a->next) {
		if (stands(a) && !told(teller, a->availability->state.referee))
			st = tell_of(teller, id, change, a->availability->state.referee,
				     (enum refd_role)0, false);
	}
	return st;
}

static enum refd_status tell_change(struct teller *teller, struct refd_fixture_id id,
				    const struct change *change, struct refd_list outcomes)
{
	const struct refd_fixture_outcome *outcome = outcomes.items;
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < outcomes.count && st == REFD_OK; i++)
		st = tell_of(teller, id, change, outcome[i].referee, outcome[i].role,
			     outcome[i].outcome == REFD_OUTCOME_RELEASED);
	return st == REFD_OK ? tell_declarers(teller, id, change) : st;
}

static enum refd_status tell_redated(struct teller *teller,
				     const struct refd_event_fixture_date_changed *event)
{
	const struct change change = { .kind = REFD_NOTICE_FIXTURE_REDATED,
				       .previous_kickoff = event->previous };
	struct refd__fixture_node *fixture = fixture_of(teller, event->fixture_id);

	fixture->kickoff = event->date;
	return tell_change(teller, event->fixture_id, &change, event->outcomes);
}

static enum refd_status tell_moved(struct teller *teller,
				   const struct refd_event_fixture_venue_changed *event)
{
	const struct change change = { .kind = REFD_NOTICE_FIXTURE_MOVED,
				       .previous_venue = event->previous };
	struct refd__fixture_node *fixture = fixture_of(teller, event->fixture_id);

	fixture->venue = event->venue_id;
	return tell_change(teller, event->fixture_id, &change, event->outcomes);
}

static enum refd_status tell_cancelled(struct teller *teller,
				       const struct refd_event_fixture_cancelled *event)
{
	const struct change change = { .kind = REFD_NOTICE_FIXTURE_CANCELLED };
	const struct refd_slot_state *slot = event->released.items;
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < event->released.count && st == REFD_OK; i++)
		st = tell_of(teller, event->fixture_id, &change, slot[i].referee, slot[i].role,
			     true);
	return st == REFD_OK ? tell_declarers(teller, event->fixture_id, &change) : st;
}

static enum refd_status tell_unassigned(struct teller *teller,
					const struct refd_event_referee_unassigned *event)
{
	struct refd__notice_node *node = NULL;
	enum refd_notice_kind kind = event->reason == REFD_UNASSIGN_REPLACED ? REFD_NOTICE_REPLACED
									     : REFD_NOTICE_RELEASED;
	enum refd_status st;

	if (event->reason == REFD_UNASSIGN_FIXTURE_CHANGED ||
	    event->reason == REFD_UNASSIGN_FIXTURE_CANCELLED)
		return REFD_OK; /* the notice about the fixture says so */
	st = tell(teller, event->referee_id, event->fixture_id, kind, event->role, &node);
	if (st == REFD_OK)
		node->state.released = true;
	return st;
}

static enum refd_status tell_assigned(struct teller *teller,
				      const struct refd_event_referee_assigned *event)
{
	struct refd__notice_node *node = NULL;

	return tell(teller, event->referee_id, event->fixture_id,
		    event->previous_role != (enum refd_role)0 ? REFD_NOTICE_ROLE_CHANGED
							      : REFD_NOTICE_ASSIGNED,
		    event->role, &node);
}

static enum refd_status tell_replaced(struct teller *teller,
				      const struct refd_event_assignment_referee_changed *event)
{
	struct refd__notice_node *node = NULL;
	enum refd_status st = tell(teller, event->previous, event->fixture_id, REFD_NOTICE_REPLACED,
				   event->role, &node);

	if (st == REFD_OK)
		node->state.released = true;
	return st;
}

static enum refd_status tell_event(struct teller *teller, const struct refd_event *event)
{
	const union refd_event_payload *p = &event->payload;

	switch (event->type) {
	case REFD_EVENT_FIXTURE_DATE_CHANGED:
		return tell_redated(teller, &p->fixture_date_changed);
	case REFD_EVENT_FIXTURE_VENUE_CHANGED:
		return tell_moved(teller, &p->fixture_venue_changed);
	case REFD_EVENT_FIXTURE_CANCELLED:
		return tell_cancelled(teller, &p->fixture_cancelled);
	case REFD_EVENT_REFEREE_ASSIGNED:
		return tell_assigned(teller, &p->referee_assigned);
	case REFD_EVENT_REFEREE_UNASSIGNED:
		return tell_unassigned(teller, &p->referee_unassigned);
	case REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED:
		return tell_replaced(teller, &p->assignment_referee_changed);
	case REFD_EVENT_REFEREE_CREATED:
	case REFD_EVENT_REFEREE_CORRECTED:
	case REFD_EVENT_REFEREE_CLUB_CHANGED:
	case REFD_EVENT_REFEREE_RETIRED:
	case REFD_EVENT_TEAM_CREATED:
	case REFD_EVENT_TEAM_CORRECTED:
	case REFD_EVENT_TEAM_RETIRED:
	case REFD_EVENT_VENUE_CREATED:
	case REFD_EVENT_VENUE_CORRECTED:
	case REFD_EVENT_VENUE_RETIRED:
	case REFD_EVENT_FIXTURE_CREATED:
	case REFD_EVENT_AVAILABILITY_DECLARED:
	case REFD_EVENT_AVAILABILITY_WITHDRAWN:
	case REFD_EVENT_AVAILABILITIES_LOCKED:
	case REFD_EVENT_AVAILABILITIES_UNLOCKED:
	case REFD_EVENT_HAND_OUT_ANNOUNCED:
	case REFD_EVENT_ASSIGNMENT_CREATED:
	case REFD_EVENT_ASSIGNMENT_ROLE_CHANGED:
	case REFD_EVENT_ASSIGNMENT_REMOVED:
	case REFD_EVENT_RULE_OVERRIDDEN:
	case REFD_EVENT_RULES_CHANGED:
	case REFD_EVENT_FOREIGN:
	default:
		break; /* nobody to tell */
	}
	return REFD_OK;
}

/* What a later event of this unit can rely on. */
static void follow(struct teller *teller, const struct refd_event *event)
{
	const struct refd_event_fixture_created *created = &event->payload.fixture_created;
	const struct refd_event_availability_declared *declared =
		&event->payload.availability_declared;
	const struct refd_event_availability_withdrawn *withdrawn =
		&event->payload.availability_withdrawn;

	if (event->type == REFD_EVENT_FIXTURE_CREATED) {
		struct refd__fixture_node *fixture = fixture_of(teller, created->fixture_id);

		fixture->kickoff = created->date;
		fixture->venue = created->venue_id;
	} else if (event->type == REFD_EVENT_AVAILABILITY_DECLARED) {
		follow_availability(teller, declared->fixture_id, declared->availability_id, true);
	} else if (event->type == REFD_EVENT_AVAILABILITY_WITHDRAWN) {
		follow_availability(teller, withdrawn->fixture_id, withdrawn->availability_id,
				    false);
	}
}

enum refd_status refd__derive_notices(struct refd_unit *unit, struct refd__notice_node **ret,
				      size_t *ret_count, struct refd_error *err)
{
	struct teller teller = { .unit = unit, .err = err };
	enum refd_status st = REFD_OK;

	teller.last = &teller.first;
	for (teller.event = unit->tracker.first; teller.event != NULL && st == REFD_OK;
	     teller.event = teller.event->next) {
		teller.of_event = NULL;
		follow(&teller, &teller.event->event);
		st = tell_event(&teller, &teller.event->event);
	}
	if (st == REFD_OK) {
		*ret = teller.first;
		*ret_count = teller.count;
	}
	return st;
}
