/*
 * A part of the library in the mutated tree: one mutant is on, or none.
 *
 * REFD_MUTANTS_TRACE=FILE: the program runs as it is, and FILE says how many switches it passed,
 * and which ones.
 * REFD_MUTANTS_TRY=FILE: FILE holds a number of switches that may be passed, and ids. For each id
 * the program is run in a child, with that mutant on, and "ID ok" or "ID killed" is printed to
 * REFD_MUTANTS_VERDICTS. The child is killed by the first failed assertion, by a signal, and
 * by passing more switches than it may: so an endless loop ends, at the same place every time.
 * REFD_MUTANTS_SKIP: a pattern of tests of the program that are not run.
 */
#include "switch.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void cmocka_set_skip_filter(const char *pattern) __attribute__((weak));

#define MUTANTS_MAX 65536
#define CPU_SECONDS 60		      /* for a loop without switches */
#define MEMORY	    ((rlim_t)4 << 30) /* bytes */

static unsigned int on;
static uint64_t passed, allowed = UINT64_MAX;
static unsigned char met[MUTANTS_MAX];

int refd_mutant_is_on(unsigned int id)
{
	if (++passed > allowed)
		_exit(3);
	met[id] = 1;
	return id == on;
}

/* cmocka comes here with every failed assertion. */
__attribute__((visibility("default"))) _Noreturn void _fail(const char *file, int line);
_Noreturn void _fail(const char *file, int line)
{
	if (on == 0)
		fprintf(stderr, "%s:%d: failed without a mutant\n", file, line);
	_exit(1);
}

static void limit(int resource, rlim_t most)
{
	const struct rlimit limit = { most, most };

	setrlimit(resource, &limit);
}

static void write_trace(void)
{
	FILE *file = fopen(getenv("REFD_MUTANTS_TRACE"), "w");

	if (!file)
		abort();
	fprintf(file, "%llu\n", (unsigned long long)passed);
	for (unsigned int id = 1; id < MUTANTS_MAX; id++)
		if (met[id])
			fprintf(file, "%u\n", id);
	fclose(file);
}

/* Runs the program in a child: returns there. */
static int run_with(unsigned int id, uint64_t most)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		limit(RLIMIT_CORE, 0);
		limit(RLIMIT_CPU, CPU_SECONDS);
		limit(RLIMIT_AS, MEMORY);
		on = id;
		allowed = most;
		return -1;
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		abort();
	return status;
}

static void try_all(const char *path)
{
	static unsigned int ids[MUTANTS_MAX];
	unsigned int n = 0;
	FILE *file = fopen(path, "r");
	unsigned long long most;

	if (!file || fscanf(file, "%llu", &most) != 1)
		abort();
	while (n < MUTANTS_MAX && fscanf(file, "%u", &ids[n]) == 1)
		n++;
	fclose(file); /* or the children would move our place in it */
	file = fopen(getenv("REFD_MUTANTS_VERDICTS"), "w");
	if (!file)
		abort();
	for (unsigned int i = 0; i < n; i++) {
		int status = run_with(ids[i], most);

		if (status < 0)
			return;
		fprintf(file, "%u %s\n", ids[i], status == 0 ? "ok" : "killed");
		fflush(file);
	}
	fclose(file);
	_exit(0);
}

__attribute__((constructor)) static void start(void)
{
	const char *path = getenv("REFD_MUTANTS_TRY");

	if (getenv("REFD_MUTANTS_TRACE"))
		atexit(write_trace);
	if (getenv("REFD_MUTANTS_SKIP"))
		cmocka_set_skip_filter(getenv("REFD_MUTANTS_SKIP"));
	if (path)
		try_all(path);
}
