/* The servers the other tests stand on: private, durable, and gone with their owner. */
#include "support.h"

#include <libpq-fe.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "postgres_server.h"

/* What a statement answers, as text; empty if it fails. */
static void ask(const char *url, const char *sql, char *text, size_t size)
{
	PGconn *connection = PQconnectdb(url);
	PGresult *result = PQexec(connection, sql);

	text[0] = '\0';
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
		snprintf(text, size, "%s", PQgetvalue(result, 0, 0));
	else if (PQresultStatus(result) != PGRES_COMMAND_OK)
		print_message("%s", PQerrorMessage(connection));
	PQclear(result);
	PQfinish(connection);
}

static void assert_answer(const char *url, const char *sql, const char *wanted)
{
	char text[200];

	ask(url, sql, text, sizeof(text));
	assert_string_equal(text, wanted);
}

static void server__is_private_and_as_shipped(void **state)
{
	struct postgres_server server;

	(void)state;
	assert_true(postgres_start(&server));
	assert_answer(server.url, "SHOW fsync", "on");
	assert_answer(server.url, "SHOW synchronous_commit", "on");
	assert_answer(server.url, "SHOW listen_addresses", "");
	assert_answer(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user",
		      "f");
	assert_answer(server.url, "SELECT 'a' < 'B'", "t"); /* not by bytes */
	assert_answer(server.url, "CREATE SCHEMA server_test", "");
	assert_answer(server.url, "DROP SCHEMA server_test", "");
	postgres_stop(&server);
}

static void server__comes_back_after_a_crash_with_what_was_committed(void **state)
{
	struct postgres_server server;
	struct stat info;
	char directory[64];

	(void)state;
	assert_true(postgres_start(&server));
	strcpy(directory, server.directory);
	assert_answer(server.url, "CREATE TABLE kept AS SELECT 42 AS n", "");
	assert_true(postgres_crash(&server));
	assert_true(postgres_resume(&server));
	assert_answer(server.url, "SELECT n FROM kept", "42");
	postgres_stop(&server);
	assert_int_equal(stat(directory, &info), -1);
}

static void server__ends_when_its_owner_is_killed(void **state)
{
	struct postgres_server server;
	PGconn *connection;
	int channel[2];
	pid_t owner;

	(void)state;
	assert_int_equal(pipe(channel), 0);
	owner = fork();
	assert_true(owner >= 0);
	if (owner == 0) {
		if (!postgres_start(&server) ||
		    write(channel[1], &server, sizeof(server)) != sizeof(server))
			_exit(1);
		pause();
		_exit(0);
	}
	close(channel[1]);
	assert_int_equal(read(channel[0], &server, sizeof(server)), sizeof(server));
	close(channel[0]);
	connection = PQconnectdb(server.url);
	assert_int_equal(PQstatus(connection), CONNECTION_OK);
	assert_int_equal(kill(owner, SIGKILL), 0);
	assert_int_equal(waitpid(owner, NULL, 0), owner);
	/* ends at once with the server, otherwise much later without an error */
	PQclear(PQexec(connection, "SELECT pg_sleep(60)"));
	assert_int_equal(PQstatus(connection), CONNECTION_BAD);
	PQfinish(connection);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(server__is_private_and_as_shipped),
		cmocka_unit_test(server__comes_back_after_a_crash_with_what_was_committed),
		cmocka_unit_test(server__ends_when_its_owner_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
