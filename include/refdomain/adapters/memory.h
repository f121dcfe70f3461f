/**
 * @file memory.h Storage adapter that keeps everything in memory: for tests, tools and trying
 * things out. Nothing survives refd_memory_destroy().
 *
 * Writers run one at a time, from begin to finish. Readers run beside them; a commit waits until
 * the READ transactions that have read something are over, so one thread must not commit while it
 * holds one open.
 * @since 0.1
 */
#ifndef REFDOMAIN_ADAPTERS_MEMORY_H
#define REFDOMAIN_ADAPTERS_MEMORY_H

#include <refdomain/alloc.h>
#include <refdomain/ports/clock.h>
#include <refdomain/ports/store.h>

REFD_BEGIN_DECLS

struct refd_memory;

/**
 * Make an empty store. @p allocator and @p clock are copied; what their selfs point to must outlive
 * the store. The clock is the one whose monotonic() deadlines are told in.
 * @return OK; NO_MEMORY; BACKEND (the system has no lock to give). Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_memory_create(const struct refd_allocator *allocator,
							    const struct refd_clock *clock,
							    struct refd_memory **ret,
							    struct refd_error *err);
/** Takes NULL. Transactions must have ended. */
REFD_API void refd_memory_destroy(struct refd_memory *memory);

/** The store port over @p memory, which must outlive it. Any number of threads may share it. */
REFD_API struct refd_store refd_memory_store(struct refd_memory *memory);

REFD_END_DECLS

#endif
