/** @file random.h Port: unpredictable bytes. @since 0.1 */
#ifndef REFDOMAIN_PORTS_RANDOM_H
#define REFDOMAIN_PORTS_RANDOM_H

#include <refdomain/error.h>

REFD_BEGIN_DECLS

/** Fill @p bytes. @return OK; UNAVAILABLE. Any thread. */
typedef enum refd_status refd_random_fill_fn(void *self, void *bytes, size_t count,
					     struct refd_error *err);

struct refd_random_ops {
	size_t struct_size;
	refd_random_fill_fn *fill; /**< required */
};

struct refd_random {
	const struct refd_random_ops *ops;
	void *self;
};

REFD_END_DECLS

#endif
