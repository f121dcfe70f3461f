/** @file notifying.h Bringing notices to people: lease, hand over, back off, give up, re-drive.
 * @since 0.1 */
#ifndef REFDOMAIN_APP_NOTIFYING_H
#define REFDOMAIN_APP_NOTIFYING_H

#include <refdomain/app/app.h>

REFD_BEGIN_DECLS

/** Zero means the default. */
struct refd_dispatch {
	size_t struct_size;
	size_t limit;	      /**< notices in this call, default 100 */
	int64_t lease;	      /**< microseconds a notice is held, default 60000000 */
	int32_t max_attempts; /**< then dead letter, default 10 */
	int64_t backoff; /**< microseconds before the second attempt, doubled each time up to 1 h,
			    default 30000000 */
};

struct refd_dispatched {
	size_t sent;
	size_t retried; /**< failed, will be tried again */
	size_t dead;
	size_t lost; /**< handed over, but the lease had run out and somebody else has it now */
};

/**
 * Lease due notices (READY, or LEASED with an expired lease), hand each to the notifier port
 * outside any transaction, record the outcome. Several dispatchers may run at once: the version
 * fences them. @return OK; UNSUPPORTED (no notifier); technical failures: what was handed over
 * before is recorded
 */
REFD_NODISCARD REFD_API enum refd_status refd_notifying_dispatch(
	const struct refd_app *app, const struct refd_dispatch *options,
	struct refd_dispatched *ret, struct refd_error *err);

/** Put a dead letter back in the queue with no attempts counted. @return OK; NOT_FOUND; REFUSED
 * (NOT_DEAD) */
REFD_NODISCARD REFD_API enum refd_status refd_notifying_retry(const struct refd_app *app,
							      const struct refd_command *meta,
							      struct refd_notice_id notice,
							      struct refd_result *ret,
							      struct refd_error *err);

REFD_END_DECLS

#endif
