/* An ordered index: entries live inside the rows they index, so linking one needs no memory and
 * cannot fail for want of it. Every index orders by one shape of key: a prefix that a query names,
 * then the order within it. */
#ifndef REFD_MEMORY_TREE_H
#define REFD_MEMORY_TREE_H

#include <refdomain/ports/indexes.h>

struct refd_memory__row;

struct refd_memory__entry {
	struct refd_index_key key;
	struct refd_memory__entry *left, *right, *up;
	uint32_t priority; /* a parent's is at least that of its children */
	bool linked;
	struct refd_memory__row *row;
};

struct refd_memory__tree {
	struct refd_memory__entry *root;
	uint32_t seed;
};

/* The entry with exactly that key, or NULL. */
struct refd_memory__entry *refd_memory__tree_find(const struct refd_memory__tree *tree,
						  const struct refd_index_key *key);
/* The first entry that is not before key, or NULL. */
struct refd_memory__entry *refd_memory__tree_from(const struct refd_memory__tree *tree,
						  const struct refd_index_key *key);
/* The entry after this one, or NULL. */
struct refd_memory__entry *refd_memory__tree_next(struct refd_memory__entry *entry);
/* Link an entry whose key is set. False, and nothing done, if an equal one is there. */
bool refd_memory__tree_link(struct refd_memory__tree *tree, struct refd_memory__entry *entry);
/* Takes an entry that is not linked too. */
void refd_memory__tree_unlink(struct refd_memory__tree *tree, struct refd_memory__entry *entry);

#endif
