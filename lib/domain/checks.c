#include "domain/checks.h"

#include "base/message.h"
#include "domain/violations.h"

bool refd__role_exists(enum refd_role role)
{
	return (unsigned int)role >= 1 && (unsigned int)role <= REFD_ROLES;
}

enum refd_status refd__check_role(enum refd_role role, struct refd_error *err)
{
	if (refd__role_exists(role))
		return REFD_OK;
	if (role == (enum refd_role)0)
		return refd__invalid(err, "role", REFD_RULE_REQUIRED, 0, 0, "role is required");
	return refd__invalid(err, "role", REFD_RULE_OUT_OF_RANGE, (int64_t)role, REFD_ROLES,
			     "there is no such role");
}

enum refd_status refd__check_instant(struct refd_time time, const char *field,
				     struct refd_error *err)
{
	if (refd_time_is_unset(time))
		return refd__invalid(err, field, REFD_RULE_REQUIRED, 0, 0, "%s is required", field);
	if (time.us < REFD_TIME_MIN || time.us > REFD_TIME_MAX)
		return refd__invalid(err, field, REFD_RULE_OUT_OF_RANGE, time.us,
				     time.us < 0 ? REFD_TIME_MIN : REFD_TIME_MAX,
				     "%s lies outside the years 0001 to 9999", field);
	return REFD_OK;
}

enum refd_status refd__refuse_lock(struct refd_ref object, bool locked, struct refd_error *err)
{
	const struct refd_ref nobody = { 0 };

	refd__refused(err, object,
		      locked ? REFD_RULE_AVAILABILITY_LOCKED : REFD_RULE_AVAILABILITY_NOT_LOCKED,
		      nobody, NULL);
	return refd_error_set(err, REFD_REFUSED, "the availabilities are %s",
			      locked ? "locked already" : "not locked");
}

struct refd_violation *refd__last_violation(struct refd_error *err)
{
	if (!refd__error_usable(err) || err->kept != err->total)
		return NULL;
	return &err->violations[err->kept - 1];
}
