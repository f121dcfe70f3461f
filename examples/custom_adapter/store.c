/*
 * The store port over one LMDB environment.
 *
 * A WRITE transaction is the turn to write and, from its first read on, a snapshot: nobody else can
 * write meanwhile, so it stays what is stored. LMDB's own write transaction, which belongs to one
 * thread, lives inside commit() only.
 */
#include "lmdb_store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "changes.h"
#include "errors.h"
#include "reads.h"
#include "turn.h"

#define MOST_READERS 510 /* transactions at once, of all processes */
#define PATH_BYTES   1024

/* Under a key that no record has: what this is, and the version of keys and rows. */
static const char format_key[] = "\0format";
static const char format[] = "refdomain-lmdb 1";

struct lmdb_store {
	struct refd_allocator allocator;
	struct lmdb_store__turn turn;
	pid_t process; /* that opened the store */
	MDB_env *env;
	MDB_dbi dbi;
};

struct refd_tx {
	struct lmdb_store *store;
	enum refd_tx_mode mode;
	int64_t deadline;
	MDB_txn *snapshot; /* NULL before the first read */
};

/* ---- transactions ---- */

static void end(struct refd_tx *tx)
{
	struct lmdb_store *store = tx->store;

	mdb_txn_abort(tx->snapshot);
	if (tx->mode == REFD_TX_WRITE)
		lmdb_store__turn_give(&store->turn);
	store->allocator.free(store->allocator.self, tx);
}

static enum refd_status store_begin(void *self, const struct refd_begin *begin,
				    struct refd_tx **ret, struct refd_error *err)
{
	struct lmdb_store *store = self;
	enum refd_status status = REFD_OK;
	struct refd_tx *tx;

	if (store->process != getpid())
		return refd_error_set(err, REFD_MISUSE, "the store was opened before fork()");
	tx = store->allocator.alloc(store->allocator.self, sizeof(*tx));
	if (!tx)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	*tx = (struct refd_tx){ store, begin->mode, begin->deadline, NULL };
	if (begin->mode == REFD_TX_WRITE)
		status = lmdb_store__turn_take(&store->turn, begin->deadline, err);
	if (status == REFD_OK)
		*ret = tx;
	else
		store->allocator.free(store->allocator.self, tx);
	return status;
}

/* Readers of processes that died keep their places until somebody looks. */
static enum refd_status take_snapshot(struct refd_tx *tx, struct refd_error *err)
{
	MDB_env *env = tx->store->env;
	int dead;
	int code = mdb_txn_begin(env, NULL, MDB_RDONLY, &tx->snapshot);

	if (code == MDB_READERS_FULL && mdb_reader_check(env, &dead) == 0 && dead > 0)
		code = mdb_txn_begin(env, NULL, MDB_RDONLY, &tx->snapshot);
	if (code == 0)
		return REFD_OK;
	tx->snapshot = NULL;
	return lmdb_store__failed(code, "begin", err);
}

static enum refd_status store_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	struct lmdb_store *store = self;
	enum refd_status status = lmdb_store__in_time(&store->turn.clock, tx->deadline, err);
	struct lmdb_store__reading reading;

	if (status == REFD_OK && !tx->snapshot)
		status = take_snapshot(tx, err);
	reading = (struct lmdb_store__reading){
		{ tx->snapshot, store->dbi }, store->turn.clock, tx->deadline, sink, sink_self
	};
	for (size_t i = 0; i < count && status == REFD_OK; i++)
		status = lmdb_store__read(&reading, &reads[i], i, err);
	return status;
}

static enum refd_status write_all(struct lmdb_store *store, const struct refd_change_set *changes,
				  struct refd_error *err)
{
	struct lmdb_store__table table = { NULL, store->dbi };
	enum refd_status status;
	int code = mdb_txn_begin(store->env, NULL, 0, &table.txn);

	if (code != 0)
		return lmdb_store__failed(code, "begin", err);
	status = lmdb_store__apply(&table, changes, err);
	if (status != REFD_OK) {
		mdb_txn_abort(table.txn);
		return status;
	}
	code = mdb_txn_commit(table.txn);
	return code == 0 ? REFD_OK : lmdb_store__commit_failed(code, err);
}

static enum refd_status store_commit(void *self, struct refd_tx *tx,
				     const struct refd_change_set *changes, struct refd_error *err)
{
	struct lmdb_store *store = self;
	enum refd_status status = lmdb_store__in_time(&store->turn.clock, tx->deadline, err);

	/* A snapshot would keep the pages it sees from being used again. */
	mdb_txn_abort(tx->snapshot);
	tx->snapshot = NULL;
	if (status == REFD_OK && changes->count > 0)
		status = tx->mode == REFD_TX_WRITE
				 ? write_all(store, changes, err)
				 : refd_error_set(err, REFD_MISUSE,
						  "a READ transaction changes nothing");
	end(tx);
	return status;
}

static void store_rollback(void *self, struct refd_tx *tx)
{
	(void)self;
	if (tx)
		end(tx);
}

/* One writer at a time: it needs no guards. Looking things up costs no trip: no reads but FIND and
 * RANGE. */
static const struct refd_store_ops ops = {
	.struct_size = sizeof(ops),
	.begin = store_begin,
	.read = store_read,
	.commit = store_commit,
	.rollback = store_rollback,
};

struct refd_store lmdb_store_port(struct lmdb_store *store)
{
	return (struct refd_store){ &ops, store };
}

/* ---- opening and closing ---- */

static bool path_of(const struct lmdb_store_options *options, const char *name, char *ret)
{
	int len = snprintf(ret, PATH_BYTES, "%s/%s", options->path, name);

	return len > 0 && len < PATH_BYTES;
}

/* LMDB makes its files wherever there is a directory. */
static enum refd_status find_directory(const struct lmdb_store_options *options,
				       struct refd_error *err)
{
	char data[PATH_BYTES];

	if (!path_of(options, "data.mdb", data))
		return lmdb_store__failed(ENAMETOOLONG, options->path, err);
	if (access(data, F_OK) == 0)
		return REFD_OK;
	if (!options->create)
		return lmdb_store__failed(errno, options->path, err);
	if (mkdir(options->path, 0700) != 0 && errno != EEXIST)
		return lmdb_store__failed(errno, options->path, err);
	return REFD_OK;
}

static enum refd_status open_env(struct lmdb_store *store, const struct lmdb_store_options *options,
				 struct refd_error *err)
{
	const size_t map_size = options->map_size ? options->map_size : (size_t)1 << 30;
	int dead;
	int code = mdb_env_create(&store->env);

	if (code == 0)
		code = mdb_env_set_mapsize(store->env, map_size);
	if (code == 0)
		code = mdb_env_set_maxreaders(store->env, MOST_READERS);
	/* A snapshot belongs to its transaction, whatever thread that is in. */
	if (code == 0)
		code = mdb_env_open(store->env, options->path, MDB_NOTLS, 0600);
	if (code == 0)
		code = mdb_reader_check(store->env, &dead);
	return code == 0 ? REFD_OK : lmdb_store__failed(code, options->path, err);
}

/* @return OK; NOT_FOUND, without a word: the table is new; CORRUPT; ... */
static enum refd_status check_format(MDB_txn *txn, MDB_dbi *ret_dbi, struct refd_error *err)
{
	MDB_val key = { sizeof(format_key), (void *)(uintptr_t)format_key };
	MDB_val value;
	MDB_stat stat;
	int code = mdb_dbi_open(txn, NULL, 0, ret_dbi);

	if (code == 0)
		code = mdb_stat(txn, *ret_dbi, &stat);
	if (code == 0 && stat.ms_entries == 0)
		return REFD_NOT_FOUND;
	if (code == 0)
		code = mdb_get(txn, *ret_dbi, &key, &value);
	if (code == MDB_NOTFOUND || (code == 0 && (value.mv_size != sizeof(format) ||
						   memcmp(value.mv_data, format, sizeof(format)))))
		return refd_error_set(err, REFD_CORRUPT,
				      "not a store of ours, or one of a later version");
	return code == 0 ? REFD_OK : lmdb_store__failed(code, "format", err);
}

static enum refd_status mark_format(struct lmdb_store *store, struct refd_error *err)
{
	MDB_val key = { sizeof(format_key), (void *)(uintptr_t)format_key };
	MDB_val value = { sizeof(format), (void *)(uintptr_t)format };
	enum refd_status status;
	MDB_txn *txn;
	int code = mdb_txn_begin(store->env, NULL, 0, &txn);

	if (code != 0)
		return lmdb_store__failed(code, "begin", err);
	status = check_format(txn, &store->dbi, err);
	if (status != REFD_NOT_FOUND) { /* another process was faster */
		mdb_txn_abort(txn);
		return status;
	}
	code = mdb_put(txn, store->dbi, &key, &value, 0);
	if (code == 0)
		code = mdb_txn_commit(txn);
	else
		mdb_txn_abort(txn);
	return code == 0 ? REFD_OK : lmdb_store__failed(code, "format", err);
}

/* A look is enough, and waits for no writer; only what is new has to be marked. */
static enum refd_status open_table(struct lmdb_store *store, struct refd_error *err)
{
	enum refd_status status;
	MDB_txn *txn;
	int code = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);

	if (code != 0)
		return lmdb_store__failed(code, "begin", err);
	status = check_format(txn, &store->dbi, err);
	mdb_txn_abort(txn);
	if (status != REFD_NOT_FOUND)
		return status;
	status = lmdb_store__turn_take(&store->turn, 0, err);
	if (status != REFD_OK)
		return status;
	status = mark_format(store, err);
	lmdb_store__turn_give(&store->turn);
	return status;
}

enum refd_status lmdb_store_open(const struct lmdb_store_options *options,
				 const struct refd_allocator *allocator, struct lmdb_store **ret,
				 struct refd_error *err)
{
	char lock[PATH_BYTES];
	enum refd_status status = find_directory(options, err);
	struct lmdb_store *store;

	if (status != REFD_OK)
		return status;
	if (!path_of(options, "turn", lock))
		return lmdb_store__failed(ENAMETOOLONG, options->path, err);
	store = allocator->alloc(allocator->self, sizeof(*store));
	if (!store)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	*store = (struct lmdb_store){ .allocator = *allocator, .process = getpid() };
	status = lmdb_store__turn_init(&store->turn, &options->clock, lock, err);
	if (status != REFD_OK) {
		allocator->free(allocator->self, store);
		return status;
	}
	status = open_env(store, options, err);
	if (status == REFD_OK)
		status = open_table(store, err);
	if (status == REFD_OK)
		*ret = store;
	else
		lmdb_store_close(store);
	return status;
}

void lmdb_store_close(struct lmdb_store *store)
{
	struct refd_allocator allocator;

	if (!store)
		return;
	allocator = store->allocator;
	if (store->env)
		mdb_env_close(store->env);
	lmdb_store__turn_done(&store->turn);
	allocator.free(allocator.self, store);
}
