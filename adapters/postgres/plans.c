/* The server plans a statement once per connection, for tables as large as they are then: what was
 * planned while they were empty takes any index for as good as another, or reads a table from one
 * end to the other for every key. So a connection looks now and then how large the tables have
 * become, and has everything planned anew once one has more than doubled. */
#include "postgres_parts.h"

/* Pages enough that the planner can tell indexes apart: less is not worth planning for. */
#define TOO_SMALL (4 * 8192)

#define READS_PER_LOOK 16

void refd_postgres__put_sizes(struct pg_writer *w)
{
	static const char *const tables[PG_SIZED] = { "fixture", "availability", "assignment",
						      "event" };
	int i;

	for (i = 0; i < PG_SIZED; i++)
		refd_postgres__put(w, "%spg_relation_size('%s.%s'::regclass)", i > 0 ? ", " : "",
				   w->schema, tables[i]);
}

static bool has_grown(const struct pg_connection *c, const int64_t *sizes)
{
	bool grown = false;
	int i;

	for (i = 0; i < PG_SIZED; i++)
		grown |= sizes[i] > 2 * c->planned_for[i] + TOO_SMALL;
	return grown;
}

/* The sizes are the last columns. */
static enum refd_status look(struct pg_connection *c, const PGresult *result,
			     const struct pg_pending *pending, const struct pg_delivery *delivery,
			     struct refd_error *err)
{
	const int first = PQnfields(result) - PG_SIZED;
	int64_t sizes[PG_SIZED];
	int i;

	(void)pending;
	(void)delivery;
	(void)err;
	for (i = 0; i < PG_SIZED; i++)
		sizes[i] = refd_postgres__int64_at(result, 0, first + i);
	if (c->planned && !has_grown(c, sizes))
		return REFD_OK;
	c->replan = c->planned;
	c->planned = true;
	for (i = 0; i < PG_SIZED; i++)
		c->planned_for[i] = sizes[i];
	return REFD_OK;
}

enum refd_status refd_postgres__queue_look(struct pg_connection *c, enum pg_frame use,
					   struct refd_error *err)
{
	const struct pg_pending pending = { .kind = PG_ROWS,
					    .statement = pg_frame_statement(use),
					    .deliver = look };

	return refd_postgres__queue(c, &pending, err);
}

/* Behind PgBouncer nothing stays planned. */
enum refd_status refd_postgres__replan(struct pg_connection *c, struct refd_error *err)
{
	if (!c->replan || c->store->options.pgbouncer)
		return REFD_OK;
	c->replan = false;
	refd_postgres__params_start(c);
	return refd_postgres__queue_frame(c, PG_DISCARD, PG_QUIET, false, err);
}

enum refd_status refd_postgres__look_or_replan(struct pg_connection *c, struct refd_error *err)
{
	const bool due = c->reads++ % READS_PER_LOOK == 0 && !c->store->options.pgbouncer;
	enum refd_status st = refd_postgres__replan(c, err);

	if (st != REFD_OK || !due)
		return st;
	refd_postgres__params_start(c);
	return refd_postgres__queue_look(c, PG_SIZES, err);
}
