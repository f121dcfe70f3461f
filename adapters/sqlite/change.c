/* The change set: one statement per change, each with its expected row. */
#include <refdomain/ports/broken.h>

#include "sqlite_parts.h"

static int bind_change(sqlite3_stmt *stmt, const struct refd_change *change)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	int next = 1;
	int code = refd_sqlite__bind(stmt, layout, change->state,
				     change->kind == REFD_CHANGE_DELETE, &next);

	if (code == SQLITE_OK && change->kind != REFD_CHANGE_INSERT &&
	    refd_layout_version(layout) != NULL)
		code = sqlite3_bind_int64(stmt, next, change->expected_version);
	return code;
}

static enum refd_status write_row(struct sq_connection *c, const struct refd_change *change,
				  size_t use, struct refd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum refd_status st =
		refd_sqlite__prepared(c, sq_statement(change->record, use), &stmt, err);
	int code;

	if (st != REFD_OK)
		return st;
	code = bind_change(stmt, change);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code != SQLITE_DONE)
		st = refd_sqlite__change_failed(c, change, code, err);
	else if (sqlite3_changes(c->db) != 1)
		st = refd_broken_version(change, err);
	sqlite3_reset(stmt);
	return st;
}

static enum refd_status assert_version(struct sq_connection *c, const struct refd_change *change,
				       struct refd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum refd_status st =
		refd_sqlite__prepared(c, sq_statement(change->record, SQ_VERSION), &stmt, err);
	int64_t version = 0;
	int code;

	if (st != REFD_OK)
		return st;
	code = sqlite3_bind_blob(stmt, 1, change->state, sizeof(struct refd_uuid), SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		version = sqlite3_column_int64(stmt, 0);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	else if (version != change->expected_version)
		st = refd_broken_version(change, err);
	sqlite3_reset(stmt);
	return st;
}

static enum refd_status apply_one(struct sq_connection *c, const struct refd_change *change,
				  struct refd_error *err)
{
	switch (change->kind) {
	case REFD_CHANGE_ASSERT:
		return assert_version(c, change, err);
	case REFD_CHANGE_DELETE:
		return write_row(c, change, SQ_DELETE, err);
	case REFD_CHANGE_UPDATE:
		return write_row(c, change, SQ_UPDATE, err);
	case REFD_CHANGE_INSERT:
		return write_row(c, change, SQ_INSERT, err);
	}
	return refd_error_set(err, REFD_MISUSE, "there is no such change");
}

enum refd_status refd_sqlite__apply(struct sq_connection *c, const struct refd_change_set *changes,
				    struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < changes->count && st == REFD_OK; i++)
		st = apply_one(c, &changes->changes[i], err);
	return st;
}
