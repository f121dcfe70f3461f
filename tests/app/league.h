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
	size_t sleeps;			 /* how often the runner waited */
	const struct refd_command *meta; /* goes with every command given below; NULL: none */
	struct refd_command unit_meta;	 /* what meta points to while a unit is open */
};

/* Chooses the adapter for the tests of this program from argv: "memory" (default), "sqlite" or
 * "postgres". */
void league_choose(int argc, char **argv);
/* For "postgres": this store (see named_store.h) instead of a schema on the server of the run. */
void league_choose_server(const char *store);
/* Drops that schema, at the end of the program at the latest. */
void league_leave_server(void);
/* For "sqlite": this file on that VFS, both borrowed, instead of one in memory. @return whether
 * SQLite was chosen */
bool league_choose_file(const char *path, const char *vfs);

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

/* A fixture in a week, and two referees who have declared. */
struct league_scene {
	struct refd_fixture_id fixture;
	struct refd_referee_id anna, berta;
};
struct league_scene league_scene(struct league *league);

/* Opens a unit; until it ends, the commands below run in it. */
struct refd_unit *league_begin(struct league *league);
enum refd_status league_end(struct league *league); /* commits */
void league_drop(struct league *league);

/* Each gives one command and returns what it answered; why is in league->err, what came of it in
 * league->result. */
enum refd_status try_schedule(struct league *league, struct refd_team_id home,
			      struct refd_team_id away, struct refd_venue_id venue,
			      struct refd_time kickoff);
/* The same, with fresh teams. */
enum refd_status try_schedule_in(struct league *league, struct refd_venue_id venue,
				 struct refd_time kickoff);
enum refd_status try_reschedule(struct league *league, struct refd_fixture_id fixture,
				struct refd_time kickoff);
enum refd_status try_move(struct league *league, struct refd_fixture_id fixture,
			  struct refd_venue_id venue);
enum refd_status try_cancel(struct league *league, struct refd_fixture_id fixture);
enum refd_status try_declare(struct league *league, struct refd_fixture_id fixture,
			     struct refd_referee_id referee);
enum refd_status try_withdraw(struct league *league, struct refd_fixture_id fixture,
			      struct refd_referee_id referee);
enum refd_status try_lock(struct league *league, const struct refd_lock_target *target);
enum refd_status try_unlock(struct league *league, const struct refd_lock_target *target);
enum refd_status try_announce(struct league *league, const struct refd_lock_target *target,
			      struct refd_time hand_out);
enum refd_status try_stage(struct league *league, struct refd_fixture_id fixture,
			   struct refd_referee_id referee, enum refd_role role);
enum refd_status try_unstage(struct league *league, struct refd_fixture_id fixture,
			     struct refd_referee_id referee);
enum refd_status try_commit(struct league *league);
enum refd_status try_replace(struct league *league, struct refd_fixture_id fixture,
			     struct refd_referee_id old_referee,
			     struct refd_referee_id new_referee);
enum refd_status try_remove(struct league *league, struct refd_fixture_id fixture,
			    struct refd_referee_id referee);
enum refd_status try_validate(struct league *league); /* of all that is staged */
enum refd_status try_set_rule(struct league *league, const char *key, const char *value);

/* The fixture, referee, ... the last command made or named first. */
struct refd_uuid league_made(const struct league *league);

/* The command was REFUSED for `rule`, among others or alone. */
#define EXPECT_REFUSED(league, call, rule)                                                         \
	do {                                                                                       \
		support_assert_status((call), REFD_REFUSED);                                       \
		support_assert_violation(&(league)->err, rule, NULL);                              \
	} while (0)
#define EXPECT_ONLY(league, call, rule)                                                            \
	do {                                                                                       \
		EXPECT_REFUSED(league, call, rule);                                                \
		assert_int_equal((league)->err.total, 1);                                          \
	} while (0)

/* What is stored. */
struct refd_fixture_state league_fixture_state(struct league *league, struct refd_fixture_id id);
/* The referee in the slot; unset if empty. */
struct refd_referee_id league_slot(struct league *league, struct refd_fixture_id fixture,
				   enum refd_role role);
bool league_holds(struct league *league, struct refd_fixture_id fixture, enum refd_role role,
		  struct refd_referee_id referee);
bool league_is_free(struct league *league, struct refd_fixture_id fixture, enum refd_role role);
size_t league_events(struct league *league); /* stored events in all */
size_t league_events_of(struct league *league, enum refd_noun noun, struct refd_uuid id);
size_t league_events_named(struct league *league, const char *name);
size_t league_notices(struct league *league, struct refd_referee_id recipient,
		      enum refd_notice_kind kind);
size_t league_availabilities(struct league *league, struct refd_fixture_id fixture);
size_t league_assignments(struct league *league, struct refd_fixture_id fixture,
			  enum refd_assignment_status status);

/* A number that stands for every byte of every row (fingerprint.c). */
uint64_t league_fingerprint(const struct league *league);

/* Runs the call, which must answer `expected`; the reason stays in league->err. */
#define LEAGUE_EXPECT(league, call, expected)                                                      \
	do {                                                                                       \
		refd_error_clear(&(league)->err);                                                  \
		support_assert_status((call), (expected));                                         \
	} while (0)

#endif
