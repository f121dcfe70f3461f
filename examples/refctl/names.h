/** @file names.h An index from text to an id: who is known under which name. */
#ifndef REFCTL_NAMES_H
#define REFCTL_NAMES_H

#include <refdomain/id.h>
#include <refdomain/text.h>

struct name_entry {
	struct name_entry *next; /* private */
	struct refd_uuid id;	 /**< of the first one added */
	size_t count;		 /**< how many objects have that name */
	size_t line;		 /**< free for the caller */
	bool used;		 /**< free for the caller */
	struct refd_str note;	 /**< free for the caller; borrowed */
	size_t len;
	char key[];
};

/** All-zero is empty. */
struct names {
	struct name_entry **buckets;
	size_t n_buckets;
	size_t count;
};

/** Add @p id under @p key (any bytes, copied). @return the entry, whose count has grown; NULL: out
 * of memory */
struct name_entry *names_add(struct names *names, struct refd_str key, struct refd_uuid id);
/** @return NULL if there is none */
struct name_entry *names_find(const struct names *names, struct refd_str key);
/** Take out the entries whose line is @p line. */
void names_forget_line(struct names *names, size_t line);
void names_done(struct names *names);

/** The bytes of an id as a key; borrows @p id. */
struct refd_str names_key(const struct refd_uuid *id);

#endif
