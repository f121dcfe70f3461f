/* What a store that comes back owes to those who had asked it: known answers stay. */
#ifndef REFD_TESTS_RECOVERY_H
#define REFD_TESTS_RECOVERY_H

#include "stream.h"
#include "verifier.h"

/* One more than the index of the last command that was answered with OK; 0 if none was. */
size_t recovery_last_accepted(const struct verifier_answer *answers, size_t count);

/* The last accepted command under its id again. @return whether it gives the first answer, if there
 * is such a command */
bool recovery_repeats(struct stream *stream, const struct verifier_answer *answers, size_t count,
		      struct refd_error *err);

#endif
