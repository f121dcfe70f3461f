/*
 * Fail every allocation and every port call of every use case, once and from then on. After a
 * failure nothing has changed and nothing leaks; the same call without the fault has its effect
 * exactly once.
 */
#include <refdomain/contract/contract.h>

#include "engine_memory.h"
#include "use_cases.h"

/* ---- the sweep ---- */

/* A fault that stays hits everything behind its first point too: not every point need be first. */
#define STEP 5

struct sweep {
	const struct use_case *use_case;
	bool persistent;
	uint64_t points;
};

/* What the use case does when nothing fails: events it adds. */
static size_t clean_effect(const struct use_case *use_case)
{
	struct stage_set set;
	struct league *league;
	void *state = NULL;
	size_t before;
	size_t effect;

	league_setup(&state);
	league = state;
	use_case_prepare(league, &set);
	before = league_events(league);
	LEAGUE_EXPECT(league, use_case->run(league, &set, &league->err), REFD_OK);
	effect = league_events(league) - before;
	league_teardown(&state);
	return effect;
}

/* A failed call changed nothing; one that got over the fault had its effect once. When the answer
   to the commit was lost, either may be. @return whether the call is to be repeated */
static bool check_outcome(struct league *league, enum refd_status st, enum refd_status expected,
			  uint64_t print, size_t before, size_t effect)
{
	size_t events = league_events(league);

	if (st == REFD_UNKNOWN) {
		assert_true(events == before || events == before + effect);
		return false;
	}
	if (st == REFD_OK) {
		assert_int_equal(events, before + effect);
		return false;
	}
	support_assert_status(st, expected);
	assert_true(league_fingerprint(league) == print);
	return true;
}

static void check_repeat(struct league *league, const struct use_case *use_case,
			 const struct stage_set *set, size_t before, size_t effect)
{
	LEAGUE_EXPECT(league, use_case->run(league, set, &league->err), REFD_OK);
	assert_int_equal(league_events(league), before + effect);
}

/* @return whether the n-th allocation was reached */
static bool fail_allocation(const struct sweep *sweep, uint64_t n, size_t effect)
{
	struct stage_set set;
	struct league *league;
	void *state = NULL;
	uint64_t print, failed;
	size_t events;
	enum refd_status st;

	league_setup(&state);
	league = state;
	use_case_prepare(league, &set);
	print = league_fingerprint(league);
	events = league_events(league);
	refd_error_clear(&league->err);
	engine_memory_use(&league->heap);
	league->heap.fail_at = league->heap.calls + n;
	league->heap.fail_on = sweep->persistent;
	st = sweep->use_case->run(league, &set, &league->err);
	league->heap.fail_at = 0;
	engine_memory_use(NULL);
	failed = league->heap.failed;
	if (failed > 0) {
		if (check_outcome(league, st, REFD_NO_MEMORY, print, events, effect))
			check_repeat(league, sweep->use_case, &set, events, effect);
	} else {
		support_assert_status(st, REFD_OK);
	}
	league_teardown(&state);
	return failed > 0;
}

static bool fail_port_call(const struct sweep *sweep, uint64_t n, size_t effect)
{
	struct stage_set set;
	struct league *league;
	struct refd_contract_faulty faulty = { .status = REFD_BACKEND,
					       .for_good = sweep->persistent };
	struct refd_ports ports;
	struct refd_app *sound, *app = NULL;
	void *state = NULL;
	uint64_t print;
	size_t events;
	enum refd_status st;

	league_setup(&state);
	league = state;
	use_case_prepare(league, &set);
	print = league_fingerprint(league);
	events = league_events(league);
	ports = league->ports;
	faulty.inner = league->ports.store;
	ports.store = refd_contract_faulty_store(&faulty);
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_OK);
	sound = league->app;
	league->app = app;
	faulty.fail_at = n; /* making the app calls nothing */
	st = sweep->use_case->run(league, &set, &league->err);
	league->app = sound;
	if (faulty.failed > 0) {
		if (check_outcome(league, st, REFD_BACKEND, print, events, effect))
			check_repeat(league, sweep->use_case, &set, events, effect);
	} else {
		support_assert_status(st, REFD_OK);
	}
	refd_app_destroy(app);
	league_teardown(&state);
	return faulty.failed > 0;
}

static void sweep_all(bool (*try_point)(const struct sweep *, uint64_t, size_t), const char *what)
{
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < 2 * n_use_cases; i++) {
		struct sweep sweep = { &use_cases[i / 2], i % 2 != 0, 0 };
		size_t effect = clean_effect(sweep.use_case);
		uint64_t n = 1;

		assert_true(!sweep.use_case->changes || effect > 0 ||
			    strcmp(sweep.use_case->name, "notice.retry") == 0);
		while (try_point(&sweep, n, effect))
			n += sweep.persistent ? STEP : 1;
		assert_true(n > 1);
		total += sweep.persistent ? (n - 1) / STEP : n - 1;
	}
	printf("%s: %llu faults over %zu use cases\n", what, (unsigned long long)total,
	       n_use_cases);
}

static void every_allocation_fails(void **state)
{
	(void)state;
	sweep_all(fail_allocation, "allocations");
}

static void every_port_call_fails(void **state)
{
	(void)state;
	sweep_all(fail_port_call, "port calls");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_fails),
		cmocka_unit_test(every_port_call_fails),
	};

	league_choose(argc, argv);
	engine_memory_install();
	return cmocka_run_group_tests_name("fault torture", tests, NULL, NULL);
}
