#include "app/reading.h"

#include <string.h>

#include "domain/violations.h"

static const char *const *status_words(enum refd_record record)
{
	const struct refd_field *field = refd_record_layout(record)->fields;

	while (strcmp(field->name, "status") != 0)
		field++;
	return field->words;
}

enum refd_status refd__check_list(enum refd_record record, struct refd_range range, int64_t status,
				  struct refd_error *err)
{
	enum refd_status st = REFD_OK;

	if (range.from.us != 0 && range.to.us != 0 && range.to.us < range.from.us)
		st = refd__invalid(err, "range", REFD_RULE_RANGE_REVERSED, 0, 0, NULL);
	if (status != 0 && refd_word(status_words(record), status) == NULL)
		st = refd__invalid(err, "status", REFD_RULE_OUT_OF_RANGE, status, 0,
				   "there is no such status");
	return st;
}

enum refd_status refd__reading_begin(const struct refd_app *app, bool once,
				     struct refd__reading *ret, struct refd_error *err)
{
	const struct refd_ports *ports = &app->ports;
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_READ,
				    .deadline = ports->clock.ops->monotonic(ports->clock.self) +
						ports->retry.timeout,
				    .once = once };
	enum refd_status st = ports->store.ops->begin(ports->store.self, &begin, &ret->tx, err);

	if (st == REFD_OK) {
		ret->app = app;
		refd__arena_init(&ret->arena, &ports->allocator);
	}
	return st;
}

bool refd__reads(const struct refd_app *app, enum refd_read_kind kind)
{
	return app->ports.store.ops->reads_native & UINT32_C(1) << kind;
}

void refd__reading_end(struct refd__reading *reading)
{
	const struct refd_store *store = &reading->app->ports.store;

	store->ops->rollback(store->self, reading->tx);
	refd__arena_done(&reading->arena);
}

enum refd_status refd__reading_run(struct refd__reading *reading, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *self,
				   struct refd_error *err)
{
	const struct refd_store *store = &reading->app->ports.store;

	return store->ops->read(store->self, reading->tx, reads, count, sink, self, err);
}

enum refd_status refd__not_asked_for(struct refd_error *err)
{
	return refd_error_set(err, REFD_BACKEND, "the store delivers rows that were not asked for");
}

enum refd_status refd__read_one(const struct refd_app *app, enum refd_record record,
				struct refd_uuid id, refd_row_sink *sink, void *self,
				struct refd_error *err)
{
	struct refd_key key = { .a = id };
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = record,
				  .by = REFD_BY_ID,
				  .keys = &key,
				  .n_keys = 1 };
	struct refd__reading reading;
	enum refd_status st = refd__reading_begin(app, true, &reading, err);

	if (st != REFD_OK)
		return st;
	st = refd__reading_run(&reading, &read, 1, sink, self, err);
	refd__reading_end(&reading);
	return st;
}

/* ---- finds ---- */

void refd__finds_init(struct refd__finds *finds, struct refd__reading *reading)
{
	finds->reading = reading;
	refd__id_map_init(&finds->map, &reading->arena);
}

static enum refd_status hold(struct refd__finds *finds, struct refd__map_entry *entry,
			     enum refd_record record, const void *state)
{
	const size_t size = refd_record_layout(record)->state_size;
	void *copy = refd__arena_alloc(&finds->reading->arena, size);

	if (copy == NULL)
		return REFD_NO_MEMORY;
	memcpy(copy, state, size);
	entry->value = copy;
	return REFD_OK;
}

/* Only records with an id first and no borrowed text are found this way. What was not asked for is
 * passed over. */
static enum refd_status keep(void *self, size_t read, enum refd_record record, const void *state)
{
	struct refd__finds *finds = self;
	struct refd__map_entry *entry;
	struct refd_uuid id;

	(void)read;
	memcpy(&id, state, sizeof(id));
	entry = refd__id_map_get(&finds->map, (uint32_t)record, id, (struct refd_uuid){ { 0 } });
	return entry != NULL ? hold(finds, entry, record, state) : REFD_OK;
}

enum refd_status refd__finds_keep(struct refd__finds *finds, enum refd_record record,
				  const void *state)
{
	struct refd__map_entry *entry;
	struct refd_uuid id;

	memcpy(&id, state, sizeof(id));
	entry = refd__id_map_put(&finds->map, (uint32_t)record, id, (struct refd_uuid){ { 0 } });
	return entry != NULL ? hold(finds, entry, record, state) : REFD_NO_MEMORY;
}

enum refd_status refd__finds_load(struct refd__finds *finds, enum refd_record record,
				  const struct refd_uuid *ids, size_t count, struct refd_error *err)
{
	struct refd_key *keys = refd__arena_zero(&finds->reading->arena, count + 1, sizeof(*keys));
	struct refd_read read = {
		.kind = REFD_READ_FIND, .record = record, .by = REFD_BY_ID, .keys = keys
	};
	size_t i;

	if (keys == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a query");
	for (i = 0; i < count; i++) {
		struct refd__map_entry *entry = refd__id_map_get(
			&finds->map, (uint32_t)record, ids[i], (struct refd_uuid){ { 0 } });

		if (entry != NULL)
			continue;
		entry = refd__id_map_put(&finds->map, (uint32_t)record, ids[i],
					 (struct refd_uuid){ { 0 } });
		if (entry == NULL)
			return refd_error_set(err, REFD_NO_MEMORY, "no memory for a query");
		keys[read.n_keys++].a = ids[i];
	}
	return read.n_keys > 0 ? refd__reading_run(finds->reading, &read, 1, keep, finds, err)
			       : REFD_OK;
}

const void *refd__finds_get(const struct refd__finds *finds, enum refd_record record,
			    struct refd_uuid id)
{
	const struct refd__map_entry *entry =
		refd__id_map_get(&finds->map, (uint32_t)record, id, (struct refd_uuid){ { 0 } });

	return entry != NULL ? entry->value : NULL;
}
