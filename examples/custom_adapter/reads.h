/* FIND and RANGE. */
#ifndef LMDB_STORE_READS_H
#define LMDB_STORE_READS_H

#include <refdomain/ports/clock.h>

#include "table.h"

/* What a read works with. */
struct lmdb_store__reading {
	struct lmdb_store__table table;
	struct refd_clock clock;
	int64_t deadline;
	refd_row_sink *sink;
	void *sink_self;
};

/* As refd_store_read_fn, for the read number `number`. */
enum refd_status lmdb_store__read(const struct lmdb_store__reading *reading,
				  const struct refd_read *read, size_t number,
				  struct refd_error *err);

#endif
