/* Staging: one row, or many at once. */
#include <refdomain/app/assigning.h>

#include "app/assigning_parts.h"
#include "app/runner.h"
#include "base/message.h"
#include "domain/checks.h"

/* ---- loading ---- */

/* What check_stage() looks at. */
static void ask_rows(struct refd__asking *asking, const struct refd_stage *rows, size_t count)
{
	struct refd__arena *arena = &asking->unit->arena;
	struct refd_fixture_id *fixtures = refd__arena_zero(arena, count + 1, sizeof(*fixtures));
	struct refd_uuid *referees = refd__arena_zero(arena, count + 1, sizeof(*referees));
	struct refd_key *pairs = refd__arena_zero(arena, count + 1, sizeof(*pairs));
	size_t i;

	if (fixtures == NULL || referees == NULL || pairs == NULL) {
		asking->no_memory = true;
		return;
	}
	for (i = 0; i < count; i++) {
		fixtures[i] = rows[i].fixture;
		referees[i] = rows[i].referee.uuid;
		pairs[i].a = rows[i].fixture.uuid;
		pairs[i].b = rows[i].referee.uuid;
	}
	refd__ask_fixtures(asking, fixtures, count, REFD__WITH_SLOTS);
	refd__ask_parties(asking, REFD_RECORD_REFEREE, referees, count);
	refd__ask_pairs(asking, REFD_RECORD_ASSIGNMENT, pairs, count);
}

enum refd_status refd__load_stages(struct refd_unit *unit, const struct refd_stage *rows,
				   size_t count, struct refd_error *err)
{
	struct refd__asking asking;

	refd__ask(&asking, unit);
	ask_rows(&asking, rows, count);
	return refd__answer(&asking, err);
}

/* ---- stage ---- */

struct stage_command {
	const struct refd_stage *stage;
	int64_t expected;
};

/* Everything that can refuse a stage; changes nothing. */
static enum refd_status check_stage(struct refd_unit *unit, const struct refd_stage *stage,
				    int64_t expected, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	struct refd_assignment *standing = NULL;
	struct refd_referee *referee = NULL;
	enum refd_status st = refd__check_role(stage->role, err);

	if (st == REFD_OK)
		st = refd__load_fixtures(unit, &stage->fixture, 1, REFD__WITH_SLOTS, err);
	if (st == REFD_OK)
		st = refd__need_fixture(unit, stage->fixture, &node, err);
	if (st == REFD_OK)
		st = refd__need_referee(unit, stage->referee, &referee, err);
	if (st == REFD_OK)
		st = refd__expect(unit, expected, node->fixture->state.version, REFD_NOUN_FIXTURE,
				  stage->fixture.uuid, err);
	if (st == REFD_OK)
		st = refd__find_assignment(unit, stage->fixture, stage->referee, &standing, err);
	if (st == REFD_OK && standing != NULL)
		st = refd__assignment_may_stage(standing, stage->role, err);
	return st;
}

static enum refd_status new_assignment(struct refd_unit *unit, const struct refd_stage *stage,
				       struct refd_referee_id holder, struct refd_assignment **ret,
				       struct refd_error *err)
{
	struct refd_assignment_id id = { { { 0 } } };
	enum refd_status st = refd__draw(unit, &id.uuid, err);

	if (st == REFD_OK)
		st = refd__assignment_make(&unit->tracker, id, stage->fixture, stage->referee,
					   stage->role, holder, ret, err);
	if (st == REFD_OK && !refd__adopt_assignment(unit, *ret))
		st = refd__no_memory(unit, err);
	return st;
}

enum refd_status refd__stage(struct refd_unit *unit, const struct refd_stage *stage,
			     int64_t expected, struct refd_result *ret, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	struct refd_assignment *assignment = NULL;
	struct refd_referee_id holder;
	enum refd_status st = check_stage(unit, stage, expected, err);

	if (st == REFD_OK)
		st = refd__find_fixture(unit, stage->fixture, &node, err);
	if (st == REFD_OK)
		st = refd__find_assignment(unit, stage->fixture, stage->referee, &assignment, err);
	if (st != REFD_OK)
		return st;
	holder = node->fixture->slots[stage->role];
	if (assignment != NULL)
		st = refd_assignment_stage(assignment, stage->role, holder, err);
	else
		st = new_assignment(unit, stage, holder, &assignment, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_ASSIGNMENT, assignment->state.id.uuid,
				 assignment->state.version);
	return st;
}

static enum refd_status stage_body(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				   struct refd_error *err)
{
	const struct stage_command *cmd = arg;

	return refd__stage(unit, cmd->stage, cmd->expected, ret, err);
}

static void stage_outlook(struct refd__asking *asking, const void *arg)
{
	const struct stage_command *cmd = arg;

	ask_rows(asking, cmd->stage, 1);
}

static void request_stage(struct refd__request *request, const struct refd_stage *stage)
{
	refd__request_uuid(request, stage->fixture.uuid);
	refd__request_uuid(request, stage->referee.uuid);
	refd__request_number(request, stage->role);
}

enum refd_status refd_assigning_stage(const struct refd_app *app, const struct refd_command *meta,
				      const struct refd_stage *cmd, struct refd_result *ret,
				      struct refd_error *err)
{
	const struct stage_command command = { cmd, refd__expected(meta) };
	struct refd__task task;

	refd__task_init(&task, "assignment.stage", stage_body, &command);
	task.outlook = stage_outlook;
	request_stage(&task.request, cmd);
	refd__task_guard(&task, REFD_GUARD_BOARD, refd_the_board.uuid, 0);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, cmd->fixture.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}

/* ---- stage many ---- */

struct stage_many {
	const struct refd_stage *rows;
	size_t count;
	int64_t expected;
	refd_batch_sink *sink;
	void *sink_self;
};

static enum refd_status report_row(const struct stage_many *many, size_t row,
				   enum refd_status status, const struct refd_result *result,
				   const struct refd_error *err)
{
	return many->sink != NULL ? many->sink(many->sink_self, row, status, result, err) : REFD_OK;
}

static enum refd_status guard_rows(struct refd_unit *unit, const struct stage_many *many,
				   struct refd_error *err)
{
	struct refd_guard *guards =
		refd__arena_zero(&unit->arena, many->count + 1, sizeof(*guards));
	size_t i;

	if (guards == NULL)
		return refd__no_memory(unit, err);
	for (i = 0; i < many->count; i++)
		guards[i] = (struct refd_guard){ .guard_class = REFD_GUARD_FIXTURE,
						 .key = many->rows[i].fixture.uuid };
	return refd__guard(unit, guards, many->count, err);
}

/* The version a caller expects is of the first fixture named. */
static enum refd_status check_row(struct refd_unit *unit, const struct stage_many *many, size_t row,
				  struct refd_error *err)
{
	return check_stage(unit, &many->rows[row], row == 0 ? many->expected : 0, err);
}

/* One row fails all: each is reported with what it would have come to by itself. */
static enum refd_status report_refused(struct refd_unit *unit, const struct stage_many *many,
				       struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < many->count && st == REFD_OK; i++) {
		struct refd_error row = REFD_ERROR_INIT;
		enum refd_status checked = check_row(unit, many, i, &row);

		if (unit->poisoned) {
			refd__error_pass(err, &row);
			return checked;
		}
		st = report_row(many, i, checked, NULL, checked == REFD_OK ? NULL : &row);
	}
	return st;
}

/* All rows are looked at before the first one changes anything. The first refusal is the batch's.
 */
static enum refd_status check_rows(struct refd_unit *unit, const struct stage_many *many,
				   struct refd_error *err)
{
	enum refd_status refused = REFD_OK;
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < many->count && refused == REFD_OK; i++)
		refused = check_row(unit, many, i, err);
	if (refused != REFD_OK && !unit->poisoned && many->sink != NULL)
		st = report_refused(unit, many, err);
	return st == REFD_OK ? refused : st;
}

static enum refd_status stage_many_body(struct refd_unit *unit, const void *arg,
					struct refd_result *ret, struct refd_error *err)
{
	const struct stage_many *many = arg;
	enum refd_status st = guard_rows(unit, many, err);
	size_t i;

	if (st == REFD_OK)
		st = refd__load_stages(unit, many->rows, many->count, err);
	if (st == REFD_OK)
		st = check_rows(unit, many, err);
	for (i = 0; i < many->count && st == REFD_OK; i++) {
		struct refd_result row = { 0 };

		st = refd__stage(unit, &many->rows[i], 0, &row, err);
		if (st == REFD_OK)
			st = report_row(many, i, st, &row, NULL);
		if (st != REFD_OK)
			unit->poisoned = true; /* rows before this one are staged already */
		ret->affected++;
	}
	return st;
}

enum refd_status refd_assigning_stage_many(const struct refd_app *app,
					   const struct refd_command *meta,
					   const struct refd_stage *rows, size_t count,
					   refd_batch_sink *sink, void *sink_self,
					   struct refd_result *ret, struct refd_error *err)
{
	const struct stage_many many = { rows, count, refd__expected(meta), sink, sink_self };
	struct refd__task task;
	size_t i;

	refd__task_init(&task, "assignment.stage_many", stage_many_body, &many);
	task.versionless = count == 0;
	refd__task_guard(&task, REFD_GUARD_BOARD, refd_the_board.uuid, 0);
	for (i = 0; i < count; i++)
		request_stage(&task.request, &rows[i]);
	return refd__run(app, meta, &task, ret, err);
}
