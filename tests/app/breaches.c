/*
 * A store that breaks its contract: rows are lost, doubled, or come though nobody asked for them.
 * What the core needs is missed and named, the rest is passed over, and nothing changes.
 */
#include "tampered.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND

static const struct refd_uuid stranger = { { 0xee } };

struct rows {
	size_t n;
};

static enum refd_status count_card(void *self, const struct refd_fixture_card *card)
{
	(void)card;
	++((struct rows *)self)->n;
	return REFD_OK;
}

static enum refd_status count_assignment(void *self, const struct refd_assignment_state *assignment,
					 const struct refd_fixture_state *fixture,
					 const struct refd_referee_state *referee)
{
	(void)assignment;
	(void)fixture;
	(void)referee;
	++((struct rows *)self)->n;
	return REFD_OK;
}

static enum refd_status count_notice(void *self, const struct refd_notice_state *notice,
				     const struct refd_referee_state *recipient)
{
	(void)notice;
	(void)recipient;
	++((struct rows *)self)->n;
	return REFD_OK;
}

static enum refd_status count_scheduled(void *self, const struct refd_fixture_card *card,
					enum refd_role role)
{
	assert_int_not_equal(role, 0);
	return count_card(self, card);
}

static void hide(struct tampered *t, enum refd_record record, struct refd_uuid id)
{
	t->hides = record;
	t->hidden = id;
}

static void show(struct tampered *t)
{
	hide(t, (enum refd_record)0, (struct refd_uuid){ { 0 } });
}

/* What was lost is named. */
#define EXPECT_LACKS(league, call, of, which)                                                      \
	do {                                                                                       \
		LEAGUE_EXPECT(league, call, REFD_CORRUPT);                                         \
		assert_int_equal((league)->err.object.noun, (of));                                 \
		assert_true(refd_uuid_equal((league)->err.object.id, (which)));                    \
		assert_int_not_equal((league)->err.message[0], 0);                                 \
	} while (0)

/* ---- commands ---- */

/* Has the unit look for it. */
static void expect_none(struct league *league, struct refd_unit *unit, enum refd_record record,
			struct refd_uuid id)
{
	struct refd_referee *referee = NULL;
	struct refd_fixture *fixture = NULL;
	struct refd_venue *venue = NULL;
	struct refd_team *team = NULL;
	enum refd_status st =
		record == REFD_RECORD_REFEREE
			? refd_unit_referee(unit, (struct refd_referee_id){ id }, &referee,
					    &league->err)
		: record == REFD_RECORD_FIXTURE
			? refd_unit_fixture(unit, (struct refd_fixture_id){ id }, &fixture,
					    &league->err)
		: record == REFD_RECORD_VENUE
			? refd_unit_venue(unit, (struct refd_venue_id){ id }, &venue, &league->err)
			: refd_unit_team(unit, (struct refd_team_id){ id }, &team, &league->err);

	support_assert_status(st, REFD_NOT_FOUND);
}

static void judged__without_a_party_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_fixture_state fixture = league_fixture_state(league, s.fixture);
	size_t events;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	tampered_install(&t, league);
	hide(&t, REFD_RECORD_VENUE, fixture.venue.uuid);
	EXPECT_LACKS(league, try_validate(league), REFD_NOUN_FIXTURE, s.fixture.uuid);
	show(&t);
	league_set_rule(league, "neutral_referees", "true");
	events = league_events(league);
	hide(&t, REFD_RECORD_REFEREE, s.anna.uuid);
	EXPECT_LACKS(league, try_commit(league), REFD_NOUN_REFEREE, s.anna.uuid);
	hide(&t, REFD_RECORD_VENUE, fixture.venue.uuid);
	EXPECT_LACKS(league, try_commit(league), REFD_NOUN_FIXTURE, s.fixture.uuid);
	hide(&t, REFD_RECORD_TEAM, fixture.home.uuid);
	EXPECT_LACKS(league, try_commit(league), REFD_NOUN_FIXTURE, s.fixture.uuid);
	hide(&t, REFD_RECORD_TEAM, fixture.away.uuid);
	EXPECT_LACKS(league, try_validate(league), REFD_NOUN_FIXTURE, s.fixture.uuid);
	show(&t);
	assert_int_equal(league_events(league), events);
	assert_true(league_is_free(league, s.fixture, FIRST));
	support_assert_status(try_commit(league), REFD_OK);
	tampered_remove(&t, league);
}

/* Others may register and stage whom the unit was told is not there: as here, where the row comes
 * later. What is lost for good stays CORRUPT, also where the unit has looked before. */
static void judged__asks_again_for_what_was_not_there(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_fixture_state fixture = league_fixture_state(league, s.fixture);
	const struct refd_venue_id hall = league_venue(league, "Hall");
	const struct refd_fixture_id other = league_fixture_at(league, hall, league_time(8, 0));
	const struct {
		enum refd_record record;
		struct refd_uuid id;
	} late[] = { { REFD_RECORD_REFEREE, s.anna.uuid },
		     { REFD_RECORD_FIXTURE, s.fixture.uuid },
		     { REFD_RECORD_FIXTURE, other.uuid }, /* where Anna is engaged */
		     { REFD_RECORD_VENUE, hall.uuid },
		     { REFD_RECORD_VENUE, fixture.venue.uuid },
		     { REFD_RECORD_TEAM, fixture.home.uuid } };
	struct tampered t;

	league_assign(league, other, s.anna, FIRST);
	league_set_rule(league, "neutral_referees", "true");
	league_stage(league, s.fixture, s.anna, FIRST);
	tampered_install(&t, league);
	for (size_t i = 0; i < 2 * sizeof(late) / sizeof(late[0]); i++) {
		const bool lost = i % 2 == 1;

		hide(&t, late[i / 2].record, late[i / 2].id);
		expect_none(league, league_begin(league), late[i / 2].record, late[i / 2].id);
		if (!lost)
			show(&t);
		LEAGUE_EXPECT(league, try_commit(league), lost ? REFD_CORRUPT : REFD_OK);
		league_drop(league);
	}
	show(&t);
	tampered_remove(&t, league);
}

/* The same for a team of a fixture that the unit knows and changes. */
static void changed__asks_again_for_a_team_that_was_not_there(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_uuid home = league_fixture_state(league, s.fixture).home.uuid;
	struct refd_fixture *fixture = NULL;
	struct refd_unit *unit;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_set_rule(league, "neutral_referees", "true");
	tampered_install(&t, league);
	unit = league_begin(league);
	LEAGUE_EXPECT(league, refd_unit_fixture(unit, s.fixture, &fixture, &league->err), REFD_OK);
	hide(&t, REFD_RECORD_TEAM, home);
	expect_none(league, unit, REFD_RECORD_TEAM, home);
	show(&t);
	support_assert_status(try_reschedule(league, s.fixture, league_time(7, 1)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	tampered_remove(&t, league);
}

/* The row comes in this state from now on, as if others had changed it. */
static void change(struct tampered *t, enum refd_record record, const void *row)
{
	hide(t, record, refd_record_object(record, row).id);
	t->extra = (struct tampered_row){ record, record, row };
}

/* A unit may know a row from before it held the guard under which it decides on it. */
static void judged__as_of_the_latest_guard(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_referee_state anna;
	struct refd_fixture_state fixture = league_fixture_state(league, s.fixture);
	struct refd_referee *referee = NULL;
	struct refd_fixture *known = NULL;
	struct tampered t;

	LEAGUE_EXPECT(league, refd_query_referee(league->app, s.anna, &anna, &league->err),
		      REFD_OK);
	anna.status = REFD_PARTY_RETIRED;
	fixture.status = REFD_FIXTURE_CANCELLED;
	league_stage(league, s.fixture, s.anna, FIRST);
	tampered_install(&t, league);
	LEAGUE_EXPECT(league,
		      refd_unit_referee(league_begin(league), s.anna, &referee, &league->err),
		      REFD_OK);
	change(&t, REFD_RECORD_REFEREE, &anna);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_REFEREE_RETIRED);
	league_drop(league);
	LEAGUE_EXPECT(league,
		      refd_unit_fixture(league_begin(league), s.fixture, &known, &league->err),
		      REFD_OK);
	change(&t, REFD_RECORD_FIXTURE, &fixture);
	EXPECT_ONLY(league, try_commit(league), REFD_RULE_FIXTURE_NOT_PLAYABLE);
	league_drop(league);
	tampered_remove(&t, league);
}

static void scheduled__as_of_the_latest_guard(void **state)
{
	struct league *league = *state;
	const struct refd_time later = league_time(20, 0);
	const struct refd_venue_id hall_id = league_venue(league, "Hall");
	const struct refd_team_id home_id = league_team(league, "Home");
	const struct refd_team_id away = league_team(league, "Away");
	struct refd_venue *venue = NULL;
	struct refd_venue_state hall;
	struct refd_team *team = NULL;
	struct refd_team_state home;
	struct tampered t;

	LEAGUE_EXPECT(league, refd_query_venue(league->app, hall_id, &hall, &league->err), REFD_OK);
	LEAGUE_EXPECT(league, refd_query_team(league->app, home_id, &home, &league->err), REFD_OK);
	hall.status = home.status = REFD_PARTY_RETIRED;
	tampered_install(&t, league);
	LEAGUE_EXPECT(league, refd_unit_venue(league_begin(league), hall.id, &venue, &league->err),
		      REFD_OK);
	change(&t, REFD_RECORD_VENUE, &hall);
	EXPECT_ONLY(league, try_schedule(league, home.id, away, hall.id, later), REFD_RULE_RETIRED);
	league_drop(league);
	LEAGUE_EXPECT(league, refd_unit_team(league_begin(league), home.id, &team, &league->err),
		      REFD_OK);
	change(&t, REFD_RECORD_TEAM, &home); /* and the hall is open again */
	EXPECT_ONLY(league, try_schedule(league, home.id, away, hall.id, later), REFD_RULE_RETIRED);
	league_drop(league);
	tampered_remove(&t, league);
}

static void slot__held_without_an_assignment_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_uuid lost;
	size_t events;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	lost = league_made(league);
	league_stage(league, s.fixture, s.berta, FIRST);
	events = league_events(league);
	tampered_install(&t, league);
	hide(&t, REFD_RECORD_ASSIGNMENT, lost);
	EXPECT_LACKS(league, try_commit(league), REFD_NOUN_FIXTURE, s.fixture.uuid);
	EXPECT_LACKS(league, try_cancel(league, s.fixture), REFD_NOUN_FIXTURE, s.fixture.uuid);
	show(&t);
	assert_int_equal(league_events(league), events);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	tampered_remove(&t, league);
}

/* As if the fixture had been changed between what is staged and the guard of the fixture. */
static void assignment__committed_without_a_slot_is_a_conflict(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	size_t events;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	league_stage(league, s.fixture, s.anna, SECOND);
	events = league_events(league);
	tampered_install(&t, league);
	hide(&t, REFD_RECORD_SLOT, s.fixture.uuid);
	LEAGUE_EXPECT(league, try_commit(league), REFD_CONFLICT);
	assert_true(refd_uuid_equal(league->err.object.id, s.fixture.uuid));
	assert_int_equal(league->err.total, 0); /* no rule was broken */
	league_begin(league);
	LEAGUE_EXPECT(league, try_commit(league), REFD_CONFLICT);
	LEAGUE_EXPECT(league, league_end(league), REFD_MISUSE);
	show(&t);
	assert_int_equal(league_events(league), events);
	assert_true(league_holds(league, s.fixture, FIRST, s.anna));
	support_assert_status(try_commit(league), REFD_OK);
	assert_true(league_holds(league, s.fixture, SECOND, s.anna));
	tampered_remove(&t, league);
}

static struct refd_assignment_state committed_row(struct refd_fixture_id fixture,
						  struct refd_referee_id referee)
{
	return (struct refd_assignment_state){ .id = { stranger },
					       .fixture = fixture,
					       .referee = referee,
					       .role = FIRST,
					       .status = REFD_ASSIGNMENT_COMMITTED,
					       .version = 1 };
}

static void fixture__with_more_referees_than_roles_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_assignment_state third =
		committed_row(s.fixture, league_referee(league, "Clara"));
	const struct refd_venue_id hall = league_venue(league, "Hall");
	size_t events;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	events = league_events(league);
	tampered_install(&t, league);
	t.extra = (struct tampered_row){ .record = REFD_RECORD_ASSIGNMENT, .state = &third };
	EXPECT_LACKS(league, try_move(league, s.fixture, hall), REFD_NOUN_FIXTURE, s.fixture.uuid);
	t.extra.record = (enum refd_record)0;
	assert_int_equal(league_events(league), events);
	support_assert_status(try_move(league, s.fixture, hall), REFD_OK);
	tampered_remove(&t, league);
}

static void slot__without_its_fixture_is_passed_over(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_slot_state foreign = { { stranger }, FIRST, s.berta };
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	tampered_install(&t, league);
	hide(&t, REFD_RECORD_FIXTURE, s.fixture.uuid);
	LEAGUE_EXPECT(league, try_remove(league, s.fixture, s.anna), REFD_NOT_FOUND);
	assert_true(refd_uuid_equal(league->err.object.id, s.fixture.uuid));
	show(&t);
	t.extra = (struct tampered_row){ .record = REFD_RECORD_SLOT, .state = &foreign };
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_OK);
	t.extra = (struct tampered_row){ 0 };
	assert_true(league_is_free(league, s.fixture, FIRST));
	tampered_remove(&t, league);
}

/* What the unit knows and has changed is not what a late row says. */
static void unit__keeps_what_it_knows(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_slot_state slot = { s.fixture, SECOND, s.berta };
	const struct refd_board_state board = { .id = refd_the_board, .version = 7 };
	const struct refd_claim_state claim = { .fixture = s.fixture };
	const struct refd_lock_target whole = { .board = true };
	struct refd_rules rules = refd_rules_default();
	const struct refd_rules *known = NULL;
	struct refd_fixture *fixture = NULL;
	struct refd_team *team = NULL;
	struct refd_unit *unit;
	struct tampered t;
	const struct {
		enum refd_record record;
		const void *state;
	} late[] = { { REFD_RECORD_SLOT, &slot },
		     { REFD_RECORD_BOARD, &board },
		     { REFD_RECORD_RULES, &rules },
		     { REFD_RECORD_CLAIM, &claim },
		     { (enum refd_record)99, &rules } };

	rules.match_duration = 1;
	tampered_install(&t, league);
	unit = league_begin(league);
	LEAGUE_EXPECT(league, refd_unit_fixture(unit, s.fixture, &fixture, &league->err), REFD_OK);
	LEAGUE_EXPECT(league, refd_unit_rules(unit, &known, &league->err), REFD_OK);
	support_assert_status(try_lock(league, &whole), REFD_OK);
	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++) {
		t.extra = (struct tampered_row){ .record = late[i].record, .state = late[i].state };
		t.reads = 0;
		LEAGUE_EXPECT(league,
			      refd_unit_team(unit, (struct refd_team_id){ support_uuid(900 + i) },
					     &team, &league->err),
			      REFD_NOT_FOUND);
		assert_int_equal(t.reads, 1);
	}
	t.extra = (struct tampered_row){ 0 };
	assert_true(refd_uuid_is_unset(refd_fixture_referee(fixture, SECOND).uuid));
	LEAGUE_EXPECT(league, refd_unit_rules(unit, &known, &league->err), REFD_OK);
	assert_int_equal(known->match_duration, refd_rules_default().match_duration);
	LEAGUE_EXPECT(league, try_withdraw(league, s.fixture, s.anna), REFD_LOCKED);
	support_assert_status(league_end(league), REFD_OK);
	tampered_remove(&t, league);
}

static void range__of_more_fixtures_than_can_be_locked_is_invalid(void **state)
{
	struct league *league = *state;
	const struct refd_fixture_id fixture = league_fixture(league, league_time(7, 0));
	const struct refd_lock_target range = { .range = { league_time(1, 0), league_time(9, 0) } };
	struct tampered t;

	tampered_install(&t, league);
	t.again = 10000;
	t.renamed = true;
	LEAGUE_EXPECT(league, try_lock(league, &range), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "target.range");
	assert_int_equal(league->err.violations[0].measured, 10001);
	assert_int_equal(league->err.violations[0].limit, 10000);
	t.again = 0;
	assert_false(league_fixture_state(league, fixture).availability_locked);
	tampered_remove(&t, league);
}

/* A status that is none is technical, and nothing is tried again. */
static void status__of_its_own_making_ends_the_unit(void **state)
{
	struct league *league = *state;
	const struct refd_referee_id anna = league_referee(league, "Anna");
	const enum refd_status own = (enum refd_status)99;
	struct refd_referee *referee = NULL;
	struct refd_unit *unit;
	struct tampered t;

	tampered_install(&t, league);
	t.read = (struct tampering){ TAMPER_BEFORE, own, NULL, 1 };
	t.begins = 0;
	LEAGUE_EXPECT(league,
		      refd_registry_retire_referee(league->app, NULL, anna, &league->result,
						   &league->err),
		      own);
	assert_int_equal(t.begins, 1);
	unit = league_begin(league);
	t.read = (struct tampering){ TAMPER_BEFORE, own, NULL, 1 };
	LEAGUE_EXPECT(league, refd_unit_referee(unit, anna, &referee, &league->err), own);
	LEAGUE_EXPECT(league, league_end(league), REFD_MISUSE);
	tampered_remove(&t, league);
}

/* ---- queries ---- */

static void card__without_a_party_is_corrupt(void **state)
{
	struct league *league = *state;
	const struct refd_referee_id anna = league_referee(league, "Anna");
	const struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	const struct refd_fixture_state fixture = league_fixture_state(league, id);
	const struct {
		enum refd_record record;
		struct refd_uuid id;
	} lost[] = { { REFD_RECORD_VENUE, fixture.venue.uuid },
		     { REFD_RECORD_TEAM, fixture.home.uuid },
		     { REFD_RECORD_TEAM, fixture.away.uuid },
		     { REFD_RECORD_REFEREE, anna.uuid } };
	struct rows rows = { 0 };
	struct tampered t;

	league_assign(league, id, anna, FIRST);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		hide(&t, lost[i].record, lost[i].id);
		EXPECT_LACKS(league,
			     refd_query_fixtures(league->app, NULL, NULL, count_card, &rows, NULL,
						 &league->err),
			     REFD_NOUN_FIXTURE, id.uuid);
		EXPECT_LACKS(league,
			     refd_query_fixture(league->app, id, count_card, &rows, &league->err),
			     REFD_NOUN_FIXTURE, id.uuid);
	}
	assert_int_equal(rows.n, 0);
	tampered_remove(&t, league);
}

/* What was not asked for does not get written behind what was. */
static void card__of_more_rows_than_there_is_room_for(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_slot_state slot = { s.fixture, FIRST, s.anna };
	const struct refd_team_state team = { .version = 1 };
	const struct tampered_row extra[] = {
		{ .asked = REFD_RECORD_SLOT, .record = REFD_RECORD_SLOT, .state = &slot },
		{ .asked = REFD_RECORD_FIXTURE, .record = REFD_RECORD_TEAM, .state = &team },
	};
	struct rows rows = { 0 };
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	for (size_t i = 0; i < 2; i++) {
		t.extra = extra[i];
		LEAGUE_EXPECT(league,
			      refd_query_fixtures(league->app, NULL, NULL, count_card, &rows, NULL,
						  &league->err),
			      REFD_BACKEND);
		assert_non_null(strstr(league->err.message, "not asked for"));
		support_assert_status(
			refd_query_fixtures(league->app, NULL, NULL, count_card, &rows, NULL, NULL),
			REFD_BACKEND);
	}
	assert_int_equal(rows.n, 0);
	tampered_remove(&t, league);
}

static size_t cards(struct league *league, const struct refd_fixture_filter *filter)
{
	struct rows rows = { 0 };

	LEAGUE_EXPECT(league,
		      refd_query_fixtures(league->app, filter, NULL, count_card, &rows, NULL,
					  &league->err),
		      REFD_OK);
	return rows.n;
}

static void list__holds_what_the_filter_says_whatever_is_delivered(void **state)
{
	struct league *league = *state;
	const struct refd_fixture_id one = league_fixture(league, league_time(7, 0));
	const struct refd_fixture_id other = league_fixture(league, league_time(9, 0));
	const struct refd_fixture_state wanted = league_fixture_state(league, one);
	const struct refd_fixture_state unwanted = league_fixture_state(league, other);
	const struct refd_fixture_filter by_range = { .range = { league_time(6, 0),
								 league_time(8, 0) } };
	const struct refd_fixture_filter by_venue = { .venue = wanted.venue };
	const struct refd_fixture_filter by_team = { .team = wanted.away };
	struct tampered t;

	tampered_install(&t, league);
	t.ops.reads_native = 0;
	t.extra = (struct tampered_row){ .asked = REFD_RECORD_FIXTURE,
					 .record = REFD_RECORD_FIXTURE,
					 .state = &unwanted };
	assert_int_equal(cards(league, &by_range), 1);
	assert_int_equal(cards(league, &by_venue), 1);
	assert_int_equal(cards(league, &by_team), 1);
	tampered_remove(&t, league);
}

static enum refd_status all_assignments(struct league *league, struct rows *rows)
{
	return refd_query_assignments(league->app, NULL, NULL, count_assignment, rows, NULL,
				      &league->err);
}

static void assignment__listed_without_a_parent_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_referee_state extra = { .id = { stranger } };
	struct rows rows = { 0 };
	struct refd_uuid id;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	id = league_made(league);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	hide(&t, REFD_RECORD_REFEREE, s.anna.uuid);
	EXPECT_LACKS(league, all_assignments(league, &rows), REFD_NOUN_ASSIGNMENT, id);
	hide(&t, REFD_RECORD_FIXTURE, s.fixture.uuid);
	EXPECT_LACKS(league, all_assignments(league, &rows), REFD_NOUN_ASSIGNMENT, id);
	assert_int_equal(rows.n, 0);
	show(&t);
	t.extra = (struct tampered_row){ .asked = REFD_RECORD_REFEREE,
					 .record = REFD_RECORD_REFEREE,
					 .state = &extra };
	LEAGUE_EXPECT(league, all_assignments(league, &rows), REFD_OK);
	assert_int_equal(rows.n, 1);
	t.again = 200; /* more than are kept at once */
	LEAGUE_EXPECT(league, all_assignments(league, &rows), REFD_BACKEND);
	assert_int_equal(rows.n, 1);
	tampered_remove(&t, league);
}

static enum refd_status count_availability(void *self,
					   const struct refd_availability_state *availability,
					   const struct refd_fixture_state *fixture,
					   const struct refd_referee_state *referee)
{
	(void)availability;
	return count_assignment(self, NULL, fixture, referee);
}

static void availability__listed_without_a_parent_is_corrupt(void **state)
{
	struct league *league = *state;
	const struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	const struct refd_referee_id anna = league_referee(league, "Anna");
	struct rows rows = { 0 };
	struct refd_uuid declared;
	struct tampered t;

	league_declare(league, id, anna);
	declared = league_made(league);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	hide(&t, REFD_RECORD_REFEREE, anna.uuid);
	EXPECT_LACKS(league,
		     refd_query_availabilities(league->app, NULL, NULL, count_availability, &rows,
					       NULL, &league->err),
		     REFD_NOUN_AVAILABILITY, declared);
	assert_int_equal(rows.n, 0);
	tampered_remove(&t, league);
}

static enum refd_status all_notices(struct league *league, struct rows *rows)
{
	return refd_query_notices(league->app, (enum refd_notice_status)0,
				  (struct refd_referee_id){ 0 }, NULL, count_notice, rows, NULL,
				  &league->err);
}

static enum refd_status keep_notice(void *self, const struct refd_notice_state *notice,
				    const struct refd_referee_state *recipient)
{
	(void)recipient;
	*(struct refd_notice_state *)self = *notice;
	return REFD_OK;
}

static void notice__listed_without_its_recipient_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_notice_state notice = { .version = 0 };
	struct rows rows = { 0 };
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, (enum refd_notice_status)0, s.anna, NULL,
					 keep_notice, &notice, NULL, &league->err),
		      REFD_OK);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	hide(&t, REFD_RECORD_REFEREE, s.anna.uuid);
	EXPECT_LACKS(league, all_notices(league, &rows), REFD_NOUN_NOTICE, notice.id.uuid);
	show(&t);
	t.again = 200; /* more than are kept at once */
	LEAGUE_EXPECT(league, all_notices(league, &rows), REFD_BACKEND);
	assert_int_equal(rows.n, 0);
	tampered_remove(&t, league);
}

static void schedule__leaves_out_who_has_no_slot(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_range all = { { 0 }, { 0 } };
	struct rows rows = { 0 };
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	hide(&t, REFD_RECORD_SLOT, s.fixture.uuid);
	LEAGUE_EXPECT(league,
		      refd_query_schedule(league->app, s.anna, all, NULL, count_scheduled, &rows,
					  NULL, &league->err),
		      REFD_OK);
	assert_int_equal(rows.n, 0);
	show(&t);
	LEAGUE_EXPECT(league,
		      refd_query_schedule(league->app, s.anna, all, NULL, count_scheduled, &rows,
					  NULL, &league->err),
		      REFD_OK);
	assert_int_equal(rows.n, 1);
	tampered_remove(&t, league);
}

/* ---- appointments ---- */

static enum refd_status keep_appointment(void *self, const struct refd_fixture_card *card,
					 const struct refd_appointment *appointments, size_t count)
{
	(void)card;
	assert_int_equal(count, 1);
	*(struct refd_appointment *)self = appointments[0];
	return REFD_OK;
}

static struct refd_appointment only_appointment(struct league *league)
{
	struct refd_appointment ret = { .revision = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_appointments(league->app, (struct refd_referee_id){ 0 },
					      (struct refd_range){ { 0 }, { 0 } }, NULL,
					      keep_appointment, &ret, NULL, &league->err),
		      REFD_OK);
	return ret;
}

/* The event of that name, its payload copied. */
struct kept_event {
	const char *name;
	struct refd_event_state event;
	char payload[1000];
};

static enum refd_status keep_event(void *self, const struct refd_event_state *event)
{
	struct kept_event *kept = self;

	if (!refd_str_equal(event->type, refd_str_of(kept->name)))
		return REFD_OK;
	assert_true(event->payload.len <= sizeof(kept->payload));
	memcpy(kept->payload, event->payload.ptr, event->payload.len);
	kept->event = *event;
	kept->event.type = refd_str_of(kept->name);
	kept->event.payload.ptr = kept->payload;
	kept->event.actor = kept->event.traceparent = (struct refd_str){ NULL, 0 };
	return REFD_OK;
}

static struct kept_event stored_event(struct league *league, const char *name)
{
	static struct kept_event kept;

	memset(&kept, 0, sizeof(kept));
	kept.name = name;
	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 },
					(struct refd_range){ { 0 }, { 0 } }, NULL, keep_event,
					&kept, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(kept.event.schema, 1);
	return kept;
}

static void appointment__without_its_referee_is_corrupt(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_appointment ret = { .revision = 0 };
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	tampered_install(&t, league);
	hide(&t, REFD_RECORD_REFEREE, s.anna.uuid);
	EXPECT_LACKS(league,
		     refd_query_appointments(league->app, (struct refd_referee_id){ 0 },
					     (struct refd_range){ { 0 }, { 0 } }, NULL,
					     keep_appointment, &ret, NULL, &league->err),
		     REFD_NOUN_FIXTURE, s.fixture.uuid);
	tampered_remove(&t, league);
}

/* Who is committed was, whatever is left of the log. */
static void appointment__needs_no_event_to_be_committed(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct refd_appointment ret;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	tampered_install(&t, league);
	assert_false(only_appointment(league).was_committed);
	league_commit(league);
	hide(&t, REFD_RECORD_EVENT, stored_event(league, "RefereeAssigned").event.id.uuid);
	ret = only_appointment(league);
	assert_int_equal(ret.status, REFD_APPOINTMENT_COMMITTED);
	assert_true(ret.was_committed);
	tampered_remove(&t, league);
}

static void appointment__is_since_its_first_event_in_whatever_order(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct kept_event early;
	struct tampered t;

	league_stage(league, s.fixture, s.anna, FIRST);
	early = stored_event(league, "AssignmentCreated");
	early.event.payload.ptr = early.payload;
	early.event.occurred_at.us -= REFD_HOUR;
	early.event.id.uuid = stranger;
	assert_int_equal(only_appointment(league).since.us, LEAGUE_START.us);
	tampered_install(&t, league);
	t.extra = (struct tampered_row){ .asked = REFD_RECORD_EVENT,
					 .record = REFD_RECORD_EVENT,
					 .state = &early.event };
	assert_int_equal(only_appointment(league).since.us, LEAGUE_START.us - REFD_HOUR);
	tampered_remove(&t, league);
}

/* ---- notices ---- */

static enum refd_status must_not_send(void *self, const struct refd_message *message,
				      struct refd_error *err)
{
	(void)self;
	(void)message;
	(void)err;
	fail_msg("a notice was handed over without its names");
	return REFD_OK;
}

static const struct refd_notifier_ops silent = { sizeof(silent), must_not_send };

/* @return it */
static struct refd_notice_id expect_dead(struct league *league, struct refd_referee_id recipient)
{
	struct refd_notice_state notice = { .version = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, (enum refd_notice_status)0, recipient, NULL,
					 keep_notice, &notice, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(notice.status, REFD_NOTICE_DEAD);
	assert_non_null(strstr(notice.last_error.utf8, "lacks"));
	return notice.id;
}

static void notice__without_the_names_is_a_dead_letter(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_fixture_state fixture = league_fixture_state(league, s.fixture);
	const struct {
		enum refd_record record;
		struct refd_uuid id;
	} lost[] = { { REFD_RECORD_REFEREE, s.anna.uuid },
		     { REFD_RECORD_TEAM, fixture.home.uuid },
		     { REFD_RECORD_TEAM, fixture.away.uuid },
		     { REFD_RECORD_VENUE, fixture.venue.uuid } };
	struct refd_dispatched done;
	struct tampered t;

	league->ports.notifier = (struct refd_notifier){ &silent, NULL };
	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	tampered_install(&t, league);
	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		hide(&t, lost[i].record, lost[i].id);
		LEAGUE_EXPECT(league,
			      refd_notifying_dispatch(league->app, NULL, &done, &league->err),
			      REFD_OK);
		assert_int_equal(done.dead, 1);
		show(&t);
		LEAGUE_EXPECT(league,
			      refd_notifying_retry(league->app, NULL, expect_dead(league, s.anna),
						   &league->result, &league->err),
			      REFD_OK);
	}
	tampered_remove(&t, league);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(judged__without_a_party_is_corrupt),
		LEAGUE_TEST(judged__asks_again_for_what_was_not_there),
		LEAGUE_TEST(changed__asks_again_for_a_team_that_was_not_there),
		LEAGUE_TEST(judged__as_of_the_latest_guard),
		LEAGUE_TEST(scheduled__as_of_the_latest_guard),
		LEAGUE_TEST(slot__held_without_an_assignment_is_corrupt),
		LEAGUE_TEST(assignment__committed_without_a_slot_is_a_conflict),
		LEAGUE_TEST(fixture__with_more_referees_than_roles_is_corrupt),
		LEAGUE_TEST(slot__without_its_fixture_is_passed_over),
		LEAGUE_TEST(unit__keeps_what_it_knows),
		LEAGUE_TEST(range__of_more_fixtures_than_can_be_locked_is_invalid),
		LEAGUE_TEST(status__of_its_own_making_ends_the_unit),
		LEAGUE_TEST(card__without_a_party_is_corrupt),
		LEAGUE_TEST(card__of_more_rows_than_there_is_room_for),
		LEAGUE_TEST(list__holds_what_the_filter_says_whatever_is_delivered),
		LEAGUE_TEST(assignment__listed_without_a_parent_is_corrupt),
		LEAGUE_TEST(availability__listed_without_a_parent_is_corrupt),
		LEAGUE_TEST(notice__listed_without_its_recipient_is_corrupt),
		LEAGUE_TEST(schedule__leaves_out_who_has_no_slot),
		LEAGUE_TEST(appointment__without_its_referee_is_corrupt),
		LEAGUE_TEST(appointment__needs_no_event_to_be_committed),
		LEAGUE_TEST(appointment__is_since_its_first_event_in_whatever_order),
		LEAGUE_TEST(notice__without_the_names_is_a_dead_letter),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app breaches", tests, NULL, NULL);
}
