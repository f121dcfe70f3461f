/*
 * The library beside the raw SQLite API that says the same prepared statements with the same values
 * to a copy of the same file. One TSV line per figure; see run.sh. Nothing here is a test.
 *
 * usage: bench DIRECTORY [ROUNDS [CASE]]
 */
#include "cases.h"
#include "figures.h"
#include "files.h"
#include "replay.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICES = 20 };

/* Both sides alike. */
enum setting { SETTING_FULL, SETTING_NORMAL, SETTING_MEMORY };
static const char *const setting_words[] = { "full", "normal", "in memory" };

/* The library on a file of its own, or in memory. */
struct ours {
	const struct use_case *use_case;
	struct refd_sqlite *sqlite;
	struct world world;
	uint64_t library_allocations, sqlite_allocations; /* of all rounds */
};

struct raw {
	const struct use_case *use_case;
	struct replay *replay;
	uint64_t allocations;
};

static sqlite3_mem_methods plain_memory;
static uint64_t sqlite_allocations;

static void *counted_malloc(int size)
{
	sqlite_allocations++;
	return plain_memory.xMalloc(size);
}

static enum refd_sqlite_durability durability_of(enum setting setting)
{
	return setting == SETTING_FULL ? REFD_SQLITE_FULL : REFD_SQLITE_NORMAL;
}

/* On a copy of the base named name, or on the same data in memory. */
static void open_ours(const struct use_case *c, struct ours *ours, const char *name,
		      enum setting setting, size_t operations)
{
	char path[FILES_PATH_BYTES];

	memset(ours, 0, sizeof(*ours));
	ours->use_case = c;
	if (setting == SETTING_MEMORY) {
		ours->sqlite = files_store(":memory:", REFD_SQLITE_NORMAL);
		world_open(&ours->world, refd_sqlite_store(ours->sqlite), 1);
		c->build(&ours->world, operations);
		ours->world.random = 2;
		return;
	}
	files_copy("base.db", name);
	ours->sqlite = files_store(files_path(name, path), durability_of(setting));
	world_open(&ours->world, refd_sqlite_store(ours->sqlite), 2);
}

static void close_ours(struct ours *ours)
{
	world_close(&ours->world);
	refd_sqlite_close(ours->sqlite);
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
	struct ours ours;

	open_ours(c, &ours, "trace.db", setting, operations);
	for (size_t i = 0; i < operations; i++) {
		recording_switch(recording, true);
		recording_mark(recording);
		if (c->prepare)
			c->prepare(&ours.world, i);
		recording_mark(recording);
		c->run(&ours.world, i);
		recording_switch(recording, false);
	}
	close_ours(&ours);
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

/* Per operation, counted over all rounds. */
static void print_counts(const struct ours *ours, const struct raw *raw, size_t rounds,
			 size_t statements)
{
	const char *name = ours->use_case->name;
	const double operations = (double)(1 + (rounds + 1) * ours->use_case->operations);

	figures_print_count(name, "refdomain", "allocations, library",
			    (double)ours->library_allocations / operations);
	figures_print_count(name, "refdomain", "allocations, SQLite",
			    (double)ours->sqlite_allocations / operations);
	figures_print_count(name, "raw", "allocations, SQLite",
			    (double)raw->allocations / operations);
	figures_print_count(name, "raw", "statements", (double)statements);
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

static double run_ours(void *self, size_t first, size_t count)
{
	struct ours *ours = self;
	const struct use_case *c = ours->use_case;
	double spent = 0;

	for (size_t i = first; i < first + count; i++) {
		uint64_t library, engine;
		double start;

		if (c->prepare)
			c->prepare(&ours->world, i);
		library = bench_allocations();
		engine = sqlite_allocations;
		start = figures_seconds();
		c->run(&ours->world, i);
		spent += figures_seconds() - start;
		ours->library_allocations += bench_allocations() - library;
		ours->sqlite_allocations += sqlite_allocations - engine;
	}
	return spent;
}

static bool only_writes(const struct use_case *c)
{
	return c->kind == CASE_BATCH;
}

static double run_raw(void *self, size_t first, size_t count)
{
	struct raw *raw = self;
	const struct use_case *c = raw->use_case;
	double spent = 0;

	for (size_t i = first; i < first + count; i++) {
		uint64_t engine;
		double start;

		if (c->prepare)
			replay_run(raw->replay, 2 * i, false);
		engine = sqlite_allocations;
		start = figures_seconds();
		replay_run(raw->replay, 2 * i + 1, only_writes(c));
		spent += figures_seconds() - start;
		raw->allocations += sqlite_allocations - engine;
	}
	return spent;
}

static void measure(const struct use_case *c, enum setting setting, size_t rounds)
{
	const struct figures_load load = { rounds, c->operations, SLICES, (double)c->items };
	const size_t operations = 1 + (rounds + 1) * c->operations;
	struct recording *recording = record(c, setting, operations);
	struct raw raw = { .use_case = c };
	struct ours ours;
	struct figures_side sides[] = {
		{ .name = "refdomain", setting_words[setting], run_ours, &ours },
		{ .name = "raw", setting_words[setting], run_raw, &raw },
	};
	sqlite3 *db;

	open_ours(c, &ours, "ours.db", setting, operations);
	db = open_theirs(recording, setting);
	print_durability(db, setting);
	raw.replay = replay_open(recording, db);
	run_ours(&ours, 0, 1);
	run_raw(&raw, 0, 1);

	figures_measure(sides, 2, &load);

	figures_print_sides(c->name, sides, 2, rounds);
	if (setting == SETTING_FULL)
		print_counts(&ours, &raw, rounds,
			     recording_statements(recording, 2 * operations - 1, only_writes(c)));
	close_ours(&ours);
	replay_close(raw.replay);
	sqlite3_close(db);
	if (setting != SETTING_MEMORY)
		compare_stores();
	recording_free(recording);
}

static void build_base(const struct use_case *c, size_t operations)
{
	char path[FILES_PATH_BYTES];
	struct refd_sqlite *sqlite;
	struct world world;

	files_remove("base.db");
	sqlite = files_store(files_path("base.db", path), REFD_SQLITE_NORMAL);
	world_open(&world, refd_sqlite_store(sqlite), 1);
	c->build(&world, operations);
	world_close(&world);
	refd_sqlite_close(sqlite);
}

int main(int argc, char **argv)
{
	size_t rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 7;
	void (*built)(struct world *, size_t) = NULL;

	if (argc < 2 || rounds < 5 || rounds >= FIGURES_ROUNDS) {
		fprintf(stderr, "usage: bench DIRECTORY [ROUNDS (5 to %d) [CASE]]\n",
			FIGURES_ROUNDS - 1);
		return 2;
	}
	files_in(argv[1]);
	count_sqlite_allocations();
	printf("# per second; ratio: refdomain/raw, median of %zu interleaved rounds after one "
	       "warm-up\n",
	       rounds);
	printf("case\tside\tsetting\tmedian\tmin\tmax\tratio\n");
	for (size_t i = 0; i < USE_CASES; i++) {
		const struct use_case *c = &use_cases[i];

		if (c->kind == CASE_CONTENDED || (argc > 3 && !strstr(c->name, argv[3])))
			continue;
		if (c->kind != CASE_READS || built != c->build)
			build_base(c, 1 + (rounds + 1) * c->operations);
		built = c->build;
		measure(c, SETTING_FULL, rounds);
		if (c->kind == CASE_WRITES) {
			measure(c, SETTING_NORMAL, rounds);
			measure(c, SETTING_MEMORY, rounds);
		}
	}
	return 0;
}
