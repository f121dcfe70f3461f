/** @file csv_file.h A CSV file, and what is wrong with it. */
#ifndef REFCTL_CSV_FILE_H
#define REFCTL_CSV_FILE_H

#include "csv.h"
#include "refctl.h"

/** Read the file or standard input; it has a header then. csv_done() in any case. @return OK;
 * INVALID (no header, one that cannot be read: told); what file_read() and csv_read() answer */
enum refd_status csv_file_read(struct refctl *ctl, const char *path,
			       const struct csv_options *options, struct csv *ret);
/** Tell the first @p count records that cannot be read. */
void csv_file_tell(struct refctl *ctl, const struct csv *csv, size_t count);

#endif
