/*
 * What an aggregate needs from whoever owns it: memory, and a place to record events. One tracker
 * per unit of work. A verb checks first, then allocates everything it needs, then changes: on any
 * failure nothing has changed.
 */
#ifndef REFD_DOMAIN_TRACKER_H
#define REFD_DOMAIN_TRACKER_H

#include <refdomain/domain/event.h>

#include "base/arena.h"

struct refd__event_node {
	struct refd__event_node *next;
	struct refd_event event;
	struct refd_event_id id; /* drawn when the unit commits */
};

struct refd__tracker {
	struct refd__arena *arena;
	struct refd__event_node *first, **last; /* in the order recorded */
	size_t count;
	size_t followed; /* changes of fixtures that rows outside the fixture have to follow */
};

void refd__tracker_init(struct refd__tracker *tracker, struct refd__arena *arena);
/* A blank node that is not linked yet; NULL when out of memory. */
struct refd__event_node *refd__tracker_node(struct refd__tracker *tracker);
/* A node for the event that brings `aggregate` to `version`: filled but for the payload, not
 * linked. NULL when out of memory, which err then says. */
struct refd__event_node *refd__tracker_next(struct refd__tracker *tracker,
					    enum refd_event_type type, struct refd_ref aggregate,
					    int64_t version, struct refd_error *err);
/* Link the node. Cannot fail. */
void refd__tracker_record(struct refd__tracker *tracker, struct refd__event_node *node);

/* Forget what was recorded since `before`, a copy of the tracker. */
void refd__tracker_rewind(struct refd__tracker *tracker, const struct refd__tracker *before);

/* How a loaded or new aggregate differs from its stored row. */
enum refd__fate {
	REFD__CLEAN = 1, /* as stored */
	REFD__NEW,	 /* not stored yet */
	REFD__DIRTY,	 /* stored, changed */
	REFD__GONE,	 /* stored, to be deleted */
	REFD__VOID	 /* was new and is gone again: never stored */
};

/* The state changed. A single object without a row (stored version 0) becomes new. */
void refd__fate_change(enum refd__fate *fate, int64_t stored_version);
/* The row goes away; it has not yet. */
void refd__fate_end(enum refd__fate *fate);
/* True for a row that went away in this unit. */
bool refd__fate_ended(enum refd__fate fate);

/* Says so in err. @return NO_MEMORY */
enum refd_status refd__out_of_memory(struct refd_error *err);

#endif
