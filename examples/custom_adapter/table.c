#include "table.h"

#include "errors.h"

enum refd_status lmdb_store__row_at(const struct lmdb_store__table *table, enum refd_record record,
				    MDB_val key, void *ret_state, struct refd_error *err)
{
	MDB_val row;
	int code = mdb_get(table->txn, table->dbi, &key, &row);

	if (code == MDB_NOTFOUND)
		return REFD_NOT_FOUND;
	if (code != 0)
		return lmdb_store__failed(code, "read", err);
	return lmdb_store__row_read(record, row.mv_data, row.mv_size, ret_state, err);
}

enum refd_status lmdb_store__row_of(const struct lmdb_store__table *table,
				    const struct refd_store_index *index, MDB_val entry,
				    void *ret_state, struct refd_error *err)
{
	size_t count;
	enum refd_status status;

	if (index == refd_record_indexes(index->record, &count))
		return lmdb_store__row_read(index->record, entry.mv_data, entry.mv_size, ret_state,
					    err);
	status = lmdb_store__row_at(table, index->record, entry, ret_state, err);
	if (status == REFD_NOT_FOUND)
		return refd_error_set(err, REFD_CORRUPT, "an entry leads to no %s",
				      refd_record_layout(index->record)->name);
	return status;
}

enum refd_status lmdb_store__row_by_id(const struct lmdb_store__table *table,
				       enum refd_record record, struct refd_uuid id,
				       void *ret_state, struct refd_error *err)
{
	const struct refd_index_key wanted = { .id = id };
	struct lmdb_store__key key;
	size_t count;

	lmdb_store__key_make(refd_record_indexes(record, &count), &wanted, &key);
	return lmdb_store__row_at(table, record, lmdb_store__key_val(&key), ret_state, err);
}

/* No primary key depends on a kick-off. */
void lmdb_store__primary(enum refd_record record, const void *state, struct lmdb_store__key *ret)
{
	const struct refd_time none = { 0 };
	size_t count;
	const struct refd_store_index *index = refd_record_indexes(record, &count);
	const struct refd_index_key key = refd_index_key_of(index, state, none);

	lmdb_store__key_make(index, &key, ret);
}
