#include "adapters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <refdomain/adapters/sqlite.h>
#include <refdomain/ports/system.h>

struct sqlite_self {
	char directory[64];
	char path[80];
};

static enum refd_status open_file(struct sqlite_self *made, bool create, struct refd_sqlite **ret,
				  struct refd_error *err)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_sqlite_options options = { .struct_size = sizeof(options),
					       .path = made->path,
					       .create = create,
					       .clock = refd_system_clock(),
					       .sleep = refd_system_sleep(),
					       .random = refd_system_random() };

	return refd_sqlite_open(&options, &allocator, ret, err);
}

static enum refd_status create_store(void *self, struct refd_error *err)
{
	struct sqlite_self *made = self;
	struct refd_sqlite *sqlite = NULL;
	enum refd_status st;

	strcpy(made->directory, "/tmp/refd-contract-XXXXXX");
	if (mkdtemp(made->directory) == NULL)
		return refd_error_set(err, REFD_UNAVAILABLE, "no temporary directory");
	snprintf(made->path, sizeof(made->path), "%s/store.db", made->directory);
	st = open_file(made, true, &sqlite, err);
	refd_sqlite_close(sqlite);
	return st;
}

static enum refd_status open_store(void *self, struct refd_store *ret, struct refd_error *err)
{
	struct refd_sqlite *sqlite = NULL;
	enum refd_status st = open_file(self, false, &sqlite, err);

	if (st == REFD_OK)
		*ret = refd_sqlite_store(sqlite);
	return st;
}

static void close_store(void *self, struct refd_store *store)
{
	(void)self;
	refd_sqlite_close(store->self);
}

static void destroy_store(void *self)
{
	struct sqlite_self *made = self;
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char path[96];
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", made->path, suffixes[i]);
		unlink(path);
	}
	rmdir(made->directory);
}

bool sqlite_adapter_make(struct refd_contract_adapter *ret)
{
	struct sqlite_self *self = calloc(1, sizeof(*self));

	*ret = (struct refd_contract_adapter){
		.struct_size = sizeof(*ret),
		.name = "sqlite",
		.self = self,
		.create = create_store,
		.open = open_store,
		.close = close_store,
		.destroy = destroy_store,
		.durable = true,
		.many_processes = true,
	};
	return self != NULL;
}

void sqlite_adapter_done(struct refd_contract_adapter *adapter)
{
	free(adapter->self);
}
