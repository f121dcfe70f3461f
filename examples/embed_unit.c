/*
 * A unit with two commands: both are committed, or neither.
 *
 * usage: embed_unit FILE, a new SQLite store. Prints:
 *   scheduled and locked
 *   a second match in the hall that day: REFUSED, and the whole unit is undone
 *   there is: 2099-09-05T16:00:00Z
 */
#include <refdomain/adapters/json.h>
#include <refdomain/adapters/sqlite.h>
#include <refdomain/refdomain.h>
#include <stdio.h>
#include <stdlib.h>

static struct refd_error err = REFD_ERROR_INIT;

static void must(enum refd_status status)
{
	if (status != REFD_OK) {
		fprintf(stderr, "%s: %s\n", refd_status_name(status), err.message);
		exit(EXIT_FAILURE);
	}
}

/* Two teams and a hall, under ids the caller brings. @return the match they are to play */
static struct refd_schedule set_up(const struct refd_app *app)
{
	const struct refd_team_details halle = { refd_str_of("Halle I"), refd_str_of("VC Halle") };
	const struct refd_team_details jena = { refd_str_of("Jena I"), refd_str_of("VV Jena") };
	const struct refd_venue_details hall = { .name = refd_str_of("Sporthalle Nord") };
	struct refd_schedule match = { .home = { { { 1 } } },
				       .away = { { { 2 } } },
				       .venue = { { { 3 } } } };
	struct refd_result made;

	must(refd_registry_register_team(app, NULL, match.home, &halle, &made, &err));
	must(refd_registry_register_team(app, NULL, match.away, &jena, &made, &err));
	must(refd_registry_register_venue(app, NULL, match.venue, &hall, &made, &err));
	must(refd_time_parse(refd_str_of("2099-09-05T16:00:00Z"), "kickoff", &match.kickoff, &err));
	return match;
}

/* A command that is given a unit runs inside it and commits with it. */
static enum refd_status schedule_and_lock(const struct refd_app *app,
					  const struct refd_schedule *match)
{
	struct refd_command inside = { .struct_size = sizeof(inside) };
	struct refd_lock_target locked = { .board = false };
	struct refd_result made;
	enum refd_status status;

	must(refd_unit_begin(app, NULL, &inside.unit, &err));
	status = refd_scheduling_schedule(app, &inside, match, &made, &err);
	if (status == REFD_OK) {
		locked.fixture.uuid = made.items[0].object.id;
		status = refd_availabilities_lock(app, &inside, &locked, &made, &err);
	}
	if (status == REFD_OK)
		return refd_unit_commit(inside.unit, &err);
	refd_unit_rollback(inside.unit);
	return status;
}

static enum refd_status print(void *self, const struct refd_fixture_card *card)
{
	char when[REFD_TIME_TEXT + 1];

	(void)self;
	printf("there is: %s\n", refd_time_format(card->fixture.kickoff, when));
	return REFD_OK;
}

int main(int argc, char **argv)
{
	const struct refd_random random = refd_system_random();
	const struct refd_fixture_filter all = { .unstaffed = false };
	struct refd_sqlite_options file = { .struct_size = sizeof(file),
					    .create = true,
					    .path = argc > 1 ? argv[1] : "season.db",
					    .clock = refd_system_clock(),
					    .sleep = refd_system_sleep() };
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .clock = file.clock,
				    .allocator = refd_allocator_libc(),
				    .ids = refd_uuid7_source(&random),
				    .codec = refd_json_codec() };
	struct refd_schedule match;
	struct refd_sqlite *sqlite;
	struct refd_app *app;

	must(refd_sqlite_open(&file, &ports.allocator, &sqlite, &err));
	ports.store = refd_sqlite_store(sqlite);
	must(refd_app_create(&ports, &app, &err));
	match = set_up(app);

	must(schedule_and_lock(app, &match));
	printf("scheduled and locked\n");
	match.kickoff.us += 3 * REFD_HOUR;
	printf("a second match in the hall that day: %s, and the whole unit is undone\n",
	       refd_status_name(schedule_and_lock(app, &match)));
	must(refd_query_fixtures(app, &all, NULL, print, NULL, NULL, &err));

	refd_app_destroy(app);
	refd_sqlite_close(sqlite);
	return 0;
}
