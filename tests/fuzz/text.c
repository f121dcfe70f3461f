/*
 * Names, lines, phone numbers and addresses: what is taken is well-formed, ends in NUL, and taken
 * again stays as it is. What is not changes nothing.
 */
#include <string.h>

#include <refdomain/text.h>

#include "fuzz.h"

unsigned long fuzz_taken;

/* The four types differ in size only. */
#define TRY(kind, input)                                                                           \
	do {                                                                                       \
		struct refd_##kind first, second;                                                  \
		struct refd_error err = REFD_ERROR_INIT;                                           \
		enum refd_status st;                                                               \
                                                                                                   \
		memset(&first, 0x5a, sizeof(first));                                               \
		second = first;                                                                    \
		st = refd_##kind##_parse(input, #kind, &first, &err);                              \
		if (st != REFD_OK) {                                                               \
			CHECK(st == REFD_INVALID && err.total > 0);                                \
			CHECK(memcmp(&first, &second, sizeof(first)) == 0);                        \
			break;                                                                     \
		}                                                                                  \
		fuzz_taken++;                                                                      \
		CHECK(first.len < sizeof(first.utf8) && first.utf8[first.len] == '\0');            \
		CHECK(memchr(first.utf8, '\0', first.len) == NULL);                                \
		CHECK(refd_utf8_valid(refd_##kind##_str(&first)));                                 \
		CHECK(refd_utf8_length(refd_##kind##_str(&first)) <= first.len);                   \
		CHECK(refd_##kind##_parse(refd_##kind##_str(&first), #kind, &second, NULL) ==      \
		      REFD_OK);                                                                    \
		CHECK(refd_str_equal(refd_##kind##_str(&first), refd_##kind##_str(&second)));      \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct refd_str text = { (const char *)bytes, count };

	TRY(name, text);
	TRY(line, text);
	TRY(phone, text);
	TRY(email, text);
	return 0;
}
