/*
 * For a condition that something earlier has decided, asked once more for defence: no test can turn
 * it. It is a constant where coverage is measured, an assertion in debug builds, and plain in
 * release. Say at each use what has decided it.
 */
#ifndef REFD_BASE_ALWAYS_H
#define REFD_BASE_ALWAYS_H

#include <assert.h>
#include <stdbool.h>

#if defined(REFD_COVERAGE)
#define REFD__ALWAYS(condition) true
#define REFD__NEVER(condition)	false
#elif !defined(NDEBUG)
#define REFD__ALWAYS(condition) ((condition) ? true : (assert(false && #condition), false))
#define REFD__NEVER(condition)	((condition) ? (assert(false && #condition), true) : false)
#else
#define REFD__ALWAYS(condition) (condition)
#define REFD__NEVER(condition)	(condition)
#endif

#endif
