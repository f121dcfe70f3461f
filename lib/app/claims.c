/* Claim rows: the backstop of the day rule, kept equal to what the scheduled fixtures hold. */
#include <assert.h>

#include "app/work.h"

enum refd_status refd__claims_of(const struct refd_ports *ports, const struct refd_rules *rules,
				 const struct refd_fixture_state *fixture,
				 struct refd_claim_state *ret, size_t *ret_count,
				 struct refd_error *err)
{
	enum refd_status st;
	int32_t day = 0;

	*ret_count = 0;
	if (rules->exclusivity != REFD_EXCLUSIVITY_DAY || fixture->status != REFD_FIXTURE_SCHEDULED)
		return REFD_OK;
	st = refd__day(ports, rules, fixture->kickoff, &day, err);
	if (st != REFD_OK)
		return st;
	ret[0] = (struct refd_claim_state){ REFD_CLAIM_VENUE, fixture->venue.uuid, day,
					    fixture->id };
	ret[1] = (struct refd_claim_state){ REFD_CLAIM_TEAM, fixture->home.uuid, day, fixture->id };
	ret[2] = (struct refd_claim_state){ REFD_CLAIM_TEAM, fixture->away.uuid, day, fixture->id };
	*ret_count = 3;
	return REFD_OK;
}

static bool same_claim(const struct refd_claim_state *a, const struct refd_claim_state *b)
{
	return a->kind == b->kind && a->day == b->day && refd_uuid_equal(a->holder, b->holder);
}

static bool among(const struct refd_claim_state *claim, const struct refd_claim_state *claims,
		  size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (same_claim(claim, &claims[i]))
			return true;
	}
	return false;
}

/* A change for every claim of `from` that is not in `other`. */
static bool add_difference(struct refd__changes *changes, struct refd_unit *unit,
			   enum refd_change_kind kind, const struct refd_claim_state *from,
			   size_t n_from, const struct refd_claim_state *other, size_t n_other)
{
	size_t i;

	for (i = 0; i < n_from; i++) {
		struct refd_claim_state *row;

		if (among(&from[i], other, n_other))
			continue;
		row = refd__arena_alloc(&unit->arena, sizeof(*row));
		if (row == NULL)
			return false;
		*row = from[i];
		if (!refd__add_change(changes, kind, REFD_RECORD_CLAIM, row, 0))
			return false;
	}
	return true;
}

/* Whether the row keeps what its claims are made of. */
static bool claims_unchanged(const struct refd_unit *unit, const struct refd_fixture *fixture)
{
	return !unit->days_changed && fixture->stored_version > 0 &&
	       fixture->state.kickoff.us == fixture->stored.kickoff.us &&
	       fixture->state.status == fixture->stored.status &&
	       refd_uuid_equal(fixture->state.venue.uuid, fixture->stored.venue.uuid);
}

enum refd_status refd__add_claims(struct refd_unit *unit, const struct refd_fixture *fixture,
				  struct refd__changes *changes, struct refd_error *err)
{
	struct refd_claim_state before[3];
	struct refd_claim_state after[3];
	size_t n_before = 0;
	size_t n_after = 0;
	enum refd_status st = REFD_OK;

	if (claims_unchanged(unit, fixture))
		return REFD_OK;
	assert(unit->rules_known); /* every command that comes here has asked for them */
	if (fixture->stored_version > 0)
		st = refd__claims_of(&unit->app->ports,
				     unit->days_changed ? &unit->claim_rules : &unit->rules,
				     &fixture->stored, before, &n_before, err);
	if (st == REFD_OK)
		st = refd__claims_of(&unit->app->ports, &unit->rules, &fixture->state, after,
				     &n_after, err);
	if (st != REFD_OK)
		return refd__unit_fail(unit, st);
	if (!add_difference(changes, unit, REFD_CHANGE_DELETE, before, n_before, after, n_after) ||
	    !add_difference(changes, unit, REFD_CHANGE_INSERT, after, n_after, before, n_before))
		return refd__no_memory(unit, err);
	return REFD_OK;
}
