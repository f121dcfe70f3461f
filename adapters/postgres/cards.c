/* Fixtures with names and addresses in one join; texts borrow the result. */
#include <string.h>

#include "postgres_parts.h"

static struct refd_str text_at(const PGresult *result, int row, int column)
{
	struct refd_str str = { PQgetvalue(result, row, column),
				(size_t)PQgetlength(result, row, column) };

	return str;
}

static void fetch_parties(const PGresult *result, int row, int at, struct refd_fixture_card *card)
{
	card->home_name = text_at(result, row, at);
	card->home_club = text_at(result, row, at + 1);
	card->home_version = refd_postgres__int64_at(result, row, at + 2);
	card->away_name = text_at(result, row, at + 3);
	card->away_club = text_at(result, row, at + 4);
	card->away_version = refd_postgres__int64_at(result, row, at + 5);
	card->venue_name = text_at(result, row, at + 6);
	card->venue_street = text_at(result, row, at + 7);
	card->venue_zip = text_at(result, row, at + 8);
	card->venue_city = text_at(result, row, at + 9);
	card->venue_phone = text_at(result, row, at + 10);
	card->venue_email = text_at(result, row, at + 11);
	card->venue_coordinates.set = !PQgetisnull(result, row, at + 12);
	card->venue_coordinates.latitude = refd_postgres__int32_at(result, row, at + 12);
	card->venue_coordinates.longitude = refd_postgres__int32_at(result, row, at + 13);
	card->venue_version = refd_postgres__int64_at(result, row, at + 14);
}

static enum refd_status fetch_referees(const PGresult *result, int row, int at,
				       struct refd_fixture_card *card, struct refd_error *err)
{
	int role;

	card->n_referees = 0;
	for (role = 1; role <= REFD_ROLES; role++, at += 4) {
		struct refd_card_referee *referee = &card->referees[card->n_referees];

		if (PQgetisnull(result, row, at))
			continue;
		if (PQgetlength(result, row, at) != (int)sizeof(referee->id))
			return refd_error_set(err, REFD_CORRUPT,
					      "referee.id holds what this build cannot read");
		memcpy(&referee->id, PQgetvalue(result, row, at), sizeof(referee->id));
		referee->role = (enum refd_role)role;
		referee->name = text_at(result, row, at + 1);
		referee->club = text_at(result, row, at + 2);
		referee->version = refd_postgres__int64_at(result, row, at + 3);
		card->n_referees++;
	}
	return REFD_OK;
}

static enum refd_status deliver(struct pg_connection *c, const PGresult *result,
				const struct pg_pending *pending,
				const struct pg_delivery *delivery, struct refd_error *err)
{
	const struct refd_layout *layout = refd_record_layout(REFD_RECORD_FIXTURE);
	const int at = (int)layout->count;
	struct refd_fixture_card *card = c->row;
	enum refd_status st = REFD_OK;
	int i;

	for (i = 0; i < PQntuples(result) && st == REFD_OK; i++) {
		st = refd_postgres__fetch(result, i, 0, layout, &card->fixture, err);
		fetch_parties(result, i, at, card);
		if (st == REFD_OK)
			st = fetch_referees(result, i, at + 15, card, err);
		if (st == REFD_OK)
			st = delivery->sink(delivery->self, pending->index, REFD_RECORD_FIXTURE,
					    card);
	}
	return st;
}

static enum pg_card_use use_of(const struct refd_read *read)
{
	if (read->by == REFD_BY_ID)
		return read->n_keys > 1 ? PG_CARD_ID_MANY : PG_CARD_ID;
	switch (read->index) {
	case REFD_INDEX_VENUE:
		return PG_CARD_VENUE;
	case REFD_INDEX_TEAM:
		return PG_CARD_TEAM;
	case REFD_INDEX_STATUS:
		return PG_CARD_STATUS;
	case REFD_INDEX_REFEREE:
		return PG_CARD_REFEREE;
	case REFD_INDEX_ALL:
	case REFD_INDEX_FIXTURE:
	case REFD_INDEX_AGGREGATE:
	case REFD_INDEX_RECIPIENT:
	case REFD_INDEX_STAGED:
		break;
	}
	return PG_CARD_ALL;
}

static void put_keys(struct pg_params *p, const struct refd_read *read)
{
	size_t i;

	refd_postgres__array_start(p, refd_postgres__type(REFD_FIELD_UUID), read->n_keys);
	for (i = 0; i < read->n_keys; i++)
		refd_postgres__array_put(p, read->keys[i].a.bytes, sizeof(read->keys[i].a.bytes));
	refd_postgres__array_end(p);
}

static void put_key(struct pg_params *p, const struct refd_read *read, enum pg_card_use use,
		    const struct refd_key *key)
{
	if (use == PG_CARD_STATUS) {
		const char *word = refd_word(refd_fixture_status_words, key->number);

		refd_postgres__put_text(p, word, word != NULL ? strlen(word) : 0);
	} else if (use != PG_CARD_ALL) {
		refd_postgres__put_uuid(p, &key->a);
	}
	if (use != PG_CARD_ID)
		refd_postgres__put_window(p, read);
}

enum refd_status refd_postgres__read_cards(struct pg_connection *c, const struct refd_read *read,
					   size_t index, struct refd_error *err)
{
	const enum pg_card_use use = use_of(read);
	const bool once = use == PG_CARD_ALL || use == PG_CARD_ID_MANY;
	const size_t n = once ? 1 : read->n_keys;
	const struct pg_pending pending = { .kind = PG_ROWS,
					    .statement = pg_card_statement(use),
					    .index = index,
					    .record = REFD_RECORD_FIXTURE,
					    .deliver = deliver };
	enum refd_status st = REFD_OK;
	size_t i;

	for (i = 0; i < n && st == REFD_OK; i++) {
		refd_postgres__params_start(c);
		if (use == PG_CARD_ID_MANY)
			put_keys(&c->params, read);
		else
			put_key(&c->params, read, use, once ? NULL : &read->keys[i]);
		st = refd_postgres__queue(c, &pending, err);
	}
	return st;
}
