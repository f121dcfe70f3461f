/** @file registry.h Commands on referees, teams and venues. @since 0.1 */
#ifndef REFDOMAIN_APP_REGISTRY_H
#define REFDOMAIN_APP_REGISTRY_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

/** @{ */
/** Register: a new object. @p id may be unset (drawn) or brought by the caller. @return OK; INVALID
 * (all violations, field paths "referee.name", ...; an expected_version); ALREADY_EXISTS (@p id is
 * taken) */
REFD_NODISCARD REFD_API enum refd_status refd_registry_register_referee(
	const struct refd_app *app, const struct refd_command *meta, struct refd_referee_id id,
	const struct refd_referee_details *details, struct refd_result *ret,
	struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_registry_register_team(
	const struct refd_app *app, const struct refd_command *meta, struct refd_team_id id,
	const struct refd_team_details *details, struct refd_result *ret, struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_registry_register_venue(
	const struct refd_app *app, const struct refd_command *meta, struct refd_venue_id id,
	const struct refd_venue_details *details, struct refd_result *ret, struct refd_error *err);
/** @} */

/** @{ */
/** Correct: replace all details. @return OK; INVALID; NOT_FOUND; REFUSED (RETIRED) */
REFD_NODISCARD REFD_API enum refd_status refd_registry_correct_referee(
	const struct refd_app *app, const struct refd_command *meta, struct refd_referee_id id,
	const struct refd_referee_details *details, struct refd_result *ret,
	struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_registry_correct_team(
	const struct refd_app *app, const struct refd_command *meta, struct refd_team_id id,
	const struct refd_team_details *details, struct refd_result *ret, struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_registry_correct_venue(
	const struct refd_app *app, const struct refd_command *meta, struct refd_venue_id id,
	const struct refd_venue_details *details, struct refd_result *ret, struct refd_error *err);
/** @} */

/** Change a referee's club; the same club is accepted. @return OK; INVALID; NOT_FOUND; REFUSED
 * (RETIRED) */
REFD_NODISCARD REFD_API enum refd_status refd_registry_change_club(
	const struct refd_app *app, const struct refd_command *meta, struct refd_referee_id id,
	struct refd_str club, struct refd_result *ret, struct refd_error *err);

/** @{ */
/** Retire: for good. @return OK; NOT_FOUND; REFUSED (RETIRED) */
REFD_NODISCARD REFD_API enum refd_status refd_registry_retire_referee(
	const struct refd_app *app, const struct refd_command *meta, struct refd_referee_id id,
	struct refd_result *ret, struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_registry_retire_team(const struct refd_app *app,
								   const struct refd_command *meta,
								   struct refd_team_id id,
								   struct refd_result *ret,
								   struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_registry_retire_venue(const struct refd_app *app,
								    const struct refd_command *meta,
								    struct refd_venue_id id,
								    struct refd_result *ret,
								    struct refd_error *err);
/** @} */

REFD_END_DECLS

#endif
