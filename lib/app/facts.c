/* What rules need to know about many objects, in few reads. */
#include <assert.h>

#include "app/asking.h"
#include "domain/travel.h"

enum refd_status refd__load_fixtures(struct refd_unit *unit, const struct refd_fixture_id *ids,
				     size_t count, unsigned with, struct refd_error *err)
{
	struct refd__asking asking;

	refd__ask(&asking, unit);
	refd__ask_fixtures(&asking, ids, count, with);
	return refd__answer(&asking, err);
}

enum refd_status refd__require_fixtures(struct refd_unit *unit, const struct refd_fixture_id *ids,
					size_t count, struct refd_error *err)
{
	char id[REFD_UUID_TEXT + 1];
	size_t i;

	for (i = 0; i < count; i++) {
		/* asked for, so the node is there */
		if (refd__fixture_node(unit, ids[i])->fixture == NULL)
			return refd_error_object(err, REFD_CORRUPT, REFD_NOUN_FIXTURE, ids[i].uuid,
						 "an assignment refers to fixture %s, which is not "
						 "there",
						 refd_uuid_format(ids[i].uuid, id));
	}
	return REFD_OK;
}

/* Half the circumference of the earth: no journey is longer. */
#define LONGEST_KM 20038
/* From so many referees on it pays to look at the venues first. */
#define MANY_REFEREES 32

static int64_t longest_journey(const struct refd_rules *rules)
{
	int64_t travel = (int64_t)LONGEST_KM * 60 / rules->travel_speed + 1;

	return travel < rules->travel_gap ? rules->travel_gap : travel;
}

int64_t refd__longest_reach(const struct refd_rules *rules)
{
	return (rules->match_duration + longest_journey(rules)) * REFD_MINUTE;
}

int64_t refd__engagement_reach(const struct refd_unit *unit)
{
	int64_t reach;

	if (!unit->rules_known)
		return atomic_load(unit->app->reach_seen);
	reach = refd__longest_reach(&unit->rules);
	atomic_store(unit->app->reach_seen, reach);
	return reach;
}

bool refd__worth_the_venues(size_t referees)
{
	return referees >= MANY_REFEREES;
}

/* Between any two venues of the store, if they are no more than @p most; else of the earth. */
static int64_t journey_between_venues(const struct refd_unit *unit, size_t most)
{
	struct refd__area area = { 0 };
	size_t n = 0;
	size_t i;

	for (i = 0; i < unit->map.count; i++) {
		const struct refd__map_entry *entry = &unit->map.entries[i];
		const struct refd__party_node *node =
			entry->kind == REFD_RECORD_VENUE ? entry->value : NULL;
		const struct refd_venue *venue = node != NULL ? node->party : NULL;
		struct refd__place place;

		if (venue == NULL)
			continue;
		place = refd__place_of(&venue->state.coordinates);
		refd__area_add(&area, &place);
		n++;
	}
	return n <= most ? refd__travel_span(&area, &unit->rules) + 1
			 : longest_journey(&unit->rules);
}

/* As refd__engagement_reach(), and closer for many referees: then the venues were asked for. */
static int64_t reach_of(const struct refd_unit *unit, size_t referees)
{
	const int64_t any = refd__engagement_reach(unit);

	if (!refd__worth_the_venues(referees))
		return any;
	assert(unit->venues_asked > referees);
	return (unit->rules.match_duration + journey_between_venues(unit, referees)) * REFD_MINUTE;
}

void refd__ask_engaged(struct refd__asking *asking, const struct refd_referee_id *ids, size_t count,
		       struct refd_range span)
{
	refd__ask_engagements(asking, ids, count,
			      refd__window(span, reach_of(asking->unit, count)));
}

enum refd_status refd__load_judged(struct refd_unit *unit, const struct refd_fixture_state *fixture,
				   struct refd_time kickoff, const struct refd_referee_id *ids,
				   size_t count, struct refd_error *err)
{
	const struct refd_uuid teams[] = { fixture->home.uuid, fixture->away.uuid };
	struct refd__asking asking;
	size_t i;

	refd__ask_referred(&asking, unit);
	refd__ask_engaged(&asking, ids, count, (struct refd_range){ kickoff, kickoff });
	for (i = 0; i < count && unit->rules.require_availability; i++)
		refd__ask_pair(&asking, REFD_RECORD_AVAILABILITY, fixture->id, ids[i]);
	if (count > 0 && unit->rules.neutral_referees)
		refd__ask_parties(&asking, REFD_RECORD_TEAM, teams, 2);
	return refd__answer(&asking, err);
}
