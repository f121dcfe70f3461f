/* UTF-8, one code point at a time. */
#ifndef REFD_BASE_UTF8_H
#define REFD_BASE_UTF8_H

#include <refdomain/text.h>

/* The code point that starts at bytes[0] of len > 0 bytes, and its length. @return 0 if there is no
 * well-formed one, *ret_point untouched. */
size_t refd__utf8_decode(const char *bytes, size_t len, uint32_t *ret_point);
/* C0, DEL, C1, and the line and paragraph separators. */
bool refd__utf8_is_control(uint32_t point);
/* White space of any script, and characters that have no width. */
bool refd__utf8_is_blank(uint32_t point);

#endif
