/* What a core built for the torture asks where the real one has a constant. TORTURE_KNOBS in the
 * environment names what is to be wasteful: "entries", "rows". */
#ifndef REFD_TESTS_KNOBS_H
#define REFD_TESTS_KNOBS_H

#include <stdbool.h>
#include <stddef.h>

size_t knob_first_capacity(void); /* of a map or list; 0: each entry is an allocation */
bool knob_look_ahead(void);	  /* false: rows are read one by one, where they are needed */

/* Whether the core asked each of those that are named. */
bool knobs_were_asked(void);

#endif
