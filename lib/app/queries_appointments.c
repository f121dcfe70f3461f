/* Appointments: what the log tells of them, with the assignments and rules that stand now. */
#include "app/appointments.h"
#include "base/digest.h"

struct list {
	struct refd__reading *reading;
	struct refd__appointments all;
	struct refd__pager pager;
	struct refd_referee_id referee;
	refd_appointment_sink *sink;
	void *self;
	struct refd_error *err;
	struct refd__finds referees;
	int32_t match_duration;
	struct refd_appointment *rows; /* of a fixture */
	bool ended;
};

/* ---- what stands now ---- */

static enum refd_status take_assignment(struct list *list,
					const struct refd_assignment_state *assignment)
{
	struct refd__person *person =
		refd__appointments_person(&list->all, assignment->fixture, assignment->referee);
	bool staged = assignment->status == REFD_ASSIGNMENT_STAGED;

	if (person == NULL)
		return REFD_NO_MEMORY;
	person->row.role = assignment->role;
	person->row.status = staged ? REFD_APPOINTMENT_STAGED : REFD_APPOINTMENT_COMMITTED;
	person->row.was_committed = person->row.was_committed || !staged;
	return REFD_OK;
}

static enum refd_status take(void *self, size_t read, enum refd_record record, const void *state)
{
	struct list *list = self;

	(void)read;
	if (record == REFD_RECORD_RULES) {
		list->match_duration = ((const struct refd_rules *)state)->match_duration;
		return REFD_OK;
	}
	if (record == REFD_RECORD_ASSIGNMENT)
		return take_assignment(list, state);
	if (record == REFD_RECORD_REFEREE)
		return refd__finds_keep(&list->referees, record, state);
	return refd__appointments_add(&list->all, &list->reading->app->ports.codec, state,
				      list->err);
}

/* ---- delivery ---- */

static enum refd_status fill(struct list *list, const struct refd__crew *crew,
			     const struct refd_fixture_state *fixture)
{
	const struct refd__corrections of =
		refd__appointments_corrections(&list->all, crew, fixture);
	struct refd_appointment *row = list->rows;
	const struct refd__person *person;

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
		row->ends = fixture->kickoff;
		row->ends.us += list->match_duration * REFD_MINUTE;
		row->revision += crew->revision + of.count + list->all.revision;
		refd__later(&row->changed, crew->changed);
		refd__later(&row->changed, of.last);
		if (row->since.us < list->all.changed.us) /* was there before it */
			refd__later(&row->changed, list->all.changed);
		if (fixture->status == REFD_FIXTURE_CANCELLED)
			row->status = REFD_APPOINTMENT_ENDED;
	}
	return REFD_OK;
}

static enum refd_status take_card(void *self, const struct refd_fixture_card *card)
{
	struct list *list = self;
	const struct refd_uuid fixture = card->fixture.id.uuid;
	const struct refd_position position = { .time = card->fixture.kickoff, .id = fixture };
	const struct refd__crew *crew = refd__appointments_crew(&list->all, card->fixture.id);
	enum refd_status st;

	if (crew == NULL || crew->count == 0)
		return REFD_OK;
	if (!refd_uuid_is_unset(list->referee.uuid) &&
	    refd__id_map_get(&list->all.map, REFD_RECORD_ASSIGNMENT, fixture, list->referee.uuid) ==
		    NULL)
		return REFD_OK;
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return REFD_REFUSED; /* ends the read */
	}
	refd__pager_note(&list->pager, &position);
	if (list->rows == NULL)
		list->rows = refd__arena_zero(&list->reading->arena, list->all.largest,
					      sizeof(*list->rows));
	if (list->rows == NULL)
		return refd_error_set(list->err, REFD_NO_MEMORY, "no memory for a query");
	st = fill(list, crew, &card->fixture);
	return st == REFD_OK ? list->sink(list->self, card, list->rows, crew->count) : st;
}

/* The log before the cards that are told by it. Whoever was on one of the fixtures may be in it,
 * so everybody is read. */
static enum refd_status run(struct list *list, struct refd_range range)
{
	const struct refd_key rules = { .a = refd_the_rules.uuid };
	const struct refd_read reads[] = {
		{ .kind = REFD_READ_FIND,
		  .record = REFD_RECORD_RULES,
		  .by = REFD_BY_ID,
		  .keys = &rules,
		  .n_keys = 1 },
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_EVENT, .index = REFD_INDEX_ALL },
		{ .kind = REFD_READ_RANGE,
		  .record = REFD_RECORD_ASSIGNMENT,
		  .index = REFD_INDEX_ALL },
		{ .kind = REFD_READ_RANGE, .record = REFD_RECORD_REFEREE, .index = REFD_INDEX_ALL },
		{ .kind = REFD_READ_CARDS,
		  .record = REFD_RECORD_FIXTURE,
		  .index = REFD_INDEX_ALL,
		  .range = range,
		  .after = list->pager.after },
	};
	enum refd_status st;

	list->match_duration = refd_rules_default().match_duration; /* unless they were set */
	st = refd__read_with_cards(list->reading, reads, sizeof(reads) / sizeof(reads[0]), take,
				   take_card, list, list->err);
	if (list->ended)
		return REFD_OK;
	if (st == REFD_OK && !refd_uuid_is_unset(list->referee.uuid) &&
	    refd__finds_get(&list->referees, REFD_RECORD_REFEREE, list->referee.uuid) == NULL)
		st = refd__not_found(list->err, REFD_NOUN_REFEREE, list->referee.uuid);
	return st;
}

static enum refd_status begin(struct list *list, struct refd_range range,
			      const struct refd_page *page)
{
	struct refd__digest query;

	refd__digest_init(&query);
	refd__digest_add(&query, "appointments", 12);
	refd__digest_add(&query, &list->referee, sizeof(list->referee));
	refd__digest_add(&query, &range, sizeof(range));
	refd__appointments_init(&list->all, &list->reading->arena);
	refd__finds_init(&list->referees, list->reading);
	return refd__pager_init(&list->pager, &list->reading->arena, page, &query, list->err);
}

enum refd_status refd_query_appointments(const struct refd_app *app, struct refd_referee_id referee,
					 struct refd_range range, const struct refd_page *page,
					 refd_appointment_sink *sink, void *self,
					 struct refd_page_key *ret_next, struct refd_error *err)
{
	struct refd__reading reading;
	struct list list = {
		.reading = &reading, .referee = referee, .sink = sink, .self = self, .err = err
	};
	enum refd_status st = refd__check_list(REFD_RECORD_FIXTURE, range, 0, err);

	if (st == REFD_OK)
		st = refd__reading_begin(app, refd__reads(app, REFD_READ_CARDS), &reading, err);
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
