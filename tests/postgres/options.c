/* What stands in a connection string is libpq's business and passes through: TLS, lists of hosts,
 * the kind of session wanted. Whatever goes wrong, no password is told. On servers of our own,
 * where we may do everything. */
#include "bed.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PASSWORD "Correct-Horse"

/* `first` speaks TLS at an address of its own and wants a password there; both are reached through
 * their sockets. */
struct servers {
	struct postgres_server first, second;
	PGconn *root; /* of the first */
	char address[24];
};

static struct servers servers;

/* ---- the servers ---- */

static void order(const char *sql)
{
	PGresult *result = PQexec(servers.root, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(servers.root));
	PQclear(result);
}

static void become_root(void)
{
	char url[200];

	PQfinish(servers.root);
	snprintf(url, sizeof(url), "%s&user=postgres", servers.first.url);
	servers.root = PQconnectdb(url);
	assert_int_equal(PQstatus(servers.root), CONNECTION_OK);
}

static void in_directory(const char *name, char *ret, size_t size)
{
	snprintf(ret, size, "%s/%s", servers.first.directory, name);
}

/* A self-signed certificate NAME.crt for the host refd.test, and its key. */
static void make_certificate(const char *name)
{
	char key[160], certificate[160], file[40];
	struct stat directory;
	int status = -1;
	pid_t child;

	snprintf(file, sizeof(file), "%s.key", name);
	in_directory(file, key, sizeof(key));
	snprintf(file, sizeof(file), "%s.crt", name);
	in_directory(file, certificate, sizeof(certificate));
	child = fork();
	if (child == 0) {
		(void)!freopen("/dev/null", "w", stderr);
		execlp("openssl", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		       "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
		       "/CN=refd.test", "-addext", "subjectAltName=DNS:refd.test", "-keyout", key,
		       "-out", certificate, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(stat(servers.first.directory, &directory), 0);
	assert_int_equal(chmod(key, 0600), 0);
	assert_int_equal(chown(key, directory.st_uid, directory.st_gid), 0);
	assert_int_equal(chown(certificate, directory.st_uid, directory.st_gid), 0);
}

static void order_file(const char *setting, const char *name)
{
	char path[160], sql[200];

	in_directory(name, path, sizeof(path));
	snprintf(sql, sizeof(sql), "ALTER SYSTEM SET %s = '%s'", setting, path);
	order(sql);
}

static void want_passwords(void)
{
	char path[160];
	FILE *file;

	in_directory("data/pg_hba.conf", path, sizeof(path));
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs("local all all trust\n"
			  "hostssl all refdomain all scram-sha-256\n",
			  file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* The port is the usual one, so the address must be one that no other server has. */
static int setup(void **state)
{
	const unsigned pid = (unsigned)getpid();
	char sql[160];

	(void)state;
	snprintf(servers.address, sizeof(servers.address), "127.%u.%u.%u", 64 + (pid >> 16 & 63),
		 pid >> 8 & 255, pid & 255);
	assert_true(postgres_start(&servers.first));
	assert_true(postgres_start(&servers.second));
	become_root();
	make_certificate("server");
	make_certificate("other");
	want_passwords();
	order("ALTER ROLE refdomain PASSWORD '" PASSWORD "'");
	order_file("ssl_cert_file", "server.crt");
	order_file("ssl_key_file", "server.key");
	order("ALTER SYSTEM SET ssl = on");
	snprintf(sql, sizeof(sql), "ALTER SYSTEM SET listen_addresses = '%s'", servers.address);
	order(sql);
	assert_true(postgres_crash(&servers.first));
	assert_true(postgres_resume(&servers.first));
	become_root();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	PQfinish(servers.root);
	postgres_stop(&servers.first);
	postgres_stop(&servers.second);
	return 0;
}

/* ---- a store on the first server ---- */

static int make_bed(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	*state = bed;
	assert_non_null(bed);
	bed_make(bed, servers.first.url);
	return 0;
}

/* The same store, by another way. */
static enum refd_status REFD_PRINTF(2, 3) reopen(struct bed *bed, const char *format, ...)
{
	va_list values;

	bed_close(bed);
	va_start(values, format);
	vsnprintf(bed->url, sizeof(bed->url), format, values);
	va_end(values);
	return bed_open(bed, 1);
}

static void assert_said(const struct bed *bed, const char *text)
{
	if (strstr(bed->err.message, text) == NULL)
		fail_msg("'%s' does not say '%s'", bed->err.message, text);
}

/* Sessions of that name on a server. */
static long sessions(const struct bed *bed, const struct postgres_server *server)
{
	struct bed other = { .db = PQconnectdb(server->url) };
	long n;

	strcpy(other.schema, bed->schema);
	n = bed_ask(&other, "SELECT count(*) FROM pg_stat_activity WHERE application_name = '%s'");
	PQfinish(other.db);
	return n;
}

/* ---- several hosts ---- */

static void host__that_is_not_there_is_passed_over(void **state)
{
	struct bed *bed = *state;
	const char *good = servers.first.directory;

	support_assert_status(
		reopen(bed, "postgresql:///refdomain?host=/nonexistent,%s&user=refdomain", good),
		REFD_OK);
	support_assert_status(
		reopen(bed,
		       "host=127.0.0.1,/nonexistent,%s port=1,5432,5432 user=refdomain "
		       "dbname=refdomain sslmode=prefer",
		       good),
		REFD_OK);
	support_assert_status(reopen(bed, "host=/nonexistent,%s user=refdomain dbname=none", good),
			      REFD_NOT_FOUND);
	support_assert_status(reopen(bed, "host=/nonexistent,/nowhere dbname=refdomain"),
			      REFD_UNAVAILABLE);
	assert_said(bed, "/nowhere");
	/* libpq's own words for what does not fit */
	support_assert_status(reopen(bed, "host=/nonexistent,%s port=1,2,3", good),
			      REFD_UNAVAILABLE);
	assert_said(bed, "3 port numbers to 2 hosts");
}

/* An empty item stands for what it would be by itself. */
static void host__may_have_no_address(void **state)
{
	struct bed *bed = *state;

	support_assert_status(reopen(bed,
				     "host=refd.test,%s hostaddr=127.0.0.1, port=1, "
				     "user=refdomain dbname=refdomain",
				     servers.first.directory),
			      REFD_OK);
}

/* It takes connections, and that is all. */
static void host__that_is_silent_uses_only_its_part_of_the_time(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	const int silent = socket(AF_INET, SOCK_STREAM, 0);
	struct bed *bed = *state;
	int64_t begun;

	assert_int_equal(inet_pton(AF_INET, servers.address, &address.sin_addr), 1);
	assert_int_equal(bind(silent, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(silent, 8), 0);
	assert_int_equal(getsockname(silent, (struct sockaddr *)&address, &length), 0);
	bed->options.connect_timeout = 3 * REFD_SECOND;
	begun = bed_now();
	support_assert_status(reopen(bed,
				     "host=%s,%s port=%d,5432 user=refdomain dbname=refdomain "
				     "sslmode=disable",
				     servers.address, servers.first.directory,
				     ntohs(address.sin_port)),
			      REFD_OK);
	assert_in_range(bed_now() - begun, REFD_SECOND, 3 * REFD_SECOND + 250000);
	close(silent);
}

/* ---- the kind of session ---- */

static void read_only_server__is_passed_over_for_one_to_write_to(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx;
	const char *first = servers.first.directory, *second = servers.second.directory;
	const char *kind = "postgresql:///refdomain?host=%s,%s&user=refdomain"
			   "&application_name=%s&target_session_attrs=%s";

	order("ALTER DATABASE refdomain SET default_transaction_read_only = on");
	support_assert_status(reopen(bed, kind, first, second, bed->schema, "read-write"), REFD_OK);
	assert_int_equal(sessions(bed, &servers.first), 0);
	assert_int_equal(sessions(bed, &servers.second), 1);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 1), REFD_OK);
	bed->options.create = false;
	support_assert_status(reopen(bed, kind, second, first, bed->schema, "read-only"), REFD_OK);
	assert_int_equal(sessions(bed, &servers.first), 1);
	tx = bed_begin(bed, REFD_TX_READ, 0);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
	order("ALTER DATABASE refdomain RESET default_transaction_read_only");
}

static void read_only_server__alone_is_refused_or_denies(void **state)
{
	struct bed *bed = *state;
	const char *directory = servers.first.directory;
	const char *kind = "host=%s user=refdomain dbname=refdomain target_session_attrs=%s";

	order("ALTER DATABASE refdomain SET default_transaction_read_only = on");
	support_assert_status(reopen(bed, kind, directory, "read-write"), REFD_UNAVAILABLE);
	assert_said(bed, "session is read-only");
	support_assert_status(reopen(bed, kind, directory, "standby"), REFD_UNAVAILABLE);
	assert_said(bed, "not in hot standby");
	support_assert_status(reopen(bed, kind, directory, "any"), REFD_OK);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 1), REFD_DENIED);
	assert_string_equal(bed->err.sqlstate, "25006");
	order("ALTER DATABASE refdomain RESET default_transaction_read_only");
	support_assert_status(reopen(bed, kind, directory, "prefer-standby"), REFD_OK);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 1), REFD_OK);
}

/* Under sessions that are open. */
static void server__that_turns_read_only_denies(void **state)
{
	struct bed *bed = *state;
	enum refd_status st = REFD_OK;
	uint8_t written = 0;
	uint8_t i;

	order("ALTER SYSTEM SET default_transaction_read_only = on");
	order("SELECT pg_reload_conf()");
	for (i = 1; i < 250 && st == REFD_OK; i++) {
		st = bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), i);
		written = (uint8_t)(written + (st == REFD_OK));
	}
	support_assert_status(st, REFD_DENIED);
	assert_string_equal(bed->err.sqlstate, "25006");
	order("ALTER SYSTEM RESET default_transaction_read_only");
	order("SELECT pg_reload_conf()");
	for (i = 0; i < 250 && st == REFD_DENIED; i++)
		st = bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 250);
	support_assert_status(st, REFD_OK);
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), written + 1);
}

static void database__that_is_gone_is_unavailable_once_opened(void **state)
{
	struct refd_begin options = { .struct_size = sizeof(options), .mode = REFD_TX_READ };
	struct bed *bed = *state;
	struct refd_tx *tx = NULL;

	order("CREATE DATABASE passing OWNER refdomain");
	support_assert_status(reopen(bed, "%s&dbname=passing", servers.first.url), REFD_OK);
	order("DROP DATABASE passing WITH (FORCE)");
	support_assert_status(bed->store.ops->begin(bed->store.self, &options, &tx, &bed->err),
			      REFD_UNAVAILABLE);
	support_assert_status(bed->err.status, REFD_UNAVAILABLE);
	assert_string_equal(bed->err.sqlstate, "3D000");
	support_assert_status(reopen(bed, "%s&dbname=passing", servers.first.url), REFD_NOT_FOUND);
}

/* ---- TLS and passwords ---- */

#define TLS                                                                                        \
	"postgresql://refdomain:%s@%s/refdomain?hostaddr=%s&sslmode=verify-full&sslrootcert=%s/"   \
	"%s&application_name=%s"

static enum refd_status reopen_with_tls(struct bed *bed, const char *password, const char *host,
					const char *root)
{
	return reopen(bed, TLS, password, host, servers.address, servers.first.directory, root,
		      bed->schema);
}

static void tls__is_verified_in_full(void **state)
{
	struct bed *bed = *state;

	support_assert_status(reopen_with_tls(bed, PASSWORD, "refd.test", "server.crt"), REFD_OK);
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 0), 1), REFD_OK);
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a "
				      "ON a.pid = s.pid WHERE s.ssl AND a.application_name = "
				      "'%s'"),
			 1);
}

static void assert_no_password(const struct bed *bed)
{
	assert_true(strlen(bed->err.message) > 10);
	assert_null(strstr(bed->err.message, "Horse"));
}

static void tls__of_somebody_else_is_refused(void **state)
{
	struct bed *bed = *state;

	support_assert_status(reopen_with_tls(bed, PASSWORD, "refd.test", "other.crt"),
			      REFD_UNAVAILABLE);
	assert_said(bed, "certificate verify failed");
	assert_no_password(bed);
	support_assert_status(reopen_with_tls(bed, PASSWORD, "elsewhere.test", "server.crt"),
			      REFD_UNAVAILABLE);
	assert_said(bed, "does not match host name \"elsewhere.test\"");
	assert_no_password(bed);
	support_assert_status(reopen_with_tls(bed, PASSWORD, "refd.test", "none.crt"),
			      REFD_UNAVAILABLE);
	assert_said(bed, "none.crt\" does not exist");
	assert_no_password(bed);
}

static void password__that_is_wrong_is_denied(void **state)
{
	struct bed *bed = *state;

	support_assert_status(reopen_with_tls(bed, "Wrong-Horse", "refd.test", "server.crt"),
			      REFD_DENIED);
	assert_string_equal(bed->err.sqlstate, "28P01");
	assert_no_password(bed);
	support_assert_status(reopen_with_tls(bed, "", "refd.test", "server.crt"), REFD_DENIED);
	assert_said(bed, "no password supplied");
}

/* The first host that says no is not asked for another opinion, as libpq has it. */
static void password__that_is_wrong_is_not_tried_on_the_next_host(void **state)
{
	struct bed *bed = *state;

	support_assert_status(reopen(bed,
				     "host=refd.test,%s hostaddr=%s, user=refdomain "
				     "dbname=refdomain password=Wrong-Horse",
				     servers.first.directory, servers.address),
			      REFD_DENIED);
	assert_no_password(bed);
}

static void password__is_in_no_error(void **state)
{
	static const struct {
		const char *url;
		enum refd_status status;
	} urls[] = {
		{ "postgresql://me:" PASSWORD "@127.0.0.1:1/refdomain", REFD_UNAVAILABLE },
		{ "postgresql://me:" PASSWORD "@127.0.0.1:port/refdomain", REFD_UNAVAILABLE },
		{ "postgresql://me:" PASSWORD "@127.0.0.1/refdomain?sslmode=perhaps",
		  REFD_UNAVAILABLE },
		{ "postgresql://me:" PASSWORD "@[127.0.0.1/refdomain", REFD_INVALID },
		{ "postgresql://me:" PASSWORD "%4@127.0.0.1/refdomain", REFD_INVALID },
		{ "postgresql://me:" PASSWORD "@127.0.0.1/refdomain?no=where", REFD_INVALID },
		{ "postgresql://me@127.0.0.1/refdomain?password=" PASSWORD "&&", REFD_INVALID },
		{ "postgres//me:" PASSWORD "@127.0.0.1/refdomain?x=y", REFD_INVALID },
		{ "pgsql://me:" PASSWORD "@127.0.0.1/refdomain", REFD_INVALID },
		{ "host=127.0.0.1 user=me password=a " PASSWORD, REFD_INVALID },
		{ "host=127.0.0.1 user=me password='" PASSWORD, REFD_INVALID },
	};
	struct bed *bed = *state;
	size_t i;

	for (i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		support_assert_status(reopen(bed, "%s", urls[i].url), urls[i].status);
		assert_no_password(bed);
	}
}

/* ---- time-outs that cannot be set ---- */

#define SET_CONFIG "EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean)"

static void count_timeouts(struct bed *bed, const struct refd_postgres_traced *traced)
{
	if (traced->sql != NULL && strstr(traced->sql, "'statement_timeout'") != NULL)
		bed->trips++;
}

/* They go before the transaction in a group of their own: its failure is that of the session, which
 * has the old ones. */
static void timeouts__that_were_not_set_are_set_again(void **state)
{
	struct bed *bed = *state;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_READ, 100 * REFD_SECOND);
	int round;

	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
	order("REVOKE " SET_CONFIG " FROM public");
	for (round = 0; round < 2; round++) {
		tx = bed_begin(bed, REFD_TX_READ, 10 * REFD_SECOND);
		support_assert_status(bed_read(bed, tx), REFD_DENIED);
		bed->store.ops->rollback(bed->store.self, tx);
	}
	order("GRANT " SET_CONFIG " TO public");
	bed->at_statement = count_timeouts;
	bed->trips = 0;
	tx = bed_begin(bed, REFD_TX_READ, 10 * REFD_SECOND);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
	assert_int_equal(bed->trips, 2); /* the statement and the read */
}

/* What they failed with is no answer to the COMMIT that went out behind them. */
static void timeouts__that_were_not_set_do_not_answer_for_the_commit(void **state)
{
	struct bed *bed = *state;

	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 100 * REFD_SECOND), 1),
			      REFD_OK);
	order("REVOKE " SET_CONFIG " FROM public");
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 10 * REFD_SECOND), 2),
			      REFD_OK);
	(void)bed_ask(bed, "CREATE FUNCTION %s.die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
			   "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); "
			   "RETURN NULL; END $$");
	(void)bed_ask(bed, "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON %s.team DEFERRABLE "
			   "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION %s.die()");
	support_assert_status(bed_insert(bed, bed_begin(bed, REFD_TX_WRITE, 10 * REFD_SECOND), 3),
			      REFD_UNKNOWN);
	order("GRANT " SET_CONFIG " TO public");
	assert_int_equal(bed_ask(bed, "SELECT count(*) FROM %s.team"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_bed, bed_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(host__that_is_not_there_is_passed_over),
		TEST(host__may_have_no_address),
		TEST(host__that_is_silent_uses_only_its_part_of_the_time),
		TEST(read_only_server__is_passed_over_for_one_to_write_to),
		TEST(read_only_server__alone_is_refused_or_denies),
		TEST(server__that_turns_read_only_denies),
		TEST(database__that_is_gone_is_unavailable_once_opened),
		TEST(tls__is_verified_in_full),
		TEST(tls__of_somebody_else_is_refused),
		TEST(password__that_is_wrong_is_denied),
		TEST(password__that_is_wrong_is_not_tried_on_the_next_host),
		TEST(password__is_in_no_error),
		TEST(timeouts__that_were_not_set_are_set_again),
		TEST(timeouts__that_were_not_set_do_not_answer_for_the_commit),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
