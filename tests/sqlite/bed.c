#include "bed.h"

#include <refdomain/ports/system.h>

#include <dirent.h>
#include <unistd.h>

#define START (INT64_C(1788264000) * REFD_SECOND)

static void pass_time(void *self, int64_t us)
{
	struct bed *bed = self;

	assert_true(us > 0);
	bed->now.us += us;
	bed->sleeps++;
}

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct bed *bed = self;

	(void)now;
	(void)err;
	*ret = support_uuid(UINT64_C(1) << 40 | ++bed->drawn);
	return REFD_OK;
}

static const struct refd_sleep_ops pass_time_ops = { sizeof(pass_time_ops), pass_time };
static const struct refd_id_source_ops draw_ops = { sizeof(draw_ops), draw };

int bed_setup(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	assert_non_null(bed);
	strcpy(bed->directory, "/tmp/refd-sqlite-XXXXXX");
	assert_non_null(mkdtemp(bed->directory));
	snprintf(bed->path, sizeof(bed->path), "%s/store.db", bed->directory);
	bed->now.us = START;
	bed->allocator = refd_allocator_libc();
	bed->options = (struct refd_sqlite_options){ .struct_size = sizeof(bed->options),
						     .path = bed->path,
						     .create = true,
						     .clock = refd_fixed_clock(&bed->now),
						     .sleep = { &pass_time_ops, bed } };
	bed->ports = (struct refd_ports){ .struct_size = sizeof(bed->ports),
					  .allocator = bed->allocator,
					  .clock = bed->options.clock,
					  .sleep = bed->options.sleep,
					  .ids = { &draw_ops, bed },
					  .codec = refd_json_codec() };
	refd_error_clear(&bed->err);
	*state = bed;
	return 0;
}

int bed_teardown(void **state)
{
	struct bed *bed = *state;
	DIR *directory;
	const struct dirent *entry;
	char path[400];

	bed_close(bed);
	directory = opendir(bed->directory);
	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", bed->directory, entry->d_name);
		(void)unlink(path);
	}
	closedir(directory);
	assert_int_equal(rmdir(bed->directory), 0);
	free(bed);
	return 0;
}

void bed_use_system(struct bed *bed)
{
	static struct refd_random random;

	random = refd_system_random();
	bed->options.clock = bed->ports.clock = refd_system_clock();
	bed->options.sleep = bed->ports.sleep = refd_system_sleep();
	bed->options.random = bed->ports.random = random;
	bed->ports.ids = refd_uuid7_source(&random);
	bed->ports.retry.timeout = 60 * REFD_SECOND;
}

enum refd_status bed_open(struct bed *bed)
{
	enum refd_status st;

	refd_error_clear(&bed->err);
	st = refd_sqlite_open(&bed->options, &bed->allocator, &bed->sqlite, &bed->err);
	if (st != REFD_OK)
		return st;
	bed->ports.store = refd_sqlite_store(bed->sqlite);
	return refd_app_create(&bed->ports, &bed->app, &bed->err);
}

void bed_close(struct bed *bed)
{
	refd_app_destroy(bed->app);
	refd_sqlite_close(bed->sqlite);
	bed->app = NULL;
	bed->sqlite = NULL;
}

void bed_refused(struct bed *bed, enum refd_status status, const char *reason)
{
	enum refd_status st = bed_open(bed);

	if (st != REFD_OK)
		print_message("%s\n", bed->err.message);
	support_assert_status(st, status);
	assert_null(bed->sqlite);
	support_assert_status(bed->err.status, status);
	assert_non_null(strstr(bed->err.message, bed->path));
	assert_non_null(strstr(bed->err.message, reason));
	support_assert_status(refd_sqlite_open(&bed->options, &bed->allocator, &bed->sqlite, NULL),
			      status);
}

void bed_make(struct bed *bed)
{
	support_assert_status(bed_open(bed), REFD_OK);
	bed_close(bed);
}

static sqlite3 *raw(const struct bed *bed)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	return db;
}

void bed_sql(const struct bed *bed, const char *sql)
{
	sqlite3 *db = raw(bed);
	char *message = NULL;

	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
	if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
		fail_msg("%s", message);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int64_t bed_number(const struct bed *bed, const char *sql)
{
	sqlite3 *db = raw(bed);
	sqlite3_stmt *stmt = NULL;
	int64_t number;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	number = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return number;
}

struct refd_team_id bed_team(struct bed *bed, uint64_t number)
{
	const struct refd_team_details details = { .name = refd_str_of("Team"),
						   .club = refd_str_of("Club") };
	struct refd_team_id id = { support_uuid(number) };
	enum refd_status st =
		refd_registry_register_team(bed->app, NULL, id, &details, NULL, &bed->err);

	if (st != REFD_ALREADY_EXISTS)
		support_assert_status(st, REFD_OK);
	return id;
}

struct refd_venue_id bed_venue(struct bed *bed, uint64_t number)
{
	const struct refd_venue_details details = { .name = refd_str_of("Hall"),
						    .city = refd_str_of("Town") };
	struct refd_venue_id id = { support_uuid(number) };
	enum refd_status st =
		refd_registry_register_venue(bed->app, NULL, id, &details, NULL, &bed->err);

	if (st != REFD_ALREADY_EXISTS)
		support_assert_status(st, REFD_OK);
	return id;
}

enum refd_status bed_schedule(struct bed *bed, uint64_t fixture, uint64_t home, uint64_t away,
			      uint64_t venue, int day, struct refd_error *err)
{
	struct refd_time now = bed->ports.clock.ops->now(bed->ports.clock.self);
	const struct refd_schedule cmd = { .id = { support_uuid(fixture) },
					   .home = { support_uuid(home) },
					   .away = { support_uuid(away) },
					   .venue = { support_uuid(venue) },
					   .kickoff = { (now.us / REFD_DAY + day) * REFD_DAY +
							18 * REFD_HOUR } };

	refd_error_clear(err);
	return refd_scheduling_schedule(bed->app, NULL, &cmd, NULL, err);
}
