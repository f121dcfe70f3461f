/* Until when a call may wait. */
#include <time.h>

#include "postgres_parts.h"

#define DEFAULT_WAIT (60 * REFD_SECOND) /* outside of transactions */

int64_t refd_postgres__now(const struct refd_postgres *store)
{
	return store->options.clock.ops->monotonic(store->options.clock.self);
}

struct pg_deadline refd_postgres__deadline(int64_t at)
{
	struct pg_deadline deadline = { at != 0 ? at : INT64_MAX, 0 };

	return deadline;
}

struct pg_deadline refd_postgres__default_deadline(const struct refd_postgres *store)
{
	return refd_postgres__deadline(refd_postgres__now(store) + DEFAULT_WAIT);
}

struct pg_deadline refd_postgres__sooner(const struct refd_postgres *store,
					 const struct pg_deadline *deadline, int64_t us)
{
	const int64_t now = refd_postgres__now(store);

	if (us >= INT64_MAX - now || deadline->at <= now + us)
		return *deadline;
	return refd_postgres__deadline(now + us);
}

static int64_t system_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * REFD_SECOND + now.tv_nsec / 1000;
}

/* 0 if `to` has passed. A clock may start anywhere, so the difference may not fit. */
static int64_t span(int64_t from, int64_t to)
{
	if (to <= from)
		return 0;
	return from >= 0 || to <= INT64_MAX + from ? to - from : INT64_MAX;
}

int64_t refd_postgres__left(const struct refd_postgres *store, struct pg_deadline *deadline)
{
	int64_t left, by_system, now;

	if (deadline->at == INT64_MAX)
		return INT64_MAX;
	left = span(refd_postgres__now(store), deadline->at);
	now = system_now();
	if (deadline->by_system == 0)
		deadline->by_system = left < INT64_MAX - now ? now + left : INT64_MAX;
	by_system = span(now, deadline->by_system);
	return left < by_system ? left : by_system;
}

/* The server's own time-outs come first; what has not answered so long after them is not there. */
#define GRACE INT64_C(100000)

void refd_postgres__give_time(struct pg_connection *c, const struct pg_deadline *deadline)
{
	c->deadline = c->end = *deadline;
	if (c->end.at < INT64_MAX - GRACE)
		c->end.at += GRACE;
	c->end.by_system = 0;
	c->late_looks = 0;
}
