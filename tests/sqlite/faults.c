/*
 * Every operation on the file fails, once and from then on, and every write meets a full disk, in
 * opening, scheduling and committing. Nothing is ever half done, and afterwards the same command
 * has its effect exactly once.
 */
#include "bed.h"
#include "shim.h"

#include <unistd.h>

enum { HOME = 1, AWAY, THIRD, HALL, SPARE, ANNA, STAGED, NEW };

struct image {
	unsigned char bytes[1 << 20];
	size_t size;
};

static struct image image;

static const char *const counts[] = { "fixture", "claim",  "slot",    "availability",
				      "event",	 "notice", "command", "assignment" };

#define N_COUNTS (sizeof(counts) / sizeof(counts[0]))

struct print {
	int64_t rows[N_COUNTS], committed;
};

static struct print print_of(const struct bed *bed)
{
	struct print print;
	size_t i;

	for (i = 0; i < N_COUNTS; i++) {
		char sql[64];

		snprintf(sql, sizeof(sql), "SELECT count(*) FROM %s", counts[i]);
		print.rows[i] = bed_number(bed, sql);
	}
	print.committed =
		bed_number(bed, "SELECT count(*) FROM assignment WHERE status = 'committed'");
	return print;
}

static bool same(struct print a, struct print b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* ---- the file every trial starts from ---- */

static void remove_files(const struct bed *bed)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	char path[100];
	size_t i;

	for (i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s%s", bed->path, suffixes[i]);
		(void)unlink(path);
	}
}

static void keep_image(const struct bed *bed)
{
	FILE *file = fopen(bed->path, "rb");

	assert_non_null(file);
	image.size = fread(image.bytes, 1, sizeof(image.bytes), file);
	assert_true(image.size > 0 && image.size < sizeof(image.bytes));
	fclose(file);
}

static void restore_image(const struct bed *bed)
{
	FILE *file;

	remove_files(bed);
	file = fopen(bed->path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(image.bytes, 1, image.size, file), image.size);
	assert_int_equal(fclose(file), 0);
}

static void make_image(struct bed *bed)
{
	const struct refd_referee_details anna = { .name = refd_str_of("Anna"),
						   .club = refd_str_of("Club") };
	const struct refd_referee_id referee = { support_uuid(ANNA) };
	const struct refd_fixture_id fixture = { support_uuid(STAGED) };
	const struct refd_stage stage = { fixture, referee, REFD_ROLE_FIRST };

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, HOME);
	bed_team(bed, AWAY);
	bed_team(bed, THIRD);
	bed_venue(bed, HALL);
	bed_venue(bed, SPARE);
	support_assert_status(
		refd_registry_register_referee(bed->app, NULL, referee, &anna, NULL, &bed->err),
		REFD_OK);
	support_assert_status(bed_schedule(bed, STAGED, HOME, AWAY, HALL, 7, &bed->err), REFD_OK);
	support_assert_status(
		refd_availabilities_declare(bed->app, NULL, fixture, referee, NULL, &bed->err),
		REFD_OK);
	support_assert_status(refd_assigning_stage(bed->app, NULL, &stage, NULL, &bed->err),
			      REFD_OK);
	bed_close(bed);
	keep_image(bed);
}

/* ---- use cases ---- */

typedef enum refd_status use_case(struct bed *bed, const struct refd_command *meta);

static enum refd_status schedule(struct bed *bed, const struct refd_command *meta)
{
	const struct refd_schedule cmd = { .id = { support_uuid(NEW) },
					   .home = { support_uuid(HOME) },
					   .away = { support_uuid(THIRD) },
					   .venue = { support_uuid(SPARE) },
					   .kickoff = { bed->now.us / REFD_DAY * REFD_DAY +
							14 * REFD_DAY } };

	return refd_scheduling_schedule(bed->app, meta, &cmd, NULL, &bed->err);
}

static enum refd_status commit(struct bed *bed, const struct refd_command *meta)
{
	return refd_assigning_commit(bed->app, meta, NULL, NULL, &bed->err);
}

static const struct refd_command meta = { .struct_size = sizeof(meta),
					  .id = { { { 0xc0, 0xff, 0xee } } } };

struct kind {
	bool persistent, full;
};

/* @return whether the n-th operation was reached */
static bool try_point(struct bed *bed, use_case *run, struct kind kind, uint64_t n,
		      const struct print *before, const struct print *after)
{
	enum refd_status st;
	struct print found;
	uint64_t failed;

	restore_image(bed);
	support_assert_status(bed_open(bed), REFD_OK);
	refd_error_clear(&bed->err);
	shim_arm(n, kind.persistent, kind.full);
	st = run(bed, &meta);
	failed = shim.failed;
	shim_disarm();
	found = print_of(bed);
	assert_true(same(found, *before) || same(found, *after));
	if (st == REFD_OK) {
		assert_true(same(found, *after));
	} else if (st != REFD_UNKNOWN) {
		support_assert_status(st, REFD_UNAVAILABLE);
		assert_true(same(found, *before));
		assert_non_null(strstr(bed->err.message, bed->path));
	}
	refd_error_clear(&bed->err);
	support_assert_status(run(bed, &meta), REFD_OK);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
	bed_close(bed);
	assert_true(same(print_of(bed), *after));
	return failed > 0;
}

/* What is found after a clean run. */
static struct print clean(struct bed *bed, use_case *run)
{
	restore_image(bed);
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(run(bed, &meta), REFD_OK);
	bed_close(bed);
	return print_of(bed);
}

static void sweep(struct bed *bed, use_case *run, const char *name)
{
	static const struct kind kinds[] = {
		{ false, false }, { true, false }, { false, true }, { true, true }
	};
	struct print before, after;
	size_t i;

	bed->options.vfs = SHIM_NAME;
	bed->ports.retry.attempts = 1; /* the first answer is the one looked at */
	make_image(bed);
	before = print_of(bed);
	after = clean(bed, run);
	assert_false(same(before, after));
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t n = 1;

		while (try_point(bed, run, kinds[i], n, &before, &after))
			n++;
		print_message("%s: %u %s%s\n", name, (unsigned)(n - 1),
			      kinds[i].full ? "full" : "failed",
			      kinds[i].persistent ? ", and all behind" : "");
		assert_true(n > 3);
	}
}

static void schedule__is_whole_or_not_at_all(void **state)
{
	sweep(*state, schedule, "schedule");
}

static void commit__is_whole_or_not_at_all(void **state)
{
	sweep(*state, commit, "commit");
}

/* With the runner's retries a single failure is not even seen. */
static void schedule__is_retried_after_a_failure(void **state)
{
	struct bed *bed = *state;
	struct print after;
	uint64_t n;

	bed->options.vfs = SHIM_NAME;
	make_image(bed);
	after = clean(bed, schedule);
	for (n = 1; n == 1 || shim.failed > 0; n++) {
		restore_image(bed);
		support_assert_status(bed_open(bed), REFD_OK);
		shim_arm(n, false, false);
		support_assert_status(schedule(bed, NULL), REFD_OK);
		bed_close(bed);
		shim_disarm();
		assert_true(same(print_of(bed), after));
	}
	assert_true(n > 10);
}

/* ---- a transaction that an error has ended ---- */

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

	bed->options.vfs = SHIM_NAME;
	make_image(bed);
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_query_team(bed->app, (struct refd_team_id){ support_uuid(HOME) },
					      &team, &bed->err),
			      REFD_OK);
	team.id.uuid = support_uuid(NEW);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	shim_arm(1, true, false);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	shim_disarm();
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "ended the transaction"));
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err),
			      REFD_UNAVAILABLE);
	assert_non_null(strstr(bed->err.message, "ended the transaction"));
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 3);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	support_assert_status(store->ops->commit(store->self, tx, &changes, &bed->err), REFD_OK);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 4);
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

	bed->options.vfs = SHIM_NAME;
	make_image(bed);
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(store->ops->begin(store->self, &begin, &tx, &bed->err), REFD_OK);
	shim_arm(1, true, false);
	support_assert_status(
		store->ops->read(store->self, tx, &read, 1, ignore_row, NULL, &bed->err),
		REFD_UNAVAILABLE);
	shim_disarm();
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

/* ---- opening ---- */

static void open__is_whole_or_not_at_all(void **state)
{
	static const struct kind kinds[] = { { false, false }, { true, true } };
	struct bed *bed = *state;
	size_t i;

	bed->options.vfs = SHIM_NAME;
	for (i = 0; i < 2; i++) {
		uint64_t n = 0;

		do {
			enum refd_status st;

			remove_files(bed);
			shim_arm(++n, kinds[i].persistent, kinds[i].full);
			st = bed_open(bed);
			shim_disarm();
			if (st != REFD_OK) {
				support_assert_status(st, REFD_UNAVAILABLE);
				assert_non_null(strstr(bed->err.message, bed->path));
				support_assert_status(bed_open(bed), REFD_OK);
			}
			support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
			bed_close(bed);
		} while (shim.failed > 0);
		print_message("open: %u points\n", (unsigned)(n - 1));
		assert_true(n > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(schedule__is_whole_or_not_at_all),
		BED_TEST(commit__is_whole_or_not_at_all),
		BED_TEST(schedule__is_retried_after_a_failure),
		BED_TEST(commit__after_a_failed_read_applies_nothing),
		BED_TEST(read__after_a_failed_read_is_refused),
		BED_TEST(open__is_whole_or_not_at_all),
	};

	shim_register();
	return cmocka_run_group_tests_name("sqlite faults", tests, NULL, NULL);
}
