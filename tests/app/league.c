#include "league.h"

#include <stdlib.h>
#include <unistd.h>

#include <refdomain/adapters/json.h>
#include <refdomain/adapters/memory.h>
#ifdef WITH_SQLITE
#include <refdomain/adapters/sqlite.h>
#endif
#include <refdomain/adapters/tzdata.h>
#ifdef WITH_POSTGRES
#include <refdomain/ports/system.h>

#include "named_store.h"
#include "postgres_server.h"
#include "probe.h"
#endif

static enum refd_status draw(void *self, struct refd_time now, struct refd_uuid *ret,
			     struct refd_error *err)
{
	struct league *league = self;

	(void)now;
	(void)err;
	*ret = support_uuid(++league->drawn);
	return REFD_OK;
}

static void no_sleep(void *self, int64_t us)
{
	struct league *league = self;

	assert_true(us > 0);
	league->sleeps++;
}

static const struct refd_id_source_ops counting_ids = { sizeof(counting_ids), draw };
static const struct refd_sleep_ops no_sleep_ops = { sizeof(no_sleep_ops), no_sleep };

struct adapter {
	const char *name;
	void (*open)(struct league *league);
	void (*close)(struct league *league);
};

static void open_memory(struct league *league)
{
	struct refd_memory *memory = NULL;

	support_assert_status(
		refd_memory_create(&league->allocator, &league->ports.clock, &memory, &league->err),
		REFD_OK);
	league->store = memory;
	league->ports.store = refd_memory_store(memory);
}

static void close_memory(struct league *league)
{
	refd_memory_destroy(league->store);
}

#ifdef WITH_SQLITE
static const char *file_path = ":memory:", *file_vfs;

static void open_sqlite(struct league *league)
{
	struct refd_sqlite_options options = { .struct_size = sizeof(options),
					       .path = file_path,
					       .vfs = file_vfs,
					       .create = true,
					       .clock = league->ports.clock,
					       .sleep = league->ports.sleep };
	struct refd_sqlite *sqlite = NULL;

	support_assert_status(refd_sqlite_open(&options, &league->allocator, &sqlite, &league->err),
			      REFD_OK);
	league->store = sqlite;
	league->ports.store = refd_sqlite_store(sqlite);
}

static void close_sqlite(struct league *league)
{
	refd_sqlite_close(league->store);
}
#endif

#ifdef WITH_POSTGRES
static char store_name[400];
static bool schema_made; /* by this program: it stays from test to test, its rows do not */

static void drop_schema(struct probe *probe)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "DROP SCHEMA IF EXISTS %s CASCADE",
		 strrchr(store_name, '#') + 1);
	if (!probe_run(probe, sql))
		print_error("%s\n", probe_message(probe));
}

static void empty_schema(void)
{
	struct probe *probe = probe_open(store_name);

	assert_non_null(probe);
	if (!schema_made)
		drop_schema(probe); /* of a program that did not come to its end */
	else if (!probe_empty(probe))
		fail_msg("%s", probe_message(probe));
	probe_close(probe);
}

static void open_postgres(struct league *league)
{
	const struct named_store_options options = { .name = store_name,
						     .allocator = league->allocator,
						     .clock = refd_system_clock(),
						     .sleep = refd_system_sleep() };
	struct named_store *store = calloc(1, sizeof(*store));
	char schema[40];

	assert_non_null(store);
	snprintf(schema, sizeof(schema), "league_%ld", (long)getpid());
	if (store_name[0] == '\0') {
		assert_true(postgres_store(postgres_url(), schema, store_name, sizeof(store_name)));
		assert_int_equal(atexit(league_leave_server), 0);
	}
	empty_schema();
	support_assert_status(named_store_open(store, &options, &league->err), REFD_OK);
	schema_made = true;
	league->store = store;
	league->ports.store = store->store;
}

static void close_postgres(struct league *league)
{
	named_store_close(league->store);
	free(league->store);
}
#endif

void league_choose_server(const char *store)
{
#ifdef WITH_POSTGRES
	snprintf(store_name, sizeof(store_name), "%s", store);
#else
	(void)store;
#endif
}

void league_leave_server(void)
{
#ifdef WITH_POSTGRES
	struct probe *probe = store_name[0] != '\0' ? probe_open(store_name) : NULL;

	if (probe != NULL)
		drop_schema(probe);
	probe_close(probe);
	store_name[0] = '\0';
	schema_made = false;
#endif
}

static const struct adapter adapters[] = {
	{ "memory", open_memory, close_memory },
#ifdef WITH_POSTGRES
	{ "postgres", open_postgres, close_postgres },
#endif
#ifdef WITH_SQLITE
	{ "sqlite", open_sqlite, close_sqlite },
#endif
};

static const struct adapter *adapter = &adapters[0];

void league_choose(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && i < sizeof(adapters) / sizeof(adapters[0]); i++) {
		if (strcmp(adapters[i].name, argv[1]) == 0)
			adapter = &adapters[i];
	}
}

bool league_choose_file(const char *path, const char *vfs)
{
#ifdef WITH_SQLITE
	if (adapter->open == open_sqlite) {
		file_path = path;
		file_vfs = vfs;
		return true;
	}
#else
	(void)path;
	(void)vfs;
#endif
	return false;
}

int league_setup(void **state)
{
	struct league *league = calloc(1, sizeof(*league));
	struct refd_tzdata *zones = NULL;

	assert_non_null(league);
	support_heap_init(&league->heap);
	league->allocator = support_heap_allocator(&league->heap);
	league->now = LEAGUE_START;
	refd_error_clear(&league->err);
	league->ports = (struct refd_ports){ .struct_size = sizeof(league->ports),
					     .allocator = league->allocator,
					     .codec = refd_json_codec() };
	league->ports.clock = refd_fixed_clock(&league->now);
	league->ports.ids = (struct refd_id_source){ &counting_ids, league };
	league->ports.sleep = (struct refd_sleep){ &no_sleep_ops, league };
	support_assert_status(refd_tzdata_create(&league->allocator, NULL, &zones, &league->err),
			      REFD_OK);
	league->zones = zones;
	league->ports.timezone = refd_tzdata_timezone(zones);
	adapter->open(league);
	support_assert_status(refd_app_create(&league->ports, &league->app, &league->err), REFD_OK);
	*state = league;
	return 0;
}

int league_teardown(void **state)
{
	struct league *league = *state;

	refd_app_destroy(league->app);
	adapter->close(league);
	refd_tzdata_destroy(league->zones);
	support_heap_done(&league->heap);
	free(league);
	return 0;
}

struct refd_time league_time(int days, int minutes)
{
	return (struct refd_time){ LEAGUE_START.us + days * REFD_DAY + minutes * REFD_MINUTE };
}

struct refd_referee_id league_referee(struct league *league, const char *name)
{
	const struct refd_referee_details details = { .name = refd_str_of(name),
						      .club = refd_str_of("Club of referees") };

	LEAGUE_EXPECT(league,
		      refd_registry_register_referee(league->app, league->meta,
						     (struct refd_referee_id){ 0 }, &details,
						     &league->result, &league->err),
		      REFD_OK);
	return (struct refd_referee_id){ league->result.items[0].object.id };
}

struct refd_team_id league_team(struct league *league, const char *name)
{
	const struct refd_team_details details = { .name = refd_str_of(name),
						   .club = refd_str_of(name) };

	LEAGUE_EXPECT(league,
		      refd_registry_register_team(league->app, league->meta,
						  (struct refd_team_id){ 0 }, &details,
						  &league->result, &league->err),
		      REFD_OK);
	return (struct refd_team_id){ league->result.items[0].object.id };
}

struct refd_venue_id league_venue_at(struct league *league, const char *name, const char *latitude,
				     const char *longitude)
{
	struct refd_venue_details details = { .name = refd_str_of(name),
					      .city = refd_str_of("Town") };

	LEAGUE_EXPECT(league,
		      refd_coordinates_parse(refd_str_of(latitude), refd_str_of(longitude),
					     &details.coordinates, &league->err),
		      REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_registry_register_venue(league->app, league->meta,
						   (struct refd_venue_id){ 0 }, &details,
						   &league->result, &league->err),
		      REFD_OK);
	return (struct refd_venue_id){ league->result.items[0].object.id };
}

struct refd_venue_id league_venue(struct league *league, const char *name)
{
	return league_venue_at(league, name, "", "");
}

struct refd_fixture_id league_fixture_at(struct league *league, struct refd_venue_id venue,
					 struct refd_time kickoff)
{
	struct refd_schedule cmd = { .venue = venue, .kickoff = kickoff };

	cmd.home = league_team(league, "Home");
	cmd.away = league_team(league, "Away");
	LEAGUE_EXPECT(league,
		      refd_scheduling_schedule(league->app, league->meta, &cmd, &league->result,
					       &league->err),
		      REFD_OK);
	return (struct refd_fixture_id){ league->result.items[0].object.id };
}

struct refd_fixture_id league_fixture(struct league *league, struct refd_time kickoff)
{
	return league_fixture_at(league, league_venue(league, "Hall"), kickoff);
}

void league_declare(struct league *league, struct refd_fixture_id fixture,
		    struct refd_referee_id referee)
{
	LEAGUE_EXPECT(league,
		      refd_availabilities_declare(league->app, league->meta, fixture, referee,
						  &league->result, &league->err),
		      REFD_OK);
}

void league_stage(struct league *league, struct refd_fixture_id fixture,
		  struct refd_referee_id referee, enum refd_role role)
{
	const struct refd_stage cmd = { fixture, referee, role };

	LEAGUE_EXPECT(league,
		      refd_assigning_stage(league->app, league->meta, &cmd, &league->result,
					   &league->err),
		      REFD_OK);
}

void league_commit(struct league *league)
{
	LEAGUE_EXPECT(league,
		      refd_assigning_commit(league->app, league->meta, NULL, &league->result,
					    &league->err),
		      REFD_OK);
}

void league_assign(struct league *league, struct refd_fixture_id fixture,
		   struct refd_referee_id referee, enum refd_role role)
{
	league_declare(league, fixture, referee);
	league_stage(league, fixture, referee, role);
	league_commit(league);
}

struct league_scene league_scene(struct league *league)
{
	struct league_scene s = { league_fixture(league, league_time(7, 0)),
				  league_referee(league, "Anna"), league_referee(league, "Berta") };

	league_declare(league, s.fixture, s.anna);
	league_declare(league, s.fixture, s.berta);
	return s;
}

void league_set_rule(struct league *league, const char *key, const char *value)
{
	support_assert_status(try_set_rule(league, key, value), REFD_OK);
}

struct refd_uuid league_made(const struct league *league)
{
	assert_true(league->result.count > 0);
	return league->result.items[0].object.id;
}

struct refd_unit *league_begin(struct league *league)
{
	struct refd_unit *unit = NULL;

	LEAGUE_EXPECT(league, refd_unit_begin(league->app, league->meta, &unit, &league->err),
		      REFD_OK);
	league->unit_meta =
		(struct refd_command){ .struct_size = sizeof(league->unit_meta), .unit = unit };
	league->meta = &league->unit_meta;
	return unit;
}

enum refd_status league_end(struct league *league)
{
	struct refd_unit *unit = league->unit_meta.unit;

	league->meta = NULL;
	refd_error_clear(&league->err);
	return refd_unit_commit(unit, &league->err);
}

void league_drop(struct league *league)
{
	league->meta = NULL;
	refd_unit_rollback(league->unit_meta.unit);
}

enum refd_status try_schedule(struct league *league, struct refd_team_id home,
			      struct refd_team_id away, struct refd_venue_id venue,
			      struct refd_time kickoff)
{
	const struct refd_schedule cmd = {
		.home = home, .away = away, .venue = venue, .kickoff = kickoff
	};

	refd_error_clear(&league->err);
	return refd_scheduling_schedule(league->app, league->meta, &cmd, &league->result,
					&league->err);
}

enum refd_status try_schedule_in(struct league *league, struct refd_venue_id venue,
				 struct refd_time kickoff)
{
	struct refd_team_id home = league_team(league, "C"), away = league_team(league, "D");

	return try_schedule(league, home, away, venue, kickoff);
}

enum refd_status try_reschedule(struct league *league, struct refd_fixture_id fixture,
				struct refd_time kickoff)
{
	refd_error_clear(&league->err);
	return refd_scheduling_reschedule(league->app, league->meta, fixture, kickoff,
					  &league->result, &league->err);
}

enum refd_status try_move(struct league *league, struct refd_fixture_id fixture,
			  struct refd_venue_id venue)
{
	refd_error_clear(&league->err);
	return refd_scheduling_move(league->app, league->meta, fixture, venue, &league->result,
				    &league->err);
}

enum refd_status try_cancel(struct league *league, struct refd_fixture_id fixture)
{
	refd_error_clear(&league->err);
	return refd_scheduling_cancel(league->app, league->meta, fixture, &league->result,
				      &league->err);
}

enum refd_status try_declare(struct league *league, struct refd_fixture_id fixture,
			     struct refd_referee_id referee)
{
	refd_error_clear(&league->err);
	return refd_availabilities_declare(league->app, league->meta, fixture, referee,
					   &league->result, &league->err);
}

enum refd_status try_withdraw(struct league *league, struct refd_fixture_id fixture,
			      struct refd_referee_id referee)
{
	refd_error_clear(&league->err);
	return refd_availabilities_withdraw(league->app, league->meta, fixture, referee,
					    &league->result, &league->err);
}

enum refd_status try_lock(struct league *league, const struct refd_lock_target *target)
{
	refd_error_clear(&league->err);
	return refd_availabilities_lock(league->app, league->meta, target, &league->result,
					&league->err);
}

enum refd_status try_unlock(struct league *league, const struct refd_lock_target *target)
{
	refd_error_clear(&league->err);
	return refd_availabilities_unlock(league->app, league->meta, target, &league->result,
					  &league->err);
}

enum refd_status try_announce(struct league *league, const struct refd_lock_target *target,
			      struct refd_time hand_out)
{
	refd_error_clear(&league->err);
	return refd_availabilities_announce(league->app, league->meta, target, hand_out,
					    &league->result, &league->err);
}

enum refd_status try_stage(struct league *league, struct refd_fixture_id fixture,
			   struct refd_referee_id referee, enum refd_role role)
{
	const struct refd_stage cmd = { fixture, referee, role };

	refd_error_clear(&league->err);
	return refd_assigning_stage(league->app, league->meta, &cmd, &league->result, &league->err);
}

enum refd_status try_unstage(struct league *league, struct refd_fixture_id fixture,
			     struct refd_referee_id referee)
{
	refd_error_clear(&league->err);
	return refd_assigning_unstage(league->app, league->meta, fixture, referee, &league->result,
				      &league->err);
}

enum refd_status try_commit(struct league *league)
{
	refd_error_clear(&league->err);
	return refd_assigning_commit(league->app, league->meta, NULL, &league->result,
				     &league->err);
}

enum refd_status try_replace(struct league *league, struct refd_fixture_id fixture,
			     struct refd_referee_id old_referee, struct refd_referee_id new_referee)
{
	const struct refd_replace cmd = { .fixture = fixture,
					  .old_referee = old_referee,
					  .new_referee = new_referee,
					  .reason = refd_str_of("ill") };

	refd_error_clear(&league->err);
	return refd_assigning_replace(league->app, league->meta, &cmd, &league->result,
				      &league->err);
}

enum refd_status try_remove(struct league *league, struct refd_fixture_id fixture,
			    struct refd_referee_id referee)
{
	refd_error_clear(&league->err);
	return refd_assigning_remove(league->app, league->meta, fixture, referee, &league->result,
				     &league->err);
}

enum refd_status try_validate(struct league *league)
{
	refd_error_clear(&league->err);
	return refd_assigning_validate(league->app, NULL, 0, NULL, NULL, NULL, &league->err);
}

/* A unit may be the only transaction a store can hold. */
static struct refd_rules rules_at_hand(struct league *league)
{
	const struct refd_rules *of_unit = NULL;
	struct refd_rules rules;

	if (league->meta == NULL || league->meta->unit == NULL) {
		LEAGUE_EXPECT(league, refd_rule_book_get(league->app, &rules, &league->err),
			      REFD_OK);
		return rules;
	}
	LEAGUE_EXPECT(league, refd_unit_rules(league->meta->unit, &of_unit, &league->err), REFD_OK);
	return *of_unit;
}

enum refd_status try_set_rule(struct league *league, const char *key, const char *value)
{
	struct refd_rules rules;

	rules = rules_at_hand(league);
	LEAGUE_EXPECT(league,
		      refd_rules_set(&rules, refd_str_of(key), refd_str_of(value), &league->err),
		      REFD_OK);
	return refd_rule_book_set(league->app, league->meta, &rules, &league->result, &league->err);
}

struct slot_query {
	struct refd_fixture_state fixture;
	struct refd_referee_id referees[REFD_ROLES + 1];
};

static enum refd_status take_card(void *self, const struct refd_fixture_card *card)
{
	struct slot_query *query = self;
	size_t i;

	query->fixture = card->fixture;
	for (i = 0; i < card->n_referees; i++)
		query->referees[card->referees[i].role] = card->referees[i].id;
	return REFD_OK;
}

struct refd_fixture_state league_fixture_state(struct league *league, struct refd_fixture_id id)
{
	struct slot_query query = { 0 };

	LEAGUE_EXPECT(league, refd_query_fixture(league->app, id, take_card, &query, &league->err),
		      REFD_OK);
	return query.fixture;
}

struct refd_referee_id league_slot(struct league *league, struct refd_fixture_id fixture,
				   enum refd_role role)
{
	struct slot_query query = { 0 };

	LEAGUE_EXPECT(league,
		      refd_query_fixture(league->app, fixture, take_card, &query, &league->err),
		      REFD_OK);
	return query.referees[role];
}

bool league_holds(struct league *league, struct refd_fixture_id fixture, enum refd_role role,
		  struct refd_referee_id referee)
{
	return refd_uuid_equal(league_slot(league, fixture, role).uuid, referee.uuid);
}

bool league_is_free(struct league *league, struct refd_fixture_id fixture, enum refd_role role)
{
	return refd_uuid_is_unset(league_slot(league, fixture, role).uuid);
}

struct count {
	const char *name;
	enum refd_notice_kind kind;
	size_t n;
};

static enum refd_status count_event(void *self, const struct refd_event_state *event)
{
	struct count *count = self;

	count->n += count->name == NULL || refd_str_equal(event->type, refd_str_of(count->name));
	return REFD_OK;
}

size_t league_events_named(struct league *league, const char *name)
{
	struct count count = { .name = name };

	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 },
					(struct refd_range){ { 0 }, { 0 } }, NULL, count_event,
					&count, NULL, &league->err),
		      REFD_OK);
	return count.n;
}

size_t league_events_of(struct league *league, enum refd_noun noun, struct refd_uuid id)
{
	struct count count = { .name = NULL };

	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ noun, id },
					(struct refd_range){ { 0 }, { 0 } }, NULL, count_event,
					&count, NULL, &league->err),
		      REFD_OK);
	return count.n;
}

size_t league_events(struct league *league)
{
	return league_events_named(league, NULL);
}

static enum refd_status count_notice(void *self, const struct refd_notice_state *notice,
				     const struct refd_referee_state *recipient)
{
	struct count *count = self;

	(void)recipient;
	count->n += count->kind == (enum refd_notice_kind)0 || notice->kind == count->kind;
	return REFD_OK;
}

size_t league_notices(struct league *league, struct refd_referee_id recipient,
		      enum refd_notice_kind kind)
{
	struct count count = { .kind = kind };

	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, (enum refd_notice_status)0, recipient, NULL,
					 count_notice, &count, NULL, &league->err),
		      REFD_OK);
	return count.n;
}

static enum refd_status count_availability(void *self,
					   const struct refd_availability_state *availability,
					   const struct refd_fixture_state *fixture,
					   const struct refd_referee_state *referee)
{
	(void)availability;
	(void)fixture;
	(void)referee;
	((struct count *)self)->n++;
	return REFD_OK;
}

size_t league_availabilities(struct league *league, struct refd_fixture_id fixture)
{
	const struct refd_engagement_filter filter = { .fixture = fixture };
	struct count count = { 0 };

	LEAGUE_EXPECT(league,
		      refd_query_availabilities(league->app, &filter, NULL, count_availability,
						&count, NULL, &league->err),
		      REFD_OK);
	return count.n;
}

static enum refd_status count_assignment(void *self, const struct refd_assignment_state *assignment,
					 const struct refd_fixture_state *fixture,
					 const struct refd_referee_state *referee)
{
	(void)assignment;
	(void)fixture;
	(void)referee;
	((struct count *)self)->n++;
	return REFD_OK;
}

size_t league_assignments(struct league *league, struct refd_fixture_id fixture,
			  enum refd_assignment_status status)
{
	const struct refd_engagement_filter filter = { .fixture = fixture, .status = status };
	struct count count = { 0 };

	LEAGUE_EXPECT(league,
		      refd_query_assignments(league->app, &filter, NULL, count_assignment, &count,
					     NULL, &league->err),
		      REFD_OK);
	return count.n;
}
