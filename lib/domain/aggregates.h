/*
 * The insides of the aggregates: what the unit of work sees and users do not. Every aggregate
 * starts with `state`, the record that is stored; `stored_version` is the version of its row (0:
 * none), the expected version of its update or delete. make: a new object that records its created
 * event. restore: from a stored row, records nothing. Both live in the tracker's arena.
 */
#ifndef REFD_DOMAIN_AGGREGATES_H
#define REFD_DOMAIN_AGGREGATES_H

#include "domain/tracker.h"

struct refd_referee {
	struct refd_referee_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
};

struct refd_team {
	struct refd_team_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
};

struct refd_venue {
	struct refd_venue_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
};

struct refd_fixture {
	struct refd_fixture_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
	struct refd_fixture_state
		stored; /* the row as it was loaded: previous kick-off and venue, old claims */
	struct refd_referee_id slots[REFD_ROLES + 1];	     /* by role; unset: empty */
	struct refd_referee_id stored_slots[REFD_ROLES + 1]; /* as loaded */
};

struct refd_board {
	struct refd_board_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
};

struct refd_availability {
	struct refd_availability_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
};

struct refd_assignment {
	struct refd_assignment_state state;
	struct refd__tracker *tracker;
	int64_t stored_version;
	enum refd__fate fate;
	struct refd_referee_id stored_referee; /* as loaded: a replaced referee */
};

/* make: @return OK; INVALID (all violations); REFUSED; NO_MEMORY. The caller has checked what needs
 * other objects. */
enum refd_status refd__referee_make(struct refd__tracker *tracker, struct refd_referee_id id,
				    const struct refd_referee_details *details,
				    struct refd_referee **ret, struct refd_error *err);
enum refd_status refd__team_make(struct refd__tracker *tracker, struct refd_team_id id,
				 const struct refd_team_details *details, struct refd_team **ret,
				 struct refd_error *err);
enum refd_status refd__venue_make(struct refd__tracker *tracker, struct refd_venue_id id,
				  const struct refd_venue_details *details, struct refd_venue **ret,
				  struct refd_error *err);
/* Also INVALID (unset party or kick-off out of range) and REFUSED (SAME_TEAM, KICKOFF_NOT_FUTURE),
 * all of them. */
enum refd_status refd__fixture_make(struct refd__tracker *tracker,
				    const struct refd_fixture_state *wanted,
				    const struct refd_rules *rules, struct refd_time now,
				    struct refd_fixture **ret, struct refd_error *err);
enum refd_status refd__availability_make(struct refd__tracker *tracker,
					 struct refd_availability_id id,
					 struct refd_fixture_id fixture,
					 struct refd_referee_id referee, struct refd_time now,
					 struct refd_availability **ret, struct refd_error *err);
/* A staged row. @p replaces: who holds the role now, unset if free. */
enum refd_status refd__assignment_make(struct refd__tracker *tracker, struct refd_assignment_id id,
				       struct refd_fixture_id fixture,
				       struct refd_referee_id referee, enum refd_role role,
				       struct refd_referee_id replaces,
				       struct refd_assignment **ret, struct refd_error *err);

/* restore: NULL when out of memory. */
struct refd_referee *refd__referee_restore(struct refd__tracker *tracker,
					   const struct refd_referee_state *state);
struct refd_team *refd__team_restore(struct refd__tracker *tracker,
				     const struct refd_team_state *state);
struct refd_venue *refd__venue_restore(struct refd__tracker *tracker,
				       const struct refd_venue_state *state);
struct refd_fixture *refd__fixture_restore(struct refd__tracker *tracker,
					   const struct refd_fixture_state *state);
/* Put a stored slot row into a restored fixture. */
void refd__fixture_restore_slot(struct refd_fixture *fixture, const struct refd_slot_state *slot);
struct refd_board *refd__board_restore(struct refd__tracker *tracker,
				       const struct refd_board_state *state);
struct refd_availability *refd__availability_restore(struct refd__tracker *tracker,
						     const struct refd_availability_state *state);
struct refd_assignment *refd__assignment_restore(struct refd__tracker *tracker,
						 const struct refd_assignment_state *state);

/* What refd_assignment_stage() would refuse; changes nothing. */
enum refd_status refd__assignment_may_stage(const struct refd_assignment *assignment,
					    enum refd_role role, struct refd_error *err);

/* The rule set changed from @p previous to @p rules (version already grown): records RulesChanged.
 * @return OK; NO_MEMORY */
enum refd_status refd__rules_changed(struct refd__tracker *tracker, const struct refd_rules *rules,
				     const struct refd_rules *previous, struct refd_error *err);

#endif
