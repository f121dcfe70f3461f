/** @file timezone.h Port: civil days in IANA time zones. Optional: without it only "UTC" is known.
 * @since 0.1 */
#ifndef REFDOMAIN_PORTS_TIMEZONE_H
#define REFDOMAIN_PORTS_TIMEZONE_H

#include <refdomain/error.h>
#include <refdomain/time.h>

REFD_BEGIN_DECLS

/**
 * Seconds to add to UTC to get local time in @p zone at @p time.
 * @return OK; NOT_FOUND (no such zone); UNAVAILABLE (zone data unreadable). Any thread.
 */
typedef enum refd_status refd_timezone_offset_fn(void *self, struct refd_str zone,
						 struct refd_time time, int32_t *ret,
						 struct refd_error *err);

struct refd_timezone_ops {
	size_t struct_size;
	refd_timezone_offset_fn *offset; /**< required */
};

struct refd_timezone {
	const struct refd_timezone_ops *ops; /**< NULL: UTC only */
	void *self;
};

REFD_END_DECLS

#endif
