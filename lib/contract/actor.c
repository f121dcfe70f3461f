/* Handles, transactions and what is read through them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kit.h"

struct refd_contract__block {
	struct refd_contract__block *next;
	max_align_t bytes[];
};

struct refd_contract__actor *refd_contract__actor(struct refd_contract__kit *kit, size_t number)
{
	struct refd_contract__actor *actor = &kit->actors[number];
	enum refd_status status;

	if (actor->open)
		return actor;
	memset(actor, 0, sizeof(*actor));
	actor->kit = kit;
	refd_error_clear(&actor->err);
	if (refd_contract__failed(kit))
		return actor;
	status = kit->adapter->open(kit->adapter->self, &actor->store, &actor->err);
	actor->open = status == REFD_OK;
	refd_contract__check(kit, actor->open, "open answered %s: %s", refd_status_name(status),
			     actor->err.message);
	return actor;
}

static void rows_clear(struct refd_contract__rows *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		free(rows->rows[i].state);
	rows->count = 0;
}

void refd_contract__leave(struct refd_contract__actor *actor)
{
	if (!actor->kit)
		return;
	if (actor->tx)
		actor->store.ops->rollback(actor->store.self, actor->tx);
	refd_app_destroy(actor->app);
	if (actor->open && !actor->borrowed)
		actor->kit->adapter->close(actor->kit->adapter->self, &actor->store);
	rows_clear(&actor->rows);
	free(actor->rows.rows);
	free(actor->changes);
	while (actor->blocks) {
		struct refd_contract__block *next = actor->blocks->next;

		free(actor->blocks);
		actor->blocks = next;
	}
	memset(actor, 0, sizeof(*actor));
}

void *refd_contract__alloc(struct refd_contract__actor *actor, size_t size)
{
	struct refd_contract__block *block = calloc(1, sizeof(*block) + size);

	if (!block) {
		refd_contract__fail(actor->kit, "the kit is out of memory");
		return NULL;
	}
	block->next = actor->blocks;
	actor->blocks = block;
	return block->bytes;
}

/* Whether a step may be taken at all. */
static bool ready(struct refd_contract__actor *actor)
{
	if (refd_contract__failed(actor->kit) || !actor->open)
		return false;
	refd_error_clear(&actor->err);
	return true;
}

static void must_be_ok(struct refd_contract__actor *actor, const char *step,
		       enum refd_status status)
{
	refd_contract__check(actor->kit, status == REFD_OK, "%s answered %s: %s", step,
			     refd_status_name(status), actor->err.message);
}

static enum refd_status begin_as(struct refd_contract__actor *actor, const struct refd_begin *begin)
{
	enum refd_status status;

	if (!ready(actor))
		return REFD_MISUSE;
	status = actor->store.ops->begin(actor->store.self, begin, &actor->tx, &actor->err);
	if (status != REFD_OK)
		actor->tx = NULL;
	return status;
}

enum refd_status refd_contract__try_begin(struct refd_contract__actor *actor,
					  enum refd_tx_mode mode, int64_t deadline)
{
	const struct refd_begin begin = { sizeof(begin), mode, deadline, false };

	return begin_as(actor, &begin);
}

void refd_contract__begin(struct refd_contract__actor *actor, enum refd_tx_mode mode)
{
	must_be_ok(actor, "begin", refd_contract__try_begin(actor, mode, 0));
}

void refd_contract__begin_once(struct refd_contract__actor *actor)
{
	const struct refd_begin begin = { sizeof(begin), REFD_TX_READ, 0, true };

	must_be_ok(actor, "begin", begin_as(actor, &begin));
}

enum refd_status refd_contract__try_hold(struct refd_contract__actor *actor, int64_t deadline,
					 const struct refd_guard *guards, size_t count)
{
	struct refd_key board = { .a = refd_the_board.uuid };
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_BOARD,
				  .by = REFD_BY_ID,
				  .keys = &board,
				  .n_keys = 1 };
	enum refd_status status = refd_contract__try_begin(actor, REFD_TX_WRITE, deadline);

	if (status == REFD_OK && actor->store.ops->guard)
		status = actor->store.ops->guard(actor->store.self, actor->tx, guards, count,
						 &actor->err);
	/* A transaction may start as late as its first read. */
	if (status == REFD_OK)
		status = refd_contract__try_read(actor, &read, 1);
	if (status != REFD_OK)
		refd_contract__rollback(actor);
	return status;
}

void refd_contract__rollback(struct refd_contract__actor *actor)
{
	if (actor->open)
		actor->store.ops->rollback(actor->store.self, actor->tx);
	actor->tx = NULL;
	actor->n_changes = 0;
}

static void gather(struct refd_contract__actor *actor, enum refd_change_kind kind,
		   enum refd_record record, const void *state, int64_t expected)
{
	size_t size = refd_record_layout(record)->state_size;
	void *copy = refd_contract__alloc(actor, size);

	if (!copy)
		return;
	if (actor->n_changes == actor->room) {
		size_t room = actor->room ? 2 * actor->room : 64;
		struct refd_change *more = malloc(room * sizeof(*more));

		if (!more) {
			refd_contract__fail(actor->kit, "the kit is out of memory");
			return;
		}
		if (actor->n_changes)
			memcpy(more, actor->changes, actor->n_changes * sizeof(*more));
		free(actor->changes);
		actor->changes = more;
		actor->room = room;
	}
	memcpy(copy, state, size);
	actor->changes[actor->n_changes++] = (struct refd_change){ kind, record, copy, expected };
}

void refd_contract__insert(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state)
{
	gather(actor, REFD_CHANGE_INSERT, record, state, 0);
}

void refd_contract__update(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state, int64_t expected)
{
	gather(actor, REFD_CHANGE_UPDATE, record, state, expected);
}

void refd_contract__delete(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state, int64_t expected)
{
	gather(actor, REFD_CHANGE_DELETE, record, state, expected);
}

void refd_contract__assert(struct refd_contract__actor *actor, enum refd_record record,
			   const void *state, int64_t expected)
{
	gather(actor, REFD_CHANGE_ASSERT, record, state, expected);
}

enum refd_status refd_contract__try_commit(struct refd_contract__actor *actor)
{
	struct refd_change_set set = { actor->changes, actor->n_changes };
	enum refd_status status = REFD_OK;

	if (!actor->tx)
		status = refd_contract__try_begin(actor, REFD_TX_WRITE, 0);
	else if (!ready(actor))
		status = REFD_MISUSE;
	if (status == REFD_OK) {
		status = actor->store.ops->commit(actor->store.self, actor->tx, &set, &actor->err);
		actor->tx = NULL;
	}
	actor->n_changes = 0;
	return status;
}

void refd_contract__commit(struct refd_contract__actor *actor, enum refd_status expected)
{
	enum refd_status status = refd_contract__try_commit(actor);

	refd_contract__check(actor->kit, status == expected, "commit answered %s (%s), not %s",
			     refd_status_name(status), actor->err.message,
			     refd_status_name(expected));
}

/* A copy of the state and of the texts it points to, in one block. */
static void *copy_of(const struct refd_layout *layout, const void *state)
{
	size_t size = layout->state_size;
	struct refd_str text;
	char *copy, *texts;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].type == REFD_FIELD_SLICE) {
			memcpy(&text, (const char *)state + layout->fields[i].offset, sizeof(text));
			size += text.len;
		}
	copy = malloc(size);
	if (!copy)
		return NULL;
	memcpy(copy, state, layout->state_size);
	texts = copy + layout->state_size;
	for (size_t i = 0; i < layout->count; i++) {
		char *at = copy + layout->fields[i].offset;

		if (layout->fields[i].type != REFD_FIELD_SLICE)
			continue;
		memcpy(&text, at, sizeof(text));
		if (text.len)
			memcpy(texts, text.ptr, text.len);
		text.ptr = texts;
		texts += text.len;
		memcpy(at, &text, sizeof(text));
	}
	return copy;
}

static enum refd_status keep_row(void *self, size_t read, enum refd_record record,
				 const void *state)
{
	struct refd_contract__rows *rows = self;
	const struct refd_layout *layout = refd_record_layout(record);
	void *copy;

	if (!layout)
		return REFD_MISUSE;
	if (rows->count == rows->room) {
		size_t room = rows->room ? 2 * rows->room : 64;
		struct refd_contract__row *more = realloc(rows->rows, room * sizeof(*more));

		if (!more)
			return REFD_NO_MEMORY;
		rows->rows = more;
		rows->room = room;
	}
	copy = copy_of(layout, state);
	if (!copy)
		return REFD_NO_MEMORY;
	rows->rows[rows->count++] = (struct refd_contract__row){ read, record, copy };
	return REFD_OK;
}

enum refd_status refd_contract__try_read(struct refd_contract__actor *actor,
					 const struct refd_read *reads, size_t count)
{
	bool own = !actor->tx;
	enum refd_status status = REFD_OK;

	rows_clear(&actor->rows);
	if (own)
		status = refd_contract__try_begin(actor, REFD_TX_READ, 0);
	else if (!ready(actor))
		status = REFD_MISUSE;
	if (status != REFD_OK)
		return status;
	status = actor->store.ops->read(actor->store.self, actor->tx, reads, count, keep_row,
					&actor->rows, &actor->err);
	if (own) {
		actor->store.ops->rollback(actor->store.self, actor->tx);
		actor->tx = NULL;
	}
	return status;
}

void refd_contract__read(struct refd_contract__actor *actor, const struct refd_read *read)
{
	must_be_ok(actor, "read", refd_contract__try_read(actor, read, 1));
}

const void *refd_contract__get(struct refd_contract__actor *actor, enum refd_record record,
			       const void *like)
{
	struct refd_key key = refd_contract__key(record, like);
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = record,
				  .by = REFD_BY_ID,
				  .keys = &key,
				  .n_keys = 1 };

	refd_contract__read(actor, &read);
	return actor->rows.count == 1 ? actor->rows.rows[0].state : NULL;
}

int64_t refd_contract__version(struct refd_contract__actor *actor, enum refd_record record,
			       const void *like)
{
	const void *row = refd_contract__get(actor, record, like);

	return row ? refd_record_version(record, row) : -1;
}
