#include "adapters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <refdomain/adapters/postgres.h>
#include <refdomain/ports/system.h>

#include "postgres_server.h"
#include "probe.h"

struct postgres_self {
	const char *url;
	bool pgbouncer;
	bool made;
	char schema[40];
	char store[400]; /* past PgBouncer */
};

static enum refd_status open_schema(struct postgres_self *made, bool create,
				    struct refd_postgres **ret, struct refd_error *err)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_postgres_options options = { .struct_size = sizeof(options),
						 .url = made->url,
						 .schema = made->schema,
						 .create = create,
						 .pgbouncer = made->pgbouncer,
						 .clock = refd_system_clock(),
						 .sleep = refd_system_sleep() };

	return refd_postgres_open(&options, &allocator, ret, err);
}

static bool drop_schema(const struct postgres_self *made, struct probe *probe)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s CASCADE", made->schema);
	return probe_run(probe, sql);
}

/* The schema stays from case to case, its rows do not. */
static enum refd_status create_store(void *self, struct refd_error *err)
{
	struct postgres_self *made = self;
	struct probe *probe = probe_open(made->store);
	struct refd_postgres *postgres = NULL;
	bool empty = probe != NULL && (made->made ? probe_empty(probe) : drop_schema(made, probe));
	enum refd_status st;

	probe_close(probe);
	if (!empty)
		return refd_error_set(err, REFD_UNAVAILABLE, "the schema could not be emptied");
	st = open_schema(made, true, &postgres, err);
	refd_postgres_close(postgres);
	made->made = made->made || st == REFD_OK;
	return st;
}

static enum refd_status open_store(void *self, struct refd_store *ret, struct refd_error *err)
{
	struct refd_postgres *postgres = NULL;
	enum refd_status st = open_schema(self, false, &postgres, err);

	if (st == REFD_OK)
		*ret = refd_postgres_store(postgres);
	return st;
}

static void close_store(void *self, struct refd_store *store)
{
	(void)self;
	refd_postgres_close(store->self);
}

static void destroy_store(void *self)
{
	(void)self; /* see postgres_adapter_done() */
}

/* REFDOMAIN_TEST_PGBOUNCER is the URL of a PgBouncer in transaction mode. */
static bool make(struct refd_contract_adapter *ret, const char *name, const char *url,
		 bool pgbouncer)
{
	struct postgres_self *self = calloc(1, sizeof(*self));

	if (self == NULL || url == NULL || url[0] == '\0') {
		free(self);
		return false;
	}
	self->url = url;
	self->pgbouncer = pgbouncer;
	snprintf(self->schema, sizeof(self->schema), "contract_%ld", (long)getpid());
	if (!postgres_store(postgres_url(), self->schema, self->store, sizeof(self->store))) {
		free(self);
		return false;
	}
	*ret = (struct refd_contract_adapter){
		.struct_size = sizeof(*ret),
		.name = name,
		.self = self,
		.create = create_store,
		.open = open_store,
		.close = close_store,
		.destroy = destroy_store,
		.durable = true,
		.many_processes = true,
	};
	return true;
}

bool postgres_adapter_make(struct refd_contract_adapter *ret)
{
	return make(ret, "postgres", postgres_url(), false);
}

bool pgbouncer_adapter_make(struct refd_contract_adapter *ret)
{
	return make(ret, "pgbouncer", getenv("REFDOMAIN_TEST_PGBOUNCER"), true);
}

void postgres_adapter_done(struct refd_contract_adapter *adapter)
{
	struct postgres_self *made = adapter->self;
	struct probe *probe = probe_open(made->store);

	if (probe != NULL)
		(void)drop_schema(made, probe);
	probe_close(probe);
	free(made);
}
