#include "support.h"

#include "domain/violations.h"
#include "domain/wording.h"

static const struct refd_ref nothing;

static struct refd_ref ref(enum refd_noun noun, uint64_t number)
{
	struct refd_ref ref = { noun, support_uuid(number) };

	return ref;
}

static void violations__invalid_collects_and_sums_up(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;

	(void)state;
	support_assert_status(refd__invalid(&err, "name", REFD_RULE_TEXT_BLANK, 0, 0, NULL),
			      REFD_INVALID);
	assert_string_equal(err.message, "name must not be blank");
	support_assert_status(refd__invalid(&err, "limit", REFD_RULE_OUT_OF_RANGE, 7, 5,
					    "limit is %d, at most %d", 7, 5),
			      REFD_INVALID);
	support_assert_status(err.status, REFD_INVALID);
	assert_int_equal(err.total, 2);
	assert_string_equal(err.message, "name must not be blank (and 1 more)");
	assert_string_equal(err.violations[1].message, "limit is 7, at most 5");
	assert_string_equal(err.violations[1].field, "limit");
	assert_int_equal(err.violations[1].measured, 7);
	assert_int_equal(err.violations[1].limit, 5);
}

static void violations__long_field_is_cut_at_a_code_point(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	char field[REFD_FIELD_BYTES + 3];

	(void)state;
	memset(field, 'f', REFD_FIELD_BYTES - 1);
	strcpy(field + REFD_FIELD_BYTES - 1, "\xc3\xa9");
	(void)refd__invalid(&err, field, REFD_RULE_REQUIRED, 0, 0, NULL);
	assert_int_equal(strlen(err.violations[0].field), REFD_FIELD_BYTES - 1);
	field[REFD_FIELD_BYTES - 1] = field[REFD_FIELD_BYTES] = 'f';
	(void)refd__invalid(&err, field, REFD_RULE_REQUIRED, 0, 0, NULL);
	assert_int_equal(strlen(err.violations[1].field), REFD_FIELD_BYTES);
	field[REFD_FIELD_BYTES] = '\0';
	(void)refd__invalid(&err, field, REFD_RULE_REQUIRED, 0, 0, NULL);
	assert_int_equal(strlen(err.violations[2].field), REFD_FIELD_BYTES);
	refd_error_clear(&err);
	(void)refd__invalid(&err, "name", REFD_RULE_REQUIRED, 0, 0, NULL);
	(void)refd__invalid(&err, NULL, REFD_RULE_REQUIRED, 0, 0, NULL);
	assert_string_equal(err.violations[1].field, "");
	assert_string_equal(err.violations[1].message, "the input is required");
}

static void violations__refused_fills_object_and_counterpart(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status status;

	(void)state;
	status = refd__refused(&err, ref(REFD_NOUN_FIXTURE, 1), REFD_RULE_VENUE_TAKEN,
			       ref(REFD_NOUN_FIXTURE, 2), "taken by %d", 2);
	support_assert_status(status, REFD_REFUSED);
	support_assert_status(err.status, REFD_REFUSED);
	assert_string_equal(err.message, "taken by 2");
	assert_int_equal(err.object.noun, REFD_NOUN_FIXTURE);
	assert_true(refd_uuid_equal(err.violations[0].fixture.uuid, support_uuid(1)));
	assert_true(refd_uuid_is_unset(err.violations[0].referee.uuid));
	assert_true(refd_uuid_equal(err.violations[0].counterpart.id, support_uuid(2)));
	assert_int_equal(err.violations[0].counterparts, 1);
	assert_int_equal(err.violations[0].severity, REFD_SEVERITY_HARD);

	(void)refd__refused(&err, ref(REFD_NOUN_REFEREE, 3), REFD_RULE_RETIRED, nothing, NULL);
	assert_true(refd_uuid_equal(err.violations[1].referee.uuid, support_uuid(3)));
	assert_int_equal(err.violations[1].counterparts, 0);
	assert_string_equal(err.violations[1].message, "the object is retired");
	assert_true(refd_uuid_is_unset(err.violations[1].fixture.uuid));
	assert_string_equal(err.message, "taken by 2 (and 1 more)");
	assert_int_equal(err.object.noun, REFD_NOUN_FIXTURE);
}

/* Whatever the violation held before. */
static void wording__ends_where_its_words_end(void **state)
{
	struct refd_violation violation;
	struct refd__wording wording;

	(void)state;
	memset(&violation, 'x', sizeof(violation));
	wording = refd__wording_of(&violation);
	assert_string_equal(violation.message, "");
	refd__wording_say(&wording, "one ");
	refd__wording_add(&wording, (struct refd_str){ NULL, 0 });
	refd__wording_number(&wording, UINT64_MAX);
	assert_string_equal(violation.message, "one 18446744073709551615");
}

static void violations__refused_status_follows_the_first_rule(void **state)
{
	static const struct {
		enum refd_rule rule;
		enum refd_status status;
	} cases[] = {
		{ REFD_RULE_SAME_TEAM, REFD_REFUSED },
		{ REFD_RULE_AVAILABILITY_LOCKED, REFD_LOCKED },
		{ REFD_RULE_AFTER_CUTOFF, REFD_LATE },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(refd__refused(NULL, nothing, cases[i].rule, nothing, NULL),
				 cases[i].status);
		for (size_t j = 0; j < 3; j++) {
			struct refd_error err = REFD_ERROR_INIT;

			assert_int_equal(refd__refused(&err, nothing, cases[i].rule, nothing, NULL),
					 cases[i].status);
			assert_int_equal(refd__refused(&err, nothing, cases[j].rule, nothing, NULL),
					 cases[i].status);
			assert_int_equal(err.status, cases[i].status);
		}
	}
}

static void violations__invalid_outweighs_refused(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;

	(void)state;
	(void)refd__refused(&err, nothing, REFD_RULE_SAME_TEAM, nothing, NULL);
	(void)refd__invalid(&err, "at", REFD_RULE_OUT_OF_RANGE, 0, 0, NULL);
	support_assert_status(err.status, REFD_INVALID);
	support_assert_status(refd__refused(&err, nothing, REFD_RULE_RETIRED, nothing, NULL),
			      REFD_INVALID);
	assert_int_equal(err.total, 3);
}

static void violations__status_of_another_failure_does_not_stay(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;

	(void)state;
	(void)refd_error_set(&err, REFD_CONFLICT, "stale");
	support_assert_status(refd__refused(&err, nothing, REFD_RULE_RETIRED, nothing, NULL),
			      REFD_REFUSED);
	assert_string_equal(err.message, "the object is retired");
	(void)refd_error_set(&err, REFD_CONFLICT, "stale");
	support_assert_status(refd__refused(&err, nothing, REFD_RULE_RETIRED, nothing, NULL),
			      REFD_REFUSED);
	refd_error_clear(&err);
	(void)refd_error_set(&err, REFD_INVALID, "malformed");
	support_assert_status(refd__refused(&err, nothing, REFD_RULE_RETIRED, nothing, NULL),
			      REFD_REFUSED);
}

static void violations__null_err_still_answers(void **state)
{
	(void)state;
	support_assert_status(refd__invalid(NULL, "name", REFD_RULE_TEXT_BLANK, 0, 0, NULL),
			      REFD_INVALID);
	support_assert_status(refd__refused(NULL, nothing, REFD_RULE_RETIRED, nothing, "x"),
			      REFD_REFUSED);
}

/* Nothing is kept, and yet the message says what is wrong. */
static void violations__error_without_room_for_violations_gets_the_message(void **state)
{
	struct refd_error err = { .struct_size = offsetof(struct refd_error, violations) };

	(void)state;
	(void)refd__invalid(&err, "name", REFD_RULE_TEXT_BLANK, 0, 0, NULL);
	assert_string_equal(err.message, "must not be blank");
	assert_int_equal(err.total, 1);
	assert_int_equal(err.kept, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(violations__invalid_collects_and_sums_up),
		cmocka_unit_test(violations__long_field_is_cut_at_a_code_point),
		cmocka_unit_test(violations__refused_fills_object_and_counterpart),
		cmocka_unit_test(wording__ends_where_its_words_end),
		cmocka_unit_test(violations__refused_status_follows_the_first_rule),
		cmocka_unit_test(violations__invalid_outweighs_refused),
		cmocka_unit_test(violations__status_of_another_failure_does_not_stay),
		cmocka_unit_test(violations__null_err_still_answers),
		cmocka_unit_test(violations__error_without_room_for_violations_gets_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
