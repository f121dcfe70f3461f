/*
 * Two threads share one app: it never changes, and every command is a transaction of its own. Both
 * want the same hall on the same day, a hundred times; each day one gets it.
 *
 * Prints:
 *   scheduled: 100, refused: 100, anything else: 0
 */
#include <pthread.h>
#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
#include <refdomain/refdomain.h>
#include <stdio.h>
#include <stdlib.h>

#define DAYS 100

/* What a thread has of its own: an error is not shared. */
struct scheduler {
	const struct refd_app *app;
	struct refd_schedule match;
	int scheduled, refused, other;
};

static void *schedule_all(void *self)
{
	struct scheduler *scheduler = self;
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_result made;

	for (int day = 0; day < DAYS; day++) {
		switch ((int)refd_scheduling_schedule(scheduler->app, NULL, &scheduler->match,
						      &made, &err)) {
		case REFD_OK:
			scheduler->scheduled++;
			break;
		case REFD_REFUSED: /* VENUE_TAKEN, TEAM_TAKEN */
			scheduler->refused++;
			break;
		default:
			scheduler->other++;
		}
		refd_error_clear(&err);
		scheduler->match.kickoff.us += REFD_DAY;
	}
	return NULL;
}

static void must(enum refd_status status)
{
	if (status != REFD_OK)
		exit(EXIT_FAILURE);
}

int main(void)
{
	const struct refd_team_details halle = { refd_str_of("Halle I"), refd_str_of("VC Halle") };
	const struct refd_team_details jena = { refd_str_of("Jena I"), refd_str_of("VV Jena") };
	const struct refd_venue_details hall = { .name = refd_str_of("Sporthalle Nord") };
	const struct refd_random random = refd_system_random();
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .clock = refd_system_clock(),
				    .allocator = refd_allocator_libc(),
				    .ids = refd_uuid7_source(&random),
				    .codec = refd_json_codec() };
	struct refd_schedule match = { .home = { { { 1 } } },
				       .away = { { { 2 } } },
				       .venue = { { { 3 } } } };
	struct scheduler one, two;
	struct refd_result made;
	struct refd_memory *memory;
	struct refd_app *app;
	pthread_t thread;

	must(refd_memory_create(&ports.allocator, &ports.clock, &memory, NULL));
	ports.store = refd_memory_store(memory);
	must(refd_app_create(&ports, &app, NULL));
	must(refd_registry_register_team(app, NULL, match.home, &halle, &made, NULL));
	must(refd_registry_register_team(app, NULL, match.away, &jena, &made, NULL));
	must(refd_registry_register_venue(app, NULL, match.venue, &hall, &made, NULL));
	must(refd_time_parse(refd_str_of("2099-09-05T16:00:00Z"), "", &match.kickoff, NULL));

	one = two = (struct scheduler){ .app = app, .match = match };
	if (pthread_create(&thread, NULL, schedule_all, &one) != 0)
		return EXIT_FAILURE;
	(void)schedule_all(&two);
	pthread_join(thread, NULL);
	printf("scheduled: %d, refused: %d, anything else: %d\n", one.scheduled + two.scheduled,
	       one.refused + two.refused, one.other + two.other);

	refd_app_destroy(app);
	refd_memory_destroy(memory);
	return 0;
}
