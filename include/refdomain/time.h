/** @file time.h Instants, spans and half-open ranges. All functions: any thread. @since 0.1 */
#ifndef REFDOMAIN_TIME_H
#define REFDOMAIN_TIME_H

#include <refdomain/attributes.h>
#include <refdomain/status.h>
#include <refdomain/text.h>

REFD_BEGIN_DECLS

/** @{ */
/** In microseconds. */
#define REFD_SECOND INT64_C(1000000)
#define REFD_MINUTE (60 * REFD_SECOND)
#define REFD_HOUR   (60 * REFD_MINUTE)
#define REFD_DAY    (24 * REFD_HOUR)
/** @} */

/**
 * An instant: microseconds since 1970-01-01T00:00:00Z, years 0001 to 9999.
 * 0 means unset, so the epoch itself cannot be expressed; refd_time_parse() refuses it.
 */
struct refd_time {
	int64_t us;
};

#define REFD_TIME_MIN INT64_C(-62135596800000000) /**< 0001-01-01T00:00:00Z */
#define REFD_TIME_MAX INT64_C(253402300799999999) /**< 9999-12-31T23:59:59.999999Z */

/** From (inclusive) to (exclusive). An unset end is open. */
struct refd_range {
	struct refd_time from;
	struct refd_time to;
};

#define REFD_TIME_TEXT 27 /**< characters of the longest printed form, without the NUL */

/**
 * Read RFC 3339 with an offset or Z, "T" or a space between date and time, up to nine fraction
 * digits (digits beyond microseconds are dropped). A leap second (:60) is refused. The violation
 * (TEXT_MALFORMED, OUT_OF_RANGE) is added to @p err.
 * @return OK; INVALID, @p ret untouched.
 */
REFD_NODISCARD REFD_API enum refd_status refd_time_parse(struct refd_str text, const char *field,
							 struct refd_time *ret,
							 struct refd_error *err);

/** Print in UTC with Z and 0, 3 or 6 fraction digits as needed. @return @p text, REFD_TIME_TEXT + 1
 * bytes. */
REFD_API char *refd_time_format(struct refd_time time, char *text);

/** The proleptic Gregorian day of @p time in UTC, counted from 1970-01-01 (negative before). */
REFD_API int32_t refd_time_utc_day(struct refd_time time);

/** True for 0. */
static inline bool refd_time_is_unset(struct refd_time time)
{
	return time.us == 0;
}

/** Half-open: from <= time < to; open ends hold everything on their side. */
static inline bool refd_range_holds(struct refd_range range, struct refd_time time)
{
	return (range.from.us == 0 || time.us >= range.from.us) &&
	       (range.to.us == 0 || time.us < range.to.us);
}

REFD_END_DECLS

#endif
