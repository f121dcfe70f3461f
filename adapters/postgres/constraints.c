/* What a broken constraint is about: the row of the change set, and the promise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <refdomain/ports/broken.h>

#include "postgres_parts.h"

/* As PostgreSQL prints it in "Key (a, b)=(x, y) ...". */
static bool prints_as(const struct refd_change *change, const char *column, size_t column_len,
		      const char *value, size_t value_len)
{
	const struct refd_field *f = refd_layout_field(refd_record_layout(change->record),
						       (struct refd_str){ column, column_len });
	char text[REFD_UUID_TEXT + 1] = "";
	const char *word = text;
	const char *at;
	struct refd_uuid id;

	if (f == NULL)
		return false;
	at = (const char *)change->state + f->offset;
	if (f->type == REFD_FIELD_UUID) {
		memcpy(&id, at, sizeof(id));
		(void)refd_uuid_format(id, text);
	} else if (f->type == REFD_FIELD_WORD) {
		word = refd_word(f->words, *(const int *)(const void *)at);
	} else if (f->type == REFD_FIELD_TEXT) {
		word = at + sizeof(uint16_t);
	} else if (f->type == REFD_FIELD_INT64) {
		snprintf(text, sizeof(text), "%lld", (long long)*(const int64_t *)(const void *)at);
	} else if (f->type == REFD_FIELD_INT32) {
		snprintf(text, sizeof(text), "%ld", (long)*(const int32_t *)(const void *)at);
	}
	return word != NULL && strlen(word) == value_len && memcmp(word, value, value_len) == 0;
}

/* Up to ", " or the closing bracket. */
static size_t item(const char *at)
{
	return strcspn(at, ",)");
}

static bool has_key(const struct refd_change *change, const char *columns, const char *values)
{
	for (;;) {
		size_t column = item(columns);
		size_t value = item(values);

		if (!prints_as(change, columns, column, values, value))
			return false;
		if (columns[column] != ',' || values[value] != ',')
			return columns[column] == values[value];
		columns += column + 2;
		values += value + 2;
	}
}

/* "Failing row contains (a, b, ...)": the columns of the primary key stand first. */
static bool is_row(const struct refd_change *change, const char *values)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	size_t i;

	for (i = 0; i < layout->count && (layout->fields[i].flags & REFD_FIELD_KEY); i++) {
		const char *name = layout->fields[i].name;
		size_t value = item(values);

		if (!prints_as(change, name, strlen(name), values, value))
			return false;
		values += value + (values[value] == ',' ? 2 : 0);
	}
	return true;
}

/* The change an error speaks of; the first of the statement if that cannot be told. A detail names
 * a key, or shows a row. */
static const struct refd_change *change_meant(const struct refd_change_set *changes, size_t first,
					      bool shows_row, const char *detail)
{
	const char *open = strchr(detail, '(');
	const char *values = open != NULL && !shows_row ? strstr(open, ")=(") : NULL;
	const struct refd_change *like = &changes->changes[first];
	size_t i;

	for (i = first; open != NULL && i < changes->count; i++) {
		const struct refd_change *change = &changes->changes[i];

		if (change->kind != like->kind || change->record != like->record)
			break;
		if (shows_row ? is_row(change, open + 1)
			      : values != NULL && has_key(change, open + 1, values + 3))
			return change;
	}
	return like;
}

/* The reference of that name that the change can break; NULL if there is none. */
static const struct refd_reference *reference_of(const struct refd_change *change, const char *name)
{
	const bool goes = change->kind == REFD_CHANGE_DELETE;
	size_t i;

	for (i = 0; i < refd_n_references; i++) {
		const struct refd_reference *r = &refd_references[i];
		const char *table = refd_record_layout(r->child)->name;
		const size_t len = strlen(table);

		if ((goes ? r->parent : r->child) == change->record &&
		    strncmp(name, table, len) == 0 && name[len] == '.' &&
		    strcmp(name + len + 1, r->field) == 0)
			return r;
	}
	return NULL;
}

static bool same_row(const struct refd_change *a, const struct refd_change *b)
{
	const struct refd_layout *layout = refd_record_layout(a->record);
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *f = &layout->fields[i];

		if ((f->flags & REFD_FIELD_KEY) &&
		    memcmp((const char *)a->state + f->offset, (const char *)b->state + f->offset,
			   f->size) != 0)
			return false;
	}
	return true;
}

/* The second of two changes to one row in one statement. */
static size_t repeated_row(const struct refd_change_set *changes, size_t first)
{
	const struct refd_change *all = changes->changes;
	size_t i, j;

	for (i = first + 1; i < changes->count && all[i].kind == all[first].kind &&
			    all[i].record == all[first].record;
	     i++) {
		for (j = first; j < i; j++) {
			if (same_row(&all[i], &all[j]))
				return i;
		}
	}
	return first;
}

/* NOT NULL has no name; here it is called as a CHECK of that column would be. */
static enum refd_status name_column(const PGresult *result, const struct refd_change *change,
				    struct refd_error *err)
{
	char name[sizeof(err->constraint)];

	snprintf(name, sizeof(name), "%s.%s", refd_postgres__said(result, PG_DIAG_TABLE_NAME),
		 refd_postgres__said(result, PG_DIAG_COLUMN_NAME));
	return refd_broken_check(change, name, REFD_RULE_REQUIRED, err);
}

static enum refd_status name_promise(const PGresult *result, const struct refd_change *change,
				     enum refd_status st, struct refd_error *err)
{
	const char *sqlstate = refd_postgres__said(result, PG_DIAG_SQLSTATE);
	const char *name = refd_postgres__said(result, PG_DIAG_CONSTRAINT_NAME);
	const struct refd_reference *reference =
		st == REFD_NOT_FOUND ? reference_of(change, name) : NULL;

	if (st == REFD_ALREADY_EXISTS)
		return refd_broken_key(change, name, err);
	if (reference != NULL)
		return refd_broken_reference(change, reference, err);
	if (strcmp(sqlstate, "23514") == 0)
		return refd_broken_check(change, name, REFD_RULE_OUT_OF_RANGE, err);
	if (strcmp(sqlstate, "23502") == 0)
		return name_column(result, change, err);
	err->object = refd_record_object(change->record, change->state);
	return st;
}

enum refd_status refd_postgres__change_failed(const struct pg_connection *c, const PGresult *result,
					      const struct pg_pending *pending,
					      const struct refd_change_set *changes,
					      struct refd_error *err)
{
	const char *sqlstate = refd_postgres__said(result, PG_DIAG_SQLSTATE);
	const char *detail = refd_postgres__said(result, PG_DIAG_MESSAGE_DETAIL);
	enum refd_status st = refd_postgres__failed(c, result, err);
	const struct refd_change *change;
	size_t at = pending->index;

	if (strcmp(sqlstate, "RD001") == 0 || strcmp(sqlstate, "21000") == 0) {
		long number =
			strtol(refd_postgres__said(result, PG_DIAG_MESSAGE_PRIMARY), NULL, 10);

		if (sqlstate[0] == '2')
			at = repeated_row(changes, at);
		else if (number > 0 && at + (size_t)number <= changes->count)
			at += (size_t)number - 1;
		return refd_broken_version(&changes->changes[at], err);
	}
	if (err == NULL || strncmp(sqlstate, "23", 2) != 0)
		return st;
	change = change_meant(changes, at,
			      strcmp(sqlstate, "23514") == 0 || strcmp(sqlstate, "23502") == 0,
			      detail);
	return name_promise(result, change, st, err);
}
