/* Hash map from (kind, two UUIDs) to pointer; insertion order is kept for iteration. Memory from an
 * arena. Not thread-safe. */
#ifndef REFD_BASE_ID_MAP_H
#define REFD_BASE_ID_MAP_H

#include <refdomain/id.h>

#include "base/arena.h"

struct refd__map_entry {
	uint32_t kind;
	struct refd_uuid a, b;
	void *value;
};

/* The hash stands here, so that a walk need not look at the entries of others. */
struct refd__map_slot {
	uint32_t hash;
	uint32_t entry; /* its index + 1, 0: free */
};

struct refd__id_map {
	struct refd__arena *arena;
	struct refd__map_entry *entries; /* in insertion order */
	size_t count, capacity;
	struct refd__map_slot *slots; /* open addressing */
	size_t n_slots;		      /* a power of two, or 0 */
};

void refd__id_map_init(struct refd__id_map *map, struct refd__arena *arena);
/* The entry, or NULL. The pointer is valid until the next put. */
struct refd__map_entry *refd__id_map_get(const struct refd__id_map *map, uint32_t kind,
					 struct refd_uuid a, struct refd_uuid b);
/* The entry for the key, made with value NULL if it is new; NULL when out of memory (the map is
 * unchanged). */
struct refd__map_entry *refd__id_map_put(struct refd__id_map *map, uint32_t kind,
					 struct refd_uuid a, struct refd_uuid b);

#endif
