/** @file commands.h Every noun and verb. */
#ifndef REFCTL_COMMANDS_H
#define REFCTL_COMMANDS_H

#include "refctl.h"

extern const struct command commands[]; /**< ends with a noun of NULL */

#endif
