/* A server that fails under load. */
#ifndef REFD_TESTS_CHAOS_H
#define REFD_TESTS_CHAOS_H

#include <stdbool.h>
#include <stdint.h>

#include "postgres_server.h"

/* How often each. */
struct chaos {
	unsigned terminations; /* a session ends */
	unsigned kills;	       /* a process of the server dies, and it recovers */
	unsigned restarts;     /* ended as by a crash, and started again */
};

/* All of them, mixed, spread over so many microseconds at least, to the sessions of the store
 * that call themselves @p application. Afterwards the server is there. False: stderr says why. */
bool chaos_run(const struct chaos *chaos, const struct postgres_server *server, const char *store,
	       const char *application, int64_t spread_us);

#endif
