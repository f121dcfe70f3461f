#include "import.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "wiring.h"

struct refd_str import_text(const struct import *im, enum field field)
{
	size_t at = im->columns.at[field];

	return at ? trimmed(im->record->fields[at - 1].text) : (struct refd_str){ 0 };
}

bool import_line_status(enum refd_status status)
{
	return status == REFD_INVALID || status == REFD_REFUSED || status == REFD_NOT_FOUND ||
	       status == REFD_ALREADY_EXISTS || status == REFD_CONFLICT || status == REFD_LOCKED ||
	       status == REFD_LATE;
}

/* An item of the current line at the column of @p field, under the header the file has there. */
static struct report_item item_at(const struct import *im, enum field field,
				  enum refd_status status)
{
	size_t at = im->columns.at[field];
	struct report_item item = { .status = status, .line = im->record->line, .column = at };
	struct refd_str header;

	if (!at)
		return item;
	item.line = im->record->fields[at - 1].line;
	header = im->csv.records[0].fields[at - 1].text;
	snprintf(item.violation.field, sizeof(item.violation.field), "%.*s", (int)header.len,
		 header.ptr);
	return item;
}

enum refd_status import_bad(struct import *im, enum field field, const char *reason)
{
	struct report_item item = item_at(im, field, REFD_INVALID);

	item.violation.rule = REFD_RULE_TEXT_MALFORMED;
	item.violation.severity = REFD_SEVERITY_INPUT;
	snprintf(item.violation.message, sizeof(item.violation.message), "%s", reason);
	report_add(im->ctl->report, &item);
	im->told = true;
	return REFD_INVALID;
}

static const char *team_name(const struct import *im, struct refd_team_id id)
{
	struct refd_team *team = NULL;

	if (refd_unit_team(im->meta.unit, id, &team, NULL) != REFD_OK)
		return "?";
	return refd_team_state(team)->name.utf8;
}

/* The other fixture in words: who plays, when, and the line that made it or its id. */
static char *other_fixture(const struct import *im, struct refd_uuid id)
{
	struct refd_fixture *fixture = NULL;
	const struct refd_fixture_state *other;
	const struct name_entry *made = names_find(&im->made, names_key(&id));
	char when[REFD_TIME_TEXT + 1], where[64], uuid[REFD_UUID_TEXT + 1];
	char text[2 * REFD_NAME_BYTES + 128];

	if (!im->meta.unit || refd_unit_fixture(im->meta.unit, (struct refd_fixture_id){ id },
						&fixture, NULL) != REFD_OK)
		return NULL;
	other = refd_fixture_state(fixture);
	if (made)
		snprintf(where, sizeof(where), "line %zu", made->line);
	else
		snprintf(where, sizeof(where), "fixture %s", refd_uuid_format(id, uuid));
	snprintf(text, sizeof(text), "%s \xE2\x80\x93 %s, %s, %s", team_name(im, other->home),
		 team_name(im, other->away), refd_time_format(other->kickoff, when), where);
	return strdup(text);
}

/* Where in the line a violation belongs. */
static enum field blame(const struct import *im, const struct refd_violation *violation,
			enum field field)
{
	const char *dot = strrchr(violation->field, '.');
	const char *name = dot ? dot + 1 : violation->field;

	/* the name of a team is in the column of its side */
	if (im->kind == &import_season && strcmp(name, "name") == 0)
		name = "";
	for (size_t f = 0; f < FIELDS && *name; f++)
		if (im->columns.at[f] && strcmp(field_name((enum field)f), name) == 0)
			return (enum field)f;
	if (violation->rule == REFD_RULE_SAME_TEAM)
		return FIELD_AWAY;
	return field;
}

/* What the line is not told: a season's team has its name for a club, and once is enough. */
static bool is_echo(const struct import *im, const struct refd_violation *violation)
{
	return im->kind == &import_season && strcmp(violation->field, "team.club") == 0;
}

static void tell_violation(struct import *im, enum field field, enum refd_status status,
			   const struct refd_violation *violation)
{
	char *other = violation->counterpart.noun == REFD_NOUN_FIXTURE
			      ? other_fixture(im, violation->counterpart.id)
			      : NULL;
	struct report_item item = item_at(im, blame(im, violation, field), status);
	char header[REFD_FIELD_BYTES + 1];

	memcpy(header, item.violation.field, sizeof(header));
	item.violation = *violation;
	memcpy(item.violation.field, header, sizeof(header));
	item.other = other;
	report_add(im->ctl->report, &item);
	im->told = true;
}

enum refd_status import_refused(struct import *im, enum field field, enum refd_status status)
{
	const struct refd_error *err = &im->ctl->err;

	if (!import_line_status(status))
		return status;
	for (uint32_t i = 0; i < err->kept; i++)
		if (!is_echo(im, &err->violations[i]))
			tell_violation(im, field, status, &err->violations[i]);
	if (err->kept == 0 && !im->told) {
		struct report_item item = item_at(im, field, status);

		snprintf(item.violation.message, sizeof(item.violation.message), "%s",
			 err->message[0] ? err->message : refd_status_text(status));
		report_add(im->ctl->report, &item);
		im->told = true;
	}
	refd_error_clear(&im->ctl->err); /* the next command of the unit adds to it */
	return status;
}

enum refd_status import_instant(struct import *im, enum field field, struct civil_date date,
				struct civil_time time, struct refd_time *ret)
{
	enum refd_status st;

	if (im->zone.len == 0)
		return import_bad(im, field, "has no offset: give --timezone ZONE");
	st = refd_tzdata_instant(wiring_tzdata(im->ctl->wiring), im->zone, date.year, date.month,
				 date.day, time.hour, time.minute, time.second, 0, ret,
				 &im->ctl->err);
	if (st == REFD_INVALID)
		refd_error_clear(&im->ctl->err);
	if (st == REFD_INVALID)
		return import_bad(im, field, "no clock shows that date and time there");
	return st;
}

static enum refd_status two_columns(struct import *im, struct refd_str date, struct refd_str time,
				    enum field date_field, enum field time_field,
				    struct refd_time *ret)
{
	struct civil_date day;
	struct civil_time clock;
	const char *wrong_date = civil_date_parse(date, im->order, &day);
	const char *wrong_time = civil_time_parse(time, &clock);

	if (wrong_date)
		import_bad(im, date_field, wrong_date);
	if (wrong_time)
		import_bad(im, time_field, wrong_time);
	if (wrong_date || wrong_time)
		return REFD_INVALID;
	return import_instant(im, time_field, day, clock, ret);
}

enum refd_status import_kickoff(struct import *im, struct refd_time *ret)
{
	struct refd_str text, date, time;

	if (!im->columns.at[FIELD_KICKOFF])
		return two_columns(im, import_text(im, FIELD_DATE), import_text(im, FIELD_TIME),
				   FIELD_DATE, FIELD_TIME, ret);
	text = import_text(im, FIELD_KICKOFF);
	if (refd_time_parse(text, "kickoff", ret, NULL) == REFD_OK)
		return REFD_OK;
	if (text.len == 0)
		return import_bad(im, FIELD_KICKOFF, "is empty");
	if (!civil_split(text, &date, &time))
		return import_bad(im, FIELD_KICKOFF,
				  "is no time (2026-04-30T20:00:00+02:00 and the like)");
	return two_columns(im, date, time, FIELD_KICKOFF, FIELD_KICKOFF, ret);
}

enum refd_status import_fixture(struct import *im, struct refd_fixture_id id,
				struct refd_venue_id venue, struct refd_time kickoff,
				struct refd_fixture_id *ret)
{
	struct refd_schedule cmd = { id, im->home, im->away, venue, kickoff };
	enum field when = im->columns.at[FIELD_KICKOFF] ? FIELD_KICKOFF : FIELD_TIME;
	struct refd_result result;
	struct name_entry *made;
	enum refd_status st =
		refd_scheduling_schedule(im->ctl->app, &im->meta, &cmd, &result, &im->ctl->err);

	if (st != REFD_OK)
		return import_refused(im, when, st);
	made = names_add(&im->made, names_key(&result.items[0].object.id),
			 result.items[0].object.id);
	if (!made)
		return refd_error_set(&im->ctl->err, REFD_NO_MEMORY, "out of memory");
	made->line = im->record->line;
	im->n_fixtures++;
	ret->uuid = result.items[0].object.id;
	return REFD_OK;
}
