/*
 * The library beside the plain model: seeded commands on both, every answer, every event and the
 * whole state compared. usage: model ADAPTER COMMANDS SEED [planted]
 *
 * Commands run in episodes on fresh stores. A difference is shortened to the fewest commands that
 * still show it, and printed with the seed of its episode. With "planted" the clock of the library
 * is one minute fast; the program fails unless an answer shows it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "generator.h"
#include "side.h"

enum { EPISODE = 500, CHECK_EVERY = 50 };

/* 2026-03-01T00:00Z */
#define START (1772323200L / 60)

static const char *adapter;
static bool planted;

/* ---- comparing ---- */

static char difference[2048];
static char kind[96]; /* what differs; with a status also from what to what */

static bool differ(const char *what, const char *model, const char *library)
{
	snprintf(kind, sizeof(kind), "%s %s %s", what, strcmp(what, "status") == 0 ? model : "",
		 strcmp(what, "status") == 0 ? library : "");
	snprintf(difference, sizeof(difference), "%s: model \"%.900s\", library \"%.900s\"", what,
		 model, library);
	return true;
}

static bool holds(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static bool broken_differ(const struct pm_answer *model, const struct pm_answer *library)
{
	for (size_t i = 0; i < library->n_broken; i++)
		if (!holds(model->broken, model->n_broken, library->broken[i]))
			return differ("rule", "-", library->broken[i]);
	if (library->any_rules)
		return false; /* more than the error keeps */
	for (size_t i = 0; i < model->n_broken; i++)
		if (!holds(library->broken, library->n_broken, model->broken[i]))
			return differ("rule", model->broken[i], "-");
	return false;
}

static bool has_violation(const struct pm_answer *answer, const struct pm_violation *wanted)
{
	for (size_t i = 0; i < answer->n_violations; i++)
		if (memcmp(&answer->violations[i], wanted, sizeof(*wanted)) == 0)
			return true;
	return false;
}

static bool one_sided_violation(const struct pm_answer *a, const struct pm_answer *b,
				const char *who)
{
	char text[80];

	for (size_t i = 0; i < a->n_violations; i++) {
		const struct pm_violation *v = &a->violations[i];

		if (has_violation(b, v))
			continue;
		snprintf(text, sizeof(text), "%s fixture=%d referee=%d role=%d",
			 v->rule <= REFD_ENGINE_RULES ? pm_engine_rule_names[v->rule] : "?",
			 v->fixture, v->referee, v->role);
		return differ("violation", who, text);
	}
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool events_differ(struct pm_answer *model, struct pm_answer *library)
{
	qsort(model->events, model->n_events, PM_EVENT_TEXT, compare_texts);
	qsort(library->events, library->n_events, PM_EVENT_TEXT, compare_texts);
	for (size_t i = 0; i < model->n_events || i < library->n_events; i++) {
		const char *mine = i < model->n_events ? model->events[i] : "-";
		const char *theirs = i < library->n_events ? library->events[i] : "-";

		if (strcmp(mine, theirs) != 0)
			return differ("event", mine, theirs);
	}
	return false;
}

static bool answers_differ(struct pm_answer *model, struct pm_answer *library)
{
	char mine[32], theirs[32];

	if (strcmp(model->status, library->status) != 0)
		return differ("status", model->status, library->status);
	if (!model->any_rules && broken_differ(model, library))
		return true;
	if (one_sided_violation(model, library, "model only") ||
	    one_sided_violation(library, model, "library only"))
		return true;
	snprintf(mine, sizeof(mine), "%ld", model->affected);
	snprintf(theirs, sizeof(theirs), "%ld", library->affected);
	if (model->affected >= 0 && strcmp(model->status, "OK") == 0 && strcmp(mine, theirs) != 0)
		return differ("affected", mine, theirs);
	return events_differ(model, library);
}

#define PRINT(...) used += (size_t)snprintf(text + used, size - used, __VA_ARGS__)

static size_t print_party(const struct pm_party *party, const char *noun, int id, char *text,
			  size_t size)
{
	size_t used = 0;

	if (party->there)
		PRINT("%s %d v%ld retired=%d name=%d club=%d phone=%d email=%d street=%d "
		      "place=%d\n",
		      noun, id, party->version, party->retired, party->name, party->club,
		      party->phone, party->email, party->street, party->place);
	return used;
}

static size_t print_fixture(const struct pm_model *model, int f, char *text, size_t size)
{
	const struct pm_fixture *fixture = &model->fixtures[f];
	size_t used = 0;

	if (fixture->there)
		PRINT("fixture %d v%ld cancelled=%d locked=%d home=%d away=%d venue=%d "
		      "kickoff=%ld hand_out=%ld first=%d second=%d\n",
		      f, fixture->version, fixture->cancelled, fixture->locked, fixture->home,
		      fixture->away, fixture->venue, fixture->kickoff, fixture->hand_out,
		      fixture->slots[1], fixture->slots[2]);
	for (int r = 1; r <= PM_REFEREES; r++) {
		const struct pm_assignment *assignment = &model->assignments[f][r];

		if (model->availabilities[f][r].there)
			PRINT("availability %d/%d declared_at=%ld\n", f, r,
			      model->availabilities[f][r].declared_at);
		if (assignment->there)
			PRINT("assignment %d/%d v%ld committed=%d role=%d staged_role=%d "
			      "replaces=%d overridden=%x\n",
			      f, r, assignment->version, assignment->committed, assignment->role,
			      assignment->staged_role, assignment->replaces,
			      assignment->overridden);
	}
	return used;
}

static void print_model(const struct pm_model *model, char *text, size_t size)
{
	const struct pm_rules *rules = &model->rules;
	size_t used = 0;

	PRINT("now %ld\n", model->now);
	PRINT("board v%ld locked=%d hand_out=%ld\n", model->board_version, model->board_locked,
	      model->board_hand_out);
	PRINT("rules v%ld %d %d %d %d %d %d %d %d %d %d %d\n", rules->version, rules->exclusivity,
	      rules->zone, rules->match_duration, rules->travel_speed, rules->travel_gap,
	      rules->require_future_kickoff, rules->require_availability, rules->withdrawal_cutoff,
	      rules->neutral_referees, rules->on_change, rules->availability_on_change);
	for (int i = 0; i <= PM_REFEREES; i++)
		used += print_party(&model->referees[i], "referee", i, text + used, size - used);
	for (int i = 0; i <= PM_TEAMS; i++)
		used += print_party(&model->teams[i], "team", i, text + used, size - used);
	for (int i = 0; i <= PM_VENUES; i++)
		used += print_party(&model->venues[i], "venue", i, text + used, size - used);
	for (int i = 0; i <= PM_FIXTURES; i++)
		used += print_fixture(model, i, text + used, size - used);
}

static bool states_differ(const struct pm_model *model, struct side *side)
{
	static char mine[65536], theirs[65536];
	static struct pm_model read;
	char *a = mine, *b = theirs;

	side_state(side, &read);
	print_model(model, mine, sizeof(mine));
	print_model(&read, theirs, sizeof(theirs));
	if (strcmp(mine, theirs) == 0)
		return false;
	while (*a && *a == *b)
		a++, b++;
	while (a > mine && a[-1] != '\n')
		a--, b--;
	a[strcspn(a, "\n")] = '\0';
	b[strcspn(b, "\n")] = '\0';
	return differ("state", a, b);
}

/* ---- episodes ---- */

struct pair {
	struct pm_model model;
	struct side side;
};

static struct pair pair;

static void pair_open(void)
{
	pm_init(&pair.model, START);
	if (!side_open(&pair.side, adapter, START + planted)) {
		fprintf(stderr, "no store on %s\n", adapter);
		exit(2);
	}
}

/* How often each command was answered how, and what else both sides agreed on. */
static long tally[PM_COMMANDS][2];

static struct {
	char name[40];
	long count;
} seen[128];

static void see(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		if (seen[i].count &&
		    (strlen(seen[i].name) != length || memcmp(seen[i].name, name, length) != 0))
			continue;
		snprintf(seen[i].name, sizeof(seen[i].name), "%.*s", (int)length, name);
		seen[i].count++;
		return;
	}
}

static void see_answer(const struct pm_answer *answer)
{
	const char *last = "";

	for (size_t i = 0; i < answer->n_broken; i++) {
		if (strcmp(last, answer->broken[i]) != 0)
			see(answer->broken[i], strlen(answer->broken[i]));
		last = answer->broken[i];
	}
	for (size_t i = 0; i < answer->n_events; i++) {
		const char *name = strstr(answer->events[i], " v") + 2;

		name = strchr(name, ' ') + 1;
		see(name, strcspn(name, " "));
	}
}

/* True: there is a difference. */
static bool step(const struct pm_command *command)
{
	static struct pm_answer mine, theirs;
	long version = pm_version(&pair.model, command);

	if (!version || command->expected == PM_ANY)
		version = 0;
	else if (command->expected == PM_STALE)
		version++;
	side_run(&pair.side, command, version, &theirs);
	pm_run(&pair.model, command, &mine);
	tally[command->kind][strcmp(mine.status, "OK") == 0]++;
	see_answer(&mine);
	if (answers_differ(&mine, &theirs))
		return true;
	if (pair.side.problem[0])
		return differ("library alone", "", pair.side.problem);
	return false;
}

static bool check_state(void)
{
	if (states_differ(&pair.model, &pair.side) && !planted)
		return true;
	return pair.side.problem[0] && differ("library alone", "", pair.side.problem);
}

/* Whether the same kind of difference shows with those of the commands that are kept; then the ones
 * behind it are cut off. */
static bool replay(const struct pm_command *commands, const bool *kept, size_t *count)
{
	char wanted[sizeof(kind)];
	bool found = false;
	size_t n = 0;

	strcpy(wanted, kind);
	pair_open();
	for (; !found && n < *count; n++)
		if (kept[n])
			found = step(&commands[n]) || check_state();
	side_close(&pair.side);
	if (found && strcmp(kind, wanted) == 0)
		*count = n;
	else
		found = false;
	strcpy(kind, wanted);
	return found;
}

/* Leave out ever smaller runs of commands as long as the difference stays. */
static void shorten(const struct pm_command *commands, bool *kept, size_t *count)
{
	static bool without[EPISODE];

	for (size_t size = *count / 2; size; size /= 2) {
		for (size_t from = 0; from < *count; from += size) {
			memcpy(without, kept, sizeof(without));
			for (size_t i = from; i < from + size && i < *count; i++)
				without[i] = false;
			if (memcmp(without, kept, sizeof(without)) != 0 &&
			    replay(commands, without, count))
				memcpy(kept, without, sizeof(without));
		}
	}
}

static void report(const struct pm_command *commands, size_t count, uint64_t seed)
{
	static bool kept[EPISODE];
	char text[1024];

	fprintf(stderr, "seed %llu, after %zu commands: %s\n", (unsigned long long)seed, count,
		difference);
	memset(kept, true, sizeof(kept));
	if (!replay(commands, kept, &count)) {
		fprintf(stderr, "not seen again when played without checks between\n");
		return;
	}
	for (int round = 0; round < 3; round++)
		shorten(commands, kept, &count);
	replay(commands, kept, &count);
	fprintf(stderr, "shortened: %s\n", difference);
	for (size_t i = 0; i < count; i++)
		if (kept[i])
			fprintf(stderr, "  %s\n", command_print(&commands[i], text, sizeof(text)));
}

/* True: there was a difference, and it was printed. */
static bool episode(uint64_t seed, size_t most)
{
	static struct pm_command commands[EPISODE];
	struct generator generator;
	bool found = false;
	size_t count = 0;

	generator_init(&generator, seed);
	pair_open();
	while (!found && count < most) {
		generator_next(&generator, &pair.model, &commands[count]);
		found = step(&commands[count++]);
		if (!found && (count % CHECK_EVERY == 0 || count == most))
			found = check_state();
	}
	side_close(&pair.side);
	if (found)
		report(commands, count, seed);
	return found;
}

static void print_tally(void)
{
	static const char *const names[] = { "",
#define XX(name) #name,
					     PM_COMMAND_MAP(XX)
#undef XX
	};

	for (int i = 1; i < PM_COMMANDS; i++)
		printf("%-26s %8ld ok %8ld refused\n", names[i], tally[i][1], tally[i][0]);
	for (size_t i = 0; seen[i].count; i++)
		printf("%-26s %8ld\n", seen[i].name, seen[i].count);
}

int main(int argc, char **argv)
{
	bool found = false;
	size_t left;
	uint64_t seed;

	if (argc < 4) {
		fprintf(stderr, "usage: %s ADAPTER COMMANDS SEED [planted]\n", argv[0]);
		return 2;
	}
	adapter = argv[1];
	left = strtoul(argv[2], NULL, 10);
	seed = strtoull(argv[3], NULL, 10);
	planted = argc > 4;
	while (!found && left) {
		size_t most = left < EPISODE ? left : EPISODE;

		found = episode(seed++, most);
		left -= most;
	}
	print_tally();
	return found != planted;
}
