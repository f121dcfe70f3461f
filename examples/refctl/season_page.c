#include "season_page.h"

#include "chart.h"
#include "markup.h"

/* Printers break pages between pieces of a chart, not within. */
#define PIECE_WEEKS 16
#define PIECE_LOADS 6

static const char page_style[] =
	"*{box-sizing:border-box}\n"
	"body{margin:0 auto;padding:1rem;max-width:60rem;background:var(--paper);color:var(--ink);"
	"font:16px/1.45 system-ui,sans-serif}\n"
	"h1{font-size:1.5rem;margin:.5rem 0}\n"
	"h2{font-size:1.2rem;margin:2.5rem 0 .5rem}\n"
	"p{margin:.4rem 0}\n"
	".faint,small,caption{color:var(--faint)}\n"
	"small{display:block;font-size:.85em}\n"
	"svg{display:block;break-inside:avoid}\n"
	"dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.5rem;"
	"margin:1rem 0}\n"
	"dl div{border:1px solid var(--line);border-radius:.4rem;padding:.5rem .7rem}\n"
	"dt{color:var(--faint);font-size:.85rem}\n"
	"dd{margin:0;font-size:1.4rem;font-variant-numeric:tabular-nums}\n"
	"summary{cursor:pointer;margin:.6rem 0}\n"
	"table{border-collapse:collapse;width:100%;font-size:.9rem;"
	"font-variant-numeric:tabular-nums}\n"
	"th,td{text-align:left;vertical-align:top;padding:.3rem .5rem .3rem 0;"
	"border-bottom:1px solid var(--line)}\n"
	"tbody th{font-weight:normal;overflow-wrap:anywhere}\n"
	"thead th{font-size:.94em}\n"
	"tfoot th,tfoot td{font-weight:bold}\n"
	".n{text-align:right}\n"
	"@media (max-width:30rem){th,td{padding-right:.3rem}}\n"
	"@media (max-width:22rem){table{font-size:.75rem}}\n"
	".t{white-space:nowrap}\n"
	"caption{text-align:left;padding:.2rem 0}\n"
	"tr{break-inside:avoid}\n"
	"h2,.faint,svg[aria-hidden]{break-after:avoid}\n"
	"thead{display:table-header-group}\n"
	"@media print{body{max-width:none;padding:0;font-size:10pt}"
	"details:not([open])>summary{display:none}}\n";

static void put_str(FILE *out, const char *text)
{
	markup_text(out, refd_str_of(text));
}

/* "2013-10-16" or "2013-10-16 18:30", UTC. */
static void put_time(FILE *out, struct refd_time time, bool clock)
{
	char text[REFD_TIME_TEXT + 1];

	refd_time_format(time, text);
	fprintf(out, "%.10s", text);
	if (clock)
		fprintf(out, " %.5s", text + 11);
}

static void put_span(FILE *out, const struct staffing *staffing)
{
	put_time(out, staffing->first, false);
	fputs(" to ", out);
	put_time(out, staffing->last, false);
}

static void put_tile(FILE *out, const char *what, size_t number)
{
	fprintf(out, "<div><dt>%s</dt><dd>%zu</dd></div>\n", what, number);
}

static void put_summary(FILE *out, const struct staffing *staffing)
{
	const struct staffing_week *sum = &staffing->sum;

	fputs("<dl>\n", out);
	put_tile(out, "Matches", staffing_matches(sum));
	put_tile(out, "Both referees", sum->full);
	put_tile(out, "One referee", sum->partly);
	put_tile(out, "Nobody", sum->open);
	put_tile(out, "Open slots", staffing->open_slots);
	put_tile(out, "Cancelled", sum->cancelled);
	fputs("</dl>\n", out);
}

static void put_cells(FILE *out, const size_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "<td class=\"n\">%zu</td>", numbers[i]);
	fputs("</tr>\n", out);
}

static void put_week_cells(FILE *out, const struct staffing_week *week)
{
	const size_t numbers[] = { week->full, week->partly, week->open, staffing_matches(week),
				   week->cancelled };

	put_cells(out, numbers, sizeof(numbers) / sizeof(numbers[0]));
}

static void put_week_table(FILE *out, const struct staffing *staffing)
{
	fputs("<details><summary>The same as a table</summary>\n<table id=\"weeks\">"
	      "<caption>Matches per week, by how many referees they have</caption>\n"
	      "<thead><tr><th scope=\"col\">Week from</th><th scope=\"col\" class=\"n\">Both</th>"
	      "<th scope=\"col\" class=\"n\">One</th><th scope=\"col\" class=\"n\">Nobody</th>"
	      "<th scope=\"col\" class=\"n\">Sum</th><th scope=\"col\" "
	      "class=\"n\">Can&#173;celled</th>"
	      "</tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < staffing->n_weeks; i++) {
		fputs("<tr><th scope=\"row\" class=\"t\">", out);
		put_time(out, staffing->weeks[i].monday, false);
		fputs("</th>", out);
		put_week_cells(out, &staffing->weeks[i]);
	}
	fputs("</tbody>\n<tfoot><tr><th scope=\"row\">Sum</th>", out);
	put_week_cells(out, &staffing->sum);
	fputs("</tfoot></table>\n</details>\n", out);
}

static void put_label(char *label, size_t size, const char *what, size_t from, size_t to, size_t n)
{
	snprintf(label, size,
		 "role=\"img\" aria-label=\"%s, %zu to %zu of %zu; the table below has the "
		 "numbers\"",
		 what, from + 1, to, n);
}

static void put_weeks(FILE *out, const struct staffing *staffing)
{
	char label[160];

	fputs("<section>\n<h2>Staffing per week</h2>\n"
	      "<p class=\"faint\">Matches by how many referees they have. Weeks from Monday, UTC; "
	      "a "
	      "dotted line stands for weeks without matches.</p>\n",
	      out);
	chart_week_legend(out, "aria-hidden=\"true\"");
	for (size_t i = 0; i < staffing->n_weeks; i += PIECE_WEEKS) {
		const size_t end =
			i + PIECE_WEEKS < staffing->n_weeks ? i + PIECE_WEEKS : staffing->n_weeks;

		put_label(label, sizeof(label), "Bars of weeks", i, end, staffing->n_weeks);
		chart_weeks(out, staffing, i, end, label);
	}
	put_week_table(out, staffing);
	fputs("</section>\n", out);
}

static const char *open_roles(const struct staffing_open *open)
{
	return open->first && open->second ? "both" : open->first ? "first" : "second";
}

static void put_open(FILE *out, const struct staffing *staffing)
{
	fputs("<section>\n<h2>Open slots</h2>\n", out);
	if (staffing->n_open == 0) {
		fputs("<p>Every match has both referees.</p>\n</section>\n", out);
		return;
	}
	fputs("<table id=\"open\"><caption>Matches that lack referees; times are UTC</caption>\n"
	      "<thead><tr><th scope=\"col\">Kick-off</th><th scope=\"col\">Match</th>"
	      "<th scope=\"col\" class=\"t\">Open</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < staffing->n_open; i++) {
		const struct staffing_open *open = &staffing->open[i];

		fputs("<tr><td class=\"t\">", out);
		put_time(out, open->kickoff, true);
		fputs("</td><th scope=\"row\"><bdi>", out);
		put_str(out, open->home);
		fputs("</bdi> - <bdi>", out);
		put_str(out, open->away);
		fputs("</bdi><small><bdi>", out);
		put_str(out, open->venue);
		fprintf(out, "</bdi></small></th><td class=\"t\">%s</td></tr>\n", open_roles(open));
	}
	fputs("</tbody></table>\n</section>\n", out);
}

static void put_load_row(FILE *out, const struct staffing_load *load)
{
	const size_t numbers[] = { load->load.matches[0], load->load.matches[1],
				   staffing_load_matches(load),
				   (size_t)((load->load.metres + 500) / 1000) };

	fputs("<tr><th scope=\"row\"><bdi>", out);
	put_str(out, load->name);
	fputs("</bdi><small><bdi>", out);
	put_str(out, load->club);
	fputs("</bdi></small></th><td class=\"t\">", out);
	if (!refd_time_is_unset(load->load.last))
		put_time(out, load->load.last, false);
	fputs("</td>", out);
	put_cells(out, numbers, sizeof(numbers) / sizeof(numbers[0]));
}

static void put_load_table(FILE *out, const struct staffing *staffing)
{
	fputs("<details><summary>The same as a table</summary>\n<table id=\"loads\">"
	      "<caption>Matches and kilometres per referee</caption>\n"
	      "<thead><tr><th scope=\"col\">Referee</th><th scope=\"col\">Last match</th>"
	      "<th scope=\"col\" class=\"n\">1st</th><th scope=\"col\" class=\"n\">2nd</th>"
	      "<th scope=\"col\" class=\"n\">Sum</th><th scope=\"col\" class=\"n\">km</th>"
	      "</tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < staffing->n_loads; i++)
		put_load_row(out, &staffing->loads[i]);
	fputs("</tbody></table>\n</details>\n", out);
}

static void put_trips_note(FILE *out, const struct staffing *staffing)
{
	size_t unknown = 0;

	for (size_t i = 0; i < staffing->n_loads; i++)
		unknown += staffing->loads[i].load.unknown_legs;
	fputs("<p class=\"faint\">Kilometres are the straight way from match to match; homes are "
	      "not "
	      "known.",
	      out);
	if (unknown)
		fprintf(out, " %zu ways are not counted, as a venue has no coordinates.", unknown);
	fputs("</p>\n", out);
}

static void put_loads(FILE *out, const struct staffing *staffing)
{
	char label[160];

	fputs("<section>\n<h2>Load per referee</h2>\n", out);
	put_trips_note(out, staffing);
	chart_load_legend(out, "aria-hidden=\"true\"");
	for (size_t i = 0; i < staffing->n_loads; i += PIECE_LOADS) {
		const size_t end =
			i + PIECE_LOADS < staffing->n_loads ? i + PIECE_LOADS : staffing->n_loads;

		put_label(label, sizeof(label), "Bars of referees", i, end, staffing->n_loads);
		chart_loads(out, staffing, i, end, label);
	}
	put_load_table(out, staffing);
	fputs("</section>\n", out);
}

void season_page(FILE *out, const struct staffing *staffing)
{
	fprintf(out,
		"<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" "
		"lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\"/>\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		"<title>Season report</title>\n<style>\n%s%s</style>\n</head>\n<body>\n<main>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"0\" height=\"0\" "
		"aria-hidden=\"true\">%s</svg>\n"
		"<h1>Season report</h1>\n",
		chart_style, page_style, chart_definitions);
	if (staffing->n_weeks == 0) {
		fputs("<p>There are no matches.</p>\n", out);
	} else {
		fputs("<p class=\"faint\">", out);
		put_span(out, staffing);
		fputs("</p>\n", out);
		put_summary(out, staffing);
		put_weeks(out, staffing);
	}
	if (staffing->n_weeks > 0)
		put_open(out, staffing);
	if (staffing->n_loads > 0)
		put_loads(out, staffing);
	fputs("</main>\n</body>\n</html>\n", out);
}
