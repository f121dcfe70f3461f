/*
 * A key: the record, which of its indexes, and then what the index uses of struct refd_index_key,
 * in that order. Entries of the primary key hold the row, all others the primary key.
 */
#include "keys.h"

#include <string.h>

#include "bytes.h"

static void put(struct lmdb_store__key *key, const void *bytes, size_t len)
{
	memcpy(key->bytes + key->len, bytes, len);
	key->len += len;
}

static void put_uuid(struct lmdb_store__key *key, struct refd_uuid id)
{
	put(key, id.bytes, sizeof(id.bytes));
}

/* With its sign turned over a negative number sorts before the others. */
static void put_number(struct lmdb_store__key *key, int64_t number)
{
	lmdb_store__put_number(key->bytes + key->len, 8, (uint64_t)number ^ UINT64_C(1) << 63);
	key->len += 8;
}

/* The NUL, which is in no name, sorts a name before those it begins. */
static void put_name(struct lmdb_store__key *key, struct refd_str name)
{
	size_t len = name.len < REFD_NAME_BYTES ? name.len : REFD_NAME_BYTES;

	if (len)
		put(key, name.ptr, len);
	put(key, "", 1);
}

void lmdb_store__key_make(const struct refd_store_index *index, const struct refd_index_key *key,
			  struct lmdb_store__key *ret)
{
	const unsigned char tag[] = { (unsigned char)index->record,
				      (unsigned char)(index->find << 4 | index->range) };

	ret->len = 0;
	put(ret, tag, sizeof(tag));
	if (index->a.size)
		put_uuid(ret, key->a);
	if (index->number.size)
		put_number(ret, key->number);
	ret->prefix = ret->len;
	if (index->name.size)
		put_name(ret, key->name);
	if (index->order.size || index->kickoff_of.size)
		put_number(ret, key->order);
	if (index->id.size)
		put_uuid(ret, key->id);
	/* Behind a row that was seen: a longer key sorts behind the one it begins with. */
	if (index->tail.size || key->tail == INT64_MAX)
		put_number(ret, key->tail);
}

MDB_val lmdb_store__key_val(struct lmdb_store__key *key)
{
	return (MDB_val){ key->len, key->bytes };
}

static bool is_before(const unsigned char *order, size_t len, struct refd_time to)
{
	struct lmdb_store__key end = { .len = 0 };

	put_number(&end, to.us);
	return len >= end.len && memcmp(order, end.bytes, end.len) < 0;
}

bool lmdb_store__key_within(const struct lmdb_store__key *first,
			    const struct refd_store_index *index, const struct refd_read *read,
			    const MDB_val *found)
{
	const unsigned char *bytes = found->mv_data;

	if (found->mv_size < first->prefix || memcmp(bytes, first->bytes, first->prefix) != 0)
		return false;
	return index->by != REFD_ORDER_TIME || read->range.to.us == 0 ||
	       is_before(bytes + first->prefix, found->mv_size - first->prefix, read->range.to);
}
