#include "workload.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <refdomain/adapters/json.h>

#include "broken_store.h"
#include "named_store.h"
#include "support.h"

#define REFEREES 5
#define TEAMS	 6
#define VENUES	 3
#define DAYS	 2
#define STARTS	 6  /* kick-offs of a day, 45 minutes apart: neighbours overlap or are too close */
#define PAUSE_MS 10 /* before a server that is away is asked again */
#define SLOW_US	 1000000
#define ASK_US	 60000000 /* as long as it may take until an answer is known */

enum tag { TAG_COMMAND = 1, TAG_REFEREE, TAG_TEAM, TAG_VENUE, TAG_FIXTURE };

struct command {
	struct worker *worker;
	const struct refd_app *app;
	struct refd_command meta;
	struct support_random random;
	uint64_t n;
	FILE *log;
	size_t place; /* of the fixture */
	struct refd_fixture_id fixture;
	struct refd_referee_id referee, other;
	struct refd_venue_id venue;
	struct refd_result result;
	struct refd_error err;
};

static struct refd_uuid tagged(enum tag tag, uint64_t number)
{
	struct refd_uuid id = support_uuid(number);

	id.bytes[0] = (uint8_t)tag;
	return id;
}

static uint64_t below(struct command *c, uint64_t bound)
{
	return support_random_below(&c->random, bound);
}

static int64_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- the log ---- */

static void put_id(FILE *log, struct refd_uuid id)
{
	for (size_t i = 0; i < sizeof(id.bytes); i++)
		fprintf(log, "%02x", id.bytes[i]);
}

/* asked COMMAND accepted|refused AFFECTED, then item COMMAND NOUN ID VERSION for each object */
static void put_answer(const struct command *c, enum refd_status status)
{
	const bool accepted = status == REFD_OK;

	fprintf(c->log, "asked ");
	put_id(c->log, c->meta.id.uuid);
	fprintf(c->log, " %s %lld\n", accepted ? "accepted" : "refused",
		(long long)(accepted ? c->result.affected : 0));
	for (size_t i = 0; accepted && i < c->result.count; i++) {
		fprintf(c->log, "item ");
		put_id(c->log, c->meta.id.uuid);
		fprintf(c->log, " %s ", refd_noun_word(c->result.items[i].object.noun));
		put_id(c->log, c->result.items[i].object.id);
		fprintf(c->log, " %lld\n", (long long)c->result.items[i].version);
	}
}

/* ---- commands ---- */

static struct refd_time some_kickoff(struct command *c)
{
	return (struct refd_time){ c->worker->arena->first_day.us +
				   (int64_t)below(c, DAYS) * REFD_DAY + 10 * REFD_HOUR +
				   (int64_t)below(c, STARTS) * 45 * REFD_MINUTE };
}

/* In the place of one that is no longer, or of any. */
static void put_at_hand(struct command *c, uint64_t number)
{
	size_t i;

	for (i = 0; i < HOT_FIXTURES && atomic_load(&c->worker->arena->fixtures[i]) != 0; i++)
		;
	if (i == HOT_FIXTURES)
		i = (size_t)below(c, HOT_FIXTURES);
	atomic_store(&c->worker->arena->fixtures[i], number);
}

static enum refd_status schedule(struct command *c)
{
	const uint64_t number = (uint64_t)c->worker->number << 32 | c->n;
	const uint64_t home = below(c, TEAMS);
	const struct refd_schedule cmd = {
		.id = { tagged(TAG_FIXTURE, number) },
		.home = { tagged(TAG_TEAM, home) },
		.away = { tagged(TAG_TEAM, (home + 1 + below(c, TEAMS - 1)) % TEAMS) },
		.venue = c->venue,
		.kickoff = some_kickoff(c)
	};
	enum refd_status st = refd_scheduling_schedule(c->app, &c->meta, &cmd, &c->result, &c->err);

	if (st == REFD_OK)
		put_at_hand(c, number);
	return st;
}

static enum refd_status reschedule(struct command *c)
{
	return refd_scheduling_reschedule(c->app, &c->meta, c->fixture, some_kickoff(c), &c->result,
					  &c->err);
}

static enum refd_status move(struct command *c)
{
	return refd_scheduling_move(c->app, &c->meta, c->fixture, c->venue, &c->result, &c->err);
}

static enum refd_status cancel(struct command *c)
{
	enum refd_status st =
		refd_scheduling_cancel(c->app, &c->meta, c->fixture, &c->result, &c->err);

	if (st == REFD_OK)
		atomic_store(&c->worker->arena->fixtures[c->place], 0);
	return st;
}

static enum refd_status declare(struct command *c)
{
	return refd_availabilities_declare(c->app, &c->meta, c->fixture, c->referee, &c->result,
					   &c->err);
}

static enum refd_status withdraw(struct command *c)
{
	return refd_availabilities_withdraw(c->app, &c->meta, c->fixture, c->referee, &c->result,
					    &c->err);
}

static enum refd_status stage(struct command *c)
{
	const struct refd_stage cmd = { c->fixture, c->referee,
					below(c, 2) == 0 ? REFD_ROLE_FIRST : REFD_ROLE_SECOND };

	return refd_assigning_stage(c->app, &c->meta, &cmd, &c->result, &c->err);
}

static enum refd_status unstage(struct command *c)
{
	return refd_assigning_unstage(c->app, &c->meta, c->fixture, c->referee, &c->result,
				      &c->err);
}

static enum refd_status commit(struct command *c)
{
	const struct refd_commit cmd = { .valid_only = below(c, 4) != 0 };

	return refd_assigning_commit(c->app, &c->meta, &cmd, &c->result, &c->err);
}

static enum refd_status replace(struct command *c)
{
	const struct refd_replace cmd = { .fixture = c->fixture,
					  .old_referee = c->referee,
					  .new_referee = c->other,
					  .reason = refd_str_of("ill") };

	return refd_assigning_replace(c->app, &c->meta, &cmd, &c->result, &c->err);
}

static enum refd_status remove_referee(struct command *c)
{
	return refd_assigning_remove(c->app, &c->meta, c->fixture, c->referee, &c->result, &c->err);
}

static enum refd_status change_club(struct command *c)
{
	char club[32];

	snprintf(club, sizeof(club), "Club %u of %u", (unsigned)c->n, c->worker->number);
	return refd_registry_change_club(c->app, &c->meta, c->referee, refd_str_of(club),
					 &c->result, &c->err);
}

static enum refd_status lock(struct command *c)
{
	const struct refd_lock_target target = { .fixture = c->fixture };

	return refd_availabilities_lock(c->app, &c->meta, &target, &c->result, &c->err);
}

static enum refd_status unlock(struct command *c)
{
	const struct refd_lock_target target = { .fixture = c->fixture };

	return refd_availabilities_unlock(c->app, &c->meta, &target, &c->result, &c->err);
}

static enum refd_status set_rules(struct command *c)
{
	struct refd_rules rules = refd_rules_default();

	if (strcmp(c->worker->arena->exclusivity, "overlap") == 0)
		rules.exclusivity = REFD_EXCLUSIVITY_OVERLAP;
	rules.withdrawal_cutoff = 60 + (int32_t)below(c, 60);
	return refd_rule_book_set(c->app, &c->meta, &rules, &c->result, &c->err);
}

static const struct {
	enum refd_status (*run)(struct command *c);
	uint64_t weight;
} kinds[] = {
	{ declare, 20 },  { stage, 18 },  { commit, 14 },   { reschedule, 12 },
	{ schedule, 14 }, { replace, 8 }, { move, 6 },	    { change_club, 4 },
	{ withdraw, 4 },  { unstage, 4 }, { cancel, 4 },    { remove_referee, 3 },
	{ unlock, 2 },	  { lock, 1 },	  { set_rules, 1 },
};

static enum refd_status some_command(struct command *c)
{
	uint64_t total = 0;
	uint64_t at;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		total += kinds[i].weight;
	at = below(c, total);
	for (i = 0; at >= kinds[i].weight; i++)
		at -= kinds[i].weight;
	return kinds[i].run(c);
}

static bool is_busy(enum refd_status st)
{
	return st == REFD_CONFLICT || st == REFD_UNAVAILABLE;
}

static bool is_refusal(enum refd_status st)
{
	return st == REFD_REFUSED || st == REFD_NOT_FOUND || st == REFD_LOCKED || st == REFD_LATE;
}

/* The same command under its id, until it is known what became of it. A later attempt that surely
 * had no effect says nothing of the first one. */
static enum refd_status ask_again(struct command *c, enum refd_status (*run)(struct command *c),
				  struct support_random as_before)
{
	const int64_t end = monotonic() + ASK_US;
	enum refd_status st = REFD_UNKNOWN;

	c->worker->counts.unknown++;
	while ((st == REFD_UNKNOWN || is_busy(st)) && monotonic() < end) {
		(void)poll(NULL, 0, PAUSE_MS);
		c->random = as_before;
		memset(&c->result, 0, sizeof(c->result));
		refd_error_clear(&c->err);
		st = run(c);
	}
	return is_busy(st) ? REFD_UNKNOWN : st;
}

static void time_answer(struct worker_counts *counts, int64_t took)
{
	counts->slow += took > SLOW_US;
	if (took > counts->longest)
		counts->longest = took;
}

/* @return false if the command cannot be answered so */
static bool give(struct command *c, enum refd_status (*run)(struct command *c))
{
	struct worker_counts *counts = &c->worker->counts;
	const uint64_t one = below(c, REFEREES);
	struct support_random as_before;
	enum refd_status st;
	int64_t begun;

	c->n++;
	c->meta.id.uuid = tagged(TAG_COMMAND, (uint64_t)c->worker->number << 32 | c->n);
	c->fixture.uuid = tagged(TAG_FIXTURE,
				 atomic_load(&c->worker->arena->fixtures[below(c, HOT_FIXTURES)]));
	c->referee.uuid = tagged(TAG_REFEREE, one);
	c->other.uuid = tagged(TAG_REFEREE, (one + 1 + below(c, REFEREES - 1)) % REFEREES);
	c->venue.uuid = tagged(TAG_VENUE, below(c, VENUES));
	memset(&c->result, 0, sizeof(c->result));
	refd_error_clear(&c->err);
	as_before = c->random;
	begun = monotonic();
	st = run(c);
	time_answer(counts, monotonic() - begun);
	if (st == REFD_UNKNOWN && c->worker->chaos)
		st = ask_again(c, run, as_before);
	else if (st == REFD_UNAVAILABLE && c->worker->chaos)
		(void)poll(NULL, 0, PAUSE_MS);
	put_answer(c, st);
	counts->accepted += st == REFD_OK;
	counts->refused += is_refusal(st);
	counts->busy += is_busy(st);
	if (st == REFD_OK || is_refusal(st) || is_busy(st))
		return true;
	fprintf(stderr, "command %llu of process %u: %s: %s\n", (unsigned long long)c->n,
		c->worker->number, refd_status_name(st), c->err.message);
	return false;
}

/* ---- notices ---- */

static enum refd_status hand_over(void *self, const struct refd_message *message,
				  struct refd_error *err)
{
	const struct command *c = self;

	(void)err;
	fprintf(c->log, "handed ");
	put_id(c->log, message->notice->id.uuid);
	fprintf(c->log, "\n");
	c->worker->counts.handed++;
	return REFD_OK;
}

static const struct refd_notifier_ops hand_over_ops = { sizeof(hand_over_ops), hand_over };

static bool dispatch(struct command *c, size_t limit, bool *ret_more)
{
	const struct refd_dispatch options = { .struct_size = sizeof(options), .limit = limit };
	struct refd_dispatched done = { 0 };
	enum refd_status st;

	refd_error_clear(&c->err);
	st = refd_notifying_dispatch(c->app, &options, &done, &c->err);
	*ret_more = done.sent > 0 || is_busy(st);
	if ((st == REFD_OK || is_busy(st)) && done.retried + done.dead + done.lost == 0)
		return true;
	fprintf(stderr, "dispatch: %s: %s, %zu retried, %zu dead, %zu lost\n", refd_status_name(st),
		c->err.message, done.retried, done.dead, done.lost);
	return false;
}

/* ---- a process ---- */

struct shop {
	struct named_store named;
	struct broken_store broken;
	struct refd_random random;
	struct refd_app *app;
	struct command command;
};

static bool open_shop(struct shop *shop, struct worker *worker)
{
	struct refd_error err = REFD_ERROR_INIT;
	const struct named_store_options options = { .name = worker->store,
						     .allocator = refd_allocator_libc(),
						     .clock = refd_system_clock(),
						     .sleep = refd_system_sleep(),
						     .random = refd_system_random() };
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .allocator = options.allocator,
				    .clock = options.clock,
				    .random = options.random,
				    .sleep = options.sleep,
				    .codec = refd_json_codec() };
	enum refd_status st;

	memset(shop, 0, sizeof(*shop));
	shop->random = options.random;
	ports.ids = refd_uuid7_source(&shop->random);
	ports.notifier = (struct refd_notifier){ &hand_over_ops, &shop->command };
	shop->command = (struct command){ .worker = worker,
					  .meta = { .struct_size = sizeof(shop->command.meta) },
					  .random = { worker->number + 1 } };
	shop->command.log = fopen(worker->log, "a");
	if (shop->command.log == NULL) {
		perror(worker->log);
		return false;
	}
	st = named_store_open(&shop->named, &options, &err);
	if (st == REFD_OK) {
		ports.store = worker->broken ? broken_store(&shop->broken, &shop->named.store)
					     : shop->named.store;
		st = refd_app_create(&ports, &shop->app, &err);
	}
	shop->command.app = shop->app;
	if (st != REFD_OK)
		fprintf(stderr, "%s: %s\n", worker->store, err.message);
	return st == REFD_OK;
}

static bool close_shop(struct shop *shop)
{
	refd_app_destroy(shop->app);
	named_store_close(&shop->named);
	return shop->command.log != NULL && fclose(shop->command.log) == 0;
}

static enum refd_status register_one(struct command *c)
{
	const struct refd_referee_details referee = { .name = refd_str_of("Referee"),
						      .club = refd_str_of("Club of referees") };
	const struct refd_team_details team = { refd_str_of("Team"), refd_str_of("Club") };
	const struct refd_venue_details venue = { .name = refd_str_of("Hall") };
	uint64_t n = c->n - 1;

	if (n < REFEREES)
		return refd_registry_register_referee(
			c->app, &c->meta, (struct refd_referee_id){ tagged(TAG_REFEREE, n) },
			&referee, &c->result, &c->err);
	n -= REFEREES;
	if (n < TEAMS)
		return refd_registry_register_team(c->app, &c->meta,
						   (struct refd_team_id){ tagged(TAG_TEAM, n) },
						   &team, &c->result, &c->err);
	return refd_registry_register_venue(c->app, &c->meta,
					    (struct refd_venue_id){ tagged(TAG_VENUE, n - TEAMS) },
					    &venue, &c->result, &c->err);
}

bool workload_prepare(struct worker *worker)
{
	struct shop shop;
	bool good = open_shop(&shop, worker);

	while (good && shop.command.n < REFEREES + TEAMS + VENUES)
		good = give(&shop.command, register_one);
	good = good && give(&shop.command, set_rules);
	for (size_t i = 0; good && i < (size_t)2 * HOT_FIXTURES; i++)
		good = give(&shop.command, schedule);
	return close_shop(&shop) && good;
}

bool workload_run(struct worker *worker)
{
	struct shop shop;
	bool more;
	bool good = open_shop(&shop, worker);

	atomic_fetch_add(&worker->arena->ready, 1);
	while (good && monotonic() < atomic_load(&worker->arena->until)) {
		good = give(&shop.command, some_command);
		if (good && !worker->chaos && below(&shop.command, 16) == 0)
			good = dispatch(&shop.command, 20, &more);
	}
	return close_shop(&shop) && good;
}

bool workload_drain(struct worker *worker)
{
	struct shop shop;
	bool more = true;
	bool good = open_shop(&shop, worker);

	while (good && more)
		good = dispatch(&shop.command, 1000, &more);
	return close_shop(&shop) && good;
}
