#include "entries.h"

#include <string.h>

#include "errors.h"

/* An index of the row under the key it has with that kick-off. @return false: it has none */
static bool entry_key(const struct refd_store_index *index, const void *state,
		      struct refd_time kickoff, struct lmdb_store__key *ret)
{
	struct refd_index_key key;

	if (!state || !refd_index_holds(index, state))
		return false;
	key = refd_index_key_of(index, state, kickoff);
	lmdb_store__key_make(index, &key, ret);
	return true;
}

static bool same(const struct lmdb_store__key *a, const struct lmdb_store__key *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* A row before and after a change; NULL: there is none. */
struct step {
	enum refd_record record;
	const void *was, *is;
	struct refd_time before, after; /* kick-offs */
};

/* All old entries go before the first new one comes: teams may swap sides. The primary key, which
 * is the first index, never changes. */
static int take_out(const struct lmdb_store__table *table, const struct step *step)
{
	size_t count;
	const struct refd_store_index *indexes = refd_record_indexes(step->record, &count);
	struct lmdb_store__key old, new;
	int code = 0;

	for (size_t i = 1; i < count && code == 0; i++) {
		MDB_val key;

		if (!entry_key(&indexes[i], step->was, step->before, &old) ||
		    (entry_key(&indexes[i], step->is, step->after, &new) && same(&old, &new)))
			continue;
		key = lmdb_store__key_val(&old);
		code = mdb_del(table->txn, table->dbi, &key, NULL);
	}
	return code;
}

static int put_in(const struct lmdb_store__table *table, const struct step *step,
		  struct lmdb_store__key *primary, const char **ret_constraint)
{
	size_t count;
	const struct refd_store_index *indexes = refd_record_indexes(step->record, &count);
	struct lmdb_store__key old, new;
	int code = 0;

	for (size_t i = 1; i < count && code == 0; i++) {
		MDB_val key, value = lmdb_store__key_val(primary);

		if (!entry_key(&indexes[i], step->is, step->after, &new) ||
		    (entry_key(&indexes[i], step->was, step->before, &old) && same(&old, &new)))
			continue;
		key = lmdb_store__key_val(&new);
		code = mdb_put(table->txn, table->dbi, &key, &value,
			       indexes[i].constraint ? MDB_NOOVERWRITE : 0);
		*ret_constraint = indexes[i].constraint;
	}
	return code;
}

/* The time that orders what belongs to a fixture; of other records none. */
static enum refd_status kickoff_of(const struct lmdb_store__table *table, enum refd_record record,
				   const void *state, struct refd_time *ret, struct refd_error *err)
{
	struct refd_fixture_state fixture;
	enum refd_status status = REFD_OK;
	struct refd_uuid id;
	size_t count, i = 0;
	const struct refd_store_index *indexes = refd_record_indexes(record, &count);

	while (i < count && !indexes[i].kickoff_of.size)
		i++;
	*ret = (struct refd_time){ 0 };
	if (i == count)
		return REFD_OK;
	memcpy(&id, (const char *)state + indexes[i].kickoff_of.offset, sizeof(id));
	status = lmdb_store__row_by_id(table, REFD_RECORD_FIXTURE, id, &fixture, err);
	if (status == REFD_OK)
		*ret = fixture.kickoff;
	return status == REFD_NOT_FOUND ? REFD_OK : status;
}

static int put_row(const struct lmdb_store__table *table, enum refd_record record,
		   const void *state, struct lmdb_store__key *primary, unsigned flags)
{
	MDB_val key = lmdb_store__key_val(primary);
	MDB_val room = { lmdb_store__row_size(record, state), NULL };
	int code = room.mv_size ? mdb_put(table->txn, table->dbi, &key, &room, flags | MDB_RESERVE)
				: MDB_BAD_VALSIZE;

	if (code == 0)
		lmdb_store__row_write(record, state, room.mv_data);
	return code;
}

static int delete_row(const struct lmdb_store__table *table, struct lmdb_store__key *primary)
{
	MDB_val key = lmdb_store__key_val(primary);

	return mdb_del(table->txn, table->dbi, &key, NULL);
}

enum refd_status lmdb_store__exchange(const struct lmdb_store__table *table,
				      enum refd_record record, const void *was, const void *is,
				      const char **ret_constraint, struct refd_error *err)
{
	size_t count;
	const struct refd_store_index *indexes = refd_record_indexes(record, &count);
	struct step step = { .record = record, .was = was, .is = is };
	struct lmdb_store__key primary;
	enum refd_status status;
	int code;

	status = was ? kickoff_of(table, record, was, &step.before, err) : REFD_OK;
	if (status == REFD_OK && is)
		status = kickoff_of(table, record, is, &step.after, err);
	if (status != REFD_OK)
		return status;
	lmdb_store__primary(record, is ? is : was, &primary);
	*ret_constraint = indexes[0].constraint;
	code = is ? put_row(table, record, is, &primary, was ? 0 : MDB_NOOVERWRITE)
		  : delete_row(table, &primary);
	if (code == 0)
		code = take_out(table, &step);
	if (code == 0)
		code = put_in(table, &step, &primary, ret_constraint);
	if (code == MDB_KEYEXIST)
		return REFD_ALREADY_EXISTS;
	return code == 0 ? REFD_OK : lmdb_store__failed(code, "write", err);
}

/* ---- rows that refer to others ---- */

/* An index that begins with the reference. With `fixed` one that no kick-off changes. */
static const struct refd_store_index *index_by(const struct refd_reference *reference, bool fixed)
{
	size_t count;
	const struct refd_store_index *indexes = refd_record_indexes(reference->child, &count);

	for (size_t i = 0; i < count; i++)
		if (indexes[i].a.size && indexes[i].a.offset == reference->member.offset &&
		    !(fixed && indexes[i].kickoff_of.size))
			return &indexes[i];
	return NULL;
}

/* The entry behind `after`, or the first one if that is NULL, of the children of a parent.
 * @return an LMDB code: 0, MDB_NOTFOUND, ... */
static int next_child(const struct lmdb_store__table *table, const struct refd_store_index *index,
		      struct refd_uuid parent, struct lmdb_store__key *at, bool first,
		      MDB_val *ret_entry)
{
	const struct refd_index_key from = {
		.a = parent, .number = INT64_MIN, .order = INT64_MIN, .tail = INT64_MIN
	};
	struct lmdb_store__key start;
	MDB_cursor *cursor;
	MDB_val key;
	int code = mdb_cursor_open(table->txn, table->dbi, &cursor);

	if (code != 0)
		return code;
	lmdb_store__key_make(index, &from, &start);
	start.prefix = 2 + sizeof(parent.bytes);
	if (first)
		*at = start;
	else
		at->bytes[at->len++] = 0; /* the least key behind the one that was */
	key = lmdb_store__key_val(at);
	code = mdb_cursor_get(cursor, &key, ret_entry, MDB_SET_RANGE);
	if (code == 0 && (key.mv_size < start.prefix || key.mv_size >= sizeof(at->bytes) ||
			  memcmp(key.mv_data, start.bytes, start.prefix) != 0))
		code = MDB_NOTFOUND;
	if (code == 0) {
		memcpy(at->bytes, key.mv_data, key.mv_size);
		at->len = key.mv_size;
	}
	mdb_cursor_close(cursor);
	return code;
}

/* An index may hold the entries of two members: the row says which one it is. */
enum refd_status lmdb_store__unreferred(const struct lmdb_store__table *table,
					const struct refd_reference *reference,
					struct refd_uuid parent, struct refd_error *err)
{
	const struct refd_store_index *index = index_by(reference, false);
	enum refd_status status = REFD_OK;
	union lmdb_store__state child;
	struct lmdb_store__key at;
	MDB_val entry;
	int code = next_child(table, index, parent, &at, true, &entry);

	while (code == 0 && status == REFD_OK) {
		status = lmdb_store__row_of(table, index, entry, &child, err);
		if (status == REFD_OK && memcmp((const char *)&child + reference->member.offset,
						&parent, sizeof(parent)) == 0)
			return REFD_NOT_FOUND;
		code = next_child(table, index, parent, &at, false, &entry);
	}
	if (code != 0 && code != MDB_NOTFOUND)
		status = lmdb_store__failed(code, "read", err);
	return status;
}

static enum refd_status move_children(const struct lmdb_store__table *table,
				      const struct refd_reference *reference,
				      const struct refd_fixture_state *was,
				      const struct refd_fixture_state *is, struct refd_error *err)
{
	const struct refd_store_index *index = index_by(reference, true);
	union lmdb_store__state child;
	const struct step step = { reference->child, &child, &child, was->kickoff, is->kickoff };
	enum refd_status status = REFD_OK;
	struct lmdb_store__key at, primary;
	const char *constraint;
	MDB_val entry;
	int code = next_child(table, index, is->id.uuid, &at, true, &entry);

	while (code == 0 && status == REFD_OK) {
		status = lmdb_store__row_of(table, index, entry, &child, err);
		if (status != REFD_OK)
			break;
		lmdb_store__primary(reference->child, &child, &primary);
		code = take_out(table, &step);
		if (code == 0)
			code = put_in(table, &step, &primary, &constraint);
		if (code == 0)
			code = next_child(table, index, is->id.uuid, &at, false, &entry);
	}
	if (code != 0 && code != MDB_NOTFOUND)
		status = lmdb_store__failed(code, "write", err);
	return status;
}

enum refd_status lmdb_store__follow(const struct lmdb_store__table *table,
				    const struct refd_fixture_state *was,
				    const struct refd_fixture_state *is, struct refd_error *err)
{
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < refd_n_references && status == REFD_OK; i++)
		if (refd_references[i].parent == REFD_RECORD_FIXTURE)
			status = move_children(table, &refd_references[i], was, is, err);
	return status;
}
