#include "base/id_map.h"

void refd__id_map_init(struct refd__id_map *map, struct refd__arena *arena)
{
	struct refd__id_map empty = { .arena = arena };

	*map = empty;
}

/* Multiplying brings every bit up, the shift brings the upper ones down: after two rounds every bit
 * of a word has reached the lowest. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 32;
}

static uint32_t hash_key(uint32_t kind, struct refd_uuid a, struct refd_uuid b)
{
	uint64_t words[4];
	uint64_t hash = kind;

	memcpy(words, a.bytes, sizeof(a.bytes));
	memcpy(words + 2, b.bytes, sizeof(b.bytes));
	for (size_t i = 0; i < 4; i++)
		hash = mix(hash, words[i]);
	return (uint32_t)mix(hash, kind);
}

/* The slot of the key, or the free one where it belongs. */
static struct refd__map_slot *find_slot(const struct refd__id_map *map, uint32_t hash,
					uint32_t kind, const struct refd_uuid *a,
					const struct refd_uuid *b)
{
	size_t mask = map->n_slots - 1;
	size_t at = hash & mask;

	for (; map->slots[at].entry != 0; at = (at + 1) & mask) {
		const struct refd__map_entry *entry = &map->entries[map->slots[at].entry - 1];

		if (map->slots[at].hash == hash && entry->kind == kind &&
		    refd_uuid_equal(entry->a, *a) && refd_uuid_equal(entry->b, *b))
			break;
	}
	return &map->slots[at];
}

struct refd__map_entry *refd__id_map_get(const struct refd__id_map *map, uint32_t kind,
					 struct refd_uuid a, struct refd_uuid b)
{
	const struct refd__map_slot *slot;

	if (map->n_slots == 0)
		return NULL;
	slot = find_slot(map, hash_key(kind, a, b), kind, &a, &b);
	return slot->entry != 0 ? &map->entries[slot->entry - 1] : NULL;
}

static void move_slots(const struct refd__id_map *map, struct refd__map_slot *slots, size_t n_slots)
{
	for (size_t i = 0; i < map->n_slots; i++) {
		size_t at = map->slots[i].hash & (n_slots - 1);

		if (map->slots[i].entry == 0)
			continue;
		while (slots[at].entry != 0)
			at = (at + 1) & (n_slots - 1);
		slots[at] = map->slots[i];
	}
}

/* More entries, and slots for a load of at most one half. */
static bool grow(struct refd__id_map *map)
{
	size_t capacity = refd__next_capacity(map->capacity);
	size_t n_slots = map->n_slots ? map->n_slots : 2;
	struct refd__map_entry *entries;
	struct refd__map_slot *slots;

	if (capacity > UINT32_MAX / 2)
		return false;
	while (n_slots < 2 * capacity)
		n_slots *= 2;
	entries = refd__arena_alloc(map->arena, capacity * sizeof(*entries));
	slots = refd__arena_zero(map->arena, n_slots, sizeof(*slots));
	if (!entries || !slots)
		return false;
	if (map->count > 0)
		memcpy(entries, map->entries, map->count * sizeof(*entries));
	move_slots(map, slots, n_slots);
	map->entries = entries;
	map->capacity = capacity;
	map->slots = slots;
	map->n_slots = n_slots;
	return true;
}

struct refd__map_entry *refd__id_map_put(struct refd__id_map *map, uint32_t kind,
					 struct refd_uuid a, struct refd_uuid b)
{
	const uint32_t hash = hash_key(kind, a, b);
	struct refd__map_slot *slot = NULL;
	struct refd__map_entry *entry;

	if (map->n_slots > 0)
		slot = find_slot(map, hash, kind, &a, &b);
	if (slot != NULL && slot->entry != 0)
		return &map->entries[slot->entry - 1];
	if (map->count == map->capacity) {
		if (!grow(map))
			return NULL;
		slot = find_slot(map, hash, kind, &a, &b);
	}
	*slot = (struct refd__map_slot){ hash, (uint32_t)map->count + 1 };
	entry = &map->entries[map->count++];
	*entry = (struct refd__map_entry){ .kind = kind, .a = a, .b = b };
	return entry;
}
