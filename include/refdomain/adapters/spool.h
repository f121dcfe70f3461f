/** @file spool.h Adapter: a notifier that writes each notice once into a directory, for a mailer or
 * another program to pick up. Link refdomain-spool. @since 0.1 */
#ifndef REFDOMAIN_ADAPTERS_SPOOL_H
#define REFDOMAIN_ADAPTERS_SPOOL_H

#include <refdomain/alloc.h>
#include <refdomain/ports/notifier.h>
#include <refdomain/ports/timezone.h>

REFD_BEGIN_DECLS

enum refd_spool_format {
	REFD_SPOOL_JSON = 1, /**< KEY.json: one JSON object on one line */
	REFD_SPOOL_EML	     /**< KEY.eml: a mail in UTF-8, ready to be sent */
};

/** Texts are borrowed for the call that takes them. */
struct refd_spool_options {
	size_t struct_size;
	const char *directory; /**< must exist when notices are sent */
	enum refd_spool_format format;
	const char *sender; /**< EML: address of the From line; NULL: noreply at localhost */
	struct refd_timezone timezone; /**< optional: to print kick-offs in `zone`; borrowed, must
					  outlive the spool */
	const char *zone;	       /**< NULL: UTC */
};

/** Any thread. */
struct refd_spool;

/** The directory is not looked at yet. @return OK; INVALID (no directory or format, a sender that
 * is no address, a zone that is too long); NO_MEMORY. Any thread. */
REFD_NODISCARD REFD_API enum refd_status refd_spool_create(const struct refd_allocator *allocator,
							   const struct refd_spool_options *options,
							   struct refd_spool **ret,
							   struct refd_error *err);
/** Takes NULL. */
REFD_API void refd_spool_destroy(struct refd_spool *spool);

/**
 * The port; it borrows @p spool. send() is done when the file is durable under its name. A file
 * that is there already is left as it is and the notice counts as taken. Files are complete from
 * the moment they have their name; those that begin with a dot are remains of a crash and may be
 * deleted while nothing is sent. send() answers UNAVAILABLE (no directory, disk full, any other
 * failure of the file system) and INVALID (EML: no e-mail address).
 */
REFD_API struct refd_notifier refd_spool_notifier(struct refd_spool *spool);

REFD_END_DECLS

#endif
