/* The disk does what disk.h says: everything that stands on it would be worthless otherwise. */
#include <sqlite3.h>

#include "disk.h"

#define CUTS 400

struct bench {
	struct disk *disk, *left;
};

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->disk = disk_create("disk", false);
	bench->left = disk_create("left", false);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	disk_destroy(bench->left);
	disk_destroy(bench->disk);
	free(bench);
	return 0;
}

#define DISK_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- files without SQLite ---- */

struct opened {
	sqlite3_vfs *vfs;
	sqlite3_file *file;
};

static struct opened open_file(const struct disk *disk, const char *name, int kind)
{
	struct opened o = { sqlite3_vfs_find(disk_name(disk)), NULL };

	assert_non_null(o.vfs);
	o.file = calloc(1, (size_t)o.vfs->szOsFile);
	assert_non_null(o.file);
	assert_int_equal(o.vfs->xOpen(o.vfs, name, o.file,
				      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | kind, NULL),
			 SQLITE_OK);
	return o;
}

static void close_file(struct opened o)
{
	assert_int_equal(o.file->pMethods->xClose(o.file), SQLITE_OK);
	free(o.file);
}

static void write_at(struct opened o, char byte, int size, int at)
{
	char *bytes = malloc((size_t)size);

	assert_non_null(bytes);
	memset(bytes, byte, (size_t)size);
	assert_int_equal(o.file->pMethods->xWrite(o.file, bytes, size, at), SQLITE_OK);
	free(bytes);
}

static void sync_file(struct opened o)
{
	assert_int_equal(o.file->pMethods->xSync(o.file, SQLITE_SYNC_FULL), SQLITE_OK);
}

static bool is_there(const struct disk *disk, const char *name)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(disk_name(disk));
	int there = 0;

	assert_int_equal(vfs->xAccess(vfs, name, SQLITE_ACCESS_EXISTS, &there), SQLITE_OK);
	return there != 0;
}

/* Zeroes behind the end. @return its size */
static sqlite3_int64 contents(const struct disk *disk, const char *name, char *ret, int size)
{
	struct opened o = open_file(disk, name, SQLITE_OPEN_MAIN_DB);
	sqlite3_int64 length = 0;
	int code = o.file->pMethods->xRead(o.file, ret, size, 0);

	assert_true(code == SQLITE_OK || code == SQLITE_IOERR_SHORT_READ);
	assert_int_equal(o.file->pMethods->xFileSize(o.file, &length), SQLITE_OK);
	close_file(o);
	return length;
}

static void cut__leaves_what_was_synced(void **state)
{
	struct bench *bench = *state;
	struct support_random random = { 1 };
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	char found[2048];
	int i;

	write_at(o, 'x', 2048, 0);
	sync_file(o);
	write_at(o, 'y', 512, 4096);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		assert_true(is_there(bench->left, "a-wal"));
		assert_true(contents(bench->left, "a-wal", found, 2048) >= 2048);
		assert_int_equal(found[0], 'x');
		assert_memory_equal(found, found + 1, 2047);
	}
	close_file(o);
}

/* Each sector is old, new or torn, and all of that comes up. */
static void cut__damages_what_was_not_synced(void **state)
{
	struct bench *bench = *state;
	struct support_random random = { 2 };
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	size_t old = 0, new = 0, torn = 0, mixed = 0;
	char found[1024];
	int i;

	write_at(o, 'x', 1024, 0);
	sync_file(o);
	write_at(o, 'y', 1024, 0);
	for (i = 0; i < CUTS; i++) {
		const char *second = found + 512;

		disk_leave(bench->disk, bench->left, &random);
		assert_int_equal(contents(bench->left, "a-wal", found, 1024), 1024);
		torn += memcmp(found, found + 1, 511) != 0;
		old += found[0] == 'x' && memcmp(found, found + 1, 1023) == 0;
		new += found[0] == 'y' && memcmp(found, found + 1, 1023) == 0;
		mixed += found[0] == 'x' && second[0] == 'y'; /* out of order */
	}
	assert_true(old > 0 && new > 0 && torn > 0 && mixed > 0);
	close_file(o);
}

/* Neither appending nor cutting off is durable before a sync. */
static void cut__can_keep_the_old_size(void **state)
{
	struct bench *bench = *state;
	struct support_random random = { 3 };
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	size_t longer = 0, shorter = 0;
	char found[16];
	int i;

	write_at(o, 'x', 1024, 0);
	sync_file(o);
	write_at(o, 'y', 512, 1024);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		longer += contents(bench->left, "a-wal", found, 16) == 1536;
	}
	assert_true(longer > 0 && longer < CUTS);
	assert_int_equal(o.file->pMethods->xTruncate(o.file, 512), SQLITE_OK);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		shorter += contents(bench->left, "a-wal", found, 16) == 512;
	}
	assert_true(shorter > 0 && shorter < CUTS);
	sync_file(o);
	disk_leave(bench->disk, bench->left, &random);
	assert_int_equal(contents(bench->left, "a-wal", found, 16), 512);
	close_file(o);
}

/* Syncing the file is not enough, but for journals, whose directory is synced along. */
static void cut__can_lose_the_name_of_a_new_file(void **state)
{
	struct bench *bench = *state;
	struct support_random random = { 4 };
	struct opened o = open_file(bench->disk, "a", SQLITE_OPEN_MAIN_DB);
	struct opened journal;
	size_t found = 0;
	int i;

	write_at(o, 'x', 512, 0);
	sync_file(o);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		found += is_there(bench->left, "a");
	}
	assert_true(found > 0 && found < CUTS);
	journal = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	sync_file(journal);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		assert_true(is_there(bench->left, "a"));
	}
	close_file(journal);
	close_file(o);
}

/* A file that was deleted and made anew is another one: the old contents may be back. */
static void cut__can_bring_back_a_deleted_file(void **state)
{
	struct bench *bench = *state;
	struct support_random random = { 5 };
	sqlite3_vfs *vfs = sqlite3_vfs_find(disk_name(bench->disk));
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	size_t before = 0, gone = 0, after = 0;
	char found[512];
	int i;

	write_at(o, 'x', 512, 0);
	sync_file(o);
	close_file(o);
	assert_int_equal(vfs->xDelete(vfs, "a-wal", 0), SQLITE_OK);
	assert_false(is_there(bench->disk, "a-wal"));
	o = open_file(bench->disk, "a-wal", SQLITE_OPEN_MAIN_DB);
	write_at(o, 'y', 512, 0);
	sync_file(o);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		if (!is_there(bench->left, "a-wal")) {
			gone++;
			continue;
		}
		assert_int_equal(contents(bench->left, "a-wal", found, 512), 512);
		assert_memory_equal(found, found + 1, 511);
		before += found[0] == 'x';
		after += found[0] == 'y';
	}
	assert_true(before > 0 && gone > 0 && after > 0);
	close_file(o);
	assert_int_equal(vfs->xDelete(vfs, "a-wal", 1), SQLITE_OK);
	disk_leave(bench->disk, bench->left, &random);
	assert_false(is_there(bench->left, "a-wal"));
}

static void cut__is_the_same_for_the_same_seed(void **state)
{
	struct bench *bench = *state;
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	struct support_random one, two;
	size_t different = 0;
	uint64_t seed;

	write_at(o, 'x', 1024, 0);
	sync_file(o);
	write_at(o, 'y', 2048, 512);
	for (seed = 0; seed < CUTS; seed++) {
		uint64_t hash;

		one = two = (struct support_random){ seed };
		disk_leave(bench->disk, bench->left, &one);
		hash = disk_hash(bench->left);
		disk_leave(bench->disk, bench->left, &two);
		assert_true(disk_hash(bench->left) == hash);
		different += hash != disk_hash(bench->disk);
	}
	assert_true(different > 0);
	close_file(o);
}

/* A disk that lies keeps nothing but what was there at the beginning. */
static void lie__syncs_nothing(void **state)
{
	struct bench *bench = *state;
	struct support_random random = { 6 };
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	size_t gone = 0;
	int i;

	disk_let_lie(bench->disk, true);
	write_at(o, 'x', 512, 0);
	sync_file(o);
	for (i = 0; i < CUTS; i++) {
		disk_leave(bench->disk, bench->left, &random);
		gone += !is_there(bench->left, "a-wal");
	}
	assert_true(gone > 0);
	close_file(o);
}

static void power__without_it_nothing_is_written(void **state)
{
	struct bench *bench = *state;
	struct opened o = open_file(bench->disk, "a-wal", SQLITE_OPEN_WAL);
	uint64_t hash;

	write_at(o, 'x', 512, 0);
	hash = disk_hash(bench->disk);
	disk_set_power(bench->disk, false);
	assert_int_equal(o.file->pMethods->xWrite(o.file, "y", 1, 0), SQLITE_IOERR_WRITE);
	assert_int_equal(o.file->pMethods->xTruncate(o.file, 0), SQLITE_IOERR_TRUNCATE);
	assert_int_equal(o.vfs->xDelete(o.vfs, "a-wal", 1), SQLITE_IOERR_DELETE);
	assert_true(disk_hash(bench->disk) == hash);
	disk_set_power(bench->disk, true);
	write_at(o, 'y', 1, 0);
	assert_true(disk_hash(bench->disk) != hash);
	close_file(o);
}

static void fault__meets_the_nth_operation(void **state)
{
	struct bench *bench = *state;
	struct opened o = open_file(bench->disk, "a", SQLITE_OPEN_MAIN_DB);
	const sqlite3_io_methods *m = o.file->pMethods;
	sqlite3_int64 size;

	disk_fail(bench->disk, DISK_IO_ERROR, 2, false);
	assert_int_equal(m->xFileSize(o.file, &size), SQLITE_OK);
	assert_int_equal(m->xFileSize(o.file, &size), SQLITE_IOERR_FSTAT);
	assert_int_equal(m->xFileSize(o.file, &size), SQLITE_OK);
	assert_int_equal(disk_failed(bench->disk), 1);
	disk_fail(bench->disk, DISK_FULL, 1, true);
	assert_int_equal(m->xFileSize(o.file, &size), SQLITE_OK);
	assert_int_equal(m->xWrite(o.file, "xy", 2, 0), SQLITE_FULL);
	assert_int_equal(m->xWrite(o.file, "xy", 2, 0), SQLITE_FULL);
	assert_int_equal(disk_failed(bench->disk), 2);
	disk_fail(bench->disk, DISK_IO_ERROR, 0, false);
	assert_int_equal(m->xWrite(o.file, "xy", 2, 0), SQLITE_OK);
	close_file(o);
}

/* ---- under SQLite ---- */

static sqlite3 *open_database(const struct disk *disk)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open_v2("a.db", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
					 disk_name(disk)),
			 SQLITE_OK);
	return db;
}

static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int value;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	value = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return value;
}

static void lock__keeps_connections_apart(void **state)
{
	static const char *const modes[] = { "PRAGMA journal_mode=DELETE",
					     "PRAGMA journal_mode=WAL" };
	struct bench *bench = *state;
	size_t i;

	for (i = 0; i < 2; i++) {
		sqlite3 *one = open_database(bench->disk), *two = open_database(bench->disk);

		assert_int_equal(run(one, modes[i]), SQLITE_OK);
		assert_int_equal(run(one, "CREATE TABLE IF NOT EXISTS t (a)"), SQLITE_OK);
		assert_int_equal(
			run(one, "DELETE FROM t; BEGIN IMMEDIATE; INSERT INTO t VALUES (1)"),
			SQLITE_OK);
		assert_int_equal(run(two, "BEGIN IMMEDIATE"), SQLITE_BUSY);
		assert_int_equal(number(two, "SELECT count(*) FROM t"), 0);
		assert_int_equal(run(one, "COMMIT"), SQLITE_OK);
		assert_int_equal(number(two, "SELECT count(*) FROM t"), 1);
		assert_int_equal(run(two, "BEGIN IMMEDIATE; INSERT INTO t VALUES (2); COMMIT"),
				 SQLITE_OK);
		assert_int_equal(number(one, "SELECT count(*) FROM t"), 2);
		assert_int_equal(sqlite3_close(one), SQLITE_OK);
		assert_int_equal(sqlite3_close(two), SQLITE_OK);
	}
}

static void restore__is_seen_by_idle_connections(void **state)
{
	struct bench *bench = *state;
	sqlite3 *one = open_database(bench->disk), *two;
	struct disk_image *image;
	int i;

	assert_int_equal(run(one, "PRAGMA journal_mode=WAL; CREATE TABLE t (a)"), SQLITE_OK);
	image = disk_snapshot(bench->disk);
	for (i = 0; i < 3; i++) {
		two = open_database(bench->disk);
		assert_int_equal(run(one, "INSERT INTO t VALUES (1)"), SQLITE_OK);
		assert_int_equal(run(two, "INSERT INTO t VALUES (2)"), SQLITE_OK);
		disk_restore(bench->disk, image);
		assert_int_equal(number(one, "SELECT count(*) FROM t"), 0);
		assert_int_equal(number(two, "SELECT count(*) FROM t"), 0);
		assert_int_equal(sqlite3_close(two), SQLITE_OK);
	}
	assert_int_equal(run(one, "INSERT INTO t VALUES (1); PRAGMA wal_checkpoint(TRUNCATE)"),
			 SQLITE_OK);
	disk_restore(bench->disk, image);
	assert_int_equal(number(one, "SELECT count(*) FROM t"), 0);
	assert_int_equal(sqlite3_close(one), SQLITE_OK);
	disk_restore(bench->disk, image); /* and by who comes after the last one has left */
	one = open_database(bench->disk);
	assert_int_equal(number(one, "SELECT count(*) FROM t"), 0);
	assert_int_equal(sqlite3_close(one), SQLITE_OK);
	disk_image_free(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(cut__leaves_what_was_synced),
		DISK_TEST(cut__damages_what_was_not_synced),
		DISK_TEST(cut__can_keep_the_old_size),
		DISK_TEST(cut__can_lose_the_name_of_a_new_file),
		DISK_TEST(cut__can_bring_back_a_deleted_file),
		DISK_TEST(cut__is_the_same_for_the_same_seed),
		DISK_TEST(lie__syncs_nothing),
		DISK_TEST(power__without_it_nothing_is_written),
		DISK_TEST(fault__meets_the_nth_operation),
		DISK_TEST(lock__keeps_connections_apart),
		DISK_TEST(restore__is_seen_by_idle_connections),
	};

	return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}
