#include "world.h"

#include <math.h>

#define S refd_str_of

static struct refd_venue_details details(void)
{
	return (struct refd_venue_details){
		.name = S("Halle Nord"),
		.street = S("Am Ring 1"),
		.zip = S("12345"),
		.city = S("Berlin"),
		.phone = S("030-1"),
		.email = S("halle@example.org"),
		.coordinates = { true, 52545511, -13400000 },
	};
}

static struct refd_venue *make(struct world *w)
{
	const struct refd_venue_details d = details();
	struct refd_venue *venue = NULL;

	support_assert_status(refd__venue_make(&w->tracker, venue_id(1), &d, &venue, &w->err),
			      REFD_OK);
	return venue;
}

static struct refd_venue *restored(struct world *w, enum refd_party_status status)
{
	struct refd_venue_state state = make(w)->state;

	state.status = status;
	state.version = 3;
	refd__tracker_init(&w->tracker, &w->arena);
	return refd__venue_restore(&w->tracker, &state);
}

static void VEN_01__a_new_venue_keeps_all_fields(void **state)
{
	struct world *w = *state;
	struct refd_venue *venue = make(w);
	const struct refd_venue_state *s = refd_venue_state(venue);

	assert_uuid_equal(s->id.uuid, support_uuid(1));
	assert_string_equal(s->name.utf8, "Halle Nord");
	assert_string_equal(s->street.utf8, "Am Ring 1");
	assert_string_equal(s->zip.utf8, "12345");
	assert_string_equal(s->city.utf8, "Berlin");
	assert_string_equal(s->phone.utf8, "030-1");
	assert_string_equal(s->email.utf8, "halle@example.org");
	assert_true(s->coordinates.set);
	assert_int_equal(s->coordinates.latitude, 52545511);
	assert_int_equal(s->coordinates.longitude, -13400000);
	assert_int_equal(s->status, REFD_PARTY_ACTIVE);
	assert_int_equal(s->version, 1);
	assert_int_equal(venue->fate, REFD__NEW);
}

static void EVT_04__created_tells_everything(void **state)
{
	struct world *w = *state;
	const struct refd_event_venue *told;

	make(w);
	assert_int_equal(w->tracker.count, 1);
	told = &event_at(w, 1, REFD_EVENT_VENUE_CREATED, REFD_NOUN_VENUE, support_uuid(1), 1)
			->payload.venue_created;
	assert_uuid_equal(told->venue_id.uuid, support_uuid(1));
	assert_text_equal(told->name, "Halle Nord");
	assert_text_equal(told->street, "Am Ring 1");
	assert_text_equal(told->zip, "12345");
	assert_text_equal(told->city, "Berlin");
	assert_text_equal(told->phone, "030-1");
	assert_text_equal(told->email, "halle@example.org");
	assert_true(told->coordinates.set);
	assert_int_equal(told->coordinates.latitude, 52545511);
	assert_int_equal(told->coordinates.longitude, -13400000);
}

static void VEN_01__all_but_the_name_may_be_empty(void **state)
{
	struct world *w = *state;
	const struct refd_venue_details d = { .name = S("H"),
					      .coordinates = { false, 999999999, 1 } };
	struct refd_venue *venue = NULL;

	support_assert_status(refd__venue_make(&w->tracker, venue_id(1), &d, &venue, &w->err),
			      REFD_OK);
	assert_int_equal(venue->state.email.len, 0);
	assert_false(venue->state.coordinates.set);
	assert_int_equal(venue->state.coordinates.latitude, 0);
	assert_int_equal(venue->state.coordinates.longitude, 0);
}

static void VEN_01__every_bad_field_is_reported(void **state)
{
	struct world *w = *state;
	const struct refd_venue_details d = {
		.name = S(""),
		.street = S("a\x01"),
		.zip = S("\xff"),
		.city = S("\t"),
		.phone = S("call me"),
		.email = S("nobody"),
		.coordinates = { true, 90000001, -180000001 },
	};
	struct refd_venue *venue = NULL;

	support_assert_status(refd__venue_make(&w->tracker, venue_id(1), &d, &venue, &w->err),
			      REFD_INVALID);
	assert_null(venue);
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "venue.name");
	support_assert_violation(&w->err, REFD_RULE_TEXT_CONTROL, "venue.street");
	support_assert_violation(&w->err, REFD_RULE_TEXT_NOT_UTF8, "venue.zip");
	support_assert_violation(&w->err, REFD_RULE_TEXT_CONTROL, "venue.city");
	support_assert_violation(&w->err, REFD_RULE_TEXT_MALFORMED, "venue.phone");
	support_assert_violation(&w->err, REFD_RULE_TEXT_MALFORMED, "venue.email");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "venue.latitude");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "venue.longitude");
	assert_int_equal(w->tracker.count, 0);
}

static void VEN_01__one_bad_field_is_enough(void **state)
{
	struct world *w = *state;
	struct refd_venue_details cases[8];

	for (size_t i = 0; i < 8; i++)
		cases[i] = details();
	cases[0].name = S("");
	cases[1].street = S("\n");
	cases[2].zip = S("\n");
	cases[3].city = S("\n");
	cases[4].phone = S("x");
	cases[5].email = S("x");
	cases[6].coordinates.latitude = 90000001;
	cases[7].coordinates.longitude = 180000001;
	for (size_t i = 0; i < 8; i++) {
		struct refd_venue *venue = NULL;

		refd_error_clear(&w->err);
		support_assert_status(
			refd__venue_make(&w->tracker, venue_id(1), &cases[i], &venue, &w->err),
			REFD_INVALID);
		assert_int_equal(w->err.total, 1);
		assert_null(venue);
	}
	assert_string_equal(w->err.message, "venue.longitude must be between -180 and 180 degrees");
}

static void venue__coordinates_reach_the_poles(void **state)
{
	struct world *w = *state;
	struct refd_venue *venue = make(w);
	struct refd_venue_details d = details();

	d.coordinates = (struct refd_coordinates){ true, 90000000, 180000000 };
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_OK);
	d.coordinates = (struct refd_coordinates){ true, -90000000, -180000000 };
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_OK);
	d.coordinates = (struct refd_coordinates){ true, -90000001, 0 };
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_INVALID);
	assert_int_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->measured, -90000001);
	assert_int_equal(w->err.violations[0].limit, 90000000);
	refd_error_clear(&w->err);
	d.coordinates = (struct refd_coordinates){ true, 0, 180000001 };
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->field, "venue.longitude");
	assert_int_equal(venue->state.version, 3);
	/* numbers that are not set are none */
	d.coordinates = (struct refd_coordinates){ false, 90000001, 180000001 };
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_OK);
	assert_int_equal(venue->state.coordinates.latitude, 0);
	assert_int_equal(venue->state.coordinates.longitude, 0);
}

/* The source's VEN-04 knows no correction; architecture 2 does. */
static void VEN_04__correct_replaces_all_fields(void **state)
{
	struct world *w = *state;
	struct refd_venue *venue = restored(w, REFD_PARTY_ACTIVE);
	const struct refd_venue_details d = { .name = S("Halle S\xc3\xbc"
							"d") };

	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_OK);
	assert_string_equal(venue->state.name.utf8, "Halle S\xc3\xbc"
						    "d");
	assert_int_equal(venue->state.street.len, 0);
	assert_false(venue->state.coordinates.set);
	assert_int_equal(venue->fate, REFD__DIRTY);
	assert_text_equal(
		event_at(w, 1, REFD_EVENT_VENUE_CORRECTED, REFD_NOUN_VENUE, support_uuid(1), 4)
			->payload.venue_corrected.city,
		"");
}

static void venue__a_retired_one_never_changes(void **state)
{
	struct world *w = *state;
	struct refd_venue *venue = restored(w, REFD_PARTY_ACTIVE);
	struct refd_venue_details d = details();
	struct refd_venue before;

	support_assert_status(refd_venue_retire(venue, &w->err), REFD_OK);
	assert_int_equal(venue->state.status, REFD_PARTY_RETIRED);
	assert_uuid_equal(
		event_at(w, 1, REFD_EVENT_VENUE_RETIRED, REFD_NOUN_VENUE, support_uuid(1), 4)
			->payload.venue_retired.venue_id.uuid,
		support_uuid(1));
	before = *venue;
	support_assert_status(refd_venue_retire(venue, &w->err), REFD_REFUSED);
	assert_int_equal(only_violation(w, REFD_RULE_RETIRED)->counterpart.noun, REFD_NOUN_VENUE);
	refd_error_clear(&w->err);
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_REFUSED);
	d.email = S("@");
	support_assert_status(refd_venue_correct(venue, &d, &w->err), REFD_INVALID);
	assert_memory_equal(venue, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 1);
}

static enum refd_status do_make(struct world *w, void *self)
{
	const struct refd_venue_details d = details();

	return refd__venue_make(&w->tracker, venue_id(1), &d, self, &w->err);
}

static enum refd_status do_correct(struct world *w, void *self)
{
	const struct refd_venue_details d = details();

	return refd_venue_correct(self, &d, &w->err);
}

static enum refd_status do_retire(struct world *w, void *self)
{
	return refd_venue_retire(self, &w->err);
}

static void venue__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_venue *venue = NULL;
	struct refd_venue_state stored;

	starve(w, do_make, &venue, sizeof(venue));
	starve(w, do_correct, venue, sizeof(*venue));
	starve(w, do_retire, venue, sizeof(*venue));
	assert_int_equal(venue->state.version, 3);
	stored = venue->state;
	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__venue_restore(&w->tracker, &stored));
}

static void coordinates__read_decimal_degrees(void **state)
{
	static const struct {
		const char *text;
		int32_t degrees;
	} good[] = {
		{ "52.545511", 52545511 },
		{ "-13.4", -13400000 },
		{ "0", 0 },
		{ "-0", 0 },
		{ "90", 90000000 },
		{ "-90.000000", -90000000 },
		{ "052.5", 52500000 },
		{ "1.0000004", 1000000 },
		{ "1.0000005", 1000001 },
		{ "1.00000049999999999999999999999", 1000000 },
		{ "-1.0000005", -1000001 },
		{ "-0.0000004", 0 },
		{ "0.9999999", 1000000 },
		{ "0000000000000000000000000000001", 1000000 },
		{ "90.0000004", 90000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct refd_coordinates read = { 0 };

		support_assert_status(
			refd_coordinates_parse(S(good[i].text), S("-180"), &read, NULL), REFD_OK);
		assert_true(read.set);
		assert_int_equal(read.latitude, good[i].degrees);
		assert_int_equal(read.longitude, -180000000);
	}
}

static void coordinates__read_no_further_than_the_text(void **state)
{
	struct refd_coordinates read = { 0 };

	(void)state;
	support_assert_status(refd_coordinates_parse((struct refd_str){ "525", 2 },
						     (struct refd_str){ "13.4", 2 }, &read, NULL),
			      REFD_OK);
	assert_int_equal(read.latitude, 52000000);
	assert_int_equal(read.longitude, 13000000);
	support_assert_status(refd_coordinates_parse((struct refd_str){ "5.25", 3 },
						     (struct refd_str){ "-13.4", 0 }, &read, NULL),
			      REFD_INVALID);
	support_assert_status(refd_coordinates_parse((struct refd_str){ "5.25", 3 },
						     (struct refd_str){ "-13.4", 2 }, &read, NULL),
			      REFD_OK);
	assert_int_equal(read.latitude, 5200000);
	assert_int_equal(read.longitude, -1000000);
}

static void coordinates__refuse_what_is_no_number(void **state)
{
	static const struct {
		const char *text;
		int64_t at; /* good bytes before */
	} bad[] = {
		{ "52,5", 2 }, { "+52", 0 }, { "", 0 },	     { "-", 1 },   { ".5", 0 },
		{ "-.5", 1 },  { "5.", 1 },  { "5.-", 1 },   { "1e1", 1 }, { " 1", 0 },
		{ "1 ", 1 },   { "x", 0 },   { "1.2.3", 3 }, { "--1", 1 }, { "0x1", 1 },
		{ "1.5x", 3 }, { "1/2", 1 }, { "1:2", 1 },   { "1./", 1 }, { "-12.5:", 5 },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct refd_coordinates read = { true, 7, 7 };

		refd_error_clear(&w->err);
		support_assert_status(
			refd_coordinates_parse(S("1"), S(bad[i].text), &read, &w->err),
			REFD_INVALID);
		assert_string_equal(only_violation(w, bad[i].text[0] ? REFD_RULE_TEXT_MALFORMED
								     : REFD_RULE_REQUIRED)
					    ->field,
				    "longitude");
		assert_int_equal(w->err.violations[0].measured, bad[i].at);
		assert_int_equal(read.longitude, 7);
	}
}

static void coordinates__ranges_are_closed(void **state)
{
	struct world *w = *state;
	struct refd_coordinates read = { 0 };

	support_assert_status(refd_coordinates_parse(S("90"), S("180"), &read, &w->err), REFD_OK);
	support_assert_status(refd_coordinates_parse(S("-90"), S("-180"), &read, &w->err), REFD_OK);
	support_assert_status(
		refd_coordinates_parse(S("90.000001"), S("-180.000001"), &read, &w->err),
		REFD_INVALID);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "latitude");
	support_assert_violation(&w->err, REFD_RULE_OUT_OF_RANGE, "longitude");
	assert_int_equal(w->err.violations[0].measured, 90000001);
	assert_int_equal(w->err.violations[0].limit, 90000000);
	assert_int_equal(read.latitude, -90000000);
	support_assert_status(
		refd_coordinates_parse(S("99999999999999999999999999"), S("1"), &read, NULL),
		REFD_INVALID);
	/* 2^64 + 1 */
	refd_error_clear(&w->err);
	support_assert_status(
		refd_coordinates_parse(S("18446744073709551617"), S("1"), &read, &w->err),
		REFD_INVALID);
	only_violation(w, REFD_RULE_OUT_OF_RANGE);
}

static void coordinates__both_or_none(void **state)
{
	struct world *w = *state;
	struct refd_coordinates read = { true, 1, 1 };

	support_assert_status(refd_coordinates_parse(S(""), S(""), &read, &w->err), REFD_OK);
	assert_false(read.set);
	assert_int_equal(read.latitude, 0);
	support_assert_status(refd_coordinates_parse(S(""), S("1"), &read, &w->err), REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_REQUIRED)->field, "latitude");
}

static void coordinates__print_without_trailing_zeros(void **state)
{
	static const struct {
		int32_t degrees;
		const char *text;
	} pairs[] = {
		{ 52545511, "52.545511" },
		{ -13400000, "-13.4" },
		{ 0, "0" },
		{ 10000000, "10" },
		{ -1, "-0.000001" },
		{ 100, "0.0001" },
		{ -179999999, "-179.999999" },
		{ 180000000, "180" },
	};
	char text[12];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct refd_coordinates read = { 0 };

		assert_ptr_equal(refd_degrees_format(pairs[i].degrees, text), text);
		assert_string_equal(text, pairs[i].text);
		support_assert_status(refd_coordinates_parse(S("0"), S(text), &read, NULL),
				      REFD_OK);
		assert_int_equal(read.longitude, pairs[i].degrees);
	}
	assert_int_equal(strlen(refd_degrees_format(INT32_MIN, text)), 11);
}

static void check_distance(struct refd_coordinates a, struct refd_coordinates b, double expected)
{
	const double there = refd_coordinates_distance(&a, &b);

	/* a millimetre; half a metre at the antipodes, where haversines lose half their digits */
	assert_true(fabs(there - expected) <= (expected > 2e7 ? 0.5 : 0.001));
	assert_true(fabs(refd_coordinates_distance(&b, &a) - there) < 1e-6);
}

static void coordinates__distance_is_the_great_circle(void **state)
{
	const struct refd_coordinates origin = { true, 0, 0 };
	const double quarter = 6371008.8 * 3.14159265358979323846 / 2;

	(void)state;
	check_distance(origin, origin, 0);
	check_distance(origin, (struct refd_coordinates){ true, 0, 90000000 }, quarter);
	check_distance(origin, (struct refd_coordinates){ true, 90000000, 12345 }, quarter);
	check_distance(origin, (struct refd_coordinates){ true, 0, 180000000 }, 2 * quarter);
	check_distance((struct refd_coordinates){ true, 10000000, 20000000 },
		       (struct refd_coordinates){ true, -10000000, -160000000 }, 2 * quarter);
	/* where rounding makes the haversine of antipodes a hair too large */
	check_distance((struct refd_coordinates){ true, 30659338, -53232634 },
		       (struct refd_coordinates){ true, -30659338, 126767366 }, 2 * quarter);
	/* across the date line */
	check_distance((struct refd_coordinates){ true, 0, 179500000 },
		       (struct refd_coordinates){ true, 0, -179500000 }, quarter / 90);
	/* Berlin to Munich, worked out apart from this code by the spherical law of cosines */
	check_distance((struct refd_coordinates){ true, 52520008, 13404954 },
		       (struct refd_coordinates){ true, 48137154, 11576124 },
		       6371008.8 * acos(sin(52.520008 / 57.29577951308232) *
						sin(48.137154 / 57.29577951308232) +
					cos(52.520008 / 57.29577951308232) *
						cos(48.137154 / 57.29577951308232) *
						cos(1.82883 / 57.29577951308232)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(VEN_01__a_new_venue_keeps_all_fields),
		TEST(EVT_04__created_tells_everything),
		TEST(VEN_01__all_but_the_name_may_be_empty),
		TEST(VEN_01__every_bad_field_is_reported),
		TEST(VEN_01__one_bad_field_is_enough),
		TEST(venue__coordinates_reach_the_poles),
		TEST(VEN_04__correct_replaces_all_fields),
		TEST(venue__a_retired_one_never_changes),
		TEST(venue__out_of_memory_changes_nothing),
		TEST(coordinates__read_decimal_degrees),
		TEST(coordinates__read_no_further_than_the_text),
		TEST(coordinates__refuse_what_is_no_number),
		TEST(coordinates__ranges_are_closed),
		TEST(coordinates__both_or_none),
		TEST(coordinates__print_without_trailing_zeros),
		TEST(coordinates__distance_is_the_great_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
