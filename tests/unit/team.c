#include "world.h"

#define S refd_str_of

static struct refd_team *make(struct world *w)
{
	const struct refd_team_details d = { S("TSV Nord 2"), S("TSV Nord") };
	struct refd_team *team = NULL;

	support_assert_status(refd__team_make(&w->tracker, team_id(1), &d, &team, &w->err),
			      REFD_OK);
	return team;
}

static struct refd_team *restored(struct world *w, enum refd_party_status status)
{
	struct refd_team_state state = make(w)->state;

	state.status = status;
	state.version = 3;
	refd__tracker_init(&w->tracker, &w->arena);
	return refd__team_restore(&w->tracker, &state);
}

static void TEAM_01__a_new_team_keeps_the_details(void **state)
{
	struct world *w = *state;
	struct refd_team *team = make(w);
	const struct refd_team_state *s = refd_team_state(team);

	assert_uuid_equal(s->id.uuid, support_uuid(1));
	assert_string_equal(s->name.utf8, "TSV Nord 2");
	assert_string_equal(s->club.utf8, "TSV Nord");
	assert_int_equal(s->status, REFD_PARTY_ACTIVE);
	assert_int_equal(s->version, 1);
	assert_int_equal(team->fate, REFD__NEW);
}

static void EVT_03__created_tells_everything(void **state)
{
	struct world *w = *state;
	const struct refd_event_team *told;

	make(w);
	assert_int_equal(w->tracker.count, 1);
	told = &event_at(w, 1, REFD_EVENT_TEAM_CREATED, REFD_NOUN_TEAM, support_uuid(1), 1)
			->payload.team_created;
	assert_uuid_equal(told->team_id.uuid, support_uuid(1));
	assert_text_equal(told->name, "TSV Nord 2");
	assert_text_equal(told->club, "TSV Nord");
}

static void TEAM_01__every_bad_text_is_reported(void **state)
{
	struct world *w = *state;
	const struct refd_team_details d = { S(""), S("a\nb") };
	struct refd_team *team = NULL;

	support_assert_status(refd__team_make(&w->tracker, team_id(1), &d, &team, &w->err),
			      REFD_INVALID);
	assert_null(team);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "team.name");
	support_assert_violation(&w->err, REFD_RULE_TEXT_CONTROL, "team.club");
	assert_int_equal(w->tracker.count, 0);
}

static void TEAM_01__one_bad_text_is_enough(void **state)
{
	struct world *w = *state;
	const struct refd_team_details cases[] = { { S(""), S("C") }, { S("N"), S("") } };

	for (size_t i = 0; i < 2; i++) {
		struct refd_team *team = NULL;

		support_assert_status(
			refd__team_make(&w->tracker, team_id(1), &cases[i], &team, NULL),
			REFD_INVALID);
		assert_null(team);
	}
}

/* The source's TEAM-04 knows no correction; architecture 2 does. */
static void TEAM_04__correct_replaces_the_details(void **state)
{
	struct world *w = *state;
	struct refd_team *team = restored(w, REFD_PARTY_ACTIVE);
	const struct refd_team_details d = { S("TSV Nord 1"), S("TSV") };
	const struct refd_event_team *told;

	support_assert_status(refd_team_correct(team, &d, &w->err), REFD_OK);
	assert_string_equal(team->state.name.utf8, "TSV Nord 1");
	assert_int_equal(team->state.version, 4);
	assert_int_equal(team->stored_version, 3);
	assert_int_equal(team->fate, REFD__DIRTY);
	told = &event_at(w, 1, REFD_EVENT_TEAM_CORRECTED, REFD_NOUN_TEAM, support_uuid(1), 4)
			->payload.team_corrected;
	assert_text_equal(told->name, "TSV Nord 1");
	assert_text_equal(told->club, "TSV");
}

static void team__retires_once(void **state)
{
	struct world *w = *state;
	struct refd_team *team = restored(w, REFD_PARTY_ACTIVE);

	support_assert_status(refd_team_retire(team, &w->err), REFD_OK);
	assert_int_equal(team->state.status, REFD_PARTY_RETIRED);
	assert_uuid_equal(
		event_at(w, 1, REFD_EVENT_TEAM_RETIRED, REFD_NOUN_TEAM, support_uuid(1), 4)
			->payload.team_retired.team_id.uuid,
		support_uuid(1));
	support_assert_status(refd_team_retire(team, &w->err), REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_RETIRED)->counterpart.id, support_uuid(1));
	assert_int_equal(w->tracker.count, 1);
	assert_int_equal(team->state.version, 4);
}

static void team__a_retired_one_is_not_corrected(void **state)
{
	struct world *w = *state;
	struct refd_team *team = restored(w, REFD_PARTY_RETIRED);
	const struct refd_team before = *team;
	struct refd_team_details d = { S("N"), S("C") };

	support_assert_status(refd_team_correct(team, &d, &w->err), REFD_REFUSED);
	assert_int_equal(only_violation(w, REFD_RULE_RETIRED)->counterpart.noun, REFD_NOUN_TEAM);
	refd_error_clear(&w->err);
	d.club = S("");
	support_assert_status(refd_team_correct(team, &d, &w->err), REFD_INVALID);
	assert_int_equal(w->err.total, 2);
	assert_memory_equal(team, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 0);
}

static enum refd_status do_make(struct world *w, void *self)
{
	const struct refd_team_details d = { S("TSV Nord 2"), S("TSV Nord") };

	return refd__team_make(&w->tracker, team_id(1), &d, self, &w->err);
}

static enum refd_status do_correct(struct world *w, void *self)
{
	const struct refd_team_details d = { S("N"), S("C") };

	return refd_team_correct(self, &d, &w->err);
}

static enum refd_status do_retire(struct world *w, void *self)
{
	return refd_team_retire(self, &w->err);
}

static void team__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_team *team = NULL;
	struct refd_team_state stored;

	starve(w, do_make, &team, sizeof(team));
	starve(w, do_correct, team, sizeof(*team));
	starve(w, do_retire, team, sizeof(*team));
	assert_int_equal(team->state.version, 3);
	stored = team->state;
	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__team_restore(&w->tracker, &stored));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(TEAM_01__a_new_team_keeps_the_details),
		TEST(EVT_03__created_tells_everything),
		TEST(TEAM_01__every_bad_text_is_reported),
		TEST(TEAM_01__one_bad_text_is_enough),
		TEST(TEAM_04__correct_replaces_the_details),
		TEST(team__retires_once),
		TEST(team__a_retired_one_is_not_corrected),
		TEST(team__out_of_memory_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
