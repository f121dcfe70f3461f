/* The texts of statements that frame a transaction: its begin and end, time-outs, guards. */
#include "postgres_parts.h"

enum { OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_INT4_ARRAY = 1007, OID_UUID_ARRAY = 2951 };

#define put refd_postgres__put

/* A key: the schema's number, the class, and one of 256 stripes. Sorted within the statement, so
 * that everybody takes them in one order. */
#define LOCKS  "SELECT count(pg_advisory_xact_lock(k.key))"
#define KEYS   " FROM (SELECT DISTINCT $1 + g.class * 256 + "
#define STRIPE "(uuid_hash(g.id) & 255)"

static void write_guard_first(struct pg_writer *w)
{
	refd_postgres__param(w, OID_INT8);
	refd_postgres__param(w, OID_INT4_ARRAY);
	refd_postgres__param(w, OID_UUID_ARRAY);
	put(w, LOCKS ", ");
	refd_postgres__put_sizes(w);
	put(w,
	    KEYS "CASE WHEN g.class IN (%d, %d) THEN 0 ELSE " STRIPE
		 " END AS key FROM unnest($2, $3) g (class, id) ORDER BY 1) k",
	    REFD_GUARD_RULES, REFD_GUARD_BOARD);
}

/* The parties of the fixtures in $param: a look-up for each, whatever the statistics say. */
static void put_derived(struct pg_writer *w, enum refd_guard_class class, const char *party,
			int param, const char *where)
{
	put(w,
	    " UNION ALL SELECT %d, %s FROM unnest($%d) d (id) CROSS JOIN LATERAL (SELECT * FROM "
	    "%s.%s = d.id OFFSET 0) u",
	    class, party, param, w->schema, where);
}

/* $2, $3: parties named; $4, $5, $6: fixtures whose referees, teams and venue are wanted. */
static void write_guard_parties(struct pg_writer *w)
{
	int i;

	refd_postgres__param(w, OID_INT8);
	refd_postgres__param(w, OID_INT4_ARRAY);
	for (i = 0; i < 4; i++)
		refd_postgres__param(w, OID_UUID_ARRAY);
	put(w,
	    LOCKS KEYS STRIPE " AS key FROM (SELECT class, id FROM unnest($2, $3) n (class, id)");
	put_derived(w, REFD_GUARD_REFEREE, "u.referee_id", 4, "slot u WHERE u.fixture_id");
	put_derived(w, REFD_GUARD_REFEREE, "u.referee_id", 4, "assignment u WHERE u.fixture_id");
	put_derived(w, REFD_GUARD_TEAM, "unnest(ARRAY[u.home_id, u.away_id])", 5,
		    "fixture u WHERE u.id");
	put_derived(w, REFD_GUARD_VENUE, "u.venue_id", 6, "fixture u WHERE u.id");
	put(w, ") g ORDER BY 1) k");
}

static void write_timeouts(struct pg_writer *w, bool pgbouncer)
{
	const char *local = pgbouncer ? "true" : "false";

	refd_postgres__param(w, OID_TEXT);
	refd_postgres__param(w, OID_TEXT);
	put(w,
	    "SELECT set_config('statement_timeout', $1, %s), set_config('lock_timeout', $1, %s), "
	    "set_config('idle_in_transaction_session_timeout', $2, %s)",
	    local, local, local);
}

void refd_postgres__write_frame(struct pg_writer *w, enum pg_frame use, bool pgbouncer)
{
	switch (use) {
	case PG_BEGIN_READ:
		put(w, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
		break;
	case PG_BEGIN_WRITE:
		put(w, "BEGIN ISOLATION LEVEL READ COMMITTED");
		break;
	case PG_COMMIT:
		put(w, "COMMIT");
		break;
	case PG_ROLLBACK:
		put(w, "ROLLBACK");
		break;
	case PG_TIMEOUTS:
		write_timeouts(w, pgbouncer);
		break;
	case PG_GUARD_FIRST:
		write_guard_first(w);
		break;
	case PG_GUARD_PARTIES:
		write_guard_parties(w);
		break;
	case PG_SINGLES:
		refd_postgres__param(w, OID_INT8);
		refd_postgres__param(w, OID_INT8);
		refd_postgres__param(w, OID_INT4);
		refd_postgres__param(w, OID_INT8);
		refd_postgres__param(w, OID_INT4);
		refd_postgres__param(w, OID_INT8);
		put(w, "SELECT %s.hold_singles($1, $2, $3, $4, $5, $6)", w->schema);
		break;
	case PG_SIZES:
		put(w, "SELECT ");
		refd_postgres__put_sizes(w);
		break;
	case PG_DISCARD:
		put(w, "DISCARD PLANS");
		break;
	case PG_FRAMES:
		break;
	}
}
