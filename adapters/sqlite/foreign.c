/* Which reference is broken. SQLite only says that one is. */
#include <stdio.h>
#include <string.h>

#include <refdomain/ports/indexes.h>

#include "sqlite_parts.h"

static const char *table_of(enum refd_record record)
{
	return refd_record_layout(record)->name;
}

/* @return an SQLite result code: ROW if the table has such a row, DONE if not */
static int look_up(sqlite3 *db, const char *table, const char *column, const struct refd_uuid *id)
{
	char *sql = sqlite3_mprintf("SELECT 1 FROM \"%w\" WHERE \"%w\" = ?1", table, column);
	sqlite3_stmt *stmt = NULL;
	int code = sql != NULL ? sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) : SQLITE_NOMEM;

	if (code == SQLITE_OK)
		code = sqlite3_bind_blob(stmt, 1, id, sizeof(*id), SQLITE_STATIC);
	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	sqlite3_free(sql);
	return code;
}

/* A row that goes must have no child, any other a parent. */
static bool is_broken(sqlite3 *db, const struct refd_change *change, const struct refd_reference *r,
		      struct refd_uuid *ret_parent)
{
	const bool goes = change->kind == REFD_CHANGE_DELETE;

	if ((goes ? r->parent : r->child) != change->record)
		return false;
	if (goes) {
		*ret_parent = refd_record_object(change->record, change->state).id;
		return look_up(db, table_of(r->child), r->field, ret_parent) == SQLITE_ROW;
	}
	memcpy(ret_parent, (const char *)change->state + r->member.offset, sizeof(*ret_parent));
	return look_up(db, table_of(r->parent), "id", ret_parent) == SQLITE_DONE;
}

static void report(const struct refd_change *change, const struct refd_reference *r,
		   struct refd_uuid parent, struct refd_error *err)
{
	const struct refd_ref object = refd_record_object(r->parent, &parent);
	const bool goes = change->kind == REFD_CHANGE_DELETE;
	char id[REFD_UUID_TEXT + 1];

	(void)refd_error_object(err, REFD_NOT_FOUND, object.noun, parent, "%s.%s %s %s %s%s",
				table_of(r->child), r->field,
				goes ? "still refers to" : "refers to", table_of(r->parent),
				refd_uuid_format(parent, id), goes ? "" : ", which is not there");
	snprintf(err->constraint, sizeof(err->constraint), "%s.%s", table_of(r->child), r->field);
}

void refd_sqlite__name_foreign(const struct sq_connection *c, const struct refd_change *change,
			       struct refd_error *err)
{
	size_t i;

	for (i = 0; err != NULL && i < refd_n_references; i++) {
		struct refd_uuid parent;

		if (is_broken(c->db, change, &refd_references[i], &parent)) {
			report(change, &refd_references[i], parent, err);
			break;
		}
	}
}
