#include "base/message.h"

#include <stdio.h>
#include <string.h>

/* Bytes the sequence that starts with this byte has; 1 for bytes that start none. */
static size_t sequence_length(unsigned char lead)
{
	if (lead >= 0xf0)
		return 4;
	if (lead >= 0xe0)
		return 3;
	if (lead >= 0xc0)
		return 2;
	return 1;
}

/* How many of the first len bytes to keep so that no code point is cut in two. */
static size_t whole_sequences(const char *text, size_t len)
{
	size_t start = len;

	while (start > 0 && len - start < 4) {
		unsigned char byte = (unsigned char)text[--start];

		if ((byte & 0xc0) != 0x80)
			return sequence_length(byte) > len - start ? start : len;
	}
	return len;
}

const char *refd__message_subject(const char *field)
{
	return field && field[0] ? field : "the input";
}

void refd__message_copy(char *text, size_t capacity, const char *from)
{
	size_t len = from ? strlen(from) : 0;

	if (len >= capacity)
		len = whole_sequences(from, capacity - 1);
	if (len > 0)
		memmove(text, from, len);
	text[len] = '\0';
}

void refd__message_format(char *text, size_t capacity, const char *format, va_list args)
{
	int wanted = vsnprintf(text, capacity, format, args);

	if (wanted < 0)
		text[0] = '\0';
	else if ((size_t)wanted >= capacity)
		text[whole_sequences(text, capacity - 1)] = '\0';
}

void refd__message_sum_up(struct refd_error *err, enum refd_status status,
			  const struct refd_violation *latest)
{
	const char *first = latest->message;
	char text[REFD_MESSAGE_BYTES + 1];

	if (err->kept > 0)
		first = err->violations[0].message;
	refd__message_copy(text, sizeof(text), first[0] ? first : refd_rule_text(latest->rule));
	if (err->total > 1)
		(void)refd_error_set(err, status, "%s (and %lu more)", text,
				     (unsigned long)err->total - 1);
	else
		(void)refd_error_set(err, status, "%s", text);
}

enum refd_status refd__malformed_args(struct refd_error *err, const char *field,
				      enum refd_rule rule, int64_t measured, int64_t limit,
				      const char *format, va_list args)
{
	struct refd_violation violation = { .rule = rule, .measured = measured, .limit = limit };

	if (!refd__error_usable(err))
		return REFD_INVALID;
	refd__message_copy(violation.field, sizeof(violation.field), field);
	if (format)
		refd__message_format(violation.message, sizeof(violation.message), format, args);
	refd_error_add(err, &violation);
	refd__message_sum_up(err, REFD_INVALID, &violation);
	return REFD_INVALID;
}

enum refd_status refd__malformed(struct refd_error *err, const char *field, enum refd_rule rule,
				 int64_t measured, int64_t limit, const char *format, ...)
{
	enum refd_status status;
	va_list args;

	va_start(args, format);
	status = refd__malformed_args(err, field, rule, measured, limit, format, args);
	va_end(args);
	return status;
}
