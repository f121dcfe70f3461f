/*
 * Fail every allocation and every port call of every use case, once and from then on. After a
 * failure nothing has changed and nothing leaks; the same call without the fault has its effect
 * exactly once.
 *
 * usage: fault_torture ADAPTER [cold [every]]
 * `cold`: on a store that was just opened, where every statement is still to be prepared; of each
 * use case only so many points as CI can wait for, or `every` one.
 */
#include <refdomain/contract/contract.h>

#include "engine_memory.h"
#include "knobs.h"
#include "world.h"

#define COLD_POINTS 40 /* of a use case */

static struct world world;
static bool every;
static uint64_t held; /* guards of a store that needs none */

static enum refd_status hold(void *self, struct refd_tx *tx, const struct refd_guard *guards,
			     size_t count, struct refd_error *err)
{
	(void)self;
	(void)tx;
	(void)guards;
	(void)count;
	(void)err;
	held++;
	return REFD_OK;
}

/* Guards cost the core memory, also where the store does without. */
static void give_guards(struct league *league, struct refd_store_ops *ops)
{
	if (league->ports.store.ops->guard != NULL)
		return;
	*ops = *league->ports.store.ops;
	ops->guard = hold;
	league->ports.store.ops = ops;
	refd_app_destroy(league->app);
	LEAGUE_EXPECT(league, refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
}

/* @return whether the n-th allocation was reached */
static bool fail_allocation(uint64_t n, bool for_good)
{
	static struct refd_store_ops guarded;
	struct support_heap *heap;
	enum refd_status st;
	bool failed;

	world_renew(&world);
	give_guards(world.league, &guarded);
	heap = &world.league->heap;
	engine_memory_use(heap);
	heap->failed = 0;
	heap->fail_at = heap->calls + n;
	heap->fail_on = for_good;
	st = world_run(&world);
	heap->fail_at = 0;
	engine_memory_use(NULL);
	failed = heap->failed > 0;
	if (!failed)
		support_assert_status(st, REFD_OK);
	world_judge(&world, st, REFD_NO_MEMORY);
	return failed;
}

static bool fail_port_call(uint64_t n, bool for_good)
{
	struct refd_contract_faulty faulty = { .status = REFD_BACKEND, .for_good = for_good };
	struct refd_ports ports;
	struct refd_app *sound, *app = NULL;
	struct league *league;
	enum refd_status st;

	world_renew(&world);
	league = world.league;
	ports = league->ports;
	faulty.inner = league->ports.store;
	ports.store = refd_contract_faulty_store(&faulty);
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_OK);
	sound = league->app;
	league->app = app;
	faulty.fail_at = n; /* making the app calls nothing */
	st = world_run(&world);
	league->app = sound;
	refd_app_destroy(app);
	if (faulty.failed == 0)
		support_assert_status(st, REFD_OK);
	world_judge(&world, st, REFD_BACKEND);
	return faulty.failed > 0;
}

/* Trials at every `step`-th point. @return how many met their fault */
static uint64_t try_points(bool (*try_point)(uint64_t, bool), uint64_t step, bool for_good)
{
	uint64_t n = 1, met = 0;

	for (; try_point(n, for_good); n += step)
		met++;
	assert_true(met > 0);
	return met;
}

/* Allocations of the use case when none fails. */
static uint64_t allocations(void)
{
	struct support_heap *heap;
	uint64_t before;

	world_renew(&world);
	heap = &world.league->heap;
	before = heap->calls;
	engine_memory_use(heap);
	support_assert_status(world_run(&world), REFD_OK);
	engine_memory_use(NULL);
	return heap->calls - before;
}

static void sweep(bool (*try_point)(uint64_t, bool), const char *what)
{
	const size_t all = n_use_cases + n_rare_cases;
	uint64_t once = 0, for_good = 0;
	size_t i;

	for (i = 0; i < all; i++) {
		uint64_t step = 1;

		world_take(&world, i < n_use_cases ? &use_cases[i] : &rare_cases[i - n_use_cases]);
		assert_true(world.effect == 0 || league_fingerprint(world.league) != world.print);
		if (world.cold && !every)
			step += allocations() / COLD_POINTS;
		once += try_points(try_point, step, false);
		for_good += try_points(try_point, step, true);
		world_leave(&world);
		engine_memory_check();
	}
	print_message("%s: %llu failed once, %llu for good, over %zu use cases\n", what,
		      (unsigned long long)once, (unsigned long long)for_good, all);
}

static void every_allocation_fails(void **state)
{
	(void)state;
	sweep(fail_allocation, "allocations");
	assert_true(held > 0);
	assert_true(knobs_were_asked());
	assert_true(world.disk == NULL || engine_memory_failed() > 0);
}

static void every_port_call_fails(void **state)
{
	(void)state;
	sweep(fail_port_call, "port calls");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_fails),
		cmocka_unit_test(every_port_call_fails),
	};
	const struct CMUnitTest cold[] = {
		cmocka_unit_test(every_allocation_fails),
	};
	int failed;

	engine_memory_install();
	world_init(&world, argc, argv);
	world.cold = argc > 2 && strcmp(argv[2], "cold") == 0;
	every = argc > 3 && strcmp(argv[3], "every") == 0;
	failed = world.cold ? cmocka_run_group_tests_name("fault torture", cold, NULL, NULL)
			    : cmocka_run_group_tests_name("fault torture", tests, NULL, NULL);
	if (failed == 0) /* a league that failed is still open */
		world_done(&world);
	return failed;
}
