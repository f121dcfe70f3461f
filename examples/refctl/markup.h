/** @file markup.h Text in HTML and SVG. */
#ifndef REFCTL_MARKUP_H
#define REFCTL_MARKUP_H

#include <stdio.h>

#include <refdomain/text.h>

/** Write UTF-8 @p text so that it is nothing but text between tags and in quoted attributes, in
 * HTML and in XML. Characters XML has no place for become U+FFFD. */
void markup_text(FILE *out, struct refd_str text);
/** At most @p most code points of it, the last one an ellipsis if there are more. */
void markup_short(FILE *out, struct refd_str text, size_t most);

#endif
