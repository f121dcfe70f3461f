/** @file progress.h One bar on standard error, only when that is a terminal. */
#ifndef REFCTL_PROGRESS_H
#define REFCTL_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

struct progress {
	bool shown;
	size_t total;
	size_t done;
	size_t percent; /**< printed last */
};

void progress_begin(struct progress *progress, size_t total);
void progress_step(struct progress *progress);
/** Wipe the bar. */
void progress_end(struct progress *progress);

#endif
