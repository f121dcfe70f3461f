/*
 * The domain a second time, as plainly as possible: arrays, small numbers for ids, a scan for every
 * question. It is written from the documented behaviour and links and includes nothing of the
 * library, so that a mistake is not made twice.
 *
 * Ids run from 1; 0 is unset; a number beyond its pool is an id nobody has. Times are minutes since
 * 1970-01-01, 0 unset.
 */
#ifndef REFD_TESTS_PLAIN_MODEL_H
#define REFD_TESTS_PLAIN_MODEL_H

#include <stdbool.h>
#include <stddef.h>

enum {
	PM_REFEREES = 8,
	PM_TEAMS = 6,
	PM_VENUES = 5,
	PM_FIXTURES = 24,
	PM_ROLES = 2,
	PM_OVERRIDES = 3,
};

/* A time no calendar has. */
#define PM_NEVER (-1L)

/* Texts: 0 is empty, 1 to 99 are good ones; the others are bad in one way each. A text of 120 code
 * points is good. */
enum {
	PM_TEXT_LONGEST = 99,
	PM_TEXT_BLANK = 100,
	PM_TEXT_TOO_LONG, /* 121 code points */
	PM_TEXT_CONTROL,
	PM_TEXT_NOT_UTF8,
	PM_TEXT_MALFORMED, /* phone and e-mail only */
};

/* Places by number: 0 is none, 1 to 4 are below, 5 is out of range. */
enum { PM_PLACES = 4, PM_PLACE_BAD = 5 };

struct pm_place {
	int latitude, longitude; /* millionths of a degree */
};
extern const struct pm_place pm_places[PM_PLACES + 1];

/* Day zones by number, minutes to add to UTC; the last one is no zone. */
enum { PM_ZONES = 3, PM_ZONE_BAD = 3 };
extern const int pm_zone_offsets[PM_ZONES];

enum pm_exclusivity { PM_DAY = 1, PM_OVERLAP };
enum pm_on_change { PM_KEEP_VALID = 1, PM_DROP_ALL, PM_KEEP_ALL };
enum pm_availability_on_change { PM_DROP = 1, PM_KEEP };

struct pm_rules {
	int exclusivity, zone, match_duration, travel_speed, travel_gap;
	bool require_future_kickoff, require_availability;
	int withdrawal_cutoff;
	bool neutral_referees;
	int on_change, availability_on_change;
	long version;
};

/* Rules of the engine; the numbers are those of the override commands. */
enum pm_engine_rule {
	PM_FIXTURE_NOT_PLAYABLE = 1,
	PM_ROLE_TAKEN,
	PM_REFEREE_TWICE,
	PM_REFEREE_DOUBLE_BOOKED,
	PM_REFEREE_RETIRED,
	PM_REFEREE_NOT_AVAILABLE,
	PM_REFEREE_TOO_CLOSE,
	PM_CLUB_NOT_NEUTRAL,
	PM_NO_ENGINE_RULE, /* of the domain, but not of the engine */
};
extern const char *const pm_engine_rule_names[];

/* ---- commands ---- */

#define PM_COMMAND_MAP(XX)                                                                         \
	XX(ADVANCE)                                                                                \
	XX(REGISTER_REFEREE)                                                                       \
	XX(CORRECT_REFEREE)                                                                        \
	XX(CHANGE_CLUB)                                                                            \
	XX(RETIRE_REFEREE)                                                                         \
	XX(REGISTER_TEAM)                                                                          \
	XX(CORRECT_TEAM)                                                                           \
	XX(RETIRE_TEAM)                                                                            \
	XX(REGISTER_VENUE)                                                                         \
	XX(CORRECT_VENUE)                                                                          \
	XX(RETIRE_VENUE)                                                                           \
	XX(SCHEDULE)                                                                               \
	XX(RESCHEDULE)                                                                             \
	XX(MOVE)                                                                                   \
	XX(CANCEL)                                                                                 \
	XX(DECLARE)                                                                                \
	XX(WITHDRAW)                                                                               \
	XX(LOCK)                                                                                   \
	XX(UNLOCK)                                                                                 \
	XX(ANNOUNCE)                                                                               \
	XX(STAGE)                                                                                  \
	XX(UNSTAGE)                                                                                \
	XX(REPLACE)                                                                                \
	XX(REMOVE)                                                                                 \
	XX(VALIDATE)                                                                               \
	XX(COMMIT)                                                                                 \
	XX(SET_RULES)

enum pm_kind {
	PM_NO_COMMAND,
#define XX(name) PM_##name,
	PM_COMMAND_MAP(XX)
#undef XX
		PM_COMMANDS
};

struct pm_override {
	int rule, fixture, referee, reason;
};

enum pm_expected { PM_ANY, PM_CURRENT, PM_STALE };

struct pm_command {
	enum pm_kind kind;
	enum pm_expected expected; /* version of the object named */
	int referee, new_referee, team, home, away, venue, fixture, role;
	int name, club, phone, email, street, place;
	long time;	       /* kick-off, hand-out; ADVANCE: minutes to go on */
	bool board, has_range; /* targets of LOCK, UNLOCK, ANNOUNCE beside the fixture */
	long from, to;	       /* of the range, 0: open */
	bool valid_only;
	int reason;
	int n_overrides;
	struct pm_override overrides[PM_OVERRIDES];
	struct pm_rules rules;
};

/* ---- state ---- */

struct pm_party {
	bool there, retired;
	int name, club, phone, email, street, place; /* club: not of venues */
	long version;
};

struct pm_fixture {
	bool there, cancelled, locked;
	int home, away, venue;
	long kickoff, hand_out, version;
	int slots[PM_ROLES + 1]; /* referee by role, 0: empty */
};

struct pm_availability {
	bool there;
	long declared_at;
};

struct pm_assignment {
	bool there, committed;
	int role;	 /* staged: wanted; committed: held */
	int staged_role; /* of a committed one, 0: none */
	int replaces;
	unsigned overridden; /* set of 1 << rule */
	long version;
};

struct pm_model {
	long now;
	struct pm_party referees[PM_REFEREES + 1];
	struct pm_party teams[PM_TEAMS + 1];
	struct pm_party venues[PM_VENUES + 1];
	struct pm_fixture fixtures[PM_FIXTURES + 1];
	struct pm_availability availabilities[PM_FIXTURES + 1][PM_REFEREES + 1];
	struct pm_assignment assignments[PM_FIXTURES + 1][PM_REFEREES + 1];
	bool board_locked;
	long board_hand_out, board_version;
	struct pm_rules rules;
};

/* ---- answers ---- */

enum { PM_BROKEN_MOST = 64, PM_EVENTS_MOST = 512, PM_EVENT_TEXT = 240, PM_VIOLATIONS_MOST = 1024 };

/* An engine rule broken by an assignment. */
struct pm_violation {
	int rule, fixture, referee, role;
};

struct pm_answer {
	const char *status;		    /* "OK", "REFUSED", ... */
	const char *broken[PM_BROKEN_MOST]; /* names of rules */
	size_t n_broken;
	bool any_rules; /* which rules are named is not said anywhere */
	struct pm_violation violations[PM_VIOLATIONS_MOST]; /* of VALIDATE and COMMIT */
	size_t n_violations;
	long affected;				    /* -1: not said */
	char events[PM_EVENTS_MOST][PM_EVENT_TEXT]; /* "fixture 3 v2 FixtureCancelled ..." */
	size_t n_events;
};

/* An empty store at that time. */
void pm_init(struct pm_model *model, long now);
/* Run one command; a refused one changes nothing. */
void pm_run(struct pm_model *model, const struct pm_command *command, struct pm_answer *answer);
/* The version of the object whose expected version the command can give; 0: there is none. */
long pm_version(const struct pm_model *model, const struct pm_command *command);

#endif
