/* Positions on the globe: reading, printing, distance. */
#include <refdomain/domain/venue.h>

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "domain/violations.h"

#define MILLION	      1000000
#define LATITUDE_MAX  90
#define LONGITUDE_MAX 180
#define EARTH_RADIUS  6371008.8 /* metres */
#define RADIANS	      (3.14159265358979323846 / 180.0 / MILLION)
#define DEGREES_TEXT  12

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* -?D+(.D+)? to millionths, rounded half away from zero. Whole degrees stop counting far above any
 * limit. The text is not empty. @return bytes read well; all of them: fine */
static size_t scan_degrees(struct refd_str text, int64_t *ret)
{
	const bool negative = text.ptr[0] == '-';
	size_t i = negative ? 1 : 0, start = i, place = 0;
	int64_t value = 0;

	for (; i < text.len && is_digit(text.ptr[i]); i++)
		if (value < MILLION)
			value = value * 10 + (text.ptr[i] - '0');
	if (i == start)
		return i;
	value *= MILLION;
	if (i < text.len && text.ptr[i] == '.') {
		int64_t unit = MILLION;

		start = ++i;
		for (; i < text.len && is_digit(text.ptr[i]); i++, place++) {
			unit /= 10;
			value += unit * (text.ptr[i] - '0');
			if (place == 6 && text.ptr[i] >= '5')
				value++;
		}
		if (i == start)
			return start - 1;
	}
	*ret = negative ? -value : value;
	return i;
}

static enum refd_status parse_degrees(struct refd_str text, int32_t max, const char *field,
				      int32_t *ret, struct refd_error *err)
{
	int64_t value = 0;
	size_t read;

	if (text.len == 0)
		return refd__invalid(err, field, REFD_RULE_REQUIRED, 0, 0,
				     "latitude and longitude belong together: %s is missing",
				     field);
	read = scan_degrees(text, &value);
	if (read < text.len || !is_digit(text.ptr[text.len - 1]))
		return refd__invalid(err, field, REFD_RULE_TEXT_MALFORMED, (int64_t)read, 0,
				     "%s is not a decimal number of degrees", field);
	if (value < -(int64_t)max * MILLION || value > (int64_t)max * MILLION)
		return refd__invalid(
			err, field, REFD_RULE_OUT_OF_RANGE, value, (int64_t)max * MILLION,
			"%s must be between -%" PRId32 " and %" PRId32 " degrees", field, max, max);
	*ret = (int32_t)value;
	return REFD_OK;
}

enum refd_status refd_coordinates_parse(struct refd_str latitude, struct refd_str longitude,
					struct refd_coordinates *ret, struct refd_error *err)
{
	struct refd_coordinates read = { .set = true };
	enum refd_status st = REFD_OK;

	if (latitude.len == 0 && longitude.len == 0) {
		*ret = (struct refd_coordinates){ 0 };
		return REFD_OK;
	}
	if (parse_degrees(latitude, LATITUDE_MAX, "latitude", &read.latitude, err) != REFD_OK)
		st = REFD_INVALID;
	if (parse_degrees(longitude, LONGITUDE_MAX, "longitude", &read.longitude, err) != REFD_OK)
		st = REFD_INVALID;
	if (st == REFD_OK)
		*ret = read;
	return st;
}

char *refd_degrees_format(int32_t degrees, char *text)
{
	const int64_t size = degrees < 0 ? -(int64_t)degrees : degrees;
	int len = snprintf(text, DEGREES_TEXT, "%s%" PRId64 ".%06" PRId64, degrees < 0 ? "-" : "",
			   size / MILLION, size % MILLION);

	/* what is no degrees at all may be cut by its last digit, and then ends in no zero */
	while (text[len - 1] == '0')
		text[--len] = '\0';
	if (text[len - 1] == '.')
		text[--len] = '\0';
	return text;
}

double refd_coordinates_distance(const struct refd_coordinates *a, const struct refd_coordinates *b)
{
	const double lat_a = a->latitude * RADIANS, lat_b = b->latitude * RADIANS;
	const double up = sin((lat_b - lat_a) / 2);
	const double across = sin(((double)b->longitude - a->longitude) * RADIANS / 2);
	const double h = up * up + cos(lat_a) * cos(lat_b) * across * across;

	/* rounding may carry h of antipodes a hair over 1 */
	return 2 * EARTH_RADIUS * asin(sqrt(h < 1 ? h : 1));
}
