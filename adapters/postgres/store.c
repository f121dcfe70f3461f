/* The store port: a transaction is a connection taken from the pool. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "postgres_parts.h"

static bool is_own(const struct refd_postgres *store)
{
	return store->owner == getpid();
}

enum refd_status refd_postgres__require_own(const struct refd_postgres *store,
					    struct refd_error *err)
{
	if (is_own(store))
		return REFD_OK;
	return refd_error_set(err, REFD_MISUSE,
			      "%s: the handle is of the process before fork(), open one here",
			      store->schema);
}

static enum refd_status store_begin(void *self, const struct refd_begin *begin,
				    struct refd_tx **ret, struct refd_error *err)
{
	struct refd_postgres *store = self;
	const struct pg_deadline deadline = refd_postgres__deadline(begin->deadline);
	struct pg_connection *c = NULL;
	enum refd_status st = refd_postgres__require_own(store, err);

	if (st != REFD_OK)
		return st;
	if (begin->mode == REFD_TX_WRITE && store->options.read_only)
		return refd_error_set(err, REFD_DENIED, "%s was opened read-only", store->schema);
	st = refd_postgres__take(store, &deadline, &c, err);
	if (st != REFD_OK)
		return st;
	c->mode = begin->mode;
	c->once = begin->mode == REFD_TX_READ &&
		  begin->struct_size >= offsetof(struct refd_begin, once) + sizeof(begin->once) &&
		  begin->once;
	*ret = (struct refd_tx *)(void *)c;
	return REFD_OK;
}

/* Whether the transaction can go on. */
static enum refd_status require_open(const struct pg_connection *c, struct refd_error *err)
{
	enum refd_status st = refd_postgres__require_own(c->store, err);

	if (st == REFD_OK && c->spent)
		st = refd_error_set(err, REFD_MISUSE, "a transaction for one read had it");
	if (st != REFD_OK || (!c->failed && !c->broken))
		return st;
	return refd_error_set(err, REFD_UNAVAILABLE, "%s: an earlier error ended the transaction",
			      c->store->schema);
}

static enum refd_status store_guard(void *self, struct refd_tx *tx, const struct refd_guard *guards,
				    size_t count, struct refd_error *err)
{
	struct pg_connection *c = (struct pg_connection *)(void *)tx;
	enum refd_status st = require_open(c, err);

	(void)self;
	return st == REFD_OK && count > 0 ? refd_postgres__guard(c, guards, count, err) : st;
}

/* What was queued before a failure is sent and forgotten, so that the pipeline is empty again. */
static enum refd_status collect_reads(struct pg_connection *c, const struct pg_delivery *delivery,
				      enum refd_status queued, struct refd_error *err)
{
	enum refd_status st = queued;

	if (c->broken)
		return st;
	if (refd_postgres__sync(c, false, queued == REFD_OK ? err : NULL) != REFD_OK)
		return queued == REFD_OK ? REFD_UNAVAILABLE : queued;
	if (queued == REFD_OK)
		st = refd_postgres__collect(c, delivery, err);
	else
		(void)refd_postgres__collect(c, NULL, NULL);
	return st;
}

/* One statement is a transaction, and has one snapshot, without being told. */
static bool is_one_statement(const struct pg_connection *c, const struct refd_read *reads,
			     size_t count)
{
	return count == 1 && reads->kind != REFD_READ_FACTS && !c->store->options.pgbouncer &&
	       (reads->n_keys <= 1 || refd_postgres__reads_many(c, reads));
}

static enum refd_status read_once(struct pg_connection *c, const struct refd_read *reads,
				  size_t count, const struct pg_delivery *delivery,
				  struct refd_error *err)
{
	const bool bare = is_one_statement(c, reads, count);
	enum refd_status st =
		bare ? refd_postgres__set_timeouts(c, err) : refd_postgres__begin(c, err);
	size_t i;

	c->spent = true;
	for (i = 0; i < count && st == REFD_OK; i++)
		st = refd_postgres__read(c, &reads[i], i, err);
	refd_postgres__params_start(c);
	if (!bare && st == REFD_OK) {
		st = refd_postgres__queue_frame(c, PG_ROLLBACK, PG_QUIET, false, err);
		c->begun = false;
	}
	st = collect_reads(c, delivery, st, err);
	c->begun = c->begun || (c->failed && !bare);
	return st;
}

static enum refd_status store_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	struct pg_connection *c = (struct pg_connection *)(void *)tx;
	const struct pg_delivery delivery = { .sink = sink, .self = sink_self };
	enum refd_status st = require_open(c, err);
	size_t i;

	(void)self;
	if (st != REFD_OK || count == 0)
		return st;
	if (c->once)
		return read_once(c, reads, count, &delivery, err);
	st = refd_postgres__begin(c, err);
	for (i = 0; i < count && st == REFD_OK; i++)
		st = refd_postgres__read(c, &reads[i], i, err);
	return collect_reads(c, &delivery, st, err);
}

/*
 * From the first byte on the server may have all of it and commit. Without its answer the outcome
 * is unknown, unless it told of an error within this batch: behind one it commits nothing.
 */
static enum refd_status commit_batch(struct pg_connection *c, const struct refd_change_set *changes,
				     struct refd_error *err)
{
	const struct pg_delivery delivery = { .changes = changes };
	enum refd_status st = refd_postgres__begin(c, err);

	c->refused = c->committed = false;
	if (st == REFD_OK)
		st = refd_postgres__apply(c, changes, err);
	refd_postgres__params_start(c);
	if (st == REFD_OK)
		st = refd_postgres__queue_frame(c, PG_COMMIT, PG_COMMITTED, false, err);
	if (st != REFD_OK) {
		c->broken = true; /* part of it may be on its way, but not the COMMIT */
		return st;
	}
	st = refd_postgres__sync(c, false, err);
	if (st == REFD_OK)
		st = refd_postgres__collect(c, &delivery, err);
	if (c->committed) {
		c->begun = false;
		return REFD_OK;
	}
	if (!c->broken || c->refused)
		return st;
	if (err != NULL)
		err->status = REFD_UNKNOWN;
	return REFD_UNKNOWN;
}

static enum refd_status store_commit(void *self, struct refd_tx *tx,
				     const struct refd_change_set *changes, struct refd_error *err)
{
	struct pg_connection *c = (struct pg_connection *)(void *)tx;
	enum refd_status st;

	if (!is_own(self))
		return refd_postgres__require_own(self, err);
	c->spent = false;
	st = require_open(c, err);
	if (st == REFD_OK && changes->count > 0 && c->mode == REFD_TX_WRITE)
		st = commit_batch(c, changes, err);
	else if (st == REFD_OK && changes->count > 0)
		st = refd_error_set(err, REFD_MISUSE, "a READ transaction cannot change anything");
	refd_postgres__end(c);
	refd_postgres__give(c);
	return st;
}

static void store_rollback(void *self, struct refd_tx *tx)
{
	struct pg_connection *c = (struct pg_connection *)(void *)tx;

	if (c == NULL || !is_own(self))
		return;
	refd_postgres__end(c);
	refd_postgres__give(c);
}

static const struct refd_store_ops ops = {
	.struct_size = sizeof(ops),
	.begin = store_begin,
	.guard = store_guard,
	.read = store_read,
	.commit = store_commit,
	.rollback = store_rollback,
	.reads_native = UINT32_C(1) << REFD_READ_CARDS | UINT32_C(1) << REFD_READ_FACTS |
			UINT32_C(1) << REFD_READ_PARENTS,
};

struct refd_store refd_postgres_store(struct refd_postgres *postgres)
{
	struct refd_store store = { &ops, postgres };

	return store;
}

/* ---- open and close ---- */

static char *copy_text(const struct refd_allocator *allocator, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = allocator->alloc(allocator->self, size);

	if (copy != NULL)
		memcpy(copy, text, size);
	return copy;
}

static bool is_schema(const char *name)
{
	size_t len = strlen(name);

	return len >= 1 && len <= 40 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == len &&
	       (name[0] < '0' || name[0] > '9') && strncmp(name, "pg_", 3) != 0;
}

/* What libpq says of a string it cannot read quotes it, the password too. The name of a database
 * alone is none. */
static bool is_readable(const char *url)
{
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	const bool parsed = options != NULL;

	PQconninfoFree(options);
	return parsed || (strchr(url, '=') == NULL && strstr(url, "://") == NULL);
}

static enum refd_status check_options(const struct refd_postgres_options *o, struct refd_error *err)
{
	if (o == NULL || o->struct_size < sizeof(*o) || o->url == NULL)
		return refd_error_set(err, REFD_MISUSE,
				      "refd_postgres_options: struct_size and url are required");
	if (o->clock.ops == NULL || o->clock.ops->monotonic == NULL || o->sleep.ops == NULL ||
	    o->sleep.ops->sleep == NULL)
		return refd_error_set(err, REFD_MISUSE,
				      "refd_postgres_options: clock and sleep are required");
	if (o->max_connections > 256 || o->acquire_timeout < 0 || o->connect_timeout < 0 ||
	    (o->create && o->read_only))
		return refd_error_set(err, REFD_MISUSE,
				      "refd_postgres_options: an option is out of range");
	if (o->schema != NULL && !is_schema(o->schema))
		return refd_error_set(err, REFD_INVALID,
				      "\"%s\" cannot be the name of a schema: up to 40 of a-z, "
				      "0-9 and _, no digit first, no pg_",
				      o->schema);
	if (!is_readable(o->url))
		return refd_error_set(err, REFD_INVALID,
				      "the connection string is none that libpq can read (it is "
				      "not shown, it may hold a password)");
	return REFD_OK;
}

/* FNV-1a of the name; the low bits are for the class and the stripe. */
static int64_t lock_of(const char *schema)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *schema != '\0'; schema++)
		hash = (hash ^ (unsigned char)*schema) * UINT64_C(1099511628211);
	return (int64_t)(hash >> 1 & ~UINT64_C(0xffff));
}

static void set_defaults(struct refd_postgres *store)
{
	struct refd_postgres_options *o = &store->options;

	if (o->schema == NULL)
		o->schema = "refdomain";
	if (o->max_connections == 0)
		o->max_connections = 8;
	if (o->acquire_timeout == 0)
		o->acquire_timeout = 5 * REFD_SECOND;
	if (o->connect_timeout == 0)
		o->connect_timeout = 5 * REFD_SECOND;
	store->lock = lock_of(o->schema);
	snprintf(store->schema, sizeof(store->schema), "\"%s\"", o->schema);
	o->schema = NULL; /* the caller's */
	o->url = NULL;
}

static enum refd_status open_first(struct refd_postgres *store, struct refd_error *err)
{
	const struct pg_deadline deadline = refd_postgres__default_deadline(store);
	struct pg_connection *c = NULL;
	enum refd_status st = refd_postgres__connection_open(store, true, &deadline, &c, err);

	if (st != REFD_OK)
		return st;
	refd_postgres__give_time(c, &deadline);
	st = refd_postgres__migrate(c, err);
	if (st == REFD_OK)
		st = refd_postgres__connection_ready(c, err);
	if (st != REFD_OK) {
		refd_postgres__connection_close(c);
		return st;
	}
	store->open = 1;
	refd_postgres__give(c);
	return REFD_OK;
}

enum refd_status refd_postgres_open(const struct refd_postgres_options *options,
				    const struct refd_allocator *allocator,
				    struct refd_postgres **ret, struct refd_error *err)
{
	struct refd_postgres *store;
	enum refd_status st = check_options(options, err);

	if (st != REFD_OK)
		return st;
	store = allocator->alloc(allocator->self, sizeof(*store));
	if (store == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for the PostgreSQL adapter");
	memset(store, 0, sizeof(*store));
	store->allocator = *allocator;
	store->options = *options;
	store->owner = getpid();
	set_defaults(store);
	pthread_mutex_init(&store->mutex, NULL);
	store->url = copy_text(allocator, options->url);
	store->sql = allocator->alloc(allocator->self, sizeof(*store->sql));
	if (store->sql != NULL)
		memset(store->sql, 0, sizeof(*store->sql));
	if (store->url == NULL || store->sql == NULL)
		st = refd_error_set(err, REFD_NO_MEMORY, "no memory for the PostgreSQL adapter");
	if (st == REFD_OK)
		st = refd_postgres__sql_make(store->sql, store->schema, options->pgbouncer,
					     allocator, err);
	if (st == REFD_OK)
		st = open_first(store, err);
	if (st != REFD_OK) {
		refd_postgres_close(store);
		return st;
	}
	*ret = store;
	return REFD_OK;
}

void refd_postgres_close(struct refd_postgres *store)
{
	struct refd_allocator allocator;

	if (store == NULL || !is_own(store))
		return;
	allocator = store->allocator;
	while (store->idle != NULL) {
		struct pg_connection *c = store->idle;

		store->idle = c->next;
		refd_postgres__connection_close(c);
	}
	if (store->sql != NULL)
		refd_postgres__sql_done(store->sql, &allocator);
	pthread_mutex_destroy(&store->mutex);
	allocator.free(allocator.self, store->sql);
	allocator.free(allocator.self, store->url);
	allocator.free(allocator.self, store);
}
