/*
 * What a unit wants to know, asked in one trip. Each ask leaves out what is known already; what was
 * asked is known afterwards, also that it is not there.
 */
#ifndef REFD_APP_ASKING_H
#define REFD_APP_ASKING_H

#include "app/work.h"

#define REFD__ASKED 12 /* reads of one trip at most */

struct refd__asking {
	struct refd_unit *unit;
	struct refd_read reads[REFD__ASKED];
	size_t count;
	struct refd_key *keys; /* of the read at hand */
	struct refd_facts_request facts;
	bool referred; /* rows of others refer to what is asked for */
	bool no_memory;
};

void refd__ask(struct refd__asking *asking, struct refd_unit *unit); /* start with nothing */
/*
 * The same, for what rows refer to. No guard keeps others from registering what the unit was told
 * is not there, and from referring to it then: that is not believed, and asked for once more.
 */
void refd__ask_referred(struct refd__asking *asking, struct refd_unit *unit);
void refd__ask_command(struct refd__asking *asking);
void refd__ask_rules(struct refd__asking *asking);
void refd__ask_board(struct refd__asking *asking);
void refd__ask_staged(struct refd__asking *asking);
/* All venues, if they are no more than @p most. */
void refd__ask_venues(struct refd__asking *asking, size_t most);

/* Fixtures by id with what hangs on them. */
void refd__ask_fixtures(struct refd__asking *asking, const struct refd_fixture_id *ids,
			size_t count, unsigned with);
/* Referees, teams or venues by id. */
void refd__ask_parties(struct refd__asking *asking, enum refd_record record,
		       const struct refd_uuid *ids, size_t count);
/* Availabilities or assignments by (fixture, referee). */
void refd__ask_pairs(struct refd__asking *asking, enum refd_record record,
		     const struct refd_key *keys, size_t count);
void refd__ask_pair(struct refd__asking *asking, enum refd_record record,
		    struct refd_fixture_id fixture, struct refd_referee_id referee);
/* Fixtures of a venue or team that can clash with a kick-off. */
void refd__ask_around(struct refd__asking *asking, enum refd_record party, struct refd_uuid id,
		      struct refd_time kickoff);
/* Assignments of referees in a window of time. */
void refd__ask_engagements(struct refd__asking *asking, const struct refd_referee_id *ids,
			   size_t count, struct refd_range window);
/* Those close enough to kick-offs within @p span to clash; for many referees the venues were asked
 * for before (facts.c). */
void refd__ask_engaged(struct refd__asking *asking, const struct refd_referee_id *ids, size_t count,
		       struct refd_range span);
/*
 * What surrounds a fixture, where the store answers that in one and the fixture is not known yet,
 * so that the store's view is the unit's. @return false if not: then nothing is asked, and each
 * thing is when it is needed. `referee` and `venue` may be unset, an unset `kickoff` is the
 * fixture's own.
 */
bool refd__ask_surroundings(struct refd__asking *asking, struct refd_fixture_id fixture,
			    struct refd_referee_id referee, struct refd_venue_id venue,
			    struct refd_time kickoff);

enum refd_status refd__answer(struct refd__asking *asking, struct refd_error *err);

/* ---- what was asked is known (known.c) ---- */

/* From span.from - reach to span.to + reach, both in. */
struct refd_range refd__window(struct refd_range span, int64_t reach);
/* False when out of memory. */
bool refd__know(struct refd_unit *unit, const struct refd_read *read);

#endif
