/* The rows of a store and the indexes over them. */
#ifndef REFD_MEMORY_TABLES_H
#define REFD_MEMORY_TABLES_H

#include <refdomain/alloc.h>
#include "tree.h"

/* One block: the row, its state and the texts the state points to. */
struct refd_memory__row {
	enum refd_record record;
	void *state;
	struct refd_memory__entry entries[]; /* one per index of the record */
};

struct refd_memory__table {
	const struct refd_layout *layout;
	const struct refd_store_index *indexes;
	size_t n_indexes;
	struct refd_memory__tree trees[REFD_INDEXES_MAX]; /* see refd_memory__tree_of() */
};

struct refd_memory__tables {
	struct refd_allocator allocator;
	struct refd_memory__table of[REFD_RECORDS + 1]; /* by record number */
};

/* The tree that holds the entries of an index. */
struct refd_memory__tree *refd_memory__tree_of(struct refd_memory__table *table, size_t index);

void refd_memory__tables_init(struct refd_memory__tables *tables,
			      const struct refd_allocator *allocator);
void refd_memory__tables_done(struct refd_memory__tables *tables);

/* A row of our own that is in no index yet; NULL when out of memory. */
struct refd_memory__row *refd_memory__row_make(struct refd_memory__tables *tables,
					       enum refd_record record, const void *state);
/* Takes NULL. */
void refd_memory__row_free(struct refd_memory__tables *tables, struct refd_memory__row *row);

/* Put the row into every index. @return NULL; the name of a unique key that it breaks, and then it
 * is in none. */
const char *refd_memory__row_link(struct refd_memory__tables *tables, struct refd_memory__row *row);
void refd_memory__row_unlink(struct refd_memory__tables *tables, struct refd_memory__row *row);

/* The stored row with the primary key of state; NULL if there is none. */
struct refd_memory__row *refd_memory__row_like(struct refd_memory__tables *tables,
					       enum refd_record record, const void *state);
/* The stored row of a record with an id; NULL if there is none. */
struct refd_memory__row *refd_memory__row_by_id(struct refd_memory__tables *tables,
						enum refd_record record, struct refd_uuid id);
/* The first entry of a row with that id in that member, NULL if there is none. */
struct refd_memory__entry *refd_memory__first_child(struct refd_memory__tables *tables,
						    enum refd_record record, uint16_t offset,
						    struct refd_uuid id);
/* The kick-off of a stored fixture changed: order its availabilities and assignments anew. */
void refd_memory__fixture_moved(struct refd_memory__tables *tables, struct refd_uuid fixture);

#endif
