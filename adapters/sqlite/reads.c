/* FIND and RANGE: the prepared statement once per key, rows straight to the sink. */
#include "sqlite_parts.h"

static int bind_uuid(sqlite3_stmt *stmt, int index, const struct refd_uuid *id)
{
	return sqlite3_bind_blob(stmt, index, id->bytes, sizeof(id->bytes), SQLITE_STATIC);
}

/* The statement is reset whatever happens, so that the transaction can end. */
enum refd_status refd_sqlite__deliver(struct sq_connection *c, sqlite3_stmt *stmt,
				      const struct refd_read *read, size_t index,
				      refd_row_sink *sink, void *self, struct refd_error *err)
{
	const struct refd_layout *layout = refd_record_layout(read->record);
	enum refd_status st = REFD_OK;
	int code = SQLITE_ROW;

	while (st == REFD_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		st = refd_sqlite__fetch(stmt, 0, layout, c->row, err);
		if (st == REFD_OK)
			st = sink(self, index, read->record, c->row);
	}
	if (st == REFD_OK && code != SQLITE_DONE)
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	sqlite3_reset(stmt);
	return st;
}

/* ---- find ---- */

static int bind_find(sqlite3_stmt *stmt, const struct refd_read *read, const struct refd_key *key)
{
	const struct refd_layout *layout = refd_record_layout(read->record);
	int code;

	if (read->by == REFD_BY_PAIR) {
		code = bind_uuid(stmt, 1, &key->a);
		return code == SQLITE_OK ? bind_uuid(stmt, 2, &key->b) : code;
	}
	if (read->record == REFD_RECORD_SLOT) {
		code = bind_uuid(stmt, 1, &key->a);
		return code == SQLITE_OK
			       ? sqlite3_bind_text(stmt, 2,
						   refd_word(layout->fields[1].words, key->number),
						   -1, SQLITE_STATIC)
			       : code;
	}
	if (read->record != REFD_RECORD_CLAIM)
		return bind_uuid(stmt, 1, &key->a);
	code = sqlite3_bind_text(stmt, 1, refd_word(layout->fields[0].words, key->number), -1,
				 SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = bind_uuid(stmt, 2, &key->a);
	return code == SQLITE_OK ? sqlite3_bind_int(stmt, 3, key->day) : code;
}

static enum refd_status find(struct sq_connection *c, const struct refd_read *read, size_t index,
			     refd_row_sink *sink, void *self, struct refd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	size_t use = read->by == REFD_BY_PAIR ? SQ_FIND_PAIR : SQ_FIND_ID;
	enum refd_status st = refd_sqlite__prepared(c, sq_statement(read->record, use), &stmt, err);
	size_t i;

	for (i = 0; i < read->n_keys && st == REFD_OK; i++) {
		int code = bind_find(stmt, read, &read->keys[i]);

		st = code == SQLITE_OK ? refd_sqlite__deliver(c, stmt, read, index, sink, self, err)
				       : refd_sqlite__failed(c->db, code, c->store->path, err);
	}
	return st;
}

/* ---- range ---- */

int refd_sqlite__bind_window(sqlite3_stmt *stmt, const struct refd_read *read)
{
	const struct refd_position *after = &read->after;
	bool start = refd_uuid_is_unset(after->id);
	int64_t from = read->range.from.us != 0 ? read->range.from.us : INT64_MIN;
	int64_t to = read->range.to.us != 0 ? read->range.to.us : INT64_MAX;
	int64_t at = start ? INT64_MIN : after->time.us;
	int code = sqlite3_bind_int64(stmt, 2, at > from ? at : from);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(stmt, 3, to);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(stmt, 4, at);
	if (code == SQLITE_OK)
		code = bind_uuid(stmt, 5, &after->id);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(stmt, 6, read->limit != 0 ? (int64_t)read->limit : -1);
	return code;
}

static int bind_names(sqlite3_stmt *stmt, const struct refd_read *read)
{
	const struct refd_position *after = &read->after;
	int code = sqlite3_bind_text(stmt, 4, after->name.len > 0 ? after->name.ptr : "",
				     (int)after->name.len, SQLITE_STATIC);

	if (code == SQLITE_OK)
		code = bind_uuid(stmt, 5, &after->id);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(stmt, 6, read->limit != 0 ? (int64_t)read->limit : -1);
	return code;
}

static int bind_range_key(sqlite3_stmt *stmt, const struct refd_read *read,
			  const struct refd_key *key)
{
	const struct refd_layout *layout = refd_record_layout(read->record);

	if (read->index == REFD_INDEX_STATUS)
		return sqlite3_bind_text(
			stmt, 1,
			refd_word(refd_layout_field(layout, refd_str_of("status"))->words,
				  key->number),
			-1, SQLITE_STATIC);
	if (read->index == REFD_INDEX_AGGREGATE)
		return sqlite3_bind_text(stmt, 1, refd_noun_word((enum refd_noun)key->number), -1,
					 SQLITE_STATIC);
	return bind_uuid(stmt, 1, &key->a);
}

static bool is_party(enum refd_record record)
{
	return record == REFD_RECORD_REFEREE || record == REFD_RECORD_TEAM ||
	       record == REFD_RECORD_VENUE;
}

/* Children without a time of their own: ordered by their key, with neither range nor position. */
static bool is_plain(const struct refd_read *read)
{
	return read->record == REFD_RECORD_SLOT || read->record == REFD_RECORD_CLAIM;
}

static int bind_range(sqlite3_stmt *stmt, const struct refd_read *read, const struct refd_key *key)
{
	int code = key != NULL ? bind_range_key(stmt, read, key) : SQLITE_OK;

	if (code != SQLITE_OK)
		return code;
	if (is_party(read->record))
		return bind_names(stmt, read);
	if (read->index != REFD_INDEX_AGGREGATE && !is_plain(read))
		return refd_sqlite__bind_window(stmt, read);
	if (read->index == REFD_INDEX_AGGREGATE)
		code = bind_uuid(stmt, 2, &key->a);
	if (code == SQLITE_OK && read->index == REFD_INDEX_AGGREGATE)
		code = sqlite3_bind_int64(stmt, 3, read->after.number);
	return code == SQLITE_OK
		       ? sqlite3_bind_int64(stmt, 6, read->limit != 0 ? (int64_t)read->limit : -1)
		       : code;
}

static enum refd_status range(struct sq_connection *c, const struct refd_read *read, size_t index,
			      refd_row_sink *sink, void *self, struct refd_error *err)
{
	bool keyless = read->index == REFD_INDEX_ALL || read->index == REFD_INDEX_STAGED;
	size_t n = keyless ? 1 : read->n_keys;
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = refd_sqlite__prepared(
		c, sq_statement(read->record, SQ_RANGE + (size_t)read->index), &stmt, err);
	size_t i;

	for (i = 0; i < n && st == REFD_OK; i++) {
		int code = bind_range(stmt, read, keyless ? NULL : &read->keys[i]);

		st = code == SQLITE_OK ? refd_sqlite__deliver(c, stmt, read, index, sink, self, err)
				       : refd_sqlite__failed(c->db, code, c->store->path, err);
	}
	return st;
}

enum refd_status refd_sqlite__read(struct sq_connection *c, const struct refd_read *read,
				   size_t index, refd_row_sink *sink, void *self,
				   struct refd_error *err)
{
	if (refd_sqlite__reads_many(c, read))
		return refd_sqlite__read_many(c, read, index, sink, self, err);
	switch (read->kind) {
	case REFD_READ_FIND:
		return find(c, read, index, sink, self, err);
	case REFD_READ_RANGE:
		return range(c, read, index, sink, self, err);
	case REFD_READ_CARDS:
		return refd_sqlite__read_cards(c, read, index, sink, self, err);
	case REFD_READ_FACTS:
	case REFD_READ_PARENTS:
		break; /* a look-up costs no trip */
	}
	return refd_error_set(err, REFD_UNSUPPORTED,
			      "the SQLite adapter leaves facts and parents to the core");
}
