/** @file assigning.h Commands on assignments: stage, validate, commit, replace, remove. @since 0.1
 */
#ifndef REFDOMAIN_APP_ASSIGNING_H
#define REFDOMAIN_APP_ASSIGNING_H

#include <refdomain/app/app.h>
#include <refdomain/domain/validation.h>

REFD_BEGIN_DECLS

struct refd_stage {
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	enum refd_role role;
};

/**
 * Stage a referee for a role; fixture status, availability and clashes are judged on validate and
 * commit only. A staged row changes its role; a committed one gets a staged role change; a role
 * somebody holds gets a staged replacement. @return OK; INVALID (role); NOT_FOUND; REFUSED
 * (ALREADY_COMMITTED)
 */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_stage(const struct refd_app *app,
							      const struct refd_command *meta,
							      const struct refd_stage *cmd,
							      struct refd_result *ret,
							      struct refd_error *err);

/** Stage many rows in one unit, all or nothing: every row is tried and reported to @p sink (may be
 * NULL); one failure refuses all. An expected_version is of the first row's fixture. @return OK;
 * REFUSED, INVALID or NOT_FOUND (the first row's that failed) */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_stage_many(
	const struct refd_app *app, const struct refd_command *meta, const struct refd_stage *rows,
	size_t count, refd_batch_sink *sink, void *sink_self, struct refd_result *ret,
	struct refd_error *err);

/** Drop a staged row or the staged role change of a committed one. @return OK; NOT_FOUND; REFUSED
 * (NOT_STAGED) */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_unstage(
	const struct refd_app *app, const struct refd_command *meta, struct refd_fixture_id fixture,
	struct refd_referee_id referee, struct refd_result *ret, struct refd_error *err);

/** An override of one overridable rule for one staged assignment. */
struct refd_override {
	enum refd_rule rule;
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	struct refd_str reason; /**< 1 to 120 code points */
};

/** Judge all staged assignments as if committed. Changes nothing. @p sink may be NULL. @return OK
 * (none broken, @p ret_total 0); REFUSED (violations; the first 16 in @p err) */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_validate(
	const struct refd_app *app, const struct refd_override *overrides, size_t n_overrides,
	refd_violation_sink *sink, void *sink_self, size_t *ret_total, struct refd_error *err);

/** Judge @p rows as if staged and committed on top of what is staged. Changes nothing. @return as
 * validate; NOT_FOUND; INVALID */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_what_if(
	const struct refd_app *app, const struct refd_stage *rows, size_t count,
	refd_violation_sink *sink, void *sink_self, size_t *ret_total, struct refd_error *err);

struct refd_commit {
	const struct refd_override *overrides;
	size_t n_overrides;
	bool valid_only; /**< commit the assignments without violations, leave the others staged,
			    instead of refusing all */
	refd_violation_sink *
		sink; /**< may be NULL; receives every violation, also on success with valid_only */
	void *sink_self;
};

/**
 * Validate and commit what is staged, all or nothing (or valid_only). Fills the slots, releases the
 * replaced, notifies. Nothing staged: OK, affected 0. @return OK (affected: assignments committed);
 * REFUSED (all violations); INVALID (override without reason, for no staged row; an
 * expected_version); REFUSED (OVERRIDE_NOT_ALLOWED)
 */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_commit(const struct refd_app *app,
							       const struct refd_command *meta,
							       const struct refd_commit *cmd,
							       struct refd_result *ret,
							       struct refd_error *err);

struct refd_replace {
	struct refd_fixture_id fixture;
	struct refd_referee_id old_referee;
	struct refd_referee_id new_referee;
	struct refd_str reason; /**< may be empty */
	const struct refd_override *overrides;
	size_t n_overrides;
};

/** Release the old and assign the new referee of a committed assignment at once; both are told. A
 * staged row of the new referee on that fixture is used up. @return OK; NOT_FOUND; REFUSED
 * (NOT_COMMITTED, REFEREE_UNCHANGED, engine rules) */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_replace(const struct refd_app *app,
								const struct refd_command *meta,
								const struct refd_replace *cmd,
								struct refd_result *ret,
								struct refd_error *err);

/** End a committed assignment, empty its slot, tell the referee. @return OK; NOT_FOUND; REFUSED
 * (NOT_COMMITTED) */
REFD_NODISCARD REFD_API enum refd_status refd_assigning_remove(
	const struct refd_app *app, const struct refd_command *meta, struct refd_fixture_id fixture,
	struct refd_referee_id referee, struct refd_result *ret, struct refd_error *err);

REFD_END_DECLS

#endif
