/* Whether venue and teams are free for a fixture. */
#ifndef REFD_APP_CLASHES_H
#define REFD_APP_CLASHES_H

#include "app/asking.h"

/*
 * Adds VENUE_TAKEN and TEAM_TAKEN for every scheduled fixture other than `wanted->id` that excludes
 * it at its venue and kick-off.
 * @return OK; REFUSED; technical failures. The unit's rules must be known.
 */
enum refd_status refd__require_free(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				    struct refd_error *err);

/* Asks for what refd__require_free() looks at. */
void refd__ask_rivals(struct refd__asking *asking, const struct refd_fixture_state *wanted);

/* The same for the venue alone: a fixture that only moves there keeps its teams and their times. */
enum refd_status refd__require_free_venue(struct refd_unit *unit,
					  const struct refd_fixture_state *wanted,
					  struct refd_error *err);

#endif
