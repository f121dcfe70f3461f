#include "support.h"

enum { ROUNDS = 100000 };

/* ---- UTF-8 ---- */

/* The shortest encoding, by arithmetic alone. */
static size_t encode(uint32_t point, char *out)
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 + point / 64);
		out[1] = (char)(0x80 + point % 64);
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 + point / 4096);
		out[1] = (char)(0x80 + point / 64 % 64);
		out[2] = (char)(0x80 + point % 64);
		return 3;
	}
	out[0] = (char)(0xf0 + point / 262144);
	out[1] = (char)(0x80 + point / 4096 % 64);
	out[2] = (char)(0x80 + point / 64 % 64);
	out[3] = (char)(0x80 + point % 64);
	return 4;
}

static bool is_scalar(uint32_t point)
{
	return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

/* Another way to judge: decode without any check, then see whether encoding gives the same bytes.
 */
static bool is_valid(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t point = bytes[i];
		char again[4];

		n = point < 0x80 ? 1 : point < 0xe0 ? 2 : point < 0xf0 ? 3 : 4;
		if (n > 1)
			point &= 0x7fU >> n;
		if (i + n > len)
			return false;
		for (size_t k = 1; k < n; k++)
			point = point * 64 + (bytes[i + k] & 0x3fU);
		if (!is_scalar(point) || encode(point, again) != n ||
		    memcmp(again, bytes + i, n) != 0)
			return false;
	}
	return true;
}

static void assert_same_verdict(const uint8_t *bytes, size_t len)
{
	struct refd_str text = { (const char *)bytes, len };

	assert_int_equal(refd_utf8_valid(text), is_valid(bytes, len));
}

static void utf8__every_code_point_is_valid_but_surrogates(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x1fffff; point++) {
		char bytes[4];
		struct refd_str text = { bytes, encode(point, bytes) };

		if (refd_utf8_valid(text) != is_scalar(point))
			fail_msg("U+%lx", (unsigned long)point);
	}
}

static void utf8__two_and_three_bytes_by_a_second_judge(void **state)
{
	static const uint8_t ends[] = { 0x00, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xff };

	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		for (unsigned second = 0; second < 256; second++) {
			uint8_t bytes[3] = { (uint8_t)first, (uint8_t)second, 0 };

			assert_same_verdict(bytes, 1);
			assert_same_verdict(bytes, 2);
			for (size_t i = 0; i < sizeof(ends); i++) {
				bytes[2] = ends[i];
				assert_same_verdict(bytes, 3);
			}
		}
	}
}

static void utf8__four_bytes_by_a_second_judge(void **state)
{
	struct support_random random = { 5 };

	(void)state;
	for (int round = 0; round < 4 * ROUNDS; round++) {
		uint64_t draw = support_random_next(&random);
		uint8_t bytes[4] = { (uint8_t)(0xe0 | (draw & 0x1f)), (uint8_t)(draw >> 8),
				     (uint8_t)(0x80 | (draw >> 16 & 0x7f)),
				     (uint8_t)(0x80 | (draw >> 24 & 0x7f)) };

		assert_same_verdict(bytes, 4);
	}
}

static void utf8__known_bad_forms(void **state)
{
	static const char *const bad[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc0\xaf",
		"\xc1\xbf",
		"\xe0\x80\xaf",
		"\xe0\x9f\xbf",
		"\xf0\x80\x80\xaf",
		"\xf0\x8f\xbf\xbf",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xed\xa0\x80\xed\xb0\x80",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfe",
		"\xff",
		"\xc3",
		"\xe2\x82",
		"\xf0\x9f\x8f",
		"\xc3(",
		"\xe2(\xa1",
		"\xe2\x82(",
		"\xf0\x9f\x8f(",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(refd_utf8_valid(refd_str_of(bad[i])));
	assert_false(refd_utf8_valid((struct refd_str){ "\xc3\xa9", 1 }));
	assert_false(refd_utf8_valid((struct refd_str){ "ab\xe2\x82\xac", 4 }));
	assert_true(refd_utf8_valid(refd_str_of(NULL)));
	assert_true(refd_utf8_valid(refd_str_of("\xf4\x8f\xbf\xbf\xed\x9f\xbf\xee\x80\x80")));
}

static void utf8__random_texts_have_their_length(void **state)
{
	struct support_random random = { 6 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t points = (size_t)support_random_below(&random, 9), len = 0;
		char bytes[4 * 9];
		struct refd_str text;

		for (size_t i = 0; i < points; i++) {
			uint32_t bits = (uint32_t)support_random_below(&random, 21) + 1;
			uint32_t point = (uint32_t)support_random_below(&random, 1ULL << bits);

			len += encode(is_scalar(point) ? point : 'x', bytes + len);
		}
		text = (struct refd_str){ bytes, len };
		assert_true(refd_utf8_valid(text));
		assert_int_equal(refd_utf8_length(text), points);
	}
}

/* ---- slices ---- */

static void str__order_is_byte_order_and_a_prefix_comes_first(void **state)
{
	static const char *const ordered[] = { "",  "A",  "AB",	      "B",
					       "a", "aa", "\xc3\xa4", "\xf0\x9f\x8f\x90" };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		for (size_t j = 0; j < 8; j++) {
			int order =
				refd_str_compare(refd_str_of(ordered[i]), refd_str_of(ordered[j]));

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_int_equal(
				refd_str_equal(refd_str_of(ordered[i]), refd_str_of(ordered[j])),
				i == j);
		}
	}
	/* what lies behind a slice does not count */
	assert_true(refd_str_compare((struct refd_str){ "abX", 2 }, refd_str_of("abc")) < 0);
	assert_true(refd_str_compare((struct refd_str){ "abx", 2 }, refd_str_of("abc")) < 0);
	assert_true(refd_str_compare(refd_str_of("abc"), (struct refd_str){ "abx", 2 }) > 0);
	assert_int_equal(refd_str_compare(refd_str_of(NULL), refd_str_of("")), 0);
	assert_true(refd_str_equal(refd_str_of(NULL), refd_str_of("")));
}

/* ---- the four parsers, under one shape ---- */

static enum refd_status parse_name(struct refd_str text, char *ret, struct refd_error *err)
{
	struct refd_name name;
	enum refd_status status;

	memset(&name, 0x77, sizeof(name));
	status = refd_name_parse(text, "name", &name, err);
	if (status == REFD_OK) {
		assert_int_equal(name.len, text.len);
		assert_true(refd_str_equal(refd_name_str(&name), text));
		for (size_t i = name.len; i < sizeof(name.utf8); i++)
			assert_int_equal(name.utf8[i], 0);
		strcpy(ret, name.utf8);
	} else {
		assert_int_equal(name.len, 0x7777);
	}
	return status;
}

static enum refd_status parse_line(struct refd_str text, char *ret, struct refd_error *err)
{
	struct refd_line line;
	enum refd_status status;

	memset(&line, 0x77, sizeof(line));
	status = refd_line_parse(text, "line", &line, err);
	if (status == REFD_OK) {
		assert_true(refd_str_equal(refd_line_str(&line), text));
		strcpy(ret, line.utf8);
	} else {
		assert_int_equal(line.len, 0x7777);
	}
	return status;
}

static enum refd_status parse_phone(struct refd_str text, char *ret, struct refd_error *err)
{
	struct refd_phone phone;
	enum refd_status status;

	memset(&phone, 0x77, sizeof(phone));
	status = refd_phone_parse(text, "phone", &phone, err);
	if (status == REFD_OK) {
		assert_true(refd_str_equal(refd_phone_str(&phone), text));
		strcpy(ret, phone.utf8);
	} else {
		assert_int_equal(phone.len, 0x7777);
	}
	return status;
}

static enum refd_status parse_email(struct refd_str text, char *ret, struct refd_error *err)
{
	struct refd_email email;
	enum refd_status status;

	memset(&email, 0x77, sizeof(email));
	status = refd_email_parse(text, "email", &email, err);
	if (status == REFD_OK) {
		assert_true(refd_str_equal(refd_email_str(&email), text));
		strcpy(ret, email.utf8);
	} else {
		assert_int_equal(email.len, 0x7777);
	}
	return status;
}

typedef enum refd_status parse_fn(struct refd_str text, char *ret, struct refd_error *err);

static void assert_taken(parse_fn *parse, struct refd_str given)
{
	struct refd_str text = support_exact(given);
	struct refd_error err = REFD_ERROR_INIT;
	char stored[REFD_NAME_BYTES + 1];

	if (parse(text, stored, &err) != REFD_OK)
		fail_msg("%.*s: %s", (int)text.len, text.ptr ? text.ptr : "", err.message);
	assert_int_equal(err.total, 0);
	assert_int_equal(strlen(stored), text.len);
	free((void *)text.ptr);
}

static void assert_broken(parse_fn *parse, struct refd_str given, enum refd_rule rule,
			  int64_t measured, int64_t limit)
{
	struct refd_str text = support_exact(given);
	struct refd_error err = REFD_ERROR_INIT;
	char stored[REFD_NAME_BYTES + 1];
	const struct refd_violation *violation;

	if (parse(text, stored, &err) != REFD_INVALID)
		fail_msg("\"%.*s\" was taken", (int)text.len, text.ptr ? text.ptr : "");
	support_assert_status(err.status, REFD_INVALID);
	assert_true(err.message[0] != '\0');
	violation = support_violation(&err, rule, NULL);
	if (!violation)
		fail_msg("\"%.*s\": %s", (int)text.len, text.ptr, err.message);
	assert_int_equal(violation->measured, measured);
	assert_int_equal(violation->limit, limit);
	assert_int_equal(violation->severity, REFD_SEVERITY_INPUT);
	support_assert_status(parse(text, stored, NULL), REFD_INVALID);
	free((void *)text.ptr);
}

/* count times the code point; valid until the next call */
static struct refd_str repeat(const char *point, size_t count)
{
	static char bytes[4 * 4096];
	size_t len = strlen(point);

	assert_true(len * count <= sizeof(bytes));
	for (size_t i = 0; i < count; i++)
		memcpy(bytes + i * len, point, len);
	return (struct refd_str){ bytes, len * count };
}

static void name__120_code_points_of_any_width_and_not_121(void **state)
{
	static const char *const points[] = { "x", "\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x8f\x90" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_taken(parse_name, repeat(points[i], 1));
		assert_taken(parse_name, repeat(points[i], 120));
		assert_broken(parse_name, repeat(points[i], 121), REFD_RULE_TEXT_TOO_LONG, 121,
			      120);
		assert_taken(parse_line, repeat(points[i], 120));
		assert_broken(parse_line, repeat(points[i], 121), REFD_RULE_TEXT_TOO_LONG, 121,
			      120);
		assert_broken(parse_name, repeat(points[i], 4096), REFD_RULE_TEXT_TOO_LONG, 4096,
			      120);
	}
}

static void name__every_script_is_stored_as_given(void **state)
{
	static const char *const names[] = { "Grzegorz Łomacz", "Çağla Akın",	 "Žižka",
					     "Ελένη",		"山田 太郎",	 "अनिल कुमार",
					     "O'Neill-Smith",	" padded name ", "محمد",
					     "e\xcc\x81",	"🏐" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_taken(parse_name, refd_str_of(names[i]));
		assert_taken(parse_line, refd_str_of(names[i]));
	}
}

static void GEN_15__blank_name_is_invalid(void **state)
{
	static const uint32_t blanks[] = { ' ',	   '\t',   '\n',   '\r',   0x0b,   0x0c,   0x85,
					   0xa0,   0x1680, 0x180e, 0x2000, 0x2001, 0x2002, 0x2003,
					   0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
					   0x200b, 0x200c, 0x200d, 0x2028, 0x2029, 0x202f, 0x205f,
					   0x2060, 0x3000, 0xfeff };
	char bytes[16];

	(void)state;
	assert_broken(parse_name, refd_str_of(""), REFD_RULE_TEXT_BLANK, 0, 0);
	assert_broken(parse_name, refd_str_of(NULL), REFD_RULE_TEXT_BLANK, 0, 0);
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		size_t len = encode(blanks[i], bytes);

		assert_broken(parse_name, (struct refd_str){ bytes, len }, REFD_RULE_TEXT_BLANK, 1,
			      0);
		bytes[len++] = ' ';
		assert_broken(parse_name, (struct refd_str){ bytes, len }, REFD_RULE_TEXT_BLANK, 2,
			      0);
	}
	assert_broken(parse_name, refd_str_of("\x08"), REFD_RULE_TEXT_CONTROL, 0, 0);
	assert_broken(parse_name, refd_str_of("\x0e"), REFD_RULE_TEXT_CONTROL, 0, 0);
	assert_broken(parse_name, repeat("\xe3\x80\x80", 200), REFD_RULE_TEXT_BLANK, 200, 0);
	assert_taken(parse_name, refd_str_of("\xc2\xa0x"));
	assert_taken(parse_line, refd_str_of(""));
	assert_taken(parse_line, refd_str_of(NULL));
	assert_taken(parse_line, refd_str_of("  \xe3\x80\x80"));
}

/* Neighbours of the blank ranges can be seen. */
static void name__what_looks_blank_but_is_not(void **state)
{
	static const uint32_t visible[] = { 0x21,   0xa1,   0x167f, 0x1681, 0x1fff,
					    0x200e, 0x2010, 0x2030, 0x3001, 0x2800 };
	char bytes[4];

	(void)state;
	for (size_t i = 0; i < sizeof(visible) / sizeof(visible[0]); i++)
		assert_taken(parse_name, (struct refd_str){ bytes, encode(visible[i], bytes) });
}

static void name__control_characters_are_refused(void **state)
{
	(void)state;
	for (uint32_t point = 0; point <= 0x2100; point++) {
		bool control = point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0x2028 ||
			       point == 0x2029;
		char bytes[8] = "ab";
		struct refd_str text = { bytes, 2 };

		text.len += encode(point, bytes + 2);
		bytes[text.len++] = 'c';
		if (control) {
			assert_broken(parse_name, text, REFD_RULE_TEXT_CONTROL, 2, 0);
			assert_broken(parse_line, text, REFD_RULE_TEXT_CONTROL, 2, 0);
		} else {
			assert_taken(parse_name, text);
		}
	}
}

static void name__bad_utf8_is_named_with_its_offset(void **state)
{
	(void)state;
	assert_broken(parse_name, refd_str_of("ab\xff"), REFD_RULE_TEXT_NOT_UTF8, 2, 0);
	assert_broken(parse_name, refd_str_of("\xc3"), REFD_RULE_TEXT_NOT_UTF8, 0, 0);
	assert_broken(parse_name, (struct refd_str){ "ab\xc3\xa9", 3 }, REFD_RULE_TEXT_NOT_UTF8, 2,
		      0);
	assert_broken(parse_line, refd_str_of("\xc3\xa9\xed\xa0\x80"), REFD_RULE_TEXT_NOT_UTF8, 2,
		      0);
	assert_broken(parse_phone, refd_str_of("12\xc0\xb0"), REFD_RULE_TEXT_NOT_UTF8, 2, 0);
	assert_broken(parse_email, refd_str_of("a\xff@b.c"), REFD_RULE_TEXT_NOT_UTF8, 1, 0);
}

static void text__everything_wrong_is_collected(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_name name;
	struct refd_email email;
	char text[122];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[5] = '\n';
	text[9] = '\t';
	support_assert_status(
		refd_name_parse((struct refd_str){ text, sizeof(text) }, "a.name", &name, &err),
		REFD_INVALID);
	support_assert_status(refd_email_parse(refd_str_of("nobody"), "a.email", &email, &err),
			      REFD_INVALID);
	assert_int_equal(err.total, 3);
	support_assert_violation(&err, REFD_RULE_TEXT_TOO_LONG, "a.name");
	assert_int_equal(support_violation(&err, REFD_RULE_TEXT_CONTROL, "a.name")->measured, 5);
	support_assert_violation(&err, REFD_RULE_TEXT_MALFORMED, "a.email");
	assert_string_equal(err.violations[0].message,
			    "a.name is too long: 122 characters, at most 120");
	assert_string_equal(err.message,
			    "a.name is too long: 122 characters, at most 120 (and 2 more)");
}

static void text__field_may_be_null(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_name name;

	(void)state;
	support_assert_status(refd_name_parse(refd_str_of(" "), NULL, &name, &err), REFD_INVALID);
	assert_string_equal(err.message, "the input must not be blank");
	assert_string_equal(err.violations[0].field, "");
}

static void phone__3_to_40_bytes_with_a_digit(void **state)
{
	(void)state;
	assert_taken(parse_phone, refd_str_of(""));
	assert_taken(parse_phone, refd_str_of("110"));
	assert_taken(parse_phone, refd_str_of("1  "));
	assert_taken(parse_phone, refd_str_of("+49 (0)30/123-45.67"));
	assert_taken(parse_phone, repeat("0", 40));
	assert_broken(parse_phone, repeat("0", 41), REFD_RULE_TEXT_TOO_LONG, 41, 40);
	assert_broken(parse_phone, refd_str_of("11"), REFD_RULE_TEXT_MALFORMED, 2, 0);
	assert_broken(parse_phone, refd_str_of("+-/"), REFD_RULE_TEXT_MALFORMED, 3, 0);
	assert_broken(parse_phone, refd_str_of("   "), REFD_RULE_TEXT_MALFORMED, 3, 0);
	assert_broken(parse_phone, refd_str_of("030 x12"), REFD_RULE_TEXT_MALFORMED, 4, 0);
	assert_broken(parse_phone, refd_str_of("12\xd9\xa1"), REFD_RULE_TEXT_MALFORMED, 2, 0);
	assert_broken(parse_phone, refd_str_of("123\n"), REFD_RULE_TEXT_CONTROL, 3, 0);
	assert_broken(parse_phone, (struct refd_str){ "12\0", 3 }, REFD_RULE_TEXT_CONTROL, 2, 0);
}

static void phone__every_byte_is_either_taken_or_named(void **state)
{
	(void)state;
	for (int byte = 1; byte < 128; byte++) {
		char bytes[] = { '1', (char)byte, '2' };
		struct refd_str text = { bytes, 3 };

		if (strchr("0123456789 +-/().", byte))
			assert_taken(parse_phone, text);
		else
			assert_broken(parse_phone, text,
				      byte < 0x20 || byte == 0x7f ? REFD_RULE_TEXT_CONTROL
								  : REFD_RULE_TEXT_MALFORMED,
				      1, 0);
	}
}

static void email__common_forms_are_taken(void **state)
{
	static const char *const good[] = {
		"",
		"a@b",
		"ann@example.org",
		"ann.lee+ref@sub.example.co.uk",
		"o'neill@example.org",
		"!#$%&'*+-/=?^_`{|}~@example.org",
		"J\xc3\xb6rg.M\xc3\xbcller@example.org",
		"\xe5\xb1\xb1@xn--fsq.example",
		"x@1-2.example",
		"123@456.org",
		"root@localhost",
		"A@B.C",
		"az.AZ.09@az.AZ.09",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_taken(parse_email, refd_str_of(good[i]));
}

static void VEN_01__bad_email_is_invalid(void **state)
{
	static const struct {
		const char *text;
		int offset;
	} bad[] = {
		{ "ann", 3 },
		{ "@", 0 },
		{ "@example.org", 0 },
		{ "ann@", 4 },
		{ " ", 0 },
		{ "ann lee@example.org", 3 },
		{ "ann@exa mple.org", 7 },
		{ "ann@@example.org", 4 },
		{ "a@b@c.org", 3 },
		{ ".ann@example.org", 0 },
		{ "ann.@example.org", 4 },
		{ "an..n@example.org", 3 },
		{ "\"ann lee\"@example.org", 0 },
		{ "Ann <ann@example.org>", 3 },
		{ "ann,lee@example.org", 3 },
		{ "ann@.org", 4 },
		{ "ann@example.", 12 },
		{ "ann@example..org", 12 },
		{ "ann@-example.org", 4 },
		{ "ann@example-.org", 12 },
		{ "ann@example.org-", 16 },
		{ "ann@[127.0.0.1]", 4 },
		{ "ann@ex_ample.org", 6 },
		{ "ann@b\xc3\xbc"
		  "cher.org",
		  5 },
		{ "a\xc2\xa0"
		  "b@example.org",
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_broken(parse_email, refd_str_of(bad[i].text), REFD_RULE_TEXT_MALFORMED,
			      bad[i].offset, 0);
	assert_broken(parse_email, refd_str_of("ann@example.org\n"), REFD_RULE_TEXT_CONTROL, 15, 0);
	assert_broken(parse_email, refd_str_of("a\xc2\x85@example.org"), REFD_RULE_TEXT_CONTROL, 1,
		      0);
}

/* An address whose parts have these lengths; labels are at most 63 bytes long. */
static struct refd_str address(size_t local, size_t domain)
{
	static char bytes[512];
	size_t len = 0;

	memset(bytes, 'a', sizeof(bytes));
	len = local;
	bytes[len++] = '@';
	for (size_t i = 0; i < domain; i++, len++)
		if (i % 64 == 63)
			bytes[len] = '.';
	return (struct refd_str){ bytes, len };
}

static void email__lengths_of_rfc_5321(void **state)
{
	char label[80] = "a@";

	(void)state;
	assert_taken(parse_email, address(64, 10));
	assert_broken(parse_email, address(65, 10), REFD_RULE_TEXT_TOO_LONG, 65, 64);
	assert_taken(parse_email, address(64, 189));
	assert_broken(parse_email, address(64, 190), REFD_RULE_TEXT_TOO_LONG, 255, 254);
	assert_taken(parse_email, address(3, 250));
	assert_broken(parse_email, address(4, 250), REFD_RULE_TEXT_TOO_LONG, 255, 254);
	memset(label + 2, 'b', 64);
	assert_taken(parse_email, (struct refd_str){ label, 2 + 63 });
	assert_broken(parse_email, (struct refd_str){ label, 2 + 64 }, REFD_RULE_TEXT_MALFORMED,
		      2 + 63, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf8__every_code_point_is_valid_but_surrogates),
		cmocka_unit_test(utf8__two_and_three_bytes_by_a_second_judge),
		cmocka_unit_test(utf8__four_bytes_by_a_second_judge),
		cmocka_unit_test(utf8__known_bad_forms),
		cmocka_unit_test(utf8__random_texts_have_their_length),
		cmocka_unit_test(str__order_is_byte_order_and_a_prefix_comes_first),
		cmocka_unit_test(name__120_code_points_of_any_width_and_not_121),
		cmocka_unit_test(name__every_script_is_stored_as_given),
		cmocka_unit_test(GEN_15__blank_name_is_invalid),
		cmocka_unit_test(name__what_looks_blank_but_is_not),
		cmocka_unit_test(name__control_characters_are_refused),
		cmocka_unit_test(name__bad_utf8_is_named_with_its_offset),
		cmocka_unit_test(text__everything_wrong_is_collected),
		cmocka_unit_test(text__field_may_be_null),
		cmocka_unit_test(phone__3_to_40_bytes_with_a_digit),
		cmocka_unit_test(phone__every_byte_is_either_taken_or_named),
		cmocka_unit_test(email__common_forms_are_taken),
		cmocka_unit_test(VEN_01__bad_email_is_invalid),
		cmocka_unit_test(email__lengths_of_rfc_5321),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
