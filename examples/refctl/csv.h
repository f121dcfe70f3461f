/**
 * @file csv.h Reading and writing CSV (RFC 4180).
 *
 * An own reader rather than libcsv: that one is a push parser that cannot say in which line and
 * column a quote is wrong, and an import has to.
 */
#ifndef REFCTL_CSV_H
#define REFCTL_CSV_H

#include <stdio.h>

#include <refdomain/text.h>

enum csv_encoding { CSV_UTF8 = 1, CSV_LATIN1 };

struct csv_options {
	char delimiter; /**< 0: a comma */
	enum csv_encoding encoding;
};

/** A field, unquoted, UTF-8. The line is the physical one it begins in, from 1. */
struct csv_field {
	struct refd_str text;
	size_t line;
};

struct csv_record {
	size_t line;
	size_t count;
	const struct csv_field *fields;
};

/** Where and why a record cannot be read. column is the field, character the place in the line;
 * both from 1. */
struct csv_error {
	size_t line;
	size_t column;
	size_t character;
	const char *reason; /**< static text */
};

/** A file read as a whole. Texts live until csv_done(). */
struct csv {
	struct csv_record *records; /**< the first one is the header; blank lines are left out */
	size_t n_records;
	struct csv_error *errors; /**< records that cannot be read, in order */
	size_t n_errors;
	/* private */
	char *text;
	char *unquoted;
	struct csv_field *fields;
};

/**
 * Take records from @p bytes (copied): with or without a byte order mark, lines ending with CRLF or
 * LF, the last one with or without. After an error reading goes on with the next line. A record of
 * another length than the header is an error. @return OK; NO_MEMORY; INVALID (UTF-16). csv_done()
 * in any case.
 */
enum refd_status csv_read(struct refd_str bytes, const struct csv_options *options, struct csv *ret,
			  struct refd_error *err);
void csv_done(struct csv *csv);

/** Write a field, quoted where it must be. A record ends with a line feed. */
void csv_write(FILE *to, struct refd_str text, bool last);

#endif
