#include "help.h"

#include <string.h>

#include "exit_code.h"

#define WIDTH  80
#define COLUMN 30 /* where explanations begin */

/* Letters that stay together, on the next line if this one is full. @return the column behind them
 */
static int put_wrapped(FILE *out, int column, int indent, const char *letters, size_t count)
{
	if (column + 1 + (int)count > WIDTH)
		column = fprintf(out, "\n%*s", indent - 1, "") - 1;
	return column + fprintf(out, " %.*s", (int)count, letters);
}

static int put_used(FILE *out, int column, const char *word)
{
	return put_wrapped(out, column, (int)strlen("usage: refctl "), word, strlen(word));
}

/* An explanation, word by word. */
static int put_words(FILE *out, int column, const char *text)
{
	size_t len;

	for (; (text += strspn(text, " "), len = strcspn(text, " ")) > 0; text += len)
		column = put_wrapped(out, column, COLUMN, text, len);
	return column;
}

static void put_usage(FILE *out, const struct command *c)
{
	int column = fprintf(out, "usage: refctl");

	column = put_used(out, column, c->noun);
	if (c->verb)
		column = put_used(out, column, c->verb);
	if (*c->argument)
		column = put_used(out, column, c->argument);
	for (size_t n = 0; command_option(c, n) != options_global[0]; n++) {
		const struct option_info *o = &option_table[command_option(c, n)];
		bool required = command_requires(c, command_option(c, n));
		char word[128];

		snprintf(word, sizeof(word), "%s--%s%s%s%s%s", required ? "" : "[", o->name,
			 *o->argument ? " " : "", o->argument, required ? "" : "]",
			 o->kind == OPTION_MANY ? "..." : "");
		column = put_used(out, column, word);
	}
	fprintf(out, "\n\n  %s\n", c->help);
}

/* An explanation behind what it explains, or below it if that is long. */
static void put_entry(FILE *out, int column, const char *help, const char *note)
{
	if (column >= COLUMN - 1)
		column = fprintf(out, "\n") - 1;
	column += fprintf(out, "%*s", COLUMN - 1 - column, "");
	column = put_words(out, column, help);
	put_words(out, column, note);
	putc('\n', out);
}

void option_note(const struct option_info *option, char *ret, size_t size)
{
	bool range = *option->range, preset = *option->preset;

	*ret = '\0';
	if (range || preset)
		snprintf(ret, size, " (%s%s%s%s)", option->range, range && preset ? "; " : "",
			 preset ? "default: " : "", option->preset);
}

static void put_option(FILE *out, const struct option_info *o)
{
	char note[128];

	option_note(o, note, sizeof(note));
	put_entry(out, fprintf(out, "  --%s%s%s", o->name, *o->argument ? " " : "", o->argument),
		  o->help, note);
}

static void put_options(FILE *out, const struct command *c)
{
	bool own = command_option(c, 0) != options_global[0];

	if (own)
		fprintf(out, "\noptions\n");
	for (size_t n = 0; command_option(c, n) != OPTIONS; n++) {
		if (command_option(c, n) == options_global[0])
			fprintf(out, "\noptions of every command\n");
		put_option(out, &option_table[command_option(c, n)]);
	}
}

static void put_list(FILE *out, const struct command *commands, const char *noun)
{
	char names[128];

	fprintf(out, "usage: refctl [OPTION...] %s VERB ...\n\n", noun ? noun : "NOUN");
	for (const struct command *c = commands; c->noun; c++)
		if (!noun || strcmp(c->noun, noun) == 0) {
			put_entry(out,
				  fprintf(out, "  %s%s%s%s%s", c->noun, c->verb ? " " : "",
					  c->verb ? c->verb : "", *c->argument ? " " : "",
					  c->argument),
				  c->help, "");
		}
	fprintf(out, "\nrefctl %s VERB --help explains one command\n", noun ? noun : "NOUN");
	put_options(out, NULL);
	fprintf(out, "\nexit codes\n");
	for (int code = 0; exit_code_names(code, names, sizeof(names)); code++)
		fprintf(out, "  %d  %s\n", code, names);
}

void help_print(FILE *out, const struct command *commands, const char *noun, const char *verb)
{
	for (const struct command *c = commands; c->noun && noun; c++)
		if (strcmp(c->noun, noun) == 0 &&
		    (!c->verb || (verb && strcmp(c->verb, verb) == 0))) {
			put_usage(out, c);
			put_options(out, c);
			return;
		}
	put_list(out, commands, noun);
}
