#include "dto.h"
#include "input.h"
#include "list.h"

static const char *const columns[] = { "FIXTURE",     "KICK-OFF", "REFEREE", "NAME",
				       "DECLARED AT", "VERSION",  NULL };

static enum refd_status put_row(void *self, const struct refd_availability_state *availability,
				const struct refd_fixture_state *fixture,
				const struct refd_referee_state *referee)
{
	struct output *out = self;

	if (out->json) {
		output_object(out, availability_json(availability));
		return REFD_OK;
	}
	output_row(out);
	output_id(out, fixture->id.uuid);
	output_time(out, fixture->kickoff);
	output_id(out, referee->id.uuid);
	output_str(out, refd_name_str(&referee->name));
	output_time(out, availability->declared_at);
	output_number(out, availability->version);
	return REFD_OK;
}

/* Passes on the row of one referee among those of a fixture. */
struct pair {
	struct output *out;
	struct refd_referee_id referee;
};

static enum refd_status put_pair(void *self, const struct refd_availability_state *availability,
				 const struct refd_fixture_state *fixture,
				 const struct refd_referee_state *referee)
{
	struct pair *pair = self;

	if (!refd_uuid_equal(pair->referee.uuid, referee->id.uuid))
		return REFD_OK;
	return put_row(pair->out, availability, fixture, referee);
}

static void input_pair(struct refctl *ctl, struct refd_fixture_id *fixture,
		       struct refd_referee_id *referee)
{
	input_id(ctl, OPT_FIXTURE, &fixture->uuid);
	input_id(ctl, OPT_REFEREE, &referee->uuid);
}

enum refd_status cmd_availability_declare(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_engagement_filter filter = { 0 };
	struct refd_page all = { 0 };
	struct output out;
	struct pair pair = { .out = &out };
	struct refd_result result;
	enum refd_status st;

	input_pair(ctl, &filter.fixture, &pair.referee);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_availabilities_declare(ctl->app, &meta, filter.fixture, pair.referee,
						 &result, &ctl->err);
	if (st != REFD_OK)
		return st;
	output_begin(&out, ctl, true, columns);
	st = refd_query_availabilities(ctl->app, &filter, &all, put_pair, &pair, NULL, &ctl->err);
	return output_end(&out, ctl, st);
}

enum refd_status cmd_availability_withdraw(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_fixture_id fixture = { 0 };
	struct refd_referee_id referee = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_pair(ctl, &fixture, &referee);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_availabilities_withdraw(ctl->app, &meta, fixture, referee, &result,
						  &ctl->err);
	return st == REFD_OK && ctl->json ? output_json(ctl, json_null()) : st;
}

enum refd_status cmd_availability_list(struct refctl *ctl)
{
	struct refd_engagement_filter filter = { 0 };
	struct list list;
	enum refd_status st;

	input_pair(ctl, &filter.fixture, &filter.referee);
	input_range(ctl, &filter.range);
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_availabilities(ctl->app, &filter, &list.page, put_row, &list.out,
					       &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}

/* Lock, unlock and announce answer with how many objects they changed. */
static enum refd_status put_affected(struct refctl *ctl, const struct refd_result *result,
				     const char *what)
{
	if (ctl->json)
		return output_json(ctl,
				   json_pack("{s:I}", "affected", (json_int_t)result->affected));
	printf("%s: %lld\n", what, (long long)result->affected);
	return REFD_OK;
}

static void input_target(struct refctl *ctl, struct refd_lock_target *target)
{
	input_id(ctl, OPT_FIXTURE, &target->fixture.uuid);
	input_range(ctl, &target->range);
	target->board = args_has(ctl->args, OPT_ALL);
}

typedef enum refd_status lock_fn(const struct refd_app *app, const struct refd_command *meta,
				 const struct refd_lock_target *target, struct refd_result *ret,
				 struct refd_error *err);

static enum refd_status set_lock(struct refctl *ctl, lock_fn *verb, const char *what)
{
	struct refd_command meta = input_command(ctl);
	struct refd_lock_target target = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_target(ctl, &target);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = verb(ctl->app, &meta, &target, &result, &ctl->err);
	return st == REFD_OK ? put_affected(ctl, &result, what) : st;
}

enum refd_status cmd_availability_lock(struct refctl *ctl)
{
	return set_lock(ctl, refd_availabilities_lock, "locked");
}

enum refd_status cmd_availability_unlock(struct refctl *ctl)
{
	return set_lock(ctl, refd_availabilities_unlock, "unlocked");
}

enum refd_status cmd_availability_announce(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_lock_target target = { 0 };
	struct refd_time hand_out = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_target(ctl, &target);
	input_time(ctl, OPT_HAND_OUT, &hand_out);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_availabilities_announce(ctl->app, &meta, &target, hand_out, &result,
						  &ctl->err);
	return st == REFD_OK ? put_affected(ctl, &result, "announced") : st;
}
