#include <refdomain/ports/ports.h>

#include <stdio.h>
#include <string.h>

/* A size that covers every member of version 0.1 up to this one. */
#define UP_TO(type, member) (offsetof(type, member) + sizeof(((type *)NULL)->member))

struct operation {
	const char *name;
	size_t offset; /* in the ops table */
};

struct port {
	const char *name;
	size_t offset; /* of the pointer to the ops table in struct refd_ports */
	size_t size;   /* of the ops table, at least */
	bool required;
	struct operation operations[5]; /* the required ones */
};

#define OPERATION(ops, member)                                                                     \
	{                                                                                          \
#member, offsetof(struct ops, member)                                              \
	}

static const struct port ports_wanted[] = {
	{ "store",
	  offsetof(struct refd_ports, store.ops),
	  UP_TO(struct refd_store_ops, reads_native),
	  true,
	  { OPERATION(refd_store_ops, begin), OPERATION(refd_store_ops, read),
	    OPERATION(refd_store_ops, commit), OPERATION(refd_store_ops, rollback) } },
	{ "clock",
	  offsetof(struct refd_ports, clock.ops),
	  UP_TO(struct refd_clock_ops, monotonic),
	  true,
	  { OPERATION(refd_clock_ops, now), OPERATION(refd_clock_ops, monotonic) } },
	{ "ids",
	  offsetof(struct refd_ports, ids.ops),
	  UP_TO(struct refd_id_source_ops, draw),
	  true,
	  { OPERATION(refd_id_source_ops, draw) } },
	{ "codec",
	  offsetof(struct refd_ports, codec.ops),
	  UP_TO(struct refd_event_codec_ops, decode),
	  true,
	  { OPERATION(refd_event_codec_ops, encode), OPERATION(refd_event_codec_ops, decode) } },
	{ "random",
	  offsetof(struct refd_ports, random.ops),
	  UP_TO(struct refd_random_ops, fill),
	  false,
	  { OPERATION(refd_random_ops, fill) } },
	{ "sleep",
	  offsetof(struct refd_ports, sleep.ops),
	  UP_TO(struct refd_sleep_ops, sleep),
	  false,
	  { OPERATION(refd_sleep_ops, sleep) } },
	{ "timezone",
	  offsetof(struct refd_ports, timezone.ops),
	  UP_TO(struct refd_timezone_ops, offset),
	  false,
	  { OPERATION(refd_timezone_ops, offset) } },
	{ "notifier",
	  offsetof(struct refd_ports, notifier.ops),
	  UP_TO(struct refd_notifier_ops, send),
	  false,
	  { OPERATION(refd_notifier_ops, send) } },
	{ "log",
	  offsetof(struct refd_ports, log.ops),
	  UP_TO(struct refd_log_ops, write),
	  false,
	  { OPERATION(refd_log_ops, write) } },
};

/* The names of what is missing, comma-separated. */
struct gaps {
	char text[REFD_MESSAGE_BYTES + 1];
	size_t len;
};

static void note(struct gaps *gaps, const char *port, const char *member)
{
	int n = snprintf(gaps->text + gaps->len, sizeof(gaps->text) - gaps->len, "%s%s%s%s",
			 gaps->len > 0 ? ", " : "", port, member[0] ? "." : "", member);

	if (n > 0)
		gaps->len += (size_t)n;
	if (gaps->len >= sizeof(gaps->text))
		gaps->len = sizeof(gaps->text) - 1;
}

static void check_port(const struct port *port, const char *ops, struct gaps *gaps)
{
	size_t struct_size;

	if (!ops) {
		if (port->required)
			note(gaps, port->name, "");
		return;
	}
	memcpy(&struct_size, ops, sizeof(struct_size));
	if (struct_size < port->size) {
		note(gaps, port->name, "struct_size");
		return;
	}
	for (const struct operation *op = port->operations; op->name; op++) {
		void (*function)(void);

		memcpy(&function, ops + op->offset, sizeof(function));
		if (!function)
			note(gaps, port->name, op->name);
	}
}

static void check_retry(const struct refd_retry *retry, struct gaps *gaps)
{
	if (retry->attempts < 0)
		note(gaps, "retry", "attempts");
	if (retry->base < 0)
		note(gaps, "retry", "base");
	if (retry->cap < 0)
		note(gaps, "retry", "cap");
	if (retry->timeout < 0)
		note(gaps, "retry", "timeout");
}

enum refd_status refd_ports_check(const struct refd_ports *ports, struct refd_error *err)
{
	struct gaps gaps = { "", 0 };

	if (!ports)
		return refd_error_set(err, REFD_MISUSE, "ports are NULL");
	if (ports->struct_size < UP_TO(struct refd_ports, retry))
		return refd_error_set(err, REFD_MISUSE, "ports: not wired: struct_size");
	if (!ports->allocator.alloc)
		note(&gaps, "allocator", "alloc");
	if (!ports->allocator.free)
		note(&gaps, "allocator", "free");
	for (size_t i = 0; i < sizeof(ports_wanted) / sizeof(ports_wanted[0]); i++) {
		const char *ops;

		memcpy(&ops, (const char *)ports + ports_wanted[i].offset, sizeof(ops));
		check_port(&ports_wanted[i], ops, &gaps);
	}
	check_retry(&ports->retry, &gaps);
	if (gaps.len > 0)
		return refd_error_set(err, REFD_MISUSE, "ports: not wired: %s", gaps.text);
	return REFD_OK;
}
