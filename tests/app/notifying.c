#include "tampered.h"

#define FIRST REFD_ROLE_FIRST

/* ---- a notifier that keeps what it is given ---- */

struct recorder {
	struct league *league;
	enum refd_status answer; /* from message `from` on */
	size_t from;
	bool silent; /* gives no reason */
	const char *why;
	int64_t takes; /* microseconds each message takes */
	char keys[16][REFD_UUID_TEXT * 2 + 2];
	struct refd_referee_id to[16];
	enum refd_notice_kind kinds[16];
	size_t n;
	char text[400];		/* of the last message: names and addresses */
	struct refd_app *rival; /* dispatches while the first message is handed over */
	struct refd_dispatched rivals;
};

static void let_rival_dispatch(struct recorder *r)
{
	struct refd_app *rival = r->rival;
	struct refd_error err = REFD_ERROR_INIT;

	if (rival == NULL)
		return;
	r->rival = NULL;
	support_assert_status(refd_notifying_dispatch(rival, NULL, &r->rivals, &err), REFD_OK);
}

static enum refd_status take(void *self, const struct refd_message *message, struct refd_error *err)
{
	struct recorder *r = self;
	size_t i = r->n++;

	assert_true(i < 16);
	memcpy(r->keys[i], message->key, sizeof(r->keys[i]));
	r->to[i] = message->notice->recipient;
	r->kinds[i] = message->notice->kind;
	snprintf(r->text, sizeof(r->text), "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s",
		 (int)message->recipient_name.len, message->recipient_name.ptr,
		 (int)message->home_name.len, message->home_name.ptr, (int)message->away_name.len,
		 message->away_name.ptr, (int)message->venue_name.len, message->venue_name.ptr,
		 (int)message->venue_city.len, message->venue_city.ptr,
		 (int)message->previous_venue_name.len, message->previous_venue_name.ptr);
	r->league->now.us += r->takes;
	let_rival_dispatch(r);
	if (i < r->from || r->answer == REFD_OK)
		return REFD_OK;
	return r->silent ? r->answer
			 : refd_error_set(err, r->answer, "%s", r->why ? r->why : "mail box full");
}

static const struct refd_notifier_ops recording = { sizeof(recording), take };

/* The league's app with this notifier. */
static void notify_to(struct league *league, struct recorder *recorder)
{
	memset(recorder, 0, sizeof(*recorder));
	recorder->league = league;
	league->ports.notifier = (struct refd_notifier){ &recording, recorder };
	refd_app_destroy(league->app);
	support_assert_status(refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
}

static struct refd_dispatched dispatch(struct league *league, const struct refd_dispatch *options)
{
	struct refd_dispatched done = { 0 };

	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, options, &done, &league->err),
		      REFD_OK);
	return done;
}

static enum refd_status first(void *self, const struct refd_notice_state *notice,
			      const struct refd_referee_state *recipient)
{
	(void)recipient;
	*(struct refd_notice_state *)self = *notice;
	return REFD_OK;
}

/* The last notice there is. */
static struct refd_notice_state the_notice(struct league *league)
{
	struct refd_notice_state state = { .version = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, (enum refd_notice_status)0,
					 (struct refd_referee_id){ 0 }, NULL, first, &state, NULL,
					 &league->err),
		      REFD_OK);
	return state;
}

/* So many notices to be sent, all of them ASSIGNED. */
static void make_notices(struct league *league, int count)
{
	struct refd_referee_id anna = league_referee(league, "Anna");

	while (count-- > 0)
		league_assign(league, league_fixture(league, league_time(30 + count, 0)), anna,
			      FIRST);
}

static enum refd_status retry(struct league *league, struct refd_notice_id id)
{
	refd_error_clear(&league->err);
	return refd_notifying_retry(league->app, league->meta, id, &league->result, &league->err);
}

/* ---- handing over ---- */

static void NTF_04__a_notice_is_handed_over_once_with_names(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_dispatched done;

	make_notices(league, 1);
	notify_to(league, &recorder);
	done = dispatch(league, NULL);
	assert_int_equal(done.sent, 1);
	assert_int_equal(recorder.n, 1);
	assert_int_equal(recorder.kinds[0], REFD_NOTICE_ASSIGNED);
	assert_string_equal(recorder.text, "Anna|Home|Away|Hall|Town|");
	assert_int_equal(the_notice(league).status, REFD_NOTICE_SENT);
	assert_int_equal(the_notice(league).attempts, 1);
	assert_int_equal(the_notice(league).version, 3);
	done = dispatch(league, NULL);
	assert_int_equal(done.sent + done.retried + done.dead + done.lost, 0);
	assert_int_equal(recorder.n, 1);
}

static void NTF_02__a_moved_fixture_names_the_previous_venue(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	struct recorder recorder;

	league_declare(league, id, league_referee(league, "Anna"));
	support_assert_status(try_move(league, id, league_venue(league, "Other")), REFD_OK);
	notify_to(league, &recorder);
	assert_int_equal(dispatch(league, NULL).sent, 1);
	assert_string_equal(recorder.text, "Anna|Home|Away|Other|Town|Hall");
}

static void NTF_07__every_try_has_the_same_key(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	char event[REFD_UUID_TEXT + 1];

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.answer = REFD_UNAVAILABLE;
	assert_int_equal(dispatch(league, NULL).retried, 1);
	league->now.us += 30 * REFD_SECOND;
	assert_int_equal(dispatch(league, NULL).retried, 1);
	assert_int_equal(recorder.n, 2);
	assert_string_equal(recorder.keys[0], recorder.keys[1]);
	assert_memory_equal(recorder.keys[0],
			    refd_uuid_format(the_notice(league).event.uuid, event), REFD_UUID_TEXT);
}

static void dispatch__without_a_notifier_is_unsupported(void **state)
{
	struct league *league = *state;
	struct refd_dispatched done;

	make_notices(league, 1);
	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, NULL, &done, &league->err),
		      REFD_UNSUPPORTED);
	assert_int_equal(the_notice(league).status, REFD_NOTICE_READY);
}

static void dispatch__nothing_due_sends_nothing(void **state)
{
	struct league *league = *state;
	struct recorder recorder;

	notify_to(league, &recorder);
	assert_int_equal(dispatch(league, NULL).sent, 0);
	make_notices(league, 1);
	league->now.us--; /* not yet created, so to say */
	assert_int_equal(dispatch(league, NULL).sent, 0);
	league->now.us++;
	assert_int_equal(dispatch(league, NULL).sent, 1);
}

static void dispatch__keeps_to_the_limit(void **state)
{
	struct league *league = *state;
	const struct refd_dispatch two = { .struct_size = sizeof(two), .limit = 2 };
	const struct refd_dispatch endless = { .struct_size = sizeof(endless), .limit = SIZE_MAX };
	struct recorder recorder;

	make_notices(league, 5);
	notify_to(league, &recorder);
	assert_int_equal(dispatch(league, &two).sent, 2);
	assert_int_equal(dispatch(league, &two).sent, 2);
	assert_int_equal(dispatch(league, &endless).sent, 1);
	assert_int_equal(recorder.n, 5);
}

/* ---- failures ---- */

static void backoff__doubles_up_to_an_hour(void **state)
{
	struct league *league = *state;
	const struct refd_dispatch options = { .struct_size = sizeof(options),
					       .max_attempts = 100 };
	struct recorder recorder;
	int64_t wait = 30 * REFD_SECOND;
	int i;

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.answer = REFD_UNAVAILABLE;
	for (i = 0; i < 10; i++) {
		assert_int_equal(dispatch(league, &options).retried, 1);
		assert_int_equal(the_notice(league).due.us, league->now.us + wait);
		assert_int_equal(the_notice(league).status, REFD_NOTICE_READY);
		league->now.us += wait - 1;
		assert_int_equal(dispatch(league, &options).retried, 0);
		league->now.us++;
		wait = wait * 2 < REFD_HOUR ? wait * 2 : REFD_HOUR;
	}
	assert_int_equal(wait, REFD_HOUR);
	assert_int_equal(recorder.n, 10);
	assert_string_equal(the_notice(league).last_error.utf8, "mail box full");
}

static void max_attempts__then_it_is_a_dead_letter(void **state)
{
	struct league *league = *state;
	const struct refd_dispatch options = { .struct_size = sizeof(options),
					       .max_attempts = 2,
					       .backoff = 1 };
	struct recorder recorder;

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.answer = REFD_BACKEND; /* counts as UNAVAILABLE */
	assert_int_equal(dispatch(league, &options).retried, 1);
	league->now.us++;
	assert_int_equal(dispatch(league, &options).dead, 1);
	assert_int_equal(the_notice(league).status, REFD_NOTICE_DEAD);
	assert_int_equal(the_notice(league).due.us, league->now.us);
	league->now.us += REFD_DAY;
	assert_int_equal(dispatch(league, &options).dead, 0);
	assert_int_equal(recorder.n, 2);
}

static void final_statuses__are_dead_letters_at_once(void **state)
{
	struct league *league = *state;
	const enum refd_status final[] = { REFD_INVALID, REFD_DENIED, REFD_UNSUPPORTED,
					   REFD_CORRUPT };
	struct recorder recorder;
	size_t i;

	notify_to(league, &recorder);
	recorder.silent = true;
	for (i = 0; i < 4; i++) {
		make_notices(league, 1);
		recorder.answer = final[i];
		assert_int_equal(dispatch(league, NULL).dead, 1);
		assert_int_equal(the_notice(league).status, REFD_NOTICE_DEAD);
		assert_int_equal(the_notice(league).attempts, 1);
		assert_string_equal(the_notice(league).last_error.utf8, refd_status_text(final[i]));
		league->now.us += REFD_SECOND;
	}
}

static void retry__puts_a_dead_letter_back(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_notice_state notice;

	make_notices(league, 1);
	notify_to(league, &recorder);
	notice = the_notice(league);
	EXPECT_ONLY(league, retry(league, notice.id), REFD_RULE_NOT_DEAD);
	recorder.answer = REFD_DENIED;
	assert_int_equal(dispatch(league, NULL).dead, 1);
	support_assert_status(retry(league, notice.id), REFD_OK);
	assert_int_equal(league->result.items[0].object.noun, REFD_NOUN_NOTICE);
	assert_int_equal(league->result.items[0].version, the_notice(league).version);
	assert_int_equal(the_notice(league).status, REFD_NOTICE_READY);
	assert_int_equal(the_notice(league).attempts, 0);
	recorder.answer = REFD_OK;
	assert_int_equal(dispatch(league, NULL).sent, 1);
	assert_int_equal(the_notice(league).last_error.len, 0);
	EXPECT_ONLY(league, retry(league, notice.id), REFD_RULE_NOT_DEAD);
	support_assert_status(retry(league, (struct refd_notice_id){ support_uuid(99) }),
			      REFD_NOT_FOUND);
}

static void retry__knows_its_unit_and_the_expected_version(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_notice_state notice;

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.answer = REFD_DENIED;
	assert_int_equal(dispatch(league, NULL).dead, 1);
	notice = the_notice(league);
	league_begin(league);
	league->unit_meta.expected_version = notice.version + 1;
	support_assert_status(retry(league, notice.id), REFD_CONFLICT);
	league->unit_meta.expected_version = notice.version;
	support_assert_status(retry(league, notice.id), REFD_OK);
	league->unit_meta.expected_version = 0;
	EXPECT_ONLY(league, retry(league, notice.id), REFD_RULE_NOT_DEAD);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(the_notice(league).version, notice.version + 1);
}

static void dispatch__goes_on_after_a_notifier_that_fails_in_the_middle(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_dispatched done;

	make_notices(league, 4);
	notify_to(league, &recorder);
	recorder.answer = REFD_UNAVAILABLE;
	recorder.from = 2;
	done = dispatch(league, NULL);
	assert_int_equal(done.sent, 2);
	assert_int_equal(done.retried, 2);
	recorder.answer = REFD_OK;
	league->now.us += 30 * REFD_SECOND;
	assert_int_equal(dispatch(league, NULL).sent, 2);
	assert_int_equal(recorder.n, 6);
}

/* ---- leases ---- */

static void lease__a_rival_gets_nothing(void **state)
{
	struct league *league = *state;
	struct recorder recorder;

	make_notices(league, 3);
	notify_to(league, &recorder);
	recorder.rival = league->app;
	assert_int_equal(dispatch(league, NULL).sent, 3);
	assert_int_equal(recorder.rivals.sent, 0);
	assert_int_equal(recorder.n, 3);
}

static void lease__run_out_it_is_taken_over_and_the_late_one_counts_as_lost(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_dispatched done;

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.rival = league->app;
	recorder.takes = 60 * REFD_SECOND;
	done = dispatch(league, NULL);
	assert_int_equal(recorder.rivals.sent, 1);
	assert_int_equal(done.sent, 0);
	assert_int_equal(done.lost, 1);
	assert_int_equal(the_notice(league).status, REFD_NOTICE_SENT);
	assert_int_equal(the_notice(league).attempts, 2);
	assert_string_equal(recorder.keys[0], recorder.keys[1]);
}

/* While the first takes its time, the leases of the others run out: they are not handed over by
 * whom they no longer belong to. */
static void lease__nothing_is_handed_over_after_it_ran_out(void **state)
{
	struct league *league = *state;
	const struct refd_dispatch options = { .struct_size = sizeof(options),
					       .lease = 10 * REFD_SECOND };
	struct recorder recorder;
	struct refd_dispatched done;

	make_notices(league, 3);
	notify_to(league, &recorder);
	recorder.takes = 5 * REFD_SECOND;
	done = dispatch(league, &options);
	assert_int_equal(recorder.n, 2);
	assert_int_equal(done.sent, 2);
	done = dispatch(league, &options); /* a dead dispatcher's lease is found again */
	assert_int_equal(done.sent, 1);
	assert_int_equal(recorder.n, 3);
}

static void lease__longer_than_time_ends_with_it(void **state)
{
	struct league *league = *state;
	const struct refd_dispatch options = { .struct_size = sizeof(options),
					       .lease = INT64_MAX,
					       .backoff = INT64_MAX };
	struct recorder recorder;

	notify_to(league, &recorder);
	make_notices(league, 1);
	recorder.answer = REFD_UNAVAILABLE;
	assert_int_equal(dispatch(league, &options).retried, 1);
	assert_int_equal(the_notice(league).due.us, league->now.us + REFD_HOUR);
}

static void lease__another_dispatcher_between_read_and_commit(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct tampered t;

	make_notices(league, 2);
	notify_to(league, &recorder);
	tampered_install(&t, league);
	t.commit = (struct tampering){ TAMPER_BEFORE, REFD_CONFLICT, NULL, 2 };
	assert_int_equal(dispatch(league, NULL).sent, 2); /* looked again */
	tampered_remove(&t, league);
	assert_int_equal(recorder.n, 2);
}

static void record__what_was_handed_over_before_a_failure_stays(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_dispatched done = { 0 };
	struct tampered t;

	make_notices(league, 2);
	notify_to(league, &recorder);
	tampered_install(&t, league);
	t.commit = (struct tampering){ TAMPER_AFTER, REFD_UNKNOWN, NULL, 1 };
	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, NULL, &done, &league->err),
		      REFD_UNKNOWN); /* the lease: nothing was handed over */
	assert_int_equal(recorder.n, 0);
	league->now.us += 60 * REFD_SECOND;
	assert_int_equal(dispatch(league, NULL).sent, 2);
	tampered_remove(&t, league);
}

static void last_error__is_what_a_line_holds_of_the_reason(void **state)
{
	struct league *league = *state;
	struct recorder recorder;

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.answer = REFD_UNAVAILABLE;
	recorder.why = "full\nsince noon";
	assert_int_equal(dispatch(league, NULL).retried, 1);
	assert_string_equal(the_notice(league).last_error.utf8, "full");
	league->now.us += REFD_HOUR;
	recorder.why = "\nfull";
	assert_int_equal(dispatch(league, NULL).retried, 1);
	assert_string_equal(the_notice(league).last_error.utf8, "");
}

static void dispatch__keeps_to_the_limit_among_new_and_left_notices(void **state)
{
	struct league *league = *state;
	const struct refd_dispatch one = { .struct_size = sizeof(one), .limit = 1 };
	struct recorder recorder;
	struct tampered t;

	make_notices(league, 2);
	notify_to(league, &recorder);
	tampered_install(&t, league);
	t.commit = (struct tampering){ TAMPER_AFTER, REFD_UNKNOWN, NULL, 1 };
	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, &one, NULL, &league->err),
		      REFD_UNKNOWN);
	tampered_remove(&t, league);
	league->now.us += 60 * REFD_SECOND;
	assert_int_equal(dispatch(league, &one).sent, 1);
	assert_int_equal(dispatch(league, &one).sent, 1);
	assert_int_equal(dispatch(league, &one).sent, 0);
}

static void lease__of_a_store_that_only_conflicts_is_given_up(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct tampered t;

	make_notices(league, 1);
	notify_to(league, &recorder);
	tampered_install(&t, league);
	t.commit = (struct tampering){ TAMPER_BEFORE, REFD_CONFLICT, NULL, 1000 };
	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, NULL, NULL, &league->err),
		      REFD_CONFLICT);
	assert_int_equal(recorder.n, 0);
	tampered_remove(&t, league);
}

/* Becomes unavailable while the first message is handed over. */
static struct tampered *to_break;
static size_t breaks;

static enum refd_status take_and_break(void *self, const struct refd_message *message,
				       struct refd_error *err)
{
	to_break->commit = (struct tampering){ TAMPER_BEFORE, REFD_UNAVAILABLE, NULL, breaks };
	return take(self, message, err);
}

static const struct refd_notifier_ops breaking = { sizeof(breaking), take_and_break };

static void record__is_tried_again_while_the_store_is_away(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct tampered t;

	make_notices(league, 1);
	notify_to(league, &recorder);
	league->ports.notifier.ops = &breaking;
	tampered_install(&t, league);
	to_break = &t;
	breaks = 1000;
	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, NULL, NULL, &league->err),
		      REFD_UNAVAILABLE);
	t.commit.times = 0;
	league->now.us += 60 * REFD_SECOND;
	breaks = 2;
	assert_int_equal(dispatch(league, NULL).sent, 1);
	assert_int_equal(recorder.n, 2);
	tampered_remove(&t, league);
}

static void retry__of_two_in_a_unit(void **state)
{
	struct league *league = *state;
	struct recorder recorder;
	struct refd_notice_state last;
	struct refd_notice_id other;

	make_notices(league, 1);
	notify_to(league, &recorder);
	recorder.answer = REFD_DENIED;
	assert_int_equal(dispatch(league, NULL).dead, 1);
	other = the_notice(league).id;
	league->now.us += REFD_SECOND;
	make_notices(league, 1);
	assert_int_equal(dispatch(league, NULL).dead, 1);
	last = the_notice(league);
	assert_false(refd_uuid_equal(last.id.uuid, other.uuid));
	league_begin(league);
	support_assert_status(retry(league, other), REFD_OK);
	support_assert_status(retry(league, last.id), REFD_OK);
	EXPECT_ONLY(league, retry(league, other), REFD_RULE_NOT_DEAD);
	support_assert_status(league_end(league), REFD_OK);
	assert_int_equal(the_notice(league).version, last.version + 1);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(NTF_04__a_notice_is_handed_over_once_with_names),
		LEAGUE_TEST(NTF_02__a_moved_fixture_names_the_previous_venue),
		LEAGUE_TEST(NTF_07__every_try_has_the_same_key),
		LEAGUE_TEST(dispatch__without_a_notifier_is_unsupported),
		LEAGUE_TEST(dispatch__nothing_due_sends_nothing),
		LEAGUE_TEST(dispatch__keeps_to_the_limit),
		LEAGUE_TEST(backoff__doubles_up_to_an_hour),
		LEAGUE_TEST(max_attempts__then_it_is_a_dead_letter),
		LEAGUE_TEST(final_statuses__are_dead_letters_at_once),
		LEAGUE_TEST(retry__puts_a_dead_letter_back),
		LEAGUE_TEST(retry__knows_its_unit_and_the_expected_version),
		LEAGUE_TEST(dispatch__goes_on_after_a_notifier_that_fails_in_the_middle),
		LEAGUE_TEST(lease__a_rival_gets_nothing),
		LEAGUE_TEST(lease__run_out_it_is_taken_over_and_the_late_one_counts_as_lost),
		LEAGUE_TEST(lease__nothing_is_handed_over_after_it_ran_out),
		LEAGUE_TEST(lease__longer_than_time_ends_with_it),
		LEAGUE_TEST(lease__another_dispatcher_between_read_and_commit),
		LEAGUE_TEST(record__what_was_handed_over_before_a_failure_stays),
		LEAGUE_TEST(last_error__is_what_a_line_holds_of_the_reason),
		LEAGUE_TEST(dispatch__keeps_to_the_limit_among_new_and_left_notices),
		LEAGUE_TEST(lease__of_a_store_that_only_conflicts_is_given_up),
		LEAGUE_TEST(record__is_tried_again_while_the_store_is_away),
		LEAGUE_TEST(retry__of_two_in_a_unit),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app notifying", tests, NULL, NULL);
}
