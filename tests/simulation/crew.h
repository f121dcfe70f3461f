/* Threads of which one runs at a time. Who goes on is drawn from a seed, and time passes only as
 * they say: the same seed gives the same run. */
#ifndef REFD_TESTS_CREW_H
#define REFD_TESTS_CREW_H

#include <pthread.h>

#include "support.h"

#define CREW_MAX 8

struct crew;

struct crew_member {
	struct crew *crew;
	size_t number;
	pthread_t thread;
	pthread_cond_t called;
	int64_t wakes; /* not before this instant */
	bool ended;
};

typedef void crew_job(void *self, size_t number);

struct crew {
	struct support_random *random;
	int64_t now; /* microseconds; anybody who runs may move it forward */
	crew_job *job;
	void *self;
	pthread_mutex_t mutex;
	pthread_cond_t over;
	struct crew_member members[CREW_MAX];
	size_t count, current;
};

/* The job of each of `count` members, until all have ended. False: the system gives no threads. */
bool crew_run(struct crew *crew, size_t count, crew_job *job, void *self);
/* For who runs: whoever is drawn goes on. */
void crew_yield(struct crew *crew);
/* The same, but not before so much time has passed. When everybody sleeps, time goes on to the
 * first who wakes. */
void crew_sleep(struct crew *crew, int64_t us);

#endif
