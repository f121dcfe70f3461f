/* The orders, unique keys and references of a store against the layouts and each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <refdomain/ports/indexes.h>

static const struct refd_field *field_at(enum refd_record record, size_t offset)
{
	const struct refd_layout *layout = refd_record_layout(record);

	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].offset == offset)
			return &layout->fields[i];
	fail_msg("%s has no field at %zu", layout->name, offset);
	return NULL;
}

static void index__every_record_has_a_primary_key_first(void **unused)
{
	size_t count, all = 0;

	(void)unused;
	for (int record = 1; record <= REFD_RECORDS; record++) {
		const struct refd_store_index *index =
			refd_record_indexes((enum refd_record)record, &count);

		assert_non_null(index);
		assert_in_range(count, 1, REFD_INDEXES_MAX);
		assert_int_equal(index->find, REFD_BY_ID);
		assert_int_equal(index->kickoff_of.size, 0);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(index[i].record, record);
		all += count;
	}
	assert_int_equal(all, refd_store_n_indexes);
	assert_null(refd_record_indexes((enum refd_record)(REFD_RECORDS + 1), &count));
	assert_int_equal(count, 0);
}

static void index__members_are_fields_of_the_record(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < refd_store_n_indexes; i++) {
		const struct refd_store_index *index = &refd_store_indexes[i];
		const struct refd_member members[] = { index->a,	 index->number, index->name,
						       index->order,	 index->id,	index->tail,
						       index->kickoff_of };

		for (size_t m = 0; m < sizeof(members) / sizeof(members[0]); m++)
			if (members[m].size)
				(void)field_at(index->record, members[m].offset);
	}
}

/* Not one of two with the same reads, unless they are of one kind and kept as one. */
static void index__find_and_range_tell_them_apart(void **unused)
{
	size_t shared = 0;

	(void)unused;
	for (size_t i = 1; i < refd_store_n_indexes; i++) {
		const struct refd_store_index *index = &refd_store_indexes[i];

		for (size_t j = 0; j < i; j++) {
			const struct refd_store_index *other = &refd_store_indexes[j];

			if (other->record != index->record || other->find != index->find ||
			    other->range != index->range)
				continue;
			assert_int_equal(j, i - 1);
			assert_null(index->constraint);
			assert_null(other->constraint);
			assert_int_equal(index->range, REFD_INDEX_TEAM);
			shared++;
		}
	}
	assert_int_equal(shared, 1);
}

static void reference__names_an_id_in_the_child(void **unused)
{
	(void)unused;
	assert_int_equal(refd_n_references, 12);
	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *r = &refd_references[i];
		const struct refd_field *field = field_at(r->child, r->member.offset);

		assert_string_equal(field->name, r->field);
		assert_int_equal(field->type, REFD_FIELD_UUID);
		assert_int_equal(r->member.size, sizeof(struct refd_uuid));
		assert_true(r->parent < r->child);
	}
}

static void index__reads_find_theirs(void **unused)
{
	struct refd_read read = { .kind = REFD_READ_FIND,
				  .record = REFD_RECORD_AVAILABILITY,
				  .by = REFD_BY_PAIR };
	const struct refd_store_index *index = refd_read_index(&read);

	(void)unused;
	assert_non_null(index);
	assert_string_equal(index->constraint, "availability.fixture_id_referee_id");
	read.record = REFD_RECORD_TEAM;
	assert_null(refd_read_index(&read));
	read = (struct refd_read){ .kind = REFD_READ_RANGE,
				   .record = REFD_RECORD_FIXTURE,
				   .index = REFD_INDEX_REFEREE };
	index = refd_read_index(&read);
	assert_non_null(index);
	assert_int_equal(index->record, REFD_RECORD_SLOT);
	assert_false(refd_index_is_keyless(index));
	read.index = REFD_INDEX_ALL;
	assert_true(refd_index_is_keyless(refd_read_index(&read)));
	read.kind = REFD_READ_PARENTS;
	assert_null(refd_read_index(&read));
	read.record = REFD_RECORD_NOTICE;
	assert_non_null(refd_read_index(&read));
	read.kind = REFD_READ_CARDS;
	assert_null(refd_read_index(&read));
	read = (struct refd_read){ .kind = REFD_READ_RANGE, .record = REFD_RECORD_COMMAND };
	assert_null(refd_read_index(&read));
}

static void index__a_range_starts_at_the_later_of_from_and_after(void **unused)
{
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = REFD_RECORD_FIXTURE,
				  .index = REFD_INDEX_VENUE,
				  .range = { .from = { 100 } } };
	const struct refd_store_index *index = refd_read_index(&read);
	const struct refd_key venue = { .a = { { 7 } } };
	struct refd_index_key first = refd_index_key_first(index, &read, &venue);

	(void)unused;
	assert_int_equal(first.a.bytes[0], 7);
	assert_int_equal(first.order, 100);
	assert_true(first.tail == INT64_MIN);
	read.after.time.us = 50;
	read.after.id.bytes[0] = 9;
	first = refd_index_key_first(index, &read, &venue);
	assert_int_equal(first.order, 100);
	assert_true(refd_uuid_is_unset(first.id));
	read.after.time.us = 150;
	first = refd_index_key_first(index, &read, &venue);
	assert_int_equal(first.order, 150);
	assert_int_equal(first.id.bytes[0], 9);
	assert_true(first.tail == INT64_MAX);
	read.range.from.us = 0;
	read.after = (struct refd_position){ .number = 0 };
	first = refd_index_key_first(index, &read, &venue);
	assert_true(first.order == INT64_MIN);
}

static void index__staged_holds_what_is_staged(void **unused)
{
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_ASSIGNMENT,
					.index = REFD_INDEX_STAGED };
	const struct refd_store_index *index = refd_read_index(&read);
	struct refd_assignment_state assignment = { .status = REFD_ASSIGNMENT_STAGED };

	(void)unused;
	assert_true(refd_index_holds(index, &assignment));
	assignment.status = REFD_ASSIGNMENT_COMMITTED;
	assert_false(refd_index_holds(index, &assignment));
	assignment.staged_role = REFD_ROLE_FIRST;
	assert_true(refd_index_holds(index, &assignment));
	assignment.status = REFD_ASSIGNMENT_PENDING;
	assert_false(refd_index_holds(index, &assignment));
}

static void index__an_order_by_kickoff_takes_the_fixtures(void **unused)
{
	const struct refd_read read = { .kind = REFD_READ_RANGE,
					.record = REFD_RECORD_SLOT,
					.index = REFD_INDEX_REFEREE };
	const struct refd_store_index *index = refd_read_index(&read);
	const struct refd_slot_state slot = { .fixture = { { { 3 } } },
					      .role = REFD_ROLE_SECOND,
					      .referee = { { { 4 } } } };
	const struct refd_time kickoff = { 500 };
	const struct refd_index_key key = refd_index_key_of(index, &slot, kickoff);

	(void)unused;
	assert_int_equal(key.a.bytes[0], 4);
	assert_int_equal(key.order, 500);
	assert_int_equal(key.id.bytes[0], 3);
}

static void index__a_claim_is_wanted_by_kind_holder_and_day(void **unused)
{
	const struct refd_read read = { .kind = REFD_READ_FIND,
					.record = REFD_RECORD_CLAIM,
					.by = REFD_BY_ID };
	const struct refd_store_index *index = refd_read_index(&read);
	const struct refd_claim_state claim = { .kind = REFD_CLAIM_TEAM,
						.holder = { { 5 } },
						.day = -3 };
	const struct refd_key by = { .a = { { 5 } }, .number = REFD_CLAIM_TEAM, .day = -3 };
	const struct refd_time none = { 0 };
	const struct refd_index_key key = refd_index_key_of(index, &claim, none);
	const struct refd_index_key wanted = refd_index_key_wanted(index, &by);

	(void)unused;
	assert_int_equal(key.number, REFD_CLAIM_TEAM);
	assert_int_equal(key.order, -3);
	assert_memory_equal(&key, &wanted, sizeof(key));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(index__every_record_has_a_primary_key_first),
		cmocka_unit_test(index__members_are_fields_of_the_record),
		cmocka_unit_test(index__find_and_range_tell_them_apart),
		cmocka_unit_test(reference__names_an_id_in_the_child),
		cmocka_unit_test(index__reads_find_theirs),
		cmocka_unit_test(index__a_range_starts_at_the_later_of_from_and_after),
		cmocka_unit_test(index__staged_holds_what_is_staged),
		cmocka_unit_test(index__an_order_by_kickoff_takes_the_fixtures),
		cmocka_unit_test(index__a_claim_is_wanted_by_kind_holder_and_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
