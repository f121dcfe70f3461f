/*
 * The rule engine alone on seasons of n, 2n and 4n staged assignments: CPU time of one call, its
 * allocation included. One TSV line per figure: case, side, setting, median, min, max in
 * milliseconds, ratio to half as many. Rounds are interleaved, the first is dropped.
 *
 * usage: validation_bench [assignments [rounds]]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <refdomain/domain/validation.h>

#define SIZES	   3
#define ROUNDS_MAX 101
#define VENUES	   500
#define START	   (INT64_C(1699920000) * REFD_SECOND) /* a midnight */

/* Match days: as spread as a season is, and so crowded that nearly every referee is too close or
 * double-booked somewhere. */
static const struct {
	const char *name;
	uint64_t days;
} spreads[] = { { "season", 70 }, { "crowded", 7 } };

struct season {
	struct refd_fact_venue *venues;
	struct refd_fact_fixture *fixtures;
	struct refd_fact_referee *referees;
	struct refd_fact_assignment *assignments;
	struct refd_facts facts;
	size_t violations;
	double ms[ROUNDS_MAX];
};

static uint64_t random_below(uint64_t *state, uint64_t bound)
{
	uint64_t value = *state += UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return (value ^ value >> 31) % bound;
}

static void *many(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory) {
		fputs("out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

static struct refd_uuid number_id(uint64_t number)
{
	struct refd_uuid id = { { 0 } };

	memcpy(id.bytes, &number, sizeof(number));
	return id;
}

/* Matches begin in eight hours of the day; one venue in ten is not on the map. */
static void fill_fixtures(struct season *season, uint64_t days, uint64_t *state)
{
	for (size_t i = 0; i < VENUES; i++) {
		season->venues[i].name = refd_str_of("Sporthalle am Nordpark");
		season->venues[i].coordinates = (struct refd_coordinates){
			.set = random_below(state, 10) != 0,
			.latitude = 47500000 + (int32_t)random_below(state, 7500000),
			.longitude = 6000000 + (int32_t)random_below(state, 9000000),
		};
	}
	for (size_t i = 0; i < season->facts.n_fixtures; i++) {
		struct refd_fact_fixture *fixture = &season->fixtures[i];
		int64_t day = (int64_t)random_below(state, days) * 3;
		int64_t hour = 10 + (int64_t)random_below(state, 8) * 3 / 2;

		fixture->id.uuid = number_id(i + 1);
		fixture->kickoff.us = START + day * REFD_DAY + hour * REFD_HOUR;
		fixture->venue = (uint32_t)random_below(state, VENUES);
		fixture->status = random_below(state, 50) == 0 ? REFD_FIXTURE_CANCELLED
							       : REFD_FIXTURE_SCHEDULED;
		fixture->home_club = refd_str_of("VC Heimat");
		fixture->away_club = refd_str_of("SV Fremde");
	}
}

static void fill_assignments(struct season *season, uint64_t *state)
{
	size_t n_referees = season->facts.n_referees;

	for (size_t i = 0; i < n_referees; i++) {
		season->referees[i].id.uuid = number_id(i + 1);
		season->referees[i].name = refd_str_of("Annegret Bergmann");
		season->referees[i].club = refd_str_of("TSV Mitte");
		season->referees[i].status = REFD_PARTY_ACTIVE;
	}
	for (size_t i = 0; i < season->facts.n_assignments; i++) {
		struct refd_fact_assignment *fact = &season->assignments[i];

		fact->fixture = (uint32_t)(i / 2);
		fact->referee = (uint32_t)random_below(state, n_referees);
		fact->role = i % 2 ? REFD_ROLE_SECOND : REFD_ROLE_FIRST;
		fact->subject = true;
		fact->available = random_below(state, 50) != 0;
	}
}

static void make(struct season *season, uint64_t days, size_t n)
{
	uint64_t state = 42;
	struct refd_facts *facts = &season->facts;

	facts->n_venues = VENUES;
	facts->n_assignments = n;
	facts->n_fixtures = n / 2;
	facts->n_referees = n / 10;
	facts->venues = season->venues = many(VENUES, sizeof(*season->venues));
	facts->fixtures = season->fixtures = many(n / 2, sizeof(*season->fixtures));
	facts->referees = season->referees = many(n / 10, sizeof(*season->referees));
	facts->assignments = season->assignments = many(n, sizeof(*season->assignments));
	fill_fixtures(season, days, &state);
	fill_assignments(season, &state);
}

static void drop(struct season *season)
{
	free(season->venues);
	free(season->fixtures);
	free(season->referees);
	free(season->assignments);
}

static enum refd_status count(void *self, size_t assignment, const struct refd_violation *violation)
{
	struct season *season = self;

	(void)assignment;
	(void)violation;
	season->violations++;
	return REFD_OK;
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void measure(struct season *season, double *ret_ms)
{
	struct refd_rules rules = refd_rules_default();
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd_time now = { START - REFD_DAY };
	double start = cpu_ms();

	season->violations = 0;
	if (refd_validate(&season->facts, &rules, now, &allocator, count, season, NULL) != REFD_OK)
		abort();
	*ret_ms = cpu_ms() - start;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run(const char *name, uint64_t days, size_t n, size_t rounds)
{
	struct season seasons[SIZES] = { 0 };
	double dropped, before = 0;

	for (size_t i = 0; i < SIZES; i++) {
		make(&seasons[i], days, n << i);
		measure(&seasons[i], &dropped);
	}
	for (size_t round = 0; round < rounds; round++) {
		for (size_t i = 0; i < SIZES; i++)
			measure(&seasons[i], &seasons[i].ms[round]);
	}
	for (size_t i = 0; i < SIZES; i++) {
		double *ms = seasons[i].ms, median;

		qsort(ms, rounds, sizeof(*ms), compare);
		median = ms[rounds / 2];
		printf("validation_%s\tours\tassignments=%zu fixtures=%zu referees=%zu "
		       "violations=%zu\t%.3f\t%.3f\t%.3f\t",
		       name, n << i, seasons[i].facts.n_fixtures, seasons[i].facts.n_referees,
		       seasons[i].violations, median, ms[0], ms[rounds - 1]);
		if (i == 0)
			printf("-\n");
		else
			printf("%.2f\n", median / before);
		before = median;
		drop(&seasons[i]);
	}
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 11;

	if (n < 100 || n > 10000000 || rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: %s [assignments [rounds]]\n", argv[0]);
		return 2;
	}
	printf("case\tside\tsetting\tmedian_ms\tmin_ms\tmax_ms\tratio\n");
	for (size_t i = 0; i < sizeof(spreads) / sizeof(*spreads); i++)
		run(spreads[i].name, spreads[i].days, n, rounds);
	return 0;
}
