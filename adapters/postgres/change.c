/* The change set: one statement for each run of changes of a kind to a record, each with its
 * expected rows. */
#include <string.h>

#include "postgres_parts.h"

/* The most of one statement: rows, and bytes of long texts. */
#define MOST_ROWS  4096
#define MOST_BYTES ((size_t)16 << 20)

/* The guard of the rules keeps out who asserts them; the board's guard is of another kind. */
#define LOCK_RULES (REFD_GUARD_RULES * 256)
#define LOCK_BOARD (7 * 256)

enum { FREE, STAYS, CHANGES };

struct single {
	int mode;
	size_t at; /* the change */
	int64_t version;
};

/* ---- rules and board ---- */

static void look_at(const struct refd_change_set *changes, enum refd_record record,
		    struct single *ret)
{
	size_t i;

	*ret = (struct single){ .mode = FREE };
	for (i = 0; i < changes->count; i++) {
		const struct refd_change *change = &changes->changes[i];

		if (change->record != record)
			continue;
		if (change->kind != REFD_CHANGE_ASSERT)
			ret->mode = CHANGES;
		else if (ret->mode == FREE)
			*ret = (struct single){ STAYS, i, change->expected_version };
	}
}

/* `index`: the change that a stale row number 1 stands for. */
static enum refd_status hold(struct pg_connection *c, const struct single *rules,
			     const struct single *board, size_t index, struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_CHANGED,
					    .statement = pg_frame_statement(PG_SINGLES),
					    .index = index };

	refd_postgres__params_start(c);
	refd_postgres__put_int64(&c->params, c->store->lock + LOCK_RULES);
	refd_postgres__put_int64(&c->params, c->store->lock + LOCK_BOARD);
	refd_postgres__put_int32(&c->params, rules->mode);
	refd_postgres__put_int64(&c->params, rules->version);
	refd_postgres__put_int32(&c->params, board->mode);
	refd_postgres__put_int64(&c->params, board->version);
	return refd_postgres__queue(c, &pending, err);
}

static enum refd_status hold_singles(struct pg_connection *c, const struct refd_change_set *changes,
				     struct refd_error *err)
{
	const struct single none = { .mode = FREE };
	struct single rules, board;
	enum refd_status st;

	look_at(changes, REFD_RECORD_RULES, &rules);
	look_at(changes, REFD_RECORD_BOARD, &board);
	if (rules.mode == FREE && board.mode == FREE)
		return REFD_OK;
	if (rules.mode != STAYS)
		return hold(c, &rules, &board, board.at - 1, err);
	if (board.mode != STAYS || board.at == rules.at + 1)
		return hold(c, &rules, &board, rules.at, err);
	st = hold(c, &rules, &none, rules.at, err);
	return st == REFD_OK ? hold(c, &none, &board, board.at - 1, err) : st;
}

/* ---- runs ---- */

static size_t text_bytes(const struct refd_change *change)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	size_t bytes = 0;
	size_t i;

	for (i = 0; i < layout->count; i++) {
		struct refd_str str;

		if (layout->fields[i].type != REFD_FIELD_SLICE)
			continue;
		memcpy(&str, (const char *)change->state + layout->fields[i].offset, sizeof(str));
		bytes += str.len;
	}
	return bytes;
}

static bool same_id(const struct refd_change *a, const struct refd_change *b)
{
	return memcmp(a->state, b->state, sizeof(struct refd_uuid)) == 0;
}

/* How many changes from `first` on go into one statement. A row that comes twice would be changed
 * once; records whose id is only a part of the key have no such changes but inserts. */
static size_t run_length(const struct refd_change_set *changes, size_t first)
{
	const struct refd_change *all = changes->changes;
	size_t bytes = text_bytes(&all[first]);
	size_t n = 1;

	while (first + n < changes->count && n < MOST_ROWS && bytes < MOST_BYTES &&
	       all[first + n].kind == all[first].kind &&
	       all[first + n].record == all[first].record &&
	       (all[first].kind == REFD_CHANGE_INSERT ||
		!same_id(&all[first + n], &all[first + n - 1]))) {
		bytes += text_bytes(&all[first + n]);
		n++;
	}
	return n;
}

static void put_versions(struct pg_params *p, const struct refd_change *changes, size_t count)
{
	size_t i, byte;

	refd_postgres__array_start(p, refd_postgres__type(REFD_FIELD_INT64), count);
	for (i = 0; i < count; i++) {
		const uint64_t version = (uint64_t)changes[i].expected_version;
		unsigned char bytes[8];

		for (byte = 0; byte < 8; byte++)
			bytes[byte] = (unsigned char)(version >> (56 - 8 * byte));
		refd_postgres__array_put(p, bytes, sizeof(bytes));
	}
	refd_postgres__array_end(p);
}

static void put_one(struct pg_params *p, const struct refd_change *change)
{
	const struct refd_layout *layout = refd_record_layout(change->record);

	refd_postgres__put_fields(p, layout, change->state, change->kind == REFD_CHANGE_DELETE);
	if (change->kind != REFD_CHANGE_INSERT && refd_layout_version(layout) != NULL)
		refd_postgres__put_int64(p, change->expected_version);
}

/* A column at a time. */
static void put_many(struct pg_params *p, const struct refd_change *changes, size_t count)
{
	const struct refd_layout *layout = refd_record_layout(changes->record);
	size_t i, n;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];

		if (changes->kind == REFD_CHANGE_DELETE && !(field->flags & REFD_FIELD_KEY))
			continue;
		refd_postgres__array_start(p, refd_postgres__type(field->type), count);
		for (n = 0; n < count; n++)
			refd_postgres__array_field(p, field, changes[n].state);
		refd_postgres__array_end(p);
	}
	if (changes->kind != REFD_CHANGE_INSERT && refd_layout_version(layout) != NULL)
		put_versions(p, changes, count);
}

static enum refd_status write_run(struct pg_connection *c, const struct refd_change_set *changes,
				  size_t first, size_t count, struct refd_error *err)
{
	static const size_t one[] = { 0, 0, PG_DELETE, PG_UPDATE, PG_INSERT };
	static const size_t many[] = { 0, 0, PG_DELETE_MANY, PG_UPDATE_MANY, PG_INSERT_MANY };
	const struct refd_change *change = &changes->changes[first];
	const size_t use = count > 1 ? many[change->kind] : one[change->kind];
	const struct pg_pending pending = { .kind = PG_CHANGED,
					    .statement = pg_statement(change->record, use),
					    .index = first };

	refd_postgres__params_start(c);
	if (count > 1)
		put_many(&c->params, change, count);
	else
		put_one(&c->params, change);
	return refd_postgres__queue(c, &pending, err);
}

enum refd_status refd_postgres__apply(struct pg_connection *c,
				      const struct refd_change_set *changes, struct refd_error *err)
{
	enum refd_status st = refd_postgres__replan(c, err);
	size_t i = 0;

	if (st == REFD_OK)
		st = hold_singles(c, changes, err);

	while (i < changes->count && st == REFD_OK) {
		const struct refd_change *change = &changes->changes[i];
		size_t n = 1;

		if (change->kind == REFD_CHANGE_ASSERT) {
			if (change->record != REFD_RECORD_RULES &&
			    change->record != REFD_RECORD_BOARD)
				st = refd_error_set(err, REFD_MISUSE,
						    "only rules and board can be asserted");
		} else {
			n = run_length(changes, i);
			st = write_run(c, changes, i, n, err);
		}
		i += n;
	}
	return st;
}
