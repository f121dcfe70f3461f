#include "dto.h"
#include "input.h"
#include "list.h"
#include "listing.h"
#include "wiring.h"

static const char *const list_columns[] = { "ID",    "KICK-OFF", "STATUS", "HOME",    "AWAY",
					    "VENUE", "FIRST",	 "SECOND", "VERSION", NULL };

/* One fixture alone also tells of its lock and hand-out. */
static const char *const show_columns[] = { "ID",      "KICK-OFF", "STATUS",   "HOME",
					    "AWAY",    "VENUE",	   "FIRST",    "SECOND",
					    "VERSION", "LOCKED",   "HAND-OUT", NULL };

void fixture_put(struct output *out, const struct refd_fixture_card *card)
{
	const struct refd_card_referee *first = card_referee(card, REFD_ROLE_FIRST);
	const struct refd_card_referee *second = card_referee(card, REFD_ROLE_SECOND);
	const struct refd_str none = { 0 };

	if (out->json) {
		output_object(out, fixture_json(card));
		return;
	}
	output_row(out);
	output_id(out, card->fixture.id.uuid);
	output_time(out, card->fixture.kickoff);
	output_status(out, refd_fixture_status_words[card->fixture.status]);
	output_str(out, card->home_name);
	output_str(out, card->away_name);
	output_str(out, card->venue_name);
	output_str(out, first ? first->name : none);
	output_str(out, second ? second->name : none);
	output_number(out, card->fixture.version);
	if (!out->single)
		return;
	output_word(out, card->fixture.availability_locked ? "yes" : "no");
	output_time(out, card->fixture.hand_out);
}

static enum refd_status put_row(void *self, const struct refd_fixture_card *card)
{
	fixture_put(self, card);
	return REFD_OK;
}

enum refd_status fixture_show(struct refctl *ctl, struct refd_fixture_id id)
{
	struct output out;

	output_begin(&out, ctl, true, show_columns);
	return output_end(&out, ctl, refd_query_fixture(ctl->app, id, put_row, &out, &ctl->err));
}

enum refd_status cmd_fixture_add(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_schedule cmd = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_id(ctl, OPT_ID, &cmd.id.uuid);
	input_id(ctl, OPT_HOME, &cmd.home.uuid);
	input_id(ctl, OPT_AWAY, &cmd.away.uuid);
	input_id(ctl, OPT_VENUE, &cmd.venue.uuid);
	input_time(ctl, OPT_KICKOFF, &cmd.kickoff);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_scheduling_schedule(ctl->app, &meta, &cmd, &result, &ctl->err);
	if (st != REFD_OK)
		return st;
	cmd.id.uuid = result.items[0].object.id;
	return fixture_show(ctl, cmd.id);
}

/* The store knows a team's fixtures; which of them are at home is for us to see. */
struct wanted {
	struct refd_team_id home, away;
	struct output *out;
	size_t rows;
};

static enum refd_status put_wanted(void *self, const struct refd_fixture_card *card)
{
	struct wanted *wanted = self;

	if ((!refd_uuid_is_unset(wanted->home.uuid) &&
	     !refd_uuid_equal(wanted->home.uuid, card->fixture.home.uuid)) ||
	    (!refd_uuid_is_unset(wanted->away.uuid) &&
	     !refd_uuid_equal(wanted->away.uuid, card->fixture.away.uuid)))
		return REFD_OK;
	wanted->rows++;
	fixture_put(wanted->out, card);
	return REFD_OK;
}

/* A page may hold fewer rows than wanted once the others are left out: ask on for the rest. */
static enum refd_status query_wanted(struct refctl *ctl, const struct refd_fixture_filter *filter,
				     const struct refd_page *page, struct wanted *wanted,
				     struct refd_page_key *ret_next)
{
	struct refd_page rest = *page;
	enum refd_status st;

	do {
		*ret_next = (struct refd_page_key){ 0 };
		st = refd_query_fixtures(ctl->app, filter, &rest, put_wanted, wanted, ret_next,
					 &ctl->err);
		rest.after = *ret_next;
		rest.limit = page->limit - wanted->rows;
	} while (st == REFD_OK && ret_next->text[0] && rest.limit > 0);
	return st;
}

enum refd_status cmd_fixture_list(struct refctl *ctl)
{
	struct refd_fixture_filter filter = { .unstaffed = args_has(ctl->args, OPT_UNSTAFFED) };
	struct list list;
	struct wanted wanted = { .out = &list.out };
	enum refd_status st;

	input_range(ctl, &filter.range);
	input_id(ctl, OPT_VENUE, &filter.venue.uuid);
	input_id(ctl, OPT_HOME, &wanted.home.uuid);
	input_id(ctl, OPT_AWAY, &wanted.away.uuid);
	filter.team = refd_uuid_is_unset(wanted.home.uuid) ? wanted.away : wanted.home;
	input_id(ctl, OPT_TEAM, &filter.team.uuid);
	input_id(ctl, OPT_REFEREE, &filter.referee.uuid);
	filter.status = (enum refd_fixture_status)input_choice(ctl, OPT_FIXTURE_STATUS);
	st = list_begin(&list, ctl, list_columns);
	if (st == REFD_OK)
		st = query_wanted(ctl, &filter, &list.page, &wanted, &list.next);
	return list_end(&list, ctl, st);
}

static const char *const unstaffed_columns[] = { "KICK-OFF", "MISSING", "HOME", "AWAY",
						 "VENUE",    "CITY",	"ID",	NULL };

/* The roles of a fixture nobody has. */
static void list_missing(const struct refd_fixture_card *card, char *ret, size_t size)
{
	size_t len = 0;

	*ret = '\0';
	for (int role = 1; refd_role_words[role] && len < size; role++)
		if (!card_referee(card, (enum refd_role)role))
			len += (size_t)snprintf(ret + len, size - len, "%s%s", len ? ", " : "",
						refd_role_words[role]);
}

static json_t *missing_json(const struct refd_fixture_card *card)
{
	json_t *object = fixture_json(card), *missing = json_array();
	bool failed = json_object_set_new(object, "missing", missing) != 0;

	for (int role = 1; refd_role_words[role] && !failed; role++)
		if (!card_referee(card, (enum refd_role)role))
			failed = json_array_append_new(missing, json_word(refd_role_words[role])) !=
				 0;
	if (!failed)
		return object;
	json_decref(object);
	return NULL;
}

static enum refd_status put_unstaffed(void *self, const struct refd_fixture_card *card)
{
	struct output *out = self;
	char missing[64];

	if (out->json) {
		output_object(out, missing_json(card));
		return REFD_OK;
	}
	list_missing(card, missing, sizeof(missing));
	output_row(out);
	output_time(out, card->fixture.kickoff);
	output_word(out, missing);
	output_str(out, card->home_name);
	output_str(out, card->away_name);
	output_str(out, card->venue_name);
	output_str(out, card->venue_city);
	output_id(out, card->fixture.id.uuid);
	return REFD_OK;
}

enum refd_status cmd_fixture_unstaffed(struct refctl *ctl)
{
	struct refd_fixture_filter filter = { .range.from = wiring_now(ctl->wiring),
					      .unstaffed = true };
	struct list list;
	enum refd_status st;

	input_time(ctl, OPT_FROM_NOW, &filter.range.from);
	input_time(ctl, OPT_TO, &filter.range.to);
	st = list_begin(&list, ctl, unstaffed_columns);
	if (st == REFD_OK)
		st = refd_query_fixtures(ctl->app, &filter, &list.page, put_unstaffed, &list.out,
					 &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}

enum refd_status cmd_fixture_show(struct refctl *ctl)
{
	struct refd_fixture_id id = { 0 };

	input_object(ctl, "fixture", &id.uuid);
	return input_status(ctl) == REFD_OK ? fixture_show(ctl, id) : REFD_INVALID;
}

enum refd_status cmd_fixture_reschedule(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_fixture_id id = { 0 };
	struct refd_time kickoff = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "fixture", &id.uuid);
	input_time(ctl, OPT_KICKOFF, &kickoff);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_scheduling_reschedule(ctl->app, &meta, id, kickoff, &result, &ctl->err);
	return st == REFD_OK ? fixture_show(ctl, id) : st;
}

enum refd_status cmd_fixture_move(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_fixture_id id = { 0 };
	struct refd_venue_id venue = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "fixture", &id.uuid);
	input_id(ctl, OPT_VENUE, &venue.uuid);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_scheduling_move(ctl->app, &meta, id, venue, &result, &ctl->err);
	return st == REFD_OK ? fixture_show(ctl, id) : st;
}

enum refd_status cmd_fixture_cancel(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_fixture_id id = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "fixture", &id.uuid);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_scheduling_cancel(ctl->app, &meta, id, &result, &ctl->err);
	return st == REFD_OK ? fixture_show(ctl, id) : st;
}
