/* Every statement of the adapter, written from the layouts: the columns of a record are named in
 * one place only. */
#include <stdio.h>
#include <string.h>

#include "postgres_parts.h"

enum {
	OID_INT8 = 20,
	OID_TEXT = 25,
	OID_TIMESTAMPTZ = 1184,
	OID_UUID = 2950,
	OID_UUID_ARRAY = 2951
};

#define put refd_postgres__put

static void put_select(struct pg_writer *w, enum refd_record record, const char *prefix)
{
	w->record = record;
	put(w, "SELECT ");
	refd_postgres__put_columns(w, refd_record_layout(record), prefix);
}

static void write_find(struct pg_writer *w, enum refd_record record, const char *a, const char *b)
{
	const struct refd_layout *layout = refd_record_layout(record);
	size_t n = 0;
	size_t i;

	put_select(w, record, "");
	put(w, " FROM %s.%s WHERE ", w->schema, layout->name);
	if (a != NULL) {
		refd_postgres__param(w, OID_UUID);
		refd_postgres__param(w, OID_UUID);
		put(w, "%s = $1 AND %s = $2", a, b);
		return;
	}
	refd_postgres__field_params(w, layout, true, false);
	for (i = 0; i < layout->count; i++) {
		if (layout->fields[i].flags & REFD_FIELD_KEY) {
			n++;
			put(w, "%s%s = $%zu", n > 1 ? " AND " : "", layout->fields[i].name, n);
		}
	}
}

/* ---- ranges ---- */

/* How one index of one record is read: the key, and what orders the rows before their id. */
struct range {
	enum refd_record record;
	enum refd_index index;
	const char *key;   /* condition on $1, "" if none */
	const char *order; /* time column; NULL: name order */
};

static const struct range ranges[] = {
	{ REFD_RECORD_REFEREE, REFD_INDEX_ALL, "", NULL },
	{ REFD_RECORD_TEAM, REFD_INDEX_ALL, "", NULL },
	{ REFD_RECORD_VENUE, REFD_INDEX_ALL, "", NULL },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_ALL, "", "kickoff" },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_VENUE, "t.venue_id = $1 AND ", "kickoff" },
	{ REFD_RECORD_FIXTURE, REFD_INDEX_STATUS, "t.status = $1 AND ", "kickoff" },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_FIXTURE, "t.fixture_id = $1 AND ", "kickoff" },
	{ REFD_RECORD_AVAILABILITY, REFD_INDEX_REFEREE, "t.referee_id = $1 AND ", "kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_STATUS, "t.status = $1 AND ", "kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_FIXTURE, "t.fixture_id = $1 AND ", "kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_REFEREE, "t.referee_id = $1 AND ", "kickoff" },
	{ REFD_RECORD_ASSIGNMENT, REFD_INDEX_STAGED,
	  "(t.status = 'staged' OR (t.status = 'committed' AND t.staged_role IS NOT NULL)) AND ",
	  "kickoff" },
	{ REFD_RECORD_EVENT, REFD_INDEX_ALL, "", "occurred_at" },
	{ REFD_RECORD_NOTICE, REFD_INDEX_ALL, "", "created_at" },
	{ REFD_RECORD_NOTICE, REFD_INDEX_STATUS, "t.status = $1 AND ", "due" },
	{ REFD_RECORD_NOTICE, REFD_INDEX_RECIPIENT, "t.recipient_id = $1 AND ", "created_at" },
	{ REFD_RECORD_COMMAND, REFD_INDEX_ALL, "", "accepted_at" },
};

static void window_params(struct pg_writer *w)
{
	refd_postgres__param(w, OID_TIMESTAMPTZ);
	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_TIMESTAMPTZ);
	refd_postgres__param(w, OID_INT8);
}

/* "(kickoff, id) > (from, nothing) AND kickoff < to": where it starts, and how far it goes */
static void put_window(struct pg_writer *w, const char *time, const char *id)
{
	put(w, "(%s, %s) > ($%zu, $%zu) AND %s < $%zu", time, id, w->n_params - 3, w->n_params - 2,
	    time, w->n_params - 1);
}

static void write_names(struct pg_writer *w, const struct range *range)
{
	refd_postgres__param(w, OID_TEXT);
	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_INT8);
	put_select(w, range->record, "t.");
	put(w,
	    " FROM %s.%s t WHERE (t.name, t.id) > ($1 COLLATE \"C\", $2) ORDER BY t.name, t.id "
	    "LIMIT $3",
	    w->schema, refd_record_layout(range->record)->name);
}

static void write_range(struct pg_writer *w, const struct range *range)
{
	const struct refd_layout *layout = refd_record_layout(range->record);
	char time[24] = "t.";

	if (range->order == NULL) {
		write_names(w, range);
		return;
	}
	if (strstr(range->key, "$1") != NULL)
		refd_postgres__param(w, range->index == REFD_INDEX_STATUS ? OID_TEXT : OID_UUID);
	window_params(w);
	strcat(time, range->order);
	put_select(w, range->record, "t.");
	put(w, " FROM %s.%s t WHERE %s", w->schema, layout->name, range->key);
	put_window(w, time, "t.id");
	put(w, " ORDER BY %s, t.id LIMIT $%zu", time, w->n_params);
}

/* No index holds all of them by time, but fixtures come in that order. */
static void write_all_engaged(struct pg_writer *w, enum refd_record record)
{
	window_params(w);
	put_select(w, record, "t.");
	put(w,
	    " FROM %s.fixture f JOIN %s.%s t ON t.fixture_id = f.id WHERE (f.kickoff, t.id) > ($1, "
	    "$2) AND f.kickoff >= $1 AND f.kickoff < $3 ORDER BY f.kickoff, t.id LIMIT $4",
	    w->schema, w->schema, refd_record_layout(record)->name);
}

/* Those with the referee in a slot, which no index orders. */
static void write_slotted(struct pg_writer *w)
{
	refd_postgres__param(w, OID_UUID);
	window_params(w);
	put_select(w, REFD_RECORD_FIXTURE, "t.");
	put(w,
	    " FROM %s.fixture t WHERE t.id IN (SELECT s.fixture_id FROM %s.slot s WHERE "
	    "s.referee_id = $1) AND ",
	    w->schema, w->schema);
	put_window(w, "t.kickoff", "t.id");
	put(w, " ORDER BY t.kickoff, t.id LIMIT $5");
}

/* Home and away are two indexes; both arms are ordered, so they are merged. */
static void write_team(struct pg_writer *w)
{
	const char *const sides[] = { "t.home_id = $1 AND ", "t.away_id = $1 AND " };
	int i;

	refd_postgres__param(w, OID_UUID);
	window_params(w);
	for (i = 0; i < 2; i++) {
		put(w, i > 0 ? " UNION ALL " : "");
		put_select(w, REFD_RECORD_FIXTURE, "t.");
		put(w, " FROM %s.fixture t WHERE %s", w->schema, sides[i]);
		put_window(w, "t.kickoff", "t.id");
	}
	put(w, " ORDER BY kickoff, id LIMIT $5");
}

static void write_aggregate(struct pg_writer *w)
{
	refd_postgres__param(w, OID_TEXT);
	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_INT8);
	refd_postgres__param(w, OID_INT8);
	put_select(w, REFD_RECORD_EVENT, "");
	put(w,
	    " FROM %s.event WHERE aggregatetype = $1 AND aggregateid = $2 AND version > $3 "
	    "ORDER BY version LIMIT $4",
	    w->schema);
}

/* Words sort as their enum, which is not their alphabet. */
static void put_words_order(struct pg_writer *w, const struct refd_field *field, const char *prefix)
{
	int value;

	put(w, "CASE %s%s", prefix, field->name);
	for (value = 1; field->words[value] != NULL; value++)
		put(w, " WHEN '%s' THEN %d", field->words[value], value);
	put(w, " END");
}

/* A fixture's few rows in the order of an enum. */
static void write_words(struct pg_writer *w, enum refd_record record,
			const struct refd_field *field, const char *then)
{
	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_INT8);
	put_select(w, record, "");
	put(w, " FROM %s.%s WHERE fixture_id = $1 ORDER BY ", w->schema,
	    refd_record_layout(record)->name);
	put_words_order(w, field, "");
	put(w, "%s LIMIT $2", then);
}

/* ---- many keys at once ---- */

/* The keys with their place, and a look-up for each: a subquery of its own, so that no statistics
 * make the planner read the table as a whole and match the keys afterwards. */
static void put_keys(struct pg_writer *w, enum refd_record record, const char *a, const char *b,
		     const char *then)
{
	put_select(w, record, "t.");
	put(w, b != NULL ? " FROM unnest($1, $2) WITH ORDINALITY k (a, b, number)"
			 : " FROM unnest($1) WITH ORDINALITY k (a, number)");
	put(w, " CROSS JOIN LATERAL (SELECT * FROM %s.%s t WHERE t.%s = k.a", w->schema,
	    refd_record_layout(record)->name, a);
	if (b != NULL)
		put(w, " AND t.%s = k.b", b);
	put(w, "%s OFFSET 0) t ORDER BY k.number", then);
}

static void write_find_many(struct pg_writer *w, enum refd_record record, const char *a,
			    const char *b)
{
	refd_postgres__param(w, OID_UUID_ARRAY);
	if (b != NULL)
		refd_postgres__param(w, OID_UUID_ARRAY);
	put_keys(w, record, a, b, "");
}

static void write_engaged_many(struct pg_writer *w, enum refd_record record, const char *key)
{
	refd_postgres__param(w, OID_UUID_ARRAY);
	refd_postgres__param(w, OID_TIMESTAMPTZ);
	refd_postgres__param(w, OID_TIMESTAMPTZ);
	put_keys(w, record, key, NULL, " AND t.kickoff >= $2 AND t.kickoff < $3");
	put(w, ", t.kickoff, t.id");
}

static void write_slots_many(struct pg_writer *w)
{
	refd_postgres__param(w, OID_UUID_ARRAY);
	put_keys(w, REFD_RECORD_SLOT, "fixture_id", NULL, "");
	put(w, ", ");
	put_words_order(w, &refd_record_layout(REFD_RECORD_SLOT)->fields[1], "t.");
}

/* ---- all of them ---- */

struct making {
	struct pg_sql *sql;
	const struct refd_allocator *allocator;
	struct pg_writer w;
	bool ok;
};

static struct pg_writer *start(struct making *m)
{
	m->w.len = 0;
	m->w.n_params = 0;
	m->w.record = (enum refd_record)0;
	return &m->w;
}

static void keep(struct making *m, size_t statement)
{
	struct pg_sql_text *item = &m->sql->items[statement];

	m->ok = m->ok && !m->w.full;
	if (m->ok)
		item->text = m->allocator->alloc(m->allocator->self, m->w.len + 1);
	if (item->text == NULL) {
		m->ok = false;
		return;
	}
	memcpy(item->text, m->w.text, m->w.len + 1);
	snprintf(item->name, sizeof(item->name), "refd%zu", statement);
	memcpy(item->types, m->w.types, sizeof(item->types));
	item->n_params = m->w.n_params;
	item->record = m->w.record;
}

static void make_record(struct making *m, enum refd_record record)
{
	const struct refd_layout *layout = refd_record_layout(record);
	int many;

	write_find(start(m), record, NULL, NULL);
	keep(m, pg_statement(record, PG_FIND_ID));
	for (many = 0; many < 2; many++) {
		refd_postgres__write_insert(start(m), layout, many);
		keep(m, pg_statement(record, many ? PG_INSERT_MANY : PG_INSERT));
		refd_postgres__write_delete(start(m), layout, many);
		keep(m, pg_statement(record, many ? PG_DELETE_MANY : PG_DELETE));
		refd_postgres__write_update(start(m), layout, many);
		keep(m, pg_statement(record, many ? PG_UPDATE_MANY : PG_UPDATE));
	}
}

static void make_pairs(struct making *m)
{
	const enum refd_record pairs[] = { REFD_RECORD_AVAILABILITY, REFD_RECORD_ASSIGNMENT };
	size_t i;

	for (i = 0; i < 2; i++) {
		write_find(start(m), pairs[i], "fixture_id", "referee_id");
		keep(m, pg_statement(pairs[i], PG_FIND_PAIR));
	}
	write_find(start(m), REFD_RECORD_NOTICE, "event_id", "recipient_id");
	keep(m, pg_statement(REFD_RECORD_NOTICE, PG_FIND_PAIR));
}

static void make_ranges(struct making *m)
{
	const enum refd_record engaged[] = { REFD_RECORD_AVAILABILITY, REFD_RECORD_ASSIGNMENT };
	size_t i;

	for (i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		write_range(start(m), &ranges[i]);
		keep(m, pg_statement(ranges[i].record, PG_RANGE + (size_t)ranges[i].index));
	}
	for (i = 0; i < 2; i++) {
		write_all_engaged(start(m), engaged[i]);
		keep(m, pg_statement(engaged[i], PG_RANGE + REFD_INDEX_ALL));
	}
	write_team(start(m));
	keep(m, pg_statement(REFD_RECORD_FIXTURE, PG_RANGE + REFD_INDEX_TEAM));
	write_slotted(start(m));
	keep(m, pg_statement(REFD_RECORD_FIXTURE, PG_RANGE + REFD_INDEX_REFEREE));
	write_words(start(m), REFD_RECORD_SLOT, &refd_record_layout(REFD_RECORD_SLOT)->fields[1],
		    "");
	keep(m, pg_statement(REFD_RECORD_SLOT, PG_RANGE + REFD_INDEX_FIXTURE));
	write_words(start(m), REFD_RECORD_CLAIM, &refd_record_layout(REFD_RECORD_CLAIM)->fields[0],
		    ", holder");
	keep(m, pg_statement(REFD_RECORD_CLAIM, PG_RANGE + REFD_INDEX_FIXTURE));
	write_aggregate(start(m));
	keep(m, pg_statement(REFD_RECORD_EVENT, PG_RANGE + REFD_INDEX_AGGREGATE));
}

/* The rows of a range with those they refer to, side by side: fixture, referee, row. */
static void make_parents(struct making *m, enum refd_record record, enum refd_index index,
			 const char *order)
{
	const struct pg_sql_text *range =
		&m->sql->items[pg_statement(record, PG_RANGE + (size_t)index)];
	const bool notice = record == REFD_RECORD_NOTICE;
	struct pg_writer *w = start(m);

	if (range->text == NULL)
		return;
	memcpy(w->types, range->types, sizeof(w->types));
	w->n_params = range->n_params;
	put_select(w, record, "t.");
	if (!notice) {
		put(w, ", ");
		refd_postgres__put_columns(w, refd_record_layout(REFD_RECORD_FIXTURE), "f.");
	}
	put(w, ", ");
	refd_postgres__put_columns(w, refd_record_layout(REFD_RECORD_REFEREE), "r.");
	put(w, " FROM (%s) t", range->text);
	if (!notice)
		put(w, " JOIN %s.fixture f ON f.id = t.fixture_id", w->schema);
	put(w, " JOIN %s.referee r ON r.id = t.%s ORDER BY %s, t.id", w->schema,
	    notice ? "recipient_id" : "referee_id", order);
	keep(m, pg_statement(record, PG_PARENTS + (size_t)index));
}

static void make_families(struct making *m)
{
	int index;

	for (index = REFD_INDEX_ALL; index <= REFD_INDEX_STAGED; index++) {
		make_parents(m, REFD_RECORD_AVAILABILITY, (enum refd_index)index, "f.kickoff");
		make_parents(m, REFD_RECORD_ASSIGNMENT, (enum refd_index)index, "f.kickoff");
		make_parents(m, REFD_RECORD_NOTICE, (enum refd_index)index,
			     index == REFD_INDEX_STATUS ? "t.due" : "t.created_at");
	}
}

static void make_many(struct making *m)
{
	const enum refd_record found[] = { REFD_RECORD_REFEREE, REFD_RECORD_TEAM, REFD_RECORD_VENUE,
					   REFD_RECORD_FIXTURE };
	const enum refd_record engaged[] = { REFD_RECORD_AVAILABILITY, REFD_RECORD_ASSIGNMENT };
	size_t i;

	for (i = 0; i < sizeof(found) / sizeof(found[0]); i++) {
		write_find_many(start(m), found[i], "id", NULL);
		keep(m, pg_statement(found[i], PG_FIND_ID_MANY));
	}
	for (i = 0; i < sizeof(engaged) / sizeof(engaged[0]); i++) {
		write_find_many(start(m), engaged[i], "fixture_id", "referee_id");
		keep(m, pg_statement(engaged[i], PG_FIND_PAIR_MANY));
		write_engaged_many(start(m), engaged[i], "fixture_id");
		keep(m, pg_statement(engaged[i], PG_FIXTURE_MANY));
		write_engaged_many(start(m), engaged[i], "referee_id");
		keep(m, pg_statement(engaged[i], PG_REFEREE_MANY));
	}
	write_slots_many(start(m));
	keep(m, pg_statement(REFD_RECORD_SLOT, PG_FIXTURE_MANY));
}

static void make_joins(struct making *m, bool pgbouncer)
{
	int i;

	for (i = 0; i < PG_CARDS; i++) {
		refd_postgres__write_cards(start(m), (enum pg_card_use)i);
		keep(m, pg_card_statement((enum pg_card_use)i));
	}
	for (i = 0; i < PG_FACTS; i++) {
		refd_postgres__write_facts(start(m), (enum pg_facts_use)i);
		keep(m, pg_facts_statement((enum pg_facts_use)i));
	}
	for (i = 0; i < PG_FRAMES; i++) {
		refd_postgres__write_frame(start(m), (enum pg_frame)i, pgbouncer);
		keep(m, pg_frame_statement((enum pg_frame)i));
	}
}

enum refd_status refd_postgres__sql_make(struct pg_sql *sql, const char *schema, bool pgbouncer,
					 const struct refd_allocator *allocator,
					 struct refd_error *err)
{
	struct making m = { .sql = sql, .allocator = allocator, .ok = true };
	int i;

	memset(sql, 0, sizeof(*sql));
	m.w.schema = schema;
	for (i = 1; i <= REFD_RECORDS; i++)
		make_record(&m, (enum refd_record)i);
	make_pairs(&m);
	make_ranges(&m);
	make_families(&m);
	make_many(&m);
	make_joins(&m, pgbouncer);
	return m.ok ? REFD_OK
		    : refd_error_set(err, REFD_NO_MEMORY,
				     "no memory for the statements of the PostgreSQL adapter");
}

void refd_postgres__sql_done(struct pg_sql *sql, const struct refd_allocator *allocator)
{
	size_t i;

	for (i = 0; i < PG_STATEMENTS; i++)
		allocator->free(allocator->self, sql->items[i].text);
}
