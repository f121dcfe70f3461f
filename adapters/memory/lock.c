#include "lock.h"

#include <time.h>

#include <refdomain/time.h>

bool refd_memory__lock_init(struct refd_memory__lock *lock, const struct refd_clock *clock)
{
	pthread_condattr_t attr;
	bool ok;

	lock->clock = *clock;
	lock->writer = lock->applying = false;
	lock->readers = 0;
	if (pthread_mutex_init(&lock->mutex, NULL) != 0)
		return false;
	ok = pthread_condattr_init(&attr) == 0;
	if (ok) {
		ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
		     pthread_cond_init(&lock->changed, &attr) == 0;
		pthread_condattr_destroy(&attr);
	}
	if (!ok)
		pthread_mutex_destroy(&lock->mutex);
	return ok;
}

void refd_memory__lock_done(struct refd_memory__lock *lock)
{
	pthread_cond_destroy(&lock->changed);
	pthread_mutex_destroy(&lock->mutex);
}

static int64_t left_until(const struct refd_memory__lock *lock, int64_t deadline)
{
	return deadline - lock->clock.ops->monotonic(lock->clock.self);
}

bool refd_memory__lock_passed(const struct refd_memory__lock *lock, int64_t deadline)
{
	return deadline != 0 && left_until(lock, deadline) <= 0;
}

/* The port's clock need not be the system's, and a test's may stand still: the time left is taken
 * from the port once and then spent on the system's. */
static struct timespec system_instant(int64_t left)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(left / REFD_SECOND);
	until.tv_nsec += (long)(left % REFD_SECOND) * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	return until;
}

typedef bool is_free(const struct refd_memory__lock *lock);

static bool no_writer(const struct refd_memory__lock *lock)
{
	return !lock->writer;
}

static bool not_applying(const struct refd_memory__lock *lock)
{
	return !lock->applying;
}

static bool no_readers(const struct refd_memory__lock *lock)
{
	return lock->readers == 0;
}

/* With the mutex held. */
static bool wait_for(struct refd_memory__lock *lock, is_free *free, int64_t deadline)
{
	int64_t left = deadline ? left_until(lock, deadline) : 0;
	struct timespec until;
	int failed = 0;

	if (deadline && left <= 0)
		return false;
	if (!deadline) {
		while (!free(lock))
			pthread_cond_wait(&lock->changed, &lock->mutex);
		return true;
	}
	until = system_instant(left);
	while (!free(lock) && failed == 0)
		failed = pthread_cond_timedwait(&lock->changed, &lock->mutex, &until);
	return free(lock);
}

bool refd_memory__lock_write(struct refd_memory__lock *lock, int64_t deadline)
{
	bool mine;

	pthread_mutex_lock(&lock->mutex);
	mine = wait_for(lock, no_writer, deadline);
	if (mine)
		lock->writer = true;
	pthread_mutex_unlock(&lock->mutex);
	return mine;
}

void refd_memory__unlock_write(struct refd_memory__lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	lock->writer = false;
	pthread_cond_broadcast(&lock->changed);
	pthread_mutex_unlock(&lock->mutex);
}

bool refd_memory__lock_read(struct refd_memory__lock *lock, int64_t deadline)
{
	bool mine;

	pthread_mutex_lock(&lock->mutex);
	mine = wait_for(lock, not_applying, deadline);
	if (mine)
		lock->readers++;
	pthread_mutex_unlock(&lock->mutex);
	return mine;
}

void refd_memory__unlock_read(struct refd_memory__lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	lock->readers--;
	pthread_cond_broadcast(&lock->changed);
	pthread_mutex_unlock(&lock->mutex);
}

/* New readers stand back as soon as the writer asks, so that a stream of them cannot starve it. */
bool refd_memory__lock_apply(struct refd_memory__lock *lock, int64_t deadline)
{
	bool mine;

	pthread_mutex_lock(&lock->mutex);
	lock->applying = true;
	mine = wait_for(lock, no_readers, deadline);
	if (!mine) {
		lock->applying = false;
		pthread_cond_broadcast(&lock->changed);
	}
	pthread_mutex_unlock(&lock->mutex);
	return mine;
}

void refd_memory__unlock_apply(struct refd_memory__lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	lock->applying = false;
	pthread_cond_broadcast(&lock->changed);
	pthread_mutex_unlock(&lock->mutex);
}
