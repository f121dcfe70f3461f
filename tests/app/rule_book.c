#include "league.h"

static struct refd_rules rules_now(struct league *league)
{
	struct refd_rules rules;

	LEAGUE_EXPECT(league, refd_rule_book_get(league->app, &rules, &league->err), REFD_OK);
	return rules;
}

static enum refd_status set(struct league *league, const struct refd_rules *rules)
{
	refd_error_clear(&league->err);
	return refd_rule_book_set(league->app, league->meta, rules, &league->result, &league->err);
}

static struct refd_time at(const char *text)
{
	struct refd_time time = { 0 };

	assert_int_equal(refd_time_parse(refd_str_of(text), "time", &time, NULL), REFD_OK);
	return time;
}

/* ---- the stored claims: what the day rule falls back on ---- */

struct claims {
	int32_t day;
	size_t n;
};

static enum refd_status note_claim(void *self, size_t read, enum refd_record record,
				   const void *state)
{
	const struct refd_claim_state *claim = state;
	struct claims *claims = self;

	(void)read;
	assert_int_equal(record, REFD_RECORD_CLAIM);
	assert_true(claims->n == 0 || claims->day == claim->day);
	claims->day = claim->day;
	claims->n++;
	return REFD_OK;
}

static struct claims claims_of(struct league *league, struct refd_fixture_id fixture)
{
	const struct refd_store *store = &league->ports.store;
	const struct refd_key key = { .a = fixture.uuid };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_CLAIM,
					.index = REFD_INDEX_FIXTURE,
					.keys = &key,
					.n_keys = 1 };
	const struct refd_begin begin = { .struct_size = sizeof(begin), .mode = REFD_TX_READ };
	struct claims claims = { 0, 0 };
	struct refd_tx *tx = NULL;

	LEAGUE_EXPECT(league, store->ops->begin(store->self, &begin, &tx, &league->err), REFD_OK);
	LEAGUE_EXPECT(
		league,
		store->ops->read(store->self, tx, &read, 1, note_claim, &claims, &league->err),
		REFD_OK);
	store->ops->rollback(store->self, tx);
	return claims;
}

/* ---- get and set ---- */

/* Field by field: what lies between the members may differ. */
static void assert_same_rules(const struct refd_rules *a, const struct refd_rules *b)
{
	size_t i;

	for (i = 0; i < refd_rules_layout.count; i++) {
		const struct refd_field *field = &refd_rules_layout.fields[i];
		bool text = field->type == REFD_FIELD_TEXT;

		assert_memory_equal((const char *)a + field->offset,
				    (const char *)b + field->offset,
				    text ? a->day_zone.len + sizeof(a->day_zone.len) : field->size);
	}
}

static void get__a_store_nobody_touched_has_the_defaults(void **state)
{
	struct league *league = *state;
	const struct refd_rules expected = refd_rules_default();
	struct refd_rules rules = rules_now(league);

	assert_same_rules(&rules, &expected);
	assert_int_equal(rules.version, 0);
}

static void set__stores_and_records(void **state)
{
	struct league *league = *state;
	struct refd_rules rules = rules_now(league);

	rules.match_duration = 90;
	rules.on_change = REFD_ON_CHANGE_KEEP_ALL;
	rules.version = 77; /* ignored, and so is the id */
	rules.id.uuid = support_uuid(77);
	support_assert_status(set(league, &rules), REFD_OK);
	assert_int_equal(league->result.items[0].object.noun, REFD_NOUN_RULES);
	assert_int_equal(league->result.items[0].version, 1);
	rules = rules_now(league);
	assert_int_equal(rules.match_duration, 90);
	assert_int_equal(rules.on_change, REFD_ON_CHANGE_KEEP_ALL);
	assert_int_equal(rules.version, 1);
	assert_int_equal(league_events_named(league, "RulesChanged"), 1);
	assert_int_equal(league_events_of(league, REFD_NOUN_RULES, refd_the_rules.uuid), 1);
}

static void set__every_number_outside_its_range_is_named(void **state)
{
	struct league *league = *state;
	struct refd_rules rules = refd_rules_default();

	rules.match_duration = 0;
	rules.travel_speed = 1001;
	rules.travel_gap = -1;
	rules.withdrawal_cutoff = 525601;
	support_assert_status(set(league, &rules), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.match_duration");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.travel_speed");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.travel_gap");
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.withdrawal_cutoff");
	assert_int_equal(league->err.total, 4);
	assert_int_equal(rules_now(league).version, 0);
}

static void set__a_zone_must_exist(void **state)
{
	struct league *league = *state;

	support_assert_status(try_set_rule(league, "day_zone", "Europe/Nowhere"), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.day_zone");
	support_assert_status(try_set_rule(league, "day_zone", "Europe/Berlin"), REFD_OK);
}

static enum refd_status know_no_zone(void *self, struct refd_str zone, struct refd_time time,
				     int32_t *ret, struct refd_error *err)
{
	(void)self;
	(void)zone;
	(void)time;
	(void)ret;
	return refd_error_object(err, REFD_NOT_FOUND, REFD_NOUN_VENUE, support_uuid(1), "no zone");
}

/* The rules are to blame, whatever the port spoke of. */
static void set__what_the_zones_say_of_an_unknown_one_is_not_passed_on(void **state)
{
	static const struct refd_timezone_ops none = { sizeof(none), know_no_zone };
	struct league *league = *state;
	struct refd_ports ports = league->ports;
	struct refd_app *sound = league->app;

	ports.timezone = (struct refd_timezone){ &none, NULL };
	LEAGUE_EXPECT(league, refd_app_create(&ports, &league->app, &league->err), REFD_OK);
	support_assert_status(try_set_rule(league, "day_zone", "Europe/Berlin"), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.day_zone");
	assert_int_equal(league->err.object.noun, 0);
	refd_app_destroy(league->app);
	league->app = sound;
}

/* Nothing behind the record is read. */
static void set__a_zone_longer_than_its_room_is_named(void **state)
{
	struct league *league = *state;
	struct refd_rules *rules = malloc(sizeof(*rules));

	assert_non_null(rules);
	*rules = refd_rules_default();
	rules->day_zone.len = UINT16_MAX;
	support_assert_status(set(league, rules), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_TEXT_TOO_LONG, "rules.day_zone");
	free(rules);
}

static void set__without_a_timezone_port_there_is_only_utc(void **state)
{
	struct league *league = *state;
	struct refd_ports ports = league->ports;
	struct refd_app *with = league->app, *without = NULL;

	ports.timezone = (struct refd_timezone){ NULL, NULL };
	LEAGUE_EXPECT(league, refd_app_create(&ports, &without, &league->err), REFD_OK);
	league->app = without;
	support_assert_status(try_set_rule(league, "day_zone", "Europe/Berlin"), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_OUT_OF_RANGE, "rules.day_zone");
	support_assert_status(try_set_rule(league, "day_zone", "UTC"), REFD_OK);
	league->app = with;
	league_set_rule(league, "day_zone", "Europe/Berlin");
	league->app = without; /* what is stored needs the port */
	support_assert_status(try_schedule(league, league_team(league, "A"),
					   league_team(league, "B"), league_venue(league, "Hall"),
					   league_time(7, 0)),
			      REFD_UNSUPPORTED);
	league->app = with;
	refd_app_destroy(without);
}

static void set__a_stale_version_is_a_conflict(void **state)
{
	struct league *league = *state;
	struct refd_rules rules = refd_rules_default();
	struct refd_command meta = { .struct_size = sizeof(meta), .expected_version = 1 };

	league->meta = &meta;
	support_assert_status(set(league, &rules), REFD_CONFLICT);
	assert_int_equal(league->err.object.noun, REFD_NOUN_RULES);
	league->meta = NULL;
	support_assert_status(set(league, &rules), REFD_OK);
	league->meta = &meta;
	support_assert_status(set(league, &rules), REFD_OK);
	support_assert_status(set(league, &rules), REFD_CONFLICT);
	assert_int_equal(rules_now(league).version, 2);
}

/* Other rules under the same command id are another request, whichever key differs. */
static void set__every_key_is_a_part_of_the_request(void **state)
{
	static const char *const others[][2] = {
		{ "exclusivity", "overlap" },
		{ "day_zone", "Europe/Berlin" },
		{ "day_zone", "UTCx" },
		{ "match_duration", "90" },
		{ "travel_speed", "80" },
		{ "travel_gap", "0" },
		{ "require_future_kickoff", "false" },
		{ "require_availability", "false" },
		{ "withdrawal_cutoff", "60" },
		{ "neutral_referees", "true" },
		{ "on_change", "keep_all" },
		{ "availability_on_change", "keep" },
	};
	struct league *league = *state;
	const struct refd_rules rules = refd_rules_default();
	struct refd_command meta = { .struct_size = sizeof(meta), .id.uuid = support_uuid(31337) };
	size_t i;

	league->meta = &meta;
	support_assert_status(set(league, &rules), REFD_OK);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct refd_rules other = rules;

		support_assert_status(refd_rules_set(&other, refd_str_of(others[i][0]),
						     refd_str_of(others[i][1]), NULL),
				      REFD_OK);
		support_assert_status(set(league, &other), REFD_INVALID);
		support_assert_violation(&league->err, REFD_RULE_COMMAND_REUSED, "command.id");
	}
	support_assert_status(set(league, &rules), REFD_OK);
	assert_true(league->result.repeated);
	league->meta = NULL;
	assert_int_equal(rules_now(league).version, 1);
}

/* ---- rules about days, and the fixtures that are there ---- */

static void exclusivity__day_is_refused_while_fixtures_clash(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	const struct refd_violation *violation;
	struct refd_fixture_id early, late;
	bool swapped;

	league_set_rule(league, "exclusivity", "overlap");
	early = league_fixture_at(league, hall, league_time(7, 0));
	late = league_fixture_at(league, hall, league_time(7, 200));
	EXPECT_ONLY(league, try_set_rule(league, "exclusivity", "day"), REFD_RULE_VENUE_TAKEN);
	assert_int_equal(league->err.violations[0].counterpart.noun, REFD_NOUN_FIXTURE);
	/* it names both */
	violation = &league->err.violations[0];
	swapped = refd_uuid_equal(violation->fixture.uuid, early.uuid);
	assert_true(refd_uuid_equal(violation->fixture.uuid, swapped ? early.uuid : late.uuid));
	assert_true(refd_uuid_equal(violation->counterpart.id, swapped ? late.uuid : early.uuid));
	support_assert_status(try_reschedule(league, late, league_time(8, 0)), REFD_OK);
	support_assert_status(try_set_rule(league, "exclusivity", "day"), REFD_OK);
}

static void exclusivity__day_is_refused_while_a_team_plays_twice(void **state)
{
	struct league *league = *state;
	struct refd_team_id team = league_team(league, "A");

	league_set_rule(league, "exclusivity", "overlap");
	support_assert_status(try_schedule(league, team, league_team(league, "B"),
					   league_venue(league, "Hall"), league_time(7, 0)),
			      REFD_OK);
	support_assert_status(try_schedule(league, league_team(league, "C"), team,
					   league_venue(league, "Dome"), league_time(7, 300)),
			      REFD_OK);
	EXPECT_ONLY(league, try_set_rule(league, "exclusivity", "day"), REFD_RULE_TEAM_TAKEN);
}

/* 256, 32768 and 65536 days: not the same day, however much of their numbers is the same. */
static void exclusivity__days_far_apart_are_other_days(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");

	league_set_rule(league, "exclusivity", "overlap");
	league_fixture_at(league, hall, league_time(7, 0));
	league_fixture_at(league, hall, league_time(8, 0));
	league_fixture_at(league, hall, league_time(9, 0));
	league_fixture_at(league, hall, league_time(7 + 256, 0));
	league_fixture_at(league, hall, league_time(7 + 32768, 0));
	league_fixture_at(league, hall, league_time(7 + 65536, 0));
	support_assert_status(try_set_rule(league, "exclusivity", "day"), REFD_OK);
}

static void exclusivity__cancelled_fixtures_do_not_count(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id late;

	league_set_rule(league, "exclusivity", "overlap");
	league_fixture_at(league, hall, league_time(7, 0));
	late = league_fixture_at(league, hall, league_time(7, 200));
	support_assert_status(try_cancel(league, late), REFD_OK);
	support_assert_status(try_set_rule(league, "exclusivity", "day"), REFD_OK);
}

static void exclusivity__claims_come_and_go_with_it(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, league_time(7, 0));

	assert_int_equal(claims_of(league, fixture).n, 3);
	league_set_rule(league, "exclusivity", "overlap");
	assert_int_equal(claims_of(league, fixture).n, 0);
	support_assert_status(try_reschedule(league, fixture, league_time(9, 0)), REFD_OK);
	assert_int_equal(claims_of(league, fixture).n, 0);
	league_set_rule(league, "exclusivity", "day");
	assert_int_equal(claims_of(league, fixture).n, 3);
	assert_int_equal(claims_of(league, fixture).day, refd_time_utc_day(league_time(9, 0)));
	support_assert_status(try_cancel(league, fixture), REFD_OK);
	assert_int_equal(claims_of(league, fixture).n, 0);
}

static void day_zone__fixtures_that_clash_under_it_refuse_it(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id late = league_fixture_at(league, hall, at("2026-10-03T22:30:00Z"));

	league_fixture_at(league, hall, at("2026-10-04T10:00:00Z"));
	EXPECT_ONLY(league, try_set_rule(league, "day_zone", "Europe/Berlin"),
		    REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_reschedule(league, late, at("2026-10-03T21:30:00Z")), REFD_OK);
	support_assert_status(try_set_rule(league, "day_zone", "Europe/Berlin"), REFD_OK);
	/* and now it is the day of Berlin that counts */
	EXPECT_REFUSED(league, try_reschedule(league, late, at("2026-10-03T22:30:00Z")),
		       REFD_RULE_VENUE_TAKEN);
}

static void day_zone__claims_follow(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, at("2026-10-03T22:30:00Z"));
	int32_t utc = refd_time_utc_day(at("2026-10-03T22:30:00Z"));

	assert_int_equal(claims_of(league, fixture).day, utc);
	league_set_rule(league, "day_zone", "Europe/Berlin");
	assert_int_equal(claims_of(league, fixture).day, utc + 1);
	league_set_rule(league, "day_zone", "UTC");
	assert_int_equal(claims_of(league, fixture).day, utc);
}

/* ---- in one unit with changes of fixtures ---- */

static void unit__rules_first_then_a_new_date(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id fixture = league_fixture(league, at("2026-10-03T22:30:00Z"));

	league_begin(league);
	support_assert_status(try_set_rule(league, "day_zone", "Europe/Berlin"), REFD_OK);
	support_assert_status(try_reschedule(league, fixture, at("2026-10-10T22:30:00Z")), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(claims_of(league, fixture).n, 3);
	assert_int_equal(claims_of(league, fixture).day,
			 refd_time_utc_day(at("2026-10-11T00:00:00Z")));
	assert_int_equal(rules_now(league).version, 1);
}

static void unit__a_new_date_first_makes_room_for_the_rules(void **state)
{
	struct league *league = *state;
	struct refd_venue_id hall = league_venue(league, "Hall");
	struct refd_fixture_id late;

	league_set_rule(league, "exclusivity", "overlap");
	league_fixture_at(league, hall, league_time(7, 0));
	late = league_fixture_at(league, hall, league_time(7, 200));
	league_begin(league);
	EXPECT_ONLY(league, try_set_rule(league, "exclusivity", "day"), REFD_RULE_VENUE_TAKEN);
	support_assert_status(try_reschedule(league, late, league_time(8, 0)), REFD_OK);
	support_assert_status(try_set_rule(league, "exclusivity", "day"), REFD_OK);
	EXPECT_REFUSED(league, try_reschedule(league, late, league_time(7, 200)),
		       REFD_RULE_VENUE_TAKEN);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(claims_of(league, late).n, 3);
	assert_int_equal(claims_of(league, late).day, refd_time_utc_day(league_time(8, 0)));
}

static void unit__rules_twice_and_a_cancellation(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id gone = league_fixture(league, league_time(7, 0));
	struct refd_fixture_id stays = league_fixture(league, league_time(7, 0));
	struct refd_rules rules = refd_rules_default();

	league_begin(league);
	rules.exclusivity = REFD_EXCLUSIVITY_OVERLAP;
	support_assert_status(set(league, &rules), REFD_OK);
	assert_int_equal(league->result.items[0].version, 1);
	support_assert_status(try_cancel(league, gone), REFD_OK);
	rules.exclusivity = REFD_EXCLUSIVITY_DAY;
	support_assert_status(set(league, &rules), REFD_OK);
	assert_int_equal(league->result.items[0].version, 2);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(claims_of(league, gone).n, 0);
	assert_int_equal(claims_of(league, stays).n, 3);
	assert_int_equal(league_events_of(league, REFD_NOUN_RULES, refd_the_rules.uuid), 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(get__a_store_nobody_touched_has_the_defaults),
		LEAGUE_TEST(set__stores_and_records),
		LEAGUE_TEST(set__every_number_outside_its_range_is_named),
		LEAGUE_TEST(set__a_zone_must_exist),
		LEAGUE_TEST(set__what_the_zones_say_of_an_unknown_one_is_not_passed_on),
		LEAGUE_TEST(set__a_zone_longer_than_its_room_is_named),
		LEAGUE_TEST(set__without_a_timezone_port_there_is_only_utc),
		LEAGUE_TEST(set__a_stale_version_is_a_conflict),
		LEAGUE_TEST(set__every_key_is_a_part_of_the_request),
		LEAGUE_TEST(exclusivity__day_is_refused_while_fixtures_clash),
		LEAGUE_TEST(exclusivity__day_is_refused_while_a_team_plays_twice),
		LEAGUE_TEST(exclusivity__days_far_apart_are_other_days),
		LEAGUE_TEST(exclusivity__cancelled_fixtures_do_not_count),
		LEAGUE_TEST(exclusivity__claims_come_and_go_with_it),
		LEAGUE_TEST(day_zone__fixtures_that_clash_under_it_refuse_it),
		LEAGUE_TEST(day_zone__claims_follow),
		LEAGUE_TEST(unit__rules_first_then_a_new_date),
		LEAGUE_TEST(unit__a_new_date_first_makes_room_for_the_rules),
		LEAGUE_TEST(unit__rules_twice_and_a_cancellation),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app rule book", tests, NULL, NULL);
}
