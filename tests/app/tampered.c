#include "tampered.h"

/* Whether this call is one to tamper with. */
static enum tamper next(struct tampering *tampering)
{
	if (tampering->when == TAMPER_NOT || tampering->times == 0)
		return TAMPER_NOT;
	tampering->times--;
	return tampering->when;
}

static enum refd_status answer(const struct tampering *tampering, struct refd_error *err)
{
	(void)refd_error_set(err, tampering->status, "tampered with");
	if (err != NULL && tampering->constraint != NULL)
		snprintf(err->constraint, sizeof(err->constraint), "%s", tampering->constraint);
	return tampering->status;
}

static enum refd_status begin(void *self, const struct refd_begin *how, struct refd_tx **ret,
			      struct refd_error *err)
{
	struct tampered *t = self;

	t->begins++;
	if (t->down_after != 0 && t->commits >= t->down_after)
		return refd_error_set(err, REFD_UNAVAILABLE, "the store is down");
	if (next(&t->begin) != TAMPER_NOT)
		return answer(&t->begin, err);
	return t->inner.ops->begin(t->inner.self, how, ret, err);
}

static enum refd_status guard(void *self, struct refd_tx *tx, const struct refd_guard *guards,
			      size_t count, struct refd_error *err)
{
	struct tampered *t = self;

	t->guards = count;
	if (next(&t->guard) != TAMPER_NOT)
		return answer(&t->guard, err);
	return t->inner.ops->guard != NULL
		       ? t->inner.ops->guard(t->inner.self, tx, guards, count, err)
		       : REFD_OK;
}

struct delivery {
	const struct tampered *tampered;
	refd_row_sink *sink;
	void *self;
};

static enum refd_status deliver(void *self, size_t read, enum refd_record record, const void *state)
{
	const struct delivery *d = self;
	const struct tampered *t = d->tampered;
	enum refd_status st = REFD_OK;
	size_t i;

	if (record == t->hides && memcmp(state, &t->hidden, sizeof(t->hidden)) == 0)
		return REFD_OK;
	if (record == REFD_RECORD_EVENT && t->only_events != NULL &&
	    !refd_str_equal(((const struct refd_event_state *)state)->type,
			    refd_str_of(t->only_events)))
		return REFD_OK;
	for (i = 0; i <= t->again && st == REFD_OK; i++) {
		if (t->renamed && i > 0 && record == REFD_RECORD_FIXTURE) {
			struct refd_fixture_state copy = *(const struct refd_fixture_state *)state;

			copy.id.uuid = support_uuid((UINT64_C(1) << 50) + i);
			st = d->sink(d->self, read, record, &copy);
		} else {
			st = d->sink(d->self, read, record, state);
		}
	}
	return st;
}

static bool asks_for(const struct refd_read *reads, size_t count, enum refd_record record)
{
	size_t i;

	for (i = 0; i < count && reads[i].record != record; i++)
		;
	return i < count || record == (enum refd_record)0;
}

static enum refd_status read(void *self, struct refd_tx *tx, const struct refd_read *reads,
			     size_t count, refd_row_sink *sink, void *sink_self,
			     struct refd_error *err)
{
	struct tampered *t = self;
	struct delivery delivery = { t, sink, sink_self };
	enum refd_status st;

	t->reads++;
	if (next(&t->read) != TAMPER_NOT)
		return answer(&t->read, err);
	st = t->inner.ops->read(t->inner.self, tx, reads, count, deliver, &delivery, err);
	if (st == REFD_OK && t->extra.record != (enum refd_record)0 &&
	    asks_for(reads, count, t->extra.asked))
		st = sink(sink_self, 0, t->extra.record, t->extra.state);
	return st;
}

static void count_changes(struct tampered *t, const struct refd_change_set *changes)
{
	size_t i;

	memset(t->changes, 0, sizeof(t->changes));
	t->asserts = 0;
	for (i = 0; i < changes->count; i++) {
		if (changes->changes[i].kind == REFD_CHANGE_ASSERT)
			t->asserts++;
		else
			t->changes[changes->changes[i].record]++;
	}
}

static enum refd_status commit(void *self, struct refd_tx *tx,
			       const struct refd_change_set *changes, struct refd_error *err)
{
	struct tampered *t = self;
	enum refd_status st;

	t->commits++;
	count_changes(t, changes);
	switch (next(&t->commit)) {
	case TAMPER_BEFORE:
		t->inner.ops->rollback(t->inner.self, tx);
		return answer(&t->commit, err);
	case TAMPER_AFTER:
		st = t->inner.ops->commit(t->inner.self, tx, changes, err);
		return st == REFD_OK ? answer(&t->commit, err) : st;
	case TAMPER_NOT:
		break;
	}
	return t->inner.ops->commit(t->inner.self, tx, changes, err);
}

static void rollback(void *self, struct refd_tx *tx)
{
	struct tampered *t = self;

	t->inner.ops->rollback(t->inner.self, tx);
}

void tampered_install(struct tampered *tampered, struct league *league)
{
	memset(tampered, 0, sizeof(*tampered));
	tampered->inner = league->ports.store;
	tampered->ops =
		(struct refd_store_ops){ .struct_size = sizeof(tampered->ops),
					 .begin = begin,
					 .guard = guard,
					 .read = read,
					 .commit = commit,
					 .rollback = rollback,
					 .reads_native = tampered->inner.ops->reads_native };
	league->ports.store = (struct refd_store){ &tampered->ops, tampered };
	refd_app_destroy(league->app);
	support_assert_status(refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
}

void tampered_remove(struct tampered *tampered, struct league *league)
{
	league->ports.store = tampered->inner;
	refd_app_destroy(league->app);
	support_assert_status(refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
}
