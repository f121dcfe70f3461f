/* Every allocation of a use case fails, libpq's own included, once and from then on: what is
 * answered with an error has changed nothing, is answered without waiting for what will not come,
 * and the command asked again under its id has its effect once.
 *
 * usage: postgres_memory [every]
 * Without `every` so many points of each use case as fit in CI. */
#include <errno.h>

#include "rig.h"

#define POINTS	   6 /* of a use case */
#define TIMEOUT_US 1000000

/* ---- the allocator of the whole program ---- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static _Thread_local struct support_heap *judge; /* of this thread; NULL: nothing fails */

static bool refuses(void)
{
	if (judge == NULL || !support_heap_refuses(judge))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return refuses() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return refuses() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
	return refuses() ? NULL : __libc_realloc(memory, size);
}

/* ---- one use case ---- */

static bool every;

struct trial {
	struct rig *rig;
	const struct use_case *use_case;
	char before[RIG_PRINT], after[RIG_PRINT];
	uint64_t points;
};

struct tally {
	uint64_t faults, no_memory, unavailable, unknown, overcome;
};

static enum refd_status run(struct trial *trial, struct refd_app *app,
			    const struct refd_command *meta, struct support_heap *heap)
{
	enum refd_status st;

	judge = heap;
	st = rig_run(trial->rig, trial->use_case, app, meta);
	judge = NULL;
	return st;
}

static void prepare(struct trial *trial, struct refd_command *meta)
{
	rig_restore(trial->rig);
	rig_connect(trial->rig);
	*meta = rig_fresh_command(trial->rig);
}

static void learn(struct trial *trial)
{
	struct support_heap heap;
	struct refd_command meta;

	support_heap_init(&heap);
	prepare(trial, &meta);
	rig_print(trial->rig, trial->before);
	support_assert_status(run(trial, trial->rig->once, &meta, &heap), REFD_OK);
	rig_print(trial->rig, trial->after);
	trial->points = heap.calls;
}

static void expect_print(struct trial *trial, const char *wanted, const char *otherwise)
{
	char print[RIG_PRINT];

	rig_settle(trial->rig);
	rig_print(trial->rig, print);
	if (strcmp(print, wanted) != 0 && strcmp(print, otherwise) != 0)
		fail_msg("%s: stored is\n%s\ninstead of\n%s", trial->use_case->name, print, wanted);
}

static void judge_outcome(struct trial *trial, enum refd_status st, struct tally *tally)
{
	const char *message = trial->rig->league->err.message;

	if (st != REFD_OK && st != REFD_NO_MEMORY && st != REFD_UNAVAILABLE && st != REFD_UNKNOWN)
		fail_msg("%s: %s: %s", trial->use_case->name, refd_status_name(st), message);
	if (st != REFD_OK && strstr(message, "within the deadline") != NULL)
		fail_msg("%s: waited in vain: %s", trial->use_case->name, message);
	tally->overcome += st == REFD_OK;
	tally->no_memory += st == REFD_NO_MEMORY;
	tally->unavailable += st == REFD_UNAVAILABLE;
	tally->unknown += st == REFD_UNKNOWN;
	if (st == REFD_OK)
		expect_print(trial, trial->after, trial->after);
	else
		expect_print(trial, trial->before,
			     st == REFD_UNKNOWN ? trial->after : trial->before);
}

/* @return whether the n-th allocation was reached */
static bool fail_allocation(struct trial *trial, uint64_t n, bool for_good, struct tally *tally)
{
	struct rig *rig = trial->rig;
	struct support_heap heap;
	struct refd_command meta;
	enum refd_status st;

	prepare(trial, &meta);
	support_heap_init(&heap);
	heap.fail_at = n;
	heap.fail_on = for_good;
	meta.timeout = TIMEOUT_US;
	st = run(trial, for_good ? rig->league->app : rig->once, &meta, &heap);
	if (heap.failed == 0) {
		support_assert_status(st, REFD_OK);
		return false;
	}
	tally->faults++;
	judge_outcome(trial, st, tally);
	if (st != REFD_OK) {
		meta.timeout = 0;
		st = run(trial, rig->league->app, &meta, NULL);
		if (st != REFD_OK)
			fail_msg("%s again: %s: %s", trial->use_case->name, refd_status_name(st),
				 rig->league->err.message);
		expect_print(trial, trial->after, trial->after);
	}
	return true;
}

static void allocation__fails_in_each_use_case(void **state)
{
	static struct trial trial;
	struct tally tally = { 0, 0, 0, 0, 0 };
	size_t i;

	for (i = 0; i < n_use_cases; i++) {
		uint64_t step, n;

		trial = (struct trial){ .rig = *state, .use_case = &use_cases[i] };
		learn(&trial);
		step = every ? 1 : trial.points / POINTS + 1;
		for (n = 1 + i % step; fail_allocation(&trial, n, false, &tally); n += step)
			;
		for (n = 1 + i % step; fail_allocation(&trial, n, true, &tally); n += step)
			;
	}
	print_message("%llu allocations failed: %llu no memory, %llu unavailable, %llu unknown, "
		      "%llu overcome\n",
		      (unsigned long long)tally.faults, (unsigned long long)tally.no_memory,
		      (unsigned long long)tally.unavailable, (unsigned long long)tally.unknown,
		      (unsigned long long)tally.overcome);
	assert_true(tally.no_memory > 0 && tally.unknown > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocation__fails_in_each_use_case),
	};

	every = argc > 1 && strcmp(argv[1], "every") == 0;
	return cmocka_run_group_tests_name("postgres memory", tests, rig_setup, rig_teardown);
}
