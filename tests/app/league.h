/* The application layer on a real store: ports that stand still, one valid default per noun, short
 * ways to give commands and look at what came of them. */
#ifndef REFD_TESTS_LEAGUE_H
#define REFD_TESTS_LEAGUE_H

#include <refdomain/refdomain.h>

#include "support.h"

#define EVENTS_MAX 256

struct league {
	struct support_heap heap;
	struct refd_allocator allocator;
	struct refd_time now;
	uint64_t drawn; /* ids given out */
	struct refd_random random;
	struct refd_ports ports;
	struct refd_app *app;
	struct refd_error err;
	struct refd_result result;
	void *store; /* of the adapter at hand */
	void *zones;
	size_t sleeps; /* how often the runner waited */
};

/* Chooses the adapter for the tests of this program from argv: "memory" (default) or "sqlite". */
void league_choose(int argc, char **argv);

int league_setup(void **state);
int league_teardown(void **state);

#define LEAGUE_TEST(name) cmocka_unit_test_setup_teardown(name, league_setup, league_teardown)

/* 2026-09-01T12:00:00Z; a test moves league->now. */
#define LEAGUE_START ((struct refd_time){ INT64_C(1788264000) * REFD_SECOND })

/* A time so many days and minutes after the start. */
struct refd_time league_time(int days, int minutes);

struct refd_referee_id league_referee(struct league *league, const char *name);
struct refd_team_id league_team(struct league *league, const char *name);
struct refd_venue_id league_venue(struct league *league, const char *name);
struct refd_venue_id league_venue_at(struct league *league, const char *name, const char *latitude,
				     const char *longitude);
/* With fresh teams and a fresh venue. */
struct refd_fixture_id league_fixture(struct league *league, struct refd_time kickoff);
struct refd_fixture_id league_fixture_at(struct league *league, struct refd_venue_id venue,
					 struct refd_time kickoff);

/* Each expects OK. */
void league_declare(struct league *league, struct refd_fixture_id fixture,
		    struct refd_referee_id referee);
void league_stage(struct league *league, struct refd_fixture_id fixture,
		  struct refd_referee_id referee, enum refd_role role);
void league_commit(struct league *league);
/* Declared, staged and committed. */
void league_assign(struct league *league, struct refd_fixture_id fixture,
		   struct refd_referee_id referee, enum refd_role role);
void league_set_rule(struct league *league, const char *key, const char *value);

/* What is stored. */
struct refd_fixture_state league_fixture_state(struct league *league, struct refd_fixture_id id);
/* The referee in the slot; unset if empty. */
struct refd_referee_id league_slot(struct league *league, struct refd_fixture_id fixture,
				   enum refd_role role);
size_t league_events(struct league *league); /* stored events in all */
size_t league_events_named(struct league *league, const char *name);
size_t league_notices(struct league *league, struct refd_referee_id recipient,
		      enum refd_notice_kind kind);
size_t league_availabilities(struct league *league, struct refd_fixture_id fixture);
size_t league_assignments(struct league *league, struct refd_fixture_id fixture,
			  enum refd_assignment_status status);

/* Runs the call, which must answer `expected`; the reason stays in league->err. */
#define LEAGUE_EXPECT(league, call, expected)                                                      \
	do {                                                                                       \
		refd_error_clear(&(league)->err);                                                  \
		support_assert_status((call), (expected));                                         \
	} while (0)

#endif
