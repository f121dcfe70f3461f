/* Paths of the core that the use cases do not go. */
#include "use_cases.h"

#define CASE(name)                                                                                 \
	static enum refd_status name(struct league *league, const struct stage_set *set,           \
				     struct refd_error *err)

CASE(schedule_by_id)
{
	struct refd_schedule schedule = set->schedule;

	schedule.id.uuid = support_uuid(UINT64_C(1) << 40);
	return refd_scheduling_schedule(league->app, league->meta, &schedule, &league->result, err);
}

/* Every claim is made anew. */
CASE(set_zone)
{
	struct refd_rules rules = refd_rules_default();
	enum refd_status st =
		refd_rules_set(&rules, refd_str_of("day_zone"), refd_str_of("Europe/Berlin"), err);

	(void)set;
	return st == REFD_OK
		       ? refd_rule_book_set(league->app, league->meta, &rules, &league->result, err)
		       : st;
}

/* One changes her role and takes the place of another; one comes who has not declared, twice. */
static enum refd_status stage_and_commit(struct league *league, const struct stage_set *set,
					 const struct refd_command *meta, struct refd_error *err)
{
	const struct refd_stage rows[] = { { set->assigned, set->anna, REFD_ROLE_SECOND },
					   { set->open, set->clara, REFD_ROLE_FIRST },
					   { set->staged, set->clara, REFD_ROLE_SECOND } };
	const struct refd_override overrides[] = {
		{ REFD_RULE_REFEREE_NOT_AVAILABLE, set->open, set->clara, refd_str_of("asked") },
		{ REFD_RULE_REFEREE_NOT_AVAILABLE, set->staged, set->clara, refd_str_of("asked") },
	};
	const struct refd_commit commit = { .overrides = overrides, .n_overrides = 2 };
	enum refd_status st = refd_assigning_stage_many(league->app, meta, rows, 3, NULL, NULL,
							&league->result, err);

	return st == REFD_OK
		       ? refd_assigning_commit(league->app, meta, &commit, &league->result, err)
		       : st;
}

CASE(exchange)
{
	struct refd_command meta = *league->meta;
	enum refd_status st = refd_unit_begin(league->app, &meta, &meta.unit, err);

	if (st == REFD_ALREADY_EXISTS) {
		refd_error_clear(err); /* asked again */
		return REFD_OK;
	}
	if (st != REFD_OK)
		return st;
	meta.id = (struct refd_command_id){ { { 0 } } };
	st = stage_and_commit(league, set, &meta, err);
	if (st == REFD_OK)
		return refd_unit_commit(meta.unit, err);
	refd_unit_rollback(meta.unit);
	return st;
}

static enum refd_status see_row(void *self, size_t row, enum refd_status status,
				const struct refd_result *result, const struct refd_error *err)
{
	(void)row;
	(void)status;
	(void)result;
	(void)err;
	++*(size_t *)self;
	return REFD_OK;
}

/* Every row is reported, and then nothing is staged. */
CASE(stage_many_refused)
{
	const struct refd_fixture_id unknown = { support_uuid(UINT64_C(1) << 41) };
	const struct refd_stage rows[] = { { set->open, set->berta, REFD_ROLE_SECOND },
					   { unknown, set->anna, REFD_ROLE_FIRST },
					   { set->staged, set->berta, REFD_ROLE_SECOND } };
	size_t seen = 0;
	enum refd_status st = refd_assigning_stage_many(league->app, NULL, rows, 3, see_row, &seen,
							&league->result, err);

	if (st == REFD_NOT_FOUND && seen == 3) {
		refd_error_clear(err);
		return REFD_OK;
	}
	return st == REFD_OK || st == REFD_NOT_FOUND
		       ? refd_error_set(err, REFD_CORRUPT, "not every row was told of")
		       : st;
}

const struct use_case rare_cases[] = {
	{ "fixture.schedule under an id", schedule_by_id, true },
	{ "rules.set to another zone", set_zone, true },
	{ "unit of an exchange", exchange, true },
	{ "assignment.stage_many, refused", stage_many_refused, false },
};

const size_t n_rare_cases = sizeof(rare_cases) / sizeof(rare_cases[0]);
