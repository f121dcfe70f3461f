#include "ics.h"

#include <string.h>

/* Octets that stay together: one character, or an escape. */
static void put(struct ics *ics, const char *octets, size_t count)
{
	if (ics->column + count > ICS_LINE_OCTETS) {
		fputs("\r\n ", ics->out);
		ics->column = 1;
	}
	fwrite(octets, 1, count, ics->out);
	ics->column += count;
}

static size_t character(const char *at, size_t left)
{
	size_t n = 1;

	while (n < left && ((unsigned char)at[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static bool is_control(char octet)
{
	return (unsigned char)octet < 0x20 || octet == 0x7f;
}

void ics_plain(struct ics *ics, const char *piece)
{
	const size_t len = strlen(piece);

	for (size_t i = 0, n; i < len; i += n) {
		n = character(piece + i, len - i);
		put(ics, piece + i, n);
	}
}

void ics_text(struct ics *ics, struct refd_str piece)
{
	for (size_t i = 0, n; i < piece.len; i += n) {
		const char *at = piece.ptr + i;
		const char escaped[] = { '\\', *at };

		n = character(at, piece.len - i);
		if (*at == '\n')
			put(ics, "\\n", 2);
		else if (*at == '\\' || *at == ';' || *at == ',')
			put(ics, escaped, sizeof(escaped));
		else if (!is_control(*at))
			put(ics, at, n);
	}
}

void ics_end_line(struct ics *ics)
{
	fputs("\r\n", ics->out);
	ics->column = 0;
}

void ics_line(struct ics *ics, const char *name, const char *value)
{
	ics_plain(ics, name);
	ics_plain(ics, ":");
	ics_plain(ics, value);
	ics_end_line(ics);
}

void ics_text_line(struct ics *ics, const char *name, struct refd_str text)
{
	ics_plain(ics, name);
	ics_plain(ics, ":");
	ics_text(ics, text);
	ics_end_line(ics);
}

void ics_time_line(struct ics *ics, const char *name, struct refd_time time)
{
	char text[REFD_TIME_TEXT + 1], value[sizeof("20260901T120000Z")];
	char *end = value;

	refd_time_format(time, text);
	for (const char *at = text; *at && *at != '.' && *at != 'Z'; at++)
		if (*at != '-' && *at != ':' && end < value + sizeof(value) - 2)
			*end++ = *at;
	*end++ = 'Z';
	*end = '\0';
	ics_line(ics, name, value);
}
