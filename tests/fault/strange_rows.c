/*
 * Fail every allocation of commands that meet rows nobody asked for, and of queries of a long log
 * or of a store that joins nothing, once and from then on: memory that other rows would have
 * brought is asked for late there. Nothing changes, and nothing leaks.
 */
#include "tampered.h"

#define FIRST REFD_ROLE_FIRST

struct scene {
	struct league_scene set;
	struct refd_venue_id arena;
	struct tampered t;
};

typedef enum refd_status call_fn(struct league *league, struct scene *scene);

/* What is stored, without the rows that nobody stored. */
static size_t stored_events(struct league *league, struct scene *scene)
{
	const struct tampered_row extra = scene->t.extra;
	size_t n;

	scene->t.extra = (struct tampered_row){ 0 };
	n = league_events(league);
	scene->t.extra = extra;
	return n;
}

/* @return how many points there were. The call answers `expected` if nothing fails */
static size_t fail_each(struct league *league, struct scene *scene, call_fn *call, bool for_good,
			enum refd_status expected)
{
	struct support_heap *heap = &league->heap;
	const size_t events = stored_events(league, scene);
	const uint64_t live = heap->live;
	uint64_t n;

	for (n = 1; n < 1000; n++) {
		enum refd_status st;

		refd_error_clear(&league->err);
		heap->failed = 0;
		heap->fail_at = heap->calls + n;
		heap->fail_on = for_good;
		st = call(league, scene);
		heap->fail_at = 0;
		assert_int_equal(heap->live, live);
		assert_int_equal(stored_events(league, scene), events);
		support_assert_status(st, heap->failed > 0 ? REFD_NO_MEMORY : expected);
		if (heap->failed == 0)
			break;
	}
	return n - 1;
}

static void sweep(struct league *league, struct scene *scene, call_fn *call,
		  enum refd_status expected)
{
	assert_in_range(fail_each(league, scene, call, false, expected), 5, 998);
	assert_in_range(fail_each(league, scene, call, true, expected), 5, 998);
}

/* ---- a long log ---- */

static enum refd_status see(void *self, const struct refd_fixture_card *card,
			    const struct refd_appointment *appointments, size_t count)
{
	(void)self;
	(void)card;
	(void)appointments;
	return count > 0 ? REFD_OK : REFD_CORRUPT;
}

static enum refd_status list_appointments(struct league *league, struct scene *scene)
{
	(void)scene;
	return refd_query_appointments(league->app, (struct refd_referee_id){ 0 },
				       (struct refd_range){ { 0 }, { 0 } }, NULL, see, NULL, NULL,
				       &league->err);
}

/* Each kind of event is the first of its fixture, referee or venue once. */
static void every_allocation_of_a_list_of_appointments_fails(void **state)
{
	const struct refd_referee_details details = { .name = refd_str_of("Anna"),
						      .club = refd_str_of("Club") };
	struct league *league = *state;
	struct scene s = { .set = league_scene(league), .arena = league_venue(league, "Arena") };
	const struct refd_fixture_id moved = league_fixture(league, league_time(9, 0));
	const struct refd_fixture_id cancelled = league_fixture(league, league_time(11, 0));

	support_assert_status(try_move(league, moved, s.arena), REFD_OK);
	support_assert_status(try_cancel(league, cancelled), REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_registry_correct_referee(league->app, NULL, s.set.anna, &details,
						    &league->result, &league->err),
		      REFD_OK);
	league_stage(league, s.set.fixture, s.set.anna, FIRST);
	league_commit(league);
	support_assert_status(try_replace(league, s.set.fixture, s.set.anna, s.set.berta), REFD_OK);
	sweep(league, &s, list_appointments, REFD_OK);
}

/* Most of the log is gone: a row is what the list first hears of it. */
static void every_allocation_of_what_is_left_of_a_log_fails(void **state)
{
	struct league *league = *state;
	struct scene s = { .set = league_scene(league) };
	const char *const left[] = { "RefereeAssigned", "AssignmentRefereeChanged", "none" };

	league_stage(league, s.set.fixture, s.set.anna, FIRST);
	league_commit(league);
	support_assert_status(try_replace(league, s.set.fixture, s.set.anna, s.set.berta), REFD_OK);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		tampered_install(&s.t, league);
		s.t.only_events = left[i];
		sweep(league, &s, list_appointments, REFD_OK);
		tampered_remove(&s.t, league);
	}
}

/* ---- lists the core puts together ---- */

static enum refd_status see_assignment(void *self, const struct refd_assignment_state *assignment,
				       const struct refd_fixture_state *fixture,
				       const struct refd_referee_state *referee)
{
	(void)self;
	(void)assignment;
	(void)fixture;
	return referee->name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

static enum refd_status see_scheduled(void *self, const struct refd_fixture_card *card,
				      enum refd_role role)
{
	(void)self;
	(void)card;
	(void)role;
	return REFD_CORRUPT; /* she has none */
}

static enum refd_status list_assignments(struct league *league, struct scene *s)
{
	enum refd_status st = refd_query_assignments(league->app, NULL, NULL, see_assignment, NULL,
						     NULL, &league->err);

	if (st == REFD_OK)
		st = refd_query_schedule(league->app, s->set.berta,
					 (struct refd_range){ { 0 }, { 0 } }, NULL, see_scheduled,
					 NULL, NULL, &league->err);
	return st;
}

static void every_allocation_fails_where_nothing_is_joined(void **state)
{
	struct league *league = *state;
	struct scene s = { .set = league_scene(league) };

	league_stage(league, s.set.fixture, s.set.anna, FIRST);
	tampered_install(&s.t, league);
	s.t.ops.reads_native = 0;
	sweep(league, &s, list_assignments, REFD_OK);
	tampered_remove(&s.t, league);
}

/* ---- rows nobody asked for ---- */

static enum refd_status move_it(struct league *league, struct scene *s)
{
	struct refd_unit *unit = NULL;
	struct refd_command meta = { .struct_size = sizeof(meta) };
	enum refd_status st = refd_unit_begin(league->app, NULL, &unit, &league->err);

	if (st != REFD_OK)
		return st;
	meta.unit = unit;
	st = refd_scheduling_move(league->app, &meta, s->set.fixture, s->arena, &league->result,
				  &league->err);
	refd_unit_rollback(unit);
	return st;
}

/* A slot whose referee is nowhere else: the engagements of nobody are asked for. */
static void every_allocation_fails_where_a_slot_comes_alone(void **state)
{
	struct league *league = *state;
	struct scene s = { .set = league_scene(league), .arena = league_venue(league, "Arena") };

	const struct refd_slot_state slot = { s.set.fixture, FIRST, { support_uuid(908) } };

	tampered_install(&s.t, league);
	s.t.extra = (struct tampered_row){ .record = REFD_RECORD_SLOT, .state = &slot };
	sweep(league, &s, move_it, REFD_OK);
	s.t.ops.reads_native = 0;
	sweep(league, &s, move_it, REFD_OK);
	tampered_remove(&s.t, league);
}

static void every_allocation_fails_where_strangers_come(void **state)
{
	struct league *league = *state;
	struct scene s = { .set = league_scene(league), .arena = league_venue(league, "Arena") };
	const struct refd_team_state team = { .id = { support_uuid(901) } };
	const struct refd_availability_state availability = { .id = { support_uuid(902) },
							      .fixture = { support_uuid(903) },
							      .referee = { support_uuid(904) } };
	const struct refd_assignment_state assignment = { .id = { support_uuid(905) },
							  .fixture = { support_uuid(906) },
							  .referee = { support_uuid(907) } };
	const struct tampered_row strangers[] = {
		{ .record = REFD_RECORD_TEAM, .state = &team },
		{ .record = REFD_RECORD_AVAILABILITY, .state = &availability },
		{ .record = REFD_RECORD_ASSIGNMENT, .state = &assignment },
	};

	tampered_install(&s.t, league);
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
		s.t.extra = strangers[i];
		sweep(league, &s, move_it,
		      strangers[i].record == REFD_RECORD_ASSIGNMENT ? REFD_CORRUPT : REFD_OK);
	}
	tampered_remove(&s.t, league);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(every_allocation_of_a_list_of_appointments_fails),
		LEAGUE_TEST(every_allocation_of_what_is_left_of_a_log_fails),
		LEAGUE_TEST(every_allocation_fails_where_nothing_is_joined),
		LEAGUE_TEST(every_allocation_fails_where_a_slot_comes_alone),
		LEAGUE_TEST(every_allocation_fails_where_strangers_come),
	};

	return cmocka_run_group_tests_name("fault strange rows", tests, NULL, NULL);
}
