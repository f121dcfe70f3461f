/*
 * The library beside the plain model, on one store or on several side by side: seeded commands on
 * all, every answer, every event and the whole state compared; between stores every byte of them.
 * usage: model STORE[,STORE...] COMMANDS SEED [FAULT]
 *
 * Commands run in episodes on fresh stores. A difference is shortened to the fewest commands that
 * still show it, and printed with the seed of its episode. With a FAULT (clock, notice, event; see
 * side.h) the last store goes wrong; the program fails unless that is seen, and seen there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "generator.h"
#include "side.h"

enum { EPISODE = 500, CHECK_EVERY = 50, SIDES_MOST = 3, MANY = 100000 };

/* 2026-03-01T00:00Z */
#define START (1772323200L / 60)

static struct pm_model model;
static struct side sides[SIDES_MOST];
static const char *names[SIDES_MOST];
static size_t n_sides;
static enum side_fault fault; /* of the last one */

/* What was found, and between whom. */
static struct difference difference;
static const char *one_name, *other_name;

static bool found_between(const char *one, const char *other)
{
	one_name = one;
	other_name = other;
	return true;
}

static bool found_alone(size_t i)
{
	strcpy(difference.kind, "alone");
	difference.one[0] = '\0';
	snprintf(difference.other, sizeof(difference.other), "%s", sides[i].problem);
	return found_between("nothing", names[i]);
}

static void print_difference(const char *what)
{
	fprintf(stderr, "%s: %s: %s \"%.900s\", %s \"%.900s\"\n", what, difference.kind, one_name,
		difference.one, other_name, difference.other);
}

/* ---- episodes ---- */

static void close_sides(void)
{
	for (size_t i = 0; i < n_sides; i++)
		side_close(&sides[i]);
}

static void open_sides(void)
{
	pm_init(&model, START);
	for (size_t i = 0; i < n_sides; i++) {
		if (!side_open(&sides[i], names[i], i + 1 < n_sides ? SIDE_SOUND : fault, START)) {
			fprintf(stderr, "no store on %s\n", names[i]);
			exit(2);
		}
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

/* What each side tells about one thing, to be compared with the first one's. */
struct told {
	char *text;
	size_t size;
	FILE *out; /* NULL: there is nobody to compare with */
};

static void listen(struct told told[SIDES_MOST])
{
	for (size_t i = 0; i < n_sides; i++) {
		told[i] = (struct told){ NULL, 0, NULL };
		if (n_sides > 1)
			told[i].out = open_memstream(&told[i].text, &told[i].size);
		if (n_sides > 1 && told[i].out == NULL)
			abort();
	}
}

/* @p found: something else was, this is not looked at any more. @return whether something was */
static bool told_otherwise(const char *what, struct told told[SIDES_MOST], bool found)
{
	for (size_t i = 0; i < n_sides && told[i].out != NULL; i++)
		fclose(told[i].out);
	for (size_t i = 1; i < n_sides && !found; i++)
		if (lines_differ(what, told[0].text, told[i].text, &difference))
			found = found_between(names[0], names[i]);
	for (size_t i = 0; i < n_sides; i++)
		free(told[i].text);
	return found;
}

/* True: there is a difference. */
static bool step(const struct pm_command *command)
{
	static struct pm_answer mine, theirs[SIDES_MOST];
	struct told told[SIDES_MOST];
	long version = pm_version(&model, command);
	bool found = false;

	if (!version || command->expected == PM_ANY)
		version = 0;
	else if (command->expected == PM_STALE)
		version++;
	listen(told);
	for (size_t i = 0; i < n_sides; i++)
		side_run(&sides[i], command, version, &theirs[i], told[i].out);
	pm_run(&model, command, &mine);
	tally[command->kind][strcmp(mine.status, "OK") == 0]++;
	see_answer(&mine);
	for (size_t i = 0; i < n_sides && !found; i++) {
		if (answers_differ(&mine, &theirs[i], &difference))
			found = found_between("model", names[i]);
		else if (sides[i].problem[0])
			found = found_alone(i);
	}
	return told_otherwise("answer", told, found);
}

static bool check_state(void)
{
	struct told told[SIDES_MOST];
	bool found = false;

	/* the time is part of it: a wrong clock is to be seen by what it does */
	for (size_t i = 0; i < n_sides && !found && fault != SIDE_CLOCK; i++)
		if (states_differ(&model, &sides[i], &difference))
			found = found_between("model", names[i]);
	listen(told);
	for (size_t i = 0; i < n_sides && n_sides > 1; i++)
		side_rows(&sides[i], told[i].out);
	found = told_otherwise("rows", told, found);
	for (size_t i = 0; i < n_sides && !found; i++)
		if (sides[i].problem[0])
			found = found_alone(i);
	return found;
}

/* Whether the same kind of difference shows with those of the commands that are kept; then the ones
 * behind it are cut off. @p closely: look at the state after every command, not only at the end. */
static bool replay(const struct pm_command *commands, const bool *kept, size_t *count, bool closely)
{
	const struct difference wanted = difference;
	bool found = false;
	size_t n = 0;

	open_sides();
	for (; !found && n < *count; n++)
		if (kept[n])
			found = step(&commands[n]) || (closely && check_state());
	found = found || check_state();
	close_sides();
	if (found && strcmp(difference.kind, wanted.kind) == 0) {
		*count = n;
		return true;
	}
	difference = wanted;
	return false;
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
			    replay(commands, without, count, false))
				memcpy(kept, without, sizeof(without));
		}
	}
}

static void report(const struct pm_command *commands, size_t count, uint64_t seed)
{
	static bool kept[EPISODE];
	char text[1024];

	snprintf(text, sizeof(text), "seed %llu, after %zu commands", (unsigned long long)seed,
		 count);
	print_difference(text);
	memset(kept, true, sizeof(kept));
	if (!replay(commands, kept, &count, true)) {
		fprintf(stderr, "not seen again when looked at more closely\n");
		return;
	}
	for (int round = 0; round < 3; round++)
		shorten(commands, kept, &count);
	replay(commands, kept, &count, true);
	print_difference("shortened");
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
	open_sides();
	while (!found && count < most) {
		generator_next(&generator, &model, &commands[count]);
		found = step(&commands[count++]);
		if (!found && (count % CHECK_EVERY == 0 || count == most))
			found = check_state();
	}
	close_sides();
	if (found)
		report(commands, count, seed);
	return found;
}

static void print_tally(void)
{
	static const char *const commands[] = { "",
#define XX(name) #name,
						PM_COMMAND_MAP(XX)
#undef XX
	};

	for (int i = 1; i < PM_COMMANDS; i++)
		printf("%-26s %8ld ok %8ld refused\n", commands[i], tally[i][1], tally[i][0]);
	for (size_t i = 0; seen[i].count; i++)
		printf("%-26s %8ld\n", seen[i].name, seen[i].count);
}

static bool is_seen(const char *name)
{
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]) && seen[i].count; i++)
		if (strcmp(seen[i].name, name) == 0)
			return true;
	fprintf(stderr, "%s was never met\n", name);
	return false;
}

/* A rule of ids, pages and notices, which the model knows nothing of. */
static bool is_elsewhere(enum refd_rule rule)
{
	return rule == REFD_RULE_COMMAND_REUSED || rule == REFD_RULE_PAGE_KEY_FOREIGN ||
	       rule == REFD_RULE_NOT_DEAD;
}

/* Among many commands each kind was taken and refused, and each rule and each event occurred. */
static bool met_all(void)
{
	bool all = true;

	for (int i = 1; i < PM_COMMANDS; i++)
		if (!tally[i][1] || (!tally[i][0] && i != PM_ADVANCE)) {
			fprintf(stderr, "command %d was never taken, or never refused\n", i);
			all = false;
		}
#define XX(number, name, severity, text)                                                           \
	all = (is_elsewhere(REFD_RULE_##name) || is_seen(#name)) && all;
	REFD_RULE_MAP(XX)
#undef XX
#define XX(number, type, name, schema, member) all = is_seen(name) && all;
	REFD_EVENT_MAP(XX)
#undef XX
	return all;
}

/* The last store must be the one that is said to differ. */
static bool found_planted(void)
{
	return strcmp(other_name, names[n_sides - 1]) == 0;
}

static bool parse_fault(const char *name)
{
	static const char *const faults[] = { "", "clock", "notice", "event" };

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (strcmp(faults[i], name) == 0) {
			fault = (enum side_fault)i;
			return true;
		}
	return false;
}

static bool parse_stores(char *list)
{
	for (char *name = strtok(list, ","); name != NULL; name = strtok(NULL, ",")) {
		if (n_sides == SIDES_MOST)
			return false;
		names[n_sides++] = name;
	}
	return n_sides > 0;
}

int main(int argc, char **argv)
{
	bool found = false;
	size_t left;
	uint64_t seed;
	bool many;

	if (argc < 4 || !parse_stores(argv[1]) || !parse_fault(argc > 4 ? argv[4] : "")) {
		fprintf(stderr, "usage: %s STORE[,STORE...] COMMANDS SEED [clock|notice|event]\n",
			argv[0]);
		return 2;
	}
	left = strtoul(argv[2], NULL, 10);
	many = left >= MANY;
	seed = strtoull(argv[3], NULL, 10);
	while (!found && left) {
		size_t most = left < EPISODE ? left : EPISODE;

		found = episode(seed++, most);
		left -= most;
	}
	print_tally();
	if (fault != SIDE_SOUND)
		return !found || !found_planted();
	return found || (many && !met_all());
}
