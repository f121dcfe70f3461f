#include "app/clashes.h"

#include "domain/violations.h"

static bool concerns(const struct refd_fixture_state *state, enum refd_record record,
		     struct refd_uuid party)
{
	if (record == REFD_RECORD_VENUE)
		return refd_uuid_equal(state->venue.uuid, party);
	return refd_uuid_equal(state->home.uuid, party) || refd_uuid_equal(state->away.uuid, party);
}

/* An earlier link of the same fixture was looked at already: a fixture that moved away and back has
 * two. */
static bool seen_before(const struct refd__party_link *first, const struct refd__party_link *link)
{
	for (; first != link; first = first->next) {
		if (first->node == link->node)
			return true;
	}
	return false;
}

static enum refd_status refuse(const struct refd_fixture_state *wanted, enum refd_record record,
			       const struct refd_fixture_state *other, struct refd_error *err)
{
	char when[REFD_TIME_TEXT + 1];
	struct refd_ref object = { REFD_NOUN_FIXTURE, wanted->id.uuid };
	struct refd_ref counterpart = { REFD_NOUN_FIXTURE, other->id.uuid };
	bool venue = record == REFD_RECORD_VENUE;

	return refd__refused(err, object, venue ? REFD_RULE_VENUE_TAKEN : REFD_RULE_TEAM_TAKEN,
			     counterpart, "the %s has another fixture at %s",
			     venue ? "venue" : "team", refd_time_format(other->kickoff, when));
}

static enum refd_status check_party(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				    enum refd_record record, struct refd_uuid id, bool *ret_refused,
				    struct refd_error *err)
{
	const struct refd__party_node *party;
	const struct refd__party_link *link;
	enum refd_status st = refd__load_around(unit, record, id, wanted->kickoff, err);

	if (st != REFD_OK)
		return st;
	party = refd__party_node(unit, record, id);
	for (link = party->fixtures; link != NULL && st == REFD_OK; link = link->next) {
		const struct refd_fixture_state *other = &link->node->fixture->state;
		bool clash = false;

		if (other->status != REFD_FIXTURE_SCHEDULED ||
		    refd_uuid_equal(other->id.uuid, wanted->id.uuid) ||
		    !concerns(other, record, id))
			continue;
		st = refd__clash(unit, wanted->kickoff, other->kickoff, &clash, err);
		if (st == REFD_OK && clash && !seen_before(party->fixtures, link)) {
			(void)refuse(wanted, record, other, err);
			*ret_refused = true;
		}
	}
	return st;
}

enum refd_status refd__require_free_venue(struct refd_unit *unit,
					  const struct refd_fixture_state *wanted,
					  struct refd_error *err)
{
	bool refused = false;
	enum refd_status st =
		check_party(unit, wanted, REFD_RECORD_VENUE, wanted->venue.uuid, &refused, err);

	return st == REFD_OK && refused ? REFD_REFUSED : st;
}

enum refd_status refd__require_free(struct refd_unit *unit, const struct refd_fixture_state *wanted,
				    struct refd_error *err)
{
	bool refused = false;
	enum refd_status venue = refd__require_free_venue(unit, wanted, err);
	enum refd_status st = venue == REFD_REFUSED ? REFD_OK : venue;

	if (st == REFD_OK)
		st = check_party(unit, wanted, REFD_RECORD_TEAM, wanted->home.uuid, &refused, err);
	if (st == REFD_OK && !refd_uuid_equal(wanted->home.uuid, wanted->away.uuid))
		st = check_party(unit, wanted, REFD_RECORD_TEAM, wanted->away.uuid, &refused, err);
	if (st == REFD_OK && refused)
		st = REFD_REFUSED;
	return st == REFD_OK ? venue : st;
}
