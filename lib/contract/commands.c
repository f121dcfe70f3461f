/* What the application layer promises over any store: commands run once, units see themselves, a
 * fault has no half effect. */
#include <string.h>

#include <refdomain/app/registry.h>
#include <refdomain/app/scheduling.h>

#include "seat.h"

static struct refd_command_id some_command(struct refd_contract__kit *kit)
{
	struct refd_command_id id = { refd_contract__uuid(kit) };

	return id;
}

static enum refd_status correct(struct refd_contract__seat *seat, const struct refd_command *meta,
				struct refd_team_id team, const char *name)
{
	struct refd_team_details details = { refd_str_of(name), refd_str_of("Club") };

	return refd_registry_correct_team(seat->actor->app, meta, team, &details, &seat->result,
					  &seat->err);
}

static enum refd_status schedule(struct refd_contract__seat *seat, const struct refd_command *meta,
				 const struct refd_schedule *wanted)
{
	return refd_scheduling_schedule(seat->actor->app, meta, wanted, &seat->result, &seat->err);
}

static bool result_is(const struct refd_result *result, struct refd_uuid id, int64_t version)
{
	return result->count > 0 && refd_uuid_equal(result->items[0].object.id, id) &&
	       result->items[0].version == version;
}

/* The command that gave the first team version 2, asked again. */
static void asked_again(struct refd_contract__seat *by, const struct refd_command *meta,
			const struct refd_contract__league *league)
{
	refd_contract__answered(by, "the same command", correct(by, meta, league->teams[0], "New"),
				REFD_OK);
	refd_contract__check(by->actor->kit,
			     by->result.repeated &&
				     result_is(&by->result, league->teams[0].uuid, 2),
			     "a repeated command does not give its first result");
}

/* Again through the same handle, through another one, and after opening anew. */
static void repeated_command(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0),
				   *other = refd_contract__sit(kit, 1), *again;
	struct refd_command meta = refd_contract__meta(some_command(kit));
	struct refd_contract__league league;

	(void)arg;
	if (!seat || !other)
		return;
	refd_contract__league(seat, &league);
	refd_contract__answered(seat, "a command", correct(seat, &meta, league.teams[0], "New"),
				REFD_OK);
	refd_contract__check(kit, !seat->result.repeated, "a new command is told to be repeated");
	refd_contract__answered(seat, "another one", correct(seat, NULL, league.teams[0], "Newer"),
				REFD_OK);
	refd_contract__leave(refd_contract__actor(kit, 2));
	again = refd_contract__sit(kit, 2);
	if (!again)
		return;
	asked_again(seat, &meta, &league);
	asked_again(other, &meta, &league);
	asked_again(again, &meta, &league);
	refd_contract__events(seat->actor, REFD_NOUN_TEAM, league.teams[0].uuid, 3);
}

static void repeated_after_reopening(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_command meta = refd_contract__meta(some_command(kit));

	(void)arg;
	if (!seat)
		return;
	refd_contract__answered(seat, "a command", correct(seat, &meta, league.teams[0], "New"),
				REFD_OK);
	refd_contract__leave(seat->actor);
	seat = refd_contract__sit(kit, 0);
	if (!seat)
		return;
	asked_again(seat, &meta, &league);
	refd_contract__events(seat->actor, REFD_NOUN_TEAM, league.teams[0].uuid, 2);
}

static void used_command_id(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_command meta = refd_contract__meta(some_command(kit));

	(void)arg;
	if (!seat)
		return;
	refd_contract__answered(seat, "a command", correct(seat, &meta, league.teams[0], "New"),
				REFD_OK);
	refd_contract__answered(seat, "another request under a used id",
				correct(seat, &meta, league.teams[0], "Newer"), REFD_INVALID);
	refd_contract__answered(seat, "another object under a used id",
				correct(seat, &meta, league.teams[1], "New"), REFD_INVALID);
	refd_contract__events(seat->actor, REFD_NOUN_TEAM, league.teams[0].uuid, 2);
	refd_contract__events(seat->actor, REFD_NOUN_TEAM, league.teams[1].uuid, 1);
}

/* Only what was accepted is remembered. */
static void refused_command(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0);
	struct refd_command meta = refd_contract__meta(some_command(kit));
	struct refd_team_details details = { refd_str_of("Late"), refd_str_of("Club") };
	struct refd_team_id team = { refd_contract__uuid(kit) };

	(void)arg;
	if (!seat)
		return;
	refd_contract__answered(seat, "a command on no team", correct(seat, &meta, team, "New"),
				REFD_NOT_FOUND);
	refd_contract__answered(seat, "registering a team",
				refd_registry_register_team(seat->actor->app, NULL, team, &details,
							    NULL, &seat->err),
				REFD_OK);
	refd_contract__answered(seat, "the command again", correct(seat, &meta, team, "New"),
				REFD_OK);
	refd_contract__check(kit, !seat->result.repeated, "a refused command was remembered");
	refd_contract__events(seat->actor, REFD_NOUN_TEAM, team.uuid, 2);
}

enum { TWINS = 4, ROUNDS = 10 };

/* What threads of a case share. */
struct contest {
	struct refd_contract__league league;
	struct refd_command meta;
	struct refd_schedule wanted;
	struct refd_contract__seat *seats[TWINS + 1];
};

static struct refd_contract__seat *seat_of(struct refd_contract__actor *actor)
{
	const struct contest *contest = actor->kit->shared;

	return contest->seats[actor - actor->kit->actors];
}

/* Seats 1 to TWINS beside `seat`; NULL when the case has failed. */
static struct contest *contest_of(struct refd_contract__seat *seat)
{
	struct contest *contest = refd_contract__alloc(seat->actor, sizeof(*contest));
	struct refd_contract__kit *kit = seat->actor->kit;

	for (size_t i = 1; contest && i <= TWINS; i++)
		contest->seats[i] = refd_contract__sit(kit, i);
	kit->shared = contest;
	return refd_contract__failed(kit) ? NULL : contest;
}

static void correct_as_twin(struct refd_contract__actor *actor)
{
	const struct contest *contest = actor->kit->shared;
	struct refd_contract__seat *seat = seat_of(actor);

	refd_contract__answered(seat, "one of four twins",
				correct(seat, &contest->meta, contest->league.teams[0], "New"),
				REFD_OK);
	actor->number = !seat->result.repeated;
}

/* Four times the same command at the same time: it runs once. */
static void twins(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0);
	struct contest *contest = seat ? contest_of(seat) : NULL;

	(void)arg;
	if (!contest)
		return;
	refd_contract__league(seat, &contest->league);
	for (int64_t round = 1; round <= ROUNDS && !refd_contract__failed(kit); round++) {
		int64_t first = 0;

		contest->meta = refd_contract__meta(some_command(kit));
		for (size_t i = 1; i <= TWINS; i++)
			refd_contract__start(&kit->actors[i], correct_as_twin);
		for (size_t i = 1; i <= TWINS; i++) {
			refd_contract__join(&kit->actors[i]);
			first += kit->actors[i].number;
		}
		refd_contract__check(kit, first == 1, "%lld of four twins were the first",
				     (long long)first);
		refd_contract__events(seat->actor, REFD_NOUN_TEAM, contest->league.teams[0].uuid,
				      1 + round);
	}
}

static void move_often(struct refd_contract__actor *actor)
{
	const struct contest *contest = actor->kit->shared;
	struct refd_contract__seat *seat = seat_of(actor);

	for (int64_t i = 0; i < ROUNDS && !refd_contract__failed(actor->kit); i++) {
		struct refd_time kickoff = contest->wanted.kickoff;

		/* The same kick-off again would be no change. */
		kickoff.us += (1 + i) * REFD_DAY + (actor - actor->kit->actors) * REFD_MINUTE;
		refd_contract__answered(seat, "one of four writers",
					refd_scheduling_reschedule(actor->app, NULL,
								   contest->wanted.id, kickoff,
								   NULL, &seat->err),
					REFD_OK);
	}
}

static void four_writers(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0);
	struct contest *contest = seat ? contest_of(seat) : NULL;

	(void)arg;
	if (!contest)
		return;
	refd_contract__league(seat, &contest->league);
	contest->wanted = refd_contract__fixture_on(kit, &contest->league, 0, 0, 1);
	refd_contract__answered(seat, "scheduling", schedule(seat, NULL, &contest->wanted),
				REFD_OK);
	for (size_t i = 1; i <= TWINS; i++)
		refd_contract__start(&kit->actors[i], move_often);
	for (size_t i = 1; i <= TWINS; i++)
		refd_contract__join(&kit->actors[i]);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, contest->wanted.id.uuid,
			      1 + TWINS * ROUNDS);
}

static void stale_expected_version(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_command meta = refd_contract__meta((struct refd_command_id){ { { 0 } } });

	(void)arg;
	if (!seat)
		return;
	meta.expected_version = 1;
	refd_contract__answered(seat, "a command on version 1",
				correct(seat, &meta, league.teams[0], "New"), REFD_OK);
	refd_contract__answered(seat, "another command on version 1",
				correct(seat, &meta, league.teams[0], "Newer"), REFD_CONFLICT);
	meta.expected_version = 2;
	refd_contract__answered(seat, "a command on version 2",
				correct(seat, &meta, league.teams[0], "Newer"), REFD_OK);
	refd_contract__events(seat->actor, REFD_NOUN_TEAM, league.teams[0].uuid, 3);
}

struct refd_contract__cases refd_contract__command_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "command__repeated_gives_its_first_result", repeated_command, 0, 0 },
		{ "command__repeated_after_reopening", repeated_after_reopening, 0,
		  REFD_CONTRACT__DURABLE },
		{ "command__used_id_is_refused", used_command_id, 0, 0 },
		{ "command__refused_is_not_remembered", refused_command, 0, 0 },
		{ "command__four_twins_run_once", twins, 0, 0 },
		{ "command__four_writers_are_all_served", four_writers, 0, 0 },
		{ "command__stale_expected_version_is_conflict", stale_expected_version, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
