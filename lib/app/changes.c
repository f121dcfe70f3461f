/* From what the unit changed to one change set, in the one order every store applies. */
#include <string.h>

#include "app/work.h"

struct refd__changes {
	struct refd_unit *unit;
	struct refd_change *items;
	size_t count, capacity;
};

bool refd__add_change(struct refd__changes *changes, enum refd_change_kind kind,
		      enum refd_record record, const void *state, int64_t expected)
{
	if (changes->count == changes->capacity) {
		size_t capacity = refd__next_capacity(changes->capacity);
		struct refd_change *items =
			refd__arena_zero(&changes->unit->arena, capacity, sizeof(*items));

		if (items == NULL)
			return false;
		if (changes->count > 0)
			memcpy(items, changes->items, changes->count * sizeof(*items));
		changes->items = items;
		changes->capacity = capacity;
	}
	changes->items[changes->count++] = (struct refd_change){
		.kind = kind, .record = record, .state = state, .expected_version = expected
	};
	return true;
}

bool refd__add_row(struct refd_unit *unit, enum refd_change_kind kind, enum refd_record record,
		   const void *state, int64_t expected)
{
	struct refd__row_node *node = refd__arena_alloc(&unit->arena, sizeof(*node));

	if (node == NULL)
		return false;
	node->change = (struct refd_change){
		.kind = kind, .record = record, .state = state, .expected_version = expected
	};
	node->next = unit->rows;
	unit->rows = node;
	return true;
}

/* The change a fate stands for; true also when there is none. What is new is at version 0. */
static bool add_fate(struct refd__changes *changes, enum refd__fate fate, enum refd_record record,
		     const void *state, int64_t stored)
{
	if (fate == REFD__CLEAN || fate == REFD__VOID)
		return true;
	if (fate == REFD__GONE)
		return refd__add_change(changes, REFD_CHANGE_DELETE, record, state, stored);
	return refd__add_change(changes, stored ? REFD_CHANGE_UPDATE : REFD_CHANGE_INSERT, record,
				state, stored);
}

static bool add_slot(struct refd__changes *changes, enum refd_change_kind kind,
		     const struct refd_fixture *fixture, enum refd_role role,
		     struct refd_referee_id referee)
{
	struct refd_slot_state *slot;

	if (refd_uuid_is_unset(referee.uuid))
		return true;
	slot = refd__arena_zero(&changes->unit->arena, 1, sizeof(*slot));
	if (slot == NULL)
		return false;
	*slot = (struct refd_slot_state){ .fixture = fixture->state.id,
					  .role = role,
					  .referee = referee };
	return refd__add_change(changes, kind, REFD_RECORD_SLOT, slot, 0);
}

/* A slot that changes hands is a delete and an insert, so that swaps never meet the unique keys. */
static bool add_slots(struct refd__changes *changes, const struct refd_fixture *fixture)
{
	int role;
	bool ok = true;

	for (role = 1; role <= REFD_ROLES && ok; role++) {
		if (refd_uuid_equal(fixture->slots[role].uuid, fixture->stored_slots[role].uuid))
			continue;
		ok = add_slot(changes, REFD_CHANGE_DELETE, fixture, (enum refd_role)role,
			      fixture->stored_slots[role]) &&
		     add_slot(changes, REFD_CHANGE_INSERT, fixture, (enum refd_role)role,
			      fixture->slots[role]);
	}
	return ok;
}

static enum refd_status add_fixture(struct refd_unit *unit, struct refd__changes *changes,
				    const struct refd__fixture_node *node, struct refd_error *err)
{
	const struct refd_fixture *fixture = node->fixture;

	if (fixture == NULL)
		return REFD_OK;
	if (!add_slots(changes, fixture))
		return refd__no_memory(unit, err);
	if (fixture->fate == REFD__CLEAN && !unit->days_changed)
		return REFD_OK;
	if (!add_fate(changes, fixture->fate, REFD_RECORD_FIXTURE, &fixture->state,
		      fixture->stored_version))
		return refd__no_memory(unit, err);
	return refd__add_claims(unit, fixture, changes, err);
}

static bool add_party(struct refd__changes *changes, enum refd_record record, const void *party)
{
	if (party == NULL)
		return true;
	if (record == REFD_RECORD_TEAM) {
		const struct refd_team *team = party;

		return add_fate(changes, team->fate, record, &team->state, team->stored_version);
	}
	{
		const struct refd_venue *venue = party;

		return add_fate(changes, venue->fate, record, &venue->state, venue->stored_version);
	}
}

static bool add_referee(struct refd__changes *changes, const struct refd_referee *referee)
{
	return referee == NULL || add_fate(changes, referee->fate, REFD_RECORD_REFEREE,
					   &referee->state, referee->stored_version);
}

/* A deleted row is named by its key as it was stored. */
static enum refd_status add_entry(struct refd_unit *unit, struct refd__changes *changes,
				  const struct refd__map_entry *entry, struct refd_error *err)
{
	bool ok = true;

	if (entry->kind == REFD_RECORD_FIXTURE)
		return add_fixture(unit, changes, entry->value, err);
	if (entry->kind == REFD_RECORD_REFEREE) {
		ok = add_referee(changes, ((struct refd__referee_node *)entry->value)->referee);
	} else if (entry->kind == REFD_RECORD_TEAM || entry->kind == REFD_RECORD_VENUE) {
		ok = add_party(changes, (enum refd_record)entry->kind,
			       ((struct refd__party_node *)entry->value)->party);
	} else if (entry->kind == REFD_RECORD_AVAILABILITY) {
		const struct refd_availability *a = entry->value;

		ok = add_fate(changes, a->fate, REFD_RECORD_AVAILABILITY, &a->state,
			      a->stored_version);
	} else if (entry->kind == REFD_RECORD_ASSIGNMENT) {
		const struct refd_assignment *a = entry->value;

		ok = add_fate(changes, a->fate, REFD_RECORD_ASSIGNMENT, &a->state,
			      a->stored_version);
	}
	return ok ? REFD_OK : refd__no_memory(unit, err);
}

static enum refd_status add_aggregates(struct refd_unit *unit, struct refd__changes *changes,
				       struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < unit->map.count && st == REFD_OK; i++) {
		if (unit->map.entries[i].value != NULL)
			st = add_entry(unit, changes, &unit->map.entries[i], err);
	}
	return st;
}

/* Rules and board are under no guard: what was decided on them is asserted, unless they are written
 * anyway. */
static bool add_singles(struct refd_unit *unit, struct refd__changes *changes)
{
	const struct refd_board *board = unit->board;
	bool ok = true;

	if (unit->rules_changed)
		ok = add_fate(changes, REFD__DIRTY, REFD_RECORD_RULES, &unit->rules,
			      unit->stored_rules_version);
	else if (unit->assert_rules)
		ok = refd__add_change(changes, REFD_CHANGE_ASSERT, REFD_RECORD_RULES, &unit->rules,
				      unit->stored_rules_version);
	if (ok && board != NULL && board->fate != REFD__CLEAN)
		ok = add_fate(changes, REFD__DIRTY, REFD_RECORD_BOARD, &board->state,
			      board->stored_version);
	else if (ok && board != NULL && unit->assert_board)
		ok = refd__add_change(changes, REFD_CHANGE_ASSERT, REFD_RECORD_BOARD, &board->state,
				      board->stored_version);
	return ok;
}

struct text_builder {
	struct refd__arena *arena;
	char *bytes;
	size_t len, capacity;
};

static enum refd_status text_write(void *self, const char *bytes, size_t count)
{
	struct text_builder *text = self;

	if (count > text->capacity - text->len) {
		size_t capacity = text->capacity ? text->capacity * 2 : 512;
		char *grown;

		while (capacity - text->len < count)
			capacity *= 2;
		grown = refd__arena_alloc(text->arena, capacity);
		if (grown == NULL)
			return REFD_NO_MEMORY;
		if (text->len > 0)
			memcpy(grown, text->bytes, text->len);
		text->bytes = grown;
		text->capacity = capacity;
	}
	memcpy(text->bytes + text->len, bytes, count);
	text->len += count;
	return REFD_OK;
}

static enum refd_status add_event(struct refd_unit *unit, struct refd__changes *changes,
				  struct text_builder *text, const struct refd__event_node *node,
				  struct refd_event_id id, struct refd_error *err)
{
	const struct refd_event_codec *codec = &unit->app->ports.codec;
	struct refd_event_state *row = refd__arena_zero(&unit->arena, 1, sizeof(*row));
	size_t start = text->len;
	enum refd_status st;

	if (row == NULL)
		return refd__no_memory(unit, err);
	st = codec->ops->encode(codec->self, &node->event, text_write, text, err);
	if (st != REFD_OK)
		return st == REFD_NO_MEMORY ? refd__no_memory(unit, err)
					    : refd__unit_fail(unit, st);
	*row = (struct refd_event_state){
		.id = id,
		.aggregate_type = node->event.aggregate.noun,
		.aggregate_id = node->event.aggregate.id,
		.version = node->event.version,
		.type = refd_str_of(refd_event_name(node->event.type)),
		.schema = refd_event_schema(node->event.type),
		.occurred_at = unit->now,
		.actor = unit->actor,
		.command = unit->command,
		.correlation = unit->correlation,
		.causation = unit->causation,
		.traceparent = unit->traceparent,
		.payload = { text->bytes + start, text->len - start },
	};
	/* one buffer per event: the next one may move to a larger buffer */
	text->bytes += text->len;
	text->capacity -= text->len;
	text->len = 0;
	return refd__add_change(changes, REFD_CHANGE_INSERT, REFD_RECORD_EVENT, row, 0)
		       ? REFD_OK
		       : refd__no_memory(unit, err);
}

static enum refd_status add_events(struct refd_unit *unit, struct refd__changes *changes,
				   struct refd_error *err)
{
	struct text_builder text = { .arena = &unit->arena };
	const struct refd__event_node *node;
	enum refd_status st = REFD_OK;

	for (node = unit->tracker.first; node != NULL && st == REFD_OK; node = node->next)
		st = add_event(unit, changes, &text, node, node->id, err);
	return st;
}

static enum refd_status draw_event_ids(struct refd_unit *unit, struct refd_error *err)
{
	struct refd__event_node *node;
	enum refd_status st = REFD_OK;

	for (node = unit->tracker.first; node != NULL && st == REFD_OK; node = node->next)
		st = refd__draw(unit, &node->id.uuid, err);
	return st;
}

static enum refd_status add_notices(struct refd_unit *unit, struct refd__changes *changes,
				    struct refd_error *err)
{
	struct refd__notice_node *node = NULL;
	size_t count = 0;
	enum refd_status st = refd__derive_notices(unit, &node, &count, err);

	for (; node != NULL && st == REFD_OK; node = node->next) {
		if (!refd__add_change(changes, REFD_CHANGE_INSERT, REFD_RECORD_NOTICE, &node->state,
				      0))
			st = refd__no_memory(unit, err);
	}
	return st;
}

static enum refd_status add_command(struct refd_unit *unit, struct refd__changes *changes,
				    struct refd_error *err)
{
	const struct refd_result *result = &unit->result;
	struct refd_command_state *row = refd__arena_zero(&unit->arena, 1, sizeof(*row));

	if (row == NULL)
		return refd__no_memory(unit, err);
	*row = (struct refd_command_state){
		.id = unit->command,
		.name = refd_str_of(unit->command_name),
		.actor = unit->actor,
		.accepted_at = unit->now,
		.affected = result->affected,
		.noun1 = result->items[0].object.noun,
		.noun2 = result->items[1].object.noun,
		.noun3 = result->items[2].object.noun,
		.noun4 = result->items[3].object.noun,
		.id1 = result->items[0].object.id,
		.id2 = result->items[1].object.id,
		.id3 = result->items[2].object.id,
		.id4 = result->items[3].object.id,
		.version1 = result->items[0].version,
		.version2 = result->items[1].version,
		.version3 = result->items[2].version,
		.version4 = result->items[3].version,
	};
	memcpy(row->request, unit->request, sizeof(row->request));
	return refd__add_change(changes, REFD_CHANGE_INSERT, REFD_RECORD_COMMAND, row, 0)
		       ? REFD_OK
		       : refd__no_memory(unit, err);
}

#define STAGES	5
#define BUCKETS (STAGES * (REFD_RECORDS + 1))

static bool is_party(enum refd_record record)
{
	return record == REFD_RECORD_REFEREE || record == REFD_RECORD_TEAM ||
	       record == REFD_RECORD_VENUE;
}

/* What an update may refer to is there before it; what it frees is taken after it. */
static size_t stage_of(const struct refd_change *change)
{
	const bool insert = change->kind == REFD_CHANGE_INSERT;

	if (insert && is_party(change->record))
		return 2;
	if (insert)
		return 4;
	return change->kind == REFD_CHANGE_ASSERT ? 0 : change->kind == REFD_CHANGE_DELETE ? 1 : 3;
}

static size_t bucket_of(const struct refd_change *change)
{
	return stage_of(change) * (REFD_RECORDS + 1) + (size_t)change->record;
}

/* Asserts, deletes, inserts of parties, updates, inserts; within each parents first. Stable, so
 * events keep their order. */
static bool order_changes(struct refd__changes *changes, struct refd_change_set *ret)
{
	size_t start[BUCKETS + 1] = { 0 };
	struct refd_change *sorted =
		refd__arena_zero(&changes->unit->arena, changes->count, sizeof(*sorted));
	size_t i;

	if (sorted == NULL)
		return false;
	for (i = 0; i < changes->count; i++)
		start[bucket_of(&changes->items[i]) + 1]++;
	for (i = 1; i <= BUCKETS; i++)
		start[i] += start[i - 1];
	for (i = 0; i < changes->count; i++)
		sorted[start[bucket_of(&changes->items[i])]++] = changes->items[i];
	*ret = (struct refd_change_set){ sorted, changes->count };
	return true;
}

static enum refd_status add_rows(struct refd_unit *unit, struct refd__changes *changes,
				 struct refd_error *err)
{
	const struct refd__row_node *row;

	for (row = unit->rows; row != NULL; row = row->next) {
		if (!refd__add_change(changes, row->change.kind, row->change.record,
				      row->change.state, row->change.expected_version))
			return refd__no_memory(unit, err);
	}
	return REFD_OK;
}

enum refd_status refd__build_changes(struct refd_unit *unit, struct refd_change_set *ret,
				     struct refd_error *err)
{
	struct refd__changes changes = { .unit = unit };
	enum refd_status st = draw_event_ids(unit, err);

	if (st == REFD_OK)
		st = add_aggregates(unit, &changes, err);
	if (st == REFD_OK)
		st = add_rows(unit, &changes, err);
	if (st == REFD_OK)
		st = add_events(unit, &changes, err);
	if (st == REFD_OK)
		st = add_notices(unit, &changes, err);
	if (st == REFD_OK)
		st = add_command(unit, &changes, err);
	if (st == REFD_OK && !add_singles(unit, &changes))
		st = refd__no_memory(unit, err);
	if (st == REFD_OK && !order_changes(&changes, ret))
		st = refd__no_memory(unit, err);
	return st;
}
