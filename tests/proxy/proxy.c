#include "proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { CONNECTIONS = 64, BUFFER = 1 << 16 };

/* What was read from one side and not yet written to the other. */
struct lane {
	size_t from, to;
	bool ended; /* the sender has said its last */
	char bytes[BUFFER];
};

/* sides and lanes: [0] of the client, [1] of the server */
struct link {
	int sides[2];
	bool server_spoke;
	struct lane lanes[2];
};

struct proxy {
	pthread_t thread;
	pthread_mutex_t lock; /* everything below but the addresses */
	int listener, wake[2];
	struct sockaddr_storage server;
	socklen_t server_size;
	char path[108]; /* of the listening socket, "" if it has none */
	unsigned port;
	bool stopping, silent;
	enum proxy_fault fault; /* 0: none is armed */
	enum proxy_direction direction;
	uint64_t left;	 /* bytes until the fault */
	struct link *on; /* that passed the bytes before it, if any did */
	struct proxy_counts counts;
	struct record {
		char *bytes;
		size_t room;
	} records[2]; /* by lane */
	struct link *links[CONNECTIONS];
	size_t n_links;
};

static bool parse_address(const char *text, struct sockaddr_storage *ret, socklen_t *size)
{
	struct sockaddr_un *un = (struct sockaddr_un *)ret;
	struct sockaddr_in *in = (struct sockaddr_in *)ret;
	const char *colon = strrchr(text, ':');
	char host[64];

	memset(ret, 0, sizeof(*ret));
	errno = EINVAL;
	if (text[0] == '/') {
		if (strlen(text) >= sizeof(un->sun_path))
			return false;
		un->sun_family = AF_UNIX;
		strcpy(un->sun_path, text);
		*size = sizeof(*un);
		return true;
	}
	if (colon == NULL || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	host[colon - text] = '\0';
	in->sin_family = AF_INET;
	in->sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	*size = sizeof(*in);
	return inet_pton(AF_INET, strcmp(host, "localhost") == 0 ? "127.0.0.1" : host,
			 &in->sin_addr) == 1;
}

static bool make_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0 &&
	       fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* A proxy must not wait to fill its packets. */
static void send_at_once(int fd)
{
	const int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* ---- links ---- */

static void close_link(struct proxy *proxy, size_t i)
{
	struct link *link = proxy->links[i];

	if (proxy->on == link)
		proxy->on = NULL;
	close(link->sides[0]);
	close(link->sides[1]);
	free(link);
	proxy->links[i] = proxy->links[--proxy->n_links];
}

static void close_all(struct proxy *proxy)
{
	while (proxy->n_links > 0)
		close_link(proxy, proxy->n_links - 1);
}

static void take_connection(struct proxy *proxy)
{
	int client = accept(proxy->listener, NULL, NULL);
	int server = socket(proxy->server.ss_family, SOCK_STREAM, 0);
	struct link *link = NULL;

	if (client >= 0 && server >= 0 && proxy->n_links < CONNECTIONS &&
	    connect(server, (const struct sockaddr *)&proxy->server, proxy->server_size) == 0 &&
	    make_nonblocking(client) && make_nonblocking(server))
		link = calloc(1, sizeof(*link));
	if (link == NULL) {
		close(client);
		close(server);
		return;
	}
	send_at_once(client);
	send_at_once(server);
	link->server_spoke = true;
	link->sides[0] = client;
	link->sides[1] = server;
	proxy->links[proxy->n_links++] = link;
	proxy->counts.connections++;
}

/* Everything there is to read, so that a side finds the end and no reset. */
static void drain(int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof(bytes), 0) > 0)
		;
}

static void let_it_happen(struct proxy *proxy, size_t i)
{
	const struct linger none = { .l_onoff = 1, .l_linger = 0 };
	struct link *link = proxy->links[i];
	enum proxy_fault fault = proxy->fault;

	proxy->fault = (enum proxy_fault)0;
	proxy->counts.faults++;
	if (fault == PROXY_SILENCE) {
		proxy->silent = true;
		return;
	}
	for (size_t side = 0; side < 2; side++) {
		if (fault == PROXY_RESET) {
			(void)setsockopt(link->sides[side], SOL_SOCKET, SO_LINGER, &none,
					 sizeof(none));
		} else {
			(void)shutdown(link->sides[side], SHUT_RDWR);
			drain(link->sides[side]);
		}
	}
	close_link(proxy, i);
}

static bool is_armed(const struct proxy *proxy, size_t lane)
{
	return proxy->fault != 0 &&
	       proxy->direction == (lane == 0 ? PROXY_TO_SERVER : PROXY_TO_CLIENT);
}

static void keep(struct record *record, const char *bytes, size_t count)
{
	const size_t n = count < record->room ? count : record->room;

	if (record->bytes == NULL)
		return;
	memcpy(record->bytes, bytes, n);
	record->bytes += n;
	record->room -= n;
}

/* @return false: the link is broken */
static bool read_lane(struct proxy *proxy, struct link *link, size_t lane)
{
	struct lane *l = &link->lanes[lane];
	size_t room = BUFFER - l->to;
	ssize_t got;

	if (is_armed(proxy, lane) && proxy->left < room)
		room = (size_t)proxy->left;
	if (room == 0 || l->ended)
		return true;
	got = recv(link->sides[lane], l->bytes + l->to, room, 0);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0) {
		l->ended = true;
		return true;
	}
	keep(&proxy->records[lane], l->bytes + l->to, (size_t)got);
	l->to += (size_t)got;
	if (is_armed(proxy, lane)) {
		proxy->left -= (uint64_t)got;
		proxy->on = link;
	}
	if (lane == 0) {
		proxy->counts.to_server += (uint64_t)got;
		proxy->counts.trips += link->server_spoke;
	} else {
		proxy->counts.to_client += (uint64_t)got;
	}
	link->server_spoke = lane == 1;
	return true;
}

static bool write_lane(struct link *link, size_t lane)
{
	struct lane *l = &link->lanes[lane];
	ssize_t put;

	while (l->from < l->to) {
		put = send(link->sides[1 - lane], l->bytes + l->from, l->to - l->from,
			   MSG_NOSIGNAL);
		if (put < 0)
			return errno == EAGAIN || errno == EINTR;
		l->from += (size_t)put;
	}
	l->from = l->to = 0;
	return !l->ended;
}

/* Passes on what one side has said until it has no more to say for now. */
static bool pass(struct proxy *proxy, struct link *link, size_t lane)
{
	const struct lane *l = &link->lanes[lane];
	size_t before;

	do {
		before = l->to;
		if (!read_lane(proxy, link, lane))
			return false;
	} while (l->to > before && l->to < BUFFER);
	return write_lane(link, lane);
}

/* The last byte before the fault has been passed on; if it is the first, it is there. */
static bool is_due(const struct proxy *proxy, const struct link *link)
{
	const size_t lane = proxy->direction == PROXY_TO_SERVER ? 0 : 1;
	char byte;

	if (proxy->fault == 0 || proxy->left > 0)
		return false;
	if (proxy->on != NULL)
		return proxy->on == link && link->lanes[lane].to == 0;
	return recv(link->sides[lane], &byte, 1, MSG_PEEK) > 0;
}

static void serve(struct proxy *proxy, size_t i)
{
	struct link *link = proxy->links[i];
	bool whole = true;
	size_t lane;

	for (lane = 0; lane < 2 && whole && !is_due(proxy, link); lane++)
		whole = pass(proxy, link, lane);
	if (whole && is_due(proxy, link))
		let_it_happen(proxy, i);
	else if (!whole)
		close_link(proxy, i);
}

/* ---- the loop ---- */

static size_t list_sides(const struct proxy *proxy, struct pollfd *fds)
{
	size_t n = 0;

	fds[n++] = (struct pollfd){ .fd = proxy->wake[0], .events = POLLIN };
	if (proxy->silent)
		return n;
	fds[n++] = (struct pollfd){ .fd = proxy->listener, .events = POLLIN };
	for (size_t i = 0; i < proxy->n_links; i++) {
		const struct link *link = proxy->links[i];

		for (size_t side = 0; side < 2; side++) {
			const struct lane *in = &link->lanes[side];
			const struct lane *out = &link->lanes[1 - side];
			int events = (in->to < BUFFER ? POLLIN : 0) |
				     (out->from < out->to ? POLLOUT : 0);

			fds[n++] =
				(struct pollfd){ .fd = link->sides[side], .events = (short)events };
		}
	}
	return n;
}

static void *run(void *self)
{
	struct proxy *proxy = self;
	struct pollfd fds[2 + 2 * CONNECTIONS];
	char bytes[64];
	size_t n;

	pthread_mutex_lock(&proxy->lock);
	while (!proxy->stopping) {
		n = list_sides(proxy, fds);
		pthread_mutex_unlock(&proxy->lock);
		(void)poll(fds, (nfds_t)n, -1);
		pthread_mutex_lock(&proxy->lock);
		if (fds[0].revents != 0)
			(void)!read(proxy->wake[0], bytes, sizeof(bytes));
		/* backwards: a link that ends is replaced by the last one */
		for (size_t i = proxy->n_links; i-- > 0 && !proxy->silent;)
			serve(proxy, i);
		if (n > 1 && fds[1].revents != 0 && !proxy->silent)
			take_connection(proxy);
	}
	close_all(proxy);
	pthread_mutex_unlock(&proxy->lock);
	return NULL;
}

static void wake_up(const struct proxy *proxy)
{
	(void)!write(proxy->wake[1], "", 1);
}

/* ---- outside ---- */

static bool listen_at(struct proxy *proxy, const char *address)
{
	struct sockaddr_storage at;
	socklen_t size;

	if (!parse_address(address, &at, &size))
		return false;
	proxy->listener = socket(at.ss_family, SOCK_STREAM, 0);
	if (proxy->listener < 0 || bind(proxy->listener, (struct sockaddr *)&at, size) != 0)
		return false;
	if (at.ss_family == AF_UNIX)
		strcpy(proxy->path, address);
	else if (getsockname(proxy->listener, (struct sockaddr *)&at, &size) == 0)
		proxy->port = ntohs(((struct sockaddr_in *)&at)->sin_port);
	return listen(proxy->listener, CONNECTIONS) == 0 && make_nonblocking(proxy->listener);
}

static void free_proxy(struct proxy *proxy)
{
	for (size_t i = 0; i < 2; i++) {
		if (proxy->wake[i] >= 0)
			close(proxy->wake[i]);
	}
	if (proxy->listener >= 0)
		close(proxy->listener);
	if (proxy->path[0] != '\0')
		unlink(proxy->path);
	free(proxy);
}

struct proxy *proxy_start(const char *listen, const char *server)
{
	struct proxy *proxy = calloc(1, sizeof(*proxy));
	int saved;

	if (proxy == NULL)
		return NULL;
	proxy->listener = proxy->wake[0] = proxy->wake[1] = -1;
	if (parse_address(server, &proxy->server, &proxy->server_size) &&
	    listen_at(proxy, listen) && pipe(proxy->wake) == 0 &&
	    make_nonblocking(proxy->wake[0]) && make_nonblocking(proxy->wake[1]) &&
	    pthread_mutex_init(&proxy->lock, NULL) == 0) {
		errno = pthread_create(&proxy->thread, NULL, run, proxy);
		if (errno == 0)
			return proxy;
		saved = errno;
		pthread_mutex_destroy(&proxy->lock);
		errno = saved;
	}
	saved = errno;
	free_proxy(proxy);
	errno = saved;
	return NULL;
}

void proxy_stop(struct proxy *proxy)
{
	if (proxy == NULL)
		return;
	pthread_mutex_lock(&proxy->lock);
	proxy->stopping = true;
	pthread_mutex_unlock(&proxy->lock);
	wake_up(proxy);
	pthread_join(proxy->thread, NULL);
	pthread_mutex_destroy(&proxy->lock);
	free_proxy(proxy);
}

unsigned proxy_port(const struct proxy *proxy)
{
	return proxy->port;
}

struct proxy_counts proxy_counts(struct proxy *proxy)
{
	struct proxy_counts counts;

	pthread_mutex_lock(&proxy->lock);
	counts = proxy->counts;
	pthread_mutex_unlock(&proxy->lock);
	return counts;
}

void proxy_reset_counts(struct proxy *proxy)
{
	pthread_mutex_lock(&proxy->lock);
	memset(&proxy->counts, 0, sizeof(proxy->counts));
	/* what the server said before may still be on its way here */
	for (size_t i = 0; i < proxy->n_links; i++)
		proxy->links[i]->server_spoke = true;
	pthread_mutex_unlock(&proxy->lock);
}

void proxy_record(struct proxy *proxy, enum proxy_direction direction, char *bytes, size_t room)
{
	pthread_mutex_lock(&proxy->lock);
	proxy->records[direction == PROXY_TO_SERVER ? 0 : 1] = (struct record){ bytes, room };
	pthread_mutex_unlock(&proxy->lock);
}

void proxy_arm(struct proxy *proxy, enum proxy_direction direction, uint64_t bytes,
	       enum proxy_fault fault)
{
	pthread_mutex_lock(&proxy->lock);
	proxy->direction = direction;
	proxy->left = bytes;
	proxy->on = NULL;
	proxy->fault = fault;
	pthread_mutex_unlock(&proxy->lock);
}

void proxy_disarm(struct proxy *proxy)
{
	pthread_mutex_lock(&proxy->lock);
	proxy->fault = (enum proxy_fault)0;
	if (proxy->silent)
		close_all(proxy);
	proxy->silent = false;
	pthread_mutex_unlock(&proxy->lock);
	wake_up(proxy);
}

void proxy_drop(struct proxy *proxy)
{
	pthread_mutex_lock(&proxy->lock);
	close_all(proxy);
	pthread_mutex_unlock(&proxy->lock);
	wake_up(proxy);
}
