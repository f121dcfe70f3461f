/** @file listing.h Fixtures in tables and arrays. */
#ifndef REFCTL_LISTING_H
#define REFCTL_LISTING_H

#include "output.h"

/** A fixture as a row or object. */
void fixture_put(struct output *out, const struct refd_fixture_card *card);
/** Print one fixture. @return OK; NOT_FOUND */
enum refd_status fixture_show(struct refctl *ctl, struct refd_fixture_id id);

#endif
