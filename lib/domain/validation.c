#include <refdomain/domain/validation.h>

#include <assert.h>

#include "domain/rota.h"
#include "domain/travel.h"
#include "domain/wording.h"

/* What the other stops of the referee, or other facts of the same stop, can break. */
#define RULES_OF_STOPS                                                                             \
	(UINT32_C(1) << REFD_RULE_REFEREE_TWICE | UINT32_C(1) << REFD_RULE_REFEREE_DOUBLE_BOOKED | \
	 UINT32_C(1) << REFD_RULE_REFEREE_TOO_CLOSE)

struct judging {
	const struct refd_facts *facts;
	const struct refd_rules *rules;
	struct refd_time now;
	struct refd__rota rota;
	refd_violation_sink *sink;
	void *sink_self;
	/* the assignment at hand */
	uint32_t index;
	const struct refd_fact_assignment *fact;
	const struct refd_fact_fixture *fixture;
	const struct refd_fact_referee *referee;
};

static struct refd_violation violation_of(const struct judging *judging, enum refd_rule rule)
{
	return (struct refd_violation){
		.rule = rule,
		.severity = refd_rule_severity(rule),
		.role = judging->fact->role,
		.fixture = judging->fixture->id,
		.referee = judging->referee->id,
	};
}

static enum refd_status report(const struct judging *judging,
			       const struct refd_violation *violation)
{
	return judging->sink(judging->sink_self, judging->index, violation);
}

static struct refd_ref ref_of_fixture(const struct judging *judging, uint32_t fixture)
{
	return (struct refd_ref){ REFD_NOUN_FIXTURE, judging->facts->fixtures[fixture].id.uuid };
}

static const char *word_of(enum refd_role role)
{
	const char *word = refd_role_word(role);

	return word ? word : "?";
}

static enum refd_status judge_playable(const struct judging *judging)
{
	struct refd_violation violation;
	struct refd__wording wording;
	bool cancelled = judging->fixture->status == REFD_FIXTURE_CANCELLED;
	bool past = judging->rules->require_future_kickoff &&
		    judging->fixture->kickoff.us <= judging->now.us;

	if (!cancelled && !past)
		return REFD_OK;
	violation = violation_of(judging, REFD_RULE_FIXTURE_NOT_PLAYABLE);
	wording = refd__wording_of(&violation);
	refd__wording_say(&wording, cancelled ? "the fixture is cancelled"
					      : "the fixture has kicked off already");
	return report(judging, &violation);
}

static enum refd_status report_role(const struct judging *judging, uint32_t count, uint32_t other)
{
	const struct refd_fact_referee *referee = &judging->facts->referees[other];
	struct refd_violation violation = violation_of(judging, REFD_RULE_ROLE_TAKEN);
	struct refd__wording wording = refd__wording_of(&violation);

	violation.counterparts = count;
	violation.counterpart = (struct refd_ref){ REFD_NOUN_REFEREE, referee->id.uuid };
	refd__wording_say(&wording, "the role ");
	refd__wording_say(&wording, word_of(judging->fact->role));
	refd__wording_say(&wording, " is also given to ");
	refd__wording_add(&wording, referee->name);
	return report(judging, &violation);
}

static enum refd_status judge_role(const struct judging *judging)
{
	const struct refd__rota *rota = &judging->rota;
	const struct refd__slot *slot = &rota->slots[rota->slot_of[judging->index]];
	uint32_t count = slot->referees - 1;
	uint32_t wanted = count < REFD_COUNTERPARTS_MAX ? count : REFD_COUNTERPARTS_MAX;
	uint32_t last = judging->fact->referee;
	enum refd_status st = REFD_OK;

	for (uint32_t i = slot->first; st == REFD_OK && wanted > 0; i++) {
		uint32_t other = judging->facts->assignments[rota->by_slot[i]].referee;

		if (other == last || other == judging->fact->referee)
			continue;
		last = other;
		wanted--;
		st = report_role(judging, count, other);
	}
	return st;
}

static enum refd_status report_twice(const struct judging *judging, uint32_t count,
				     const struct refd_fact_assignment *other)
{
	struct refd_violation violation = violation_of(judging, REFD_RULE_REFEREE_TWICE);
	struct refd__wording wording = refd__wording_of(&violation);

	violation.counterparts = count;
	violation.counterpart = ref_of_fixture(judging, other->fixture);
	refd__wording_say(&wording, "the referee is on that fixture twice, also as ");
	refd__wording_say(&wording, word_of(other->role));
	return report(judging, &violation);
}

static enum refd_status judge_twice(const struct judging *judging)
{
	const struct refd__rota *rota = &judging->rota;
	const struct refd__stop *stop = &rota->stops[rota->stop_of[judging->index]];
	uint32_t count = stop[1].first - stop->first - 1;
	uint32_t wanted = count < REFD_COUNTERPARTS_MAX ? count : REFD_COUNTERPARTS_MAX;
	enum refd_status st = REFD_OK;

	for (uint32_t i = stop->first; st == REFD_OK && wanted > 0; i++) {
		uint32_t other = rota->by_stop[i];

		if (other == judging->index)
			continue;
		wanted--;
		st = report_twice(judging, count, &judging->facts->assignments[other]);
	}
	return st;
}

/* Leaves a stop for the others of its tour, the nearest in time first. */
struct walk {
	const struct refd__stop *stops;
	const struct refd__stop *from;
	uint32_t first, back; /* yet to be visited before: [first, back) */
	uint32_t ahead, end;  /* and after: [ahead, end) */
	uint64_t within;      /* stops further away than this, or as far, are not visited */
};

static const struct refd__stop *walk_on(struct walk *walk)
{
	uint64_t before = UINT64_MAX, after = UINT64_MAX;

	if (walk->back > walk->first)
		before = refd__stop_apart(&walk->stops[walk->back - 1], walk->from);
	if (walk->ahead < walk->end)
		after = refd__stop_apart(walk->from, &walk->stops[walk->ahead]);
	if (before <= after)
		return before < walk->within ? &walk->stops[--walk->back] : NULL;
	return after < walk->within ? &walk->stops[walk->ahead++] : NULL;
}

/* The nearest counterparts by time. */
struct nearest {
	const struct refd__stop *stops[REFD_COUNTERPARTS_MAX];
	uint32_t kept;
	uint32_t count; /* kept or not */
};

static void keep(struct nearest *nearest, const struct refd__stop *stop)
{
	uint32_t i;

	nearest->count++;
	if (nearest->kept == REFD_COUNTERPARTS_MAX)
		return;
	for (i = nearest->kept++; i > 0 && nearest->stops[i - 1] > stop; i--)
		nearest->stops[i] = nearest->stops[i - 1];
	nearest->stops[i] = stop;
}

static struct refd_str venue_name(const struct judging *judging, const struct refd__stop *stop)
{
	return judging->facts->venues[stop->venue].name;
}

static uint64_t duration_of(const struct refd_rules *rules)
{
	return (uint64_t)rules->match_duration * REFD_MINUTE;
}

static uint64_t apart(const struct refd__stop *a, const struct refd__stop *b)
{
	return a < b ? refd__stop_apart(a, b) : refd__stop_apart(b, a);
}

static enum refd_status report_booked(const struct judging *judging, uint32_t count,
				      const struct refd__stop *stop, const struct refd__stop *other)
{
	struct refd_violation violation = violation_of(judging, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	struct refd__wording wording = refd__wording_of(&violation);
	uint64_t overlap = duration_of(judging->rules) - apart(stop, other);

	violation.counterparts = count;
	violation.counterpart = ref_of_fixture(judging, other->fixture);
	violation.measured = (int64_t)((overlap + REFD_MINUTE - 1) / REFD_MINUTE);
	refd__wording_number(&wording, (uint64_t)violation.measured);
	refd__wording_say(&wording, " min overlap with the fixture at ");
	refd__wording_add(&wording, venue_name(judging, other));
	return report(judging, &violation);
}

static enum refd_status judge_booked(const struct judging *judging)
{
	const struct refd__stop *stops = judging->rota.stops;
	uint32_t at = judging->rota.stop_of[judging->index];
	const struct refd__stop *stop = &stops[at];
	struct walk walk = { stops,	stop, stop->overlap_first, at, at + 1, stop->overlap_end,
			     UINT64_MAX };
	struct nearest nearest = { .count = 0 };
	const struct refd__stop *other;
	enum refd_status st = REFD_OK;
	uint32_t count = stops[stop->overlap_end].live_before -
			 stops[stop->overlap_first].live_before - refd__stop_live(stop);

	while (nearest.kept < count && nearest.kept < REFD_COUNTERPARTS_MAX) {
		other = walk_on(&walk);
		assert(other);
		if (refd__stop_live(other))
			keep(&nearest, other);
	}
	for (uint32_t i = 0; st == REFD_OK && i < nearest.kept; i++)
		st = report_booked(judging, count, stop, nearest.stops[i]);
	return st;
}

static enum refd_status judge_retired(const struct judging *judging)
{
	struct refd_violation violation;
	struct refd__wording wording;

	if (judging->referee->status != REFD_PARTY_RETIRED)
		return REFD_OK;
	violation = violation_of(judging, REFD_RULE_REFEREE_RETIRED);
	wording = refd__wording_of(&violation);
	refd__wording_add(&wording, judging->referee->name);
	refd__wording_say(&wording, " is retired");
	return report(judging, &violation);
}

static enum refd_status judge_available(const struct judging *judging)
{
	struct refd_violation violation;
	struct refd__wording wording;

	if (judging->fact->available || !judging->rules->require_availability)
		return REFD_OK;
	violation = violation_of(judging, REFD_RULE_REFEREE_NOT_AVAILABLE);
	wording = refd__wording_of(&violation);
	refd__wording_add(&wording, judging->referee->name);
	refd__wording_say(&wording, " has not declared availability");
	return report(judging, &violation);
}

static int64_t free_minutes(const struct refd_rules *rules, const struct refd__stop *a,
			    const struct refd__stop *b)
{
	return (int64_t)((apart(a, b) - duration_of(rules)) / REFD_MINUTE);
}

static enum refd_status report_close(const struct judging *judging, uint32_t count,
				     const struct refd__stop *stop, const struct refd__stop *other)
{
	struct refd_violation violation = violation_of(judging, REFD_RULE_REFEREE_TOO_CLOSE);
	struct refd__wording wording = refd__wording_of(&violation);
	bool after = other < stop;

	violation.counterparts = count;
	violation.counterpart = ref_of_fixture(judging, other->fixture);
	violation.measured = free_minutes(judging->rules, stop, other);
	violation.limit = refd_travel_minutes(judging->facts, judging->rules,
					      after ? other->venue : stop->venue,
					      after ? stop->venue : other->venue);
	refd__wording_number(&wording, (uint64_t)violation.limit);
	refd__wording_say(&wording, " min travel needed, ");
	refd__wording_number(&wording, (uint64_t)violation.measured);
	refd__wording_say(&wording, after ? " min free after " : " min free before ");
	refd__wording_add(&wording, venue_name(judging, other));
	return report(judging, &violation);
}

/* Not only the neighbours: the way to the fixture after the next may be the longer one. */
static enum refd_status judge_close(const struct judging *judging)
{
	const struct refd__rota *rota = &judging->rota;
	const struct refd__stop *stop = &rota->stops[rota->stop_of[judging->index]];
	const struct refd__tour *tour = &rota->tours[judging->fact->referee];
	int64_t reach = refd__travel_reach(&tour->area, &rota->places[stop->venue], judging->rules);
	struct walk walk = { rota->stops,
			     stop,
			     tour->first,
			     stop->overlap_first,
			     stop->overlap_end,
			     tour->end,
			     duration_of(judging->rules) + (uint64_t)reach * REFD_MINUTE };
	struct nearest nearest = { .count = 0 };
	const struct refd__stop *other;
	enum refd_status st = REFD_OK;

	while ((other = walk_on(&walk))) {
		const struct refd__stop *earlier = other < stop ? other : stop;
		const struct refd__stop *later = other < stop ? stop : other;

		if (refd__stop_live(other) &&
		    refd__travel_exceeds(judging->facts, judging->rules, rota->places,
					 earlier->venue, later->venue,
					 free_minutes(judging->rules, earlier, later)))
			keep(&nearest, other);
	}
	for (uint32_t i = 0; st == REFD_OK && i < nearest.kept; i++)
		st = report_close(judging, nearest.count, stop, nearest.stops[i]);
	return st;
}

static bool is_blank(struct refd_str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != ' ' && text.ptr[i] != '\t')
			return false;
	}
	return true;
}

static enum refd_status judge_neutral(const struct judging *judging)
{
	struct refd_str club = judging->referee->club;
	struct refd_violation violation;
	struct refd__wording wording;
	bool home, away;

	if (!judging->rules->neutral_referees)
		return REFD_OK;
	home = refd_str_equal(club, judging->fixture->home_club);
	away = refd_str_equal(club, judging->fixture->away_club);
	if ((!home && !away) || is_blank(club))
		return REFD_OK;
	violation = violation_of(judging, REFD_RULE_CLUB_NOT_NEUTRAL);
	wording = refd__wording_of(&violation);
	refd__wording_say(&wording, home && away ? "the referee and both teams belong to "
				    : home	 ? "the referee and the home team belong to "
						 : "the referee and the away team belong to ");
	refd__wording_add(&wording, club);
	return report(judging, &violation);
}

static enum refd_status judge(struct judging *judging, uint32_t index)
{
	static enum refd_status (*const judges[])(const struct judging *) = {
		[REFD_RULE_FIXTURE_NOT_PLAYABLE] = judge_playable,
		[REFD_RULE_ROLE_TAKEN] = judge_role,
		[REFD_RULE_REFEREE_TWICE] = judge_twice,
		[REFD_RULE_REFEREE_DOUBLE_BOOKED] = judge_booked,
		[REFD_RULE_REFEREE_RETIRED] = judge_retired,
		[REFD_RULE_REFEREE_NOT_AVAILABLE] = judge_available,
		[REFD_RULE_REFEREE_TOO_CLOSE] = judge_close,
		[REFD_RULE_CLUB_NOT_NEUTRAL] = judge_neutral,
	};
	const struct refd__rota *rota = &judging->rota;
	bool alone = rota->alone[rota->stop_of[index]];
	enum refd_status st = REFD_OK;

	_Static_assert(sizeof(judges) / sizeof(*judges) == REFD_ENGINE_RULES + 1,
		       "every engine rule has a judge");
	judging->index = index;
	judging->fact = &judging->facts->assignments[index];
	judging->fixture = &judging->facts->fixtures[judging->fact->fixture];
	judging->referee = &judging->facts->referees[judging->fact->referee];
	for (uint32_t rule = 1; st == REFD_OK && rule <= REFD_ENGINE_RULES; rule++) {
		uint32_t bit = UINT32_C(1) << rule;
		bool overridden = judging->fact->overridden & bit &&
				  refd_rule_severity(rule) == REFD_SEVERITY_OVERRIDABLE;

		if (!overridden && !(alone && RULES_OF_STOPS & bit))
			st = judges[rule](judging);
	}
	return st;
}

static bool in_range(const struct refd_facts *facts)
{
	for (size_t i = 0; i < facts->n_fixtures; i++) {
		if (facts->fixtures[i].venue >= facts->n_venues)
			return false;
	}
	for (size_t i = 0; i < facts->n_assignments; i++) {
		if (facts->assignments[i].fixture >= facts->n_fixtures ||
		    facts->assignments[i].referee >= facts->n_referees)
			return false;
	}
	return true;
}

enum refd_status refd_validate(const struct refd_facts *facts, const struct refd_rules *rules,
			       struct refd_time now, const struct refd_allocator *allocator,
			       refd_violation_sink *sink, void *sink_self, struct refd_error *err)
{
	struct judging judging = { facts, rules, now, .sink = sink, .sink_self = sink_self };
	enum refd_status st;

	if (!in_range(facts))
		return refd_error_set(err, REFD_MISUSE, "an index of the facts is out of range");
	if (rules->match_duration < 1 || rules->travel_speed < 1 || rules->travel_gap < 0)
		return refd_error_set(err, REFD_MISUSE, "the rules are out of range");
	if (facts->n_assignments == 0)
		return REFD_OK;
	st = refd__rota_init(&judging.rota, facts, rules, allocator, err);
	for (uint32_t i = 0; st == REFD_OK && i < facts->n_assignments; i++) {
		if (facts->assignments[i].subject)
			st = judge(&judging, i);
	}
	refd__rota_done(&judging.rota, allocator);
	return st;
}
