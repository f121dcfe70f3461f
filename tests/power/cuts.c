/* The power is cut at every operation on the disk while a season is written. Each time what may be
 * left is read by the verifier, as plain SQL; of every third store (with --thorough of every one)
 * the library is asked again for the command nobody knows the answer of. At times that recovery is
 * cut as well. The season itself goes on as if nothing had happened, to the next operation.
 *
 * usage: power_cuts [--cuts N] [--seed N] [--durability full|normal|off] [--lying yes]
 *                   [--thorough yes]
 *
 * `full` must lose nothing; `normal` must lose some of the last commands and nothing else; `off`,
 * or a disk that lies about syncs, must be seen to break the store: the test is calibrated by that.
 * Everything follows from the seed. */
#include <stdio.h>

#include <sqlite3.h>

#include <refdomain/adapters/sqlite.h>

#include "disk.h"
#include "recovery.h"

#define STORE	       "sqlite:season.db"
#define PATH	       "season.db"
#define ANSWERS_MAX    112
#define QUIET	       44 /* commands of a season before the first cut */
#define WHOLE	       8  /* one season in so many is cut from the very beginning */
#define MOVES	       8  /* between so many commands the log is moved once */
#define REOPENS	       10 /* and the store closed and opened again */
#define RECOVERED      3  /* one store in so many is opened by the library */
#define RECOVERY       8  /* the recovery of one in so many is cut as well */
#define RECOVERY_OPS   60 /* the cut is at one of so many operations */
#define OWN_CHECK      16 /* the store checks itself after one in so many */
#define SEEN	       (1U << 20)
#define FINDINGS_SHOWN 20

struct tally {
	uint64_t cuts, images, in_recovery, unknown, unknown_stored;
	uint64_t with_losses, lost; /* cuts that lost acknowledged commands; how many */
	uint64_t corrupt, partial;  /* cuts */
	uint64_t moves;		    /* of the log, into the store */
};

struct run {
	uint64_t seed, cuts;
	enum refd_sqlite_durability durability;
	bool lying, thorough; /* every store is opened by the library */
	struct disk *disk, *left, *again;
	struct disk_image *blank;
	struct stream stream;
	uint32_t processes;
	bool armed;
	struct support_random random;
	struct verifier_answer answers[ANSWERS_MAX];
	size_t count;
	struct tally tally;
	uint64_t findings;
	uint64_t seen[SEEN];
};

/* ---- looking at what is left ---- */

/* What the verifier found at one cut. */
struct look {
	struct run *run;
	uint64_t lost, corrupt, partial;
	bool is_lost[ANSWERS_MAX];
};

static bool is_any_of(const char *check, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (strcmp(check, *names) == 0)
			return true;
	}
	return false;
}

static void finding(void *self, const char *check, const char *text)
{
	static const char *const of_corruption[] = { "integrity", "unreadable", "foreign_key",
						     NULL };
	struct look *look = self;

	if (strcmp(check, "answered_lost") == 0) {
		char number[17] = "";

		/* the number of the command is the end of its id */
		if (strlen(text) > 32)
			memcpy(number, text + 16, 16);
		look->lost++;
		look->is_lost[strtoull(number, NULL, 16) % ANSWERS_MAX] = true;
	} else if (is_any_of(check, of_corruption)) {
		look->corrupt++;
	} else {
		look->partial++;
	}
	if (look->run->durability == REFD_SQLITE_FULL && !look->run->lying &&
	    look->run->findings++ < FINDINGS_SHOWN)
		printf("FINDING at cut %llu: %s: %s\n", (unsigned long long)look->run->tally.cuts,
		       check, text);
}

/* What was lost must be the last: whatever comes behind it is lost as well. */
static bool forget_lost(struct run *run, const struct look *look)
{
	bool lost = false, ordered = true;
	size_t i;

	for (i = 0; i < run->count; i++) {
		struct verifier_answer *answer = &run->answers[i];

		if (!answer->came || answer->status != REFD_OK)
			continue;
		lost = lost || look->is_lost[i];
		ordered = ordered && lost == look->is_lost[i];
		if (look->is_lost[i])
			answer->status = REFD_UNKNOWN;
	}
	return ordered;
}

/* A lost command takes along what the verifier would say of its answer: without it the rest must
 * hold. @return whether there is a sound store */
static bool verify(struct run *run)
{
	struct look look = { .run = run };
	const uint64_t shown = run->findings;

	verifier_run(STORE, run->answers, run->count, finding, &look);
	if (look.lost > 0 && look.corrupt == 0) {
		const uint64_t lost = look.lost;
		const bool ordered = forget_lost(run, &look);

		look = (struct look){ .run = run, .partial = !ordered };
		verifier_run(STORE, run->answers, run->count, finding, &look);
		look.lost += lost;
	}
	run->tally.with_losses += look.lost > 0;
	run->tally.lost += look.lost;
	run->tally.corrupt += look.corrupt > 0;
	run->tally.partial += look.corrupt == 0 && look.partial > 0;
	return look.corrupt == 0 && look.partial == 0 && run->findings == shown;
}

/* ---- recovery ---- */

static bool expect(struct run *run, bool good, const char *what, const struct refd_error *err)
{
	if (!good) {
		run->tally.partial++;
		printf("FINDING at cut %llu: %s: %s\n", (unsigned long long)run->tally.cuts, what,
		       err->message);
	}
	return good;
}

static bool open_stream(struct run *run, struct stream *stream, struct refd_error *err)
{
	*stream = (struct stream){ .seed = run->seed, .process = ++run->processes };
	return stream_open(stream, STORE, run->durability, err) == REFD_OK;
}

/* The command at hand under its id again: one effect, whether it had one before or not. */
static bool ask_again(struct run *run, struct stream *stream, bool stored, struct refd_error *err)
{
	struct verifier_answer *answer = &run->answers[run->count - 1];
	struct refd_result result = { 0 };
	enum refd_status st = stream_run(stream, run->count - 1, answer->command, &result, err);

	run->tally.unknown++;
	run->tally.unknown_stored += stored;
	answer->came = true;
	answer->status = st;
	answer->result = result;
	return stream_expects(st) && result.repeated == stored;
}

static void recover(struct run *run)
{
	const bool unknown = run->count > 0 && !run->answers[run->count - 1].came;
	const bool stored = unknown && verifier_stored(STORE, run->answers[run->count - 1].command);
	struct stream stream;
	struct refd_error err = REFD_ERROR_INIT;
	bool good = expect(run, open_stream(run, &stream, &err), "open", &err) &&
		    expect(run, recovery_repeats(&stream, run->answers, run->count, &err),
			   "a known answer", &err);

	if (good && unknown)
		good = expect(run, ask_again(run, &stream, stored, &err), "asking again", &err);
	if (good && run->tally.images % OWN_CHECK == 0)
		good = expect(run, refd_sqlite_check(stream.store.sqlite, &err) == REFD_OK,
			      "the store's own check", &err);
	stream_close(&stream);
	if (good && unknown)
		(void)verify(run);
}

/* ---- cuts ---- */

struct second {
	struct run *run;
	uint64_t at;
};

static void cut_recovery(void *self, struct disk *disk)
{
	struct second *second = self;

	if (second->at == 0 || --second->at > 0)
		return;
	disk_leave(disk, second->run->again, &second->run->random);
	disk_set_power(disk, false);
}

/* @return the disk to go on with: where the second cut came too late, the first */
static struct disk *open_and_cut(struct run *run, struct disk *disk)
{
	struct second second = { run, 1 + support_random_below(&run->random, RECOVERY_OPS) };
	struct stream stream;
	struct refd_error err = REFD_ERROR_INIT;

	disk_set_watch(disk, cut_recovery, &second);
	(void)open_stream(run, &stream, &err);
	stream_close(&stream);
	disk_set_watch(disk, NULL, NULL);
	disk_set_power(disk, true);
	if (second.at > 0)
		return disk;
	run->tally.in_recovery++;
	return run->again;
}

/* Whether that state of the disk, with these answers, has not been looked at before. */
static bool is_new(struct run *run, uint64_t hash)
{
	const bool asked = run->count > 0 && !run->answers[run->count - 1].came;
	const uint64_t key = (hash ^ (run->count * 2 + asked)) * UINT64_C(0x9e3779b97f4a7c15) | 1;
	size_t at = (size_t)(key >> 40) % SEEN;

	for (; run->seen[at] != 0; at = (at + 1) % SEEN) {
		if (run->seen[at] == key)
			return false;
	}
	if (run->tally.images < SEEN / 2)
		run->seen[at] = key;
	return true;
}

static void examine(struct run *run)
{
	struct disk *disk = run->left;
	const uint64_t lost = run->tally.lost;

	disk_make_standard(disk);
	run->tally.images++;
	if (!verify(run) || run->tally.lost > lost)
		return;
	if (support_random_below(&run->random, RECOVERY) == 0) {
		disk = open_and_cut(run, disk);
		disk_make_standard(disk);
		if (!verify(run))
			return;
	}
	if (run->thorough || support_random_below(&run->random, RECOVERED) == 0)
		recover(run);
}

static void cut(void *self, struct disk *disk)
{
	static struct verifier_answer answers[ANSWERS_MAX];
	struct run *run = self;

	if (!run->armed || run->tally.cuts == run->cuts)
		return;
	run->armed = false;
	run->tally.cuts++;
	disk_leave(disk, run->left, &run->random);
	if (is_new(run, disk_hash(run->left))) {
		memcpy(answers, run->answers, sizeof(answers));
		examine(run);
		memcpy(run->answers, answers, sizeof(answers));
		disk_make_standard(run->disk);
	}
	run->armed = true;
}

/* ---- the season ---- */

static bool run_command(struct run *run, struct refd_error *err)
{
	const uint64_t n = run->count;
	struct verifier_answer *answer = &run->answers[run->count++];
	struct refd_result result = { 0 };

	*answer = (struct verifier_answer){ .command = stream_command(n) };
	answer->status = stream_run(&run->stream, n, answer->command, &result, err);
	answer->came = true;
	answer->result = result;
	return stream_expects(answer->status);
}

/* Busy, pages of the log, pages moved; -1: there is no log. */
static int count_move(void *self, int n, char **values, char **names)
{
	struct tally *tally = self;

	(void)names;
	tally->moves += n == 3 && strcmp(values[0], "0") == 0 && values[2][0] != '-';
	return 0;
}

/* As a backup or another process does. */
static void move_log(struct run *run)
{
	static const char *const how[] = { "PRAGMA wal_checkpoint(PASSIVE)",
					   "PRAGMA wal_checkpoint(RESTART)",
					   "PRAGMA wal_checkpoint(TRUNCATE)" };
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(PATH, &db, SQLITE_OPEN_READWRITE, disk_name(run->disk)) == SQLITE_OK) {
		if (run->durability == REFD_SQLITE_OFF)
			(void)sqlite3_exec(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
		(void)sqlite3_exec(db, how[support_random_below(&run->random, 3)], count_move,
				   &run->tally, NULL);
	}
	(void)sqlite3_close(db);
}

static bool write_season(struct run *run, bool whole)
{
	struct support_random order = { run->seed };
	struct refd_error err = REFD_ERROR_INIT;
	bool good;

	disk_restore(run->disk, run->blank);
	disk_make_standard(run->disk);
	run->count = 0;
	run->armed = whole;
	good = open_stream(run, &run->stream, &err);
	while (good && run->count < ANSWERS_MAX && run->tally.cuts < run->cuts) {
		run->armed = whole || run->count >= QUIET;
		if (support_random_below(&order, MOVES) == 0)
			move_log(run);
		if (support_random_below(&order, REOPENS) == 0) {
			stream_close(&run->stream);
			good = open_stream(run, &run->stream, &err);
		}
		good = good && run_command(run, &err);
	}
	stream_close(&run->stream);
	run->armed = false;
	return expect(run, good, "the season", &err);
}

static void write_seasons(struct run *run)
{
	uint64_t season;

	run->disk = disk_create("season", true);
	run->left = disk_create("left", false);
	run->again = disk_create("again", false);
	run->blank = disk_snapshot(run->disk);
	disk_let_lie(run->disk, run->lying);
	disk_set_watch(run->disk, cut, run);
	for (season = 0; run->tally.cuts < run->cuts; season++) {
		run->seed = support_random_next(&run->random);
		if (!write_season(run, season % WHOLE == 0))
			break;
	}
	disk_image_free(run->blank);
	disk_destroy(run->again);
	disk_destroy(run->left);
	disk_destroy(run->disk);
}

/* ---- command line ---- */

static bool passed(const struct run *run)
{
	const struct tally *t = &run->tally;

	if (t->cuts < run->cuts || t->images == 0 || t->moves == 0)
		return false;
	if (run->lying || run->durability == REFD_SQLITE_OFF)
		return t->corrupt > 0;
	if (t->corrupt > 0 || t->partial > 0 || t->in_recovery == 0)
		return false;
	if (run->durability == REFD_SQLITE_NORMAL)
		return t->lost > 0;
	return t->lost == 0 && t->unknown_stored > 0 && t->unknown_stored < t->unknown;
}

static void report(const struct run *run)
{
	const struct tally *t = &run->tally;

	printf("%llu cuts left %llu different stores, %llu more in recovery; %llu lost "
	       "acknowledged commands (%llu), %llu corrupt, %llu partial; of %llu commands "
	       "without answer %llu were stored; the log was moved %llu times\n",
	       (unsigned long long)t->cuts, (unsigned long long)t->images,
	       (unsigned long long)t->in_recovery, (unsigned long long)t->with_losses,
	       (unsigned long long)t->lost, (unsigned long long)t->corrupt,
	       (unsigned long long)t->partial, (unsigned long long)t->unknown,
	       (unsigned long long)t->unknown_stored, (unsigned long long)t->moves);
}

static bool read_options(struct run *run, int argc, char **argv)
{
	int i;

	for (i = 1; i + 1 < argc; i += 2) {
		const char *value = argv[i + 1];

		if (strcmp(argv[i], "--cuts") == 0)
			run->cuts = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--seed") == 0)
			run->random.state = strtoull(value, NULL, 10);
		else if (strcmp(argv[i], "--lying") == 0)
			run->lying = strcmp(value, "yes") == 0;
		else if (strcmp(argv[i], "--thorough") == 0)
			run->thorough = strcmp(value, "yes") == 0;
		else if (strcmp(argv[i], "--durability") != 0)
			return false;
		else if (strcmp(value, "normal") == 0)
			run->durability = REFD_SQLITE_NORMAL;
		else if (strcmp(value, "off") == 0)
			run->durability = REFD_SQLITE_OFF;
		else if (strcmp(value, "full") != 0)
			return false;
	}
	return i == argc;
}

int main(int argc, char **argv)
{
	static struct run run = { .cuts = 20000,
				  .durability = REFD_SQLITE_FULL,
				  .random = { 20260901 } };
	bool good;

	if (!read_options(&run, argc, argv)) {
		fprintf(stderr, "usage: power_cuts [--cuts N] [--seed N] "
				"[--durability full|normal|off] [--lying yes] [--thorough yes]\n");
		return 2;
	}
	write_seasons(&run);
	report(&run);
	good = passed(&run);
	printf("%llu passed, %d failed\n", (unsigned long long)(good ? run.tally.cuts : 0), !good);
	return good ? 0 : 1;
}
