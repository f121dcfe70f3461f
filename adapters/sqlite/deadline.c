/* Until when a call may wait, and how long it sleeps for a lock that somebody else holds. */
#include <time.h>

#include "sqlite_parts.h"

#define DEFAULT_WAIT (5 * REFD_SECOND) /* outside of transactions */
#define WAIT_MIN     200
#define WAIT_SPAN    2000

int64_t refd_sqlite__now(const struct refd_sqlite *store)
{
	return store->options.clock.ops->monotonic(store->options.clock.self);
}

struct sq_deadline refd_sqlite__deadline(int64_t at)
{
	struct sq_deadline deadline = { at != 0 ? at : INT64_MAX, 0 };

	return deadline;
}

struct sq_deadline refd_sqlite__default_deadline(const struct refd_sqlite *store)
{
	return refd_sqlite__deadline(refd_sqlite__now(store) + DEFAULT_WAIT);
}

static int64_t system_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * REFD_SECOND + now.tv_nsec / 1000;
}

/* 0 if `to` is not behind `from`. A clock may start anywhere, so the difference may not fit. */
static int64_t span(int64_t from, int64_t to)
{
	if (to <= from)
		return 0;
	return from >= 0 || to <= INT64_MAX + from ? to - from : INT64_MAX;
}

int64_t refd_sqlite__left(const struct refd_sqlite *store, struct sq_deadline *deadline)
{
	int64_t left, by_system, now;

	if (deadline->at == INT64_MAX)
		return INT64_MAX;
	left = span(refd_sqlite__now(store), deadline->at);
	now = system_now();
	if (deadline->by_system == 0)
		deadline->by_system = left < INT64_MAX - now ? now + left : INT64_MAX;
	by_system = span(now, deadline->by_system);
	return left < by_system ? left : by_system;
}

enum refd_status refd_sqlite__in_time(const struct sq_connection *c, struct refd_error *err)
{
	if (c->end == INT64_MAX || refd_sqlite__now(c->store) < c->end)
		return REFD_OK;
	return refd_error_set(err, REFD_UNAVAILABLE, "%s: the deadline has passed", c->store->path);
}

/* splitmix64: only spreads waits, so any seed will do. */
static uint64_t next_jitter(struct sq_connection *c)
{
	uint64_t z = c->jitter += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	return z ^ z >> 27;
}

/* SQLite's own handler waits ever longer and starves; short jittered waits are fair. */
int64_t refd_sqlite__next_wait(struct sq_connection *c, struct sq_deadline *deadline)
{
	int64_t left = refd_sqlite__left(c->store, deadline);
	int64_t wait = WAIT_MIN + (int64_t)(next_jitter(c) % WAIT_SPAN);

	return wait < left ? wait : left;
}

void refd_sqlite__sleep(const struct refd_sqlite *store, int64_t us)
{
	store->options.sleep.ops->sleep(store->options.sleep.self, us);
}
