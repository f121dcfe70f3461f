/* The proxy in front of a server that says everything back. */
#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proxy.h"

struct bed {
	char directory[64], server[80], listen[80];
	int listener;
	pthread_t thread;
	struct proxy *proxy;
	int client;
};

/* ---- a server that says back what it heard once a full stop comes, one connection at a time ----
 */

static void talk(int fd)
{
	char bytes[8000];
	size_t heard = 0;
	ssize_t got;

	while ((got = recv(fd, bytes + heard, sizeof(bytes) - heard, 0)) > 0) {
		heard += (size_t)got;
		if (bytes[heard - 1] != '.')
			continue;
		if (send(fd, bytes, heard, MSG_NOSIGNAL) != (ssize_t)heard)
			return;
		heard = 0;
	}
}

static void *serve(void *self)
{
	const struct bed *bed = self;
	int fd;

	while ((fd = accept(bed->listener, NULL, NULL)) >= 0) {
		talk(fd);
		close(fd);
	}
	return NULL;
}

static int bound_socket(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(at.sun_path, path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static int connected_socket(const struct bed *bed)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct sockaddr_in in = { .sin_family = AF_INET };
	int fd;

	if (bed->listen[0] == '/') {
		strcpy(un.sun_path, bed->listen);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	} else {
		in.sin_port = htons((uint16_t)proxy_port(bed->proxy));
		in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		fd = socket(AF_INET, SOCK_STREAM, 0);
		assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	}
	return fd;
}

static struct bed *make_bed(bool over_tcp)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	assert_non_null(bed);
	strcpy(bed->directory, "/tmp/refd-proxy-XXXXXX");
	assert_non_null(mkdtemp(bed->directory));
	snprintf(bed->server, sizeof(bed->server), "%s/server", bed->directory);
	if (over_tcp)
		strcpy(bed->listen, "127.0.0.1:0");
	else
		snprintf(bed->listen, sizeof(bed->listen), "%s/proxy", bed->directory);
	bed->listener = bound_socket(bed->server);
	assert_int_equal(pthread_create(&bed->thread, NULL, serve, bed), 0);
	bed->proxy = proxy_start(bed->listen, bed->server);
	assert_non_null(bed->proxy);
	bed->client = connected_socket(bed);
	return bed;
}

static int setup(void **state)
{
	*state = make_bed(false);
	return 0;
}

static int setup_tcp(void **state)
{
	*state = make_bed(true);
	return 0;
}

static int teardown(void **state)
{
	struct bed *bed = *state;

	close(bed->client);
	proxy_stop(bed->proxy);
	(void)shutdown(bed->listener, SHUT_RDWR); /* accept() ends */
	pthread_join(bed->thread, NULL);
	close(bed->listener);
	unlink(bed->server);
	assert_int_equal(rmdir(bed->directory), 0);
	free(bed);
	return 0;
}

/* ---- what a client does ---- */

static void say_with_end(const struct bed *bed, size_t bytes, char end)
{
	char text[3000];

	memset(text, 'x', sizeof(text));
	assert_in_range(bytes, 1, sizeof(text));
	text[bytes - 1] = end;
	assert_int_equal(send(bed->client, text, bytes, MSG_NOSIGNAL), bytes);
}

static void say(const struct bed *bed, size_t bytes)
{
	say_with_end(bed, bytes, '.');
}

/* Bytes that come until `wanted`, the end (*end is 0) or an error (its errno). */
static size_t hear(const struct bed *bed, size_t wanted, int *end)
{
	char text[4000];
	size_t heard = 0;
	ssize_t got = 1;

	while (heard < wanted && (got = recv(bed->client, text, wanted - heard, 0)) > 0)
		heard += (size_t)got;
	*end = got < 0 ? errno : (got == 0 ? 0 : -1);
	return heard;
}

static void converse(const struct bed *bed, size_t bytes)
{
	int end;

	say(bed, bytes);
	assert_int_equal(hear(bed, bytes, &end), bytes);
}

static void again(struct bed *bed)
{
	close(bed->client);
	bed->client = connected_socket(bed);
}

/* ---- cases ---- */

static void proxy__passes_everything_on(void **state)
{
	struct bed *bed = *state;
	struct proxy_counts counts;

	converse(bed, 1);
	converse(bed, 3000);
	again(bed);
	converse(bed, 10);
	counts = proxy_counts(bed->proxy);
	assert_int_equal(counts.to_server, 3011);
	assert_int_equal(counts.to_client, 3011);
	assert_int_equal(counts.connections, 2);
	assert_int_equal(counts.faults, 0);
}

static void proxy__counts_when_the_client_speaks_after_the_server(void **state)
{
	struct bed *bed = *state;

	converse(bed, 5);
	assert_int_equal(proxy_counts(bed->proxy).trips, 1);
	converse(bed, 2500);
	converse(bed, 1);
	assert_int_equal(proxy_counts(bed->proxy).trips, 3);
	proxy_reset_counts(bed->proxy);
	assert_int_equal(proxy_counts(bed->proxy).trips, 0);
	converse(bed, 1);
	assert_int_equal(proxy_counts(bed->proxy).trips, 1);
	again(bed);
	converse(bed, 1);
	assert_int_equal(proxy_counts(bed->proxy).trips, 2);
}

static void proxy__counts_words_in_a_row_once(void **state)
{
	struct bed *bed = *state;
	int end;

	converse(bed, 1);
	proxy_reset_counts(bed->proxy);
	for (uint64_t words = 1; words <= 3; words++) {
		say_with_end(bed, 1000, 'x');
		while (proxy_counts(bed->proxy).to_server < 1000 * words)
			sched_yield();
	}
	say(bed, 1000);
	assert_int_equal(hear(bed, 4000, &end), 4000);
	assert_int_equal(proxy_counts(bed->proxy).trips, 1);
}

static void proxy__keeps_what_is_said(void **state)
{
	static const enum proxy_direction directions[] = { PROXY_TO_SERVER, PROXY_TO_CLIENT };
	struct bed *bed = *state;

	for (size_t i = 0; i < 2; i++) {
		char bytes[8] = "-------";

		converse(bed, 3);
		proxy_record(bed->proxy, directions[i], bytes, 6);
		converse(bed, 4);
		assert_memory_equal(bytes + 4, "---", 3);
		assert_int_equal(bytes[3], '.');
		converse(bed, 4);
		assert_memory_equal(bytes, bytes + 4, 2);
		assert_int_equal(bytes[6], '-');
		proxy_record(bed->proxy, directions[i], NULL, 0);
		converse(bed, 4);
		assert_memory_equal(bytes, bytes + 4, 2);
	}
}

static void assert_cut(struct bed *bed, enum proxy_direction direction, uint64_t bytes,
		       enum proxy_fault fault)
{
	const size_t told = 500;
	int end;

	again(bed);
	converse(bed, 7);
	proxy_reset_counts(bed->proxy);
	proxy_arm(bed->proxy, direction, bytes, fault);
	say(bed, told);
	if (direction == PROXY_TO_CLIENT)
		assert_int_equal(hear(bed, told, &end), bytes);
	else
		assert_in_range(hear(bed, told, &end), 0, bytes);
	if (fault == PROXY_CLOSE)
		assert_int_equal(end, 0);
	assert_int_equal(proxy_counts(bed->proxy).faults, 1);
	if (direction == PROXY_TO_CLIENT)
		assert_int_equal(proxy_counts(bed->proxy).to_client, bytes);
	else
		assert_int_equal(proxy_counts(bed->proxy).to_server, bytes);
	again(bed);
	converse(bed, 7); /* once */
}

static void proxy__cuts_at_the_byte(void **state)
{
	static const uint64_t at[] = { 0, 1, 2, 250, 499, 500 };
	struct bed *bed = *state;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		if (at[i] < 500)
			assert_cut(bed, PROXY_TO_CLIENT, at[i], PROXY_CLOSE);
		assert_cut(bed, PROXY_TO_SERVER, at[i], PROXY_CLOSE);
		if (at[i] < 500)
			assert_cut(bed, PROXY_TO_CLIENT, at[i], PROXY_RESET);
		assert_cut(bed, PROXY_TO_SERVER, at[i], PROXY_RESET);
	}
}

static void proxy__resets(void **state)
{
	struct bed *bed = *state;
	int end;

	converse(bed, 7);
	proxy_arm(bed->proxy, PROXY_TO_SERVER, 3, PROXY_RESET);
	say(bed, 500);
	assert_in_range(hear(bed, 500, &end), 0, 3);
	assert_int_equal(end, ECONNRESET);
}

static void proxy__falls_silent_and_stays_so(void **state)
{
	struct bed *bed = *state;
	struct pollfd fd;
	int end;

	converse(bed, 7);
	proxy_arm(bed->proxy, PROXY_TO_CLIENT, 3, PROXY_SILENCE);
	say(bed, 500);
	assert_int_equal(hear(bed, 3, &end), 3);
	fd = (struct pollfd){ .fd = bed->client, .events = POLLIN };
	assert_int_equal(poll(&fd, 1, 50), 0);
	assert_int_equal(proxy_counts(bed->proxy).faults, 1);
	proxy_disarm(bed->proxy);
	assert_int_equal(hear(bed, 500, &end), 0);
	again(bed);
	converse(bed, 7);
}

/* Also those who come only then get no answer. */
static void proxy__is_silent_to_newcomers(void **state)
{
	struct bed *bed = *state;
	struct pollfd fd;
	int end;

	proxy_arm(bed->proxy, PROXY_TO_SERVER, 0, PROXY_SILENCE);
	say(bed, 5);
	again(bed);
	say(bed, 5);
	fd = (struct pollfd){ .fd = bed->client, .events = POLLIN };
	assert_int_equal(poll(&fd, 1, 50), 0);
	proxy_disarm(bed->proxy);
	assert_int_equal(hear(bed, 5, &end), 5);
}

static void proxy__disarmed_does_nothing(void **state)
{
	struct bed *bed = *state;

	proxy_arm(bed->proxy, PROXY_TO_SERVER, 3, PROXY_CLOSE);
	proxy_disarm(bed->proxy);
	converse(bed, 500);
	assert_int_equal(proxy_counts(bed->proxy).faults, 0);
}

static void proxy__drops_every_connection(void **state)
{
	struct bed *bed = *state;
	int end;

	converse(bed, 7);
	proxy_drop(bed->proxy);
	assert_int_equal(hear(bed, 1, &end), 0);
	again(bed);
	converse(bed, 7);
}

static void proxy__without_a_server_ends_the_connection(void **state)
{
	struct bed *bed = *state;
	int end;

	unlink(bed->server);
	again(bed);
	assert_int_equal(hear(bed, 1, &end), 0);
	assert_null(proxy_start("nowhere", bed->server));
}

#define PROXY_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define TCP_TEST(name)	 cmocka_unit_test_setup_teardown(name, setup_tcp, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PROXY_TEST(proxy__passes_everything_on),
		TCP_TEST(proxy__passes_everything_on),
		PROXY_TEST(proxy__counts_when_the_client_speaks_after_the_server),
		TCP_TEST(proxy__counts_when_the_client_speaks_after_the_server),
		PROXY_TEST(proxy__counts_words_in_a_row_once),
		PROXY_TEST(proxy__keeps_what_is_said),
		PROXY_TEST(proxy__cuts_at_the_byte),
		TCP_TEST(proxy__cuts_at_the_byte),
		PROXY_TEST(proxy__resets),
		TCP_TEST(proxy__resets),
		PROXY_TEST(proxy__falls_silent_and_stays_so),
		TCP_TEST(proxy__falls_silent_and_stays_so),
		PROXY_TEST(proxy__is_silent_to_newcomers),
		PROXY_TEST(proxy__disarmed_does_nothing),
		PROXY_TEST(proxy__drops_every_connection),
		PROXY_TEST(proxy__without_a_server_ends_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
