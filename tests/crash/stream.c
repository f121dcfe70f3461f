#include "stream.h"

#include <stdio.h>

#include <refdomain/adapters/json.h>

#include "support.h"

#define REFEREES    12
#define TEAMS	    14
#define VENUES	    6
#define PROLOGUE    (REFEREES + TEAMS + VENUES)
#define ROUND	    6 /* every so many commands a fixture is scheduled */
#define OPEN_ROUNDS 6 /* the rest is about the fixtures of so many last rounds */
#define CANDIDATES  4 /* referees who are asked about one fixture */
#define DAYS	    250
#define PATIENCE    (60 * REFD_SECOND)			/* on a busy machine */
#define START	    (INT64_C(1788264000) * REFD_SECOND) /* 2026-09-01T12:00:00Z */

enum tag { TAG_COMMAND = 1, TAG_REFEREE, TAG_TEAM, TAG_VENUE, TAG_FIXTURE, TAG_DRAWN };

static struct refd_uuid tagged(enum tag tag, uint64_t number)
{
	struct refd_uuid id = support_uuid(number);

	id.bytes[0] = (uint8_t)tag;
	return id;
}

struct refd_command_id stream_command(uint64_t n)
{
	return (struct refd_command_id){ tagged(TAG_COMMAND, n) };
}

bool stream_expects(enum refd_status status)
{
	return status == REFD_OK || status == REFD_REFUSED || status == REFD_NOT_FOUND ||
	       status == REFD_LOCKED || status == REFD_LATE;
}

/* ---- ports ---- */

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct stream *stream = self;

	(void)now;
	(void)err;
	*ret = tagged(TAG_DRAWN, (uint64_t)stream->process << 32 | ++stream->drawn);
	return REFD_OK;
}

static const struct refd_id_source_ops drawn_ids = { sizeof(drawn_ids), draw };

enum refd_status stream_open(struct stream *stream, const char *store,
			     enum refd_sqlite_durability durability, struct refd_error *err)
{
	const struct named_store_options options = { .name = store,
						     .allocator = refd_allocator_libc(),
						     .clock = refd_system_clock(),
						     .sleep = refd_system_sleep(),
						     .durability = durability };
	struct refd_ports ports = { .struct_size = sizeof(ports),
				    .allocator = options.allocator,
				    .clock = support_clock(&stream->now),
				    .ids = { &drawn_ids, stream },
				    .codec = refd_json_codec(),
				    .sleep = refd_system_sleep(),
				    .retry = { .timeout = PATIENCE } };
	enum refd_status st = named_store_open(&stream->store, &options, err);

	if (st != REFD_OK)
		return st;
	ports.store = stream->store.store;
	return refd_app_create(&ports, &stream->app, err);
}

void stream_close(struct stream *stream)
{
	refd_app_destroy(stream->app);
	named_store_close(&stream->store);
	stream->app = NULL;
}

/* ---- one command ---- */

struct command {
	bool hot;
	const struct refd_app *app;
	const struct refd_command *meta;
	uint64_t n;
	struct support_random random;
	struct refd_fixture_id fixture;
	struct refd_referee_id referee;
	struct refd_referee_id other; /* another candidate for the fixture */
	struct refd_venue_id venue;
	struct refd_result *ret;
	struct refd_error *err;
};

static uint64_t below(struct command *c, uint64_t bound)
{
	return support_random_below(&c->random, bound);
}

/* On three days, at hours that overlap or are too close. */
static struct refd_time hot_kickoff(struct command *c)
{
	return (struct refd_time){ START / REFD_DAY * REFD_DAY +
				   (int64_t)(2 + below(c, 3)) * REFD_DAY + 10 * REFD_HOUR +
				   (int64_t)below(c, 6) * 45 * REFD_MINUTE + (int64_t)c->n };
}

/* No two commands mean the same instant. */
static struct refd_time some_kickoff(struct command *c)
{
	if (c->hot)
		return hot_kickoff(c);
	return (struct refd_time){ START + (int64_t)(1 + below(c, DAYS)) * REFD_DAY +
				   (int64_t)below(c, 600) * REFD_MINUTE + (int64_t)c->n };
}

static enum refd_role some_role(struct command *c)
{
	return below(c, 2) == 0 ? REFD_ROLE_FIRST : REFD_ROLE_SECOND;
}

static struct refd_str numbered(char *text, size_t size, const char *word, uint64_t n)
{
	snprintf(text, size, "%s %u", word, (unsigned int)n);
	return refd_str_of(text);
}

static enum refd_status register_referee(struct command *c)
{
	char name[32];
	const struct refd_referee_details details = { .name = numbered(name, sizeof(name),
								       "Referee", c->n),
						      .club = refd_str_of("Club of referees") };

	return refd_registry_register_referee(c->app, c->meta,
					      (struct refd_referee_id){ tagged(TAG_REFEREE, c->n) },
					      &details, c->ret, c->err);
}

static enum refd_status register_team_as(struct command *c, struct refd_team_id id)
{
	char name[32];
	const struct refd_team_details details = {
		.name = numbered(name, sizeof(name), "Team", c->n), .club = refd_str_of("Club")
	};

	return refd_registry_register_team(c->app, c->meta, id, &details, c->ret, c->err);
}

static enum refd_status register_venue(struct command *c)
{
	char name[32];
	const struct refd_venue_details details = {
		.name = numbered(name, sizeof(name), "Hall", c->n), .city = refd_str_of("Town")
	};
	const struct refd_venue_id id = { tagged(TAG_VENUE, c->n - REFEREES - TEAMS) };

	return refd_registry_register_venue(c->app, c->meta, id, &details, c->ret, c->err);
}

/* Who plays and whistles where, before the first fixture. */
static enum refd_status prologue(struct command *c)
{
	if (c->n < REFEREES)
		return register_referee(c);
	if (c->n < REFEREES + TEAMS)
		return register_team_as(c,
					(struct refd_team_id){ tagged(TAG_TEAM, c->n - REFEREES) });
	return register_venue(c);
}

static enum refd_status schedule(struct command *c)
{
	const uint64_t home = below(c, TEAMS - 2); /* the last two never play */
	const uint64_t away = (home + 1 + below(c, TEAMS - 3)) % (TEAMS - 2);
	const struct refd_schedule cmd = { .id = { tagged(TAG_FIXTURE, c->n) },
					   .home = { tagged(TAG_TEAM, home) },
					   .away = { tagged(TAG_TEAM, away) },
					   .venue = c->venue,
					   .kickoff = some_kickoff(c) };

	return refd_scheduling_schedule(c->app, c->meta, &cmd, c->ret, c->err);
}

static enum refd_status register_team(struct command *c)
{
	return register_team_as(c, (struct refd_team_id){ 0 });
}

static enum refd_status declare(struct command *c)
{
	return refd_availabilities_declare(c->app, c->meta, c->fixture, c->referee, c->ret, c->err);
}

static enum refd_status withdraw(struct command *c)
{
	return refd_availabilities_withdraw(c->app, c->meta, c->fixture, c->referee, c->ret,
					    c->err);
}

static enum refd_status stage(struct command *c)
{
	const struct refd_stage cmd = { c->fixture, c->referee, some_role(c) };

	return refd_assigning_stage(c->app, c->meta, &cmd, c->ret, c->err);
}

static enum refd_status unstage(struct command *c)
{
	return refd_assigning_unstage(c->app, c->meta, c->fixture, c->referee, c->ret, c->err);
}

static enum refd_status commit(struct command *c)
{
	const struct refd_commit cmd = { .valid_only = below(c, 5) > 0 };

	return refd_assigning_commit(c->app, c->meta, &cmd, c->ret, c->err);
}

static enum refd_status replace(struct command *c)
{
	const struct refd_replace cmd = { .fixture = c->fixture,
					  .old_referee = c->referee,
					  .new_referee = c->other,
					  .reason = refd_str_of("ill") };

	return refd_assigning_replace(c->app, c->meta, &cmd, c->ret, c->err);
}

static enum refd_status remove_referee(struct command *c)
{
	return refd_assigning_remove(c->app, c->meta, c->fixture, c->referee, c->ret, c->err);
}

static enum refd_status reschedule(struct command *c)
{
	return refd_scheduling_reschedule(c->app, c->meta, c->fixture, some_kickoff(c), c->ret,
					  c->err);
}

static enum refd_status move(struct command *c)
{
	return refd_scheduling_move(c->app, c->meta, c->fixture, c->venue, c->ret, c->err);
}

static enum refd_status cancel(struct command *c)
{
	return refd_scheduling_cancel(c->app, c->meta, c->fixture, c->ret, c->err);
}

static enum refd_status correct_referee(struct command *c)
{
	char name[32];
	const struct refd_referee_details details = { .name = numbered(name, sizeof(name),
								       "Married", c->n),
						      .club = refd_str_of("Club of referees") };

	return refd_registry_correct_referee(c->app, c->meta, c->referee, &details, c->ret, c->err);
}

static enum refd_status change_club(struct command *c)
{
	char name[32];

	return refd_registry_change_club(c->app, c->meta, c->referee,
					 numbered(name, sizeof(name), "Club", c->n), c->ret,
					 c->err);
}

static enum refd_status lock(struct command *c)
{
	const struct refd_lock_target target = { .fixture = c->fixture };

	return refd_availabilities_lock(c->app, c->meta, &target, c->ret, c->err);
}

static enum refd_status unlock(struct command *c)
{
	const struct refd_lock_target target = { .fixture = c->fixture };

	return refd_availabilities_unlock(c->app, c->meta, &target, c->ret, c->err);
}

static enum refd_status announce(struct command *c)
{
	const struct refd_lock_target target = { .board = true };

	return refd_availabilities_announce(c->app, c->meta, &target,
					    (struct refd_time){ START + 300 * REFD_DAY }, c->ret,
					    c->err);
}

static enum refd_status set_rules(struct command *c)
{
	struct refd_rules rules = refd_rules_default();

	if (c->hot)
		rules.withdrawal_cutoff = 60 + (int32_t)(c->n % 60);
	else
		rules.match_duration = 60 + (int32_t)(c->n % 60);
	return refd_rule_book_set(c->app, c->meta, &rules, c->ret, c->err);
}

static void add_items(struct refd_result *to, const struct refd_result *from)
{
	size_t i;

	for (i = 0; i < from->count && to->count < REFD_RESULT_MAX; i++)
		to->items[to->count++] = from->items[i];
}

/* Two commands in one unit. */
static enum refd_status declare_and_stage(struct command *c)
{
	struct refd_unit *unit = NULL;
	struct command part = *c;
	struct refd_command meta = { .struct_size = sizeof(meta) };
	struct refd_result result = { 0 };
	enum refd_status st = refd_unit_begin(c->app, c->meta, &unit, c->err);

	if (st == REFD_ALREADY_EXISTS) {
		*c->ret = (struct refd_result){ .command = c->meta->id, .repeated = true };
		return REFD_OK;
	}
	if (st != REFD_OK)
		return st;
	meta.unit = unit;
	part.meta = &meta;
	part.ret = &result;
	st = declare(&part);
	if (st == REFD_OK) {
		*c->ret = result;
		st = stage(&part);
	}
	if (st != REFD_OK) {
		refd_unit_rollback(unit);
		return st;
	}
	add_items(c->ret, &result);
	return refd_unit_commit(unit, c->err);
}

struct kind {
	enum refd_status (*run)(struct command *c);
	uint64_t weight;
};

static const struct kind kinds[] = {
	{ declare, 20 },
	{ withdraw, 4 },
	{ stage, 12 },
	{ unstage, 4 },
	{ commit, 14 },
	{ declare_and_stage, 16 },
	{ replace, 8 },
	{ remove_referee, 4 },
	{ reschedule, 8 },
	{ move, 4 },
	{ cancel, 2 },
	{ register_team, 4 },
	{ correct_referee, 2 },
	{ change_club, 3 },
	{ lock, 1 },
	{ unlock, 1 },
	{ announce, 1 },
	{ set_rules, 1 },
};

static const struct kind *some_kind(struct command *c)
{
	const struct kind *kind = kinds;
	uint64_t total = 0;
	uint64_t at;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		total += kinds[i].weight;
	for (at = below(c, total); at >= kind->weight; kind++)
		at -= kind->weight;
	return kind;
}

static void choose_parties(struct command *c)
{
	const uint64_t round = (c->n - PROLOGUE) / ROUND;
	const uint64_t back = below(c, (round < OPEN_ROUNDS ? round : OPEN_ROUNDS) + 1);
	const uint64_t first = c->hot ? 0 : round - back; /* the first candidate */
	const uint64_t one = below(c, CANDIDATES);
	const uint64_t two = one + 1 + below(c, CANDIDATES - 1);

	c->fixture =
		(struct refd_fixture_id){ tagged(TAG_FIXTURE, PROLOGUE + ROUND * (round - back)) };
	c->referee = (struct refd_referee_id){ tagged(TAG_REFEREE, (first + one) % REFEREES) };
	c->other = (struct refd_referee_id){ tagged(TAG_REFEREE,
						    (first + two % CANDIDATES) % REFEREES) };
	c->venue = (struct refd_venue_id){ tagged(TAG_VENUE, below(c, VENUES)) };
}

static bool opens_round(uint64_t n)
{
	return n >= PROLOGUE && (n - PROLOGUE) % ROUND == 0;
}

static enum refd_status give(struct stream *stream, uint64_t n, const struct refd_command *meta,
			     struct refd_result *ret, struct refd_error *err)
{
	struct command c = { .hot = stream->hot,
			     .app = stream->app,
			     .meta = meta,
			     .n = n,
			     .random = { stream->seed ^ n * UINT64_C(0x9e3779b97f4a7c15) },
			     .ret = ret,
			     .err = err };

	stream->now = (struct refd_time){ START + (int64_t)n };
	if (n < PROLOGUE)
		return prologue(&c);
	choose_parties(&c);
	return opens_round(n) ? schedule(&c) : some_kind(&c)->run(&c);
}

enum refd_status stream_run(struct stream *stream, uint64_t n, struct refd_command_id id,
			    struct refd_result *ret, struct refd_error *err)
{
	const struct refd_command meta = { .struct_size = sizeof(meta), .id = id };

	refd_error_clear(err);
	return give(stream, n, &meta, ret, err);
}

enum refd_status stream_run_hasty(struct stream *stream, uint64_t n, stream_answer *answer,
				  void *self, struct refd_error *err)
{
	const struct refd_command meta = { .struct_size = sizeof(meta), .id = stream_command(n) };
	struct refd_command part = { .struct_size = sizeof(part) };
	struct refd_result result = { 0 };
	struct refd_unit *unit = NULL;
	enum refd_status st;

	refd_error_clear(err);
	if (n >= PROLOGUE && !opens_round(n)) { /* these record an event whenever they succeed */
		st = stream_run(stream, n, meta.id, &result, err);
		answer(self, st, &result);
		return st;
	}
	st = refd_unit_begin(stream->app, &meta, &unit, err);
	if (st != REFD_OK)
		return st;
	part.unit = unit;
	st = give(stream, n, &part, &result, err);
	answer(self, st, &result);
	if (st == REFD_OK)
		return refd_unit_commit(unit, err);
	refd_unit_rollback(unit);
	return st;
}
