#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <refdomain/error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"

static struct csv read_text(const char *text, size_t len, enum csv_encoding encoding)
{
	struct csv_options options = { ',', encoding };
	struct csv csv;

	assert_int_equal(csv_read((struct refd_str){ text, len }, &options, &csv, NULL), REFD_OK);
	return csv;
}

#define READ(text) read_text(text, sizeof(text) - 1, CSV_UTF8)

static void assert_field(const struct csv *csv, size_t record, size_t field, const char *text)
{
	assert_true(record < csv->n_records);
	assert_true(field < csv->records[record].count);
	assert_int_equal(csv->records[record].fields[field].text.len, strlen(text));
	assert_memory_equal(csv->records[record].fields[field].text.ptr, text, strlen(text));
}

static void assert_error(const struct csv *csv, size_t n, size_t line, size_t column,
			 size_t character, const char *reason)
{
	assert_true(n < csv->n_errors);
	assert_int_equal(csv->errors[n].line, line);
	assert_int_equal(csv->errors[n].column, column);
	assert_int_equal(csv->errors[n].character, character);
	assert_non_null(strstr(csv->errors[n].reason, reason));
}

static void csv__fields_come_as_written(void **state)
{
	struct csv csv = READ("a,b\n 1 ,\n,x\n");

	(void)state;
	assert_int_equal(csv.n_records, 3);
	assert_int_equal(csv.n_errors, 0);
	assert_field(&csv, 1, 0, " 1 ");
	assert_field(&csv, 1, 1, "");
	assert_field(&csv, 2, 0, "");
	assert_field(&csv, 2, 1, "x");
	csv_done(&csv);
}

static void csv__quotes_hold_commas_quotes_and_line_ends(void **state)
{
	struct csv csv = READ("a,b\n\"x, \"\"y\"\"\",\"1\n2\r\n3\"\nnext,\"\"\n");

	(void)state;
	assert_int_equal(csv.n_errors, 0);
	assert_field(&csv, 1, 0, "x, \"y\"");
	assert_field(&csv, 1, 1, "1\n2\r\n3");
	assert_int_equal(csv.records[2].line, 5);
	assert_field(&csv, 2, 1, "");
	csv_done(&csv);
}

static void csv__crlf_bom_and_a_missing_last_line_end_are_read(void **state)
{
	struct csv csv = READ("\xEF\xBB\xBF"
			      "a,b\r\n1,2\r\n3,\"4\"");

	(void)state;
	assert_int_equal(csv.n_errors, 0);
	assert_int_equal(csv.n_records, 3);
	assert_field(&csv, 0, 0, "a");
	assert_field(&csv, 1, 1, "2");
	assert_field(&csv, 2, 1, "4");
	csv_done(&csv);
}

static void csv__blank_lines_and_rows_of_empty_fields_are_left_out(void **state)
{
	struct csv csv = READ("a,b\n\n,\r\n1,2\n\n");

	(void)state;
	assert_int_equal(csv.n_errors, 0);
	assert_int_equal(csv.n_records, 2);
	assert_int_equal(csv.records[1].line, 4);
	csv_done(&csv);
}

static void csv__latin1_becomes_utf8(void **state)
{
	struct csv csv = read_text("a\nD\xFCren \xE9\n", 11, CSV_LATIN1);

	(void)state;
	assert_field(&csv, 1, 0, "D\xC3\xBCren \xC3\xA9");
	csv_done(&csv);
}

static void csv__text_that_is_not_utf8_names_its_field(void **state)
{
	struct csv csv = READ("a,b\n1,D\xFCren\n3,4\n");

	(void)state;
	assert_int_equal(csv.n_errors, 1);
	assert_error(&csv, 0, 2, 2, 0, "UTF-8");
	assert_int_equal(csv.n_records, 2);
	assert_field(&csv, 1, 0, "3");
	csv_done(&csv);
}

static void csv__a_stray_quote_is_placed_and_the_next_line_is_read(void **state)
{
	struct csv csv = READ("a,b\nx,\xC3\xBC\"y\"\n\"p\"q,r\n1,2\n");

	(void)state;
	assert_int_equal(csv.n_errors, 2);
	assert_error(&csv, 0, 2, 2, 4, "not quoted");
	assert_error(&csv, 1, 3, 1, 4, "after the closing quote");
	assert_int_equal(csv.n_records, 2);
	assert_field(&csv, 1, 1, "2");
	csv_done(&csv);
}

static void csv__a_place_behind_doubled_quotes_is_exact(void **state)
{
	struct csv csv = READ("a,b\n\"\"\"\"\"\xC3\xBC\",z\"\n");

	(void)state;
	assert_int_equal(csv.n_errors, 1);
	assert_error(&csv, 0, 2, 2, 10, "not quoted");
	csv_done(&csv);
}

static void csv__an_open_quote_is_placed_where_it_opens(void **state)
{
	struct csv csv = READ("a,b\n1,2\n3,\"4\n5,6\n");

	(void)state;
	assert_int_equal(csv.n_errors, 1);
	assert_error(&csv, 0, 3, 2, 3, "never closed");
	assert_int_equal(csv.n_records, 2);
	csv_done(&csv);
}

static void csv__rows_of_another_length_are_errors(void **state)
{
	struct csv csv = READ("a,b\n1\n1,2,3\n1,2\n");

	(void)state;
	assert_int_equal(csv.n_errors, 2);
	assert_error(&csv, 0, 2, 1, 0, "fewer");
	assert_error(&csv, 1, 3, 3, 0, "more");
	assert_int_equal(csv.n_records, 2);
	csv_done(&csv);
}

static void csv__a_lone_carriage_return_and_a_nul_are_errors(void **state)
{
	struct csv csv = READ("a\nx\ry\nx\0y\nz\n");

	(void)state;
	assert_int_equal(csv.n_errors, 2);
	assert_error(&csv, 0, 2, 1, 2, "carriage return");
	assert_error(&csv, 1, 3, 1, 0, "NUL");
	assert_int_equal(csv.n_records, 2);
	csv_done(&csv);
}

static void csv__utf16_is_refused(void **state)
{
	struct csv_options options = { ',', CSV_UTF8 };
	struct csv csv;

	(void)state;
	assert_int_equal(csv_read((struct refd_str){ "\xFF\xFE"
						     "a\0",
						     4 },
				  &options, &csv, NULL),
			 REFD_INVALID);
	csv_done(&csv);
}

static void csv__another_delimiter_is_used(void **state)
{
	struct csv_options options = { ';', CSV_UTF8 };
	struct csv csv;

	(void)state;
	assert_int_equal(csv_read(refd_str_of("a;b\n1,5;2\n"), &options, &csv, NULL), REFD_OK);
	assert_field(&csv, 1, 0, "1,5");
	csv_done(&csv);
}

static void csv__what_is_written_is_read_again(void **state)
{
	static const char *const texts[] = {
		"plain", "a,b", "say \"x\"", "two\nlines", "\r", "", " \xC5\x9E\xC4\xB1\xC5\x9F"
	};
	const size_t n = sizeof(texts) / sizeof(texts[0]);
	char *bytes = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&bytes, &len);
	struct csv csv;

	(void)state;
	for (size_t i = 0; i < n; i++)
		csv_write(to, refd_str_of(texts[i]), i + 1 == n);
	fclose(to);
	csv = read_text(bytes, len, CSV_UTF8);
	assert_int_equal(csv.n_errors, 0);
	for (size_t i = 0; i < n; i++)
		assert_field(&csv, 0, i, texts[i]);
	csv_done(&csv);
	free(bytes);
}

/* Whatever bytes come, reading ends and what it says lies inside the file. */
static void csv__any_bytes_are_survived(void **state)
{
	static const char alphabet[] = "\"\"\"\"\n\n\r,,;ab\0\xC3\xBC";
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		char text[64];
		size_t len = 0;
		struct csv csv;

		for (; len < sizeof(text) && (len == 0 || seed >> 24 > 4); len++) {
			seed = seed * 1664525U + 1013904223U;
			text[len] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
		}
		csv = read_text(text, len, round % 2 ? CSV_UTF8 : CSV_LATIN1);
		for (size_t i = 0; i < csv.n_records; i++) {
			assert_int_equal(csv.records[i].count, csv.records[0].count);
			assert_in_range(csv.records[i].line, 1, 65);
			for (size_t f = 0; f < csv.records[i].count; f++)
				assert_true(refd_utf8_valid(csv.records[i].fields[f].text));
		}
		for (size_t i = 0; i < csv.n_errors; i++)
			assert_in_range(csv.errors[i].line, 1, 65);
		csv_done(&csv);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv__fields_come_as_written),
		cmocka_unit_test(csv__quotes_hold_commas_quotes_and_line_ends),
		cmocka_unit_test(csv__crlf_bom_and_a_missing_last_line_end_are_read),
		cmocka_unit_test(csv__blank_lines_and_rows_of_empty_fields_are_left_out),
		cmocka_unit_test(csv__latin1_becomes_utf8),
		cmocka_unit_test(csv__text_that_is_not_utf8_names_its_field),
		cmocka_unit_test(csv__a_stray_quote_is_placed_and_the_next_line_is_read),
		cmocka_unit_test(csv__a_place_behind_doubled_quotes_is_exact),
		cmocka_unit_test(csv__an_open_quote_is_placed_where_it_opens),
		cmocka_unit_test(csv__rows_of_another_length_are_errors),
		cmocka_unit_test(csv__a_lone_carriage_return_and_a_nul_are_errors),
		cmocka_unit_test(csv__utf16_is_refused),
		cmocka_unit_test(csv__another_delimiter_is_used),
		cmocka_unit_test(csv__what_is_written_is_read_again),
		cmocka_unit_test(csv__any_bytes_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
