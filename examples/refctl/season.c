/*
 * A flat fixture list becomes teams, venues and fixtures.
 *
 * A team is known by its league and its id there, or its name where the list has no ids. Its id in
 * the store is a name-based UUID of that key: the same list, or the next season's, finds it again
 * although the store keeps neither league nor the list's id, and two teams of one club in two
 * leagues stay two. A team somebody registered by hand is taken instead if only one has that name.
 * A venue is known by its name.
 */
#include "import.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uuid/uuid.h>

/* The namespace of the names; never to be changed. */
static const unsigned char name_space[16] = { 0x6f, 0x1d, 0x0c, 0x52, 0x5e, 0x3a, 0x4b, 0x0e,
					      0x9a, 0x77, 0x2c, 0x8d, 0x41, 0xd9, 0xe6, 0x13 };

struct side {
	enum field name, id;
};
static const struct side home_side = { FIELD_HOME, FIELD_HOME_ID };
static const struct side away_side = { FIELD_AWAY, FIELD_AWAY_ID };

static enum refd_status no_memory(struct import *im)
{
	return refd_error_set(&im->ctl->err, REFD_NO_MEMORY, "out of memory");
}

/* League, and id or name, with separators no name may hold. To be freed; NULL: out of memory. */
static char *team_key(const struct import *im, const struct side *side)
{
	struct refd_str league = import_text(im, FIELD_LEAGUE);
	struct refd_str id = import_text(im, side->id);
	struct refd_str name = id.len ? id : import_text(im, side->name);
	char *key = malloc(league.len + name.len + 8);
	char *out = key;

	if (!key)
		return NULL;
	memcpy(out, league.len ? league.ptr : "", league.len);
	out += league.len;
	*out++ = '\x1F';
	*out++ = id.len ? 'i' : 'n';
	*out++ = '\x1F';
	memcpy(out, name.len ? name.ptr : "", name.len);
	out[name.len] = '\0';
	return key;
}

static struct refd_uuid derived_id(const char *key)
{
	struct refd_uuid id;
	uuid_t bytes;

	uuid_generate_sha1(bytes, name_space, key, strlen(key));
	memcpy(id.bytes, bytes, sizeof(id.bytes));
	return id;
}

static bool is_derived(struct refd_uuid id)
{
	return id.bytes[6] >> 4 == 5;
}

static enum refd_status register_team(struct import *im, const struct side *side,
				      struct refd_uuid id)
{
	struct refd_str name = import_text(im, side->name);
	struct refd_team_details details = { name, name };
	struct refd_result result;
	enum refd_status st =
		refd_registry_register_team(im->ctl->app, &im->meta, (struct refd_team_id){ id },
					    &details, &result, &im->ctl->err);

	if (st != REFD_OK)
		return import_refused(im, side->name, st);
	im->n_teams++;
	return REFD_OK;
}

/* The team of a key seen for the first time: in the store, or new. */
static enum refd_status first_seen(struct import *im, const struct side *side, const char *key,
				   struct refd_uuid *ret, bool *ret_new)
{
	struct refd_uuid id = derived_id(key);
	struct name_entry *hand = names_find(&im->teams, import_text(im, side->name));

	if (names_find(&im->team_ids, names_key(&id))) {
		*ret = id;
		return REFD_OK;
	}
	if (hand && hand->count == 1 && !hand->used && !is_derived(hand->id)) {
		hand->used = true;
		*ret = hand->id;
		return REFD_OK;
	}
	*ret = id;
	*ret_new = true;
	return register_team(im, side, id);
}

static enum refd_status find_team(struct import *im, const struct side *side, const char *key,
				  struct refd_team_id *ret)
{
	struct name_entry *entry = names_find(&im->keys, refd_str_of(key));
	struct refd_str name = import_text(im, side->name);
	struct refd_uuid id = { { 0 } };
	bool new_team = false;
	enum refd_status st;

	if (entry) {
		im->n_renamed += !entry->used && !refd_str_equal(entry->note, name);
		entry->used = entry->used || !refd_str_equal(entry->note, name);
		ret->uuid = entry->id;
		return REFD_OK;
	}
	st = first_seen(im, side, key, &id, &new_team);
	if (st != REFD_OK)
		return st;
	entry = names_add(&im->keys, refd_str_of(key), id);
	if (!entry)
		return no_memory(im);
	entry->note = name;
	entry->line = new_team ? im->record->line : 0;
	ret->uuid = id;
	return REFD_OK;
}

static enum refd_status season_team(struct import *im, const struct side *side,
				    struct refd_team_id *ret)
{
	char *key = team_key(im, side);
	enum refd_status st = key ? find_team(im, side, key, ret) : no_memory(im);

	free(key);
	return st;
}

static enum refd_status register_venue(struct import *im, struct refd_venue_id *ret)
{
	struct refd_venue_details details = { .name = import_text(im, FIELD_VENUE) };
	struct refd_result result;
	struct name_entry *entry;
	enum refd_status st = refd_coordinates_parse(import_text(im, FIELD_LATITUDE),
						     import_text(im, FIELD_LONGITUDE),
						     &details.coordinates, &im->ctl->err);

	if (st != REFD_OK)
		return import_refused(im, FIELD_LATITUDE, st);
	st = refd_registry_register_venue(im->ctl->app, &im->meta, (struct refd_venue_id){ 0 },
					  &details, &result, &im->ctl->err);
	if (st != REFD_OK)
		return import_refused(im, FIELD_VENUE, st);
	entry = names_add(&im->venues, details.name, result.items[0].object.id);
	if (!entry)
		return no_memory(im);
	entry->line = im->record->line;
	im->n_venues++;
	ret->uuid = entry->id;
	return REFD_OK;
}

static enum refd_status season_venue(struct import *im, struct refd_venue_id *ret)
{
	const struct name_entry *entry = names_find(&im->venues, import_text(im, FIELD_VENUE));

	if (!entry)
		return register_venue(im, ret);
	if (entry->count > 1)
		return import_bad(im, FIELD_VENUE, "is a name several venues have");
	ret->uuid = entry->id;
	return REFD_OK;
}

/* Whether a field holds one of the words of --cancelled. */
static bool says_cancelled(const struct import *im, enum field field)
{
	struct refd_str text = import_text(im, field);
	const char *word;

	for (size_t n = 0; (word = args_nth(im->ctl->args, OPT_CANCELLED, n)) != NULL; n++)
		if (im->columns.at[field] && strlen(word) == text.len &&
		    (text.len == 0 || strncasecmp(word, text.ptr, text.len) == 0))
			return true;
	return false;
}

/* The empty word stands for an empty time, never for an empty status. */
static bool is_cancelled(const struct import *im)
{
	return (import_text(im, FIELD_STATUS).len > 0 && says_cancelled(im, FIELD_STATUS)) ||
	       says_cancelled(im, FIELD_TIME) || says_cancelled(im, FIELD_KICKOFF);
}

/* A cancelled match may have lost its time, but a fixture needs one: noon of its day, which is that
 * day in almost any zone. Without a day either there is nothing to keep. */
static enum refd_status cancelled_kickoff(struct import *im, struct refd_time *ret, bool *ret_none)
{
	bool one = im->columns.at[FIELD_KICKOFF] != 0;
	enum field when = one ? FIELD_KICKOFF : FIELD_TIME;
	enum field day = one ? FIELD_KICKOFF : FIELD_DATE;
	bool time_lost = import_text(im, when).len == 0 || says_cancelled(im, when);
	struct civil_date date;
	const char *wrong = civil_date_parse(import_text(im, day), im->order, &date);

	*ret_none = import_text(im, day).len == 0 || says_cancelled(im, day);
	if (*ret_none)
		return REFD_OK;
	if (one ? wrong != NULL : !time_lost)
		return import_kickoff(im, ret);
	if (wrong)
		return import_bad(im, day, wrong);
	return import_instant(im, day, date, (struct civil_time){ 12, 0, 0 }, ret);
}

static enum refd_status cancel(struct import *im, struct refd_fixture_id id)
{
	struct refd_result result;
	enum refd_status st =
		refd_scheduling_cancel(im->ctl->app, &im->meta, id, &result, &im->ctl->err);

	if (st != REFD_OK)
		return import_refused(im, FIELD_STATUS, st);
	im->n_cancelled++;
	return REFD_OK;
}

/* Teams and venues are looked for even if the time is bad: a line is told all that is wrong. */
static enum refd_status season_line(struct import *im)
{
	struct refd_fixture_id id = { 0 };
	struct refd_venue_id venue = { 0 };
	struct refd_time kickoff = { 0 };
	bool cancelled = im->cancelled_pass, none = false;
	enum refd_status st =
		cancelled ? cancelled_kickoff(im, &kickoff, &none) : import_kickoff(im, &kickoff);
	enum refd_status part;

	if (none) {
		im->skipped++;
		return REFD_OK;
	}
	part = season_team(im, &home_side, &im->home);
	st = st == REFD_OK ? part : st;
	part = season_team(im, &away_side, &im->away);
	st = st == REFD_OK ? part : st;
	part = season_venue(im, &venue);
	st = st == REFD_OK ? part : st;
	if (st == REFD_OK)
		st = import_fixture(im, id, venue, kickoff, &id);
	return st == REFD_OK && cancelled ? cancel(im, id) : st;
}

const struct import_kind import_season = {
	.name = "season",
	.fields = F(KICKOFF) | F(DATE) | F(TIME) | F(HOME) | F(AWAY) | F(VENUE) | F(HOME_ID) |
		  F(AWAY_ID) | F(LEAGUE) | F(STATUS) | F(LATITUDE) | F(LONGITUDE),
	.required = F(HOME) | F(AWAY) | F(VENUE),
	.teams = true,
	.venues = true,
	.is_cancelled = is_cancelled,
	.line = season_line,
};
