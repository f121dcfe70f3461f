#include "crew.h"
#include "figures.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct member {
	struct crew *crew;
	size_t lane;
	pthread_t thread;
};

struct crew {
	size_t lanes;
	crew_work *work;
	void *self;
	pthread_barrier_t start, end;
	size_t first, count;
	bool over;
	struct member members[];
};

static void *labour(void *self)
{
	const struct member *member = self;
	struct crew *crew = member->crew;

	for (;;) {
		pthread_barrier_wait(&crew->start);
		if (crew->over)
			return NULL;
		crew->work(crew->self, member->lane, crew->first, crew->count);
		pthread_barrier_wait(&crew->end);
	}
}

struct crew *crew_open(size_t lanes, crew_work *work, void *self)
{
	struct crew *crew = calloc(1, sizeof(*crew) + lanes * sizeof(crew->members[0]));

	if (!crew || pthread_barrier_init(&crew->start, NULL, (unsigned)lanes) != 0 ||
	    pthread_barrier_init(&crew->end, NULL, (unsigned)lanes) != 0)
		goto failed;
	crew->lanes = lanes;
	crew->work = work;
	crew->self = self;
	for (size_t i = 1; i < lanes; i++) {
		crew->members[i].crew = crew;
		crew->members[i].lane = i;
		if (pthread_create(&crew->members[i].thread, NULL, labour, &crew->members[i]) != 0)
			goto failed;
	}
	return crew;
failed:
	fputs("bench: no threads to be had\n", stderr);
	exit(1);
}

double crew_run(struct crew *crew, size_t first, size_t count)
{
	double start;

	if (crew->lanes == 1)
		return crew->work(crew->self, 0, first, count);
	crew->first = first;
	crew->count = count;
	start = figures_seconds();
	pthread_barrier_wait(&crew->start);
	crew->work(crew->self, 0, first, count);
	pthread_barrier_wait(&crew->end);
	return figures_seconds() - start;
}

void crew_close(struct crew *crew)
{
	crew->over = true;
	if (crew->lanes > 1)
		pthread_barrier_wait(&crew->start);
	for (size_t i = 1; i < crew->lanes; i++)
		pthread_join(crew->members[i].thread, NULL);
	pthread_barrier_destroy(&crew->start);
	pthread_barrier_destroy(&crew->end);
	free(crew);
}
