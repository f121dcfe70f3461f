/**
 * @file postgres.h Storage adapter on PostgreSQL 15 or later. Link refdomain-postgres.
 *
 * One schema of a database, any number of threads on one handle and of processes on the schema.
 * Writers run side by side at READ COMMITTED under the guards of the store port; readers see one
 * snapshot and wait for nobody. A command costs two round trips, one if it reads nothing; a query
 * one. No call blocks longer than its deadline and a quarter of a second, whatever the server or
 * the network does; only looking up a host name is left to the system (hostaddr avoids it). A wait
 * ends by the clock port, and also when the time that was left at its beginning has passed on the
 * system's monotonic clock.
 *
 * A handle belongs to the process that opened it. In a child after fork() it answers MISUSE, and
 * rollback and close do nothing there; the child opens its own.
 * @since 0.1
 */
#ifndef REFDOMAIN_ADAPTERS_POSTGRES_H
#define REFDOMAIN_ADAPTERS_POSTGRES_H

#include <refdomain/alloc.h>
#include <refdomain/ports/clock.h>
#include <refdomain/ports/sleep.h>
#include <refdomain/ports/store.h>

REFD_BEGIN_DECLS

struct refd_postgres;

/** A statement as it was sent: parameters in binary form, as libpq takes them. */
struct refd_postgres_traced {
	const char
		*sql; /**< NULL: what was sent up to here is waited for: the end of a round trip */
	size_t n_params;
	const unsigned *types; /**< object ids of the parameters' types */
	const char *const *values;
	const int *lengths;
};

struct refd_postgres_options {
	size_t struct_size;
	const char *url;    /**< URL or key=value connection string, passed to libpq unchanged: TLS,
			       several hosts, target_session_attrs, ... */
	const char *schema; /**< NULL: "refdomain". 1 to 40 of a-z, 0-9 and _, not starting with a
			       digit or "pg_". A schema is a store of its own */
	bool create;	    /**< make the schema if there is none, and bring it up to date */
	bool read_only;	    /**< WRITE transactions answer DENIED */
	bool pgbouncer; /**< behind PgBouncer in transaction mode: nothing is kept in a session, at
			   the price of parsing each statement anew */
	unsigned
		max_connections; /**< transactions at one time, 1 to 256; 0: 8. More wait in turn */
	int64_t acquire_timeout; /**< microseconds to wait for a connection of the pool, within the
				    deadline of the transaction; 0: 5 s */
	int64_t connect_timeout; /**< microseconds to connect, within the deadline of the
				    transaction; each host of a list gets its part; 0: 5 s */
	struct refd_clock clock; /**< required: deadlines are instants of its monotonic() */
	struct refd_sleep sleep; /**< required: waiting for a server that starts up */
	void (*trace)(void *self,
		      const struct refd_postgres_traced *traced); /**< optional: each statement
								     sent; for measuring. Borrowed
								     for the call, any thread */
	void *trace_self;
};

/**
 * Connect and bring the schema up to date. Options are copied, texts too; what ports point to must
 * outlive the store. What is checked: the version and encoding of the server; the checksum of every
 * applied schema file against this build's; and the live schema (columns, constraints, indexes,
 * triggers, functions) against what those files made. A schema that is not ours, newer, or altered
 * is refused. Several processes may open at once: one of them applies the files.
 * @return OK; NOT_FOUND (no schema, and create is off); CORRUPT (schema and reason in the message);
 * DENIED (permissions; an older schema, and create is off or read_only is on); UNAVAILABLE;
 * UNSUPPORTED (server too old, or its encoding neither UTF8 nor SQL_ASCII); INVALID (a url that
 * libpq cannot read; it is not shown, as it may hold a password; a name no schema can have);
 * MISUSE (other options); NO_MEMORY; BACKEND. Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_postgres_open(
	const struct refd_postgres_options *options, const struct refd_allocator *allocator,
	struct refd_postgres **ret, struct refd_error *err);

/** Takes NULL. Transactions must have ended. Does nothing in a child after fork(). */
REFD_API void refd_postgres_close(struct refd_postgres *postgres);

/** The store port over @p postgres, which must outlive it. Any thread. */
REFD_API struct refd_store refd_postgres_store(struct refd_postgres *postgres);

/** Compare the schema, and the kick-offs kept with availabilities and assignments. Reads every row.
 * @return OK; CORRUPT (the first finding); UNAVAILABLE; NO_MEMORY; BACKEND. Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_postgres_check(struct refd_postgres *postgres,
							     struct refd_error *err);

/** One figure: "rows.fixture", "connections.open", "trips", ... Borrowed for the call, which may
 * use the store: one connection of the pool is taken meanwhile. */
typedef void refd_postgres_figure(void *self, const char *name, int64_t value);

/** Rows and bytes per table, schema version, connections of the pool and what became of them, round
 * trips waited for. @return OK; UNAVAILABLE; NO_MEMORY; BACKEND. Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_postgres_stats(struct refd_postgres *postgres,
							     refd_postgres_figure *figure,
							     void *self, struct refd_error *err);

/** A statement the adapter uses. */
struct refd_postgres_statement {
	const char *sql;
	size_t n_params;
	const unsigned *types; /**< object ids of the parameters' types */
	enum refd_record
		record; /**< whose columns it returns, in layout order; 0 if it returns others */
};

/** Receives a statement, borrowed for the call. @return OK to go on */
typedef enum refd_status refd_postgres_statement_sink(
	void *self, const struct refd_postgres_statement *statement);

/** Every statement the adapter can run, for tests of columns and plans. @return OK; what @p sink
 * returned. Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_postgres_statements(
	struct refd_postgres *postgres, refd_postgres_statement_sink *sink, void *self);

REFD_END_DECLS

#endif
