/* The table of commands: whatever stands in it is known to the parser, the help, the manual page
 * and the completion, and is said in the words of the domain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "help.h"

typedef void print_fn(FILE *out, const struct command *list);

static const struct command *printed; /* what print_help prints */

static void print_help(FILE *out, const struct command *list)
{
	help_print(out, list, printed->noun, printed->verb);
}

/* What @p print prints; to be freed. */
static char *text_of(print_fn *print)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print(out, commands);
	fclose(out);
	return text;
}

/* The first line of @p text from @p from on that begins with @p begin. */
static const char *find_line(const char *from, const char *begin)
{
	for (; from && *from; from = strchr(from, '\n'), from = from ? from + 1 : NULL)
		if (strncmp(from, begin, strlen(begin)) == 0)
			return from;
	return NULL;
}

static bool takes(const struct command *c, size_t option)
{
	for (size_t n = 0; command_option(c, n) != OPTIONS; n++)
		if (command_option(c, n) == (enum option)option)
			return true;
	return false;
}

/* Whether the parser has the option for one of this command. */
static bool parser_takes(const struct command *c, const struct option_info *o)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct args args;
	char option[64], *argv[12] = { "refctl", (char *)(uintptr_t)c->noun };
	int argc = 2;
	bool refused;

	snprintf(option, sizeof(option), "--%s", o->name);
	if (c->verb)
		argv[argc++] = (char *)(uintptr_t)c->verb;
	if (*c->argument)
		argv[argc++] = "word";
	argv[argc++] = option;
	if (o->kind != OPTION_FLAG)
		argv[argc++] = "value";
	refused = args_parse(argc, argv, commands, &args, &err) == REFD_INVALID &&
		  strstr(err.message, "does not belong") != NULL;
	args_done(&args);
	return !refused;
}

static bool same_name_taken(const struct command *c, size_t option)
{
	for (size_t n = 0; command_option(c, n) != OPTIONS; n++)
		if (strcmp(option_table[command_option(c, n)].name, option_table[option].name) == 0)
			return true;
	return false;
}

static void commands__are_parsed_as_the_table_says(void **state)
{
	(void)state;
	for (const struct command *c = commands; c->noun; c++)
		for (size_t o = 0; o < OPTIONS; o++)
			assert_int_equal(parser_takes(c, &option_table[o]), same_name_taken(c, o));
}

static void options__of_one_name_are_never_of_one_command_and_of_one_kind(void **state)
{
	(void)state;
	for (size_t a = 0; a < OPTIONS; a++) {
		size_t users = 0;

		for (const struct command *c = commands; c->noun; c++)
			users += takes(c, a);
		assert_true(users > 0);
		for (size_t b = a + 1; b < OPTIONS; b++) {
			if (strcmp(option_table[a].name, option_table[b].name) != 0)
				continue;
			assert_int_equal(option_table[a].kind, option_table[b].kind);
			for (const struct command *c = commands; c->noun; c++)
				assert_false(takes(c, a) && takes(c, b));
		}
	}
}

/* Down to the last line, which ends with a line feed too. */
static void assert_narrow(const char *text)
{
	for (const char *end; *text; text = end + 1) {
		end = strchr(text, '\n');
		assert_non_null(end);
		assert_in_range(end - text, 0, 80);
	}
}

static void help__fits_a_terminal_of_80_columns(void **state)
{
	static const struct command all = { .noun = NULL };

	(void)state;
	for (const struct command *c = commands;; c++) {
		char *text;

		printed = c->noun ? c : &all;
		text = text_of(print_help);
		assert_narrow(text);
		free(text);
		if (!c->noun)
			break;
	}
}

/* One space for whatever is between two words. */
static void squeeze(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			*to++ = *text;
		else if (text[1] != ' ' && text[1] != '\n')
			*to++ = ' ';
	*to = '\0';
}

static void help__lists_the_options_of_a_command_and_no_others(void **state)
{
	(void)state;
	for (const struct command *c = commands; c->noun; c++) {
		char *text;

		printed = c;
		text = text_of(print_help);
		for (size_t o = 0; o < OPTIONS; o++) {
			const struct option_info *info = &option_table[o];
			char line[128];

			snprintf(line, sizeof(line), "  --%s%s%s", info->name,
				 *info->argument ? " " : "", info->argument);
			if (takes(c, o))
				assert_non_null(find_line(text, line));
			else if (!same_name_taken(c, o))
				assert_null(find_line(text, line));
		}
		squeeze(text);
		assert_non_null(strstr(text, c->help));
		for (size_t o = 0; o < OPTIONS; o++)
			if (takes(c, o))
				assert_non_null(strstr(text, option_table[o].help));
		free(text);
	}
}

static void help__lists_every_command(void **state)
{
	static const struct command all = { .noun = NULL };
	char *text;

	(void)state;
	printed = &all;
	text = text_of(print_help);
	for (const struct command *c = commands; c->noun; c++) {
		char line[64];

		snprintf(line, sizeof(line), "  %s%s%s", c->noun, c->verb ? " " : "",
			 c->verb ? c->verb : "");
		assert_non_null(find_line(text, line));
	}
	free(text);
}

/* "--name" as the manual page writes it, hyphens escaped. */
static void manual_flag(const struct option_info *o, char *ret, size_t size)
{
	size_t len = (size_t)snprintf(ret, size, ".It Fl \\-");

	for (const char *at = o->name; *at; at++)
		len += (size_t)snprintf(ret + len, size - len, "%s%c", *at == '-' ? "\\" : "", *at);
	snprintf(ret + len, size - len, "%s", *o->argument ? " Ar" : "\n");
}

static void manual__explains_the_options_of_every_command(void **state)
{
	char *text = text_of(help_manual);
	const char *at = strstr(text, ".Sh COMMANDS");

	(void)state;
	assert_non_null(at);
	for (const struct command *c = commands; c->noun; c++) {
		const char *end;
		size_t n_own = 0, n_told = 0;

		at = find_line(at, ".It Xo\n");
		assert_non_null(at);
		end = find_line(at + 1, ".It Xo\n");
		if (!end)
			end = at + strlen(at);
		for (size_t n = 0; command_option(c, n) != options_global[0]; n++, n_own++) {
			char line[128];
			const char *found;

			manual_flag(&option_table[command_option(c, n)], line, sizeof(line));
			found = find_line(at, line);
			assert_true(found && found < end);
		}
		for (const char *it = at; (it = find_line(it, ".It Fl")) && it < end; it++)
			n_told++;
		assert_int_equal(n_told, n_own);
		at = end;
	}
	free(text);
}

static void completion__offers_the_options_of_every_command(void **state)
{
	char *text = text_of(help_completion);

	(void)state;
	for (const struct command *c = commands; c->noun; c++) {
		char begin[128], line[2048];
		const char *found;

		snprintf(begin, sizeof(begin), "\t'%s%s%s:'", c->noun, c->verb ? " " : "",
			 c->verb ? c->verb : "");
		found = find_line(text, begin);
		assert_non_null(found);
		snprintf(line, sizeof(line), "%.*s ", (int)strcspn(found, "'\n") + 1500, found);
		line[strcspn(line, "\n")] = '\0';
		for (size_t o = 0; o < OPTIONS; o++) {
			char word[64];

			snprintf(word, sizeof(word), " --%s", option_table[o].name);
			found = strstr(line, word);
			while (found && found[strlen(word)] != ' ' && found[strlen(word)] != '\'')
				found = strstr(found + 1, word);
			assert_int_equal(found != NULL, same_name_taken(c, o));
		}
	}
	free(text);
}

/* A choice is read by position, so its words are those of the enum, in that order. */
static void assert_words(enum option option, const char *const *words)
{
	const char *at = option_table[option].argument;
	struct refd_str word;
	bool literal;
	size_t i = 1;

	for (; (at = option_word(at, &word, &literal)) != NULL; i++) {
		assert_true(literal);
		assert_non_null(words[i]);
		assert_true(refd_str_equal(word, refd_str_of(words[i])));
	}
	assert_null(words[i]);
}

static void choices__are_the_words_of_the_domain(void **state)
{
	(void)state;
	assert_words(OPT_ROLE, refd_role_words);
	assert_words(OPT_PARTY_STATUS, refd_party_status_words);
	assert_words(OPT_FIXTURE_STATUS, refd_fixture_status_words);
	assert_words(OPT_ASSIGNMENT_STATUS, refd_assignment_status_words);
	assert_words(OPT_NOTICE_STATUS, refd_notice_status_words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands__are_parsed_as_the_table_says),
		cmocka_unit_test(options__of_one_name_are_never_of_one_command_and_of_one_kind),
		cmocka_unit_test(help__fits_a_terminal_of_80_columns),
		cmocka_unit_test(help__lists_the_options_of_a_command_and_no_others),
		cmocka_unit_test(help__lists_every_command),
		cmocka_unit_test(manual__explains_the_options_of_every_command),
		cmocka_unit_test(completion__offers_the_options_of_every_command),
		cmocka_unit_test(choices__are_the_words_of_the_domain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
