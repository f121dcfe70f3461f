/** @file calendar.h Appointments of referees as an iCalendar object. */
#ifndef REFCTL_CALENDAR_H
#define REFCTL_CALENDAR_H

#include "refctl.h"

struct calendar_options {
	struct refd_referee_id referee; /**< unset: everybody's */
	struct refd_range range;	/**< of the kick-off */
	bool committed_only; /**< nothing that was only planned: plans are not public yet */
};

/**
 * Write the calendar to standard output once all of it is there; the same store gives the same
 * bytes. An event is known by its fixture and referee: its UID is the name-based UUID (version 5)
 * of the referee's id, as text, in the namespace of the fixture's id.
 * @return OK; what the query answers; NO_MEMORY; UNAVAILABLE (standard output cannot be written)
 */
enum refd_status calendar_write(struct refctl *ctl, const struct calendar_options *options);

#endif
