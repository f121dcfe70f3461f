#include "import.h"

#include <string.h>

/* The id of an object in a column: a UUID, or a name only one object has. */
static enum refd_status named(struct import *im, enum field field, const struct names *names,
			      struct refd_uuid *ret)
{
	struct refd_str text = import_text(im, field);
	const struct name_entry *entry;

	if (refd_uuid_parse(text, "", ret, NULL) == REFD_OK)
		return REFD_OK;
	entry = names ? names_find(names, text) : NULL;
	if (!entry)
		return import_bad(im, field,
				  names ? "is neither an id nor a known name" : "is no id");
	if (entry->count > 1)
		return import_bad(im, field, "is a name several have: give the id");
	*ret = entry->id;
	return REFD_OK;
}

static enum refd_status look_up(struct import *im, enum refd_noun noun, struct refd_uuid id)
{
	struct refd_unit *unit = im->meta.unit;
	struct refd_error *err = &im->ctl->err;
	struct refd_referee *referee;
	struct refd_team *team;
	struct refd_venue *venue;
	struct refd_fixture *fixture;

	if (noun == REFD_NOUN_REFEREE)
		return refd_unit_referee(unit, (struct refd_referee_id){ id }, &referee, err);
	if (noun == REFD_NOUN_TEAM)
		return refd_unit_team(unit, (struct refd_team_id){ id }, &team, err);
	if (noun == REFD_NOUN_VENUE)
		return refd_unit_venue(unit, (struct refd_venue_id){ id }, &venue, err);
	return refd_unit_fixture(unit, (struct refd_fixture_id){ id }, &fixture, err);
}

/* The id a line brings for its new object; unset if it brings none. A store would refuse a taken id
 * on commit only, when it is too late to name the line. */
static enum refd_status own_id(struct import *im, enum refd_noun noun, struct refd_uuid *ret)
{
	struct refd_str text = import_text(im, FIELD_ID);
	enum refd_status st;

	if (text.len == 0)
		return REFD_OK;
	if (refd_uuid_parse(text, "", ret, NULL) != REFD_OK)
		return import_bad(im, FIELD_ID, "is no id");
	st = look_up(im, noun, *ret);
	if (st == REFD_NOT_FOUND) {
		refd_error_clear(&im->ctl->err);
		return REFD_OK;
	}
	if (st != REFD_OK)
		return st;
	refd_error_object(&im->ctl->err, REFD_ALREADY_EXISTS, noun, *ret, "another %s has that id",
			  refd_noun_word(noun));
	return import_refused(im, FIELD_ID, REFD_ALREADY_EXISTS);
}

static enum refd_status referee_line(struct import *im)
{
	struct refd_referee_details details = { import_text(im, FIELD_NAME),
						import_text(im, FIELD_CLUB),
						import_text(im, FIELD_PHONE),
						import_text(im, FIELD_EMAIL) };
	struct refd_referee_id id = { 0 };
	struct refd_result result;
	enum refd_status st = own_id(im, REFD_NOUN_REFEREE, &id.uuid);

	if (st == REFD_OK)
		st = refd_registry_register_referee(im->ctl->app, &im->meta, id, &details, &result,
						    &im->ctl->err);
	return st == REFD_OK || im->told ? st : import_refused(im, FIELD_NAME, st);
}

static enum refd_status team_line(struct import *im)
{
	struct refd_team_details details = { import_text(im, FIELD_NAME),
					     import_text(im, FIELD_CLUB) };
	struct refd_team_id id = { 0 };
	struct refd_result result;
	enum refd_status st = own_id(im, REFD_NOUN_TEAM, &id.uuid);

	if (st == REFD_OK)
		st = refd_registry_register_team(im->ctl->app, &im->meta, id, &details, &result,
						 &im->ctl->err);
	if (st != REFD_OK)
		return im->told ? st : import_refused(im, FIELD_NAME, st);
	im->n_teams++;
	return REFD_OK;
}

static enum refd_status venue_line(struct import *im)
{
	struct refd_venue_details details = { .name = import_text(im, FIELD_NAME),
					      .street = import_text(im, FIELD_STREET),
					      .zip = import_text(im, FIELD_ZIP),
					      .city = import_text(im, FIELD_CITY),
					      .phone = import_text(im, FIELD_PHONE),
					      .email = import_text(im, FIELD_EMAIL) };
	struct refd_venue_id id = { 0 };
	struct refd_result result;
	enum refd_status st = own_id(im, REFD_NOUN_VENUE, &id.uuid);

	if (st == REFD_OK)
		st = refd_coordinates_parse(import_text(im, FIELD_LATITUDE),
					    import_text(im, FIELD_LONGITUDE), &details.coordinates,
					    &im->ctl->err);
	if (st == REFD_OK)
		st = refd_registry_register_venue(im->ctl->app, &im->meta, id, &details, &result,
						  &im->ctl->err);
	if (st != REFD_OK)
		return im->told ? st : import_refused(im, FIELD_NAME, st);
	im->n_venues++;
	return REFD_OK;
}

static enum refd_status fixture_line(struct import *im)
{
	struct refd_fixture_id id = { 0 };
	struct refd_venue_id venue = { 0 };
	struct refd_time kickoff = { 0 };
	enum refd_status st = own_id(im, REFD_NOUN_FIXTURE, &id.uuid), part;

	/* everything is looked at, so that a line is told all that is wrong with it */
	part = named(im, FIELD_HOME, &im->teams, &im->home.uuid);
	st = st == REFD_OK ? part : st;
	part = named(im, FIELD_AWAY, &im->teams, &im->away.uuid);
	st = st == REFD_OK ? part : st;
	part = named(im, FIELD_VENUE, &im->venues, &venue.uuid);
	st = st == REFD_OK ? part : st;
	part = import_kickoff(im, &kickoff);
	st = st == REFD_OK ? part : st;
	return st == REFD_OK ? import_fixture(im, id, venue, kickoff, &id) : st;
}

static enum refd_status availability_line(struct import *im)
{
	struct refd_fixture_id fixture = { 0 };
	struct refd_referee_id referee = { 0 };
	struct refd_result result;
	enum refd_status st = named(im, FIELD_FIXTURE, NULL, &fixture.uuid);
	enum refd_status part = named(im, FIELD_REFEREE, &im->referees, &referee.uuid);

	st = st == REFD_OK ? part : st;
	if (st != REFD_OK)
		return st;
	st = refd_availabilities_declare(im->ctl->app, &im->meta, fixture, referee, &result,
					 &im->ctl->err);
	return st == REFD_OK ? st : import_refused(im, FIELD_FIXTURE, st);
}

const struct import_kind import_kinds[] = {
	{ .name = "referees",
	  .fields = F(ID) | F(NAME) | F(CLUB) | F(PHONE) | F(EMAIL),
	  .required = F(NAME) | F(CLUB),
	  .line = referee_line },
	{ .name = "teams",
	  .fields = F(ID) | F(NAME) | F(CLUB),
	  .required = F(NAME) | F(CLUB),
	  .line = team_line },
	{ .name = "venues",
	  .fields = F(ID) | F(NAME) | F(STREET) | F(ZIP) | F(CITY) | F(PHONE) | F(EMAIL) |
		    F(LATITUDE) | F(LONGITUDE),
	  .required = F(NAME),
	  .line = venue_line },
	{ .name = "fixtures",
	  .fields = F(ID) | F(HOME) | F(AWAY) | F(VENUE) | F(KICKOFF) | F(DATE) | F(TIME),
	  .required = F(HOME) | F(AWAY) | F(VENUE),
	  .teams = true,
	  .venues = true,
	  .line = fixture_line },
	{ .name = "availabilities",
	  .fields = F(FIXTURE) | F(REFEREE),
	  .required = F(FIXTURE) | F(REFEREE),
	  .referees = true,
	  .line = availability_line },
	{ .name = NULL }
};
