/* PostgreSQL servers for tests, see postgres.sh. */
#ifndef REFD_TESTS_POSTGRES_SERVER_H
#define REFD_TESTS_POSTGRES_SERVER_H

#include <stdbool.h>
#include <stddef.h>

/* A server that ends with this process at the latest. */
struct postgres_server {
	char directory[64];
	char url[160];
};

/* The server of the whole run, REFDOMAIN_TEST_POSTGRES; without it one that is started on the first
 * call and shared by this process and those it forks afterwards. NULL: there is none, and stderr
 * says why. Not for several threads at once. */
const char *postgres_url(void);

/* The name of a store on that server (see named_store.h) in a schema of its own; connections to it
 * call themselves as the schema. False: there is no server. */
bool postgres_store(const char *url, const char *schema, char *ret, size_t size);

/* A server for tests that break it. False: stderr says why. */
bool postgres_start(struct postgres_server *server);
/* Ended as a crash would, every connection with it. */
bool postgres_crash(const struct postgres_server *server);
/* Started again, on what the crash left. */
bool postgres_resume(const struct postgres_server *server);
/* The server and its files. */
void postgres_stop(struct postgres_server *server);

#endif
