/* The application layer over an actor's store, with ports that need nothing else. */
#ifndef REFD_CONTRACT_SEAT_H
#define REFD_CONTRACT_SEAT_H

#include <refdomain/app/app.h>
#include <refdomain/app/scheduling.h>
#include <refdomain/app/unit.h>

#include "kit.h"

/* Lives with the actor. */
struct refd_contract__seat {
	struct refd_contract__actor *actor;
	struct refd_contract_faulty faulty; /* the app's store: fails what is set here */
	uint64_t drawn;			    /* ids */
	struct refd_error err;		    /* of the last command */
	struct refd_result result;
};

/* NULL when the case has failed. */
struct refd_contract__seat *refd_contract__sit(struct refd_contract__kit *kit, size_t number);
/* What the command answered must be `expected`. */
void refd_contract__answered(struct refd_contract__seat *seat, const char *what,
			     enum refd_status status, enum refd_status expected);
struct refd_command refd_contract__meta(struct refd_command_id id);
/* The events of an aggregate must be of versions 1 to count. */
void refd_contract__events(struct refd_contract__actor *actor, enum refd_noun noun,
			   struct refd_uuid id, int64_t count);

/* Teams and venues, made through the application. */
struct refd_contract__league {
	struct refd_team_id teams[4];
	struct refd_venue_id venues[3];
};
void refd_contract__league(struct refd_contract__seat *seat, struct refd_contract__league *ret);
/* Seat 0 of a new league; NULL when the case has failed. */
struct refd_contract__seat *refd_contract__sit_in_league(struct refd_contract__kit *kit,
							 struct refd_contract__league *ret);

/* A fixture of teams 2 * pair and 2 * pair + 1, so many days from today; nothing is stored. */
struct refd_schedule refd_contract__fixture_on(struct refd_contract__kit *kit,
					       const struct refd_contract__league *league,
					       size_t pair, size_t venue, int64_t day);

/* All times of these cases lie after this instant, the application's now. */
#define REFD_CONTRACT__TODAY INT64_C(1893456000000000) /* 2030-01-01 */

#endif
