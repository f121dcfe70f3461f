#include "world.h"

#define S refd_str_of

static void EVT_19__every_event_has_a_name_a_schema_and_a_layout(void **state)
{
	(void)state;
#define XX(number, type, title, version, member)                                                   \
	assert_string_equal(refd_event_name(REFD_EVENT_##type), title);                            \
	assert_int_equal(refd_event_schema(REFD_EVENT_##type), version);                           \
	assert_int_equal(refd_event_type_from_name(S(title), version), REFD_EVENT_##type);         \
	assert_int_equal(refd_event_type_from_name(S(title), version + 1), REFD_EVENT_FOREIGN);    \
	assert_non_null(refd_event_layout(REFD_EVENT_##type));                                     \
	assert_string_equal(refd_event_layout(REFD_EVENT_##type)->name, title);                    \
	assert_int_equal(refd_event_layout(REFD_EVENT_##type)->state_size,                         \
			 sizeof(((struct refd_event *)NULL)->payload.member));
	REFD_EVENT_MAP(XX)
#undef XX
}

static void EVT_20__unknown_names_are_foreign(void **state)
{
	static const enum refd_event_type none[] = { (enum refd_event_type)0, REFD_EVENT_FOREIGN,
						     (enum refd_event_type)(
							     REFD_EVENT_RULES_CHANGED + 1) };

	(void)state;
	assert_int_equal(refd_event_type_from_name(S("FixturePostponed"), 1), REFD_EVENT_FOREIGN);
	assert_int_equal(refd_event_type_from_name(S("fixturecreated"), 1), REFD_EVENT_FOREIGN);
	assert_int_equal(refd_event_type_from_name(S("FixtureCreate"), 1), REFD_EVENT_FOREIGN);
	assert_int_equal(refd_event_type_from_name(S(""), 1), REFD_EVENT_FOREIGN);
	assert_int_equal(refd_event_type_from_name(S("FixtureCreated"), 0), REFD_EVENT_FOREIGN);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		assert_null(refd_event_name(none[i]));
		assert_int_equal(refd_event_schema(none[i]), 0);
		assert_null(refd_event_layout(none[i]));
	}
}

static const char *type_name(const struct refd_field *field)
{
	switch (field->type) {
	case REFD_FIELD_UUID:
		return "id";
	case REFD_FIELD_TIME:
		return "time";
	case REFD_FIELD_INT32:
	case REFD_FIELD_INT64:
		return "int";
	case REFD_FIELD_BOOL:
		return "bool";
	case REFD_FIELD_TEXT:
	case REFD_FIELD_SLICE:
		return "text";
	case REFD_FIELD_WORD:
		return "word";
	case REFD_FIELD_HASH:
		return "hash";
	case REFD_FIELD_DEGREES:
		return "degrees";
	case REFD_FIELD_RULES:
		return "rules";
	case REFD_FIELD_LIST:
		return "list";
	case REFD_FIELD_OBJECT:
		return "object";
	}
	return "?";
}

static void describe(const struct refd_layout *layout, char *text, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		const bool optional = (field->flags & REFD_FIELD_OPTIONAL) != 0;

		len += (size_t)snprintf(text + len, size - len, "%s%s:%s%s", i > 0 ? " " : "",
					field->name, type_name(field), optional ? "?" : "");
		assert_true(len < size);
	}
}

static void expect(enum refd_event_type type, const char *members)
{
	char text[512];

	describe(refd_event_layout(type), text, sizeof(text));
	assert_string_equal(text, members);
}

/* Stored payloads never change: events written by older builds have these members. */
static void EVT__payload_members_are_as_stored(void **state)
{
	(void)state;
	expect(REFD_EVENT_REFEREE_CREATED,
	       "referee_id:id name:text club:text phone:text? email:text?");
	expect(REFD_EVENT_REFEREE_CORRECTED,
	       "referee_id:id name:text club:text phone:text? email:text?");
	expect(REFD_EVENT_REFEREE_CLUB_CHANGED, "referee_id:id club_name:text previous:text");
	expect(REFD_EVENT_REFEREE_RETIRED, "referee_id:id");
	expect(REFD_EVENT_TEAM_CREATED, "team_id:id name:text club:text");
	expect(REFD_EVENT_TEAM_CORRECTED, "team_id:id name:text club:text");
	expect(REFD_EVENT_TEAM_RETIRED, "team_id:id");
	expect(REFD_EVENT_VENUE_CREATED,
	       "venue_id:id name:text street:text? zip:text? city:text? phone:text? email:text? "
	       "latitude:degrees? longitude:degrees?");
	expect(REFD_EVENT_VENUE_CORRECTED,
	       "venue_id:id name:text street:text? zip:text? city:text? phone:text? email:text? "
	       "latitude:degrees? longitude:degrees?");
	expect(REFD_EVENT_VENUE_RETIRED, "venue_id:id");
	expect(REFD_EVENT_FIXTURE_CREATED,
	       "fixture_id:id team_home_id:id team_away_id:id venue_id:id date:time");
	expect(REFD_EVENT_FIXTURE_DATE_CHANGED,
	       "fixture_id:id date:time previous:time outcomes:list");
	expect(REFD_EVENT_FIXTURE_VENUE_CHANGED,
	       "fixture_id:id venue_id:id previous:id outcomes:list");
	expect(REFD_EVENT_FIXTURE_CANCELLED, "fixture_id:id released:list");
	expect(REFD_EVENT_AVAILABILITY_DECLARED, "availability_id:id fixture_id:id referee_id:id");
	expect(REFD_EVENT_AVAILABILITY_WITHDRAWN,
	       "availability_id:id fixture_id:id referee_id:id reason:word");
	expect(REFD_EVENT_AVAILABILITIES_LOCKED, "scope:word fixture_id:id?");
	expect(REFD_EVENT_AVAILABILITIES_UNLOCKED, "scope:word fixture_id:id?");
	expect(REFD_EVENT_HAND_OUT_ANNOUNCED, "scope:word fixture_id:id? hand_out:time");
	expect(REFD_EVENT_ASSIGNMENT_CREATED,
	       "assignment_id:id fixture_id:id referee_id:id role:word replaces:id?");
	expect(REFD_EVENT_ASSIGNMENT_ROLE_CHANGED, "assignment_id:id fixture_id:id referee_id:id "
						   "role:word previous:word replaces:id?");
	expect(REFD_EVENT_ASSIGNMENT_REMOVED,
	       "assignment_id:id fixture_id:id referee_id:id role:word");
	expect(REFD_EVENT_REFEREE_ASSIGNED,
	       "assignment_id:id fixture_id:id referee_id:id role:word previous_role:word?");
	expect(REFD_EVENT_REFEREE_UNASSIGNED,
	       "assignment_id:id fixture_id:id referee_id:id role:word reason:word");
	expect(REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED,
	       "assignment_id:id fixture_id:id referee_id:id previous:id role:word reason:text?");
	expect(REFD_EVENT_RULE_OVERRIDDEN, "assignment_id:id fixture_id:id referee_id:id "
					   "rules:rules actor:text? reason:text");
	expect(REFD_EVENT_RULES_CHANGED, "rules:object previous:object");
}

static void EVT__nested_members_are_as_stored(void **state)
{
	char text[512];
	const struct refd_layout *outcome =
		refd_event_layout(REFD_EVENT_FIXTURE_DATE_CHANGED)->fields[3].element;
	const struct refd_layout *released =
		refd_event_layout(REFD_EVENT_FIXTURE_CANCELLED)->fields[1].element;
	const struct refd_layout *rules =
		refd_event_layout(REFD_EVENT_RULES_CHANGED)->fields[0].element;

	(void)state;
	describe(outcome, text, sizeof(text));
	assert_string_equal(text, "referee_id:id role:word outcome:word rules:rules");
	assert_int_equal(outcome->state_size, sizeof(struct refd_fixture_outcome));
	assert_ptr_equal(outcome,
			 refd_event_layout(REFD_EVENT_FIXTURE_VENUE_CHANGED)->fields[3].element);
	describe(released, text, sizeof(text));
	assert_string_equal(text, "role:word referee_id:id");
	assert_int_equal(released->state_size, sizeof(struct refd_slot_state));
	describe(rules, text, sizeof(text));
	assert_string_equal(text,
			    "exclusivity:word day_zone:text match_duration:int travel_speed:int "
			    "travel_gap:int require_future_kickoff:bool require_availability:bool "
			    "withdrawal_cutoff:int neutral_referees:bool on_change:word "
			    "availability_on_change:word version:int");
	assert_int_equal(rules->state_size, sizeof(struct refd_rules));
	assert_ptr_equal(rules, refd_event_layout(REFD_EVENT_RULES_CHANGED)->fields[1].element);
}

static size_t bytes_of(const struct refd_field *field)
{
	return field->type == REFD_FIELD_TEXT ? sizeof(uint16_t) + field->size + 1 : field->size;
}

static void check_layout(const struct refd_layout *layout)
{
	size_t end = 0;

	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		const bool nested =
			field->type == REFD_FIELD_LIST || field->type == REFD_FIELD_OBJECT;

		/* struct order: no member is named twice */
		assert_true(field->offset >= end);
		end = field->offset + bytes_of(field);
		assert_true(end <= layout->state_size);
		assert_int_equal(field->element != NULL, nested);
		assert_int_equal(field->words != NULL, field->type == REFD_FIELD_WORD);
		assert_int_equal(field->present != 0, field->type == REFD_FIELD_DEGREES);
		if (field->type == REFD_FIELD_SLICE)
			assert_int_equal(field->size, sizeof(struct refd_str));
		if (field->type == REFD_FIELD_UUID)
			assert_int_equal(field->size, sizeof(struct refd_uuid));
		if (field->type == REFD_FIELD_LIST)
			assert_int_equal(field->size, sizeof(struct refd_list));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(field->name, layout->fields[j].name);
		if (nested)
			check_layout(field->element);
	}
}

static void EVT__layouts_fit_their_payloads(void **state)
{
	(void)state;
#define XX(number, type, name, schema, member) check_layout(refd_event_layout(REFD_EVENT_##type));
	REFD_EVENT_MAP(XX)
#undef XX
}

static void EVT__events_keep_the_order_they_were_recorded_in(void **state)
{
	struct world *w = *state;
	const struct refd_ref aggregate = { REFD_NOUN_TEAM, support_uuid(1) };
	struct refd__event_node *first, *second;

	first = refd__tracker_next(&w->tracker, REFD_EVENT_TEAM_RETIRED, aggregate, 1, &w->err);
	second = refd__tracker_next(&w->tracker, REFD_EVENT_TEAM_RETIRED, aggregate, 2, &w->err);
	assert_int_equal(w->tracker.count, 0);
	refd__tracker_record(&w->tracker, second);
	refd__tracker_record(&w->tracker, first);
	assert_int_equal(w->tracker.count, 2);
	assert_ptr_equal(w->tracker.first, second);
	assert_ptr_equal(second->next, first);
	assert_null(first->next);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(EVT_19__every_event_has_a_name_a_schema_and_a_layout),
		TEST(EVT_20__unknown_names_are_foreign),
		TEST(EVT__payload_members_are_as_stored),
		TEST(EVT__nested_members_are_as_stored),
		TEST(EVT__layouts_fit_their_payloads),
		TEST(EVT__events_keep_the_order_they_were_recorded_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
