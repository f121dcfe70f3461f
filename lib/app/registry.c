#include <refdomain/app/registry.h>

#include "app/runner.h"

/* One command on a party: which one, and what it becomes. */
struct party_command {
	struct refd_uuid id;
	int64_t expected;
	const void *details;
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

/* The id a new object gets: the caller's, or a drawn one. An id this unit has made already is
 * taken. */
static enum refd_status fresh_id(struct refd_unit *unit, enum refd_noun noun,
				 struct refd_uuid wanted, bool known, struct refd_uuid *ret,
				 struct refd_error *err)
{
	if (refd_uuid_is_unset(wanted))
		return refd__draw(unit, ret, err);
	if (known)
		return refd_error_object(err, REFD_ALREADY_EXISTS, noun, wanted,
					 "that %s id is taken", refd_noun_word(noun));
	*ret = wanted;
	return REFD_OK;
}

/* ---- referees ---- */

static enum refd_status register_referee(struct refd_unit *unit, const void *arg,
					 struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd__referee_node *node =
		refd__referee_node(unit, (struct refd_referee_id){ cmd->id });
	struct refd_referee_id id = { cmd->id };
	enum refd_status st;

	if (node == NULL)
		return refd__no_memory(unit, err);
	st = fresh_id(unit, REFD_NOUN_REFEREE, cmd->id, node->referee != NULL, &id.uuid, err);
	if (st == REFD_OK)
		node = refd__referee_node(unit, id);
	if (st == REFD_OK && node == NULL)
		st = refd__no_memory(unit, err);
	if (st == REFD_OK)
		st = refd__referee_make(&unit->tracker, id, cmd->details, &node->referee, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_REFEREE, id.uuid, node->referee->state.version);
	return st;
}

static enum refd_status load_referee(struct refd_unit *unit, const struct party_command *cmd,
				     struct refd_referee **ret, struct refd_error *err)
{
	struct refd_referee_id id = { cmd->id };
	enum refd_status st = refd__need_referee(unit, id, ret, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret)->state.version, REFD_NOUN_REFEREE,
				  id.uuid, err);
	return st;
}

static enum refd_status correct_referee(struct refd_unit *unit, const void *arg,
					struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_referee *referee = NULL;
	enum refd_status st = load_referee(unit, cmd, &referee, err);

	if (st == REFD_OK)
		st = refd_referee_correct(referee, cmd->details, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_REFEREE, cmd->id, referee->state.version);
	return st;
}

static enum refd_status change_club(struct refd_unit *unit, const void *arg,
				    struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_referee *referee = NULL;
	enum refd_status st = load_referee(unit, cmd, &referee, err);

	if (st == REFD_OK)
		st = refd_referee_change_club(referee, cmd->club, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_REFEREE, cmd->id, referee->state.version);
	return st;
}

static enum refd_status retire_referee(struct refd_unit *unit, const void *arg,
				       struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_referee *referee = NULL;
	enum refd_status st = load_referee(unit, cmd, &referee, err);

	if (st == REFD_OK)
		st = refd_referee_retire(referee, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_REFEREE, cmd->id, referee->state.version);
	return st;
}

/* ---- teams ---- */

static enum refd_status register_team(struct refd_unit *unit, const void *arg,
				      struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd__party_node *node = refd__party_node(unit, REFD_RECORD_TEAM, cmd->id);
	struct refd_team_id id = { cmd->id };
	struct refd_team *team = NULL;
	enum refd_status st;

	if (node == NULL)
		return refd__no_memory(unit, err);
	st = fresh_id(unit, REFD_NOUN_TEAM, cmd->id, node->party != NULL, &id.uuid, err);
	if (st == REFD_OK)
		node = refd__party_node(unit, REFD_RECORD_TEAM, id.uuid);
	if (st == REFD_OK && node == NULL)
		st = refd__no_memory(unit, err);
	if (st == REFD_OK)
		st = refd__team_make(&unit->tracker, id, cmd->details, &team, err);
	if (st == REFD_OK) {
		node->party = team;
		refd__result_add(ret, REFD_NOUN_TEAM, id.uuid, team->state.version);
	}
	return st;
}

static enum refd_status load_team(struct refd_unit *unit, const struct party_command *cmd,
				  struct refd_team **ret, struct refd_error *err)
{
	struct refd_team *team = NULL;
	enum refd_status st = refd__find_team(unit, (struct refd_team_id){ cmd->id }, &team, err);

	if (st == REFD_OK && team == NULL)
		st = refd__not_found(err, REFD_NOUN_TEAM, cmd->id);
	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, team->state.version, REFD_NOUN_TEAM, cmd->id,
				  err);
	if (st == REFD_OK)
		*ret = team;
	return st;
}

static enum refd_status correct_team(struct refd_unit *unit, const void *arg,
				     struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_team *team = NULL;
	enum refd_status st = load_team(unit, cmd, &team, err);

	if (st == REFD_OK)
		st = refd_team_correct(team, cmd->details, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_TEAM, cmd->id, team->state.version);
	return st;
}

static enum refd_status retire_team(struct refd_unit *unit, const void *arg,
				    struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_team *team = NULL;
	enum refd_status st = load_team(unit, cmd, &team, err);

	if (st == REFD_OK)
		st = refd_team_retire(team, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_TEAM, cmd->id, team->state.version);
	return st;
}

/* ---- venues ---- */

static enum refd_status register_venue(struct refd_unit *unit, const void *arg,
				       struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd__party_node *node = refd__party_node(unit, REFD_RECORD_VENUE, cmd->id);
	struct refd_venue_id id = { cmd->id };
	struct refd_venue *venue = NULL;
	enum refd_status st;

	if (node == NULL)
		return refd__no_memory(unit, err);
	st = fresh_id(unit, REFD_NOUN_VENUE, cmd->id, node->party != NULL, &id.uuid, err);
	if (st == REFD_OK)
		node = refd__party_node(unit, REFD_RECORD_VENUE, id.uuid);
	if (st == REFD_OK && node == NULL)
		st = refd__no_memory(unit, err);
	if (st == REFD_OK)
		st = refd__venue_make(&unit->tracker, id, cmd->details, &venue, err);
	if (st == REFD_OK) {
		node->party = venue;
		refd__result_add(ret, REFD_NOUN_VENUE, id.uuid, venue->state.version);
	}
	return st;
}

static enum refd_status load_venue(struct refd_unit *unit, const struct party_command *cmd,
				   struct refd_venue **ret, struct refd_error *err)
{
	enum refd_status st = refd__need_venue(unit, (struct refd_venue_id){ cmd->id }, ret, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret)->state.version, REFD_NOUN_VENUE,
				  cmd->id, err);
	return st;
}

static enum refd_status correct_venue(struct refd_unit *unit, const void *arg,
				      struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_venue *venue = NULL;
	enum refd_status st = load_venue(unit, cmd, &venue, err);

	if (st == REFD_OK)
		st = refd_venue_correct(venue, cmd->details, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_VENUE, cmd->id, venue->state.version);
	return st;
}

static enum refd_status retire_venue(struct refd_unit *unit, const void *arg,
				     struct refd_result *ret, struct refd_error *err)
{
	const struct party_command *cmd = arg;
	struct refd_venue *venue = NULL;
	enum refd_status st = load_venue(unit, cmd, &venue, err);

	if (st == REFD_OK)
		st = refd_venue_retire(venue, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_VENUE, cmd->id, venue->state.version);
	return st;
}

/* ---- the commands ---- */

static void party_task(struct refd__task *task, const char *name, refd__body *body,
		       const struct party_command *cmd, enum refd_guard_class guard)
{
	refd__task_init(task, name, body, cmd);
	refd__request_uuid(&task->request, cmd->id);
	refd__task_guard(task, guard, cmd->id, 0);
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
	const struct party_command cmd = { .id = id.uuid, .details = details };
	struct refd__task task;

	register_task(&task, "referee.register", register_referee, &cmd);
	request_referee(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_register_team(const struct refd_app *app,
					     const struct refd_command *meta,
					     struct refd_team_id id,
					     const struct refd_team_details *details,
					     struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid, .details = details };
	struct refd__task task;

	register_task(&task, "team.register", register_team, &cmd);
	request_team(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_register_venue(const struct refd_app *app,
					      const struct refd_command *meta,
					      struct refd_venue_id id,
					      const struct refd_venue_details *details,
					      struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid, .details = details };
	struct refd__task task;

	register_task(&task, "venue.register", register_venue, &cmd);
	request_venue(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_correct_referee(const struct refd_app *app,
					       const struct refd_command *meta,
					       struct refd_referee_id id,
					       const struct refd_referee_details *details,
					       struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid,
					   .expected = refd__expected(meta),
					   .details = details };
	struct refd__task task;

	party_task(&task, "referee.correct", correct_referee, &cmd, REFD_GUARD_REFEREE);
	request_referee(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_correct_team(const struct refd_app *app,
					    const struct refd_command *meta, struct refd_team_id id,
					    const struct refd_team_details *details,
					    struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid,
					   .expected = refd__expected(meta),
					   .details = details };
	struct refd__task task;

	party_task(&task, "team.correct", correct_team, &cmd, REFD_GUARD_TEAM);
	request_team(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_correct_venue(const struct refd_app *app,
					     const struct refd_command *meta,
					     struct refd_venue_id id,
					     const struct refd_venue_details *details,
					     struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid,
					   .expected = refd__expected(meta),
					   .details = details };
	struct refd__task task;

	party_task(&task, "venue.correct", correct_venue, &cmd, REFD_GUARD_VENUE);
	request_venue(&task.request, details);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_change_club(const struct refd_app *app,
					   const struct refd_command *meta,
					   struct refd_referee_id id, struct refd_str club,
					   struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid,
					   .expected = refd__expected(meta),
					   .club = club };
	struct refd__task task;

	party_task(&task, "referee.change_club", change_club, &cmd, REFD_GUARD_REFEREE);
	refd__request_text(&task.request, club);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_retire_referee(const struct refd_app *app,
					      const struct refd_command *meta,
					      struct refd_referee_id id, struct refd_result *ret,
					      struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid, .expected = refd__expected(meta) };
	struct refd__task task;

	party_task(&task, "referee.retire", retire_referee, &cmd, REFD_GUARD_REFEREE);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_retire_team(const struct refd_app *app,
					   const struct refd_command *meta, struct refd_team_id id,
					   struct refd_result *ret, struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid, .expected = refd__expected(meta) };
	struct refd__task task;

	party_task(&task, "team.retire", retire_team, &cmd, REFD_GUARD_TEAM);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_registry_retire_venue(const struct refd_app *app,
					    const struct refd_command *meta,
					    struct refd_venue_id id, struct refd_result *ret,
					    struct refd_error *err)
{
	const struct party_command cmd = { .id = id.uuid, .expected = refd__expected(meta) };
	struct refd__task task;

	party_task(&task, "venue.retire", retire_venue, &cmd, REFD_GUARD_VENUE);
	return refd__run(app, meta, &task, ret, err);
}
