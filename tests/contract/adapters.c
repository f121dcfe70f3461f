#include "adapters.h"

#include <string.h>

static const struct named_adapter adapters[] = {
	{ "memory", memory_adapter_make, memory_adapter_done },
	{ "journal", journal_adapter_make, journal_adapter_done },
#ifdef WITH_SQLITE
	{ "sqlite", sqlite_adapter_make, sqlite_adapter_done },
#endif
#ifdef WITH_POSTGRES
	{ "postgres", postgres_adapter_make, postgres_adapter_done },
	{ "pgbouncer", pgbouncer_adapter_make, postgres_adapter_done },
#endif
};

const struct named_adapter *adapter_named(const char *name)
{
	for (size_t i = 0; i < sizeof(adapters) / sizeof(adapters[0]); i++)
		if (strcmp(adapters[i].name, name) == 0)
			return &adapters[i];
	return NULL;
}
