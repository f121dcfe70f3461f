/*
 * What to do about a status: show every violation of an INVALID or REFUSED, reload and decide again
 * after a CONFLICT, ask again under the same command id when an answer was lost.
 *
 * Prints:
 *   INVALID
 *     referee.name: TEXT_BLANK
 *     referee.email: TEXT_MALFORMED
 *   CONFLICT, reloaded at version 2
 *   moved to VV Jena at version 3
 *   asked again: OK, the answer of then, at version 3
 */
#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
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

static void show(enum refd_status status)
{
	printf("%s\n", refd_status_name(status));
	for (uint32_t i = 0; i < err.kept; i++)
		printf("  %s: %s\n", err.violations[i].field,
		       refd_rule_name(err.violations[i].rule));
	refd_error_clear(&err);
}

/* Somebody decided on what was read: the change is only for that version. */
static void change_club(const struct refd_app *app, struct refd_referee_state *seen,
			const char *club, struct refd_command *command)
{
	struct refd_result result;
	enum refd_status status;

	command->expected_version = seen->version;
	status =
		refd_registry_change_club(app, command, seen->id, refd_str_of(club), &result, &err);
	while (status == REFD_CONFLICT) {
		refd_error_clear(&err);
		must(refd_query_referee(app, seen->id, seen, &err)); /* and decide again */
		printf("CONFLICT, reloaded at version %d\n", (int)seen->version);
		command->expected_version = seen->version;
		status = refd_registry_change_club(app, command, seen->id, refd_str_of(club),
						   &result, &err);
	}
	must(status);
	printf("%s at version %d\n",
	       result.repeated ? "asked again: OK, the answer of then," : "moved to VV Jena",
	       (int)result.items[0].version);
}

static void run(const struct refd_app *app)
{
	const struct refd_referee_details bad = { .name = refd_str_of(" "),
						  .club = refd_str_of("VC Gera"),
						  .email = refd_str_of("ilse") };
	const struct refd_referee_details good = { .name = refd_str_of("Ilse Ott"),
						   .club = refd_str_of("VC Gera") };
	const struct refd_referee_id id = { { { 1 } } };
	struct refd_command command = { .struct_size = sizeof(command), .id = { { { 2 } } } };
	struct refd_referee_state seen;
	struct refd_result result;

	show(refd_registry_register_referee(app, NULL, id, &bad, &result, &err));
	must(refd_registry_register_referee(app, NULL, id, &good, &result, &err));
	must(refd_query_referee(app, id, &seen, &err));
	must(refd_registry_change_club(app, NULL, id, refd_str_of("VC Suhl"), &result, &err));
	change_club(app, &seen, "VV Jena", &command);
	change_club(app, &seen, "VV Jena", &command);
}

int main(void)
{
	const struct refd_random random = refd_system_random();
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .clock = refd_system_clock(),
				    .allocator = refd_allocator_libc(),
				    .ids = refd_uuid7_source(&random),
				    .codec = refd_json_codec() };
	struct refd_memory *memory;
	struct refd_app *app;

	must(refd_memory_create(&ports.allocator, &ports.clock, &memory, &err));
	ports.store = refd_memory_store(memory);
	must(refd_app_create(&ports, &app, &err));
	run(app);
	refd_app_destroy(app);
	refd_memory_destroy(memory);
	return 0;
}
