/*
 * Run the contract kit over an adapter: contract ADAPTER [PART-OF-A-NAME | I/N]
 * I/N runs every N-th case, beginning with the I-th: what is slow can go on side by side.
 */
#include <stdio.h>
#include <stdlib.h>

#include "adapters.h"

struct counts {
	size_t passed, failed;
};

static void report(void *self, const char *name, bool passed, const char *detail)
{
	struct counts *counts = self;

	printf("%s %s%s%s\n", passed ? "ok    " : "FAILED", name, detail ? ": " : "",
	       detail ? detail : "");
	fflush(stdout);
	*(passed ? &counts->passed : &counts->failed) += 1;
}

/* Cases whose name is part of another's run with it once more. */
static size_t run_share(const struct refd_contract_adapter *adapter, size_t first, size_t step,
			struct counts *counts)
{
	size_t failures = 0;

	for (size_t i = first - 1; i < refd_contract_count(); i += step)
		failures += refd_contract_run(adapter, refd_contract_name(i), report, counts);
	return failures;
}

int main(int argc, char **argv)
{
	const struct named_adapter *named = argc > 1 ? adapter_named(argv[1]) : NULL;
	const char *only = argc > 2 ? argv[2] : NULL;
	struct refd_contract_adapter adapter;
	struct counts counts = { 0, 0 };
	size_t failures, first, step;
	char rest;

	if (!named) {
		fprintf(stderr, "usage: contract ADAPTER [PART-OF-A-NAME | I/N]\n");
		return 2;
	}
	if (!named->make(&adapter)) {
		fprintf(stderr, "%s cannot be set up here\n", named->name);
		return 2;
	}
	if (only && sscanf(only, "%zu/%zu%c", &first, &step, &rest) == 2 && first > 0 &&
	    first <= step)
		failures = run_share(&adapter, first, step, &counts);
	else
		failures = refd_contract_run(&adapter, only, report, &counts);
	named->done(&adapter);
	printf("%zu passed, %zu failed\n", counts.passed, counts.failed);
	return failures == 0 && counts.failed == 0 && counts.passed > 0 ? EXIT_SUCCESS
									: EXIT_FAILURE;
}
