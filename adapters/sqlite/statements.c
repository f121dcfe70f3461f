/* Every statement of the adapter, written from the layouts: the columns of a record are named in
 * one place only. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sqlite_parts.h"

#define SQL_BYTES 4096

/* A statement being written; `full` when it did not fit. */
struct writer {
	char text[SQL_BYTES];
	size_t len;
	bool full;
};

static void REFD_PRINTF(2, 3) put(struct writer *w, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->text + w->len, sizeof(w->text) - w->len, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(w->text) - w->len)
		w->full = true;
	else
		w->len += (size_t)n;
}

static void put_columns(struct writer *w, const struct refd_layout *layout, const char *prefix)
{
	size_t i;

	for (i = 0; i < layout->count; i++)
		put(w, "%s%s%s", i > 0 ? ", " : "", prefix, layout->fields[i].name);
}

/* "a = ?1 AND b = ?2" over the key columns. @return the next parameter */
static int put_key(struct writer *w, const struct refd_layout *layout, int first)
{
	size_t i;
	int n = first;

	for (i = 0; i < layout->count; i++) {
		if (layout->fields[i].flags & REFD_FIELD_KEY) {
			put(w, "%s%s = ?%d", n > first ? " AND " : "", layout->fields[i].name, n);
			n++;
		}
	}
	return n;
}

static void write_find(struct writer *w, const struct refd_layout *layout, const char *a,
		       const char *b)
{
	put(w, "SELECT ");
	put_columns(w, layout, "");
	put(w, " FROM %s WHERE ", layout->name);
	if (a != NULL)
		put(w, "%s = ?1 AND %s = ?2", a, b);
	else
		put_key(w, layout, 1);
}

/* The copy of the fixture's kick-off that orders availabilities and assignments. A fixture that is
 * not there is left to the foreign key. */
static bool copies_kickoff(const struct refd_layout *layout)
{
	return layout == refd_record_layout(REFD_RECORD_AVAILABILITY) ||
	       layout == refd_record_layout(REFD_RECORD_ASSIGNMENT);
}

#define KICKOFF "coalesce((SELECT kickoff FROM fixture WHERE id = ?2), 0)"

static void write_insert(struct writer *w, const struct refd_layout *layout)
{
	size_t i;

	put(w, "INSERT INTO %s (", layout->name);
	put_columns(w, layout, "");
	put(w, copies_kickoff(layout) ? ", kickoff) VALUES (" : ") VALUES (");
	for (i = 0; i < layout->count; i++)
		put(w, "%s?%zu", i > 0 ? ", " : "", i + 1);
	put(w, copies_kickoff(layout) ? ", " KICKOFF ")" : ")");
}

/* Fields keep their insert numbers; the expected version comes last. */
static void write_update(struct writer *w, const struct refd_layout *layout)
{
	bool comma = false;
	size_t i;

	put(w, "UPDATE %s SET ", layout->name);
	for (i = 0; i < layout->count; i++) {
		if (layout->fields[i].flags & REFD_FIELD_KEY)
			continue;
		put(w, "%s%s = ?%zu", comma ? ", " : "", layout->fields[i].name, i + 1);
		comma = true;
	}
	if (copies_kickoff(layout))
		put(w, ", kickoff = " KICKOFF);
	put(w, " WHERE ");
	put_key(w, layout, 1); /* the key columns come first in every record */
	if (refd_layout_version(layout) != NULL)
		put(w, " AND version = ?%zu", layout->count + 1);
}

static void write_delete(struct writer *w, const struct refd_layout *layout)
{
	int next;

	put(w, "DELETE FROM %s WHERE ", layout->name);
	next = put_key(w, layout, 1);
	if (refd_layout_version(layout) != NULL)
		put(w, " AND version = ?%d", next);
}

/* ---- ranges ---- */

/* How one index of one record is read: the key, and what orders the rows before their id. */
struct range {
	enum refd_record record;
	enum refd_index index;
	const char *with;  /* behind "FROM table t", may be "" */
	const char *key;   /* condition on ?1, "" if none */
	const char *order; /* time column; NULL: name order */
};

/* no index holds all of them by time, but fixtures come in that order */
#define OF_FIXTURE " JOIN fixture f ON f.id = t.fixture_id"
/* a referee's fixtures by id, then sorted: "+" keeps the planner from reading all by kick-off */
#define IN_SLOTS "t.id IN (SELECT fixture_id FROM slot WHERE referee_id = ?1) AND "
/* without it the planner reads all that is committed */
#define BY_STAGED " INDEXED BY assignment_staged"

static const struct range ranges[] = {
	{ REFD_RECORD_REFEREE, REFD_INDEX_ALL, "", "", NULL },
	{ REFD_RECORD_TEAM, REFD_INDEX_ALL, "", "", NULL },
	{ REFD_RECORD_VENUE, REFD_INDEX_ALL, "", "", NULL },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_ALL, "", "", "t.kickoff" },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_VENUE, "", "t.venue_id = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_STATUS, "", "t.status = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_REFEREE, "", IN_SLOTS, "+t.kickoff" },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_ALL, OF_FIXTURE, "", "f.kickoff" },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_FIXTURE, "", "t.fixture_id = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_REFEREE, "", "t.referee_id = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_ALL, OF_FIXTURE, "", "f.kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_STATUS, "", "t.status = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_FIXTURE, "", "t.fixture_id = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_REFEREE, "", "t.referee_id = ?1 AND ", "t.kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_STAGED, BY_STAGED,
	  "(t.status = 'staged' OR (t.status = 'committed' AND t.staged_role IS NOT NULL)) AND ",
	  "t.kickoff" },
	{ REFD_RECORD_EVENT, REFD_INDEX_ALL, "", "", "t.occurred_at" },
	{ REFD_RECORD_NOTICE, REFD_INDEX_ALL, "", "", "t.created_at" },
	{ REFD_RECORD_NOTICE, REFD_INDEX_STATUS, "", "t.status = ?1 AND ", "t.due" },
	{ REFD_RECORD_NOTICE, REFD_INDEX_RECIPIENT, "", "t.recipient_id = ?1 AND ",
	  "t.created_at" },
	{ REFD_RECORD_COMMAND, REFD_INDEX_ALL, "", "", "t.accepted_at" },
};

static void write_window(struct writer *w, const char *key, const char *order)
{
	if (order == NULL)
		put(w, " WHERE t.name >= ?4 AND (t.name > ?4 OR t.id > ?5)");
	else
		put(w, " WHERE %s%s >= ?2 AND %s < ?3 AND (%s > ?4 OR t.id > ?5)", key, order,
		    order, order);
}

static void write_range(struct writer *w, const struct range *range)
{
	const struct refd_layout *layout = refd_record_layout(range->record);

	put(w, "SELECT ");
	put_columns(w, layout, "t.");
	put(w, " FROM %s t%s", layout->name, range->with);
	write_window(w, range->key, range->order);
	put(w, " ORDER BY %s, t.id LIMIT ?6", range->order != NULL ? range->order : "t.name");
}

/* Home and away are two indexes; both arms are ordered, so they are merged. */
static void write_team(struct writer *w)
{
	const struct refd_layout *layout = refd_record_layout(REFD_RECORD_FIXTURE);
	const char *const sides[] = { "t.home_id = ?1 AND ", "t.away_id = ?1 AND " };
	int i;

	for (i = 0; i < 2; i++) {
		put(w, "%sSELECT ", i > 0 ? " UNION ALL " : "");
		put_columns(w, layout, "t.");
		put(w, " FROM fixture t");
		write_window(w, sides[i], "t.kickoff");
	}
	put(w, " ORDER BY kickoff, id LIMIT ?6");
}

static void write_ordered(struct writer *w, enum refd_record record, const char *where,
			  const char *order)
{
	const struct refd_layout *layout = refd_record_layout(record);

	put(w, "SELECT ");
	put_columns(w, layout, "");
	put(w, " FROM %s WHERE %s ORDER BY %s LIMIT ?6", layout->name, where, order);
}

/* Words sort as their enum, which is not their alphabet. */
static void put_words_order(struct writer *w, const struct refd_field *field)
{
	int value;

	put(w, "CASE %s", field->name);
	for (value = 1; field->words[value] != NULL; value++)
		put(w, " WHEN '%s' THEN %d", field->words[value], value);
	put(w, " END");
}

/* A fixture's few rows in the order of an enum. */
static void write_words(struct writer *w, enum refd_record record, const struct refd_field *field,
			const char *then)
{
	const struct refd_layout *layout = refd_record_layout(record);

	put(w, "SELECT ");
	put_columns(w, layout, "");
	put(w, " FROM %s WHERE fixture_id = ?1 ORDER BY ", layout->name);
	put_words_order(w, field);
	put(w, "%s LIMIT ?6", then);
}

/* ---- many keys at once ---- */

/* "(VALUES (1, ?7), (2, ?8), ...) k": the keys with their place; a pair takes two parameters. */
static void put_keys(struct writer *w, int width)
{
	int i;

	put(w, " FROM (VALUES ");
	for (i = 0; i < SQ_MANY; i++) {
		put(w, "%s(%d, ?%d", i > 0 ? ", " : "", i, SQ_MANY_FIRST + i * width);
		put(w, width == 2 ? ", ?%d)" : ")", SQ_MANY_FIRST + i * width + 1);
	}
	put(w, ") k CROSS JOIN ");
}

/* CROSS JOIN fixes the loops: the keys outside, in their order, a look-up inside. */
static void write_find_many(struct writer *w, const struct refd_layout *layout, const char *a,
			    const char *b)
{
	put(w, "SELECT ");
	put_columns(w, layout, "t.");
	put_keys(w, b != NULL ? 2 : 1);
	put(w, "%s t ON t.%s = k.column2", layout->name, a);
	if (b != NULL)
		put(w, " AND t.%s = k.column3", b);
}

static void write_engaged_many(struct writer *w, enum refd_record record, const char *key)
{
	const struct refd_layout *layout = refd_record_layout(record);

	put(w, "SELECT ");
	put_columns(w, layout, "t.");
	put_keys(w, 1);
	put(w, "%s t ON t.%s = k.column2", layout->name, key);
	put(w, " WHERE t.kickoff >= ?2 AND t.kickoff < ?3 ORDER BY k.column1, t.kickoff, t.id");
}

static void write_slots_many(struct writer *w)
{
	const struct refd_layout *layout = refd_record_layout(REFD_RECORD_SLOT);

	put(w, "SELECT ");
	put_columns(w, layout, "t.");
	put_keys(w, 1);
	put(w, "slot t ON t.fixture_id = k.column2 ORDER BY k.column1, ");
	put_words_order(w, &layout->fields[1]);
}

/* ---- cards ---- */

static void put_card_columns(struct writer *w)
{
	int role;

	put(w, "SELECT ");
	put_columns(w, refd_record_layout(REFD_RECORD_FIXTURE), "t.");
	put(w, ", h.name, h.club, h.version, a.name, a.club, a.version");
	put(w, ", v.name, v.street, v.zip, v.city, v.phone, v.email, v.latitude, v.longitude, "
	       "v.version");
	for (role = 1; role <= REFD_ROLES; role++)
		put(w, ", r%d.id, r%d.name, r%d.club, r%d.version", role, role, role, role);
}

static void put_card_joins(struct writer *w)
{
	int role;

	put(w, " JOIN team h ON h.id = t.home_id JOIN team a ON a.id = t.away_id JOIN venue v ON "
	       "v.id = t.venue_id");
	for (role = 1; role <= REFD_ROLES; role++)
		put(w,
		    " LEFT JOIN slot s%d ON s%d.fixture_id = t.id AND s%d.role = '%s' LEFT JOIN "
		    "referee r%d ON r%d.id = s%d.referee_id",
		    role, role, role, refd_role_word((enum refd_role)role), role, role, role);
}

/* Home and away are two indexes: of each so many fixtures as are wanted, before names are joined.
 */
static void put_team_fixtures(struct writer *w)
{
	const struct refd_layout *layout = refd_record_layout(REFD_RECORD_FIXTURE);
	const char *const sides[] = { "t.home_id = ?1 AND ", "t.away_id = ?1 AND " };
	int i;

	put(w, " FROM (");
	for (i = 0; i < 2; i++) {
		put(w, "%sSELECT * FROM (SELECT ", i > 0 ? " UNION ALL " : "");
		put_columns(w, layout, "t.");
		put(w, " FROM fixture t");
		write_window(w, sides[i], "t.kickoff");
		put(w, " ORDER BY t.kickoff, t.id LIMIT ?6)");
	}
	put(w, ") t");
}

/* CROSS JOIN would fix the order too, but the window's index already makes the fixture the outer
 * loop. */
static void write_cards(struct writer *w, enum sq_card_use use)
{
	put_card_columns(w);
	if (use == SQ_CARD_TEAM)
		put_team_fixtures(w);
	else
		put(w, " FROM fixture t");
	put_card_joins(w);
	if (use == SQ_CARD_ID) {
		put(w, " WHERE t.id = ?1");
		return;
	}
	if (use == SQ_CARD_REFEREE)
		write_window(w, IN_SLOTS, "+t.kickoff");
	else if (use != SQ_CARD_TEAM)
		write_window(w,
			     use == SQ_CARD_VENUE    ? "t.venue_id = ?1 AND "
			     : use == SQ_CARD_STATUS ? "t.status = ?1 AND "
						     : "",
			     "t.kickoff");
	put(w, " ORDER BY t.kickoff, t.id LIMIT ?6");
}

/* ---- all of them ---- */

struct making {
	struct sq_sql *sql;
	const struct refd_allocator *allocator;
	struct writer w;
	bool ok;
};

static struct writer *start(struct making *m)
{
	m->w.len = 0;
	m->w.full = false;
	return &m->w;
}

static void keep(struct making *m, size_t statement)
{
	char *text =
		m->ok && !m->w.full ? m->allocator->alloc(m->allocator->self, m->w.len + 1) : NULL;

	if (text == NULL) {
		m->ok = false;
		return;
	}
	memcpy(text, m->w.text, m->w.len + 1);
	m->sql->text[statement] = text;
}

static void make_record(struct making *m, enum refd_record record)
{
	const struct refd_layout *layout = refd_record_layout(record);

	write_find(start(m), layout, NULL, NULL);
	keep(m, sq_statement(record, SQ_FIND_ID));
	write_insert(start(m), layout);
	keep(m, sq_statement(record, SQ_INSERT));
	write_delete(start(m), layout);
	keep(m, sq_statement(record, SQ_DELETE));
	write_update(start(m), layout);
	keep(m, sq_statement(record, SQ_UPDATE));
}

static void make_pairs(struct making *m)
{
	const enum refd_record pairs[] = { REFD_RECORD_AVAILABILITY, REFD_RECORD_ASSIGNMENT };
	size_t i;

	for (i = 0; i < 2; i++) {
		write_find(start(m), refd_record_layout(pairs[i]), "fixture_id", "referee_id");
		keep(m, sq_statement(pairs[i], SQ_FIND_PAIR));
	}
	write_find(start(m), refd_record_layout(REFD_RECORD_NOTICE), "event_id", "recipient_id");
	keep(m, sq_statement(REFD_RECORD_NOTICE, SQ_FIND_PAIR));
}

static void make_singles(struct making *m)
{
	const enum refd_record singles[] = { REFD_RECORD_RULES, REFD_RECORD_BOARD };
	size_t i;

	for (i = 0; i < 2; i++) {
		put(start(m), "SELECT version FROM %s WHERE id = ?1",
		    refd_record_layout(singles[i])->name);
		keep(m, sq_statement(singles[i], SQ_VERSION));
	}
}

static void make_ranges(struct making *m)
{
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		write_range(start(m), &ranges[i]);
		keep(m, sq_statement(ranges[i].record, SQ_RANGE + (size_t)ranges[i].index));
	}
	write_team(start(m));
	keep(m, sq_statement(REFD_RECORD_FIXTURE, SQ_RANGE + REFD_INDEX_TEAM));
	write_words(start(m), REFD_RECORD_SLOT, &refd_record_layout(REFD_RECORD_SLOT)->fields[1],
		    "");
	keep(m, sq_statement(REFD_RECORD_SLOT, SQ_RANGE + REFD_INDEX_FIXTURE));
	write_words(start(m), REFD_RECORD_CLAIM, &refd_record_layout(REFD_RECORD_CLAIM)->fields[0],
		    ", holder");
	keep(m, sq_statement(REFD_RECORD_CLAIM, SQ_RANGE + REFD_INDEX_FIXTURE));
	write_ordered(start(m), REFD_RECORD_EVENT,
		      "aggregatetype = ?1 AND aggregateid = ?2 AND version > ?3", "version");
	keep(m, sq_statement(REFD_RECORD_EVENT, SQ_RANGE + REFD_INDEX_AGGREGATE));
}

static void make_many(struct making *m)
{
	const enum refd_record found[] = { REFD_RECORD_REFEREE, REFD_RECORD_TEAM, REFD_RECORD_VENUE,
					   REFD_RECORD_FIXTURE };
	const enum refd_record engaged[] = { REFD_RECORD_AVAILABILITY, REFD_RECORD_ASSIGNMENT };
	size_t i;

	for (i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		write_find_many(start(m), refd_record_layout(found[i]), "id", NULL);
		keep(m, sq_statement(found[i], SQ_FIND_ID_MANY));
	}
	for (i = 0; i < sizeof(engaged) / sizeof(engaged[0]); i++) {
		write_find_many(start(m), refd_record_layout(engaged[i]), "fixture_id",
				"referee_id");
		keep(m, sq_statement(engaged[i], SQ_FIND_PAIR_MANY));
		write_engaged_many(start(m), engaged[i], "fixture_id");
		keep(m, sq_statement(engaged[i], SQ_FIXTURE_MANY));
		write_engaged_many(start(m), engaged[i], "referee_id");
		keep(m, sq_statement(engaged[i], SQ_REFEREE_MANY));
	}
	write_slots_many(start(m));
	keep(m, sq_statement(REFD_RECORD_SLOT, SQ_FIXTURE_MANY));
}

enum refd_status refd_sqlite__sql_make(struct sq_sql *sql, const struct refd_allocator *allocator,
				       struct refd_error *err)
{
	struct making m = { .sql = sql, .allocator = allocator, .ok = true };
	int i;

	memset(sql, 0, sizeof(*sql));
	for (i = 1; i <= REFD_RECORDS; i++)
		make_record(&m, (enum refd_record)i);
	make_pairs(&m);
	make_singles(&m);
	make_ranges(&m);
	make_many(&m);
	for (i = 0; i < SQ_CARDS; i++) {
		write_cards(start(&m), (enum sq_card_use)i);
		keep(&m, sq_card_statement((enum sq_card_use)i));
	}
	return m.ok ? REFD_OK
		    : refd_error_set(err, REFD_NO_MEMORY,
				     "no memory for the statements of the SQLite adapter");
}

void refd_sqlite__sql_done(struct sq_sql *sql, const struct refd_allocator *allocator)
{
	size_t i;

	for (i = 0; i < SQ_STATEMENTS; i++)
		allocator->free(allocator->self, sql->text[i]);
}
