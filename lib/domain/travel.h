/* How long it takes from one venue to another, and quick answers where the exact one is not needed.
 */
#ifndef REFD_DOMAIN_TRAVEL_H
#define REFD_DOMAIN_TRAVEL_H

#include <refdomain/domain/validation.h>

/* A point on the unit sphere; not set where the coordinates are not. */
struct refd__place {
	bool set;
	double at[3];
};

/* A box around places. All-zero is empty. */
struct refd__area {
	bool placed;   /* holds a place that is set */
	bool unplaced; /* holds a place that is not */
	double low[3];
	double high[3];
};

struct refd__place refd__place_of(const struct refd_coordinates *coordinates);
void refd__area_add(struct refd__area *area, const struct refd__place *place);

/* At least the minutes needed between place, itself in the area, and any place of the area. */
int64_t refd__travel_reach(const struct refd__area *area, const struct refd__place *place,
			   const struct refd_rules *rules);

/* At least the minutes needed between any two places of the area. */
int64_t refd__travel_span(const struct refd__area *area, const struct refd_rules *rules);

/* refd_travel_minutes(a, b) > free_minutes. The places are those of all venues. */
bool refd__travel_exceeds(const struct refd_facts *facts, const struct refd_rules *rules,
			  const struct refd__place *places, uint32_t a, uint32_t b,
			  int64_t free_minutes);

#endif
