#include "input.h"

#define FILL(name) static void name(struct input *in, const struct season *season)
#define RUN(name)                                                                                  \
	static enum refd_status name(struct league *league, const struct input *in,                \
				     struct answer *answer, struct refd_error *err)

/* An id of the kind a function takes. */
#define AS(kind, at) ((struct refd_##kind##_id){ in->ids[at] })

#define ID_OF(noun, at)                                                                            \
	{                                                                                          \
		ID, at, NULL, REFD_NOUN_##noun, 0, REFD_OK, (enum refd_rule)0                      \
	}
#define NEEDED_ID_OF(noun, at, field)                                                              \
	{                                                                                          \
		ID, at, field, REFD_NOUN_##noun, 0, REFD_OK, (enum refd_rule)0                     \
	}
#define KNOWN_ID_OF(noun, at)                                                                      \
	{                                                                                          \
		SET_ID, at, NULL, REFD_NOUN_##noun, 0, REFD_OK, (enum refd_rule)0                  \
	}
#define PAIR_ID_OF(noun, at)                                                                       \
	{                                                                                          \
		PAIR_ID, at, NULL, REFD_NOUN_##noun, 0, REFD_OK, (enum refd_rule)0                 \
	}
#define TAKEN(noun, at)                                                                            \
	{                                                                                          \
		NEW_ID, at, NULL, REFD_NOUN_##noun, 0, REFD_OK, (enum refd_rule)0                  \
	}
#define REFUSES(at, member, name)                                                                  \
	{                                                                                          \
		OTHER, at, NULL, (enum refd_noun)0, offsetof(struct season, member), REFD_REFUSED, \
			REFD_RULE_##name                                                           \
	}
#define NOT_THERE(at, member)                                                                      \
	{                                                                                          \
		OTHER, at, NULL, (enum refd_noun)0, offsetof(struct season, member),               \
			REFD_NOT_FOUND, (enum refd_rule)0                                          \
	}
#define ARG(kind, at, field)                                                                       \
	{                                                                                          \
		kind, at, field, (enum refd_noun)0, 0, REFD_OK, (enum refd_rule)0                  \
	}
#define ANY(kind) ARG(kind, 0, NULL)
/* What every command takes, and those on an object that is there. */
#define COMMAND_ARGUMENTS ANY(ABOUT), ANY(COMMAND_ID)
#define CHANGE_ARGUMENTS  ANY(VERSION), COMMAND_ARGUMENTS

static struct refd_str str(const char *text)
{
	return refd_str_of(text);
}

FILL(nothing)
{
	(void)in;
	(void)season;
}

/* ---- registry ---- */

FILL(fill_referee)
{
	in->ids[0] = season->set.anna.uuid;
	in->texts[0] = str("Dora");
	in->texts[1] = str("Club");
	in->texts[2] = str("+49 30 1");
	in->texts[3] = str("d@example.org");
}

FILL(fill_new_referee)
{
	fill_referee(in, season);
	in->ids[0] = support_uuid(UINT64_C(1) << 40);
}

FILL(fill_team)
{
	in->ids[0] = season->set.team.uuid;
	in->texts[0] = str("Eagles");
	in->texts[1] = str("Club");
}

FILL(fill_new_team)
{
	fill_team(in, season);
	in->ids[0] = support_uuid(UINT64_C(1) << 40);
}

FILL(fill_venue)
{
	in->ids[0] = season->set.hall.uuid;
	in->texts[0] = str("Arena");
	in->texts[1] = str("Street 1");
	in->texts[2] = str("12345");
	in->texts[3] = str("Town");
	in->texts[4] = str("030 12345");
	in->texts[5] = str("hall@example.org");
	in->coordinates = (struct refd_coordinates){ true, 52500000, 13400000 };
}

FILL(fill_new_venue)
{
	fill_venue(in, season);
	in->ids[0] = support_uuid(UINT64_C(1) << 40);
}

static struct refd_referee_details referee_details(const struct input *in)
{
	return (struct refd_referee_details){ in->texts[0], in->texts[1], in->texts[2],
					      in->texts[3] };
}

static struct refd_team_details team_details(const struct input *in)
{
	return (struct refd_team_details){ in->texts[0], in->texts[1] };
}

static struct refd_venue_details venue_details(const struct input *in)
{
	return (struct refd_venue_details){ in->texts[0],   in->texts[1], in->texts[2],
					    in->texts[3],   in->texts[4], in->texts[5],
					    in->coordinates };
}

#define RUN_DETAILS(verb, noun)                                                                    \
	RUN(verb##_##noun)                                                                         \
	{                                                                                          \
		const struct refd_##noun##_details details = noun##_details(in);                   \
                                                                                                   \
		return refd_registry_##verb##_##noun(league->app, &in->meta, AS(noun, 0),          \
						     &details, &answer->result, err);              \
	}

RUN_DETAILS(register, referee)
RUN_DETAILS(register, team)
RUN_DETAILS(register, venue)
RUN_DETAILS(correct, referee)
RUN_DETAILS(correct, team)
RUN_DETAILS(correct, venue)

#define RUN_IDS(name, call, ...)                                                                   \
	RUN(name)                                                                                  \
	{                                                                                          \
		return call(league->app, &in->meta, __VA_ARGS__, &answer->result, err);            \
	}

RUN_IDS(change_club, refd_registry_change_club, AS(referee, 0), in->texts[1])
RUN_IDS(retire_referee, refd_registry_retire_referee, AS(referee, 0))
RUN_IDS(retire_team, refd_registry_retire_team, AS(team, 0))
RUN_IDS(retire_venue, refd_registry_retire_venue, AS(venue, 0))

/* ---- scheduling ---- */

FILL(fill_schedule)
{
	in->ids[0] = season->set.schedule.home.uuid;
	in->ids[1] = season->set.schedule.away.uuid;
	in->ids[2] = season->set.schedule.venue.uuid;
	in->ids[3] = support_uuid(UINT64_C(1) << 40);
	in->time = season->set.schedule.kickoff;
}

RUN(schedule)
{
	const struct refd_schedule cmd = { AS(fixture, 3), AS(team, 0), AS(team, 1), AS(venue, 2),
					   in->time };

	return refd_scheduling_schedule(league->app, &in->meta, &cmd, &answer->result, err);
}

FILL(fill_change)
{
	in->ids[0] = season->set.open.uuid;
	in->ids[1] = season->set.spare.uuid;
	in->time = league_time(40, 0);
}

RUN_IDS(reschedule, refd_scheduling_reschedule, AS(fixture, 0), in->time)
RUN_IDS(move, refd_scheduling_move, AS(fixture, 0), AS(venue, 1))
RUN_IDS(cancel, refd_scheduling_cancel, AS(fixture, 0))

/* ---- availabilities ---- */

FILL(fill_declare)
{
	in->ids[0] = season->set.open.uuid;
	in->ids[1] = season->set.clara.uuid;
}

FILL(fill_withdraw)
{
	in->ids[0] = season->set.open.uuid;
	in->ids[1] = season->set.berta.uuid;
}

RUN_IDS(declare, refd_availabilities_declare, AS(fixture, 0), AS(referee, 1))
RUN_IDS(withdraw, refd_availabilities_withdraw, AS(fixture, 0), AS(referee, 1))

FILL(fill_lock)
{
	in->ids[0] = season->set.open.uuid;
	in->time = league_time(5, 0);
}

FILL(fill_unlock)
{
	in->ids[0] = season->locked;
}

static struct refd_lock_target target_of(const struct input *in)
{
	return (struct refd_lock_target){ AS(fixture, 0), in->range, in->board };
}

RUN(lock)
{
	const struct refd_lock_target target = target_of(in);

	return refd_availabilities_lock(league->app, &in->meta, &target, &answer->result, err);
}

RUN(unlock)
{
	const struct refd_lock_target target = target_of(in);

	return refd_availabilities_unlock(league->app, &in->meta, &target, &answer->result, err);
}

RUN(announce)
{
	const struct refd_lock_target target = target_of(in);

	return refd_availabilities_announce(league->app, &in->meta, &target, in->time,
					    &answer->result, err);
}

/* ---- assigning ---- */

FILL(fill_stage)
{
	in->ids[0] = season->set.open.uuid;
	in->ids[1] = season->set.anna.uuid;
	in->enumerator = REFD_ROLE_FIRST;
}

RUN(stage)
{
	const struct refd_stage cmd = { AS(fixture, 0), AS(referee, 1),
					(enum refd_role)in->enumerator };

	return refd_assigning_stage(league->app, &in->meta, &cmd, &answer->result, err);
}

FILL(fill_stages)
{
	in->rows[0] = (struct refd_stage){ season->set.open, season->set.anna, REFD_ROLE_FIRST };
	in->rows[1] = (struct refd_stage){ season->set.open, season->set.berta, REFD_ROLE_SECOND };
}

RUN(stage_many)
{
	return refd_assigning_stage_many(league->app, &in->meta, in->rows, ROWS, NULL, NULL,
					 &answer->result, err);
}

static enum refd_status count_violation(void *self, size_t assignment,
					const struct refd_violation *violation)
{
	(void)assignment;
	(void)violation;
	++*(size_t *)self;
	return REFD_OK;
}

/* What is told one by one and what is counted are the same. */
static void compare_totals(struct answer *answer, enum refd_status st, size_t told, size_t total,
			   const struct refd_error *err)
{
	if (st == REFD_OK && total != 0)
		answer->wrong = "OK with violations";
	if (st == REFD_REFUSED && told > 0 &&
	    (told != total || (err != NULL && err->total != total)))
		answer->wrong = "the violations told and counted differ";
}

RUN(what_if)
{
	size_t told = 0, total = 0;
	const enum refd_status st = refd_assigning_what_if(league->app, in->rows, ROWS,
							   count_violation, &told, &total, err);

	compare_totals(answer, st, told, total, err);
	return st;
}

FILL(fill_unstage)
{
	in->ids[0] = season->set.staged.uuid;
	in->ids[1] = season->set.anna.uuid;
}

FILL(fill_remove)
{
	in->ids[0] = season->set.assigned.uuid;
	in->ids[1] = season->set.anna.uuid;
}

RUN_IDS(unstage, refd_assigning_unstage, AS(fixture, 0), AS(referee, 1))
RUN_IDS(remove_assignment, refd_assigning_remove, AS(fixture, 0), AS(referee, 1))

FILL(fill_override)
{
	in->override = (struct refd_override){ REFD_RULE_REFEREE_TOO_CLOSE, season->set.staged,
					       season->set.anna, str("known") };
}

RUN(validate)
{
	size_t told = 0, total = 0;
	const enum refd_status st = refd_assigning_validate(league->app, &in->override, 1,
							    count_violation, &told, &total, err);

	compare_totals(answer, st, told, total, err);
	return st;
}

RUN(commit)
{
	const struct refd_commit cmd = { .overrides = &in->override, .n_overrides = 1 };

	return refd_assigning_commit(league->app, &in->meta, &cmd, &answer->result, err);
}

FILL(fill_replace)
{
	in->ids[0] = season->set.assigned.uuid;
	in->ids[1] = season->set.anna.uuid;
	in->ids[2] = season->set.clara.uuid;
	in->texts[0] = str("ill");
	in->override = (struct refd_override){ REFD_RULE_REFEREE_TOO_CLOSE, season->set.assigned,
					       season->set.clara, str("known") };
}

RUN(replace)
{
	const struct refd_replace cmd = { AS(fixture, 0), AS(referee, 1), AS(referee, 2),
					  in->texts[0],	  &in->override,  1 };

	return refd_assigning_replace(league->app, &in->meta, &cmd, &answer->result, err);
}

/* ---- rules, notices, purge, app ---- */

FILL(fill_rules)
{
	(void)season;
	in->rules = refd_rules_default();
	in->rules.match_duration = 90;
}

RUN_IDS(set_rules, refd_rule_book_set, &in->rules)

FILL(fill_notice)
{
	in->ids[0] = season->set.notice.uuid;
}

RUN_IDS(retry_notice, refd_notifying_retry, AS(notice, 0))

FILL(fill_purge)
{
	(void)season;
	in->purge = (struct refd_purge){ .commands = league_time(-400, 0),
					 .notices = league_time(-400, 0),
					 .events = league_time(-400, 0) };
}

RUN(purge)
{
	struct refd_purged purged = { 0 };
	const enum refd_status st = refd_purge(league->app, &in->purge, &purged, err);

	(void)answer;
	return st;
}

RUN(create_app)
{
	struct refd_app *app = NULL;
	const enum refd_status st = refd_app_create(&in->ports, &app, err);

	(void)league;
	answer->wrong = st != REFD_OK && app != NULL ? "an app in spite of the refusal" : NULL;
	refd_app_destroy(app);
	return st;
}

/* ---- units ---- */

RUN(begin_unit)
{
	struct refd_unit *unit = NULL;
	const enum refd_status st = refd_unit_begin(league->app, &in->meta, &unit, err);

	answer->wrong = st != REFD_OK && unit != NULL ? "a unit in spite of the refusal" : NULL;
	refd_unit_rollback(unit);
	return st;
}

/* Every kind by its id, and corrections of three of them, in a unit that is committed. */
RUN(load_in_unit)
{
	struct refd_fixture *fixture = NULL;
	struct refd_referee *referee = NULL;
	struct refd_venue *venue = NULL;
	struct refd_team *team = NULL;
	struct refd_unit *unit = NULL;
	enum refd_status st = refd_unit_begin(league->app, NULL, &unit, err), end;

	(void)answer;
	if (st != REFD_OK)
		return st;
	st = refd_unit_referee(unit, AS(referee, 0), &referee, err);
	if (st == REFD_OK)
		st = refd_unit_team(unit, AS(team, 1), &team, err);
	if (st == REFD_OK)
		st = refd_unit_venue(unit, AS(venue, 2), &venue, err);
	if (st == REFD_OK)
		st = refd_unit_fixture(unit, AS(fixture, 3), &fixture, err);
	end = refd_unit_commit(unit, err);
	return st != REFD_OK ? st : end;
}

FILL(fill_load)
{
	in->ids[0] = season->set.anna.uuid;
	in->ids[1] = season->set.team.uuid;
	in->ids[2] = season->set.hall.uuid;
	in->ids[3] = season->set.open.uuid;
}

#define RUN_VERB(noun)                                                                             \
	RUN(noun##_verb)                                                                           \
	{                                                                                          \
		const struct refd_##noun##_details details = noun##_details(in);                   \
		struct refd_##noun *noun = NULL;                                                   \
		struct refd_unit *unit = NULL;                                                     \
		enum refd_status st = refd_unit_begin(league->app, NULL, &unit, err), end;         \
                                                                                                   \
		(void)answer;                                                                      \
		if (st != REFD_OK)                                                                 \
			return st;                                                                 \
		st = refd_unit_##noun(unit, AS(noun, 0), &noun, err);                              \
		if (st == REFD_OK)                                                                 \
			st = refd_##noun##_correct(noun, &details, err);                           \
		end = refd_unit_commit(unit, err);                                                 \
		return st != REFD_OK ? st : end;                                                   \
	}

RUN_VERB(referee)
RUN_VERB(team)
RUN_VERB(venue)

/* ---- queries by id ---- */

#define RUN_BY_ID(noun)                                                                            \
	RUN(query_##noun)                                                                          \
	{                                                                                          \
		struct refd_##noun##_state state = { 0 };                                          \
		const enum refd_status st =                                                        \
			refd_query_##noun(league->app, AS(noun, 0), &state, err);                  \
                                                                                                   \
		if (st != REFD_OK && state.version != 0)                                           \
			answer->wrong = "a row in spite of the refusal";                           \
		return st;                                                                         \
	}

RUN_BY_ID(referee)
RUN_BY_ID(team)
RUN_BY_ID(venue)
RUN_BY_ID(notice)

static enum refd_status count_card(void *self, const struct refd_fixture_card *card)
{
	(void)card;
	((struct answer *)self)->delivered++;
	return REFD_OK;
}

RUN(query_fixture)
{
	return refd_query_fixture(league->app, AS(fixture, 0), count_card, answer, err);
}

FILL(fill_fixture)
{
	in->ids[0] = season->set.open.uuid;
}

/* ---- lists ---- */

#define COUNT(name, ...)                                                                           \
	static enum refd_status name(void *self, __VA_ARGS__)                                      \
	{                                                                                          \
		((struct answer *)self)->delivered++;                                              \
		return REFD_OK;                                                                    \
	}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
COUNT(count_referee, const struct refd_referee_state *referee)
COUNT(count_team, const struct refd_team_state *team)
COUNT(count_venue, const struct refd_venue_state *venue)
COUNT(count_availability, const struct refd_availability_state *availability,
      const struct refd_fixture_state *fixture, const struct refd_referee_state *referee)
COUNT(count_assignment, const struct refd_assignment_state *assignment,
      const struct refd_fixture_state *fixture, const struct refd_referee_state *referee)
COUNT(count_scheduled, const struct refd_fixture_card *card, enum refd_role role)
COUNT(count_appointments, const struct refd_fixture_card *card,
      const struct refd_appointment *appointments, size_t count)
COUNT(count_event, const struct refd_event_state *event)
COUNT(count_notice, const struct refd_notice_state *notice,
      const struct refd_referee_state *recipient)
COUNT(count_command, const struct refd_command_state *command)
#pragma GCC diagnostic pop

/* The next page key is written on success only. */
#define RUN_LIST(name, call, sink, ...)                                                            \
	RUN(name)                                                                                  \
	{                                                                                          \
		const enum refd_status st = call(league->app, __VA_ARGS__, &in->page, sink,        \
						 answer, &answer->next, err);                      \
                                                                                                   \
		if (st != REFD_OK && answer->next.text[0] != '\0')                                 \
			answer->wrong = "a next page in spite of the refusal";                     \
		return st;                                                                         \
	}

static struct refd_fixture_filter fixture_filter(const struct input *in)
{
	return (struct refd_fixture_filter){ .range = in->range,
					     .status = (enum refd_fixture_status)in->enumerator };
}

static struct refd_engagement_filter engagement_filter(const struct input *in)
{
	return (struct refd_engagement_filter){
		.fixture = AS(fixture, 0),
		.referee = AS(referee, 1),
		.range = in->range,
		.status = (enum refd_assignment_status)in->enumerator
	};
}

static struct refd_command_filter command_filter(const struct input *in)
{
	return (struct refd_command_filter){ .range = in->range };
}

#define RUN_FILTERED(name, call, sink, filter)                                                     \
	RUN(name)                                                                                  \
	{                                                                                          \
		const struct refd_##filter narrowed = filter(in);                                  \
		const enum refd_status st =                                                        \
			call(league->app, &narrowed, &in->page, sink, answer, &answer->next, err); \
                                                                                                   \
		if (st != REFD_OK && answer->next.text[0] != '\0')                                 \
			answer->wrong = "a next page in spite of the refusal";                     \
		return st;                                                                         \
	}

static struct refd_ref aggregate_of(const struct input *in)
{
	return (struct refd_ref){ REFD_NOUN_FIXTURE, in->ids[0] };
}

RUN_LIST(list_referees, refd_query_referees, count_referee, (enum refd_party_status)in->enumerator)
RUN_LIST(list_teams, refd_query_teams, count_team, (enum refd_party_status)in->enumerator)
RUN_LIST(list_venues, refd_query_venues, count_venue, (enum refd_party_status)in->enumerator)
RUN_FILTERED(list_fixtures, refd_query_fixtures, count_card, fixture_filter)
RUN_FILTERED(list_availabilities, refd_query_availabilities, count_availability, engagement_filter)
RUN_FILTERED(list_assignments, refd_query_assignments, count_assignment, engagement_filter)
RUN_LIST(list_schedule, refd_query_schedule, count_scheduled, AS(referee, 0), in->range)
RUN_LIST(list_appointments, refd_query_appointments, count_appointments, AS(referee, 0), in->range)
RUN_LIST(list_events, refd_query_events, count_event, aggregate_of(in), in->range)
RUN_LIST(list_notices, refd_query_notices, count_notice, (enum refd_notice_status)in->enumerator,
	 AS(referee, 0))
RUN_FILTERED(list_commands, refd_query_commands, count_command, command_filter)

#undef RUN_LIST
#undef RUN_FILTERED

FILL(fill_assigned)
{
	in->ids[0] = season->set.assigned.uuid;
}

FILL(fill_anna)
{
	in->ids[0] = season->set.anna.uuid;
}

/* ---- the table ---- */

#define REFEREE_TEXTS                                                                              \
	ARG(NAME, 0, "referee.name"), ARG(NAME, 1, "referee.club"),                                \
		ARG(PHONE, 2, "referee.phone"), ARG(EMAIL, 3, "referee.email")
#define TEAM_TEXTS ARG(NAME, 0, "team.name"), ARG(NAME, 1, "team.club")
#define VENUE_TEXTS                                                                                \
	ARG(NAME, 0, "venue.name"), ARG(LINE, 1, "venue.street"), ARG(LINE, 2, "venue.zip"),       \
		ARG(LINE, 3, "venue.city"), ARG(PHONE, 4, "venue.phone"),                          \
		ARG(EMAIL, 5, "venue.email"), ANY(PLACE)

#define CALL(name, fill, run, ...)                                                                 \
	{                                                                                          \
		name, fill, run, false,                                                            \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define COMMAND(name, fill, run, ...)                                                              \
	{                                                                                          \
		name, fill, run, true,                                                             \
		{                                                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

const struct verb verbs[] = {
	COMMAND("referee.register", fill_new_referee, register_referee, TAKEN(REFEREE, 0),
		REFEREE_TEXTS, ANY(NO_VERSION), COMMAND_ARGUMENTS),
	COMMAND("team.register", fill_new_team, register_team, TAKEN(TEAM, 0), TEAM_TEXTS,
		ANY(NO_VERSION), COMMAND_ARGUMENTS),
	COMMAND("venue.register", fill_new_venue, register_venue, TAKEN(VENUE, 0), VENUE_TEXTS,
		ANY(NO_VERSION), COMMAND_ARGUMENTS),
	COMMAND("referee.correct", fill_referee, correct_referee, ID_OF(REFEREE, 0),
		REFUSES(0, retired_referee, RETIRED), REFEREE_TEXTS, CHANGE_ARGUMENTS),
	COMMAND("team.correct", fill_team, correct_team, ID_OF(TEAM, 0),
		REFUSES(0, retired_team, RETIRED), TEAM_TEXTS, CHANGE_ARGUMENTS),
	COMMAND("venue.correct", fill_venue, correct_venue, ID_OF(VENUE, 0), VENUE_TEXTS,
		CHANGE_ARGUMENTS),
	COMMAND("referee.change_club", fill_referee, change_club, ID_OF(REFEREE, 0),
		REFUSES(0, retired_referee, RETIRED), ARG(NAME, 1, "referee.club"),
		CHANGE_ARGUMENTS),
	COMMAND("referee.retire", fill_referee, retire_referee, ID_OF(REFEREE, 0),
		REFUSES(0, retired_referee, RETIRED), CHANGE_ARGUMENTS),
	COMMAND("team.retire", fill_team, retire_team, ID_OF(TEAM, 0),
		REFUSES(0, retired_team, RETIRED), CHANGE_ARGUMENTS),
	COMMAND("venue.retire", fill_venue, retire_venue, ID_OF(VENUE, 0),
		REFUSES(0, retired_venue, RETIRED), CHANGE_ARGUMENTS),
	COMMAND("fixture.schedule", fill_schedule, schedule, NEEDED_ID_OF(TEAM, 0, "fixture.home"),
		NEEDED_ID_OF(TEAM, 1, "fixture.away"), NEEDED_ID_OF(VENUE, 2, "fixture.venue"),
		TAKEN(FIXTURE, 3), REFUSES(0, retired_team, RETIRED),
		REFUSES(1, set.team, SAME_TEAM), REFUSES(2, retired_venue, RETIRED), ANY(KICKOFF),
		ANY(NO_VERSION), COMMAND_ARGUMENTS),
	COMMAND("fixture.reschedule", fill_change, reschedule, ID_OF(FIXTURE, 0),
		REFUSES(0, cancelled, FIXTURE_CANCELLED), ANY(KICKOFF), CHANGE_ARGUMENTS),
	COMMAND("fixture.move", fill_change, move, ID_OF(FIXTURE, 0),
		REFUSES(0, cancelled, FIXTURE_CANCELLED), ID_OF(VENUE, 1),
		REFUSES(1, retired_venue, RETIRED), CHANGE_ARGUMENTS),
	COMMAND("fixture.cancel", fill_change, cancel, ID_OF(FIXTURE, 0),
		REFUSES(0, cancelled, FIXTURE_CANCELLED), CHANGE_ARGUMENTS),
	COMMAND("availability.declare", fill_declare, declare, ID_OF(FIXTURE, 0), ID_OF(REFEREE, 1),
		REFUSES(0, cancelled, FIXTURE_CANCELLED), REFUSES(0, past, FIXTURE_PAST),
		REFUSES(1, retired_referee, RETIRED), REFUSES(1, set.anna, ALREADY_DECLARED),
		CHANGE_ARGUMENTS),
	COMMAND("availability.withdraw", fill_withdraw, withdraw, ID_OF(FIXTURE, 0),
		ID_OF(REFEREE, 1), REFUSES(0, cancelled, FIXTURE_CANCELLED),
		REFUSES(0, past, FIXTURE_PAST), REFUSES(1, set.clara, NOT_DECLARED),
		CHANGE_ARGUMENTS),
	COMMAND("availability.lock", fill_lock, lock, KNOWN_ID_OF(FIXTURE, 0),
		REFUSES(0, locked, AVAILABILITY_LOCKED), ANY(TARGET), CHANGE_ARGUMENTS),
	COMMAND("availability.unlock", fill_unlock, unlock, KNOWN_ID_OF(FIXTURE, 0),
		REFUSES(0, set.open, AVAILABILITY_NOT_LOCKED), ANY(TARGET), CHANGE_ARGUMENTS),
	COMMAND("availability.announce", fill_lock, announce, KNOWN_ID_OF(FIXTURE, 0),
		REFUSES(0, cancelled, FIXTURE_CANCELLED), ANY(TARGET), ANY(HAND_OUT),
		CHANGE_ARGUMENTS),
	COMMAND("assignment.stage", fill_stage, stage, ID_OF(FIXTURE, 0), ID_OF(REFEREE, 1),
		ANY(ROLE), CHANGE_ARGUMENTS),
	COMMAND("assignment.stage_many", fill_stages, stage_many, ANY(STAGES), CHANGE_ARGUMENTS),
	CALL("assignment.what_if", fill_stages, what_if, ANY(PROPOSALS)),
	COMMAND("assignment.unstage", fill_unstage, unstage, ID_OF(FIXTURE, 0),
		PAIR_ID_OF(REFEREE, 1), NOT_THERE(1, set.clara), CHANGE_ARGUMENTS),
	CALL("assignment.validate", fill_override, validate, ANY(OVERRIDE)),
	COMMAND("assignment.commit", fill_override, commit, ANY(OVERRIDE), ANY(NO_VERSION),
		COMMAND_ARGUMENTS),
	COMMAND("assignment.replace", fill_replace, replace, ID_OF(FIXTURE, 0),
		PAIR_ID_OF(REFEREE, 1), ID_OF(REFEREE, 2), NOT_THERE(1, set.clara),
		REFUSES(2, set.anna, REFEREE_UNCHANGED),
		REFUSES(2, retired_referee, REFEREE_RETIRED), ARG(LINE, 0, "replace.reason"),
		ANY(OVERRIDE_OF_REPLACEMENT), CHANGE_ARGUMENTS),
	COMMAND("assignment.remove", fill_remove, remove_assignment, ID_OF(FIXTURE, 0),
		PAIR_ID_OF(REFEREE, 1), NOT_THERE(1, set.clara), CHANGE_ARGUMENTS),
	COMMAND("rules.set", fill_rules, set_rules, ANY(RULES), CHANGE_ARGUMENTS),
	COMMAND("notice.retry", fill_notice, retry_notice, ID_OF(NOTICE, 0), CHANGE_ARGUMENTS),
	CALL("purge", fill_purge, purge, ANY(RETENTION)),
	CALL("app", nothing, create_app, ANY(PORTS)),
	CALL("unit", nothing, begin_unit, ANY(ABOUT), ANY(NO_VERSION), ANY(UNIT_ID)),
	CALL("unit.load", fill_load, load_in_unit, ID_OF(REFEREE, 0), ID_OF(TEAM, 1),
	     ID_OF(VENUE, 2), ID_OF(FIXTURE, 3)),
	CALL("unit.referee", fill_referee, referee_verb, REFUSES(0, retired_referee, RETIRED),
	     REFEREE_TEXTS),
	CALL("unit.team", fill_team, team_verb, REFUSES(0, retired_team, RETIRED), TEAM_TEXTS),
	CALL("unit.venue", fill_venue, venue_verb, REFUSES(0, retired_venue, RETIRED), VENUE_TEXTS),
	CALL("referee", fill_referee, query_referee, ID_OF(REFEREE, 0)),
	CALL("team", fill_team, query_team, ID_OF(TEAM, 0)),
	CALL("venue", fill_venue, query_venue, ID_OF(VENUE, 0)),
	CALL("notice", fill_notice, query_notice, ID_OF(NOTICE, 0)),
	CALL("fixture", fill_fixture, query_fixture, ID_OF(FIXTURE, 0)),
	CALL("referees", nothing, list_referees, ANY(STATUS), ARG(PAGE, 0, NULL)),
	CALL("teams", nothing, list_teams, ANY(STATUS), ARG(PAGE, 1, NULL)),
	CALL("venues", nothing, list_venues, ANY(STATUS), ARG(PAGE, 2, NULL)),
	CALL("fixtures", nothing, list_fixtures, ANY(STATUS), ANY(RANGE), ARG(PAGE, 3, NULL)),
	CALL("availabilities", fill_fixture, list_availabilities, KNOWN_ID_OF(FIXTURE, 0),
	     ANY(BOTH), ANY(RANGE), ARG(PAGE, 4, NULL)),
	CALL("assignments", fill_assigned, list_assignments, KNOWN_ID_OF(FIXTURE, 0), ANY(BOTH),
	     ANY(STATUS), ANY(RANGE), ARG(PAGE, 5, NULL)),
	CALL("schedule", fill_anna, list_schedule, KNOWN_ID_OF(REFEREE, 0), ANY(RANGE),
	     ARG(PAGE, 6, NULL)),
	CALL("appointments", fill_anna, list_appointments, KNOWN_ID_OF(REFEREE, 0), ANY(RANGE),
	     ARG(PAGE, 7, NULL)),
	CALL("events", fill_unlock, list_events, ANY(RANGE), ARG(PAGE, 8, NULL)),
	CALL("notices", nothing, list_notices, ANY(STATUS), ARG(PAGE, 9, NULL)),
	CALL("commands", nothing, list_commands, ANY(RANGE), ARG(PAGE, 10, NULL)),
};

const size_t n_verbs = sizeof(verbs) / sizeof(verbs[0]);
