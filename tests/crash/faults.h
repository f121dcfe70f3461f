/* Faults planted in a store behind the library's back, to prove that the verifier finds them. */
#ifndef REFD_TESTS_FAULTS_H
#define REFD_TESTS_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

#include <refdomain/id.h>

enum fault_place { FAULT_IN_FILE, FAULT_IN_WRITER, FAULT_IN_RETRY };

struct fault {
	const char *name;
	const char *check; /* that has to find it; others may, too */
	enum fault_place place;
	const char *sql; /* statements in the dialect of probe.h; {refused} is a refused command */
};

extern const struct fault faults[];
extern const size_t n_faults;

/* NULL if there is none of that name. */
const struct fault *fault_find(const char *name);

/* Whether the store had what the fault needs, and is broken now. */
bool fault_plant(const struct fault *fault, const char *store, struct refd_command_id refused);

#endif
