/* Every index of the store port, asked in every way it can be. */
#include "ranges.h"

#include <stdio.h>
#include <string.h>

static const struct refd_contract__index indexes[] = {
#define XX(name, record, index, order, paged, key, numbers)                                        \
	{ REFD_RECORD_##record,	     REFD_INDEX_##index,                                           \
	  REFD_CONTRACT__BY_##order, paged,                                                        \
	  (enum refd_record)(key),   numbers },
	REFD_CONTRACT__INDEX_MAP(XX)
#undef XX
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

/* The rows of the last read, against the expected ones. A card starts with its fixture's row. */
static void delivered(const struct range_case *with, size_t count, const char *how)
{
	const struct refd_layout *layout = refd_record_layout(with->index->record);
	struct refd_contract__rows *rows = &with->actor->rows;
	struct refd_contract__kit *kit = with->actor->kit;

	rows->shown = rows->count;
	if (with->kind == REFD_READ_PARENTS)
		refd_contract__strip_parents(with->actor, with->season, with->index->record, how);
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

void refd_contract__ask_index(struct refd_contract__kit *kit, int index, enum refd_read_kind kind)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_key keys[REFD_CONTRACT__SEASON_KEYS], reversed[REFD_CONTRACT__SEASON_KEYS];
	struct range_case with = { .actor = actor, .index = &indexes[index], .kind = kind };
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
	refd_contract__ask_index(kit, arg, REFD_READ_RANGE);
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
#define XX(name, record, index, order, paged, key, numbers)                                        \
	{ "range__" #name, index_case, REFD_CONTRACT__##name, 0 },
		REFD_CONTRACT__INDEX_MAP(XX)
#undef XX
			{ "range__time_follows_the_kickoff", time_follows_kickoff, 0, 0 },
		{ "range__names_are_in_byte_order", names_by_bytes, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
