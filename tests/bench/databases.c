#include "databases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *server;

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(1);
}

void databases_at(const char *url)
{
	server = url;
}

/* " keyword='value'" behind what is in url */
static void append(char *url, const char *keyword, const char *value)
{
	size_t len = strlen(url);

	if (len + strlen(keyword) + 2 * strlen(value) + 8 > DATABASES_URL_BYTES)
		die(server, "too long");
	len += (size_t)sprintf(url + len, " %s='", keyword);
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			url[len++] = '\\';
		url[len++] = *value;
	}
	strcpy(url + len, "'");
}

char *databases_url(const char *name, bool synchronous_commit, char *url)
{
	char *message = NULL;
	PQconninfoOption *options = PQconninfoParse(server, &message);

	if (!options)
		die(server, message ? message : "out of memory");
	url[0] = '\0';
	for (const PQconninfoOption *option = options; option->keyword; option++) {
		if (option->val && strcmp(option->keyword, "dbname") != 0 &&
		    strcmp(option->keyword, "options") != 0)
			append(url, option->keyword, option->val);
	}
	append(url, "dbname", name);
	append(url, "options",
	       synchronous_commit ? "-c synchronous_commit=on" : "-c synchronous_commit=off");
	PQconninfoFree(options);
	return url;
}

static void ignore_notice(void *self, const PGresult *result)
{
	(void)self;
	(void)result;
}

PGconn *databases_open(const char *name, bool synchronous_commit)
{
	char url[DATABASES_URL_BYTES];
	PGconn *db = PQconnectdb(databases_url(name, synchronous_commit, url));

	if (PQstatus(db) != CONNECTION_OK)
		die(name, PQerrorMessage(db));
	PQsetNoticeReceiver(db, ignore_notice, NULL);
	return db;
}

static PGresult *query(PGconn *db, const char *sql)
{
	PGresult *result = PQexec(db, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		die(sql, PQerrorMessage(db));
	return result;
}

void databases_execute(const char *name, const char *sql)
{
	PGconn *db = databases_open(name, true);

	PQclear(query(db, sql));
	PQfinish(db);
}

char *databases_ask(const char *name, const char *sql)
{
	PGconn *db = databases_open(name, true);
	PGresult *result = query(db, sql);
	char *answer = PQntuples(result) > 0 ? strdup(PQgetvalue(result, 0, 0)) : NULL;

	if (!answer)
		die(sql, "no answer");
	PQclear(result);
	PQfinish(db);
	return answer;
}

long databases_process(const char *name)
{
	char sql[128];
	char *answer;
	long process;

	snprintf(sql, sizeof(sql), "SELECT max(pid) FROM pg_stat_activity WHERE datname = '%s'",
		 name);
	answer = databases_ask("postgres", sql);
	process = strtol(answer, NULL, 10);
	free(answer);
	return process;
}

/* Names are ours and need no quotes. */
static void create(const char *name, const char *from)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
	databases_execute("postgres", sql);
	snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", name, from);
	databases_execute("postgres", sql);
}

void databases_make(const char *name)
{
	create(name, "template1");
}

void databases_copy(const char *from, const char *to)
{
	create(to, from);
}

/* One text for all rows of a table, whatever their order. */
static char *digest(PGconn *db, const char *table)
{
	char sql[512];
	PGresult *result;
	char *text;

	snprintf(
		sql, sizeof(sql),
		"SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY "
		"md5(t::text))), '') FROM refdomain.%s t",
		table);
	result = query(db, sql);
	text = strdup(PQgetvalue(result, 0, 0));
	PQclear(result);
	return text;
}

void databases_compare(const char *name, const char *other)
{
	PGconn *one = databases_open(name, true), *two = databases_open(other, true);
	PGresult *tables = query(one, "SELECT quote_ident(tablename) FROM pg_tables "
				      "WHERE schemaname = 'refdomain'");

	if (PQntuples(tables) == 0)
		die(name, "no tables");
	for (int i = 0; i < PQntuples(tables); i++) {
		const char *table = PQgetvalue(tables, i, 0);
		char *ours = digest(one, table), *theirs = digest(two, table);

		if (!ours || !theirs || strcmp(ours, theirs) != 0) {
			fprintf(stderr, "bench: %s.%s has %s; %s.%s has %s\n", name, table, ours,
				other, table, theirs);
			exit(1);
		}
		free(ours);
		free(theirs);
	}
	PQclear(tables);
	PQfinish(one);
	PQfinish(two);
}
