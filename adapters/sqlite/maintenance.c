/* What an operator asks of a file: is it sound, how large is it, which statements run on it. */
#include <stdio.h>
#include <string.h>

#include "sqlite_parts.h"

/* The deadline is that of waits only: how long the work takes depends on the file. */
enum refd_status refd_sqlite__take_own(struct refd_sqlite *store, struct sq_connection **ret,
				       struct refd_error *err)
{
	enum refd_status st = refd_sqlite__require_own(store, err);
	struct sq_deadline deadline;

	if (st != REFD_OK)
		return st;
	deadline = refd_sqlite__default_deadline(store);
	return refd_sqlite__take(store, &deadline, ret, err);
}

/* ---- check ---- */

/* A row, but for "ok", is a finding. */
static enum refd_status run_check(struct sq_connection *c, const char *name, const char *sql,
				  struct refd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = REFD_OK;
	int code = sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW) {
		const char *finding = (const char *)sqlite3_column_text(stmt, 0);

		if (sqlite3_errcode(c->db) == SQLITE_NOMEM)
			st = refd_sqlite__failed(c->db, SQLITE_NOMEM, c->store->path, err);
		else if (finding == NULL || strcmp(finding, "ok") != 0)
			st = refd_error_set(err, REFD_CORRUPT, "%s: %s: %s", c->store->path, name,
					    finding != NULL ? finding : "?");
	} else if (code != SQLITE_DONE) {
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	}
	sqlite3_finalize(stmt);
	return st;
}

/* The copies that order availabilities and assignments. */
static const char copies_sql[] =
	"SELECT 'availability ' || hex(c.id) FROM availability c JOIN fixture f"
	" ON f.id = c.fixture_id WHERE c.kickoff <> f.kickoff"
	" UNION ALL SELECT 'assignment ' || hex(c.id) FROM assignment c JOIN fixture f"
	" ON f.id = c.fixture_id WHERE c.kickoff <> f.kickoff LIMIT 1";

enum refd_status refd_sqlite_check(struct refd_sqlite *store, struct refd_error *err)
{
	struct sq_connection *c = NULL;
	enum refd_status st = refd_sqlite__take_own(store, &c, err);

	if (st != REFD_OK)
		return st;
	st = run_check(c, "integrity_check", "PRAGMA integrity_check(1)", err);
	if (st == REFD_OK)
		st = run_check(c, "foreign_key_check", "PRAGMA foreign_key_check", err);
	if (st == REFD_OK)
		st = refd_sqlite__verify(c, err);
	if (st == REFD_OK)
		st = run_check(c, "kick-off other than its fixture's", copies_sql, err);
	refd_sqlite__give(c);
	return st;
}

/* ---- figures ---- */

static enum refd_status report(struct sq_connection *c, const char *name, const char *sql,
			       refd_sqlite_figure *figure, void *self, struct refd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = REFD_OK;
	int code = sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		figure(self, name, sqlite3_column_int64(stmt, 0));
	else
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	sqlite3_finalize(stmt);
	return st;
}

static enum refd_status report_rows(struct sq_connection *c, refd_sqlite_figure *figure, void *self,
				    struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	int i;

	for (i = 1; i <= REFD_RECORDS && st == REFD_OK; i++) {
		const char *table = refd_record_layout((enum refd_record)i)->name;
		char name[64];
		char sql[96];

		snprintf(name, sizeof(name), "rows.%s", table);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", table);
		st = report(c, name, sql, figure, self, err);
	}
	return st;
}

/* In one transaction, so that the figures are of one moment. */
static enum refd_status report_file(struct sq_connection *c, refd_sqlite_figure *figure, void *self,
				    struct refd_error *err)
{
	enum refd_status st = refd_sqlite__begin(c, REFD_TX_READ, err);

	if (st == REFD_OK)
		st = report_rows(c, figure, self, err);
	if (st == REFD_OK)
		st = report(
			c, "bytes.file",
			"SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
			figure, self, err);
	if (st == REFD_OK)
		st = report(c, "bytes.free",
			    "SELECT freelist_count * page_size FROM pragma_freelist_count, "
			    "pragma_page_size",
			    figure, self, err);
	if (st == REFD_OK)
		st = report(c, "schema.version", "PRAGMA user_version", figure, self, err);
	refd_sqlite__end(c);
	return st;
}

enum refd_status refd_sqlite_stats(struct refd_sqlite *store, refd_sqlite_figure *figure,
				   void *self, struct refd_error *err)
{
	struct sq_connection *c = NULL;
	enum refd_status st = refd_sqlite__take_own(store, &c, err);
	unsigned open;

	if (st != REFD_OK)
		return st;
	st = report_file(c, figure, self, err);
	refd_sqlite__give(c);
	pthread_mutex_lock(&store->mutex);
	open = store->open;
	pthread_mutex_unlock(&store->mutex);
	if (st == REFD_OK)
		figure(self, "connections.open", open);
	return st;
}

/* ---- statements ---- */

enum refd_status refd_sqlite_statements(struct refd_sqlite *store, refd_sqlite_statement *statement,
					void *self)
{
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < SQ_STATEMENTS && st == REFD_OK; i++) {
		if (store->sql.text[i] != NULL)
			st = statement(self, store->sql.text[i]);
	}
	return st;
}
