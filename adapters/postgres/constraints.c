/* What a broken constraint is about: the row of the change set, the field, the rule. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <refdomain/ports/indexes.h>

#include "postgres_parts.h"

static enum refd_status stale(const struct refd_change *change, struct refd_error *err)
{
	const struct refd_ref object = refd_record_object(change->record, change->state);
	char id[REFD_UUID_TEXT + 1];

	return refd_error_object(
		err, REFD_CONFLICT, object.noun, object.id, "%s %s is not at version %lld any more",
		refd_record_layout(change->record)->name, refd_uuid_format(object.id, id),
		(long long)change->expected_version);
}

static const struct refd_field *field_named(const struct refd_change *change, const char *name,
					    size_t len)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *f = &layout->fields[i];

		if (strlen(f->name) == len && memcmp(f->name, name, len) == 0)
			return f;
	}
	return NULL;
}

/* As PostgreSQL prints it in "Key (a, b)=(x, y) ...". */
static bool prints_as(const struct refd_change *change, const char *column, size_t column_len,
		      const char *value, size_t value_len)
{
	const struct refd_field *f = field_named(change, column, column_len);
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

/* "fixture.venue_id refers to venue ..., which is not there", and its id is the object. A row that
 * goes while others still refer to it is the object itself. */
static void name_parent(const struct refd_change *change, const char *detail,
			struct refd_error *err)
{
	const bool goes = change->kind == REFD_CHANGE_DELETE;
	const char *value = strstr(detail, ")=(");
	char id[REFD_UUID_TEXT + 1];
	struct refd_uuid parent;
	size_t i;

	for (i = 0; value != NULL && i < refd_n_references; i++) {
		const struct refd_reference *r = &refd_references[i];
		const struct refd_str text = { value + 3, item(value + 3) };
		char name[sizeof(err->constraint)];
		enum refd_noun noun;

		snprintf(name, sizeof(name), "%s.%s", refd_record_layout(r->child)->name, r->field);
		if (strcmp(name, err->constraint) != 0 ||
		    refd_uuid_parse(text, "", &parent, NULL) != REFD_OK)
			continue;
		noun = refd_record_object(r->parent, &parent).noun;
		(void)refd_error_object(err, REFD_NOT_FOUND, noun, parent, "%s %s %s %s%s", name,
					goes ? "still refers to" : "refers to",
					refd_noun_word(noun), refd_uuid_format(parent, id),
					goes ? "" : ", which is not there");
		break;
	}
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

/* ---- which field and rule ---- */

/* What the constraints of the schema mean beyond "table.field must be in order". */
static const struct {
	const char *constraint, *field;
	enum refd_rule rule;
} meanings[] = {
	{ "slot.fixture_id_role", "slot.role", REFD_RULE_ROLE_TAKEN },
	{ "slot.fixture_id_referee_id", "slot.referee_id", REFD_RULE_REFEREE_TWICE },
	{ "assignment.fixture_id_referee_id", "assignment.referee_id", REFD_RULE_REFEREE_TWICE },
	{ "availability.fixture_id_referee_id", "availability.referee_id",
	  REFD_RULE_ALREADY_DECLARED },
	{ "claim.kind_holder_day", "claim.holder", REFD_RULE_VENUE_TAKEN },
	{ "fixture.teams", "fixture.away_id", REFD_RULE_SAME_TEAM },
	{ "venue.coordinates", "venue.longitude", REFD_RULE_REQUIRED },
};

/* "table.field" of the record at hand; NULL otherwise. */
static const char *field_of(const struct refd_change *change, const char *constraint)
{
	const char *table = refd_record_layout(change->record)->name;
	const char *dot = strchr(constraint, '.');

	if (dot == NULL || (size_t)(dot - constraint) != strlen(table) ||
	    strncmp(constraint, table, strlen(table)) != 0 ||
	    field_named(change, dot + 1, strlen(dot + 1)) == NULL)
		return NULL;
	return constraint;
}

static void copy_id(const struct refd_change *change, const char *name, struct refd_uuid *ret)
{
	const struct refd_field *f = field_named(change, name, strlen(name));

	if (f != NULL)
		memcpy(ret, (const char *)change->state + f->offset, sizeof(*ret));
}

static void add_violation(const struct refd_change *change, const char *field, enum refd_rule rule,
			  struct refd_error *err)
{
	struct refd_violation violation = { .rule = rule };
	const struct refd_field *role = field_named(change, "role", 4);

	snprintf(violation.field, sizeof(violation.field), "%s", field);
	if (role != NULL)
		memcpy(&violation.role, (const char *)change->state + role->offset,
		       sizeof(violation.role));
	copy_id(change, change->record == REFD_RECORD_FIXTURE ? "id" : "fixture_id",
		&violation.fixture.uuid);
	copy_id(change, "referee_id", &violation.referee.uuid);
	if (rule == REFD_RULE_VENUE_TAKEN) {
		const struct refd_claim_state *claim = change->state;
		const bool team = claim->kind == REFD_CLAIM_TEAM;

		violation.rule = team ? REFD_RULE_TEAM_TAKEN : rule;
		violation.counterpart.noun = team ? REFD_NOUN_TEAM : REFD_NOUN_VENUE;
		violation.counterpart.id = claim->holder;
	}
	refd_error_add(err, &violation);
}

/* A key of one field, and a reference, have no rule: the constraint names the field. */
static void name_rule(const struct refd_change *change, const char *sqlstate,
		      struct refd_error *err)
{
	const char *field = field_of(change, err->constraint);
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (strcmp(meanings[i].constraint, err->constraint) == 0)
			add_violation(change, meanings[i].field, meanings[i].rule, err);
	}
	if (field != NULL && strcmp(sqlstate, "23514") == 0)
		add_violation(change, field, REFD_RULE_OUT_OF_RANGE, err);
	else if (field != NULL && strcmp(sqlstate, "23502") == 0)
		add_violation(change, field, REFD_RULE_REQUIRED, err);
}

/* NOT NULL has no name; here it is called as a CHECK of that column would be. */
static void name_column(const PGresult *result, struct refd_error *err)
{
	snprintf(err->constraint, sizeof(err->constraint), "%s.%s",
		 refd_postgres__said(result, PG_DIAG_TABLE_NAME),
		 refd_postgres__said(result, PG_DIAG_COLUMN_NAME));
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
		return stale(&changes->changes[at], err);
	}
	if (err == NULL || strncmp(sqlstate, "23", 2) != 0)
		return st;
	if (strcmp(sqlstate, "23502") == 0)
		name_column(result, err);
	change = change_meant(changes, at,
			      strcmp(sqlstate, "23514") == 0 || strcmp(sqlstate, "23502") == 0,
			      detail);
	err->object = refd_record_object(change->record, change->state);
	if (st == REFD_NOT_FOUND)
		name_parent(change, detail, err);
	else
		name_rule(change, sqlstate, err);
	return st;
}
