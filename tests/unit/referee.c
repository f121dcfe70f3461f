#include "world.h"

#define S refd_str_of

static struct refd_referee_details details(void)
{
	return (struct refd_referee_details){ S("John Doe"), S("Club A"), S("+49 30 1234"),
					      S("john@example.org") };
}

static struct refd_referee *make(struct world *w)
{
	const struct refd_referee_details d = details();
	struct refd_referee *referee = NULL;

	support_assert_status(refd__referee_make(&w->tracker, referee_id(1), &d, &referee, &w->err),
			      REFD_OK);
	return referee;
}

static struct refd_referee *restored(struct world *w, enum refd_party_status status)
{
	struct refd_referee_state state = make(w)->state;

	state.status = status;
	state.version = 7;
	refd__tracker_init(&w->tracker, &w->arena);
	return refd__referee_restore(&w->tracker, &state);
}

static void REF_01__a_new_referee_keeps_the_details(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = make(w);
	const struct refd_referee_state *s = refd_referee_state(referee);

	assert_uuid_equal(s->id.uuid, support_uuid(1));
	assert_string_equal(s->name.utf8, "John Doe");
	assert_string_equal(s->club.utf8, "Club A");
	assert_string_equal(s->phone.utf8, "+49 30 1234");
	assert_string_equal(s->email.utf8, "john@example.org");
	assert_int_equal(s->status, REFD_PARTY_ACTIVE);
	assert_int_equal(s->version, 1);
	assert_int_equal(referee->fate, REFD__NEW);
	assert_int_equal(referee->stored_version, 0);
	assert_int_equal(w->err.status, REFD_OK);
}

static void EVT_01__created_tells_everything(void **state)
{
	struct world *w = *state;
	const struct refd_event_referee *told;

	make(w);
	assert_int_equal(w->tracker.count, 1);
	told = &event_at(w, 1, REFD_EVENT_REFEREE_CREATED, REFD_NOUN_REFEREE, support_uuid(1), 1)
			->payload.referee_created;
	assert_uuid_equal(told->referee_id.uuid, support_uuid(1));
	assert_text_equal(told->name, "John Doe");
	assert_text_equal(told->club, "Club A");
	assert_text_equal(told->phone, "+49 30 1234");
	assert_text_equal(told->email, "john@example.org");
}

static void GEN_15__every_bad_text_is_reported(void **state)
{
	struct world *w = *state;
	const struct refd_referee_details d = { S("  "), S(""), S("x"), S("@") };
	struct refd_referee *referee = NULL;

	support_assert_status(refd__referee_make(&w->tracker, referee_id(1), &d, &referee, &w->err),
			      REFD_INVALID);
	assert_null(referee);
	assert_int_equal(w->tracker.count, 0);
	support_assert_status(w->err.status, REFD_INVALID);
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "referee.name");
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "referee.club");
	support_assert_violation(&w->err, REFD_RULE_TEXT_MALFORMED, "referee.phone");
	support_assert_violation(&w->err, REFD_RULE_TEXT_MALFORMED, "referee.email");
}

static void GEN_15__one_bad_text_is_enough(void **state)
{
	struct world *w = *state;
	struct refd_referee_details cases[4];

	for (size_t i = 0; i < 4; i++)
		cases[i] = details();
	cases[0].name = S("");
	cases[1].club = S("");
	cases[2].phone = S("x");
	cases[3].email = S("x");
	for (size_t i = 0; i < 4; i++) {
		struct refd_referee *referee = NULL;

		refd_error_clear(&w->err);
		support_assert_status(refd__referee_make(&w->tracker, referee_id(1), &cases[i],
							 &referee, &w->err),
				      REFD_INVALID);
		assert_int_equal(w->err.total, 1);
		assert_null(referee);
	}
}

static void GEN_15__a_name_has_at_most_120_characters(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = make(w);
	struct refd_referee_details d = details();
	char name[122];

	memset(name, 'n', sizeof(name));
	d.name = (struct refd_str){ name, 120 };
	support_assert_status(refd_referee_correct(referee, &d, &w->err), REFD_OK);
	d.name.len = 121;
	support_assert_status(refd_referee_correct(referee, &d, &w->err), REFD_INVALID);
	assert_int_equal(only_violation(w, REFD_RULE_TEXT_TOO_LONG)->measured, 121);
	assert_int_equal(refd_referee_state(referee)->name.len, 120);
	assert_int_equal(refd_referee_state(referee)->version, 2);
}

static void GEN_15__texts_are_stored_as_given(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = make(w);
	struct refd_referee_details d = { S(" J\xc3\xbcrgen "), S("\xc4\xb1stanbul"), S(""),
					  S("") };

	support_assert_status(refd_referee_correct(referee, &d, &w->err), REFD_OK);
	assert_string_equal(refd_referee_state(referee)->name.utf8, " J\xc3\xbcrgen ");
	assert_string_equal(refd_referee_state(referee)->club.utf8, "\xc4\xb1stanbul");
	assert_int_equal(refd_referee_state(referee)->phone.len, 0);
	assert_int_equal(refd_referee_state(referee)->email.len, 0);
}

static void referee__correct_replaces_all_details(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_ACTIVE);
	struct refd_referee_details d = { S("Jane"), S("Club B"), S(""), S("") };
	const struct refd_event_referee *told;

	support_assert_status(refd_referee_correct(referee, &d, &w->err), REFD_OK);
	assert_string_equal(referee->state.name.utf8, "Jane");
	assert_string_equal(referee->state.club.utf8, "Club B");
	assert_int_equal(referee->state.phone.len, 0);
	assert_int_equal(referee->state.version, 8);
	assert_int_equal(referee->stored_version, 7);
	assert_int_equal(referee->fate, REFD__DIRTY);
	told = &event_at(w, 1, REFD_EVENT_REFEREE_CORRECTED, REFD_NOUN_REFEREE, support_uuid(1), 8)
			->payload.referee_corrected;
	assert_text_equal(told->name, "Jane");
	assert_text_equal(told->phone, "");
}

static void REF_04__only_the_club_changes(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_ACTIVE);
	struct refd_referee_state expected = referee->state;

	support_assert_status(refd_referee_change_club(referee, S("Club B"), &w->err), REFD_OK);
	support_assert_status(refd_name_parse(S("Club B"), "club", &expected.club, NULL), REFD_OK);
	expected.version++;
	assert_memory_equal(&referee->state, &expected, sizeof(expected));
	assert_int_equal(referee->fate, REFD__DIRTY);
}

static void EVT_02__club_change_tells_new_and_previous(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_ACTIVE);
	const struct refd_event_referee_club_changed *told;
	char club[] = "Club B";

	support_assert_status(refd_referee_change_club(referee, S(club), &w->err), REFD_OK);
	memset(club, '?', sizeof(club) - 1);
	support_assert_status(refd_referee_change_club(referee, S("Club C"), &w->err), REFD_OK);
	assert_int_equal(w->tracker.count, 2);
	told = &event_at(w, 1, REFD_EVENT_REFEREE_CLUB_CHANGED, REFD_NOUN_REFEREE, support_uuid(1),
			 8)
			->payload.referee_club_changed;
	assert_uuid_equal(told->referee_id.uuid, support_uuid(1));
	assert_text_equal(told->club_name, "Club B");
	assert_text_equal(told->previous, "Club A");
	told = &event_at(w, 2, REFD_EVENT_REFEREE_CLUB_CHANGED, REFD_NOUN_REFEREE, support_uuid(1),
			 9)
			->payload.referee_club_changed;
	assert_text_equal(told->club_name, "Club C");
	assert_text_equal(told->previous, "Club B");
}

static void REF_05__the_same_club_is_recorded_too(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_ACTIVE);

	support_assert_status(refd_referee_change_club(referee, S("Club A"), &w->err), REFD_OK);
	assert_int_equal(w->tracker.count, 1);
	assert_int_equal(referee->state.version, 8);
}

static void REF_06__a_blank_club_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_ACTIVE);
	const struct refd_referee before = *referee;

	support_assert_status(refd_referee_change_club(referee, S(" "), &w->err), REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_TEXT_BLANK)->field, "referee.club");
	assert_memory_equal(referee, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 0);
}

static void GEN_11__retire_keeps_the_row(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_ACTIVE);

	support_assert_status(refd_referee_retire(referee, &w->err), REFD_OK);
	assert_int_equal(referee->state.status, REFD_PARTY_RETIRED);
	assert_int_equal(referee->fate, REFD__DIRTY);
	assert_uuid_equal(
		event_at(w, 1, REFD_EVENT_REFEREE_RETIRED, REFD_NOUN_REFEREE, support_uuid(1), 8)
			->payload.referee_retired.referee_id.uuid,
		support_uuid(1));
}

static void check_retired(struct world *w, enum refd_status st)
{
	const struct refd_violation *violation = only_violation(w, REFD_RULE_RETIRED);

	support_assert_status(st, REFD_REFUSED);
	support_assert_status(w->err.status, REFD_REFUSED);
	assert_int_equal(violation->counterpart.noun, REFD_NOUN_REFEREE);
	assert_uuid_equal(violation->counterpart.id, support_uuid(1));
	assert_uuid_equal(violation->referee.uuid, support_uuid(1));
	refd_error_clear(&w->err);
}

static void referee__a_retired_one_never_changes(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_RETIRED);
	const struct refd_referee before = *referee;
	const struct refd_referee_details d = details();

	check_retired(w, refd_referee_correct(referee, &d, &w->err));
	check_retired(w, refd_referee_change_club(referee, S("Club B"), &w->err));
	check_retired(w, refd_referee_retire(referee, &w->err));
	assert_memory_equal(referee, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 0);
}

static void referee__bad_texts_and_retired_are_reported_together(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = restored(w, REFD_PARTY_RETIRED);
	struct refd_referee_details d = details();

	d.name = S("");
	support_assert_status(refd_referee_correct(referee, &d, &w->err), REFD_INVALID);
	support_assert_status(w->err.status, REFD_INVALID);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "referee.name");
	support_assert_violation(&w->err, REFD_RULE_RETIRED, NULL);
	support_assert_status(refd_referee_correct(referee, &d, NULL), REFD_INVALID);
	support_assert_status(refd_referee_retire(referee, NULL), REFD_REFUSED);
}

static void GEN_05__new_stays_new_and_untouched_stays_clean(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = make(w);

	support_assert_status(refd_referee_retire(referee, &w->err), REFD_OK);
	assert_int_equal(referee->fate, REFD__NEW);
	assert_int_equal(referee->state.version, 2);
	assert_int_equal(restored(w, REFD_PARTY_ACTIVE)->fate, REFD__CLEAN);
}

static enum refd_status do_make(struct world *w, void *self)
{
	const struct refd_referee_details d = details();

	return refd__referee_make(&w->tracker, referee_id(1), &d, self, &w->err);
}

static enum refd_status do_correct(struct world *w, void *self)
{
	const struct refd_referee_details d = details();

	return refd_referee_correct(self, &d, &w->err);
}

static enum refd_status do_change_club(struct world *w, void *self)
{
	return refd_referee_change_club(self, S("Club B"), &w->err);
}

static enum refd_status do_retire(struct world *w, void *self)
{
	return refd_referee_retire(self, &w->err);
}

static void referee__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_referee *referee = NULL;

	starve(w, do_make, &referee, sizeof(referee));
	assert_non_null(referee);
	starve(w, do_correct, referee, sizeof(*referee));
	starve(w, do_change_club, referee, sizeof(*referee));
	starve(w, do_retire, referee, sizeof(*referee));
	assert_int_equal(referee->state.version, 4);
}

static void referee__restore_says_when_memory_is_out(void **state)
{
	struct world *w = *state;
	const struct refd_referee_state stored = make(w)->state;

	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__referee_restore(&w->tracker, &stored));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(REF_01__a_new_referee_keeps_the_details),
		TEST(EVT_01__created_tells_everything),
		TEST(GEN_15__every_bad_text_is_reported),
		TEST(GEN_15__one_bad_text_is_enough),
		TEST(GEN_15__a_name_has_at_most_120_characters),
		TEST(GEN_15__texts_are_stored_as_given),
		TEST(referee__correct_replaces_all_details),
		TEST(REF_04__only_the_club_changes),
		TEST(EVT_02__club_change_tells_new_and_previous),
		TEST(REF_05__the_same_club_is_recorded_too),
		TEST(REF_06__a_blank_club_is_refused),
		TEST(GEN_11__retire_keeps_the_row),
		TEST(referee__a_retired_one_never_changes),
		TEST(referee__bad_texts_and_retired_are_reported_together),
		TEST(GEN_05__new_stays_new_and_untouched_stays_clean),
		TEST(referee__out_of_memory_changes_nothing),
		TEST(referee__restore_says_when_memory_is_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
