#include <refdomain/ports/system.h>

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(id, &now);
	return now.tv_sec * REFD_SECOND + now.tv_nsec / 1000;
}

static struct refd_time system_now(void *self)
{
	struct refd_time now = { read_clock(CLOCK_REALTIME) };

	(void)self;
	if (refd_time_is_unset(now)) /* the epoch itself cannot be expressed */
		now.us = 1;
	return now;
}

static int64_t system_monotonic(void *self)
{
	(void)self;
	return read_clock(CLOCK_MONOTONIC);
}

struct refd_clock refd_system_clock(void)
{
	static const struct refd_clock_ops ops = {
		.struct_size = sizeof(ops),
		.now = system_now,
		.monotonic = system_monotonic,
	};
	struct refd_clock clock = { &ops, NULL };

	return clock;
}

static void system_sleep(void *self, int64_t us)
{
	struct timespec span = { (time_t)(us / REFD_SECOND), (long)(us % REFD_SECOND * 1000) };

	(void)self;
	(void)nanosleep(&span, NULL);
}

struct refd_sleep refd_system_sleep(void)
{
	static const struct refd_sleep_ops ops = {
		.struct_size = sizeof(ops),
		.sleep = system_sleep,
	};
	struct refd_sleep sleep = { &ops, NULL };

	return sleep;
}

static enum refd_status system_fill(void *self, void *bytes, size_t count, struct refd_error *err)
{
	char *to = bytes;

	(void)self;
	while (count > 0) {
		ssize_t n = getrandom(to, count, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (err)
				err->native = n < 0 ? errno : 0;
			return refd_error_set(err, REFD_UNAVAILABLE, "no random bytes");
		}
		to += n;
		count -= (size_t)n;
	}
	return REFD_OK;
}

struct refd_random refd_system_random(void)
{
	static const struct refd_random_ops ops = {
		.struct_size = sizeof(ops),
		.fill = system_fill,
	};
	struct refd_random random = { &ops, NULL };

	return random;
}

static enum refd_status uuid7_draw(void *self, struct refd_time now, struct refd_uuid *ret,
				   struct refd_error *err)
{
	const struct refd_random *random = self;
	int64_t past = now.us % 1000 < 0 ? now.us % 1000 + 1000 : now.us % 1000;
	uint64_t ms = (uint64_t)((now.us - past) / 1000);
	uint64_t fraction = (uint64_t)past * 4096 / 1000;
	struct refd_uuid id;
	enum refd_status status;

	status = random->ops->fill(random->self, id.bytes + 8, 8, err);
	if (status != REFD_OK)
		return status;
	for (int i = 5; i >= 0; i--, ms >>= 8)
		id.bytes[i] = (uint8_t)ms;
	id.bytes[6] = (uint8_t)(0x70 | fraction >> 8);
	id.bytes[7] = (uint8_t)fraction;
	id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
	*ret = id;
	return REFD_OK;
}

struct refd_id_source refd_uuid7_source(const struct refd_random *random)
{
	static const struct refd_id_source_ops ops = {
		.struct_size = sizeof(ops),
		.draw = uuid7_draw,
	};
	struct refd_id_source source = { &ops, (void *)random };

	return source;
}

static struct refd_time fixed_now(void *self)
{
	const struct refd_time *now = self;

	return *now;
}

static int64_t fixed_monotonic(void *self)
{
	return fixed_now(self).us;
}

struct refd_clock refd_fixed_clock(struct refd_time *now)
{
	static const struct refd_clock_ops ops = {
		.struct_size = sizeof(ops),
		.now = fixed_now,
		.monotonic = fixed_monotonic,
	};
	struct refd_clock clock = { &ops, now };

	return clock;
}
