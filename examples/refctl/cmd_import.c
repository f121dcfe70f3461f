#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_file.h"
#include "import.h"
#include "input.h"
#include "output.h"
#include "progress.h"
#include "report.h"
#include "wiring.h"

/* ---- who is in the store: read before the unit begins ---- */

static enum refd_status know_team(void *self, const struct refd_team_state *team)
{
	struct import *im = self;

	if (!names_add(&im->team_ids, names_key(&team->id.uuid), team->id.uuid))
		return REFD_NO_MEMORY;
	if (team->status == REFD_PARTY_RETIRED)
		return REFD_OK;
	return names_add(&im->teams, refd_name_str(&team->name), team->id.uuid) ? REFD_OK
										: REFD_NO_MEMORY;
}

static enum refd_status know_venue(void *self, const struct refd_venue_state *venue)
{
	struct import *im = self;

	return names_add(&im->venues, refd_name_str(&venue->name), venue->id.uuid) ? REFD_OK
										   : REFD_NO_MEMORY;
}

static enum refd_status know_referee(void *self, const struct refd_referee_state *referee)
{
	struct import *im = self;

	return names_add(&im->referees, refd_name_str(&referee->name), referee->id.uuid)
		       ? REFD_OK
		       : REFD_NO_MEMORY;
}

static enum refd_status know_parties(struct import *im)
{
	const struct refd_app *app = im->ctl->app;
	struct refd_page all = { 0 };
	enum refd_status st = REFD_OK;

	if (im->kind->teams)
		st = refd_query_teams(app, (enum refd_party_status)0, &all, know_team, im, NULL,
				      &im->ctl->err);
	if (st == REFD_OK && im->kind->venues)
		st = refd_query_venues(app, REFD_PARTY_ACTIVE, &all, know_venue, im, NULL,
				       &im->ctl->err);
	if (st == REFD_OK && im->kind->referees)
		st = refd_query_referees(app, REFD_PARTY_ACTIVE, &all, know_referee, im, NULL,
					 &im->ctl->err);
	return st;
}

/* ---- lines ---- */

/* What a line that is rolled back put into the indexes must go again. */
static void forget_line(struct import *im)
{
	struct names *indexes[] = { &im->keys, &im->venues, &im->made };

	for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
		names_forget_line(indexes[i], im->record->line);
}

static enum refd_status begin(struct import *im)
{
	im->meta.unit = NULL;
	return refd_unit_begin(im->ctl->app, &im->meta, &im->meta.unit, &im->ctl->err);
}

static enum refd_status commit(struct import *im)
{
	struct refd_unit *unit = im->meta.unit;

	im->meta.unit = NULL;
	return refd_unit_commit(unit, &im->ctl->err);
}

/* One line, in the unit of the file or in its own. A bad line is told and counted. */
static enum refd_status store_line(struct import *im, bool alone)
{
	struct import before = *im;
	enum refd_status st = alone ? begin(im) : REFD_OK;

	im->told = false;
	if (st == REFD_OK)
		st = im->kind->line(im);
	if (st == REFD_OK && alone) {
		st = commit(im);
		if (st != REFD_OK && import_line_status(st))
			import_refused(im, FIELD_ID, st);
	} else if (alone) {
		refd_unit_rollback(im->meta.unit);
		im->meta.unit = NULL;
	}
	if (st == REFD_OK) {
		im->stored += im->skipped == before.skipped;
		return REFD_OK;
	}
	if (alone) {
		forget_line(im);
		im->n_teams = before.n_teams;
		im->n_venues = before.n_venues;
		im->n_fixtures = before.n_fixtures;
		im->n_cancelled = before.n_cancelled;
	}
	im->failed++;
	return import_line_status(st) ? REFD_OK : st;
}

static enum refd_status store_lines(struct import *im, bool alone)
{
	struct progress progress;
	enum refd_status st = REFD_OK;

	progress_begin(&progress, im->csv.n_records - 1);
	for (int pass = im->kind->is_cancelled ? 0 : 1; pass < 2 && st == REFD_OK; pass++) {
		for (size_t i = 1; i < im->csv.n_records && st == REFD_OK; i++) {
			im->record = &im->csv.records[i];
			im->cancelled_pass = im->kind->is_cancelled && im->kind->is_cancelled(im);
			if (im->cancelled_pass != (pass == 0))
				continue;
			st = store_line(im, alone);
			progress_step(&progress);
		}
	}
	progress_end(&progress);
	return st;
}

static int by_line(const void *a, const void *b)
{
	const struct report_item *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

static enum refd_status put_summary(struct import *im)
{
	if (im->ctl->json)
		return output_json(
			im->ctl,
			json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "kind",
				  im->kind->name, "lines",
				  (json_int_t)(im->csv.n_records - 1 + im->csv.n_errors),
				  "imported", (json_int_t)im->stored, "failed",
				  (json_int_t)im->failed, "skipped", (json_int_t)im->skipped,
				  "fixtures", (json_int_t)im->n_fixtures, "cancelled",
				  (json_int_t)im->n_cancelled, "teams", (json_int_t)im->n_teams,
				  "venues", (json_int_t)im->n_venues));
	printf("%s: %zu of %zu lines imported, %zu failed, %zu skipped (cancelled, no date)\n",
	       im->kind->name, im->stored, im->csv.n_records - 1 + im->csv.n_errors, im->failed,
	       im->skipped);
	if (im->kind == &import_season)
		printf("new: %zu teams, %zu venues, %zu fixtures (%zu cancelled)\n", im->n_teams,
		       im->n_venues, im->n_fixtures, im->n_cancelled);
	if (im->n_renamed > 0)
		fprintf(stderr, "note: %zu teams have several names; the first one was kept\n",
			im->n_renamed);
	return REFD_OK;
}

/* All or nothing, or what is good. */
static enum refd_status store(struct import *im)
{
	bool alone = args_has(im->ctl->args, OPT_KEEP_GOING);
	struct report *report = im->ctl->report;
	enum refd_status st = alone ? REFD_OK : begin(im);

	if (st == REFD_OK)
		st = store_lines(im, alone);
	if (st == REFD_OK && !alone && im->failed == 0 && !report->failed)
		st = commit(im);
	refd_unit_rollback(im->meta.unit);
	im->meta.unit = NULL;
	if (st == REFD_OK && report->failed)
		st = refd_error_set(&im->ctl->err, REFD_NO_MEMORY, "out of memory");
	if (report->count > 0)
		qsort(report->items, report->count, sizeof(*report->items), by_line);
	if (st == REFD_OK && im->failed > 0) {
		if (alone)
			st = put_summary(im);
		return st != REFD_OK ? st
				     : refd_error_set(&im->ctl->err, report->items[0].status,
						      "%zu of %zu lines are bad: %s", im->failed,
						      im->csv.n_records - 1 + im->csv.n_errors,
						      alone ? "the others are stored"
							    : "nothing was stored");
	}
	return st == REFD_OK ? put_summary(im) : st;
}

/* ---- the file ---- */

static enum refd_status read_file(struct import *im, const struct csv_options *options)
{
	enum refd_status st = csv_file_read(im->ctl, im->ctl->args->words[0], options, &im->csv);

	if (st == REFD_OK)
		st = columns_bind(im->ctl, &im->csv.records[0], im->kind->fields,
				  im->kind->required, &im->columns);
	return st;
}

/* ---- options ---- */

static enum refd_status read_options(struct import *im, struct csv_options *options)
{
	struct refctl *ctl = im->ctl;
	const char *delimiter = args_value(ctl->args, OPT_DELIMITER);
	int encoding = input_choice(ctl, OPT_ENCODING);

	options->encoding = encoding ? (enum csv_encoding)encoding : CSV_UTF8;
	im->order = (enum civil_order)input_choice(ctl, OPT_DATE_ORDER);
	input_text(ctl, OPT_TIMEZONE, &im->zone);
	if (delimiter && strcmp(delimiter, "tab") == 0)
		delimiter = "\t";
	if (delimiter && (strlen(delimiter) != 1 || strchr("\"\r\n", *delimiter)))
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "--delimiter must be one character or tab");
	options->delimiter = delimiter ? *delimiter : ',';
	return input_status(ctl);
}

static enum refd_status check_zone(struct import *im)
{
	struct refd_time noon;
	enum refd_status st;

	if (im->zone.len == 0)
		return REFD_OK;
	st = refd_tzdata_instant(wiring_tzdata(im->ctl->wiring), im->zone, 2026, 7, 1, 12, 0, 0, 0,
				 &noon, &im->ctl->err);
	if (st == REFD_NOT_FOUND)
		return refd_error_set(&im->ctl->err, REFD_INVALID, "--timezone %s: no such zone",
				      im->zone.ptr);
	return st;
}

/* What a kind has no use for is a mistake rather than something to pass over. */
static enum refd_status check_kind_options(struct import *im)
{
	static const struct {
		enum option option;
		enum field field; /* a kind with that field has a use for it */
	} needs[] = { { OPT_TIMEZONE, FIELD_KICKOFF },
		      { OPT_DATE_ORDER, FIELD_KICKOFF },
		      { OPT_CANCELLED, FIELD_STATUS } };

	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (args_has(im->ctl->args, needs[i].option) &&
		    !(im->kind->fields >> needs[i].field & 1))
			return refd_error_set(&im->ctl->err, REFD_INVALID,
					      "--%s does not belong to --kind %s",
					      option_table[needs[i].option].name, im->kind->name);
	return REFD_OK;
}

static enum refd_status find_kind(struct import *im)
{
	int kind = input_choice(im->ctl, OPT_KIND);

	if (!kind)
		return REFD_INVALID;
	im->kind = &import_kinds[kind - 1];
	if (!im->kind->name)
		im->kind = &import_season;
	return check_kind_options(im);
}

enum refd_status cmd_import_file(struct refctl *ctl)
{
	struct import im = { .ctl = ctl, .meta = input_command(ctl) };
	struct csv_options options = { 0 };
	enum refd_status st = input_status(ctl);

	if (st == REFD_OK && args_has(ctl->args, OPT_KEEP_GOING) &&
	    args_has(ctl->args, OPT_COMMAND_ID))
		return refd_error_set(
			&ctl->err, REFD_INVALID,
			"--command-id covers one unit of work, --keep-going has one per line");
	/* a whole file may take longer than a command at a counter */
	im.meta.timeout = REFD_HOUR;
	if (st == REFD_OK)
		st = find_kind(&im);
	if (st == REFD_OK)
		st = read_options(&im, &options);
	if (st == REFD_OK)
		st = check_zone(&im);
	if (st == REFD_OK)
		st = read_file(&im, &options);
	if (st == REFD_OK)
		st = know_parties(&im);
	if (st == REFD_OK) {
		csv_file_tell(ctl, &im.csv, im.csv.n_errors);
		im.failed = im.csv.n_errors;
		st = store(&im);
	}
	names_done(&im.teams);
	names_done(&im.venues);
	names_done(&im.referees);
	names_done(&im.team_ids);
	names_done(&im.keys);
	names_done(&im.made);
	csv_done(&im.csv);
	return st;
}
