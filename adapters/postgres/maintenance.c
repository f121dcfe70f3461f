/* What an operator asks of a store: is it sound, how large is it, which statements run on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_parts.h"

/* ---- check ---- */

static enum refd_status check_kickoffs(struct pg_connection *c, const char *table,
				       struct refd_error *err)
{
	char sql[320];
	PGresult *result = NULL;
	enum refd_status st;

	snprintf(sql, sizeof(sql),
		 "SELECT t.id FROM %s.%s t JOIN %s.fixture f ON f.id = t.fixture_id WHERE "
		 "t.kickoff <> f.kickoff LIMIT 1",
		 c->store->schema, table, c->store->schema);
	st = refd_postgres__exec(c, sql, &result, err);
	if (st != REFD_OK)
		return st;
	if (PQntuples(result) > 0)
		st = refd_error_set(err, REFD_CORRUPT,
				    "%s: %s %s does not have its fixture's kick-off",
				    c->store->schema, table, PQgetvalue(result, 0, 0));
	PQclear(result);
	return st;
}

enum refd_status refd_postgres_check(struct refd_postgres *store, struct refd_error *err)
{
	struct pg_connection *c = NULL;
	enum refd_status st = refd_postgres__take_plain(store, &c, err);

	if (st != REFD_OK)
		return st;
	st = refd_postgres__migrate(c, err);
	if (st == REFD_OK)
		st = check_kickoffs(c, "availability", err);
	if (st == REFD_OK)
		st = check_kickoffs(c, "assignment", err);
	refd_postgres__give_plain(c);
	return st;
}

/* ---- figures ---- */

static enum refd_status report(struct pg_connection *c, const char *name, const char *sql,
			       refd_postgres_figure *figure, void *self, struct refd_error *err)
{
	PGresult *result = NULL;
	enum refd_status st = refd_postgres__exec(c, sql, &result, err);

	if (st != REFD_OK)
		return st;
	if (PQntuples(result) > 0)
		figure(self, name, strtoll(PQgetvalue(result, 0, 0), NULL, 10));
	PQclear(result);
	return REFD_OK;
}

static enum refd_status report_tables(struct pg_connection *c, refd_postgres_figure *figure,
				      void *self, struct refd_error *err)
{
	const char *schema = c->store->schema;
	enum refd_status st = REFD_OK;
	int i;

	for (i = 1; i <= 2 * REFD_RECORDS && st == REFD_OK; i++) {
		const bool rows = i <= REFD_RECORDS;
		const enum refd_record record = (enum refd_record)(rows ? i : i - REFD_RECORDS);
		const char *table = refd_record_layout(record)->name;
		char name[64];
		char sql[160];

		snprintf(name, sizeof(name), "%s.%s", rows ? "rows" : "bytes", table);
		if (rows)
			snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s.%s", schema, table);
		else
			snprintf(sql, sizeof(sql), "SELECT pg_total_relation_size('%s.%s')", schema,
				 table);
		st = report(c, name, sql, figure, self, err);
	}
	return st;
}

static void report_pool(struct refd_postgres *store, refd_postgres_figure *figure, void *self)
{
	const struct pg_connection *c;
	int64_t idle = 0, open;

	pthread_mutex_lock(&store->mutex);
	for (c = store->idle; c != NULL; c = c->next)
		idle++;
	open = store->open;
	pthread_mutex_unlock(&store->mutex); /* the callback may use the store */
	figure(self, "connections.most", store->options.max_connections);
	figure(self, "connections.open", open);
	figure(self, "connections.idle", idle);
	figure(self, "connections.opened", __atomic_load_n(&store->opened, __ATOMIC_RELAXED));
	figure(self, "connections.dropped", __atomic_load_n(&store->dropped, __ATOMIC_RELAXED));
	figure(self, "connections.waited", __atomic_load_n(&store->waited, __ATOMIC_RELAXED));
	figure(self, "trips", __atomic_load_n(&store->trips, __ATOMIC_RELAXED));
}

enum refd_status refd_postgres_stats(struct refd_postgres *store, refd_postgres_figure *figure,
				     void *self, struct refd_error *err)
{
	struct pg_connection *c = NULL;
	char sql[96];
	enum refd_status st = refd_postgres__take_plain(store, &c, err);

	if (st != REFD_OK)
		return st;
	st = report_tables(c, figure, self, err);
	snprintf(sql, sizeof(sql), "SELECT max(number) FROM %s.schema_file", store->schema);
	if (st == REFD_OK)
		st = report(c, "schema.version", sql, figure, self, err);
	if (st == REFD_OK)
		report_pool(store, figure, self);
	refd_postgres__give_plain(c);
	return st;
}

/* ---- statements ---- */

enum refd_status refd_postgres_statements(struct refd_postgres *store,
					  refd_postgres_statement_sink *sink, void *self)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < PG_STATEMENTS && st == REFD_OK; i++) {
		const struct pg_sql_text *item = &store->sql->items[i];
		const struct refd_postgres_statement statement = { item->text, item->n_params,
								   item->types, item->record };

		if (item->text != NULL)
			st = sink(self, &statement);
	}
	return st;
}
