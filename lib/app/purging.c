/* Old accepted commands go in batches, each its own transaction, so that writers get in between. */
#include <refdomain/app/queries.h>

#include "app/work.h"

#define BATCH 500

struct batch {
	struct refd_unit *unit;
	struct refd_change changes[BATCH];
	size_t count;
};

static enum refd_status collect(void *self, size_t read, enum refd_record record, const void *state)
{
	struct batch *batch = self;
	struct refd_command_state *row = refd__arena_zero(&batch->unit->arena, 1, sizeof(*row));

	(void)read;
	if (row == NULL)
		return REFD_NO_MEMORY;
	row->id = ((const struct refd_command_state *)state)->id;
	batch->changes[batch->count++] =
		(struct refd_change){ .kind = REFD_CHANGE_DELETE, .record = record, .state = row };
	return REFD_OK;
}

static enum refd_status purge_batch(const struct refd_app *app, struct refd_time before,
				    size_t *ret_count, struct refd_error *err)
{
	const struct refd_ports *ports = &app->ports;
	const struct refd_store *store = &ports->store;
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_COMMAND,
				  .index = REFD_INDEX_ALL,
				  .range = { { 0 }, before },
				  .limit = BATCH };
	struct batch batch = { .count = 0 };
	struct refd_change_set set = { batch.changes, 0 };
	enum refd_status st = refd__unit_open(
		app, REFD_TX_WRITE, NULL, (struct refd_command_id){ { { 0 } } },
		ports->clock.ops->monotonic(ports->clock.self) + ports->retry.timeout, &batch.unit,
		err);

	if (st != REFD_OK)
		return st;
	st = store->ops->read(store->self, batch.unit->tx, &read, 1, collect, &batch, err);
	set.count = batch.count;
	*ret_count = batch.count;
	if (st != REFD_OK || batch.count == 0) {
		refd_unit_rollback(batch.unit);
		return st;
	}
	return refd__unit_commit_set(batch.unit, &set, err);
}

enum refd_status refd_purge_commands(const struct refd_app *app, struct refd_time before,
				     size_t *ret_deleted, struct refd_error *err)
{
	size_t total = 0;
	size_t count = 0;
	enum refd_status st;

	do {
		st = purge_batch(app, before, &count, err);
		total += st == REFD_OK ? count : 0;
	} while (st == REFD_OK && count == BATCH);
	if (ret_deleted != NULL)
		*ret_deleted = total;
	return st;
}
