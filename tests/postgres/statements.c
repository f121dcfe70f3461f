/* Every statement of the adapter against a store with 100,000 fixtures: it prepares, has the
 * parameters and columns its record needs, and its plan finds its rows by an index. */
#include "support.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <refdomain/adapters/postgres.h>
#include <refdomain/ports/system.h>

#include "postgres_server.h"

#define FIXTURES "100000"

/* @: the schema. A season as large as it gets, all references in place. */
static const char *const season[] = {
	"INSERT INTO @.team SELECT md5('t' || i)::uuid, 'Team ' || i, 'Club ' || i / 3, 'active', "
	"1 "
	"FROM generate_series(1, 4000) i",
	"INSERT INTO @.venue SELECT md5('v' || i)::uuid, 'Hall ' || i, NULL, NULL, NULL, NULL, "
	"NULL, "
	"NULL, NULL, 'active', 1 FROM generate_series(1, 3000) i",
	"INSERT INTO @.referee SELECT md5('r' || i)::uuid, 'Referee ' || i, 'Club ' || i % 700, "
	"NULL, "
	"NULL, 'active', 1 FROM generate_series(1, 4000) i",
	"INSERT INTO @.fixture SELECT md5('f' || i)::uuid, md5('t' || 1 + i % 4000)::uuid, md5('t' "
	"|| "
	"1 + (i + 1 + i / 4000) % 4000)::uuid, md5('v' || 1 + i % 3000)::uuid, timestamptz "
	"'2024-01-01 Z' + i * interval '11 min', CASE WHEN i % 50 = 0 THEN 'cancelled' ELSE "
	"'scheduled' END, false, NULL, 1 FROM generate_series(1, " FIXTURES ") i",
	"INSERT INTO @.slot SELECT md5('f' || i)::uuid, CASE WHEN n = 1 THEN 'first' ELSE 'second' "
	"END, md5('r' || 1 + (i * 7 + n) % 4000)::uuid FROM generate_series(1, " FIXTURES ") i, "
	"generate_series(1, 2) n",
	"INSERT INTO @.availability SELECT md5('y' || i || n)::uuid, md5('f' || i)::uuid, md5('r' "
	"|| "
	"1 + (i * 7 + n) % 4000)::uuid, now(), 1, timestamptz '2024-01-01 Z' + i * interval '11 "
	"min' "
	"FROM generate_series(1, " FIXTURES ") i, generate_series(1, 2) n",
	"INSERT INTO @.assignment SELECT md5('a' || i || n)::uuid, md5('f' || i)::uuid, md5('r' || "
	"1 "
	"+ (i * 7 + n) % 4000)::uuid, CASE WHEN n = 1 THEN 'first' ELSE 'second' END, CASE WHEN i "
	"> "
	"99000 THEN 'staged' ELSE 'committed' END, NULL, NULL, 0, 1, timestamptz '2024-01-01 Z' + "
	"i "
	"* interval '11 min' FROM generate_series(1, " FIXTURES ") i, generate_series(1, 2) n",
	"INSERT INTO @.claim SELECT 'venue', md5('v' || 1 + i % 3000)::uuid, i, md5('f' || "
	"i)::uuid "
	"FROM generate_series(1, " FIXTURES ") i",
	"INSERT INTO @.event SELECT md5('e' || i)::uuid, 'fixture', md5('f' || i)::uuid, 1, "
	"'FixtureCreated', 1, now() - i * interval '1 min', NULL, md5('c' || i)::uuid, NULL, NULL, "
	"NULL, '{}', false FROM generate_series(1, " FIXTURES ") i",
	"INSERT INTO @.notice SELECT md5('n' || i)::uuid, md5('e' || i)::uuid, md5('r' || 1 + i % "
	"4000)::uuid, 'assigned', md5('f' || i)::uuid, 'first', false, false, md5('t1')::uuid, "
	"md5('t2')::uuid, md5('v1')::uuid, now(), NULL, NULL, now() - i * interval '1 min', "
	"'sent', "
	"now() - i * interval '1 min', 1, NULL, 1 FROM generate_series(1, " FIXTURES ") i",
	"INSERT INTO @.command SELECT md5('c' || i)::uuid, sha256(i::text::bytea), "
	"'fixture.schedule', "
	"NULL, now() - i * interval '1 min', 1, 'fixture', NULL, NULL, NULL, md5('f' || i)::uuid, "
	"NULL, NULL, NULL, 1, 0, 0, 0 FROM generate_series(1, " FIXTURES ") i",
};

struct bed {
	PGconn *db;
	struct refd_postgres *postgres;
	char schema[40];
	size_t statements, columns, plans;
	size_t scans;
	size_t early; /* statements planned while the tables were known to be empty */
};

static void run(struct bed *bed, const char *text)
{
	char sql[4096];
	size_t n = 0;
	PGresult *result;

	for (; *text != '\0' && n < sizeof(sql) - sizeof(bed->schema); text++) {
		if (*text == '@')
			n += (size_t)sprintf(sql + n, "%s", bed->schema);
		else
			sql[n++] = *text;
	}
	sql[n] = '\0';
	result = PQexec(bed->db, sql);
	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		print_error("%s\n%s\n", sql, PQerrorMessage(bed->db));
	assert_true(PQresultStatus(result) == PGRES_COMMAND_OK ||
		    PQresultStatus(result) == PGRES_TUPLES_OK);
	PQclear(result);
}

/* EXPLAIN's answer for a prepared statement; NULL: it has no plan. */
static PGresult *explain(struct bed *bed, const struct refd_postgres_statement *statement,
			 const char *name)
{
	const char *sql = statement->sql;
	char text[256];
	PGresult *plan;
	size_t i;

	if (strncmp(sql, "BEGIN", 5) == 0 || strcmp(sql, "COMMIT") == 0 ||
	    strcmp(sql, "ROLLBACK") == 0 || strcmp(sql, "DISCARD PLANS") == 0)
		return NULL;
	snprintf(text, sizeof(text), "EXPLAIN (COSTS OFF) EXECUTE %s", name);
	for (i = 0; i < statement->n_params; i++)
		strcat(text, i == 0 ? "(NULL" : ", NULL");
	strcat(text, statement->n_params > 0 ? ")" : "");
	plan = PQexec(bed->db, text);
	assert_int_equal(PQresultStatus(plan), PGRES_TUPLES_OK);
	return plan;
}

/* A table read from one end to the other, be it along an index, or kept as a whole to match keys
 * with; but for tables of one row. */
static bool is_scan(const PGresult *plan, int row)
{
	const char *line = PQgetvalue(plan, row, 0);
	const char *next = row + 1 < PQntuples(plan) ? PQgetvalue(plan, row + 1, 0) : "";
	const bool kept = strstr(line, "Materialize") != NULL;
	const char *table = kept ? next : line;

	if (strstr(table, " on rules") != NULL || strstr(table, " on board") != NULL)
		return false;
	return kept || strstr(line, "Seq Scan") != NULL || strstr(line, "Gather") != NULL ||
	       (strstr(line, " using ") != NULL && strstr(line, "Index") != NULL &&
		strstr(next, "Index Cond") == NULL);
}

static size_t count_scans(const PGresult *plan)
{
	size_t scans = 0;
	int row;

	for (row = 0; plan != NULL && row < PQntuples(plan); row++)
		scans += is_scan(plan, row);
	return scans;
}

static void check_scans(struct bed *bed, const struct refd_postgres_statement *statement,
			const PGresult *plan)
{
	const size_t scans = count_scans(plan);
	int row;

	if (scans == 0)
		return;
	bed->scans += scans;
	print_error("%s\n", statement->sql);
	for (row = 0; row < PQntuples(plan); row++)
		print_error("%s\n", PQgetvalue(plan, row, 0));
}

/* While the tables are known to be empty. */
static enum refd_status plan_early(void *self, const struct refd_postgres_statement *statement)
{
	struct bed *bed = self;
	PGresult *plan;
	char name[24];

	snprintf(name, sizeof(name), "early%zu", bed->early++);
	PQclear(PQprepare(bed->db, name, statement->sql, (int)statement->n_params,
			  statement->types));
	plan = explain(bed, statement, name);
	bed->scans += count_scans(plan);
	PQclear(plan);
	return REFD_OK;
}

/* When they were filled, but nothing is known of it. */
static enum refd_status plan_again(void *self, const struct refd_postgres_statement *statement)
{
	struct bed *bed = self;
	PGresult *plan;
	char name[24];

	snprintf(name, sizeof(name), "early%zu", bed->early);
	plan = explain(bed, statement, name);
	check_scans(bed, statement, plan);
	bed->early++;
	PQclear(plan);
	return REFD_OK;
}

static int setup(void **state)
{
	const char *url = postgres_url();
	struct bed *bed = calloc(1, sizeof(*bed));
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_postgres_options options = { .struct_size = sizeof(options),
						 .url = url,
						 .schema = bed->schema,
						 .create = true,
						 .clock = refd_system_clock(),
						 .sleep = refd_system_sleep() };
	size_t i;

	*state = bed;
	assert_non_null(url);
	snprintf(bed->schema, sizeof(bed->schema), "statements_%ld", (long)getpid());
	bed->db = PQconnectdb(url);
	run(bed, "SET client_min_messages = error"); /* ANALYZE warns of system tables */
	support_assert_status(refd_postgres_open(&options, &allocator, &bed->postgres, &err),
			      REFD_OK);
	run(bed, "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET "
		 "enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
		 "SET jit = off; SET max_parallel_workers_per_gather = 0");
	run(bed, "SET synchronous_commit = off");
	run(bed, "SET session_replication_role = replica"); /* the references are known to hold */
	run(bed, "ANALYZE");
	support_assert_status(refd_postgres_statements(bed->postgres, plan_early, bed), REFD_OK);
	assert_true(bed->scans > 0); /* so this is what must not stay */
	for (i = 0; i < sizeof(season) / sizeof(season[0]); i++)
		run(bed, season[i]);
	bed->scans = bed->early = 0;
	run(bed, "DISCARD PLANS");
	support_assert_status(refd_postgres_statements(bed->postgres, plan_again, bed), REFD_OK);
	run(bed, "ANALYZE");
	return 0;
}

static int teardown(void **state)
{
	struct bed *bed = *state;

	refd_postgres_close(bed->postgres);
	run(bed, "DROP SCHEMA @ CASCADE");
	PQfinish(bed->db);
	free(bed);
	return 0;
}

/* ---- shapes ---- */

static unsigned type_of(enum refd_field_type type)
{
	switch (type) {
	case REFD_FIELD_UUID:
		return 2950;
	case REFD_FIELD_TIME:
		return 1184;
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		return 23;
	case REFD_FIELD_INT64:
	case REFD_FIELD_RULES:
		return 20;
	case REFD_FIELD_BOOL:
		return 16;
	case REFD_FIELD_HASH:
		return 17;
	case REFD_FIELD_TEXT:
	case REFD_FIELD_WORD:
	case REFD_FIELD_SLICE:
		return 25;
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break;
	}
	return 0;
}

/* @return the column behind those of the record */
static int check_record(const PGresult *described, int column, enum refd_record record)
{
	const struct refd_layout *layout = refd_record_layout(record);
	size_t i;

	for (i = 0; i < layout->count; i++, column++) {
		assert_string_equal(PQfname(described, column), layout->fields[i].name);
		assert_int_equal(PQftype(described, column), type_of(layout->fields[i].type));
	}
	return column;
}

/* The record's columns, and behind them those of the rows it refers to, if they are joined. */
static void check_columns(struct bed *bed, const PGresult *described,
			  const struct refd_postgres_statement *statement)
{
	int column = check_record(described, 0, statement->record);

	if (strstr(statement->sql, " f ON f.id = t.fixture_id JOIN ") != NULL)
		column = check_record(described, column, REFD_RECORD_FIXTURE);
	if (strstr(statement->sql, ".referee r ON r.id = t.") != NULL)
		column = check_record(described, column, REFD_RECORD_REFEREE);
	assert_int_equal(PQnfields(described), column);
	bed->columns++;
}

/* A change takes its record's fields in order, and the expected version. */
static void check_fields(const PGresult *described, const struct refd_layout *layout,
			 bool keys_only, bool versioned)
{
	int n = 0;
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];

		if (keys_only && !(field->flags & REFD_FIELD_KEY))
			continue;
		assert_int_equal(PQparamtype(described, n), type_of(field->type));
		n++;
	}
	assert_int_equal(PQnparams(described), n + versioned);
}

static const struct refd_layout *changed_by(const struct bed *bed, const char *sql,
					    const char *verb)
{
	char start[80];
	int i;

	for (i = 1; i <= REFD_RECORDS; i++) {
		const struct refd_layout *layout = refd_record_layout((enum refd_record)i);

		snprintf(start, sizeof(start), "%s \"%s\".%s ", verb, bed->schema, layout->name);
		if (strncmp(sql, start, strlen(start)) == 0)
			return layout;
	}
	return NULL;
}

static bool is_versioned(const struct refd_layout *layout)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		if (layout->fields[i].flags & REFD_FIELD_VERSION)
			return true;
	}
	return false;
}

static void check_shape(struct bed *bed, const struct refd_postgres_statement *statement,
			const PGresult *described)
{
	const struct refd_layout *layout;
	size_t i;

	assert_int_equal(PQnparams(described), statement->n_params);
	for (i = 0; i < statement->n_params; i++)
		assert_int_equal(PQparamtype(described, (int)i), statement->types[i]);
	if (statement->record != 0)
		check_columns(bed, described, statement);
	if (strstr(statement->sql, "unnest(") != NULL)
		return;
	layout = changed_by(bed, statement->sql, "INSERT INTO");
	if (layout != NULL)
		check_fields(described, layout, false, false);
	layout = changed_by(bed, statement->sql, "MERGE INTO");
	if (layout != NULL)
		check_fields(described, layout, strstr(statement->sql, "THEN DELETE") != NULL,
			     is_versioned(layout));
}

/* ---- plans ---- */

static void check_plan(struct bed *bed, const struct refd_postgres_statement *statement,
		       const char *name)
{
	PGresult *plan = explain(bed, statement, name);

	if (plan == NULL)
		return;
	bed->plans++;
	check_scans(bed, statement, plan);
	PQclear(plan);
}

static enum refd_status check_one(void *self, const struct refd_postgres_statement *statement)
{
	struct bed *bed = self;
	PGresult *result;
	char name[24];

	snprintf(name, sizeof(name), "s%zu", ++bed->statements);
	result = PQprepare(bed->db, name, statement->sql, (int)statement->n_params,
			   statement->types);
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		print_error("%s\n%s\n", statement->sql, PQerrorMessage(bed->db));
	assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
	PQclear(result);
	result = PQdescribePrepared(bed->db, name);
	assert_int_equal(PQresultStatus(result), PGRES_COMMAND_OK);
	check_shape(bed, statement, result);
	PQclear(result);
	check_plan(bed, statement, name);
	return REFD_OK;
}

static void statements__prepare_and_find_rows_by_an_index(void **state)
{
	struct bed *bed = *state;

	support_assert_status(refd_postgres_statements(bed->postgres, check_one, bed), REFD_OK);
	assert_true(bed->statements > 130);
	assert_true(bed->columns > 50);
	assert_true(bed->plans == bed->statements - 5); /* BEGIN twice, COMMIT, ROLLBACK, DISCARD */
	assert_int_equal(bed->scans, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements__prepare_and_find_rows_by_an_index),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
