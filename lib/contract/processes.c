/* Several processes on one store, and processes that die. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"

enum { CHILDREN = 4, ROUNDS = 25 };

/* What a child tells at its end. */
struct verdict {
	int64_t acknowledged;
	bool failed;
	char detail[REFD_CONTRACT__DETAIL];
};

struct child;
typedef void child_task(struct refd_contract__actor *actor, struct child *child);

struct child {
	pid_t pid;
	int from, to; /* the pipe */
	child_task *work;
	const struct refd_contract__world *world;
	struct verdict verdict;
};

static void acknowledge(struct child *child)
{
	char byte = 1;

	child->verdict.acknowledged++;
	if (write(child->to, &byte, 1) != 1)
		_exit(1);
}

/* In the child: handles of the parent are not touched; what it says goes through the pipe. */
static void run_child(struct refd_contract__kit *kit, struct child *child)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	char byte = 0;

	if (!refd_contract__failed(kit))
		child->work(actor, child);
	refd_contract__leave(actor);
	child->verdict.failed = kit->failed;
	memcpy(child->verdict.detail, kit->detail, sizeof(kit->detail));
	if (write(child->to, &byte, 1) != 1 ||
	    write(child->to, &child->verdict, sizeof(child->verdict)) !=
		    (ssize_t)sizeof(child->verdict))
		_exit(1);
	_exit(0);
}

/* No handle is open here: an engine's handle must not be carried over a fork. */
static bool start_child(struct refd_contract__kit *kit, struct child *child)
{
	int ends[2];

	if (refd_contract__failed(kit) || pipe(ends) != 0) {
		refd_contract__fail(kit, "the system gives no pipe");
		return false;
	}
	child->from = ends[0];
	child->to = ends[1];
	child->pid = fork();
	if (child->pid == 0) {
		close(child->from);
		run_child(kit, child);
	}
	close(child->to);
	if (child->pid < 0) {
		close(child->from);
		refd_contract__fail(kit, "the system gives no process");
	}
	return child->pid > 0;
}

/* @return acknowledgements that came, `most` at most (0: until the child is done or dead) */
static int64_t wait_for(struct child *child, int64_t most)
{
	int64_t came = 0;
	char byte;

	while ((most == 0 || came < most) && read(child->from, &byte, 1) == 1 && byte == 1)
		came++;
	return came;
}

static void end_child(struct refd_contract__kit *kit, struct child *child)
{
	int state = 0;

	if (read(child->from, &child->verdict, sizeof(child->verdict)) !=
	    (ssize_t)sizeof(child->verdict))
		refd_contract__fail(kit, "a child ended without a word");
	close(child->from);
	(void)waitpid(child->pid, &state, 0);
	refd_contract__check(kit, !child->verdict.failed, "in a child: %s", child->verdict.detail);
}

/* The world, made and left again. */
static void make_world(struct refd_contract__kit *kit, struct refd_contract__world *ret)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	refd_contract__world(actor, ret);
	refd_contract__leave(actor);
}

static int64_t run_children(struct refd_contract__kit *kit,
			    const struct refd_contract__world *world, child_task *work)
{
	struct child children[CHILDREN] = { { .pid = 0 } };
	int64_t acknowledged = 0;

	for (size_t i = 0; i < CHILDREN; i++) {
		children[i].work = work;
		children[i].world = world;
		children[i].pid = start_child(kit, &children[i]) ? children[i].pid : 0;
	}
	for (size_t i = 0; i < CHILDREN; i++)
		if (children[i].pid > 0) {
			acknowledged += wait_for(&children[i], 0);
			end_child(kit, &children[i]);
		}
	return acknowledged;
}

/* Grow both fixtures by one under the guard of the first. */
static enum refd_status grow(struct refd_contract__actor *actor,
			     const struct refd_contract__world *world)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_FIXTURE,
				    .key = world->fixtures[0].id.uuid };
	enum refd_status status = refd_contract__try_hold(
		actor, refd_contract__now() + actor->kit->patience, &guard, 1);
	int64_t seen;

	if (status != REFD_OK)
		return status;
	seen = refd_contract__version(actor, REFD_RECORD_FIXTURE, &world->fixtures[0]);
	for (size_t i = 0; i < 2; i++) {
		struct refd_fixture_state fixture = world->fixtures[i];

		fixture.version = seen + 1;
		refd_contract__update(actor, REFD_RECORD_FIXTURE, &fixture, seen);
	}
	return refd_contract__try_commit(actor);
}

/* Under its guard nobody finds the version changed. */
static void grow_rounds(struct refd_contract__actor *actor, struct child *child)
{
	for (int done = 0; done < ROUNDS && !refd_contract__failed(actor->kit);) {
		enum refd_status status = grow(actor, child->world);

		refd_contract__check(actor->kit, status == REFD_OK, "a writer gets %s: %s",
				     refd_status_name(status), actor->err.message);
		if (status == REFD_OK) {
			acknowledge(child);
			done++;
		}
	}
}

static void four_processes(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__world world;
	int64_t acknowledged, version;

	(void)arg;
	make_world(kit, &world);
	acknowledged = run_children(kit, &world, grow_rounds);
	version = refd_contract__version(refd_contract__actor(kit, 0), REFD_RECORD_FIXTURE,
					 &world.fixtures[0]);
	refd_contract__check(kit, acknowledged == CHILDREN * ROUNDS && version == 1 + acknowledged,
			     "version %lld after %lld acknowledged commits", (long long)version,
			     (long long)acknowledged);
}

/* Grow a fixture; in between the parent looks at who holds the guard. */
static void stop_with_the_guard(struct refd_contract__actor *actor, struct child *child)
{
	struct refd_fixture_state fixture = child->world->fixtures[0];
	struct refd_guard guard = { .guard_class = REFD_GUARD_FIXTURE, .key = fixture.id.uuid };
	enum refd_status status = refd_contract__try_hold(actor, 0, &guard, 1);

	refd_contract__check(actor->kit, status == REFD_OK, "the first guard gets %s",
			     refd_status_name(status));
	acknowledge(child);
	(void)raise(SIGSTOP);
	fixture.version++;
	refd_contract__update(actor, REFD_RECORD_FIXTURE, &fixture, fixture.version - 1);
	refd_contract__commit(actor, REFD_OK);
}

static void guard_between_two(struct refd_contract__kit *kit, int arg)
{
	struct child child = { .work = stop_with_the_guard };
	struct refd_contract__actor *actor;
	struct refd_contract__world world;
	struct refd_guard guard = { .guard_class = REFD_GUARD_FIXTURE };
	enum refd_status held;
	int state = 0;

	(void)arg;
	make_world(kit, &world);
	guard.key = world.fixtures[0].id.uuid;
	child.world = &world;
	if (!start_child(kit, &child))
		return;
	refd_contract__check(kit,
			     wait_for(&child, 1) == 1 &&
				     waitpid(child.pid, &state, WUNTRACED) == child.pid &&
				     WIFSTOPPED(state),
			     "the child does not get its guard");
	actor = refd_contract__actor(kit, 0);
	held = refd_contract__try_hold(actor, refd_contract__now() + REFD_CONTRACT__MOMENT, &guard,
				       1);
	refd_contract__check(kit, held == REFD_UNAVAILABLE,
			     "the guard of another process is answered %s", refd_status_name(held));
	refd_contract__rollback(actor);
	(void)kill(child.pid, SIGCONT);
	(void)wait_for(&child, 0);
	end_child(kit, &child);
	held = refd_contract__try_hold(actor, refd_contract__now() + kit->patience, &guard, 1);
	refd_contract__check(kit, held == REFD_OK, "the guard given back is answered %s",
			     refd_status_name(held));
	refd_contract__check(
		kit, refd_contract__version(actor, REFD_RECORD_FIXTURE, &world.fixtures[0]) == 2,
		"what the first holder committed is not seen");
}

/* Every process wants the same days; each day goes to one of them. */
static void claim_days(struct refd_contract__actor *actor, struct child *child)
{
	for (int32_t day = 0; day < ROUNDS && !refd_contract__failed(actor->kit); day++) {
		struct refd_claim_state claim = { REFD_CLAIM_VENUE, child->world->venue.id.uuid,
						  day, child->world->fixtures[0].id };
		enum refd_status status;

		refd_contract__insert(actor, REFD_RECORD_CLAIM, &claim);
		status = refd_contract__try_commit(actor);
		refd_contract__check(actor->kit, status == REFD_OK || status == REFD_ALREADY_EXISTS,
				     "a claim gets %s: %s", refd_status_name(status),
				     actor->err.message);
		if (status == REFD_OK)
			acknowledge(child);
	}
}

static void claims_of_four(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__world world;
	int64_t acknowledged;

	(void)arg;
	make_world(kit, &world);
	acknowledged = run_children(kit, &world, claim_days);
	refd_contract__check(kit, acknowledged == ROUNDS, "%lld claims were granted for %d days",
			     (long long)acknowledged, (int)ROUNDS);
}

/* One commit, then death within the next transaction. */
static void die_within(struct refd_contract__actor *actor, struct child *child)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_FIXTURE,
				    .key = child->world->fixtures[0].id.uuid };

	if (grow(actor, child->world) == REFD_OK)
		acknowledge(child);
	if (refd_contract__try_hold(actor, 0, &guard, 1) == REFD_OK)
		(void)kill(getpid(), SIGKILL);
	refd_contract__fail(actor->kit, "the child does not get that far");
}

static bool was_killed(struct child *child)
{
	int state = 0;

	close(child->from);
	return waitpid(child->pid, &state, 0) == child->pid && WIFSIGNALED(state) &&
	       WTERMSIG(state) == SIGKILL;
}

static void death_within_transaction(struct refd_contract__kit *kit, int arg)
{
	struct child child = { .work = die_within };
	struct refd_contract__actor *actor;
	struct refd_contract__world world;
	int64_t acknowledged;

	(void)arg;
	make_world(kit, &world);
	child.world = &world;
	if (!start_child(kit, &child))
		return;
	acknowledged = wait_for(&child, 0);
	refd_contract__check(kit, was_killed(&child),
			     "the child was not killed in its transaction");
	actor = refd_contract__actor(kit, 0);
	for (size_t i = 0; i < 2; i++)
		refd_contract__check(kit,
				     acknowledged == 1 &&
					     refd_contract__version(actor, REFD_RECORD_FIXTURE,
								    &world.fixtures[i]) == 2,
				     "what was committed before the death is not as it was");
	/* Its lock died with it. */
	refd_contract__check(kit, refd_contract__failed(kit) || grow(actor, &world) == REFD_OK,
			     "a dead process holds its guard");
}

static void grow_for_ever(struct refd_contract__actor *actor, struct child *child)
{
	while (!refd_contract__failed(actor->kit)) {
		enum refd_status status = grow(actor, child->world);

		refd_contract__check(actor->kit, status == REFD_OK, "a writer gets %s: %s",
				     refd_status_name(status), actor->err.message);
		if (status == REFD_OK)
			acknowledge(child);
	}
}

/* Killed anywhere: what was acknowledged is there, one more commit may be, and none is half. */
static void death_anywhere(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__world world;
	int64_t version = 1;

	(void)arg;
	make_world(kit, &world);
	for (int64_t kills = 1; kills <= 8 && !refd_contract__failed(kit); kills++) {
		struct child child = { .work = grow_for_ever, .world = &world };
		struct refd_contract__actor *actor;
		int64_t acknowledged, versions[2];

		if (!start_child(kit, &child))
			return;
		acknowledged = wait_for(&child, kills);
		(void)kill(child.pid, SIGKILL);
		acknowledged += wait_for(&child, 0);
		refd_contract__check(kit, was_killed(&child), "the child ended by itself");
		actor = refd_contract__actor(kit, 0);
		for (size_t i = 0; i < 2; i++)
			versions[i] = refd_contract__version(actor, REFD_RECORD_FIXTURE,
							     &world.fixtures[i]);
		refd_contract__leave(actor);
		refd_contract__check(kit, versions[0] == versions[1], "half a commit is there");
		refd_contract__check(
			kit,
			versions[0] == version + acknowledged ||
				versions[0] == version + acknowledged + 1,
			"from version %lld on %lld commits were acknowledged, and version"
			" %lld is there",
			(long long)version, (long long)acknowledged, (long long)versions[0]);
		version = versions[0];
	}
}

struct refd_contract__cases refd_contract__process_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "processes__four_writers_lose_no_update", four_processes, 0,
		  REFD_CONTRACT__PROCESSES },
		{ "processes__guard_waits_for_the_other", guard_between_two, 0,
		  REFD_CONTRACT__PROCESSES },
		{ "processes__each_claim_goes_to_one", claims_of_four, 0,
		  REFD_CONTRACT__PROCESSES },
		{ "crash__death_within_a_transaction_leaves_nothing", death_within_transaction, 0,
		  REFD_CONTRACT__PROCESSES | REFD_CONTRACT__DURABLE },
		{ "crash__acknowledged_commits_survive_a_kill", death_anywhere, 0,
		  REFD_CONTRACT__PROCESSES | REFD_CONTRACT__DURABLE },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
