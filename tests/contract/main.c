/* Run the contract kit over an adapter: contract ADAPTER [PART-OF-A-NAME] */
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

int main(int argc, char **argv)
{
	const struct named_adapter *named = argc > 1 ? adapter_named(argv[1]) : NULL;
	const char *only = argc > 2 ? argv[2] : NULL;
	struct refd_contract_adapter adapter;
	struct counts counts = { 0, 0 };
	size_t failures;

	if (!named) {
		fprintf(stderr, "usage: contract ADAPTER [PART-OF-A-NAME]\n");
		return 2;
	}
	if (!named->make(&adapter)) {
		fprintf(stderr, "%s cannot be set up here\n", named->name);
		return 2;
	}
	failures = refd_contract_run(&adapter, only, report, &counts);
	named->done(&adapter);
	printf("%zu passed, %zu failed\n", counts.passed, counts.failed);
	return failures == 0 && counts.failed == 0 && counts.passed > 0 ? EXIT_SUCCESS
									: EXIT_FAILURE;
}
