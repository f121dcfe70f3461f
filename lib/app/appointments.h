/* What the log of events tells of appointments, added up by fixture and by referee. Nothing here
 * depends on the order of events of one instant. */
#ifndef REFD_APP_APPOINTMENTS_H
#define REFD_APP_APPOINTMENTS_H

#include "app/reading.h"

/* One referee of one fixture. */
struct refd__person {
	struct refd__person *next; /* by referee id */
	struct refd_appointment row;
	struct refd_uuid assignment; /* the last one that named the role */
	int64_t version;
};

/* How often a party was corrected, and when last. */
struct refd__corrections {
	int64_t count;
	struct refd_time last;
};

/* A venue the fixture was at. */
struct refd__stay {
	struct refd__stay *next;
	struct refd_venue_id venue;
};

/* What concerns everybody on a fixture. */
struct refd__crew {
	struct refd__person *people;
	struct refd__stay *stays; /* if it was moved */
	size_t count;
	int64_t revision;
	struct refd_time changed;
};

/* Memory from the arena of the map. */
struct refd__appointments {
	struct refd__id_map map; /* crews by FIXTURE, people by ASSIGNMENT (fixture, referee),
				    corrections by REFEREE, TEAM and VENUE */
	int64_t revision;	 /* of all of them */
	struct refd_time changed;
	size_t largest;			      /* crew */
	const struct refd_event_state *event; /* at hand */
};

void refd__appointments_init(struct refd__appointments *appointments, struct refd__arena *arena);
/* @return OK; NO_MEMORY; CORRUPT */
enum refd_status refd__appointments_add(struct refd__appointments *appointments,
					const struct refd_event_codec *codec,
					const struct refd_event_state *event,
					struct refd_error *err);
/* Of that pair, made as ENDED if the log did not name it; NULL: out of memory. */
struct refd__person *refd__appointments_person(struct refd__appointments *appointments,
					       struct refd_fixture_id fixture,
					       struct refd_referee_id referee);
/* NULL if there is none. */
const struct refd__crew *refd__appointments_crew(const struct refd__appointments *appointments,
						 struct refd_fixture_id fixture);
/* Of all that was ever shown of the fixture, so that the count never falls: not when it moves to
 * a venue that was corrected less. */
struct refd__corrections refd__appointments_corrections(
	const struct refd__appointments *appointments, const struct refd__crew *crew,
	const struct refd_fixture_state *fixture);

/* The later of the two stays. */
static inline void refd__later(struct refd_time *at, struct refd_time time)
{
	if (time.us > at->us)
		*at = time;
}

#endif
