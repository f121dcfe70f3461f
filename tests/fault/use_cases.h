/* Every use case once, as data: what has to be there, and the call. For tests that fail it at every
 * point. */
#ifndef REFD_TESTS_USE_CASES_H
#define REFD_TESTS_USE_CASES_H

#include "league.h"

/* A small season every use case starts from. */
struct stage_set {
	struct refd_referee_id anna, berta, clara;
	struct refd_team_id team;
	struct refd_venue_id hall, spare;
	struct refd_fixture_id open;   /* nothing on it but anna's and berta's availability */
	struct refd_fixture_id staged; /* anna staged as first referee, available */
	struct refd_fixture_id
		assigned;	       /* anna first and berta second, committed; clara available */
	struct refd_notice_id notice;  /* a dead letter */
	struct refd_schedule schedule; /* a fixture that can be scheduled */
};

struct use_case {
	const char *name;
	enum refd_status (*run)(struct league *league, const struct stage_set *set,
				struct refd_error *err);
	bool changes; /* a query otherwise */
};

extern const struct use_case use_cases[];
extern const size_t n_use_cases;

/* More of them, for the torture of the core alone (rare_cases.c). */
extern const struct use_case rare_cases[];
extern const size_t n_rare_cases;

/* Builds the set; expects every step to succeed. */
void use_case_prepare(struct league *league, struct stage_set *set);

#endif
