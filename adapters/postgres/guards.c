/* Guards: advisory locks of the transaction, in statements of their own before any read, so that
 * the read sees what the last holder committed. */
#include "postgres_parts.h"

#define OID_INT4 23

static bool comes_first(const struct refd_guard *guard)
{
	return guard->guard_class == REFD_GUARD_COMMAND || guard->guard_class == REFD_GUARD_RULES ||
	       guard->guard_class == REFD_GUARD_BOARD || guard->guard_class == REFD_GUARD_FIXTURE;
}

static size_t count_of(const struct refd_guard *guards, size_t count, bool first)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < count; i++)
		n += comes_first(&guards[i]) == first;
	return n;
}

/* $2 and $3: the classes and keys of guards that come first, or of those that do not. */
static void put_named(struct pg_params *p, const struct refd_guard *guards, size_t count,
		      bool first)
{
	const size_t n = count_of(guards, count, first);
	size_t i;

	refd_postgres__array_start(p, OID_INT4, n);
	for (i = 0; i < count; i++) {
		unsigned char number[4] = { 0, 0, 0, (unsigned char)guards[i].guard_class };

		if (comes_first(&guards[i]) == first)
			refd_postgres__array_put(p, number, sizeof(number));
	}
	refd_postgres__array_end(p);
	refd_postgres__array_start(p, refd_postgres__type(REFD_FIELD_UUID), n);
	for (i = 0; i < count; i++) {
		if (comes_first(&guards[i]) == first)
			refd_postgres__array_put(p, guards[i].key.bytes,
						 sizeof(guards[i].key.bytes));
	}
	refd_postgres__array_end(p);
}

static bool derives(const struct refd_guard *guard, uint32_t what)
{
	return guard->guard_class == REFD_GUARD_FIXTURE && (guard->derive & what) != 0;
}

static size_t count_derived(const struct refd_guard *guards, size_t count, uint32_t what)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < count; i++)
		n += derives(&guards[i], what);
	return n;
}

static void put_derived(struct pg_params *p, const struct refd_guard *guards, size_t count,
			uint32_t what)
{
	size_t i;

	refd_postgres__array_start(p, refd_postgres__type(REFD_FIELD_UUID),
				   count_derived(guards, count, what));
	for (i = 0; i < count; i++) {
		if (derives(&guards[i], what))
			refd_postgres__array_put(p, guards[i].key.bytes,
						 sizeof(guards[i].key.bytes));
	}
	refd_postgres__array_end(p);
}

enum refd_status refd_postgres__guard(struct pg_connection *c, const struct refd_guard *guards,
				      size_t count, struct refd_error *err)
{
	const uint32_t any = REFD_DERIVE_REFEREES | REFD_DERIVE_TEAMS | REFD_DERIVE_VENUE;
	struct pg_params *p = &c->params;
	enum refd_status st = refd_postgres__begin(c, err);

	if (st == REFD_OK)
		st = refd_postgres__replan(c, err);
	if (st == REFD_OK && count_of(guards, count, true) > 0) {
		refd_postgres__params_start(c);
		refd_postgres__put_int64(p, c->store->lock);
		put_named(p, guards, count, true);
		st = refd_postgres__queue_look(c, PG_GUARD_FIRST, err);
	}
	if (st == REFD_OK &&
	    (count_of(guards, count, false) > 0 || count_derived(guards, count, any) > 0)) {
		refd_postgres__params_start(c);
		refd_postgres__put_int64(p, c->store->lock);
		put_named(p, guards, count, false);
		put_derived(p, guards, count, REFD_DERIVE_REFEREES);
		put_derived(p, guards, count, REFD_DERIVE_TEAMS);
		put_derived(p, guards, count, REFD_DERIVE_VENUE);
		st = refd_postgres__queue_frame(c, PG_GUARD_PARTIES, PG_QUIET, false, err);
	}
	return st;
}
