/* How often a command asks the store: what is known to be needed comes in one read. */
#include "tampered.h"

struct scene {
	struct refd_fixture_id fixture, earlier;
	struct refd_referee_id anna, berta, clara;
	struct refd_venue_id venue;
	struct refd_team_id home, away;
};

/* Anna and Berta are committed to two fixtures each; Clara has declared; all have neighbours. */
static struct scene scene(struct league *league)
{
	struct scene s = { .anna = league_referee(league, "Anna"),
			   .berta = league_referee(league, "Berta"),
			   .clara = league_referee(league, "Clara") };

	s.venue = league_venue_at(league, "Arena", "51", "12");
	s.home = league_team(league, "Home");
	s.away = league_team(league, "Away");
	s.fixture = league_fixture_at(league, s.venue, league_time(10, 0));
	s.earlier = league_fixture_at(league, league_venue_at(league, "Hall", "51.1", "12"),
				      league_time(9, 0));
	(void)league_fixture_at(league, s.venue, league_time(11, 600));
	league_assign(league, s.earlier, s.anna, REFD_ROLE_FIRST);
	league_assign(league, s.earlier, s.berta, REFD_ROLE_SECOND);
	league_assign(league, s.fixture, s.anna, REFD_ROLE_FIRST);
	league_assign(league, s.fixture, s.berta, REFD_ROLE_SECOND);
	league_declare(league, s.fixture, s.clara);
	return s;
}

#define EXPECT_READS(tampered, call, expected)                                                     \
	do {                                                                                       \
		(tampered)->reads = 0;                                                             \
		support_assert_status((call), REFD_OK);                                            \
		assert_int_equal((tampered)->reads, (expected));                                   \
	} while (0)

static const char text[] = "Name";

static enum refd_status try_register(struct league *league)
{
	const struct refd_team_details details = { refd_str_of(text), refd_str_of(text) };

	return refd_registry_register_team(league->app, league->meta, (struct refd_team_id){ 0 },
					   &details, &league->result, &league->err);
}

static enum refd_status try_correct(struct league *league, struct refd_team_id team)
{
	const struct refd_team_details details = { refd_str_of(text), refd_str_of(text) };

	return refd_registry_correct_team(league->app, league->meta, team, &details,
					  &league->result, &league->err);
}

static void trips__a_new_party_is_written_without_a_read(void **state)
{
	struct league *league = *state;
	const struct refd_command meta = { .struct_size = sizeof(meta),
					   .id = { support_uuid(77) } };
	struct tampered tampered;

	tampered_install(&tampered, league);
	EXPECT_READS(&tampered, try_register(league), 0);
	league->meta = &meta; /* looked for only when it turns out to exist */
	EXPECT_READS(&tampered, try_register(league), 0);
	league->meta = NULL;
	tampered_remove(&tampered, league);
}

static void trips__a_command_reads_once(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_command meta = { .struct_size = sizeof(meta),
					   .id = { support_uuid(78) } };
	const struct refd_lock_target board = { .board = true };
	const struct refd_lock_target one = { .fixture = s.earlier };
	struct tampered tampered;

	tampered_install(&tampered, league);
	league->meta = &meta;
	EXPECT_READS(&tampered, try_correct(league, s.home), 1);
	league->meta = NULL;
	EXPECT_READS(&tampered, try_schedule(league, s.home, s.away, s.venue, league_time(20, 0)),
		     1);
	EXPECT_READS(&tampered, try_declare(league, s.earlier, s.clara), 1);
	EXPECT_READS(&tampered, try_withdraw(league, s.earlier, s.clara), 1);
	EXPECT_READS(&tampered, try_stage(league, s.earlier, s.clara, REFD_ROLE_FIRST), 1);
	EXPECT_READS(&tampered, try_unstage(league, s.earlier, s.clara), 1);
	EXPECT_READS(&tampered, try_remove(league, s.earlier, s.berta), 1);
	EXPECT_READS(&tampered, try_lock(league, &board), 1);
	EXPECT_READS(&tampered, try_unlock(league, &board), 1);
	EXPECT_READS(&tampered, try_lock(league, &one), 1);
	EXPECT_READS(&tampered, try_cancel(league, s.earlier), 1);
	tampered_remove(&tampered, league);
}

/* A store without the facts read is asked for the parts, one after the other. */
#define EXPECT_FACTS(tampered, call, expected)                                                     \
	do {                                                                                       \
		(tampered)->reads = 0;                                                             \
		support_assert_status((call), REFD_OK);                                            \
		if ((tampered)->ops.reads_native & UINT32_C(1) << REFD_READ_FACTS)                 \
			assert_int_equal((tampered)->reads, (expected));                           \
		else                                                                               \
			assert_in_range((tampered)->reads, (expected) + 1, 7);                     \
	} while (0)

static void trips__a_change_of_a_fixture_reads_once_where_facts_are_read(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	struct refd_venue_id other = league_venue_at(league, "Other", "51.2", "12");
	struct tampered tampered;

	tampered_install(&tampered, league);
	league_set_rule(league, "neutral_referees", "true");
	EXPECT_FACTS(&tampered, try_replace(league, s.fixture, s.berta, s.clara), 1);
	EXPECT_FACTS(&tampered, try_reschedule(league, s.fixture, league_time(10, 60)), 1);
	EXPECT_FACTS(&tampered, try_move(league, s.fixture, other), 1);
	league_set_rule(league, "travel_speed", "20"); /* farther than what was seen last */
	EXPECT_FACTS(&tampered, try_reschedule(league, s.fixture, league_time(10, 120)), 2);
	EXPECT_FACTS(&tampered, try_reschedule(league, s.fixture, league_time(10, 0)), 1);
	tampered_remove(&tampered, league);
}

/* A unit that knows the fixture asks for the rest by itself: the rules, what surrounds the new
 * date, and whom else the referees meet. Where nobody is assigned, there is nobody to ask for. What
 * was read before a command took its guards is asked for again. */
static void trips__a_unit_asks_for_those_who_are_judged(void **state)
{
	struct league *league = *state;
	struct scene s = scene(league);
	const struct refd_fixture_id empty = league_fixture(league, league_time(40, 0));
	struct refd_fixture *known = NULL;
	struct tampered tampered;
	struct refd_unit *unit;

	league_set_rule(league, "neutral_referees", "true");
	tampered_install(&tampered, league);
	unit = league_begin(league);
	LEAGUE_EXPECT(league, refd_unit_fixture(unit, empty, &known, &league->err), REFD_OK);
	LEAGUE_EXPECT(league, refd_unit_fixture(unit, s.fixture, &known, &league->err), REFD_OK);
	EXPECT_READS(&tampered, try_reschedule(league, empty, league_time(40, 1)), 2);
	EXPECT_READS(&tampered, try_reschedule(league, s.fixture, league_time(10, 60)), 5);
	EXPECT_READS(&tampered, try_replace(league, s.fixture, s.berta, s.clara), 4);
	league_drop(league);
	tampered_remove(&tampered, league);
}

static void trips__a_commit_reads_six_times_whatever_its_size(void **state)
{
	enum { FIXTURES = 40 };
	struct league *league = *state;
	struct scene s = scene(league);
	struct tampered tampered;
	size_t few = 0;

	tampered_install(&tampered, league);
	league_stage(league, s.earlier, s.clara, REFD_ROLE_FIRST);
	support_assert_status(try_unstage(league, s.earlier, s.clara), REFD_OK);
	for (int i = 0; i < FIXTURES; i++) {
		struct refd_fixture_id fixture = league_fixture(league, league_time(30 + i, 0));
		struct refd_referee_id referee = league_referee(league, "Many");

		league_declare(league, fixture, referee);
		league_stage(league, fixture, referee, REFD_ROLE_FIRST);
		if (i > 0)
			continue;
		tampered.reads = 0;
		league_commit(league);
		few = tampered.reads;
	}
	assert_in_range(few, 1, 6);
	tampered.reads = 0;
	support_assert_status(try_validate(league), REFD_OK);
	assert_in_range(tampered.reads, 1, 6);
	tampered.reads = 0;
	support_assert_status(try_commit(league), REFD_OK);
	assert_in_range(tampered.reads, 1, 6);
	tampered_remove(&tampered, league);
}

static void trips__of_many_rows_are_those_of_one(void **state)
{
	enum { ROWS = 30 };
	struct league *league = *state;
	struct refd_stage rows[ROWS];
	struct tampered tampered;
	size_t one, total;
	int i;

	for (i = 0; i < ROWS; i++)
		rows[i] = (struct refd_stage){ league_fixture(league, league_time(10 + i / 2, 0)),
					       league_referee(league, "Many"), REFD_ROLE_FIRST };
	tampered_install(&tampered, league);
	LEAGUE_EXPECT(league,
		      refd_assigning_what_if(league->app, rows, 1, NULL, NULL, NULL, &league->err),
		      REFD_REFUSED); /* nobody has declared */
	one = tampered.reads;
	tampered.reads = 0;
	LEAGUE_EXPECT(
		league,
		refd_assigning_what_if(league->app, rows, ROWS, NULL, NULL, &total, &league->err),
		REFD_REFUSED);
	assert_int_equal(total, ROWS);
	assert_int_equal(tampered.reads, one);
	EXPECT_READS(&tampered,
		     refd_assigning_stage_many(league->app, NULL, rows, ROWS, NULL, NULL,
					       &league->result, &league->err),
		     1);
	assert_int_equal(league->result.affected, ROWS);
	tampered_remove(&tampered, league);
}

/* Of so many referees the venues tell how far they have to go; they are read once. */
static void trips__a_second_commit_of_many_reads_nothing(void **state)
{
	struct league *league = *state;
	const struct refd_fixture_id fixture = league_fixture(league, league_time(10, 0));
	const struct refd_commit cmd = { .valid_only = true };
	struct refd_command meta = { .struct_size = sizeof(meta) };
	struct tampered tampered;
	int i;

	tampered_install(&tampered, league);
	meta.unit = league_begin(league);
	for (i = 0; i < 33; i++) /* nobody has declared, so all stay staged */
		league_stage(league, fixture, league_referee(league, "Many"), REFD_ROLE_FIRST);
	for (i = 0; i < 2; i++) {
		tampered.reads = 0;
		LEAGUE_EXPECT(league,
			      refd_assigning_commit(league->app, &meta, &cmd, &league->result,
						    &league->err),
			      REFD_OK);
		assert_int_equal(league->result.affected, 0);
		if (i == 0)
			assert_in_range(tampered.reads, 1, 6);
		else
			assert_int_equal(tampered.reads, 0);
	}
	league_drop(league);
	tampered_remove(&tampered, league);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(trips__a_new_party_is_written_without_a_read),
		LEAGUE_TEST(trips__a_command_reads_once),
		LEAGUE_TEST(trips__a_change_of_a_fixture_reads_once_where_facts_are_read),
		LEAGUE_TEST(trips__a_unit_asks_for_those_who_are_judged),
		LEAGUE_TEST(trips__a_commit_reads_six_times_whatever_its_size),
		LEAGUE_TEST(trips__of_many_rows_are_those_of_one),
		LEAGUE_TEST(trips__a_second_commit_of_many_reads_nothing),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app trips", tests, NULL, NULL);
}
