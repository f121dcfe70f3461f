/* The files of a measurement, all in one directory. Failures end the program. */
#ifndef REFDOMAIN_BENCH_FILES_H
#define REFDOMAIN_BENCH_FILES_H

#include <refdomain/adapters/sqlite.h>
#include <sqlite3.h>

enum { FILES_PATH_BYTES = 4096 };

void files_in(const char *path);
/* path holds FILES_PATH_BYTES; returns it. */
char *files_path(const char *name, char *path);
void files_remove(const char *name);
sqlite3 *files_open(const char *name);
void files_execute(sqlite3 *db, const char *sql);
/* A compact copy; what was there is removed. */
void files_copy(const char *from, const char *to);
/* The library's store in the file at path, made if there is none. */
struct refd_sqlite *files_store(const char *path, enum refd_sqlite_durability durability);

#endif
