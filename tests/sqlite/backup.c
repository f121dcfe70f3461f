/* Copies of a store: whole, checked, and never over something else. */
#include "bed.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
	char path[96];
};

static struct place beside(const struct bed *bed, const char *name)
{
	struct place place;

	snprintf(place.path, sizeof(place.path), "%s/%s", bed->directory, name);
	return place;
}

static void copied(struct bed *bed, const char *path, bool replace, enum refd_status expected)
{
	refd_error_clear(&bed->err);
	support_assert_status(refd_sqlite_backup(bed->sqlite, path, replace, &bed->err), expected);
}

/* How many files there are whose names end so. */
static int files_named(const struct bed *bed, const char *end)
{
	DIR *directory = opendir(bed->directory);
	struct dirent *entry;
	int count = 0;

	assert_non_null(directory);
	while ((entry = readdir(directory)) != NULL) {
		size_t n = strlen(entry->d_name);

		count += n >= strlen(end) && strcmp(entry->d_name + n - strlen(end), end) == 0;
	}
	closedir(directory);
	return count;
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void backup__holds_what_the_store_holds(void **state)
{
	struct bed *bed = *state;
	struct place copy = beside(bed, "copy.db");
	struct stat info;

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	assert_int_equal(chmod(bed->path, S_IRUSR | S_IWUSR), 0);
	copied(bed, copy.path, false, REFD_OK);
	bed_team(bed, 2);
	bed_close(bed);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 2);
	assert_int_equal(stat(copy.path, &info), 0);
	assert_int_equal(info.st_mode & 0777, S_IRUSR | S_IWUSR);
	assert_int_equal(files_named(bed, ".partial"), 0);
	strcpy(bed->path, copy.path);
	bed->options.create = false;
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
	bed_close(bed);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 1);
}

static void backup__leaves_writers_alone(void **state)
{
	struct bed *bed = *state;
	struct place copy = beside(bed, "copy.db");
	struct refd_store store;
	struct refd_tx *tx = NULL;
	const struct refd_begin begin = { .struct_size = sizeof(begin), .mode = REFD_TX_WRITE };

	support_assert_status(bed_open(bed), REFD_OK);
	store = refd_sqlite_store(bed->sqlite);
	support_assert_status(store.ops->begin(store.self, &begin, &tx, &bed->err), REFD_OK);
	copied(bed, copy.path, false, REFD_OK);
	store.ops->rollback(store.self, tx);
	bed_close(bed);
}

static void backup__does_not_replace_unless_told(void **state)
{
	struct bed *bed = *state;
	struct place copy = beside(bed, "copy.db");

	support_assert_status(bed_open(bed), REFD_OK);
	write_text(copy.path, "precious");
	copied(bed, copy.path, false, REFD_ALREADY_EXISTS);
	assert_non_null(strstr(bed->err.message, "copy.db"));
	assert_int_equal(files_named(bed, ".partial"), 0);
	copied(bed, copy.path, true, REFD_OK);
	copied(bed, copy.path, true, REFD_OK);
	bed_close(bed);
	strcpy(bed->path, copy.path);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 0);
}

static void backup__never_replaces_the_store(void **state)
{
	struct bed *bed = *state;
	struct place other = beside(bed, "other.db");

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	copied(bed, bed->path, true, REFD_INVALID);
	assert_int_equal(symlink(bed->path, other.path), 0);
	copied(bed, other.path, true, REFD_INVALID);
	bed_team(bed, 2);
	bed_close(bed);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM team"), 2);
}

static void backup__says_why_it_cannot_be_there(void **state)
{
	struct bed *bed = *state;
	struct place missing = beside(bed, "missing/copy.db");

	support_assert_status(bed_open(bed), REFD_OK);
	copied(bed, missing.path, false, REFD_NOT_FOUND);
	copied(bed, bed->directory, true, REFD_INVALID);
	bed_close(bed);
}

/* As on a full disk. */
static void backup__that_fails_leaves_nothing(void **state)
{
	struct bed *bed = *state;
	struct place copy = beside(bed, "copy.db");
	struct rlimit was, small;

	support_assert_status(bed_open(bed), REFD_OK);
	write_text(copy.path, "the one before");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	small = was;
	small.rlim_cur = 16384;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	refd_error_clear(&bed->err);
	support_assert_status(refd_sqlite_backup(bed->sqlite, copy.path, true, &bed->err),
			      REFD_UNAVAILABLE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_int_equal(files_named(bed, ".partial"), 0);
	bed_close(bed);
	assert_int_equal(access(copy.path, F_OK), 0);
	strcpy(bed->path, copy.path);
	bed_refused(bed, REFD_CORRUPT, "not a database");
}

static void backup__of_a_damaged_store_is_corrupt(void **state)
{
	struct bed *bed = *state;
	struct place copy = beside(bed, "copy.db");

	bed_make(bed);
	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, 1);
	bed_sql(bed, "PRAGMA foreign_keys=OFF; "
		     "INSERT INTO slot SELECT zeroblob(16), 'first', zeroblob(16)");
	copied(bed, copy.path, false, REFD_CORRUPT);
	assert_int_equal(files_named(bed, "copy.db"), 0);
	assert_int_equal(files_named(bed, ".partial"), 0);
	bed_close(bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(backup__holds_what_the_store_holds),
		BED_TEST(backup__leaves_writers_alone),
		BED_TEST(backup__does_not_replace_unless_told),
		BED_TEST(backup__never_replaces_the_store),
		BED_TEST(backup__says_why_it_cannot_be_there),
		BED_TEST(backup__that_fails_leaves_nothing),
		BED_TEST(backup__of_a_damaged_store_is_corrupt),
	};

	return cmocka_run_group_tests_name("sqlite backup", tests, NULL, NULL);
}
