/* Every index of the store port, asked in every way it can be. */
#include "ranges.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct refd_contract__index indexes[] = {
	{ REFD_RECORD_REFEREE, REFD_INDEX_ALL, REFD_CONTRACT__BY_NAME, true, 0, 0 },
	{ REFD_RECORD_TEAM, REFD_INDEX_ALL, REFD_CONTRACT__BY_NAME, true, 0, 0 },
	{ REFD_RECORD_VENUE, REFD_INDEX_ALL, REFD_CONTRACT__BY_NAME, true, 0, 0 },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_ALL, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_VENUE, REFD_CONTRACT__BY_TIME, true, REFD_RECORD_VENUE,
	  0 },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_TEAM, REFD_CONTRACT__BY_TIME, true, REFD_RECORD_TEAM, 0 },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_STATUS, REFD_CONTRACT__BY_TIME, true, 0, 2 },
	{ REFD_RECORD_SLOT, REFD_INDEX_FIXTURE, REFD_CONTRACT__BY_NUMBER, false,
	  REFD_RECORD_FIXTURE, 0 },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_ALL, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_FIXTURE, REFD_CONTRACT__BY_TIME, true,
	  REFD_RECORD_FIXTURE, 0 },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_REFEREE, REFD_CONTRACT__BY_TIME, true,
	  REFD_RECORD_REFEREE, 0 },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_ALL, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_FIXTURE, REFD_CONTRACT__BY_TIME, true,
	  REFD_RECORD_FIXTURE, 0 },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_REFEREE, REFD_CONTRACT__BY_TIME, true,
	  REFD_RECORD_REFEREE, 0 },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_STATUS, REFD_CONTRACT__BY_TIME, true, 0, 3 },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_STAGED, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_CLAIM, REFD_INDEX_FIXTURE, REFD_CONTRACT__BY_NUMBER, false,
	  REFD_RECORD_FIXTURE, 0 },
	{ REFD_RECORD_EVENT, REFD_INDEX_ALL, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_EVENT, REFD_INDEX_AGGREGATE, REFD_CONTRACT__BY_NUMBER, true, REFD_RECORD_TEAM,
	  REFD_NOUN_TEAM },
	{ REFD_RECORD_NOTICE, REFD_INDEX_ALL, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_NOTICE, REFD_INDEX_STATUS, REFD_CONTRACT__BY_TIME, true, 0, 4 },
	{ REFD_RECORD_NOTICE, REFD_INDEX_RECIPIENT, REFD_CONTRACT__BY_TIME, true,
	  REFD_RECORD_REFEREE, 0 },
	{ REFD_RECORD_COMMAND, REFD_INDEX_ALL, REFD_CONTRACT__BY_TIME, true, 0, 0 },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_REFEREE, REFD_CONTRACT__BY_TIME, true,
	  REFD_RECORD_REFEREE, 0 },
};

/* What a case works with. */
struct range_case {
	struct refd_contract__actor *actor;
	const struct refd_contract__index *index;
	enum refd_read_kind kind; /* RANGE, or CARDS of fixtures */
	const struct refd_contract__season *season;
	struct refd_contract__placed *all;	/* under the present key */
	struct refd_contract__placed *expected; /* of the present read */
};

static bool is_keyless(const struct refd_contract__index *index)
{
	return !index->key && !index->numbers;
}

static struct refd_read read_of(const struct range_case *with, const struct refd_key *keys,
				size_t n_keys)
{
	struct refd_read read = { .kind = with->kind,
				  .record = with->index->record,
				  .index = with->index->index,
				  .keys = keys,
				  .n_keys = n_keys };

	if (is_keyless(with->index)) {
		read.keys = NULL;
		read.n_keys = 0;
	}
	return read;
}

static struct refd_uuid id_at(const void *state, size_t offset)
{
	struct refd_uuid id;

	memcpy(&id, (const char *)state + offset, sizeof(id));
	return id;
}

/* The row of the season, as it was delivered. */
static void check_parent(const struct range_case *with, const struct refd_contract__row *row,
			 enum refd_record record, struct refd_uuid id, const char *how)
{
	const struct refd_contract__season *season = with->season;
	bool found = false;

	for (size_t i = 0; i < season->count && !found; i++)
		found = season->records[i] == record && row->record == record &&
			refd_uuid_equal(id_at(&season->rows[i].state, 0), id) &&
			!refd_contract__difference(refd_record_layout(record),
						   &season->rows[i].state, row->state);
	refd_contract__check(with->actor->kit, found, "%s: a row's %s does not come before it", how,
			     refd_record_layout(record)->name);
}

/* Take the parents out, each where it must be. */
static void strip_parents(const struct range_case *with, struct refd_contract__rows *rows,
			  const char *how)
{
	const bool notice = with->index->record == REFD_RECORD_NOTICE,
		   assignment = with->index->record == REFD_RECORD_ASSIGNMENT;
	const size_t of_each = notice ? 2 : 3,
		     referee = notice	    ? offsetof(struct refd_notice_state, recipient)
			       : assignment ? offsetof(struct refd_assignment_state, referee)
					    : offsetof(struct refd_availability_state, referee),
		     fixture = assignment ? offsetof(struct refd_assignment_state, fixture)
					  : offsetof(struct refd_availability_state, fixture);
	const size_t count = rows->count / of_each;

	refd_contract__check(with->actor->kit, count * of_each == rows->count,
			     "%s: %zu rows with their parents", how, rows->count);
	for (size_t i = 0; i < count; i++) {
		const struct refd_contract__row *row = &rows->rows[i * of_each + of_each - 1];

		if (row->record != with->index->record) {
			refd_contract__fail(with->actor->kit, "%s: row %zu is a parent", how, i);
			return;
		}
		check_parent(with, row - 1, REFD_RECORD_REFEREE, id_at(row->state, referee), how);
		if (!notice)
			check_parent(with, row - 2, REFD_RECORD_FIXTURE, id_at(row->state, fixture),
				     how);
	}
	for (size_t i = 0; i < count; i++) {
		struct refd_contract__row row = rows->rows[i * of_each + of_each - 1];

		rows->rows[i * of_each + of_each - 1] = rows->rows[i];
		rows->rows[i] = row;
	}
	rows->shown = count;
}

/* The rows of the last read, against the expected ones. A card starts with its fixture's row. */
static void delivered(const struct range_case *with, size_t count, const char *how)
{
	const struct refd_layout *layout = refd_record_layout(with->index->record);
	struct refd_contract__rows *rows = &with->actor->rows;
	struct refd_contract__kit *kit = with->actor->kit;

	rows->shown = rows->count;
	if (with->kind == REFD_READ_PARENTS)
		strip_parents(with, rows, how);
	refd_contract__check(kit, rows->shown == count, "%s: %zu rows, not %zu", how, rows->shown,
			     count);
	for (size_t i = 0; i < rows->shown && i < count; i++) {
		const char *field = refd_contract__difference(layout, &with->expected[i].state,
							      rows->rows[i].state);

		refd_contract__check(kit, !field, "%s: row %zu of %zu is another one (%s)", how, i,
				     count, field);
	}
}

/* Expect the rows within the range, after the position, as many as the limit lets through. */
static size_t expect(const struct range_case *with, size_t n_all, const struct refd_read *read,
		     size_t first)
{
	size_t count = 0;

	for (size_t i = first; i < n_all; i++)
		if ((with->index->order != REFD_CONTRACT__BY_TIME ||
		     refd_range_holds(read->range, with->all[i].at.time)) &&
		    (read->limit == 0 || count < read->limit))
			with->expected[count++] = with->all[i];
	return count;
}

static void ask(const struct range_case *with, size_t n_all, const struct refd_read *read,
		size_t first, const char *how)
{
	size_t count = expect(with, n_all, read, first);

	refd_contract__read(with->actor, read);
	delivered(with, count, how);
}

static void ask_windows(const struct range_case *with, size_t n_all, const struct refd_key *key)
{
	struct refd_read read = read_of(with, key, 1);

	for (size_t i = 0; with->index->order == REFD_CONTRACT__BY_TIME && i < n_all; i += 3) {
		read.range.from = with->all[i].at.time;
		read.range.to.us = 0;
		ask(with, n_all, &read, 0, "from");
		read.range.to = with->all[n_all - 1 - i / 2].at.time;
		ask(with, n_all, &read, 0, "from and to");
		read.limit = 2;
		ask(with, n_all, &read, 0, "from, to and limit");
		read.limit = 0;
		read.range.from.us = 0;
		ask(with, n_all, &read, 0, "to");
	}
}

/* From every row on: what comes after it, alone, with a limit, and within a range. */
static void ask_after(const struct range_case *with, size_t n_all, const struct refd_key *key)
{
	struct refd_read read = read_of(with, key, 1);

	for (size_t i = 0; with->index->paged && i < n_all; i++) {
		read.after = with->all[i].at;
		ask(with, n_all, &read, i + 1, "after");
		read.limit = 1 + i % 4;
		ask(with, n_all, &read, i + 1, "after and limit");
		if (with->index->order == REFD_CONTRACT__BY_TIME) {
			read.range.from = with->all[n_all / 2].at.time;
			read.range.to = with->all[n_all - 1].at.time;
			ask(with, n_all, &read, i + 1, "after, range and limit");
			memset(&read.range, 0, sizeof(read.range));
		}
		read.limit = 0;
	}
}

/* Pages put together are the whole, each row once, also where rows share a time or name. */
static void ask_pages(const struct range_case *with, size_t n_all, const struct refd_key *key,
		      size_t size)
{
	struct refd_read read = read_of(with, key, 1);
	size_t seen = 0;

	if (!with->index->paged)
		return;
	read.limit = size;
	while (!refd_contract__failed(with->actor->kit)) {
		ask(with, n_all, &read, seen, "page");
		seen += with->actor->rows.shown;
		if (with->actor->rows.shown < size)
			break;
		read.after = with->all[seen - 1].at;
	}
}

static void ask_key(const struct range_case *with, const struct refd_key *key)
{
	size_t n_all = refd_contract__season_range(with->season, with->index, key, with->all);
	struct refd_read read = read_of(with, key, 1);

	ask(with, n_all, &read, 0, "all");
	for (size_t limit = 1; limit <= n_all + 2; limit += 1 + n_all / 4) {
		read.limit = limit;
		ask(with, n_all, &read, 0, "limit");
	}
	ask_windows(with, n_all, key);
	ask_after(with, n_all, key);
	for (size_t size = 1; size < 8; size += 3)
		ask_pages(with, n_all, key, size);
}

/* Several keys: one after the other, each in its order. */
static void ask_keys(const struct range_case *with, const struct refd_key *keys, size_t n_keys)
{
	struct refd_read read = read_of(with, keys, n_keys);
	struct refd_contract__placed *expected = with->expected;
	size_t count = 0, room = REFD_CONTRACT__SEASON_ROWS;

	for (size_t i = 0; i < n_keys && count < room; i++)
		count += refd_contract__season_range(with->season, with->index, &keys[i],
						     expected + count);
	refd_contract__read(with->actor, &read);
	delivered(with, count, "several keys");
}

static void ask_index(struct refd_contract__kit *kit, const struct refd_contract__index *index,
		      enum refd_read_kind kind)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_key keys[REFD_CONTRACT__SEASON_KEYS], reversed[REFD_CONTRACT__SEASON_KEYS];
	struct range_case with = { .actor = actor, .index = index, .kind = kind };
	size_t n_keys, room = 3 * REFD_CONTRACT__SEASON_ROWS * sizeof(struct refd_contract__placed);

	with.season = refd_contract__season(actor);
	with.all = refd_contract__alloc(actor, room);
	with.expected = refd_contract__alloc(actor, room);
	if (!with.season || !with.all || !with.expected)
		return;
	n_keys = refd_contract__season_keys(with.season, with.index, keys);
	for (size_t i = 0; i < n_keys; i++)
		ask_key(&with, &keys[i]);
	if (is_keyless(with.index))
		return;
	for (size_t i = 0; i < n_keys; i++)
		reversed[i] = keys[n_keys - 1 - i];
	ask_keys(&with, reversed, n_keys);
}

static void index_case(struct refd_contract__kit *kit, int arg)
{
	ask_index(kit, &indexes[arg], REFD_READ_RANGE);
}

/* ---- a store that joins parents itself delivers them before their rows ---- */

static void parents_case(struct refd_contract__kit *kit, int arg)
{
	ask_index(kit, &indexes[arg], REFD_READ_PARENTS);
}

/* ---- a store that joins cards itself delivers them as it delivers fixtures ---- */

static void cards_case(struct refd_contract__kit *kit, int arg)
{
	ask_index(kit, &indexes[arg], REFD_READ_CARDS);
}

static void cards_by_id(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_contract__world world;
	struct refd_key keys[5];
	const size_t expected[] = { 1, 0, 1, 0 };
	struct refd_read read = { .kind = REFD_READ_CARDS,
				  .record = REFD_RECORD_FIXTURE,
				  .by = REFD_BY_ID,
				  .keys = keys,
				  .n_keys = 5 };

	(void)arg;
	refd_contract__world(actor, &world);
	for (size_t i = 0; i < 4; i++)
		keys[i] = refd_contract__key(REFD_RECORD_FIXTURE, &world.fixtures[expected[i]]);
	keys[4] = keys[3];
	keys[3] = (struct refd_key){ .a = refd_contract__uuid(kit) }; /* nobody's */
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 4, "%zu cards, not 4", actor->rows.count);
	for (size_t i = 0; i < 4 && !refd_contract__failed(kit); i++)
		refd_contract__check(kit,
				     !refd_contract__difference(&refd_fixture_layout,
								&world.fixtures[expected[i]],
								actor->rows.rows[i].state),
				     "card %zu is not in the order of the keys", i);
	read.n_keys = 0;
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 0, "no keys give %zu cards",
			     actor->rows.count);
}

/* The first row of the read must be that one of two. */
static void first_is(struct refd_contract__actor *actor, const struct refd_read *read,
		     const struct refd_availability_state *expected)
{
	const struct refd_availability_state *seen;

	refd_contract__read(actor, read);
	refd_contract__check(actor->kit, actor->rows.count == 2, "%zu rows, not 2",
			     actor->rows.count);
	if (refd_contract__failed(actor->kit))
		return;
	seen = actor->rows.rows[0].state;
	refd_contract__check(actor->kit, refd_uuid_equal(seen->id.uuid, expected->id.uuid),
			     "the rows are not in the order of the kick-offs");
}

static void kick_off_at(struct refd_contract__actor *actor, struct refd_fixture_state *fixture,
			int64_t day)
{
	fixture->kickoff.us = day * REFD_DAY;
	fixture->version++;
	refd_contract__update(actor, REFD_RECORD_FIXTURE, fixture, fixture->version - 1);
}

static void time_follows_kickoff(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_availability_state rows[2];
	struct refd_contract__world world;
	struct refd_key referee;
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_AVAILABILITY,
				  .index = REFD_INDEX_REFEREE,
				  .keys = &referee,
				  .n_keys = 1 };

	(void)arg;
	refd_contract__world(actor, &world);
	referee = refd_contract__key(REFD_RECORD_REFEREE, &world.referees[0]);
	kick_off_at(actor, &world.fixtures[0], 1);
	kick_off_at(actor, &world.fixtures[1], 2);
	for (size_t i = 0; i < 2; i++) {
		refd_contract__fill(actor, REFD_RECORD_AVAILABILITY, REFD_CONTRACT__FULL, &rows[i]);
		rows[i].fixture = world.fixtures[i].id;
		rows[i].referee = world.referees[0].id;
		refd_contract__insert(actor, REFD_RECORD_AVAILABILITY, &rows[i]);
	}
	refd_contract__commit(actor, REFD_OK);
	first_is(actor, &read, &rows[0]);
	kick_off_at(actor, &world.fixtures[0], 3);
	refd_contract__commit(actor, REFD_OK);
	first_is(actor, &read, &rows[1]);
	read.range.from.us = REFD_DAY * 2;
	read.range.to.us = REFD_DAY * 3;
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 1, "the range is not that of the kick-offs");
}

/* Names that other orders than that of bytes would turn round. */
static const char *const names[] = {
	"'",
	"A",
	"AB",
	"B",
	"Z",
	"a",
	"a b",
	"aB",
	"ab",
	"ab ",
	"abc",
	"b",
	"z",
	"\x7e",
	"\xc3\x84",
	"\xc3\xa4",
	"\xc3\xa9",
	"\xc5\xa0",
	"\xce\xa9",
	"\xd0\x96",
	"\xe1\xba\x9e",
	"\xe2\x82\xac",
	"\xe6\x97\xa5\xe6\x9c\xac",
	"\xef\xbf\xbd",
	"\xf0\x9d\x84\x9e",
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

static void names_by_bytes(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_TEAM,
				  .index = REFD_INDEX_ALL };

	(void)arg;
	for (size_t i = 0; i < NAMES; i++) {
		struct refd_team_state team;
		const char *name = names[(i * 7 + 3) % NAMES];

		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &team);
		memset(&team.name, 0, sizeof(team.name));
		team.name.len =
			(uint16_t)snprintf(team.name.utf8, sizeof(team.name.utf8), "%s", name);
		refd_contract__insert(actor, REFD_RECORD_TEAM, &team);
	}
	refd_contract__commit(actor, REFD_OK);
	read.limit = 1;
	for (size_t i = 0; i < NAMES && !refd_contract__failed(kit); i++) {
		const struct refd_team_state *seen;

		refd_contract__read(actor, &read);
		refd_contract__check(kit, actor->rows.count == 1, "the names end after %zu", i);
		if (actor->rows.count != 1)
			return;
		seen = actor->rows.rows[0].state;
		refd_contract__check(kit, strcmp(seen->name.utf8, names[i]) == 0,
				     "\"%s\" comes where \"%s\" should", seen->name.utf8, names[i]);
		read.after = (struct refd_position){ .name = refd_str_of(names[i]),
						     .id = seen->id.uuid };
	}
}

struct refd_contract__cases refd_contract__range_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "range__referees_by_name", index_case, 0, 0 },
		{ "range__teams_by_name", index_case, 1, 0 },
		{ "range__venues_by_name", index_case, 2, 0 },
		{ "range__fixtures_by_time", index_case, 3, 0 },
		{ "range__fixtures_of_a_venue", index_case, 4, 0 },
		{ "range__fixtures_of_a_team", index_case, 5, 0 },
		{ "range__fixtures_of_a_status", index_case, 6, 0 },
		{ "range__slots_of_a_fixture", index_case, 7, 0 },
		{ "range__availabilities_by_time", index_case, 8, 0 },
		{ "range__availabilities_of_a_fixture", index_case, 9, 0 },
		{ "range__availabilities_of_a_referee", index_case, 10, 0 },
		{ "range__assignments_by_time", index_case, 11, 0 },
		{ "range__assignments_of_a_fixture", index_case, 12, 0 },
		{ "range__assignments_of_a_referee", index_case, 13, 0 },
		{ "range__assignments_of_a_status", index_case, 14, 0 },
		{ "range__assignments_staged", index_case, 15, 0 },
		{ "range__claims_of_a_fixture", index_case, 16, 0 },
		{ "range__events_by_time", index_case, 17, 0 },
		{ "range__events_of_an_aggregate", index_case, 18, 0 },
		{ "range__notices_by_time", index_case, 19, 0 },
		{ "range__notices_of_a_status", index_case, 20, 0 },
		{ "range__notices_of_a_recipient", index_case, 21, 0 },
		{ "range__commands_by_time", index_case, 22, 0 },
		{ "parents__of_availabilities_by_time", parents_case, 8, REFD_CONTRACT__PARENTS },
		{ "parents__of_availabilities_of_a_fixture", parents_case, 9,
		  REFD_CONTRACT__PARENTS },
		{ "parents__of_availabilities_of_a_referee", parents_case, 10,
		  REFD_CONTRACT__PARENTS },
		{ "parents__of_assignments_by_time", parents_case, 11, REFD_CONTRACT__PARENTS },
		{ "parents__of_assignments_of_a_fixture", parents_case, 12,
		  REFD_CONTRACT__PARENTS },
		{ "parents__of_assignments_of_a_referee", parents_case, 13,
		  REFD_CONTRACT__PARENTS },
		{ "parents__of_assignments_of_a_status", parents_case, 14, REFD_CONTRACT__PARENTS },
		{ "parents__of_assignments_staged", parents_case, 15, REFD_CONTRACT__PARENTS },
		{ "parents__of_notices_by_time", parents_case, 19, REFD_CONTRACT__PARENTS },
		{ "parents__of_notices_of_a_status", parents_case, 20, REFD_CONTRACT__PARENTS },
		{ "parents__of_notices_of_a_recipient", parents_case, 21, REFD_CONTRACT__PARENTS },
		{ "cards__all_by_time", cards_case, 3, REFD_CONTRACT__CARDS },
		{ "cards__of_a_venue", cards_case, 4, REFD_CONTRACT__CARDS },
		{ "cards__of_a_team", cards_case, 5, REFD_CONTRACT__CARDS },
		{ "cards__of_a_status", cards_case, 6, REFD_CONTRACT__CARDS },
		{ "cards__of_a_referee", cards_case, 23, REFD_CONTRACT__CARDS },
		{ "cards__by_id_come_in_the_order_of_the_keys", cards_by_id, 0,
		  REFD_CONTRACT__CARDS },
		{ "range__fixtures_of_a_referee", index_case, 23, 0 },
		{ "range__time_follows_the_kickoff", time_follows_kickoff, 0, 0 },
		{ "range__names_are_in_byte_order", names_by_bytes, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
