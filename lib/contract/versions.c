/* Checked versions, asserted rows, and change sets that are applied wholly or not at all. */
#include <string.h>

#include "kit.h"

/* A stored row of every record, one after the other: parents are made with it. */
static void stored(struct refd_contract__actor *actor, enum refd_record record, void *ret)
{
	refd_contract__make(actor, record, REFD_CONTRACT__FULL, ret);
	refd_contract__set_version(record, ret, 7);
	refd_contract__insert(actor, record, ret);
	refd_contract__commit(actor, REFD_OK);
}

static void is_as(struct refd_contract__actor *actor, enum refd_record record, const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);
	const void *row = refd_contract__get(actor, record, state);
	const char *field = row ? refd_contract__difference(layout, state, row) : "(no row)";

	refd_contract__check(actor->kit, !field, "%s.%s is not what it should be", layout->name,
			     field);
}

static void stale_update(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	(void)arg;
	for (enum refd_record record = 1; record <= REFD_RECORDS; record++) {
		static const int64_t stale[] = { 6, 8, 0, 1 };
		union refd_contract__state was, is;

		if (!refd_contract__versioned(record))
			continue;
		stored(actor, record, &was);
		is = was;
		refd_contract__set_version(record, &is, 9);
		for (size_t i = 0; i < sizeof(stale) / sizeof(stale[0]); i++) {
			refd_contract__update(actor, record, &is, stale[i]);
			refd_contract__is_stale(actor, record, &was);
			is_as(actor, record, &was);
		}
		refd_contract__update(actor, record, &is, 7);
		refd_contract__commit(actor, REFD_OK);
		is_as(actor, record, &is);
	}
}

static void stale_delete(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	(void)arg;
	for (enum refd_record record = 1; record <= REFD_RECORDS; record++) {
		union refd_contract__state row;

		if (!refd_contract__versioned(record))
			continue;
		stored(actor, record, &row);
		refd_contract__delete(actor, record, &row, 6);
		refd_contract__is_stale(actor, record, &row);
		is_as(actor, record, &row);
		refd_contract__delete(actor, record, &row, 7);
		refd_contract__commit(actor, REFD_OK);
		refd_contract__check(kit, !refd_contract__get(actor, record, &row),
				     "%s is still there", refd_record_layout(record)->name);
	}
}

/* arg: the change */
static void missing_row(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	for (enum refd_record record = 1; record <= REFD_RECORDS; record++) {
		union refd_contract__state row;

		refd_contract__make(actor, record, REFD_CONTRACT__FULL, &row);
		refd_contract__commit(actor, REFD_OK); /* the parents alone */
		for (int64_t expected = 0; expected < 2; expected++) {
			if (arg == REFD_CHANGE_UPDATE)
				refd_contract__update(actor, record, &row, expected);
			else
				refd_contract__delete(actor, record, &row, expected);
			refd_contract__is_stale(actor, record, &row);
			refd_contract__check(kit, !refd_contract__get(actor, record, &row),
					     "%s was made by an update",
					     refd_record_layout(record)->name);
		}
	}
}

/* Once deleted, a row cannot be deleted again, not even in the same set. */
static void delete_twice(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	(void)arg;
	for (enum refd_record record = 1; record <= REFD_RECORDS; record++) {
		union refd_contract__state row;

		stored(actor, record, &row);
		refd_contract__delete(actor, record, &row, refd_record_version(record, &row));
		refd_contract__delete(actor, record, &row, refd_record_version(record, &row));
		refd_contract__is_stale(actor, record, &row);
		is_as(actor, record, &row);
	}
}

/* Of every record, logs too: they are purged. The row is gone for good, and its keys are free. */
static void delete_of_one(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	(void)arg;
	for (enum refd_record record = REFD_RECORD_REFEREE; record <= REFD_RECORDS; record++) {
		union refd_contract__state row, other;

		stored(actor, record, &row);
		stored(actor, record, &other);
		refd_contract__delete(actor, record, &row, refd_record_version(record, &row));
		refd_contract__commit(actor, REFD_OK);
		refd_contract__check(kit, !refd_contract__get(actor, record, &row),
				     "%s is still there", refd_record_layout(record)->name);
		is_as(actor, record, &other);
		refd_contract__insert(actor, record, &row);
		refd_contract__commit(actor, REFD_OK);
		is_as(actor, record, &row);
	}
}

static void update_of_all_columns(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	enum refd_record record = (enum refd_record)arg;
	union refd_contract__state was, is;

	refd_contract__make(actor, record, REFD_CONTRACT__FULL, &was);
	refd_contract__insert(actor, record, &was);
	refd_contract__commit(actor, REFD_OK);
	for (int i = 0; i < 20; i++) {
		enum refd_contract__fill fill =
			i == 0 ? REFD_CONTRACT__BARE : REFD_CONTRACT__RANDOM;

		refd_contract__make(actor, record, fill, &is);
		memcpy(&is, &was, sizeof(struct refd_uuid)); /* the same row */
		refd_contract__update(actor, record, &is, refd_record_version(record, &was));
		refd_contract__commit(actor, REFD_OK);
		is_as(actor, record, &is);
		was = is;
	}
}

/* Only the mark of an event is ever updated. */
static void event_published(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_event_state row;

	(void)arg;
	refd_contract__fill(actor, REFD_RECORD_EVENT, REFD_CONTRACT__FULL, &row);
	row.published = false;
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	refd_contract__commit(actor, REFD_OK);
	row.published = true;
	refd_contract__update(actor, REFD_RECORD_EVENT, &row, 0);
	refd_contract__commit(actor, REFD_OK);
	is_as(actor, REFD_RECORD_EVENT, &row);
}

static void single_row(struct refd_contract__actor *actor, enum refd_record record, int64_t version,
		       union refd_contract__state *ret)
{
	refd_contract__fill(actor, record, REFD_CONTRACT__FULL, ret);
	refd_contract__set_version(record, ret, version);
}

static void assert_holds(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	enum refd_record record = (enum refd_record)arg;
	struct refd_team_state team;
	union refd_contract__state row;

	single_row(actor, record, 3, &row);
	refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &team);
	refd_contract__assert(actor, record, &row, 0);
	refd_contract__insert(actor, REFD_RECORD_TEAM, &team);
	refd_contract__commit(actor, REFD_OK);
	is_as(actor, REFD_RECORD_TEAM, &team);
	refd_contract__check(kit, !refd_contract__get(actor, record, &row), "an assert made a row");
	refd_contract__insert(actor, record, &row);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__assert(actor, record, &row, 3);
	refd_contract__delete(actor, REFD_RECORD_TEAM, &team, team.version);
	refd_contract__commit(actor, REFD_OK);
	is_as(actor, record, &row);
}

static void assert_breaks(struct refd_contract__kit *kit, int arg)
{
	static const int64_t stale[] = { 0, 2, 4 };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	enum refd_record record = (enum refd_record)arg;
	struct refd_team_state team;
	union refd_contract__state row;

	single_row(actor, record, 3, &row);
	refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &team);
	refd_contract__assert(actor, record, &row, 3);
	refd_contract__insert(actor, REFD_RECORD_TEAM, &team);
	refd_contract__is_stale(actor, record, &row);
	refd_contract__insert(actor, record, &row);
	refd_contract__commit(actor, REFD_OK);
	for (size_t i = 0; i < sizeof(stale) / sizeof(stale[0]); i++) {
		refd_contract__assert(actor, record, &row, stale[i]);
		refd_contract__insert(actor, REFD_RECORD_TEAM, &team);
		refd_contract__is_stale(actor, record, &row);
	}
	refd_contract__check(kit, !refd_contract__get(actor, REFD_RECORD_TEAM, &team),
			     "a set whose assert broke was applied");
}

enum last_change { STALE_UPDATE, STALE_DELETE, TAKEN_KEY, NO_PARENT, BROKEN_ASSERT };

/* Four good changes, and among them, where its kind belongs, the bad one. */
static void gather_bad_set(struct refd_contract__actor *actor,
			   const struct refd_contract__world *world,
			   const struct refd_slot_state *slot, enum last_change last)
{
	struct refd_referee_state correction = world->referees[0], taken = world->referees[1];
	struct refd_fixture_state orphan = world->fixtures[0];
	struct refd_rules rules = refd_rules_default();
	struct refd_team_state team;

	rules.id = refd_the_rules;
	correction.version = 2;
	if (last == BROKEN_ASSERT)
		refd_contract__assert(actor, REFD_RECORD_RULES, &rules, 5);
	refd_contract__delete(actor, REFD_RECORD_SLOT, slot, 0);
	if (last == STALE_DELETE)
		refd_contract__delete(actor, REFD_RECORD_REFEREE, &world->referees[2], 5);
	refd_contract__update(actor, REFD_RECORD_REFEREE, &correction, 1);
	if (last == STALE_UPDATE)
		refd_contract__update(actor, REFD_RECORD_VENUE, &world->venue, 5);
	refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &team);
	refd_contract__insert(actor, REFD_RECORD_TEAM, &team);
	if (last == TAKEN_KEY)
		refd_contract__insert(actor, REFD_RECORD_REFEREE, &taken);
	if (last == NO_PARENT) {
		orphan.id.uuid = refd_contract__uuid(actor->kit);
		orphan.venue.uuid = refd_contract__uuid(actor->kit);
		refd_contract__insert(actor, REFD_RECORD_FIXTURE, &orphan);
	}
}

static size_t count_all(struct refd_contract__actor *actor, enum refd_record record)
{
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = record,
				 .index = REFD_INDEX_ALL };

	refd_contract__read(actor, &all);
	return actor->rows.count;
}

static void nothing_of_a_bad_set(struct refd_contract__kit *kit, int arg)
{
	static const enum refd_status answers[] = {
		[STALE_UPDATE] = REFD_CONFLICT,	   [STALE_DELETE] = REFD_CONFLICT,
		[TAKEN_KEY] = REFD_ALREADY_EXISTS, [NO_PARENT] = REFD_NOT_FOUND,
		[BROKEN_ASSERT] = REFD_CONFLICT,
	};
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0),
				    *other = refd_contract__actor(kit, 1);
	struct refd_contract__actor *const readers[] = { actor, other };
	struct refd_contract__world world;
	struct refd_slot_state slot;

	refd_contract__world(actor, &world);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[0], &slot);
	refd_contract__commit(actor, REFD_OK);
	gather_bad_set(actor, &world, &slot, (enum last_change)arg);
	refd_contract__commit(actor, answers[arg]);
	for (size_t i = 0; i < 2; i++) {
		is_as(readers[i], REFD_RECORD_SLOT, &slot);
		is_as(readers[i], REFD_RECORD_REFEREE, &world.referees[0]);
		is_as(readers[i], REFD_RECORD_REFEREE, &world.referees[2]);
		is_as(readers[i], REFD_RECORD_VENUE, &world.venue);
		refd_contract__check(kit, count_all(readers[i], REFD_RECORD_TEAM) == 2,
				     "an insert of a failed set is there");
		refd_contract__check(kit, count_all(readers[i], REFD_RECORD_FIXTURE) == 2,
				     "an insert of a failed set is there");
	}
}

/* A failed commit ends the transaction and leaves the handle as good as before. */
static void store_goes_on(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0),
				    *other = refd_contract__actor(kit, 1);
	struct refd_team_state team;

	(void)arg;
	refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &team);
	team.version = 1;
	for (int i = 0; i < 5; i++) {
		refd_contract__update(actor, REFD_RECORD_TEAM, &team, 1);
		refd_contract__commit(actor, REFD_CONFLICT);
	}
	refd_contract__insert(other, REFD_RECORD_TEAM, &team);
	refd_contract__commit(other, REFD_OK);
	refd_contract__update(actor, REFD_RECORD_TEAM, &team, 1);
	refd_contract__commit(actor, REFD_OK);
}

static void empty_set(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state team;

	(void)arg;
	refd_contract__commit(actor, REFD_OK);
	refd_contract__begin(actor, REFD_TX_READ);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &team);
	refd_contract__insert(actor, REFD_RECORD_TEAM, &team);
	refd_contract__commit(actor, REFD_OK);
	is_as(actor, REFD_RECORD_TEAM, &team);
}

static void rollback_leaves_nothing(struct refd_contract__kit *kit, int arg)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_BOARD };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0),
				    *other = refd_contract__actor(kit, 1);
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	for (int i = 0; i < 3; i++) {
		refd_contract__check(
			kit,
			refd_contract__failed(kit) ||
				refd_contract__try_hold(actor, refd_contract__now() + kit->patience,
							&guard, 1) == REFD_OK,
			"the guard is not to be had: a rollback left a lock");
		is_as(actor, REFD_RECORD_FIXTURE, &world.fixtures[0]);
		refd_contract__rollback(actor);
	}
	refd_contract__rollback(actor); /* takes NULL */
	world.venue.version = 2;
	refd_contract__update(other, REFD_RECORD_VENUE, &world.venue, 1);
	refd_contract__commit(other, REFD_OK);
	is_as(actor, REFD_RECORD_VENUE, &world.venue);
}

struct refd_contract__cases refd_contract__version_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "version__stale_update_is_conflict", stale_update, 0, 0 },
		{ "version__stale_delete_is_conflict", stale_delete, 0, 0 },
		{ "version__update_of_no_row_is_conflict", missing_row, REFD_CHANGE_UPDATE, 0 },
		{ "version__delete_of_no_row_is_conflict", missing_row, REFD_CHANGE_DELETE, 0 },
		{ "version__second_delete_is_conflict", delete_twice, 0, 0 },
		{ "version__delete_takes_one_row_for_good", delete_of_one, 0, 0 },
		{ "update__rules_sets_every_column", update_of_all_columns, REFD_RECORD_RULES, 0 },
		{ "update__board_sets_every_column", update_of_all_columns, REFD_RECORD_BOARD, 0 },
		{ "update__referee_sets_every_column", update_of_all_columns, REFD_RECORD_REFEREE,
		  0 },
		{ "update__team_sets_every_column", update_of_all_columns, REFD_RECORD_TEAM, 0 },
		{ "update__venue_sets_every_column", update_of_all_columns, REFD_RECORD_VENUE, 0 },
		{ "update__fixture_sets_every_column", update_of_all_columns, REFD_RECORD_FIXTURE,
		  0 },
		{ "update__availability_sets_every_column", update_of_all_columns,
		  REFD_RECORD_AVAILABILITY, 0 },
		{ "update__assignment_sets_every_column", update_of_all_columns,
		  REFD_RECORD_ASSIGNMENT, 0 },
		{ "update__notice_sets_every_column", update_of_all_columns, REFD_RECORD_NOTICE,
		  0 },
		{ "update__event_is_marked_published", event_published, 0, 0 },
		{ "assert__rules_as_expected_pass", assert_holds, REFD_RECORD_RULES, 0 },
		{ "assert__board_as_expected_passes", assert_holds, REFD_RECORD_BOARD, 0 },
		{ "assert__other_rules_are_conflict", assert_breaks, REFD_RECORD_RULES, 0 },
		{ "assert__other_board_is_conflict", assert_breaks, REFD_RECORD_BOARD, 0 },
		{ "commit__stale_update_undoes_the_set", nothing_of_a_bad_set, STALE_UPDATE, 0 },
		{ "commit__stale_delete_undoes_the_set", nothing_of_a_bad_set, STALE_DELETE, 0 },
		{ "commit__taken_key_undoes_the_set", nothing_of_a_bad_set, TAKEN_KEY, 0 },
		{ "commit__missing_parent_undoes_the_set", nothing_of_a_bad_set, NO_PARENT, 0 },
		{ "commit__broken_assert_undoes_the_set", nothing_of_a_bad_set, BROKEN_ASSERT, 0 },
		{ "commit__store_goes_on_after_a_failure", store_goes_on, 0, 0 },
		{ "commit__empty_set_is_fine", empty_set, 0, 0 },
		{ "rollback__leaves_nothing_behind", rollback_leaves_nothing, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
