#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "civil.h"

static void assert_date(const char *text, enum civil_order order, int year, int month, int day)
{
	struct civil_date date = { 0 };

	assert_null(civil_date_parse(refd_str_of(text), order, &date));
	assert_int_equal(date.year, year);
	assert_int_equal(date.month, month);
	assert_int_equal(date.day, day);
}

static void assert_no_date(const char *text, enum civil_order order, const char *reason)
{
	struct civil_date date;
	const char *why = civil_date_parse(refd_str_of(text), order, &date);

	assert_non_null(why);
	assert_non_null(strstr(why, reason));
}

static void civil__dates_of_several_countries_are_read(void **state)
{
	(void)state;
	assert_date("2026-04-03", (enum civil_order)0, 2026, 4, 3);
	assert_date("2026/4/3", (enum civil_order)0, 2026, 4, 3);
	assert_date(" 03.04.2026 ", (enum civil_order)0, 2026, 4, 3);
	assert_date("3.4.2026", CIVIL_MDY, 2026, 4, 3);
	assert_date("3/4/2026", CIVIL_DMY, 2026, 4, 3);
	assert_date("3/4/2026", CIVIL_MDY, 2026, 3, 4);
	assert_date("3-4-2026", (enum civil_order)0, 2026, 4, 3);
}

static void civil__doubtful_dates_are_refused(void **state)
{
	(void)state;
	assert_no_date("3/4/2026", (enum civil_order)0, "--date-order");
	assert_no_date("", CIVIL_DMY, "empty");
	assert_no_date("3.4.26", CIVIL_DMY, "no date");
	assert_no_date("2026-04/03", CIVIL_DMY, "no date");
	assert_no_date("2026-04-", CIVIL_DMY, "no date");
	assert_no_date("2026-04-03x", CIVIL_DMY, "no date");
	assert_no_date("tomorrow", CIVIL_DMY, "no date");
	assert_no_date("2026-04-99999999999999999999", CIVIL_DMY, "no date");
}

static void assert_time(const char *text, int hour, int minute, int second)
{
	struct civil_time time = { 0 };

	assert_null(civil_time_parse(refd_str_of(text), &time));
	assert_int_equal(time.hour, hour);
	assert_int_equal(time.minute, minute);
	assert_int_equal(time.second, second);
}

static void civil__times_of_day_are_read(void **state)
{
	struct civil_time time;

	(void)state;
	assert_time("20:00", 20, 0, 0);
	assert_time(" 9:05 ", 9, 5, 0);
	assert_time("20.30", 20, 30, 0);
	assert_time("20:00:59", 20, 0, 59);
	assert_time("8:00 PM", 20, 0, 0);
	assert_time("12:00am", 0, 0, 0);
	assert_time("12:15 pm", 12, 15, 0);
	assert_non_null(civil_time_parse(refd_str_of(""), &time));
	assert_non_null(civil_time_parse(refd_str_of("20"), &time));
	assert_non_null(civil_time_parse(refd_str_of("20:0"), &time));
	assert_non_null(civil_time_parse(refd_str_of("13:00 PM"), &time));
	assert_non_null(civil_time_parse(refd_str_of("pm"), &time));
	assert_non_null(civil_time_parse(refd_str_of("cancelled"), &time));
}

static void civil__one_column_is_cut_in_two(void **state)
{
	struct refd_str date, time;

	(void)state;
	assert_true(civil_split(refd_str_of("2026-04-03T20:00"), &date, &time));
	assert_int_equal(date.len, 10);
	assert_int_equal(time.len, 5);
	assert_true(civil_split(refd_str_of("3.4.2026  20:00 "), &date, &time));
	assert_int_equal(date.len, 8);
	assert_int_equal(time.len, 5);
	assert_false(civil_split(refd_str_of("2026-04-03"), &date, &time));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(civil__dates_of_several_countries_are_read),
		cmocka_unit_test(civil__doubtful_dates_are_refused),
		cmocka_unit_test(civil__times_of_day_are_read),
		cmocka_unit_test(civil__one_column_is_cut_in_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
