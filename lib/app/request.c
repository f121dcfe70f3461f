#include "app/request.h"

#include <string.h>

static void add_u64(struct refd__request *request, uint64_t number)
{
	uint8_t bytes[8];
	int i;

	for (i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(number >> (56 - 8 * i));
	refd__digest_add(&request->digest, bytes, sizeof(bytes));
}

void refd__request_init(struct refd__request *request, const char *name)
{
	refd__digest_init(&request->digest);
	refd__request_text(request, refd_str_of(name));
}

void refd__request_uuid(struct refd__request *request, struct refd_uuid id)
{
	refd__digest_add(&request->digest, id.bytes, sizeof(id.bytes));
}

void refd__request_number(struct refd__request *request, int64_t number)
{
	add_u64(request, (uint64_t)number);
}

/* Length first, so that no two lists of texts look alike. */
void refd__request_text(struct refd__request *request, struct refd_str text)
{
	add_u64(request, text.len);
	if (text.len > 0)
		refd__digest_add(&request->digest, text.ptr, text.len);
}

void refd__request_done(struct refd__request *request, uint8_t ret[32])
{
	refd__digest_done(&request->digest, ret);
}
