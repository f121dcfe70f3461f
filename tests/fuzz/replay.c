/*
 * Stands in for libFuzzer: gives a target the files of a directory, then inputs made from them.
 * usage: TARGET DIRECTORY [CHANGED [SEED]]
 *
 * Of the CHANGED inputs each is a file with a few bytes changed, put in or taken out; the same seed
 * makes the same ones. An input that breaks a check is left in ./broken-input.
 */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { INPUT_MAX = 4096, FILES_MAX = 4096 };

struct input {
	uint8_t bytes[INPUT_MAX];
	size_t count;
};

/* What is being tried, for whoever has to look into it. */
static struct input tried;

static void keep_broken(int signal)
{
	FILE *to = fopen("broken-input", "wb");

	if (to) {
		fwrite(tried.bytes, 1, tried.count, to);
		fclose(to);
	}
	raise(signal);
}

static uint64_t draw(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void put_in(struct input *input, size_t at, uint8_t byte)
{
	if (input->count == INPUT_MAX)
		return;
	memmove(input->bytes + at + 1, input->bytes + at, input->count - at);
	input->bytes[at] = byte;
	input->count++;
}

static void take_out(struct input *input, size_t at)
{
	if (at >= input->count)
		return;
	memmove(input->bytes + at, input->bytes + at + 1, input->count - at - 1);
	input->count--;
}

static void change(struct input *input, uint64_t *state)
{
	size_t changes = 1 + draw(state) % 4;

	while (changes-- > 0) {
		size_t at = (size_t)(draw(state) % (input->count + 1));

		switch (draw(state) % 4) {
		case 0:
			put_in(input, at, (uint8_t)draw(state));
			break;
		case 1:
			take_out(input, at);
			break;
		case 2:
			if (at < input->count)
				input->bytes[at] ^= (uint8_t)(1U << draw(state) % 8);
			break;
		default: /* a byte of its own again */
			if (at < input->count)
				put_in(input, at, input->bytes[draw(state) % input->count]);
		}
	}
}

static void try(const struct input *input)
{
	/* a block of just that size, so that a byte too far is seen */
	uint8_t *bytes = malloc(input->count > 0 ? input->count : 1);

	CHECK(bytes != NULL);
	tried = *input;
	memcpy(bytes, tried.bytes, tried.count);
	LLVMFuzzerTestOneInput(bytes, tried.count);
	free(bytes);
}

/* @return false if it is no file */
static bool load(const char *directory, const char *name, struct input *ret)
{
	char path[4096];
	struct stat entry;
	FILE *from;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	if (stat(path, &entry) != 0 || !S_ISREG(entry.st_mode))
		return false;
	from = fopen(path, "rb");
	CHECK(from != NULL);
	ret->count = fread(ret->bytes, 1, sizeof(ret->bytes), from);
	fclose(from);
	return true;
}

static size_t load_all(const char *directory, struct input *inputs)
{
	struct dirent **names;
	int n = scandir(directory, &names, NULL, alphasort);
	size_t count = 0;

	CHECK(n >= 0);
	for (int i = 0; i < n; i++) {
		if (count < FILES_MAX && load(directory, names[i]->d_name, &inputs[count]))
			count++;
		free(names[i]);
	}
	free(names);
	return count;
}

int main(int argc, char **argv)
{
	struct input *inputs = calloc(FILES_MAX, sizeof(*inputs));
	struct sigaction keep = { .sa_handler = keep_broken, .sa_flags = (int)SA_RESETHAND };
	unsigned long changed = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	uint64_t state = argc > 3 ? strtoull(argv[3], NULL, 10) | 1 : 1;
	size_t count;

	if (argc < 2) {
		fprintf(stderr, "usage: %s DIRECTORY [CHANGED [SEED]]\n", argv[0]);
		return 2;
	}
	CHECK(inputs != NULL);
	sigaction(SIGABRT, &keep, NULL);
	sigaction(SIGSEGV, &keep, NULL);
	count = load_all(argv[1], inputs);
	CHECK(count > 0);
	for (size_t i = 0; i < count; i++)
		try(&inputs[i]);
	CHECK(fuzz_taken > 0); /* else what is promised of those was asked of none */
	for (unsigned long i = 0; i < changed; i++) {
		struct input input = inputs[draw(&state) % count];

		change(&input, &state);
		try(&input);
	}
	printf("%zu files, %lu changed inputs; %lu taken\n", count, changed, fuzz_taken);
	free(inputs);
	return 0;
}
