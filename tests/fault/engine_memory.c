#include "engine_memory.h"

#include <stdlib.h>

#ifdef WITH_SQLITE
#include <sqlite3.h>

static sqlite3_mem_methods plain;
static struct support_heap *judge;
static uint64_t failed;

static bool fails(void)
{
	const bool refused = judge != NULL && support_heap_refuses(judge);

	failed += refused;
	return refused;
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

void engine_memory_check(void)
{
	assert_int_equal(sqlite3_memory_used(), 0);
}

uint64_t engine_memory_failed(void)
{
	return failed;
}
#else
void engine_memory_install(void)
{
}

void engine_memory_use(struct support_heap *heap)
{
	(void)heap;
}

void engine_memory_check(void)
{
}

uint64_t engine_memory_failed(void)
{
	return 0;
}
#endif
