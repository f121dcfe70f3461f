/*
 * The library on a store, with everything that could differ between two runs held still: clock, ids
 * and random bytes. The same commands on the same rows make the same statements.
 */
#ifndef REFDOMAIN_BENCH_WORLD_H
#define REFDOMAIN_BENCH_WORLD_H

#include <refdomain/refdomain.h>

#define BENCH_START (INT64_C(1893456000) * REFD_SECOND) /* 2030-01-01 */

enum bench_noun { BENCH_REFEREE = 1, BENCH_TEAM, BENCH_VENUE, BENCH_FIXTURE };

/* Used by one thread at a time; several may share a store. */
struct world {
	uint64_t random;
	struct refd_random random_port;
	struct refd_app *app;
	struct refd_unit *unit; /* commands of the builders below join it */
};

void bench_die(const char *what, enum refd_status status, const struct refd_error *err);

/* What stores are opened with. The wall clock stands still at BENCH_START, deadlines do not. */
struct refd_clock bench_clock(void);
struct refd_allocator bench_allocator(void);
/* Allocations by this thread so far. */
uint64_t bench_allocations(void);

/* store must outlive the world. seed: of the ids drawn. */
void world_open(struct world *world, struct refd_store store, uint64_t seed);
void world_close(struct world *world);

/* Builders run in units of many commands. */
void world_begin(struct world *world);
void world_commit(struct world *world);

/* Ids are made from noun and number, so that no table of them is needed. */
struct refd_uuid bench_id(enum bench_noun noun, uint64_t number);
#define BENCH_ID(type, noun, number) ((struct refd_##type##_id){ bench_id(noun, number) })

void world_referee(struct world *world, uint64_t number);
void world_team(struct world *world, uint64_t number);
void world_venue(struct world *world, uint64_t number);
void world_fixture(struct world *world, uint64_t number, uint64_t home, uint64_t away,
		   uint64_t venue, struct refd_time kickoff);
void world_declare(struct world *world, uint64_t fixture, uint64_t referee);
void world_stage(struct world *world, uint64_t fixture, uint64_t referee, enum refd_role role);

#endif
