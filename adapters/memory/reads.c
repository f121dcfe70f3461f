#include "reads.h"

#include <string.h>

static enum refd_status no_such_read(struct refd_error *err)
{
	return refd_error_set(err, REFD_MISUSE, "no such read of that record");
}

static const struct refd_memory__key no_key;

static struct refd_memory__key find_key(const struct refd_memory__index *index,
					const struct refd_key *key)
{
	struct refd_memory__key wanted = no_key;

	if (index->find == REFD_BY_PAIR) {
		wanted.a = key->a;
		wanted.id = key->b;
	} else if (index->id.size) {
		wanted.id = key->a;
	} else {
		wanted.a = key->a;
		wanted.number = key->number;
		wanted.order = index->order.size ? key->day : 0;
	}
	return wanted;
}

static enum refd_status find(struct refd_memory__table *table, const struct refd_read *read,
			     size_t number, refd_row_sink *sink, void *sink_self,
			     struct refd_error *err)
{
	enum refd_status status = REFD_OK;
	size_t at = 0;

	while (at < table->n_indexes && table->indexes[at].find != read->by)
		at++;
	if (at == table->n_indexes || read->by == 0)
		return no_such_read(err);
	for (size_t i = 0; i < read->n_keys && status == REFD_OK; i++) {
		struct refd_memory__key key = find_key(&table->indexes[at], &read->keys[i]);
		struct refd_memory__entry *entry =
			refd_memory__tree_find(refd_memory__tree_of(table, at), &key);

		if (entry)
			status = sink(sink_self, number, read->record, entry->row->state);
	}
	return status;
}

static bool is_set(const struct refd_position *after)
{
	return after->time.us != 0 || after->name.len != 0 || after->number != 0 ||
	       !refd_uuid_is_unset(after->id);
}

/* The first entry of the prefix that the read may deliver. */
static struct refd_memory__entry *first_of(struct refd_memory__table *table, size_t at,
					   const struct refd_memory__key *prefix,
					   const struct refd_read *read)
{
	enum refd_memory__order by = table->indexes[at].by;
	bool from = by == REFD_MEMORY__TIME && read->range.from.us != 0;
	struct refd_memory__key start = *prefix;

	start.order = from ? read->range.from.us : INT64_MIN;
	start.tail = INT64_MIN;
	if (is_set(&read->after)) {
		int64_t last = by == REFD_MEMORY__NUMBER ? read->after.number
			       : by == REFD_MEMORY__TIME ? read->after.time.us
							 : 0;

		if (!from || last >= start.order) {
			start.order = last;
			start.name = read->after.name;
			start.id = read->after.id;
			start.tail = INT64_MAX;
		}
	}
	return refd_memory__tree_from(refd_memory__tree_of(table, at), &start);
}

static enum refd_status range_of(struct refd_memory__table *table, size_t at,
				 const struct refd_memory__key *prefix,
				 const struct refd_read *read, size_t number, refd_row_sink *sink,
				 void *sink_self)
{
	struct refd_memory__entry *entry = first_of(table, at, prefix, read);
	int64_t to = table->indexes[at].by == REFD_MEMORY__TIME ? read->range.to.us : 0;
	enum refd_status status = REFD_OK;
	size_t left = read->limit ? read->limit : SIZE_MAX;

	while (entry && left > 0 && status == REFD_OK) {
		if (!refd_uuid_equal(entry->key.a, prefix->a) ||
		    entry->key.number != prefix->number || (to != 0 && entry->key.order >= to))
			break;
		status = sink(sink_self, number, read->record, entry->row->state);
		entry = refd_memory__tree_next(entry);
		left--;
	}
	return status;
}

static enum refd_status range(struct refd_memory__table *table, const struct refd_read *read,
			      size_t number, refd_row_sink *sink, void *sink_self,
			      struct refd_error *err)
{
	struct refd_memory__key prefix = no_key;
	enum refd_status status = REFD_OK;
	size_t at = 0;
	bool keyless;

	while (at < table->n_indexes && table->indexes[at].range != read->index)
		at++;
	if (at == table->n_indexes || read->index == 0)
		return no_such_read(err);
	keyless = !table->indexes[at].a.size && !table->indexes[at].number.size;
	if (keyless)
		return range_of(table, at, &prefix, read, number, sink, sink_self);
	for (size_t i = 0; i < read->n_keys && status == REFD_OK; i++) {
		if (table->indexes[at].a.size)
			prefix.a = read->keys[i].a;
		if (table->indexes[at].number.size)
			prefix.number = read->keys[i].number;
		status = range_of(table, at, &prefix, read, number, sink, sink_self);
	}
	return status;
}

/* ---- reads that are made of others ---- */

struct passing {
	struct refd_memory__tables *tables;
	refd_row_sink *sink;
	void *sink_self;
};

static enum refd_status pass_parent(const struct passing *passing, size_t number,
				    enum refd_record record, struct refd_uuid id)
{
	const struct refd_memory__row *row = refd_memory__row_by_id(passing->tables, record, id);

	return row ? passing->sink(passing->sink_self, number, record, row->state) : REFD_OK;
}

/* The fixture of the slot instead of the slot. */
static enum refd_status pass_fixture(void *self, size_t number, enum refd_record record,
				     const void *state)
{
	(void)record;
	return pass_parent(self, number, REFD_RECORD_FIXTURE,
			   ((const struct refd_slot_state *)state)->fixture.uuid);
}

static enum refd_status pass_family(void *self, size_t number, enum refd_record record,
				    const void *state)
{
	const struct refd_availability_state *availability = state;
	const struct refd_assignment_state *assignment = state;
	const struct refd_notice_state *notice = state;
	struct passing *passing = self;
	struct refd_uuid fixture = { { 0 } }, referee;
	enum refd_status status = REFD_OK;

	if (record == REFD_RECORD_AVAILABILITY) {
		fixture = availability->fixture.uuid;
		referee = availability->referee.uuid;
	} else if (record == REFD_RECORD_ASSIGNMENT) {
		fixture = assignment->fixture.uuid;
		referee = assignment->referee.uuid;
	} else {
		referee = notice->recipient.uuid;
	}
	if (record != REFD_RECORD_NOTICE)
		status = pass_parent(passing, number, REFD_RECORD_FIXTURE, fixture);
	if (status == REFD_OK)
		status = pass_parent(passing, number, REFD_RECORD_REFEREE, referee);
	return status == REFD_OK ? passing->sink(passing->sink_self, number, record, state)
				 : status;
}

static bool has_parents(enum refd_record record)
{
	return record == REFD_RECORD_AVAILABILITY || record == REFD_RECORD_ASSIGNMENT ||
	       record == REFD_RECORD_NOTICE;
}

enum refd_status refd_memory__read(struct refd_memory__tables *tables, const struct refd_read *read,
				   size_t number, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	struct passing passing = { tables, sink, sink_self };
	struct refd_memory__table *table;

	if (read->kind == REFD_READ_FACTS)
		return refd_memory__facts(tables, read->facts, number, sink, sink_self, err);
	if (read->record < 1 || read->record > REFD_RECORDS)
		return no_such_read(err);
	table = &tables->of[read->record];
	if (read->kind == REFD_READ_FIND)
		return find(table, read, number, sink, sink_self, err);
	if (read->kind == REFD_READ_PARENTS && has_parents(read->record))
		return range(table, read, number, pass_family, &passing, err);
	if (read->kind == REFD_READ_RANGE && read->record == REFD_RECORD_FIXTURE &&
	    read->index == REFD_INDEX_REFEREE)
		return range(&tables->of[REFD_RECORD_SLOT], read, number, pass_fixture, &passing,
			     err);
	if (read->kind == REFD_READ_RANGE)
		return range(table, read, number, sink, sink_self, err);
	return refd_error_set(err, REFD_UNSUPPORTED, "no cards, only what they are made of");
}
