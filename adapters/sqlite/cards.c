/* Fixtures with names and addresses in one join; texts borrow the row. */
#include <string.h>

#include "sqlite_parts.h"

static struct refd_str text_at(sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);
	struct refd_str str = { text,
				text != NULL ? (size_t)sqlite3_column_bytes(stmt, column) : 0 };

	return str;
}

static void fetch_parties(sqlite3_stmt *stmt, int at, struct refd_fixture_card *card)
{
	card->home_name = text_at(stmt, at);
	card->home_club = text_at(stmt, at + 1);
	card->home_version = sqlite3_column_int64(stmt, at + 2);
	card->away_name = text_at(stmt, at + 3);
	card->away_club = text_at(stmt, at + 4);
	card->away_version = sqlite3_column_int64(stmt, at + 5);
	card->venue_name = text_at(stmt, at + 6);
	card->venue_street = text_at(stmt, at + 7);
	card->venue_zip = text_at(stmt, at + 8);
	card->venue_city = text_at(stmt, at + 9);
	card->venue_phone = text_at(stmt, at + 10);
	card->venue_email = text_at(stmt, at + 11);
	card->venue_coordinates.set = sqlite3_column_type(stmt, at + 12) != SQLITE_NULL;
	card->venue_coordinates.latitude = sqlite3_column_int(stmt, at + 12);
	card->venue_coordinates.longitude = sqlite3_column_int(stmt, at + 13);
	card->venue_version = sqlite3_column_int64(stmt, at + 14);
}

static enum refd_status fetch_referees(sqlite3_stmt *stmt, int at, struct refd_fixture_card *card,
				       struct refd_error *err)
{
	int role;

	card->n_referees = 0;
	for (role = 1; role <= REFD_ROLES; role++, at += 4) {
		struct refd_card_referee *referee = &card->referees[card->n_referees];
		const void *id = sqlite3_column_blob(stmt, at);

		if (id == NULL)
			continue;
		if (sqlite3_column_bytes(stmt, at) != (int)sizeof(referee->id))
			return refd_error_set(err, REFD_CORRUPT,
					      "referee.id holds what this build cannot read");
		memcpy(&referee->id, id, sizeof(referee->id));
		referee->role = (enum refd_role)role;
		referee->name = text_at(stmt, at + 1);
		referee->club = text_at(stmt, at + 2);
		referee->version = sqlite3_column_int64(stmt, at + 3);
		card->n_referees++;
	}
	return REFD_OK;
}

/* Texts come NULL also when memory ran out, those that may be NULL too. */
static enum refd_status check_texts(sqlite3_stmt *stmt, const struct refd_fixture_card *card,
				    struct refd_error *err)
{
	size_t i;
	bool ok = card->home_name.ptr != NULL && card->home_club.ptr != NULL &&
		  card->away_name.ptr != NULL && card->away_club.ptr != NULL &&
		  card->venue_name.ptr != NULL;

	for (i = 0; i < card->n_referees; i++)
		ok = ok && card->referees[i].name.ptr != NULL && card->referees[i].club.ptr != NULL;
	if (sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory to read a fixture");
	return ok ? REFD_OK
		  : refd_error_set(err, REFD_CORRUPT,
				   "a party's name holds what this build cannot read");
}

static enum refd_status fetch_card(sqlite3_stmt *stmt, struct refd_fixture_card *card,
				   struct refd_error *err)
{
	const struct refd_layout *layout = refd_record_layout(REFD_RECORD_FIXTURE);
	const int at = (int)layout->count;
	enum refd_status st = refd_sqlite__fetch(stmt, 0, layout, &card->fixture, err);

	if (st != REFD_OK)
		return st;
	fetch_parties(stmt, at, card);
	st = fetch_referees(stmt, at + 15, card, err);
	return st == REFD_OK ? check_texts(stmt, card, err) : st;
}

static enum sq_card_use use_of(const struct refd_read *read)
{
	if (read->by == REFD_BY_ID)
		return SQ_CARD_ID;
	switch (read->index) {
	case REFD_INDEX_VENUE:
		return SQ_CARD_VENUE;
	case REFD_INDEX_TEAM:
		return SQ_CARD_TEAM;
	case REFD_INDEX_STATUS:
		return SQ_CARD_STATUS;
	case REFD_INDEX_REFEREE:
		return SQ_CARD_REFEREE;
	case REFD_INDEX_ALL:
	case REFD_INDEX_FIXTURE:
	case REFD_INDEX_AGGREGATE:
	case REFD_INDEX_RECIPIENT:
	case REFD_INDEX_STAGED:
		break;
	}
	return SQ_CARD_ALL;
}

static int bind_cards(sqlite3_stmt *stmt, const struct refd_read *read, enum sq_card_use use,
		      const struct refd_key *key)
{
	int code = SQLITE_OK;

	if (use == SQ_CARD_STATUS)
		code = sqlite3_bind_text(stmt, 1, refd_word(refd_fixture_status_words, key->number),
					 -1, SQLITE_STATIC);
	else if (use != SQ_CARD_ALL)
		code = sqlite3_bind_blob(stmt, 1, key->a.bytes, sizeof(key->a.bytes),
					 SQLITE_STATIC);
	return code == SQLITE_OK && use != SQ_CARD_ID ? refd_sqlite__bind_window(stmt, read) : code;
}

static enum refd_status deliver(struct sq_connection *c, sqlite3_stmt *stmt, size_t index,
				refd_row_sink *sink, void *self, struct refd_error *err)
{
	struct refd_fixture_card card;
	enum refd_status st = REFD_OK;
	int code = SQLITE_ROW;

	while (st == REFD_OK && (code = sqlite3_step(stmt)) == SQLITE_ROW) {
		st = fetch_card(stmt, &card, err);
		if (st == REFD_OK)
			st = sink(self, index, REFD_RECORD_FIXTURE, &card);
	}
	if (st == REFD_OK && code != SQLITE_DONE)
		st = refd_sqlite__failed(c->db, code, c->store->path, err);
	sqlite3_reset(stmt);
	return st;
}

enum refd_status refd_sqlite__read_cards(struct sq_connection *c, const struct refd_read *read,
					 size_t index, refd_row_sink *sink, void *self,
					 struct refd_error *err)
{
	const enum sq_card_use use = use_of(read);
	const size_t n = use == SQ_CARD_ALL ? 1 : read->n_keys;
	sqlite3_stmt *stmt = NULL;
	enum refd_status st = refd_sqlite__prepared(c, sq_card_statement(use), &stmt, err);
	size_t i;

	for (i = 0; i < n && st == REFD_OK; i++) {
		int code = bind_cards(stmt, read, use, read->n_keys > 0 ? &read->keys[i] : NULL);

		st = code == SQLITE_OK ? deliver(c, stmt, index, sink, self, err)
				       : refd_sqlite__failed(c->db, code, c->store->path, err);
	}
	return st;
}
