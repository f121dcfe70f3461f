/* Fixtures with names and addresses, composed from simple reads for stores that do not join
 * themselves. */
#include <assert.h>
#include <string.h>

#include "app/reading.h"

#define CHUNK 64 /* fixtures whose parties are found at once */

struct composer {
	struct refd__reading *reading;
	struct refd_error *err;
	struct refd_fixture_state fixtures[CHUNK];
	struct refd_slot_state slots[CHUNK * REFD_ROLES];
	size_t n_fixtures, n_slots;
	size_t most; /* fixtures asked for at once */
};

static enum refd_status collect(void *self, size_t read, enum refd_record record, const void *state)
{
	struct composer *composer = self;

	(void)read;
	if (record == REFD_RECORD_SLOT && composer->n_slots < composer->n_fixtures * REFD_ROLES) {
		composer->slots[composer->n_slots++] = *(const struct refd_slot_state *)state;
		return REFD_OK;
	}
	if (record == REFD_RECORD_FIXTURE && composer->n_fixtures < composer->most) {
		composer->fixtures[composer->n_fixtures++] =
			*(const struct refd_fixture_state *)state;
		return REFD_OK;
	}
	return refd__not_asked_for(composer->err);
}

static enum refd_status run(struct composer *composer, const struct refd_read *read,
			    struct refd_error *err)
{
	return refd__reading_run(composer->reading, read, 1, collect, composer, err);
}

static enum refd_status load_slots(struct composer *composer, struct refd_error *err)
{
	struct refd_key keys[CHUNK];
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_SLOT,
				  .index = REFD_INDEX_FIXTURE,
				  .keys = keys };

	memset(keys, 0, sizeof(keys));
	for (read.n_keys = 0; read.n_keys < composer->n_fixtures; read.n_keys++)
		keys[read.n_keys].a = composer->fixtures[read.n_keys].id.uuid;
	composer->n_slots = 0;
	return run(composer, &read, err);
}

static enum refd_status load_parties(struct composer *composer, struct refd__finds *finds,
				     struct refd_error *err)
{
	struct refd_uuid ids[CHUNK * 2] = { 0 }; /* for the compiler: n may be 0 */
	size_t n = composer->n_fixtures;
	size_t i;
	enum refd_status st;

	for (i = 0; i < n; i++)
		ids[i] = composer->fixtures[i].venue.uuid;
	st = refd__finds_load(finds, REFD_RECORD_VENUE, ids, n, err);
	for (i = 0; i < n; i++) {
		ids[2 * i] = composer->fixtures[i].home.uuid;
		ids[2 * i + 1] = composer->fixtures[i].away.uuid;
	}
	if (st == REFD_OK)
		st = refd__finds_load(finds, REFD_RECORD_TEAM, ids, 2 * n, err);
	for (i = 0; i < composer->n_slots; i++)
		ids[i] = composer->slots[i].referee.uuid;
	if (st == REFD_OK)
		st = refd__finds_load(finds, REFD_RECORD_REFEREE, ids, composer->n_slots, err);
	return st;
}

static void fill_venue(struct refd_fixture_card *card, const struct refd_venue_state *venue)
{
	card->venue_name = refd_name_str(&venue->name);
	card->venue_street = refd_line_str(&venue->street);
	card->venue_zip = refd_line_str(&venue->zip);
	card->venue_city = refd_line_str(&venue->city);
	card->venue_phone = refd_phone_str(&venue->phone);
	card->venue_email = refd_email_str(&venue->email);
	card->venue_coordinates = venue->coordinates;
	card->venue_version = venue->version;
}

/* @return whether every referee is there */
static bool fill_referees(struct refd_fixture_card *card, const struct composer *composer,
			  const struct refd__finds *finds)
{
	size_t i;

	for (i = 0; i < composer->n_slots; i++) {
		const struct refd_slot_state *slot = &composer->slots[i];
		const struct refd_referee_state *referee =
			refd__finds_get(finds, REFD_RECORD_REFEREE, slot->referee.uuid);

		if (card->n_referees == REFD_ROLES ||
		    !refd_uuid_equal(slot->fixture.uuid, card->fixture.id.uuid))
			continue;
		if (referee == NULL)
			return false;
		card->referees[card->n_referees++] = (struct refd_card_referee){
			slot->role, slot->referee, refd_name_str(&referee->name),
			refd_name_str(&referee->club), referee->version
		};
	}
	return true;
}

static enum refd_status deliver(const struct composer *composer, const struct refd__finds *finds,
				size_t i, refd__card_sink *sink, void *self, struct refd_error *err)
{
	struct refd_fixture_card card = { .fixture = composer->fixtures[i] };
	const struct refd_venue_state *venue =
		refd__finds_get(finds, REFD_RECORD_VENUE, card.fixture.venue.uuid);
	const struct refd_team_state *home =
		refd__finds_get(finds, REFD_RECORD_TEAM, card.fixture.home.uuid);
	const struct refd_team_state *away =
		refd__finds_get(finds, REFD_RECORD_TEAM, card.fixture.away.uuid);

	if (venue == NULL || home == NULL || away == NULL || !fill_referees(&card, composer, finds))
		return refd_error_object(err, REFD_CORRUPT, REFD_NOUN_FIXTURE, card.fixture.id.uuid,
					 "a fixture lacks its venue, a team or a referee");
	fill_venue(&card, venue);
	card.home_name = refd_name_str(&home->name);
	card.home_club = refd_name_str(&home->club);
	card.home_version = home->version;
	card.away_name = refd_name_str(&away->name);
	card.away_club = refd_name_str(&away->club);
	card.away_version = away->version;
	return sink(self, &card);
}

static enum refd_status deliver_chunk(struct composer *composer, refd__card_sink *sink, void *self,
				      struct refd_error *err)
{
	struct refd__finds finds;
	enum refd_status st;
	size_t i;

	refd__finds_init(&finds, composer->reading);
	st = load_slots(composer, err);
	if (st == REFD_OK)
		st = load_parties(composer, &finds, err);
	for (i = 0; i < composer->n_fixtures && st == REFD_OK; i++)
		st = deliver(composer, &finds, i, sink, self, err);
	return st;
}

/* Chunk by chunk from where the last one ended. A sink that got what it asked for ends it. */
static enum refd_status compose_range(struct composer *composer, const struct refd_read *read,
				      refd__card_sink *sink, void *self, struct refd_error *err)
{
	struct refd_read chunk = *read;
	size_t left = read->limit;
	enum refd_status st;

	chunk.kind = REFD_READ_RANGE;
	do {
		chunk.limit = left != 0 && left < CHUNK ? left : CHUNK;
		composer->n_fixtures = 0;
		composer->most = chunk.limit;
		st = run(composer, &chunk, err);
		if (st != REFD_OK || composer->n_fixtures == 0)
			break;
		chunk.after = (struct refd_position){
			.time = composer->fixtures[composer->n_fixtures - 1].kickoff,
			.id = composer->fixtures[composer->n_fixtures - 1].id.uuid
		};
		st = deliver_chunk(composer, sink, self, err);
		left -= left != 0 ? composer->n_fixtures : 0;
	} while (st == REFD_OK && composer->n_fixtures == chunk.limit);
	return st;
}

static enum refd_status compose_find(struct composer *composer, const struct refd_read *read,
				     refd__card_sink *sink, void *self, struct refd_error *err)
{
	struct refd_read find = *read;
	enum refd_status st;

	assert(read->n_keys <= CHUNK);
	find.kind = REFD_READ_FIND;
	composer->most = read->n_keys;
	st = run(composer, &find, err);
	return st == REFD_OK && composer->n_fixtures > 0 ? deliver_chunk(composer, sink, self, err)
							 : st;
}

/* Rows of reads that may be cards, to whom they are for. */
struct passing {
	const struct refd_read *reads; /* at hand */
	refd_row_sink *rows;
	refd__card_sink *cards;
	void *self;
};

static enum refd_status pass(void *self, size_t read, enum refd_record record, const void *state)
{
	const struct passing *to = self;

	return to->reads[read].kind == REFD_READ_CARDS ? to->cards(to->self, state)
						       : to->rows(to->self, read, record, state);
}

static enum refd_status compose(struct refd__reading *reading, const struct refd_read *read,
				refd__card_sink *sink, void *self, struct refd_error *err)
{
	struct composer *composer = refd__arena_zero(&reading->arena, 1, sizeof(*composer));

	if (composer == NULL)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a query");
	composer->reading = reading;
	composer->err = err;
	return read->by == REFD_BY_ID ? compose_find(composer, read, sink, self, err)
				      : compose_range(composer, read, sink, self, err);
}

enum refd_status refd__read_with_cards(struct refd__reading *reading, const struct refd_read *reads,
				       size_t count, refd_row_sink *rows, refd__card_sink *cards,
				       void *self, struct refd_error *err)
{
	struct passing passing = { reads, rows, cards, self };
	enum refd_status st = REFD_OK;
	size_t i;

	if (refd__reads(reading->app, REFD_READ_CARDS))
		return refd__reading_run(reading, reads, count, pass, &passing, err);
	for (i = 0; i < count && st == REFD_OK; i++) {
		passing.reads = &reads[i];
		st = reads[i].kind == REFD_READ_CARDS
			     ? compose(reading, &reads[i], cards, self, err)
			     : refd__reading_run(reading, &reads[i], 1, pass, &passing, err);
	}
	return st;
}

enum refd_status refd__read_cards(struct refd__reading *reading, const struct refd_read *read,
				  refd__card_sink *sink, void *self, struct refd_error *err)
{
	return refd__read_with_cards(reading, read, 1, NULL, sink, self, err);
}
