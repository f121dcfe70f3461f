/* A UUID that is taken is one of the four spellings, and printed it reads back as itself. */
#include <string.h>

#include <refdomain/error.h>
#include <refdomain/id.h>
#include <refdomain/text.h>

#include "fuzz.h"

unsigned long fuzz_taken;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct refd_str text = { (const char *)bytes, count };
	struct refd_uuid id = { { 0 } }, again;
	struct refd_error err = REFD_ERROR_INIT;
	char printed[REFD_UUID_TEXT + 1];
	enum refd_status st = refd_uuid_parse(text, "id", &id, &err);

	if (st != REFD_OK) {
		CHECK(st == REFD_INVALID && err.total == 1 && refd_uuid_is_unset(id));
		return 0;
	}
	fuzz_taken++;
	CHECK(!refd_uuid_is_unset(id));
	CHECK(strlen(refd_uuid_format(id, printed)) == REFD_UUID_TEXT);
	CHECK(refd_uuid_parse(refd_str_of(printed), "id", &again, NULL) == REFD_OK);
	CHECK(refd_uuid_equal(id, again));
	return 0;
}
