/* Rows and index entries under one LMDB transaction. */
#ifndef LMDB_STORE_TABLE_H
#define LMDB_STORE_TABLE_H

#include "keys.h"
#include "rows.h"

struct lmdb_store__table {
	MDB_txn *txn;
	MDB_dbi dbi;
};

/* The row under a primary key. @return OK; NOT_FOUND, without a word; CORRUPT; ... */
enum refd_status lmdb_store__row_at(const struct lmdb_store__table *table, enum refd_record record,
				    MDB_val key, void *ret_state, struct refd_error *err);

/* The row an entry of the index stands for: itself, or what it leads to. @return as row_at */
enum refd_status lmdb_store__row_of(const struct lmdb_store__table *table,
				    const struct refd_store_index *index, MDB_val entry,
				    void *ret_state, struct refd_error *err);

/* The row of a record with an id. @return as row_at */
enum refd_status lmdb_store__row_by_id(const struct lmdb_store__table *table,
				       enum refd_record record, struct refd_uuid id,
				       void *ret_state, struct refd_error *err);

/* The primary key of the row. */
void lmdb_store__primary(enum refd_record record, const void *state, struct lmdb_store__key *ret);

#endif
