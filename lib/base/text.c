#include <refdomain/text.h>

#include "base/message.h"
#include "base/utf8.h"

int refd_str_compare(struct refd_str a, struct refd_str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared > 0 ? memcmp(a.ptr, b.ptr, shared) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

/* What a text is made of; offsets are len where nothing was found. */
struct census {
	size_t bad;	/* first byte that is not UTF-8 */
	size_t control; /* first control character */
	size_t points;
	bool blank; /* nothing that can be seen */
};

static struct census take_census(struct refd_str text)
{
	struct census census = { text.len, text.len, 0, true };

	for (size_t i = 0, n; i < text.len; i += n) {
		uint32_t point;

		n = refd__utf8_decode(text.ptr + i, text.len - i, &point);
		if (n == 0) {
			census.bad = i;
			return census;
		}
		census.points++;
		if (!refd__utf8_is_blank(point))
			census.blank = false;
		if (refd__utf8_is_control(point) && census.control == text.len)
			census.control = i;
	}
	return census;
}

static enum refd_status too_long(struct refd_error *err, const char *field, size_t measured,
				 size_t limit, const char *unit)
{
	return refd__malformed(err, field, REFD_RULE_TEXT_TOO_LONG, (int64_t)measured,
			       (int64_t)limit, "%s is too long: %zu %s, at most %zu",
			       refd__message_subject(field), measured, unit, limit);
}

/* What names and address parts have in common; all that is wrong is reported. */
static enum refd_status check_line(struct refd_str text, bool may_be_blank, const char *field,
				   struct refd_error *err)
{
	struct census census = take_census(text);
	enum refd_status status = REFD_OK;

	if (census.bad < text.len)
		return refd__malformed(err, field, REFD_RULE_TEXT_NOT_UTF8, (int64_t)census.bad, 0,
				       NULL);
	if (census.blank && !may_be_blank)
		return refd__malformed(err, field, REFD_RULE_TEXT_BLANK, (int64_t)census.points, 0,
				       NULL);
	if (census.points > REFD_NAME_MAX)
		status = too_long(err, field, census.points, REFD_NAME_MAX, "characters");
	if (census.control < text.len)
		status = refd__malformed(err, field, REFD_RULE_TEXT_CONTROL,
					 (int64_t)census.control, 0, NULL);
	return status;
}

static void store(struct refd_str text, uint16_t *len, char *utf8, size_t size)
{
	memset(utf8, 0, size);
	if (text.len > 0)
		memcpy(utf8, text.ptr, text.len);
	*len = (uint16_t)text.len;
}

enum refd_status refd_name_parse(struct refd_str text, const char *field, struct refd_name *ret,
				 struct refd_error *err)
{
	enum refd_status status = check_line(text, false, field, err);

	if (status == REFD_OK)
		store(text, &ret->len, ret->utf8, sizeof(ret->utf8));
	return status;
}

enum refd_status refd_line_parse(struct refd_str text, const char *field, struct refd_line *ret,
				 struct refd_error *err)
{
	enum refd_status status = check_line(text, true, field, err);

	if (status == REFD_OK)
		store(text, &ret->len, ret->utf8, sizeof(ret->utf8));
	return status;
}

/* What phone numbers and e-mail addresses have in common. */
static enum refd_status check_bytes(struct refd_str text, size_t limit, const char *field,
				    struct refd_error *err)
{
	struct census census = take_census(text);
	enum refd_status status = REFD_OK;

	if (census.bad < text.len)
		return refd__malformed(err, field, REFD_RULE_TEXT_NOT_UTF8, (int64_t)census.bad, 0,
				       NULL);
	if (text.len > limit)
		status = too_long(err, field, text.len, limit, "bytes");
	if (census.control < text.len)
		status = refd__malformed(err, field, REFD_RULE_TEXT_CONTROL,
					 (int64_t)census.control, 0, NULL);
	return status;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_letter(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_one_of(char byte, const char *set)
{
	return byte != '\0' && strchr(set, byte) != NULL;
}

/* The offset of what makes a text no phone number, SIZE_MAX if nothing does. */
static size_t bad_in_phone(struct refd_str text)
{
	bool digit = false;

	for (size_t i = 0; i < text.len; i++) {
		if (!is_digit(text.ptr[i]) && !is_one_of(text.ptr[i], " +-/()."))
			return i;
		digit = digit || is_digit(text.ptr[i]);
	}
	return digit && text.len >= 3 ? SIZE_MAX : text.len;
}

enum refd_status refd_phone_parse(struct refd_str text, const char *field, struct refd_phone *ret,
				  struct refd_error *err)
{
	enum refd_status status = check_bytes(text, REFD_PHONE_BYTES, field, err);

	if (status == REFD_OK && text.len > 0) {
		size_t bad = bad_in_phone(text);

		if (bad != SIZE_MAX)
			status = refd__malformed(err, field, REFD_RULE_TEXT_MALFORMED, (int64_t)bad,
						 0, "%s is no phone number",
						 refd__message_subject(field));
	}
	if (status == REFD_OK)
		store(text, &ret->len, ret->utf8, sizeof(ret->utf8));
	return status;
}

/* RFC 5321 4.5.3.1 and RFC 1035 2.3.4 */
enum { LOCAL_BYTES = 64, LABEL_BYTES = 63 };

/* The offset of what makes text no dot-string of RFC 6531, SIZE_MAX if nothing does. */
static size_t bad_in_local(struct refd_str text)
{
	bool dot_allowed = false;
	uint32_t point;

	for (size_t i = 0, n; i < text.len; i += n) {
		char byte = text.ptr[i];

		n = refd__utf8_decode(text.ptr + i, text.len - i, &point);
		if (point >= 0x80 ? refd__utf8_is_blank(point)
				  : !is_digit(byte) && !is_letter(byte) &&
					    !is_one_of(byte, "!#$%&'*+-/=?^_`{|}~") &&
					    !(byte == '.' && dot_allowed))
			return i;
		dot_allowed = byte != '.';
	}
	return dot_allowed ? SIZE_MAX : text.len;
}

/* The same for a domain: labels of letters, digits and hyphens, no hyphen at their ends. */
static size_t bad_in_domain(struct refd_str text)
{
	size_t label = 0; /* bytes of the label so far */

	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];

		if (byte == '.') {
			if (label == 0 || text.ptr[i - 1] == '-')
				return i;
			label = 0;
			continue;
		}
		if (!is_digit(byte) && !is_letter(byte) && !(byte == '-' && label > 0))
			return i;
		if (++label > LABEL_BYTES)
			return i;
	}
	return label > 0 && text.ptr[text.len - 1] != '-' ? SIZE_MAX : text.len;
}

static enum refd_status check_address(struct refd_str text, const char *field,
				      struct refd_error *err)
{
	const char *at = memchr(text.ptr, '@', text.len);
	struct refd_str local = { text.ptr, at ? (size_t)(at - text.ptr) : text.len };
	struct refd_str domain = { NULL, 0 };
	size_t bad = bad_in_local(local);

	if (bad == SIZE_MAX && !at)
		bad = text.len;
	if (bad == SIZE_MAX && local.len > LOCAL_BYTES)
		return too_long(err, field, local.len, LOCAL_BYTES, "bytes before the @");
	if (bad == SIZE_MAX) {
		domain.ptr = at + 1;
		domain.len = text.len - local.len - 1;
		bad = bad_in_domain(domain);
		if (bad != SIZE_MAX)
			bad += local.len + 1;
	}
	if (bad == SIZE_MAX)
		return REFD_OK;
	return refd__malformed(err, field, REFD_RULE_TEXT_MALFORMED, (int64_t)bad, 0,
			       "%s is no e-mail address", refd__message_subject(field));
}

enum refd_status refd_email_parse(struct refd_str text, const char *field, struct refd_email *ret,
				  struct refd_error *err)
{
	enum refd_status status = check_bytes(text, REFD_EMAIL_BYTES, field, err);

	if (status == REFD_OK && text.len > 0)
		status = check_address(text, field, err);
	if (status == REFD_OK)
		store(text, &ret->len, ret->utf8, sizeof(ret->utf8));
	return status;
}
