/* The pool: connections are taken in turn, and looked at before they are given out. */
#include <time.h>

#include "postgres_parts.h"

/* Stands in the line while all connections are in use; lives on its thread's stack. */
struct pg_waiter {
	struct pg_waiter *next;
	pthread_cond_t called;
};

static void stand_in_line(struct refd_postgres *store, struct pg_waiter *waiter)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&waiter->called, &attr);
	pthread_condattr_destroy(&attr);
	waiter->next = NULL;
	if (store->last != NULL)
		store->last->next = waiter;
	else
		store->first = waiter;
	store->last = waiter;
}

static void call_first(struct refd_postgres *store)
{
	if (store->first != NULL)
		pthread_cond_signal(&store->first->called);
}

static void leave_line(struct refd_postgres *store, struct pg_waiter *waiter)
{
	struct pg_waiter **at = &store->first;
	struct pg_waiter *before = NULL;

	while (*at != waiter) {
		before = *at;
		at = &(*at)->next;
	}
	*at = waiter->next;
	if (store->last == waiter)
		store->last = before;
	pthread_cond_destroy(&waiter->called);
	call_first(store); /* there may be one for the next as well */
}

/* In slices: the clock port may have a time of its own. */
static void wait_a_little(struct refd_postgres *store, struct pg_waiter *waiter)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += 20000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&waiter->called, &store->mutex, &until);
}

static bool may_take(const struct refd_postgres *store)
{
	return store->idle != NULL || store->open < store->options.max_connections;
}

/* An idle connection, or leave to open one. */
static enum refd_status wait_for_turn(struct refd_postgres *store, struct pg_deadline until,
				      struct pg_connection **ret, struct refd_error *err)
{
	struct pg_waiter waiter;
	enum refd_status st = REFD_OK;

	pthread_mutex_lock(&store->mutex);
	if (store->first != NULL || !may_take(store)) {
		__atomic_add_fetch(&store->waited, 1, __ATOMIC_RELAXED);
		stand_in_line(store, &waiter);
		while ((store->first != &waiter || !may_take(store)) && st == REFD_OK) {
			wait_a_little(store, &waiter);
			if (refd_postgres__left(store, &until) == 0 &&
			    (store->first != &waiter || !may_take(store)))
				st = refd_error_set(err, REFD_UNAVAILABLE,
						    "%s: all %u connections are in use",
						    store->schema, store->open);
		}
		leave_line(store, &waiter);
	}
	*ret = st == REFD_OK ? store->idle : NULL;
	if (*ret != NULL)
		store->idle = (*ret)->next;
	else if (st == REFD_OK)
		store->open++;
	pthread_mutex_unlock(&store->mutex);
	return st;
}

static void give_back_leave(struct refd_postgres *store)
{
	pthread_mutex_lock(&store->mutex);
	store->open--;
	__atomic_add_fetch(&store->dropped, 1, __ATOMIC_RELAXED);
	call_first(store);
	pthread_mutex_unlock(&store->mutex);
}

/* There was such a database, of a server that would do: it may be back soon. */
static enum refd_status open_another(struct refd_postgres *store,
				     const struct pg_deadline *deadline, struct pg_connection **ret,
				     struct refd_error *err)
{
	enum refd_status st = refd_postgres__connection_open(store, false, deadline, ret, err);

	if (st != REFD_NOT_FOUND && st != REFD_UNSUPPORTED)
		return st;
	if (err != NULL)
		err->status = REFD_UNAVAILABLE;
	return REFD_UNAVAILABLE;
}

static bool is_outdated(const struct pg_connection *c)
{
	return c->generation != __atomic_load_n(&c->store->generation, __ATOMIC_RELAXED);
}

enum refd_status refd_postgres__take(struct refd_postgres *store,
				     const struct pg_deadline *deadline, struct pg_connection **ret,
				     struct refd_error *err)
{
	const struct pg_deadline until =
		refd_postgres__sooner(store, deadline, store->options.acquire_timeout);
	struct pg_connection *c = NULL;
	enum refd_status st;

	st = wait_for_turn(store, until, &c, err);
	if (st != REFD_OK)
		return st;
	/* outdated or died in the pool: another in its place */
	if (c != NULL && (is_outdated(c) || !refd_postgres__settle(c))) {
		refd_postgres__connection_close(c);
		c = NULL;
		__atomic_add_fetch(&store->dropped, 1, __ATOMIC_RELAXED);
	}
	if (c == NULL) {
		st = open_another(store, deadline, &c, err);
		if (st != REFD_OK) {
			give_back_leave(store);
			return st;
		}
	}
	refd_postgres__give_time(c, deadline);
	c->once = c->spent = c->begun = c->failed = c->refused = c->committed = false;
	*ret = c;
	return REFD_OK;
}

void refd_postgres__give(struct pg_connection *c)
{
	struct refd_postgres *store = c->store;

	if (c->broken || is_outdated(c) || PQstatus(c->db) != CONNECTION_OK) {
		refd_postgres__connection_close(c);
		give_back_leave(store);
		return;
	}
	refd_postgres__params_trim(c);
	pthread_mutex_lock(&store->mutex);
	c->next = store->idle;
	store->idle = c;
	call_first(store);
	pthread_mutex_unlock(&store->mutex);
}

static const char no_timeouts[] =
	"SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', "
	"false), set_config('idle_in_transaction_session_timeout', '0', false)";

enum refd_status refd_postgres__take_plain(struct refd_postgres *store, struct pg_connection **ret,
					   struct refd_error *err)
{
	const struct pg_deadline deadline = refd_postgres__default_deadline(store);
	struct pg_connection *c = NULL;
	enum refd_status st = refd_postgres__require_own(store, err);

	if (st == REFD_OK)
		st = refd_postgres__take(store, &deadline, &c, err);
	if (st != REFD_OK)
		return st;
	st = refd_postgres__collect(c, NULL, err); /* what is owed */
	if (st == REFD_OK && !PQexitPipelineMode(c->db)) {
		c->broken = true;
		st = refd_postgres__lost(c, "the connection is lost", err);
	}
	if (st == REFD_OK && c->timeout_ms > 0) /* a transaction's would be too short here */
		st = refd_postgres__exec(c, no_timeouts, NULL, err);
	if (st == REFD_OK) {
		c->timeout_ms = c->timeout_ms > 0 ? 0 : c->timeout_ms;
		*ret = c;
	} else {
		c->broken = true;
		refd_postgres__give(c);
	}
	return st;
}

void refd_postgres__give_plain(struct pg_connection *c)
{
	if (!c->broken && !PQenterPipelineMode(c->db))
		c->broken = true;
	refd_postgres__give(c);
}
