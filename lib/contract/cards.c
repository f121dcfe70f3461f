/* A store that joins cards itself delivers them as it delivers fixtures. */
#include "ranges.h"

static void cards_case(struct refd_contract__kit *kit, int arg)
{
	refd_contract__ask_index(kit, arg, REFD_READ_CARDS);
}

static void cards_by_id(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_contract__world world;
	struct refd_key keys[5];
	const size_t expected[] = { 1, 0, 1, 0 };
	struct refd_read read = { .kind = REFD_READ_CARDS,
				  .record = REFD_RECORD_FIXTURE,
				  .by = REFD_BY_ID,
				  .keys = keys,
				  .n_keys = 5 };

	(void)arg;
	refd_contract__world(actor, &world);
	for (size_t i = 0; i < 4; i++)
		keys[i] = refd_contract__key(REFD_RECORD_FIXTURE, &world.fixtures[expected[i]]);
	keys[4] = keys[3];
	keys[3] = (struct refd_key){ .a = refd_contract__uuid(kit) }; /* nobody's */
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 4, "%zu cards, not 4", actor->rows.count);
	for (size_t i = 0; i < 4 && !refd_contract__failed(kit); i++)
		refd_contract__check(kit,
				     !refd_contract__difference(&refd_fixture_layout,
								&world.fixtures[expected[i]],
								actor->rows.rows[i].state),
				     "card %zu is not in the order of the keys", i);
	read.n_keys = 0;
	refd_contract__read(actor, &read);
	refd_contract__check(kit, actor->rows.count == 0, "no keys give %zu cards",
			     actor->rows.count);
}

struct refd_contract__cases refd_contract__card_cases(void)
{
	static const struct refd_contract__case cases[] = {
#define CASE(name, of) { "cards__" name, cards_case, REFD_CONTRACT__##of, REFD_CONTRACT__CARDS }
		CASE("all_by_time", fixtures_by_time),
		CASE("of_a_venue", fixtures_of_a_venue),
		CASE("of_a_team", fixtures_of_a_team),
		CASE("of_a_status", fixtures_of_a_status),
		CASE("of_a_referee", fixtures_of_a_referee),
#undef CASE
		{ "cards__by_id_come_in_the_order_of_the_keys", cards_by_id, 0,
		  REFD_CONTRACT__CARDS },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
