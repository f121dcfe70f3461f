/* The insides of the adapter: the store with its pool, the connections with their pipelines, the
 * engine driven by layouts. */
#ifndef REFD_POSTGRES_PARTS_H
#define REFD_POSTGRES_PARTS_H

#include <pthread.h>
#include <sys/types.h>

#include <libpq-fe.h>

#include <refdomain/adapters/postgres.h>

struct pg_migration {
	const char *name;
	const char *sql;
};

extern const struct pg_migration refd_postgres__migrations[];
extern const size_t refd_postgres__n_migrations;

/* ---- statements (statements.c): made from the layouts once per store ---- */

enum pg_use {
	PG_FIND_ID,
	PG_FIND_PAIR,
	PG_INSERT,
	PG_UPDATE,
	PG_DELETE,
	PG_INSERT_MANY,
	PG_UPDATE_MANY,
	PG_DELETE_MANY,
	PG_RANGE, /* + enum refd_index, up to REFD_INDEX_STAGED */
	PG_FIND_ID_MANY = PG_RANGE + REFD_INDEX_STAGED + 1,
	PG_FIND_PAIR_MANY,
	PG_FIXTURE_MANY, /* RANGE by FIXTURE */
	PG_REFEREE_MANY, /* RANGE by REFEREE */
	PG_PARENTS,	 /* + enum refd_index, as PG_RANGE */
	PG_USES = PG_PARENTS + REFD_INDEX_STAGED + 1
};

enum pg_card_use {
	PG_CARD_ID,
	PG_CARD_ALL,
	PG_CARD_VENUE,
	PG_CARD_TEAM,
	PG_CARD_STATUS,
	PG_CARD_REFEREE,
	PG_CARD_ID_MANY,
	PG_CARDS
};

enum pg_facts_use { PG_FACTS_FIXTURE, PG_FACTS_SLOTS, PG_FACTS_NEAR, PG_FACTS_ENGAGED, PG_FACTS };

enum pg_frame {
	PG_BEGIN_READ,
	PG_BEGIN_WRITE,
	PG_COMMIT,
	PG_ROLLBACK,
	PG_TIMEOUTS,
	PG_GUARD_FIRST,	  /* rules, board and fixtures */
	PG_GUARD_PARTIES, /* referees, teams, venues, those of fixtures included */
	PG_SINGLES,
	PG_SIZES,
	PG_DISCARD,
	PG_FRAMES
};

#define PG_PARAMS     24
#define PG_SIZED      4 /* tables whose size is looked at */
#define PG_STATEMENTS ((REFD_RECORDS + 1) * PG_USES + PG_CARDS + PG_FACTS + PG_FRAMES)

static inline size_t pg_statement(enum refd_record record, size_t use)
{
	return (size_t)record * PG_USES + use;
}

static inline size_t pg_card_statement(enum pg_card_use use)
{
	return (REFD_RECORDS + 1) * PG_USES + (size_t)use;
}

static inline size_t pg_facts_statement(enum pg_facts_use use)
{
	return (REFD_RECORDS + 1) * PG_USES + PG_CARDS + (size_t)use;
}

static inline size_t pg_frame_statement(enum pg_frame use)
{
	return (REFD_RECORDS + 1) * PG_USES + PG_CARDS + PG_FACTS + (size_t)use;
}

struct pg_sql_text {
	char name[25]; /* as it is prepared: "refd" and any size_t */
	char *text;    /* NULL: there is no such statement */
	size_t n_params;
	Oid types[PG_PARAMS];
	enum refd_record record; /* whose columns it returns */
};

struct pg_sql {
	struct pg_sql_text items[PG_STATEMENTS];
};

/* A statement being written; `full` when it did not fit (texts.c). */
struct pg_writer {
	char text[8192];
	size_t len;
	bool full;
	const char *schema;
	Oid types[PG_PARAMS];
	size_t n_params;
	enum refd_record record;
};

void REFD_PRINTF(2, 3) refd_postgres__put(struct pg_writer *w, const char *format, ...);
void refd_postgres__put_columns(struct pg_writer *w, const struct refd_layout *layout,
				const char *prefix);
/* The next parameter has this type. */
void refd_postgres__param(struct pg_writer *w, Oid type);
/* Parameters for the fields, in column order; with keys_only for the key columns only. */
void refd_postgres__field_params(struct pg_writer *w, const struct refd_layout *layout,
				 bool keys_only, bool arrays);

void refd_postgres__write_insert(struct pg_writer *w, const struct refd_layout *layout, bool many);
void refd_postgres__write_update(struct pg_writer *w, const struct refd_layout *layout, bool many);
void refd_postgres__write_delete(struct pg_writer *w, const struct refd_layout *layout, bool many);
void refd_postgres__write_cards(struct pg_writer *w, enum pg_card_use use);
void refd_postgres__write_facts(struct pg_writer *w, enum pg_facts_use use);
void refd_postgres__write_frame(struct pg_writer *w, enum pg_frame use, bool pgbouncer);

enum refd_status refd_postgres__sql_make(struct pg_sql *sql, const char *schema, bool pgbouncer,
					 const struct refd_allocator *allocator,
					 struct refd_error *err);
void refd_postgres__sql_done(struct pg_sql *sql, const struct refd_allocator *allocator);

/* ---- store and connections ---- */

struct pg_waiter;

/* `at` by the clock port; `by_system` by the system's clock, in case the port's stands still. */
struct pg_deadline {
	int64_t at, by_system;
};

struct refd_postgres {
	struct refd_allocator allocator;
	struct refd_postgres_options options;
	char *url;
	char schema[48]; /* quoted */
	int64_t lock;	 /* what advisory locks of this schema start from */
	struct pg_sql *sql;
	pid_t owner;
	pthread_mutex_t mutex;
	struct pg_connection *idle;
	struct pg_waiter *first, *last; /* served in turn */
	unsigned open;
	unsigned generation; /* of connections: older ones are not used again */
	int64_t opened, dropped, waited, trips;
};

/* Parameters of one statement. Values point into the caller's state, into scratch, or into `bytes`
 * (`at`), which may move while it grows. */
struct pg_params {
	const struct refd_allocator *allocator;
	size_t n;
	const char *values[PG_PARAMS];
	int lengths[PG_PARAMS];
	size_t at[PG_PARAMS];
	unsigned char scratch[PG_PARAMS][16];
	char *bytes;
	size_t len, room;
	size_t array, nulls; /* the array being written */
	bool no_memory, bad; /* bad: a value that has no stored form */
};

struct pg_connection;
struct pg_pending;

/* What the results of a trip are for. */
struct pg_delivery {
	refd_row_sink *sink;
	void *self;
	const struct refd_change_set *changes;
};

typedef enum refd_status pg_deliver(struct pg_connection *c, const PGresult *result,
				    const struct pg_pending *pending,
				    const struct pg_delivery *delivery, struct refd_error *err);

enum pg_kind { PG_PREPARED, PG_QUIET, PG_ROWS, PG_CHANGED, PG_COMMITTED, PG_SYNCED };

/* A result that is still to come. */
struct pg_pending {
	enum pg_kind kind;
	bool owed; /* of an earlier transaction, which has its answer */
	size_t statement;
	size_t index; /* ROWS: the read; CHANGED: the first change */
	enum refd_record record;
	pg_deliver *deliver;
};

/* A connection is its own transaction: used by one at a time. */
struct pg_connection {
	struct pg_connection *next;
	struct refd_postgres *store;
	PGconn *db;
	bool prepared[PG_STATEMENTS];
	struct pg_pending *pending; /* a queue: from head to tail */
	size_t head, tail, room;
	struct pg_params params;
	struct pg_deadline deadline;
	struct pg_deadline end; /* of waiting for the server */
	int late_looks;		/* at what has come, behind the end */
	unsigned generation;
	int64_t timeout_ms; /* what the session's time-outs are set to; -1: not known */
	enum refd_tx_mode mode;
	bool once;	/* its first read is its last */
	bool spent;	/* and was made */
	bool begun;	/* BEGIN is on its way */
	bool ended;	/* the last statement's end was taken */
	bool broken;	/* not to be used again */
	bool choked;	/* libpq lost what it read: it had no memory for it */
	bool failed;	/* the transaction can only be rolled back */
	bool refused;	/* the server answered with an error, so nothing was committed */
	bool committed; /* the server said so */
	bool planned;	/* for tables of the sizes below */
	bool replan;	/* and they have grown since */
	unsigned reads;
	int64_t planned_for[PG_SIZED];
	void *row; /* room for the largest state record */
};

/* ---- deadlines (deadline.c) ---- */

int64_t refd_postgres__now(const struct refd_postgres *store);
/* at 0: none */
struct pg_deadline refd_postgres__deadline(int64_t at);
/* For work outside of transactions, which brings no deadline. */
struct pg_deadline refd_postgres__default_deadline(const struct refd_postgres *store);
/* The deadline, or in so many microseconds if that is sooner. */
struct pg_deadline refd_postgres__sooner(const struct refd_postgres *store,
					 const struct pg_deadline *deadline, int64_t us);
/* Microseconds; 0 when it has passed, INT64_MAX if there is none. */
int64_t refd_postgres__left(const struct refd_postgres *store, struct pg_deadline *deadline);
void refd_postgres__give_time(struct pg_connection *c, const struct pg_deadline *deadline);

/* ---- connections and the pool (connection.c, pool.c) ---- */

/* `first`: plain, not yet in pipeline mode. */
enum refd_status refd_postgres__connection_open(struct refd_postgres *store, bool first,
						const struct pg_deadline *deadline,
						struct pg_connection **ret, struct refd_error *err);
/* Pipeline mode, and the session's settings on their way. */
enum refd_status refd_postgres__connection_ready(struct pg_connection *c, struct refd_error *err);
void refd_postgres__connection_close(struct pg_connection *c);
enum refd_status refd_postgres__take(struct refd_postgres *store,
				     const struct pg_deadline *deadline, struct pg_connection **ret,
				     struct refd_error *err);
void refd_postgres__give(struct pg_connection *c);
/* The same, outside of pipeline mode. */
enum refd_status refd_postgres__take_plain(struct refd_postgres *store, struct pg_connection **ret,
					   struct refd_error *err);
void refd_postgres__give_plain(struct pg_connection *c);

/* ---- pipeline (pipeline.c) ---- */

/* Wait until the socket can be read, or written if `write`, within the deadline. */
bool refd_postgres__wait(struct pg_connection *c, bool write);
/* Queue a statement with the parameters gathered; `pending` tells what to do with its result. */
enum refd_status refd_postgres__queue(struct pg_connection *c, const struct pg_pending *pending,
				      struct refd_error *err);
enum refd_status refd_postgres__queue_frame(struct pg_connection *c, enum pg_frame use,
					    enum pg_kind kind, bool owed, struct refd_error *err);
/* The end of what the server takes as one: after an error it goes on behind it. */
enum refd_status refd_postgres__sync(struct pg_connection *c, bool owed, struct refd_error *err);
/* Wait for all results that are still to come. */
enum refd_status refd_postgres__collect(struct pg_connection *c, const struct pg_delivery *delivery,
					struct refd_error *err);
/* What has come already of what is owed, without waiting. @return false: the connection is dead */
bool refd_postgres__settle(struct pg_connection *c);
/* The session's time-outs, if they are not as the deadline wants them. */
enum refd_status refd_postgres__set_timeouts(struct pg_connection *c, struct refd_error *err);
/* BEGIN, unless it was queued before. */
enum refd_status refd_postgres__begin(struct pg_connection *c, struct refd_error *err);
/* ROLLBACK goes out, its result is owed. */
void refd_postgres__end(struct pg_connection *c);
/* Run statements outside of pipeline mode; `ret` may be NULL, else it gets the last result. */
enum refd_status refd_postgres__exec(struct pg_connection *c, const char *sql, PGresult **ret,
				     struct refd_error *err);

/* ---- engine (engine.c, fetch.c) ---- */

#define PG_EPOCH INT64_C(946684800000000) /* 2000-01-01, where timestamps start, after 1970 */

Oid refd_postgres__type(enum refd_field_type type);
Oid refd_postgres__array_type(Oid type);

void refd_postgres__params_start(struct pg_connection *c);
void refd_postgres__params_trim(struct pg_connection *c);
void refd_postgres__put_uuid(struct pg_params *p, const struct refd_uuid *id);
void refd_postgres__put_optional_uuid(struct pg_params *p, const struct refd_uuid *id);
void refd_postgres__put_int32(struct pg_params *p, int32_t value);
void refd_postgres__put_int64(struct pg_params *p, int64_t value);
void refd_postgres__put_null(struct pg_params *p);
/* INT64_MIN and INT64_MAX stand for no bound. */
void refd_postgres__put_time(struct pg_params *p, int64_t us);
void refd_postgres__put_interval(struct pg_params *p, int64_t us);
void refd_postgres__put_text(struct pg_params *p, const char *text, size_t len);
void refd_postgres__put_fields(struct pg_params *p, const struct refd_layout *layout,
			       const void *state, bool keys_only);
void refd_postgres__array_start(struct pg_params *p, Oid type, size_t count);
void refd_postgres__array_put(struct pg_params *p, const void *bytes, int len);
void refd_postgres__array_field(struct pg_params *p, const struct refd_field *field,
				const void *state);
void refd_postgres__array_end(struct pg_params *p);

int64_t refd_postgres__int64_at(const PGresult *result, int row, int column);
int32_t refd_postgres__int32_at(const PGresult *result, int row, int column);
/* Read the columns from `first` on into the state. @return OK; CORRUPT */
enum refd_status refd_postgres__fetch(const PGresult *result, int row, int first,
				      const struct refd_layout *layout, void *state,
				      struct refd_error *err);

/* ---- reads, guards, changes: each queues statements ---- */

enum refd_status refd_postgres__read(struct pg_connection *c, const struct refd_read *read,
				     size_t index, struct refd_error *err);
enum refd_status refd_postgres__read_cards(struct pg_connection *c, const struct refd_read *read,
					   size_t index, struct refd_error *err);
enum refd_status refd_postgres__read_facts(struct pg_connection *c, const struct refd_read *read,
					   size_t index, struct refd_error *err);
/* The same for many keys at once (batches.c): whether there is a statement for it, and the read. */
bool refd_postgres__reads_many(const struct pg_connection *c, const struct refd_read *read);
enum refd_status refd_postgres__read_many(struct pg_connection *c, const struct refd_read *read,
					  size_t index, struct refd_error *err);
/* Rows of one record. */
pg_deliver refd_postgres__deliver;
/* A range's parameters behind its key: from or after, to, limit. */
void refd_postgres__put_window(struct pg_params *p, const struct refd_read *read);
void refd_postgres__put_limit(struct pg_params *p, const struct refd_read *read);

enum refd_status refd_postgres__guard(struct pg_connection *c, const struct refd_guard *guards,
				      size_t count, struct refd_error *err);
enum refd_status refd_postgres__apply(struct pg_connection *c,
				      const struct refd_change_set *changes,
				      struct refd_error *err);

/* ---- plans (plans.c) ---- */

/* Columns behind those of a statement that a look is queued with. */
void refd_postgres__put_sizes(struct pg_writer *w);
enum refd_status refd_postgres__queue_look(struct pg_connection *c, enum pg_frame use,
					   struct refd_error *err);
/* Before the first statement of a trip that may need a plan: have it made anew, if a look found
 * the tables grown. */
enum refd_status refd_postgres__replan(struct pg_connection *c, struct refd_error *err);
/* The same for reads without guards, which look for themselves now and then. */
enum refd_status refd_postgres__look_or_replan(struct pg_connection *c, struct refd_error *err);

/* ---- errors (errors.c) ---- */

enum refd_status refd_postgres__status_of(const char *sqlstate);
/* A part of an error, "" if the server did not say it. */
const char *refd_postgres__said(const PGresult *result, int code);
/* Whether the error is one of the session as it has become, which a new one would not have. */
bool refd_postgres__is_outdated(const PGresult *result);
/* The status of a result that is an error; everything it says into err. */
enum refd_status refd_postgres__failed(const struct pg_connection *c, const PGresult *result,
				       struct refd_error *err);
/* The connection is no more: libpq's own message, and the SQLSTATE in it if the server gave one. */
enum refd_status refd_postgres__lost(const struct pg_connection *c, const char *what,
				     struct refd_error *err);

/* ---- broken constraints (constraints.c) ---- */

/* As refd_postgres__failed(), with the row of the change set that it is about. */
enum refd_status refd_postgres__change_failed(const struct pg_connection *c, const PGresult *result,
					      const struct pg_pending *pending,
					      const struct refd_change_set *changes,
					      struct refd_error *err);

/* ---- processes (store.c) ---- */

/* A child after fork() has not what it needs to speak on its parent's connections. */
enum refd_status refd_postgres__require_own(const struct refd_postgres *store,
					    struct refd_error *err);

/* ---- schema (migrate.c) ---- */

enum refd_status refd_postgres__migrate(struct pg_connection *c, struct refd_error *err);

#endif
