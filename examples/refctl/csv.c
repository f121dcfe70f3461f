#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include <refdomain/error.h>

struct reader {
	const char *in;
	const char *end;
	char *out; /* where the next quoted field goes without its quotes */
	const char *line_start;
	size_t line;
	char delimiter;
	struct csv *csv;
	size_t n_fields, fields_room, records_room, errors_room;
	bool no_memory;
};

static void *grown(void *array, size_t count, size_t *room, size_t size)
{
	void *bigger;

	if (count < *room)
		return array;
	bigger = realloc(array, (*room ? *room * 2 : 64) * size);
	if (bigger)
		*room = *room ? *room * 2 : 64;
	return bigger;
}

static size_t characters(const char *from, const char *to)
{
	size_t n = 0;

	for (; from < to; from++)
		if (((unsigned char)*from & 0xC0) != 0x80)
			n++;
	return n;
}

static void add_error(struct reader *r, size_t line, size_t column, size_t character,
		      const char *reason)
{
	struct csv_error *errors =
		grown(r->csv->errors, r->csv->n_errors, &r->errors_room, sizeof(*errors));

	if (!errors) {
		r->no_memory = true;
		return;
	}
	r->csv->errors = errors;
	errors[r->csv->n_errors++] = (struct csv_error){ line, column, character, reason };
}

static void add_field(struct reader *r, const char *text, size_t len, size_t line)
{
	struct csv_field *fields =
		grown(r->csv->fields, r->n_fields, &r->fields_room, sizeof(*fields));

	if (!fields) {
		r->no_memory = true;
		return;
	}
	r->csv->fields = fields;
	fields[r->n_fields++] = (struct csv_field){ { text, len }, line };
}

static void skip_line(struct reader *r)
{
	const char *newline = memchr(r->in, '\n', (size_t)(r->end - r->in));

	r->in = newline ? newline : r->end;
}

static bool at_line_end(const struct reader *r)
{
	return r->in == r->end || *r->in == '\n' ||
	       (*r->in == '\r' && (r->in + 1 == r->end || r->in[1] == '\n'));
}

/* A quoted field from its opening quote on. @return why it cannot be read, or NULL */
static const char *quoted_field(struct reader *r)
{
	const char *start = r->out;
	size_t line = r->line;
	bool closed = false;

	for (r->in++; r->in < r->end && !closed; r->in++) {
		if (*r->in == '"' && r->in + 1 < r->end && r->in[1] == '"') {
			*r->out++ = *r->in++;
		} else if (*r->in == '"') {
			closed = true;
		} else {
			if (*r->in == '\n') {
				r->line++;
				r->line_start = r->in + 1;
			}
			*r->out++ = *r->in;
		}
	}
	if (!closed)
		return "the quote is never closed";
	if (!at_line_end(r) && *r->in != r->delimiter)
		return "text after the closing quote";
	add_field(r, start, (size_t)(r->out - start), line);
	return NULL;
}

static const char *plain_field(struct reader *r)
{
	const char *start = r->in;

	for (; !at_line_end(r) && *r->in != r->delimiter; r->in++) {
		if (*r->in == '"')
			return "a quote inside a field that is not quoted";
		if (*r->in == '\r')
			return "a carriage return without a line feed";
	}
	add_field(r, start, (size_t)(r->in - start), r->line);
	return NULL;
}

static const char *wrong_text(struct refd_str text)
{
	if (text.len > 0 && memchr(text.ptr, '\0', text.len))
		return "a NUL byte";
	return refd_utf8_valid(text) ? NULL : "not UTF-8 (for Latin-1 files: --encoding latin1)";
}

static bool blank_record(const struct csv_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fields[i].text.len > 0)
			return false;
	return true;
}

static void add_record(struct reader *r, size_t line, size_t first)
{
	size_t count = r->n_fields - first;
	struct csv *csv = r->csv;
	struct csv_record *records;

	if (r->no_memory || blank_record(csv->fields + first, count)) {
		r->n_fields = first;
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const char *reason = wrong_text(csv->fields[first + i].text);

		if (reason) {
			add_error(r, csv->fields[first + i].line, i + 1, 0, reason);
			r->n_fields = first;
			return;
		}
	}
	if (csv->n_records > 0 && count != csv->records[0].count) {
		add_error(r, line,
			  count < csv->records[0].count ? count : csv->records[0].count + 1, 0,
			  count < csv->records[0].count ? "fewer fields than the header"
							: "more fields than the header");
		r->n_fields = first;
		return;
	}
	records = grown(csv->records, csv->n_records, &r->records_room, sizeof(*records));
	r->no_memory = !records;
	if (!records)
		return;
	csv->records = records;
	records[csv->n_records++] = (struct csv_record){ line, count, NULL };
}

/* One record up to its line end, which is taken too. */
static void read_record(struct reader *r)
{
	size_t first = r->n_fields, line = r->line;
	const char *reason = NULL;
	bool more = true;

	while (more && !reason && !r->no_memory) {
		const char *start = r->in, *start_line = r->line_start;
		size_t field_line = r->line;

		reason = r->in < r->end && *r->in == '"' ? quoted_field(r) : plain_field(r);
		if (reason && r->in == r->end)
			add_error(r, field_line, r->n_fields - first + 1,
				  characters(start_line, start) + 1, reason);
		else if (reason)
			add_error(r, r->line, r->n_fields - first + 1,
				  characters(r->line_start, r->in) + 1, reason);
		more = !reason && r->in < r->end && *r->in == r->delimiter;
		if (more)
			r->in++;
	}
	if (reason) {
		r->n_fields = first;
		skip_line(r);
	} else {
		add_record(r, line, first);
	}
	r->in += r->in < r->end && *r->in == '\r' ? 1 : 0;
	r->in += r->in < r->end ? 1 : 0;
	r->line++;
	r->line_start = r->in;
}

/* Copy the bytes, as UTF-8 and without the byte order mark. */
static char *decoded(struct refd_str bytes, enum csv_encoding encoding, size_t *ret_len)
{
	char *text = malloc(bytes.len * 2 + 1), *out = text;

	if (!text)
		return NULL;
	if (encoding != CSV_LATIN1 && bytes.len >= 3 && memcmp(bytes.ptr, "\xEF\xBB\xBF", 3) == 0) {
		bytes.ptr += 3;
		bytes.len -= 3;
	}
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char byte = (unsigned char)bytes.ptr[i];

		if (encoding == CSV_LATIN1 && byte >= 0x80) {
			*out++ = (char)(0xC0 | byte >> 6);
			*out++ = (char)(0x80 | (byte & 0x3F));
		} else {
			*out++ = (char)byte;
		}
	}
	*ret_len = (size_t)(out - text);
	return text;
}

enum refd_status csv_read(struct refd_str bytes, const struct csv_options *options, struct csv *ret,
			  struct refd_error *err)
{
	struct reader r = { .csv = ret, .line = 1 };
	size_t len = 0, field = 0;

	*ret = (struct csv){ 0 };
	if (bytes.len >= 2 &&
	    (memcmp(bytes.ptr, "\xFF\xFE", 2) == 0 || memcmp(bytes.ptr, "\xFE\xFF", 2) == 0))
		return refd_error_set(err, REFD_INVALID, "the file is UTF-16: save it as UTF-8");
	ret->text = decoded(bytes, options->encoding, &len);
	if (!ret->text)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	ret->unquoted = malloc(len + 1);
	if (!ret->unquoted)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	r.in = ret->text;
	r.out = ret->unquoted;
	r.end = ret->text + len;
	r.line_start = ret->text;
	r.delimiter = options->delimiter ? options->delimiter : ',';
	while (r.in < r.end && !r.no_memory)
		read_record(&r);
	if (r.no_memory)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	/* the array of fields stands still only now */
	for (size_t i = 0; i < ret->n_records; field += ret->records[i++].count)
		ret->records[i].fields = ret->fields + field;
	return REFD_OK;
}

void csv_done(struct csv *csv)
{
	free(csv->records);
	free(csv->errors);
	free(csv->text);
	free(csv->unquoted);
	free(csv->fields);
	*csv = (struct csv){ 0 };
}

void csv_write(FILE *to, struct refd_str text, bool last)
{
	bool quote = false;

	for (size_t i = 0; i < text.len; i++)
		quote = quote || strchr(",\"\r\n", text.ptr[i]) != NULL;
	if (quote)
		putc('"', to);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			putc('"', to);
		putc(text.ptr[i], to);
	}
	if (quote)
		putc('"', to);
	putc(last ? '\n' : ',', to);
}
