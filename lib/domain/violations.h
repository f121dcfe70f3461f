/* Short ways to say what is wrong; all add to err and take NULL. */
#ifndef REFD_DOMAIN_VIOLATIONS_H
#define REFD_DOMAIN_VIOLATIONS_H

#include <refdomain/error.h>

/* A field is malformed: adds the violation and sets INVALID with a summary message. @return INVALID
 */
enum refd_status refd__invalid(struct refd_error *err, const char *field, enum refd_rule rule,
			       int64_t measured, int64_t limit, const char *format, ...)
	REFD_PRINTF(6, 7);
/* A rule refuses: adds the violation about `object` (fixture and referee members are filled from
   it), sets REFUSED, LOCKED (AVAILABILITY_LOCKED) or LATE (AFTER_CUTOFF) unless a status is already
   set. @return the status set */
enum refd_status refd__refused(struct refd_error *err, struct refd_ref object, enum refd_rule rule,
			       struct refd_ref counterpart, const char *format, ...)
	REFD_PRINTF(5, 6);

#endif
