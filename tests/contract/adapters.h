/* The adapters the kit is run over: a line in adapters.c each. */
#ifndef REFD_TESTS_ADAPTERS_H
#define REFD_TESTS_ADAPTERS_H

#include <refdomain/contract/contract.h>

struct named_adapter {
	const char *name;
	/* Fills in everything but the name. False if it cannot be set up here. */
	bool (*make)(struct refd_contract_adapter *ret);
	void (*done)(struct refd_contract_adapter *adapter);
};

/* NULL if there is none of that name. */
const struct named_adapter *adapter_named(const char *name);

/* One file per adapter. */
bool memory_adapter_make(struct refd_contract_adapter *ret);
void memory_adapter_done(struct refd_contract_adapter *adapter);
bool journal_adapter_make(struct refd_contract_adapter *ret);
void journal_adapter_done(struct refd_contract_adapter *adapter);
bool sqlite_adapter_make(struct refd_contract_adapter *ret);
void sqlite_adapter_done(struct refd_contract_adapter *adapter);
bool postgres_adapter_make(struct refd_contract_adapter *ret);
/* The same behind PgBouncer. */
bool pgbouncer_adapter_make(struct refd_contract_adapter *ret);
void postgres_adapter_done(struct refd_contract_adapter *adapter);

#endif
