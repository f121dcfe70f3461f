/* What becomes of a session, and of the answer, when something goes wrong between the two: no
 * memory, a clock that jumps, tables or statements that changed under it. */
#include "bed.h"

/* ---- memory ---- */

#define MOST 40

/* Each a statement of its own, as the kinds alternate. */
static enum refd_status insert_alternately(struct bed *bed, struct refd_tx *tx, size_t count)
{
	static struct refd_team_state teams[MOST];
	static struct refd_referee_state referees[MOST];
	struct refd_change changes[MOST];
	size_t i;

	for (i = 0; i < count; i++) {
		teams[i] = bed_team((uint8_t)i);
		teams[i].id.uuid.bytes[1] = (uint8_t)count;
		referees[i] =
			(struct refd_referee_state){ .status = REFD_PARTY_ACTIVE, .version = 1 };
		referees[i].id.uuid = teams[i].id.uuid;
		memcpy(&referees[i].name, &teams[i].name, sizeof(teams[i].name));
		memcpy(&referees[i].club, &teams[i].club, sizeof(teams[i].club));
		changes[i] = (struct refd_change){ .kind = REFD_CHANGE_INSERT };
		changes[i].record = i % 2 == 0 ? REFD_RECORD_TEAM : REFD_RECORD_REFEREE;
		changes[i].state = i % 2 == 0 ? (const void *)&teams[i] : &referees[i];
	}
	return bed_commit(bed, tx, changes, count);
}

static long stored(struct bed *bed)
{
	return bed_ask(bed, "SELECT (SELECT count(*) FROM %s.team) + (SELECT count(*) FROM "
			    "%s.referee)");
}

/* What a closed connection had sent is over when its session is. */
static void await_end(struct bed *bed)
{
	while (bed_ask(bed, "SELECT count(*) FROM pg_stat_activity WHERE application_name = "
			    "'%s'") > 0)
		;
}

/* The list of answers to come grows behind any of the statements, the COMMIT too. */
static void memory__that_ends_around_the_commit_is_told_as_it_is(void **state)
{
	static struct support_heap heap;
	struct bed *bed = *state;
	size_t surely_not = 0, unknown = 0, count;

	for (count = 15; count < MOST; count++) {
		struct refd_tx *tx;
		enum refd_status st;
		long before, after;

		bed_close(bed);
		support_heap_init(&heap);
		bed->allocator = support_heap_allocator(&heap);
		support_assert_status(bed_open(bed, 1), REFD_OK);
		tx = bed_begin(bed, REFD_TX_WRITE, 0);
		support_assert_status(bed_read(bed, tx), REFD_OK);
		before = stored(bed);
		heap.fail_at = heap.calls + 1;
		st = insert_alternately(bed, tx, count);
		if (st != REFD_OK)
			await_end(bed);
		after = stored(bed);
		if (heap.failed == 0 || st == REFD_OK)
			assert_int_equal(after, before + (long)count);
		else if (st == REFD_NO_MEMORY)
			assert_int_equal(after, before);
		else
			support_assert_status(st, REFD_UNKNOWN);
		surely_not += st == REFD_NO_MEMORY;
		unknown += st == REFD_UNKNOWN;
		bed_close(bed);
		support_heap_done(&heap);
	}
	assert_true(surely_not > 1 && unknown > 0);
}

/* ---- a clock that jumps ---- */

struct jumping {
	int64_t ahead;
};

static struct refd_time jumping_now(void *self)
{
	(void)self;
	return (struct refd_time){ 0 };
}

static int64_t jumping_monotonic(void *self)
{
	return bed_now() + ((const struct jumping *)self)->ahead;
}

static const struct refd_clock_ops jumping_clock = { sizeof(jumping_clock), jumping_now,
						     jumping_monotonic };

/* As if this process had been kept from running until the deadline was over. */
static void sleep_over_the_deadline(struct bed *bed, const struct refd_postgres_traced *traced)
{
	struct jumping *clock = bed->options.clock.self;

	if (traced->sql != NULL)
		return;
	while (bed_ask(bed, "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s' "
			    "AND query = 'COMMIT' AND wait_event = 'ClientRead'") != 1)
		;
	clock->ahead += 100 * REFD_SECOND;
}

static void answer__that_has_come_is_taken_behind_the_deadline(void **state)
{
	struct jumping clock = { 0 };
	struct bed *bed = *state;
	struct refd_tx *tx;

	bed_close(bed);
	bed->options.clock = (struct refd_clock){ &jumping_clock, &clock };
	support_assert_status(bed_open(bed, 1), REFD_OK);
	tx = bed_begin(bed, REFD_TX_WRITE, 10 * REFD_SECOND);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->at_statement = sleep_over_the_deadline;
	support_assert_status(bed_insert(bed, tx, 1), REFD_OK);
	bed->at_statement = NULL;
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 1);
	bed_close(bed);
}

/* ---- sessions that are not what they were ---- */

static void altered_table__is_met_by_new_sessions(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *one = bed_begin(bed, REFD_TX_READ, 0), *two;
	int round;

	two = bed_begin(bed, REFD_TX_READ, 0);
	support_assert_status(bed_read(bed, one), REFD_OK);
	support_assert_status(bed_read(bed, two), REFD_OK);
	bed->store.ops->rollback(bed->store.self, one);
	bed->store.ops->rollback(bed->store.self, two);
	(void)bed_ask(bed, "ALTER TABLE %s.team ALTER name TYPE varchar(480) COLLATE \"C\"");
	one = bed_begin(bed, REFD_TX_READ, 0);
	support_assert_status(bed_read(bed, one), REFD_UNAVAILABLE);
	assert_string_equal(bed->err.sqlstate, "0A000");
	bed->store.ops->rollback(bed->store.self, one);
	for (round = 0; round < 2; round++) { /* the other session of the pool is no better */
		one = bed_begin(bed, REFD_TX_READ, 0);
		two = bed_begin(bed, REFD_TX_READ, 0);
		support_assert_status(bed_read(bed, one), REFD_OK);
		support_assert_status(bed_read(bed, two), REFD_OK);
		bed->store.ops->rollback(bed->store.self, one);
		bed->store.ops->rollback(bed->store.self, two);
	}
}

static void discarded_statements__are_prepared_by_a_new_session(void **state)
{
	struct bed *bed = *state;

	(void)bed_ask(bed, "CREATE FUNCTION %s.forget() RETURNS trigger LANGUAGE plpgsql AS "
			   "$$ BEGIN EXECUTE 'DEALLOCATE ALL'; RETURN NULL; END $$");
	(void)bed_ask(bed, "CREATE TRIGGER forget AFTER INSERT ON %s.team FOR EACH STATEMENT "
			   "EXECUTE FUNCTION %s.forget()");
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 1), REFD_OK);
	(void)bed_ask(bed, "DROP TRIGGER forget ON %s.team");
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 2),
			      REFD_UNAVAILABLE);
	assert_string_equal(bed->err.sqlstate, "26000");
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 3), REFD_OK);
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 2);
}

/* ---- figures ---- */

static void use_store(void *self, const char *name, int64_t value)
{
	struct bed *bed = self;

	(void)value;
	if (strcmp(name, "connections.open") != 0)
		return;
	bed->store.ops->rollback(bed->store.self, bed_begin(bed, REFD_TX_READ, REFD_SECOND));
	bed->trips = 1000;
}

static void figures__are_told_to_who_uses_the_store(void **state)
{
	struct bed *bed = *state;

	support_assert_status(refd_postgres_stats(bed->postgres, use_store, bed, &bed->err),
			      REFD_OK);
	assert_in_range(bed->trips, 1000, 1100);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bed_setup, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(memory__that_ends_around_the_commit_is_told_as_it_is),
		TEST(answer__that_has_come_is_taken_behind_the_deadline),
		TEST(altered_table__is_met_by_new_sessions),
		TEST(discarded_statements__are_prepared_by_a_new_session),
		TEST(figures__are_told_to_who_uses_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
