#include "tampered.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND
#define MOST   8

/* The appointments of one fixture, as last asked for. */
struct sheet {
	struct refd_fixture_id fixture;
	struct refd_appointment row[MOST];
	char name[MOST][16]; /* texts are borrowed for the call */
	size_t n;
	size_t fixtures; /* delivered in all */
};

static enum refd_status note(void *self, const struct refd_fixture_card *card,
			     const struct refd_appointment *appointments, size_t count)
{
	struct sheet *sheet = self;

	sheet->fixtures++;
	if (!refd_uuid_equal(card->fixture.id.uuid, sheet->fixture.uuid))
		return REFD_OK;
	assert_true(count <= MOST);
	memcpy(sheet->row, appointments, count * sizeof(*appointments));
	for (size_t i = 0; i < count; i++)
		snprintf(sheet->name[i], sizeof(sheet->name[i]), "%.*s",
			 (int)appointments[i].name.len, appointments[i].name.ptr);
	sheet->n = count;
	return REFD_OK;
}

static struct sheet ask(struct league *league, struct refd_fixture_id fixture)
{
	struct sheet sheet = { .fixture = fixture };

	LEAGUE_EXPECT(league,
		      refd_query_appointments(league->app, (struct refd_referee_id){ 0 },
					      (struct refd_range){ { 0 }, { 0 } }, NULL, note,
					      &sheet, NULL, &league->err),
		      REFD_OK);
	return sheet;
}

static const struct refd_appointment none;

static struct refd_appointment appointment(struct league *league, struct refd_fixture_id fixture,
					   struct refd_referee_id referee)
{
	struct sheet sheet = ask(league, fixture);

	for (size_t i = 0; i < sheet.n; i++)
		if (refd_uuid_equal(sheet.row[i].referee.uuid, referee.uuid))
			return sheet.row[i];
	return none;
}

/* It was told as revision `before`; now it is as said, and of a later revision. */
#define EXPECT_TOLD(league, fixture, referee, before, wanted_status, wanted_role)                  \
	do {                                                                                       \
		struct refd_appointment now_ = appointment(league, fixture, referee);              \
		assert_int_equal(now_.status, wanted_status);                                      \
		assert_int_equal(now_.role, wanted_role);                                          \
		assert_true(now_.revision > (before));                                             \
		(before) = now_.revision;                                                          \
	} while (0)

static void appointment__is_staged_committed_and_ended(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	const struct refd_time staged_at = league->now;
	int64_t revision = 0;
	struct refd_appointment a;

	assert_int_equal(ask(league, s.fixture).fixtures, 0); /* declared only */
	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	assert_int_equal(revision, 1);
	a = appointment(league, s.fixture, s.anna);
	assert_false(a.was_committed);
	assert_int_equal(a.since.us, staged_at.us);
	assert_int_equal(a.changed.us, staged_at.us);

	league->now.us += REFD_SECOND;
	league_stage(league, s.fixture, s.anna, SECOND);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, SECOND);
	league->now.us += REFD_SECOND;
	league_commit(league);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, SECOND);
	a = appointment(league, s.fixture, s.anna);
	assert_true(a.was_committed);
	assert_int_equal(a.since.us, staged_at.us);
	assert_int_equal(a.changed.us, league->now.us);

	league->now.us += REFD_SECOND;
	support_assert_status(try_remove(league, s.fixture, s.anna), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_ENDED, SECOND);
	a = appointment(league, s.fixture, s.anna);
	assert_true(a.was_committed);
	assert_int_equal(a.changed.us, league->now.us);
}

static void appointment__that_was_unstaged_stays_as_ended(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	int64_t revision = 0;

	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	support_assert_status(try_unstage(league, s.fixture, s.anna), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_ENDED, FIRST);
	assert_false(appointment(league, s.fixture, s.anna).was_committed);
	league_stage(league, s.fixture, s.anna, SECOND); /* another assignment, the same two */
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, SECOND);
	assert_int_equal(ask(league, s.fixture).n, 1);
}

/* All in one instant, so that only rows and versions can say what came last. */
static void appointment__of_who_is_replaced_and_comes_back(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	int64_t anna = 0, berta = 0;

	league_set_rule(league, "require_availability", "false");
	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	EXPECT_TOLD(league, s.fixture, s.anna, anna, REFD_APPOINTMENT_COMMITTED, FIRST);
	support_assert_status(try_replace(league, s.fixture, s.anna, s.berta), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, anna, REFD_APPOINTMENT_ENDED, FIRST);
	EXPECT_TOLD(league, s.fixture, s.berta, berta, REFD_APPOINTMENT_COMMITTED, FIRST);
	assert_true(appointment(league, s.fixture, s.anna).was_committed);
	support_assert_status(try_replace(league, s.fixture, s.berta, s.anna), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, anna, REFD_APPOINTMENT_COMMITTED, FIRST);
	EXPECT_TOLD(league, s.fixture, s.berta, berta, REFD_APPOINTMENT_ENDED, FIRST);
}

static void appointment__grows_with_what_happens_to_the_fixture(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	int64_t revision = 0;

	league_set_rule(league, "on_change", "keep_all");
	league_set_rule(league, "availability_on_change", "keep");
	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, FIRST);
	support_assert_status(try_reschedule(league, s.fixture, league_time(9, 0)), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, FIRST);
	support_assert_status(try_move(league, s.fixture, league_venue(league, "New")), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, FIRST);
	league->now.us += REFD_SECOND;
	assert_int_equal(appointment(league, s.fixture, s.anna).ends.us, league_time(9, 120).us);
	league_set_rule(league, "match_duration", "90");
	assert_int_equal(appointment(league, s.fixture, s.anna).ends.us, league_time(9, 90).us);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, FIRST);
	assert_int_equal(appointment(league, s.fixture, s.anna).changed.us, league->now.us);
	league_set_rule(league, "travel_gap", "90");
	assert_int_equal(appointment(league, s.fixture, s.anna).revision, revision);
	league_stage(league, s.fixture, s.berta, SECOND); /* who the partner is */
	league_commit(league);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, FIRST);
	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_ENDED, FIRST);
}

static void appointment__of_a_changed_role(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	int64_t revision = 0;

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, FIRST);
	league_stage(league, s.fixture, s.anna, SECOND); /* not told before the commit */
	assert_int_equal(appointment(league, s.fixture, s.anna).role, FIRST);
	league_commit(league);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_COMMITTED, SECOND);
}

static void appointment__of_two_are_in_the_order_of_their_ids(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league); /* Anna before Berta */
	struct sheet sheet;

	league_stage(league, s.fixture, s.berta, FIRST);
	league_stage(league, s.fixture, s.anna, SECOND);
	sheet = ask(league, s.fixture);
	assert_int_equal(sheet.n, 2);
	assert_string_equal(sheet.name[0], "Anna");
	assert_string_equal(sheet.name[1], "Berta");
}

static void appointment__staged_on_a_cancelled_fixture_is_ended(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	int64_t revision = 0;

	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	support_assert_status(try_cancel(league, s.fixture), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_ENDED, FIRST);
}

/* What is shown of a fixture changed, though nothing on it did. */
static void appointment__grows_with_corrections_of_what_it_shows(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	const struct refd_referee_details referee = { .name = refd_str_of("Anne"),
						      .club = refd_str_of("Club") };
	const struct refd_team_details team = { refd_str_of("Team"), refd_str_of("Club") };
	const struct refd_venue_details venue = { .name = refd_str_of("Hall") };
	const struct refd_fixture_state fixture = league_fixture_state(league, s.fixture);
	int64_t revision = 0;

	league_stage(league, s.fixture, s.anna, FIRST);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
#define CORRECTED(call)                                                                            \
	league->now.us += REFD_SECOND;                                                             \
	LEAGUE_EXPECT(league, call, REFD_OK);                                                      \
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);          \
	assert_int_equal(appointment(league, s.fixture, s.anna).changed.us, league->now.us)
	CORRECTED(refd_registry_correct_team(league->app, NULL, fixture.home, &team,
					     &league->result, &league->err));
	CORRECTED(refd_registry_correct_team(league->app, NULL, fixture.away, &team,
					     &league->result, &league->err));
	CORRECTED(refd_registry_correct_venue(league->app, NULL, fixture.venue, &venue,
					      &league->result, &league->err));
	CORRECTED(refd_registry_correct_referee(league->app, NULL, s.anna, &referee,
						&league->result, &league->err));
	CORRECTED(refd_registry_change_club(league->app, NULL, s.anna, refd_str_of("Other"),
					    &league->result, &league->err));
#undef CORRECTED
	assert_string_equal(ask(league, s.fixture).name[0], "Anne");
}

/* A venue that was corrected often must not take its count away when the fixture leaves. */
static void appointment__does_not_fall_with_a_move(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	const struct refd_venue_id old = league_fixture_state(league, s.fixture).venue;
	struct refd_venue_details venue = { .name = refd_str_of("Hall") };
	int64_t revision = 0;

	league_stage(league, s.fixture, s.anna, FIRST);
	for (int i = 0; i < 3; i++) {
		venue.city = refd_str_of(i == 1 ? "Gera" : "Jena");
		LEAGUE_EXPECT(league,
			      refd_registry_correct_venue(league->app, NULL, old, &venue,
							  &league->result, &league->err),
			      REFD_OK);
		EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	}
	support_assert_status(try_move(league, s.fixture, league_venue(league, "New")), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	support_assert_status(try_move(league, s.fixture, old), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	support_assert_status(try_move(league, s.fixture, league_venue(league, "Third")), REFD_OK);
	EXPECT_TOLD(league, s.fixture, s.anna, revision, REFD_APPOINTMENT_STAGED, FIRST);
	assert_int_equal(revision, 1 + 3 + 3); /* the old venue counts once */
}

static void appointments__of_a_referee_or_a_range(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	const struct refd_fixture_id later = league_fixture(league, league_time(20, 0));
	const struct refd_range ever = { { 0 }, { 0 } };
	const struct refd_range late = { league_time(19, 0), { 0 } };
	struct sheet sheet = { .fixture = later };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_stage(league, later, s.berta, FIRST);
	LEAGUE_EXPECT(league,
		      refd_query_appointments(league->app, s.anna, ever, NULL, note, &sheet, NULL,
					      &league->err),
		      REFD_OK);
	assert_int_equal(sheet.fixtures, 1);
	assert_int_equal(sheet.n, 0);
	sheet = (struct sheet){ .fixture = s.fixture };
	LEAGUE_EXPECT(league,
		      refd_query_appointments(league->app, s.berta, ever, NULL, note, &sheet, NULL,
					      &league->err),
		      REFD_OK);
	assert_int_equal(sheet.fixtures, 2);
	assert_int_equal(sheet.n, 2); /* with the partner */
	assert_true(refd_uuid_compare(sheet.row[0].referee.uuid, sheet.row[1].referee.uuid) < 0);
	sheet = (struct sheet){ .fixture = later };
	LEAGUE_EXPECT(league,
		      refd_query_appointments(league->app, (struct refd_referee_id){ 0 }, late,
					      NULL, note, &sheet, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(sheet.fixtures, 1);
	assert_int_equal(sheet.n, 1);
	LEAGUE_EXPECT(league,
		      refd_query_appointments(league->app,
					      (struct refd_referee_id){ support_uuid(99) }, ever,
					      NULL, note, &sheet, NULL, &league->err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(
		league,
		refd_query_appointments(league->app, s.anna,
					(struct refd_range){ league_time(2, 0), league_time(1, 0) },
					NULL, note, &sheet, NULL, &league->err),
		REFD_INVALID);
}

/* More fixtures than are put together at once. */
static void appointments__of_many_referees(void **state)
{
	struct league *league = *state;
	struct refd_referee_id referee = { 0 };
	struct refd_fixture_id fixture = { 0 };

	for (int i = 0; i < 130; i++) {
		fixture = league_fixture(league, league_time(10 + i, 0));
		referee = league_referee(league, "R");
		league_stage(league, fixture, referee, FIRST);
	}
	assert_int_equal(ask(league, fixture).fixtures, 130);
	assert_int_equal(appointment(league, fixture, referee).status, REFD_APPOINTMENT_STAGED);
	assert_string_equal(ask(league, fixture).name[0], "R");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(appointment__is_staged_committed_and_ended),
		LEAGUE_TEST(appointment__that_was_unstaged_stays_as_ended),
		LEAGUE_TEST(appointment__of_who_is_replaced_and_comes_back),
		LEAGUE_TEST(appointment__grows_with_what_happens_to_the_fixture),
		LEAGUE_TEST(appointment__of_a_changed_role),
		LEAGUE_TEST(appointment__of_two_are_in_the_order_of_their_ids),
		LEAGUE_TEST(appointment__staged_on_a_cancelled_fixture_is_ended),
		LEAGUE_TEST(appointment__grows_with_corrections_of_what_it_shows),
		LEAGUE_TEST(appointment__does_not_fall_with_a_move),
		LEAGUE_TEST(appointments__of_a_referee_or_a_range),
		LEAGUE_TEST(appointments__of_many_referees),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app appointments", tests, NULL, NULL);
}
