/* A store by its name: "sqlite:PATH" or "postgresql://...#SCHEMA". */
#ifndef REFD_TESTS_NAMED_STORE_H
#define REFD_TESTS_NAMED_STORE_H

#include <refdomain/adapters/sqlite.h>
#include <refdomain/alloc.h>
#include <refdomain/ports/clock.h>
#include <refdomain/ports/random.h>
#include <refdomain/ports/sleep.h>
#include <refdomain/ports/store.h>

struct refd_postgres;

/* Zeroed memory; named_store_close() also after a failure. */
struct named_store {
	struct refd_sqlite *sqlite;
	struct refd_postgres *postgres;
	struct refd_store store;
};

struct named_store_options {
	const char *name;
	struct refd_allocator allocator;
	struct refd_clock clock;
	struct refd_sleep sleep;
	struct refd_random random;		/* optional */
	enum refd_sqlite_durability durability; /* of SQLite; 0: FULL */
	bool pgbouncer;
};

/* Made if there is none, also what it needs. */
enum refd_status named_store_open(struct named_store *store,
				  const struct named_store_options *options,
				  struct refd_error *err);
void named_store_close(struct named_store *store);

#endif
