/*
 * The facts of a validation in the two orders the rules need: per referee by time, and per fixture
 * by role. One block of memory; borrows the facts and the rules.
 */
#ifndef REFD_DOMAIN_ROTA_H
#define REFD_DOMAIN_ROTA_H

#include <refdomain/domain/validation.h>

#include "domain/travel.h"

/* A referee on a fixture, however many facts say so. */
struct refd__stop {
	int64_t kickoff;
	uint32_t fixture;
	uint32_t venue;
	uint32_t live_before;	/* stops ahead of this one in the rota that are not cancelled */
	uint32_t first;		/* position of its first fact in by_stop; the next stop's ends it */
	uint32_t overlap_first; /* stops of the referee that overlap with this one, itself included
				 */
	uint32_t overlap_end;
};

/* The stops of one referee, by (kick-off, fixture). */
struct refd__tour {
	uint32_t first;
	uint32_t end;
	struct refd__area area; /* of all of them: a cancelled one is judged as well */
};

/* A role of a fixture. */
struct refd__slot {
	uint32_t first; /* position of its first fact in by_slot */
	uint32_t referees;
};

struct refd__rota {
	const struct refd_facts *facts;
	const struct refd_rules *rules;
	struct refd__place *places; /* by venue */
	struct refd__tour *tours;   /* by referee */
	struct refd__stop *stops; /* by (referee, kick-off, fixture), and a blank one at the end */
	bool *alone; /* by stop: one fact, and no other stop in reach. Read first: it is
		      * small, and true for most */
	struct refd__slot *slots; /* by (fixture, role) */
	uint32_t *by_stop;	  /* facts by stop, then in their own order */
	uint32_t *by_slot;	  /* facts by slot, then by referee */
	uint32_t *stop_of;	  /* by fact */
	uint32_t *slot_of;	  /* by fact */
	size_t n_stops;
	void *memory;
};

/* All indexes of the facts must be in range, and one assignment at least. @return OK; NO_MEMORY */
enum refd_status refd__rota_init(struct refd__rota *rota, const struct refd_facts *facts,
				 const struct refd_rules *rules,
				 const struct refd_allocator *allocator, struct refd_error *err);
void refd__rota_done(struct refd__rota *rota, const struct refd_allocator *allocator);

/* The fixture is not cancelled. */
static inline bool refd__stop_live(const struct refd__stop *stop)
{
	return stop[1].live_before > stop->live_before;
}

/* The time from the kick-off of a to that of b, which is not earlier. */
static inline uint64_t refd__stop_apart(const struct refd__stop *a, const struct refd__stop *b)
{
	return (uint64_t)b->kickoff - (uint64_t)a->kickoff;
}

#endif
