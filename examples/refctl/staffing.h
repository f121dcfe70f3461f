/** @file staffing.h What a report tells of a season: staffing per week, load per referee, and the
 * slots that are open. */
#ifndef REFCTL_STAFFING_H
#define REFCTL_STAFFING_H

#include "refctl.h"

/** The matches of a week in UTC; weeks without any are left out. */
struct staffing_week {
	struct refd_time monday;
	size_t full;   /**< scheduled, both referees */
	size_t partly; /**< scheduled, one referee */
	size_t open;   /**< scheduled, nobody */
	size_t cancelled;
};

/** A scheduled match with an open slot. */
struct staffing_open {
	struct refd_time kickoff;
	char *home, *away, *venue;
	bool first, second; /**< which of them is open */
};

struct staffing_load {
	char *name, *club;
	struct refd_load load;
};

struct staffing {
	struct staffing_week *weeks; /**< in order of time */
	struct staffing_open *open;  /**< in order of time */
	struct staffing_load *loads; /**< the busiest first, then by name */
	size_t n_weeks, n_open, n_loads;
	struct staffing_week sum; /**< of all weeks; its monday is unset */
	size_t open_slots;
	struct refd_time first, last; /**< kick-offs; unset if there are no matches */
};

/** Read what lies in @p range. @return OK; INVALID; NO_MEMORY; technical failures.
 * staffing_done() in any case. */
enum refd_status staffing_read(struct refctl *ctl, struct refd_range range, struct staffing *ret);
void staffing_done(struct staffing *staffing);

size_t staffing_matches(const struct staffing_week *week); /**< scheduled ones */
size_t staffing_load_matches(const struct staffing_load *load);

#endif
