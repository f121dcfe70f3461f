/* Forced into every file of the mutated tree. */
#ifndef REFD_TESTS_SWITCH_H
#define REFD_TESTS_SWITCH_H

#define REFD_MUTANT(id) refd_mutant_is_on(id)

int refd_mutant_is_on(unsigned int id);

#endif
