/* Rows into the identity map. An object that the unit has changed keeps its present state: that is
 * the overlay of its own changes. One that it has not is as it was read under the latest guards. */
#include <string.h>

#include "app/work.h"

static void *node_of(struct refd_unit *unit, uint32_t kind, struct refd_uuid id, size_t size)
{
	struct refd__map_entry *entry =
		refd__id_map_put(&unit->map, kind, id, (struct refd_uuid){ { 0 } });

	if (entry == NULL)
		return NULL;
	if (entry->value == NULL)
		entry->value = refd__arena_zero(&unit->arena, 1, size);
	return entry->value;
}

struct refd__fixture_node *refd__fixture_node(struct refd_unit *unit, struct refd_fixture_id id)
{
	return node_of(unit, REFD_RECORD_FIXTURE, id.uuid, sizeof(struct refd__fixture_node));
}

struct refd_fixture *refd__known_fixture(const struct refd_unit *unit, size_t i)
{
	const struct refd__map_entry *entry = &unit->map.entries[i];
	const struct refd__fixture_node *node =
		entry->kind == REFD_RECORD_FIXTURE ? entry->value : NULL;

	return node != NULL ? node->fixture : NULL;
}

struct refd__referee_node *refd__referee_node(struct refd_unit *unit, struct refd_referee_id id)
{
	return node_of(unit, REFD_RECORD_REFEREE, id.uuid, sizeof(struct refd__referee_node));
}

struct refd__party_node *refd__party_node(struct refd_unit *unit, enum refd_record record,
					  struct refd_uuid id)
{
	return node_of(unit, record, id, sizeof(struct refd__party_node));
}

bool refd__is_fresh(const struct refd_unit *unit, unsigned looked, enum refd__fate fate)
{
	return looked == unit->guarded || fate != REFD__CLEAN;
}

static bool link_party(struct refd_unit *unit, enum refd_record record, struct refd_uuid id,
		       struct refd__fixture_node *node)
{
	struct refd__party_node *party = refd__party_node(unit, record, id);
	struct refd__party_link *link = refd__arena_alloc(&unit->arena, sizeof(*link));

	if (party == NULL || link == NULL)
		return false;
	link->node = node;
	link->next = party->fixtures;
	party->fixtures = link;
	return true;
}

bool refd__link_fixture(struct refd_unit *unit, struct refd__fixture_node *node)
{
	const struct refd_fixture_state *state = &node->fixture->state;

	return link_party(unit, REFD_RECORD_VENUE, state->venue.uuid, node) &&
	       link_party(unit, REFD_RECORD_TEAM, state->home.uuid, node) &&
	       link_party(unit, REFD_RECORD_TEAM, state->away.uuid, node);
}

static bool take_fixture(struct refd_unit *unit, const struct refd_fixture_state *state)
{
	struct refd__fixture_node *node = refd__fixture_node(unit, state->id);

	if (node == NULL)
		return false;
	if (node->fixture == NULL) {
		node->fixture = refd__fixture_restore(&unit->tracker, state);
	} else if (!refd__is_fresh(unit, node->looked, node->fixture->fate)) {
		node->fixture->state = node->fixture->stored = *state;
		node->fixture->stored_version = state->version;
	} else {
		return true;
	}
	node->looked = unit->guarded;
	return node->fixture != NULL && refd__link_fixture(unit, node);
}

/* A slot without its fixture is nothing to decide on. */
static void take_slot(const struct refd_unit *unit, const struct refd_slot_state *slot)
{
	const struct refd__map_entry *entry = refd__id_map_get(
		&unit->map, REFD_RECORD_FIXTURE, slot->fixture.uuid, (struct refd_uuid){ { 0 } });
	const struct refd__fixture_node *node = entry != NULL ? entry->value : NULL;

	if (node != NULL && node->fixture != NULL && !(node->known & REFD__WITH_SLOTS))
		refd__fixture_restore_slot(node->fixture, slot);
}

static bool take_referee(struct refd_unit *unit, const struct refd_referee_state *state)
{
	struct refd__referee_node *node = refd__referee_node(unit, state->id);

	if (node == NULL)
		return false;
	if (node->referee == NULL) {
		node->referee = refd__referee_restore(&unit->tracker, state);
	} else if (!refd__is_fresh(unit, node->looked, node->referee->fate)) {
		node->referee->state = *state;
		node->referee->stored_version = state->version;
	}
	node->looked = unit->guarded;
	return node->referee != NULL;
}

static bool take_team(struct refd_unit *unit, const struct refd_team_state *state)
{
	struct refd__party_node *node = refd__party_node(unit, REFD_RECORD_TEAM, state->id.uuid);
	struct refd_team *team;

	if (node == NULL)
		return false;
	team = node->party;
	if (team == NULL) {
		node->party = refd__team_restore(&unit->tracker, state);
	} else if (!refd__is_fresh(unit, node->looked, team->fate)) {
		team->state = *state;
		team->stored_version = state->version;
	}
	node->looked = unit->guarded;
	return node->party != NULL;
}

static bool take_venue(struct refd_unit *unit, const struct refd_venue_state *state)
{
	struct refd__party_node *node = refd__party_node(unit, REFD_RECORD_VENUE, state->id.uuid);
	struct refd_venue *venue;

	if (node == NULL)
		return false;
	venue = node->party;
	if (venue == NULL) {
		node->party = refd__venue_restore(&unit->tracker, state);
	} else if (!refd__is_fresh(unit, node->looked, venue->fate)) {
		venue->state = *state;
		venue->stored_version = state->version;
	}
	node->looked = unit->guarded;
	return node->party != NULL;
}

bool refd__adopt_availability(struct refd_unit *unit, struct refd_availability *availability)
{
	const struct refd_availability_state *state = &availability->state;
	struct refd__fixture_node *fixture = refd__fixture_node(unit, state->fixture);
	struct refd__availability_node *node = refd__arena_zero(&unit->arena, 1, sizeof(*node));
	struct refd__map_entry *by_id = refd__id_map_put(
		&unit->map, REFD_RECORD_AVAILABILITY, state->id.uuid, (struct refd_uuid){ { 0 } });
	struct refd__map_entry *pair;

	if (fixture == NULL || node == NULL || by_id == NULL)
		return false;
	by_id->value = availability;
	pair = refd__id_map_put(&unit->map, REFD__MAP_AVAILABILITY_PAIR, state->fixture.uuid,
				state->referee.uuid);
	if (pair == NULL)
		return false;
	pair->value = availability;
	node->availability = availability;
	node->next = fixture->availabilities;
	fixture->availabilities = node;
	return true;
}

static bool take_availability(struct refd_unit *unit, const struct refd_availability_state *state)
{
	struct refd_availability *availability;

	if (refd__id_map_get(&unit->map, REFD_RECORD_AVAILABILITY, state->id.uuid,
			     (struct refd_uuid){ { 0 } }) != NULL)
		return true;
	availability = refd__availability_restore(&unit->tracker, state);
	return availability != NULL && refd__adopt_availability(unit, availability);
}

bool refd__link_assignment(struct refd_unit *unit, struct refd__assignment_node *node)
{
	const struct refd_assignment_state *state = &node->assignment->state;
	struct refd__referee_node *referee = refd__referee_node(unit, state->referee);
	struct refd__map_entry *pair;

	if (referee == NULL)
		return false;
	pair = refd__id_map_put(&unit->map, REFD__MAP_ASSIGNMENT_PAIR, state->fixture.uuid,
				state->referee.uuid);
	if (pair == NULL)
		return false;
	pair->value = node->assignment;
	node->next_of_referee = referee->assignments;
	referee->assignments = node;
	return true;
}

bool refd__adopt_assignment(struct refd_unit *unit, struct refd_assignment *assignment)
{
	const struct refd_assignment_state *state = &assignment->state;
	struct refd__fixture_node *fixture = refd__fixture_node(unit, state->fixture);
	struct refd__assignment_node *node = refd__arena_zero(&unit->arena, 1, sizeof(*node));
	struct refd__map_entry *by_id = refd__id_map_put(
		&unit->map, REFD_RECORD_ASSIGNMENT, state->id.uuid, (struct refd_uuid){ { 0 } });

	if (fixture == NULL || node == NULL || by_id == NULL)
		return false;
	by_id->value = assignment;
	node->assignment = assignment;
	node->next_of_fixture = fixture->assignments;
	fixture->assignments = node;
	return refd__link_assignment(unit, node);
}

static bool take_assignment(struct refd_unit *unit, const struct refd_assignment_state *state)
{
	struct refd_assignment *assignment;

	if (refd__id_map_get(&unit->map, REFD_RECORD_ASSIGNMENT, state->id.uuid,
			     (struct refd_uuid){ { 0 } }) != NULL)
		return true;
	assignment = refd__assignment_restore(&unit->tracker, state);
	return assignment != NULL && refd__adopt_assignment(unit, assignment);
}

static bool take_rules(struct refd_unit *unit, const struct refd_rules *rules)
{
	if (!unit->rules_known) {
		unit->rules = *rules;
		unit->stored_rules_version = rules->version;
		unit->rules_known = true;
	}
	return true;
}

static bool take_board(struct refd_unit *unit, const struct refd_board_state *state)
{
	if (unit->board == NULL)
		unit->board = refd__board_restore(&unit->tracker, state);
	return unit->board != NULL;
}

static bool take_command(struct refd_unit *unit, const struct refd_command_state *state)
{
	size_t len = state->name.len < sizeof(unit->found_name) - 1 ? state->name.len
								    : sizeof(unit->found_name) - 1;

	unit->found = *state;
	memcpy(unit->found_name, state->name.ptr, len);
	unit->found_name[len] = '\0';
	unit->found.name = unit->found.actor = (struct refd_str){ NULL, 0 };
	return true;
}

static enum refd_status take(void *self, size_t read, enum refd_record record, const void *state)
{
	struct refd_unit *unit = self;
	bool ok = true;

	(void)read;
	switch (record) {
	case REFD_RECORD_RULES:
		ok = take_rules(unit, state);
		break;
	case REFD_RECORD_BOARD:
		ok = take_board(unit, state);
		break;
	case REFD_RECORD_REFEREE:
		ok = take_referee(unit, state);
		break;
	case REFD_RECORD_TEAM:
		ok = take_team(unit, state);
		break;
	case REFD_RECORD_VENUE:
		ok = take_venue(unit, state);
		break;
	case REFD_RECORD_FIXTURE:
		ok = take_fixture(unit, state);
		break;
	case REFD_RECORD_SLOT:
		take_slot(unit, state);
		break;
	case REFD_RECORD_AVAILABILITY:
		ok = take_availability(unit, state);
		break;
	case REFD_RECORD_ASSIGNMENT:
		ok = take_assignment(unit, state);
		break;
	case REFD_RECORD_COMMAND:
		ok = take_command(unit, state);
		break;
	case REFD_RECORD_CLAIM:
	case REFD_RECORD_EVENT:
	case REFD_RECORD_NOTICE:
		break; /* nothing a unit decides on */
	}
	return ok ? REFD_OK : REFD_NO_MEMORY;
}

enum refd_status refd__read(struct refd_unit *unit, const struct refd_read *reads, size_t count,
			    struct refd_error *err)
{
	const struct refd_store *store = &unit->app->ports.store;
	enum refd_status st;

	if (unit->poisoned)
		return refd_error_set(err, REFD_MISUSE,
				      "the unit failed before and can only be rolled back");
	st = store->ops->read(store->self, unit->tx, reads, count, take, unit, err);
	if (st == REFD_NO_MEMORY)
		return refd__no_memory(unit, err);
	return refd__unit_fail(unit, st);
}
