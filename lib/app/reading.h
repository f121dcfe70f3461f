/* Reading outside a unit: one READ transaction, rows straight to a sink. */
#ifndef REFD_APP_READING_H
#define REFD_APP_READING_H

#include <refdomain/app/queries.h>

#include "app/work.h"
#include "base/id_map.h"

/* A query at work: its transaction and scratch memory. */
struct refd__reading {
	const struct refd_app *app;
	struct refd_tx *tx;
	struct refd__arena arena;
};

/* What a list may be asked for: a range that does not end before it begins, and a status a row of
 * @p record can have (0: any, also for those without). @return OK; INVALID with both faults */
enum refd_status refd__check_list(enum refd_record record, struct refd_range range, int64_t status,
				  struct refd_error *err);
/* @p once: there will be one read; where trips cost something, the end then costs none. */
enum refd_status refd__reading_begin(const struct refd_app *app, bool once,
				     struct refd__reading *ret, struct refd_error *err);
void refd__reading_end(struct refd__reading *reading);
/* Whether the store does that kind of read itself. */
bool refd__reads(const struct refd_app *app, enum refd_read_kind kind);
enum refd_status refd__reading_run(struct refd__reading *reading, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *self,
				   struct refd_error *err);

/* What a sink answers to more rows than it has room for: BACKEND. */
enum refd_status refd__not_asked_for(struct refd_error *err);

/* The row of that id to the sink, in a transaction of its own; no row is no error. */
enum refd_status refd__read_one(const struct refd_app *app, enum refd_record record,
				struct refd_uuid id, refd_row_sink *sink, void *self,
				struct refd_error *err);

/* Cards of a RANGE-like or FIND-like read: from the store, or composed where it does not know them.
 */
typedef enum refd_status refd__card_sink(void *self, const struct refd_fixture_card *card);
enum refd_status refd__read_cards(struct refd__reading *reading, const struct refd_read *read,
				  refd__card_sink *sink, void *self, struct refd_error *err);
/* Reads one after the other as if in one: those of kind CARDS to @p cards, the others to @p rows,
 * with @p self for both. At once where the store delivers cards, so that it costs one trip; neither
 * sink reads. */
enum refd_status refd__read_with_cards(struct refd__reading *reading, const struct refd_read *reads,
				       size_t count, refd_row_sink *rows, refd__card_sink *cards,
				       void *self, struct refd_error *err);

/* States of many ids, found at once and kept in the reading's arena. */
struct refd__finds {
	struct refd__reading *reading;
	struct refd__id_map map;
};

void refd__finds_init(struct refd__finds *finds, struct refd__reading *reading);
/* @return OK; technical failures. Missing ids are simply not there afterwards. */
enum refd_status refd__finds_load(struct refd__finds *finds, enum refd_record record,
				  const struct refd_uuid *ids, size_t count,
				  struct refd_error *err);
/* A copy of a row read otherwise. */
enum refd_status refd__finds_keep(struct refd__finds *finds, enum refd_record record,
				  const void *state);
const void *refd__finds_get(const struct refd__finds *finds, enum refd_record record,
			    struct refd_uuid id);

/* ---- pages (page_key.c) ---- */

struct refd__digest;

/* What a list is at: where it starts, how many rows are still wanted, and where it ended. */
struct refd__pager {
	uint8_t query[8]; /* digest of the query, part of the check of its keys */
	struct refd_position after;
	size_t limit; /* 0: all */
	size_t delivered;
	bool more;		   /* another row would follow */
	struct refd_page_key last; /* key of the last row delivered */
};

/* @return OK; INVALID (limit, page key) */
enum refd_status refd__pager_init(struct refd__pager *pager, struct refd__arena *arena,
				  const struct refd_page *page, struct refd__digest *query,
				  struct refd_error *err);
/* Room for one more row? If not, notes that there is more. */
bool refd__pager_room(struct refd__pager *pager);
/* A row was delivered; this is where it stands. */
void refd__pager_note(struct refd__pager *pager, const struct refd_position *position);
void refd__pager_next(const struct refd__pager *pager, struct refd_page_key *ret_next);
/* Rows to ask the store for: one more than wanted when nothing is filtered out, else all. */
size_t refd__pager_ask(const struct refd__pager *pager, bool filtered);

#endif
