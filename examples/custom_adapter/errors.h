/* LMDB's codes as statuses. */
#ifndef LMDB_STORE_ERRORS_H
#define LMDB_STORE_ERRORS_H

#include <refdomain/error.h>

/* @return the status of an LMDB or errno code, with a message that says what failed */
enum refd_status lmdb_store__failed(int code, const char *what, struct refd_error *err);
/* The same for mdb_txn_commit(), whose answer may be lost. */
enum refd_status lmdb_store__commit_failed(int code, struct refd_error *err);

#endif
