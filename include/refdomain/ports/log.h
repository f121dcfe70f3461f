/** @file log.h Port: what an operator may want to read: that a command is tried again, and after
 * which answer. Optional: without it nothing is logged. @since 0.1 */
#ifndef REFDOMAIN_PORTS_LOG_H
#define REFDOMAIN_PORTS_LOG_H

#include <refdomain/error.h>

REFD_BEGIN_DECLS

enum refd_log_level { REFD_LOG_DEBUG = 1, REFD_LOG_INFO, REFD_LOG_WARNING, REFD_LOG_ERROR };

/** One line of English, NUL-terminated, without personal data. Borrowed for the call. Any thread.
 */
typedef void refd_log_write_fn(void *self, enum refd_log_level level, const char *message);

struct refd_log_ops {
	size_t struct_size;
	refd_log_write_fn *write; /**< required */
};

struct refd_log {
	const struct refd_log_ops *ops; /**< NULL: silent */
	void *self;
};

REFD_END_DECLS

#endif
