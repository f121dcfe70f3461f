/* The databases of a measurement, all on one server. Failures end the program. */
#ifndef REFDOMAIN_BENCH_DATABASES_H
#define REFDOMAIN_BENCH_DATABASES_H

#include <libpq-fe.h>
#include <stdbool.h>

enum { DATABASES_URL_BYTES = 2048 };

/* url: of a role that may make databases and checkpoints. */
void databases_at(const char *url);
/* How to connect to one of them; url holds DATABASES_URL_BYTES; returns it. */
char *databases_url(const char *name, bool synchronous_commit, char *url);
PGconn *databases_open(const char *name, bool synchronous_commit);
/* An empty one; what was there is removed. */
void databases_make(const char *name);
void databases_copy(const char *from, const char *to);
void databases_execute(const char *name, const char *sql);
/* The first column of the first row; to be freed. */
char *databases_ask(const char *name, const char *sql);
/* The server's process for the one connection to the database. */
long databases_process(const char *name);
/* End the program unless both hold the same rows. */
void databases_compare(const char *name, const char *other);

#endif
