#include "season_page.h"

#include "chart.h"
#include "markup.h"

#define WIDTH	      820
#define MARGIN	      16
#define HEADING	      40
#define OPEN_ROW      20
#define MATCH_LETTERS 84

/* Where the next thing goes. */
struct picture {
	FILE *out;
	const struct staffing *staffing;
	size_t y;
};

static size_t height_of(const struct staffing *staffing)
{
	return 3 * HEADING + 2 * CHART_LEGEND + staffing->n_weeks * CHART_WEEK_ROW +
	       (staffing->n_open + 1) * OPEN_ROW + staffing->n_loads * CHART_LOAD_ROW + 2 * MARGIN;
}

static void put_heading(struct picture *picture, const char *text)
{
	fprintf(picture->out, "<text class=\"heading\" y=\"%zu\">%s</text>\n",
		picture->y + HEADING - 12, text);
	picture->y += HEADING;
}

/* The place for something of that height. */
static const char *place(struct picture *picture, char *text, size_t size, size_t height)
{
	snprintf(text, size, "y=\"%zu\"", picture->y);
	picture->y += height;
	return text;
}

static void put_charts(struct picture *picture)
{
	const struct staffing *s = picture->staffing;
	const size_t weeks = s->n_weeks * CHART_WEEK_ROW, loads = s->n_loads * CHART_LOAD_ROW;
	char at[32];

	if (s->n_weeks > 0) {
		char first[REFD_TIME_TEXT + 1], last[REFD_TIME_TEXT + 1];

		fprintf(picture->out,
			"<text class=\"faint end\" x=\"100%%\" y=\"%d\">%.10s to %.10s</text>\n",
			HEADING - 12, refd_time_format(s->first, first),
			refd_time_format(s->last, last));
	}
	put_heading(picture, "Staffing per week");
	chart_week_legend(picture->out, place(picture, at, sizeof(at), CHART_LEGEND));
	chart_weeks(picture->out, s, 0, s->n_weeks, place(picture, at, sizeof(at), weeks));
	put_heading(picture, "Load per referee");
	chart_load_legend(picture->out, place(picture, at, sizeof(at), CHART_LEGEND));
	chart_loads(picture->out, s, 0, s->n_loads, place(picture, at, sizeof(at), loads));
}

static void put_open(struct picture *picture, const struct staffing_open *open)
{
	char time[REFD_TIME_TEXT + 1];

	refd_time_format(open->kickoff, time);
	picture->y += OPEN_ROW;
	fprintf(picture->out,
		"<text y=\"%zu\">%.10s %.5s <tspan x=\"120\">%s</tspan><tspan x=\"180\">",
		picture->y - 6, time, time + 11,
		open->first && open->second ? "both"
		: open->first		    ? "first"
					    : "second");
	markup_short(picture->out, refd_str_of(open->home), MATCH_LETTERS / 2);
	fputs(" - ", picture->out);
	markup_short(picture->out, refd_str_of(open->away), MATCH_LETTERS / 2);
	fputs("</tspan></text>\n", picture->out);
}

/* What is drawn, in words: for who cannot see it, and as the text of an image of it. */
static void put_description(FILE *out, const struct staffing *staffing)
{
	const struct staffing_week *sum = &staffing->sum;

	fprintf(out,
		"<desc>%zu matches: %zu with both referees, %zu with one, %zu with nobody; "
		"%zu open slots; %zu cancelled matches; %zu referees</desc>\n",
		staffing_matches(sum), sum->full, sum->partly, sum->open, staffing->open_slots,
		sum->cancelled, staffing->n_loads);
}

void season_picture(FILE *out, const struct staffing *staffing)
{
	const size_t height = height_of(staffing);
	struct picture picture = { out, staffing, 0 };

	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%zu\" "
		"viewBox=\"0 0 %d %zu\" xml:lang=\"en\">\n<title>Season report</title>\n",
		WIDTH, height, WIDTH, height);
	put_description(out, staffing);
	fprintf(out,
		"<style>\n%ssvg .heading{font-size:17px;font-weight:bold}\n</style>\n%s\n"
		"<rect width=\"100%%\" height=\"100%%\" style=\"fill:var(--paper)\"/>\n"
		"<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%zu\">\n",
		chart_style, chart_definitions, MARGIN, MARGIN, WIDTH - 2 * MARGIN,
		height - 2 * MARGIN);
	put_charts(&picture);
	put_heading(&picture, "Open slots");
	for (size_t i = 0; i < staffing->n_open; i++)
		put_open(&picture, &staffing->open[i]);
	if (staffing->n_open == 0)
		fprintf(out, "<text y=\"%zu\">%s</text>\n", picture.y + OPEN_ROW - 6,
			staffing->n_weeks ? "Every match has both referees."
					  : "There are no matches.");
	fputs("</svg>\n</svg>\n", out);
}
