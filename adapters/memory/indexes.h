/* Which indexes, unique keys and foreign keys every record has, as data. */
#ifndef REFD_MEMORY_INDEXES_H
#define REFD_MEMORY_INDEXES_H

#include <refdomain/ports/store.h>

/* A member of a state struct; size 0: none. */
struct refd_memory__member {
	uint16_t offset;
	uint16_t size;
};

/* What orders the rows within a prefix. */
enum refd_memory__order { REFD_MEMORY__NUMBER, REFD_MEMORY__TIME, REFD_MEMORY__NAME };

struct refd_memory__index {
	enum refd_record record;
	enum refd_find_by find; /* the find it serves, 0 if none */
	enum refd_index range;	/* the range read it serves, 0 if none */
	const char *constraint; /* unique under that name; NULL: unique by construction */
	bool staged;		/* holds only rows REFD_INDEX_STAGED names */
	bool shared;		/* a second entry in the tree of the index before */
	enum refd_memory__order by;
	struct refd_memory__member a, number, name, order, id, tail;
	struct refd_memory__member kickoff_of; /* the order is the kick-off of that fixture */
};

/* By record; the first of a record is its primary key and holds every row. */
extern const struct refd_memory__index refd_memory__indexes[];
extern const size_t refd_memory__n_indexes;

#define REFD_MEMORY__MAX_INDEXES 7 /* of one record */

struct refd_memory__foreign {
	enum refd_record child;
	uint16_t offset; /* of the id in the child */
	enum refd_record parent;
	const char *field; /* as the layout calls it */
};

extern const struct refd_memory__foreign refd_memory__foreigns[];
extern const size_t refd_memory__n_foreigns;

#endif
