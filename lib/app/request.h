/* The digest of a command: name and input in one canonical encoding, so that a used command id is
 * recognised as the same request or another. */
#ifndef REFD_APP_REQUEST_H
#define REFD_APP_REQUEST_H

#include <refdomain/text.h>
#include <refdomain/time.h>

#include "base/digest.h"

struct refd__request {
	struct refd__digest digest;
};

void refd__request_init(struct refd__request *request, const char *name);
void refd__request_uuid(struct refd__request *request, struct refd_uuid id);
void refd__request_number(struct refd__request *request, int64_t number);
void refd__request_text(struct refd__request *request, struct refd_str text);
void refd__request_done(struct refd__request *request, uint8_t ret[32]);

#endif
