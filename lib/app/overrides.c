#include "app/assigning_parts.h"

#include <stdio.h>

static void refuse(const struct refd_override *override, struct refd_error *err)
{
	struct refd_violation violation = { .rule = REFD_RULE_OVERRIDE_NOT_ALLOWED,
					    .fixture = override->fixture,
					    .referee = override->referee };
	const char *name = refd_rule_name(override->rule);

	snprintf(violation.message, sizeof(violation.message), "%s cannot be overridden",
		 name != NULL ? name : "what is no rule");
	refd_error_add(err, &violation);
}

enum refd_status refd__check_overrides(const struct refd_override *overrides, size_t count,
				       struct refd_str actor, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	struct refd_name reason;
	size_t i;

	(void)actor;
	for (i = 0; i < count; i++) {
		if (refd_name_parse(overrides[i].reason, "override.reason", &reason, err) !=
		    REFD_OK)
			st = REFD_INVALID;
		if ((int)overrides[i].rule >= 1 && (int)overrides[i].rule <= REFD_ENGINE_RULES &&
		    refd_rule_severity(overrides[i].rule) == REFD_SEVERITY_OVERRIDABLE)
			continue;
		refuse(&overrides[i], err);
		if (st == REFD_OK)
			st = REFD_REFUSED;
	}
	if (st != REFD_OK)
		(void)refd_error_set(err, st,
				     st == REFD_INVALID ? "an override has no proper reason"
							: "that rule cannot be overridden");
	return st;
}

static bool concerns(const struct refd_override *override, struct refd_fixture_id fixture,
		     struct refd_referee_id referee)
{
	return refd_uuid_equal(override->fixture.uuid, fixture.uuid) &&
	       refd_uuid_equal(override->referee.uuid, referee.uuid);
}

uint32_t refd__overridden(const struct refd_override *overrides, size_t count,
			  struct refd_fixture_id fixture, struct refd_referee_id referee)
{
	uint32_t set = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (concerns(&overrides[i], fixture, referee))
			set |= UINT32_C(1) << overrides[i].rule;
	}
	return set;
}

enum refd_status refd__record_overrides(struct refd_unit *unit, struct refd_assignment *assignment,
					struct refd_referee_id referee,
					const struct refd_override *overrides, size_t count,
					struct refd_error *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		enum refd_status st;

		if (!concerns(&overrides[i], assignment->state.fixture, referee))
			continue;
		st = refd_assignment_override(assignment, overrides[i].rule, unit->actor,
					      overrides[i].reason, err);
		if (st != REFD_OK)
			return st;
	}
	return REFD_OK;
}

void refd__request_overrides(struct refd__request *request, const struct refd_override *overrides,
			     size_t count)
{
	size_t i;

	refd__request_number(request, (int64_t)count);
	for (i = 0; i < count; i++) {
		refd__request_number(request, overrides[i].rule);
		refd__request_uuid(request, overrides[i].fixture.uuid);
		refd__request_uuid(request, overrides[i].referee.uuid);
		refd__request_text(request, overrides[i].reason);
	}
}
