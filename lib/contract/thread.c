/* Actors with a thread of their own. Two threads meet by stages under the kit's mutex. */
#include <time.h>

#include <refdomain/time.h>

#include "kit.h"

#define HANGS (30 * REFD_SECOND)

int64_t refd_contract__now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * REFD_SECOND + now.tv_nsec / 1000;
}

static void *run_task(void *self)
{
	struct refd_contract__actor *actor = self;
	struct refd_contract__kit *kit = actor->kit;

	actor->task(actor);
	pthread_mutex_lock(&kit->mutex);
	actor->done = true;
	pthread_cond_broadcast(&kit->changed);
	pthread_mutex_unlock(&kit->mutex);
	return NULL;
}

void refd_contract__start(struct refd_contract__actor *actor, refd_contract__task *task)
{
	if (refd_contract__failed(actor->kit))
		return;
	actor->task = task;
	actor->done = false;
	actor->stage = 0;
	actor->running = pthread_create(&actor->thread, NULL, run_task, actor) == 0;
	refd_contract__check(actor->kit, actor->running, "the system gives no thread");
}

void refd_contract__stage(struct refd_contract__actor *actor, int stage)
{
	pthread_mutex_lock(&actor->kit->mutex);
	actor->stage = stage;
	pthread_cond_broadcast(&actor->kit->changed);
	pthread_mutex_unlock(&actor->kit->mutex);
}

bool refd_contract__reached(struct refd_contract__actor *actor, int stage, int64_t us)
{
	struct refd_contract__kit *kit = actor->kit;
	int64_t at = refd_contract__now() + us;
	struct timespec until = { (time_t)(at / REFD_SECOND), (long)(at % REFD_SECOND) * 1000 };
	bool reached;
	int late = 0;

	if (!actor->running)
		return true;
	pthread_mutex_lock(&kit->mutex);
	while (!actor->done && actor->stage < stage && late == 0)
		late = pthread_cond_timedwait(&kit->changed, &kit->mutex, &until);
	reached = actor->done || actor->stage >= stage;
	pthread_mutex_unlock(&kit->mutex);
	return reached;
}

void refd_contract__join(struct refd_contract__actor *actor)
{
	struct refd_contract__kit *kit = actor->kit;

	if (!actor->running)
		return;
	/* A failed case may have left a transaction open that the thread waits for. */
	if (!refd_contract__reached(actor, INT32_MAX, refd_contract__failed(kit) ? 0 : HANGS)) {
		refd_contract__fail(kit, "a call does not come back");
		for (size_t i = 0; i < REFD_CONTRACT__ACTORS; i++)
			if (!kit->actors[i].running && kit->actors[i].tx)
				refd_contract__rollback(&kit->actors[i]);
	}
	pthread_join(actor->thread, NULL);
	actor->running = false;
}
