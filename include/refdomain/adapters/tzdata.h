/** @file tzdata.h Adapter: IANA time zones from the zone files of the system (RFC 8536). Link
 * refdomain-tzdata. @since 0.1 */
#ifndef REFDOMAIN_ADAPTERS_TZDATA_H
#define REFDOMAIN_ADAPTERS_TZDATA_H

#include <refdomain/alloc.h>
#include <refdomain/ports/timezone.h>

REFD_BEGIN_DECLS

/** Zones read so far. Any thread. A zone is read once; later changes of its file are not seen. */
struct refd_tzdata;

/**
 * No file is read yet. @p allocator is copied. @param directory where the zone files are; NULL:
 * /usr/share/zoneinfo
 * @return OK; NO_MEMORY. Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_tzdata_create(const struct refd_allocator *allocator,
							    const char *directory,
							    struct refd_tzdata **ret,
							    struct refd_error *err);
/** Takes NULL. */
REFD_API void refd_tzdata_destroy(struct refd_tzdata *tzdata);

/**
 * The port; it borrows @p tzdata. A zone is a file name below the directory, of letters, digits,
 * and "_+-" between slashes; "UTC" needs no file. offset() answers NOT_FOUND (malformed name, no
 * such file), UNAVAILABLE (no directory, file unreadable), CORRUPT (not a zone file), UNSUPPORTED
 * (a zone that counts leap seconds), NO_MEMORY.
 */
REFD_API struct refd_timezone refd_tzdata_timezone(struct refd_tzdata *tzdata);

/**
 * The instant at which clocks in @p zone show that date and time; the first one where they show it
 * twice.
 * @return OK; INVALID (no such date or time of day, or clocks skip it there); otherwise as offset()
 */
REFD_NODISCARD REFD_API enum refd_status refd_tzdata_instant(
	struct refd_tzdata *tzdata, struct refd_str zone, int32_t year, int32_t month, int32_t day,
	int32_t hour, int32_t minute, int32_t second, int32_t microsecond, struct refd_time *ret,
	struct refd_error *err);

REFD_END_DECLS

#endif
