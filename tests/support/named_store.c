#include "named_store.h"

#include <string.h>

#ifdef WITH_POSTGRES
#include <refdomain/adapters/postgres.h>
#endif
#ifdef WITH_SQLITE
#include <refdomain/adapters/sqlite.h>
#endif

#define SQLITE	 "sqlite:"
#define POSTGRES "postgres"

#ifdef WITH_SQLITE
static enum refd_status open_sqlite(struct named_store *store,
				    const struct named_store_options *options,
				    struct refd_error *err)
{
	const struct refd_sqlite_options file = { .struct_size = sizeof(file),
						  .path = options->name + strlen(SQLITE),
						  .create = true,
						  .durability = options->durability,
						  .clock = options->clock,
						  .sleep = options->sleep,
						  .random = options->random };
	enum refd_status st = refd_sqlite_open(&file, &options->allocator, &store->sqlite, err);

	if (st == REFD_OK)
		store->store = refd_sqlite_store(store->sqlite);
	return st;
}
#endif

#ifdef WITH_POSTGRES
static enum refd_status open_postgres(struct named_store *store,
				      const struct named_store_options *options,
				      struct refd_error *err)
{
	const char *schema = strrchr(options->name, '#');
	char url[512];
	struct refd_postgres_options server = { .struct_size = sizeof(server),
						.url = url,
						.schema = schema != NULL ? schema + 1 : NULL,
						.create = true,
						.pgbouncer = options->pgbouncer,
						.clock = options->clock,
						.sleep = options->sleep };
	enum refd_status st;

	if (strlen(options->name) >= sizeof(url))
		return refd_error_set(err, REFD_INVALID, "%s: too long", options->name);
	strcpy(url, options->name);
	url[strcspn(url, "#")] = '\0';
	st = refd_postgres_open(&server, &options->allocator, &store->postgres, err);
	if (st == REFD_OK)
		store->store = refd_postgres_store(store->postgres);
	return st;
}
#endif

enum refd_status named_store_open(struct named_store *store,
				  const struct named_store_options *options, struct refd_error *err)
{
#ifdef WITH_SQLITE
	if (strncmp(options->name, SQLITE, strlen(SQLITE)) == 0)
		return open_sqlite(store, options, err);
#endif
#ifdef WITH_POSTGRES
	if (strncmp(options->name, POSTGRES, strlen(POSTGRES)) == 0)
		return open_postgres(store, options, err);
#endif
	return refd_error_set(err, REFD_UNSUPPORTED, "%s: no such store in this build",
			      options->name);
}

void named_store_close(struct named_store *store)
{
#ifdef WITH_SQLITE
	refd_sqlite_close(store->sqlite);
#endif
#ifdef WITH_POSTGRES
	refd_postgres_close(store->postgres);
#endif
	memset(store, 0, sizeof(*store));
}
