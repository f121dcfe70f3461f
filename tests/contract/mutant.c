#include "mutant.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <refdomain/adapters/memory.h>
#include <refdomain/ports/system.h>

union any_state {
#define XX(number, name, state, layout) struct state name;
	REFD_RECORD_MAP(XX)
#undef XX
};

struct mutant {
	enum mutation is;
	int arg;
	const char *name;
	struct refd_memory *memory;
	pthread_mutex_t mutex;
	pthread_mutex_t ending;	     /* by MUTANT_LOCK_KEPT, held while a transaction ends */
	const struct handle *keeper; /* the handle that keeps the lock until it is closed */
	int writers;		     /* open WRITE transactions */
	struct refd_str payload;
	struct refd_event_id payload_of;
};

struct handle {
	struct mutant *mutant;
	struct refd_store inner;
	bool dead;
	int open;
	bool seen; /* by MUTANT_STALE_READ */
	struct refd_fixture_state stale;
};

struct refd_tx {
	struct refd_begin begin;
	struct refd_tx *inner; /* NULL: every call makes its own */
};

static bool is(const struct handle *handle, enum mutation mutation)
{
	return handle->mutant->is == mutation;
}

/* So that others come between. */
static void pause_a_moment(void)
{
	struct timespec moment = { 0, 500000 };

	nanosleep(&moment, NULL);
}

static void count_open(struct handle *handle, const struct refd_tx *tx, int by)
{
	pthread_mutex_lock(&handle->mutant->mutex);
	handle->open += by;
	if (tx->begin.mode == REFD_TX_WRITE)
		handle->mutant->writers += by;
	pthread_mutex_unlock(&handle->mutant->mutex);
}

static bool refused(struct handle *handle, const struct refd_begin *begin)
{
	bool refuse;

	pthread_mutex_lock(&handle->mutant->mutex);
	refuse = handle->dead || (is(handle, MUTANT_HANDLE_ALONE) && handle->open > 0) ||
		 (is(handle, MUTANT_READER_REFUSED) && begin->mode == REFD_TX_READ &&
		  handle->mutant->writers > 0);
	pthread_mutex_unlock(&handle->mutant->mutex);
	return refuse;
}

static bool without_transaction(const struct handle *handle, const struct refd_tx *tx)
{
	return (is(handle, MUTANT_NO_GUARD) && tx->begin.mode == REFD_TX_WRITE) ||
	       (is(handle, MUTANT_ONCE_TORN) && tx->begin.once) ||
	       (is(handle, MUTANT_NO_SNAPSHOT) && tx->begin.mode == REFD_TX_READ);
}

/* As MUTANT_LOCK_KEPT counts ends. */
enum { ROLLED_BACK, COMMITTED, FAILED_TO_COMMIT, READ_ONCE };

static bool may_keep(const struct handle *handle, const struct refd_begin *begin)
{
	return is(handle, MUTANT_LOCK_KEPT) &&
	       (handle->mutant->arg == READ_ONCE ? begin->once : begin->mode == REFD_TX_WRITE);
}

static bool lock_is_kept(struct handle *handle, const struct refd_begin *begin)
{
	struct mutant *mutant = handle->mutant;
	bool kept;

	if (!is(handle, MUTANT_LOCK_KEPT) || begin->mode != REFD_TX_WRITE)
		return false;
	pthread_mutex_lock(&mutant->ending);
	kept = mutant->keeper != NULL;
	pthread_mutex_unlock(&mutant->ending);
	return kept;
}

static enum refd_status mutant_begin(void *self, const struct refd_begin *begin,
				     struct refd_tx **ret, struct refd_error *err)
{
	struct handle *handle = self;
	struct refd_tx *tx;
	enum refd_status status = REFD_OK;

	if (refused(handle, begin))
		return refd_error_set(err, REFD_BACKEND, "refused");
	tx = calloc(1, sizeof(*tx));
	if (!tx)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	tx->begin = *begin;
	if (is(handle, MUTANT_DEADLINE_IGNORED))
		tx->begin.deadline = 0;
	if (is(handle, MUTANT_NO_WAIT) && begin->deadline) {
		struct refd_clock clock = refd_system_clock();

		tx->begin.deadline = clock.ops->monotonic(clock.self) + 100;
	}
	if (!without_transaction(handle, tx))
		status = handle->inner.ops->begin(handle->inner.self, &tx->begin, &tx->inner, err);
	if (status == REFD_OK && lock_is_kept(handle, begin)) {
		handle->inner.ops->rollback(handle->inner.self, tx->inner);
		status = refd_error_set(err, REFD_UNAVAILABLE, "the lock is kept");
	}
	if (status != REFD_OK) {
		free(tx);
		return status;
	}
	count_open(handle, tx, 1);
	if (is(handle, MUTANT_HANDLE_ALONE))
		pause_a_moment();
	*ret = tx;
	return REFD_OK;
}

static enum refd_status mutant_guard(void *self, struct refd_tx *tx,
				     const struct refd_guard *guards, size_t count,
				     struct refd_error *err)
{
	struct handle *handle = self;

	(void)tx;
	(void)guards;
	if (is(handle, MUTANT_GUARDS_LIMITED) && count > 1000)
		return refd_error_set(err, REFD_BACKEND, "too many guards");
	return REFD_OK;
}

/* ---- reads ---- */

struct delivery {
	struct handle *handle;
	refd_row_sink *sink;
	void *sink_self;
	size_t number; /* of the read, as the caller counts */
	/* gathered rows, for another order */
	struct {
		enum refd_record record;
		union any_state state;
	} * rows;
	size_t count, room;
	bool gather;
	struct refd_time from; /* of the range */
};

static void cut_slices(enum refd_record record, void *state, size_t most)
{
	const struct refd_layout *layout = refd_record_layout(record);

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].type == REFD_FIELD_SLICE) {
			struct refd_str *text = (void *)((char *)state + layout->fields[i].offset);

			text->len = text->len < most ? text->len : most;
		}
}

static void cut_texts(enum refd_record record, void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].type == REFD_FIELD_TEXT) {
			uint16_t *len = (void *)((char *)state + layout->fields[i].offset);

			*len = *len < 255 ? *len : 255;
			((char *)(len + 1))[*len] = '\0';
		}
}

static void narrow_numbers(enum refd_record record, void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].type == REFD_FIELD_INT64) {
			int64_t *number = (void *)((char *)state + layout->fields[i].offset);

			*number = *number > (INT64_C(1) << 53) ? INT64_C(1) << 53 : *number;
		}
}

static void change_row(struct handle *handle, enum refd_record record, union any_state *state)
{
	const struct mutant *mutant = handle->mutant;
	const struct refd_layout *layout = refd_record_layout(record);

	if (mutant->is == MUTANT_FIELD_LOST && (int)record == mutant->arg)
		((char *)state)[layout->fields[layout->count - 1].offset] ^= 1;
	if (mutant->is == MUTANT_TEXT_CUT)
		cut_texts(record, state);
	if (mutant->is == MUTANT_SLICE_CUT)
		cut_slices(record, state, (size_t)mutant->arg);
	if (mutant->is == MUTANT_NUMBER_NARROW)
		narrow_numbers(record, state);
	if (mutant->is == MUTANT_TIME_UNSIGNED && record == REFD_RECORD_FIXTURE &&
	    state->FIXTURE.kickoff.us < 0)
		state->FIXTURE.kickoff.us = 1;
	if (mutant->is == MUTANT_NOT_COPIED && record == REFD_RECORD_EVENT &&
	    refd_uuid_equal(state->EVENT.id.uuid, mutant->payload_of.uuid))
		state->EVENT.payload = mutant->payload;
	if (mutant->is == MUTANT_STALE_READ && record == REFD_RECORD_FIXTURE) {
		if (handle->seen)
			state->FIXTURE.version = handle->stale.version;
		handle->stale = state->FIXTURE;
		handle->seen = true;
	}
}

static enum refd_status deliver(void *self, size_t read, enum refd_record record, const void *state)
{
	struct delivery *to = self;
	union any_state row;
	enum refd_status status;

	(void)read;
	memset(&row, 0, sizeof(row));
	memcpy(&row, state, refd_record_layout(record)->state_size);
	change_row(to->handle, record, &row);
	if (is(to->handle, MUTANT_FROM_EXCLUSIVE) && record == REFD_RECORD_FIXTURE &&
	    to->from.us != 0 && row.FIXTURE.kickoff.us == to->from.us)
		return REFD_OK;
	if (to->gather) {
		if (to->count == to->room) {
			to->room = to->room ? 2 * to->room : 64;
			to->rows = realloc(to->rows, to->room * sizeof(*to->rows));
			if (!to->rows)
				abort();
		}
		to->rows[to->count].record = record;
		to->rows[to->count++].state = row;
		return REFD_OK;
	}
	status = to->sink(to->sink_self, to->number, record, &row);
	return is(to->handle, MUTANT_SINK_IGNORED) ? REFD_OK : status;
}

static int fold_names(const struct refd_team_state *a, const struct refd_team_state *b)
{
	return strcasecmp(a->name.utf8, b->name.utf8);
}

/* What was gathered goes on, in another order. */
static enum refd_status hand_over(struct delivery *to, size_t limit)
{
	enum refd_status status = REFD_OK;

	for (size_t i = 1; i < to->count && is(to->handle, MUTANT_NAMES_FOLDED); i++)
		for (size_t j = i;
		     j > 0 && fold_names(&to->rows[j - 1].state.TEAM, &to->rows[j].state.TEAM) > 0;
		     j--) {
			union any_state swap = to->rows[j].state;

			to->rows[j].state = to->rows[j - 1].state;
			to->rows[j - 1].state = swap;
		}
	for (size_t i = 0; i < to->count && status == REFD_OK && (!limit || i < limit); i++) {
		size_t at = is(to->handle, MUTANT_ORDER_REVERSED) ? to->count - 1 - i : i;

		status = to->sink(to->sink_self, to->number, to->rows[at].record,
				  &to->rows[at].state);
	}
	free(to->rows);
	return status;
}

static void change_find(const struct mutant *mutant, struct refd_read *read, struct refd_key *keys)
{
	size_t n = read->n_keys;

	for (size_t i = 0; i < n; i++)
		keys[i] = read->keys[mutant->is == MUTANT_KEYS_REVERSED ? n - 1 - i : i];
	read->keys = keys;
	if (mutant->is == MUTANT_KEYS_CUT && n > 1000)
		read->n_keys = 1000;
	/* As if the first half of a pair were enough. */
	if (mutant->is == MUTANT_PAIR_HALF && read->by == REFD_BY_PAIR && n == 4)
		keys[1] = keys[3];
	for (size_t i = 0; mutant->is == MUTANT_KEYS_ONCE && i < read->n_keys; i++)
		for (size_t j = i + 1; j < read->n_keys; j++)
			if (refd_uuid_equal(keys[i].a, keys[j].a))
				keys[j--] = keys[--read->n_keys];
	if (mutant->is == MUTANT_NO_KEYS_ALL && n == 0) {
		read->kind = REFD_READ_RANGE;
		read->index = REFD_INDEX_ALL;
	}
}

static void change_range(const struct mutant *mutant, struct refd_read *read)
{
	if (mutant->is == MUTANT_AFTER_IGNORED)
		memset(&read->after, 0, sizeof(read->after));
	if (mutant->is == MUTANT_AFTER_TIES && (read->after.time.us || read->after.name.len))
		memset(&read->after.id, 0xff, sizeof(read->after.id));
	if (mutant->is == MUTANT_LIMIT_IGNORED)
		read->limit = 0;
	if (mutant->is == MUTANT_TO_INCLUSIVE && read->range.to.us)
		read->range.to.us += read->range.to.us == -1 ? 2 : 1;
	if (mutant->is == MUTANT_FIRST_KEY_ONLY && read->n_keys > 1)
		read->n_keys = 1;
	if (mutant->is == MUTANT_NAMES_FOLDED)
		read->limit = 0;
}

static enum refd_status count_row(void *self, size_t read, enum refd_record record,
				  const void *state)
{
	(void)read;
	(void)record;
	(void)state;
	++*(size_t *)self;
	return REFD_OK;
}

static enum refd_status read_one(struct handle *handle, struct refd_tx *inner,
				 const struct refd_read *wanted, size_t number, refd_row_sink *sink,
				 void *sink_self, struct refd_error *err)
{
	const struct refd_store *store = &handle->inner;
	struct refd_key *keys = calloc(wanted->n_keys + 1, sizeof(*keys));
	struct refd_read read = *wanted;
	struct delivery to = { .handle = handle,
			       .sink = sink,
			       .sink_self = sink_self,
			       .number = is(handle, MUTANT_READ_UNNUMBERED) ? 0 : number };
	enum refd_status status;
	size_t found = 0;

	if (!keys)
		abort();
	if (read.kind == REFD_READ_FIND)
		change_find(handle->mutant, &read, keys);
	else
		change_range(handle->mutant, &read);
	if (is(handle, MUTANT_COMMAND_FOUND) && read.kind == REFD_READ_FIND &&
	    read.record == REFD_RECORD_COMMAND && read.n_keys == 1) {
		struct refd_command_state command = { .id = { keys[0].a },
						      .name = { "another", 7 } };

		free(keys);
		return sink(sink_self, number, REFD_RECORD_COMMAND, &command);
	}
	to.from = wanted->range.from;
	to.gather = read.kind == REFD_READ_RANGE &&
		    (is(handle, MUTANT_ORDER_REVERSED) ||
		     (is(handle, MUTANT_NAMES_FOLDED) && read.record == REFD_RECORD_TEAM));
	if (is(handle, MUTANT_KEYS_MUST_EXIST) && read.kind == REFD_READ_FIND && read.n_keys > 1) {
		status = store->ops->read(store->self, inner, &read, 1, count_row, &found, err);
		if (status == REFD_OK && found < read.n_keys) {
			free(keys);
			return refd_error_set(err, REFD_NOT_FOUND, "a key without a row");
		}
	}
	status = store->ops->read(store->self, inner, &read, 1, deliver, &to, err);
	free(keys);
	if (to.gather && status == REFD_OK)
		status = hand_over(&to, wanted->limit);
	else
		free(to.rows);
	return status;
}

/* ---- cards of its own ---- */

static enum refd_status keep_state(void *self, size_t read, enum refd_record record,
				   const void *state);
static bool stored(struct handle *handle, struct refd_tx *inner, enum refd_record record,
		   const void *state, union any_state *ret);

static const struct refd_email no_email;

struct card_rows {
	union any_state home, away, venue, referees[REFD_ROLES];
};

static bool has_flaw(const struct handle *handle, const char *flaw)
{
	return handle->mutant->name && strcmp(handle->mutant->name, flaw) == 0;
}

static void seat_referees(struct handle *handle, struct refd_tx *inner, struct card_rows *rows,
			  struct refd_fixture_card *card)
{
	for (unsigned role = 1; role <= REFD_ROLES; role++) {
		struct refd_slot_state like = { .fixture = card->fixture.id,
						.role = (enum refd_role)role };
		struct refd_card_referee *one = &card->referees[card->n_referees];
		union any_state *row = &rows->referees[role - 1];
		union any_state slot;

		if (!stored(handle, inner, REFD_RECORD_SLOT, &like, &slot))
			continue;
		(void)stored(handle, inner, REFD_RECORD_REFEREE, &slot.SLOT.referee, row);
		*one = (struct refd_card_referee){ .role = (enum refd_role)role,
						   .id = slot.SLOT.referee,
						   .name = refd_name_str(&row->REFEREE.name),
						   .club = refd_name_str(&row->REFEREE.club),
						   .version = row->REFEREE.version };
		card->n_referees++;
	}
	if (has_flaw(handle, "slot") && card->n_referees > 0)
		card->n_referees--;
	if (has_flaw(handle, "roles") && card->n_referees == 2) {
		struct refd_card_referee first = card->referees[0];

		card->referees[0] = card->referees[1];
		card->referees[1] = first;
	}
}

static struct refd_fixture_card card_of(struct handle *handle, struct refd_tx *inner,
					const struct refd_fixture_state *fixture,
					struct card_rows *rows)
{
	const struct refd_venue_state *venue = &rows->venue.VENUE;
	const struct refd_team_state *home = &rows->home.TEAM, *away = &rows->away.TEAM;
	struct refd_fixture_card card;

	(void)stored(handle, inner, REFD_RECORD_TEAM, &fixture->home, &rows->home);
	(void)stored(handle, inner, REFD_RECORD_TEAM, &fixture->away, &rows->away);
	(void)stored(handle, inner, REFD_RECORD_VENUE, &fixture->venue, &rows->venue);
	card = (struct refd_fixture_card){
		.fixture = *fixture,
		.home_name = refd_name_str(&home->name),
		.home_club = refd_name_str(&home->club),
		.home_version = home->version,
		.away_name = refd_name_str(&away->name),
		.away_club = refd_name_str(has_flaw(handle, "club") ? &home->club : &away->club),
		.away_version = away->version,
		.venue_name = refd_name_str(&venue->name),
		.venue_street = refd_line_str(&venue->street),
		.venue_zip = refd_line_str(&venue->zip),
		.venue_city = refd_line_str(&venue->city),
		.venue_phone = refd_phone_str(&venue->phone),
		.venue_email =
			refd_email_str(has_flaw(handle, "email") ? &no_email : &venue->email),
		.venue_coordinates = venue->coordinates,
		.venue_version = venue->version,
	};
	seat_referees(handle, inner, rows, &card);
	return card;
}

struct fixture_rows {
	struct refd_fixture_state *rows;
	size_t count;
};

static enum refd_status keep_fixture(void *self, size_t read, enum refd_record record,
				     const void *state)
{
	struct fixture_rows *kept = self;

	(void)read;
	(void)record;
	kept->rows = realloc(kept->rows, (kept->count + 1) * sizeof(*kept->rows));
	if (!kept->rows)
		abort();
	kept->rows[kept->count++] = *(const struct refd_fixture_state *)state;
	return REFD_OK;
}

static enum refd_status read_cards(struct handle *handle, struct refd_tx *inner,
				   const struct refd_read *wanted, size_t number,
				   refd_row_sink *sink, void *sink_self, struct refd_error *err)
{
	struct refd_read read = *wanted;
	struct fixture_rows kept = { NULL, 0 };
	enum refd_status status;

	read.kind = wanted->by == REFD_BY_ID ? REFD_READ_FIND : REFD_READ_RANGE;
	handle->mutant->is = (enum mutation)handle->mutant->arg; /* one thread asks for cards */
	status = read_one(handle, inner, &read, number, keep_fixture, &kept, err);
	handle->mutant->is = MUTANT_CARDS;
	for (size_t i = 0; i < kept.count && status == REFD_OK; i++) {
		struct card_rows rows;
		struct refd_fixture_card card = card_of(handle, inner, &kept.rows[i], &rows);

		status = sink(sink_self, number, REFD_RECORD_FIXTURE, &card);
	}
	free(kept.rows);
	return status;
}

struct parents_filter {
	const struct handle *handle;
	refd_row_sink *sink;
	void *sink_self;
	size_t number;			/* of the read, as the caller counts */
	struct refd_referee_state kept; /* by the flaw "late" */
};

static enum refd_status filter_parent(void *self, size_t read, enum refd_record record,
				      const void *state)
{
	struct parents_filter *filter = self;
	enum refd_status status;

	(void)read;
	if ((int)record == filter->handle->mutant->arg)
		return REFD_OK;
	if (has_flaw(filter->handle, "late") && record == REFD_RECORD_REFEREE) {
		filter->kept = *(const struct refd_referee_state *)state;
		return REFD_OK;
	}
	status = filter->sink(filter->sink_self, filter->number, record, state);
	if (status == REFD_OK && filter->kept.version != 0 && record != REFD_RECORD_FIXTURE) {
		status = filter->sink(filter->sink_self, filter->number, REFD_RECORD_REFEREE,
				      &filter->kept);
		filter->kept.version = 0;
	}
	return status;
}

static enum refd_status read_parents(struct handle *handle, struct refd_tx *inner,
				     const struct refd_read *wanted, size_t number,
				     refd_row_sink *sink, void *sink_self, struct refd_error *err)
{
	struct parents_filter filter = { handle, sink, sink_self, number, { .version = 0 } };
	struct refd_read read = *wanted;

	if (has_flaw(handle, "unlimited"))
		read.limit = 0;
	return handle->inner.ops->read(handle->inner.self, inner, &read, 1, filter_parent, &filter,
				       err);
}

struct facts_filter {
	const struct handle *handle;
	struct refd_fixture_id asked;
	refd_row_sink *sink;
	void *sink_self;
	size_t number;
	struct refd_fixture_state kept; /* by the flaw "late" */
};

static enum refd_status filter_fact(void *self, size_t read, enum refd_record record,
				    const void *state)
{
	struct facts_filter *filter = self;
	bool asked = record == REFD_RECORD_FIXTURE &&
		     memcmp(state, &filter->asked, sizeof(filter->asked)) == 0;

	(void)read;
	if ((int)record == filter->handle->mutant->arg && !asked)
		return REFD_OK;
	if (asked && has_flaw(filter->handle, "late")) {
		filter->kept = *(const struct refd_fixture_state *)state;
		return REFD_OK;
	}
	return filter->sink(filter->sink_self, filter->number, record, state);
}

static enum refd_status read_facts(struct handle *handle, struct refd_tx *inner,
				   const struct refd_read *wanted, size_t number,
				   refd_row_sink *sink, void *sink_self, struct refd_error *err)
{
	struct facts_filter filter = { handle, wanted->facts->fixture, sink, sink_self,
				       number, { .version = 0 } };
	struct refd_facts_request request = *wanted->facts;
	struct refd_read read = *wanted;
	enum refd_status status;

	read.facts = &request;
	if (has_flaw(handle, "narrow") && request.fixture_window > 0)
		request.fixture_window--;
	if (has_flaw(handle, "wide"))
		request.referee_window = 2 * request.referee_window + 1;
	if (has_flaw(handle, "own venue"))
		request.venue.uuid = (struct refd_uuid){ { 0 } };
	if (has_flaw(handle, "own kick-off"))
		request.kickoff.us = 0;
	status = handle->inner.ops->read(handle->inner.self, inner, &read, 1, filter_fact, &filter,
					 err);
	if (status == REFD_OK && filter.kept.version != 0)
		status = sink(sink_self, number, REFD_RECORD_FIXTURE, &filter.kept);
	return status;
}

/* Another state, with time for somebody to change it. */
static enum refd_status begin_anew(struct handle *handle, struct refd_tx **inner,
				   struct refd_error *err)
{
	const struct refd_store *store = &handle->inner;
	const struct refd_begin begin = { .struct_size = sizeof(begin), .mode = REFD_TX_READ };

	store->ops->rollback(store->self, *inner);
	*inner = NULL;
	pause_a_moment();
	return store->ops->begin(store->self, &begin, inner, err);
}

/* Which read of the call comes at that place. */
static size_t read_at(const struct handle *handle, const struct refd_read *reads, size_t count,
		      size_t place)
{
	size_t at = 0;

	if (!is(handle, MUTANT_READS_SORTED))
		return place;
	if (handle->mutant->arg == 0)
		return count - 1 - place;
	for (int record = 1; record <= REFD_RECORDS; record++)
		for (size_t i = 0; i < count; i++)
			if ((int)reads[i].record == record && at++ == place)
				return i;
	return place;
}

static enum refd_status mutant_read(void *self, struct refd_tx *tx, const struct refd_read *reads,
				    size_t count, refd_row_sink *sink, void *sink_self,
				    struct refd_error *err)
{
	struct handle *handle = self;
	const struct refd_store *store = &handle->inner;
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_READ,
				    .deadline = 0 };
	struct refd_tx *inner = tx->inner;
	enum refd_status status = REFD_OK;

	if (!tx->inner)
		status = store->ops->begin(store->self, &begin, &inner, err);
	for (size_t place = 0; place < count && status == REFD_OK; place++) {
		const size_t i = read_at(handle, reads, count, place);

		if (place > 0 && tx->begin.once && is(handle, MUTANT_ONCE_TORN))
			status = begin_anew(handle, &inner, err);
		if (status != REFD_OK)
			break;
		status = (reads[i].kind == REFD_READ_CARDS   ? read_cards
			  : reads[i].kind == REFD_READ_FACTS ? read_facts
			  : reads[i].kind == REFD_READ_PARENTS
				  ? read_parents
				  : read_one)(handle, inner, &reads[i], i, sink, sink_self, err);
	}
	if (!tx->inner)
		store->ops->rollback(store->self, inner);
	return status;
}

/* ---- change sets ---- */

static enum refd_status keep_state(void *self, size_t read, enum refd_record record,
				   const void *state)
{
	(void)read;
	memcpy(self, state, refd_record_layout(record)->state_size);
	return REFD_OK;
}

/* The stored row of a record with an id; false if there is none. */
static bool stored(struct handle *handle, struct refd_tx *inner, enum refd_record record,
		   const void *state, union any_state *ret)
{
	struct refd_key key = { .number = 0 };
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = record,
				  .by = REFD_BY_ID,
				  .keys = &key,
				  .n_keys = 1 };

	if (record == REFD_RECORD_SLOT) {
		key.a = ((const struct refd_slot_state *)state)->fixture.uuid;
		key.number = ((const struct refd_slot_state *)state)->role;
	} else if (record == REFD_RECORD_CLAIM) {
		key.a = ((const struct refd_claim_state *)state)->holder;
		key.number = ((const struct refd_claim_state *)state)->kind;
		key.day = ((const struct refd_claim_state *)state)->day;
	} else {
		memcpy(&key.a, state, sizeof(key.a));
	}
	memset(ret, 0xff, sizeof(*ret));
	(void)handle->inner.ops->read(handle->inner.self, inner, &read, 1, keep_state, ret, NULL);
	return ((const unsigned char *)ret)[0] != 0xff || ((const unsigned char *)ret)[1] != 0xff ||
	       ((const unsigned char *)ret)[2] != 0xff;
}

static int64_t version_in(enum refd_record record, const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);
	int64_t version = 0;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].flags & REFD_FIELD_VERSION)
			memcpy(&version, (const char *)state + layout->fields[i].offset,
			       sizeof(version));
	return version;
}

/* The last column that is no version. */
static void keep_field(enum refd_record record, const void *was, void *is)
{
	const struct refd_layout *layout = refd_record_layout(record);
	size_t at = layout->count - 1;
	size_t size;

	while (layout->fields[at].flags & REFD_FIELD_VERSION)
		at--;
	size = layout->fields[at].size + (layout->fields[at].type == REFD_FIELD_TEXT ? 2 : 0);
	memcpy((char *)is + layout->fields[at].offset,
	       (const char *)was + layout->fields[at].offset, size);
}

static bool left_out(struct handle *handle, struct refd_tx *inner, const struct refd_change *all,
		     size_t at)
{
	const struct refd_change *change = &all[at];
	union any_state row;

	if (is(handle, MUTANT_ASSERT_IGNORED) && change->kind == REFD_CHANGE_ASSERT)
		return true;
	if (is(handle, MUTANT_DELETE_IGNORED) && change->kind == REFD_CHANGE_DELETE)
		return true;
	if (is(handle, MUTANT_LOGS_KEPT) && change->kind == REFD_CHANGE_DELETE &&
	    change->record >= REFD_RECORD_EVENT)
		return true;
	if (is(handle, MUTANT_EVENT_KEPT) && change->kind == REFD_CHANGE_UPDATE &&
	    change->record == REFD_RECORD_EVENT)
		return true;
	if (is(handle, MUTANT_SET_CUT) && at >= 1000)
		return true;
	if (is(handle, MUTANT_COMMAND_LOST) && change->record == REFD_RECORD_COMMAND)
		return true;
	if (is(handle, MUTANT_DELETE_TWICE) && change->kind == REFD_CHANGE_DELETE && at > 0 &&
	    memcmp(change->state, all[at - 1].state,
		   refd_record_layout(change->record)->state_size) == 0)
		return true;
	if ((is(handle, MUTANT_UPDATE_OF_NOTHING) && change->kind == REFD_CHANGE_UPDATE) ||
	    (is(handle, MUTANT_DELETE_OF_NOTHING) && change->kind == REFD_CHANGE_DELETE))
		return !stored(handle, inner, change->record, change->state, &row);
	return false;
}

/* A change that is let through, altered; its new state, if it has one, is put into `space`. */
static struct refd_change altered(struct handle *handle, struct refd_tx *inner,
				  const struct refd_change *wanted, union any_state *space)
{
	struct mutant *mutant = handle->mutant;
	struct refd_change change = *wanted;
	union any_state row;
	bool update = change.kind == REFD_CHANGE_UPDATE;

	if ((mutant->is == MUTANT_UPDATE_UNCHECKED && update) ||
	    (mutant->is == MUTANT_DELETE_UNCHECKED && change.kind == REFD_CHANGE_DELETE)) {
		if (stored(handle, inner, change.record, change.state, &row))
			change.expected_version = version_in(change.record, &row);
	}
	if (mutant->is == MUTANT_FIELD_KEPT && update && (int)change.record == mutant->arg &&
	    stored(handle, inner, change.record, change.state, &row)) {
		memcpy(space, change.state, refd_record_layout(change.record)->state_size);
		keep_field(change.record, &row, space);
		change.state = space;
	}
	if (mutant->is == MUTANT_ASSERT_REFUSED && change.kind == REFD_CHANGE_ASSERT)
		change.expected_version += 1000;
	if (mutant->is == MUTANT_NOT_COPIED && change.record == REFD_RECORD_EVENT) {
		mutant->payload = ((const struct refd_event_state *)change.state)->payload;
		mutant->payload_of = ((const struct refd_event_state *)change.state)->id;
	}
	return change;
}

static int place_of(enum refd_change_kind kind)
{
	return kind == REFD_CHANGE_INSERT ? 0 : kind == REFD_CHANGE_DELETE ? 2 : 1;
}

static void reorder(struct handle *handle, struct refd_change *changes, size_t count)
{
	for (size_t i = 1; is(handle, MUTANT_INSERTS_FIRST) && i < count; i++)
		for (size_t j = i;
		     j > 0 && place_of(changes[j - 1].kind) > place_of(changes[j].kind); j--) {
			struct refd_change swap = changes[j];

			changes[j] = changes[j - 1];
			changes[j - 1] = swap;
		}
	if (is(handle, MUTANT_PARENTS_FIRST) && count == 2 &&
	    changes[0].kind == REFD_CHANGE_DELETE && changes[1].kind == REFD_CHANGE_DELETE) {
		struct refd_change swap = changes[0];

		changes[0] = changes[1];
		changes[1] = swap;
	}
}

static enum refd_status commit_some(struct handle *handle, const struct refd_change *changes,
				    size_t count, struct refd_error *err)
{
	const struct refd_store *store = &handle->inner;
	struct refd_begin begin = { .struct_size = sizeof(begin),
				    .mode = REFD_TX_WRITE,
				    .deadline = 0 };
	struct refd_change_set set = { changes, count };
	struct refd_tx *tx;
	enum refd_status status = store->ops->begin(store->self, &begin, &tx, err);

	return status == REFD_OK ? store->ops->commit(store->self, tx, &set, err) : status;
}

static size_t piece_of(const struct handle *handle, size_t count)
{
	if (is(handle, MUTANT_ONE_BY_ONE) || is(handle, MUTANT_HALF_COMMIT))
		return 1;
	return is(handle, MUTANT_SET_CHUNKED) && count > 1000 ? 1000 : count;
}

/* In pieces that are commits of their own. */
static enum refd_status commit_pieces(struct handle *handle, struct refd_tx *inner,
				      const struct refd_change *changes, size_t count,
				      struct refd_error *err)
{
	const struct refd_store *store = &handle->inner;
	struct refd_change_set set = { changes, count };
	enum refd_status status = REFD_OK;
	size_t piece = piece_of(handle, count);

	if (inner && piece == count)
		return store->ops->commit(store->self, inner, &set, err);
	if (inner)
		store->ops->rollback(store->self, inner);
	for (size_t at = 0; at < count; at += piece) {
		enum refd_status one;

		if (at > 0 && is(handle, MUTANT_ONE_BY_ONE))
			pause_a_moment();
		one = commit_some(handle, changes + at, count - at < piece ? count - at : piece,
				  err);

		if (status == REFD_OK)
			status = one;
	}
	return status;
}

static bool claim_clash(struct handle *handle, struct refd_tx *inner,
			const struct refd_change *change)
{
	struct refd_claim_state other;
	union any_state row;

	if (!is(handle, MUTANT_CLAIM_WIDE) || change->kind != REFD_CHANGE_INSERT ||
	    change->record != REFD_RECORD_CLAIM)
		return false;
	other = *(const struct refd_claim_state *)change->state;
	other.kind = other.kind == REFD_CLAIM_TEAM ? REFD_CLAIM_VENUE : REFD_CLAIM_TEAM;
	return stored(handle, inner, REFD_RECORD_CLAIM, &other, &row);
}

static enum refd_status judged(struct handle *handle, const struct refd_change_set *set,
			       enum refd_status status, struct refd_error *err)
{
	const struct mutant *mutant = handle->mutant;

	if (status != REFD_OK && mutant->is == MUTANT_FIRST_NAMED)
		err->object = refd_record_object(set->changes[0].record, set->changes[0].state);
	if (status != REFD_OK && mutant->is == MUTANT_RULE_UNNAMED) {
		err->total = err->kept = mutant->arg == 0 ? 0 : err->total;
		err->violations[0].field[0] = '\0';
	}
	if (status != REFD_OK && mutant->is == MUTANT_ERROR_UNNAMED)
		memset(&err->object, 0, sizeof(err->object));
	if (status == REFD_ALREADY_EXISTS && mutant->is == MUTANT_UNIQUE_IGNORED &&
	    strcmp(err->constraint, mutant->name) == 0)
		return REFD_OK;
	if (status != REFD_OK && mutant->is == MUTANT_CONSTRAINT_UNNAMED)
		err->constraint[0] = '\0';
	if (status == REFD_NOT_FOUND && mutant->is == MUTANT_FOREIGN_IGNORED)
		return REFD_OK;
	if (status != REFD_OK && mutant->is == MUTANT_FAILURE_STAYS)
		handle->dead = true;
	return status;
}

/* Whoever comes from now on waits in lock_is_kept(): nobody gets in between. */
static void begin_end(struct handle *handle, const struct refd_tx *tx)
{
	if (may_keep(handle, &tx->begin))
		pthread_mutex_lock(&handle->mutant->ending);
}

static void end(struct handle *handle, struct refd_tx *tx, int how)
{
	struct mutant *mutant = handle->mutant;
	bool may = may_keep(handle, &tx->begin);

	count_open(handle, tx, -1);
	free(tx);
	if (!may)
		return;
	if (mutant->arg == how && !mutant->keeper)
		mutant->keeper = handle;
	pthread_mutex_unlock(&mutant->ending);
}

static enum refd_status mutant_commit(void *self, struct refd_tx *tx,
				      const struct refd_change_set *set, struct refd_error *err)
{
	struct handle *handle = self;
	size_t wanted = set ? set->count : 0, count = 0;
	struct refd_change *changes = calloc(wanted + 1, sizeof(*changes));
	union any_state *space =
		calloc(is(handle, MUTANT_FIELD_KEPT) ? wanted + 1 : 1, sizeof(*space));
	struct refd_begin read = { .struct_size = sizeof(read),
				   .mode = REFD_TX_READ,
				   .deadline = 0 };
	struct refd_tx *inner = tx->inner, *look = inner;
	enum refd_status status = REFD_OK;

	if (!changes || !space)
		abort();
	if (!inner)
		(void)handle->inner.ops->begin(handle->inner.self, &read, &look, NULL);
	for (size_t i = 0; i < wanted; i++) {
		if (claim_clash(handle, look, &set->changes[i]))
			status = refd_error_set(err, REFD_ALREADY_EXISTS, "another claim");
		if (!left_out(handle, look, set->changes, i)) {
			changes[count] = altered(handle, look, &set->changes[i],
						 &space[is(handle, MUTANT_FIELD_KEPT) ? i : 0]);
			count++;
		}
	}
	if (!inner)
		handle->inner.ops->rollback(handle->inner.self, look);
	reorder(handle, changes, count);
	if (wanted == 0 && is(handle, MUTANT_EMPTY_REFUSED))
		status = refd_error_set(err, REFD_MISUSE, "nothing to commit");
	begin_end(handle, tx);
	if (status == REFD_OK)
		status =
			judged(handle, set, commit_pieces(handle, inner, changes, count, err), err);
	else
		handle->inner.ops->rollback(handle->inner.self, inner);
	free(changes);
	free(space);
	end(handle, tx,
	    tx->begin.once	? READ_ONCE
	    : status == REFD_OK ? COMMITTED
				: FAILED_TO_COMMIT);
	return status;
}

static void mutant_rollback(void *self, struct refd_tx *tx)
{
	struct handle *handle = self;

	if (!tx)
		return;
	begin_end(handle, tx);
	handle->inner.ops->rollback(handle->inner.self, tx->inner);
	end(handle, tx, tx->begin.once ? READ_ONCE : ROLLED_BACK);
}

/* ---- the adapter ---- */

static enum refd_status create(void *self, struct refd_error *err)
{
	struct mutant *mutant = self;
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_clock clock = refd_system_clock();

	memset(&mutant->payload_of, 0, sizeof(mutant->payload_of));
	return refd_memory_create(&allocator, &clock, &mutant->memory, err);
}

static enum refd_status open_handle(void *self, struct refd_store *ret, struct refd_error *err)
{
#define MUTANT_OPS(natives)                                                                        \
	{                                                                                          \
		.struct_size = sizeof(struct refd_store_ops), .begin = mutant_begin,               \
		.guard = mutant_guard, .read = mutant_read, .commit = mutant_commit,               \
		.rollback = mutant_rollback, .reads_native = natives,                              \
	}
	static const struct refd_store_ops ops = MUTANT_OPS(0);
	static const struct refd_store_ops with_cards = MUTANT_OPS(UINT32_C(1) << REFD_READ_CARDS);
	static const struct refd_store_ops with_parents =
		MUTANT_OPS(UINT32_C(1) << REFD_READ_PARENTS);
	static const struct refd_store_ops with_facts = MUTANT_OPS(UINT32_C(1) << REFD_READ_FACTS);
	struct mutant *mutant = self;
	struct handle *handle = calloc(1, sizeof(*handle));

	if (!handle)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	handle->mutant = mutant;
	handle->inner = refd_memory_store(mutant->memory);
	*ret = (struct refd_store){ mutant->is == MUTANT_CARDS	   ? &with_cards
				    : mutant->is == MUTANT_PARENTS ? &with_parents
				    : mutant->is == MUTANT_FACTS   ? &with_facts
								   : &ops,
				    handle };
	return REFD_OK;
}

static void close_handle(void *self, struct refd_store *store)
{
	struct handle *handle = store->self;
	struct mutant *mutant = self;

	pthread_mutex_lock(&mutant->ending);
	if (mutant->keeper == handle)
		mutant->keeper = NULL;
	pthread_mutex_unlock(&mutant->ending);
	free(handle);
}

static void destroy(void *self)
{
	struct mutant *mutant = self;

	refd_memory_destroy(mutant->memory);
	mutant->memory = NULL;
	mutant->writers = 0;
}

bool mutant_make(struct refd_contract_adapter *ret, enum mutation mutation, int arg,
		 const char *name)
{
	struct mutant *mutant = calloc(1, sizeof(*mutant));

	*ret = (struct refd_contract_adapter){
		.struct_size = sizeof(*ret),
		.name = "mutant",
		.self = mutant,
		.create = create,
		.open = open_handle,
		.close = close_handle,
		.destroy = destroy,
		.durable = true,
		.patience = 2 * REFD_SECOND,
	};
	if (!mutant)
		return false;
	mutant->is = mutation;
	mutant->arg = arg;
	mutant->name = name;
	pthread_mutex_init(&mutant->mutex, NULL);
	pthread_mutex_init(&mutant->ending, NULL);
	return true;
}

void mutant_done(struct refd_contract_adapter *adapter)
{
	struct mutant *mutant = adapter->self;

	pthread_mutex_destroy(&mutant->ending);
	pthread_mutex_destroy(&mutant->mutex);
	free(mutant);
}
