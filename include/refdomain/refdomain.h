/** @file refdomain.h Everything but the contract kit. @since 0.1 */
#ifndef REFDOMAIN_REFDOMAIN_H
#define REFDOMAIN_REFDOMAIN_H

#include <refdomain/alloc.h>
#include <refdomain/app/app.h>
#include <refdomain/app/assigning.h>
#include <refdomain/app/availabilities.h>
#include <refdomain/app/notifying.h>
#include <refdomain/app/purging.h>
#include <refdomain/app/queries.h>
#include <refdomain/app/registry.h>
#include <refdomain/app/rule_book.h>
#include <refdomain/app/scheduling.h>
#include <refdomain/app/unit.h>
#include <refdomain/domain/event.h>
#include <refdomain/domain/validation.h>
#include <refdomain/error.h>
#include <refdomain/id.h>
#include <refdomain/layout.h>
#include <refdomain/ports/broken.h>
#include <refdomain/ports/indexes.h>
#include <refdomain/ports/ports.h>
#include <refdomain/ports/system.h>
#include <refdomain/status.h>
#include <refdomain/text.h>
#include <refdomain/time.h>
#include <refdomain/version.h>

#endif
