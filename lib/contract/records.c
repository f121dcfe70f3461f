/* What is stored comes back: every field of every record, and the ends of every range. */
#include <stdlib.h>
#include <string.h>

#include "kit.h"

static void comes_back(struct refd_contract__actor *actor, enum refd_record record,
		       const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);
	const void *row = refd_contract__get(actor, record, state);
	const char *field = row ? refd_contract__difference(layout, state, row) : "(no row)";

	refd_contract__check(actor->kit, !field, "%s.%s does not come back as it was", layout->name,
			     field);
}

static void all_fields(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0),
				    *other = refd_contract__actor(kit, 1);
	enum refd_record record = (enum refd_record)arg;

	for (int i = 0; i < 20; i++) {
		enum refd_contract__fill fill = i == 0	 ? REFD_CONTRACT__FULL
						: i == 1 ? REFD_CONTRACT__BARE
							 : REFD_CONTRACT__RANDOM;
		union refd_contract__state row;

		refd_contract__make(actor, record, fill, &row);
		refd_contract__insert(actor, record, &row);
		refd_contract__commit(actor, REFD_OK);
		comes_back(actor, record, &row);
		comes_back(other, record, &row);
		if (record == REFD_RECORD_RULES || record == REFD_RECORD_BOARD) {
			refd_contract__delete(actor, record, &row,
					      refd_record_version(record, &row));
			refd_contract__commit(actor, REFD_OK);
		}
	}
}

/* `letter` as often as it fits into `bytes`. */
static uint16_t repeat(char *text, const char *letter, size_t bytes)
{
	size_t len = 0;

	while (len + strlen(letter) <= bytes) {
		memcpy(text + len, letter, strlen(letter));
		len += strlen(letter);
	}
	text[len] = '\0';
	return (uint16_t)len;
}

static void longest_texts(struct refd_contract__kit *kit, int arg)
{
	static const char wide[] = "\xf0\x9d\x84\x9e"; /* 120 of these are 480 bytes */
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	union refd_contract__state row;

	(void)arg;
	refd_contract__fill(actor, REFD_RECORD_VENUE, REFD_CONTRACT__FULL, &row);
	row.VENUE.name.len = repeat(row.VENUE.name.utf8, wide, REFD_NAME_BYTES);
	row.VENUE.street.len = repeat(row.VENUE.street.utf8, wide, REFD_NAME_BYTES);
	row.VENUE.zip.len = repeat(row.VENUE.zip.utf8, wide, REFD_NAME_BYTES);
	row.VENUE.city.len = repeat(row.VENUE.city.utf8, wide, REFD_NAME_BYTES);
	row.VENUE.phone.len = repeat(row.VENUE.phone.utf8, "1", REFD_PHONE_BYTES);
	row.VENUE.email.len = repeat(row.VENUE.email.utf8, "a", REFD_EMAIL_BYTES);
	row.VENUE.email.utf8[64] = '@';
	for (size_t at = 120; at < REFD_EMAIL_BYTES - 1; at += 56)
		row.VENUE.email.utf8[at] = '.';
	refd_contract__insert(actor, REFD_RECORD_VENUE, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_VENUE, &row);
	refd_contract__fill(actor, REFD_RECORD_RULES, REFD_CONTRACT__FULL, &row);
	row.RULES.day_zone.len = repeat(row.RULES.day_zone.utf8, "Z", REFD_ZONE_BYTES);
	refd_contract__insert(actor, REFD_RECORD_RULES, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_RULES, &row);
	refd_contract__make(actor, REFD_RECORD_NOTICE, REFD_CONTRACT__FULL, &row);
	row.NOTICE.last_error.len = repeat(row.NOTICE.last_error.utf8, wide, REFD_NAME_BYTES);
	refd_contract__insert(actor, REFD_RECORD_NOTICE, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_NOTICE, &row);
}

static void longest_slices(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	char *letters = refd_contract__alloc(actor, REFD_NAME_BYTES + 1);
	char *actor_name = refd_contract__alloc(actor, REFD_NAME_BYTES + 1);
	union refd_contract__state row;

	(void)arg;
	if (!letters || !actor_name)
		return;
	(void)repeat(letters, "n", REFD_NAME_BYTES);
	(void)repeat(actor_name, "\xf0\x9d\x84\x9e", REFD_NAME_BYTES);
	refd_contract__fill(actor, REFD_RECORD_EVENT, REFD_CONTRACT__FULL, &row);
	row.EVENT.type = (struct refd_str){ letters, 80 };
	row.EVENT.actor = (struct refd_str){ actor_name, REFD_NAME_BYTES };
	row.EVENT.traceparent = (struct refd_str){ letters, 55 };
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_EVENT, &row);
	refd_contract__fill(actor, REFD_RECORD_COMMAND, REFD_CONTRACT__FULL, &row);
	row.COMMAND.name = (struct refd_str){ letters, 80 };
	row.COMMAND.actor = (struct refd_str){ actor_name, REFD_NAME_BYTES };
	refd_contract__insert(actor, REFD_RECORD_COMMAND, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_COMMAND, &row);
}

static void long_payload(struct refd_contract__kit *kit, int arg)
{
	enum { MIB = 1 << 20 };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	char *bytes = refd_contract__alloc(actor, MIB);
	union refd_contract__state row;

	(void)arg;
	if (!bytes)
		return;
	for (size_t i = 0; i < MIB; i++)
		bytes[i] = (char)('a' + refd_contract__below(kit, 26));
	bytes[0] = bytes[MIB - 1] = '"';
	refd_contract__fill(actor, REFD_RECORD_EVENT, REFD_CONTRACT__FULL, &row);
	row.EVENT.payload = (struct refd_str){ bytes, MIB };
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_EVENT, &row);
}

/* The row and the texts it points to are the caller's again after the commit. */
static void rows_are_copied(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	char payload[] = "\"kept\"";
	union refd_contract__state row, was;

	(void)arg;
	refd_contract__fill(actor, REFD_RECORD_EVENT, REFD_CONTRACT__FULL, &row);
	was = row;
	was.EVENT.payload = refd_str_of("\"kept\"");
	row.EVENT.payload = refd_str_of(payload);
	refd_contract__insert(actor, REFD_RECORD_EVENT, &row);
	refd_contract__commit(actor, REFD_OK);
	memset(payload, 'x', sizeof(payload));
	comes_back(actor, REFD_RECORD_EVENT, &was);
}

static void extreme_instants(struct refd_contract__kit *kit, int arg)
{
	static const int64_t instants[] = { REFD_TIME_MIN,     REFD_TIME_MIN + 1, -1, 1,
					    REFD_TIME_MAX - 1, REFD_TIME_MAX };
	enum { INSTANTS = sizeof(instants) / sizeof(instants[0]) };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_FIXTURE,
				  .index = REFD_INDEX_ALL };
	union refd_contract__state row;

	(void)arg;
	for (size_t i = 0; i < INSTANTS; i++) {
		refd_contract__make(actor, REFD_RECORD_FIXTURE, REFD_CONTRACT__FULL, &row);
		row.FIXTURE.kickoff.us = instants[INSTANTS - 1 - i];
		row.FIXTURE.hand_out.us = instants[i];
		refd_contract__insert(actor, REFD_RECORD_FIXTURE, &row);
		refd_contract__commit(actor, REFD_OK);
		comes_back(actor, REFD_RECORD_FIXTURE, &row);
	}
	for (size_t from = 0; from < INSTANTS; from++)
		for (size_t to = from; to < INSTANTS; to++) {
			read.range.from.us = instants[from];
			read.range.to.us = instants[to];
			refd_contract__read(actor, &read);
			refd_contract__check(kit, actor->rows.count == to - from,
					     "from instant %zu to %zu: %zu rows", from, to,
					     actor->rows.count);
		}
}

static void extreme_numbers(struct refd_contract__kit *kit, int arg)
{
	static const int32_t days[] = { INT32_MIN, -1, 0, 1, INT32_MAX };
	static const struct refd_coordinates places[] = {
		{ true, 90000000, 180000000 },
		{ true, -90000000, -180000000 },
		{ true, 0, 0 },
		{ false, 0, 0 },
	};
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	union refd_contract__state row;

	(void)arg;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		refd_contract__make(actor, REFD_RECORD_CLAIM, REFD_CONTRACT__FULL, &row);
		row.CLAIM.day = days[i];
		refd_contract__insert(actor, REFD_RECORD_CLAIM, &row);
		refd_contract__commit(actor, REFD_OK);
		comes_back(actor, REFD_RECORD_CLAIM, &row);
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		refd_contract__fill(actor, REFD_RECORD_VENUE, REFD_CONTRACT__FULL, &row);
		row.VENUE.coordinates = places[i];
		row.VENUE.version = INT64_MAX;
		refd_contract__insert(actor, REFD_RECORD_VENUE, &row);
		refd_contract__commit(actor, REFD_OK);
		comes_back(actor, REFD_RECORD_VENUE, &row);
	}
	refd_contract__fill(actor, REFD_RECORD_COMMAND, REFD_CONTRACT__FULL, &row);
	row.COMMAND.affected = INT64_MAX;
	row.COMMAND.version1 = INT64_MAX;
	row.COMMAND.version2 = 0;
	refd_contract__insert(actor, REFD_RECORD_COMMAND, &row);
	refd_contract__commit(actor, REFD_OK);
	comes_back(actor, REFD_RECORD_COMMAND, &row);
}

/* Ten thousand rows in one set: made, changed, and gone again. */
static void large_batch(struct refd_contract__kit *kit, int arg)
{
	enum { ROWS = 10000 };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state *rows = refd_contract__alloc(actor, ROWS * sizeof(*rows));
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = REFD_RECORD_TEAM,
				 .index = REFD_INDEX_ALL };

	(void)arg;
	for (size_t i = 0; rows && i < ROWS; i++) {
		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &rows[i]);
		rows[i].version = 1;
		refd_contract__insert(actor, REFD_RECORD_TEAM, &rows[i]);
	}
	refd_contract__commit(actor, REFD_OK);
	refd_contract__read(actor, &all);
	refd_contract__check(kit, actor->rows.count == ROWS, "%zu rows of 10000 are there",
			     actor->rows.count);
	for (size_t i = 0; rows && i < ROWS; i++) {
		rows[i].version = 2;
		refd_contract__update(actor, REFD_RECORD_TEAM, &rows[i], 1);
	}
	refd_contract__commit(actor, REFD_OK);
	if (!rows)
		return;
	comes_back(actor, REFD_RECORD_TEAM, &rows[0]);
	comes_back(actor, REFD_RECORD_TEAM, &rows[ROWS - 1]);
	for (size_t i = 0; i < ROWS; i++)
		refd_contract__delete(actor, REFD_RECORD_TEAM, &rows[i], 2);
	refd_contract__commit(actor, REFD_OK);
	refd_contract__read(actor, &all);
	refd_contract__check(kit, actor->rows.count == 0, "%zu deleted rows are there",
			     actor->rows.count);
}

/* The last of ten thousand rows is bad: none is there. */
static void large_batch_undone(struct refd_contract__kit *kit, int arg)
{
	enum { ROWS = 10000 };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_read all = { .kind = REFD_READ_RANGE,
				 .record = REFD_RECORD_TEAM,
				 .index = REFD_INDEX_ALL };
	struct refd_team_state row;

	(void)arg;
	for (size_t i = 0; i < ROWS; i++) {
		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &row);
		refd_contract__insert(actor, REFD_RECORD_TEAM, &row);
	}
	refd_contract__insert(actor, REFD_RECORD_TEAM, &row);
	refd_contract__commit(actor, REFD_ALREADY_EXISTS);
	refd_contract__read(actor, &all);
	refd_contract__check(kit, actor->rows.count == 0, "%zu rows of a failed set are there",
			     actor->rows.count);
}

/* Closed and opened again, everything is still there. */
static void survives_closing(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0),
				    *keeper = refd_contract__actor(kit, 1);
	union refd_contract__state *rows =
		refd_contract__alloc(keeper, (REFD_RECORDS + 1) * sizeof(*rows));

	(void)arg;
	if (!rows)
		return;
	for (enum refd_record record = 1; record <= REFD_RECORDS; record++) {
		refd_contract__make(keeper, record, REFD_CONTRACT__FULL, &rows[record]);
		refd_contract__insert(keeper, record, &rows[record]);
	}
	refd_contract__commit(keeper, REFD_OK);
	refd_contract__leave(actor);
	if (refd_contract__failed(kit))
		return;
	/* The rows live with their keeper, so only its handle is closed. */
	kit->adapter->close(kit->adapter->self, &keeper->store);
	keeper->open = false;
	actor = refd_contract__actor(kit, 0);
	for (enum refd_record record = 1; record <= REFD_RECORDS; record++)
		comes_back(actor, record, &rows[record]);
}

struct refd_contract__cases refd_contract__record_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "record__rules_come_back", all_fields, REFD_RECORD_RULES, 0 },
		{ "record__board_comes_back", all_fields, REFD_RECORD_BOARD, 0 },
		{ "record__referee_comes_back", all_fields, REFD_RECORD_REFEREE, 0 },
		{ "record__team_comes_back", all_fields, REFD_RECORD_TEAM, 0 },
		{ "record__venue_comes_back", all_fields, REFD_RECORD_VENUE, 0 },
		{ "record__fixture_comes_back", all_fields, REFD_RECORD_FIXTURE, 0 },
		{ "record__slot_comes_back", all_fields, REFD_RECORD_SLOT, 0 },
		{ "record__availability_comes_back", all_fields, REFD_RECORD_AVAILABILITY, 0 },
		{ "record__assignment_comes_back", all_fields, REFD_RECORD_ASSIGNMENT, 0 },
		{ "record__claim_comes_back", all_fields, REFD_RECORD_CLAIM, 0 },
		{ "record__event_comes_back", all_fields, REFD_RECORD_EVENT, 0 },
		{ "record__notice_comes_back", all_fields, REFD_RECORD_NOTICE, 0 },
		{ "record__command_comes_back", all_fields, REFD_RECORD_COMMAND, 0 },
		{ "record__rows_are_copied", rows_are_copied, 0, 0 },
		{ "limits__longest_texts_come_back", longest_texts, 0, 0 },
		{ "limits__longest_slices_come_back", longest_slices, 0, 0 },
		{ "limits__payload_of_one_mebibyte_comes_back", long_payload, 0, 0 },
		{ "limits__extreme_instants", extreme_instants, 0, 0 },
		{ "limits__extreme_numbers", extreme_numbers, 0, 0 },
		{ "limits__ten_thousand_rows_in_one_set", large_batch, 0, 0 },
		{ "limits__ten_thousand_rows_undone", large_batch_undone, 0, 0 },
		{ "durable__committed_survives_closing", survives_closing, 0,
		  REFD_CONTRACT__DURABLE },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
