/* Time zones from zone files: against known transitions, against the C library, against damage. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <refdomain/adapters/tzdata.h>

#include "support.h"
#include "zone.h"

#define ZONEINFO "/usr/share/zoneinfo"

/* ---- asking ---- */

static int open_tzdata(void **state)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_tzdata *tzdata = NULL;

	if (refd_tzdata_create(&allocator, NULL, &tzdata, NULL) != REFD_OK)
		return -1;
	*state = tzdata;
	return 0;
}

static int close_tzdata(void **state)
{
	refd_tzdata_destroy(*state);
	return 0;
}

static int64_t utc(int year, int month, int day, int hour, int minute, int second)
{
	struct tm tm = { .tm_year = year - 1900,
			 .tm_mon = month - 1,
			 .tm_mday = day,
			 .tm_hour = hour,
			 .tm_min = minute,
			 .tm_sec = second };

	return timegm(&tm);
}

static enum refd_status ask(struct refd_tzdata *tzdata, const char *zone, int64_t us, int32_t *ret,
			    struct refd_error *err)
{
	struct refd_timezone port = refd_tzdata_timezone(tzdata);
	struct refd_time time = { us };

	return port.ops->offset(port.self, refd_str_of(zone), time, ret, err);
}

static int32_t offset_at(struct refd_tzdata *tzdata, const char *zone, int64_t seconds)
{
	struct refd_error err = REFD_ERROR_INIT;
	int32_t offset = INT32_MIN;

	if (ask(tzdata, zone, seconds * REFD_SECOND, &offset, &err) != REFD_OK)
		fail_msg("%s at %lld: %s (is tzdata installed?)", zone, (long long)seconds,
			 err.message);
	return offset;
}

/* The offset changes from before to after at that second, and not one microsecond earlier. */
static void assert_change(struct refd_tzdata *tzdata, const char *zone, int64_t at, int32_t before,
			  int32_t after)
{
	int32_t offset = 0;

	assert_int_equal(offset_at(tzdata, zone, at - 1), before);
	assert_int_equal(offset_at(tzdata, zone, at), after);
	assert_int_equal(offset_at(tzdata, zone, at + 1), after);
	assert_int_equal(ask(tzdata, zone, at * REFD_SECOND - 1, &offset, NULL), REFD_OK);
	assert_int_equal(offset, before);
}

static void tzdata__berlin_changes_to_the_second(void **state)
{
	static const struct {
		int year, spring, autumn;
	} years[] = {
		{ 1996, 31, 27 }, { 2013, 31, 27 }, { 2019, 31, 27 },
		{ 2024, 31, 27 }, { 2037, 29, 25 }, { 2050, 27, 30 },
	};

	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		assert_change(*state, "Europe/Berlin",
			      utc(years[i].year, 3, years[i].spring, 1, 0, 0), 3600, 7200);
		assert_change(*state, "Europe/Berlin",
			      utc(years[i].year, 10, years[i].autumn, 1, 0, 0), 7200, 3600);
	}
	/* double daylight time after the war, and none in the year before daylight time came back
	 */
	assert_change(*state, "Europe/Berlin", utc(1947, 5, 11, 1, 0, 0), 7200, 10800);
	assert_int_equal(offset_at(*state, "Europe/Berlin", utc(1979, 7, 1, 0, 0, 0)), 3600);
}

static void tzdata__other_zones_change_to_the_second(void **state)
{
	assert_change(*state, "America/New_York", utc(2024, 3, 10, 7, 0, 0), -18000, -14400);
	assert_change(*state, "America/New_York", utc(2024, 11, 3, 6, 0, 0), -14400, -18000);
	assert_change(*state, "America/New_York", utc(2050, 3, 13, 7, 0, 0), -18000, -14400);
	assert_change(*state, "Australia/Lord_Howe", utc(2024, 4, 6, 15, 0, 0), 39600, 37800);
	assert_change(*state, "Australia/Lord_Howe", utc(2024, 10, 5, 15, 30, 0), 37800, 39600);
	assert_change(*state, "Australia/Lord_Howe", utc(2050, 10, 1, 15, 30, 0), 37800, 39600);
	assert_change(*state, "Pacific/Apia", utc(2011, 12, 30, 10, 0, 0), -36000, 50400);
	assert_int_equal(offset_at(*state, "Asia/Kolkata", utc(2024, 7, 1, 0, 0, 0)), 19800);
	assert_int_equal(offset_at(*state, "Asia/Kolkata", utc(2050, 1, 1, 0, 0, 0)), 19800);
	assert_int_equal(offset_at(*state, "UTC", utc(2024, 7, 1, 0, 0, 0)), 0);
	assert_int_equal(offset_at(*state, "Etc/GMT+5", utc(2024, 7, 1, 0, 0, 0)), -18000);
}

static const char *const zones[] = {
	"Europe/Berlin",       "America/New_York",  "Asia/Kolkata",
	"Australia/Lord_Howe", "Pacific/Apia",	    "UTC",
	"Europe/Dublin",       "Africa/Casablanca", "America/Sao_Paulo",
	"Asia/Gaza",	       "America/Nuuk",	    "Antarctica/Troll",
	"Pacific/Chatham",     "Asia/Kathmandu",    "America/Caracas",
	"Pacific/Kiritimati",  "Africa/Monrovia",   "America/St_Johns",
	"Asia/Pyongyang",      "Etc/GMT-14",	    "Europe/London",
	"Antarctica/Casey",    "Asia/Tehran",	    "America/Scoresbysund",
};

static void tzdata__agrees_with_the_c_library(void **state)
{
	int64_t from = utc(1850, 1, 1, 0, 0, 0), to = utc(2500, 1, 1, 0, 0, 0);
	struct support_random random = { 20240102 };
	char name[80];

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		snprintf(name, sizeof(name), ":" ZONEINFO "/%s", zones[i]);
		assert_int_equal(setenv("TZ", name, 1), 0);
		tzset();
		for (int n = 0; n < 10000; n++) {
			time_t at = from +
				    (int64_t)support_random_below(&random, (uint64_t)(to - from));
			struct tm tm;

			assert_non_null(localtime_r(&at, &tm));
			if (offset_at(*state, zones[i], at) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, the C library says %ld", zones[i],
					 (long long)at, (int)offset_at(*state, zones[i], at),
					 tm.tm_gmtoff);
		}
	}
	unsetenv("TZ");
	tzset();
}

/* ---- civil time to instant ---- */

static enum refd_status instant_of(struct refd_tzdata *tzdata, const char *zone,
				   const struct tm *tm, int64_t *ret)
{
	struct refd_time time = { 0 };
	enum refd_status status =
		refd_tzdata_instant(tzdata, refd_str_of(zone), tm->tm_year, tm->tm_mon, tm->tm_mday,
				    tm->tm_hour, tm->tm_min, tm->tm_sec, 0, &time, NULL);

	if (status == REFD_OK)
		*ret = time.us / REFD_SECOND;
	return status;
}

static enum refd_status instant(struct refd_tzdata *tzdata, const char *zone, int year, int month,
				int day, int hour, int minute, int64_t *ret)
{
	struct tm tm = {
		.tm_year = year, .tm_mon = month, .tm_mday = day, .tm_hour = hour, .tm_min = minute
	};

	return instant_of(tzdata, zone, &tm, ret);
}

static void instant__of_clear_times(void **state)
{
	struct refd_time time = { 0 };
	int64_t at = 0;

	assert_int_equal(instant(*state, "Europe/Berlin", 2013, 10, 12, 19, 30, &at), REFD_OK);
	assert_int_equal(at, utc(2013, 10, 12, 17, 30, 0));
	assert_int_equal(instant(*state, "Europe/Berlin", 2050, 1, 12, 19, 30, &at), REFD_OK);
	assert_int_equal(at, utc(2050, 1, 12, 18, 30, 0));
	assert_int_equal(instant(*state, "UTC", 2013, 10, 12, 19, 30, &at), REFD_OK);
	assert_int_equal(at, utc(2013, 10, 12, 19, 30, 0));
	assert_int_equal(refd_tzdata_instant(*state, refd_str_of("Asia/Kolkata"), 2024, 2, 29, 23,
					     59, 59, 999999, &time, NULL),
			 REFD_OK);
	assert_int_equal(time.us, utc(2024, 2, 29, 18, 29, 59) * REFD_SECOND + 999999);
}

static void instant__shown_twice_is_the_first(void **state)
{
	int64_t at = 0;

	assert_int_equal(instant(*state, "Europe/Berlin", 2024, 10, 27, 2, 30, &at), REFD_OK);
	assert_int_equal(at, utc(2024, 10, 27, 0, 30, 0));
	assert_int_equal(instant(*state, "Europe/Berlin", 2050, 10, 30, 2, 0, &at), REFD_OK);
	assert_int_equal(at, utc(2050, 10, 30, 0, 0, 0));
	assert_int_equal(instant(*state, "Europe/Berlin", 2024, 10, 27, 3, 0, &at), REFD_OK);
	assert_int_equal(at, utc(2024, 10, 27, 2, 0, 0));
	assert_int_equal(instant(*state, "Australia/Lord_Howe", 2024, 4, 7, 1, 45, &at), REFD_OK);
	assert_int_equal(at, utc(2024, 4, 6, 14, 45, 0));
	assert_int_equal(instant(*state, "America/New_York", 2024, 11, 3, 1, 59, &at), REFD_OK);
	assert_int_equal(at, utc(2024, 11, 3, 5, 59, 0));
}

static void instant__skipped_is_invalid(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_time time = { 42 };
	int64_t at = 0;

	assert_int_equal(instant(*state, "Europe/Berlin", 2024, 3, 31, 1, 59, &at), REFD_OK);
	assert_int_equal(instant(*state, "Europe/Berlin", 2024, 3, 31, 2, 0, &at), REFD_INVALID);
	assert_int_equal(instant(*state, "Europe/Berlin", 2024, 3, 31, 2, 59, &at), REFD_INVALID);
	assert_int_equal(instant(*state, "Europe/Berlin", 2024, 3, 31, 3, 0, &at), REFD_OK);
	assert_int_equal(at, utc(2024, 3, 31, 1, 0, 0));
	assert_int_equal(instant(*state, "Europe/Berlin", 2050, 3, 27, 2, 30, &at), REFD_INVALID);
	assert_int_equal(instant(*state, "Australia/Lord_Howe", 2024, 10, 6, 2, 15, &at),
			 REFD_INVALID);
	for (int hour = 0; hour < 24; hour++)
		assert_int_equal(instant(*state, "Pacific/Apia", 2011, 12, 30, hour, 0, &at),
				 REFD_INVALID);
	assert_int_equal(refd_tzdata_instant(*state, refd_str_of("Europe/Berlin"), 2024, 3, 31, 2,
					     30, 0, 0, &time, &err),
			 REFD_INVALID);
	assert_int_equal(time.us, 42);
	assert_string_equal(err.message, "clocks in Europe/Berlin skip 2024-03-31 02:30:00");
}

static void instant__impossible_dates_are_invalid(void **state)
{
	static const int32_t bad[][7] = {
		{ 0, 1, 1, 0, 0, 0, 0 },	 { 10000, 1, 1, 0, 0, 0, 0 },
		{ 2024, 0, 1, 0, 0, 0, 0 },	 { 2024, 13, 1, 0, 0, 0, 0 },
		{ 2024, 1, 0, 0, 0, 0, 0 },	 { 2024, 1, 32, 0, 0, 0, 0 },
		{ 2023, 2, 29, 0, 0, 0, 0 },	 { 1900, 2, 29, 0, 0, 0, 0 },
		{ 2024, 4, 31, 0, 0, 0, 0 },	 { 2024, 1, 1, -1, 0, 0, 0 },
		{ 2024, 1, 1, 24, 0, 0, 0 },	 { 2024, 1, 1, 0, 60, 0, 0 },
		{ 2024, 1, 1, 0, 0, 60, 0 },	 { 2024, 1, 1, 0, 0, 0, 1000000 },
		{ 2024, 1, 1, 0, 0, 0, -1 },	 { 2024, 1, 1, 0, -1, 0, 0 },
		{ 2024, 1, 1, 0, 0, -1, 0 },	 { 1970, 1, 1, 0, 0, 0, 0 },
		{ INT32_MAX, 1, 1, 0, 0, 0, 0 }, { INT32_MIN, 1, 1, 0, 0, 0, 0 },
	};
	struct refd_time time = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(refd_tzdata_instant(*state, refd_str_of("UTC"), bad[i][0],
						     bad[i][1], bad[i][2], bad[i][3], bad[i][4],
						     bad[i][5], bad[i][6], &time, NULL),
				 REFD_INVALID);
	assert_int_equal(refd_tzdata_instant(*state, refd_str_of("Asia/Kolkata"), 1, 1, 1, 0, 0, 0,
					     0, &time, NULL),
			 REFD_INVALID);
	assert_int_equal(refd_tzdata_instant(*state, refd_str_of("UTC"), 2000, 2, 29, 0, 0, 0, 0,
					     &time, NULL),
			 REFD_OK);
}

/* What a clock shows at an instant leads back to it, or to the first time the clock shows it. */
static void instant__is_the_inverse_of_offset(void **state)
{
	int64_t from = utc(1890, 1, 1, 0, 0, 0), to = utc(2200, 1, 1, 0, 0, 0);
	struct support_random random = { 7 };

	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		for (int n = 0; n < 2000; n++) {
			time_t at = from +
				    (int64_t)support_random_below(&random, (uint64_t)(to - from));
			time_t shown = at + offset_at(*state, zones[i], at);
			int64_t back = 0;
			struct tm tm;

			gmtime_r(&shown, &tm);
			tm.tm_year += 1900;
			tm.tm_mon++;
			assert_int_equal(instant_of(*state, zones[i], &tm, &back), REFD_OK);
			assert_true(back <= at && back > at - 2 * 86400);
			assert_int_equal(back + offset_at(*state, zones[i], back), shown);
		}
	}
}

/* ---- names and files ---- */

static void zone__bad_names_are_not_found(void **state)
{
	static const char *const bad[] = {
		"",
		"Europe",
		"Europe/Atlantis",
		"../zoneinfo/Europe/Berlin",
		"/usr/share/zoneinfo/Europe/Berlin",
		"Europe/../Europe/Berlin",
		"Europe//Berlin",
		"Europe/Berlin/",
		"./Europe/Berlin",
		"Europe/Berlin\n",
		"zone.tab",
		"Europe/B\xc3\xa9rlin",
		"Europe/Berlin/x",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	struct refd_str with_nul = { "Europe/Berlin\0x", 15 };
	struct refd_timezone port = refd_tzdata_timezone(*state);
	struct refd_time time = { 1 };
	int32_t offset = 77;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct refd_error err = REFD_ERROR_INIT;

		if (ask(*state, bad[i], 1, &offset, &err) != REFD_NOT_FOUND)
			fail_msg("%s: %s", bad[i], err.message);
	}
	assert_int_equal(port.ops->offset(port.self, with_nul, time, &offset, NULL),
			 REFD_NOT_FOUND);
	assert_int_equal(offset, 77);
}

/* A directory of our own with one file. */
struct place {
	char directory[64];
	char file[80];
};

static void place_make(struct place *place)
{
	strcpy(place->directory, "/tmp/refd-tzdata-XXXXXX");
	assert_non_null(mkdtemp(place->directory));
	snprintf(place->file, sizeof(place->file), "%s/Zone", place->directory);
}

static void place_write(const struct place *place, const void *bytes, size_t count)
{
	FILE *file = fopen(place->file, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
}

static void place_remove(const struct place *place)
{
	unlink(place->file);
	assert_int_equal(rmdir(place->directory), 0);
}

static enum refd_status ask_place(const struct place *place, int32_t *ret, struct refd_error *err)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_tzdata *tzdata = NULL;
	enum refd_status status;

	assert_int_equal(refd_tzdata_create(&allocator, place->directory, &tzdata, NULL), REFD_OK);
	status = ask(tzdata, "Zone", 1, ret, err);
	refd_tzdata_destroy(tzdata);
	return status;
}

static uint8_t *read_zone(const char *name, size_t *ret)
{
	char path[128];
	uint8_t *bytes = malloc(65536);
	FILE *file;

	snprintf(path, sizeof(path), ZONEINFO "/%s", name);
	file = fopen(path, "rb");
	if (!file)
		fail_msg("%s: %s (is tzdata installed?)", path, strerror(errno));
	*ret = fread(bytes, 1, 65536, file);
	fclose(file);
	return bytes;
}

static void zone__without_a_directory_is_unavailable(void **state)
{
	struct place place = { "/tmp/refd-no-such-directory", "" };
	struct refd_error err = REFD_ERROR_INIT;
	int32_t offset = 0;

	(void)state;
	assert_int_equal(ask_place(&place, &offset, &err), REFD_UNAVAILABLE);
	assert_non_null(strstr(err.message, place.directory));
}

static void zone__that_is_no_zone_file_is_corrupt(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct place place;
	int32_t offset = 0;

	(void)state;
	place_make(&place);
	place_write(&place, "# not a zone\n", 13);
	assert_int_equal(ask_place(&place, &offset, &err), REFD_CORRUPT);
	assert_non_null(strstr(err.message, place.file));
	place_write(&place, "", 0);
	assert_int_equal(ask_place(&place, &offset, NULL), REFD_CORRUPT);
	unlink(place.file);
	assert_int_equal(ask_place(&place, &offset, NULL), REFD_NOT_FOUND);
	assert_int_equal(symlink(place.file, place.file), 0);
	assert_int_equal(ask_place(&place, &offset, NULL), REFD_UNAVAILABLE);
	unlink(place.file);
	assert_int_equal(mkfifo(place.file, 0600), 0);
	assert_int_equal(ask_place(&place, &offset, NULL), REFD_CORRUPT);
	place_remove(&place);
}

static void zone__is_read_once(void **state)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_tzdata *tzdata = NULL;
	struct place place;
	int32_t offset = 0;
	size_t count = 0;
	uint8_t *bytes = read_zone("Asia/Kolkata", &count);

	(void)state;
	place_make(&place);
	place_write(&place, bytes, count);
	assert_int_equal(refd_tzdata_create(&allocator, place.directory, &tzdata, NULL), REFD_OK);
	assert_int_equal(ask(tzdata, "Zone", REFD_TIME_MAX, &offset, NULL), REFD_OK);
	place_remove(&place);
	offset = 0;
	assert_int_equal(ask(tzdata, "Zone", REFD_TIME_MAX, &offset, NULL), REFD_OK);
	assert_int_equal(offset, 19800);
	refd_tzdata_destroy(tzdata);
	free(bytes);
}

/* ---- file format ---- */

static enum refd_status parse(const uint8_t *bytes, size_t count, struct refd_tzdata__zone **ret)
{
	struct refd_allocator allocator = refd_allocator_libc();
	uint8_t *exact = malloc(count ? count : 1); /* so that a read behind the end is seen */
	enum refd_status status;

	memcpy(exact, bytes, count);
	status = refd_tzdata__tzif_parse(&allocator, exact, count, "Zone", ret, NULL);
	free(exact);
	return status;
}

static void tzif__version_1_alone_is_read(void **state)
{
	uint8_t bytes[44 + 2 * 5 + 2 * 6 + 8] = "TZif";
	struct refd_tzdata__zone *zone = NULL;

	(void)state;
	bytes[35] = 2; /* times */
	bytes[39] = 2; /* types */
	bytes[43] = 8; /* characters */
	memcpy(bytes + 44, "\x80\0\0\0\0\0\x10\0\1\0", 10);
	memcpy(bytes + 54, "\xff\xff\xff\xff\0\0\0\0\x0e\x10\0\4", 12);
	memcpy(bytes + 66, "LMT\0CET", 8);
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_OK);
	assert_int_equal(refd_tzdata__zone_offset(zone, INT64_C(-2147483649)), -1);
	assert_int_equal(refd_tzdata__zone_offset(zone, INT64_C(-2147483648)), 3600);
	assert_int_equal(refd_tzdata__zone_offset(zone, 4095), 3600);
	assert_int_equal(refd_tzdata__zone_offset(zone, 4096), -1);
	assert_int_equal(refd_tzdata__zone_offset(zone, INT64_C(9999999999)), -1);
	free(zone);
	bytes[52] = 2; /* an offset that is not there */
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_CORRUPT);
	memcpy(bytes + 52, "\1\0", 2);
	bytes[44] = 0x7f; /* times that go back */
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_CORRUPT);
	bytes[44] = 0x80;
	bytes[54] = 0; /* an offset of half a year */
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_CORRUPT);
	bytes[54] = 0xff;
	bytes[39] = 0; /* no offsets */
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_CORRUPT);
	bytes[39] = 2;
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_OK);
	free(zone);
}

static void tzif__truncated_files_are_corrupt(void **state)
{
	size_t count = 0;
	uint8_t *bytes = read_zone("Europe/Berlin", &count);

	(void)state;
	for (size_t n = 0; n < count; n++) {
		struct refd_tzdata__zone *zone = NULL;

		assert_int_equal(parse(bytes, n, &zone), REFD_CORRUPT);
	}
	free(bytes);
}

static void tzif__damaged_files_never_crash(void **state)
{
	static const char *const names[] = { "Europe/Berlin", "Asia/Kolkata", "UTC" };
	struct support_random random = { 99 };
	int64_t accepted = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		size_t count = 0;
		uint8_t *bytes = read_zone(names[i], &count);
		uint8_t *copy = malloc(count);

		for (int n = 0; n < 10000; n++) {
			struct refd_tzdata__zone *zone = NULL;
			enum refd_status status;

			memcpy(copy, bytes, count);
			for (uint64_t left = 1 + support_random_below(&random, 4); left; left--)
				copy[support_random_below(&random, n % 2 ? count : 64)] =
					(uint8_t)support_random_next(&random);
			status = parse(copy, count, &zone);
			assert_true(status == REFD_OK || status == REFD_CORRUPT ||
				    status == REFD_UNSUPPORTED);
			for (int k = 0; status == REFD_OK && k < 8; k++) {
				int64_t at = (int64_t)support_random_below(&random,
									   UINT64_C(800000000000)) -
					     INT64_C(400000000000);
				int32_t offset = refd_tzdata__zone_offset(zone, at);

				assert_true(offset >= -26 * 3600 && offset <= 26 * 3600);
			}
			accepted += status == REFD_OK;
			free(zone);
		}
		free(copy);
		free(bytes);
	}
	assert_true(accepted > 0);
}

static void tzif__leap_seconds_are_unsupported(void **state)
{
	uint8_t bytes[44 + 6 + 4 + 8] = "TZif";
	struct refd_tzdata__zone *zone = NULL;

	(void)state;
	bytes[31] = 1;
	bytes[39] = 1;
	bytes[43] = 4;
	memcpy(bytes + 50, "UTC", 4);
	assert_int_equal(parse(bytes, sizeof(bytes), &zone), REFD_UNSUPPORTED);
}

/* ---- the footer ---- */

static int32_t rule_at(const char *text, int64_t at)
{
	struct refd_tzdata__rule rule = { 0 };

	if (!refd_tzdata__rule_parse(text, strlen(text), &rule))
		fail_msg("%s was refused", text);
	return refd_tzdata__rule_offset(&rule, at);
}

static void rule__forms_are_understood(void **state)
{
	/* day 60 of a year without 29 February is 1 March in every year, day 59 from 0 is 29
	   February in a leap year */
	int64_t march24 = utc(2024, 3, 1, 2, 0, 0), march23 = utc(2023, 3, 1, 2, 0, 0);
	int64_t leap24 = utc(2024, 2, 29, 2, 0, 0);

	(void)state;
	assert_int_equal(rule_at("UTC0", 0), 0);
	assert_int_equal(rule_at("<+0545>-5:45", 0), 20700);
	assert_int_equal(rule_at("ABC+1:02:03", 0), -3723);
	assert_int_equal(rule_at("AAA0BBB,J60,J300", march24 - 1), 0);
	assert_int_equal(rule_at("AAA0BBB,J60,J300", march24), 3600);
	assert_int_equal(rule_at("AAA0BBB,J60,J300", march23 - 1), 0);
	assert_int_equal(rule_at("AAA0BBB,J60,J300", march23), 3600);
	assert_int_equal(rule_at("AAA0BBB,J59,J300", utc(2024, 2, 28, 2, 0, 0) - 1), 0);
	assert_int_equal(rule_at("AAA0BBB,J59,J300", utc(2024, 2, 28, 2, 0, 0)), 3600);
	assert_int_equal(rule_at("AAA0BBB,59,300", leap24 - 1), 0);
	assert_int_equal(rule_at("AAA0BBB,59,300", leap24), 3600);
	assert_int_equal(rule_at("AAA0BBB,59,300", march23 - 1), 0);
	assert_int_equal(rule_at("AAA0BBB,59,300", march23), 3600);
	/* daylight time that is behind, as in Ireland */
	assert_int_equal(rule_at("IST-1GMT0,M10.5.0,M3.5.0/1", utc(2050, 1, 1, 0, 0, 0)), 0);
	assert_int_equal(rule_at("IST-1GMT0,M10.5.0,M3.5.0/1", utc(2050, 7, 1, 0, 0, 0)), 3600);
	/* a change before midnight of its day, and one that is days later */
	assert_int_equal(rule_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2050, 3, 27, 0, 59, 59)),
			 -7200);
	assert_int_equal(rule_at("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2050, 3, 27, 1, 0, 0)),
			 -3600);
	assert_int_equal(rule_at("EET-2EEST,M3.4.4/50,M10.4.4/50", utc(2050, 3, 25, 23, 59, 59)),
			 7200);
	assert_int_equal(rule_at("EET-2EEST,M3.4.4/50,M10.4.4/50", utc(2050, 3, 26, 0, 0, 0)),
			 10800);
	/* daylight time all year */
	for (int day = 0; day < 800; day++)
		assert_int_equal(rule_at("XXX3EDT4,0/0,J365/23",
					 utc(2030, 1, 1, 0, 0, 0) + day * INT64_C(86400) / 2),
				 -14400);
}

static void rule__malformed_ones_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"C",
		"CE-1",
		"CET",
		"CET-25",
		"CET-1:60",
		"CET-1CEST",
		"CET-1CEST,",
		"CET-1CEST,M3.5.0",
		"CET-1CEST,M3.5.0,",
		"CET-1CEST,M13.5.0,M10.5.0",
		"CET-1CEST,M0.5.0,M10.5.0",
		"CET-1CEST,M3.6.0,M10.5.0",
		"CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M3.5.0/168,M10.5.0",
		"CET-1CEST,J0,J300",
		"CET-1CEST,J366,J300",
		"CET-1CEST,366,300",
		"CET-1CEST,M3.5.0,M10.5.0x",
		"<CET-1",
		"<C>1",
		"CET-1CEST25,M3.5.0,M10.5.0",
	};
	struct refd_tzdata__rule rule = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (refd_tzdata__rule_parse(bad[i], strlen(bad[i]), &rule))
			fail_msg("\"%s\" was taken", bad[i]);
}

/* ---- memory and threads ---- */

static void tzdata__answers_when_memory_runs_out(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 4; n++) {
		struct support_heap heap;
		struct refd_allocator allocator;
		struct refd_tzdata *tzdata = NULL;
		enum refd_status status;
		int32_t offset = 0;

		support_heap_init(&heap);
		heap.fail_at = n;
		allocator = support_heap_allocator(&heap);
		status = refd_tzdata_create(&allocator, NULL, &tzdata, NULL);
		if (status == REFD_OK)
			status = ask(tzdata, "Europe/Berlin", 1, &offset, NULL);
		assert_int_equal(status, n <= 3 ? REFD_NO_MEMORY : REFD_OK);
		if (tzdata && n == 3) { /* and works when there is memory again */
			assert_int_equal(ask(tzdata, "Europe/Berlin", 1, &offset, NULL), REFD_OK);
			assert_int_equal(offset, 3600);
		}
		refd_tzdata_destroy(tzdata);
		support_heap_done(&heap);
	}
	refd_tzdata_destroy(NULL);
}

static void *ask_all(void *self)
{
	intptr_t wrong = 0;

	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
			int32_t offset = 0;

			if (ask(self, zones[i], REFD_TIME_MAX / 2, &offset, NULL) != REFD_OK)
				wrong++;
		}
	}
	return (void *)wrong;
}

static void tzdata__is_shared_between_threads(void **state)
{
	pthread_t threads[4];
	void *wrong = NULL;

	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_all, *state), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], &wrong);
		assert_null(wrong);
	}
}

#define WITH_TZDATA(test) cmocka_unit_test_setup_teardown(test, open_tzdata, close_tzdata)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TZDATA(tzdata__berlin_changes_to_the_second),
		WITH_TZDATA(tzdata__other_zones_change_to_the_second),
		WITH_TZDATA(tzdata__agrees_with_the_c_library),
		WITH_TZDATA(instant__of_clear_times),
		WITH_TZDATA(instant__shown_twice_is_the_first),
		WITH_TZDATA(instant__skipped_is_invalid),
		WITH_TZDATA(instant__impossible_dates_are_invalid),
		WITH_TZDATA(instant__is_the_inverse_of_offset),
		WITH_TZDATA(zone__bad_names_are_not_found),
		cmocka_unit_test(zone__without_a_directory_is_unavailable),
		cmocka_unit_test(zone__that_is_no_zone_file_is_corrupt),
		cmocka_unit_test(zone__is_read_once),
		cmocka_unit_test(tzif__version_1_alone_is_read),
		cmocka_unit_test(tzif__truncated_files_are_corrupt),
		cmocka_unit_test(tzif__damaged_files_never_crash),
		cmocka_unit_test(tzif__leap_seconds_are_unsupported),
		cmocka_unit_test(rule__forms_are_understood),
		cmocka_unit_test(rule__malformed_ones_are_refused),
		cmocka_unit_test(tzdata__answers_when_memory_runs_out),
		WITH_TZDATA(tzdata__is_shared_between_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
