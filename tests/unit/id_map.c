#include "support.h"

#include "base/id_map.h"

enum { MANY = 20000 };

struct fixture {
	struct support_heap heap;
	struct refd__arena arena;
	struct refd__id_map map;
};

static void begin(struct fixture *fixture)
{
	struct refd_allocator allocator = support_heap_allocator(&fixture->heap);

	support_heap_init(&fixture->heap);
	refd__arena_init(&fixture->arena, &allocator);
	refd__id_map_init(&fixture->map, &fixture->arena);
}

static void end(struct fixture *fixture)
{
	refd__arena_done(&fixture->arena);
	support_heap_done(&fixture->heap);
}

static void id_map__empty_map_has_nothing(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	assert_null(refd__id_map_get(&f.map, 1, support_uuid(1), support_uuid(2)));
	assert_int_equal(f.heap.calls, 0);
	end(&f);
}

static void id_map__every_part_of_the_key_counts(void **state)
{
	struct refd_uuid one = support_uuid(1), two = support_uuid(2);
	struct refd__map_entry *entry;
	int values[4];
	struct fixture f;

	(void)state;
	begin(&f);
	entry = refd__id_map_put(&f.map, 1, one, two);
	assert_null(entry->value);
	assert_int_equal(entry->kind, 1);
	assert_true(refd_uuid_equal(entry->a, one));
	assert_true(refd_uuid_equal(entry->b, two));
	entry->value = &values[0];
	refd__id_map_put(&f.map, 2, one, two)->value = &values[1];
	refd__id_map_put(&f.map, 1, two, one)->value = &values[2];
	refd__id_map_put(&f.map, 1, one, one)->value = &values[3];
	assert_int_equal(f.map.count, 4);
	assert_ptr_equal(refd__id_map_get(&f.map, 1, one, two)->value, &values[0]);
	assert_ptr_equal(refd__id_map_get(&f.map, 2, one, two)->value, &values[1]);
	assert_ptr_equal(refd__id_map_get(&f.map, 1, two, one)->value, &values[2]);
	assert_ptr_equal(refd__id_map_get(&f.map, 1, one, one)->value, &values[3]);
	assert_null(refd__id_map_get(&f.map, 3, one, two));
	assert_null(refd__id_map_get(&f.map, 1, two, two));
	end(&f);
}

static void id_map__put_again_gives_the_same_entry(void **state)
{
	struct refd__map_entry *entry;
	struct fixture f;
	int value;

	(void)state;
	begin(&f);
	entry = refd__id_map_put(&f.map, 1, support_uuid(1), support_uuid(0));
	entry->value = &value;
	assert_ptr_equal(refd__id_map_put(&f.map, 1, support_uuid(1), support_uuid(0)), entry);
	assert_ptr_equal(entry->value, &value);
	assert_int_equal(f.map.count, 1);
	end(&f);
}

static void id_map__many_keys_keep_values_and_order(void **state)
{
	struct support_random random = { 8 };
	static struct refd_uuid keys[MANY];
	struct fixture f;

	(void)state;
	begin(&f);
	for (size_t i = 0; i < MANY; i++) {
		/* ids as an id source draws them: alike in front */
		keys[i] = support_uuid(support_random_next(&random));
		refd__id_map_put(&f.map, (uint32_t)(i % 3), keys[i], support_uuid(i))->value =
			&keys[i];
		assert_int_equal(f.map.count, i + 1);
		assert_true(f.map.n_slots >= 2 * f.map.count);
	}
	for (size_t i = 0; i < MANY; i++) {
		uint32_t kind = (uint32_t)(i % 3);

		assert_ptr_equal(refd__id_map_get(&f.map, kind, keys[i], support_uuid(i))->value,
				 &keys[i]);
		assert_null(refd__id_map_get(&f.map, kind + 1, keys[i], support_uuid(i)));
		assert_ptr_equal(f.map.entries[i].value, &keys[i]);
	}
	end(&f);
}

/* Sequential ids, as a counting id source gives them, spread over the slots. */
static void id_map__sequential_ids_spread(void **state)
{
	(void)state;
	for (int part = 0; part < 4; part++) {
		size_t longest = 0, run = 0;
		struct fixture f;

		begin(&f);
		for (uint64_t i = 1; i <= MANY; i++) {
			struct refd_uuid ids[2] = { support_uuid(0), support_uuid(0) };

			memcpy(ids[part / 2].bytes + part % 2 * 8, support_uuid(i).bytes + 8, 8);
			assert_non_null(refd__id_map_put(&f.map, 4, ids[0], ids[1]));
		}
		for (size_t i = 0; i < f.map.n_slots; i++) {
			run = f.map.slots[i].entry != 0 ? run + 1 : 0;
			if (run > longest)
				longest = run;
		}
		assert_in_range(longest, 2, 100);
		end(&f);
	}
}

/* Keys that differ in their kind alone meet on the way to their slots. */
static void id_map__kinds_are_told_apart(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f);
	for (uint64_t id = 0; id < 500; id++)
		for (uint32_t kind = 1; kind <= 64; kind++)
			refd__id_map_put(&f.map, kind, support_uuid(id), support_uuid(id));
	assert_int_equal(f.map.count, 500 * 64);
	for (uint64_t id = 0; id < 500; id++)
		for (uint32_t kind = 1; kind <= 64; kind++)
			assert_int_equal(
				refd__id_map_get(&f.map, kind, support_uuid(id), support_uuid(id))
					->kind,
				kind);
	end(&f);
}

/* Among so many keys some have the same hash of 32 bits. */
static void id_map__equal_hashes_are_told_apart(void **state)
{
	enum { KEYS = 300000 };
	struct fixture f;

	(void)state;
	begin(&f);
	for (uint64_t i = 0; i < KEYS; i++)
		assert_non_null(refd__id_map_put(&f.map, 1, support_uuid(i), support_uuid(0)));
	assert_int_equal(f.map.count, KEYS);
	for (uint64_t i = 0; i < KEYS; i++)
		assert_ptr_equal(refd__id_map_get(&f.map, 1, support_uuid(i), support_uuid(0)),
				 &f.map.entries[i]);
	end(&f);
}

static void id_map__is_unchanged_when_memory_runs_out(void **state)
{
	uint64_t failures = 0;

	(void)state;
	for (uint64_t n = 1;; n++) {
		struct fixture f;
		uint64_t i = 0;

		begin(&f);
		f.heap.fail_at = n;
		f.heap.fail_on = true;
		while (i < MANY &&
		       refd__id_map_put(&f.map, 1, support_uuid(i + 1), support_uuid(0)))
			i++;
		assert_int_equal(f.map.count, i);
		for (uint64_t k = 0; k < i; k++)
			assert_non_null(
				refd__id_map_get(&f.map, 1, support_uuid(k + 1), support_uuid(0)));
		assert_null(refd__id_map_get(&f.map, 1, support_uuid(i + 1), support_uuid(0)));
		failures += f.heap.failed != 0;
		end(&f);
		if (i == MANY)
			break;
	}
	assert_true(failures > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(id_map__empty_map_has_nothing),
		cmocka_unit_test(id_map__every_part_of_the_key_counts),
		cmocka_unit_test(id_map__put_again_gives_the_same_entry),
		cmocka_unit_test(id_map__many_keys_keep_values_and_order),
		cmocka_unit_test(id_map__sequential_ids_spread),
		cmocka_unit_test(id_map__kinds_are_told_apart),
		cmocka_unit_test(id_map__equal_hashes_are_told_apart),
		cmocka_unit_test(id_map__is_unchanged_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
