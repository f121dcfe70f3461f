#include "civil.h"

#include <strings.h>

struct refd_str trimmed(struct refd_str text)
{
	while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
		text.ptr++;
		text.len--;
	}
	while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	return text;
}

/* Up to three runs of digits with one of @p marks between them, the same each time. @return how
 * many; 0 for anything else */
static int numbers(struct refd_str text, const char *marks, int32_t *ret, size_t *digits,
		   char *ret_mark)
{
	size_t at = 0;
	char mark = '\0';
	int n = 0;

	while (n < 3) {
		ret[n] = 0;
		digits[n] = 0;
		while (at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9' &&
		       digits[n] < 5) {
			ret[n] = ret[n] * 10 + (text.ptr[at++] - '0');
			digits[n]++;
		}
		if (digits[n++] == 0)
			return 0;
		if (at == text.len) {
			*ret_mark = mark;
			return n;
		}
		if (!strchr(marks, text.ptr[at]) || (mark && text.ptr[at] != mark))
			return 0;
		mark = text.ptr[at++];
	}
	return 0;
}

const char *civil_date_parse(struct refd_str text, enum civil_order order, struct civil_date *ret)
{
	static const char unreadable[] = "is no date (2026-04-30, 30.04.2026 and the like)";
	int32_t n[3];
	size_t digits[3];
	char mark = '\0';

	text = trimmed(text);
	if (text.len == 0)
		return "is empty";
	if (numbers(text, "-./", n, digits, &mark) != 3)
		return unreadable;
	if (digits[0] == 4 && digits[1] <= 2 && digits[2] <= 2 && mark != '.') {
		*ret = (struct civil_date){ n[0], n[1], n[2] };
		return NULL;
	}
	if (digits[2] != 4 || digits[0] > 2 || digits[1] > 2)
		return unreadable;
	if (mark == '/' && !order)
		return "can be read in two ways: give --date-order dmy or mdy";
	if (mark == '/' && order == CIVIL_MDY)
		*ret = (struct civil_date){ n[2], n[0], n[1] };
	else
		*ret = (struct civil_date){ n[2], n[1], n[0] };
	return NULL;
}

/* Takes "AM" or "PM" off the end. @return 12-hour shift: -1 none, 0 AM, 12 PM */
static int32_t half_day(struct refd_str *text)
{
	const char *end = text->ptr + text->len - 2;
	int32_t shift = -1;

	if (text->len < 3)
		return shift;
	if (strncasecmp(end, "am", 2) == 0)
		shift = 0;
	else if (strncasecmp(end, "pm", 2) == 0)
		shift = 12;
	if (shift >= 0)
		*text = trimmed((struct refd_str){ text->ptr, text->len - 2 });
	return shift;
}

const char *civil_time_parse(struct refd_str text, struct civil_time *ret)
{
	int32_t n[3] = { 0 }, shift;
	size_t digits[3] = { 0 };
	char mark = '\0';
	int count;

	text = trimmed(text);
	if (text.len == 0)
		return "is empty";
	shift = half_day(&text);
	count = numbers(text, ":.", n, digits, &mark);
	if (count < 2 || digits[0] > 2 || digits[1] != 2 || (count == 3 && digits[2] != 2))
		return "is no time of day (20:00 and the like)";
	if (shift >= 0 && (n[0] < 1 || n[0] > 12))
		return "is no time of day (20:00 and the like)";
	if (shift >= 0)
		n[0] = n[0] % 12 + shift;
	*ret = (struct civil_time){ n[0], n[1], count == 3 ? n[2] : 0 };
	return NULL;
}

bool civil_split(struct refd_str text, struct refd_str *ret_date, struct refd_str *ret_time)
{
	size_t at = 0;

	text = trimmed(text);
	while (at < text.len && text.ptr[at] != ' ' && text.ptr[at] != 'T')
		at++;
	if (at == text.len)
		return false;
	*ret_date = (struct refd_str){ text.ptr, at };
	*ret_time = trimmed((struct refd_str){ text.ptr + at + 1, text.len - at - 1 });
	return true;
}
