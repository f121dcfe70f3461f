/* Connections: opened without mutexes, each used by one transaction at a time, statements prepared
 * once. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sqlite_parts.h"

/* Of SQLite's virtual machine between two looks at the clock: some tens of microseconds. */
#define OPCODES 500

static int on_busy(void *self, int tries)
{
	struct sq_connection *c = self;
	int64_t wait = c->patient ? refd_sqlite__next_wait(c, &c->deadline) : 0;

	(void)tries;
	if (wait > 0)
		refd_sqlite__sleep(c->store, wait);
	return wait > 0;
}

/* Ends a statement that runs beyond the deadline. */
static int on_progress(void *self)
{
	const struct sq_connection *c = self;

	return refd_sqlite__in_time(c, NULL) != REFD_OK;
}

/* What a trigger runs is told as a comment, with the statement that set it off. */
static int on_trace(unsigned mask, void *self, void *stmt, void *text)
{
	const struct refd_sqlite *store = self;
	char *sql;

	(void)mask;
	if (strncmp(text, "--", 2) == 0)
		return 0;
	sql = sqlite3_expanded_sql(stmt);
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
	sqlite3_progress_handler(c->db, OPCODES, on_progress, c);
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

/* Whether the directory of a file answers to access(). */
static bool directory_allows(const char *path, int mode)
{
	const char *slash = strrchr(path, '/');
	char directory[1024] = ".";
	size_t n = slash != NULL ? (size_t)(slash - path) + (slash == path) : 1;

	if (n >= sizeof(directory))
		return true;
	if (slash != NULL)
		memcpy(directory, path, n);
	directory[n] = '\0';
	return access(directory, mode) == 0;
}

/* Of two tries to open a file, to write and to read, SQLite keeps the reason of the second: that
 * there is none to read. Why it could not be made, its directory tells. */
static enum refd_status not_there(const struct refd_sqlite *store, enum refd_status otherwise)
{
	if (!store->options.create || !directory_allows(store->path, F_OK))
		return REFD_NOT_FOUND;
	return directory_allows(store->path, W_OK) ? otherwise : REFD_DENIED;
}

/* SQLite has one code for whatever keeps a file from being opened; the system knows better. */
static enum refd_status open_failed(const struct sq_connection *c, int code, struct refd_error *err)
{
	const struct refd_sqlite *store = c->store;
	enum refd_status st = refd_sqlite__failed(c->db, code, store->path, err);
	int reason = c->db != NULL ? sqlite3_system_errno(c->db) : 0;

	if ((code & 0xff) != SQLITE_CANTOPEN)
		return st;
	if (reason == EISDIR)
		return refd_error_set(err, REFD_INVALID, "%s is a directory", store->path);
	if (reason == ENOENT || reason == ENOTDIR)
		st = not_there(store, st);
	else if (reason == EACCES || reason == EPERM || reason == EROFS)
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
					      const struct sq_deadline *deadline,
					      struct sq_connection **ret, struct refd_error *err)
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
	c->deadline = *deadline;
	c->end = INT64_MAX;
	c->patient = true;
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

int refd_sqlite__try_begin(struct sq_connection *c, enum refd_tx_mode mode)
{
	sqlite3_stmt *begin = mode == REFD_TX_WRITE ? c->begin_write : c->begin_read;
	int code = sqlite3_step(begin);

	sqlite3_reset(begin);
	c->writes = mode == REFD_TX_WRITE;
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

enum refd_status refd_sqlite__begin(struct sq_connection *c, enum refd_tx_mode mode,
				    struct refd_error *err)
{
	int code = refd_sqlite__try_begin(c, mode);

	return code == SQLITE_OK ? REFD_OK : refd_sqlite__failed(c->db, code, c->store->path, err);
}

void refd_sqlite__end(struct sq_connection *c)
{
	c->end = INT64_MAX;
	if (sqlite3_get_autocommit(c->db))
		return;
	sqlite3_step(c->rollback);
	sqlite3_reset(c->rollback);
}
