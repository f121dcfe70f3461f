/* What staging, replacing and committing share. */
#ifndef REFD_APP_ASSIGNING_PARTS_H
#define REFD_APP_ASSIGNING_PARTS_H

#include <refdomain/app/assigning.h>

#include "app/request.h"
#include "app/work.h"

struct refd__verdict {
	struct refd_error *err;
	size_t total;
};

/* What staging these rows looks at, in one trip. */
enum refd_status refd__load_stages(struct refd_unit *unit, const struct refd_stage *rows,
				   size_t count, struct refd_error *err);
/* Stage one row in the unit. */
enum refd_status refd__stage(struct refd_unit *unit, const struct refd_stage *stage,
			     int64_t expected, struct refd_result *ret, struct refd_error *err);

/* ---- overrides (overrides.c) ---- */

/* Every override names an overridable rule and a reason. @return OK; INVALID; REFUSED
 * (OVERRIDE_NOT_ALLOWED), all violations */
enum refd_status refd__check_overrides(const struct refd_override *overrides, size_t count,
				       struct refd_str actor, struct refd_error *err);
/* The rules overridden for (fixture, referee), as a set. */
uint32_t refd__overridden(const struct refd_override *overrides, size_t count,
			  struct refd_fixture_id fixture, struct refd_referee_id referee);
/* Record an event for each override of (the assignment's fixture, referee). */
enum refd_status refd__record_overrides(struct refd_unit *unit, struct refd_assignment *assignment,
					struct refd_referee_id referee,
					const struct refd_override *overrides, size_t count,
					struct refd_error *err);
void refd__request_overrides(struct refd__request *request, const struct refd_override *overrides,
			     size_t count);

#endif
