/* A notice as a mail: RFC 5322 lines, names as RFC 2047 words, the body quoted-printable. */
#include <stdio.h>
#include <string.h>

#include "spool.h"

#define WORD_BYTES 39 /* of text in an encoded word: 64 with base64 and its marks */
#define LINE_CHARS 72

bool refd_spool__is_address(struct refd_str address)
{
	const char *at = address.len ? memchr(address.ptr, '@', address.len) : NULL;

	if (!at || at == address.ptr || at == address.ptr + address.len - 1 ||
	    address.len > REFD_EMAIL_BYTES)
		return false;
	for (size_t i = 0; i < address.len; i++) {
		unsigned char c = (unsigned char)address.ptr[i];

		if (c <= ' ' || c == 0x7f || strchr("<>()[],;:\\\"", c))
			return false;
	}
	return true;
}

static void put_base64(struct refd_spool__out *out, const unsigned char *bytes, size_t count)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < count; i += 3) {
		uint32_t bits = (uint32_t)bytes[i] << 16;
		char four[4];

		if (i + 1 < count)
			bits |= (uint32_t)bytes[i + 1] << 8;
		if (i + 2 < count)
			bits |= bytes[i + 2];
		four[0] = digits[bits >> 18];
		four[1] = digits[bits >> 12 & 63];
		four[2] = i + 1 < count ? digits[bits >> 6 & 63] : '=';
		four[3] = i + 2 < count ? digits[bits & 63] : '=';
		refd_spool__put(out, four, 4);
	}
}

/* Bytes of the next word: no code point is split. */
static size_t word_length(const char *bytes, size_t count)
{
	size_t length = WORD_BYTES;

	if (count <= WORD_BYTES)
		return count;
	while (length > WORD_BYTES - 4 && ((unsigned char)bytes[length] & 0xc0) == 0x80)
		length--;
	return length;
}

static void put_words(struct refd_spool__out *out, const char *bytes, size_t count)
{
	const char *before = " ";

	while (count) {
		size_t length = word_length(bytes, count);

		refd_spool__puts(out, before);
		refd_spool__puts(out, "=?UTF-8?B?");
		put_base64(out, (const unsigned char *)bytes, length);
		refd_spool__puts(out, "?=");
		bytes += length;
		count -= length;
		before = "\r\n ";
	}
}

/* Text that needs no encoding in a header line, quotes or folding. */
static bool is_simple(const char *bytes, size_t count, const char *beside)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789 ";

	if (count == 0 || count > 60 || bytes[0] == ' ' || bytes[count - 1] == ' ')
		return false;
	for (size_t i = 0; i < count; i++)
		if (!bytes[i] || (!strchr(letters, bytes[i]) && !strchr(beside, bytes[i])))
			return false;
	return true;
}

static void put_phrase(struct refd_spool__out *out, const struct refd_spool__text *text,
		       const char *beside)
{
	if (is_simple(text->bytes, text->used, beside)) {
		refd_spool__puts(out, " ");
		refd_spool__put(out, text->bytes, text->used);
	} else {
		put_words(out, text->bytes, text->used);
	}
}

static void put_headers(struct refd_spool__out *out, const struct refd_spool *spool,
			const struct refd_message *message, const struct refd_spool__text *subject)
{
	const char *domain = strrchr(spool->sender, '@');
	struct refd_spool__text recipient = { .used = 0 };
	char date[32];

	refd_spool__puts(out, "Date: ");
	refd_spool__puts(out, refd_spool__mail_date(message->notice->created_at, date));
	refd_spool__puts(out, "\r\nFrom: <");
	refd_spool__puts(out, spool->sender);
	refd_spool__puts(out, ">\r\nTo:");
	refd_spool__name(&recipient, message->recipient_name);
	put_phrase(out, &recipient, "");
	refd_spool__puts(out, "\r\n <");
	refd_spool__put(out, message->recipient_email.ptr, message->recipient_email.len);
	refd_spool__puts(out, ">\r\nSubject:");
	put_phrase(out, subject, ":-.,/'");
	refd_spool__puts(out, "\r\nMessage-ID: <");
	refd_spool__puts(out, message->key);
	refd_spool__puts(out, domain);
	refd_spool__puts(out, ">\r\nAuto-Submitted: auto-generated\r\n"
			      "MIME-Version: 1.0\r\n"
			      "Content-Type: text/plain; charset=utf-8\r\n"
			      "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

static void put_quoted(struct refd_spool__out *out, const char *bytes, size_t count)
{
	size_t column = 0;

	for (size_t i = 0; i < count; i++) {
		unsigned char c = (unsigned char)bytes[i];
		bool last = i + 1 == count || bytes[i + 1] == '\n';
		char quoted[8];

		if (c == '\n') {
			refd_spool__puts(out, "\r\n");
			column = 0;
			continue;
		}
		if (column > LINE_CHARS) {
			refd_spool__puts(out, "=\r\n");
			column = 0;
		}
		if (c < ' ' || c > '~' || c == '=' || (c == ' ' && last)) {
			snprintf(quoted, sizeof(quoted), "=%02X", c);
			refd_spool__put(out, quoted, 3);
			column += 3;
		} else {
			refd_spool__put(out, bytes + i, 1);
			column++;
		}
	}
}

void refd_spool__write_eml(struct refd_spool__out *out, const struct refd_spool *spool,
			   const struct refd_message *message,
			   const struct refd_spool__text *subject,
			   const struct refd_spool__text *body)
{
	put_headers(out, spool, message, subject);
	put_quoted(out, body->bytes, body->used);
}
