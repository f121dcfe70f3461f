/* What a season asks of each referee. The rule engine judges the way from one match to the next by
 * the venues' coordinates, and so does this; where a referee lives no store knows. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "list.h"
#include "names.h"

static const char *const columns[] = { "NAME",	       "CLUB", "MATCHES", "KM", "LEGS",
				       "UNKNOWN LEGS", "LAST", "ID",	  NULL };

struct load {
	int64_t matches;
	int64_t legs;	 /* from one venue to another */
	int64_t unknown; /* of these, where a venue has no coordinates */
	double metres;
	struct refd_time last;
	struct refd_venue_id venue; /* of the last match so far */
};

/* A row per id. */
struct table {
	struct names index; /* entry->line: which row */
	void *rows;
	size_t row_size;
};

struct loads {
	struct table venues;   /* struct refd_coordinates */
	struct table referees; /* struct load */
	struct list list;
};

static void *row_of(const struct table *table, const struct refd_uuid *id)
{
	const struct name_entry *entry = names_find(&table->index, names_key(id));

	return entry ? (char *)table->rows + entry->line * table->row_size : NULL;
}

/* The row of an id, zeroed if it is new; NULL: out of memory. */
static void *make_row(struct table *table, const struct refd_uuid *id)
{
	const size_t count = table->index.count;
	void *row = row_of(table, id);
	struct name_entry *entry;

	if (row)
		return row;
	if ((count & (count - 1)) == 0) { /* full at every power of two */
		row = realloc(table->rows, (count ? 2 * count : 1) * table->row_size);
		if (!row)
			return NULL;
		table->rows = row;
	}
	entry = names_add(&table->index, names_key(id), *id);
	if (!entry)
		return NULL;
	entry->line = count;
	return memset((char *)table->rows + count * table->row_size, 0, table->row_size);
}

static void table_done(struct table *table)
{
	names_done(&table->index);
	free(table->rows);
}

static enum refd_status know_venue(void *self, const struct refd_venue_state *venue)
{
	struct loads *loads = self;
	struct refd_coordinates *place = make_row(&loads->venues, &venue->id.uuid);

	if (!place)
		return REFD_NO_MEMORY;
	*place = venue->coordinates;
	return REFD_OK;
}

static void add_leg(const struct loads *loads, struct load *load, struct refd_venue_id to)
{
	const struct refd_coordinates *a = row_of(&loads->venues, &load->venue.uuid);
	const struct refd_coordinates *b = row_of(&loads->venues, &to.uuid);

	if (load->matches == 0 || refd_uuid_equal(load->venue.uuid, to.uuid))
		return;
	load->legs++;
	if (a && b && a->set && b->set)
		load->metres += refd_coordinates_distance(a, b);
	else
		load->unknown++;
}

/* They come by kick-off. */
static enum refd_status add_match(void *self, const struct refd_assignment_state *assignment,
				  const struct refd_fixture_state *fixture,
				  const struct refd_referee_state *referee)
{
	struct loads *loads = self;
	struct load *load = make_row(&loads->referees, &referee->id.uuid);

	(void)assignment;
	if (!load)
		return REFD_NO_MEMORY;
	add_leg(loads, load, fixture->venue);
	load->matches++;
	load->last = fixture->kickoff;
	load->venue = fixture->venue;
	return REFD_OK;
}

static void put_json(struct output *out, const struct refd_referee_state *referee,
		     const struct load *load)
{
	output_object(out, json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "id",
				     json_id(referee->id.uuid), "name",
				     json_str(refd_name_str(&referee->name)), "club",
				     json_str(refd_name_str(&referee->club)), "matches",
				     (json_int_t)load->matches, "km",
				     (json_int_t)lround(load->metres / 1000.0), "legs",
				     (json_int_t)load->legs, "unknown_legs",
				     (json_int_t)load->unknown, "last", json_time(load->last)));
}

static enum refd_status put_row(void *self, const struct refd_referee_state *referee)
{
	static const struct load none;
	struct loads *loads = self;
	struct output *out = &loads->list.out;
	const struct load *load = row_of(&loads->referees, &referee->id.uuid);

	if (!load)
		load = &none;
	if (out->json) {
		put_json(out, referee, load);
		return REFD_OK;
	}
	output_row(out);
	output_str(out, refd_name_str(&referee->name));
	output_str(out, refd_name_str(&referee->club));
	output_number(out, load->matches);
	output_number(out, lround(load->metres / 1000.0));
	output_number(out, load->legs);
	output_number(out, load->unknown);
	output_time(out, load->last);
	output_id(out, referee->id.uuid);
	return REFD_OK;
}

enum refd_status cmd_referee_load(struct refctl *ctl)
{
	struct refd_engagement_filter filter = { .status = REFD_ASSIGNMENT_COMMITTED };
	const struct refd_page all = { 0 };
	struct loads loads = { .venues.row_size = sizeof(struct refd_coordinates),
			       .referees.row_size = sizeof(struct load) };
	int status = input_choice(ctl, OPT_PARTY_STATUS);
	enum refd_status st;

	input_range(ctl, &filter.range);
	st = list_begin(&loads.list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_venues(ctl->app, (enum refd_party_status)0, &all, know_venue,
				       &loads, NULL, &ctl->err);
	if (st == REFD_OK)
		st = refd_query_assignments(ctl->app, &filter, &all, add_match, &loads, NULL,
					    &ctl->err);
	if (st == REFD_OK)
		st = refd_query_referees(ctl->app, (enum refd_party_status)status, &loads.list.page,
					 put_row, &loads, &loads.list.next, &ctl->err);
	st = list_end(&loads.list, ctl, st);
	table_done(&loads.venues);
	table_done(&loads.referees);
	return st;
}
