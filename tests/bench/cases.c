#include "cases.h"

#include <stdio.h>
#include <stdlib.h>

enum { COMMITTED = 1000, BLOCK = COMMITTED / 2, MONTHS = 100, MONTH = 1000 };

static struct refd_time evening(size_t day)
{
	return (struct refd_time){ BENCH_START + (int64_t)(day + 1) * REFD_DAY + 18 * REFD_HOUR };
}

static void build_parties(struct world *world, size_t referees, size_t venues)
{
	world_begin(world);
	for (size_t i = 0; i < referees; i++)
		world_referee(world, i);
	for (size_t i = 0; i < 2 * venues; i++)
		world_team(world, i);
	for (size_t i = 0; i < venues; i++)
		world_venue(world, i);
	world_commit(world);
}

/* count fixtures, per_day on every stride-th day. */
static void build_fixtures(struct world *world, size_t count, size_t per_day, size_t stride)
{
	for (size_t i = 0; i < count; i++) {
		const size_t hall = i % per_day;

		if (i % 1000 == 0)
			world_begin(world);
		world_fixture(world, i, 2 * hall, 2 * hall + 1, hall,
			      evening(i / per_day * stride));
		if (i % 1000 == 999 || i + 1 == count)
			world_commit(world);
	}
}

/* Blocks are runs of 500 fixtures; both roles of each are given to 1,000 referees. */
static void declare_block(struct world *world, size_t block)
{
	world_begin(world);
	for (size_t i = 0; i < COMMITTED; i++)
		world_declare(world, block * BLOCK + i / 2, i);
	world_commit(world);
}

static void prepare_commit(struct world *world, size_t operation)
{
	world_begin(world);
	for (size_t i = 0; i < COMMITTED; i++)
		world_stage(world, operation * BLOCK + i / 2, i,
			    i % 2 == 0 ? REFD_ROLE_FIRST : REFD_ROLE_SECOND);
	world_commit(world);
}

static void run_commit(struct world *world, size_t operation)
{
	struct refd_error err = REFD_ERROR_INIT;
	const struct refd_commit cmd = { 0 };
	struct refd_result result;
	enum refd_status st = refd_assigning_commit(world->app, NULL, &cmd, &result, &err);

	if (st != REFD_OK)
		bench_die("commit", st, &err);
	if (result.affected != COMMITTED) {
		fprintf(stderr, "bench: commit %zu: %lld committed\n", operation,
			(long long)result.affected);
		exit(1);
	}
}

/* As a store in use: with assignments, so that PostgreSQL plans for tables that hold something. */
static void build_assigned(struct world *world, size_t block)
{
	declare_block(world, block);
	prepare_commit(world, block);
	run_commit(world, block);
}

static void build_nothing(struct world *world, size_t operations)
{
	(void)operations;
	build_parties(world, COMMITTED, 100);
}

static void run_register(struct world *world, size_t operation)
{
	world_referee(world, 1000000 + operation);
}

static void build_season(struct world *world, size_t operations)
{
	const size_t blocks = (operations + BLOCK - 1) / BLOCK;

	build_parties(world, COMMITTED, 100);
	build_fixtures(world, (blocks + 1) * BLOCK, 100, 2);
	build_assigned(world, blocks);
}

static void reschedule(struct world *world, size_t fixture, struct refd_time kickoff)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_result result;
	enum refd_status st = refd_scheduling_reschedule(world->app, NULL,
							 BENCH_ID(fixture, BENCH_FIXTURE, fixture),
							 kickoff, &result, &err);

	if (st != REFD_OK)
		bench_die("reschedule", st, &err);
}

static void run_reschedule(struct world *world, size_t operation)
{
	reschedule(world, operation, evening(operation / 100 * 2 + 1));
}

static void run_stage(struct world *world, size_t operation)
{
	world_stage(world, operation, operation % 1000, REFD_ROLE_FIRST);
}

/* Every operation has a block of its own. */
static void build_staged(struct world *world, size_t operations)
{
	build_parties(world, COMMITTED, 100);
	build_fixtures(world, (operations + 1) * BLOCK, 100, 1);
	for (size_t i = 0; i < operations; i++)
		declare_block(world, i);
	build_assigned(world, operations);
}

/* 100,000 fixtures, 1,000 in every 30 days, the first 500 with both referees. */
static void build_years(struct world *world, size_t operations)
{
	(void)operations;
	build_parties(world, COMMITTED, 40);
	for (size_t i = 0; i < MONTHS * MONTH; i++) {
		const size_t hall = i % 40;

		if (i % 1000 == 0)
			world_begin(world);
		world_fixture(world, i, 2 * hall, 2 * hall + 1, hall, evening(i * 30 / MONTH));
		if (i % 1000 == 999)
			world_commit(world);
	}
	build_assigned(world, 0);
}

static enum refd_status take_card(void *self, const struct refd_fixture_card *card)
{
	size_t *sum = self;

	*sum += card->home_name.len + card->away_name.len + card->venue_city.len + card->n_referees;
	return REFD_OK;
}

static void run_load(struct world *world, size_t operation)
{
	struct refd_error err = REFD_ERROR_INIT;
	volatile size_t sum = 0;
	enum refd_status st =
		refd_query_fixture(world->app, BENCH_ID(fixture, BENCH_FIXTURE, operation % BLOCK),
				   take_card, (void *)&sum, &err);

	if (st != REFD_OK)
		bench_die("load", st, &err);
}

static void run_range(struct world *world, size_t operation)
{
	struct refd_error err = REFD_ERROR_INIT;
	const size_t first_day = operation * 37 % MONTHS * 30;
	struct refd_fixture_filter filter = { .range = { evening(first_day),
							 evening(first_day + 30) } };
	volatile size_t sum = 0;
	enum refd_status st =
		refd_query_fixtures(world->app, &filter, NULL, take_card, (void *)&sum, NULL, &err);

	if (st != REFD_OK)
		bench_die("range", st, &err);
}

static void build_hall(struct world *world, size_t operations)
{
	const size_t blocks = (operations + BLOCK - 1) / BLOCK;
	const size_t fixtures = (blocks + 1) * BLOCK;

	build_parties(world, COMMITTED, 100);
	for (size_t i = 0; i < fixtures; i++) {
		if (i % 1000 == 0)
			world_begin(world);
		world_fixture(world, i, i % 200, (i + 1) % 200, 0, evening(2 * i));
		if (i % 1000 == 999 || i + 1 == fixtures)
			world_commit(world);
	}
	build_assigned(world, blocks);
}

static void run_hall(struct world *world, size_t operation)
{
	reschedule(world, operation, evening(2 * operation + 1));
}

const struct use_case use_cases[USE_CASES] = {
	{ "register", build_nothing, NULL, run_register, 400, 1, CASE_WRITES },
	{ "reschedule", build_season, NULL, run_reschedule, 400, 1, CASE_WRITES },
	{ "stage", build_season, NULL, run_stage, 400, 1, CASE_WRITES },
	{ "commit 1000 (raw: writes alone)", build_staged, prepare_commit, run_commit, 1, COMMITTED,
	  CASE_BATCH },
	{ "point load", build_years, NULL, run_load, 2000, 1, CASE_READS },
	{ "month range of 100000", build_years, NULL, run_range, 20, MONTH, CASE_READS },
	{ "reschedule in one hall", build_hall, NULL, run_hall, 100, 1, CASE_CONTENDED },
};
