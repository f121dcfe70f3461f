/* Unique keys by name, foreign keys, and swaps that unique keys must let through. */
#include <string.h>

#include "kit.h"

#define NO_RULE ((enum refd_rule)0)

static void primary_key(struct refd_contract__kit *kit, int arg)
{
	static const char *const names[REFD_RECORDS + 1] = {
		[REFD_RECORD_RULES] = "rules.id",
		[REFD_RECORD_BOARD] = "board.id",
		[REFD_RECORD_REFEREE] = "referee.id",
		[REFD_RECORD_TEAM] = "team.id",
		[REFD_RECORD_VENUE] = "venue.id",
		[REFD_RECORD_FIXTURE] = "fixture.id",
		[REFD_RECORD_AVAILABILITY] = "availability.id",
		[REFD_RECORD_ASSIGNMENT] = "assignment.id",
		[REFD_RECORD_EVENT] = "event.id",
		[REFD_RECORD_NOTICE] = "notice.id",
		[REFD_RECORD_COMMAND] = "command.id",
	};
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	enum refd_record record = (enum refd_record)arg;
	union refd_contract__state row, twin;
	const void *stored;

	refd_contract__make(actor, record, REFD_CONTRACT__FULL, &row);
	refd_contract__insert(actor, record, &row);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__make(actor, record, REFD_CONTRACT__FULL, &twin);
	if (record == REFD_RECORD_SLOT) {
		twin.SLOT.fixture = row.SLOT.fixture;
		twin.SLOT.role = row.SLOT.role;
	} else if (record == REFD_RECORD_CLAIM) {
		twin.CLAIM.kind = row.CLAIM.kind;
		twin.CLAIM.holder = row.CLAIM.holder;
		twin.CLAIM.day = row.CLAIM.day;
	} else {
		memcpy(&twin, &row, sizeof(struct refd_uuid));
	}
	refd_contract__insert(actor, record, &twin);
	if (record == REFD_RECORD_SLOT)
		refd_contract__is_taken(actor, record, &twin, "slot.fixture_id_role",
					REFD_RULE_ROLE_TAKEN, "slot.role");
	else if (record == REFD_RECORD_CLAIM)
		refd_contract__is_taken(actor, record, &twin, "claim.kind_holder_day",
					row.CLAIM.kind == REFD_CLAIM_TEAM ? REFD_RULE_TEAM_TAKEN
									  : REFD_RULE_VENUE_TAKEN,
					"claim.holder");
	else
		refd_contract__is_taken(actor, record, &twin, names[record], NO_RULE, NULL);
	stored = refd_contract__get(actor, record, &row);
	refd_contract__check(
		kit, stored && !refd_contract__difference(refd_record_layout(record), &row, stored),
		"the first row is not what it was");
}

static void slot_referee(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_contract__world world;
	struct refd_slot_state slot;

	(void)arg;
	refd_contract__world(actor, &world);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[0], &slot);
	refd_contract__slot(actor, &world.fixtures[1], REFD_ROLE_FIRST, &world.referees[0], &slot);
	refd_contract__slot(actor, &world.fixtures[1], REFD_ROLE_SECOND, &world.referees[1], &slot);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_SECOND, &world.referees[0], &slot);
	refd_contract__is_taken(actor, REFD_RECORD_SLOT, &slot, "slot.fixture_id_referee_id",
				REFD_RULE_REFEREE_TWICE, "slot.referee_id");
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_SECOND, &world.referees[1], &slot);
	refd_contract__commit(actor, REFD_OK);
}

static void availability(struct refd_contract__actor *actor,
			 const struct refd_fixture_state *fixture,
			 const struct refd_referee_state *referee,
			 struct refd_availability_state *ret)
{
	refd_contract__fill(actor, REFD_RECORD_AVAILABILITY, REFD_CONTRACT__FULL, ret);
	ret->fixture = fixture->id;
	ret->referee = referee->id;
	refd_contract__insert(actor, REFD_RECORD_AVAILABILITY, ret);
}

static void assignment(struct refd_contract__actor *actor, const struct refd_fixture_state *fixture,
		       const struct refd_referee_state *referee, struct refd_assignment_state *ret)
{
	refd_contract__fill(actor, REFD_RECORD_ASSIGNMENT, REFD_CONTRACT__BARE, ret);
	ret->fixture = fixture->id;
	ret->referee = referee->id;
	ret->version = 1;
	refd_contract__insert(actor, REFD_RECORD_ASSIGNMENT, ret);
}

static void availability_pair(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_availability_state row;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	availability(actor, &world.fixtures[0], &world.referees[0], &row);
	availability(actor, &world.fixtures[0], &world.referees[1], &row);
	availability(actor, &world.fixtures[1], &world.referees[0], &row);
	refd_contract__commit(actor, REFD_OK);
	availability(actor, &world.fixtures[0], &world.referees[1], &row);
	refd_contract__is_taken(actor, REFD_RECORD_AVAILABILITY, &row,
				"availability.fixture_id_referee_id", REFD_RULE_ALREADY_DECLARED,
				"availability.referee_id");
}

static void assignment_is_taken(struct refd_contract__actor *actor,
				const struct refd_assignment_state *row)
{
	refd_contract__is_taken(actor, REFD_RECORD_ASSIGNMENT, row,
				"assignment.fixture_id_referee_id", REFD_RULE_REFEREE_TWICE,
				"assignment.referee_id");
}

static void assignment_pair(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_assignment_state first, row;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	assignment(actor, &world.fixtures[0], &world.referees[0], &first);
	assignment(actor, &world.fixtures[0], &world.referees[1], &row);
	assignment(actor, &world.fixtures[1], &world.referees[0], &row);
	refd_contract__commit(actor, REFD_OK);
	assignment(actor, &world.fixtures[0], &world.referees[1], &row);
	assignment_is_taken(actor, &row);
	first.referee = world.referees[1].id;
	refd_contract__update(actor, REFD_RECORD_ASSIGNMENT, &first, 1);
	assignment_is_taken(actor, &first);
	first.referee = world.referees[2].id;
	refd_contract__update(actor, REFD_RECORD_ASSIGNMENT, &first, 1);
	refd_contract__commit(actor, REFD_OK);
}

static void event_version(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_event_state first, row;

	(void)arg;
	refd_contract__fill(actor, REFD_RECORD_EVENT, REFD_CONTRACT__FULL, &first);
	first.aggregate_type = REFD_NOUN_TEAM;
	first.version = 1;
	refd_contract__insert(actor, REFD_RECORD_EVENT, &first);
	row = first;
	row.id.uuid = refd_contract__uuid(kit);
	row.version = 2;
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	row = first;
	row.id.uuid = refd_contract__uuid(kit);
	row.aggregate_type = REFD_NOUN_VENUE;
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	row = first;
	row.id.uuid = refd_contract__uuid(kit);
	row.aggregate_id = refd_contract__uuid(kit);
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	refd_contract__commit(actor, REFD_OK);
	row = first;
	row.id.uuid = refd_contract__uuid(kit);
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	refd_contract__is_taken(actor, REFD_RECORD_EVENT, &row, "event.aggregate_version", NO_RULE,
				NULL);
}

static void notice_pair(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_notice_state first, row;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	refd_contract__make(actor, REFD_RECORD_NOTICE, REFD_CONTRACT__FULL, &first);
	refd_contract__insert(actor, REFD_RECORD_NOTICE, &first);
	row = first;
	row.id.uuid = refd_contract__uuid(kit);
	row.recipient = world.referees[0].id;
	refd_contract__insert(actor, REFD_RECORD_NOTICE, &row);
	refd_contract__commit(actor, REFD_OK);
	row = first;
	row.id.uuid = refd_contract__uuid(kit);
	refd_contract__insert(actor, REFD_RECORD_NOTICE, &row);
	refd_contract__is_taken(actor, REFD_RECORD_NOTICE, &row, "notice.event_id_recipient_id",
				NO_RULE, NULL);
}

/* What makes a claim another one: kind, holder or day. */
static void claim_neighbours(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_claim_state first, row;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	first = (struct refd_claim_state){ REFD_CLAIM_VENUE, world.venue.id.uuid, -1,
					   world.fixtures[0].id };
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &first);
	row = first;
	row.kind = REFD_CLAIM_TEAM;
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &row);
	row = first;
	row.day = 1;
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &row);
	row = first;
	row.holder = world.teams[0].id.uuid;
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &row);
	refd_contract__commit(actor, REFD_OK);
	row = first;
	row.fixture = world.fixtures[1].id;
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &row);
	refd_contract__is_taken(actor, REFD_RECORD_CLAIM, &row, "claim.kind_holder_day",
				REFD_RULE_VENUE_TAKEN, "claim.holder");
	refd_contract__check(
		kit,
		actor->err.violations[0].counterpart.noun == REFD_NOUN_VENUE &&
			refd_uuid_equal(actor->err.violations[0].counterpart.id, row.holder),
		"the violation does not name who is taken");
}

/* The child is complete but for one parent. */
static void missing_parent(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	(void)arg;
	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *reference = &refd_references[i];
		struct refd_uuid nobody = refd_contract__uuid(kit);
		union refd_contract__state row, orphan;

		refd_contract__make(actor, reference->child, REFD_CONTRACT__FULL, &row);
		refd_contract__commit(actor, REFD_OK);
		orphan = row;
		memcpy((char *)&orphan + reference->member.offset, &nobody, sizeof(nobody));
		refd_contract__insert(actor, reference->child, &orphan);
		refd_contract__is_orphaned(actor, reference, nobody);
		refd_contract__check(kit, !refd_contract__get(actor, reference->child, &orphan),
				     "%s without its parent is there",
				     refd_record_layout(reference->child)->name);
		refd_contract__insert(actor, reference->child, &row);
		refd_contract__commit(actor, REFD_OK);
	}
}

static void update_to_missing_parent(struct refd_contract__kit *kit, int arg)
{
	const struct refd_reference venue = { .child = REFD_RECORD_FIXTURE,
					      .parent = REFD_RECORD_VENUE,
					      .field = "venue_id" };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_contract__world world;
	struct refd_fixture_state moved;

	(void)arg;
	refd_contract__world(actor, &world);
	moved = world.fixtures[0];
	moved.venue.uuid = refd_contract__uuid(kit);
	moved.version = 2;
	refd_contract__update(actor, REFD_RECORD_FIXTURE, &moved, 1);
	refd_contract__is_orphaned(actor, &venue, moved.venue.uuid);
	refd_contract__check(kit, refd_contract__version(actor, REFD_RECORD_FIXTURE, &moved) == 1,
			     "the fixture moved to no venue");
}

static void parent_stays(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);

	(void)arg;
	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *reference = &refd_references[i];
		union refd_contract__state row, parent;
		int64_t version;
		const void *stored;

		refd_contract__make(actor, reference->child, REFD_CONTRACT__FULL, &row);
		refd_contract__insert(actor, reference->child, &row);
		refd_contract__commit(actor, REFD_OK);
		memset(&parent, 0, sizeof(parent));
		memcpy(&parent, (char *)&row + reference->member.offset, sizeof(struct refd_uuid));
		stored = refd_contract__get(actor, reference->parent, &parent);
		version = stored ? refd_record_version(reference->parent, stored) : 0;
		refd_contract__delete(actor, reference->parent, &parent, version);
		refd_contract__is_orphaned(actor, reference,
					   refd_record_object(reference->parent, &parent).id);
		refd_contract__check(kit,
				     refd_contract__get(actor, reference->parent, &parent) != NULL,
				     "a %s was deleted under its %s",
				     refd_record_layout(reference->parent)->name,
				     refd_record_layout(reference->child)->name);
	}
}

/* In one set, children go before their parents and come after them. */
static void family_in_one_set(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_availability_state row;
	struct refd_referee_state referee;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	refd_contract__fill(actor, REFD_RECORD_REFEREE, REFD_CONTRACT__FULL, &referee);
	refd_contract__insert(actor, REFD_RECORD_REFEREE, &referee);
	availability(actor, &world.fixtures[0], &referee, &row);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__delete(actor, REFD_RECORD_AVAILABILITY, &row, row.version);
	refd_contract__delete(actor, REFD_RECORD_REFEREE, &referee, referee.version);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__check(kit, !refd_contract__get(actor, REFD_RECORD_REFEREE, &referee),
			     "the deleted parent is there");
}

static void holds(struct refd_contract__actor *actor, const struct refd_fixture_state *fixture,
		  enum refd_role role, const struct refd_referee_state *referee)
{
	struct refd_slot_state like = { fixture->id, role, referee->id };
	const struct refd_slot_state *row = refd_contract__get(actor, REFD_RECORD_SLOT, &like);

	refd_contract__check(actor->kit,
			     row && refd_uuid_equal(row->referee.uuid, referee->id.uuid),
			     "the slot is not held by whom it should be");
}

/* Two referees change their roles on one fixture. */
static void swap_roles(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_slot_state first, second, made;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[0], &first);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_SECOND, &world.referees[1],
			    &second);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__delete(actor, REFD_RECORD_SLOT, &first, 0);
	refd_contract__delete(actor, REFD_RECORD_SLOT, &second, 0);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[1], &made);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_SECOND, &world.referees[0], &made);
	refd_contract__commit(actor, REFD_OK);
	holds(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[1]);
	holds(actor, &world.fixtures[0], REFD_ROLE_SECOND, &world.referees[0]);
}

/* Two referees of two fixtures change places, and one referee is replaced in the same role. */
static void swap_slots(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_slot_state one, other, made;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[0], &one);
	refd_contract__slot(actor, &world.fixtures[1], REFD_ROLE_FIRST, &world.referees[1], &other);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__delete(actor, REFD_RECORD_SLOT, &one, 0);
	refd_contract__delete(actor, REFD_RECORD_SLOT, &other, 0);
	refd_contract__slot(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[1], &made);
	refd_contract__slot(actor, &world.fixtures[1], REFD_ROLE_FIRST, &world.referees[0], &made);
	refd_contract__commit(actor, REFD_OK);
	holds(actor, &world.fixtures[0], REFD_ROLE_FIRST, &world.referees[1]);
	holds(actor, &world.fixtures[1], REFD_ROLE_FIRST, &world.referees[0]);
	refd_contract__delete(actor, REFD_RECORD_SLOT, &made, 0);
	refd_contract__slot(actor, &world.fixtures[1], REFD_ROLE_FIRST, &world.referees[2], &made);
	refd_contract__commit(actor, REFD_OK);
	holds(actor, &world.fixtures[1], REFD_ROLE_FIRST, &world.referees[2]);
}

/* Two fixtures change their days. */
static void swap_claims(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_claim_state one, other;
	const struct refd_claim_state *row;
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	one = (struct refd_claim_state){ REFD_CLAIM_VENUE, world.venue.id.uuid, 10,
					 world.fixtures[0].id };
	other = (struct refd_claim_state){ REFD_CLAIM_VENUE, world.venue.id.uuid, 11,
					   world.fixtures[1].id };
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &one);
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &other);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__delete(actor, REFD_RECORD_CLAIM, &one, 0);
	refd_contract__delete(actor, REFD_RECORD_CLAIM, &other, 0);
	one.day = 11;
	other.day = 10;
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &one);
	refd_contract__insert(actor, REFD_RECORD_CLAIM, &other);
	refd_contract__commit(actor, REFD_OK);
	row = refd_contract__get(actor, REFD_RECORD_CLAIM, &one);
	refd_contract__check(kit, row && refd_uuid_equal(row->fixture.uuid, one.fixture.uuid),
			     "the day is not held by the fixture that took it");
}

struct refd_contract__cases refd_contract__key_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "unique__rules_id", primary_key, REFD_RECORD_RULES, 0 },
		{ "unique__board_id", primary_key, REFD_RECORD_BOARD, 0 },
		{ "unique__referee_id", primary_key, REFD_RECORD_REFEREE, 0 },
		{ "unique__team_id", primary_key, REFD_RECORD_TEAM, 0 },
		{ "unique__venue_id", primary_key, REFD_RECORD_VENUE, 0 },
		{ "unique__fixture_id", primary_key, REFD_RECORD_FIXTURE, 0 },
		{ "unique__slot_fixture_role", primary_key, REFD_RECORD_SLOT, 0 },
		{ "unique__slot_fixture_referee", slot_referee, 0, 0 },
		{ "unique__availability_id", primary_key, REFD_RECORD_AVAILABILITY, 0 },
		{ "unique__availability_fixture_referee", availability_pair, 0, 0 },
		{ "unique__assignment_id", primary_key, REFD_RECORD_ASSIGNMENT, 0 },
		{ "unique__assignment_fixture_referee", assignment_pair, 0, 0 },
		{ "unique__claim_kind_holder_day", primary_key, REFD_RECORD_CLAIM, 0 },
		{ "unique__claims_that_differ_are_free", claim_neighbours, 0, 0 },
		{ "unique__event_id", primary_key, REFD_RECORD_EVENT, 0 },
		{ "unique__event_aggregate_version", event_version, 0, 0 },
		{ "unique__notice_id", primary_key, REFD_RECORD_NOTICE, 0 },
		{ "unique__notice_event_recipient", notice_pair, 0, 0 },
		{ "unique__command_id", primary_key, REFD_RECORD_COMMAND, 0 },
		{ "foreign__missing_parent_is_not_found", missing_parent, 0, 0 },
		{ "foreign__update_to_missing_parent_is_not_found", update_to_missing_parent, 0,
		  0 },
		{ "foreign__parent_of_rows_stays", parent_stays, 0, 0 },
		{ "foreign__family_in_one_set", family_in_one_set, 0, 0 },
		{ "swap__roles_of_one_fixture", swap_roles, 0, 0 },
		{ "swap__slots_of_two_fixtures", swap_slots, 0, 0 },
		{ "swap__claims_of_two_fixtures", swap_claims, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
