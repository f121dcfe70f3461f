#include "args.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

const struct option_info option_table[OPTIONS] = {
#define XX(symbol, name, kind, argument, range, preset, help)                                      \
	[OPT_##symbol] = { name, OPTION_##kind, argument, range, preset, help },
	OPTION_MAP(XX)
#undef XX
};

const enum option options_global[] = { OPT_DB,	  OPT_COLOR, OPT_JSON,	  OPT_NOW,
				       OPT_ACTOR, OPT_HELP,  OPT_VERSION, OPTIONS };

const char *option_word(const char *argument, struct refd_str *ret, bool *ret_literal)
{
	size_t len = strcspn(argument, "|");

	if (!*argument)
		return NULL;
	*ret = (struct refd_str){ argument, len };
	*ret_literal = islower((unsigned char)*argument);
	return argument + len + (argument[len] == '|');
}

static size_t count_options(const enum option *options)
{
	size_t n = 0;

	while (options && options[n] != OPTIONS)
		n++;
	return n;
}

enum option command_option(const struct command *command, size_t n)
{
	const enum option *lists[] = { command ? command->required : NULL,
				       command ? command->optional : NULL, options_global };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		size_t count = count_options(lists[i]);

		if (n < count)
			return lists[i][n];
		n -= count;
	}
	return OPTIONS;
}

bool command_requires(const struct command *command, enum option option)
{
	for (size_t i = 0; i < count_options(command->required); i++)
		if (command->required[i] == option)
			return true;
	return false;
}

const char *args_nth(const struct args *args, enum option option, size_t n)
{
	for (size_t i = 0; i < args->n_given; i++)
		if (args->given[i].option == option && n-- == 0)
			return args->given[i].value;
	return NULL;
}

const char *args_value(const struct args *args, enum option option)
{
	return args_nth(args, option, 0);
}

bool args_has(const struct args *args, enum option option)
{
	return args_value(args, option) != NULL;
}

void args_done(struct args *args)
{
	free(args->words);
	free(args->given);
	*args = (struct args){ 0 };
}

/* "--name", "--name value" or "--name=value" at argv[*at]. */
static enum refd_status parse_option(int argc, char **argv, int *at, struct args *args,
				     struct refd_error *err)
{
	const char *name = argv[*at] + 2;
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	size_t o = 0;

	while (o < OPTIONS &&
	       (strncmp(option_table[o].name, name, len) != 0 || option_table[o].name[len]))
		o++;
	if (o == OPTIONS || len == 0)
		return refd_error_set(err, REFD_INVALID, "unknown option --%.*s: see refctl --help",
				      (int)len, name);
	if (option_table[o].kind == OPTION_FLAG && value)
		return refd_error_set(err, REFD_INVALID, "--%s takes no value",
				      option_table[o].name);
	if (option_table[o].kind != OPTION_MANY && args_has(args, (enum option)o))
		return refd_error_set(err, REFD_INVALID, "--%s is given twice",
				      option_table[o].name);
	if (option_table[o].kind == OPTION_FLAG)
		value = "";
	else if (!value && *at + 1 < argc)
		value = argv[++*at];
	if (!value)
		return refd_error_set(err, REFD_INVALID, "--%s needs a value %s",
				      option_table[o].name, option_table[o].argument);
	args->given[args->n_given++] = (struct given){ (enum option)o, value };
	return REFD_OK;
}

static enum refd_status split(int argc, char **argv, struct args *args, struct refd_error *err)
{
	bool options = true;

	for (int i = 1; i < argc; i++) {
		if (options && strcmp(argv[i], "--") == 0) {
			options = false;
		} else if (options && strncmp(argv[i], "--", 2) == 0) {
			enum refd_status st = parse_option(argc, argv, &i, args, err);

			if (st != REFD_OK)
				return st;
		} else if (options && argv[i][0] == '-' && argv[i][1]) {
			return refd_error_set(err, REFD_INVALID,
					      "unknown option %s: see refctl --help", argv[i]);
		} else {
			args->words[args->n_words++] = argv[i];
		}
	}
	return REFD_OK;
}

/* Find the command of the first one or two words and take them off. */
static enum refd_status find_command(const struct command *commands, struct args *args,
				     struct refd_error *err)
{
	const char *noun = args->n_words > 0 ? args->words[0] : NULL;
	const char *verb = args->n_words > 1 ? args->words[1] : NULL;
	const char *known = NULL;
	size_t used = 1;

	for (const struct command *c = commands; c->noun && !args->command && noun; c++) {
		if (strcmp(c->noun, noun) != 0)
			continue;
		known = c->noun;
		if (!c->verb || (verb && strcmp(c->verb, verb) == 0)) {
			args->command = c;
			used = c->verb ? 2 : 1;
		}
	}
	args->noun = known;
	args->verb = args->command ? args->command->verb : NULL;
	if (args->command) {
		args->n_words -= used;
		memmove(args->words, args->words + used, args->n_words * sizeof(*args->words));
		return REFD_OK;
	}
	if (args_has(args, OPT_VERSION) ||
	    (args_has(args, OPT_HELP) && (!noun || (known && !verb))))
		return REFD_OK;
	if (!noun)
		return refd_error_set(err, REFD_INVALID, "nothing to do: see refctl --help");
	if (!known)
		return refd_error_set(err, REFD_INVALID, "unknown noun %s: see refctl --help",
				      noun);
	if (!verb)
		return refd_error_set(err, REFD_INVALID, "%s needs a verb: see refctl %s --help",
				      noun, noun);
	return refd_error_set(err, REFD_INVALID, "%s cannot %s: see refctl %s --help", noun, verb,
			      noun);
}

static enum refd_status check_words(const struct args *args, struct refd_error *err)
{
	const char *wanted = args->command->argument;
	bool many = strstr(wanted, "...") != NULL;

	if (*wanted && args->n_words == 0)
		return refd_error_set(err, REFD_INVALID, "%s is missing", wanted);
	if (!many && args->n_words > (*wanted ? 1U : 0U))
		return refd_error_set(err, REFD_INVALID, "unexpected argument %s",
				      args->words[*wanted ? 1 : 0]);
	return REFD_OK;
}

/* Of the options of one name the one this command takes; OPTIONS if it takes none. */
static enum option find_own(const struct command *c, const char *name)
{
	size_t n = 0;

	while (command_option(c, n) != OPTIONS &&
	       strcmp(option_table[command_option(c, n)].name, name) != 0)
		n++;
	return command_option(c, n);
}

static enum refd_status check_options(struct args *args, struct refd_error *err)
{
	const struct command *c = args->command;

	for (size_t i = 0; i < args->n_given; i++) {
		const char *name = option_table[args->given[i].option].name;

		args->given[i].option = find_own(c, name);
		if (args->given[i].option == OPTIONS)
			return refd_error_set(err, REFD_INVALID, "--%s does not belong to %s%s%s",
					      name, c->noun, c->verb ? " " : "",
					      c->verb ? c->verb : "");
	}
	for (size_t i = 0; i < count_options(c->required); i++)
		if (!args_has(args, c->required[i]))
			return refd_error_set(err, REFD_INVALID, "--%s %s is missing",
					      option_table[c->required[i]].name,
					      option_table[c->required[i]].argument);
	return REFD_OK;
}

enum refd_status args_parse(int argc, char **argv, const struct command *commands,
			    struct args *args, struct refd_error *err)
{
	enum refd_status st;

	*args = (struct args){ 0 };
	args->words = calloc((size_t)argc + 1, sizeof(*args->words));
	args->given = calloc((size_t)argc + 1, sizeof(*args->given));
	if (!args->words || !args->given)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	st = split(argc, argv, args, err);
	if (st == REFD_OK)
		st = find_command(commands, args, err);
	if (st != REFD_OK || !args->command || args_has(args, OPT_HELP) ||
	    args_has(args, OPT_VERSION))
		return st;
	st = check_words(args, err);
	return st == REFD_OK ? check_options(args, err) : st;
}
