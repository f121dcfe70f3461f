/* Whether a store that several processes wrote to at once is what they were told: plain SQL,
 * nothing of the library. usage: hammer_check STORE LOG...
 *
 * A log has a line per command and its answer, per object of the answer, and per notice handed
 * over: asked COMMAND accepted|refused AFFECTED item COMMAND NOUN ID VERSION handed NOTICE Prints
 * every finding; the last line is "N passed, N failed", questions. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "checks.h"
#include "probe.h"

#define SHOWN	 5 /* findings per question */
#define PAUSE_MS 5 /* between two looks */

static const struct check notice_checks[] = {
	{ "notice_lost", "SELECT n.id, 'never handed over: ' || n.status FROM notice n"
			 " LEFT JOIN handed h ON h.notice_id = n.id"
			 " WHERE h.notice_id IS NULL OR n.status <> 'sent'" },
	{ "notice_doubled", "SELECT notice_id, 'handed over twice' FROM handed"
			    " GROUP BY notice_id HAVING count(*) > 1"
			    " UNION ALL SELECT h.notice_id, 'handed over, there is none'"
			    " FROM handed h LEFT JOIN notice n ON n.id = h.notice_id"
			    " WHERE n.id IS NULL" },
};

/* ---- logs ---- */

static const char tables[] = "CREATE TEMPORARY TABLE handed (notice_id {id});";

static bool is_id(const char *text)
{
	return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

/* The value part of a row of that table; false: no such line. */
static bool row_of(const char *line, const char **ret_table, char *ret, size_t size)
{
	char command[40], word[24], id[40];
	long long number;

	if (sscanf(line, "asked %32s %20s %lld", command, word, &number) == 3 && is_id(command)) {
		*ret_table = "asked";
		snprintf(ret, size, "({x}'%s','%s',%lld)", command, word, number);
		return true;
	}
	if (sscanf(line, "item %32s %20s %32s %lld", command, word, id, &number) == 4 &&
	    is_id(command) && is_id(id)) {
		*ret_table = "asked_item";
		snprintf(ret, size, "({x}'%s','%s',{x}'%s',%lld)", command, word, id, number);
		return true;
	}
	if (sscanf(line, "handed %32s", id) == 1 && is_id(id)) {
		*ret_table = "handed";
		snprintf(ret, size, "({x}'%s')", id);
		return true;
	}
	return false;
}

/* Lines for the same table go into one statement. */
struct rows {
	struct probe *probe;
	const char *table;
	size_t used;
	char sql[1 << 15];
};

static bool send_rows(struct rows *rows)
{
	bool sent = rows->used == 0 || probe_run(rows->probe, rows->sql);

	rows->used = 0;
	return sent;
}

static bool add_row(struct rows *rows, const char *table, const char *row)
{
	const bool fits = rows->used + strlen(row) + 2 < sizeof(rows->sql);

	if ((rows->used > 0 && (!fits || strcmp(rows->table, table) != 0)) && !send_rows(rows))
		return false;
	rows->table = table;
	rows->used += (size_t)snprintf(rows->sql + rows->used, sizeof(rows->sql) - rows->used,
				       rows->used == 0 ? "INSERT INTO %s VALUES " : ",", table);
	rows->used +=
		(size_t)snprintf(rows->sql + rows->used, sizeof(rows->sql) - rows->used, "%s", row);
	return true;
}

/* The lines that begin with one word, so that they go in together. */
static bool read_lines(struct probe *probe, FILE *file, const char *word)
{
	static struct rows rows;
	const char *table;
	char line[256], row[256];
	bool good = true;

	rows = (struct rows){ .probe = probe };
	rewind(file);
	while (good && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, word, strlen(word)) == 0)
			good = row_of(line, &table, row, sizeof(row)) && add_row(&rows, table, row);
	}
	return good && send_rows(&rows);
}

static bool read_log(struct probe *probe, const char *path)
{
	FILE *file = fopen(path, "r");
	bool good = file != NULL && read_lines(probe, file, "asked ") &&
		    read_lines(probe, file, "item ") && read_lines(probe, file, "handed ");

	if (file != NULL)
		fclose(file);
	if (!good)
		printf("FINDING %s: %s\n", path, probe_message(probe));
	return good;
}

/* ---- questions ---- */

struct counts {
	const char *check;
	unsigned findings, passed, failed, unanswered;
};

static void finding(void *self, const char *about, const char *what)
{
	struct counts *counts = self;

	if (strcmp(about, "ok") == 0)
		return;
	if (counts->findings++ < SHOWN)
		printf("FINDING %s: %s %s\n", counts->check, about, what);
}

static void ask(struct probe *probe, struct counts *counts, const char *name, const char *sql)
{
	counts->check = name;
	counts->findings = 0;
	if (!probe_ask(probe, sql, finding, counts)) {
		printf("FINDING %s: %s\n", name, probe_message(probe));
		counts->unanswered++;
	}
	if (counts->findings > SHOWN)
		printf("FINDING %s: %u in all\n", name, counts->findings);
	*(counts->findings == 0 ? &counts->passed : &counts->failed) += 1;
}

static void ask_state(struct probe *probe, struct counts *counts)
{
	for (size_t i = 0; i < n_rule_checks; i++)
		ask(probe, counts, rule_checks[i].name, rule_checks[i].sql);
}

static void ask_all(struct probe *probe, struct counts *counts)
{
	size_t i;

	if (probe_is_sqlite(probe))
		ask(probe, counts, "integrity", "PRAGMA main.integrity_check");
	for (i = 0; i < n_checks; i++)
		ask(probe, counts, checks[i].name, checks[i].sql);
	ask_state(probe, counts);
	for (i = 0; i < sizeof(notice_checks) / sizeof(notice_checks[0]); i++)
		ask(probe, counts, notice_checks[i].name, notice_checks[i].sql);
}

/* Without rows no question finds anything. */
static bool is_filled(struct probe *probe)
{
	const int64_t events = probe_number(probe, "SELECT count(*) FROM event");
	const int64_t accepted =
		probe_number(probe, "SELECT count(*) FROM asked WHERE status = 'accepted'");
	const int64_t handed = probe_number(probe, "SELECT count(*) FROM handed");

	printf("%lld events, %lld accepted, %lld handed over\n", (long long)events,
	       (long long)accepted, (long long)handed);
	if (events > 0 && accepted > 0 && handed > 0)
		return true;
	printf("FINDING: there is nothing to ask about\n");
	return false;
}

static bool read_logs(struct probe *probe, int count, char **paths)
{
	bool good = probe_run(probe, checks_tables) && probe_run(probe, tables) &&
		    probe_run(probe, "BEGIN");

	for (int i = 0; good && i < count; i++)
		good = read_log(probe, paths[i]);
	return good;
}

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One statement sees one snapshot; none of the questions needs two. */
static void watch(struct probe *probe, struct counts *counts, int64_t ms)
{
	const int64_t until = monotonic_ms() + ms;

	while (counts->failed + counts->unanswered == 0 && monotonic_ms() < until) {
		ask_state(probe, counts);
		(void)poll(NULL, 0, PAUSE_MS);
	}
}

int main(int argc, char **argv)
{
	struct counts counts = { NULL, 0, 0, 0, 0 };
	struct probe *probe = argc > 2 ? probe_open(argv[1]) : NULL;
	bool good = probe != NULL;

	if (good && strcmp(argv[2], "--watch") == 0 && argc > 3)
		watch(probe, &counts, strtoll(argv[3], NULL, 10));
	else if (good && read_logs(probe, argc - 2, argv + 2) && is_filled(probe))
		ask_all(probe, &counts);
	else
		good = false;
	probe_close(probe);
	good = good && counts.unanswered == 0;
	printf("%u passed, %u failed\n", counts.passed, counts.failed + !good);
	if (!good)
		return 2;
	return counts.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
