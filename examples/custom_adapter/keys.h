/* The keys of the one table everything is in, as bytes that LMDB can compare. */
#ifndef LMDB_STORE_KEYS_H
#define LMDB_STORE_KEYS_H

#include <lmdb.h>

#include <refdomain/ports/indexes.h>

#define LMDB_STORE__KEY_BYTES 511 /* what LMDB takes */

struct lmdb_store__key {
	unsigned char bytes[LMDB_STORE__KEY_BYTES];
	size_t len;
	size_t prefix; /* bytes that all entries of one index and key of a read share */
};

void lmdb_store__key_make(const struct refd_store_index *index, const struct refd_index_key *key,
			  struct lmdb_store__key *ret);

/* Borrows the key. */
MDB_val lmdb_store__key_val(struct lmdb_store__key *key);

/* Whether an entry found from `first` on is one the read wants. */
bool lmdb_store__key_within(const struct lmdb_store__key *first,
			    const struct refd_store_index *index, const struct refd_read *read,
			    const MDB_val *found);

#endif
