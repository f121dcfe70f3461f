#include "adapters.h"

#include <stdlib.h>

#include <refdomain/adapters/memory.h>
#include <refdomain/ports/system.h>

struct memory_self {
	struct refd_memory *memory;
};

static enum refd_status create(void *self, struct refd_error *err)
{
	struct memory_self *made = self;
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_clock clock = refd_system_clock();

	return refd_memory_create(&allocator, &clock, &made->memory, err);
}

static enum refd_status open(void *self, struct refd_store *ret, struct refd_error *err)
{
	struct memory_self *made = self;

	(void)err;
	*ret = refd_memory_store(made->memory);
	return REFD_OK;
}

static void close(void *self, struct refd_store *store)
{
	(void)self;
	(void)store;
}

static void destroy(void *self)
{
	struct memory_self *made = self;

	refd_memory_destroy(made->memory);
	made->memory = NULL;
}

bool memory_adapter_make(struct refd_contract_adapter *ret)
{
	struct memory_self *self = calloc(1, sizeof(*self));

	*ret = (struct refd_contract_adapter){
		.struct_size = sizeof(*ret),
		.name = "memory",
		.self = self,
		.create = create,
		.open = open,
		.close = close,
		.destroy = destroy,
		.durable = true, /* as long as the process lives */
	};
	return self != NULL;
}

void memory_adapter_done(struct refd_contract_adapter *adapter)
{
	free(adapter->self);
}
