#include "world.h"

#define S refd_str_of

static void rules__defaults_are_as_documented(void **state)
{
	const struct refd_rules rules = refd_rules_default();

	(void)state;
	assert_uuid_equal(rules.id.uuid, refd_the_rules.uuid);
	assert_int_equal(rules.exclusivity, REFD_EXCLUSIVITY_DAY);
	assert_string_equal(rules.day_zone.utf8, "UTC");
	assert_int_equal(rules.day_zone.len, 3);
	assert_int_equal(rules.match_duration, 120);
	assert_int_equal(rules.travel_speed, 70);
	assert_int_equal(rules.travel_gap, 60);
	assert_true(rules.require_future_kickoff);
	assert_true(rules.require_availability);
	assert_int_equal(rules.withdrawal_cutoff, 1440);
	assert_false(rules.neutral_referees);
	assert_int_equal(rules.on_change, REFD_ON_CHANGE_KEEP_VALID);
	assert_int_equal(rules.availability_on_change, REFD_AVAILABILITY_DROP);
	assert_int_equal(rules.version, 0);
	support_assert_status(refd_rules_check(&rules, NULL), REFD_OK);
}

static void rules__every_key_is_set_from_text(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();
	static const char *const pairs[][2] = {
		{ "exclusivity", "overlap" },
		{ "day_zone", "Europe/Berlin" },
		{ "match_duration", "90" },
		{ "travel_speed", "80" },
		{ "travel_gap", "0" },
		{ "require_future_kickoff", "false" },
		{ "require_availability", "false" },
		{ "withdrawal_cutoff", "60" },
		{ "neutral_referees", "true" },
		{ "on_change", "keep_all" },
		{ "availability_on_change", "keep" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		support_assert_status(
			refd_rules_set(&rules, S(pairs[i][0]), S(pairs[i][1]), &w->err), REFD_OK);
	/* id and version are not for people */
	assert_int_equal(sizeof(pairs) / sizeof(pairs[0]), refd_rules_layout.count - 2);
	assert_int_equal(rules.exclusivity, REFD_EXCLUSIVITY_OVERLAP);
	assert_string_equal(rules.day_zone.utf8, "Europe/Berlin");
	assert_int_equal(rules.day_zone.len, 13);
	assert_int_equal(rules.match_duration, 90);
	assert_int_equal(rules.travel_speed, 80);
	assert_int_equal(rules.travel_gap, 0);
	assert_false(rules.require_future_kickoff);
	assert_false(rules.require_availability);
	assert_int_equal(rules.withdrawal_cutoff, 60);
	assert_true(rules.neutral_referees);
	assert_int_equal(rules.on_change, REFD_ON_CHANGE_KEEP_ALL);
	assert_int_equal(rules.availability_on_change, REFD_AVAILABILITY_KEEP);
	support_assert_status(refd_rules_set(&rules, S("on_change"), S("drop_all"), &w->err),
			      REFD_OK);
	assert_int_equal(rules.on_change, REFD_ON_CHANGE_DROP_ALL);
	support_assert_status(refd_rules_check(&rules, &w->err), REFD_OK);
	assert_int_equal(w->err.total, 0);
}

static void rules__a_shorter_zone_leaves_nothing_behind(void **state)
{
	struct refd_rules rules = refd_rules_default();
	const struct refd_rules before = rules;

	(void)state;
	support_assert_status(refd_rules_set(&rules, S("day_zone"), S("Europe/Berlin"), NULL),
			      REFD_OK);
	support_assert_status(refd_rules_set(&rules, S("day_zone"), S("UTC"), NULL), REFD_OK);
	assert_memory_equal(&rules.day_zone, &before.day_zone, sizeof(before.day_zone));
}

static void rules__numbers_keep_their_range(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *key, *field;
		const char *lowest, *below, *highest, *above;
	} ranges[] = {
		{ "match_duration", "rules.match_duration", "1", "0", "1440", "1441" },
		{ "travel_speed", "rules.travel_speed", "1", "0", "1000", "1001" },
		{ "travel_gap", "rules.travel_gap", "0", "-1", "1440", "1441" },
		{ "withdrawal_cutoff", "rules.withdrawal_cutoff", "0", "-1", "525600", "525601" },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		struct refd_rules rules = refd_rules_default(), before;

		refd_error_clear(&w->err);
		support_assert_status(
			refd_rules_set(&rules, S(ranges[i].key), S(ranges[i].lowest), &w->err),
			REFD_OK);
		support_assert_status(refd_rules_check(&rules, &w->err), REFD_OK);
		support_assert_status(
			refd_rules_set(&rules, S(ranges[i].key), S(ranges[i].highest), &w->err),
			REFD_OK);
		support_assert_status(refd_rules_check(&rules, &w->err), REFD_OK);
		before = rules;
		support_assert_status(
			refd_rules_set(&rules, S(ranges[i].key), S(ranges[i].below), &w->err),
			REFD_INVALID);
		assert_string_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->field,
				    ranges[i].field);
		assert_int_equal(w->err.violations[0].limit, atoi(ranges[i].lowest));
		refd_error_clear(&w->err);
		support_assert_status(
			refd_rules_set(&rules, S(ranges[i].key), S(ranges[i].above), &w->err),
			REFD_INVALID);
		assert_int_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->limit,
				 atoi(ranges[i].highest));
		assert_memory_equal(&rules, &before, sizeof(before));
	}
}

static void rules__set_takes_nothing_but_the_value(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();
	const struct refd_rules before = rules;
	static const char *const bad[][2] = {
		{ "match_duration", "" },	 { "match_duration", "-" },
		{ "match_duration", "+90" },	 { "match_duration", " 90" },
		{ "match_duration", "90 " },	 { "match_duration", "9x" },
		{ "match_duration", "1e2" },	 { "match_duration", "0x5a" },
		{ "match_duration", "90.0" },	 { "neutral_referees", "1" },
		{ "match_duration", "9/" },	 { "match_duration", "9:" },
		{ "neutral_referees", "TRUE" },	 { "neutral_referees", "" },
		{ "neutral_referees", "truex" }, { "exclusivity", "Day" },
		{ "exclusivity", "" },		 { "exclusivity", "da" },
		{ "exclusivity", "days" },	 { "on_change", "keep" },
		{ "day_zone", "Europe Berlin" }, { "day_zone", "/etc/passwd" },
		{ "day_zone", "../x" },		 { "day_zone", "Europe/" },
		{ "day_zone", "Z\xc3\xbcrich" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char field[REFD_FIELD_BYTES + 1];

		refd_error_clear(&w->err);
		support_assert_status(refd_rules_set(&rules, S(bad[i][0]), S(bad[i][1]), &w->err),
				      REFD_INVALID);
		snprintf(field, sizeof(field), "rules.%s", bad[i][0]);
		assert_string_equal(only_violation(w, REFD_RULE_TEXT_MALFORMED)->field, field);
		assert_memory_equal(&rules, &before, sizeof(before));
	}
}

static void rules__numbers_far_out_are_out_of_range(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();

	support_assert_status(refd_rules_set(&rules, S("match_duration"),
					     S("99999999999999999999999999999999"), &w->err),
			      REFD_INVALID);
	only_violation(w, REFD_RULE_OUT_OF_RANGE);
	refd_error_clear(&w->err);
	/* 2^32 + 90 */
	support_assert_status(refd_rules_set(&rules, S("match_duration"), S("4294967386"), &w->err),
			      REFD_INVALID);
	only_violation(w, REFD_RULE_OUT_OF_RANGE);
	refd_error_clear(&w->err);
	/* 2^64 + 90 */
	support_assert_status(
		refd_rules_set(&rules, S("match_duration"), S("18446744073709551706"), &w->err),
		REFD_INVALID);
	only_violation(w, REFD_RULE_OUT_OF_RANGE);
	assert_int_equal(rules.match_duration, 120);
}

static void rules__a_word_that_is_none_is_told_the_words_there_are(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();

	support_assert_status(refd_rules_set(&rules, S("exclusivity"), S("week"), &w->err),
			      REFD_INVALID);
	assert_string_equal(w->err.message, "rules.exclusivity must be day or overlap");
	refd_error_clear(&w->err);
	support_assert_status(refd_rules_set(&rules, S("on_change"), S("week"), &w->err),
			      REFD_INVALID);
	assert_string_equal(w->err.message,
			    "rules.on_change must be keep_valid, drop_all or keep_all");
}

static void rules__unknown_keys_are_invalid(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();
	static const char *const keys[] = {
		"", "id", "version", "match", "match_duration ", "MATCH_DURATION"
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		refd_error_clear(&w->err);
		support_assert_status(refd_rules_set(&rules, S(keys[i]), S("1"), &w->err),
				      REFD_INVALID);
		assert_string_equal(only_violation(w, REFD_RULE_TEXT_MALFORMED)->field, "rules");
	}
	assert_string_equal(w->err.message, "there is no rule MATCH_DURATION");
}

static void rules__a_zone_name_has_at_most_63_bytes(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();
	char zone[64];

	memset(zone, 'z', sizeof(zone));
	support_assert_status(
		refd_rules_set(&rules, S("day_zone"), (struct refd_str){ zone, 63 }, &w->err),
		REFD_OK);
	support_assert_status(refd_rules_check(&rules, &w->err), REFD_OK);
	support_assert_status(
		refd_rules_set(&rules, S("day_zone"), (struct refd_str){ zone, 64 }, &w->err),
		REFD_INVALID);
	only_violation(w, REFD_RULE_TEXT_TOO_LONG);
	refd_error_clear(&w->err);
	support_assert_status(refd_rules_set(&rules, S("day_zone"), S(""), &w->err), REFD_INVALID);
	only_violation(w, REFD_RULE_TEXT_BLANK);
}

static void rules__zone_names_take_the_letters_of_iana(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();
	static const char *const good[] = { "A",
					    "Z",
					    "a",
					    "z",
					    "0",
					    "9",
					    "Etc/GMT+12",
					    "Etc/GMT-0",
					    "America/Port-au-Prince",
					    "America/Sao_Paulo" };
	static const char *const bad[] = { "@", "[", "`", "{", ":", ".", ",", "*", "\x7f", "/" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		support_assert_status(refd_rules_set(&rules, S("day_zone"), S(good[i]), &w->err),
				      REFD_OK);
		assert_string_equal(rules.day_zone.utf8, good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		support_assert_status(refd_rules_set(&rules, S("day_zone"), S(bad[i]), NULL),
				      REFD_INVALID);
}

static void rules__check_reports_every_field(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = { 0 };

	rules.travel_gap = -1;
	rules.withdrawal_cutoff = 525601;
	support_assert_status(refd_rules_check(&rules, &w->err), REFD_INVALID);
	assert_int_equal(w->err.total, 8);
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.exclusivity");
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "rules.day_zone");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.match_duration");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.travel_speed");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.travel_gap");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.withdrawal_cutoff");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.on_change");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "rules.availability_on_change");
	support_assert_status(refd_rules_check(&rules, NULL), REFD_INVALID);
}

static void rules__words_end_where_they_end(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default();

	rules.exclusivity = (enum refd_exclusivity)(REFD_EXCLUSIVITY_OVERLAP + 1);
	rules.on_change = (enum refd_on_change)(REFD_ON_CHANGE_KEEP_ALL + 1);
	rules.availability_on_change =
		(enum refd_availability_on_change)(REFD_AVAILABILITY_KEEP + 1);
	support_assert_status(refd_rules_check(&rules, &w->err), REFD_INVALID);
	assert_int_equal(w->err.total, 3);
	rules = refd_rules_default();
	rules.exclusivity = REFD_EXCLUSIVITY_OVERLAP;
	rules.on_change = REFD_ON_CHANGE_KEEP_ALL;
	rules.availability_on_change = REFD_AVAILABILITY_KEEP;
	support_assert_status(refd_rules_check(&rules, NULL), REFD_OK);
	rules.day_zone.len = 64;
	support_assert_status(refd_rules_check(&rules, NULL), REFD_INVALID);
}

static void rules__a_change_tells_old_and_new(void **state)
{
	struct world *w = *state;
	struct refd_rules rules = refd_rules_default(), previous = refd_rules_default();
	const struct refd_event_rules_changed *told;

	rules.match_duration = 90;
	rules.version = 5;
	previous.version = 4;
	support_assert_status(refd__rules_changed(&w->tracker, &rules, &previous, &w->err),
			      REFD_OK);
	memset(&rules, 0, sizeof(rules));
	memset(&previous, 0, sizeof(previous));
	told = &event_at(w, 1, REFD_EVENT_RULES_CHANGED, REFD_NOUN_RULES, refd_the_rules.uuid, 5)
			->payload.rules_changed;
	assert_int_equal(told->rules->match_duration, 90);
	assert_int_equal(told->rules->version, 5);
	assert_int_equal(told->previous->match_duration, 120);
	assert_int_equal(told->previous->version, 4);
}

static enum refd_status do_change(struct world *w, void *self)
{
	return refd__rules_changed(&w->tracker, self, self, &w->err);
}

static void rules__out_of_memory_records_nothing(void **state)
{
	struct refd_rules rules = refd_rules_default();

	assert_true(starve(*state, do_change, &rules, sizeof(rules)) >= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules__defaults_are_as_documented),
		TEST(rules__every_key_is_set_from_text),
		TEST(rules__a_shorter_zone_leaves_nothing_behind),
		TEST(rules__numbers_keep_their_range),
		TEST(rules__set_takes_nothing_but_the_value),
		TEST(rules__numbers_far_out_are_out_of_range),
		TEST(rules__a_word_that_is_none_is_told_the_words_there_are),
		TEST(rules__unknown_keys_are_invalid),
		TEST(rules__a_zone_name_has_at_most_63_bytes),
		TEST(rules__zone_names_take_the_letters_of_iana),
		TEST(rules__check_reports_every_field),
		TEST(rules__words_end_where_they_end),
		TEST(rules__a_change_tells_old_and_new),
		TEST(rules__out_of_memory_records_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
