#include "figures.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double seconds_of(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double figures_seconds(void)
{
	return seconds_of(CLOCK_MONOTONIC);
}

double figures_cpu_seconds(void)
{
	return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

double figures_process_seconds(long process)
{
	char path[64];
	double nanoseconds = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/schedstat", process);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%lf", &nanoseconds) != 1)
		nanoseconds = 0;
	fclose(file);
	return nanoseconds / 1e9;
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

void figures_print_count(const char *name, const char *side, const char *setting, double value)
{
	printf("%s\t%s\t%s\t%.1f\t\t\t\n", name, side, setting, value);
}

/* A round is made of slices, A B A B, so that what else the machine does hits all sides. */
void figures_measure(struct figures_side *sides, size_t count, const struct figures_load *load)
{
	const size_t slice = (load->operations + load->slices - 1) / load->slices;
	const double work = (double)load->operations * load->items;

	for (size_t round = 0; round <= load->rounds; round++) {
		double spent[FIGURES_SIDES] = { 0 };

		for (size_t done = 0; done < load->operations; done += slice) {
			const size_t left = load->operations - done;
			const size_t first = 1 + round * load->operations + done;

			for (size_t i = 0; i < count; i++)
				spent[i] += sides[i].run(sides[i].self, first,
							 left < slice ? left : slice);
		}
		for (size_t i = 0; i < count && round > 0; i++) {
			sides[i].per_second[round - 1] = work / spent[i];
			sides[i].ratios[round - 1] = spent[1] / spent[i];
		}
	}
}

void figures_print_sides(const char *name, struct figures_side *sides, size_t count, size_t rounds)
{
	for (size_t i = 0; i < count; i++) {
		qsort(sides[i].ratios, rounds, sizeof(double), figures_ascending);
		figures_print(name, sides[i].name, sides[i].setting, sides[i].per_second, rounds,
			      sides[i].ratios[rounds / 2]);
	}
}
