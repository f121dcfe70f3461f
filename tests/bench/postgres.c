/*
 * The library on PostgreSQL beside raw libpq that says the same prepared statements with the same
 * binary values to a copy of the same database. One TSV line per figure; see run.sh. Nothing here
 * is a test.
 *
 * usage: postgres_bench URL [ROUNDS [CASE]]
 */
#include "cases.h"
#include "crew.h"
#include "databases.h"
#include "figures.h"
#include "pq_replay.h"

#include <refdomain/adapters/postgres.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES_MAX = 8, SLICES = 10, OPERATIONS_MAX = 200 };

static const char *const databases[] = { "bench_ours", "bench_raw", "bench_raw2", "bench_raw3" };

/* Both sides alike. */
struct setting {
	bool durable; /* synchronous_commit */
	size_t lanes; /* threads, each with a connection */
};

/* Seconds of processor time: of the first lane's thread, and of the server's process for it. */
struct spent {
	long process; /* 0: its time is not looked at */
	double client, server;
};

/* A case with what its raw sides say. Lanes have operations of their own. */
struct plan {
	const struct use_case *use_case;
	size_t lanes;	   /* recorded */
	size_t per_round;  /* operations of a lane */
	size_t operations; /* of a lane, in all rounds */
	size_t stride;	   /* between the first operations of lanes */
	struct pq_recording *recording;
};

struct ours {
	const struct plan *plan;
	struct refd_postgres *postgres;
	struct world worlds[LANES_MAX];
	struct crew *crew;
	uint64_t allocations; /* of the first lane */
	struct spent spent;
};

struct raw {
	const struct plan *plan;
	struct pq_replay *replays[LANES_MAX];
	struct crew *crew;
	struct spent spent;
};

/* Called before with -1, behind with 1: what was used between. */
static void count_time(struct spent *spent, int sign)
{
	spent->client += sign * figures_cpu_seconds();
	if (spent->process != 0)
		spent->server += sign * figures_process_seconds(spent->process);
}

/* ---- the library ---- */

static double work_ours(void *self, size_t lane, size_t first, size_t count)
{
	struct ours *ours = self;
	const struct use_case *c = ours->plan->use_case;
	struct world *world = &ours->worlds[lane];
	double spent = 0;

	for (size_t i = first; i < first + count; i++) {
		const size_t operation = lane * ours->plan->stride + i;
		uint64_t before;
		double start;

		if (c->prepare)
			c->prepare(world, operation);
		before = bench_allocations();
		if (lane == 0)
			count_time(&ours->spent, -1);
		start = figures_seconds();
		c->run(world, operation);
		spent += figures_seconds() - start;
		if (lane == 0) {
			count_time(&ours->spent, 1);
			ours->allocations += bench_allocations() - before;
		}
	}
	return spent;
}

static double run_ours(void *self, size_t first, size_t count)
{
	struct ours *ours = self;

	return crew_run(ours->crew, first, count);
}

static struct refd_postgres *open_store(const char *name, const struct setting *setting)
{
	const struct refd_allocator allocator = bench_allocator();
	char url[DATABASES_URL_BYTES];
	const struct refd_postgres_options options = { .struct_size = sizeof(options),
						       .url = databases_url(name, setting->durable,
									    url),
						       .create = true,
						       .max_connections = (unsigned)setting->lanes,
						       .clock = bench_clock(),
						       .sleep = refd_system_sleep() };
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_postgres *postgres = NULL;
	enum refd_status st = refd_postgres_open(&options, &allocator, &postgres, &err);

	if (st != REFD_OK)
		bench_die("open", st, &err);
	return postgres;
}

static void open_ours(struct ours *ours, const struct plan *plan, const char *name,
		      const struct setting *setting)
{
	memset(ours, 0, sizeof(*ours));
	ours->plan = plan;
	ours->postgres = open_store(name, setting);
	for (size_t i = 0; i < setting->lanes; i++)
		world_open(&ours->worlds[i], refd_postgres_store(ours->postgres), 2 + i);
	ours->crew = crew_open(setting->lanes, work_ours, ours);
}

static void close_ours(struct ours *ours, size_t lanes)
{
	crew_close(ours->crew);
	for (size_t i = 0; i < lanes; i++)
		world_close(&ours->worlds[i]);
	refd_postgres_close(ours->postgres);
}

/* ---- libpq ---- */

static double work_raw(void *self, size_t lane, size_t first, size_t count)
{
	struct raw *raw = self;
	struct pq_replay *replay = raw->replays[lane];
	double spent = 0;

	for (size_t i = first; i < first + count; i++) {
		const size_t index = 2 * (lane * raw->plan->operations + i);
		double start;

		if (raw->plan->use_case->prepare)
			pq_replay_run(replay, index, true);
		if (lane == 0)
			count_time(&raw->spent, -1);
		start = figures_seconds();
		pq_replay_run(replay, index + 1, false);
		spent += figures_seconds() - start;
		if (lane == 0)
			count_time(&raw->spent, 1);
	}
	return spent;
}

static double run_raw(void *self, size_t first, size_t count)
{
	struct raw *raw = self;

	return crew_run(raw->crew, first, count);
}

static void open_raw(struct raw *raw, const struct plan *plan, const char *name,
		     const struct setting *setting, enum pq_manner manner)
{
	memset(raw, 0, sizeof(*raw));
	raw->plan = plan;
	for (size_t i = 0; i < setting->lanes; i++)
		raw->replays[i] = pq_replay_open(plan->recording,
						 databases_open(name, setting->durable), manner);
	raw->crew = crew_open(setting->lanes, work_raw, raw);
}

static void close_raw(struct raw *raw, size_t lanes)
{
	crew_close(raw->crew);
	for (size_t i = 0; i < lanes; i++)
		pq_replay_close(raw->replays[i]);
}

/* ---- measuring ---- */

static bool only_reads(const struct use_case *c)
{
	return c->kind == CASE_READS;
}

/* What the raw sides are, the one compared with first. Returns how many. */
static size_t manners_of(const struct use_case *c, size_t lanes, enum pq_manner *manners)
{
	manners[0] = PQ_AS_RECORDED;
	if (c->kind == CASE_BATCH) {
		manners[0] = PQ_WRITES_ALONE;
		manners[1] = PQ_AS_RECORDED;
		return 2;
	}
	if (lanes > 1 || c->kind == CASE_CONTENDED)
		return 1;
	manners[1] = PQ_EACH_WAITED;
	manners[2] = PQ_READS_ALONE;
	return only_reads(c) ? 3 : 2;
}

static const char *manner_words(const struct use_case *c, enum pq_manner manner)
{
	switch (manner) {
	case PQ_AS_RECORDED:
		return c->kind == CASE_BATCH ? ", its reads too" : "";
	case PQ_EACH_WAITED:
		return ", each statement waited for";
	case PQ_WRITES_ALONE:
		return "";
	case PQ_READS_ALONE:
		return ", without BEGIN and ROLLBACK";
	}
	return "";
}

static void describe(const struct use_case *c, const struct setting *setting, enum pq_manner manner,
		     char words[96])
{
	snprintf(words, 96, "%s%zu %s%s",
		 only_reads(c)	    ? ""
		 : setting->durable ? "synchronous_commit=on, "
				    : "synchronous_commit=off, ",
		 setting->lanes, setting->lanes > 1 ? "threads" : "connection",
		 manner_words(c, manner));
}

/* Per operation. Processor time tells the sides apart when the machine is busy. */
static void print_time(const struct plan *plan, const char *side, const struct spent *spent)
{
	const double operations = (double)plan->operations;

	figures_print_count(plan->use_case->name, side, "processor, microseconds",
			    spent->client * 1e6 / operations);
	if (spent->process != 0)
		figures_print_count(plan->use_case->name, side, "server's processor, microseconds",
				    spent->server * 1e6 / operations);
}

static void print_counts(const struct plan *plan, const struct ours *ours, const struct raw *raw)
{
	const char *name = plan->use_case->name;
	const size_t last = 2 * plan->operations - 1;

	figures_print_count(name, "refdomain", "round trips",
			    (double)pq_record_count(plan->recording, last, PQ_WAIT));
	figures_print_count(name, "refdomain", "statements",
			    (double)pq_record_count(plan->recording, last, PQ_SEND));
	figures_print_count(name, "refdomain", "allocations, library",
			    (double)ours->allocations / (double)plan->operations);
	print_time(plan, "refdomain", &ours->spent);
	print_time(plan, "raw", &raw->spent);
}

/* Every side on a copy of the base of its own, unless nothing is changed. */
static const char *database_of(const struct use_case *c, size_t side)
{
	if (only_reads(c))
		return "bench_base";
	databases_copy("bench_base", databases[side]);
	return databases[side];
}

static void measure(const struct plan *plan, const struct setting *setting, size_t rounds)
{
	const struct use_case *c = plan->use_case;
	const struct figures_load load = { rounds, plan->per_round, setting->lanes > 1 ? 2 : SLICES,
					   (double)(c->items * setting->lanes) };
	struct figures_side sides[FIGURES_SIDES] = {
		{ .name = "refdomain", .run = run_ours },
	};
	char words[FIGURES_SIDES][96];
	enum pq_manner manners[FIGURES_SIDES - 1];
	struct raw raws[FIGURES_SIDES - 1];
	struct ours ours;
	const size_t n_raw = manners_of(c, setting->lanes, manners);

	open_ours(&ours, plan, database_of(c, 0), setting);
	sides[0].self = &ours;
	describe(c, setting, manners[0], words[0]);
	for (size_t i = 0; i < n_raw; i++) {
		open_raw(&raws[i], plan, database_of(c, 1 + i), setting, manners[i]);
		describe(c, setting, manners[i], words[1 + i]);
		sides[1 + i] =
			(struct figures_side){ .name = "raw", .run = run_raw, .self = &raws[i] };
	}
	if (!only_reads(c) && setting->lanes == 1) {
		ours.spent.process = databases_process(databases[0]);
		raws[0].spent.process = databases_process(databases[1]);
	}
	databases_execute("postgres", "CHECKPOINT");
	for (size_t i = 0; i <= n_raw; i++) {
		sides[i].setting = words[i];
		sides[i].run(sides[i].self, 0, 1);
	}

	figures_measure(sides, 1 + n_raw, &load);

	figures_print_sides(c->name, sides, 1 + n_raw, rounds);
	if (setting->durable && setting->lanes == 1)
		print_counts(plan, &ours, &raws[0]);
	close_ours(&ours, setting->lanes);
	for (size_t i = 0; i < n_raw; i++)
		close_raw(&raws[i], setting->lanes);
	for (size_t i = 0; i < n_raw && !only_reads(c); i++)
		databases_compare(databases[0], databases[1 + i]);
}

/* The statements of every operation of every lane, prepare and run as two. */
static struct pq_recording *record(const struct plan *plan)
{
	static const struct setting setting = { false, 1 };
	const struct use_case *c = plan->use_case;
	struct pq_recording *recording = pq_record_open();
	struct refd_postgres *postgres;

	databases_copy("bench_base", "bench_trace");
	postgres = open_store("bench_trace", &setting);
	for (size_t lane = 0; lane < plan->lanes; lane++) {
		struct world world;

		world_open(&world, refd_postgres_store(postgres), 2 + lane);
		for (size_t i = 0; i < plan->operations; i++) {
			pq_record_switch(recording, true);
			pq_record_mark(recording);
			if (c->prepare)
				c->prepare(&world, lane * plan->stride + i);
			pq_record_mark(recording);
			c->run(&world, lane * plan->stride + i);
			pq_record_switch(recording, false);
		}
		world_close(&world);
	}
	refd_postgres_close(postgres);
	pq_record_close(recording);
	return recording;
}

static void build_base(const struct plan *plan)
{
	static const struct setting setting = { false, 1 };
	struct refd_postgres *postgres;
	struct world world;

	databases_make("bench_base");
	postgres = open_store("bench_base", &setting);
	world_open(&world, refd_postgres_store(postgres), 1);
	plan->use_case->build(&world, plan->lanes * plan->stride);
	world_close(&world);
	refd_postgres_close(postgres);
	databases_execute("bench_base", "VACUUM ANALYZE");
}

static struct plan plan_of(const struct use_case *c, size_t rounds)
{
	struct plan plan = { .use_case = c };

	plan.lanes = c->kind == CASE_BATCH ? 1 : LANES_MAX;
	plan.per_round = c->operations < OPERATIONS_MAX ? c->operations : OPERATIONS_MAX;
	plan.operations = 1 + (rounds + 1) * plan.per_round;
	/* So that no two lanes are in the same hall at the same time. */
	plan.stride = plan.lanes > 1 ? (plan.operations + 99) / 100 * 100 + 12 : plan.operations;
	return plan;
}

static void measure_all(const struct plan *plan, size_t rounds)
{
	static const struct setting settings[] = { { true, 1 }, { true, 2 },  { true, 4 },
						   { true, 8 }, { false, 1 }, { false, 8 } };

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const enum case_kind kind = plan->use_case->kind;

		if (settings[i].lanes <= plan->lanes &&
		    (settings[i].durable || kind == CASE_WRITES || kind == CASE_BATCH))
			measure(plan, &settings[i], rounds);
	}
}

static void print_head(size_t rounds)
{
	char *words = databases_ask(
		"postgres", "SELECT format('PostgreSQL %s, both sides: fsync=%s "
			    "full_page_writes=%s wal_sync_method=%s autovacuum=%s', "
			    "current_setting('server_version'), current_setting('fsync'), "
			    "current_setting('full_page_writes'), "
			    "current_setting('wal_sync_method'), current_setting('autovacuum'))");

	printf("# %s\n", words);
	free(words);
	printf("# per second; ratio: to raw, median of %zu interleaved rounds after one warm-up\n",
	       rounds);
	printf("case\tside\tsetting\tmedian\tmin\tmax\tratio\n");
}

int main(int argc, char **argv)
{
	const size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 7;
	void (*built)(struct world *, size_t) = NULL;

	if (argc < 2 || rounds < 5 || rounds >= FIGURES_ROUNDS) {
		fprintf(stderr, "usage: postgres_bench URL [ROUNDS (5 to %d) [CASE]]\n",
			FIGURES_ROUNDS - 1);
		return 2;
	}
	databases_at(argv[1]);
	print_head(rounds);
	for (size_t i = 0; i < USE_CASES; i++) {
		struct plan plan = plan_of(&use_cases[i], rounds);

		if (argc > 3 && !strstr(plan.use_case->name, argv[3]))
			continue;
		if (built != plan.use_case->build)
			build_base(&plan);
		built = plan.use_case->build;
		plan.recording = record(&plan);
		measure_all(&plan, rounds);
		pq_record_free(plan.recording);
	}
	return 0;
}
