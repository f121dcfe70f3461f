#include "verifier.h"

#include <stdio.h>
#include <unistd.h>

#include <sqlite3.h>

#include "checks.h"

#define BUSY_MS 5000

struct verifier {
	sqlite3 *db;
	verifier_sink *sink;
	void *self;
};

static void unreadable(const struct verifier *v, const char *what)
{
	char finding[512];

	snprintf(finding, sizeof(finding), "%s: %s", what, sqlite3_errmsg(v->db));
	v->sink(v->self, "unreadable", finding);
}

static void print_value(sqlite3_stmt *stmt, int column, char *text, size_t size)
{
	const unsigned char *bytes;
	size_t used = 0;
	int i;

	if (sqlite3_column_type(stmt, column) != SQLITE_BLOB) {
		const unsigned char *value = sqlite3_column_text(stmt, column);

		snprintf(text, size, "%s", value != NULL ? (const char *)value : "NULL");
		return;
	}
	bytes = sqlite3_column_blob(stmt, column);
	text[0] = '\0';
	for (i = 0; i < sqlite3_column_bytes(stmt, column) && used + 3 <= size; i++)
		used += (size_t)snprintf(text + used, size - used, "%02x", bytes[i]);
}

static void report(const struct verifier *v, const char *check, sqlite3_stmt *stmt)
{
	char finding[512];
	char about[128] = "";
	char what[256] = "";

	print_value(stmt, 0, about, sizeof(about));
	if (sqlite3_column_count(stmt) > 1)
		print_value(stmt, 1, what, sizeof(what));
	snprintf(finding, sizeof(finding), "%s %s", about, what);
	v->sink(v->self, check, finding);
}

static bool says_ok(sqlite3_stmt *stmt)
{
	return sqlite3_column_type(stmt, 0) == SQLITE_TEXT &&
	       sqlite3_stricmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
}

/* Every row is a finding, but the one that says "ok". */
static void ask(const struct verifier *v, const char *check, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(v->db, sql, -1, &stmt, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW && !says_ok(stmt))
			report(v, check, stmt);
	}
	if (code != SQLITE_DONE)
		unreadable(v, check);
	sqlite3_finalize(stmt);
}

static bool is_accepted(const struct verifier_answer *answer)
{
	return answer->came && answer->status == REFD_OK;
}

static const char *word_of(const struct verifier_answer *answer)
{
	if (!answer->came)
		return "open";
	return is_accepted(answer) ? "accepted" : "refused";
}

static bool add_row(sqlite3_stmt *stmt)
{
	bool added = sqlite3_step(stmt) == SQLITE_DONE;

	return sqlite3_reset(stmt) == SQLITE_OK && added;
}

static bool add_answer(sqlite3_stmt *asked, sqlite3_stmt *item,
		       const struct verifier_answer *answer)
{
	const void *id = answer->command.uuid.bytes;
	const bool accepted = is_accepted(answer);
	bool added;
	size_t i;

	sqlite3_bind_blob(asked, 1, id, 16, SQLITE_STATIC);
	sqlite3_bind_text(asked, 2, word_of(answer), -1, SQLITE_STATIC);
	sqlite3_bind_int64(asked, 3, accepted ? answer->result.affected : 0);
	added = add_row(asked);
	for (i = 0; added && accepted && i < answer->result.count; i++) {
		const struct refd_result_item *object = &answer->result.items[i];

		sqlite3_bind_blob(item, 1, id, 16, SQLITE_STATIC);
		sqlite3_bind_text(item, 2, refd_noun_word(object->object.noun), -1, SQLITE_STATIC);
		sqlite3_bind_blob(item, 3, object->object.id.bytes, 16, SQLITE_STATIC);
		sqlite3_bind_int64(item, 4, object->version);
		added = add_row(item);
	}
	return added;
}

static bool add_answers(sqlite3 *db, const struct verifier_answer *answers, size_t count)
{
	sqlite3_stmt *asked = NULL;
	sqlite3_stmt *item = NULL;
	size_t i = 0;
	bool added = sqlite3_exec(db, checks_tables, NULL, NULL, NULL) == SQLITE_OK &&
		     sqlite3_prepare_v2(db, checks_add_asked, -1, &asked, NULL) == SQLITE_OK &&
		     sqlite3_prepare_v2(db, checks_add_asked_item, -1, &item, NULL) == SQLITE_OK;

	while (added && i < count)
		added = add_answer(asked, item, &answers[i++]);
	sqlite3_finalize(asked);
	sqlite3_finalize(item);
	return added;
}

/* SQLite's own recovery of a journal left behind needs a handle that may write; the statements only
 * read. Without a checkpoint on close the next reader meets the file as it was. */
static int open_raw(const char *path, sqlite3 **ret)
{
	int code = sqlite3_open_v2(path, ret, SQLITE_OPEN_READWRITE, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_db_config(*ret, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(*ret, BUSY_MS);
	return code;
}

/* The number the statement answers, -1 if it fails. */
static int64_t number(sqlite3 *db, const char *sql, const void *id)
{
	sqlite3_stmt *stmt = NULL;
	int64_t result = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    (id == NULL || sqlite3_bind_blob(stmt, 1, id, 16, SQLITE_STATIC) == SQLITE_OK) &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		result = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return result;
}

static void accepted_without_file(const struct verifier *v, const struct verifier_answer *answers,
				  size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (is_accepted(&answers[i]))
			v->sink(v->self, "answered_lost", "answered with OK, there is no table");
	}
}

void verifier_run(const char *path, const struct verifier_answer *answers, size_t count,
		  verifier_sink *sink, void *self)
{
	struct verifier v = { NULL, sink, self };
	int64_t tables = -1;
	size_t i;

	if (access(path, F_OK) != 0) {
		accepted_without_file(&v, answers, count);
		return;
	}
	if (open_raw(path, &v.db) == SQLITE_OK)
		tables = number(v.db, "SELECT count(*) FROM sqlite_master", NULL);
	if (tables <= 0) {
		if (tables < 0)
			unreadable(&v, "open");
		accepted_without_file(&v, answers, count);
	} else if (sqlite3_exec(v.db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK ||
		   !add_answers(v.db, answers, count)) {
		unreadable(&v, "answers");
	} else {
		ask(&v, "integrity", "PRAGMA main.integrity_check");
		ask(&v, "foreign_key", "PRAGMA main.foreign_key_check");
		for (i = 0; i < n_checks; i++)
			ask(&v, checks[i].name, checks[i].sql);
	}
	sqlite3_close(v.db);
}

bool verifier_stored(const char *path, struct refd_command_id command)
{
	sqlite3 *db = NULL;
	bool stored =
		access(path, F_OK) == 0 && open_raw(path, &db) == SQLITE_OK &&
		number(db, "SELECT count(*) FROM command WHERE id = ?1", command.uuid.bytes) == 1;

	sqlite3_close(db);
	return stored;
}
