#include "domain/wording.h"

#include <string.h>

struct refd__wording refd__wording_of(struct refd_violation *violation)
{
	struct refd__wording wording = { violation->message, REFD_MESSAGE_BYTES };

	*wording.end = '\0';
	return wording;
}

void refd__wording_add(struct refd__wording *wording, struct refd_str text)
{
	size_t len = text.len;
	bool cut = len > wording->space;

	if (cut) {
		len = wording->space;
		while (len > 0 && ((unsigned char)text.ptr[len] & 0xC0) == 0x80)
			len--;
	}
	if (len > 0)
		memcpy(wording->end, text.ptr, len);
	wording->end += len;
	wording->space = cut ? 0 : wording->space - len;
	*wording->end = '\0';
}

void refd__wording_say(struct refd__wording *wording, const char *text)
{
	refd__wording_add(wording, refd_str_of(text));
}

void refd__wording_number(struct refd__wording *wording, uint64_t number)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	refd__wording_add(wording, (struct refd_str){ digits + first, sizeof(digits) - first });
}
