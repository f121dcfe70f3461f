/** @file version.h The version of the library. Semantic versioning: until 1.0 a minor step may
 * break. @since 0.1 */
#ifndef REFDOMAIN_VERSION_H
#define REFDOMAIN_VERSION_H

#include <refdomain/attributes.h>

REFD_BEGIN_DECLS

/** @{ */
/** The version of the headers. */
#define REFD_VERSION_MAJOR 0
#define REFD_VERSION_MINOR 1
#define REFD_VERSION_PATCH 0
/** @} */

/** "MAJOR.MINOR.PATCH" of the library that was linked. Static text, any thread. */
REFD_API const char *refd_version(void);

REFD_END_DECLS

#endif
