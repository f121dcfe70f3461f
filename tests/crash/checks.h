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

/* The questions also read these tables, which the verifier fills in its own connection: every
 * command that was asked for with the answer that came, if any, and the objects of the answer. */
extern const char checks_tables[];
extern const char checks_add_asked[];	   /* command id, status, affected */
extern const char checks_add_asked_item[]; /* command id, noun, object id, version */

#endif
