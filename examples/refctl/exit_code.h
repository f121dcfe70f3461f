/** @file exit_code.h What the shell learns from a status. */
#ifndef REFCTL_EXIT_CODE_H
#define REFCTL_EXIT_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include <refdomain/status.h>

/** 0 OK; 1 REFUSED, LOCKED, LATE; 2 INVALID; 3 NOT_FOUND; 4 CONFLICT, ALREADY_EXISTS; 5
 * UNAVAILABLE, UNKNOWN, NO_MEMORY; 6 CORRUPT; 7 DENIED; 8 UNSUPPORTED; 9 anything else. */
int exit_code(enum refd_status status);
/** "REFUSED, LOCKED, LATE" for 1. @return false if @p code is none */
bool exit_code_names(int code, char *ret, size_t size);

#endif
