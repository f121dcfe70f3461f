/* Many keys in one statement: starting a statement costs more than looking a row up. */
#include "sqlite_parts.h"

/* The use that serves the read, or 0. */
static size_t use_of(const struct refd_read *read)
{
	if (read->kind == REFD_READ_FIND)
		return read->by == REFD_BY_PAIR ? SQ_FIND_PAIR_MANY : SQ_FIND_ID_MANY;
	if (read->kind == REFD_READ_RANGE && read->index == REFD_INDEX_FIXTURE)
		return SQ_FIXTURE_MANY;
	if (read->kind == REFD_READ_RANGE && read->index == REFD_INDEX_REFEREE)
		return SQ_REFEREE_MANY;
	return 0;
}

bool refd_sqlite__reads_many(const struct sq_connection *c, const struct refd_read *read)
{
	size_t use = read->n_keys >= SQ_FEW ? use_of(read) : 0;

	return use != 0 && c->store->sql.text[sq_statement(read->record, use)] != NULL;
}

static int bind_id(sqlite3_stmt *stmt, int index, const struct refd_uuid *id)
{
	return sqlite3_bind_blob(stmt, index, id->bytes, sizeof(id->bytes), SQLITE_STATIC);
}

/* Up to SQ_MANY keys; the places behind the last one are NULL, which equals nothing. */
static int bind_keys(sqlite3_stmt *stmt, const struct refd_key *keys, size_t count, bool pairs)
{
	int at = SQ_MANY_FIRST;
	int code = SQLITE_OK;
	size_t i;

	for (i = 0; i < SQ_MANY && code == SQLITE_OK; i++) {
		code = i < count ? bind_id(stmt, at, &keys[i].a) : sqlite3_bind_null(stmt, at);
		at++;
		if (!pairs || code != SQLITE_OK)
			continue;
		code = i < count ? bind_id(stmt, at, &keys[i].b) : sqlite3_bind_null(stmt, at);
		at++;
	}
	return code;
}

enum refd_status refd_sqlite__read_many(struct sq_connection *c, const struct refd_read *read,
					size_t index, refd_row_sink *sink, void *self,
					struct refd_error *err)
{
	const size_t use = use_of(read);
	const bool windowed = read->kind == REFD_READ_RANGE && read->record != REFD_RECORD_SLOT;
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = refd_sqlite__prepared(c, sq_statement(read->record, use), &stmt, err);
	size_t done = 0;

	while (done < read->n_keys && st == REFD_OK) {
		size_t left = read->n_keys - done;
		int code = windowed ? refd_sqlite__bind_window(stmt, read) : SQLITE_OK;

		if (code == SQLITE_OK)
			code = bind_keys(stmt, read->keys + done, left, use == SQ_FIND_PAIR_MANY);
		st = code == SQLITE_OK ? refd_sqlite__deliver(c, stmt, read, index, sink, self, err)
				       : refd_sqlite__failed(c->db, code, c->store->path, err);
		done += left < SQ_MANY ? left : SQ_MANY;
	}
	return st;
}
