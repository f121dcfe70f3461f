/* The season every fault meets: made once, and put back as it was for each trial. For programs that
 * fail a use case at every point. */
#ifndef REFD_TESTS_WORLD_H
#define REFD_TESTS_WORLD_H

#include "use_cases.h"

#define WORLD_SOUND 64

struct disk;

/* Zeroed memory at first. */
struct world {
	bool cold; /* every trial opens the store anew, and so finds no statement prepared */
	void (*prepare)(void); /* at the end of what every trial starts from; NULL: nothing */
	const struct use_case *use_case; /* at hand */
	struct league *league;
	struct stage_set set;
	uint64_t print; /* of what is stored before the use case */
	size_t events;
	size_t effect;		  /* events the use case adds when nothing fails */
	struct refd_command meta; /* goes with the use case */
	uint64_t drawn, live;
	struct disk *disk; /* of a store that has one */
	struct disk_image *made, *image;
	uint64_t sound[WORLD_SOUND]; /* hashes of the last disks that were checked */
	size_t checks;		     /* how many were */
};

/* Chooses the adapter, from argv as league_choose() does. SQLite works on a disk in memory. */
void world_init(struct world *world, int argc, char **argv);
void world_done(struct world *world);

/* From here on trials are of that use case. It is run once without a fault. */
void world_take(struct world *world, const struct use_case *use_case);
/* Ends with the last trial; finds what was not given back. */
void world_leave(struct world *world);

/* Everything is as it was before the use case. */
void world_renew(struct world *world);
/* Runs the use case, with a command id of its own. */
enum refd_status world_run(struct world *world);
/* After world_run() answered `st` and the fault is over: nothing has changed, or, if it got over
 * the fault, everything has. Where nobody can know, asking again under the same id tells. In the
 * end there is one effect, nothing was lost on the way, and the store calls itself sound. */
void world_judge(struct world *world, enum refd_status st, enum refd_status expected);

#endif
