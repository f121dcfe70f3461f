/* Plain SQL on a store of either engine, without any code of the library or its adapters. */
#ifndef REFD_TESTS_PROBE_H
#define REFD_TESTS_PROBE_H

#include <stdbool.h>
#include <stdint.h>

struct probe;

/* The text of the first two columns of a row; "" for one that is not there. */
typedef void probe_row(void *self, const char *about, const char *what);

/* @p store: "sqlite:PATH" or "postgresql://...#SCHEMA". A SQLite file is made if there is none.
 * NULL: stderr says why. */
struct probe *probe_open(const char *store);
void probe_close(struct probe *probe);
/* Whether SQLite, on the VFS it takes where none is named, has such a file. */
bool probe_finds_file(const char *path);
const char *probe_message(const struct probe *probe); /* of the last failure */
bool probe_is_sqlite(const struct probe *probe);

/*
 * Statements in the dialect of the engine but for
 *   {id}       the type of a column of ids
 *   {x}'HEX'   an id
 *   {us}(t)    microseconds since 1970 of an instant
 *   {then}     the instant 1970
 *   {no}       false
 *   {random}   an id nothing has
 *   {zeros}    32 bytes
 */
bool probe_run(struct probe *probe, const char *sql);
/* Rows changed by one statement, -1 if it fails. */
int64_t probe_changed(struct probe *probe, const char *sql);
/* Hands over every row of one statement; @p row NULL: rows are dropped. */
bool probe_ask(struct probe *probe, const char *sql, probe_row *row, void *self);
/* The number one statement answers, -1 if it fails. */
int64_t probe_number(struct probe *probe, const char *sql);
/* Whether the store has tables yet. */
bool probe_has_tables(struct probe *probe);
/* The tables of records, what others refer to first. */
enum { PROBE_TABLES = 13 };
extern const char *const probe_tables[PROBE_TABLES];
/* Takes every record out: much cheaper than a new store. */
bool probe_empty(struct probe *probe);
/* Waits until nobody else who calls himself @p application is connected: what a process that was
 * killed had sent is over then. Nothing to wait for on SQLite. */
bool probe_settle(struct probe *probe, const char *application);

#endif
