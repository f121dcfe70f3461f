/* What was asked is known from then on: the memos of the identity map. */
#include <assert.h>

#include "app/asking.h"
#include "base/always.h"

/* An end of 0 is open: that reads more than is needed, and is right as well. */
struct refd_range refd__window(struct refd_range span, int64_t reach)
{
	return (struct refd_range){ { span.from.us - reach }, { span.to.us + reach + 1 } };
}

static bool mark_id(struct refd_unit *unit, enum refd_record record, struct refd_uuid id)
{
	struct refd__fixture_node *fixture;
	struct refd__referee_node *referee;
	struct refd__party_node *party;

	if (record == REFD_RECORD_FIXTURE) {
		fixture = refd__fixture_node(unit, (struct refd_fixture_id){ id });
		if (fixture != NULL)
			fixture->looked = unit->guarded;
		return fixture != NULL;
	}
	if (record == REFD_RECORD_REFEREE) {
		referee = refd__referee_node(unit, (struct refd_referee_id){ id });
		if (referee != NULL)
			referee->looked = unit->guarded;
		return referee != NULL;
	}
	if (record != REFD_RECORD_TEAM && record != REFD_RECORD_VENUE)
		return true;
	party = refd__party_node(unit, record, id);
	if (party != NULL)
		party->looked = unit->guarded;
	return party != NULL;
}

static bool mark_found(struct refd_unit *unit, const struct refd_read *read)
{
	const uint32_t pair = read->record == REFD_RECORD_AVAILABILITY ? REFD__MAP_AVAILABILITY_PAIR
								       : REFD__MAP_ASSIGNMENT_PAIR;
	bool ok = true;
	size_t i;

	if (read->record == REFD_RECORD_RULES)
		refd__know_rules(unit);
	if (read->record == REFD_RECORD_BOARD)
		return refd__know_board(unit);
	for (i = 0; i < read->n_keys && ok; i++)
		ok = read->by == REFD_BY_PAIR ? refd__id_map_put(&unit->map, pair, read->keys[i].a,
								 read->keys[i].b) != NULL
					      : mark_id(unit, read->record, read->keys[i].a);
	return ok;
}

static void mark_children(struct refd_unit *unit, const struct refd_read *read)
{
	size_t i;

	for (i = 0; i < read->n_keys; i++) {
		refd__fixture_node(unit, (struct refd_fixture_id){ read->keys[i].a })->known |=
			1U << read->record;
	}
}

static void mark_windows(struct refd_unit *unit, const struct refd_read *read)
{
	size_t i;

	for (i = 0; i < read->n_keys; i++) {
		const struct refd_uuid id = read->keys[i].a;

		if (read->index == REFD_INDEX_REFEREE)
			refd__referee_node(unit, (struct refd_referee_id){ id })->engaged =
				read->range;
		else
			refd__party_node(unit,
					 read->index == REFD_INDEX_VENUE ? REFD_RECORD_VENUE
									 : REFD_RECORD_TEAM,
					 id)
				->seen = read->range;
	}
}

static void mark_range(struct refd_unit *unit, const struct refd_read *read)
{
	if (read->index == REFD_INDEX_FIXTURE)
		mark_children(unit, read);
	else if (read->index == REFD_INDEX_ALL)
		unit->venues_asked = read->limit;
	else if (read->index == REFD_INDEX_STAGED)
		unit->staged_known = true;
	else
		mark_windows(unit, read);
}

/* The party is in the unit since the row of its fixture came, or was asked for itself. */
static void see(struct refd_unit *unit, enum refd_record record, struct refd_uuid id,
		struct refd_range window)
{
	struct refd__party_node *node = refd__party_node(unit, record, id);

	if (REFD__NEVER(node == NULL))
		return;
	node->seen = window;
	node->looked = unit->guarded;
}

static bool engage(struct refd_unit *unit, struct refd_referee_id id, struct refd_range window)
{
	struct refd__referee_node *node;

	if (refd_uuid_is_unset(id.uuid))
		return true;
	node = refd__referee_node(unit, id);
	if (node == NULL)
		return false;
	node->engaged = window;
	node->looked = unit->guarded;
	return true;
}

static bool mark_facts(struct refd_unit *unit, const struct refd_facts_request *facts)
{
	struct refd__fixture_node *node;
	const struct refd_fixture_state *state;
	struct refd_range at, around, engaged;
	struct refd_venue_id venue;
	bool ok = mark_id(unit, REFD_RECORD_FIXTURE, facts->fixture.uuid);
	int role;

	if (ok && !refd_uuid_is_unset(facts->venue.uuid))
		ok = mark_id(unit, REFD_RECORD_VENUE, facts->venue.uuid);
	if (ok && !refd_uuid_is_unset(facts->referee.uuid))
		ok = mark_id(unit, REFD_RECORD_REFEREE, facts->referee.uuid);
	if (!ok)
		return false;
	node = refd__fixture_node(unit, facts->fixture); /* marked above: it is there */
	if (node->fixture == NULL)
		return true;
	state = &node->fixture->state;
	node->known = REFD__WITH_ALL;
	at.from = at.to = refd_time_is_unset(facts->kickoff) ? state->kickoff : facts->kickoff;
	around = refd__window(at, facts->fixture_window);
	engaged = refd__window(at, facts->referee_window);
	venue = refd_uuid_is_unset(facts->venue.uuid) ? state->venue : facts->venue;
	see(unit, REFD_RECORD_VENUE, venue.uuid, around);
	see(unit, REFD_RECORD_TEAM, state->home.uuid, around);
	see(unit, REFD_RECORD_TEAM, state->away.uuid, around);
	ok = engage(unit, facts->referee, engaged);
	for (role = 1; role <= REFD_ROLES && ok; role++)
		ok = engage(unit, node->fixture->slots[role], engaged);
	return ok;
}

bool refd__know(struct refd_unit *unit, const struct refd_read *read)
{
	if (read->kind == REFD_READ_FIND)
		return mark_found(unit, read);
	if (read->kind == REFD_READ_RANGE) {
		mark_range(unit, read);
		return true;
	}
	assert(read->kind == REFD_READ_FACTS); /* cards and parents are never asked in a unit */
	return mark_facts(unit, read->facts);
}
