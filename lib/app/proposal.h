/* All that is staged, as one proposal: loaded, guarded, with who goes for whom. */
#ifndef REFD_APP_PROPOSAL_H
#define REFD_APP_PROPOSAL_H

#include <refdomain/app/assigning.h>

#include "app/work.h"

/* One staged assignment on its way to the commit. */
struct refd__candidate {
	struct refd_assignment *assignment;
	struct refd__fixture_node *fixture;
	enum refd_role role;		  /* the role it takes */
	struct refd_assignment *replaced; /* the committed assignment that goes for it, or NULL */
	uint32_t overridden;
	bool out; /* violates a rule, stays staged (valid_only) */
};

struct refd__proposal { /* unit and overrides are the caller's to set */
	struct refd_unit *unit;
	const struct refd_override *overrides;
	size_t n_overrides;
	struct refd__candidate *candidates;
	size_t count;
	struct refd_referee_id *referees; /* of the candidates, each once */
	size_t n_referees;
	struct refd__id_map
		by_assignment; /* assignment id to candidate it belongs to or is replaced by */
};

/* Whether the assignment is a candidate itself, or goes for one. */
enum { REFD__CANDIDATE = 1, REFD__REPLACED };

/* @return OK; INVALID, REFUSED (overrides); technical failures */
enum refd_status refd__proposal_load(struct refd__proposal *p, struct refd_error *err);
/* The candidate the assignment is (REFD__CANDIDATE) or goes for (REFD__REPLACED); NULL if none. */
struct refd__candidate *refd__proposal_noted(const struct refd__proposal *p, uint32_t kind,
					     const struct refd_assignment *a);

#endif
