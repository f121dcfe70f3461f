#include <stdlib.h>

#include "dto.h"
#include "input.h"
#include "list.h"
#include "report.h"
#include "staging.h"

static const char *const columns[] = { "FIXTURE", "KICK-OFF", "ROLE",	 "REFEREE",
				       "NAME",	  "STATUS",   "VERSION", NULL };

static enum refd_status put_row(void *self, const struct refd_assignment_state *assignment,
				const struct refd_fixture_state *fixture,
				const struct refd_referee_state *referee)
{
	struct output *out = self;

	if (out->json) {
		output_object(out, assignment_json(assignment));
		return REFD_OK;
	}
	output_row(out);
	output_id(out, fixture->id.uuid);
	output_time(out, fixture->kickoff);
	output_word(out, refd_role_word(assignment->role));
	output_id(out, referee->id.uuid);
	output_str(out, refd_name_str(&referee->name));
	output_status(out, assignment->staged_role
				   ? "committed, other role staged"
				   : refd_assignment_status_words[assignment->status]);
	output_number(out, assignment->version);
	return REFD_OK;
}

/* Passes on the row of one referee among those of a fixture. */
struct pair {
	struct output *out;
	struct refd_referee_id referee;
};

static enum refd_status put_pair(void *self, const struct refd_assignment_state *assignment,
				 const struct refd_fixture_state *fixture,
				 const struct refd_referee_state *referee)
{
	struct pair *pair = self;

	if (!refd_uuid_equal(pair->referee.uuid, referee->id.uuid))
		return REFD_OK;
	return put_row(pair->out, assignment, fixture, referee);
}

static enum refd_status show(struct refctl *ctl, struct refd_fixture_id fixture,
			     struct refd_referee_id referee)
{
	struct refd_engagement_filter filter = { .fixture = fixture };
	struct refd_page all = { 0 };
	struct output out;
	struct pair pair = { &out, referee };

	output_begin(&out, ctl, true, columns);
	return output_end(
		&out, ctl,
		refd_query_assignments(ctl->app, &filter, &all, put_pair, &pair, NULL, &ctl->err));
}

static enum refd_status put_count(struct refctl *ctl, const char *what, int64_t count)
{
	if (ctl->json)
		return output_json(ctl, json_pack("{s:I}", what, (json_int_t)count));
	printf("%s: %lld\n", what, (long long)count);
	return REFD_OK;
}

static enum refd_status stage_file(struct refctl *ctl, const struct refd_command *meta,
				   const struct staging *staging)
{
	struct staging_sink sink = { ctl, staging };
	struct refd_result result;
	enum refd_status st =
		refd_assigning_stage_many(ctl->app, meta, staging->rows, staging->count,
					  staging_row, &sink, &result, &ctl->err);

	return st == REFD_OK ? put_count(ctl, "staged", (int64_t)staging->count) : st;
}

enum refd_status cmd_assignment_stage(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct staging staging;
	struct refd_result result;
	enum refd_status st = staging_read(ctl, &staging);

	meta.timeout = staging.lines ? REFD_HOUR : 0;
	if (st == REFD_OK && staging.lines)
		st = stage_file(ctl, &meta, &staging);
	else if (st == REFD_OK)
		st = refd_assigning_stage(ctl->app, &meta, staging.rows, &result, &ctl->err);
	if (st == REFD_OK && !staging.lines)
		st = show(ctl, staging.rows[0].fixture, staging.rows[0].referee);
	staging_done(&staging);
	return st;
}

typedef enum refd_status drop_fn(const struct refd_app *app, const struct refd_command *meta,
				 struct refd_fixture_id fixture, struct refd_referee_id referee,
				 struct refd_result *ret, struct refd_error *err);

/* Unstage and remove leave nothing to show. */
static enum refd_status drop(struct refctl *ctl, drop_fn *verb)
{
	struct refd_command meta = input_command(ctl);
	struct refd_fixture_id fixture = { 0 };
	struct refd_referee_id referee = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_id(ctl, OPT_FIXTURE, &fixture.uuid);
	input_id(ctl, OPT_REFEREE, &referee.uuid);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = verb(ctl->app, &meta, fixture, referee, &result, &ctl->err);
	return st == REFD_OK && ctl->json ? output_json(ctl, json_null()) : st;
}

enum refd_status cmd_assignment_unstage(struct refctl *ctl)
{
	return drop(ctl, refd_assigning_unstage);
}

enum refd_status cmd_assignment_remove(struct refctl *ctl)
{
	return drop(ctl, refd_assigning_remove);
}

enum refd_status cmd_assignment_replace(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_replace cmd = { 0 };
	struct refd_override *overrides = NULL;
	struct refd_result result;
	enum refd_status st = overrides_read(ctl, true, &overrides, &cmd.n_overrides);

	cmd.overrides = overrides;
	input_id(ctl, OPT_FIXTURE, &cmd.fixture.uuid);
	input_id(ctl, OPT_REFEREE, &cmd.old_referee.uuid);
	input_id(ctl, OPT_NEW_REFEREE, &cmd.new_referee.uuid);
	input_text(ctl, OPT_REASON, &cmd.reason);
	if (st == REFD_OK)
		st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_assigning_replace(ctl->app, &meta, &cmd, &result, &ctl->err);
	free(overrides);
	return st == REFD_OK ? show(ctl, cmd.fixture, cmd.new_referee) : st;
}

enum refd_status cmd_assignment_list(struct refctl *ctl)
{
	struct refd_engagement_filter filter = { 0 };
	struct list list;
	enum refd_status st;

	input_id(ctl, OPT_FIXTURE, &filter.fixture.uuid);
	input_id(ctl, OPT_REFEREE, &filter.referee.uuid);
	input_range(ctl, &filter.range);
	filter.status = (enum refd_assignment_status)input_choice(ctl, OPT_ASSIGNMENT_STATUS);
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_assignments(ctl->app, &filter, &list.page, put_row, &list.out,
					    &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}

/* For people the violations are the result of the judgement: a table. */
static void put_violations(struct refctl *ctl)
{
	static const char *const headings[] = { "RULE", "SEVERITY", "FIXTURE", "REFEREE",
						"ROLE", "WHY",	    NULL };
	struct output out;

	if (ctl->json || ctl->report->count == 0)
		return;
	output_begin(&out, ctl, false, headings);
	for (size_t i = 0; i < ctl->report->count; i++) {
		const struct refd_violation *v = &ctl->report->items[i].violation;

		output_row(&out);
		output_word(&out, refd_rule_name(v->rule));
		output_status(&out, v->severity == REFD_SEVERITY_HARD ? "hard" : "overridable");
		output_id(&out, v->fixture.uuid);
		output_id(&out, v->referee.uuid);
		output_word(&out, refd_role_word(v->role));
		output_word(&out, violation_message(v));
	}
	/* the refusal itself is told anyway */
	if (output_end(&out, ctl, REFD_OK) == REFD_OK) {
		report_done(ctl->report);
		ctl->err.kept = ctl->err.total = 0;
	}
}

static enum refd_status put_judged(struct refctl *ctl, enum refd_status st, const char *done)
{
	if (st == REFD_REFUSED)
		put_violations(ctl);
	if (st != REFD_OK)
		return st;
	if (ctl->json)
		return output_json(ctl, json_pack("{s:s, s:[]}", "status", "OK", "violations"));
	puts(done);
	return REFD_OK;
}

enum refd_status cmd_assignment_validate(struct refctl *ctl)
{
	struct refd_override *overrides = NULL;
	size_t n_overrides = 0, total = 0;
	enum refd_status st = overrides_read(ctl, false, &overrides, &n_overrides);

	if (st == REFD_OK)
		st = refd_assigning_validate(ctl->app, overrides, n_overrides, report_violation,
					     ctl->report, &total, &ctl->err);
	free(overrides);
	return put_judged(ctl, st, "Assignments validated");
}

enum refd_status cmd_assignment_what_if(struct refctl *ctl)
{
	struct staging staging;
	size_t total = 0;
	enum refd_status st = staging_read(ctl, &staging);

	if (st == REFD_OK)
		st = refd_assigning_what_if(ctl->app, staging.rows, staging.count, report_violation,
					    ctl->report, &total, &ctl->err);
	staging_done(&staging);
	return put_judged(ctl, st, "No rule would be broken");
}

enum refd_status cmd_assignment_commit(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_commit cmd = { .valid_only = args_has(ctl->args, OPT_VALID_ONLY),
				   .sink = report_violation,
				   .sink_self = ctl->report };
	struct refd_override *overrides = NULL;
	struct refd_result result;
	enum refd_status st = overrides_read(ctl, true, &overrides, &cmd.n_overrides);

	cmd.overrides = overrides;
	meta.timeout = REFD_MINUTE;
	if (st == REFD_OK)
		st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_assigning_commit(ctl->app, &meta, &cmd, &result, &ctl->err);
	free(overrides);
	if (st == REFD_REFUSED || (st == REFD_OK && cmd.valid_only))
		put_violations(ctl);
	return st == REFD_OK ? put_count(ctl, "committed", result.affected) : st;
}
