#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <refdomain/adapters/json.h>

void bench_die(const char *what, enum refd_status status, const struct refd_error *err)
{
	fprintf(stderr, "bench: %s: %s: %s\n", what, refd_status_name(status), err->message);
	for (uint32_t i = 0; i < err->kept; i++)
		fprintf(stderr, "  %s\n", err->violations[i].message);
	exit(1);
}

static void must(const char *what, enum refd_status status, const struct refd_error *err)
{
	if (status != REFD_OK)
		bench_die(what, status, err);
}

static _Thread_local uint64_t allocations;

static void *count_alloc(void *self, size_t size)
{
	(void)self;
	allocations++;
	return malloc(size);
}

static void count_free(void *self, void *memory)
{
	(void)self;
	free(memory);
}

struct refd_allocator bench_allocator(void)
{
	return (struct refd_allocator){ count_alloc, count_free, NULL };
}

uint64_t bench_allocations(void)
{
	return allocations;
}

static struct refd_time still(void *self)
{
	(void)self;
	return (struct refd_time){ BENCH_START };
}

static int64_t monotonic(void *self)
{
	struct timespec now;

	(void)self;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * REFD_SECOND + now.tv_nsec / 1000;
}

struct refd_clock bench_clock(void)
{
	static const struct refd_clock_ops ops = { sizeof(ops), still, monotonic };

	return (struct refd_clock){ &ops, NULL };
}

/* splitmix64 */
static enum refd_status fill(void *self, void *bytes, size_t count, struct refd_error *err)
{
	struct world *world = self;
	unsigned char *out = bytes;
	uint64_t value = 0;

	(void)err;
	for (size_t i = 0; i < count; i++) {
		if (i % 8 == 0) {
			value = world->random += UINT64_C(0x9e3779b97f4a7c15);
			value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
			value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
			value ^= value >> 31;
		}
		out[i] = (unsigned char)(value >> (i % 8 * 8));
	}
	return REFD_OK;
}

static const struct refd_random_ops random_ops = { sizeof(random_ops), fill };

void world_open(struct world *world, struct refd_store store, uint64_t seed)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_ports ports = { .struct_size = sizeof(ports) };

	memset(world, 0, sizeof(*world));
	world->random = seed;
	world->random_port = (struct refd_random){ &random_ops, world };
	ports.allocator = bench_allocator();
	ports.store = store;
	ports.clock = bench_clock();
	ports.ids = refd_uuid7_source(&world->random_port);
	ports.codec = refd_json_codec();
	must("app", refd_app_create(&ports, &world->app, &err), &err);
}

void world_close(struct world *world)
{
	refd_app_destroy(world->app);
}

void world_begin(struct world *world)
{
	struct refd_error err = REFD_ERROR_INIT;

	must("begin", refd_unit_begin(world->app, NULL, &world->unit, &err), &err);
}

void world_commit(struct world *world)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_unit *unit = world->unit;

	world->unit = NULL;
	must("commit", refd_unit_commit(unit, &err), &err);
}

struct refd_uuid bench_id(enum bench_noun noun, uint64_t number)
{
	struct refd_uuid id = { { 0x01, 0x90, 0, 0, 0, (uint8_t)noun, 0x70, 0, 0x80 } };

	for (int i = 0; i < 6; i++)
		id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
	return id;
}

static struct refd_command meta_of(struct world *world)
{
	struct refd_command meta = { .struct_size = sizeof(meta), .unit = world->unit };

	return meta;
}

void world_referee(struct world *world, uint64_t number)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_command meta = meta_of(world);
	struct refd_result result;
	char name[64], email[64];

	snprintf(name, sizeof(name), "Referee %06llu", (unsigned long long)number);
	snprintf(email, sizeof(email), "referee%llu@example.org", (unsigned long long)number);
	must("referee",
	     refd_registry_register_referee(
		     world->app, &meta, BENCH_ID(referee, BENCH_REFEREE, number),
		     &(struct refd_referee_details){ refd_str_of(name), refd_str_of("VC Halle"),
						     refd_str_of("+49 345 1234567"),
						     refd_str_of(email) },
		     &result, &err),
	     &err);
}

void world_team(struct world *world, uint64_t number)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_command meta = meta_of(world);
	struct refd_result result;
	char name[64];

	snprintf(name, sizeof(name), "Team %06llu", (unsigned long long)number);
	must("team",
	     refd_registry_register_team(
		     world->app, &meta, BENCH_ID(team, BENCH_TEAM, number),
		     &(struct refd_team_details){ refd_str_of(name), refd_str_of(name) }, &result,
		     &err),
	     &err);
}

/* Some kilometres apart, so that travel is possible. */
void world_venue(struct world *world, uint64_t number)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_command meta = meta_of(world);
	struct refd_result result;
	struct refd_venue_details details = { .street = refd_str_of("Hauptstrasse 1"),
					      .zip = refd_str_of("06108"),
					      .city = refd_str_of("Halle") };
	char name[64];

	snprintf(name, sizeof(name), "Hall %06llu", (unsigned long long)number);
	details.name = refd_str_of(name);
	details.coordinates =
		(struct refd_coordinates){ true, 51000000 + (int32_t)(number % 100) * 10000,
					   11000000 + (int32_t)(number / 100 % 100) * 10000 };
	must("venue",
	     refd_registry_register_venue(world->app, &meta, BENCH_ID(venue, BENCH_VENUE, number),
					  &details, &result, &err),
	     &err);
}

void world_fixture(struct world *world, uint64_t number, uint64_t home, uint64_t away,
		   uint64_t venue, struct refd_time kickoff)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_command meta = meta_of(world);
	struct refd_result result;
	const struct refd_schedule cmd = {
		.id = BENCH_ID(fixture, BENCH_FIXTURE, number),
		.home = BENCH_ID(team, BENCH_TEAM, home),
		.away = BENCH_ID(team, BENCH_TEAM, away),
		.venue = BENCH_ID(venue, BENCH_VENUE, venue),
		.kickoff = kickoff,
	};

	must("fixture", refd_scheduling_schedule(world->app, &meta, &cmd, &result, &err), &err);
}

void world_declare(struct world *world, uint64_t fixture, uint64_t referee)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_command meta = meta_of(world);
	struct refd_result result;

	must("declare",
	     refd_availabilities_declare(world->app, &meta,
					 BENCH_ID(fixture, BENCH_FIXTURE, fixture),
					 BENCH_ID(referee, BENCH_REFEREE, referee), &result, &err),
	     &err);
}

void world_stage(struct world *world, uint64_t fixture, uint64_t referee, enum refd_role role)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_command meta = meta_of(world);
	struct refd_result result;
	const struct refd_stage cmd = { BENCH_ID(fixture, BENCH_FIXTURE, fixture),
					BENCH_ID(referee, BENCH_REFEREE, referee), role };

	must("stage", refd_assigning_stage(world->app, &meta, &cmd, &result, &err), &err);
}
