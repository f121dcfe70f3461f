/** @file fixture.h The fixture aggregate: a match and its referee slots. Lives in a unit of work.
 * @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_FIXTURE_H
#define REFDOMAIN_DOMAIN_FIXTURE_H

#include <refdomain/domain/rules.h>
#include <refdomain/error.h>
#include <refdomain/layout.h>
#include <refdomain/time.h>

REFD_BEGIN_DECLS

enum refd_fixture_status {
	REFD_FIXTURE_SCHEDULED = 1,
	REFD_FIXTURE_CANCELLED
}; /* stored as words */

/** What a store keeps of a fixture. Slots are rows of their own. */
struct refd_fixture_state {
	struct refd_fixture_id id;
	struct refd_team_id home;
	struct refd_team_id away;
	struct refd_venue_id venue;
	struct refd_time kickoff;
	enum refd_fixture_status status;
	bool availability_locked;  /**< no referee may declare or withdraw */
	struct refd_time hand_out; /**< when assignments of this fixture are handed out; unset: the
				      board's */
	int64_t version;	   /**< grows by one per event */
};

/** A filled slot: (fixture, role) and (fixture, referee) are unique. An empty slot has no row. */
struct refd_slot_state {
	struct refd_fixture_id fixture;
	enum refd_role role;
	struct refd_referee_id referee;
};

extern REFD_API const struct refd_layout refd_fixture_layout;
extern REFD_API const struct refd_layout refd_slot_layout;
extern REFD_API const char *const refd_fixture_status_words[];
extern REFD_API const char *const refd_role_words[];

/** What happened to a referee of a changed fixture. Stored as words. */
enum refd_outcome { REFD_OUTCOME_KEPT = 1, REFD_OUTCOME_RELEASED };
extern REFD_API const char *const refd_outcome_words[];

struct refd_fixture_outcome {
	struct refd_referee_id referee;
	enum refd_role role;
	enum refd_outcome outcome;
	uint32_t rules; /**< the engine rules broken by the change: set of 1 << rule */
};

/* The verbs know the fixture alone. In a unit of work reschedule, move, cancel, assign and unassign
 * are therefore for the commands (see app/unit.h); own code can lock, unlock and announce. */
struct refd_fixture;

/** The present state; borrowed, valid until the unit ends. */
REFD_API const struct refd_fixture_state *refd_fixture_state(const struct refd_fixture *fixture);

/** The referee in @p role; unset if the slot is empty. */
REFD_API struct refd_referee_id refd_fixture_referee(const struct refd_fixture *fixture,
						     enum refd_role role);

/**
 * Whether the fixture can move to @p kickoff: does not change it.
 * @return OK; REFUSED (FIXTURE_CANCELLED; KICKOFF_NOT_FUTURE under @p rules), all violations;
 * INVALID (kick-off unset or out of range)
 */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_may_reschedule(
	const struct refd_fixture *fixture, struct refd_time kickoff,
	const struct refd_rules *rules, struct refd_time now, struct refd_error *err);

/**
 * Move the kick-off and record what became of each referee (@p outcomes, borrowed for the call;
 * released ones lose their slot). The present kick-off without outcomes changes and records
 * nothing.
 * @return as refd_fixture_may_reschedule(); NO_MEMORY. On failure nothing changes and no event is
 * recorded.
 */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_reschedule(
	struct refd_fixture *fixture, struct refd_time kickoff,
	const struct refd_fixture_outcome *outcomes, size_t count, const struct refd_rules *rules,
	struct refd_time now, struct refd_error *err);

/** Move to another venue; otherwise as refd_fixture_reschedule(). @return OK; REFUSED
 * (FIXTURE_CANCELLED); INVALID (venue unset); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_move(
	struct refd_fixture *fixture, struct refd_venue_id venue,
	const struct refd_fixture_outcome *outcomes, size_t count, struct refd_error *err);

/** Cancel: all slots are emptied, the event names who was released. @return OK; REFUSED
 * (FIXTURE_CANCELLED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_cancel(struct refd_fixture *fixture,
							     struct refd_error *err);

/** Fill an empty slot. No event of its own: the assignment records it. @return OK; REFUSED
 * (ROLE_TAKEN, REFEREE_TWICE, FIXTURE_CANCELLED); INVALID (no such role, referee unset) */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_assign(struct refd_fixture *fixture,
							     enum refd_role role,
							     struct refd_referee_id referee,
							     struct refd_error *err);
/** Empty the slot if it holds @p referee; otherwise REFUSED (NOT_COMMITTED).
 * @return OK; REFUSED; INVALID (no such role) */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_unassign(struct refd_fixture *fixture,
							       enum refd_role role,
							       struct refd_referee_id referee,
							       struct refd_error *err);
/** @return OK; REFUSED (AVAILABILITY_LOCKED, FIXTURE_CANCELLED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_lock(struct refd_fixture *fixture,
							   struct refd_error *err);
/** @return OK; REFUSED (AVAILABILITY_NOT_LOCKED, FIXTURE_CANCELLED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_unlock(struct refd_fixture *fixture,
							     struct refd_error *err);
/** Announce (or change) when assignments are handed out. @return OK; REFUSED (FIXTURE_CANCELLED);
 * INVALID; NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_fixture_announce(struct refd_fixture *fixture,
							       struct refd_time hand_out,
							       struct refd_error *err);

REFD_END_DECLS

#endif
