#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "markup.h"

/* What is written of a text; most 0: all of it. */
static void expect(struct refd_str text, size_t most, const char *wanted)
{
	char *written = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&written, &size);

	assert_non_null(out);
	if (most)
		markup_short(out, text, most);
	else
		markup_text(out, text);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(written, wanted);
	free(written);
}

static void text__is_escaped(void **state)
{
	(void)state;
	expect(refd_str_of("<script>alert(\"1\" & '2')</script>"), 0,
	       "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;");
	expect(refd_str_of("&amp;"), 0, "&amp;amp;");
	expect((struct refd_str){ 0 }, 0, "");
	expect(refd_str_of("\xc3\xbc \xe2\x82\xac \xf0\x9f\x8f\x90"), 0,
	       "\xc3\xbc \xe2\x82\xac \xf0\x9f\x8f\x90");
}

static void text__has_nothing_xml_has_no_place_for(void **state)
{
	(void)state;
	expect((struct refd_str){ "a\0b\x1b"
				  "c\td\n",
				  8 },
	       0,
	       "a\xef\xbf\xbd"
	       "b\xef\xbf\xbd"
	       "c\td\n");
	expect(refd_str_of("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd\xef\xbe\xbf"), 0,
	       "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbe\xbf");
}

static void text__is_shortened_by_characters(void **state)
{
	(void)state;
	expect(refd_str_of("abc"), 3, "abc");
	expect(refd_str_of("abcd"), 3, "ab\xe2\x80\xa6");
	expect(refd_str_of("\xc3\xbc\xc3\xbc\xc3\xbc"), 3, "\xc3\xbc\xc3\xbc\xc3\xbc");
	expect(refd_str_of("\xc3\xbc<\xc3\xbc\xc3\xbc"), 3, "\xc3\xbc&lt;\xe2\x80\xa6");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text__is_escaped),
		cmocka_unit_test(text__has_nothing_xml_has_no_place_for),
		cmocka_unit_test(text__is_shortened_by_characters),
	};

	return cmocka_run_group_tests_name("refctl markup", tests, NULL, NULL);
}
