/** @file system.h Ports over the C library: clock, sleep, random bytes and time-ordered ids. All of
 * it is chosen by the caller. All functions: any thread. @since 0.1 */
#ifndef REFDOMAIN_PORTS_SYSTEM_H
#define REFDOMAIN_PORTS_SYSTEM_H

#include <refdomain/ports/clock.h>
#include <refdomain/ports/id_source.h>
#include <refdomain/ports/random.h>
#include <refdomain/ports/sleep.h>

REFD_BEGIN_DECLS

/** CLOCK_REALTIME and CLOCK_MONOTONIC. Any thread. */
REFD_API struct refd_clock refd_system_clock(void);
/** nanosleep(). Any thread. */
REFD_API struct refd_sleep refd_system_sleep(void);
/** getrandom(). Any thread. */
REFD_API struct refd_random refd_system_random(void);

/** UUID version 7 (RFC 9562) over @p random, which must outlive the source: milliseconds, 12 bits
 * of their fraction, 62 random bits. */
REFD_API struct refd_id_source refd_uuid7_source(const struct refd_random *random);

/** A clock that stands still at *@p now (set it between calls; borrowed). monotonic() is the same
 * instant. */
REFD_API struct refd_clock refd_fixed_clock(struct refd_time *now);

REFD_END_DECLS

#endif
