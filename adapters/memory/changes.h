/* A change set, applied wholly or not at all. */
#ifndef REFD_MEMORY_CHANGES_H
#define REFD_MEMORY_CHANGES_H

#include "tables.h"

struct refd_memory__step;

/* Make everything that needs memory. Only reads the tables. @return OK; NO_MEMORY */
enum refd_status refd_memory__changes_prepare(struct refd_memory__tables *tables,
					      const struct refd_change_set *changes,
					      struct refd_memory__step **ret,
					      struct refd_error *err);
/* Needs the tables alone. @return as refd_store_commit_fn; they are unchanged unless it is OK. */
enum refd_status refd_memory__changes_apply(struct refd_memory__tables *tables,
					    const struct refd_change_set *changes,
					    struct refd_memory__step *steps,
					    struct refd_error *err);
/* Give back the rows that are not in the tables: those taken out if the set was applied, otherwise
 * those made for it. */
void refd_memory__changes_done(struct refd_memory__tables *tables,
			       const struct refd_change_set *changes,
			       struct refd_memory__step *steps, bool applied);

#endif
