/*
 * The schema: numbered files, forward only, applied under the write lock by whichever process comes
 * first. A file that is not exactly what these make is refused.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sqlite_parts.h"

#include "sqlite_schema.inc"

#define APPLICATION_ID 0x52454644 /* "REFD" */

/* The log of applied files is part of the schema that is checked. */
static const char log_sql[] =
	"\nCREATE TABLE schema_file (number INTEGER PRIMARY KEY, name TEXT NOT "
	"NULL, checksum TEXT NOT NULL) STRICT;";

static const char live_sql[] = "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS "
			       "NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY 1";

/* FNV-1a: guards against accidents, as a checksum does. */
static void checksum(const char *text, char *ret)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	snprintf(ret, 17, "%016" PRIx64, hash);
}

static enum refd_status refuse(const struct sq_connection *c, const char *reason, const char *what,
			       struct refd_error *err)
{
	return refd_error_set(err, REFD_CORRUPT, "%s: %s%s", c->store->path, reason, what);
}

struct header {
	int64_t application, version, objects;
};

/* In one statement, so that another process cannot write the header meanwhile. */
static enum refd_status read_header(struct sq_connection *c, struct header *ret,
				    struct refd_error *err)
{
	static const char sql[] = "SELECT count(*), (SELECT application_id FROM "
				  "pragma_application_id), (SELECT user_version FROM "
				  "pragma_user_version) FROM sqlite_schema";
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = REFD_OK;
	int code = sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*ret = (struct header){ .objects = sqlite3_column_int64(stmt, 0),
					.application = sqlite3_column_int64(stmt, 1),
					.version = sqlite3_column_int64(stmt, 2) };
	else
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	sqlite3_finalize(stmt);
	return st;
}

static enum refd_status check_header(const struct sq_connection *c, const struct header *header,
				     bool may_be_blank, struct refd_error *err)
{
	bool blank = header->application == 0 && header->version == 0 && header->objects == 0;

	if (blank && !may_be_blank)
		return refuse(c, "an empty file, not a refdomain database", "", err);
	if (!blank && header->application != APPLICATION_ID)
		return refuse(c, "not a refdomain database", "", err);
	if (!blank && header->version <= 0) /* made in one transaction with the first objects */
		return refuse(c, "the version of the schema is missing", "", err);
	if (header->version > (int64_t)refd_sqlite__n_migrations)
		return refuse(c, "made by a newer version of refdomain", "", err);
	return REFD_OK;
}

enum refd_status refd_sqlite__identify(struct sq_connection *c, bool may_be_blank,
				       struct refd_error *err)
{
	struct header header = { 0 };
	enum refd_status st = read_header(c, &header, err);

	return st == REFD_OK ? check_header(c, &header, may_be_blank, err) : st;
}

/* ---- applying ---- */

static enum refd_status note_file(struct sq_connection *c, size_t number, struct refd_error *err)
{
	char sum[17];
	char sql[256];

	checksum(refd_sqlite__migrations[number].sql, sum);
	snprintf(sql, sizeof(sql),
		 "INSERT INTO schema_file VALUES (%zu, '%s', '%s'); PRAGMA user_version = %zu",
		 number + 1, refd_sqlite__migrations[number].name, sum, number + 1);
	return refd_sqlite__exec(c, sql, err);
}

static enum refd_status apply(struct sq_connection *c, size_t from, struct refd_error *err)
{
	char sql[64];
	enum refd_status st = REFD_OK;
	size_t i;

	if (from == 0) {
		snprintf(sql, sizeof(sql), "PRAGMA application_id = %d", APPLICATION_ID);
		st = refd_sqlite__exec(c, sql, err);
		if (st == REFD_OK)
			st = refd_sqlite__exec(c, log_sql, err);
	}
	for (i = from; i < refd_sqlite__n_migrations && st == REFD_OK; i++) {
		st = refd_sqlite__exec(c, refd_sqlite__migrations[i].sql, err);
		if (st == REFD_OK)
			st = note_file(c, i, err);
	}
	return st;
}

/* Under the write lock the header is read again: another process may have been first. */
static enum refd_status upgrade(struct sq_connection *c, struct refd_error *err)
{
	struct header header = { 0 };
	enum refd_status st = refd_sqlite__begin(c, REFD_TX_WRITE, err);

	if (st == REFD_OK)
		st = read_header(c, &header, err);
	if (st == REFD_OK)
		st = check_header(c, &header, c->store->options.create, err);
	if (st == REFD_OK)
		st = apply(c, (size_t)header.version, err);
	if (st == REFD_OK)
		st = refd_sqlite__exec(c, "COMMIT", err);
	refd_sqlite__end(c);
	return st;
}

/* ---- checking ---- */

/* Whether the next row of the log is this file's. */
static enum refd_status check_file(const struct sq_connection *c, sqlite3_stmt *stmt,
				   const struct sq_migration *file, struct refd_error *err)
{
	int code = sqlite3_step(stmt);
	const char *found = code == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
	char sum[17];

	if (code == SQLITE_ROW && found == NULL && sqlite3_errcode(c->db) == SQLITE_NOMEM)
		code = SQLITE_NOMEM;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return refd_sqlite__failed(c->db, code, c->store->path, err);
	checksum(file->sql, sum);
	if (found == NULL || strcmp(found, sum) != 0)
		return refuse(c, "the checksum of a schema file differs: ", file->name, err);
	return REFD_OK;
}

static enum refd_status check_files(struct sq_connection *c, struct refd_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = REFD_OK;
	int code = sqlite3_prepare_v2(c->db, "SELECT checksum FROM schema_file ORDER BY number", -1,
				      &stmt, NULL);
	size_t i;

	if (code != SQLITE_OK)
		return code == SQLITE_ERROR
			       ? refuse(c, "the log of schema files is missing", "", err)
			       : refd_sqlite__failed(c->db, code, c->store->path, err);
	for (i = 0; i < refd_sqlite__n_migrations && st == REFD_OK; i++)
		st = check_file(c, stmt, &refd_sqlite__migrations[i], err);
	if (st == REFD_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW)
		st = refuse(c, "the log of schema files is longer than the schema is old", "", err);
	else if (st == REFD_OK && code != SQLITE_DONE)
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	sqlite3_finalize(stmt);
	return st;
}

/* What follows `sql` in a text that begins with it but for runs of white space; otherwise NULL. */
static const char *behind(const char *text, const char *sql)
{
	const char *white = " \t\r\n";

	while (*sql != '\0') {
		size_t in_text = strspn(text, white);
		size_t in_sql = strspn(sql, white);

		if ((in_text > 0) != (in_sql > 0))
			return NULL;
		text += in_text;
		sql += in_sql;
		if (*text != *sql)
			return NULL;
		text += *text != '\0';
		sql += *sql != '\0';
	}
	return text;
}

static bool same_sql(const char *a, const char *b)
{
	const char *end = behind(a, b);

	return end != NULL && *end == '\0';
}

static const char *text(sqlite3_stmt *stmt, int column)
{
	const char *at = (const char *)sqlite3_column_text(stmt, column);

	return at != NULL ? at : "";
}

/* Whether there was memory for the texts of the row, if there is one. */
static bool has_text(sqlite3_stmt *stmt, int code)
{
	return code != SQLITE_ROW ||
	       (sqlite3_column_text(stmt, 0) != NULL && sqlite3_column_text(stmt, 1) != NULL);
}

/* Object by object: what is there beside what should be there. */
static enum refd_status compare(const struct sq_connection *c, sqlite3_stmt *live,
				sqlite3_stmt *wanted, struct refd_error *err)
{
	for (;;) {
		int a = sqlite3_step(live);
		int b = sqlite3_step(wanted);

		if (a != SQLITE_ROW && a != SQLITE_DONE)
			return refd_sqlite__failed(c->db, a, c->store->path, err);
		if (b != SQLITE_ROW && b != SQLITE_DONE)
			return refd_error_set(err, REFD_NO_MEMORY, "no memory to check the schema");
		if (a == SQLITE_DONE && b == SQLITE_DONE)
			return REFD_OK;
		if (!has_text(live, a) || !has_text(wanted, b))
			return refd_error_set(err, REFD_NO_MEMORY, "no memory to check the schema");
		if (a == SQLITE_DONE ||
		    (b == SQLITE_ROW && strcmp(text(live, 0), text(wanted, 0)) > 0))
			return refuse(c, "the schema lacks ", text(wanted, 0), err);
		if (b == SQLITE_DONE || strcmp(text(live, 0), text(wanted, 0)) < 0)
			return refuse(c, "the schema has a foreign object: ", text(live, 0), err);
		if (!same_sql(text(live, 1), text(wanted, 1)))
			return refuse(c, "the schema was altered: ", text(live, 0), err);
	}
}

/* ---- the short way: SQLite keeps the text that made an object ---- */

/* Where the next statement that makes an object begins; in our files that is a line. */
static const char *next_made(const char *at)
{
	at = strstr(at, "\nCREATE ");
	return at != NULL ? at + 1 : NULL;
}

/* Adds up what a file makes. @return whether `sql` is there word for word */
static bool is_made_by(const char *file, const char *sql, size_t *made)
{
	const char *at;
	bool found = false;

	for (at = next_made(file); at != NULL; at = next_made(at)) {
		const char *end = behind(at, sql);

		found = found || (end != NULL && *end == ';');
		++*made;
	}
	return found;
}

static bool is_made(const char *sql, size_t *ret_made)
{
	size_t made = 0, i;
	bool found = is_made_by(log_sql, sql, &made);

	for (i = 0; i < refd_sqlite__n_migrations; i++)
		found = is_made_by(refd_sqlite__migrations[i].sql, sql, &made) || found;
	*ret_made = made;
	return found;
}

/* Whether every object is one that a file makes, and each of these is there. If not, a file may
 * have changed what another made: that the long way tells. */
static bool is_as_written(const struct sq_connection *c)
{
	sqlite3_stmt *stmt = NULL;
	size_t objects = 0, made = 0;
	int code = sqlite3_prepare_v2(c->db, live_sql, -1, &stmt, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(stmt);
		if (code != SQLITE_ROW)
			break;
		objects++;
		if (!has_text(stmt, code) || !is_made(text(stmt, 1), &made))
			code = SQLITE_ERROR;
	}
	sqlite3_finalize(stmt);
	return code == SQLITE_DONE && objects > 0 && objects == made;
}

/* ---- the long way ---- */

/* What the files make, in a database of their own. */
static int make_model(sqlite3 **ret)
{
	int code = sqlite3_open_v2(":memory:", ret,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
				   NULL);
	size_t i;

	if (code == SQLITE_OK)
		code = sqlite3_exec(*ret, log_sql, NULL, NULL, NULL);
	for (i = 0; i < refd_sqlite__n_migrations && code == SQLITE_OK; i++)
		code = sqlite3_exec(*ret, refd_sqlite__migrations[i].sql, NULL, NULL, NULL);
	return code;
}

static enum refd_status check_schema(struct sq_connection *c, struct refd_error *err)
{
	sqlite3 *model = NULL;
	sqlite3_stmt *live = NULL;
	sqlite3_stmt *wanted = NULL;
	enum refd_status st;
	int code;

	if (is_as_written(c))
		return REFD_OK;
	code = make_model(&model);
	if (code == SQLITE_OK)
		code = sqlite3_prepare_v2(model, live_sql, -1, &wanted, NULL);
	if (code != SQLITE_OK)
		st = refd_sqlite__failed(model, code, "schema model", err);
	else if ((code = sqlite3_prepare_v2(c->db, live_sql, -1, &live, NULL)) != SQLITE_OK)
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	else
		st = compare(c, live, wanted, err);
	sqlite3_finalize(live);
	sqlite3_finalize(wanted);
	sqlite3_close(model);
	return st;
}

enum refd_status refd_sqlite__verify(struct sq_connection *c, struct refd_error *err)
{
	struct header header = { 0 };
	enum refd_status st = read_header(c, &header, err);

	if (st == REFD_OK)
		st = check_header(c, &header, false, err);
	if (st == REFD_OK && header.version < (int64_t)refd_sqlite__n_migrations)
		st = refuse(c, "the version of the schema went back", "", err);
	if (st == REFD_OK)
		st = check_files(c, err);
	return st == REFD_OK ? check_schema(c, err) : st;
}

enum refd_status refd_sqlite__migrate(struct sq_connection *c, struct refd_error *err)
{
	struct header header = { 0 };
	enum refd_status st = read_header(c, &header, err);

	if (st == REFD_OK)
		st = check_header(c, &header, c->store->options.create, err);
	if (st == REFD_OK && header.version < (int64_t)refd_sqlite__n_migrations) {
		if (c->store->options.read_only)
			return refd_error_set(err, REFD_DENIED,
					      "%s has an older schema and was opened read-only",
					      c->store->path);
		st = upgrade(c, err);
	}
	return st == REFD_OK ? refd_sqlite__verify(c, err) : st;
}
