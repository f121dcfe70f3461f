/*
 * Fail every allocation and every store call of a dispatch, once and from then on. Nothing leaks,
 * and after the fault, once the leases have run out, every notice gets to its recipient.
 */
#include <refdomain/contract/contract.h>

#include "league.h"

#define SENT_MAX 16

struct post {
	size_t count;
	struct refd_notice_id sent[SENT_MAX];
};

static enum refd_status send(void *self, const struct refd_message *message, struct refd_error *err)
{
	struct post *post = self;

	(void)err;
	assert_true(post->count < SENT_MAX);
	post->sent[post->count++] = message->notice->id;
	return REFD_OK;
}

static const struct refd_notifier_ops poster = { sizeof(poster), send };

static enum refd_status expect_sent(void *self, const struct refd_notice_state *notice,
				    const struct refd_referee_state *recipient)
{
	const struct post *post = self;
	size_t i;

	(void)recipient;
	assert_int_equal(notice->status, REFD_NOTICE_SENT);
	for (i = 0; i < post->count && !refd_uuid_equal(post->sent[i].uuid, notice->id.uuid); i++)
		;
	assert_true(i < post->count);
	return REFD_OK;
}

/* Two notices, one of a venue that changed. */
static void make_notices(struct league *league)
{
	struct league_scene scene = league_scene(league);

	league_stage(league, scene.fixture, scene.anna, REFD_ROLE_FIRST);
	league_commit(league);
	LEAGUE_EXPECT(league, try_move(league, scene.fixture, league_venue(league, "Arena")),
		      REFD_OK);
}

static void expect_all_sent(struct league *league, struct refd_app *app, struct post *post)
{
	const struct refd_referee_id anybody = { { { 0 } } };

	league->now.us += 2 * REFD_HOUR;
	LEAGUE_EXPECT(league, refd_notifying_dispatch(app, NULL, NULL, &league->err), REFD_OK);
	assert_true(post->count >= 2);
	LEAGUE_EXPECT(league,
		      refd_query_notices(app, (enum refd_notice_status)0, anybody, NULL,
					 expect_sent, post, NULL, &league->err),
		      REFD_OK);
}

/* @return whether the n-th allocation, or else the n-th store call, was reached */
static bool is_met(uint64_t n, bool for_good, bool allocation)
{
	struct refd_contract_faulty faulty = { .status = REFD_BACKEND, .for_good = for_good };
	struct post post = { 0 };
	struct refd_ports ports;
	struct refd_app *app = NULL;
	struct league *league;
	void *state = NULL;
	enum refd_status st;
	bool failed;

	league_setup(&state);
	league = state;
	make_notices(league);
	ports = league->ports;
	faulty.inner = ports.store;
	ports.store = refd_contract_faulty_store(&faulty);
	ports.notifier = (struct refd_notifier){ &poster, &post };
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_OK);
	league->heap.fail_at = allocation ? league->heap.calls + n : 0;
	league->heap.fail_on = for_good;
	faulty.fail_at = allocation ? 0 : n;
	st = refd_notifying_dispatch(app, NULL, NULL, &league->err);
	failed = league->heap.failed > 0 || faulty.failed > 0;
	league->heap.fail_at = 0;
	faulty.fail_at = 0;
	if (st != REFD_OK)
		support_assert_status(st, allocation ? REFD_NO_MEMORY : REFD_BACKEND);
	else
		assert_false(failed);
	expect_all_sent(league, app, &post);
	refd_app_destroy(app);
	league_teardown(&state);
	return failed;
}

static void sweep(bool allocation)
{
	size_t met = 0;
	int for_good;

	for (for_good = 0; for_good < 2; for_good++) {
		uint64_t n;

		for (n = 1; is_met(n, for_good != 0, allocation); n++)
			met++;
	}
	assert_true(met > 10);
}

static void every_allocation_of_a_dispatch_fails(void **state)
{
	(void)state;
	sweep(true);
}

static void every_store_call_of_a_dispatch_fails(void **state)
{
	(void)state;
	sweep(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_of_a_dispatch_fails),
		cmocka_unit_test(every_store_call_of_a_dispatch_fails),
	};

	return cmocka_run_group_tests_name("fault dispatch", tests, NULL, NULL);
}
