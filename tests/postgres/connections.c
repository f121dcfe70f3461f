/* Connections that die, servers that are silent, pools that are empty, processes that fork: what
 * the adapter makes of them. */
#include "bed.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define BACKENDS "FROM pg_stat_activity WHERE application_name = '%s'"

/* ---- */

static void dead_idle_connection__is_replaced_unnoticed(void **state)
{
	struct bed *bed = *state;
	uint8_t i;

	for (i = 1; i <= 20; i++) {
		(void)bed_ask(bed, "SELECT count(pg_terminate_backend(pid, 2000)) " BACKENDS);
		support_assert_status(
			bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND), i),
			REFD_OK);
	}
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 20);
}

static void terminated_between_calls__is_unavailable_and_leaves_nothing(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND);

	support_assert_status(bed_read(bed, tx), REFD_OK);
	(void)bed_ask(bed, "SELECT count(pg_terminate_backend(pid, 2000)) " BACKENDS);
	support_assert_status(bed_read(bed, tx), REFD_UNAVAILABLE);
	assert_string_equal(bed->err.sqlstate, "57P01");
	bed->store.ops->rollback(bed->store.self, tx);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND), 1),
			      REFD_OK);
}

/* The server's own time-out is set but for what it cannot do: a stopped process answers nothing. */
static void silent_server__holds_nobody_beyond_the_deadline(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 400 * 1000);
	int64_t deadline = bed_now() + 400 * 1000, end;
	enum refd_status st;
	pid_t pid;

	support_assert_status(bed_read(bed, tx), REFD_OK);
	pid = (pid_t)bed_ask(bed, "SELECT pid " BACKENDS);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	st = bed_read(bed, tx);
	end = bed_now();
	bed->store.ops->rollback(bed->store.self, tx);
	assert_int_equal(kill(pid, SIGCONT), 0);
	support_assert_status(st, REFD_UNAVAILABLE);
	assert_in_range(end, deadline - 50 * 1000, deadline + 250 * 1000);
}

static void silence_in_the_commit__is_unknown(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 400 * 1000);
	int64_t deadline = bed_now() + 400 * 1000, end;
	enum refd_status st;
	pid_t pid;

	support_assert_status(bed_read(bed, tx), REFD_OK);
	pid = (pid_t)bed_ask(bed, "SELECT pid " BACKENDS);
	assert_int_equal(kill(pid, SIGSTOP), 0);
	st = bed_insert(bed, tx, 1);
	end = bed_now();
	assert_int_equal(kill(pid, SIGCONT), 0);
	support_assert_status(st, REFD_UNKNOWN);
	support_assert_status(bed->err.status, REFD_UNKNOWN);
	assert_in_range(end, deadline - 50 * 1000, deadline + 250 * 1000);
	/* the same again waits for the lost attempt, or takes its place */
	tx = bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND);
	if (bed_insert(bed, tx, 1) != REFD_OK)
		assert_string_equal(bed->err.constraint, "team.id");
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 1);
}

static void lock_wait__ends_with_the_servers_word(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *holder = bed_begin(bed, REFD_TX_WRITE, 0), *other;
	int64_t deadline;

	support_assert_status(bed_guard(bed, holder), REFD_OK);
	support_assert_status(bed_read(bed, holder), REFD_OK);
	other = bed_begin(bed, REFD_TX_WRITE, 300 * 1000);
	deadline = bed_now() + 300 * 1000;
	support_assert_status(bed_guard(bed, other), REFD_OK);
	support_assert_status(bed_read(bed, other), REFD_UNAVAILABLE);
	assert_in_range(bed_now(), deadline - 150 * 1000, deadline + 250 * 1000);
	assert_true(strcmp(bed->err.sqlstate, "55P03") == 0 ||
		    strcmp(bed->err.sqlstate, "57014") == 0);
	bed->store.ops->rollback(bed->store.self, other);
	bed->store.ops->rollback(bed->store.self, holder);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND), 1),
			      REFD_OK);
}

static void empty_pool__is_unavailable_at_the_deadline(void **state)
{
	struct bed *bed = *state;
	struct refd_begin options = { .struct_size = sizeof(options),
				      .mode = REFD_TX_READ,
				      .deadline = 0 };
	struct refd_tx *held[2], *tx = NULL;
	int64_t deadline;

	held[0] = bed_begin(bed, REFD_TX_READ, 0);
	held[1] = bed_begin(bed, REFD_TX_READ, 0);
	options.deadline = deadline = bed_now() + 200 * 1000;
	support_assert_status(bed->store.ops->begin(bed->store.self, &options, &tx, &bed->err),
			      REFD_UNAVAILABLE);
	assert_in_range(bed_now(), deadline, deadline + 250 * 1000);
	bed->store.ops->rollback(bed->store.self, held[0]);
	tx = bed_begin(bed, REFD_TX_READ, REFD_SECOND);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
	bed->store.ops->rollback(bed->store.self, held[1]);
}

/* A child that has its parent's handle can do nothing with it, and nothing to it. */
static void child__is_told_to_open_its_own(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND), *mine = NULL;
	pid_t pid;
	int status;

	support_assert_status(bed_read(bed, tx), REFD_OK);
	pid = fork();
	if (pid == 0) {
		struct refd_begin options = { .struct_size = sizeof(options),
					      .mode = REFD_TX_READ,
					      .deadline = 0 };
		bool ok = bed->store.ops->begin(bed->store.self, &options, &mine, NULL) ==
				  REFD_MISUSE &&
			  bed_read(bed, tx) == REFD_MISUSE && bed_insert(bed, tx, 9) == REFD_MISUSE;

		bed->store.ops->rollback(bed->store.self, tx);
		refd_postgres_close(bed->postgres);
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	support_assert_status(bed_insert(bed, tx, 1), REFD_OK);
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 1);
}

/* What a caller waits for: a read one trip, a write without a read one, with a read two. */
static void trips__are_as_few_as_promised(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx;

	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, REFD_SECOND), 1),
			      REFD_OK);
	bed->trips = 0;
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, REFD_SECOND), 2),
			      REFD_OK);
	assert_int_equal(bed->trips, 1);
	tx = bed_begin(bed, REFD_TX_WRITE, REFD_SECOND);
	support_assert_status(bed_guard(bed, tx), REFD_OK);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	assert_int_equal(bed->trips, 2);
	support_assert_status(bed_insert(bed, tx, 3), REFD_OK);
	assert_int_equal(bed->trips, 3);
	tx = bed_begin(bed, REFD_TX_READ, REFD_SECOND);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
	assert_int_equal(bed->trips, 4);
	bed->store.ops->rollback(bed->store.self, bed_begin(bed, REFD_TX_WRITE, REFD_SECOND));
	assert_int_equal(bed->trips, 4);
}

/* A transaction for one read ends with it: one trip, one message each way, and no second read. */
static void once__is_a_read_and_no_more(void **state)
{
	struct bed *bed = *state;
	struct refd_begin options = { .struct_size = sizeof(options),
				      .mode = REFD_TX_READ,
				      .once = true };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_TEAM,
					.index = REFD_INDEX_ALL };
	const struct refd_read reads[] = { read, read };
	struct refd_tx *tx = NULL;
	size_t rows = 0, n;

	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 1), REFD_OK);
	tx = bed_begin(bed, REFD_TX_READ, 0); /* the first one looks at the sizes of the tables */
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
	for (n = 1; n <= 2; n++) {
		bed->statements = bed->trips = 0;
		support_assert_status(
			bed->store.ops->begin(bed->store.self, &options, &tx, &bed->err), REFD_OK);
		support_assert_status(bed->store.ops->read(bed->store.self, tx, reads, n,
							   bed_count_row, &rows, &bed->err),
				      REFD_OK);
		support_assert_status(bed_read(bed, tx), REFD_MISUSE);
		bed->store.ops->rollback(bed->store.self, tx);
		assert_int_equal(bed->trips, 1);
		assert_int_equal(bed->statements, n == 1 ? 1 : 4); /* BEGIN, two, ROLLBACK */
	}
	assert_int_equal(rows, 3);
}

/* ---- guards ---- */

/* What another transaction holds while it waits for `guard`: everything that comes before. */
struct asking {
	struct bed *bed;
	struct refd_guard guard;
	enum refd_status status;
};

static void *ask_for(void *self)
{
	struct asking *asking = self;
	struct bed *bed = asking->bed;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 10 * REFD_SECOND);

	asking->status = bed->store.ops->guard(bed->store.self, tx, &asking->guard, 1, NULL);
	if (asking->status == REFD_OK)
		asking->status = bed_read(bed, tx);
	bed->store.ops->rollback(bed->store.self, tx);
	return NULL;
}

/* Locks of the only backend that waits for one; -1: none waits yet. */
static long held_while_waiting(struct bed *bed)
{
	return bed_ask(
		bed, "SELECT count(*) FROM pg_locks l WHERE l.locktype = 'advisory' AND "
		     "l.granted AND l.pid = (SELECT pid FROM pg_stat_activity WHERE "
		     "application_name = '%s' AND wait_event = 'advisory') HAVING count(*) > 0 OR "
		     "EXISTS (SELECT FROM pg_stat_activity WHERE application_name = '%s' AND "
		     "wait_event = 'advisory')");
}

static void held_behind(struct bed *bed, enum refd_guard_class guard_class, uint8_t byte, long held)
{
	struct asking asking = { bed,
				 { .guard_class = REFD_GUARD_FIXTURE,
				   .derive = REFD_DERIVE_REFEREES | REFD_DERIVE_TEAMS |
					     REFD_DERIVE_VENUE },
				 REFD_OK };
	struct refd_guard blocked = { .guard_class = guard_class };
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 0);
	int64_t until = bed_now() + 5 * REFD_SECOND;
	pthread_t thread;
	long seen;

	asking.guard.key.bytes[0] = 0xf0;
	blocked.key.bytes[0] = byte;
	support_assert_status(bed->store.ops->guard(bed->store.self, tx, &blocked, 1, &bed->err),
			      REFD_OK);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	assert_int_equal(pthread_create(&thread, NULL, ask_for, &asking), 0);
	do
		seen = held_while_waiting(bed);
	while (seen < 0 && bed_now() < until);
	if (seen >= 0) /* it may have begun to wait between the looks at locks and at waits */
		seen = held_while_waiting(bed);
	bed->store.ops->rollback(bed->store.self, tx);
	pthread_join(thread, NULL);
	assert_int_equal(seen, held);
	support_assert_status(asking.status, REFD_OK);
}

/* By class: fixture, referees, teams, venue. */
static void derived_guards__are_taken_in_lock_order(void **state)
{
	static const char *const rows[] = {
		"SET session_replication_role = replica",
		"INSERT INTO %s.fixture VALUES ('f0000000-0000-0000-0000-000000000000', "
		"'10000000-0000-0000-0000-000000000000', '20000000-0000-0000-0000-000000000000', "
		"'30000000-0000-0000-0000-000000000000', now(), 'scheduled', false, NULL, 1)",
		"INSERT INTO %s.slot VALUES ('f0000000-0000-0000-0000-000000000000', 'first', "
		"'40000000-0000-0000-0000-000000000000')",
		"INSERT INTO %s.assignment VALUES ('50000000-0000-0000-0000-000000000000', "
		"'f0000000-0000-0000-0000-000000000000', '60000000-0000-0000-0000-000000000000', "
		"'first', 'staged', NULL, NULL, 0, 1, now())",
		"RESET session_replication_role",
	};
	struct bed *bed = *state;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		(void)bed_ask(bed, rows[i]);
	held_behind(bed, REFD_GUARD_FIXTURE, 0xf0, 0);
	held_behind(bed, REFD_GUARD_VENUE, 0x30, 5); /* fixture, two referees, two teams */
}

/* ---- memory ---- */

/* Each allocation of opening and of a commit fails once: an error, and nothing is lost. */
static void allocation__that_fails_is_no_memory(void **state)
{
	struct bed *bed = *state;
	struct support_heap heap;
	struct refd_postgres_options options = bed->options;
	struct refd_allocator allocator;
	struct refd_postgres *own = bed->postgres, *postgres = NULL;
	uint64_t n, step = 1;
	uint8_t number = 0;
	bool failed = true;

	for (n = 1; failed; n += step) {
		struct refd_team_state teams[3] = { bed_team(0), bed_team(0), bed_team(0) };
		struct refd_change changes[3];
		const struct refd_change_set set = { changes, 3 };
		enum refd_status st;
		size_t i;

		support_heap_init(&heap);
		allocator = support_heap_allocator(&heap);
		heap.fail_at = n;
		postgres = NULL;
		st = refd_postgres_open(&options, &allocator, &postgres, &bed->err);
		if (st == REFD_OK) {
			bed->store = refd_postgres_store(postgres);
			for (i = 0; i < 3; i++) {
				teams[i] = bed_team(++number);
				changes[i] = (struct refd_change){ REFD_CHANGE_INSERT,
								   REFD_RECORD_TEAM, &teams[i], 0 };
			}
			st = bed->store.ops->commit(
				bed->store.self, bed_begin(bed, REFD_TX_WRITE, 0), &set, &bed->err);
		}
		failed = heap.failed > 0;
		support_assert_status(st, failed ? REFD_NO_MEMORY : REFD_OK);
		refd_postgres_close(postgres);
		support_heap_done(&heap);
		step = n > 20 && n < 200 ? 10 : 1; /* the texts of statements are all alike */
	}
	bed->store = refd_postgres_store(own);
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 3);
}

/* ---- the schema ---- */

static void refused(struct bed *bed, const char *harm, const char *reason)
{
	(void)bed_ask(bed, harm);
	refd_postgres_close(bed->postgres);
	bed->postgres = NULL;
	support_assert_status(bed_open(bed, 1), REFD_CORRUPT);
	if (strstr(bed->err.message, reason) == NULL)
		print_error("%s\n", bed->err.message);
	assert_non_null(strstr(bed->err.message, reason));
}

static void altered_column__is_refused(void **state)
{
	refused(*state, "ALTER TABLE %s.team ALTER name DROP NOT NULL",
		"altered: column team.name");
}

static void missing_index__is_refused(void **state)
{
	refused(*state, "DROP INDEX %s.fixture_by_kickoff", "lacks index fixture_by_kickoff");
}

static void changed_function__is_refused(void **state)
{
	refused(*state,
		"CREATE OR REPLACE FUNCTION %s.stale(number bigint) RETURNS boolean LANGUAGE sql "
		"AS "
		"'SELECT true'",
		"altered: function stale");
}

static void disabled_trigger__is_refused(void **state)
{
	refused(*state, "ALTER TABLE %s.fixture DISABLE TRIGGER fixture_redated",
		"altered: trigger fixture_redated");
}

static void foreign_table__is_refused(void **state)
{
	refused(*state, "CREATE TABLE %s.planted (id integer)", "foreign object");
}

static void newer_schema__is_refused(void **state)
{
	refused(*state, "INSERT INTO %s.schema_file VALUES (99, 'later', 'x')", "newer");
}

static void other_checksum__is_refused(void **state)
{
	refused(*state, "UPDATE %s.schema_file SET checksum = 'x'", "checksum");
}

static void schema_of_others__is_refused(void **state)
{
	struct bed *bed = *state;

	(void)bed_ask(bed, "DROP SCHEMA %s CASCADE");
	(void)bed_ask(bed, "CREATE SCHEMA %s");
	refused(bed, "CREATE TABLE %s.planted (id integer)", "not a refdomain schema");
}

static void check__finds_a_kickoff_that_differs(void **state)
{
	struct bed *bed = *state;

	support_assert_status(refd_postgres_check(bed->postgres, &bed->err), REFD_OK);
	(void)bed_ask(bed, "SET session_replication_role = replica");
	(void)bed_ask(bed, "INSERT INTO %s.fixture SELECT md5('f')::uuid, md5('h')::uuid, "
			   "md5('a')::uuid, md5('v')::uuid, now(), 'scheduled', false, NULL, 1");
	(void)bed_ask(bed, "INSERT INTO %s.availability SELECT md5('y')::uuid, md5('f')::uuid, "
			   "md5('r')::uuid, now(), 1, now() + interval '1 s'");
	(void)bed_ask(bed, "RESET session_replication_role");
	support_assert_status(refd_postgres_check(bed->postgres, &bed->err), REFD_CORRUPT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dead_idle_connection__is_replaced_unnoticed),
		TEST(terminated_between_calls__is_unavailable_and_leaves_nothing),
		TEST(silent_server__holds_nobody_beyond_the_deadline),
		TEST(silence_in_the_commit__is_unknown),
		TEST(lock_wait__ends_with_the_servers_word),
		TEST(empty_pool__is_unavailable_at_the_deadline),
		TEST(child__is_told_to_open_its_own),
		TEST(trips__are_as_few_as_promised),
		TEST(once__is_a_read_and_no_more),
		TEST(derived_guards__are_taken_in_lock_order),
		TEST(allocation__that_fails_is_no_memory),
		TEST(altered_column__is_refused),
		TEST(missing_index__is_refused),
		TEST(changed_function__is_refused),
		TEST(disabled_trigger__is_refused),
		TEST(foreign_table__is_refused),
		TEST(newer_schema__is_refused),
		TEST(other_checksum__is_refused),
		TEST(schema_of_others__is_refused),
		TEST(check__finds_a_kickoff_that_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
