/* What the tables of a store must hold whatever happened to the process that wrote them, as
 * questions any SQL engine with this schema can be asked. */
#ifndef REFD_TESTS_CHECKS_H
#define REFD_TESTS_CHECKS_H

#include <stddef.h>

/* Each row the question answers is a finding: the id it is about and what is wrong. */
struct check {
	const char *name;
	const char *sql;
};

extern const struct check checks[];
extern const size_t n_checks;

/* What the rules promise of a season that keeps their durations and gaps as they are by default. */
extern const struct check rule_checks[];
extern const size_t n_rule_checks;

/* The questions also read these tables, which who asks fills in a connection of his own: every
 * command that was asked for (id; "accepted", "refused" or "open" if no answer came; objects
 * affected), and the objects of the answer. In the dialect of probe.h. */
extern const char checks_tables[];

#endif
