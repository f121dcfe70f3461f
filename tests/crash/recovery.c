#include "recovery.h"

static bool same_answer(const struct refd_result *a, const struct refd_result *b)
{
	size_t i;

	if (b->count == 0) /* a repeated unit has no items to give */
		return true;
	for (i = 0; i < a->count && i < b->count; i++) {
		if (a->items[i].object.noun != b->items[i].object.noun ||
		    !refd_uuid_equal(a->items[i].object.id, b->items[i].object.id) ||
		    a->items[i].version != b->items[i].version)
			return false;
	}
	return a->count == b->count && a->affected == b->affected;
}

size_t recovery_last_accepted(const struct verifier_answer *answers, size_t count)
{
	while (count > 0 && !(answers[count - 1].came && answers[count - 1].status == REFD_OK))
		count--;
	return count;
}

bool recovery_repeats(struct stream *stream, const struct verifier_answer *answers, size_t count,
		      struct refd_error *err)
{
	const size_t n = recovery_last_accepted(answers, count);
	struct refd_result result = { 0 };

	return n == 0 ||
	       (stream_run(stream, n - 1, stream_command(n - 1), &result, err) == REFD_OK &&
		result.repeated && same_answer(&answers[n - 1].result, &result));
}
