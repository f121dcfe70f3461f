#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ics.h"

/* The lines written so far. */
struct page {
	struct ics ics;
	char *text;
	size_t size;
};

static struct ics *open_page(struct page *page)
{
	memset(page, 0, sizeof(*page));
	page->ics.out = open_memstream(&page->text, &page->size);
	assert_non_null(page->ics.out);
	return &page->ics;
}

static void expect_page(struct page *page, const char *wanted)
{
	assert_int_equal(fclose(page->ics.out), 0);
	assert_string_equal(page->text, wanted);
	free(page->text);
}

static void line__ends_with_carriage_return_and_line_feed(void **state)
{
	struct page page;
	struct ics *ics = open_page(&page);

	(void)state;
	ics_line(ics, "BEGIN", "VEVENT");
	ics_text_line(ics, "SUMMARY", (struct refd_str){ 0 });
	expect_page(&page, "BEGIN:VEVENT\r\nSUMMARY:\r\n");
}

static void text__is_escaped(void **state)
{
	struct page page;

	(void)state;
	ics_text_line(open_page(&page), "X", refd_str_of("a\\b;c,d\"e:f\ng"));
	expect_page(&page, "X:a\\\\b\\;c\\,d\"e:f\\ng\r\n");
}

static void text__loses_what_no_text_may_hold(void **state)
{
	struct page page;

	(void)state;
	ics_text_line(open_page(&page), "X",
		      (struct refd_str){ "a\r\nb\0c\td\x7f"
					 "e\x1bg",
					 12 });
	expect_page(&page, "X:a\\nbcde"
			   "g\r\n");
}

static void value__that_is_no_text_stays(void **state)
{
	struct page page;

	(void)state;
	ics_line(open_page(&page), "GEO", "52.500000;13.250000");
	expect_page(&page, "GEO:52.500000;13.250000\r\n");
}

static void time__is_utc_without_fractions(void **state)
{
	struct page page;
	struct ics *ics = open_page(&page);

	(void)state;
	ics_time_line(ics, "A", (struct refd_time){ INT64_C(1788264000) * REFD_SECOND });
	ics_time_line(ics, "B", (struct refd_time){ INT64_C(1788264000) * REFD_SECOND + 999999 });
	ics_time_line(ics, "C", (struct refd_time){ 0 });
	expect_page(&page, "A:20260901T120000Z\r\nB:20260901T120000Z\r\nC:19700101T000000Z\r\n");
}

/* Any mixture of characters of one to four octets and escapes, at any place: no line is longer
 * than 75 octets, no sequence is torn, and unfolded it is the escaped text. */
static void fold__between_characters_at_75_octets(void **state)
{
	static const char *const pieces[] = { "a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x8f\x90",
					      ",", "e\xcc\x81" };
	char text[4096], wanted[8192], unfolded[8192];
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct page page;
		size_t n = 0, line = 0;

		strcpy(text, "");
		strcpy(wanted, "X:");
		for (int i = 0; i < round; i++) {
			const char *piece;

			random = random * 1664525 + 1013904223;
			piece = pieces[(random >> 16) % 6];
			strcat(text, piece);
			strcat(wanted, *piece == ',' ? "\\," : piece);
		}
		ics_text_line(open_page(&page), "X", refd_str_of(text));
		fflush(page.ics.out);
		for (size_t i = 0; i < page.size; i++) {
			if (memcmp(page.text + i, "\r\n", 2) == 0) {
				assert_true(i - line <= ICS_LINE_OCTETS);
				assert_true(i + 2 == page.size || page.text[i + 2] == ' ');
				/* a fold comes only where the next character has no room */
				assert_true(i + 2 == page.size || i - line > ICS_LINE_OCTETS - 4);
				assert_true(refd_utf8_valid(
					(struct refd_str){ page.text + line, i - line }));
				line = i + 2;
				i += i + 2 == page.size ? 1 : 2;
			} else {
				unfolded[n++] = page.text[i];
			}
		}
		unfolded[n] = '\0';
		assert_string_equal(unfolded, wanted);
		fclose(page.ics.out);
		free(page.text);
	}
}

static void fold__a_line_of_75_octets_stays_whole(void **state)
{
	char value[80], wanted[100];
	struct page page;

	(void)state;
	memset(value, 'x', 73);
	value[73] = '\0';
	snprintf(wanted, sizeof(wanted), "A:%s\r\n", value);
	ics_line(open_page(&page), "A", value);
	expect_page(&page, wanted);
	strcpy(value + 73, "y");
	snprintf(wanted, sizeof(wanted), "A:%.73s\r\n y\r\n", value);
	ics_line(open_page(&page), "A", value);
	expect_page(&page, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line__ends_with_carriage_return_and_line_feed),
		cmocka_unit_test(text__is_escaped),
		cmocka_unit_test(text__loses_what_no_text_may_hold),
		cmocka_unit_test(value__that_is_no_text_stays),
		cmocka_unit_test(time__is_utc_without_fractions),
		cmocka_unit_test(fold__between_characters_at_75_octets),
		cmocka_unit_test(fold__a_line_of_75_octets_stays_whole),
	};

	return cmocka_run_group_tests_name("refctl ics", tests, NULL, NULL);
}
