#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double figures_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int figures_ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void figures_print(const char *name, const char *side, const char *setting, double *values,
		   size_t count, double ratio)
{
	qsort(values, count, sizeof(*values), figures_ascending);
	printf("%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.2f\n", name, side, setting, values[count / 2],
	       values[0], values[count - 1], ratio);
	fflush(stdout);
}
