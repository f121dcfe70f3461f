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

/** Handles tell their deadlines by refd_system_clock(). An engine that takes one handle per process
 * can share it between those of the kit. */
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
	bool many_processes; /**< open() in a forked child reaches the same store; no handle is
				open while the kit forks */
	int64_t patience;    /**< microseconds to wait for a lock that must come free; 0: ten
				seconds */
};

/** Outcome of one case; @p detail is NULL when it passed. Borrowed for the call. */
typedef void refd_contract_report(void *self, const char *name, bool passed, const char *detail);

/** Cases there are. Any thread. */
REFD_API size_t refd_contract_count(void);
/** The name of case @p index. Static text, any thread. */
REFD_API const char *refd_contract_name(size_t index);

/**
 * Run all cases, or with @p only (not NULL) those whose name contains it. Cases about durability,
 * processes, or CARDS, FACTS and PARENTS reads of the store's own are not run for an adapter that
 * does not claim them and are not reported. @return the number of failures. Single-threaded; forks
 * where many_processes is set.
 */
REFD_API size_t refd_contract_run(const struct refd_contract_adapter *adapter, const char *only,
				  refd_contract_report *report, void *report_self);

/** A store that passes every call on to another one, but for one call that fails, or all from one
 * on. Owned by the caller, all-zero at first; the members are set before use. One thread at a time.
 */
struct refd_contract_faulty {
	struct refd_store inner;
	uint64_t fail_at; /**< fails the n-th call (begin, guard, read, commit count; the first is
			     1); 0: none */
	enum refd_status status; /**< what it answers; UNAVAILABLE or UNKNOWN, for example */
	bool done; /**< the failing call is passed on first and only its answer is lost; a begin is
		      ended again */
	uint64_t calls;		   /**< made so far */
	uint64_t failed;	   /**< of these, failed */
	struct refd_store_ops ops; /**< filled by refd_contract_faulty_store() */
	bool for_good;		   /**< every call from fail_at on fails, not only that one */
};

/**
 * The store port over @p faulty, which must outlive it. A failing commit ends its transaction, as
 * the port asks; without `done` nothing of it is committed. One thread at
 * a time.
 */
REFD_API struct refd_store refd_contract_faulty_store(struct refd_contract_faulty *faulty);

REFD_END_DECLS

#endif
