/** @file staging.h What assignment commands are given: rows to stage, and overrides. */
#ifndef REFCTL_STAGING_H
#define REFCTL_STAGING_H

#include "csv.h"
#include "refctl.h"

/** Rows from --fixture, --referee and --role, or from the lines of --file. */
struct staging {
	struct refd_stage *rows;
	size_t *lines; /**< of the file; NULL without --file */
	size_t count;
};

/** @return OK; INVALID (every bad line is in ctl->report); NO_MEMORY; NOT_FOUND (no such file).
 * staging_done() in any case. */
enum refd_status staging_read(struct refctl *ctl, struct staging *ret);
void staging_done(struct staging *staging);

/** A batch sink that reports refused rows with their line. */
struct staging_sink {
	struct refctl *ctl;
	const struct staging *staging;
};
enum refd_status staging_row(void *self, size_t row, enum refd_status status,
			     const struct refd_result *result, const struct refd_error *err);

/** Every --override, with --reason. @p ret is to be freed. @return OK; INVALID; NO_MEMORY */
enum refd_status overrides_read(struct refctl *ctl, bool need_reason, struct refd_override **ret,
				size_t *ret_count);

#endif
