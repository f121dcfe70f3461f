/* A stored data set full of equal times and names, and what each index must deliver of it. */
#ifndef REFD_CONTRACT_RANGES_H
#define REFD_CONTRACT_RANGES_H

#include "kit.h"

#define REFD_CONTRACT__SEASON_ROWS 400
#define REFD_CONTRACT__SEASON_KEYS 12

enum refd_contract__order {
	REFD_CONTRACT__BY_NAME,
	REFD_CONTRACT__BY_TIME,
	REFD_CONTRACT__BY_NUMBER
};

struct refd_contract__index {
	enum refd_record record;
	enum refd_index index;
	enum refd_contract__order order;
	bool paged;	      /* after names a place in this order */
	enum refd_record key; /* key.a is the id of such a row; 0: none */
	int64_t numbers;      /* key.number counts from 1 to this; 0: none */
};

/* What is asked for of which record, by which index, in which order; the rest as in the struct. */
#define REFD_CONTRACT__INDEX_MAP(XX)                                                               \
	XX(referees_by_name, REFEREE, ALL, NAME, true, 0, 0)                                       \
	XX(teams_by_name, TEAM, ALL, NAME, true, 0, 0)                                             \
	XX(venues_by_name, VENUE, ALL, NAME, true, 0, 0)                                           \
	XX(fixtures_by_time, FIXTURE, ALL, TIME, true, 0, 0)                                       \
	XX(fixtures_of_a_venue, FIXTURE, VENUE, TIME, true, REFD_RECORD_VENUE, 0)                  \
	XX(fixtures_of_a_team, FIXTURE, TEAM, TIME, true, REFD_RECORD_TEAM, 0)                     \
	XX(fixtures_of_a_status, FIXTURE, STATUS, TIME, true, 0, 2)                                \
	XX(fixtures_of_a_referee, FIXTURE, REFEREE, TIME, true, REFD_RECORD_REFEREE, 0)            \
	XX(slots_of_a_fixture, SLOT, FIXTURE, NUMBER, false, REFD_RECORD_FIXTURE, 0)               \
	XX(availabilities_by_time, AVAILABILITY, ALL, TIME, true, 0, 0)                            \
	XX(availabilities_of_a_fixture, AVAILABILITY, FIXTURE, TIME, true, REFD_RECORD_FIXTURE, 0) \
	XX(availabilities_of_a_referee, AVAILABILITY, REFEREE, TIME, true, REFD_RECORD_REFEREE, 0) \
	XX(assignments_by_time, ASSIGNMENT, ALL, TIME, true, 0, 0)                                 \
	XX(assignments_of_a_fixture, ASSIGNMENT, FIXTURE, TIME, true, REFD_RECORD_FIXTURE, 0)      \
	XX(assignments_of_a_referee, ASSIGNMENT, REFEREE, TIME, true, REFD_RECORD_REFEREE, 0)      \
	XX(assignments_of_a_status, ASSIGNMENT, STATUS, TIME, true, 0, 3)                          \
	XX(assignments_staged, ASSIGNMENT, STAGED, TIME, true, 0, 0)                               \
	XX(claims_of_a_fixture, CLAIM, FIXTURE, NUMBER, false, REFD_RECORD_FIXTURE, 0)             \
	XX(events_by_time, EVENT, ALL, TIME, true, 0, 0)                                           \
	XX(events_of_an_aggregate, EVENT, AGGREGATE, NUMBER, true, REFD_RECORD_TEAM,               \
	   REFD_NOUN_TEAM)                                                                         \
	XX(notices_by_time, NOTICE, ALL, TIME, true, 0, 0)                                         \
	XX(notices_of_a_status, NOTICE, STATUS, TIME, true, 0, 4)                                  \
	XX(notices_of_a_recipient, NOTICE, RECIPIENT, TIME, true, REFD_RECORD_REFEREE, 0)          \
	XX(commands_by_time, COMMAND, ALL, TIME, true, 0, 0)

enum {
#define XX(name, record, index, order, paged, key, numbers) REFD_CONTRACT__##name,
	REFD_CONTRACT__INDEX_MAP(XX)
#undef XX
};

struct refd_contract__placed {
	union refd_contract__state state;
	struct refd_position at; /* in the index asked for */
};

struct refd_contract__season {
	struct refd_contract__placed rows[REFD_CONTRACT__SEASON_ROWS]; /* of all records */
	enum refd_record records[REFD_CONTRACT__SEASON_ROWS];
	size_t count;
};

/* Stores a season; NULL when the case has failed. */
struct refd_contract__season *refd_contract__season(struct refd_contract__actor *actor);
/* The keys worth asking an index for, one without rows among them. @return how many */
size_t refd_contract__season_keys(const struct refd_contract__season *season,
				  const struct refd_contract__index *index, struct refd_key *ret);
/* The rows the index holds under key, in order. @return how many */
size_t refd_contract__season_range(const struct refd_contract__season *season,
				   const struct refd_contract__index *index,
				   const struct refd_key *key, struct refd_contract__placed *ret);

/* Ask that index of the map in every way it can be asked, by RANGE or what reads like it. */
void refd_contract__ask_index(struct refd_contract__kit *kit, int index, enum refd_read_kind kind);

/* Take the parents out of what was read, each must be where it belongs. */
void refd_contract__strip_parents(struct refd_contract__actor *actor,
				  const struct refd_contract__season *season,
				  enum refd_record record, const char *how);

#endif
