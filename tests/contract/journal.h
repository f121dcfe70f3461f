/* A durable store for many processes, small enough to be read: the memory store, brought up to date
 * from a file of change sets that every commit appends to. For testing the kit only. */
#ifndef REFD_TESTS_JOURNAL_H
#define REFD_TESTS_JOURNAL_H

#include "adapters.h"

/* What can be wrong with it. */
enum journal_fault {
	JOURNAL_SOUND,
	JOURNAL_NO_LOCK,    /* writers do not keep each other out */
	JOURNAL_LATE_WRITE, /* a commit is written by the next one */
	JOURNAL_HALF_WRITE, /* a commit is written in two pieces; the process dies between those of
			       its second one */
	JOURNAL_STALE_LOCK, /* a lock outlives its owner */
};

bool journal_adapter_make_faulty(struct refd_contract_adapter *ret, enum journal_fault fault);

#endif
