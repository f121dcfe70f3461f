#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "output.h"
#include "wiring.h"

/* Opening creates; there is nothing more to do than to say so. */
static enum refd_status put_done(struct refctl *ctl, const char *word)
{
	if (ctl->json)
		return output_json(ctl, json_pack("{s:s, s:s}", "store",
						  wiring_store_name(ctl->wiring), "result", word));
	printf("%s: %s\n", wiring_store_name(ctl->wiring), word);
	return REFD_OK;
}

enum refd_status cmd_db_init(struct refctl *ctl)
{
	return put_done(ctl, "ready");
}

/* ---- counting rows ---- */

struct count {
	const char *name;
	int64_t rows;
};

enum {
	REFEREES,
	TEAMS,
	VENUES,
	FIXTURES,
	CANCELLED,
	AVAILABILITIES,
	STAGED,
	COMMITTED,
	EVENTS,
	NOTICES_READY,
	NOTICES_SENT,
	NOTICES_DEAD,
	COMMANDS,
	COUNTS
};

static const char *const count_names[COUNTS] = {
	"referees",	  "teams",	  "venues",    "fixtures", "cancelled_fixtures",
	"availabilities", "staged",	  "committed", "events",   "notices_waiting",
	"notices_sent",	  "notices_dead", "commands"
};

static enum refd_status count_referee(void *self, const struct refd_referee_state *referee)
{
	(void)referee;
	((int64_t *)self)[REFEREES]++;
	return REFD_OK;
}

static enum refd_status count_team(void *self, const struct refd_team_state *team)
{
	(void)team;
	((int64_t *)self)[TEAMS]++;
	return REFD_OK;
}

static enum refd_status count_venue(void *self, const struct refd_venue_state *venue)
{
	(void)venue;
	((int64_t *)self)[VENUES]++;
	return REFD_OK;
}

static enum refd_status count_fixture(void *self, const struct refd_fixture_card *card)
{
	((int64_t *)self)[FIXTURES]++;
	((int64_t *)self)[CANCELLED] += card->fixture.status == REFD_FIXTURE_CANCELLED;
	return REFD_OK;
}

static enum refd_status count_availability(void *self,
					   const struct refd_availability_state *availability,
					   const struct refd_fixture_state *fixture,
					   const struct refd_referee_state *referee)
{
	(void)availability;
	(void)fixture;
	(void)referee;
	((int64_t *)self)[AVAILABILITIES]++;
	return REFD_OK;
}

static enum refd_status count_assignment(void *self, const struct refd_assignment_state *assignment,
					 const struct refd_fixture_state *fixture,
					 const struct refd_referee_state *referee)
{
	(void)fixture;
	(void)referee;
	((int64_t *)self)[assignment->status == REFD_ASSIGNMENT_STAGED ? STAGED : COMMITTED]++;
	return REFD_OK;
}

static enum refd_status count_event(void *self, const struct refd_event_state *event)
{
	(void)event;
	((int64_t *)self)[EVENTS]++;
	return REFD_OK;
}

static enum refd_status count_notice(void *self, const struct refd_notice_state *notice,
				     const struct refd_referee_state *recipient)
{
	int64_t *counts = self;

	(void)recipient;
	if (notice->status == REFD_NOTICE_SENT)
		counts[NOTICES_SENT]++;
	else if (notice->status == REFD_NOTICE_DEAD)
		counts[NOTICES_DEAD]++;
	else
		counts[NOTICES_READY]++;
	return REFD_OK;
}

static enum refd_status count_command(void *self, const struct refd_command_state *command)
{
	(void)command;
	((int64_t *)self)[COMMANDS]++;
	return REFD_OK;
}

/* Every row of the store through the queries, so that each of them is also read and decoded. */
static enum refd_status count_all(struct refctl *ctl, int64_t *counts)
{
	const struct refd_app *app = ctl->app;
	const enum refd_party_status any = (enum refd_party_status)0;
	const struct refd_fixture_filter fixtures = { 0 };
	const struct refd_engagement_filter pairs = { 0 };
	const struct refd_range ever = { 0 };
	const struct refd_page all = { 0 };
	struct refd_error *err = &ctl->err;
	enum refd_status st = refd_query_referees(app, any, &all, count_referee, counts, NULL, err);

	if (st == REFD_OK)
		st = refd_query_teams(app, any, &all, count_team, counts, NULL, err);
	if (st == REFD_OK)
		st = refd_query_venues(app, any, &all, count_venue, counts, NULL, err);
	if (st == REFD_OK)
		st = refd_query_fixtures(app, &fixtures, &all, count_fixture, counts, NULL, err);
	if (st == REFD_OK)
		st = refd_query_availabilities(app, &pairs, &all, count_availability, counts, NULL,
					       err);
	if (st == REFD_OK)
		st = refd_query_assignments(app, &pairs, &all, count_assignment, counts, NULL, err);
	if (st == REFD_OK)
		st = refd_query_events(app, (struct refd_ref){ 0 }, ever, &all, count_event, counts,
				       NULL, err);
	if (st == REFD_OK)
		st = refd_query_notices(app, (enum refd_notice_status)0,
					(struct refd_referee_id){ 0 }, &all, count_notice, counts,
					NULL, err);
	if (st == REFD_OK)
		st = refd_query_commands(app, NULL, &all, count_command, counts, NULL, err);
	return st;
}

enum refd_status cmd_db_check(struct refctl *ctl)
{
	int64_t counts[COUNTS] = { 0 };
	enum refd_status st = wiring_check(ctl->wiring, &ctl->err);

	if (st == REFD_OK)
		st = count_all(ctl, counts);
	return st == REFD_OK ? put_done(ctl, "sound") : st;
}

static void figure_json(void *self, const char *name, int64_t value)
{
	json_object_set_new(self, name, json_integer((json_int_t)value));
}

static void figure_row(void *self, const char *name, int64_t value)
{
	output_row(self);
	output_word(self, name);
	output_number(self, value);
}

static enum refd_status put_stats_json(struct refctl *ctl, const int64_t *counts,
				       const struct refd_board_state *board)
{
	json_t *figures = json_object();
	json_t *object =
		json_pack("{s:b, s:o, s:O}", "availability_locked", board->availability_locked,
			  "hand_out", json_time(board->hand_out), "engine", figures);
	enum refd_status st = wiring_figures(ctl->wiring, figure_json, figures, &ctl->err);

	for (size_t i = 0; i < COUNTS; i++)
		json_object_set_new(object, count_names[i], json_integer((json_int_t)counts[i]));
	json_decref(figures);
	if (st == REFD_OK)
		return output_json(ctl, object);
	json_decref(object);
	return st;
}

enum refd_status cmd_db_stats(struct refctl *ctl)
{
	static const char *const columns[] = { "WHAT", "VALUE", NULL };
	int64_t counts[COUNTS] = { 0 };
	struct refd_board_state board;
	struct output out;
	enum refd_status st = count_all(ctl, counts);

	if (st == REFD_OK)
		st = refd_query_board(ctl->app, &board, &ctl->err);
	if (st != REFD_OK)
		return st;
	if (ctl->json)
		return put_stats_json(ctl, counts, &board);
	output_begin(&out, ctl, false, columns);
	for (size_t i = 0; i < COUNTS; i++)
		figure_row(&out, count_names[i], counts[i]);
	output_row(&out);
	output_word(&out, "availability_locked");
	output_word(&out, board.availability_locked ? "yes" : "no");
	output_row(&out);
	output_word(&out, "hand_out");
	output_time(&out, board.hand_out);
	st = wiring_figures(ctl->wiring, figure_row, &out, &ctl->err);
	return output_end(&out, ctl, st);
}

enum refd_status cmd_db_backup(struct refctl *ctl)
{
	const char *path = ctl->args->words[0];
	enum refd_status st;

	if (strcmp(path, "-") == 0)
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "a backup needs a file, and cannot go to standard output");
	st = wiring_backup(ctl->wiring, path, args_has(ctl->args, OPT_FORCE), &ctl->err);
	if (st != REFD_OK)
		return st;
	if (ctl->json)
		return output_json(ctl, json_pack("{s:s, s:s}", "store",
						  wiring_store_name(ctl->wiring), "backup", path));
	printf("%s: copied to %s and checked\n", wiring_store_name(ctl->wiring), path);
	return REFD_OK;
}

/* In the order of --kind. */
enum { PURGE_COMMANDS = 1, PURGE_NOTICES, PURGE_EVENTS };

static void input_purge(struct refctl *ctl, struct refd_purge *what)
{
	int kind = input_choice(ctl, OPT_PURGE_KIND);
	struct refd_time before = { 0 };

	input_age(ctl, OPT_RETENTION, &before);
	if (kind == PURGE_COMMANDS || !kind)
		what->commands = before;
	if (kind == PURGE_NOTICES || !kind)
		what->notices = before;
	if (kind == PURGE_EVENTS)
		what->events = before;
}

enum refd_status cmd_db_purge(struct refctl *ctl)
{
	struct refd_purge what = { .unpublished = args_has(ctl->args, OPT_UNPUBLISHED),
				   .dry_run = args_has(ctl->args, OPT_DRY_RUN) };
	struct refd_purged purged;
	enum refd_status st;

	input_purge(ctl, &what);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_purge(ctl->app, &what, &purged, &ctl->err);
	if (st != REFD_OK)
		return st;
	if (ctl->json)
		return output_json(ctl,
				   json_pack("{s:I, s:I, s:I, s:b}", "commands",
					     (json_int_t)purged.commands, "notices",
					     (json_int_t)purged.notices, "events",
					     (json_int_t)purged.events, "dry_run", what.dry_run));
	printf("%s: %lld commands, %lld notices, %lld events\n",
	       what.dry_run ? "would be purged" : "purged", (long long)purged.commands,
	       (long long)purged.notices, (long long)purged.events);
	if (!refd_time_is_unset(what.events) && !what.unpublished && purged.events == 0)
		fputs("note: no event goes that no relay has published, unless --unpublished is "
		      "given\n",
		      stderr);
	return REFD_OK;
}
