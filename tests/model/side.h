/* The library as the model sees it: the same commands, the same answers, the same state. */
#ifndef REFD_TESTS_SIDE_H
#define REFD_TESTS_SIDE_H

#include <stdio.h>

#include <refdomain/refdomain.h>

#include "plain_model.h"

enum { SIDE_AGGREGATES = 8192 };

/* The version of an aggregate's last event. */
struct side_aggregate {
	struct refd_ref ref;
	int64_t version;
};

/* What a side does wrong on purpose. */
enum side_fault {
	SIDE_SOUND,
	SIDE_CLOCK,  /* it is a minute fast */
	SIDE_NOTICE, /* those of cancelled fixtures are lost */
	SIDE_EVENT,  /* those of transfers are another's */
};

struct side {
	struct refd_ports ports;
	enum side_fault fault;
	struct refd_store sound; /* behind the faulty one */
	struct refd_store_ops faulty;
	struct refd_app *app;
	void *store;
	void (*close)(struct side *side);
	char directory[64]; /* of the file, if there is one */
	struct refd_time now;
	uint64_t drawn;	   /* ids given out */
	uint64_t commands; /* command ids used */
	int64_t seen_at;   /* time of the events that were read last */
	size_t seen;	   /* how many of them */
	char problem[240]; /* what is wrong on this side alone, "" if nothing */
	FILE *said;	   /* where this command is told every byte, NULL: nowhere */
	struct side_aggregate aggregates[SIDE_AGGREGATES];
};

/* An empty store of that adapter ("memory", "sqlite", "postgres"). False: there is no such adapter,
 * or no room. */
bool side_open(struct side *side, const char *adapter, enum side_fault fault, long now);
void side_close(struct side *side);

/* @p version: the expected version to give, 0: none. @p said: gets every byte of the answer and of
 * the new events, the same on every sound side; NULL: nobody wants to know. */
void side_run(struct side *side, const struct pm_command *command, long version,
	      struct pm_answer *answer, FILE *said);
/* Read everything back by queries. */
void side_state(struct side *side, struct pm_model *ret);
/* Every byte the store holds, a line for a row. */
void side_rows(struct side *side, FILE *out);

/* Parts of these. */
struct refd_uuid side_uuid(enum refd_noun noun, int number);
int side_number(struct refd_uuid id); /* 0: unset; -1: none of ours */
int side_text_number(struct refd_str text);
long side_minutes(struct refd_time time);
void side_problem(struct side *side, const char *format, ...) REFD_PRINTF(2, 3);
/* The events since the last call, as the model tells them. */
void side_events(struct side *side, struct pm_answer *answer);
void side_plant(struct side *side);
/* Every byte of these. */
void side_tell_row(FILE *out, enum refd_record record, const void *state);
void side_tell_violation(FILE *out, const struct refd_violation *violation);
void side_tell_answer(FILE *out, enum refd_status status, const struct refd_result *result,
		      const struct refd_error *err);

/* The text of that number, in a buffer that the next but seven calls use again. */
struct refd_str side_text(int number);

#endif
