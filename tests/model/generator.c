#include "generator.h"

#include <stdio.h>
#include <string.h>

static uint64_t next(struct generator *generator)
{
	uint64_t z = (generator->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 to bound - 1 */
static int below(struct generator *generator, int bound)
{
	return (int)(next(generator) % (uint64_t)bound);
}

static bool one_in(struct generator *generator, int n)
{
	return below(generator, n) == 0;
}

void generator_init(struct generator *generator, uint64_t seed)
{
	generator->state = seed * UINT64_C(0xd1342543de82ef95) + 1;
}

/* ---- parts ---- */

/* Now and then nobody, or somebody unknown. */
static int pick(struct generator *generator, int most)
{
	if (one_in(generator, 60))
		return most + 1;
	return 1 + below(generator, most);
}

static int pick_name(struct generator *generator)
{
	static const int bad[] = { 0, PM_TEXT_BLANK, PM_TEXT_TOO_LONG, PM_TEXT_CONTROL,
				   PM_TEXT_NOT_UTF8 };

	if (one_in(generator, 30))
		return bad[below(generator, 5)];
	if (one_in(generator, 30))
		return PM_TEXT_LONGEST;
	return 1 + below(generator, 4);
}

static int pick_optional(struct generator *generator)
{
	static const int bad[] = { PM_TEXT_TOO_LONG, PM_TEXT_CONTROL, PM_TEXT_NOT_UTF8 };

	if (one_in(generator, 30))
		return bad[below(generator, 3)];
	return below(generator, 4);
}

static int pick_contact(struct generator *generator)
{
	return one_in(generator, 30) ? PM_TEXT_MALFORMED : below(generator, 3);
}

/* Near the present, mostly on a grid so that times meet, or a minute beside it. */
static long pick_time(struct generator *generator, const struct pm_model *model)
{
	long grid = model->now - model->now % 60;

	if (one_in(generator, 40))
		return 0;
	if (one_in(generator, 60))
		return PM_NEVER;
	if (one_in(generator, 20))
		return model->now + below(generator, 3) - 1;
	return grid + 60L * (below(generator, 120) - 6) +
	       (one_in(generator, 4) ? below(generator, 3) - 1 : 0);
}

static int pick_fixture(struct generator *generator, const struct pm_model *model)
{
	int id = pick(generator, PM_FIXTURES);

	for (int tries = 0; tries < 3; tries++) {
		if (id > PM_FIXTURES || (model->fixtures[id].there &&
					 (!model->fixtures[id].cancelled || one_in(generator, 8))))
			break;
		id = pick(generator, PM_FIXTURES);
	}
	return id;
}

/* A pair with an assignment, if one is found: any, or a committed one. */
static void pick_assigned(struct generator *generator, const struct pm_model *model, bool committed,
			  int *ret_fixture, int *ret_referee)
{
	for (int tries = 0; tries < 60; tries++) {
		int f = 1 + below(generator, PM_FIXTURES), r = 1 + below(generator, PM_REFEREES);

		if (!model->assignments[f][r].there ||
		    (committed && !model->assignments[f][r].committed))
			continue;
		*ret_fixture = f;
		*ret_referee = r;
		return;
	}
	*ret_fixture = pick_fixture(generator, model);
	*ret_referee = pick(generator, PM_REFEREES);
}

/* A pair with an availability, if one is found. */
static void pick_available(struct generator *generator, const struct pm_model *model,
			   int *ret_fixture, int *ret_referee)
{
	for (int tries = 0; tries < 20; tries++) {
		int f = 1 + below(generator, PM_FIXTURES), r = 1 + below(generator, PM_REFEREES);

		*ret_fixture = f;
		*ret_referee = r;
		if (model->availabilities[f][r].there)
			return;
	}
	*ret_fixture = pick_fixture(generator, model);
	*ret_referee = pick(generator, PM_REFEREES);
}

static int pick_role(struct generator *generator)
{
	return one_in(generator, 40) ? 3 * below(generator, 2) : 1 + below(generator, PM_ROLES);
}

static void pick_target(struct generator *generator, const struct pm_model *model,
			struct pm_command *command)
{
	int kind = below(generator, 12);

	if (kind < 9 || kind == 11)
		command->fixture = pick_fixture(generator, model);
	if (kind == 6 || kind == 11 || (kind < 9 && (model->board_locked || one_in(generator, 4))))
		command->board = true;
	if (command->board && kind != 11)
		command->fixture = 0;
	if (kind == 9 || kind == 10 || (kind == 11 && one_in(generator, 2))) {
		command->has_range = true;
		command->from = model->now + 60L * (below(generator, 48) - 12);
		command->to = command->from + 60L * (below(generator, 24) - 1);
		if (one_in(generator, 8))
			command->from = 0;
	}
}

static void pick_overrides(struct generator *generator, const struct pm_model *model,
			   struct pm_command *command)
{
	static const int rules[] = { PM_REFEREE_NOT_AVAILABLE, PM_REFEREE_TOO_CLOSE,
				     PM_CLUB_NOT_NEUTRAL };

	command->n_overrides = one_in(generator, 2) ? below(generator, PM_OVERRIDES + 1) : 0;
	for (int i = 0; i < command->n_overrides; i++) {
		struct pm_override *override = &command->overrides[i];

		pick_assigned(generator, model, false, &override->fixture, &override->referee);
		if (command->kind == PM_REPLACE && !one_in(generator, 20)) {
			override->fixture = command->fixture;
			override->referee = command->new_referee;
		}
		override->rule = one_in(generator, 30) ? 1 + below(generator, PM_NO_ENGINE_RULE)
						       : rules[below(generator, 3)];
		override->reason =
			one_in(generator, 4) ? pick_name(generator) : 1 + below(generator, 4);
	}
}

static void pick_rules(struct generator *generator, const struct pm_model *model,
		       struct pm_rules *rules)
{
	static const int durations[] = { 1, 60, 90, 120, 180, 1440 };
	static const int gaps[] = { 0, 30, 60, 120, 1440 };
	static const int cutoffs[] = { 0, 60, 1440, 2880 };

	*rules = model->rules;
	if (one_in(generator, 3))
		rules->exclusivity = 1 + below(generator, 2);
	if (one_in(generator, 4))
		rules->zone = below(generator, one_in(generator, 6) ? PM_ZONES + 1 : PM_ZONES);
	if (one_in(generator, 3))
		rules->match_duration = durations[below(generator, 6)];
	if (one_in(generator, 4))
		rules->travel_speed = 30 + below(generator, 120);
	if (one_in(generator, 4))
		rules->travel_gap = gaps[below(generator, 5)];
	if (one_in(generator, 3))
		rules->require_future_kickoff = !one_in(generator, 3);
	if (one_in(generator, 2))
		rules->require_availability = one_in(generator, 2);
	if (one_in(generator, 3))
		rules->withdrawal_cutoff = cutoffs[below(generator, 4)];
	if (one_in(generator, 3))
		rules->neutral_referees = one_in(generator, 3);
	if (one_in(generator, 3))
		rules->on_change = 1 + below(generator, 3);
	if (one_in(generator, 3))
		rules->availability_on_change = 1 + below(generator, 2);
	if (one_in(generator, 25)) {
		rules->match_duration = 1441 * below(generator, 2);
		rules->travel_speed = 1001 * below(generator, 2);
	}
	if (one_in(generator, 40))
		rules->travel_gap = one_in(generator, 2) ? -1 : 1441;
}

/* ---- commands ---- */

static const struct {
	enum pm_kind kind;
	int weight;
} weights[] = {
	{ PM_ADVANCE, 50 },	   { PM_REGISTER_REFEREE, 24 },
	{ PM_CORRECT_REFEREE, 8 }, { PM_CHANGE_CLUB, 8 },
	{ PM_RETIRE_REFEREE, 2 },  { PM_REGISTER_TEAM, 16 },
	{ PM_CORRECT_TEAM, 8 },	   { PM_RETIRE_TEAM, 1 },
	{ PM_REGISTER_VENUE, 16 }, { PM_CORRECT_VENUE, 8 },
	{ PM_RETIRE_VENUE, 1 },	   { PM_SCHEDULE, 110 },
	{ PM_RESCHEDULE, 80 },	   { PM_MOVE, 50 },
	{ PM_CANCEL, 8 },	   { PM_DECLARE, 150 },
	{ PM_WITHDRAW, 50 },	   { PM_LOCK, 14 },
	{ PM_UNLOCK, 30 },	   { PM_ANNOUNCE, 16 },
	{ PM_STAGE, 150 },	   { PM_UNSTAGE, 40 },
	{ PM_REPLACE, 50 },	   { PM_REMOVE, 30 },
	{ PM_VALIDATE, 30 },	   { PM_COMMIT, 90 },
	{ PM_SET_RULES, 30 },
};

static enum pm_kind pick_kind(struct generator *generator)
{
	int sum = 0, at;

	for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
		sum += weights[i].weight;
	at = below(generator, sum);
	for (size_t i = 0;; i++) {
		if (at < weights[i].weight)
			return weights[i].kind;
		at -= weights[i].weight;
	}
}

/* At first somebody has to be there. */
static enum pm_kind pick_missing(struct generator *generator, const struct pm_model *model,
				 struct pm_command *command)
{
	int referee = 1 + below(generator, PM_REFEREES), team = 1 + below(generator, PM_TEAMS);
	int venue = 1 + below(generator, PM_VENUES);

	if (!model->referees[referee].there && one_in(generator, 6)) {
		command->referee = referee;
		return PM_REGISTER_REFEREE;
	}
	if (!model->teams[team].there && one_in(generator, 3)) {
		command->team = team;
		return PM_REGISTER_TEAM;
	}
	if (!model->venues[venue].there && one_in(generator, 3)) {
		command->venue = venue;
		return PM_REGISTER_VENUE;
	}
	return pick_kind(generator);
}

static void fill_party(struct generator *generator, struct pm_command *command)
{
	if (!command->referee)
		command->referee = 1 + below(generator, PM_REFEREES);
	if (!command->team)
		command->team = 1 + below(generator, PM_TEAMS);
	if (!command->venue)
		command->venue = 1 + below(generator, PM_VENUES);
	if (command->kind != PM_REGISTER_REFEREE && command->kind != PM_REGISTER_TEAM &&
	    command->kind != PM_REGISTER_VENUE && one_in(generator, 20)) {
		command->referee = PM_REFEREES + 1;
		command->team = PM_TEAMS + 1;
		command->venue = PM_VENUES + 1;
	}
	command->name = pick_name(generator);
	command->club = pick_name(generator);
	command->phone = pick_contact(generator);
	command->email = pick_contact(generator);
	command->street = pick_optional(generator);
	command->place = one_in(generator, 40) ? PM_PLACE_BAD : below(generator, PM_PLACES + 1);
}

static void fill_fixture(struct generator *generator, const struct pm_model *model,
			 struct pm_command *command)
{
	command->fixture = pick_fixture(generator, model);
	command->home = pick(generator, PM_TEAMS);
	command->away = pick(generator, PM_TEAMS);
	command->venue = pick(generator, PM_VENUES);
	command->time = pick_time(generator, model);
	if (command->kind == PM_SCHEDULE) {
		command->fixture = 1 + below(generator, PM_FIXTURES);
		for (int tries = 0; tries < 4 && model->fixtures[command->fixture].there; tries++)
			command->fixture = 1 + below(generator, PM_FIXTURES);
		if (one_in(generator, 80))
			command->home = 0;
		if (one_in(generator, 80))
			command->away = 0;
	}
	if (one_in(generator, 80))
		command->venue = 0;
	if (command->kind == PM_RESCHEDULE && command->fixture <= PM_FIXTURES &&
	    one_in(generator, 4))
		command->time =
			model->fixtures[command->fixture].kickoff + 30L * (below(generator, 9) - 4);
	if (command->time < PM_NEVER)
		command->time = 0;
}

static void fill_staffing(struct generator *generator, const struct pm_model *model,
			  struct pm_command *command)
{
	command->fixture = pick_fixture(generator, model);
	command->referee = pick(generator, PM_REFEREES);
	if (command->kind == PM_WITHDRAW && !one_in(generator, 4))
		pick_available(generator, model, &command->fixture, &command->referee);
	if (command->kind == PM_STAGE && one_in(generator, 2))
		pick_available(generator, model, &command->fixture, &command->referee);
	if (command->kind == PM_STAGE && one_in(generator, 4))
		pick_assigned(generator, model, one_in(generator, 2), &command->fixture,
			      &command->referee);
	if (command->kind >= PM_UNSTAGE && command->kind <= PM_REMOVE && !one_in(generator, 8))
		pick_assigned(generator, model, command->kind != PM_UNSTAGE, &command->fixture,
			      &command->referee);
	command->new_referee = pick(generator, PM_REFEREES);
	command->role = pick_role(generator);
	command->reason = pick_optional(generator);
	command->valid_only = one_in(generator, 2);
	if (command->kind >= PM_REPLACE)
		pick_overrides(generator, model, command);
}

void generator_next(struct generator *generator, const struct pm_model *model,
		    struct pm_command *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = pick_missing(generator, model, ret);
	if (ret->kind == PM_ADVANCE)
		ret->time = one_in(generator, 8) ? 60 + below(generator, 300)
						 : 1 + below(generator, 40);
	else if (ret->kind <= PM_RETIRE_VENUE)
		fill_party(generator, ret);
	else if (ret->kind <= PM_CANCEL)
		fill_fixture(generator, model, ret);
	else if (ret->kind >= PM_LOCK && ret->kind <= PM_ANNOUNCE)
		pick_target(generator, model, ret);
	else if (ret->kind == PM_SET_RULES)
		pick_rules(generator, model, &ret->rules);
	else
		fill_staffing(generator, model, ret);
	if (ret->kind == PM_ANNOUNCE)
		ret->time = pick_time(generator, model);
	if (ret->kind == PM_ANNOUNCE && ret->time > 0 && !one_in(generator, 3))
		ret->time += 1440; /* so that some withdrawals come in time */
	if (pm_version(model, ret) && one_in(generator, 6))
		ret->expected = one_in(generator, 3) ? PM_STALE : PM_CURRENT;
}

/* ---- printing ---- */

static const char *const names[PM_COMMANDS] = { "",
#define XX(name) #name,
						PM_COMMAND_MAP(XX)
#undef XX
};

static void add(char *text, size_t size, const char *name, long value)
{
	size_t used = strlen(text);

	if (value)
		snprintf(text + used, size - used, " %s=%ld", name, value);
}

static void add_rules(char *text, size_t size, const struct pm_rules *rules)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used,
		 " {%d zone=%d duration=%d speed=%d gap=%d future=%d availability=%d cutoff=%d "
		 "neutral=%d on_change=%d availability_on_change=%d}",
		 rules->exclusivity, rules->zone, rules->match_duration, rules->travel_speed,
		 rules->travel_gap, rules->require_future_kickoff, rules->require_availability,
		 rules->withdrawal_cutoff, rules->neutral_referees, rules->on_change,
		 rules->availability_on_change);
}

char *command_print(const struct pm_command *command, char *text, size_t size)
{
	snprintf(text, size, "%s", names[command->kind]);
	add(text, size, "fixture", command->fixture);
	add(text, size, "referee", command->referee);
	add(text, size, "new_referee", command->new_referee);
	add(text, size, "role", command->role);
	add(text, size, "team", command->team);
	add(text, size, "home", command->home);
	add(text, size, "away", command->away);
	add(text, size, "venue", command->venue);
	add(text, size, "time", command->time);
	add(text, size, "name", command->name);
	add(text, size, "club", command->club);
	add(text, size, "phone", command->phone);
	add(text, size, "email", command->email);
	add(text, size, "street", command->street);
	add(text, size, "place", command->place);
	add(text, size, "board", command->board);
	add(text, size, "range", command->has_range);
	add(text, size, "from", command->from);
	add(text, size, "to", command->to);
	add(text, size, "valid_only", command->valid_only);
	add(text, size, "reason", command->reason);
	add(text, size, "expected", command->expected);
	for (int i = 0; i < command->n_overrides; i++) {
		const struct pm_override *override = &command->overrides[i];
		size_t used = strlen(text);

		snprintf(text + used, size - used, " override(%d,%d,%d,%d)", override->rule,
			 override->fixture, override->referee, override->reason);
	}
	if (command->kind == PM_SET_RULES)
		add_rules(text, size, &command->rules);
	return text;
}
