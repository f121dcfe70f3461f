#include "support.h"

#include <wchar.h>

#include "base/message.h"

static void error__init_and_clear_agree(void **state)
{
	struct refd_error init = REFD_ERROR_INIT;
	struct refd_error cleared;

	(void)state;
	memset(&cleared, 0xff, sizeof(cleared));
	refd_error_clear(&cleared);
	assert_int_equal(cleared.struct_size, sizeof(cleared));
	assert_int_equal(init.struct_size, cleared.struct_size);
	assert_int_equal(cleared.status, REFD_OK);
	assert_string_equal(cleared.message, "");
	assert_int_equal(cleared.total, 0);
	assert_int_equal(cleared.kept, 0);
}

static void error__null_is_allowed(void **state)
{
	struct refd_violation violation = { .rule = REFD_RULE_SAME_TEAM };

	(void)state;
	refd_error_clear(NULL);
	refd_error_add(NULL, &violation);
	assert_int_equal(refd_error_set(NULL, REFD_BACKEND, "x"), REFD_BACKEND);
	assert_int_equal(
		refd_error_object(NULL, REFD_NOT_FOUND, REFD_NOUN_TEAM, support_uuid(1), "x"),
		REFD_NOT_FOUND);
}

static void error__set_formats_and_keeps_the_rest(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_violation violation = { .rule = REFD_RULE_SAME_TEAM };

	(void)state;
	refd_error_add(&err, &violation);
	err.native = 5;
	assert_int_equal(refd_error_set(&err, REFD_BACKEND, "disk %s, %d", "gone", 7),
			 REFD_BACKEND);
	assert_int_equal(err.status, REFD_BACKEND);
	assert_string_equal(err.message, "disk gone, 7");
	assert_int_equal(err.total, 1);
	assert_int_equal(err.native, 5);
}

static void error__own_message_can_be_an_argument(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;

	(void)state;
	(void)refd_error_set(&err, REFD_BACKEND, "inner");
	(void)refd_error_set(&err, err.status, "outer: %s", err.message);
	assert_string_equal(err.message, "outer: inner");
}

static void error__object_is_named(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status status = refd_error_object(&err, REFD_NOT_FOUND, REFD_NOUN_VENUE,
						    support_uuid(9), "no venue %d", 9);

	(void)state;
	support_assert_status(status, REFD_NOT_FOUND);
	support_assert_status(err.status, REFD_NOT_FOUND);
	assert_int_equal(err.object.noun, REFD_NOUN_VENUE);
	assert_true(refd_uuid_equal(err.object.id, support_uuid(9)));
	assert_string_equal(err.message, "no venue 9");
}

/* Each sequence ends before, at and behind the last byte of the message. */
static void error__messages_are_cut_at_a_code_point(void **state)
{
	static const char *const sequences[] = { "x", "\xc3\xa9", "\xe2\x82\xac", "\xe0\xa4\x85",
						 "\xf0\x9f\x8f\x90" };

	(void)state;
	for (size_t s = 0; s < 5; s++) {
		for (size_t before = REFD_MESSAGE_BYTES - 5; before <= REFD_MESSAGE_BYTES + 1;
		     before++) {
			struct refd_error err = REFD_ERROR_INIT;
			char text[REFD_MESSAGE_BYTES + 8];
			size_t whole = strlen(sequences[s]), want;

			memset(text, 'a', before);
			strcpy(text + before, sequences[s]);
			(void)refd_error_set(&err, REFD_BACKEND, "%s", text);
			want = before > REFD_MESSAGE_BYTES ? REFD_MESSAGE_BYTES : before;
			if (before + whole <= REFD_MESSAGE_BYTES)
				want = before + whole;
			assert_int_equal(strlen(err.message), want);
			assert_memory_equal(err.message, text, want);
			assert_true(refd_utf8_valid(refd_str_of(err.message)));
		}
	}
}

static void error__bytes_that_are_no_utf8_are_cut_anywhere(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	char text[300];

	(void)state;
	memset(text, 0x80, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	(void)refd_error_set(&err, REFD_BACKEND, "%s", text);
	assert_int_equal(strlen(err.message), REFD_MESSAGE_BYTES);
}

static void error__format_that_cannot_be_printed_gives_no_message(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;

	(void)state;
	(void)refd_error_set(&err, REFD_BACKEND, "x");
	(void)refd_error_set(&err, REFD_LATE, "%lc", (wint_t)0x110000);
	support_assert_status(err.status, REFD_LATE);
	assert_string_equal(err.message, "");
}

static void error__violation_is_completed_from_the_rule(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_violation violation = { .rule = REFD_RULE_TEXT_BLANK, .field = "venue.name" };

	(void)state;
	refd_error_add(&err, &violation);
	violation.field[0] = '\0';
	refd_error_add(&err, &violation);
	violation.rule = REFD_RULE_CLUB_NOT_NEUTRAL;
	refd_error_add(&err, &violation);
	strcpy(violation.message, "as given");
	refd_error_add(&err, &violation);
	violation.rule = (enum refd_rule)999;
	violation.message[0] = '\0';
	refd_error_add(&err, &violation);

	assert_int_equal(err.kept, 5);
	assert_string_equal(err.violations[0].message, "venue.name must not be blank");
	assert_int_equal(err.violations[0].severity, REFD_SEVERITY_INPUT);
	assert_string_equal(err.violations[1].message, "the input must not be blank");
	assert_string_equal(err.violations[2].message, "the referee belongs to the club of a team");
	assert_int_equal(err.violations[2].severity, REFD_SEVERITY_OVERRIDABLE);
	assert_string_equal(err.violations[3].message, "as given");
	assert_string_equal(err.violations[4].message, "breaks an unknown rule");
	assert_int_equal(err.status, REFD_OK);
}

static void error__unterminated_texts_are_ended(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_violation violation = { .rule = REFD_RULE_REQUIRED };

	(void)state;
	memset(violation.field, 'f', sizeof(violation.field));
	memset(violation.message, 'm', sizeof(violation.message));
	refd_error_add(&err, &violation);
	assert_int_equal(strlen(err.violations[0].field), REFD_FIELD_BYTES);
	assert_int_equal(strlen(err.violations[0].message), REFD_MESSAGE_BYTES);
	violation.message[0] = '\0';
	refd_error_add(&err, &violation);
	assert_int_equal(strlen(err.violations[1].message),
			 REFD_FIELD_BYTES + strlen(" is required"));
}

static void error__sixteen_violations_are_kept_and_all_are_counted(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_violation violation = { .rule = REFD_RULE_OUT_OF_RANGE };

	(void)state;
	for (int i = 1; i <= 20; i++) {
		violation.measured = i;
		refd_error_add(&err, &violation);
		assert_int_equal(err.total, i);
		assert_int_equal(err.kept, i < REFD_ERROR_VIOLATIONS ? i : REFD_ERROR_VIOLATIONS);
	}
	for (int i = 0; i < REFD_ERROR_VIOLATIONS; i++)
		assert_int_equal(err.violations[i].measured, i + 1);
}

static void error__zero_struct_size_means_full_size(void **state)
{
	struct refd_error err = { 0 };
	struct refd_violation violation = { .rule = REFD_RULE_OUT_OF_RANGE };

	(void)state;
	refd_error_add(&err, &violation);
	assert_int_equal(err.struct_size, sizeof(err));
	assert_int_equal(err.kept, 1);
	memset(&err, 0, sizeof(err));
	(void)refd_error_set(&err, REFD_LATE, "late");
	assert_int_equal(err.struct_size, sizeof(err));
	assert_string_equal(err.message, "late");
}

/* A caller of an older library: its struct ends after two violations. */
static void error__shorter_struct_is_not_overrun(void **state)
{
	const size_t size =
		offsetof(struct refd_error, violations) + 2 * sizeof(struct refd_violation);
	struct refd_violation violation = { .rule = REFD_RULE_OUT_OF_RANGE };
	struct refd_error err, behind;

	(void)state;
	memset(&err, 0xa5, sizeof(err));
	memset(&behind, 0xa5, sizeof(behind));
	memset(&err, 0, size);
	err.struct_size = size;
	for (int i = 0; i < 4; i++)
		refd_error_add(&err, &violation);
	assert_int_equal(err.total, 4);
	assert_int_equal(err.kept, 2);
	(void)refd_error_set(&err, REFD_INVALID, "short");
	assert_string_equal(err.message, "short");
	assert_memory_equal((char *)&err + size, (char *)&behind + size, sizeof(err) - size);
}

/* What was said of a part, to a caller whose struct ends after one violation. */
static void error__passed_on_is_not_overrun_either(void **state)
{
	const size_t size = offsetof(struct refd_error, violations) + sizeof(struct refd_violation);
	const struct refd_violation violation = { .rule = REFD_RULE_OUT_OF_RANGE };
	struct refd_error said = REFD_ERROR_INIT, err, behind;

	(void)state;
	memset(&err, 0xa5, sizeof(err));
	memset(&behind, 0xa5, sizeof(behind));
	err.struct_size = size;
	for (int i = 0; i < 3; i++)
		refd_error_add(&said, &violation);
	(void)refd_error_set(&said, REFD_UNAVAILABLE, "gone");
	refd__error_pass(&err, &said);
	assert_int_equal(err.struct_size, size);
	assert_int_equal(err.status, REFD_UNAVAILABLE);
	assert_string_equal(err.message, "gone");
	assert_int_equal(err.total, 3);
	assert_int_equal(err.kept, 1);
	assert_memory_equal((char *)&err + size, (char *)&behind + size, sizeof(err) - size);
	refd__error_pass(NULL, &said);
}

static void error__struct_without_room_for_its_head_is_left_alone(void **state)
{
	struct refd_error err = { .struct_size = offsetof(struct refd_error, violations) - 1 };
	struct refd_violation violation = { .rule = REFD_RULE_OUT_OF_RANGE };

	(void)state;
	refd_error_add(&err, &violation);
	support_assert_status(refd_error_set(&err, REFD_LATE, "late"), REFD_LATE);
	assert_int_equal(err.total, 0);
	assert_int_equal(err.status, REFD_OK);
	assert_string_equal(err.message, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(error__init_and_clear_agree),
		cmocka_unit_test(error__null_is_allowed),
		cmocka_unit_test(error__set_formats_and_keeps_the_rest),
		cmocka_unit_test(error__own_message_can_be_an_argument),
		cmocka_unit_test(error__object_is_named),
		cmocka_unit_test(error__messages_are_cut_at_a_code_point),
		cmocka_unit_test(error__bytes_that_are_no_utf8_are_cut_anywhere),
		cmocka_unit_test(error__format_that_cannot_be_printed_gives_no_message),
		cmocka_unit_test(error__violation_is_completed_from_the_rule),
		cmocka_unit_test(error__unterminated_texts_are_ended),
		cmocka_unit_test(error__sixteen_violations_are_kept_and_all_are_counted),
		cmocka_unit_test(error__zero_struct_size_means_full_size),
		cmocka_unit_test(error__shorter_struct_is_not_overrun),
		cmocka_unit_test(error__passed_on_is_not_overrun_either),
		cmocka_unit_test(error__struct_without_room_for_its_head_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
