/* Checks that several aggregates make alike. */
#ifndef REFD_DOMAIN_CHECKS_H
#define REFD_DOMAIN_CHECKS_H

#include <refdomain/error.h>
#include <refdomain/time.h>

bool refd__role_exists(enum refd_role role);
/* @return OK; INVALID under "role" */
enum refd_status refd__check_role(enum refd_role role, struct refd_error *err);
/* Set, and within the years 0001 to 9999. @return OK; INVALID */
enum refd_status refd__check_instant(struct refd_time time, const char *field,
				     struct refd_error *err);
/* The object is locked (or not) already. That is a refusal: the status LOCKED is for those a lock
 * keeps out. @return REFUSED */
enum refd_status refd__refuse_lock(struct refd_ref object, bool locked, struct refd_error *err);
/* The violation just added, to say more about it; NULL if err did not keep it. */
struct refd_violation *refd__last_violation(struct refd_error *err);

#endif
