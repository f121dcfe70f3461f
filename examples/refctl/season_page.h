/** @file season_page.h The report of a season as one document that needs nothing else: no script,
 * no other file. Whether the file took everything is asked of the file. */
#ifndef REFCTL_SEASON_PAGE_H
#define REFCTL_SEASON_PAGE_H

#include <stdio.h>

#include "staffing.h"

/** HTML that is well-formed XML too. */
void season_page(FILE *out, const struct staffing *staffing);
/** The charts and the open slots as one picture. */
void season_picture(FILE *out, const struct staffing *staffing);

#endif
