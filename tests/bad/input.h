/* A call of the public API as data: valid to begin with, then spoiled, with what the spoiling must
 * lead to. */
#ifndef REFD_TESTS_BAD_INPUT_H
#define REFD_TESTS_BAD_INPUT_H

#include "use_cases.h"

enum { IDS = 4, TEXTS = 6, ROWS = 2, SPOILS_MOST = 3, KEYS = 11 };

/* A stage set, and what refuses beside it. Nothing of it changes while bad inputs are given. */
struct season {
	struct stage_set set;
	struct refd_uuid retired_referee, retired_team, retired_venue;
	struct refd_uuid cancelled, past, locked; /* fixtures */
	struct refd_uuid accepted;		  /* a command, of a request nobody makes */
	struct refd_page_key keys[KEYS];	  /* one of each list */
};

void season_build(struct league *league, struct season *season);

/* What a spoiled argument must lead to, alone. */
struct outcome {
	uint32_t statuses; /* set of 1 << status */
	enum refd_rule rule;
	const char *field;    /* NULL: any */
	struct refd_uuid who; /* the object that is not there or is there already; unset: any */
	bool collected;	      /* comes together with the others of its kind */
};

struct input {
	const struct verb *verb;
	struct refd_command meta;
	bool in_unit, without_error;
	struct refd_uuid ids[IDS];
	struct refd_str texts[TEXTS];
	struct refd_coordinates coordinates;
	struct refd_time time;
	struct refd_range range;
	bool board;
	int enumerator; /* a role, or the status of a filter */
	struct refd_stage rows[ROWS];
	struct refd_override override;
	struct refd_rules rules;
	struct refd_purge purge;
	struct refd_page page;
	struct refd_ports ports;

	struct outcome outcomes[SPOILS_MOST];
	size_t n_outcomes;
	char told[500];
};

/* What came of it. */
struct answer {
	enum refd_status status;
	struct refd_result result;
	size_t delivered; /* rows of a list */
	struct refd_page_key next;
	const char *wrong; /* what the call itself found wrong; NULL: nothing */
};

/* ---- arguments, and how each is spoiled (spoil.c) ---- */

enum kind {
	END,
	ID,	 /* of `noun`, at ids[at] */
	SET_ID,	 /* the same where unset would do */
	PAIR_ID, /* the same of two that belong together: the pair is missing, not this one */
	NEW_ID,	 /* of an object to make: `noun`, at ids[at] */
	OTHER,	 /* ids[at] becomes the id at `other` in the season */
	NAME,	 /* texts[at] */
	LINE,
	PHONE,
	EMAIL,
	PLACE, /* coordinates */
	KICKOFF,
	HAND_OUT,
	ROLE,
	STATUS, /* of a filter: nothing need refuse it */
	TARGET, /* of a lock */
	RANGE,
	PAGE,	   /* of the list number `at` */
	BOTH,	   /* a filter by fixture and by referee */
	STAGES,	   /* rows to stage */
	PROPOSALS, /* rows to judge */
	OVERRIDE,  /* for a staged row */
	OVERRIDE_OF_REPLACEMENT,
	RULES,
	RETENTION,
	PORTS,
	VERSION,    /* of the first object named */
	NO_VERSION, /* there is no such object */
	COMMAND_ID, /* accepted before, of another request */
	UNIT_ID,    /* of a unit: accepted before */
	ABOUT	    /* the rest of a refd_command */
};

struct argument {
	enum kind kind;
	int at;
	const char *field;
	enum refd_noun noun;
	size_t other; /* offset of an id in a season */
	enum refd_status status;
	enum refd_rule rule;
};

/* Spoils that argument and adds what must come of it. */
void spoil(struct input *input, const struct argument *argument, const struct season *season,
	   struct support_random *random);

/* ---- calls (verbs.c) ---- */

struct verb {
	const char *name;
	void (*fill)(struct input *input, const struct season *season); /* a valid one */
	enum refd_status (*run)(struct league *league, const struct input *input,
				struct answer *answer, struct refd_error *err);
	bool command; /* takes a refd_command, and a unit */
	struct argument arguments[12];
};

extern const struct verb verbs[];
extern const size_t n_verbs;

#endif
