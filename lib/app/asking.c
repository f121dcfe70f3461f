#include "app/asking.h"

#include <assert.h>

/* Longest civil day plus an hour: everything on the same day as an instant lies within, and no
 * match lasts longer. */
#define DAY_REACH (26 * REFD_HOUR)

static const struct refd_uuid none = { { 0 } };

void refd__ask(struct refd__asking *asking, struct refd_unit *unit)
{
	asking->unit = unit;
	asking->count = 0;
	asking->referred = false;
	asking->no_memory = false;
}

void refd__ask_referred(struct refd__asking *asking, struct refd_unit *unit)
{
	refd__ask(asking, unit);
	asking->referred = true;
}

/* The next read; its keys have room for @p count. NULL when out of memory. */
static struct refd_read *next_read(struct refd__asking *asking, size_t count)
{
	struct refd_read *read = &asking->reads[asking->count];

	asking->keys = refd__arena_zero(&asking->unit->arena, count + 1, sizeof(*asking->keys));
	*read = (struct refd_read){ .keys = asking->keys };
	asking->no_memory |= asking->keys == NULL;
	return asking->no_memory ? NULL : read;
}

/* Another key of the read at hand. */
static void want(struct refd__asking *asking, struct refd_uuid a, struct refd_uuid b)
{
	struct refd_read *read = &asking->reads[asking->count];

	asking->keys[read->n_keys].a = a;
	asking->keys[read->n_keys++].b = b;
}

/* The same for a fixture, which may be named more than once. */
static void want_fixture(struct refd__asking *asking, struct refd__fixture_node *node,
			 struct refd_fixture_id id)
{
	if (node->asked == asking->keys)
		return;
	node->asked = asking->keys;
	want(asking, id.uuid, none);
}

/* Without keys there is nothing to ask for. */
static void done_read(struct refd__asking *asking)
{
	asking->count += asking->reads[asking->count].n_keys > 0;
}

static void ask_one(struct refd__asking *asking, enum refd_record record, struct refd_uuid id)
{
	struct refd_read *read = next_read(asking, 1);

	if (read == NULL)
		return;
	read->kind = REFD_READ_FIND;
	read->record = record;
	read->by = REFD_BY_ID;
	want(asking, id, none);
	done_read(asking);
}

void refd__ask_command(struct refd__asking *asking)
{
	ask_one(asking, REFD_RECORD_COMMAND, asking->unit->command.uuid);
}

void refd__ask_rules(struct refd__asking *asking)
{
	if (!asking->unit->rules_known)
		ask_one(asking, REFD_RECORD_RULES, refd_the_rules.uuid);
}

void refd__ask_board(struct refd__asking *asking)
{
	if (asking->unit->board == NULL)
		ask_one(asking, REFD_RECORD_BOARD, refd_the_board.uuid);
}

static void ask_all(struct refd__asking *asking, enum refd_record record, enum refd_index index,
		    size_t limit)
{
	struct refd_read *read = next_read(asking, 0);

	if (read == NULL)
		return;
	read->kind = REFD_READ_RANGE;
	read->record = record;
	read->index = index;
	read->limit = limit;
	asking->count++;
}

void refd__ask_staged(struct refd__asking *asking)
{
	if (!asking->unit->staged_known)
		ask_all(asking, REFD_RECORD_ASSIGNMENT, REFD_INDEX_STAGED, 0);
}

void refd__ask_venues(struct refd__asking *asking, size_t most)
{
	if (asking->unit->venues_asked <= most)
		ask_all(asking, REFD_RECORD_VENUE, REFD_INDEX_ALL, most + 1);
}

/* ---- parties ---- */

/* There is no row in the unit. */
static bool is_missed(const struct refd__asking *asking, unsigned looked)
{
	return asking->referred || looked != asking->unit->guarded;
}

static bool referee_unknown(struct refd__asking *asking, struct refd_uuid id)
{
	const struct refd__referee_node *node =
		refd__referee_node(asking->unit, (struct refd_referee_id){ id });

	asking->no_memory |= node == NULL;
	if (node == NULL)
		return false;
	return node->referee == NULL
		       ? is_missed(asking, node->looked)
		       : !refd__is_fresh(asking->unit, node->looked, node->referee->fate);
}

static bool party_unknown(struct refd__asking *asking, enum refd_record record, struct refd_uuid id)
{
	const struct refd__party_node *node = refd__party_node(asking->unit, record, id);
	const struct refd_venue *venue;
	const struct refd_team *team;

	asking->no_memory |= node == NULL;
	if (node == NULL)
		return false;
	if (node->party == NULL)
		return is_missed(asking, node->looked);
	venue = node->party;
	team = node->party;
	return !refd__is_fresh(asking->unit, node->looked,
			       record == REFD_RECORD_VENUE ? venue->fate : team->fate);
}

void refd__ask_parties(struct refd__asking *asking, enum refd_record record,
		       const struct refd_uuid *ids, size_t count)
{
	struct refd_read *read = next_read(asking, count);
	size_t i;

	if (read == NULL)
		return;
	read->kind = REFD_READ_FIND;
	read->record = record;
	read->by = REFD_BY_ID;
	for (i = 0; i < count; i++) {
		if (record == REFD_RECORD_REFEREE ? referee_unknown(asking, ids[i])
						  : party_unknown(asking, record, ids[i]))
			want(asking, ids[i], none);
	}
	done_read(asking);
}

/* ---- fixtures and what hangs on them ---- */

static bool fixture_unknown(const struct refd__asking *asking,
			    const struct refd__fixture_node *node)
{
	return node->fixture == NULL
		       ? is_missed(asking, node->looked)
		       : !refd__is_fresh(asking->unit, node->looked, node->fixture->fate);
}

static bool child_unknown(const struct refd__fixture_node *node, enum refd_record child)
{
	return !(node->known & 1U << child);
}

static void ask_children(struct refd__asking *asking, const struct refd_fixture_id *ids,
			 size_t count, enum refd_record child)
{
	struct refd_read *read = next_read(asking, count);
	size_t i;

	if (read == NULL)
		return;
	read->kind = REFD_READ_RANGE;
	read->record = child;
	read->index = REFD_INDEX_FIXTURE;
	for (i = 0; i < count; i++) {
		struct refd__fixture_node *node = refd__fixture_node(asking->unit, ids[i]);

		if (child_unknown(node, child))
			want_fixture(asking, node, ids[i]);
	}
	done_read(asking);
}

void refd__ask_fixtures(struct refd__asking *asking, const struct refd_fixture_id *ids,
			size_t count, unsigned with)
{
	struct refd_read *read = next_read(asking, count);
	enum refd_record child;
	size_t i;

	if (read == NULL)
		return;
	read->kind = REFD_READ_FIND;
	read->record = REFD_RECORD_FIXTURE;
	read->by = REFD_BY_ID;
	for (i = 0; i < count; i++) {
		struct refd__fixture_node *node = refd__fixture_node(asking->unit, ids[i]);

		if (node == NULL) {
			asking->no_memory = true;
			return;
		}
		if (fixture_unknown(asking, node))
			want_fixture(asking, node, ids[i]);
	}
	done_read(asking);
	for (child = REFD_RECORD_SLOT; child <= REFD_RECORD_ASSIGNMENT; child++) {
		if (with & 1U << child)
			ask_children(asking, ids, count, child);
	}
}

void refd__ask_pairs(struct refd__asking *asking, enum refd_record record,
		     const struct refd_key *keys, size_t count)
{
	const uint32_t kind = record == REFD_RECORD_AVAILABILITY ? REFD__MAP_AVAILABILITY_PAIR
								 : REFD__MAP_ASSIGNMENT_PAIR;
	struct refd_read *read = next_read(asking, count);
	size_t i;

	if (read == NULL)
		return;
	read->kind = REFD_READ_FIND;
	read->record = record;
	read->by = REFD_BY_PAIR;
	for (i = 0; i < count; i++) {
		const struct refd__fixture_node *node =
			refd__fixture_node(asking->unit, (struct refd_fixture_id){ keys[i].a });

		assert(node != NULL); /* the fixture itself was asked for before */
		if (child_unknown(node, record) &&
		    refd__id_map_get(&asking->unit->map, kind, keys[i].a, keys[i].b) == NULL)
			want(asking, keys[i].a, keys[i].b);
	}
	done_read(asking);
}

void refd__ask_pair(struct refd__asking *asking, enum refd_record record,
		    struct refd_fixture_id fixture, struct refd_referee_id referee)
{
	const struct refd_key key = { .a = fixture.uuid, .b = referee.uuid };

	refd__ask_pairs(asking, record, &key, 1);
}

/* ---- windows of time ---- */

static bool covers(struct refd_range known, struct refd_range wanted)
{
	return known.to.us != 0 && known.from.us <= wanted.from.us && known.to.us >= wanted.to.us;
}

/* What is asked for comes before the input is judged: no window may end where no number does. */
static struct refd_time within_years(struct refd_time time)
{
	if (time.us < REFD_TIME_MIN)
		time.us = REFD_TIME_MIN;
	if (time.us > REFD_TIME_MAX)
		time.us = REFD_TIME_MAX;
	return time;
}

void refd__ask_around(struct refd__asking *asking, enum refd_record party, struct refd_uuid id,
		      struct refd_time kickoff)
{
	const struct refd__party_node *node = refd__party_node(asking->unit, party, id);
	struct refd_read *read = next_read(asking, 1);
	const struct refd_time at = within_years(kickoff);

	if (read == NULL)
		return;
	assert(node != NULL); /* the party itself, or a fixture of it, was asked for before */
	read->kind = REFD_READ_RANGE;
	read->record = REFD_RECORD_FIXTURE;
	read->index = party == REFD_RECORD_VENUE ? REFD_INDEX_VENUE : REFD_INDEX_TEAM;
	read->range = refd__window((struct refd_range){ at, at }, DAY_REACH);
	if (!covers(node->seen, read->range))
		want(asking, id, none);
	done_read(asking);
}

void refd__ask_engagements(struct refd__asking *asking, const struct refd_referee_id *ids,
			   size_t count, struct refd_range window)
{
	struct refd_read *read = next_read(asking, count);
	size_t i;

	if (read == NULL)
		return;
	read->kind = REFD_READ_RANGE;
	read->record = REFD_RECORD_ASSIGNMENT;
	read->index = REFD_INDEX_REFEREE;
	read->range = window;
	for (i = 0; i < count; i++) {
		const struct refd__referee_node *node = refd__referee_node(asking->unit, ids[i]);

		if (node == NULL) {
			asking->no_memory = true;
			return;
		}
		if (!covers(node->engaged, window))
			want(asking, ids[i].uuid, none);
	}
	done_read(asking);
}

bool refd__ask_surroundings(struct refd__asking *asking, struct refd_fixture_id fixture,
			    struct refd_referee_id referee, struct refd_venue_id venue,
			    struct refd_time kickoff)
{
	const struct refd_unit *unit = asking->unit;
	const struct refd__map_entry *entry =
		refd__id_map_get(&unit->map, REFD_RECORD_FIXTURE, fixture.uuid, none);
	const struct refd__fixture_node *node = entry != NULL ? entry->value : NULL;
	struct refd_read *read;

	if (!(unit->app->ports.store.ops->reads_native & UINT32_C(1) << REFD_READ_FACTS) ||
	    (node != NULL && node->fixture != NULL))
		return false;
	read = next_read(asking, 0);
	if (read == NULL)
		return true;
	asking->facts = (struct refd_facts_request){
		.fixture = fixture,
		.referee = referee,
		.venue = venue,
		.kickoff = within_years(kickoff),
		.fixture_window = DAY_REACH,
		.referee_window = refd__engagement_reach(unit),
	};
	read->kind = REFD_READ_FACTS;
	read->facts = &asking->facts;
	asking->count++;
	return true;
}

enum refd_status refd__answer(struct refd__asking *asking, struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	size_t i;

	if (asking->no_memory)
		return refd__no_memory(asking->unit, err);
	if (asking->count > 0)
		st = refd__read(asking->unit, asking->reads, asking->count, err);
	for (i = 0; i < asking->count && st == REFD_OK; i++) {
		if (!refd__know(asking->unit, &asking->reads[i]))
			st = refd__no_memory(asking->unit, err);
	}
	return st;
}
