/* getrandom(), clock_gettime() and nanosleep() are wrapped by the linker: the test says what they
 * answer. */
#include "support.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include <refdomain/ports/system.h>

static struct {
	int interrupted; /* calls that answer EINTR first */
	bool broken;	 /* answers EIO */
	bool ended;	 /* answers 0 */
	size_t piece;	 /* bytes at most per call, 0: as asked */
	int calls;
} randomness;

ssize_t __real_getrandom(void *bytes, size_t count, unsigned flags);
ssize_t __wrap_getrandom(void *bytes, size_t count, unsigned flags);

ssize_t __wrap_getrandom(void *bytes, size_t count, unsigned flags)
{
	randomness.calls++;
	if (randomness.broken) {
		errno = EIO;
		return -1;
	}
	if (randomness.ended)
		return 0;
	if (randomness.interrupted > 0) {
		randomness.interrupted--;
		errno = EINTR;
		return -1;
	}
	if (randomness.piece > 0 && count > randomness.piece)
		count = randomness.piece;
	return __real_getrandom(bytes, count, flags);
}

static const struct timespec *clock_says; /* NULL: the real time */

int __real_clock_gettime(clockid_t id, struct timespec *ret);
int __wrap_clock_gettime(clockid_t id, struct timespec *ret);

int __wrap_clock_gettime(clockid_t id, struct timespec *ret)
{
	if (!clock_says)
		return __real_clock_gettime(id, ret);
	*ret = *clock_says;
	return 0;
}

static struct timespec slept; /* what was last asked of nanosleep() */

int __wrap_nanosleep(const struct timespec *span, struct timespec *left);

int __wrap_nanosleep(const struct timespec *span, struct timespec *left)
{
	(void)left;
	slept = *span;
	return 0;
}

static int reset(void **state)
{
	(void)state;
	memset(&randomness, 0, sizeof(randomness));
	clock_says = NULL;
	return 0;
}

static void clock__reads_microseconds(void **state)
{
	static const struct timespec instant = { 1381600800, 123456789 };
	struct refd_clock clock = refd_system_clock();

	(void)state;
	clock_says = &instant;
	assert_true(clock.ops->now(clock.self).us == INT64_C(1381600800123456));
	assert_true(clock.ops->monotonic(clock.self) == INT64_C(1381600800123456));
}

static void clock__is_never_unset(void **state)
{
	static const struct timespec epoch = { 0, 999 };
	struct refd_clock clock = refd_system_clock();

	(void)state;
	clock_says = &epoch;
	assert_true(clock.ops->now(clock.self).us == 1);
}

static void clock__monotonic_never_goes_back(void **state)
{
	struct refd_clock clock = refd_system_clock();
	int64_t last = clock.ops->monotonic(clock.self);

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t next = clock.ops->monotonic(clock.self);

		assert_true(next >= last);
		last = next;
	}
}

static void clock__fixed_clock_stands_where_it_is_set(void **state)
{
	struct refd_time now = { 42 };
	struct refd_clock clock = refd_fixed_clock(&now);

	(void)state;
	assert_int_equal(clock.ops->now(clock.self).us, 42);
	assert_int_equal(clock.ops->monotonic(clock.self), 42);
	now.us = 43;
	assert_int_equal(clock.ops->now(clock.self).us, 43);
	assert_int_equal(clock.ops->struct_size, sizeof(*clock.ops));
}

static void sleep__asks_for_that_long(void **state)
{
	struct refd_sleep sleep = refd_system_sleep();

	(void)state;
	sleep.ops->sleep(sleep.self, 1);
	assert_true(slept.tv_sec == 0 && slept.tv_nsec == 1000);
	sleep.ops->sleep(sleep.self, 999999);
	assert_true(slept.tv_sec == 0 && slept.tv_nsec == 999999000);
	sleep.ops->sleep(sleep.self, 61000001);
	assert_true(slept.tv_sec == 61 && slept.tv_nsec == 1000);
}

static void random__fills_every_byte(void **state)
{
	struct refd_random random = refd_system_random();
	unsigned char seen[600] = { 0 };

	(void)state;
	for (int round = 0; round < 16; round++) {
		unsigned char bytes[602];

		memset(bytes, 0, sizeof(bytes));
		support_assert_status(random.ops->fill(random.self, bytes + 1, 600, NULL), REFD_OK);
		assert_int_equal(bytes[0], 0);
		assert_int_equal(bytes[601], 0);
		for (size_t i = 0; i < sizeof(seen); i++)
			seen[i] |= bytes[i + 1];
	}
	for (size_t i = 0; i < sizeof(seen); i++)
		assert_true(seen[i] != 0);
}

static void random__goes_on_after_signals_and_short_answers(void **state)
{
	struct refd_random random = refd_system_random();
	unsigned char bytes[10];

	(void)state;
	randomness.interrupted = 3;
	randomness.piece = 4;
	support_assert_status(random.ops->fill(random.self, bytes, sizeof(bytes), NULL), REFD_OK);
	assert_int_equal(randomness.calls, 6);
	randomness.piece = 1;
	support_assert_status(random.ops->fill(random.self, bytes, sizeof(bytes), NULL), REFD_OK);
	assert_int_equal(randomness.calls, 16);
}

static void random__failure_is_unavailable(void **state)
{
	struct refd_random random = refd_system_random();
	struct refd_error err = REFD_ERROR_INIT;
	unsigned char byte;

	(void)state;
	randomness.broken = true;
	support_assert_status(random.ops->fill(random.self, &byte, 1, &err), REFD_UNAVAILABLE);
	support_assert_status(err.status, REFD_UNAVAILABLE);
	assert_int_equal(err.native, EIO);
	randomness.broken = false;
	randomness.ended = true;
	errno = EINTR;
	support_assert_status(random.ops->fill(random.self, &byte, 1, &err), REFD_UNAVAILABLE);
	assert_int_equal(err.native, 0);
	support_assert_status(random.ops->fill(random.self, &byte, 1, NULL), REFD_UNAVAILABLE);
	support_assert_status(random.ops->fill(random.self, &byte, 0, NULL), REFD_OK);
}

/* self points to the byte to fill with */
static enum refd_status fill_same(void *self, void *bytes, size_t count, struct refd_error *err)
{
	const unsigned char *byte = self;

	(void)err;
	memset(bytes, *byte, count);
	return REFD_OK;
}

static const struct refd_random_ops same = { sizeof(same), fill_same };

static void assert_drawn(unsigned char byte, int64_t us, const char *wanted)
{
	struct refd_random random = { &same, &byte };
	struct refd_id_source source = refd_uuid7_source(&random);
	char text[REFD_UUID_TEXT + 1];
	struct refd_uuid id;

	support_assert_status(source.ops->draw(source.self, (struct refd_time){ us }, &id, NULL),
			      REFD_OK);
	assert_string_equal(refd_uuid_format(id, text), wanted);
}

static void uuid7__layout_of_rfc_9562(void **state)
{
	(void)state;
	/* the time of RFC 9562 A.6: 0x017F22E279B0 ms */
	assert_drawn(0xff, INT64_C(1645557742000000), "017f22e2-79b0-7000-bfff-ffffffffffff");
	assert_drawn(0xff, INT64_C(1645557742000001), "017f22e2-79b0-7004-bfff-ffffffffffff");
	assert_drawn(0xff, INT64_C(1645557742000500), "017f22e2-79b0-7800-bfff-ffffffffffff");
	assert_drawn(0xff, INT64_C(1645557742000999), "017f22e2-79b0-7ffb-bfff-ffffffffffff");
	assert_drawn(0xff, INT64_C(1645557742001000), "017f22e2-79b1-7000-bfff-ffffffffffff");
	assert_drawn(0, INT64_C(1645557742000000), "017f22e2-79b0-7000-8000-000000000000");
	assert_drawn(0xff, REFD_TIME_MAX, "e677d21f-dbff-7ffb-bfff-ffffffffffff");
	/* before 1970 the milliseconds wrap, the fraction still counts forward */
	assert_drawn(0xff, -1, "ffffffff-ffff-7ffb-bfff-ffffffffffff");
	assert_drawn(0xff, -1000, "ffffffff-ffff-7000-bfff-ffffffffffff");
}

static void uuid7__order_follows_time_and_ids_differ(void **state)
{
	struct refd_random random = refd_system_random();
	struct refd_id_source source = refd_uuid7_source(&random);
	struct refd_uuid last = { { 0 } };

	(void)state;
	for (int64_t us = REFD_SECOND; us < REFD_SECOND + 3000; us++) {
		struct refd_uuid first, second;

		assert_int_equal(
			source.ops->draw(source.self, (struct refd_time){ us }, &first, NULL),
			REFD_OK);
		assert_int_equal(
			source.ops->draw(source.self, (struct refd_time){ us }, &second, NULL),
			REFD_OK);
		assert_false(refd_uuid_equal(first, second));
		assert_true(refd_uuid_compare(last, first) < 0);
		assert_true(refd_uuid_compare(last, second) < 0);
		last = refd_uuid_compare(first, second) < 0 ? second : first;
	}
}

static void uuid7__passes_on_what_random_answers(void **state)
{
	struct refd_random random = refd_system_random();
	struct refd_id_source source = refd_uuid7_source(&random);
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_uuid id = support_uuid(7);

	(void)state;
	randomness.broken = true;
	support_assert_status(source.ops->draw(source.self, (struct refd_time){ 1 }, &id, &err),
			      REFD_UNAVAILABLE);
	support_assert_status(err.status, REFD_UNAVAILABLE);
	assert_true(refd_uuid_equal(id, support_uuid(7)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(clock__reads_microseconds, reset),
		cmocka_unit_test_setup(clock__is_never_unset, reset),
		cmocka_unit_test_setup(clock__monotonic_never_goes_back, reset),
		cmocka_unit_test_setup(clock__fixed_clock_stands_where_it_is_set, reset),
		cmocka_unit_test_setup(sleep__asks_for_that_long, reset),
		cmocka_unit_test_setup(random__fills_every_byte, reset),
		cmocka_unit_test_setup(random__goes_on_after_signals_and_short_answers, reset),
		cmocka_unit_test_setup(random__failure_is_unavailable, reset),
		cmocka_unit_test_setup(uuid7__layout_of_rfc_9562, reset),
		cmocka_unit_test_setup(uuid7__order_follows_time_and_ids_differ, reset),
		cmocka_unit_test_setup(uuid7__passes_on_what_random_answers, reset),
	};

	return cmocka_run_group_tests(tests, NULL, reset);
}
