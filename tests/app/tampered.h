/* A store before a store: counts what passes, and answers otherwise where it is told to. */
#ifndef REFD_TESTS_TAMPERED_H
#define REFD_TESTS_TAMPERED_H

#include "league.h"

enum tamper {
	TAMPER_NOT = 0,
	TAMPER_BEFORE, /* the inner store is not asked; for a commit: it is rolled back */
	TAMPER_AFTER   /* the inner store does it, and the answer is lost */
};

/* What the next so many calls answer. */
struct tampering {
	enum tamper when;
	enum refd_status status;
	const char *constraint;
	size_t times;
};

/* A row that comes though nobody wants it, at the end of each read of `asked` rows (0: of any). */
struct tampered_row {
	enum refd_record asked, record; /* record 0: none */
	const void *state;
};

struct tampered {
	struct refd_store inner;
	struct refd_store_ops ops;
	struct tampering begin, guard, read, commit;
	size_t down_after;	/* from so many commits on, begin() answers UNAVAILABLE; 0: never */
	size_t again;		/* every row is delivered so many times more */
	bool renamed;		/* these under ids of their own, if they are fixtures */
	enum refd_record hides; /* rows of that record do not come: */
	struct refd_uuid hidden; /* the one whose id or, of slots, whose fixture that is */
	const char *only_events; /* events of other names do not come; NULL: all do */
	struct tampered_row extra;
	size_t begins, reads, commits;	  /* calls */
	size_t changes[REFD_RECORDS + 1]; /* rows of the last commit, asserts left out */
	size_t asserts;
	size_t guards; /* of the last call */
};

/* Between the league's app and its store; until the league is torn down. */
void tampered_install(struct tampered *tampered, struct league *league);
/* The league's own app back; call before the league is torn down. */
void tampered_remove(struct tampered *tampered, struct league *league);

#endif
