/* What the kit cannot ask, as it is about LMDB: room, formats, handles. usage: own */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <lmdb.h>

#include <refdomain/ports/system.h>

#include "lmdb_store.h"
#include "rows.h"

static size_t passed, failed;

static void check(bool holds, const char *what)
{
	if (!holds)
		printf("FAILED %s\n", what);
	*(holds ? &passed : &failed) += 1;
}

static enum refd_status open_store(const char *path, bool create, size_t map_size,
				   struct lmdb_store **ret)
{
	const struct refd_allocator allocator = refd_allocator_libc();
	const struct lmdb_store_options options = {
		.path = path, .create = create, .map_size = map_size, .clock = refd_system_clock()
	};

	return lmdb_store_open(&options, &allocator, ret, NULL);
}

static enum refd_status add_team(struct lmdb_store *store, int number)
{
	const struct refd_store port = lmdb_store_port(store);
	const struct refd_begin begin = { .struct_size = sizeof(begin), .mode = REFD_TX_WRITE };
	struct refd_team_state team = { .status = REFD_PARTY_ACTIVE, .version = 1 };
	const struct refd_change change = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &team, 0 };
	const struct refd_change_set set = { &change, 1 };
	struct refd_tx *tx;
	enum refd_status status = port.ops->begin(port.self, &begin, &tx, NULL);

	memcpy(team.id.uuid.bytes, &number, sizeof(number));
	memset(team.name.utf8, 'a', team.name.len = REFD_NAME_BYTES);
	team.club = team.name;
	return status == REFD_OK ? port.ops->commit(port.self, tx, &set, NULL) : status;
}

static enum refd_status count(void *self, size_t read, enum refd_record record, const void *state)
{
	(void)read;
	(void)record;
	(void)state;
	*(int *)self += 1;
	return REFD_OK;
}

static int teams_in(struct lmdb_store *store)
{
	const struct refd_store port = lmdb_store_port(store);
	const struct refd_begin begin = { .struct_size = sizeof(begin), .mode = REFD_TX_READ };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_TEAM,
					.index = REFD_INDEX_ALL };
	struct refd_tx *tx;
	int teams = 0;

	if (port.ops->begin(port.self, &begin, &tx, NULL) != REFD_OK)
		return -1;
	if (port.ops->read(port.self, tx, &read, 1, count, &teams, NULL) != REFD_OK)
		teams = -1;
	port.ops->rollback(port.self, tx);
	return teams;
}

static void a_full_map_changes_nothing_and_can_grow(const char *path)
{
	struct lmdb_store *store = NULL;
	enum refd_status status = open_store(path, true, 256 * 1024, &store);
	int teams = 0;

	while (status == REFD_OK && teams < 1000)
		if ((status = add_team(store, teams + 1)) == REFD_OK)
			teams++;
	check(status == REFD_UNAVAILABLE, "a full map is UNAVAILABLE");
	check(teams > 10 && teams_in(store) == teams, "what was committed before is there");
	lmdb_store_close(store);
	check(open_store(path, false, 0, &store) == REFD_OK && add_team(store, 1000) == REFD_OK &&
		      teams_in(store) == teams + 1,
	      "opened again with a larger map it takes more");
	lmdb_store_close(store);
}

static void a_handle_is_of_the_process_that_opened_it(const char *path)
{
	struct lmdb_store *store = NULL;
	int state = 0;
	pid_t child;

	check(open_store(path, false, 0, &store) == REFD_OK, "it opens");
	child = fork();
	if (child == 0)
		_exit(add_team(store, 2000) == REFD_MISUSE ? 0 : 1);
	check(waitpid(child, &state, 0) == child && state == 0, "a child's use of it is MISUSE");
	lmdb_store_close(store);
}

/* Through LMDB itself. */
static bool set_format(const char *path, const char *format)
{
	MDB_val key = { 8, (void *)(uintptr_t) "\0format" };
	MDB_val value = { strlen(format) + 1, (void *)(uintptr_t)format };
	MDB_env *env = NULL;
	MDB_txn *txn = NULL;
	MDB_dbi dbi;
	bool ok = mdb_env_create(&env) == 0 && mdb_env_open(env, path, 0, 0600) == 0 &&
		  mdb_txn_begin(env, NULL, 0, &txn) == 0 && mdb_dbi_open(txn, NULL, 0, &dbi) == 0 &&
		  mdb_put(txn, dbi, &key, &value, 0) == 0 && mdb_txn_commit(txn) == 0;

	mdb_env_close(env);
	return ok;
}

static void only_this_format_is_read(const char *path)
{
	struct lmdb_store *store = NULL;

	check(open_store("/nonexistent/store", false, 0, &store) == REFD_NOT_FOUND,
	      "what is not there is NOT_FOUND");
	check(set_format(path, "refdomain-lmdb 2"), "another format can be set");
	check(open_store(path, false, 0, &store) == REFD_CORRUPT, "a later format is CORRUPT");
	check(set_format(path, "refdomain-lmdb 1") && open_store(path, false, 0, &store) == REFD_OK,
	      "this one is not");
	lmdb_store_close(store);
}

static void rows_of_a_shorter_layout_are_read(void)
{
	const struct refd_fixture_state fixture = { .id = { { { 1 } } },
						    .kickoff = { 5 },
						    .status = REFD_FIXTURE_SCHEDULED,
						    .version = 7 };
	struct refd_fixture_state back;
	unsigned char row[256];
	const size_t size = lmdb_store__row_size(REFD_RECORD_FIXTURE, &fixture);

	lmdb_store__row_write(REFD_RECORD_FIXTURE, &fixture, row);
	check(lmdb_store__row_read(REFD_RECORD_FIXTURE, row, size, &back, NULL) == REFD_OK &&
		      back.version == 7 && back.kickoff.us == 5,
	      "a row comes back");
	row[0]--; /* the version is the last field, of eight bytes */
	check(lmdb_store__row_read(REFD_RECORD_FIXTURE, row, size - 8, &back, NULL) == REFD_OK &&
		      back.version == 0 && back.kickoff.us == 5,
	      "a field that is not there yet is unset");
	for (size_t cut = 0; cut < size - 8; cut++)
		check(lmdb_store__row_read(REFD_RECORD_FIXTURE, row, cut, &back, NULL) ==
			      REFD_CORRUPT,
		      "half a row is CORRUPT");
}

int main(void)
{
	char path[] = "/tmp/lmdb-own-XXXXXX", file[64];

	check(mkdtemp(path) != NULL, "there is a directory");
	rows_of_a_shorter_layout_are_read();
	a_full_map_changes_nothing_and_can_grow(path);
	a_handle_is_of_the_process_that_opened_it(path);
	only_this_format_is_read(path);
	for (size_t i = 0; i < 3; i++) {
		snprintf(file, sizeof(file), "%s/%s", path,
			 (const char *const[]){ "data.mdb", "lock.mdb", "turn" }[i]);
		unlink(file);
	}
	rmdir(path);
	printf("%zu passed, %zu failed\n", passed, failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
