/*
 * Ports of one's own: a clock that is set, an allocator that counts, and a log.
 *
 * The store is told to fail once, so that the log has something to tell.
 *
 * Prints:
 *   log: referee.register: UNAVAILABLE, trying again
 *   registered at 2099-09-01T08:00:00Z
 *   blocks not freed: 0
 */
#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
#include <refdomain/contract/contract.h>
#include <refdomain/refdomain.h>
#include <stdio.h>
#include <stdlib.h>

static struct refd_time now(void *self)
{
	return *(const struct refd_time *)self;
}

static int64_t monotonic(void *self)
{
	return ((const struct refd_time *)self)->us;
}

static const struct refd_clock_ops clock_ops = { sizeof(clock_ops), now, monotonic };

static void *count_up(void *self, size_t size)
{
	void *memory = malloc(size);

	*(int *)self += memory != NULL;
	return memory;
}

static void count_down(void *self, void *memory)
{
	*(int *)self -= memory != NULL;
	free(memory);
}

static void write_log(void *self, enum refd_log_level level, const char *message)
{
	if (level >= REFD_LOG_INFO)
		fprintf(self, "log: %s\n", message);
}

static const struct refd_log_ops log_ops = { sizeof(log_ops), write_log };

static enum refd_status print(void *self, const struct refd_event_state *event)
{
	char when[REFD_TIME_TEXT + 1];

	fprintf(self, "registered at %s\n", refd_time_format(event->occurred_at, when));
	return REFD_OK;
}

int main(void)
{
	const struct refd_referee_details ilse = { .name = refd_str_of("Ilse Ott"),
						   .club = refd_str_of("VC Gera") };
	const struct refd_referee_id drawn = { { { 0 } } };
	const struct refd_ref any = { .noun = (enum refd_noun)0 };
	const struct refd_range always = { { 0 }, { 0 } };
	struct refd_time instant = { 0 };
	int blocks = 0;
	struct refd_random random = refd_system_random();
	struct refd_contract_faulty faulty = { .fail_at = 2, .status = REFD_UNAVAILABLE };
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .clock = { &clock_ops, &instant },
				    .allocator = { count_up, count_down, &blocks },
				    .ids = refd_uuid7_source(&random),
				    .codec = refd_json_codec(),
				    .log = { &log_ops, stdout } };
	struct refd_memory *memory = NULL;
	struct refd_app *app = NULL;
	struct refd_result made;
	enum refd_status status =
		refd_time_parse(refd_str_of("2099-09-01T08:00:00Z"), "now", &instant, NULL);

	if (status == REFD_OK)
		status = refd_memory_create(&ports.allocator, &ports.clock, &memory, NULL);
	if (status == REFD_OK) {
		faulty.inner = refd_memory_store(memory);
		ports.store = refd_contract_faulty_store(&faulty);
		status = refd_app_create(&ports, &app, NULL);
	}
	if (status == REFD_OK)
		status = refd_registry_register_referee(app, NULL, drawn, &ilse, &made, NULL);
	if (status == REFD_OK)
		status = refd_query_events(app, any, always, NULL, print, stdout, NULL, NULL);
	refd_app_destroy(app);
	refd_memory_destroy(memory);
	printf("blocks not freed: %d\n", blocks);
	return status == REFD_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
