/* A change set, row by row, with the entries of every index. */
#ifndef LMDB_STORE_CHANGES_H
#define LMDB_STORE_CHANGES_H

#include "table.h"

/* As refd_store_commit_fn, but for the commit: on any failure the caller aborts the transaction. */
enum refd_status lmdb_store__apply(const struct lmdb_store__table *table,
				   const struct refd_change_set *changes, struct refd_error *err);

#endif
