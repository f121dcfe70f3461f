#include "league.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND
#define MOST   160

struct table {
	struct refd_referee_id referee[MOST];
	struct refd_load load[MOST];
	size_t n;
};

static enum refd_status note(void *self, const struct refd_referee_state *referee,
			     const struct refd_load *load)
{
	struct table *table = self;

	assert_true(table->n < MOST);
	table->referee[table->n] = referee->id;
	table->load[table->n++] = *load;
	return REFD_OK;
}

static struct table ask(struct league *league, struct refd_range range)
{
	struct table table = { .n = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_loads(league->app, (enum refd_party_status)0, range, NULL, note,
				       &table, NULL, &league->err),
		      REFD_OK);
	return table;
}

static const struct refd_range ever = { { 0 }, { 0 } };

static struct refd_load load_of(const struct table *table, struct refd_referee_id referee)
{
	for (size_t i = 0; i < table->n; i++)
		if (refd_uuid_equal(table->referee[i].uuid, referee.uuid))
			return table->load[i];
	fail_msg("the referee is not in the list");
	return (struct refd_load){ .metres = 0 };
}

static void assign(struct league *league, struct refd_fixture_id fixture,
		   struct refd_referee_id referee, enum refd_role role)
{
	league_stage(league, fixture, referee, role);
	league_commit(league);
}

static void load__is_matches_way_and_last_match(void **state)
{
	struct league *league = *state;
	const struct refd_venue_id berlin = league_venue_at(league, "B", "52.5", "13.4");
	const struct refd_venue_id munich = league_venue_at(league, "M", "48.1", "11.6");
	const struct refd_coordinates b = { .set = true,
					    .latitude = 52500000,
					    .longitude = 13400000 };
	const struct refd_coordinates m = { .set = true,
					    .latitude = 48100000,
					    .longitude = 11600000 };
	const int64_t way = (int64_t)(refd_coordinates_distance(&b, &m) + 0.5);
	const struct refd_referee_id anna = league_referee(league, "Anna");
	const struct refd_referee_id berta = league_referee(league, "Berta");
	struct refd_load load;
	struct table table;

	league_set_rule(league, "require_availability", "false");
	assign(league, league_fixture_at(league, munich, league_time(12, 0)), anna, SECOND);
	assign(league, league_fixture_at(league, berlin, league_time(10, 0)), anna, FIRST);
	assign(league, league_fixture_at(league, berlin, league_time(14, 0)), anna, FIRST);
	table = ask(league, ever);
	assert_int_equal(table.n, 2);
	load = load_of(&table, anna);
	assert_int_equal(load.matches[0], 2);
	assert_int_equal(load.matches[1], 1);
	assert_true(load.metres >= 2 * way - 1 && load.metres <= 2 * way + 1);
	assert_int_equal(load.legs, 2);
	assert_int_equal(load.unknown_legs, 0);
	assert_int_equal(load.last.us, league_time(14, 0).us);
	load = load_of(&table, berta); /* nothing to do is told too */
	assert_int_equal(load.matches[0] + load.matches[1], 0);
	assert_int_equal(load.metres, 0);
	assert_int_equal(load.last.us, 0);

	table = ask(league, (struct refd_range){ league_time(11, 0), league_time(14, 0) });
	load = load_of(&table, anna);
	assert_int_equal(load.matches[0], 0);
	assert_int_equal(load.matches[1], 1);
	assert_int_equal(load.metres, 0);
	assert_int_equal(load.last.us, league_time(12, 0).us);
}

static void load__counts_ways_that_are_not_known(void **state)
{
	struct league *league = *state;
	const struct refd_venue_id berlin = league_venue_at(league, "B", "52.5", "13.4");
	const struct refd_referee_id anna = league_referee(league, "Anna");
	const struct refd_venue_id nowhere = league_venue(league, "N");
	struct refd_load load;
	struct table table;

	league_set_rule(league, "require_availability", "false");
	assign(league, league_fixture_at(league, berlin, league_time(10, 0)), anna, FIRST);
	assign(league, league_fixture_at(league, nowhere, league_time(12, 0)), anna, FIRST);
	assign(league, league_fixture_at(league, nowhere, league_time(13, 0)), anna, FIRST);
	assign(league, league_fixture_at(league, berlin, league_time(14, 0)), anna, FIRST);
	table = ask(league, ever);
	load = load_of(&table, anna);
	assert_int_equal(load.matches[0], 4);
	assert_int_equal(load.metres, 0);
	assert_int_equal(load.legs, 2); /* to stay is none */
	assert_int_equal(load.unknown_legs, 2);
}

static void load__is_of_what_stands(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	const struct refd_fixture_id other = league_fixture(league, league_time(9, 0));
	struct table table;

	league_set_rule(league, "require_availability", "false");
	assign(league, s.fixture, s.anna, FIRST);
	assign(league, other, s.anna, FIRST);
	league_stage(league, other, s.berta, SECOND);
	table = ask(league, ever);
	assert_int_equal(load_of(&table, s.anna).matches[0], 2);
	assert_int_equal(load_of(&table, s.berta).matches[1], 0); /* only planned */
	support_assert_status(try_cancel(league, other), REFD_OK);
	table = ask(league, ever);
	assert_int_equal(load_of(&table, s.anna).matches[0], 1);
}

static void load__by_status(void **state)
{
	struct league *league = *state;
	const struct league_scene s = league_scene(league);
	struct table table = { .n = 0 };

	assign(league, s.fixture, s.anna, FIRST);
	LEAGUE_EXPECT(league,
		      refd_registry_retire_referee(league->app, NULL, s.anna, &league->result,
						   &league->err),
		      REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_query_loads(league->app, REFD_PARTY_ACTIVE, ever, NULL, note, &table,
				       NULL, &league->err),
		      REFD_OK);
	assert_int_equal(table.n, 1);
	assert_int_equal(load_of(&table, s.berta).matches[0], 0);
	table.n = 0;
	LEAGUE_EXPECT(league,
		      refd_query_loads(league->app, REFD_PARTY_RETIRED, ever, NULL, note, &table,
				       NULL, &league->err),
		      REFD_OK);
	assert_int_equal(table.n, 1);
	assert_int_equal(load_of(&table, s.anna).matches[0], 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(load__is_matches_way_and_last_match),
		LEAGUE_TEST(load__counts_ways_that_are_not_known),
		LEAGUE_TEST(load__is_of_what_stands),
		LEAGUE_TEST(load__by_status),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app loads", tests, NULL, NULL);
}
