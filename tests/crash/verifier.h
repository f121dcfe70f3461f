/* Reads a store as a crash left it, without any code of the library or its adapters. */
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

/* Beside the checks of checks.h: "unreadable", and for SQLite "foreign_key" and "integrity". A
 * store that is not there or has no table yet is empty. Nothing is changed. @p store: see probe.h.
 */
void verifier_run(const char *store, const struct verifier_answer *answers, size_t count,
		  verifier_sink *sink, void *self);

/* Asks the questions of rule_checks. */
void verifier_run_rules(const char *store, verifier_sink *sink, void *self);

/* Whether the store holds a row of that command. */
bool verifier_stored(const char *store, struct refd_command_id command);

/* Waits for what a killed process of that application name had sent. */
bool verifier_settle(const char *store, const char *application);

#endif
