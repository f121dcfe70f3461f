/* Validate, what-if and commit: the staged assignments judged as one proposal. */
#include <refdomain/app/assigning.h>

#include <string.h>

#include "app/assigning_parts.h"
#include "app/judging.h"
#include "app/runner.h"
#include "domain/violations.h"

/* One staged assignment on its way to the commit. */
struct candidate {
	struct refd_assignment *assignment;
	struct refd__fixture_node *fixture;
	enum refd_role role;		  /* the role it takes */
	struct refd_assignment *replaced; /* the committed assignment that goes for it, or NULL */
	uint32_t overridden;
	bool out; /* violates a rule, stays staged (valid_only) */
};

struct proposal {
	struct refd_unit *unit;
	const struct refd_override *overrides;
	size_t n_overrides;
	struct candidate *candidates;
	size_t count;
	struct refd__id_map
		by_assignment; /* assignment id to candidate it belongs to or is replaced by */
};

enum { CANDIDATE = 1, REPLACED };

static bool is_staged(const struct refd_assignment *a)
{
	return a->state.status == REFD_ASSIGNMENT_STAGED ||
	       a->state.staged_role != (enum refd_role)0;
}

static enum refd_role wanted_role(const struct refd_assignment *a)
{
	return a->state.status == REFD_ASSIGNMENT_STAGED ? a->state.role : a->state.staged_role;
}

/* ---- loading ---- */

static enum refd_status list_candidates(struct proposal *p, struct refd_error *err)
{
	struct refd_unit *unit = p->unit;
	size_t n = 0;
	size_t i;

	for (i = 0; i < unit->map.count; i++) {
		const struct refd_assignment *a = refd__standing_assignment(unit, i);

		n += a != NULL && is_staged(a);
	}
	p->candidates = refd__arena_zero(&unit->arena, n + 1, sizeof(*p->candidates));
	if (p->candidates == NULL)
		return refd__no_memory(unit, err);
	for (i = 0; i < unit->map.count; i++) {
		struct refd_assignment *a = refd__standing_assignment(unit, i);

		if (a != NULL && is_staged(a))
			p->candidates[p->count++] =
				(struct candidate){ .assignment = a, .role = wanted_role(a) };
	}
	return REFD_OK;
}

/* The staged rows cannot change while the board is held, so their fixtures and referees are known
 * before they are guarded. */
static enum refd_status guard_candidates(struct proposal *p, struct refd_error *err)
{
	struct refd_guard *guards =
		refd__arena_zero(&p->unit->arena, 2 * p->count + 1, sizeof(*guards));
	size_t i;

	if (guards == NULL)
		return refd__no_memory(p->unit, err);
	for (i = 0; i < p->count; i++) {
		const struct refd_assignment_state *state = &p->candidates[i].assignment->state;

		guards[2 * i] = (struct refd_guard){ REFD_GUARD_FIXTURE, state->fixture.uuid,
						     REFD_DERIVE_REFEREES };
		guards[2 * i + 1] =
			(struct refd_guard){ REFD_GUARD_REFEREE, state->referee.uuid, 0 };
	}
	return refd__guard(p->unit, guards, 2 * p->count, err);
}

/* Fixtures with slots; and where a slot that a candidate wants is filled, the assignment that fills
 * it. */
static enum refd_status load_candidate_fixtures(struct proposal *p, struct refd_error *err)
{
	struct refd_fixture_id *ids = refd__arena_zero(&p->unit->arena, p->count + 1, sizeof(*ids));
	enum refd_status st;
	size_t taken = 0;
	size_t i;

	if (ids == NULL)
		return refd__no_memory(p->unit, err);
	for (i = 0; i < p->count; i++)
		ids[i] = p->candidates[i].assignment->state.fixture;
	st = refd__load_fixtures(p->unit, ids, p->count, REFD__WITH_SLOTS, err);
	for (i = 0; i < p->count && st == REFD_OK; i++) {
		struct candidate *c = &p->candidates[i];
		int role;

		c->fixture = refd__fixture_node(p->unit, c->assignment->state.fixture);
		for (role = 1; role <= REFD_ROLES; role++) {
			if (!refd_uuid_is_unset(c->fixture->fixture->slots[role].uuid)) {
				ids[taken++] = c->assignment->state.fixture;
				break;
			}
		}
	}
	return st == REFD_OK ? refd__load_fixtures(p->unit, ids, taken, REFD__WITH_ASSIGNMENTS, err)
			     : st;
}

static enum refd_status load_candidate_engagements(struct proposal *p, struct refd_error *err)
{
	struct refd_referee_id *ids = refd__arena_zero(&p->unit->arena, p->count + 1, sizeof(*ids));
	struct refd__id_map seen;
	struct refd_range span = { { 0 }, { 0 } };
	size_t n = 0;
	size_t i;

	if (ids == NULL)
		return refd__no_memory(p->unit, err);
	refd__id_map_init(&seen, &p->unit->arena);
	for (i = 0; i < p->count; i++) {
		const struct refd_time kickoff = p->candidates[i].fixture->fixture->state.kickoff;
		const struct refd_referee_id referee = p->candidates[i].assignment->state.referee;
		struct refd__map_entry *entry =
			refd__id_map_put(&seen, 1, referee.uuid, (struct refd_uuid){ { 0 } });

		if (entry == NULL)
			return refd__no_memory(p->unit, err);
		if (entry->value == NULL)
			ids[n++] = referee;
		entry->value = ids;
		if (i == 0 || kickoff.us < span.from.us)
			span.from = kickoff;
		if (i == 0 || kickoff.us > span.to.us)
			span.to = kickoff;
	}
	return n > 0 ? refd__load_engagements(p->unit, ids, n, span, err) : REFD_OK;
}

/* ---- who goes for whom ---- */

static enum refd_status note(struct proposal *p, uint32_t kind, const struct refd_assignment *a,
			     struct candidate *c, struct refd_error *err)
{
	struct refd__map_entry *entry = refd__id_map_put(&p->by_assignment, kind, a->state.id.uuid,
							 (struct refd_uuid){ { 0 } });

	if (entry == NULL)
		return refd__no_memory(p->unit, err);
	entry->value = c;
	return REFD_OK;
}

static struct candidate *noted(const struct proposal *p, uint32_t kind,
			       const struct refd_assignment *a)
{
	const struct refd__map_entry *entry = refd__id_map_get(
		&p->by_assignment, kind, a->state.id.uuid, (struct refd_uuid){ { 0 } });

	return entry != NULL ? entry->value : NULL;
}

/* The holder of the wanted slot goes if it is still the one that was there when this was staged,
 * and does not move to another role itself. */
static enum refd_status find_replaced(struct proposal *p, struct candidate *c,
				      struct refd_error *err)
{
	const struct refd_referee_id holder = c->fixture->fixture->slots[c->role];
	const struct refd_referee_id expected = c->assignment->state.replaces;
	struct refd_assignment *held = NULL;
	enum refd_status st;

	if (refd_uuid_is_unset(holder.uuid) || !refd_uuid_equal(holder.uuid, expected.uuid))
		return REFD_OK;
	st = refd__find_assignment(p->unit, c->assignment->state.fixture, holder, &held, err);
	if (st != REFD_OK || held == NULL || held->state.staged_role != (enum refd_role)0)
		return st;
	c->replaced = held;
	return note(p, REPLACED, held, c, err);
}

static enum refd_status link_candidates(struct proposal *p, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	refd__id_map_init(&p->by_assignment, &p->unit->arena);
	for (i = 0; i < p->count && st == REFD_OK; i++) {
		struct candidate *c = &p->candidates[i];

		c->overridden =
			refd__overridden(p->overrides, p->n_overrides, c->assignment->state.fixture,
					 c->assignment->state.referee);
		st = note(p, CANDIDATE, c->assignment, c, err);
		if (st == REFD_OK)
			st = find_replaced(p, c, err);
	}
	return st;
}

/* An override for an assignment that is not staged would be lost in silence. */
static enum refd_status check_override_targets(const struct proposal *p, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i, j;

	for (i = 0; i < p->n_overrides; i++) {
		const struct refd_override *o = &p->overrides[i];
		struct refd_violation violation = { .rule = REFD_RULE_NOT_STAGED,
						    .fixture = o->fixture,
						    .referee = o->referee };

		for (j = 0; j < p->count; j++) {
			const struct refd_assignment_state *state =
				&p->candidates[j].assignment->state;

			if (refd_uuid_equal(state->fixture.uuid, o->fixture.uuid) &&
			    refd_uuid_equal(state->referee.uuid, o->referee.uuid))
				break;
		}
		if (j < p->count)
			continue;
		refd_error_add(err, &violation);
		st = refd_error_set(err, REFD_INVALID,
				    "an override names an assignment that is not staged");
	}
	return st;
}

static enum refd_status load_proposal(struct proposal *p, struct refd_error *err)
{
	enum refd_status st =
		refd__check_overrides(p->overrides, p->n_overrides, p->unit->actor, err);

	if (st == REFD_OK)
		st = refd__rules(p->unit, err);
	if (st == REFD_OK)
		st = refd__load_staged(p->unit, err);
	if (st == REFD_OK)
		st = list_candidates(p, err);
	if (st == REFD_OK)
		st = guard_candidates(p, err);
	if (st == REFD_OK)
		st = load_candidate_fixtures(p, err);
	if (st == REFD_OK)
		st = load_candidate_engagements(p, err);
	if (st == REFD_OK)
		st = link_candidates(p, err);
	return st == REFD_OK ? check_override_targets(p, err) : st;
}

/* ---- judging ---- */

struct findings {
	struct proposal *proposal;
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
	for (i = 0; i < unit->map.count; i++) {
		struct refd_assignment *a = refd__standing_assignment(unit, i);
		struct candidate *c = a != NULL ? noted(f->proposal, CANDIDATE, a) : NULL;
		const struct candidate *replacement =
			a != NULL ? noted(f->proposal, REPLACED, a) : NULL;

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
	struct candidate *c = noted(f->proposal, CANDIDATE, f->seats.items[seat].assignment);
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

/* First everything that empties a slot, then everything that fills one: swaps meet empty slots. */
static enum refd_status vacate(struct candidate *c, struct refd_error *err)
{
	const struct refd_assignment_state *state = &c->assignment->state;
	enum refd_status st = REFD_OK;

	if (state->status == REFD_ASSIGNMENT_COMMITTED)
		st = refd_fixture_unassign(c->fixture->fixture, state->role, state->referee, err);
	if (st == REFD_OK && c->replaced != NULL)
		st = refd_fixture_unassign(c->fixture->fixture, c->replaced->state.role,
					   c->replaced->state.referee, err);
	if (st == REFD_OK && c->replaced != NULL)
		st = refd_assignment_remove(c->replaced, REFD_UNASSIGN_REPLACED, err);
	return st;
}

static enum refd_status occupy(struct proposal *p, struct candidate *c, struct refd_error *err)
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

static enum refd_status apply(struct proposal *p, struct refd_result *ret, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < p->count && st == REFD_OK; i++) {
		if (!p->candidates[i].out)
			st = vacate(&p->candidates[i], err);
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
	struct proposal proposal = { .unit = unit,
				     .overrides = cmd->overrides,
				     .n_overrides = cmd->n_overrides };
	struct findings findings = {
		.proposal = &proposal, .sink = cmd->sink, .sink_self = cmd->sink_self, .err = err
	};
	enum refd_status st = load_proposal(&proposal, err);

	if (cmd->valid_only)
		findings.err = NULL; /* success leaves the error untouched */
	if (st == REFD_OK)
		st = judge_proposal(&findings, cmd->valid_only, err);
	if (st == REFD_OK && findings.total > 0 && !cmd->valid_only)
		st = refuse(&findings, err);
	return st == REFD_OK ? apply(&proposal, ret, err) : st;
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
	struct proposal proposal = { .unit = unit,
				     .overrides = question->overrides,
				     .n_overrides = question->n_overrides };
	struct findings findings = { .proposal = &proposal,
				     .sink = question->sink,
				     .sink_self = question->sink_self,
				     .err = err };
	struct refd_result ignored = { 0 };
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < question->n_rows && st == REFD_OK; i++)
		st = refd__stage(unit, &question->rows[i], 0, &ignored, err);
	if (st == REFD_OK)
		st = load_proposal(&proposal, err);
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
