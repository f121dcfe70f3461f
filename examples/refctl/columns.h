/** @file columns.h Which column of a file holds which field. */
#ifndef REFCTL_COLUMNS_H
#define REFCTL_COLUMNS_H

#include "csv.h"
#include "refctl.h"

/** symbol, name: without --column the header of that name is taken */
#define FIELD_MAP(XX)                                                                              \
	XX(ID, "id")                                                                               \
	XX(NAME, "name")                                                                           \
	XX(CLUB, "club")                                                                           \
	XX(PHONE, "phone")                                                                         \
	XX(EMAIL, "email")                                                                         \
	XX(STREET, "street")                                                                       \
	XX(ZIP, "zip")                                                                             \
	XX(CITY, "city")                                                                           \
	XX(LATITUDE, "latitude")                                                                   \
	XX(LONGITUDE, "longitude")                                                                 \
	XX(FIXTURE, "fixture")                                                                     \
	XX(REFEREE, "referee")                                                                     \
	XX(KICKOFF, "kickoff")                                                                     \
	XX(DATE, "date")                                                                           \
	XX(TIME, "time")                                                                           \
	XX(HOME, "home")                                                                           \
	XX(AWAY, "away")                                                                           \
	XX(VENUE, "venue")                                                                         \
	XX(HOME_ID, "home_id")                                                                     \
	XX(AWAY_ID, "away_id")                                                                     \
	XX(LEAGUE, "league")                                                                       \
	XX(STATUS, "status")

enum field {
#define XX(symbol, name) FIELD_##symbol,
	FIELD_MAP(XX)
#undef XX
		FIELDS
};

/** A set of fields. */
#define F(symbol) (UINT64_C(1) << FIELD_##symbol)

struct columns {
	size_t at[FIELDS]; /**< column from 1; 0: the file has none */
};

/**
 * Read --column and the header. A kick-off is one column or a date and a time; if one of the three
 * is given by --column, the others are not taken by their header.
 * @param fields the kind has @param required of them
 * @return OK; INVALID (unknown field, no such header, header twice, required field without column)
 */
enum refd_status columns_bind(struct refctl *ctl, const struct csv_record *header, uint64_t fields,
			      uint64_t required, struct columns *ret);

const char *field_name(enum field field);

#endif
