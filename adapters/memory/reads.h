/* Finds and range reads. */
#ifndef REFD_MEMORY_READS_H
#define REFD_MEMORY_READS_H

#include "tables.h"

/* As refd_store_read_fn, for one read. */
enum refd_status refd_memory__read(struct refd_memory__tables *tables, const struct refd_read *read,
				   size_t number, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err);

/* The same for a read of facts. */
enum refd_status refd_memory__facts(struct refd_memory__tables *tables,
				    const struct refd_facts_request *request, size_t number,
				    refd_row_sink *sink, void *sink_self, struct refd_error *err);

#endif
