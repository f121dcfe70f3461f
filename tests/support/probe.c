#include "probe.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef WITH_SQLITE
#include <sqlite3.h>
#endif
#ifdef WITH_POSTGRES
#include <libpq-fe.h>
#endif

#define BUSY_MS	     5000
#define SETTLE_TRIES 20000 /* of a millisecond */

struct engine {
	const char *prefix; /* of the store's name */
	const char *id, *x, *us, *then, *no, *random, *zeros;
	bool (*open)(struct probe *probe, const char *store);
	void (*close)(struct probe *probe);
	int64_t (*run)(struct probe *probe, const char *sql); /* rows changed */
	bool (*ask)(struct probe *probe, const char *sql, probe_row *row, void *self);
	const char *(*message)(const struct probe *probe);
	const char *count_tables;
};

struct probe {
	const struct engine *engine;
	void *handle;
};

/* ---- SQLite ---- */

#ifdef WITH_SQLITE
/* SQLite's own recovery of a journal left behind needs a handle that may write. Without a
 * checkpoint on close the next reader meets the file as it was. */
static bool open_sqlite(struct probe *probe, const char *store)
{
	sqlite3 *db = NULL;
	bool opened =
		sqlite3_open(store + strlen("sqlite:"), &db) == SQLITE_OK &&
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) == SQLITE_OK &&
		sqlite3_busy_timeout(db, BUSY_MS) == SQLITE_OK;

	probe->handle = db;
	return opened;
}

static void close_sqlite(struct probe *probe)
{
	sqlite3_close(probe->handle);
}

bool probe_finds_file(const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
	int found = 0;

	return vfs != NULL && vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &found) == SQLITE_OK &&
	       found != 0;
}

static int64_t run_sqlite(struct probe *probe, const char *sql)
{
	return sqlite3_exec(probe->handle, sql, NULL, NULL, NULL) == SQLITE_OK
		       ? sqlite3_changes(probe->handle)
		       : -1;
}

static void value_of(sqlite3_stmt *stmt, int column, char *text, size_t size)
{
	const unsigned char *bytes = sqlite3_column_blob(stmt, column);
	size_t used = 0;
	int i;

	text[0] = '\0';
	if (column >= sqlite3_column_count(stmt))
		return;
	if (sqlite3_column_type(stmt, column) != SQLITE_BLOB) {
		const unsigned char *value = sqlite3_column_text(stmt, column);

		snprintf(text, size, "%s", value != NULL ? (const char *)value : "NULL");
		return;
	}
	for (i = 0; i < sqlite3_column_bytes(stmt, column) && used + 3 <= size; i++)
		used += (size_t)snprintf(text + used, size - used, "%02x", bytes[i]);
}

static bool ask_sqlite(struct probe *probe, const char *sql, probe_row *row, void *self)
{
	sqlite3_stmt *stmt = NULL;
	char about[128], what[256];
	int code = sqlite3_prepare_v2(probe->handle, sql, -1, &stmt, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(stmt);
		if (code != SQLITE_ROW || row == NULL)
			continue;
		value_of(stmt, 0, about, sizeof(about));
		value_of(stmt, 1, what, sizeof(what));
		row(self, about, what);
	}
	sqlite3_finalize(stmt);
	return code == SQLITE_DONE;
}

static const char *message_of_sqlite(const struct probe *probe)
{
	return sqlite3_errmsg(probe->handle);
}
#else
bool probe_finds_file(const char *path)
{
	(void)path;
	return false;
}
#endif

/* ---- PostgreSQL ---- */

#ifdef WITH_POSTGRES
static int64_t run_postgres(struct probe *probe, const char *sql)
{
	PGresult *result = PQexec(probe->handle, sql);
	ExecStatusType status = PQresultStatus(result);
	int64_t changed = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
				  ? strtoll(PQcmdTuples(result), NULL, 10)
				  : -1;

	PQclear(result);
	return changed;
}

static void drop_notice(void *self, const PGresult *result)
{
	(void)self;
	(void)result;
}

/* The schema is what follows the last '#'. Instants may be kept in either type. */
static bool open_postgres(struct probe *probe, const char *store)
{
	const char *schema = strrchr(store, '#');
	size_t length = schema != NULL ? (size_t)(schema - store) : strlen(store);
	char url[512], path[160];

	if (length >= sizeof(url))
		return false;
	memcpy(url, store, length);
	url[length] = '\0';
	snprintf(path, sizeof(path), "SET search_path TO \"%.63s\", pg_temp",
		 schema != NULL ? schema + 1 : "refdomain");
	probe->handle = PQconnectdb(url);
	PQsetNoticeReceiver(probe->handle, drop_notice, NULL);
	return PQstatus(probe->handle) == CONNECTION_OK && run_postgres(probe, path) >= 0 &&
	       run_postgres(probe, "CREATE FUNCTION pg_temp.us(timestamptz) RETURNS bigint"
				   " IMMUTABLE LANGUAGE sql AS"
				   " 'SELECT (extract(epoch FROM $1) * 1000000)::bigint';"
				   "CREATE FUNCTION pg_temp.us(bigint) RETURNS bigint"
				   " IMMUTABLE LANGUAGE sql AS 'SELECT $1'") >= 0;
}

static void close_postgres(struct probe *probe)
{
	PQfinish(probe->handle);
}

static bool ask_postgres(struct probe *probe, const char *sql, probe_row *row, void *self)
{
	PGresult *result = PQexec(probe->handle, sql);
	const bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
	int i;

	for (i = 0; good && row != NULL && i < PQntuples(result); i++)
		row(self, PQgetvalue(result, i, 0),
		    PQnfields(result) > 1 ? PQgetvalue(result, i, 1) : "");
	PQclear(result);
	return good;
}

static const char *message_of_postgres(const struct probe *probe)
{
	return PQerrorMessage(probe->handle);
}
#endif

static const struct engine engines[] = {
#ifdef WITH_SQLITE
	{ "sqlite:", "BLOB", "x", "", "0", "0", "randomblob(16)", "zeroblob(32)", open_sqlite,
	  close_sqlite, run_sqlite, ask_sqlite, message_of_sqlite,
	  "SELECT count(*) FROM sqlite_master" },
#endif
#ifdef WITH_POSTGRES
	{ "postgres", "uuid", "uuid ", "pg_temp.us", "to_timestamp(0)", "false",
	  "gen_random_uuid()", "decode(repeat('00', 32), 'hex')", open_postgres, close_postgres,
	  run_postgres, ask_postgres, message_of_postgres, "SELECT count(to_regclass('command'))" },
#endif
};

/* ---- both ---- */

struct probe *probe_open(const char *store)
{
	struct probe *probe = calloc(1, sizeof(*probe));
	size_t i;

	for (i = 0; probe != NULL && i < sizeof(engines) / sizeof(engines[0]); i++) {
		if (strncmp(store, engines[i].prefix, strlen(engines[i].prefix)) == 0)
			probe->engine = &engines[i];
	}
	if (probe != NULL && probe->engine != NULL) {
		if (probe->engine->open(probe, store))
			return probe;
		fprintf(stderr, "%s: %s\n", store, probe_message(probe));
		probe->engine->close(probe);
	}
	free(probe);
	return NULL;
}

void probe_close(struct probe *probe)
{
	if (probe == NULL)
		return;
	probe->engine->close(probe);
	free(probe);
}

const char *probe_message(const struct probe *probe)
{
	return probe->engine->message(probe);
}

bool probe_is_sqlite(const struct probe *probe)
{
	return strcmp(probe->engine->prefix, "sqlite:") == 0;
}

/* To be freed. */
static char *in_dialect(const struct engine *engine, const char *sql)
{
	const char *const words[][2] = {
		{ "{id}", engine->id },	     { "{x}", engine->x },   { "{us}", engine->us },
		{ "{then}", engine->then },  { "{no}", engine->no }, { "{random}", engine->random },
		{ "{zeros}", engine->zeros }
	};
	const size_t n_words = sizeof(words) / sizeof(words[0]);
	char *text = malloc(5 * strlen(sql) + 1);
	char *to = text;
	size_t i;

	while (text != NULL && *sql != '\0') {
		for (i = *sql == '{' ? 0 : n_words;
		     i < n_words && strncmp(sql, words[i][0], strlen(words[i][0])) != 0; i++)
			;
		if (i == n_words) {
			*to++ = *sql++;
			continue;
		}
		strcpy(to, words[i][1]);
		to += strlen(to);
		sql += strlen(words[i][0]);
	}
	if (text != NULL)
		*to = '\0';
	return text;
}

int64_t probe_changed(struct probe *probe, const char *sql)
{
	char *text = in_dialect(probe->engine, sql);
	int64_t changed = text != NULL ? probe->engine->run(probe, text) : -1;

	free(text);
	return changed;
}

bool probe_run(struct probe *probe, const char *sql)
{
	return probe_changed(probe, sql) >= 0;
}

bool probe_ask(struct probe *probe, const char *sql, probe_row *row, void *self)
{
	char *text = in_dialect(probe->engine, sql);
	bool done = text != NULL && probe->engine->ask(probe, text, row, self);

	free(text);
	return done;
}

static void take_number(void *self, const char *about, const char *what)
{
	(void)what;
	*(int64_t *)self = strtoll(about, NULL, 10);
}

int64_t probe_number(struct probe *probe, const char *sql)
{
	int64_t number = -1;

	return probe_ask(probe, sql, take_number, &number) ? number : -1;
}

bool probe_has_tables(struct probe *probe)
{
	return probe_number(probe, probe->engine->count_tables) > 0;
}

const char *const probe_tables[PROBE_TABLES] = { "rules",      "board",	  "referee", "team",
						 "venue",      "fixture", "slot",    "availability",
						 "assignment", "claim",	  "event",   "notice",
						 "command" };

bool probe_empty(struct probe *probe)
{
	char sql[512];
	size_t used = 0, i;

	for (i = PROBE_TABLES; i-- > 0;)
		used += (size_t)snprintf(sql + used, sizeof(sql) - used, "DELETE FROM %s;",
					 probe_tables[i]);
	return probe_run(probe, sql);
}

bool probe_settle(struct probe *probe, const char *application)
{
	int64_t others = 1;
	char sql[256];
	int i;

	if (probe_is_sqlite(probe))
		return true;
	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'"
		 " AND pid <> pg_backend_pid()",
		 application);
	for (i = 0; i < SETTLE_TRIES && others > 0; i++) {
		others = probe_number(probe, sql);
		if (others > 0)
			(void)poll(NULL, 0, 1);
	}
	return others == 0;
}
