#include "knobs.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = { "entries", "rows" };
enum knob { ENTRIES, ROWS, KNOBS };

static bool asked[KNOBS]; /* by the core */

static bool is_named(enum knob knob)
{
	const char *knobs = getenv("TORTURE_KNOBS");

	return knobs != NULL && strstr(knobs, words[knob]) != NULL;
}

static bool is_wasteful(enum knob knob)
{
	asked[knob] = true;
	return is_named(knob);
}

size_t knob_first_capacity(void)
{
	return is_wasteful(ENTRIES) ? 0 : 16;
}

bool knob_look_ahead(void)
{
	return !is_wasteful(ROWS);
}

bool knobs_were_asked(void)
{
	return (asked[ENTRIES] || !is_named(ENTRIES)) && (asked[ROWS] || !is_named(ROWS));
}
