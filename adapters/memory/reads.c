#include "reads.h"

#include <string.h>

/* Which of the table's indexes it is. */
static size_t place_of(const struct refd_memory__table *table, const struct refd_store_index *index)
{
	return (size_t)(index - table->indexes);
}

static enum refd_status find(struct refd_memory__table *table, const struct refd_store_index *index,
			     const struct refd_read *read, size_t number, refd_row_sink *sink,
			     void *sink_self)
{
	struct refd_memory__tree *tree = refd_memory__tree_of(table, place_of(table, index));
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < read->n_keys && status == REFD_OK; i++) {
		struct refd_index_key key = refd_index_key_wanted(index, &read->keys[i]);
		struct refd_memory__entry *entry = refd_memory__tree_find(tree, &key);

		if (entry)
			status = sink(sink_self, number, read->record, entry->row->state);
	}
	return status;
}

static enum refd_status range_of(struct refd_memory__table *table,
				 const struct refd_store_index *index, const struct refd_key *key,
				 const struct refd_read *read, size_t number, refd_row_sink *sink,
				 void *sink_self)
{
	struct refd_index_key first = refd_index_key_first(index, read, key);
	struct refd_memory__entry *entry =
		refd_memory__tree_from(refd_memory__tree_of(table, place_of(table, index)), &first);
	int64_t to = index->by == REFD_ORDER_TIME ? read->range.to.us : 0;
	enum refd_status status = REFD_OK;
	size_t left = read->limit ? read->limit : SIZE_MAX;

	while (entry && left > 0 && status == REFD_OK) {
		if (!refd_uuid_equal(entry->key.a, first.a) || entry->key.number != first.number ||
		    (to != 0 && entry->key.order >= to))
			break;
		status = sink(sink_self, number, read->record, entry->row->state);
		entry = refd_memory__tree_next(entry);
		left--;
	}
	return status;
}

static enum refd_status range(struct refd_memory__table *table,
			      const struct refd_store_index *index, const struct refd_read *read,
			      size_t number, refd_row_sink *sink, void *sink_self)
{
	enum refd_status status = REFD_OK;

	if (refd_index_is_keyless(index))
		return range_of(table, index, NULL, read, number, sink, sink_self);
	for (size_t i = 0; i < read->n_keys && status == REFD_OK; i++)
		status = range_of(table, index, &read->keys[i], read, number, sink, sink_self);
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

enum refd_status refd_memory__read(struct refd_memory__tables *tables, const struct refd_read *read,
				   size_t number, refd_row_sink *sink, void *sink_self,
				   struct refd_error *err)
{
	const struct refd_store_index *index = refd_read_index(read);
	struct passing passing = { tables, sink, sink_self };
	struct refd_memory__table *table;

	if (read->kind == REFD_READ_FACTS)
		return refd_memory__facts(tables, read->facts, number, sink, sink_self, err);
	if (read->kind == REFD_READ_CARDS)
		return refd_error_set(err, REFD_UNSUPPORTED,
				      "no cards, only what they are made of");
	if (!index)
		return refd_error_set(err, REFD_MISUSE, "no such read of that record");
	table = &tables->of[index->record];
	if (read->kind == REFD_READ_FIND)
		return find(table, index, read, number, sink, sink_self);
	if (read->kind == REFD_READ_PARENTS)
		return range(table, index, read, number, pass_family, &passing);
	if (index->record != read->record)
		return range(table, index, read, number, pass_fixture, &passing);
	return range(table, index, read, number, sink, sink_self);
}
