/* A process that writes a season is killed at any moment, a thousand times. What it left is read
 * first by the verifier, as plain SQL, and only then opened by the library, which is asked again
 * for the command nobody knows the answer of. On a server, which goes on with what a killed client
 * had sent, every second time it is the other way round: the library asks at once.
 *
 * usage: kill_loop [--store sqlite|postgres] [--kills N] [--seed N] [--durability full|normal]
 *                  [--planted FAULT]
 * With --planted the run ends well if the verifier finds that fault, and nothing before it.
 *
 * The commands and the moments of the kills follow from the seed; what a writer has done by then is
 * the machine's. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "checks.h"
#include "faults.h"
#include "postgres_server.h"
#include "probe.h"
#include "recovery.h"
#include "stream.h"
#include "support.h"
#include "verifier.h"

#define FILE_KILLS     50  /* then a new file */
#define ON_DISK	       10  /* one file in so many is on a disk, the others in memory */
#define DISK_FACTOR    2   /* commands take longer there */
#define SERVER_FACTOR  6   /* and there */
#define LEAST_US       500 /* of activity before a kill */
#define MOST_US	       10000
#define EARLY	       10 /* one kill in so many counts from the fork, and may meet the opening */
#define STUCK_US       30000000 /* a writer that says nothing for so long */
#define PLANT_AFTER    3	/* kills */
#define PLANT_KILLS    400	/* by then a fault must have been found */
#define MANY	       500 /* of so many kills some must fall between a commit and its answer */
#define ANSWERS_MAX    20000
#define FINDINGS_SHOWN 20

/* What a writer says; shorter than PIPE_BUF, so whole or not at all. */
enum said { SAID_READY = 1, SAID_ASKED, SAID_ANSWERED, SAID_FAILED };

struct message {
	enum said said;
	uint64_t n;
	enum refd_status status;
	struct refd_result result;
};

struct tally {
	uint64_t accepted, refused, unknown, unknown_stored, lost, doubled, findings;
};

struct loop {
	uint64_t seed;
	uint64_t kills;
	enum refd_sqlite_durability durability; /* a killed process sees nothing of it */
	bool on_server;
	const struct fault *fault;
	struct support_random random;
	uint32_t processes; /* so far, of this store */
	char memory[128];   /* directories */
	char disk[128];
	int64_t slowness;		 /* of the commands, times */
	struct postgres_server server;	 /* its own, if that of the run is in a hurry */
	const char *url;		 /* of the server */
	char schema[40];		 /* on it */
	char store[400];		 /* its name */
	struct verifier_answer *answers; /* by number of the command */
	size_t count;
	struct tally tally;
	bool expected_found; /* by the check that has to */
	bool quiet;	     /* the fault is planted: findings are what is wanted */
};

/* ---- findings ---- */

/* A command that was stored is refused under another id, before anybody wonders about the new one.
 */
static bool finds(const struct fault *fault, const char *check)
{
	return strcmp(check, fault->check) == 0 ||
	       (fault->place == FAULT_IN_RETRY && strcmp(check, "refused_stored") == 0);
}

static void finding(void *self, const char *check, const char *text)
{
	struct loop *loop = self;

	loop->tally.findings++;
	loop->tally.lost += strcmp(check, "answered_lost") == 0;
	loop->tally.doubled += strcmp(check, "effect_doubled") == 0;
	if (loop->fault != NULL && finds(loop->fault, check))
		loop->expected_found = true;
	if (!loop->quiet && loop->tally.findings <= FINDINGS_SHOWN)
		printf("FINDING %s: %s\n", check, text);
}

static void verify(struct loop *loop)
{
	verifier_run(loop->store, loop->answers, loop->count, finding, loop);
}

/* ---- the writer ---- */

static void say(int pipe, const struct message *message)
{
	if (write(pipe, message, sizeof(*message)) != (ssize_t)sizeof(*message))
		_exit(1);
}

struct teller {
	int pipe;
	uint64_t n;
};

static void say_answer(void *self, enum refd_status status, const struct refd_result *result)
{
	const struct teller *teller = self;
	struct message message;

	memset(&message, 0, sizeof(message));
	message.said = stream_expects(status) ? SAID_ANSWERED : SAID_FAILED;
	message.n = teller->n;
	message.status = status;
	if (status == REFD_OK)
		message.result = *result;
	say(teller->pipe, &message);
}

static void ask(const struct loop *loop, struct stream *stream, struct teller *teller)
{
	struct message message;
	struct refd_result result = { 0 };
	struct refd_error err = REFD_ERROR_INIT;
	enum refd_status st;

	memset(&message, 0, sizeof(message));
	message.said = SAID_ASKED;
	message.n = teller->n;
	say(teller->pipe, &message);
	if (loop->fault != NULL && loop->fault->place == FAULT_IN_WRITER) {
		st = stream_run_hasty(stream, teller->n, say_answer, teller, &err);
	} else {
		st = stream_run(stream, teller->n, stream_command(teller->n), &result, &err);
		say_answer(teller, st, &result);
	}
	if (!stream_expects(st)) {
		fprintf(stderr, "command %llu: %s\n", (unsigned long long)teller->n, err.message);
		_exit(1);
	}
}

static void write_until_killed(const struct loop *loop, int pipe)
{
	struct stream stream = { .seed = loop->seed, .process = loop->processes };
	struct teller teller = { pipe, loop->count };
	struct refd_error err = REFD_ERROR_INIT;
	struct message message;

	memset(&message, 0, sizeof(message));
	if (stream_open(&stream, loop->store, loop->durability, &err) != REFD_OK) {
		fprintf(stderr, "open: %s\n", err.message);
		_exit(1);
	}
	message.said = SAID_READY;
	say(pipe, &message);
	for (; teller.n < ANSWERS_MAX; teller.n++)
		ask(loop, &stream, &teller);
	pause();
}

/* ---- the killer ---- */

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool take(struct loop *loop, const struct message *message)
{
	struct verifier_answer *answer = &loop->answers[message->n];

	switch (message->said) {
	case SAID_READY:
		return true;
	case SAID_ASKED:
		if (message->n != loop->count || loop->count == ANSWERS_MAX)
			return false;
		answer = &loop->answers[loop->count++];
		memset(answer, 0, sizeof(*answer));
		answer->command = stream_command(message->n);
		return true;
	case SAID_ANSWERED:
		if (message->n + 1 != loop->count)
			return false;
		answer->came = true;
		answer->status = message->status;
		answer->result = message->result;
		loop->tally.accepted += message->status == REFD_OK;
		loop->tally.refused += message->status != REFD_OK;
		return true;
	case SAID_FAILED:
		break;
	}
	return false;
}

/* @return 1 for a message, 0 at the end, -1 for something else */
static int hear(struct loop *loop, int pipe, struct message *message)
{
	ssize_t got;

	do
		got = read(pipe, message, sizeof(*message));
	while (got < 0 && errno == EINTR);
	if (got == 0)
		return 0;
	return got == (ssize_t)sizeof(*message) && take(loop, message) ? 1 : -1;
}

/* Whether the writer speaks, or ends, before that instant. */
static bool speaks_before(int pipe, int64_t instant)
{
	int64_t left = instant - now_us();
	struct timespec timeout;
	fd_set set;

	if (left <= 0)
		return false;
	timeout.tv_sec = (time_t)(left / 1000000);
	timeout.tv_nsec = (long)(left % 1000000) * 1000;
	FD_ZERO(&set);
	FD_SET(pipe, &set);
	return pselect(pipe + 1, &set, NULL, NULL, &timeout, NULL) > 0;
}

/* A planted fault of the writer shows right behind an answer, and seldom anywhere else. */
static bool hear_answer(struct loop *loop, int pipe)
{
	struct message message = { .said = SAID_READY };

	while (message.said != SAID_ANSWERED) {
		if (hear(loop, pipe, &message) != 1)
			return false;
	}
	return true;
}

/* Listens until the writer has been at work for so long. @return false if it ended before, or never
 * began */
static bool watch(struct loop *loop, int pipe, bool early, int64_t activity)
{
	int64_t limit = now_us() + (early ? activity : STUCK_US);
	bool ready = early;
	struct message message;

	while (speaks_before(pipe, limit)) {
		if (hear(loop, pipe, &message) != 1)
			return false;
		if (!ready && message.said == SAID_READY) {
			ready = true;
			limit = now_us() + activity;
		}
	}
	return ready && (loop->fault == NULL || loop->fault->place != FAULT_IN_WRITER ||
			 hear_answer(loop, pipe));
}

/* One writer from fork to its last message. @return false if it did not live until the kill */
static bool write_and_kill(struct loop *loop, bool early, int64_t activity)
{
	struct message message;
	int pipes[2];
	int ended = 0;
	int heard = 1;
	pid_t pid;
	bool lived;

	if (pipe(pipes) != 0)
		return false;
	loop->processes++;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		write_until_killed(loop, pipes[1]);
		_exit(1);
	}
	close(pipes[1]);
	lived = pid > 0 && watch(loop, pipes[0], early, activity);
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, &ended, 0);
	}
	while (lived && heard == 1)
		heard = hear(loop, pipes[0], &message);
	close(pipes[0]);
	return lived && heard == 0 && WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL;
}

/* ---- recovery ---- */

/* Whether what the killed writer had sent is known to be over, and the last command was stored. */
enum left { LEFT_NOTHING = 1, LEFT_STORED, LEFT_UNDER_WAY };

/* The command without an answer under its id again: one effect, whether it had one before or not.
 */
static bool repeat_unknown(struct loop *loop, struct stream *stream, enum left left,
			   struct refd_error *err)
{
	const uint64_t n = loop->count - 1;
	struct verifier_answer *answer = &loop->answers[n];
	struct refd_command_id id = answer->command;
	struct refd_result result = { 0 };
	enum refd_status st;

	if (loop->fault != NULL && loop->fault->place == FAULT_IN_RETRY)
		id = stream_command(n + ANSWERS_MAX);
	st = stream_run(stream, n, id, &result, err);
	loop->tally.unknown++;
	loop->tally.unknown_stored += left == LEFT_STORED || result.repeated;
	if (loop->fault == NULL && !stream_expects(st))
		return false;
	if (loop->fault == NULL && left != LEFT_UNDER_WAY &&
	    result.repeated != (left == LEFT_STORED))
		return false;
	if (loop->fault != NULL && loop->fault->place == FAULT_IN_RETRY && st != REFD_OK)
		return true; /* nothing was stored under the other id: no fault yet */
	answer->came = true;
	answer->status = st;
	answer->result = result;
	return true;
}

static enum left what_is_left(const struct loop *loop, bool settled)
{
	if (!settled)
		return LEFT_UNDER_WAY;
	return verifier_stored(loop->store, loop->answers[loop->count - 1].command) ? LEFT_STORED
										    : LEFT_NOTHING;
}

static bool recover(struct loop *loop, bool settled)
{
	const bool unknown = loop->count > 0 && !loop->answers[loop->count - 1].came;
	const enum left left = unknown ? what_is_left(loop, settled) : LEFT_NOTHING;
	struct stream stream = { .seed = loop->seed, .process = ++loop->processes };
	struct refd_error err = REFD_ERROR_INIT;
	bool good = stream_open(&stream, loop->store, loop->durability, &err) == REFD_OK;

	if (loop->fault == NULL || loop->fault->place != FAULT_IN_WRITER)
		good = good && recovery_repeats(&stream, loop->answers, loop->count, &err);
	if (good && unknown)
		good = repeat_unknown(loop, &stream, left, &err);
	if (!good)
		printf("FINDING retry: command %zu of %zu, %s before: %s\n",
		       recovery_last_accepted(loop->answers, loop->count), loop->count,
		       left == LEFT_STORED ? "stored" : "not known to be stored", err.message);
	stream_close(&stream);
	if (good && !settled)
		good = verifier_settle(loop->store, loop->schema);
	if (good && (unknown || !settled))
		verify(loop);
	return good;
}

/* ---- the loop ---- */

static void remove_file(const struct loop *loop)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	const char *path = loop->store + strlen("sqlite:");
	char name[sizeof(loop->store) + 10];
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

static void remove_schema(const struct loop *loop)
{
	struct probe *probe = probe_open(loop->store);
	char sql[100];

	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s CASCADE", loop->schema);
	if (probe != NULL && !probe_run(probe, sql))
		printf("FINDING schema: %s\n", probe_message(probe));
	probe_close(probe);
}

static void remove_store(const struct loop *loop)
{
	if (loop->store[0] == '\0')
		return;
	if (loop->on_server)
		remove_schema(loop);
	else
		remove_file(loop);
}

/* What a killed process wrote survives it on any file system. In memory many commands fit between
 * two kills, on a disk a kill often falls between the commit and its answer. */
static void renew_store(struct loop *loop, uint64_t kill)
{
	const bool on_disk = kill / FILE_KILLS % ON_DISK == ON_DISK - 1;

	remove_store(loop);
	if (loop->on_server)
		(void)postgres_store(loop->url, loop->schema, loop->store, sizeof(loop->store));
	else
		snprintf(loop->store, sizeof(loop->store), "sqlite:%s/season.db",
			 on_disk ? loop->disk : loop->memory);
	loop->slowness = loop->on_server ? SERVER_FACTOR : on_disk ? DISK_FACTOR : 1;
	loop->count = 0;
	loop->processes = 0;
	loop->seed = support_random_next(&loop->random);
}

/* The first writers of a file are killed while they make it, too. */
static bool kill_once(struct loop *loop, uint64_t kill)
{
	const bool early =
		support_random_below(&loop->random, EARLY) == 0 || kill % FILE_KILLS == 0;
	const int64_t activity =
		LEAST_US + (int64_t)support_random_below(&loop->random, MOST_US - LEAST_US);

	if (write_and_kill(loop, early, loop->slowness * activity))
		return true;
	printf("FINDING writer: it ended or got stuck before it was killed\n");
	return false;
}

static struct refd_command_id some_refused(const struct loop *loop)
{
	size_t i;

	for (i = 0; i < loop->count; i++) {
		if (loop->answers[i].came && loop->answers[i].status != REFD_OK)
			return loop->answers[i].command;
	}
	return (struct refd_command_id){ { { 0 } } };
}

static bool settles(const struct loop *loop, uint64_t kill)
{
	return !loop->on_server || kill % 2 == 0;
}

/* Kills, each followed by the verifier, until one fails. @return how many were passed */
static uint64_t run(struct loop *loop)
{
	uint64_t kill;

	for (kill = 0; kill < loop->kills; kill++) {
		if (kill % FILE_KILLS == 0)
			renew_store(loop, kill);
		if (!kill_once(loop, kill))
			break;
		if (settles(loop, kill)) {
			if (!verifier_settle(loop->store, loop->schema))
				break;
			verify(loop);
		}
		if (loop->tally.findings > 0 || !recover(loop, settles(loop, kill)) ||
		    loop->tally.findings > 0)
			break;
	}
	return kill;
}

/* @return whether the fault was found by its check; false as well if anything else was */
static bool run_planted(struct loop *loop)
{
	uint64_t kill;

	loop->quiet = loop->fault->place != FAULT_IN_FILE;
	for (kill = 0; kill < PLANT_KILLS && loop->tally.findings == 0; kill++) {
		if (kill % FILE_KILLS == 0)
			renew_store(loop, kill);
		if (!kill_once(loop, kill) || !verifier_settle(loop->store, loop->schema))
			return false;
		verify(loop);
		if (loop->tally.findings == 0 && !recover(loop, true))
			return false;
		/* behind the recovery, so that every command has its answer: what nobody was told
		   of may be gone */
		if (loop->tally.findings == 0 && loop->fault->place == FAULT_IN_FILE &&
		    kill % FILE_KILLS >= PLANT_AFTER &&
		    fault_plant(loop->fault, loop->store, some_refused(loop))) {
			loop->quiet = true;
			verify(loop);
			break;
		}
	}
	printf("planted %s: %s after %llu kills, %llu findings\n", loop->fault->name,
	       loop->expected_found ? "found" : "NOT FOUND", (unsigned long long)kill + 1,
	       (unsigned long long)loop->tally.findings);
	return loop->quiet && loop->expected_found;
}

static void report(const struct loop *loop, uint64_t passed)
{
	const struct tally *t = &loop->tally;

	printf("kills %llu, acknowledged %llu, refused %llu, unknown %llu (of these stored %llu), "
	       "lost %llu, doubled %llu\n",
	       (unsigned long long)passed, (unsigned long long)t->accepted,
	       (unsigned long long)t->refused, (unsigned long long)t->unknown,
	       (unsigned long long)t->unknown_stored, (unsigned long long)t->lost,
	       (unsigned long long)t->doubled);
	printf("%llu passed, %llu failed\n", (unsigned long long)passed,
	       (unsigned long long)(loop->kills - passed));
}

static bool met_all(const struct loop *loop)
{
	const struct tally *t = &loop->tally;

	if (t->accepted > 0 && t->refused > 0 && t->unknown_stored > 0 &&
	    t->unknown_stored < t->unknown)
		return true;
	printf("FINDING kills: none fell between a commit and its answer, or none before one\n");
	return false;
}

static void take_setting(void *self, const char *about, const char *what)
{
	(void)what;
	*(bool *)self = strcmp(about, "on") == 0;
}

/* Where commits take no time, no kill falls into one: such a server is for planted faults only. */
static bool choose_server(struct loop *loop)
{
	bool syncs = false;
	struct probe *probe;

	loop->url = postgres_url();
	if (loop->url == NULL ||
	    !postgres_store(loop->url, loop->schema, loop->store, sizeof(loop->store)))
		return false;
	probe = probe_open(loop->store);
	loop->store[0] = '\0';
	if (probe == NULL)
		return false;
	(void)probe_ask(probe, "SHOW fsync", take_setting, &syncs);
	probe_close(probe);
	if (syncs || loop->fault != NULL)
		return true;
	loop->url = loop->server.url;
	return postgres_start(&loop->server);
}

/* ---- command line ---- */

static bool is_planted_for(const char *check)
{
	size_t i;

	for (i = 0; i < n_faults; i++) {
		if (strcmp(faults[i].check, check) == 0)
			return true;
	}
	printf("no fault is planted for the check %s\n", check);
	return false;
}

/* A check nothing is planted for has not been shown to find anything. */
static bool all_planted(void)
{
	bool all = is_planted_for("integrity") && is_planted_for("foreign_key");
	size_t i;

	for (i = 0; i < n_checks; i++)
		all = is_planted_for(checks[i].name) && all;
	return all;
}

static bool read_options(struct loop *loop, int argc, char **argv)
{
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];

		if (strcmp(argv[i], "--kills") == 0)
			loop->kills = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0)
			loop->random.state = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--durability") == 0)
			loop->durability = strcmp(value, "normal") == 0 ? REFD_SQLITE_NORMAL
									: REFD_SQLITE_FULL;
		else if (strcmp(argv[i], "--store") == 0)
			loop->on_server = strcmp(value, "postgres") == 0;
		else if (strcmp(argv[i], "--planted") == 0)
			loop->fault = fault_find(value);
		else
			return false;
		if (strcmp(argv[i], "--planted") == 0 && loop->fault == NULL)
			return false;
	}
	return i == argc;
}

static bool make_directory(const char *parent, char *ret, size_t size)
{
	snprintf(ret, size, "%s/refd-crash-XXXXXX", parent);
	return mkdtemp(ret) != NULL;
}

static bool make_directories(struct loop *loop)
{
	const char *given = getenv("TMPDIR");
	const char *disk = given != NULL && strlen(given) < 100 ? given : "/tmp";

	return make_directory(access("/dev/shm", W_OK) == 0 ? "/dev/shm" : disk, loop->memory,
			      sizeof(loop->memory)) &&
	       make_directory(disk, loop->disk, sizeof(loop->disk));
}

int main(int argc, char **argv)
{
	static struct verifier_answer answers[ANSWERS_MAX];
	struct loop loop = { .kills = 1000, .random = { 20260901 }, .answers = answers };
	bool good;

	if (!read_options(&loop, argc, argv)) {
		fprintf(stderr, "usage: kill_loop [--store sqlite|postgres] [--kills N] "
				"[--seed N] [--durability full|normal] [--planted FAULT]\n");
		return 2;
	}
	snprintf(loop.schema, sizeof(loop.schema), "kills_%ld", (long)getpid());
	if (!all_planted() || !make_directories(&loop) || (loop.on_server && !choose_server(&loop)))
		return 1;
	printf("seed %llu\n", (unsigned long long)loop.random.state);
	if (loop.fault != NULL) {
		good = run_planted(&loop);
		printf("%d passed, %d failed\n", good, !good);
	} else {
		uint64_t passed = run(&loop);

		good = passed == loop.kills && passed > 0 && (passed < MANY || met_all(&loop));
		report(&loop, passed);
	}
	if (!good && loop.fault == NULL) {
		fprintf(stderr, "the store %s: %s\n",
			loop.server.directory[0] == '\0' ? "is kept" : "ends with its server",
			loop.store);
		return 1;
	}
	remove_store(&loop);
	postgres_stop(&loop.server);
	rmdir(loop.memory);
	rmdir(loop.disk);
	return good ? 0 : 1;
}
