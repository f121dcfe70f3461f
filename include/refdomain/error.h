/** @file error.h Why a call failed: caller-owned, fixed size, no heap. One thread at a time. @since
 * 0.1 */
#ifndef REFDOMAIN_ERROR_H
#define REFDOMAIN_ERROR_H

#include <refdomain/attributes.h>
#include <refdomain/id.h>
#include <refdomain/rule.h>
#include <refdomain/status.h>

REFD_BEGIN_DECLS

#define REFD_MESSAGE_BYTES                                                                         \
	255 /**< bytes of a message, without the NUL; longer ones are cut at a code point */
#define REFD_FIELD_BYTES      47 /**< bytes of a field path */
#define REFD_ERROR_VIOLATIONS 16 /**< violations kept; the total is counted */

/** One broken rule. */
struct refd_violation {
	enum refd_rule rule;
	enum refd_severity severity;
	enum refd_role role;   /**< 0 if no role is involved */
	uint32_t counterparts; /**< how many objects it clashes with in all; the nearest 8 are
				  reported */
	struct refd_fixture_id fixture; /**< unset if none is involved */
	struct refd_referee_id referee; /**< unset if none is involved */
	struct refd_ref counterpart;	/**< the other party, unset if there is none */
	int64_t measured;		/**< in the unit of the rule */
	int64_t limit;
	char field[REFD_FIELD_BYTES +
		   1]; /**< "venue.email"; empty for rules that are not about one field */
	char message[REFD_MESSAGE_BYTES + 1]; /**< English, for people */
};

/**
 * Filled once at the point of failure, passed up unchanged. Initialise with REFD_ERROR_INIT (or
 * refd_error_clear()) before the first use and before reuse; success leaves it untouched. Not
 * shared between threads. Every function takes NULL for it.
 */
struct refd_error {
	size_t struct_size;
	enum refd_status status;
	int32_t native;			/**< the engine's own code, 0 if none */
	char sqlstate[6];		/**< "" if none */
	struct refd_ref object;		/**< the offending object, unset if none */
	struct refd_command_id command; /**< with UNKNOWN: ask again under this id */
	char constraint[REFD_FIELD_BYTES +
			1]; /**< the unique key or other constraint an engine named, "" if none */
	char message[REFD_MESSAGE_BYTES + 1];
	uint32_t total; /**< violations in all */
	uint32_t kept;	/**< violations in the array: the first ones, at most 16 */
	struct refd_violation violations[REFD_ERROR_VIOLATIONS];
};

/** An empty error, to initialise a variable with. */
#ifdef __cplusplus
#define REFD_ERROR_INIT                                                                            \
	{                                                                                          \
		sizeof(struct refd_error), {}, {}, {}, {}, {}, {}, {}, {}, {},                     \
		{                                                                                  \
		}                                                                                  \
	}
#else
#define REFD_ERROR_INIT                                                                            \
	{                                                                                          \
		.struct_size = sizeof(struct refd_error)                                           \
	}
#endif

/** Empty @p err (NULL is allowed). */
REFD_API void refd_error_clear(struct refd_error *err);

/**
 * Set status and message (printf style, cut to fit); violations already collected stay. For
 * adapters and other ports.
 * @return @p status, so that a failing function can end with it. @p err may be NULL.
 */
REFD_API enum refd_status refd_error_set(struct refd_error *err, enum refd_status status,
					 const char *format, ...) REFD_PRINTF(3, 4);

/** As refd_error_set() with INVALID, REFUSED, NOT_FOUND, ...: also names the offending object.
 * @return @p status */
REFD_API enum refd_status refd_error_object(struct refd_error *err, enum refd_status status,
					    enum refd_noun noun, struct refd_uuid id,
					    const char *format, ...) REFD_PRINTF(5, 6);

/** Append a violation; beyond 16 only the total grows. severity and an empty message are filled in
 * from the rule. @p err may be NULL. */
REFD_API void refd_error_add(struct refd_error *err, const struct refd_violation *violation);

REFD_END_DECLS

#endif
