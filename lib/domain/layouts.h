/* Layouts that are no record of their own. */
#ifndef REFD_DOMAIN_LAYOUTS_H
#define REFD_DOMAIN_LAYOUTS_H

#include <refdomain/layout.h>

/* struct refd_rules as an event tells it: the rule set without its id. */
extern const struct refd_layout refd__rules_body_layout;

#endif
