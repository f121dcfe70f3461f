#include "pq_replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MAX = 64 };

struct pq_replay {
	const struct pq_recording *recording;
	PGconn *db;
	enum pq_manner manner;
	size_t outstanding; /* results to come */
	size_t rows;
	int64_t sum; /* of what was read, so that reading is not left out */
	int binary[PARAMS_MAX];
};

static void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: replay: %s: %s\n", what, why);
	exit(1);
}

/* What the cheapest reader would do with the rows. */
static void read_result(struct pq_replay *replay, PGresult *result)
{
	const ExecStatusType status = PQresultStatus(result);
	const int rows = PQntuples(result), columns = PQnfields(result);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK &&
	    status != PGRES_PIPELINE_SYNC)
		die(PQresStatus(status), PQerrorMessage(replay->db));
	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++) {
			const int length = PQgetlength(result, row, column);

			replay->sum += length + PQgetvalue(result, row, column)[0];
		}
	}
	replay->rows += (size_t)rows;
	PQclear(result);
}

static void wait_for(struct pq_replay *replay, size_t outstanding)
{
	while (replay->outstanding > outstanding) {
		PGresult *result = PQgetResult(replay->db);

		if (result) {
			read_result(replay, result);
			replay->outstanding--;
		} else if (PQstatus(replay->db) != CONNECTION_OK) {
			die("connection", PQerrorMessage(replay->db));
		}
	}
}

static void send_step(struct pq_replay *replay, const struct pq_step *step)
{
	const struct pq_recording *r = replay->recording;
	const struct pq_statement *statement = &r->statements[step->statement];

	if (!PQsendQueryPrepared(replay->db, statement->name, statement->n_params,
				 r->values + step->first_value, r->lengths + step->first_value,
				 replay->binary, 1))
		die(statement->sql, PQerrorMessage(replay->db));
	replay->outstanding++;
}

static void sync_step(struct pq_replay *replay)
{
	if (!PQpipelineSync(replay->db))
		die("sync", PQerrorMessage(replay->db));
	replay->outstanding++;
}

static void as_recorded(struct pq_replay *replay, const struct pq_step *step,
			const struct pq_step *end)
{
	for (; step < end; step++) {
		switch (step->kind) {
		case PQ_SEND:
			send_step(replay, step);
			break;
		case PQ_SYNC:
			sync_step(replay);
			break;
		case PQ_WAIT:
			wait_for(replay, step->outstanding);
			break;
		}
	}
}

static void each_waited(struct pq_replay *replay, const struct pq_step *step,
			const struct pq_step *end)
{
	PGresult *result;

	for (; step < end; step++) {
		if (step->kind != PQ_SEND)
			continue;
		send_step(replay, step);
		while ((result = PQgetResult(replay->db)) != NULL)
			read_result(replay, result);
	}
	replay->outstanding = 0;
}

static void some_alone(struct pq_replay *replay, const struct pq_step *step,
		       const struct pq_step *end)
{
	for (; step < end; step++) {
		enum pq_statement_kind kind;

		if (step->kind != PQ_SEND)
			continue;
		kind = replay->recording->statements[step->statement].kind;
		if (replay->manner == PQ_READS_ALONE ? kind == PQ_READ
						     : kind == PQ_WRITE || kind == PQ_FRAME)
			send_step(replay, step);
	}
	sync_step(replay);
	wait_for(replay, 0);
}

void pq_replay_run(struct pq_replay *replay, size_t index, bool whole)
{
	const struct pq_recording *r = replay->recording;
	const struct pq_step *first = r->steps + r->marks[index];
	const struct pq_step *end = r->steps + pq_record_end(r, index);

	if (replay->manner == PQ_EACH_WAITED)
		each_waited(replay, first, end);
	else if (whole || replay->manner == PQ_AS_RECORDED)
		as_recorded(replay, first, end);
	else
		some_alone(replay, first, end);
}

static void must(struct pq_replay *replay, PGresult *result, const char *what)
{
	const ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		die(what, PQerrorMessage(replay->db));
	PQclear(result);
}

/* The session as the adapter's: each setting as it was made last. */
static void set_up(struct pq_replay *replay)
{
	const struct pq_recording *r = replay->recording;

	for (size_t i = 0; i < r->n_settings; i++)
		must(replay, PQexec(replay->db, r->settings[i]), r->settings[i]);
	for (size_t i = 0; i < r->n_statements; i++) {
		const struct pq_statement *statement = &r->statements[i];

		if (statement->n_params > PARAMS_MAX)
			die(statement->sql, "too many parameters");
		must(replay,
		     PQprepare(replay->db, statement->name, statement->sql, statement->n_params,
			       statement->types),
		     statement->sql);
	}
	for (size_t i = 0; i < r->n_session; i++) {
		send_step(replay, &r->session[i]);
		must(replay, PQgetResult(replay->db), "session");
		while (PQgetResult(replay->db) != NULL)
			;
	}
	replay->outstanding = 0;
}

struct pq_replay *pq_replay_open(const struct pq_recording *recording, PGconn *db,
				 enum pq_manner manner)
{
	struct pq_replay *replay = calloc(1, sizeof(*replay));

	if (!replay)
		die("memory", "there is none");
	replay->recording = recording;
	replay->db = db;
	replay->manner = manner;
	for (int i = 0; i < PARAMS_MAX; i++)
		replay->binary[i] = 1;
	set_up(replay);
	if (manner != PQ_EACH_WAITED && !PQenterPipelineMode(db))
		die("pipeline", PQerrorMessage(db));
	return replay;
}

size_t pq_replay_rows(const struct pq_replay *replay)
{
	return replay->rows;
}

void pq_replay_close(struct pq_replay *replay)
{
	PQfinish(replay->db);
	free(replay);
}
