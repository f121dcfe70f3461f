#include "engine_memory.h"

#include <stdlib.h>

#ifdef WITH_SQLITE
#include <sqlite3.h>

static sqlite3_mem_methods plain;
static struct support_heap *judge;

/* The heap counts and decides, as for an allocation of its own. */
static int fails(void)
{
	struct refd_allocator allocator;
	void *probe;

	if (judge == NULL)
		return 0;
	allocator = support_heap_allocator(judge);
	probe = allocator.alloc(allocator.self, 1);
	allocator.free(allocator.self, probe);
	return probe == NULL;
}

static void *take(int size)
{
	return fails() ? NULL : plain.xMalloc(size);
}

static void *resize(void *memory, int size)
{
	return fails() ? NULL : plain.xRealloc(memory, size);
}

void engine_memory_install(void)
{
	sqlite3_mem_methods methods;

	assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain), SQLITE_OK);
	methods = plain;
	methods.xMalloc = take;
	methods.xRealloc = resize;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK);
}

void engine_memory_use(struct support_heap *heap)
{
	judge = heap;
}
#else
void engine_memory_install(void)
{
}

void engine_memory_use(struct support_heap *heap)
{
	(void)heap;
}
#endif
