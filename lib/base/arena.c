#include "base/arena.h"

#include <stdalign.h>

/* 0: no chunks, so that a test can make each allocation fail */
#ifndef REFD_ARENA_FIRST_CHUNK
#define REFD_ARENA_FIRST_CHUNK (16 * 1024)
#endif

/* 0: lists grow by one, so that a test can make each entry fail */
#ifndef REFD_LIST_FIRST_CAPACITY
#define REFD_LIST_FIRST_CAPACITY 16
#endif

enum { FIRST_CHUNK = REFD_ARENA_FIRST_CHUNK, LARGEST_CHUNK = 16 * FIRST_CHUNK };

struct refd__arena_chunk {
	struct refd__arena_chunk *older;
	size_t size; /* bytes after this header */
	max_align_t bytes[];
};

void refd__arena_init(struct refd__arena *arena, const struct refd_allocator *allocator)
{
	struct refd__arena empty = { .allocator = *allocator };

	*arena = empty;
}

void refd__arena_done(struct refd__arena *arena)
{
	struct refd__arena_chunk *chunk = arena->chunks;

	while (chunk) {
		struct refd__arena_chunk *older = chunk->older;

		arena->allocator.free(arena->allocator.self, chunk);
		chunk = older;
	}
	arena->chunks = NULL;
	arena->next = NULL;
	arena->left = 0;
}

static struct refd__arena_chunk *new_chunk(struct refd__arena *arena, size_t size)
{
	struct refd__arena_chunk *chunk =
		arena->allocator.alloc(arena->allocator.self, sizeof(*chunk) + size);

	if (chunk)
		chunk->size = size;
	return chunk;
}

/* What does not fit a new chunk well gets one of its own behind the current one, whose rest stays
 * in use. */
static void *alloc_large(struct refd__arena *arena, size_t size)
{
	struct refd__arena_chunk *chunk = new_chunk(arena, size);

	if (!chunk)
		return NULL;
	if (arena->chunks) {
		chunk->older = arena->chunks->older;
		arena->chunks->older = chunk;
	} else {
		chunk->older = NULL;
		arena->chunks = chunk;
	}
	return chunk->bytes;
}

static bool grow(struct refd__arena *arena, size_t wanted)
{
	struct refd__arena_chunk *chunk = new_chunk(arena, wanted);

	if (!chunk)
		return false;
	chunk->older = arena->chunks;
	arena->chunks = chunk;
	arena->next = (char *)chunk->bytes;
	arena->left = wanted;
	return true;
}

static size_t next_chunk_size(const struct refd__arena *arena)
{
	size_t size = FIRST_CHUNK == 0 ? 0 : FIRST_CHUNK - sizeof(struct refd__arena_chunk);

	/* the newest chunk may be a large allocation: it sets no pace */
	if (arena->chunks && arena->chunks->size >= size)
		size = 2 * arena->chunks->size;
	return size > LARGEST_CHUNK ? LARGEST_CHUNK : size;
}

void *refd__arena_alloc(struct refd__arena *arena, size_t size)
{
	size_t align = alignof(max_align_t);
	void *memory;

	if (size > PTRDIFF_MAX / 2)
		return NULL;
	size = size == 0 ? align : (size + align - 1) / align * align;
	if (size > arena->left) {
		size_t wanted = next_chunk_size(arena);

		if (size > wanted / 4)
			return alloc_large(arena, size);
		if (!grow(arena, wanted))
			return NULL;
	}
	memory = arena->next;
	arena->next += size;
	arena->left -= size;
	return memory;
}

void *refd__arena_zero(struct refd__arena *arena, size_t count, size_t size)
{
	void *memory;

	if (size != 0 && count > PTRDIFF_MAX / size)
		return NULL;
	memory = refd__arena_alloc(arena, count * size);
	if (memory)
		memset(memory, 0, count * size);
	return memory;
}

bool refd__arena_str(struct refd__arena *arena, struct refd_str text, struct refd_str *ret)
{
	char *copy;

	if (text.len == 0) {
		*ret = refd_str_of("");
		return true;
	}
	if (text.len > PTRDIFF_MAX / 2)
		return false;
	copy = refd__arena_alloc(arena, text.len + 1);
	if (!copy)
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	ret->ptr = copy;
	ret->len = text.len;
	return true;
}

size_t refd__next_capacity(size_t capacity)
{
	const size_t first = REFD_LIST_FIRST_CAPACITY;

	if (first == 0)
		return capacity + 1;
	return capacity ? 2 * capacity : first;
}
