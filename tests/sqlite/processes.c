/*
 * Four processes make the same file, register the same parties and want the same hall on the same
 * days: each day one of them gets it. And a handle carried over fork() is of no use, and does no
 * harm.
 */
#include "bed.h"

#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4
#define DAYS	  10
#define HALL	  1

/* @return days won, or 100 + status of what went wrong */
static int contend(struct bed *bed, unsigned number, int gate)
{
	const struct refd_venue_details hall = { .name = refd_str_of("Hall"),
						 .city = refd_str_of("Town") };
	const struct refd_team_details team = { .name = refd_str_of("Team"),
						.club = refd_str_of("Club") };
	int won = 0;
	int tries = 0;
	enum refd_status st;
	uint64_t i;
	char go;

	if (read(gate, &go, 1) != 0) /* until the parent closes its end */
		return 99;
	do /* on a busy machine another one may be longer at making the schema than open waits */
		st = bed_open(bed);
	while (st == REFD_UNAVAILABLE && ++tries < 10);
	if (st != REFD_OK) {
		print_error("process %u: %s (%d)\n", number, bed->err.message, bed->err.native);
		return 100 + (int)st;
	}
	st = refd_registry_register_venue(bed->app, NULL,
					  (struct refd_venue_id){ support_uuid(HALL) }, &hall, NULL,
					  &bed->err);
	if (st != REFD_OK && st != REFD_ALREADY_EXISTS)
		return 120 + (int)st;
	for (i = 0; i < 2; i++) {
		st = refd_registry_register_team(
			bed->app, NULL, (struct refd_team_id){ support_uuid(10 + number * 2 + i) },
			&team, NULL, &bed->err);
		if (st != REFD_OK)
			return 140 + (int)st;
	}
	for (i = 0; i < DAYS; i++) {
		st = bed_schedule(bed, 1000 + i * PROCESSES + number, 10 + number * 2,
				  11 + number * 2, HALL, (int)i + 1, &bed->err);
		won += st == REFD_OK;
		if (st != REFD_OK &&
		    (st != REFD_REFUSED ||
		     support_violation(&bed->err, REFD_RULE_VENUE_TAKEN, NULL) == NULL))
			return 160 + (int)st;
	}
	bed_close(bed);
	return won;
}

static void processes__one_gets_the_hall_each_day(void **state)
{
	struct bed *bed = *state;
	pid_t children[PROCESSES];
	int gate[2];
	int won = 0;
	unsigned i;

	bed_use_system(bed);
	bed->options.durability = REFD_SQLITE_NORMAL;
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			close(gate[1]);
			_exit(contend(bed, i, gate[0]));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (i = 0; i < PROCESSES; i++) {
		int status = 0;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) > DAYS)
			fail_msg("process %u: %d", i, WEXITSTATUS(status));
		won += WEXITSTATUS(status);
	}
	assert_int_equal(won, DAYS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM fixture"), DAYS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM venue"), 1);
	assert_int_equal(bed_number(bed, "SELECT count(DISTINCT day) FROM claim"), DAYS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM event"), DAYS + 1 + 2 * PROCESSES);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM schema_file"),
			 bed_number(bed, "PRAGMA user_version"));
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
}

/* ---- a handle carried over fork ---- */

static enum refd_status ignore_row(void *self, size_t read, enum refd_record record,
				   const void *row)
{
	(void)self;
	(void)read;
	(void)record;
	(void)row;
	return REFD_OK;
}

static void ignore_figure(void *self, const char *name, int64_t value)
{
	(void)self;
	(void)name;
	(void)value;
}

static const struct refd_read all_teams = { .kind = REFD_READ_RANGE,
					    .record = REFD_RECORD_TEAM,
					    .index = REFD_INDEX_ALL };
static const struct refd_team_state team = { .id = { { { 9 } } },
					     .name = { 1, "A" },
					     .club = { 1, "B" },
					     .status = REFD_PARTY_ACTIVE,
					     .version = 1 };
static const struct refd_change insert = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &team, 0 };
static const struct refd_change_set changes = { &insert, 1 };

#define REQUIRE(condition)                                                                         \
	do {                                                                                       \
		if (!(condition))                                                                  \
			return __LINE__ % 250 + 1;                                                 \
	} while (0)

static void count_statement(void *self, const char *sql)
{
	(void)sql;
	++*(size_t *)self;
}

/* Whatever a child may try. @return 0 or the line that failed */
static int use_in_child(struct bed *bed, struct refd_tx *reader, struct refd_tx *writer)
{
	const struct refd_store *store = &bed->ports.store;
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_READ,
				    .deadline = 0 };
	const size_t before = *(const size_t *)bed->options.trace_self;
	struct refd_team_state found;
	struct refd_tx *tx = NULL;

	REQUIRE(store->ops->begin(store->self, &begin, &tx, &bed->err) == REFD_MISUSE);
	REQUIRE(strstr(bed->err.message, bed->path) != NULL);
	begin.mode = REFD_TX_WRITE;
	REQUIRE(store->ops->begin(store->self, &begin, &tx, NULL) == REFD_MISUSE);
	REQUIRE(tx == NULL);
	REQUIRE(store->ops->read(store->self, reader, &all_teams, 1, ignore_row, NULL, NULL) ==
		REFD_MISUSE);
	REQUIRE(store->ops->read(store->self, writer, &all_teams, 1, ignore_row, NULL, NULL) ==
		REFD_MISUSE);
	REQUIRE(store->ops->commit(store->self, writer, &changes, NULL) == REFD_MISUSE);
	store->ops->rollback(store->self, writer);
	store->ops->rollback(store->self, reader);
	REQUIRE(refd_sqlite_check(bed->sqlite, NULL) == REFD_MISUSE);
	REQUIRE(refd_sqlite_stats(bed->sqlite, ignore_figure, NULL, NULL) == REFD_MISUSE);
	REQUIRE(refd_query_team(bed->app, (struct refd_team_id){ support_uuid(1) }, &found, NULL) ==
		REFD_MISUSE);
	refd_sqlite_close(bed->sqlite); /* is the parent's to do */
	REQUIRE(store->ops->begin(store->self, &begin, &tx, NULL) == REFD_MISUSE);
	REQUIRE(*(const size_t *)bed->options.trace_self == before);
	return 0;
}

static void fork__leaves_the_handle_to_the_parent(void **state)
{
	struct bed *bed = *state;
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_READ,
				    .deadline = 0 };
	const struct refd_store *store = &bed->ports.store;
	struct refd_tx *reader = NULL;
	struct refd_tx *writer = NULL;
	size_t statements = 0;
	int status = 0;
	sqlite3 *db = NULL;
	pid_t child;

	bed->options.trace = count_statement;
	bed->options.trace_self = &statements;
	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	support_assert_status(store->ops->begin(store->self, &begin, &reader, NULL), REFD_OK);
	begin.mode = REFD_TX_WRITE;
	support_assert_status(store->ops->begin(store->self, &begin, &writer, NULL), REFD_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(use_in_child(bed, reader, writer));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("line %d of the child", WEXITSTATUS(status));
	/* the writer still has the lock */
	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_BUSY);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	support_assert_status(
		store->ops->read(store->self, reader, &all_teams, 1, ignore_row, NULL, &bed->err),
		REFD_OK);
	store->ops->rollback(store->self, reader);
	support_assert_status(store->ops->commit(store->self, writer, &changes, &bed->err),
			      REFD_OK);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 2);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(processes__one_gets_the_hall_each_day),
		BED_TEST(fork__leaves_the_handle_to_the_parent),
	};

	return cmocka_run_group_tests_name("sqlite processes", tests, NULL, NULL);
}
