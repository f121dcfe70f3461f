/** @file ports.h Everything the application layer needs from outside, wired once. @since 0.1 */
#ifndef REFDOMAIN_PORTS_PORTS_H
#define REFDOMAIN_PORTS_PORTS_H

#include <refdomain/alloc.h>
#include <refdomain/ports/clock.h>
#include <refdomain/ports/event_codec.h>
#include <refdomain/ports/id_source.h>
#include <refdomain/ports/log.h>
#include <refdomain/ports/notifier.h>
#include <refdomain/ports/random.h>
#include <refdomain/ports/sleep.h>
#include <refdomain/ports/store.h>
#include <refdomain/ports/timezone.h>

REFD_BEGIN_DECLS

/** When the runner tries again. Zero means the default. */
struct refd_retry {
	int32_t attempts; /**< tries in all, default 10 */
	int64_t base; /**< microseconds before the second try, doubled each time, jittered; default
			 2000 */
	int64_t cap;  /**< longest wait, default 200000 */
	int64_t timeout; /**< microseconds a command may take in all, default 5000000 */
};

/** Borrowed by the app; what the ops tables and selfs point to must outlive it. All-zero members
 * are absent. */
struct refd_ports {
	size_t struct_size;
	struct refd_allocator allocator; /**< required */
	struct refd_store store;	 /**< required */
	struct refd_clock clock;	 /**< required */
	struct refd_id_source ids;	 /**< required */
	struct refd_event_codec codec;	 /**< required */
	struct refd_random random;	 /**< optional: without it back-off is not jittered */
	struct refd_sleep sleep;	 /**< optional: without it retries follow at once */
	struct refd_timezone timezone;	 /**< optional: without it only UTC */
	struct refd_notifier notifier; /**< optional: without it notices are kept, dispatch answers
					  UNSUPPORTED */
	struct refd_log log;	       /**< optional */
	struct refd_retry retry;
};

/** Check the wiring. @return OK; MISUSE, the message names every required port or operation that is
 * missing. Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_ports_check(const struct refd_ports *ports,
							  struct refd_error *err);

REFD_END_DECLS

#endif
