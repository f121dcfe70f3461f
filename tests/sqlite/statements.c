/* Every statement of the adapter against the schema: it prepares, has the parameters and columns
 * its record needs, and finds its rows by an index. */
#include "bed.h"

/* Enough to tell a scan from a search by time too; the planner has no figures either way. */
static const char fill[] =
	"PRAGMA foreign_keys=OFF; PRAGMA synchronous=OFF; BEGIN;"
	"WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
	" INSERT INTO fixture SELECT CAST(printf('f%015d', i) AS BLOB),"
	" CAST(printf('h%015d', i % 200) AS BLOB), CAST(printf('a%015d', i % 200) AS BLOB),"
	" CAST(printf('v%015d', i % 100) AS BLOB), i * 3600000000, 'scheduled', 0, NULL, 1 FROM n;"
	"COMMIT";

struct checking {
	sqlite3 *db;
	size_t statements, selects, scans, sorts;
	bool seen[32]; /* permitted, in order */
};

/* ---- shapes ---- */

static const struct refd_layout *table_of(const char *sql, const char *before)
{
	const char *at = strstr(sql, before);
	size_t i;

	for (i = 1; at != NULL && i <= REFD_RECORDS; i++) {
		const struct refd_layout *layout = refd_record_layout((enum refd_record)i);
		size_t n = strlen(layout->name);
		const char *behind = at + strlen(before);

		if (strncmp(behind, layout->name, n) == 0 &&
		    (behind[n] == ' ' || behind[n] == '\0'))
			return layout;
	}
	return NULL;
}

static size_t keys_of(const struct refd_layout *layout, bool with_version)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < layout->count; i++)
		n += (layout->fields[i].flags & REFD_FIELD_KEY) ||
		     (with_version && (layout->fields[i].flags & REFD_FIELD_VERSION));
	return n;
}

static bool has_version(const struct refd_layout *layout)
{
	return keys_of(layout, true) > keys_of(layout, false);
}

static void check_names(sqlite3_stmt *stmt, const struct refd_layout *layout)
{
	size_t i;

	for (i = 0; i < layout->count; i++)
		assert_string_equal(sqlite3_column_name(stmt, (int)i), layout->fields[i].name);
}

static void check_select(sqlite3_stmt *stmt, const char *sql)
{
	const struct refd_layout *layout = table_of(sql, " FROM ");
	const int columns = sqlite3_column_count(stmt);
	const int parameters = sqlite3_bind_parameter_count(stmt);

	if (layout == NULL && (layout = table_of(sql, ") k CROSS JOIN ")) != NULL) { /* many keys */
		const bool pairs = strstr(sql, "k.column3") != NULL;

		assert_int_equal(columns, layout->count);
		assert_int_equal(parameters, 6 + 32 * (pairs ? 2 : 1));
		check_names(stmt, layout);
		return;
	}
	if (strstr(sql, "SELECT version FROM") == sql) {
		assert_int_equal(columns, 1);
		assert_int_equal(parameters, 1);
		return;
	}
	if (layout == NULL || strstr(sql, ", h.name") != NULL) { /* cards */
		layout = refd_record_layout(REFD_RECORD_FIXTURE);
		assert_int_equal(columns, layout->count + 15 + 4 * REFD_ROLES);
	} else {
		assert_int_equal(columns, layout->count);
	}
	check_names(stmt, layout);
	if (strstr(sql, " LIMIT ?6") != NULL)
		assert_int_equal(parameters, 6);
	else
		assert_true(parameters == (int)keys_of(layout, false) || parameters == 2);
}

static void check_shape(sqlite3_stmt *stmt, const char *sql)
{
	const int parameters = sqlite3_bind_parameter_count(stmt);
	const struct refd_layout *layout;

	if (strncmp(sql, "SELECT ", 7) == 0) {
		check_select(stmt, sql);
		return;
	}
	assert_int_equal(sqlite3_column_count(stmt), 0);
	if ((layout = table_of(sql, "INSERT INTO ")) != NULL) {
		assert_int_equal(parameters, layout->count);
	} else if ((layout = table_of(sql, "UPDATE ")) != NULL) {
		assert_int_equal(parameters, layout->count + has_version(layout));
	} else {
		layout = table_of(sql, "DELETE FROM ");
		assert_non_null(layout);
		assert_int_equal(parameters, keys_of(layout, true));
	}
}

static enum refd_status prepare_one(void *self, const char *sql)
{
	struct checking *checking = self;
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(checking->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(checking->db));
	check_shape(stmt, sql);
	sqlite3_finalize(stmt);
	checking->statements++;
	checking->selects += strncmp(sql, "SELECT ", 7) == 0;
	return REFD_OK;
}

static void statements__prepare_and_fit_their_layouts(void **state)
{
	struct bed *bed = *state;
	struct checking checking = { 0 };

	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(sqlite3_open(bed->path, &checking.db), SQLITE_OK);
	support_assert_status(refd_sqlite_statements(bed->sqlite, prepare_one, &checking), REFD_OK);
	sqlite3_close(checking.db);
	/* find, insert, update, delete of each record at least */
	assert_true(checking.statements >= 4 * REFD_RECORDS + 20);
	assert_true(checking.selects >= REFD_RECORDS + 20);
}

static enum refd_status stop(void *self, const char *sql)
{
	(void)sql;
	++*(size_t *)self;
	return REFD_LATE;
}

static void statements__end_with_what_the_caller_answers(void **state)
{
	struct bed *bed = *state;
	size_t calls = 0;

	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_sqlite_statements(bed->sqlite, stop, &calls), REFD_LATE);
	assert_int_equal(calls, 1);
}

/* ---- plans ---- */

struct permitted {
	const char *part; /* of the statement */
	const char *step; /* of its plan */
};

static const struct permitted permitted[] = {
	/* what many keys bring is put into the order of the keys */
	{ " k CROSS JOIN slot t ON", "USE TEMP B-TREE FOR ORDER BY" },
	{ " k CROSS JOIN availability t ON", "USE TEMP B-TREE FOR ORDER BY" },
	{ " k CROSS JOIN assignment t ON", "USE TEMP B-TREE FOR ORDER BY" },
	/* a page of home and one of away fixtures */
	{ " LIMIT ?6)) t JOIN team", "USE TEMP B-TREE FOR ORDER BY" },
	/* a referee's fixtures, which no index orders */
	{ " WHERE t.id IN (SELECT fixture_id FROM slot ", "USE TEMP B-TREE FOR ORDER BY" },
	/* two rows and three rows, in the order of an enum */
	{ " FROM slot WHERE fixture_id = ?1 ORDER BY", "USE TEMP B-TREE FOR ORDER BY" },
	{ " FROM claim WHERE fixture_id = ?1 ORDER BY", "USE TEMP B-TREE FOR ORDER BY" },
	/* the few of one fixture are sorted by id */
	{ " FROM availability t WHERE t.fixture_id", "USE TEMP B-TREE FOR ORDER BY" },
	{ " FROM assignment t WHERE t.fixture_id", "USE TEMP B-TREE FOR ORDER BY" },
	{ " FROM availability t JOIN fixture f ON f.id = t.fixture_id WHERE f.kickoff",
	  "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY" },
	{ " FROM assignment t JOIN fixture f ON f.id = t.fixture_id WHERE f.kickoff",
	  "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY" },
};

#define N_PERMITTED (sizeof(permitted) / sizeof(permitted[0]))

static void check_step(struct checking *checking, const char *sql, const char *step)
{
	size_t i;

	if (strstr(step, "SCAN 32 CONSTANT ROWS") != NULL || strcmp(step, "SCAN k") == 0)
		return; /* the keys, not a table */
	if (strncmp(step, "SCAN (subquery", 14) == 0)
		return; /* rows that were searched for */
	checking->scans += strncmp(step, "SCAN ", 5) == 0;
	checking->sorts += strstr(step, "TEMP B-TREE") != NULL;
	if (strncmp(step, "SCAN ", 5) != 0 && strstr(step, "TEMP B-TREE") == NULL &&
	    strstr(step, "AUTOMATIC") == NULL)
		return;
	for (i = 0; i < N_PERMITTED; i++) {
		if (strstr(sql, permitted[i].part) != NULL &&
		    strcmp(step, permitted[i].step) == 0) {
			checking->seen[i] = true;
			return;
		}
	}
	fail_msg("%s\n%s", step, sql);
}

static enum refd_status explain_one(void *self, const char *sql)
{
	struct checking *checking = self;
	sqlite3_stmt *stmt = NULL;
	char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);

	assert_non_null(explain);
	assert_int_equal(sqlite3_prepare_v2(checking->db, explain, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		check_step(checking, sql, (const char *)sqlite3_column_text(stmt, 3));
	sqlite3_finalize(stmt);
	sqlite3_free(explain);
	checking->statements++;
	return REFD_OK;
}

static void plans__search_by_index_among_100000_fixtures(void **state)
{
	struct bed *bed = *state;
	struct checking checking = { 0 };
	size_t i;

	bed_make(bed);
	bed_sql(bed, fill);
	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(sqlite3_open(bed->path, &checking.db), SQLITE_OK);
	support_assert_status(refd_sqlite_statements(bed->sqlite, explain_one, &checking), REFD_OK);
	sqlite3_close(checking.db);
	assert_true(checking.statements >= 4 * REFD_RECORDS + 20);
	assert_int_equal(checking.scans, 0);
	for (i = 0; i < N_PERMITTED; i++) /* no exception outlives its reason */
		assert_true(checking.seen[i]);
}

/* ---- trace ---- */

static void note_statement(void *self, const char *sql)
{
	size_t *seen = self;

	*seen += strncmp(sql, "UPDATE fixture", 14) == 0;
}

/* The trigger that follows a re-dated fixture says nothing of its own. */
static void trace__tells_a_statement_once(void **state)
{
	struct bed *bed = *state;
	struct refd_fixture_state fixture = { .id = { support_uuid(4) },
					      .home = { support_uuid(1) },
					      .away = { support_uuid(2) },
					      .venue = { support_uuid(3) },
					      .kickoff = { 8 },
					      .status = REFD_FIXTURE_SCHEDULED,
					      .version = 2 };
	const struct refd_change change = { REFD_CHANGE_UPDATE, REFD_RECORD_FIXTURE, &fixture, 1 };
	const struct refd_change_set set = { &change, 1 };
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_WRITE,
					  .deadline = 0 };
	struct refd_tx *tx = NULL;
	struct refd_store store;
	size_t seen = 0;

	bed->options.trace = note_statement;
	bed->options.trace_self = &seen;
	support_assert_status(bed_open(bed), REFD_OK);
	bed_sql(bed,
		"PRAGMA foreign_keys=OFF; INSERT INTO fixture VALUES "
		"(x'00000000000000000000000000000004', x'00000000000000000000000000000001', "
		"x'00000000000000000000000000000002', x'00000000000000000000000000000003', 7, "
		"'scheduled', 0, NULL, 1); INSERT INTO availability VALUES "
		"(randomblob(16), x'00000000000000000000000000000004', randomblob(16), 1, 1, 7);"
		"INSERT INTO team VALUES (x'00000000000000000000000000000001', 'H', 'H', 'active', "
		"1), "
		"(x'00000000000000000000000000000002', 'A', 'A', 'active', 1);"
		"INSERT INTO venue VALUES (x'00000000000000000000000000000003', 'V', NULL, NULL, "
		"NULL, "
		"NULL, NULL, NULL, NULL, 'active', 1)");
	store = refd_sqlite_store(bed->sqlite);
	support_assert_status(store.ops->begin(store.self, &begin, &tx, &bed->err), REFD_OK);
	support_assert_status(store.ops->commit(store.self, tx, &set, &bed->err), REFD_OK);
	assert_int_equal(bed_number(bed, "SELECT kickoff FROM availability"), 8);
	assert_int_equal(seen, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(statements__prepare_and_fit_their_layouts),
		BED_TEST(statements__end_with_what_the_caller_answers),
		BED_TEST(plans__search_by_index_among_100000_fixtures),
		BED_TEST(trace__tells_a_statement_once),
	};

	return cmocka_run_group_tests_name("sqlite statements", tests, NULL, NULL);
}
