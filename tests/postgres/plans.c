/* Statements are planned anew when the tables have grown, and not otherwise. */
#include "bed.h"

#include <string.h>

struct growth {
	struct bed bed; /* first */
	size_t replans;
};

static void note(struct bed *bed, const struct refd_postgres_traced *traced)
{
	struct growth *growth = (struct growth *)(void *)bed;

	growth->replans += traced->sql != NULL && strcmp(traced->sql, "DISCARD PLANS") == 0;
}

static int setup(void **state)
{
	struct growth *growth = calloc(1, sizeof(*growth));

	assert_non_null(growth);
	*state = growth;
	bed_make(&growth->bed, NULL);
	growth->bed.at_statement = note;
	return 0;
}

static int teardown(void **state)
{
	struct growth *growth = *state;

	bed_remove(&growth->bed);
	free(growth);
	return 0;
}

static void read_alone(struct growth *growth)
{
	struct bed *bed = &growth->bed;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_READ, 0);

	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
}

/* Reads until the statements were planned anew, but no more than @p most. @return how many */
static size_t reads_until_planned(struct growth *growth, size_t most)
{
	const size_t before = growth->replans;
	size_t reads = 0;

	while (growth->replans == before && reads < most) {
		read_alone(growth);
		reads++;
	}
	return reads;
}

static void hold_board(struct growth *growth)
{
	struct bed *bed = &growth->bed;
	struct refd_tx *tx = bed_begin(bed, REFD_TX_WRITE, 0);

	support_assert_status(bed_guard(bed, tx), REFD_OK);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	support_assert_status(bed_read(bed, tx), REFD_OK);
	bed->store.ops->rollback(bed->store.self, tx);
}

static void add_events(struct growth *growth, const char *letter)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
		 "INSERT INTO %%s.event SELECT md5('%s' || i)::uuid, 'team', md5('%s' || i)::uuid, "
		 "1, 'TeamCreated', 1, now(), NULL, md5('c' || i)::uuid, NULL, NULL, NULL, '{}', "
		 "false FROM generate_series(1, 5000) i",
		 letter, letter);
	(void)bed_ask(&growth->bed, sql);
}

/* Whoever put the rows there, and whether or not anybody analysed them. */
static void plans__are_made_anew_when_tables_have_grown(void **state)
{
	struct growth *growth = *state;

	(void)bed_ask(&growth->bed, "ANALYZE %s.event");
	hold_board(growth);
	hold_board(growth);
	assert_int_equal(reads_until_planned(growth, 40), 40);
	assert_int_equal(growth->replans, 0);
	add_events(growth, "a");
	hold_board(growth); /* looks in its first trip, plans anew in its second */
	assert_int_equal(growth->replans, 1);
	hold_board(growth);
	assert_int_equal(reads_until_planned(growth, 40), 40);
	add_events(growth, "b"); /* twice as many: not more than that */
	hold_board(growth);
	assert_int_equal(growth->replans, 1);
	add_events(growth, "c");
	add_events(growth, "d");
	assert_in_range(reads_until_planned(growth, 40), 2, 17);
	hold_board(growth);
	assert_int_equal(growth->replans, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plans__are_made_anew_when_tables_have_grown, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
