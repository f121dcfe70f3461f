/* Validate, what-if and commit: the staged assignments judged as one proposal. */
#include <refdomain/app/assigning.h>

#include "app/assigning_parts.h"
#include "app/judging.h"
#include "app/proposal.h"
#include "app/runner.h"
#include "base/message.h"

/* ---- judging ---- */

struct findings {
	struct refd__proposal *proposal;
	struct refd__seats seats;
	refd_violation_sink *sink;
	void *sink_self;
	struct refd_error *err;
	size_t total;
};

/* The state after the commit of everything that is still in. */
static void add_seats(struct findings *f)
{
	struct refd_unit *unit = f->proposal->unit;
	size_t i;

	f->seats.count = 0;
	for (i = 0; i < f->seats.known; i++) {
		struct refd_assignment *a = refd__standing_assignment(unit, i);
		struct refd__candidate *c =
			a != NULL ? refd__proposal_noted(f->proposal, REFD__CANDIDATE, a) : NULL;
		const struct refd__candidate *replacement =
			a != NULL ? refd__proposal_noted(f->proposal, REFD__REPLACED, a) : NULL;

		if (a == NULL)
			continue;
		if (c != NULL && !c->out)
			refd__seat_add(&f->seats, unit, a, c->role, true, c->overridden);
		else if (a->state.status == REFD_ASSIGNMENT_COMMITTED &&
			 (replacement == NULL || replacement->out))
			refd__seat_add(&f->seats, unit, a, a->state.role, false, 0);
	}
}

static enum refd_status find(void *self, size_t seat, const struct refd_violation *violation)
{
	struct findings *f = self;
	struct refd__candidate *c =
		refd__proposal_noted(f->proposal, REFD__CANDIDATE, f->seats.items[seat].assignment);
	size_t index = (size_t)(c - f->proposal->candidates);

	c->out = true;
	f->total++;
	refd_error_add(f->err, violation);
	return f->sink != NULL ? f->sink(f->sink_self, index, violation) : REFD_OK;
}

/* One judgement; the violators are marked out. */
static enum refd_status judge_once(struct findings *f, size_t *ret_found, struct refd_error *err)
{
	size_t before = f->total;
	enum refd_status st;

	add_seats(f);
	st = refd__judge(f->proposal->unit, &f->seats, find, f, err);
	*ret_found = f->total - before;
	return st;
}

/* With `settle`, again until what is left breaks no rule: who stays staged may keep a seat that
 * others counted on being free. */
static enum refd_status judge_proposal(struct findings *f, bool settle, struct refd_error *err)
{
	size_t found = 0;
	enum refd_status st = refd__seats_make(f->proposal->unit, 0, &f->seats, err);

	do {
		if (st == REFD_OK)
			st = judge_once(f, &found, err);
	} while (st == REFD_OK && settle && found > 0);
	return st;
}

static enum refd_status refuse(const struct findings *f, struct refd_error *err)
{
	return refd_error_set(err, REFD_REFUSED, "%zu violation%s among the staged assignments",
			      f->total, f->total == 1 ? "" : "s");
}

/* ---- commit ---- */

/* Of an assignment that is committed. What is staged is read before its fixture is guarded: if the
 * slot is empty now, a change of the fixture has released the referee meanwhile, and another try
 * sees that. */
static enum refd_status empty_slot(struct refd__proposal *p, const struct refd__candidate *c,
				   const struct refd_assignment_state *holder,
				   struct refd_error *err)
{
	struct refd_fixture *fixture = c->fixture->fixture;
	enum refd_status st = refd_fixture_unassign(fixture, holder->role, holder->referee, err);

	if (st == REFD_OK)
		return REFD_OK;
	p->unit->poisoned = true; /* others may have left their slots already */
	refd__error_reset(err);
	return refd_error_object(
		err, REFD_CONFLICT, REFD_NOUN_FIXTURE, fixture->state.id.uuid,
		"a slot of the fixture is no longer held by whom it was assigned to");
}

/* First everything that empties a slot, then everything that fills one: swaps meet empty slots. */
static enum refd_status vacate(struct refd__proposal *p, struct refd__candidate *c,
			       struct refd_error *err)
{
	const struct refd_assignment_state *state = &c->assignment->state;
	enum refd_status st = REFD_OK;

	if (state->status == REFD_ASSIGNMENT_COMMITTED)
		st = empty_slot(p, c, state, err);
	if (st == REFD_OK && c->replaced != NULL)
		st = empty_slot(p, c, &c->replaced->state, err);
	if (st == REFD_OK && c->replaced != NULL)
		st = refd_assignment_remove(c->replaced, REFD_UNASSIGN_REPLACED, err);
	return st;
}

static enum refd_status occupy(struct refd__proposal *p, struct refd__candidate *c,
			       struct refd_error *err)
{
	struct refd_referee_id referee = c->assignment->state.referee;
	enum refd_status st = refd__record_overrides(p->unit, c->assignment, referee, p->overrides,
						     p->n_overrides, err);

	if (st == REFD_OK)
		st = refd_assignment_commit(c->assignment, c->overridden, err);
	if (st == REFD_OK)
		st = refd_fixture_assign(c->fixture->fixture, c->role, referee, err);
	return st;
}

static enum refd_status apply(struct refd__proposal *p, struct refd_result *ret,
			      struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < p->count && st == REFD_OK; i++) {
		if (!p->candidates[i].out)
			st = vacate(p, &p->candidates[i], err);
	}
	for (i = 0; i < p->count && st == REFD_OK; i++) {
		if (p->candidates[i].out)
			continue;
		st = occupy(p, &p->candidates[i], err);
		ret->affected++;
		if (st == REFD_OK)
			refd__result_add(ret, REFD_NOUN_ASSIGNMENT,
					 p->candidates[i].assignment->state.id.uuid,
					 p->candidates[i].assignment->state.version);
	}
	return st;
}

static enum refd_status commit_body(struct refd_unit *unit, const void *arg,
				    struct refd_result *ret, struct refd_error *err)
{
	const struct refd_commit *cmd = arg;
	struct refd__proposal proposal = { .unit = unit,
					   .overrides = cmd->overrides,
					   .n_overrides = cmd->n_overrides };
	struct findings findings = {
		.proposal = &proposal, .sink = cmd->sink, .sink_self = cmd->sink_self, .err = err
	};
	enum refd_status st = refd__proposal_load(&proposal, err);

	if (cmd->valid_only)
		findings.err = NULL; /* success leaves the error untouched */
	if (st == REFD_OK)
		st = judge_proposal(&findings, cmd->valid_only, err);
	if (st == REFD_OK && findings.total > 0 && !cmd->valid_only)
		st = refuse(&findings, err);
	return st == REFD_OK ? apply(&proposal, ret, err) : st;
}

static void commit_outlook(struct refd__asking *asking, const void *arg)
{
	(void)arg;
	refd__ask_rules(asking);
	refd__ask_staged(asking);
}

enum refd_status refd_assigning_commit(const struct refd_app *app, const struct refd_command *meta,
				       const struct refd_commit *cmd, struct refd_result *ret,
				       struct refd_error *err)
{
	const struct refd_commit plain = { 0 };
	struct refd__task task;

	if (cmd == NULL)
		cmd = &plain;
	refd__task_init(&task, "assignment.commit", commit_body, cmd);
	task.versionless = true;
	task.outlook = commit_outlook;
	refd__request_overrides(&task.request, cmd->overrides, cmd->n_overrides);
	refd__request_number(&task.request, cmd->valid_only);
	refd__task_guard(&task, REFD_GUARD_BOARD, refd_the_board.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}

/* ---- validate and what-if: the same judgement in a read transaction ---- */

struct question {
	const struct refd_override *overrides;
	size_t n_overrides;
	const struct refd_stage *rows; /* staged in this unit only */
	size_t n_rows;
	refd_violation_sink *sink;
	void *sink_self;
};

static enum refd_status answer(struct refd_unit *unit, const struct question *question,
			       size_t *ret_total, struct refd_error *err)
{
	struct refd__proposal proposal = { .unit = unit,
					   .overrides = question->overrides,
					   .n_overrides = question->n_overrides };
	struct findings findings = { .proposal = &proposal,
				     .sink = question->sink,
				     .sink_self = question->sink_self,
				     .err = err };
	struct refd_result ignored = { 0 };
	enum refd_status st = refd__load_stages(unit, question->rows, question->n_rows, err);
	size_t i;

	for (i = 0; i < question->n_rows && st == REFD_OK; i++)
		st = refd__stage(unit, &question->rows[i], 0, &ignored, err);
	if (st == REFD_OK)
		st = refd__proposal_load(&proposal, err);
	if (st == REFD_OK)
		st = judge_proposal(&findings, false, err);
	if (st == REFD_OK) {
		*ret_total = findings.total;
		st = findings.total > 0 ? refuse(&findings, err) : REFD_OK;
	}
	return st;
}

static enum refd_status ask(const struct refd_app *app, const struct question *question,
			    size_t *ret_total, struct refd_error *err)
{
	const struct refd_ports *ports = &app->ports;
	int64_t deadline = ports->clock.ops->monotonic(ports->clock.self) + ports->retry.timeout;
	struct refd_unit *unit = NULL;
	size_t total = 0;
	enum refd_status st =
		refd__unit_open(app, REFD_TX_READ, NULL, (struct refd_command_id){ { { 0 } } },
				deadline, &unit, err);

	if (st != REFD_OK)
		return st;
	st = answer(unit, question, &total, err);
	refd_unit_rollback(unit);
	if (ret_total != NULL && (st == REFD_OK || st == REFD_REFUSED))
		*ret_total = total;
	return st;
}

enum refd_status refd_assigning_validate(const struct refd_app *app,
					 const struct refd_override *overrides, size_t n_overrides,
					 refd_violation_sink *sink, void *sink_self,
					 size_t *ret_total, struct refd_error *err)
{
	const struct question question = { .overrides = overrides,
					   .n_overrides = n_overrides,
					   .sink = sink,
					   .sink_self = sink_self };

	return ask(app, &question, ret_total, err);
}

enum refd_status refd_assigning_what_if(const struct refd_app *app, const struct refd_stage *rows,
					size_t count, refd_violation_sink *sink, void *sink_self,
					size_t *ret_total, struct refd_error *err)
{
	const struct question question = {
		.rows = rows, .n_rows = count, .sink = sink, .sink_self = sink_self
	};

	return ask(app, &question, ret_total, err);
}
