/** @file id_source.h Port: fresh identities. @since 0.1 */
#ifndef REFDOMAIN_PORTS_ID_SOURCE_H
#define REFDOMAIN_PORTS_ID_SOURCE_H

#include <refdomain/error.h>
#include <refdomain/time.h>

REFD_BEGIN_DECLS

/** Draw a UUID that was never drawn before. @param now the unit's time, for time-ordered ids.
 * @return OK; UNAVAILABLE. Any thread. */
typedef enum refd_status refd_id_source_draw_fn(void *self, struct refd_time now,
						struct refd_uuid *ret, struct refd_error *err);

struct refd_id_source_ops {
	size_t struct_size;
	refd_id_source_draw_fn *draw; /**< required */
};

struct refd_id_source {
	const struct refd_id_source_ops *ops;
	void *self;
};

REFD_END_DECLS

#endif
