/* Where the model and the stores part. */
#ifndef REFD_TESTS_COMPARE_H
#define REFD_TESTS_COMPARE_H

#include <stdbool.h>

#include "plain_model.h"
#include "side.h"

struct difference {
	char kind[96];		     /* what differs; shortening keeps to it */
	char one[2048], other[2048]; /* how it is on either side */
};

/* Each is true if there is a difference. Events are sorted for it. */
bool answers_differ(struct pm_answer *model, struct pm_answer *library, struct difference *ret);
bool states_differ(const struct pm_model *model, struct side *side, struct difference *ret);
/* Of the first line that is not the same. */
bool lines_differ(const char *what, const char *one, const char *other, struct difference *ret);

#endif
