/*
 * A CSV file as refctl reads one. Its first two bytes choose delimiter and encoding. What could be
 * read and is written again reads the same, in UTF-8 and with commas.
 */
#include <string.h>

#include "csv.h"
#include "fuzz.h"

unsigned long fuzz_taken;

static void write_all(const struct csv *csv, FILE *to)
{
	for (size_t i = 0; i < csv->n_records; i++) {
		const struct csv_record *record = &csv->records[i];

		for (size_t k = 0; k < record->count; k++)
			csv_write(to, record->fields[k].text, k + 1 == record->count);
	}
}

/* A record of one empty field is a blank line, and those are left out. */
static bool is_blank(const struct csv_record *record)
{
	return record->count == 1 && record->fields[0].text.len == 0;
}

static void same(const struct csv *a, const struct csv *b)
{
	size_t k = 0;

	for (size_t i = 0; i < a->n_records; i++) {
		if (is_blank(&a->records[i]))
			continue;
		CHECK(k < b->n_records && a->records[i].count == b->records[k].count);
		for (size_t f = 0; f < a->records[i].count; f++)
			CHECK(refd_str_equal(a->records[i].fields[f].text,
					     b->records[k].fields[f].text));
		k++;
	}
	CHECK(k == b->n_records);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct csv_options options = { 0, CSV_UTF8 }, plain = { 0, CSV_UTF8 };
	struct csv csv, again;
	char *text = NULL;
	size_t len = 0;
	FILE *to;
	enum refd_status st;

	if (count < 2)
		return 0;
	options.delimiter = ",;\t|"[bytes[0] % 4];
	options.encoding = bytes[1] % 2 == 0 ? CSV_UTF8 : CSV_LATIN1;
	st = csv_read((struct refd_str){ (const char *)bytes + 2, count - 2 }, &options, &csv,
		      NULL);
	CHECK(st == REFD_OK || st == REFD_INVALID);
	if (st == REFD_OK && csv.n_errors == 0) {
		fuzz_taken++;
		to = open_memstream(&text, &len);
		CHECK(to != NULL);
		fputs("\xef\xbb\xbf", to); /* so that one in the first field is text */
		write_all(&csv, to);
		CHECK(fclose(to) == 0);
		CHECK(csv_read((struct refd_str){ text, len }, &plain, &again, NULL) == REFD_OK);
		CHECK(again.n_errors == 0);
		same(&csv, &again);
		csv_done(&again);
		free(text);
	}
	csv_done(&csv);
	return 0;
}
