/*
 * What an adapter says to SQLite, recorded from the outside, and said again by prepared statements
 * on the raw API: the limit that the library is measured against.
 */
#ifndef REFDOMAIN_BENCH_REPLAY_H
#define REFDOMAIN_BENCH_REPLAY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

struct recording;

/* Record every statement of connections opened from now on. One recording at a time. */
struct recording *recording_open(void);
/* Statements run while on is true are kept. */
void recording_switch(struct recording *recording, bool on);
/* The next operation starts here. */
void recording_mark(struct recording *recording);
/* No further connections are traced; what was recorded stays. */
void recording_close(struct recording *recording);
void recording_free(struct recording *recording);
/* Operations marked. */
size_t recording_operations(const struct recording *recording);
/* Statements of operation index; only_writes leaves out what only reads. */
size_t recording_statements(const struct recording *recording, size_t index, bool only_writes);

/* Settings (PRAGMA name=value) seen, in order; NULL behind the last. */
const char *recording_pragma(const struct recording *recording, size_t index);

struct replay;

/* Prepare every recorded statement on db. Ends the program on failure, as everything here does. */
struct replay *replay_open(const struct recording *recording, sqlite3 *db);
/* Run operation index; rows are read column by column. Returns the rows. */
size_t replay_run(struct replay *replay, size_t index, bool only_writes);
void replay_close(struct replay *replay);

#endif
