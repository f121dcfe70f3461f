/* Lanes that work at the same time, a slice at a time. The first is the caller's own thread. */
#ifndef REFDOMAIN_BENCH_CREW_H
#define REFDOMAIN_BENCH_CREW_H

#include <stddef.h>

struct crew;

/* Operations of a lane, from first on. Returns the seconds they took. */
typedef double crew_work(void *self, size_t lane, size_t first, size_t count);

struct crew *crew_open(size_t lanes, crew_work *work, void *self);
/* Each lane does count operations. Returns the seconds until the last was done; for one lane, what
 * its work returned. */
double crew_run(struct crew *crew, size_t first, size_t count);
void crew_close(struct crew *crew);

#endif
