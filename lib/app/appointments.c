#include "app/appointments.h"

#include <string.h>

/* The value of a key, made zeroed if it is new; NULL: out of memory. */
static void *value_of(struct refd__appointments *list, enum refd_record kind, struct refd_uuid a,
		      struct refd_uuid b, size_t size)
{
	struct refd__map_entry *entry = refd__id_map_put(&list->map, (uint32_t)kind, a, b);

	if (entry != NULL && entry->value == NULL)
		entry->value = refd__arena_zero(list->map.arena, 1, size);
	return entry != NULL ? entry->value : NULL;
}

static struct refd__crew *crew_of(struct refd__appointments *list, struct refd_fixture_id fixture)
{
	return value_of(list, REFD_RECORD_FIXTURE, fixture.uuid, (struct refd_uuid){ { 0 } },
			sizeof(struct refd__crew));
}

static void join(struct refd__appointments *list, struct refd__crew *crew,
		 struct refd__person *person)
{
	struct refd__person **place = &crew->people;

	while (*place != NULL && memcmp(&(*place)->row.referee, &person->row.referee,
					sizeof(person->row.referee)) < 0)
		place = &(*place)->next;
	person->next = *place;
	*place = person;
	if (++crew->count > list->largest)
		list->largest = crew->count;
}

struct refd__person *refd__appointments_person(struct refd__appointments *list,
					       struct refd_fixture_id fixture,
					       struct refd_referee_id referee)
{
	struct refd__crew *crew = crew_of(list, fixture);
	struct refd__person *person =
		value_of(list, REFD_RECORD_ASSIGNMENT, fixture.uuid, referee.uuid, sizeof(*person));

	if (crew == NULL || person == NULL)
		return NULL;
	if (person->row.status == (enum refd_appointment_status)0) {
		person->row.referee = referee;
		person->row.status = REFD_APPOINTMENT_ENDED; /* unless a row says otherwise */
		join(list, crew, person);
	}
	return person;
}

/* ---- what the log says ---- */

/* The event at hand names a referee and a role. */
static struct refd__person *named(struct refd__appointments *list, struct refd_fixture_id fixture,
				  struct refd_referee_id referee, enum refd_role role)
{
	const struct refd_event_state *event = list->event;
	struct refd__person *person = refd__appointments_person(list, fixture, referee);

	if (person == NULL)
		return NULL;
	if (person->row.since.us == 0 || event->occurred_at.us < person->row.since.us)
		person->row.since = event->occurred_at;
	/* events of one instant may come in any order, those of one assignment have versions */
	if (!refd_uuid_equal(person->assignment, event->aggregate_id) ||
	    event->version > person->version) {
		person->row.role = role;
		person->assignment = event->aggregate_id;
		person->version = event->version;
	}
	return person;
}

/* It is about this referee alone. */
static enum refd_status planned(struct refd__appointments *list, struct refd_fixture_id fixture,
				struct refd_referee_id referee, enum refd_role role)
{
	struct refd__person *person = named(list, fixture, referee, role);

	if (person == NULL)
		return REFD_NO_MEMORY;
	person->row.revision++;
	refd__later(&person->row.changed, list->event->occurred_at);
	return REFD_OK;
}

/* It is about everybody on the fixture. */
static enum refd_status told(struct refd__appointments *list, struct refd_fixture_id fixture)
{
	struct refd__crew *crew = crew_of(list, fixture);

	if (crew == NULL)
		return REFD_NO_MEMORY;
	crew->revision++;
	refd__later(&crew->changed, list->event->occurred_at);
	return REFD_OK;
}

static enum refd_status seated(struct refd__appointments *list, struct refd_fixture_id fixture,
			       struct refd_referee_id referee, enum refd_role role)
{
	struct refd__person *person = named(list, fixture, referee, role);

	if (person == NULL)
		return REFD_NO_MEMORY;
	person->row.was_committed = true;
	return told(list, fixture);
}

static enum refd_status handed(struct refd__appointments *list,
			       const struct refd_event_assignment_referee_changed *event)
{
	struct refd__person *previous =
		named(list, event->fixture_id, event->previous, event->role);

	if (previous == NULL)
		return REFD_NO_MEMORY;
	previous->row.was_committed = true;
	return seated(list, event->fixture_id, event->referee_id, event->role);
}

static enum refd_status ruled(struct refd__appointments *list,
			      const struct refd_event_rules_changed *event)
{
	if (event->rules->match_duration != event->previous->match_duration) {
		list->revision++;
		refd__later(&list->changed, list->event->occurred_at);
	}
	return REFD_OK;
}

static enum refd_status corrected(struct refd__appointments *list, enum refd_record record)
{
	struct refd__corrections *of = value_of(list, record, list->event->aggregate_id,
						(struct refd_uuid){ { 0 } }, sizeof(*of));

	if (of == NULL)
		return REFD_NO_MEMORY;
	of->count++;
	refd__later(&of->last, list->event->occurred_at);
	return REFD_OK;
}

static bool stayed(const struct refd__crew *crew, struct refd_venue_id venue)
{
	const struct refd__stay *stay = crew->stays;

	while (stay != NULL && !refd_uuid_equal(stay->venue.uuid, venue.uuid))
		stay = stay->next;
	return stay != NULL;
}

static enum refd_status moved(struct refd__appointments *list,
			      const struct refd_event_fixture_venue_changed *event)
{
	const struct refd_venue_id venues[] = { event->previous, event->venue_id };
	struct refd__crew *crew = crew_of(list, event->fixture_id);
	size_t i;

	if (crew == NULL)
		return REFD_NO_MEMORY;
	for (i = 0; i < 2; i++) {
		struct refd__stay *stay = refd__arena_alloc(list->map.arena, sizeof(*stay));

		if (stay == NULL)
			return REFD_NO_MEMORY;
		*stay = (struct refd__stay){ crew->stays, venues[i] };
		if (!stayed(crew, venues[i]))
			crew->stays = stay;
	}
	return told(list, event->fixture_id);
}

static enum refd_status take_event(void *self, const struct refd_event *event)
{
	struct refd__appointments *list = self;
	const union refd_event_payload *p = &event->payload;

	switch (event->type) {
	case REFD_EVENT_REFEREE_CORRECTED:
	case REFD_EVENT_REFEREE_CLUB_CHANGED:
		return corrected(list, REFD_RECORD_REFEREE);
	case REFD_EVENT_TEAM_CORRECTED:
		return corrected(list, REFD_RECORD_TEAM);
	case REFD_EVENT_VENUE_CORRECTED:
		return corrected(list, REFD_RECORD_VENUE);
	case REFD_EVENT_FIXTURE_DATE_CHANGED:
		return told(list, p->fixture_date_changed.fixture_id);
	case REFD_EVENT_FIXTURE_VENUE_CHANGED:
		return moved(list, &p->fixture_venue_changed);
	case REFD_EVENT_FIXTURE_CANCELLED:
		return told(list, p->fixture_cancelled.fixture_id);
	case REFD_EVENT_ASSIGNMENT_CREATED:
		return planned(list, p->assignment_created.fixture_id,
			       p->assignment_created.referee_id, p->assignment_created.role);
	case REFD_EVENT_ASSIGNMENT_ROLE_CHANGED:
		return planned(list, p->assignment_role_changed.fixture_id,
			       p->assignment_role_changed.referee_id,
			       p->assignment_role_changed.role);
	case REFD_EVENT_ASSIGNMENT_REMOVED:
		return planned(list, p->assignment_removed.fixture_id,
			       p->assignment_removed.referee_id, p->assignment_removed.role);
	case REFD_EVENT_REFEREE_ASSIGNED:
		return seated(list, p->referee_assigned.fixture_id, p->referee_assigned.referee_id,
			      p->referee_assigned.role);
	case REFD_EVENT_REFEREE_UNASSIGNED:
		return seated(list, p->referee_unassigned.fixture_id,
			      p->referee_unassigned.referee_id, p->referee_unassigned.role);
	case REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED:
		return handed(list, &p->assignment_referee_changed);
	case REFD_EVENT_RULES_CHANGED:
		return ruled(list, &p->rules_changed);
	case REFD_EVENT_REFEREE_CREATED:
	case REFD_EVENT_REFEREE_RETIRED:
	case REFD_EVENT_TEAM_CREATED:
	case REFD_EVENT_TEAM_RETIRED:
	case REFD_EVENT_VENUE_CREATED:
	case REFD_EVENT_VENUE_RETIRED:
	case REFD_EVENT_FIXTURE_CREATED:
	case REFD_EVENT_AVAILABILITY_DECLARED:
	case REFD_EVENT_AVAILABILITY_WITHDRAWN:
	case REFD_EVENT_AVAILABILITIES_LOCKED:
	case REFD_EVENT_AVAILABILITIES_UNLOCKED:
	case REFD_EVENT_HAND_OUT_ANNOUNCED:
	case REFD_EVENT_RULE_OVERRIDDEN:
	case REFD_EVENT_FOREIGN:
	default:
		break; /* no calendar shows it */
	}
	return REFD_OK;
}

void refd__appointments_init(struct refd__appointments *list, struct refd__arena *arena)
{
	memset(list, 0, sizeof(*list));
	refd__id_map_init(&list->map, arena);
}

enum refd_status refd__appointments_add(struct refd__appointments *list,
					const struct refd_event_codec *codec,
					const struct refd_event_state *event,
					struct refd_error *err)
{
	if (event->aggregate_type == REFD_NOUN_AVAILABILITY)
		return REFD_OK; /* half of a log, and nothing a calendar shows */
	list->event = event;
	return codec->ops->decode(codec->self, event->type, event->schema, event->payload,
				  take_event, list, err);
}

/* ---- what came of it ---- */

const struct refd__crew *refd__appointments_crew(const struct refd__appointments *list,
						 struct refd_fixture_id fixture)
{
	const struct refd__map_entry *entry = refd__id_map_get(
		&list->map, REFD_RECORD_FIXTURE, fixture.uuid, (struct refd_uuid){ { 0 } });

	return entry != NULL ? entry->value : NULL;
}

static void add(const struct refd__appointments *list, enum refd_record record, struct refd_uuid id,
		struct refd__corrections *ret)
{
	const struct refd__map_entry *entry =
		refd__id_map_get(&list->map, (uint32_t)record, id, (struct refd_uuid){ { 0 } });
	const struct refd__corrections *of = entry != NULL ? entry->value : NULL;

	if (of == NULL)
		return;
	ret->count += of->count;
	refd__later(&ret->last, of->last);
}

struct refd__corrections refd__appointments_corrections(const struct refd__appointments *list,
							const struct refd__crew *crew,
							const struct refd_fixture_state *fixture)
{
	struct refd__corrections sum = { .count = 0 };
	const struct refd__person *person;
	const struct refd__stay *stay;

	for (stay = crew->stays; stay != NULL; stay = stay->next)
		add(list, REFD_RECORD_VENUE, stay->venue.uuid, &sum);
	if (!stayed(crew, fixture->venue))
		add(list, REFD_RECORD_VENUE, fixture->venue.uuid, &sum);
	add(list, REFD_RECORD_TEAM, fixture->home.uuid, &sum);
	add(list, REFD_RECORD_TEAM, fixture->away.uuid, &sum);
	for (person = crew->people; person != NULL; person = person->next)
		add(list, REFD_RECORD_REFEREE, person->row.referee.uuid, &sum);
	return sum;
}
