/* Reads a file as a crash left it, without any code of the library or its adapter. */
#ifndef REFD_TESTS_VERIFIER_H
#define REFD_TESTS_VERIFIER_H

#include <refdomain/app/app.h>

/* A command that was asked for, and the answer if it came. */
struct verifier_answer {
	struct refd_command_id command;
	bool came;
	enum refd_status status; /* OK: accepted; anything else: refused */
	struct refd_result result;
};

typedef void verifier_sink(void *self, const char *check, const char *finding);

/* Beside the checks of checks.h: "unreadable", "foreign_key" and "integrity". A file that is not
 * there or has no table yet is an empty store. The file is not changed. */
void verifier_run(const char *path, const struct verifier_answer *answers, size_t count,
		  verifier_sink *sink, void *self);

/* Whether the file holds a row of that command. */
bool verifier_stored(const char *path, struct refd_command_id command);

#endif
