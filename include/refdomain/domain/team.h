/** @file team.h The team aggregate. Aggregates live in a unit of work and share its thread. @since
 * 0.1 */
#ifndef REFDOMAIN_DOMAIN_TEAM_H
#define REFDOMAIN_DOMAIN_TEAM_H

#include <refdomain/domain/referee.h>

REFD_BEGIN_DECLS

/** What a store keeps of a team. */
struct refd_team_state {
	struct refd_team_id id;
	struct refd_name name;
	struct refd_name club;
	enum refd_party_status status;
	int64_t version;
};

extern REFD_API const struct refd_layout refd_team_layout;

/** Input of register and correct. Texts are borrowed for the call. */
struct refd_team_details {
	struct refd_str name;
	struct refd_str club;
};

struct refd_team;

/** The present state; borrowed, valid until the unit ends. */
REFD_API const struct refd_team_state *refd_team_state(const struct refd_team *team);

/** Replace all details. @return OK; INVALID (all violations); REFUSED (RETIRED); NO_MEMORY. On
 * failure nothing changes. */
REFD_NODISCARD REFD_API enum refd_status refd_team_correct(struct refd_team *team,
							   const struct refd_team_details *details,
							   struct refd_error *err);
/** Retire for good. @return OK; REFUSED (RETIRED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_team_retire(struct refd_team *team,
							  struct refd_error *err);

REFD_END_DECLS

#endif
