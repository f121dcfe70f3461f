/**
 * @file purging.h Letting go of what is past its retention: accepted commands, sent notices, and
 * the events of fixtures that were played long ago.
 * @since 0.1
 */
#ifndef REFDOMAIN_APP_PURGING_H
#define REFDOMAIN_APP_PURGING_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

/* The shortest retention, in microseconds. */
#define REFD_PURGE_COMMANDS_LEAST (7 * REFD_DAY)  /**< longer than any client asks again */
#define REFD_PURGE_NOTICES_LEAST  (1 * REFD_DAY)  /**< whether it was sent is asked for a while */
#define REFD_PURGE_EVENTS_LEAST	  (30 * REFD_DAY) /**< longer than a relay stands still */

/** What may go. An unset instant keeps everything of its kind. */
struct refd_purge {
	/** Commands accepted before it. Their ids protect no more: asked for again, such a command
	 * is carried out again. */
	struct refd_time commands;
	/** Notices SENT before it. READY, LEASED and DEAD ones always stay. */
	struct refd_time notices;
	/** Events recorded before it, of fixtures whose kick-off is before it too. The events of
	 * parties, board and rules always stay, and so do those a stored notice tells of, those no
	 * relay has published unless @p unpublished is set, and those this build does not know. */
	struct refd_time events;
	bool unpublished; /**< no relay reads the events of this store */
	bool dry_run;	  /**< only count */
};

/** How many rows went, or with dry_run would go. */
struct refd_purged {
	int64_t commands, notices, events;
};

/**
 * Purge in batches of 500 rows, each a transaction of its own without guards, so that writers get
 * in between. Nothing a batch needs can come back: a purge that ended early is simply run again.
 * Several may run at once. Versions stay as they are; of the events of an aggregate the first ones
 * may be missing afterwards.
 * @return OK; INVALID (no instant set; one out of range, or less than the shortest retention ago);
 * CONFLICT (others purge the same rows and retries ran out); UNAVAILABLE, UNKNOWN, CORRUPT, DENIED,
 * NO_MEMORY, BACKEND: batches before are gone
 */
REFD_NODISCARD REFD_API enum refd_status refd_purge(const struct refd_app *app,
						    const struct refd_purge *what,
						    struct refd_purged *ret,
						    struct refd_error *err);

REFD_END_DECLS

#endif
