/* Fixtures with names and addresses. */
#include "app/reading.h"
#include "base/digest.h"

struct fixture_list {
	struct refd__pager pager;
	struct refd_fixture_filter filter;
	refd_fixture_sink *sink;
	void *self;
	bool ended;
	bool found;
};

static bool staffed(const struct refd_fixture_card *card)
{
	return card->n_referees == REFD_ROLES;
}

static bool holds_slot(const struct refd_fixture_card *card, struct refd_referee_id referee)
{
	size_t i;

	for (i = 0; i < card->n_referees; i++) {
		if (refd_uuid_equal(card->referees[i].id.uuid, referee.uuid))
			return true;
	}
	return false;
}

/* Every condition is looked at here; the index only narrows what is read. */
static bool matches(const struct refd_fixture_filter *filter, const struct refd_fixture_card *card)
{
	const struct refd_fixture_state *fixture = &card->fixture;

	if (!refd_range_holds(filter->range, fixture->kickoff))
		return false;
	if (!refd_uuid_is_unset(filter->venue.uuid) &&
	    !refd_uuid_equal(filter->venue.uuid, fixture->venue.uuid))
		return false;
	if (!refd_uuid_is_unset(filter->team.uuid) &&
	    !refd_uuid_equal(filter->team.uuid, fixture->home.uuid) &&
	    !refd_uuid_equal(filter->team.uuid, fixture->away.uuid))
		return false;
	if (filter->status != (enum refd_fixture_status)0 && filter->status != fixture->status)
		return false;
	if (!refd_uuid_is_unset(filter->referee.uuid) && !holds_slot(card, filter->referee))
		return false;
	return !filter->unstaffed || (fixture->status == REFD_FIXTURE_SCHEDULED && !staffed(card));
}

static enum refd_status take(void *self, const struct refd_fixture_card *card)
{
	struct fixture_list *list = self;
	struct refd_position position = { .time = card->fixture.kickoff,
					  .id = card->fixture.id.uuid };

	if (!matches(&list->filter, card))
		return REFD_OK;
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return REFD_REFUSED;
	}
	refd__pager_note(&list->pager, &position);
	list->found = true;
	return list->sink(list->self, card);
}

static void digest_filter(struct refd__digest *digest, const struct refd_fixture_filter *filter)
{
	const int64_t numbers[] = { filter->range.from.us, filter->range.to.us, filter->status,
				    filter->unstaffed };

	refd__digest_init(digest);
	refd__digest_add(digest, "fixtures", 8);
	refd__digest_add(digest, numbers, sizeof(numbers));
	refd__digest_add(digest, &filter->venue, sizeof(filter->venue));
	refd__digest_add(digest, &filter->team, sizeof(filter->team));
	refd__digest_add(digest, &filter->referee, sizeof(filter->referee));
}

/* The narrowest index first. @return whether conditions are left that the index does not answer */
static bool choose_index(const struct refd_fixture_filter *filter, struct refd_read *read,
			 struct refd_key *key)
{
	bool venue = !refd_uuid_is_unset(filter->venue.uuid);
	bool team = !refd_uuid_is_unset(filter->team.uuid);
	bool referee = !refd_uuid_is_unset(filter->referee.uuid);
	bool status = filter->status != (enum refd_fixture_status)0;

	read->keys = key;
	read->n_keys = 1;
	if (venue) {
		read->index = REFD_INDEX_VENUE;
		key->a = filter->venue.uuid;
		return team || referee || status || filter->unstaffed;
	}
	if (team) {
		read->index = REFD_INDEX_TEAM;
		key->a = filter->team.uuid;
		return referee || status || filter->unstaffed;
	}
	if (referee) {
		read->index = REFD_INDEX_REFEREE;
		key->a = filter->referee.uuid;
		return status || filter->unstaffed;
	}
	if (status || filter->unstaffed) {
		read->index = REFD_INDEX_STATUS;
		key->number = filter->unstaffed ? REFD_FIXTURE_SCHEDULED : filter->status;
		return filter->unstaffed;
	}
	read->index = REFD_INDEX_ALL;
	read->keys = NULL;
	read->n_keys = 0;
	return false;
}

static enum refd_status run(struct refd__reading *reading, struct fixture_list *list,
			    const struct refd_page *page, struct refd_error *err)
{
	struct refd_read read = { .kind = REFD_READ_CARDS,
				  .record = REFD_RECORD_FIXTURE,
				  .range = list->filter.range };
	struct refd_key key = { .number = 0 };
	struct refd__digest query;
	bool filtered = choose_index(&list->filter, &read, &key);
	enum refd_status st;

	digest_filter(&query, &list->filter);
	st = refd__pager_init(&list->pager, &reading->arena, page, &query, err);
	if (st != REFD_OK)
		return st;
	read.after = list->pager.after;
	read.limit = refd__pager_ask(&list->pager, filtered);
	st = refd__read_cards(reading, &read, take, list, err);
	return list->ended ? REFD_OK : st;
}

enum refd_status refd_query_fixtures(const struct refd_app *app,
				     const struct refd_fixture_filter *filter,
				     const struct refd_page *page, refd_fixture_sink *sink,
				     void *self, struct refd_page_key *ret_next,
				     struct refd_error *err)
{
	struct fixture_list list = { .sink = sink, .self = self };
	struct refd__reading reading;
	enum refd_status st;

	if (filter != NULL)
		list.filter = *filter;
	st = refd__check_list(REFD_RECORD_FIXTURE, list.filter.range, (int64_t)list.filter.status,
			      err);
	if (st == REFD_OK)
		st = refd__reading_begin(app, refd__reads(app, REFD_READ_CARDS), &reading, err);
	if (st != REFD_OK)
		return st;
	st = run(&reading, &list, page, err);
	if (st == REFD_OK)
		refd__pager_next(&list.pager, ret_next);
	refd__reading_end(&reading);
	return st;
}

enum refd_status refd_query_fixture(const struct refd_app *app, struct refd_fixture_id id,
				    refd_fixture_sink *sink, void *self, struct refd_error *err)
{
	struct refd_key key = { .a = id.uuid };
	struct refd_read read = { .kind = REFD_READ_CARDS,
				  .record = REFD_RECORD_FIXTURE,
				  .by = REFD_BY_ID,
				  .keys = &key,
				  .n_keys = 1 };
	struct fixture_list list = { .sink = sink, .self = self };
	struct refd__reading reading;
	enum refd_status st =
		refd__reading_begin(app, refd__reads(app, REFD_READ_CARDS), &reading, err);

	if (st != REFD_OK)
		return st;
	st = refd__read_cards(&reading, &read, take, &list, err);
	refd__reading_end(&reading);
	if (st == REFD_OK && !list.found)
		st = refd__not_found(err, REFD_NOUN_FIXTURE, id.uuid);
	return st;
}
