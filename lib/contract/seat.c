#include "seat.h"

#include <refdomain/app/registry.h>
#include <refdomain/ports/system.h>

static struct refd_time kit_time(void *self)
{
	struct refd_time now = { REFD_CONTRACT__TODAY };

	(void)self;
	return now;
}

/* The clock that handles tell their deadlines by. */
static int64_t kit_monotonic(void *self)
{
	struct refd_clock clock = refd_system_clock();

	(void)self;
	return clock.ops->monotonic(clock.self);
}

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct refd_contract__seat *seat = self;
	size_t number = (size_t)(seat->actor - seat->actor->kit->actors);
	uint64_t drawn = ++seat->drawn;

	(void)now;
	(void)err;
	*ret = (struct refd_uuid){ { 0x70, (uint8_t)number } };
	for (size_t i = 15; i > 7; i--, drawn >>= 8)
		ret->bytes[i] = (uint8_t)drawn;
	return REFD_OK;
}

/* No payload is looked at here: every event is stored as an empty object and comes back foreign. */
static enum refd_status encode(void *self, const struct refd_event *event,
			       refd_codec_write_fn *write, void *write_self, struct refd_error *err)
{
	(void)self;
	(void)event;
	(void)err;
	return write(write_self, "{}", 2);
}

static enum refd_status decode(void *self, struct refd_str name, int32_t schema,
			       struct refd_str payload, refd_codec_event_fn *sink, void *sink_self,
			       struct refd_error *err)
{
	struct refd_event event = { .type = REFD_EVENT_FOREIGN };

	(void)self;
	(void)err;
	event.payload.foreign = (struct refd_event_foreign){ name, schema, payload };
	return sink(sink_self, &event);
}

struct refd_contract__seat *refd_contract__sit(struct refd_contract__kit *kit, size_t number)
{
	static const struct refd_clock_ops clock = { sizeof(clock), kit_time, kit_monotonic };
	static const struct refd_id_source_ops ids = { sizeof(ids), draw };
	static const struct refd_event_codec_ops codec = { sizeof(codec), encode, decode };
	struct refd_contract__actor *actor = refd_contract__actor(kit, number);
	struct refd_contract__seat *seat = refd_contract__alloc(actor, sizeof(*seat));
	struct refd_ports ports = { .struct_size = sizeof(ports) };
	enum refd_status status;

	if (!seat || refd_contract__failed(kit))
		return NULL;
	seat->actor = actor;
	seat->faulty.inner = actor->store;
	refd_error_clear(&seat->err);
	ports.allocator = refd_allocator_libc();
	ports.store = refd_contract_faulty_store(&seat->faulty);
	ports.clock = (struct refd_clock){ &clock, NULL };
	ports.ids = (struct refd_id_source){ &ids, seat };
	ports.codec = (struct refd_event_codec){ &codec, NULL };
	ports.sleep = refd_system_sleep();
	ports.retry.timeout = kit->patience;
	ports.retry.attempts = 100;
	status = refd_app_create(&ports, &actor->app, &seat->err);
	refd_contract__answered(seat, "making an app", status, REFD_OK);
	return status == REFD_OK ? seat : NULL;
}

void refd_contract__answered(struct refd_contract__seat *seat, const char *what,
			     enum refd_status status, enum refd_status expected)
{
	refd_contract__check(seat->actor->kit, status == expected, "%s answered %s (%s), not %s",
			     what, refd_status_name(status), seat->err.message,
			     refd_status_name(expected));
	refd_error_clear(&seat->err);
}

struct refd_command refd_contract__meta(struct refd_command_id id)
{
	struct refd_command meta = { .struct_size = sizeof(meta), .id = id };

	return meta;
}

void refd_contract__events(struct refd_contract__actor *actor, enum refd_noun noun,
			   struct refd_uuid id, int64_t count)
{
	struct refd_key key = { .a = id, .number = noun };
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_EVENT,
				  .index = REFD_INDEX_AGGREGATE,
				  .keys = &key,
				  .n_keys = 1 };

	refd_contract__read(actor, &read);
	refd_contract__check(actor->kit, actor->rows.count == (size_t)count,
			     "%zu events of the %s, not %lld", actor->rows.count,
			     refd_noun_word(noun), (long long)count);
	for (size_t i = 0; i < actor->rows.count; i++) {
		const struct refd_event_state *event = actor->rows.rows[i].state;

		refd_contract__check(actor->kit, event->version == (int64_t)i + 1,
				     "event %zu of the %s is of version %lld", i + 1,
				     refd_noun_word(noun), (long long)event->version);
	}
}

void refd_contract__league(struct refd_contract__seat *seat, struct refd_contract__league *ret)
{
	static const char *const names[] = { "One", "Two", "Three", "Four" };
	const struct refd_app *app = seat->actor->app;

	for (size_t i = 0; i < 4; i++) {
		struct refd_team_details team = { refd_str_of(names[i]), refd_str_of("Club") };

		ret->teams[i].uuid = refd_contract__uuid(seat->actor->kit);
		refd_contract__answered(seat, "registering a team",
					refd_registry_register_team(app, NULL, ret->teams[i], &team,
								    NULL, &seat->err),
					REFD_OK);
	}
	for (size_t i = 0; i < 3; i++) {
		struct refd_venue_details venue = { .name = refd_str_of(names[i]) };

		ret->venues[i].uuid = refd_contract__uuid(seat->actor->kit);
		refd_contract__answered(seat, "registering a venue",
					refd_registry_register_venue(app, NULL, ret->venues[i],
								     &venue, NULL, &seat->err),
					REFD_OK);
	}
}

struct refd_contract__seat *refd_contract__sit_in_league(struct refd_contract__kit *kit,
							 struct refd_contract__league *ret)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0);

	if (seat)
		refd_contract__league(seat, ret);
	return seat;
}

struct refd_schedule refd_contract__fixture_on(struct refd_contract__kit *kit,
					       const struct refd_contract__league *league,
					       size_t pair, size_t venue, int64_t day)
{
	struct refd_schedule wanted = { .home = league->teams[2 * pair],
					.away = league->teams[2 * pair + 1],
					.venue = league->venues[venue] };

	wanted.id.uuid = refd_contract__uuid(kit);
	wanted.kickoff.us = REFD_CONTRACT__TODAY + day * REFD_DAY + 12 * REFD_HOUR;
	return wanted;
}
