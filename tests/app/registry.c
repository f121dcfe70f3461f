#include "league.h"

static struct refd_referee_details person(const char *name, const char *club)
{
	return (struct refd_referee_details){ .name = refd_str_of(name),
					      .club = refd_str_of(club) };
}

static enum refd_status register_referee(struct league *league, struct refd_referee_id id,
					 const struct refd_referee_details *details)
{
	refd_error_clear(&league->err);
	return refd_registry_register_referee(league->app, league->meta, id, details,
					      &league->result, &league->err);
}

static enum refd_status register_venue(struct league *league,
				       const struct refd_venue_details *details)
{
	refd_error_clear(&league->err);
	return refd_registry_register_venue(league->app, league->meta, (struct refd_venue_id){ 0 },
					    details, &league->result, &league->err);
}

static enum refd_status change_club(struct league *league, struct refd_referee_id id,
				    const char *club)
{
	refd_error_clear(&league->err);
	return refd_registry_change_club(league->app, league->meta, id, refd_str_of(club),
					 &league->result, &league->err);
}

static struct refd_referee_state stored_referee(struct league *league, struct refd_referee_id id)
{
	struct refd_referee_state state;

	LEAGUE_EXPECT(league, refd_query_referee(league->app, id, &state, &league->err), REFD_OK);
	return state;
}

/* ---- referees ---- */

static void REF_01_EVT_01__a_referee_is_registered(void **state)
{
	struct league *league = *state;
	const struct refd_referee_details details = {
		.name = refd_str_of("John Doe"),
		.club = refd_str_of("Club A"),
		.phone = refd_str_of("+49 30 123"),
		.email = refd_str_of("john@example.org"),
	};
	struct refd_referee_state stored;

	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_OK);
	stored = stored_referee(league, (struct refd_referee_id){ league_made(league) });
	assert_string_equal(stored.name.utf8, "John Doe");
	assert_string_equal(stored.club.utf8, "Club A");
	assert_string_equal(stored.phone.utf8, "+49 30 123");
	assert_string_equal(stored.email.utf8, "john@example.org");
	assert_int_equal(stored.status, REFD_PARTY_ACTIVE);
	assert_int_equal(stored.version, 1);
	assert_int_equal(league->result.items[0].version, 1);
	assert_int_equal(league->result.items[0].object.noun, REFD_NOUN_REFEREE);
	assert_int_equal(league_events_named(league, "RefereeCreated"), 1);
}

static void REF_01__every_malformed_field_is_named(void **state)
{
	struct league *league = *state;
	const struct refd_referee_details details = { .name = refd_str_of(" "),
						      .club = refd_str_of(""),
						      .phone = refd_str_of("call me"),
						      .email = refd_str_of("nowhere") };

	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_BLANK, "referee.name");
	support_assert_violation(&league->err, REFD_RULE_TEXT_BLANK, "referee.club");
	support_assert_violation(&league->err, REFD_RULE_TEXT_MALFORMED, "referee.phone");
	support_assert_violation(&league->err, REFD_RULE_TEXT_MALFORMED, "referee.email");
	assert_int_equal(league->err.total, 4);
	assert_int_equal(league->err.status, REFD_INVALID);
	assert_int_equal(league_events(league), 0);
}

static void REF_01__the_caller_may_bring_an_id_once(void **state)
{
	struct league *league = *state;
	const struct refd_referee_id id = { support_uuid(77001) };
	const struct refd_referee_details details = person("Anna", "Club");

	support_assert_status(register_referee(league, id, &details), REFD_OK);
	assert_true(refd_uuid_equal(league_made(league), id.uuid));
	support_assert_status(register_referee(league, id, &details), REFD_ALREADY_EXISTS);
	assert_string_equal(league->err.constraint, "referee.id");
	assert_int_equal(league_events(league), 1);
}

static void REF_02__an_unknown_referee_is_not_found(void **state)
{
	struct league *league = *state;
	const struct refd_referee_id id = { support_uuid(99) };
	struct refd_referee_state stored;

	LEAGUE_EXPECT(league, refd_query_referee(league->app, id, &stored, &league->err),
		      REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_REFEREE);
	assert_true(refd_uuid_equal(league->err.object.id, id.uuid));
}

struct names {
	char text[8][40];
	size_t n;
};

static void keep_name(struct names *names, const struct refd_name *name)
{
	assert_true(names->n < 8);
	snprintf(names->text[names->n++], sizeof(names->text[0]), "%.39s", name->utf8);
}

static enum refd_status keep_referee(void *self, const struct refd_referee_state *referee)
{
	keep_name(self, &referee->name);
	return REFD_OK;
}

static enum refd_status keep_team(void *self, const struct refd_team_state *team)
{
	keep_name(self, &team->name);
	return REFD_OK;
}

static enum refd_status keep_venue(void *self, const struct refd_venue_state *venue)
{
	keep_name(self, &venue->name);
	return REFD_OK;
}

static void expect_names(const struct names *names, const char *first, const char *second,
			 const char *third)
{
	assert_int_equal(names->n, 3);
	assert_string_equal(names->text[0], first);
	assert_string_equal(names->text[1], second);
	assert_string_equal(names->text[2], third);
}

static void REF_03__referees_are_listed_by_name(void **state)
{
	struct league *league = *state;
	struct names names = { .n = 0 };

	league_referee(league, "b");
	league_referee(league, "\xc3\x84nne"); /* capital A umlaut: after every ASCII name */
	league_referee(league, "Z");
	LEAGUE_EXPECT(league,
		      refd_query_referees(league->app, (enum refd_party_status)0, NULL,
					  keep_referee, &names, NULL, &league->err),
		      REFD_OK);
	expect_names(&names, "Z", "b", "\xc3\x84nne");
}

static void REF_04_EVT_02__only_the_club_changes(void **state)
{
	struct league *league = *state;
	struct refd_referee_id id = league_referee(league, "Anna");
	struct refd_referee_state before = stored_referee(league, id), after;

	support_assert_status(change_club(league, id, "Club B"), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	after = stored_referee(league, id);
	assert_string_equal(after.club.utf8, "Club B");
	before.club = after.club;
	before.version = after.version;
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(league_events_named(league, "RefereeClubChanged"), 1);
	assert_int_equal(after.version, 2);
}

static void REF_04__an_unknown_referee_has_no_club_to_change(void **state)
{
	struct league *league = *state;

	support_assert_status(
		change_club(league, (struct refd_referee_id){ support_uuid(99) }, "C"),
		REFD_NOT_FOUND);
	support_assert_status(change_club(league, league_referee(league, "Anna"), "\t"),
			      REFD_INVALID);
	assert_int_equal(league_events_named(league, "RefereeClubChanged"), 0);
}

static void REF_05__the_same_club_is_accepted_and_recorded(void **state)
{
	struct league *league = *state;
	struct refd_referee_id id = league_referee(league, "Anna");

	support_assert_status(change_club(league, id, "Club of referees"), REFD_OK);
	assert_int_equal(league_events_named(league, "RefereeClubChanged"), 1);
	assert_int_equal(stored_referee(league, id).version, 2);
}

static void REF_06__a_club_is_free_text(void **state)
{
	struct league *league = *state;
	struct refd_referee_id id = league_referee(league, "Anna");

	support_assert_status(change_club(league, id, " 1. VC \xe2\x9a\xbd \"O'Neill\" "), REFD_OK);
	assert_string_equal(stored_referee(league, id).club.utf8,
			    " 1. VC \xe2\x9a\xbd \"O'Neill\" ");
}

static void referee__is_corrected_and_retired_for_good(void **state)
{
	struct league *league = *state;
	struct refd_referee_id id = league_referee(league, "Anna");
	const struct refd_referee_details details = person("Anne", "Club C");

	LEAGUE_EXPECT(league,
		      refd_registry_correct_referee(league->app, NULL, id, &details,
						    &league->result, &league->err),
		      REFD_OK);
	assert_string_equal(stored_referee(league, id).name.utf8, "Anne");
	LEAGUE_EXPECT(
		league,
		refd_registry_retire_referee(league->app, NULL, id, &league->result, &league->err),
		REFD_OK);
	assert_int_equal(stored_referee(league, id).status, REFD_PARTY_RETIRED);
	EXPECT_ONLY(league, change_club(league, id, "Club D"), REFD_RULE_RETIRED);
	LEAGUE_EXPECT(
		league,
		refd_registry_retire_referee(league->app, NULL, id, &league->result, &league->err),
		REFD_REFUSED);
	LEAGUE_EXPECT(league,
		      refd_registry_correct_referee(league->app, NULL, id, &details,
						    &league->result, &league->err),
		      REFD_REFUSED);
	assert_int_equal(league_events_of(league, REFD_NOUN_REFEREE, id.uuid), 3);
	assert_int_equal(stored_referee(league, id).version, 3);
}

/* ---- teams ---- */

static void TEAM_01_02_EVT_03__a_team_is_registered_and_read(void **state)
{
	struct league *league = *state;
	struct refd_team_id id = league_team(league, "Eagles");
	struct refd_team_state stored;

	LEAGUE_EXPECT(league, refd_query_team(league->app, id, &stored, &league->err), REFD_OK);
	assert_string_equal(stored.name.utf8, "Eagles");
	assert_string_equal(stored.club.utf8, "Eagles");
	assert_int_equal(stored.version, 1);
	assert_int_equal(league_events_named(league, "TeamCreated"), 1);
	LEAGUE_EXPECT(league,
		      refd_query_team(league->app, (struct refd_team_id){ support_uuid(99) },
				      &stored, &league->err),
		      REFD_NOT_FOUND);
}

static void TEAM_03__teams_are_listed_by_name(void **state)
{
	struct league *league = *state;
	struct names names = { .n = 0 };

	league_team(league, "b");
	league_team(league, "a");
	league_team(league, "B");
	LEAGUE_EXPECT(league,
		      refd_query_teams(league->app, (enum refd_party_status)0, NULL, keep_team,
				       &names, NULL, &league->err),
		      REFD_OK);
	expect_names(&names, "B", "a", "b");
}

static enum refd_status correct_team(struct league *league, struct refd_team_id id,
				     const char *name)
{
	const struct refd_team_details details = { refd_str_of(name), refd_str_of("Club") };

	refd_error_clear(&league->err);
	return refd_registry_correct_team(league->app, league->meta, id, &details, &league->result,
					  &league->err);
}

static void TEAM_04__a_team_changes_by_correction_until_it_is_retired(void **state)
{
	struct league *league = *state;
	struct refd_team_id id = league_team(league, "Eagles");
	struct refd_team_state stored;

	support_assert_status(correct_team(league, id, "Eagles II"), REFD_OK);
	LEAGUE_EXPECT(
		league,
		refd_registry_retire_team(league->app, NULL, id, &league->result, &league->err),
		REFD_OK);
	EXPECT_ONLY(league, correct_team(league, id, "Eagles III"), REFD_RULE_RETIRED);
	LEAGUE_EXPECT(league, refd_query_team(league->app, id, &stored, &league->err), REFD_OK);
	assert_string_equal(stored.name.utf8, "Eagles II");
	assert_int_equal(stored.version, 3);
	assert_int_equal(league_events_of(league, REFD_NOUN_TEAM, id.uuid), 3);
}

/* ---- venues ---- */

static void VEN_01_02_EVT_04__a_venue_is_registered_with_all_fields(void **state)
{
	struct league *league = *state;
	struct refd_venue_details details = {
		.name = refd_str_of("Hall"),
		.street = refd_str_of("Street 1"),
		.zip = refd_str_of("10115"),
		.city = refd_str_of("Berlin"),
		.phone = refd_str_of("030 / 123-45"),
		.email = refd_str_of("hall@example.org"),
		.coordinates = { true, 52545511, 13400000 },
	};
	struct refd_venue_state stored;

	support_assert_status(register_venue(league, &details), REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_query_venue(league->app, (struct refd_venue_id){ league_made(league) },
				       &stored, &league->err),
		      REFD_OK);
	assert_string_equal(stored.name.utf8, "Hall");
	assert_string_equal(stored.street.utf8, "Street 1");
	assert_string_equal(stored.zip.utf8, "10115");
	assert_string_equal(stored.city.utf8, "Berlin");
	assert_string_equal(stored.phone.utf8, "030 / 123-45");
	assert_string_equal(stored.email.utf8, "hall@example.org");
	assert_true(stored.coordinates.set);
	assert_int_equal(stored.coordinates.latitude, 52545511);
	assert_int_equal(stored.coordinates.longitude, 13400000);
	assert_int_equal(league_events_named(league, "VenueCreated"), 1);
}

static void VEN_01__phone_and_email_may_be_empty_but_not_malformed(void **state)
{
	struct league *league = *state;
	struct refd_venue_details details = { .name = refd_str_of("Hall") };

	support_assert_status(register_venue(league, &details), REFD_OK);
	details.email = refd_str_of("hall@");
	details.coordinates = (struct refd_coordinates){ true, 90000001, -180000001 };
	support_assert_status(register_venue(league, &details), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_MALFORMED, "venue.email");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, NULL);
	assert_true(league->err.total >= 3);
}

static void VEN_03__venues_are_listed_by_name(void **state)
{
	struct league *league = *state;
	struct names names = { .n = 0 };

	league_venue(league, "c");
	league_venue(league, "ab");
	league_venue(league, "a");
	LEAGUE_EXPECT(league,
		      refd_query_venues(league->app, (enum refd_party_status)0, NULL, keep_venue,
					&names, NULL, &league->err),
		      REFD_OK);
	expect_names(&names, "a", "ab", "c");
}

static void VEN_04__a_venue_changes_by_correction_until_it_is_retired(void **state)
{
	struct league *league = *state;
	struct refd_venue_id id = league_venue(league, "Hall");
	const struct refd_venue_details details = { .name = refd_str_of("Arena") };
	struct refd_venue_state stored;

	LEAGUE_EXPECT(league,
		      refd_registry_correct_venue(league->app, NULL, id, &details, &league->result,
						  &league->err),
		      REFD_OK);
	LEAGUE_EXPECT(
		league,
		refd_registry_retire_venue(league->app, NULL, id, &league->result, &league->err),
		REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_registry_correct_venue(league->app, NULL, id, &details, &league->result,
						  &league->err),
		      REFD_REFUSED);
	LEAGUE_EXPECT(league, refd_query_venue(league->app, id, &stored, &league->err), REFD_OK);
	assert_string_equal(stored.name.utf8, "Arena");
	assert_string_equal(stored.city.utf8, ""); /* a correction replaces all details */
	assert_int_equal(stored.version, 3);
	assert_int_equal(league_events_of(league, REFD_NOUN_VENUE, id.uuid), 3);
}

static void party__of_another_kind_is_not_found(void **state)
{
	struct league *league = *state;
	struct refd_referee_id referee = league_referee(league, "Anna");

	support_assert_status(correct_team(league, (struct refd_team_id){ referee.uuid }, "X"),
			      REFD_NOT_FOUND);
}

static void command__actor_and_trace_are_checked_and_kept_with_events(void **state)
{
	struct league *league = *state;
	char text[200];
	struct refd_command meta = { .struct_size = sizeof(meta) };
	const struct refd_referee_details details = person("Anna", "Club");

	memset(text, 'x', sizeof(text));
	league->meta = &meta;
	meta.actor = (struct refd_str){ text, 121 };
	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_INVALID);
	assert_int_equal(league->err.status, REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_TOO_LONG, "command.actor");
	meta.traceparent = (struct refd_str){ text, 56 };
	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_TOO_LONG, "command.actor");
	support_assert_violation(&league->err, REFD_RULE_TEXT_TOO_LONG, "command.traceparent");
	meta.actor = (struct refd_str){ text, 120 };
	meta.traceparent = refd_str_of("two\nlines");
	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_CONTROL, "command.traceparent");
	meta.traceparent = (struct refd_str){ text, 55 };
	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_OK);
	meta.struct_size = 0;
	support_assert_status(register_referee(league, (struct refd_referee_id){ 0 }, &details),
			      REFD_MISUSE);
}

static void register__an_id_taken_in_the_unit_is_taken(void **state)
{
	struct league *league = *state;
	const struct refd_referee_details referee = person("Anna", "Club");
	const struct refd_team_details team = { refd_str_of("Eagles"), refd_str_of("Club") };
	const struct refd_venue_details venue = { .name = refd_str_of("Arena") };
	const struct refd_uuid id = support_uuid(4711);
	struct refd_error *err = &league->err;
	int i;

	league_begin(league);
	for (i = 0; i < 2; i++) {
		const enum refd_status expected = i == 0 ? REFD_OK : REFD_ALREADY_EXISTS;

		LEAGUE_EXPECT(league,
			      register_referee(league, (struct refd_referee_id){ id }, &referee),
			      expected);
		LEAGUE_EXPECT(league,
			      refd_registry_register_team(league->app, league->meta,
							  (struct refd_team_id){ id }, &team,
							  &league->result, err),
			      expected);
		LEAGUE_EXPECT(league,
			      refd_registry_register_venue(league->app, league->meta,
							   (struct refd_venue_id){ id }, &venue,
							   &league->result, err),
			      expected);
	}
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(league_events(league), 3);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(REF_01_EVT_01__a_referee_is_registered),
		LEAGUE_TEST(REF_01__every_malformed_field_is_named),
		LEAGUE_TEST(REF_01__the_caller_may_bring_an_id_once),
		LEAGUE_TEST(register__an_id_taken_in_the_unit_is_taken),
		LEAGUE_TEST(REF_02__an_unknown_referee_is_not_found),
		LEAGUE_TEST(REF_03__referees_are_listed_by_name),
		LEAGUE_TEST(REF_04_EVT_02__only_the_club_changes),
		LEAGUE_TEST(REF_04__an_unknown_referee_has_no_club_to_change),
		LEAGUE_TEST(REF_05__the_same_club_is_accepted_and_recorded),
		LEAGUE_TEST(REF_06__a_club_is_free_text),
		LEAGUE_TEST(referee__is_corrected_and_retired_for_good),
		LEAGUE_TEST(TEAM_01_02_EVT_03__a_team_is_registered_and_read),
		LEAGUE_TEST(TEAM_03__teams_are_listed_by_name),
		LEAGUE_TEST(TEAM_04__a_team_changes_by_correction_until_it_is_retired),
		LEAGUE_TEST(VEN_01_02_EVT_04__a_venue_is_registered_with_all_fields),
		LEAGUE_TEST(VEN_01__phone_and_email_may_be_empty_but_not_malformed),
		LEAGUE_TEST(VEN_03__venues_are_listed_by_name),
		LEAGUE_TEST(VEN_04__a_venue_changes_by_correction_until_it_is_retired),
		LEAGUE_TEST(party__of_another_kind_is_not_found),
		LEAGUE_TEST(command__actor_and_trace_are_checked_and_kept_with_events),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app registry", tests, NULL, NULL);
}
