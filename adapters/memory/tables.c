#include "tables.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

static struct refd_time kickoff_of(struct refd_memory__tables *tables, struct refd_uuid id)
{
	const struct refd_memory__row *row =
		refd_memory__row_by_id(tables, REFD_RECORD_FIXTURE, id);
	const struct refd_fixture_state *fixture = row ? row->state : NULL;
	const struct refd_time none = { 0 };

	return fixture ? fixture->kickoff : none;
}

static struct refd_index_key key_of(struct refd_memory__tables *tables,
				    const struct refd_store_index *index, const void *state)
{
	struct refd_time kickoff = { 0 };
	struct refd_uuid fixture;

	if (index->kickoff_of.size) {
		memcpy(&fixture, (const char *)state + index->kickoff_of.offset, sizeof(fixture));
		kickoff = kickoff_of(tables, fixture);
	}
	return refd_index_key_of(index, state, kickoff);
}

/* Two indexes that serve the same reads are one tree. */
struct refd_memory__tree *refd_memory__tree_of(struct refd_memory__table *table, size_t index)
{
	const struct refd_store_index *is = &table->indexes[index];
	const bool shared = is->range != 0 && index > 0 && is[-1].range == is->range;

	return &table->trees[shared ? index - 1 : index];
}

void refd_memory__tables_init(struct refd_memory__tables *tables,
			      const struct refd_allocator *allocator)
{
	*tables = (struct refd_memory__tables){ .allocator = *allocator };
	for (int record = 1; record <= REFD_RECORDS; record++) {
		struct refd_memory__table *table = &tables->of[record];

		table->layout = refd_record_layout((enum refd_record)record);
		table->indexes = refd_record_indexes((enum refd_record)record, &table->n_indexes);
		assert(table->n_indexes <= REFD_INDEXES_MAX);
	}
}

void refd_memory__tables_done(struct refd_memory__tables *tables)
{
	for (size_t record = 1; record <= REFD_RECORDS; record++) {
		struct refd_memory__tree *primary = &tables->of[record].trees[0];

		while (primary->root) {
			struct refd_memory__row *row = primary->root->row;

			refd_memory__tree_unlink(primary, primary->root);
			refd_memory__row_free(tables, row);
		}
	}
}

static void *slot_of(void *state, const struct refd_field *field)
{
	return (char *)state + field->offset;
}

static size_t texts_size(const struct refd_layout *layout, const void *state)
{
	size_t size = 0;

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].type == REFD_FIELD_SLICE) {
			struct refd_str text;

			memcpy(&text, (const char *)state + layout->fields[i].offset, sizeof(text));
			size += text.len + 1;
		}
	return size;
}

/* Make the copied state our own: long texts move to `texts`, and what is unset reads as zero. */
static void own(const struct refd_layout *layout, void *state, char *texts)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		struct refd_str text;

		if (refd_field_is_unset(field, state))
			refd_field_clear(field, state);
		if (field->type != REFD_FIELD_SLICE)
			continue;
		memcpy(&text, slot_of(state, field), sizeof(text));
		if (text.len)
			memcpy(texts, text.ptr, text.len);
		texts[text.len] = '\0';
		text.ptr = texts;
		texts += text.len + 1;
		memcpy(slot_of(state, field), &text, sizeof(text));
	}
}

struct refd_memory__row *refd_memory__row_make(struct refd_memory__tables *tables,
					       enum refd_record record, const void *state)
{
	const struct refd_memory__table *table = &tables->of[record];
	size_t head = offsetof(struct refd_memory__row, entries) +
		      table->n_indexes * sizeof(struct refd_memory__entry);
	size_t size = table->layout->state_size;
	struct refd_memory__row *row;

	head = (head + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	row = tables->allocator.alloc(tables->allocator.self,
				      head + size + texts_size(table->layout, state));
	if (!row)
		return NULL;
	row->record = record;
	row->state = (char *)row + head;
	memcpy(row->state, state, size);
	own(table->layout, row->state, (char *)row + head + size);
	for (size_t i = 0; i < table->n_indexes; i++)
		row->entries[i] = (struct refd_memory__entry){ .row = row };
	return row;
}

void refd_memory__row_free(struct refd_memory__tables *tables, struct refd_memory__row *row)
{
	tables->allocator.free(tables->allocator.self, row);
}

const char *refd_memory__row_link(struct refd_memory__tables *tables, struct refd_memory__row *row)
{
	struct refd_memory__table *table = &tables->of[row->record];

	for (size_t i = 0; i < table->n_indexes; i++) {
		const struct refd_store_index *index = &table->indexes[i];

		if (!refd_index_holds(index, row->state))
			continue;
		row->entries[i].key = key_of(tables, index, row->state);
		if (!refd_memory__tree_link(refd_memory__tree_of(table, i), &row->entries[i]) &&
		    index->constraint) {
			refd_memory__row_unlink(tables, row);
			return index->constraint;
		}
	}
	return NULL;
}

void refd_memory__row_unlink(struct refd_memory__tables *tables, struct refd_memory__row *row)
{
	struct refd_memory__table *table = &tables->of[row->record];

	for (size_t i = 0; i < table->n_indexes; i++)
		refd_memory__tree_unlink(refd_memory__tree_of(table, i), &row->entries[i]);
}

struct refd_memory__row *refd_memory__row_like(struct refd_memory__tables *tables,
					       enum refd_record record, const void *state)
{
	const struct refd_memory__table *table = &tables->of[record];
	struct refd_index_key key = key_of(tables, &table->indexes[0], state);
	struct refd_memory__entry *entry = refd_memory__tree_find(&table->trees[0], &key);

	return entry ? entry->row : NULL;
}

struct refd_memory__row *refd_memory__row_by_id(struct refd_memory__tables *tables,
						enum refd_record record, struct refd_uuid id)
{
	struct refd_index_key key = { .id = id };
	struct refd_memory__entry *entry =
		refd_memory__tree_find(&tables->of[record].trees[0], &key);

	return entry ? entry->row : NULL;
}

struct refd_memory__entry *refd_memory__first_child(struct refd_memory__tables *tables,
						    enum refd_record record, uint16_t offset,
						    struct refd_uuid id)
{
	struct refd_memory__table *table = &tables->of[record];
	struct refd_index_key key = { .a = id, .number = INT64_MIN };
	struct refd_memory__entry *entry = NULL;
	size_t i = 0;

	while (i < table->n_indexes &&
	       !(table->indexes[i].a.size && table->indexes[i].a.offset == offset))
		i++;
	assert(i < table->n_indexes);
	entry = refd_memory__tree_from(refd_memory__tree_of(table, i), &key);
	/* the tree may be that of another member, too */
	while (entry && refd_uuid_equal(entry->key.a, id) &&
	       memcmp((const char *)entry->row->state + offset, &id, sizeof(id)) != 0)
		entry = refd_memory__tree_next(entry);
	return entry && refd_uuid_equal(entry->key.a, id) ? entry : NULL;
}

/* Its place among rows of equal keys is free again at once, so linking cannot fail. */
static void order_anew(struct refd_memory__tables *tables, struct refd_memory__row *row)
{
	struct refd_memory__table *table = &tables->of[row->record];

	for (size_t i = 0; i < table->n_indexes; i++)
		if (table->indexes[i].kickoff_of.size && row->entries[i].linked) {
			refd_memory__tree_unlink(&table->trees[i], &row->entries[i]);
			row->entries[i].key = key_of(tables, &table->indexes[i], row->state);
			(void)refd_memory__tree_link(&table->trees[i], &row->entries[i]);
		}
}

void refd_memory__fixture_moved(struct refd_memory__tables *tables, struct refd_uuid fixture)
{
	static const struct {
		enum refd_record record;
		uint16_t offset;
	} children[] = {
		{ REFD_RECORD_SLOT, offsetof(struct refd_slot_state, fixture) },
		{ REFD_RECORD_AVAILABILITY, offsetof(struct refd_availability_state, fixture) },
		{ REFD_RECORD_ASSIGNMENT, offsetof(struct refd_assignment_state, fixture) },
	};

	/* The walk is over the pairs, whose order no kick-off changes. */
	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++) {
		struct refd_memory__entry *entry = refd_memory__first_child(
			tables, children[i].record, children[i].offset, fixture);

		while (entry && refd_uuid_equal(entry->key.a, fixture)) {
			order_anew(tables, entry->row);
			entry = refd_memory__tree_next(entry);
		}
	}
}
