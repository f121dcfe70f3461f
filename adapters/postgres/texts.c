/* The texts of statements that change rows or join several records. Columns
 * come from the layouts; every name is written with its schema. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "postgres_parts.h"

enum {
	OID_INT8 = 20,
	OID_TEXT = 25,
	OID_TIMESTAMPTZ = 1184,
	OID_INTERVAL = 1186,
	OID_UUID = 2950,
	OID_UUID_ARRAY = 2951
};

void refd_postgres__put(struct pg_writer *w, const char *format, ...)
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

#define put refd_postgres__put

void refd_postgres__put_columns(struct pg_writer *w, const struct refd_layout *layout,
				const char *prefix)
{
	size_t i;

	for (i = 0; i < layout->count; i++)
		put(w, "%s%s%s", i > 0 ? ", " : "", prefix, layout->fields[i].name);
}

void refd_postgres__param(struct pg_writer *w, Oid type)
{
	if (w->n_params == PG_PARAMS)
		w->full = true;
	else
		w->types[w->n_params++] = type;
}

void refd_postgres__field_params(struct pg_writer *w, const struct refd_layout *layout,
				 bool keys_only, bool arrays)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		Oid type = refd_postgres__type(layout->fields[i].type);

		if (!keys_only || (layout->fields[i].flags & REFD_FIELD_KEY))
			refd_postgres__param(w, arrays ? refd_postgres__array_type(type) : type);
	}
}

/* ---- changes ---- */

/* The copy of the fixture's kick-off that orders availabilities and assignments. A fixture that is
 * not there is left to the foreign key. */
static bool copies_kickoff(const struct refd_layout *layout)
{
	return layout == refd_record_layout(REFD_RECORD_AVAILABILITY) ||
	       layout == refd_record_layout(REFD_RECORD_ASSIGNMENT);
}

static void put_kickoff(struct pg_writer *w, const char *fixture)
{
	put(w, "coalesce((SELECT f.kickoff FROM %s.fixture f WHERE f.id = %s), '-infinity')",
	    w->schema, fixture);
}

/* "unnest($1, $2, ...)" over the fields, and more arrays behind them */
static void put_unnest(struct pg_writer *w, size_t count)
{
	size_t i;

	put(w, "unnest(");
	for (i = 1; i <= count; i++)
		put(w, "%s$%zu", i > 1 ? ", " : "", i);
	put(w, ")");
}

void refd_postgres__write_insert(struct pg_writer *w, const struct refd_layout *layout, bool many)
{
	size_t i;

	refd_postgres__field_params(w, layout, false, many);
	put(w, "INSERT INTO %s.%s (", w->schema, layout->name);
	refd_postgres__put_columns(w, layout, "");
	put(w, copies_kickoff(layout) ? ", kickoff) " : ") ");
	if (many) {
		put(w, "SELECT ");
		refd_postgres__put_columns(w, layout, "k.");
		if (copies_kickoff(layout)) {
			put(w, ", ");
			put_kickoff(w, "k.fixture_id");
		}
		put(w, " FROM ");
		put_unnest(w, layout->count);
		put(w, " k (");
		refd_postgres__put_columns(w, layout, "");
		put(w, ")");
		return;
	}
	put(w, "VALUES (");
	for (i = 1; i <= layout->count; i++)
		put(w, "%s$%zu", i > 1 ? ", " : "", i);
	if (copies_kickoff(layout)) {
		put(w, ", ");
		put_kickoff(w, "$2");
	}
	put(w, ")");
}

/*
 * MERGE meets every row it is asked for, there or not: what is not as expected ends the transaction
 * from within the statement. k: the rows wanted, with their keys, number and expected version.
 */
static bool has_part(const struct refd_field *field, bool keys_only)
{
	return !keys_only || (field->flags & REFD_FIELD_KEY);
}

/* One row of parameters; only its key need have names. */
static void put_wanted(struct pg_writer *w, const struct refd_layout *layout, bool keys_only)
{
	size_t n = 0;
	size_t i;

	put(w, "(SELECT ");
	for (i = 0; i < layout->count; i++) {
		n += has_part(&layout->fields[i], keys_only);
		if (layout->fields[i].flags & REFD_FIELD_KEY)
			put(w, "$%zu AS %s, ", n, layout->fields[i].name);
	}
	put(w, "1 AS number) k");
}

static void put_wanted_many(struct pg_writer *w, const struct refd_layout *layout, bool keys_only)
{
	size_t i;

	put_unnest(w, w->n_params);
	put(w, " WITH ORDINALITY k (");
	for (i = 0; i < layout->count; i++) {
		if (has_part(&layout->fields[i], keys_only))
			put(w, "%s, ", layout->fields[i].name);
	}
	put(w, refd_layout_version(layout) != NULL ? "expected, number)" : "number)");
}

static void put_merge(struct pg_writer *w, const struct refd_layout *layout, bool keys_only,
		      bool many)
{
	const bool versioned = refd_layout_version(layout) != NULL;
	const char *between = " ON ";
	size_t i;

	refd_postgres__field_params(w, layout, keys_only, many);
	if (versioned)
		refd_postgres__param(w, many ? refd_postgres__array_type(OID_INT8) : OID_INT8);
	put(w, "MERGE INTO %s.%s t USING ", w->schema, layout->name);
	if (many)
		put_wanted_many(w, layout, keys_only);
	else
		put_wanted(w, layout, keys_only);
	for (i = 0; i < layout->count; i++) {
		const char *name = layout->fields[i].name;

		if (!(layout->fields[i].flags & REFD_FIELD_KEY))
			continue;
		put(w, "%st.%s = k.%s", between, name, name);
		between = " AND ";
	}
	put(w, " WHEN MATCHED");
	if (versioned && many)
		put(w, " AND t.version = k.expected");
	else if (versioned)
		put(w, " AND t.version = $%zu", w->n_params);
	put(w, " THEN ");
}

/* The insert never comes to pass; with nothing to do the planner would leave unmatched rows out. */
static void put_stale(struct pg_writer *w, const struct refd_layout *layout)
{
	if (refd_layout_version(layout) != NULL)
		put(w, " WHEN MATCHED AND %s.stale(k.number) THEN DO NOTHING", w->schema);
	put(w, " WHEN NOT MATCHED AND %s.stale(k.number) THEN INSERT DEFAULT VALUES", w->schema);
}

void refd_postgres__write_update(struct pg_writer *w, const struct refd_layout *layout, bool many)
{
	bool comma = false;
	size_t i;

	put_merge(w, layout, false, many);
	put(w, "UPDATE SET ");
	for (i = 0; i < layout->count; i++) {
		const char *name = layout->fields[i].name;

		if (layout->fields[i].flags & REFD_FIELD_KEY)
			continue;
		put(w, "%s%s = ", comma ? ", " : "", name);
		if (many)
			put(w, "k.%s", name);
		else
			put(w, "$%zu", i + 1);
		comma = true;
	}
	if (copies_kickoff(layout)) {
		put(w, ", kickoff = ");
		put_kickoff(w, many ? "k.fixture_id" : "$2");
	}
	put_stale(w, layout);
}

void refd_postgres__write_delete(struct pg_writer *w, const struct refd_layout *layout, bool many)
{
	put_merge(w, layout, true, many);
	put(w, "DELETE");
	put_stale(w, layout);
}

/* ---- cards ---- */

static void put_card_columns(struct pg_writer *w)
{
	int role;

	put(w, "SELECT ");
	refd_postgres__put_columns(w, refd_record_layout(REFD_RECORD_FIXTURE), "t.");
	put(w, ", h.name, h.club, h.version, a.name, a.club, a.version");
	put(w, ", v.name, v.street, v.zip, v.city, v.phone, v.email, v.latitude, v.longitude, "
	       "v.version");
	for (role = 1; role <= REFD_ROLES; role++)
		put(w, ", r%d.id, r%d.name, r%d.club, r%d.version", role, role, role, role);
}

static void put_card_joins(struct pg_writer *w)
{
	const char *s = w->schema;
	int role;

	put(w,
	    " JOIN %s.team h ON h.id = t.home_id JOIN %s.team a ON a.id = t.away_id"
	    " JOIN %s.venue v ON v.id = t.venue_id",
	    s, s, s);
	for (role = 1; role <= REFD_ROLES; role++)
		put(w,
		    " LEFT JOIN %s.slot s%d ON s%d.fixture_id = t.id AND s%d.role = '%s'"
		    " LEFT JOIN %s.referee r%d ON r%d.id = s%d.referee_id",
		    s, role, role, role, refd_role_word((enum refd_role)role), s, role, role, role);
}

static void put_fixture_window(struct pg_writer *w, const char *key)
{
	put(w, "SELECT ");
	refd_postgres__put_columns(w, refd_record_layout(REFD_RECORD_FIXTURE), "u.");
	put(w, " FROM %s.fixture u WHERE %s(u.kickoff, u.id) > ($%zu, $%zu) AND u.kickoff < $%zu",
	    w->schema, key, w->n_params - 3, w->n_params - 2, w->n_params - 1);
}

/* The fixtures are found and cut to size first, then joined with the few rows of each. */
static void put_card_fixtures(struct pg_writer *w, enum pg_card_use use)
{
	char in_slots[160];

	put(w, " FROM (");
	switch (use) {
	case PG_CARD_VENUE:
		put_fixture_window(w, "u.venue_id = $1 AND ");
		break;
	case PG_CARD_STATUS:
		put_fixture_window(w, "u.status = $1 AND ");
		break;
	case PG_CARD_REFEREE:
		snprintf(
			in_slots, sizeof(in_slots),
			"u.id IN (SELECT s.fixture_id FROM %s.slot s WHERE s.referee_id = $1) AND ",
			w->schema);
		put_fixture_window(w, in_slots);
		break;
	case PG_CARD_TEAM:
		put(w, "SELECT * FROM (");
		put_fixture_window(w, "u.home_id = $1 AND ");
		put(w, " UNION ALL ");
		put_fixture_window(w, "u.away_id = $1 AND ");
		put(w, ") u");
		break;
	case PG_CARD_ALL:
	case PG_CARD_ID:
	case PG_CARD_ID_MANY:
	case PG_CARDS:
		put_fixture_window(w, "");
		break;
	}
	put(w, " ORDER BY kickoff, id LIMIT $%zu) t", w->n_params);
}

void refd_postgres__write_cards(struct pg_writer *w, enum pg_card_use use)
{
	if (use == PG_CARD_STATUS)
		refd_postgres__param(w, OID_TEXT);
	else if (use == PG_CARD_ID_MANY)
		refd_postgres__param(w, OID_UUID_ARRAY);
	else if (use != PG_CARD_ALL)
		refd_postgres__param(w, OID_UUID);
	if (use != PG_CARD_ID && use != PG_CARD_ID_MANY) {
		refd_postgres__param(w, OID_TIMESTAMPTZ);
		refd_postgres__param(w, OID_UUID);
		refd_postgres__param(w, OID_TIMESTAMPTZ);
		refd_postgres__param(w, OID_INT8);
	}
	put_card_columns(w);
	if (use == PG_CARD_ID)
		put(w, " FROM %s.fixture t", w->schema);
	else if (use == PG_CARD_ID_MANY)
		put(w,
		    " FROM unnest($1) WITH ORDINALITY k (id, number) CROSS JOIN LATERAL (SELECT * "
		    "FROM %s.fixture t WHERE t.id = k.id OFFSET 0) t",
		    w->schema);
	else
		put_card_fixtures(w, use);
	put_card_joins(w);
	if (use == PG_CARD_ID)
		put(w, " WHERE t.id = $1");
	else
		put(w, use == PG_CARD_ID_MANY ? " ORDER BY k.number" : " ORDER BY t.kickoff, t.id");
}

/* ---- facts: each statement starts from the fixture ---- */

static void put_record(struct pg_writer *w, enum refd_record record, const char *prefix)
{
	refd_postgres__put_columns(w, refd_record_layout(record), prefix);
}

/* The fixture, its teams and its venue in one row. */
static void write_facts_fixture(struct pg_writer *w)
{
	const char *s = w->schema;

	refd_postgres__param(w, OID_UUID);
	put(w, "SELECT ");
	put_record(w, REFD_RECORD_FIXTURE, "f.");
	put(w, ", ");
	put_record(w, REFD_RECORD_TEAM, "h.");
	put(w, ", ");
	put_record(w, REFD_RECORD_TEAM, "a.");
	put(w, ", ");
	put_record(w, REFD_RECORD_VENUE, "v.");
	put(w,
	    " FROM %s.fixture f JOIN %s.team h ON h.id = f.home_id JOIN %s.team a ON a.id = "
	    "f.away_id JOIN %s.venue v ON v.id = f.venue_id WHERE f.id = $1",
	    s, s, s, s);
}

static void write_facts_slots(struct pg_writer *w)
{
	refd_postgres__param(w, OID_UUID);
	put(w, "SELECT ");
	put_record(w, REFD_RECORD_SLOT, "s.");
	put(w, ", ");
	put_record(w, REFD_RECORD_REFEREE, "r.");
	put(w, " FROM %s.slot s JOIN %s.referee r ON r.id = s.referee_id WHERE s.fixture_id = $1",
	    w->schema, w->schema);
}

/* $3 kick-off, $4 window */
#define NEAR ".kickoff BETWEEN coalesce($3, f.kickoff) - $4 AND coalesce($3, f.kickoff) + $4"

/* Fixtures of the teams and of venue $2 or the fixture's own. */
static void write_facts_near(struct pg_writer *w)
{
	static const char *const arms[] = { "u.home_id = ANY (ARRAY[f.home_id, f.away_id])",
					    "u.away_id = ANY (ARRAY[f.home_id, f.away_id])",
					    "u.venue_id = coalesce($2, f.venue_id)" };
	int i;

	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_TIMESTAMPTZ);
	refd_postgres__param(w, OID_INTERVAL);
	w->record = REFD_RECORD_FIXTURE;
	put(w, "SELECT ");
	put_record(w, REFD_RECORD_FIXTURE, "t.");
	put(w, " FROM %s.fixture f CROSS JOIN LATERAL (", w->schema);
	for (i = 0; i < 3; i++) {
		put(w, "%sSELECT ", i > 0 ? " UNION ALL " : "");
		put_record(w, REFD_RECORD_FIXTURE, "u.");
		put(w, " FROM %s.fixture u WHERE %s AND u" NEAR, w->schema, arms[i]);
	}
	put(w, ") t WHERE f.id = $1");
}

/* Assignments of referee $2 and of those in the slots, with their fixtures and venues. */
static void write_facts_engaged(struct pg_writer *w)
{
	const char *s = w->schema;

	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_UUID);
	refd_postgres__param(w, OID_TIMESTAMPTZ);
	refd_postgres__param(w, OID_INTERVAL);
	put(w, "SELECT ");
	put_record(w, REFD_RECORD_ASSIGNMENT, "a.");
	put(w, ", ");
	put_record(w, REFD_RECORD_FIXTURE, "t.");
	put(w, ", ");
	put_record(w, REFD_RECORD_VENUE, "v.");
	put(w,
	    " FROM %s.fixture f CROSS JOIN LATERAL (SELECT s.referee_id FROM %s.slot s WHERE "
	    "s.fixture_id = f.id UNION SELECT $2) r JOIN %s.assignment a ON a.referee_id = "
	    "r.referee_id AND a" NEAR
	    " JOIN %s.fixture t ON t.id = a.fixture_id JOIN %s.venue v ON v.id = t.venue_id"
	    " WHERE f.id = $1",
	    s, s, s, s, s);
}

void refd_postgres__write_facts(struct pg_writer *w, enum pg_facts_use use)
{
	switch (use) {
	case PG_FACTS_FIXTURE:
		write_facts_fixture(w);
		break;
	case PG_FACTS_SLOTS:
		write_facts_slots(w);
		break;
	case PG_FACTS_NEAR:
		write_facts_near(w);
		break;
	case PG_FACTS_ENGAGED:
		write_facts_engaged(w);
		break;
	case PG_FACTS:
		break;
	}
}
