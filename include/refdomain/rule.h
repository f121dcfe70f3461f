/** @file rule.h Every rule by name: what a violation can say. All functions: any thread. @since 0.1
 */
#ifndef REFDOMAIN_RULE_H
#define REFDOMAIN_RULE_H

#include <refdomain/attributes.h>

REFD_BEGIN_DECLS

/** HARD can never be passed; OVERRIDABLE by a recorded override on commit; INPUT is malformed input
 * (status INVALID). */
enum refd_severity { REFD_SEVERITY_INPUT = 1, REFD_SEVERITY_HARD, REFD_SEVERITY_OVERRIDABLE };

/**
 * number, name, severity, text. Numbers 1 to 31 are the rules of the assignment rule engine, so
 * that a set of them is a bit set (1 << number); numbers never change. "measured" and "limit" of a
 * violation are in the unit named here.
 */
#define REFD_RULE_MAP(XX)                                                                          \
	XX(1, FIXTURE_NOT_PLAYABLE, HARD, "the fixture is cancelled or past")                      \
	XX(2, ROLE_TAKEN, HARD, "another referee holds that role")                                 \
	XX(3, REFEREE_TWICE, HARD, "the referee is on that fixture twice")                         \
	XX(4, REFEREE_DOUBLE_BOOKED, HARD,                                                         \
	   "the referee has another fixture at that time") /* minutes of overlap */                \
	XX(5, REFEREE_RETIRED, HARD, "the referee is retired")                                     \
	XX(6, REFEREE_NOT_AVAILABLE, OVERRIDABLE, "the referee has not declared availability")     \
	XX(7, REFEREE_TOO_CLOSE, OVERRIDABLE,                                                      \
	   "too little time to travel") /* minutes free, minutes needed */                         \
	XX(8, CLUB_NOT_NEUTRAL, OVERRIDABLE, "the referee belongs to the club of a team")          \
	/* input */                                                                                \
	XX(32, TEXT_BLANK, INPUT, "must not be blank")                                             \
	XX(33, TEXT_TOO_LONG, INPUT, "is too long")	       /* code points or bytes */          \
	XX(34, TEXT_NOT_UTF8, INPUT, "is not UTF-8")	       /* measured: byte offset */         \
	XX(35, TEXT_CONTROL, INPUT, "has a control character") /* measured: byte offset */         \
	XX(36, TEXT_MALFORMED, INPUT, "is malformed")	       /* measured: byte offset */         \
	XX(37, OUT_OF_RANGE, INPUT, "is out of range")                                             \
	XX(38, REQUIRED, INPUT, "is required")                                                     \
	XX(39, RANGE_REVERSED, INPUT, "ends before it starts")                                     \
	XX(40, COMMAND_REUSED, INPUT, "the command id belongs to another request")                 \
	XX(41, PAGE_KEY_FOREIGN, INPUT, "the page key belongs to another query")                   \
	/* state */                                                                                \
	XX(64, SAME_TEAM, HARD, "a team cannot play against itself")                               \
	XX(65, KICKOFF_NOT_FUTURE, HARD, "the kick-off is not in the future")                      \
	XX(66, VENUE_TAKEN, HARD, "the venue has another fixture then")                            \
	XX(67, TEAM_TAKEN, HARD, "the team has another fixture then")                              \
	XX(68, RETIRED, HARD, "the object is retired")                                             \
	XX(69, FIXTURE_CANCELLED, HARD, "the fixture is cancelled")                                \
	XX(70, FIXTURE_PAST, HARD, "the fixture lies in the past")                                 \
	XX(71, ALREADY_DECLARED, HARD, "availability is already declared")                         \
	XX(72, NOT_DECLARED, HARD, "availability is not declared")                                 \
	XX(73, REFEREE_ASSIGNED, HARD, "the referee is staged or assigned for the fixture")        \
	XX(74, AVAILABILITY_LOCKED, HARD, "availabilities are locked")                             \
	XX(75, AVAILABILITY_NOT_LOCKED, HARD, "availabilities are not locked")                     \
	XX(76, AFTER_CUTOFF, HARD, "the cut-off for withdrawals has passed") /* minutes past */    \
	XX(77, NOT_STAGED, HARD, "the assignment is not staged")                                   \
	XX(78, NOT_COMMITTED, HARD, "the assignment is not committed")                             \
	XX(79, ALREADY_COMMITTED, HARD, "the referee is already committed in that role")           \
	XX(80, OVERRIDE_NOT_ALLOWED, HARD, "that rule cannot be overridden")                       \
	XX(82, NOT_DEAD, HARD, "the notice is not a dead letter")                                  \
	XX(83, REFEREE_UNCHANGED, HARD, "the new referee is the old one")

enum refd_rule {
#define XX(number, name, severity, text) REFD_RULE_##name = number,
	REFD_RULE_MAP(XX)
#undef XX
};

#define REFD_ENGINE_RULES 8 /**< rules 1 to 8 are the engine's */

/** Referee roles on a fixture. A further role is one more line. Stored as words. */
#define REFD_ROLE_MAP(XX)                                                                          \
	XX(1, FIRST, "first")                                                                      \
	XX(2, SECOND, "second")

enum refd_role {
#define XX(number, name, word) REFD_ROLE_##name = number,
	REFD_ROLE_MAP(XX)
#undef XX
};

#define REFD_ROLES 2 /**< roles in the map */

/** "REFEREE_TOO_CLOSE"; NULL if @p rule is none. Static text, likewise below. */
REFD_API const char *refd_rule_name(enum refd_rule rule);
/** The rule of that name, or 0. */
REFD_API enum refd_rule refd_rule_from_name(const char *name, size_t len);
/** One English phrase, what is wrong ("the referee is retired"); NULL if @p rule is none. */
REFD_API const char *refd_rule_text(enum refd_rule rule);
/** How it weighs; 0 if @p rule is none. */
REFD_API enum refd_severity refd_rule_severity(enum refd_rule rule);
/** "first"; NULL if @p role is none. */
REFD_API const char *refd_role_word(enum refd_role role);

REFD_END_DECLS

#endif
