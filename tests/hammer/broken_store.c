#include "broken_store.h"

#include <stdlib.h>

struct broken_tx {
	struct refd_tx *tx;
	struct refd_begin begin; /* as asked for */
};

static struct broken_tx *of(struct refd_tx *tx)
{
	return (struct broken_tx *)(void *)tx;
}

static enum refd_status broken_begin(void *self, const struct refd_begin *begin,
				     struct refd_tx **ret, struct refd_error *err)
{
	const struct refd_store *inner = &((struct broken_store *)self)->inner;
	struct broken_tx *broken = calloc(1, sizeof(*broken));
	struct refd_begin given = *begin;
	enum refd_status st;

	if (broken == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	broken->begin = *begin;
	if (inner->ops->guard == NULL)
		given.mode = REFD_TX_READ;
	st = inner->ops->begin(inner->self, &given, &broken->tx, err);
	if (st != REFD_OK) {
		free(broken);
		return st;
	}
	*ret = (struct refd_tx *)(void *)broken;
	return REFD_OK;
}

static enum refd_status broken_guard(void *self, struct refd_tx *tx,
				     const struct refd_guard *guards, size_t count,
				     struct refd_error *err)
{
	(void)self;
	(void)tx;
	(void)guards;
	(void)count;
	(void)err;
	return REFD_OK;
}

static enum refd_status broken_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				    size_t count, refd_row_sink *sink, void *sink_self,
				    struct refd_error *err)
{
	const struct refd_store *inner = &((struct broken_store *)self)->inner;

	return inner->ops->read(inner->self, of(tx)->tx, reads, count, sink, sink_self, err);
}

/* The turn comes only now. */
static enum refd_status begin_late(const struct refd_store *inner, struct broken_tx *broken,
				   struct refd_error *err)
{
	inner->ops->rollback(inner->self, broken->tx);
	broken->tx = NULL;
	return inner->ops->begin(inner->self, &broken->begin, &broken->tx, err);
}

static enum refd_status broken_commit(void *self, struct refd_tx *tx,
				      const struct refd_change_set *changes, struct refd_error *err)
{
	const struct refd_store *inner = &((struct broken_store *)self)->inner;
	struct broken_tx *broken = of(tx);
	enum refd_status st = REFD_OK;

	if (inner->ops->guard == NULL && broken->begin.mode == REFD_TX_WRITE)
		st = begin_late(inner, broken, err);
	if (st == REFD_OK)
		st = inner->ops->commit(inner->self, broken->tx, changes, err);
	free(broken);
	return st;
}

static void broken_rollback(void *self, struct refd_tx *tx)
{
	const struct refd_store *inner = &((struct broken_store *)self)->inner;

	if (tx == NULL)
		return;
	inner->ops->rollback(inner->self, of(tx)->tx);
	free(of(tx));
}

static const struct refd_store_ops broken_ops = { .struct_size = sizeof(broken_ops),
						  .begin = broken_begin,
						  .guard = broken_guard,
						  .read = broken_read,
						  .commit = broken_commit,
						  .rollback = broken_rollback };

struct refd_store broken_store(struct broken_store *broken, const struct refd_store *inner)
{
	broken->inner = *inner;
	return (struct refd_store){ &broken_ops, broken };
}
