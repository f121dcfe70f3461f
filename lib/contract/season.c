#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ranges.h"

enum { REFEREES = 5, TEAMS = 8, VENUES = 6, FIXTURES = 24, EVENTS = 30, COMMANDS = 20 };

/* Few enough that rows share them; the ends of time are among them. */
static struct refd_time some_time(struct refd_contract__kit *kit)
{
	static const int64_t times[] = { REFD_TIME_MIN, -REFD_HOUR,    -1,	     1, REFD_DAY,
					 REFD_DAY + 1,	30 * REFD_DAY, REFD_TIME_MAX };
	struct refd_time time = {
		times[refd_contract__below(kit, sizeof(times) / sizeof(times[0]))]
	};

	return time;
}

static void some_name(struct refd_contract__kit *kit, struct refd_name *ret)
{
	static const char *const names[] = { "A", "a", "ab", "B", "\xc3\xa4", "\xc3\x84" };

	memset(ret, 0, sizeof(*ret));
	ret->len = (uint16_t)snprintf(
		ret->utf8, sizeof(ret->utf8), "%s",
		names[refd_contract__below(kit, sizeof(names) / sizeof(names[0]))]);
}

/* Keep the row and gather its insert. */
static void add(struct refd_contract__actor *actor, struct refd_contract__season *season,
		enum refd_record record, const void *state)
{
	struct refd_contract__placed *row = &season->rows[season->count];

	if (season->count == REFD_CONTRACT__SEASON_ROWS) {
		refd_contract__fail(actor->kit, "the kit's season is too large");
		return;
	}
	memcpy(&row->state, state, refd_record_layout(record)->state_size);
	season->records[season->count++] = record;
	refd_contract__insert(actor, record, state);
}

/* A random row of that record. */
static const union refd_contract__state *pick(struct refd_contract__kit *kit,
					      const struct refd_contract__season *season,
					      enum refd_record record)
{
	size_t of_record = 0, skip, at = 0;

	for (size_t i = 0; i < season->count; i++)
		of_record += season->records[i] == record;
	for (skip = refd_contract__below(kit, of_record); season->records[at] != record || skip > 0;
	     at++)
		skip -= season->records[at] == record;
	return &season->rows[at].state;
}

static void add_parties(struct refd_contract__actor *actor, struct refd_contract__season *season)
{
	union refd_contract__state row;

	for (int i = 0; i < REFEREES; i++) {
		refd_contract__fill(actor, REFD_RECORD_REFEREE, REFD_CONTRACT__RANDOM, &row);
		some_name(actor->kit, &row.REFEREE.name);
		add(actor, season, REFD_RECORD_REFEREE, &row);
	}
	for (int i = 0; i < TEAMS; i++) {
		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__RANDOM, &row);
		some_name(actor->kit, &row.TEAM.name);
		add(actor, season, REFD_RECORD_TEAM, &row);
	}
	for (int i = 0; i < VENUES; i++) {
		refd_contract__fill(actor, REFD_RECORD_VENUE, REFD_CONTRACT__RANDOM, &row);
		some_name(actor->kit, &row.VENUE.name);
		add(actor, season, REFD_RECORD_VENUE, &row);
	}
}

static void add_slots(struct refd_contract__actor *actor, struct refd_contract__season *season,
		      const struct refd_fixture_state *fixture)
{
	struct refd_referee_id first = pick(actor->kit, season, REFD_RECORD_REFEREE)->REFEREE.id;
	struct refd_referee_id second = pick(actor->kit, season, REFD_RECORD_REFEREE)->REFEREE.id;
	struct refd_slot_state slot = { fixture->id, REFD_ROLE_SECOND, second };

	if (!refd_uuid_equal(first.uuid, second.uuid))
		add(actor, season, REFD_RECORD_SLOT, &slot);
	slot = (struct refd_slot_state){ fixture->id, REFD_ROLE_FIRST, first };
	if (refd_contract__below(actor->kit, 4) > 0)
		add(actor, season, REFD_RECORD_SLOT, &slot);
}

static void add_claims(struct refd_contract__actor *actor, struct refd_contract__season *season,
		       const struct refd_fixture_state *fixture, int32_t day)
{
	struct refd_claim_state claim = { REFD_CLAIM_TEAM, fixture->away.uuid, day, fixture->id };

	add(actor, season, REFD_RECORD_CLAIM, &claim);
	claim.kind = REFD_CLAIM_VENUE;
	claim.holder = fixture->venue.uuid;
	add(actor, season, REFD_RECORD_CLAIM, &claim);
	claim.kind = REFD_CLAIM_TEAM;
	claim.holder = fixture->home.uuid;
	add(actor, season, REFD_RECORD_CLAIM, &claim);
}

static void add_pairs(struct refd_contract__actor *actor, struct refd_contract__season *season,
		      const struct refd_fixture_state *fixture)
{
	union refd_contract__state row;

	for (size_t i = 0; i < REFEREES; i++) { /* the season starts with them */
		struct refd_referee_id referee = season->rows[i].state.REFEREE.id;

		if (refd_contract__below(actor->kit, 2) == 0) {
			refd_contract__fill(actor, REFD_RECORD_AVAILABILITY, REFD_CONTRACT__RANDOM,
					    &row);
			row.AVAILABILITY.fixture = fixture->id;
			row.AVAILABILITY.referee = referee;
			add(actor, season, REFD_RECORD_AVAILABILITY, &row);
		}
		if (refd_contract__below(actor->kit, 3) == 0) {
			refd_contract__fill(actor, REFD_RECORD_ASSIGNMENT, REFD_CONTRACT__RANDOM,
					    &row);
			row.ASSIGNMENT.fixture = fixture->id;
			row.ASSIGNMENT.referee = referee;
			add(actor, season, REFD_RECORD_ASSIGNMENT, &row);
		}
	}
}

static void add_fixtures(struct refd_contract__actor *actor, struct refd_contract__season *season)
{
	struct refd_contract__kit *kit = actor->kit;
	union refd_contract__state row;

	for (int32_t i = 0; i < FIXTURES; i++) {
		struct refd_fixture_state *fixture = &row.FIXTURE;
		struct refd_fixture_state copy;
		size_t home = REFEREES + refd_contract__below(kit, TEAMS);
		size_t away = REFEREES + (home - REFEREES + 1) % TEAMS;

		refd_contract__fill(actor, REFD_RECORD_FIXTURE, REFD_CONTRACT__RANDOM, &row);
		fixture->home = season->rows[home].state.TEAM.id;
		fixture->away = season->rows[away].state.TEAM.id;
		fixture->venue = pick(kit, season, REFD_RECORD_VENUE)->VENUE.id;
		fixture->kickoff = some_time(kit);
		copy = *fixture;
		add(actor, season, REFD_RECORD_FIXTURE, &row);
		add_slots(actor, season, &copy);
		if (i < 6)
			add_claims(actor, season, &copy, i - 3);
		add_pairs(actor, season, &copy);
	}
}

static void add_log(struct refd_contract__actor *actor, struct refd_contract__season *season)
{
	struct refd_contract__kit *kit = actor->kit;
	union refd_contract__state row;

	for (int i = 0; i < COMMANDS; i++) {
		refd_contract__fill(actor, REFD_RECORD_COMMAND, REFD_CONTRACT__RANDOM, &row);
		row.COMMAND.accepted_at = some_time(kit);
		add(actor, season, REFD_RECORD_COMMAND, &row);
	}
	for (int i = 0; i < EVENTS; i++) {
		size_t team = REFEREES + refd_contract__below(kit, 2);

		refd_contract__fill(actor, REFD_RECORD_EVENT, REFD_CONTRACT__RANDOM, &row);
		row.EVENT.aggregate_type = i % 3 ? REFD_NOUN_TEAM : REFD_NOUN_REFEREE;
		row.EVENT.aggregate_id = season->rows[team].state.TEAM.id.uuid;
		row.EVENT.version = 100 - 3 * i;
		row.EVENT.occurred_at = some_time(kit);
		add(actor, season, REFD_RECORD_EVENT, &row);
		refd_contract__fill(actor, REFD_RECORD_NOTICE, REFD_CONTRACT__RANDOM, &row);
		row.NOTICE.event = season->rows[season->count - 1].state.EVENT.id;
		row.NOTICE.recipient = pick(kit, season, REFD_RECORD_REFEREE)->REFEREE.id;
		row.NOTICE.created_at = some_time(kit);
		row.NOTICE.due = some_time(kit);
		add(actor, season, REFD_RECORD_NOTICE, &row);
	}
}

struct refd_contract__season *refd_contract__season(struct refd_contract__actor *actor)
{
	struct refd_contract__season *season = refd_contract__alloc(actor, sizeof(*season));

	if (!season)
		return NULL;
	add_parties(actor, season);
	add_fixtures(actor, season);
	add_log(actor, season);
	refd_contract__commit(actor, REFD_OK);
	return refd_contract__failed(actor->kit) ? NULL : season;
}

size_t refd_contract__season_keys(const struct refd_contract__season *season,
				  const struct refd_contract__index *index, struct refd_key *ret)
{
	size_t count = 0, of_each = index->numbers ? 3 : REFD_CONTRACT__SEASON_KEYS - 1;
	int64_t numbers = index->numbers ? index->numbers : 1;

	memset(ret, 0, REFD_CONTRACT__SEASON_KEYS * sizeof(*ret));
	for (int64_t number = 1; number <= numbers; number++) {
		size_t found = 0;

		if (!index->key && count < REFD_CONTRACT__SEASON_KEYS)
			ret[count++].number = number;
		for (size_t i = 0; index->key && i < season->count && found < of_each; i++)
			if (season->records[i] == index->key &&
			    count < REFD_CONTRACT__SEASON_KEYS - 1) {
				memcpy(&ret[count].a, &season->rows[i].state, sizeof(ret->a));
				ret[count++].number = index->numbers ? number : 0;
				found++;
			}
	}
	if (index->key) { /* nobody's */
		ret[count].a.bytes[15] = 1;
		ret[count++].number = index->numbers ? 1 : 0;
	}
	return count;
}

static const struct refd_fixture_state *fixture_of(const struct refd_contract__season *season,
						   struct refd_fixture_id id)
{
	for (size_t i = 0; i < season->count; i++)
		if (season->records[i] == REFD_RECORD_FIXTURE &&
		    refd_uuid_equal(season->rows[i].state.FIXTURE.id.uuid, id.uuid))
			return &season->rows[i].state.FIXTURE;
	return NULL;
}

static bool is(struct refd_uuid a, const struct refd_key *key)
{
	return refd_uuid_equal(a, key->a);
}

static bool under_fixture(const struct refd_fixture_state *row, enum refd_index index,
			  const struct refd_key *key)
{
	return index == REFD_INDEX_ALL || (index == REFD_INDEX_VENUE && is(row->venue.uuid, key)) ||
	       (index == REFD_INDEX_TEAM && (is(row->home.uuid, key) || is(row->away.uuid, key))) ||
	       (index == REFD_INDEX_STATUS && row->status == key->number);
}

static bool under_assignment(const struct refd_assignment_state *row, enum refd_index index,
			     const struct refd_key *key)
{
	bool staged = row->status == REFD_ASSIGNMENT_STAGED ||
		      (row->status == REFD_ASSIGNMENT_COMMITTED && row->staged_role != 0);

	return index == REFD_INDEX_ALL ||
	       (index == REFD_INDEX_FIXTURE && is(row->fixture.uuid, key)) ||
	       (index == REFD_INDEX_REFEREE && is(row->referee.uuid, key)) ||
	       (index == REFD_INDEX_STATUS && row->status == key->number) ||
	       (index == REFD_INDEX_STAGED && staged);
}

static bool under_notice(const struct refd_notice_state *row, enum refd_index index,
			 const struct refd_key *key)
{
	return index == REFD_INDEX_ALL ||
	       (index == REFD_INDEX_STATUS && row->status == key->number) ||
	       (index == REFD_INDEX_RECIPIENT && is(row->recipient.uuid, key));
}

static bool under_slot(const struct refd_contract__season *season,
		       const struct refd_fixture_state *row, const struct refd_key *key)
{
	for (size_t i = 0; i < season->count; i++)
		if (season->records[i] == REFD_RECORD_SLOT &&
		    is(season->rows[i].state.SLOT.referee.uuid, key) &&
		    refd_uuid_equal(season->rows[i].state.SLOT.fixture.uuid, row->id.uuid))
			return true;
	return false;
}

/* Whether the index holds the row under the key. */
static bool under(const struct refd_contract__season *season, const union refd_contract__state *row,
		  const struct refd_contract__index *index, const struct refd_key *key)
{
	if (index->record == REFD_RECORD_FIXTURE && index->index == REFD_INDEX_REFEREE)
		return under_slot(season, &row->FIXTURE, key);
	if (index->record == REFD_RECORD_FIXTURE)
		return under_fixture(&row->FIXTURE, index->index, key);
	if (index->record == REFD_RECORD_ASSIGNMENT)
		return under_assignment(&row->ASSIGNMENT, index->index, key);
	if (index->record == REFD_RECORD_NOTICE)
		return under_notice(&row->NOTICE, index->index, key);
	if (index->record == REFD_RECORD_SLOT)
		return is(row->SLOT.fixture.uuid, key);
	if (index->record == REFD_RECORD_CLAIM)
		return is(row->CLAIM.fixture.uuid, key);
	if (index->record == REFD_RECORD_AVAILABILITY)
		return index->index == REFD_INDEX_ALL ||
		       is(index->index == REFD_INDEX_FIXTURE ? row->AVAILABILITY.fixture.uuid
							     : row->AVAILABILITY.referee.uuid,
			  key);
	if (index->index == REFD_INDEX_AGGREGATE)
		return is(row->EVENT.aggregate_id, key) && row->EVENT.aggregate_type == key->number;
	return true;
}

static struct refd_time time_of(const struct refd_contract__season *season,
				const union refd_contract__state *row,
				const struct refd_contract__index *index)
{
	static const struct refd_time none;

	if (index->record == REFD_RECORD_FIXTURE)
		return row->FIXTURE.kickoff;
	if (index->record == REFD_RECORD_AVAILABILITY)
		return fixture_of(season, row->AVAILABILITY.fixture)->kickoff;
	if (index->record == REFD_RECORD_ASSIGNMENT)
		return fixture_of(season, row->ASSIGNMENT.fixture)->kickoff;
	if (index->record == REFD_RECORD_EVENT)
		return row->EVENT.occurred_at;
	if (index->record == REFD_RECORD_COMMAND)
		return row->COMMAND.accepted_at;
	if (index->record == REFD_RECORD_NOTICE)
		return index->index == REFD_INDEX_STATUS ? row->NOTICE.due : row->NOTICE.created_at;
	return none;
}

static struct refd_position place(const struct refd_contract__season *season,
				  const union refd_contract__state *row,
				  const struct refd_contract__index *index)
{
	struct refd_position at = { .number = 0 };

	if (index->order == REFD_CONTRACT__BY_TIME)
		at.time = time_of(season, row, index);
	if (index->record == REFD_RECORD_REFEREE)
		at.name = refd_name_str(&row->REFEREE.name);
	if (index->record == REFD_RECORD_TEAM)
		at.name = refd_name_str(&row->TEAM.name);
	if (index->record == REFD_RECORD_VENUE)
		at.name = refd_name_str(&row->VENUE.name);
	if (index->record == REFD_RECORD_SLOT) {
		at.number = row->SLOT.role;
	} else if (index->record == REFD_RECORD_CLAIM) {
		at.number = row->CLAIM.kind;
		at.id = row->CLAIM.holder;
	} else if (index->index == REFD_INDEX_AGGREGATE) {
		at.number = row->EVENT.version;
	} else {
		memcpy(&at.id, row, sizeof(at.id));
	}
	return at;
}

static int compare_places(const void *a, const void *b)
{
	const struct refd_position *one = &((const struct refd_contract__placed *)a)->at;
	const struct refd_position *other = &((const struct refd_contract__placed *)b)->at;
	int order = refd_str_compare(one->name, other->name);

	if (order == 0)
		order = (one->time.us > other->time.us) - (one->time.us < other->time.us);
	if (order == 0)
		order = (one->number > other->number) - (one->number < other->number);
	return order ? order : refd_uuid_compare(one->id, other->id);
}

size_t refd_contract__season_range(const struct refd_contract__season *season,
				   const struct refd_contract__index *index,
				   const struct refd_key *key, struct refd_contract__placed *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < season->count; i++)
		if (season->records[i] == index->record &&
		    under(season, &season->rows[i].state, index, key)) {
			ret[count].state = season->rows[i].state;
			ret[count++].at = place(season, &season->rows[i].state, index);
		}
	qsort(ret, count, sizeof(*ret), compare_places);
	return count;
}
