/* Units of work over any store: they see their own changes, hold their guards, and are dead after a
 * technical failure. */
#include <string.h>

#include <refdomain/app/queries.h>
#include <refdomain/app/registry.h>
#include <refdomain/app/rule_book.h>
#include <refdomain/app/scheduling.h>

#include "ranges.h"
#include "seat.h"

/* A unit open on a seat, and the meta that names it. */
struct open_unit {
	struct refd_contract__seat *seat;
	struct refd_unit *unit;
	struct refd_command meta;
};

static bool unit_open(struct refd_contract__seat *seat, struct open_unit *ret)
{
	enum refd_status status = refd_unit_begin(seat->actor->app, NULL, &ret->unit, &seat->err);

	ret->seat = seat;
	ret->meta = (struct refd_command){ .struct_size = sizeof(ret->meta) };
	if (status == REFD_OK)
		ret->meta.unit = ret->unit;
	refd_contract__answered(seat, "opening a unit", status, REFD_OK);
	return status == REFD_OK;
}

static void unit_commit(struct open_unit *open, enum refd_status expected)
{
	refd_contract__answered(open->seat, "committing a unit",
				refd_unit_commit(open->unit, &open->seat->err), expected);
}

static void scheduled(struct refd_contract__seat *seat, const struct refd_command *meta,
		      const struct refd_schedule *wanted, enum refd_status expected)
{
	refd_contract__answered(
		seat, "scheduling",
		refd_scheduling_schedule(seat->actor->app, meta, wanted, NULL, &seat->err),
		expected);
}

static void moved(struct open_unit *open, const struct refd_schedule *fixture,
		  struct refd_venue_id venue, enum refd_status expected)
{
	refd_contract__answered(open->seat, "moving a fixture",
				refd_scheduling_move(open->seat->actor->app, &open->meta,
						     fixture->id, venue, NULL, &open->seat->err),
				expected);
}

static void is_at(struct refd_contract__actor *actor, const struct refd_schedule *fixture,
		  struct refd_venue_id venue)
{
	const struct refd_fixture_state *row =
		refd_contract__get(actor, REFD_RECORD_FIXTURE, &fixture->id);

	refd_contract__check(actor->kit, row && refd_uuid_equal(row->venue.uuid, venue.uuid),
			     "a fixture is not at the venue it was moved to");
}

/* What is new in a unit takes its place; what left it in the unit gives it free. */
static void sees_itself(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_schedule one, other;
	struct open_unit open;

	(void)arg;
	if (!seat)
		return;
	one = refd_contract__fixture_on(kit, &league, 0, 0, 1);
	other = refd_contract__fixture_on(kit, &league, 1, 0, 1);
	if (!unit_open(seat, &open))
		return;
	scheduled(seat, &open.meta, &one, REFD_OK);
	scheduled(seat, &open.meta, &other, REFD_REFUSED);
	moved(&open, &one, league.venues[1], REFD_OK);
	scheduled(seat, &open.meta, &other, REFD_OK);
	moved(&open, &one, league.venues[0], REFD_REFUSED);
	unit_commit(&open, REFD_OK);
	is_at(seat->actor, &one, league.venues[1]);
	is_at(seat->actor, &other, league.venues[0]);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, one.id.uuid, 2);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, other.id.uuid, 1);
}

/* Two stored fixtures change their venues within one unit, by way of a third. */
static void swaps_within(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_schedule one, other;
	struct open_unit open;

	(void)arg;
	if (!seat)
		return;
	one = refd_contract__fixture_on(kit, &league, 0, 0, 1);
	other = refd_contract__fixture_on(kit, &league, 1, 1, 1);
	scheduled(seat, NULL, &one, REFD_OK);
	scheduled(seat, NULL, &other, REFD_OK);
	if (!unit_open(seat, &open))
		return;
	moved(&open, &one, league.venues[2], REFD_OK);
	moved(&open, &other, league.venues[0], REFD_OK);
	moved(&open, &one, league.venues[1], REFD_OK);
	unit_commit(&open, REFD_OK);
	is_at(seat->actor, &one, league.venues[1]);
	is_at(seat->actor, &other, league.venues[0]);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, one.id.uuid, 3);
}

static void rolled_back(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_schedule one;
	struct open_unit open;

	(void)arg;
	if (!seat)
		return;
	one = refd_contract__fixture_on(kit, &league, 0, 0, 1);
	if (!unit_open(seat, &open))
		return;
	scheduled(seat, &open.meta, &one, REFD_OK);
	refd_unit_rollback(open.unit);
	refd_contract__check(kit, !refd_contract__get(seat->actor, REFD_RECORD_FIXTURE, &one.id),
			     "a rolled back fixture is there");
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, one.id.uuid, 0);
	scheduled(seat, NULL, &one, REFD_OK);
}

/* A refusal changes nothing and leaves the unit as it was. */
static void refusal_is_harmless(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	struct refd_schedule one, bad;
	struct open_unit open;

	(void)arg;
	if (!seat)
		return;
	one = refd_contract__fixture_on(kit, &league, 0, 0, 1);
	if (!unit_open(seat, &open))
		return;
	scheduled(seat, &open.meta, &one, REFD_OK);
	bad = refd_contract__fixture_on(kit, &league, 1, 1, 2);
	bad.away = bad.home;
	scheduled(seat, &open.meta, &bad, REFD_REFUSED);
	bad = refd_contract__fixture_on(kit, &league, 1, 1, 2);
	bad.kickoff.us = 0;
	scheduled(seat, &open.meta, &bad, REFD_INVALID);
	bad = refd_contract__fixture_on(kit, &league, 1, 1, 2);
	bad.venue.uuid = refd_contract__uuid(kit);
	scheduled(seat, &open.meta, &bad, REFD_NOT_FOUND);
	unit_commit(&open, REFD_OK);
	is_at(seat->actor, &one, league.venues[0]);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, bad.id.uuid, 0);
}

/* The store fails one read; it answers well again, but the unit may not go on. */
static void failure_is_poison(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	enum refd_status failure = (enum refd_status)arg;
	struct refd_schedule one, other;
	struct open_unit open;

	if (!seat)
		return;
	one = refd_contract__fixture_on(kit, &league, 0, 0, 1);
	other = refd_contract__fixture_on(kit, &league, 1, 1, 2);
	if (!unit_open(seat, &open))
		return;
	scheduled(seat, &open.meta, &one, REFD_OK);
	seat->faulty.status = failure;
	seat->faulty.fail_at = seat->faulty.calls + 1;
	scheduled(seat, &open.meta, &other, failure);
	scheduled(seat, &open.meta, &other, REFD_MISUSE);
	unit_commit(&open, REFD_MISUSE);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, one.id.uuid, 0);
	scheduled(seat, NULL, &one, REFD_OK);
}

/* The n-th call fails, for every n until none does: one effect in the end, whatever the fault. */
static void every_call_fails(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__league league;
	struct refd_contract__seat *seat = refd_contract__sit_in_league(kit, &league);
	enum refd_status failure = (enum refd_status)arg;
	bool failed = true;

	if (!seat)
		return;
	for (uint64_t n = 1; failed && n < 50 && !refd_contract__failed(kit); n++) {
		struct refd_schedule wanted =
			refd_contract__fixture_on(kit, &league, 0, 0, (int64_t)n);
		struct refd_command meta = { .struct_size = sizeof(meta),
					     .id = { refd_contract__uuid(kit) } };
		enum refd_status status;

		seat->faulty.status = failure;
		seat->faulty.done = failure == REFD_UNKNOWN;
		seat->faulty.fail_at = seat->faulty.calls + n;
		seat->faulty.failed = 0;
		status = refd_scheduling_schedule(seat->actor->app, &meta, &wanted, NULL,
						  &seat->err);
		failed = seat->faulty.failed > 0;
		seat->faulty.fail_at = 0;
		if (failure == REFD_BACKEND && failed) {
			refd_contract__answered(seat, "a call that fails", status, failure);
			refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, wanted.id.uuid, 0);
			scheduled(seat, &meta, &wanted, REFD_OK);
		} else {
			refd_contract__answered(seat, "a call that is tried again", status,
						REFD_OK);
		}
		refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, wanted.id.uuid, 1);
	}
	refd_contract__check(kit, !failed || refd_contract__failed(kit),
			     "scheduling takes more than fifty calls");
}

/* What a second application does beside an open unit. */
struct rival {
	struct refd_contract__seat *seat;
	struct refd_schedule wanted;
};

static void schedule_beside(struct refd_contract__actor *actor)
{
	struct rival *rival = actor->kit->shared;

	refd_contract__stage(actor, 1);
	actor->status =
		refd_scheduling_schedule(actor->app, NULL, &rival->wanted, NULL, &rival->seat->err);
	refd_contract__stage(actor, 2);
}

/* Where no unique key helps: two fixtures overlap at one venue, the second waits for the first unit
 * and then sees what it did. */
static void rival_waits(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0);
	struct refd_rules rules = refd_rules_default();
	struct refd_contract__league league;
	struct refd_schedule one;
	struct open_unit open;
	struct rival rival;

	(void)arg;
	rival.seat = refd_contract__sit(kit, 1);
	if (!seat || !rival.seat)
		return;
	refd_contract__league(seat, &league);
	rules.exclusivity = REFD_EXCLUSIVITY_OVERLAP;
	refd_contract__answered(
		seat, "setting the rules",
		refd_rule_book_set(seat->actor->app, NULL, &rules, NULL, &seat->err), REFD_OK);
	one = refd_contract__fixture_on(kit, &league, 0, 0, 1);
	rival.wanted = refd_contract__fixture_on(kit, &league, 1, 0, 1);
	rival.wanted.kickoff.us += REFD_HOUR;
	kit->shared = &rival;
	if (!unit_open(seat, &open))
		return;
	scheduled(seat, &open.meta, &one, REFD_OK);
	refd_contract__start(rival.seat->actor, schedule_beside);
	(void)refd_contract__reached(rival.seat->actor, 1, REFD_CONTRACT__SLACK);
	refd_contract__check(kit,
			     !refd_contract__reached(rival.seat->actor, 2, REFD_CONTRACT__MOMENT),
			     "a rival does not wait for the unit");
	unit_commit(&open, REFD_OK);
	refd_contract__join(rival.seat->actor);
	refd_contract__answered(rival.seat, "the rival", rival.seat->actor->status, REFD_REFUSED);
	refd_contract__events(seat->actor, REFD_NOUN_FIXTURE, rival.wanted.id.uuid, 0);
}

/* ---- what people read ---- */

struct cards {
	struct refd_contract__kit *kit;
	const struct refd_contract__season *season;
	size_t count;
};

static const union refd_contract__state *row_of(const struct cards *cards, enum refd_record record,
						struct refd_uuid id)
{
	static const union refd_contract__state none;

	for (size_t i = 0; i < cards->season->count; i++)
		if (cards->season->records[i] == record &&
		    memcmp(&cards->season->rows[i].state, &id, sizeof(id)) == 0)
			return &cards->season->rows[i].state;
	return &none;
}

static bool is_name(struct refd_str text, const struct refd_name *name)
{
	return refd_str_equal(text, refd_name_str(name));
}

static bool referees_fit(const struct cards *cards, const struct refd_fixture_card *card)
{
	size_t slots = 0;

	for (size_t i = 0; i < cards->season->count; i++)
		slots += cards->season->records[i] == REFD_RECORD_SLOT &&
			 refd_uuid_equal(cards->season->rows[i].state.SLOT.fixture.uuid,
					 card->fixture.id.uuid);
	for (size_t i = 0; i < card->n_referees; i++) {
		const struct refd_card_referee *one = &card->referees[i];
		const struct refd_referee_state *row =
			&row_of(cards, REFD_RECORD_REFEREE, one->id.uuid)->REFEREE;

		if (!is_name(one->name, &row->name) || !is_name(one->club, &row->club) ||
		    one->version != row->version ||
		    (i > 0 && one->role <= card->referees[i - 1].role))
			return false;
	}
	return slots == card->n_referees;
}

static enum refd_status see_card(void *self, const struct refd_fixture_card *card)
{
	struct cards *cards = self;
	const struct refd_fixture_state *fixture =
		&row_of(cards, REFD_RECORD_FIXTURE, card->fixture.id.uuid)->FIXTURE;
	const struct refd_team_state *home =
		&row_of(cards, REFD_RECORD_TEAM, fixture->home.uuid)->TEAM;
	const struct refd_team_state *away =
		&row_of(cards, REFD_RECORD_TEAM, fixture->away.uuid)->TEAM;
	const struct refd_venue_state *venue =
		&row_of(cards, REFD_RECORD_VENUE, fixture->venue.uuid)->VENUE;

	cards->count++;
	refd_contract__check(
		cards->kit,
		!refd_contract__difference(&refd_fixture_layout, fixture, &card->fixture) &&
			is_name(card->home_name, &home->name) &&
			is_name(card->home_club, &home->club) &&
			is_name(card->away_name, &away->name) &&
			is_name(card->away_club, &away->club) &&
			card->home_version == home->version && card->away_version == away->version,
		"a card's fixture or teams are not those stored");
	refd_contract__check(
		cards->kit,
		is_name(card->venue_name, &venue->name) &&
			refd_str_equal(card->venue_street, refd_line_str(&venue->street)) &&
			refd_str_equal(card->venue_zip, refd_line_str(&venue->zip)) &&
			refd_str_equal(card->venue_city, refd_line_str(&venue->city)) &&
			refd_str_equal(card->venue_phone, refd_phone_str(&venue->phone)) &&
			refd_str_equal(card->venue_email, refd_email_str(&venue->email)) &&
			card->venue_coordinates.set == venue->coordinates.set &&
			card->venue_version == venue->version,
		"a card's venue is not the one stored");
	refd_contract__check(cards->kit, referees_fit(cards, card),
			     "a card's referees are not those of its slots");
	return REFD_OK;
}

/* Fixtures of the season the filter lets through; a filter sets one member here. */
static size_t cards_expected(const struct refd_contract__season *season,
			     const struct refd_fixture_filter *filter)
{
	size_t count = 0;

	for (size_t i = 0; i < season->count; i++) {
		const struct refd_fixture_state *fixture = &season->rows[i].state.FIXTURE;

		if (season->records[i] != REFD_RECORD_FIXTURE)
			continue;
		count += (refd_uuid_is_unset(filter->venue.uuid) ||
			  refd_uuid_equal(filter->venue.uuid, fixture->venue.uuid)) &&
			 (refd_uuid_is_unset(filter->team.uuid) ||
			  refd_uuid_equal(filter->team.uuid, fixture->home.uuid) ||
			  refd_uuid_equal(filter->team.uuid, fixture->away.uuid)) &&
			 (!filter->status || filter->status == fixture->status);
	}
	return count;
}

static void ask_cards(struct refd_contract__seat *seat, struct cards *cards,
		      const struct refd_fixture_filter *filter)
{
	struct refd_page page = { .limit = 100 };
	size_t expected = cards_expected(cards->season, filter);

	cards->count = 0;
	refd_contract__answered(seat, "asking for fixtures",
				refd_query_fixtures(seat->actor->app, filter, &page, see_card,
						    cards, NULL, &seat->err),
				REFD_OK);
	refd_contract__check(cards->kit, cards->count == expected, "%zu cards of %zu fixtures",
			     cards->count, expected);
}

/* Fixtures with names and addresses, whether the store joins them itself or the core does: all,
 * those of every venue, team and status, and each by its id. */
static void cards_fit(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__seat *seat = refd_contract__sit(kit, 0);
	struct refd_fixture_filter filter = { .status = REFD_FIXTURE_SCHEDULED };
	struct cards cards = { .kit = kit };

	(void)arg;
	if (!seat)
		return;
	cards.season = refd_contract__season(seat->actor);
	if (!cards.season)
		return;
	ask_cards(seat, &cards, &filter);
	filter.status = REFD_FIXTURE_CANCELLED;
	ask_cards(seat, &cards, &filter);
	ask_cards(seat, &cards, &(struct refd_fixture_filter){ .unstaffed = false });
	for (size_t i = 0; i < cards.season->count; i++) {
		const union refd_contract__state *row = &cards.season->rows[i].state;

		filter = (struct refd_fixture_filter){ .unstaffed = false };
		if (cards.season->records[i] == REFD_RECORD_VENUE)
			filter.venue = row->VENUE.id;
		else if (cards.season->records[i] == REFD_RECORD_TEAM)
			filter.team = row->TEAM.id;
		else if (cards.season->records[i] == REFD_RECORD_FIXTURE)
			refd_contract__answered(seat, "asking for a fixture",
						refd_query_fixture(seat->actor->app,
								   row->FIXTURE.id, see_card,
								   &cards, &seat->err),
						REFD_OK);
		if (!refd_uuid_is_unset(filter.venue.uuid) || !refd_uuid_is_unset(filter.team.uuid))
			ask_cards(seat, &cards, &filter);
	}
}

struct refd_contract__cases refd_contract__unit_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "overlay__unit_sees_its_own_changes", sees_itself, 0, 0 },
		{ "overlay__fixtures_swap_venues_in_a_unit", swaps_within, 0, 0 },
		{ "unit__rollback_leaves_nothing", rolled_back, 0, 0 },
		{ "unit__refusal_leaves_it_usable", refusal_is_harmless, 0, 0 },
		{ "unit__rival_waits_for_its_guards", rival_waits, 0, 0 },
		{ "poison__backend_failure_ends_a_unit", failure_is_poison, REFD_BACKEND, 0 },
		{ "poison__unavailable_store_ends_a_unit", failure_is_poison, REFD_UNAVAILABLE, 0 },
		{ "fault__nth_call_fails_for_good", every_call_fails, REFD_BACKEND, 0 },
		{ "fault__nth_call_fails_for_now", every_call_fails, REFD_UNAVAILABLE, 0 },
		{ "fault__nth_answer_is_lost", every_call_fails, REFD_UNKNOWN, 0 },
		{ "query__cards_are_as_stored", cards_fit, 0, 0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
