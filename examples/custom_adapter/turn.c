#include "turn.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "errors.h"

#define POLL (2 * REFD_SECOND / 1000) /* how often another process's lock is tried */

enum refd_status lmdb_store__turn_init(struct lmdb_store__turn *turn,
				       const struct refd_clock *clock, const char *path,
				       struct refd_error *err)
{
	pthread_condattr_t attr;
	int code;

	*turn = (struct lmdb_store__turn){ .clock = *clock };
	turn->file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (turn->file < 0)
		return lmdb_store__failed(errno, path, err);
	code = pthread_condattr_init(&attr);
	if (code == 0) {
		code = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
		if (code == 0)
			code = pthread_cond_init(&turn->given, &attr);
		pthread_condattr_destroy(&attr);
	}
	if (code == 0) {
		code = pthread_mutex_init(&turn->mutex, NULL);
		if (code != 0)
			pthread_cond_destroy(&turn->given);
	}
	if (code == 0)
		return REFD_OK;
	close(turn->file);
	return lmdb_store__failed(code, "lock", err);
}

void lmdb_store__turn_done(struct lmdb_store__turn *turn)
{
	pthread_mutex_destroy(&turn->mutex);
	pthread_cond_destroy(&turn->given);
	close(turn->file);
}

/* ---- deadlines ---- */

static int64_t left(const struct refd_clock *clock, int64_t deadline)
{
	return deadline ? deadline - clock->ops->monotonic(clock->self) : INT64_MAX;
}

static enum refd_status too_late(struct refd_error *err)
{
	return refd_error_set(err, REFD_UNAVAILABLE, "the deadline has passed");
}

enum refd_status lmdb_store__in_time(const struct refd_clock *clock, int64_t deadline,
				     struct refd_error *err)
{
	return left(clock, deadline) > 0 ? REFD_OK : too_late(err);
}

static struct timespec system_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now;
}

static struct timespec later(struct timespec from, int64_t us)
{
	from.tv_sec += (time_t)(us / REFD_SECOND);
	from.tv_nsec += (long)(us % REFD_SECOND) * 1000;
	if (from.tv_nsec >= 1000000000) {
		from.tv_nsec -= 1000000000;
		from.tv_sec++;
	}
	return from;
}

static bool is_past(struct timespec instant)
{
	const struct timespec now = system_now();

	return now.tv_sec > instant.tv_sec ||
	       (now.tv_sec == instant.tv_sec && now.tv_nsec >= instant.tv_nsec);
}

/* ---- taking turns ---- */

/* Among the threads of this process. */
static bool wait_for_threads(struct lmdb_store__turn *turn, const struct timespec *until)
{
	int code = 0;
	bool mine;

	pthread_mutex_lock(&turn->mutex);
	while (turn->taken && code == 0)
		code = until ? pthread_cond_timedwait(&turn->given, &turn->mutex, until)
			     : pthread_cond_wait(&turn->given, &turn->mutex);
	mine = !turn->taken;
	if (mine)
		turn->taken = true;
	pthread_mutex_unlock(&turn->mutex);
	return mine;
}

static void let_threads(struct lmdb_store__turn *turn)
{
	pthread_mutex_lock(&turn->mutex);
	turn->taken = false;
	pthread_cond_signal(&turn->given);
	pthread_mutex_unlock(&turn->mutex);
}

/* A record lock ends with its process however that ends, and a child has none of its parent's. */
static int lock_file(int file, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET };

	return fcntl(file, F_SETLK, &lock) == 0 ? 0 : errno;
}

/* Among processes: the system's own wait knows no deadline, so the lock is tried. */
static int wait_for_processes(struct lmdb_store__turn *turn, const struct timespec *until)
{
	const struct timespec pause = { .tv_nsec = (long)POLL * 1000 };
	int code = lock_file(turn->file, F_WRLCK);

	while ((code == EAGAIN || code == EACCES) && !(until && is_past(*until))) {
		nanosleep(&pause, NULL);
		code = lock_file(turn->file, F_WRLCK);
	}
	return code;
}

/* The port's clock may stand still: what is left is taken from it once, and then spent on the
 * system's. */
enum refd_status lmdb_store__turn_take(struct lmdb_store__turn *turn, int64_t deadline,
				       struct refd_error *err)
{
	const int64_t us = left(&turn->clock, deadline);
	struct timespec end;
	const struct timespec *until = deadline ? &end : NULL;
	int code;

	if (us <= 0)
		return too_late(err);
	end = deadline ? later(system_now(), us) : system_now();
	if (!wait_for_threads(turn, until))
		return too_late(err);
	code = wait_for_processes(turn, until);
	if (code == 0)
		return REFD_OK;
	let_threads(turn);
	return code == EAGAIN || code == EACCES ? too_late(err)
						: lmdb_store__failed(code, "lock", err);
}

void lmdb_store__turn_give(struct lmdb_store__turn *turn)
{
	(void)lock_file(turn->file, F_UNLCK);
	let_threads(turn);
}
