/* The orders, unique keys and references of a store. */
#include <refdomain/ports/indexes.h>

#define IN(state, member)                                                                          \
	{                                                                                          \
		offsetof(struct state, member), sizeof(((struct state *)NULL)->member)             \
	}

#define BY_ID(record_, state, table)                                                               \
	{                                                                                          \
		.record = REFD_RECORD_##record_, .find = REFD_BY_ID, .constraint = table ".id",    \
		.id = IN(state, id)                                                                \
	}
#define PARTY(record_, state, table)                                                               \
	BY_ID(record_, state, table),                                                              \
	{                                                                                          \
		.record = REFD_RECORD_##record_, .range = REFD_INDEX_ALL, .by = REFD_ORDER_NAME,   \
		.name = IN(state, name), .id = IN(state, id)                                       \
	}
#define TIMED(record_, state, index_, time_)                                                       \
	.record = REFD_RECORD_##record_, .range = REFD_INDEX_##index_, .by = REFD_ORDER_TIME,      \
	.order = IN(state, time_), .id = IN(state, id)
/* As TIMED, but the time is the kick-off of the fixture. */
#define PLAYED(record_, state, index_)                                                             \
	.record = REFD_RECORD_##record_, .range = REFD_INDEX_##index_, .by = REFD_ORDER_TIME,      \
	.kickoff_of = IN(state, fixture), .id = IN(state, id)

const struct refd_store_index refd_store_indexes[] = {
	BY_ID(RULES, refd_rules, "rules"),
	BY_ID(BOARD, refd_board_state, "board"),
	PARTY(REFEREE, refd_referee_state, "referee"),
	PARTY(TEAM, refd_team_state, "team"),
	PARTY(VENUE, refd_venue_state, "venue"),

	BY_ID(FIXTURE, refd_fixture_state, "fixture"),
	{ TIMED(FIXTURE, refd_fixture_state, ALL, kickoff) },
	{ TIMED(FIXTURE, refd_fixture_state, VENUE, kickoff), .a = IN(refd_fixture_state, venue) },
	{ TIMED(FIXTURE, refd_fixture_state, TEAM, kickoff), .a = IN(refd_fixture_state, home) },
	{ TIMED(FIXTURE, refd_fixture_state, TEAM, kickoff), .a = IN(refd_fixture_state, away) },
	{ TIMED(FIXTURE, refd_fixture_state, STATUS, kickoff),
	  .number = IN(refd_fixture_state, status) },

	{ .record = REFD_RECORD_SLOT,
	  .find = REFD_BY_ID,
	  .constraint = "slot.fixture_id_role",
	  .a = IN(refd_slot_state, fixture),
	  .number = IN(refd_slot_state, role) },
	{ .record = REFD_RECORD_SLOT,
	  .constraint = "slot.fixture_id_referee_id",
	  .a = IN(refd_slot_state, fixture),
	  .id = IN(refd_slot_state, referee) },
	{ .record = REFD_RECORD_SLOT,
	  .range = REFD_INDEX_FIXTURE,
	  .a = IN(refd_slot_state, fixture),
	  .order = IN(refd_slot_state, role) },
	{ .record = REFD_RECORD_SLOT, /* a referee's fixtures */
	  .range = REFD_INDEX_REFEREE,
	  .by = REFD_ORDER_TIME,
	  .kickoff_of = IN(refd_slot_state, fixture),
	  .a = IN(refd_slot_state, referee),
	  .id = IN(refd_slot_state, fixture) },

	BY_ID(AVAILABILITY, refd_availability_state, "availability"),
	{ .record = REFD_RECORD_AVAILABILITY,
	  .find = REFD_BY_PAIR,
	  .constraint = "availability.fixture_id_referee_id",
	  .a = IN(refd_availability_state, fixture),
	  .id = IN(refd_availability_state, referee) },
	{ PLAYED(AVAILABILITY, refd_availability_state, ALL) },
	{ PLAYED(AVAILABILITY, refd_availability_state, FIXTURE),
	  .a = IN(refd_availability_state, fixture) },
	{ PLAYED(AVAILABILITY, refd_availability_state, REFEREE),
	  .a = IN(refd_availability_state, referee) },

	BY_ID(ASSIGNMENT, refd_assignment_state, "assignment"),
	{ .record = REFD_RECORD_ASSIGNMENT,
	  .find = REFD_BY_PAIR,
	  .constraint = "assignment.fixture_id_referee_id",
	  .a = IN(refd_assignment_state, fixture),
	  .id = IN(refd_assignment_state, referee) },
	{ PLAYED(ASSIGNMENT, refd_assignment_state, ALL) },
	{ PLAYED(ASSIGNMENT, refd_assignment_state, FIXTURE),
	  .a = IN(refd_assignment_state, fixture) },
	{ PLAYED(ASSIGNMENT, refd_assignment_state, REFEREE),
	  .a = IN(refd_assignment_state, referee) },
	{ PLAYED(ASSIGNMENT, refd_assignment_state, STATUS),
	  .number = IN(refd_assignment_state, status) },
	{ PLAYED(ASSIGNMENT, refd_assignment_state, STAGED), .staged = true },

	{ .record = REFD_RECORD_CLAIM,
	  .find = REFD_BY_ID,
	  .constraint = "claim.kind_holder_day",
	  .a = IN(refd_claim_state, holder),
	  .number = IN(refd_claim_state, kind),
	  .order = IN(refd_claim_state, day) },
	{ .record = REFD_RECORD_CLAIM,
	  .range = REFD_INDEX_FIXTURE,
	  .a = IN(refd_claim_state, fixture),
	  .order = IN(refd_claim_state, kind),
	  .id = IN(refd_claim_state, holder),
	  .tail = IN(refd_claim_state, day) },

	BY_ID(EVENT, refd_event_state, "event"),
	{ TIMED(EVENT, refd_event_state, ALL, occurred_at) },
	{ .record = REFD_RECORD_EVENT,
	  .range = REFD_INDEX_AGGREGATE,
	  .constraint = "event.aggregate_version",
	  .a = IN(refd_event_state, aggregate_id),
	  .number = IN(refd_event_state, aggregate_type),
	  .order = IN(refd_event_state, version) },

	BY_ID(NOTICE, refd_notice_state, "notice"),
	{ .record = REFD_RECORD_NOTICE,
	  .find = REFD_BY_PAIR,
	  .constraint = "notice.event_id_recipient_id",
	  .a = IN(refd_notice_state, event),
	  .id = IN(refd_notice_state, recipient) },
	{ TIMED(NOTICE, refd_notice_state, ALL, created_at) },
	{ TIMED(NOTICE, refd_notice_state, STATUS, due), .number = IN(refd_notice_state, status) },
	{ TIMED(NOTICE, refd_notice_state, RECIPIENT, created_at),
	  .a = IN(refd_notice_state, recipient) },

	BY_ID(COMMAND, refd_command_state, "command"),
	{ TIMED(COMMAND, refd_command_state, ALL, accepted_at) },
};

const size_t refd_store_n_indexes = sizeof(refd_store_indexes) / sizeof(refd_store_indexes[0]);

#define REFERENCE(child_, state, member, parent_, field_)                                          \
	{                                                                                          \
		REFD_RECORD_##child_, REFD_RECORD_##parent_, field_, IN(state, member)             \
	}

const struct refd_reference refd_references[] = {
	REFERENCE(FIXTURE, refd_fixture_state, home, TEAM, "home_id"),
	REFERENCE(FIXTURE, refd_fixture_state, away, TEAM, "away_id"),
	REFERENCE(FIXTURE, refd_fixture_state, venue, VENUE, "venue_id"),
	REFERENCE(SLOT, refd_slot_state, fixture, FIXTURE, "fixture_id"),
	REFERENCE(SLOT, refd_slot_state, referee, REFEREE, "referee_id"),
	REFERENCE(AVAILABILITY, refd_availability_state, fixture, FIXTURE, "fixture_id"),
	REFERENCE(AVAILABILITY, refd_availability_state, referee, REFEREE, "referee_id"),
	REFERENCE(ASSIGNMENT, refd_assignment_state, fixture, FIXTURE, "fixture_id"),
	REFERENCE(ASSIGNMENT, refd_assignment_state, referee, REFEREE, "referee_id"),
	REFERENCE(CLAIM, refd_claim_state, fixture, FIXTURE, "fixture_id"),
	REFERENCE(NOTICE, refd_notice_state, event, EVENT, "event_id"),
	REFERENCE(NOTICE, refd_notice_state, recipient, REFEREE, "recipient_id"),
};

const size_t refd_n_references = sizeof(refd_references) / sizeof(refd_references[0]);

static int64_t number_in(const void *state, struct refd_member member)
{
	const char *at = (const char *)state + member.offset;
	int32_t narrow = 0;
	int64_t wide = 0;

	if (member.size == sizeof(narrow)) {
		memcpy(&narrow, at, sizeof(narrow));
		return narrow;
	}
	if (member.size == sizeof(wide))
		memcpy(&wide, at, sizeof(wide));
	return wide;
}

static struct refd_uuid uuid_in(const void *state, struct refd_member member)
{
	struct refd_uuid id = { { 0 } };

	if (member.size)
		memcpy(&id, (const char *)state + member.offset, sizeof(id));
	return id;
}

const struct refd_store_index *refd_record_indexes(enum refd_record record, size_t *ret_count)
{
	const struct refd_store_index *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < refd_store_n_indexes; i++) {
		if (refd_store_indexes[i].record != record)
			continue;
		if (!first)
			first = &refd_store_indexes[i];
		count++;
	}
	*ret_count = count;
	return first;
}

static bool has_parents(enum refd_record record)
{
	return record == REFD_RECORD_AVAILABILITY || record == REFD_RECORD_ASSIGNMENT ||
	       record == REFD_RECORD_NOTICE;
}

const struct refd_store_index *refd_read_index(const struct refd_read *read)
{
	const bool finds = read->kind == REFD_READ_FIND;
	enum refd_record record = read->record;

	if (!finds && read->kind != REFD_READ_RANGE &&
	    !(read->kind == REFD_READ_PARENTS && has_parents(record)))
		return NULL;
	if (!finds && record == REFD_RECORD_FIXTURE && read->index == REFD_INDEX_REFEREE)
		record = REFD_RECORD_SLOT;
	for (size_t i = 0; i < refd_store_n_indexes; i++) {
		const struct refd_store_index *index = &refd_store_indexes[i];

		if (index->record == record &&
		    (finds ? index->find != 0 && index->find == read->by
			   : index->range != 0 && index->range == read->index))
			return index;
	}
	return NULL;
}

bool refd_index_holds(const struct refd_store_index *index, const void *state)
{
	const struct refd_assignment_state *assignment = state;

	return !index->staged || assignment->status == REFD_ASSIGNMENT_STAGED ||
	       (assignment->status == REFD_ASSIGNMENT_COMMITTED && assignment->staged_role != 0);
}

struct refd_index_key refd_index_key_of(const struct refd_store_index *index, const void *state,
					struct refd_time kickoff)
{
	struct refd_index_key key = {
		.a = uuid_in(state, index->a),
		.number = number_in(state, index->number),
		.order = index->kickoff_of.size ? kickoff.us : number_in(state, index->order),
		.id = uuid_in(state, index->id),
		.tail = number_in(state, index->tail),
	};

	if (index->name.size)
		key.name =
			refd_name_str((const struct refd_name *)(const void *)((const char *)state +
									       index->name.offset));
	return key;
}

struct refd_index_key refd_index_key_wanted(const struct refd_store_index *index,
					    const struct refd_key *key)
{
	struct refd_index_key wanted = { .number = 0 };

	if (index->find == REFD_BY_PAIR) {
		wanted.a = key->a;
		wanted.id = key->b;
	} else if (index->id.size) {
		wanted.id = key->a;
	} else {
		wanted.a = key->a;
		wanted.number = key->number;
		wanted.order = index->order.size ? key->day : 0;
	}
	return wanted;
}

bool refd_index_is_keyless(const struct refd_store_index *index)
{
	return !index->a.size && !index->number.size;
}

static bool is_set(const struct refd_position *after)
{
	return after->time.us != 0 || after->name.len != 0 || after->number != 0 ||
	       !refd_uuid_is_unset(after->id);
}

static int64_t order_of(const struct refd_store_index *index, const struct refd_position *after)
{
	if (index->by == REFD_ORDER_TIME)
		return after->time.us;
	return index->by == REFD_ORDER_NAME ? 0 : after->number;
}

struct refd_index_key refd_index_key_first(const struct refd_store_index *index,
					   const struct refd_read *read, const struct refd_key *key)
{
	const bool from = index->by == REFD_ORDER_TIME && read->range.from.us != 0;
	struct refd_index_key first = { .order = from ? read->range.from.us : INT64_MIN,
					.tail = INT64_MIN };

	if (key && index->a.size)
		first.a = key->a;
	if (key && index->number.size)
		first.number = key->number;
	if (is_set(&read->after) && order_of(index, &read->after) >= first.order) {
		first.order = order_of(index, &read->after);
		first.name = read->after.name;
		first.id = read->after.id;
		first.tail = INT64_MAX;
	}
	return first;
}
