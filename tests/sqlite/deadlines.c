/* Deadlines: what waits, reads or commits beyond one is ended, and nothing of it is left. */
#include "bed.h"

static const struct refd_read all_teams = { .kind = REFD_READ_RANGE,
					    .record = REFD_RECORD_TEAM,
					    .index = REFD_INDEX_ALL };

static enum refd_status count_rows(void *self, size_t read, enum refd_record record,
				   const void *row)
{
	(void)read;
	(void)record;
	(void)row;
	++*(size_t *)self;
	return REFD_OK;
}

static struct refd_team_state team_of(uint64_t number)
{
	return (struct refd_team_state){ .id = { support_uuid(number) },
					 .name = { 1, "A" },
					 .club = { 1, "B" },
					 .status = REFD_PARTY_ACTIVE,
					 .version = 1 };
}

static enum refd_status begin_until(struct bed *bed, enum refd_tx_mode mode, int64_t deadline,
				    struct refd_tx **ret)
{
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = mode,
					  .deadline = deadline };
	const struct refd_store *store = &bed->ports.store;

	refd_error_clear(&bed->err);
	return store->ops->begin(store->self, &begin, ret, &bed->err);
}

static enum refd_status read_teams(struct bed *bed, struct refd_tx *tx, size_t *rows)
{
	const struct refd_store *store = &bed->ports.store;

	refd_error_clear(&bed->err);
	return store->ops->read(store->self, tx, &all_teams, 1, count_rows, rows, &bed->err);
}

static enum refd_status insert_team(struct bed *bed, struct refd_tx *tx, uint64_t number)
{
	const struct refd_store *store = &bed->ports.store;
	const struct refd_team_state team = team_of(number);
	const struct refd_change insert = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &team, 0 };
	const struct refd_change_set changes = { &insert, 1 };

	refd_error_clear(&bed->err);
	return store->ops->commit(store->self, tx, &changes, &bed->err);
}

static enum refd_status commit_nothing(struct bed *bed, struct refd_tx *tx)
{
	const struct refd_store *store = &bed->ports.store;
	const struct refd_change_set nothing = { NULL, 0 };

	refd_error_clear(&bed->err);
	return store->ops->commit(store->self, tx, &nothing, &bed->err);
}

static void rollback(struct bed *bed, struct refd_tx *tx)
{
	bed->ports.store.ops->rollback(bed->ports.store.self, tx);
}

/* ---- waiting for the lock ---- */

/* Beside another handle, as beside another process: by sleeping. */
static void lock__wait_ends_at_the_deadline(void **state)
{
	struct bed *bed = *state;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_WRITE,
					  .deadline = 0 };
	struct refd_sqlite *beside = NULL;
	struct refd_store other;
	struct refd_tx *holder = NULL;
	struct refd_tx *waiter = NULL;
	int64_t deadline;

	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_sqlite_open(&bed->options, &bed->allocator, &beside, &bed->err),
			      REFD_OK);
	other = refd_sqlite_store(beside);
	support_assert_status(other.ops->begin(other.self, &begin, &holder, NULL), REFD_OK);
	deadline = bed->now.us + 2 * REFD_SECOND;
	support_assert_status(begin_until(bed, REFD_TX_WRITE, deadline, &waiter), REFD_UNAVAILABLE);
	assert_null(waiter);
	assert_true(bed->sleeps > 100);
	assert_true(bed->now.us >= deadline);
	assert_true(bed->now.us <= deadline + 250000);
	assert_non_null(strstr(bed->err.message, bed->path));
	bed->sleeps = 0; /* readers do not wait */
	support_assert_status(begin_until(bed, REFD_TX_READ, deadline, &waiter), REFD_OK);
	rollback(bed, waiter);
	assert_int_equal(bed->sleeps, 0);
	other.ops->rollback(other.self, holder);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, 0, &waiter), REFD_OK);
	rollback(bed, waiter);
	refd_sqlite_close(beside);
}

/* Sleeping, the writer looks whether there is room for a reader. */
struct guest {
	struct bed *bed;
	size_t refused;
};

static void read_meanwhile(void *self, int64_t us)
{
	struct guest *guest = self;
	struct refd_tx *tx = NULL;

	guest->bed->now.us += us;
	guest->bed->sleeps++;
	if (begin_until(guest->bed, REFD_TX_READ, guest->bed->now.us, &tx) == REFD_OK)
		rollback(guest->bed, tx);
	else
		guest->refused++;
}

static const struct refd_sleep_ops read_meanwhile_ops = { sizeof(read_meanwhile_ops),
							  read_meanwhile };

static void lock__wait_keeps_no_connection(void **state)
{
	struct bed *bed = *state;
	struct guest guest = { bed, 0 };
	struct refd_tx *waiter = NULL;
	sqlite3 *db = NULL;

	bed->options.max_connections = 1;
	bed->options.sleep = (struct refd_sleep){ &read_meanwhile_ops, &guest };
	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + REFD_SECOND, &waiter),
			      REFD_UNAVAILABLE);
	assert_true(bed->sleeps > 100);
	assert_int_equal(guest.refused, 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Within a handle writers stand in line, and the wait is the system's. */
static void turn__wait_ends_at_the_deadline(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *holder = NULL;
	struct refd_tx *waiter = NULL;

	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, 0, &holder), REFD_OK);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + 20000, &waiter),
			      REFD_UNAVAILABLE);
	assert_null(waiter);
	assert_non_null(strstr(bed->err.message, bed->path));
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us, &waiter),
			      REFD_UNAVAILABLE);
	assert_int_equal(bed->sleeps, 0);
	rollback(bed, holder);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, 0, &waiter), REFD_OK);
	rollback(bed, waiter);
}

static void stand_still(void *self, int64_t us)
{
	struct bed *bed = self;

	assert_true(us > 0);
	bed->sleeps++;
}

static const struct refd_sleep_ops stand_still_ops = { sizeof(stand_still_ops), stand_still };

static void lock__wait_ends_by_a_clock_that_stands_still(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *waiter = NULL;
	sqlite3 *db = NULL;

	bed->options.sleep.ops = &stand_still_ops;
	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + 20000, &waiter),
			      REFD_UNAVAILABLE);
	assert_true(bed->sleeps > 0);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* Who opens a file that somebody has for itself waits too, five seconds. */
static void open__waits_and_gives_up(void **state)
{
	struct bed *bed = *state;
	const int64_t start = bed->now.us;
	sqlite3 *db = NULL;

	bed_make(bed);
	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				      "PRAGMA locking_mode=EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM "
				      "command; COMMIT",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	support_assert_status(bed_open(bed), REFD_UNAVAILABLE);
	assert_true(bed->sleeps > 100);
	assert_true(bed->now.us >= start + 5 * REFD_SECOND);
	assert_true(bed->now.us <= start + 5 * REFD_SECOND + 250000);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	support_assert_status(bed_open(bed), REFD_OK);
}

/* ---- after the deadline ---- */

static void deadline__passed_refuses_reads(void **state)
{
	static const enum refd_tx_mode modes[] = { REFD_TX_READ, REFD_TX_WRITE };
	struct bed *bed = *state;
	int64_t deadline;
	size_t i;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	for (i = 0; i < 2; i++) {
		struct refd_tx *tx = NULL;
		size_t rows = 0;

		deadline = bed->now.us + REFD_SECOND;
		support_assert_status(begin_until(bed, modes[i], deadline, &tx), REFD_OK);
		bed->now.us = deadline - 1;
		support_assert_status(read_teams(bed, tx, &rows), REFD_OK);
		assert_int_equal(rows, 1);
		bed->now.us = deadline;
		support_assert_status(read_teams(bed, tx, &rows), REFD_UNAVAILABLE);
		assert_int_equal(rows, 1);
		assert_non_null(strstr(bed->err.message, "deadline"));
		assert_non_null(strstr(bed->err.message, bed->path));
		rollback(bed, tx);
		support_assert_status(begin_until(bed, modes[i], 0, &tx), REFD_OK);
		bed->now.us += REFD_DAY;
		support_assert_status(read_teams(bed, tx, &rows), REFD_OK);
		assert_int_equal(rows, 2);
		rollback(bed, tx);
	}
}

static void deadline__passed_refuses_commits(void **state)
{
	struct bed *bed = *state;
	const int64_t deadline = bed->now.us + REFD_SECOND;
	struct refd_tx *tx = NULL;

	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, deadline, &tx), REFD_OK);
	bed->now.us = deadline;
	support_assert_status(insert_team(bed, tx, 1), REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "deadline"));
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 0);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, 0, &tx), REFD_OK);
	bed->now.us += REFD_DAY;
	support_assert_status(insert_team(bed, tx, 1), REFD_OK);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 1);
	support_assert_status(begin_until(bed, REFD_TX_READ, bed->now.us + 1, &tx), REFD_OK);
	bed->now.us++;
	support_assert_status(commit_nothing(bed, tx), REFD_UNAVAILABLE);
	support_assert_status(begin_until(bed, REFD_TX_READ, bed->now.us + 1, &tx), REFD_OK);
	support_assert_status(commit_nothing(bed, tx), REFD_OK);
}

/* ---- while something runs ---- */

struct counter {
	struct bed *bed;
	size_t rows;
};

static enum refd_status count_and_pass_time(void *self, size_t read, enum refd_record record,
					    const void *row)
{
	struct counter *counter = self;

	(void)read;
	(void)record;
	(void)row;
	counter->rows++;
	counter->bed->now.us += REFD_SECOND;
	return REFD_OK;
}

static const char many_teams[] =
	"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
	"INSERT INTO team (id, name, club, status, version) "
	"SELECT randomblob(16), 'Team ' || i, 'Club', 'active', 1 FROM n";

static void deadline__ends_a_long_read(void **state)
{
	struct bed *bed = *state;
	const struct refd_store *store = &bed->ports.store;
	struct counter counter = { bed, 0 };
	struct refd_tx *tx = NULL;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_sql(bed, many_teams);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + REFD_SECOND, &tx),
			      REFD_OK);
	support_assert_status(store->ops->read(store->self, tx, &all_teams, 1, count_and_pass_time,
					       &counter, &bed->err),
			      REFD_UNAVAILABLE);
	assert_in_range(counter.rows, 1, 200);
	assert_non_null(strstr(bed->err.message, "the deadline has passed"));
	support_assert_status(read_teams(bed, tx, &counter.rows), REFD_UNAVAILABLE);
	support_assert_status(insert_team(bed, tx, 1), REFD_UNAVAILABLE);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 20000);

	counter.rows = 0; /* the connection is as good as new */
	support_assert_status(begin_until(bed, REFD_TX_READ, 0, &tx), REFD_OK);
	support_assert_status(store->ops->read(store->self, tx, &all_teams, 1, count_and_pass_time,
					       &counter, &bed->err),
			      REFD_OK);
	assert_int_equal(counter.rows, 20000);
	rollback(bed, tx);
}

/* A clock that goes on by a millisecond with each look, once it is wound. */
struct ticking {
	struct bed *bed;
	int64_t tick;
};

static struct refd_time ticking_now(void *self)
{
	return ((struct ticking *)self)->bed->now;
}

static int64_t ticking_monotonic(void *self)
{
	struct ticking *ticking = self;

	return ticking->bed->now.us += ticking->tick;
}

static const struct refd_clock_ops ticking_ops = { sizeof(ticking_ops), ticking_now,
						   ticking_monotonic };

/* Who stands in line looks at the port's clock too: it may go faster than the system's. */
static void turn__wait_ends_by_the_clock_of_the_port(void **state)
{
	struct bed *bed = *state;
	struct ticking ticking = { bed, 0 };
	struct refd_tx *holder = NULL;
	struct refd_tx *waiter = NULL;

	bed->options.clock = (struct refd_clock){ &ticking_ops, &ticking };
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, 0, &holder), REFD_OK);
	ticking.tick = REFD_HOUR;
	support_assert_status(
		begin_until(bed, REFD_TX_WRITE, bed->now.us + REFD_HOUR * 3 / 2, &waiter),
		REFD_UNAVAILABLE);
	ticking.tick = 0;
	rollback(bed, holder);
}

static void deadline__ends_a_long_commit(void **state)
{
	enum { TEAMS = 2000 };
	static struct refd_team_state teams[TEAMS];
	static struct refd_change inserts[TEAMS];
	const struct refd_change_set changes = { inserts, TEAMS };
	struct bed *bed = *state;
	const struct refd_store *store = &bed->ports.store;
	struct ticking ticking = { bed, 0 };
	struct refd_tx *tx = NULL;
	size_t i;

	bed->options.clock = (struct refd_clock){ &ticking_ops, &ticking };
	support_assert_status(bed_open(bed), REFD_OK);
	for (i = 0; i < TEAMS; i++) {
		teams[i] = team_of(i + 1);
		inserts[i] =
			(struct refd_change){ REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &teams[i], 0 };
	}
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + 10000, &tx), REFD_OK);
	ticking.tick = 1000;
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err),
			      REFD_UNAVAILABLE);
	ticking.tick = 0;
	assert_non_null(strstr(bed->err.message, "the deadline has passed"));
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 0);
	support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + 10000, &tx), REFD_OK);
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err), REFD_OK);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), TEAMS);
}

/* The deadline passes as the last thing before COMMIT. */
static void pass_deadline(void *self, const char *sql)
{
	struct bed *bed = self;

	if (strcmp(sql, "COMMIT") == 0)
		bed->now.us += REFD_DAY;
}

/* SQLite looks at the clock in one of some hundred commits, after it has written. */
static void deadline__never_ends_a_commit_that_is_being_written(void **state)
{
	struct bed *bed = *state;
	uint64_t i;

	bed->options.durability = REFD_SQLITE_OFF;
	bed->options.trace = pass_deadline;
	bed->options.trace_self = bed;
	support_assert_status(bed_open(bed), REFD_OK);
	for (i = 1; i <= 600; i++) {
		struct refd_tx *tx = NULL;

		support_assert_status(begin_until(bed, REFD_TX_WRITE, bed->now.us + 1000, &tx),
				      REFD_OK);
		support_assert_status(insert_team(bed, tx, i), REFD_OK);
	}
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(lock__wait_ends_at_the_deadline),
		BED_TEST(lock__wait_keeps_no_connection),
		BED_TEST(turn__wait_ends_at_the_deadline),
		BED_TEST(lock__wait_ends_by_a_clock_that_stands_still),
		BED_TEST(open__waits_and_gives_up),
		BED_TEST(deadline__passed_refuses_reads),
		BED_TEST(deadline__passed_refuses_commits),
		BED_TEST(deadline__ends_a_long_read),
		BED_TEST(turn__wait_ends_by_the_clock_of_the_port),
		BED_TEST(deadline__ends_a_long_commit),
		BED_TEST(deadline__never_ends_a_commit_that_is_being_written),
	};

	return cmocka_run_group_tests_name("sqlite deadlines", tests, NULL, NULL);
}
