#include <refdomain/app/registry.h>

#include "app/runner.h"

enum verb { REGISTER = 1, CORRECT, CHANGE_CLUB, RETIRE };

/* One command on a party: which one, and what it becomes. */
struct party_command {
	enum verb verb;
	struct refd_uuid id; /* unset: drawn, when it is registered */
	int64_t expected;
	const void *details; /* of its noun, to register and correct */
	struct refd_str club;
};

static void request_referee(struct refd__request *request,
			    const struct refd_referee_details *details)
{
	refd__request_text(request, details->name);
	refd__request_text(request, details->club);
	refd__request_text(request, details->phone);
	refd__request_text(request, details->email);
}

static void request_team(struct refd__request *request, const struct refd_team_details *details)
{
	refd__request_text(request, details->name);
	refd__request_text(request, details->club);
}

static void request_venue(struct refd__request *request, const struct refd_venue_details *details)
{
	refd__request_text(request, details->name);
	refd__request_text(request, details->street);
	refd__request_text(request, details->zip);
	refd__request_text(request, details->city);
	refd__request_text(request, details->phone);
	refd__request_text(request, details->email);
	refd__request_number(request, details->coordinates.set);
	refd__request_number(request, details->coordinates.latitude);
	refd__request_number(request, details->coordinates.longitude);
}

/* The id a new object gets: the caller's, or a drawn one. */
static enum refd_status new_id(struct refd_unit *unit, struct refd_uuid wanted,
			       struct refd_uuid *ret, struct refd_error *err)
{
	if (refd_uuid_is_unset(wanted))
		return refd__draw(unit, ret, err);
	*ret = wanted;
	return REFD_OK;
}

/* An id this unit has made or met already. */
static enum refd_status taken(enum refd_noun noun, struct refd_uuid id, struct refd_error *err)
{
	return refd_error_object(err, REFD_ALREADY_EXISTS, noun, id, "that %s id is taken",
				 refd_noun_word(noun));
}

/* ---- referees ---- */

static enum refd_status make_referee(struct refd_unit *unit, const struct party_command *cmd,
				     struct refd_referee **ret, struct refd_error *err)
{
	struct refd__referee_node *node = NULL;
	struct refd_referee_id id = { cmd->id };
	enum refd_status st = new_id(unit, cmd->id, &id.uuid, err);

	if (st != REFD_OK)
		return st;
	node = refd__referee_node(unit, id);
	if (node == NULL)
		return refd__no_memory(unit, err);
	if (node->referee != NULL)
		return taken(REFD_NOUN_REFEREE, id.uuid, err);
	st = refd__referee_make(&unit->tracker, id, cmd->details, ret, err);
	if (st == REFD_OK)
		node->referee = *ret;
	return st;
}

static enum refd_status change_referee(struct refd_unit *unit, const struct party_command *cmd,
				       struct refd_referee **ret, struct refd_error *err)
{
	enum refd_status st =
		refd_unit_referee(unit, (struct refd_referee_id){ cmd->id }, ret, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret)->state.version, REFD_NOUN_REFEREE,
				  cmd->id, err);
	if (st != REFD_OK)
		return st;
	if (cmd->verb == CORRECT)
		return refd_referee_correct(*ret, cmd->details, err);
	if (cmd->verb == CHANGE_CLUB)
		return refd_referee_change_club(*ret, cmd->club, err);
	return refd_referee_retire(*ret, err);
}

static enum refd_status run_referee(struct refd_unit *unit, const void *arg,
				    struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_referee *referee = NULL;
	enum refd_status st = cmd->verb == REGISTER ? make_referee(unit, cmd, &referee, err)
						    : change_referee(unit, cmd, &referee, err);

	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_REFEREE, referee->state.id.uuid,
				 referee->state.version);
	return st;
}

/* ---- teams ---- */

static enum refd_status make_team(struct refd_unit *unit, const struct party_command *cmd,
				  struct refd_team **ret, struct refd_error *err)
{
	struct refd__party_node *node = NULL;
	struct refd_team_id id = { cmd->id };
	enum refd_status st = new_id(unit, cmd->id, &id.uuid, err);

	if (st != REFD_OK)
		return st;
	node = refd__party_node(unit, REFD_RECORD_TEAM, id.uuid);
	if (node == NULL)
		return refd__no_memory(unit, err);
	if (node->party != NULL)
		return taken(REFD_NOUN_TEAM, id.uuid, err);
	st = refd__team_make(&unit->tracker, id, cmd->details, ret, err);
	if (st == REFD_OK)
		node->party = *ret;
	return st;
}

static enum refd_status change_team(struct refd_unit *unit, const struct party_command *cmd,
				    struct refd_team **ret, struct refd_error *err)
{
	enum refd_status st = refd_unit_team(unit, (struct refd_team_id){ cmd->id }, ret, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret)->state.version, REFD_NOUN_TEAM,
				  cmd->id, err);
	if (st != REFD_OK)
		return st;
	if (cmd->verb == CORRECT)
		return refd_team_correct(*ret, cmd->details, err);
	return refd_team_retire(*ret, err);
}

static enum refd_status run_team(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				 struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_team *team = NULL;
	enum refd_status st = cmd->verb == REGISTER ? make_team(unit, cmd, &team, err)
						    : change_team(unit, cmd, &team, err);

	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_TEAM, team->state.id.uuid, team->state.version);
	return st;
}

/* ---- venues ---- */

static enum refd_status make_venue(struct refd_unit *unit, const struct party_command *cmd,
				   struct refd_venue **ret, struct refd_error *err)
{
	struct refd__party_node *node = NULL;
	struct refd_venue_id id = { cmd->id };
	enum refd_status st = new_id(unit, cmd->id, &id.uuid, err);

	if (st != REFD_OK)
		return st;
	node = refd__party_node(unit, REFD_RECORD_VENUE, id.uuid);
	if (node == NULL)
		return refd__no_memory(unit, err);
	if (node->party != NULL)
		return taken(REFD_NOUN_VENUE, id.uuid, err);
	st = refd__venue_make(&unit->tracker, id, cmd->details, ret, err);
	if (st == REFD_OK)
		node->party = *ret;
	return st;
}

static enum refd_status change_venue(struct refd_unit *unit, const struct party_command *cmd,
				     struct refd_venue **ret, struct refd_error *err)
{
	enum refd_status st = refd_unit_venue(unit, (struct refd_venue_id){ cmd->id }, ret, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret)->state.version, REFD_NOUN_VENUE,
				  cmd->id, err);
	if (st != REFD_OK)
		return st;
	if (cmd->verb == CORRECT)
		return refd_venue_correct(*ret, cmd->details, err);
	return refd_venue_retire(*ret, err);
}

static enum refd_status run_venue(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				  struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_venue *venue = NULL;
	enum refd_status st = cmd->verb == REGISTER ? make_venue(unit, cmd, &venue, err)
						    : change_venue(unit, cmd, &venue, err);

	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_VENUE, venue->state.id.uuid, venue->state.version);
	return st;
}

/* ---- the commands ---- */

static void referee_outlook(struct refd__asking *asking, const void *arg)
{
	const struct party_command *cmd = arg;

	refd__ask_parties(asking, REFD_RECORD_REFEREE, &cmd->id, 1);
}

static void team_outlook(struct refd__asking *asking, const void *arg)
{
	const struct party_command *cmd = arg;

	refd__ask_parties(asking, REFD_RECORD_TEAM, &cmd->id, 1);
}

static void venue_outlook(struct refd__asking *asking, const void *arg)
{
	const struct party_command *cmd = arg;

	refd__ask_parties(asking, REFD_RECORD_VENUE, &cmd->id, 1);
}

static void party_task(struct refd__task *task, const char *name, refd__body *body,
		       const struct party_command *cmd, enum refd_guard_class guard)
{
	refd__task_init(task, name, body, cmd);
	refd__request_uuid(&task->request, cmd->id);
	refd__task_guard(task, guard, cmd->id, 0);
	task->outlook = guard == REFD_GUARD_REFEREE ? referee_outlook
			: guard == REFD_GUARD_TEAM  ? team_outlook
						    : venue_outlook;
}

/* A new object is guarded by the uniqueness of its id and reads nothing. */
static void register_task(struct refd__task *task, const char *name, refd__body *body,
			  const struct party_command *cmd)
{
	refd__task_init(task, name, body, cmd);
	refd__request_uuid(&task->request, cmd->id);
	task->reads_nothing = true;
	task->versionless = true;
}

enum refd_status refd_registry_register_referee(const struct refd_app *app,
						const struct refd_command *meta,
						struct refd_referee_id id,
						const struct refd_referee_details *details,
						struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .verb = REGISTER, .id = id.uuid, .details = details };
	struct refd__task task;

	register_task(&task, "referee.register", run_referee, &cmd);
	request_referee(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_register_team(const struct refd_app *app,
					     const struct refd_command *meta,
					     struct refd_team_id id,
					     const struct refd_team_details *details,
					     struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .verb = REGISTER, .id = id.uuid, .details = details };
	struct refd__task task;

	register_task(&task, "team.register", run_team, &cmd);
	request_team(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_register_venue(const struct refd_app *app,
					      const struct refd_command *meta,
					      struct refd_venue_id id,
					      const struct refd_venue_details *details,
					      struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .verb = REGISTER, .id = id.uuid, .details = details };
	struct refd__task task;

	register_task(&task, "venue.register", run_venue, &cmd);
	request_venue(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_correct_referee(const struct refd_app *app,
					       const struct refd_command *meta,
					       struct refd_referee_id id,
					       const struct refd_referee_details *details,
					       struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = {
		.verb = CORRECT, .id = id.uuid, .expected = refd__expected(meta), .details = details
	};
	struct refd__task task;

	party_task(&task, "referee.correct", run_referee, &cmd, REFD_GUARD_REFEREE);
	request_referee(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_correct_team(const struct refd_app *app,
					    const struct refd_command *meta, struct refd_team_id id,
					    const struct refd_team_details *details,
					    struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = {
		.verb = CORRECT, .id = id.uuid, .expected = refd__expected(meta), .details = details
	};
	struct refd__task task;

	party_task(&task, "team.correct", run_team, &cmd, REFD_GUARD_TEAM);
	request_team(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_correct_venue(const struct refd_app *app,
					     const struct refd_command *meta,
					     struct refd_venue_id id,
					     const struct refd_venue_details *details,
					     struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = {
		.verb = CORRECT, .id = id.uuid, .expected = refd__expected(meta), .details = details
	};
	struct refd__task task;

	party_task(&task, "venue.correct", run_venue, &cmd, REFD_GUARD_VENUE);
	request_venue(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_change_club(const struct refd_app *app,
					   const struct refd_command *meta,
					   struct refd_referee_id id, struct refd_str club,
					   struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = {
		.verb = CHANGE_CLUB, .id = id.uuid, .expected = refd__expected(meta), .club = club
	};
	struct refd__task task;

	party_task(&task, "referee.change_club", run_referee, &cmd, REFD_GUARD_REFEREE);
	refd__request_text(&task.request, club);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_retire_referee(const struct refd_app *app,
					      const struct refd_command *meta,
					      struct refd_referee_id id, struct refd_result *ret,
					      struct refd_error *err)
{
	const struct party_command cmd = { .verb = RETIRE,
					   .id = id.uuid,
					   .expected = refd__expected(meta) };
	struct refd__task task;

	party_task(&task, "referee.retire", run_referee, &cmd, REFD_GUARD_REFEREE);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_retire_team(const struct refd_app *app,
					   const struct refd_command *meta, struct refd_team_id id,
					   struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .verb = RETIRE,
					   .id = id.uuid,
					   .expected = refd__expected(meta) };
	struct refd__task task;

	party_task(&task, "team.retire", run_team, &cmd, REFD_GUARD_TEAM);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_retire_venue(const struct refd_app *app,
					    const struct refd_command *meta,
					    struct refd_venue_id id, struct refd_result *ret,
					    struct refd_error *err)
{
	const struct party_command cmd = { .verb = RETIRE,
					   .id = id.uuid,
					   .expected = refd__expected(meta) };
	struct refd__task task;

	party_task(&task, "venue.retire", run_venue, &cmd, REFD_GUARD_VENUE);
	return refd__run(app, meta, &task, ret, err);
}
