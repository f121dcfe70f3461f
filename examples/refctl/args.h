/** @file args.h The command line: one table of options and one of commands drive parsing and
 * --help. */
#ifndef REFCTL_ARGS_H
#define REFCTL_ARGS_H

#include <refdomain/refdomain.h>

/** FLAG takes no value, MANY may be given more than once. */
enum option_kind { OPTION_FLAG = 1, OPTION_VALUE, OPTION_MANY };

/** symbol, name, kind, placeholder, help */
#define OPTION_MAP(XX)                                                                             \
	XX(DB, "db", VALUE, "sqlite:PATH",                                                         \
	   "the store; default $REFCTL_DB, else sqlite:refdomain.db")                              \
	XX(JSON, "json", FLAG, "", "print JSON instead of tables, errors too")                     \
	XX(NOW, "now", VALUE, "TIME", "act as if it were TIME (RFC 3339)")                         \
	XX(ACTOR, "actor", VALUE, "NAME", "who asks, for events; default $USER")                   \
	XX(HELP, "help", FLAG, "", "explain and exit")                                             \
	XX(VERSION, "version", FLAG, "", "print the version and exit")                             \
	XX(ID, "id", VALUE, "UUID", "the id of the new object; default: drawn")                    \
	XX(NAME, "name", VALUE, "TEXT", "name")                                                    \
	XX(CLUB, "club", VALUE, "TEXT", "club")                                                    \
	XX(STREET, "street", VALUE, "TEXT", "street and number")                                   \
	XX(ZIP, "zip", VALUE, "TEXT", "postal code")                                               \
	XX(CITY, "city", VALUE, "TEXT", "city")                                                    \
	XX(PHONE, "phone", VALUE, "TEXT", "phone number")                                          \
	XX(EMAIL, "email", VALUE, "ADDRESS", "e-mail address")                                     \
	XX(LATITUDE, "latitude", VALUE, "DEGREES", "WGS 84 latitude, as in 52.545511")             \
	XX(LONGITUDE, "longitude", VALUE, "DEGREES", "WGS 84 longitude, as in 13.407294")          \
	XX(HOME, "home", VALUE, "TEAM", "the home team's id")                                      \
	XX(AWAY, "away", VALUE, "TEAM", "the away team's id")                                      \
	XX(TEAM, "team", VALUE, "TEAM", "a team's id, home or away")                               \
	XX(VENUE, "venue", VALUE, "VENUE", "the venue's id")                                       \
	XX(FIXTURE, "fixture", VALUE, "FIXTURE", "the fixture's id")                               \
	XX(REFEREE, "referee", VALUE, "REFEREE", "the referee's id")                               \
	XX(NEW_REFEREE, "new-referee", VALUE, "REFEREE", "who takes over")                         \
	XX(ROLE, "role", VALUE, "first|second", "the role")                                        \
	XX(AT, "at", VALUE, "TIME", "kick-off or hand-out, RFC 3339")                              \
	XX(FROM, "from", VALUE, "TIME", "not before TIME")                                         \
	XX(TO, "to", VALUE, "TIME", "before TIME")                                                 \
	XX(ALL, "all", FLAG, "", "the whole board, later fixtures too")                            \
	XX(STATUS, "status", VALUE, "WORD", "only those of that status")                           \
	XX(UNSTAFFED, "unstaffed", FLAG, "", "only scheduled fixtures with an empty slot")         \
	XX(LIMIT, "limit", VALUE, "N", "at most N rows; the key of the next page goes to stderr")  \
	XX(AFTER, "after", VALUE, "KEY", "go on after that page key")                              \
	XX(COMMAND_ID, "command-id", VALUE, "UUID", "the same id again gives the first answer")    \
	XX(EXPECTED_VERSION, "expected-version", VALUE, "N", "refuse if the object is not at N")   \
	XX(OVERRIDE, "override", MANY, "RULE,FIXTURE,REFEREE",                                     \
	   "pass that rule for that assignment")                                                   \
	XX(REASON, "reason", VALUE, "TEXT", "why")                                                 \
	XX(VALID_ONLY, "valid-only", FLAG, "",                                                     \
	   "commit what breaks no rule, leave the rest staged")                                    \
	XX(FILE, "file", VALUE, "FILE", "many rows: CSV with fixture, referee, role; - is stdin")  \
	XX(SPOOL, "spool", VALUE, "DIR", "the folder notices are written to")                      \
	XX(KIND, "kind", VALUE, "KIND",                                                            \
	   "referees, teams, venues, fixtures, availabilities or season")                          \
	XX(COLUMN, "column", MANY, "FIELD=HEADER,...", "where a field is found")                   \
	XX(TIMEZONE, "timezone", VALUE, "ZONE", "of dates and times without an offset")            \
	XX(DATE_ORDER, "date-order", VALUE, "dmy|mdy", "how 3/4/2026 is meant")                    \
	XX(CANCELLED, "cancelled", MANY, "WORD",                                                   \
	   "marks cancelled matches in status or time; may be empty")                              \
	XX(ENCODING, "encoding", VALUE, "utf-8|latin1", "of the file; default utf-8")              \
	XX(DELIMITER, "delimiter", VALUE, "CHAR|tab", "between fields; default a comma")           \
	XX(KEEP_GOING, "keep-going", FLAG, "", "store the good lines instead of all or nothing")   \
	XX(FORMAT, "format", VALUE, "FORMAT",                                                      \
	   "export: csv (default) or json; notice send: json (default) or eml")

enum option {
#define XX(symbol, name, kind, placeholder, help) OPT_##symbol,
	OPTION_MAP(XX)
#undef XX
		OPTIONS
};

_Static_assert(OPTIONS <= 64, "a set of options is 64 bits");

struct option_info {
	const char *name;
	enum option_kind kind;
	const char *placeholder;
	const char *help;
};
extern const struct option_info option_table[OPTIONS];

/** A set of options. */
#define O(symbol)      (UINT64_C(1) << OPT_##symbol)
#define OPTIONS_GLOBAL (O(DB) | O(JSON) | O(NOW) | O(ACTOR) | O(HELP) | O(VERSION))

struct refctl;

/** One noun and verb. */
struct command {
	const char *noun;
	const char *verb;	 /**< NULL: the noun stands alone */
	const char *positionals; /**< "", "ID", or "KEY=VALUE..." for one or more */
	uint64_t required;
	uint64_t optional;
	bool makes_store; /**< if there is none */
	enum refd_status (*run)(struct refctl *ctl);
	const char *help;
};

struct given {
	enum option option;
	const char *value;
};

/** What was given; everything is borrowed from argv but the two arrays. */
struct args {
	const struct command *command; /**< NULL with --help or --version alone */
	const char *noun;	       /**< with --help: what about, or NULL */
	const char *verb;
	const char **words; /**< positionals after noun and verb */
	size_t n_words;
	struct given *given; /**< in order */
	size_t n_given;
};

/**
 * Read argv by the table of commands (ends with a noun of NULL). Options may stand anywhere, as
 * "--name value" or "--name=value"; "--" ends them.
 * @return OK; INVALID (unknown noun, verb or option, missing or repeated one: the message names
 * it); NO_MEMORY. args_done() in any case.
 */
enum refd_status args_parse(int argc, char **argv, const struct command *commands,
			    struct args *args, struct refd_error *err);
void args_done(struct args *args);

/** The value of an option, "" for a flag; NULL if it was not given. */
const char *args_value(const struct args *args, enum option option);
/** The n-th value of an option that may be given more than once; NULL past the last. */
const char *args_nth(const struct args *args, enum option option, size_t n);
bool args_has(const struct args *args, enum option option);

/** Print usage: of everything, of a noun, or of one command. */
void args_help(const struct command *commands, const char *noun, const char *verb);

#endif
