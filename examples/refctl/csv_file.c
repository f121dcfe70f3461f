#include "csv_file.h"

#include <stdio.h>
#include <stdlib.h>

#include "file.h"
#include "report.h"

void csv_file_tell(struct refctl *ctl, const struct csv *csv, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct csv_error *e = &csv->errors[i];
		struct report_item item = { .status = REFD_INVALID,
					    .line = e->line,
					    .column = e->column,
					    .character = e->character };

		item.violation.rule = REFD_RULE_TEXT_MALFORMED;
		item.violation.severity = REFD_SEVERITY_INPUT;
		snprintf(item.violation.message, sizeof(item.violation.message), "%s", e->reason);
		report_add(ctl->report, &item);
	}
}

static enum refd_status require_header(struct refctl *ctl, const struct csv *csv)
{
	if (csv->n_errors > 0 &&
	    (csv->n_records == 0 || csv->errors[0].line < csv->records[0].line)) {
		csv_file_tell(ctl, csv, 1);
		return refd_error_set(&ctl->err, REFD_INVALID, "the header cannot be read");
	}
	if (csv->n_records == 0)
		return refd_error_set(&ctl->err, REFD_INVALID, "the file is empty");
	return REFD_OK;
}

enum refd_status csv_file_read(struct refctl *ctl, const char *path,
			       const struct csv_options *options, struct csv *ret)
{
	struct refd_str bytes = { 0 };
	enum refd_status st = file_read(path, &bytes, &ctl->err);

	if (st == REFD_OK)
		st = csv_read(bytes, options, ret, &ctl->err);
	free((char *)(uintptr_t)bytes.ptr);
	return st == REFD_OK ? require_header(ctl, ret) : st;
}
