/* Appointments: the log of events, counted by fixture and by referee, with the assignments that
 * stand now. Nothing here depends on the order of events of one instant: what counts is added up,
 * and what stands is read from the rows. */
#include <string.h>

#include "app/reading.h"
#include "base/digest.h"
#include "domain/violations.h"

#define CHUNK 128 /* referees found at once */

/* One referee of one fixture. */
struct person {
	struct person *next; /* by referee id */
	struct refd_appointment row;
	struct refd_uuid assignment; /* the last one that named the role */
	int64_t version;
};

/* What concerns everybody on a fixture. */
struct crew {
	struct person *people;
	size_t count;
	int64_t revision;
	struct refd_time changed;
};

struct appointments {
	struct refd__reading *reading;
	struct refd__pager pager;
	struct refd_referee_id referee;
	refd_appointment_sink *sink;
	void *self;
	struct refd_error *err;
	struct refd__id_map map; /* crews, people, and when parties were corrected */
	struct refd__finds referees;
	const struct refd_event_state *event; /* at hand */
	int64_t revision;		      /* of all of them */
	struct refd_time changed;
	size_t largest; /* crew */
	struct refd_appointment *rows;
	bool ended;
};

static enum refd_status no_memory(struct appointments *list)
{
	return refd_error_set(list->err, REFD_NO_MEMORY, "no memory for a query");
}

static void later(struct refd_time *at, struct refd_time time)
{
	if (time.us > at->us)
		*at = time;
}

/* The value of a key, made zeroed if it is new; NULL: out of memory. */
static void *value_of(struct appointments *list, enum refd_record kind, struct refd_uuid a,
		      struct refd_uuid b, size_t size)
{
	struct refd__map_entry *entry = refd__id_map_put(&list->map, (uint32_t)kind, a, b);

	if (entry != NULL && entry->value == NULL)
		entry->value = refd__arena_zero(&list->reading->arena, 1, size);
	return entry != NULL ? entry->value : NULL;
}

static struct crew *crew_of(struct appointments *list, struct refd_fixture_id fixture)
{
	return value_of(list, REFD_RECORD_FIXTURE, fixture.uuid, (struct refd_uuid){ { 0 } },
			sizeof(struct crew));
}

static void join(struct appointments *list, struct crew *crew, struct person *person)
{
	struct person **place = &crew->people;

	while (*place != NULL && memcmp(&(*place)->row.referee, &person->row.referee,
					sizeof(person->row.referee)) < 0)
		place = &(*place)->next;
	person->next = *place;
	*place = person;
	if (++crew->count > list->largest)
		list->largest = crew->count;
}

static struct person *person_of(struct appointments *list, struct refd_fixture_id fixture,
				struct refd_referee_id referee)
{
	struct crew *crew = crew_of(list, fixture);
	struct person *person =
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
static struct person *named(struct appointments *list, struct refd_fixture_id fixture,
			    struct refd_referee_id referee, enum refd_role role)
{
	const struct refd_event_state *event = list->event;
	struct person *person = person_of(list, fixture, referee);

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
static enum refd_status planned(struct appointments *list, struct refd_fixture_id fixture,
				struct refd_referee_id referee, enum refd_role role)
{
	struct person *person = named(list, fixture, referee, role);

	if (person == NULL)
		return no_memory(list);
	person->row.revision++;
	later(&person->row.changed, list->event->occurred_at);
	return REFD_OK;
}

/* It is about everybody on the fixture. */
static enum refd_status told(struct appointments *list, struct refd_fixture_id fixture)
{
	struct crew *crew = crew_of(list, fixture);

	if (crew == NULL)
		return no_memory(list);
	crew->revision++;
	later(&crew->changed, list->event->occurred_at);
	return REFD_OK;
}

static enum refd_status seated(struct appointments *list, struct refd_fixture_id fixture,
			       struct refd_referee_id referee, enum refd_role role)
{
	struct person *person = named(list, fixture, referee, role);

	if (person == NULL)
		return no_memory(list);
	person->row.was_committed = true;
	return told(list, fixture);
}

static enum refd_status handed(struct appointments *list,
			       const struct refd_event_assignment_referee_changed *event)
{
	struct person *previous = named(list, event->fixture_id, event->previous, event->role);

	if (previous == NULL)
		return no_memory(list);
	previous->row.was_committed = true;
	return seated(list, event->fixture_id, event->referee_id, event->role);
}

static enum refd_status ruled(struct appointments *list,
			      const struct refd_event_rules_changed *event)
{
	if (event->rules->match_duration != event->previous->match_duration) {
		list->revision++;
		later(&list->changed, list->event->occurred_at);
	}
	return REFD_OK;
}

static enum refd_status corrected(struct appointments *list, enum refd_record record)
{
	struct refd_time *at = value_of(list, record, list->event->aggregate_id,
					(struct refd_uuid){ { 0 } }, sizeof(*at));

	if (at == NULL)
		return no_memory(list);
	later(at, list->event->occurred_at);
	return REFD_OK;
}

static enum refd_status take_event(void *self, const struct refd_event *event)
{
	struct appointments *list = self;
	const union refd_event_payload *p = &event->payload;

	switch (event->type) {
	case REFD_EVENT_REFEREE_CORRECTED:
		return corrected(list, REFD_RECORD_REFEREE);
	case REFD_EVENT_TEAM_CORRECTED:
		return corrected(list, REFD_RECORD_TEAM);
	case REFD_EVENT_VENUE_CORRECTED:
		return corrected(list, REFD_RECORD_VENUE);
	case REFD_EVENT_FIXTURE_DATE_CHANGED:
		return told(list, p->fixture_date_changed.fixture_id);
	case REFD_EVENT_FIXTURE_VENUE_CHANGED:
		return told(list, p->fixture_venue_changed.fixture_id);
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
	case REFD_EVENT_REFEREE_CLUB_CHANGED:
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
		return REFD_OK; /* no calendar shows it */
	}
	return REFD_OK;
}

/* ---- what stands now ---- */

static enum refd_status take_assignment(struct appointments *list,
					const struct refd_assignment_state *assignment)
{
	struct person *person = person_of(list, assignment->fixture, assignment->referee);
	bool staged = assignment->status == REFD_ASSIGNMENT_STAGED;

	if (person == NULL)
		return no_memory(list);
	person->row.role = assignment->role;
	person->row.status = staged ? REFD_APPOINTMENT_STAGED : REFD_APPOINTMENT_COMMITTED;
	person->row.was_committed = person->row.was_committed || !staged;
	return REFD_OK;
}

static enum refd_status take(void *self, size_t read, enum refd_record record, const void *state)
{
	struct appointments *list = self;
	const struct refd_event_codec *codec = &list->reading->app->ports.codec;
	const struct refd_event_state *event = state;

	(void)read;
	if (record == REFD_RECORD_ASSIGNMENT)
		return take_assignment(list, state);
	if (event->aggregate_type == REFD_NOUN_AVAILABILITY)
		return REFD_OK; /* half of a log, and nothing a calendar shows */
	list->event = event;
	return codec->ops->decode(codec->self, event->type, event->schema, event->payload,
				  take_event, list, list->err);
}

/* ---- delivery ---- */

/* The cards' sink must not read, so everybody is found before. */
static enum refd_status find_referees(struct appointments *list)
{
	struct refd_uuid ids[CHUNK];
	enum refd_status st = REFD_OK;
	size_t n = 0;
	size_t i;

	refd__finds_init(&list->referees, list->reading);
	if (!refd_uuid_is_unset(list->referee.uuid))
		ids[n++] = list->referee.uuid;
	for (i = 0; i < list->map.count && st == REFD_OK; i++) {
		if (list->map.entries[i].kind != REFD_RECORD_ASSIGNMENT)
			continue;
		ids[n++] = list->map.entries[i].b;
		if (n < CHUNK)
			continue;
		st = refd__finds_load(&list->referees, REFD_RECORD_REFEREE, ids, n, list->err);
		n = 0;
	}
	if (st == REFD_OK && n > 0)
		st = refd__finds_load(&list->referees, REFD_RECORD_REFEREE, ids, n, list->err);
	if (st == REFD_OK && !refd_uuid_is_unset(list->referee.uuid) &&
	    refd__finds_get(&list->referees, REFD_RECORD_REFEREE, list->referee.uuid) == NULL)
		st = refd__not_found(list->err, REFD_NOUN_REFEREE, list->referee.uuid);
	return st;
}

static void later_of(const struct appointments *list, struct refd_time *at, enum refd_record record,
		     struct refd_uuid id)
{
	const struct refd__map_entry *entry =
		refd__id_map_get(&list->map, (uint32_t)record, id, (struct refd_uuid){ { 0 } });

	if (entry != NULL)
		later(at, *(const struct refd_time *)entry->value);
}

/* When anything that is shown of the fixture last changed for everybody on it. */
static struct refd_time changed(const struct appointments *list, const struct crew *crew,
				const struct refd_fixture_state *fixture)
{
	const struct person *person;
	struct refd_time at = crew->changed;

	later_of(list, &at, REFD_RECORD_VENUE, fixture->venue.uuid);
	later_of(list, &at, REFD_RECORD_TEAM, fixture->home.uuid);
	later_of(list, &at, REFD_RECORD_TEAM, fixture->away.uuid);
	for (person = crew->people; person != NULL; person = person->next)
		later_of(list, &at, REFD_RECORD_REFEREE, person->row.referee.uuid);
	return at;
}

static enum refd_status fill(struct appointments *list, const struct crew *crew,
			     const struct refd_fixture_state *fixture)
{
	const struct refd_time at = changed(list, crew, fixture);
	struct refd_appointment *row = list->rows;
	const struct person *person;

	for (person = crew->people; person != NULL; person = person->next, row++) {
		const struct refd_referee_state *referee = refd__finds_get(
			&list->referees, REFD_RECORD_REFEREE, person->row.referee.uuid);

		if (referee == NULL)
			return refd_error_object(list->err, REFD_CORRUPT, REFD_NOUN_FIXTURE,
						 fixture->id.uuid,
						 "an event or assignment lacks its referee");
		*row = person->row;
		row->name = refd_name_str(&referee->name);
		row->club = refd_name_str(&referee->club);
		row->revision += crew->revision + list->revision;
		/* a change of the match duration is told only to who was there before it */
		later(&row->changed, at);
		if (row->since.us < list->changed.us)
			later(&row->changed, list->changed);
		if (fixture->status == REFD_FIXTURE_CANCELLED)
			row->status = REFD_APPOINTMENT_ENDED;
	}
	return REFD_OK;
}

static enum refd_status take_card(void *self, const struct refd_fixture_card *card)
{
	struct appointments *list = self;
	const struct refd_uuid fixture = card->fixture.id.uuid;
	const struct refd_position position = { .time = card->fixture.kickoff, .id = fixture };
	const struct refd__map_entry *entry = refd__id_map_get(
		&list->map, REFD_RECORD_FIXTURE, fixture, (struct refd_uuid){ { 0 } });
	const struct crew *crew = entry != NULL ? entry->value : NULL;
	enum refd_status st;

	if (crew == NULL || crew->count == 0)
		return REFD_OK;
	if (!refd_uuid_is_unset(list->referee.uuid) &&
	    refd__id_map_get(&list->map, REFD_RECORD_ASSIGNMENT, fixture, list->referee.uuid) ==
		    NULL)
		return REFD_OK;
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return REFD_REFUSED; /* ends the read */
	}
	refd__pager_note(&list->pager, &position);
	st = fill(list, crew, &card->fixture);
	return st == REFD_OK ? list->sink(list->self, card, list->rows, crew->count) : st;
}

static enum refd_status run(struct appointments *list, struct refd_range range)
{
	const struct refd_read log[] = {
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_EVENT, .index = REFD_INDEX_ALL },
		{ .kind = REFD_READ_RANGE,
		  .record = REFD_RECORD_ASSIGNMENT,
		  .index = REFD_INDEX_ALL },
	};
	const struct refd_read cards = { .kind = REFD_READ_CARDS,
					 .record = REFD_RECORD_FIXTURE,
					 .index = REFD_INDEX_ALL,
					 .range = range,
					 .after = list->pager.after };
	enum refd_status st = refd__reading_run(list->reading, log, 2, take, list, list->err);

	if (st == REFD_OK)
		st = find_referees(list);
	if (st != REFD_OK)
		return st;
	list->rows =
		refd__arena_zero(&list->reading->arena, list->largest + 1, sizeof(*list->rows));
	if (list->rows == NULL)
		return no_memory(list);
	st = refd__read_cards(list->reading, &cards, take_card, list, list->err);
	return list->ended ? REFD_OK : st;
}

static enum refd_status begin(struct appointments *list, struct refd_range range,
			      const struct refd_page *page)
{
	struct refd__digest query;

	refd__digest_init(&query);
	refd__digest_add(&query, "appointments", 12);
	refd__digest_add(&query, &list->referee, sizeof(list->referee));
	refd__digest_add(&query, &range, sizeof(range));
	refd__id_map_init(&list->map, &list->reading->arena);
	return refd__pager_init(&list->pager, &list->reading->arena, page, &query, list->err);
}

enum refd_status refd_query_appointments(const struct refd_app *app, struct refd_referee_id referee,
					 struct refd_range range, const struct refd_page *page,
					 refd_appointment_sink *sink, void *self,
					 struct refd_page_key *ret_next, struct refd_error *err)
{
	struct refd__reading reading;
	struct appointments list = {
		.reading = &reading, .referee = referee, .sink = sink, .self = self, .err = err
	};
	enum refd_status st = REFD_OK;

	if (range.from.us != 0 && range.to.us != 0 && range.to.us < range.from.us)
		st = refd__invalid(err, "range", REFD_RULE_RANGE_REVERSED, 0, 0, NULL);
	if (st == REFD_OK)
		st = refd__reading_begin(app, false, &reading, err);
	if (st != REFD_OK)
		return st;
	st = begin(&list, range, page);
	if (st == REFD_OK)
		st = run(&list, range);
	if (st == REFD_OK)
		refd__pager_next(&list.pager, ret_next);
	refd__reading_end(&reading);
	return st;
}
