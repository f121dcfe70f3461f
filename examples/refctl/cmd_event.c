#include "dto.h"
#include "input.h"
#include "list.h"

static const char *const columns[] = { "TIME",	  "TYPE",  "OBJECT",  "ID",
				       "VERSION", "ACTOR", "PAYLOAD", NULL };

static enum refd_status put_row(void *self, const struct refd_event_state *event)
{
	struct output *out = self;

	if (out->json) {
		output_object(out, event_json(event));
		return REFD_OK;
	}
	output_row(out);
	output_time(out, event->occurred_at);
	output_str(out, event->type);
	output_word(out, refd_noun_word(event->aggregate_type));
	output_id(out, event->aggregate_id);
	output_number(out, event->version);
	output_str(out, event->actor);
	output_str(out, event->payload);
	return REFD_OK;
}

static enum refd_status input_aggregate(struct refctl *ctl, struct refd_ref *aggregate)
{
	static const struct {
		enum option option;
		enum refd_noun noun;
	} nouns[] = { { OPT_FIXTURE, REFD_NOUN_FIXTURE },
		      { OPT_REFEREE, REFD_NOUN_REFEREE },
		      { OPT_TEAM, REFD_NOUN_TEAM },
		      { OPT_VENUE, REFD_NOUN_VENUE } };

	for (size_t i = 0; i < sizeof(nouns) / sizeof(nouns[0]); i++) {
		if (!args_has(ctl->args, nouns[i].option))
			continue;
		if (aggregate->noun)
			return refd_error_set(
				&ctl->err, REFD_INVALID,
				"only one of --fixture, --referee, --team and --venue can "
				"be asked for");
		aggregate->noun = nouns[i].noun;
		input_id(ctl, nouns[i].option, &aggregate->id);
	}
	return REFD_OK;
}

enum refd_status cmd_event_list(struct refctl *ctl)
{
	struct refd_ref aggregate = { 0 };
	struct refd_range range = { 0 };
	struct list list;
	enum refd_status st = input_aggregate(ctl, &aggregate);

	input_range(ctl, &range);
	if (st != REFD_OK)
		return st;
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_events(ctl->app, aggregate, range, &list.page, put_row, &list.out,
				       &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}
