#include "dto.h"
#include "input.h"
#include "list.h"

static const char *const columns[] = { "ID", "NAME", "CLUB", "STATUS", "VERSION", NULL };

static void put(struct output *out, const struct refd_team_state *team)
{
	if (out->json) {
		output_object(out, team_json(team));
		return;
	}
	output_row(out);
	output_id(out, team->id.uuid);
	output_str(out, refd_name_str(&team->name));
	output_str(out, refd_name_str(&team->club));
	output_status(out, refd_party_status_words[team->status]);
	output_number(out, team->version);
}

static enum refd_status put_row(void *self, const struct refd_team_state *team)
{
	put(self, team);
	return REFD_OK;
}

static enum refd_status show(struct refctl *ctl, struct refd_team_id id)
{
	struct refd_team_state team;
	struct output out;
	enum refd_status st = refd_query_team(ctl->app, id, &team, &ctl->err);

	if (st != REFD_OK)
		return st;
	output_begin(&out, ctl, true, columns);
	put(&out, &team);
	return output_end(&out, ctl, st);
}

static void input_details(struct refctl *ctl, struct refd_team_details *details)
{
	input_text(ctl, OPT_NAME, &details->name);
	input_text(ctl, OPT_CLUB, &details->club);
}

enum refd_status cmd_team_add(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_team_id id = { 0 };
	struct refd_team_details details = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_id(ctl, OPT_ID, &id.uuid);
	input_details(ctl, &details);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_registry_register_team(ctl->app, &meta, id, &details, &result, &ctl->err);
	if (st != REFD_OK)
		return st;
	id.uuid = result.items[0].object.id;
	return show(ctl, id);
}

enum refd_status cmd_team_list(struct refctl *ctl)
{
	struct list list;
	int status = input_choice(ctl, OPT_PARTY_STATUS);
	enum refd_status st;

	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_teams(ctl->app, (enum refd_party_status)status, &list.page, put_row,
				      &list.out, &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}

enum refd_status cmd_team_show(struct refctl *ctl)
{
	struct refd_team_id id = { 0 };

	input_object(ctl, "team", &id.uuid);
	return input_status(ctl) == REFD_OK ? show(ctl, id) : REFD_INVALID;
}

/* What is not given stays; the version read keeps somebody else's correction from being undone. */
enum refd_status cmd_team_correct(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_team_id id = { 0 };
	struct refd_team_state now;
	struct refd_team_details details;
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "team", &id.uuid);
	input_correction(ctl);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_query_team(ctl->app, id, &now, &ctl->err);
	if (st != REFD_OK)
		return st;
	details = (struct refd_team_details){ refd_name_str(&now.name), refd_name_str(&now.club) };
	input_details(ctl, &details);
	if (meta.expected_version == 0)
		meta.expected_version = now.version;
	st = refd_registry_correct_team(ctl->app, &meta, id, &details, &result, &ctl->err);
	return st == REFD_OK ? show(ctl, id) : st;
}

enum refd_status cmd_team_retire(struct refctl *ctl)
{
	struct refd_command meta = input_command(ctl);
	struct refd_team_id id = { 0 };
	struct refd_result result;
	enum refd_status st;

	input_object(ctl, "team", &id.uuid);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = refd_registry_retire_team(ctl->app, &meta, id, &result, &ctl->err);
	return st == REFD_OK ? show(ctl, id) : st;
}
