#include "base/id_map.h"

enum { FIRST_CAPACITY = 16 };

void refd__id_map_init(struct refd__id_map *map, struct refd__arena *arena)
{
	struct refd__id_map empty = { .arena = arena };

	*map = empty;
}

/* The finaliser of splitmix64: every input bit reaches every output bit. */
static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static uint32_t hash_key(uint32_t kind, struct refd_uuid a, struct refd_uuid b)
{
	uint64_t words[4];
	uint64_t hash = kind;

	memcpy(words, a.bytes, sizeof(a.bytes));
	memcpy(words + 2, b.bytes, sizeof(b.bytes));
	for (size_t i = 0; i < 4; i++)
		hash = mix(hash + words[i] + UINT64_C(0x9e3779b97f4a7c15));
	return (uint32_t)hash;
}

/* The slot of the key, or the free one where it belongs. */
static size_t find_slot(const struct refd__id_map *map, uint32_t hash, uint32_t kind,
			struct refd_uuid a, struct refd_uuid b)
{
	size_t mask = map->n_slots - 1;
	size_t slot = hash & mask;

	for (; map->slots[slot] != 0; slot = (slot + 1) & mask) {
		const struct refd__map_entry *entry = &map->entries[map->slots[slot] - 1];

		if (entry->hash == hash && entry->kind == kind && refd_uuid_equal(entry->a, a) &&
		    refd_uuid_equal(entry->b, b))
			break;
	}
	return slot;
}

struct refd__map_entry *refd__id_map_get(const struct refd__id_map *map, uint32_t kind,
					 struct refd_uuid a, struct refd_uuid b)
{
	size_t slot;

	if (map->n_slots == 0)
		return NULL;
	slot = find_slot(map, hash_key(kind, a, b), kind, a, b);
	return map->slots[slot] != 0 ? &map->entries[map->slots[slot] - 1] : NULL;
}

/* Twice the entries, and slots for a load of at most one half. */
static bool grow(struct refd__id_map *map)
{
	size_t capacity = map->capacity ? 2 * map->capacity : FIRST_CAPACITY;
	size_t n_slots = 2 * capacity;
	struct refd__map_entry *entries;
	uint32_t *slots;

	if (capacity > UINT32_MAX / 2)
		return false;
	entries = refd__arena_zero(map->arena, capacity, sizeof(*entries));
	slots = refd__arena_zero(map->arena, n_slots, sizeof(*slots));
	if (!entries || !slots)
		return false;
	if (map->count > 0)
		memcpy(entries, map->entries, map->count * sizeof(*entries));
	for (size_t i = 0; i < map->count; i++) {
		size_t slot = entries[i].hash & (n_slots - 1);

		while (slots[slot] != 0)
			slot = (slot + 1) & (n_slots - 1);
		slots[slot] = (uint32_t)i + 1;
	}
	map->entries = entries;
	map->capacity = capacity;
	map->slots = slots;
	map->n_slots = n_slots;
	return true;
}

struct refd__map_entry *refd__id_map_put(struct refd__id_map *map, uint32_t kind,
					 struct refd_uuid a, struct refd_uuid b)
{
	struct refd__map_entry *entry = refd__id_map_get(map, kind, a, b);
	uint32_t hash;

	if (entry)
		return entry;
	if (map->count == map->capacity && !grow(map))
		return NULL;
	hash = hash_key(kind, a, b);
	map->slots[find_slot(map, hash, kind, a, b)] = (uint32_t)map->count + 1;
	entry = &map->entries[map->count++];
	*entry = (struct refd__map_entry){ .kind = kind, .hash = hash, .a = a, .b = b };
	return entry;
}
