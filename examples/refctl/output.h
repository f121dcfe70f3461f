/**
 * @file output.h Results: tables for people, JSON for programs.
 *
 * A list prints a table or an array, a single object prints its fields below each other or one
 * object. Nothing is printed before output_end(). Running out of memory is remembered and
 * answered there.
 */
#ifndef REFCTL_OUTPUT_H
#define REFCTL_OUTPUT_H

#include <jansson.h>

#include "refctl.h"

struct libscols_table;
struct libscols_line;

struct output {
	bool json;
	bool csv; /**< lists only */
	bool single;
	bool failed;
	json_t *value;
	struct libscols_table *table;
	struct libscols_line *line;
	const char *const *columns;
	size_t column;
	size_t rows;
};

/** @param columns headings, ends with NULL; borrowed */
void output_begin(struct output *out, const struct refctl *ctl, bool single,
		  const char *const *columns);
/** JSON: the next object, which is taken over (NULL: no memory). */
void output_object(struct output *out, json_t *object);
/** Table: the next row, then its cells in the order of the columns. */
void output_row(struct output *out);
void output_str(struct output *out, struct refd_str text);
void output_word(struct output *out, const char *word);
/** A word in its colour, where colours are wanted. */
void output_status(struct output *out, const char *word);
void output_id(struct output *out, struct refd_uuid id);
void output_time(struct output *out, struct refd_time time);
void output_number(struct output *out, int64_t number);
/** Print, unless @p status says that the query failed, and free everything. @return @p status;
 * NO_MEMORY; UNAVAILABLE (standard output cannot be written) */
enum refd_status output_end(struct output *out, struct refctl *ctl, enum refd_status status);
/** Standard output is complete. @param failed something could not be written @return OK;
 * UNAVAILABLE */
enum refd_status output_flush(struct refctl *ctl, bool failed);
/** Print one JSON value on standard output. Takes it over. */
enum refd_status output_json(struct refctl *ctl, json_t *value);

/* JSON values; NULL when out of memory */
json_t *json_str(struct refd_str text);
json_t *json_optional(struct refd_str text); /**< null if empty */
json_t *json_id(struct refd_uuid id);	     /**< null if unset */
json_t *json_time(struct refd_time time);    /**< null if unset */
json_t *json_word(const char *word);	     /**< first letter in upper case; null for NULL */

#endif
