/* One object at a time: the object or NULL, reading what is not known yet. */
#include "app/asking.h"

void refd__know_rules(struct refd_unit *unit)
{
	if (!unit->rules_known)
		unit->rules = refd_rules_default();
	unit->rules_known = true;
}

bool refd__know_board(struct refd_unit *unit)
{
	struct refd_board_state blank = { .id = refd_the_board };

	if (unit->board == NULL)
		unit->board = refd__board_restore(&unit->tracker, &blank);
	return unit->board != NULL;
}

enum refd_status refd__rules(struct refd_unit *unit, struct refd_error *err)
{
	struct refd__asking asking;
	enum refd_status st;

	refd__ask(&asking, unit);
	refd__ask_rules(&asking);
	st = refd__answer(&asking, err);
	if (st == REFD_OK)
		unit->assert_rules = true;
	return st;
}

enum refd_status refd__board(struct refd_unit *unit, struct refd_board **ret,
			     struct refd_error *err)
{
	struct refd__asking asking;
	enum refd_status st;

	refd__ask(&asking, unit);
	refd__ask_board(&asking);
	st = refd__answer(&asking, err);
	if (st == REFD_OK) {
		unit->assert_board = true;
		*ret = unit->board;
	}
	return st;
}

static enum refd_status look_for_party(struct refd_unit *unit, enum refd_record record,
				       struct refd_uuid id, struct refd_error *err)
{
	struct refd__asking asking;

	refd__ask(&asking, unit);
	refd__ask_parties(&asking, record, &id, 1);
	return refd__answer(&asking, err);
}

enum refd_status refd__find_referee(struct refd_unit *unit, struct refd_referee_id id,
				    struct refd_referee **ret, struct refd_error *err)
{
	enum refd_status st = look_for_party(unit, REFD_RECORD_REFEREE, id.uuid, err);

	if (st == REFD_OK)
		*ret = refd__referee_node(unit, id)->referee;
	return st;
}

static enum refd_status find_party(struct refd_unit *unit, enum refd_record record,
				   struct refd_uuid id, void **ret, struct refd_error *err)
{
	enum refd_status st = look_for_party(unit, record, id, err);

	if (st == REFD_OK)
		*ret = refd__party_node(unit, record, id)->party;
	return st;
}

enum refd_status refd__find_team(struct refd_unit *unit, struct refd_team_id id,
				 struct refd_team **ret, struct refd_error *err)
{
	void *party = NULL;
	enum refd_status st = find_party(unit, REFD_RECORD_TEAM, id.uuid, &party, err);

	if (st == REFD_OK)
		*ret = party;
	return st;
}

enum refd_status refd__find_venue(struct refd_unit *unit, struct refd_venue_id id,
				  struct refd_venue **ret, struct refd_error *err)
{
	void *party = NULL;
	enum refd_status st = find_party(unit, REFD_RECORD_VENUE, id.uuid, &party, err);

	if (st == REFD_OK)
		*ret = party;
	return st;
}

enum refd_status refd__find_fixture(struct refd_unit *unit, struct refd_fixture_id id,
				    struct refd__fixture_node **ret, struct refd_error *err)
{
	enum refd_status st = refd__load_fixtures(unit, &id, 1, 0, err);

	if (st == REFD_OK)
		*ret = refd__fixture_node(unit, id);
	return st;
}

enum refd_status refd__not_found(struct refd_error *err, enum refd_noun noun, struct refd_uuid id)
{
	char text[REFD_UUID_TEXT + 1];

	return refd_error_object(err, REFD_NOT_FOUND, noun, id, "no %s %s", refd_noun_word(noun),
				 refd_uuid_format(id, text));
}

enum refd_status refd__need_referee(struct refd_unit *unit, struct refd_referee_id id,
				    struct refd_referee **ret, struct refd_error *err)
{
	struct refd_referee *referee = NULL;
	enum refd_status st = refd__find_referee(unit, id, &referee, err);

	if (st == REFD_OK && referee == NULL)
		st = refd__not_found(err, REFD_NOUN_REFEREE, id.uuid);
	if (st == REFD_OK)
		*ret = referee;
	return st;
}

enum refd_status refd__need_venue(struct refd_unit *unit, struct refd_venue_id id,
				  struct refd_venue **ret, struct refd_error *err)
{
	struct refd_venue *venue = NULL;
	enum refd_status st = refd__find_venue(unit, id, &venue, err);

	if (st == REFD_OK && venue == NULL)
		st = refd__not_found(err, REFD_NOUN_VENUE, id.uuid);
	if (st == REFD_OK)
		*ret = venue;
	return st;
}

enum refd_status refd__need_fixture(struct refd_unit *unit, struct refd_fixture_id id,
				    struct refd__fixture_node **ret, struct refd_error *err)
{
	struct refd__fixture_node *node = NULL;
	enum refd_status st = refd__find_fixture(unit, id, &node, err);

	if (st == REFD_OK && node->fixture == NULL)
		st = refd__not_found(err, REFD_NOUN_FIXTURE, id.uuid);
	if (st == REFD_OK)
		*ret = node;
	return st;
}

static bool availability_stands(const struct refd_availability *availability)
{
	return availability != NULL && availability->fate != REFD__GONE &&
	       availability->fate != REFD__VOID;
}

static bool assignment_stands(const struct refd_assignment *assignment,
			      struct refd_referee_id referee)
{
	return assignment != NULL && assignment->fate != REFD__GONE &&
	       assignment->fate != REFD__VOID &&
	       refd_uuid_equal(assignment->state.referee.uuid, referee.uuid);
}

/* The entry of the pair in the map; NULL: there is no such row. */
static enum refd_status look_for_pair(struct refd_unit *unit, enum refd_record record,
				      struct refd_fixture_id fixture,
				      struct refd_referee_id referee, void **ret,
				      struct refd_error *err)
{
	const uint32_t kind = record == REFD_RECORD_AVAILABILITY ? REFD__MAP_AVAILABILITY_PAIR
								 : REFD__MAP_ASSIGNMENT_PAIR;
	const struct refd__map_entry *entry;
	struct refd__asking asking;
	enum refd_status st;

	refd__ask(&asking, unit);
	refd__ask_pair(&asking, record, fixture, referee);
	st = refd__answer(&asking, err);
	if (st != REFD_OK)
		return st;
	entry = refd__id_map_get(&unit->map, kind, fixture.uuid, referee.uuid);
	*ret = entry != NULL ? entry->value : NULL;
	return REFD_OK;
}

enum refd_status refd__find_availability(struct refd_unit *unit, struct refd_fixture_id fixture,
					 struct refd_referee_id referee,
					 struct refd_availability **ret, struct refd_error *err)
{
	void *found = NULL;
	enum refd_status st =
		look_for_pair(unit, REFD_RECORD_AVAILABILITY, fixture, referee, &found, err);

	if (st == REFD_OK)
		*ret = availability_stands(found) ? found : NULL;
	return st;
}

enum refd_status refd__find_assignment(struct refd_unit *unit, struct refd_fixture_id fixture,
				       struct refd_referee_id referee, struct refd_assignment **ret,
				       struct refd_error *err)
{
	void *found = NULL;
	enum refd_status st =
		look_for_pair(unit, REFD_RECORD_ASSIGNMENT, fixture, referee, &found, err);

	if (st == REFD_OK)
		*ret = assignment_stands(found, referee) ? found : NULL;
	return st;
}

enum refd_status refd__find_holder(struct refd_unit *unit, struct refd_fixture_id fixture,
				   struct refd_referee_id holder, struct refd_assignment **ret,
				   struct refd_error *err)
{
	enum refd_status st = refd__find_assignment(unit, fixture, holder, ret, err);

	return st == REFD_OK && *ret == NULL
		       ? refd_error_object(err, REFD_CORRUPT, REFD_NOUN_FIXTURE, fixture.uuid,
					   "a slot of the fixture is held without an assignment")
		       : st;
}

enum refd_status refd__expect(struct refd_unit *unit, int64_t expected, int64_t version,
			      enum refd_noun noun, struct refd_uuid id, struct refd_error *err)
{
	char text[REFD_UUID_TEXT + 1];

	(void)unit;
	if (expected == 0 || expected == version)
		return REFD_OK;
	return refd_error_object(err, REFD_CONFLICT, noun, id, "%s %s is at version %lld, not %lld",
				 refd_noun_word(noun), refd_uuid_format(id, text),
				 (long long)version, (long long)expected);
}

enum refd_status refd_unit_referee(struct refd_unit *unit, struct refd_referee_id id,
				   struct refd_referee **ret, struct refd_error *err)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_REFEREE, .key = id.uuid };
	enum refd_status st = refd__guard(unit, &guard, 1, err);

	return st == REFD_OK ? refd__need_referee(unit, id, ret, err) : st;
}

enum refd_status refd_unit_team(struct refd_unit *unit, struct refd_team_id id,
				struct refd_team **ret, struct refd_error *err)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_TEAM, .key = id.uuid };
	struct refd_team *team = NULL;
	enum refd_status st = refd__guard(unit, &guard, 1, err);

	if (st == REFD_OK)
		st = refd__find_team(unit, id, &team, err);
	if (st == REFD_OK && team == NULL)
		st = refd__not_found(err, REFD_NOUN_TEAM, id.uuid);
	if (st == REFD_OK)
		*ret = team;
	return st;
}

enum refd_status refd_unit_venue(struct refd_unit *unit, struct refd_venue_id id,
				 struct refd_venue **ret, struct refd_error *err)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_VENUE, .key = id.uuid };
	enum refd_status st = refd__guard(unit, &guard, 1, err);

	return st == REFD_OK ? refd__need_venue(unit, id, ret, err) : st;
}

enum refd_status refd_unit_fixture(struct refd_unit *unit, struct refd_fixture_id id,
				   struct refd_fixture **ret, struct refd_error *err)
{
	struct refd_guard guard = { .guard_class = REFD_GUARD_FIXTURE, .key = id.uuid };
	enum refd_status st = refd__guard(unit, &guard, 1, err);

	if (st == REFD_OK)
		st = refd__load_fixtures(unit, &id, 1, REFD__WITH_SLOTS, err);
	if (st == REFD_OK) {
		struct refd__fixture_node *node = NULL;

		st = refd__need_fixture(unit, id, &node, err);
		if (st == REFD_OK)
			*ret = node->fixture;
	}
	return st;
}
