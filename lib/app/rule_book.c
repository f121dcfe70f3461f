#include <refdomain/app/rule_book.h>

#include "app/reading.h"
#include "app/runner.h"
#include "base/message.h"
#include "domain/violations.h"

/* ---- get ---- */

static enum refd_status take_rules(void *self, size_t read, enum refd_record record,
				   const void *state)
{
	(void)read;
	(void)record;
	*(struct refd_rules *)self = *(const struct refd_rules *)state;
	return REFD_OK;
}

enum refd_status refd_rule_book_get(const struct refd_app *app, struct refd_rules *ret,
				    struct refd_error *err)
{
	struct refd_rules rules = refd_rules_default();
	enum refd_status st = refd__read_one(app, REFD_RECORD_RULES, refd_the_rules.uuid,
					     take_rules, &rules, err);

	if (st == REFD_OK)
		*ret = rules;
	return st;
}

/* ---- set ---- */

struct set_command {
	const struct refd_rules *rules;
	int64_t expected;
};

static bool days_change(const struct refd_rules *a, const struct refd_rules *b)
{
	return a->exclusivity != b->exclusivity ||
	       (b->exclusivity == REFD_EXCLUSIVITY_DAY &&
		!refd_str_equal((struct refd_str){ a->day_zone.utf8, a->day_zone.len },
				(struct refd_str){ b->day_zone.utf8, b->day_zone.len }));
}

/* An unknown zone is the caller's mistake, a missing port the program's. */
static enum refd_status check_zone(struct refd_unit *unit, const struct refd_rules *rules,
				   struct refd_error *err)
{
	const struct refd_timezone *port = &unit->app->ports.timezone;
	struct refd_str zone = { rules->day_zone.utf8, rules->day_zone.len };
	int32_t offset = 0;
	enum refd_status st;

	if (refd_str_equal(zone, refd_str_of("UTC")))
		return REFD_OK;
	if (port->ops == NULL)
		return refd__invalid(err, "rules.day_zone", REFD_RULE_OUT_OF_RANGE, 0, 0,
				     "only UTC is known without a timezone port");
	st = port->ops->offset(port->self, zone, unit->now, &offset, err);
	if (st == REFD_NOT_FOUND) {
		refd__error_reset(err);
		return refd__invalid(err, "rules.day_zone", REFD_RULE_OUT_OF_RANGE, 0, 0,
				     "there is no time zone %s", rules->day_zone.utf8);
	}
	return refd__unit_fail(unit, st);
}

/* Two scheduled fixtures that hold the same claim under the new rules. */
static enum refd_status refuse_claim(const struct refd_claim_state *claim,
				     struct refd_fixture_id other, struct refd_error *err)
{
	struct refd_ref object = { REFD_NOUN_FIXTURE, claim->fixture.uuid };

	return refd__refused(err, object,
			     claim->kind == REFD_CLAIM_VENUE ? REFD_RULE_VENUE_TAKEN
							     : REFD_RULE_TEAM_TAKEN,
			     (struct refd_ref){ REFD_NOUN_FIXTURE, other.uuid }, NULL);
}

/* Remember who holds the claim; *ret_clash when somebody does already. */
static enum refd_status hold(struct refd_unit *unit, struct refd__id_map *held,
			     const struct refd_claim_state *claim, bool *ret_clash,
			     struct refd_error *err)
{
	struct refd_uuid day = { { (uint8_t)claim->kind, (uint8_t)(claim->day >> 24),
				   (uint8_t)(claim->day >> 16), (uint8_t)(claim->day >> 8),
				   (uint8_t)claim->day } };
	struct refd__map_entry *entry = refd__id_map_put(held, 1, claim->holder, day);
	struct refd_fixture_id *holder;

	if (entry == NULL)
		return refd__no_memory(unit, err);
	if (entry->value != NULL) {
		*ret_clash = true;
		(void)refuse_claim(claim, *(const struct refd_fixture_id *)entry->value, err);
		return REFD_OK;
	}
	holder = refd__arena_alloc(&unit->arena, sizeof(*holder));
	if (holder == NULL)
		return refd__no_memory(unit, err);
	*holder = claim->fixture;
	entry->value = holder;
	return REFD_OK;
}

static enum refd_status hold_claims(struct refd_unit *unit,
				    const struct refd_fixture_state *fixture,
				    const struct refd_rules *rules, struct refd__id_map *held,
				    bool *ret_clash, struct refd_error *err)
{
	struct refd_claim_state claims[3];
	size_t n = 0;
	size_t i;
	enum refd_status st = refd__unit_fail(
		unit, refd__claims_of(&unit->app->ports, rules, fixture, claims, &n, err));

	for (i = 0; i < n && st == REFD_OK; i++)
		st = hold(unit, held, &claims[i], ret_clash, err);
	return st;
}

/* Whether the scheduled fixtures, as the unit leaves them, fit under the rules. All of them are
 * known afterwards: their claims are made anew with the change set. */
static enum refd_status require_fitting(struct refd_unit *unit, const struct refd_rules *rules,
					struct refd_error *err)
{
	const struct refd_key scheduled = { .number = REFD_FIXTURE_SCHEDULED };
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_FIXTURE,
					.index = REFD_INDEX_STATUS,
					.keys = &scheduled,
					.n_keys = 1 };
	struct refd__id_map held;
	bool clash = false;
	size_t i;
	enum refd_status st = refd__read(unit, &read, 1, err);

	refd__id_map_init(&held, &unit->arena);
	for (i = 0; i < unit->map.count && st == REFD_OK; i++) {
		const struct refd_fixture *fixture = refd__known_fixture(unit, i);

		if (fixture != NULL)
			st = hold_claims(unit, &fixture->state, rules, &held, &clash, err);
	}
	return st == REFD_OK && clash ? REFD_REFUSED : st;
}

static void note_days(struct refd_unit *unit)
{
	if (!unit->days_changed)
		unit->claim_rules = unit->rules;
	unit->days_changed = true;
}

static enum refd_status set_rules(struct refd_unit *unit, const void *arg, struct refd_result *ret,
				  struct refd_error *err)
{
	const struct set_command *cmd = arg;
	struct refd_rules wanted = *cmd->rules;
	enum refd_status st = refd_rules_check(&wanted, err);

	if (st == REFD_OK)
		st = check_zone(unit, &wanted, err);
	if (st == REFD_OK)
		st = refd__rules(unit, err);
	if (st == REFD_OK)
		st = refd__expect(unit, cmd->expected, unit->rules.version, REFD_NOUN_RULES,
				  refd_the_rules.uuid, err);
	if (st != REFD_OK)
		return st;
	if (days_change(&unit->rules, &wanted))
		st = require_fitting(unit, &wanted, err);
	wanted.id = refd_the_rules;
	wanted.version = unit->rules.version + 1;
	if (st == REFD_OK)
		st = refd__rules_changed(&unit->tracker, &wanted, &unit->rules, err);
	if (st == REFD_OK) {
		if (days_change(&unit->rules, &wanted))
			note_days(unit);
		unit->rules = wanted;
		unit->rules_changed = true;
		refd__result_add(ret, REFD_NOUN_RULES, refd_the_rules.uuid, wanted.version);
	}
	return st;
}

static void request_rules(struct refd__request *request, const struct refd_rules *rules)
{
	const struct refd_zone_name *zone = &rules->day_zone;
	const size_t len = zone->len <= REFD_ZONE_BYTES ? zone->len : 0; /* judged later */

	refd__request_number(request, rules->exclusivity);
	refd__request_text(request, (struct refd_str){ zone->utf8, len });
	refd__request_number(request, rules->match_duration);
	refd__request_number(request, rules->travel_speed);
	refd__request_number(request, rules->travel_gap);
	refd__request_number(request, rules->require_future_kickoff);
	refd__request_number(request, rules->require_availability);
	refd__request_number(request, rules->withdrawal_cutoff);
	refd__request_number(request, rules->neutral_referees);
	refd__request_number(request, rules->on_change);
	refd__request_number(request, rules->availability_on_change);
}

enum refd_status refd_rule_book_set(const struct refd_app *app, const struct refd_command *meta,
				    const struct refd_rules *rules, struct refd_result *ret,
				    struct refd_error *err)
{
	const struct set_command cmd = { rules, refd__expected(meta) };
	struct refd__task task;

	refd__task_init(&task, "rules.set", set_rules, &cmd);
	request_rules(&task.request, rules);
	refd__task_guard(&task, REFD_GUARD_RULES, refd_the_rules.uuid, 0);
	return refd__run(app, meta, &task, ret, err);
}
