#include "staging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv_file.h"
#include "input.h"
#include "report.h"

enum column { COLUMN_FIXTURE, COLUMN_REFEREE, COLUMN_ROLE, COLUMNS };
static const char *const names[COLUMNS] = { "fixture", "referee", "role" };

static enum refd_status no_memory(struct refctl *ctl)
{
	return refd_error_set(&ctl->err, REFD_NO_MEMORY, "out of memory");
}

static void report_field(struct refctl *ctl, const struct csv_record *record, size_t column,
			 const char *name, const char *reason)
{
	struct report_item item = { .status = REFD_INVALID,
				    .line = record->fields[column].line,
				    .column = column + 1 };

	snprintf(item.violation.field, sizeof(item.violation.field), "%s", name);
	snprintf(item.violation.message, sizeof(item.violation.message), "%s", reason);
	item.violation.rule = REFD_RULE_TEXT_MALFORMED;
	report_add(ctl->report, &item);
}

static void read_row(struct refctl *ctl, const struct csv_record *record, const size_t *at,
		     struct refd_stage *row)
{
	struct refd_str role = record->fields[at[COLUMN_ROLE]].text;

	if (refd_uuid_parse(record->fields[at[COLUMN_FIXTURE]].text, "fixture", &row->fixture.uuid,
			    NULL) != REFD_OK)
		report_field(ctl, record, at[COLUMN_FIXTURE], "fixture", "is no id");
	if (refd_uuid_parse(record->fields[at[COLUMN_REFEREE]].text, "referee", &row->referee.uuid,
			    NULL) != REFD_OK)
		report_field(ctl, record, at[COLUMN_REFEREE], "referee", "is no id");
	row->role = (enum refd_role)word_value(refd_role_words, role);
	if (!row->role)
		report_field(ctl, record, at[COLUMN_ROLE], "role", "must be first or second");
}

static enum refd_status find_columns(struct refctl *ctl, const struct csv *csv, size_t *at)
{
	for (size_t c = 0; c < COLUMNS; c++) {
		size_t i = 0;

		while (i < csv->records[0].count &&
		       !refd_str_equal(csv->records[0].fields[i].text, refd_str_of(names[c])))
			i++;
		if (i == csv->records[0].count)
			return refd_error_set(&ctl->err, REFD_INVALID, "the file has no column %s",
					      names[c]);
		at[c] = i;
	}
	return REFD_OK;
}

static enum refd_status read_rows(struct refctl *ctl, const struct csv *csv, struct staging *ret)
{
	size_t at[COLUMNS];
	enum refd_status st = find_columns(ctl, csv, at);

	if (st != REFD_OK)
		return st;
	ret->count = csv->n_records - 1;
	ret->rows = calloc(csv->n_records, sizeof(*ret->rows));
	ret->lines = calloc(csv->n_records, sizeof(*ret->lines));
	if (!ret->rows || !ret->lines)
		return no_memory(ctl);
	csv_file_tell(ctl, csv, csv->n_errors);
	for (size_t i = 0; i < ret->count; i++) {
		ret->lines[i] = csv->records[i + 1].line;
		read_row(ctl, &csv->records[i + 1], at, &ret->rows[i]);
	}
	if (ctl->report->count > 0)
		return refd_error_set(&ctl->err, REFD_INVALID, "%zu bad lines: nothing was done",
				      ctl->report->count);
	return REFD_OK;
}

static enum refd_status read_file(struct refctl *ctl, const char *path, struct staging *ret)
{
	struct csv_options options = { 0 };
	struct csv csv = { 0 };
	enum refd_status st = csv_file_read(ctl, path, &options, &csv);

	if (st == REFD_OK)
		st = read_rows(ctl, &csv, ret);
	csv_done(&csv);
	return st;
}

enum refd_status staging_read(struct refctl *ctl, struct staging *ret)
{
	const char *path = args_value(ctl->args, OPT_FILE);
	bool complete = args_has(ctl->args, OPT_FIXTURE) && args_has(ctl->args, OPT_REFEREE) &&
			args_has(ctl->args, OPT_ROLE);
	bool none = !args_has(ctl->args, OPT_FIXTURE) && !args_has(ctl->args, OPT_REFEREE) &&
		    !args_has(ctl->args, OPT_ROLE);

	*ret = (struct staging){ 0 };
	if (path ? !none : !complete)
		return refd_error_set(&ctl->err, REFD_INVALID,
				      "give --fixture, --referee and --role, or --file");
	if (path)
		return read_file(ctl, path, ret);
	ret->rows = calloc(1, sizeof(*ret->rows));
	if (!ret->rows)
		return no_memory(ctl);
	ret->count = 1;
	input_id(ctl, OPT_FIXTURE, &ret->rows[0].fixture.uuid);
	input_id(ctl, OPT_REFEREE, &ret->rows[0].referee.uuid);
	input_role(ctl, &ret->rows[0].role);
	return input_status(ctl);
}

void staging_done(struct staging *staging)
{
	free(staging->rows);
	free(staging->lines);
	*staging = (struct staging){ 0 };
}

enum refd_status staging_row(void *self, size_t row, enum refd_status status,
			     const struct refd_result *result, const struct refd_error *err)
{
	const struct staging_sink *sink = self;
	struct report_item item = { .status = status, .line = sink->staging->lines[row] };

	(void)result;
	if (status == REFD_OK)
		return REFD_OK;
	if (err && err->kept > 0)
		item.violation = err->violations[0];
	else
		snprintf(item.violation.message, sizeof(item.violation.message), "%s",
			 err && err->message[0] ? err->message : refd_status_text(status));
	report_add(sink->ctl->report, &item);
	return REFD_OK;
}

/* RULE,FIXTURE,REFEREE */
static bool override_parse(const char *text, struct refd_override *ret)
{
	size_t rule = strcspn(text, ",");
	const char *fixture = text[rule] ? text + rule + 1 : "";
	size_t id = strcspn(fixture, ",");
	const char *referee = fixture[id] ? fixture + id + 1 : "";

	ret->rule = refd_rule_from_name(text, rule);
	return ret->rule &&
	       refd_uuid_parse((struct refd_str){ fixture, id }, "override", &ret->fixture.uuid,
			       NULL) == REFD_OK &&
	       refd_uuid_parse(refd_str_of(referee), "override", &ret->referee.uuid, NULL) ==
		       REFD_OK;
}

enum refd_status overrides_read(struct refctl *ctl, bool need_reason, struct refd_override **ret,
				size_t *ret_count)
{
	const char *reason = args_value(ctl->args, OPT_REASON), *text;
	size_t count = 0;

	*ret_count = 0;
	*ret = calloc(ctl->args->n_given + 1, sizeof(**ret));
	if (!*ret)
		return no_memory(ctl);
	while ((text = args_nth(ctl->args, OPT_OVERRIDE, count)) != NULL) {
		if (!override_parse(text, &(*ret)[count]))
			return refd_error_set(&ctl->err, REFD_INVALID,
					      "--override %s is not RULE,FIXTURE,REFEREE", text);
		/* nothing is recorded where none is needed */
		(*ret)[count++].reason =
			refd_str_of(reason || need_reason ? reason : "judged only");
	}
	if (count > 0 && need_reason && !reason)
		return refd_error_set(&ctl->err, REFD_INVALID, "--override needs --reason TEXT");
	*ret_count = count;
	return REFD_OK;
}
