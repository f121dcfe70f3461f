#include "rig.h"

#include <poll.h>
#include <unistd.h>

#include "named_store.h"
#include "postgres_server.h"

static void run_sql(struct rig *rig, const char *sql)
{
	if (!probe_run(rig->probe, sql))
		fail_msg("%s\n%s", probe_message(rig->probe), sql);
}

int64_t rig_number(struct rig *rig, const char *sql)
{
	int64_t number = probe_number(rig->probe, sql);

	if (number < 0)
		fail_msg("%s\n%s", probe_message(rig->probe), sql);
	return number;
}

/* The value of a parameter of the URL, or what PostgreSQL takes for it. */
static void url_value(const char *url, const char *name, const char *otherwise, char *ret,
		      size_t size)
{
	const char *at = strstr(url, name);
	size_t length;

	snprintf(ret, size, "%s", otherwise);
	if (at == NULL || (at[-1] != '?' && at[-1] != '&'))
		return;
	at += strlen(name);
	length = strcspn(at, "&#");
	snprintf(ret, size, "%.*s", (int)length, at);
}

/* Through a socket of its own name in a directory of its own, as libpq looks for it. */
static void open_proxy(struct rig *rig, const char *url)
{
	char host[200], port[16], listen[128], server[256], through[300];
	const char *query = strchr(url, '?');

	url_value(url, "host=", "/var/run/postgresql", host, sizeof(host));
	url_value(url, "port=", "5432", port, sizeof(port));
	strcpy(rig->directory, "/tmp/refd-rig-XXXXXX");
	assert_non_null(mkdtemp(rig->directory));
	snprintf(listen, sizeof(listen), "%s/.s.PGSQL.%s", rig->directory, port);
	if (host[0] == '/')
		snprintf(server, sizeof(server), "%s/.s.PGSQL.%s", host, port);
	else
		snprintf(server, sizeof(server), "%s:%s", host, port);
	rig->proxy = proxy_start(listen, server);
	assert_non_null(rig->proxy);
	/* of two values libpq takes the later */
	snprintf(through, sizeof(through), "%s%chost=%s", url, query != NULL ? '&' : '?',
		 rig->directory);
	assert_true(postgres_store(url, rig->schema, rig->direct, sizeof(rig->direct)));
	assert_true(postgres_store(through, rig->schema, rig->name, sizeof(rig->name)));
}

/* Deadlines of a server are real, the time of the league is not. */
static struct refd_time league_now(void *self)
{
	return ((const struct league *)self)->now;
}

static int64_t real_monotonic(void *self)
{
	const struct refd_clock clock = refd_system_clock();

	(void)self;
	return clock.ops->monotonic(clock.self);
}

static const struct refd_clock_ops rig_clock = { .struct_size = sizeof(rig_clock),
						 .now = league_now,
						 .monotonic = real_monotonic };

static void open_apps(struct rig *rig)
{
	struct refd_ports ports = rig->league->ports;

	refd_app_destroy(rig->league->app);
	ports.clock = (struct refd_clock){ &rig_clock, rig->league };
	support_assert_status(refd_app_create(&ports, &rig->league->app, &rig->league->err),
			      REFD_OK);
	ports.retry.attempts = 1;
	support_assert_status(refd_app_create(&ports, &rig->once, &rig->league->err), REFD_OK);
}

static void keep_state(struct rig *rig)
{
	char sql[200];
	size_t i;

	for (i = 0; i < PROBE_TABLES; i++) {
		snprintf(sql, sizeof(sql), "CREATE TABLE %s_kept.%s AS TABLE %s.%s", rig->schema,
			 probe_tables[i], rig->schema, probe_tables[i]);
		run_sql(rig, sql);
	}
}

void rig_open(struct rig *rig, const char *url)
{
	char *adapter[] = { (char[]){ "" }, (char[]){ "postgres" } };
	char sql[200];
	void *state = NULL;

	memset(rig, 0, sizeof(*rig));
	if (url == NULL)
		url = postgres_url();
	assert_non_null(url);
	snprintf(rig->schema, sizeof(rig->schema), "rig_%ld", (long)getpid());
	open_proxy(rig, url);
	league_choose(2, adapter);
	league_choose_server(rig->name);
	league_setup(&state);
	rig->league = state;
	use_case_prepare(rig->league, &rig->set);
	rig->drawn = rig->league->drawn;
	rig->probe = probe_open(rig->direct);
	assert_non_null(rig->probe);
	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s_kept CASCADE; CREATE SCHEMA %s_kept",
		 rig->schema, rig->schema);
	run_sql(rig, sql);
	keep_state(rig);
	open_apps(rig);
}

void rig_close(struct rig *rig)
{
	void *state = rig->league;
	char sql[100];

	snprintf(sql, sizeof(sql), "DROP SCHEMA %s_kept CASCADE", rig->schema);
	run_sql(rig, sql);
	probe_close(rig->probe);
	proxy_disarm(rig->proxy);
	refd_app_destroy(rig->once);
	league_teardown(&state);
	league_leave_server();
	proxy_stop(rig->proxy);
	rmdir(rig->directory);
}

int rig_setup(void **state)
{
	static struct rig rig;

	rig_open(&rig, NULL);
	*state = &rig;
	return 0;
}

int rig_teardown(void **state)
{
	rig_close(*state);
	return 0;
}

struct refd_command rig_fresh_command(struct rig *rig)
{
	return (struct refd_command){ .struct_size = sizeof(struct refd_command),
				      .id = { support_uuid(UINT64_C(1) << 48 |
							   ++rig->league->drawn) } };
}

enum refd_status rig_run(struct rig *rig, const struct use_case *use_case, struct refd_app *app,
			 const struct refd_command *meta)
{
	struct league *league = rig->league;
	struct refd_app *usual = league->app;
	enum refd_status st;

	league->app = app;
	league->meta = meta;
	refd_error_clear(&league->err);
	st = use_case->run(league, &rig->set, &league->err);
	league->app = usual;
	league->meta = NULL;
	return st;
}

void rig_restore(struct rig *rig)
{
	char sql[4096];
	size_t used = 0, i;

	run_sql(rig, "BEGIN");
	if (!probe_empty(rig->probe))
		fail_msg("%s", probe_message(rig->probe));
	for (i = 0; i < PROBE_TABLES; i++)
		used += (size_t)snprintf(sql + used, sizeof(sql) - used,
					 "INSERT INTO %s SELECT * FROM %s_kept.%s;",
					 probe_tables[i], rig->schema, probe_tables[i]);
	snprintf(sql + used, sizeof(sql) - used, "COMMIT");
	run_sql(rig, sql);
	rig->league->drawn = rig->drawn;
}

static void take_text(void *self, const char *about, const char *what)
{
	(void)what;
	snprintf(self, RIG_PRINT, "%s", about);
}

void rig_print(struct rig *rig, char print[RIG_PRINT])
{
	static const char sql[] =
		"SELECT concat_ws(E'\\n',"
		" (SELECT string_agg(type || version, ',' ORDER BY type, version) FROM event),"
		" (SELECT string_agg(kind || status || attempts || version, ','"
		"   ORDER BY kind, status, attempts, version) FROM notice),"
		" (SELECT string_agg(name, ',' ORDER BY name) FROM command),"
		" (SELECT string_agg(kickoff::text || status || availability_locked || version, ','"
		"   ORDER BY kickoff, status, version) FROM fixture),"
		" (SELECT string_agg(role || referee_id::text, ',' ORDER BY fixture_id, role)"
		"   FROM slot),"
		" (SELECT string_agg(kickoff::text || version, ',' ORDER BY kickoff, version)"
		"   FROM availability),"
		" (SELECT string_agg(kickoff::text || status || role || version, ','"
		"   ORDER BY kickoff, role, version) FROM assignment),"
		" (SELECT string_agg(kind || day, ',' ORDER BY kind, day) FROM claim),"
		" (SELECT string_agg(name || club || status || version, ',' ORDER BY name)"
		"   FROM referee),"
		" (SELECT string_agg(name || status || version, ',' ORDER BY name, version)"
		"   FROM team),"
		" (SELECT string_agg(name || status || version, ',' ORDER BY name, version)"
		"   FROM venue),"
		" (SELECT exclusivity || version FROM rules),"
		" (SELECT availability_locked::text || coalesce(hand_out::text, '-') || version"
		"   FROM board))";

	print[0] = '\0';
	if (!probe_ask(rig->probe, sql, take_text, print))
		fail_msg("%s", probe_message(rig->probe));
	assert_true(strlen(print) > 0 && strlen(print) < RIG_PRINT - 1);
}

static enum refd_status see_rules(struct rig *rig)
{
	struct refd_rules rules;

	refd_error_clear(&rig->league->err);
	return refd_rule_book_get(rig->league->app, &rules, &rig->league->err);
}

void rig_connect(struct rig *rig)
{
	enum refd_status st = REFD_UNAVAILABLE;
	int tries;

	for (tries = 0; tries < 20 && st == REFD_UNAVAILABLE; tries++)
		st = see_rules(rig);
	if (st != REFD_OK)
		fail_msg("%s: %s", refd_status_name(st), rig->league->err.message);
}

void rig_settle(struct rig *rig)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'"
		 " AND pid <> pg_backend_pid() AND state <> 'idle'",
		 rig->schema);
	while (rig_number(rig, sql) > 0)
		(void)poll(NULL, 0, 1);
}
