#include "indexes.h"

#include <string.h>

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
		.record = REFD_RECORD_##record_, .range = REFD_INDEX_ALL, .by = REFD_MEMORY__NAME, \
		.name = IN(state, name), .id = IN(state, id)                                       \
	}
#define TIMED(record_, state, index_, time_)                                                       \
	.record = REFD_RECORD_##record_, .range = REFD_INDEX_##index_, .by = REFD_MEMORY__TIME,    \
	.order = IN(state, time_), .id = IN(state, id)
/* As TIMED, but the time is the kick-off of the fixture. */
#define PLAYED(record_, state, index_)                                                             \
	.record = REFD_RECORD_##record_, .range = REFD_INDEX_##index_, .by = REFD_MEMORY__TIME,    \
	.kickoff_of = IN(state, fixture), .id = IN(state, id)

const struct refd_memory__index refd_memory__indexes[] = {
	BY_ID(RULES, refd_rules, "rules"),
	BY_ID(BOARD, refd_board_state, "board"),
	PARTY(REFEREE, refd_referee_state, "referee"),
	PARTY(TEAM, refd_team_state, "team"),
	PARTY(VENUE, refd_venue_state, "venue"),

	BY_ID(FIXTURE, refd_fixture_state, "fixture"),
	{ TIMED(FIXTURE, refd_fixture_state, ALL, kickoff) },
	{ TIMED(FIXTURE, refd_fixture_state, VENUE, kickoff), .a = IN(refd_fixture_state, venue) },
	{ TIMED(FIXTURE, refd_fixture_state, TEAM, kickoff), .a = IN(refd_fixture_state, home) },
	{ TIMED(FIXTURE, refd_fixture_state, TEAM, kickoff), .a = IN(refd_fixture_state, away),
	  .shared = true },
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
	  .by = REFD_MEMORY__TIME,
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

const size_t refd_memory__n_indexes =
	sizeof(refd_memory__indexes) / sizeof(refd_memory__indexes[0]);

#define FOREIGN(child_, state, member, parent_, field_)                                            \
	{                                                                                          \
		REFD_RECORD_##child_, offsetof(struct state, member), REFD_RECORD_##parent_,       \
			field_                                                                     \
	}

const struct refd_memory__foreign refd_memory__foreigns[] = {
	FOREIGN(FIXTURE, refd_fixture_state, home, TEAM, "home_id"),
	FOREIGN(FIXTURE, refd_fixture_state, away, TEAM, "away_id"),
	FOREIGN(FIXTURE, refd_fixture_state, venue, VENUE, "venue_id"),
	FOREIGN(SLOT, refd_slot_state, fixture, FIXTURE, "fixture_id"),
	FOREIGN(SLOT, refd_slot_state, referee, REFEREE, "referee_id"),
	FOREIGN(AVAILABILITY, refd_availability_state, fixture, FIXTURE, "fixture_id"),
	FOREIGN(AVAILABILITY, refd_availability_state, referee, REFEREE, "referee_id"),
	FOREIGN(ASSIGNMENT, refd_assignment_state, fixture, FIXTURE, "fixture_id"),
	FOREIGN(ASSIGNMENT, refd_assignment_state, referee, REFEREE, "referee_id"),
	FOREIGN(CLAIM, refd_claim_state, fixture, FIXTURE, "fixture_id"),
	FOREIGN(NOTICE, refd_notice_state, event, EVENT, "event_id"),
	FOREIGN(NOTICE, refd_notice_state, recipient, REFEREE, "recipient_id"),
};

const size_t refd_memory__n_foreigns =
	sizeof(refd_memory__foreigns) / sizeof(refd_memory__foreigns[0]);
