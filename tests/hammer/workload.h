/* What one of several processes does to the few objects all of them want. */
#ifndef REFD_TESTS_WORKLOAD_H
#define REFD_TESTS_WORKLOAD_H

#include <stdatomic.h>

#include <refdomain/refdomain.h>

enum { HOT_FIXTURES = 8 };

/* Between the processes. */
struct arena {
	struct refd_time first_day;		 /* midnight */
	const char *exclusivity;		 /* "day" or "overlap" */
	_Atomic int64_t until;			 /* of CLOCK_MONOTONIC, microseconds */
	_Atomic unsigned ready;			 /* processes at work */
	_Atomic uint64_t fixtures[HOT_FIXTURES]; /* the numbers of those at hand, 0: none */
};

struct worker_counts {
	uint64_t accepted, refused, busy; /* busy: CONFLICT or UNAVAILABLE, surely without effect */
	uint64_t handed;		  /* notices */
	uint64_t unknown;		  /* of these; asked again until they were not */
	uint64_t slow;			  /* answered after more than a second */
	int64_t longest;		  /* until an answer, in microseconds */
};

struct worker {
	struct arena *arena;
	const char *store;
	unsigned number; /* of this process, from 0 */
	bool broken;	 /* without what keeps processes apart */
	bool chaos;	 /* the server fails: notices wait until it does not */
	const char *log; /* file for what was asked for and answered, and for notices handed over */
	struct worker_counts counts;
};

/* Parties, rules and the first fixtures. Each of these says on stderr what was not to be expected,
 * and returns false. */
bool workload_prepare(struct worker *worker);
/* Commands and notices until the time is over. */
bool workload_run(struct worker *worker);
/* Hands over what is left. */
bool workload_drain(struct worker *worker);

#endif
