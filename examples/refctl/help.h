/** @file help.h What the tables of options and commands say, for people and for bash. */
#ifndef REFCTL_HELP_H
#define REFCTL_HELP_H

#include <stdio.h>

#include "args.h"

/** " (1..10000; default: all)", or "". */
void option_note(const struct option_info *option, char *ret, size_t size);

/** Usage: of everything, of a noun, or of one command. */
void help_print(FILE *out, const struct command *commands, const char *noun, const char *verb);
/** The manual page, in mdoc. */
void help_manual(FILE *out, const struct command *commands);
/** The completion of bash. */
void help_completion(FILE *out, const struct command *commands);

#endif
