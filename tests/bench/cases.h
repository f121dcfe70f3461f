/* What is measured, on whatever store. Operations have numbers, and each number comes once. */
#ifndef REFDOMAIN_BENCH_CASES_H
#define REFDOMAIN_BENCH_CASES_H

#include "world.h"

enum case_kind {
	CASE_WRITES,   /* one use case per transaction: with every durability */
	CASE_BATCH,    /* the raw side writes and does not read */
	CASE_READS,    /* any number may be repeated, and the store stays as it was */
	CASE_CONTENDED /* for stores with many writers */
};

struct use_case {
	const char *name;
	void (*build)(struct world *world, size_t operations);
	void (*prepare)(struct world *world, size_t operation); /* not measured; may be NULL */
	void (*run)(struct world *world, size_t operation);
	size_t operations; /* in a round */
	size_t items;	   /* counted per operation */
	enum case_kind kind;
};

enum { USE_CASES = 7 };
extern const struct use_case use_cases[USE_CASES];

#endif
