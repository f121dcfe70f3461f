#include "pq_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A wrapped function gets no context. */
static struct pq_recording *current;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: record: %s: %s\n", what, why);
	exit(1);
}

static void *must_have(void *memory)
{
	if (!memory)
		die("memory", "there is none");
	return memory;
}

/* Room for one more element; grows by doubling at powers of two. */
static void *grown(void *array, size_t count, size_t size)
{
	if (count == 0 || (count & (count - 1)) == 0)
		return must_have(realloc(array, (count ? count * 2 : 1) * size));
	return array;
}

static size_t keep_bytes(struct pq_recording *r, const char *bytes, size_t count)
{
	const size_t at = r->n_bytes;

	while (r->room < at + count) {
		r->room = r->room ? 2 * r->room : 4096;
		r->bytes = must_have(realloc(r->bytes, r->room));
	}
	memcpy(r->bytes + at, bytes, count);
	r->n_bytes += count;
	return at;
}

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static enum pq_statement_kind kind_of(const char *sql)
{
	if (starts_with(sql, "BEGIN") || starts_with(sql, "COMMIT") || starts_with(sql, "ROLLBACK"))
		return PQ_FRAME;
	if (starts_with(sql, "SELECT set_config("))
		return PQ_SESSION;
	return starts_with(sql, "SELECT") ? PQ_READ : PQ_WRITE;
}

static size_t statement_named(const struct pq_recording *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n_statements && strcmp(r->statements[i].name, name) != 0; i++)
		;
	return i;
}

static void keep_statement(struct pq_recording *r, const char *name, const char *sql, int n_params,
			   const Oid *types)
{
	const size_t index = statement_named(r, name);
	struct pq_statement *statement;

	if (index < r->n_statements) {
		if (strcmp(r->statements[index].sql, sql) != 0)
			die(name, "is two statements");
		return;
	}
	r->statements = grown(r->statements, r->n_statements, sizeof(*r->statements));
	statement = &r->statements[r->n_statements++];
	memset(statement, 0, sizeof(*statement));
	snprintf(statement->name, sizeof(statement->name), "%s", name);
	statement->sql = must_have(strdup(sql));
	statement->n_params = n_params;
	statement->types = must_have(calloc((size_t)n_params + 1, sizeof(Oid)));
	if (types && n_params > 0)
		memcpy(statement->types, types, (size_t)n_params * sizeof(Oid));
	statement->kind = kind_of(sql);
}

static void keep_value(struct pq_recording *r, const char *value, int length)
{
	r->places = grown(r->places, r->n_values, sizeof(*r->places));
	r->lengths = grown(r->lengths, r->n_values, sizeof(*r->lengths));
	r->places[r->n_values] = value ? keep_bytes(r, value, (size_t)length) : 0;
	r->lengths[r->n_values++] = length;
}

static struct pq_step *add_step(struct pq_recording *r, enum pq_step_kind kind)
{
	r->steps = grown(r->steps, r->n_steps, sizeof(*r->steps));
	r->steps[r->n_steps] = (struct pq_step){ .kind = kind };
	return &r->steps[r->n_steps++];
}

/* What was waited for since the last step becomes one. What an operation finds already there when
 * it starts is none of its waits. */
static void note_wait(struct pq_recording *r)
{
	if (r->waited && r->n_marks > 0 && r->n_steps > r->marks[r->n_marks - 1])
		add_step(r, PQ_WAIT)->outstanding = r->sent - r->received;
	r->waited = false;
}

static bool recorded(PGconn *db)
{
	struct pq_recording *r = current;

	if (!r || !r->on)
		return false;
	if (!r->db || PQpipelineStatus(db) == PQ_PIPELINE_OFF)
		die("a statement", "is not pipelined");
	if (r->db != db)
		die("a statement", "is on another connection");
	return true;
}

static void keep_send(struct pq_recording *r, const char *name, int n_params,
		      const char *const *values, const int *lengths, const int *formats)
{
	const size_t index = statement_named(r, name);
	const struct pq_step step = { .statement = index, .first_value = r->n_values };

	if (index == r->n_statements || r->statements[index].n_params != n_params)
		die(name, "is not prepared so");
	note_wait(r);
	for (int i = 0; i < n_params; i++) {
		if (formats[i] != 1)
			die(name, "has a parameter in text form");
		keep_value(r, values[i], lengths[i]);
	}
	r->session_sync = r->statements[index].kind == PQ_SESSION;
	if (!r->session_sync) {
		*add_step(r, PQ_SEND) = step;
		return;
	}
	r->session = grown(r->session, r->n_session, sizeof(*r->session));
	r->session[r->n_session++] = step;
}

/* ---- the wrapped calls ---- */

int __real_PQsendPrepare(PGconn *db, const char *name, const char *sql, int n, const Oid *types);
int __wrap_PQsendPrepare(PGconn *db, const char *name, const char *sql, int n, const Oid *types);
int __real_PQsendQueryPrepared(PGconn *db, const char *name, int n, const char *const *values,
			       const int *lengths, const int *formats, int format);
int __wrap_PQsendQueryPrepared(PGconn *db, const char *name, int n, const char *const *values,
			       const int *lengths, const int *formats, int format);
int __real_PQsendQueryParams(PGconn *db, const char *sql, int n, const Oid *types,
			     const char *const *values, const int *lengths, const int *formats,
			     int format);
int __wrap_PQsendQueryParams(PGconn *db, const char *sql, int n, const Oid *types,
			     const char *const *values, const int *lengths, const int *formats,
			     int format);
int __real_PQsendQuery(PGconn *db, const char *sql);
int __wrap_PQsendQuery(PGconn *db, const char *sql);
int __real_PQenterPipelineMode(PGconn *db);
int __wrap_PQenterPipelineMode(PGconn *db);
int __real_PQpipelineSync(PGconn *db);
int __wrap_PQpipelineSync(PGconn *db);
PGresult *__real_PQgetResult(PGconn *db);
PGresult *__wrap_PQgetResult(PGconn *db);

int __wrap_PQsendPrepare(PGconn *db, const char *name, const char *sql, int n, const Oid *types)
{
	if (current) {
		keep_statement(current, name, sql, n, types);
		current->sent += current->db == db;
	}
	return __real_PQsendPrepare(db, name, sql, n, types);
}

int __wrap_PQsendQueryPrepared(PGconn *db, const char *name, int n, const char *const *values,
			       const int *lengths, const int *formats, int format)
{
	if (recorded(db)) {
		if (format != 1)
			die(name, "answers in text form");
		keep_send(current, name, n, values, lengths, formats);
	}
	if (current)
		current->sent += current->db == db;
	return __real_PQsendQueryPrepared(db, name, n, values, lengths, formats, format);
}

int __wrap_PQsendQueryParams(PGconn *db, const char *sql, int n, const Oid *types,
			     const char *const *values, const int *lengths, const int *formats,
			     int format)
{
	if (current && current->on)
		die(sql, "is not prepared");
	return __real_PQsendQueryParams(db, sql, n, types, values, lengths, formats, format);
}

int __wrap_PQsendQuery(PGconn *db, const char *sql)
{
	if (current && current->on)
		die(sql, "is not prepared");
	if (current && (starts_with(sql, "SET ") || strstr(sql, "set_config("))) {
		current->settings =
			grown(current->settings, current->n_settings, sizeof(*current->settings));
		current->settings[current->n_settings++] = must_have(strdup(sql));
	}
	return __real_PQsendQuery(db, sql);
}

int __wrap_PQenterPipelineMode(PGconn *db)
{
	if (current) {
		current->db = db;
		current->sent = current->received = 0;
	}
	return __real_PQenterPipelineMode(db);
}

int __wrap_PQpipelineSync(PGconn *db)
{
	if (recorded(db)) {
		note_wait(current);
		if (!current->session_sync)
			add_step(current, PQ_SYNC);
		current->session_sync = false;
	}
	if (current)
		current->sent += current->db == db;
	return __real_PQpipelineSync(db);
}

PGresult *__wrap_PQgetResult(PGconn *db)
{
	PGresult *result = __real_PQgetResult(db);

	if (current && current->db == db && result) {
		current->received++;
		current->waited = current->on;
	}
	return result;
}

/* ---- recording ---- */

struct pq_recording *pq_record_open(void)
{
	current = must_have(calloc(1, sizeof(*current)));
	keep_bytes(current, "", 1); /* so that no value has the place 0 */
	return current;
}

void pq_record_switch(struct pq_recording *r, bool on)
{
	if (!on)
		note_wait(r);
	r->on = on;
	r->waited = false;
}

void pq_record_mark(struct pq_recording *r)
{
	note_wait(r);
	r->marks = grown(r->marks, r->n_marks, sizeof(*r->marks));
	r->marks[r->n_marks++] = r->n_steps;
}

void pq_record_close(struct pq_recording *r)
{
	current = NULL;
	r->values = must_have(calloc(r->n_values + 1, sizeof(*r->values)));
	for (size_t i = 0; i < r->n_values; i++)
		r->values[i] = r->places[i] ? r->bytes + r->places[i] : NULL;
}

void pq_record_free(struct pq_recording *r)
{
	for (size_t i = 0; i < r->n_statements; i++) {
		free(r->statements[i].sql);
		free(r->statements[i].types);
	}
	for (size_t i = 0; i < r->n_settings; i++)
		free(r->settings[i]);
	free(r->settings);
	free(r->statements);
	free(r->steps);
	free(r->session);
	free(r->marks);
	free(r->places);
	free(r->lengths);
	free(r->bytes);
	free(r->values);
	free(r);
}

size_t pq_record_end(const struct pq_recording *r, size_t index)
{
	return index + 1 < r->n_marks ? r->marks[index + 1] : r->n_steps;
}

size_t pq_record_count(const struct pq_recording *r, size_t index, enum pq_step_kind kind)
{
	size_t count = 0;

	for (size_t i = r->marks[index]; i < pq_record_end(r, index); i++)
		count += r->steps[i].kind == kind;
	return count;
}
