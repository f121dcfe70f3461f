/** @file attributes.h Compiler attributes and linkage marks used by every public header. @since 0.1
 */
#ifndef REFDOMAIN_ATTRIBUTES_H
#define REFDOMAIN_ATTRIBUTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define REFD_BEGIN_DECLS extern "C" {
#define REFD_END_DECLS	 }
#else
#define REFD_BEGIN_DECLS
#define REFD_END_DECLS
#endif

#if defined(__GNUC__) || defined(__clang__)
#define REFD_NODISCARD		 __attribute__((warn_unused_result))
#define REFD_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define REFD_API		 __attribute__((visibility("default")))
#else
#define REFD_NODISCARD
#define REFD_PRINTF(text, first)
#define REFD_API
#endif

#endif
