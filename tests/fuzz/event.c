/*
 * A stored payload of any event: it is taken or CORRUPT. What is taken and written again is the
 * same event, byte by byte.
 */
#include <string.h>

#include <refdomain/adapters/json.h>

#include "fuzz.h"

unsigned long fuzz_taken;

struct payload {
	enum refd_event_type type;
	struct refd_event_codec codec;
	char *text;
	size_t len, room;
};

static enum refd_status write_piece(void *self, const char *bytes, size_t count)
{
	struct payload *p = self;

	if (p->len + count > p->room) {
		p->room = 2 * (p->len + count);
		p->text = realloc(p->text, p->room);
		CHECK(p->text != NULL);
	}
	memcpy(p->text + p->len, bytes, count);
	p->len += count;
	return REFD_OK;
}

static enum refd_status encode(void *self, const struct refd_event *event)
{
	struct payload *p = self;

	CHECK(event->type == p->type);
	CHECK(p->codec.ops->encode(p->codec.self, event, write_piece, p, NULL) == REFD_OK);
	return REFD_OK;
}

static enum refd_status read_and_write(enum refd_event_type type, struct refd_str text,
				       struct payload *ret)
{
	struct refd_error err = REFD_ERROR_INIT;

	ret->type = type;
	ret->codec = refd_json_codec();
	return ret->codec.ops->decode(ret->codec.self, refd_str_of(refd_event_name(type)),
				      refd_event_schema(type), text, encode, ret, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct payload first = { .text = NULL }, second = { .text = NULL };
	enum refd_event_type type =
		count > 0 ? (enum refd_event_type)bytes[0] : (enum refd_event_type)0;
	enum refd_status st;

	if (refd_event_name(type) == NULL)
		return 0;
	st = read_and_write(type, (struct refd_str){ (const char *)bytes + 1, count - 1 }, &first);
	CHECK(st == REFD_OK || st == REFD_CORRUPT);
	if (st == REFD_OK) {
		fuzz_taken++;
		CHECK(read_and_write(type, (struct refd_str){ first.text, first.len }, &second) ==
		      REFD_OK);
		CHECK(first.len == second.len);
		CHECK(memcmp(first.text, second.text, first.len) == 0);
	}
	free(first.text);
	free(second.text);
	return 0;
}
