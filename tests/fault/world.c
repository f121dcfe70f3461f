#include "world.h"

#ifdef WITH_SQLITE
#include <sqlite3.h>

#include <refdomain/adapters/sqlite.h>

#include "disk.h"

#define DISK	  "world"
#define FILE_NAME "season.db"
#define OWN_CHECK 16 /* the store checks itself every so many times */
#endif

/* ---- the season ---- */

static void open_league(struct world *world)
{
	void *state = NULL;

	league_setup(&state);
	world->league = state;
}

static void close_league(struct world *world)
{
	void *state = world->league;

	league_teardown(&state);
	world->league = NULL;
}

static void make(struct world *world)
{
	open_league(world);
	use_case_prepare(world->league, &world->set);
	world->drawn = world->league->drawn;
}

static void prepare(struct world *world)
{
	if (world->prepare != NULL)
		world->prepare();
	world->drawn = world->league->drawn;
}

#ifdef WITH_SQLITE
static void choose_disk(struct world *world)
{
	if (!league_choose_file(FILE_NAME, DISK))
		return;
	world->disk = disk_create(DISK, true);
	make(world);
	close_league(world);
	world->made = disk_snapshot(world->disk);
}

static void open_world(struct world *world)
{
	if (world->disk == NULL) {
		make(world);
	} else {
		disk_restore(world->disk, world->made);
		open_league(world);
		world->league->drawn = world->drawn;
	}
	prepare(world);
}

static void keep_image(struct world *world)
{
	if (world->disk != NULL)
		world->image = disk_snapshot(world->disk);
}

static void drop_image(struct world *world)
{
	disk_image_free(world->image);
	world->image = NULL;
}

static bool restore_image(struct world *world)
{
	if (world->disk == NULL || world->cold)
		return false;
	disk_restore(world->disk, world->image);
	return true;
}

static void rewind_disk(struct world *world)
{
	if (world->disk != NULL)
		disk_seed(world->disk, 1);
}

/* The first value of the first row, "ok" if there is none. */
static void expect_ok(sqlite3 *db, const char *pragma)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, pragma, -1, &stmt, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		assert_string_equal((const char *)sqlite3_column_text(stmt, 0), "ok");
	else
		assert_int_equal(code, SQLITE_DONE);
	sqlite3_finalize(stmt);
}

/* SQLite's own checks of its file; the store's, which reads the schema as well, takes ten times as
 * long. */
static void check_file(const struct world *world)
{
	sqlite3 *db = NULL;

	assert_int_equal(
		sqlite3_open_v2(FILE_NAME, &db, SQLITE_OPEN_READWRITE, disk_name(world->disk)),
		SQLITE_OK);
	expect_ok(db, "PRAGMA integrity_check");
	expect_ok(db, "PRAGMA foreign_key_check");
	sqlite3_close(db);
}

static bool is_known(const struct world *world, uint64_t hash)
{
	size_t i;

	for (i = 0; i < WORLD_SOUND; i++) {
		if (world->sound[i] == hash)
			return true;
	}
	return false;
}

static void check_store(struct world *world)
{
	uint64_t hash;

	if (world->disk == NULL)
		return;
	hash = disk_hash(world->disk);
	if (is_known(world, hash))
		return;
	world->sound[world->checks % WORLD_SOUND] = hash;
	if (world->checks++ % OWN_CHECK == 0)
		LEAGUE_EXPECT(world->league,
			      refd_sqlite_check(world->league->store, &world->league->err),
			      REFD_OK);
	else
		check_file(world);
}

static void drop_disk(struct world *world)
{
	disk_image_free(world->made);
	disk_destroy(world->disk);
}
#else
static void choose_disk(struct world *world)
{
	(void)world;
}

static void open_world(struct world *world)
{
	make(world);
	prepare(world);
}

static void keep_image(struct world *world)
{
	(void)world;
}

static void drop_image(struct world *world)
{
	(void)world;
}

static bool restore_image(struct world *world)
{
	(void)world;
	return false;
}

static void rewind_disk(struct world *world)
{
	(void)world;
}

static void check_store(struct world *world)
{
	(void)world;
}

static void drop_disk(struct world *world)
{
	(void)world;
}
#endif

void world_init(struct world *world, int argc, char **argv)
{
	league_choose(argc, argv);
	choose_disk(world);
}

void world_done(struct world *world)
{
	drop_disk(world);
}

/* ---- trials ---- */

/* The next run draws the same ids as the one before: what was left of that would be in its way. */
static void rewind_ids(struct world *world)
{
	world->league->drawn = world->drawn;
	rewind_disk(world);
}

static void measure(struct world *world)
{
	world->print = league_fingerprint(world->league);
	world->events = league_events(world->league);
}

void world_take(struct world *world, const struct use_case *use_case)
{
	world->use_case = use_case;
	world->meta = (struct refd_command){ .struct_size = sizeof(world->meta),
					     .id = { support_uuid(UINT64_C(1) << 48) },
					     .actor = refd_str_of("night desk"),
					     .traceparent = refd_str_of("00-1-2-00") };
	open_world(world);
	measure(world);
	keep_image(world);
	support_assert_status(world_run(world), REFD_OK);
	world->effect = league_events(world->league) - world->events;
	assert_true(!use_case->changes || world->effect > 0 ||
		    strcmp(use_case->name, "notice.retry") == 0);
	world->live = world->league->heap.live;
}

void world_leave(struct world *world)
{
	close_league(world);
	drop_image(world);
}

void world_renew(struct world *world)
{
	if (!restore_image(world)) {
		close_league(world);
		open_world(world);
		world->live = 0;
	}
	rewind_ids(world);
	refd_error_clear(&world->league->err);
}

enum refd_status world_run(struct world *world)
{
	struct league *league = world->league;
	enum refd_status st;

	refd_error_clear(&league->err);
	league->meta = &world->meta;
	st = world->use_case->run(league, &world->set, &league->err);
	league->meta = NULL;
	return st;
}

void world_judge(struct world *world, enum refd_status st, enum refd_status expected)
{
	struct league *league = world->league;
	const size_t after = world->events + world->effect;

	if (st == REFD_UNKNOWN) {
		assert_true(refd_uuid_equal(league->err.command.uuid, world->meta.id.uuid));
		assert_true(league_events(league) == world->events ||
			    league_events(league) == after);
	} else if (st == REFD_OK) {
		assert_int_equal(league_events(league), after);
	} else {
		if (st != expected)
			print_error("%s: %s\n", world->use_case->name, league->err.message);
		support_assert_status(st, expected);
		assert_true(league_fingerprint(league) == world->print);
	}
	if (st != REFD_OK) {
		rewind_ids(world);
		support_assert_status(world_run(world), REFD_OK);
	}
	assert_int_equal(league_events(league), after);
	if (world->live > 0)
		assert_int_equal(league->heap.live, world->live);
	check_store(world);
}
