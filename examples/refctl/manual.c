/* The manual page. */
#include <string.h>

#include "exit_code.h"
#include "help.h"

/* Text of people: nothing in it is a request. */
static void put_text(FILE *out, const char *text)
{
	fputs(*text == '.' || *text == '\'' ? "\\&" : "", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			putc(*text, out);
	}
}

static void put_line(FILE *out, const char *before, const char *text)
{
	fputs(before, out);
	put_text(out, text);
	putc('\n', out);
}

/* "Fl \-name Ar TEXT"; "\&" keeps an argument from being read as a macro. */
static void put_flag(FILE *out, const char *before, const struct option_info *o)
{
	fprintf(out, "%sFl \\-", before);
	put_text(out, o->name);
	if (*o->argument) {
		fputs(" Ar \\&", out);
		put_text(out, o->argument);
	}
	putc('\n', out);
}

static void put_option(FILE *out, const struct option_info *o)
{
	char note[128];

	option_note(o, note, sizeof(note));
	put_flag(out, ".It ", o);
	put_text(out, o->help);
	put_line(out, "", note);
}

static void put_options(FILE *out, const struct command *c, enum option end)
{
	if (command_option(c, 0) == end)
		return;
	fputs(".Bl -tag -width Ds\n", out);
	for (size_t n = 0; command_option(c, n) != end; n++)
		put_option(out, &option_table[command_option(c, n)]);
	fputs(".El\n", out);
}

static void put_command(FILE *out, const struct command *c)
{
	fprintf(out, ".It Xo\n.Cm %s\n", c->noun);
	if (c->verb)
		put_line(out, ".Cm \\&", c->verb);
	if (*c->argument)
		put_line(out, ".Ar \\&", c->argument);
	for (size_t n = 0; command_option(c, n) != options_global[0]; n++) {
		const struct option_info *o = &option_table[command_option(c, n)];

		put_flag(out, command_requires(c, command_option(c, n)) ? "." : ".Op ", o);
	}
	fputs(".Xc\n", out);
	put_line(out, "", c->help);
	put_options(out, c, options_global[0]);
}

static void put_exit_codes(FILE *out)
{
	char names[128];

	fputs(".Sh EXIT STATUS\n.Bl -tag -width Ds\n", out);
	for (int code = 0; exit_code_names(code, names, sizeof(names)); code++)
		fprintf(out, ".It %d\n%s\n", code, names);
	fputs(".El\n", out);
}

static const char head[] =
	".Dd November 21, 2026\n"
	".Dt REFCTL 1\n"
	".Os\n"
	".Sh NAME\n"
	".Nm refctl\n"
	".Nd manage volleyball referees, fixtures and assignments\n"
	".Sh SYNOPSIS\n"
	".Nm\n"
	".Op Ar option ...\n"
	".Ar noun\n"
	".Op Ar verb\n"
	".Op Ar argument ...\n"
	".Sh DESCRIPTION\n"
	".Nm\n"
	"keeps referees, teams, venues and fixtures in a store, and tells who is free,\n"
	"who is assigned, and who has to be told.\n"
	"Every change is one unit of work: it happens wholly or not at all.\n"
	".Pp\n"
	"Options may stand anywhere, as\n"
	".Fl \\-name Ar value\n"
	"or\n"
	".Fl \\-name Ns = Ns Ar value ;\n"
	".Fl \\-\n"
	"ends them.\n"
	"Times are printed in UTC.\n"
	"Results go to standard output, errors to standard error.\n"
	".Pp\n"
	"Every command takes these options:\n";

static const char tail[] = ".Sh ENVIRONMENT\n"
			   ".Bl -tag -width Ds\n"
			   ".It Ev NO_COLOR\n"
			   "No colours, if it is not empty.\n"
			   ".It Ev REFCTL_DB\n"
			   "The store, unless\n"
			   ".Fl \\-db\n"
			   "is given.\n"
			   ".It Ev USER\n"
			   "Who asks, unless\n"
			   ".Fl \\-actor\n"
			   "is given.\n"
			   ".El\n";

static const char examples[] =
	".Sh EXAMPLES\n"
	"A new store with a season in it:\n"
	".Bd -literal -offset indent\n"
	"refctl db init\n"
	"refctl import season.csv \\-\\-kind season \\-\\-timezone Europe/Berlin\n"
	"refctl fixture unstaffed\n"
	".Ed\n";

void help_manual(FILE *out, const struct command *commands)
{
	const char *noun = "";

	fputs(head, out);
	put_options(out, NULL, OPTIONS);
	fputs(".Sh COMMANDS\n", out);
	for (const struct command *c = commands; c->noun; c++) {
		if (strcmp(noun, c->noun) != 0)
			fprintf(out, "%s.Ss %s\n.Bl -tag -width Ds\n", *noun ? ".El\n" : "",
				c->noun);
		noun = c->noun;
		put_command(out, c);
	}
	fputs(".El\n", out);
	fputs(tail, out);
	put_exit_codes(out);
	fputs(examples, out);
}
