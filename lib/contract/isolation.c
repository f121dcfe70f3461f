/* What one transaction sees of others. Threads meet by stages; nothing sleeps. */
#include <string.h>

#include "kit.h"

static const struct refd_fixture_state *shared_fixture(struct refd_contract__kit *kit,
						       size_t number)
{
	const struct refd_contract__world *world = kit->shared;

	return &world->fixtures[number];
}

static bool share_world(struct refd_contract__actor *actor)
{
	struct refd_contract__world *world = refd_contract__alloc(actor, sizeof(*world));

	if (!world)
		return false;
	refd_contract__world(actor, world);
	actor->kit->shared = world;
	return !refd_contract__failed(actor->kit);
}

/* Gather: both fixtures go from version `was` to the next. */
static void grow_both(struct refd_contract__actor *actor, int64_t was)
{
	for (size_t i = 0; i < 2; i++) {
		struct refd_fixture_state fixture = *shared_fixture(actor->kit, i);

		fixture.version = was + 1;
		refd_contract__update(actor, REFD_RECORD_FIXTURE, &fixture, was);
	}
}

static int64_t version_of(struct refd_contract__actor *actor, size_t number)
{
	return refd_contract__version(actor, REFD_RECORD_FIXTURE,
				      shared_fixture(actor->kit, number));
}

static void sees(struct refd_contract__actor *actor, int64_t version, const char *who)
{
	for (size_t i = 0; i < 2; i++) {
		int64_t seen = version_of(actor, i);

		refd_contract__check(actor->kit, seen == version, "%s sees version %lld, not %lld",
				     who, (long long)seen, (long long)version);
	}
}

static void sees_what_ended(struct refd_contract__kit *kit, int arg)
{
	struct refd_guard board = { .guard_class = REFD_GUARD_BOARD };
	struct refd_contract__actor *actors[] = { refd_contract__actor(kit, 0),
						  refd_contract__actor(kit, 1) };

	(void)arg;
	if (!share_world(actors[0]))
		return;
	sees(actors[1], 1, "another handle");
	for (int64_t version = 1; version < 20 && !refd_contract__failed(kit); version++) {
		struct refd_contract__actor *one = actors[version % 2],
					    *other = actors[1 - version % 2];

		grow_both(one, version);
		refd_contract__commit(one, REFD_OK);
		sees(one, version + 1, "the handle that wrote");
		sees(other, version + 1, "a later READ transaction");
		refd_contract__check(kit,
				     refd_contract__try_hold(other,
							     refd_contract__now() + kit->patience,
							     &board, 1) == REFD_OK,
				     "a guard is not to be had");
		sees(other, version + 1, "a later WRITE transaction");
		refd_contract__rollback(other);
	}
}

static void commit_growth(struct refd_contract__actor *actor)
{
	refd_contract__stage(actor, 1);
	grow_both(actor, 1);
	refd_contract__commit(actor, REFD_OK);
}

/* A writer may finish meanwhile or have to wait; neither shows in the snapshot. */
static void keeps_its_snapshot(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *reader = refd_contract__actor(kit, 0),
				    *writer = refd_contract__actor(kit, 1);

	(void)arg;
	if (!share_world(reader))
		return;
	refd_contract__begin(reader, REFD_TX_READ);
	refd_contract__check(kit, version_of(reader, 0) == 1, "the first read is not of version 1");
	refd_contract__start(writer, commit_growth);
	(void)refd_contract__reached(writer, INT32_MAX, REFD_CONTRACT__MOMENT);
	sees(reader, 1, "an open READ transaction");
	refd_contract__rollback(reader);
	refd_contract__join(writer);
	sees(reader, 2, "the next READ transaction");
}

/* The read may also be refused; what it must not do is show a change. */
static void read_beside_writer(struct refd_contract__actor *actor)
{
	struct refd_key key =
		refd_contract__key(REFD_RECORD_FIXTURE, shared_fixture(actor->kit, 0));
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_FIXTURE,
				  .by = REFD_BY_ID,
				  .keys = &key,
				  .n_keys = 1 };

	actor->status = refd_contract__try_begin(actor, REFD_TX_READ,
						 refd_contract__now() + REFD_CONTRACT__MOMENT);
	if (actor->status == REFD_OK)
		actor->status = refd_contract__try_read(actor, &read, 1);
	if (actor->status == REFD_OK && actor->rows.count == 1)
		actor->number = refd_record_version(REFD_RECORD_FIXTURE, actor->rows.rows[0].state);
	refd_contract__rollback(actor);
}

static void open_writer_is_unseen(struct refd_contract__kit *kit, int arg)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_FIXTURE };
	struct refd_contract__actor *writer = refd_contract__actor(kit, 0),
				    *reader = refd_contract__actor(kit, 1);

	(void)arg;
	if (!share_world(writer))
		return;
	guard.key = shared_fixture(kit, 0)->id.uuid;
	refd_contract__check(kit, refd_contract__try_hold(writer, 0, &guard, 1) == REFD_OK,
			     "a guard is not to be had");
	sees(writer, 1, "the writer");
	refd_contract__start(reader, read_beside_writer);
	refd_contract__join(reader);
	refd_contract__check(kit,
			     refd_contract__failed(kit) || reader->status == REFD_UNAVAILABLE ||
				     (reader->status == REFD_OK && reader->number == 1),
			     "a reader beside a writer: %s, version %lld",
			     refd_status_name(reader->status), (long long)reader->number);
	grow_both(writer, 1);
	refd_contract__commit(writer, REFD_OK);
	sees(reader, 2, "a reader after the writer");
}

enum { COMMITS = 100, LOOKING = 1, DONE = 1 };

/* Otherwise the writer may be done before anybody looks. */
static void start_looking(struct refd_contract__actor *reader, refd_contract__task *task)
{
	refd_contract__start(reader, task);
	(void)refd_contract__reached(reader, LOOKING, REFD_SECOND);
}

static void grow_often(struct refd_contract__actor *actor)
{
	for (int64_t version = 1; version <= COMMITS; version++) {
		grow_both(actor, version);
		refd_contract__commit(actor, REFD_OK);
	}
	refd_contract__stage(actor, DONE);
}

static bool is_done(struct refd_contract__actor *writer)
{
	bool done;

	pthread_mutex_lock(&writer->kit->mutex);
	done = writer->stage == DONE;
	pthread_mutex_unlock(&writer->kit->mutex);
	return done;
}

/* Until the writer, actor 0, has done its work: both rows always have the same version: in one
 * call, and over the calls of a transaction. */
static void look_often(struct refd_contract__actor *actor)
{
	struct refd_key keys[2];
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_FIXTURE,
				  .by = REFD_BY_ID,
				  .keys = keys,
				  .n_keys = 2 };

	for (size_t i = 0; i < 2; i++)
		keys[i] = refd_contract__key(REFD_RECORD_FIXTURE, shared_fixture(actor->kit, i));
	while (!is_done(&actor->kit->actors[0]) && !refd_contract__failed(actor->kit)) {
		int64_t versions[4] = { 0 };

		refd_contract__begin(actor, REFD_TX_READ);
		refd_contract__read(actor, &read);
		for (size_t row = 0; row < 2 && actor->rows.count == 2; row++)
			versions[row] = refd_record_version(REFD_RECORD_FIXTURE,
							    actor->rows.rows[row].state);
		versions[2] = version_of(actor, 0);
		versions[3] = version_of(actor, 1);
		refd_contract__rollback(actor);
		for (size_t at = 1; at < 4; at++)
			refd_contract__check(actor->kit, versions[at] == versions[0],
					     "a reader sees version %lld beside version %lld",
					     (long long)versions[at], (long long)versions[0]);
		refd_contract__stage(actor, LOOKING);
	}
}

static void readers_see_whole_commits(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *writer = refd_contract__actor(kit, 0),
				    *one = refd_contract__actor(kit, 1),
				    *other = refd_contract__actor(kit, 2);

	(void)arg;
	if (!share_world(writer))
		return;
	start_looking(one, look_often);
	start_looking(other, look_often);
	grow_often(writer);
	refd_contract__join(one);
	refd_contract__join(other);
	sees(one, COMMITS + 1, "a reader at the end");
}

/* The threads share one handle, as the port allows. */
static void one_handle_many_threads(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *writer = refd_contract__actor(kit, 0),
				    *reader = &kit->actors[1];

	(void)arg;
	if (!share_world(writer))
		return;
	reader->kit = kit;
	reader->store = writer->store;
	reader->open = reader->borrowed = true;
	start_looking(reader, look_often);
	grow_often(writer);
	refd_contract__join(reader);
	sees(reader, COMMITS + 1, "a reader at the end");
}

/* ---- transactions that make one read call ---- */

/* Two reads, one of each fixture. */
static void ask_both(struct refd_contract__kit *kit, struct refd_key keys[2],
		     struct refd_read reads[2])
{
	for (size_t i = 0; i < 2; i++) {
		keys[i] = refd_contract__key(REFD_RECORD_FIXTURE, shared_fixture(kit, i));
		reads[i] = (struct refd_read){ .kind = REFD_READ_FIND,
					       .record = REFD_RECORD_FIXTURE,
					       .by = REFD_BY_ID,
					       .keys = &keys[i],
					       .n_keys = 1 };
	}
}

/* A writer who is let in as soon as the first row is there. */
struct rival {
	struct refd_contract__actor *writer;
	int64_t versions[2];
	size_t count;
};

static enum refd_status let_in(void *self, size_t read, enum refd_record record, const void *state)
{
	struct rival *rival = self;

	if (rival->count == 0) {
		refd_contract__start(rival->writer, commit_growth);
		(void)refd_contract__reached(rival->writer, INT32_MAX, REFD_CONTRACT__MOMENT);
	}
	if (read < 2)
		rival->versions[read] = refd_record_version(record, state);
	rival->count++;
	return REFD_OK;
}

static void once_is_one_state(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *reader = refd_contract__actor(kit, 0);
	struct rival rival = { .writer = refd_contract__actor(kit, 1) };
	struct refd_key keys[2];
	struct refd_read reads[2];
	enum refd_status status;

	(void)arg;
	if (!share_world(reader))
		return;
	ask_both(kit, keys, reads);
	refd_contract__begin_once(reader);
	if (refd_contract__failed(kit))
		return;
	status = reader->store.ops->read(reader->store.self, reader->tx, reads, 2, let_in, &rival,
					 &reader->err);
	refd_contract__rollback(reader);
	if (rival.count > 0)
		refd_contract__join(rival.writer);
	refd_contract__check(kit, status == REFD_OK && rival.count == 2, "%zu rows, %s",
			     rival.count, refd_status_name(status));
	refd_contract__check(kit, rival.versions[0] == 1 && rival.versions[1] == 1,
			     "one call sees version %lld, then %lld", (long long)rival.versions[0],
			     (long long)rival.versions[1]);
	sees(reader, 2, "the next READ transaction");
}

/* All rows of the one call have the same version. */
static void look_in_one_call(struct refd_contract__actor *actor, const struct refd_read *reads,
			     size_t count)
{
	const struct refd_contract__rows *rows = &actor->rows;
	int64_t first, version;

	refd_contract__begin_once(actor);
	refd_contract__check(
		actor->kit,
		refd_contract__try_read(actor, reads, count) == REFD_OK && rows->count >= 2,
		"the one call of a transaction: %zu rows; %s", rows->count, actor->err.message);
	refd_contract__rollback(actor);
	for (size_t row = 1; row < rows->count; row++) {
		first = refd_record_version(REFD_RECORD_FIXTURE, rows->rows[0].state);
		version = refd_record_version(REFD_RECORD_FIXTURE, rows->rows[row].state);
		refd_contract__check(actor->kit, version == first,
				     "one call sees version %lld beside version %lld",
				     (long long)version, (long long)first);
	}
}

/* As look_often(), in several reads and in one with several keys. */
static void look_once(struct refd_contract__actor *actor)
{
	const struct refd_fixture_state *fixture = shared_fixture(actor->kit, 0);
	struct refd_key teams[16]; /* many, to take their time */
	const struct refd_read of_teams = { .kind = REFD_READ_RANGE,
					    .record = REFD_RECORD_FIXTURE,
					    .index = REFD_INDEX_TEAM,
					    .keys = teams,
					    .n_keys = 16 };
	struct refd_key keys[2];
	struct refd_read reads[2];

	for (size_t i = 0; i < 16; i++)
		teams[i] =
			(struct refd_key){ .a = i % 2 ? fixture->home.uuid : fixture->away.uuid };
	ask_both(actor->kit, keys, reads);
	while (!is_done(&actor->kit->actors[0]) && !refd_contract__failed(actor->kit)) {
		look_in_one_call(actor, reads, 2);
		look_in_one_call(actor, &of_teams, 1);
		refd_contract__stage(actor, LOOKING);
	}
}

static void once_beside_a_writer(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *writer = refd_contract__actor(kit, 0),
				    *one = refd_contract__actor(kit, 1),
				    *other = refd_contract__actor(kit, 2);

	(void)arg;
	if (!share_world(writer))
		return;
	start_looking(one, look_once);
	start_looking(other, look_once);
	grow_often(writer);
	refd_contract__join(one);
	refd_contract__join(other);
	sees(one, COMMITS + 1, "a reader at the end");
}

static enum refd_status stop(void *self, size_t read, enum refd_record record, const void *state)
{
	(void)self;
	(void)read;
	(void)record;
	(void)state;
	return REFD_REFUSED;
}

enum once_end { UNREAD, READ_TO_THE_END, COMMITTED, BROKEN_OFF, ONCE_ENDS };

static void read_once(struct refd_contract__actor *actor, enum once_end end)
{
	struct refd_key keys[2];
	struct refd_read reads[2];
	enum refd_status status = REFD_OK;

	ask_both(actor->kit, keys, reads);
	refd_contract__begin_once(actor);
	if (refd_contract__failed(actor->kit))
		return;
	if (end == BROKEN_OFF)
		status = actor->store.ops->read(actor->store.self, actor->tx, reads, 2, stop, NULL,
						&actor->err);
	else if (end != UNREAD)
		status = refd_contract__try_read(actor, reads, 2);
	refd_contract__check(actor->kit, status == (end == BROKEN_OFF ? REFD_REFUSED : REFD_OK),
			     "the one call of a transaction answered %s", refd_status_name(status));
	if (end == COMMITTED)
		refd_contract__commit(actor, REFD_OK);
	else
		refd_contract__rollback(actor);
}

/* However it ends, nothing is left behind: others can write, and what they wrote is seen. */
static void once_leaves_nothing(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *reader = refd_contract__actor(kit, 0),
				    *writer = refd_contract__actor(kit, 1);

	(void)arg;
	if (!share_world(reader))
		return;
	for (int64_t version = 1; version <= 2 * ONCE_ENDS; version++) {
		read_once(reader, (enum once_end)(version % ONCE_ENDS));
		grow_both(version % 3 == 0 ? reader : writer, version);
		refd_contract__commit(version % 3 == 0 ? reader : writer, REFD_OK);
		sees(reader, version + 1, "the handle that read once");
	}
}

struct refd_contract__cases refd_contract__isolation_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "isolation__what_ended_before_is_seen", sees_what_ended, 0, 0 },
		{ "isolation__read_transaction_keeps_its_snapshot", keeps_its_snapshot, 0, 0 },
		{ "isolation__open_writer_is_unseen", open_writer_is_unseen, 0, 0 },
		{ "isolation__readers_see_whole_commits", readers_see_whole_commits, 0, 0 },
		{ "isolation__threads_share_a_handle", one_handle_many_threads, 0, 0 },
		{ "once__one_call_sees_one_state", once_is_one_state, 0, 0 },
		{ "once__readers_see_whole_commits", once_beside_a_writer, 0, 0 },
		{ "once__ends_and_leaves_nothing", once_leaves_nothing, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
