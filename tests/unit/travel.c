#include "support.h"

#include "domain/travel.h"

enum { PLACES = 24, ROUNDS = 500 };

/* splitmix64 */
static uint64_t draw(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

/* Between -most and most. */
static int32_t up_to(uint64_t *state, int32_t most)
{
	return (int32_t)(draw(state) % (2 * (uint64_t)most + 1)) - most;
}

static int64_t longest_way(const struct refd_facts *facts, const struct refd_rules *rules)
{
	int64_t most = 0;

	for (uint32_t a = 0; a < facts->n_venues; a++) {
		for (uint32_t b = 0; b < facts->n_venues; b++) {
			int64_t minutes = refd_travel_minutes(facts, rules, a, b);

			most = minutes > most ? minutes : most;
		}
	}
	return most;
}

static struct refd__area area_of(const struct refd_facts *facts)
{
	struct refd__area area = { 0 };

	for (size_t i = 0; i < facts->n_venues; i++) {
		struct refd__place place = refd__place_of(&facts->venues[i].coordinates);

		refd__area_add(&area, &place);
	}
	return area;
}

static int64_t span_of(const struct refd_facts *facts, const struct refd_rules *rules)
{
	struct refd__area area = area_of(facts);

	return refd__travel_span(&area, rules);
}

/* From venue 0 to any. */
static int64_t reach_of(const struct refd_facts *facts, const struct refd_rules *rules)
{
	struct refd__area area = area_of(facts);
	struct refd__place place = refd__place_of(&facts->venues[0].coordinates);

	return refd__travel_reach(&area, &place, rules);
}

static int64_t longest_from_first(const struct refd_facts *facts, const struct refd_rules *rules)
{
	int64_t most = 0;

	for (uint32_t b = 0; b < facts->n_venues; b++) {
		int64_t minutes = refd_travel_minutes(facts, rules, 0, b);

		most = minutes > most ? minutes : most;
	}
	return most;
}

/* The way exceeds what is less than its minutes, and nothing else. */
static void check_exceeds(const struct refd_facts *facts, const struct refd_rules *rules)
{
	struct refd__place places[PLACES];

	for (uint32_t a = 0; a < facts->n_venues; a++)
		places[a] = refd__place_of(&facts->venues[a].coordinates);
	for (uint32_t a = 0; a < facts->n_venues; a++) {
		for (uint32_t b = 0; b < facts->n_venues; b++) {
			int64_t minutes = refd_travel_minutes(facts, rules, a, b);

			for (int64_t free = minutes - 2; free <= minutes + 1; free++)
				assert_int_equal(
					refd__travel_exceeds(facts, rules, places, a, b, free),
					minutes > free && a != b);
		}
	}
}

static void travel__estimates_agree_with_the_way(void **state)
{
	struct refd_rules rules = refd_rules_default();
	struct refd_fact_venue venues[PLACES] = { { .name = { NULL, 0 } } };
	struct refd_facts facts = { .venues = venues };
	uint64_t random = 20260901;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		const int32_t most = round % 2 == 0 ? 90000000 : 2000000;

		facts.n_venues = 2 + draw(&random) % (PLACES - 1);
		rules.travel_speed = 1 + (int32_t)(draw(&random) % 1000);
		for (size_t i = 0; i < facts.n_venues; i++)
			venues[i].coordinates =
				(struct refd_coordinates){ draw(&random) % 8 != 0,
							   up_to(&random, most),
							   up_to(&random, 2 * most) };
		assert_true(span_of(&facts, &rules) >= longest_way(&facts, &rules));
		assert_true(reach_of(&facts, &rules) >= longest_from_first(&facts, &rules));
		if (round % 10 < 2)
			check_exceeds(&facts, &rules);
	}
}

/* 3 km more in 255. */
static void travel__estimates_of_two_places_are_about_their_way(void **state)
{
	struct refd_rules rules = refd_rules_default();
	struct refd_fact_venue venues[] = {
		{ .coordinates = { true, 52520008, 13404954 } },
		{ .coordinates = { true, 53551086, 9993682 } },
	};
	struct refd_facts facts = { .venues = venues, .n_venues = 2 };
	int64_t way = refd_travel_minutes(&facts, &rules, 0, 1);

	(void)state;
	assert_int_equal(way, 219);
	assert_in_range(span_of(&facts, &rules), way, way + 3);
	assert_in_range(reach_of(&facts, &rules), way, way + 3);
	/* a gap is for places that are not known, however long it is */
	rules.travel_gap = 1440;
	assert_in_range(span_of(&facts, &rules), way, way + 3);
	assert_in_range(reach_of(&facts, &rules), way, way + 3);
	/* where all three axes are below zero */
	venues[0].coordinates = (struct refd_coordinates){ true, -27112700, -109349700 };
	venues[1].coordinates = (struct refd_coordinates){ true, -26112700, -108349700 };
	way = refd_travel_minutes(&facts, &rules, 0, 1);
	assert_in_range(span_of(&facts, &rules), way, way + 3);
	assert_in_range(reach_of(&facts, &rules), way, way + 3);
}

/* Nothing is further than half around the earth: 20016 km. */
static void travel__no_way_is_longer_than_to_the_antipodes(void **state)
{
	struct refd_rules rules = refd_rules_default();
	struct refd_fact_venue venues[] = {
		{ .coordinates = { true, 90000000, 0 } },
		{ .coordinates = { true, -90000000, 0 } },
		{ .coordinates = { true, 0, 0 } },
		{ .coordinates = { true, 0, 90000000 } },
		{ .coordinates = { true, 0, 180000000 } },
		{ .coordinates = { true, 0, -90000000 } },
	};
	struct refd_facts facts = { .venues = venues, .n_venues = 6 };

	(void)state;
	rules.travel_speed = 60;
	assert_in_range(span_of(&facts, &rules), 20016, 20017);
	assert_in_range(reach_of(&facts, &rules), 20016, 20017);
}

static void travel__without_coordinates_is_the_gap(void **state)
{
	struct refd_rules rules = refd_rules_default();
	struct refd_fact_venue venues[2] = { { .name = { NULL, 0 } } };
	struct refd_facts facts = { .venues = venues, .n_venues = 2 };

	(void)state;
	assert_int_equal(span_of(&facts, &rules), rules.travel_gap);
	assert_int_equal(reach_of(&facts, &rules), rules.travel_gap);
	/* from a place that is not known every way is the gap */
	venues[1].coordinates = (struct refd_coordinates){ true, 52520008, 13404954 };
	assert_int_equal(reach_of(&facts, &rules), rules.travel_gap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(travel__estimates_agree_with_the_way),
		cmocka_unit_test(travel__estimates_of_two_places_are_about_their_way),
		cmocka_unit_test(travel__no_way_is_longer_than_to_the_antipodes),
		cmocka_unit_test(travel__without_coordinates_is_the_gap),
	};

	return cmocka_run_group_tests_name("travel", tests, NULL, NULL);
}
