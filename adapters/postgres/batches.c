/* Many keys in one statement, as arrays. */
#include "postgres_parts.h"

/* The use that serves the read, or 0. */
static size_t use_of(const struct refd_read *read)
{
	if (read->kind == REFD_READ_FIND)
		return read->by == REFD_BY_PAIR ? PG_FIND_PAIR_MANY : PG_FIND_ID_MANY;
	if (read->kind == REFD_READ_RANGE && read->index == REFD_INDEX_FIXTURE)
		return PG_FIXTURE_MANY;
	if (read->kind == REFD_READ_RANGE && read->index == REFD_INDEX_REFEREE)
		return PG_REFEREE_MANY;
	return 0;
}

bool refd_postgres__reads_many(const struct pg_connection *c, const struct refd_read *read)
{
	size_t use = read->n_keys > 1 ? use_of(read) : 0;

	return use != 0 && c->store->sql->items[pg_statement(read->record, use)].text != NULL;
}

static void put_ids(struct pg_params *p, const struct refd_read *read, bool second)
{
	size_t i;

	refd_postgres__array_start(p, refd_postgres__type(REFD_FIELD_UUID), read->n_keys);
	for (i = 0; i < read->n_keys; i++)
		refd_postgres__array_put(p, second ? read->keys[i].b.bytes : read->keys[i].a.bytes,
					 sizeof(read->keys[i].a.bytes));
	refd_postgres__array_end(p);
}

enum refd_status refd_postgres__read_many(struct pg_connection *c, const struct refd_read *read,
					  size_t index, struct refd_error *err)
{
	const size_t use = use_of(read);
	const struct pg_pending pending = { .kind = PG_ROWS,
					    .statement = pg_statement(read->record, use),
					    .index = index,
					    .record = read->record,
					    .deliver = refd_postgres__deliver };

	refd_postgres__params_start(c);
	put_ids(&c->params, read, false);
	if (use == PG_FIND_PAIR_MANY)
		put_ids(&c->params, read, true);
	if (read->kind == REFD_READ_RANGE && read->record != REFD_RECORD_SLOT) {
		refd_postgres__put_time(&c->params,
					read->range.from.us != 0 ? read->range.from.us : INT64_MIN);
		refd_postgres__put_time(&c->params,
					read->range.to.us != 0 ? read->range.to.us : INT64_MAX);
	}
	return refd_postgres__queue(c, &pending, err);
}
