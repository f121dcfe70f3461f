/* One ladder from SQLSTATEs to statuses: the exact code decides before its class. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "postgres_parts.h"

struct classified {
	const char *sqlstate; /* five characters, or the two of a class */
	enum refd_status status;
};

static const struct classified ladder[] = {
	{ "RD001", REFD_CONFLICT }, /* ours: a row is not at its expected version */
	{ "40001", REFD_CONFLICT }, /* serialization_failure */
	{ "40P01", REFD_CONFLICT }, /* deadlock_detected */
	{ "21000", REFD_CONFLICT }, /* a change set has one row twice */
	{ "23505", REFD_ALREADY_EXISTS }, { "23P01", REFD_ALREADY_EXISTS },
	{ "23503", REFD_NOT_FOUND },	  { "0A000", REFD_UNAVAILABLE },
	{ "26000", REFD_UNAVAILABLE }, /* see is_outdated() */
	{ "25006", REFD_DENIED },      /* read_only_sql_transaction */
	{ "25P02", REFD_UNAVAILABLE }, /* in_failed_sql_transaction */
	{ "25P03", REFD_UNAVAILABLE }, /* idle_in_transaction_session_timeout */
	{ "3D000", REFD_NOT_FOUND },   /* no such database */
	{ "42501", REFD_DENIED },      /* insufficient_privilege */
	{ "53200", REFD_NO_MEMORY },	  { "55P03", REFD_UNAVAILABLE }, /* lock_not_available */
	{ "57014", REFD_UNAVAILABLE },					 /* query_canceled */
	{ "57P01", REFD_UNAVAILABLE },					 /* admin_shutdown */
	{ "57P02", REFD_UNAVAILABLE },					 /* crash_shutdown */
	{ "57P03", REFD_UNAVAILABLE },					 /* cannot_connect_now */
	{ "57P05", REFD_UNAVAILABLE },					 /* idle_session_timeout */
	{ "08", REFD_UNAVAILABLE },	  { "28", REFD_DENIED },
	{ "53", REFD_UNAVAILABLE },	  { "58", REFD_UNAVAILABLE },
	{ "XX001", REFD_CORRUPT }, /* data_corrupted */
	{ "XX002", REFD_CORRUPT }, /* index_corrupted */
};

enum refd_status refd_postgres__status_of(const char *sqlstate)
{
	enum refd_status of_class = REFD_BACKEND;
	size_t i;

	if (sqlstate == NULL || sqlstate[0] == '\0')
		return REFD_UNAVAILABLE; /* only a lost connection has none */
	for (i = 0; i < sizeof(ladder) / sizeof(ladder[0]); i++) {
		if (strcmp(ladder[i].sqlstate, sqlstate) == 0)
			return ladder[i].status;
		if (strncmp(ladder[i].sqlstate, sqlstate, 2) == 0 && ladder[i].sqlstate[2] == '\0')
			of_class = ladder[i].status;
	}
	return of_class;
}

const char *refd_postgres__said(const PGresult *result, int code)
{
	const char *text = PQresultErrorField(result, code);

	return text != NULL ? text : "";
}

/* Tables changed under its plans, or somebody else discarded its prepared statements. */
bool refd_postgres__is_outdated(const PGresult *result)
{
	const char *sqlstate = refd_postgres__said(result, PG_DIAG_SQLSTATE);

	return strcmp(sqlstate, "0A000") == 0 || strcmp(sqlstate, "26000") == 0;
}

enum refd_status refd_postgres__failed(const struct pg_connection *c, const PGresult *result,
				       struct refd_error *err)
{
	const char *sqlstate = refd_postgres__said(result, PG_DIAG_SQLSTATE);
	const char *detail = refd_postgres__said(result, PG_DIAG_MESSAGE_DETAIL);
	enum refd_status st = refd_postgres__status_of(sqlstate);

	(void)refd_error_set(err, st, "%s: %s%s%s", c->store->schema,
			     refd_postgres__said(result, PG_DIAG_MESSAGE_PRIMARY),
			     detail[0] != '\0' ? ": " : "", detail);
	if (err != NULL) {
		snprintf(err->sqlstate, sizeof(err->sqlstate), "%s", sqlstate);
		snprintf(err->constraint, sizeof(err->constraint), "%s",
			 refd_postgres__said(result, PG_DIAG_CONSTRAINT_NAME));
	}
	return st;
}

/* ---- connections ---- */

/* "FATAL:  57P03: the database system is starting up" in the text of a connection that failed. */
static void find_sqlstate(const char *message, char *ret)
{
	const char *at;

	for (at = strstr(message, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
		if (strspn(at + 3, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 5 && at[8] == ':') {
			memcpy(ret, at + 3, 5);
			ret[5] = '\0';
		}
	}
}

enum refd_status refd_postgres__lost(const struct pg_connection *c, const char *what,
				     struct refd_error *err)
{
	const char *message = c->db != NULL ? PQerrorMessage(c->db) : "";
	char sqlstate[6] = "";
	enum refd_status st;

	find_sqlstate(message, sqlstate);
	st = refd_postgres__status_of(sqlstate);
	(void)refd_error_set(err, st, "%s: %s%s%.*s", c->store->schema, what,
			     message[0] != '\0' ? ": " : "", (int)strcspn(message, "\n"), message);
	if (err != NULL)
		memcpy(err->sqlstate, sqlstate, sizeof(sqlstate));
	return st;
}
