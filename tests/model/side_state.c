/* The state of the library, read by its queries into the arrays of the model. */
#include <string.h>

#include "side.h"

struct reading {
	struct side *side;
	struct pm_model *model;
};

/* The number of an id that must be within the pool. */
static int number(struct reading *reading, struct refd_uuid id, int most)
{
	int found = side_number(id);

	if (found >= 1 && found <= most)
		return found;
	side_problem(reading->side, "an object nobody made");
	return 0;
}

static enum refd_status take_referee(void *self, const struct refd_referee_state *referee)
{
	struct reading *reading = self;
	struct pm_party *party =
		&reading->model->referees[number(reading, referee->id.uuid, PM_REFEREES)];

	party->there = true;
	party->retired = referee->status == REFD_PARTY_RETIRED;
	party->name = side_text_number(refd_name_str(&referee->name));
	party->club = side_text_number(refd_name_str(&referee->club));
	party->phone = side_text_number(refd_phone_str(&referee->phone));
	party->email = side_text_number(refd_email_str(&referee->email));
	party->version = (long)referee->version;
	return REFD_OK;
}

static enum refd_status take_team(void *self, const struct refd_team_state *team)
{
	struct reading *reading = self;
	struct pm_party *party = &reading->model->teams[number(reading, team->id.uuid, PM_TEAMS)];

	party->there = true;
	party->retired = team->status == REFD_PARTY_RETIRED;
	party->name = side_text_number(refd_name_str(&team->name));
	party->club = side_text_number(refd_name_str(&team->club));
	party->version = (long)team->version;
	return REFD_OK;
}

static enum refd_status take_venue(void *self, const struct refd_venue_state *venue)
{
	struct reading *reading = self;
	struct pm_party *party =
		&reading->model->venues[number(reading, venue->id.uuid, PM_VENUES)];

	party->there = true;
	party->retired = venue->status == REFD_PARTY_RETIRED;
	party->name = side_text_number(refd_name_str(&venue->name));
	party->street = side_text_number(refd_line_str(&venue->street));
	party->phone = side_text_number(refd_phone_str(&venue->phone));
	party->email = side_text_number(refd_email_str(&venue->email));
	for (int i = 1; venue->coordinates.set && i <= PM_PLACES; i++)
		if (pm_places[i].latitude == venue->coordinates.latitude &&
		    pm_places[i].longitude == venue->coordinates.longitude)
			party->place = i;
	party->version = (long)venue->version;
	return REFD_OK;
}

static enum refd_status take_fixture(void *self, const struct refd_fixture_card *card)
{
	struct reading *reading = self;
	const struct refd_fixture_state *state = &card->fixture;
	struct pm_fixture *fixture =
		&reading->model->fixtures[number(reading, state->id.uuid, PM_FIXTURES)];

	if (fixture->there)
		side_problem(reading->side, "a fixture is listed twice");
	fixture->there = true;
	fixture->cancelled = state->status == REFD_FIXTURE_CANCELLED;
	fixture->locked = state->availability_locked;
	fixture->home = side_number(state->home.uuid);
	fixture->away = side_number(state->away.uuid);
	fixture->venue = side_number(state->venue.uuid);
	fixture->kickoff = side_minutes(state->kickoff);
	fixture->hand_out = side_minutes(state->hand_out);
	fixture->version = (long)state->version;
	for (size_t i = 0; i < card->n_referees; i++)
		fixture->slots[card->referees[i].role] = side_number(card->referees[i].id.uuid);
	return REFD_OK;
}

static enum refd_status take_availability(void *self, const struct refd_availability_state *row,
					  const struct refd_fixture_state *fixture,
					  const struct refd_referee_state *referee)
{
	struct reading *reading = self;
	int f = number(reading, row->fixture.uuid, PM_FIXTURES);
	int r = number(reading, row->referee.uuid, PM_REFEREES);
	struct pm_availability *availability = &reading->model->availabilities[f][r];

	if (availability->there || !refd_uuid_equal(fixture->id.uuid, row->fixture.uuid) ||
	    !refd_uuid_equal(referee->id.uuid, row->referee.uuid))
		side_problem(reading->side, "an availability is listed wrongly");
	availability->there = true;
	availability->declared_at = side_minutes(row->declared_at);
	return REFD_OK;
}

static enum refd_status take_assignment(void *self, const struct refd_assignment_state *row,
					const struct refd_fixture_state *fixture,
					const struct refd_referee_state *referee)
{
	struct reading *reading = self;
	int f = number(reading, row->fixture.uuid, PM_FIXTURES);
	int r = number(reading, row->referee.uuid, PM_REFEREES);
	struct pm_assignment *assignment = &reading->model->assignments[f][r];

	if (assignment->there || !refd_uuid_equal(fixture->id.uuid, row->fixture.uuid) ||
	    !refd_uuid_equal(referee->id.uuid, row->referee.uuid))
		side_problem(reading->side, "an assignment is listed wrongly");
	assignment->there = true;
	assignment->committed = row->status == REFD_ASSIGNMENT_COMMITTED;
	assignment->role = (int)row->role;
	assignment->staged_role = (int)row->staged_role;
	assignment->replaces = side_number(row->replaces.uuid);
	assignment->overridden = row->overridden;
	assignment->version = (long)row->version;
	return REFD_OK;
}

static void check(struct side *side, enum refd_status status, const struct refd_error *err)
{
	if (status != REFD_OK)
		side_problem(side, "query: %s %s", refd_status_name(status), err->message);
}

static void read_rules(struct side *side, struct pm_model *model, struct refd_error *err)
{
	static const char *const zones[PM_ZONES] = { "UTC", "Test/Plus9", "Test/Minus8" };
	struct pm_rules *to = &model->rules;
	struct refd_rules rules;

	memset(&rules, 0, sizeof(rules));
	check(side, refd_rule_book_get(side->app, &rules, err), err);
	to->exclusivity = (int)rules.exclusivity;
	for (int i = 0; i < PM_ZONES; i++)
		if (strcmp(rules.day_zone.utf8, zones[i]) == 0)
			to->zone = i;
	to->match_duration = rules.match_duration;
	to->travel_speed = rules.travel_speed;
	to->travel_gap = rules.travel_gap;
	to->require_future_kickoff = rules.require_future_kickoff;
	to->require_availability = rules.require_availability;
	to->withdrawal_cutoff = rules.withdrawal_cutoff;
	to->neutral_referees = rules.neutral_referees;
	to->on_change = (int)rules.on_change;
	to->availability_on_change = (int)rules.availability_on_change;
	to->version = (long)rules.version;
}

void side_state(struct side *side, struct pm_model *ret)
{
	struct reading reading = { side, ret };
	struct refd_page page = { .limit = 0 };
	struct refd_fixture_filter fixtures = { .unstaffed = false };
	struct refd_engagement_filter engagements = { .status = 0 };
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_board_state board;

	memset(ret, 0, sizeof(*ret));
	memset(&board, 0, sizeof(board));
	ret->now = side_minutes(side->now);
	check(side, refd_query_referees(side->app, 0, &page, take_referee, &reading, NULL, &err),
	      &err);
	check(side, refd_query_teams(side->app, 0, &page, take_team, &reading, NULL, &err), &err);
	check(side, refd_query_venues(side->app, 0, &page, take_venue, &reading, NULL, &err), &err);
	check(side,
	      refd_query_fixtures(side->app, &fixtures, &page, take_fixture, &reading, NULL, &err),
	      &err);
	check(side,
	      refd_query_availabilities(side->app, &engagements, &page, take_availability, &reading,
					NULL, &err),
	      &err);
	check(side,
	      refd_query_assignments(side->app, &engagements, &page, take_assignment, &reading,
				     NULL, &err),
	      &err);
	check(side, refd_query_board(side->app, &board, &err), &err);
	ret->board_locked = board.availability_locked;
	ret->board_hand_out = side_minutes(board.hand_out);
	ret->board_version = (long)board.version;
	read_rules(side, ret, &err);
}
