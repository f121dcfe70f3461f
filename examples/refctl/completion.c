/* The completion of bash. What may follow is a case over "WORDS:OPTION": the words so far, and the
 * option whose value comes next. */
#include <string.h>

#include "help.h"

static void put_names(FILE *out, const struct command *c)
{
	for (size_t n = 0; command_option(c, n) != OPTIONS; n++)
		fprintf(out, " --%s", option_table[command_option(c, n)].name);
}

/* The words of an argument, or that it is a file. */
static void put_argument(FILE *out, const char *argument)
{
	struct refd_str word;
	bool literal = false;

	for (const char *at = argument; (at = option_word(at, &word, &literal)) != NULL;)
		if (literal)
			fprintf(out, " %.*s", (int)word.len, word.ptr);
	fprintf(out, "'%s ;;\n",
		strcmp(argument, "FILE") == 0  ? " files=-f"
		: strcmp(argument, "DIR") == 0 ? " files=-d"
					       : "");
}

/* Whether there is anything to offer for it. */
static bool can_offer(const struct option_info *o)
{
	bool any = strcmp(o->argument, "FILE") == 0 || strcmp(o->argument, "DIR") == 0;
	struct refd_str word;
	bool literal = false;

	for (const char *at = o->argument; (at = option_word(at, &word, &literal)) != NULL;)
		any = any || literal;
	return any;
}

/* With or without words behind the command. */
static void put_case(FILE *out, const struct command *c, const char *option)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", c->noun, c->verb ? " " : "", c->verb ? c->verb : "");
	fprintf(out, "\t'%s:%s' | '%s '*':%s') words='", name, option, name, option);
}

static void put_command(FILE *out, const struct command *c)
{
	char option[64];

	put_case(out, c, "");
	put_names(out, c);
	put_argument(out, c->argument);
	for (size_t n = 0; command_option(c, n) != options_global[0]; n++) {
		const struct option_info *o = &option_table[command_option(c, n)];

		if (!can_offer(o))
			continue;
		snprintf(option, sizeof(option), "--%s", o->name);
		put_case(out, c, option);
		put_argument(out, o->argument);
	}
}

/* The verbs of the noun at @p c, if it has any. */
static void put_verbs(FILE *out, const struct command *c)
{
	const char *noun = c->noun;

	if (!c->verb)
		return;
	fprintf(out, "\t%s:) words='", noun);
	for (; c->noun && strcmp(c->noun, noun) == 0; c++)
		fprintf(out, " %s", c->verb);
	put_names(out, NULL);
	put_argument(out, "");
}

static void put_nouns(FILE *out, const struct command *commands)
{
	const char *noun = "";

	fputs("\t:) words='", out);
	for (const struct command *c = commands; c->noun; c++) {
		if (strcmp(noun, c->noun) != 0)
			fprintf(out, " %s", c->noun);
		noun = c->noun;
	}
	put_names(out, NULL);
	put_argument(out, "");
}

static void put_global_values(FILE *out)
{
	for (size_t n = 0; command_option(NULL, n) != OPTIONS; n++) {
		const struct option_info *o = &option_table[command_option(NULL, n)];

		if (!can_offer(o))
			continue;
		fprintf(out, "\t*:--%s) words='", o->name);
		put_argument(out, o->argument);
	}
}

/* Bash splits words at '=' and ':', so that an option or its value may be several of them. */
static const char head[] =
	"# completion of bash for refctl\n"
	"_refctl()\n"
	"{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} before='' option='' glue='' words='' files='' i\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tif [[ ${COMP_WORDS[i]} == [:=] ]]; then\n"
	"\t\t\tglue=1\n"
	"\t\telif [[ $glue || $option ]]; then\n"
	"\t\t\tglue='' option=''\n"
	"\t\telse\n"
	"\t\t\tcase ${COMP_WORDS[i]} in\n";

static const char middle[] = "\t\t\t-*) ;;\n"
			     "\t\t\t*) before=${before:+$before }${COMP_WORDS[i]} ;;\n"
			     "\t\t\tesac\n"
			     "\t\tfi\n"
			     "\tdone\n"
			     "\tif [[ $cur == [:=] ]]; then glue=1 cur=''; fi\n"
			     "\tCOMPREPLY=()\n"
			     "\tif [[ $glue && ! $option ]]; then return; fi\n"
			     "\tcase $before:$option in\n";

static const char tail[] =
	"\tesac\n"
	"\tif [[ $files ]]; then compopt -o filenames 2>/dev/null; fi\n"
	"\tmapfile -t COMPREPLY < <(compgen ${files:+\"$files\"} -W \"$words\" -- \"$cur\")\n"
	"}\n"
	"complete -F _refctl refctl\n";

/* The options that are followed by a value. */
static void put_valued(FILE *out)
{
	const char *before = "\t\t\t";

	for (size_t o = 0; o < OPTIONS; o++) {
		size_t first = 0;

		while (strcmp(option_table[first].name, option_table[o].name) != 0)
			first++;
		if (first < o || option_table[o].kind == OPTION_FLAG)
			continue;
		fprintf(out, "%s--%s", before, option_table[o].name);
		before = " | ";
	}
	fputs(") option=${COMP_WORDS[i]} ;;\n", out);
}

void help_completion(FILE *out, const struct command *commands)
{
	const char *noun = "";

	fputs(head, out);
	put_valued(out);
	fputs(middle, out);
	put_nouns(out, commands);
	put_global_values(out);
	for (const struct command *c = commands; c->noun; c++) {
		if (strcmp(noun, c->noun) != 0)
			put_verbs(out, c);
		noun = c->noun;
		put_command(out, c);
	}
	fputs(tail, out);
}
