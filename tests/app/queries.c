#include "tampered.h"

#define FIRST  REFD_ROLE_FIRST
#define SECOND REFD_ROLE_SECOND
#define MANY   200

/* ---- any list as a row of keys: what its order is made of ---- */

struct row {
	struct refd_uuid id;
	int64_t time; /* or version */
	char name[24];
};

struct rows {
	struct row row[MANY];
	size_t n;
	size_t stop_at; /* the sink ends the list at this row; 0: never */
};

static enum refd_status add(struct rows *rows, struct refd_uuid id, int64_t time,
			    struct refd_str name)
{
	struct row *row = &rows->row[rows->n++];

	assert_true(rows->n <= MANY);
	*row = (struct row){ .id = id, .time = time };
	if (name.len > 0)
		snprintf(row->name, sizeof(row->name), "%.*s", (int)name.len, name.ptr);
	return rows->stop_at != 0 && rows->n == rows->stop_at ? REFD_DENIED : REFD_OK;
}

static const struct refd_str no_name;

static enum refd_status add_referee(void *self, const struct refd_referee_state *r)
{
	return add(self, r->id.uuid, 0, refd_name_str(&r->name));
}

static enum refd_status add_team(void *self, const struct refd_team_state *t)
{
	return add(self, t->id.uuid, 0, refd_name_str(&t->name));
}

static enum refd_status add_venue(void *self, const struct refd_venue_state *v)
{
	return add(self, v->id.uuid, 0, refd_name_str(&v->name));
}

static enum refd_status add_fixture(void *self, const struct refd_fixture_card *c)
{
	return add(self, c->fixture.id.uuid, c->fixture.kickoff.us, no_name);
}

static enum refd_status add_availability(void *self, const struct refd_availability_state *a,
					 const struct refd_fixture_state *f,
					 const struct refd_referee_state *r)
{
	(void)r;
	return add(self, a->id.uuid, f->kickoff.us, no_name);
}

static enum refd_status add_assignment(void *self, const struct refd_assignment_state *a,
				       const struct refd_fixture_state *f,
				       const struct refd_referee_state *r)
{
	(void)r;
	return add(self, a->id.uuid, f->kickoff.us, no_name);
}

static enum refd_status add_scheduled(void *self, const struct refd_fixture_card *c,
				      enum refd_role role)
{
	assert_true(role == FIRST || role == SECOND);
	return add(self, c->fixture.id.uuid, c->fixture.kickoff.us, no_name);
}

static enum refd_status add_appointments(void *self, const struct refd_fixture_card *c,
					 const struct refd_appointment *appointments, size_t count)
{
	assert_true(count > 0);
	assert_true(appointments[0].name.len > 0);
	return add(self, c->fixture.id.uuid, c->fixture.kickoff.us, no_name);
}

static enum refd_status add_load(void *self, const struct refd_referee_state *r,
				 const struct refd_load *load)
{
	(void)load;
	return add_referee(self, r);
}

static enum refd_status add_event(void *self, const struct refd_event_state *e)
{
	return add(self, e->id.uuid, e->occurred_at.us, no_name);
}

static enum refd_status add_event_by_version(void *self, const struct refd_event_state *e)
{
	return add(self, e->id.uuid, e->version, no_name);
}

static enum refd_status add_notice(void *self, const struct refd_notice_state *n,
				   const struct refd_referee_state *r)
{
	(void)r;
	return add(self, n->id.uuid, n->created_at.us, no_name);
}

static enum refd_status add_due(void *self, const struct refd_notice_state *n,
				const struct refd_referee_state *r)
{
	(void)r;
	return add(self, n->id.uuid, n->due.us, no_name);
}

static enum refd_status add_command(void *self, const struct refd_command_state *c)
{
	return add(self, c->id.uuid, c->accepted_at.us, no_name);
}

/* ---- a season with equal times and equal names ---- */

#define FIXTURES 12

struct season {
	struct refd_fixture_id fixtures[FIXTURES];
	struct refd_referee_id anna, berta;
	struct refd_team_id team;
	struct refd_venue_id hall;
};

static struct season *season(struct league *league)
{
	static struct season s;
	const char *const names[] = { "M", "a", "M", "\xc3\xa9", "M", "Z" };
	size_t i;

	s.anna = league_referee(league, "Anna");
	s.berta = league_referee(league, "Anna");
	s.team = league_team(league, "Home");
	s.hall = league_venue(league, "Hall");
	for (i = 0; i < 6; i++) {
		(void)league_referee(league, names[i]);
		(void)league_team(league, names[i]);
		(void)league_venue(league, names[i]);
	}
	for (i = 0; i < FIXTURES; i++) { /* three a day, at one time */
		struct refd_time kickoff = league_time(10 + (int)i / 3, 0);

		league->now.us += (int64_t)(i % 2);
		if (i % 3 == 0)
			support_assert_status(try_schedule(league, s.team,
							   league_team(league, "Away"), s.hall,
							   kickoff),
					      REFD_OK);
		else
			(void)league_fixture(league, kickoff);
		s.fixtures[i].uuid = league_made(league);
	}
	league_set_rule(league, "require_availability", "false");
	for (i = 0; i < FIXTURES; i += 3) {
		league_declare(league, s.fixtures[i], s.anna);
		league_declare(league, s.fixtures[i], s.berta);
		league_declare(league, s.fixtures[i + 1], s.anna);
		league_stage(league, s.fixtures[i], s.anna, FIRST);
		if (i < 6)
			league_stage(league, s.fixtures[i], s.berta, SECOND);
	}
	league_commit(league);
	league_stage(league, s.fixtures[0], s.anna, SECOND); /* a change of role */
	for (i = 1; i < FIXTURES; i += 3)
		league_stage(league, s.fixtures[i], s.berta, FIRST);
	support_assert_status(try_cancel(league, s.fixtures[2]), REFD_OK);
	support_assert_status(try_cancel(league, s.fixtures[3]), REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_registry_retire_team(league->app, NULL, league_team(league, "Old"),
						&league->result, &league->err),
		      REFD_OK);
	return &s;
}

/* ---- the lists ---- */

enum list {
	REFEREES,
	ACTIVE_TEAMS,
	VENUES,
	ALL_FIXTURES,
	FIXTURES_OF_HALL,
	FIXTURES_OF_TEAM,
	FIXTURES_OF_REFEREE,
	CANCELLED,
	UNSTAFFED,
	FIXTURES_IN_RANGE,
	SCHEDULED_IN_HALL,
	SCHEDULED_OF_TEAM,
	AVAILABILITIES,
	AVAILABILITIES_OF_REFEREE,
	ASSIGNMENTS,
	STAGED,
	COMMITTED,
	ASSIGNMENTS_OF_FIXTURE,
	COMMITTED_OF_REFEREE,
	SCHEDULE,
	APPOINTMENTS,
	APPOINTMENTS_OF_REFEREE,
	LOADS,
	EVENTS,
	EVENTS_OF_FIXTURE,
	EVENTS_OF_FIXTURE_IN_RANGE,
	NOTICES,
	READY_NOTICES,
	NOTICES_OF_REFEREE,
	READY_NOTICES_OF_REFEREE,
	COMMANDS,
	COMMANDS_OF_FIXTURES,
	LISTS
};

static enum refd_status list_fixtures(struct league *league, const struct season *s, enum list list,
				      const struct refd_page *page, struct rows *rows,
				      struct refd_page_key *next)
{
	struct refd_fixture_filter filter = { .unstaffed = list == UNSTAFFED };

	if (list == FIXTURES_OF_HALL || list == SCHEDULED_IN_HALL)
		filter.venue = s->hall;
	if (list == FIXTURES_OF_TEAM || list == SCHEDULED_OF_TEAM)
		filter.team = s->team;
	if (list == FIXTURES_OF_REFEREE)
		filter.referee = s->anna;
	if (list == CANCELLED)
		filter.status = REFD_FIXTURE_CANCELLED;
	if (list == SCHEDULED_IN_HALL || list == SCHEDULED_OF_TEAM)
		filter.status = REFD_FIXTURE_SCHEDULED;
	if (list == FIXTURES_IN_RANGE)
		filter.range = (struct refd_range){ league_time(11, 0), league_time(13, 0) };
	return refd_query_fixtures(league->app, &filter, page, add_fixture, rows, next,
				   &league->err);
}

static enum refd_status list_engagements(struct league *league, const struct season *s,
					 enum list list, const struct refd_page *page,
					 struct rows *rows, struct refd_page_key *next)
{
	struct refd_engagement_filter filter = { .status = (enum refd_assignment_status)0 };

	if (list == AVAILABILITIES_OF_REFEREE || list == COMMITTED_OF_REFEREE)
		filter.referee = s->anna;
	if (list == ASSIGNMENTS_OF_FIXTURE)
		filter.fixture = s->fixtures[0];
	if (list == STAGED)
		filter.status = REFD_ASSIGNMENT_STAGED;
	if (list == COMMITTED || list == COMMITTED_OF_REFEREE)
		filter.status = REFD_ASSIGNMENT_COMMITTED;
	if (list == AVAILABILITIES || list == AVAILABILITIES_OF_REFEREE)
		return refd_query_availabilities(league->app, &filter, page, add_availability, rows,
						 next, &league->err);
	return refd_query_assignments(league->app, &filter, page, add_assignment, rows, next,
				      &league->err);
}

static enum refd_status list_logs(struct league *league, const struct season *s, enum list list,
				  const struct refd_page *page, struct rows *rows,
				  struct refd_page_key *next)
{
	const struct refd_range ever = { { 0 }, { 0 } };
	const struct refd_range range = { { LEAGUE_START.us + 1 }, { 0 } };
	const struct refd_ref fixture = { REFD_NOUN_FIXTURE, s->fixtures[0].uuid };
	const struct refd_command_filter of_fixtures = { .name = refd_str_of("fixture") };
	const struct refd_referee_id nobody = { { { 0 } } };
	bool of_referee = list == NOTICES_OF_REFEREE || list == READY_NOTICES_OF_REFEREE;
	bool ready = list == READY_NOTICES || list == READY_NOTICES_OF_REFEREE;

	if (list == EVENTS)
		return refd_query_events(league->app, (struct refd_ref){ 0 }, ever, page, add_event,
					 rows, next, &league->err);
	if (list == EVENTS_OF_FIXTURE || list == EVENTS_OF_FIXTURE_IN_RANGE)
		return refd_query_events(league->app, fixture,
					 list == EVENTS_OF_FIXTURE ? ever : range, page,
					 add_event_by_version, rows, next, &league->err);
	if (list == COMMANDS)
		return refd_query_commands(league->app, NULL, page, add_command, rows, next,
					   &league->err);
	if (list == COMMANDS_OF_FIXTURES)
		return refd_query_commands(league->app, &of_fixtures, page, add_command, rows, next,
					   &league->err);
	return refd_query_notices(
		league->app, ready ? REFD_NOTICE_READY : (enum refd_notice_status)0,
		of_referee ? s->anna : nobody, page, list == READY_NOTICES ? add_due : add_notice,
		rows, next, &league->err);
}

static enum refd_status run(struct league *league, const struct season *s, enum list list,
			    const struct refd_page *page, struct rows *rows,
			    struct refd_page_key *next)
{
	refd_error_clear(&league->err);
	if (list == REFEREES)
		return refd_query_referees(league->app, (enum refd_party_status)0, page,
					   add_referee, rows, next, &league->err);
	if (list == ACTIVE_TEAMS)
		return refd_query_teams(league->app, REFD_PARTY_ACTIVE, page, add_team, rows, next,
					&league->err);
	if (list == VENUES)
		return refd_query_venues(league->app, (enum refd_party_status)0, page, add_venue,
					 rows, next, &league->err);
	if (list < AVAILABILITIES)
		return list_fixtures(league, s, list, page, rows, next);
	if (list < SCHEDULE)
		return list_engagements(league, s, list, page, rows, next);
	if (list == SCHEDULE)
		return refd_query_schedule(league->app, s->anna,
					   (struct refd_range){ { 0 }, { 0 } }, page, add_scheduled,
					   rows, next, &league->err);
	if (list == APPOINTMENTS || list == APPOINTMENTS_OF_REFEREE)
		return refd_query_appointments(
			league->app, list == APPOINTMENTS ? (struct refd_referee_id){ 0 } : s->anna,
			(struct refd_range){ { 0 }, { 0 } }, page, add_appointments, rows, next,
			&league->err);
	if (list == LOADS)
		return refd_query_loads(league->app, REFD_PARTY_ACTIVE,
					(struct refd_range){ { 0 }, { 0 } }, page, add_load, rows,
					next, &league->err);
	return list_logs(league, s, list, page, rows, next);
}

static void lists__are_in_stable_order(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct rows rows;
	int list;
	size_t i;

	for (list = 0; list < LISTS; list++) {
		rows = (struct rows){ .n = 0 };
		support_assert_status(run(league, s, (enum list)list, NULL, &rows, NULL), REFD_OK);
		assert_true(rows.n > 0 || list == EVENTS_OF_FIXTURE_IN_RANGE);
		for (i = 1; i < rows.n; i++) {
			const struct row *a = &rows.row[i - 1], *b = &rows.row[i];
			int order = strcmp(a->name, b->name); /* bytes, as unsigned char */

			if (order == 0)
				order = (a->time > b->time) - (a->time < b->time);
			if (order == 0)
				order = refd_uuid_compare(a->id, b->id);
			/* a schedule goes by the ids of the assignments */
			if (order >= 0 && !(list == SCHEDULE && a->time == b->time))
				fail_msg("list %d is out of order at row %zu", list, i);
		}
	}
}

static void pages__together_are_the_list(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	const size_t limits[] = { 1, 2, 3, 7, MANY };
	static struct rows whole, paged;
	int list;
	size_t i;

	for (list = 0; list < LISTS; list++) {
		whole = (struct rows){ .n = 0 };
		support_assert_status(run(league, s, (enum list)list, NULL, &whole, NULL), REFD_OK);
		for (i = 0; i < 5; i++) {
			struct refd_page page = { .limit = limits[i] };
			size_t before;

			paged = (struct rows){ .n = 0 };
			do {
				struct refd_page_key next = { "?" };

				before = paged.n;
				support_assert_status(
					run(league, s, (enum list)list, &page, &paged, &next),
					REFD_OK);
				assert_true(paged.n - before <= limits[i]);
				/* a page that is not the last is full */
				assert_true(next.text[0] == '\0' || paged.n - before == limits[i]);
				page.after = next;
			} while (page.after.text[0] != '\0');
			assert_int_equal(paged.n, whole.n);
			assert_memory_equal(paged.row, whole.row, whole.n * sizeof(whole.row[0]));
		}
	}
}

static struct refd_page_key key_of(struct league *league, const struct season *s, enum list list)
{
	const struct refd_page page = { .limit = 1 };
	struct refd_page_key key = { "" };
	static struct rows rows;

	rows = (struct rows){ .n = 0 };
	support_assert_status(run(league, s, list, &page, &rows, &key), REFD_OK);
	return key;
}

static void page_key__of_another_query_is_refused(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct rows rows;
	int from, to;

	for (from = 0; from < LISTS; from++) {
		struct refd_page page = { .after = key_of(league, s, (enum list)from), .limit = 5 };

		for (to = 0; to < LISTS && page.after.text[0] != '\0'; to++) {
			enum refd_status st;

			rows = (struct rows){ .n = 0 };
			st = run(league, s, (enum list)to, &page, &rows, NULL);
			if (from == to) {
				support_assert_status(st, REFD_OK);
				continue;
			}
			support_assert_status(st, REFD_INVALID);
			support_assert_violation(&league->err, REFD_RULE_PAGE_KEY_FOREIGN,
						 "page.after");
			assert_int_equal(rows.n, 0);
		}
	}
}

static void page_key__a_damaged_one_is_refused(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	const struct refd_page_key good = key_of(league, s, REFEREES);
	struct refd_page page = { .limit = 5 };
	static struct rows rows;
	size_t len = strlen(good.text);
	size_t i;

	for (i = 0; i < len; i++) {
		page.after = good;
		page.after.text[i] = good.text[i] == 'A' ? 'B' : 'A';
		support_assert_status(run(league, s, REFEREES, &page, &rows, NULL), REFD_INVALID);
		page.after.text[i] = '?';
		support_assert_status(run(league, s, REFEREES, &page, &rows, NULL), REFD_INVALID);
		page.after = good;
		if (i > 0) {
			page.after.text[i] = '\0';
			support_assert_status(run(league, s, REFEREES, &page, &rows, NULL),
					      REFD_INVALID);
		}
	}
	memset(page.after.text, 'A', sizeof(page.after.text)); /* no end */
	support_assert_status(run(league, s, REFEREES, &page, &rows, NULL), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_PAGE_KEY_FOREIGN, "page.after");
	page.after.text[REFD_PAGE_KEY_BYTES] = '\0'; /* longer than any key */
	support_assert_status(run(league, s, REFEREES, &page, &rows, NULL), REFD_INVALID);
	support_assert_violation(&league->err, REFD_RULE_PAGE_KEY_FOREIGN, "page.after");
	assert_int_equal(rows.n, 0);
}

/* The row a page ended with need not be there any more. */
static void page_key__outlives_its_row(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	struct refd_page page = { .after = key_of(league, s, AVAILABILITIES_OF_REFEREE) };
	static struct rows rows;
	size_t before;

	rows = (struct rows){ .n = 0 };
	support_assert_status(run(league, s, AVAILABILITIES_OF_REFEREE, &page, &rows, NULL),
			      REFD_OK);
	before = rows.n;
	support_assert_status(try_cancel(league, s->fixtures[0]), REFD_OK);
	rows = (struct rows){ .n = 0 };
	support_assert_status(run(league, s, AVAILABILITIES_OF_REFEREE, &page, &rows, NULL),
			      REFD_OK);
	assert_int_equal(rows.n, before);
}

static void page__a_limit_beyond_ten_thousand_is_invalid(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	struct refd_page page = { .limit = 10001 };
	static struct rows rows;
	int list;

	for (list = 0; list < LISTS; list++)
		support_assert_status(run(league, s, (enum list)list, &page, &rows, NULL),
				      REFD_INVALID);
	page.limit = 10000;
	support_assert_status(run(league, s, REFEREES, &page, &rows, NULL), REFD_OK);
}

static void sink__can_end_every_list(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct rows rows;
	int list;

	for (list = 0; list < LISTS; list++) {
		rows = (struct rows){ .stop_at = 1 };
		if (list == EVENTS_OF_FIXTURE_IN_RANGE)
			continue;
		support_assert_status(run(league, s, (enum list)list, NULL, &rows, NULL),
				      REFD_DENIED);
		assert_int_equal(rows.n, 1);
	}
}

static void failure__of_the_store_comes_through(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct rows rows;
	struct tampered t;
	int list;

	tampered_install(&t, league);
	for (list = 0; list < LISTS; list++) {
		t.begin = (struct tampering){ TAMPER_BEFORE, REFD_UNAVAILABLE, NULL, 1 };
		support_assert_status(run(league, s, (enum list)list, NULL, &rows, NULL),
				      REFD_UNAVAILABLE);
		t.read = (struct tampering){ TAMPER_BEFORE, REFD_CORRUPT, NULL, 1 };
		support_assert_status(run(league, s, (enum list)list, NULL, &rows, NULL),
				      REFD_CORRUPT);
	}
	tampered_remove(&t, league);
}

/* A store out of order must not write past what was asked for. */
static void failure__of_a_store_that_delivers_more_is_named(void **state)
{
	struct league *league = *state;
	const struct refd_page page = { .limit = 1 };
	struct refd_page_key next;
	static struct rows rows;
	struct tampered t;

	(void)season(league);
	tampered_install(&t, league);
	t.ops.reads_native = 0;
	t.again = 1;
	rows.n = 0;
	LEAGUE_EXPECT(league,
		      refd_query_fixtures(league->app, NULL, &page, add_fixture, &rows, &next,
					  &league->err),
		      REFD_BACKEND);
	assert_int_equal(rows.n, 0);
	tampered_remove(&t, league);
}

/* ---- filters ---- */

struct all_cards {
	struct refd_fixture_card card[MANY];
	size_t n;
};

static enum refd_status keep_card(void *self, const struct refd_fixture_card *card)
{
	struct all_cards *all = self;

	assert_true(all->n < MANY);
	all->card[all->n++] = *card; /* texts are not looked at */
	return REFD_OK;
}

static bool same(struct refd_uuid a, struct refd_uuid b)
{
	return refd_uuid_equal(a, b);
}

static bool fits(const struct refd_fixture_filter *f, const struct refd_fixture_card *c)
{
	const struct refd_fixture_state *x = &c->fixture;
	bool on_it = false;
	size_t i;

	for (i = 0; i < c->n_referees; i++)
		on_it |= same(c->referees[i].id.uuid, f->referee.uuid);
	return (f->range.from.us == 0 || x->kickoff.us >= f->range.from.us) &&
	       (f->range.to.us == 0 || x->kickoff.us < f->range.to.us) &&
	       (refd_uuid_is_unset(f->venue.uuid) || same(f->venue.uuid, x->venue.uuid)) &&
	       (refd_uuid_is_unset(f->team.uuid) || same(f->team.uuid, x->home.uuid) ||
		same(f->team.uuid, x->away.uuid)) &&
	       (refd_uuid_is_unset(f->referee.uuid) || on_it) &&
	       ((int)f->status == 0 || f->status == x->status) &&
	       (!f->unstaffed || (x->status == REFD_FIXTURE_SCHEDULED && c->n_referees < 2));
}

static void filters__together_are_what_each_says(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct all_cards all, some;
	unsigned combination;

	all.n = 0;
	LEAGUE_EXPECT(
		league,
		refd_query_fixtures(league->app, NULL, NULL, keep_card, &all, NULL, &league->err),
		REFD_OK);
	assert_int_equal(all.n, FIXTURES);
	for (combination = 0; combination < 256; combination++) {
		struct refd_fixture_filter f = { .unstaffed = combination & 1 };
		size_t i, n = 0;

		if (combination & 2)
			f.venue = s->hall;
		if (combination & 4)
			f.team = s->team;
		if (combination & 8)
			f.referee = s->anna;
		if (combination & 16)
			f.status = REFD_FIXTURE_SCHEDULED;
		if (combination & 32)
			f.status = REFD_FIXTURE_CANCELLED;
		if (combination & 64)
			f.range.from = league_time(11, 0);
		if (combination & 128)
			f.range.to = league_time(13, 0);
		some.n = 0;
		LEAGUE_EXPECT(league,
			      refd_query_fixtures(league->app, &f, NULL, keep_card, &some, NULL,
						  &league->err),
			      REFD_OK);
		for (i = 0; i < all.n; i++) {
			if (!fits(&f, &all.card[i]))
				continue;
			assert_true(n < some.n);
			assert_true(
				same(some.card[n++].fixture.id.uuid, all.card[i].fixture.id.uuid));
		}
		assert_int_equal(n, some.n);
	}
}

static void unstaffed__is_scheduled_with_an_empty_slot(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct rows rows;
	size_t i;

	rows = (struct rows){ .n = 0 };
	support_assert_status(run(league, s, UNSTAFFED, NULL, &rows, NULL), REFD_OK);
	assert_int_equal(rows.n, FIXTURES - 2 - 1); /* two cancelled, the first one full */
	for (i = 0; i < rows.n; i++)
		assert_false(same(rows.row[i].id, s->fixtures[0].uuid));
}

static void schedule__is_of_committed_fixtures_only(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	static struct rows rows;

	rows = (struct rows){ .n = 0 };
	support_assert_status(run(league, s, SCHEDULE, NULL, &rows, NULL), REFD_OK);
	assert_int_equal(rows.n, 3); /* four committed, one of them cancelled */
	rows.n = 0;
	LEAGUE_EXPECT(
		league,
		refd_query_schedule(league->app, s->anna,
				    (struct refd_range){ league_time(12, 0), league_time(13, 0) },
				    NULL, add_scheduled, &rows, NULL, &league->err),
		REFD_OK);
	assert_int_equal(rows.n, 1);
	assert_true(same(rows.row[0].id, s->fixtures[6].uuid));
	LEAGUE_EXPECT(league,
		      refd_query_schedule(league->app, (struct refd_referee_id){ support_uuid(99) },
					  (struct refd_range){ { 0 }, { 0 } }, NULL, add_scheduled,
					  &rows, NULL, &league->err),
		      REFD_NOT_FOUND);
}

/* More rows than are read at once. */
static enum refd_status note_role(void *self, const struct refd_fixture_card *card,
				  enum refd_role role)
{
	(void)card;
	*(enum refd_role *)self = role;
	return REFD_OK;
}

static void schedule__of_a_second_referee_tells_the_role(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_fixture_filter filter = { .referee = s.berta };
	const struct refd_range all = { { 0 }, { 0 } };
	enum refd_role role = (enum refd_role)0;
	struct rows rows = { .n = 0 };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_stage(league, s.fixture, s.berta, SECOND);
	league_commit(league);
	LEAGUE_EXPECT(league,
		      refd_query_schedule(league->app, s.berta, all, NULL, note_role, &role, NULL,
					  &league->err),
		      REFD_OK);
	assert_int_equal(role, SECOND);
	LEAGUE_EXPECT(league,
		      refd_query_fixtures(league->app, &filter, NULL, add_fixture, &rows, NULL,
					  &league->err),
		      REFD_OK);
	assert_int_equal(rows.n, 1);
}

/* The 140 of a list in pages of `limit`. */
static void expect_pages(struct league *league, const struct season *s, enum list list,
			 size_t limit)
{
	struct refd_page page = { .limit = limit };
	static struct rows rows;

	rows = (struct rows){ .n = 0 };
	do {
		const size_t before = rows.n;

		support_assert_status(run(league, s, list, &page, &rows, &page.after), REFD_OK);
		assert_int_equal(rows.n - before, 140 - before < limit ? 140 - before : limit);
	} while (page.after.text[0] != '\0');
	assert_int_equal(rows.n, 140);
}

static void lists__longer_than_a_chunk(void **state)
{
	struct league *league = *state;
	struct season s = { .anna = league_referee(league, "Anna") };
	const struct refd_page page = { .limit = 63 };
	static struct rows rows;
	struct tampered t;
	int i;

	league_begin(league);
	for (i = 0; i < 140; i++)
		league_declare(league, league_fixture(league, league_time(10, 0)), s.anna);
	support_assert_status(league_end(league), REFD_OK);
	rows = (struct rows){ .n = 0 };
	support_assert_status(run(league, &s, AVAILABILITIES_OF_REFEREE, NULL, &rows, NULL),
			      REFD_OK);
	assert_int_equal(rows.n, 140);
	expect_pages(league, &s, ALL_FIXTURES, 130);
	tampered_install(&t, league);
	t.ops.reads_native =
		0; /* a store that leaves it to the core to put together what it reads */
	expect_pages(league, &s, ALL_FIXTURES, 130);
	expect_pages(league, &s, ALL_FIXTURES, 63);
	expect_pages(league, &s, AVAILABILITIES_OF_REFEREE, 100);
	rows.n = t.reads = 0;
	support_assert_status(run(league, &s, ALL_FIXTURES, &page, &rows, NULL), REFD_OK);
	assert_int_equal(t.reads, 4); /* fixtures, slots, venues and teams, and no more of them */
	tampered_remove(&t, league);
}

static void notices__longer_than_a_chunk(void **state)
{
	struct league *league = *state;
	struct season s = { .anna = league_referee(league, "Anna") };
	const struct refd_fixture_id fixture = league_fixture(league, league_time(7, 0));
	const struct refd_page page = { .limit = 50 };
	static struct rows rows;
	struct tampered t;
	int i;

	league_assign(league, fixture, s.anna, FIRST);
	league_begin(league);
	for (i = 1; i < 140; i++)
		support_assert_status(try_reschedule(league, fixture, league_time(7, i)), REFD_OK);
	support_assert_status(league_end(league), REFD_OK);
	tampered_install(&t, league);
	expect_pages(league, &s, NOTICES_OF_REFEREE, 130);
	t.ops.reads_native = 0;
	expect_pages(league, &s, NOTICES_OF_REFEREE, 130);
	expect_pages(league, &s, NOTICES_OF_REFEREE, 50);
	rows.n = t.reads = 0;
	support_assert_status(run(league, &s, NOTICES_OF_REFEREE, &page, &rows, NULL), REFD_OK);
	assert_int_equal(t.reads, 2); /* of notices, and of who gets them */
	tampered_remove(&t, league);
}

/* ---- ranges and unknown ids ---- */

static void range__reversed_is_invalid_everywhere(void **state)
{
	struct league *league = *state;
	const struct season *s = season(league);
	const struct refd_range range = { league_time(2, 0), league_time(1, 0) };
	const struct refd_fixture_filter fixtures = { .range = range };
	const struct refd_command_filter commands = { .range = range };
	const struct refd_engagement_filter engagements = { .range = range };
	const struct refd_ref fixture = { REFD_NOUN_FIXTURE, s->fixtures[0].uuid };
	const struct refd_app *app = league->app;
	static struct rows rows;

#define REVERSED(call)                                                                             \
	LEAGUE_EXPECT(league, call, REFD_INVALID);                                                 \
	support_assert_violation(&league->err, REFD_RULE_RANGE_REVERSED, NULL)
	REVERSED(refd_query_fixtures(app, &fixtures, NULL, add_fixture, &rows, NULL, &league->err));
	REVERSED(refd_query_availabilities(app, &engagements, NULL, add_availability, &rows, NULL,
					   &league->err));
	REVERSED(refd_query_assignments(app, &engagements, NULL, add_assignment, &rows, NULL,
					&league->err));
	REVERSED(refd_query_schedule(app, s->anna, range, NULL, add_scheduled, &rows, NULL,
				     &league->err));
	REVERSED(refd_query_appointments(app, s->anna, range, NULL, add_appointments, &rows, NULL,
					 &league->err));
	REVERSED(refd_query_loads(app, REFD_PARTY_ACTIVE, range, NULL, add_load, &rows, NULL,
				  &league->err));
	REVERSED(refd_query_events(app, (struct refd_ref){ 0 }, range, NULL, add_event, &rows, NULL,
				   &league->err));
	REVERSED(
		refd_query_events(app, fixture, range, NULL, add_event, &rows, NULL, &league->err));
	REVERSED(refd_query_commands(app, &commands, NULL, add_command, &rows, NULL, &league->err));
#undef REVERSED
}

/* An empty list would say that there are none of that kind. */
static void status__nothing_has_is_invalid_everywhere(void **state)
{
	static const int none[] = { -1, 9 };
	struct league *league = *state;
	const struct season *s = season(league);
	const struct refd_range reversed = { league_time(2, 0), league_time(1, 0) };
	const struct refd_app *app = league->app;
	struct refd_error *err = &league->err;
	static struct rows rows;

	for (size_t i = 0; i < 2; i++) {
		const enum refd_party_status party = (enum refd_party_status)none[i];
		const enum refd_notice_status notice = (enum refd_notice_status)none[i];
		const struct refd_fixture_filter fixtures = {
			.status = (enum refd_fixture_status)none[i]
		};
		const struct refd_engagement_filter engagements = {
			.status = (enum refd_assignment_status)none[i]
		};

#define NO_STATUS(call)                                                                            \
	LEAGUE_EXPECT(league, call, REFD_INVALID);                                                 \
	support_assert_violation(err, REFD_RULE_OUT_OF_RANGE, "status")
		NO_STATUS(refd_query_referees(app, party, NULL, add_referee, &rows, NULL, err));
		NO_STATUS(refd_query_teams(app, party, NULL, add_team, &rows, NULL, err));
		NO_STATUS(refd_query_venues(app, party, NULL, add_venue, &rows, NULL, err));
		NO_STATUS(refd_query_fixtures(app, &fixtures, NULL, add_fixture, &rows, NULL, err));
		NO_STATUS(refd_query_assignments(app, &engagements, NULL, add_assignment, &rows,
						 NULL, err));
		NO_STATUS(refd_query_notices(app, notice, s->anna, NULL, add_notice, &rows, NULL,
					     err));
		NO_STATUS(refd_query_loads(app, party, reversed, NULL, add_load, &rows, NULL, err));
		support_assert_violation(err, REFD_RULE_RANGE_REVERSED, NULL);
		/* availabilities have no status to ask for */
		LEAGUE_EXPECT(league,
			      refd_query_availabilities(app, &engagements, NULL, add_availability,
							&rows, NULL, err),
			      REFD_OK);
#undef NO_STATUS
	}
}

/* Each list with a range, in turn; the number of rows. */
static size_t rows_within(struct league *league, struct refd_referee_id referee,
			  struct refd_range range)
{
	const struct refd_fixture_filter fixtures = { .range = range };
	const struct refd_engagement_filter engagements = { .range = range };
	struct refd_app *app = league->app;
	struct refd_error *err = &league->err;
	static struct rows rows;

	rows = (struct rows){ .n = 0 };
	LEAGUE_EXPECT(league,
		      refd_query_fixtures(app, &fixtures, NULL, add_fixture, &rows, NULL, err),
		      REFD_OK);
	LEAGUE_EXPECT(
		league,
		refd_query_assignments(app, &engagements, NULL, add_assignment, &rows, NULL, err),
		REFD_OK);
	LEAGUE_EXPECT(
		league,
		refd_query_schedule(app, referee, range, NULL, add_scheduled, &rows, NULL, err),
		REFD_OK);
	LEAGUE_EXPECT(league,
		      refd_query_appointments(app, referee, range, NULL, add_appointments, &rows,
					      NULL, err),
		      REFD_OK);
	LEAGUE_EXPECT(
		league,
		refd_query_loads(app, REFD_PARTY_ACTIVE, range, NULL, add_load, &rows, NULL, err),
		REFD_OK); /* of everybody, with nothing to do or not */
	return rows.n;
}

static void range__open_at_either_end_holds_the_rest(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	const struct refd_time before = league_time(6, 0), after = league_time(8, 0);
	const struct refd_time unset = { 0 };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	assert_int_equal(rows_within(league, s.anna, (struct refd_range){ before, after }), 6);
	assert_int_equal(rows_within(league, s.anna, (struct refd_range){ before, unset }), 6);
	assert_int_equal(rows_within(league, s.anna, (struct refd_range){ unset, after }), 6);
	assert_int_equal(rows_within(league, s.anna, (struct refd_range){ after, unset }), 2);
	assert_int_equal(rows_within(league, s.anna, (struct refd_range){ unset, before }), 2);
}

static void range__of_logs_may_have_only_an_end(void **state)
{
	struct league *league = *state;
	struct refd_range range = { { 0 }, { 0 } };
	struct rows rows = { .n = 0 };

	league_referee(league, "Anna");
	league->now.us++;
	range.to = league->now;
	league_referee(league, "Berta");
	LEAGUE_EXPECT(league,
		      refd_query_events(league->app, (struct refd_ref){ 0 }, range, NULL, add_event,
					&rows, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(rows.n, 1);
}

static void notices__of_a_recipient_can_be_of_one_status(void **state)
{
	struct league *league = *state;
	struct league_scene s = league_scene(league);
	struct rows rows = { .n = 0 };

	league_stage(league, s.fixture, s.anna, FIRST);
	league_commit(league);
	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, REFD_NOTICE_DEAD, s.anna, NULL, add_notice,
					 &rows, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(rows.n, 0);
	LEAGUE_EXPECT(league,
		      refd_query_notices(league->app, REFD_NOTICE_READY, s.anna, NULL, add_notice,
					 &rows, NULL, &league->err),
		      REFD_OK);
	assert_int_equal(rows.n, 1);
}

static size_t commands_called(struct league *league, const char *name, struct refd_range range)
{
	const struct refd_command_filter filter = { range, refd_str_of(name) };
	struct rows rows = { .n = 0 };

	LEAGUE_EXPECT(league,
		      refd_query_commands(league->app, &filter, NULL, add_command, &rows, NULL,
					  &league->err),
		      REFD_OK);
	return rows.n;
}

static void commands__are_found_by_name_and_age(void **state)
{
	struct league *league = *state;
	const struct refd_range ever = { { 0 }, { 0 } };
	struct refd_range later = { { 0 }, { 0 } };
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));

	league->now.us++;
	later.from = league->now;
	support_assert_status(try_cancel(league, id), REFD_OK);
	assert_int_equal(commands_called(league, "", ever), 5);
	assert_int_equal(commands_called(league, "fixture", ever), 2);
	assert_int_equal(commands_called(league, "fixture.cancel", ever), 1);
	assert_int_equal(commands_called(league, "team.register", ever), 2);
	assert_int_equal(commands_called(league, "team.reg", ever), 0);
	assert_int_equal(commands_called(league, "fix", ever), 0);
	assert_int_equal(commands_called(league, "fixture.", ever), 0);
	assert_int_equal(commands_called(league, "", later), 1);
	assert_int_equal(commands_called(league, "fixture", later), 1);
	assert_int_equal(commands_called(league, "team", later), 0);
}

/* One by one, as pages. */
static void list_events_of(struct league *league, struct refd_ref fixture, struct refd_range range,
			   struct rows *rows)
{
	struct refd_page page = { .limit = 1 };

	rows->n = rows->stop_at = 0;
	do {
		LEAGUE_EXPECT(league,
			      refd_query_events(league->app, fixture, range, &page,
						add_event_by_version, rows, &page.after,
						&league->err),
			      REFD_OK);
	} while (page.after.text[0] != '\0');
}

static void range__of_an_aggregates_events_is_of_their_time(void **state)
{
	struct league *league = *state;
	struct refd_fixture_id id = league_fixture(league, league_time(7, 0));
	const struct refd_ref fixture = { REFD_NOUN_FIXTURE, id.uuid };
	static struct rows rows;
	struct refd_range range;
	int i;

	for (i = 0; i < 4; i++) {
		league->now.us += REFD_SECOND;
		support_assert_status(try_reschedule(league, id, league_time(7, 1 + i)), REFD_OK);
	}
	range = (struct refd_range){ { LEAGUE_START.us + REFD_SECOND },
				     { LEAGUE_START.us + 3 * REFD_SECOND } };
	list_events_of(league, fixture, range, &rows);
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.row[0].time, 2);
	assert_int_equal(rows.row[1].time, 3);
}

/* Versions grow also where the clock was put back. */
static void range__of_an_aggregates_events_may_leave_out_the_first(void **state)
{
	struct league *league = *state;
	const struct refd_time start = league->now;
	const struct refd_range range = { .to = { start.us + 1 } };
	struct refd_ref fixture = { .noun = REFD_NOUN_FIXTURE };
	static struct rows rows;
	int i;

	league->now.us += REFD_MINUTE;
	fixture.id = league_fixture(league, league_time(7, 0)).uuid;
	league->now = start;
	for (i = 1; i <= 3; i++)
		support_assert_status(try_reschedule(league, (struct refd_fixture_id){ fixture.id },
						     league_time(7, i)),
				      REFD_OK);
	list_events_of(league, fixture, range, &rows);
	assert_int_equal(rows.n, 3);
}

static void by_id__unknown_is_not_found(void **state)
{
	struct league *league = *state;
	struct refd_notice_state notice;
	struct refd_venue_state venue;
	struct refd_board_state board;

	LEAGUE_EXPECT(league,
		      refd_query_notice(league->app, (struct refd_notice_id){ support_uuid(99) },
					&notice, &league->err),
		      REFD_NOT_FOUND);
	assert_int_equal(league->err.object.noun, REFD_NOUN_NOTICE);
	LEAGUE_EXPECT(league,
		      refd_query_venue(league->app, (struct refd_venue_id){ support_uuid(99) },
				       &venue, &league->err),
		      REFD_NOT_FOUND);
	LEAGUE_EXPECT(league, refd_query_board(league->app, &board, &league->err), REFD_OK);
	assert_int_equal(board.version, 0);
	assert_true(same(board.id.uuid, refd_the_board.uuid));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		LEAGUE_TEST(lists__are_in_stable_order),
		LEAGUE_TEST(pages__together_are_the_list),
		LEAGUE_TEST(page_key__of_another_query_is_refused),
		LEAGUE_TEST(page_key__a_damaged_one_is_refused),
		LEAGUE_TEST(page_key__outlives_its_row),
		LEAGUE_TEST(page__a_limit_beyond_ten_thousand_is_invalid),
		LEAGUE_TEST(sink__can_end_every_list),
		LEAGUE_TEST(failure__of_the_store_comes_through),
		LEAGUE_TEST(failure__of_a_store_that_delivers_more_is_named),
		LEAGUE_TEST(filters__together_are_what_each_says),
		LEAGUE_TEST(unstaffed__is_scheduled_with_an_empty_slot),
		LEAGUE_TEST(schedule__is_of_committed_fixtures_only),
		LEAGUE_TEST(schedule__of_a_second_referee_tells_the_role),
		LEAGUE_TEST(lists__longer_than_a_chunk),
		LEAGUE_TEST(notices__longer_than_a_chunk),
		LEAGUE_TEST(range__open_at_either_end_holds_the_rest),
		LEAGUE_TEST(range__of_logs_may_have_only_an_end),
		LEAGUE_TEST(notices__of_a_recipient_can_be_of_one_status),
		LEAGUE_TEST(range__reversed_is_invalid_everywhere),
		LEAGUE_TEST(status__nothing_has_is_invalid_everywhere),
		LEAGUE_TEST(commands__are_found_by_name_and_age),
		LEAGUE_TEST(range__of_an_aggregates_events_is_of_their_time),
		LEAGUE_TEST(range__of_an_aggregates_events_may_leave_out_the_first),
		LEAGUE_TEST(by_id__unknown_is_not_found),
	};

	league_choose(argc, argv);
	return cmocka_run_group_tests_name("app queries", tests, NULL, NULL);
}
