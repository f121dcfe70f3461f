/** @file file.h A file read as a whole. */
#ifndef REFCTL_FILE_H
#define REFCTL_FILE_H

#include <refdomain/text.h>

/** Read @p path, or standard input for "-". @p ret->ptr is to be freed. @return OK; NOT_FOUND;
 * INVALID (a directory); DENIED; UNAVAILABLE; NO_MEMORY */
enum refd_status file_read(const char *path, struct refd_str *ret, struct refd_error *err);

#endif
