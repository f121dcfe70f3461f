/*
 * A command line of refctl, one argument a line. What is taken names a command, has all that the
 * command requires, and nothing twice that may be there once.
 */
#include <string.h>

#include "args.h"
#include "commands.h"
#include "fuzz.h"

unsigned long fuzz_taken;

enum { ARGUMENTS = 32 };

static void check_given(const struct args *args)
{
	for (enum option option = 0; option < OPTIONS; option++) {
		size_t n = 0;

		for (size_t i = 0; i < args->n_given; i++)
			n += args->given[i].option == option;
		CHECK(n <= 1 || option_table[option].kind == OPTION_MANY);
		CHECK((n > 0) == args_has(args, option));
		CHECK((n > 0) == (args_value(args, option) != NULL));
		CHECK(n > 0 || args->command == NULL || args_has(args, OPT_HELP) ||
		      args_has(args, OPT_VERSION) || !command_requires(args->command, option));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	char *argv[ARGUMENTS + 1] = { NULL };
	char *text = malloc(count + 1), *at = text;
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;
	int argc = 0;
	enum refd_status st;

	CHECK(text != NULL);
	memcpy(text, bytes, count);
	text[count] = '\0';
	argv[argc++] = "refctl";
	while (at != NULL && argc < ARGUMENTS)
		argv[argc++] = strsep(&at, "\n");
	st = args_parse(argc, argv, commands, &args, &err);
	CHECK(st == REFD_OK || (st == REFD_INVALID && err.message[0] != '\0'));
	if (st == REFD_OK) {
		fuzz_taken++;
		check_given(&args);
	}
	args_done(&args);
	free(text);
	return 0;
}
