/*
 * The library beside the raw SQLite API that says the same prepared statements with the same values
 * to a copy of the same file. One TSV line per figure; see run.sh. Nothing here is a test.
 *
 * usage: bench DIRECTORY [ROUNDS [CASE]]
 */
#include "figures.h"
#include "files.h"
#include "replay.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS_MAX = 51, COMMITTED = 1000, MONTHS = 100, MONTH = 1000, SLICES = 20 };

struct use_case {
	const char *name;
	void (*build)(struct world *world, size_t operations);
	void (*prepare)(struct world *world, size_t operation); /* not measured; may be NULL */
	void (*run)(struct world *world, size_t operation);
	size_t operations;  /* in a round */
	size_t items;	    /* counted per operation */
	bool only_writes;   /* of the raw side */
	bool every_setting; /* also with synchronous=NORMAL and in memory */
};

/* Both sides alike. */
enum setting { SETTING_FULL, SETTING_NORMAL, SETTING_MEMORY };
static const char *const setting_words[] = { "full", "normal", "in memory" };

struct figures {
	double ours[ROUNDS_MAX], raw[ROUNDS_MAX], ratio[ROUNDS_MAX];
	size_t count;
	uint64_t library_allocations, sqlite_allocations, raw_allocations; /* of all rounds */
};

static sqlite3_mem_methods plain_memory;
static uint64_t sqlite_allocations;

static void *counted_malloc(int size)
{
	sqlite_allocations++;
	return plain_memory.xMalloc(size);
}

/* ---- use cases ---- */

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

static void build_nothing(struct world *world, size_t operations)
{
	(void)operations;
	build_parties(world, 1000, 100);
}

static void run_register(struct world *world, size_t operation)
{
	world_referee(world, 1000000 + operation);
}

static void build_season(struct world *world, size_t operations)
{
	build_parties(world, 1000, 100);
	build_fixtures(world, operations, 100, 2);
}

static void run_reschedule(struct world *world, size_t operation)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_result result;
	enum refd_status st = refd_scheduling_reschedule(
		world->app, NULL, BENCH_ID(fixture, BENCH_FIXTURE, operation),
		evening(operation / 100 * 2 + 1), &result, &err);

	if (st != REFD_OK)
		bench_die("reschedule", st, &err);
}

static void run_stage(struct world *world, size_t operation)
{
	world_stage(world, operation, operation % 1000, REFD_ROLE_FIRST);
}

/* Every operation has 500 fixtures of its own with both roles staged. */
static void build_staged(struct world *world, size_t operations)
{
	const size_t fixtures = operations * COMMITTED / 2;

	build_parties(world, COMMITTED, 100);
	build_fixtures(world, fixtures, 100, 1);
	for (size_t i = 0; i < fixtures; i++) {
		if (i % 500 == 0)
			world_begin(world);
		world_declare(world, i, 2 * i % COMMITTED);
		world_declare(world, i, 2 * i % COMMITTED + 1);
		if (i % 500 == 499)
			world_commit(world);
	}
}

static void prepare_commit(struct world *world, size_t operation)
{
	world_begin(world);
	for (size_t i = 0; i < COMMITTED; i++)
		world_stage(world, (operation * COMMITTED + i) / 2, i,
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
	world_begin(world);
	for (size_t i = 0; i < COMMITTED; i++)
		world_declare(world, i / 2, i);
	world_commit(world);
	prepare_commit(world, 0);
	run_commit(world, 0);
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
		refd_query_fixture(world->app, BENCH_ID(fixture, BENCH_FIXTURE, operation % 500),
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

static const struct use_case use_cases[] = {
	{ "register", build_nothing, NULL, run_register, 400, 1, false, true },
	{ "reschedule", build_season, NULL, run_reschedule, 400, 1, false, true },
	{ "stage", build_season, NULL, run_stage, 400, 1, false, true },
	{ "commit 1000 (raw: writes alone)", build_staged, prepare_commit, run_commit, 1, COMMITTED,
	  true, false },
	{ "point load", build_years, NULL, run_load, 2000, 1, false, false },
	{ "month range of 100000", build_years, NULL, run_range, 20, MONTH, false, false },
};

/* ---- measuring ---- */

static void operate(const struct use_case *c, struct world *world, size_t operation)
{
	if (c->prepare)
		c->prepare(world, operation);
	c->run(world, operation);
}

static enum refd_sqlite_durability durability_of(enum setting setting)
{
	return setting == SETTING_FULL ? REFD_SQLITE_FULL : REFD_SQLITE_NORMAL;
}

/* The library on a copy of the base named name, or on the same data in memory. */
static void open_ours(const struct use_case *c, struct world *world, const char *name,
		      enum setting setting, size_t operations)
{
	char path[FILES_PATH_BYTES];

	if (setting == SETTING_MEMORY) {
		world_open(world, ":memory:", REFD_SQLITE_NORMAL, 1);
		c->build(world, operations);
		world->random = 2;
		return;
	}
	files_copy("base.db", name);
	world_open(world, files_path(name, path), durability_of(setting), 2);
}

static sqlite3 *open_theirs(const struct recording *recording, enum setting setting)
{
	sqlite3 *base, *db;
	const char *pragma;

	if (setting == SETTING_MEMORY) {
		sqlite3_backup *backup;

		base = files_open("base.db");
		if (sqlite3_open_v2(":memory:", &db,
				    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
					    SQLITE_OPEN_NOMUTEX,
				    NULL) != SQLITE_OK ||
		    (backup = sqlite3_backup_init(db, "main", base, "main")) == NULL ||
		    sqlite3_backup_step(backup, -1) != SQLITE_DONE) {
			fprintf(stderr, "bench: copy to memory failed\n");
			exit(1);
		}
		sqlite3_backup_finish(backup);
		sqlite3_close(base);
	} else {
		files_copy("base.db", "raw.db");
		db = files_open("raw.db");
	}
	for (size_t i = 0; (pragma = recording_pragma(recording, i)) != NULL; i++)
		files_execute(db, pragma);
	return db;
}

/* The statements of every operation, prepare and run as two. */
static struct recording *record(const struct use_case *c, enum setting setting, size_t operations)
{
	struct recording *recording = recording_open();
	struct world world;

	open_ours(c, &world, "trace.db", setting, operations);
	for (size_t i = 0; i < operations; i++) {
		recording_switch(recording, true);
		recording_mark(recording);
		if (c->prepare)
			c->prepare(&world, i);
		recording_mark(recording);
		c->run(&world, i);
		recording_switch(recording, false);
	}
	world_close(&world);
	recording_close(recording);
	return recording;
}

/* The rows of both files are the same: the raw side did all of the work. */
static void compare_stores(void)
{
	char path[FILES_PATH_BYTES];
	sqlite3 *db = files_open("ours.db");
	sqlite3_stmt *tables = NULL;
	char *sql = sqlite3_mprintf("ATTACH %Q AS raw", files_path("raw.db", path));

	files_execute(db, sql);
	sqlite3_free(sql);
	sqlite3_prepare_v2(
		db,
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
		-1, &tables, NULL);
	while (sqlite3_step(tables) == SQLITE_ROW) {
		const char *table = (const char *)sqlite3_column_text(tables, 0);
		sqlite3_stmt *differing = NULL;

		sql = sqlite3_mprintf(
			"SELECT (SELECT count(*) FROM main.%w) - (SELECT count(*) FROM raw.%w) "
			"+ (SELECT count(*) FROM (SELECT * FROM main.%w EXCEPT SELECT * FROM "
			"raw.%w))",
			table, table, table, table);
		if (sqlite3_prepare_v2(db, sql, -1, &differing, NULL) != SQLITE_OK ||
		    sqlite3_step(differing) != SQLITE_ROW ||
		    sqlite3_column_int64(differing, 0) != 0) {
			fprintf(stderr, "bench: the raw side wrote another %s\n", table);
			exit(1);
		}
		sqlite3_finalize(differing);
		sqlite3_free(sql);
	}
	sqlite3_finalize(tables);
	sqlite3_close(db);
}

static void print_count(const char *name, const char *side, const char *setting, double value)
{
	printf("%s\t%s\t%s\t%.1f\t\t\t\n", name, side, setting, value);
}

/* Per operation, counted over all rounds. */
static void print_counts(const struct use_case *c, const struct figures *figures, size_t rounds,
			 size_t statements)
{
	const double operations = (double)((rounds + 1) * c->operations);

	print_count(c->name, "refdomain", "allocations, library",
		    (double)figures->library_allocations / operations);
	print_count(c->name, "refdomain", "allocations, SQLite",
		    (double)figures->sqlite_allocations / operations);
	print_count(c->name, "raw", "allocations, SQLite",
		    (double)figures->raw_allocations / operations);
	print_count(c->name, "raw", "statements", (double)statements);
}

/* SQLite as it is, with its allocations counted. */
static void count_sqlite_allocations(void)
{
	sqlite3_mem_methods counting;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain_memory);
	counting = plain_memory;
	counting.xMalloc = counted_malloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &counting);
}

/* As the raw side, which runs the settings of the library, finds them. */
static void print_durability(sqlite3 *db, enum setting setting)
{
	static const char *const words[] = { "OFF", "NORMAL", "FULL", "EXTRA" };
	static bool printed[3];
	sqlite3_stmt *stmt = NULL;
	int level = 0;

	if (printed[setting])
		return;
	printed[setting] = true;
	sqlite3_prepare_v2(db, "PRAGMA synchronous", -1, &stmt, NULL);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		level = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_prepare_v2(db, "PRAGMA journal_mode", -1, &stmt, NULL);
	if (sqlite3_step(stmt) == SQLITE_ROW)
		printf("# %s, both sides: journal_mode=%s synchronous=%s\n", setting_words[setting],
		       (const char *)sqlite3_column_text(stmt, 0), words[level & 3]);
	sqlite3_finalize(stmt);
}

/* Seconds for count operations from first on. */
static double run_ours(const struct use_case *c, struct world *world, size_t first, size_t count,
		       struct figures *figures)
{
	double spent = 0;

	for (size_t i = first; i < first + count; i++) {
		uint64_t library, engine;
		double start;

		if (c->prepare)
			c->prepare(world, i);
		library = world->allocations;
		engine = sqlite_allocations;
		start = figures_seconds();
		c->run(world, i);
		spent += figures_seconds() - start;
		figures->library_allocations += world->allocations - library;
		figures->sqlite_allocations += sqlite_allocations - engine;
	}
	return spent;
}

static double run_raw(const struct use_case *c, struct replay *replay, size_t first, size_t count,
		      struct figures *figures)
{
	double spent = 0;

	for (size_t i = first; i < first + count; i++) {
		uint64_t engine;
		double start;

		if (c->prepare)
			replay_run(replay, 2 * i, false);
		engine = sqlite_allocations;
		start = figures_seconds();
		replay_run(replay, 2 * i + 1, c->only_writes);
		spent += figures_seconds() - start;
		figures->raw_allocations += sqlite_allocations - engine;
	}
	return spent;
}

/* A round is made of slices, A B A B, so that what else the machine does hits both sides. */
static void rounds_of(const struct use_case *c, struct world *world, struct replay *replay,
		      size_t rounds, struct figures *ret)
{
	const size_t slice = (c->operations + SLICES - 1) / SLICES;
	const double work = (double)(c->operations * c->items);

	memset(ret, 0, sizeof(*ret));
	for (size_t round = 0; round <= rounds; round++) {
		double ours = 0, raw = 0;

		for (size_t done = 0; done < c->operations; done += slice) {
			const size_t left = c->operations - done;
			const size_t count = left < slice ? left : slice;
			const size_t first = 1 + round * c->operations + done;

			ours += run_ours(c, world, first, count, ret);
			raw += run_raw(c, replay, first, count, ret);
		}
		if (round == 0)
			continue;
		ret->ours[ret->count] = work / ours;
		ret->raw[ret->count] = work / raw;
		ret->ratio[ret->count++] = raw / ours;
	}
}

static void measure(const struct use_case *c, enum setting setting, size_t rounds)
{
	const size_t operations = 1 + (rounds + 1) * c->operations;
	struct recording *recording = record(c, setting, operations);
	struct figures figures;
	struct replay *replay;
	struct world world;
	sqlite3 *db;

	open_ours(c, &world, "ours.db", setting, operations);
	db = open_theirs(recording, setting);
	print_durability(db, setting);
	replay = replay_open(recording, db);
	operate(c, &world, 0);
	replay_run(replay, 0, false);
	replay_run(replay, 1, c->only_writes);

	rounds_of(c, &world, replay, rounds, &figures);

	qsort(figures.ratio, figures.count, sizeof(double), figures_ascending);
	figures_print(c->name, "refdomain", setting_words[setting], figures.ours, figures.count,
		      figures.ratio[figures.count / 2]);
	figures_print(c->name, "raw", setting_words[setting], figures.raw, figures.count, 1);
	if (setting == SETTING_FULL)
		print_counts(c, &figures, rounds,
			     recording_statements(recording, 2 * operations - 1, c->only_writes));
	world_close(&world);
	replay_close(replay);
	sqlite3_close(db);
	if (setting != SETTING_MEMORY)
		compare_stores();
	recording_free(recording);
}

static void build_base(const struct use_case *c, size_t operations)
{
	char path[FILES_PATH_BYTES];
	struct world world;

	files_remove("base.db");
	world_open(&world, files_path("base.db", path), REFD_SQLITE_NORMAL, 1);
	c->build(&world, operations);
	world_close(&world);
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 7;
	void (*built)(struct world *, size_t) = NULL;

	if (argc < 2 || rounds < 5 || rounds >= ROUNDS_MAX) {
		fprintf(stderr, "usage: bench DIRECTORY [ROUNDS (5 to %d) [CASE]]\n",
			ROUNDS_MAX - 1);
		return 2;
	}
	files_in(argv[1]);
	count_sqlite_allocations();
	printf("# per second; ratio: refdomain/raw, median of %zu interleaved rounds after one "
	       "warm-up\n",
	       rounds);
	printf("case\tside\tsetting\tmedian\tmin\tmax\tratio\n");
	for (size_t i = 0; i < sizeof(use_cases) / sizeof(use_cases[0]); i++) {
		const struct use_case *c = &use_cases[i];

		if (argc > 3 && !strstr(c->name, argv[3]))
			continue;
		if (c->build != build_years || built != build_years)
			build_base(c, 1 + (rounds + 1) * c->operations);
		built = c->build;
		measure(c, SETTING_FULL, rounds);
		if (c->every_setting) {
			measure(c, SETTING_NORMAL, rounds);
			measure(c, SETTING_MEMORY, rounds);
		}
	}
	return 0;
}
