#include "domain/tracker.h"

#include <assert.h>

#include <refdomain/error.h>

void refd__tracker_init(struct refd__tracker *tracker, struct refd__arena *arena)
{
	tracker->arena = arena;
	tracker->first = NULL;
	tracker->last = &tracker->first;
	tracker->count = 0;
	tracker->followed = 0;
}

struct refd__event_node *refd__tracker_node(struct refd__tracker *tracker)
{
	return refd__arena_zero(tracker->arena, 1, sizeof(struct refd__event_node));
}

struct refd__event_node *refd__tracker_next(struct refd__tracker *tracker,
					    enum refd_event_type type, struct refd_ref aggregate,
					    int64_t version, struct refd_error *err)
{
	struct refd__event_node *node = refd__tracker_node(tracker);

	if (!node) {
		refd__out_of_memory(err);
		return NULL;
	}
	node->event.type = type;
	node->event.aggregate = aggregate;
	node->event.version = version;
	return node;
}

void refd__tracker_record(struct refd__tracker *tracker, struct refd__event_node *node)
{
	*tracker->last = node;
	tracker->last = &node->next;
	tracker->count++;
}

void refd__tracker_rewind(struct refd__tracker *tracker, const struct refd__tracker *before)
{
	*tracker = *before;
	*tracker->last = NULL;
}

void refd__fate_change(enum refd__fate *fate, int64_t stored_version)
{
	if (*fate == REFD__CLEAN)
		*fate = stored_version == 0 ? REFD__NEW : REFD__DIRTY;
}

void refd__fate_end(enum refd__fate *fate)
{
	assert(!refd__fate_ended(*fate));
	*fate = *fate == REFD__NEW ? REFD__VOID : REFD__GONE;
}

bool refd__fate_ended(enum refd__fate fate)
{
	return fate == REFD__GONE || fate == REFD__VOID;
}

enum refd_status refd__out_of_memory(struct refd_error *err)
{
	return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
}
