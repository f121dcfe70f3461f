/* Finds by key, several reads in one call, and sinks that stop. */
#include <string.h>

#include "kit.h"

static void teams(struct refd_contract__actor *actor, struct refd_team_state *ret, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &ret[i]);
		refd_contract__insert(actor, REFD_RECORD_TEAM, &ret[i]);
	}
	refd_contract__commit(actor, REFD_OK);
}

static void row_is(struct refd_contract__actor *actor, size_t at, enum refd_record record,
		   const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);
	const struct refd_contract__row *row =
		at < actor->rows.count ? &actor->rows.rows[at] : NULL;

	refd_contract__check(actor->kit,
			     row && row->record == record &&
				     !refd_contract__difference(layout, state, row->state),
			     "row %zu of %zu is not the %s it should be", at, actor->rows.count,
			     layout->name);
}

enum { TEAMS = 7 };

/* Five keys, of these teams in this order, bring five rows. */
static void rows_of_keys(struct refd_contract__kit *kit, const size_t *order, const char *how)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state rows[TEAMS];
	struct refd_key keys[5];
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_TEAM,
				  .by = REFD_BY_ID,
				  .keys = keys,
				  .n_keys = 5 };

	teams(actor, rows, TEAMS);
	for (size_t i = 0; i < 5; i++)
		keys[i] = refd_contract__key(REFD_RECORD_TEAM, &rows[order[i]]);
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 5, "%zu rows came for 5 keys%s",
			     actor->rows.count, how);
	for (size_t i = 0; i < 5; i++)
		row_is(actor, i, REFD_RECORD_TEAM, &rows[order[i]]);
}

static void in_order_of_keys(struct refd_contract__kit *kit, int arg)
{
	static const size_t order[] = { 4, 1, 6, 0, 2 };

	(void)arg;
	rows_of_keys(kit, order, "");
}

static void doubled_keys(struct refd_contract__kit *kit, int arg)
{
	static const size_t order[] = { 0, 1, 0, 0, 1 };

	(void)arg;
	rows_of_keys(kit, order, ", some given twice");
}

static void missing_keys(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state rows[2];
	struct refd_key keys[5] = { { .number = 0 } };
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_TEAM,
				  .by = REFD_BY_ID,
				  .keys = keys,
				  .n_keys = 5 };

	(void)arg;
	teams(actor, rows, 2);
	for (size_t i = 0; i < 5; i++)
		keys[i].a = refd_contract__uuid(kit);
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 0, "rows came for keys that have none");
	keys[1].a = rows[1].id.uuid;
	keys[3].a = rows[0].id.uuid;
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 2, "%zu rows came for 2 keys that have one",
			     actor->rows.count);
	row_is(actor, 0, REFD_RECORD_TEAM, &rows[1]);
	row_is(actor, 1, REFD_RECORD_TEAM, &rows[0]);
}

static void no_keys(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state rows[2];
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_TEAM,
				  .by = REFD_BY_ID };

	(void)arg;
	teams(actor, rows, 2);
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 0, "rows came for no keys");
	refd_contract__check(kit,
			     refd_contract__failed(kit) ||
				     refd_contract__try_read(actor, &read, 0) == REFD_OK,
			     "no reads at all are not OK");
}

/* More keys than an engine may take in one statement. */
static void many_keys(struct refd_contract__kit *kit, int arg)
{
	enum { KEYS = 5000 };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_key *keys = refd_contract__alloc(actor, KEYS * sizeof(*keys));
	struct refd_team_state rows[2];
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_TEAM,
				  .by = REFD_BY_ID,
				  .keys = keys,
				  .n_keys = KEYS };

	(void)arg;
	teams(actor, rows, 2);
	for (size_t i = 0; keys && i < KEYS; i++)
		keys[i] = refd_contract__key(REFD_RECORD_TEAM, &rows[i % 2]);
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == KEYS, "%zu rows came for %d keys",
			     actor->rows.count, (int)KEYS);
	for (size_t i = 0; i < actor->rows.count; i++)
		row_is(actor, i, REFD_RECORD_TEAM, &rows[i % 2]);
}

/* arg: the record */
static void by_pair(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	enum refd_record record = (enum refd_record)arg;
	size_t offset = record == REFD_RECORD_AVAILABILITY
				? offsetof(struct refd_availability_state, fixture)
			: record == REFD_RECORD_ASSIGNMENT
				? offsetof(struct refd_assignment_state, fixture)
				: offsetof(struct refd_notice_state, event);
	union refd_contract__state rows[3];
	struct refd_key keys[4] = { { .number = 0 } };
	struct refd_read read = {
		.kind = REFD_READ_FIND, .record = record, .by = REFD_BY_PAIR, .keys = keys
	};

	for (size_t i = 0; i < 3; i++) {
		refd_contract__make(actor, record, REFD_CONTRACT__RANDOM, &rows[i]);
		refd_contract__insert(actor, record, &rows[i]);
		memcpy(&keys[i].a, (char *)&rows[i] + offset, sizeof(keys[i].a));
		memcpy(&keys[i].b, (char *)&rows[i] + offset + sizeof(keys[i].a),
		       sizeof(keys[i].b));
	}
	refd_contract__commit(actor, REFD_OK);
	keys[3] = keys[1];
	keys[1].b = keys[0].b; /* both are there, but no such pair */
	read.n_keys = 4;
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 3, "%zu rows came for 3 pairs",
			     actor->rows.count);
	row_is(actor, 0, record, &rows[0]);
	row_is(actor, 1, record, &rows[2]);
	row_is(actor, 2, record, &rows[1]);
}

/* Two finds and a range with a find that has no answer among them. */
static void several_reads(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_key team, venue, nobody = { .a = refd_contract__uuid(kit) };
	struct refd_read reads[] = {
		{ .kind = REFD_READ_FIND,
		  .record = REFD_RECORD_VENUE,
		  .by = REFD_BY_ID,
		  .keys = &venue,
		  .n_keys = 1 },
		{ .kind = REFD_READ_FIND,
		  .record = REFD_RECORD_REFEREE,
		  .by = REFD_BY_ID,
		  .keys = &nobody,
		  .n_keys = 1 },
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_FIXTURE, .index = REFD_INDEX_ALL },
		{ .kind = REFD_READ_FIND,
		  .record = REFD_RECORD_TEAM,
		  .by = REFD_BY_ID,
		  .keys = &team,
		  .n_keys = 1 },
	};
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	team = refd_contract__key(REFD_RECORD_TEAM, &world.teams[1]);
	venue = refd_contract__key(REFD_RECORD_VENUE, &world.venue);
	refd_contract__check(kit,
			     refd_contract__failed(kit) ||
				     refd_contract__try_read(actor, reads, 4) == REFD_OK,
			     "four reads in one call are not OK");
	refd_contract__check(kit, actor->rows.count == 4, "%zu rows came for four reads",
			     actor->rows.count);
	row_is(actor, 0, REFD_RECORD_VENUE, &world.venue);
	row_is(actor, 3, REFD_RECORD_TEAM, &world.teams[1]);
	if (refd_contract__failed(kit))
		return;
	refd_contract__check(kit,
			     actor->rows.rows[0].read == 0 && actor->rows.rows[1].read == 2 &&
				     actor->rows.rows[2].read == 2 && actor->rows.rows[3].read == 3,
			     "a row does not tell which read it answers");
}

enum { READS = 40, MANY = 100 };

static bool is_native(const struct refd_contract__actor *actor, enum refd_read_kind kind)
{
	return kind == REFD_READ_FIND || kind == REFD_READ_RANGE ||
	       (actor->store.ops->reads_native & (UINT32_C(1) << kind)) != 0;
}

/* Reads of few rows and of many, the same ones again and again, of records in turn. All of them
 * have rows. */
static void mix_reads(struct refd_contract__actor *actor, const struct refd_key *keys,
		      const struct refd_key *referee, struct refd_read *ret)
{
#define FIND(record_, keys_, count)                                                                \
	{                                                                                          \
		.kind = REFD_READ_FIND, .record = REFD_RECORD_##record_, .by = REFD_BY_ID,         \
		.keys = (keys_), .n_keys = (count)                                                 \
	}
#define ALL_OF(kind_, record_)                                                                     \
	{                                                                                          \
		.kind = REFD_READ_##kind_, .record = REFD_RECORD_##record_,                        \
		.index = REFD_INDEX_ALL                                                            \
	}
	const struct refd_read kinds[] = {
		FIND(TEAM, keys, 1),	FIND(TEAM, keys, MANY),	       FIND(REFEREE, referee, 1),
		ALL_OF(RANGE, TEAM),	ALL_OF(RANGE, FIXTURE),	       ALL_OF(RANGE, AVAILABILITY),
		ALL_OF(CARDS, FIXTURE), ALL_OF(PARENTS, AVAILABILITY),
	};
#undef FIND
#undef ALL_OF

	for (size_t i = 0; i < READS;) {
		ret[i] = kinds[refd_contract__below(actor->kit, sizeof(kinds) / sizeof(kinds[0]))];
		i += is_native(actor, ret[i].kind);
	}
}

/* arg: the mode of the transaction; 0: one to read once */
static void reads_in_order(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state members[MANY];
	struct refd_availability_state availability;
	struct refd_contract__world world;
	struct refd_key keys[MANY], referee;
	struct refd_read reads[READS];
	size_t at = 0;

	refd_contract__world(actor, &world);
	refd_contract__fill(actor, REFD_RECORD_AVAILABILITY, REFD_CONTRACT__FULL, &availability);
	availability.fixture = world.fixtures[0].id;
	availability.referee = world.referees[0].id;
	refd_contract__insert(actor, REFD_RECORD_AVAILABILITY, &availability);
	teams(actor, members, MANY);
	for (size_t i = 0; i < MANY; i++)
		keys[i] = refd_contract__key(REFD_RECORD_TEAM, &members[i]);
	referee = refd_contract__key(REFD_RECORD_REFEREE, &world.referees[0]);
	if (refd_contract__failed(kit))
		return;
	mix_reads(actor, keys, &referee, reads);
	if (arg)
		refd_contract__begin(actor, (enum refd_tx_mode)arg);
	else
		refd_contract__begin_once(actor);
	refd_contract__check(kit,
			     refd_contract__failed(kit) ||
				     refd_contract__try_read(actor, reads, READS) == REFD_OK,
			     "%d reads in one call are not OK", (int)READS);
	for (size_t i = 0; i < actor->rows.count; i++) {
		const size_t read = actor->rows.rows[i].read;

		refd_contract__check(kit, i == 0 ? read == 0 : read == at || read == at + 1,
				     "a row of read %zu comes behind those of read %zu", read, at);
		at = read;
	}
	refd_contract__check(kit, at == READS - 1, "the last row is of read %zu, not %d", at,
			     (int)READS - 1);
	refd_contract__rollback(actor);
}

struct stop {
	size_t seen, at;
};

static enum refd_status stop_at(void *self, size_t read, enum refd_record record, const void *state)
{
	struct stop *stop = self;

	(void)read;
	(void)record;
	(void)state;
	return ++stop->seen == stop->at ? REFD_LATE : REFD_OK;
}

/* The sink's answer ends all reads of the call and comes back; the transaction is still good. */
static void sink_stops(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state rows[5];
	struct refd_key keys[5];
	struct refd_read reads[] = {
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_TEAM, .index = REFD_INDEX_ALL },
		{ .kind = REFD_READ_FIND,
		  .record = REFD_RECORD_TEAM,
		  .by = REFD_BY_ID,
		  .keys = keys,
		  .n_keys = 5 },
	};

	teams(actor, rows, 5);
	for (size_t i = 0; i < 5; i++)
		keys[i] = refd_contract__key(REFD_RECORD_TEAM, &rows[i]);
	refd_contract__begin(actor, (enum refd_tx_mode)arg);
	for (size_t at = 1; at <= 10 && !refd_contract__failed(kit); at++) {
		struct stop stop = { 0, at };
		enum refd_status status = actor->store.ops->read(
			actor->store.self, actor->tx, reads, 2, stop_at, &stop, &actor->err);

		refd_contract__check(kit, status == REFD_LATE,
				     "the read answered %s, not what the sink"
				     " did",
				     refd_status_name(status));
		refd_contract__check(kit, stop.seen == at, "the sink was called after it stopped");
	}
	refd_contract__check(
		kit, refd_contract__version(actor, REFD_RECORD_TEAM, &rows[3]) == rows[3].version,
		"a stopped read harms the transaction");
	refd_contract__rollback(actor);
}

struct refd_contract__cases refd_contract__find_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "find__rows_come_in_the_order_of_keys", in_order_of_keys, 0, 0 },
		{ "find__key_without_a_row_is_skipped", missing_keys, 0, 0 },
		{ "find__key_given_twice_comes_twice", doubled_keys, 0, 0 },
		{ "find__no_keys_no_rows", no_keys, 0, 0 },
		{ "find__thousands_of_keys", many_keys, 0, 0 },
		{ "find__availability_by_pair", by_pair, REFD_RECORD_AVAILABILITY, 0 },
		{ "find__assignment_by_pair", by_pair, REFD_RECORD_ASSIGNMENT, 0 },
		{ "find__notice_by_pair", by_pair, REFD_RECORD_NOTICE, 0 },
		{ "read__several_reads_in_one_call", several_reads, 0, 0 },
		{ "read__in_order_in_a_read_transaction", reads_in_order, REFD_TX_READ, 0 },
		{ "read__in_order_in_a_write_transaction", reads_in_order, REFD_TX_WRITE, 0 },
		{ "once__reads_in_order", reads_in_order, 0, 0 },
		{ "sink__its_answer_ends_a_read_transactions_read", sink_stops, REFD_TX_READ, 0 },
		{ "sink__its_answer_ends_a_write_transactions_read", sink_stops, REFD_TX_WRITE, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
