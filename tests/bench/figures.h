/* Measured figures and how they are printed. */
#ifndef REFDOMAIN_BENCH_FIGURES_H
#define REFDOMAIN_BENCH_FIGURES_H

#include <stddef.h>

/* Of a clock that never goes back. */
double figures_seconds(void);
/* qsort() order of doubles. */
int figures_ascending(const void *a, const void *b);
/* One TSV line. values is sorted. */
void figures_print(const char *name, const char *side, const char *setting, double *values,
		   size_t count, double ratio);

#endif
