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

#endif
