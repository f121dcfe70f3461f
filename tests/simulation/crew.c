#include "crew.h"

/* Of those who are awake; moves the time if nobody is. @return count if all have ended */
static size_t draw(struct crew *crew)
{
	size_t awake[CREW_MAX];
	int64_t first = INT64_MAX;
	size_t n = 0, i;

	for (i = 0; i < crew->count; i++) {
		if (!crew->members[i].ended && crew->members[i].wakes < first)
			first = crew->members[i].wakes;
	}
	if (first == INT64_MAX)
		return crew->count;
	if (first > crew->now)
		crew->now = first;
	for (i = 0; i < crew->count; i++) {
		if (!crew->members[i].ended && crew->members[i].wakes <= crew->now)
			awake[n++] = i;
	}
	return awake[n > 1 ? (size_t)support_random_below(crew->random, n) : 0];
}

static void wait_for_turn(struct crew_member *member)
{
	while (member->crew->current != member->number)
		pthread_cond_wait(&member->called, &member->crew->mutex);
}

static void pass_on(struct crew *crew)
{
	crew->current = draw(crew);
	if (crew->current < crew->count)
		pthread_cond_signal(&crew->members[crew->current].called);
	else
		pthread_cond_signal(&crew->over);
}

void crew_yield(struct crew *crew)
{
	crew_sleep(crew, 0);
}

void crew_sleep(struct crew *crew, int64_t us)
{
	struct crew_member *member = &crew->members[crew->current];

	member->wakes = crew->now + us;
	pthread_mutex_lock(&crew->mutex);
	pass_on(crew);
	wait_for_turn(member);
	pthread_mutex_unlock(&crew->mutex);
}

static void *run_member(void *self)
{
	struct crew_member *member = self;
	struct crew *crew = member->crew;

	pthread_mutex_lock(&crew->mutex);
	wait_for_turn(member);
	pthread_mutex_unlock(&crew->mutex);
	crew->job(crew->self, member->number);
	pthread_mutex_lock(&crew->mutex);
	member->ended = true;
	pass_on(crew);
	pthread_mutex_unlock(&crew->mutex);
	return NULL;
}

static bool start_member(struct crew *crew, size_t number)
{
	struct crew_member *member = &crew->members[number];

	*member = (struct crew_member){ .crew = crew, .number = number, .wakes = crew->now };
	return pthread_cond_init(&member->called, NULL) == 0 &&
	       pthread_create(&member->thread, NULL, run_member, member) == 0;
}

bool crew_run(struct crew *crew, size_t count, crew_job *job, void *self)
{
	size_t started = 0, i;

	crew->job = job;
	crew->self = self;
	crew->count = count;
	crew->current = CREW_MAX; /* nobody yet */
	if (pthread_mutex_init(&crew->mutex, NULL) != 0 ||
	    pthread_cond_init(&crew->over, NULL) != 0)
		return false;
	while (started < count && start_member(crew, started))
		started++;
	crew->count = started;
	pthread_mutex_lock(&crew->mutex);
	pass_on(crew);
	while (crew->current < crew->count)
		pthread_cond_wait(&crew->over, &crew->mutex);
	pthread_mutex_unlock(&crew->mutex);
	for (i = 0; i < started; i++) {
		pthread_join(crew->members[i].thread, NULL);
		pthread_cond_destroy(&crew->members[i].called);
	}
	pthread_cond_destroy(&crew->over);
	pthread_mutex_destroy(&crew->mutex);
	return started == count;
}
