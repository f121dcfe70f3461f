/* Messages and violations of an error: what the parsers of lib/base and lib/domain/violations.c
 * share. */
#ifndef REFD_BASE_MESSAGE_H
#define REFD_BASE_MESSAGE_H

#include <stdarg.h>

#include <refdomain/error.h>

/* False for NULL and for a struct too short to write to; a struct_size of 0 becomes the full size.
 */
bool refd__error_usable(struct refd_error *err);
/* For another try: empties what there is of the struct, however long the caller's is. */
void refd__error_reset(struct refd_error *err);
/* What was said of one part, as all there is to say; as much of it as the caller's struct holds. */
void refd__error_pass(struct refd_error *err, const struct refd_error *said);
/* What a message is about: the field, or "the input" if there is none. */
const char *refd__message_subject(const char *field);
/* printf into capacity bytes, cut at a code point. */
void refd__message_format(char *text, size_t capacity, const char *format, va_list args);
/* Copy at most capacity - 1 bytes, cut at a code point; NULL copies as "". */
void refd__message_copy(char *text, size_t capacity, const char *from);
/* Set status; the message is that of the first violation, with the number of the others. latest is
 * the one just added. err is usable. */
void refd__message_sum_up(struct refd_error *err, enum refd_status status,
			  const struct refd_violation *latest);
/* A field is malformed: add the violation, set INVALID and the summary. Without format the text of
 * the rule is the message. @return INVALID */
enum refd_status refd__malformed(struct refd_error *err, const char *field, enum refd_rule rule,
				 int64_t measured, int64_t limit, const char *format, ...)
	REFD_PRINTF(6, 7);
enum refd_status refd__malformed_args(struct refd_error *err, const char *field,
				      enum refd_rule rule, int64_t measured, int64_t limit,
				      const char *format, va_list args) REFD_PRINTF(6, 0);

#endif
