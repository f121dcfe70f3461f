/* What every cmocka test stands on: the includes cmocka wants, an allocator that counts and fails,
 * and seeded random numbers. */
#ifndef REFD_TESTS_SUPPORT_H
#define REFD_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <refdomain/alloc.h>
#include <refdomain/error.h>
#include <refdomain/ports/clock.h>
#include <refdomain/text.h>

/* An allocator over malloc that counts, and fails the n-th allocation. Not thread-safe. The usual
 * loop: for n = 1, 2, ...: init with fail_at n, run, done; until failed is 0. */
struct support_heap {
	uint64_t fail_at; /* 1: the first allocation; 0: none. Set it any time */
	bool fail_on;	  /* every allocation from fail_at on fails */
	uint64_t calls;	  /* allocations asked for */
	uint64_t failed;  /* of these, refused */
	uint64_t live;	  /* blocks not given back */
	size_t live_bytes;
	size_t peak_bytes;
};

void support_heap_init(struct support_heap *heap);
/* The allocator; heap must outlive it. New memory is filled with 0xa5, freed memory with 0x5a. */
struct refd_allocator support_heap_allocator(struct support_heap *heap);
/* Counts an allocation that somebody else makes. @return whether it is to fail */
bool support_heap_refuses(struct support_heap *heap);
/* Fails the test if something was not given back. */
void support_heap_done(struct support_heap *heap);

/* splitmix64: the same numbers for the same seed on every machine. */
struct support_random {
	uint64_t state;
};

uint64_t support_random_next(struct support_random *random);
/* 0 <= result < bound, bound > 0 */
uint64_t support_random_below(struct support_random *random, uint64_t bound);

/* The first violation of that rule, NULL if there is none. field NULL: any field. */
const struct refd_violation *support_violation(const struct refd_error *err, enum refd_rule rule,
					       const char *field);
/* Fails the test unless there is a violation of that rule about that field (NULL: any). */
#define support_assert_violation(err, rule, field)                                                 \
	assert_non_null(support_violation(err, rule, field))

/* assert_int_equal() of two statuses that prints their names. */
#define support_assert_status(actual, expected)                                                    \
	support_check_status(actual, expected, __FILE__, __LINE__)
void support_check_status(enum refd_status actual, enum refd_status expected, const char *file,
			  int line);

/* A copy on the heap with nothing behind it, so that a sanitizer sees a read past the end; free its
 * ptr. */
struct refd_str support_exact(struct refd_str text);

/* The date is what now says, deadlines go by the system's clock. */
struct refd_clock support_clock(struct refd_time *now);

/* A UUID whose last eight bytes are number. */
struct refd_uuid support_uuid(uint64_t number);

#endif
