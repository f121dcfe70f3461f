/* Statements go out without waiting, results come back in order: one wait per trip, under one
 * deadline. Nothing here blocks but poll(). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "postgres_parts.h"

/* Longest wait between two looks at the clock port, whose time may be made. */
#define LOOK INT64_C(100000)
/* Who was kept from running until the deadline had passed may still take what has come by then. */
#define LATE_LOOKS 16

bool refd_postgres__wait(struct pg_connection *c, bool write)
{
	struct pollfd fd = { .fd = PQsocket(c->db), .events = POLLIN };

	if (write)
		fd.events |= POLLOUT;
	for (;;) {
		int64_t left = refd_postgres__left(c->store, &c->end);
		int n;

		if (fd.fd < 0 || (left == 0 && c->late_looks++ == LATE_LOOKS))
			return false;
		n = poll(&fd, 1,
			 left == 0 ? 0 : (int)(left < LOOK ? left / 1000 + 1 : LOOK / 1000));
		if (n == 0 && left == 0)
			return false;
		if (n > 0 || (n < 0 && errno != EINTR))
			return n > 0;
	}
}

/* ---- queueing ---- */

static struct pg_pending *add_pending(struct pg_connection *c)
{
	const struct refd_allocator *allocator = &c->store->allocator;
	size_t count = c->tail - c->head;

	if (c->tail == c->room && c->head > 0) {
		memmove(c->pending, c->pending + c->head, count * sizeof(*c->pending));
		c->head = 0;
		c->tail = count;
	} else if (c->tail == c->room) {
		size_t room = c->room != 0 ? 2 * c->room : 32;
		struct pg_pending *more =
			allocator->alloc(allocator->self, room * sizeof(*c->pending));

		if (more == NULL)
			return NULL;
		if (count > 0)
			memcpy(more, c->pending, count * sizeof(*more));
		allocator->free(allocator->self, c->pending);
		c->pending = more;
		c->room = room;
	}
	return &c->pending[c->tail];
}

/* libpq could not take it; what it has taken before can no more be told from it. */
static enum refd_status not_queued(struct pg_connection *c, struct refd_error *err)
{
	c->broken = true;
	if (PQstatus(c->db) == CONNECTION_BAD)
		return refd_postgres__lost(c, "the connection is lost", err);
	return refd_error_set(err, REFD_NO_MEMORY, "no memory to send a statement");
}

static enum refd_status note(struct pg_connection *c, const struct pg_pending *pending,
			     struct refd_error *err)
{
	struct pg_pending *added = add_pending(c);

	if (added == NULL)
		return not_queued(c, err);
	*added = *pending;
	c->tail++;
	return REFD_OK;
}

static void trace(const struct pg_connection *c, const struct pg_sql_text *sql)
{
	const struct refd_postgres_options *options = &c->store->options;
	struct refd_postgres_traced traced = { .sql = NULL };

	if (options->trace == NULL)
		return;
	if (sql != NULL)
		traced = (struct refd_postgres_traced){ sql->text, sql->n_params, sql->types,
							c->params.values, c->params.lengths };
	options->trace(options->trace_self, &traced);
}

static int send(struct pg_connection *c, const struct pg_sql_text *sql)
{
	static const int binary[PG_PARAMS] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
					       1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	const struct pg_params *p = &c->params;

	if (c->store->options.pgbouncer)
		return PQsendQueryParams(c->db, sql->text, (int)p->n, sql->types, p->values,
					 p->lengths, binary, 1);
	return PQsendQueryPrepared(c->db, sql->name, (int)p->n, p->values, p->lengths, binary, 1);
}

/* Parsed by the server on its first use, without a trip of its own. */
static enum refd_status prepare(struct pg_connection *c, size_t statement,
				const struct pg_sql_text *sql, bool owed, struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_PREPARED,
					    .statement = statement,
					    .owed = owed };

	if (c->prepared[statement] || c->store->options.pgbouncer)
		return REFD_OK;
	if (add_pending(c) == NULL)
		return not_queued(c, err);
	if (!PQsendPrepare(c->db, sql->name, sql->text, (int)sql->n_params, sql->types))
		return not_queued(c, err);
	c->prepared[statement] = true;
	return note(c, &pending, err);
}

enum refd_status refd_postgres__queue(struct pg_connection *c, const struct pg_pending *pending,
				      struct refd_error *err)
{
	const struct pg_sql_text *sql = &c->store->sql->items[pending->statement];
	struct pg_params *p = &c->params;
	enum refd_status st;
	size_t i;

	if (p->no_memory)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a statement");
	if (p->bad || sql->text == NULL || p->n != sql->n_params)
		return refd_error_set(err, sql->text == NULL ? REFD_UNSUPPORTED : REFD_MISUSE,
				      "the PostgreSQL adapter does not read or write that");
	for (i = 0; i < p->n; i++) {
		if (p->at[i] != SIZE_MAX)
			p->values[i] = p->bytes + p->at[i];
	}
	st = prepare(c, pending->statement, sql, pending->owed, err);
	if (st != REFD_OK)
		return st;
	if (add_pending(c) == NULL) /* before libpq has it: it would go out even when closing */
		return not_queued(c, err);
	trace(c, sql);
	if (!send(c, sql))
		return not_queued(c, err);
	return note(c, pending, err);
}

enum refd_status refd_postgres__queue_frame(struct pg_connection *c, enum pg_frame use,
					    enum pg_kind kind, bool owed, struct refd_error *err)
{
	const struct pg_pending pending = { .kind = kind,
					    .owed = owed,
					    .statement = pg_frame_statement(use) };

	return refd_postgres__queue(c, &pending, err);
}

enum refd_status refd_postgres__sync(struct pg_connection *c, bool owed, struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_SYNCED, .owed = owed };

	if (!PQpipelineSync(c->db))
		return not_queued(c, err);
	return note(c, &pending, err);
}

/* ---- collecting ---- */

/* Wait until PQgetResult() will not block. libpq without memory for what it reads says so in its
 * message and no result tells of it: the mark that ends a pipeline would be waited for in vain. */
static bool ready(struct pg_connection *c, bool may_wait)
{
	const size_t said = strlen(PQerrorMessage(c->db));

	c->choked = false;
	while (PQisBusy(c->db)) {
		int unsent;

		c->choked = strlen(PQerrorMessage(c->db)) != said;
		if (c->choked)
			return false;
		unsent = PQflush(c->db);
		if (may_wait && !refd_postgres__wait(c, unsent > 0))
			return false;
		if (!PQconsumeInput(c->db) && PQisBusy(c->db))
			return false;
		if (!may_wait)
			return !PQisBusy(c->db);
	}
	return true;
}

static enum refd_status silent(struct pg_connection *c, struct refd_error *err)
{
	c->broken = true;
	if (c->choked || PQstatus(c->db) == CONNECTION_BAD)
		return refd_postgres__lost(c, "the connection is lost", err);
	return refd_error_set(err, REFD_UNAVAILABLE,
			      "the PostgreSQL server did not answer within the deadline");
}

/* An error the server sends with its last breath ends the connection too. So does one of libpq
 * itself, which has no severity: nothing more can be told from a stream it had no memory for. */
static bool is_fatal(const PGresult *result)
{
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	return severity == NULL || strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

/* The time-outs' group ends before the BEGIN: its error does not keep what follows from the commit.
 */
static bool is_apart(const struct pg_connection *c, const struct pg_pending *pending)
{
	return pending->statement == pg_frame_statement(PG_TIMEOUTS) &&
	       !c->store->options.pgbouncer;
}

/* What the session was to have from it, it has not. */
static void forget(struct pg_connection *c, const struct pg_pending *pending)
{
	if (pending->kind == PG_PREPARED)
		c->prepared[pending->statement] = false;
	if (is_apart(c, pending))
		c->timeout_ms = INT64_MAX; /* like none that is wanted */
}

/* Another session will do. Those of the pool are as old as this one, and likely to be no better. */
static void outdate(const struct pg_connection *c)
{
	unsigned generation = c->generation;

	__atomic_compare_exchange_n(&c->store->generation, &generation, generation + 1, false,
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

static enum refd_status on_error(struct pg_connection *c, const PGresult *result,
				 const struct pg_pending *pending,
				 const struct pg_delivery *delivery, struct refd_error *err)
{
	forget(c, pending);
	if (is_fatal(result))
		c->broken = true;
	if (pending->owed)
		return REFD_OK;
	c->failed = true;
	c->refused = c->refused || (!c->broken && !is_apart(c, pending));
	if (refd_postgres__is_outdated(result))
		outdate(c);
	if (PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL)
		return refd_postgres__lost(c, "the connection is lost", err);
	if (pending->kind == PG_CHANGED && delivery != NULL)
		return refd_postgres__change_failed(c, result, pending, delivery->changes, err);
	return refd_postgres__failed(c, result, err);
}

/* COMMIT of a transaction that cannot be committed is no error for the server: it says ROLLBACK. */
static enum refd_status on_commit(struct pg_connection *c, PGresult *result, struct refd_error *err)
{
	if (strcmp(PQcmdStatus(result), "COMMIT") == 0) {
		c->committed = true;
		return REFD_OK;
	}
	c->refused = true;
	return refd_error_set(err, REFD_UNAVAILABLE, "an earlier error ended the transaction");
}

static enum refd_status on_result(struct pg_connection *c, PGresult *result,
				  const struct pg_pending *pending,
				  const struct pg_delivery *delivery, struct refd_error *err)
{
	switch (PQresultStatus(result)) {
	case PGRES_COMMAND_OK:
		return pending->kind == PG_COMMITTED ? on_commit(c, result, err) : REFD_OK;
	case PGRES_TUPLES_OK:
		return pending->kind == PG_ROWS && delivery != NULL
			       ? pending->deliver(c, result, pending, delivery, err)
			       : REFD_OK;
	case PGRES_PIPELINE_ABORTED: /* the error that did it was told before */
		forget(c, pending);
		return REFD_OK;
	case PGRES_PIPELINE_SYNC:
		return REFD_OK;
	case PGRES_EMPTY_QUERY:
	case PGRES_COPY_OUT:
	case PGRES_COPY_IN:
	case PGRES_COPY_BOTH:
	case PGRES_BAD_RESPONSE:
	case PGRES_NONFATAL_ERROR:
	case PGRES_FATAL_ERROR:
	case PGRES_SINGLE_TUPLE:
		break;
	}
	return on_error(c, result, pending, delivery, err);
}

/* The result of the first pending statement and, but for a sync, the NULL behind it. */
static enum refd_status collect_one(struct pg_connection *c, const struct pg_delivery *delivery,
				    bool may_wait, bool *ret_more, struct refd_error *err)
{
	const struct pg_pending pending = c->pending[c->head];
	enum refd_status st = REFD_OK;
	PGresult *result;

	*ret_more = false;
	if (!ready(c, may_wait))
		return may_wait || c->choked || PQstatus(c->db) == CONNECTION_BAD ? silent(c, err)
										  : REFD_OK;
	result = PQgetResult(c->db);
	if (result == NULL) { /* the end of the statement before */
		*ret_more = PQstatus(c->db) == CONNECTION_OK && !c->ended;
		c->ended = true;
		return REFD_OK;
	}
	c->ended = false;
	st = on_result(c, result, &pending, delivery, err);
	PQclear(result);
	c->head++;
	*ret_more = !c->broken;
	return st;
}

enum refd_status refd_postgres__collect(struct pg_connection *c, const struct pg_delivery *delivery,
					struct refd_error *err)
{
	enum refd_status first = REFD_OK;
	bool more = true;

	trace(c, NULL);
	__atomic_add_fetch(&c->store->trips, 1, __ATOMIC_RELAXED);
	while (c->head < c->tail && more) {
		enum refd_status st = collect_one(c, first == REFD_OK ? delivery : NULL, true,
						  &more, first == REFD_OK ? err : NULL);

		first = first == REFD_OK ? st : first;
	}
	if (first == REFD_OK && c->head < c->tail) { /* died of what is owed to an earlier one */
		c->broken = true;
		first = refd_postgres__lost(c, "the connection is lost", err);
	}
	return first;
}

bool refd_postgres__settle(struct pg_connection *c)
{
	int looks = 0;
	bool more = true;

	while (looks++ < 16 && !c->broken) { /* the end of the stream comes behind the last words */
		struct pollfd fd = { .fd = PQsocket(c->db), .events = POLLIN };

		if (poll(&fd, 1, 0) == 0)
			break;
		if (!PQconsumeInput(c->db) || PQstatus(c->db) == CONNECTION_BAD)
			return false;
	}
	while (c->head < c->tail && more && !c->broken)
		(void)collect_one(c, NULL, false, &more, NULL);
	return !c->broken && PQstatus(c->db) == CONNECTION_OK;
}

/* ---- the frame of a transaction ---- */

/* Floored to four binary digits, so that transactions with like deadlines find the session as they
 * want it. Never 0, which would be none. */
static int64_t timeout_for(struct pg_connection *c)
{
	int64_t ms = refd_postgres__left(c->store, &c->deadline) / 1000;
	int shift = 0;

	if (c->deadline.at == INT64_MAX)
		return 0;
	if (ms > 24 * 3600 * 1000)
		return 24 * 3600 * 1000;
	while (ms >> shift >= 16)
		shift++;
	ms = ms >> shift << shift;
	return ms > 0 ? ms : 1;
}

/*
 * statement_timeout, lock_timeout and idle_in_transaction_session_timeout: what ends work whose
 * client is gone or has given up. The client keeps the deadline itself, so they need not be exact;
 * setting them for every transaction would cost a tenth of a short one. So they belong to the
 * session, are set again only if the (coarse) time changes, and take a group of their own, because
 * a rollback would take the setting back.
 */
enum refd_status refd_postgres__set_timeouts(struct pg_connection *c, struct refd_error *err)
{
	bool local = c->store->options.pgbouncer;
	int64_t ms = timeout_for(c);
	char text[2][24];
	enum refd_status st;

	if (!local && ms == c->timeout_ms)
		return REFD_OK;
	snprintf(text[0], sizeof(text[0]), "%lldms", (long long)ms);
	snprintf(text[1], sizeof(text[1]), "%lldms", (long long)(ms > 0 ? ms + 1000 : 0));
	refd_postgres__params_start(c);
	refd_postgres__put_text(&c->params, text[0], strlen(text[0]));
	refd_postgres__put_text(&c->params, text[1], strlen(text[1]));
	st = refd_postgres__queue_frame(c, PG_TIMEOUTS, PG_QUIET, false, err);
	if (st == REFD_OK && !local)
		st = refd_postgres__sync(c, false, err);
	if (!local)
		c->timeout_ms = ms;
	return st;
}

enum refd_status refd_postgres__begin(struct pg_connection *c, struct refd_error *err)
{
	bool local = c->store->options.pgbouncer;
	enum refd_status st = REFD_OK;

	if (c->begun)
		return REFD_OK;
	c->begun = true;
	if (!local)
		st = refd_postgres__set_timeouts(c, err);
	refd_postgres__params_start(c);
	if (st == REFD_OK)
		st = refd_postgres__queue_frame(
			c, c->mode == REFD_TX_WRITE ? PG_BEGIN_WRITE : PG_BEGIN_READ, PG_QUIET,
			false, err);
	if (st == REFD_OK && local)
		st = refd_postgres__set_timeouts(c, err);
	return st;
}

void refd_postgres__end(struct pg_connection *c)
{
	size_t i;

	if (!c->begun || c->broken)
		return;
	if (c->tail > c->head && c->pending[c->tail - 1].kind != PG_SYNCED) {
		c->broken = true; /* guards nobody waited for: the next one should not either */
		return;
	}
	for (i = c->head; i < c->tail; i++)
		c->pending[i].owed = true;
	refd_postgres__params_start(c);
	if (refd_postgres__queue_frame(c, PG_ROLLBACK, PG_QUIET, true, NULL) == REFD_OK)
		(void)refd_postgres__sync(c, true, NULL); /* and sends what it can */
	c->begun = false;
}

/* ---- outside of pipeline mode ---- */

enum refd_status refd_postgres__exec(struct pg_connection *c, const char *sql, PGresult **ret,
				     struct refd_error *err)
{
	PGresult *last = NULL;
	enum refd_status st = REFD_OK;

	if (!PQsendQuery(c->db, sql))
		return not_queued(c, err);
	for (;;) {
		PGresult *result;
		ExecStatusType status;

		if (!ready(c, true)) {
			PQclear(last);
			return silent(c, st == REFD_OK ? err : NULL);
		}
		result = PQgetResult(c->db);
		if (result == NULL)
			break;
		status = PQresultStatus(result);
		if (st == REFD_OK && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
			c->broken = c->broken || is_fatal(result);
			st = refd_postgres__failed(c, result, err);
		}
		PQclear(last);
		last = result;
	}
	if (st == REFD_OK && ret != NULL)
		*ret = last;
	else
		PQclear(last);
	return st;
}
