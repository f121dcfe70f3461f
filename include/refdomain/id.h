/** @file id.h Identities: one type per noun over a 16-byte UUID. All functions: any thread. @since
 * 0.1 */
#ifndef REFDOMAIN_ID_H
#define REFDOMAIN_ID_H

#include <string.h>

#include <refdomain/attributes.h>
#include <refdomain/status.h>

REFD_BEGIN_DECLS

struct refd_str;
struct refd_error;

/** RFC 9562 UUID in network byte order; all-zero (the nil UUID) means unset. */
struct refd_uuid {
	uint8_t bytes[16];
};

#define REFD_UUID_TEXT 36 /**< characters of the printed form, without the NUL */

/** The nouns that have an identity. Stored as words ("referee"); BOARD and RULES are single objects
 * per store. */
#define REFD_NOUN_MAP(XX)                                                                          \
	XX(1, REFEREE, referee)                                                                    \
	XX(2, TEAM, team)                                                                          \
	XX(3, VENUE, venue)                                                                        \
	XX(4, FIXTURE, fixture)                                                                    \
	XX(5, AVAILABILITY, availability)                                                          \
	XX(6, ASSIGNMENT, assignment)                                                              \
	XX(7, BOARD, board)                                                                        \
	XX(8, RULES, rules)                                                                        \
	XX(9, EVENT, event)                                                                        \
	XX(10, NOTICE, notice)                                                                     \
	XX(11, COMMAND, command)

enum refd_noun {
#define XX(number, upper, lower) REFD_NOUN_##upper = number,
	REFD_NOUN_MAP(XX)
#undef XX
};

#define XX(number, upper, lower)                                                                   \
	struct refd_##lower##_id {                                                                 \
		struct refd_uuid uuid;                                                             \
	};
REFD_NOUN_MAP(XX)
#undef XX

/** Which object: a noun and its id. All-zero is unset. */
struct refd_ref {
	enum refd_noun noun;
	struct refd_uuid id;
};

/** The word for @p noun ("fixture"); NULL if it is none. */
REFD_API const char *refd_noun_word(enum refd_noun noun);

/** The ids of the two single objects of a store. */
REFD_API extern const struct refd_board_id refd_the_board;
REFD_API extern const struct refd_rules_id refd_the_rules;

/**
 * Read a UUID: hyphenated, 32 hex digits, braced, or with "urn:uuid:"; either case. Any version is
 * accepted, the nil UUID is not. The violation (TEXT_MALFORMED) is added to @p err under @p field.
 * @return OK; INVALID, @p ret untouched.
 */
REFD_NODISCARD REFD_API enum refd_status refd_uuid_parse(struct refd_str text, const char *field,
							 struct refd_uuid *ret,
							 struct refd_error *err);

/** Print lower-case hyphenated, NUL-terminated. @return @p text, which holds REFD_UUID_TEXT + 1
 * bytes. */
REFD_API char *refd_uuid_format(struct refd_uuid id, char *text);

/** The same bytes. */
static inline bool refd_uuid_equal(struct refd_uuid a, struct refd_uuid b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

/** Byte order: negative, 0 or positive. */
static inline int refd_uuid_compare(struct refd_uuid a, struct refd_uuid b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes));
}

/** True for the nil UUID. */
REFD_API bool refd_uuid_is_unset(struct refd_uuid id);

REFD_END_DECLS

#endif
