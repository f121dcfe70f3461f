/* Connections: opened without mutexes, each used by one transaction at a time, statements prepared
 * once. */
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "sqlite_parts.h"

#define DEFAULT_WAIT (5 * REFD_SECOND) /* outside of transactions */
#define WAIT_MIN     200
#define WAIT_SPAN    2000

int64_t refd_sqlite__now(const struct refd_sqlite *store)
{
	return store->options.clock.ops->monotonic(store->options.clock.self);
}

int64_t refd_sqlite__default_deadline(const struct refd_sqlite *store)
{
	return refd_sqlite__now(store) + DEFAULT_WAIT;
}

/* splitmix64: only spreads waits, so any seed will do. */
static uint64_t next_jitter(struct sq_connection *c)
{
	uint64_t z = c->jitter += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	return z ^ z >> 27;
}

/* SQLite's own handler waits ever longer and starves; short jittered waits are fair. */
static int on_busy(void *self, int tries)
{
	struct sq_connection *c = self;
	const struct refd_sqlite *store = c->store;
	int64_t wait = WAIT_MIN + (int64_t)(next_jitter(c) % WAIT_SPAN);

	(void)tries;
	if (refd_sqlite__now(store) >= c->deadline)
		return 0;
	store->options.sleep.ops->sleep(store->options.sleep.self, wait);
	return 1;
}

static int on_trace(unsigned mask, void *self, void *stmt, void *text)
{
	const struct refd_sqlite *store = self;
	char *sql = sqlite3_expanded_sql(stmt);

	(void)mask;
	(void)text;
	if (sql != NULL)
		store->options.trace(store->options.trace_self, sql);
	sqlite3_free(sql);
	return 0;
}

enum refd_status refd_sqlite__exec(struct sq_connection *c, const char *sql, struct refd_error *err)
{
	int code = sqlite3_exec(c->db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? REFD_OK : refd_sqlite__failed(c->db, code, c->store->path, err);
}

static const char *synchronous(enum refd_sqlite_durability durability)
{
	if (durability == REFD_SQLITE_OFF)
		return "PRAGMA synchronous=OFF";
	return durability == REFD_SQLITE_NORMAL ? "PRAGMA synchronous=NORMAL"
						: "PRAGMA synchronous=FULL";
}

/* WAL or nothing: another journal would lose commits that FULL promises to keep. Files in memory
 * have no journal. */
static enum refd_status require_wal(struct sq_connection *c, struct refd_error *err)
{
	const char *pragma =
		c->store->options.read_only ? "PRAGMA journal_mode" : "PRAGMA journal_mode=WAL";
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = REFD_OK;
	int code = sqlite3_prepare_v2(c->db, pragma, -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	while ((code & 0xff) == SQLITE_BUSY &&
	       on_busy(c, 0)) { /* SQLite itself does not wait here */
		sqlite3_reset(stmt);
		code = sqlite3_step(stmt);
	}
	if (code != SQLITE_ROW) {
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	} else {
		const char *mode = (const char *)sqlite3_column_text(stmt, 0);

		if (mode == NULL || (strcmp(mode, "wal") != 0 && !c->store->options.read_only &&
				     strcmp(c->store->path, ":memory:") != 0))
			st = refd_error_set(err, REFD_UNSUPPORTED,
					    "%s: the journal mode is %s and cannot be made wal",
					    c->store->path, mode != NULL ? mode : "unknown");
	}
	sqlite3_finalize(stmt);
	return st;
}

static enum refd_status prepare(struct sq_connection *c, const char *sql, sqlite3_stmt **ret,
				struct refd_error *err)
{
	int code = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, ret, NULL);

	return code == SQLITE_OK ? REFD_OK : refd_sqlite__failed(c->db, code, c->store->path, err);
}

static enum refd_status prepare_frame(struct sq_connection *c, struct refd_error *err)
{
	enum refd_status st = prepare(c, "BEGIN", &c->begin_read, err);

	if (st == REFD_OK)
		st = prepare(c, "BEGIN IMMEDIATE", &c->begin_write, err);
	if (st == REFD_OK)
		st = prepare(c, "COMMIT", &c->commit, err);
	if (st == REFD_OK)
		st = prepare(c, "ROLLBACK", &c->rollback, err);
	return st;
}

/* The journal mode is a write: not before the file is known to be ours. */
static enum refd_status configure(struct sq_connection *c, bool first, struct refd_error *err)
{
	const struct refd_sqlite *store = c->store;
	enum refd_status st;

	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_handler(c->db, on_busy, c);
	if (store->options.trace != NULL)
		sqlite3_trace_v2(c->db, SQLITE_TRACE_STMT, on_trace, c->store);
	st = refd_sqlite__exec(c,
			       "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA "
			       "cell_size_check=ON; PRAGMA cache_size=-16384",
			       err);
	if (st == REFD_OK && strcmp(store->path, ":memory:") != 0)
		st = refd_sqlite__identify(c, first && store->options.create, err);
	if (st == REFD_OK)
		st = require_wal(c, err);
	if (st == REFD_OK)
		st = refd_sqlite__exec(c, synchronous(store->options.durability), err);
	if (st == REFD_OK)
		st = prepare_frame(c, err);
	return st;
}

static size_t largest_row(void)
{
	size_t most = 0;
	int i;

	for (i = 1; i <= REFD_RECORDS; i++) {
		size_t size = refd_record_layout((enum refd_record)i)->state_size;

		most = size > most ? size : most;
	}
	return most;
}

/* Whether a file cannot be made for want of permission: of two tries SQLite keeps the reason of the
 * second, that there is no file to read. */
static bool may_not_create(const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[1024] = ".";
	size_t n = slash != NULL ? (size_t)(slash - path) + (slash == path) : 1;

	if (n >= sizeof(directory))
		return false;
	if (slash != NULL)
		memcpy(directory, path, n);
	directory[n] = '\0';
	return access(directory, F_OK) == 0 && access(directory, W_OK) != 0;
}

/* SQLite has one code for whatever keeps a file from being opened; the system knows better. */
static enum refd_status open_failed(const struct sq_connection *c, int code, struct refd_error *err)
{
	const struct refd_sqlite *store = c->store;
	enum refd_status st = refd_sqlite__failed(c->db, code, store->path, err);
	int reason = c->db != NULL ? sqlite3_system_errno(c->db) : 0;

	if ((code & 0xff) != SQLITE_CANTOPEN)
		return st;
	if ((reason == ENOENT || reason == ENOTDIR) && !store->options.create)
		st = REFD_NOT_FOUND;
	else if (reason == EACCES || reason == EPERM || reason == EROFS ||
		 (reason == ENOENT && may_not_create(store->path)))
		st = REFD_DENIED;
	if (err != NULL)
		err->status = st;
	return st;
}

static enum refd_status open_file(struct sq_connection *c, bool first, struct refd_error *err)
{
	const struct refd_sqlite *store = c->store;
	int flags = SQLITE_OPEN_NOMUTEX |
		    (store->options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
		    (first && store->options.create ? SQLITE_OPEN_CREATE : 0);
	int code = sqlite3_open_v2(store->path, &c->db, flags, store->vfs);

	return code == SQLITE_OK ? configure(c, first, err) : open_failed(c, code, err);
}

enum refd_status refd_sqlite__connection_open(struct refd_sqlite *store, bool first,
					      int64_t deadline, struct sq_connection **ret,
					      struct refd_error *err)
{
	size_t row = largest_row();
	struct sq_connection *c = store->allocator.alloc(store->allocator.self, sizeof(*c));
	enum refd_status st;

	if (c == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	memset(c, 0, sizeof(*c));
	c->store = store;
	c->jitter = (uint64_t)(uintptr_t)c ^ (uint64_t)refd_sqlite__now(store);
	if (store->options.random.ops != NULL)
		(void)store->options.random.ops->fill(store->options.random.self, &c->jitter,
						      sizeof(c->jitter), NULL);
	c->deadline = deadline;
	c->row = store->allocator.alloc(store->allocator.self, row);
	if (c->row == NULL) {
		st = refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	} else {
		memset(c->row, 0, row);
		st = open_file(c, first, err);
	}
	if (st != REFD_OK) {
		refd_sqlite__connection_close(c);
		return st;
	}
	*ret = c;
	return REFD_OK;
}

void refd_sqlite__connection_close(struct sq_connection *c)
{
	const struct refd_allocator allocator = c->store->allocator;
	size_t i;

	for (i = 0; i < SQ_STATEMENTS; i++)
		sqlite3_finalize(c->statements[i]);
	sqlite3_finalize(c->begin_read);
	sqlite3_finalize(c->begin_write);
	sqlite3_finalize(c->commit);
	sqlite3_finalize(c->rollback);
	sqlite3_close(c->db);
	allocator.free(allocator.self, c->row);
	allocator.free(allocator.self, c);
}

enum refd_status refd_sqlite__prepared(struct sq_connection *c, size_t statement,
				       sqlite3_stmt **ret, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (c->statements[statement] == NULL) {
		if (c->store->sql.text[statement] == NULL)
			return refd_error_set(err, REFD_UNSUPPORTED,
					      "the SQLite adapter does not read or write that way");
		st = prepare(c, c->store->sql.text[statement], &c->statements[statement], err);
	}
	if (st == REFD_OK)
		*ret = c->statements[statement];
	return st;
}

enum refd_status refd_sqlite__begin(struct sq_connection *c, enum refd_tx_mode mode,
				    struct refd_error *err)
{
	sqlite3_stmt *begin = mode == REFD_TX_WRITE ? c->begin_write : c->begin_read;
	enum refd_status st = REFD_OK;
	int code = sqlite3_step(begin);

	if (code != SQLITE_DONE)
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	sqlite3_reset(begin);
	c->writes = mode == REFD_TX_WRITE;
	return st;
}

void refd_sqlite__end(struct sq_connection *c)
{
	if (sqlite3_get_autocommit(c->db))
		return;
	sqlite3_step(c->rollback);
	sqlite3_reset(c->rollback);
}

/* ---- pool ---- */

static void wait_a_little(struct refd_sqlite *store)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 5000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&store->freed, &store->mutex, &until);
}

/* An idle connection, or leave to open one. */
static enum refd_status wait_for_turn(struct refd_sqlite *store, int64_t deadline,
				      struct sq_connection **ret, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	pthread_mutex_lock(&store->mutex);
	while (store->idle == NULL && store->open >= store->options.max_connections &&
	       st == REFD_OK) {
		wait_a_little(store);
		if (store->idle == NULL && refd_sqlite__now(store) >= deadline)
			st = refd_error_set(err, REFD_UNAVAILABLE,
					    "%s: all %u connections are in use", store->path,
					    store->open);
	}
	*ret = store->idle;
	if (st == REFD_OK && store->idle != NULL)
		store->idle = store->idle->next;
	else if (st == REFD_OK)
		store->open++;
	pthread_mutex_unlock(&store->mutex);
	return st;
}

enum refd_status refd_sqlite__take(struct refd_sqlite *store, int64_t deadline,
				   struct sq_connection **ret, struct refd_error *err)
{
	struct sq_connection *c = NULL;
	int64_t until = deadline != 0 ? deadline : INT64_MAX;
	enum refd_status st = wait_for_turn(store, until, &c, err);

	if (st == REFD_OK && c == NULL) {
		st = refd_sqlite__connection_open(store, false, until, &c, err);
		if (st != REFD_OK) {
			pthread_mutex_lock(&store->mutex);
			store->open--;
			pthread_cond_signal(&store->freed);
			pthread_mutex_unlock(&store->mutex);
		}
	}
	if (st == REFD_OK) {
		c->deadline = until;
		*ret = c;
	}
	return st;
}

/* A connection that could not be rolled back would hold its lock from the pool. */
void refd_sqlite__give(struct sq_connection *c)
{
	struct refd_sqlite *store = c->store;
	bool sound = sqlite3_get_autocommit(c->db) != 0;

	if (!sound)
		refd_sqlite__connection_close(c);
	pthread_mutex_lock(&store->mutex);
	if (sound) {
		c->next = store->idle;
		store->idle = c;
	} else {
		store->open--;
	}
	pthread_cond_signal(&store->freed);
	pthread_mutex_unlock(&store->mutex);
}
