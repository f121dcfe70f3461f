/* The stored form of event payloads: JSON members in this order. Never changed: a changed payload
 * gets a new schema number. */
#include <refdomain/domain/event.h>

#include "domain/fields.h"
#include "domain/layouts.h"

static const char *const scope_words[] = {
	[REFD_LOCK_FIXTURE] = "fixture",
	[REFD_LOCK_BOARD] = "board",
	NULL,
};

static const struct refd_field outcome_fields[] = {
	REFD__FIELD("referee_id", UUID, refd_fixture_outcome, referee, 0),
	REFD__WORD("role", refd_fixture_outcome, role, 0, refd_role_words),
	REFD__WORD("outcome", refd_fixture_outcome, outcome, 0, refd_outcome_words),
	REFD__FIELD("rules", RULES, refd_fixture_outcome, rules, 0),
};
static const struct refd_layout outcome_layout =
	REFD__LAYOUT("outcome", refd_fixture_outcome, outcome_fields);

static const struct refd_field released_fields[] = {
	REFD__WORD("role", refd_slot_state, role, 0, refd_role_words),
	REFD__FIELD("referee_id", UUID, refd_slot_state, referee, 0),
};
static const struct refd_layout released_layout =
	REFD__LAYOUT("released", refd_slot_state, released_fields);

#define ID(member, bits)   REFD__FIELD(#member, UUID, PAYLOAD, member, bits)
#define TEXT(member, bits) REFD__FIELD(#member, SLICE, PAYLOAD, member, bits)
#define TIME(member)	   REFD__FIELD(#member, TIME, PAYLOAD, member, 0)
#define SET(member)	   REFD__FIELD(#member, RULES, PAYLOAD, member, 0)
#define ROLE(member, bits) REFD__WORD(#member, PAYLOAD, member, bits, refd_role_words)
#define OUTCOMES()	   REFD__NESTED("outcomes", LIST, PAYLOAD, outcomes, &outcome_layout)
#define RULE_SET(member)   REFD__NESTED(#member, OBJECT, PAYLOAD, member, &refd__rules_body_layout)
#define OPTIONAL	   REFD_FIELD_OPTIONAL

#define PAYLOAD refd_event_referee
static const struct refd_field referee_fields[] = {
	ID(referee_id, 0),     TEXT(name, 0),	      TEXT(club, 0),
	TEXT(phone, OPTIONAL), TEXT(email, OPTIONAL),
};
#undef PAYLOAD
#define PAYLOAD refd_event_referee_club_changed
static const struct refd_field referee_club_changed_fields[] = {
	ID(referee_id, 0),
	TEXT(club_name, 0),
	TEXT(previous, 0),
};
#undef PAYLOAD
#define PAYLOAD refd_event_referee_retired
static const struct refd_field referee_retired_fields[] = { ID(referee_id, 0) };
#undef PAYLOAD

#define PAYLOAD refd_event_team
static const struct refd_field team_fields[] = { ID(team_id, 0), TEXT(name, 0), TEXT(club, 0) };
#undef PAYLOAD
#define PAYLOAD refd_event_team_retired
static const struct refd_field team_retired_fields[] = { ID(team_id, 0) };
#undef PAYLOAD

#define PAYLOAD refd_event_venue
static const struct refd_field venue_fields[] = {
	ID(venue_id, 0),
	TEXT(name, 0),
	TEXT(street, OPTIONAL),
	TEXT(zip, OPTIONAL),
	TEXT(city, OPTIONAL),
	TEXT(phone, OPTIONAL),
	TEXT(email, OPTIONAL),
	REFD__DEGREES("latitude", PAYLOAD, latitude),
	REFD__DEGREES("longitude", PAYLOAD, longitude),
};
#undef PAYLOAD
#define PAYLOAD refd_event_venue_retired
static const struct refd_field venue_retired_fields[] = { ID(venue_id, 0) };
#undef PAYLOAD

#define PAYLOAD refd_event_fixture_created
static const struct refd_field fixture_created_fields[] = {
	ID(fixture_id, 0), ID(team_home_id, 0), ID(team_away_id, 0), ID(venue_id, 0), TIME(date),
};
#undef PAYLOAD
#define PAYLOAD refd_event_fixture_date_changed
static const struct refd_field fixture_date_changed_fields[] = {
	ID(fixture_id, 0),
	TIME(date),
	TIME(previous),
	OUTCOMES(),
};
#undef PAYLOAD
#define PAYLOAD refd_event_fixture_venue_changed
static const struct refd_field fixture_venue_changed_fields[] = {
	ID(fixture_id, 0),
	ID(venue_id, 0),
	ID(previous, 0),
	OUTCOMES(),
};
#undef PAYLOAD
#define PAYLOAD refd_event_fixture_cancelled
static const struct refd_field fixture_cancelled_fields[] = {
	ID(fixture_id, 0),
	REFD__NESTED("released", LIST, PAYLOAD, released, &released_layout),
};
#undef PAYLOAD

#define PAYLOAD refd_event_availability_declared
static const struct refd_field availability_declared_fields[] = {
	ID(availability_id, 0),
	ID(fixture_id, 0),
	ID(referee_id, 0),
};
#undef PAYLOAD
#define PAYLOAD refd_event_availability_withdrawn
static const struct refd_field availability_withdrawn_fields[] = {
	ID(availability_id, 0),
	ID(fixture_id, 0),
	ID(referee_id, 0),
	REFD__WORD("reason", PAYLOAD, reason, 0, refd_availability_reason_words),
};
#undef PAYLOAD
#define PAYLOAD refd_event_availabilities_lock
static const struct refd_field availabilities_lock_fields[] = {
	REFD__WORD("scope", PAYLOAD, scope, 0, scope_words),
	ID(fixture_id, OPTIONAL),
};
#undef PAYLOAD
#define PAYLOAD refd_event_hand_out_announced
static const struct refd_field hand_out_announced_fields[] = {
	REFD__WORD("scope", PAYLOAD, scope, 0, scope_words),
	ID(fixture_id, OPTIONAL),
	TIME(hand_out),
};
#undef PAYLOAD

#define PAYLOAD refd_event_assignment_created
static const struct refd_field assignment_created_fields[] = {
	ID(assignment_id, 0), ID(fixture_id, 0),      ID(referee_id, 0),
	ROLE(role, 0),	      ID(replaces, OPTIONAL),
};
#undef PAYLOAD
#define PAYLOAD refd_event_assignment_role_changed
static const struct refd_field assignment_role_changed_fields[] = {
	ID(assignment_id, 0), ID(fixture_id, 0), ID(referee_id, 0),
	ROLE(role, 0),	      ROLE(previous, 0), ID(replaces, OPTIONAL),
};
#undef PAYLOAD
#define PAYLOAD refd_event_assignment_removed
static const struct refd_field assignment_removed_fields[] = {
	ID(assignment_id, 0),
	ID(fixture_id, 0),
	ID(referee_id, 0),
	ROLE(role, 0),
};
#undef PAYLOAD
#define PAYLOAD refd_event_referee_assigned
static const struct refd_field referee_assigned_fields[] = {
	ID(assignment_id, 0),	       ID(fixture_id, 0), ID(referee_id, 0), ROLE(role, 0),
	ROLE(previous_role, OPTIONAL),
};
#undef PAYLOAD
#define PAYLOAD refd_event_referee_unassigned
static const struct refd_field referee_unassigned_fields[] = {
	ID(assignment_id, 0),
	ID(fixture_id, 0),
	ID(referee_id, 0),
	ROLE(role, 0),
	REFD__WORD("reason", PAYLOAD, reason, 0, refd_unassign_reason_words),
};
#undef PAYLOAD
#define PAYLOAD refd_event_assignment_referee_changed
static const struct refd_field assignment_referee_changed_fields[] = {
	ID(assignment_id, 0), ID(fixture_id, 0), ID(referee_id, 0),
	ID(previous, 0),      ROLE(role, 0),	 TEXT(reason, OPTIONAL),
};
#undef PAYLOAD
#define PAYLOAD refd_event_rule_overridden
static const struct refd_field rule_overridden_fields[] = {
	ID(assignment_id, 0), ID(fixture_id, 0),     ID(referee_id, 0),
	SET(rules),	      TEXT(actor, OPTIONAL), TEXT(reason, 0),
};
#undef PAYLOAD
#define PAYLOAD refd_event_rules_changed
static const struct refd_field rules_changed_fields[] = { RULE_SET(rules), RULE_SET(previous) };
#undef PAYLOAD

#define XX(number, type, name, schema, member) static const char type##_name[] = name;
REFD_EVENT_MAP(XX)
#undef XX

#define EVENT(type, state, columns) [REFD_EVENT_##type] = REFD__LAYOUT(type##_name, state, columns)

static const struct refd_layout layouts[] = {
	EVENT(REFEREE_CREATED, refd_event_referee, referee_fields),
	EVENT(REFEREE_CORRECTED, refd_event_referee, referee_fields),
	EVENT(REFEREE_CLUB_CHANGED, refd_event_referee_club_changed, referee_club_changed_fields),
	EVENT(REFEREE_RETIRED, refd_event_referee_retired, referee_retired_fields),
	EVENT(TEAM_CREATED, refd_event_team, team_fields),
	EVENT(TEAM_CORRECTED, refd_event_team, team_fields),
	EVENT(TEAM_RETIRED, refd_event_team_retired, team_retired_fields),
	EVENT(VENUE_CREATED, refd_event_venue, venue_fields),
	EVENT(VENUE_CORRECTED, refd_event_venue, venue_fields),
	EVENT(VENUE_RETIRED, refd_event_venue_retired, venue_retired_fields),
	EVENT(FIXTURE_CREATED, refd_event_fixture_created, fixture_created_fields),
	EVENT(FIXTURE_DATE_CHANGED, refd_event_fixture_date_changed, fixture_date_changed_fields),
	EVENT(FIXTURE_VENUE_CHANGED, refd_event_fixture_venue_changed,
	      fixture_venue_changed_fields),
	EVENT(FIXTURE_CANCELLED, refd_event_fixture_cancelled, fixture_cancelled_fields),
	EVENT(AVAILABILITY_DECLARED, refd_event_availability_declared,
	      availability_declared_fields),
	EVENT(AVAILABILITY_WITHDRAWN, refd_event_availability_withdrawn,
	      availability_withdrawn_fields),
	EVENT(AVAILABILITIES_LOCKED, refd_event_availabilities_lock, availabilities_lock_fields),
	EVENT(AVAILABILITIES_UNLOCKED, refd_event_availabilities_lock, availabilities_lock_fields),
	EVENT(HAND_OUT_ANNOUNCED, refd_event_hand_out_announced, hand_out_announced_fields),
	EVENT(ASSIGNMENT_CREATED, refd_event_assignment_created, assignment_created_fields),
	EVENT(ASSIGNMENT_ROLE_CHANGED, refd_event_assignment_role_changed,
	      assignment_role_changed_fields),
	EVENT(ASSIGNMENT_REMOVED, refd_event_assignment_removed, assignment_removed_fields),
	EVENT(REFEREE_ASSIGNED, refd_event_referee_assigned, referee_assigned_fields),
	EVENT(REFEREE_UNASSIGNED, refd_event_referee_unassigned, referee_unassigned_fields),
	EVENT(ASSIGNMENT_REFEREE_CHANGED, refd_event_assignment_referee_changed,
	      assignment_referee_changed_fields),
	EVENT(RULE_OVERRIDDEN, refd_event_rule_overridden, rule_overridden_fields),
	EVENT(RULES_CHANGED, refd_event_rules_changed, rules_changed_fields),
};

const struct refd_layout *refd_event_layout(enum refd_event_type type)
{
	if ((size_t)type >= sizeof(layouts) / sizeof(layouts[0]) || !layouts[type].name)
		return NULL;
	return &layouts[type];
}
