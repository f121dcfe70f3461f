/**
 * @file broken.h What a commit answers to a change that breaks a promise: with the same status,
 * object, constraint, rule and words from every store.
 *
 * An adapter finds out which change it is and what it breaks, and ends with one of these. They
 * leave the engine's own codes in the error alone. @p err may be NULL. All functions: any thread.
 * @since 0.1
 */
#ifndef REFDOMAIN_PORTS_BROKEN_H
#define REFDOMAIN_PORTS_BROKEN_H

#include <refdomain/ports/indexes.h>

REFD_BEGIN_DECLS

/** The row is not there, or not in the version expected; or it is, and was expected not to be. The
 * object is the row. @return CONFLICT */
REFD_API enum refd_status refd_broken_version(const struct refd_change *change,
					      struct refd_error *err);

/**
 * Another row has the same unique key. The object is the row of the change; a key that stands for a
 * rule adds the violation. @param constraint as refd_store_indexes has it, or any other name an
 * engine tells. @return ALREADY_EXISTS
 */
REFD_API enum refd_status refd_broken_key(const struct refd_change *change, const char *constraint,
					  struct refd_error *err);

/**
 * A row of @p reference's child names a parent that is not there; or, if the change is a DELETE,
 * is named by others. The object is the parent in both cases, the constraint "table.field" of the
 * child. @return NOT_FOUND
 */
REFD_API enum refd_status refd_broken_reference(const struct refd_change *change,
						const struct refd_reference *reference,
						struct refd_error *err);

/**
 * A value that a store checks beyond what it must, behind the core's back. The object is the row.
 * @param constraint "table.field", which adds a violation of @p rule (OUT_OF_RANGE or REQUIRED);
 * "fixture.teams" and "venue.coordinates", which have rules of their own; or any other name an
 * engine tells. @return BACKEND
 */
REFD_API enum refd_status refd_broken_check(const struct refd_change *change,
					    const char *constraint, enum refd_rule rule,
					    struct refd_error *err);

REFD_END_DECLS

#endif
