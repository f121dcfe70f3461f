/* refdomain/adapters/memory.h: what is particular to this adapter. */
#include "support.h"

#include <refdomain/adapters/memory.h>
#include <refdomain/ports/system.h>

#define KICKOFF INT64_C(1400000000000000)

struct store {
	struct support_heap heap;
	struct refd_time now;
	struct refd_memory *memory;
	struct refd_store port;
};

static void store_make(struct store *store)
{
	struct refd_allocator allocator;
	struct refd_clock clock = refd_fixed_clock(&store->now);

	support_heap_init(&store->heap);
	allocator = support_heap_allocator(&store->heap);
	store->now.us = 1000;
	support_assert_status(refd_memory_create(&allocator, &clock, &store->memory, NULL),
			      REFD_OK);
	store->port = refd_memory_store(store->memory);
}

static void store_done(struct store *store)
{
	refd_memory_destroy(store->memory);
	support_heap_done(&store->heap);
}

static enum refd_status store_begin(struct store *store, enum refd_tx_mode mode, int64_t deadline,
				    struct refd_tx **ret, struct refd_error *err)
{
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = mode,
				    .deadline = deadline };

	return store->port.ops->begin(store->port.self, &begin, ret, err);
}

static enum refd_status store_commit(struct store *store, const struct refd_change *changes,
				     size_t count, struct refd_error *err)
{
	struct refd_change_set set = { changes, count };
	struct refd_tx *tx;
	enum refd_status status = store_begin(store, REFD_TX_WRITE, 0, &tx, err);

	return status == REFD_OK ? store->port.ops->commit(store->port.self, tx, &set, err)
				 : status;
}

static struct refd_team_state team(uint64_t number)
{
	struct refd_team_state state = { .status = REFD_PARTY_ACTIVE, .version = 1 };

	state.id.uuid = support_uuid(number);
	state.name.len = (uint16_t)snprintf(state.name.utf8, sizeof(state.name.utf8), "Team %llu",
					    (unsigned long long)number);
	return state;
}

static struct refd_fixture_state fixture(uint64_t number, uint64_t home, uint64_t away, int64_t at)
{
	struct refd_fixture_state state = { .kickoff = { at },
					    .status = REFD_FIXTURE_SCHEDULED,
					    .version = 1 };

	state.id.uuid = support_uuid(number);
	state.home.uuid = support_uuid(home);
	state.away.uuid = support_uuid(away);
	state.venue.uuid = support_uuid(1);
	return state;
}

static struct refd_change change(enum refd_change_kind kind, enum refd_record record,
				 const void *state, int64_t version)
{
	struct refd_change made = { kind, record, state, version };

	return made;
}

struct seen {
	size_t count;
	int64_t last;
};

static enum refd_status see(void *self, size_t read, enum refd_record record, const void *state)
{
	struct seen *seen = self;
	const struct refd_fixture_state *row = state;

	(void)read;
	if (record == REFD_RECORD_FIXTURE) {
		assert_true(row->kickoff.us >= seen->last);
		seen->last = row->kickoff.us;
	}
	seen->count++;
	return REFD_OK;
}

static size_t count_rows(struct store *store, const struct refd_read *read)
{
	struct seen seen = { 0, INT64_MIN };
	struct refd_tx *tx;

	support_assert_status(store_begin(store, REFD_TX_READ, 0, &tx, NULL), REFD_OK);
	support_assert_status(
		store->port.ops->read(store->port.self, tx, read, 1, see, &seen, NULL), REFD_OK);
	store->port.ops->rollback(store->port.self, tx);
	return seen.count;
}

static void commit__out_of_memory_changes_nothing(void **state)
{
	struct refd_team_state teams[] = { team(1), team(2), team(3) }, later = team(1);
	struct refd_venue_state venue = { .status = REFD_PARTY_ACTIVE, .version = 1 };
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = REFD_RECORD_TEAM,
				 .index = REFD_INDEX_ALL };
	struct refd_change changes[] = {
		change(REFD_CHANGE_UPDATE, REFD_RECORD_TEAM, &later, 1),
		change(REFD_CHANGE_DELETE, REFD_RECORD_TEAM, &teams[1], 1),
		change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &teams[2], 0),
		change(REFD_CHANGE_INSERT, REFD_RECORD_VENUE, &venue, 0),
	};
	struct refd_change first[] = {
		change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &teams[0], 0),
		change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &teams[1], 0),
	};
	struct refd_change undone[] = {
		change(REFD_CHANGE_DELETE, REFD_RECORD_TEAM, &later, 2),
	};
	enum refd_status status;
	uint64_t failures = 0;
	struct store store;

	(void)state;
	venue.id.uuid = support_uuid(1);
	later.version = 2;
	store_make(&store);
	support_assert_status(store_commit(&store, first, 2, NULL), REFD_OK);
	for (;;) {
		uint64_t live = store.heap.live;

		store.heap.fail_at = store.heap.calls + ++failures;
		status = store_commit(&store, changes, 4, NULL);
		if (status == REFD_OK)
			break;
		support_assert_status(status, REFD_NO_MEMORY);
		assert_int_equal(store.heap.live, live);
		assert_int_equal(count_rows(&store, &all), 2);
		support_assert_status(store_commit(&store, undone, 1, NULL), REFD_CONFLICT);
	}
	assert_int_equal(failures, 6); /* transaction, steps, three rows; then it worked */
	store.heap.fail_at = 0;
	support_assert_status(store_commit(&store, undone, 1, NULL), REFD_OK);
	assert_int_equal(count_rows(&store, &all), 1);
	store_done(&store);
}

static void create__out_of_memory_is_a_status(void **state)
{
	struct support_heap heap;
	struct refd_time now = { 1 };
	struct refd_clock clock = refd_fixed_clock(&now);
	struct refd_allocator allocator;
	struct refd_memory *memory = NULL;

	(void)state;
	support_heap_init(&heap);
	heap.fail_at = 1;
	allocator = support_heap_allocator(&heap);
	support_assert_status(refd_memory_create(&allocator, &clock, &memory, NULL),
			      REFD_NO_MEMORY);
	assert_null(memory);
	refd_memory_destroy(NULL);
	support_heap_done(&heap);
}

static void begin__waits_until_the_deadline_of_its_clock(void **state)
{
	struct refd_tx *writer, *other = NULL;
	struct store store;

	(void)state;
	store_make(&store);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 0, &writer, NULL), REFD_OK);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 1000 + 5000, &other, NULL),
			      REFD_UNAVAILABLE);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 1000, &other, NULL),
			      REFD_UNAVAILABLE);
	assert_null(other);
	store.port.ops->rollback(store.port.self, writer);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 1000 + 5000, &other, NULL),
			      REFD_OK);
	store.port.ops->rollback(store.port.self, other);
	store_done(&store);
}

static void commit__waits_for_readers_until_the_deadline(void **state)
{
	struct refd_team_state row = team(1);
	struct refd_change insert = change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &row, 0);
	struct refd_change_set set = { &insert, 1 };
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = REFD_RECORD_TEAM,
				 .index = REFD_INDEX_ALL };
	struct seen seen = { 0, INT64_MIN };
	struct refd_tx *reader, *writer;
	struct store store;

	(void)state;
	store_make(&store);
	support_assert_status(store_begin(&store, REFD_TX_READ, 0, &reader, NULL), REFD_OK);
	support_assert_status(
		store.port.ops->read(store.port.self, reader, &all, 1, see, &seen, NULL), REFD_OK);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 1000 + 5000, &writer, NULL),
			      REFD_OK);
	support_assert_status(store.port.ops->commit(store.port.self, writer, &set, NULL),
			      REFD_UNAVAILABLE);
	store.port.ops->rollback(store.port.self, reader);
	assert_int_equal(count_rows(&store, &all), 0);
	support_assert_status(store_commit(&store, &insert, 1, NULL), REFD_OK);
	store_done(&store);
}

static void calls__after_the_deadline_are_unavailable(void **state)
{
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = REFD_RECORD_TEAM,
				 .index = REFD_INDEX_ALL };
	struct refd_team_state row = team(1);
	struct refd_change insert = change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &row, 0);
	struct refd_change_set set = { &insert, 1 };
	struct refd_tx *tx;
	struct store store;

	(void)state;
	store_make(&store);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 2000, &tx, NULL), REFD_OK);
	store.now.us = 2000;
	support_assert_status(store.port.ops->read(store.port.self, tx, &all, 1, see, NULL, NULL),
			      REFD_UNAVAILABLE);
	support_assert_status(store.port.ops->commit(store.port.self, tx, &set, NULL),
			      REFD_UNAVAILABLE);
	assert_int_equal(count_rows(&store, &all), 0);
	store_done(&store);
}

static void read__what_no_index_serves_is_misuse(void **state)
{
	static const struct refd_read reads[] = {
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_TEAM, .index = REFD_INDEX_STAGED },
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_TEAM },
		{ .kind = REFD_READ_FIND, .record = REFD_RECORD_TEAM, .by = REFD_BY_PAIR },
		{ .kind = REFD_READ_FIND, .by = REFD_BY_ID },
	};
	static const struct refd_read card = { .kind = REFD_READ_CARDS,
					       .record = REFD_RECORD_FIXTURE };
	struct refd_tx *tx;
	struct store store;

	(void)state;
	store_make(&store);
	support_assert_status(store_begin(&store, REFD_TX_WRITE, 0, &tx, NULL), REFD_OK);
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		support_assert_status(
			store.port.ops->read(store.port.self, tx, &reads[i], 1, see, NULL, NULL),
			REFD_MISUSE);
	support_assert_status(store.port.ops->read(store.port.self, tx, &card, 1, see, NULL, NULL),
			      REFD_UNSUPPORTED);
	store.port.ops->rollback(store.port.self, tx);
	store_done(&store);
}

/* 100,000 fixtures in random order, each re-dated once: not quadratic, and the order holds. */
static void fixtures__a_hundred_thousand_stay_in_order(void **state)
{
	enum { FIXTURES = 100000, BATCH = 1000 };
	static struct refd_fixture_state rows[BATCH];
	static struct refd_change changes[BATCH];
	struct refd_team_state teams[] = { team(1), team(2) };
	struct refd_venue_state venue = { .status = REFD_PARTY_ACTIVE, .version = 1 };
	struct refd_change parents[] = {
		change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &teams[0], 0),
		change(REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &teams[1], 0),
		change(REFD_CHANGE_INSERT, REFD_RECORD_VENUE, &venue, 0),
	};
	struct refd_key home = { .a = support_uuid(1) };
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = REFD_RECORD_FIXTURE,
				 .index = REFD_INDEX_ALL };
	struct refd_read of_team = { .kind = REFD_READ_RANGE,
				     .record = REFD_RECORD_FIXTURE,
				     .index = REFD_INDEX_TEAM,
				     .keys = &home,
				     .n_keys = 1 };
	struct support_random random = { 7 };
	struct store store;

	(void)state;
	venue.id.uuid = support_uuid(1);
	store_make(&store);
	support_assert_status(store_commit(&store, parents, 3, NULL), REFD_OK);
	for (int round = 0; round < 2; round++)
		for (uint64_t start = 0; start < FIXTURES; start += BATCH) {
			for (uint64_t i = 0; i < BATCH; i++) {
				int64_t at =
					KICKOFF + (int64_t)support_random_below(&random, 1u << 30);

				rows[i] = fixture(start + i, 1 + i % 2, 2 - i % 2, at);
				rows[i].version = 1 + round;
				changes[i] = change(round ? REFD_CHANGE_UPDATE : REFD_CHANGE_INSERT,
						    REFD_RECORD_FIXTURE, &rows[i], round);
			}
			support_assert_status(store_commit(&store, changes, BATCH, NULL), REFD_OK);
		}
	assert_int_equal(count_rows(&store, &all), FIXTURES);
	assert_int_equal(count_rows(&store, &of_team), FIXTURES);
	store_done(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commit__out_of_memory_changes_nothing),
		cmocka_unit_test(create__out_of_memory_is_a_status),
		cmocka_unit_test(begin__waits_until_the_deadline_of_its_clock),
		cmocka_unit_test(commit__waits_for_readers_until_the_deadline),
		cmocka_unit_test(calls__after_the_deadline_are_unavailable),
		cmocka_unit_test(read__what_no_index_serves_is_misuse),
		cmocka_unit_test(fixtures__a_hundred_thousand_stay_in_order),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
