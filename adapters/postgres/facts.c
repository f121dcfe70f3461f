/* What surrounds a fixture: a handful of statements in one trip, each of which starts from the
 * fixture's id, so that none waits for another's rows. */
#include "postgres_parts.h"

/* One result row holds a row of each of these records, side by side. */
static enum refd_status deliver_rows(struct pg_connection *c, const PGresult *result,
				     const struct pg_pending *pending,
				     const struct pg_delivery *delivery,
				     const enum refd_record *records, size_t count,
				     struct refd_error *err)
{
	enum refd_status st = REFD_OK;
	int i;

	for (i = 0; i < PQntuples(result) && st == REFD_OK; i++) {
		int column = 0;
		size_t n;

		for (n = 0; n < count && st == REFD_OK; n++) {
			const struct refd_layout *layout = refd_record_layout(records[n]);

			st = refd_postgres__fetch(result, i, column, layout, c->row, err);
			if (st == REFD_OK)
				st = delivery->sink(delivery->self, pending->index, records[n],
						    c->row);
			column += (int)layout->count;
		}
	}
	return st;
}

static enum refd_status deliver_fixture(struct pg_connection *c, const PGresult *result,
					const struct pg_pending *pending,
					const struct pg_delivery *delivery, struct refd_error *err)
{
	static const enum refd_record records[] = { REFD_RECORD_FIXTURE, REFD_RECORD_TEAM,
						    REFD_RECORD_TEAM, REFD_RECORD_VENUE };

	return deliver_rows(c, result, pending, delivery, records, 4, err);
}

static enum refd_status deliver_slots(struct pg_connection *c, const PGresult *result,
				      const struct pg_pending *pending,
				      const struct pg_delivery *delivery, struct refd_error *err)
{
	static const enum refd_record records[] = { REFD_RECORD_SLOT, REFD_RECORD_REFEREE };

	return deliver_rows(c, result, pending, delivery, records, 2, err);
}

static enum refd_status deliver_engaged(struct pg_connection *c, const PGresult *result,
					const struct pg_pending *pending,
					const struct pg_delivery *delivery, struct refd_error *err)
{
	static const enum refd_record records[] = { REFD_RECORD_ASSIGNMENT, REFD_RECORD_FIXTURE,
						    REFD_RECORD_VENUE };

	return deliver_rows(c, result, pending, delivery, records, 3, err);
}

static enum refd_status queue_of_fixture(struct pg_connection *c, enum pg_facts_use use,
					 pg_deliver *deliver,
					 const struct refd_facts_request *facts, size_t index,
					 struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_ROWS,
					    .statement = pg_facts_statement(use),
					    .index = index,
					    .record = REFD_RECORD_FIXTURE,
					    .deliver = deliver };

	refd_postgres__params_start(c);
	refd_postgres__put_uuid(&c->params, &facts->fixture.uuid);
	return refd_postgres__queue(c, &pending, err);
}

static enum refd_status queue_in_window(struct pg_connection *c, enum pg_facts_use use,
					pg_deliver *deliver, const struct refd_facts_request *facts,
					const struct refd_uuid *id, int64_t window, size_t index,
					struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_ROWS,
					    .statement = pg_facts_statement(use),
					    .index = index,
					    .record = REFD_RECORD_FIXTURE,
					    .deliver = deliver };
	struct pg_params *p = &c->params;

	refd_postgres__params_start(c);
	refd_postgres__put_uuid(p, &facts->fixture.uuid);
	refd_postgres__put_optional_uuid(p, id);
	if (facts->kickoff.us != 0)
		refd_postgres__put_time(p, facts->kickoff.us);
	else
		refd_postgres__put_null(p);
	refd_postgres__put_interval(p, window);
	return refd_postgres__queue(c, &pending, err);
}

/* Rows of a record that a plain read delivers under the index of this one. */
static enum refd_status queue_plain(struct pg_connection *c, enum refd_record record,
				    enum refd_index by, struct refd_uuid id, size_t index,
				    struct refd_error *err)
{
	const struct refd_key key = { .a = id };
	const struct refd_read read = { .kind = by != (enum refd_index)0 ? REFD_READ_RANGE
									 : REFD_READ_FIND,
					.record = record,
					.by = REFD_BY_ID,
					.index = by,
					.keys = &key,
					.n_keys = 1 };

	return refd_uuid_is_unset(id) ? REFD_OK : refd_postgres__read(c, &read, index, err);
}

enum refd_status refd_postgres__read_facts(struct pg_connection *c, const struct refd_read *read,
					   size_t index, struct refd_error *err)
{
	const struct refd_facts_request *facts = read->facts;
	const enum refd_index none = (enum refd_index)0;
	enum refd_status st =
		queue_of_fixture(c, PG_FACTS_FIXTURE, deliver_fixture, facts, index, err);

	if (st == REFD_OK)
		st = queue_of_fixture(c, PG_FACTS_SLOTS, deliver_slots, facts, index, err);
	if (st == REFD_OK)
		st = queue_plain(c, REFD_RECORD_AVAILABILITY, REFD_INDEX_FIXTURE,
				 facts->fixture.uuid, index, err);
	if (st == REFD_OK)
		st = queue_plain(c, REFD_RECORD_ASSIGNMENT, REFD_INDEX_FIXTURE, facts->fixture.uuid,
				 index, err);
	if (st == REFD_OK)
		st = queue_plain(c, REFD_RECORD_VENUE, none, facts->venue.uuid, index, err);
	if (st == REFD_OK)
		st = queue_plain(c, REFD_RECORD_REFEREE, none, facts->referee.uuid, index, err);
	if (st == REFD_OK)
		st = queue_in_window(c, PG_FACTS_NEAR, refd_postgres__deliver, facts,
				     &facts->venue.uuid, facts->fixture_window, index, err);
	if (st == REFD_OK)
		st = queue_in_window(c, PG_FACTS_ENGAGED, deliver_engaged, facts,
				     &facts->referee.uuid, facts->referee_window, index, err);
	return st;
}
