/* The JSON codec: golden files that must stay readable for ever, the tolerant reader, damage. */
#include <math.h>
#include <stdlib.h>

#include <jansson.h>

#include <refdomain/adapters/json.h>

#include "support.h"

static const char *golden_directory;

/* ---- collecting what is written ---- */

struct text {
	char bytes[65536];
	size_t count;
	size_t writes;
	size_t fail_at; /* the n-th write answers NO_MEMORY */
};

static enum refd_status collect(void *self, const char *bytes, size_t count)
{
	struct text *text = self;

	assert_true(count > 0);
	if (++text->writes == text->fail_at)
		return REFD_NO_MEMORY;
	assert_true(text->count + count < sizeof(text->bytes));
	memcpy(text->bytes + text->count, bytes, count);
	text->count += count;
	text->bytes[text->count] = '\0';
	return REFD_OK;
}

static const char *encoded(const struct refd_event *event)
{
	static struct text text;
	struct refd_event_codec codec = refd_json_codec();

	memset(&text, 0, sizeof(text));
	support_assert_status(codec.ops->encode(codec.self, event, collect, &text, NULL), REFD_OK);
	return text.bytes;
}

/* ---- one event of every type ---- */

static struct refd_uuid uuid(uint8_t number)
{
	struct refd_uuid id = { { 0x01, 0x90, 0xb2, 0xa4, 0x7c, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0,
				  number } };

	return id;
}

enum {
	REFEREE = 1,
	TEAM,
	AWAY,
	VENUE,
	FIXTURE,
	AVAILABILITY,
	ASSIGNMENT,
	OTHER,
	OTHER_VENUE,
};

/* Initialises any id. */
#define ID(number)                                                                                 \
	{                                                                                          \
		uuid(number)                                                                       \
	}

static const struct refd_time kickoff = { INT64_C(1728754200000000) };
static const struct refd_time later = { INT64_C(1728831600250000) };
static const struct refd_time hand_out = { INT64_C(1727740800000001) };

static struct refd_rules new_rules(void)
{
	struct refd_rules rules = {
		.exclusivity = REFD_EXCLUSIVITY_OVERLAP,
		.day_zone = { 13, "Europe/Berlin" },
		.match_duration = 90,
		.travel_speed = 80,
		.travel_gap = 45,
		.withdrawal_cutoff = 2880,
		.neutral_referees = true,
		.on_change = REFD_ON_CHANGE_DROP_ALL,
		.availability_on_change = REFD_AVAILABILITY_KEEP,
		.version = 2,
	};

	return rules;
}

static struct refd_rules old_rules(void)
{
	struct refd_rules rules = refd_rules_default();

	rules.version = 1;
	return rules;
}

static union refd_event_payload payload_of_party(enum refd_event_type type)
{
	union refd_event_payload payload;

	memset(&payload, 0, sizeof(payload));
	if (type == REFD_EVENT_REFEREE_CREATED)
		payload.referee_created = (struct refd_event_referee){
			ID(REFEREE),
			refd_str_of("Zo\xc3\xab \"Ace\" O\\Neil \xe6\x9d\x8e"),
			refd_str_of("SV \xc3\x84rmel/Nord"),
			refd_str_of("+49 30 1234-5"),
			refd_str_of("zoe@example.org"),
		};
	if (type == REFD_EVENT_REFEREE_CORRECTED)
		payload.referee_corrected = (struct refd_event_referee){
			ID(REFEREE), refd_str_of("Ana"), refd_str_of("B"), { NULL, 0 }, { NULL, 0 }
		};
	if (type == REFD_EVENT_REFEREE_CLUB_CHANGED)
		payload.referee_club_changed = (struct refd_event_referee_club_changed){
			ID(REFEREE), refd_str_of("New Club"), refd_str_of("Old Club")
		};
	if (type == REFD_EVENT_REFEREE_RETIRED)
		payload.referee_retired = (struct refd_event_referee_retired){ ID(REFEREE) };
	if (type == REFD_EVENT_TEAM_CREATED)
		payload.team_created =
			(struct refd_event_team){ ID(TEAM), refd_str_of("VC Wiesbaden"),
						  refd_str_of("VCW") };
	if (type == REFD_EVENT_TEAM_CORRECTED)
		payload.team_corrected =
			(struct refd_event_team){ ID(TEAM), refd_str_of("VC Wiesbaden II"),
						  refd_str_of("VCW") };
	if (type == REFD_EVENT_TEAM_RETIRED)
		payload.team_retired = (struct refd_event_team_retired){ ID(TEAM) };
	if (type == REFD_EVENT_VENUE_CREATED)
		payload.venue_created = (struct refd_event_venue){
			ID(VENUE),
			refd_str_of("Halle Nord"),
			refd_str_of("Hauptstra\xc3\x9f"
				    "e 1"),
			refd_str_of("65183"),
			refd_str_of("Wiesbaden"),
			refd_str_of("0611/12345"),
			refd_str_of("halle@example.org"),
			{ true, 50082600, -8240000 },
		};
	if (type == REFD_EVENT_VENUE_CORRECTED) {
		payload.venue_corrected.venue_id = (struct refd_venue_id)ID(VENUE);
		payload.venue_corrected.name = refd_str_of("Halle Nord");
	}
	if (type == REFD_EVENT_VENUE_RETIRED)
		payload.venue_retired = (struct refd_event_venue_retired){ ID(VENUE) };
	return payload;
}

static union refd_event_payload payload_of_fixture(enum refd_event_type type)
{
	static struct refd_fixture_outcome outcomes[2];
	static struct refd_slot_state released[2];
	union refd_event_payload payload;

	outcomes[0] =
		(struct refd_fixture_outcome){ ID(REFEREE), REFD_ROLE_FIRST, REFD_OUTCOME_KEPT, 0 };
	outcomes[1] =
		(struct refd_fixture_outcome){ ID(OTHER), REFD_ROLE_SECOND, REFD_OUTCOME_RELEASED,
					       1 << REFD_RULE_REFEREE_DOUBLE_BOOKED |
						       1 << REFD_RULE_REFEREE_TOO_CLOSE };
	released[0] = (struct refd_slot_state){ { { { 0 } } }, REFD_ROLE_FIRST, ID(REFEREE) };
	released[1] = (struct refd_slot_state){ { { { 0 } } }, REFD_ROLE_SECOND, ID(OTHER) };
	memset(&payload, 0, sizeof(payload));
	if (type == REFD_EVENT_FIXTURE_CREATED)
		payload.fixture_created =
			(struct refd_event_fixture_created){ ID(FIXTURE), ID(TEAM), ID(AWAY),
							     ID(VENUE), kickoff };
	if (type == REFD_EVENT_FIXTURE_DATE_CHANGED)
		payload.fixture_date_changed = (struct refd_event_fixture_date_changed){
			ID(FIXTURE), later, kickoff, { outcomes, 2 }
		};
	if (type == REFD_EVENT_FIXTURE_VENUE_CHANGED)
		payload.fixture_venue_changed = (struct refd_event_fixture_venue_changed){
			ID(FIXTURE), ID(OTHER_VENUE), ID(VENUE), { NULL, 0 }
		};
	if (type == REFD_EVENT_FIXTURE_CANCELLED)
		payload.fixture_cancelled =
			(struct refd_event_fixture_cancelled){ ID(FIXTURE), { released, 2 } };
	return payload;
}

static union refd_event_payload payload_of_availability(enum refd_event_type type)
{
	union refd_event_payload payload;

	memset(&payload, 0, sizeof(payload));
	if (type == REFD_EVENT_AVAILABILITY_DECLARED)
		payload.availability_declared =
			(struct refd_event_availability_declared){ ID(AVAILABILITY), ID(FIXTURE),
								   ID(REFEREE) };
	if (type == REFD_EVENT_AVAILABILITY_WITHDRAWN)
		payload.availability_withdrawn = (struct refd_event_availability_withdrawn){
			ID(AVAILABILITY), ID(FIXTURE), ID(REFEREE),
			REFD_AVAILABILITY_FIXTURE_REDATED
		};
	if (type == REFD_EVENT_AVAILABILITIES_LOCKED)
		payload.availabilities_locked =
			(struct refd_event_availabilities_lock){ REFD_LOCK_FIXTURE, ID(FIXTURE) };
	if (type == REFD_EVENT_AVAILABILITIES_UNLOCKED)
		payload.availabilities_unlocked.scope = REFD_LOCK_BOARD;
	if (type == REFD_EVENT_HAND_OUT_ANNOUNCED)
		payload.hand_out_announced =
			(struct refd_event_hand_out_announced){ REFD_LOCK_FIXTURE, ID(FIXTURE),
								hand_out };
	return payload;
}

static union refd_event_payload payload_of_assignment(enum refd_event_type type)
{
	static struct refd_rules rules, previous;
	union refd_event_payload payload;

	memset(&payload, 0, sizeof(payload));
	if (type == REFD_EVENT_ASSIGNMENT_CREATED)
		payload.assignment_created = (struct refd_event_assignment_created){
			ID(ASSIGNMENT), ID(FIXTURE), ID(REFEREE), REFD_ROLE_FIRST, ID(OTHER)
		};
	if (type == REFD_EVENT_ASSIGNMENT_ROLE_CHANGED)
		payload.assignment_role_changed = (struct refd_event_assignment_role_changed){
			ID(ASSIGNMENT),	  ID(FIXTURE),	   ID(REFEREE),
			REFD_ROLE_SECOND, REFD_ROLE_FIRST, { { { 0 } } }
		};
	if (type == REFD_EVENT_ASSIGNMENT_REMOVED)
		payload.assignment_removed =
			(struct refd_event_assignment_removed){ ID(ASSIGNMENT), ID(FIXTURE),
								ID(REFEREE), REFD_ROLE_SECOND };
	if (type == REFD_EVENT_REFEREE_ASSIGNED)
		payload.referee_assigned =
			(struct refd_event_referee_assigned){ ID(ASSIGNMENT), ID(FIXTURE),
							      ID(REFEREE), REFD_ROLE_FIRST, 0 };
	if (type == REFD_EVENT_REFEREE_UNASSIGNED)
		payload.referee_unassigned =
			(struct refd_event_referee_unassigned){ ID(ASSIGNMENT), ID(FIXTURE),
								ID(REFEREE), REFD_ROLE_SECOND,
								REFD_UNASSIGN_FIXTURE_CANCELLED };
	if (type == REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED)
		payload.assignment_referee_changed = (struct refd_event_assignment_referee_changed){
			ID(ASSIGNMENT), ID(FIXTURE),	 ID(OTHER),
			ID(REFEREE),	REFD_ROLE_FIRST, refd_str_of("ill")
		};
	if (type == REFD_EVENT_RULE_OVERRIDDEN)
		payload.rule_overridden = (struct refd_event_rule_overridden){
			ID(ASSIGNMENT),	      ID(FIXTURE),
			ID(REFEREE),	      1 << REFD_RULE_REFEREE_NOT_AVAILABLE,
			refd_str_of("admin"), refd_str_of("phoned")
		};
	if (type == REFD_EVENT_RULES_CHANGED) {
		rules = new_rules();
		previous = old_rules();
		payload.rules_changed.rules = &rules;
		payload.rules_changed.previous = &previous;
	}
	return payload;
}

static struct refd_event build(enum refd_event_type type)
{
	struct refd_event event;

	memset(&event, 0, sizeof(event));
	event.type = type;
	if (type < REFD_EVENT_FIXTURE_CREATED)
		event.payload = payload_of_party(type);
	else if (type < REFD_EVENT_AVAILABILITY_DECLARED)
		event.payload = payload_of_fixture(type);
	else if (type < REFD_EVENT_ASSIGNMENT_CREATED)
		event.payload = payload_of_availability(type);
	else
		event.payload = payload_of_assignment(type);
	return event;
}

static const enum refd_event_type types[] = {
#define XX(number, type, name, schema, member) REFD_EVENT_##type,
	REFD_EVENT_MAP(XX)
#undef XX
};
#define TYPES (sizeof(types) / sizeof(types[0]))

/* ---- equality by layout ---- */

static bool equal(const struct refd_layout *layout, const char *a, const char *b);

static bool equal_member(const struct refd_field *field, const void *a, const void *b)
{
	const struct refd_list *left = a, *right = b;

	switch (field->type) {
	case REFD_FIELD_SLICE:
		return refd_str_equal(*(const struct refd_str *)a, *(const struct refd_str *)b);
	case REFD_FIELD_TEXT:
		return strcmp((const char *)a + 2, (const char *)b + 2) == 0 &&
		       memcmp(a, b, 2) == 0;
	case REFD_FIELD_LIST:
		if (left->count != right->count)
			return false;
		for (size_t i = 0; i < left->count; i++)
			if (!equal(field->element,
				   (const char *)left->items + i * field->element->state_size,
				   (const char *)right->items + i * field->element->state_size))
				return false;
		return true;
	case REFD_FIELD_OBJECT:
		return equal(field->element, *(const char *const *)a, *(const char *const *)b);
	case REFD_FIELD_UUID:
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT32:
	case REFD_FIELD_INT64:
	case REFD_FIELD_BOOL:
	case REFD_FIELD_WORD:
	case REFD_FIELD_HASH:
	case REFD_FIELD_DEGREES:
	case REFD_FIELD_RULES:
		break;
	}
	return memcmp(a, b, field->size) == 0;
}

static bool equal(const struct refd_layout *layout, const char *a, const char *b)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];

		if (!equal_member(field, a + field->offset, b + field->offset))
			return false;
		if (field->present && a[field->present] != b[field->present])
			return false;
	}
	return true;
}

/* ---- decoding ---- */

static enum refd_status expect_equal(void *self, const struct refd_event *event)
{
	const struct refd_event *wanted = self;

	assert_int_equal(event->type, wanted->type);
	assert_true(equal(refd_event_layout(event->type), (const char *)&event->payload,
			  (const char *)&wanted->payload));
	return REFD_OK;
}

static enum refd_status decode(const char *name, int32_t schema, const char *json, size_t count,
			       refd_codec_event_fn *sink, void *self, struct refd_error *err)
{
	struct refd_event_codec codec = refd_json_codec();
	struct refd_str payload;
	char *exact = malloc(count ? count : 1); /* so that a read behind the end is seen */
	enum refd_status status;

	memcpy(exact, json, count);
	payload.ptr = exact;
	payload.len = count;
	status = codec.ops->decode(codec.self, refd_str_of(name), schema, payload, sink, self, err);
	free(exact);
	return status;
}

static enum refd_status count_call(void *self, const struct refd_event *event)
{
	(void)event;
	++*(int *)self;
	return REFD_OK;
}

static void assert_corrupt(const char *name, const char *json, const char *said)
{
	struct refd_error err = REFD_ERROR_INIT;
	int calls = 0;

	support_assert_status(decode(name, 1, json, strlen(json), count_call, &calls, &err),
			      REFD_CORRUPT);
	assert_int_equal(calls, 0);
	if (!strstr(err.message, said))
		fail_msg("\"%s\" does not say \"%s\"", err.message, said);
}

static char *read_golden(enum refd_event_type type)
{
	char path[512];
	char *text = calloc(1, 4096);
	size_t count;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.%d.json", golden_directory, refd_event_name(type),
		 (int)refd_event_schema(type));
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s is missing", path);
	count = fread(text, 1, 4095, file);
	fclose(file);
	assert_true(count > 1 && text[count - 1] == '\n');
	text[count - 1] = '\0';
	return text;
}

static void golden__every_event_is_encoded_as_ever(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct refd_event event = build(types[i]);
		char *golden = read_golden(types[i]);

		assert_string_equal(encoded(&event), golden);
		free(golden);
	}
}

static void golden__every_event_is_decoded_for_ever(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct refd_event event = build(types[i]);
		char *golden = read_golden(types[i]);
		struct refd_error err = REFD_ERROR_INIT;
		enum refd_status status =
			decode(refd_event_name(types[i]), refd_event_schema(types[i]), golden,
			       strlen(golden), expect_equal, &event, &err);

		if (status != REFD_OK)
			fail_msg("%s: %s", golden, err.message);
		free(golden);
	}
}

static enum refd_status check_venue(void *self, const struct refd_event *event)
{
	const struct refd_event_venue *venue = &event->payload.venue_created;

	assert_int_equal(event->type, REFD_EVENT_VENUE_CREATED);
	assert_memory_equal(&venue->venue_id, uuid(4).bytes, 16);
	assert_int_equal(venue->name.len, 10);
	assert_memory_equal(venue->name.ptr, "Halle Nord", 10);
	assert_int_equal(venue->street.len, 0);
	assert_true(venue->coordinates.set);
	assert_int_equal(venue->coordinates.latitude, -33333333);
	assert_int_equal(venue->coordinates.longitude, 180000000);
	++*(int *)self;
	return REFD_OK;
}

static void decode__ignores_order_blanks_and_unknown_members(void **state)
{
	static const char json[] =
		" { \"longitude\" : 180, \"latitude\":-33.333333,\n\"name\":\"Halle\\u0020Nord\",\r"
		"\"new\":{\"deep\":[1,2,{\"a\":null}]}, \"phone\":null,\t"
		"\"venue_id\":\"0190B2A47C007000800000000000000"
		"4\" } ";
	int calls = 0;

	(void)state;
	support_assert_status(
		decode("VenueCreated", 1, json, sizeof(json) - 1, check_venue, &calls, NULL),
		REFD_OK);
	assert_int_equal(calls, 1);
}

static void decode__damage_is_corrupt_with_the_path(void **state)
{
	(void)state;
	assert_corrupt("RefereeRetired", "", "RefereeRetired");
	assert_corrupt("RefereeRetired", "null", "no JSON at byte");
	assert_corrupt("RefereeRetired", "[]", "payload is no object");
	assert_corrupt("RefereeRetired", "{", "no JSON at byte");
	assert_corrupt("RefereeRetired", "{}", "referee_id is missing");
	assert_corrupt("RefereeRetired", "{\"referee_id\":null}", "referee_id is no id");
	assert_corrupt("RefereeRetired", "{\"referee_id\":5}", "referee_id is no id");
	assert_corrupt("RefereeRetired", "{\"referee_id\":\"x\"}", "referee_id is no id");
	assert_corrupt("RefereeRetired",
		       "{\"referee_id\":\"00000000-0000-0000-0000-000000000000\"}", "is no id");
	assert_corrupt("TeamRetired",
		       "{\"team_id\":\"0190b2a4-7c00-7000-8000-000000000002\","
		       "\"team_id\":\"0190b2a4-7c00-7000-8000-000000000002\"}",
		       "duplicate");
	assert_corrupt("TeamRetired", "{\"team_id\":\"0190b2a4-7c00-7000-8000-000000000002\"} x",
		       "no JSON");
	assert_corrupt("TeamCreated",
		       "{\"team_id\":\"0190b2a4-7c00-7000-8000-000000000002\",\"name\":\"\xff\","
		       "\"club\":\"x\"}",
		       "no JSON");
	assert_corrupt("TeamCreated",
		       "{\"team_id\":\"0190b2a4-7c00-7000-8000-000000000002\",\"name\":7,"
		       "\"club\":\"x\"}",
		       "payload.name is no text");
}

/* The golden text with one piece replaced. */
static void assert_corrupt_where(enum refd_event_type type, const char *piece, const char *by,
				 const char *said)
{
	char *golden = read_golden(type);
	char *at = strstr(golden, piece);
	char text[4096];

	assert_non_null(at);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - golden), golden, by,
		 at + strlen(piece));
	assert_corrupt(refd_event_name(type), text, said);
	free(golden);
}

static void decode__every_type_of_member_is_checked(void **state)
{
	(void)state;
	assert_corrupt_where(REFD_EVENT_FIXTURE_CREATED, "2024-10-12T17:30:00Z", "2024-10-12",
			     "payload.date is no time");
	assert_corrupt_where(REFD_EVENT_FIXTURE_CREATED, "\"2024-10-12T17:30:00Z\"", "1728754200",
			     "payload.date is no time");
	assert_corrupt_where(REFD_EVENT_FIXTURE_DATE_CHANGED, "\"second\"", "\"third\"",
			     "payload.outcomes[1].role is an unknown word");
	assert_corrupt_where(REFD_EVENT_FIXTURE_DATE_CHANGED, "\"second\"", "2",
			     "payload.outcomes[1].role is no word");
	assert_corrupt_where(REFD_EVENT_FIXTURE_DATE_CHANGED, "\"REFEREE_TOO_CLOSE\"",
			     "\"REFEREE_TOO_FAR\"", "payload.outcomes[1].rules[1] is no rule");
	assert_corrupt_where(REFD_EVENT_FIXTURE_DATE_CHANGED, "\"REFEREE_TOO_CLOSE\"",
			     "\"SAME_TEAM\"", "payload.outcomes[1].rules[1] is no rule");
	assert_corrupt_where(REFD_EVENT_FIXTURE_DATE_CHANGED, "\"REFEREE_TOO_CLOSE\"", "7",
			     "payload.outcomes[1].rules[1] is no rule");
	assert_corrupt_where(REFD_EVENT_FIXTURE_DATE_CHANGED, "\"rules\":[]", "\"rules\":\"\"",
			     "payload.outcomes[0].rules is no array");
	assert_corrupt_where(REFD_EVENT_FIXTURE_VENUE_CHANGED, "[]", "{}",
			     "payload.outcomes is no array");
	assert_corrupt_where(REFD_EVENT_FIXTURE_VENUE_CHANGED, "[]", "[[]]",
			     "payload.outcomes[0] is no object");
	assert_corrupt_where(REFD_EVENT_VENUE_CREATED, "50.0826", "\"50\"",
			     "payload.latitude is no angle");
	assert_corrupt_where(REFD_EVENT_VENUE_CREATED, "50.0826", "180.1",
			     "payload.latitude is no angle");
	assert_corrupt_where(REFD_EVENT_VENUE_CREATED, "50.0826", "1e300",
			     "payload.latitude is no angle");
	assert_corrupt_where(REFD_EVENT_VENUE_CREATED, "50.0826", "null",
			     "payload.latitude is missing beside");
	assert_corrupt_where(REFD_EVENT_VENUE_CREATED, ",\"longitude\":-8.24", "",
			     "payload.longitude is missing beside");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"match_duration\":90",
			     "\"match_duration\":90.5", "payload.rules.match_duration is no int");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"match_duration\":90",
			     "\"match_duration\":2147483648",
			     "payload.rules.match_duration is no int");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"match_duration\":120",
			     "\"match_duration\":-2147483649",
			     "payload.previous.match_duration is no int");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"version\":2", "\"version\":\"2\"",
			     "payload.rules.version is no int");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"version\":2",
			     "\"version\":9223372036854775808", "no JSON");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"neutral_referees\":true",
			     "\"neutral_referees\":1", "neutral_referees is neither");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "Europe/Berlin",
			     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			     "payload.rules.day_zone is no text or too long");
	assert_corrupt_where(REFD_EVENT_RULES_CHANGED, "\"Europe/Berlin\"", "{}",
			     "payload.rules.day_zone is no text or too long");
}

static void decode__a_payload_beyond_the_limits_is_corrupt(void **state)
{
	size_t count = REFD_JSON_PAYLOAD_BYTES + 1;
	char *json = malloc(count);
	int calls = 0;

	(void)state;
	memset(json, ' ', count);
	memcpy(json, "{\"referee_id\":\"0190b2a4-7c00-7000-8000-000000000001\"}", 53);
	support_assert_status(decode("RefereeRetired", 1, json, count, count_call, &calls, NULL),
			      REFD_CORRUPT);
	support_assert_status(
		decode("RefereeRetired", 1, json, count - 1, count_call, &calls, NULL), REFD_OK);
	memset(json, '[', count);
	support_assert_status(
		decode("RefereeRetired", 1, json, count - 1, count_call, &calls, NULL),
		REFD_CORRUPT);
	assert_int_equal(calls, 1);
	free(json);
}

static enum refd_status check_foreign(void *self, const struct refd_event *event)
{
	const struct refd_event_foreign *foreign = &event->payload.foreign;
	struct text *text = self;
	struct refd_event_codec codec = refd_json_codec();

	assert_int_equal(event->type, REFD_EVENT_FOREIGN);
	assert_int_equal(foreign->schema, 9);
	assert_int_equal(foreign->name.len, 14);
	return codec.ops->encode(codec.self, event, collect, text, NULL);
}

static void foreign__is_kept_as_it_is(void **state)
{
	static struct text text;
	static const char json[] = "{ not ours, \"x\"";

	(void)state;
	support_assert_status(
		decode("RefereeCreated", 9, json, sizeof(json) - 1, check_foreign, &text, NULL),
		REFD_OK);
	assert_string_equal(text.bytes, json);
	memset(&text, 0, sizeof(text));
	support_assert_status(
		decode("RefereePraised", 9, json, sizeof(json) - 1, check_foreign, &text, NULL),
		REFD_OK);
	assert_string_equal(text.bytes, json);
}

static enum refd_status refuse(void *self, const struct refd_event *event)
{
	(void)self;
	(void)event;
	return REFD_CONFLICT;
}

static void decode__answers_what_the_sink_answered(void **state)
{
	char *golden = read_golden(REFD_EVENT_RULES_CHANGED);

	(void)state;
	support_assert_status(decode("RulesChanged", 1, golden, strlen(golden), refuse, NULL, NULL),
			      REFD_CONFLICT);
	support_assert_status(decode("RulesUnknown", 1, golden, strlen(golden), refuse, NULL, NULL),
			      REFD_CONFLICT);
	free(golden);
}

/* ---- encoding ---- */

static void encode__escapes_what_must_be_escaped(void **state)
{
	struct refd_event event = build(REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED);
	const char prefix[] = "\"reason\":";
	char text[128];
	size_t count = 0;

	(void)state;
	for (int c = 0; c < 0x21; c++)
		text[count++] = (char)c;
	memcpy(text + count, "\"\\/\x7f\xc3\xa9\xf0\x9f\x8f\x90", 10);
	event.payload.assignment_referee_changed.reason.ptr = text;
	event.payload.assignment_referee_changed.reason.len = count + 10;
	assert_string_equal(
		strstr(encoded(&event), prefix) + sizeof(prefix) - 1,
		"\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r"
		"\\u000e\\u000f\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018"
		"\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f \\\"\\\\/\x7f\xc3\xa9"
		"\xf0\x9f\x8f\x90\"}");
	support_assert_status(decode("AssignmentRefereeChanged", 1, encoded(&event),
				     strlen(encoded(&event)), expect_equal, &event, NULL),
			      REFD_OK);
}

static void encode__extreme_values_come_back(void **state)
{
	struct support_random random = { 5 };
	struct refd_event event = build(REFD_EVENT_VENUE_CREATED);
	struct refd_event rules = build(REFD_EVENT_RULES_CHANGED);
	struct refd_rules *changed =
		(struct refd_rules *)(uintptr_t)rules.payload.rules_changed.rules;

	(void)state;
	event.payload.venue_created.coordinates = (struct refd_coordinates){ true, -1, 90000000 };
	support_assert_status(decode("VenueCreated", 1, encoded(&event), strlen(encoded(&event)),
				     expect_equal, &event, NULL),
			      REFD_OK);
	event.payload.venue_created.coordinates = (struct refd_coordinates){ true, 0, 0 };
	support_assert_status(decode("VenueCreated", 1, encoded(&event), strlen(encoded(&event)),
				     expect_equal, &event, NULL),
			      REFD_OK);
	for (int n = 0; n < 2000; n++) {
		int32_t degrees = (int32_t)support_random_below(&random, 360000001) - 180000000;
		char text[32], member[64];

		degrees -= degrees % (n % 7 == 0 ? 100000 : n % 3 == 0 ? 1000000 : 1);
		event.payload.venue_created.coordinates.longitude = degrees;
		snprintf(member, sizeof(member), "\"longitude\":%s}",
			 refd_degrees_format(degrees, text));
		assert_non_null(strstr(encoded(&event), member));
		support_assert_status(decode("VenueCreated", 1, encoded(&event),
					     strlen(encoded(&event)), expect_equal, &event, NULL),
				      REFD_OK);
	}
	changed->match_duration = INT32_MIN;
	changed->travel_gap = INT32_MAX;
	changed->version = INT64_MIN;
	assert_non_null(strstr(encoded(&rules), "\"version\":-9223372036854775808"));
	support_assert_status(decode("RulesChanged", 1, encoded(&rules), strlen(encoded(&rules)),
				     expect_equal, &rules, NULL),
			      REFD_OK);
	changed->version = INT64_MAX;
	support_assert_status(decode("RulesChanged", 1, encoded(&rules), strlen(encoded(&rules)),
				     expect_equal, &rules, NULL),
			      REFD_OK);
}

/* Whatever the lengths, the pieces join to the same text as one that fits the writer's buffer. */
static void encode__long_texts_cross_the_buffer(void **state)
{
	struct refd_event event = build(REFD_EVENT_TEAM_CREATED);
	static struct text text;
	char *long_name = malloc(20000);
	struct refd_event_codec codec = refd_json_codec();

	(void)state;
	for (size_t i = 0; i < 20000; i++)
		long_name[i] = i % 97 == 96 ? '\n' : (char)('a' + i % 26);
	for (size_t length = 1900; length < 2150; length++) {
		event.payload.team_created.name.ptr = long_name;
		event.payload.team_created.name.len = length;
		support_assert_status(decode("TeamCreated", 1, encoded(&event),
					     strlen(encoded(&event)), expect_equal, &event, NULL),
				      REFD_OK);
	}
	event.payload.team_created.name.len = 20000;
	support_assert_status(decode("TeamCreated", 1, encoded(&event), strlen(encoded(&event)),
				     expect_equal, &event, NULL),
			      REFD_OK);
	for (size_t n = 1; n <= 11; n++) {
		memset(&text, 0, sizeof(text));
		text.fail_at = n;
		support_assert_status(codec.ops->encode(codec.self, &event, collect, &text, NULL),
				      n <= 10 ? REFD_NO_MEMORY : REFD_OK);
		assert_int_equal(text.writes,
				 n <= 10 ? n : 10); /* none after the one that failed */
	}
	free(long_name);
}

static void encode__no_such_event_is_unsupported(void **state)
{
	static struct text text;
	struct refd_event event = build(REFD_EVENT_TEAM_CREATED);
	struct refd_event_codec codec = refd_json_codec();

	(void)state;
	event.type = (enum refd_event_type)200;
	support_assert_status(codec.ops->encode(codec.self, &event, collect, &text, NULL),
			      REFD_UNSUPPORTED);
	assert_int_equal(text.writes, 0);
}

/* Another reader of JSON finds the same members in the same order. */
static void encode__is_json_with_members_in_layout_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct refd_event event = build(types[i]);
		const struct refd_layout *layout = refd_event_layout(types[i]);
		json_t *tree = json_loads(encoded(&event), JSON_REJECT_DUPLICATES, NULL);
		const char *name;
		size_t n = 0;
		json_t *value;

		assert_non_null(tree);
		json_object_foreach(tree, name, value)
			assert_string_equal(name, layout->fields[n++].name);
		assert_int_equal(n, layout->count);
		json_decref(tree);
	}
}

/* ---- damage and memory ---- */

static void decode__damaged_goldens_never_crash(void **state)
{
	static const char *const pieces[] = { "null", "0",  "-1", "\"\"", "[]",	  "{}", "[{}]",
					      "1e9",  "\"", "\\", "{",	  "true", ",",	"\xc3" };
	struct support_random random = { 4711 };
	int accepted = 0, refused = 0;

	(void)state;
	for (int n = 0; n < 20000; n++) {
		enum refd_event_type type = types[support_random_below(&random, TYPES)];
		char *golden = read_golden(type);
		size_t count = strlen(golden);
		struct refd_error err = REFD_ERROR_INIT;
		enum refd_status status;
		int calls = 0;

		for (uint64_t left = 1 + support_random_below(&random, 3); left; left--) {
			size_t at = (size_t)support_random_below(&random, count);
			const char *piece = pieces[support_random_below(&random, 14)];

			if (support_random_below(&random, 3) == 0)
				golden[at] = (char)support_random_next(&random);
			else if (support_random_below(&random, 4) == 0)
				count = at + 1;
			else if (at + strlen(piece) < count)
				memcpy(golden + at, piece, strlen(piece));
		}
		status = decode(refd_event_name(type), 1, golden, count, count_call, &calls, &err);
		assert_true(status == REFD_OK || status == REFD_CORRUPT);
		assert_int_equal(calls, status == REFD_OK);
		accepted += status == REFD_OK;
		refused += status == REFD_CORRUPT;
		free(golden);
	}
	assert_true(accepted > 100 && refused > 100);
}

static void decode__answers_when_memory_runs_out(void **state)
{
	static const enum refd_event_type nested[] = { REFD_EVENT_RULES_CHANGED,
						       REFD_EVENT_FIXTURE_DATE_CHANGED,
						       REFD_EVENT_FIXTURE_CANCELLED };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *golden = read_golden(nested[i]);
		struct support_heap heap;
		uint64_t n = 0;

		do {
			struct refd_event event = build(nested[i]);
			struct refd_allocator allocator;
			struct refd_event_codec codec;
			enum refd_status status;

			support_heap_init(&heap);
			heap.fail_at = ++n;
			allocator = support_heap_allocator(&heap);
			codec = refd_json_codec_with(&allocator);
			status = codec.ops->decode(codec.self,
						   refd_str_of(refd_event_name(nested[i])), 1,
						   refd_str_of(golden), expect_equal, &event, NULL);
			support_assert_status(status, heap.failed ? REFD_NO_MEMORY : REFD_OK);
			support_heap_done(&heap);
		} while (heap.failed);
		assert_int_equal(n, nested[i] == REFD_EVENT_RULES_CHANGED ? 3 : 2);
		free(golden);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden__every_event_is_encoded_as_ever),
		cmocka_unit_test(golden__every_event_is_decoded_for_ever),
		cmocka_unit_test(decode__ignores_order_blanks_and_unknown_members),
		cmocka_unit_test(decode__damage_is_corrupt_with_the_path),
		cmocka_unit_test(decode__every_type_of_member_is_checked),
		cmocka_unit_test(decode__a_payload_beyond_the_limits_is_corrupt),
		cmocka_unit_test(foreign__is_kept_as_it_is),
		cmocka_unit_test(decode__answers_what_the_sink_answered),
		cmocka_unit_test(encode__escapes_what_must_be_escaped),
		cmocka_unit_test(encode__extreme_values_come_back),
		cmocka_unit_test(encode__long_texts_cross_the_buffer),
		cmocka_unit_test(encode__no_such_event_is_unsupported),
		cmocka_unit_test(encode__is_json_with_members_in_layout_order),
		cmocka_unit_test(decode__damaged_goldens_never_crash),
		cmocka_unit_test(decode__answers_when_memory_runs_out),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: %s DIRECTORY-OF-GOLDEN-EVENTS\n", argv[0]);
		return 2;
	}
	golden_directory = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
