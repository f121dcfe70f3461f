/* Files: which are refused and why, read-only ones, what a check finds, figures. */
#include "bed.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_at(const struct bed *bed, long offset, const void *bytes, size_t n)
{
	FILE *file = fopen(bed->path, "r+b");

	if (file == NULL)
		file = fopen(bed->path, "wb");
	assert_non_null(file);
	assert_int_equal(fseek(file, offset, SEEK_SET), 0);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static off_t size_of(const struct bed *bed)
{
	struct stat info;

	assert_int_equal(stat(bed->path, &info), 0);
	return info.st_size;
}

/* ---- refused ---- */

static void file__garbage_is_corrupt(void **state)
{
	struct bed *bed = *state;
	unsigned char garbage[8192];
	struct support_random random = { 7 };
	size_t i;

	for (i = 0; i < sizeof(garbage); i++)
		garbage[i] = (unsigned char)support_random_next(&random);
	write_at(bed, 0, garbage, sizeof(garbage));
	bed_refused(bed, REFD_CORRUPT, "not a database");
}

static void file__truncated_is_corrupt(void **state)
{
	struct bed *bed = *state;

	bed_make(bed);
	assert_int_equal(truncate(bed->path, size_of(bed) - 4096 - 2048), 0);
	bed_refused(bed, REFD_CORRUPT, "malformed");
}

static void file__foreign_database_is_corrupt_and_left_alone(void **state)
{
	struct bed *bed = *state;

	bed_sql(bed, "CREATE TABLE mine (a); INSERT INTO mine VALUES (1)");
	bed_refused(bed, REFD_CORRUPT, "not a refdomain database");
	assert_int_equal(bed_number(bed, "SELECT journal_mode = 'delete' FROM pragma_journal_mode"),
			 1);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM sqlite_schema"), 1);
}

static void file__empty_without_create_is_corrupt_and_left_alone(void **state)
{
	struct bed *bed = *state;

	write_at(bed, 0, "", 0);
	bed->options.create = false;
	bed_refused(bed, REFD_CORRUPT, "empty file");
	assert_int_equal(size_of(bed), 0);
}

static void file__newer_is_corrupt(void **state)
{
	struct bed *bed = *state;

	bed_make(bed);
	bed_sql(bed, "PRAGMA user_version = 1000");
	bed_refused(bed, REFD_CORRUPT, "newer version");
}

struct alteration {
	const char *sql, *reason;
};

static const struct alteration alterations[] = {
	{ "DROP INDEX fixture_by_venue", "lacks index fixture_by_venue" },
	{ "ALTER TABLE team ADD COLUMN colour TEXT", "altered: table team" },
	{ "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, "
	  "'travel_gap BETWEEN 0 AND 1440', 'travel_gap BETWEEN 0 AND 9999') WHERE name = 'rules'; "
	  "PRAGMA writable_schema=RESET",
	  "altered: table rules" },
	{ "CREATE TABLE zebra (a)", "foreign object: table zebra" },
	{ "CREATE TRIGGER aaa AFTER INSERT ON event BEGIN DELETE FROM event; END",
	  "foreign object: trigger aaa" },
	{ "UPDATE schema_file SET checksum = '0123456789abcdef'",
	  "checksum of a schema file differs: 0001_initial.sql" },
	{ "DELETE FROM schema_file", "checksum of a schema file differs: 0001_initial.sql" },
	{ "INSERT INTO schema_file VALUES (2, '0002.sql', '0')", "log of schema files" },
	{ "DROP TABLE schema_file", "log of schema files is missing" },
	{ "PRAGMA application_id = 1", "not a refdomain database" },
	{ "PRAGMA user_version = 0", "version of the schema is missing" },
	{ "PRAGMA user_version = -1", "version of the schema is missing" },
};

static void file__altered_schema_is_corrupt(void **state)
{
	struct bed *bed = *state;
	size_t i;

	for (i = 0; i < sizeof(alterations) / sizeof(alterations[0]); i++) {
		bed_make(bed);
		bed_sql(bed, alterations[i].sql);
		bed_refused(bed, REFD_CORRUPT, alterations[i].reason);
		assert_int_equal(unlink(bed->path), 0);
	}
}

static void file__white_space_and_statistics_do_not_count(void **state)
{
	struct bed *bed = *state;

	bed_make(bed);
	bed_sql(bed,
		"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, "
		"'team (name', 'team' || char(10) || '  (name'); PRAGMA writable_schema=RESET; "
		"ANALYZE");
	support_assert_status(bed_open(bed), REFD_OK);
}

static void file__missing_without_create_is_not_found(void **state)
{
	struct bed *bed = *state;

	bed->options.create = false;
	bed_refused(bed, REFD_NOT_FOUND, "open");
	assert_int_equal(access(bed->path, F_OK), -1);
	bed->options.create = true;
	bed_make(bed);
	bed->options.create = false;
	support_assert_status(bed_open(bed), REFD_OK);
}

/* ---- permissions: as somebody whom they bind ---- */

typedef int with_permissions(struct bed *bed);

#define NOBODY 65534

/* Runs the check in a process without privileges, which answers 0 or the line that failed. */
static void as_nobody(struct bed *bed, with_permissions *check)
{
	pid_t child;
	int status = 0;

	if (geteuid() == 0)
		assert_int_equal(chown(bed->directory, NOBODY, NOBODY), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && (setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(255);
		_exit(check(bed));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("line %d of the check", WEXITSTATUS(status));
}

#define REQUIRE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition))                                                                  \
			return __LINE__ % 250 + 1;                                                 \
	} while (0)

static enum refd_status first_team(void *self, const struct refd_team_state *team)
{
	(void)team;
	++*(size_t *)self;
	return REFD_OK;
}

static size_t teams(struct bed *bed)
{
	size_t n = 0;
	enum refd_status st = refd_query_teams(bed->app, (enum refd_party_status)0, NULL,
					       first_team, &n, NULL, &bed->err);

	return st == REFD_OK ? n : SIZE_MAX;
}

static enum refd_status add_team(struct bed *bed)
{
	const struct refd_team_details details = { .name = refd_str_of("Late"),
						   .club = refd_str_of("Club") };

	refd_error_clear(&bed->err);
	return refd_registry_register_team(bed->app, NULL, (struct refd_team_id){ 0 }, &details,
					   NULL, &bed->err);
}

static int read_only_file(struct bed *bed)
{
	REQUIRE(bed_open(bed) == REFD_OK);
	bed_team(bed, 1);
	bed_close(bed);
	REQUIRE(chmod(bed->path, 0444) == 0);
	bed->options.create = false;
	REQUIRE(bed_open(bed) == REFD_OK);
	REQUIRE(teams(bed) == 1);
	REQUIRE(add_team(bed) == REFD_DENIED);
	REQUIRE(strstr(bed->err.message, bed->path) != NULL);
	REQUIRE(teams(bed) == 1);
	return 0;
}

static void read_only__file_is_read_and_writes_are_denied(void **state)
{
	as_nobody(*state, read_only_file);
}

static int unreadable_file(struct bed *bed)
{
	REQUIRE(bed_open(bed) == REFD_OK);
	bed_close(bed);
	REQUIRE(chmod(bed->path, 0) == 0);
	REQUIRE(bed_open(bed) == REFD_DENIED);
	REQUIRE(strstr(bed->err.message, bed->path) != NULL);
	bed->options.create = false;
	REQUIRE(bed_open(bed) == REFD_DENIED);
	REQUIRE(bed->err.status == REFD_DENIED);
	return 0;
}

static void file__unreadable_is_denied(void **state)
{
	as_nobody(*state, unreadable_file);
}

static int unwritable_directory(struct bed *bed)
{
	REQUIRE(chmod(bed->directory, 0555) == 0);
	REQUIRE(bed_open(bed) == REFD_DENIED);
	REQUIRE(strstr(bed->err.message, bed->path) != NULL);
	return 0;
}

static void directory__unwritable_is_denied(void **state)
{
	as_nobody(*state, unwritable_directory);
}

static void directory__missing_is_not_found(void **state)
{
	struct bed *bed = *state;
	char path[96];

	snprintf(path, sizeof(path), "%s/none/store.db", bed->directory);
	bed->options.path = path;
	support_assert_status(bed_open(bed), REFD_NOT_FOUND);
	assert_non_null(strstr(bed->err.message, path));
	bed->options.create = false;
	support_assert_status(bed_open(bed), REFD_NOT_FOUND);
}

static void directory__is_no_file(void **state)
{
	struct bed *bed = *state;

	bed->options.path = bed->directory;
	support_assert_status(bed_open(bed), REFD_INVALID);
	assert_non_null(strstr(bed->err.message, "is a directory"));
	bed->options.create = false;
	support_assert_status(bed_open(bed), REFD_INVALID);
	support_assert_status(refd_sqlite_open(&bed->options, &bed->allocator, &bed->sqlite, NULL),
			      REFD_INVALID);
}

static void path__is_no_uri(void **state)
{
	struct bed *bed = *state;
	char here[1024];

	assert_non_null(getcwd(here, sizeof(here)));
	assert_int_equal(chdir(bed->directory), 0);
	bed->options.path = "file:store.db?mode=memory";
	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(access("file:store.db?mode=memory", F_OK), 0);
	bed_close(bed);
	assert_int_equal(chdir(here), 0);
}

static void read_only__handle_reads_and_denies_writes(void **state)
{
	struct bed *bed = *state;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_WRITE,
					  .deadline = 0 };
	struct refd_tx *tx = NULL;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	bed_close(bed);
	bed->options.create = false;
	bed->options.read_only = true;
	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(teams(bed), 1);
	support_assert_status(bed->ports.store.ops->begin(bed->ports.store.self, &begin, &tx, NULL),
			      REFD_DENIED);
	assert_null(tx);
	support_assert_status(add_team(bed), REFD_DENIED);
	assert_int_equal(teams(bed), 1);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
}

/* ---- options ---- */

static enum refd_status misuse(struct bed *bed, struct refd_sqlite_options options)
{
	struct refd_sqlite *sqlite = NULL;
	enum refd_status st = refd_sqlite_open(&options, &bed->allocator, &sqlite, &bed->err);

	assert_null(sqlite);
	assert_int_equal(access(bed->path, F_OK), -1);
	return st;
}

#define MISUSE_OF(bed, member, value)                                                              \
	do {                                                                                       \
		struct refd_sqlite_options wrong = (bed)->options;                                 \
		wrong.member = (value);                                                            \
		support_assert_status(misuse((bed), wrong), REFD_MISUSE);                          \
	} while (0)

static void options__out_of_range_are_misuse(void **state)
{
	static const struct refd_clock_ops no_clock = { sizeof(no_clock), NULL, NULL };
	static const struct refd_sleep_ops no_sleep = { sizeof(no_sleep), NULL };
	struct bed *bed = *state;

	MISUSE_OF(bed, struct_size, sizeof(struct refd_sqlite_options) - 1);
	MISUSE_OF(bed, path, NULL);
	MISUSE_OF(bed, path, "");
	MISUSE_OF(bed, clock.ops, NULL);
	MISUSE_OF(bed, clock.ops, &no_clock);
	MISUSE_OF(bed, sleep.ops, NULL);
	MISUSE_OF(bed, sleep.ops, &no_sleep);
	MISUSE_OF(bed, max_connections, 65);
	MISUSE_OF(bed, durability, (enum refd_sqlite_durability)4);
	MISUSE_OF(bed, read_only, true); /* and create */
	support_assert_status(refd_sqlite_open(NULL, &bed->allocator, &bed->sqlite, NULL),
			      REFD_MISUSE);
}

static void options__unknown_vfs_is_an_error(void **state)
{
	struct bed *bed = *state;

	bed->options.vfs = "no such vfs";
	assert_int_not_equal(bed_open(bed), REFD_OK);
	assert_non_null(strstr(bed->err.message, "no such vfs"));
}

static void options__are_copied(void **state)
{
	struct bed *bed = *state;
	char path[sizeof(bed->path)];

	strcpy(path, bed->path);
	bed->options.path = path;
	support_assert_status(bed_open(bed), REFD_OK);
	memset(path, 'x', sizeof(path) - 1);
	bed_team(bed, 1);
	assert_int_equal(teams(bed), 1);
	refd_sqlite_close(NULL);
}

static void memory__is_a_store_with_one_transaction(void **state)
{
	struct bed *bed = *state;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_READ,
					  .deadline = bed->now.us };
	struct refd_tx *first = NULL;
	struct refd_tx *second = NULL;

	bed->options.path = ":memory:";
	bed->options.max_connections = 8;
	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	assert_int_equal(teams(bed), 1);
	support_assert_status(
		bed->ports.store.ops->begin(bed->ports.store.self, &begin, &first, NULL), REFD_OK);
	support_assert_status(
		bed->ports.store.ops->begin(bed->ports.store.self, &begin, &second, NULL),
		REFD_UNAVAILABLE);
	assert_null(second);
	bed->ports.store.ops->rollback(bed->ports.store.self, first);
	assert_int_equal(teams(bed), 1);
	support_assert_status(refd_sqlite_check(bed->sqlite, NULL), REFD_OK);
	assert_int_equal(access(bed->path, F_OK), -1);
}

/* ---- check, figures ---- */

static void check__finds_a_damaged_index(void **state)
{
	struct bed *bed = *state;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
	bed_close(bed);
	/* the index made of other columns than its text says */
	bed_sql(bed, "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, "
		     "'(name, id)', '(club, id)') WHERE name = 'team_by_name'; "
		     "PRAGMA writable_schema=RESET; INSERT INTO team VALUES (zeroblob(16), 'Name', "
		     "'Other', 'active', 1); PRAGMA writable_schema=ON; UPDATE sqlite_schema SET "
		     "sql = replace(sql, '(club, id)', '(name, id)') WHERE name = 'team_by_name'; "
		     "PRAGMA writable_schema=RESET");
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_CORRUPT);
	assert_non_null(strstr(bed->err.message, bed->path));
	assert_non_null(strstr(bed->err.message, "team_by_name"));
	support_assert_status(refd_sqlite_check(bed->sqlite, NULL), REFD_CORRUPT);
}

static void check__finds_a_broken_reference(void **state)
{
	struct bed *bed = *state;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_sql(bed, "PRAGMA foreign_keys=OFF; INSERT INTO slot VALUES (zeroblob(16), 'first', "
		     "zeroblob(16))");
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_CORRUPT);
	assert_non_null(strstr(bed->err.message, bed->path));
	assert_non_null(strstr(bed->err.message, "slot"));
}

/* Written past the triggers, with no references to keep it out. */
static void check__finds_a_kickoff_other_than_the_fixtures(void **state)
{
	static const char *const shifts[] = { "availability", "assignment" };
	struct bed *bed = *state;
	char sql[64];
	size_t i;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_sql(bed,
		"INSERT INTO team VALUES (randomblob(16), 'Home', 'Home', 'active', 1);"
		"INSERT INTO team VALUES (randomblob(16), 'Away', 'Away', 'active', 1);"
		"INSERT INTO referee VALUES (randomblob(16), 'Anna', 'Club', NULL, NULL, 'active', "
		"1);"
		"INSERT INTO venue VALUES (randomblob(16), 'Hall', NULL, NULL, NULL, NULL, NULL, "
		"NULL, "
		"NULL, 'active', 1);"
		"INSERT INTO fixture SELECT randomblob(16), min(team.id), max(team.id), venue.id, "
		"7, "
		"'scheduled', 0, NULL, 1 FROM team, venue;"
		"INSERT INTO availability SELECT randomblob(16), fixture.id, referee.id, 1, 1, 7 "
		"FROM "
		"fixture, referee;"
		"INSERT INTO assignment SELECT randomblob(16), fixture.id, referee.id, 'first', "
		"'staged', NULL, NULL, 0, 1, 7 FROM fixture, referee");
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
	bed_sql(bed, "UPDATE fixture SET kickoff = 8"); /* the trigger follows */
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
	for (i = 0; i < 2; i++) {
		snprintf(sql, sizeof(sql), "UPDATE %s SET kickoff = 9", shifts[i]);
		bed_sql(bed, sql);
		support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_CORRUPT);
		assert_non_null(strstr(bed->err.message, shifts[i]));
		snprintf(sql, sizeof(sql), "UPDATE %s SET kickoff = 8", shifts[i]);
		bed_sql(bed, sql);
	}
}

static void check__finds_an_altered_schema(void **state)
{
	struct bed *bed = *state;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_sql(bed, "DROP INDEX team_by_name");
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_CORRUPT);
	assert_non_null(strstr(bed->err.message, "team_by_name"));
}

static void check__changes_nothing(void **state)
{
	struct bed *bed = *state;

	size_t i;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_sql(bed, "PRAGMA user_version = 0");
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_CORRUPT);
	assert_non_null(strstr(bed->err.message, "version of the schema"));
	assert_int_equal(bed_number(bed, "PRAGMA user_version"), 0);
	bed_sql(bed, "DROP TABLE schema_file; PRAGMA application_id = 0");
	for (i = REFD_RECORDS; i > 0; i--) { /* children first */
		char sql[80];

		snprintf(sql, sizeof(sql), "DROP TABLE %s",
			 refd_record_layout((enum refd_record)i)->name);
		bed_sql(bed, sql);
	}
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_CORRUPT);
	assert_non_null(strstr(bed->err.message, "empty file"));
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM sqlite_schema"), 0);
}

/* The adapter's connections keep the schema they have read; a stray write knows none. */
static void damage_team(const struct bed *bed, const char *setting)
{
	static const char loosen[] =
		"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE team (id "
		"BLOB "
		"PRIMARY KEY NOT NULL, name, club, status, version)' WHERE name = 'team'; PRAGMA "
		"writable_schema=RESET; ";
	char sql[1024];
	char *strict = NULL;
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT sql FROM sqlite_schema WHERE name = 'team'",
					    -1, &stmt, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	strict = sqlite3_mprintf(
		"PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = %Q WHERE "
		"name = 'team'; PRAGMA writable_schema=RESET",
		sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	snprintf(sql, sizeof(sql), "%sUPDATE team SET %s", loosen, setting);
	bed_sql(bed, sql);
	bed_sql(bed, strict);
	sqlite3_free(strict);
}

static void row__of_a_wrong_type_is_corrupt(void **state)
{
	static const char *const damages[] = {
		"version = 'one'",
		"version = NULL",
		"version = 1, status = 'resting'",
		"status = 'active', club = x'41'",
		"club = 7",
	};
	struct bed *bed = *state;
	size_t i;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		struct refd_team_state team;

		damage_team(bed, damages[i]);
		refd_error_clear(&bed->err);
		support_assert_status(refd_query_team(bed->app,
						      (struct refd_team_id){ support_uuid(1) },
						      &team, &bed->err),
				      REFD_CORRUPT);
		assert_non_null(strstr(bed->err.message, "team."));
	}
	damage_team(bed, "club = 'Club'");
	assert_int_equal(teams(bed), 1);
}

/* The message is of this error, not of the one before. */
static void row__with_an_unknown_word_is_not_stored(void **state)
{
	struct bed *bed = *state;
	const struct refd_store *store = &bed->ports.store;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_WRITE,
					  .deadline = 0 };
	const struct refd_team_state team = { .id = { support_uuid(9) },
					      .name = { 1, "A" },
					      .club = { 1, "B" },
					      .status = (enum refd_party_status)77,
					      .version = 1 };
	const struct refd_change insert = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &team, 0 };
	const struct refd_change_set changes = { &insert, 1 };
	struct refd_tx *tx = NULL;

	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, NULL), REFD_OK);
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err),
			      REFD_BACKEND);
	assert_non_null(strstr(bed->err.message, "mismatch"));
	assert_int_equal(bed->err.native, SQLITE_MISMATCH);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 0);
}

struct figures {
	int64_t teams, bytes, version, open;
	size_t rows, n;
};

static void take_figure(void *self, const char *name, int64_t value)
{
	struct figures *figures = self;

	figures->n++;
	figures->rows += strncmp(name, "rows.", 5) == 0;
	if (strcmp(name, "rows.team") == 0)
		figures->teams = value;
	else if (strcmp(name, "bytes.file") == 0)
		figures->bytes = value;
	else if (strcmp(name, "schema.version") == 0)
		figures->version = value;
	else if (strcmp(name, "connections.open") == 0)
		figures->open = value;
}

static void stats__are_those_of_the_file(void **state)
{
	struct bed *bed = *state;
	struct figures figures = { 0 };

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	bed_team(bed, 2);
	bed_team(bed, 3);
	bed_sql(bed, "PRAGMA wal_checkpoint(TRUNCATE)");
	support_assert_status(refd_sqlite_stats(bed->sqlite, take_figure, &figures, &bed->err),
			      REFD_OK);
	assert_int_equal(figures.teams, 3);
	assert_int_equal(figures.rows, REFD_RECORDS);
	assert_int_equal(figures.bytes, size_of(bed));
	assert_int_equal(figures.version, bed_number(bed, "PRAGMA user_version"));
	assert_true(figures.version >= 1);
	assert_int_equal(figures.open, 1);
	assert_true(figures.n >= REFD_RECORDS + 3);
}

static void read_beside(void *self, const char *name, int64_t value)
{
	struct bed *bed = self;

	(void)name;
	(void)value;
	if (teams(bed) == 1)
		bed->sleeps++;
}

static void stats__are_told_under_no_lock(void **state)
{
	struct bed *bed = *state;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	bed->sleeps = 0;
	support_assert_status(refd_sqlite_stats(bed->sqlite, read_beside, bed, &bed->err), REFD_OK);
	assert_true(bed->sleeps >= REFD_RECORDS + 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(file__garbage_is_corrupt),
		BED_TEST(file__truncated_is_corrupt),
		BED_TEST(file__foreign_database_is_corrupt_and_left_alone),
		BED_TEST(file__empty_without_create_is_corrupt_and_left_alone),
		BED_TEST(file__newer_is_corrupt),
		BED_TEST(file__altered_schema_is_corrupt),
		BED_TEST(file__white_space_and_statistics_do_not_count),
		BED_TEST(file__missing_without_create_is_not_found),
		BED_TEST(read_only__file_is_read_and_writes_are_denied),
		BED_TEST(file__unreadable_is_denied),
		BED_TEST(directory__unwritable_is_denied),
		BED_TEST(directory__missing_is_not_found),
		BED_TEST(directory__is_no_file),
		BED_TEST(path__is_no_uri),
		BED_TEST(read_only__handle_reads_and_denies_writes),
		BED_TEST(options__out_of_range_are_misuse),
		BED_TEST(options__unknown_vfs_is_an_error),
		BED_TEST(options__are_copied),
		BED_TEST(memory__is_a_store_with_one_transaction),
		BED_TEST(check__finds_a_damaged_index),
		BED_TEST(check__finds_a_broken_reference),
		BED_TEST(check__finds_a_kickoff_other_than_the_fixtures),
		BED_TEST(check__finds_an_altered_schema),
		BED_TEST(check__changes_nothing),
		BED_TEST(row__of_a_wrong_type_is_corrupt),
		BED_TEST(row__with_an_unknown_word_is_not_stored),
		BED_TEST(stats__are_those_of_the_file),
		BED_TEST(stats__are_told_under_no_lock),
	};

	return cmocka_run_group_tests_name("sqlite files", tests, NULL, NULL);
}
