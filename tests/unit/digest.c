#include "support.h"

#include "base/digest.h"

static void to_hex(const uint8_t *bytes, char *text)
{
	for (size_t i = 0; i < REFD__DIGEST_BYTES; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void assert_digest(const char *bytes, size_t len, const char *wanted)
{
	uint8_t result[REFD__DIGEST_BYTES];
	char text[2 * REFD__DIGEST_BYTES + 1];
	struct refd__digest digest;

	refd__digest_init(&digest);
	refd__digest_add(&digest, bytes, len);
	refd__digest_done(&digest, result);
	to_hex(result, text);
	assert_string_equal(text, wanted);
}

static void digest__vectors_of_fips_180(void **state)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

	(void)state;
	assert_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(two_blocks, strlen(two_blocks),
		      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void digest__a_million_times_a(void **state)
{
	char *text = malloc(1000000);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', 1000000);
	assert_digest(text, 1000000,
		      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(text);
}

/* The number of bytes around the ends of a block; values from sha256sum of that many 'x'. */
static void digest__padding_at_the_ends_of_a_block(void **state)
{
	static const struct {
		size_t count;
		const char *wanted;
	} cases[] = {
		{ 1, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" },
		{ 54, "45f316e10b2c99abf374b22bda893cf3300d77263f1e272349ed414680522952" },
		{ 55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072" },
		{ 56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e" },
		{ 57, "ae14a2563ccf969d99aca69ce6bb74981f734bbf9f655f73b8f06db68cab5217" },
		{ 63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2" },
		{ 64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c" },
		{ 65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9" },
		{ 119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c" },
		{ 120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98" },
		{ 127, "70156a14adbabf98cff3a71c7084b417abf057a8efd27329ca36b7202c87d81f" },
		{ 128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464" },
	};
	char text[128];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_digest(text, cases[i].count, cases[i].wanted);
}

static void digest__pieces_make_no_difference(void **state)
{
	struct support_random random = { 9 };
	char text[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)support_random_next(&random);
	for (int round = 0; round < 1000; round++) {
		size_t len = (size_t)support_random_below(&random, sizeof(text) + 1), at = 0;
		uint8_t whole[REFD__DIGEST_BYTES], pieces[REFD__DIGEST_BYTES];
		struct refd__digest digest;

		refd__digest_init(&digest);
		refd__digest_add(&digest, text, len);
		refd__digest_done(&digest, whole);
		refd__digest_init(&digest);
		while (at < len) {
			size_t n = (size_t)support_random_below(&random, len - at + 1);

			refd__digest_add(&digest, text + at, n);
			at += n;
		}
		refd__digest_done(&digest, pieces);
		assert_memory_equal(whole, pieces, sizeof(whole));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest__vectors_of_fips_180),
		cmocka_unit_test(digest__a_million_times_a),
		cmocka_unit_test(digest__padding_at_the_ends_of_a_block),
		cmocka_unit_test(digest__pieces_make_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
