#include "support.h"

enum { ROUNDS = 100000 };

#define HYPHENATED "0190163d-8694-739b-aea5-966c26f8ad91"

static const struct refd_uuid sample = { { 0x01, 0x90, 0x16, 0x3d, 0x86, 0x94, 0x73, 0x9b, 0xae,
					   0xa5, 0x96, 0x6c, 0x26, 0xf8, 0xad, 0x91 } };

static void GEN_02__every_form_is_read(void **state)
{
	static const char *const forms[] = {
		HYPHENATED,
		"0190163D-8694-739B-AEA5-966C26F8AD91",
		"0190163d8694739baea5966c26f8ad91",
		"0190163D8694739BAEA5966C26F8AD91",
		"{" HYPHENATED "}",
		"urn:uuid:" HYPHENATED,
		"URN:UUID:" HYPHENATED,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct refd_error err = REFD_ERROR_INIT;
		struct refd_uuid id = { { 0 } };

		support_assert_status(refd_uuid_parse(refd_str_of(forms[i]), "id", &id, &err),
				      REFD_OK);
		assert_true(refd_uuid_equal(id, sample));
		assert_int_equal(err.total, 0);
	}
}

static void GEN_02__prints_lower_case_hyphenated(void **state)
{
	char text[REFD_UUID_TEXT + 1];

	(void)state;
	assert_ptr_equal(refd_uuid_format(sample, text), text);
	assert_string_equal(text, HYPHENATED);
}

static void GEN_02__malformed_ids_are_invalid(void **state)
{
	static const struct {
		const char *text;
		int offset; /* of what is wrong */
	} cases[] = {
		{ "", 0 },
		{ "0190163d-8694-739b-aea5-966c26f8ad9", 0 },
		{ HYPHENATED "1", 0 },
		{ "0190163d8694739baea5966c26f8ad9", 0 },
		{ "0190163d8694739baea5966c26f8ad911", 0 },
		{ "g190163d-8694-739b-aea5-966c26f8ad91", 0 },
		{ "0190163d-8694-739b-aea5-966c26f8ad9g", 35 },
		{ "0190163d8694739baea5966c26f8ad9:", 31 },
		{ "0190163d08694-739b-aea5-966c26f8ad91", 8 },
		{ "0190163d-8694-739b-aea50966c26f8ad91", 23 },
		{ "0190163-d8694-739b-aea5-966c26f8ad91", 7 },
		{ "{" HYPHENATED, 0 },
		{ HYPHENATED "}", 0 },
		{ "{" HYPHENATED ")", 0 },
		{ "(" HYPHENATED "}", 0 },
		{ "{0190163d8694739baea5966c26f8ad91}", 0 },
		{ "{0190163d-8694-739b-aea5-966c26f8ad9-}", 36 },
		{ "urn:uuid:0190163d8694739baea5966c26f8ad91", 0 },
		{ "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad9@", 44 },
		{ "urn-uuid:" HYPHENATED, 0 },
		{ "xrn:uuid:" HYPHENATED, 0 },
		{ "urn:uuid{" HYPHENATED, 0 },
		{ " " HYPHENATED, 0 },
		{ HYPHENATED "\n", 0 },
		{ "00000000-0000-0000-0000-000000000000", 36 },
		{ "00000000000000000000000000000000", 32 },
		{ "0190163d-8694-739b-aea5-966c26f8ad\xc3\xa9", 34 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct refd_str text = support_exact(refd_str_of(cases[i].text));
		struct refd_error err = REFD_ERROR_INIT;
		struct refd_uuid id = sample;

		support_assert_status(refd_uuid_parse(text, "id", &id, &err), REFD_INVALID);
		support_assert_status(err.status, REFD_INVALID);
		assert_int_equal(err.total, 1);
		support_assert_violation(&err, REFD_RULE_TEXT_MALFORMED, "id");
		assert_int_equal(err.violations[0].measured, cases[i].offset);
		assert_string_equal(err.message, "id is no UUID");
		assert_true(refd_uuid_equal(id, sample));
		support_assert_status(refd_uuid_parse(text, NULL, &id, NULL), REFD_INVALID);
		free((void *)text.ptr);
	}
}

static void uuid__all_forms_round_trip(void **state)
{
	struct support_random random = { 2 };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t words[2] = { support_random_next(&random), support_random_next(&random) };
		char text[64] = "urn:uuid:", *hyphenated = text + 9, bare[33];
		struct refd_uuid id, back = { { 0 } };
		size_t n = 0;

		memcpy(id.bytes, words, sizeof(id.bytes));
		refd_uuid_format(id, hyphenated);
		assert_int_equal(strlen(hyphenated), REFD_UUID_TEXT);
		for (const char *p = hyphenated; *p; p++)
			if (*p != '-')
				bare[n++] = *p;
		bare[n] = '\0';
		assert_int_equal(refd_uuid_parse(refd_str_of(hyphenated), "id", &back, NULL), 0);
		assert_true(refd_uuid_equal(id, back));
		memset(&back, 0, sizeof(back));
		assert_int_equal(refd_uuid_parse(refd_str_of(bare), "id", &back, NULL), 0);
		assert_true(refd_uuid_equal(id, back));
		memset(&back, 0, sizeof(back));
		assert_int_equal(refd_uuid_parse(refd_str_of(text), "id", &back, NULL), 0);
		assert_true(refd_uuid_equal(id, back));
	}
}

static void uuid__every_other_byte_is_refused_at_every_place(void **state)
{
	char text[] = HYPHENATED;
	struct refd_str str = { text, REFD_UUID_TEXT };
	struct refd_uuid id;

	(void)state;
	for (size_t place = 0; place < REFD_UUID_TEXT; place++) {
		char kept = text[place];

		for (int byte = 0; byte < 256; byte++) {
			bool hyphen = place == 8 || place == 13 || place == 18 || place == 23;
			bool hex = byte != 0 && strchr("0123456789abcdefABCDEF", byte) != NULL;

			text[place] = (char)byte;
			assert_int_equal(refd_uuid_parse(str, "id", &id, NULL) == REFD_OK,
					 hyphen ? byte == '-' : hex);
		}
		text[place] = kept;
	}
}

static void uuid__order_is_byte_order(void **state)
{
	(void)state;
	assert_true(refd_uuid_compare(support_uuid(1), support_uuid(2)) < 0);
	assert_true(refd_uuid_compare(support_uuid(256), support_uuid(255)) > 0);
	assert_int_equal(refd_uuid_compare(sample, sample), 0);
}

static void uuid__only_the_nil_uuid_is_unset(void **state)
{
	struct refd_uuid id = { { 0 } };

	(void)state;
	assert_true(refd_uuid_is_unset(id));
	for (size_t i = 0; i < sizeof(id.bytes); i++) {
		id.bytes[i] = 1;
		assert_false(refd_uuid_is_unset(id));
		id.bytes[i] = 0;
	}
}

static void noun__words(void **state)
{
	static const char *const words[] = { "referee",	     "team",	   "venue",  "fixture",
					     "availability", "assignment", "board",  "rules",
					     "event",	     "notice",	   "command" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_string_equal(refd_noun_word((enum refd_noun)(i + 1)), words[i]);
	assert_null(refd_noun_word((enum refd_noun)0));
	assert_null(refd_noun_word((enum refd_noun)12));
}

static void noun__single_objects_have_fixed_ids(void **state)
{
	char text[REFD_UUID_TEXT + 1];

	(void)state;
	assert_string_equal(refd_uuid_format(refd_the_board.uuid, text),
			    "00000000-0000-0000-0000-000000000001");
	assert_string_equal(refd_uuid_format(refd_the_rules.uuid, text),
			    "00000000-0000-0000-0000-000000000002");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(GEN_02__every_form_is_read),
		cmocka_unit_test(GEN_02__prints_lower_case_hyphenated),
		cmocka_unit_test(GEN_02__malformed_ids_are_invalid),
		cmocka_unit_test(uuid__all_forms_round_trip),
		cmocka_unit_test(uuid__every_other_byte_is_refused_at_every_place),
		cmocka_unit_test(uuid__order_is_byte_order),
		cmocka_unit_test(uuid__only_the_nil_uuid_is_unset),
		cmocka_unit_test(noun__words),
		cmocka_unit_test(noun__single_objects_have_fixed_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
