/*
 * The schema: numbered files, forward only, applied under an advisory lock by whichever process
 * comes first. What they made is written down beside them; a schema that is not exactly that is
 * refused.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_parts.h"

#include "postgres_schema.inc"

#define LOCK_SCHEMA (8 * 256)

/* %s: the schema. The log of applied files, and what the catalog holds behind the last of them. */
#define LOG_SQL                                                                                    \
	"CREATE TABLE @schema@.schema_file (number integer CONSTRAINT \"schema_file.number\" "     \
	"PRIMARY KEY, name text NOT NULL, checksum text NOT NULL);"                                \
	"CREATE TABLE @schema@.schema_object (name text COLLATE \"C\" CONSTRAINT "                 \
	"\"schema_object.name\" PRIMARY KEY, definition text NOT NULL)"

/* The live schema, an object to a line. Texts that the server makes write names out or not by its
 * search path. */
#define PLAIN_PATH "SELECT set_config('search_path', 'pg_catalog', true);"

#define LIVE                                                                                       \
	"SELECT 'column ' || c.relname || '.' || a.attname AS name, format_type(a.atttypid, "      \
	"a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END || coalesce(' ' || "  \
	"(SELECT collname FROM pg_collation l WHERE l.oid = a.attcollation), '') || coalesce(' ' " \
	"|| pg_get_expr(d.adbin, d.adrelid), '') AS definition FROM pg_class c JOIN pg_attribute " \
	"a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d "  \
	"ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relnamespace = '@schema@'::"          \
	"regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')"                                  \
	" UNION ALL SELECT 'table ' || relname, relkind::text || relpersistence::text || "         \
	"relrowsecurity::text FROM pg_class WHERE relnamespace = '@schema@'::regnamespace AND "    \
	"relkind NOT IN ('i', 'I', 't', 'c')"                                                      \
	" UNION ALL SELECT 'constraint ' || r.relname || ' ' || c.conname, c.convalidated::text "  \
	"|| ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c "                              \
	"JOIN pg_class r ON r.oid = c.conrelid WHERE c.connamespace = '@schema@'::regnamespace"    \
	" UNION ALL SELECT 'index ' || i.relname, pg_get_indexdef(i.oid) FROM pg_class i WHERE "   \
	"i.relnamespace = '@schema@'::regnamespace AND i.relkind IN "                              \
	"('i', 'I')"                                                                               \
	" UNION ALL SELECT 'trigger ' || t.tgname, t.tgenabled::text || ' ' || "                   \
	"pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON "                           \
	"c.oid = t.tgrelid WHERE c.relnamespace = '@schema@'::regnamespace AND NOT t.tgisinternal" \
	" UNION ALL SELECT 'function ' || p.proname || ' (' || "                                   \
	"pg_get_function_identity_arguments(p.oid) || ')', p.prosrc FROM pg_proc p WHERE "         \
	"p.pronamespace = '@schema@'::regnamespace"

/* Deparsed texts are those of a major version of the server. */
#define VERSION_LINE                                                                               \
	"SELECT 'server' AS name, (current_setting('server_version_num')::int / 10000)::text AS "  \
	"definition"

static const char write_down[] =
	PLAIN_PATH "DELETE FROM @schema@.schema_object;"
		   "INSERT INTO @schema@.schema_object " LIVE " UNION ALL " VERSION_LINE;

static const char differ[] = PLAIN_PATH
	"WITH live AS (" LIVE " UNION ALL " VERSION_LINE
	"), same AS (SELECT l.definition = s.definition AS server FROM live l JOIN "
	"@schema@.schema_object s ON s.name = 'server' AND l.name = 'server')"
	" SELECT CASE WHEN s.name IS NULL THEN 'the schema has a foreign object: ' WHEN l.name IS "
	"NULL THEN 'the schema lacks ' ELSE 'the schema was altered: ' END || coalesce(s.name, "
	"l.name) FROM live l FULL JOIN @schema@.schema_object s ON s.name = l.name WHERE "
	"coalesce(s.name, l.name) <> 'server' AND (s.name IS NULL OR l.name IS NULL OR "
	"(l.definition <> s.definition AND coalesce((SELECT server FROM same), true))) ORDER BY 1 "
	"LIMIT 1";

/* Whether there is a schema, a log in it, and anything else. */
static const char look[] =
	"SELECT (SELECT count(*) FROM pg_namespace WHERE nspname = btrim('@schema@', '\"')), "
	"(SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
	"n.nspname = btrim('@schema@', '\"') AND c.relname = 'schema_file'), (SELECT count(*) FROM "
	"pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = "
	"btrim('@schema@', '\"')) + (SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = "
	"p.pronamespace WHERE n.nspname = btrim('@schema@', '\"'))";

/* FNV-1a: guards against accidents, as a checksum does. */
static void checksum(const char *text, char *ret)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	snprintf(ret, 17, "%016" PRIx64, hash);
}

static enum refd_status refuse(const struct pg_connection *c, const char *reason, const char *what,
			       struct refd_error *err)
{
	return refd_error_set(err, REFD_CORRUPT, "%s: %s%s", c->store->schema, reason, what);
}

/* Run a text with the schema's name in its places. */
static enum refd_status run(struct pg_connection *c, const char *text, PGresult **ret,
			    struct refd_error *err)
{
	static const char mark[] = "@schema@";
	const struct refd_allocator *allocator = &c->store->allocator;
	const size_t schema = strlen(c->store->schema);
	size_t room = strlen(text) + 1;
	const char *at;
	char *sql, *to;
	enum refd_status st;

	for (at = strstr(text, mark); at != NULL; at = strstr(at + 1, mark))
		room += schema;
	sql = allocator->alloc(allocator->self, room);
	if (sql == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for the schema");
	for (to = sql; (at = strstr(text, mark)) != NULL; text = at + sizeof(mark) - 1) {
		memcpy(to, text, (size_t)(at - text));
		to += at - text;
		memcpy(to, c->store->schema, schema);
		to += schema;
	}
	strcpy(to, text);
	st = refd_postgres__exec(c, sql, ret, err);
	allocator->free(allocator->self, sql);
	return st;
}

struct header {
	bool schema, log, objects;
	size_t version;
};

static int64_t number(const PGresult *result, int column)
{
	return PQntuples(result) > 0 ? strtoll(PQgetvalue(result, 0, column), NULL, 10) : 0;
}

static enum refd_status read_header(struct pg_connection *c, struct header *ret,
				    struct refd_error *err)
{
	PGresult *result = NULL;
	enum refd_status st = run(c, look, &result, err);

	if (st != REFD_OK)
		return st;
	*ret = (struct header){ .schema = number(result, 0) > 0,
				.log = number(result, 1) > 0,
				.objects = number(result, 2) > 0 };
	PQclear(result);
	if (!ret->log)
		return REFD_OK;
	st = run(c, "SELECT coalesce(max(number), 0) FROM @schema@.schema_file", &result, err);
	if (st != REFD_OK)
		return st;
	ret->version = (size_t)number(result, 0);
	PQclear(result);
	return REFD_OK;
}

static enum refd_status check_header(const struct pg_connection *c, const struct header *header,
				     struct refd_error *err)
{
	if (!header->log && header->objects)
		return refuse(c, "not a refdomain schema", "", err);
	if (header->version > refd_postgres__n_migrations)
		return refuse(c, "made by a newer version of refdomain", "", err);
	if (header->version == refd_postgres__n_migrations || c->store->options.create)
		return REFD_OK;
	if (!header->log)
		return refd_error_set(err, REFD_NOT_FOUND, "there is no schema %s",
				      c->store->schema);
	return refd_error_set(err, REFD_DENIED, "%s is older and may not be brought up to date",
			      c->store->schema);
}

/* ---- applying ---- */

static enum refd_status note_file(struct pg_connection *c, size_t index, struct refd_error *err)
{
	char sum[17];
	char sql[256];

	checksum(refd_postgres__migrations[index].sql, sum);
	snprintf(sql, sizeof(sql), "INSERT INTO @schema@.schema_file VALUES (%zu, '%s', '%s')",
		 index + 1, refd_postgres__migrations[index].name, sum);
	return run(c, sql, NULL, err);
}

static enum refd_status apply(struct pg_connection *c, const struct header *header,
			      struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	if (!header->schema)
		st = run(c, "CREATE SCHEMA @schema@", NULL, err);
	if (st == REFD_OK && !header->log)
		st = run(c, LOG_SQL, NULL, err);
	for (i = header->version; i < refd_postgres__n_migrations && st == REFD_OK; i++) {
		st = run(c, refd_postgres__migrations[i].sql, NULL, err);
		if (st == REFD_OK)
			st = note_file(c, i, err);
	}
	return st == REFD_OK ? run(c, write_down, NULL, err) : st;
}

/* Under the lock the header is read again: another process may have been first. */
static enum refd_status upgrade(struct pg_connection *c, struct refd_error *err)
{
	struct header header = { false, false, false, 0 };
	char lock[80];
	enum refd_status st = run(c, "BEGIN ISOLATION LEVEL READ COMMITTED", NULL, err);

	snprintf(lock, sizeof(lock), "SELECT pg_advisory_xact_lock(%" PRId64 ")",
		 c->store->lock + LOCK_SCHEMA);
	if (st == REFD_OK)
		st = run(c, lock, NULL, err);
	if (st == REFD_OK)
		st = read_header(c, &header, err);
	if (st == REFD_OK)
		st = check_header(c, &header, err);
	if (st == REFD_OK)
		st = apply(c, &header, err);
	if (st == REFD_OK)
		st = run(c, "COMMIT", NULL, err);
	else if (!c->broken)
		(void)run(c, "ROLLBACK", NULL, NULL);
	return st;
}

/* ---- checking ---- */

static enum refd_status check_files(struct pg_connection *c, struct refd_error *err)
{
	PGresult *result = NULL;
	enum refd_status st =
		run(c, "SELECT checksum FROM @schema@.schema_file ORDER BY number", &result, err);
	size_t i;

	if (st != REFD_OK)
		return st;
	for (i = 0; i < refd_postgres__n_migrations && st == REFD_OK; i++) {
		char sum[17];

		checksum(refd_postgres__migrations[i].sql, sum);
		if ((int)i >= PQntuples(result) || strcmp(PQgetvalue(result, (int)i, 0), sum) != 0)
			st = refuse(c, "the checksum of a schema file differs: ",
				    refd_postgres__migrations[i].name, err);
	}
	if (st == REFD_OK && PQntuples(result) > (int)refd_postgres__n_migrations)
		st = refuse(c, "the log of schema files is longer than the schema is old", "", err);
	PQclear(result);
	return st;
}

static enum refd_status check_schema(struct pg_connection *c, struct refd_error *err)
{
	PGresult *result = NULL;
	enum refd_status st = run(c, differ, &result, err);

	if (st != REFD_OK)
		return st;
	if (PQntuples(result) > 0)
		st = refuse(c, PQgetvalue(result, 0, 0), "", err);
	PQclear(result);
	return st;
}

enum refd_status refd_postgres__migrate(struct pg_connection *c, struct refd_error *err)
{
	struct header header = { false, false, false, 0 };
	enum refd_status st = read_header(c, &header, err);

	if (st == REFD_OK)
		st = check_header(c, &header, err);
	if (st == REFD_OK && header.version < refd_postgres__n_migrations)
		st = upgrade(c, err);
	if (st == REFD_OK)
		st = check_files(c, err);
	return st == REFD_OK ? check_schema(c, err) : st;
}
