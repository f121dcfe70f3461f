/* Unstage, replace, remove: one assignment at a time. Staging is in staging.c, validation and
 * commit are in committing.c. */
#include <refdomain/app/assigning.h>

#include "app/assigning_parts.h"
#include "app/judging.h"
#include "app/runner.h"
#include "domain/violations.h"

/* ---- unstage and remove ---- */

struct pair_command {
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	int64_t expected;
};

static enum refd_status no_assignment(struct refd_fixture_id fixture,
				      struct refd_referee_id referee, struct refd_error *err)
{
	char f[REFD_UUID_TEXT + 1];
	char r[REFD_UUID_TEXT + 1];

	return refd_error_object(err, REFD_NOT_FOUND, REFD_NOUN_FIXTURE, fixture.uuid,
				 "fixture %s has no assignment of referee %s",
				 refd_uuid_format(fixture.uuid, f),
				 refd_uuid_format(referee.uuid, r));
}

static enum refd_status need_assignment(struct refd_unit *unit, const struct pair_command *cmd,
					struct refd__fixture_node **ret_node,
					struct refd_assignment **ret, struct refd_error *err)
{
	struct refd_assignment *assignment = NULL;
	enum refd_status st = refd__load_fixtures(unit, &cmd->fixture, 1, REFD__WITH_SLOTS, err);

	if (st == REFD_OK)
		st = refd__need_fixture(unit, cmd->fixture, ret_node, err);
	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret_node)->fixture->state.version,
				  REFD_NOUN_FIXTURE, cmd->fixture.uuid, err);
	if (st == REFD_OK)
		st = refd__find_assignment(unit, cmd->fixture, cmd->referee, &assignment, err);
	if (st == REFD_OK && assignment == NULL)
		st = no_assignment(cmd->fixture, cmd->referee, err);
	if (st == REFD_OK)
		*ret = assignment;
	return st;
}

static enum refd_status unstage(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	struct refd_assignment *assignment = NULL;
	enum refd_status st = need_assignment(unit, arg, &node, &assignment, err);

	if (st == REFD_OK)
		st = refd_assignment_unstage(assignment, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_ASSIGNMENT, assignment->state.id.uuid,
				 assignment->state.version);
	return st;
}

static enum refd_status remove_committed(struct refd_unit *unit, const void *arg,
					 struct refd_result *ret, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	struct refd_assignment *assignment = NULL;
	enum refd_status st = need_assignment(unit, arg, &node, &assignment, err);

	/* a staged row holds no slot: the assignment itself refuses */
	if (st == REFD_OK && assignment->state.status == REFD_ASSIGNMENT_COMMITTED)
		st = refd_fixture_unassign(node->fixture, assignment->state.role,
					   assignment->state.referee, err);
	if (st == REFD_OK)
		st = refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_ASSIGNMENT, assignment->state.id.uuid,
				 assignment->state.version);
	return st;
}

static void pair_outlook(struct refd__asking *asking, const void *arg)
{
	const struct pair_command *cmd = arg;

	refd__ask_fixtures(asking, &cmd->fixture, 1, REFD__WITH_SLOTS);
	refd__ask_pair(asking, REFD_RECORD_ASSIGNMENT, cmd->fixture, cmd->referee);
}

static enum refd_status run_pair(const struct refd_app *app, const struct refd_command *meta,
				 const char *name, refd__body *body, const struct pair_command *cmd,
				 struct refd_result *ret, struct refd_error *err)
{
	struct refd__task task;

	refd__task_init(&task, name, body, cmd);
	task.outlook = pair_outlook;
	refd__request_uuid(&task.request, cmd->fixture.uuid);
	refd__request_uuid(&task.request, cmd->referee.uuid);
	refd__task_guard(&task, REFD_GUARD_BOARD, refd_the_board.uuid, 0);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, cmd->fixture.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_assigning_unstage(const struct refd_app *app, const struct refd_command *meta,
					struct refd_fixture_id fixture,
					struct refd_referee_id referee, struct refd_result *ret,
					struct refd_error *err)
{
	const struct pair_command cmd = { fixture, referee, refd__expected(meta) };

	return run_pair(app, meta, "assignment.unstage", unstage, &cmd, ret, err);
}

enum refd_status refd_assigning_remove(const struct refd_app *app, const struct refd_command *meta,
				       struct refd_fixture_id fixture,
				       struct refd_referee_id referee, struct refd_result *ret,
				       struct refd_error *err)
{
	const struct pair_command cmd = { fixture, referee, refd__expected(meta) };

	return run_pair(app, meta, "assignment.remove", remove_committed, &cmd, ret, err);
}

/* ---- replace ---- */

struct replace_command {
	const struct refd_replace *replace;
	int64_t expected;
};

/* What the judge found, less the sink: everything goes into the error. */
static enum refd_status note_violation(void *self, size_t seat,
				       const struct refd_violation *violation)
{
	struct refd__verdict *verdict = self;

	(void)seat;
	verdict->total++;
	refd_error_add(verdict->err, violation);
	return REFD_OK;
}

static enum refd_status load_for_replace(struct refd_unit *unit, const struct replace_command *cmd,
					 struct refd__fixture_node **ret_node,
					 struct refd_assignment **ret, struct refd_error *err)
{
	const struct refd_replace *replace = cmd->replace;
	const struct pair_command pair = { replace->fixture, replace->old_referee, cmd->expected };
	const struct refd_fixture_state *fixture;
	struct refd_referee *referee = NULL;
	enum refd_status st = refd__rules(unit, err);

	if (st == REFD_OK)
		st = refd__load_fixtures(unit, &replace->fixture, 1,
					 REFD__WITH_SLOTS | REFD__WITH_ASSIGNMENTS, err);
	if (st == REFD_OK)
		st = need_assignment(unit, &pair, ret_node, ret, err);
	if (st == REFD_OK)
		st = refd__need_referee(unit, replace->new_referee, &referee, err);
	if (st != REFD_OK)
		return st;
	fixture = &(*ret_node)->fixture->state;
	return refd__load_judged(unit, fixture, fixture->kickoff, &replace->new_referee, 1, err);
}

/* The committed state with the new referee in the old one's seat. */
static enum refd_status judge_replacement(struct refd_unit *unit,
					  const struct refd_replace *replace,
					  struct refd__fixture_node *node,
					  const struct refd_assignment *old, uint32_t overridden,
					  struct refd_error *err)
{
	struct refd__verdict verdict = { .err = err };
	struct refd__seats seats;
	enum refd_status st = refd__seats_make(unit, 1, &seats, err);
	size_t i;

	if (st != REFD_OK)
		return st;
	seats.items[seats.count++] = (struct refd__seat){ .fixture = node,
							  .referee = replace->new_referee,
							  .role = old->state.role,
							  .subject = true,
							  .overridden = overridden };
	for (i = 0; i < seats.known; i++) {
		struct refd_assignment *a = refd__standing_assignment(unit, i);

		if (a != NULL && a != old && a->state.status == REFD_ASSIGNMENT_COMMITTED)
			refd__seat_add(&seats, unit, a, a->state.role, false, 0);
	}
	st = refd__judge(unit, &seats, note_violation, &verdict, err);
	if (st == REFD_OK && verdict.total > 0)
		st = refd_error_object(err, REFD_REFUSED, REFD_NOUN_FIXTURE, replace->fixture.uuid,
				       "the new referee breaks %zu rule%s", verdict.total,
				       verdict.total == 1 ? "" : "s");
	return st;
}

/* Refusals of the replacement itself, before the rules about the new referee. */
static enum refd_status may_replace(const struct refd_replace *replace,
				    const struct refd_assignment *old, struct refd_error *err)
{
	struct refd_violation violation = { .fixture = replace->fixture,
					    .referee = replace->old_referee,
					    .role = old->state.role };
	enum refd_status st = REFD_OK;
	struct refd_line reason;

	st = refd_line_parse(replace->reason, "replace.reason", &reason, err);
	if (st != REFD_OK)
		return st;
	if (old->state.status != REFD_ASSIGNMENT_COMMITTED) {
		violation.rule = REFD_RULE_NOT_COMMITTED;
		refd_error_add(err, &violation);
		st = refd_error_set(err, REFD_REFUSED, "%s", refd_rule_text(violation.rule));
	}
	if (refd_uuid_equal(replace->old_referee.uuid, replace->new_referee.uuid)) {
		violation.rule = REFD_RULE_REFEREE_UNCHANGED;
		refd_error_add(err, &violation);
		st = refd_error_set(err, REFD_REFUSED, "%s", refd_rule_text(violation.rule));
	}
	return st;
}

static enum refd_status hand_over(struct refd_unit *unit, const struct refd_replace *replace,
				  struct refd__fixture_node *node, struct refd_assignment *old,
				  uint32_t overridden, struct refd_error *err)
{
	struct refd__assignment_node *link = refd__arena_zero(&unit->arena, 1, sizeof(*link));
	struct refd_assignment *staged = NULL;
	enum refd_status st =
		refd__find_assignment(unit, replace->fixture, replace->new_referee, &staged, err);

	if (link == NULL)
		return refd__no_memory(unit, err);
	if (st == REFD_OK && staged != NULL)
		st = refd_assignment_unstage(staged, err);
	if (st == REFD_OK)
		st = refd_fixture_unassign(node->fixture, old->state.role, replace->old_referee,
					   err);
	if (st == REFD_OK)
		st = refd_assignment_replace(old, replace->new_referee, replace->reason, overridden,
					     err);
	if (st == REFD_OK) /* now that the assignment is the new referee's */
		st = refd__record_overrides(unit, old, replace->new_referee, replace->overrides,
					    replace->n_overrides, err);
	if (st == REFD_OK)
		st = refd_fixture_assign(node->fixture, old->state.role, replace->new_referee, err);
	link->assignment = old;
	if (st == REFD_OK && !refd__link_assignment(unit, link))
		st = refd__no_memory(unit, err);
	return st;
}

static enum refd_status replace_body(struct refd_unit *unit, const void *arg,
				     struct refd_result *ret, struct refd_error *err)
{
	const struct replace_command *cmd = arg;
	const struct refd_replace *replace = cmd->replace;
	struct refd__fixture_node *node = NULL;
	struct refd_assignment *old = NULL;
	uint32_t overridden = 0;
	enum refd_status st = load_for_replace(unit, cmd, &node, &old, err);

	if (st == REFD_OK)
		st = may_replace(replace, old, err);
	if (st == REFD_OK)
		st = refd__check_overrides(replace->overrides, replace->n_overrides, unit->actor,
					   err);
	if (st == REFD_OK)
		overridden = refd__overridden(replace->overrides, replace->n_overrides,
					      replace->fixture, replace->new_referee);
	if (st == REFD_OK)
		st = judge_replacement(unit, replace, node, old, overridden, err);
	if (st == REFD_OK)
		st = hand_over(unit, replace, node, old, overridden, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_ASSIGNMENT, old->state.id.uuid, old->state.version);
	return st;
}

static void replace_outlook(struct refd__asking *asking, const void *arg)
{
	const struct replace_command *cmd = arg;
	const struct refd_replace *replace = cmd->replace;

	if (!refd__ask_surroundings(asking, replace->fixture, replace->new_referee,
				    (struct refd_venue_id){ { { 0 } } }, (struct refd_time){ 0 })) {
		refd__ask_fixtures(asking, &replace->fixture, 1,
				   REFD__WITH_SLOTS | REFD__WITH_ASSIGNMENTS);
		refd__ask_parties(asking, REFD_RECORD_REFEREE, &replace->new_referee.uuid, 1);
	}
	refd__ask_rules(asking);
}

enum refd_status refd_assigning_replace(const struct refd_app *app, const struct refd_command *meta,
					const struct refd_replace *cmd, struct refd_result *ret,
					struct refd_error *err)
{
	const struct replace_command command = { cmd, refd__expected(meta) };
	struct refd__task task;

	refd__task_init(&task, "assignment.replace", replace_body, &command);
	task.outlook = replace_outlook;
	refd__request_uuid(&task.request, cmd->fixture.uuid);
	refd__request_uuid(&task.request, cmd->old_referee.uuid);
	refd__request_uuid(&task.request, cmd->new_referee.uuid);
	refd__request_text(&task.request, cmd->reason);
	refd__request_overrides(&task.request, cmd->overrides, cmd->n_overrides);
	refd__task_guard(&task, REFD_GUARD_BOARD, refd_the_board.uuid, 0);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, cmd->fixture.uuid, REFD_DERIVE_REFEREES);
	refd__task_guard(&task, REFD_GUARD_REFEREE, cmd->new_referee.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}
