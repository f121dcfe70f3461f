/* Events to JSON: one pass over the layout into a buffer on the stack. */
#include <assert.h>
#include <string.h>

#include "json.h"

#define BUFFER_BYTES 2048

struct writer {
	refd_codec_write_fn *write;
	void *self;
	enum refd_status status; /* of the first write that failed; then nothing is written */
	size_t used;
	char buffer[BUFFER_BYTES];
};

static void flush(struct writer *writer)
{
	if (writer->status == REFD_OK && writer->used)
		writer->status = writer->write(writer->self, writer->buffer, writer->used);
	writer->used = 0;
}

/* Room for @p count more bytes, far fewer than the buffer holds. */
static char *room(struct writer *writer, size_t count)
{
	if (writer->used + count > BUFFER_BYTES)
		flush(writer);
	return writer->buffer + writer->used;
}

static void put(struct writer *writer, const char *bytes, size_t count)
{
	while (count) {
		size_t piece = BUFFER_BYTES - writer->used;

		if (piece > count)
			piece = count;
		memcpy(writer->buffer + writer->used, bytes, piece);
		writer->used += piece;
		bytes += piece;
		count -= piece;
		if (count)
			flush(writer);
	}
}

static void put_char(struct writer *writer, char c)
{
	*room(writer, 1) = c;
	writer->used++;
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\';
}

static void put_escaped(struct writer *writer, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	static const char shorts[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char text[6] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };

	for (size_t i = 0; i + 1 < sizeof(shorts); i += 2) {
		if ((unsigned char)shorts[i] == c) {
			text[1] = shorts[i + 1];
			put(writer, text, 2);
			return;
		}
	}
	put(writer, text, sizeof(text));
}

static void put_text(struct writer *writer, const char *bytes, size_t count)
{
	size_t from = 0;

	put_char(writer, '"');
	for (size_t i = 0; i < count; i++) {
		if (is_plain((unsigned char)bytes[i]))
			continue;
		put(writer, bytes + from, i - from);
		put_escaped(writer, (unsigned char)bytes[i]);
		from = i + 1;
	}
	put(writer, bytes + from, count - from);
	put_char(writer, '"');
}

static void put_word(struct writer *writer, const char *word)
{
	assert(word);
	put_char(writer, '"');
	put(writer, word, strlen(word));
	put_char(writer, '"');
}

static void put_int(struct writer *writer, int64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (value < 0)
		digits[--at] = '-';
	put(writer, digits + at, sizeof(digits) - at);
}

/* Decimal degrees without trailing zeros, as refd_degrees_format(), which is slow. */
static void put_degrees(struct writer *writer, int32_t degrees)
{
	uint32_t size = degrees < 0 ? -(uint32_t)degrees : (uint32_t)degrees;
	uint32_t fraction = size % 1000000;
	char digits[7] = ".";
	size_t count = 0;

	if (degrees < 0)
		put_char(writer, '-');
	put_int(writer, size / 1000000);
	for (size_t i = 6; i > 0; i--, fraction /= 10) {
		digits[i] = (char)('0' + fraction % 10);
		if (!count && digits[i] != '0')
			count = i + 1;
	}
	put(writer, digits, count);
}

static void put_uuid(struct writer *writer, const struct refd_uuid *id)
{
	char *text = room(writer, REFD_UUID_TEXT + 2);

	text[0] = '"';
	refd_uuid_format(*id, text + 1);
	text[REFD_UUID_TEXT + 1] = '"';
	writer->used += REFD_UUID_TEXT + 2;
}

static void put_time(struct writer *writer, struct refd_time time)
{
	char *text = room(writer, REFD_TIME_TEXT + 3);
	size_t length;

	text[0] = '"';
	length = strlen(refd_time_format(time, text + 1));
	text[length + 1] = '"';
	writer->used += length + 2;
}

static void put_hash(struct writer *writer, const uint8_t *hash)
{
	static const char digits[] = "0123456789abcdef";
	char text[64];

	for (size_t i = 0; i < 32; i++) {
		text[2 * i] = digits[hash[i] >> 4];
		text[2 * i + 1] = digits[hash[i] & 15];
	}
	put_text(writer, text, sizeof(text));
}

static void put_rules(struct writer *writer, uint32_t rules)
{
	const char *before = "";

	put_char(writer, '[');
	for (int rule = 1; rule <= REFD_ENGINE_RULES; rule++) {
		if (!(rules & UINT32_C(1) << rule))
			continue;
		put(writer, before, strlen(before));
		put_word(writer, refd_rule_name((enum refd_rule)rule));
		before = ",";
	}
	put_char(writer, ']');
}

static void put_object(struct writer *writer, const struct refd_layout *layout, const char *state);

static void put_list(struct writer *writer, const struct refd_layout *layout,
		     const struct refd_list *list)
{
	const char *item = list->items;

	put_char(writer, '[');
	for (size_t i = 0; i < list->count; i++, item += layout->state_size) {
		if (i)
			put_char(writer, ',');
		put_object(writer, layout, item);
	}
	put_char(writer, ']');
}

static int32_t int32_at(const char *member)
{
	int32_t value;

	memcpy(&value, member, sizeof(value));
	return value;
}

static void put_value(struct writer *writer, const struct refd_field *field, const void *member)
{
	const struct refd_str *slice = member;

	switch (field->type) {
	case REFD_FIELD_UUID:
		put_uuid(writer, member);
		break;
	case REFD_FIELD_TIME:
		put_time(writer, *(const struct refd_time *)member);
		break;
	case REFD_FIELD_INT32:
		put_int(writer, int32_at(member));
		break;
	case REFD_FIELD_INT64:
		put_int(writer, *(const int64_t *)member);
		break;
	case REFD_FIELD_BOOL:
		put(writer, *(const bool *)member ? "true" : "false",
		    *(const bool *)member ? 4 : 5);
		break;
	case REFD_FIELD_TEXT:
		put_text(writer, (const char *)member + sizeof(uint16_t),
			 *(const uint16_t *)member);
		break;
	case REFD_FIELD_WORD:
		put_word(writer, field->words[int32_at(member)]);
		break;
	case REFD_FIELD_SLICE:
		put_text(writer, slice->len ? slice->ptr : "", slice->len);
		break;
	case REFD_FIELD_HASH:
		put_hash(writer, member);
		break;
	case REFD_FIELD_DEGREES:
		put_degrees(writer, int32_at(member));
		break;
	case REFD_FIELD_RULES:
		put_rules(writer, *(const uint32_t *)member);
		break;
	case REFD_FIELD_LIST:
		put_list(writer, field->element, member);
		break;
	case REFD_FIELD_OBJECT:
		put_object(writer, field->element, *(const char *const *)member);
		break;
	}
}

static void put_object(struct writer *writer, const struct refd_layout *layout, const char *state)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		size_t length = strlen(field->name);

		put(writer, i ? ",\"" : "{\"", 2);
		put(writer, field->name, length);
		put(writer, "\":", 2);
		if (refd_field_is_unset(field, state))
			put(writer, "null", 4);
		else
			put_value(writer, field, state + field->offset);
	}
	put(writer, layout->count ? "}" : "{}", layout->count ? 1 : 2);
}

enum refd_status refd_json__encode(void *self, const struct refd_event *event,
				   refd_codec_write_fn *write, void *write_self,
				   struct refd_error *err)
{
	const struct refd_layout *layout = refd_event_layout(event->type);
	const struct refd_str *foreign = &event->payload.foreign.payload;
	struct writer writer;

	(void)self;
	if (event->type == REFD_EVENT_FOREIGN)
		return write(write_self, foreign->ptr, foreign->len);
	if (!layout)
		return refd_error_set(err, REFD_UNSUPPORTED, "no event has number %d",
				      (int)event->type);
	writer.write = write;
	writer.self = write_self;
	writer.status = REFD_OK;
	writer.used = 0;
	put_object(&writer, layout, (const char *)&event->payload);
	flush(&writer);
	return writer.status;
}
