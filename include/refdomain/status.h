/** @file status.h What a call answered, and what to do about it. @since 0.1 */
#ifndef REFDOMAIN_STATUS_H
#define REFDOMAIN_STATUS_H

#include <refdomain/attributes.h>

REFD_BEGIN_DECLS

/** number, name, text: one table makes the enum, the names and the texts. Numbers never change. */
#define REFD_STATUS_MAP(XX)                                                                        \
	XX(0, OK, "done")                                                                          \
	XX(1, INVALID, "the input is malformed: fix it and call again")                            \
	XX(2, REFUSED, "a rule forbids it in the present state")                                   \
	XX(3, NOT_FOUND, "no such object")                                                         \
	XX(4, ALREADY_EXISTS, "an object with that id or unique key exists")                       \
	XX(5, CONFLICT, "the object changed meanwhile: reload and decide again")                   \
	XX(6, LOCKED, "availabilities are locked")                                                 \
	XX(7, LATE, "the time for it has passed")                                                  \
	XX(8, UNAVAILABLE, "the store cannot answer now: the same call may work later")            \
	XX(9, UNKNOWN, "the answer to the commit was lost: ask again with the same command id")    \
	XX(10, UNSUPPORTED, "this build or adapter cannot do it")                                  \
	XX(11, CORRUPT, "stored data is damaged or not ours")                                      \
	XX(12, DENIED, "not permitted")                                                            \
	XX(13, NO_MEMORY, "out of memory")                                                         \
	XX(14, BACKEND, "the storage engine reported an unexpected error")                         \
	XX(15, MISUSE, "the call is not allowed here")

enum refd_status {
#define XX(number, name, text) REFD_##name = number,
	REFD_STATUS_MAP(XX)
#undef XX
};

/** The name of @p status without prefix ("REFUSED"); "?" for a number that is none. Static text,
 * any thread. */
REFD_API const char *refd_status_name(enum refd_status status);

/** One English sentence on @p status. Static text, any thread. */
REFD_API const char *refd_status_text(enum refd_status status);

REFD_END_DECLS

#endif
