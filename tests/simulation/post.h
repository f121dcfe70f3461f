/* A notifier that takes its time, fails at times, and remembers what it was given. */
#ifndef REFD_TESTS_POST_H
#define REFD_TESTS_POST_H

#include <refdomain/ports/notifier.h>

#include "crew.h"

#define POST_MAX 512
#define POST_KEY (REFD_UUID_TEXT * 2 + 2)

struct post_item {
	char key[POST_KEY];
	size_t handed, taken; /* how often; of these answered with OK */
	int64_t leased; /* while it is being handed over: not before that instant; 0: it is not */
};

struct post {
	struct crew *crew;
	struct support_random *random;
	bool sound;		 /* takes everything at once */
	int64_t begun[CREW_MAX]; /* when the dispatch of that member did */
	struct post_item items[POST_MAX];
	size_t count;
	const char *finding; /* what must never happen, and did */
};

struct refd_notifier post_notifier(struct post *post);
/* NULL if there was none of that key. */
const struct post_item *post_find(const struct post *post, const char *key);

#endif
