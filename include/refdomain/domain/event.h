/** @file event.h Domain events: a tagged union for the closed set, FOREIGN for names this build
 * does not know. All functions: any thread. @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_EVENT_H
#define REFDOMAIN_DOMAIN_EVENT_H

#include <refdomain/domain/assignment.h>
#include <refdomain/domain/availability.h>
#include <refdomain/domain/board.h>
#include <refdomain/domain/fixture.h>
#include <refdomain/domain/referee.h>
#include <refdomain/domain/rules.h>
#include <refdomain/domain/team.h>
#include <refdomain/domain/venue.h>

REFD_BEGIN_DECLS

/** number, type, stored name, schema, payload member. Numbers are not stored; names and schemas
 * are. */
#define REFD_EVENT_MAP(XX)                                                                         \
	XX(1, REFEREE_CREATED, "RefereeCreated", 1, referee_created)                               \
	XX(2, REFEREE_CORRECTED, "RefereeCorrected", 1, referee_corrected)                         \
	XX(3, REFEREE_CLUB_CHANGED, "RefereeClubChanged", 1, referee_club_changed)                 \
	XX(4, REFEREE_RETIRED, "RefereeRetired", 1, referee_retired)                               \
	XX(5, TEAM_CREATED, "TeamCreated", 1, team_created)                                        \
	XX(6, TEAM_CORRECTED, "TeamCorrected", 1, team_corrected)                                  \
	XX(7, TEAM_RETIRED, "TeamRetired", 1, team_retired)                                        \
	XX(8, VENUE_CREATED, "VenueCreated", 1, venue_created)                                     \
	XX(9, VENUE_CORRECTED, "VenueCorrected", 1, venue_corrected)                               \
	XX(10, VENUE_RETIRED, "VenueRetired", 1, venue_retired)                                    \
	XX(11, FIXTURE_CREATED, "FixtureCreated", 1, fixture_created)                              \
	XX(12, FIXTURE_DATE_CHANGED, "FixtureDateChanged", 1, fixture_date_changed)                \
	XX(13, FIXTURE_VENUE_CHANGED, "FixtureVenueChanged", 1, fixture_venue_changed)             \
	XX(14, FIXTURE_CANCELLED, "FixtureCancelled", 1, fixture_cancelled)                        \
	XX(15, AVAILABILITY_DECLARED, "AvailabilityDeclared", 1, availability_declared)            \
	XX(16, AVAILABILITY_WITHDRAWN, "AvailabilityWithdrawn", 1, availability_withdrawn)         \
	XX(17, AVAILABILITIES_LOCKED, "AvailabilitiesLocked", 1, availabilities_locked)            \
	XX(18, AVAILABILITIES_UNLOCKED, "AvailabilitiesUnlocked", 1, availabilities_unlocked)      \
	XX(19, HAND_OUT_ANNOUNCED, "HandOutAnnounced", 1, hand_out_announced)                      \
	XX(20, ASSIGNMENT_CREATED, "AssignmentCreated", 1, assignment_created)                     \
	XX(21, ASSIGNMENT_ROLE_CHANGED, "AssignmentRoleChanged", 1, assignment_role_changed)       \
	XX(22, ASSIGNMENT_REMOVED, "AssignmentRemoved", 1, assignment_removed)                     \
	XX(23, REFEREE_ASSIGNED, "RefereeAssigned", 1, referee_assigned)                           \
	XX(24, REFEREE_UNASSIGNED, "RefereeUnassigned", 1, referee_unassigned)                     \
	XX(25, ASSIGNMENT_REFEREE_CHANGED, "AssignmentRefereeChanged", 1,                          \
	   assignment_referee_changed)                                                             \
	XX(26, RULE_OVERRIDDEN, "RuleOverridden", 1, rule_overridden)                              \
	XX(27, RULES_CHANGED, "RulesChanged", 1, rules_changed)

enum refd_event_type {
#define XX(number, type, name, schema, member) REFD_EVENT_##type = number,
	REFD_EVENT_MAP(XX)
#undef XX
		REFD_EVENT_FOREIGN = 255 /**< a name or schema this build does not know */
};

/* Payloads. Texts and lists are borrowed from whoever made the event (a unit, or the codec's sink
 * call). */

struct refd_event_referee {
	struct refd_referee_id referee_id;
	struct refd_str name, club, phone, email;
};
struct refd_event_referee_club_changed {
	struct refd_referee_id referee_id;
	struct refd_str club_name, previous;
};
struct refd_event_referee_retired {
	struct refd_referee_id referee_id;
};
struct refd_event_team {
	struct refd_team_id team_id;
	struct refd_str name, club;
};
struct refd_event_team_retired {
	struct refd_team_id team_id;
};
struct refd_event_venue {
	struct refd_venue_id venue_id;
	struct refd_str name, street, zip, city, phone, email;
	struct refd_coordinates coordinates;
};
struct refd_event_venue_retired {
	struct refd_venue_id venue_id;
};
struct refd_event_fixture_created {
	struct refd_fixture_id fixture_id;
	struct refd_team_id team_home_id, team_away_id;
	struct refd_venue_id venue_id;
	struct refd_time date;
};
struct refd_event_fixture_date_changed {
	struct refd_fixture_id fixture_id;
	struct refd_time date, previous;
	struct refd_list outcomes; /**< of struct refd_fixture_outcome */
};
struct refd_event_fixture_venue_changed {
	struct refd_fixture_id fixture_id;
	struct refd_venue_id venue_id, previous;
	struct refd_list outcomes; /**< of struct refd_fixture_outcome */
};
struct refd_event_fixture_cancelled {
	struct refd_fixture_id fixture_id;
	struct refd_list
		released; /**< of struct refd_slot_state; the fixture member is not encoded */
};
struct refd_event_availability_declared {
	struct refd_availability_id availability_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
};
struct refd_event_availability_withdrawn {
	struct refd_availability_id availability_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	enum refd_availability_reason reason;
};
/** Stored as words. */
enum refd_lock_scope { REFD_LOCK_FIXTURE = 1, REFD_LOCK_BOARD };
struct refd_event_availabilities_lock {
	enum refd_lock_scope scope;
	struct refd_fixture_id fixture_id; /**< unset for the board */
};
struct refd_event_hand_out_announced {
	enum refd_lock_scope scope;
	struct refd_fixture_id fixture_id; /**< unset for the board */
	struct refd_time hand_out;
};
struct refd_event_assignment_created {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	enum refd_role role;
	struct refd_referee_id replaces; /**< unset if the role was free */
};
struct refd_event_assignment_role_changed {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	enum refd_role role, previous; /**< for a committed row: the staged role and the held one */
	struct refd_referee_id replaces;
};
struct refd_event_assignment_removed {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	enum refd_role role;
};
struct refd_event_referee_assigned {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	enum refd_role role;
	enum refd_role previous_role; /**< 0 unless the referee changed the role on this fixture */
};
struct refd_event_referee_unassigned {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	enum refd_role role;
	enum refd_unassign_reason reason;
};
struct refd_event_assignment_referee_changed {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id, previous;
	enum refd_role role;
	struct refd_str reason; /**< may be empty */
};
struct refd_event_rule_overridden {
	struct refd_assignment_id assignment_id;
	struct refd_fixture_id fixture_id;
	struct refd_referee_id referee_id;
	uint32_t rules; /**< one bit: 1 << rule */
	struct refd_str actor, reason;
};
struct refd_event_rules_changed {
	const struct refd_rules *rules;
	const struct refd_rules *previous;
};
struct refd_event_foreign {
	struct refd_str name;
	int32_t schema;
	struct refd_str payload; /**< as stored */
};

union refd_event_payload {
	struct refd_event_referee referee_created, referee_corrected;
	struct refd_event_referee_club_changed referee_club_changed;
	struct refd_event_referee_retired referee_retired;
	struct refd_event_team team_created, team_corrected;
	struct refd_event_team_retired team_retired;
	struct refd_event_venue venue_created, venue_corrected;
	struct refd_event_venue_retired venue_retired;
	struct refd_event_fixture_created fixture_created;
	struct refd_event_fixture_date_changed fixture_date_changed;
	struct refd_event_fixture_venue_changed fixture_venue_changed;
	struct refd_event_fixture_cancelled fixture_cancelled;
	struct refd_event_availability_declared availability_declared;
	struct refd_event_availability_withdrawn availability_withdrawn;
	struct refd_event_availabilities_lock availabilities_locked, availabilities_unlocked;
	struct refd_event_hand_out_announced hand_out_announced;
	struct refd_event_assignment_created assignment_created;
	struct refd_event_assignment_role_changed assignment_role_changed;
	struct refd_event_assignment_removed assignment_removed;
	struct refd_event_referee_assigned referee_assigned;
	struct refd_event_referee_unassigned referee_unassigned;
	struct refd_event_assignment_referee_changed assignment_referee_changed;
	struct refd_event_rule_overridden rule_overridden;
	struct refd_event_rules_changed rules_changed;
	struct refd_event_foreign foreign;
};

/** What happened, to which aggregate, as which of its versions. */
struct refd_event {
	enum refd_event_type type;
	struct refd_ref aggregate;
	int64_t version; /**< of the aggregate after the event; (aggregate, version) is unique and
			    orders them */
	union refd_event_payload payload;
};

/** "FixtureCreated"; NULL for FOREIGN and numbers that are none. Static text, any thread; likewise
 * below. */
REFD_API const char *refd_event_name(enum refd_event_type type);
/** The current schema number of @p type; 0 if none. */
REFD_API int32_t refd_event_schema(enum refd_event_type type);
/** The type of that name and schema; FOREIGN if this build does not know it. */
REFD_API enum refd_event_type refd_event_type_from_name(struct refd_str name, int32_t schema);
/** The payload layout of @p type (its union member), in the order of the JSON members; NULL for
 * FOREIGN. */
REFD_API const struct refd_layout *refd_event_layout(enum refd_event_type type);

REFD_END_DECLS

#endif
