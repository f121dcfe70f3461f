/* The store port: a transaction is a connection taken from the pool, a writing one also the turn to
 * write. */
#include <stdio.h>
#include <string.h>

#include "sqlite_parts.h"

static enum refd_status begin_read(struct refd_sqlite *store, struct sq_deadline *deadline,
				   struct sq_connection **ret, struct refd_error *err)
{
	struct sq_connection *c = NULL;
	enum refd_status st = refd_sqlite__take(store, deadline, &c, err);

	if (st != REFD_OK)
		return st;
	st = refd_sqlite__begin(c, REFD_TX_READ, err);
	if (st != REFD_OK) {
		refd_sqlite__end(c);
		refd_sqlite__give(c);
		return st;
	}
	*ret = c;
	return REFD_OK;
}

/* Somebody else may hold the lock on the file. The connection goes back while this writer sleeps,
 * so that it keeps no reader out. */
static enum refd_status take_lock(struct refd_sqlite *store, struct sq_deadline *deadline,
				  struct sq_connection **ret, struct refd_error *err)
{
	enum refd_status st;
	int64_t wait;

	do {
		struct sq_connection *c = NULL;
		int code;

		st = refd_sqlite__take(store, deadline, &c, err);
		if (st != REFD_OK)
			return st;
		c->patient = false;
		code = refd_sqlite__try_begin(c, REFD_TX_WRITE);
		c->patient = true;
		if (code == SQLITE_OK) {
			*ret = c;
			return REFD_OK;
		}
		wait = (code & 0xff) == SQLITE_BUSY ? refd_sqlite__next_wait(c, deadline) : 0;
		if (wait == 0)
			st = refd_sqlite__failed(c->db, code, store->path, err);
		refd_sqlite__end(c);
		refd_sqlite__give(c);
		if (wait > 0)
			refd_sqlite__sleep(store, wait);
	} while (wait > 0);
	return st;
}

static enum refd_status begin_write(struct refd_sqlite *store, struct sq_deadline *deadline,
				    struct sq_connection **ret, struct refd_error *err)
{
	enum refd_status st;

	if (store->options.read_only)
		return refd_error_set(err, REFD_DENIED, "%s was opened read-only", store->path);
	st = refd_sqlite__take_turn(store, deadline, err);
	if (st != REFD_OK)
		return st;
	st = take_lock(store, deadline, ret, err);
	if (st != REFD_OK)
		refd_sqlite__give_turn(store);
	return st;
}

static enum refd_status store_begin(void *self, const struct refd_begin *begin,
				    struct refd_tx **ret, struct refd_error *err)
{
	struct refd_sqlite *store = self;
	struct sq_deadline deadline = refd_sqlite__deadline(begin->deadline);
	struct sq_connection *c = NULL;
	enum refd_status st = refd_sqlite__require_own(store, err);

	if (st == REFD_OK)
		st = begin->mode == REFD_TX_WRITE ? begin_write(store, &deadline, &c, err)
						  : begin_read(store, &deadline, &c, err);
	if (st != REFD_OK)
		return st;
	c->deadline = deadline;
	c->end = deadline.at;
	*ret = (struct refd_tx *)(void *)c;
	return REFD_OK;
}

/* Whoever waits for the turn is called when the connection is back. */
static void finish(struct sq_connection *c)
{
	struct refd_sqlite *store = c->store;
	bool writes = c->writes;

	refd_sqlite__end(c);
	refd_sqlite__give(c);
	if (writes)
		refd_sqlite__give_turn(store);
}

/* An error may have ended the transaction: what follows would be one of its own each. */
static enum refd_status require_open(const struct sq_connection *c, struct refd_error *err)
{
	if (sqlite3_get_autocommit(c->db))
		return refd_error_set(err, REFD_UNAVAILABLE,
				      "%s: an earlier error ended the transaction", c->store->path);
	return refd_sqlite__in_time(c, err);
}

static enum refd_status store_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	struct sq_connection *c = (struct sq_connection *)(void *)tx;
	enum refd_status st = refd_sqlite__require_own(self, err);
	size_t i;

	if (st == REFD_OK)
		st = require_open(c, err);
	for (i = 0; i < count && st == REFD_OK; i++)
		st = refd_sqlite__read(c, &reads[i], i, sink, sink_self, err);
	return st;
}

/*
 * COMMIT failed. While it could still have written its last frame, it may be found committed after
 * a crash, whatever SQLite says now: then the outcome is unknown. A full disk or a lock is met
 * before that.
 */
static enum refd_status commit_failed(struct sq_connection *c, int code, struct refd_error *err)
{
	enum refd_status st = refd_sqlite__failed(c->db, code, c->store->path, err);
	int primary = code & 0xff;

	if (!c->writes)
		return st;
	if (primary == SQLITE_BUSY || primary == SQLITE_FULL || primary == SQLITE_CONSTRAINT ||
	    primary == SQLITE_READONLY)
		return st;
	if (err != NULL)
		err->status = REFD_UNKNOWN;
	return REFD_UNKNOWN;
}

static enum refd_status commit(struct sq_connection *c, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	int code;

	c->end = INT64_MAX; /* what a deadline ended in here may have been committed */
	code = sqlite3_step(c->commit);
	if (code != SQLITE_DONE)
		st = commit_failed(c, code, err);
	sqlite3_reset(c->commit);
	return st;
}

static enum refd_status store_commit(void *self, struct refd_tx *tx,
				     const struct refd_change_set *changes, struct refd_error *err)
{
	struct sq_connection *c = (struct sq_connection *)(void *)tx;
	enum refd_status st = refd_sqlite__require_own(self, err);

	if (st != REFD_OK)
		return st;
	if (!c->writes && changes->count > 0)
		st = refd_error_set(err, REFD_MISUSE, "a READ transaction cannot change anything");
	else
		st = require_open(c, err);
	if (st == REFD_OK)
		st = refd_sqlite__apply(c, changes, err);
	if (st == REFD_OK)
		st = commit(c, err);
	finish(c);
	return st;
}

static void store_rollback(void *self, struct refd_tx *tx)
{
	if (tx != NULL && refd_sqlite__is_own(self))
		finish((struct sq_connection *)(void *)tx);
}

static const struct refd_store_ops ops = {
	.struct_size = sizeof(ops),
	.begin = store_begin,
	.read = store_read,
	.commit = store_commit,
	.rollback = store_rollback,
	.reads_native = UINT32_C(1) << REFD_READ_CARDS,
};

struct refd_store refd_sqlite_store(struct refd_sqlite *sqlite)
{
	struct refd_store store = { &ops, sqlite };

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

/* SQLite may read a name that begins with "file:" as a URI; we have paths only. */
static char *copy_path(const struct refd_allocator *allocator, const char *path)
{
	const char *prefix = strncmp(path, "file:", 5) == 0 ? "./" : "";
	size_t size = strlen(prefix) + strlen(path) + 1;
	char *copy = allocator->alloc(allocator->self, size);

	if (copy != NULL)
		snprintf(copy, size, "%s%s", prefix, path);
	return copy;
}

static enum refd_status check_options(const struct refd_sqlite_options *o, struct refd_error *err)
{
	if (o == NULL || o->struct_size < sizeof(*o) || o->path == NULL || o->path[0] == '\0')
		return refd_error_set(err, REFD_MISUSE,
				      "refd_sqlite_options: struct_size and path are required");
	if (o->clock.ops == NULL || o->clock.ops->monotonic == NULL || o->sleep.ops == NULL ||
	    o->sleep.ops->sleep == NULL)
		return refd_error_set(err, REFD_MISUSE,
				      "refd_sqlite_options: clock and sleep are required");
	if (o->max_connections > 64 || (int)o->durability < 0 || o->durability > REFD_SQLITE_OFF ||
	    (o->create && o->read_only))
		return refd_error_set(err, REFD_MISUSE,
				      "refd_sqlite_options: an option is out of range");
	return REFD_OK;
}

static void set_defaults(struct refd_sqlite_options *o)
{
	if (o->durability == (enum refd_sqlite_durability)0)
		o->durability = REFD_SQLITE_FULL;
	if (o->max_connections == 0)
		o->max_connections = 8;
	if (strcmp(o->path, ":memory:") == 0)
		o->max_connections = 1; /* another connection would be another database */
}

static enum refd_status open_first(struct refd_sqlite *store, struct refd_error *err)
{
	const struct sq_deadline deadline = refd_sqlite__default_deadline(store);
	struct sq_connection *c = NULL;
	enum refd_status st = refd_sqlite__connection_open(store, true, &deadline, &c, err);

	if (st != REFD_OK)
		return st;
	st = refd_sqlite__migrate(c, err);
	if (st != REFD_OK) {
		refd_sqlite__connection_close(c);
		return st;
	}
	refd_sqlite__add(c);
	return REFD_OK;
}

enum refd_status refd_sqlite_open(const struct refd_sqlite_options *options,
				  const struct refd_allocator *allocator, struct refd_sqlite **ret,
				  struct refd_error *err)
{
	struct refd_sqlite *store;
	enum refd_status st = check_options(options, err);

	if (st != REFD_OK)
		return st;
	store = allocator->alloc(allocator->self, sizeof(*store));
	if (store == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for the SQLite adapter");
	memset(store, 0, sizeof(*store));
	store->allocator = *allocator;
	store->options = *options;
	set_defaults(&store->options);
	if (!refd_sqlite__pool_init(store)) {
		allocator->free(allocator->self, store);
		return refd_error_set(err, REFD_UNAVAILABLE, "the system has no lock to give");
	}
	refd_sqlite__process_init(store);
	store->path = copy_path(allocator, options->path);
	store->vfs = options->vfs != NULL ? copy_text(allocator, options->vfs) : NULL;
	if (store->path == NULL || (options->vfs != NULL && store->vfs == NULL))
		st = refd_error_set(err, REFD_NO_MEMORY, "no memory for the SQLite adapter");
	if (st == REFD_OK)
		st = refd_sqlite__sql_make(&store->sql, allocator, err);
	if (st == REFD_OK)
		st = open_first(store, err);
	if (st != REFD_OK) {
		refd_sqlite_close(store);
		return st;
	}
	*ret = store;
	return REFD_OK;
}

void refd_sqlite_close(struct refd_sqlite *store)
{
	struct refd_allocator allocator;

	if (store == NULL || !refd_sqlite__is_own(store))
		return;
	allocator = store->allocator;
	refd_sqlite__pool_done(store);
	refd_sqlite__process_done(store);
	refd_sqlite__sql_done(&store->sql, &allocator);
	allocator.free(allocator.self, store->path);
	allocator.free(allocator.self, store->vfs);
	allocator.free(allocator.self, store);
}
