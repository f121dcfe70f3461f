/** @file venue.h The venue aggregate. Aggregates live in a unit of work and share its thread.
 * @since 0.1 */
#ifndef REFDOMAIN_DOMAIN_VENUE_H
#define REFDOMAIN_DOMAIN_VENUE_H

#include <refdomain/domain/referee.h>

REFD_BEGIN_DECLS

/** WGS 84 in millionths of a degree: latitude -90000000 to 90000000, longitude -180000000 to
 * 180000000. */
struct refd_coordinates {
	bool set;
	int32_t latitude;
	int32_t longitude;
};

/** What a store keeps of a venue. */
struct refd_venue_state {
	struct refd_venue_id id;
	struct refd_name name;
	struct refd_line street; /**< the parts of the address may be empty */
	struct refd_line zip;
	struct refd_line city;
	struct refd_phone phone;
	struct refd_email email;
	struct refd_coordinates coordinates;
	enum refd_party_status status;
	int64_t version;
};

extern REFD_API const struct refd_layout refd_venue_layout;

/** Input of register and correct. Texts are borrowed for the call. */
struct refd_venue_details {
	struct refd_str name;
	struct refd_str street;
	struct refd_str zip;
	struct refd_str city;
	struct refd_str phone; /**< may be empty */
	struct refd_str email; /**< may be empty */
	struct refd_coordinates coordinates;
};

struct refd_venue;

/** The present state; borrowed, valid until the unit ends. */
REFD_API const struct refd_venue_state *refd_venue_state(const struct refd_venue *venue);

/** Replace all details. @return OK; INVALID (all violations); REFUSED (RETIRED); NO_MEMORY. On
 * failure nothing changes. */
REFD_NODISCARD REFD_API enum refd_status refd_venue_correct(
	struct refd_venue *venue, const struct refd_venue_details *details, struct refd_error *err);
/** Retire for good. @return OK; REFUSED (RETIRED); NO_MEMORY */
REFD_NODISCARD REFD_API enum refd_status refd_venue_retire(struct refd_venue *venue,
							   struct refd_error *err);

/**
 * Read decimal degrees ("52.545511", "-13.4"), rounded to millionths. A comma is not accepted. Both
 * texts empty: not set. Violations are added to @p err under "latitude" and "longitude". @return
 * OK; INVALID. Any thread.
 */
REFD_NODISCARD REFD_API enum refd_status refd_coordinates_parse(struct refd_str latitude,
								struct refd_str longitude,
								struct refd_coordinates *ret,
								struct refd_error *err);

/** Print millionths of a degree as decimal degrees without trailing zeros. @return @p text, 12
 * bytes at least. Any thread. */
REFD_API char *refd_degrees_format(int32_t degrees, char *text);

/** Great-circle distance in metres on a sphere of 6371.0088 km. Both must be set. Any thread. */
REFD_API double refd_coordinates_distance(const struct refd_coordinates *a,
					  const struct refd_coordinates *b);

REFD_END_DECLS

#endif
