/* Commands at random, over few objects so that they clash, many of them wrong on purpose. */
#ifndef REFD_TESTS_GENERATOR_H
#define REFD_TESTS_GENERATOR_H

#include <stdint.h>

#include "plain_model.h"

struct generator {
	uint64_t state;
};

/* The same seed gives the same commands for the same states. */
void generator_init(struct generator *generator, uint64_t seed);
/* @p model: how things stand; often, not always, a command is made to fit. */
void generator_next(struct generator *generator, const struct pm_model *model,
		    struct pm_command *ret);

/* Print the command on one line. @return @p text */
char *command_print(const struct pm_command *command, char *text, size_t size);

#endif
