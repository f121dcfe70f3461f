/* Which reference is broken. SQLite only says that one is; the schema knows them all. */
#include <stdio.h>
#include <string.h>

#include "sqlite_parts.h"

/* A reference of one table to another. */
struct reference {
	const char *child, *field, *parent, *key;
};

/* The table's own references, or with a row that goes those to it, in the order of the schema. */
#define REFERENCES                                                                                 \
	"SELECT t.name, f.\"from\", f.\"table\", f.\"to\" FROM sqlite_schema t, "                  \
	"pragma_foreign_key_list(t.name) f WHERE t.type = 'table' AND "
static const char references_of[] = REFERENCES "t.name = ?1 ORDER BY t.rowid, f.id DESC";
static const char references_to[] = REFERENCES "f.\"table\" = ?1 ORDER BY t.rowid, f.id DESC";

static const char *text_at(sqlite3_stmt *stmt, int column)
{
	return (const char *)sqlite3_column_text(stmt, column);
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

static bool field_of(const struct refd_change *change, const char *name, struct refd_uuid *ret)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];

		if (field->type != REFD_FIELD_UUID || strcmp(field->name, name) != 0)
			continue;
		memcpy(ret, (const char *)change->state + field->offset, sizeof(*ret));
		return true;
	}
	return false;
}

/* A row that goes must have no child, any other a parent. */
static bool is_broken(sqlite3 *db, const struct refd_change *change, const struct reference *r,
		      struct refd_uuid *ret_parent)
{
	if (change->kind == REFD_CHANGE_DELETE)
		return field_of(change, r->key, ret_parent) &&
		       look_up(db, r->child, r->field, ret_parent) == SQLITE_ROW;
	return field_of(change, r->field, ret_parent) &&
	       look_up(db, r->parent, r->key, ret_parent) == SQLITE_DONE;
}

static enum refd_noun noun_of(const char *table)
{
	int noun;

	for (noun = REFD_NOUN_REFEREE; refd_noun_word((enum refd_noun)noun) != NULL; noun++) {
		if (strcmp(refd_noun_word((enum refd_noun)noun), table) == 0)
			return (enum refd_noun)noun;
	}
	return (enum refd_noun)0;
}

static void report(const struct refd_change *change, const struct reference *r,
		   struct refd_uuid parent, struct refd_error *err)
{
	char id[REFD_UUID_TEXT + 1];

	(void)refd_uuid_format(parent, id);
	if (change->kind == REFD_CHANGE_DELETE)
		(void)refd_error_object(err, REFD_NOT_FOUND, noun_of(r->parent), parent,
					"%s.%s still refers to %s %s", r->child, r->field,
					r->parent, id);
	else
		(void)refd_error_object(err, REFD_NOT_FOUND, noun_of(r->parent), parent,
					"%s.%s refers to %s %s, which is not there", r->child,
					r->field, r->parent, id);
	snprintf(err->constraint, sizeof(err->constraint), "%s.%s", r->child, r->field);
}

void refd_sqlite__name_foreign(const struct sq_connection *c, const struct refd_change *change,
			       struct refd_error *err)
{
	const char *table = refd_record_layout(change->record)->name;
	const char *sql = change->kind == REFD_CHANGE_DELETE ? references_to : references_of;
	sqlite3_stmt *stmt = NULL;
	bool found = false;
	int code;

	if (err == NULL)
		return;
	code = sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC);
	while (code == SQLITE_OK && !found && sqlite3_step(stmt) == SQLITE_ROW) {
		const struct reference r = { text_at(stmt, 0), text_at(stmt, 1), text_at(stmt, 2),
					     text_at(stmt, 3) };
		struct refd_uuid parent;

		if (r.child == NULL || r.field == NULL || r.parent == NULL || r.key == NULL)
			break;
		found = is_broken(c->db, change, &r, &parent);
		if (found)
			report(change, &r, parent, err);
	}
	sqlite3_finalize(stmt);
}
