/* A VFS over the default one that fails: its n-th operation, or its n-th write because the disk is
 * full. Nothing is synced for real. */
#ifndef REFD_TESTS_SQLITE_SHIM_H
#define REFD_TESTS_SQLITE_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#define SHIM_NAME "failing"

struct shim {
	uint64_t fail_at; /* 1: the next one; 0: none */
	bool persistent;  /* and whatever comes behind it */
	bool full;	  /* only writes count, and answer FULL; otherwise all, IOERR */
	uint64_t calls;
	uint64_t failed;
};

extern struct shim shim;

void shim_register(void);
/* Forgets what was counted. */
void shim_arm(uint64_t fail_at, bool persistent, bool full);
void shim_disarm(void);

#endif
