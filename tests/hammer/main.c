/* Eight processes want the same few fixtures, referees and halls for some seconds; afterwards a
 * program that knows nothing of the library looks at what is left.
 *
 * usage: hammer CHECKER sqlite|postgres day|overlap SECONDS [broken]
 *        hammer CHECKER postgres day|overlap SECONDS chaos TERMINATIONS KILLS RESTARTS
 * With broken the writers are not kept apart, and the checker must find it. With chaos a server of
 * their own ends so many sessions, loses so many of its processes, and is restarted so often as
 * after a crash. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chaos.h"
#include "postgres_server.h"
#include "probe.h"
#include "workload.h"

#define PROCESSES  8
#define LOGS	   (PROCESSES + 1) /* the last is the parent's */
#define LONGEST_US 5000000

struct hammer {
	const char *checker;
	bool on_server, broken;
	struct chaos chaos;
	struct postgres_server server; /* its own, for chaos */
	int64_t seconds;
	char directory[64], schema[40], store[400];
	char logs[LOGS][80];
	struct arena *arena; /* shared */
	struct worker_counts *counts;
};

static int64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void *shared(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static bool is_chaotic(const struct hammer *hammer)
{
	return hammer->chaos.terminations + hammer->chaos.kills + hammer->chaos.restarts > 0;
}

/* NULL: there is no server. */
static const char *own_url(struct hammer *hammer)
{
	return postgres_start(&hammer->server) ? hammer->server.url : NULL;
}

static bool prepare(struct hammer *hammer, const char *exclusivity)
{
	const struct refd_clock clock = refd_system_clock();
	const struct refd_time now = clock.ops->now(clock.self);
	int i;

	strcpy(hammer->directory, "/tmp/refd-hammer-XXXXXX");
	hammer->arena = shared(sizeof(*hammer->arena));
	hammer->counts = shared(LOGS * sizeof(*hammer->counts));
	if (hammer->arena == NULL || hammer->counts == NULL || mkdtemp(hammer->directory) == NULL)
		return false;
	hammer->arena->exclusivity = exclusivity;
	hammer->arena->first_day = (struct refd_time){ (now.us / REFD_DAY + 30) * REFD_DAY };
	for (i = 0; i < LOGS; i++)
		snprintf(hammer->logs[i], sizeof(hammer->logs[i]), "%s/log.%d", hammer->directory,
			 i);
	snprintf(hammer->schema, sizeof(hammer->schema), "hammer_%ld", (long)getpid());
	if (hammer->on_server)
		return postgres_store(is_chaotic(hammer) ? own_url(hammer) : postgres_url(),
				      hammer->schema, hammer->store, sizeof(hammer->store));
	snprintf(hammer->store, sizeof(hammer->store), "sqlite:%s/store.db", hammer->directory);
	return true;
}

static struct worker worker_of(const struct hammer *hammer, int i)
{
	return (struct worker){ .arena = hammer->arena,
				.store = hammer->store,
				.number = (unsigned)i,
				.broken = hammer->broken,
				.chaos = is_chaotic(hammer) && i < PROCESSES,
				.log = hammer->logs[i] };
}

static pid_t start(const struct hammer *hammer, int i)
{
	struct worker worker = worker_of(hammer, i);
	pid_t child;
	bool good;

	fflush(NULL);
	child = fork();
	if (child != 0)
		return child;
	good = workload_run(&worker);
	hammer->counts[i] = worker.counts;
	fflush(NULL);
	_exit(good ? 0 : 1);
}

static pid_t start_checker(const struct hammer *hammer, const char *const *argv)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		execv(hammer->checker, (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	return child;
}

/* The status it ended with, -1 if it did not end in order. */
static int end_of(pid_t child)
{
	int status = -1;

	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* @return what was found meanwhile, as check() */
static int strike(const struct hammer *hammer, bool *ret_worked)
{
	pid_t children[PROCESSES], watcher;
	char ms[24];
	const char *argv[] = { hammer->checker, hammer->store, "--watch", ms, NULL };
	int i;

	snprintf(ms, sizeof(ms), "%lld", (long long)hammer->seconds * 1000);
	atomic_store(&hammer->arena->until, monotonic() + hammer->seconds * 1000000);
	for (i = 0; i < PROCESSES; i++)
		children[i] = start(hammer, i);
	watcher = start_checker(hammer, argv);
	*ret_worked = true;
	for (i = 0; i < PROCESSES; i++)
		*ret_worked = end_of(children[i]) == 0 && *ret_worked;
	return end_of(watcher);
}

/* Until the last fault; nobody looks meanwhile. @return whether all worked */
static bool strike_in_chaos(const struct hammer *hammer)
{
	pid_t children[PROCESSES];
	const int64_t patience = monotonic() + 60000000;
	bool good;
	int i;

	atomic_store(&hammer->arena->until, INT64_MAX);
	for (i = 0; i < PROCESSES; i++)
		children[i] = start(hammer, i);
	while (atomic_load(&hammer->arena->ready) < PROCESSES && monotonic() < patience)
		(void)poll(NULL, 0, 10);
	good = chaos_run(&hammer->chaos, &hammer->server, hammer->store, hammer->schema,
			 hammer->seconds * 1000000);
	atomic_store(&hammer->arena->until, 0);
	for (i = 0; i < PROCESSES; i++)
		good = end_of(children[i]) == 0 && good;
	return good;
}

/* @return 0: nothing found; 1: something; otherwise it could not be asked */
static int check(const struct hammer *hammer)
{
	const char *argv[LOGS + 3] = { hammer->checker, hammer->store };
	int i;

	for (i = 0; i < LOGS; i++)
		argv[i + 2] = hammer->logs[i];
	return end_of(start_checker(hammer, argv));
}

static struct worker_counts sum_of(const struct hammer *hammer)
{
	struct worker_counts sum = { 0 };
	int i;

	for (i = 0; i < LOGS; i++) {
		sum.accepted += hammer->counts[i].accepted;
		sum.refused += hammer->counts[i].refused;
		sum.busy += hammer->counts[i].busy;
		sum.handed += hammer->counts[i].handed;
		sum.unknown += hammer->counts[i].unknown;
		sum.slow += hammer->counts[i].slow;
		if (hammer->counts[i].longest > sum.longest)
			sum.longest = hammer->counts[i].longest;
	}
	return sum;
}

/* What nobody did proves nothing. */
static bool met_all(const struct worker_counts *sum)
{
	return sum->accepted > 0 && sum->refused > 0 && sum->handed > 0;
}

/* Nobody starves: of a hundred commands 99 are answered within a second, and all within five. */
static bool is_fair(const struct worker_counts *sum)
{
	const uint64_t commands = sum->accepted + sum->refused + sum->busy;

	return sum->slow * 100 <= commands && sum->longest < LONGEST_US;
}

static void report(const struct hammer *hammer, const struct worker_counts *sum)
{
	if (is_chaotic(hammer))
		printf("%u sessions ended, %u processes killed, %u restarts\n",
		       hammer->chaos.terminations, hammer->chaos.kills, hammer->chaos.restarts);
	printf("%d processes, %lld s, exclusivity %s: accepted %llu, refused %llu, busy %llu,"
	       " asked again %llu, notices %llu; slow %llu, the longest %lld ms\n",
	       PROCESSES, (long long)hammer->seconds, hammer->arena->exclusivity,
	       (unsigned long long)sum->accepted, (unsigned long long)sum->refused,
	       (unsigned long long)sum->busy, (unsigned long long)sum->unknown,
	       (unsigned long long)sum->handed, (unsigned long long)sum->slow,
	       (long long)sum->longest / 1000);
}

static void clean(struct hammer *hammer)
{
	static const char *const files[] = { "store.db", "store.db-wal", "store.db-shm" };
	char text[160];
	struct probe *probe;
	size_t i;

	for (i = 0; i < LOGS; i++)
		unlink(hammer->logs[i]);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(text, sizeof(text), "%s/%s", hammer->directory, files[i]);
		unlink(text);
	}
	rmdir(hammer->directory);
	if (is_chaotic(hammer)) {
		postgres_stop(&hammer->server);
		return;
	}
	probe = hammer->on_server ? probe_open(hammer->store) : NULL;
	snprintf(text, sizeof(text), "DROP SCHEMA IF EXISTS %s CASCADE", hammer->schema);
	if (probe != NULL)
		(void)probe_run(probe, text);
	probe_close(probe);
}

/* @return whether all went as it should */
static bool run(struct hammer *hammer)
{
	struct worker parent = worker_of(hammer, PROCESSES);
	struct worker_counts sum;
	int meanwhile = 0, afterwards;
	bool worked;

	parent.broken = false;
	if (!workload_prepare(&parent))
		return false;
	if (is_chaotic(hammer))
		worked = strike_in_chaos(hammer);
	else
		meanwhile = strike(hammer, &worked);
	worked = workload_drain(&parent) && worked;
	hammer->counts[PROCESSES] = parent.counts;
	sum = sum_of(hammer);
	report(hammer, &sum);
	afterwards = check(hammer);
	if (!hammer->broken)
		return worked && meanwhile == 0 && afterwards == 0 && met_all(&sum) &&
		       (is_chaotic(hammer) || is_fair(&sum));
	printf("broken: %s meanwhile, %s afterwards\n", meanwhile == 1 ? "found" : "not found",
	       afterwards == 1 ? "found" : "not found");
	return meanwhile == 1 || afterwards == 1;
}

int main(int argc, char **argv)
{
	struct hammer hammer = { .seconds = 10 };
	bool good;

	if (argc < 5 || (argc > 5 && strcmp(argv[5], "chaos") == 0 && argc != 9)) {
		fprintf(stderr,
			"usage: hammer CHECKER sqlite|postgres day|overlap SECONDS [broken]\n"
			"       hammer CHECKER postgres day|overlap SECONDS chaos TERMINATIONS "
			"KILLS"
			" RESTARTS\n");
		return 2;
	}
	if (argc == 9)
		hammer.chaos = (struct chaos){ (unsigned)strtoul(argv[6], NULL, 10),
					       (unsigned)strtoul(argv[7], NULL, 10),
					       (unsigned)strtoul(argv[8], NULL, 10) };
	hammer.checker = argv[1];
	hammer.on_server = strcmp(argv[2], "postgres") == 0;
	hammer.seconds = strtoll(argv[4], NULL, 10);
	hammer.broken = argc > 5 && strcmp(argv[5], "broken") == 0;
	good = prepare(&hammer, argv[3]) && run(&hammer);
	if (good)
		clean(&hammer);
	else
		printf("what is left: %s and %s\n", hammer.store, hammer.directory);
	printf("%d passed, %d failed\n", good, !good);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
