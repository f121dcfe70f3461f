/* A store that reads facts itself delivers what simple reads would: no more, no less. */
#include <string.h>

#include "ranges.h"

/* One request, and what the season says about it. */
struct asked {
	const struct refd_contract__season *season;
	struct refd_facts_request request;
	const struct refd_fixture_state *fixture; /* NULL: there is none */
	struct refd_time kickoff;
	struct refd_venue_id venue;
};

static bool same(struct refd_uuid a, struct refd_uuid b)
{
	return !refd_uuid_is_unset(a) && refd_uuid_equal(a, b);
}

static const struct refd_fixture_state *fixture_of(const struct refd_contract__season *season,
						   struct refd_fixture_id id)
{
	for (size_t i = 0; i < season->count; i++)
		if (season->records[i] == REFD_RECORD_FIXTURE &&
		    same(season->rows[i].state.FIXTURE.id.uuid, id.uuid))
			return &season->rows[i].state.FIXTURE;
	return NULL;
}

static bool in_window(const struct asked *asked, struct refd_time time, int64_t window)
{
	return time.us >= asked->kickoff.us - window && time.us <= asked->kickoff.us + window;
}

static bool is_referee(const struct asked *asked, struct refd_referee_id id)
{
	if (same(id.uuid, asked->request.referee.uuid))
		return true;
	for (size_t i = 0; asked->fixture && i < asked->season->count; i++) {
		const struct refd_slot_state *slot = &asked->season->rows[i].state.SLOT;

		if (asked->season->records[i] == REFD_RECORD_SLOT &&
		    same(slot->fixture.uuid, asked->fixture->id.uuid) &&
		    same(slot->referee.uuid, id.uuid))
			return true;
	}
	return false;
}

static bool is_engagement(const struct asked *asked, const struct refd_assignment_state *row)
{
	return asked->fixture && is_referee(asked, row->referee) &&
	       in_window(asked, fixture_of(asked->season, row->fixture)->kickoff,
			 asked->request.referee_window);
}

static bool is_engaged_at(const struct asked *asked, struct refd_fixture_id id)
{
	for (size_t i = 0; i < asked->season->count; i++) {
		const struct refd_assignment_state *row = &asked->season->rows[i].state.ASSIGNMENT;

		if (asked->season->records[i] == REFD_RECORD_ASSIGNMENT &&
		    same(row->fixture.uuid, id.uuid) && is_engagement(asked, row))
			return true;
	}
	return false;
}

static bool is_rival(const struct asked *asked, const struct refd_fixture_state *row)
{
	const struct refd_fixture_state *fixture = asked->fixture;

	return in_window(asked, row->kickoff, asked->request.fixture_window) &&
	       (same(row->venue.uuid, asked->venue.uuid) ||
		same(row->home.uuid, fixture->home.uuid) ||
		same(row->home.uuid, fixture->away.uuid) ||
		same(row->away.uuid, fixture->home.uuid) ||
		same(row->away.uuid, fixture->away.uuid));
}

static bool is_wanted_fixture(const struct asked *asked, const struct refd_fixture_state *row)
{
	return asked->fixture && (same(row->id.uuid, asked->fixture->id.uuid) ||
				  is_rival(asked, row) || is_engaged_at(asked, row->id));
}

static bool is_wanted_venue(const struct asked *asked, struct refd_venue_id id)
{
	if (same(id.uuid, asked->request.venue.uuid) ||
	    (asked->fixture && same(id.uuid, asked->fixture->venue.uuid)))
		return true;
	for (size_t i = 0; asked->fixture && i < asked->season->count; i++) {
		const struct refd_fixture_state *row = &asked->season->rows[i].state.FIXTURE;

		if (asked->season->records[i] == REFD_RECORD_FIXTURE &&
		    same(row->venue.uuid, id.uuid) && is_engaged_at(asked, row->id))
			return true;
	}
	return false;
}

/* Whether row i of the season belongs to the answer. */
static bool is_wanted(const struct asked *asked, size_t i)
{
	const union refd_contract__state *row = &asked->season->rows[i].state;
	const struct refd_uuid fixture = asked->request.fixture.uuid;

	switch (asked->season->records[i]) {
	case REFD_RECORD_FIXTURE:
		return is_wanted_fixture(asked, &row->FIXTURE);
	case REFD_RECORD_SLOT:
		return same(row->SLOT.fixture.uuid, fixture);
	case REFD_RECORD_AVAILABILITY:
		return same(row->AVAILABILITY.fixture.uuid, fixture);
	case REFD_RECORD_ASSIGNMENT:
		return same(row->ASSIGNMENT.fixture.uuid, fixture) ||
		       is_engagement(asked, &row->ASSIGNMENT);
	case REFD_RECORD_REFEREE:
		return is_referee(asked, row->REFEREE.id);
	case REFD_RECORD_TEAM:
		return asked->fixture && (same(row->TEAM.id.uuid, asked->fixture->home.uuid) ||
					  same(row->TEAM.id.uuid, asked->fixture->away.uuid));
	case REFD_RECORD_VENUE:
		return is_wanted_venue(asked, row->VENUE.id);
	case REFD_RECORD_RULES:
	case REFD_RECORD_BOARD:
	case REFD_RECORD_CLAIM:
	case REFD_RECORD_EVENT:
	case REFD_RECORD_NOTICE:
	case REFD_RECORD_COMMAND:
		break;
	}
	return false;
}

static bool is_row(const struct refd_contract__row *row, enum refd_record record,
		   const union refd_contract__state *state)
{
	return row->record == record &&
	       !refd_contract__difference(refd_record_layout(record), row->state, state);
}

static bool was_delivered(const struct refd_contract__rows *rows, enum refd_record record,
			  const union refd_contract__state *state)
{
	for (size_t i = 0; i < rows->count; i++)
		if (is_row(&rows->rows[i], record, state))
			return true;
	return false;
}

/* Every row that is wanted came, and nothing else. */
static void check_answer(struct refd_contract__actor *actor, const struct asked *asked)
{
	const struct refd_contract__season *season = asked->season;
	struct refd_contract__kit *kit = actor->kit;

	for (size_t i = 0; i < season->count && !refd_contract__failed(kit); i++)
		refd_contract__check(kit,
				     was_delivered(&actor->rows, season->records[i],
						   &season->rows[i].state) == is_wanted(asked, i),
				     "%s %zu of the season is %s",
				     refd_record_layout(season->records[i])->name, i,
				     is_wanted(asked, i) ? "missing" : "not asked for");
	if (asked->fixture)
		refd_contract__check(kit,
				     actor->rows.count > 0 &&
					     actor->rows.rows[0].record == REFD_RECORD_FIXTURE &&
					     memcmp(actor->rows.rows[0].state,
						    &asked->request.fixture,
						    sizeof(asked->request.fixture)) == 0,
				     "the fixture does not come first");
}

static void ask(struct refd_contract__actor *actor, const struct refd_contract__season *season,
		const struct refd_facts_request *request)
{
	const struct refd_read read = { .kind = REFD_READ_FACTS, .facts = request };
	struct asked asked = {
		season, *request, fixture_of(season, request->fixture), { 0 }, request->venue
	};

	if (asked.fixture) {
		asked.kickoff = request->kickoff.us ? request->kickoff : asked.fixture->kickoff;
		if (refd_uuid_is_unset(request->venue.uuid))
			asked.venue = asked.fixture->venue;
	}
	refd_contract__read(actor, &read);
	if (!refd_contract__failed(actor->kit))
		check_answer(actor, &asked);
}

/* The id of a row of that record, drawn; sometimes none. */
static struct refd_uuid draw(struct refd_contract__kit *kit,
			     const struct refd_contract__season *season, enum refd_record record)
{
	struct refd_uuid id = { { 0 } };
	size_t at = (size_t)refd_contract__below(kit, season->count);

	if (refd_contract__below(kit, 3) == 0)
		return id;
	while (season->records[at] != record)
		at = (at + 1) % season->count;
	memcpy(&id, &season->rows[at].state, sizeof(id));
	return id;
}

static void surroundings(struct refd_contract__kit *kit, int arg)
{
	static const int64_t windows[] = { 0, 1, REFD_HOUR, REFD_DAY, 40 * REFD_DAY };
	static const int64_t kickoffs[] = { 0, 0, 1, REFD_DAY, REFD_TIME_MAX };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	const struct refd_contract__season *season = refd_contract__season(actor);

	(void)arg;
	for (size_t i = 0; season && i < season->count && !refd_contract__failed(kit); i++) {
		struct refd_facts_request request = { .fixture_window = 0 };

		if (season->records[i] != REFD_RECORD_FIXTURE)
			continue;
		request.fixture = season->rows[i].state.FIXTURE.id;
		request.referee.uuid = draw(kit, season, REFD_RECORD_REFEREE);
		request.venue.uuid = draw(kit, season, REFD_RECORD_VENUE);
		request.kickoff.us = kickoffs[refd_contract__below(kit, 5)];
		request.fixture_window = windows[refd_contract__below(kit, 5)];
		request.referee_window = windows[refd_contract__below(kit, 5)];
		ask(actor, season, &request);
	}
}

static void no_fixture(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	const struct refd_contract__season *season = refd_contract__season(actor);
	struct refd_facts_request request = { .fixture_window = REFD_DAY,
					      .referee_window = REFD_DAY };

	(void)arg;
	if (!season)
		return;
	request.fixture.uuid = refd_contract__uuid(kit);
	ask(actor, season, &request);
	for (size_t i = 0; i < season->count; i++) {
		if (season->records[i] == REFD_RECORD_REFEREE)
			request.referee = season->rows[i].state.REFEREE.id;
		if (season->records[i] == REFD_RECORD_VENUE)
			request.venue = season->rows[i].state.VENUE.id;
	}
	ask(actor, season, &request);
}

struct refd_contract__cases refd_contract__facts_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "facts__what_surrounds_a_fixture", surroundings, 0, REFD_CONTRACT__FACTS },
		{ "facts__of_no_fixture_are_the_parties_asked_for", no_fixture, 0,
		  REFD_CONTRACT__FACTS },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
