/*
 * Who gets a connection, and when. Everybody waits in line: writers for their turn, one of them at
 * a time, and whoever runs a transaction for a place, of which there are as many as connections.
 */
#include <time.h>

#include "sqlite_parts.h"

#define SLICE 50000 /* microseconds between two looks at the port's clock while in line */

struct sq_waiter {
	struct sq_waiter *next;
	pthread_cond_t called;
	bool in;
};

/* ---- queues; all with the mutex held ---- */

static void queue_init(struct sq_queue *queue, unsigned places)
{
	queue->free = places;
	queue->first = NULL;
	queue->end = &queue->first;
}

static bool waiter_init(struct sq_waiter *waiter)
{
	pthread_condattr_t attr;
	bool ok;

	waiter->next = NULL;
	waiter->in = false;
	if (pthread_condattr_init(&attr) != 0)
		return false;
	ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
	     pthread_cond_init(&waiter->called, &attr) == 0;
	pthread_condattr_destroy(&attr);
	return ok;
}

static void queue_remove(struct sq_queue *queue, const struct sq_waiter *waiter)
{
	struct sq_waiter **at = &queue->first;

	while (*at != waiter)
		at = &(*at)->next;
	*at = waiter->next;
	if (waiter->next == NULL)
		queue->end = at;
}

static void wait_to_be_called(struct refd_sqlite *store, struct sq_waiter *waiter, int64_t left)
{
	struct timespec until;

	if (left == INT64_MAX) {
		pthread_cond_wait(&waiter->called, &store->mutex);
		return;
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += (long)(left < SLICE ? left : SLICE) * 1000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&waiter->called, &store->mutex, &until);
}

static enum refd_status wait_in_line(struct refd_sqlite *store, struct sq_queue *queue,
				     struct sq_deadline *deadline, const char *late,
				     struct refd_error *err)
{
	struct sq_waiter waiter;
	int64_t left;

	if (!waiter_init(&waiter))
		return refd_error_set(err, REFD_UNAVAILABLE, "%s: the system has no lock to give",
				      store->path);
	*queue->end = &waiter;
	queue->end = &waiter.next;
	while (!waiter.in && (left = refd_sqlite__left(store, deadline)) > 0)
		wait_to_be_called(store, &waiter, left);
	if (!waiter.in)
		queue_remove(queue, &waiter);
	pthread_cond_destroy(&waiter.called);
	return waiter.in ? REFD_OK
			 : refd_error_set(err, REFD_UNAVAILABLE, "%s: %s", store->path, late);
}

static enum refd_status queue_enter(struct refd_sqlite *store, struct sq_queue *queue,
				    struct sq_deadline *deadline, const char *late,
				    struct refd_error *err)
{
	if (queue->free == 0)
		return wait_in_line(store, queue, deadline, late, err);
	queue->free--;
	return REFD_OK;
}

/* The place goes to the first in line, so nobody who comes now overtakes those who wait. */
static void queue_leave(struct sq_queue *queue)
{
	struct sq_waiter *waiter = queue->first;

	if (waiter == NULL) {
		queue->free++;
		return;
	}
	queue->first = waiter->next;
	if (waiter->next == NULL)
		queue->end = &queue->first;
	waiter->in = true;
	pthread_cond_signal(&waiter->called);
}

/* ---- the pool ---- */

bool refd_sqlite__pool_init(struct refd_sqlite *store)
{
	queue_init(&store->turn, 1);
	queue_init(&store->places, store->options.max_connections);
	return pthread_mutex_init(&store->mutex, NULL) == 0;
}

void refd_sqlite__pool_done(struct refd_sqlite *store)
{
	while (store->idle != NULL) {
		struct sq_connection *c = store->idle;

		store->idle = c->next;
		refd_sqlite__connection_close(c);
	}
	pthread_mutex_destroy(&store->mutex);
}

enum refd_status refd_sqlite__take_turn(struct refd_sqlite *store, struct sq_deadline *deadline,
					struct refd_error *err)
{
	enum refd_status st;

	pthread_mutex_lock(&store->mutex);
	st = queue_enter(store, &store->turn, deadline,
			 "waited for other writers until the deadline", err);
	pthread_mutex_unlock(&store->mutex);
	return st;
}

void refd_sqlite__give_turn(struct refd_sqlite *store)
{
	pthread_mutex_lock(&store->mutex);
	queue_leave(&store->turn);
	pthread_mutex_unlock(&store->mutex);
}

enum refd_status refd_sqlite__take(struct refd_sqlite *store, struct sq_deadline *deadline,
				   struct sq_connection **ret, struct refd_error *err)
{
	struct sq_connection *c = NULL;
	enum refd_status st;

	pthread_mutex_lock(&store->mutex);
	st = queue_enter(store, &store->places, deadline,
			 "all connections were in use until the deadline", err);
	if (st == REFD_OK && (c = store->idle) != NULL)
		store->idle = c->next;
	else if (st == REFD_OK)
		store->open++;
	pthread_mutex_unlock(&store->mutex);
	if (st == REFD_OK && c == NULL) {
		st = refd_sqlite__connection_open(store, false, deadline, &c, err);
		if (st != REFD_OK) {
			pthread_mutex_lock(&store->mutex);
			store->open--;
			queue_leave(&store->places);
			pthread_mutex_unlock(&store->mutex);
		}
	}
	if (st == REFD_OK) {
		c->deadline = *deadline;
		*ret = c;
	}
	return st;
}

static void push_idle(struct sq_connection *c)
{
	c->next = c->store->idle;
	c->store->idle = c;
}

void refd_sqlite__add(struct sq_connection *c)
{
	struct refd_sqlite *store = c->store;

	pthread_mutex_lock(&store->mutex);
	push_idle(c);
	store->open++;
	pthread_mutex_unlock(&store->mutex);
}

/* A connection that could not be rolled back would hold its lock from the pool. */
void refd_sqlite__give(struct sq_connection *c)
{
	struct refd_sqlite *store = c->store;
	bool sound = sqlite3_get_autocommit(c->db) != 0;

	if (!sound)
		refd_sqlite__connection_close(c);
	pthread_mutex_lock(&store->mutex);
	if (sound)
		push_idle(c);
	else
		store->open--;
	queue_leave(&store->places);
	pthread_mutex_unlock(&store->mutex);
}
