/* Loads: the fixtures of a time, added up by referee, and then the referees by name. */
#include <math.h>

#include "app/reading.h"
#include "base/digest.h"

/* A referee on the way from match to match. */
struct traveller {
	struct refd_load load;
	struct refd_venue_id venue; /* of the last match */
	struct refd_coordinates at;
	double metres;
};

struct load_list {
	struct refd__reading *reading;
	struct refd__pager pager;
	struct refd__id_map travellers;
	enum refd_party_status status;
	refd_load_sink *sink;
	void *self;
	bool ended;
};

static void travel(struct traveller *traveller, const struct refd_fixture_card *card)
{
	const struct refd_coordinates *to = &card->venue_coordinates;

	if (!refd_uuid_is_unset(traveller->venue.uuid) &&
	    !refd_uuid_equal(traveller->venue.uuid, card->fixture.venue.uuid)) {
		traveller->load.legs++;
		if (traveller->at.set && to->set)
			traveller->metres += refd_coordinates_distance(&traveller->at, to);
		else
			traveller->load.unknown_legs++;
	}
	traveller->venue = card->fixture.venue;
	traveller->at = *to;
}

static void play(struct traveller *traveller, const struct refd_fixture_card *card,
		 enum refd_role role)
{
	travel(traveller, card);
	traveller->load.matches[role - 1]++;
	traveller->load.last = card->fixture.kickoff;
}

static enum refd_status take_card(void *self, const struct refd_fixture_card *card)
{
	struct load_list *list = self;
	size_t i;

	for (i = 0; i < card->n_referees; i++) {
		struct refd__map_entry *entry =
			refd__id_map_put(&list->travellers, REFD_RECORD_REFEREE,
					 card->referees[i].id.uuid, (struct refd_uuid){ { 0 } });

		if (entry != NULL && entry->value == NULL)
			entry->value = refd__arena_zero(&list->reading->arena, 1,
							sizeof(struct traveller));
		if (entry == NULL || entry->value == NULL)
			return REFD_NO_MEMORY;
		play(entry->value, card, card->referees[i].role);
	}
	return REFD_OK;
}

static enum refd_status take_referee(void *self, size_t read, enum refd_record record,
				     const void *state)
{
	const struct refd_referee_state *referee = state;
	struct load_list *list = self;
	const struct refd_position position = { .name = refd_name_str(&referee->name),
						.id = referee->id.uuid };
	const struct refd__map_entry *entry =
		refd__id_map_get(&list->travellers, REFD_RECORD_REFEREE, referee->id.uuid,
				 (struct refd_uuid){ { 0 } });
	struct refd_load load = { .metres = 0 };

	(void)read;
	(void)record;
	if (list->status != (enum refd_party_status)0 && referee->status != list->status)
		return REFD_OK;
	if (!refd__pager_room(&list->pager)) {
		list->ended = true;
		return REFD_REFUSED; /* ends the read */
	}
	refd__pager_note(&list->pager, &position);
	if (entry != NULL) {
		const struct traveller *traveller = entry->value;

		load = traveller->load;
		load.metres = llround(traveller->metres);
	}
	return list->sink(list->self, referee, &load);
}

static enum refd_status run(struct load_list *list, struct refd_range range, struct refd_error *err)
{
	const struct refd_key scheduled = { .number = REFD_FIXTURE_SCHEDULED };
	const struct refd_read reads[] = {
		{ .kind = REFD_READ_CARDS,
		  .record = REFD_RECORD_FIXTURE,
		  .index = REFD_INDEX_STATUS,
		  .keys = &scheduled,
		  .n_keys = 1,
		  .range = range },
		{ .kind = REFD_READ_RANGE,
		  .record = REFD_RECORD_REFEREE,
		  .index = REFD_INDEX_ALL,
		  .after = list->pager.after },
	};
	enum refd_status st =
		refd__read_with_cards(list->reading, reads, 2, take_referee, take_card, list, err);

	return list->ended ? REFD_OK : st;
}

enum refd_status refd_query_loads(const struct refd_app *app, enum refd_party_status status,
				  struct refd_range range, const struct refd_page *page,
				  refd_load_sink *sink, void *self, struct refd_page_key *ret_next,
				  struct refd_error *err)
{
	struct refd__reading reading;
	struct load_list list = {
		.reading = &reading, .status = status, .sink = sink, .self = self
	};
	struct refd__digest query;
	enum refd_status st = refd__check_list(REFD_RECORD_REFEREE, range, status, err);

	if (st == REFD_OK)
		st = refd__reading_begin(app, refd__reads(app, REFD_READ_CARDS), &reading, err);
	if (st != REFD_OK)
		return st;
	refd__id_map_init(&list.travellers, &reading.arena);
	refd__digest_init(&query);
	refd__digest_add(&query, "loads", 5);
	refd__digest_add(&query, &status, sizeof(status));
	refd__digest_add(&query, &range, sizeof(range));
	st = refd__pager_init(&list.pager, &reading.arena, page, &query, err);
	if (st == REFD_OK)
		st = run(&list, range, err);
	if (st == REFD_OK)
		refd__pager_next(&list.pager, ret_next);
	refd__reading_end(&reading);
	return st;
}
