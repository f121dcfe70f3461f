/** @file list.h What every list verb does: read --limit and --after, print rows, tell of the next
 * page. */
#ifndef REFCTL_LIST_H
#define REFCTL_LIST_H

#include "output.h"

struct list {
	struct output out;
	struct refd_page page;
	struct refd_page_key next;
};

/** @param columns headings, ends with NULL; borrowed
 * @return OK; INVALID if anything read so far was malformed. list_end() in any case. */
enum refd_status list_begin(struct list *list, struct refctl *ctl, const char *const *columns);
/** Print as output_end(), and the key of the next page on standard error. */
enum refd_status list_end(struct list *list, struct refctl *ctl, enum refd_status status);

#endif
