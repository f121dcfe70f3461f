#include "color.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

bool color_wanted(const struct args *args, int fd)
{
	const char *choice = args_value(args, OPT_COLOR);
	const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");

	if (choice && strcasecmp(choice, "auto") != 0)
		return strcasecmp(choice, "always") == 0;
	if (no_color && *no_color)
		return false;
	return isatty(fd) && terminal && strcmp(terminal, "dumb") != 0;
}

const char *color_of_word(const char *word)
{
	static const struct {
		const char *word, *color;
	} colors[] = {
		{ "retired", "red" },  { "cancelled", "red" }, { "dead", "red" },
		{ "hard", "red" },     { "staged", "yellow" }, { "pending", "yellow" },
		{ "ready", "yellow" }, { "leased", "yellow" }, { "overridable", "yellow" },
	};

	for (size_t i = 0; word && i < sizeof(colors) / sizeof(colors[0]); i++)
		if (strcmp(colors[i].word, word) == 0)
			return colors[i].color;
	return NULL;
}
