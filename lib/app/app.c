#include <refdomain/app/app.h>

#include <string.h>

#include "app/work.h"

static void set_retry_defaults(struct refd_retry *retry)
{
	if (retry->attempts <= 0)
		retry->attempts = 10;
	if (retry->base <= 0)
		retry->base = 2000;
	if (retry->cap <= 0)
		retry->cap = 200000;
	if (retry->timeout <= 0)
		retry->timeout = 5 * REFD_SECOND;
}

enum refd_status refd_app_create(const struct refd_ports *ports, struct refd_app **ret,
				 struct refd_error *err)
{
	enum refd_status st = refd_ports_check(ports, err);
	const struct refd_rules rules = refd_rules_default();
	struct refd_app *app;

	if (st != REFD_OK)
		return st;
	app = ports->allocator.alloc(ports->allocator.self, sizeof(*app));
	if (app == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for the application layer");
	memset(app, 0, sizeof(*app));
	memcpy(&app->ports, ports,
	       ports->struct_size < sizeof(app->ports) ? ports->struct_size : sizeof(app->ports));
	set_retry_defaults(&app->ports.retry);
	app->reach_seen = &app->reach_room;
	atomic_init(app->reach_seen, refd__longest_reach(&rules));
	*ret = app;
	return REFD_OK;
}

void refd_app_destroy(struct refd_app *app)
{
	if (app != NULL)
		app->ports.allocator.free(app->ports.allocator.self, app);
}
