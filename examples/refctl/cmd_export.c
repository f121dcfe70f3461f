#include <string.h>

#include "calendar.h"
#include "csv.h"
#include "dto.h"
#include "input.h"
#include "names.h"
#include "output.h"

enum format { FORMAT_CSV = 1, FORMAT_JSON, FORMAT_ICS };

static enum format input_format(struct refctl *ctl, enum option option)
{
	int format = input_choice(ctl, option);

	if (format)
		return (enum format)format;
	return ctl->json ? FORMAT_JSON : FORMAT_CSV;
}

/* A CSV export: the header goes before the first row, so that a query that fails prints nothing. */
struct sheet {
	const char *const *headers; /* NULL: written */
};

static void put_header(struct sheet *sheet)
{
	for (size_t i = 0; sheet->headers && sheet->headers[i]; i++)
		csv_write(stdout, refd_str_of(sheet->headers[i]), !sheet->headers[i + 1]);
	sheet->headers = NULL;
}

static void put_id(struct refd_uuid id, bool last)
{
	char text[REFD_UUID_TEXT + 1];

	csv_write(stdout, refd_str_of(refd_uuid_is_unset(id) ? "" : refd_uuid_format(id, text)),
		  last);
}

static void put_time(struct refd_time time)
{
	char text[REFD_TIME_TEXT + 1];

	csv_write(stdout, refd_str_of(refd_time_format(time, text)), false);
}

static void put_degrees(const struct refd_coordinates *at, int32_t degrees, bool last)
{
	char text[16];

	csv_write(stdout, refd_str_of(at->set ? refd_degrees_format(degrees, text) : ""), last);
}

static void put_slot_id(const struct refd_fixture_card *card, enum refd_role role)
{
	const struct refd_card_referee *referee = card_referee(card, role);

	put_id(referee ? referee->id.uuid : (struct refd_uuid){ { 0 } }, false);
}

static void put_slot_name(const struct refd_fixture_card *card, enum refd_role role)
{
	const struct refd_card_referee *referee = card_referee(card, role);

	csv_write(stdout, referee ? referee->name : (struct refd_str){ 0 }, false);
}

/* Ids, times and words come first: they never need quotes, so that plain tools can cut them off. */
static const char *const fixture_headers[] = { "id",
					       "kickoff",
					       "status",
					       "home_id",
					       "away_id",
					       "venue_id",
					       "first_referee_id",
					       "second_referee_id",
					       "version",
					       "home",
					       "home_club",
					       "away",
					       "away_club",
					       "first_referee",
					       "second_referee",
					       "venue",
					       "street",
					       "zip",
					       "city",
					       "latitude",
					       "longitude",
					       NULL };

static enum refd_status put_fixture(void *self, const struct refd_fixture_card *card)
{
	const struct refd_fixture_state *f = &card->fixture;
	char version[32];

	put_header(self);
	put_id(f->id.uuid, false);
	put_time(f->kickoff);
	csv_write(stdout, refd_str_of(refd_fixture_status_words[f->status]), false);
	put_id(f->home.uuid, false);
	put_id(f->away.uuid, false);
	put_id(f->venue.uuid, false);
	put_slot_id(card, REFD_ROLE_FIRST);
	put_slot_id(card, REFD_ROLE_SECOND);
	snprintf(version, sizeof(version), "%lld", (long long)f->version);
	csv_write(stdout, refd_str_of(version), false);
	csv_write(stdout, card->home_name, false);
	csv_write(stdout, card->home_club, false);
	csv_write(stdout, card->away_name, false);
	csv_write(stdout, card->away_club, false);
	put_slot_name(card, REFD_ROLE_FIRST);
	put_slot_name(card, REFD_ROLE_SECOND);
	csv_write(stdout, card->venue_name, false);
	csv_write(stdout, card->venue_street, false);
	csv_write(stdout, card->venue_zip, false);
	csv_write(stdout, card->venue_city, false);
	put_degrees(&card->venue_coordinates, card->venue_coordinates.latitude, false);
	put_degrees(&card->venue_coordinates, card->venue_coordinates.longitude, true);
	return REFD_OK;
}

static enum refd_status collect_fixture(void *self, const struct refd_fixture_card *card)
{
	output_object(self, fixture_json(card));
	return REFD_OK;
}

static enum refd_status written(struct refctl *ctl, struct sheet *sheet, enum refd_status st)
{
	if (st == REFD_OK)
		put_header(sheet); /* of no rows */
	return st == REFD_OK ? output_flush(ctl, false) : st;
}

static void begin_json(struct refctl *ctl, struct output *out)
{
	static const char *const no_columns[] = { NULL };

	ctl->json = true;
	output_begin(out, ctl, false, no_columns);
}

enum refd_status cmd_export_fixtures(struct refctl *ctl)
{
	struct refd_fixture_filter filter = { 0 };
	struct refd_page all = { 0 };
	struct output out;
	struct sheet sheet = { fixture_headers };
	enum format format = input_format(ctl, OPT_EXPORT_FORMAT);
	enum refd_status st;

	input_range(ctl, &filter.range);
	st = input_status(ctl);
	if (st != REFD_OK)
		return st;
	if (format == FORMAT_JSON) {
		begin_json(ctl, &out);
		return output_end(&out, ctl,
				  refd_query_fixtures(ctl->app, &filter, &all, collect_fixture,
						      &out, NULL, &ctl->err));
	}
	st = refd_query_fixtures(ctl->app, &filter, &all, put_fixture, &sheet, NULL, &ctl->err);
	return written(ctl, &sheet, st);
}

static const char *const assignment_headers[] = { "fixture_id", "referee_id", "role",
						  "status",	"kickoff",    "version",
						  "referee",	"club",	      NULL };

static enum refd_status put_assignment(void *self, const struct refd_assignment_state *assignment,
				       const struct refd_fixture_state *fixture,
				       const struct refd_referee_state *referee)
{
	char version[32];

	put_header(self);
	put_id(fixture->id.uuid, false);
	put_id(referee->id.uuid, false);
	csv_write(stdout, refd_str_of(refd_role_word(assignment->role)), false);
	csv_write(stdout, refd_str_of(refd_assignment_status_words[assignment->status]), false);
	put_time(fixture->kickoff);
	snprintf(version, sizeof(version), "%lld", (long long)assignment->version);
	csv_write(stdout, refd_str_of(version), false);
	csv_write(stdout, refd_name_str(&referee->name), false);
	csv_write(stdout, refd_name_str(&referee->club), true);
	return REFD_OK;
}

static enum refd_status collect_assignment(void *self,
					   const struct refd_assignment_state *assignment,
					   const struct refd_fixture_state *fixture,
					   const struct refd_referee_state *referee)
{
	(void)fixture;
	(void)referee;
	output_object(self, assignment_json(assignment));
	return REFD_OK;
}

/* A calendar knows appointments, not rows: those that ended are in it too. */
static enum refd_status export_calendar(struct refctl *ctl,
					const struct refd_engagement_filter *filter)
{
	const struct calendar_options options = {
		.referee = filter->referee,
		.range = filter->range,
		.committed_only = filter->status == REFD_ASSIGNMENT_COMMITTED,
	};

	if (filter->status && !options.committed_only)
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "--status: a calendar is of committed ones or of all");
	return calendar_write(ctl, &options);
}

enum refd_status cmd_export_assignments(struct refctl *ctl)
{
	struct refd_engagement_filter filter = { 0 };
	struct refd_page all = { 0 };
	struct output out;
	struct sheet sheet = { assignment_headers };
	enum format format = input_format(ctl, OPT_ASSIGNMENTS_FORMAT);
	enum refd_status st;

	input_id(ctl, OPT_REFEREE, &filter.referee.uuid);
	filter.status = (enum refd_assignment_status)input_choice(ctl, OPT_ASSIGNMENT_STATUS);
	input_range(ctl, &filter.range);
	st = input_status(ctl);
	if (st != REFD_OK)
		return st;
	if (format == FORMAT_ICS)
		return export_calendar(ctl, &filter);
	if (format == FORMAT_JSON) {
		begin_json(ctl, &out);
		return output_end(&out, ctl,
				  refd_query_assignments(ctl->app, &filter, &all,
							 collect_assignment, &out, NULL,
							 &ctl->err));
	}
	st = refd_query_assignments(ctl->app, &filter, &all, put_assignment, &sheet, NULL,
				    &ctl->err);
	return written(ctl, &sheet, st);
}
