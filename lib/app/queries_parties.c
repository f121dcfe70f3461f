/* By id, and the lists of parties by name. */
#include <string.h>

#include "app/reading.h"
#include "base/digest.h"

/* ---- by id ---- */

struct copy {
	void *ret;
	size_t size;
	bool found;
};

static enum refd_status copy_row(void *self, size_t read, enum refd_record record,
				 const void *state)
{
	struct copy *copy = self;

	(void)read;
	(void)record;
	memcpy(copy->ret, state, copy->size);
	copy->found = true;
	return REFD_OK;
}

static enum refd_status query_one(const struct refd_app *app, enum refd_record record,
				  enum refd_noun noun, struct refd_uuid id, void *ret,
				  struct refd_error *err)
{
	struct copy copy = { ret, refd_record_layout(record)->state_size, false };
	enum refd_status st = refd__read_one(app, record, id, copy_row, &copy, err);

	if (st == REFD_OK && !copy.found)
		st = refd__not_found(err, noun, id);
	return st;
}

enum refd_status refd_query_referee(const struct refd_app *app, struct refd_referee_id id,
				    struct refd_referee_state *ret, struct refd_error *err)
{
	return query_one(app, REFD_RECORD_REFEREE, REFD_NOUN_REFEREE, id.uuid, ret, err);
}

enum refd_status refd_query_team(const struct refd_app *app, struct refd_team_id id,
				 struct refd_team_state *ret, struct refd_error *err)
{
	return query_one(app, REFD_RECORD_TEAM, REFD_NOUN_TEAM, id.uuid, ret, err);
}

enum refd_status refd_query_venue(const struct refd_app *app, struct refd_venue_id id,
				  struct refd_venue_state *ret, struct refd_error *err)
{
	return query_one(app, REFD_RECORD_VENUE, REFD_NOUN_VENUE, id.uuid, ret, err);
}

enum refd_status refd_query_notice(const struct refd_app *app, struct refd_notice_id id,
				   struct refd_notice_state *ret, struct refd_error *err)
{
	return query_one(app, REFD_RECORD_NOTICE, REFD_NOUN_NOTICE, id.uuid, ret, err);
}

/* A board that never changed has no row and is unlocked. */
enum refd_status refd_query_board(const struct refd_app *app, struct refd_board_state *ret,
				  struct refd_error *err)
{
	struct refd_board_state board = { .id = refd_the_board };
	struct copy copy = { &board, sizeof(board), false };
	enum refd_status st =
		refd__read_one(app, REFD_RECORD_BOARD, refd_the_board.uuid, copy_row, &copy, err);

	if (st == REFD_OK)
		*ret = board;
	return st;
}

/* ---- lists ---- */

struct party {
	struct refd_uuid id;
	struct refd_str name;
	enum refd_party_status status;
};

static struct party party_of(enum refd_record record, const void *state)
{
	if (record == REFD_RECORD_REFEREE) {
		const struct refd_referee_state *referee = state;

		return (struct party){ referee->id.uuid, refd_name_str(&referee->name),
				       referee->status };
	}
	if (record == REFD_RECORD_TEAM) {
		const struct refd_team_state *team = state;

		return (struct party){ team->id.uuid, refd_name_str(&team->name), team->status };
	}
	{
		const struct refd_venue_state *venue = state;

		return (struct party){ venue->id.uuid, refd_name_str(&venue->name), venue->status };
	}
}

/* One of three sinks, by record. */
struct party_list {
	struct refd__pager pager;
	enum refd_party_status status;
	refd_referee_sink *referees;
	refd_team_sink *teams;
	refd_venue_sink *venues;
	void *self;
	bool ended;
};

static enum refd_status deliver(const struct party_list *list, enum refd_record record,
				const void *state)
{
	if (record == REFD_RECORD_REFEREE)
		return list->referees(list->self, state);
	if (record == REFD_RECORD_TEAM)
		return list->teams(list->self, state);
	return list->venues(list->self, state);
}

static enum refd_status take(void *self, size_t read, enum refd_record record, const void *state)
{
	struct party_list *list = self;
	struct party party = party_of(record, state);
	struct refd_position position = { .name = party.name, .id = party.id };

	(void)read;
	if (list->status != (enum refd_party_status)0 && party.status != list->status)
		return REFD_OK;
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return REFD_REFUSED;
	}
	refd__pager_note(&list->pager, &position);
	return deliver(list, record, state);
}

static enum refd_status list_parties(const struct refd_app *app, enum refd_record record,
				     const struct refd_page *page, struct party_list *list,
				     struct refd_page_key *ret_next, struct refd_error *err)
{
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = record,
				  .index = REFD_INDEX_ALL };
	const uint8_t what[] = { 'p', (uint8_t)record, (uint8_t)list->status };
	struct refd__reading reading;
	struct refd__digest query;
	enum refd_status st =
		refd__check_list(record, (struct refd_range){ { 0 }, { 0 } }, list->status, err);

	if (st == REFD_OK)
		st = refd__reading_begin(app, true, &reading, err);
	if (st != REFD_OK)
		return st;
	refd__digest_init(&query);
	refd__digest_add(&query, what, sizeof(what));
	st = refd__pager_init(&list->pager, &reading.arena, page, &query, err);
	if (st == REFD_OK) {
		read.after = list->pager.after;
		read.limit =
			refd__pager_ask(&list->pager, list->status != (enum refd_party_status)0);
		st = refd__reading_run(&reading, &read, 1, take, list, err);
	}
	if (list->ended)
		st = REFD_OK;
	if (st == REFD_OK)
		refd__pager_next(&list->pager, ret_next);
	refd__reading_end(&reading);
	return st;
}

enum refd_status refd_query_referees(const struct refd_app *app, enum refd_party_status status,
				     const struct refd_page *page, refd_referee_sink *sink,
				     void *self, struct refd_page_key *ret_next,
				     struct refd_error *err)
{
	struct party_list list = { .status = status, .referees = sink, .self = self };

	return list_parties(app, REFD_RECORD_REFEREE, page, &list, ret_next, err);
}

enum refd_status refd_query_teams(const struct refd_app *app, enum refd_party_status status,
				  const struct refd_page *page, refd_team_sink *sink, void *self,
				  struct refd_page_key *ret_next, struct refd_error *err)
{
	struct party_list list = { .status = status, .teams = sink, .self = self };

	return list_parties(app, REFD_RECORD_TEAM, page, &list, ret_next, err);
}

enum refd_status refd_query_venues(const struct refd_app *app, enum refd_party_status status,
				   const struct refd_page *page, refd_venue_sink *sink, void *self,
				   struct refd_page_key *ret_next, struct refd_error *err)
{
	struct party_list list = { .status = status, .venues = sink, .self = self };

	return list_parties(app, REFD_RECORD_VENUE, page, &list, ret_next, err);
}
