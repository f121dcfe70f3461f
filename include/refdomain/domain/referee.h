/** @file referee.h The referee aggregate. Aggregates live in a unit of work and share its thread.
 * @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_REFEREE_H
#define REFDOMAIN_DOMAIN_REFEREE_H

#include <refdomain/error.h>
#include <refdomain/layout.h>
#include <refdomain/text.h>

REFD_BEGIN_DECLS

/** Stored as words. A retired referee, team or venue is never deleted and never changes again. */
enum refd_party_status { REFD_PARTY_ACTIVE = 1, REFD_PARTY_RETIRED };

/** What a store keeps: the only form of a referee that crosses a port. */
struct refd_referee_state {
	struct refd_referee_id id;
	struct refd_name name;
	struct refd_name club; /**< free text, not an object of its own */
	struct refd_phone phone;
	struct refd_email email;
	enum refd_party_status status;
	int64_t version; /**< grows by one per event */
};

extern REFD_API const struct refd_layout refd_referee_layout;

/** The words of enum refd_party_status. */
extern REFD_API const char *const refd_party_status_words[];

/** Input of register and correct. Texts are borrowed for the call. */
struct refd_referee_details {
	struct refd_str name;
	struct refd_str club;
	struct refd_str phone; /**< may be empty */
	struct refd_str email; /**< may be empty */
};

struct refd_referee;

/** The present state; borrowed, valid until the unit ends, changes with the aggregate. */
REFD_API const struct refd_referee_state *refd_referee_state(const struct refd_referee *referee);

/** Replace all details. @return OK; INVALID (all violations); REFUSED (RETIRED); NO_MEMORY. On
 * failure nothing changes. */
REFD_NODISCARD REFD_API enum refd_status refd_referee_correct(
	struct refd_referee *referee, const struct refd_referee_details *details,
	struct refd_error *err);
/** Change the club; the same club is accepted and recorded. @return as refd_referee_correct() */
REFD_NODISCARD REFD_API enum refd_status refd_referee_change_club(struct refd_referee *referee,
								  struct refd_str club,
								  struct refd_error *err);
/** Retire for good. Standing assignments stay until they are changed. @return OK; REFUSED
 * (RETIRED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_referee_retire(struct refd_referee *referee,
							     struct refd_error *err);

REFD_END_DECLS

#endif
