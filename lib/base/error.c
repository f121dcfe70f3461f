#include <refdomain/error.h>

#include <stdio.h>
#include <string.h>

#include "base/message.h"

/* A struct of another version of the library may be longer, or have room for fewer violations. */
enum { HEAD_BYTES = offsetof(struct refd_error, violations) };

void refd_error_clear(struct refd_error *err)
{
	if (!err)
		return;
	memset(err, 0, sizeof(*err));
	err->struct_size = sizeof(*err);
}

bool refd__error_usable(struct refd_error *err)
{
	if (!err)
		return false;
	if (err->struct_size == 0)
		err->struct_size = sizeof(*err);
	return err->struct_size >= HEAD_BYTES;
}

void refd__error_reset(struct refd_error *err)
{
	size_t size;

	if (!refd__error_usable(err))
		return;
	size = err->struct_size;
	memset(err, 0, size < sizeof(*err) ? size : sizeof(*err));
	err->struct_size = size;
}

static void set_message(struct refd_error *err, enum refd_status status, const char *format,
			va_list args)
{
	char text[REFD_MESSAGE_BYTES + 1]; /* an argument may be err->message itself */

	refd__message_format(text, sizeof(text), format, args);
	err->status = status;
	memcpy(err->message, text, strlen(text) + 1);
}

enum refd_status refd_error_set(struct refd_error *err, enum refd_status status, const char *format,
				...)
{
	va_list args;

	if (!refd__error_usable(err))
		return status;
	va_start(args, format);
	set_message(err, status, format, args);
	va_end(args);
	return status;
}

enum refd_status refd_error_object(struct refd_error *err, enum refd_status status,
				   enum refd_noun noun, struct refd_uuid id, const char *format,
				   ...)
{
	va_list args;

	if (!refd__error_usable(err))
		return status;
	va_start(args, format);
	set_message(err, status, format, args);
	va_end(args);
	err->object.noun = noun;
	err->object.id = id;
	return status;
}

/* Violations the caller's struct has room for. */
static size_t room(const struct refd_error *err)
{
	size_t fit = (err->struct_size - HEAD_BYTES) / sizeof(err->violations[0]);

	return fit < REFD_ERROR_VIOLATIONS ? fit : REFD_ERROR_VIOLATIONS;
}

void refd__error_pass(struct refd_error *err, const struct refd_error *said)
{
	size_t size;

	if (!refd__error_usable(err))
		return;
	size = err->struct_size;
	memcpy(err, said, size < sizeof(*said) ? size : sizeof(*said));
	err->struct_size = size;
	if (err->kept > room(err))
		err->kept = (uint32_t)room(err);
}

static void complete(struct refd_violation *violation)
{
	const char *text = refd_rule_text(violation->rule);
	const char *subject = "";

	violation->field[REFD_FIELD_BYTES] = '\0';
	violation->message[REFD_MESSAGE_BYTES] = '\0';
	violation->severity = refd_rule_severity(violation->rule);
	if (violation->message[0] != '\0')
		return;
	if (violation->severity == REFD_SEVERITY_INPUT || violation->field[0])
		subject = refd__message_subject(violation->field);
	(void)snprintf(violation->message, sizeof(violation->message), "%s%s%s", subject,
		       subject[0] ? " " : "", text ? text : "breaks an unknown rule");
}

void refd_error_add(struct refd_error *err, const struct refd_violation *violation)
{
	if (!refd__error_usable(err))
		return;
	err->total++;
	if (err->kept >= room(err))
		return;
	err->violations[err->kept] = *violation;
	complete(&err->violations[err->kept]);
	err->kept++;
}
