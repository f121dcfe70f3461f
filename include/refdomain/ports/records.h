/** @file records.h The records a store keeps beside the aggregates: claims, events, notices,
 * commands. @since 0.1 */
#ifndef REFDOMAIN_PORTS_RECORDS_H
#define REFDOMAIN_PORTS_RECORDS_H

#include <refdomain/domain/event.h>
#include <refdomain/layout.h>
#include <refdomain/text.h>
#include <refdomain/time.h>

REFD_BEGIN_DECLS

/** Whose day a claim holds. Stored as words. */
enum refd_claim_kind { REFD_CLAIM_VENUE = 1, REFD_CLAIM_TEAM };

/** The backstop of the day rule: (kind, holder, day) is unique. Kept only while exclusivity is DAY,
 * for scheduled fixtures. */
struct refd_claim_state {
	enum refd_claim_kind kind;
	struct refd_uuid holder; /**< venue or team */
	int32_t day;		 /**< civil day in day_zone, counted from 1970-01-01 */
	struct refd_fixture_id fixture;
};

/** An event as stored; also the outbox row. */
struct refd_event_state {
	struct refd_event_id id;
	enum refd_noun aggregate_type;
	struct refd_uuid aggregate_id;
	int64_t version;      /**< (aggregate_type, aggregate_id, version) is unique */
	struct refd_str type; /**< stored name, at most 80 bytes */
	int32_t schema;
	struct refd_time occurred_at;
	struct refd_str actor; /**< may be empty */
	struct refd_command_id command;
	struct refd_uuid correlation; /**< may be unset */
	struct refd_uuid causation;   /**< may be unset */
	struct refd_str traceparent;  /**< W3C, may be empty */
	struct refd_str payload;
	bool published; /**< set by a relay */
};

/** What a notice tells. Stored as words. */
enum refd_notice_kind {
	REFD_NOTICE_ASSIGNED = 1,
	REFD_NOTICE_ROLE_CHANGED,
	REFD_NOTICE_RELEASED,
	REFD_NOTICE_REPLACED,
	REFD_NOTICE_FIXTURE_REDATED, /**< see `released`: still assigned or not; role unset: only
					declared availability */
	REFD_NOTICE_FIXTURE_MOVED,
	REFD_NOTICE_FIXTURE_CANCELLED
};

/** READY: waits for next_attempt. LEASED: a dispatcher holds it until lease_until. SENT: handed
 * over. DEAD: given up, waits for an operator. */
enum refd_notice_status {
	REFD_NOTICE_READY = 1,
	REFD_NOTICE_LEASED,
	REFD_NOTICE_SENT,
	REFD_NOTICE_DEAD
};

/** One message to one person about one event: (event, recipient) is unique. The version is the
 * fence of the lease. */
struct refd_notice_state {
	struct refd_notice_id id;
	struct refd_event_id event;
	struct refd_referee_id recipient;
	enum refd_notice_kind kind;
	struct refd_fixture_id fixture;
	enum refd_role role;	   /**< 0 if none */
	bool released;		   /**< the recipient lost the role by this event */
	bool availability_dropped; /**< the recipient's availability was dropped by this event */
	struct refd_team_id home;  /**< the fixture as it was after the event */
	struct refd_team_id away;
	struct refd_venue_id venue;
	struct refd_time kickoff;
	struct refd_venue_id previous_venue; /**< unset unless moved */
	struct refd_time previous_kickoff;   /**< unset unless re-dated */
	struct refd_time created_at;
	enum refd_notice_status status;
	struct refd_time due; /**< READY: next attempt; LEASED: when the lease ends; SENT, DEAD:
				 when that happened */
	int32_t attempts;
	struct refd_line last_error; /**< of the last failed attempt, may be empty */
	int64_t version;	     /**< grows by one per change */
};
extern REFD_API const char *const refd_notice_kind_words[];
extern REFD_API const char *const refd_notice_status_words[];

#define REFD_RESULT_MAX 4 /**< objects a result names */

/** An accepted command: the fence against running it twice. */
struct refd_command_state {
	struct refd_command_id id;
	uint8_t request[32];  /**< digest of the canonical encoding of name and input */
	struct refd_str name; /**< "fixture.reschedule", at most 80 bytes */
	struct refd_str actor;
	struct refd_time accepted_at;
	int64_t affected;			   /**< objects changed by a command over many */
	enum refd_noun noun1, noun2, noun3, noun4; /**< results, 0 if unused */
	struct refd_uuid id1, id2, id3, id4;
	int64_t version1, version2, version3, version4;
};

extern REFD_API const struct refd_layout refd_claim_layout;
extern REFD_API const struct refd_layout refd_event_state_layout;
extern REFD_API const struct refd_layout refd_notice_layout;
extern REFD_API const struct refd_layout refd_command_layout;

/** Every record of a store: number, name, state struct, layout. The number is also the order of
 * inserts, parents first. */
#define REFD_RECORD_MAP(XX)                                                                        \
	XX(1, RULES, refd_rules, refd_rules_layout)                                                \
	XX(2, BOARD, refd_board_state, refd_board_layout)                                          \
	XX(3, REFEREE, refd_referee_state, refd_referee_layout)                                    \
	XX(4, TEAM, refd_team_state, refd_team_layout)                                             \
	XX(5, VENUE, refd_venue_state, refd_venue_layout)                                          \
	XX(6, FIXTURE, refd_fixture_state, refd_fixture_layout)                                    \
	XX(7, SLOT, refd_slot_state, refd_slot_layout)                                             \
	XX(8, AVAILABILITY, refd_availability_state, refd_availability_layout)                     \
	XX(9, ASSIGNMENT, refd_assignment_state, refd_assignment_layout)                           \
	XX(10, CLAIM, refd_claim_state, refd_claim_layout)                                         \
	XX(11, EVENT, refd_event_state, refd_event_state_layout)                                   \
	XX(12, NOTICE, refd_notice_state, refd_notice_layout)                                      \
	XX(13, COMMAND, refd_command_state, refd_command_layout)

enum refd_record {
#define XX(number, name, state, layout) REFD_RECORD_##name = number,
	REFD_RECORD_MAP(XX)
#undef XX
};

#define REFD_RECORDS 13 /**< records in the map */

/** The layout of @p record; NULL if it is none. Any thread. */
REFD_API const struct refd_layout *refd_record_layout(enum refd_record record);

/** How an error names the row of @p state: its noun and id; slots and claims have none and are
 * named by their fixture. Any thread. */
REFD_API struct refd_ref refd_record_object(enum refd_record record, const void *state);
/** The version that updates and deletes check; 0 for records without one. Any thread. */
REFD_API int64_t refd_record_version(enum refd_record record, const void *state);

REFD_END_DECLS

#endif
