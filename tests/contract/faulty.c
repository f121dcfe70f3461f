/* refd_contract_faulty_store(): one call fails, all others are passed on. */
#include "support.h"

#include "adapters.h"

struct both {
	struct refd_contract_adapter adapter;
	struct refd_contract_faulty faulty;
	struct refd_store store;
};

static void both_make(struct both *both, uint64_t fail_at, enum refd_status status, bool done)
{
	assert_true(memory_adapter_make(&both->adapter));
	support_assert_status(both->adapter.create(both->adapter.self, NULL), REFD_OK);
	memset(&both->faulty, 0, sizeof(both->faulty));
	support_assert_status(both->adapter.open(both->adapter.self, &both->faulty.inner, NULL),
			      REFD_OK);
	both->faulty.fail_at = fail_at;
	both->faulty.status = status;
	both->faulty.done = done;
	both->store = refd_contract_faulty_store(&both->faulty);
}

static void both_done(struct both *both)
{
	both->adapter.close(both->adapter.self, &both->faulty.inner);
	both->adapter.destroy(both->adapter.self);
	memory_adapter_done(&both->adapter);
}

static enum refd_status count_row(void *self, size_t read, enum refd_record record,
				  const void *state)
{
	(void)read;
	(void)record;
	(void)state;
	++*(size_t *)self;
	return REFD_OK;
}

static const struct refd_read all_teams = { .kind = REFD_READ_RANGE,
					    .record = REFD_RECORD_TEAM,
					    .index = REFD_INDEX_ALL };

/* begin, read, commit of one insert: three calls. */
static enum refd_status insert_team(const struct refd_store *store, uint64_t number,
				    struct refd_error *err)
{
	struct refd_team_state team = { .status = REFD_PARTY_ACTIVE, .version = 1 };
	struct refd_change change = { REFD_CHANGE_INSERT, REFD_RECORD_TEAM, &team, 0 };
	struct refd_change_set set = { &change, 1 };
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_WRITE,
				    .deadline = 0 };
	struct refd_tx *tx = NULL;
	size_t seen = 0;
	enum refd_status status = store->ops->begin(store->self, &begin, &tx, err);

	team.id.uuid = support_uuid(number);
	if (status != REFD_OK)
		return status;
	status = store->ops->read(store->self, tx, &all_teams, 1, count_row, &seen, err);
	if (status == REFD_OK)
		return store->ops->commit(store->self, tx, &set, err);
	store->ops->rollback(store->self, tx);
	return status;
}

static size_t count_teams(const struct refd_store *store)
{
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_READ,
				    .deadline = 0 };
	struct refd_tx *tx;
	size_t seen = 0;

	support_assert_status(store->ops->begin(store->self, &begin, &tx, NULL), REFD_OK);
	support_assert_status(
		store->ops->read(store->self, tx, &all_teams, 1, count_row, &seen, NULL), REFD_OK);
	store->ops->rollback(store->self, tx);
	return seen;
}

static void faulty__each_call_fails_once_and_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t at = 1; at <= 4; at++) {
		struct refd_error err = REFD_ERROR_INIT;
		struct both both;
		enum refd_status expected = at <= 3 ? REFD_UNAVAILABLE : REFD_OK;

		both_make(&both, at, REFD_UNAVAILABLE, false);
		support_assert_status(insert_team(&both.store, 1, &err), expected);
		assert_int_equal(err.status, at <= 3 ? REFD_UNAVAILABLE : 0);
		assert_int_equal(both.faulty.failed, at <= 3 ? 1 : 0);
		assert_int_equal(both.faulty.calls, at <= 3 ? at : 3);
		assert_int_equal(count_teams(&both.faulty.inner), at <= 3 ? 0 : 1);
		support_assert_status(insert_team(&both.store, 2, NULL),
				      at == 4 ? REFD_UNAVAILABLE : REFD_OK);
		both_done(&both);
	}
}

static void faulty__lost_answer_leaves_the_commit(void **state)
{
	(void)state;
	for (uint64_t at = 1; at <= 3; at++) {
		struct both both;

		both_make(&both, at, REFD_UNKNOWN, true);
		support_assert_status(insert_team(&both.store, 1, NULL), REFD_UNKNOWN);
		assert_int_equal(count_teams(&both.faulty.inner), at == 3 ? 1 : 0);
		support_assert_status(insert_team(&both.store, 2, NULL), REFD_OK);
		both_done(&both);
	}
}

static void faulty__for_good_no_later_call_gets_through(void **state)
{
	(void)state;
	for (uint64_t at = 1; at <= 3; at++) {
		struct both both;

		both_make(&both, at, REFD_BACKEND, false);
		both.faulty.for_good = true;
		support_assert_status(insert_team(&both.store, 1, NULL), REFD_BACKEND);
		support_assert_status(insert_team(&both.store, 1, NULL), REFD_BACKEND);
		assert_int_equal(both.faulty.calls, at + 1);
		assert_int_equal(both.faulty.failed, 2);
		assert_int_equal(count_teams(&both.faulty.inner), 0);
		both.faulty.fail_at = 0; /* mended */
		support_assert_status(insert_team(&both.store, 1, NULL), REFD_OK);
		assert_int_equal(count_teams(&both.store), 1);
		both_done(&both);
	}
}

static void faulty__no_fault_passes_everything_on(void **state)
{
	struct both both;

	(void)state;
	both_make(&both, 0, REFD_BACKEND, false);
	support_assert_status(insert_team(&both.store, 1, NULL), REFD_OK);
	support_assert_status(insert_team(&both.store, 1, NULL), REFD_ALREADY_EXISTS);
	assert_int_equal(count_teams(&both.store), 1);
	assert_int_equal(both.faulty.failed, 0);
	assert_int_equal(both.faulty.calls, 8);
	assert_ptr_equal(both.store.ops->guard, NULL);
	assert_int_equal(both.store.ops->reads_native, both.faulty.inner.ops->reads_native);
	both_done(&both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(faulty__each_call_fails_once_and_changes_nothing),
		cmocka_unit_test(faulty__lost_answer_leaves_the_commit),
		cmocka_unit_test(faulty__for_good_no_later_call_gets_through),
		cmocka_unit_test(faulty__no_fault_passes_everything_on),
	};

	return cmocka_run_group_tests_name("faulty", tests, NULL, NULL);
}
