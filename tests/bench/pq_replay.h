/*
 * What was recorded, said again on the raw API by a connection of its own, with as little around
 * libpq as can be: the limit that the library is measured against.
 */
#ifndef REFDOMAIN_BENCH_PQ_REPLAY_H
#define REFDOMAIN_BENCH_PQ_REPLAY_H

#include "pq_record.h"

#include <stdint.h>

enum pq_manner {
	PQ_AS_RECORDED,	 /* the same statements, pipelined, with the same syncs and waits */
	PQ_EACH_WAITED,	 /* the same statements, the answer of each waited for */
	PQ_WRITES_ALONE, /* the transaction without what it reads, in one trip */
	PQ_READS_ALONE	 /* no transaction around what is read, in one trip */
};

struct pq_replay;

/* Prepare every recorded statement on db, which is closed with the replay. Ends the program on
 * failure, as everything here does. */
struct pq_replay *pq_replay_open(const struct pq_recording *recording, PGconn *db,
				 enum pq_manner manner);
/* Run operation index; rows are read column by column. whole: as recorded, whatever the manner. */
void pq_replay_run(struct pq_replay *replay, size_t index, bool whole);
/* Rows read so far. */
size_t pq_replay_rows(const struct pq_replay *replay);
void pq_replay_close(struct pq_replay *replay);

#endif
