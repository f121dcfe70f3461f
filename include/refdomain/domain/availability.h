/** @file availability.h The availability aggregate: a referee is free for a fixture. Lives in a
 * unit of work. @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_AVAILABILITY_H
#define REFDOMAIN_DOMAIN_AVAILABILITY_H

#include <refdomain/domain/board.h>
#include <refdomain/domain/fixture.h>

REFD_BEGIN_DECLS

/** What a store keeps: (fixture, referee) is unique; no row means not available. */
struct refd_availability_state {
	struct refd_availability_id id;
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	struct refd_time declared_at;
	int64_t version;
};

extern REFD_API const struct refd_layout refd_availability_layout;

/** Why a row went away. Stored as words. */
enum refd_availability_reason {
	REFD_AVAILABILITY_REQUESTED = 1, /**< the referee asked for it */
	REFD_AVAILABILITY_FIXTURE_REDATED,
	REFD_AVAILABILITY_FIXTURE_CANCELLED
};
extern REFD_API const char *const refd_availability_reason_words[];

struct refd_availability;

/** The present state; borrowed, valid until the unit ends. */
REFD_API const struct refd_availability_state *refd_availability_state(
	const struct refd_availability *availability);

/**
 * Whether availabilities of @p fixture may change at @p now. Violations are collected.
 * @return OK; REFUSED (FIXTURE_CANCELLED, FIXTURE_PAST); LOCKED (AVAILABILITY_LOCKED)
 */
REFD_NODISCARD REFD_API enum refd_status refd_availability_open(const struct refd_fixture *fixture,
								const struct refd_board *board,
								struct refd_time now,
								struct refd_error *err);

/**
 * Whether a withdrawal at @p now is in time: before hand-out (the fixture's, else the board's)
 * minus withdrawal_cutoff; none announced: always.
 * @return OK; LATE (AFTER_CUTOFF)
 */
REFD_NODISCARD REFD_API enum refd_status refd_availability_in_time(
	const struct refd_fixture *fixture, const struct refd_board *board,
	const struct refd_rules *rules, struct refd_time now, struct refd_error *err);

/** Delete the row, recording why. The rules for a referee's own withdrawal are the two checks
 * above. @return OK; REFUSED (NOT_DECLARED: withdrawn before in this unit); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_availability_withdraw(
	struct refd_availability *availability, enum refd_availability_reason reason,
	struct refd_error *err);

REFD_END_DECLS

#endif
