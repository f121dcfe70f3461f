/* Guards under two and four connections, and lock waits that end at their deadline. */
#include <string.h>

#include "kit.h"

/* What the threads of a case share. */
struct contest {
	struct refd_contract__world world;
	struct refd_guard first, second; /* of the actor that comes first and second */
	int64_t patience;		 /* microseconds that the second waits */
};

static struct contest *contest_of(struct refd_contract__actor *actor)
{
	struct contest *contest = refd_contract__alloc(actor, sizeof(*contest));

	if (!contest)
		return NULL;
	refd_contract__world(actor, &contest->world);
	contest->first.guard_class = contest->second.guard_class = REFD_GUARD_FIXTURE;
	contest->first.key = contest->second.key = contest->world.fixtures[0].id.uuid;
	contest->patience = actor->kit->patience;
	actor->kit->shared = contest;
	return refd_contract__failed(actor->kit) ? NULL : contest;
}

static void hold_first(struct refd_contract__actor *actor, const struct contest *contest)
{
	enum refd_status status = refd_contract__try_hold(
		actor, refd_contract__now() + actor->kit->patience, &contest->first, 1);

	refd_contract__check(actor->kit, status == REFD_OK, "the first writer gets %s (%s)",
			     refd_status_name(status), actor->err.message);
}

/* Stage 1: about to ask; stage 2: the guard is held. */
static void hold_second(struct refd_contract__actor *actor)
{
	const struct contest *contest = actor->kit->shared;
	int64_t start = refd_contract__now();

	refd_contract__stage(actor, 1);
	actor->status =
		refd_contract__try_hold(actor, start + contest->patience, &contest->second, 1);
	actor->number = refd_contract__now() - start;
	if (actor->status == REFD_OK)
		refd_contract__stage(actor, 2);
	refd_contract__rollback(actor);
}

/* With the first guard held: the second is refused when its deadline has come, not much sooner or
 * later. */
static void second_waits(struct refd_contract__actor *first, struct refd_contract__actor *second,
			 const char *what)
{
	struct refd_contract__kit *kit = first->kit;
	struct contest *contest = kit->shared;
	int64_t most = REFD_CONTRACT__MOMENT + 250 * 1000 + REFD_CONTRACT__SLACK;

	contest->patience = REFD_CONTRACT__MOMENT;
	hold_first(first, contest);
	refd_contract__start(second, hold_second);
	if (!refd_contract__reached(second, INT32_MAX, most)) {
		refd_contract__fail(kit, "%s: the wait goes on after its deadline", what);
		refd_contract__rollback(first);
	}
	refd_contract__join(second);
	refd_contract__check(kit, second->status == REFD_UNAVAILABLE,
			     "%s: the second writer gets %s beside the first", what,
			     refd_status_name(second->status));
	refd_contract__check(kit, second->number >= REFD_CONTRACT__MOMENT / 2,
			     "%s: the second writer is refused without a wait", what);
	refd_contract__rollback(first);
}

static void each_class(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *first = refd_contract__actor(kit, 0),
				    *second = refd_contract__actor(kit, 1);
	struct contest *contest = contest_of(first);

	if (!contest)
		return;
	contest->first.guard_class = contest->second.guard_class = (enum refd_guard_class)arg;
	second_waits(first, second, "the same guard");
	contest->patience = kit->patience;
	refd_contract__start(second, hold_second);
	refd_contract__join(second);
	refd_contract__check(kit, second->status == REFD_OK,
			     "a guard given back is not to be had: %s",
			     refd_status_name(second->status));
}

/* A fixture's guard takes others with it. */
static void derived(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *first = refd_contract__actor(kit, 0),
				    *second = refd_contract__actor(kit, 1);
	struct contest *contest = contest_of(first);
	struct refd_assignment_state assignment;
	struct refd_slot_state slot;

	(void)arg;
	if (!contest)
		return;
	refd_contract__slot(first, &contest->world.fixtures[0], REFD_ROLE_FIRST,
			    &contest->world.referees[0], &slot);
	refd_contract__fill(first, REFD_RECORD_ASSIGNMENT, REFD_CONTRACT__BARE, &assignment);
	assignment.fixture = contest->world.fixtures[0].id;
	assignment.referee = contest->world.referees[1].id;
	refd_contract__insert(first, REFD_RECORD_ASSIGNMENT, &assignment);
	refd_contract__commit(first, REFD_OK);
	contest->first.derive = REFD_DERIVE_REFEREES | REFD_DERIVE_TEAMS | REFD_DERIVE_VENUE;
	contest->second.guard_class = REFD_GUARD_REFEREE;
	contest->second.key = contest->world.referees[0].id.uuid;
	second_waits(first, second, "the referee of a slot");
	contest->second.key = contest->world.referees[1].id.uuid;
	second_waits(first, second, "the referee of an assignment");
	contest->second.guard_class = REFD_GUARD_TEAM;
	contest->second.key = contest->world.teams[0].id.uuid;
	second_waits(first, second, "the home team");
	contest->second.key = contest->world.teams[1].id.uuid;
	second_waits(first, second, "the away team");
	contest->second.guard_class = REFD_GUARD_VENUE;
	contest->second.key = contest->world.venue.id.uuid;
	second_waits(first, second, "the venue");
}

/* Read the version under the guard and write the next. */
static enum refd_status grow(struct refd_contract__actor *actor, int64_t *ret_seen)
{
	const struct contest *contest = actor->kit->shared;
	struct refd_fixture_state fixture = contest->world.fixtures[0];
	enum refd_status status = refd_contract__try_hold(
		actor, refd_contract__now() + contest->patience, &contest->second, 1);

	if (status != REFD_OK)
		return status;
	refd_contract__stage(actor, 2);
	*ret_seen = refd_contract__version(actor, REFD_RECORD_FIXTURE, &fixture);
	fixture.version = *ret_seen + 1;
	refd_contract__update(actor, REFD_RECORD_FIXTURE, &fixture, *ret_seen);
	return refd_contract__try_commit(actor);
}

static void grow_second(struct refd_contract__actor *actor)
{
	refd_contract__stage(actor, 1);
	actor->status = grow(actor, &actor->number);
}

/* Step by step: the first holds and reads, the second asks and must wait, the first commits, the
 * second goes on and sees it. */
static void second_sees_the_first(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *first = refd_contract__actor(kit, 0),
				    *second = refd_contract__actor(kit, 1);
	struct contest *contest = contest_of(first);
	struct refd_fixture_state fixture;

	(void)arg;
	if (!contest)
		return;
	fixture = contest->world.fixtures[0];
	hold_first(first, contest);
	refd_contract__check(kit, refd_contract__version(first, REFD_RECORD_FIXTURE, &fixture) == 1,
			     "the first writer does not see version 1");
	refd_contract__start(second, grow_second);
	refd_contract__check(kit, refd_contract__reached(second, 1, REFD_CONTRACT__SLACK),
			     "no second writer");
	refd_contract__check(kit, !refd_contract__reached(second, 2, REFD_CONTRACT__MOMENT),
			     "the second writer does not wait for the first");
	fixture.version = 2;
	refd_contract__update(first, REFD_RECORD_FIXTURE, &fixture, 1);
	refd_contract__commit(first, REFD_OK);
	refd_contract__join(second);
	refd_contract__check(kit, second->status == REFD_OK && second->number == 2,
			     "the second writer saw version %lld and its commit answered %s",
			     (long long)second->number, refd_status_name(second->status));
	refd_contract__check(kit, refd_contract__version(first, REFD_RECORD_FIXTURE, &fixture) == 3,
			     "an update was lost");
}

/* Stage 1: about to commit; stage 2: it is done. */
static void assert_rules(struct refd_contract__actor *actor)
{
	const struct contest *contest = actor->kit->shared;
	struct refd_fixture_state fixture = contest->world.fixtures[1];
	struct refd_rules rules = refd_rules_default();

	rules.id = refd_the_rules;
	fixture.version = 2;
	refd_contract__stage(actor, 1);
	refd_contract__assert(actor, REFD_RECORD_RULES, &rules, 0);
	refd_contract__update(actor, REFD_RECORD_FIXTURE, &fixture, 1);
	actor->status = refd_contract__try_commit(actor);
	refd_contract__stage(actor, 2);
}

/* Who reads all that was made under the old rules must not miss what comes later. arg: whether they
 * change in the end */
static void rules_keep_asserts_out(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *first = refd_contract__actor(kit, 0),
				    *second = refd_contract__actor(kit, 1);
	struct contest *contest = contest_of(first);
	struct refd_rules rules = refd_rules_default();

	if (!contest)
		return;
	contest->first.guard_class = REFD_GUARD_RULES;
	hold_first(first, contest);
	refd_contract__start(second, assert_rules);
	refd_contract__check(kit, refd_contract__reached(second, 1, REFD_CONTRACT__SLACK),
			     "no second writer");
	refd_contract__check(kit, !refd_contract__reached(second, 2, REFD_CONTRACT__MOMENT),
			     "a commit on the rules does not wait for who changes them");
	rules.id = refd_the_rules;
	rules.version = 1;
	if (arg)
		refd_contract__insert(first, REFD_RECORD_RULES, &rules);
	refd_contract__commit(first, REFD_OK);
	refd_contract__join(second);
	refd_contract__check(kit, second->status == (arg ? REFD_CONFLICT : REFD_OK),
			     "the commit on the rules answered %s",
			     refd_status_name(second->status));
}

/* However the first ends, the guard is free again. arg: 0 rollback, 1 commit, 2 failing commit */
static void given_back(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *first = refd_contract__actor(kit, 0),
				    *second = refd_contract__actor(kit, 1);
	struct contest *contest = contest_of(first);

	if (!contest)
		return;
	hold_first(first, contest);
	refd_contract__start(second, hold_second);
	(void)refd_contract__reached(second, 1, REFD_CONTRACT__SLACK);
	refd_contract__check(kit, !refd_contract__reached(second, 2, REFD_CONTRACT__MOMENT),
			     "the second writer does not wait for the first");
	if (arg == 2)
		refd_contract__update(first, REFD_RECORD_VENUE, &contest->world.venue, 77);
	if (arg == 0)
		refd_contract__rollback(first);
	else
		refd_contract__commit(first, arg == 2 ? REFD_CONFLICT : REFD_OK);
	refd_contract__join(second);
	refd_contract__check(kit, second->status == REFD_OK, "the second writer gets %s in the end",
			     refd_status_name(second->status));
}

/* A guard that somebody else holds is asked for and given up before anything is read: what the
 * handle does next is none of its business. */
static void given_up(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *first = refd_contract__actor(kit, 0),
				    *second = refd_contract__actor(kit, 1);
	struct contest *contest = contest_of(first);
	enum refd_status status;

	(void)arg;
	if (!contest)
		return;
	hold_first(first, contest);
	for (int i = 0; i < 2 && !refd_contract__failed(kit); i++) {
		status = refd_contract__try_hold(
			second, refd_contract__now() + REFD_CONTRACT__MOMENT, &contest->second, 1);
		refd_contract__check(kit, status == REFD_OK || status == REFD_UNAVAILABLE,
				     "a guard that is held answers %s", refd_status_name(status));
		refd_contract__rollback(second);
		refd_contract__check(kit,
				     refd_contract__version(second, REFD_RECORD_FIXTURE,
							    &contest->world.fixtures[0]) == 1,
				     "after a guard was given up the handle does not read");
	}
	refd_contract__rollback(first);
}

enum { ROUNDS = 40, WRITERS = 4 };

static void grow_often(struct refd_contract__actor *actor)
{
	int64_t acknowledged = 0, seen;

	for (int i = 0; i < ROUNDS && !refd_contract__failed(actor->kit); i++) {
		enum refd_status status = grow(actor, &seen);

		acknowledged += status == REFD_OK;
		refd_contract__check(actor->kit, status == REFD_OK,
				     "under its guard a writer gets %s: %s",
				     refd_status_name(status), actor->err.message);
	}
	actor->number = acknowledged;
}

static void four_writers(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct contest *contest = contest_of(actor);
	int64_t acknowledged = 0, version;

	(void)arg;
	if (!contest)
		return;
	for (size_t i = 1; i <= WRITERS; i++)
		(void)refd_contract__actor(kit, i);
	for (size_t i = 1; i <= WRITERS; i++)
		refd_contract__start(&kit->actors[i], grow_often);
	for (size_t i = 1; i <= WRITERS; i++) {
		refd_contract__join(&kit->actors[i]);
		acknowledged += kit->actors[i].number;
	}
	version = refd_contract__version(actor, REFD_RECORD_FIXTURE, &contest->world.fixtures[0]);
	refd_contract__check(kit, version == 1 + acknowledged, "version %lld after %lld commits",
			     (long long)version, (long long)acknowledged);
}

/* Many guards, taken in several calls. */
static void thousands(struct refd_contract__kit *kit, int arg)
{
	enum { GUARDS = 4000 };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_guard *guards = refd_contract__alloc(actor, GUARDS * sizeof(*guards));
	struct contest *contest = contest_of(actor);
	enum refd_status status = REFD_OK;

	(void)arg;
	if (!guards || !contest)
		return;
	for (uint32_t i = 0; i < GUARDS; i++) {
		guards[i].guard_class = i < GUARDS / 2 ? REFD_GUARD_FIXTURE : REFD_GUARD_REFEREE;
		for (size_t byte = 0; byte < 4; byte++)
			guards[i].key.bytes[byte] = (uint8_t)(i >> (24 - 8 * byte));
		guards[i].key.bytes[15] = 1;
	}
	status = refd_contract__try_hold(actor, 0, guards, GUARDS / 2);
	if (status == REFD_OK && actor->store.ops->guard)
		status = actor->store.ops->guard(actor->store.self, actor->tx, guards + GUARDS / 2,
						 GUARDS / 2, &actor->err);
	refd_contract__check(kit, status == REFD_OK, "thousands of guards: %s (%s)",
			     refd_status_name(status), actor->err.message);
	contest->world.venue.version = 2;
	refd_contract__update(actor, REFD_RECORD_VENUE, &contest->world.venue, 1);
	refd_contract__commit(actor, REFD_OK);
}

struct refd_contract__cases refd_contract__guard_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "guard__command_wait_ends_at_the_deadline", each_class, REFD_GUARD_COMMAND, 0 },
		{ "guard__rules_wait_ends_at_the_deadline", each_class, REFD_GUARD_RULES, 0 },
		{ "guard__board_wait_ends_at_the_deadline", each_class, REFD_GUARD_BOARD, 0 },
		{ "guard__fixture_wait_ends_at_the_deadline", each_class, REFD_GUARD_FIXTURE, 0 },
		{ "guard__referee_wait_ends_at_the_deadline", each_class, REFD_GUARD_REFEREE, 0 },
		{ "guard__team_wait_ends_at_the_deadline", each_class, REFD_GUARD_TEAM, 0 },
		{ "guard__venue_wait_ends_at_the_deadline", each_class, REFD_GUARD_VENUE, 0 },
		{ "guard__derived_rows_are_held", derived, 0, 0 },
		{ "guard__second_writer_waits_and_sees_the_first", second_sees_the_first, 0, 0 },
		{ "guard__rules_keep_asserting_commits_out", rules_keep_asserts_out, 0, 0 },
		{ "guard__changed_rules_end_asserting_commits", rules_keep_asserts_out, 1, 0 },
		{ "guard__rollback_gives_it_back", given_back, 0, 0 },
		{ "guard__commit_gives_it_back", given_back, 1, 0 },
		{ "guard__failed_commit_gives_it_back", given_back, 2, 0 },
		{ "guard__given_up_before_a_read_is_forgotten", given_up, 0, 0 },
		{ "guard__four_writers_lose_no_update", four_writers, 0, 0 },
		{ "guard__thousands_at_once", thousands, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
