#include "progress.h"

#include <stdio.h>
#include <unistd.h>

#define WIDTH 40

static void print(struct progress *progress)
{
	char bar[WIDTH + 1];

	for (size_t i = 0; i < WIDTH; i++)
		bar[i] = i < progress->percent * WIDTH / 100 ? '#' : ' ';
	bar[WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %3zu %%  %zu of %zu", bar, progress->percent, progress->done,
		progress->total);
	fflush(stderr);
}

void progress_begin(struct progress *progress, size_t total)
{
	*progress =
		(struct progress){ .shown = total > 0 && isatty(STDERR_FILENO), .total = total };
	if (progress->shown)
		print(progress);
}

void progress_step(struct progress *progress)
{
	size_t percent;

	progress->done++;
	if (!progress->shown)
		return;
	percent = progress->done * 100 / progress->total;
	if (percent == progress->percent)
		return;
	progress->percent = percent;
	print(progress);
}

void progress_end(struct progress *progress)
{
	if (progress->shown)
		fprintf(stderr, "\r%*s\r", WIDTH + 40, "");
	progress->shown = false;
}
