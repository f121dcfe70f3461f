#include "dto.h"
#include "input.h"
#include "list.h"
#include "listing.h"

static const char *const columns[] = { "KICK-OFF", "ROLE", "HOME", "AWAY",    "VENUE",
				       "STREET",   "ZIP",  "CITY", "FIXTURE", NULL };

static enum refd_status put_row(void *self, const struct refd_fixture_card *card,
				enum refd_role role)
{
	struct output *out = self;

	if (out->json) {
		fixture_put(out, card);
		return REFD_OK;
	}
	output_row(out);
	output_time(out, card->fixture.kickoff);
	output_word(out, refd_role_word(role));
	output_str(out, card->home_name);
	output_str(out, card->away_name);
	output_str(out, card->venue_name);
	output_str(out, card->venue_street);
	output_str(out, card->venue_zip);
	output_str(out, card->venue_city);
	output_id(out, card->fixture.id.uuid);
	return REFD_OK;
}

enum refd_status cmd_schedule_show(struct refctl *ctl)
{
	struct refd_referee_id referee = { 0 };
	struct refd_range range = { 0 };
	struct list list;
	enum refd_status st;

	input_object(ctl, "referee", &referee.uuid);
	input_range(ctl, &range);
	st = list_begin(&list, ctl, columns);
	if (st == REFD_OK)
		st = refd_query_schedule(ctl->app, referee, range, &list.page, put_row, &list.out,
					 &list.next, &ctl->err);
	return list_end(&list, ctl, st);
}
