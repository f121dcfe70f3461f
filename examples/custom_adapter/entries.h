/* The entries of a row: its bytes under the primary key, and that key under every other one. */
#ifndef LMDB_STORE_ENTRIES_H
#define LMDB_STORE_ENTRIES_H

#include "table.h"

/* Put the row `is` where `was` was; either may be NULL. @return OK; ALREADY_EXISTS, and the name of
 * the unique key it breaks in ret_constraint; ... */
enum refd_status lmdb_store__exchange(const struct lmdb_store__table *table,
				      enum refd_record record, const void *was, const void *is,
				      const char **ret_constraint, struct refd_error *err);

/* After a fixture got another kick-off: order what belongs to it anew. */
enum refd_status lmdb_store__follow(const struct lmdb_store__table *table,
				    const struct refd_fixture_state *was,
				    const struct refd_fixture_state *is, struct refd_error *err);

/* Whether a row refers to that parent. @return OK: none does; NOT_FOUND, without a word: one does;
 * ... */
enum refd_status lmdb_store__unreferred(const struct lmdb_store__table *table,
					const struct refd_reference *reference,
					struct refd_uuid parent, struct refd_error *err);

#endif
