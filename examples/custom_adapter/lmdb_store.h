/**
 * @file lmdb_store.h A storage adapter for refdomain on LMDB: a directory, one writer at a time,
 * readers that never wait.
 *
 * LMDB allows a process to have a directory open once: share the handle between threads, and do not
 * carry it over fork(). Several processes may have it open.
 */
#ifndef LMDB_STORE_H
#define LMDB_STORE_H

#include <refdomain/alloc.h>
#include <refdomain/ports/clock.h>
#include <refdomain/ports/store.h>

struct lmdb_store;

struct lmdb_store_options {
	const char *path; /**< the directory */
	bool create;	  /**< make it if it is not there */
	size_t map_size;  /**< the most it may hold, in bytes; 0: a GiB. Costs address space only */
	struct refd_clock clock; /**< the one deadlines are told by */
};

/**
 * Open the store, or make it. @p options and @p allocator are copied; what their selfs point to
 * must outlive the store. @return OK; NOT_FOUND (nothing there and not to be made); CORRUPT (not
 * one of ours, damaged, of a later version); UNAVAILABLE; DENIED; NO_MEMORY; BACKEND
 */
enum refd_status lmdb_store_open(const struct lmdb_store_options *options,
				 const struct refd_allocator *allocator, struct lmdb_store **ret,
				 struct refd_error *err);
/** Takes NULL. Transactions must have ended. */
void lmdb_store_close(struct lmdb_store *store);

/** The store port over @p store, which must outlive it. Any number of threads may share it. */
struct refd_store lmdb_store_port(struct lmdb_store *store);

#endif
