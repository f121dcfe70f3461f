/** @file args.h The command line: one table of options and one of commands, from which parsing,
 * --help, the manual page and the completion of bash are made. */
#ifndef REFCTL_ARGS_H
#define REFCTL_ARGS_H

#include <refdomain/refdomain.h>

/** FLAG takes no value, MANY may be given more than once. */
enum option_kind { OPTION_FLAG = 1, OPTION_VALUE, OPTION_MANY };

/**
 * symbol, name, kind, argument, range, default, help
 *
 * An argument in small letters is a choice of the words between the bars, in the order of their
 * enum. Options may share a name if no command takes both and their kinds are equal.
 */
#define OPTION_MAP(XX)                                                                             \
	XX(DB, "db", VALUE, "STORE", "", "$REFCTL_DB, else sqlite:refdomain.db",                   \
	   "sqlite:PATH, postgresql://HOST/DB#SCHEMA, memory:")                                    \
	XX(COLOR, "color", VALUE, "auto|always|never", "", "auto",                                 \
	   "colours; auto: on a terminal, unless NO_COLOR is set")                                 \
	XX(JSON, "json", FLAG, "", "", "", "print JSON instead of tables, errors too")             \
	XX(NOW, "now", VALUE, "TIME", "RFC 3339", "the clock's", "act as if it were TIME")         \
	XX(ACTOR, "actor", VALUE, "NAME", "", "$USER", "who asks, for events")                     \
	XX(HELP, "help", FLAG, "", "", "", "explain and exit")                                     \
	XX(VERSION, "version", FLAG, "", "", "", "print the version and exit")                     \
	XX(ID, "id", VALUE, "UUID", "", "drawn", "the id of the new object")                       \
	XX(NAME, "name", VALUE, "TEXT", "", "", "name")                                            \
	XX(CLUB, "club", VALUE, "TEXT", "", "", "club")                                            \
	XX(STREET, "street", VALUE, "TEXT", "", "", "street and number")                           \
	XX(ZIP, "zip", VALUE, "TEXT", "", "", "postal code")                                       \
	XX(CITY, "city", VALUE, "TEXT", "", "", "city")                                            \
	XX(PHONE, "phone", VALUE, "TEXT", "", "", "phone number")                                  \
	XX(EMAIL, "email", VALUE, "ADDRESS", "", "", "e-mail address")                             \
	XX(LATITUDE, "latitude", VALUE, "DEGREES", "-90..90", "",                                  \
	   "WGS 84 latitude, as in 52.545511")                                                     \
	XX(LONGITUDE, "longitude", VALUE, "DEGREES", "-180..180", "",                              \
	   "WGS 84 longitude, as in 13.407294")                                                    \
	XX(HOME, "home", VALUE, "TEAM", "", "", "the home team's id")                              \
	XX(AWAY, "away", VALUE, "TEAM", "", "", "the away team's id")                              \
	XX(TEAM, "team", VALUE, "TEAM", "", "", "a team's id, home or away")                       \
	XX(VENUE, "venue", VALUE, "VENUE", "", "", "the venue's id")                               \
	XX(FIXTURE, "fixture", VALUE, "FIXTURE", "", "", "the fixture's id")                       \
	XX(REFEREE, "referee", VALUE, "REFEREE", "", "", "the referee's id")                       \
	XX(NEW_REFEREE, "new-referee", VALUE, "REFEREE", "", "", "who takes over")                 \
	XX(ROLE, "role", VALUE, "first|second", "", "", "the role")                                \
	XX(KICKOFF, "at", VALUE, "TIME", "RFC 3339", "", "the kick-off")                           \
	XX(HAND_OUT, "at", VALUE, "TIME", "RFC 3339", "", "when assignments are handed out")       \
	XX(FROM, "from", VALUE, "TIME", "RFC 3339", "", "not before TIME")                         \
	XX(FROM_NOW, "from", VALUE, "TIME", "RFC 3339", "now", "not before TIME")                  \
	XX(TO, "to", VALUE, "TIME", "RFC 3339", "", "before TIME")                                 \
	XX(ALL, "all", FLAG, "", "", "", "the whole board, later fixtures too")                    \
	XX(PARTY_STATUS, "status", VALUE, "active|retired", "", "", "only those of that status")   \
	XX(FIXTURE_STATUS, "status", VALUE, "scheduled|cancelled", "", "",                         \
	   "only those of that status")                                                            \
	XX(ASSIGNMENT_STATUS, "status", VALUE, "staged|pending|committed", "", "",                 \
	   "only those of that status")                                                            \
	XX(NOTICE_STATUS, "status", VALUE, "ready|leased|sent|dead", "", "",                       \
	   "only those of that status")                                                            \
	XX(UNSTAFFED, "unstaffed", FLAG, "", "", "", "only scheduled fixtures with an empty slot") \
	XX(LIMIT, "limit", VALUE, "N", "1..10000", "all",                                          \
	   "at most N rows, then the next page's key on stderr")                                   \
	XX(SEND_LIMIT, "limit", VALUE, "N", "1..10000", "all", "at most N notices")                \
	XX(CSV, "csv", FLAG, "", "", "", "print CSV instead of a table")                           \
	XX(AFTER, "after", VALUE, "KEY", "", "", "go on after that page key")                      \
	XX(COMMAND_ID, "command-id", VALUE, "UUID", "", "drawn",                                   \
	   "the same id again gives the first answer")                                             \
	XX(EXPECTED_VERSION, "expected-version", VALUE, "N", "1..", "any",                         \
	   "refuse if the object is not at N")                                                     \
	XX(OVERRIDE, "override", MANY, "RULE,FIXTURE,REFEREE", "", "",                             \
	   "pass that rule for that assignment")                                                   \
	XX(REASON, "reason", VALUE, "TEXT", "", "", "why")                                         \
	XX(VALID_ONLY, "valid-only", FLAG, "", "", "",                                             \
	   "commit what breaks no rule, leave the rest staged")                                    \
	XX(FILE, "file", VALUE, "FILE", "", "",                                                    \
	   "many rows: CSV with fixture, referee, role; - is standard input")                      \
	XX(SPOOL, "spool", VALUE, "DIR", "", "", "the folder notices are written to")              \
	XX(FORCE, "force", FLAG, "", "", "", "replace a file that is there")                       \
	XX(AGE, "older-than", VALUE, "AGE", "as in 90d, 12w or 48h", "", "accepted so long ago")   \
	XX(RETENTION, "older-than", VALUE, "AGE", "as in 90d, 12w or 48h", "",                     \
	   "keep what is younger: commands 7d, notices 1d, events 30d at least")                   \
	XX(PURGE_KIND, "kind", VALUE, "commands|notices|events", "", "commands and notices",       \
	   "what goes")                                                                            \
	XX(UNPUBLISHED, "unpublished", FLAG, "", "", "",                                           \
	   "events no relay has published too, as there is none")                                  \
	XX(DRY_RUN, "dry-run", FLAG, "", "", "", "only count")                                     \
	XX(COMMAND_KIND, "kind", VALUE, "NAME", "", "",                                            \
	   "commands of that name, fixture.move or fixture for all of these")                      \
	XX(KIND, "kind", VALUE, "referees|teams|venues|fixtures|availabilities|season", "", "",    \
	   "what the lines are")                                                                   \
	XX(COLUMN, "column", MANY, "FIELD=HEADER,...", "", "", "where a field is found")           \
	XX(TIMEZONE, "timezone", VALUE, "ZONE", "", "",                                            \
	   "of dates and times without an offset, as in Europe/Berlin")                            \
	XX(DATE_ORDER, "date-order", VALUE, "dmy|mdy", "", "", "how 3/4/2026 is meant")            \
	XX(CANCELLED, "cancelled", MANY, "WORD", "", "",                                           \
	   "marks cancelled matches in status or time; may be empty")                              \
	XX(ENCODING, "encoding", VALUE, "utf-8|latin1", "", "utf-8", "of the file")                \
	XX(DELIMITER, "delimiter", VALUE, "CHAR|tab", "", "a comma", "between fields")             \
	XX(KEEP_GOING, "keep-going", FLAG, "", "", "",                                             \
	   "store the good lines instead of all or nothing")                                       \
	XX(EXPORT_FORMAT, "format", VALUE, "csv|json", "", "csv", "of the output")                 \
	XX(ASSIGNMENTS_FORMAT, "format", VALUE, "csv|json|ics", "", "csv",                         \
	   "of the output; ics is a calendar, with what ended as cancelled")                       \
	XX(REPORT_FORMAT, "format", VALUE, "html|svg", "", "html", "of the report")                \
	XX(OUT, "out", VALUE, "FILE", "", "standard output", "where to write it")                  \
	XX(SPOOL_FORMAT, "format", VALUE, "json|eml", "", "json", "of the files written")

enum option {
#define XX(symbol, name, kind, argument, range, preset, help) OPT_##symbol,
	OPTION_MAP(XX)
#undef XX
		OPTIONS
};

struct option_info {
	const char *name;
	enum option_kind kind;
	const char *argument; /**< "" for a flag */
	const char *range;    /**< numbers: "LEAST..MOST", MOST may be missing; else words; or "" */
	const char *preset;   /**< what holds without it, "" if nothing does */
	const char *help;
};
extern const struct option_info option_table[OPTIONS];

/** What every command takes; ends with OPTIONS, as all lists of options. */
extern const enum option options_global[];

/** At most one alternative of the argument, and whether it is a word rather than a name for what
 * is to be put there. @return past the alternative, NULL after the last */
const char *option_word(const char *argument, struct refd_str *ret, bool *ret_literal);

struct refctl;

/** Which store a command wants. */
enum command_store { STORE_THERE, STORE_MADE, STORE_NONE };

/** One noun and verb. */
struct command {
	const char *noun;
	const char *verb;     /**< NULL: the noun stands alone */
	const char *argument; /**< "", "FILE", or "KEY=VALUE..." for one or more */
	const enum option *required;
	const enum option *optional;
	enum command_store store;
	enum refd_status (*run)(struct refctl *ctl);
	const char *help;
};

/** The n-th option of a command: what it requires, then what it may be given, then what every
 * command takes (@p command may be NULL: these only). OPTIONS past the last. */
enum option command_option(const struct command *command, size_t n);
bool command_requires(const struct command *command, enum option option);

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

#endif
