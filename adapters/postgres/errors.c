/* One ladder from SQLSTATEs to statuses: the exact code decides before its class. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_parts.h"

struct classified {
	const char *sqlstate; /* five characters, or the two of a class */
	enum refd_status status;
};

static const struct classified ladder[] = {
	{ "RD001", REFD_CONFLICT }, /* ours: a row is not at its expected version */
	{ "40001", REFD_CONFLICT }, /* serialization_failure */
	{ "40P01", REFD_CONFLICT }, /* deadlock_detected */
	{ "21000", REFD_CONFLICT }, /* a change set has one row twice */
	{ "23505", REFD_ALREADY_EXISTS }, { "23P01", REFD_ALREADY_EXISTS },
	{ "23503", REFD_NOT_FOUND },	  { "25006", REFD_DENIED }, /* read_only_sql_transaction */
	{ "25P02", REFD_UNAVAILABLE },				    /* in_failed_sql_transaction */
	{ "25P03", REFD_UNAVAILABLE }, /* idle_in_transaction_session_timeout */
	{ "3D000", REFD_NOT_FOUND },   /* no such database */
	{ "42501", REFD_DENIED },      /* insufficient_privilege */
	{ "53200", REFD_NO_MEMORY },	  { "55P03", REFD_UNAVAILABLE }, /* lock_not_available */
	{ "57014", REFD_UNAVAILABLE },					 /* query_canceled */
	{ "57P01", REFD_UNAVAILABLE },					 /* admin_shutdown */
	{ "57P02", REFD_UNAVAILABLE },					 /* crash_shutdown */
	{ "57P03", REFD_UNAVAILABLE },					 /* cannot_connect_now */
	{ "57P05", REFD_UNAVAILABLE },					 /* idle_session_timeout */
	{ "08", REFD_UNAVAILABLE },	  { "28", REFD_DENIED },
	{ "53", REFD_UNAVAILABLE },	  { "58", REFD_UNAVAILABLE },
	{ "XX001", REFD_CORRUPT }, /* data_corrupted */
	{ "XX002", REFD_CORRUPT }, /* index_corrupted */
};

enum refd_status refd_postgres__status_of(const char *sqlstate)
{
	enum refd_status of_class = REFD_BACKEND;
	size_t i;

	if (sqlstate == NULL || sqlstate[0] == '\0')
		return REFD_UNAVAILABLE; /* only a lost connection has none */
	for (i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++) {
		if (strcmp(ladder[i].sqlstate, sqlstate) == 0)
			return ladder[i].status;
		if (strncmp(ladder[i].sqlstate, sqlstate, 2) == 0 && ladder[i].sqlstate[2] == '\0')
			of_class = ladder[i].status;
	}
	return of_class;
}

static const char *field(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text != NULL ? text : "";
}

enum refd_status refd_postgres__failed(const struct pg_connection *c, const PGresult *result,
				       struct refd_error *err)
{
	const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
	const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
	enum refd_status st = refd_postgres__status_of(sqlstate);

	(void)refd_error_set(err, st, "%s: %s%s%s", c->store->schema,
			     field(result, PG_DIAG_MESSAGE_PRIMARY), detail[0] != '\0' ? ": " : "",
			     detail);
	if (err != NULL) {
		snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
		snprintf(err->constraint, sizeof(err->constraint), "%s",
			 field(result, PG_DIAG_CONSTRAINT_NAME));
	}
	return st;
}

/* ---- which row ---- */

static enum refd_status stale(const struct refd_change *change, struct refd_error *err)
{
	const struct refd_ref object = refd_record_object(change->record, change->state);
	char id[REFD_UUID_TEXT + 1];

	return refd_error_object(
		err, REFD_CONFLICT, object.noun, object.id, "%s %s is not at version %lld any more",
		refd_record_layout(change->record)->name, refd_uuid_format(object.id, id),
		(long long)change->expected_version);
}

/* As PostgreSQL prints it in "Key (a, b)=(x, y) ...". */
static bool prints_as(const struct refd_change *change, const char *column, size_t column_len,
		      const char *value, size_t value_len)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	char text[REFD_UUID_TEXT + 1] = "";
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *f = &layout->fields[i];
		const char *at = (const char *)change->state + f->offset;
		const char *word = text;
		struct refd_uuid id;
		int64_t number = 0;

		if (strlen(f->name) != column_len || memcmp(f->name, column, column_len) != 0)
			continue;
		if (f->type == REFD_FIELD_UUID) {
			memcpy(&id, at, sizeof(id));
			(void)refd_uuid_format(id, text);
		} else if (f->type == REFD_FIELD_WORD) {
			number = *(const int *)(const void *)at;
			word = refd_word(f->words, number);
		} else if (f->type == REFD_FIELD_INT64) {
			snprintf(text, sizeof(text), "%lld",
				 (long long)*(const int64_t *)(const void *)at);
		} else if (f->type == REFD_FIELD_INT32) {
			snprintf(text, sizeof(text), "%ld",
				 (long)*(const int32_t *)(const void *)at);
		}
		return word != NULL && strlen(word) == value_len &&
		       memcmp(word, value, value_len) == 0;
	}
	return false;
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

/* The change a unique or foreign key speaks of; the first of the statement if that cannot be told.
 */
static const struct refd_change *change_with_key(const struct refd_change_set *changes,
						 size_t first, const char *detail)
{
	const char *columns = strchr(detail, '(');
	const char *values = columns != NULL ? strstr(columns, ")=(") : NULL;
	const struct refd_change *like = &changes->changes[first];
	size_t i;

	for (i = first; values != NULL && i < changes->count; i++) {
		const struct refd_change *change = &changes->changes[i];

		if (change->kind != like->kind || change->record != like->record)
			break;
		if (has_key(change, columns + 1, values + 3))
			return change;
	}
	return like;
}

/* "fixture.venue_id refers to venue ..., which is not there", and its id is the object. A row that
 * goes while others still refer to it is the object itself. */
static void name_parent(const struct refd_change *change, const char *detail,
			struct refd_error *err)
{
	static const struct {
		const char *column;
		enum refd_noun noun;
	} parents[] = {
		{ ".home_id", REFD_NOUN_TEAM },	      { ".away_id", REFD_NOUN_TEAM },
		{ ".venue_id", REFD_NOUN_VENUE },     { ".fixture_id", REFD_NOUN_FIXTURE },
		{ ".referee_id", REFD_NOUN_REFEREE }, { ".recipient_id", REFD_NOUN_REFEREE },
		{ ".event_id", REFD_NOUN_EVENT },
	};
	const bool goes = change->kind == REFD_CHANGE_DELETE;
	const char *value = strstr(detail, ")=(");
	const char *column = strchr(err->constraint, '.');
	char id[REFD_UUID_TEXT + 1];
	struct refd_uuid parent;
	size_t i;

	for (i = 0; value != NULL && column != NULL && i < sizeof(parents) / sizeof(parents[0]);
	     i++) {
		struct refd_str text = { value + 3, item(value + 3) };

		if (strcmp(parents[i].column, column) != 0 ||
		    refd_uuid_parse(text, "", &parent, NULL) != REFD_OK)
			continue;
		(void)refd_error_object(
			err, REFD_NOT_FOUND, parents[i].noun, parent, "%s %s %s %s%s",
			err->constraint, goes ? "still refers to" : "refers to",
			refd_noun_word(parents[i].noun), refd_uuid_format(parent, id),
			goes ? "" : ", which is not there");
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

enum refd_status refd_postgres__change_failed(const struct pg_connection *c, const PGresult *result,
					      const struct pg_pending *pending,
					      const struct refd_change_set *changes,
					      struct refd_error *err)
{
	const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
	const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
	enum refd_status st = refd_postgres__failed(c, result, err);
	const struct refd_change *change;
	size_t at = pending->index;

	if (strcmp(sqlstate, "RD001") == 0 || strcmp(sqlstate, "21000") == 0) {
		long number = strtol(field(result, PG_DIAG_MESSAGE_PRIMARY), NULL, 10);

		if (sqlstate[0] == '2')
			at = repeated_row(changes, at);
		else if (number > 0 && at + (size_t)number <= changes->count)
			at += (size_t)number - 1;
		return stale(&changes->changes[at], err);
	}
	if (err == NULL || strncmp(sqlstate, "23", 2) != 0)
		return st;
	change = change_with_key(changes, at, detail);
	err->object = refd_record_object(change->record, change->state);
	if (st == REFD_NOT_FOUND)
		name_parent(change, detail, err);
	return st;
}

/* ---- connections ---- */

/* "FATAL:  57P03: the database system is starting up" in the text of a connection that failed. */
static void find_sqlstate(const char *message, char *ret)
{
	const char *at;

	for (at = strstr(message, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
		if (strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && at[8] == ':') {
			memcpy(ret, at + 3, 5);
			ret[5] = '\0';
		}
	}
}

enum refd_status refd_postgres__lost(const struct pg_connection *c, const char *what,
				     struct refd_error *err)
{
	const char *message = c->db != NULL ? PQerrorMessage(c->db) : "";
	char sqlstate[6] = "";
	enum refd_status st;

	find_sqlstate(message, sqlstate);
	st = refd_postgres__status_of(sqlstate);
	(void)refd_error_set(err, st, "%s: %s%s%.*s", c->store->schema, what,
			     message[0] != '\0' ? ": " : "", (int)strcspn(message, "\n"), message);
	if (err != NULL)
		memcpy(err->sqlstate, sqlstate, sizeof(sqlstate));
	return st;
}
