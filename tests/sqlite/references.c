/* Broken references and checks are named: SQLite itself only says that there is one, or tells an
 * expression. */
#include "bed.h"

enum { HOME = 1, AWAY, HALL, ANNA, FIXTURE, NOBODY = 99 };

static struct rows {
	struct refd_fixture_state fixture;
	struct refd_slot_state slot;
	struct refd_availability_state availability;
	struct refd_assignment_state assignment;
	struct refd_claim_state claim;
	struct refd_notice_state notice;
} rows;

static enum refd_status commit_one(struct bed *bed, enum refd_change_kind kind,
				   enum refd_record record, const void *row, int64_t version)
{
	const struct refd_store *store = &bed->ports.store;
	const struct refd_begin begin = { .struct_size = sizeof(begin),
					  .mode = REFD_TX_WRITE,
					  .deadline = 0 };
	const struct refd_change change = { kind, record, row, version };
	const struct refd_change_set changes = { &change, 1 };
	struct refd_tx *tx = NULL;

	support_assert_status(store->ops->begin(store->self, &begin, &tx, NULL), REFD_OK);
	refd_error_clear(&bed->err);
	return store->ops->commit(store->self, tx, &changes, &bed->err);
}

static void fill_rows(struct refd_uuid event)
{
	const struct refd_fixture_id fixture = { support_uuid(FIXTURE) };
	const struct refd_referee_id anna = { support_uuid(ANNA) };
	const struct refd_team_id home = { support_uuid(HOME) };
	const struct refd_team_id away = { support_uuid(AWAY) };
	const struct refd_venue_id hall = { support_uuid(HALL) };

	memset(&rows, 0, sizeof(rows));
	rows.fixture = (struct refd_fixture_state){ .id = fixture,
						    .home = home,
						    .away = away,
						    .venue = hall,
						    .kickoff = { 1 },
						    .status = REFD_FIXTURE_SCHEDULED,
						    .version = 1 };
	rows.slot = (struct refd_slot_state){ fixture, REFD_ROLE_FIRST, anna };
	rows.availability = (struct refd_availability_state){
		.id = { support_uuid(50) }, .fixture = fixture, .referee = anna, .version = 1
	};
	rows.assignment = (struct refd_assignment_state){ .id = { support_uuid(51) },
							  .fixture = fixture,
							  .referee = anna,
							  .role = REFD_ROLE_FIRST,
							  .status = REFD_ASSIGNMENT_STAGED,
							  .version = 1 };
	rows.claim = (struct refd_claim_state){ REFD_CLAIM_VENUE, hall.uuid, 7, fixture };
	rows.notice = (struct refd_notice_state){ .id = { support_uuid(52) },
						  .event = { event },
						  .recipient = anna,
						  .kind = REFD_NOTICE_ASSIGNED,
						  .fixture = fixture,
						  .home = home,
						  .away = away,
						  .venue = hall,
						  .status = REFD_NOTICE_READY,
						  .version = 1 };
}

struct reference {
	enum refd_record record;
	size_t row, id; /* offsets: in rows, and in the row */
	const char *constraint;
	enum refd_noun parent;
};

#define REFERENCE(record, name, member, constraint, parent)                                        \
	{                                                                                          \
		record, offsetof(struct rows, name),                                               \
			offsetof(struct rows, name.member) - offsetof(struct rows, name),          \
			constraint, parent                                                         \
	}

/* Parents first. */
static const struct reference references[] = {
	REFERENCE(REFD_RECORD_FIXTURE, fixture, home, "fixture.home_id", REFD_NOUN_TEAM),
	REFERENCE(REFD_RECORD_FIXTURE, fixture, away, "fixture.away_id", REFD_NOUN_TEAM),
	REFERENCE(REFD_RECORD_FIXTURE, fixture, venue, "fixture.venue_id", REFD_NOUN_VENUE),
	REFERENCE(REFD_RECORD_SLOT, slot, fixture, "slot.fixture_id", REFD_NOUN_FIXTURE),
	REFERENCE(REFD_RECORD_SLOT, slot, referee, "slot.referee_id", REFD_NOUN_REFEREE),
	REFERENCE(REFD_RECORD_AVAILABILITY, availability, fixture, "availability.fixture_id",
		  REFD_NOUN_FIXTURE),
	REFERENCE(REFD_RECORD_AVAILABILITY, availability, referee, "availability.referee_id",
		  REFD_NOUN_REFEREE),
	REFERENCE(REFD_RECORD_ASSIGNMENT, assignment, fixture, "assignment.fixture_id",
		  REFD_NOUN_FIXTURE),
	REFERENCE(REFD_RECORD_ASSIGNMENT, assignment, referee, "assignment.referee_id",
		  REFD_NOUN_REFEREE),
	REFERENCE(REFD_RECORD_CLAIM, claim, fixture, "claim.fixture_id", REFD_NOUN_FIXTURE),
	REFERENCE(REFD_RECORD_NOTICE, notice, event, "notice.event_id", REFD_NOUN_EVENT),
	REFERENCE(REFD_RECORD_NOTICE, notice, recipient, "notice.recipient_id", REFD_NOUN_REFEREE),
};

#define N_REFERENCES (sizeof(references) / sizeof(references[0]))

static void assert_names(const struct refd_error *err, const char *constraint, enum refd_noun noun,
			 struct refd_uuid id)
{
	char text[REFD_UUID_TEXT + 1];

	support_assert_status(err->status, REFD_NOT_FOUND);
	assert_string_equal(err->constraint, constraint);
	assert_int_equal(err->object.noun, noun);
	assert_true(refd_uuid_equal(err->object.id, id));
	assert_int_equal(err->native, SQLITE_CONSTRAINT_FOREIGNKEY);
	assert_non_null(strstr(err->message, constraint));
	assert_non_null(strstr(err->message, refd_uuid_format(id, text)));
}

/* Teams, hall and referee are there, with an event each. */
static void make_parents(struct bed *bed)
{
	const struct refd_referee_details anna = { .name = refd_str_of("Anna"),
						   .club = refd_str_of("Club") };
	struct refd_uuid event = support_uuid(UINT64_C(1) << 40 | 1);

	support_assert_status(bed_open(bed), REFD_OK);
	bed_team(bed, HOME);
	bed_team(bed, AWAY);
	bed_venue(bed, HALL);
	support_assert_status(
		refd_registry_register_referee(bed->app, NULL,
					       (struct refd_referee_id){ support_uuid(ANNA) },
					       &anna, NULL, &bed->err),
		REFD_OK);
	bed_sql(bed,
		"UPDATE event SET id = x'00000000000000000000010000000001' WHERE aggregatetype "
		"= 'referee'");
	fill_rows(event);
}

static void reference__to_nothing_is_named(void **state)
{
	struct bed *bed = *state;
	const struct refd_uuid nobody = support_uuid(NOBODY);
	size_t i;

	make_parents(bed);
	for (i = 0; i < N_REFERENCES; i++) {
		const struct reference *r = &references[i];
		char *row = (char *)&rows + r->row;
		struct refd_uuid kept;

		memcpy(&kept, row + r->id, sizeof(kept));
		memcpy(row + r->id, &nobody, sizeof(nobody));
		support_assert_status(commit_one(bed, REFD_CHANGE_INSERT, r->record, row, 0),
				      REFD_NOT_FOUND);
		assert_names(&bed->err, r->constraint, r->parent, nobody);
		memcpy(row + r->id, &kept, sizeof(kept));
		if (i + 1 == N_REFERENCES || references[i + 1].record != r->record)
			support_assert_status(
				commit_one(bed, REFD_CHANGE_INSERT, r->record, row, 0), REFD_OK);
	}
}

/* Two are missing: the first in the order of the columns is named. */
static void reference__of_an_update_is_named(void **state)
{
	struct bed *bed = *state;
	struct refd_fixture_state moved;

	make_parents(bed);
	support_assert_status(
		commit_one(bed, REFD_CHANGE_INSERT, REFD_RECORD_FIXTURE, &rows.fixture, 0),
		REFD_OK);
	moved = rows.fixture;
	moved.away.uuid = support_uuid(NOBODY);
	moved.venue.uuid = support_uuid(NOBODY + 1);
	moved.version = 2;
	support_assert_status(commit_one(bed, REFD_CHANGE_UPDATE, REFD_RECORD_FIXTURE, &moved, 1),
			      REFD_NOT_FOUND);
	assert_names(&bed->err, "fixture.away_id", REFD_NOUN_TEAM, moved.away.uuid);
	moved.away = rows.fixture.away;
	support_assert_status(commit_one(bed, REFD_CHANGE_UPDATE, REFD_RECORD_FIXTURE, &moved, 1),
			      REFD_NOT_FOUND);
	assert_names(&bed->err, "fixture.venue_id", REFD_NOUN_VENUE, moved.venue.uuid);
	assert_int_equal(bed_number(bed, "SELECT version FROM fixture"), 1);
}

static void reference__to_a_row_that_goes_is_named(void **state)
{
	struct bed *bed = *state;
	const struct refd_venue_state hall = { .id = { support_uuid(HALL) }, .version = 1 };
	const struct refd_team_state away = { .id = { support_uuid(AWAY) }, .version = 1 };

	make_parents(bed);
	support_assert_status(
		commit_one(bed, REFD_CHANGE_INSERT, REFD_RECORD_FIXTURE, &rows.fixture, 0),
		REFD_OK);
	support_assert_status(commit_one(bed, REFD_CHANGE_INSERT, REFD_RECORD_SLOT, &rows.slot, 0),
			      REFD_OK);
	support_assert_status(commit_one(bed, REFD_CHANGE_DELETE, REFD_RECORD_VENUE, &hall, 1),
			      REFD_NOT_FOUND);
	assert_names(&bed->err, "fixture.venue_id", REFD_NOUN_VENUE, hall.id.uuid);
	support_assert_status(commit_one(bed, REFD_CHANGE_DELETE, REFD_RECORD_TEAM, &away, 1),
			      REFD_NOT_FOUND);
	assert_names(&bed->err, "fixture.away_id", REFD_NOUN_TEAM, away.id.uuid);
	support_assert_status(
		commit_one(bed, REFD_CHANGE_DELETE, REFD_RECORD_FIXTURE, &rows.fixture, 1),
		REFD_NOT_FOUND);
	assert_names(&bed->err, "slot.fixture_id", REFD_NOUN_FIXTURE, rows.fixture.id.uuid);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM venue, fixture, slot"), 1);
}

/* ---- checks ---- */

static void assert_breaks(struct bed *bed, enum refd_record record, const void *row,
			  const char *constraint, enum refd_rule rule, const char *field)
{
	const struct refd_ref object = refd_record_object(record, row);

	support_assert_status(commit_one(bed, REFD_CHANGE_INSERT, record, row, 0), REFD_BACKEND);
	support_assert_status(bed->err.status, REFD_BACKEND);
	assert_string_equal(bed->err.constraint, constraint);
	assert_int_equal(bed->err.native, SQLITE_CONSTRAINT_CHECK);
	assert_int_equal(bed->err.object.noun, object.noun);
	assert_true(refd_uuid_equal(bed->err.object.id, object.id));
	assert_non_null(strstr(bed->err.message, constraint));
	assert_int_equal(bed->err.total, 1);
	assert_non_null(support_violation(&bed->err, rule, field));
}

static void check__names_row_field_and_rule(void **state)
{
	struct refd_team_state team = { .id = { support_uuid(NOBODY) },
					.name = { 1, "T" },
					.club = { 1, "C" },
					.status = REFD_PARTY_ACTIVE,
					.version = 1 };
	struct refd_fixture_state derby;
	struct bed *bed = *state;

	make_parents(bed);
	team.version = 0;
	assert_breaks(bed, REFD_RECORD_TEAM, &team, "team.version", REFD_RULE_OUT_OF_RANGE,
		      "team.version");
	team.version = 1;
	team.club = (struct refd_name){ 0, "" };
	assert_breaks(bed, REFD_RECORD_TEAM, &team, "team.club", REFD_RULE_OUT_OF_RANGE,
		      "team.club");
	derby = rows.fixture;
	derby.away = derby.home;
	assert_breaks(bed, REFD_RECORD_FIXTURE, &derby, "fixture.teams", REFD_RULE_SAME_TEAM,
		      "fixture.away_id");
	assert_true(refd_uuid_equal(bed->err.violations[0].fixture.uuid, derby.id.uuid));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(reference__to_nothing_is_named),
		BED_TEST(reference__of_an_update_is_named),
		BED_TEST(reference__to_a_row_that_goes_is_named),
		BED_TEST(check__names_row_field_and_rule),
	};

	return cmocka_run_group_tests_name("sqlite references", tests, NULL, NULL);
}
