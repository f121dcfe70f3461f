/*
 * Fail every operation of a use case on the disk: once, from then on, and because the disk is full.
 * After a failure nothing has changed, or, where nobody can know, asking again tells; the same
 * command without the fault has its effect exactly once, and the store calls itself sound.
 * Those that change something also meet a log that is to be moved into the file.
 */
#include <sqlite3.h>

#include <refdomain/adapters/sqlite.h>

#include "disk.h"
#include "world.h"

#define LOG_PAGES 500 /* times two */

static struct world world;
static uint64_t unmoved; /* operations of use cases that change something, without a full log */

struct kind {
	const char *name;
	enum disk_fault fault;
	bool for_good;
	bool retried; /* by the runner; without it the first answer is looked at */
};

static const struct kind kinds[] = {
	{ "failed once", DISK_IO_ERROR, false, false },
	{ "failed once, tried again", DISK_IO_ERROR, false, true },
	{ "failed for good", DISK_IO_ERROR, true, true },
	{ "full once", DISK_FULL, false, false },
	{ "full once, tried again", DISK_FULL, false, true },
	{ "full for good", DISK_FULL, true, true },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

struct tally {
	uint64_t runs[KINDS], unknown, overcome;
};

/* ---- use cases ---- */

static enum refd_status run_once(void)
{
	struct league *league = world.league;
	struct refd_ports ports = league->ports;
	struct refd_app *usual = league->app;
	enum refd_status st;

	ports.retry.attempts = 1;
	LEAGUE_EXPECT(league, refd_app_create(&ports, &league->app, &league->err), REFD_OK);
	st = world_run(&world);
	refd_app_destroy(league->app);
	league->app = usual;
	return st;
}

/* A unit is the caller's, and never tried again. */
static bool is_unit(void)
{
	return strcmp(world.use_case->name, "unit of two commands") == 0;
}

/* @return whether the n-th operation was reached */
static bool fail_operation(const struct kind *kind, uint64_t n, struct tally *tally)
{
	enum refd_status st;
	bool failed;

	world_renew(&world);
	disk_fail(world.disk, kind->fault, n, kind->for_good);
	st = kind->retried ? world_run(&world) : run_once();
	failed = disk_failed(world.disk) > 0;
	disk_fail(world.disk, kind->fault, 0, false);
	if (!failed)
		support_assert_status(st, REFD_OK);
	else if (kind->retried && !kind->for_good && world.use_case->changes && !is_unit())
		support_assert_status(st, REFD_OK);
	tally->unknown += st == REFD_UNKNOWN;
	tally->overcome += failed && st == REFD_OK;
	world_judge(&world, st, REFD_UNAVAILABLE);
	return failed;
}

static void report(const char *what, const struct tally *tally)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < KINDS; i++) {
		sum += tally->runs[i];
		print_message("%s: %llu %s\n", what, (unsigned long long)tally->runs[i],
			      kinds[i].name);
	}
	print_message("%s: %llu in all; %llu outcomes unknown, %llu faults overcome\n", what,
		      (unsigned long long)sum, (unsigned long long)tally->unknown,
		      (unsigned long long)tally->overcome);
}

static void sweep_use_case(struct tally *tally)
{
	size_t k;

	for (k = 0; k < KINDS; k++) {
		uint64_t n;

		for (n = 1; fail_operation(&kinds[k], n, tally); n++)
			tally->runs[k]++;
	}
}

static void use_case__meets_a_failing_disk(void **state)
{
	struct tally tally = { { 0 }, 0, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < n_use_cases; i++) {
		const uint64_t before = tally.runs[0];

		world_take(&world, &use_cases[i]);
		sweep_use_case(&tally);
		world_leave(&world);
		if (use_cases[i].changes)
			unmoved += tally.runs[0] - before;
	}
	report("use cases", &tally);
	assert_true(tally.unknown > 0 && tally.overcome > 0);
}

/* ---- a full log ---- */

/* The log grows until the next commit has to move it into the file. */
static void fill_log(void)
{
	sqlite3 *db = NULL;
	int i;

	assert_int_equal(
		sqlite3_open_v2("season.db", &db, SQLITE_OPEN_READWRITE, disk_name(world.disk)),
		SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA wal_autocheckpoint=0", NULL, NULL, NULL),
			 SQLITE_OK);
	for (i = 0; i < LOG_PAGES; i++)
		assert_int_equal(sqlite3_exec(db,
					      "UPDATE referee SET version = version + 1;"
					      "UPDATE referee SET version = version - 1",
					      NULL, NULL, NULL),
				 SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void log__is_moved_on_a_failing_disk(void **state)
{
	struct tally tally = { { 0 }, 0, 0 };
	size_t i;

	(void)state;
	world.prepare = fill_log;
	for (i = 0; i < n_use_cases; i++) {
		if (!use_cases[i].changes)
			continue;
		world_take(&world, &use_cases[i]);
		sweep_use_case(&tally);
		world_leave(&world);
	}
	world.prepare = NULL;
	report("moving the log", &tally);
	assert_true(tally.unknown > 0 && tally.overcome > 0);
	assert_true(tally.runs[0] > unmoved);
}

/* ---- opening and closing ---- */

static enum refd_status open_store(struct refd_sqlite **ret, struct refd_error *err)
{
	static struct refd_time now = { INT64_C(1788264000) * REFD_SECOND };
	const struct refd_sqlite_options options = { .struct_size = sizeof(options),
						     .path = "season.db",
						     .vfs = disk_name(world.disk),
						     .create = true,
						     .clock = refd_fixed_clock(&now),
						     .sleep = refd_system_sleep() };
	const struct refd_allocator allocator = refd_allocator_libc();

	refd_error_clear(err);
	return refd_sqlite_open(&options, &allocator, ret, err);
}

/* What is stored, seen by a store that is opened for it. */
static uint64_t print_of_disk(void)
{
	void *state = NULL;
	uint64_t print;

	league_setup(&state);
	print = league_fingerprint(state);
	LEAGUE_EXPECT(
		(struct league *)state,
		refd_sqlite_check(((struct league *)state)->store, &((struct league *)state)->err),
		REFD_OK);
	league_teardown(&state);
	return print;
}

/* @return whether the n-th operation was reached */
static bool fail_opening(const struct kind *kind, const struct disk_image *image, uint64_t n,
			 uint64_t print)
{
	struct refd_sqlite *sqlite = NULL;
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status st;
	bool failed;

	disk_restore(world.disk, image);
	disk_fail(world.disk, kind->fault, n, kind->for_good);
	st = open_store(&sqlite, &err);
	if (st == REFD_OK)
		refd_sqlite_close(sqlite);
	failed = disk_failed(world.disk) > 0;
	disk_fail(world.disk, kind->fault, 0, false);
	if (st != REFD_OK) {
		if (st != REFD_UNAVAILABLE)
			print_error("%s at %llu: %s\n", kind->name, (unsigned long long)n,
				    err.message);
		support_assert_status(st, REFD_UNAVAILABLE);
		assert_true(failed);
	}
	assert_true(print_of_disk() == print);
	return failed;
}

static void sweep_opening(const char *what, const struct disk_image *image)
{
	struct tally tally = { { 0 }, 0, 0 };
	uint64_t print;
	size_t k;

	disk_restore(world.disk, image);
	print = print_of_disk();
	for (k = 0; k < KINDS; k++) {
		while ((kinds[k].for_good || !kinds[k].retried) &&
		       fail_opening(&kinds[k], image, tally.runs[k] + 1, print))
			tally.runs[k]++;
	}
	report(what, &tally);
	assert_true(tally.runs[0] > 10 && tally.runs[2] == tally.runs[0]);
}

static void open__meets_a_failing_disk(void **state)
{
	(void)state;
	sweep_opening("opening", world.made);
}

static void open__meets_a_failing_disk_where_nothing_is(void **state)
{
	struct disk *blank = disk_create("blank", false);
	struct disk_image *image = disk_snapshot(blank);

	(void)state;
	sweep_opening("making a store", image);
	disk_image_free(image);
	disk_destroy(blank);
}

/* A log that a process which ended suddenly has left. */
static void open__meets_a_failing_disk_with_a_log_left_behind(void **state)
{
	struct support_random random = { 1 };
	struct disk *left = disk_create("left", false);
	struct disk_image *image;

	(void)state;
	world_take(&world, &use_cases[0]);
	disk_leave(world.disk, left, &random);
	image = disk_snapshot(left);
	world_leave(&world);
	sweep_opening("opening with a log left behind", image);
	disk_image_free(image);
	disk_destroy(left);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(use_case__meets_a_failing_disk),
		cmocka_unit_test(log__is_moved_on_a_failing_disk),
		cmocka_unit_test(open__meets_a_failing_disk),
		cmocka_unit_test(open__meets_a_failing_disk_where_nothing_is),
		cmocka_unit_test(open__meets_a_failing_disk_with_a_log_left_behind),
	};
	char *adapter[] = { NULL, (char[]){ "sqlite" } };
	int failed;

	world_init(&world, 2, adapter);
	failed = cmocka_run_group_tests_name("disk operations", tests, NULL, NULL);
	if (failed == 0)
		world_done(&world);
	return failed;
}
