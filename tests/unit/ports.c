#include "support.h"

#include <refdomain/ports/ports.h>

/* Operations that are never called: the check only looks whether they are there. */

static enum refd_status tx_begin(void *self, const struct refd_begin *begin, struct refd_tx **ret,
				 struct refd_error *err)
{
	(void)self, (void)begin, (void)ret, (void)err;
	return REFD_MISUSE;
}

static enum refd_status tx_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				size_t count, refd_row_sink *sink, void *sink_self,
				struct refd_error *err)
{
	(void)self, (void)tx, (void)reads, (void)count, (void)sink, (void)sink_self, (void)err;
	return REFD_MISUSE;
}

static enum refd_status tx_commit(void *self, struct refd_tx *tx,
				  const struct refd_change_set *changes, struct refd_error *err)
{
	(void)self, (void)tx, (void)changes, (void)err;
	return REFD_MISUSE;
}

static void tx_rollback(void *self, struct refd_tx *tx)
{
	(void)self, (void)tx;
}

static struct refd_time now(void *self)
{
	(void)self;
	return (struct refd_time){ 1 };
}

static int64_t monotonic(void *self)
{
	(void)self;
	return 1;
}

static enum refd_status draw(void *self, struct refd_time time, struct refd_uuid *ret,
			     struct refd_error *err)
{
	(void)self, (void)time, (void)ret, (void)err;
	return REFD_MISUSE;
}

static enum refd_status encode(void *self, const struct refd_event *event,
			       refd_codec_write_fn *write, void *write_self, struct refd_error *err)
{
	(void)self, (void)event, (void)write, (void)write_self, (void)err;
	return REFD_MISUSE;
}

static enum refd_status decode(void *self, struct refd_str name, int32_t schema,
			       struct refd_str payload, refd_codec_event_fn *sink, void *sink_self,
			       struct refd_error *err)
{
	(void)self, (void)name, (void)schema, (void)payload, (void)sink, (void)sink_self, (void)err;
	return REFD_MISUSE;
}

/* A wiring of which each member can be spoilt. */
struct wiring {
	struct refd_store_ops store;
	struct refd_clock_ops clock;
	struct refd_id_source_ops ids;
	struct refd_event_codec_ops codec;
	struct refd_random_ops random;
	struct refd_sleep_ops sleep;
	struct refd_timezone_ops timezone;
	struct refd_notifier_ops notifier;
	struct refd_log_ops log;
	struct refd_ports ports;
};

static void wire(struct wiring *w)
{
	memset(w, 0, sizeof(*w));
	w->store = (struct refd_store_ops){ .struct_size = sizeof(w->store),
					    .begin = tx_begin,
					    .read = tx_read,
					    .commit = tx_commit,
					    .rollback = tx_rollback };
	w->clock = (struct refd_clock_ops){ sizeof(w->clock), now, monotonic };
	w->ids = (struct refd_id_source_ops){ sizeof(w->ids), draw };
	w->codec = (struct refd_event_codec_ops){ sizeof(w->codec), encode, decode };
	w->ports.struct_size = sizeof(w->ports);
	w->ports.allocator = refd_allocator_libc();
	w->ports.store.ops = &w->store;
	w->ports.clock.ops = &w->clock;
	w->ports.ids.ops = &w->ids;
	w->ports.codec.ops = &w->codec;
}

/* Optional ports, their one operation missing. */
static void wire_empty_options(struct wiring *w)
{
	w->random.struct_size = sizeof(w->random);
	w->sleep.struct_size = sizeof(w->sleep);
	w->timezone.struct_size = sizeof(w->timezone);
	w->notifier.struct_size = sizeof(w->notifier);
	w->log.struct_size = sizeof(w->log);
	w->ports.random.ops = &w->random;
	w->ports.sleep.ops = &w->sleep;
	w->ports.timezone.ops = &w->timezone;
	w->ports.notifier.ops = &w->notifier;
	w->ports.log.ops = &w->log;
}

static void assert_gaps(const struct refd_ports *ports, const char *wanted)
{
	struct refd_error err = REFD_ERROR_INIT;
	char message[REFD_MESSAGE_BYTES + 1];

	(void)snprintf(message, sizeof(message), "ports: not wired: %s", wanted);
	support_assert_status(refd_ports_check(ports, &err), REFD_MISUSE);
	support_assert_status(err.status, REFD_MISUSE);
	assert_string_equal(err.message, message);
	support_assert_status(refd_ports_check(ports, NULL), REFD_MISUSE);
}

static void ports__required_ones_are_enough(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct wiring w;

	(void)state;
	wire(&w);
	support_assert_status(refd_ports_check(&w.ports, &err), REFD_OK);
	assert_string_equal(err.message, "");
	w.ports.struct_size += 8; /* a newer caller */
	w.store.struct_size += 8;
	support_assert_status(refd_ports_check(&w.ports, &err), REFD_OK);
}

static void ports__null_is_misuse(void **state)
{
	(void)state;
	support_assert_status(refd_ports_check(NULL, NULL), REFD_MISUSE);
}

static void ports__every_missing_port_is_named(void **state)
{
	struct refd_ports ports = { .struct_size = sizeof(ports) };

	(void)state;
	assert_gaps(&ports, "allocator.alloc, allocator.free, store, clock, ids, codec");
}

static void ports__every_missing_operation_is_named(void **state)
{
	struct wiring w;

	(void)state;
	wire(&w);
	wire_empty_options(&w);
	memset(&w.ports.allocator, 0, sizeof(w.ports.allocator));
	w.store = (struct refd_store_ops){ .struct_size = sizeof(w.store) };
	w.clock = (struct refd_clock_ops){ .struct_size = sizeof(w.clock) };
	w.ids = (struct refd_id_source_ops){ .struct_size = sizeof(w.ids) };
	w.codec = (struct refd_event_codec_ops){ .struct_size = sizeof(w.codec) };
	assert_gaps(&w.ports, "allocator.alloc, allocator.free, store.begin, store.read, "
			      "store.commit, store.rollback, clock.now, clock.monotonic, ids.draw, "
			      "codec.encode, codec.decode, random.fill, sleep.sleep, "
			      "timezone.offset, notifier.send, log.write");
}

static void ports__one_gap_is_named_alone(void **state)
{
	struct wiring w;

	(void)state;
	wire(&w);
	w.store.commit = NULL;
	assert_gaps(&w.ports, "store.commit");
	wire(&w);
	w.clock.monotonic = NULL;
	assert_gaps(&w.ports, "clock.monotonic");
	wire(&w);
	w.ports.codec.ops = NULL;
	assert_gaps(&w.ports, "codec");
	wire(&w);
	w.log.struct_size = sizeof(w.log);
	w.ports.log.ops = &w.log;
	assert_gaps(&w.ports, "log.write");
}

static void ports__short_tables_are_named(void **state)
{
	struct wiring w;

	(void)state;
	wire(&w);
	w.store.struct_size = offsetof(struct refd_store_ops, reads_native) + 4;
	support_assert_status(refd_ports_check(&w.ports, NULL), REFD_OK);
	w.store.struct_size--;
	assert_gaps(&w.ports, "store.struct_size");
	w.ids.struct_size = 0;
	assert_gaps(&w.ports, "store.struct_size, ids.struct_size");
	wire(&w);
	w.ports.struct_size = sizeof(w.ports) - 1;
	assert_gaps(&w.ports, "struct_size");
	w.ports.struct_size = 0;
	assert_gaps(&w.ports, "struct_size");
}

static void ports__negative_retry_is_named(void **state)
{
	struct wiring w;

	(void)state;
	wire(&w);
	w.ports.retry = (struct refd_retry){ 1, 1, 1, 1 };
	support_assert_status(refd_ports_check(&w.ports, NULL), REFD_OK);
	w.ports.retry = (struct refd_retry){ -1, -1, -1, -1 };
	assert_gaps(&w.ports, "retry.attempts, retry.base, retry.cap, retry.timeout");
}

/* More gaps than a message holds: what fits is named. */
static void ports__too_many_gaps_are_cut(void **state)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct wiring w;

	(void)state;
	wire(&w);
	wire_empty_options(&w);
	memset(&w.ports.allocator, 0, sizeof(w.ports.allocator));
	w.store.struct_size = w.clock.struct_size = w.ids.struct_size = w.codec.struct_size = 0;
	w.random.struct_size = w.sleep.struct_size = w.timezone.struct_size = 0;
	w.notifier.struct_size = w.log.struct_size = 0;
	w.ports.retry = (struct refd_retry){ -1, -1, -1, -1 };
	support_assert_status(refd_ports_check(&w.ports, &err), REFD_MISUSE);
	assert_int_equal(strlen(err.message), REFD_MESSAGE_BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports__required_ones_are_enough),
		cmocka_unit_test(ports__null_is_misuse),
		cmocka_unit_test(ports__every_missing_port_is_named),
		cmocka_unit_test(ports__every_missing_operation_is_named),
		cmocka_unit_test(ports__one_gap_is_named_alone),
		cmocka_unit_test(ports__short_tables_are_named),
		cmocka_unit_test(ports__negative_retry_is_named),
		cmocka_unit_test(ports__too_many_gaps_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
