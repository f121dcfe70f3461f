/* Threads: on one handle, and with a handle each on an empty file. */
#include "bed.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS	12
#define SHARED	4 /* teams and venues every thread changes */

struct worker {
	struct bed *bed;
	pthread_t thread;
	unsigned number;
	atomic_uint *scheduled; /* fixtures, in all */
	enum refd_status wrong;
	struct refd_error err;
};

static bool expect(struct worker *worker, enum refd_status st, enum refd_status or_else)
{
	if (st == REFD_OK || st == or_else)
		return true;
	worker->wrong = st;
	return false;
}

static enum refd_status one_more(void *self, const struct refd_fixture_card *card)
{
	*(size_t *)self += card->home_name.len > 0;
	return REFD_OK;
}

/* A shared team renamed, a referee registered, a hall for which the threads contend, a look. */
static bool round_of(struct worker *worker, unsigned i)
{
	struct bed *bed = worker->bed;
	char name[40];
	struct refd_team_details team = { .club = refd_str_of("Club") };
	struct refd_referee_details referee = { .club = refd_str_of("Club") };
	const uint64_t home = 100 + worker->number * 2;
	size_t seen = 0;
	enum refd_status st;

	snprintf(name, sizeof(name), "Name %u of %u", i, worker->number);
	team.name = referee.name = refd_str_of(name);
	if (!expect(worker,
		    refd_registry_correct_team(
			    bed->app, NULL, (struct refd_team_id){ support_uuid(1 + i % SHARED) },
			    &team, NULL, &worker->err),
		    REFD_OK) ||
	    !expect(worker,
		    refd_registry_register_referee(bed->app, NULL, (struct refd_referee_id){ 0 },
						   &referee, NULL, &worker->err),
		    REFD_OK))
		return false;
	st = bed_schedule(bed, 1000 + i * THREADS + worker->number, home, home + 1, 50 + i % SHARED,
			  (int)i + 1, &worker->err);
	if (st == REFD_OK)
		atomic_fetch_add(worker->scheduled, 1);
	return expect(worker, st, REFD_REFUSED) &&
	       expect(worker,
		      refd_query_fixture(bed->app,
					 (struct refd_fixture_id){ support_uuid(1000 + i * THREADS +
										worker->number) },
					 one_more, &seen, &worker->err),
		      st == REFD_OK ? REFD_OK : REFD_NOT_FOUND) &&
	       seen == (st == REFD_OK);
}

static void *work(void *self)
{
	struct worker *worker = self;
	unsigned i;

	for (i = 0; i < ROUNDS; i++) {
		if (!round_of(worker, i)) {
			if (worker->wrong == REFD_OK)
				worker->wrong = REFD_CORRUPT;
			break;
		}
	}
	return NULL;
}

static void run_workers(struct bed *bed, atomic_uint *scheduled)
{
	struct worker workers[THREADS];
	unsigned i;

	for (i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .bed = bed, .number = i, .scheduled = scheduled };
		refd_error_clear(&workers[i].err);
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(workers[i].thread, NULL);
		if (workers[i].wrong != REFD_OK)
			print_error("%s\n", workers[i].err.message);
		support_assert_status(workers[i].wrong, REFD_OK);
	}
}

/* Rows whose version is not the number of their events. */
static int64_t out_of_step(const struct bed *bed, const char *noun)
{
	char sql[200];

	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM %s t WHERE version <> (SELECT count(*) FROM event WHERE "
		 "aggregatetype = '%s' AND aggregateid = t.id)",
		 noun, noun);
	return bed_number(bed, sql);
}

static void threads__share_a_handle(struct bed *bed, unsigned connections)
{
	atomic_uint scheduled = 0;
	uint64_t i;

	bed_use_system(bed);
	bed->options.durability = REFD_SQLITE_OFF;
	bed->options.max_connections = connections;
	support_assert_status(bed_open(bed), REFD_OK);
	for (i = 0; i < SHARED; i++) {
		bed_team(bed, 1 + i);
		bed_venue(bed, 50 + i);
	}
	for (i = 0; i < 2 * THREADS; i++)
		bed_team(bed, 100 + i);
	run_workers(bed, &scheduled);
	assert_int_equal(scheduled, ROUNDS); /* one hall a day */
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM fixture"), ROUNDS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM referee"), THREADS * ROUNDS);
	assert_int_equal(bed_number(bed, "SELECT sum(version) FROM team WHERE hex(id) <= "
					 "'00000000000000000000000000000004'"),
			 SHARED + THREADS * ROUNDS);
	assert_int_equal(out_of_step(bed, "team"), 0);
	assert_int_equal(out_of_step(bed, "venue"), 0);
	assert_int_equal(out_of_step(bed, "referee"), 0);
	assert_int_equal(out_of_step(bed, "fixture"), 0);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
}

static void threads__share_a_handle_of_eight_connections(void **state)
{
	threads__share_a_handle(*state, 0);
}

static void threads__share_a_handle_of_two_connections(void **state)
{
	threads__share_a_handle(*state, 2);
}

/* ---- waiting ---- */

struct crowd {
	struct bed *bed;
	struct refd_sleep sleep; /* the system's */
	struct refd_clock clock;
	sem_t slept;
};

static void sleep_and_tell(void *self, int64_t us)
{
	struct crowd *crowd = self;

	sem_post(&crowd->slept);
	crowd->sleep.ops->sleep(crowd->sleep.self, us);
}

static const struct refd_sleep_ops telling_sleep = { sizeof(telling_sleep), sleep_and_tell };

static enum refd_status begin_within(struct bed *bed, enum refd_tx_mode mode, int64_t us,
				     struct refd_tx **ret)
{
	const struct refd_store *store = &bed->ports.store;
	const struct refd_begin begin = {
		.struct_size = sizeof(begin),
		.mode = mode,
		.deadline = bed->ports.clock.ops->monotonic(bed->ports.clock.self) + us,
	};

	return store->ops->begin(store->self, &begin, ret, NULL);
}

static void *wait_for_the_lock(void *self)
{
	struct crowd *crowd = self;
	struct refd_tx *tx = NULL;

	if (begin_within(crowd->bed, REFD_TX_WRITE, 60 * REFD_SECOND, &tx) != REFD_OK)
		return self;
	crowd->bed->ports.store.ops->rollback(crowd->bed->ports.store.self, tx);
	return NULL;
}

/* More writers than connections wait for another process: a reader comes in all the same. */
static void readers__find_a_connection_beside_waiting_writers(void **state)
{
	enum { WRITERS = 8 };
	struct bed *bed = *state;
	struct crowd crowd = { .bed = bed };
	struct refd_tx *tx = NULL;
	pthread_t writers[WRITERS];
	sqlite3 *db = NULL;
	int i;

	bed_use_system(bed);
	crowd.sleep = bed->options.sleep;
	bed->options.sleep = (struct refd_sleep){ &telling_sleep, &crowd };
	bed->options.max_connections = 1;
	assert_int_equal(sem_init(&crowd.slept, 0, 0), 0);
	support_assert_status(bed_open(bed), REFD_OK);
	assert_int_equal(sqlite3_open(bed->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	for (i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&writers[i], NULL, wait_for_the_lock, &crowd), 0);
	for (i = 0; i < 20; i++)
		sem_wait(&crowd.slept);
	for (i = 0; i < 20; i++) {
		support_assert_status(begin_within(bed, REFD_TX_READ, 5 * REFD_SECOND, &tx),
				      REFD_OK);
		bed->ports.store.ops->rollback(bed->ports.store.self, tx);
	}
	assert_int_equal(sqlite3_close(db), SQLITE_OK); /* ends its transaction */
	for (i = 0; i < WRITERS; i++) {
		void *failed = NULL;

		pthread_join(writers[i], &failed);
		assert_null(failed);
	}
	sem_destroy(&crowd.slept);
}

/* Told when the thread first looks at the clock: it does so when it stands in line. */
static _Thread_local sem_t *in_line;

static int64_t look_and_tell(void *self)
{
	const struct refd_clock *clock = self;

	if (in_line != NULL)
		sem_post(in_line);
	in_line = NULL;
	return clock->ops->monotonic(clock->self);
}

static struct refd_time look(void *self)
{
	const struct refd_clock *clock = self;

	return clock->ops->now(clock->self);
}

static const struct refd_clock_ops telling_clock = { sizeof(telling_clock), look, look_and_tell };

struct writer {
	struct bed *bed;
	pthread_t thread;
	int number;
	int64_t patience;
	sem_t in_line;
	enum refd_status st;
	atomic_int *served; /* in all */
	int *order;	    /* numbers of those served */
};

static void *write_in_turn(void *self)
{
	struct writer *writer = self;
	struct bed *bed = writer->bed;
	struct refd_tx *tx = NULL;

	in_line = &writer->in_line;
	writer->st = begin_within(bed, REFD_TX_WRITE, writer->patience, &tx);
	if (writer->st != REFD_OK)
		return NULL;
	writer->order[atomic_fetch_add(writer->served, 1)] = writer->number;
	bed->ports.store.ops->rollback(bed->ports.store.self, tx);
	return NULL;
}

static void stand_in_line(struct writer *writer)
{
	assert_int_equal(sem_init(&writer->in_line, 0, 0), 0);
	assert_int_equal(pthread_create(&writer->thread, NULL, write_in_turn, writer), 0);
	sem_wait(&writer->in_line);
}

/* Seven in line, of whom the third and the last leave; then another one comes. */
static void writers__are_served_in_the_order_they_came(void **state)
{
	enum { WRITERS = 8 };
	struct bed *bed = *state;
	struct writer writers[WRITERS];
	struct refd_clock system;
	struct refd_tx *holder = NULL;
	atomic_int served = 0;
	int order[WRITERS] = { 0 };
	int i;

	bed_use_system(bed);
	system = bed->options.clock;
	bed->options.clock = (struct refd_clock){ &telling_clock, &system };
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(begin_within(bed, REFD_TX_WRITE, REFD_SECOND, &holder), REFD_OK);
	for (i = 0; i < WRITERS; i++) {
		writers[i] =
			(struct writer){ .bed = bed,
					 .number = i,
					 .patience = i == 2 || i == 6 ? 20000 : 60 * REFD_SECOND,
					 .served = &served,
					 .order = order };
		if (i == 7)
			pthread_join(writers[6].thread, NULL);
		stand_in_line(&writers[i]);
	}
	pthread_join(writers[2].thread, NULL);
	assert_int_equal(served, 0);
	bed->ports.store.ops->rollback(bed->ports.store.self, holder);
	for (i = 0; i < WRITERS; i++) {
		if (i != 2 && i != 6)
			pthread_join(writers[i].thread, NULL);
		support_assert_status(writers[i].st, i == 2 || i == 6 ? REFD_UNAVAILABLE : REFD_OK);
		sem_destroy(&writers[i].in_line);
	}
	assert_int_equal(served, WRITERS - 2);
	for (i = 1; i < WRITERS - 2; i++)
		assert_true(order[i - 1] < order[i]);
}

/* ---- migrating ---- */

struct opener {
	struct bed *bed;
	pthread_barrier_t *barrier;
	pthread_t thread;
	enum refd_status st;
	struct refd_error err;
};

static void *open_one(void *self)
{
	struct opener *opener = self;
	struct refd_sqlite *sqlite = NULL;

	pthread_barrier_wait(opener->barrier);
	opener->st = refd_sqlite_open(&opener->bed->options, &opener->bed->allocator, &sqlite,
				      &opener->err);
	refd_sqlite_close(sqlite);
	return NULL;
}

static void migrate__by_two_handles_at_once(void **state)
{
	struct bed *bed = *state;
	pthread_barrier_t barrier;
	int round;

	bed_use_system(bed);
	bed->options.durability = REFD_SQLITE_OFF;
	assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
	for (round = 0; round < 60; round++) {
		struct opener openers[2];
		int i;

		for (i = 0; i < 2; i++) {
			openers[i] = (struct opener){ .bed = bed, .barrier = &barrier };
			refd_error_clear(&openers[i].err);
			assert_int_equal(
				pthread_create(&openers[i].thread, NULL, open_one, &openers[i]), 0);
		}
		for (i = 0; i < 2; i++) {
			pthread_join(openers[i].thread, NULL);
			if (openers[i].st != REFD_OK)
				print_error("%s\n", openers[i].err.message);
			support_assert_status(openers[i].st, REFD_OK);
		}
		assert_int_equal(bed_number(bed, "SELECT count(*) FROM schema_file"),
				 bed_number(bed, "PRAGMA user_version"));
		assert_int_equal(unlink(bed->path), 0);
	}
	pthread_barrier_destroy(&barrier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(threads__share_a_handle_of_eight_connections),
		BED_TEST(threads__share_a_handle_of_two_connections),
		BED_TEST(readers__find_a_connection_beside_waiting_writers),
		BED_TEST(writers__are_served_in_the_order_they_came),
		BED_TEST(migrate__by_two_handles_at_once),
	};

	return cmocka_run_group_tests_name("sqlite threads", tests, NULL, NULL);
}
