#include "verifier.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks.h"
#include "probe.h"

#define SQLITE "sqlite:"
#define HEX    33

struct verifier {
	struct probe *probe;
	const char *check; /* at hand */
	verifier_sink *sink;
	void *self;
};

static void unreadable(const struct verifier *v, const char *what)
{
	char finding[512];

	snprintf(finding, sizeof(finding), "%s: %s", what, probe_message(v->probe));
	v->sink(v->self, "unreadable", finding);
}

/* Every row is a finding, but the one that says "ok". */
static void report(void *self, const char *about, const char *what)
{
	const struct verifier *v = self;
	char finding[512];

	if (strcmp(about, "ok") == 0)
		return;
	snprintf(finding, sizeof(finding), "%s %s", about, what);
	v->sink(v->self, v->check, finding);
}

static void ask(struct verifier *v, const char *check, const char *sql)
{
	v->check = check;
	if (!probe_ask(v->probe, sql, report, v))
		unreadable(v, check);
}

/* ---- what was asked for ---- */

/* Rows for one INSERT; sent when there are many. */
struct rows {
	struct probe *probe;
	const char *table;
	bool good;
	size_t used;
	char sql[16384];
};

static void send_rows(struct rows *rows)
{
	if (rows->used > 0)
		rows->good = rows->good && probe_run(rows->probe, rows->sql);
	rows->used = 0;
}

static void add_row(struct rows *rows, const char *format, ...)
{
	va_list values;

	if (rows->used + 512 > sizeof(rows->sql))
		send_rows(rows);
	if (rows->used == 0)
		rows->used = (size_t)snprintf(rows->sql, sizeof(rows->sql),
					      "INSERT INTO %s VALUES ", rows->table);
	else
		rows->sql[rows->used++] = ',';
	va_start(values, format);
	rows->used += (size_t)vsnprintf(rows->sql + rows->used, sizeof(rows->sql) - rows->used,
					format, values);
	va_end(values);
}

static const char *hex(struct refd_uuid id, char *text)
{
	size_t i;

	for (i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02x", id.bytes[i]);
	return text;
}

static bool is_accepted(const struct verifier_answer *answer)
{
	return answer->came && answer->status == REFD_OK;
}

static const char *word_of(const struct verifier_answer *answer)
{
	if (!answer->came)
		return "open";
	return is_accepted(answer) ? "accepted" : "refused";
}

static void add_answer(struct rows *asked, struct rows *items, const struct verifier_answer *answer)
{
	const bool accepted = is_accepted(answer);
	char command[HEX], object[HEX];
	size_t i;

	add_row(asked, "({x}'%s','%s',%lld)", hex(answer->command.uuid, command), word_of(answer),
		(long long)(accepted ? answer->result.affected : 0));
	for (i = 0; accepted && i < answer->result.count; i++) {
		const struct refd_result_item *item = &answer->result.items[i];

		add_row(items, "({x}'%s','%s',{x}'%s',%lld)", command,
			refd_noun_word(item->object.noun), hex(item->object.id, object),
			(long long)item->version);
	}
}

static bool add_answers(struct probe *probe, const struct verifier_answer *answers, size_t count)
{
	static struct rows asked, items;
	size_t i;

	asked = (struct rows){ .probe = probe, .table = "asked", .good = true };
	items = (struct rows){ .probe = probe, .table = "asked_item", .good = true };
	if (!probe_run(probe, checks_tables))
		return false;
	for (i = 0; i < count; i++)
		add_answer(&asked, &items, &answers[i]);
	send_rows(&asked);
	send_rows(&items);
	return asked.good && items.good;
}

/* ---- the questions ---- */

static void accepted_without_tables(const struct verifier *v, const struct verifier_answer *answers,
				    size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (is_accepted(&answers[i]))
			v->sink(v->self, "answered_lost", "answered with OK, there is no table");
	}
}

static void ask_all(struct verifier *v)
{
	size_t i;

	if (probe_is_sqlite(v->probe)) {
		ask(v, "integrity", "PRAGMA main.integrity_check");
		ask(v, "foreign_key", "PRAGMA main.foreign_key_check");
	}
	for (i = 0; i < n_checks; i++)
		ask(v, checks[i].name, checks[i].sql);
}

/* SQLite would make the file. */
static bool is_there(const char *store)
{
	return strncmp(store, SQLITE, strlen(SQLITE)) != 0 ||
	       probe_finds_file(store + strlen(SQLITE));
}

void verifier_run(const char *store, const struct verifier_answer *answers, size_t count,
		  verifier_sink *sink, void *self)
{
	struct verifier v = { NULL, NULL, sink, self };

	if (!is_there(store)) {
		accepted_without_tables(&v, answers, count);
		return;
	}
	v.probe = probe_open(store);
	if (v.probe == NULL) {
		sink(self, "unreadable", store);
		return;
	}
	if (!probe_has_tables(v.probe))
		accepted_without_tables(&v, answers, count);
	else if (!probe_run(v.probe, "BEGIN") || !add_answers(v.probe, answers, count))
		unreadable(&v, "answers");
	else
		ask_all(&v);
	probe_close(v.probe);
}

void verifier_run_rules(const char *store, verifier_sink *sink, void *self)
{
	struct verifier v = { is_there(store) ? probe_open(store) : NULL, NULL, sink, self };
	size_t i;

	for (i = 0; v.probe != NULL && i < n_rule_checks; i++)
		ask(&v, rule_checks[i].name, rule_checks[i].sql);
	probe_close(v.probe);
}

bool verifier_stored(const char *store, struct refd_command_id command)
{
	struct probe *probe = is_there(store) ? probe_open(store) : NULL;
	char text[HEX], sql[128];
	bool stored;

	if (probe == NULL)
		return false;
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM command WHERE id = {x}'%s'",
		 hex(command.uuid, text));
	stored = probe_has_tables(probe) && probe_number(probe, sql) == 1;
	probe_close(probe);
	return stored;
}

bool verifier_settle(const char *store, const char *application)
{
	struct probe *probe =
		strncmp(store, SQLITE, strlen(SQLITE)) == 0 ? NULL : probe_open(store);
	bool settled = probe == NULL || probe_settle(probe, application);

	probe_close(probe);
	return settled;
}
