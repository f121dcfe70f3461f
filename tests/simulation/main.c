/*
 * Several users on one store, each with a handle of its own as if in a process of its own, on a
 * disk that fails and loses its power, with a clock, ids and a notifier that are simulated as well.
 * Who goes on is drawn at every few operations on the disk and whenever somebody sleeps. After each
 * cut and in the end plain SQL tells whether the store holds what was answered and what the rules
 * promise; in the end every command has an answer and every notice has arrived.
 *
 * usage: simulation SEED                  one seed: what happened, and the hash of its trace
 *        simulation --seeds N [--from SEED]
 *        simulation --mutant normal|new_id|late_turn [--seeds N]
 *
 * A mutant has to be found: synchronous NORMAL where FULL was promised; a command that is asked
 * again under another id; a writer that reads before its turn.
 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <sqlite3.h>

#include <refdomain/adapters/json.h>
#include <refdomain/adapters/sqlite.h>

#include "broken_store.h"
#include "crew.h"
#include "disk.h"
#include "post.h"
#include "stream.h"
#include "verifier.h"

#define STORE	       "sqlite:season.db"
#define PATH	       "season.db"
#define START	       (INT64_C(1788264000) * REFD_SECOND) /* as of the stream */
#define BASE	       64 /* commands every simulation starts behind */
#define COMMANDS_MAX   320
#define USERS_MAX      4
#define EPOCHS_MAX     4   /* from cut to cut */
#define STEPS	       8   /* of a user in an epoch, at most */
#define SWITCH	       24  /* one operation in so many lets somebody else go on */
#define CUT_WITHIN     900 /* operations */
#define CALM	       8   /* one seed in so many has no faults */
#define REPLAYED       50  /* one seed in so many is run again, which must give the same trace */
#define PATIENCE       (5 * REFD_SECOND)
#define FINDINGS_SHOWN 20
#define MANY	       100 /* of so many seeds some must meet each fault */

enum mutant { MUTANT_NONE, MUTANT_NORMAL, MUTANT_NEW_ID, MUTANT_LATE_TURN };

struct sim;

struct user {
	struct sim *sim;
	size_t number;
	struct stream stream;
	struct broken_store broken;
	struct refd_random random;
	uint64_t open[COMMANDS_MAX]; /* commands to ask again */
	size_t n_open;
};

struct sim {
	uint64_t seed;
	enum mutant mutant;
	bool calm, running, off, verbose;
	struct crew crew;
	struct post post;
	struct disk *disk, *left;
	struct disk_image *base;
	struct support_random random;
	uint64_t cut_in;     /* operations; 0: not at all */
	uint64_t operations; /* before this seed */
	uint32_t processes;
	struct user users[USERS_MAX];
	size_t n_users;
	struct verifier_answer base_answers[BASE], answers[COMMANDS_MAX];
	bool doubtful[COMMANDS_MAX]; /* it may have been done, whatever it says now */
	size_t count;
	uint64_t trace, findings;
	/* of all seeds */
	uint64_t cuts, failures, commands, unknown, unavailable, deliveries, doubled, replays;
};

/* Of the simulation at hand: what the linker puts in the place of the system's clock asks it. */
static struct sim *at_hand;

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret);

int __wrap_clock_gettime(clockid_t clock, struct timespec *ret)
{
	const int64_t now = at_hand->crew.now;

	(void)clock;
	*ret = (struct timespec){ (time_t)(now / REFD_SECOND), now % REFD_SECOND * 1000 };
	return 0;
}

static uint64_t below(struct sim *sim, uint64_t bound)
{
	return support_random_below(&sim->random, bound);
}

/* ---- what happened ---- */

static void note(struct sim *sim, const char *what, uint64_t a, uint64_t b)
{
	const char *at;

	for (at = what; *at != '\0'; at++)
		sim->trace = (sim->trace ^ (unsigned char)*at) * UINT64_C(1099511628211);
	sim->trace = (sim->trace ^ a) * UINT64_C(0x9e3779b97f4a7c15);
	sim->trace = (sim->trace ^ b ^ (uint64_t)sim->crew.now) * UINT64_C(0x9e3779b97f4a7c15);
	sim->trace ^= sim->trace >> 31;
	if (sim->verbose)
		printf("%10.6f s: %s %" PRIu64 " %" PRIu64 "\n",
		       (double)sim->crew.now / REFD_SECOND, what, a, b);
}

static void finding(void *self, const char *check, const char *text)
{
	struct sim *sim = self;

	if (sim->findings++ < (sim->mutant != MUTANT_NONE ? 1 : FINDINGS_SHOWN))
		printf("FINDING seed %" PRIu64 ": %s: %s\n", sim->seed, check, text);
}

/* ---- ports ---- */

static struct refd_time wall(void *self)
{
	return (struct refd_time){ START + ((const struct crew *)self)->now };
}

static int64_t monotonic(void *self)
{
	return ((const struct crew *)self)->now;
}

/* A machine that is busy sleeps longer than it was asked to. */
static void rest(void *self, int64_t us)
{
	struct sim *sim = self;

	if (sim->running)
		crew_sleep(&sim->crew, us + (int64_t)below(sim, (uint64_t)us));
	else
		sim->crew.now += us;
}

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct user *user = self;

	(void)now;
	(void)err;
	*ret = support_uuid((uint64_t)user->stream.process << 32 | ++user->stream.drawn);
	ret->bytes[0] = 0xd0;
	return REFD_OK;
}

static enum refd_status fill(void *self, void *bytes, size_t count, struct refd_error *err)
{
	size_t i;

	(void)err;
	for (i = 0; i < count; i++)
		((uint8_t *)bytes)[i] = (uint8_t)support_random_next(&((struct sim *)self)->random);
	return REFD_OK;
}

static const struct refd_clock_ops clock_ops = { sizeof(clock_ops), wall, monotonic };
static const struct refd_sleep_ops sleep_ops = { sizeof(sleep_ops), rest };
static const struct refd_id_source_ops id_ops = { sizeof(id_ops), draw };
static const struct refd_random_ops random_ops = { sizeof(random_ops), fill };

/* ---- a user ---- */

static struct refd_store store_of(struct user *user)
{
	const struct refd_store store = refd_sqlite_store(user->stream.store.sqlite);

	return user->sim->mutant == MUTANT_LATE_TURN ? broken_store(&user->broken, &store) : store;
}

static enum refd_status open_user(struct user *user, struct refd_error *err)
{
	struct sim *sim = user->sim;
	const struct refd_allocator allocator = refd_allocator_libc();
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .allocator = allocator,
				    .clock = { &clock_ops, &sim->crew },
				    .ids = { &id_ops, user },
				    .codec = refd_json_codec(),
				    .random = { &random_ops, sim },
				    .sleep = { &sleep_ops, sim },
				    .notifier = post_notifier(&sim->post),
				    .retry = { .timeout = PATIENCE } };
	const struct refd_sqlite_options options = { .struct_size = sizeof(options),
						     .path = PATH,
						     .create = true,
						     .durability = sim->mutant == MUTANT_NORMAL
									   ? REFD_SQLITE_NORMAL
									   : REFD_SQLITE_FULL,
						     .clock = ports.clock,
						     .sleep = ports.sleep,
						     .random = ports.random };
	enum refd_status st;

	refd_error_clear(err);
	user->stream =
		(struct stream){ .seed = sim->seed, .process = ++sim->processes, .hot = true };
	st = refd_sqlite_open(&options, &allocator, &user->stream.store.sqlite, err);
	if (st != REFD_OK)
		return st;
	ports.store = store_of(user);
	return refd_app_create(&ports, &user->stream.app, err);
}

static void close_user(struct user *user)
{
	stream_close(&user->stream);
}

static bool promises_nothing(enum refd_status st)
{
	return st == REFD_UNAVAILABLE || st == REFD_CONFLICT;
}

static void unexpected(struct user *user, const char *what, enum refd_status st,
		       const struct refd_error *err)
{
	char text[400];

	snprintf(text, sizeof(text), "%s: %s: %.300s", what, refd_status_name(st), err->message);
	finding(user->sim, "unexpected", text);
}

/* What comes after the power went is not heard by anybody. That a command found the store busy says
 * nothing of what came of it before, if that was not known. */
static void hear(struct user *user, uint64_t n, enum refd_status st,
		 const struct refd_result *result, const struct refd_error *err)
{
	struct sim *sim = user->sim;
	struct verifier_answer *answer = &sim->answers[n];
	const bool lost = sim->off || st == REFD_UNKNOWN;

	note(sim, sim->off ? "not heard" : refd_status_name(st), user->number, n);
	sim->unknown += lost;
	sim->unavailable += !sim->off && promises_nothing(st);
	if (!lost && !stream_expects(st) && !promises_nothing(st))
		unexpected(user, "a command", st, err);
	if (lost || (promises_nothing(st) && sim->doubtful[n])) {
		sim->doubtful[n] = true;
		answer->came = false;
		user->open[user->n_open++] = n;
		return;
	}
	answer->came = true;
	answer->status = st;
	if (st == REFD_OK)
		answer->result = *result;
	if (promises_nothing(st) && below(sim, 2) == 0)
		user->open[user->n_open++] = n;
}

static void ask(struct user *user, uint64_t n, struct refd_command_id id)
{
	struct refd_result result = { 0 };
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status st;

	user->sim->answers[n].came = false; /* what it says now is what counts */
	st = stream_run(&user->stream, n, id, &result, &err);
	hear(user, n, st, &result, &err);
}

static void ask_new(struct user *user)
{
	struct sim *sim = user->sim;
	const uint64_t n = sim->count;

	if (n == COMMANDS_MAX)
		return;
	sim->count++;
	sim->commands++;
	sim->answers[n] = (struct verifier_answer){ .command = stream_command(n) };
	sim->doubtful[n] = false;
	ask(user, n, sim->answers[n].command);
}

static void ask_again(struct user *user)
{
	struct sim *sim = user->sim;
	const uint64_t n = user->open[--user->n_open];

	ask(user, n,
	    sim->mutant == MUTANT_NEW_ID ? stream_command(n + COMMANDS_MAX)
					 : sim->answers[n].command);
}

static void dispatch(struct user *user)
{
	struct sim *sim = user->sim;
	struct refd_dispatched done = { 0 };
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status st;

	sim->post.begun[user->number] = sim->crew.now;
	st = refd_notifying_dispatch(user->stream.app, NULL, &done, &err);
	note(sim, "dispatched", user->number, done.sent);
	if (st != REFD_OK && !promises_nothing(st) && st != REFD_UNKNOWN && !sim->off)
		unexpected(user, "dispatching", st, &err);
}

static enum refd_status see_card(void *self, const struct refd_fixture_card *card)
{
	struct user *user = self;

	note(user->sim, "sees", user->number, (uint64_t)card->fixture.version);
	return REFD_OK;
}

static void look(struct user *user)
{
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status st =
		refd_query_fixtures(user->stream.app, NULL, NULL, see_card, user, NULL, &err);

	if (st != REFD_OK && st != REFD_UNAVAILABLE && !user->sim->off)
		unexpected(user, "a query", st, &err);
}

static bool reopen(struct user *user)
{
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status st = REFD_UNAVAILABLE;
	int tries;

	close_user(user);
	for (tries = 0; tries < 5 && st == REFD_UNAVAILABLE && !user->sim->off; tries++) {
		close_user(user);
		st = open_user(user, &err);
		note(user->sim, "opened", user->number, st);
	}
	if (st != REFD_OK && st != REFD_UNAVAILABLE && !user->sim->off)
		unexpected(user, "opening", st, &err);
	return st == REFD_OK;
}

/* The disk begins to fail, or is mended. */
static void touch_disk(struct sim *sim)
{
	const enum disk_fault fault = below(sim, 3) == 0 ? DISK_FULL : DISK_IO_ERROR;
	const uint64_t nth = below(sim, 2) == 0 ? 0 : 1 + below(sim, 80);

	if (sim->calm)
		return;
	sim->failures += disk_failed(sim->disk);
	disk_fail(sim->disk, fault, nth, below(sim, 4) == 0);
}

static bool step(struct user *user)
{
	struct sim *sim = user->sim;
	const uint64_t chance = below(sim, 32);

	if (chance == 0)
		return reopen(user);
	if (chance == 1)
		look(user);
	else if (chance < 4)
		dispatch(user);
	else if (chance < 7)
		touch_disk(sim);
	else if (chance == 7 && !sim->calm)
		sim->crew.now += (int64_t)below(sim, 180 * REFD_SECOND);
	else if (chance < 12 && user->n_open > 0)
		ask_again(user);
	else
		ask_new(user);
	return true;
}

static void live(void *self, size_t number)
{
	struct sim *sim = self;
	struct user *user = &sim->users[number];
	uint64_t steps = 1 + below(sim, STEPS);
	bool good = reopen(user);

	for (; good && steps > 0 && !sim->off; steps--) {
		good = step(user);
		crew_sleep(&sim->crew, (int64_t)below(sim, 20000));
	}
	close_user(user);
}

/* ---- the disk ---- */

static void on_operation(void *self, struct disk *disk)
{
	struct sim *sim = self;

	if (!sim->running)
		return;
	sim->crew.now += 1 + (int64_t)below(sim, 200);
	if (!sim->off && sim->cut_in > 0 && --sim->cut_in == 0) {
		disk_leave(disk, sim->left, &sim->random);
		disk_set_power(disk, false);
		sim->off = true;
		sim->cuts++;
		note(sim, "power cut", 0, 0);
	}
	if (below(sim, SWITCH) == 0)
		crew_yield(&sim->crew);
}

static void power_on(struct sim *sim)
{
	struct disk_image *image;

	sim->failures += disk_failed(sim->disk);
	disk_fail(sim->disk, DISK_IO_ERROR, 0, false);
	if (!sim->off)
		return;
	image = disk_snapshot(sim->left);
	disk_set_power(sim->disk, true);
	disk_restore(sim->disk, image);
	disk_image_free(image);
	sim->off = false;
}

/* ---- one seed ---- */

static void verify(struct sim *sim)
{
	verifier_run(STORE, sim->answers, sim->count, finding, sim);
	verifier_run_rules(STORE, finding, sim);
	note(sim, "disk", disk_hash(sim->disk), disk_operations(sim->disk) - sim->operations);
}

static bool run_crew(struct sim *sim, size_t count, crew_job *job)
{
	bool good;

	sim->running = true;
	good = crew_run(&sim->crew, count, job, sim);
	sim->running = false;
	power_on(sim);
	if (!good)
		finding(sim, "threads", "there are none");
	return good;
}

static void run_epoch(struct sim *sim)
{
	uint64_t cuts;

	sim->cut_in = sim->calm || below(sim, 8) == 0 ? 0 : 1 + below(sim, CUT_WITHIN);
	cuts = sim->cuts;
	if (run_crew(sim, sim->n_users, live) && sim->cuts > cuts)
		verify(sim);
}

/* Everybody gets an answer, and what is left is delivered. */
static void settle(void *self, size_t number)
{
	struct sim *sim = self;
	struct user *user = &sim->users[number];
	struct refd_dispatched done = { .sent = 1 };
	struct refd_error err = REFD_ERROR_INIT;
	size_t i;

	if (!reopen(user)) {
		finding(sim, "reopen", "a sound disk is not opened");
		return;
	}
	for (i = 1; i < sim->n_users; i++) {
		while (sim->users[i].n_open > 0)
			user->open[user->n_open++] = sim->users[i].open[--sim->users[i].n_open];
	}
	for (i = 0; user->n_open > 0 && i < COMMANDS_MAX; i++)
		ask_again(user);
	sim->crew.now += 3 * REFD_HOUR; /* leases and pauses are over */
	while (done.sent > 0) {
		enum refd_status st = refd_notifying_dispatch(user->stream.app, NULL, &done, &err);

		if (st != REFD_OK) {
			unexpected(user, "the last dispatch", st, &err);
			break;
		}
	}
	if (refd_sqlite_check(user->stream.store.sqlite, &err) != REFD_OK)
		finding(sim, "check", err.message);
}

static enum refd_status see_notice(void *self, const struct refd_notice_state *notice,
				   const struct refd_referee_state *recipient)
{
	struct sim *sim = self;
	char key[POST_KEY], id[REFD_UUID_TEXT + 1];
	const struct post_item *item;

	(void)recipient;
	snprintf(key, sizeof(key), "%s.", refd_uuid_format(notice->event.uuid, id));
	strcat(key, refd_uuid_format(notice->recipient.uuid, id));
	item = post_find(&sim->post, key);
	if (notice->status != REFD_NOTICE_SENT && notice->status != REFD_NOTICE_DEAD)
		finding(sim, "notice", "it is still waiting");
	if (notice->status == REFD_NOTICE_SENT && (item == NULL || item->taken == 0))
		finding(sim, "notice", "it is sent, and nobody has it");
	if (sim->calm && item != NULL && item->taken > 1)
		finding(sim, "notice", "it came twice, without any fault");
	sim->deliveries += item != NULL ? item->taken : 0;
	sim->doubled += item != NULL && item->taken > 1;
	return REFD_OK;
}

static void check_notices(struct sim *sim)
{
	const struct refd_referee_id anybody = { { { 0 } } };
	struct refd_error err = REFD_ERROR_INIT;
	struct user *user = &sim->users[0];

	if (sim->post.finding != NULL)
		finding(sim, "notice", sim->post.finding);
	if (refd_query_notices(user->stream.app, (enum refd_notice_status)0, anybody, NULL,
			       see_notice, sim, NULL, &err) != REFD_OK)
		finding(sim, "notices", err.message);
}

static void check_answers(struct sim *sim)
{
	size_t i;

	for (i = 0; i < sim->count; i++) {
		if (!sim->answers[i].came)
			finding(sim, "answers", "a command has none in the end");
	}
}

static void begin(struct sim *sim, uint64_t seed)
{
	size_t i;

	sim->seed = seed;
	sim->random = (struct support_random){ seed };
	sim->calm = below(sim, CALM) == 0;
	sim->crew.now = REFD_SECOND;
	sim->crew.random = &sim->random;
	sim->trace = UINT64_C(14695981039346656037);
	sim->processes = 1; /* made the base */
	sim->findings = 0;
	sim->count = BASE;
	memcpy(sim->answers, sim->base_answers, sizeof(sim->base_answers));
	memset(&sim->post, 0, sizeof(sim->post));
	sim->post.crew = &sim->crew;
	sim->post.random = &sim->random;
	sim->n_users = 2 + (size_t)below(sim, USERS_MAX - 1);
	for (i = 0; i < USERS_MAX; i++) {
		sim->users[i].number = i;
		sim->users[i].sim = sim;
		sim->users[i].n_open = 0;
	}
	disk_restore(sim->disk, sim->base);
	disk_seed(sim->disk, seed);
	sim->operations = disk_operations(sim->disk);
}

/* @return the hash of what happened */
static uint64_t run_seed(struct sim *sim, uint64_t seed)
{
	uint64_t epochs, i;

	begin(sim, seed);
	epochs = 1 + below(sim, EPOCHS_MAX);
	for (i = 0; i < epochs && sim->findings == 0; i++)
		run_epoch(sim);
	if (sim->findings == 0) {
		sim->cut_in = 0;
		sim->post.sound = true;
		if (run_crew(sim, 1, settle) && sim->findings == 0) {
			verify(sim);
			check_answers(sim);
			check_notices(sim);
		}
		close_user(&sim->users[0]);
	}
	return sim->trace;
}

/* ---- all of them ---- */

static bool make_base(struct sim *sim)
{
	struct user *user = &sim->users[0];
	struct refd_error err = REFD_ERROR_INIT;
	bool good;
	uint64_t n;

	user->sim = sim;
	sim->crew.now = REFD_SECOND;
	sim->crew.random = &sim->random;
	good = open_user(user, &err) == REFD_OK;
	for (n = 0; good && n < BASE; n++) {
		struct verifier_answer *answer = &sim->base_answers[n];

		answer->command = stream_command(n);
		answer->status =
			stream_run(&user->stream, n, answer->command, &answer->result, &err);
		answer->came = true;
		good = stream_expects(answer->status);
	}
	close_user(user);
	sim->base = disk_snapshot(sim->disk);
	return good;
}

static void report(const struct sim *sim, uint64_t seeds)
{
	printf("%" PRIu64 " seeds, %" PRIu64 " of them replayed, %" PRIu64 " power cuts, %" PRIu64
	       " operations on the disk failed, %" PRIu64 " commands, of these %" PRIu64
	       " times unknown, %" PRIu64 " times unavailable; %" PRIu64
	       " notices delivered, %" PRIu64 " of them more than once\n",
	       seeds, sim->replays, sim->cuts, sim->failures, sim->commands, sim->unknown,
	       sim->unavailable, sim->deliveries, sim->doubled);
}

static bool met_all(const struct sim *sim)
{
	return sim->replays > 0 && sim->cuts > 0 && sim->failures > 0 && sim->unknown > 0 &&
	       sim->unavailable > 0 && sim->deliveries > 0 && sim->doubled > 0;
}

/* What happened is the seed's: the same again, and not the same as with the one before. */
static bool is_replayed(struct sim *sim, uint64_t seed, uint64_t trace)
{
	sim->replays++;
	if (run_seed(sim, seed) == trace)
		return true;
	printf("FINDING seed %" PRIu64 ": another trace the second time\n", seed);
	return false;
}

static int run_seeds(struct sim *sim, uint64_t from, uint64_t seeds)
{
	uint64_t seed, passed = 0, failed = 0, last = 0;

	for (seed = from; seed < from + seeds && failed < 5; seed++) {
		const uint64_t trace = run_seed(sim, seed);
		bool good = sim->findings == 0;

		if (trace == last) {
			printf("FINDING seed %" PRIu64 ": the trace of the one before\n", seed);
			good = false;
		}
		last = trace;
		good = good && (seed % REPLAYED != 0 || is_replayed(sim, seed, trace));
		passed += good;
		failed += !good;
	}
	report(sim, passed + failed);
	if (seeds >= MANY && failed == 0 && !met_all(sim)) {
		printf("FINDING: a kind of fault was never met\n");
		failed++;
	}
	printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, failed);
	return failed > 0 || passed == 0;
}

static int hunt_mutant(struct sim *sim, uint64_t seeds)
{
	uint64_t seed;
	bool found = false;

	for (seed = 0; seed < seeds && !found; seed++) {
		(void)run_seed(sim, seed);
		found = sim->findings > 0;
	}
	printf("the mutant was %s within %" PRIu64 " seeds\n", found ? "found" : "NOT found", seed);
	printf("%d passed, %d failed\n", found, !found);
	return !found;
}

static int run_one(struct sim *sim, uint64_t seed)
{
	uint64_t trace;

	sim->verbose = true;
	trace = run_seed(sim, seed);
	printf("seed %" PRIu64 ": trace %016" PRIx64 "\n", seed, trace);
	return sim->findings > 0;
}

static bool read_options(struct sim *sim, int argc, char **argv, uint64_t *ret_from,
			 uint64_t *ret_seeds)
{
	static const char *const mutants[] = { "", "normal", "new_id", "late_turn" };
	int i, m;

	for (i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];

		if (strcmp(argv[i], "--seeds") == 0) {
			*ret_seeds = strtoull(value, NULL, 10);
		} else if (strcmp(argv[i], "--from") == 0) {
			*ret_from = strtoull(value, NULL, 10);
		} else if (strcmp(argv[i], "--mutant") == 0) {
			for (m = 1; m < 4 && strcmp(mutants[m], value) != 0; m++)
				;
			if (m == 4)
				return false;
			sim->mutant = (enum mutant)m;
		} else {
			return false;
		}
	}
	return i == argc;
}

int main(int argc, char **argv)
{
	static struct sim sim;
	const bool one = argc == 2 && argv[1][0] >= '0' && argv[1][0] <= '9';
	uint64_t from = 0, seeds = 2000;
	int failed;

	if (!one && !read_options(&sim, argc, argv, &from, &seeds)) {
		fprintf(stderr, "usage: simulation SEED | [--seeds N] [--from SEED] "
				"[--mutant normal|new_id|late_turn]\n");
		return 2;
	}
	at_hand = &sim;
	sim.disk = disk_create("season", true);
	sim.left = disk_create("left", false);
	disk_set_watch(sim.disk, on_operation, &sim);
	if (!make_base(&sim))
		return 1;
	if (one)
		failed = run_one(&sim, strtoull(argv[1], NULL, 10));
	else if (sim.mutant != MUTANT_NONE)
		failed = hunt_mutant(&sim, seeds);
	else
		failed = run_seeds(&sim, from, seeds);
	disk_image_free(sim.base);
	disk_destroy(sim.left);
	disk_destroy(sim.disk);
	return failed;
}
