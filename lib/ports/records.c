/* The stored form of what a store keeps beside the aggregates, and every record by number.
 * Append-only. */
#include <refdomain/ports/records.h>

#include "domain/fields.h"

const char *const refd_notice_kind_words[] = {
	[REFD_NOTICE_ASSIGNED] = "assigned",
	[REFD_NOTICE_ROLE_CHANGED] = "role_changed",
	[REFD_NOTICE_RELEASED] = "released",
	[REFD_NOTICE_REPLACED] = "replaced",
	[REFD_NOTICE_FIXTURE_REDATED] = "fixture_redated",
	[REFD_NOTICE_FIXTURE_MOVED] = "fixture_moved",
	[REFD_NOTICE_FIXTURE_CANCELLED] = "fixture_cancelled",
	NULL,
};

const char *const refd_notice_status_words[] = {
	[REFD_NOTICE_READY] = "ready",
	[REFD_NOTICE_LEASED] = "leased",
	[REFD_NOTICE_SENT] = "sent",
	[REFD_NOTICE_DEAD] = "dead",
	NULL,
};

static const char *const claim_kind_words[] = {
	[REFD_CLAIM_VENUE] = "venue",
	[REFD_CLAIM_TEAM] = "team",
	NULL,
};

static const char *const noun_words[] = {
#define XX(number, upper, lower) [REFD_NOUN_##upper] = #lower,
	REFD_NOUN_MAP(XX)
#undef XX
		NULL,
};

static const struct refd_field claim_fields[] = {
	REFD__WORD("kind", refd_claim_state, kind, REFD_FIELD_KEY, claim_kind_words),
	REFD__FIELD("holder", UUID, refd_claim_state, holder, REFD_FIELD_KEY),
	REFD__FIELD("day", INT32, refd_claim_state, day, REFD_FIELD_KEY),
	REFD__FIELD("fixture_id", UUID, refd_claim_state, fixture, 0),
};
const struct refd_layout refd_claim_layout = REFD__LAYOUT("claim", refd_claim_state, claim_fields);

/* Column names of the Debezium outbox event router. Events are inserted and never updated, so their
 * version is no checked one. */
static const struct refd_field event_fields[] = {
	REFD__FIELD("id", UUID, refd_event_state, id, REFD_FIELD_KEY),
	REFD__WORD("aggregatetype", refd_event_state, aggregate_type, 0, noun_words),
	REFD__FIELD("aggregateid", UUID, refd_event_state, aggregate_id, 0),
	REFD__FIELD("version", INT64, refd_event_state, version, 0),
	REFD__FIELD("type", SLICE, refd_event_state, type, 0),
	REFD__FIELD("schema_version", INT32, refd_event_state, schema, 0),
	REFD__FIELD("occurred_at", TIME, refd_event_state, occurred_at, 0),
	REFD__FIELD("actor", SLICE, refd_event_state, actor, REFD_FIELD_OPTIONAL),
	REFD__FIELD("command_id", UUID, refd_event_state, command, 0),
	REFD__FIELD("correlation_id", UUID, refd_event_state, correlation, REFD_FIELD_OPTIONAL),
	REFD__FIELD("causation_id", UUID, refd_event_state, causation, REFD_FIELD_OPTIONAL),
	REFD__FIELD("traceparent", SLICE, refd_event_state, traceparent, REFD_FIELD_OPTIONAL),
	REFD__FIELD("payload", SLICE, refd_event_state, payload, 0),
	REFD__FIELD("published", BOOL, refd_event_state, published, 0),
};
const struct refd_layout refd_event_state_layout =
	REFD__LAYOUT("event", refd_event_state, event_fields);

static const struct refd_field notice_fields[] = {
	REFD__FIELD("id", UUID, refd_notice_state, id, REFD_FIELD_KEY),
	REFD__FIELD("event_id", UUID, refd_notice_state, event, 0),
	REFD__FIELD("recipient_id", UUID, refd_notice_state, recipient, 0),
	REFD__WORD("kind", refd_notice_state, kind, 0, refd_notice_kind_words),
	REFD__FIELD("fixture_id", UUID, refd_notice_state, fixture, 0),
	REFD__WORD("role", refd_notice_state, role, REFD_FIELD_OPTIONAL, refd_role_words),
	REFD__FIELD("released", BOOL, refd_notice_state, released, 0),
	REFD__FIELD("availability_dropped", BOOL, refd_notice_state, availability_dropped, 0),
	REFD__FIELD("home_id", UUID, refd_notice_state, home, 0),
	REFD__FIELD("away_id", UUID, refd_notice_state, away, 0),
	REFD__FIELD("venue_id", UUID, refd_notice_state, venue, 0),
	REFD__FIELD("kickoff", TIME, refd_notice_state, kickoff, 0),
	REFD__FIELD("previous_venue_id", UUID, refd_notice_state, previous_venue,
		    REFD_FIELD_OPTIONAL),
	REFD__FIELD("previous_kickoff", TIME, refd_notice_state, previous_kickoff,
		    REFD_FIELD_OPTIONAL),
	REFD__FIELD("created_at", TIME, refd_notice_state, created_at, 0),
	REFD__WORD("status", refd_notice_state, status, 0, refd_notice_status_words),
	REFD__FIELD("due", TIME, refd_notice_state, due, 0),
	REFD__FIELD("attempts", INT32, refd_notice_state, attempts, 0),
	REFD__TEXT("last_error", refd_notice_state, last_error, REFD_FIELD_OPTIONAL),
	REFD__FIELD("version", INT64, refd_notice_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_notice_layout =
	REFD__LAYOUT("notice", refd_notice_state, notice_fields);

static const struct refd_field command_fields[] = {
	REFD__FIELD("id", UUID, refd_command_state, id, REFD_FIELD_KEY),
	REFD__FIELD("request", HASH, refd_command_state, request, 0),
	REFD__FIELD("name", SLICE, refd_command_state, name, 0),
	REFD__FIELD("actor", SLICE, refd_command_state, actor, REFD_FIELD_OPTIONAL),
	REFD__FIELD("accepted_at", TIME, refd_command_state, accepted_at, 0),
	REFD__FIELD("affected", INT64, refd_command_state, affected, 0),
	REFD__WORD("noun1", refd_command_state, noun1, REFD_FIELD_OPTIONAL, noun_words),
	REFD__WORD("noun2", refd_command_state, noun2, REFD_FIELD_OPTIONAL, noun_words),
	REFD__WORD("noun3", refd_command_state, noun3, REFD_FIELD_OPTIONAL, noun_words),
	REFD__WORD("noun4", refd_command_state, noun4, REFD_FIELD_OPTIONAL, noun_words),
	REFD__FIELD("id1", UUID, refd_command_state, id1, REFD_FIELD_OPTIONAL),
	REFD__FIELD("id2", UUID, refd_command_state, id2, REFD_FIELD_OPTIONAL),
	REFD__FIELD("id3", UUID, refd_command_state, id3, REFD_FIELD_OPTIONAL),
	REFD__FIELD("id4", UUID, refd_command_state, id4, REFD_FIELD_OPTIONAL),
	REFD__FIELD("version1", INT64, refd_command_state, version1, 0),
	REFD__FIELD("version2", INT64, refd_command_state, version2, 0),
	REFD__FIELD("version3", INT64, refd_command_state, version3, 0),
	REFD__FIELD("version4", INT64, refd_command_state, version4, 0),
};
const struct refd_layout refd_command_layout =
	REFD__LAYOUT("command", refd_command_state, command_fields);

const struct refd_layout *refd_record_layout(enum refd_record record)
{
	static const struct refd_layout *const layouts[] = {
#define XX(number, name, state, layout) [number] = &(layout),
		REFD_RECORD_MAP(XX)
#undef XX
	};

	return (size_t)record < sizeof(layouts) / sizeof(layouts[0]) ? layouts[record] : NULL;
}

struct refd_ref refd_record_object(enum refd_record record, const void *state)
{
	static const enum refd_noun nouns[REFD_RECORDS + 1] = {
		[REFD_RECORD_RULES] = REFD_NOUN_RULES,
		[REFD_RECORD_BOARD] = REFD_NOUN_BOARD,
		[REFD_RECORD_REFEREE] = REFD_NOUN_REFEREE,
		[REFD_RECORD_TEAM] = REFD_NOUN_TEAM,
		[REFD_RECORD_VENUE] = REFD_NOUN_VENUE,
		[REFD_RECORD_FIXTURE] = REFD_NOUN_FIXTURE,
		[REFD_RECORD_SLOT] = REFD_NOUN_FIXTURE,
		[REFD_RECORD_AVAILABILITY] = REFD_NOUN_AVAILABILITY,
		[REFD_RECORD_ASSIGNMENT] = REFD_NOUN_ASSIGNMENT,
		[REFD_RECORD_CLAIM] = REFD_NOUN_FIXTURE,
		[REFD_RECORD_EVENT] = REFD_NOUN_EVENT,
		[REFD_RECORD_NOTICE] = REFD_NOUN_NOTICE,
		[REFD_RECORD_COMMAND] = REFD_NOUN_COMMAND,
	};
	struct refd_ref object = { .noun = nouns[record] };

	/* The id, or the fixture of a slot, stands first in every other state. */
	if (record == REFD_RECORD_CLAIM)
		object.id = ((const struct refd_claim_state *)state)->fixture.uuid;
	else
		memcpy(&object.id, state, sizeof(object.id));
	return object;
}

int64_t refd_record_version(enum refd_record record, const void *state)
{
	const struct refd_field *field = refd_layout_version(refd_record_layout(record));
	int64_t version = 0;

	if (field)
		memcpy(&version, (const char *)state + field->offset, sizeof(version));
	return version;
}
