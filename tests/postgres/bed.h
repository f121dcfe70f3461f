/* A store in a schema of its own on a PostgreSQL server, a connection past it for doing harm, and
 * the steps of a transaction. */
#ifndef REFD_TESTS_POSTGRES_BED_H
#define REFD_TESTS_POSTGRES_BED_H

#include "support.h"

#include <libpq-fe.h>

#include <refdomain/adapters/postgres.h>
#include <refdomain/ports/system.h>

#include "postgres_server.h"

struct bed {
	PGconn *db; /* not the store's, as the role that owns the database */
	struct refd_postgres *postgres;
	struct refd_store store;
	struct refd_postgres_options options;
	struct refd_allocator allocator;
	char schema[40], url[400];
	struct refd_error err;
	size_t statements, trips;
	/* what else is done at each statement; NULL: nothing */
	void (*at_statement)(struct bed *bed, const struct refd_postgres_traced *traced);
};

int64_t bed_now(void);

/* On the server of the run, or the one of that URL. */
void bed_make(struct bed *bed, const char *url);
void bed_remove(struct bed *bed);
/* The same for cmocka. */
int bed_setup(void **state);
int bed_teardown(void **state);

/* The store with so many connections; bed->options can be changed before. */
enum refd_status bed_open(struct bed *bed, unsigned connections);
void bed_close(struct bed *bed);

/* The number a statement answers, -1 if none; the schema stands for up to two %s in it. */
long bed_ask(struct bed *bed, const char *format);

/* patience 0: no deadline */
struct refd_tx *bed_begin(struct bed *bed, enum refd_tx_mode mode, int64_t patience);
/* All teams; the rows counted by bed_count_row() are forgotten. */
enum refd_status bed_read(struct bed *bed, struct refd_tx *tx);
refd_row_sink bed_count_row;
enum refd_status bed_guard(struct bed *bed, struct refd_tx *tx);
enum refd_status bed_commit(struct bed *bed, struct refd_tx *tx, const struct refd_change *changes,
			    size_t count);
struct refd_team_state bed_team(uint8_t number);
/* Commits a team. */
enum refd_status bed_insert(struct bed *bed, struct refd_tx *tx, uint8_t number);

#endif
