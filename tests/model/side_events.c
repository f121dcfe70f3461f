/* New events of the library in the words of the model. */
#include <stdio.h>
#include <string.h>

#include "side.h"

struct telling {
	struct side *side;
	struct pm_answer *answer;
	const struct refd_event_state *row;
	size_t skip;
};

static const char *word(const char *const *words, unsigned int value)
{
	return value ? words[value] : "-";
}

static void tell(struct telling *telling, const char *subject, const char *more)
{
	struct pm_answer *answer = telling->answer;

	if (answer->n_events < PM_EVENTS_MOST)
		snprintf(answer->events[answer->n_events++], PM_EVENT_TEXT, "%s v%lld %.*s%s%s",
			 subject, (long long)telling->row->version, (int)telling->row->type.len,
			 telling->row->type.ptr, more[0] ? " " : "", more);
}

static void tell_numbered(struct telling *telling, const char *noun, struct refd_uuid id,
			  const char *more)
{
	char subject[64];

	snprintf(subject, sizeof(subject), "%s %d", noun, side_number(id));
	if (!refd_uuid_equal(id, telling->row->aggregate_id))
		side_problem(telling->side, "%s: the payload names another object", subject);
	tell(telling, subject, more);
}

static void tell_pair(struct telling *telling, const char *noun, struct refd_fixture_id fixture,
		      struct refd_referee_id referee, const char *more)
{
	char subject[64];

	snprintf(subject, sizeof(subject), "%s %d/%d", noun, side_number(fixture.uuid),
		 side_number(referee.uuid));
	tell(telling, subject, more);
}

static void print_party(char *text, size_t size, struct refd_str name, struct refd_str club,
			struct refd_str phone, struct refd_str email, struct refd_str street,
			int place)
{
	snprintf(text, size, "name=%d club=%d phone=%d email=%d street=%d place=%d",
		 side_text_number(name), side_text_number(club), side_text_number(phone),
		 side_text_number(email), side_text_number(street), place);
}

static int place_of(const struct refd_coordinates *coordinates)
{
	if (!coordinates->set)
		return 0;
	for (int i = 1; i <= PM_PLACES; i++)
		if (pm_places[i].latitude == coordinates->latitude &&
		    pm_places[i].longitude == coordinates->longitude)
			return i;
	return -1;
}

static void tell_party(struct telling *telling, const struct refd_event *event)
{
	const union refd_event_payload *p = &event->payload;
	const struct refd_event_venue *venue = &p->venue_created;
	const struct refd_str none = { NULL, 0 };
	char more[160] = "";

	switch ((int)event->type) {
	case REFD_EVENT_REFEREE_CREATED:
	case REFD_EVENT_REFEREE_CORRECTED:
		print_party(more, sizeof(more), p->referee_created.name, p->referee_created.club,
			    p->referee_created.phone, p->referee_created.email, none, 0);
		tell_numbered(telling, "referee", p->referee_created.referee_id.uuid, more);
		break;
	case REFD_EVENT_REFEREE_CLUB_CHANGED:
		snprintf(more, sizeof(more), "club=%d previous=%d",
			 side_text_number(p->referee_club_changed.club_name),
			 side_text_number(p->referee_club_changed.previous));
		tell_numbered(telling, "referee", p->referee_club_changed.referee_id.uuid, more);
		break;
	case REFD_EVENT_REFEREE_RETIRED:
		tell_numbered(telling, "referee", p->referee_retired.referee_id.uuid, more);
		break;
	case REFD_EVENT_TEAM_CREATED:
	case REFD_EVENT_TEAM_CORRECTED:
		print_party(more, sizeof(more), p->team_created.name, p->team_created.club, none,
			    none, none, 0);
		tell_numbered(telling, "team", p->team_created.team_id.uuid, more);
		break;
	case REFD_EVENT_TEAM_RETIRED:
		tell_numbered(telling, "team", p->team_retired.team_id.uuid, more);
		break;
	case REFD_EVENT_VENUE_CREATED:
	case REFD_EVENT_VENUE_CORRECTED:
		print_party(more, sizeof(more), venue->name, none, venue->phone, venue->email,
			    venue->street, place_of(&venue->coordinates));
		tell_numbered(telling, "venue", venue->venue_id.uuid, more);
		break;
	default:
		tell_numbered(telling, "venue", p->venue_retired.venue_id.uuid, more);
		break;
	}
}

static void print_outcomes(char *text, size_t size, const struct refd_list *list)
{
	const struct refd_fixture_outcome *outcomes = list->items;
	size_t used = strlen(text);

	for (unsigned int role = 1; role <= PM_ROLES; role++)
		for (size_t i = 0; i < list->count; i++)
			if (outcomes[i].role == role)
				used += (size_t)snprintf(
					text + used, size - used, " %d:%s:%s:%x",
					side_number(outcomes[i].referee.uuid),
					word(refd_role_words, role),
					word(refd_outcome_words, outcomes[i].outcome),
					outcomes[i].rules);
}

static void print_released(char *text, size_t size, const struct refd_list *list)
{
	const struct refd_slot_state *slots = list->items;
	size_t used = strlen(text);

	for (unsigned int role = 1; role <= PM_ROLES; role++)
		for (size_t i = 0; i < list->count; i++)
			if (slots[i].role == role)
				used += (size_t)snprintf(text + used, size - used, " %d:%s",
							 side_number(slots[i].referee.uuid),
							 word(refd_role_words, role));
}

static void tell_fixture(struct telling *telling, const struct refd_event *event)
{
	const union refd_event_payload *p = &event->payload;
	struct refd_uuid id = p->fixture_created.fixture_id.uuid; /* first in each of them */
	char more[PM_EVENT_TEXT] = "";

	switch ((int)event->type) {
	case REFD_EVENT_FIXTURE_CREATED:
		snprintf(more, sizeof(more), "home=%d away=%d venue=%d date=%ld",
			 side_number(p->fixture_created.team_home_id.uuid),
			 side_number(p->fixture_created.team_away_id.uuid),
			 side_number(p->fixture_created.venue_id.uuid),
			 side_minutes(p->fixture_created.date));
		break;
	case REFD_EVENT_FIXTURE_DATE_CHANGED:
		snprintf(more, sizeof(more), "date=%ld previous=%ld outcomes=",
			 side_minutes(p->fixture_date_changed.date),
			 side_minutes(p->fixture_date_changed.previous));
		print_outcomes(more, sizeof(more), &p->fixture_date_changed.outcomes);
		break;
	case REFD_EVENT_FIXTURE_VENUE_CHANGED:
		snprintf(more, sizeof(more), "venue=%d previous=%d outcomes=",
			 side_number(p->fixture_venue_changed.venue_id.uuid),
			 side_number(p->fixture_venue_changed.previous.uuid));
		print_outcomes(more, sizeof(more), &p->fixture_venue_changed.outcomes);
		break;
	default:
		snprintf(more, sizeof(more), "released=");
		print_released(more, sizeof(more), &p->fixture_cancelled.released);
		break;
	}
	tell_numbered(telling, "fixture", id, more);
}

static void tell_availability(struct telling *telling, const struct refd_event *event)
{
	const struct refd_event_availability_withdrawn *p = &event->payload.availability_withdrawn;
	const struct refd_event_hand_out_announced *lock = &event->payload.hand_out_announced;
	char more[80] = "";

	if (event->type == REFD_EVENT_AVAILABILITY_DECLARED) {
		tell_pair(telling, "availability", p->fixture_id, p->referee_id, more);
		return;
	}
	if (event->type == REFD_EVENT_AVAILABILITY_WITHDRAWN) {
		snprintf(more, sizeof(more), "reason=%s",
			 word(refd_availability_reason_words, p->reason));
		tell_pair(telling, "availability", p->fixture_id, p->referee_id, more);
		return;
	}
	snprintf(more, sizeof(more), "scope=%s",
		 lock->scope == REFD_LOCK_BOARD ? "board" : "fixture");
	if (event->type == REFD_EVENT_HAND_OUT_ANNOUNCED)
		snprintf(more + strlen(more), sizeof(more) - strlen(more), " hand_out=%ld",
			 side_minutes(lock->hand_out));
	if (lock->scope == REFD_LOCK_BOARD)
		tell(telling, "board", more);
	else
		tell_numbered(telling, "fixture", lock->fixture_id.uuid, more);
}

static void print_assignment(const struct refd_event *event, char *more, size_t size)
{
	const union refd_event_payload *p = &event->payload;

	switch ((int)event->type) {
	case REFD_EVENT_ASSIGNMENT_CREATED:
		snprintf(more, size, "role=%s previous=- replaces=%d",
			 word(refd_role_words, p->assignment_created.role),
			 side_number(p->assignment_created.replaces.uuid));
		break;
	case REFD_EVENT_ASSIGNMENT_ROLE_CHANGED:
		snprintf(more, size, "role=%s previous=%s replaces=%d",
			 word(refd_role_words, p->assignment_role_changed.role),
			 word(refd_role_words, p->assignment_role_changed.previous),
			 side_number(p->assignment_role_changed.replaces.uuid));
		break;
	case REFD_EVENT_ASSIGNMENT_REMOVED:
		snprintf(more, size, "role=%s", word(refd_role_words, p->assignment_removed.role));
		break;
	case REFD_EVENT_REFEREE_ASSIGNED:
		snprintf(more, size, "role=%s previous=%s",
			 word(refd_role_words, p->referee_assigned.role),
			 word(refd_role_words, p->referee_assigned.previous_role));
		break;
	case REFD_EVENT_REFEREE_UNASSIGNED:
		snprintf(more, size, "role=%s reason=%s",
			 word(refd_role_words, p->referee_unassigned.role),
			 word(refd_unassign_reason_words, p->referee_unassigned.reason));
		break;
	case REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED:
		snprintf(more, size, "previous=%d role=%s reason=%d",
			 side_number(p->assignment_referee_changed.previous.uuid),
			 word(refd_role_words, p->assignment_referee_changed.role),
			 side_text_number(p->assignment_referee_changed.reason));
		break;
	default:
		for (int rule = 1; rule <= REFD_ENGINE_RULES; rule++)
			if (p->rule_overridden.rules == UINT32_C(1) << rule)
				snprintf(more, size, "rules=%s reason=%d",
					 refd_rule_name((enum refd_rule)rule),
					 side_text_number(p->rule_overridden.reason));
		break;
	}
}

static void tell_assignment(struct telling *telling, const struct refd_event *event)
{
	/* assignment, fixture and referee come first in each of them */
	const struct refd_event_assignment_created *p = &event->payload.assignment_created;
	char more[160] = "";

	print_assignment(event, more, sizeof(more));
	if (!refd_uuid_equal(p->assignment_id.uuid, telling->row->aggregate_id))
		side_problem(telling->side, "%s: the payload names another object", more);
	tell_pair(telling, "assignment", p->fixture_id, p->referee_id, more);
}

static enum refd_status tell_event(void *self, const struct refd_event *event)
{
	struct telling *telling = self;

	if (event->type < REFD_EVENT_FIXTURE_CREATED)
		tell_party(telling, event);
	else if (event->type < REFD_EVENT_AVAILABILITY_DECLARED)
		tell_fixture(telling, event);
	else if (event->type < REFD_EVENT_ASSIGNMENT_CREATED)
		tell_availability(telling, event);
	else if (event->type < REFD_EVENT_RULES_CHANGED)
		tell_assignment(telling, event);
	else if (event->type == REFD_EVENT_RULES_CHANGED)
		tell(telling, "rules", "");
	else
		side_problem(telling->side, "an event this build does not know");
	return REFD_OK;
}

/* Versions of an aggregate grow by one per event. */
static void check_version(struct telling *telling)
{
	struct side *side = telling->side;
	const struct refd_event_state *row = telling->row;

	for (size_t i = 0; i < SIDE_AGGREGATES; i++) {
		struct side_aggregate *aggregate = &side->aggregates[i];

		if (aggregate->ref.noun && (aggregate->ref.noun != row->aggregate_type ||
					    !refd_uuid_equal(aggregate->ref.id, row->aggregate_id)))
			continue;
		aggregate->ref.noun = row->aggregate_type;
		aggregate->ref.id = row->aggregate_id;
		if (row->version != aggregate->version + 1)
			side_problem(side, "%s: version %lld follows %lld",
				     refd_noun_word(row->aggregate_type), (long long)row->version,
				     (long long)aggregate->version);
		aggregate->version = row->version;
		return;
	}
	side_problem(side, "more aggregates than the driver keeps");
}

static enum refd_status take_row(void *self, const struct refd_event_state *row)
{
	struct telling *telling = self;
	const struct refd_event_codec *codec = &telling->side->ports.codec;
	struct refd_error err = REFD_ERROR_INIT;

	if (telling->skip) {
		telling->skip--;
		return REFD_OK;
	}
	if (telling->side->said)
		side_tell_row(telling->side->said, REFD_RECORD_EVENT, row);
	telling->row = row;
	telling->side->seen++;
	check_version(telling);
	if (codec->ops->decode(codec->self, row->type, row->schema, row->payload, tell_event,
			       telling, &err) != REFD_OK)
		side_problem(telling->side, "%s", err.message);
	return REFD_OK;
}

void side_events(struct side *side, struct pm_answer *answer)
{
	struct telling telling = { .side = side, .answer = answer };
	struct refd_ref all = { 0 };
	struct refd_range range = { side->now, { 0 } };
	struct refd_page page = { .limit = 0 };
	struct refd_error err = REFD_ERROR_INIT;

	if (side->seen_at != side->now.us) {
		side->seen_at = side->now.us;
		side->seen = 0;
	}
	telling.skip = side->seen;
	if (refd_query_events(side->app, all, range, &page, take_row, &telling, NULL, &err) !=
	    REFD_OK)
		side_problem(side, "events: %s", err.message);
}
