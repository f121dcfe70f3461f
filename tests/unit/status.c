#include "support.h"

#include <refdomain/version.h>

/* Numbers are stored and compared by users: written out here so that no edit moves them unseen. */
static const struct {
	int number;
	const char *name;
} statuses[] = {
	{ 0, "OK" },	    { 1, "INVALID" },	     { 2, "REFUSED" },
	{ 3, "NOT_FOUND" }, { 4, "ALREADY_EXISTS" }, { 5, "CONFLICT" },
	{ 6, "LOCKED" },    { 7, "LATE" },	     { 8, "UNAVAILABLE" },
	{ 9, "UNKNOWN" },   { 10, "UNSUPPORTED" },   { 11, "CORRUPT" },
	{ 12, "DENIED" },   { 13, "NO_MEMORY" },     { 14, "BACKEND" },
	{ 15, "MISUSE" },
};

static void status__names_and_numbers_are_fixed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		assert_int_equal(statuses[i].number, i);
		assert_string_equal(refd_status_name((enum refd_status)statuses[i].number),
				    statuses[i].name);
	}
}

static void status__texts_differ(void **state)
{
	(void)state;
	for (int i = 0; i < 16; i++) {
		assert_true(strlen(refd_status_text((enum refd_status)i)) > 3);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(refd_status_text((enum refd_status)i),
						refd_status_text((enum refd_status)j));
	}
}

static void status__unknown_number_has_a_name_and_a_text(void **state)
{
	(void)state;
	assert_string_equal(refd_status_name((enum refd_status)16), "?");
	assert_string_equal(refd_status_name((enum refd_status) - 1), "?");
	assert_string_equal(refd_status_text((enum refd_status)16), "no such status");
}

static void version__matches_the_header(void **state)
{
	char text[32];

	(void)state;
	(void)snprintf(text, sizeof(text), "%d.%d.%d", REFD_VERSION_MAJOR, REFD_VERSION_MINOR,
		       REFD_VERSION_PATCH);
	assert_string_equal(refd_version(), text);
	assert_string_equal(refd_version(), PROJECT_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status__names_and_numbers_are_fixed),
		cmocka_unit_test(status__texts_differ),
		cmocka_unit_test(status__unknown_number_has_a_name_and_a_text),
		cmocka_unit_test(version__matches_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
