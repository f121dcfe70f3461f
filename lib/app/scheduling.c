/* A new fixture. Its later changes are in fixture_changes.c. */
#include <refdomain/app/scheduling.h>

#include <stdio.h>

#include "app/clashes.h"
#include "app/runner.h"
#include "domain/checks.h"
#include "domain/violations.h"

struct parties {
	struct refd_team *home, *away;
	struct refd_venue *venue;
};

/* Names every party that does not exist, not only the first. */
static enum refd_status missing_parties(const struct refd_schedule *cmd,
					const struct parties *parties, struct refd_error *err)
{
	const struct {
		bool missing;
		enum refd_noun noun;
		struct refd_uuid id;
	} check[] = {
		{ parties->venue == NULL, REFD_NOUN_VENUE, cmd->venue.uuid },
		{ parties->home == NULL, REFD_NOUN_TEAM, cmd->home.uuid },
		{ parties->away == NULL, REFD_NOUN_TEAM, cmd->away.uuid },
	};
	char text[3 * (REFD_UUID_TEXT + 8) + 1] = "";
	size_t first = 3;
	size_t len = 0;
	size_t i;

	for (i = 0; i < 3; i++) {
		char id[REFD_UUID_TEXT + 1];

		if (!check[i].missing)
			continue;
		if (first == 3)
			first = i;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s", len ? ", " : "",
					refd_noun_word(check[i].noun),
					refd_uuid_format(check[i].id, id));
	}
	if (first == 3)
		return REFD_OK;
	return refd_error_object(err, REFD_NOT_FOUND, check[first].noun, check[first].id,
				 "there is no %s", text);
}

static enum refd_status load_parties(struct refd_unit *unit, const struct refd_schedule *cmd,
				     struct parties *ret, struct refd_error *err)
{
	enum refd_status st = refd__rules(unit, err);

	if (st == REFD_OK)
		st = refd__find_venue(unit, cmd->venue, &ret->venue, err);
	if (st == REFD_OK)
		st = refd__find_team(unit, cmd->home, &ret->home, err);
	if (st == REFD_OK)
		st = refd__find_team(unit, cmd->away, &ret->away, err);
	return st == REFD_OK ? missing_parties(cmd, ret, err) : st;
}

static void refuse_retired(bool retired, struct refd_fixture_id fixture, enum refd_noun noun,
			   struct refd_uuid id, bool *refused, struct refd_error *err)
{
	if (!retired)
		return;
	(void)refd__refused(err, (struct refd_ref){ REFD_NOUN_FIXTURE, fixture.uuid },
			    REFD_RULE_RETIRED, (struct refd_ref){ noun, id }, "the %s is retired",
			    refd_noun_word(noun));
	*refused = true;
}

static bool parties_retired(const struct refd_fixture_state *wanted, const struct parties *p,
			    struct refd_error *err)
{
	bool refused = false;

	refuse_retired(p->venue->state.status == REFD_PARTY_RETIRED, wanted->id, REFD_NOUN_VENUE,
		       wanted->venue.uuid, &refused, err);
	refuse_retired(p->home->state.status == REFD_PARTY_RETIRED, wanted->id, REFD_NOUN_TEAM,
		       wanted->home.uuid, &refused, err);
	if (p->away != p->home)
		refuse_retired(p->away->state.status == REFD_PARTY_RETIRED, wanted->id,
			       REFD_NOUN_TEAM, wanted->away.uuid, &refused, err);
	return refused;
}

static enum refd_status id_taken(struct refd_fixture_id id, struct refd_error *err)
{
	return refd_error_object(err, REFD_ALREADY_EXISTS, REFD_NOUN_FIXTURE, id.uuid,
				 "that fixture id is taken");
}

/* What is malformed, before anything is looked for. */
static enum refd_status check_input(const struct refd_schedule *cmd, struct refd_error *err)
{
	const struct {
		const char *field;
		struct refd_uuid id;
	} parties[] = {
		{ "fixture.home", cmd->home.uuid },
		{ "fixture.away", cmd->away.uuid },
		{ "fixture.venue", cmd->venue.uuid },
	};
	enum refd_status st = refd__check_instant(cmd->kickoff, "fixture.kickoff", err);
	size_t i;

	for (i = 0; i < 3; i++) {
		if (refd_uuid_is_unset(parties[i].id))
			st = refd__invalid(err, parties[i].field, REFD_RULE_REQUIRED, 0, 0, NULL);
	}
	return st;
}

static enum refd_status take_fixture_id(struct refd_unit *unit, const struct refd_schedule *cmd,
					struct refd_fixture_id *ret, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	enum refd_status st;

	if (refd_uuid_is_unset(cmd->id.uuid))
		return refd__draw(unit, &ret->uuid, err);
	st = refd__find_fixture(unit, cmd->id, &node, err);
	if (st == REFD_OK && node->fixture != NULL)
		return id_taken(cmd->id, err);
	if (st == REFD_OK)
		*ret = cmd->id;
	return st;
}

/* Into the unit, with nothing hanging on it yet. */
static enum refd_status adopt_fixture(struct refd_unit *unit, struct refd_fixture *fixture,
				      struct refd_error *err)
{
	struct refd__fixture_node *node = refd__fixture_node(unit, fixture->state.id);

	if (node == NULL)
		return refd__no_memory(unit, err);
	if (node->fixture != NULL)
		return id_taken(fixture->state.id, err);
	node->fixture = fixture;
	node->known = REFD__WITH_ALL;
	return refd__link_fixture(unit, node) ? REFD_OK : refd__no_memory(unit, err);
}

static void schedule_outlook(struct refd__asking *asking, const void *arg)
{
	const struct refd_schedule *cmd = arg;
	const struct refd_uuid teams[] = { cmd->home.uuid, cmd->away.uuid };
	const struct refd_fixture_state wanted = {
		.home = cmd->home, .away = cmd->away, .venue = cmd->venue, .kickoff = cmd->kickoff
	};

	refd__ask_rules(asking);
	if (!refd_uuid_is_unset(cmd->id.uuid))
		refd__ask_fixtures(asking, &cmd->id, 1, 0);
	refd__ask_parties(asking, REFD_RECORD_TEAM, teams, 2);
	refd__ask_parties(asking, REFD_RECORD_VENUE, &cmd->venue.uuid, 1);
	refd__ask_rivals(asking, &wanted);
}

static enum refd_status schedule(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				 struct refd_error *err)
{
	const struct refd_schedule *cmd = arg;
	struct refd_fixture_state wanted = {
		.home = cmd->home, .away = cmd->away, .venue = cmd->venue, .kickoff = cmd->kickoff
	};
	const struct refd__tracker before = unit->tracker;
	struct refd_fixture *fixture = NULL;
	struct parties parties = { 0 };
	bool retired = false;
	enum refd_status made, st;

	st = check_input(cmd, err);
	if (st == REFD_OK)
		st = load_parties(unit, cmd, &parties, err);
	if (st == REFD_OK)
		st = take_fixture_id(unit, cmd, &wanted.id, err);
	if (st != REFD_OK)
		return st;
	/* made first and taken back if anything else refuses, so that all violations come together
	 */
	made = refd__fixture_make(&unit->tracker, &wanted, &unit->rules, unit->now, &fixture, err);
	if (refd__status_is_technical(made))
		return made;
	retired = parties_retired(&wanted, &parties, err);
	st = refd__require_free(unit, &wanted, err);
	if (st == REFD_OK)
		st = made != REFD_OK ? made
		     : retired	     ? REFD_REFUSED
				     : adopt_fixture(unit, fixture, err);
	if (st != REFD_OK) {
		refd__tracker_rewind(&unit->tracker, &before);
		return st;
	}
	refd__result_add(ret, REFD_NOUN_FIXTURE, wanted.id.uuid, fixture->state.version);
	return REFD_OK;
}

enum refd_status refd_scheduling_schedule(const struct refd_app *app,
					  const struct refd_command *meta,
					  const struct refd_schedule *cmd, struct refd_result *ret,
					  struct refd_error *err)
{
	struct refd__task task;

	refd__task_init(&task, "fixture.schedule", schedule, cmd);
	task.outlook = schedule_outlook;
	task.versionless = true;
	refd__request_uuid(&task.request, cmd->id.uuid);
	refd__request_uuid(&task.request, cmd->home.uuid);
	refd__request_uuid(&task.request, cmd->away.uuid);
	refd__request_uuid(&task.request, cmd->venue.uuid);
	refd__request_number(&task.request, cmd->kickoff.us);
	refd__task_guard(&task, REFD_GUARD_TEAM, cmd->home.uuid, 0);
	refd__task_guard(&task, REFD_GUARD_TEAM, cmd->away.uuid, 0);
	refd__task_guard(&task, REFD_GUARD_VENUE, cmd->venue.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}
