#include "support.h"

#include <refdomain/ports/system.h>

/* Before each block; keeps what follows aligned for any type. */
union block_head {
	size_t size;
	max_align_t align;
};

bool support_heap_refuses(struct support_heap *heap)
{
	heap->calls++;
	if (heap->fail_at == 0 || heap->calls < heap->fail_at ||
	    (heap->calls > heap->fail_at && !heap->fail_on))
		return false;
	heap->failed++;
	return true;
}

static void *heap_alloc(void *self, size_t size)
{
	struct support_heap *heap = self;
	union block_head *head;

	if (support_heap_refuses(heap) || size > SIZE_MAX - sizeof(*head))
		return NULL;
	head = malloc(sizeof(*head) + size);
	if (!head)
		return NULL;
	head->size = size;
	memset(head + 1, 0xa5, size);
	heap->live++;
	heap->live_bytes += size;
	if (heap->live_bytes > heap->peak_bytes)
		heap->peak_bytes = heap->live_bytes;
	return head + 1;
}

static void heap_free(void *self, void *memory)
{
	struct support_heap *heap = self;
	union block_head *head = memory;

	if (!memory)
		return;
	head--;
	heap->live--;
	heap->live_bytes -= head->size;
	memset(memory, 0x5a, head->size);
	free(head);
}

void support_heap_init(struct support_heap *heap)
{
	memset(heap, 0, sizeof(*heap));
}

struct refd_allocator support_heap_allocator(struct support_heap *heap)
{
	struct refd_allocator allocator = { heap_alloc, heap_free, heap };

	return allocator;
}

void support_heap_done(struct support_heap *heap)
{
	if (heap->live != 0)
		fail_msg("%llu blocks with %zu bytes were not given back",
			 (unsigned long long)heap->live, heap->live_bytes);
}

uint64_t support_random_next(struct support_random *random)
{
	uint64_t value = random->state += UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

uint64_t support_random_below(struct support_random *random, uint64_t bound)
{
	return support_random_next(random) % bound;
}

const struct refd_violation *support_violation(const struct refd_error *err, enum refd_rule rule,
					       const char *field)
{
	for (uint32_t i = 0; i < err->kept; i++)
		if (err->violations[i].rule == rule &&
		    (!field || strcmp(err->violations[i].field, field) == 0))
			return &err->violations[i];
	return NULL;
}

void support_check_status(enum refd_status actual, enum refd_status expected, const char *file,
			  int line)
{
	if (actual != expected)
		print_error("status is %s, not %s\n", refd_status_name(actual),
			    refd_status_name(expected));
	_assert_int_equal(actual, expected, file, line);
}

struct refd_str support_exact(struct refd_str text)
{
	char *copy = NULL;

	if (text.len > 0) {
		copy = malloc(text.len);
		assert_non_null(copy);
		memcpy(copy, text.ptr, text.len);
	}
	return (struct refd_str){ copy, text.len };
}

struct refd_uuid support_uuid(uint64_t number)
{
	struct refd_uuid id = { { 0 } };

	for (size_t i = 16; i > 8; i--, number >>= 8)
		id.bytes[i - 1] = (uint8_t)number;
	return id;
}

static struct refd_time read_date(void *self)
{
	return *(const struct refd_time *)self;
}

static int64_t read_system(void *self)
{
	struct refd_clock clock = refd_system_clock();

	(void)self;
	return clock.ops->monotonic(clock.self);
}

struct refd_clock support_clock(struct refd_time *now)
{
	static const struct refd_clock_ops ops = { sizeof(ops), read_date, read_system };

	return (struct refd_clock){ &ops, now };
}
