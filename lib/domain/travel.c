#include "domain/travel.h"

#include <assert.h>
#include <math.h>

/* Of the sphere of refd_coordinates_distance(). */
#define RADIUS_KM 6371.0088

/*
 * The arc over a chord of length 2x on the unit sphere is 2 asin(x), and for 0 <= x <= 1
 *	x + x^3 / 6 <= asin(x) <= x + (pi / 2 - 1) x^3,
 * as (asin(x) - x) / x^3 grows from 1/6 to pi/2 - 1. That is within 0.4 % over 1000 km, so the
 *exact formula is left to pairs near the boundary. The margins outweigh the rounding of both ways.
 */
#define CUBE_LOW	(1.0 / 6.0)
#define CUBE_HIGH	0.57079632679489662
#define MARGIN_RELATIVE 1e-9
#define MARGIN_KM	1e-5

int64_t refd_travel_minutes(const struct refd_facts *facts, const struct refd_rules *rules,
			    uint32_t a, uint32_t b)
{
	const struct refd_coordinates *from, *to;
	double km;

	assert(a < facts->n_venues && b < facts->n_venues);
	assert(rules->travel_speed > 0);
	if (a == b)
		return 0;
	from = &facts->venues[a].coordinates;
	to = &facts->venues[b].coordinates;
	if (!from->set || !to->set)
		return rules->travel_gap;
	km = refd_coordinates_distance(from, to) / 1000.0;
	return (int64_t)ceil(km / rules->travel_speed * 60.0);
}

struct refd__place refd__place_of(const struct refd_coordinates *coordinates)
{
	const double radians = 3.14159265358979323846 / 180.0 / 1e6;
	struct refd__place place = { .set = coordinates->set };
	double latitude = coordinates->latitude * radians;
	double longitude = coordinates->longitude * radians;

	if (!place.set)
		return place;
	place.at[0] = cos(latitude) * cos(longitude);
	place.at[1] = cos(latitude) * sin(longitude);
	place.at[2] = sin(latitude);
	return place;
}

void refd__area_add(struct refd__area *area, const struct refd__place *place)
{
	if (!place->set) {
		area->unplaced = true;
		return;
	}
	for (int axis = 0; axis < 3; axis++) {
		if (!area->placed || place->at[axis] < area->low[axis])
			area->low[axis] = place->at[axis];
		if (!area->placed || place->at[axis] > area->high[axis])
			area->high[axis] = place->at[axis];
	}
	area->placed = true;
}

/* At least the great-circle distance over half a chord. */
static double km_at_most(double x)
{
	double km = 2 * RADIUS_KM * (x + CUBE_HIGH * x * x * x);

	return km * (1 + MARGIN_RELATIVE) + MARGIN_KM;
}

static double km_at_least(double x)
{
	double km = 2 * RADIUS_KM * (x + CUBE_LOW * x * x * x);

	return km * (1 - MARGIN_RELATIVE) - MARGIN_KM;
}

static double half_chord(const double *span)
{
	double x = sqrt(span[0] * span[0] + span[1] * span[1] + span[2] * span[2]) / 2;

	return x < 1 ? x : 1;
}

/* Minutes for a way through half a chord, or to a place that is not known. */
static int64_t minutes_at_most(const struct refd__area *area, double x,
			       const struct refd_rules *rules)
{
	int64_t minutes = (int64_t)ceil(km_at_most(x) / rules->travel_speed * 60.0);

	return area->unplaced && rules->travel_gap > minutes ? rules->travel_gap : minutes;
}

int64_t refd__travel_span(const struct refd__area *area, const struct refd_rules *rules)
{
	double span[3];

	for (int axis = 0; axis < 3; axis++)
		span[axis] = area->high[axis] - area->low[axis];
	return minutes_at_most(area, half_chord(span), rules);
}

int64_t refd__travel_reach(const struct refd__area *area, const struct refd__place *place,
			   const struct refd_rules *rules)
{
	double far[3];

	if (!place->set)
		return rules->travel_gap;
	for (int axis = 0; axis < 3; axis++) {
		double below = place->at[axis] - area->low[axis];
		double above = area->high[axis] - place->at[axis];

		far[axis] = below > above ? below : above;
	}
	return minutes_at_most(area, half_chord(far), rules);
}

bool refd__travel_exceeds(const struct refd_facts *facts, const struct refd_rules *rules,
			  const struct refd__place *places, uint32_t a, uint32_t b,
			  int64_t free_minutes)
{
	const struct refd__place *from = &places[a], *to = &places[b];
	double span[3], x, km;

	if (a == b)
		return false;
	if (!from->set || !to->set)
		return rules->travel_gap > free_minutes;
	/* Rounded up to whole minutes, the way exceeds a whole number when it does unrounded. */
	km = (double)free_minutes * rules->travel_speed / 60.0;
	for (int axis = 0; axis < 3; axis++)
		span[axis] = from->at[axis] - to->at[axis];
	x = half_chord(span);
	if (km_at_most(x) < km)
		return false;
	if (km_at_least(x) > km)
		return true;
	return refd_travel_minutes(facts, rules, a, b) > free_minutes;
}
