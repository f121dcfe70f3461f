/** @file scheduling.h Commands on fixtures. @since 0.1 */
#ifndef REFDOMAIN_APP_SCHEDULING_H
#define REFDOMAIN_APP_SCHEDULING_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

struct refd_schedule {
	struct refd_fixture_id id; /**< unset: drawn */
	struct refd_team_id home;
	struct refd_team_id away;
	struct refd_venue_id venue;
	struct refd_time kickoff;
};

/**
 * Schedule a fixture. All violations are reported: SAME_TEAM, KICKOFF_NOT_FUTURE, RETIRED (home,
 * away, venue), VENUE_TAKEN and TEAM_TAKEN with the other fixture as counterpart and the field
 * "fixture.home", ... @return OK;
 * INVALID (also with an expected_version); NOT_FOUND (every missing party); REFUSED; ALREADY_EXISTS
 * (id)
 */
REFD_NODISCARD REFD_API enum refd_status refd_scheduling_schedule(const struct refd_app *app,
								  const struct refd_command *meta,
								  const struct refd_schedule *cmd,
								  struct refd_result *ret,
								  struct refd_error *err);

/**
 * Move the kick-off under the rules of schedule (ignoring the fixture itself), re-check its
 * committed referees by on_change, drop its availabilities by availability_on_change, notify the
 * assigned and the declarers. The present kick-off again is accepted and changes nothing.
 * @return OK; INVALID; NOT_FOUND; REFUSED (FIXTURE_CANCELLED, KICKOFF_NOT_FUTURE, VENUE_TAKEN,
 * TEAM_TAKEN; all violations)
 */
REFD_NODISCARD REFD_API enum refd_status refd_scheduling_reschedule(
	const struct refd_app *app, const struct refd_command *meta, struct refd_fixture_id fixture,
	struct refd_time kickoff, struct refd_result *ret, struct refd_error *err);

/** Move to another venue; otherwise as refd_scheduling_reschedule(). @return OK; NOT_FOUND
 * (fixture, venue); REFUSED (FIXTURE_CANCELLED, RETIRED, VENUE_TAKEN) */
REFD_NODISCARD REFD_API enum refd_status refd_scheduling_move(
	const struct refd_app *app, const struct refd_command *meta, struct refd_fixture_id fixture,
	struct refd_venue_id venue, struct refd_result *ret, struct refd_error *err);

/** Cancel for good: releases the referees, drops availabilities and staged assignments' reason to
 * be (they fail validation), frees venue and teams, notifies. @return OK; NOT_FOUND; REFUSED
 * (FIXTURE_CANCELLED) */
REFD_NODISCARD REFD_API enum refd_status refd_scheduling_cancel(const struct refd_app *app,
								const struct refd_command *meta,
								struct refd_fixture_id fixture,
								struct refd_result *ret,
								struct refd_error *err);

REFD_END_DECLS

#endif
