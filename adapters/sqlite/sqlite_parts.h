/* The insides of the adapter: the store with its pool, the connections with their prepared
 * statements, the engine driven by layouts. */
#ifndef REFD_SQLITE_PARTS_H
#define REFD_SQLITE_PARTS_H

#include <pthread.h>
#include <sys/types.h>

#include <sqlite3.h>

#include <refdomain/adapters/sqlite.h>

struct sq_migration {
	const char *name;
	const char *sql;
};

extern const struct sq_migration refd_sqlite__migrations[];
extern const size_t refd_sqlite__n_migrations;

/* ---- statements (statements.c): made from the layouts once per store ---- */

enum sq_use {
	SQ_FIND_ID,
	SQ_FIND_PAIR,
	SQ_INSERT,
	SQ_UPDATE,
	SQ_DELETE,
	SQ_VERSION,
	SQ_RANGE, /* + enum refd_index, up to REFD_INDEX_STAGED */
	SQ_FIND_ID_MANY = SQ_RANGE + REFD_INDEX_STAGED + 1,
	SQ_FIND_PAIR_MANY,
	SQ_FIXTURE_MANY, /* RANGE by FIXTURE */
	SQ_REFEREE_MANY, /* RANGE by REFEREE */
	SQ_USES
};

enum sq_card_use {
	SQ_CARD_ID,
	SQ_CARD_ALL,
	SQ_CARD_VENUE,
	SQ_CARD_TEAM,
	SQ_CARD_STATUS,
	SQ_CARD_REFEREE,
	SQ_CARDS
};

/* Keys that one statement of many takes; from SQ_FEW keys on it is worth its while. */
#define SQ_MANY 32
#define SQ_FEW	8
/* The first key's parameter; ?2 and ?3 are the window. */
#define SQ_MANY_FIRST 7

#define SQ_STATEMENTS ((REFD_RECORDS + 1) * SQ_USES + SQ_CARDS)

static inline size_t sq_statement(enum refd_record record, size_t use)
{
	return (size_t)record * SQ_USES + use;
}

static inline size_t sq_card_statement(enum sq_card_use use)
{
	return (REFD_RECORDS + 1) * SQ_USES + (size_t)use;
}

struct sq_sql {
	char *text[SQ_STATEMENTS]; /* NULL: there is no such statement */
};

enum refd_status refd_sqlite__sql_make(struct sq_sql *sql, const struct refd_allocator *allocator,
				       struct refd_error *err);
void refd_sqlite__sql_done(struct sq_sql *sql, const struct refd_allocator *allocator);

/* ---- store and connections ---- */

/* The port's clock may stand still: a wait also ends when as much time as was left at its beginning
 * has passed on the system's clock. */
struct sq_deadline {
	int64_t at;	   /* of the port's clock; INT64_MAX: never */
	int64_t by_system; /* of the system's; 0 before the first wait */
};

struct sq_waiter;

/* Lets so many in at a time, the others in the order they came. */
struct sq_queue {
	unsigned free;
	struct sq_waiter *first, **end;
};

struct refd_sqlite {
	struct refd_allocator allocator;
	struct refd_sqlite_options options;
	char *path, *vfs;
	struct sq_sql sql;
	pid_t process; /* that opened the store */
	char *mark;    /* a page that is cleared in a child; NULL: there are none */
	size_t mark_size;
	pthread_mutex_t mutex; /* of what follows */
	struct sq_queue turn;  /* of writers, one at a time */
	struct sq_queue places;
	struct sq_connection *idle;
	unsigned open;
};

/* A connection is its own transaction: used by one at a time. */
struct sq_connection {
	struct sq_connection *next;
	struct refd_sqlite *store;
	sqlite3 *db;
	sqlite3_stmt *begin_read, *begin_write, *commit, *rollback;
	sqlite3_stmt *statements[SQ_STATEMENTS];
	struct sq_deadline deadline; /* of waits for a lock */
	int64_t end;  /* of statements: the deadline of the transaction, else INT64_MAX */
	bool patient; /* whether statements wait for a lock at all */
	uint64_t jitter;
	bool writes;
	void *row; /* room for the largest state record */
};

/* `first`: may make the file, and find it blank. */
enum refd_status refd_sqlite__connection_open(struct refd_sqlite *store, bool first,
					      const struct sq_deadline *deadline,
					      struct sq_connection **ret, struct refd_error *err);
void refd_sqlite__connection_close(struct sq_connection *connection);
/* Run statements that return nothing. */
enum refd_status refd_sqlite__exec(struct sq_connection *connection, const char *sql,
				   struct refd_error *err);
/* The cached statement, reset. */
enum refd_status refd_sqlite__prepared(struct sq_connection *connection, size_t statement,
				       sqlite3_stmt **ret, struct refd_error *err);
/* @return an SQLite result code */
int refd_sqlite__try_begin(struct sq_connection *connection, enum refd_tx_mode mode);
enum refd_status refd_sqlite__begin(struct sq_connection *connection, enum refd_tx_mode mode,
				    struct refd_error *err);
void refd_sqlite__end(struct sq_connection *connection); /* rollback if a transaction is open */

/* ---- pool (pool.c) ---- */

/* False if the system has no lock to give. */
bool refd_sqlite__pool_init(struct refd_sqlite *store);
/* Closes the idle connections. */
void refd_sqlite__pool_done(struct refd_sqlite *store);
/* A writer takes its turn before, and gives it back after its connection. */
enum refd_status refd_sqlite__take_turn(struct refd_sqlite *store, struct sq_deadline *deadline,
					struct refd_error *err);
void refd_sqlite__give_turn(struct refd_sqlite *store);
enum refd_status refd_sqlite__take(struct refd_sqlite *store, struct sq_deadline *deadline,
				   struct sq_connection **ret, struct refd_error *err);
/* Any connection, for work outside a transaction of the port. */
enum refd_status refd_sqlite__take_own(struct refd_sqlite *store, struct sq_connection **ret,
				       struct refd_error *err);
void refd_sqlite__give(struct sq_connection *connection);
/* Bring in a connection that was opened, not taken. */
void refd_sqlite__add(struct sq_connection *connection);

/* ---- deadlines (deadline.c) ---- */

int64_t refd_sqlite__now(const struct refd_sqlite *store);
/* at 0: none. */
struct sq_deadline refd_sqlite__deadline(int64_t at);
/* For work outside of transactions, which brings no deadline. */
struct sq_deadline refd_sqlite__default_deadline(const struct refd_sqlite *store);
/* Microseconds left to wait, 0 if it has passed, INT64_MAX if there is none. */
int64_t refd_sqlite__left(const struct refd_sqlite *store, struct sq_deadline *deadline);
/* UNAVAILABLE when the deadline of the transaction has passed. */
enum refd_status refd_sqlite__in_time(const struct sq_connection *connection,
				      struct refd_error *err);
/* How long to sleep before the lock is tried again, 0 if the deadline has passed. */
int64_t refd_sqlite__next_wait(struct sq_connection *connection, struct sq_deadline *deadline);
void refd_sqlite__sleep(const struct refd_sqlite *store, int64_t us);

/* ---- fork (process.c) ---- */

void refd_sqlite__process_init(struct refd_sqlite *store);
void refd_sqlite__process_done(struct refd_sqlite *store);
bool refd_sqlite__is_own(const struct refd_sqlite *store);
/* MISUSE in any other process than the one that opened the store. */
enum refd_status refd_sqlite__require_own(const struct refd_sqlite *store, struct refd_error *err);

/* ---- engine (engine.c) ---- */

/* Bind fields to ?1, ?2, ... in column order; with keys_only the key columns only. @return an
 * SQLite result code */
int refd_sqlite__bind(sqlite3_stmt *stmt, const struct refd_layout *layout, const void *state,
		      bool keys_only, int *ret_next);
/* Read the columns from `first` on into the state. @return OK; CORRUPT */
enum refd_status refd_sqlite__fetch(sqlite3_stmt *stmt, int first, const struct refd_layout *layout,
				    void *state, struct refd_error *err);

/* ---- reads, changes ---- */

enum refd_status refd_sqlite__read(struct sq_connection *connection, const struct refd_read *read,
				   size_t index, refd_row_sink *sink, void *self,
				   struct refd_error *err);
enum refd_status refd_sqlite__read_cards(struct sq_connection *connection,
					 const struct refd_read *read, size_t index,
					 refd_row_sink *sink, void *self, struct refd_error *err);
/* The same for many keys at once (batches.c): whether there is a statement for it, and the read. */
bool refd_sqlite__reads_many(const struct sq_connection *connection, const struct refd_read *read);
enum refd_status refd_sqlite__read_many(struct sq_connection *connection,
					const struct refd_read *read, size_t index,
					refd_row_sink *sink, void *self, struct refd_error *err);
/* Step through the rows of a bound statement, and reset it. */
enum refd_status refd_sqlite__deliver(struct sq_connection *connection, sqlite3_stmt *stmt,
				      const struct refd_read *read, size_t index,
				      refd_row_sink *sink, void *self, struct refd_error *err);
/* ?2 to ?6 of a range: from, to, after, limit. */
int refd_sqlite__bind_window(sqlite3_stmt *stmt, const struct refd_read *read);
enum refd_status refd_sqlite__apply(struct sq_connection *connection,
				    const struct refd_change_set *changes, struct refd_error *err);

/* ---- errors (errors.c, constraints.c) ---- */

/* The status of a result code; message and native code into err. */
enum refd_status refd_sqlite__failed(sqlite3 *db, int code, const char *path,
				     struct refd_error *err);

/* The same for a change: what it broke, and whose row it is. */
enum refd_status refd_sqlite__change_failed(const struct sq_connection *connection,
					    const struct refd_change *change, int code,
					    struct refd_error *err);

/* ---- schema (migrate.c) ---- */

/* Whether the file is one of ours; changes nothing. */
enum refd_status refd_sqlite__identify(struct sq_connection *connection, bool may_be_blank,
				       struct refd_error *err);

/* Bring the schema up to date, then verify it. */
enum refd_status refd_sqlite__migrate(struct sq_connection *connection, struct refd_error *err);
/* Whether the schema is exactly this build's; changes nothing. */
enum refd_status refd_sqlite__verify(struct sq_connection *connection, struct refd_error *err);

#endif
