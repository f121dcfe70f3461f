#include "support.h"

#include <time.h>

#include <refdomain/time.h>

enum { ROUNDS = 100000 };

static void GEN_03__rfc_3339_is_read_and_printed_in_utc(void **state)
{
	static const struct {
		const char *text;
		const char *printed;
	} cases[] = {
		{ "2013-10-12T18:00:00Z", "2013-10-12T18:00:00Z" },
		{ "2013-10-12t18:00:00z", "2013-10-12T18:00:00Z" },
		{ "2013-10-12 18:00:00Z", "2013-10-12T18:00:00Z" },
		{ "2013-10-12T20:00:00+02:00", "2013-10-12T18:00:00Z" },
		{ "2013-10-12T14:30:00-03:30", "2013-10-12T18:00:00Z" },
		{ "2013-10-12T18:00:00+00:00", "2013-10-12T18:00:00Z" },
		{ "2013-10-12T18:00:00-00:00", "2013-10-12T18:00:00Z" },
		{ "2013-10-12T17:59:00+23:59", "2013-10-11T18:00:00Z" },
		{ "2013-10-12T18:00:00-23:59", "2013-10-13T17:59:00Z" },
		{ "2013-01-01T00:00:00+00:01", "2012-12-31T23:59:00Z" },
		/* fraction digits */
		{ "2013-10-12T18:00:00.1Z", "2013-10-12T18:00:00.100Z" },
		{ "2013-10-12T18:00:00.12Z", "2013-10-12T18:00:00.120Z" },
		{ "2013-10-12T18:00:00.123Z", "2013-10-12T18:00:00.123Z" },
		{ "2013-10-12T18:00:00.1234Z", "2013-10-12T18:00:00.123400Z" },
		{ "2013-10-12T18:00:00.12345Z", "2013-10-12T18:00:00.123450Z" },
		{ "2013-10-12T18:00:00.123456Z", "2013-10-12T18:00:00.123456Z" },
		{ "2013-10-12T18:00:00.1234569Z", "2013-10-12T18:00:00.123456Z" },
		{ "2013-10-12T18:00:00.12345699Z", "2013-10-12T18:00:00.123456Z" },
		{ "2013-10-12T18:00:00.123456999Z", "2013-10-12T18:00:00.123456Z" },
		{ "2013-10-12T18:00:00.000000999Z", "2013-10-12T18:00:00Z" },
		{ "2013-10-12T18:00:00.000001Z", "2013-10-12T18:00:00.000001Z" },
		{ "2013-10-12T18:00:00.001000Z", "2013-10-12T18:00:00.001Z" },
		{ "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z" },
		/* leap years */
		{ "2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z" },
		{ "2000-02-29T12:00:00Z", "2000-02-29T12:00:00Z" },
		{ "2024-03-01T00:00:00+00:01", "2024-02-29T23:59:00Z" },
		{ "1900-03-01T00:00:00+00:01", "1900-02-28T23:59:00Z" },
		/* the ends */
		{ "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z" },
		{ "0000-12-31T23:59:00-00:01", "0001-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
		{ "9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z" },
		{ "1970-01-01T00:00:00.000001Z", "1970-01-01T00:00:00.000001Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct refd_error err = REFD_ERROR_INIT;
		struct refd_time time = { 0 };
		char text[REFD_TIME_TEXT + 1];

		support_assert_status(
			refd_time_parse(refd_str_of(cases[i].text), "at", &time, &err), REFD_OK);
		assert_ptr_equal(refd_time_format(time, text), text);
		assert_string_equal(text, cases[i].printed);
		assert_int_equal(err.total, 0);
	}
}

static void assert_refused(const char *given, enum refd_rule rule, int64_t measured)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_time time = { 7 };

	if (refd_time_parse(refd_str_of(given), "at", &time, &err) == REFD_OK)
		fail_msg("%s was taken", given);
	support_assert_status(err.status, REFD_INVALID);
	assert_int_equal(err.total, 1);
	assert_string_equal(refd_rule_name(err.violations[0].rule), refd_rule_name(rule));
	assert_string_equal(err.violations[0].field, "at");
	assert_int_equal(err.violations[0].measured, measured);
	assert_int_equal(time.us, 7);
	assert_int_equal(refd_time_parse(refd_str_of(given), NULL, &time, NULL), REFD_INVALID);
}

static void GEN_03__no_time_is_invalid(void **state)
{
	static const struct {
		const char *text;
		int offset;
	} cases[] = {
		{ "", 0 },
		{ "tomorrow", 0 },
		{ "2013", 4 },
		{ "2013-10-12", 10 },
		{ "2013-10-12T18:00:00", 19 }, /* no offset */
		{ "2013-10-12T18:00Z", 16 },
		{ "2013-10-12_18:00:00Z", 10 },
		{ "2013-10-12  18:00:00Z", 11 },
		{ "2013/10/12T18:00:00Z", 4 },
		{ "2013-10/12T18:00:00Z", 7 },
		{ "2013-10-12T18-00-00Z", 13 },
		{ "2013-10-12T18:00-00Z", 16 },
		{ "2013-1-12T18:00:00Z", 6 },
		{ "+2013-10-12T18:00:00Z", 0 },
		{ "12013-10-12T18:00:00Z", 4 },
		{ " 2013-10-12T18:00:00Z", 0 },
		{ "2013-10-12T18:00:00Z ", 20 },
		{ "2013-10-12T18:00:00ZZ", 20 },
		{ "2013-10-12T18:00:00.Z", 20 },
		{ "2013-10-12T18:00:00,5Z", 19 },
		{ "2013-10-12T18:00:00.1234567890Z", 29 },
		{ "2013-10-12T18:00:00.5", 21 },
		{ "2013-10-12T18:00:00+0200", 22 },
		{ "2013-10-12T18:00:00+02", 22 },
		{ "2013-10-12T18:00:00+2:00", 21 },
		{ "2013-10-12T18:00:00+02:0", 24 },
		{ "2013-10-12T18:00:00+02:000", 25 },
		{ "2013-10-12T18:00:00 Z", 19 },
		{ "2013-10-12T18:00:00\xe2\x88\x92"
		  "02:00",
		  19 },
		{ "2013-10-12T18:00:0\xd9\xa1Z", 18 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_refused(cases[i].text, REFD_RULE_TEXT_MALFORMED, cases[i].offset);
}

/* What lies behind a slice does not count. */
static void GEN_03__every_part_of_a_time_is_invalid(void **state)
{
	static const char text[] = "2013-10-12T18:00:00.123456789+02:00";
	struct refd_time time;

	(void)state;
	for (size_t len = 0; len < strlen(text); len++) {
		struct refd_str part = support_exact((struct refd_str){ text, len });

		assert_int_equal(refd_time_parse(part, "at", &time, NULL), REFD_INVALID);
		free((void *)part.ptr);
	}
	assert_int_equal(refd_time_parse(refd_str_of(text), "at", &time, NULL), REFD_OK);
}

static void GEN_03__nul_inside_is_invalid(void **state)
{
	struct refd_str text = { "2013-10-12T18:00:00Z\0", 21 };
	struct refd_time time = { 0 };

	(void)state;
	support_assert_status(refd_time_parse(text, "at", &time, NULL), REFD_INVALID);
	text.len--;
	support_assert_status(refd_time_parse(text, "at", &time, NULL), REFD_OK);
}

static void GEN_03__what_no_calendar_has_is_out_of_range(void **state)
{
	static const struct {
		const char *text;
		int measured, limit;
	} cases[] = {
		{ "2013-00-12T18:00:00Z", 0, 1 },	 { "2013-13-12T18:00:00Z", 13, 12 },
		{ "2013-10-00T18:00:00Z", 0, 1 },	 { "2013-10-32T18:00:00Z", 32, 31 },
		{ "2013-04-31T18:00:00Z", 31, 30 },	 { "2013-06-31T18:00:00Z", 31, 30 },
		{ "2013-09-31T18:00:00Z", 31, 30 },	 { "2013-11-31T18:00:00Z", 31, 30 },
		{ "2023-02-29T18:00:00Z", 29, 28 },	 { "2024-02-30T18:00:00Z", 30, 29 },
		{ "1900-02-29T18:00:00Z", 29, 28 },	 { "2100-02-29T18:00:00Z", 29, 28 },
		{ "2013-10-12T24:00:00Z", 24, 23 },	 { "2013-10-12T18:60:00Z", 60, 59 },
		{ "2016-12-31T23:59:60Z", 60, 59 },	 { "2013-10-12T18:00:61Z", 61, 59 },
		{ "2013-10-12T18:00:00+24:00", 24, 23 }, { "2013-10-12T18:00:00-24:00", 24, 23 },
		{ "2013-10-12T18:00:00+00:60", 60, 59 }, { "2013-01-32T18:00:00Z", 32, 31 },
		{ "2013-03-32T18:00:00Z", 32, 31 },	 { "2013-05-32T18:00:00Z", 32, 31 },
		{ "2013-07-32T18:00:00Z", 32, 31 },	 { "2013-08-32T18:00:00Z", 32, 31 },
		{ "2013-12-32T18:00:00Z", 32, 31 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct refd_error err = REFD_ERROR_INIT;
		struct refd_time time;

		assert_refused(cases[i].text, REFD_RULE_OUT_OF_RANGE, cases[i].measured);
		(void)!refd_time_parse(refd_str_of(cases[i].text), "at", &time, &err);
		assert_int_equal(err.violations[0].limit, cases[i].limit);
	}
}

static void time__years_outside_1_to_9999_are_out_of_range_after_conversion(void **state)
{
	(void)state;
	assert_refused("0000-12-31T23:59:59.999999Z", REFD_RULE_OUT_OF_RANGE, REFD_TIME_MIN - 1);
	assert_refused("0001-01-01T00:00:59.999999+00:01", REFD_RULE_OUT_OF_RANGE,
		       REFD_TIME_MIN - 1);
	assert_refused("9999-12-31T23:59:00-00:01", REFD_RULE_OUT_OF_RANGE, REFD_TIME_MAX + 1);
	assert_refused("9999-12-31T23:59:59.999999-23:59", REFD_RULE_OUT_OF_RANGE,
		       REFD_TIME_MAX + 1439 * REFD_MINUTE);
	assert_refused("0000-00-00T00:00:00Z", REFD_RULE_OUT_OF_RANGE, 0);
}

static void time__epoch_itself_is_out_of_range(void **state)
{
	(void)state;
	assert_refused("1970-01-01T00:00:00Z", REFD_RULE_OUT_OF_RANGE, 0);
	assert_refused("1970-01-01T01:00:00+01:00", REFD_RULE_OUT_OF_RANGE, 0);
	assert_refused("1970-01-01T00:00:00.000000999Z", REFD_RULE_OUT_OF_RANGE, 0);
}

static int64_t random_instant(struct support_random *random)
{
	uint64_t span = (uint64_t)(REFD_TIME_MAX - REFD_TIME_MIN) + 1;
	int64_t us = REFD_TIME_MIN + (int64_t)support_random_below(random, span);

	switch (support_random_below(random, 3)) {
	case 0:
		us -= us % REFD_SECOND;
		break;
	case 1:
		us -= us % 1000;
		break;
	default:
		break;
	}
	return us == 0 ? 1 : us;
}

/* The C library's calendar is the second opinion. */
static void time__formats_round_trip_and_agree_with_gmtime(void **state)
{
	struct support_random random = { 3 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct refd_time time = { random_instant(&random) }, back = { 0 };
		int64_t day = time.us / REFD_DAY - (time.us % REFD_DAY < 0);
		int64_t second = time.us / REFD_SECOND - (time.us % REFD_SECOND < 0);
		time_t seconds = (time_t)second;
		char text[REFD_TIME_TEXT + 1], wanted[64];
		struct tm tm;

		refd_time_format(time, text);
		assert_non_null(gmtime_r(&seconds, &tm));
		(void)snprintf(wanted, sizeof(wanted), "%04d-%02d-%02dT%02d:%02d:%02d",
			       tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			       tm.tm_sec);
		assert_memory_equal(text, wanted, strlen(wanted));
		assert_true(strlen(text) == 20 || strlen(text) == 24 || strlen(text) == 27);
		assert_int_equal(refd_time_parse(refd_str_of(text), "at", &back, NULL), REFD_OK);
		assert_true(time.us == back.us);
		assert_int_equal(refd_time_utc_day(time), day);
	}
}

static void time__offsets_move_the_instant(void **state)
{
	struct support_random random = { 4 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct refd_time local = { random_instant(&random) }, time = { 0 };
		int64_t minutes = (int64_t)support_random_below(&random, 2 * 1439 + 1) - 1439;
		int64_t wanted = local.us - minutes * REFD_MINUTE;
		char text[REFD_TIME_TEXT + 8];
		bool fits = wanted != 0 && wanted >= REFD_TIME_MIN && wanted <= REFD_TIME_MAX;

		refd_time_format(local, text);
		(void)snprintf(text + strlen(text) - 1, 7, "%c%02d:%02d", minutes < 0 ? '-' : '+',
			       (int)(llabs(minutes) / 60 % 24), (int)(llabs(minutes) % 60));
		assert_int_equal(refd_time_parse(refd_str_of(text), "at", &time, NULL),
				 fits ? REFD_OK : REFD_INVALID);
		if (fits)
			assert_true(time.us == wanted);
	}
}

static void time__every_day_of_400_years_has_its_own_date(void **state)
{
	struct refd_time time = { -25509 * REFD_DAY }; /* 1900-02-28 */
	char last[REFD_TIME_TEXT + 1] = "", text[REFD_TIME_TEXT + 1];

	(void)state;
	assert_string_equal(refd_time_format(time, text), "1900-02-28T00:00:00Z");
	for (int day = 0; day < 146097; day++, time.us += REFD_DAY) {
		struct refd_time back = { 0 };

		refd_time_format(time, text);
		assert_true(strcmp(last, text) < 0);
		strcpy(last, text);
		if (time.us == 0)
			continue;
		assert_int_equal(refd_time_parse(refd_str_of(text), "at", &back, NULL), REFD_OK);
		assert_true(back.us == time.us);
	}
	assert_string_equal(refd_time_format(time, text), "2300-02-28T00:00:00Z");
}

static void time__utc_day_is_a_floor(void **state)
{
	static const struct {
		int64_t us;
		int32_t day;
	} cases[] = {
		{ 1, 0 },
		{ REFD_DAY - 1, 0 },
		{ REFD_DAY, 1 },
		{ -1, -1 },
		{ -REFD_DAY, -1 },
		{ -REFD_DAY - 1, -2 },
		{ REFD_TIME_MIN, -719162 },
		{ REFD_TIME_MAX, 2932896 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(refd_time_utc_day((struct refd_time){ cases[i].us }),
				 cases[i].day);
}

static void range__is_half_open_and_unset_ends_are_open(void **state)
{
	struct refd_range range = { { 10 }, { 20 } };
	struct refd_range open = { { 0 }, { 0 } };

	(void)state;
	assert_false(refd_range_holds(range, (struct refd_time){ 9 }));
	assert_true(refd_range_holds(range, (struct refd_time){ 10 }));
	assert_true(refd_range_holds(range, (struct refd_time){ 19 }));
	assert_false(refd_range_holds(range, (struct refd_time){ 20 }));
	assert_true(refd_range_holds(open, (struct refd_time){ REFD_TIME_MIN }));
	assert_true(refd_range_holds(open, (struct refd_time){ REFD_TIME_MAX }));
	assert_true(refd_time_is_unset(open.from));
	assert_false(refd_time_is_unset(range.from));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(GEN_03__rfc_3339_is_read_and_printed_in_utc),
		cmocka_unit_test(GEN_03__no_time_is_invalid),
		cmocka_unit_test(GEN_03__every_part_of_a_time_is_invalid),
		cmocka_unit_test(GEN_03__nul_inside_is_invalid),
		cmocka_unit_test(GEN_03__what_no_calendar_has_is_out_of_range),
		cmocka_unit_test(time__years_outside_1_to_9999_are_out_of_range_after_conversion),
		cmocka_unit_test(time__epoch_itself_is_out_of_range),
		cmocka_unit_test(time__formats_round_trip_and_agree_with_gmtime),
		cmocka_unit_test(time__offsets_move_the_instant),
		cmocka_unit_test(time__every_day_of_400_years_has_its_own_date),
		cmocka_unit_test(time__utc_day_is_a_floor),
		cmocka_unit_test(range__is_half_open_and_unset_ends_are_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
