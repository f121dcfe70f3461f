/* A proxy between a client and a server on this machine: counts round trips, cuts connections at a
 * given byte, or falls silent. Knows nothing of what is said. One thread runs it, beside the test.
 */
#ifndef REFD_TESTS_PROXY_H
#define REFD_TESTS_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum proxy_direction { PROXY_TO_SERVER = 1, PROXY_TO_CLIENT };

/* How a connection ends. */
enum proxy_fault {
	PROXY_CLOSE = 1, /* in order: both sides read to the end and then find it */
	PROXY_RESET,	 /* at once: over TCP by a reset, on a socket file with what was not read */
	PROXY_SILENCE /* never: nothing is passed on in either direction, to nobody, until disarmed
		       */
};

struct proxy_counts {
	uint64_t trips; /* times a client spoke after its server had, first words included */
	uint64_t to_server, to_client; /* bytes passed on */
	uint64_t connections;	       /* taken */
	uint64_t faults;	       /* connections ended by a fault, or moments silence fell */
};

struct proxy;

/* Listens at @p listen and passes on to @p server, both the path of a socket, or "127.0.0.1:PORT";
 * port 0 of @p listen is any. NULL: errno says why. The child of a fork() has none of it. */
struct proxy *proxy_start(const char *listen, const char *server);
/* Ends every connection. Takes NULL. */
void proxy_stop(struct proxy *proxy);
/* Where it listens, if the port was any. */
unsigned proxy_port(const struct proxy *proxy);

/* Since the last reset; a reset leaves connections and what is armed alone. */
struct proxy_counts proxy_counts(struct proxy *proxy);
void proxy_reset_counts(struct proxy *proxy);

/* From now on keep what goes in that direction in @p bytes, up to @p room; NULL: no more. */
void proxy_record(struct proxy *proxy, enum proxy_direction direction, char *bytes, size_t room);

/* Pass @p bytes more in that direction, counted over all connections, then let the fault happen to
 * the connection that byte was on; once. 0: with the first byte that would be passed on. */
void proxy_arm(struct proxy *proxy, enum proxy_direction direction, uint64_t bytes,
	       enum proxy_fault fault);
/* Take back what was armed, or end the silence and the connections that were in it. */
void proxy_disarm(struct proxy *proxy);

/* End every connection there is, in order. */
void proxy_drop(struct proxy *proxy);

#endif
