#include <refdomain/adapters/memory.h>

#include "changes.h"
#include "lock.h"
#include "reads.h"

struct refd_memory {
	struct refd_memory__lock lock;
	struct refd_memory__tables tables;
};

struct refd_tx {
	struct refd_memory *memory;
	enum refd_tx_mode mode;
	int64_t deadline;
	bool reading; /* a READ transaction that has its snapshot */
};

enum refd_status refd_memory_create(const struct refd_allocator *allocator,
				    const struct refd_clock *clock, struct refd_memory **ret,
				    struct refd_error *err)
{
	struct refd_memory *memory = allocator->alloc(allocator->self, sizeof(*memory));

	if (!memory)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	if (!refd_memory__lock_init(&memory->lock, clock)) {
		allocator->free(allocator->self, memory);
		return refd_error_set(err, REFD_BACKEND, "the system has no lock to give");
	}
	refd_memory__tables_init(&memory->tables, allocator);
	*ret = memory;
	return REFD_OK;
}

void refd_memory_destroy(struct refd_memory *memory)
{
	struct refd_allocator allocator;

	if (!memory)
		return;
	allocator = memory->tables.allocator;
	refd_memory__tables_done(&memory->tables);
	refd_memory__lock_done(&memory->lock);
	allocator.free(allocator.self, memory);
}

static enum refd_status too_late(struct refd_error *err)
{
	return refd_error_set(err, REFD_UNAVAILABLE, "the deadline has passed");
}

static enum refd_status store_begin(void *self, const struct refd_begin *begin,
				    struct refd_tx **ret, struct refd_error *err)
{
	struct refd_memory *memory = self;
	const struct refd_allocator *allocator = &memory->tables.allocator;
	struct refd_tx *tx = allocator->alloc(allocator->self, sizeof(*tx));

	if (!tx)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	*tx = (struct refd_tx){ memory, begin->mode, begin->deadline, false };
	if (begin->mode == REFD_TX_WRITE &&
	    !refd_memory__lock_write(&memory->lock, begin->deadline)) {
		allocator->free(allocator->self, tx);
		return too_late(err);
	}
	*ret = tx;
	return REFD_OK;
}

static enum refd_status store_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				   size_t count, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	struct refd_memory *memory = self;
	enum refd_status status = REFD_OK;

	if (refd_memory__lock_passed(&memory->lock, tx->deadline))
		return too_late(err);
	/* A writer needs no lock to read: nobody else changes the tables. */
	if (tx->mode == REFD_TX_READ && !tx->reading) {
		if (!refd_memory__lock_read(&memory->lock, tx->deadline))
			return too_late(err);
		tx->reading = true;
	}
	for (size_t i = 0; i < count && status == REFD_OK; i++)
		status = refd_memory__read(&memory->tables, &reads[i], i, sink, sink_self, err);
	return status;
}

static void store_rollback(void *self, struct refd_tx *tx)
{
	struct refd_memory *memory = self;

	if (!tx)
		return;
	if (tx->reading)
		refd_memory__unlock_read(&memory->lock);
	if (tx->mode == REFD_TX_WRITE)
		refd_memory__unlock_write(&memory->lock);
	memory->tables.allocator.free(memory->tables.allocator.self, tx);
}

static enum refd_status apply(struct refd_memory *memory, int64_t deadline,
			      const struct refd_change_set *changes, struct refd_error *err)
{
	struct refd_memory__step *steps = NULL;
	enum refd_status status =
		refd_memory__changes_prepare(&memory->tables, changes, &steps, err);

	if (status != REFD_OK)
		return status;
	if (refd_memory__lock_apply(&memory->lock, deadline)) {
		status = refd_memory__changes_apply(&memory->tables, changes, steps, err);
		refd_memory__unlock_apply(&memory->lock);
	} else {
		status = too_late(err);
	}
	refd_memory__changes_done(&memory->tables, changes, steps, status == REFD_OK);
	return status;
}

static enum refd_status store_commit(void *self, struct refd_tx *tx,
				     const struct refd_change_set *changes, struct refd_error *err)
{
	enum refd_status status = REFD_OK;

	if (changes && changes->count > 0) {
		if (tx->mode == REFD_TX_WRITE)
			status = apply(self, tx->deadline, changes, err);
		else
			status = refd_error_set(err, REFD_MISUSE,
						"a READ transaction changes nothing");
	}
	store_rollback(self, tx);
	return status;
}

static const struct refd_store_ops ops = {
	.struct_size = sizeof(ops),
	.begin = store_begin,
	.read = store_read,
	.commit = store_commit,
	.rollback = store_rollback,
	.reads_native = UINT32_C(1) << REFD_READ_FACTS | UINT32_C(1) << REFD_READ_PARENTS,
};

struct refd_store refd_memory_store(struct refd_memory *memory)
{
	struct refd_store store = { &ops, memory };

	return store;
}
