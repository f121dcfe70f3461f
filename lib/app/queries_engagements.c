/* Availabilities and assignments with their fixture and referee, and a referee's schedule. */
#include <string.h>

#include "app/reading.h"
#include "base/digest.h"
#include "domain/violations.h"

#define CHUNK 128 /* rows whose fixtures and referees are found at once */

union row {
	struct refd_availability_state availability;
	struct refd_assignment_state assignment;
};

struct engagement_list {
	struct refd__reading *reading;
	struct refd__pager pager;
	struct refd_engagement_filter filter;
	enum refd_record record;
	refd_availability_sink *availabilities;
	refd_assignment_sink *assignments;
	void *self;
	union row rows[CHUNK];
	size_t n_rows;
	struct refd_error *err;
	bool ended;
	/* where the store delivers parents itself: those of the next row */
	struct refd_fixture_state fixture;
	struct refd_referee_state referee;
	bool known; /* what the list is asked for is there */
};

static struct refd_fixture_id fixture_of(const struct engagement_list *list, size_t i)
{
	return list->record == REFD_RECORD_ASSIGNMENT ? list->rows[i].assignment.fixture
						      : list->rows[i].availability.fixture;
}

static struct refd_referee_id referee_of(const struct engagement_list *list, size_t i)
{
	return list->record == REFD_RECORD_ASSIGNMENT ? list->rows[i].assignment.referee
						      : list->rows[i].availability.referee;
}

static struct refd_uuid id_of(const struct engagement_list *list, size_t i)
{
	return list->record == REFD_RECORD_ASSIGNMENT ? list->rows[i].assignment.id.uuid
						      : list->rows[i].availability.id.uuid;
}

static enum refd_status collect(void *self, size_t read, enum refd_record record, const void *state)
{
	struct engagement_list *list = self;
	union row *row;

	(void)read;
	if (list->n_rows == CHUNK)
		return refd__not_asked_for(list->err);
	row = &list->rows[list->n_rows++];
	if (record == REFD_RECORD_ASSIGNMENT)
		row->assignment = *(const struct refd_assignment_state *)state;
	else
		row->availability = *(const struct refd_availability_state *)state;
	return REFD_OK;
}

static bool matches(const struct engagement_list *list, const void *row)
{
	const struct refd_assignment_state *a = row;

	if (list->record != REFD_RECORD_ASSIGNMENT ||
	    list->filter.status == (enum refd_assignment_status)0)
		return true;
	if (list->filter.status == REFD_ASSIGNMENT_STAGED && a->staged_role != (enum refd_role)0)
		return true;
	return a->status == list->filter.status;
}

/* Nothing more is delivered once the page is full. */
static enum refd_status deliver_row(struct engagement_list *list, const void *row,
				    const struct refd_fixture_state *fixture,
				    const struct refd_referee_state *referee)
{
	struct refd_position position = { .time = fixture->kickoff };

	if (!matches(list, row))
		return REFD_OK;
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return REFD_OK;
	}
	memcpy(&position.id, row, sizeof(position.id));
	refd__pager_note(&list->pager, &position);
	if (list->record == REFD_RECORD_ASSIGNMENT)
		return list->assignments(list->self, row, fixture, referee);
	return list->availabilities(list->self, row, fixture, referee);
}

static enum refd_status deliver(struct engagement_list *list, const struct refd__finds *finds,
				size_t i, struct refd_error *err)
{
	const struct refd_fixture_state *fixture =
		refd__finds_get(finds, REFD_RECORD_FIXTURE, fixture_of(list, i).uuid);
	const struct refd_referee_state *referee =
		refd__finds_get(finds, REFD_RECORD_REFEREE, referee_of(list, i).uuid);

	if (fixture == NULL || referee == NULL)
		return refd_error_object(
			err, REFD_CORRUPT,
			list->record == REFD_RECORD_ASSIGNMENT ? REFD_NOUN_ASSIGNMENT
							       : REFD_NOUN_AVAILABILITY,
			id_of(list, i),
			"an assignment or availability lacks its fixture or referee");
	return deliver_row(list, &list->rows[i], fixture, referee);
}

static enum refd_status deliver_chunk(struct engagement_list *list, struct refd_position *ret_last,
				      struct refd_error *err)
{
	struct refd_uuid ids[CHUNK];
	struct refd__finds finds;
	enum refd_status st;
	size_t i;

	refd__finds_init(&finds, list->reading);
	for (i = 0; i < list->n_rows; i++)
		ids[i] = fixture_of(list, i).uuid;
	st = refd__finds_load(&finds, REFD_RECORD_FIXTURE, ids, list->n_rows, err);
	for (i = 0; i < list->n_rows; i++)
		ids[i] = referee_of(list, i).uuid;
	if (st == REFD_OK)
		st = refd__finds_load(&finds, REFD_RECORD_REFEREE, ids, list->n_rows, err);
	for (i = 0; i < list->n_rows && st == REFD_OK && !list->ended; i++)
		st = deliver(list, &finds, i, err);
	if (st == REFD_OK && !list->ended) {
		const struct refd_fixture_state *last = refd__finds_get(
			&finds, REFD_RECORD_FIXTURE, fixture_of(list, list->n_rows - 1).uuid);

		*ret_last = (struct refd_position){ .time = last->kickoff,
						    .id = id_of(list, list->n_rows - 1) };
	}
	return st;
}

/* ---- in one read, where the store delivers parents itself ---- */

enum { KNOWN, ROWS };

static enum refd_status take(void *self, size_t read, enum refd_record record, const void *state)
{
	struct engagement_list *list = self;
	enum refd_status st;

	if (read == KNOWN) {
		list->known = true;
		return REFD_OK;
	}
	if (record == REFD_RECORD_FIXTURE) {
		list->fixture = *(const struct refd_fixture_state *)state;
		return REFD_OK;
	}
	if (record == REFD_RECORD_REFEREE) {
		list->referee = *(const struct refd_referee_state *)state;
		return REFD_OK;
	}
	st = deliver_row(list, state, &list->fixture, &list->referee);
	return st == REFD_OK && list->ended ? REFD_REFUSED : st; /* ends the read */
}

static enum refd_status not_known(const struct engagement_list *list, struct refd_error *err)
{
	const struct refd_engagement_filter *filter = &list->filter;

	if (list->known)
		return REFD_OK;
	return refd_uuid_is_unset(filter->fixture.uuid)
		       ? refd__not_found(err, REFD_NOUN_REFEREE, filter->referee.uuid)
		       : refd__not_found(err, REFD_NOUN_FIXTURE, filter->fixture.uuid);
}

static enum refd_status run_joined(struct engagement_list *list, struct refd_read *read,
				   struct refd_error *err)
{
	const struct refd_engagement_filter *filter = &list->filter;
	const bool by_fixture = !refd_uuid_is_unset(filter->fixture.uuid);
	const bool by_referee = !refd_uuid_is_unset(filter->referee.uuid);
	const bool filtered =
		filter->status != (enum refd_assignment_status)0 && (by_fixture || by_referee);
	const struct refd_key key = { .a = by_fixture ? filter->fixture.uuid
						      : filter->referee.uuid };
	struct refd_read reads[] = {
		[KNOWN] = { .kind = REFD_READ_FIND,
			    .record = by_fixture ? REFD_RECORD_FIXTURE : REFD_RECORD_REFEREE,
			    .by = REFD_BY_ID,
			    .keys = &key,
			    .n_keys = by_fixture || by_referee ? 1 : 0 },
		[ROWS] = *read,
	};
	enum refd_status st;

	list->known = !by_fixture && !by_referee;
	reads[ROWS].kind = REFD_READ_PARENTS;
	reads[ROWS].limit = refd__pager_ask(&list->pager, filtered);
	st = refd__reading_run(list->reading, reads, 2, take, list, err);
	if (list->ended)
		return REFD_OK;
	return st == REFD_OK ? not_known(list, err) : st;
}

/* ---- chunk by chunk, where it does not ---- */

/* An unknown fixture or referee is an error, not an empty list. */
static enum refd_status check_known(struct refd__reading *reading,
				    const struct refd_engagement_filter *filter,
				    struct refd_error *err)
{
	bool by_fixture = !refd_uuid_is_unset(filter->fixture.uuid);
	bool by_referee = !refd_uuid_is_unset(filter->referee.uuid);
	struct refd__finds finds;
	enum refd_status st = REFD_OK;

	refd__finds_init(&finds, reading);
	if (by_fixture)
		st = refd__finds_load(&finds, REFD_RECORD_FIXTURE, &filter->fixture.uuid, 1, err);
	if (st == REFD_OK && by_referee)
		st = refd__finds_load(&finds, REFD_RECORD_REFEREE, &filter->referee.uuid, 1, err);
	if (st == REFD_OK && by_fixture &&
	    refd__finds_get(&finds, REFD_RECORD_FIXTURE, filter->fixture.uuid) == NULL)
		st = refd__not_found(err, REFD_NOUN_FIXTURE, filter->fixture.uuid);
	if (st == REFD_OK && by_referee &&
	    refd__finds_get(&finds, REFD_RECORD_REFEREE, filter->referee.uuid) == NULL)
		st = refd__not_found(err, REFD_NOUN_REFEREE, filter->referee.uuid);
	return st;
}

static enum refd_status check_filter(const struct engagement_list *list, struct refd_error *err)
{
	const struct refd_engagement_filter *filter = &list->filter;
	enum refd_status st = refd__check_list(REFD_RECORD_ASSIGNMENT, filter->range,
					       (int64_t)filter->status, err);

	if (!refd_uuid_is_unset(filter->fixture.uuid) && !refd_uuid_is_unset(filter->referee.uuid))
		st = refd__invalid(err, "filter", REFD_RULE_OUT_OF_RANGE, 2, 1,
				   "only one of fixture and referee can be asked for");
	return st;
}

static void choose_index(const struct engagement_list *list, struct refd_read *read,
			 struct refd_key *key)
{
	const struct refd_engagement_filter *filter = &list->filter;

	read->n_keys = 1;
	if (!refd_uuid_is_unset(filter->fixture.uuid)) {
		read->index = REFD_INDEX_FIXTURE;
		key->a = filter->fixture.uuid;
	} else if (!refd_uuid_is_unset(filter->referee.uuid)) {
		read->index = REFD_INDEX_REFEREE;
		key->a = filter->referee.uuid;
	} else if (filter->status == REFD_ASSIGNMENT_STAGED) {
		read->index = REFD_INDEX_STAGED;
		read->n_keys = 0;
	} else if (filter->status != (enum refd_assignment_status)0) {
		read->index = REFD_INDEX_STATUS;
		key->number = filter->status;
	} else {
		read->index = REFD_INDEX_ALL;
		read->n_keys = 0;
	}
	read->keys = read->n_keys > 0 ? key : NULL;
}

static void digest_query(struct refd__digest *digest, const struct engagement_list *list)
{
	const int64_t numbers[] = { list->record, list->filter.range.from.us,
				    list->filter.range.to.us, list->filter.status };

	refd__digest_init(digest);
	refd__digest_add(digest, numbers, sizeof(numbers));
	refd__digest_add(digest, &list->filter.fixture, sizeof(list->filter.fixture));
	refd__digest_add(digest, &list->filter.referee, sizeof(list->filter.referee));
}

static enum refd_status run_composed(struct engagement_list *list, struct refd_read *read,
				     struct refd_error *err)
{
	enum refd_status st = check_known(list->reading, &list->filter, err);

	read->limit = CHUNK;
	while (st == REFD_OK && !list->ended) {
		list->n_rows = 0;
		st = refd__reading_run(list->reading, read, 1, collect, list, err);
		if (st != REFD_OK || list->n_rows == 0)
			break;
		st = deliver_chunk(list, &read->after, err);
		if (list->n_rows < CHUNK)
			break;
	}
	return st;
}

static enum refd_status run(struct engagement_list *list, const struct refd_page *page,
			    struct refd_error *err)
{
	struct refd_key key = { .number = 0 };
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = list->record,
				  .range = list->filter.range };
	struct refd__digest query;
	enum refd_status st;

	digest_query(&query, list);
	st = refd__pager_init(&list->pager, &list->reading->arena, page, &query, err);
	if (st != REFD_OK)
		return st;
	choose_index(list, &read, &key);
	read.after = list->pager.after;
	return refd__reads(list->reading->app, REFD_READ_PARENTS) ? run_joined(list, &read, err)
								  : run_composed(list, &read, err);
}

static enum refd_status list_engagements(const struct refd_app *app, struct engagement_list *list,
					 const struct refd_engagement_filter *filter,
					 const struct refd_page *page,
					 struct refd_page_key *ret_next, struct refd_error *err)
{
	struct refd__reading reading;
	enum refd_status st;

	if (filter != NULL)
		list->filter = *filter;
	if (list->record == REFD_RECORD_AVAILABILITY) /* which has none */
		list->filter.status = (enum refd_assignment_status)0;
	st = check_filter(list, err);
	if (st == REFD_OK)
		st = refd__reading_begin(app, refd__reads(app, REFD_READ_PARENTS), &reading, err);
	if (st != REFD_OK)
		return st;
	list->reading = &reading;
	list->err = err;
	st = run(list, page, err);
	if (st == REFD_OK)
		refd__pager_next(&list->pager, ret_next);
	refd__reading_end(&reading);
	return st;
}

enum refd_status refd_query_availabilities(const struct refd_app *app,
					   const struct refd_engagement_filter *filter,
					   const struct refd_page *page,
					   refd_availability_sink *sink, void *self,
					   struct refd_page_key *ret_next, struct refd_error *err)
{
	struct engagement_list list = { .record = REFD_RECORD_AVAILABILITY,
					.availabilities = sink,
					.self = self };

	return list_engagements(app, &list, filter, page, ret_next, err);
}

enum refd_status refd_query_assignments(const struct refd_app *app,
					const struct refd_engagement_filter *filter,
					const struct refd_page *page, refd_assignment_sink *sink,
					void *self, struct refd_page_key *ret_next,
					struct refd_error *err)
{
	struct engagement_list list = { .record = REFD_RECORD_ASSIGNMENT,
					.assignments = sink,
					.self = self };

	return list_engagements(app, &list, filter, page, ret_next, err);
}

/* ---- schedule: the fixtures a referee has a slot in ---- */

struct schedule {
	struct refd__pager pager;
	struct refd_referee_id referee;
	refd_schedule_sink *sink;
	void *self;
	bool ended;
};

static enum refd_role role_of(const struct refd_fixture_card *card, struct refd_referee_id referee)
{
	size_t i;

	for (i = 0; i < card->n_referees; i++) {
		if (refd_uuid_equal(card->referees[i].id.uuid, referee.uuid))
			return card->referees[i].role;
	}
	return (enum refd_role)0;
}

static enum refd_status take_card(void *self, const struct refd_fixture_card *card)
{
	struct schedule *schedule = self;
	const struct refd_position position = { .time = card->fixture.kickoff,
						.id = card->fixture.id.uuid };
	const enum refd_role role = role_of(card, schedule->referee);

	if (role == (enum refd_role)0)
		return REFD_OK; /* not one of the referee's, whatever the store says */
	if (!refd__pager_room(&schedule->pager)) {
		schedule->ended = true;
		return REFD_REFUSED; /* ends the read */
	}
	refd__pager_note(&schedule->pager, &position);
	return schedule->sink(schedule->self, card, role);
}

static enum refd_status run_schedule(struct refd__reading *reading, struct schedule *schedule,
				     struct refd_range range, const struct refd_page *page,
				     struct refd_error *err)
{
	const struct refd_key key = { .a = schedule->referee.uuid };
	struct refd_read read = { .kind = REFD_READ_CARDS,
				  .record = REFD_RECORD_FIXTURE,
				  .index = REFD_INDEX_REFEREE,
				  .keys = &key,
				  .n_keys = 1,
				  .range = range };
	struct refd__digest query;
	enum refd_status st;

	refd__digest_init(&query);
	refd__digest_add(&query, "schedule", 8);
	refd__digest_add(&query, &schedule->referee, sizeof(schedule->referee));
	refd__digest_add(&query, &range, sizeof(range));
	st = refd__pager_init(&schedule->pager, &reading->arena, page, &query, err);
	if (st != REFD_OK)
		return st;
	read.after = schedule->pager.after;
	read.limit = refd__pager_ask(&schedule->pager, false);
	st = refd__read_cards(reading, &read, take_card, schedule, err);
	return schedule->ended ? REFD_OK : st;
}

static enum refd_status note_row(void *self, size_t read, enum refd_record record,
				 const void *state)
{
	(void)read;
	(void)record;
	(void)state;
	*(bool *)self = true;
	return REFD_OK;
}

/* Only who has no fixtures may be nobody. */
static enum refd_status check_referee(const struct refd_app *app, const struct schedule *schedule,
				      struct refd_error *err)
{
	bool known = schedule->pager.delivered > 0;
	enum refd_status st = known ? REFD_OK
				    : refd__read_one(app, REFD_RECORD_REFEREE,
						     schedule->referee.uuid, note_row, &known, err);

	return st == REFD_OK && !known
		       ? refd__not_found(err, REFD_NOUN_REFEREE, schedule->referee.uuid)
		       : st;
}

enum refd_status refd_query_schedule(const struct refd_app *app, struct refd_referee_id referee,
				     struct refd_range range, const struct refd_page *page,
				     refd_schedule_sink *sink, void *self,
				     struct refd_page_key *ret_next, struct refd_error *err)
{
	struct schedule schedule = { .referee = referee, .sink = sink, .self = self };
	struct refd__reading reading;
	enum refd_status st = refd__check_list(REFD_RECORD_FIXTURE, range, 0, err);

	if (st == REFD_OK)
		st = refd__reading_begin(app, refd__reads(app, REFD_READ_CARDS), &reading, err);
	if (st != REFD_OK)
		return st;
	st = run_schedule(&reading, &schedule, range, page, err);
	refd__reading_end(&reading);
	if (st == REFD_OK)
		st = check_referee(app, &schedule, err);
	if (st == REFD_OK)
		refd__pager_next(&schedule.pager, ret_next);
	return st;
}
