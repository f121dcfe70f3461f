/* refctl: the domain at the command line. */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "color.h"
#include "exit_code.h"
#include "help.h"
#include "input.h"
#include "output.h"
#include "report.h"
#include "wiring.h"

/* Names are UTF-8 whatever the terminal says: without such a locale tables would show escapes. */
static void choose_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static enum refd_status wire(struct refctl *ctl)
{
	struct wiring_options options = { .store = args_value(ctl->args, OPT_DB),
					  .create = ctl->args->command->store == STORE_MADE,
					  .spool = args_value(ctl->args, OPT_SPOOL) };
	enum refd_status st;

	/* an empty --db is more likely a variable that is not set than a wish for the default */
	if (!options.store)
		options.store = getenv("REFCTL_DB");
	if (!options.store || (!*options.store && !args_has(ctl->args, OPT_DB)))
		options.store = "sqlite:refdomain.db";
	options.eml = input_choice(ctl, OPT_SPOOL_FORMAT) == 2;
	input_time(ctl, OPT_NOW, &options.now);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = wiring_open(&options, &ctl->wiring, &ctl->err);
	if (st == REFD_OK)
		ctl->app = wiring_app(ctl->wiring);
	return st;
}

static enum refd_status run(struct refctl *ctl)
{
	const struct args *args = ctl->args;
	enum refd_status st;

	if (args_has(args, OPT_HELP)) {
		help_print(stdout, commands, args->noun, args->verb);
		return REFD_OK;
	}
	if (args_has(args, OPT_VERSION)) {
		printf("refctl %s\n", refd_version());
		return REFD_OK;
	}
	ctl->csv = args_has(args, OPT_CSV);
	ctl->color = color_wanted(args, STDOUT_FILENO);
	input_choice(ctl, OPT_COLOR);
	if (ctl->csv && ctl->json)
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "--csv and --json exclude each other");
	st = args->command->store == STORE_NONE ? REFD_OK : wire(ctl);
	if (st == REFD_OK)
		st = args->command->run(ctl);
	wiring_close(ctl->wiring);
	return st;
}

enum refd_status cmd_completion(struct refctl *ctl)
{
	(void)ctl;
	help_completion(stdout, commands);
	return REFD_OK;
}

enum refd_status cmd_manual(struct refctl *ctl)
{
	(void)ctl;
	help_manual(stdout, commands);
	return REFD_OK;
}

/* Also when the command line cannot be read, errors come in the form asked for. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--json") == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct args args;
	struct report report = { 0 };
	struct refctl ctl = { .args = &args,
			      .json = wants_json(argc, argv),
			      .err = REFD_ERROR_INIT,
			      .report = &report };
	enum refd_status st;

	choose_locale();
	st = args_parse(argc, argv, commands, &args, &ctl.err);
	if (st == REFD_OK)
		st = run(&ctl);
	/* a result that is not there whole is no success */
	if (st == REFD_OK)
		st = output_flush(&ctl, false);
	if (st != REFD_OK)
		report_print(&ctl, st);
	report_done(&report);
	args_done(&args);
	return exit_code(st);
}
