/*
 * Importing 10,000 fixtures with refctl, beside inserting the rows that came of it, one by one, by
 * prepared statements in one transaction.
 *
 * usage: import_bench DIRECTORY REFCTL [ROUNDS]
 */
#include "figures.h"
#include "files.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIXTURES = 10000, HALLS = 40, ROUNDS_MAX = 51, TABLES_MAX = 32 };

struct table {
	char *insert;
	int columns;
	sqlite3_value **values; /* row by row */
	size_t n_rows;
};

static void build_base(void)
{
	char path[FILES_PATH_BYTES];
	struct refd_sqlite *sqlite;
	struct world world;

	files_remove("parties.db");
	sqlite = files_store(files_path("parties.db", path), REFD_SQLITE_NORMAL);
	world_open(&world, refd_sqlite_store(sqlite), 1);
	world_begin(&world);
	for (size_t i = 0; i < HALLS; i++) {
		world_team(&world, 2 * i);
		world_team(&world, 2 * i + 1);
		world_venue(&world, i);
	}
	world_commit(&world);
	world_close(&world);
	refd_sqlite_close(sqlite);
}

static void write_list(void)
{
	char path[FILES_PATH_BYTES], when[REFD_TIME_TEXT + 1];
	FILE *list = fopen(files_path("fixtures.csv", path), "w");

	if (!list) {
		perror(path);
		exit(1);
	}
	fputs("kickoff,home,away,venue\n", list);
	for (int i = 0; i < FIXTURES; i++) {
		const struct refd_time kickoff = { BENCH_START + (i / HALLS + 1) * REFD_DAY };
		const int hall = i % HALLS;

		fprintf(list, "%s,Team %06d,Team %06d,Hall %06d\n", refd_time_format(kickoff, when),
			2 * hall, 2 * hall + 1, hall);
	}
	fclose(list);
}

static double import(const char *refctl)
{
	char store[FILES_PATH_BYTES], db[FILES_PATH_BYTES + 8], list[FILES_PATH_BYTES];
	double start;
	int status = 0;
	pid_t child;

	files_copy("parties.db", "ours.db");
	snprintf(db, sizeof(db), "sqlite:%s", files_path("ours.db", store));
	files_path("fixtures.csv", list);
	start = figures_seconds();
	child = fork();
	if (child == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(126);
		execl(refctl, refctl, "--db", db, "--now", "2029-12-31T00:00:00Z", "import", list,
		      "--kind", "fixtures", (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		fprintf(stderr, "bench: %s import: status %d\n", refctl, status);
		exit(1);
	}
	return figures_seconds() - start;
}

static void must(sqlite3 *db, bool good)
{
	if (good)
		return;
	fprintf(stderr, "bench: %s\n", sqlite3_errmsg(db));
	exit(1);
}

/* The rows of table that the import made. */
static void read_table(sqlite3 *db, const char *name, struct table *ret)
{
	char *sql = sqlite3_mprintf("SELECT * FROM main.%w EXCEPT SELECT * FROM parties.%w", name,
				    name);
	sqlite3_str *insert = sqlite3_str_new(db);
	sqlite3_stmt *stmt = NULL;

	must(db, sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK);
	sqlite3_free(sql);
	memset(ret, 0, sizeof(*ret));
	ret->columns = sqlite3_column_count(stmt);
	sqlite3_str_appendf(insert, "INSERT INTO %w VALUES (?", name);
	for (int i = 1; i < ret->columns; i++)
		sqlite3_str_appendall(insert, ", ?");
	sqlite3_str_appendall(insert, ")");
	ret->insert = sqlite3_str_finish(insert);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const size_t cells = (ret->n_rows + 1) * (size_t)ret->columns;

		ret->values = realloc(ret->values, cells * sizeof(*ret->values));
		must(db, ret->values != NULL);
		for (int i = 0; i < ret->columns; i++)
			ret->values[cells - (size_t)(ret->columns - i)] =
				sqlite3_value_dup(sqlite3_column_value(stmt, i));
		ret->n_rows++;
	}
	sqlite3_finalize(stmt);
}

/* Tables in the order they were made, parents first. */
static size_t read_tables(struct table *tables)
{
	char path[FILES_PATH_BYTES];
	char *attach = sqlite3_mprintf("ATTACH %Q AS parties", files_path("parties.db", path));
	sqlite3 *db = files_open("ours.db");
	sqlite3_stmt *names = NULL;
	size_t count = 0;

	files_execute(db, attach);
	sqlite3_free(attach);
	must(db, sqlite3_prepare_v2(db,
				    "SELECT name FROM sqlite_schema WHERE type = 'table' "
				    "AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
				    -1, &names, NULL) == SQLITE_OK);
	while (sqlite3_step(names) == SQLITE_ROW && count < TABLES_MAX)
		read_table(db, (const char *)sqlite3_column_text(names, 0), &tables[count++]);
	sqlite3_finalize(names);
	sqlite3_close(db);
	return count;
}

static void insert_rows(sqlite3 *db, sqlite3_stmt *stmt, const struct table *table)
{
	for (size_t row = 0; row < table->n_rows; row++) {
		for (int i = 0; i < table->columns; i++)
			sqlite3_bind_value(stmt, i + 1,
					   table->values[row * (size_t)table->columns + (size_t)i]);
		must(db, sqlite3_step(stmt) == SQLITE_DONE);
		sqlite3_reset(stmt);
	}
}

static double insert_all(const struct table *tables, size_t count)
{
	sqlite3_stmt *statements[TABLES_MAX];
	double start, spent;
	sqlite3 *db;

	files_copy("parties.db", "raw.db");
	db = files_open("raw.db");
	files_execute(db,
		      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
	for (size_t i = 0; i < count; i++)
		must(db, sqlite3_prepare_v2(db, tables[i].insert, -1, &statements[i], NULL) ==
				 SQLITE_OK);
	start = figures_seconds();
	files_execute(db, "BEGIN IMMEDIATE");
	for (size_t i = 0; i < count; i++)
		insert_rows(db, statements[i], &tables[i]);
	files_execute(db, "COMMIT");
	spent = figures_seconds() - start;
	for (size_t i = 0; i < count; i++)
		sqlite3_finalize(statements[i]);
	sqlite3_close(db);
	return spent;
}

int main(int argc, char **argv)
{
	const size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 7;
	double ours[ROUNDS_MAX], raw[ROUNDS_MAX], ratio[ROUNDS_MAX];
	static struct table tables[TABLES_MAX];
	size_t count, rows = 0;

	if (argc < 3 || rounds < 5 || rounds >= ROUNDS_MAX) {
		fprintf(stderr, "usage: import_bench DIRECTORY REFCTL [ROUNDS (5 to %d)]\n",
			ROUNDS_MAX - 1);
		return 2;
	}
	files_in(argv[1]);
	build_base();
	write_list();
	import(argv[2]);
	count = read_tables(tables);
	insert_all(tables, count);
	for (size_t round = 0; round < rounds; round++) {
		ours[round] = import(argv[2]);
		raw[round] = insert_all(tables, count);
		ratio[round] = raw[round] / ours[round];
		ours[round] = FIXTURES / ours[round];
		raw[round] = FIXTURES / raw[round];
	}
	for (size_t i = 0; i < count; i++)
		rows += tables[i].n_rows;
	qsort(ratio, rounds, sizeof(*ratio), figures_ascending);
	figures_print("import 10000", "refctl", "full", ours, rounds, ratio[rounds / 2]);
	figures_print("import 10000", "raw", "full", raw, rounds, 1);
	printf("import 10000\traw\trows\t%zu\t\t\t\n", rows);
	return 0;
}
