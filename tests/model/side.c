#include "side.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
#ifdef WITH_SQLITE
#include <refdomain/adapters/sqlite.h>
#endif
#ifdef WITH_POSTGRES
#include "named_store.h"
#include "postgres_server.h"
#include "probe.h"
#endif

void side_problem(struct side *side, const char *format, ...)
{
	va_list list;

	if (side->problem[0])
		return;
	va_start(list, format);
	vsnprintf(side->problem, sizeof(side->problem), format, list);
	va_end(list);
}

/* ---- ids, texts, times ---- */

struct refd_uuid side_uuid(enum refd_noun noun, int number)
{
	struct refd_uuid id = { { 0 } };

	if (number) {
		id.bytes[0] = 0xaa;
		id.bytes[1] = (uint8_t)noun;
		id.bytes[15] = (uint8_t)number;
	}
	return id;
}

int side_number(struct refd_uuid id)
{
	if (refd_uuid_is_unset(id))
		return 0;
	return id.bytes[0] == 0xaa ? id.bytes[15] : -1;
}

struct refd_str side_text(int number)
{
	static char texts[8][512];
	static unsigned int turn;
	char *text = texts[turn++ % 8];

	text[0] = '\0';
	if (number > 0 && number < PM_TEXT_LONGEST)
		snprintf(text, sizeof(texts[0]), "Text \xc3\xa4 %d", number);
	if (number == PM_TEXT_LONGEST || number == PM_TEXT_TOO_LONG)
		for (int i = 0; i < (number == PM_TEXT_LONGEST ? 120 : 121); i++)
			strcpy(text + 4 * i, "\xf0\x9f\x8f\x90");
	if (number == PM_TEXT_BLANK)
		strcpy(text, "  ");
	if (number == PM_TEXT_CONTROL)
		strcpy(text, "a\tb");
	if (number == PM_TEXT_NOT_UTF8)
		strcpy(text, "a\xff");
	return refd_str_of(text);
}

static struct refd_str phone_text(int number)
{
	static const char *const phones[] = { "", "+49 611 1", "(0611) 2-2" };

	return refd_str_of(number == PM_TEXT_MALFORMED ? "call me" : phones[number]);
}

static struct refd_str email_text(int number)
{
	static const char *const emails[] = { "", "one@example.org", "two@example.org" };

	return refd_str_of(number == PM_TEXT_MALFORMED ? "nobody" : emails[number]);
}

int side_text_number(struct refd_str text)
{
	for (int i = 0; i <= PM_TEXT_LONGEST; i++)
		if (refd_str_equal(text, side_text(i)))
			return i;
	for (int i = 1; i <= 2; i++)
		if (refd_str_equal(text, phone_text(i)) || refd_str_equal(text, email_text(i)))
			return i;
	return -1;
}

static struct refd_coordinates coordinates_of(int place)
{
	struct refd_coordinates coordinates = { place != 0, 0, 0 };

	if (place == PM_PLACE_BAD)
		coordinates.latitude = 90000001;
	else if (place) {
		coordinates.latitude = pm_places[place].latitude;
		coordinates.longitude = pm_places[place].longitude;
	}
	return coordinates;
}

static struct refd_time time_of(long minutes)
{
	struct refd_time time = { minutes * REFD_MINUTE };

	if (minutes == PM_NEVER)
		time.us = REFD_TIME_MAX + 1;
	return time;
}

long side_minutes(struct refd_time time)
{
	return (long)(time.us / REFD_MINUTE);
}

/* ---- ports ---- */

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct side *side = self;
	uint64_t number = ++side->drawn;

	(void)now;
	(void)err;
	memset(ret, 0, sizeof(*ret));
	ret->bytes[0] = 0x01;
	for (int i = 15; i > 7; i--, number >>= 8)
		ret->bytes[i] = (uint8_t)number;
	return REFD_OK;
}

static const char *const zones[PM_ZONES + 1] = { "UTC", "Test/Plus9", "Test/Minus8", "Test/None" };

static enum refd_status zone_offset(void *self, struct refd_str zone, struct refd_time time,
				    int32_t *ret, struct refd_error *err)
{
	(void)self;
	(void)time;
	for (int i = 0; i < PM_ZONES; i++) {
		if (refd_str_equal(zone, refd_str_of(zones[i]))) {
			*ret = pm_zone_offsets[i] * 60;
			return REFD_OK;
		}
	}
	return refd_error_set(err, REFD_NOT_FOUND, "no such zone");
}

static const struct refd_id_source_ops ids_ops = { sizeof(ids_ops), draw };
static const struct refd_timezone_ops zone_ops = { sizeof(zone_ops), zone_offset };

static void close_memory(struct side *side)
{
	refd_memory_destroy(side->store);
}

static bool open_memory(struct side *side)
{
	struct refd_memory *memory = NULL;

	if (refd_memory_create(&side->ports.allocator, &side->ports.clock, &memory, NULL) !=
	    REFD_OK)
		return false;
	side->store = memory;
	side->ports.store = refd_memory_store(memory);
	side->close = close_memory;
	return true;
}

#ifdef WITH_SQLITE
static void close_sqlite(struct side *side)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char path[120];

	refd_sqlite_close(side->store);
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/store%s", side->directory, suffixes[i]);
		unlink(path);
	}
	rmdir(side->directory);
}

static bool open_sqlite(struct side *side)
{
	struct refd_sqlite_options options = { .struct_size = sizeof(options) };
	struct refd_sqlite *sqlite = NULL;
	char path[120];

	strcpy(side->directory, "/tmp/refd-model-XXXXXX");
	if (!mkdtemp(side->directory))
		return false;
	snprintf(path, sizeof(path), "%s/store", side->directory);
	options.path = path;
	options.create = true;
	options.durability = REFD_SQLITE_OFF; /* no power is cut here */
	options.clock = side->ports.clock;
	options.sleep = refd_system_sleep();
	if (refd_sqlite_open(&options, &side->ports.allocator, &sqlite, NULL) != REFD_OK)
		return false;
	side->store = sqlite;
	side->ports.store = refd_sqlite_store(sqlite);
	side->close = close_sqlite;
	return true;
}
#endif

#ifdef WITH_POSTGRES
/* One schema for all sides of the process, one after the other. */
static struct {
	struct named_store store;
	struct probe *probe;
	char schema[40], name[512];
} server;

static void leave_server(void)
{
	char sql[100];

	named_store_close(&server.store);
	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s CASCADE", server.schema);
	if (!probe_run(server.probe, sql))
		fprintf(stderr, "%s\n", probe_message(server.probe));
	probe_close(server.probe);
}

/* Nobody cuts the power: the server need not wait for its disk. */
static bool meet_server(void)
{
	const struct named_store_options options = { .name = server.name,
						     .allocator = refd_allocator_libc(),
						     .clock = refd_system_clock(),
						     .sleep = refd_system_sleep() };
	struct refd_error err = REFD_ERROR_INIT;
	const char *url = postgres_url();
	char hasty[400];

	if (url == NULL)
		return false;
	snprintf(hasty, sizeof(hasty), "%s%coptions=-csynchronous_commit%%3Doff", url,
		 strchr(url, '?') != NULL ? '&' : '?');
	snprintf(server.schema, sizeof(server.schema), "model_%ld", (long)getpid());
	if (!postgres_store(hasty, server.schema, server.name, sizeof(server.name)))
		return false;
	server.probe = probe_open(server.name);
	if (server.probe == NULL)
		return false;
	if (named_store_open(&server.store, &options, &err) == REFD_OK)
		return atexit(leave_server) == 0;
	fprintf(stderr, "%s\n", err.message);
	return false;
}

static void leave_rows(struct side *side)
{
	(void)side;
}

static bool open_postgres(struct side *side)
{
	if (server.probe == NULL && !meet_server())
		return false;
	if (!probe_empty(server.probe)) {
		fprintf(stderr, "%s\n", probe_message(server.probe));
		return false;
	}
	side->ports.store = server.store.store;
	side->close = leave_rows;
	return true;
}
#endif

static bool open_store(struct side *side, const char *adapter)
{
	if (strcmp(adapter, "memory") == 0)
		return open_memory(side);
#ifdef WITH_SQLITE
	if (strcmp(adapter, "sqlite") == 0)
		return open_sqlite(side);
#endif
#ifdef WITH_POSTGRES
	if (strcmp(adapter, "postgres") == 0)
		return open_postgres(side);
#endif
	return false;
}

bool side_open(struct side *side, const char *adapter, enum side_fault fault, long now)
{
	struct refd_error err = REFD_ERROR_INIT;

	memset(side, 0, sizeof(*side));
	side->fault = fault;
	side->now = time_of(now + (fault == SIDE_CLOCK));
	side->ports.struct_size = sizeof(side->ports);
	side->ports.allocator = refd_allocator_libc();
	side->ports.clock = refd_fixed_clock(&side->now);
	side->ports.ids.ops = &ids_ops;
	side->ports.ids.self = side;
	side->ports.codec = refd_json_codec();
	side->ports.timezone.ops = &zone_ops;
	if (!open_store(side, adapter))
		return false;
	if (fault != SIDE_SOUND)
		side_plant(side);
	if (refd_app_create(&side->ports, &side->app, &err) != REFD_OK) {
		fprintf(stderr, "%s\n", err.message);
		abort();
	}
	return true;
}

void side_close(struct side *side)
{
	refd_app_destroy(side->app);
	side->close(side);
}

/* ---- commands ---- */

struct call {
	struct side *side;
	const struct pm_command *command;
	struct refd_command meta;
	struct refd_result result;
	struct refd_error err;
	struct pm_answer *answer;
};

#define ID(name, number) ((struct refd_##name##_id){ side_uuid(NOUN_##name, (number)) })
#define NOUN_referee	 REFD_NOUN_REFEREE
#define NOUN_team	 REFD_NOUN_TEAM
#define NOUN_venue	 REFD_NOUN_VENUE
#define NOUN_fixture	 REFD_NOUN_FIXTURE

static enum refd_status run_referee(struct call *call)
{
	const struct pm_command *command = call->command;
	const struct refd_app *app = call->side->app;
	struct refd_referee_id id = ID(referee, command->referee);
	struct refd_referee_details details = {
		side_text(command->name),
		side_text(command->club),
		phone_text(command->phone),
		email_text(command->email),
	};

	if (command->kind == PM_REGISTER_REFEREE)
		return refd_registry_register_referee(app, &call->meta, id, &details, &call->result,
						      &call->err);
	if (command->kind == PM_CORRECT_REFEREE)
		return refd_registry_correct_referee(app, &call->meta, id, &details, &call->result,
						     &call->err);
	if (command->kind == PM_CHANGE_CLUB)
		return refd_registry_change_club(app, &call->meta, id, details.club, &call->result,
						 &call->err);
	return refd_registry_retire_referee(app, &call->meta, id, &call->result, &call->err);
}

static enum refd_status run_team(struct call *call)
{
	const struct pm_command *command = call->command;
	const struct refd_app *app = call->side->app;
	struct refd_team_id id = ID(team, command->team);
	struct refd_team_details details = { side_text(command->name), side_text(command->club) };

	if (command->kind == PM_REGISTER_TEAM)
		return refd_registry_register_team(app, &call->meta, id, &details, &call->result,
						   &call->err);
	if (command->kind == PM_CORRECT_TEAM)
		return refd_registry_correct_team(app, &call->meta, id, &details, &call->result,
						  &call->err);
	return refd_registry_retire_team(app, &call->meta, id, &call->result, &call->err);
}

static enum refd_status run_venue(struct call *call)
{
	const struct pm_command *command = call->command;
	const struct refd_app *app = call->side->app;
	struct refd_venue_id id = ID(venue, command->venue);
	struct refd_venue_details details = {
		.name = side_text(command->name),
		.street = side_text(command->street),
		.phone = phone_text(command->phone),
		.email = email_text(command->email),
		.coordinates = coordinates_of(command->place),
	};

	if (command->kind == PM_REGISTER_VENUE)
		return refd_registry_register_venue(app, &call->meta, id, &details, &call->result,
						    &call->err);
	if (command->kind == PM_CORRECT_VENUE)
		return refd_registry_correct_venue(app, &call->meta, id, &details, &call->result,
						   &call->err);
	return refd_registry_retire_venue(app, &call->meta, id, &call->result, &call->err);
}

static enum refd_status run_fixture(struct call *call)
{
	const struct pm_command *command = call->command;
	const struct refd_app *app = call->side->app;
	struct refd_fixture_id id = ID(fixture, command->fixture);
	struct refd_schedule schedule = {
		id,
		ID(team, command->home),
		ID(team, command->away),
		ID(venue, command->venue),
		time_of(command->time),
	};

	if (command->kind == PM_SCHEDULE)
		return refd_scheduling_schedule(app, &call->meta, &schedule, &call->result,
						&call->err);
	if (command->kind == PM_RESCHEDULE)
		return refd_scheduling_reschedule(app, &call->meta, id, schedule.kickoff,
						  &call->result, &call->err);
	if (command->kind == PM_MOVE)
		return refd_scheduling_move(app, &call->meta, id, schedule.venue, &call->result,
					    &call->err);
	return refd_scheduling_cancel(app, &call->meta, id, &call->result, &call->err);
}

static enum refd_status run_availability(struct call *call)
{
	const struct pm_command *command = call->command;
	const struct refd_app *app = call->side->app;
	struct refd_fixture_id fixture = ID(fixture, command->fixture);
	struct refd_lock_target target = {
		fixture,
		{ { 0 }, { 0 } },
		command->board,
	};

	if (command->has_range) {
		target.range.from = time_of(command->from);
		target.range.to = time_of(command->to);
	}
	if (command->kind == PM_DECLARE)
		return refd_availabilities_declare(app, &call->meta, fixture,
						   ID(referee, command->referee), &call->result,
						   &call->err);
	if (command->kind == PM_WITHDRAW)
		return refd_availabilities_withdraw(app, &call->meta, fixture,
						    ID(referee, command->referee), &call->result,
						    &call->err);
	if (command->kind == PM_LOCK)
		return refd_availabilities_lock(app, &call->meta, &target, &call->result,
						&call->err);
	if (command->kind == PM_UNLOCK)
		return refd_availabilities_unlock(app, &call->meta, &target, &call->result,
						  &call->err);
	return refd_availabilities_announce(app, &call->meta, &target, time_of(command->time),
					    &call->result, &call->err);
}

static enum refd_status collect_violation(void *self, size_t assignment,
					  const struct refd_violation *violation)
{
	struct call *call = self;
	struct pm_answer *answer = call->answer;
	struct pm_violation *to;

	(void)assignment;
	if (call->side->said)
		side_tell_violation(call->side->said, violation);
	if (answer->n_violations < PM_VIOLATIONS_MOST) {
		to = &answer->violations[answer->n_violations++];
		to->rule = (int)violation->rule;
		to->fixture = side_number(violation->fixture.uuid);
		to->referee = side_number(violation->referee.uuid);
		to->role = (int)violation->role;
	}
	return REFD_OK;
}

static enum refd_status run_assignment(struct call *call)
{
	const struct pm_command *command = call->command;
	const struct refd_app *app = call->side->app;
	struct refd_fixture_id fixture = ID(fixture, command->fixture);
	struct refd_referee_id referee = ID(referee, command->referee);
	struct refd_stage stage = { fixture, referee, (enum refd_role)command->role };
	struct refd_override overrides[PM_OVERRIDES];
	struct refd_replace replace = { fixture,
					referee,
					ID(referee, command->new_referee),
					side_text(command->reason),
					overrides,
					(size_t)command->n_overrides };
	struct refd_commit commit = { overrides, (size_t)command->n_overrides, command->valid_only,
				      collect_violation, call };
	size_t total = 0;

	for (int i = 0; i < command->n_overrides; i++) {
		const struct pm_override *from = &command->overrides[i];

		overrides[i].rule = from->rule == PM_NO_ENGINE_RULE ? REFD_RULE_SAME_TEAM
								    : (enum refd_rule)from->rule;
		overrides[i].fixture = ID(fixture, from->fixture);
		overrides[i].referee = ID(referee, from->referee);
		overrides[i].reason = side_text(from->reason);
	}
	if (command->kind == PM_STAGE)
		return refd_assigning_stage(app, &call->meta, &stage, &call->result, &call->err);
	if (command->kind == PM_UNSTAGE)
		return refd_assigning_unstage(app, &call->meta, fixture, referee, &call->result,
					      &call->err);
	if (command->kind == PM_REMOVE)
		return refd_assigning_remove(app, &call->meta, fixture, referee, &call->result,
					     &call->err);
	if (command->kind == PM_REPLACE)
		return refd_assigning_replace(app, &call->meta, &replace, &call->result,
					      &call->err);
	if (command->kind == PM_COMMIT)
		return refd_assigning_commit(app, &call->meta, &commit, &call->result, &call->err);
	return refd_assigning_validate(app, overrides, (size_t)command->n_overrides,
				       collect_violation, call, &total, &call->err);
}

static enum refd_status run_rules(struct call *call)
{
	const struct pm_rules *from = &call->command->rules;
	struct refd_rules rules = refd_rules_default();

	rules.exclusivity = (enum refd_exclusivity)from->exclusivity;
	rules.day_zone.len = (uint16_t)strlen(zones[from->zone]);
	strcpy(rules.day_zone.utf8, zones[from->zone]);
	rules.match_duration = from->match_duration;
	rules.travel_speed = from->travel_speed;
	rules.travel_gap = from->travel_gap;
	rules.require_future_kickoff = from->require_future_kickoff;
	rules.require_availability = from->require_availability;
	rules.withdrawal_cutoff = from->withdrawal_cutoff;
	rules.neutral_referees = from->neutral_referees;
	rules.on_change = (enum refd_on_change)from->on_change;
	rules.availability_on_change =
		(enum refd_availability_on_change)from->availability_on_change;
	return refd_rule_book_set(call->side->app, &call->meta, &rules, &call->result, &call->err);
}

static enum refd_status run(struct call *call)
{
	enum pm_kind kind = call->command->kind;

	refd_error_clear(&call->err);
	memset(&call->result, 0, sizeof(call->result));
	call->result.affected = -1;
	if (kind <= PM_RETIRE_REFEREE)
		return run_referee(call);
	if (kind <= PM_RETIRE_TEAM)
		return run_team(call);
	if (kind <= PM_RETIRE_VENUE)
		return run_venue(call);
	if (kind <= PM_CANCEL)
		return run_fixture(call);
	if (kind <= PM_ANNOUNCE)
		return run_availability(call);
	return kind == PM_SET_RULES ? run_rules(call) : run_assignment(call);
}

static enum refd_status run_told(struct call *call)
{
	enum refd_status status = run(call);

	if (call->side->said)
		side_tell_answer(call->side->said, status, &call->result, &call->err);
	return status;
}

static void take_answer(struct call *call, enum refd_status status)
{
	struct pm_answer *answer = call->answer;

	answer->status = refd_status_name(status);
	answer->affected = status == REFD_OK ? (long)call->result.affected : -1;
	for (uint32_t i = 0; i < call->err.kept && answer->n_broken < PM_BROKEN_MOST; i++)
		answer->broken[answer->n_broken++] = refd_rule_name(call->err.violations[i].rule);
	answer->any_rules = call->err.total > call->err.kept;
}

static bool same_items(const struct refd_result *a, const struct refd_result *b)
{
	size_t i;

	for (i = 0; i < a->count && i < b->count; i++) {
		if (a->items[i].object.noun != b->items[i].object.noun ||
		    !refd_uuid_equal(a->items[i].object.id, b->items[i].object.id) ||
		    a->items[i].version != b->items[i].version)
			return false;
	}
	return a->count == b->count;
}

/* The same command id again gives the first answer, another request under it is refused; neither
 * changes anything, or the events would show it. */
static void run_again(struct call *call)
{
	struct refd_team_details details = { refd_str_of("Again"), refd_str_of("Again") };
	struct refd_result first = call->result;
	enum refd_status status = run_told(call);

	if (status != REFD_OK || !call->result.repeated)
		side_problem(call->side, "the same command again: %s", refd_status_name(status));
	call->result.repeated = first.repeated;
	if (call->result.affected != first.affected || !same_items(&call->result, &first))
		side_problem(call->side, "the same command again: another result");
	call->meta.expected_version = 0;
	refd_error_clear(&call->err);
	status = refd_registry_register_team(call->side->app, &call->meta,
					     (struct refd_team_id){ { { 0 } } }, &details,
					     &call->result, &call->err);
	if (status != REFD_INVALID || call->err.violations[0].rule != REFD_RULE_COMMAND_REUSED)
		side_problem(call->side, "a used command id: %s", refd_status_name(status));
}

void side_run(struct side *side, const struct pm_command *command, long version,
	      struct pm_answer *answer, FILE *said)
{
	struct call call = { .side = side, .command = command, .answer = answer };
	size_t violations;

	answer->status = "OK";
	answer->n_broken = answer->n_violations = answer->n_events = 0;
	answer->any_rules = false;
	answer->affected = -1;
	if (command->kind == PM_ADVANCE) {
		side->now.us += command->time * REFD_MINUTE;
		return;
	}
	call.meta.struct_size = sizeof(call.meta);
	call.meta.id.uuid.bytes[0] = 0xcc;
	side->commands++;
	memcpy(call.meta.id.uuid.bytes + 8, &side->commands, sizeof(side->commands));
	call.meta.actor = refd_str_of("model");
	call.meta.expected_version = version;
	call.err = (struct refd_error)REFD_ERROR_INIT;
	side->said = said;
	take_answer(&call, run_told(&call));
	violations = answer->n_violations;
	if (strcmp(answer->status, "OK") == 0 && command->kind != PM_VALIDATE &&
	    side->commands % 8 == 0)
		run_again(&call);
	answer->n_violations = violations;
	side_events(side, answer);
}
