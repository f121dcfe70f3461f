#include <refdomain/time.h>

#include <assert.h>

#include "base/message.h"

/*
 * Days are counted in 400-year eras that begin on 1 March, so that the leap day is the last day of
 * its year and month lengths follow 31 30 31 30 31 repeated.
 */
enum {
	ERA_YEARS = 400,
	ERA_DAYS = 146097,
	EPOCH_DAYS = 719468 /* from 0000-03-01 to 1970-01-01 */
};

struct civil {
	int32_t year, month, day;
};

static int64_t floor_div(int64_t value, int64_t by)
{
	return value / by - (value % by < 0);
}

static int64_t days_of_civil(struct civil date)
{
	int64_t year = date.year - (date.month <= 2);
	int64_t era = floor_div(year, ERA_YEARS);
	int64_t year_of_era = year - era * ERA_YEARS;
	int64_t month = (date.month + 9) % 12; /* March is 0 */
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

	return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	       day_of_year - EPOCH_DAYS;
}

static struct civil civil_of_days(int64_t days)
{
	int64_t since = days + EPOCH_DAYS;
	int64_t era = floor_div(since, ERA_DAYS);
	int64_t day = since - era * ERA_DAYS;
	/* taking out the leap days before it leaves 365 days a year */
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct civil date;

	date.day = (int32_t)(day_of_year - (153 * month + 2) / 5 + 1);
	date.month = (int32_t)(month < 10 ? month + 3 : month - 9);
	date.year = (int32_t)(era * ERA_YEARS + year + (date.month <= 2));
	return date;
}

static int32_t days_in_month(int32_t year, int32_t month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % ERA_YEARS == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* A position in the text; the first thing that is wrong ends the reading. */
struct reader {
	struct refd_str text;
	size_t at;
	const char *field;
	struct refd_error *err;
	bool failed;
};

static void fail_syntax(struct reader *reader)
{
	if (!reader->failed)
		(void)refd__malformed(reader->err, reader->field, REFD_RULE_TEXT_MALFORMED,
				      (int64_t)reader->at, 0,
				      "%s is no RFC 3339 time with an offset, as in "
				      "2026-10-03T18:00:00+02:00",
				      refd__message_subject(reader->field));
	reader->failed = true;
}

static void fail_range(struct reader *reader, int64_t measured, int64_t limit, const char *what)
{
	if (!reader->failed)
		(void)refd__malformed(reader->err, reader->field, REFD_RULE_OUT_OF_RANGE, measured,
				      limit, "%s: %s is out of range",
				      refd__message_subject(reader->field), what);
	reader->failed = true;
}

/* The byte at hand, NUL at the end or after a failure. */
static char peek(const struct reader *reader)
{
	return reader->failed || reader->at >= reader->text.len ? '\0'
								: reader->text.ptr[reader->at];
}

static char take_one_of(struct reader *reader, const char *set)
{
	char byte = peek(reader);

	if (byte == '\0' || !strchr(set, byte)) {
		fail_syntax(reader);
		return '\0';
	}
	reader->at++;
	return byte;
}

static bool at_digit(const struct reader *reader)
{
	return peek(reader) >= '0' && peek(reader) <= '9';
}

static int32_t take_number(struct reader *reader, int digits, int32_t from, int32_t to,
			   const char *what)
{
	int32_t value = 0;

	for (int i = 0; i < digits; i++)
		value = value * 10 + (take_one_of(reader, "0123456789") - '0');
	if (!reader->failed && (value < from || value > to))
		fail_range(reader, value, value < from ? from : to, what);
	return value;
}

static int64_t take_days(struct reader *reader)
{
	struct civil date;

	date.year = take_number(reader, 4, 0, 9999, "the year");
	(void)take_one_of(reader, "-");
	date.month = take_number(reader, 2, 1, 12, "the month");
	(void)take_one_of(reader, "-");
	date.day =
		take_number(reader, 2, 1,
			    reader->failed ? 31 : days_in_month(date.year, date.month), "the day");
	return reader->failed ? 0 : days_of_civil(date);
}

static int64_t take_fraction(struct reader *reader)
{
	int64_t us = 0;
	int digits = 0;

	if (peek(reader) != '.')
		return 0;
	reader->at++;
	for (; at_digit(reader) && digits < 9; digits++, reader->at++)
		if (digits < 6)
			us = us * 10 + (peek(reader) - '0');
	if (digits == 0 || at_digit(reader))
		fail_syntax(reader);
	for (; digits < 6; digits++)
		us *= 10;
	return us;
}

static int64_t take_clock(struct reader *reader)
{
	int64_t us;

	us = take_number(reader, 2, 0, 23, "the hour") * REFD_HOUR;
	(void)take_one_of(reader, ":");
	us += take_number(reader, 2, 0, 59, "the minute") * REFD_MINUTE;
	(void)take_one_of(reader, ":");
	us += take_number(reader, 2, 0, 59, "the second") * REFD_SECOND;
	return us + take_fraction(reader);
}

static int64_t take_offset(struct reader *reader)
{
	char sign = take_one_of(reader, "Zz+-");
	int64_t us;

	if (sign != '+' && sign != '-')
		return 0;
	us = take_number(reader, 2, 0, 23, "the offset") * REFD_HOUR;
	(void)take_one_of(reader, ":");
	us += take_number(reader, 2, 0, 59, "the offset") * REFD_MINUTE;
	return sign == '-' ? -us : us;
}

enum refd_status refd_time_parse(struct refd_str text, const char *field, struct refd_time *ret,
				 struct refd_error *err)
{
	struct reader reader = { text, 0, field, err, false };
	int64_t us = take_days(&reader) * REFD_DAY;

	(void)take_one_of(&reader, "Tt ");
	us += take_clock(&reader);
	us -= take_offset(&reader);
	if (reader.at != text.len)
		fail_syntax(&reader);
	if (us < REFD_TIME_MIN)
		fail_range(&reader, us, REFD_TIME_MIN, "the year in UTC");
	if (us > REFD_TIME_MAX)
		fail_range(&reader, us, REFD_TIME_MAX, "the year in UTC");
	if (us == 0)
		fail_range(&reader, us, 0, "1970-01-01T00:00:00Z, which means unset,");
	if (reader.failed)
		return REFD_INVALID;
	ret->us = us;
	return REFD_OK;
}

static char *put(char *out, int64_t value, int digits, char after)
{
	for (int i = digits - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	out[digits] = after;
	return out + digits + 1;
}

char *refd_time_format(struct refd_time time, char *text)
{
	int64_t days = floor_div(time.us, REFD_DAY);
	int64_t rest = time.us - days * REFD_DAY;
	int64_t us = rest % REFD_SECOND;
	struct civil date = civil_of_days(days);
	char *out = text;

	assert(time.us >= REFD_TIME_MIN && time.us <= REFD_TIME_MAX);
	out = put(out, date.year, 4, '-');
	out = put(out, date.month, 2, '-');
	out = put(out, date.day, 2, 'T');
	out = put(out, rest / REFD_HOUR, 2, ':');
	out = put(out, rest / REFD_MINUTE % 60, 2, ':');
	out = put(out, rest / REFD_SECOND % 60, 2, us ? '.' : 'Z');
	if (us % 1000 != 0)
		out = put(out, us, 6, 'Z');
	else if (us != 0)
		out = put(out, us / 1000, 3, 'Z');
	*out = '\0';
	return text;
}

int32_t refd_time_utc_day(struct refd_time time)
{
	return (int32_t)floor_div(time.us, REFD_DAY);
}
