/** @file civil.h Dates and times of day as lists print them. */
#ifndef REFCTL_CIVIL_H
#define REFCTL_CIVIL_H

#include <refdomain/text.h>

struct civil_date {
	int32_t year, month, day;
};

struct civil_time {
	int32_t hour, minute, second;
};

/** What 3/4/2026 means. Dates with a slash are refused without it. */
enum civil_order { CIVIL_DMY = 1, CIVIL_MDY };

/** Read 2026-04-03, 2026/04/03, 3.4.2026, or 3/4/2026 by @p order. Whether the day exists is not
 * checked. @return NULL, or why not (static text) */
const char *civil_date_parse(struct refd_str text, enum civil_order order, struct civil_date *ret);

/** Read 20:00, 20:00:30, 20.00, 8:00 PM. @return NULL, or why not (static text) */
const char *civil_time_parse(struct refd_str text, struct civil_time *ret);

/** Cut "2026-04-03 20:00" or "2026-04-03T20:00" in two. @return false if there is no blank or T */
bool civil_split(struct refd_str text, struct refd_str *ret_date, struct refd_str *ret_time);

/** Without blanks at both ends. */
struct refd_str trimmed(struct refd_str text);

#endif
