/* Which promise a change broke: SQLite tells columns, expressions, or only that there is one. */
#include <string.h>

#include <refdomain/ports/broken.h>

#include "sqlite_parts.h"

#define NAME_BYTES (REFD_FIELD_BYTES + 1)

/* What is called otherwise than its columns are. */
static const struct rename {
	const char *from, *to;
} renames[] = {
	{ "event.aggregatetype_aggregateid_version", "event.aggregate_version" },
	{ "away_id <> home_id", "fixture.teams" },
};

static const char *renamed(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(renames) / sizeof(renames[0]); i++) {
		if (strcmp(name, renames[i].from) == 0)
			return renames[i].to;
	}
	return name;
}

/* "UNIQUE constraint failed: slot.fixture_id, slot.role" tells the part behind "failed: ". */
static const char *told(sqlite3 *db)
{
	const char *message = sqlite3_errmsg(db);
	const char *at = strstr(message, "failed: ");

	return at != NULL ? at + 8 : message;
}

/* "slot.fixture_id, slot.role" becomes "slot.fixture_id_role". */
static void join_columns(const char *columns, char *ret)
{
	const char *at;
	size_t n = 0;

	for (at = columns; *at != '\0' && n + 1 < NAME_BYTES; at++) {
		if (*at == ',') { /* the next column follows behind its table's name */
			ret[n++] = '_';
			at = strchr(at, '.');
			if (at == NULL)
				break;
		} else {
			ret[n++] = *at;
		}
	}
	ret[n] = '\0';
}

static enum refd_status name_key(sqlite3 *db, const struct refd_change *change,
				 struct refd_error *err)
{
	char name[NAME_BYTES];

	join_columns(told(db), name);
	return refd_broken_key(change, renamed(name), err);
}

/* A CHECK is called by its expression: the first column in it is what it is about. */
static enum refd_status name_check(sqlite3 *db, const struct refd_change *change,
				   struct refd_error *err)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	const struct refd_layout *layout = refd_record_layout(change->record);
	const char *expression = told(db);
	const char *name = renamed(expression);
	char column[NAME_BYTES];
	struct refd_str word = { expression, 0 };

	while (name == expression && *word.ptr != '\0') {
		word.len = strspn(word.ptr, letters);
		if (refd_layout_field(layout, word) != NULL) {
			sqlite3_snprintf(sizeof(column), column, "%s.%.*s", layout->name,
					 (int)word.len, word.ptr);
			name = column;
		}
		word.ptr += word.len;
		word.ptr += strcspn(word.ptr, letters);
	}
	return refd_broken_check(change, name, REFD_RULE_OUT_OF_RANGE, err);
}

/* ---- references ---- */

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
static bool is_broken(sqlite3 *db, const struct refd_change *change, const struct refd_reference *r)
{
	const bool goes = change->kind == REFD_CHANGE_DELETE;
	struct refd_uuid parent;

	if ((goes ? r->parent : r->child) != change->record)
		return false;
	if (goes) {
		parent = refd_record_object(change->record, change->state).id;
		return look_up(db, table_of(r->child), r->field, &parent) == SQLITE_ROW;
	}
	memcpy(&parent, (const char *)change->state + r->member.offset, sizeof(parent));
	return look_up(db, table_of(r->parent), "id", &parent) == SQLITE_DONE;
}

/* As long as it is not found out which one it is, the row is all there is to tell. */
static enum refd_status name_reference(sqlite3 *db, const struct refd_change *change,
				       struct refd_error *err)
{
	size_t i;

	for (i = 0; err != NULL && i < refd_n_references; i++) {
		if (is_broken(db, change, &refd_references[i]))
			return refd_broken_reference(change, &refd_references[i], err);
	}
	if (err != NULL) {
		err->object = refd_record_object(change->record, change->state);
		strcpy(err->constraint, "foreign_key");
	}
	return REFD_NOT_FOUND;
}

enum refd_status refd_sqlite__change_failed(const struct sq_connection *c,
					    const struct refd_change *change, int code,
					    struct refd_error *err)
{
	const enum refd_status st = refd_sqlite__failed(c->db, code, c->store->path, err);

	if ((code & 0xff) != SQLITE_CONSTRAINT)
		return st;
	if (st == REFD_ALREADY_EXISTS)
		return name_key(c->db, change, err);
	if (st == REFD_NOT_FOUND)
		return name_reference(c->db, change, err);
	return sqlite3_extended_errcode(c->db) == SQLITE_CONSTRAINT_CHECK
		       ? name_check(c->db, change, err)
		       : st;
}
