#include "app/judging.h"

#include "app/asking.h"

struct refd_assignment *refd__standing_assignment(const struct refd_unit *unit, size_t i)
{
	const struct refd__map_entry *entry = &unit->map.entries[i];
	struct refd_assignment *assignment =
		entry->kind == REFD_RECORD_ASSIGNMENT ? entry->value : NULL;

	if (assignment == NULL || assignment->fate == REFD__GONE || assignment->fate == REFD__VOID)
		return NULL;
	return assignment;
}

/* A seat needs its fixture, and an assignment may have come without. */
static enum refd_status load_seat_fixtures(struct refd_unit *unit, size_t count,
					   struct refd_error *err)
{
	struct refd_fixture_id *ids = refd__arena_zero(&unit->arena, count + 1, sizeof(*ids));
	const size_t known = unit->map.count;
	struct refd__asking asking;
	enum refd_status st;
	size_t n = 0;
	size_t i;

	if (ids == NULL)
		return refd__no_memory(unit, err);
	for (i = 0; i < known; i++) {
		const struct refd_assignment *assignment = refd__standing_assignment(unit, i);

		if (assignment != NULL)
			ids[n++] = assignment->state.fixture;
	}
	refd__ask_referred(&asking, unit);
	refd__ask_fixtures(&asking, ids, n, 0);
	st = refd__answer(&asking, err);
	return st == REFD_OK ? refd__require_fixtures(unit, ids, n, err) : st;
}

enum refd_status refd__seats_make(struct refd_unit *unit, size_t extra, struct refd__seats *ret,
				  struct refd_error *err)
{
	size_t n = 0;
	size_t i;

	ret->known = unit->map.count;
	for (i = 0; i < ret->known; i++)
		n += refd__standing_assignment(unit, i) != NULL;
	ret->items = refd__arena_zero(&unit->arena, n + extra + 1, sizeof(*ret->items));
	ret->count = 0;
	if (ret->items == NULL)
		return refd__no_memory(unit, err);
	return load_seat_fixtures(unit, n, err);
}

void refd__seat_add(struct refd__seats *seats, struct refd_unit *unit,
		    struct refd_assignment *assignment, enum refd_role role, bool subject,
		    uint32_t overridden)
{
	seats->items[seats->count++] = (struct refd__seat){
		.fixture = refd__id_map_get(&unit->map, REFD_RECORD_FIXTURE,
					    assignment->state.fixture.uuid,
					    (struct refd_uuid){ { 0 } })
				   ->value,
		.referee = assignment->state.referee,
		.role = role,
		.subject = subject,
		.overridden = overridden | assignment->state.overridden,
		.assignment = assignment,
	};
}

/* ---- loading what the facts need ---- */

static void ask_parties(struct refd__asking *asking, const struct refd__seats *seats,
			struct refd_uuid *ids)
{
	const struct refd__seat *items = seats->items;
	size_t i;

	for (i = 0; i < seats->count; i++)
		ids[i] = items[i].referee.uuid;
	refd__ask_parties(asking, REFD_RECORD_REFEREE, ids, seats->count);
	for (i = 0; i < seats->count; i++)
		ids[i] = items[i].fixture->fixture->state.venue.uuid;
	refd__ask_parties(asking, REFD_RECORD_VENUE, ids, seats->count);
}

static bool availability_stands(const struct refd_unit *unit, const struct refd__seat *seat)
{
	const struct refd__map_entry *entry =
		refd__id_map_get(&unit->map, REFD__MAP_AVAILABILITY_PAIR,
				 seat->fixture->fixture->state.id.uuid, seat->referee.uuid);
	const struct refd_availability *availability = entry != NULL ? entry->value : NULL;

	return availability != NULL && availability->fate != REFD__GONE &&
	       availability->fate != REFD__VOID;
}

/* What a seat refers to; only a store that lost a row lacks it. */
static enum refd_status require_parties(struct refd_unit *unit, const struct refd__seat *seat,
					struct refd_error *err)
{
	const struct refd_fixture_state *fixture = &seat->fixture->fixture->state;
	const struct {
		enum refd_record record;
		struct refd_uuid id;
	} parties[] = { { REFD_RECORD_VENUE, fixture->venue.uuid },
			{ REFD_RECORD_TEAM, fixture->home.uuid },
			{ REFD_RECORD_TEAM, fixture->away.uuid } };
	const size_t n = seat->subject && unit->rules.neutral_referees ? 3 : 1;
	size_t i;

	if (refd__referee_node(unit, seat->referee)->referee == NULL)
		return refd_error_object(err, REFD_CORRUPT, REFD_NOUN_REFEREE, seat->referee.uuid,
					 "an assignment refers to a referee who is not there");
	for (i = 0; i < n; i++) {
		if (refd__party_node(unit, parties[i].record, parties[i].id)->party == NULL)
			return refd_error_object(err, REFD_CORRUPT, REFD_NOUN_FIXTURE,
						 fixture->id.uuid,
						 "a fixture lacks its venue or a team");
	}
	return REFD_OK;
}

static enum refd_status load_seats(struct refd_unit *unit, struct refd__seats *seats,
				   struct refd_error *err)
{
	struct refd_uuid *ids = refd__arena_zero(&unit->arena, seats->count + 1, sizeof(*ids));
	struct refd__asking asking;
	enum refd_status st;
	size_t i;

	if (ids == NULL)
		return refd__no_memory(unit, err);
	refd__ask_referred(&asking, unit);
	ask_parties(&asking, seats, ids);
	st = refd__answer(&asking, err);
	for (i = 0; i < seats->count && st == REFD_OK; i++) {
		st = require_parties(unit, &seats->items[i], err);
		seats->items[i].available = availability_stands(unit, &seats->items[i]);
	}
	return st;
}

/* ---- facts ---- */

struct facts {
	struct refd_facts facts;
	struct refd_fact_venue *venues;
	struct refd_fact_fixture *fixtures;
	struct refd_fact_referee *referees;
	struct refd_fact_assignment *assignments;
	struct refd__id_map index; /* object to index + 1, as a pointer value */
	struct refd_unit *unit;
};

static bool facts_make(struct facts *f, struct refd_unit *unit, size_t seats)
{
	f->unit = unit;
	refd__id_map_init(&f->index, &unit->arena);
	f->venues = refd__arena_zero(&unit->arena, seats + 1, sizeof(*f->venues));
	f->fixtures = refd__arena_zero(&unit->arena, seats + 1, sizeof(*f->fixtures));
	f->referees = refd__arena_zero(&unit->arena, seats + 1, sizeof(*f->referees));
	f->assignments = refd__arena_zero(&unit->arena, seats + 1, sizeof(*f->assignments));
	f->facts = (struct refd_facts){ .venues = f->venues,
					.fixtures = f->fixtures,
					.referees = f->referees,
					.assignments = f->assignments };
	return f->venues && f->fixtures && f->referees && f->assignments;
}

/* The index of an object, a new one if it was not met before. False when out of memory. */
static bool index_of(struct facts *f, enum refd_record record, struct refd_uuid id, size_t *count,
		     uint32_t *ret, bool *ret_new)
{
	struct refd__map_entry *entry =
		refd__id_map_put(&f->index, (uint32_t)record, id, (struct refd_uuid){ { 0 } });

	if (entry == NULL)
		return false;
	*ret_new = entry->value == NULL;
	if (*ret_new)
		entry->value = (void *)(uintptr_t)++ * count;
	*ret = (uint32_t)((uintptr_t)entry->value - 1);
	return true;
}

/* The node is there since the fixture was linked, the team only where its club matters. */
static struct refd_str club_of(struct refd_unit *unit, struct refd_team_id id)
{
	const struct refd_team *team = refd__party_node(unit, REFD_RECORD_TEAM, id.uuid)->party;

	return team != NULL ? refd_name_str(&team->state.club) : (struct refd_str){ NULL, 0 };
}

static bool add_venue_fact(struct facts *f, struct refd_venue_id id, uint32_t *ret)
{
	const struct refd_venue *venue =
		refd__party_node(f->unit, REFD_RECORD_VENUE, id.uuid)->party;
	bool fresh = false;

	if (!index_of(f, REFD_RECORD_VENUE, id.uuid, &f->facts.n_venues, ret, &fresh))
		return false;
	if (fresh)
		f->venues[*ret] = (struct refd_fact_venue){ refd_name_str(&venue->state.name),
							    venue->state.coordinates };
	return true;
}

static bool add_fixture_fact(struct facts *f, const struct refd_fixture_state *state, uint32_t *ret)
{
	bool fresh = false;

	if (!index_of(f, REFD_RECORD_FIXTURE, state->id.uuid, &f->facts.n_fixtures, ret, &fresh))
		return false;
	if (!fresh)
		return true;
	f->fixtures[*ret] = (struct refd_fact_fixture){
		.id = state->id,
		.kickoff = state->kickoff,
		.status = state->status,
		.home_club = club_of(f->unit, state->home),
		.away_club = club_of(f->unit, state->away),
	};
	return add_venue_fact(f, state->venue, &f->fixtures[*ret].venue);
}

static bool add_referee_fact(struct facts *f, struct refd_referee_id id, uint32_t *ret)
{
	const struct refd_referee *referee = refd__referee_node(f->unit, id)->referee;
	bool fresh = false;

	if (!index_of(f, REFD_RECORD_REFEREE, id.uuid, &f->facts.n_referees, ret, &fresh))
		return false;
	if (fresh)
		f->referees[*ret] =
			(struct refd_fact_referee){ id, refd_name_str(&referee->state.name),
						    refd_name_str(&referee->state.club),
						    referee->state.status };
	return true;
}

static bool add_seat_fact(struct facts *f, const struct refd__seat *seat)
{
	struct refd_fact_assignment *fact = &f->assignments[f->facts.n_assignments++];

	fact->role = seat->role;
	fact->subject = seat->subject;
	fact->available = seat->available;
	fact->overridden = seat->overridden;
	return add_fixture_fact(f, &seat->fixture->fixture->state, &fact->fixture) &&
	       add_referee_fact(f, seat->referee, &fact->referee);
}

enum refd_status refd__judge(struct refd_unit *unit, struct refd__seats *seats,
			     refd_violation_sink *sink, void *sink_self, struct refd_error *err)
{
	struct facts facts = { 0 };
	enum refd_status st = load_seats(unit, seats, err);
	size_t i;

	if (st != REFD_OK)
		return st;
	if (!facts_make(&facts, unit, seats->count))
		return refd__no_memory(unit, err);
	for (i = 0; i < seats->count; i++) {
		if (!add_seat_fact(&facts, &seats->items[i]))
			return refd__no_memory(unit, err);
	}
	st = refd_validate(&facts.facts, &unit->rules, unit->now, &unit->app->ports.allocator, sink,
			   sink_self, err);
	return refd__unit_fail(unit, st);
}

/* ---- the re-check after a change of a fixture ---- */

struct recheck {
	struct refd__seats seats;
	uint32_t *broken; /* per seat */
};

static enum refd_status note_broken(void *self, size_t seat, const struct refd_violation *violation)
{
	struct recheck *recheck = self;

	recheck->broken[seat] |= UINT32_C(1) << violation->rule;
	return REFD_OK;
}

/* Whatever the fixture's referees are judged by at its new kick-off, so that the seats can be
 * collected from the map. */
static enum refd_status load_near(struct refd_unit *unit, const struct refd__fixture_node *fixture,
				  struct refd_time kickoff, struct refd_error *err)
{
	struct refd_referee_id ids[REFD_ROLES];
	size_t n = 0;
	int role;

	for (role = 1; role <= REFD_ROLES; role++) {
		if (!refd_uuid_is_unset(fixture->fixture->slots[role].uuid))
			ids[n++] = fixture->fixture->slots[role];
	}
	return refd__load_judged(unit, &fixture->fixture->state, kickoff, ids, n, err);
}

static enum refd_status judge_changed(struct refd_unit *unit, struct refd__fixture_node *fixture,
				      struct recheck *recheck, struct refd_error *err)
{
	enum refd_status st = refd__seats_make(unit, 0, &recheck->seats, err);
	size_t i;

	if (st != REFD_OK)
		return st;
	for (i = 0; i < recheck->seats.known; i++) {
		struct refd_assignment *a = refd__standing_assignment(unit, i);

		if (a != NULL && a->state.status == REFD_ASSIGNMENT_COMMITTED)
			refd__seat_add(&recheck->seats, unit, a, a->state.role,
				       refd_uuid_equal(a->state.fixture.uuid,
						       fixture->fixture->state.id.uuid),
				       0);
	}
	recheck->broken =
		refd__arena_zero(&unit->arena, recheck->seats.count + 1, sizeof(*recheck->broken));
	if (recheck->broken == NULL)
		return refd__no_memory(unit, err);
	return refd__judge(unit, &recheck->seats, note_broken, recheck, err);
}

static enum refd_outcome outcome_of(const struct refd_rules *rules, uint32_t broken)
{
	if (rules->on_change == REFD_ON_CHANGE_KEEP_ALL)
		return REFD_OUTCOME_KEPT;
	if (rules->on_change == REFD_ON_CHANGE_DROP_ALL)
		return REFD_OUTCOME_RELEASED;
	return broken != 0 ? REFD_OUTCOME_RELEASED : REFD_OUTCOME_KEPT;
}

enum refd_status refd__recheck(struct refd_unit *unit, struct refd__fixture_node *fixture,
			       const struct refd_fixture_state *changed, bool dropped,
			       struct refd_fixture_outcome *ret, size_t *ret_count,
			       struct refd_error *err)
{
	const struct refd_fixture_state before = fixture->fixture->state;
	const uint32_t lost = dropped && unit->rules.require_availability
				      ? UINT32_C(1) << REFD_RULE_REFEREE_NOT_AVAILABLE
				      : 0;
	struct recheck recheck = { { NULL, 0, 0 }, NULL };
	enum refd_status st = load_near(unit, fixture, changed->kickoff, err);
	size_t n = 0;
	size_t i;

	if (st != REFD_OK)
		return st;
	fixture->fixture->state = *changed;
	st = judge_changed(unit, fixture, &recheck, err);
	fixture->fixture->state = before;
	if (st != REFD_OK)
		return st;
	for (i = 0; i < recheck.seats.count; i++) {
		const struct refd__seat *seat = &recheck.seats.items[i];
		const uint32_t broken = recheck.broken[i] | (lost & ~seat->overridden);

		if (!seat->subject)
			continue;
		if (n == REFD_ROLES)
			return refd_error_object(
				err, REFD_CORRUPT, REFD_NOUN_FIXTURE, before.id.uuid,
				"more referees are assigned to the fixture than it has roles");
		ret[n++] =
			(struct refd_fixture_outcome){ seat->referee, seat->role,
						       outcome_of(&unit->rules, broken), broken };
	}
	*ret_count = n;
	return REFD_OK;
}
