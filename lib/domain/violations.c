#include "domain/violations.h"

#include "base/message.h"

enum refd_status refd__invalid(struct refd_error *err, const char *field, enum refd_rule rule,
			       int64_t measured, int64_t limit, const char *format, ...)
{
	enum refd_status status;
	va_list args;

	va_start(args, format);
	status = refd__malformed_args(err, field, rule, measured, limit, format, args);
	va_end(args);
	return status;
}

static enum refd_status status_of(enum refd_rule rule)
{
	if (rule == REFD_RULE_AVAILABILITY_LOCKED)
		return REFD_LOCKED;
	if (rule == REFD_RULE_AFTER_CUTOFF)
		return REFD_LATE;
	return REFD_REFUSED;
}

/* An earlier violation has decided; a status from before any violation has not. */
static bool is_decided(const struct refd_error *err)
{
	return err->total > 1 && (err->status == REFD_INVALID || err->status == REFD_REFUSED ||
				  err->status == REFD_LOCKED || err->status == REFD_LATE);
}

enum refd_status refd__refused(struct refd_error *err, struct refd_ref object, enum refd_rule rule,
			       struct refd_ref counterpart, const char *format, ...)
{
	struct refd_violation violation = { .rule = rule, .counterpart = counterpart };
	enum refd_status status = status_of(rule);
	va_list args;

	if (!refd__error_usable(err))
		return status;
	if (object.noun == REFD_NOUN_FIXTURE)
		violation.fixture.uuid = object.id;
	if (object.noun == REFD_NOUN_REFEREE)
		violation.referee.uuid = object.id;
	violation.counterparts = counterpart.noun != 0;
	if (format) {
		va_start(args, format);
		refd__message_format(violation.message, sizeof(violation.message), format, args);
		va_end(args);
	}
	refd_error_add(err, &violation);
	if (is_decided(err))
		status = err->status;
	else
		err->object = object;
	refd__message_sum_up(err, status, &violation);
	return status;
}
