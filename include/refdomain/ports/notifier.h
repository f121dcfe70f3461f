/** @file notifier.h Port: bring a notice to a person. @since 0.1 */
#ifndef REFDOMAIN_PORTS_NOTIFIER_H
#define REFDOMAIN_PORTS_NOTIFIER_H

#include <refdomain/error.h>
#include <refdomain/ports/records.h>

REFD_BEGIN_DECLS

/** A notice with the names a person reads. Everything is borrowed for the call. */
struct refd_message {
	const struct refd_notice_state *notice;
	char key[REFD_UUID_TEXT * 2 + 2]; /**< event id, '.', recipient id: the same for every try,
					     so that a notifier can drop doubles */
	struct refd_str recipient_name;
	struct refd_str recipient_email; /**< may be empty */
	struct refd_str recipient_phone; /**< may be empty */
	struct refd_str home_name, away_name;
	struct refd_str venue_name, venue_street, venue_zip, venue_city;
	struct refd_str previous_venue_name; /**< empty unless the fixture was moved */
};

/**
 * Hand @p message over. Called at least once per notice; a second call has the same key. Never
 * called by two dispatchers for one notice at the same time. @return OK (taken); UNAVAILABLE (tried
 * again with back-off); INVALID, DENIED, UNSUPPORTED (dead letter at once); others count as
 * UNAVAILABLE
 */
typedef enum refd_status refd_notifier_send_fn(void *self, const struct refd_message *message,
					       struct refd_error *err);

struct refd_notifier_ops {
	size_t struct_size;
	refd_notifier_send_fn *send; /**< required */
};

struct refd_notifier {
	const struct refd_notifier_ops *ops;
	void *self;
};

REFD_END_DECLS

#endif
