#include "faults.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "probe.h"

/* A team that plays nowhere: nothing else refers to it. */
#define SPARE_TEAM                                                                                 \
	"(SELECT t.id FROM team t WHERE t.version = 1 AND t.id NOT IN"                             \
	" (SELECT home_id FROM fixture UNION SELECT away_id FROM fixture) ORDER BY t.id"           \
	" LIMIT 1)"
#define WITHOUT_TEAM " WHERE aggregatetype = 'team' AND aggregateid NOT IN (SELECT id FROM team)"
#define EVENT_COLUMNS                                                                              \
	" (id, aggregatetype, aggregateid, version, type, schema_version, occurred_at,"            \
	" command_id, payload, published)"
#define COMMAND_COLUMNS                                                                            \
	" (id, request, name, accepted_at, affected, version1, version2, version3, version4)"

const struct fault faults[] = {
	{ "ack_before_commit", "answered_lost", FAULT_IN_WRITER, NULL },
	{ "retry_under_new_id", "never_asked", FAULT_IN_RETRY, NULL },
	{ "command_lost", "answered_lost", FAULT_IN_FILE,
	  "DELETE FROM team WHERE id = " SPARE_TEAM ";"
	  "DELETE FROM command WHERE id IN (SELECT command_id FROM event" WITHOUT_TEAM ");"
	  "DELETE FROM event" WITHOUT_TEAM },
	{ "command_row_deleted", "event_without_command", FAULT_IN_FILE,
	  "DELETE FROM command WHERE id ="
	  " (SELECT id FROM command WHERE name = 'fixture.schedule' ORDER BY id LIMIT 1)" },
	{ "command_row_only", "effect_missing", FAULT_IN_FILE,
	  "DELETE FROM team WHERE id = " SPARE_TEAM ";"
	  "DELETE FROM event" WITHOUT_TEAM },
	{ "effect_only", "event_without_command", FAULT_IN_FILE,
	  "INSERT INTO team (id, name, club, status, version)"
	  " VALUES ({random}, 'Half', 'Club', 'active', 1);"
	  "INSERT INTO event" EVENT_COLUMNS
	  " SELECT {random}, 'team', id, 1, 'TeamCreated', 1, {then}, {random}, '{}', {no}"
	  " FROM team WHERE name = 'Half'" },
	{ "effect_twice", "effect_doubled", FAULT_IN_FILE,
	  "INSERT INTO event" EVENT_COLUMNS
	  " SELECT {random}, aggregatetype, aggregateid, version + 1, type, schema_version,"
	  " occurred_at, command_id, payload, published FROM event"
	  " WHERE aggregatetype = 'team' AND aggregateid = " SPARE_TEAM ";"
	  "UPDATE team SET version = 2 WHERE id = " SPARE_TEAM },
	{ "command_from_nowhere", "never_asked", FAULT_IN_FILE,
	  "INSERT INTO command" COMMAND_COLUMNS
	  " VALUES ({random}, {zeros}, 'notice.retry', {then}, 0, 0, 0, 0, 0)" },
	{ "refused_but_stored", "refused_stored", FAULT_IN_FILE,
	  "INSERT INTO command" COMMAND_COLUMNS
	  " VALUES ({refused}, {zeros}, 'notice.retry', {then}, 0, 0, 0, 0, 0)" },
	{ "answer_changed", "answered_otherwise", FAULT_IN_FILE,
	  "UPDATE command SET version1 = version1 + 1 WHERE id ="
	  " (SELECT id FROM command WHERE name = 'referee.register' ORDER BY id LIMIT 1)" },
	{ "event_renumbered", "answered_version", FAULT_IN_FILE,
	  "UPDATE event SET version = 9 WHERE id ="
	  " (SELECT id FROM event WHERE type = 'AvailabilityDeclared' ORDER BY id LIMIT 1)" },
	{ "event_deleted", "aggregate_version", FAULT_IN_FILE,
	  "DELETE FROM event WHERE id = (SELECT id FROM event WHERE aggregatetype = 'referee'"
	  " ORDER BY version DESC, id LIMIT 1)" },
	{ "version_bumped", "aggregate_version", FAULT_IN_FILE,
	  "UPDATE venue SET version = version + 1 WHERE id = (SELECT id FROM venue ORDER BY id "
	  "LIMIT 1)" },
	{ "last_event_deleted", "ended_aggregate", FAULT_IN_FILE,
	  "DELETE FROM event WHERE id = (SELECT id FROM event WHERE type = 'AvailabilityWithdrawn'"
	  " ORDER BY id LIMIT 1)" },
	{ "slot_without_assignment", "slots", FAULT_IN_FILE,
	  "INSERT INTO slot (fixture_id, role, referee_id) SELECT f.id, 'first', r.id"
	  " FROM fixture f, referee r WHERE f.status = 'scheduled'"
	  " AND NOT EXISTS (SELECT 1 FROM slot s WHERE s.fixture_id = f.id) LIMIT 1" },
	{ "assignment_without_slot", "slots", FAULT_IN_FILE,
	  "DELETE FROM slot WHERE fixture_id = (SELECT fixture_id FROM slot ORDER BY fixture_id "
	  "LIMIT 1)" },
	{ "claim_deleted", "claims", FAULT_IN_FILE,
	  "DELETE FROM claim WHERE kind = 'team' AND holder ="
	  " (SELECT holder FROM claim WHERE kind = 'team' ORDER BY holder LIMIT 1)" },
	{ "claim_left", "claims", FAULT_IN_FILE,
	  "INSERT INTO claim (kind, holder, day, fixture_id)"
	  " SELECT 'venue', venue_id, 1, id FROM fixture LIMIT 1" },
	{ "cancelled_by_half", "cancelled", FAULT_IN_FILE,
	  "UPDATE fixture SET status = 'cancelled' WHERE id ="
	  " (SELECT fixture_id FROM availability ORDER BY fixture_id LIMIT 1)" },
	{ "notice_deleted", "notices", FAULT_IN_FILE,
	  "DELETE FROM notice WHERE id = (SELECT n.id FROM notice n JOIN event e"
	  " ON e.id = n.event_id WHERE e.type = 'RefereeAssigned' ORDER BY n.id LIMIT 1)" },
	{ "notice_of_no_event", "notices", FAULT_IN_FILE,
	  "UPDATE notice SET event_id = {random} WHERE id = (SELECT id FROM notice ORDER BY id "
	  "LIMIT 1)" },
	{ "reference_lost", "foreign_key", FAULT_IN_FILE,
	  "UPDATE fixture SET venue_id = {random} WHERE id = (SELECT id FROM fixture ORDER BY id "
	  "LIMIT 1)" },
	{ "page_torn", "integrity", FAULT_IN_FILE, NULL },
};
const size_t n_faults = sizeof(faults) / sizeof(faults[0]);

const struct fault *fault_find(const char *name)
{
	size_t i;

	for (i = 0; i < n_faults; i++) {
		if (strcmp(faults[i].name, name) == 0)
			return &faults[i];
	}
	return NULL;
}

/* The statement up to the next semicolon, with the refused command in its place. */
static const char *next_statement(const char *sql, struct refd_command_id refused, char *ret,
				  size_t size)
{
	static const char word[] = "{refused}";
	size_t used = 0;
	size_t i;

	for (; *sql != '\0' && *sql != ';' && used + 64 < size; sql++) {
		if (strncmp(sql, word, strlen(word)) != 0) {
			ret[used++] = *sql;
			continue;
		}
		sql += strlen(word) - 1;
		used += (size_t)snprintf(ret + used, size - used, "{x}'");
		for (i = 0; i < sizeof(refused.uuid.bytes); i++)
			used += (size_t)snprintf(ret + used, size - used, "%02x",
						 refused.uuid.bytes[i]);
		ret[used++] = '\'';
	}
	ret[used] = '\0';
	return *sql == ';' ? sql + 1 : sql;
}

/* Every statement; one that touches no row fails. */
static bool plant_rows(const struct fault *fault, const char *store, struct refd_command_id refused)
{
	struct probe *probe = NULL;
	const char *sql = fault->sql;
	char statement[2048];
	bool done;

	if (strstr(sql, "{refused}") != NULL && refd_uuid_is_unset(refused.uuid))
		return false;
	probe = probe_open(store);
	done = probe != NULL && probe_run(probe, "BEGIN");
	while (done && *sql != '\0') {
		sql = next_statement(sql, refused, statement, sizeof(statement));
		done = probe_changed(probe, statement) > 0;
	}
	done = done && probe_run(probe, "COMMIT");
	probe_close(probe); /* rolls back what was not committed */
	return done;
}

static int64_t first_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t result = 0;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		result = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return result;
}

/* The root page of an index keeps its first half only. */
static bool tear_page(const char *path)
{
	static const char zeros[65536];
	sqlite3 *db = NULL;
	int64_t page = 0;
	int64_t size = 0;
	bool done = false;
	int file;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	    sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL) == SQLITE_OK) {
		page = first_number(
			db, "SELECT rootpage FROM sqlite_master WHERE name = 'event_by_time'");
		size = first_number(db, "PRAGMA page_size");
	}
	sqlite3_close(db);
	file = open(path, O_WRONLY);
	if (file >= 0 && page > 0 && size > 0)
		done = pwrite(file, zeros, (size_t)size / 2, (page - 1) * size + size / 2) > 0;
	if (file >= 0)
		close(file);
	return done;
}

bool fault_plant(const struct fault *fault, const char *store, struct refd_command_id refused)
{
	return fault->sql != NULL ? plant_rows(fault, store, refused)
				  : tear_page(store + strlen("sqlite:"));
}
