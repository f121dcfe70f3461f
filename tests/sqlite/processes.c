/* Four processes make the same file, register the same parties and want the same hall on the same
 * days: each day one of them gets it. */
#include "bed.h"

#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 4
#define DAYS	  10
#define HALL	  1

/* @return days won, or 100 + status of what went wrong */
static int contend(struct bed *bed, unsigned number, int gate)
{
	const struct refd_venue_details hall = { .name = refd_str_of("Hall"),
						 .city = refd_str_of("Town") };
	const struct refd_team_details team = { .name = refd_str_of("Team"),
						.club = refd_str_of("Club") };
	int won = 0;
	enum refd_status st;
	uint64_t i;
	char go;

	if (read(gate, &go, 1) != 0) /* until the parent closes its end */
		return 99;
	st = bed_open(bed);
	if (st != REFD_OK)
		return 100 + (int)st;
	st = refd_registry_register_venue(bed->app, NULL,
					  (struct refd_venue_id){ support_uuid(HALL) }, &hall, NULL,
					  &bed->err);
	if (st != REFD_OK && st != REFD_ALREADY_EXISTS)
		return 120 + (int)st;
	for (i = 0; i < 2; i++) {
		st = refd_registry_register_team(
			bed->app, NULL, (struct refd_team_id){ support_uuid(10 + number * 2 + i) },
			&team, NULL, &bed->err);
		if (st != REFD_OK)
			return 140 + (int)st;
	}
	for (i = 0; i < DAYS; i++) {
		st = bed_schedule(bed, 1000 + i * PROCESSES + number, 10 + number * 2,
				  11 + number * 2, HALL, (int)i + 1, &bed->err);
		won += st == REFD_OK;
		if (st != REFD_OK &&
		    (st != REFD_REFUSED ||
		     support_violation(&bed->err, REFD_RULE_VENUE_TAKEN, NULL) == NULL))
			return 160 + (int)st;
	}
	bed_close(bed);
	return won;
}

static void processes__one_gets_the_hall_each_day(void **state)
{
	struct bed *bed = *state;
	pid_t children[PROCESSES];
	int gate[2];
	int won = 0;
	unsigned i;

	bed_use_system(bed);
	bed->options.durability = REFD_SQLITE_NORMAL;
	assert_int_equal(pipe(gate), 0);
	for (i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			close(gate[1]);
			_exit(contend(bed, i, gate[0]));
		}
	}
	close(gate[0]);
	close(gate[1]);
	for (i = 0; i < PROCESSES; i++) {
		int status = 0;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) > DAYS)
			fail_msg("process %u: %d", i, WEXITSTATUS(status));
		won += WEXITSTATUS(status);
	}
	assert_int_equal(won, DAYS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM fixture"), DAYS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM venue"), 1);
	assert_int_equal(bed_number(bed, "SELECT count(DISTINCT day) FROM claim"), DAYS);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM event"), DAYS + 1 + 2 * PROCESSES);
	assert_int_equal(bed_number(bed, "SELECT count(*) FROM schema_file"),
			 bed_number(bed, "PRAGMA user_version"));
	support_assert_status(bed_open(bed), REFD_OK);
	support_assert_status(refd_sqlite_check(bed->sqlite, &bed->err), REFD_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BED_TEST(processes__one_gets_the_hall_each_day),
	};

	return cmocka_run_group_tests_name("sqlite processes", tests, NULL, NULL);
}
