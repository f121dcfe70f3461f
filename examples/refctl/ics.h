/** @file ics.h Content lines of iCalendar (RFC 5545): ended by CRLF, folded at 75 octets between
 * characters, texts escaped. */
#ifndef REFCTL_ICS_H
#define REFCTL_ICS_H

#include <stdio.h>

#include <refdomain/text.h>
#include <refdomain/time.h>

#define ICS_LINE_OCTETS 75

/** A line at work. Whether the file took everything is asked of the file. */
struct ics {
	FILE *out;
	size_t column; /**< octets of the present line */
};

/** The piece as it is: names, parameters, values that are no TEXT. */
void ics_plain(struct ics *ics, const char *piece);
/** A piece of a TEXT value, UTF-8. Line feeds become \n; other control characters, which no TEXT
 * may hold, are left out. */
void ics_text(struct ics *ics, struct refd_str piece);
void ics_end_line(struct ics *ics);

/** "NAME:value", the value as it is. */
void ics_line(struct ics *ics, const char *name, const char *value);
/** "NAME:value", a TEXT value. */
void ics_text_line(struct ics *ics, const char *name, struct refd_str text);
/** "NAME:20260901T120000Z"; fractions of a second are cut off. */
void ics_time_line(struct ics *ics, const char *name, struct refd_time time);

#endif
