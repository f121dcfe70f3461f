#include "app/clashes.h"

#include "base/message.h"
#include "domain/checks.h"
#include "domain/violations.h"

/* One party of the wanted fixture. */
struct side {
	enum refd_record record;
	struct refd_uuid id;
	const char *field;
	const char *words;
};

/* A fixture may have moved since it was linked; its teams stay. */
static bool concerns(const struct refd_fixture_state *state, const struct side *side)
{
	return side->record != REFD_RECORD_VENUE || refd_uuid_equal(state->venue.uuid, side->id);
}

/* By kick-off, then id; everything is behind NULL. */
static bool is_behind(const struct refd_fixture_state *state,
		      const struct refd_fixture_state *before)
{
	if (before == NULL || state->kickoff.us != before->kickoff.us)
		return before == NULL || state->kickoff.us > before->kickoff.us;
	return refd_uuid_compare(state->id.uuid, before->id.uuid) > 0;
}

static void refuse(const struct refd_fixture_state *wanted, const struct side *side,
		   const struct refd_fixture_state *other, struct refd_error *err)
{
	char when[REFD_TIME_TEXT + 1];
	const struct refd_ref object = { REFD_NOUN_FIXTURE, wanted->id.uuid };
	const struct refd_ref counterpart = { REFD_NOUN_FIXTURE, other->id.uuid };
	struct refd_violation *violation;

	(void)refd__refused(err, object,
			    side->record == REFD_RECORD_VENUE ? REFD_RULE_VENUE_TAKEN
							      : REFD_RULE_TEAM_TAKEN,
			    counterpart, "%s has another fixture at %s", side->words,
			    refd_time_format(other->kickoff, when));
	violation = refd__last_violation(err);
	if (violation != NULL)
		refd__message_copy(violation->field, sizeof(violation->field), side->field);
}

/* The first fixture behind @p before that clashes, NULL if there is none. Stores deliver in orders
 * of their own, and the same fixture may come twice. */
static enum refd_status next_clash(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				   const struct side *side, const struct refd_fixture_state *before,
				   const struct refd_fixture_state **ret, struct refd_error *err)
{
	const struct refd__party_node *party = refd__party_node(unit, side->record, side->id);
	const struct refd__party_link *link;
	enum refd_status st = REFD_OK;

	*ret = NULL;
	for (link = party->fixtures; link != NULL && st == REFD_OK; link = link->next) {
		const struct refd_fixture_state *other = &link->node->fixture->state;
		bool clash = false;

		if (other->status != REFD_FIXTURE_SCHEDULED ||
		    refd_uuid_equal(other->id.uuid, wanted->id.uuid) || !concerns(other, side) ||
		    !is_behind(other, before) || (*ret != NULL && !is_behind(*ret, other)))
			continue;
		st = refd__clash(unit, wanted->kickoff, other->kickoff, &clash, err);
		if (clash)
			*ret = other;
	}
	return st;
}

static enum refd_status check_side(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				   const struct side *side, bool *ret_refused,
				   struct refd_error *err)
{
	const struct refd_fixture_state *other = NULL;
	enum refd_status st = next_clash(unit, wanted, side, NULL, &other, err);

	while (st == REFD_OK && other != NULL) {
		refuse(wanted, side, other, err);
		*ret_refused = true;
		st = next_clash(unit, wanted, side, other, &other, err);
	}
	return st;
}

static enum refd_status check_sides(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				    const struct side *sides, size_t count, struct refd_error *err)
{
	struct refd__asking asking;
	bool refused = false;
	enum refd_status st;
	size_t i;

	refd__ask(&asking, unit);
	for (i = 0; i < count; i++)
		refd__ask_around(&asking, sides[i].record, sides[i].id, wanted->kickoff);
	st = refd__answer(&asking, err);
	for (i = 0; i < count && st == REFD_OK; i++)
		st = check_side(unit, wanted, &sides[i], &refused, err);
	return st == REFD_OK && refused ? REFD_REFUSED : st;
}

static struct side venue_of(const struct refd_fixture_state *wanted)
{
	return (struct side){ REFD_RECORD_VENUE, wanted->venue.uuid, "fixture.venue", "the venue" };
}

void refd__ask_rivals(struct refd__asking *asking, const struct refd_fixture_state *wanted)
{
	refd__ask_around(asking, REFD_RECORD_VENUE, wanted->venue.uuid, wanted->kickoff);
	refd__ask_around(asking, REFD_RECORD_TEAM, wanted->home.uuid, wanted->kickoff);
	refd__ask_around(asking, REFD_RECORD_TEAM, wanted->away.uuid, wanted->kickoff);
}

enum refd_status refd__require_free_venue(struct refd_unit *unit,
					  const struct refd_fixture_state *wanted,
					  struct refd_error *err)
{
	const struct side venue = venue_of(wanted);

	return check_sides(unit, wanted, &venue, 1, err);
}

enum refd_status refd__require_free(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				    struct refd_error *err)
{
	const struct side sides[] = {
		venue_of(wanted),
		{ REFD_RECORD_TEAM, wanted->home.uuid, "fixture.home", "the home team" },
		{ REFD_RECORD_TEAM, wanted->away.uuid, "fixture.away", "the away team" },
	};
	bool one_team = refd_uuid_equal(wanted->home.uuid, wanted->away.uuid);

	return check_sides(unit, wanted, sides, one_team ? 2 : 3, err);
}
