#include "tampered.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND
#define ANY    ((enum refd_assignment_status)0)

static enum refd_status commit_with(struct league *league, const struct refd_commit *cmd)
{
	refd_error_clear(&league->err);
	return refd_assigning_commit(league->app, league->meta, cmd, &league->result, &league->err);
}

static void declare_and_stage(struct league *league, struct refd_fixture_id fixture,
			      struct refd_referee_id referee, enum refd_role role)
{
	league_declare(league, fixture, referee);
	league_stage(league, fixture, referee, role);
}

/* ---- commit ---- */

static void ASG_18_19_EVT_11_12_NTF_04__staged_rows_are_committed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	assert_int_equal(
		league_notices(league, (struct refd_referee_id){ 0 }, (enum refd_notice_kind)0), 0);
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 2);
	assert_int_equal(league->result.count, 2);
	assert_int_equal(league->result.items[0].version, 2);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	assert_true(league_holds(league, s.fixture, SECOND, s.berta));
	assert_int_equal(league_assignments(league, s.fixture, REFD_ASSIGNMENT_COMMITTED), 2);
	assert_int_equal(league_events_named(league, "RefereeAssigned"), 2);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_ASSIGNED), 1);
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_ASSIGNED), 1);
}

static void ASG_20__nothing_staged_is_fine(void **state)
{
	struct league *league = *state;

	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 0);
	support_assert_status(try_validate(league), REFD_OK);
}

/* One bad row blocks all, and is named. */
static void ASG_21_VAL_06_B_ASG_4__a_violation_stops_the_commit(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, clara, SECOND);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_NOT_AVAILABLE);
	assert_true(refd_uuid_equal(league->err.violations[0].referee.uuid, clara.uuid));
	assert_true(refd_uuid_equal(league->err.violations[0].fixture.uuid, s.fixture.uuid));
	assert_int_equal(league->err.violations[0].role, SECOND);
	assert_true(league_is_free(league, s.fixture, FIRST));
	assert_int_equal(league_assignments(league, s.fixture, REFD_ASSIGNMENT_STAGED), 2);
}

static enum refd_status count_violation(void *self, size_t index,
					const struct refd_violation *violation)
{
	(void)index;
	assert_true(violation->message[0] != '\0');
	++*(size_t *)self;
	return REFD_OK;
}

static void commit__valid_only_leaves_the_others_staged(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");
	size_t violations = 0;
	const struct refd_commit cmd = { .valid_only = true,
					 .sink = count_violation,
					 .sink_self = &violations };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, clara, SECOND);
	support_assert_status(commit_with(league, &cmd), REFD_OK);
	assert_int_equal(league->err.total, 0);
	assert_int_equal(violations, 1);
	assert_int_equal(league->result.affected, 1);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	assert_int_equal(league_assignments(league, s.fixture, REFD_ASSIGNMENT_STAGED), 1);
}

/* Anna's change of role cannot be, so the first role is not free for Clara either. */
static void commit__valid_only_settles(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");
	struct refd_referee_id dora = league_referee(league, "Dora");
	const struct refd_commit cmd = { .valid_only = true };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.anna, SECOND);
	league_stage(league, s.fixture, dora, SECOND); /* not available */
	declare_and_stage(league, s.fixture, clara, FIRST);
	support_assert_status(commit_with(league, &cmd), REFD_OK);
	assert_int_equal(league->result.affected, 0);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	assert_true(league_is_free(league, s.fixture, SECOND));
	support_assert_status(try_unstage(league, s.fixture, dora), REFD_OK);
	support_assert_status(commit_with(league, &cmd), REFD_OK);
	assert_int_equal(league->result.affected, 2);
	assert_true(league_holds(league, s.fixture, FIRST, clara));
	assert_true(league_holds(league, s.fixture, SECOND, s.anna));
}

static void commit__two_referees_swap_their_roles(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	league_stage(league, s.fixture, s.anna, SECOND);
	league_stage(league, s.fixture, s.berta, FIRST);
	support_assert_status(try_commit(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
	assert_true(league_holds(league, s.fixture, SECOND, s.anna));
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_ROLE_CHANGED), 1);
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_ROLE_CHANGED), 1);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_RELEASED), 0);
}

/* The assigned referee takes a role somebody else holds, who goes. */
static void commit__a_role_change_replaces_the_holder(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	league_stage(league, s.fixture, s.anna, SECOND);
	support_assert_status(try_commit(league), REFD_OK);
	assert_true(league_is_free(league, s.fixture, FIRST));
	assert_true(league_holds(league, s.fixture, SECOND, s.anna));
	assert_int_equal(league_assignments(league, s.fixture, ANY), 1);
	assert_int_equal(league_notices(league, s.berta, REFD_NOTICE_REPLACED), 1);
}

static void ASG_22_23__a_role_taken_meanwhile_is_not_taken_again(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");

	league_stage(league, s.fixture, s.anna, FIRST);
	declare_and_stage(league, s.fixture, clara, SECOND);
	league_commit(league);
	league_stage(league, s.fixture, s.berta, FIRST); /* to replace Anna */
	support_assert_status(
		try_replace(league, s.fixture, s.anna, league_referee(league, "Dora")),
		REFD_REFUSED);
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_OK);
	league_stage(league, s.fixture, clara, FIRST); /* a role change into the free slot */
	EXPECT_REFUSED(league, try_commit(league), REFD_RULE_ROLE_TAKEN);
	assert_int_equal(league->err.total, 2);
	assert_true(league_is_free(league, s.fixture, FIRST));
	support_assert_status(try_unstage(league, s.fixture, s.berta), REFD_OK);
	support_assert_status(try_commit(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, clara));
}

/* Berta was staged to replace Anna, who was replaced by Clara meanwhile: Clara stays. */
static void ASG_22__a_replacement_goes_for_whom_it_was_staged(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");

	league_declare(league, s.fixture, clara);
	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.berta, FIRST);
	support_assert_status(try_replace(league, s.fixture, s.anna, clara), REFD_OK);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_ROLE_TAKEN);
	assert_true(league_holds(league, s.fixture, FIRST, clara));
	league_stage(league, s.fixture, s.berta, FIRST); /* staged anew, for Clara */
	support_assert_status(try_commit(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, s.berta));
}

static void ASG_24__a_retired_referee_is_not_committed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	LEAGUE_EXPECT(league,
		      refd_registry_retire_referee(league->app, NULL, s.anna, &league->result,
						   &league->err),
		      REFD_OK);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_RETIRED);
}

/* The second of two commits finds nothing staged: no double events. */
static void B_ASG_5__committing_twice_commits_once(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 0);
	assert_int_equal(league_events_named(league, "RefereeAssigned"), 1);
	assert_int_equal(league_notices(league, s.anna, REFD_NOTICE_ASSIGNED), 1);
}

/* ---- overrides ---- */

static void override__passes_an_overridable_rule_and_is_remembered(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");
	const struct refd_override override = { REFD_RULE_REFEREE_NOT_AVAILABLE, s.fixture, clara,
						refd_str_of("phoned") };
	const struct refd_commit cmd = { .overrides = &override, .n_overrides = 1 };

	league_stage(league, s.fixture, clara, FIRST);
	LEAGUE_EXPECT(
		league,
		refd_assigning_validate(league->app, &override, 1, NULL, NULL, NULL, &league->err),
		REFD_OK);
	support_assert_status(commit_with(league, &cmd), REFD_OK);
	assert_int_equal(league_events_named(league, "RuleOverridden"), 1);
	assert_true(league_holds(league, s.fixture, FIRST, clara));
	/* a later change judges it anew, and passes it again */
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 30)), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, clara));
	support_assert_status(try_reschedule(league, s.fixture, league_time(9, 0)), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, clara));
}

static void override__needs_a_soft_rule_a_reason_and_a_staged_row(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_override override = { REFD_RULE_FIXTURE_NOT_PLAYABLE, s.fixture, s.anna,
					  refd_str_of("because") };
	const struct refd_commit cmd = { .overrides = &override, .n_overrides = 1 };

	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_ONLY(league, commit_with(league, &cmd), REFD_RULE_OVERRIDE_NOT_ALLOWED);
	override.rule = REFD_RULE_SAME_TEAM;
	EXPECT_ONLY(league, commit_with(league, &cmd), REFD_RULE_OVERRIDE_NOT_ALLOWED);
	override.rule = (enum refd_rule)0;
	EXPECT_ONLY(league, commit_with(league, &cmd), REFD_RULE_OVERRIDE_NOT_ALLOWED);
	override.reason = refd_str_of("");
	support_assert_status(commit_with(league, &cmd), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OVERRIDE_NOT_ALLOWED, NULL);
	support_assert_violation(&league->err, REFD_RULE_TEXT_BLANK, "override.reason");
	override.rule = REFD_RULE_REFEREE_NOT_AVAILABLE;
	override.reason = refd_str_of(" ");
	support_assert_status(commit_with(league, &cmd), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_BLANK, "override.reason");
	override.reason = refd_str_of("because");
	override.referee = s.berta;
	support_assert_status(commit_with(league, &cmd), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_NOT_STAGED, NULL);
	override.fixture = league_fixture(league, league_time(20, 0));
	override.referee = s.anna;
	support_assert_status(commit_with(league, &cmd), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_NOT_STAGED, NULL);
	override.fixture = s.fixture;
	assert_true(league_is_free(league, s.fixture, FIRST));
	override.referee = s.anna; /* not needed, but allowed */
	support_assert_status(commit_with(league, &cmd), REFD_OK);
}

static void override__is_for_the_one_row_it_names(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_id clara = league_referee(league, "Clara");
	struct refd_fixture_id other = league_fixture(league, league_time(20, 0));
	const struct refd_override overrides[] = {
		{ REFD_RULE_REFEREE_NOT_AVAILABLE, s.fixture, clara, refd_str_of("because") },
		{ REFD_RULE_REFEREE_NOT_AVAILABLE, other, clara, refd_str_of("once more") },
	};
	const struct refd_commit one = { .overrides = overrides, .n_overrides = 1 };
	const struct refd_commit both = { .overrides = overrides, .n_overrides = 2 };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, clara, SECOND);
	league_stage(league, other, clara, FIRST);
	EXPECT_ONLY(league, commit_with(league, &one), REFD_RULE_REFEREE_NOT_AVAILABLE);
	support_assert_status(commit_with(league, &both), REFD_OK);
	assert_int_equal(league_events_named(league, "RuleOverridden"), 2);
}

/* ---- validate: each rule at its boundary ---- */

static void VAL_00_B_VAL_1__validation_changes_nothing(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	size_t events, total = 99, seen = 0;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, league_referee(league, "Clara"), SECOND);
	events = league_events(league);
	LEAGUE_EXPECT(league,
		      refd_assigning_validate(league->app, NULL, 0, count_violation, &seen, &total,
					      &league->err),
		      REFD_REFUSED);
	assert_int_equal(total, 1);
	assert_int_equal(seen, 1);
	assert_int_equal(league_events(league), events);
	assert_int_equal(league_assignments(league, s.fixture, REFD_ASSIGNMENT_STAGED), 2);
}

static void VAL_01__a_cancelled_or_past_fixture_is_not_playable(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league->now.us = league_time(7, 0).us - 1;
	support_assert_status(try_validate(league), REFD_OK);
	league->now = league_time(7, 0);
	EXPECT_ONLY(league, try_validate(league), REFD_RULE_FIXTURE_NOT_PLAYABLE);
	league_set_rule(league, "require_future_kickoff", "false");
	support_assert_status(try_validate(league), REFD_OK);
	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_FIXTURE_NOT_PLAYABLE);
}

static void VAL_02__availability_is_required_unless_the_rules_say_no(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, league_referee(league, "Clara"), FIRST);
	EXPECT_ONLY(league, try_validate(league), REFD_RULE_REFEREE_NOT_AVAILABLE);
	league_set_rule(league, "require_availability", "false");
	support_assert_status(try_validate(league), REFD_OK);
	support_assert_status(try_commit(league), REFD_OK);
}

static void VAL_03__no_two_fixtures_at_the_same_time(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_fixture_id other = league_fixture(league, league_time(7, 119));

	league_stage(league, s.fixture, s.anna, FIRST);
	declare_and_stage(league, other, s.anna, FIRST);
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_REFEREE_DOUBLE_BOOKED);
	assert_int_equal(league->err.total, 2); /* both staged rows are judged */
	assert_int_equal(league->err.violations[0].measured, 1);
	assert_true(refd_uuid_equal(league->err.violations[0].counterpart.id, other.uuid));
	support_assert_status(try_unstage(league, other, s.anna), REFD_OK);
	league_commit(league);
	league_stage(league, other, s.anna, FIRST); /* now against a committed one */
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_DOUBLE_BOOKED);
	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	support_assert_status(try_commit(league), REFD_OK);
}

static void match_duration__decides_what_overlaps(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_fixture_id other = league_fixture(league, league_time(7, 90));

	league_set_rule(league, "travel_gap", "0");
	league_stage(league, s.fixture, s.anna, FIRST);
	declare_and_stage(league, other, s.anna, FIRST);
	league_set_rule(league, "match_duration", "91");
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_REFEREE_DOUBLE_BOOKED);
	league_set_rule(league, "match_duration", "90");
	support_assert_status(try_validate(league), REFD_OK);
}

static void VAL_04__travel_gap_between_venues_without_coordinates(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_fixture_id other = league_fixture(league, league_time(7, 180));

	league_stage(league, s.fixture, s.anna, FIRST);
	declare_and_stage(league, other, s.anna, FIRST);
	support_assert_status(try_validate(league), REFD_OK); /* 60 free, 60 needed */
	league_set_rule(league, "travel_gap", "61");
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_REFEREE_TOO_CLOSE);
	assert_int_equal(league->err.violations[0].measured, 60);
	assert_int_equal(league->err.violations[0].limit, 61);
	assert_int_equal(league->err.total, 2);
}

static void VAL_04__the_same_venue_is_no_journey(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_set_rule(league, "exclusivity", "overlap");
	declare_and_stage(league, league_fixture_at(league, hall, league_time(7, 0)), anna, FIRST);
	declare_and_stage(league, league_fixture_at(league, hall, league_time(7, 120)), anna,
			  FIRST);
	support_assert_status(try_validate(league), REFD_OK);
}

/* 70 km along a meridian are 0.629525 degrees: just under an hour at 70 km/h, just over with one
 * millionth more. */
static void VAL_04__travel_speed_between_coordinates(void **state)
{
	struct league *league = *state;
	struct refd_venue_id south = league_venue_at(league, "South", "50", "10");
	struct refd_venue_id north = league_venue_at(league, "North", "50.6295", "10");
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_fixture_id late;

	declare_and_stage(league, league_fixture_at(league, south, league_time(7, 0)), anna, FIRST);
	late = league_fixture_at(league, north, league_time(7, 180));
	declare_and_stage(league, late, anna, FIRST);
	support_assert_status(try_validate(league), REFD_OK);
	league_set_rule(league, "travel_speed", "69");
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_REFEREE_TOO_CLOSE);
	assert_int_equal(league->err.violations[0].measured, 60);
	assert_int_equal(league->err.violations[0].limit, 61);
	league_set_rule(league, "travel_speed", "70");
	support_assert_status(
		try_move(league, late, league_venue_at(league, "Further", "50.6297", "10")),
		REFD_OK);
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_REFEREE_TOO_CLOSE);
}

/* Whoever is slow is looked for far away in time. */
static void travel_speed__reaches_back_for_days(void **state)
{
	struct league *league = *state;
	struct refd_venue_id pole = league_venue_at(league, "Pole", "90", "0");
	struct refd_venue_id other = league_venue_at(league, "Other pole", "-90", "0");
	struct refd_referee_id anna = league_referee(league, "Anna");

	league_set_rule(league, "travel_speed", "10"); /* 2002 hours, 83 days */
	declare_and_stage(league, league_fixture_at(league, pole, league_time(1, 0)), anna, FIRST);
	league_commit(league);
	declare_and_stage(league, league_fixture_at(league, other, league_time(84, 0)), anna,
			  FIRST);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_TOO_CLOSE);
	league_set_rule(league, "travel_speed", "11");
	support_assert_status(try_commit(league), REFD_OK);
}

static struct refd_referee_id engaged(struct league *league, struct refd_time kickoff)
{
	struct refd_venue_id far = league_venue_at(league, "Far", "39.3", "12");
	struct refd_referee_id referee = league_referee(league, "Engaged");

	league_assign(league, league_fixture_at(league, far, kickoff), referee, FIRST);
	return referee;
}

static bool is_among_violations(const struct league *league, struct refd_referee_id referee)
{
	for (uint32_t i = 0; i < league->err.kept; i++) {
		if (refd_uuid_equal(league->err.violations[i].referee.uuid, referee.uuid))
			return true;
	}
	return false;
}

/* With a second referee beside. */
static void stage_near(struct league *league, struct refd_referee_id referee)
{
	struct refd_venue_id near = league_venue_at(league, "Near", "51", "12");
	struct refd_fixture_id fixture = league_fixture_at(league, near, league_time(10, 0));

	declare_and_stage(league, fixture, referee, FIRST);
	declare_and_stage(league, fixture, league_referee(league, "Beside"), SECOND);
}

/* The engagements of many referees are sought as far as any two venues are apart, here 1,116
 * minutes; with more venues than referees, as far as any two places. */
static void travel_speed__of_many_referees_reaches_the_farthest_venue(void **state)
{
	enum { FIXTURES = 20, MATCH = 120, WAY = 1116 };
	struct league *league = *state;
	struct refd_referee_id before = engaged(league, league_time(10, -MATCH - WAY));
	struct refd_referee_id late = engaged(league, league_time(10, 1 - MATCH - WAY));
	struct refd_referee_id early = engaged(league, league_time(10, MATCH + WAY - 1));

	stage_near(league, before);
	stage_near(league, late);
	stage_near(league, early);
	for (int i = 3; i < FIXTURES; i++)
		stage_near(league, league_referee(league, "Near"));
	for (int crowded = 0; crowded < 2; crowded++) {
		EXPECT_REFUSED(league, try_commit(league), REFD_RULE_REFEREE_TOO_CLOSE);
		assert_int_equal(league->err.total, 2);
		assert_true(is_among_violations(league, late));
		assert_true(is_among_violations(league, early));
		for (int i = 0; i < 2 * FIXTURES; i++)
			(void)league_venue(league, "Hall");
	}
}

static void VAL_05_ASG_07_B_ASG_3__one_role_has_one_referee(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, FIRST);
	EXPECT_REFUSED(league, try_commit(league), REFD_RULE_ROLE_TAKEN);
	assert_int_equal(league->err.total, 2);
	assert_true(league_is_free(league, s.fixture, FIRST));
	support_assert_status(try_unstage(league, s.fixture, s.berta), REFD_OK);
	support_assert_status(try_commit(league), REFD_OK);
}

static void neutral_referees__of_neither_club(void **state)
{
	struct league *league = *state;
	struct refd_referee_id anna = league_referee(league, "Anna"); /* "Club of referees" */
	struct refd_team_id own = league_team(league, "Club of referees");
	struct refd_team_id other = league_team(league, "Guests");
	struct refd_venue_id hall = league_venue(league, "Hall");

	for (int at_home = 0; at_home < 2; at_home++) {
		support_assert_status(try_schedule(league, at_home ? own : other,
						   at_home ? other : own, hall,
						   league_time(7 + at_home, 0)),
				      REFD_OK);
		declare_and_stage(league, (struct refd_fixture_id){ league_made(league) }, anna,
				  FIRST);
	}
	support_assert_status(try_validate(league), REFD_OK);
	league_set_rule(league, "neutral_referees", "true");
	EXPECT_REFUSED(league, try_validate(league), REFD_RULE_CLUB_NOT_NEUTRAL);
	assert_int_equal(league->err.total, 2);
	LEAGUE_EXPECT(league,
		      refd_registry_change_club(league->app, NULL, anna, refd_str_of("Third"),
						&league->result, &league->err),
		      REFD_OK);
	support_assert_status(try_validate(league), REFD_OK);
}

/* The teams of what the referee is engaged for already are not even read. */
static void neutral_referees__judges_the_fixtures_at_hand(void **state)
{
	struct league *league = *state;
	struct refd_referee_id anna = league_referee(league, "Anna");
	struct refd_team_id own = league_team(league, "Club of referees");
	struct refd_team_id other = league_team(league, "Guests");

	support_assert_status(
		try_schedule(league, own, other, league_venue(league, "Hall"), league_time(7, 0)),
		REFD_OK);
	league_assign(league, (struct refd_fixture_id){ league_made(league) }, anna, FIRST);
	league_set_rule(league, "neutral_referees", "true");
	declare_and_stage(league, league_fixture(league, league_time(8, 0)), anna, FIRST);
	support_assert_status(try_commit(league), REFD_OK);
	assert_int_equal(league->result.affected, 1);
}

/* Who stands in the way, and where, is told by name. */
static void violations__speak_of_names(void **state)
{
	struct league *league = *state;
	struct refd_venue_id arena = league_venue(league, "Arena");
	struct refd_referee_id anna = league_referee(league, "Anna");
	const struct refd_violation *violation;

	league_assign(league, league_fixture_at(league, arena, league_time(7, 0)), anna, FIRST);
	league_stage(league, league_fixture(league, league_time(7, 60)), anna, FIRST);
	EXPECT_REFUSED(league, try_commit(league), REFD_RULE_REFEREE_DOUBLE_BOOKED);
	assert_int_equal(league->err.total, 2);
	violation = &league->err.violations[league->err.violations[0].rule ==
					    REFD_RULE_REFEREE_NOT_AVAILABLE];
	assert_non_null(strstr(violation->message, "with the fixture at Arena"));
	violation = &league->err.violations[league->err.violations[0].rule !=
					    REFD_RULE_REFEREE_NOT_AVAILABLE];
	assert_non_null(strstr(violation->message, "Anna has not declared"));
}

static void validate__more_violations_than_the_error_holds_are_counted(void **state)
{
	struct league *league = *state;
	struct refd_referee_id anna = league_referee(league, "Anna");
	size_t total = 0, seen = 0;
	int i;

	for (i = 0; i < 20; i++)
		league_stage(league, league_fixture(league, league_time(7 + i, 0)), anna, FIRST);
	LEAGUE_EXPECT(league,
		      refd_assigning_validate(league->app, NULL, 0, count_violation, &seen, &total,
					      &league->err),
		      REFD_REFUSED);
	assert_int_equal(total, 20);
	assert_int_equal(seen, 20);
	assert_int_equal(league->err.total, 20);
	assert_int_equal(league->err.kept, REFD_ERROR_VIOLATIONS);
}

static enum refd_status stop(void *self, size_t index, const struct refd_violation *violation)
{
	(void)self;
	(void)index;
	(void)violation;
	return REFD_DENIED;
}

static void validate__a_sink_can_end_it(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);

	league_stage(league, s.fixture, league_referee(league, "Clara"), FIRST);
	LEAGUE_EXPECT(league,
		      refd_assigning_validate(league->app, NULL, 0, stop, NULL, NULL, &league->err),
		      REFD_DENIED);
}

/* ---- what if ---- */

static enum refd_status what_if(struct league *league, const struct refd_stage *rows, size_t count,
				size_t *total)
{
	refd_error_clear(&league->err);
	return refd_assigning_what_if(league->app, rows, count, NULL, NULL, total, &league->err);
}

static void what_if__judges_on_top_of_what_is_staged(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_stage row = { s.fixture, s.anna, FIRST };
	size_t total = 99, events;

	support_assert_status(what_if(league, &row, 1, &total), REFD_OK);
	assert_int_equal(total, 0);
	league_stage(league, s.fixture, s.berta, FIRST);
	events = league_events(league);
	EXPECT_REFUSED(league, what_if(league, &row, 1, &total), REFD_RULE_ROLE_TAKEN);
	assert_int_equal(total, 2);
	row.role = SECOND;
	support_assert_status(what_if(league, &row, 1, &total), REFD_OK);
	row.role = (enum refd_role)9;
	support_assert_status(what_if(league, &row, 1, &total), REFD_INVALID);
	row = (struct refd_stage){ { support_uuid(99) }, s.anna, FIRST };
	support_assert_status(what_if(league, &row, 1, &total), REFD_NOT_FOUND);
	assert_int_equal(league_events(league), events);
	assert_int_equal(league_assignments(league, s.fixture, ANY), 1);
}

/* A store that lost what it must keep is told so, whichever way the row is met. */
static void assignment__without_its_fixture_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_fixture_id other = league_fixture(league, league_time(8, 0));
	struct tampered t;

	declare_and_stage(league, other, s.anna, FIRST);
	tampered_install(&t, league);
	t.hides = REFD_RECORD_FIXTURE;
	t.hidden = other.uuid;
	support_assert_status(try_commit(league), REFD_CORRUPT); /* a candidate's own */
	assert_int_equal(league->err.object.noun, REFD_NOUN_FIXTURE);
	assert_true(refd_uuid_equal(league->err.object.id, other.uuid));
	support_assert_status(try_validate(league), REFD_CORRUPT);
	t.hidden = (struct refd_uuid){ { 0 } };
	support_assert_status(try_commit(league), REFD_OK);
	league_stage(league, s.fixture, s.anna, FIRST);
	t.hidden = other.uuid;
	support_assert_status(try_commit(league), REFD_CORRUPT); /* of another engagement */
	assert_true(refd_uuid_equal(league->err.object.id, other.uuid));
	t.hidden = (struct refd_uuid){ { 0 } };
	support_assert_status(try_commit(league), REFD_OK);
	tampered_remove(&t, league);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(ASG_18_19_EVT_11_12_NTF_04__staged_rows_are_committed),
		LEAGUE_TEST(ASG_20__nothing_staged_is_fine),
		LEAGUE_TEST(ASG_21_VAL_06_B_ASG_4__a_violation_stops_the_commit),
		LEAGUE_TEST(commit__valid_only_leaves_the_others_staged),
		LEAGUE_TEST(commit__valid_only_settles),
		LEAGUE_TEST(commit__two_referees_swap_their_roles),
		LEAGUE_TEST(commit__a_role_change_replaces_the_holder),
		LEAGUE_TEST(ASG_22_23__a_role_taken_meanwhile_is_not_taken_again),
		LEAGUE_TEST(ASG_22__a_replacement_goes_for_whom_it_was_staged),
		LEAGUE_TEST(ASG_24__a_retired_referee_is_not_committed),
		LEAGUE_TEST(B_ASG_5__committing_twice_commits_once),
		LEAGUE_TEST(override__passes_an_overridable_rule_and_is_remembered),
		LEAGUE_TEST(override__needs_a_soft_rule_a_reason_and_a_staged_row),
		LEAGUE_TEST(override__is_for_the_one_row_it_names),
		LEAGUE_TEST(VAL_00_B_VAL_1__validation_changes_nothing),
		LEAGUE_TEST(VAL_01__a_cancelled_or_past_fixture_is_not_playable),
		LEAGUE_TEST(VAL_02__availability_is_required_unless_the_rules_say_no),
		LEAGUE_TEST(VAL_03__no_two_fixtures_at_the_same_time),
		LEAGUE_TEST(match_duration__decides_what_overlaps),
		LEAGUE_TEST(VAL_04__travel_gap_between_venues_without_coordinates),
		LEAGUE_TEST(VAL_04__the_same_venue_is_no_journey),
		LEAGUE_TEST(VAL_04__travel_speed_between_coordinates),
		LEAGUE_TEST(travel_speed__reaches_back_for_days),
		LEAGUE_TEST(travel_speed__of_many_referees_reaches_the_farthest_venue),
		LEAGUE_TEST(VAL_05_ASG_07_B_ASG_3__one_role_has_one_referee),
		LEAGUE_TEST(neutral_referees__of_neither_club),
		LEAGUE_TEST(neutral_referees__judges_the_fixtures_at_hand),
		LEAGUE_TEST(violations__speak_of_names),
		LEAGUE_TEST(validate__more_violations_than_the_error_holds_are_counted),
		LEAGUE_TEST(validate__a_sink_can_end_it),
		LEAGUE_TEST(what_if__judges_on_top_of_what_is_staged),
		LEAGUE_TEST(assignment__without_its_fixture_is_corrupt),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app committing", tests, NULL, NULL);
}
