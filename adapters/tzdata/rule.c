/* POSIX TZ texts, with the hours from -167 to 167 that RFC 8536 adds. */
#include <string.h>

#include "zone.h"

struct cursor {
	const char *at, *end;
};

static bool take(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "CET" or "<+0530>": at least three characters, and of no interest here. */
static bool take_name(struct cursor *cursor)
{
	bool quoted = take(cursor, '<');
	const char *from = cursor->at;
	size_t length;

	while (cursor->at < cursor->end &&
	       (is_letter(*cursor->at) ||
		(quoted && (is_digit(*cursor->at) || *cursor->at == '+' || *cursor->at == '-'))))
		cursor->at++;
	length = (size_t)(cursor->at - from);
	return length >= 3 && (!quoted || take(cursor, '>'));
}

static bool take_number(struct cursor *cursor, int32_t low, int32_t high, int32_t *ret)
{
	const char *from = cursor->at;
	int32_t value = 0;

	while (cursor->at < cursor->end && is_digit(*cursor->at) && cursor->at - from < 4)
		value = value * 10 + (*cursor->at++ - '0');
	if (cursor->at == from || value < low || value > high)
		return false;
	*ret = value;
	return true;
}

/* [+-]h[:m[:s]] */
static bool take_time(struct cursor *cursor, int32_t most_hours, int32_t *ret)
{
	bool minus = take(cursor, '-');
	int32_t hours = 0, minutes = 0, seconds = 0;

	if (!minus)
		(void)take(cursor, '+');
	if (!take_number(cursor, 0, most_hours, &hours))
		return false;
	if (take(cursor, ':')) {
		if (!take_number(cursor, 0, 59, &minutes))
			return false;
		if (take(cursor, ':') && !take_number(cursor, 0, 59, &seconds))
			return false;
	}
	*ret = hours * 3600 + minutes * 60 + seconds;
	if (minus)
		*ret = -*ret;
	return true;
}

static bool take_change(struct cursor *cursor, struct refd_tzdata__change *ret)
{
	struct refd_tzdata__change change = { REFD_TZDATA__DAY, 0, 0, 0, 2 * 3600 };
	bool taken;

	if (take(cursor, 'M')) {
		change.kind = REFD_TZDATA__WEEKDAY;
		taken = take_number(cursor, 1, 12, &change.month) && take(cursor, '.') &&
			take_number(cursor, 1, 5, &change.week) && take(cursor, '.') &&
			take_number(cursor, 0, 6, &change.day);
	} else if (take(cursor, 'J')) {
		change.kind = REFD_TZDATA__JULIAN;
		taken = take_number(cursor, 1, 365, &change.day);
	} else {
		taken = take_number(cursor, 0, 365, &change.day);
	}
	if (taken && take(cursor, '/'))
		taken = take_time(cursor, 167, &change.time);
	if (taken)
		*ret = change;
	return taken;
}

bool refd_tzdata__rule_parse(const char *text, size_t length, struct refd_tzdata__rule *ret)
{
	struct cursor cursor = { text, text + length };
	struct refd_tzdata__rule rule = { 0 };

	if (!take_name(&cursor) || !take_time(&cursor, 24, &rule.standard))
		return false;
	rule.standard = -rule.standard; /* POSIX counts west of Greenwich */
	if (cursor.at != cursor.end) {
		rule.has_dst = true;
		rule.daylight = rule.standard + 3600;
		if (!take_name(&cursor))
			return false;
		if (cursor.at != cursor.end && *cursor.at != ',') {
			if (!take_time(&cursor, 24, &rule.daylight))
				return false;
			rule.daylight = -rule.daylight;
		}
		if (!take(&cursor, ',') || !take_change(&cursor, &rule.start) ||
		    !take(&cursor, ',') || !take_change(&cursor, &rule.end))
			return false;
	}
	if (cursor.at != cursor.end)
		return false;
	*ret = rule;
	return true;
}

static bool is_leap(int64_t year)
{
	return refd_tzdata__days_in(year, 2) == 29;
}

/* Seconds of local time at which the change happens in @p year. */
static int64_t change_in(const struct refd_tzdata__change *change, int64_t year)
{
	int64_t day = refd_tzdata__days_of(year, 1, 1) + change->day;
	int64_t first, weekday;

	if (change->kind == REFD_TZDATA__JULIAN) {
		day--;
		if (change->day >= 60 && is_leap(year))
			day++;
	} else if (change->kind == REFD_TZDATA__WEEKDAY) {
		first = refd_tzdata__days_of(year, change->month, 1);
		weekday = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
		day = first + (change->day - weekday + 7) % 7 + (change->week - 1) * 7;
		if (day >= first + refd_tzdata__days_in(year, change->month))
			day -= 7;
	}
	return day * 86400 + change->time;
}

int32_t refd_tzdata__rule_offset(const struct refd_tzdata__rule *rule, int64_t time)
{
	int64_t local = time + rule->standard;
	int64_t year = refd_tzdata__year_of((local >= 0 ? local : local - 86399) / 86400);
	int64_t last = INT64_MIN;
	int32_t offset = rule->standard;

	if (!rule->has_dst)
		return offset;
	/* The change that came last counts; at the same instant a start beats an end, which is how
	   daylight time all year is written. */
	for (int64_t y = year - 1; y <= year + 1; y++) {
		int64_t start = change_in(&rule->start, y) - rule->standard;
		int64_t end = change_in(&rule->end, y) - rule->daylight;

		if (end <= time && end > last) {
			last = end;
			offset = rule->standard;
		}
		if (start <= time && start >= last) {
			last = start;
			offset = rule->daylight;
		}
	}
	return offset;
}
