/* Puts the message of a violation together, piece by piece: a commit may report tens of thousands,
 * for which printf is too slow. What does not fit is cut at a code point. */
#ifndef REFD_DOMAIN_WORDING_H
#define REFD_DOMAIN_WORDING_H

#include <refdomain/error.h>
#include <refdomain/text.h>

struct refd__wording {
	char *end; /* where the next piece goes; NUL-terminated at all times */
	size_t space;
};

struct refd__wording refd__wording_of(struct refd_violation *violation);
void refd__wording_add(struct refd__wording *wording, struct refd_str text);
void refd__wording_say(struct refd__wording *wording, const char *text);
void refd__wording_number(struct refd__wording *wording, uint64_t number);

#endif
