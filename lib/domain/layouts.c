/* The stored form of the aggregates: words and columns. Append-only. */
#include <refdomain/domain/assignment.h>
#include <refdomain/domain/availability.h>
#include <refdomain/domain/board.h>
#include <refdomain/domain/fixture.h>
#include <refdomain/domain/referee.h>
#include <refdomain/domain/rules.h>
#include <refdomain/domain/team.h>
#include <refdomain/domain/venue.h>

#include "domain/fields.h"
#include "domain/layouts.h"

const char *const refd_party_status_words[] = {
	[REFD_PARTY_ACTIVE] = "active",
	[REFD_PARTY_RETIRED] = "retired",
	NULL,
};

const char *const refd_fixture_status_words[] = {
	[REFD_FIXTURE_SCHEDULED] = "scheduled",
	[REFD_FIXTURE_CANCELLED] = "cancelled",
	NULL,
};

const char *const refd_role_words[] = {
#define XX(number, name, word) [REFD_ROLE_##name] = (word),
	REFD_ROLE_MAP(XX)
#undef XX
		NULL,
};

const char *const refd_outcome_words[] = {
	[REFD_OUTCOME_KEPT] = "kept",
	[REFD_OUTCOME_RELEASED] = "released",
	NULL,
};

const char *const refd_availability_reason_words[] = {
	[REFD_AVAILABILITY_REQUESTED] = "requested",
	[REFD_AVAILABILITY_FIXTURE_REDATED] = "fixture_redated",
	[REFD_AVAILABILITY_FIXTURE_CANCELLED] = "fixture_cancelled",
	NULL,
};

const char *const refd_assignment_status_words[] = {
	[REFD_ASSIGNMENT_STAGED] = "staged",
	[REFD_ASSIGNMENT_PENDING] = "pending",
	[REFD_ASSIGNMENT_COMMITTED] = "committed",
	NULL,
};

const char *const refd_unassign_reason_words[] = {
	[REFD_UNASSIGN_REMOVED] = "removed",
	[REFD_UNASSIGN_REPLACED] = "replaced",
	[REFD_UNASSIGN_FIXTURE_CHANGED] = "fixture_changed",
	[REFD_UNASSIGN_FIXTURE_CANCELLED] = "fixture_cancelled",
	NULL,
};

static const char *const exclusivity_words[] = {
	[REFD_EXCLUSIVITY_DAY] = "day",
	[REFD_EXCLUSIVITY_OVERLAP] = "overlap",
	NULL,
};

static const char *const on_change_words[] = {
	[REFD_ON_CHANGE_KEEP_VALID] = "keep_valid",
	[REFD_ON_CHANGE_DROP_ALL] = "drop_all",
	[REFD_ON_CHANGE_KEEP_ALL] = "keep_all",
	NULL,
};

static const char *const availability_on_change_words[] = {
	[REFD_AVAILABILITY_DROP] = "drop",
	[REFD_AVAILABILITY_KEEP] = "keep",
	NULL,
};

static const struct refd_field rules_fields[] = {
	REFD__FIELD("id", UUID, refd_rules, id, REFD_FIELD_KEY),
	REFD__WORD("exclusivity", refd_rules, exclusivity, 0, exclusivity_words),
	REFD__TEXT("day_zone", refd_rules, day_zone, 0),
	REFD__FIELD("match_duration", INT32, refd_rules, match_duration, 0),
	REFD__FIELD("travel_speed", INT32, refd_rules, travel_speed, 0),
	REFD__FIELD("travel_gap", INT32, refd_rules, travel_gap, 0),
	REFD__FIELD("require_future_kickoff", BOOL, refd_rules, require_future_kickoff, 0),
	REFD__FIELD("require_availability", BOOL, refd_rules, require_availability, 0),
	REFD__FIELD("withdrawal_cutoff", INT32, refd_rules, withdrawal_cutoff, 0),
	REFD__FIELD("neutral_referees", BOOL, refd_rules, neutral_referees, 0),
	REFD__WORD("on_change", refd_rules, on_change, 0, on_change_words),
	REFD__WORD("availability_on_change", refd_rules, availability_on_change, 0,
		   availability_on_change_words),
	REFD__FIELD("version", INT64, refd_rules, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_rules_layout = REFD__LAYOUT("rules", refd_rules, rules_fields);

const struct refd_layout refd__rules_body_layout = {
	.name = "rules",
	.state_size = sizeof(struct refd_rules),
	.count = sizeof(rules_fields) / sizeof(rules_fields[0]) - 1,
	.fields = rules_fields + 1,
};

static const struct refd_field board_fields[] = {
	REFD__FIELD("id", UUID, refd_board_state, id, REFD_FIELD_KEY),
	REFD__FIELD("availability_locked", BOOL, refd_board_state, availability_locked, 0),
	REFD__FIELD("hand_out", TIME, refd_board_state, hand_out, REFD_FIELD_OPTIONAL),
	REFD__FIELD("version", INT64, refd_board_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_board_layout = REFD__LAYOUT("board", refd_board_state, board_fields);

static const struct refd_field referee_fields[] = {
	REFD__FIELD("id", UUID, refd_referee_state, id, REFD_FIELD_KEY),
	REFD__TEXT("name", refd_referee_state, name, 0),
	REFD__TEXT("club", refd_referee_state, club, 0),
	REFD__TEXT("phone", refd_referee_state, phone, REFD_FIELD_OPTIONAL),
	REFD__TEXT("email", refd_referee_state, email, REFD_FIELD_OPTIONAL),
	REFD__WORD("status", refd_referee_state, status, 0, refd_party_status_words),
	REFD__FIELD("version", INT64, refd_referee_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_referee_layout =
	REFD__LAYOUT("referee", refd_referee_state, referee_fields);

static const struct refd_field team_fields[] = {
	REFD__FIELD("id", UUID, refd_team_state, id, REFD_FIELD_KEY),
	REFD__TEXT("name", refd_team_state, name, 0),
	REFD__TEXT("club", refd_team_state, club, 0),
	REFD__WORD("status", refd_team_state, status, 0, refd_party_status_words),
	REFD__FIELD("version", INT64, refd_team_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_team_layout = REFD__LAYOUT("team", refd_team_state, team_fields);

static const struct refd_field venue_fields[] = {
	REFD__FIELD("id", UUID, refd_venue_state, id, REFD_FIELD_KEY),
	REFD__TEXT("name", refd_venue_state, name, 0),
	REFD__TEXT("street", refd_venue_state, street, REFD_FIELD_OPTIONAL),
	REFD__TEXT("zip", refd_venue_state, zip, REFD_FIELD_OPTIONAL),
	REFD__TEXT("city", refd_venue_state, city, REFD_FIELD_OPTIONAL),
	REFD__TEXT("phone", refd_venue_state, phone, REFD_FIELD_OPTIONAL),
	REFD__TEXT("email", refd_venue_state, email, REFD_FIELD_OPTIONAL),
	REFD__DEGREES("latitude", refd_venue_state, latitude),
	REFD__DEGREES("longitude", refd_venue_state, longitude),
	REFD__WORD("status", refd_venue_state, status, 0, refd_party_status_words),
	REFD__FIELD("version", INT64, refd_venue_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_venue_layout = REFD__LAYOUT("venue", refd_venue_state, venue_fields);

static const struct refd_field fixture_fields[] = {
	REFD__FIELD("id", UUID, refd_fixture_state, id, REFD_FIELD_KEY),
	REFD__FIELD("home_id", UUID, refd_fixture_state, home, 0),
	REFD__FIELD("away_id", UUID, refd_fixture_state, away, 0),
	REFD__FIELD("venue_id", UUID, refd_fixture_state, venue, 0),
	REFD__FIELD("kickoff", TIME, refd_fixture_state, kickoff, 0),
	REFD__WORD("status", refd_fixture_state, status, 0, refd_fixture_status_words),
	REFD__FIELD("availability_locked", BOOL, refd_fixture_state, availability_locked, 0),
	REFD__FIELD("hand_out", TIME, refd_fixture_state, hand_out, REFD_FIELD_OPTIONAL),
	REFD__FIELD("version", INT64, refd_fixture_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_fixture_layout =
	REFD__LAYOUT("fixture", refd_fixture_state, fixture_fields);

static const struct refd_field slot_fields[] = {
	REFD__FIELD("fixture_id", UUID, refd_slot_state, fixture, REFD_FIELD_KEY),
	REFD__WORD("role", refd_slot_state, role, REFD_FIELD_KEY, refd_role_words),
	REFD__FIELD("referee_id", UUID, refd_slot_state, referee, 0),
};
const struct refd_layout refd_slot_layout = REFD__LAYOUT("slot", refd_slot_state, slot_fields);

static const struct refd_field availability_fields[] = {
	REFD__FIELD("id", UUID, refd_availability_state, id, REFD_FIELD_KEY),
	REFD__FIELD("fixture_id", UUID, refd_availability_state, fixture, 0),
	REFD__FIELD("referee_id", UUID, refd_availability_state, referee, 0),
	REFD__FIELD("declared_at", TIME, refd_availability_state, declared_at, 0),
	REFD__FIELD("version", INT64, refd_availability_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_availability_layout =
	REFD__LAYOUT("availability", refd_availability_state, availability_fields);

static const struct refd_field assignment_fields[] = {
	REFD__FIELD("id", UUID, refd_assignment_state, id, REFD_FIELD_KEY),
	REFD__FIELD("fixture_id", UUID, refd_assignment_state, fixture, 0),
	REFD__FIELD("referee_id", UUID, refd_assignment_state, referee, 0),
	REFD__WORD("role", refd_assignment_state, role, 0, refd_role_words),
	REFD__WORD("status", refd_assignment_state, status, 0, refd_assignment_status_words),
	REFD__WORD("staged_role", refd_assignment_state, staged_role, REFD_FIELD_OPTIONAL,
		   refd_role_words),
	REFD__FIELD("replaces", UUID, refd_assignment_state, replaces, REFD_FIELD_OPTIONAL),
	REFD__FIELD("overridden", RULES, refd_assignment_state, overridden, 0),
	REFD__FIELD("version", INT64, refd_assignment_state, version, REFD_FIELD_VERSION),
};
const struct refd_layout refd_assignment_layout =
	REFD__LAYOUT("assignment", refd_assignment_state, assignment_fields);
