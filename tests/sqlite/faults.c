/* A transaction that an I/O error has ended applies nothing and reads nothing, and the handle goes
 * on. What every failing operation of a use case does is tried in tests/power. */
#include "bed.h"
#include "disk.h"

enum { HOME = 1, NEW };

static struct disk *disk;

/* A store of three teams, just opened: what is read is read from the disk. */
static void make_teams(struct bed *bed)
{
	bed->options.path = "store.db";
	bed->options.vfs = disk_name(disk);
	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, HOME);
	bed_team(bed, HOME + 10);
	bed_team(bed, HOME + 11);
	bed_close(bed);
	support_assert_status(bed_open(bed), REFD_OK);
}

static int teams(void)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	int number;

	assert_int_equal(sqlite3_open_v2("store.db", &db, SQLITE_OPEN_READWRITE, disk_name(disk)),
			 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM team", -1, &stmt, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	number = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	sqlite3_close(db);
	return number;
}

static enum refd_status ignore_row(void *self, size_t read, enum refd_record record,
				   const void *row)
{
	(void)self;
	(void)read;
	(void)record;
	(void)row;
	return REFD_OK;
}

/* SQLite rolls back by itself when a read meets an I/O error. */
static void commit__after_a_failed_read_applies_nothing(void **state)
{
	struct bed *bed = *state;
	const struct refd_store *store = &bed->ports.store;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_WRITE,
					  .deadline = 0 };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_TEAM,
					.index = REFD_INDEX_ALL };
	struct refd_team_state team;
	const struct refd_change change = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &team, 0 };
	const struct refd_change_set changes = { &change, 1 };
	struct refd_tx *tx = NULL;

	make_teams(bed);
	support_assert_status(refd_query_team(bed->app, (struct refd_team_id){ support_uuid(HOME) },
					      &team, &bed->err),
			      REFD_OK);
	team.id.uuid = support_uuid(NEW);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	disk_fail(disk, DISK_IO_ERROR, 1, true);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	disk_fail(disk, DISK_IO_ERROR, 0, false);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "ended the transaction"));
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err),
			      REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "ended the transaction"));
	assert_int_equal(teams(), 3);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err), REFD_OK);
	assert_int_equal(teams(), 4);
}

/* Outside of its transaction a reader would see what was committed since. */
static void read__after_a_failed_read_is_refused(void **state)
{
	struct bed *bed = *state;
	const struct refd_store *store = &bed->ports.store;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_READ,
					  .deadline = 0 };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_TEAM,
					.index = REFD_INDEX_ALL };
	const struct refd_change_set nothing = { NULL, 0 };
	struct refd_tx *tx = NULL;

	make_teams(bed);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	disk_fail(disk, DISK_IO_ERROR, 1, true);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	disk_fail(disk, DISK_IO_ERROR, 0, false);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "ended the transaction"));
	support_assert_status(store->ops->commit(store->self, tx, &nothing, &bed->err),
			      REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "ended the transaction"));
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err), REFD_OK);
	store->ops->rollback(store->self, tx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(commit__after_a_failed_read_applies_nothing),
		BED_TEST(read__after_a_failed_read_is_refused),
	};
	int failed;

	disk = disk_create("failing", false);
	failed = cmocka_run_group_tests_name("sqlite faults", tests, NULL, NULL);
	if (failed == 0) /* a store that failed is still open */
		disk_destroy(disk);
	return failed;
}
