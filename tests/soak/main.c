/*
 * The same work over and over in one process: whatever it takes, it gives back. A batch plays one
 * fixture through all that can be done with it and undone, sends the notices, lets two months pass
 * and purges; after it the store holds what it held before. Then the allocator port must have as
 * many blocks and bytes out as after the first batches, the process as many files open, and no more
 * than 64 KiB of memory of its own more. On SQLite, which keeps its rows elsewhere, no command
 * leaves a block behind either.
 *
 * usage: soak memory|sqlite COMMANDS [FAULT]
 *
 * With a FAULT 16 bytes are lost every 10 commands, of the allocator port (`port`) or of malloc
 * (`libc`), or a file stays open every 1000 (`file`), and the program fails unless that is seen.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "league.h"
#ifdef WITH_NAMED_STORE
#include "named_store.h"
#endif

enum { ROUNDS = 50, WARM_UP = 20, RSS_GROWTH = 64 * 1024 };

enum fault { SOUND, PORT, LIBC, FILE_LEFT };

struct soak {
	struct league *league;
	struct refd_referee_id anna, clara;
	struct refd_venue_id hall, spare;
	struct refd_fixture_id fixture;
	struct refd_time kickoff;
	enum fault fault;
	uint64_t commands, refused;
	uint64_t sent;
	uint64_t between; /* blocks out between two commands on SQLite, once it is warm */
	const char *wrong;
	void *volatile lost; /* the last block, so that no compiler leaves it out */
	char folder[32];
#ifdef WITH_NAMED_STORE
	struct named_store named;
#endif
};

/* ---- what is measured ---- */

struct measure {
	uint64_t live;
	size_t bytes;
	size_t files;
	size_t resident;
};

static size_t count_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		n++;
	closedir(folder);
	return n;
}

/* Of its own: pages of the program itself come in as they are needed. */
static size_t resident_bytes(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long kib = 0;
	char line[200];

	assert_non_null(file);
	while (kib == 0 && fgets(line, sizeof(line), file) != NULL)
		(void)sscanf(line, "RssAnon: %lu kB", &kib);
	fclose(file);
	assert_true(kib > 0);
	return kib * 1024;
}

static struct measure measure(const struct soak *soak)
{
	return (struct measure){ soak->league->heap.live, soak->league->heap.live_bytes,
				 count_files(), resident_bytes() };
}

/* ---- faults ---- */

static void go_wrong(struct soak *soak)
{
	const struct refd_allocator *port = &soak->league->ports.allocator;

	if (soak->fault == PORT && soak->commands % 10 == 0)
		soak->lost = port->alloc(port->self, 16);
	if (soak->fault == LIBC && soak->commands % 10 == 0) {
		soak->lost = malloc(16);
		assert_non_null(soak->lost);
		memset(soak->lost, 1, 16);
	}
	if (soak->fault == FILE_LEFT && soak->commands % 1000 == 0)
		assert_true(open("/dev/null", O_RDONLY) >= 0);
}

/* ---- the work ---- */

static void given(struct soak *soak, enum refd_status st, enum refd_status wanted)
{
	support_assert_status(st, wanted);
	soak->commands++;
	soak->refused += wanted != REFD_OK;
	if (soak->between != 0 && soak->league->meta == NULL &&
	    soak->league->heap.live != soak->between)
		soak->wrong = "a command has not given back what it took";
	go_wrong(soak);
}

#define GIVE(call, wanted) given(soak, call, REFD_##wanted)

static void staff(struct soak *soak)
{
	struct league *league = soak->league;

	GIVE(try_declare(league, soak->fixture, soak->clara), OK);
	GIVE(try_declare(league, soak->fixture, soak->clara), REFUSED);
	GIVE(try_declare(league, soak->fixture, soak->anna), OK);
	GIVE(try_stage(league, soak->fixture, soak->anna, REFD_ROLE_FIRST), OK);
	GIVE(try_unstage(league, soak->fixture, soak->anna), OK);
	GIVE(try_unstage(league, soak->fixture, soak->anna), NOT_FOUND);
	GIVE(try_stage(league, soak->fixture, soak->anna, REFD_ROLE_SECOND), OK);
	GIVE(try_validate(league), OK);
	GIVE(try_commit(league), OK);
	GIVE(try_replace(league, soak->fixture, soak->anna, soak->clara), OK);
	GIVE(try_withdraw(league, soak->fixture, soak->clara), REFUSED);
	GIVE(try_remove(league, soak->fixture, soak->clara), OK);
	GIVE(try_withdraw(league, soak->fixture, soak->anna), OK);
	GIVE(try_withdraw(league, soak->fixture, soak->clara), OK);
}

static void shift(struct soak *soak)
{
	const struct refd_lock_target target = { .fixture = soak->fixture };
	const struct refd_time later = { soak->kickoff.us + REFD_HOUR };
	struct league *league = soak->league;

	GIVE(try_reschedule(league, soak->fixture, later), OK);
	GIVE(try_reschedule(league, soak->fixture, league->now), REFUSED);
	GIVE(try_reschedule(league, soak->fixture, soak->kickoff), OK);
	GIVE(try_move(league, soak->fixture, soak->spare), OK);
	GIVE(try_move(league, soak->fixture, soak->hall), OK);
	GIVE(try_lock(league, &target), OK);
	GIVE(try_declare(league, soak->fixture, soak->clara), LOCKED);
	GIVE(try_unlock(league, &target), OK);
	GIVE(try_unlock(league, &target), REFUSED);
}

/* Two commands and the end without effect, two commands that end each other. */
static void use_units(struct soak *soak)
{
	const struct refd_lock_target target = { .fixture = soak->fixture };
	struct league *league = soak->league;

	(void)league_begin(league);
	GIVE(try_lock(league, &target), OK);
	GIVE(try_stage(league, soak->fixture, soak->anna, REFD_ROLE_FIRST), OK);
	league_drop(league);
	(void)league_begin(league);
	GIVE(try_stage(league, soak->fixture, soak->anna, REFD_ROLE_FIRST), OK);
	GIVE(try_unstage(league, soak->fixture, soak->anna), OK);
	support_assert_status(league_end(league), REFD_OK);
}

static void look(struct soak *soak)
{
	assert_int_equal(league_availabilities(soak->league, soak->fixture), 0);
	assert_true(league_is_free(soak->league, soak->fixture, REFD_ROLE_SECOND));
}

static enum refd_status take(void *self, const struct refd_message *message, struct refd_error *err)
{
	(void)message;
	(void)err;
	++*(uint64_t *)self;
	return REFD_OK;
}

static const struct refd_notifier_ops taking = { sizeof(taking), take };

/* What was played long ago leaves the store. */
static void clear(struct soak *soak)
{
	const struct refd_dispatch options = { .struct_size = sizeof(options), .limit = 10000 };
	struct league *league = soak->league;
	struct refd_purge what = { .unpublished = true };

	LEAGUE_EXPECT(league, refd_notifying_dispatch(league->app, &options, NULL, &league->err),
		      REFD_OK);
	league->now.us += 60 * REFD_DAY;
	what.commands.us = what.notices.us = what.events.us = league->now.us - 30 * REFD_DAY;
	LEAGUE_EXPECT(league, refd_purge(league->app, &what, NULL, &league->err), REFD_OK);
	look(soak);
}

static void run_batch(struct soak *soak)
{
	soak->kickoff.us = soak->league->now.us + 5 * REFD_DAY;
	GIVE(try_reschedule(soak->league, soak->fixture, soak->kickoff), OK);
	for (int i = 0; i < ROUNDS; i++) {
		staff(soak);
		shift(soak);
		use_units(soak);
	}
	clear(soak);
}

/* ---- the verdict ---- */

/* The hash tables of a store grow in the first batches; from then on it needs no more than it did
 * at its fullest. @return what is wrong, NULL if nothing is */
static const char *compare(const struct measure *warm, const struct measure *now)
{
	if (now->live != warm->live || now->bytes != warm->bytes)
		return "the allocator port has not got back what it gave";
	if (now->files != warm->files)
		return "files stay open";
	if (now->resident > warm->resident + RSS_GROWTH)
		return "the process grows";
	return NULL;
}

static void tell(const char *when, const struct soak *soak, const struct measure *m)
{
	printf("%s: %llu commands, %llu of them refused, %llu notices: %llu blocks, %zu bytes, "
	       "%zu files, %zu KiB resident\n",
	       when, (unsigned long long)soak->commands, (unsigned long long)soak->refused,
	       (unsigned long long)soak->sent, (unsigned long long)m->live, m->bytes, m->files,
	       m->resident / 1024);
}

static const char *run(struct soak *soak, uint64_t commands)
{
	struct measure warm, now;
	const char *wrong = NULL;

	for (int i = 0; i < WARM_UP; i++)
		run_batch(soak);
	warm = measure(soak);
	tell("warm", soak, &warm);
	now = warm;
	soak->between = soak->folder[0] != '\0' ? warm.live : 0;
	while (wrong == NULL && soak->commands < commands) {
		const uint64_t sent = soak->sent;

		run_batch(soak);
		now = measure(soak);
		wrong = soak->wrong != NULL ? soak->wrong : compare(&warm, &now);
		if (wrong == NULL && soak->sent - sent < ROUNDS)
			wrong = "notices are not sent";
	}
	tell("done", soak, &now);
	return wrong;
}

/* ---- set-up ---- */

#ifdef WITH_NAMED_STORE
static void open_sqlite(struct soak *soak)
{
	struct league *league = soak->league;
	char name[64];
	const struct named_store_options options = { .name = name,
						     .allocator = league->allocator,
						     .clock = league->ports.clock,
						     .sleep = league->ports.sleep,
						     .durability = REFD_SQLITE_OFF };

	strcpy(soak->folder, "/tmp/refd-soak-XXXXXX");
	assert_non_null(mkdtemp(soak->folder));
	snprintf(name, sizeof(name), "sqlite:%s/soak.db", soak->folder);
	support_assert_status(named_store_open(&soak->named, &options, &league->err), REFD_OK);
	league->ports.store = soak->named.store;
}

static void close_sqlite(struct soak *soak)
{
	char path[64];

	named_store_close(&soak->named);
	snprintf(path, sizeof(path), "%s/soak.db", soak->folder);
	unlink(path);
	rmdir(soak->folder);
}
#endif

static void set_up(struct soak *soak, const char *store)
{
	void *state = NULL;
	struct league *league;

	league_setup(&state); /* on memory */
	league = soak->league = state;
#ifdef WITH_NAMED_STORE
	if (strcmp(store, "sqlite") == 0)
		open_sqlite(soak);
#else
	assert_string_equal(store, "memory");
#endif
	league->ports.notifier = (struct refd_notifier){ &taking, &soak->sent };
	refd_app_destroy(league->app);
	support_assert_status(refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
	soak->anna = league_referee(league, "Anna");
	soak->clara = league_referee(league, "Clara");
	soak->hall = league_venue(league, "Hall");
	soak->spare = league_venue(league, "Spare hall");
	soak->fixture = league_fixture_at(league, soak->hall, league_time(5, 0));
}

int main(int argc, char **argv)
{
	static const char *const faults[] = { "sound", "port", "libc", "file" };
	static struct soak soak;
	const char *wrong;

	if (argc < 3 || argc > 4) {
		fprintf(stderr, "usage: soak memory|sqlite COMMANDS [FAULT]\n");
		return 2;
	}
	for (int i = 1; argc == 4 && i < 4; i++)
		if (strcmp(argv[3], faults[i]) == 0)
			soak.fault = (enum fault)i;
	set_up(&soak, argv[1]);
	wrong = run(&soak, strtoull(argv[2], NULL, 10));
	if (wrong != NULL)
		fprintf(stderr, "%s\n", wrong);
	if (soak.fault != SOUND) /* what was lost is not cleared up */
		return wrong != NULL ? 0 : 1;
#ifdef WITH_NAMED_STORE
	if (soak.named.sqlite != NULL)
		close_sqlite(&soak);
#endif
	league_teardown(&(void *){ soak.league });
	return wrong != NULL ? 1 : 0;
}
