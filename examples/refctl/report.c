#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color.h"
#include "output.h"

void report_add(struct report *report, const struct report_item *item)
{
	size_t room = report->room ? report->room * 2 : 16;

	if (report->count == report->room) {
		struct report_item *items = realloc(report->items, room * sizeof(*items));

		if (!items) {
			free(item->other);
			report->failed = true;
			return;
		}
		report->items = items;
		report->room = room;
	}
	report->items[report->count++] = *item;
}

enum refd_status report_violation(void *self, size_t assignment,
				  const struct refd_violation *violation)
{
	struct report_item item = { .violation = *violation, .status = REFD_REFUSED };

	(void)assignment;
	report_add(self, &item);
	return REFD_OK;
}

void report_done(struct report *report)
{
	for (size_t i = 0; i < report->count; i++)
		free(report->items[i].other);
	free(report->items);
	*report = (struct report){ 0 };
}

const char *violation_message(const struct refd_violation *violation)
{
	const char *text = refd_rule_text(violation->rule);

	return violation->message[0] ? violation->message : text ? text : "";
}

static const char *severity_word(enum refd_severity severity)
{
	switch (severity) {
	case REFD_SEVERITY_INPUT:
		return "input";
	case REFD_SEVERITY_HARD:
		return "hard";
	case REFD_SEVERITY_OVERRIDABLE:
		return "overridable";
	}
	return NULL;
}

static json_t *optional_text(const char *text)
{
	return json_optional(refd_str_of(text));
}

static json_t *item_json(const struct report_item *item)
{
	const struct refd_violation *v = &item->violation;
	json_t *object = json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:I, s:o}", "rule",
		optional_text(refd_rule_name(v->rule)), "severity",
		optional_text(severity_word(v->severity)), "field", optional_text(v->field),
		"fixture_id", json_id(v->fixture.uuid), "referee_id", json_id(v->referee.uuid),
		"role", json_word(refd_role_word(v->role)), "measured", (json_int_t)v->measured,
		"limit", (json_int_t)v->limit, "counterpart",
		v->counterpart.noun
			? json_pack("{s:s, s:o}", "type", refd_noun_word(v->counterpart.noun), "id",
				    json_id(v->counterpart.id))
			: json_null(),
		"counterparts", (json_int_t)v->counterparts, "message",
		json_str(refd_str_of(violation_message(v))));

	if (object && item->line) {
		json_object_set_new(object, "status", json_string(refd_status_name(item->status)));
		json_object_set_new(object, "line", json_integer((json_int_t)item->line));
		json_object_set_new(object, "column", json_integer((json_int_t)item->column));
		if (item->character)
			json_object_set_new(object, "character",
					    json_integer((json_int_t)item->character));
		json_object_set_new(object, "other", optional_text(item->other));
	}
	return object;
}

static void print_json(const struct refctl *ctl, enum refd_status status, const char *message)
{
	json_t *list = json_array();
	json_t *object = json_pack("{s:s, s:o}", "status", refd_status_name(status), "message",
				   json_str(refd_str_of(message)));

	for (size_t i = 0; i < ctl->report->count; i++)
		json_array_append_new(list, item_json(&ctl->report->items[i]));
	for (size_t i = 0; i < ctl->err.kept && ctl->report->count == 0; i++) {
		struct report_item item = { .violation = ctl->err.violations[i] };

		json_array_append_new(list, item_json(&item));
	}
	json_object_set_new(object, "violations", list);
	json_object_set_new(object, "total",
			    json_integer((json_int_t)(ctl->report->count ? ctl->report->count
									 : ctl->err.total)));
	if (status == REFD_UNKNOWN)
		json_object_set_new(object, "command_id", json_id(ctl->err.command.uuid));
	if (json_dumpf(object, stderr, JSON_COMPACT) == 0)
		putc('\n', stderr);
	else
		fprintf(stderr, "{\"status\":\"%s\",\"message\":\"\",\"violations\":[]}\n",
			refd_status_name(status));
	json_decref(object);
}

#define RED   "\033[1;31m"
#define BOLD  "\033[1m"
#define PLAIN "\033[0m"

static void print_about(const struct refd_violation *v)
{
	char id[REFD_UUID_TEXT + 1];

	if (!refd_uuid_is_unset(v->fixture.uuid))
		fprintf(stderr, ", fixture %s", refd_uuid_format(v->fixture.uuid, id));
	if (!refd_uuid_is_unset(v->referee.uuid))
		fprintf(stderr, ", referee %s", refd_uuid_format(v->referee.uuid, id));
	if (refd_role_word(v->role))
		fprintf(stderr, ", %s", refd_role_word(v->role));
	if (v->counterpart.noun)
		fprintf(stderr, ", against %s %s", refd_noun_word(v->counterpart.noun),
			refd_uuid_format(v->counterpart.id, id));
}

static void print_item(const struct report_item *item, bool color)
{
	const struct refd_violation *v = &item->violation;
	const char *rule = refd_rule_name(v->rule);

	fputs("  ", stderr);
	if (item->line)
		fprintf(stderr, "line %zu, ", item->line);
	if (item->column)
		fprintf(stderr, "column %zu%s%s%s, ", item->column, v->field[0] ? " (" : "",
			v->field, v->field[0] ? ")" : "");
	if (item->character)
		fprintf(stderr, "character %zu, ", item->character);
	if (!item->column && v->field[0] && !strstr(violation_message(v), v->field))
		fprintf(stderr, "%s: ", v->field);
	if (rule)
		fprintf(stderr, "%s%s%s: ", color ? BOLD : "", rule, color ? PLAIN : "");
	fputs(violation_message(v), stderr);
	if (item->other)
		fprintf(stderr, ": %s", item->other);
	else
		print_about(v);
	putc('\n', stderr);
}

static void print_text(const struct refctl *ctl, enum refd_status status, const char *message)
{
	char id[REFD_UUID_TEXT + 1];
	bool color = color_wanted(ctl->args, STDERR_FILENO);

	fprintf(stderr, "refctl: %s%s%s: %s\n", color ? RED : "", refd_status_name(status),
		color ? PLAIN : "", message);
	for (size_t i = 0; i < ctl->report->count; i++)
		print_item(&ctl->report->items[i], color);
	if (ctl->report->count > 0)
		return;
	for (size_t i = 0; i < ctl->err.kept; i++) {
		struct report_item item = { .violation = ctl->err.violations[i] };

		print_item(&item, color);
	}
	if (ctl->err.total > ctl->err.kept)
		fprintf(stderr, "  and %u more\n", ctl->err.total - ctl->err.kept);
	if (status == REFD_UNKNOWN)
		fprintf(stderr, "  the same call with --command-id %s tells what became of it\n",
			refd_uuid_format(ctl->err.command.uuid, id));
}

void report_print(const struct refctl *ctl, enum refd_status status)
{
	const char *message = ctl->err.message[0] ? ctl->err.message : refd_status_text(status);

	if (ctl->json)
		print_json(ctl, status, message);
	else
		print_text(ctl, status, message);
}
