/* The rule engine: every rule and key on both sides of its boundary, and a plain O(n^2) reading of
 * the header beside it over random facts. */
#include "support.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "domain/rota.h"

#define MAX_VENUES	16
#define MAX_FIXTURES	128
#define MAX_REFEREES	32
#define MAX_ASSIGNMENTS 256
#define MAX_SEEN	8192
#define BASE		(INT64_C(1700000000) * REFD_SECOND)
#define DEGREE		1000000
#define DURATION	120

/* Facts under construction. */
struct world {
	struct refd_fact_venue venues[MAX_VENUES];
	struct refd_fact_fixture fixtures[MAX_FIXTURES];
	struct refd_fact_referee referees[MAX_REFEREES];
	struct refd_fact_assignment assignments[MAX_ASSIGNMENTS];
	struct refd_facts facts;
	struct refd_rules rules;
	struct refd_time now;
	struct support_heap heap;
};

struct seen {
	size_t assignment;
	struct refd_violation violation;
};

/* What a sink received. */
struct list {
	size_t n;
	size_t stop_at; /* answer stop_with from this violation on; 0: never */
	enum refd_status stop_with;
	struct seen seen[MAX_SEEN];
};

static struct world *world_of(void **state)
{
	struct world *world = *state;

	memset(world, 0, sizeof(*world));
	world->facts.venues = world->venues;
	world->facts.fixtures = world->fixtures;
	world->facts.referees = world->referees;
	world->facts.assignments = world->assignments;
	world->rules = (struct refd_rules){ .match_duration = DURATION,
					    .travel_speed = 70,
					    .travel_gap = 60,
					    .require_future_kickoff = true,
					    .require_availability = true };
	world->now.us = BASE - REFD_DAY;
	support_heap_init(&world->heap);
	return world;
}

static uint32_t add_venue(struct world *world, const char *name, bool set, int32_t latitude,
			  int32_t longitude)
{
	struct refd_fact_venue *venue = &world->venues[world->facts.n_venues];

	assert_true(world->facts.n_venues < MAX_VENUES);
	venue->name = refd_str_of(name);
	venue->coordinates = (struct refd_coordinates){ set, latitude, longitude };
	return (uint32_t)world->facts.n_venues++;
}

/* A venue without coordinates. */
static uint32_t add_hall(struct world *world, const char *name)
{
	return add_venue(world, name, false, 0, 0);
}

static uint32_t add_fixture_us(struct world *world, uint32_t venue, int64_t us)
{
	struct refd_fact_fixture *fixture = &world->fixtures[world->facts.n_fixtures];

	assert_true(world->facts.n_fixtures < MAX_FIXTURES);
	fixture->id.uuid = support_uuid(1000 + world->facts.n_fixtures);
	fixture->kickoff.us = us;
	fixture->venue = venue;
	fixture->status = REFD_FIXTURE_SCHEDULED;
	fixture->home_club = refd_str_of("VC Home");
	fixture->away_club = refd_str_of("VC Away");
	return (uint32_t)world->facts.n_fixtures++;
}

static uint32_t add_fixture(struct world *world, uint32_t venue, int64_t minute)
{
	return add_fixture_us(world, venue, BASE + minute * REFD_MINUTE);
}

static uint32_t add_referee(struct world *world, const char *name, const char *club)
{
	struct refd_fact_referee *referee = &world->referees[world->facts.n_referees];

	assert_true(world->facts.n_referees < MAX_REFEREES);
	referee->id.uuid = support_uuid(2000 + world->facts.n_referees);
	referee->name = refd_str_of(name);
	referee->club = refd_str_of(club);
	referee->status = REFD_PARTY_ACTIVE;
	return (uint32_t)world->facts.n_referees++;
}

static struct refd_fact_assignment *assign(struct world *world, uint32_t fixture, uint32_t referee,
					   enum refd_role role)
{
	struct refd_fact_assignment *fact = &world->assignments[world->facts.n_assignments++];

	assert_true(world->facts.n_assignments <= MAX_ASSIGNMENTS);
	*fact = (struct refd_fact_assignment){ fixture, referee, role, true, true, 0 };
	return fact;
}

static enum refd_status collect(void *self, size_t assignment,
				const struct refd_violation *violation)
{
	struct list *list = self;

	assert_true(list->n < MAX_SEEN);
	list->seen[list->n].assignment = assignment;
	list->seen[list->n].violation = *violation;
	list->n++;
	return list->stop_at != 0 && list->n >= list->stop_at ? list->stop_with : REFD_OK;
}

static enum refd_status validate_into(struct world *world, struct list *list,
				      struct refd_error *err)
{
	struct refd_allocator allocator = support_heap_allocator(&world->heap);
	enum refd_status st = refd_validate(&world->facts, &world->rules, world->now, &allocator,
					    collect, list, err);

	support_heap_done(&world->heap);
	return st;
}

/* The violations of a run that must go well; valid until the next call. */
static const struct list *validate(struct world *world)
{
	static struct list list;

	memset(&list, 0, offsetof(struct list, seen));
	support_assert_status(validate_into(world, &list, NULL), REFD_OK);
	return &list;
}

static void expect_none(struct world *world)
{
	assert_int_equal(validate(world)->n, 0);
}

static const struct refd_violation *find(const struct list *list, size_t assignment,
					 enum refd_rule rule)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->seen[i].assignment == assignment && list->seen[i].violation.rule == rule)
			return &list->seen[i].violation;
	return NULL;
}

static size_t count(const struct list *list, size_t assignment, enum refd_rule rule)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->seen[i].assignment == assignment && list->seen[i].violation.rule == rule;
	return n;
}

static void expect_fixture(const struct world *world, struct refd_ref ref, uint32_t fixture)
{
	assert_int_equal(ref.noun, REFD_NOUN_FIXTURE);
	assert_true(refd_uuid_equal(ref.id, world->fixtures[fixture].id.uuid));
}

/* One violation in all, of assignment 0. */
static struct refd_violation expect_one(struct world *world, enum refd_rule rule)
{
	const struct list *list = validate(world);

	assert_int_equal(list->n, 1);
	assert_int_equal(list->seen[0].assignment, 0);
	assert_int_equal(list->seen[0].violation.rule, rule);
	assert_int_equal(list->seen[0].violation.severity, refd_rule_severity(rule));
	assert_int_equal(list->seen[0].violation.role, world->assignments[0].role);
	assert_true(refd_uuid_equal(list->seen[0].violation.fixture.uuid,
				    world->fixtures[world->assignments[0].fixture].id.uuid));
	assert_true(refd_uuid_equal(list->seen[0].violation.referee.uuid,
				    world->referees[world->assignments[0].referee].id.uuid));
	assert_string_equal(list->seen[0].violation.field, "");
	return list->seen[0].violation;
}

/* The usual case: a referee is judged for fixture 0 at minute 0 in "Halle Nord". */
static struct world *one_assignment(void **state)
{
	struct world *world = world_of(state);

	add_hall(world, "Halle Nord");
	add_fixture(world, 0, 0);
	add_referee(world, "Anna Berg", "VC Neutral");
	assign(world, 0, 0, REFD_ROLE_FIRST);
	return world;
}

/* ... and has another fixture at that venue and minute, which is not judged. */
static struct world *two_fixtures(void **state, const char *venue, int64_t minute)
{
	struct world *world = one_assignment(state);

	add_fixture(world, venue ? add_hall(world, venue) : 0, minute);
	assign(world, 1, 0, REFD_ROLE_FIRST)->subject = false;
	return world;
}

static void validation__nothing_to_judge_is_fine(void **state)
{
	struct world *world = world_of(state);

	expect_none(world);
	assert_int_equal(world->heap.calls, 0);
	world = one_assignment(state);
	expect_none(world);
	world->assignments[0].subject = false;
	world->fixtures[0].status = REFD_FIXTURE_CANCELLED;
	expect_none(world);
}

static void VAL_01__cancelled_fixture_is_not_playable(void **state)
{
	struct world *world = one_assignment(state);
	struct refd_violation violation;

	world->fixtures[0].status = REFD_FIXTURE_CANCELLED;
	world->rules.require_future_kickoff = false;
	violation = expect_one(world, REFD_RULE_FIXTURE_NOT_PLAYABLE);
	assert_string_equal(violation.message, "the fixture is cancelled");
	assert_int_equal(violation.counterparts, 0);
	assert_int_equal(violation.counterpart.noun, 0);
	world->rules.require_future_kickoff = true;
	world->now = world->fixtures[0].kickoff;
	expect_one(world, REFD_RULE_FIXTURE_NOT_PLAYABLE);
}

static void VAL_01__past_fixture_is_not_playable_from_kickoff_on(void **state)
{
	struct world *world = one_assignment(state);

	world->now.us = world->fixtures[0].kickoff.us - 1;
	expect_none(world);
	world->now.us++;
	assert_string_equal(expect_one(world, REFD_RULE_FIXTURE_NOT_PLAYABLE).message,
			    "the fixture has kicked off already");
	world->rules.require_future_kickoff = false;
	expect_none(world);
	world->now.us += REFD_DAY;
	expect_none(world);
}

static void VAL_02__availability_is_required_by_rule(void **state)
{
	struct world *world = one_assignment(state);

	world->assignments[0].available = false;
	assert_string_equal(expect_one(world, REFD_RULE_REFEREE_NOT_AVAILABLE).message,
			    "Anna Berg has not declared availability");
	world->rules.require_availability = false;
	expect_none(world);
}

static void VAL_03__overlap_is_double_booked_to_the_microsecond(void **state)
{
	struct world *world = two_fixtures(state, NULL, DURATION);
	struct refd_violation violation;

	expect_none(world);
	world->fixtures[1].kickoff.us--;
	violation = expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	assert_int_equal(violation.measured, 1);
	assert_int_equal(violation.limit, 0);
	assert_int_equal(violation.counterparts, 1);
	expect_fixture(world, violation.counterpart, 1);

	world->fixtures[1].kickoff.us = BASE - DURATION * REFD_MINUTE;
	expect_none(world);
	world->fixtures[1].kickoff.us++;
	expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	world->fixtures[1].kickoff.us = BASE - 30 * REFD_MINUTE;
	violation = expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	assert_int_equal(violation.measured, 90);
	assert_string_equal(violation.message, "90 min overlap with the fixture at Halle Nord");
	world->fixtures[1].kickoff.us = BASE;
	assert_int_equal(expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED).measured, DURATION);
}

static void validation__match_duration_moves_the_overlap(void **state)
{
	struct world *world = two_fixtures(state, NULL, 90);

	expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	world->rules.match_duration = 91;
	assert_int_equal(expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED).measured, 1);
	world->rules.match_duration = 90;
	expect_none(world);
}

static void VAL_03__overlap_elsewhere_is_not_too_close_as_well(void **state)
{
	struct world *world = two_fixtures(state, "Halle Ost", DURATION - 1);

	expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	world->fixtures[1].kickoff.us += REFD_MINUTE;
	assert_int_equal(expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE).measured, 0);
}

static void VAL_04__travel_gap_holds_without_coordinates(void **state)
{
	struct world *world = two_fixtures(state, "Halle Ost", DURATION + 60);
	struct refd_violation violation;

	expect_none(world);
	world->fixtures[1].kickoff.us--;
	violation = expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE);
	assert_int_equal(violation.measured, 59);
	assert_int_equal(violation.limit, 60);
	assert_string_equal(violation.message,
			    "60 min travel needed, 59 min free before Halle Ost");
	world->rules.travel_gap = 59;
	expect_none(world);
	world->rules.travel_gap = 60;
	world->venues[0].coordinates = (struct refd_coordinates){ true, 0, 0 };
	expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE);

	world->fixtures[1].kickoff.us = BASE - (DURATION + 60) * REFD_MINUTE;
	expect_none(world);
	world->fixtures[1].kickoff.us++;
	violation = expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE);
	assert_string_equal(violation.message, "60 min travel needed, 59 min free after Halle Ost");
	world->rules.travel_gap = 0;
	expect_none(world);
}

static void VAL_04__same_venue_needs_no_travel(void **state)
{
	struct world *world = two_fixtures(state, NULL, DURATION);

	world->rules.travel_gap = 1440;
	expect_none(world);
}

static void VAL_04__travel_time_comes_from_coordinates(void **state)
{
	struct world *world = two_fixtures(state, "Halle Ost", DURATION + 95);
	struct refd_violation violation;

	/* 0.99 degrees of the equator are 110.08 km: 94.36 minutes at 70 km/h */
	world->venues[0].coordinates = (struct refd_coordinates){ true, 0, 0 };
	world->venues[1].coordinates = (struct refd_coordinates){ true, 0, 990000 };
	assert_int_equal(refd_travel_minutes(&world->facts, &world->rules, 0, 1), 95);
	expect_none(world);
	world->fixtures[1].kickoff.us--;
	assert_int_equal(expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE).measured, 94);
	world->fixtures[1].kickoff.us = BASE - (DURATION + 60) * REFD_MINUTE;
	world->venues[1].name = refd_str_of("Halle Nord");
	violation = expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE);
	assert_int_equal(violation.measured, 60);
	assert_int_equal(violation.limit, 95);
	assert_string_equal(violation.message,
			    "95 min travel needed, 60 min free after Halle Nord");
	world->rules.travel_speed = 110;
	assert_int_equal(expect_one(world, REFD_RULE_REFEREE_TOO_CLOSE).limit, 61);
	world->rules.travel_speed = 111;
	expect_none(world);
}

static void validation__travel_minutes(void **state)
{
	struct world *world = world_of(state);
	uint32_t berlin = add_venue(world, "Berlin", true, 52520008, 13404954);
	uint32_t hamburg = add_venue(world, "Hamburg", true, 53551086, 9993682);
	uint32_t twin = add_venue(world, "Berlin II", true, 52520008, 13404954);
	uint32_t antipode = add_venue(world, "Antipode", true, -52520008, 13404954 - 180 * DEGREE);
	uint32_t nowhere = add_hall(world, "Nowhere");
	uint32_t elsewhere = add_hall(world, "Elsewhere");
	const struct refd_facts *facts = &world->facts;
	const struct refd_rules *rules = &world->rules;

	assert_int_equal(refd_travel_minutes(facts, rules, berlin, berlin), 0);
	assert_int_equal(refd_travel_minutes(facts, rules, berlin, twin), 0);
	assert_int_equal(refd_travel_minutes(facts, rules, nowhere, nowhere), 0);
	assert_int_equal(refd_travel_minutes(facts, rules, nowhere, elsewhere), 60);
	assert_int_equal(refd_travel_minutes(facts, rules, berlin, nowhere), 60);
	/* 255.25 km */
	assert_int_equal(refd_travel_minutes(facts, rules, berlin, hamburg), 219);
	assert_int_equal(refd_travel_minutes(facts, rules, hamburg, berlin), 219);
	/* half the circumference, 20015.1 km */
	assert_int_equal(refd_travel_minutes(facts, rules, berlin, antipode), 17156);
	world->rules.travel_speed = 1000;
	assert_int_equal(refd_travel_minutes(facts, rules, berlin, hamburg), 16);
	world->rules.travel_speed = 1;
	assert_int_equal(refd_travel_minutes(facts, rules, berlin, twin), 0);
}

/* The stop between two distant venues has no coordinates: each neighbour fits the travel gap, and
 * only the fixture after the next is too far. */
static void VAL_04__only_the_over_next_fixture_clashes(void **state)
{
	struct world *world = world_of(state);
	const struct list *list;

	add_venue(world, "Halle Nord", true, 0, 0);
	add_hall(world, "Halle Ost");
	add_venue(world, "Weit Weg", true, 0, 2600000);
	add_referee(world, "Anna Berg", "VC Neutral");
	for (uint32_t i = 0; i < 3; i++) {
		add_fixture(world, i, i * (DURATION + 60));
		assign(world, i, 0, REFD_ROLE_FIRST);
	}
	list = validate(world);
	assert_int_equal(list->n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct refd_violation *violation = &list->seen[i].violation;

		assert_int_equal(list->seen[i].assignment, 2 * i);
		assert_int_equal(violation->rule, REFD_RULE_REFEREE_TOO_CLOSE);
		expect_fixture(world, violation->counterpart, i == 0 ? 2 : 0);
		assert_int_equal(violation->counterparts, 1);
		assert_int_equal(violation->measured, 240);
		assert_int_equal(violation->limit, 248);
	}
	assert_string_equal(list->seen[1].violation.message,
			    "248 min travel needed, 240 min free after Halle Nord");
	/* 278.0 km in 239 minutes */
	world->venues[2].coordinates.longitude = 2500000;
	expect_none(world);
}

/* A neighbour at the very same venue hides nothing. */
static void VAL_04__neighbour_at_the_same_venue_hides_nothing(void **state)
{
	struct world *world = world_of(state);
	const struct list *list;

	add_venue(world, "Halle Nord", true, 0, 0);
	add_venue(world, "Weit Weg", true, 0, 9 * DEGREE);
	add_referee(world, "Anna Berg", "VC Neutral");
	for (uint32_t i = 0; i < 6; i++) {
		add_fixture(world, i == 5, i * DURATION);
		assign(world, i, 0, REFD_ROLE_FIRST);
	}
	/* 1000.8 km at 124 km/h take 485 minutes: 480 minutes are free after the first fixture */
	world->rules.travel_speed = 124;
	list = validate(world);
	assert_int_equal(list->n, 10);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(count(list, i, REFD_RULE_REFEREE_TOO_CLOSE), 1);
	assert_int_equal(count(list, 5, REFD_RULE_REFEREE_TOO_CLOSE), 5);
	assert_int_equal(find(list, 0, REFD_RULE_REFEREE_TOO_CLOSE)->measured, 480);
	assert_int_equal(find(list, 0, REFD_RULE_REFEREE_TOO_CLOSE)->limit, 485);
}

static void validation__cancelled_fixture_is_no_counterpart(void **state)
{
	struct world *world = two_fixtures(state, "Halle Ost", DURATION);

	world->fixtures[1].status = REFD_FIXTURE_CANCELLED;
	expect_none(world);
	world->fixtures[1].kickoff.us = BASE;
	expect_none(world);
	world->fixtures[1].status = REFD_FIXTURE_SCHEDULED;
	world->fixtures[0].status = REFD_FIXTURE_CANCELLED;
	assert_non_null(find(validate(world), 0, REFD_RULE_REFEREE_DOUBLE_BOOKED));
	assert_non_null(find(validate(world), 0, REFD_RULE_FIXTURE_NOT_PLAYABLE));
}

static void VAL_05__role_taken_names_the_other_referee(void **state)
{
	struct world *world = one_assignment(state);
	struct refd_violation violation;

	add_referee(world, "Bo Çelik", "");
	assign(world, 0, 1, REFD_ROLE_SECOND)->subject = false;
	expect_none(world);
	world->assignments[1].role = REFD_ROLE_FIRST;
	violation = expect_one(world, REFD_RULE_ROLE_TAKEN);
	assert_int_equal(violation.counterparts, 1);
	assert_int_equal(violation.counterpart.noun, REFD_NOUN_REFEREE);
	assert_true(refd_uuid_equal(violation.counterpart.id, world->referees[1].id.uuid));
	assert_string_equal(violation.message, "the role first is also given to Bo Çelik");
	world->assignments[1].subject = true;
	assert_int_equal(validate(world)->n, 2);
	add_fixture(world, 0, 0);
	world->assignments[1].fixture = 1;
	expect_none(world);
}

static void validation__referee_twice_on_a_fixture(void **state)
{
	struct world *world = one_assignment(state);
	struct refd_violation violation;

	assign(world, 0, 0, REFD_ROLE_SECOND)->subject = false;
	violation = expect_one(world, REFD_RULE_REFEREE_TWICE);
	assert_int_equal(violation.counterparts, 1);
	expect_fixture(world, violation.counterpart, 0);
	assert_string_equal(violation.message,
			    "the referee is on that fixture twice, also as second");
	/* the same role twice: no *other* referee holds it */
	world->assignments[1].role = REFD_ROLE_FIRST;
	expect_one(world, REFD_RULE_REFEREE_TWICE);
	add_referee(world, "Bo Çelik", "");
	world->assignments[1].referee = 1;
	world->assignments[1].role = REFD_ROLE_SECOND;
	expect_none(world);
}

static void validation__a_role_of_no_name_is_told_apart_all_the_same(void **state)
{
	struct world *world = one_assignment(state);

	add_referee(world, "Bo Çelik", "");
	assign(world, 0, 1, (enum refd_role)7)->subject = false;
	expect_none(world);
	world->assignments[0].role = (enum refd_role)7;
	assert_string_equal(expect_one(world, REFD_RULE_ROLE_TAKEN).message,
			    "the role ? is also given to Bo Çelik");
}

static void validation__retired_referee(void **state)
{
	struct world *world = one_assignment(state);

	world->referees[0].status = REFD_PARTY_RETIRED;
	assert_string_equal(expect_one(world, REFD_RULE_REFEREE_RETIRED).message,
			    "Anna Berg is retired");
}

static void validation__neutral_referees_by_rule(void **state)
{
	struct world *world = one_assignment(state);

	world->referees[0].club = refd_str_of("VC Home");
	expect_none(world);
	world->rules.neutral_referees = true;
	assert_string_equal(expect_one(world, REFD_RULE_CLUB_NOT_NEUTRAL).message,
			    "the referee and the home team belong to VC Home");
	world->referees[0].club = refd_str_of("VC Away");
	assert_string_equal(expect_one(world, REFD_RULE_CLUB_NOT_NEUTRAL).message,
			    "the referee and the away team belong to VC Away");
	world->fixtures[0].home_club = world->fixtures[0].away_club;
	assert_string_equal(expect_one(world, REFD_RULE_CLUB_NOT_NEUTRAL).message,
			    "the referee and both teams belong to VC Away");
	world->referees[0].club = refd_str_of("vc away");
	expect_none(world);
	world->referees[0].club = refd_str_of("VC Away ");
	expect_none(world);
	world->referees[0].club = world->fixtures[0].home_club = refd_str_of("");
	expect_none(world);
	world->referees[0].club = world->fixtures[0].home_club = refd_str_of(" \t");
	expect_none(world);
	world->referees[0].club = world->fixtures[0].home_club = refd_str_of(" VC");
	expect_one(world, REFD_RULE_CLUB_NOT_NEUTRAL);
}

static void validation__override_passes_overridable_rules_only(void **state)
{
	struct world *world = two_fixtures(state, "Halle Ost", DURATION);
	struct refd_fact_assignment *fact = &world->assignments[0];
	const struct list *list;

	world->rules.neutral_referees = true;
	world->referees[0].club = refd_str_of("VC Home");
	fact->available = false;
	assert_int_equal(validate(world)->n, 3);
	for (uint32_t rule = REFD_RULE_REFEREE_NOT_AVAILABLE; rule <= REFD_RULE_CLUB_NOT_NEUTRAL;
	     rule++) {
		fact->overridden = UINT32_C(1) << rule;
		list = validate(world);
		assert_int_equal(list->n, 2);
		assert_null(find(list, 0, (enum refd_rule)rule));
	}
	fact->overridden = UINT32_MAX;
	expect_none(world);

	world->fixtures[0].status = REFD_FIXTURE_CANCELLED;
	world->fixtures[1].kickoff.us = BASE;
	world->referees[0].status = REFD_PARTY_RETIRED;
	add_referee(world, "Bo Çelik", "");
	assign(world, 0, 1, REFD_ROLE_FIRST)->subject = false;
	assign(world, 0, 0, REFD_ROLE_SECOND)->subject = false;
	list = validate(world);
	assert_int_equal(list->n, 5);
	for (uint32_t rule = 1; rule <= 5; rule++)
		assert_int_equal(list->seen[rule - 1].violation.rule, rule);
}

/* 3 fixtures overlap from before and 9 from after. */
static void validation__eight_nearest_are_reported_by_time_and_all_are_counted(void **state)
{
	struct world *world = world_of(state);
	const struct list *list;

	add_hall(world, "Halle Nord");
	add_referee(world, "Anna Berg", "VC Neutral");
	add_fixture(world, 0, 0);
	assign(world, 0, 0, REFD_ROLE_FIRST);
	for (uint32_t i = 1; i <= 12; i++) { /* the latest one first */
		add_fixture(world, 0, i > 9 ? -3 * (int64_t)(i - 9) : 4 * (int64_t)(10 - i));
		assign(world, i, 0, REFD_ROLE_FIRST)->subject = false;
	}
	list = validate(world);
	assert_int_equal(list->n, 8);
	for (size_t i = 0; i < 8; i++) {
		int64_t at = i < 3 ? -(int64_t)(3 - i) * 3 : (int64_t)(i - 2) * 4;
		const struct refd_violation *violation = &list->seen[i].violation;

		assert_int_equal(violation->rule, REFD_RULE_REFEREE_DOUBLE_BOOKED);
		assert_int_equal(violation->counterparts, 12);
		assert_int_equal(violation->measured, DURATION - llabs(at));
	}
	expect_fixture(world, list->seen[0].violation.counterpart, 12);
	expect_fixture(world, list->seen[7].violation.counterpart, 5);
	world->fixtures[9].status = REFD_FIXTURE_CANCELLED; /* minute 4 */
	list = validate(world);
	assert_int_equal(list->n, 8);
	assert_int_equal(list->seen[0].violation.counterparts, 11);
	assert_int_equal(list->seen[3].violation.measured, DURATION - 8);
	assert_int_equal(list->seen[7].violation.measured, DURATION - 24);
}

static void validation__of_two_as_near_the_earlier_is_reported(void **state)
{
	static const int64_t minutes[] = { 0, 20, -20, 15, -15, 10, -10, 5, -5, 1 };
	struct world *world = world_of(state);
	const struct list *list;

	add_hall(world, "Halle Nord");
	add_referee(world, "Anna Berg", "VC Neutral");
	for (uint32_t i = 0; i < 10; i++) {
		add_fixture(world, 0, minutes[i]);
		assign(world, i, 0, REFD_ROLE_FIRST)->subject = i == 0;
	}
	list = validate(world);
	assert_int_equal(list->n, 8);
	assert_int_equal(list->seen[0].violation.counterparts, 9);
	expect_fixture(world, list->seen[0].violation.counterpart, 2);
	expect_fixture(world, list->seen[7].violation.counterpart, 3);
}

/* Three referees for one role, and another contested role ahead of it. */
static void VAL_05__everybody_else_in_the_role_is_named(void **state)
{
	struct world *world = one_assignment(state);
	const struct list *list;

	for (uint32_t i = 1; i <= 4; i++)
		add_referee(world, "Bo Çelik", "");
	assign(world, 0, 1, REFD_ROLE_FIRST)->subject = false;
	add_fixture(world, 0, 1000);
	world->assignments[0].subject = false;
	for (uint32_t i = 2; i <= 4; i++)
		assign(world, 1, i, REFD_ROLE_FIRST)->subject = i == 3;
	list = validate(world);
	assert_int_equal(list->n, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_int_equal(list->seen[i].violation.rule, REFD_RULE_ROLE_TAKEN);
		assert_int_equal(list->seen[i].violation.counterparts, 2);
		assert_true(refd_uuid_equal(list->seen[i].violation.counterpart.id,
					    world->referees[i == 0 ? 2 : 4].id.uuid));
	}
}

static void validation__counterparts_are_of_the_referee_and_fixture(void **state)
{
	struct world *world = one_assignment(state);
	const struct list *list;

	/* the other referee is on a nearer one; their own comes later */
	add_referee(world, "Bo Çelik", "VC Neutral");
	add_fixture(world, 0, 10);
	add_fixture(world, 0, 30);
	world->assignments[0].subject = false;
	assign(world, 1, 1, REFD_ROLE_FIRST);
	assign(world, 2, 1, REFD_ROLE_FIRST)->subject = false;
	assign(world, 1, 1, REFD_ROLE_SECOND)->subject = false;
	list = validate(world);
	assert_int_equal(list->n, 2);
	assert_int_equal(list->seen[0].violation.rule, REFD_RULE_REFEREE_TWICE);
	expect_fixture(world, list->seen[0].violation.counterpart, 1);
	assert_non_null(strstr(list->seen[0].violation.message, "second"));
	assert_int_equal(list->seen[1].violation.rule, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	expect_fixture(world, list->seen[1].violation.counterpart, 2);
	/* of two facts each names the other */
	world = one_assignment(state);
	assign(world, 0, 0, REFD_ROLE_SECOND);
	list = validate(world);
	assert_int_equal(list->n, 2);
	assert_non_null(strstr(list->seen[0].violation.message, "second"));
	assert_non_null(strstr(list->seen[1].violation.message, "first"));
}

/* More fixtures than assignments, and kick-offs that differ in their last byte, one in its highest
 * value. */
static void validation__fixtures_are_put_in_order_of_time(void **state)
{
	struct world *world = one_assignment(state);
	const struct list *list;

	assert_int_equal(BASE & 0xff, 0);
	world->fixtures[0].kickoff.us = BASE + 0xff;
	for (uint32_t i = 1; i < 100; i++)
		add_fixture_us(world, 0, BASE + 100 - i);
	assign(world, 1, 0, REFD_ROLE_FIRST)->subject = false;
	assign(world, 99, 0, REFD_ROLE_FIRST)->subject = false;
	list = validate(world);
	assert_int_equal(list->n, 2);
	expect_fixture(world, list->seen[0].violation.counterpart, 99);
	expect_fixture(world, list->seen[1].violation.counterpart, 1);
}

static void validation__too_close_counterparts_are_capped_too(void **state)
{
	struct world *world = world_of(state);
	uint32_t ost = (add_hall(world, "Halle Nord"), add_hall(world, "Halle Ost"));
	const struct list *list;

	add_referee(world, "Anna Berg", "VC Neutral");
	add_fixture(world, 0, 0);
	assign(world, 0, 0, REFD_ROLE_FIRST);
	for (uint32_t i = 1; i <= 10; i++) {
		add_fixture(world, ost, i % 2 ? DURATION + i : -DURATION - (int64_t)i);
		assign(world, i, 0, REFD_ROLE_FIRST)->subject = false;
	}
	list = validate(world);
	assert_int_equal(list->n, 8);
	for (size_t i = 0; i < 8; i++) {
		static const uint32_t expected[] = { 8, 6, 4, 2, 1, 3, 5, 7 };

		assert_int_equal(list->seen[i].violation.counterparts, 10);
		assert_int_equal(list->seen[i].violation.measured, expected[i]);
		assert_int_equal(list->seen[i].violation.limit, 60);
		expect_fixture(world, list->seen[i].violation.counterpart, expected[i]);
	}
}

static void validation__roles_and_duplicates_are_capped_too(void **state)
{
	struct world *world = one_assignment(state);
	const struct list *list;

	for (uint32_t i = 1; i <= 10; i++) {
		add_referee(world, "Bo Çelik", "");
		assign(world, 0, 11 - i, REFD_ROLE_FIRST)->subject = false;
		assign(world, 0, 11 - i, REFD_ROLE_FIRST)->subject = false;
		assign(world, 0, 0, REFD_ROLE_SECOND)->subject = false;
	}
	list = validate(world);
	assert_int_equal(list->n, 16);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(list->seen[i].violation.rule, REFD_RULE_ROLE_TAKEN);
		assert_int_equal(list->seen[i].violation.counterparts, 10);
		assert_true(refd_uuid_equal(list->seen[i].violation.counterpart.id,
					    world->referees[i + 1].id.uuid));
		assert_int_equal(list->seen[8 + i].violation.rule, REFD_RULE_REFEREE_TWICE);
		assert_int_equal(list->seen[8 + i].violation.counterparts, 10);
	}
}

static void validation__only_subjects_are_judged(void **state)
{
	struct world *world = two_fixtures(state, NULL, 30);

	expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	world->assignments[1].subject = true;
	assert_int_equal(validate(world)->n, 2);
	world->assignments[0].subject = world->assignments[1].subject = false;
	expect_none(world);
}

static void validation__long_names_are_cut_at_a_code_point(void **state)
{
	struct world *world = two_fixtures(state, NULL, 0);
	static char name[481];
	struct refd_violation violation;

	for (size_t i = 0; i < 240; i++)
		memcpy(name + 2 * i, "ß", 2);
	for (size_t odd = 0; odd < 2; odd++) {
		world->venues[0].name = (struct refd_str){ name, 480 };
		world->rules.match_duration = odd ? 1000 : 120;
		violation = expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
		assert_in_range(strlen(violation.message), REFD_MESSAGE_BYTES - 1,
				REFD_MESSAGE_BYTES);
		assert_true(refd_utf8_valid(refd_str_of(violation.message)));
	}
	world->fixtures[1].status = REFD_FIXTURE_CANCELLED;
	world->referees[0].status = REFD_PARTY_RETIRED;
	world->referees[0].name = (struct refd_str){ name, 480 };
	violation = expect_one(world, REFD_RULE_REFEREE_RETIRED);
	assert_int_equal(strlen(violation.message), 254); /* and no more of the sentence */
	assert_true(refd_utf8_valid(refd_str_of(violation.message)));
}

static void validation__extreme_instants(void **state)
{
	struct world *world = two_fixtures(state, "Halle Ost", 0);

	world->fixtures[0].kickoff.us = REFD_TIME_MIN;
	world->fixtures[1].kickoff.us = REFD_TIME_MAX;
	world->now.us = REFD_TIME_MIN - 1;
	expect_none(world);
	world->fixtures[0].kickoff.us = REFD_TIME_MAX - REFD_MINUTE;
	expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	world->fixtures[0].kickoff.us = INT64_MAX;
	world->fixtures[1].kickoff.us = INT64_MIN;
	expect_none(world);
	/* time before 1970 comes first */
	world->fixtures[0].kickoff.us = -30 * REFD_MINUTE;
	world->fixtures[1].kickoff.us = 30 * REFD_MINUTE;
	assert_int_equal(expect_one(world, REFD_RULE_REFEREE_DOUBLE_BOOKED).measured, 60);
}

static void validation__sink_ends_the_run(void **state)
{
	static struct list list;
	struct world *world = two_fixtures(state, NULL, 30);
	size_t all;

	world->assignments[0].available = false;
	world->assignments[1].subject = true;
	world->referees[0].status = REFD_PARTY_RETIRED;
	world->fixtures[0].status = REFD_FIXTURE_CANCELLED;
	assign(world, 0, 0, REFD_ROLE_SECOND);
	add_referee(world, "Bo Çelik", "");
	assign(world, 0, 1, REFD_ROLE_FIRST);
	world->rules.neutral_referees = true;
	world->referees[0].club = refd_str_of("VC Home");
	add_fixture(world, add_hall(world, "Halle Ost"), 30 + DURATION);
	assign(world, 2, 0, REFD_ROLE_FIRST);
	/* several counterparts of each rule */
	assign(world, 0, 0, REFD_ROLE_SECOND);
	add_referee(world, "Cy Dorn", "");
	assign(world, 0, 2, REFD_ROLE_FIRST);
	assign(world, add_fixture(world, 0, 40), 0, REFD_ROLE_FIRST);
	assign(world, add_fixture(world, 1, 31 + DURATION), 0, REFD_ROLE_FIRST);
	all = validate(world)->n;
	assert_true(all > 12);
	for (size_t stop = 1; stop <= all; stop++) {
		list = (struct list){ .stop_at = stop, .stop_with = REFD_DENIED };
		support_assert_status(validate_into(world, &list, NULL), REFD_DENIED);
		assert_int_equal(list.n, stop);
	}
	list = (struct list){ .stop_at = all + 1, .stop_with = REFD_DENIED };
	support_assert_status(validate_into(world, &list, NULL), REFD_OK);
}

static void validation__out_of_memory_is_told_and_leaks_nothing(void **state)
{
	static struct list list;
	struct world *world = two_fixtures(state, "Halle Ost", DURATION);
	uint64_t n = 0;

	do {
		struct refd_error err = REFD_ERROR_INIT;
		enum refd_status st;

		support_heap_init(&world->heap);
		world->heap.fail_at = ++n;
		list.n = 0;
		st = validate_into(world, &list, &err);
		support_assert_status(st, world->heap.failed ? REFD_NO_MEMORY : REFD_OK);
		support_assert_status(err.status, st);
		assert_int_equal(list.n, world->heap.failed ? 0 : 1);
	} while (world->heap.failed);
	assert_true(n > 1);
}

static void expect_too_much(struct world *world)
{
	struct refd_allocator allocator = support_heap_allocator(&world->heap);
	struct refd__rota rota;

	support_assert_status(
		refd__rota_init(&rota, &world->facts, &world->rules, &allocator, NULL),
		REFD_NO_MEMORY);
	assert_int_equal(world->heap.calls, 0);
}

/* The counts alone are told: nobody can hold the facts themselves. */
static void validation__more_facts_than_can_be_counted_are_out_of_memory(void **state)
{
	struct world *world = one_assignment(state);

	world->facts.n_referees = SIZE_MAX;
	expect_too_much(world);
	world->facts.n_referees = SIZE_MAX / sizeof(struct refd__tour) - 1;
	world->facts.n_venues = SIZE_MAX / sizeof(struct refd__place) - 1;
	expect_too_much(world);
	/* the product would be small again */
	world = one_assignment(state);
	world->facts.n_referees = SIZE_MAX / sizeof(struct refd__tour) + 2;
	expect_too_much(world);
	world = one_assignment(state);
	world->facts.n_assignments = UINT32_MAX;
	expect_too_much(world);
	world = one_assignment(state);
	world->facts.n_fixtures = UINT32_MAX;
	expect_too_much(world);
}

static void expect_misuse(struct world *world)
{
	static struct list list;
	struct refd_error err = REFD_ERROR_INIT;

	list.n = 0;
	support_assert_status(validate_into(world, &list, &err), REFD_MISUSE);
	support_assert_status(err.status, REFD_MISUSE);
	assert_int_equal(list.n, 0);
	assert_int_equal(world->heap.calls, 0);
}

static void validation__index_out_of_range_is_misuse(void **state)
{
	struct world *world = one_assignment(state);

	world->assignments[0].fixture = 1;
	expect_misuse(world);
	world = one_assignment(state);
	world->assignments[0].referee = 1;
	expect_misuse(world);
	world = one_assignment(state);
	world->fixtures[0].venue = 1;
	expect_misuse(world);
	world->fixtures[0].venue = UINT32_MAX;
	world->facts.n_assignments = 0;
	expect_misuse(world);
	/* not only the first ones are looked at */
	world = two_fixtures(state, NULL, 0);
	world->fixtures[1].venue = 1;
	expect_misuse(world);
	world = two_fixtures(state, NULL, 0);
	world->assignments[1].fixture = 2;
	expect_misuse(world);
}

static void validation__rules_out_of_range_are_misuse(void **state)
{
	struct world *world = one_assignment(state);

	world->rules.match_duration = 0;
	expect_misuse(world);
	world = one_assignment(state);
	world->rules.travel_speed = 0;
	expect_misuse(world);
	world = one_assignment(state);
	world->rules.travel_gap = -1;
	expect_misuse(world);
	world = one_assignment(state);
	world->rules.match_duration = world->rules.travel_speed = 1;
	world->rules.travel_gap = 0;
	expect_none(world);
}

/*
 * The plain reading: every pair of facts, sorted and cut afterwards. It shares nothing with the
 * engine but the distance.
 */

struct pair {
	uint32_t other;	  /* fixture */
	int64_t measured; /* of the rule */
	int64_t limit;
};

static int64_t plain_travel(const struct world *world, uint32_t a, uint32_t b)
{
	const struct refd_coordinates *from = &world->venues[a].coordinates;
	const struct refd_coordinates *to = &world->venues[b].coordinates;

	if (a == b)
		return 0;
	if (!from->set || !to->set)
		return world->rules.travel_gap;
	return (int64_t)ceil(refd_coordinates_distance(from, to) / 1000.0 /
			     world->rules.travel_speed * 60.0);
}

/* The rule two fixtures of a referee break, 0 if none; x is the judged one. */
static enum refd_rule plain_clash(const struct world *world, uint32_t x, uint32_t y,
				  struct pair *pair)
{
	const struct refd_fact_fixture *a = &world->fixtures[x], *b = &world->fixtures[y];
	int64_t duration = world->rules.match_duration * REFD_MINUTE;
	int64_t apart = llabs(a->kickoff.us - b->kickoff.us);

	pair->other = y;
	if (x == y || b->status == REFD_FIXTURE_CANCELLED)
		return (enum refd_rule)0;
	if (apart < duration) {
		pair->measured = (duration - apart) / REFD_MINUTE;
		pair->measured += (duration - apart) % REFD_MINUTE != 0;
		pair->limit = 0;
		return REFD_RULE_REFEREE_DOUBLE_BOOKED;
	}
	pair->limit = plain_travel(world, a->venue, b->venue);
	pair->measured = (apart - duration) / REFD_MINUTE;
	return apart - duration < pair->limit * REFD_MINUTE ? REFD_RULE_REFEREE_TOO_CLOSE
							    : (enum refd_rule)0;
}

static bool comes_before(const struct world *world, uint32_t x, uint32_t y)
{
	int64_t a = world->fixtures[x].kickoff.us, b = world->fixtures[y].kickoff.us;

	return a < b || (a == b && x < y);
}

/* Nearest first; of two as near the earlier; of two at one time the one next to `from`. */
static bool is_nearer(const struct world *world, uint32_t from, uint32_t x, uint32_t y)
{
	int64_t at = world->fixtures[from].kickoff.us;
	int64_t a = llabs(world->fixtures[x].kickoff.us - at);
	int64_t b = llabs(world->fixtures[y].kickoff.us - at);
	bool x_ahead = comes_before(world, from, x), y_ahead = comes_before(world, from, y);

	if (a != b)
		return a < b;
	if (x_ahead != y_ahead)
		return y_ahead;
	return x_ahead ? comes_before(world, x, y) : comes_before(world, y, x);
}

static struct refd_violation *plain_add(struct list *list, const struct world *world, size_t i,
					enum refd_rule rule)
{
	const struct refd_fact_assignment *fact = &world->assignments[i];
	struct seen *seen = &list->seen[list->n++];

	assert_true(list->n < MAX_SEEN);
	memset(seen, 0, sizeof(*seen));
	seen->assignment = i;
	seen->violation.rule = rule;
	seen->violation.severity = rule >= REFD_RULE_REFEREE_NOT_AVAILABLE
					   ? REFD_SEVERITY_OVERRIDABLE
					   : REFD_SEVERITY_HARD;
	seen->violation.role = fact->role;
	seen->violation.fixture = world->fixtures[fact->fixture].id;
	seen->violation.referee = world->referees[fact->referee].id;
	return &seen->violation;
}

static void plain_pairs(struct list *list, const struct world *world, size_t i, enum refd_rule rule)
{
	const struct refd_fact_assignment *fact = &world->assignments[i];
	struct pair pairs[MAX_FIXTURES], pair;
	bool known[MAX_FIXTURES] = { false };
	uint32_t n = 0;

	for (size_t k = 0; k < world->facts.n_assignments; k++) {
		const struct refd_fact_assignment *other = &world->assignments[k];

		if (other->referee != fact->referee || known[other->fixture] ||
		    plain_clash(world, fact->fixture, other->fixture, &pair) != rule)
			continue;
		known[other->fixture] = true;
		pairs[n++] = pair;
	}
	for (size_t a = 0; a < n; a++) {
		uint32_t nearer = 0;

		for (size_t b = 0; b < n; b++)
			nearer += is_nearer(world, fact->fixture, pairs[b].other, pairs[a].other);
		if (nearer >= 8)
			pairs[a].measured = -1;
	}
	for (uint32_t left = n < 8 ? n : 8; left > 0; left--) {
		struct refd_violation *violation = plain_add(list, world, i, rule);
		size_t best = MAX_FIXTURES;

		for (size_t a = 0; a < n; a++)
			if (pairs[a].measured >= 0 &&
			    (best == MAX_FIXTURES ||
			     comes_before(world, pairs[a].other, pairs[best].other)))
				best = a;
		assert_true(best < n);
		violation->counterparts = n;
		violation->counterpart.noun = REFD_NOUN_FIXTURE;
		violation->counterpart.id = world->fixtures[pairs[best].other].id.uuid;
		violation->measured = pairs[best].measured;
		violation->limit = pairs[best].limit;
		pairs[best].measured = -1;
	}
}

static void plain_role(struct list *list, const struct world *world, size_t i)
{
	const struct refd_fact_assignment *fact = &world->assignments[i];
	bool holds[MAX_REFEREES] = { false };
	uint32_t n = 0, kept = 0;

	for (size_t k = 0; k < world->facts.n_assignments; k++) {
		const struct refd_fact_assignment *other = &world->assignments[k];

		if (other->fixture == fact->fixture && other->role == fact->role &&
		    other->referee != fact->referee)
			holds[other->referee] = true;
	}
	for (size_t r = 0; r < MAX_REFEREES; r++)
		n += holds[r];
	for (size_t r = 0; r < MAX_REFEREES && kept < 8; r++) {
		struct refd_violation *violation;

		if (!holds[r])
			continue;
		kept++;
		violation = plain_add(list, world, i, REFD_RULE_ROLE_TAKEN);
		violation->counterparts = n;
		violation->counterpart.noun = REFD_NOUN_REFEREE;
		violation->counterpart.id = world->referees[r].id.uuid;
	}
}

static void plain_twice(struct list *list, const struct world *world, size_t i)
{
	const struct refd_fact_assignment *fact = &world->assignments[i];
	uint32_t n = 0;

	for (size_t k = 0; k < world->facts.n_assignments; k++)
		n += k != i && world->assignments[k].fixture == fact->fixture &&
		     world->assignments[k].referee == fact->referee;
	for (uint32_t k = 0; k < n && k < 8; k++) {
		struct refd_violation *violation =
			plain_add(list, world, i, REFD_RULE_REFEREE_TWICE);

		violation->counterparts = n;
		violation->counterpart.noun = REFD_NOUN_FIXTURE;
		violation->counterpart.id = world->fixtures[fact->fixture].id.uuid;
	}
}

static void plain_judge(struct list *list, const struct world *world, size_t i)
{
	const struct refd_fact_assignment *fact = &world->assignments[i];
	const struct refd_fact_fixture *fixture = &world->fixtures[fact->fixture];
	const struct refd_fact_referee *referee = &world->referees[fact->referee];
	const struct refd_rules *rules = &world->rules;

	if (fixture->status == REFD_FIXTURE_CANCELLED ||
	    (rules->require_future_kickoff && fixture->kickoff.us <= world->now.us))
		plain_add(list, world, i, REFD_RULE_FIXTURE_NOT_PLAYABLE);
	plain_role(list, world, i);
	plain_twice(list, world, i);
	plain_pairs(list, world, i, REFD_RULE_REFEREE_DOUBLE_BOOKED);
	if (referee->status == REFD_PARTY_RETIRED)
		plain_add(list, world, i, REFD_RULE_REFEREE_RETIRED);
	if (rules->require_availability && !fact->available && !(fact->overridden & 1 << 6))
		plain_add(list, world, i, REFD_RULE_REFEREE_NOT_AVAILABLE);
	if (!(fact->overridden & 1 << 7))
		plain_pairs(list, world, i, REFD_RULE_REFEREE_TOO_CLOSE);
	if (rules->neutral_referees && referee->club.len > 0 && !(fact->overridden & 1 << 8) &&
	    (refd_str_equal(referee->club, fixture->home_club) ||
	     refd_str_equal(referee->club, fixture->away_club)))
		plain_add(list, world, i, REFD_RULE_CLUB_NOT_NEUTRAL);
}

static bool one_in(struct support_random *random, uint64_t n)
{
	return support_random_below(random, n) == 0;
}

static int64_t between(struct support_random *random, int64_t low, int64_t high)
{
	return low + (int64_t)support_random_below(random, (uint64_t)(high - low) + 1);
}

static void random_venues(struct world *world, struct support_random *random)
{
	int64_t n = between(random, 1, MAX_VENUES - 1);
	bool global = one_in(random, 5);

	for (int64_t i = 0; i < n; i++) {
		struct refd_coordinates at = { .set = !one_in(random, 5) };

		at.latitude = (int32_t)(global ? between(random, -90 * DEGREE, 90 * DEGREE)
					       : between(random, 47 * DEGREE, 55 * DEGREE));
		at.longitude = (int32_t)(global ? between(random, -180 * DEGREE, 180 * DEGREE)
						: between(random, 6 * DEGREE, 15 * DEGREE));
		if (i > 0 && one_in(random, 8)) /* twins, antipodes and next-door halls */
			at = world->venues[between(random, 0, i - 1)].coordinates;
		if (one_in(random, 12)) {
			at.latitude = -at.latitude;
			at.longitude += at.longitude > 0 ? -180 * DEGREE : 180 * DEGREE;
		}
		add_venue(world, "Halle", at.set, at.latitude, at.longitude);
	}
}

/* Often to the microsecond where the way from another fixture begins or ceases to fit. */
static int64_t random_kickoff(const struct world *world, struct support_random *random,
			      uint32_t venue, int64_t span)
{
	const struct refd_fact_fixture *other;
	int64_t minutes = world->rules.match_duration, shift;

	if (world->facts.n_fixtures == 0 || one_in(random, 3))
		return BASE + between(random, -span, span) * REFD_MINUTE;
	other = &world->fixtures[between(random, 0, (int64_t)world->facts.n_fixtures - 1)];
	if (!one_in(random, 3))
		minutes += plain_travel(world, other->venue, venue);
	shift = minutes * REFD_MINUTE - between(random, 0, 2) + 1;
	return other->kickoff.us + (one_in(random, 2) ? shift : -shift);
}

static void random_parties(struct world *world, struct support_random *random)
{
	static const char *const clubs[] = { "", "A", "B", "C", "D", "E", "F" };
	int64_t n_fixtures = between(random, 1, one_in(random, 4) ? MAX_FIXTURES : 24);
	int64_t n_referees = between(random, 1, one_in(random, 4) ? MAX_REFEREES : 3);
	int64_t span = between(random, 1, one_in(random, 2) ? 300 : 5000);

	for (int64_t i = 0; i < n_fixtures; i++) {
		uint32_t venue = (uint32_t)between(random, 0, (int64_t)world->facts.n_venues - 1);
		uint32_t at =
			add_fixture_us(world, venue, random_kickoff(world, random, venue, span));

		world->fixtures[at].home_club = refd_str_of(clubs[between(random, 0, 6)]);
		world->fixtures[at].away_club = refd_str_of(clubs[between(random, 0, 6)]);
		if (one_in(random, 8))
			world->fixtures[at].status = REFD_FIXTURE_CANCELLED;
	}
	for (int64_t i = 0; i < n_referees; i++) {
		uint32_t at = add_referee(world, "R", clubs[between(random, 0, 6)]);

		if (one_in(random, 8))
			world->referees[at].status = REFD_PARTY_RETIRED;
	}
}

static void random_facts(struct world *world, uint64_t seed)
{
	struct support_random random = { seed };
	int64_t n;

	world->rules.match_duration = (int32_t)between(&random, 1, one_in(&random, 3) ? 1440 : 150);
	world->rules.travel_speed = (int32_t)between(&random, 1, one_in(&random, 3) ? 1000 : 120);
	world->rules.travel_gap = (int32_t)between(&random, 0, one_in(&random, 3) ? 1440 : 90);
	world->rules.require_future_kickoff = !one_in(&random, 3);
	world->rules.require_availability = !one_in(&random, 3);
	world->rules.neutral_referees = one_in(&random, 2);
	random_venues(world, &random);
	random_parties(world, &random);
	world->now =
		world->fixtures[between(&random, 0, (int64_t)world->facts.n_fixtures - 1)].kickoff;
	n = between(&random, 0, one_in(&random, 4) ? MAX_ASSIGNMENTS : 48);
	for (int64_t i = 0; i < n; i++) {
		struct refd_fact_assignment *fact;

		fact = assign(world,
			      (uint32_t)between(&random, 0, (int64_t)world->facts.n_fixtures - 1),
			      (uint32_t)between(&random, 0, (int64_t)world->facts.n_referees - 1),
			      (enum refd_role)between(&random, 1, REFD_ROLES));
		fact->subject = !one_in(&random, 4);
		fact->available = !one_in(&random, 4);
		if (one_in(&random, 4))
			fact->overridden = (uint32_t)support_random_next(&random);
	}
}

static void expect_same(const struct seen *engine, const struct seen *plain, uint64_t seed)
{
	const struct refd_violation *a = &engine->violation, *b = &plain->violation;

	if (engine->assignment == plain->assignment && a->rule == b->rule &&
	    a->severity == b->severity && a->role == b->role &&
	    a->counterparts == b->counterparts && a->measured == b->measured &&
	    a->limit == b->limit && a->counterpart.noun == b->counterpart.noun &&
	    refd_uuid_equal(a->counterpart.id, b->counterpart.id) &&
	    refd_uuid_equal(a->fixture.uuid, b->fixture.uuid) &&
	    refd_uuid_equal(a->referee.uuid, b->referee.uuid) && a->message[0])
		return;
	fail_msg("seed %" PRIu64 ": assignment %zu %s (%" PRId64 "/%" PRId64 ", of %" PRIu32
		 ") where %zu %s (%" PRId64 "/%" PRId64 ", of %" PRIu32 ") is expected",
		 seed, engine->assignment, refd_rule_name(a->rule), a->measured, a->limit,
		 a->counterparts, plain->assignment, refd_rule_name(b->rule), b->measured, b->limit,
		 b->counterparts);
}

static void validation__agrees_with_a_plain_reading(void **state)
{
	static struct list plain;
	size_t found[REFD_ENGINE_RULES + 1] = { 0 };
	size_t capped = 0;

	for (uint64_t seed = 1; seed <= 2000; seed++) {
		struct world *world = world_of(state);
		const struct list *list;

		random_facts(world, seed);
		plain.n = 0;
		for (size_t i = 0; i < world->facts.n_assignments; i++)
			if (world->assignments[i].subject)
				plain_judge(&plain, world, i);
		list = validate(world);
		for (size_t i = 0; i < list->n && i < plain.n; i++) {
			expect_same(&list->seen[i], &plain.seen[i], seed);
			found[list->seen[i].violation.rule]++;
			capped += list->seen[i].violation.counterparts > 8;
		}
		if (list->n != plain.n)
			fail_msg("seed %" PRIu64 ": %zu violations, not %zu", seed, list->n,
				 plain.n);
	}
	/* the facts were worth judging */
	for (size_t rule = 1; rule <= REFD_ENGINE_RULES; rule++)
		assert_true(found[rule] > 1000);
	assert_true(capped > 1000);
}

int main(void)
{
	static struct world world;
	struct CMUnitTest tests[] = {
		cmocka_unit_test(validation__nothing_to_judge_is_fine),
		cmocka_unit_test(VAL_01__cancelled_fixture_is_not_playable),
		cmocka_unit_test(VAL_01__past_fixture_is_not_playable_from_kickoff_on),
		cmocka_unit_test(VAL_02__availability_is_required_by_rule),
		cmocka_unit_test(VAL_03__overlap_is_double_booked_to_the_microsecond),
		cmocka_unit_test(validation__match_duration_moves_the_overlap),
		cmocka_unit_test(VAL_03__overlap_elsewhere_is_not_too_close_as_well),
		cmocka_unit_test(VAL_04__travel_gap_holds_without_coordinates),
		cmocka_unit_test(VAL_04__same_venue_needs_no_travel),
		cmocka_unit_test(VAL_04__travel_time_comes_from_coordinates),
		cmocka_unit_test(validation__travel_minutes),
		cmocka_unit_test(VAL_04__only_the_over_next_fixture_clashes),
		cmocka_unit_test(VAL_04__neighbour_at_the_same_venue_hides_nothing),
		cmocka_unit_test(validation__cancelled_fixture_is_no_counterpart),
		cmocka_unit_test(VAL_05__role_taken_names_the_other_referee),
		cmocka_unit_test(validation__referee_twice_on_a_fixture),
		cmocka_unit_test(validation__a_role_of_no_name_is_told_apart_all_the_same),
		cmocka_unit_test(validation__retired_referee),
		cmocka_unit_test(validation__neutral_referees_by_rule),
		cmocka_unit_test(validation__override_passes_overridable_rules_only),
		cmocka_unit_test(
			validation__eight_nearest_are_reported_by_time_and_all_are_counted),
		cmocka_unit_test(validation__of_two_as_near_the_earlier_is_reported),
		cmocka_unit_test(VAL_05__everybody_else_in_the_role_is_named),
		cmocka_unit_test(validation__counterparts_are_of_the_referee_and_fixture),
		cmocka_unit_test(validation__fixtures_are_put_in_order_of_time),
		cmocka_unit_test(validation__too_close_counterparts_are_capped_too),
		cmocka_unit_test(validation__roles_and_duplicates_are_capped_too),
		cmocka_unit_test(validation__only_subjects_are_judged),
		cmocka_unit_test(validation__long_names_are_cut_at_a_code_point),
		cmocka_unit_test(validation__extreme_instants),
		cmocka_unit_test(validation__sink_ends_the_run),
		cmocka_unit_test(validation__out_of_memory_is_told_and_leaks_nothing),
		cmocka_unit_test(validation__more_facts_than_can_be_counted_are_out_of_memory),
		cmocka_unit_test(validation__index_out_of_range_is_misuse),
		cmocka_unit_test(validation__rules_out_of_range_are_misuse),
		cmocka_unit_test(validation__agrees_with_a_plain_reading),
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tests[i].initial_state = &world;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
