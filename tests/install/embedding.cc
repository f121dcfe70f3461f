// A C++17 program over the memory adapter: the headers and the linkage work from C++.
#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
#include <refdomain/refdomain.h>

#include <cstdio>

namespace
{
refd_status count(void *self, const struct refd_referee_state *referee)
{
	*static_cast<int *>(self) += referee->name.len > 0;
	return REFD_OK;
}
} // namespace

int main()
{
	const refd_allocator allocator = refd_allocator_libc();
	const refd_random random = refd_system_random();
	const refd_clock clock = refd_system_clock();
	refd_error err = REFD_ERROR_INIT;
	refd_memory *memory = nullptr;
	refd_app *app = nullptr;
	refd_result result = {};
	refd_referee_details details = {};
	int referees = 0;

	refd_status st = refd_memory_create(&allocator, &clock, &memory, &err);
	refd_ports ports = {};
	ports.struct_size = sizeof(ports);
	ports.allocator = allocator;
	ports.clock = clock;
	ports.ids = refd_uuid7_source(&random);
	ports.codec = refd_json_codec();
	if (st == REFD_OK) {
		ports.store = refd_memory_store(memory);
		st = refd_app_create(&ports, &app, &err);
	}
	details.name = refd_str_of("Ilse Ott");
	details.club = refd_str_of("VC Halle");
	if (st == REFD_OK)
		st = refd_registry_register_referee(app, nullptr, refd_referee_id{}, &details, &result, &err);
	if (st == REFD_OK)
		st = refd_query_referees(app, refd_party_status{}, nullptr, count, &referees, nullptr, &err);
	refd_app_destroy(app);
	refd_memory_destroy(memory);
	if (st != REFD_OK)
		std::fprintf(stderr, "%s: %s\n", refd_status_name(st), err.message);
	return st != REFD_OK || referees != 1;
}
