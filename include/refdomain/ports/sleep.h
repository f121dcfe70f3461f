/** @file sleep.h Port: wait between two tries. @since 0.1 */
#ifndef REFDOMAIN_PORTS_SLEEP_H
#define REFDOMAIN_PORTS_SLEEP_H

#include <refdomain/attributes.h>

REFD_BEGIN_DECLS

/** Wait about @p us microseconds (more than 0). May return early. Any thread. */
typedef void refd_sleep_fn(void *self, int64_t us);

struct refd_sleep_ops {
	size_t struct_size;
	refd_sleep_fn *sleep; /**< required */
};

struct refd_sleep {
	const struct refd_sleep_ops *ops;
	void *self;
};

REFD_END_DECLS

#endif
