/* What rules need to know about many objects, in few reads. A memo in the identity map says what is
 * known already. */
#include "app/work.h"
#include "domain/travel.h"

/* Longest civil day plus an hour: everything on the same day as an instant lies within. */
#define DAY_REACH (26 * REFD_HOUR)

struct key_list {
	struct refd_key *keys;
	size_t count;
};

static bool key_list(struct refd_unit *unit, size_t count, struct key_list *ret)
{
	ret->keys = refd__arena_zero(&unit->arena, count ? count : 1, sizeof(*ret->keys));
	ret->count = 0;
	return ret->keys != NULL;
}

static void want(struct key_list *list, struct refd_uuid id)
{
	list->keys[list->count++].a = id;
}

static enum refd_status read_found(struct refd_unit *unit, enum refd_record record,
				   const struct key_list *list, struct refd_error *err)
{
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = record,
				  .by = REFD_BY_ID,
				  .keys = list->keys,
				  .n_keys = list->count };

	return list->count > 0 ? refd__read(unit, &read, 1, err) : REFD_OK;
}

static size_t add_range(struct refd_read *reads, size_t n, enum refd_record record,
			enum refd_index index, const struct key_list *list)
{
	if (list->count == 0)
		return n;
	reads[n] = (struct refd_read){ .kind = REFD_READ_RANGE,
				       .record = record,
				       .index = index,
				       .keys = list->keys,
				       .n_keys = list->count };
	return n + 1;
}

/* Children of fixtures: which of them are not known, and mark them known once read. */
static enum refd_status load_children(struct refd_unit *unit, const struct refd_fixture_id *ids,
				      size_t count, unsigned with, struct refd_error *err)
{
	struct key_list slots, availabilities, assignments;
	struct refd_read reads[3];
	enum refd_status st = REFD_OK;
	size_t n = 0;
	size_t i;

	if (!key_list(unit, count, &slots) || !key_list(unit, count, &availabilities) ||
	    !key_list(unit, count, &assignments))
		return refd__no_memory(unit, err);
	for (i = 0; i < count; i++) {
		struct refd__fixture_node *node = refd__fixture_node(unit, ids[i]);

		if (node == NULL)
			return refd__no_memory(unit, err);
		if ((with & REFD__WITH_SLOTS) && !node->slots_known)
			want(&slots, ids[i].uuid);
		if ((with & REFD__WITH_AVAILABILITIES) && !node->availabilities_known)
			want(&availabilities, ids[i].uuid);
		if ((with & REFD__WITH_ASSIGNMENTS) && !node->assignments_known)
			want(&assignments, ids[i].uuid);
	}
	n = add_range(reads, n, REFD_RECORD_SLOT, REFD_INDEX_FIXTURE, &slots);
	n = add_range(reads, n, REFD_RECORD_AVAILABILITY, REFD_INDEX_FIXTURE, &availabilities);
	n = add_range(reads, n, REFD_RECORD_ASSIGNMENT, REFD_INDEX_FIXTURE, &assignments);
	if (n > 0)
		st = refd__read(unit, reads, n, err);
	for (i = 0; i < count && st == REFD_OK; i++) {
		struct refd__fixture_node *node = refd__fixture_node(unit, ids[i]);

		node->slots_known |= (with & REFD__WITH_SLOTS) != 0;
		node->availabilities_known |= (with & REFD__WITH_AVAILABILITIES) != 0;
		node->assignments_known |= (with & REFD__WITH_ASSIGNMENTS) != 0;
	}
	return st;
}

enum refd_status refd__load_fixtures(struct refd_unit *unit, const struct refd_fixture_id *ids,
				     size_t count, unsigned with, struct refd_error *err)
{
	struct key_list missing;
	enum refd_status st;
	size_t i;

	if (!key_list(unit, count, &missing))
		return refd__no_memory(unit, err);
	for (i = 0; i < count; i++) {
		struct refd__fixture_node *node = refd__fixture_node(unit, ids[i]);

		if (node == NULL)
			return refd__no_memory(unit, err);
		if (node->fixture == NULL)
			want(&missing, ids[i].uuid);
	}
	st = read_found(unit, REFD_RECORD_FIXTURE, &missing, err);
	if (st == REFD_OK && with != 0)
		st = load_children(unit, ids, count, with, err);
	return st;
}

enum refd_status refd__load_parties(struct refd_unit *unit, enum refd_record record,
				    const struct refd_uuid *ids, size_t count,
				    struct refd_error *err)
{
	struct key_list missing;
	size_t i;

	if (!key_list(unit, count, &missing))
		return refd__no_memory(unit, err);
	for (i = 0; i < count; i++) {
		bool known;

		if (record == REFD_RECORD_REFEREE) {
			struct refd__referee_node *node =
				refd__referee_node(unit, (struct refd_referee_id){ ids[i] });

			if (node == NULL)
				return refd__no_memory(unit, err);
			known = node->referee != NULL;
		} else {
			struct refd__party_node *node = refd__party_node(unit, record, ids[i]);

			if (node == NULL)
				return refd__no_memory(unit, err);
			known = node->party != NULL;
		}
		if (!known)
			want(&missing, ids[i]);
	}
	return read_found(unit, record, &missing, err);
}

/* Half the circumference of the earth: no journey is longer. */
#define LONGEST_KM 20038
/* From so many referees on it pays to look at the venues first. */
#define MANY_REFEREES 32

static int64_t longest_journey(const struct refd_rules *rules)
{
	int64_t travel = (int64_t)LONGEST_KM * 60 / rules->travel_speed + 1;

	return travel < rules->travel_gap ? rules->travel_gap : travel;
}

/* Between any two venues of the store, if they are no more than @p most; else of the earth. */
static enum refd_status journey_between_venues(struct refd_unit *unit, size_t most, int64_t *ret,
					       struct refd_error *err)
{
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_VENUE,
				  .index = REFD_INDEX_ALL,
				  .limit = most + 1 };
	struct refd__area area = { 0 };
	enum refd_status st = refd__read(unit, &read, 1, err);
	size_t n = 0;
	size_t i;

	for (i = 0; i < unit->map.count && st == REFD_OK; i++) {
		const struct refd__map_entry *entry = &unit->map.entries[i];
		const struct refd__party_node *node =
			entry->kind == REFD_RECORD_VENUE ? entry->value : NULL;
		const struct refd_venue *venue = node != NULL ? node->party : NULL;
		struct refd__place place;

		if (venue == NULL)
			continue;
		place = refd__place_of(&venue->state.coordinates);
		refd__area_add(&area, &place);
		n++;
	}
	if (st == REFD_OK && n <= most)
		*ret = refd__travel_span(&area, &unit->rules) + 1;
	return st;
}

/* How far from a kick-off another one can be and still be too close, in microseconds. */
static enum refd_status engagement_reach(struct refd_unit *unit, size_t referees, int64_t *ret,
					 struct refd_error *err)
{
	int64_t travel = longest_journey(&unit->rules);
	enum refd_status st = referees >= MANY_REFEREES
				      ? journey_between_venues(unit, referees, &travel, err)
				      : REFD_OK;

	*ret = (unit->rules.match_duration + travel) * REFD_MINUTE;
	return st;
}

static int64_t never_zero(int64_t us, int64_t otherwise)
{
	return us == 0 ? otherwise : us;
}

static bool covers(struct refd_range known, struct refd_range wanted)
{
	return known.to.us != 0 && known.from.us <= wanted.from.us && known.to.us >= wanted.to.us;
}

enum refd_status refd__load_engagements(struct refd_unit *unit, const struct refd_referee_id *ids,
					size_t count, struct refd_range span,
					struct refd_error *err)
{
	struct refd_range window;
	struct key_list missing;
	struct refd_read read;
	int64_t reach = 0;
	enum refd_status st = engagement_reach(unit, count, &reach, err);
	size_t i;

	if (st != REFD_OK)
		return st;
	if (!key_list(unit, count, &missing))
		return refd__no_memory(unit, err);
	window.from.us = never_zero(span.from.us - reach, -1);
	window.to.us = never_zero(span.to.us + reach + 1, 1);
	for (i = 0; i < count; i++) {
		struct refd__referee_node *node = refd__referee_node(unit, ids[i]);

		if (node == NULL)
			return refd__no_memory(unit, err);
		if (!covers(node->engaged, window))
			want(&missing, ids[i].uuid);
	}
	if (add_range(&read, 0, REFD_RECORD_ASSIGNMENT, REFD_INDEX_REFEREE, &missing) > 0) {
		read.range = window;
		st = refd__read(unit, &read, 1, err);
	}
	for (i = 0; i < missing.count && st == REFD_OK; i++)
		refd__referee_node(unit, (struct refd_referee_id){ missing.keys[i].a })->engaged =
			window;
	return st;
}

enum refd_status refd__load_staged(struct refd_unit *unit, struct refd_error *err)
{
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_ASSIGNMENT,
				  .index = REFD_INDEX_STAGED };

	return refd__read(unit, &read, 1, err);
}

enum refd_status refd__load_around(struct refd_unit *unit, enum refd_record party,
				   struct refd_uuid id, struct refd_time kickoff,
				   struct refd_error *err)
{
	const int64_t reach = unit->rules.exclusivity == REFD_EXCLUSIVITY_DAY
				      ? DAY_REACH
				      : unit->rules.match_duration * REFD_MINUTE;
	struct refd__party_node *node = refd__party_node(unit, party, id);
	struct refd_key key = { .a = id };
	struct refd_read read = {
		.kind = REFD_READ_RANGE,
		.record = REFD_RECORD_FIXTURE,
		.index = party == REFD_RECORD_VENUE ? REFD_INDEX_VENUE : REFD_INDEX_TEAM,
		.keys = &key,
		.n_keys = 1,
		.range = { { never_zero(kickoff.us - reach, -1) },
			   { never_zero(kickoff.us + reach + 1, 1) } },
	};
	enum refd_status st;

	if (node == NULL)
		return refd__no_memory(unit, err);
	if (covers(node->seen, read.range))
		return REFD_OK;
	st = refd__read(unit, &read, 1, err);
	if (st == REFD_OK)
		node->seen = read.range;
	return st;
}
