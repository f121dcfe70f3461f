#include "domain/rota.h"

#include <assert.h>
#include <string.h>

#define DIGITS 8 /* of a key, in base 256 */
#define BASE   256

struct sort_key {
	uint64_t key;
	uint32_t index;
};

/* Space in one block: without base it only adds up. */
struct block {
	char *base;
	size_t size; /* SIZE_MAX: too much */
};

static void *take(struct block *block, size_t count, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	void *taken = block->base ? block->base + block->size : NULL;
	size_t bytes;

	if (count > (SIZE_MAX - align) / size) {
		block->size = SIZE_MAX;
		return NULL;
	}
	bytes = (count * size + align - 1) / align * align;
	block->size = bytes < SIZE_MAX - block->size ? block->size + bytes : SIZE_MAX;
	return taken;
}

/* What is needed only to make a rota. */
struct draft {
	struct sort_key *keys[2];
	uint32_t *ranks; /* the place of each fixture by (kick-off, index) */
};

static void lay_out(struct refd__rota *rota, struct block *block, struct draft *draft)
{
	const struct refd_facts *facts = rota->facts;
	size_t n = facts->n_assignments;
	size_t n_keys = n > facts->n_fixtures ? n : facts->n_fixtures;

	rota->places = take(block, facts->n_venues, sizeof(*rota->places));
	rota->tours = take(block, facts->n_referees, sizeof(*rota->tours));
	rota->stops = take(block, n + 1, sizeof(*rota->stops));
	rota->alone = take(block, n, sizeof(*rota->alone));
	rota->slots = take(block, n, sizeof(*rota->slots));
	rota->by_stop = take(block, n, sizeof(*rota->by_stop));
	rota->by_slot = take(block, n, sizeof(*rota->by_slot));
	rota->stop_of = take(block, n, sizeof(*rota->stop_of));
	rota->slot_of = take(block, n, sizeof(*rota->slot_of));
	draft->keys[0] = take(block, n_keys, sizeof(*draft->keys[0]));
	draft->keys[1] = take(block, n_keys, sizeof(*draft->keys[1]));
	draft->ranks = take(block, facts->n_fixtures, sizeof(*draft->ranks));
}

/* n > 0. Stable, by digit from the lowest; keys[0] and keys[1] change places. Digits that all keys
 * share cost nothing: real keys differ in three to five. */
static void sort(struct sort_key **keys, size_t n)
{
	uint32_t counts[DIGITS][BASE] = { 0 };

	for (size_t i = 0; i < n; i++) {
		for (int digit = 0; digit < DIGITS; digit++)
			counts[digit][keys[0][i].key >> (8 * digit) & (BASE - 1)]++;
	}
	for (int digit = 0; digit < DIGITS; digit++) {
		struct sort_key *from = keys[0], *to = keys[1];
		uint32_t *count = counts[digit];
		uint32_t before = 0;

		if (count[from[0].key >> (8 * digit) & (BASE - 1)] == n)
			continue;
		for (int value = 0; value < BASE; value++) {
			uint32_t here = count[value];

			count[value] = before;
			before += here;
		}
		for (size_t i = 0; i < n; i++)
			to[count[from[i].key >> (8 * digit) & (BASE - 1)]++] = from[i];
		keys[0] = to;
		keys[1] = from;
	}
}

static void rank_fixtures(const struct refd_facts *facts, struct draft *draft)
{
	for (uint32_t i = 0; i < facts->n_fixtures; i++) {
		uint64_t kickoff = (uint64_t)facts->fixtures[i].kickoff.us;

		draft->keys[0][i].key = kickoff ^ UINT64_C(1) << 63; /* unsigned order is time */
		draft->keys[0][i].index = i;
	}
	sort(draft->keys, facts->n_fixtures);
	for (uint32_t rank = 0; rank < facts->n_fixtures; rank++)
		draft->ranks[draft->keys[0][rank].index] = rank;
}

static void start_stop(struct refd__rota *rota, uint32_t position, uint32_t index)
{
	const struct refd_fact_assignment *fact = &rota->facts->assignments[index];
	const struct refd_fact_fixture *fixture = &rota->facts->fixtures[fact->fixture];
	struct refd__tour *tour = &rota->tours[fact->referee];
	struct refd__stop *stop = &rota->stops[rota->n_stops++];

	stop->kickoff = fixture->kickoff.us;
	stop->fixture = fact->fixture;
	stop->venue = fixture->venue;
	stop->first = position;
	stop[1].live_before = stop->live_before + (fixture->status != REFD_FIXTURE_CANCELLED);
	if (tour->end == 0)
		tour->first = (uint32_t)rota->n_stops - 1;
	tour->end = (uint32_t)rota->n_stops;
	refd__area_add(&tour->area, &rota->places[stop->venue]);
}

static void order_by_stop(struct refd__rota *rota, struct draft *draft)
{
	const struct refd_facts *facts = rota->facts;
	uint32_t n = (uint32_t)facts->n_assignments;
	const struct sort_key *keys;

	for (uint32_t i = 0; i < n; i++) {
		const struct refd_fact_assignment *fact = &facts->assignments[i];

		draft->keys[0][i].key = (uint64_t)fact->referee << 32 | draft->ranks[fact->fixture];
		draft->keys[0][i].index = i;
	}
	sort(draft->keys, n);
	keys = draft->keys[0];
	memset(rota->tours, 0, facts->n_referees * sizeof(*rota->tours));
	rota->stops[0].live_before = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || keys[i].key != keys[i - 1].key)
			start_stop(rota, i, keys[i].index);
		rota->by_stop[i] = keys[i].index;
		rota->stop_of[keys[i].index] = (uint32_t)rota->n_stops - 1;
	}
	rota->stops[rota->n_stops].first = n;
}

/* Time between kick-offs that suffices for every way of the tour. */
static uint64_t horizon_of(const struct refd__rota *rota, const struct refd__tour *tour)
{
	struct refd__place corner = { .set = tour->area.placed };
	int64_t minutes;

	memcpy(corner.at, tour->area.low, sizeof(corner.at));
	minutes = refd__travel_reach(&tour->area, &corner, rota->rules);
	return (uint64_t)(rota->rules->match_duration + minutes) * REFD_MINUTE;
}

static void mark_overlaps(struct refd__rota *rota, const struct refd__tour *tour)
{
	struct refd__stop *stops = rota->stops;
	uint64_t duration = (uint64_t)rota->rules->match_duration * REFD_MINUTE;
	uint64_t horizon = horizon_of(rota, tour);
	uint32_t first = tour->first, end = tour->first;

	for (uint32_t i = tour->first; i < tour->end; i++) {
		while (refd__stop_apart(&stops[first], &stops[i]) >= duration)
			first++;
		while (end < tour->end && refd__stop_apart(&stops[i], &stops[end]) < duration)
			end++;
		stops[i].overlap_first = first;
		stops[i].overlap_end = end;
		rota->alone[i] = stops[i + 1].first == stops[i].first + 1 &&
				 (i == tour->first ||
				  refd__stop_apart(&stops[i - 1], &stops[i]) >= horizon) &&
				 (i + 1 == tour->end ||
				  refd__stop_apart(&stops[i], &stops[i + 1]) >= horizon);
	}
}

/* The facts come by referee, and the sort is stable: so they stay within a slot. */
static void order_by_slot(struct refd__rota *rota, struct draft *draft)
{
	const struct refd_fact_assignment *facts = rota->facts->assignments;
	uint32_t n = (uint32_t)rota->facts->n_assignments;
	const struct sort_key *keys;
	struct refd__slot *slot = rota->slots;

	for (uint32_t i = 0; i < n; i++) {
		const struct refd_fact_assignment *fact = &facts[rota->by_stop[i]];

		draft->keys[0][i].key = (uint64_t)fact->fixture << 32 | (uint32_t)fact->role;
		draft->keys[0][i].index = rota->by_stop[i];
	}
	sort(draft->keys, n);
	keys = draft->keys[0];
	for (uint32_t i = 0; i < n; i++) {
		bool opens = i == 0 || keys[i].key != keys[i - 1].key;

		if (opens) {
			slot += i > 0;
			slot->first = i;
			slot->referees = 0;
		}
		if (opens || facts[keys[i].index].referee != facts[keys[i - 1].index].referee)
			slot->referees++;
		rota->by_slot[i] = keys[i].index;
		rota->slot_of[keys[i].index] = (uint32_t)(slot - rota->slots);
	}
}

enum refd_status refd__rota_init(struct refd__rota *rota, const struct refd_facts *facts,
				 const struct refd_rules *rules,
				 const struct refd_allocator *allocator, struct refd_error *err)
{
	struct block block = { 0 };
	struct draft draft;

	assert(facts->n_assignments > 0);
	*rota = (struct refd__rota){ .facts = facts, .rules = rules };
	lay_out(rota, &block, &draft);
	if (block.size < SIZE_MAX && facts->n_assignments < UINT32_MAX &&
	    facts->n_fixtures < UINT32_MAX)
		rota->memory = allocator->alloc(allocator->self, block.size);
	if (!rota->memory)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory to validate %zu assignments",
				      facts->n_assignments);
	block = (struct block){ .base = rota->memory };
	lay_out(rota, &block, &draft);
	for (size_t i = 0; i < facts->n_venues; i++)
		rota->places[i] = refd__place_of(&facts->venues[i].coordinates);
	rank_fixtures(facts, &draft);
	order_by_stop(rota, &draft);
	for (size_t i = 0; i < facts->n_referees; i++)
		mark_overlaps(rota, &rota->tours[i]);
	order_by_slot(rota, &draft);
	return REFD_OK;
}

void refd__rota_done(struct refd__rota *rota, const struct refd_allocator *allocator)
{
	allocator->free(allocator->self, rota->memory);
	rota->memory = NULL;
}
