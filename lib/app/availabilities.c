#include <refdomain/app/availabilities.h>

#include "app/runner.h"
#include "domain/violations.h"

/* ---- declare and withdraw ---- */

struct pair_command {
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	int64_t expected;
};

struct pair {
	struct refd_fixture *fixture;
	struct refd_referee *referee;
	struct refd_board *board;
	struct refd_availability *availability; /* NULL: none stands */
};

static enum refd_status load_pair(struct refd_unit *unit, const struct pair_command *cmd,
				  struct pair *ret, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	enum refd_status st = refd__rules(unit, err);

	if (st == REFD_OK)
		st = refd__board(unit, &ret->board, err);
	if (st == REFD_OK)
		st = refd__need_fixture(unit, cmd->fixture, &node, err);
	if (st == REFD_OK)
		st = refd__need_referee(unit, cmd->referee, &ret->referee, err);
	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, node->fixture->state.version,
				  REFD_NOUN_FIXTURE, cmd->fixture.uuid, err);
	if (st == REFD_OK)
		st = refd__find_availability(unit, cmd->fixture, cmd->referee, &ret->availability,
					     err);
	if (st == REFD_OK)
		ret->fixture = node->fixture;
	return st;
}

static void pair_outlook(struct refd__asking *asking, const void *arg)
{
	const struct pair_command *cmd = arg;

	refd__ask_rules(asking);
	refd__ask_board(asking);
	refd__ask_fixtures(asking, &cmd->fixture, 1, 0);
	refd__ask_parties(asking, REFD_RECORD_REFEREE, &cmd->referee.uuid, 1);
	refd__ask_pair(asking, REFD_RECORD_AVAILABILITY, cmd->fixture, cmd->referee);
	refd__ask_pair(asking, REFD_RECORD_ASSIGNMENT, cmd->fixture, cmd->referee);
}

/* Adds a violation about the pair. @return REFUSED, also when only the lock stood in the way before
 */
static enum refd_status refuse_pair(const struct pair_command *cmd, enum refd_rule rule,
				    struct refd_error *err)
{
	struct refd_violation violation = { .rule = rule,
					    .fixture = cmd->fixture,
					    .referee = cmd->referee };

	refd_error_add(err, &violation);
	return refd_error_object(err, REFD_REFUSED, REFD_NOUN_FIXTURE, cmd->fixture.uuid, "%s",
				 refd_rule_text(rule));
}

static enum refd_status declare(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				struct refd_error *err)
{
	const struct pair_command *cmd = arg;
	struct refd_availability_id id = { { { 0 } } };
	struct pair pair = { 0 };
	enum refd_status st = load_pair(unit, cmd, &pair, err);

	if (st != REFD_OK)
		return st;
	st = refd_availability_open(pair.fixture, pair.board, unit->now, err);
	if (pair.referee->state.status == REFD_PARTY_RETIRED)
		st = refuse_pair(cmd, REFD_RULE_RETIRED, err);
	if (pair.availability != NULL)
		st = refuse_pair(cmd, REFD_RULE_ALREADY_DECLARED, err);
	if (st == REFD_OK)
		st = refd__draw(unit, &id.uuid, err);
	if (st == REFD_OK)
		st = refd__availability_make(&unit->tracker, id, cmd->fixture, cmd->referee,
					     unit->now, &pair.availability, err);
	if (st == REFD_OK && !refd__adopt_availability(unit, pair.availability))
		st = refd__no_memory(unit, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_AVAILABILITY, id.uuid,
				 pair.availability->state.version);
	return st;
}

static enum refd_status withdraw(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				 struct refd_error *err)
{
	const struct pair_command *cmd = arg;
	struct refd_assignment *assignment = NULL;
	struct pair pair = { 0 };
	enum refd_status late;
	enum refd_status st = load_pair(unit, cmd, &pair, err);

	if (st == REFD_OK)
		st = refd__find_assignment(unit, cmd->fixture, cmd->referee, &assignment, err);
	if (st != REFD_OK)
		return st;
	st = refd_availability_open(pair.fixture, pair.board, unit->now, err);
	late = refd_availability_in_time(pair.fixture, pair.board, &unit->rules, unit->now, err);
	if (st == REFD_OK)
		st = late;
	if (assignment != NULL)
		st = refuse_pair(cmd, REFD_RULE_REFEREE_ASSIGNED, err);
	if (pair.availability == NULL)
		st = refuse_pair(cmd, REFD_RULE_NOT_DECLARED, err);
	if (st == REFD_OK)
		st = refd_availability_withdraw(pair.availability, REFD_AVAILABILITY_REQUESTED,
						err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_AVAILABILITY, pair.availability->state.id.uuid,
				 pair.availability->state.version);
	return st;
}

static enum refd_status run_pair(const struct refd_app *app, const struct refd_command *meta,
				 const char *name, refd__body *body, const struct pair_command *cmd,
				 struct refd_result *ret, struct refd_error *err)
{
	struct refd__task task;

	refd__task_init(&task, name, body, cmd);
	task.outlook = pair_outlook;
	refd__request_uuid(&task.request, cmd->fixture.uuid);
	refd__request_uuid(&task.request, cmd->referee.uuid);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, cmd->fixture.uuid, 0);
	refd__task_guard(&task, REFD_GUARD_REFEREE, cmd->referee.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_availabilities_declare(const struct refd_app *app,
					     const struct refd_command *meta,
					     struct refd_fixture_id fixture,
					     struct refd_referee_id referee,
					     struct refd_result *ret, struct refd_error *err)
{
	const struct pair_command cmd = { fixture, referee, refd__expected(meta) };

	return run_pair(app, meta, "availability.declare", declare, &cmd, ret, err);
}

enum refd_status refd_availabilities_withdraw(const struct refd_app *app,
					      const struct refd_command *meta,
					      struct refd_fixture_id fixture,
					      struct refd_referee_id referee,
					      struct refd_result *ret, struct refd_error *err)
{
	const struct pair_command cmd = { fixture, referee, refd__expected(meta) };

	return run_pair(app, meta, "availability.withdraw", withdraw, &cmd, ret, err);
}

/* ---- lock, unlock, announce ---- */

enum lock_verb { LOCK = 1, UNLOCK, ANNOUNCE };

struct lock_command {
	enum lock_verb verb;
	struct refd_lock_target target;
	struct refd_time hand_out;
	int64_t expected;
};

#define RANGE_MAX 10000

static bool has_range(const struct refd_lock_target *target)
{
	return !refd_time_is_unset(target->range.from) || !refd_time_is_unset(target->range.to);
}

static enum refd_status check_target(const struct refd_lock_target *target, struct refd_error *err)
{
	int named = !refd_uuid_is_unset(target->fixture.uuid) + has_range(target) + target->board;

	if (named != 1)
		return refd__invalid(err, "target", REFD_RULE_REQUIRED, named, 1,
				     "exactly one of fixture, range and board is needed");
	if (!refd_time_is_unset(target->range.from) && !refd_time_is_unset(target->range.to) &&
	    target->range.to.us < target->range.from.us)
		return refd__invalid(err, "target.range", REFD_RULE_RANGE_REVERSED, 0, 0,
				     "the range ends before it starts");
	return REFD_OK;
}

static enum refd_status apply_fixture(struct refd_fixture *fixture, const struct lock_command *cmd,
				      struct refd_error *err)
{
	if (cmd->verb == LOCK)
		return refd_fixture_lock(fixture, err);
	if (cmd->verb == UNLOCK)
		return refd_fixture_unlock(fixture, err);
	return refd_fixture_announce(fixture, cmd->hand_out, err);
}

static enum refd_status apply_board(struct refd_unit *unit, const struct lock_command *cmd,
				    struct refd_result *ret, struct refd_error *err)
{
	struct refd_board *board = NULL;
	enum refd_status st = refd__board(unit, &board, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, board->state.version, REFD_NOUN_BOARD,
				  refd_the_board.uuid, err);
	if (st == REFD_OK && cmd->verb == LOCK)
		st = refd_board_lock(board, err);
	else if (st == REFD_OK && cmd->verb == UNLOCK)
		st = refd_board_unlock(board, err);
	else if (st == REFD_OK)
		st = refd_board_announce(board, cmd->hand_out, err);
	if (st == REFD_OK) {
		ret->affected = 1;
		refd__result_add(ret, REFD_NOUN_BOARD, refd_the_board.uuid, board->state.version);
	}
	return st;
}

static enum refd_status apply_one(struct refd_unit *unit, const struct lock_command *cmd,
				  struct refd_result *ret, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	enum refd_status st = refd__need_fixture(unit, cmd->target.fixture, &node, err);

	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, node->fixture->state.version,
				  REFD_NOUN_FIXTURE, cmd->target.fixture.uuid, err);
	if (st == REFD_OK)
		st = apply_fixture(node->fixture, cmd, err);
	if (st == REFD_OK) {
		ret->affected = 1;
		refd__result_add(ret, REFD_NOUN_FIXTURE, cmd->target.fixture.uuid,
				 node->fixture->state.version);
	}
	return st;
}

/* Whether the verb changes anything on a fixture of the range. */
static bool wanted_in_range(const struct refd_fixture *fixture, const struct lock_command *cmd)
{
	if (fixture->state.status != REFD_FIXTURE_SCHEDULED ||
	    !refd_range_holds(cmd->target.range, fixture->state.kickoff))
		return false;
	if (cmd->verb == ANNOUNCE)
		return true;
	return fixture->state.availability_locked == (cmd->verb == UNLOCK);
}

static enum refd_status refuse_empty(const struct lock_command *cmd, bool any,
				     struct refd_error *err)
{
	enum refd_rule rule = cmd->verb == LOCK ? REFD_RULE_AVAILABILITY_LOCKED
						: REFD_RULE_AVAILABILITY_NOT_LOCKED;
	struct refd_violation violation = { 0 };

	if (!any)
		return refd_error_set(err, REFD_NOT_FOUND,
				      "no scheduled fixture lies in the range");
	violation.rule = rule;
	refd_error_add(err, &violation);
	return refd_error_set(err, REFD_REFUSED, "every fixture of the range is %s already",
			      cmd->verb == LOCK ? "locked" : "unlocked");
}

static enum refd_status guard_range(struct refd_unit *unit, const struct lock_command *cmd,
				    struct refd_error *err)
{
	struct refd_guard *guards =
		refd__arena_zero(&unit->arena, unit->map.count + 1, sizeof(*guards));
	size_t n = 0;
	size_t i;

	if (guards == NULL)
		return refd__no_memory(unit, err);
	for (i = 0; i < unit->map.count; i++) {
		const struct refd_fixture *fixture = refd__known_fixture(unit, i);

		if (fixture != NULL && wanted_in_range(fixture, cmd))
			guards[n++] = (struct refd_guard){ .guard_class = REFD_GUARD_FIXTURE,
							   .key = fixture->state.id.uuid };
	}
	if (n > RANGE_MAX)
		return refd__invalid(err, "target.range", REFD_RULE_OUT_OF_RANGE, (int64_t)n,
				     RANGE_MAX, "the range holds %zu fixtures", n);
	return refd__guard(unit, guards, n, err);
}

static enum refd_status apply_range(struct refd_unit *unit, const struct lock_command *cmd,
				    struct refd_result *ret, struct refd_error *err)
{
	const struct refd_key scheduled = { .number = REFD_FIXTURE_SCHEDULED };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_FIXTURE,
					.index = REFD_INDEX_STATUS,
					.keys = &scheduled,
					.n_keys = 1,
					.range = cmd->target.range };
	bool any = false;
	size_t i;
	enum refd_status st = refd__read(unit, &read, 1, err);

	if (st == REFD_OK)
		st = guard_range(unit, cmd, err);
	for (i = 0; i < unit->map.count && st == REFD_OK; i++) {
		struct refd_fixture *fixture = refd__known_fixture(unit, i);

		if (fixture == NULL)
			continue;
		any |= fixture->state.status == REFD_FIXTURE_SCHEDULED &&
		       refd_range_holds(cmd->target.range, fixture->state.kickoff);
		if (!wanted_in_range(fixture, cmd))
			continue;
		st = apply_fixture(fixture, cmd, err);
		ret->affected++;
		refd__result_add(ret, REFD_NOUN_FIXTURE, fixture->state.id.uuid,
				 fixture->state.version);
	}
	if (st == REFD_OK && ret->affected == 0)
		st = refuse_empty(cmd, any, err);
	return st;
}

static enum refd_status check_instant(const struct lock_command *cmd, struct refd_error *err)
{
	if (cmd->verb != ANNOUNCE)
		return REFD_OK;
	if (refd_time_is_unset(cmd->hand_out))
		return refd__invalid(err, "hand_out", REFD_RULE_REQUIRED, 0, 0,
				     "the hand-out instant is required");
	if (cmd->hand_out.us < REFD_TIME_MIN || cmd->hand_out.us > REFD_TIME_MAX)
		return refd__invalid(err, "hand_out", REFD_RULE_OUT_OF_RANGE, cmd->hand_out.us,
				     REFD_TIME_MAX, "the hand-out is out of range");
	return REFD_OK;
}

static enum refd_status apply_lock(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				   struct refd_error *err)
{
	const struct lock_command *cmd = arg;
	enum refd_status st = check_target(&cmd->target, err);

	if (st == REFD_OK)
		st = check_instant(cmd, err);
	if (st != REFD_OK)
		return st;
	if (cmd->target.board)
		return apply_board(unit, cmd, ret, err);
	return has_range(&cmd->target) ? apply_range(unit, cmd, ret, err)
				       : apply_one(unit, cmd, ret, err);
}

static void lock_outlook(struct refd__asking *asking, const void *arg)
{
	const struct lock_command *cmd = arg;

	if (cmd->target.board)
		refd__ask_board(asking);
	else if (!has_range(&cmd->target))
		refd__ask_fixtures(asking, &cmd->target.fixture, 1, 0);
}

static enum refd_status run_lock(const struct refd_app *app, const struct refd_command *meta,
				 const char *name, const struct lock_command *cmd,
				 struct refd_result *ret, struct refd_error *err)
{
	struct refd__task task;

	refd__task_init(&task, name, apply_lock, cmd);
	task.outlook = lock_outlook;
	task.versionless = has_range(&cmd->target);
	refd__request_uuid(&task.request, cmd->target.fixture.uuid);
	refd__request_number(&task.request, cmd->target.range.from.us);
	refd__request_number(&task.request, cmd->target.range.to.us);
	refd__request_number(&task.request, cmd->target.board);
	refd__request_number(&task.request, cmd->hand_out.us);
	if (refd_uuid_is_unset(cmd->target.fixture.uuid))
		refd__task_guard(&task, REFD_GUARD_BOARD, refd_the_board.uuid, 0);
	else
		refd__task_guard(&task, REFD_GUARD_FIXTURE, cmd->target.fixture.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_availabilities_lock(const struct refd_app *app,
					  const struct refd_command *meta,
					  const struct refd_lock_target *target,
					  struct refd_result *ret, struct refd_error *err)
{
	const struct lock_command cmd = { .verb = LOCK,
					  .target = *target,
					  .expected = refd__expected(meta) };

	return run_lock(app, meta, "availability.lock", &cmd, ret, err);
}

enum refd_status refd_availabilities_unlock(const struct refd_app *app,
					    const struct refd_command *meta,
					    const struct refd_lock_target *target,
					    struct refd_result *ret, struct refd_error *err)
{
	const struct lock_command cmd = { .verb = UNLOCK,
					  .target = *target,
					  .expected = refd__expected(meta) };

	return run_lock(app, meta, "availability.unlock", &cmd, ret, err);
}

enum refd_status refd_availabilities_announce(const struct refd_app *app,
					      const struct refd_command *meta,
					      const struct refd_lock_target *target,
					      struct refd_time hand_out, struct refd_result *ret,
					      struct refd_error *err)
{
	const struct lock_command cmd = { .verb = ANNOUNCE,
					  .target = *target,
					  .hand_out = hand_out,
					  .expected = refd__expected(meta) };

	return run_lock(app, meta, "availability.announce", &cmd, ret, err);
}
