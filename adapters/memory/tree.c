/* A treap: a search tree by key that random priorities keep shallow. */
#include "tree.h"

static int compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const struct refd_index_key *a, const struct refd_index_key *b)
{
	int order = refd_uuid_compare(a->a, b->a);

	if (order == 0)
		order = compare_numbers(a->number, b->number);
	if (order == 0)
		order = refd_str_compare(a->name, b->name);
	if (order == 0)
		order = compare_numbers(a->order, b->order);
	if (order == 0)
		order = refd_uuid_compare(a->id, b->id);
	if (order == 0)
		order = compare_numbers(a->tail, b->tail);
	return order;
}

/* xorshift32: the shape of the tree is the same in every run. */
static uint32_t draw(struct refd_memory__tree *tree)
{
	uint32_t x = tree->seed ? tree->seed : 2463534242u;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	tree->seed = x;
	return x;
}

static struct refd_memory__entry **link_to(struct refd_memory__tree *tree,
					   struct refd_memory__entry *entry)
{
	if (!entry->up)
		return &tree->root;
	return entry->up->left == entry ? &entry->up->left : &entry->up->right;
}

/* Put the child in the place of its parent; the order of keys stays. */
static void rotate_up(struct refd_memory__tree *tree, struct refd_memory__entry *child)
{
	struct refd_memory__entry *parent = child->up, *inner;

	*link_to(tree, parent) = child;
	child->up = parent->up;
	if (parent->left == child) {
		inner = child->right;
		parent->left = inner;
		child->right = parent;
	} else {
		inner = child->left;
		parent->right = inner;
		child->left = parent;
	}
	if (inner)
		inner->up = parent;
	parent->up = child;
}

struct refd_memory__entry *refd_memory__tree_find(const struct refd_memory__tree *tree,
						  const struct refd_index_key *key)
{
	struct refd_memory__entry *at = tree->root;

	while (at) {
		int order = compare(key, &at->key);

		if (order == 0)
			return at;
		at = order < 0 ? at->left : at->right;
	}
	return NULL;
}

struct refd_memory__entry *refd_memory__tree_from(const struct refd_memory__tree *tree,
						  const struct refd_index_key *key)
{
	struct refd_memory__entry *at = tree->root, *best = NULL;

	while (at) {
		if (compare(key, &at->key) <= 0) {
			best = at;
			at = at->left;
		} else {
			at = at->right;
		}
	}
	return best;
}

struct refd_memory__entry *refd_memory__tree_next(struct refd_memory__entry *entry)
{
	if (entry->right) {
		entry = entry->right;
		while (entry->left)
			entry = entry->left;
		return entry;
	}
	while (entry->up && entry->up->right == entry)
		entry = entry->up;
	return entry->up;
}

bool refd_memory__tree_link(struct refd_memory__tree *tree, struct refd_memory__entry *entry)
{
	struct refd_memory__entry **to = &tree->root, *up = NULL;

	while (*to) {
		int order = compare(&entry->key, &(*to)->key);

		if (order == 0)
			return false;
		up = *to;
		to = order < 0 ? &up->left : &up->right;
	}
	entry->left = entry->right = NULL;
	entry->up = up;
	entry->priority = draw(tree);
	entry->linked = true;
	*to = entry;
	while (entry->up && entry->up->priority < entry->priority)
		rotate_up(tree, entry);
	return true;
}

void refd_memory__tree_unlink(struct refd_memory__tree *tree, struct refd_memory__entry *entry)
{
	struct refd_memory__entry *left, *right;

	if (!entry->linked)
		return;
	while (entry->left || entry->right) {
		left = entry->left;
		right = entry->right;
		rotate_up(tree,
			  !right || (left && left->priority > right->priority) ? left : right);
	}
	*link_to(tree, entry) = NULL;
	entry->up = NULL;
	entry->linked = false;
}
