/*
 * What a fuzz target is made of: a function over bytes that must neither crash nor break a CHECK.
 * Linked with libFuzzer it searches for inputs; linked with replay.c it takes those it is given.
 */
#ifndef REFD_FUZZ_FUZZ_H
#define REFD_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Holds in release builds too, where assert() does not. */
#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);            \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

extern unsigned long fuzz_taken; /* inputs that were no nonsense; each target counts its own */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

#endif
