/* Makes the storage engines' own allocations part of the count. */
#ifndef REFD_TESTS_ENGINE_MEMORY_H
#define REFD_TESTS_ENGINE_MEMORY_H

#include "support.h"

/* Before anything opens a store. */
void engine_memory_install(void);
/* Ask this heap whether the next allocation fails; NULL: none does. The memory itself is the
 * engine's. */
void engine_memory_use(struct support_heap *heap);
/* With no store open nothing is left. */
void engine_memory_check(void);
/* Allocations of the engine that failed so far. */
uint64_t engine_memory_failed(void);

#endif
