/**
 * @file contract.h The kit that proves a storage adapter right. No test framework: run it from your
 * own main().
 *
 * Fill struct refd_contract_adapter, call refd_contract_run(). Each case is one promise of
 * ports/store.h.
 * @since 0.1
 */
#ifndef REFDOMAIN_CONTRACT_CONTRACT_H
#define REFDOMAIN_CONTRACT_CONTRACT_H

#include <refdomain/ports/store.h>

REFD_BEGIN_DECLS

struct refd_contract_adapter {
	size_t struct_size;
	const char *name;
	void *self;
	/** Make a new, empty store. @return OK, or a status that fails the case */
	enum refd_status (*create)(void *self, struct refd_error *err);
	/** Open a handle to the store made last; several may be open at once. */
	enum refd_status (*open)(void *self, struct refd_store *ret, struct refd_error *err);
	void (*close)(void *self, struct refd_store *store);
	/** Remove the store made last. All handles are closed. */
	void (*destroy)(void *self);
	bool durable;	     /**< what is committed survives closing every handle */
	bool many_processes; /**< open() in a forked child reaches the same store */
};

/** Outcome of one case; @p detail is NULL when it passed. Borrowed for the call. */
typedef void refd_contract_report(void *self, const char *name, bool passed, const char *detail);

/** Cases there are. */
REFD_API size_t refd_contract_count(void);
/** The name of case @p index. */
REFD_API const char *refd_contract_name(size_t index);

/**
 * Run all cases, or with @p only (not NULL) those whose name contains it. Cases about durability or
 * processes are not run for an adapter that does not claim them and are not reported. @return the
 * number of failures. Single-threaded; forks where many_processes is set.
 */
REFD_API size_t refd_contract_run(const struct refd_contract_adapter *adapter, const char *only,
				  refd_contract_report *report, void *report_self);

REFD_END_DECLS

#endif
