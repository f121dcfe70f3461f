#include "output.h"

#include <ctype.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <string.h>

#include "color.h"
#include "csv.h"

json_t *json_str(struct refd_str text)
{
	json_t *value = json_stringn(text.len ? text.ptr : "", text.len);

	/* only what never was in a store can be anything but UTF-8 */
	return value ? value : json_string("(not UTF-8)");
}

json_t *json_optional(struct refd_str text)
{
	return text.len ? json_str(text) : json_null();
}

json_t *json_id(struct refd_uuid id)
{
	char text[REFD_UUID_TEXT + 1];

	return refd_uuid_is_unset(id) ? json_null() : json_string(refd_uuid_format(id, text));
}

json_t *json_time(struct refd_time time)
{
	char text[REFD_TIME_TEXT + 1];

	return refd_time_is_unset(time) ? json_null() : json_string(refd_time_format(time, text));
}

json_t *json_word(const char *word)
{
	char text[32];

	if (!word)
		return json_null();
	snprintf(text, sizeof(text), "%s", word);
	text[0] = (char)toupper((unsigned char)text[0]);
	return json_string(text);
}

static void add_column(struct output *out, const char *heading)
{
	struct libscols_column *column = scols_table_new_column(out->table, heading, 0, 0);

	out->failed =
		!column || (!out->single &&
			    scols_cell_set_color(scols_column_get_header(column), "bold") != 0);
}

void output_begin(struct output *out, const struct refctl *ctl, bool single,
		  const char *const *columns)
{
	static const char *const pair[] = { "FIELD", "VALUE", NULL };

	*out = (struct output){
		.json = ctl->json, .csv = ctl->csv, .single = single, .columns = columns
	};
	if (out->json) {
		out->value = single ? NULL : json_array();
		out->failed = !single && !out->value;
		return;
	}
	out->table = scols_new_table();
	out->failed = !out->table;
	if (single && out->table)
		scols_table_enable_noheadings(out->table, 1);
	columns = single ? pair : columns;
	if (out->table)
		scols_table_enable_colors(out->table, ctl->color);
	for (size_t i = 0; columns[i] && !out->failed; i++)
		add_column(out, columns[i]);
}

void output_object(struct output *out, json_t *object)
{
	out->rows++;
	if (!object)
		out->failed = true;
	else if (out->single)
		out->value = object;
	else if (out->failed || json_array_append_new(out->value, object) != 0)
		out->failed = true;
}

void output_row(struct output *out)
{
	out->rows++;
	out->column = 0;
	if (out->failed || out->single)
		return;
	out->line = scols_table_new_line(out->table, NULL);
	out->failed = !out->line;
}

static void cell(struct output *out, const char *text)
{
	if (!out->failed && out->single) {
		out->line = scols_table_new_line(out->table, NULL);
		out->failed = !out->line ||
			      scols_line_set_data(out->line, 0, out->columns[out->column]) != 0 ||
			      scols_line_set_data(out->line, 1, text) != 0;
	} else if (!out->failed) {
		out->failed = scols_line_set_data(out->line, out->column, text) != 0;
	}
	out->column++;
}

void output_str(struct output *out, struct refd_str text)
{
	char *copy = strndup(text.len ? text.ptr : "", text.len);

	out->failed = out->failed || !copy;
	cell(out, copy);
	free(copy);
}

void output_word(struct output *out, const char *word)
{
	cell(out, word ? word : "");
}

/* Of a single object it is the value that is coloured. */
void output_status(struct output *out, const char *word)
{
	const char *color = color_of_word(word);
	struct libscols_cell *drawn;

	output_word(out, word);
	if (out->failed || !color)
		return;
	drawn = scols_line_get_cell(out->line, out->single ? 1 : out->column - 1);
	out->failed = !drawn || scols_cell_set_color(drawn, color) != 0;
}

void output_id(struct output *out, struct refd_uuid id)
{
	char text[REFD_UUID_TEXT + 1];

	cell(out, refd_uuid_is_unset(id) ? "" : refd_uuid_format(id, text));
}

void output_time(struct output *out, struct refd_time time)
{
	char text[REFD_TIME_TEXT + 1];

	cell(out, refd_time_is_unset(time) ? "" : refd_time_format(time, text));
}

void output_number(struct output *out, int64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", (long long)number);
	cell(out, text);
}

enum refd_status output_flush(struct refctl *ctl, bool failed)
{
	if (failed || fflush(stdout) != 0 || ferror(stdout))
		return refd_error_set(&ctl->err, REFD_UNAVAILABLE,
				      "standard output cannot be written: what was asked for was "
				      "done, its answer is lost");
	return REFD_OK;
}

enum refd_status output_json(struct refctl *ctl, json_t *value)
{
	int failed;

	if (!value)
		return refd_error_set(&ctl->err, REFD_NO_MEMORY, "out of memory");
	failed = json_dumpf(value, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
	putchar('\n');
	json_decref(value);
	return output_flush(ctl, failed != 0);
}

/* "KICK-OFF" becomes kick_off. */
static void put_heading(const char *heading, bool last)
{
	char name[32];
	size_t n = 0;

	for (; heading[n] && n + 1 < sizeof(name); n++)
		name[n] = isalnum((unsigned char)heading[n])
				  ? (char)tolower((unsigned char)heading[n])
				  : '_';
	csv_write(stdout, (struct refd_str){ name, n }, last);
}

static void put_csv(const struct output *out)
{
	struct libscols_iter *lines = scols_new_iter(SCOLS_ITER_FORWARD);
	struct libscols_line *line;
	size_t count = scols_table_get_ncols(out->table);

	for (size_t i = 0; i < count; i++)
		put_heading(out->columns[i], i + 1 == count);
	while (lines && scols_table_next_line(out->table, lines, &line) == 0)
		for (size_t i = 0; i < count; i++) {
			const char *text = scols_cell_get_data(scols_line_get_cell(line, i));

			csv_write(stdout, refd_str_of(text ? text : ""), i + 1 == count);
		}
	scols_free_iter(lines);
}

enum refd_status output_end(struct output *out, struct refctl *ctl, enum refd_status status)
{
	if (status == REFD_OK && out->failed) {
		status = refd_error_set(&ctl->err, REFD_NO_MEMORY, "out of memory");
	} else if (status == REFD_OK && out->json) {
		status = output_json(ctl, out->value ? out->value : json_null());
		out->value = NULL;
	} else if (status == REFD_OK && out->csv) {
		put_csv(out);
		status = output_flush(ctl, false);
	} else if (status == REFD_OK && out->rows > 0) {
		status = output_flush(ctl, scols_print_table(out->table) != 0);
	}
	json_decref(out->value);
	scols_unref_table(out->table);
	return status;
}
