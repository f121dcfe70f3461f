/* A database file in a directory of its own, a clock that only sleeping moves, and the application
 * layer on top. */
#ifndef REFD_TESTS_SQLITE_BED_H
#define REFD_TESTS_SQLITE_BED_H

#include <sqlite3.h>

#include <refdomain/adapters/json.h>
#include <refdomain/adapters/sqlite.h>
#include <refdomain/refdomain.h>

#include "support.h"

struct bed {
	char directory[64], path[80];
	struct refd_time now; /* moved by the sleep port */
	size_t sleeps;
	struct refd_allocator allocator;
	struct refd_sqlite_options options; /* create is on */
	struct refd_ports ports;
	uint64_t drawn;
	struct refd_sqlite *sqlite;
	struct refd_app *app;
	struct refd_error err;
};

int bed_setup(void **state);
int bed_teardown(void **state);

#define BED_TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

/* Clock, sleep and ids of the system: for tests of several threads or processes. */
void bed_use_system(struct bed *bed);
/* Opens bed->sqlite, and bed->app on it. */
enum refd_status bed_open(struct bed *bed);
void bed_close(struct bed *bed);
/* Open with bed->options, which must be refused like that, with `reason` and the path in the
 * message. */
void bed_refused(struct bed *bed, enum refd_status status, const char *reason);
/* Makes an empty database of ours. */
void bed_make(struct bed *bed);
/* SQL on the file, past the adapter. */
void bed_sql(const struct bed *bed, const char *sql);
int64_t bed_number(const struct bed *bed, const char *sql);

/* Numbered parties: the same number is the same team. */
struct refd_team_id bed_team(struct bed *bed, uint64_t number);
struct refd_venue_id bed_venue(struct bed *bed, uint64_t number);
enum refd_status bed_schedule(struct bed *bed, uint64_t fixture, uint64_t home, uint64_t away,
			      uint64_t venue, int day, struct refd_error *err);

#endif
