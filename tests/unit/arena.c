#include "support.h"

#include <stdalign.h>

#include "base/arena.h"

static void arena__zeroed_memory_can_be_done(void **state)
{
	struct refd__arena arena;

	(void)state;
	memset(&arena, 0, sizeof(arena));
	refd__arena_done(&arena);
	refd__arena_done(&arena);
	assert_null(arena.chunks);
}

static void arena__init_allocates_nothing(void **state)
{
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	assert_int_equal(heap.calls, 0);
	assert_non_null(refd__arena_alloc(&arena, 1));
	assert_int_equal(heap.calls, 1);
	refd__arena_done(&arena);
	refd__arena_done(&arena);
	assert_int_equal(heap.calls, 1);
	support_heap_done(&heap);
}

/* Blocks of random sizes are aligned, do not overlap, and keep what was written to them. */
static void arena__blocks_are_aligned_and_apart(void **state)
{
	struct support_random random = { 7 };
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;
	unsigned char *blocks[2000];
	size_t sizes[2000];

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	for (size_t i = 0; i < 2000; i++) {
		sizes[i] = (size_t)support_random_below(&random, i % 50 == 0 ? 40000 : 300);
		blocks[i] = refd__arena_alloc(&arena, sizes[i]);
		assert_non_null(blocks[i]);
		assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
		memset(blocks[i], (int)i, sizes[i]);
	}
	for (size_t i = 0; i < 2000; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(blocks[i][k], i & 0xff);
	refd__arena_done(&arena);
	support_heap_done(&heap);
}

static void arena__small_blocks_share_chunks(void **state)
{
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	for (int i = 0; i < 100000; i++)
		assert_non_null(refd__arena_alloc(&arena, 64));
	assert_in_range(heap.calls, 2, 40);
	assert_in_range(heap.live_bytes, 6400000, 7000000);
	refd__arena_done(&arena);
	support_heap_done(&heap);
}

static void arena__large_block_leaves_the_current_chunk_in_use(void **state)
{
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;
	char *before, *after;

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	before = refd__arena_alloc(&arena, 16);
	assert_non_null(refd__arena_alloc(&arena, 1000000));
	after = refd__arena_alloc(&arena, 16);
	assert_ptr_equal(before + 16, after);
	assert_int_equal(heap.calls, 2);
	refd__arena_done(&arena);
	support_heap_done(&heap);
}

static void arena__large_block_can_come_first(void **state)
{
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	assert_non_null(refd__arena_alloc(&arena, 1000000));
	assert_non_null(refd__arena_alloc(&arena, 16));
	assert_non_null(refd__arena_alloc(&arena, 1000000));
	assert_int_equal(heap.calls, 3);
	assert_true(heap.live_bytes < 2400000);
	refd__arena_done(&arena);
	support_heap_done(&heap);
}

static void arena__size_0_gives_memory(void **state)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd__arena arena;
	char *first;

	(void)state;
	refd__arena_init(&arena, &allocator);
	first = refd__arena_alloc(&arena, 0);
	assert_non_null(first);
	assert_ptr_not_equal(first, refd__arena_alloc(&arena, 0));
	assert_non_null(refd__arena_zero(&arena, 0, 8));
	assert_non_null(refd__arena_zero(&arena, 8, 0));
	refd__arena_done(&arena);
}

static void arena__zero_is_zeroed(void **state)
{
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;
	unsigned char *block;

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	block = refd__arena_alloc(&arena, 4);
	assert_int_equal(block[0], 0xa5);
	block = refd__arena_zero(&arena, 5, 7);
	for (int i = 0; i < 35; i++)
		assert_int_equal(block[i], 0);
	refd__arena_done(&arena);
	support_heap_done(&heap);
}

static void arena__absurd_sizes_are_refused_without_asking(void **state)
{
	struct support_heap heap;
	struct refd_allocator allocator = support_heap_allocator(&heap);
	struct refd__arena arena;
	struct refd_str text = { "x", SIZE_MAX };

	(void)state;
	support_heap_init(&heap);
	refd__arena_init(&arena, &allocator);
	assert_null(refd__arena_alloc(&arena, SIZE_MAX));
	assert_null(refd__arena_alloc(&arena, PTRDIFF_MAX));
	assert_null(refd__arena_zero(&arena, SIZE_MAX / 8 + 2, 8));
	assert_null(refd__arena_zero(&arena, SIZE_MAX, SIZE_MAX));
	assert_null(refd__arena_zero(&arena, 2, SIZE_MAX / 2));
	assert_false(refd__arena_str(&arena, text, &text));
	assert_int_equal(heap.calls, 0);
	refd__arena_done(&arena);
}

static void arena__str_copies(void **state)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd__arena arena;
	char given[] = "name";
	struct refd_str text = { given, 3 }, copy;

	(void)state;
	refd__arena_init(&arena, &allocator);
	assert_true(refd__arena_str(&arena, text, &copy));
	memset(given, '?', 4);
	assert_int_equal(copy.len, 3);
	assert_string_equal(copy.ptr, "nam");
	assert_true(refd__arena_str(&arena, refd_str_of(NULL), &copy));
	assert_int_equal(copy.len, 0);
	assert_string_equal(copy.ptr, "");
	refd__arena_done(&arena);
}

static void arena__strs_end_inside_their_own_block(void **state)
{
	struct refd_allocator allocator = refd_allocator_libc();
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	struct refd_str copies[36];
	struct refd__arena arena;

	(void)state;
	refd__arena_init(&arena, &allocator);
	for (size_t i = 0; i < 36; i++) {
		struct refd_str text = { letters + 35 - i, i + 1 };

		assert_true(refd__arena_str(&arena, text, &copies[i]));
		assert_true(refd__arena_str(&arena, refd_str_of("behind"), &text));
	}
	for (size_t i = 0; i < 36; i++) {
		assert_int_equal(copies[i].len, i + 1);
		assert_string_equal(copies[i].ptr, letters + 35 - i);
	}
	refd__arena_done(&arena);
}

static int use_arena(struct refd__arena *arena)
{
	struct refd_str text = refd_str_of("some text"), copy = { NULL, 1 };

	for (int i = 0; i < 1000; i++)
		if (!refd__arena_alloc(arena, 100))
			return 1;
	if (!refd__arena_alloc(arena, 1000000) || !refd__arena_zero(arena, 1000, 1000))
		return 1;
	for (int i = 0; i < 100000; i++) {
		if (!refd__arena_str(arena, text, &copy)) {
			assert_true(copy.ptr == NULL || copy.len == text.len);
			return 1;
		}
	}
	return 0;
}

static void arena__every_allocation_can_fail(void **state)
{
	uint64_t n = 0;
	bool failed;

	(void)state;
	do {
		struct support_heap heap;
		struct refd_allocator allocator = support_heap_allocator(&heap);
		struct refd__arena arena;

		support_heap_init(&heap);
		heap.fail_at = ++n;
		refd__arena_init(&arena, &allocator);
		failed = use_arena(&arena);
		assert_int_equal(failed, heap.failed != 0);
		if (failed) /* a later attempt finds memory again */
			assert_non_null(refd__arena_alloc(&arena, 100));
		refd__arena_done(&arena);
		support_heap_done(&heap);
	} while (failed);
	assert_true(n > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena__zeroed_memory_can_be_done),
		cmocka_unit_test(arena__init_allocates_nothing),
		cmocka_unit_test(arena__blocks_are_aligned_and_apart),
		cmocka_unit_test(arena__small_blocks_share_chunks),
		cmocka_unit_test(arena__large_block_leaves_the_current_chunk_in_use),
		cmocka_unit_test(arena__large_block_can_come_first),
		cmocka_unit_test(arena__size_0_gives_memory),
		cmocka_unit_test(arena__zero_is_zeroed),
		cmocka_unit_test(arena__absurd_sizes_are_refused_without_asking),
		cmocka_unit_test(arena__str_copies),
		cmocka_unit_test(arena__strs_end_inside_their_own_block),
		cmocka_unit_test(arena__every_allocation_can_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
