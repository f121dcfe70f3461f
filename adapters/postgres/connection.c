/* Connections: opened without blocking, each used by one transaction at a time, statements prepared
 * on their first use. */
#include <stdlib.h>
#include <string.h>

#include "postgres_parts.h"

#define STARTING_UP INT64_C(20000) /* between two looks at a server that starts */
#define MIN_SERVER  150000

static void ignore_notice(void *self, const PGresult *result)
{
	(void)self;
	(void)result;
}

/* ---- several hosts ---- */

/*
 * libpq tries the hosts of a list in turn, but gives the first one all the time there is if it is
 * silent. So each is tried by itself, with its part of what is left.
 */
struct hosts {
	PQconninfoOption *options; /* the texts are theirs */
	char *host, *hostaddr, *port;
	size_t count; /* 1: the connection string as it is */
};

static char *value_of(PQconninfoOption *options, const char *keyword)
{
	for (; options != NULL && options->keyword != NULL; options++) {
		if (strcmp(options->keyword, keyword) == 0)
			return options->val;
	}
	return NULL;
}

static size_t count_items(const char *list)
{
	size_t n = list != NULL;

	for (; list != NULL && *list != '\0'; list++)
		n += *list == ',';
	return n;
}

/* Cut off the front of the list; the last item stays for all who still come. */
static const char *take_item(char **list)
{
	char *item = *list;
	char *comma = item != NULL ? strchr(item, ',') : NULL;

	if (comma != NULL) {
		*comma = '\0';
		*list = comma + 1;
	}
	return item;
}

/* Whether the choice of a host is more than taking the first that will do. */
static bool is_choosy(PQconninfoOption *options)
{
	const char *wanted = value_of(options, "target_session_attrs");

	if (wanted == NULL)
		wanted = getenv("PGTARGETSESSIONATTRS");
	return value_of(options, "service") != NULL ||
	       value_of(options, "load_balance_hosts") != NULL ||
	       (wanted != NULL && strcmp(wanted, "prefer-standby") == 0);
}

static struct hosts read_hosts(const struct refd_postgres *store)
{
	PQconninfoOption *options = PQconninfoParse(store->url, NULL);
	struct hosts hosts = { .options = options,
			       .host = value_of(options, "host"),
			       .hostaddr = value_of(options, "hostaddr"),
			       .port = value_of(options, "port") };
	const size_t n = count_items(hosts.hostaddr != NULL ? hosts.hostaddr : hosts.host);
	const size_t names = count_items(hosts.host), ports = count_items(hosts.port);
	const bool fits = (names == n || names == 0) && (ports == n || ports <= 1);

	hosts.count = n > 1 && fits && !is_choosy(options) ? n : 1;
	return hosts;
}

#define MOST_OPTIONS 96 /* libpq 17 has 52 */

/* The options of the string, with a host of the lists. What is empty cannot be said twice, so the
 * lists themselves are left out. */
static PGconn *start_next(struct hosts *hosts)
{
	const char *keys[MOST_OPTIONS + 3] = { "fallback_application_name" };
	const char *values[MOST_OPTIONS + 3] = { "refdomain" };
	const char *host = take_item(&hosts->host), *hostaddr = take_item(&hosts->hostaddr);
	const char *port = take_item(&hosts->port);
	const PQconninfoOption *o;
	size_t n = 1;

	for (o = hosts->options; o->keyword != NULL && n <= MOST_OPTIONS; o++) {
		keys[n] = o->keyword;
		values[n++] = strcmp(o->keyword, "host") == 0	    ? host
			      : strcmp(o->keyword, "hostaddr") == 0 ? hostaddr
			      : strcmp(o->keyword, "port") == 0	    ? port
								    : o->val;
	}
	keys[n] = "client_encoding";
	values[n] = "UTF8";
	return PQconnectStartParams(keys, values, 0);
}

/* The caller's string is expanded first, so what stands behind it is ours alone. */
static PGconn *start(const struct refd_postgres *store)
{
	const char *const keys[] = { "fallback_application_name", "dbname", "client_encoding",
				     NULL };
	const char *const values[] = { "refdomain", store->url, "UTF8", NULL };

	return PQconnectStartParams(keys, values, 1);
}

static enum refd_status connect_failed(struct pg_connection *c, const char *what,
				       struct refd_error *err)
{
	enum refd_status st = refd_postgres__lost(c, what, err);

	c->broken = true;
	if (st == REFD_UNAVAILABLE && PQconnectionNeedsPassword(c->db)) {
		st = REFD_DENIED;
		if (err != NULL)
			err->status = st;
	}
	return st;
}

static enum refd_status poll_connection(struct pg_connection *c, struct refd_error *err)
{
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	if (c->db == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	PQsetNoticeReceiver(c->db, ignore_notice, NULL);
	(void)PQsetErrorVerbosity(c->db, PQERRORS_VERBOSE); /* with the SQLSTATE */
	if (PQstatus(c->db) == CONNECTION_BAD)
		return connect_failed(c, "cannot connect", err);
	while (state != PGRES_POLLING_OK) {
		if (!refd_postgres__wait(c, state == PGRES_POLLING_WRITING))
			return refd_error_set(err, REFD_UNAVAILABLE,
					      "%s: cannot connect within the deadline",
					      c->store->schema);
		state = PQconnectPoll(c->db);
		if (state == PGRES_POLLING_FAILED)
			return connect_failed(c, "cannot connect", err);
	}
	return REFD_OK;
}

/* Not reached, still starting up, or not of the wanted kind: there may be a better one. */
static bool may_go_on(enum refd_status st, const struct refd_error *said)
{
	return st == REFD_UNAVAILABLE &&
	       (said->sqlstate[0] == '\0' || strcmp(said->sqlstate, "57P03") == 0);
}

static enum refd_status connect_in_turn(struct pg_connection *c, struct refd_error *said)
{
	const struct refd_postgres *store = c->store;
	struct pg_deadline end = c->end;
	struct hosts hosts = read_hosts(store);
	enum refd_status st = REFD_UNAVAILABLE;
	size_t left;

	for (left = hosts.count; left > 0; left--) {
		struct refd_error of_this = REFD_ERROR_INIT;

		c->end = refd_postgres__sooner(store, &end,
					       refd_postgres__left(store, &end) / (int64_t)left);
		c->db = hosts.count > 1 ? start_next(&hosts) : start(store);
		st = poll_connection(c, &of_this);
		if (said->sqlstate[0] == '\0' || !may_go_on(st, &of_this))
			*said = of_this;
		if (!may_go_on(st, &of_this) || left == 1)
			break;
		PQfinish(c->db);
		c->broken = false;
	}
	c->end = end;
	PQconninfoFree(hosts.options);
	return st == REFD_OK ? st : said->status;
}

/* As much of it as the caller's struct holds. */
static void pass_on(struct refd_error *err, const struct refd_error *said)
{
	size_t size;

	if (err == NULL)
		return;
	size = err->struct_size != 0 ? err->struct_size : sizeof(*err);
	memcpy(err, said, size < sizeof(*said) ? size : sizeof(*said));
	err->struct_size = size;
}

/* A server that starts up will answer soon. */
static enum refd_status connect(struct pg_connection *c, struct refd_error *err)
{
	const struct refd_postgres *store = c->store;
	struct refd_error said = REFD_ERROR_INIT;

	for (;;) {
		enum refd_status st;

		refd_error_clear(&said);
		st = connect_in_turn(c, &said);
		if (st == REFD_OK)
			return st;
		if (strcmp(said.sqlstate, "57P03") != 0 ||
		    refd_postgres__left(store, &c->deadline) <= STARTING_UP) {
			pass_on(err, &said);
			return st;
		}
		PQfinish(c->db);
		c->db = NULL;
		c->broken = false;
		store->options.sleep.ops->sleep(store->options.sleep.self, STARTING_UP);
	}
}

static enum refd_status check_server(const struct pg_connection *c, struct refd_error *err)
{
	const char *encoding = PQparameterStatus(c->db, "server_encoding");

	if (PQserverVersion(c->db) < MIN_SERVER)
		return refd_error_set(err, REFD_UNSUPPORTED,
				      "the server is PostgreSQL %d; at least 15 is needed",
				      PQserverVersion(c->db) / 10000);
	if (encoding == NULL ||
	    (strcmp(encoding, "UTF8") != 0 && strcmp(encoding, "SQL_ASCII") != 0))
		return refd_error_set(err, REFD_UNSUPPORTED,
				      "the database's encoding is %s; UTF8 is needed",
				      encoding != NULL ? encoding : "unknown");
	return REFD_OK;
}

static size_t largest_row(void)
{
	size_t most = sizeof(struct refd_fixture_card);
	int i;

	for (i = 1; i <= REFD_RECORDS; i++) {
		size_t size = refd_record_layout((enum refd_record)i)->state_size;

		most = size > most ? size : most;
	}
	return most;
}

/*
 * Names are written out, so a search path is not relied on; this one cannot do harm. Plans are made
 * once: they hardly depend on the parameters, and are to seek rows by index even if they were made
 * when the tables were empty. The server looks now and then whether its client is still there, so
 * that a dropped connection does not hold its locks.
 */
#define SET(name, value) "pg_catalog.set_config('" name "', '" value "', false)"

/* clang-format off */
static const char settings[] =
	"SELECT " SET("search_path", "pg_catalog, pg_temp") ", "
	SET("plan_cache_mode", "force_generic_plan") ", "
	SET("enable_seqscan", "off") ", "
	SET("enable_bitmapscan", "off") ", "
	SET("enable_hashjoin", "off") ", "
	SET("enable_mergejoin", "off") ", "
	SET("jit", "off") ", "
	SET("max_parallel_workers_per_gather", "0") ", "
	SET("client_connection_check_interval", "1s");
/* clang-format on */

enum refd_status refd_postgres__connection_ready(struct pg_connection *c, struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (!c->store->options.pgbouncer && c->timeout_ms < 0)
		st = refd_postgres__exec(c, settings, NULL, err);
	if (st == REFD_OK && !PQenterPipelineMode(c->db))
		st = refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	return st;
}

enum refd_status refd_postgres__connection_open(struct refd_postgres *store, bool first,
						const struct pg_deadline *deadline,
						struct pg_connection **ret, struct refd_error *err)
{
	const struct refd_allocator *allocator = &store->allocator;
	struct pg_connection *c = allocator->alloc(allocator->self, sizeof(*c));
	struct pg_deadline until;
	enum refd_status st;

	if (c == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	memset(c, 0, sizeof(*c));
	c->store = store;
	c->timeout_ms = -1;
	c->generation = __atomic_load_n(&store->generation, __ATOMIC_RELAXED);
	until = refd_postgres__sooner(store, deadline, store->options.connect_timeout);
	refd_postgres__give_time(c, &until);
	c->row = allocator->alloc(allocator->self, largest_row());
	if (c->row == NULL)
		st = refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	else
		st = connect(c, err);
	if (st == REFD_OK)
		st = check_server(c, err);
	if (st == REFD_OK && PQsetnonblocking(c->db, 1) != 0)
		st = refd_error_set(err, REFD_NO_MEMORY, "no memory for a connection");
	if (st == REFD_OK && !first)
		st = refd_postgres__connection_ready(c, err);
	if (st != REFD_OK) {
		refd_postgres__connection_close(c);
		return st;
	}
	memset(c->row, 0, largest_row());
	__atomic_add_fetch(&store->opened, 1, __ATOMIC_RELAXED);
	*ret = c;
	return REFD_OK;
}

void refd_postgres__connection_close(struct pg_connection *c)
{
	const struct refd_allocator allocator = c->store->allocator;

	PQfinish(c->db);
	allocator.free(allocator.self, c->params.bytes);
	allocator.free(allocator.self, c->pending);
	allocator.free(allocator.self, c->row);
	allocator.free(allocator.self, c);
}
