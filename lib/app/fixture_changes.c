/* Reschedule, move, cancel: what a change of a fixture does to all who are concerned. */
#include <refdomain/app/scheduling.h>

#include "app/clashes.h"
#include "app/judging.h"
#include "app/runner.h"
#include "domain/violations.h"

struct change_command {
	struct refd_fixture_id fixture;
	int64_t expected;
	struct refd_time kickoff;
	struct refd_venue_id venue;
};

/* Of a cancellation; it concerns nothing but what hangs on the fixture. */
static void fixture_outlook(struct refd__asking *asking, const void *arg)
{
	const struct change_command *cmd = arg;

	refd__ask_rules(asking);
	refd__ask_fixtures(asking, &cmd->fixture, 1, REFD__WITH_ALL);
}

/* Of another kick-off or venue. */
static void change_outlook(struct refd__asking *asking, const void *arg)
{
	const struct change_command *cmd = arg;
	const struct refd_referee_id nobody = { { { 0 } } };

	if (!refd__ask_surroundings(asking, cmd->fixture, nobody, cmd->venue, cmd->kickoff)) {
		fixture_outlook(asking, arg);
		return;
	}
	refd__ask_rules(asking);
}

static enum refd_status load_for_change(struct refd_unit *unit, const struct change_command *cmd,
					struct refd__fixture_node **ret, struct refd_error *err)
{
	enum refd_status st = refd__rules(unit, err);

	if (st == REFD_OK)
		st = refd__load_fixtures(unit, &cmd->fixture, 1, REFD__WITH_ALL, err);
	if (st == REFD_OK)
		st = refd__need_fixture(unit, cmd->fixture, ret, err);
	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, (*ret)->fixture->state.version,
				  REFD_NOUN_FIXTURE, cmd->fixture.uuid, err);
	return st;
}

/* The rows of the released referees. Their slots were emptied by the fixture. */
static enum refd_status release(struct refd_unit *unit, const struct refd__fixture_node *node,
				const struct refd_fixture_outcome *outcomes, size_t count,
				enum refd_unassign_reason reason, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < count && st == REFD_OK; i++) {
		struct refd_assignment *assignment = NULL;

		if (outcomes[i].outcome != REFD_OUTCOME_RELEASED)
			continue;
		st = refd__find_holder(unit, node->fixture->state.id, outcomes[i].referee,
				       &assignment, err);
		if (st == REFD_OK)
			st = refd_assignment_remove(assignment, reason, err);
	}
	return st;
}

static enum refd_status drop_availabilities(const struct refd__fixture_node *node,
					    enum refd_availability_reason reason,
					    struct refd_error *err)
{
	const struct refd__availability_node *a;
	enum refd_status st = REFD_OK;

	for (a = node->availabilities; a != NULL && st == REFD_OK; a = a->next) {
		if (a->availability->fate != REFD__GONE && a->availability->fate != REFD__VOID)
			st = refd_availability_withdraw(a->availability, reason, err);
	}
	return st;
}

static enum refd_status drops_availabilities(struct refd_unit *unit, struct refd_time before,
					     struct refd_time after, bool *ret,
					     struct refd_error *err)
{
	int32_t day_before = 0;
	int32_t day_after = 0;
	enum refd_status st;

	*ret = false;
	if (unit->rules.availability_on_change == REFD_AVAILABILITY_KEEP)
		return REFD_OK;
	st = refd__day(&unit->app->ports, &unit->rules, before, &day_before, err);
	if (st == REFD_OK)
		st = refd__day(&unit->app->ports, &unit->rules, after, &day_after, err);
	if (st == REFD_OK)
		*ret = day_before != day_after;
	return refd__unit_fail(unit, st);
}

typedef enum refd_status require_free_fn(struct refd_unit *unit,
					 const struct refd_fixture_state *wanted,
					 struct refd_error *err);

/* Adds what forbids the new state; all of it, also when the fixture itself already refuses. */
static enum refd_status may_become(struct refd_unit *unit, const struct refd_fixture_state *changed,
				   require_free_fn *require_free, enum refd_status refused,
				   struct refd_error *err)
{
	enum refd_status st;

	if (refused == REFD_INVALID || changed->status == REFD_FIXTURE_CANCELLED)
		return refused;
	st = require_free(unit, changed, err);
	return st == REFD_OK ? refused : st;
}

static enum refd_status reschedule(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				   struct refd_error *err)
{
	const struct change_command *cmd = arg;
	struct refd_fixture_outcome outcomes[REFD_ROLES];
	struct refd__fixture_node *node = NULL;
	struct refd_fixture_state changed;
	bool dropped = false;
	size_t n = 0;
	enum refd_status st = load_for_change(unit, cmd, &node, err);

	if (st != REFD_OK)
		return st;
	changed = node->fixture->state;
	if (changed.status == REFD_FIXTURE_SCHEDULED && changed.kickoff.us == cmd->kickoff.us)
		goto done;
	changed.kickoff = cmd->kickoff;
	st = refd_fixture_may_reschedule(node->fixture, cmd->kickoff, &unit->rules, unit->now, err);
	st = may_become(unit, &changed, refd__require_free, st, err);
	if (st == REFD_OK)
		st = drops_availabilities(unit, node->fixture->state.kickoff, cmd->kickoff,
					  &dropped, err);
	if (st == REFD_OK)
		st = refd__recheck(unit, node, &changed, dropped, outcomes, &n, err);
	if (st == REFD_OK)
		st = refd_fixture_reschedule(node->fixture, cmd->kickoff, outcomes, n, &unit->rules,
					     unit->now, err);
	if (st == REFD_OK)
		st = release(unit, node, outcomes, n, REFD_UNASSIGN_FIXTURE_CHANGED, err);
	if (st == REFD_OK && dropped)
		st = drop_availabilities(node, REFD_AVAILABILITY_FIXTURE_REDATED, err);
done:
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_FIXTURE, cmd->fixture.uuid,
				 node->fixture->state.version);
	return st;
}

static enum refd_status require_open(const struct refd_fixture *fixture, struct refd_error *err)
{
	struct refd_ref object = { REFD_NOUN_FIXTURE, fixture->state.id.uuid };

	if (fixture->state.status != REFD_FIXTURE_CANCELLED)
		return REFD_OK;
	return refd__refused(err, object, REFD_RULE_FIXTURE_CANCELLED, (struct refd_ref){ 0 },
			     "the fixture is cancelled");
}

/* What forbids the move beside a taken venue. */
static enum refd_status may_move(const struct refd_fixture *fixture, const struct refd_venue *venue,
				 struct refd_error *err)
{
	const struct refd_ref object = { REFD_NOUN_FIXTURE, fixture->state.id.uuid };
	enum refd_status st = require_open(fixture, err);

	if (venue->state.status != REFD_PARTY_RETIRED)
		return st;
	return refd__refused(err, object, REFD_RULE_RETIRED,
			     (struct refd_ref){ REFD_NOUN_VENUE, venue->state.id.uuid },
			     "the venue is retired");
}

static enum refd_status move(struct refd_unit *unit, const void *arg, struct refd_result *ret,
			     struct refd_error *err)
{
	const struct change_command *cmd = arg;
	struct refd_fixture_outcome outcomes[REFD_ROLES];
	struct refd__fixture_node *node = NULL;
	struct refd_venue *venue = NULL;
	struct refd_fixture_state changed;
	size_t n = 0;
	enum refd_status st = load_for_change(unit, cmd, &node, err);

	if (st == REFD_OK)
		st = refd__need_venue(unit, cmd->venue, &venue, err);
	if (st != REFD_OK)
		return st;
	changed = node->fixture->state;
	if (changed.status == REFD_FIXTURE_SCHEDULED &&
	    refd_uuid_equal(changed.venue.uuid, cmd->venue.uuid))
		goto done;
	changed.venue = cmd->venue;
	st = may_become(unit, &changed, refd__require_free_venue,
			may_move(node->fixture, venue, err), err);
	if (st == REFD_OK)
		st = refd__recheck(unit, node, &changed, false, outcomes, &n, err);
	if (st == REFD_OK)
		st = refd_fixture_move(node->fixture, cmd->venue, outcomes, n, err);
	if (st == REFD_OK && !refd__link_fixture(unit, node))
		st = refd__no_memory(unit, err);
	if (st == REFD_OK)
		st = release(unit, node, outcomes, n, REFD_UNASSIGN_FIXTURE_CHANGED, err);
done:
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_FIXTURE, cmd->fixture.uuid,
				 node->fixture->state.version);
	return st;
}

/* Everybody on the fixture is released. */
static size_t all_released(const struct refd_fixture *fixture, struct refd_fixture_outcome *ret)
{
	size_t n = 0;
	int role;

	for (role = 1; role <= REFD_ROLES; role++) {
		if (!refd_uuid_is_unset(fixture->slots[role].uuid))
			ret[n++] = (struct refd_fixture_outcome){ fixture->slots[role],
								  (enum refd_role)role,
								  REFD_OUTCOME_RELEASED, 0 };
	}
	return n;
}

static enum refd_status cancel(struct refd_unit *unit, const void *arg, struct refd_result *ret,
			       struct refd_error *err)
{
	const struct change_command *cmd = arg;
	struct refd_fixture_outcome outcomes[REFD_ROLES];
	struct refd__fixture_node *node = NULL;
	size_t n = 0;
	enum refd_status st = load_for_change(unit, cmd, &node, err);

	if (st == REFD_OK) {
		n = all_released(node->fixture, outcomes);
		st = refd_fixture_cancel(node->fixture, err);
	}
	if (st == REFD_OK)
		st = release(unit, node, outcomes, n, REFD_UNASSIGN_FIXTURE_CANCELLED, err);
	if (st == REFD_OK)
		st = drop_availabilities(node, REFD_AVAILABILITY_FIXTURE_CANCELLED, err);
	if (st == REFD_OK)
		refd__result_add(ret, REFD_NOUN_FIXTURE, cmd->fixture.uuid,
				 node->fixture->state.version);
	return st;
}

enum refd_status refd_scheduling_reschedule(const struct refd_app *app,
					    const struct refd_command *meta,
					    struct refd_fixture_id fixture,
					    struct refd_time kickoff, struct refd_result *ret,
					    struct refd_error *err)
{
	const struct change_command cmd = { .fixture = fixture,
					    .expected = refd__expected(meta),
					    .kickoff = kickoff };
	struct refd__task task;

	refd__task_init(&task, "fixture.reschedule", reschedule, &cmd);
	task.outlook = change_outlook;
	refd__request_uuid(&task.request, fixture.uuid);
	refd__request_number(&task.request, kickoff.us);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, fixture.uuid,
			 REFD_DERIVE_REFEREES | REFD_DERIVE_TEAMS | REFD_DERIVE_VENUE);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_scheduling_move(const struct refd_app *app, const struct refd_command *meta,
				      struct refd_fixture_id fixture, struct refd_venue_id venue,
				      struct refd_result *ret, struct refd_error *err)
{
	const struct change_command cmd = { .fixture = fixture,
					    .expected = refd__expected(meta),
					    .venue = venue };
	struct refd__task task;

	refd__task_init(&task, "fixture.move", move, &cmd);
	task.outlook = change_outlook;
	refd__request_uuid(&task.request, fixture.uuid);
	refd__request_uuid(&task.request, venue.uuid);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, fixture.uuid,
			 REFD_DERIVE_REFEREES | REFD_DERIVE_TEAMS | REFD_DERIVE_VENUE);
	refd__task_guard(&task, REFD_GUARD_VENUE, venue.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}

enum refd_status refd_scheduling_cancel(const struct refd_app *app, const struct refd_command *meta,
					struct refd_fixture_id fixture, struct refd_result *ret,
					struct refd_error *err)
{
	const struct change_command cmd = { .fixture = fixture, .expected = refd__expected(meta) };
	struct refd__task task;

	refd__task_init(&task, "fixture.cancel", cancel, &cmd);
	task.outlook = fixture_outlook;
	refd__request_uuid(&task.request, fixture.uuid);
	refd__task_guard(&task, REFD_GUARD_FIXTURE, fixture.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}
