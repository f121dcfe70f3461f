/** @file file.h A file read or written as a whole. */
#ifndef REFCTL_FILE_H
#define REFCTL_FILE_H

#include <refdomain/text.h>

enum { FILE_MOST = 64 << 20 }; /* bytes; so much no season has */

/** Read @p path, or standard input for "-". @p ret->ptr is to be freed. @return OK; NOT_FOUND;
 * INVALID (a directory; more than FILE_MOST); DENIED; UNAVAILABLE; NO_MEMORY */
enum refd_status file_read(const char *path, struct refd_str *ret, struct refd_error *err);

/** Write a file whole: @p path is what it was before, or @p text. What is no regular file, and what
 * lies in a folder that takes no other file, is written in place. @return OK; NOT_FOUND; INVALID (a
 * directory); DENIED; UNAVAILABLE (the disk is full); NO_MEMORY */
enum refd_status file_write(const char *path, struct refd_str text, struct refd_error *err);

#endif
