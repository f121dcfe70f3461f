/**
 * @file queries.h Reading from outside: by id, and lists in stable order with keyset paging.
 *
 * Each query is one READ transaction. Rows reach the sink borrowed for the call; the sink must not
 * call the app. Statuses: OK, NOT_FOUND (by id), INVALID (page key of another query, reversed
 * range, limit over 10,000), UNAVAILABLE, CORRUPT, NO_MEMORY, BACKEND, and what the sink returned.
 * @since 0.1
 */
#ifndef REFDOMAIN_APP_QUERIES_H
#define REFDOMAIN_APP_QUERIES_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

#define REFD_PAGE_KEY_BYTES 703 /**< bytes of a page key, without the NUL */

/** Printable text that says where a page ended, with a check over itself and its query. Empty:
 * start, or no further page. */
struct refd_page_key {
	char text[REFD_PAGE_KEY_BYTES + 1];
};

struct refd_page {
	struct refd_page_key after; /**< from the page before; empty for the first */
	size_t limit;		    /**< rows, 1 to 10000; 0: all */
};

/** @{ */
/** By id: a copy, nothing to free. */
REFD_NODISCARD REFD_API enum refd_status refd_query_referee(const struct refd_app *app,
							    struct refd_referee_id id,
							    struct refd_referee_state *ret,
							    struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_team(const struct refd_app *app,
							 struct refd_team_id id,
							 struct refd_team_state *ret,
							 struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_venue(const struct refd_app *app,
							  struct refd_venue_id id,
							  struct refd_venue_state *ret,
							  struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_board(const struct refd_app *app,
							  struct refd_board_state *ret,
							  struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_notice(const struct refd_app *app,
							   struct refd_notice_id id,
							   struct refd_notice_state *ret,
							   struct refd_error *err);
/** @} */

/** @{ */
/** Receives a party, in the order (name bytes, id). @return OK to go on; anything else ends the
 * list with it */
typedef enum refd_status refd_referee_sink(void *self, const struct refd_referee_state *referee);
typedef enum refd_status refd_team_sink(void *self, const struct refd_team_state *team);
typedef enum refd_status refd_venue_sink(void *self, const struct refd_venue_state *venue);
/** @} */

/** @{ */
/** 0: any; else only parties of that status. @p ret_next may be NULL in every list. Every list
 * answers INVALID to a status that there is none of. */
REFD_NODISCARD REFD_API enum refd_status refd_query_referees(const struct refd_app *app,
							     enum refd_party_status status,
							     const struct refd_page *page,
							     refd_referee_sink *sink, void *self,
							     struct refd_page_key *ret_next,
							     struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_teams(
	const struct refd_app *app, enum refd_party_status status, const struct refd_page *page,
	refd_team_sink *sink, void *self, struct refd_page_key *ret_next, struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_venues(
	const struct refd_app *app, enum refd_party_status status, const struct refd_page *page,
	refd_venue_sink *sink, void *self, struct refd_page_key *ret_next, struct refd_error *err);
/** @} */

/** Receives a fixture with names and addresses, in the order (kick-off, id). @return OK to go on */
typedef enum refd_status refd_fixture_sink(void *self, const struct refd_fixture_card *card);

/** Set members narrow the list together. */
struct refd_fixture_filter {
	struct refd_range range; /**< of the kick-off */
	struct refd_venue_id venue;
	struct refd_team_id team;	/**< home or away */
	struct refd_referee_id referee; /**< holds a slot */
	enum refd_fixture_status status;
	bool unstaffed; /**< scheduled, with an empty slot of the roles FIRST or SECOND */
};

/** One fixture, by id. */
REFD_NODISCARD REFD_API enum refd_status refd_query_fixture(const struct refd_app *app,
							    struct refd_fixture_id id,
							    refd_fixture_sink *sink, void *self,
							    struct refd_error *err);
/** The fixtures of @p filter. */
REFD_NODISCARD REFD_API enum refd_status refd_query_fixtures(
	const struct refd_app *app, const struct refd_fixture_filter *filter,
	const struct refd_page *page, refd_fixture_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);

/** @{ */
/** Receives an availability or assignment with its fixture and referee, in the order (kick-off,
 * id).
 * @return OK to go on */
typedef enum refd_status refd_availability_sink(void *self,
						const struct refd_availability_state *availability,
						const struct refd_fixture_state *fixture,
						const struct refd_referee_state *referee);
typedef enum refd_status refd_assignment_sink(void *self,
					      const struct refd_assignment_state *assignment,
					      const struct refd_fixture_state *fixture,
					      const struct refd_referee_state *referee);
/** @} */

/** Exactly one or none of fixture and referee may be set. An unknown one is NOT_FOUND. */
struct refd_engagement_filter {
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	struct refd_range range;	    /**< of the kick-off */
	enum refd_assignment_status status; /**< assignments only; 0: any. STAGED includes committed
					       ones with a staged role */
};

/** @{ */
/** The availabilities, or the assignments, of @p filter. */
REFD_NODISCARD REFD_API enum refd_status refd_query_availabilities(
	const struct refd_app *app, const struct refd_engagement_filter *filter,
	const struct refd_page *page, refd_availability_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);
REFD_NODISCARD REFD_API enum refd_status refd_query_assignments(
	const struct refd_app *app, const struct refd_engagement_filter *filter,
	const struct refd_page *page, refd_assignment_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);
/** @} */

/** Receives a fixture of a referee's schedule, with the role of the referee. @return OK to go on */
typedef enum refd_status refd_schedule_sink(void *self, const struct refd_fixture_card *card,
					    enum refd_role role);
/** A referee's schedule: the fixtures of the committed assignments. */
REFD_NODISCARD REFD_API enum refd_status refd_query_schedule(
	const struct refd_app *app, struct refd_referee_id referee, struct refd_range range,
	const struct refd_page *page, refd_schedule_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);

/** Where an appointment stands. */
enum refd_appointment_status {
	REFD_APPOINTMENT_STAGED = 1,
	REFD_APPOINTMENT_COMMITTED,
	REFD_APPOINTMENT_ENDED /**< unstaged, removed, replaced, or the fixture was cancelled */
};

/** Who has, had or may get a role of a fixture, over all assignments there were between the two:
 * what calendars tell. */
struct refd_appointment {
	struct refd_referee_id referee;
	struct refd_str name, club; /**< of the referee */
	enum refd_role role;	    /**< held; STAGED: wanted; ENDED: the last one */
	enum refd_appointment_status status;
	bool was_committed; /**< now or once */
	/** How many events count: what was planned for this referee; every change of who referees
	 * the fixture, of its kick-off, venue and status; corrections of its teams, its venues and
	 * anybody on it; changes of the match duration. It never falls, and grows whenever
	 * anything told here changes. */
	int64_t revision;
	struct refd_time ends;	  /**< of the match, by the rules */
	struct refd_time since;	  /**< first event; unset if it is not in the log any more */
	struct refd_time changed; /**< last event that counts; unset likewise */
};

/** Receives a fixture with all of its appointments, by referee id. @return OK to go on */
typedef enum refd_status refd_appointment_sink(void *self, const struct refd_fixture_card *card,
					       const struct refd_appointment *appointments,
					       size_t count);

/** Fixtures by (kick-off, id) that have or had appointments, in the kick-off's range; with @p
 * referee set those with one of this referee (unknown: NOT_FOUND). Present state comes from the
 * assignments and rules, all else from the log of events: every call reads all of it once, so ask
 * for large pages; events that were purged are not counted. */
REFD_NODISCARD REFD_API enum refd_status refd_query_appointments(
	const struct refd_app *app, struct refd_referee_id referee, struct refd_range range,
	const struct refd_page *page, refd_appointment_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);

/** What a referee has to do: scheduled matches with a slot of the referee, and the way from the
 * venue of each to that of the next. Where a referee lives no store knows. */
struct refd_load {
	size_t matches[REFD_ROLES]; /**< by role - 1 */
	size_t legs;		    /**< from one venue to another */
	size_t unknown_legs;	    /**< of these, where a venue has no coordinates */
	int64_t metres;		    /**< great circles of the others */
	struct refd_time last;	    /**< kick-off of the last match; unset: none */
};

/** Receives a referee and the load. @return OK to go on */
typedef enum refd_status refd_load_sink(void *self, const struct refd_referee_state *referee,
					const struct refd_load *load);

/** Referees by (name bytes, id), also those with nothing to do; 0: any @p status. @p range is of
 * the kick-off. Every call reads the scheduled fixtures of the range. */
REFD_NODISCARD REFD_API enum refd_status refd_query_loads(
	const struct refd_app *app, enum refd_party_status status, struct refd_range range,
	const struct refd_page *page, refd_load_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);

/** @{ */
/** Receives a row of a log; a notice comes with its recipient. @return OK to go on */
typedef enum refd_status refd_event_sink(void *self, const struct refd_event_state *event);
typedef enum refd_status refd_notice_sink(void *self, const struct refd_notice_state *notice,
					  const struct refd_referee_state *recipient);
typedef enum refd_status refd_command_sink(void *self, const struct refd_command_state *command);
/** @} */

/** By (occurred_at, id), or with @p aggregate set by its version; @p range is of occurred_at. */
REFD_NODISCARD REFD_API enum refd_status refd_query_events(
	const struct refd_app *app, struct refd_ref aggregate, struct refd_range range,
	const struct refd_page *page, refd_event_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);
/** By (created_at, id); with @p status by (due, id); with @p recipient set by (created_at, id) of
 * that referee, narrowed by status. */
REFD_NODISCARD REFD_API enum refd_status refd_query_notices(
	const struct refd_app *app, enum refd_notice_status status,
	struct refd_referee_id recipient, const struct refd_page *page, refd_notice_sink *sink,
	void *self, struct refd_page_key *ret_next, struct refd_error *err);
/** Set members narrow the list together. */
struct refd_command_filter {
	struct refd_range range; /**< of accepted_at */
	struct refd_str name;	 /**< "fixture.reschedule", or "fixture" for all of these */
};

/** Accepted commands by (accepted_at, id). @p filter may be NULL. */
REFD_NODISCARD REFD_API enum refd_status refd_query_commands(
	const struct refd_app *app, const struct refd_command_filter *filter,
	const struct refd_page *page, refd_command_sink *sink, void *self,
	struct refd_page_key *ret_next, struct refd_error *err);

REFD_END_DECLS

#endif
