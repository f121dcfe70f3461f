#include "reads.h"

#include "errors.h"
#include "turn.h"

/* The row of an entry to the sink; for an index of slots that stands for fixtures the fixture. */
static enum refd_status deliver(const struct lmdb_store__reading *reading,
				const struct refd_store_index *index, MDB_val entry,
				const struct refd_read *read, size_t number, struct refd_error *err)
{
	union lmdb_store__state state;
	enum refd_status status = lmdb_store__in_time(&reading->clock, reading->deadline, err);

	if (status == REFD_OK)
		status = lmdb_store__row_of(&reading->table, index, entry, &state, err);
	if (status == REFD_OK && index->record != read->record)
		status = lmdb_store__row_by_id(&reading->table, read->record,
					       state.SLOT.fixture.uuid, &state, err);
	if (status == REFD_NOT_FOUND)
		return refd_error_set(err, REFD_CORRUPT, "a slot has no fixture");
	return status == REFD_OK ? reading->sink(reading->sink_self, number, read->record, &state)
				 : status;
}

static enum refd_status find(const struct lmdb_store__reading *reading,
			     const struct refd_store_index *index, const struct refd_read *read,
			     size_t number, struct refd_error *err)
{
	const struct lmdb_store__table *table = &reading->table;
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < read->n_keys && status == REFD_OK; i++) {
		const struct refd_index_key wanted = refd_index_key_wanted(index, &read->keys[i]);
		struct lmdb_store__key key;
		MDB_val name, entry;
		int code;

		lmdb_store__key_make(index, &wanted, &key);
		name = lmdb_store__key_val(&key);
		code = mdb_get(table->txn, table->dbi, &name, &entry);
		if (code == 0)
			status = deliver(reading, index, entry, read, number, err);
		else if (code != MDB_NOTFOUND)
			status = lmdb_store__failed(code, "read", err);
	}
	return status;
}

/* The rows of one key. */
static enum refd_status walk(const struct lmdb_store__reading *reading, MDB_cursor *cursor,
			     const struct refd_store_index *index, const struct refd_read *read,
			     const struct refd_key *key, size_t number, struct refd_error *err)
{
	const struct refd_index_key from = refd_index_key_first(index, read, key);
	size_t left = read->limit ? read->limit : SIZE_MAX;
	struct lmdb_store__key first;
	enum refd_status status = REFD_OK;
	MDB_val at, entry;
	int code;

	lmdb_store__key_make(index, &from, &first);
	at = lmdb_store__key_val(&first);
	code = mdb_cursor_get(cursor, &at, &entry, MDB_SET_RANGE);
	while (code == 0 && status == REFD_OK && left > 0 &&
	       lmdb_store__key_within(&first, index, read, &at)) {
		status = deliver(reading, index, entry, read, number, err);
		left--;
		if (status == REFD_OK && left > 0)
			code = mdb_cursor_get(cursor, &at, &entry, MDB_NEXT);
	}
	if (code != 0 && code != MDB_NOTFOUND)
		status = lmdb_store__failed(code, "read", err);
	return status;
}

static enum refd_status range(const struct lmdb_store__reading *reading,
			      const struct refd_store_index *index, const struct refd_read *read,
			      size_t number, struct refd_error *err)
{
	const bool keyless = refd_index_is_keyless(index);
	const size_t count = keyless ? 1 : read->n_keys;
	enum refd_status status = REFD_OK;
	MDB_cursor *cursor;
	int code = mdb_cursor_open(reading->table.txn, reading->table.dbi, &cursor);

	if (code != 0)
		return lmdb_store__failed(code, "read", err);
	for (size_t i = 0; i < count && status == REFD_OK; i++)
		status = walk(reading, cursor, index, read, keyless ? NULL : &read->keys[i], number,
			      err);
	mdb_cursor_close(cursor);
	return status;
}

enum refd_status lmdb_store__read(const struct lmdb_store__reading *reading,
				  const struct refd_read *read, size_t number,
				  struct refd_error *err)
{
	const struct refd_store_index *index = refd_read_index(read);

	if (!index)
		return refd_error_set(err, REFD_MISUSE, "no such read of that record");
	return read->kind == REFD_READ_FIND ? find(reading, index, read, number, err)
					    : range(reading, index, read, number, err);
}
