/** @file rule_book.h Reading and changing the rule set. @since 0.1 */
#ifndef REFDOMAIN_APP_RULE_BOOK_H
#define REFDOMAIN_APP_RULE_BOOK_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

/** The stored rule set, or the defaults. @return OK; technical failures */
REFD_NODISCARD REFD_API enum refd_status refd_rule_book_get(const struct refd_app *app,
							    struct refd_rules *ret,
							    struct refd_error *err);

/**
 * Store @p rules (its version is ignored; use expected_version). Existing fixtures are not judged
 * anew, except that choosing exclusivity DAY or another day_zone is refused while scheduled
 * fixtures clash under it. @return OK; INVALID (all violations, unknown zone); REFUSED
 * (VENUE_TAKEN, TEAM_TAKEN)
 */
REFD_NODISCARD REFD_API enum refd_status refd_rule_book_set(const struct refd_app *app,
							    const struct refd_command *meta,
							    const struct refd_rules *rules,
							    struct refd_result *ret,
							    struct refd_error *err);

REFD_END_DECLS

#endif
