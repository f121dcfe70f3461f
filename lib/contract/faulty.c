/* A store that fails its n-th call, or every call from then on. */
#include <refdomain/contract/contract.h>

static bool fails(struct refd_contract_faulty *faulty)
{
	const uint64_t call = ++faulty->calls;

	if (faulty->fail_at == 0 || call < faulty->fail_at ||
	    (call > faulty->fail_at && !faulty->for_good))
		return false;
	faulty->failed++;
	return true;
}

static enum refd_status answer(const struct refd_contract_faulty *faulty, struct refd_error *err)
{
	return refd_error_set(err, faulty->status, "call %llu fails on purpose",
			      (unsigned long long)faulty->calls);
}

static enum refd_status faulty_begin(void *self, const struct refd_begin *begin,
				     struct refd_tx **ret, struct refd_error *err)
{
	struct refd_contract_faulty *faulty = self;
	const struct refd_store *inner = &faulty->inner;
	struct refd_tx *tx = NULL;

	if (!fails(faulty))
		return inner->ops->begin(inner->self, begin, ret, err);
	if (faulty->done && inner->ops->begin(inner->self, begin, &tx, NULL) == REFD_OK)
		inner->ops->rollback(inner->self, tx);
	return answer(faulty, err);
}

static enum refd_status faulty_guard(void *self, struct refd_tx *tx,
				     const struct refd_guard *guards, size_t count,
				     struct refd_error *err)
{
	struct refd_contract_faulty *faulty = self;
	const struct refd_store *inner = &faulty->inner;

	if (!fails(faulty))
		return inner->ops->guard(inner->self, tx, guards, count, err);
	if (faulty->done)
		(void)inner->ops->guard(inner->self, tx, guards, count, NULL);
	return answer(faulty, err);
}

static enum refd_status faulty_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				    size_t count, refd_row_sink *sink, void *sink_self,
				    struct refd_error *err)
{
	struct refd_contract_faulty *faulty = self;
	const struct refd_store *inner = &faulty->inner;

	if (!fails(faulty))
		return inner->ops->read(inner->self, tx, reads, count, sink, sink_self, err);
	if (faulty->done)
		(void)inner->ops->read(inner->self, tx, reads, count, sink, sink_self, NULL);
	return answer(faulty, err);
}

static enum refd_status faulty_commit(void *self, struct refd_tx *tx,
				      const struct refd_change_set *changes, struct refd_error *err)
{
	struct refd_contract_faulty *faulty = self;
	const struct refd_store *inner = &faulty->inner;

	if (!fails(faulty))
		return inner->ops->commit(inner->self, tx, changes, err);
	if (faulty->done)
		(void)inner->ops->commit(inner->self, tx, changes, NULL);
	else
		inner->ops->rollback(inner->self, tx);
	return answer(faulty, err);
}

static void faulty_rollback(void *self, struct refd_tx *tx)
{
	struct refd_contract_faulty *faulty = self;

	faulty->inner.ops->rollback(faulty->inner.self, tx);
}

struct refd_store refd_contract_faulty_store(struct refd_contract_faulty *faulty)
{
	struct refd_store store = { &faulty->ops, faulty };

	faulty->ops = (struct refd_store_ops){
		.struct_size = sizeof(faulty->ops),
		.begin = faulty_begin,
		.guard = faulty->inner.ops->guard ? faulty_guard : NULL,
		.read = faulty_read,
		.commit = faulty_commit,
		.rollback = faulty_rollback,
		.reads_native = faulty->inner.ops->reads_native,
	};
	return store;
}
