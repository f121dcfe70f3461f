#include <refdomain/app/unit.h>

#include <assert.h>
#include <string.h>

#include "app/work.h"

bool refd__status_is_technical(enum refd_status status)
{
	switch (status) {
	case REFD_UNAVAILABLE:
	case REFD_UNKNOWN:
	case REFD_UNSUPPORTED:
	case REFD_CORRUPT:
	case REFD_DENIED:
	case REFD_NO_MEMORY:
	case REFD_BACKEND:
		break;
	case REFD_OK:
	case REFD_INVALID:
	case REFD_REFUSED:
	case REFD_NOT_FOUND:
	case REFD_ALREADY_EXISTS:
	case REFD_CONFLICT:
	case REFD_LOCKED:
	case REFD_LATE:
	case REFD_MISUSE:
		return false;
	}
	return true; /* so is a status of the store's own making */
}

enum refd_status refd__unit_fail(struct refd_unit *unit, enum refd_status status)
{
	if (refd__status_is_technical(status))
		unit->poisoned = true;
	return status;
}

enum refd_status refd__no_memory(struct refd_unit *unit, struct refd_error *err)
{
	unit->poisoned = true;
	return refd_error_set(err, REFD_NO_MEMORY, "no memory for the unit of work");
}

/* Later ids of one unit sort after earlier ones, whatever the source drew within one instant. */
static void grow_past(struct refd_uuid *id, const struct refd_uuid *last)
{
	struct refd_uuid next = *last;
	size_t i;

	if (refd_uuid_compare(*id, *last) > 0 || memcmp(id->bytes, last->bytes, 6) != 0)
		return;
	for (i = sizeof(next.bytes); i-- > 9;) {
		if (++next.bytes[i] != 0) {
			*id = next;
			return;
		}
	}
}

enum refd_status refd__draw(struct refd_unit *unit, struct refd_uuid *ret, struct refd_error *err)
{
	const struct refd_id_source *ids = &unit->app->ports.ids;
	enum refd_status st = ids->ops->draw(ids->self, unit->now, ret, err);

	if (st != REFD_OK)
		return refd__unit_fail(unit, st);
	grow_past(ret, &unit->last_id);
	unit->last_id = *ret;
	return REFD_OK;
}

static bool copy_meta(struct refd_unit *unit, const struct refd_command *meta)
{
	if (meta == NULL)
		return true;
	unit->correlation = meta->correlation;
	unit->causation = meta->causation;
	return refd__arena_str(&unit->arena, meta->actor, &unit->actor) &&
	       refd__arena_str(&unit->arena, meta->traceparent, &unit->traceparent);
}

static void unit_free(struct refd_unit *unit)
{
	struct refd_allocator allocator = unit->app->ports.allocator;

	refd__arena_done(&unit->arena);
	allocator.free(allocator.self, unit);
}

enum refd_status refd__unit_open(const struct refd_app *app, enum refd_tx_mode mode,
				 const struct refd_command *meta, struct refd_command_id id,
				 int64_t deadline, struct refd_unit **ret, struct refd_error *err)
{
	const struct refd_ports *ports = &app->ports;
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = mode,
				    .deadline = deadline };
	struct refd_unit *unit = ports->allocator.alloc(ports->allocator.self, sizeof(*unit));
	enum refd_status st;

	if (unit == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a unit of work");
	memset(unit, 0, sizeof(*unit));
	unit->app = app;
	unit->deadline = deadline;
	unit->guarded = 1;
	unit->read_only = mode == REFD_TX_READ;
	unit->command = id;
	unit->now = ports->clock.ops->now(ports->clock.self);
	refd__arena_init(&unit->arena, &ports->allocator);
	refd__id_map_init(&unit->map, &unit->arena);
	refd__tracker_init(&unit->tracker, &unit->arena);
	st = copy_meta(unit, meta) ? REFD_OK : refd__no_memory(unit, err);
	if (st == REFD_OK)
		st = ports->store.ops->begin(ports->store.self, &begin, &unit->tx, err);
	if (st != REFD_OK) {
		unit_free(unit);
		return st;
	}
	*ret = unit;
	return REFD_OK;
}

enum refd_status refd__unit_commit_set(struct refd_unit *unit,
				       const struct refd_change_set *changes,
				       struct refd_error *err)
{
	const struct refd_store *store = &unit->app->ports.store;
	enum refd_status st = store->ops->commit(store->self, unit->tx, changes, err);

	unit_free(unit);
	return st;
}

enum refd_status refd__unit_close(struct refd_unit *unit, struct refd_error *err)
{
	const struct refd_store *store = &unit->app->ports.store;
	struct refd_change_set changes = { 0 };
	enum refd_status st = REFD_OK;

	if (unit->poisoned)
		st = refd_error_set(err, REFD_MISUSE,
				    "the unit failed before and can only be rolled back");
	if (st == REFD_OK && unit->command_name != NULL)
		st = refd__build_changes(unit, &changes, err);
	if (st == REFD_OK && changes.count > 0)
		st = store->ops->commit(store->self, unit->tx, &changes, err);
	else
		store->ops->rollback(store->self, unit->tx);
	if (st == REFD_UNKNOWN && err != NULL)
		err->command = unit->command;
	unit_free(unit);
	return st;
}

void refd_unit_rollback(struct refd_unit *unit)
{
	if (unit == NULL)
		return;
	unit->app->ports.store.ops->rollback(unit->app->ports.store.self, unit->tx);
	unit_free(unit);
}

static int compare_guards(const struct refd_guard *a, const struct refd_guard *b)
{
	if (a->guard_class != b->guard_class)
		return a->guard_class < b->guard_class ? -1 : 1;
	return refd_uuid_compare(a->key, b->key);
}

/* Two sorted runs, of `first` guards and of the rest, into one. */
static void merge_guards(struct refd_guard *to, const struct refd_guard *from, size_t first,
			 size_t count)
{
	size_t i = 0, j = first;

	while (i < first && j < count) {
		/* held() left no doubles: nobody wants one key in two ways at once */
		assert(compare_guards(&from[i], &from[j]) != 0);
		if (compare_guards(&from[i], &from[j]) < 0)
			*to++ = from[i++];
		else
			*to++ = from[j++];
	}
	memcpy(to, from + i, (first - i) * sizeof(*to));
	memcpy(to + (first - i), from + j, (count - j) * sizeof(*to));
}

/* @return which of the two holds them sorted; a commit has thousands */
static struct refd_guard *sort_guards(struct refd_guard *guards, struct refd_guard *spare,
				      size_t count)
{
	size_t run, at;

	for (run = 1; run < count; run *= 2) {
		struct refd_guard *sorted = spare;

		for (at = 0; at < count; at += 2 * run) {
			const size_t left = count - at;

			merge_guards(sorted + at, guards + at, run < left ? run : left,
				     2 * run < left ? 2 * run : left);
		}
		spare = guards;
		guards = sorted;
	}
	return guards;
}

/* True if the guard, with all it derives, is held already; remembers it otherwise. */
static bool held(struct refd_unit *unit, const struct refd_guard *guard, bool *ret_no_memory)
{
	struct refd_uuid what = { { (uint8_t)guard->guard_class, (uint8_t)guard->derive } };
	struct refd__map_entry *entry =
		refd__id_map_put(&unit->map, REFD__MAP_GUARD, guard->key, what);

	*ret_no_memory = entry == NULL;
	if (entry == NULL || entry->value != NULL)
		return entry != NULL;
	entry->value = unit;
	return false;
}

enum refd_status refd__guard(struct refd_unit *unit, const struct refd_guard *guards, size_t count,
			     struct refd_error *err)
{
	const struct refd_store *store = &unit->app->ports.store;
	struct refd_guard *wanted;
	bool no_memory = false;
	size_t n = 0;
	size_t i;
	enum refd_status st = REFD_OK;

	if (store->ops->guard == NULL || unit->read_only || count == 0)
		return REFD_OK;
	wanted = refd__arena_zero(&unit->arena, 2 * count, sizeof(*wanted));
	if (wanted == NULL)
		return refd__no_memory(unit, err);
	for (i = 0; i < count && !no_memory; i++) {
		if (!held(unit, &guards[i], &no_memory))
			wanted[n++] = guards[i];
	}
	if (no_memory)
		return refd__no_memory(unit, err);
	wanted = sort_guards(wanted, wanted + n, n);
	if (n > 0)
		st = store->ops->guard(store->self, unit->tx, wanted, n, err);
	unit->guarded += n > 0;
	if (st != REFD_OK)
		unit->poisoned = true;
	return st;
}

struct refd_time refd_unit_now(const struct refd_unit *unit)
{
	return unit->now;
}

enum refd_status refd_unit_rules(struct refd_unit *unit, const struct refd_rules **ret,
				 struct refd_error *err)
{
	enum refd_status st = refd__rules(unit, err);

	if (st == REFD_OK)
		*ret = &unit->rules;
	return st;
}
