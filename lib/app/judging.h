/* From the unit's objects to the facts of the rule engine, and back. */
#ifndef REFD_APP_JUDGING_H
#define REFD_APP_JUDGING_H

#include <refdomain/app/assigning.h>
#include <refdomain/domain/validation.h>

#include "app/work.h"

/* A referee in a role of a fixture, in the state that is to be judged. */
struct refd__seat {
	struct refd__fixture_node *fixture;
	struct refd_referee_id referee;
	enum refd_role role;
	bool subject;
	bool available; /* filled in by the judge */
	uint32_t overridden;
	struct refd_assignment *assignment; /* NULL for a seat made up */
};

struct refd__seats {
	struct refd__seat *items;
	size_t count;
	size_t known; /* entries of the unit's map there is room for; those behind came unasked */
};

/* Room for every assignment the unit knows, and `extra` more; their fixtures are loaded. */
enum refd_status refd__seats_make(struct refd_unit *unit, size_t extra, struct refd__seats *ret,
				  struct refd_error *err);
/* Standing assignment of index i in the map, or NULL; for loops over the map. */
struct refd_assignment *refd__standing_assignment(const struct refd_unit *unit, size_t i);
void refd__seat_add(struct refd__seats *seats, struct refd_unit *unit,
		    struct refd_assignment *assignment, enum refd_role role, bool subject,
		    uint32_t overridden);

/*
 * Judge the subjects among the seats. Loads the referees and venues that are still missing. The
 * availabilities of the subjects, and under neutral_referees the teams, the caller has asked for.
 * The sink gets the index of the seat.
 * @return OK whatever was found; technical failures; what the sink returned
 */
enum refd_status refd__judge(struct refd_unit *unit, struct refd__seats *seats,
			     refd_violation_sink *sink, void *sink_self, struct refd_error *err);

/* What became of the committed referees of `fixture` when it changes to `changed`, by the rule
   on_change; availabilities `dropped` or not. The fixture's state is `changed` during the judgement
   and as before afterwards. */
enum refd_status refd__recheck(struct refd_unit *unit, struct refd__fixture_node *fixture,
			       const struct refd_fixture_state *changed, bool dropped,
			       struct refd_fixture_outcome *ret, size_t *ret_count,
			       struct refd_error *err);

#endif
