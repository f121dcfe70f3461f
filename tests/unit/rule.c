#include "support.h"

#include <ctype.h>

static const struct {
	enum refd_rule rule;
	const char *name;
} rules[] = {
#define XX(number, name, severity, text) { (enum refd_rule)number, #name },
	REFD_RULE_MAP(XX)
#undef XX
};

static void rule__name_and_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const char *name = refd_rule_name(rules[i].rule);

		assert_string_equal(name, rules[i].name);
		assert_int_equal(refd_rule_from_name(name, strlen(name)), rules[i].rule);
		assert_int_equal(refd_rule_from_name(name, strlen(name) - 1), 0);
	}
	assert_int_equal(refd_rule_from_name("same_team", 9), 0);
	assert_int_equal(refd_rule_from_name("", 0), 0);
	assert_int_equal(refd_rule_from_name("SAME_TEAMX", 9), REFD_RULE_SAME_TEAM);
	assert_null(refd_rule_name((enum refd_rule)0));
	assert_null(refd_rule_name((enum refd_rule)9));
}

static void rule__severity_follows_the_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		enum refd_severity severity = refd_rule_severity(rules[i].rule);

		if (rules[i].rule >= 32 && rules[i].rule < 64)
			assert_int_equal(severity, REFD_SEVERITY_INPUT);
		else if (rules[i].rule >= 64)
			assert_int_equal(severity, REFD_SEVERITY_HARD);
	}
	assert_int_equal(refd_rule_severity(REFD_RULE_REFEREE_RETIRED), REFD_SEVERITY_HARD);
	assert_int_equal(refd_rule_severity(REFD_RULE_REFEREE_NOT_AVAILABLE),
			 REFD_SEVERITY_OVERRIDABLE);
	assert_int_equal(refd_rule_severity(REFD_RULE_REFEREE_TOO_CLOSE),
			 REFD_SEVERITY_OVERRIDABLE);
	assert_int_equal(refd_rule_severity(REFD_RULE_CLUB_NOT_NEUTRAL), REFD_SEVERITY_OVERRIDABLE);
	assert_int_equal(refd_rule_severity((enum refd_rule)31), 0);
}

static void rule__engine_rules_fit_a_bit_set(void **state)
{
	size_t engine = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		engine += rules[i].rule < 32;
	assert_int_equal(engine, REFD_ENGINE_RULES);
	for (int i = 1; i <= REFD_ENGINE_RULES; i++)
		assert_non_null(refd_rule_name((enum refd_rule)i));
}

static void rule__texts_are_phrases_to_put_after_a_subject(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const char *text = refd_rule_text(rules[i].rule);

		assert_true(islower((unsigned char)text[0]));
		assert_true(text[strlen(text) - 1] != '.');
	}
	assert_string_equal(refd_rule_text(REFD_RULE_TEXT_BLANK), "must not be blank");
	assert_null(refd_rule_text((enum refd_rule)1000));
}

static void role__words(void **state)
{
	(void)state;
	assert_string_equal(refd_role_word(REFD_ROLE_FIRST), "first");
	assert_string_equal(refd_role_word(REFD_ROLE_SECOND), "second");
	assert_null(refd_role_word((enum refd_role)0));
	assert_null(refd_role_word((enum refd_role)(REFD_ROLES + 1)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rule__name_and_back),
		cmocka_unit_test(rule__severity_follows_the_number),
		cmocka_unit_test(rule__engine_rules_fit_a_bit_set),
		cmocka_unit_test(rule__texts_are_phrases_to_put_after_a_subject),
		cmocka_unit_test(role__words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
