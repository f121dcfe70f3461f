/**
 * @file validation.h The one rule engine: a pure function over plain facts. Used by validate,
 * commit, what-if, replace and the re-check after a change. Any thread; allocates scratch memory
 * only.
 * @since 0.1
 */
#ifndef REFDOMAIN_DOMAIN_VALIDATION_H
#define REFDOMAIN_DOMAIN_VALIDATION_H

#include <refdomain/alloc.h>
#include <refdomain/domain/assignment.h>
#include <refdomain/domain/referee.h>
#include <refdomain/domain/rules.h>
#include <refdomain/domain/venue.h>

REFD_BEGIN_DECLS

/* Facts refer to each other by index. Texts are borrowed for the call. */

struct refd_fact_venue {
	struct refd_str name;
	struct refd_coordinates coordinates;
};

struct refd_fact_fixture {
	struct refd_fixture_id id;
	struct refd_time kickoff;
	uint32_t venue; /**< index */
	enum refd_fixture_status status;
	struct refd_str home_club;
	struct refd_str away_club;
};

struct refd_fact_referee {
	struct refd_referee_id id;
	struct refd_str name;
	struct refd_str club;
	enum refd_party_status status;
};

/** One assignment of the state that is to be judged (staged ones as if committed; replaced and
 * released ones left out). */
struct refd_fact_assignment {
	uint32_t fixture; /**< index */
	uint32_t referee; /**< index */
	enum refd_role role;
	bool subject;	     /**< judged; the others are only counterparts */
	bool available;	     /**< an availability row exists for (fixture, referee) */
	uint32_t overridden; /**< engine rules that do not count for this one: set of 1 << rule */
};

struct refd_facts {
	const struct refd_fact_venue *venues;
	size_t n_venues;
	const struct refd_fact_fixture *fixtures;
	size_t n_fixtures;
	const struct refd_fact_referee *referees;
	size_t n_referees;
	const struct refd_fact_assignment *assignments;
	size_t n_assignments;
};

/** Receives each violation, borrowed for the call, with the index of the judged assignment. @return
 * OK to go on; anything else ends the run with it. */
typedef enum refd_status refd_violation_sink(void *self, size_t assignment,
					     const struct refd_violation *violation);

#define REFD_COUNTERPARTS_MAX                                                                      \
	8 /**< counterparts reported per assignment and rule, nearest in time first; the count is  \
	     exact */

/**
 * Judge every subject by rules 1 to 8.
 *
 * Travel: two fixtures at different venues need the time between the end of the earlier (kick-off +
 * match_duration) and the kick-off of the later to be at least the travel time: great-circle
 * distance / travel_speed, rounded up to whole minutes, where both venues have coordinates, else
 * travel_gap. The look-back reaches as far as the longest travel time possible in the set. Overlap
 * at the same venue or not is REFEREE_DOUBLE_BOOKED, and then not TOO_CLOSE as well. Cancelled
 * fixtures are no counterparts. A fixture that has kicked off at or before @p now is not playable
 * (FIXTURE_NOT_PLAYABLE) when require_future_kickoff is on. Violations come in the order of the
 * assignments, for each by rule number, then by time of the counterpart. O(n log n), and for each
 * subject the fixtures of its referee within the longest travel time.
 *
 * Counterparts: the other referees of the role (ROLE_TAKEN, in the order of their indexes), the
 * fixture itself for each other fact (REFEREE_TWICE), the other fixtures, each once
 * (REFEREE_DOUBLE_BOOKED, REFEREE_TOO_CLOSE; of two at one time the lower index first). A subject
 * on a cancelled fixture is judged by the other rules all the same. The message of TOO_CLOSE names
 * the venue of the counterpart; minutes of overlap are rounded up, minutes free are rounded down.
 * @return OK whatever was found; NO_MEMORY; what the sink returned. MISUSE for an index or a rule
 * out of range.
 */
REFD_NODISCARD REFD_API enum refd_status refd_validate(const struct refd_facts *facts,
						       const struct refd_rules *rules,
						       struct refd_time now,
						       const struct refd_allocator *allocator,
						       refd_violation_sink *sink, void *sink_self,
						       struct refd_error *err);

/** Minutes needed between the end of a fixture at @p a and a kick-off at @p b. 0 for the same venue
 * index. */
REFD_API int64_t refd_travel_minutes(const struct refd_facts *facts, const struct refd_rules *rules,
				     uint32_t a, uint32_t b);

REFD_END_DECLS

#endif
