/* What a season asks of each referee. */
#include "input.h"
#include "list.h"

static size_t matches_of(const struct refd_load *load)
{
	return load->matches[REFD_ROLE_FIRST - 1] + load->matches[REFD_ROLE_SECOND - 1];
}

static int64_t kilometres(const struct refd_load *load)
{
	return (load->metres + 500) / 1000;
}

static void put_json(struct output *out, const struct refd_referee_state *referee,
		     const struct refd_load *load)
{
	output_object(out,
		      json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:o}", "id",
				json_id(referee->id.uuid), "name",
				json_str(refd_name_str(&referee->name)), "club",
				json_str(refd_name_str(&referee->club)), "matches",
				(json_int_t)matches_of(load), "km", (json_int_t)kilometres(load),
				"legs", (json_int_t)load->legs, "unknown_legs",
				(json_int_t)load->unknown_legs, "last", json_time(load->last)));
}

static enum refd_status put_row(void *self, const struct refd_referee_state *referee,
				const struct refd_load *load)
{
	struct output *out = self;

	if (out->json) {
		put_json(out, referee, load);
		return REFD_OK;
	}
	output_row(out);
	output_str(out, refd_name_str(&referee->name));
	output_str(out, refd_name_str(&referee->club));
	output_number(out, (int64_t)matches_of(load));
	output_number(out, kilometres(load));
	output_number(out, (int64_t)load->legs);
	output_number(out, (int64_t)load->unknown_legs);
	output_time(out, load->last);
	output_id(out, referee->id.uuid);
	return REFD_OK;
}

enum refd_status cmd_referee_load(struct refctl *ctl)
{
	static const char *const columns[] = { "NAME",	       "CLUB", "MATCHES", "KM", "LEGS",
					       "UNKNOWN LEGS", "LAST", "ID",	  NULL };
	const int status = input_choice(ctl, OPT_PARTY_STATUS);
	struct refd_range range = { { 0 }, { 0 } };
	struct list list;
	enum refd_status st;

	input_range(ctl, &range);
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_loads(ctl->app, (enum refd_party_status)status, range, &list.page,
				      put_row, &list.out, &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}
