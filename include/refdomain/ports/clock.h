/** @file clock.h Port: what time it is. @since 0.1 */
#ifndef REFDOMAIN_PORTS_CLOCK_H
#define REFDOMAIN_PORTS_CLOCK_H

#include <refdomain/time.h>

REFD_BEGIN_DECLS

/** Wall-clock time. Must never be unset. Called from any thread that uses the ports. */
typedef struct refd_time refd_clock_now_fn(void *self);
/** Microseconds from an arbitrary start that never go back; for deadlines. Any thread. */
typedef int64_t refd_clock_monotonic_fn(void *self);

struct refd_clock_ops {
	size_t struct_size;
	refd_clock_now_fn *now;		    /**< required */
	refd_clock_monotonic_fn *monotonic; /**< required */
};

struct refd_clock {
	const struct refd_clock_ops *ops;
	void *self;
};

REFD_END_DECLS

#endif
