/*
 * The insides of the unit of work: what it has loaded (an identity map with the links between
 * objects), what it changed, and how that becomes one change set. Everything lives in the unit's
 * arena.
 */
#ifndef REFD_APP_WORK_H
#define REFD_APP_WORK_H

#include <stdatomic.h>

#include <refdomain/app/unit.h>

#include "base/id_map.h"
#include "domain/aggregates.h"

struct refd_app {
	struct refd_ports ports;
	/* how far apart engagements can clash under the rules last seen: a guess for what to ask
	 * before the rules are known */
	_Atomic int64_t *reach_seen;
	_Atomic int64_t reach_room;
};

struct refd__availability_node {
	struct refd__availability_node *next; /* of the same fixture */
	struct refd_availability *availability;
	bool followed, standing; /* as of the event whose notices are derived; stored rows stand
				    until an event says otherwise */
};

struct refd__assignment_node {
	struct refd__assignment_node *next_of_fixture;
	struct refd__assignment_node *next_of_referee;
	struct refd_assignment *assignment;
};

/* What hangs on a fixture, as sets of 1 << record. */
enum {
	REFD__WITH_SLOTS = 1 << REFD_RECORD_SLOT,
	REFD__WITH_AVAILABILITIES = 1 << REFD_RECORD_AVAILABILITY,
	REFD__WITH_ASSIGNMENTS = 1 << REFD_RECORD_ASSIGNMENT,
	REFD__WITH_ALL = REFD__WITH_SLOTS | REFD__WITH_AVAILABILITIES | REFD__WITH_ASSIGNMENTS
};

/* A fixture and what hangs on it. `fixture` is NULL until its row came. */
struct refd__fixture_node {
	struct refd_fixture *fixture;
	struct refd__availability_node *availabilities;
	struct refd__assignment_node *assignments;
	unsigned known;	   /* REFD__WITH_...: all of these are here */
	unsigned looked;   /* `guarded` when it was asked for by id, or its row came, last */
	const void *asked; /* the keys it was put among last */
	bool followed;	   /* kickoff and venue are as of the event whose notices are derived */
	struct refd_time kickoff;
	struct refd_venue_id venue;
};

struct refd__referee_node {
	struct refd_referee *referee; /* NULL until its row came */
	unsigned looked;
	struct refd__assignment_node *assignments; /* over all fixtures seen so far, replaced ones
						      under the old referee too */
	struct refd_range engaged; /* the window in which all assignments are known */
};

/* A fixture under one of its venues or teams; entries go stale when the fixture moves, so look at
 * the fixture's present state. */
struct refd__party_link {
	struct refd__party_link *next;
	struct refd__fixture_node *node;
};

struct refd__party_node {
	void *party; /* struct refd_team or refd_venue; NULL until its row came */
	unsigned looked;
	struct refd__party_link *fixtures;
	struct refd_range seen; /* the window in which all its fixtures are known */
};

struct refd__notice_node {
	struct refd__notice_node *next;
	struct refd_notice_state state;
};

/* A row that no aggregate stands for: a notice put back in the queue. */
struct refd__row_node {
	struct refd__row_node *next;
	struct refd_change change;
};

struct refd_unit {
	const struct refd_app *app;
	struct refd__arena arena;
	struct refd__id_map map;
	struct refd__tracker tracker;
	struct refd_tx *tx;
	struct refd_time now;
	int64_t deadline;
	struct refd_command_id command;
	struct refd_str actor, traceparent;
	struct refd_uuid correlation, causation;
	struct refd_uuid
		last_id; /* ids of one unit grow, so that events of one instant keep their order */
	const char *command_name; /* NULL: there is nothing to commit */
	uint8_t request[32];
	struct refd_result result; /* what the command row will say */
	struct refd_command_state
		found; /* the stored row of the command id; id unset: none. Texts are not kept */
	char found_name[81];
	struct refd_rules rules;
	bool rules_known, rules_changed;
	bool staged_known;   /* every staged assignment is in the map */
	size_t venues_asked; /* so many venues were asked for, whichever they are */
	struct refd_rules
		claim_rules; /* under which the stored claims were made, if days_changed */
	bool days_changed;
	int64_t stored_rules_version;
	struct refd_board *board;
	bool assert_board, assert_rules;
	struct refd__row_node *rows;
	size_t followed;  /* of the tracker's, what commands of this unit did and saw to */
	unsigned guarded; /* grows with every guard: others may have changed what was read before */
	bool poisoned;
	bool read_only; /* takes no guards, never commits */
};

/* identity map kinds beyond the records: */
enum { REFD__MAP_AVAILABILITY_PAIR = 100, REFD__MAP_ASSIGNMENT_PAIR, REFD__MAP_GUARD };

/* ---- life (unit.c) ---- */
enum refd_status refd__unit_open(const struct refd_app *app, enum refd_tx_mode mode,
				 const struct refd_command *meta, struct refd_command_id id,
				 int64_t deadline, struct refd_unit **ret, struct refd_error *err);
enum refd_status refd__unit_close(struct refd_unit *unit,
				  struct refd_error *err); /* commit and free */
/* Commit a change set made by hand, and free the unit. */
enum refd_status refd__unit_commit_set(struct refd_unit *unit,
				       const struct refd_change_set *changes,
				       struct refd_error *err);
/* Remember that the unit cannot go on if @p status is technical. @return status */
enum refd_status refd__unit_fail(struct refd_unit *unit, enum refd_status status);
enum refd_status refd__no_memory(struct refd_unit *unit, struct refd_error *err);
enum refd_status refd__draw(struct refd_unit *unit, struct refd_uuid *ret, struct refd_error *err);
/* Sorted and without those already held. */
enum refd_status refd__guard(struct refd_unit *unit, const struct refd_guard *guards, size_t count,
			     struct refd_error *err);
bool refd__status_is_technical(enum refd_status status);

/* ---- loading (load.c): rows into the identity map ---- */
enum refd_status refd__read(struct refd_unit *unit, const struct refd_read *reads, size_t count,
			    struct refd_error *err);
struct refd__fixture_node *refd__fixture_node(struct refd_unit *unit,
					      struct refd_fixture_id id); /* NULL: out of memory */
struct refd__referee_node *refd__referee_node(struct refd_unit *unit, struct refd_referee_id id);
struct refd__party_node *refd__party_node(struct refd_unit *unit, enum refd_record record,
					  struct refd_uuid id);
/* The fixture of index i in the map, NULL if that is none or its row never came; for loops over
 * the map. */
struct refd_fixture *refd__known_fixture(const struct refd_unit *unit, size_t i);
/* Whether what is known is as good as stored: read under the guards of now, or the unit's own. */
bool refd__is_fresh(const struct refd_unit *unit, unsigned looked, enum refd__fate fate);
bool refd__link_fixture(struct refd_unit *unit,
			struct refd__fixture_node *node); /* under its present venue and teams */
bool refd__adopt_availability(struct refd_unit *unit, struct refd_availability *availability);
bool refd__adopt_assignment(struct refd_unit *unit, struct refd_assignment *assignment);
bool refd__link_assignment(struct refd_unit *unit,
			   struct refd__assignment_node *node); /* under its present referee */

/* The row came, or there is none. */
void refd__know_rules(struct refd_unit *unit);
bool refd__know_board(struct refd_unit *unit); /* false when out of memory */

/* ---- finding (find.c): the object or NULL; reads what is not known yet ---- */
enum refd_status refd__rules(struct refd_unit *unit,
			     struct refd_error *err); /* makes unit->rules known */
enum refd_status refd__board(struct refd_unit *unit, struct refd_board **ret,
			     struct refd_error *err);
enum refd_status refd__find_referee(struct refd_unit *unit, struct refd_referee_id id,
				    struct refd_referee **ret, struct refd_error *err);
enum refd_status refd__find_team(struct refd_unit *unit, struct refd_team_id id,
				 struct refd_team **ret, struct refd_error *err);
enum refd_status refd__find_venue(struct refd_unit *unit, struct refd_venue_id id,
				  struct refd_venue **ret, struct refd_error *err);
enum refd_status refd__find_fixture(struct refd_unit *unit, struct refd_fixture_id id,
				    struct refd__fixture_node **ret, struct refd_error *err);
/* As find, but a missing object is NOT_FOUND and names itself. */
enum refd_status refd__need_referee(struct refd_unit *unit, struct refd_referee_id id,
				    struct refd_referee **ret, struct refd_error *err);
enum refd_status refd__need_venue(struct refd_unit *unit, struct refd_venue_id id,
				  struct refd_venue **ret, struct refd_error *err);
enum refd_status refd__need_fixture(struct refd_unit *unit, struct refd_fixture_id id,
				    struct refd__fixture_node **ret, struct refd_error *err);
enum refd_status refd__not_found(struct refd_error *err, enum refd_noun noun, struct refd_uuid id);
enum refd_status refd__find_availability(struct refd_unit *unit, struct refd_fixture_id fixture,
					 struct refd_referee_id referee,
					 struct refd_availability **ret, struct refd_error *err);
enum refd_status refd__find_assignment(struct refd_unit *unit, struct refd_fixture_id fixture,
				       struct refd_referee_id referee, struct refd_assignment **ret,
				       struct refd_error *err);
/* The assignment of who holds a slot. @return OK; CORRUPT: there is none */
enum refd_status refd__find_holder(struct refd_unit *unit, struct refd_fixture_id fixture,
				   struct refd_referee_id holder, struct refd_assignment **ret,
				   struct refd_error *err);
/* CONFLICT if expected is set and is not the version. */
enum refd_status refd__expect(struct refd_unit *unit, int64_t expected, int64_t version,
			      enum refd_noun noun, struct refd_uuid id, struct refd_error *err);

/* ---- facts (facts.c): everything a rule needs to know about many objects, in few reads ---- */
/* Fixtures by id with what hangs on them; ids not stored are skipped. */
enum refd_status refd__load_fixtures(struct refd_unit *unit, const struct refd_fixture_id *ids,
				     size_t count, unsigned with, struct refd_error *err);
/* After they were loaded. @return OK; CORRUPT: one is not there, though an assignment refers to it
 */
enum refd_status refd__require_fixtures(struct refd_unit *unit, const struct refd_fixture_id *ids,
					size_t count, struct refd_error *err);
/* What a few referees are judged by on a fixture that kicks off then: their assignments (staged or
 * committed) close enough to clash, whether they declared, and under neutral_referees the teams. */
enum refd_status refd__load_judged(struct refd_unit *unit, const struct refd_fixture_state *fixture,
				   struct refd_time kickoff, const struct refd_referee_id *ids,
				   size_t count, struct refd_error *err);
/* How far from a kick-off another one can be and still be too close, in microseconds. */
int64_t refd__longest_reach(const struct refd_rules *rules);
/* Under the unit's rules, or as long as they are not known, under those seen last. */
int64_t refd__engagement_reach(const struct refd_unit *unit);
/* Every venue, if they are no more than @p referees and it pays to know how far they are apart. */
bool refd__worth_the_venues(size_t referees);

/* ---- days (days.c) ---- */
/* The civil day of @p time in @p rules->day_zone. */
enum refd_status refd__day(const struct refd_ports *ports, const struct refd_rules *rules,
			   struct refd_time time, int32_t *ret, struct refd_error *err);
/* Whether two scheduled fixtures at these instants exclude each other under the unit's rules. */
enum refd_status refd__clash(struct refd_unit *unit, struct refd_time a, struct refd_time b,
			     bool *ret, struct refd_error *err);

/* ---- change set (changes.c, claims.c, notices.c) ---- */
enum refd_status refd__derive_notices(struct refd_unit *unit, struct refd__notice_node **ret,
				      size_t *ret_count, struct refd_error *err);
struct refd__changes; /* a growing list in the arena */
enum refd_status refd__build_changes(struct refd_unit *unit, struct refd_change_set *ret,
				     struct refd_error *err);
bool refd__add_change(struct refd__changes *changes, enum refd_change_kind kind,
		      enum refd_record record, const void *state, int64_t expected);
enum refd_status refd__add_claims(struct refd_unit *unit, const struct refd_fixture *fixture,
				  struct refd__changes *changes, struct refd_error *err);
bool refd__add_row(struct refd_unit *unit, enum refd_change_kind kind, enum refd_record record,
		   const void *state, int64_t expected);

/* The claims a fixture in that state holds under @p rules: up to 3 in @p ret. */
enum refd_status refd__claims_of(const struct refd_ports *ports, const struct refd_rules *rules,
				 const struct refd_fixture_state *fixture,
				 struct refd_claim_state *ret, size_t *ret_count,
				 struct refd_error *err);

#endif
