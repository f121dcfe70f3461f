#include "bed.h"

#include <unistd.h>

int64_t bed_now(void)
{
	struct refd_clock clock = refd_system_clock();

	return clock.ops->monotonic(clock.self);
}

long bed_ask(struct bed *bed, const char *format)
{
	char sql[512];
	PGresult *result;
	long answer = -1;

	snprintf(sql, sizeof(sql), format, bed->schema, bed->schema);
	result = PQexec(bed->db, sql);
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) > 0)
		answer = strtol(PQgetvalue(result, 0, 0), NULL, 10);
	else if (PQresultStatus(result) != PGRES_COMMAND_OK &&
		 PQresultStatus(result) != PGRES_TUPLES_OK)
		print_error("%s\n", PQerrorMessage(bed->db));
	PQclear(result);
	return answer;
}

static void count(void *self, const struct refd_postgres_traced *traced)
{
	struct bed *bed = self;

	if (traced->sql != NULL)
		bed->statements++;
	else
		bed->trips++;
	if (bed->at_statement != NULL)
		bed->at_statement(bed, traced);
}

enum refd_status bed_open(struct bed *bed, unsigned connections)
{
	enum refd_status st;

	refd_error_clear(&bed->err);
	bed->options.max_connections = connections;
	st = refd_postgres_open(&bed->options, &bed->allocator, &bed->postgres, &bed->err);
	if (st == REFD_OK)
		bed->store = refd_postgres_store(bed->postgres);
	return st;
}

void bed_close(struct bed *bed)
{
	refd_postgres_close(bed->postgres);
	bed->postgres = NULL;
}

void bed_make(struct bed *bed, const char *url)
{
	static int number;

	if (url == NULL)
		url = postgres_url();
	assert_non_null(url);
	snprintf(bed->schema, sizeof(bed->schema), "bed_%ld_%d", (long)getpid(), ++number);
	snprintf(bed->url, sizeof(bed->url), "%s%sapplication_name=%s", url,
		 strchr(url, '?') != NULL ? "&" : "?", bed->schema);
	bed->allocator = refd_allocator_libc();
	bed->options = (struct refd_postgres_options){ .struct_size = sizeof(bed->options),
						       .url = bed->url,
						       .schema = bed->schema,
						       .create = true,
						       .clock = refd_system_clock(),
						       .sleep = refd_system_sleep(),
						       .trace = count,
						       .trace_self = bed };
	bed->db = PQconnectdb(url);
	(void)bed_ask(bed, "SET client_min_messages = warning");
	(void)bed_ask(bed, "SET lock_timeout = '5s'"); /* a test that failed may hold some */
	support_assert_status(bed_open(bed, 2), REFD_OK);
}

void bed_remove(struct bed *bed)
{
	bed_close(bed);
	(void)bed_ask(bed, "DROP SCHEMA IF EXISTS %s CASCADE");
	PQfinish(bed->db);
}

int bed_setup(void **state)
{
	struct bed *bed = calloc(1, sizeof(*bed));

	*state = bed;
	assert_non_null(bed);
	bed_make(bed, NULL);
	return 0;
}

int bed_teardown(void **state)
{
	bed_remove(*state);
	free(*state);
	return 0;
}

/* ---- steps ---- */

struct refd_tx *bed_begin(struct bed *bed, enum refd_tx_mode mode, int64_t patience)
{
	struct refd_begin options = { .struct_size = sizeof(options),
				      .mode = mode,
				      .deadline = patience ? bed_now() + patience : 0 };
	struct refd_tx *tx = NULL;

	refd_error_clear(&bed->err);
	support_assert_status(bed->store.ops->begin(bed->store.self, &options, &tx, &bed->err),
			      REFD_OK);
	return tx;
}

enum refd_status bed_count_row(void *self, size_t read, enum refd_record record, const void *state)
{
	(void)read;
	(void)record;
	(void)state;
	++*(size_t *)self;
	return REFD_OK;
}

enum refd_status bed_read(struct bed *bed, struct refd_tx *tx)
{
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_TEAM,
					.index = REFD_INDEX_ALL };
	size_t rows = 0;

	return bed->store.ops->read(bed->store.self, tx, &read, 1, bed_count_row, &rows, &bed->err);
}

enum refd_status bed_guard(struct bed *bed, struct refd_tx *tx)
{
	const struct refd_guard board = { .guard_class = REFD_GUARD_BOARD };

	return bed->store.ops->guard(bed->store.self, tx, &board, 1, &bed->err);
}

enum refd_status bed_commit(struct bed *bed, struct refd_tx *tx, const struct refd_change *changes,
			    size_t count)
{
	const struct refd_change_set set = { changes, count };

	return bed->store.ops->commit(bed->store.self, tx, &set, &bed->err);
}

struct refd_team_state bed_team(uint8_t number)
{
	struct refd_team_state state = { .status = REFD_PARTY_ACTIVE, .version = 1 };

	state.id.uuid.bytes[0] = number;
	state.name.len = state.club.len = 1;
	state.name.utf8[0] = state.club.utf8[0] = 'x';
	return state;
}

enum refd_status bed_insert(struct bed *bed, struct refd_tx *tx, uint8_t number)
{
	const struct refd_team_state state = bed_team(number);
	const struct refd_change change = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &state, 0 };

	return bed_commit(bed, tx, &change, 1);
}
