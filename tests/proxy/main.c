/* The proxy by hand: proxy LISTEN SERVER [to-server|to-client BYTES close|reset|silence]. Runs
 * until its input ends, then prints what it counted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proxy.h"

static enum proxy_fault fault_named(const char *name)
{
	if (strcmp(name, "close") == 0)
		return PROXY_CLOSE;
	if (strcmp(name, "reset") == 0)
		return PROXY_RESET;
	return strcmp(name, "silence") == 0 ? PROXY_SILENCE : (enum proxy_fault)0;
}

int main(int argc, char **argv)
{
	struct proxy_counts counts;
	struct proxy *proxy;
	char byte;

	if ((argc != 3 && argc != 6) || (argc == 6 && fault_named(argv[5]) == 0)) {
		fprintf(stderr, "usage: proxy LISTEN SERVER"
				" [to-server|to-client BYTES close|reset|silence]\n");
		return 2;
	}
	proxy = proxy_start(argv[1], argv[2]);
	if (proxy == NULL) {
		perror(argv[1]);
		return 1;
	}
	if (argc == 6)
		proxy_arm(proxy,
			  strcmp(argv[3], "to-client") == 0 ? PROXY_TO_CLIENT : PROXY_TO_SERVER,
			  strtoull(argv[4], NULL, 10), fault_named(argv[5]));
	if (proxy_port(proxy) != 0)
		printf("port %u\n", proxy_port(proxy));
	fflush(stdout);
	while (read(STDIN_FILENO, &byte, 1) > 0)
		;
	counts = proxy_counts(proxy);
	printf("trips %" PRIu64 ", bytes to server %" PRIu64 ", to client %" PRIu64
	       ", connections %" PRIu64 ", faults %" PRIu64 "\n",
	       counts.trips, counts.to_server, counts.to_client, counts.connections, counts.faults);
	proxy_stop(proxy);
	return 0;
}
