/* The first days of a season on the adapter: season DIRECTORY */
#include <stdio.h>
#include <stdlib.h>

#include <refdomain/adapters/json.h>
#include <refdomain/refdomain.h>

#include "lmdb_store.h"

static struct refd_error err = REFD_ERROR_INIT;

static void must(enum refd_status status)
{
	if (status == REFD_OK)
		return;
	fprintf(stderr, "%s: %s\n", refd_status_name(status), err.message);
	for (uint32_t i = 0; i < err.kept; i++)
		fprintf(stderr, "  %s\n", err.violations[i].message);
	exit(EXIT_FAILURE);
}

static struct refd_uuid made(const struct refd_result *result)
{
	return result->items[0].object.id;
}

static struct refd_team_id team(const struct refd_app *app, const char *name, const char *club)
{
	const struct refd_team_details details = { refd_str_of(name), refd_str_of(club) };
	const struct refd_team_id drawn = { 0 };
	struct refd_result result;

	must(refd_registry_register_team(app, NULL, drawn, &details, &result, &err));
	return (struct refd_team_id){ made(&result) };
}

static struct refd_referee_id referee(const struct refd_app *app, const char *name)
{
	const struct refd_referee_details details = { .name = refd_str_of(name),
						      .club = refd_str_of("VC Gera") };
	const struct refd_referee_id drawn = { 0 };
	struct refd_result result;

	must(refd_registry_register_referee(app, NULL, drawn, &details, &result, &err));
	return (struct refd_referee_id){ made(&result) };
}

static struct refd_venue_id venue(const struct refd_app *app, const char *name)
{
	const struct refd_venue_details details = { .name = refd_str_of(name) };
	const struct refd_venue_id drawn = { 0 };
	struct refd_result result;

	must(refd_registry_register_venue(app, NULL, drawn, &details, &result, &err));
	return (struct refd_venue_id){ made(&result) };
}

static struct refd_time at(const char *text)
{
	struct refd_time time = { 0 };

	must(refd_time_parse(refd_str_of(text), "kickoff", &time, &err));
	return time;
}

static void play(const struct refd_app *app)
{
	const struct refd_referee_id ilse = referee(app, "Ilse Ott");
	const struct refd_referee_id jan = referee(app, "Jan Paul");
	const struct refd_team_id halle = team(app, "Halle I", "VC Halle");
	const struct refd_team_id jena = team(app, "Jena I", "VV Jena");
	const struct refd_venue_id nord = venue(app, "Sporthalle Nord");
	const struct refd_schedule home = {
		.home = halle, .away = jena, .venue = nord, .kickoff = at("2099-09-05T16:00:00Z")
	};
	const struct refd_schedule back = {
		.home = jena, .away = halle, .venue = nord, .kickoff = at("2099-09-12T16:00:00Z")
	};
	const struct refd_schedule clash = {
		.home = jena, .away = halle, .venue = nord, .kickoff = at("2099-09-05T18:00:00Z")
	};
	const struct refd_commit all = { .overrides = NULL };
	struct refd_result result;
	struct refd_stage stage = { .role = REFD_ROLE_FIRST };

	must(refd_scheduling_schedule(app, NULL, &home, &result, &err));
	stage.fixture.uuid = made(&result);
	must(refd_scheduling_schedule(app, NULL, &back, &result, &err));
	must(refd_scheduling_reschedule(app, NULL, (struct refd_fixture_id){ made(&result) },
					at("2099-09-19T15:00:00Z"), &result, &err));
	printf("one match a day and hall: %s\n",
	       refd_status_name(refd_scheduling_schedule(app, NULL, &clash, &result, NULL)));
	stage.referee = ilse;
	must(refd_availabilities_declare(app, NULL, stage.fixture, ilse, &result, &err));
	must(refd_assigning_stage(app, NULL, &stage, &result, &err));
	stage.referee = jan;
	stage.role = REFD_ROLE_SECOND;
	must(refd_assigning_stage(app, NULL, &stage, &result, &err));
	printf("not everybody was free: %s\n",
	       refd_status_name(refd_assigning_commit(app, NULL, &all, &result, NULL)));
	must(refd_availabilities_declare(app, NULL, stage.fixture, jan, &result, &err));
	must(refd_assigning_commit(app, NULL, &all, &result, &err));
	printf("committed: %d\n", (int)result.affected);
}

static enum refd_status print(void *self, const struct refd_fixture_card *card)
{
	char when[REFD_TIME_TEXT + 1];

	(void)self;
	printf("%s  %.*s - %.*s", refd_time_format(card->fixture.kickoff, when),
	       (int)card->home_name.len, card->home_name.ptr, (int)card->away_name.len,
	       card->away_name.ptr);
	for (size_t i = 0; i < card->n_referees; i++)
		printf(", %.*s", (int)card->referees[i].name.len, card->referees[i].name.ptr);
	printf("\n");
	return REFD_OK;
}

static void list(const struct refd_app *app)
{
	const struct refd_fixture_filter all = { 0 };

	must(refd_query_fixtures(app, &all, NULL, print, NULL, NULL, &err));
}

/* Each step on a handle of its own: the store is closed and opened again. */
static void with_store(const char *path, void (*step)(const struct refd_app *app))
{
	const struct refd_random random = refd_system_random();
	const struct lmdb_store_options options = { .path = path,
						    .create = true,
						    .clock = refd_system_clock() };
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .clock = options.clock,
				    .allocator = refd_allocator_libc(),
				    .ids = refd_uuid7_source(&random),
				    .codec = refd_json_codec() };
	struct lmdb_store *store;
	struct refd_app *app;

	must(lmdb_store_open(&options, &ports.allocator, &store, &err));
	ports.store = lmdb_store_port(store);
	must(refd_app_create(&ports, &app, &err));
	step(app);
	refd_app_destroy(app);
	lmdb_store_close(store);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: season DIRECTORY\n");
		return 2;
	}
	with_store(argv[1], play);
	with_store(argv[1], list);
	return 0;
}
