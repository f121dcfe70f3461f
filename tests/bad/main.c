/*
 * Bad inputs through the public API: a valid call of every command, query and unit function with
 * one to three of its arguments spoiled, so that it is known what it must be answered with.
 * Whatever it is, nothing changes, the answer says what is wrong, and no memory stays behind.
 *
 * usage: bad_inputs STORE INPUTS SEED [FAULT]
 *
 * Input i is made from SEED + i alone, so `bad_inputs STORE 1 N` gives input N again. With a FAULT
 * something goes wrong once in a while, and the program fails unless that is seen: `taken` gives
 * the call unspoiled, `kept` makes the store keep a row of a transaction that was rolled back,
 * `silent` loses the error, `leak` the memory of one allocation.
 */
#include "input.h"

enum { CHECK_EVERY = 16, FAULT_AT = 700, VERBS_MOST = 100, MANY = 20000 };

static const char *const faults[] = { "sound", "taken", "kept", "silent", "leak" };
enum fault { SOUND, TAKEN, KEPT, SILENT, LEAK, FAULTS };

struct bench {
	struct league *league;
	struct season season;
	struct refd_ports ports; /* the league's, with the fault in between */
	struct refd_store_ops ops;
	enum fault fault;
	struct refd_app *sound; /* the league's own */
	bool due;		/* the fault, from now on, once */
	void *leaked;
	uint64_t statuses[REFD_MISUSE + 1], in_units;
	uint64_t refused[VERBS_MOST]; /* by verb */
};

static char found[1200]; /* what is wrong; empty: nothing */

static void REFD_PRINTF(1, 2) find(const char *format, ...)
{
	va_list args;

	if (found[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(found, sizeof(found), format, args);
	va_end(args);
}

/* ---- a store that can go wrong ---- */

static enum refd_status begin(void *self, const struct refd_begin *begin_, struct refd_tx **ret,
			      struct refd_error *err)
{
	const struct refd_store *inner = &((struct bench *)self)->league->ports.store;

	return inner->ops->begin(inner->self, begin_, ret, err);
}

static enum refd_status guard(void *self, struct refd_tx *tx, const struct refd_guard *guards,
			      size_t count, struct refd_error *err)
{
	const struct refd_store *inner = &((struct bench *)self)->league->ports.store;

	return inner->ops->guard(inner->self, tx, guards, count, err);
}

static enum refd_status read_rows(void *self, struct refd_tx *tx, const struct refd_read *reads,
				  size_t count, refd_row_sink *sink, void *sink_self,
				  struct refd_error *err)
{
	const struct refd_store *inner = &((struct bench *)self)->league->ports.store;

	return inner->ops->read(inner->self, tx, reads, count, sink, sink_self, err);
}

static enum refd_status commit(void *self, struct refd_tx *tx,
			       const struct refd_change_set *changes, struct refd_error *err)
{
	const struct refd_store *inner = &((struct bench *)self)->league->ports.store;

	return inner->ops->commit(inner->self, tx, changes, err);
}

static void rollback(void *self, struct refd_tx *tx)
{
	struct bench *bench = self;
	const struct refd_store *inner = &bench->league->ports.store;

	inner->ops->rollback(inner->self, tx);
	if (bench->fault == KEPT && bench->due && tx != NULL) {
		struct refd_app *faulty = bench->league->app;

		bench->due = false;
		bench->league->app = bench->sound;
		(void)league_team(bench->league, "Kept");
		bench->league->app = faulty;
	}
}

static void open_bench(struct bench *bench, enum fault fault)
{
	void *state = NULL;

	memset(bench, 0, sizeof(*bench));
	league_setup(&state);
	bench->league = state;
	bench->league->drawn = 1000; /* beyond the ids of board and rules */
	season_build(bench->league, &bench->season);
	bench->fault = fault;
	bench->sound = bench->league->app;
	bench->ports = bench->league->ports;
	bench->ops = *bench->ports.store.ops;
	bench->ops.begin = begin;
	bench->ops.guard = bench->ops.guard != NULL ? guard : NULL;
	bench->ops.read = read_rows;
	bench->ops.commit = commit;
	bench->ops.rollback = rollback;
	bench->ports.store = (struct refd_store){ &bench->ops, bench };
}

static void close_bench(struct bench *bench)
{
	league_teardown(&(void *){ bench->league });
}

/* ---- inputs ---- */

static size_t count_arguments(const struct verb *verb)
{
	size_t n = 0;

	while (n < sizeof(verb->arguments) / sizeof(verb->arguments[0]) &&
	       verb->arguments[n].kind != END)
		n++;
	return n;
}

static void fill(struct input *input, const struct verb *verb, const struct bench *bench)
{
	memset(input, 0, sizeof(*input));
	input->verb = verb;
	input->meta.struct_size = sizeof(input->meta);
	input->ports = bench->ports;
	verb->fill(input, &bench->season);
}

static bool may_be_in_unit(const struct input *input)
{
	bool may = input->verb->command && refd_uuid_is_unset(input->meta.id.uuid);

	for (size_t i = 0; i < input->n_outcomes; i++) /* an id is found to be taken on commit */
		may = may && (input->outcomes[i].statuses & 1u << REFD_ALREADY_EXISTS) == 0;
	return may;
}

/* Some of the arguments, each at most once. */
static void spoil_some(struct input *input, const struct bench *bench,
		       struct support_random *random)
{
	const size_t n = count_arguments(input->verb);
	const uint64_t dice = support_random_below(random, 8);
	size_t wanted = dice == 0 ? 3 : dice < 3 ? 2 : 1;
	bool spoiled[sizeof(input->verb->arguments) / sizeof(input->verb->arguments[0])] = { 0 };

	for (wanted = wanted < n ? wanted : n; wanted > 0; wanted--) {
		size_t at;

		do
			at = support_random_below(random, n);
		while (spoiled[at]);
		spoiled[at] = true;
		spoil(input, &input->verb->arguments[at], &bench->season, random);
	}
}

static void make(struct input *input, const struct bench *bench, uint64_t seed)
{
	struct support_random random = { seed };

	fill(input, &verbs[support_random_below(&random, n_verbs)], bench);
	spoil_some(input, bench, &random);
	input->in_unit = may_be_in_unit(input) && support_random_below(&random, 6) == 0;
	input->without_error = support_random_below(&random, 16) == 0;
}

/* ---- what must come of it ---- */

static uint32_t allowed(const struct input *input)
{
	uint32_t any = 0, ok = 1u << REFD_OK;

	for (size_t i = 0; i < input->n_outcomes; i++) {
		any |= input->outcomes[i].statuses;
		ok &= input->outcomes[i].statuses; /* one argument that refuses is enough */
	}
	return (any & ~(1u << REFD_OK)) | ok;
}

static void check_violations(enum refd_status st, const struct refd_error *err)
{
	const uint32_t kept =
		err->total < REFD_ERROR_VIOLATIONS ? err->total : REFD_ERROR_VIOLATIONS;

	if (err->kept != kept)
		find("%u violations, %u of them kept", err->total, err->kept);
	if ((st == REFD_INVALID || st == REFD_REFUSED) && err->total == 0)
		find("%s without a violation", refd_status_name(st));
	for (uint32_t i = 0; i < err->kept && i < REFD_ERROR_VIOLATIONS; i++) {
		if (refd_rule_name(err->violations[i].rule) == NULL ||
		    err->violations[i].severity == (enum refd_severity)0 ||
		    err->violations[i].message[0] == '\0')
			find("violation %u does not say what it is", i);
	}
}

/* What a single spoiled argument must be answered with, and every one that is collected. */
static void check_reason(const struct input *input, enum refd_status st,
			 const struct refd_error *err)
{
	bool all = true;

	for (size_t i = 0; i < input->n_outcomes; i++)
		all = all && input->outcomes[i].collected;
	for (size_t i = 0; i < input->n_outcomes && (all || input->n_outcomes == 1); i++) {
		const struct outcome *o = &input->outcomes[i];

		if ((st == REFD_INVALID || st == REFD_REFUSED) && o->rule != (enum refd_rule)0 &&
		    support_violation(err, o->rule, o->field) == NULL)
			find("no violation %s of %s", refd_rule_name(o->rule),
			     o->field != NULL ? o->field : "any field");
		if (!refd_uuid_is_unset(o->who) && !refd_uuid_equal(err->object.id, o->who))
			find("the error does not name the object");
	}
}

static void check_error(const struct input *input, enum refd_status st,
			const struct refd_error *err)
{
	if (err->status != st)
		find("%s returned, %s in the error", refd_status_name(st),
		     refd_status_name(err->status));
	if (err->message[0] == '\0')
		find("%s without a message", refd_status_name(st));
	check_violations(st, err);
	check_reason(input, st, err);
}

static void check_answer(const struct input *input, const struct answer *answer,
			 const struct refd_error *err)
{
	const enum refd_status st = answer->status;
	static struct refd_result untouched;

	memset(&untouched, 0x77, sizeof(untouched));
	if ((allowed(input) >> st & 1) == 0)
		find("answered %s: %s", refd_status_name(st), err->message);
	if (answer->wrong != NULL)
		find("%s", answer->wrong);
	if (answer->delivered > 0)
		find("%zu rows for a bad input", answer->delivered);
	if (st == REFD_OK)
		return;
	if (memcmp(&answer->result, &untouched, sizeof(untouched)) != 0)
		find("a result in spite of the refusal");
	if (!input->without_error)
		check_error(input, st, err);
}

/* ---- giving it ---- */

/* In a unit of its own, which must stay usable and have nothing to commit. */
static void run_in_unit(struct bench *bench, struct input *input, struct answer *answer,
			struct refd_error *err)
{
	struct refd_error other = REFD_ERROR_INIT;
	struct refd_referee *referee = NULL;
	struct refd_unit *unit = NULL;

	bench->in_units++;
	if (refd_unit_begin(bench->league->app, NULL, &unit, &other) != REFD_OK) {
		find("no unit: %s", other.message);
		return;
	}
	input->meta.unit = unit;
	answer->status = input->verb->run(bench->league, input, answer, err);
	if (refd_unit_referee(unit, bench->season.set.anna, &referee, &other) != REFD_OK)
		find("the unit cannot be used any more: %s", other.message);
	if (refd_unit_commit(unit, &other) != REFD_OK)
		find("the unit cannot be committed: %s", other.message);
	input->meta.unit = NULL;
}

static bool is_due(struct bench *bench, enum fault fault)
{
	const bool due = bench->fault == fault && bench->due;

	if (due)
		bench->due = false;
	return due;
}

static void give(struct bench *bench, struct input *input)
{
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_error *told = input->without_error ? NULL : &err;
	const uint64_t live = bench->league->heap.live;
	struct answer answer = { .status = REFD_OK };
	struct input taken;

	memset(&answer.result, 0x77, sizeof(answer.result));
	if (input->verb->command && is_due(bench, TAKEN)) {
		fill(&taken, input->verb, bench);
		answer.status = taken.verb->run(bench->league, &taken, &answer, told);
	} else if (input->in_unit) {
		run_in_unit(bench, input, &answer, told);
	} else {
		answer.status = input->verb->run(bench->league, input, &answer, told);
	}
	if (told != NULL && is_due(bench, SILENT))
		refd_error_clear(told);
	if (is_due(bench, LEAK))
		bench->leaked = bench->ports.allocator.alloc(bench->ports.allocator.self, 16);
	bench->statuses[answer.status]++;
	bench->refused[input->verb - verbs] += answer.status != REFD_OK;
	check_answer(input, &answer, &err);
	/* a row that was kept is to be found among the rows */
	if (bench->fault != KEPT && bench->league->heap.live != live)
		find("%lld blocks of memory stay behind",
		     (long long)(bench->league->heap.live - live));
}

/* ---- runs ---- */

/* Unspoiled, every call is taken: then what refuses a bad one is what was spoiled. */
static void try_valid_ones(void)
{
	for (size_t i = 0; i < n_verbs && found[0] == '\0'; i++) {
		struct refd_error err = REFD_ERROR_INIT;
		struct answer answer = { .status = REFD_OK };
		struct bench bench;
		struct input input;

		open_bench(&bench, SOUND);
		fill(&input, &verbs[i], &bench);
		answer.status = verbs[i].run(bench.league, &input, &answer, &err);
		if (answer.status != REFD_OK)
			find("%s: a valid one is answered %s: %s", verbs[i].name,
			     refd_status_name(answer.status), err.message);
		close_bench(&bench);
	}
}

static void check_rows(const struct bench *bench, uint64_t print, uint64_t first, uint64_t last)
{
	if (league_fingerprint(bench->league) != print)
		find("what is stored changed with one of the inputs %llu to %llu",
		     (unsigned long long)first, (unsigned long long)last);
}

static void give_all(struct bench *bench, uint64_t count, uint64_t seed)
{
	const uint64_t print = league_fingerprint(bench->league);
	uint64_t checked = 0;
	struct input input;

	assert_int_equal(refd_app_create(&bench->ports, &bench->league->app, NULL), REFD_OK);
	for (uint64_t i = 0; i < count && found[0] == '\0'; i++) {
		bench->due = bench->due || i == FAULT_AT;
		make(&input, bench, seed + i);
		give(bench, &input);
		if (found[0] != '\0')
			fprintf(stderr, "input %llu: %s%s with a bad %s\n",
				(unsigned long long)(seed + i), input.verb->name,
				input.in_unit ? " in a unit" : "", input.told);
		if (i % CHECK_EVERY == CHECK_EVERY - 1 || i + 1 == count) {
			check_rows(bench, print, seed + checked, seed + i);
			checked = i + 1;
		}
	}
	refd_app_destroy(bench->league->app);
	bench->league->app = bench->sound;
}

/* Among many each call was refused, also in a unit, and hardly any answered OK. */
static void check_tally(const struct bench *bench, uint64_t count)
{
	uint64_t refused = 0;

	for (size_t i = 0; i < n_verbs; i++) {
		refused += bench->refused[i];
		if (bench->refused[i] == 0)
			find("no bad input for %s was refused", verbs[i].name);
	}
	if (refused < count - count / 50)
		find("of %llu inputs %llu were refused", (unsigned long long)count,
		     (unsigned long long)refused);
	if (bench->in_units == 0)
		find("no bad input was given in a unit");
}

static void print_tally(const struct bench *bench, uint64_t count)
{
	printf("%llu bad inputs, %llu of them in units:", (unsigned long long)count,
	       (unsigned long long)bench->in_units);
	for (int st = 0; st <= REFD_MISUSE; st++)
		if (bench->statuses[st] > 0)
			printf(" %s %llu", refd_status_name((enum refd_status)st),
			       (unsigned long long)bench->statuses[st]);
	printf("\n");
}

static enum fault fault_of(const char *name)
{
	for (int i = TAKEN; i < FAULTS; i++)
		if (strcmp(name, faults[i]) == 0)
			return (enum fault)i;
	fprintf(stderr, "there is no fault %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	const enum fault fault = argc == 5 ? fault_of(argv[4]) : SOUND;
	uint64_t count;
	struct bench bench;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: bad_inputs STORE INPUTS SEED [FAULT]\n");
		return 2;
	}
	assert_true(n_verbs <= VERBS_MOST);
	count = strtoull(argv[2], NULL, 10);
	league_choose(argc, argv);
	try_valid_ones();
	open_bench(&bench, fault);
	if (found[0] == '\0')
		give_all(&bench, count, strtoull(argv[3], NULL, 10));
	bench.ports.allocator.free(bench.ports.allocator.self, bench.leaked);
	print_tally(&bench, count);
	if (fault == SOUND && count >= MANY)
		check_tally(&bench, count);
	close_bench(&bench);
	if (found[0] != '\0')
		fprintf(stderr, "%s\n", found);
	return (found[0] != '\0') == (fault != SOUND) ? 0 : 1;
}
