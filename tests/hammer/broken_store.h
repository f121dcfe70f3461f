/* A store whose writers are not kept apart, to prove that the checker would notice. */
#ifndef REFD_TESTS_BROKEN_STORE_H
#define REFD_TESTS_BROKEN_STORE_H

#include <refdomain/ports/store.h>

struct broken_store {
	struct refd_store inner;
};

/* Over a store with guards: guards are not taken. Over one whose writers run one at a time: what a
 * writer reads it reads before its turn. Both must outlive the result. */
struct refd_store broken_store(struct broken_store *broken, const struct refd_store *inner);

#endif
