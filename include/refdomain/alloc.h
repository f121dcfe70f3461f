/** @file alloc.h The allocator a root object is given. @since 0.1 */
#ifndef REFDOMAIN_ALLOC_H
#define REFDOMAIN_ALLOC_H

#include <refdomain/attributes.h>

REFD_BEGIN_DECLS

/**
 * Where memory comes from. @p alloc returns memory aligned for any type or NULL (then the call
 * answers NO_MEMORY);
 * @p free takes NULL. Both must be callable from every thread that uses the root object. There is
 * no realloc.
 */
struct refd_allocator {
	void *(*alloc)(void *self, size_t size);
	void (*free)(void *self, void *memory);
	void *self;
};

/** malloc and free of the C library. Any thread. */
REFD_API struct refd_allocator refd_allocator_libc(void);

REFD_END_DECLS

#endif
