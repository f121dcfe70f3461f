/* A time zone as read from its file. Times and offsets are seconds. */
#ifndef REFD_TZDATA_ZONE_H
#define REFD_TZDATA_ZONE_H

#include <refdomain/adapters/tzdata.h>

/* When clocks change, once a year. */
enum refd_tzdata__day_kind {
	REFD_TZDATA__JULIAN = 1, /* day 1 to 365, 29 February is never counted */
	REFD_TZDATA__DAY,	 /* day 0 to 365, 29 February is counted */
	REFD_TZDATA__WEEKDAY	 /* weekday (0: Sunday) of week 1 to 5 (5: the last) of a month */
};

struct refd_tzdata__change {
	enum refd_tzdata__day_kind kind;
	int32_t month, week, day;
	int32_t time; /* after local midnight, may be negative or more than a day */
};

/* What a POSIX TZ text says about all years. */
struct refd_tzdata__rule {
	bool has_dst;
	int32_t standard, daylight; /* to add to UTC */
	struct refd_tzdata__change start, end;
};

struct refd_tzdata__zone {
	struct refd_tzdata__zone *next;
	char name[REFD_ZONE_BYTES + 1];
	bool has_rule;
	struct refd_tzdata__rule rule; /* for times from the last transition on */
	size_t n_times, n_offsets;
	int64_t *times;	  /* transitions, ascending */
	uint8_t *indexes; /* for each time, the offset from then on */
	int32_t *offsets; /* the first one counts before the first transition */
};

/* Read a file's content. @return OK, *ret to be freed with the allocator; CORRUPT; UNSUPPORTED;
 * NO_MEMORY */
enum refd_status refd_tzdata__tzif_parse(const struct refd_allocator *allocator,
					 const uint8_t *bytes, size_t count, const char *path,
					 struct refd_tzdata__zone **ret, struct refd_error *err);

/* Read "CET-1CEST,M3.5.0,M10.5.0/3". False if it is malformed. */
bool refd_tzdata__rule_parse(const char *text, size_t length, struct refd_tzdata__rule *ret);

/* Seconds to add to UTC at @p time. */
int32_t refd_tzdata__rule_offset(const struct refd_tzdata__rule *rule, int64_t time);
int32_t refd_tzdata__zone_offset(const struct refd_tzdata__zone *zone, int64_t time);

/* Days from 1970-01-01 in the proleptic Gregorian calendar, and the year of such a day. */
int64_t refd_tzdata__days_of(int64_t year, int64_t month, int64_t day);
int64_t refd_tzdata__year_of(int64_t days);
/* 28 to 31. */
int64_t refd_tzdata__days_in(int64_t year, int64_t month);

#endif
