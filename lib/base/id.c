#include <refdomain/id.h>

#include <refdomain/text.h>

#include "base/message.h"

const struct refd_board_id refd_the_board = { { { [15] = 1 } } };
const struct refd_rules_id refd_the_rules = { { { [15] = 2 } } };

const char *refd_noun_word(enum refd_noun noun)
{
	switch (noun) {
#define XX(number, upper, lower)                                                                   \
	case REFD_NOUN_##upper:                                                                    \
		return #lower;
		REFD_NOUN_MAP(XX)
#undef XX
	}
	return NULL;
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

static bool is_hyphen_place(size_t index)
{
	return index == 8 || index == 13 || index == 18 || index == 23;
}

/* Read 32 digits, hyphenated or not, from ptr on. @return the offset of the first wrong character,
 * or len. */
static size_t read_digits(const char *ptr, size_t len, struct refd_uuid *ret)
{
	size_t digits = 0;

	for (size_t i = 0; i < len; i++) {
		int value = hex_value(ptr[i]);

		if (len == REFD_UUID_TEXT && is_hyphen_place(i)) {
			if (ptr[i] != '-')
				return i;
			continue;
		}
		if (value < 0)
			return i;
		ret->bytes[digits / 2] = (uint8_t)(ret->bytes[digits / 2] << 4 | value);
		digits++;
	}
	return len;
}

/* text is longer than the prefix */
static bool has_urn_prefix(struct refd_str text)
{
	static const char prefix[] = "urn:uuid:";

	for (size_t i = 0; i < sizeof(prefix) - 1; i++) {
		char given = text.ptr[i];

		if (given >= 'A' && given <= 'Z')
			given = (char)(given - 'A' + 'a');
		if (given != prefix[i])
			return false;
	}
	return true;
}

/* Take off braces or the URN prefix. @return how many characters went from the front. */
static size_t undress(struct refd_str *text)
{
	size_t front = 0, back = 0;

	if (text->len == REFD_UUID_TEXT + 2 && text->ptr[0] == '{' &&
	    text->ptr[text->len - 1] == '}')
		front = back = 1;
	else if (text->len == REFD_UUID_TEXT + 9 && has_urn_prefix(*text))
		front = 9;
	text->ptr += front;
	text->len -= front + back;
	return front;
}

enum refd_status refd_uuid_parse(struct refd_str text, const char *field, struct refd_uuid *ret,
				 struct refd_error *err)
{
	struct refd_uuid id = { { 0 } };
	size_t front = 0, bad = 0;

	if (text.len > 0)
		front = undress(&text);
	if (text.len == REFD_UUID_TEXT || text.len == 32)
		bad = read_digits(text.ptr, text.len, &id);
	if (bad == text.len && !refd_uuid_is_unset(id)) {
		*ret = id;
		return REFD_OK;
	}
	return refd__malformed(err, field, REFD_RULE_TEXT_MALFORMED, (int64_t)(front + bad), 0,
			       "%s is no UUID", refd__message_subject(field));
}

char *refd_uuid_format(struct refd_uuid id, char *text)
{
	static const char digits[] = "0123456789abcdef";
	char *out = text;

	for (size_t i = 0; i < sizeof(id.bytes); i++) {
		if (is_hyphen_place((size_t)(out - text)))
			*out++ = '-';
		*out++ = digits[id.bytes[i] >> 4];
		*out++ = digits[id.bytes[i] & 15];
	}
	*out = '\0';
	return text;
}

bool refd_uuid_is_unset(struct refd_uuid id)
{
	static const struct refd_uuid nil;

	return refd_uuid_equal(id, nil);
}
