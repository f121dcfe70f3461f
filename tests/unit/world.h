/* A tracker with its arena, one valid default per noun, and a way to run a verb out of memory at
 * every allocation it makes. */
#ifndef REFD_TESTS_WORLD_H
#define REFD_TESTS_WORLD_H

#include "support.h"

#include "domain/aggregates.h"

#define NOW ((struct refd_time){ INT64_C(1700000000) * REFD_SECOND })

struct world {
	struct support_heap heap;
	struct refd_allocator allocator;
	struct refd__arena arena;
	struct refd__tracker tracker;
	struct refd_error err;
};

static inline int world_setup(void **state)
{
	static struct world world;

	support_heap_init(&world.heap);
	world.allocator = support_heap_allocator(&world.heap);
	refd__arena_init(&world.arena, &world.allocator);
	refd__tracker_init(&world.tracker, &world.arena);
	refd_error_clear(&world.err);
	*state = &world;
	return 0;
}

static inline int world_teardown(void **state)
{
	struct world *world = *state;

	refd__arena_done(&world->arena);
	support_heap_done(&world->heap);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

/* A time so many minutes after NOW. */
static inline struct refd_time in_minutes(int64_t minutes)
{
	return (struct refd_time){ NOW.us + minutes * REFD_MINUTE };
}

static inline struct refd_referee_id referee_id(uint64_t number)
{
	return (struct refd_referee_id){ support_uuid(number) };
}

static inline struct refd_team_id team_id(uint64_t number)
{
	return (struct refd_team_id){ support_uuid(number) };
}

static inline struct refd_venue_id venue_id(uint64_t number)
{
	return (struct refd_venue_id){ support_uuid(number) };
}

static inline struct refd_fixture_id fixture_id(uint64_t number)
{
	return (struct refd_fixture_id){ support_uuid(number) };
}

#define assert_uuid_equal(a, b) assert_memory_equal((a).bytes, (b).bytes, sizeof((a).bytes))
#define assert_text_equal(str, text)                                                               \
	do {                                                                                       \
		assert_int_equal((str).len, strlen(text));                                         \
		assert_memory_equal((str).ptr, text, strlen(text));                                \
	} while (0)

/* The number-th event recorded, from 1; its type, aggregate and version are checked. */
static inline const struct refd_event *event_at(const struct world *world, size_t number,
						enum refd_event_type type, enum refd_noun noun,
						struct refd_uuid id, int64_t version)
{
	const struct refd__event_node *node = world->tracker.first;

	assert_true(number >= 1 && number <= world->tracker.count);
	for (size_t i = 1; i < number; i++)
		node = node->next;
	assert_int_equal(node->event.type, type);
	assert_int_equal(node->event.aggregate.noun, noun);
	assert_uuid_equal(node->event.aggregate.id, id);
	assert_int_equal(node->event.version, version);
	return &node->event;
}

/* The only violation is this one. */
static inline const struct refd_violation *only_violation(const struct world *world,
							  enum refd_rule rule)
{
	assert_int_equal(world->err.total, 1);
	assert_int_equal(world->err.violations[0].rule, rule);
	return &world->err.violations[0];
}

static inline struct refd_fixture_state fixture_wanted(void)
{
	return (struct refd_fixture_state){
		.id = fixture_id(40),
		.home = team_id(20),
		.away = team_id(21),
		.venue = venue_id(30),
		.kickoff = in_minutes(60),
	};
}

static inline struct refd_fixture_state fixture_stored(void)
{
	struct refd_fixture_state state = fixture_wanted();

	state.status = REFD_FIXTURE_SCHEDULED;
	state.version = 5;
	return state;
}

static inline struct refd_fixture *fixture_restored(struct world *world)
{
	const struct refd_fixture_state state = fixture_stored();

	return refd__fixture_restore(&world->tracker, &state);
}

static inline void fill_slot(struct refd_fixture *fixture, enum refd_role role, uint64_t referee)
{
	const struct refd_slot_state slot = { fixture->state.id, role, referee_id(referee) };

	refd__fixture_restore_slot(fixture, &slot);
}

static inline struct refd_board *board_restored(struct world *world, bool locked,
						struct refd_time hand_out, int64_t version)
{
	struct refd_board_state state;

	/* objects are compared byte by byte, padding and all */
	memset(&state, 0, sizeof(state));
	state.id = refd_the_board;
	state.availability_locked = locked;
	state.hand_out = hand_out;
	state.version = version;
	return refd__board_restore(&world->tracker, &state);
}

typedef enum refd_status verb_fn(struct world *world, void *self);

/*
 * Runs the verb with room for 0, 1, 2, ... allocations of the smallest size until it succeeds. Each
 * time it fails it must say NO_MEMORY and leave the object (@p size bytes at @p self) and the
 * events as they were. @return how often it failed
 */
static inline int starve(struct world *world, verb_fn *verb, void *self, size_t size)
{
	unsigned char before[sizeof(struct refd_venue) + sizeof(struct refd_fixture)];
	const size_t count = world->tracker.count;
	int failures = 0;

	assert_true(size <= sizeof(before));
	assert_non_null(refd__arena_alloc(&world->arena, 1));
	memcpy(before, self, size);
	for (size_t room = 0;; room += _Alignof(max_align_t)) {
		const struct refd__arena full = world->arena;
		enum refd_status st;

		assert_true(room <= full.left);
		world->arena.left = room;
		/* only one fails: what goes on in spite of it would get its memory */
		world->heap.fail_at = world->heap.calls + 1;
		refd_error_clear(&world->err);
		st = verb(world, self);
		world->arena.left += full.left - room;
		if (st == REFD_OK)
			break;
		support_assert_status(st, REFD_NO_MEMORY);
		support_assert_status(world->err.status, REFD_NO_MEMORY);
		assert_memory_equal(self, before, size);
		assert_int_equal(world->tracker.count, count);
		assert_true(*world->tracker.last == NULL);
		world->arena = full;
		failures++;
	}
	world->heap.fail_at = 0;
	assert_true(world->tracker.count > count);
	assert_true(failures > 0);
	return failures;
}

#endif
