/* A server that goes away in the middle: what was acknowledged is there once, what was not is there
 * wholly or not at all, and a command nobody knows the outcome of is asked again under its id.
 *
 * usage: postgres_faults [--every K] [--half N]
 * Cuts at every K-th byte in each direction, 17 without it. Half 1 cuts in every other use
 * case, half 2 in the others and does what is no cut; without it all is done. */
#include "rig.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "named_store.h"
#include "postgres_server.h"

#define TEXT_STRIDES  16     /* in texts and names of columns one place is like another */
#define QUERY_STRIDES 8	     /* a query changes nothing */
#define CHECKED_AGAIN 4	     /* of so many commands that surely failed one is asked again */
#define SILENT_US     300000 /* a command's time-out before a silent peer */
#define GRACE_US      250000
#define MOST_BYTES    65536 /* in one use case and direction */

static uint64_t every = 17; /* bytes between two cuts */
static size_t half;	    /* 0: all */

struct outcome {
	uint64_t cuts, met, acknowledged, failed, unknown, unknown_stored;
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- one use case from the same state, with a fault somewhere ---- */

struct trial {
	struct rig *rig;
	const struct use_case *use_case;
	bool cold;				  /* the use case opens its connection itself */
	bool changed;				  /* what is stored is not as it was before */
	char before[RIG_PRINT], after[RIG_PRINT]; /* what is stored without a fault */
	char said[2][MOST_BYTES];		  /* without a fault, by direction */
	uint64_t bytes[2];			  /* of it */
	struct outcome outcome;
};

/* A connection that works and has nothing to do, or none at all. */
static void set_out(struct trial *trial)
{
	proxy_drop(trial->rig->proxy);
	if (trial->changed)
		rig_restore(trial->rig);
	trial->changed = false;
	trial->rig->league->drawn = trial->rig->drawn;
	if (!trial->cold)
		rig_connect(trial->rig);
	rig_settle(trial->rig);
}

static void learn(struct trial *trial)
{
	struct rig *rig = trial->rig;
	const struct refd_command meta = { .struct_size = sizeof(meta),
					   .id = { support_uuid(UINT64_C(1) << 49) } };

	trial->changed = true;
	set_out(trial);
	rig_print(rig, trial->before);
	proxy_reset_counts(rig->proxy);
	proxy_record(rig->proxy, PROXY_TO_SERVER, trial->said[0], MOST_BYTES);
	proxy_record(rig->proxy, PROXY_TO_CLIENT, trial->said[1], MOST_BYTES);
	support_assert_status(rig_run(rig, trial->use_case, rig->once, &meta), REFD_OK);
	rig_settle(rig);
	proxy_record(rig->proxy, PROXY_TO_SERVER, NULL, 0);
	proxy_record(rig->proxy, PROXY_TO_CLIENT, NULL, 0);
	trial->changed = true;
	trial->bytes[0] = proxy_counts(rig->proxy).to_server;
	trial->bytes[1] = proxy_counts(rig->proxy).to_client;
	assert_true(trial->bytes[0] <= MOST_BYTES && trial->bytes[1] <= MOST_BYTES);
	rig_print(rig, trial->after);
}

static void expect_print(struct trial *trial, const char *wanted)
{
	char print[RIG_PRINT];

	rig_settle(trial->rig);
	rig_print(trial->rig, print);
	if (strcmp(print, wanted) != 0)
		fail_msg("%s: stored is\n%s\ninstead of\n%s", trial->use_case->name, print, wanted);
}

/* After whatever `st` says the command is asked again under its id: it has its effect once. What
 * surely failed and left everything as it was needs that less often. */
static void expect_whole(struct trial *trial, enum refd_status st, const struct refd_command *meta,
			 bool ask_failed_again)
{
	struct rig *rig = trial->rig;
	char print[RIG_PRINT];

	if (st != REFD_OK && st != REFD_UNAVAILABLE && st != REFD_UNKNOWN)
		fail_msg("%s: %s: %s", trial->use_case->name, refd_status_name(st),
			 rig->league->err.message);
	if (st == REFD_UNKNOWN)
		assert_true(refd_uuid_equal(rig->league->err.command.uuid, meta->id.uuid));
	trial->outcome.acknowledged += st == REFD_OK;
	trial->outcome.failed += st == REFD_UNAVAILABLE;
	trial->outcome.unknown += st == REFD_UNKNOWN;
	if (st == REFD_OK) {
		expect_print(trial, trial->after);
	} else if (st == REFD_UNAVAILABLE) {
		expect_print(trial, trial->before);
	} else if (trial->outcome.unknown % 2 == 0) {
		/* the other half is asked again while the server may still be at it */
		rig_settle(rig);
		rig_print(rig, print);
		trial->outcome.unknown_stored += strcmp(print, trial->after) == 0;
		assert_true(strcmp(print, trial->after) == 0 || strcmp(print, trial->before) == 0);
	}
	trial->changed = st != REFD_UNAVAILABLE;
	if (st == REFD_OK || !trial->use_case->changes ||
	    (st == REFD_UNAVAILABLE && !ask_failed_again))
		return;
	trial->changed = true;
	st = rig_run(rig, trial->use_case, rig->league->app, meta);
	if (st != REFD_OK)
		fail_msg("%s again: %s: %s", trial->use_case->name, refd_status_name(st),
			 rig->league->err.message);
	expect_print(trial, trial->after);
}

static void cut(struct trial *trial, enum proxy_direction direction, uint64_t byte,
		enum proxy_fault fault)
{
	struct rig *rig = trial->rig;
	struct refd_command meta;
	enum refd_status st;

	proxy_disarm(rig->proxy);
	set_out(trial);
	meta = rig_fresh_command(rig);
	proxy_reset_counts(rig->proxy);
	proxy_arm(rig->proxy, direction, byte, fault);
	st = rig_run(rig, trial->use_case, rig->once, &meta);
	proxy_disarm(rig->proxy);
	trial->outcome.cuts++;
	trial->outcome.met += proxy_counts(rig->proxy).faults;
	expect_whole(trial, st, &meta, trial->outcome.failed % CHECKED_AGAIN == 0);
}

static enum proxy_fault fault_of(const struct trial *trial)
{
	return trial->outcome.cuts % 3 == 0 ? PROXY_RESET : PROXY_CLOSE;
}

/* Where the message that starts at `at` ends; `at` itself if none does that can be told. */
static uint64_t message_end(const struct trial *trial, int side, uint64_t at)
{
	const unsigned char *m = (const unsigned char *)trial->said[side] + at;

	if (trial->cold || at + 5 > trial->bytes[side])
		return at;
	return at + 1 + ((uint64_t)m[1] << 24 | (uint64_t)m[2] << 16 | (uint64_t)m[3] << 8 | m[4]);
}

/* Most bytes are the text of statements that are prepared and the names of columns. */
static bool is_text(const struct trial *trial, int side, uint64_t message)
{
	return trial->said[side][message] == (side == 0 ? 'P' : 'T');
}

static void cut_side(struct trial *trial, int side, uint64_t stride, uint64_t at)
{
	uint64_t start = 0, end = 0;
	uint64_t step;

	for (; at < trial->bytes[side]; at += step) {
		while (end <= at && message_end(trial, side, end) > end) {
			start = end;
			end = message_end(trial, side, start);
		}
		step = stride;
		if (at < end && is_text(trial, side, start))
			step = end - at < TEXT_STRIDES * stride ? end - at : TEXT_STRIDES * stride;
		cut(trial, side == 0 ? PROXY_TO_SERVER : PROXY_TO_CLIENT, at, fault_of(trial));
	}
}

/* The offset of the first cut differs from use case to use case. */
static void cut_everywhere(struct trial *trial, size_t number)
{
	const uint64_t stride = trial->use_case->changes ? every : QUERY_STRIDES * every;

	cut_side(trial, 0, stride, number * 7 % stride);
	cut_side(trial, 1, stride, number * 5 % stride);
}

static void add(struct outcome *sum, const struct outcome *one)
{
	sum->cuts += one->cuts;
	sum->met += one->met;
	sum->acknowledged += one->acknowledged;
	sum->failed += one->failed;
	sum->unknown += one->unknown;
	sum->unknown_stored += one->unknown_stored;
}

static void report(const char *what, const struct outcome *o)
{
	print_message("%s: %llu faults, %llu met, acknowledged %llu, surely without effect %llu, "
		      "unknown %llu (of half of these stored %llu)\n",
		      what, (unsigned long long)o->cuts, (unsigned long long)o->met,
		      (unsigned long long)o->acknowledged, (unsigned long long)o->failed,
		      (unsigned long long)o->unknown, (unsigned long long)o->unknown_stored);
}

static void connection__cut_at_a_byte_of_each_use_case(void **state)
{
	static struct trial trial;
	struct outcome sum = { 0, 0, 0, 0, 0, 0 };
	size_t i;

	for (i = 0; i < n_use_cases; i++) {
		if (half != 0 && i % 2 != half - 1)
			continue;
		trial = (struct trial){ .rig = *state, .use_case = &use_cases[i] };
		learn(&trial);
		cut_everywhere(&trial, i);
		add(&sum, &trial.outcome);
	}
	report("cuts", &sum);
	assert_true(sum.failed > 0 && sum.unknown > 0 && sum.unknown_stored > 0);
	assert_true(sum.met > sum.cuts - sum.cuts / 10); /* the end of a rollback may come later */
}

/* While it starts up, is authenticated and has statements prepared. */
static void connection__cut_while_it_is_opened(void **state)
{
	static struct trial trial;
	size_t met = 0;
	size_t i;

	for (i = 0; i < n_use_cases; i++) {
		if (strcmp(use_cases[i].name, "team.register") != 0)
			continue;
		met++;
		trial = (struct trial){ .rig = *state, .use_case = &use_cases[i], .cold = true };
		learn(&trial);
		cut_everywhere(&trial, i);
		report("cuts of cold connections", &trial.outcome);
		assert_true(trial.outcome.failed > 0 && trial.outcome.unknown > 0);
	}
	assert_int_equal(met, 1);
}

/* The service asks again by itself: what can be had is had. */
static void connection__cut_once_is_nothing_to_the_caller(void **state)
{
	static struct trial trial;
	struct rig *rig = *state;
	struct refd_command meta;
	uint64_t tried = 0, met = 0;
	size_t i;
	uint64_t at;

	for (i = 0; i < n_use_cases; i++) {
		trial = (struct trial){ .rig = rig, .use_case = &use_cases[i] };
		if (!trial.use_case->changes ||
		    strcmp(trial.use_case->name, "unit of two commands") == 0)
			continue; /* a query and a unit of the caller's are not tried again */
		learn(&trial);
		for (at = trial.bytes[1] / 3; at <= trial.bytes[1]; at += trial.bytes[1] / 3) {
			proxy_drop(rig->proxy);
			rig_restore(rig);
			rig_connect(rig);
			rig_settle(rig);
			meta = rig_fresh_command(rig);
			proxy_reset_counts(rig->proxy);
			proxy_arm(rig->proxy, PROXY_TO_CLIENT, at - 1, PROXY_CLOSE);
			support_assert_status(rig_run(rig, trial.use_case, rig->league->app, &meta),
					      REFD_OK);
			proxy_disarm(rig->proxy);
			tried++;
			met += proxy_counts(rig->proxy).faults;
			expect_print(&trial, trial.after);
		}
	}
	print_message("%llu connections cut once, %llu met\n", (unsigned long long)tried,
		      (unsigned long long)met);
	assert_true(tried > 0 && met == tried);
}

/* ---- a peer that says nothing ---- */

static void expect_in_time(int64_t begun, int64_t limit, const char *what)
{
	const int64_t took = now_us() - begun;

	if (took > limit)
		fail_msg("%s took %lld us instead of %lld", what, (long long)took,
			 (long long)limit);
}

static void silence__ends_with_the_deadline(void **state)
{
	static const char *const chosen[] = { "team.register", "fixture.reschedule",
					      "assignment.commit", "unit of two commands" };
	static struct trial trial;
	struct rig *rig = *state;
	size_t met = 0;
	size_t i, j, part;

	for (i = 0; i < n_use_cases; i++) {
		for (j = 0; j < 4 && strcmp(chosen[j], use_cases[i].name) != 0; j++)
			;
		if (j == 4)
			continue;
		met++;
		trial = (struct trial){ .rig = rig, .use_case = &use_cases[i] };
		learn(&trial);
		for (part = 0; part < 6; part++) {
			const bool back = part >= 3;
			const uint64_t bytes = trial.bytes[back];
			struct refd_command meta;
			enum refd_status st;
			int64_t begun;

			proxy_disarm(rig->proxy);
			proxy_drop(rig->proxy);
			rig_restore(rig);
			rig_connect(rig);
			rig_settle(rig);
			meta = rig_fresh_command(rig);
			meta.timeout = SILENT_US;
			proxy_arm(rig->proxy, back ? PROXY_TO_CLIENT : PROXY_TO_SERVER,
				  bytes * (part % 3) / 3, PROXY_SILENCE);
			begun = now_us();
			st = rig_run(rig, trial.use_case, rig->league->app, &meta);
			expect_in_time(begun, SILENT_US + GRACE_US, trial.use_case->name);
			assert_int_equal(proxy_counts(rig->proxy).faults > 0, 1);
			assert_true(st == REFD_UNAVAILABLE || st == REFD_UNKNOWN);
			proxy_disarm(rig->proxy);
			meta.timeout = 0;
			expect_whole(&trial, st, &meta, true);
			proxy_reset_counts(rig->proxy);
		}
	}
	assert_int_equal(met, 4);
}

/* Every connection of the pool is dead, and new ones get no answer. */
static void silence__at_the_start_of_a_connection(void **state)
{
	struct rig *rig = *state;
	struct refd_command meta = rig_fresh_command(rig);
	const struct refd_team_details details = { refd_str_of("Late"), refd_str_of("Club") };
	int64_t begun;

	proxy_disarm(rig->proxy);
	proxy_drop(rig->proxy);
	rig_restore(rig);
	proxy_arm(rig->proxy, PROXY_TO_SERVER, 0, PROXY_SILENCE);
	meta.timeout = SILENT_US;
	begun = now_us();
	refd_error_clear(&rig->league->err);
	support_assert_status(refd_registry_register_team(rig->league->app, &meta,
							  (struct refd_team_id){ 0 }, &details,
							  NULL, &rig->league->err),
			      REFD_UNAVAILABLE);
	expect_in_time(begun, SILENT_US + GRACE_US, "connecting");
	proxy_disarm(rig->proxy);
	rig_connect(rig);
}

/* ---- the server's own ways ---- */

/* Sessions of the league end while a unit of it is open. */
static void terminate(struct rig *rig)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
		 "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
		 " WHERE application_name = '%s' AND pid <> pg_backend_pid()",
		 rig->schema);
	assert_true(rig_number(rig, sql) > 0);
}

static void session__terminated_within_a_unit(void **state)
{
	struct rig *rig = *state;
	struct league *league = rig->league;
	char before[RIG_PRINT], after[RIG_PRINT];
	enum refd_status st;

	proxy_disarm(rig->proxy);
	rig_restore(rig);
	rig_connect(rig);
	rig_print(rig, before);
	(void)league_begin(league);
	support_assert_status(try_cancel(league, rig->set.open), REFD_OK);
	terminate(rig);
	st = league_end(league);
	/* its commit batch was never read by anybody, but the client cannot know */
	assert_true(st == REFD_UNAVAILABLE || st == REFD_UNKNOWN);
	rig_print(rig, after);
	assert_string_equal(after, before);
	(void)league_begin(league);
	support_assert_status(try_cancel(league, rig->set.open), REFD_OK);
	terminate(rig);
	support_assert_status(try_cancel(league, rig->set.staged), REFD_UNAVAILABLE);
	league_drop(league);
	rig_print(rig, after);
	assert_string_equal(after, before);
}

/* Idle sessions that ended are not the caller's business. */
static void session__terminated_while_idle_is_replaced(void **state)
{
	struct rig *rig = *state;
	int i;

	rig_restore(rig);
	for (i = 0; i < 20; i++) {
		rig_connect(rig);
		rig_settle(rig);
		terminate(rig);
		league_team(rig->league, "After");
	}
	assert_int_equal(rig_number(rig, "SELECT count(*) FROM team WHERE name = 'After'"), 20);
}

/* Somebody else holds the row; the server gives up when the deadline comes. */
static void statement__waits_no_longer_than_its_deadline(void **state)
{
	struct rig *rig = *state;
	struct probe *other = probe_open(rig->direct);
	struct refd_command meta = rig_fresh_command(rig);
	int64_t begun;

	rig_restore(rig);
	rig_connect(rig);
	assert_non_null(other);
	assert_true(probe_run(other, "BEGIN; LOCK TABLE referee IN ACCESS EXCLUSIVE MODE"));
	meta.timeout = SILENT_US;
	begun = now_us();
	rig->league->meta = &meta;
	refd_error_clear(&rig->league->err);
	support_assert_status(refd_registry_change_club(rig->league->app, &meta, rig->set.anna,
							refd_str_of("Elsewhere"), NULL,
							&rig->league->err),
			      REFD_UNAVAILABLE);
	rig->league->meta = NULL;
	expect_in_time(begun, SILENT_US + GRACE_US, "a locked table");
	assert_true(probe_run(other, "ROLLBACK"));
	probe_close(other);
	/* nothing of it is left running on the server */
	rig_settle(rig);
	assert_int_equal(rig_number(rig, "SELECT count(*) FROM referee WHERE club = 'Elsewhere'"),
			 0);
}

/* ---- a server that crashes ---- */

static void server__crashes_within_a_unit_and_comes_back(void **state)
{
	struct postgres_server server;
	struct rig *rig = calloc(1, sizeof(*rig));
	struct refd_command meta;
	enum refd_status st;
	int round;

	(void)state;
	assert_non_null(rig);
	assert_true(postgres_start(&server));
	rig_open(rig, server.url);
	for (round = 0; round < 3; round++) {
		league_team(rig->league, "Kept");
		meta = rig_fresh_command(rig);
		(void)league_begin(rig->league);
		support_assert_status(try_cancel(rig->league, rig->set.open), REFD_OK);
		probe_close(rig->probe);
		assert_true(postgres_crash(&server));
		st = league_end(rig->league);
		assert_true(st == REFD_UNAVAILABLE || st == REFD_UNKNOWN);
		refd_error_clear(&rig->league->err);
		meta.timeout = SILENT_US;
		assert_true(refd_registry_change_club(rig->league->app, &meta, rig->set.anna,
						      refd_str_of("Elsewhere"), NULL,
						      &rig->league->err) == REFD_UNAVAILABLE);
		assert_true(postgres_resume(&server));
		rig->probe = probe_open(rig->direct);
		assert_non_null(rig->probe);
		league_team(rig->league, "After"); /* the pool connects again by itself */
	}
	assert_int_equal(rig_number(rig, "SELECT count(*) FROM team WHERE name = 'Kept'"), 3);
	assert_int_equal(rig_number(rig, "SELECT count(*) FROM team WHERE name = 'After'"), 3);
	assert_int_equal(rig_number(rig, "SELECT count(*) FROM fixture WHERE status = 'cancelled'"),
			 0);
	rig_close(rig);
	postgres_stop(&server);
	free(rig);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest cuts[] = {
		cmocka_unit_test(connection__cut_at_a_byte_of_each_use_case),
	};
	const struct CMUnitTest on_server_of_the_run[] = {
		cmocka_unit_test(connection__cut_while_it_is_opened),
		cmocka_unit_test(connection__cut_once_is_nothing_to_the_caller),
		cmocka_unit_test(silence__ends_with_the_deadline),
		cmocka_unit_test(silence__at_the_start_of_a_connection),
		cmocka_unit_test(session__terminated_within_a_unit),
		cmocka_unit_test(session__terminated_while_idle_is_replaced),
		cmocka_unit_test(statement__waits_no_longer_than_its_deadline),
	};
	const struct CMUnitTest on_own_server[] = {
		cmocka_unit_test(server__crashes_within_a_unit_and_comes_back),
	};
	int failed;
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--every") == 0)
			every = strtoull(argv[i + 1], NULL, 10);
		else
			half = strtoul(argv[i + 1], NULL, 10);
	}
	failed = cmocka_run_group_tests(cuts, rig_setup, rig_teardown);
	if (half != 1)
		failed += cmocka_run_group_tests(on_server_of_the_run, rig_setup, rig_teardown) +
			  cmocka_run_group_tests(on_own_server, NULL, NULL);
	return failed;
}
