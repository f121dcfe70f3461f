/* The layout tables against the structs they describe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <refdomain/ports/records.h>

static size_t bytes_of(const struct refd_field *field)
{
	switch (field->type) {
	case REFD_FIELD_UUID:
		return sizeof(struct refd_uuid);
	case REFD_FIELD_TIME:
		return sizeof(struct refd_time);
	case REFD_FIELD_INT32:
		return sizeof(int32_t);
	case REFD_FIELD_INT64:
		return sizeof(int64_t);
	case REFD_FIELD_BOOL:
		return sizeof(bool);
	case REFD_FIELD_TEXT:
		return sizeof(uint16_t) + field->size + 1;
	case REFD_FIELD_WORD:
		return sizeof(enum refd_role);
	case REFD_FIELD_SLICE:
		return sizeof(struct refd_str);
	case REFD_FIELD_HASH:
		return 32;
	case REFD_FIELD_DEGREES:
		return sizeof(int32_t);
	case REFD_FIELD_RULES:
		return sizeof(uint32_t);
	case REFD_FIELD_LIST:
		return sizeof(struct refd_list);
	case REFD_FIELD_OBJECT:
		return sizeof(void *);
	}
	fail_msg("field %s has no type", field->name);
	return 0;
}

static void check_words(const struct refd_field *field)
{
	size_t n = 1;

	if (field->type != REFD_FIELD_WORD) {
		assert_null(field->words);
		return;
	}
	assert_non_null(field->words);
	assert_null(field->words[0]);
	assert_non_null(field->words[1]);
	while (field->words[n] != NULL) {
		assert_int_equal(strspn(field->words[n], "abcdefghijklmnopqrstuvwxyz_"),
				 strlen(field->words[n]));
		n++;
	}
}

static void check_field(const struct refd_layout *layout, const struct refd_field *field)
{
	assert_true(strlen(field->name) > 0);
	assert_true(field->offset + bytes_of(field) <= layout->state_size);
	if (field->type != REFD_FIELD_TEXT)
		assert_int_equal(field->size, bytes_of(field));
	assert_true(field->present == 0 || field->present < field->offset);
	if ((field->flags & REFD_FIELD_KEY) != 0)
		assert_int_equal(field->flags & REFD_FIELD_OPTIONAL, 0);
	if ((field->flags & REFD_FIELD_VERSION) != 0)
		assert_int_equal(field->type, REFD_FIELD_INT64);
	check_words(field);
}

static void check_layout(const struct refd_layout *layout, size_t state_size)
{
	size_t keys = 0, versions = 0, end = 0;

	assert_int_equal(layout->state_size, state_size);
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];

		check_field(layout, field);
		assert_ptr_equal(refd_layout_field(layout, refd_str_of(field->name)), field);
		/* struct order without overlap: no member is named twice or skipped over */
		assert_true(field->offset >= end);
		end = field->offset + bytes_of(field);
		keys += (field->flags & REFD_FIELD_KEY) != 0;
		versions += (field->flags & REFD_FIELD_VERSION) != 0;
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(field->name, layout->fields[j].name);
	}
	/* nothing is left out at the end either */
	assert_true(layout->state_size - end < sizeof(int64_t));
	assert_true(keys >= 1);
	assert_true(versions <= 1);
}

static void layout__every_record_fits_its_struct(void **unused)
{
	(void)unused;
#define XX(number, name, state, layout)                                                            \
	check_layout(refd_record_layout(REFD_RECORD_##name), sizeof(struct state));                \
	assert_ptr_equal(refd_record_layout(REFD_RECORD_##name), &(layout));
	REFD_RECORD_MAP(XX)
#undef XX
}

static void layout__a_number_that_is_no_record_has_none(void **unused)
{
	(void)unused;
	assert_null(refd_record_layout((enum refd_record)0));
	assert_null(refd_record_layout((enum refd_record)(REFD_RECORDS + 1)));
	assert_non_null(refd_record_layout((enum refd_record)REFD_RECORDS));
}

static void layout__a_name_is_compared_whole(void **unused)
{
	(void)unused;
	assert_null(refd_layout_field(&refd_team_layout, refd_str_of("")));
	assert_null(refd_layout_field(&refd_team_layout, refd_str_of("nam")));
	assert_null(refd_layout_field(&refd_team_layout, refd_str_of("names")));
	assert_null(refd_layout_field(&refd_team_layout, refd_str_of("Name")));
	assert_non_null(refd_layout_field(&refd_team_layout, (struct refd_str){ "names", 4 }));
}

static void expect_columns(const struct refd_layout *layout, const char *expected)
{
	char text[1024];
	size_t len = 0;

	len += (size_t)snprintf(text, sizeof(text), "%s:", layout->name);
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];

		len += (size_t)snprintf(text + len, sizeof(text) - len, " %s%s%s%s", field->name,
					(field->flags & REFD_FIELD_KEY) ? "!" : "",
					(field->flags & REFD_FIELD_OPTIONAL) ? "?" : "",
					(field->flags & REFD_FIELD_VERSION) ? "#" : "");
	}
	assert_string_equal(text, expected);
}

/* Stored names never change: a store written by an older build has these columns. ! key, ? may be
 * NULL, # checked version. */
static void layout__columns_are_as_stored(void **unused)
{
	(void)unused;
	expect_columns(&refd_rules_layout,
		       "rules: id! exclusivity day_zone match_duration travel_speed travel_gap "
		       "require_future_kickoff require_availability withdrawal_cutoff "
		       "neutral_referees on_change availability_on_change version#");
	expect_columns(&refd_board_layout, "board: id! availability_locked hand_out? version#");
	expect_columns(&refd_referee_layout,
		       "referee: id! name club phone? email? status version#");
	expect_columns(&refd_team_layout, "team: id! name club status version#");
	expect_columns(&refd_venue_layout, "venue: id! name street? zip? city? phone? email? "
					   "latitude? longitude? status version#");
	expect_columns(&refd_fixture_layout, "fixture: id! home_id away_id venue_id kickoff status "
					     "availability_locked hand_out? version#");
	expect_columns(&refd_slot_layout, "slot: fixture_id! role! referee_id");
	expect_columns(&refd_availability_layout,
		       "availability: id! fixture_id referee_id declared_at version#");
	expect_columns(&refd_assignment_layout,
		       "assignment: id! fixture_id referee_id role status staged_role? replaces? "
		       "overridden version#");
	expect_columns(&refd_claim_layout, "claim: kind! holder! day! fixture_id");
	expect_columns(&refd_event_state_layout,
		       "event: id! aggregatetype aggregateid version type schema_version "
		       "occurred_at actor? command_id correlation_id? causation_id? traceparent? "
		       "payload published");
	expect_columns(&refd_notice_layout,
		       "notice: id! event_id recipient_id kind fixture_id role? released "
		       "availability_dropped home_id away_id venue_id kickoff previous_venue_id? "
		       "previous_kickoff? created_at status due attempts last_error? version#");
	expect_columns(&refd_command_layout,
		       "command: id! request name actor? accepted_at affected noun1? noun2? noun3? "
		       "noun4? id1? id2? id3? id4? version1 version2 version3 version4");
}

static void expect_words(const char *const *words, const char *expected)
{
	char text[256] = "";

	assert_null(words[0]);
	for (size_t i = 1; words[i] != NULL; i++) {
		strcat(text, i > 1 ? " " : "");
		strcat(text, words[i]);
	}
	assert_string_equal(text, expected);
}

static const char *const *words_of(const struct refd_layout *layout, const char *column)
{
	for (size_t i = 0; i < layout->count; i++)
		if (strcmp(layout->fields[i].name, column) == 0)
			return layout->fields[i].words;
	fail_msg("%s has no column %s", layout->name, column);
	return NULL;
}

static void layout__words_are_as_stored(void **unused)
{
	(void)unused;
	expect_words(refd_party_status_words, "active retired");
	expect_words(refd_fixture_status_words, "scheduled cancelled");
	expect_words(refd_role_words, "first second");
	expect_words(refd_outcome_words, "kept released");
	expect_words(refd_availability_reason_words, "requested fixture_redated fixture_cancelled");
	expect_words(refd_assignment_status_words, "staged pending committed");
	expect_words(refd_unassign_reason_words,
		     "removed replaced fixture_changed fixture_cancelled");
	expect_words(refd_notice_kind_words,
		     "assigned role_changed released replaced fixture_redated fixture_moved "
		     "fixture_cancelled");
	expect_words(refd_notice_status_words, "ready leased sent dead");
	expect_words(words_of(&refd_rules_layout, "exclusivity"), "day overlap");
	expect_words(words_of(&refd_rules_layout, "on_change"), "keep_valid drop_all keep_all");
	expect_words(words_of(&refd_rules_layout, "availability_on_change"), "drop keep");
	expect_words(words_of(&refd_claim_layout, "kind"), "venue team");
	expect_words(words_of(&refd_event_state_layout, "aggregatetype"),
		     "referee team venue fixture availability assignment board rules event notice "
		     "command");
}

static void layout__coordinates_are_present_together(void **unused)
{
	const size_t set = offsetof(struct refd_venue_state, coordinates.set);
	size_t found = 0;

	(void)unused;
	for (size_t i = 0; i < refd_venue_layout.count; i++) {
		const struct refd_field *field = &refd_venue_layout.fields[i];

		if (field->type == REFD_FIELD_DEGREES) {
			assert_int_equal(field->present, set);
			found++;
		} else {
			assert_int_equal(field->present, 0);
		}
	}
	assert_int_equal(found, 2);
}

static void layout__text_sizes_are_the_most_bytes(void **unused)
{
	(void)unused;
	assert_int_equal(refd_referee_layout.fields[1].size, REFD_NAME_BYTES);
	assert_int_equal(refd_referee_layout.fields[3].size, REFD_PHONE_BYTES);
	assert_int_equal(refd_referee_layout.fields[4].size, REFD_EMAIL_BYTES);
	assert_int_equal(refd_rules_layout.fields[2].size, REFD_ZONE_BYTES);
}

/* One member of every type; `unset` of a field is judged by its own bytes only. */
struct sample {
	struct refd_uuid uuid;
	struct refd_time time;
	int32_t i32;
	int64_t i64;
	bool flag;
	struct {
		uint16_t len;
		char utf8[257];
	} text;
	enum refd_role word;
	struct refd_str slice;
	uint8_t hash[32];
	int32_t degrees;
	uint32_t rules;
	struct refd_list list;
	const void *object;
};

#define SAMPLE(kind, member)                                                                       \
	{                                                                                          \
		.name = #member, .type = REFD_FIELD_##kind, .flags = REFD_FIELD_OPTIONAL,          \
		.offset = (uint32_t)offsetof(struct sample, member),                               \
		.size = (uint32_t)sizeof(((struct sample *)NULL)->member)                          \
	}

static const struct refd_field samples[] = {
	SAMPLE(UUID, uuid),	  SAMPLE(TIME, time),	SAMPLE(INT32, i32), SAMPLE(INT64, i64),
	SAMPLE(BOOL, flag),	  SAMPLE(TEXT, text),	SAMPLE(WORD, word), SAMPLE(SLICE, slice),
	SAMPLE(HASH, hash),	  SAMPLE(RULES, rules), SAMPLE(LIST, list), SAMPLE(OBJECT, object),
	SAMPLE(DEGREES, degrees),
};

/* Every value differs from zero in one byte only, the last one looked at. */
static void fill_sample(struct sample *ret)
{
	static const char one = 'x';

	memset(ret, 0, sizeof(*ret));
	ret->uuid.bytes[15] = 1;
	ret->time.us = 1;
	ret->i32 = 1;
	ret->i64 = INT64_MIN;
	ret->flag = true;
	ret->text.len = 256;
	ret->word = REFD_ROLE_FIRST;
	ret->slice = (struct refd_str){ &one, 1 };
	ret->hash[31] = 1;
	ret->degrees = 1;
	ret->rules = 1;
	ret->list = (struct refd_list){ &one, 1 };
	ret->object = &one;
}

static void field__unset_is_zero_or_empty(void **unused)
{
	struct sample filled, empty;

	(void)unused;
	fill_sample(&filled);
	memset(&empty, 0, sizeof(empty));
	/* nothing in it, wherever it lies */
	empty.slice.ptr = (const char *)&empty;
	empty.list.items = &empty;
	memcpy(empty.text.utf8, "rest", 4);
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		assert_false(refd_field_is_unset(&samples[i], &filled));
		assert_true(refd_field_is_unset(&samples[i], &empty));
	}
}

static void field__that_is_not_optional_is_never_unset(void **unused)
{
	struct sample empty;

	(void)unused;
	memset(&empty, 0, sizeof(empty));
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		struct refd_field field = samples[i];

		field.flags = REFD_FIELD_KEY | REFD_FIELD_VERSION;
		assert_false(refd_field_is_unset(&field, &empty));
	}
}

static void field__its_own_flag_says_whether_it_is_set(void **unused)
{
	struct refd_venue_state venue;
	size_t found = 0;

	(void)unused;
	memset(&venue, 0, sizeof(venue));
	for (size_t i = 0; i < refd_venue_layout.count; i++) {
		const struct refd_field *field = &refd_venue_layout.fields[i];

		if (field->present == 0)
			continue;
		venue.coordinates.set = true; /* at 0, 0 */
		venue.coordinates.latitude = venue.coordinates.longitude = 0;
		assert_false(refd_field_is_unset(field, &venue));
		venue.coordinates.set = false;
		venue.coordinates.latitude = venue.coordinates.longitude = 1;
		assert_true(refd_field_is_unset(field, &venue));
		found++;
	}
	assert_int_equal(found, 2);
}

/* Every optional field of every record, cleared and given something.
 */
static void layout__an_optional_field_is_set_or_not(void **unused)
{
	union {
		struct refd_venue_state venue;
		struct refd_notice_state notice;
		struct refd_event_state event;
		struct refd_command_state command;
		unsigned char bytes[4096];
	} state;
	size_t seen = 0;

	(void)unused;
	for (int record = 1; record <= REFD_RECORDS; record++) {
		const struct refd_layout *layout = refd_record_layout((enum refd_record)record);

		assert_true(layout->state_size <= sizeof(state));
		for (size_t i = 0; i < layout->count; i++) {
			const struct refd_field *field = &layout->fields[i];
			const bool optional = (field->flags & REFD_FIELD_OPTIONAL) != 0;

			memset(&state, 0, sizeof(state));
			assert_int_equal(refd_field_is_unset(field, &state), optional);
			if (!optional)
				continue;
			state.bytes[field->offset + (field->type == REFD_FIELD_SLICE
							     ? offsetof(struct refd_str, len)
							     : 0)] = 1;
			refd_field_mark_set(field, &state);
			assert_false(refd_field_is_unset(field, &state));
			refd_field_clear(field, &state);
			assert_true(refd_field_is_unset(field, &state));
			seen++;
		}
	}
	assert_true(seen > 20);
}

static void layout__words_and_values_lead_to_each_other(void **unused)
{
	(void)unused;
	assert_string_equal(refd_word(refd_fixture_status_words, REFD_FIXTURE_CANCELLED),
			    "cancelled");
	assert_null(refd_word(refd_fixture_status_words, 0));
	assert_null(refd_word(refd_fixture_status_words, -1));
	assert_null(refd_word(refd_fixture_status_words, 3));
	assert_null(refd_word(refd_fixture_status_words, INT64_MAX));
	assert_int_equal(refd_word_value(refd_fixture_status_words, refd_str_of("cancelled")),
			 REFD_FIXTURE_CANCELLED);
	assert_int_equal(refd_word_value(refd_fixture_status_words, refd_str_of("cancel")), 0);
	assert_int_equal(refd_word_value(refd_fixture_status_words, refd_str_of("")), 0);
}

static void layout__versions_are_those_of_the_row(void **unused)
{
	const struct refd_fixture_state fixture = { .version = 7 };
	const struct refd_event_state event = { .version = 7 };

	(void)unused;
	assert_string_equal(refd_layout_version(&refd_fixture_layout)->name, "version");
	assert_null(refd_layout_version(&refd_event_state_layout));
	assert_null(refd_layout_version(&refd_slot_layout));
	assert_int_equal(refd_record_version(REFD_RECORD_FIXTURE, &fixture), 7);
	assert_int_equal(refd_record_version(REFD_RECORD_EVENT, &event), 0);
}

static void layout__an_error_names_a_row_by_noun_and_id(void **unused)
{
	const struct refd_notice_state notice = { .id = { { { 1 } } } };
	const struct refd_slot_state slot = { .fixture = { { { 2 } } } };
	const struct refd_claim_state claim = { .holder = { { 3 } }, .fixture = { { { 4 } } } };
	struct refd_ref object = refd_record_object(REFD_RECORD_NOTICE, &notice);

	(void)unused;
	assert_int_equal(object.noun, REFD_NOUN_NOTICE);
	assert_int_equal(object.id.bytes[0], 1);
	object = refd_record_object(REFD_RECORD_SLOT, &slot);
	assert_int_equal(object.noun, REFD_NOUN_FIXTURE);
	assert_int_equal(object.id.bytes[0], 2);
	object = refd_record_object(REFD_RECORD_CLAIM, &claim);
	assert_int_equal(object.noun, REFD_NOUN_FIXTURE);
	assert_int_equal(object.id.bytes[0], 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layout__every_record_fits_its_struct),
		cmocka_unit_test(layout__a_number_that_is_no_record_has_none),
		cmocka_unit_test(layout__a_name_is_compared_whole),
		cmocka_unit_test(layout__columns_are_as_stored),
		cmocka_unit_test(layout__words_are_as_stored),
		cmocka_unit_test(layout__coordinates_are_present_together),
		cmocka_unit_test(layout__text_sizes_are_the_most_bytes),
		cmocka_unit_test(field__unset_is_zero_or_empty),
		cmocka_unit_test(field__that_is_not_optional_is_never_unset),
		cmocka_unit_test(field__its_own_flag_says_whether_it_is_set),
		cmocka_unit_test(layout__an_optional_field_is_set_or_not),
		cmocka_unit_test(layout__words_and_values_lead_to_each_other),
		cmocka_unit_test(layout__versions_are_those_of_the_row),
		cmocka_unit_test(layout__an_error_names_a_row_by_noun_and_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
