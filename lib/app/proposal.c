#include "app/proposal.h"

#include "app/asking.h"
#include "app/assigning_parts.h"
#include "app/judging.h"

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

static enum refd_status list_candidates(struct refd__proposal *p, struct refd_error *err)
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
				(struct refd__candidate){ .assignment = a, .role = wanted_role(a) };
	}
	return REFD_OK;
}

/* While the board is held nobody stages, so fixtures and referees are known before they are
 * guarded. A change of a fixture may still release or drop one of them until then. */
static enum refd_status guard_candidates(struct refd__proposal *p, struct refd_error *err)
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

static enum refd_status list_referees(struct refd__proposal *p, struct refd_error *err)
{
	struct refd__id_map seen;
	size_t i;

	p->referees = refd__arena_zero(&p->unit->arena, p->count + 1, sizeof(*p->referees));
	if (p->referees == NULL)
		return refd__no_memory(p->unit, err);
	refd__id_map_init(&seen, &p->unit->arena);
	for (i = 0; i < p->count; i++) {
		const struct refd_referee_id referee = p->candidates[i].assignment->state.referee;
		struct refd__map_entry *entry =
			refd__id_map_put(&seen, 1, referee.uuid, (struct refd_uuid){ { 0 } });

		if (entry == NULL)
			return refd__no_memory(p->unit, err);
		if (entry->value == NULL)
			p->referees[p->n_referees++] = referee;
		entry->value = p;
	}
	return REFD_OK;
}

/* Who is named, and whether they declared themselves available: what the judgement asks for, in the
 * trip of the fixtures. */
static bool ask_candidates(struct refd__asking *asking, const struct refd__proposal *p)
{
	struct refd_uuid *ids = refd__arena_zero(&p->unit->arena, p->count + 1, sizeof(*ids));
	struct refd_key *keys = refd__arena_zero(&p->unit->arena, p->count + 1, sizeof(*keys));
	size_t i;

	if (ids == NULL || keys == NULL)
		return false;
	for (i = 0; i < p->n_referees; i++)
		ids[i] = p->referees[i].uuid;
	refd__ask_parties(asking, REFD_RECORD_REFEREE, ids, p->n_referees);
	for (i = 0; i < p->count; i++) {
		keys[i].a = p->candidates[i].assignment->state.fixture.uuid;
		keys[i].b = p->candidates[i].assignment->state.referee.uuid;
	}
	if (p->unit->rules.require_availability)
		refd__ask_pairs(asking, REFD_RECORD_AVAILABILITY, keys, p->count);
	return true;
}

static enum refd_status load_candidate_fixtures(struct refd__proposal *p, struct refd_error *err)
{
	struct refd_fixture_id *ids = refd__arena_zero(&p->unit->arena, p->count + 1, sizeof(*ids));
	struct refd__asking asking;
	enum refd_status st;
	size_t i;

	if (ids == NULL)
		return refd__no_memory(p->unit, err);
	for (i = 0; i < p->count; i++)
		ids[i] = p->candidates[i].assignment->state.fixture;
	refd__ask_referred(&asking, p->unit);
	refd__ask_fixtures(&asking, ids, p->count, REFD__WITH_SLOTS);
	if (refd__worth_the_venues(p->n_referees))
		refd__ask_venues(&asking, p->n_referees);
	if (!ask_candidates(&asking, p))
		return refd__no_memory(p->unit, err);
	st = refd__answer(&asking, err);
	if (st == REFD_OK)
		st = refd__require_fixtures(p->unit, ids, p->count, err);
	for (i = 0; i < p->count && st == REFD_OK; i++)
		p->candidates[i].fixture = refd__fixture_node(p->unit, ids[i]);
	return st;
}

static bool is_taken(const struct refd_fixture *fixture)
{
	int role;

	for (role = 1; role <= REFD_ROLES; role++) {
		if (!refd_uuid_is_unset(fixture->slots[role].uuid))
			return true;
	}
	return false;
}

/* Where a slot is filled, the assignment that fills it; and who plays where. */
static bool ask_around_candidates(struct refd__asking *asking, const struct refd__proposal *p)
{
	struct refd__arena *arena = &p->unit->arena;
	struct refd_fixture_id *taken = refd__arena_zero(arena, p->count + 1, sizeof(*taken));
	struct refd_uuid *venues = refd__arena_zero(arena, p->count + 1, sizeof(*venues));
	struct refd_uuid *teams = refd__arena_zero(arena, 2 * p->count + 1, sizeof(*teams));
	size_t n_taken = 0;
	size_t i;

	if (taken == NULL || venues == NULL || teams == NULL)
		return false;
	for (i = 0; i < p->count; i++) {
		const struct refd_fixture *fixture = p->candidates[i].fixture->fixture;

		if (is_taken(fixture))
			taken[n_taken++] = fixture->state.id;
		venues[i] = fixture->state.venue.uuid;
		teams[2 * i] = fixture->state.home.uuid;
		teams[2 * i + 1] = fixture->state.away.uuid;
	}
	refd__ask_fixtures(asking, taken, n_taken, REFD__WITH_ASSIGNMENTS);
	refd__ask_parties(asking, REFD_RECORD_VENUE, venues, p->count);
	if (p->unit->rules.neutral_referees)
		refd__ask_parties(asking, REFD_RECORD_TEAM, teams, 2 * p->count);
	return true;
}

static enum refd_status load_candidate_engagements(struct refd__proposal *p, struct refd_error *err)
{
	struct refd_range span = { { 0 }, { 0 } };
	struct refd__asking asking;
	size_t i;

	for (i = 0; i < p->count; i++) {
		const struct refd_time kickoff = p->candidates[i].fixture->fixture->state.kickoff;

		if (i == 0 || kickoff.us < span.from.us)
			span.from = kickoff;
		if (i == 0 || kickoff.us > span.to.us)
			span.to = kickoff;
	}
	refd__ask_referred(&asking, p->unit);
	refd__ask_engaged(&asking, p->referees, p->n_referees, span);
	if (!ask_around_candidates(&asking, p))
		return refd__no_memory(p->unit, err);
	return refd__answer(&asking, err);
}

/* ---- who goes for whom ---- */

static enum refd_status note(struct refd__proposal *p, uint32_t kind,
			     const struct refd_assignment *a, struct refd__candidate *c,
			     struct refd_error *err)
{
	struct refd__map_entry *entry = refd__id_map_put(&p->by_assignment, kind, a->state.id.uuid,
							 (struct refd_uuid){ { 0 } });

	if (entry == NULL)
		return refd__no_memory(p->unit, err);
	entry->value = c;
	return REFD_OK;
}

struct refd__candidate *refd__proposal_noted(const struct refd__proposal *p, uint32_t kind,
					     const struct refd_assignment *a)
{
	const struct refd__map_entry *entry = refd__id_map_get(
		&p->by_assignment, kind, a->state.id.uuid, (struct refd_uuid){ { 0 } });

	return entry != NULL ? entry->value : NULL;
}

/* The holder of the wanted slot goes if it is still the one that was there when this was staged,
 * and does not move to another role itself. */
static enum refd_status find_replaced(struct refd__proposal *p, struct refd__candidate *c,
				      struct refd_error *err)
{
	const struct refd_referee_id holder = c->fixture->fixture->slots[c->role];
	const struct refd_referee_id expected = c->assignment->state.replaces;
	struct refd_assignment *held = NULL;
	enum refd_status st;

	if (refd_uuid_is_unset(holder.uuid) || !refd_uuid_equal(holder.uuid, expected.uuid))
		return REFD_OK;
	st = refd__find_holder(p->unit, c->assignment->state.fixture, holder, &held, err);
	if (st != REFD_OK || held->state.staged_role != (enum refd_role)0)
		return st;
	c->replaced = held;
	return note(p, REFD__REPLACED, held, c, err);
}

static enum refd_status link_candidates(struct refd__proposal *p, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	refd__id_map_init(&p->by_assignment, &p->unit->arena);
	for (i = 0; i < p->count && st == REFD_OK; i++) {
		struct refd__candidate *c = &p->candidates[i];

		c->overridden =
			refd__overridden(p->overrides, p->n_overrides, c->assignment->state.fixture,
					 c->assignment->state.referee);
		st = note(p, REFD__CANDIDATE, c->assignment, c, err);
		if (st == REFD_OK)
			st = find_replaced(p, c, err);
	}
	return st;
}

/* An override for an assignment that is not staged would be lost in silence. */
static enum refd_status check_override_targets(const struct refd__proposal *p,
					       struct refd_error *err)
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

enum refd_status refd__proposal_load(struct refd__proposal *p, struct refd_error *err)
{
	struct refd__asking asking;
	enum refd_status st =
		refd__check_overrides(p->overrides, p->n_overrides, p->unit->actor, err);

	refd__ask(&asking, p->unit);
	refd__ask_staged(&asking);
	refd__ask_rules(&asking);
	if (st == REFD_OK)
		st = refd__answer(&asking, err);
	if (st == REFD_OK)
		st = refd__rules(p->unit, err);
	if (st == REFD_OK)
		st = list_candidates(p, err);
	if (st == REFD_OK)
		st = list_referees(p, err);
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
