/* Every kind of constraint the server can name, broken behind the core's back: which row of the
 * batch, which field and which rule it is about. */
#include "bed.h"

#define ID(n) "'" n "000000-0000-0000-0000-000000000000'"

static struct refd_uuid id(uint8_t number)
{
	struct refd_uuid id = { { number } };

	return id;
}

/* Teams 1 and 2, venue 10, referees 20 and 21, fixtures 30 and 31. One bed for all: what one test
 * forbids, no other does. */
static int setup(void **state)
{
	static const char *const rows[] = {
		"INSERT INTO %s.team VALUES (" ID("01") ", 'x', 'x', 'active', 1), (" ID(
			"02") ", 'x', 'x', 'active', 1)",
		"INSERT INTO %s.venue (id, name, status, version) VALUES (" ID(
			"0a") ", 'x', 'active', 1)",
		"INSERT INTO %s.referee (id, name, club, status, version) VALUES (" ID(
			"14") ", 'x', 'x', 'active', 1), (" ID("15") ", 'x', 'x', 'active', 1)",
		"INSERT INTO %s.fixture SELECT f::uuid, " ID("01") ", " ID("02") ", " ID(
			"0a") ", now(), 'scheduled', false, NULL, 1 FROM "
			      "unnest(ARRAY[" ID("1e") ", " ID("1f") "]) f",
	};
	size_t i;

	(void)bed_setup(state);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		(void)bed_ask(*state, rows[i]);
	return 0;
}

struct expected {
	enum refd_status status;
	const char *sqlstate, *constraint;
	enum refd_noun noun;
	uint8_t object;
	enum refd_rule rule; /* 0: none */
	const char *field;
};

static void expect(struct bed *bed, enum refd_record record, const void *states, size_t count,
		   const struct expected *expected)
{
	const size_t size = refd_record_layout(record)->state_size;
	struct refd_change changes[4];
	size_t i;

	for (i = 0; i < count; i++)
		changes[i] = (struct refd_change){ REFD_CHANGE_INSERT, record,
						   (const char *)states + i * size, 0 };
	support_assert_status(
		bed_commit(bed, bed_begin(bed, REFD_TX_WRITE, 5 * REFD_SECOND), changes, count),
		expected->status);
	support_assert_status(bed->err.status, expected->status);
	assert_string_equal(bed->err.sqlstate, expected->sqlstate);
	assert_string_equal(bed->err.constraint, expected->constraint);
	assert_int_equal(bed->err.object.noun, expected->noun);
	assert_int_equal(bed->err.object.id.bytes[0], expected->object);
	assert_true(strlen(bed->err.message) > 20);
	assert_int_equal(bed->err.total, expected->rule != 0);
	if (expected->rule != 0)
		assert_non_null(support_violation(&bed->err, expected->rule, expected->field));
}

/* ---- CHECK and NOT NULL ---- */

static void check__names_row_field_and_rule(void **state)
{
	struct refd_team_state teams[3] = { bed_team(4), bed_team(5), bed_team(6) };
	struct bed *bed = *state;

	teams[1].version = 0;
	expect(bed, REFD_RECORD_TEAM, teams, 3,
	       &(struct expected){ REFD_BACKEND, "23514", "team.version", REFD_NOUN_TEAM, 5,
				   REFD_RULE_OUT_OF_RANGE, "team.version" });
	expect(bed, REFD_RECORD_TEAM, &teams[1], 1,
	       &(struct expected){ REFD_BACKEND, "23514", "team.version", REFD_NOUN_TEAM, 5,
				   REFD_RULE_OUT_OF_RANGE, "team.version" });
	teams[1].version = 1;
	teams[2].name.utf8[0] = 'y';
	(void)bed_ask(bed, "ALTER TABLE %s.team DROP CONSTRAINT \"team.name\", ADD CONSTRAINT "
			   "\"team.name\" CHECK (name <> 'y')");
	expect(bed, REFD_RECORD_TEAM, teams, 3,
	       &(struct expected){ REFD_BACKEND, "23514", "team.name", REFD_NOUN_TEAM, 6,
				   REFD_RULE_OUT_OF_RANGE, "team.name" });
}

static void check__of_two_fields_has_its_rule(void **state)
{
	const struct refd_fixture_state fixtures[2] = {
		{ .id = { id(40) },
		  .home = { id(1) },
		  .away = { id(2) },
		  .venue = { id(10) },
		  .kickoff = { 1 },
		  .status = REFD_FIXTURE_SCHEDULED,
		  .version = 1 },
		{ .id = { id(41) },
		  .home = { id(1) },
		  .away = { id(1) },
		  .venue = { id(10) },
		  .kickoff = { 1 },
		  .status = REFD_FIXTURE_SCHEDULED,
		  .version = 1 },
	};
	struct bed *bed = *state;

	expect(bed, REFD_RECORD_FIXTURE, fixtures, 2,
	       &(struct expected){ REFD_BACKEND, "23514", "fixture.teams", REFD_NOUN_FIXTURE, 41,
				   REFD_RULE_SAME_TEAM, "fixture.away_id" });
	assert_int_equal(bed->err.violations[0].fixture.uuid.bytes[0], 41);
}

/* A row of a record whose key is not one id. */
static void check__finds_the_claim_of_a_batch(void **state)
{
	const struct refd_claim_state claims[3] = { { REFD_CLAIM_TEAM, id(1), 5, { id(30) } },
						    { REFD_CLAIM_TEAM, id(1), 6, { id(31) } },
						    { REFD_CLAIM_TEAM, id(1), 7, { id(30) } } };
	struct bed *bed = *state;

	(void)bed_ask(bed, "ALTER TABLE %s.claim ADD CONSTRAINT \"claim.day\" CHECK (day <> 6)");
	expect(bed, REFD_RECORD_CLAIM, claims, 3,
	       &(struct expected){ REFD_BACKEND, "23514", "claim.day", REFD_NOUN_FIXTURE, 31,
				   REFD_RULE_OUT_OF_RANGE, "claim.day" });
}

static void check__of_somebody_else_is_told_by_its_name(void **state)
{
	struct refd_team_state teams[2] = { bed_team(4), bed_team(5) };
	struct bed *bed = *state;

	teams[1].club.utf8[0] = 'y';
	(void)bed_ask(bed, "ALTER TABLE %s.team ADD CONSTRAINT house_rule CHECK (club <> 'y')");
	expect(bed, REFD_RECORD_TEAM, teams, 2,
	       &(struct expected){ REFD_BACKEND, "23514", "house_rule", REFD_NOUN_TEAM, 5,
				   (enum refd_rule)0, NULL });
	assert_non_null(strstr(bed->err.message, "house_rule"));
}

static void null__is_required(void **state)
{
	struct refd_venue_state venues[2] = {
		{ .id = { id(11) }, .status = REFD_PARTY_ACTIVE, .version = 1 },
		{ .id = { id(12) }, .status = REFD_PARTY_ACTIVE, .version = 1 },
	};
	struct bed *bed = *state;

	memcpy(&venues[0].name, &(struct refd_name){ 1, "x" }, sizeof(venues[0].name));
	venues[1].name = venues[0].name;
	memcpy(&venues[0].street, &(struct refd_line){ 1, "x" }, sizeof(venues[0].street));
	(void)bed_ask(bed, "UPDATE %s.venue SET street = 'x'");
	(void)bed_ask(bed, "ALTER TABLE %s.venue ALTER street SET NOT NULL");
	expect(bed, REFD_RECORD_VENUE, venues, 2,
	       &(struct expected){ REFD_BACKEND, "23502", "venue.street", REFD_NOUN_VENUE, 12,
				   REFD_RULE_REQUIRED, "venue.street" });
}

/* ---- unique keys ---- */

static void id_taken__names_the_row(void **state)
{
	const struct refd_team_state teams[3] = { bed_team(4), bed_team(2), bed_team(5) };

	expect(*state, REFD_RECORD_TEAM, teams, 3,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505", "team.id", REFD_NOUN_TEAM, 2,
				   (enum refd_rule)0, NULL });
}

static void slot_taken__is_the_rule_of_its_key(void **state)
{
	const struct refd_slot_state by_role[2] = {
		{ { id(31) }, REFD_ROLE_FIRST, { id(21) } },
		{ { id(30) }, REFD_ROLE_FIRST, { id(21) } },
	};
	const struct refd_slot_state by_referee = { { id(30) }, REFD_ROLE_SECOND, { id(20) } };
	struct bed *bed = *state;

	(void)bed_ask(bed, "INSERT INTO %s.slot VALUES (" ID("1e") ", 'first', " ID("14") ")");
	expect(bed, REFD_RECORD_SLOT, by_role, 2,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505", "slot.fixture_id_role",
				   REFD_NOUN_FIXTURE, 30, REFD_RULE_ROLE_TAKEN, "slot.role" });
	assert_int_equal(bed->err.violations[0].role, REFD_ROLE_FIRST);
	assert_int_equal(bed->err.violations[0].fixture.uuid.bytes[0], 30);
	assert_int_equal(bed->err.violations[0].referee.uuid.bytes[0], 21);
	expect(bed, REFD_RECORD_SLOT, &by_referee, 1,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505", "slot.fixture_id_referee_id",
				   REFD_NOUN_FIXTURE, 30, REFD_RULE_REFEREE_TWICE,
				   "slot.referee_id" });
}

static void pair_taken__is_the_rule_of_its_key(void **state)
{
	const struct refd_availability_state availability = {
		{ id(51) }, { id(30) }, { id(20) }, { 1 }, 1
	};
	const struct refd_assignment_state assignment = { .id = { id(61) },
							  .fixture = { id(30) },
							  .referee = { id(20) },
							  .role = REFD_ROLE_SECOND,
							  .status = REFD_ASSIGNMENT_STAGED,
							  .version = 1 };
	struct bed *bed = *state;

	(void)bed_ask(bed, "INSERT INTO %s.availability VALUES (" ID("32") ", " ID("1e") ", " ID(
				   "14") ", now(), 1, now())");
	(void)bed_ask(bed, "INSERT INTO %s.assignment VALUES (" ID("3c") ", " ID("1e") ", " ID(
				   "14") ", 'first', 'staged', NULL, NULL, 0, 1, now())");
	expect(bed, REFD_RECORD_AVAILABILITY, &availability, 1,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505",
				   "availability.fixture_id_referee_id", REFD_NOUN_AVAILABILITY, 51,
				   REFD_RULE_ALREADY_DECLARED, "availability.referee_id" });
	expect(bed, REFD_RECORD_ASSIGNMENT, &assignment, 1,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505", "assignment.fixture_id_referee_id",
				   REFD_NOUN_ASSIGNMENT, 61, REFD_RULE_REFEREE_TWICE,
				   "assignment.referee_id" });
}

static void day_taken__names_the_holder(void **state)
{
	const struct refd_claim_state claims[2] = { { REFD_CLAIM_VENUE, id(10), 8, { id(31) } },
						    { REFD_CLAIM_VENUE, id(10), 5, { id(31) } } };
	const struct refd_claim_state team = { REFD_CLAIM_TEAM, id(1), 5, { id(31) } };
	struct bed *bed = *state;

	(void)bed_ask(bed, "INSERT INTO %s.claim VALUES ('venue', " ID("0a") ", 5, " ID(
				   "1e") "), ('team', " ID("01") ", 5, " ID("1e") ")");
	expect(bed, REFD_RECORD_CLAIM, claims, 2,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505", "claim.kind_holder_day",
				   REFD_NOUN_FIXTURE, 31, REFD_RULE_VENUE_TAKEN, "claim.holder" });
	assert_int_equal(bed->err.violations[0].counterpart.noun, REFD_NOUN_VENUE);
	assert_int_equal(bed->err.violations[0].counterpart.id.bytes[0], 10);
	expect(bed, REFD_RECORD_CLAIM, &team, 1,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23505", "claim.kind_holder_day",
				   REFD_NOUN_FIXTURE, 31, REFD_RULE_TEAM_TAKEN, "claim.holder" });
	assert_int_equal(bed->err.violations[0].counterpart.noun, REFD_NOUN_TEAM);
}

static void exclusion__names_the_row(void **state)
{
	struct refd_team_state teams[2] = { bed_team(4), bed_team(5) };
	struct bed *bed = *state;

	teams[0].name.utf8[0] = 'w';
	teams[1].name.utf8[0] = 'z';
	(void)bed_ask(bed, "UPDATE %s.team SET name = CASE WHEN id = " ID(
				   "01") "::uuid THEN 'z' ELSE name END");
	(void)bed_ask(bed, "ALTER TABLE %s.team ADD CONSTRAINT one_name EXCLUDE (name WITH =)");
	expect(bed, REFD_RECORD_TEAM, teams, 2,
	       &(struct expected){ REFD_ALREADY_EXISTS, "23P01", "one_name", REFD_NOUN_TEAM, 5,
				   (enum refd_rule)0, NULL });
	(void)bed_ask(bed, "ALTER TABLE %s.team DROP CONSTRAINT one_name");
}

/* ---- references ---- */

static void missing_parent__is_the_object(void **state)
{
	const struct refd_availability_state availabilities[2] = {
		{ { id(51) }, { id(31) }, { id(20) }, { 1 }, 1 },
		{ { id(52) }, { id(39) }, { id(20) }, { 1 }, 1 },
	};
	const struct refd_slot_state slot = { { id(31) }, REFD_ROLE_FIRST, { id(21) } };
	struct bed *bed = *state;

	expect(bed, REFD_RECORD_AVAILABILITY, availabilities, 2,
	       &(struct expected){ REFD_NOT_FOUND, "23503", "availability.fixture_id",
				   REFD_NOUN_FIXTURE, 39, (enum refd_rule)0, NULL });
	(void)bed_ask(bed, "DELETE FROM %s.referee WHERE id = " ID("15"));
	expect(bed, REFD_RECORD_SLOT, &slot, 1,
	       &(struct expected){ REFD_NOT_FOUND, "23503", "slot.referee_id", REFD_NOUN_REFEREE,
				   21, (enum refd_rule)0, NULL });
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.availability WHERE fixture_id IN "
				      "(" ID("1f") ", " ID("27") ")"),
			 0);
}

static void parent_in_use__is_the_object(void **state)
{
	struct refd_team_state team = bed_team(1);
	const struct refd_change change = { REFD_CHANGE_DELETE, REFD_RECORD_TEAM, &team, 1 };
	struct bed *bed = *state;

	support_assert_status(bed_commit(bed, bed_begin(bed, REFD_TX_WRITE, 0), &change, 1),
			      REFD_NOT_FOUND);
	assert_string_equal(bed->err.sqlstate, "23503");
	assert_string_equal(bed->err.constraint, "fixture.home_id");
	assert_int_equal(bed->err.object.noun, REFD_NOUN_TEAM);
	assert_int_equal(bed->err.object.id.bytes[0], 1);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 9), REFD_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check__names_row_field_and_rule),
		cmocka_unit_test(check__of_two_fields_has_its_rule),
		cmocka_unit_test(check__finds_the_claim_of_a_batch),
		cmocka_unit_test(check__of_somebody_else_is_told_by_its_name),
		cmocka_unit_test(null__is_required),
		cmocka_unit_test(id_taken__names_the_row),
		cmocka_unit_test(slot_taken__is_the_rule_of_its_key),
		cmocka_unit_test(pair_taken__is_the_rule_of_its_key),
		cmocka_unit_test(day_taken__names_the_holder),
		cmocka_unit_test(exclusion__names_the_row),
		cmocka_unit_test(missing_parent__is_the_object),
		cmocka_unit_test(parent_in_use__is_the_object),
	};

	return cmocka_run_group_tests(tests, setup, bed_teardown);
}
