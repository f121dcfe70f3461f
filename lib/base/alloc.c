#include <refdomain/alloc.h>

#include <stdlib.h>

static void *libc_alloc(void *self, size_t size)
{
	(void)self;
	return malloc(size);
}

static void libc_free(void *self, void *memory)
{
	(void)self;
	free(memory);
}

struct refd_allocator refd_allocator_libc(void)
{
	struct refd_allocator allocator = { libc_alloc, libc_free, NULL };

	return allocator;
}
