/**
 * @file unit.h Unit of work: one thread, one transaction, not nested. It owns what it loads; there
 * is no save.
 *
 * Commands run in a unit through refd_command.unit. Own code can load aggregates and call their
 * verbs, except where other rows have to follow: to re-date, move or cancel a fixture or to change
 * its slots is for the commands of scheduling.h and assigning.h, which see to its assignments,
 * availabilities, venue and teams. A unit in which own code did it answers MISUSE and is rolled
 * back. Technical failures poison the unit: every later call answers MISUSE and finish rolls back.
 * INVALID, REFUSED, NOT_FOUND, LOCKED and LATE leave it unchanged and usable.
 * @since 0.1
 */
#ifndef REFDOMAIN_APP_UNIT_H
#define REFDOMAIN_APP_UNIT_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

/** Open a unit. @p meta as for a command (its unit must be NULL and it expects no version); the
 * command id covers the whole unit. @return OK; INVALID (@p meta); UNAVAILABLE; DENIED; NO_MEMORY;
 * BACKEND; CORRUPT; ALREADY_EXISTS (that command id was accepted before: the work is done) */
REFD_NODISCARD REFD_API enum refd_status refd_unit_begin(const struct refd_app *app,
							 const struct refd_command *meta,
							 struct refd_unit **ret,
							 struct refd_error *err);

/** Commit everything the unit changed and end it, whatever is returned. @return OK; CONFLICT;
 * ALREADY_EXISTS; UNKNOWN; UNAVAILABLE; MISUSE (poisoned, or a fixture's own verbs were called that
 * only commands may; rolled back); ... */
REFD_NODISCARD REFD_API enum refd_status refd_unit_commit(struct refd_unit *unit,
							  struct refd_error *err);

/** End the unit without effect. Takes NULL. */
REFD_API void refd_unit_rollback(struct refd_unit *unit);

/** The unit's one instant. */
REFD_API struct refd_time refd_unit_now(const struct refd_unit *unit);

/** The rule set, read with the unit's first facts; borrowed, until the unit ends. @return OK;
 * technical failures */
REFD_NODISCARD REFD_API enum refd_status refd_unit_rules(struct refd_unit *unit,
							 const struct refd_rules **ret,
							 struct refd_error *err);

/** @{ */
/** Load by id; the same id gives the same object. @return OK; NOT_FOUND; technical failures. Takes
 * the guard of the object first. */
REFD_NODISCARD REFD_API enum refd_status refd_unit_referee(struct refd_unit *unit,
							   struct refd_referee_id id,
							   struct refd_referee **ret,
							   struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_unit_team(struct refd_unit *unit,
							struct refd_team_id id,
							struct refd_team **ret,
							struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_unit_venue(struct refd_unit *unit,
							 struct refd_venue_id id,
							 struct refd_venue **ret,
							 struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_unit_fixture(struct refd_unit *unit,
							   struct refd_fixture_id id,
							   struct refd_fixture **ret,
							   struct refd_error *err);
/** @} */

REFD_END_DECLS

#endif
