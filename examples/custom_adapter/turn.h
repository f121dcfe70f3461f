/* Whose turn it is to write: one at a time, of all threads and processes. LMDB has such a lock, but
 * one that waits for ever; with the turn in hand it is always free. */
#ifndef LMDB_STORE_TURN_H
#define LMDB_STORE_TURN_H

#include <pthread.h>

#include <refdomain/error.h>
#include <refdomain/ports/clock.h>

struct lmdb_store__turn {
	struct refd_clock clock;
	pthread_mutex_t mutex;
	pthread_cond_t given;
	bool taken; /* by a thread of this process */
	int file;   /* locked by the process that has the turn */
};

/* `path`: of the file to lock, which is made. @return OK; as lmdb_store__failed() */
enum refd_status lmdb_store__turn_init(struct lmdb_store__turn *turn,
				       const struct refd_clock *clock, const char *path,
				       struct refd_error *err);
void lmdb_store__turn_done(struct lmdb_store__turn *turn);

/* deadline: instant of the clock's monotonic(), 0: none. @return OK; UNAVAILABLE: it has passed */
enum refd_status lmdb_store__turn_take(struct lmdb_store__turn *turn, int64_t deadline,
				       struct refd_error *err);
void lmdb_store__turn_give(struct lmdb_store__turn *turn);

/* UNAVAILABLE when the deadline has passed. */
enum refd_status lmdb_store__in_time(const struct refd_clock *clock, int64_t deadline,
				     struct refd_error *err);

#endif
