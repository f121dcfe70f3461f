#include "chaos.h"

#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

#include "probe.h"
#include "support.h"

#define TRIES	 600 /* to find the server, and somebody at work on it */
#define PAUSE_MS 50

/* Asks until the answer is a number above 0; -1: it never was. */
static int64_t ask(const char *store, const char *sql)
{
	int64_t number = -1;

	for (int i = 0; i < TRIES && number <= 0; i++) {
		struct probe *probe;

		if (i > 0)
			(void)poll(NULL, 0, PAUSE_MS);
		probe = probe_open(store);
		number = probe != NULL ? probe_number(probe, sql) : -1;
		probe_close(probe);
	}
	return number;
}

static bool terminate_one(const char *store, const char *application)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
		 "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
		 " WHERE application_name = '%s' AND pid <> pg_backend_pid()"
		 " ORDER BY random() LIMIT 1) one",
		 application);
	return ask(store, sql) == 1;
}

static bool kill_one(const char *store, const char *application)
{
	char sql[400];
	int64_t pid;

	snprintf(sql, sizeof(sql),
		 "SELECT pid FROM pg_stat_activity WHERE application_name = '%s'"
		 " AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1",
		 application);
	pid = ask(store, sql);
	return pid > 1 && kill((pid_t)pid, SIGKILL) == 0;
}

bool chaos_run(const struct chaos *chaos, const struct postgres_server *server, const char *store,
	       const char *application, int64_t spread_us)
{
	struct support_random random = { 20261121 };
	struct chaos left = *chaos;
	unsigned all = left.terminations + left.kills + left.restarts;
	const int pause_ms = (int)(spread_us / 1000 / (all > 0 ? all : 1));
	bool good = true;

	for (; all > 0 && good; all--) {
		const uint64_t which = support_random_below(&random, all);

		(void)poll(NULL, 0, pause_ms);
		if (which < left.terminations) {
			left.terminations--;
			good = terminate_one(store, application);
		} else if (which < left.terminations + left.kills) {
			left.kills--;
			good = kill_one(store, application);
		} else {
			left.restarts--;
			good = postgres_crash(server) && postgres_resume(server);
		}
	}
	if (!good)
		fprintf(stderr, "chaos: %u faults were still to come\n", all + 1);
	return good && ask(store, "SELECT 1") == 1;
}
