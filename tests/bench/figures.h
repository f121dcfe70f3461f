/* Measured figures and how they are printed. */
#ifndef REFDOMAIN_BENCH_FIGURES_H
#define REFDOMAIN_BENCH_FIGURES_H

#include <stddef.h>

enum { FIGURES_SIDES = 4, FIGURES_ROUNDS = 51 }; /* no more sides; fewer rounds */

/* One of those measured beside each other. */
struct figures_side {
	const char *name;
	const char *setting;
	/* Do count operations from first on. Returns the seconds they took. */
	double (*run)(void *self, size_t first, size_t count);
	void *self;
	double per_second[FIGURES_ROUNDS], ratios[FIGURES_ROUNDS];
};

struct figures_load {
	size_t rounds;	   /* after a warm-up */
	size_t operations; /* in a round */
	size_t slices;	   /* of a round, all sides in turn */
	double items;	   /* counted per operation */
};

/* Of a clock that never goes back. */
double figures_seconds(void);
/* Of the processor, by this thread. */
double figures_cpu_seconds(void);
/* What a process has used of the processor; 0 where the system does not tell. */
double figures_process_seconds(long process);
/* qsort() order of doubles. */
int figures_ascending(const void *a, const void *b);
/* Measure the sides in turns. Ratios are to the second. Operation 0 is left to the caller. */
void figures_measure(struct figures_side *sides, size_t count, const struct figures_load *load);
/* A line for each side. */
void figures_print_sides(const char *name, struct figures_side *sides, size_t count, size_t rounds);
/* One TSV line. values is sorted. */
void figures_print(const char *name, const char *side, const char *setting, double *values,
		   size_t count, double ratio);
/* The same for a plain count. */
void figures_print_count(const char *name, const char *side, const char *setting, double value);

#endif
