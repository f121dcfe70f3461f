/* FIND and RANGE: the statement is queued once per key, or once for many; rows go straight to the
 * sink. */
#include <string.h>

#include "postgres_parts.h"

enum refd_status refd_postgres__deliver(struct pg_connection *c, const PGresult *result,
					const struct pg_pending *pending,
					const struct pg_delivery *delivery, struct refd_error *err)
{
	const struct refd_layout *layout = refd_record_layout(pending->record);
	const int rows = PQntuples(result);
	enum refd_status st = REFD_OK;
	int i;

	for (i = 0; i < rows && st == REFD_OK; i++) {
		st = refd_postgres__fetch(result, i, 0, layout, c->row, err);
		if (st == REFD_OK)
			st = delivery->sink(delivery->self, pending->index, pending->record,
					    c->row);
	}
	return st;
}

/* A row with what it refers to behind it: that is delivered first. */
static enum refd_status deliver_family(struct pg_connection *c, const PGresult *result,
				       const struct pg_pending *pending,
				       const struct pg_delivery *delivery, struct refd_error *err)
{
	const enum refd_record fixture[] = { REFD_RECORD_FIXTURE, REFD_RECORD_REFEREE };
	const enum refd_record *parents = fixture;
	const struct refd_layout *own = refd_record_layout(pending->record);
	size_t n_parents = 2;
	enum refd_status st = REFD_OK;
	size_t n;
	int i;

	if (pending->record == REFD_RECORD_NOTICE) {
		parents++;
		n_parents--;
	}
	for (i = 0; i < PQntuples(result) && st == REFD_OK; i++) {
		int column = (int)own->count;

		for (n = 0; n < n_parents && st == REFD_OK; n++) {
			const struct refd_layout *layout = refd_record_layout(parents[n]);

			st = refd_postgres__fetch(result, i, column, layout, c->row, err);
			if (st == REFD_OK)
				st = delivery->sink(delivery->self, pending->index, parents[n],
						    c->row);
			column += (int)layout->count;
		}
		if (st == REFD_OK)
			st = refd_postgres__fetch(result, i, 0, own, c->row, err);
		if (st == REFD_OK)
			st = delivery->sink(delivery->self, pending->index, pending->record,
					    c->row);
	}
	return st;
}

static enum refd_status queue(struct pg_connection *c, const struct refd_read *read, size_t use,
			      size_t index, struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_ROWS,
					    .statement = pg_statement(read->record, use),
					    .index = index,
					    .record = read->record,
					    .deliver = read->kind == REFD_READ_PARENTS
							       ? deliver_family
							       : refd_postgres__deliver };

	return refd_postgres__queue(c, &pending, err);
}

static void put_word(struct pg_params *p, const struct refd_field *field, int64_t value)
{
	const char *word = refd_word(field->words, value);

	refd_postgres__put_text(p, word, word != NULL ? strlen(word) : 0);
}

/* ---- find ---- */

static void put_find(struct pg_params *p, const struct refd_read *read, const struct refd_key *key)
{
	const struct refd_layout *layout = refd_record_layout(read->record);

	if (read->by == REFD_BY_PAIR) {
		refd_postgres__put_uuid(p, &key->a);
		refd_postgres__put_uuid(p, &key->b);
	} else if (read->record == REFD_RECORD_SLOT) {
		refd_postgres__put_uuid(p, &key->a);
		put_word(p, &layout->fields[1], key->number);
	} else if (read->record == REFD_RECORD_CLAIM) {
		put_word(p, &layout->fields[0], key->number);
		refd_postgres__put_uuid(p, &key->a);
		refd_postgres__put_int32(p, key->day);
	} else {
		refd_postgres__put_uuid(p, &key->a);
	}
}

static enum refd_status find(struct pg_connection *c, const struct refd_read *read, size_t index,
			     struct refd_error *err)
{
	size_t use = read->by == REFD_BY_PAIR ? PG_FIND_PAIR : PG_FIND_ID;
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < read->n_keys && st == REFD_OK; i++) {
		refd_postgres__params_start(c);
		put_find(&c->params, read, &read->keys[i]);
		st = queue(c, read, use, index, err);
	}
	return st;
}

/* ---- range ---- */

void refd_postgres__put_limit(struct pg_params *p, const struct refd_read *read)
{
	if (read->limit == 0)
		refd_postgres__put_null(p);
	else
		refd_postgres__put_int64(p, read->limit < INT64_MAX ? (int64_t)read->limit
								    : INT64_MAX);
}

/* The rows start behind (time, id). No id is as small as the unset one, so (from, unset) lets in
 * all from `from` on. */
void refd_postgres__put_window(struct pg_params *p, const struct refd_read *read)
{
	static const struct refd_uuid unset;
	const struct refd_position *after = &read->after;
	const int64_t from = read->range.from.us != 0 ? read->range.from.us : INT64_MIN;
	const bool behind = !refd_uuid_is_unset(after->id) && after->time.us >= from;

	refd_postgres__put_time(p, behind ? after->time.us : from);
	refd_postgres__put_uuid(p, behind ? &after->id : &unset);
	refd_postgres__put_time(p, read->range.to.us != 0 ? read->range.to.us : INT64_MAX);
	refd_postgres__put_limit(p, read);
}

static void put_names(struct pg_params *p, const struct refd_read *read)
{
	const struct refd_position *after = &read->after;

	refd_postgres__put_text(p, after->name.len > 0 ? after->name.ptr : "", after->name.len);
	refd_postgres__put_uuid(p, &after->id);
	refd_postgres__put_limit(p, read);
}

static bool is_party(enum refd_record record)
{
	return record == REFD_RECORD_REFEREE || record == REFD_RECORD_TEAM ||
	       record == REFD_RECORD_VENUE;
}

/* key: NULL if the index has none. */
static void put_range(struct pg_params *p, const struct refd_read *read, const struct refd_key *key)
{
	const struct refd_layout *layout = refd_record_layout(read->record);

	if (is_party(read->record)) {
		put_names(p, read);
	} else if (read->index == REFD_INDEX_AGGREGATE) {
		const char *noun = refd_noun_word((enum refd_noun)key->number);

		refd_postgres__put_text(p, noun, noun != NULL ? strlen(noun) : 0);
		refd_postgres__put_uuid(p, &key->a);
		refd_postgres__put_int64(p, read->after.number);
		refd_postgres__put_limit(p, read);
	} else if (read->record == REFD_RECORD_SLOT || read->record == REFD_RECORD_CLAIM) {
		refd_postgres__put_uuid(p, &key->a); /* ordered by their key: no window */
		refd_postgres__put_limit(p, read);
	} else {
		if (key != NULL && read->index == REFD_INDEX_STATUS)
			put_word(p, refd_layout_field(layout, refd_str_of("status")), key->number);
		else if (key != NULL)
			refd_postgres__put_uuid(p, &key->a);
		refd_postgres__put_window(p, read);
	}
}

static enum refd_status range(struct pg_connection *c, const struct refd_read *read, size_t index,
			      struct refd_error *err)
{
	bool keyless = read->index == REFD_INDEX_ALL || read->index == REFD_INDEX_STAGED;
	size_t use =
		(read->kind == REFD_READ_PARENTS ? PG_PARENTS : PG_RANGE) + (size_t)read->index;
	size_t n = keyless ? 1 : read->n_keys;
	enum refd_status st = REFD_OK;
	size_t i;

	if (c->store->sql->items[pg_statement(read->record, use)].text == NULL)
		return refd_error_set(err, REFD_UNSUPPORTED,
				      "the PostgreSQL adapter does not read that way");
	for (i = 0; i < n && st == REFD_OK; i++) {
		refd_postgres__params_start(c);
		put_range(&c->params, read, keyless ? NULL : &read->keys[i]);
		st = queue(c, read, use, index, err);
	}
	return st;
}

/* Guards have looked already. */
static enum refd_status first_read(struct pg_connection *c, struct refd_error *err)
{
	return c->mode == REFD_TX_WRITE ? refd_postgres__replan(c, err)
					: refd_postgres__look_or_replan(c, err);
}

enum refd_status refd_postgres__read(struct pg_connection *c, const struct refd_read *read,
				     size_t index, struct refd_error *err)
{
	enum refd_status st = index == 0 ? first_read(c, err) : REFD_OK;

	if (st != REFD_OK)
		return st;
	if (refd_postgres__reads_many(c, read))
		return refd_postgres__read_many(c, read, index, err);
	switch (read->kind) {
	case REFD_READ_FIND:
		return find(c, read, index, err);
	case REFD_READ_RANGE:
	case REFD_READ_PARENTS:
		return range(c, read, index, err);
	case REFD_READ_CARDS:
		return refd_postgres__read_cards(c, read, index, err);
	case REFD_READ_FACTS:
		return refd_postgres__read_facts(c, read, index, err);
	}
	return refd_error_set(err, REFD_MISUSE, "there is no such read");
}
