/*
 * Open a store and ask it, a page at a time. Nothing can be changed by it.
 *
 * usage: embed_query FILE, a store as embed_unit leaves it. Prints:
 *   2099-09-05T16:00:00Z  Halle I - Jena I, Sporthalle Nord
 *   Halle I of VC Halle
 *   Jena I of VV Jena
 *   pages: 2
 *   to write: DENIED
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

/* Rows are borrowed for the call: print or copy. */
static enum refd_status print_fixture(void *self, const struct refd_fixture_card *card)
{
	char when[REFD_TIME_TEXT + 1];

	(void)self;
	printf("%s  %.*s - %.*s, %.*s\n", refd_time_format(card->fixture.kickoff, when),
	       (int)card->home_name.len, card->home_name.ptr, (int)card->away_name.len,
	       card->away_name.ptr, (int)card->venue_name.len, card->venue_name.ptr);
	return REFD_OK;
}

static enum refd_status print_team(void *self, const struct refd_team_state *team)
{
	(void)self;
	printf("%s of %s\n", team->name.utf8, team->club.utf8);
	return REFD_OK;
}

/* One team a page. The key of the next page is empty behind the last one. */
static int page_through(const struct refd_app *app)
{
	const enum refd_party_status any = (enum refd_party_status)0;
	struct refd_page page = { .limit = 1 };
	int pages = 0;

	do {
		struct refd_page_key next;

		must(refd_query_teams(app, any, &page, print_team, NULL, &next, &err));
		page.after = next;
		pages++;
	} while (page.after.text[0] != '\0');
	return pages;
}

int main(int argc, char **argv)
{
	const struct refd_random random = refd_system_random();
	const struct refd_fixture_filter unstaffed = { .unstaffed = true };
	const struct refd_team_details new_team = { refd_str_of("Gera I"), refd_str_of("VC Gera") };
	const struct refd_team_id drawn = { { { 0 } } };
	struct refd_sqlite_options file = { .struct_size = sizeof(file),
					    .read_only = true,
					    .path = argc > 1 ? argv[1] : "season.db",
					    .clock = refd_system_clock(),
					    .sleep = refd_system_sleep() };
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .clock = file.clock,
				    .allocator = refd_allocator_libc(),
				    .ids = refd_uuid7_source(&random),
				    .codec = refd_json_codec() };
	struct refd_result made;
	struct refd_sqlite *sqlite;
	struct refd_app *app;

	must(refd_sqlite_open(&file, &ports.allocator, &sqlite, &err));
	ports.store = refd_sqlite_store(sqlite);
	must(refd_app_create(&ports, &app, &err));

	must(refd_query_fixtures(app, &unstaffed, NULL, print_fixture, NULL, NULL, &err));
	printf("pages: %d\n", page_through(app));
	printf("to write: %s\n", refd_status_name(refd_registry_register_team(
					 app, NULL, drawn, &new_team, &made, &err)));

	refd_app_destroy(app);
	refd_sqlite_close(sqlite);
	return 0;
}
