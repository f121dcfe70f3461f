#include "replay.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_MAX = 256 };

struct value {
	int type; /* SQLITE_INTEGER, ... */
	int parameter;
	sqlite3_int64 integer;
	double real;
	void *bytes;
	size_t size;
};

struct statement {
	char *sql;
	bool writes;
};

struct step {
	size_t statement;
	size_t first_value;
	size_t n_values;
};

struct recording {
	bool on;
	struct statement *statements;
	size_t n_statements;
	struct step *steps;
	size_t n_steps;
	struct value *values;
	size_t n_values;
	size_t *marks; /* first step of each operation */
	size_t n_marks;
	char **pragmas;
	size_t n_pragmas;
};

struct replay {
	const struct recording *recording;
	sqlite3 *db;
	sqlite3_stmt **statements;
	int64_t sum; /* of what was read, so that reading is not left out */
};

/* sqlite3_auto_extension() takes no context. */
static struct recording *current;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

/* Room for one more element; grows by doubling at powers of two. */
static void *grown(void *array, size_t count, size_t size)
{
	void *larger = array;

	if (count == 0 || (count & (count - 1)) == 0)
		larger = realloc(array, (count ? count * 2 : 1) * size);
	if (!larger)
		die("record", "out of memory");
	return larger;
}

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$';
}

static int hex_digit(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

/* Read the literal that stands for a bound value. Returns what follows it. */
static const char *read_literal(const char *at, struct value *ret)
{
	char *end;

	if (strncmp(at, "NULL", 4) == 0) {
		ret->type = SQLITE_NULL;
		return at + 4;
	}
	if (*at == '\'') {
		char *out = ret->bytes = malloc(strlen(at));

		for (at++; out && (*at != '\'' || at[1] == '\''); at++) {
			at += *at == '\'';
			*out++ = *at;
		}
		if (!out)
			die("record", "out of memory");
		ret->type = SQLITE_TEXT;
		ret->size = (size_t)(out - (char *)ret->bytes);
		return at + 1;
	}
	if (*at == 'x' && at[1] == '\'') {
		unsigned char *out = ret->bytes = malloc(strlen(at));

		for (at += 2; out && *at != '\''; at += 2)
			*out++ = (unsigned char)(hex_digit(at[0]) << 4 | hex_digit(at[1]));
		if (!out)
			die("record", "out of memory");
		ret->type = SQLITE_BLOB;
		ret->size = (size_t)(out - (unsigned char *)ret->bytes);
		return at + 1;
	}
	ret->type = SQLITE_INTEGER;
	ret->integer = strtoll(at, &end, 10);
	if (*end == '.' || *end == 'e') {
		ret->type = SQLITE_FLOAT;
		ret->real = strtod(at, &end);
	}
	if (end == at)
		die("record: not a literal", at);
	return end;
}

/* The parameter at *sql and where it ends; 0 if there is none. */
static int read_parameter(sqlite3_stmt *stmt, const char *sql, int *highest, const char **ret_end)
{
	const char *end = sql + 1;
	char name[64];
	int index;

	if (*sql != '?' && *sql != ':' && *sql != '@' && *sql != '$')
		return 0;
	while (word_char(*end))
		end++;
	if (*sql == '?') {
		index = end == sql + 1 ? *highest + 1 : atoi(sql + 1);
	} else {
		snprintf(name, sizeof(name), "%.*s", (int)(end - sql), sql);
		index = sqlite3_bind_parameter_index(stmt, name);
	}
	if (index > *highest)
		*highest = index;
	*ret_end = end;
	return index;
}

/* Walk the statement and its expanded form side by side: where the one has a parameter, the other
 * has its value. */
static void read_values(struct recording *r, sqlite3_stmt *stmt, const char *sql,
			const char *expanded)
{
	bool *bound = calloc((size_t)sqlite3_bind_parameter_count(stmt) + 1, sizeof(*bound));
	int highest = 0;
	char quote = 0;

	if (!bound)
		die("record", "out of memory");
	while (*sql) {
		const char *end;
		int index = quote ? 0 : read_parameter(stmt, sql, &highest, &end);

		if (index > 0) {
			struct value value = { .parameter = index };

			expanded = read_literal(expanded, &value);
			sql = end;
			if (bound[index]) {
				free(value.bytes);
				continue;
			}
			bound[index] = true;
			r->values = grown(r->values, r->n_values, sizeof(*r->values));
			r->values[r->n_values++] = value;
			continue;
		}
		if (*sql != *expanded)
			die("record: lost in", sql);
		if (quote ? *sql == quote : *sql == '\'' || *sql == '"')
			quote = quote ? 0 : *sql;
		sql++;
		expanded++;
	}
	free(bound);
}

static size_t statement_of(struct recording *r, sqlite3_stmt *stmt, const char *sql)
{
	size_t i;

	for (i = 0; i < r->n_statements; i++)
		if (strcmp(r->statements[i].sql, sql) == 0)
			return i;
	r->statements = grown(r->statements, r->n_statements, sizeof(*r->statements));
	r->statements[r->n_statements] =
		(struct statement){ strdup(sql), !sqlite3_stmt_readonly(stmt) };
	if (!r->statements[r->n_statements].sql)
		die("record", "out of memory");
	/* BEGIN and COMMIT count as read only, but the writes need them. */
	if (strncmp(sql, "BEGIN", 5) == 0 || strncmp(sql, "COMMIT", 6) == 0)
		r->statements[r->n_statements].writes = true;
	return r->n_statements++;
}

static void keep_pragma(struct recording *r, const char *sql)
{
	size_t i;

	for (i = 0; i < r->n_pragmas; i++)
		if (strcmp(r->pragmas[i], sql) == 0)
			return;
	r->pragmas = grown(r->pragmas, r->n_pragmas, sizeof(*r->pragmas));
	r->pragmas[r->n_pragmas] = strdup(sql);
	if (!r->pragmas[r->n_pragmas++])
		die("record", "out of memory");
}

static int traced(unsigned event, void *self, void *p, void *x)
{
	struct recording *r = self;
	sqlite3_stmt *stmt = p;
	const char *sql = sqlite3_sql(stmt);
	char *expanded;

	/* The text of a trigger's statement is a comment. */
	if (event != SQLITE_TRACE_STMT || strncmp(x, "--", 2) == 0)
		return 0;
	if (sqlite3_strnicmp(sql, "PRAGMA", 6) == 0) {
		if (strchr(sql, '='))
			keep_pragma(r, sql);
		return 0;
	}
	if (!r->on)
		return 0;
	expanded = sqlite3_expanded_sql(stmt);
	if (!expanded)
		die("record: cannot expand", sql);
	r->steps = grown(r->steps, r->n_steps, sizeof(*r->steps));
	r->steps[r->n_steps].statement = statement_of(r, stmt, sql);
	r->steps[r->n_steps].first_value = r->n_values;
	read_values(r, stmt, sql, expanded);
	r->steps[r->n_steps].n_values = r->n_values - r->steps[r->n_steps].first_value;
	r->n_steps++;
	sqlite3_free(expanded);
	return 0;
}

/* An entry point of an extension, run for every connection. */
static int trace_connection(sqlite3 *db, const char **message, const void *api)
{
	(void)message;
	(void)api;
	return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, traced, current);
}

struct recording *recording_open(void)
{
	current = calloc(1, sizeof(*current));
	if (!current || sqlite3_auto_extension((void (*)(void))trace_connection) != SQLITE_OK)
		die("record", "out of memory");
	return current;
}

void recording_switch(struct recording *recording, bool on)
{
	recording->on = on;
}

void recording_mark(struct recording *r)
{
	r->marks = grown(r->marks, r->n_marks, sizeof(*r->marks));
	r->marks[r->n_marks++] = r->n_steps;
}

void recording_close(struct recording *recording)
{
	(void)recording;
	sqlite3_cancel_auto_extension((void (*)(void))trace_connection);
}

void recording_free(struct recording *r)
{
	size_t i;

	for (i = 0; i < r->n_values; i++)
		free(r->values[i].bytes);
	for (i = 0; i < r->n_statements; i++)
		free(r->statements[i].sql);
	for (i = 0; i < r->n_pragmas; i++)
		free(r->pragmas[i]);
	free(r->pragmas);
	free(r->values);
	free(r->steps);
	free(r->statements);
	free(r->marks);
	free(r);
}

size_t recording_operations(const struct recording *recording)
{
	return recording->n_marks;
}

const char *recording_pragma(const struct recording *recording, size_t index)
{
	return index < recording->n_pragmas ? recording->pragmas[index] : NULL;
}

static size_t end_of(const struct recording *r, size_t index)
{
	return index + 1 < r->n_marks ? r->marks[index + 1] : r->n_steps;
}

size_t recording_statements(const struct recording *r, size_t index, bool only_writes)
{
	size_t count = 0;
	size_t i;

	for (i = r->marks[index]; i < end_of(r, index); i++)
		count += !only_writes || r->statements[r->steps[i].statement].writes;
	return count;
}

struct replay *replay_open(const struct recording *recording, sqlite3 *db)
{
	struct replay *replay = calloc(1, sizeof(*replay));
	size_t i;

	if (replay)
		replay->statements = calloc(recording->n_statements + 1, sizeof(sqlite3_stmt *));
	if (!replay || !replay->statements)
		die("replay", "out of memory");
	replay->recording = recording;
	replay->db = db;
	for (i = 0; i < recording->n_statements; i++)
		if (sqlite3_prepare_v3(db, recording->statements[i].sql, -1,
				       SQLITE_PREPARE_PERSISTENT, &replay->statements[i],
				       NULL) != SQLITE_OK)
			die(recording->statements[i].sql, sqlite3_errmsg(db));
	return replay;
}

static void bind(sqlite3_stmt *stmt, const struct value *value)
{
	switch (value->type) {
	case SQLITE_INTEGER:
		sqlite3_bind_int64(stmt, value->parameter, value->integer);
		break;
	case SQLITE_FLOAT:
		sqlite3_bind_double(stmt, value->parameter, value->real);
		break;
	case SQLITE_TEXT:
		sqlite3_bind_text(stmt, value->parameter, value->bytes, (int)value->size,
				  SQLITE_STATIC);
		break;
	case SQLITE_BLOB:
		sqlite3_bind_blob(stmt, value->parameter, value->bytes, (int)value->size,
				  SQLITE_STATIC);
		break;
	default:
		sqlite3_bind_null(stmt, value->parameter);
	}
}

/* What the cheapest reader would do with a row. */
static int64_t read_row(sqlite3_stmt *stmt)
{
	int64_t sum = 0;
	int i;

	for (i = 0; i < sqlite3_column_count(stmt); i++) {
		if (sqlite3_column_type(stmt, i) == SQLITE_INTEGER)
			sum += sqlite3_column_int64(stmt, i);
		else if (sqlite3_column_blob(stmt, i))
			sum += sqlite3_column_bytes(stmt, i);
	}
	return sum;
}

size_t replay_run(struct replay *replay, size_t index, bool only_writes)
{
	const struct recording *r = replay->recording;
	size_t rows = 0;
	size_t i, j;

	for (i = r->marks[index]; i < end_of(r, index); i++) {
		const struct step *step = &r->steps[i];
		sqlite3_stmt *stmt = replay->statements[step->statement];
		int code;

		if (only_writes && !r->statements[step->statement].writes)
			continue;
		for (j = 0; j < step->n_values; j++)
			bind(stmt, &r->values[step->first_value + j]);
		while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
			replay->sum += read_row(stmt);
			rows++;
		}
		if (code != SQLITE_DONE)
			die(r->statements[step->statement].sql, sqlite3_errmsg(replay->db));
		sqlite3_reset(stmt);
	}
	return rows;
}

void replay_close(struct replay *replay)
{
	size_t i;

	for (i = 0; i < replay->recording->n_statements; i++)
		sqlite3_finalize(replay->statements[i]);
	free(replay->statements);
	free(replay);
}
