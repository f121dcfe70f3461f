#include "markup.h"

/* Bytes of the character at @p at. */
static size_t character(const char *at, size_t left)
{
	size_t n = 1;

	while (n < left && ((unsigned char)at[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Control characters but tab and line ends, and U+FFFE and U+FFFF. */
static bool is_foreign(const char *at, size_t n)
{
	const unsigned char *byte = (const unsigned char *)at;

	if (n == 3 && byte[0] == 0xef && byte[1] == 0xbf)
		return byte[2] >= 0xbe;
	return n == 1 && *byte < 0x20 && *byte != '\t' && *byte != '\n' && *byte != '\r';
}

static void put(FILE *out, const char *at, size_t n)
{
	if (is_foreign(at, n))
		fputs("\xef\xbf\xbd", out);
	else if (*at == '&')
		fputs("&amp;", out);
	else if (*at == '<')
		fputs("&lt;", out);
	else if (*at == '>')
		fputs("&gt;", out);
	else if (*at == '"')
		fputs("&quot;", out);
	else if (*at == '\'')
		fputs("&#39;", out);
	else
		fwrite(at, 1, n, out);
}

void markup_text(FILE *out, struct refd_str text)
{
	for (size_t i = 0, n; i < text.len; i += n) {
		n = character(text.ptr + i, text.len - i);
		put(out, text.ptr + i, n);
	}
}

void markup_short(FILE *out, struct refd_str text, size_t most)
{
	const size_t length = refd_utf8_length(text);
	size_t left = length > most ? most - 1 : length;

	for (size_t i = 0, n; i < text.len && left > 0; i += n, left--) {
		n = character(text.ptr + i, text.len - i);
		put(out, text.ptr + i, n);
	}
	if (length > most)
		fputs("\xe2\x80\xa6", out);
}
