/** @file assignment.h The assignment aggregate: a referee in a role of a fixture, staged and then
 * committed. @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_ASSIGNMENT_H
#define REFDOMAIN_DOMAIN_ASSIGNMENT_H

#include <refdomain/domain/fixture.h>

REFD_BEGIN_DECLS

/** Staged -> Pending -> Committed; in one store the last two happen in the same unit. Stored as
 * words. */
enum refd_assignment_status {
	REFD_ASSIGNMENT_STAGED = 1,
	REFD_ASSIGNMENT_PENDING,
	REFD_ASSIGNMENT_COMMITTED
};

/** What a store keeps: (fixture, referee) is unique. */
struct refd_assignment_state {
	struct refd_assignment_id id;
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	enum refd_role role; /**< staged: the role wanted; committed: the slot held */
	enum refd_assignment_status status;
	enum refd_role staged_role; /**< committed only: the role it changes to on the next commit;
				       0 if none */
	struct refd_referee_id replaces; /**< who held the staged role when it was staged, and goes
					    on commit; unset if it was free or nothing is staged */
	uint32_t
		overridden; /**< engine rules overridden on commit: later re-checks pass them too */
	int64_t version;
};

extern REFD_API const struct refd_layout refd_assignment_layout;
extern REFD_API const char *const refd_assignment_status_words[];

/** Why a committed assignment ended. Stored as words. */
enum refd_unassign_reason {
	REFD_UNASSIGN_REMOVED = 1,
	REFD_UNASSIGN_REPLACED,
	REFD_UNASSIGN_FIXTURE_CHANGED,
	REFD_UNASSIGN_FIXTURE_CANCELLED
};
extern REFD_API const char *const refd_unassign_reason_words[];

struct refd_assignment;

/** The present state; borrowed, valid until the unit ends. */
REFD_API const struct refd_assignment_state *refd_assignment_state(
	const struct refd_assignment *assignment);

/**
 * Stage a role: a staged row changes its role, a committed row gets a staged role change. @p
 * replaces is who holds @p role now. The same role and holder again changes and records nothing.
 * @return OK; REFUSED (ALREADY_COMMITTED in that role; NOT_STAGED: pending or ended); INVALID (no
 * such role); NO_MEMORY
 */
REFD_NODISCARD REFD_API enum refd_status refd_assignment_stage(struct refd_assignment *assignment,
							       enum refd_role role,
							       struct refd_referee_id replaces,
							       struct refd_error *err);
/** Delete a staged row, or drop the staged role change of a committed one; the event names the
 * staged role. @return OK; REFUSED (NOT_STAGED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_assignment_unstage(struct refd_assignment *assignment,
								 struct refd_error *err);
/**
 * Make the staged role the held one. The caller fills the fixture's slot.
 * @param overridden engine rules passed by override. @return OK; REFUSED (NOT_STAGED); NO_MEMORY
 */
REFD_NODISCARD REFD_API enum refd_status refd_assignment_commit(struct refd_assignment *assignment,
								uint32_t overridden,
								struct refd_error *err);
/** Hand a committed assignment to @p referee at once; a staged role change of the old one is
 * dropped. @return OK; INVALID (reason over 120 code points or malformed); REFUSED (NOT_COMMITTED,
 * REFEREE_UNCHANGED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_assignment_replace(struct refd_assignment *assignment,
								 struct refd_referee_id referee,
								 struct refd_str reason,
								 uint32_t overridden,
								 struct refd_error *err);
/** End a committed assignment (the row is deleted), with the role change staged for it. The caller
 * empties the slot. @return OK; REFUSED (NOT_COMMITTED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_assignment_remove(struct refd_assignment *assignment,
								enum refd_unassign_reason reason,
								struct refd_error *err);
/** Record that @p rule was overridden for this assignment. @return OK; INVALID (blank reason or
 * over 120 code points); REFUSED (OVERRIDE_NOT_ALLOWED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_assignment_override(
	struct refd_assignment *assignment, enum refd_rule rule, struct refd_str actor,
	struct refd_str reason, struct refd_error *err);

REFD_END_DECLS

#endif
