/* Who may touch the store: one writer from begin to finish, any number of readers, and a moment
 * alone for the writer while it applies its changes. Every wait ends at a deadline. */
#ifndef REFD_MEMORY_LOCK_H
#define REFD_MEMORY_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <refdomain/ports/clock.h>

struct refd_memory__lock {
	struct refd_clock clock;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool writer;	/* somebody has a write transaction */
	bool applying;	/* and waits for, or has, the moment alone */
	size_t readers; /* read transactions under way */
};

/* False if the system refuses. */
bool refd_memory__lock_init(struct refd_memory__lock *lock, const struct refd_clock *clock);
void refd_memory__lock_done(struct refd_memory__lock *lock);

/* deadline: instant of the clock's monotonic(), 0: none. The enter functions are false when it has
 * passed. */
bool refd_memory__lock_passed(const struct refd_memory__lock *lock, int64_t deadline);
bool refd_memory__lock_write(struct refd_memory__lock *lock, int64_t deadline);
void refd_memory__unlock_write(struct refd_memory__lock *lock);
bool refd_memory__lock_read(struct refd_memory__lock *lock, int64_t deadline);
void refd_memory__unlock_read(struct refd_memory__lock *lock);
/* By the writer only. */
bool refd_memory__lock_apply(struct refd_memory__lock *lock, int64_t deadline);
void refd_memory__unlock_apply(struct refd_memory__lock *lock);

#endif
