/** @file color.h Colours, where they can be seen and nobody minds. */
#ifndef REFCTL_COLOR_H
#define REFCTL_COLOR_H

#include <stdbool.h>

#include "args.h"

/**
 * Whether what goes to @p fd is coloured: as --color says, else only on a terminal that is not
 * "dumb", and not if NO_COLOR is set and not empty (https://no-color.org).
 */
bool color_wanted(const struct args *args, int fd);

/** The colour of a status or severity, as a name libsmartcols knows; NULL for those that need no
 * attention. */
const char *color_of_word(const char *word);

#endif
