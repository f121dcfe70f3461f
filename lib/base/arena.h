/* Memory that lives and dies together: bump allocation in chunks over an allocator. Not
 * thread-safe. */
#ifndef REFD_BASE_ARENA_H
#define REFD_BASE_ARENA_H

#include <refdomain/alloc.h>
#include <refdomain/text.h>

struct refd__arena_chunk;

struct refd__arena {
	struct refd_allocator allocator;
	struct refd__arena_chunk *chunks;
	char *next;
	size_t left;
};

void refd__arena_init(struct refd__arena *arena, const struct refd_allocator *allocator);
/* Gives everything back; zeroed memory is allowed; idempotent. */
void refd__arena_done(struct refd__arena *arena);
/* Aligned for any type, not zeroed; NULL when out of memory or when size is absurd. */
void *refd__arena_alloc(struct refd__arena *arena, size_t size);
/* As alloc, zeroed; NULL also when count * size overflows. */
void *refd__arena_zero(struct refd__arena *arena, size_t count, size_t size);
/* Of a list in an arena that is full. */
size_t refd__next_capacity(size_t capacity);
/* A copy of text in the arena, NUL-terminated; false when out of memory. The empty text copies to {
 * "", 0 }. */
bool refd__arena_str(struct refd__arena *arena, struct refd_str text, struct refd_str *ret);

#endif
