#include "base/utf8.h"

/* The first byte says the length, and for some first bytes the second one is limited further: that
 * keeps out over-long forms, surrogates and everything above U+10FFFF. */
struct lead {
	uint8_t from, to;
	uint8_t length;
	uint8_t second_from, second_to;
};

static const struct lead leads[] = {
	{ 0xc2, 0xdf, 2, 0x80, 0xbf }, { 0xe0, 0xe0, 3, 0xa0, 0xbf }, { 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f }, { 0xee, 0xef, 3, 0x80, 0xbf }, { 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf }, { 0xf4, 0xf4, 4, 0x80, 0x8f },
};

static const struct lead *find_lead(uint8_t byte)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (byte >= leads[i].from && byte <= leads[i].to)
			return &leads[i];
	return NULL;
}

size_t refd__utf8_decode(const char *bytes, size_t len, uint32_t *ret_point)
{
	uint8_t first = (uint8_t)bytes[0];
	const struct lead *lead;
	uint32_t point;

	if (first < 0x80) {
		*ret_point = first;
		return 1;
	}
	lead = find_lead(first);
	if (!lead || lead->length > len || (uint8_t)bytes[1] < lead->second_from ||
	    (uint8_t)bytes[1] > lead->second_to)
		return 0;
	point = first & (0xffU >> (lead->length + 1));
	for (size_t i = 1; i < lead->length; i++) {
		uint8_t byte = (uint8_t)bytes[i];

		if ((byte & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (byte & 0x3fU);
	}
	*ret_point = point;
	return lead->length;
}

bool refd__utf8_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x2028 ||
	       point == 0x2029;
}

bool refd__utf8_is_blank(uint32_t point)
{
	return (point >= 0x09 && point <= 0x0d) || point == ' ' || point == 0x85 || point == 0xa0 ||
	       point == 0x1680 || point == 0x180e || (point >= 0x2000 && point <= 0x200d) ||
	       point == 0x2028 || point == 0x2029 || point == 0x202f || point == 0x205f ||
	       point == 0x2060 || point == 0x3000 || point == 0xfeff;
}

bool refd_utf8_valid(struct refd_str text)
{
	uint32_t point;

	for (size_t i = 0, n; i < text.len; i += n) {
		n = refd__utf8_decode(text.ptr + i, text.len - i, &point);
		if (n == 0)
			return false;
	}
	return true;
}

size_t refd_utf8_length(struct refd_str text)
{
	size_t length = 0;

	for (size_t i = 0; i < text.len; i++)
		length += ((uint8_t)text.ptr[i] & 0xc0) != 0x80;
	return length;
}
