/** @file text.h Text that comes in, and the fixed-size texts a record keeps. All functions: any
 * thread. @since 0.1 */
#ifndef REFDOMAIN_TEXT_H
#define REFDOMAIN_TEXT_H

#include <string.h>

#include <refdomain/attributes.h>
#include <refdomain/error.h>
#include <refdomain/status.h>

REFD_BEGIN_DECLS

/** A borrowed run of bytes, not necessarily NUL-terminated. All-zero is the empty text. */
struct refd_str {
	const char *ptr;
	size_t len;
};

/** The slice of a NUL-terminated text; NULL gives the empty text. Borrows @p text. */
static inline struct refd_str refd_str_of(const char *text)
{
	struct refd_str str = { text, text ? strlen(text) : 0 };

	return str;
}

/** Byte order, the order of names in every store: negative, 0 or positive. A prefix comes first. */
REFD_API int refd_str_compare(struct refd_str a, struct refd_str b);

/** The same bytes. */
static inline bool refd_str_equal(struct refd_str a, struct refd_str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

#define REFD_NAME_MAX	 120 /**< code points in a name, club or address part */
#define REFD_NAME_BYTES	 480 /**< the same in UTF-8 bytes at most */
#define REFD_PHONE_BYTES 40  /**< bytes in a phone number */
#define REFD_EMAIL_BYTES 254 /**< bytes in an e-mail address */
#define REFD_ZONE_BYTES	 63  /**< bytes in a time zone name */

/*
 * Every stored text has this shape: a byte length, then UTF-8 that is NUL-terminated for
 * convenience. Engines read and bind it through the field layout (REFD_FIELD_TEXT).
 */

/** A name or club: 1 to 120 code points, not blank, no control characters. All-zero is unset. */
struct refd_name {
	uint16_t len; /**< bytes */
	char utf8[REFD_NAME_BYTES + 1];
};

/** A part of an address: 0 to 120 code points, no control characters. */
struct refd_line {
	uint16_t len;
	char utf8[REFD_NAME_BYTES + 1];
};

/** A phone number as people write it: empty, or 3 to 40 of digits, space and "+-/().", with a
 * digit. */
struct refd_phone {
	uint16_t len;
	char utf8[REFD_PHONE_BYTES + 1];
};

/** An e-mail address: empty, or a local part, an at sign and a domain within RFC 5321 lengths; the
 * local part may be UTF-8, no quoting. */
struct refd_email {
	uint16_t len;
	char utf8[REFD_EMAIL_BYTES + 1];
};

/**
 * Check @p text and copy it. Surrounding blanks are not trimmed: a text is stored as given.
 * A violation is *added* to @p err under @p field, so that a caller can collect all of them.
 * @return OK; INVALID (rule TEXT_BLANK, TEXT_TOO_LONG, TEXT_NOT_UTF8, TEXT_CONTROL or
 * TEXT_MALFORMED), @p ret untouched.
 */
REFD_NODISCARD REFD_API enum refd_status refd_name_parse(struct refd_str text, const char *field,
							 struct refd_name *ret,
							 struct refd_error *err);
/** As refd_name_parse(), for a part of an address; the empty text is allowed. */
REFD_NODISCARD REFD_API enum refd_status refd_line_parse(struct refd_str text, const char *field,
							 struct refd_line *ret,
							 struct refd_error *err);
/** As refd_name_parse(), for a phone number; the empty text is allowed. */
REFD_NODISCARD REFD_API enum refd_status refd_phone_parse(struct refd_str text, const char *field,
							  struct refd_phone *ret,
							  struct refd_error *err);
/** As refd_name_parse(), for an e-mail address; the empty text is allowed. */
REFD_NODISCARD REFD_API enum refd_status refd_email_parse(struct refd_str text, const char *field,
							  struct refd_email *ret,
							  struct refd_error *err);

/** True if @p text is well-formed UTF-8 (no surrogates, no over-long forms, at most U+10FFFF). */
REFD_API bool refd_utf8_valid(struct refd_str text);

/** Code points in a well-formed UTF-8 text. */
REFD_API size_t refd_utf8_length(struct refd_str text);

/** @{ */
/** The stored texts as slices; they borrow the record. */
static inline struct refd_str refd_name_str(const struct refd_name *name)
{
	struct refd_str str = { name->utf8, name->len };

	return str;
}
static inline struct refd_str refd_line_str(const struct refd_line *line)
{
	struct refd_str str = { line->utf8, line->len };

	return str;
}
static inline struct refd_str refd_phone_str(const struct refd_phone *phone)
{
	struct refd_str str = { phone->utf8, phone->len };

	return str;
}
static inline struct refd_str refd_email_str(const struct refd_email *email)
{
	struct refd_str str = { email->utf8, email->len };

	return str;
}
/** @} */

REFD_END_DECLS

#endif
