#include "league.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND

static enum refd_status copy(void *self, const struct refd_assignment_state *assignment,
			     const struct refd_fixture_state *fixture,
			     const struct refd_referee_state *referee)
{
	(void)fixture;
	(void)referee;
	*(struct refd_assignment_state *)self = *assignment;
	return REFD_OK;
}

/* The one assignment of the referee. */
static struct refd_assignment_state assignment_of(struct league *league,
						  struct refd_referee_id referee)
{
	const struct refd_engagement_filter filter = { .referee = referee };
	struct refd_assignment_state state = { .version = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_assignments(league->app, &filter, NULL, copy, &state, NULL,
					     &league->err),
		      REFD_OK);
	return state;
}

/* ---- stage ---- */

static void ASG_01_26__an_assignment_is_staged_with_an_event(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_assignment_state stored;

	support_assert_status(try_stage(league, s.fixture, s.anna, FIRST), REFD_OK);
	assert_int_equal(league->result.items[0].object.noun, REFD_NOUN_ASSIGNMENT);
	stored = assignment_of(league, s.anna);
	assert_true(refd_uuid_equal(stored.id.uuid, league_made(league)));
	assert_int_equal(stored.status, REFD_ASSIGNMENT_STAGED);
	assert_int_equal(stored.role, FIRST);
	assert_int_equal(stored.version, 1);
	assert_true(league_is_free(league, s.fixture, FIRST));
	assert_int_equal(league_events_named(league, "AssignmentCreated"), 1);
	assert_int_equal(league_notices(league, s.anna, (enum refd_notice_kind)0), 0);
}

static void ASG_01__a_role_that_is_none_is_invalid(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	support_assert_status(try_stage(league, s.fixture, s.anna, (enum refd_role)0),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_REQUIRED, "role");
	support_assert_status(try_stage(league, s.fixture, s.anna, (enum refd_role)3),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "role");
}

static void ASG_02_03__unknown_parties_are_not_found(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	support_assert_status(
		try_stage(league, (struct refd_fixture_id){ support_uuid(99) }, s.anna, FIRST),
		REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_FIXTURE);
	support_assert_status(
		try_stage(league, s.fixture, (struct refd_referee_id){ support_uuid(99) }, FIRST),
		REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_REFEREE);
}

static void ASG_04__staging_looks_at_nothing_else(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");

	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	support_assert_status(try_stage(league, s.fixture, clara, FIRST), REFD_OK);
}

static void ASG_05_08__staged_again_changes_the_role(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_uuid id;

	league_stage(league, s.fixture, s.anna, FIRST);
	id = league_made(league);
	support_assert_status(try_stage(league, s.fixture, s.anna, SECOND), REFD_OK);
	assert_true(refd_uuid_equal(league_made(league), id));
	assert_int_equal(assignment_of(league, s.anna).role, SECOND);
	assert_int_equal(assignment_of(league, s.anna).version, 2);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 1);
	assert_int_equal(league_events_named(league, "AssignmentRoleChanged"), 1);
	support_assert_status(try_stage(league, s.fixture, s.anna, SECOND), REFD_OK);
	assert_int_equal(assignment_of(league, s.anna).version, 2); /* nothing new */
}

static void ASG_06__the_committed_role_again_is_refused(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	EXPECT_ONLY(league, try_stage(league, s.fixture, s.anna, FIRST),
		    REFD_RULE_ALREADY_COMMITTED);
	assert_int_equal(assignment_of(league, s.anna).status, REFD_ASSIGNMENT_COMMITTED);
}

/* The row stays committed, the slot stays filled, and every way on is open. */
static void B_ASG_1__staging_over_a_committed_row_loses_nothing(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.anna, SECOND);
	assert_int_equal(assignment_of(league, s.anna).status, REFD_ASSIGNMENT_COMMITTED);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	support_assert_status(try_unstage(league, s.fixture, s.anna), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	assert_int_equal(assignment_of(league, s.anna).staged_role, 0);
	league_stage(league, s.fixture, s.anna, SECOND);
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_OK);
	assert_true(league_is_free(league, s.fixture, FIRST));
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 0);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 0);
}

static void B_ASG_2__a_role_change_never_fills_both_slots(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.anna, SECOND);
	league_commit(league);
	assert_true(league_is_free(league, s.fixture, FIRST));
	assert_true(league_holds(league, s.fixture, SECOND, s.anna));
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_ROLE_CHANGED), 1);
	assert_int_equal(assignment_of(league, s.anna).version, 4);
	assert_int_equal(league_events_of(league, REFD_NOUN_ASSIGNMENT,
					  assignment_of(league, s.anna).id.uuid),
			 4);
}

static void stage__a_held_role_is_a_replacement(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.berta, FIRST);
	assert_true(refd_uuid_equal(assignment_of(league, s.berta).replaces.uuid, s.anna.uuid));
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	league_commit(league);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
	assert_int_equal(assignment_of(league, s.anna).version, 0); /* gone */
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_REPLACED), 1);
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_ASSIGNED), 1);
}

/* ---- stage many ---- */

struct rows {
	enum refd_status status[4];
	size_t n;
	size_t stop_at; /* row the sink ends the batch at; 0: none */
};

static enum refd_status note_row(void *self, size_t row, enum refd_status status,
				 const struct refd_result *result, const struct refd_error *err)
{
	struct rows *rows = self;

	assert_int_equal(row, rows->n);
	assert_true((status == REFD_OK) == (err == NULL));
	assert_true(status == REFD_OK || (result == NULL && err->status == status));
	rows->status[rows->n++] = status;
	return rows->stop_at != 0 && row == rows->stop_at ? REFD_DENIED : REFD_OK;
}

static enum refd_status stage_many(struct league *league, const struct refd_stage *stages,
				   size_t count, struct rows *rows)
{
	refd_error_clear(&league->err);
	return refd_assigning_stage_many(league->app, league->meta, stages, count, note_row, rows,
					 &league->result, &league->err);
}

static void stage_many__all_or_nothing_and_every_row_reported(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_stage stages[] = { { s.fixture, s.anna, FIRST },
				       { { support_uuid(99) }, s.berta, FIRST },
				       { s.fixture, s.berta, (enum refd_role)7 },
				       { s.fixture, s.berta, SECOND } };
	struct rows rows = { .n = 0 };

	support_assert_status(stage_many(league, stages, 4, &rows), REFD_NOT_FOUND);
	assert_int_equal(rows.n, 4);
	assert_int_equal(rows.status[0], REFD_OK);
	assert_int_equal(rows.status[1], REFD_NOT_FOUND);
	assert_int_equal(rows.status[2], REFD_INVALID);
	assert_int_equal(rows.status[3], REFD_OK);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 0);
	stages[1] = stages[3];
	rows = (struct rows){ .n = 0 };
	support_assert_status(stage_many(league, stages, 2, &rows), REFD_OK);
	assert_int_equal(rows.n, 2);
	assert_int_equal(league->result.affected, 2);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 2);
	support_assert_status(stage_many(league, stages, 0, &rows), REFD_OK);
	assert_int_equal(league->result.affected, 0);
}

static void stage_many__a_sink_can_end_the_batch(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_stage stages[] = { { s.fixture, s.anna, FIRST },
					     { s.fixture, s.berta, SECOND } };
	struct rows rows = { .stop_at = 1 };

	support_assert_status(stage_many(league, stages, 2, &rows), REFD_DENIED);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 0);
}

static void stage_many__a_sink_can_end_the_report(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_stage stages[] = { { s.fixture, s.anna, FIRST },
					     { s.fixture, s.berta, (enum refd_role)7 },
					     { s.fixture, s.berta, SECOND } };
	struct rows rows = { .stop_at = 1 };

	support_assert_status(stage_many(league, stages, 3, &rows), REFD_DENIED);
	assert_int_equal(rows.n, 2);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 0);
}

static void stage_many__knows_the_expected_version_of_its_first_fixture(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_stage stages[] = { { s.fixture, s.anna, FIRST },
					     { s.fixture, s.berta, SECOND } };
	struct refd_command meta = { .struct_size = sizeof(meta), .expected_version = 7 };
	struct rows rows = { .n = 0 };

	league->meta = &meta;
	support_assert_status(stage_many(league, stages, 2, &rows), REFD_CONFLICT);
	meta.expected_version = 1;
	rows.n = 0;
	support_assert_status(stage_many(league, stages, 2, &rows), REFD_OK);
}

/* ---- unstage ---- */

static void ASG_10__a_staged_row_is_deleted(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	support_assert_status(try_unstage(league, s.fixture, s.anna), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 0);
	assert_int_equal(league_events_named(league, "AssignmentRemoved"), 1);
	assert_int_equal(league_notices(league, s.anna, (enum refd_notice_kind)0), 0);
}

static void ASG_11_15__there_is_no_such_assignment(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	support_assert_status(try_unstage(league, s.fixture, s.anna), REFD_NOT_FOUND);
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_NOT_FOUND);
	support_assert_status(try_replace(league, s.fixture, s.anna, s.berta), REFD_NOT_FOUND);
	support_assert_status(
		try_remove(league, (struct refd_fixture_id){ support_uuid(99) }, s.anna),
		REFD_NOT_FOUND);
	support_assert_status(
		try_unstage(league, (struct refd_fixture_id){ support_uuid(99) }, s.anna),
		REFD_NOT_FOUND);
}

static void ASG_12__a_committed_row_is_not_unstaged(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	EXPECT_ONLY(league, try_unstage(league, s.fixture, s.anna), REFD_RULE_NOT_STAGED);
}

/* ---- remove ---- */

static void ASG_13_14_NTF_06_EVT_13__a_committed_row_is_removed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_OK);
	assert_true(league_is_free(league, s.fixture, FIRST));
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 0);
	assert_int_equal(league_events_named(league, "RefereeUnassigned"), 1);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_RELEASED), 1);
	assert_int_equal(league_availabilities(league, s.fixture), 2);
}

static void ASG_13_EVT_14__the_second_referee_is_removed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	support_assert_status(try_remove(league, s.fixture, s.berta), REFD_OK);
	assert_true(league_is_free(league, s.fixture, SECOND));
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_RELEASED), 1);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_RELEASED), 0);
}

static void ASG_16__a_staged_row_is_not_removed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_ONLY(league, try_remove(league, s.fixture, s.anna), REFD_RULE_NOT_COMMITTED);
	EXPECT_ONLY(league, try_replace(league, s.fixture, s.anna, s.berta),
		    REFD_RULE_NOT_COMMITTED);
}

/* The slot is emptied for the referee who holds it, nobody else. */
static void ASG_17_EVT_15__a_replaced_referee_cannot_be_removed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	support_assert_status(try_replace(league, s.fixture, s.anna, s.berta), REFD_OK);
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_NOT_FOUND);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
}

/* ---- replace ---- */

static void ASG_25_NTF_05_EVT_19__a_referee_is_replaced_at_once(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_assignment_state before, after;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	before = assignment_of(league, s.anna);
	support_assert_status(try_replace(league, s.fixture, s.anna, s.berta), REFD_OK);
	after = assignment_of(league, s.berta);
	assert_true(refd_uuid_equal(before.id.uuid, after.id.uuid));
	assert_int_equal(after.role, FIRST);
	assert_int_equal(after.status, REFD_ASSIGNMENT_COMMITTED);
	assert_int_equal(after.version, before.version + 2);
	assert_int_equal(league_events_of(league, REFD_NOUN_ASSIGNMENT, after.id.uuid),
			 after.version);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_REPLACED), 1);
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_ASSIGNED), 1);
	assert_int_equal(league_events_named(league, "AssignmentRefereeChanged"), 1);
	assert_int_equal(league_events_named(league, "RefereeAssigned"), 2);
}

static void ASG_25__the_new_referee_obeys_the_rules(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara"), retired;
	struct refd_replace illegible = { .reason = refd_str_of("\xff") };
	size_t events;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	EXPECT_ONLY(league, try_replace(league, s.fixture, s.anna, clara),
		    REFD_RULE_REFEREE_NOT_AVAILABLE);
	EXPECT_ONLY(league, try_replace(league, s.fixture, s.anna, s.berta),
		    REFD_RULE_REFEREE_TWICE);
	assert_non_null(strstr(league->err.message, "1 rule"));
	retired = league_referee(league, "Dora");
	LEAGUE_EXPECT(league,
		      refd_registry_retire_referee(league->app, NULL, retired, &league->result,
						   &league->err),
		      REFD_OK);
	EXPECT_REFUSED(league, try_replace(league, s.fixture, s.anna, retired),
		       REFD_RULE_REFEREE_RETIRED);
	support_assert_violation(&league->err, REFD_RULE_REFEREE_NOT_AVAILABLE, NULL);
	illegible.old_referee = s.anna;
	illegible.new_referee = s.berta;
	illegible.fixture = s.fixture;
	LEAGUE_EXPECT(league,
		      refd_assigning_replace(league->app, NULL, &illegible, &league->result,
					     &league->err),
		      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_NOT_UTF8, "replace.reason");
	events = league_events(league);
	EXPECT_ONLY(league, try_replace(league, s.fixture, s.anna, s.anna),
		    REFD_RULE_REFEREE_UNCHANGED);
	support_assert_status(try_replace(league, s.fixture, s.anna,
					  (struct refd_referee_id){ support_uuid(99) }),
			      REFD_NOT_FOUND);
	assert_int_equal(league_events(league), events);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
}

static void ASG_25__the_new_referees_staged_row_is_used_up(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.berta, SECOND);
	support_assert_status(try_replace(league, s.fixture, s.anna, s.berta), REFD_OK);
	assert_int_equal(league_assignments(league, s.fixture, (enum refd_assignment_status)0), 1);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
	assert_true(league_is_free(league, s.fixture, SECOND));
	support_assert_status(try_validate(league), REFD_OK);
}

static void ASG_25__a_double_booked_referee_does_not_step_in(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_fixture_id other = league_fixture(league, league_time(7, 119));

	league_assign(league, other, s.berta, FIRST);
	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	EXPECT_ONLY(league, try_replace(league, s.fixture, s.anna, s.berta),
		    REFD_RULE_REFEREE_DOUBLE_BOOKED);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, other.uuid));
}

/* In a unit that knows the fixture, what the new referee is judged by is read for itself. */
static void replace__is_judged_alike_where_the_unit_knows_the_fixture(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");
	struct refd_fixture *known = NULL;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_set_rule(league, "neutral_referees", "true");
	LEAGUE_EXPECT(league,
		      refd_unit_fixture(league_begin(league), s.fixture, &known, &league->err),
		      REFD_OK);
	EXPECT_ONLY(league, try_replace(league, s.fixture, s.anna, clara),
		    REFD_RULE_REFEREE_NOT_AVAILABLE);
	support_assert_status(try_replace(league, s.fixture, s.anna, s.berta), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
}

static void replace__by_one_of_a_club_that_plays_is_refused(void **state)
{
	struct league *league = *state;
	struct refd_team_id own = league_team(league, "Club of referees");
	struct refd_team_id other = league_team(league, "Guests");
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_referee_id berta = league_referee(league, "Berta");
	struct refd_fixture *known = NULL;
	struct refd_fixture_id fixture;

	support_assert_status(
		try_schedule(league, other, own, league_venue(league, "Hall"), league_time(7, 0)),
		REFD_OK);
	fixture.uuid = league_made(league);
	league_assign(league, fixture, anna, FIRST);
	league_declare(league, fixture, berta);
	league_set_rule(league, "neutral_referees", "true");
	EXPECT_ONLY(league, try_replace(league, fixture, anna, berta), REFD_RULE_CLUB_NOT_NEUTRAL);
	LEAGUE_EXPECT(league,
		      refd_unit_fixture(league_begin(league), fixture, &known, &league->err),
		      REFD_OK);
	EXPECT_ONLY(league, try_replace(league, fixture, anna, berta), REFD_RULE_CLUB_NOT_NEUTRAL);
	league_drop(league);
}

struct overridden {
	char payload[600];
	size_t n;
};

static enum refd_status find_override(void *self, const struct refd_event_state *event)
{
	struct overridden *found = self;

	if (!refd_str_equal(event->type, refd_str_of("RuleOverridden")))
		return REFD_OK;
	snprintf(found->payload, sizeof(found->payload), "%.*s", (int)event->payload.len,
		 event->payload.ptr);
	found->n++;
	return REFD_OK;
}

static void replace__an_override_names_the_new_referee(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");
	struct refd_override override = { REFD_RULE_REFEREE_NOT_AVAILABLE, s.fixture, clara,
					  refd_str_of("phoned") };
	const struct refd_replace cmd = { s.fixture, s.anna, clara, { NULL, 0 }, &override, 1 };
	struct overridden found = { .n = 0 };
	char id[REFD_UUID_TEXT + 1];

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	LEAGUE_EXPECT(
		league,
		refd_assigning_replace(league->app, NULL, &cmd, &league->result, &league->err),
		REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 },
					(struct refd_range){ { 0 }, { 0 } }, NULL, find_override,
					&found, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(found.n, 1);
	assert_non_null(strstr(found.payload, refd_uuid_format(clara.uuid, id)));
	assert_int_equal(assignment_of(league, clara).overridden,
			 1 << REFD_RULE_REFEREE_NOT_AVAILABLE);
	override.rule = REFD_RULE_REFEREE_TWICE;
	LEAGUE_EXPECT(
		league,
		refd_assigning_replace(league->app, NULL, &cmd, &league->result, &league->err),
		REFD_NOT_FOUND); /* anna is gone */
}

/* ---- lists ---- */

static void ASG_09_B_ASG_6__assignments_are_listed_by_kickoff(void **state)
{
	struct league *league = *state;
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_fixture_id late = league_fixture(league, league_time(9, 0));
	struct refd_fixture_id early = league_fixture(league, league_time(8, 0));
	struct refd_assignment_state last;

	league_assign(league, late, anna, FIRST);
	league_stage(league, early, anna, FIRST);
	LEAGUE_EXPECT(
		league,
		refd_query_assignments(league->app, NULL, NULL, copy, &last, NULL, &league->err),
		REFD_OK);
	assert_true(refd_uuid_equal(last.fixture.uuid, late.uuid));
	assert_int_equal(league_assignments(league, early, REFD_ASSIGNMENT_STAGED), 1);
	assert_int_equal(league_assignments(league, late, REFD_ASSIGNMENT_STAGED), 0);
	league_stage(league, late, anna, SECOND);
	assert_int_equal(league_assignments(league, late, REFD_ASSIGNMENT_STAGED), 1);
	assert_int_equal(league_assignments(league, late, REFD_ASSIGNMENT_COMMITTED), 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(ASG_01_26__an_assignment_is_staged_with_an_event),
		LEAGUE_TEST(ASG_01__a_role_that_is_none_is_invalid),
		LEAGUE_TEST(ASG_02_03__unknown_parties_are_not_found),
		LEAGUE_TEST(ASG_04__staging_looks_at_nothing_else),
		LEAGUE_TEST(ASG_05_08__staged_again_changes_the_role),
		LEAGUE_TEST(ASG_06__the_committed_role_again_is_refused),
		LEAGUE_TEST(B_ASG_1__staging_over_a_committed_row_loses_nothing),
		LEAGUE_TEST(B_ASG_2__a_role_change_never_fills_both_slots),
		LEAGUE_TEST(stage__a_held_role_is_a_replacement),
		LEAGUE_TEST(stage_many__all_or_nothing_and_every_row_reported),
		LEAGUE_TEST(stage_many__a_sink_can_end_the_batch),
		LEAGUE_TEST(stage_many__a_sink_can_end_the_report),
		LEAGUE_TEST(stage_many__knows_the_expected_version_of_its_first_fixture),
		LEAGUE_TEST(ASG_10__a_staged_row_is_deleted),
		LEAGUE_TEST(ASG_11_15__there_is_no_such_assignment),
		LEAGUE_TEST(ASG_12__a_committed_row_is_not_unstaged),
		LEAGUE_TEST(ASG_13_14_NTF_06_EVT_13__a_committed_row_is_removed),
		LEAGUE_TEST(ASG_13_EVT_14__the_second_referee_is_removed),
		LEAGUE_TEST(ASG_16__a_staged_row_is_not_removed),
		LEAGUE_TEST(ASG_17_EVT_15__a_replaced_referee_cannot_be_removed),
		LEAGUE_TEST(ASG_25_NTF_05_EVT_19__a_referee_is_replaced_at_once),
		LEAGUE_TEST(ASG_25__the_new_referee_obeys_the_rules),
		LEAGUE_TEST(ASG_25__the_new_referees_staged_row_is_used_up),
		LEAGUE_TEST(ASG_25__a_double_booked_referee_does_not_step_in),
		LEAGUE_TEST(replace__is_judged_alike_where_the_unit_knows_the_fixture),
		LEAGUE_TEST(replace__by_one_of_a_club_that_plays_is_refused),
		LEAGUE_TEST(replace__an_override_names_the_new_referee),
		LEAGUE_TEST(ASG_09_B_ASG_6__assignments_are_listed_by_kickoff),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app assigning", tests, NULL, NULL);
}
