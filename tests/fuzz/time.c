/* An instant that is taken lies in the range, and printed it reads back as itself. */
#include <string.h>

#include <refdomain/error.h>
#include <refdomain/time.h>

#include "fuzz.h"

unsigned long fuzz_taken;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct refd_str text = { (const char *)bytes, count };
	struct refd_time time = { 0 }, again;
	struct refd_error err = REFD_ERROR_INIT;
	char printed[REFD_TIME_TEXT + 1];
	enum refd_status st = refd_time_parse(text, "at", &time, &err);

	if (st != REFD_OK) {
		CHECK(st == REFD_INVALID && err.total == 1 && time.us == 0);
		return 0;
	}
	fuzz_taken++;
	CHECK(time.us >= REFD_TIME_MIN && time.us <= REFD_TIME_MAX);
	CHECK(strlen(refd_time_format(time, printed)) <= REFD_TIME_TEXT);
	CHECK(refd_time_parse(refd_str_of(printed), "at", &again, NULL) == REFD_OK);
	CHECK(time.us == again.us);
	CHECK(refd_time_utc_day(time) == refd_time_utc_day(again));
	return 0;
}
