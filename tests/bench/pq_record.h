/*
 * What an adapter says to libpq, recorded from the outside by wrapping the calls it makes
 * (pq_record_calls in meson.build), to be said again by pq_replay.
 */
#ifndef REFDOMAIN_BENCH_PQ_RECORD_H
#define REFDOMAIN_BENCH_PQ_RECORD_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

enum pq_statement_kind {
	PQ_FRAME,   /* BEGIN, COMMIT, ROLLBACK */
	PQ_SESSION, /* a setting of the session, said once per connection */
	PQ_READ,
	PQ_WRITE
};

struct pq_statement {
	char name[64]; /* as the adapter calls it */
	char *sql;
	int n_params;
	Oid *types;
	enum pq_statement_kind kind;
};

enum pq_step_kind { PQ_SEND, PQ_SYNC, PQ_WAIT };

struct pq_step {
	enum pq_step_kind kind;
	size_t statement;   /* SEND */
	size_t first_value; /* SEND: of values and lengths */
	size_t outstanding; /* WAIT: results not waited for */
};

struct pq_recording {
	bool on;
	PGconn *db; /* the only one recorded, with what was sent and what came */
	size_t sent, received;
	bool waited; /* for results, since the last step */
	bool session_sync;
	struct pq_statement *statements;
	size_t n_statements;
	struct pq_step *steps;
	size_t n_steps;
	struct pq_step *session; /* SENDs */
	size_t n_session;
	size_t *marks; /* first step of each operation */
	size_t n_marks;
	char **settings; /* plain statements of the session */
	size_t n_settings;
	size_t n_values;
	size_t *places; /* of values in bytes; 0: NULL */
	int *lengths;
	char *bytes;
	size_t n_bytes, room;
	const char **values; /* once recorded */
};

/* Record connections opened from now on. One recording at a time, by one thread. */
struct pq_recording *pq_record_open(void);
/* Statements sent while on is true are kept. */
void pq_record_switch(struct pq_recording *r, bool on);
/* The next operation starts here. */
void pq_record_mark(struct pq_recording *r);
/* Nothing is recorded any more; what was stays. */
void pq_record_close(struct pq_recording *r);
void pq_record_free(struct pq_recording *r);
/* Steps of a kind in operation index. */
size_t pq_record_count(const struct pq_recording *r, size_t index, enum pq_step_kind kind);
/* The step behind the last of operation index. */
size_t pq_record_end(const struct pq_recording *r, size_t index);

#endif
