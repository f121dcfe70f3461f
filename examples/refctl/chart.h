/** @file chart.h Bars of a season as SVG that fits any width: places and lengths are percentages,
 * letters keep their size. */
#ifndef REFCTL_CHART_H
#define REFCTL_CHART_H

#include <stdio.h>

#include "staffing.h"

/** Heights in pixels. */
#define CHART_LEGEND   26
#define CHART_WEEK_ROW 22
#define CHART_LOAD_ROW 40

/** Colours for light and dark, shapes that can be told apart without them. CSS, for the root of the
 * document. */
extern const char chart_style[];
/** What the shapes are made of: once in a document, within an svg element. */
extern const char chart_definitions[];

/** Each writes one svg element of the full width of what it is in. @param place more attributes */
void chart_week_legend(FILE *out, const char *place);
void chart_load_legend(FILE *out, const char *place);
/** The weeks from @p from up to @p to. */
void chart_weeks(FILE *out, const struct staffing *staffing, size_t from, size_t to,
		 const char *place);
void chart_loads(FILE *out, const struct staffing *staffing, size_t from, size_t to,
		 const char *place);

#endif
