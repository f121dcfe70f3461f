/** @file report.h Why a run failed: text for people, one JSON object for programs, on standard
 * error. */
#ifndef REFCTL_REPORT_H
#define REFCTL_REPORT_H

#include "refctl.h"

/** A violation, and for files where it is. */
struct report_item {
	struct refd_violation violation;
	enum refd_status status;
	size_t line;	  /**< 0: not about a file */
	size_t column;	  /**< the field, from 1; 0: the whole line */
	size_t character; /**< the place in the line, from 1; 0: not known */
	char *other;	  /**< the counterpart in words, NULL if there is none; owned */
};

struct report {
	struct report_item *items;
	size_t count;
	size_t room;
	bool failed; /**< out of memory: items are missing */
};

/** Append; the item's `other` is taken over. */
void report_add(struct report *report, const struct report_item *item);
/** A violation sink for validate, what-if and commit. @p self is a struct report. */
enum refd_status report_violation(void *self, size_t assignment,
				  const struct refd_violation *violation);
void report_done(struct report *report);

/** Print why @p status. @param json as one object {status, message, violations} */
void report_print(const struct refctl *ctl, enum refd_status status);

/** The message of @p violation, or the text of its rule. */
const char *violation_message(const struct refd_violation *violation);

#endif
