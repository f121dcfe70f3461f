/**
 * @file import.h Reading a file into the store: one unit of work for the whole file, or with
 * --keep-going one per line.
 */
#ifndef REFCTL_IMPORT_H
#define REFCTL_IMPORT_H

#include "civil.h"
#include "columns.h"
#include "names.h"
#include "refctl.h"

struct import;

/** One kind of file. */
struct import_kind {
	const char *name;
	uint64_t fields;
	uint64_t required;
	/** which parties the lines name: their names are read beforehand */
	bool teams, venues, referees;
	/** Store the current line with im->meta. @return OK; a status of the line, told by
	 * import_bad() or in ctl->err; a technical failure ends the import */
	enum refd_status (*line)(struct import *im);
	/** Lines that are stored before all others, with im->cancelled_pass set, because the
	 * fixtures they make block nothing afterwards; NULL: none */
	bool (*is_cancelled)(const struct import *im);
};

extern const struct import_kind import_kinds[]; /**< ends with a name of NULL */
extern const struct import_kind import_season;

struct import {
	struct refctl *ctl;
	const struct import_kind *kind;
	struct csv csv;
	struct columns columns;
	/* how times are read */
	struct refd_str zone; /**< empty: not given */
	enum civil_order order;
	/* the current line */
	const struct csv_record *record;
	struct refd_command meta; /**< runs in the open unit */
	struct refd_team_id home, away;
	bool told; /**< import_bad() was called */
	bool cancelled_pass;
	/* who is known: in the store, or made by a line before */
	struct names teams, venues, referees; /**< by name */
	struct names team_ids;		      /**< by id */
	struct names keys;		      /**< season: teams by league and id or name */
	struct names made;		      /**< fixtures by id, with the line that made them */
	/* what happened */
	size_t stored; /**< lines */
	size_t failed;
	size_t skipped;
	size_t n_teams, n_venues, n_fixtures, n_cancelled, n_renamed;
};

/** The field of the current line without blanks around it; empty if the file has no such column. */
struct refd_str import_text(const struct import *im, enum field field);
/** Tell that the current line is bad. @return INVALID */
enum refd_status import_bad(struct import *im, enum field field, const char *reason);
/** Tell what ctl->err says about the current line; violations without a field of their own go to
 * @p field. @return @p status */
enum refd_status import_refused(struct import *im, enum field field, enum refd_status status);
/** The kick-off of the current line. @return OK; INVALID (told); technical failures */
enum refd_status import_kickoff(struct import *im, struct refd_time *ret);
/** The instant of a date and a time of the zone. @return as import_kickoff() */
enum refd_status import_instant(struct import *im, enum field field, struct civil_date date,
				struct civil_time time, struct refd_time *ret);
/** Schedule a fixture of im->home and im->away. @return OK; what the command refused, told */
enum refd_status import_fixture(struct import *im, struct refd_fixture_id id,
				struct refd_venue_id venue, struct refd_time kickoff,
				struct refd_fixture_id *ret);

/** True for what is wrong with a line rather than with the store. */
bool import_line_status(enum refd_status status);

#endif
