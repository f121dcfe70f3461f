#include "files.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static const char *directory;

void files_in(const char *path)
{
	directory = path;
}

char *files_path(const char *name, char *path)
{
	snprintf(path, FILES_PATH_BYTES, "%s/%s", directory, name);
	return path;
}

void files_remove(const char *name)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[FILES_PATH_BYTES + 8];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s%s", directory, name, ends[i]);
		remove(path);
	}
}

sqlite3 *files_open(const char *name)
{
	char path[FILES_PATH_BYTES];
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(files_path(name, path), &db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		fprintf(stderr, "bench: %s: %s\n", path, sqlite3_errmsg(db));
		exit(1);
	}
	return db;
}

void files_execute(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		fprintf(stderr, "bench: %s: %s\n", sql, sqlite3_errmsg(db));
		exit(1);
	}
}

void files_copy(const char *from, const char *to)
{
	char path[FILES_PATH_BYTES];
	sqlite3 *db = files_open(from);
	char *sql;

	files_remove(to);
	sql = sqlite3_mprintf("VACUUM INTO %Q", files_path(to, path));
	files_execute(db, sql);
	sqlite3_free(sql);
	sqlite3_close(db);
}

struct refd_sqlite *files_store(const char *path, enum refd_sqlite_durability durability)
{
	const struct refd_allocator allocator = bench_allocator();
	const struct refd_sqlite_options options = { .struct_size = sizeof(options),
						     .path = path,
						     .create = true,
						     .durability = durability,
						     .clock = bench_clock(),
						     .sleep = refd_system_sleep() };
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_sqlite *sqlite = NULL;
	enum refd_status st = refd_sqlite_open(&options, &allocator, &sqlite, &err);

	if (st != REFD_OK)
		bench_die("open", st, &err);
	return sqlite;
}
