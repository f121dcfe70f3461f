/*
 * Fail every call of the ports beside the store in every use case, once and from then on: the ids,
 * the event codec and the time zones; and the guards, which a store in memory does without. After a
 * failure nothing has changed; the same call without the fault has its effect exactly once.
 */
#include "world.h"

struct faulty_ports {
	struct refd_ports inner;
	uint64_t calls, fail_at;
	bool for_good;
	size_t failed;
};

static struct world world;
static struct faulty_ports faulty;

static bool fails(struct refd_error *err)
{
	const uint64_t call = ++faulty.calls;

	if (call < faulty.fail_at || (call > faulty.fail_at && !faulty.for_good))
		return false;
	faulty.failed++;
	(void)refd_error_set(err, REFD_BACKEND, "call %llu fails on purpose",
			     (unsigned long long)call);
	return true;
}

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	if (fails(err))
		return REFD_BACKEND;
	return faulty.inner.ids.ops->draw(self, now, ret, err);
}

struct pieces {
	refd_codec_write_fn *write;
	void *self;
};

/* Byte by byte, as a codec may. */
static enum refd_status write_pieces(void *self, const char *bytes, size_t count)
{
	const struct pieces *pieces = self;
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < count && st == REFD_OK; i++)
		st = pieces->write(pieces->self, bytes + i, 1);
	return st;
}

static enum refd_status encode(void *self, const struct refd_event *event,
			       refd_codec_write_fn *write, void *write_self, struct refd_error *err)
{
	struct pieces pieces = { write, write_self };

	if (fails(err))
		return REFD_BACKEND;
	return faulty.inner.codec.ops->encode(self, event, write_pieces, &pieces, err);
}

static enum refd_status decode(void *self, struct refd_str name, int32_t schema,
			       struct refd_str payload, refd_codec_event_fn *sink, void *sink_self,
			       struct refd_error *err)
{
	if (fails(err))
		return REFD_BACKEND;
	return faulty.inner.codec.ops->decode(self, name, schema, payload, sink, sink_self, err);
}

static enum refd_status offset(void *self, struct refd_str zone, struct refd_time time,
			       int32_t *ret, struct refd_error *err)
{
	if (fails(err))
		return REFD_BACKEND;
	return faulty.inner.timezone.ops->offset(self, zone, time, ret, err);
}

static enum refd_status guard(void *self, struct refd_tx *tx, const struct refd_guard *guards,
			      size_t count, struct refd_error *err)
{
	(void)self;
	(void)tx;
	(void)guards;
	assert_true(count > 0);
	return fails(err) ? REFD_BACKEND : REFD_OK;
}

static const struct refd_id_source_ops faulty_ids = { sizeof(faulty_ids), draw };
static const struct refd_event_codec_ops faulty_codec = { sizeof(faulty_codec), encode, decode };
static const struct refd_timezone_ops faulty_zones = { sizeof(faulty_zones), offset };

/* Rules that ask for civil days of a zone. */
static void prepare(void)
{
	league_set_rule(world.league, "day_zone", "Europe/Berlin");
	league_set_rule(world.league, "exclusivity", "day");
}

/* @return whether the n-th call was reached */
static bool fail_call(uint64_t n, bool for_good)
{
	struct refd_app *sound, *app = NULL;
	struct league *league;
	struct refd_store_ops store;
	struct refd_ports ports;
	enum refd_status st;

	world_renew(&world);
	league = world.league;
	faulty = (struct faulty_ports){ .inner = league->ports, .for_good = for_good };
	ports = league->ports;
	store = *ports.store.ops;
	store.guard = guard;
	ports.store.ops = &store;
	ports.ids.ops = &faulty_ids;
	ports.codec.ops = &faulty_codec;
	ports.timezone.ops = &faulty_zones;
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_OK);
	sound = league->app;
	league->app = app;
	faulty.calls = 0;
	faulty.fail_at = n;
	st = world_run(&world);
	league->app = sound;
	refd_app_destroy(app);
	if (faulty.failed == 0)
		support_assert_status(st, REFD_OK);
	world_judge(&world, st, REFD_BACKEND);
	return faulty.failed > 0;
}

static void every_call_fails(void **state)
{
	size_t met = 0;
	size_t i;

	(void)state;
	for (i = 0; i < n_use_cases; i++) {
		uint64_t n;

		world_take(&world, &use_cases[i]);
		for (n = 1; fail_call(n, false); n++)
			met++;
		for (n = 1; fail_call(n, true); n++)
			met++;
		world_leave(&world);
	}
	print_message("%zu calls failed over %zu use cases\n", met, n_use_cases);
	assert_true(met > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_fails),
	};
	int failed;

	world_init(&world, 0, NULL); /* in memory, where renewing is making anew */
	world.prepare = prepare;
	failed = cmocka_run_group_tests_name("fault ports", tests, NULL, NULL);
	if (failed == 0) /* a league that failed is still open */
		world_done(&world);
	return failed;
}
