#include "chart.h"

#include <string.h>

#include "markup.h"

/* In percent of the width: where the bars of weeks start, and the longest bars, so that on a
 * telephone there is room for what stands at their ends. */
#define WEEK_START   29.0
#define WEEK_LONGEST 46.0
#define LOAD_LONGEST 62.0
#define NAME_LETTERS 44 /* of a name over its bar; the table has all of it */

const char chart_style[] =
	":root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--faint:#59636e;--line:#d1d9e0;"
	"--full:#1f6f8b;--partly:#a8660a;--open:#b3261e;--second:#6a9aab}\n"
	"@media (prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e6eaee;--faint:#9da7b1;"
	"--line:#333b44;--full:#5ab4d6;--partly:#e0a83e;--open:#ff7b72;--second:#3f7a90}}\n"
	"@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--faint:#444;--line:#bbb;"
	"--full:#1f6f8b;--partly:#a8660a;--open:#b3261e;--second:#6a9aab}}\n"
	"svg{font:12px system-ui,sans-serif;print-color-adjust:exact;"
	"-webkit-print-color-adjust:exact}\n"
	"svg text{fill:var(--ink);font-variant-numeric:tabular-nums}\n"
	"svg .faint{fill:var(--faint)}\n"
	"svg .end{text-anchor:end}\n"
	"svg rect{stroke:var(--paper);stroke-width:1}\n"
	"svg .full,svg .first{fill:var(--full)}\n"
	"svg .partly{fill:url(#hatched)}\n"
	"svg .open{fill:var(--paper);stroke:var(--open);stroke-width:2}\n"
	"svg .second{fill:var(--second)}\n"
	"svg .cancelled{fill:var(--paper);stroke:var(--faint);stroke-dasharray:3 2}\n"
	"svg line{stroke:var(--line);stroke-dasharray:2 4}\n"
	"svg .hatch{stroke:none;fill:var(--partly)}\n"
	"svg .stripe{stroke:var(--paper);stroke-width:2;fill:none}\n";

const char chart_definitions[] =
	"<defs><pattern id=\"hatched\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
	"patternTransform=\"rotate(45)\"><rect class=\"hatch\" width=\"6\" height=\"6\"/>"
	"<path class=\"stripe\" d=\"M0 0V6\"/></pattern></defs>";

/* A part of a bar. */
struct part {
	const char *shape; /* its class */
	const char *words; /* what so many of them are */
	size_t count;
};

static void open_svg(FILE *out, size_t height, const char *place)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100%%\" height=\"%zu\" %s>\n",
		height, place);
}

/* @return where the bar ends, in percent */
static double put_bar(FILE *out, const struct part *parts, size_t n, double start, double scale,
		      size_t y, size_t height)
{
	for (size_t i = 0; i < n; i++) {
		const double width = (double)parts[i].count * scale;

		if (parts[i].count == 0)
			continue;
		fprintf(out,
			"<rect class=\"%s\" x=\"%.3f%%\" y=\"%zu\" width=\"%.3f%%\" height=\"%zu\">"
			"<title>%zu %s</title></rect>",
			parts[i].shape, start, y, width, height, parts[i].count, parts[i].words);
		start += width;
	}
	return start;
}

static void put_legend(FILE *out, const struct part *parts, size_t n, const char *place)
{
	size_t x = 0; /* in a chart of 280 pixels, which all of them just fit in */

	open_svg(out, CHART_LEGEND, place);
	for (size_t i = 0; i < n; i++) {
		fprintf(out,
			"<svg x=\"%zu%%\"><rect class=\"%s\" x=\"1\" y=\"5\" width=\"18\" "
			"height=\"12\"/><text x=\"25\" y=\"15\">%s</text></svg>\n",
			x * 100 / 280, parts[i].shape, parts[i].words);
		x += 31 + 7 * strlen(parts[i].words);
	}
	fputs("</svg>\n", out);
}

void chart_week_legend(FILE *out, const char *place)
{
	static const struct part parts[] = { { "full", "both", 0 },
					     { "partly", "one", 0 },
					     { "open", "nobody", 0 },
					     { "cancelled", "cancelled", 0 } };

	put_legend(out, parts, 4, place);
}

void chart_load_legend(FILE *out, const char *place)
{
	static const struct part parts[] = { { "first", "as first", 0 },
					     { "second", "as second", 0 } };

	put_legend(out, parts, 2, place);
}

static size_t whole_week(const struct staffing_week *week)
{
	return staffing_matches(week) + week->cancelled;
}

static void put_week(FILE *out, const struct staffing_week *week, double scale, size_t y)
{
	const struct part parts[] = { { "full", "with both referees", week->full },
				      { "partly", "with one referee", week->partly },
				      { "open", "with nobody", week->open },
				      { "cancelled", "cancelled", week->cancelled } };
	const size_t open = week->partly + 2 * week->open;
	char time[REFD_TIME_TEXT + 1];
	double end;

	fprintf(out, "<text class=\"end\" x=\"%.0f%%\" dx=\"-8\" y=\"%zu\">%.10s</text>",
		WEEK_START, y + 15, refd_time_format(week->monday, time));
	end = put_bar(out, parts, 4, WEEK_START, scale, y + 4, CHART_WEEK_ROW - 8);
	fprintf(out, "<text x=\"%.3f%%\" dx=\"6\" y=\"%zu\">%zu", end, y + 15,
		staffing_matches(week));
	if (open)
		fprintf(out, "<tspan class=\"faint\" dx=\"4\">%zu open</tspan>", open);
	fputs("</text>\n", out);
}

void chart_weeks(FILE *out, const struct staffing *staffing, size_t from, size_t to,
		 const char *place)
{
	size_t most = 1;

	for (size_t i = 0; i < staffing->n_weeks; i++)
		if (whole_week(&staffing->weeks[i]) > most)
			most = whole_week(&staffing->weeks[i]);
	open_svg(out, (to - from) * CHART_WEEK_ROW, place);
	for (size_t i = from; i < to; i++) {
		const struct staffing_week *week = &staffing->weeks[i];
		const size_t y = (i - from) * CHART_WEEK_ROW;

		put_week(out, week, WEEK_LONGEST / (double)most, y);
		/* weeks without matches lie between */
		if (i > 0 && week->monday.us - week[-1].monday.us > 7 * REFD_DAY)
			fprintf(out, "<line x1=\"0\" x2=\"100%%\" y1=\"%zu.5\" y2=\"%zu.5\"/>\n", y,
				y);
	}
	fputs("</svg>\n", out);
}

static void put_load(FILE *out, const struct staffing_load *load, double scale, size_t y)
{
	const struct part parts[] = { { "first", "as first referee", load->load.matches[0] },
				      { "second", "as second referee", load->load.matches[1] } };
	double end;

	fprintf(out, "<text y=\"%zu\">", y + 14);
	markup_short(out, refd_str_of(load->name), NAME_LETTERS);
	fputs("</text>", out);
	end = put_bar(out, parts, 2, 0, scale, y + 19, 13);
	fprintf(out, "<text x=\"%.3f%%\" dx=\"6\" y=\"%zu\">%zu", end, y + 30,
		staffing_load_matches(load));
	fprintf(out, "<tspan class=\"faint\" dx=\"4\">%lld km</tspan></text>\n",
		(long long)((load->load.metres + 500) / 1000));
}

void chart_loads(FILE *out, const struct staffing *staffing, size_t from, size_t to,
		 const char *place)
{
	/* the busiest comes first */
	const size_t busiest = staffing->n_loads ? staffing_load_matches(staffing->loads) : 0;
	const double scale = LOAD_LONGEST / (double)(busiest ? busiest : 1);

	open_svg(out, (to - from) * CHART_LOAD_ROW, place);
	for (size_t i = from; i < to; i++)
		put_load(out, &staffing->loads[i], scale, (i - from) * CHART_LOAD_ROW);
	fputs("</svg>\n", out);
}
