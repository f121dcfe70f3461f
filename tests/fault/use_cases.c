#include "use_cases.h"

/* ---- the set ---- */

static struct refd_fixture_id weekly(struct league *league, int week)
{
	return league_fixture(league, league_time(7 * week, 0));
}

static enum refd_status refuse_to_send(void *self, const struct refd_message *message,
				       struct refd_error *err)
{
	(void)self;
	(void)message;
	return refd_error_set(err, REFD_DENIED, "mail box unknown");
}

static const struct refd_notifier_ops refusing = { sizeof(refusing), refuse_to_send };

static enum refd_status first_dead(void *self, const struct refd_notice_state *notice,
				   const struct refd_referee_state *recipient)
{
	(void)recipient;
	*(struct refd_notice_id *)self = notice->id;
	return REFD_OK;
}

/* The notices so far become dead letters, so that every use case meets a queue of its own. */
static struct refd_notice_id kill_notices(struct league *league)
{
	struct refd_notice_id id = { { { 0 } } };
	struct refd_ports ports = league->ports;
	struct refd_app *app = NULL;

	ports.notifier = (struct refd_notifier){ &refusing, NULL };
	LEAGUE_EXPECT(league, refd_app_create(&ports, &app, &league->err), REFD_OK);
	LEAGUE_EXPECT(league, refd_notifying_dispatch(app, NULL, NULL, &league->err), REFD_OK);
	refd_app_destroy(app);
	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, REFD_NOTICE_DEAD,
					 (struct refd_referee_id){ 0 }, NULL, first_dead, &id, NULL,
					 &league->err),
		      REFD_OK);
	return id;
}

void use_case_prepare(struct league *league, struct stage_set *set)
{
	set->anna = league_referee(league, "Anna");
	set->berta = league_referee(league, "Berta");
	set->clara = league_referee(league, "Clara");
	set->team = league_team(league, "Team");
	set->hall = league_venue(league, "Hall");
	set->spare = league_venue(league, "Spare hall");
	set->open = weekly(league, 1);
	set->staged = weekly(league, 2);
	set->assigned = weekly(league, 3);
	set->schedule = (struct refd_schedule){ .home = set->team,
						.venue = set->hall,
						.kickoff = league_time(28, 0) };
	set->schedule.away = league_team(league, "Opponent");
	league_declare(league, set->assigned, set->clara);
	league_assign(league, set->assigned, set->anna, REFD_ROLE_FIRST);
	league_assign(league, set->assigned, set->berta, REFD_ROLE_SECOND);
	league_declare(league, set->open, set->anna);
	league_declare(league, set->open, set->berta);
	league_declare(league, set->staged, set->anna);
	league_stage(league, set->staged, set->anna, REFD_ROLE_FIRST);
	set->notice = kill_notices(league);
}

/* ---- commands ---- */

#define CASE(name)                                                                                 \
	static enum refd_status name(struct league *league, const struct stage_set *set,           \
				     struct refd_error *err)

CASE(register_referee)
{
	const struct refd_referee_details details = { refd_str_of("Dora"), refd_str_of("Club"),
						      refd_str_of("+49 30 1"),
						      refd_str_of("d@example.org") };

	(void)set;
	return refd_registry_register_referee(league->app, league->meta,
					      (struct refd_referee_id){ 0 }, &details,
					      &league->result, err);
}

CASE(register_team)
{
	const struct refd_team_details details = { refd_str_of("Eagles"), refd_str_of("Club") };

	(void)set;
	return refd_registry_register_team(league->app, league->meta, (struct refd_team_id){ 0 },
					   &details, &league->result, err);
}

CASE(register_venue)
{
	const struct refd_venue_details details = { .name = refd_str_of("Arena"),
						    .street = refd_str_of("Main street 1"),
						    .zip = refd_str_of("12345"),
						    .city = refd_str_of("Town"),
						    .phone = refd_str_of("+49 30 2"),
						    .email = refd_str_of("a@example.org") };

	(void)set;
	return refd_registry_register_venue(league->app, league->meta, (struct refd_venue_id){ 0 },
					    &details, &league->result, err);
}

CASE(correct_referee)
{
	const struct refd_referee_details details = { .name = refd_str_of("Anne"),
						      .club = refd_str_of("Club") };

	return refd_registry_correct_referee(league->app, league->meta, set->anna, &details,
					     &league->result, err);
}

CASE(correct_team)
{
	const struct refd_team_details details = { refd_str_of("Team II"), refd_str_of("Club") };

	return refd_registry_correct_team(league->app, league->meta, set->team, &details,
					  &league->result, err);
}

CASE(correct_venue)
{
	const struct refd_venue_details details = { .name = refd_str_of("Hall South") };

	return refd_registry_correct_venue(league->app, league->meta, set->hall, &details,
					   &league->result, err);
}

CASE(change_club)
{
	return refd_registry_change_club(league->app, league->meta, set->anna,
					 refd_str_of("New club"), &league->result, err);
}

CASE(retire_referee)
{
	return refd_registry_retire_referee(league->app, league->meta, set->clara, &league->result,
					    err);
}

CASE(retire_team)
{
	return refd_registry_retire_team(league->app, league->meta, set->team, &league->result,
					 err);
}

CASE(retire_venue)
{
	return refd_registry_retire_venue(league->app, league->meta, set->spare, &league->result,
					  err);
}

CASE(schedule)
{
	return refd_scheduling_schedule(league->app, league->meta, &set->schedule, &league->result,
					err);
}

CASE(reschedule)
{
	return refd_scheduling_reschedule(league->app, league->meta, set->assigned,
					  league_time(22, 0), &league->result, err);
}

CASE(move)
{
	return refd_scheduling_move(league->app, league->meta, set->assigned, set->spare,
				    &league->result, err);
}

CASE(cancel)
{
	return refd_scheduling_cancel(league->app, league->meta, set->assigned, &league->result,
				      err);
}

CASE(declare)
{
	return refd_availabilities_declare(league->app, league->meta, set->open, set->clara,
					   &league->result, err);
}

CASE(withdraw)
{
	return refd_availabilities_withdraw(league->app, league->meta, set->open, set->anna,
					    &league->result, err);
}

CASE(lock_fixture)
{
	const struct refd_lock_target target = { .fixture = set->open };

	return refd_availabilities_lock(league->app, league->meta, &target, &league->result, err);
}

CASE(lock_range)
{
	const struct refd_lock_target target = { .range = { league_time(0, 0),
							    league_time(60, 0) } };

	(void)set;
	return refd_availabilities_lock(league->app, league->meta, &target, &league->result, err);
}

CASE(lock_board)
{
	const struct refd_lock_target target = { .board = true };

	(void)set;
	return refd_availabilities_lock(league->app, league->meta, &target, &league->result, err);
}

CASE(announce)
{
	const struct refd_lock_target target = { .board = true };

	(void)set;
	return refd_availabilities_announce(league->app, league->meta, &target, league_time(3, 0),
					    &league->result, err);
}

CASE(stage)
{
	const struct refd_stage cmd = { set->open, set->berta, REFD_ROLE_SECOND };

	return refd_assigning_stage(league->app, league->meta, &cmd, &league->result, err);
}

CASE(stage_many)
{
	const struct refd_stage rows[] = { { set->open, set->berta, REFD_ROLE_SECOND },
					   { set->open, set->anna, REFD_ROLE_FIRST } };

	return refd_assigning_stage_many(league->app, league->meta, rows, 2, NULL, NULL,
					 &league->result, err);
}

CASE(unstage)
{
	return refd_assigning_unstage(league->app, league->meta, set->staged, set->anna,
				      &league->result, err);
}

CASE(commit)
{
	(void)set;
	return refd_assigning_commit(league->app, league->meta, NULL, &league->result, err);
}

CASE(replace)
{
	const struct refd_replace cmd = { .fixture = set->assigned,
					  .old_referee = set->anna,
					  .new_referee = set->clara,
					  .reason = refd_str_of("ill") };

	return refd_assigning_replace(league->app, league->meta, &cmd, &league->result, err);
}

CASE(remove_assignment)
{
	return refd_assigning_remove(league->app, league->meta, set->assigned, set->berta,
				     &league->result, err);
}

CASE(set_rules)
{
	struct refd_rules rules = refd_rules_default();

	(void)set;
	rules.exclusivity = REFD_EXCLUSIVITY_OVERLAP;
	return refd_rule_book_set(league->app, league->meta, &rules, &league->result, err);
}

CASE(retry_notice)
{
	return refd_notifying_retry(league->app, league->meta, set->notice, &league->result, err);
}

CASE(unit_of_two)
{
	struct refd_command meta = { .struct_size = sizeof(meta) };
	enum refd_status st;

	if (league->meta != NULL)
		meta = *league->meta;
	st = refd_unit_begin(league->app, &meta, &meta.unit, err);
	if (st == REFD_ALREADY_EXISTS && league->meta != NULL) {
		refd_error_clear(err); /* asked again */
		return REFD_OK;
	}
	if (st != REFD_OK)
		return st;
	meta.id = (struct refd_command_id){ { { 0 } } };
	meta.timeout = 0;
	st = refd_registry_change_club(league->app, &meta, set->anna, refd_str_of("Unit club"),
				       &league->result, err);
	if (st == REFD_OK)
		st = refd_scheduling_cancel(league->app, &meta, set->open, &league->result, err);
	if (st == REFD_OK)
		return refd_unit_commit(meta.unit, err);
	refd_unit_rollback(meta.unit);
	return st;
}

/* What own code may ask of a unit. */
CASE(unit_objects)
{
	struct refd_unit *unit = NULL;
	const struct refd_rules *rules = NULL;
	struct refd_referee *referee = NULL;
	struct refd_team *team = NULL;
	struct refd_venue *venue = NULL;
	struct refd_fixture *fixture = NULL;
	enum refd_status st = refd_unit_begin(league->app, NULL, &unit, err);

	if (st != REFD_OK)
		return st;
	st = refd_unit_rules(unit, &rules, err);
	if (st == REFD_OK)
		st = refd_unit_referee(unit, set->anna, &referee, err);
	if (st == REFD_OK)
		st = refd_unit_team(unit, set->team, &team, err);
	if (st == REFD_OK)
		st = refd_unit_venue(unit, set->hall, &venue, err);
	if (st == REFD_OK)
		st = refd_unit_fixture(unit, set->assigned, &fixture, err);
	refd_unit_rollback(unit);
	return st;
}

static enum refd_status expect_not_found(enum refd_status st, struct refd_error *err)
{
	if (st == REFD_OK)
		return refd_error_set(err, REFD_CORRUPT, "what is not there was found");
	return st == REFD_NOT_FOUND ? REFD_OK : st;
}

CASE(unknown_objects)
{
	const struct refd_uuid unknown = { { 0xff } };
	const struct refd_stage stage = { { unknown }, { unknown }, REFD_ROLE_FIRST };
	const struct refd_replace replace = { .fixture = stage.fixture,
					      .old_referee = set->anna,
					      .new_referee = stage.referee };
	struct refd_schedule schedule = set->schedule;
	enum refd_status st;

	schedule.away.uuid = schedule.venue.uuid = unknown;
	st = expect_not_found(
		refd_scheduling_schedule(league->app, NULL, &schedule, &league->result, err), err);
	if (st == REFD_OK)
		st = expect_not_found(refd_scheduling_cancel(league->app, NULL, stage.fixture,
							     &league->result, err),
				      err);
	if (st == REFD_OK)
		st = expect_not_found(
			refd_assigning_stage(league->app, NULL, &stage, &league->result, err), err);
	if (st == REFD_OK)
		st = expect_not_found(refd_availabilities_declare(league->app, NULL, set->open,
								  stage.referee, &league->result,
								  err),
				      err);
	if (st == REFD_OK)
		st = expect_not_found(refd_scheduling_move(league->app, NULL, stage.fixture,
							   schedule.venue, &league->result, err),
				      err);
	if (st == REFD_OK)
		st = expect_not_found(
			refd_assigning_replace(league->app, NULL, &replace, &league->result, err),
			err);
	return st;
}

/* ---- queries ---- */

static enum refd_status see_card(void *self, const struct refd_fixture_card *card)
{
	(void)self;
	return card->home_name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

static enum refd_status see_scheduled(void *self, const struct refd_fixture_card *card,
				      enum refd_role role)
{
	(void)role;
	return see_card(self, card);
}

static enum refd_status see_violation(void *self, size_t row,
				      const struct refd_violation *violation)
{
	(void)self;
	(void)row;
	(void)violation;
	return REFD_OK;
}

CASE(query_fixtures)
{
	(void)set;
	return refd_query_fixtures(league->app, NULL, NULL, see_card, NULL, NULL, err);
}

CASE(query_schedule)
{
	return refd_query_schedule(league->app, set->anna, (struct refd_range){ { 0 }, { 0 } },
				   NULL, see_scheduled, NULL, NULL, err);
}

static enum refd_status see_appointments(void *self, const struct refd_fixture_card *card,
					 const struct refd_appointment *appointments, size_t count)
{
	(void)appointments;
	(void)count;
	return see_card(self, card);
}

CASE(query_appointments)
{
	return refd_query_appointments(league->app, set->anna, (struct refd_range){ { 0 }, { 0 } },
				       NULL, see_appointments, NULL, NULL, err);
}

CASE(query_by_id)
{
	struct refd_referee_state referee;
	struct refd_team_state team;
	struct refd_board_state board;
	struct refd_rules rules;
	enum refd_status st = refd_query_referee(league->app, set->anna, &referee, err);

	if (st == REFD_OK)
		st = refd_query_team(league->app, set->team, &team, err);
	if (st == REFD_OK)
		st = refd_query_board(league->app, &board, err);
	if (st == REFD_OK)
		st = refd_rule_book_get(league->app, &rules, err);
	if (st == REFD_OK)
		st = refd_query_fixture(league->app, set->assigned, see_card, NULL, err);
	return st;
}

static enum refd_status see_assignment(void *self, const struct refd_assignment_state *assignment,
				       const struct refd_fixture_state *fixture,
				       const struct refd_referee_state *referee)
{
	(void)self;
	(void)assignment;
	(void)fixture;
	return referee->name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

static enum refd_status see_availability(void *self,
					 const struct refd_availability_state *availability,
					 const struct refd_fixture_state *fixture,
					 const struct refd_referee_state *referee)
{
	(void)self;
	(void)availability;
	(void)fixture;
	return referee->name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

CASE(query_engagements)
{
	const struct refd_engagement_filter of_anna = { .referee = set->anna };
	const struct refd_engagement_filter on_open = { .fixture = set->open };
	enum refd_status st = refd_query_assignments(league->app, &of_anna, NULL, see_assignment,
						     NULL, NULL, err);

	if (st == REFD_OK)
		st = refd_query_availabilities(league->app, &on_open, NULL, see_availability, NULL,
					       NULL, err);
	return st;
}

static enum refd_status see_event(void *self, const struct refd_event_state *event)
{
	(void)self;
	return event->payload.len > 0 ? REFD_OK : REFD_CORRUPT;
}

static enum refd_status see_command(void *self, const struct refd_command_state *command)
{
	(void)self;
	return command->name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

static enum refd_status see_notice(void *self, const struct refd_notice_state *notice,
				   const struct refd_referee_state *recipient)
{
	(void)self;
	(void)notice;
	return recipient->name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

CASE(query_logs)
{
	const struct refd_range all = { { 0 }, { 0 } };
	const struct refd_ref fixture = { REFD_NOUN_FIXTURE, set->assigned.uuid };
	enum refd_status st =
		refd_query_events(league->app, fixture, all, NULL, see_event, NULL, NULL, err);

	if (st == REFD_OK)
		st = refd_query_commands(league->app, NULL, NULL, see_command, NULL, NULL, err);
	if (st == REFD_OK)
		st = refd_query_notices(league->app, (enum refd_notice_status)0, set->anna, NULL,
					see_notice, NULL, NULL, err);
	return st;
}

static enum refd_status see_referee(void *self, const struct refd_referee_state *referee)
{
	(void)self;
	return referee->name.len > 0 ? REFD_OK : REFD_CORRUPT;
}

/* The second page needs the key of the first. */
CASE(query_pages)
{
	struct refd_page page = { .limit = 1 };
	enum refd_status st = refd_query_referees(league->app, (enum refd_party_status)0, &page,
						  see_referee, NULL, &page.after, err);

	(void)set;
	if (st == REFD_OK)
		st = refd_query_referees(league->app, (enum refd_party_status)0, &page, see_referee,
					 NULL, &page.after, err);
	return st;
}

/* Sixty days later. */
CASE(purge_counted)
{
	const struct refd_purge what = { .commands = league_time(50, 0),
					 .notices = league_time(50, 0),
					 .events = league_time(25, 0),
					 .unpublished = true,
					 .dry_run = true };
	const struct refd_time now = league->now;
	enum refd_status st;

	(void)set;
	league->now.us += 60 * REFD_DAY;
	st = refd_purge(league->app, &what, NULL, err);
	league->now = now;
	return st;
}

static enum refd_status see_load(void *self, const struct refd_referee_state *referee,
				 const struct refd_load *load)
{
	(void)self;
	(void)referee;
	(void)load;
	return REFD_OK;
}

CASE(query_loads)
{
	(void)set;
	return refd_query_loads(league->app, (enum refd_party_status)0,
				(struct refd_range){ { 0 }, { 0 } }, NULL, see_load, NULL, NULL,
				err);
}

CASE(validate)
{
	size_t total = 0;

	(void)set;
	return refd_assigning_validate(league->app, NULL, 0, see_violation, NULL, &total, err);
}

CASE(what_if)
{
	const struct refd_stage row = { set->open, set->berta, REFD_ROLE_FIRST };
	size_t total = 0;

	return refd_assigning_what_if(league->app, &row, 1, see_violation, NULL, &total, err);
}

const struct use_case use_cases[] = {
	{ "referee.register", register_referee, true },
	{ "team.register", register_team, true },
	{ "venue.register", register_venue, true },
	{ "referee.correct", correct_referee, true },
	{ "team.correct", correct_team, true },
	{ "venue.correct", correct_venue, true },
	{ "referee.change_club", change_club, true },
	{ "referee.retire", retire_referee, true },
	{ "team.retire", retire_team, true },
	{ "venue.retire", retire_venue, true },
	{ "fixture.schedule", schedule, true },
	{ "fixture.reschedule", reschedule, true },
	{ "fixture.move", move, true },
	{ "fixture.cancel", cancel, true },
	{ "availability.declare", declare, true },
	{ "availability.withdraw", withdraw, true },
	{ "availability.lock fixture", lock_fixture, true },
	{ "availability.lock range", lock_range, true },
	{ "availability.lock board", lock_board, true },
	{ "availability.announce", announce, true },
	{ "assignment.stage", stage, true },
	{ "assignment.stage_many", stage_many, true },
	{ "assignment.unstage", unstage, true },
	{ "assignment.commit", commit, true },
	{ "assignment.replace", replace, true },
	{ "assignment.remove", remove_assignment, true },
	{ "rules.set", set_rules, true },
	{ "notice.retry", retry_notice, true },
	{ "unit of two commands", unit_of_two, true },
	{ "objects of a unit", unit_objects, false },
	{ "objects nobody knows", unknown_objects, false },
	{ "query by id", query_by_id, false },
	{ "query engagements", query_engagements, false },
	{ "query logs", query_logs, false },
	{ "query pages", query_pages, false },
	{ "query fixtures", query_fixtures, false },
	{ "query schedule", query_schedule, false },
	{ "query appointments", query_appointments, false },
	{ "purge, counted", purge_counted, false },
	{ "query loads", query_loads, false },
	{ "validate", validate, false },
	{ "what-if", what_if, false },
};

const size_t n_use_cases = sizeof(use_cases) / sizeof(use_cases[0]);
