/** @file availabilities.h Commands on availabilities and their locks. @since 0.1 */
#ifndef REFDOMAIN_APP_AVAILABILITIES_H
#define REFDOMAIN_APP_AVAILABILITIES_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

/** @return OK; NOT_FOUND; LOCKED; REFUSED (FIXTURE_CANCELLED, FIXTURE_PAST, ALREADY_DECLARED,
 * RETIRED) */
REFD_NODISCARD REFD_API enum refd_status refd_availabilities_declare(
	const struct refd_app *app, const struct refd_command *meta, struct refd_fixture_id fixture,
	struct refd_referee_id referee, struct refd_result *ret, struct refd_error *err);

/** @return OK; NOT_FOUND; LOCKED; LATE (AFTER_CUTOFF); REFUSED (FIXTURE_CANCELLED, FIXTURE_PAST,
 * NOT_DECLARED, REFEREE_ASSIGNED) */
REFD_NODISCARD REFD_API enum refd_status refd_availabilities_withdraw(
	const struct refd_app *app, const struct refd_command *meta, struct refd_fixture_id fixture,
	struct refd_referee_id referee, struct refd_result *ret, struct refd_error *err);

/** What a lock, unlock or announcement covers: one fixture, the scheduled fixtures of a time range
 * as it is now, or the whole board (later fixtures too). */
struct refd_lock_target {
	struct refd_fixture_id fixture; /**< set: this one */
	struct refd_range range;	/**< else, an end set: these; at most 10,000 fixtures */
	bool board;			/**< else, true: the board */
};

/**
 * Nobody can declare or withdraw where a lock covers the fixture. In a range, fixtures already
 * locked are passed over. An expected_version is the fixture's or the board's; a range has none.
 * @return OK (affected: objects changed); INVALID (no or two targets, reversed range,
 * expected_version with a range); NOT_FOUND;
 * REFUSED (AVAILABILITY_LOCKED: nothing left to lock)
 */
REFD_NODISCARD REFD_API enum refd_status refd_availabilities_lock(
	const struct refd_app *app, const struct refd_command *meta,
	const struct refd_lock_target *target, struct refd_result *ret, struct refd_error *err);
/** Undo a lock of the same scope: unlocking the board leaves locked fixtures locked. @return as
 * lock; REFUSED (AVAILABILITY_NOT_LOCKED) */
REFD_NODISCARD REFD_API enum refd_status refd_availabilities_unlock(
	const struct refd_app *app, const struct refd_command *meta,
	const struct refd_lock_target *target, struct refd_result *ret, struct refd_error *err);
/** Announce when assignments are handed out; the withdrawal cut-off counts from it. A fixture's own
 * announcement wins over the board's. @return OK; INVALID; NOT_FOUND; REFUSED (FIXTURE_CANCELLED)
 */
REFD_NODISCARD REFD_API enum refd_status refd_availabilities_announce(
	const struct refd_app *app, const struct refd_command *meta,
	const struct refd_lock_target *target, struct refd_time hand_out, struct refd_result *ret,
	struct refd_error *err);

REFD_END_DECLS

#endif
