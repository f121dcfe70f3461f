#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "input.h"
#include "output.h"
#include "season_page.h"

enum format { FORMAT_HTML = 1, FORMAT_SVG };

/* The whole document, so that one that fails leaves nothing behind. */
static enum refd_status compose(struct refctl *ctl, const struct staffing *staffing,
				enum format format, char **ret, size_t *ret_size)
{
	FILE *out = open_memstream(ret, ret_size);
	int failed = !out;

	if (out && format == FORMAT_SVG)
		season_picture(out, staffing);
	else if (out)
		season_page(out, staffing);
	if (out)
		failed = ferror(out) | fclose(out);
	return failed ? refd_error_set(&ctl->err, REFD_NO_MEMORY, "out of memory") : REFD_OK;
}

enum refd_status cmd_report_season(struct refctl *ctl)
{
	const char *path = args_value(ctl->args, OPT_OUT);
	const int format = input_choice(ctl, OPT_REPORT_FORMAT);
	struct staffing staffing = { .weeks = NULL };
	struct refd_range range = { { 0 }, { 0 } };
	char *text = NULL;
	size_t size = 0;
	enum refd_status st;

	input_range(ctl, &range);
	st = input_status(ctl);
	if (st == REFD_OK)
		st = staffing_read(ctl, range, &staffing);
	if (st == REFD_OK)
		st = compose(ctl, &staffing, format ? (enum format)format : FORMAT_HTML, &text,
			     &size);
	if (st == REFD_OK && path && strcmp(path, "-") != 0)
		st = file_write(path, (struct refd_str){ text, size }, &ctl->err);
	else if (st == REFD_OK)
		st = output_flush(ctl, fwrite(text, 1, size, stdout) != size);
	free(text);
	staffing_done(&staffing);
	return st;
}
