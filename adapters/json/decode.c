/* JSON to events: the parsed tree is read by the layout of the event; texts borrow the tree. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

/* What one decoded event owns; lists and objects of the payload live here. */
struct block {
	struct block *next;
	max_align_t memory[];
};

struct reader {
	const char *event;
	struct refd_allocator allocator;
	struct block *blocks;
	struct refd_error *err;
};

/* Where in the payload: printed as "outcomes[2].role". */
struct path {
	const struct path *up;
	const char *name; /* NULL: an item of a list */
	size_t index;
};

static size_t path_print(const struct path *path, char *text, size_t size)
{
	size_t used = path->up ? path_print(path->up, text, size) : 0;
	int added;

	if (used >= size)
		return used;
	if (path->name)
		added = snprintf(text + used, size - used, "%s%s", used ? "." : "", path->name);
	else
		added = snprintf(text + used, size - used, "[%zu]", path->index);
	return used + (added > 0 ? (size_t)added : 0);
}

static enum refd_status corrupt(const struct reader *reader, const struct path *path,
				const char *problem)
{
	char text[128] = "";

	path_print(path, text, sizeof(text));
	return refd_error_set(reader->err, REFD_CORRUPT, "%s: member %s %s", reader->event, text,
			      problem);
}

/* Zeroed, until the event is delivered; NULL when out of memory. */
static void *reserve(struct reader *reader, size_t count, size_t size)
{
	struct block *block;

	if (count > (SIZE_MAX - sizeof(*block)) / size)
		return NULL;
	block = reader->allocator.alloc(reader->allocator.self, sizeof(*block) + count * size);
	if (!block)
		return NULL;
	block->next = reader->blocks;
	reader->blocks = block;
	return memset(block->memory, 0, count * size);
}

static void release(struct reader *reader)
{
	while (reader->blocks) {
		struct block *next = reader->blocks->next;

		reader->allocator.free(reader->allocator.self, reader->blocks);
		reader->blocks = next;
	}
}

static struct refd_str text_of(const json_t *json)
{
	struct refd_str text = { json_string_value(json), json_string_length(json) };

	return text;
}

static enum refd_status get_uuid(const struct reader *reader, const struct path *path,
				 const json_t *json, struct refd_uuid *ret)
{
	if (!json_is_string(json) || refd_uuid_parse(text_of(json), "", ret, NULL) != REFD_OK)
		return corrupt(reader, path, "is no id");
	return REFD_OK;
}

static enum refd_status get_time(const struct reader *reader, const struct path *path,
				 const json_t *json, struct refd_time *ret)
{
	if (!json_is_string(json) || refd_time_parse(text_of(json), "", ret, NULL) != REFD_OK)
		return corrupt(reader, path, "is no time");
	return REFD_OK;
}

static enum refd_status get_int32(const struct reader *reader, const struct path *path,
				  const json_t *json, int32_t *ret)
{
	json_int_t value = json_integer_value(json);

	if (!json_is_integer(json) || value < INT32_MIN || value > INT32_MAX)
		return corrupt(reader, path, "is no integer of 32 bits");
	*ret = (int32_t)value;
	return REFD_OK;
}

static enum refd_status get_int64(const struct reader *reader, const struct path *path,
				  const json_t *json, int64_t *ret)
{
	if (!json_is_integer(json))
		return corrupt(reader, path, "is no integer");
	*ret = json_integer_value(json);
	return REFD_OK;
}

static enum refd_status get_bool(const struct reader *reader, const struct path *path,
				 const json_t *json, bool *ret)
{
	if (!json_is_boolean(json))
		return corrupt(reader, path, "is neither true nor false");
	*ret = json_is_true(json);
	return REFD_OK;
}

/* A text the state keeps itself: a byte count, then NUL-terminated bytes. */
static enum refd_status get_text(const struct reader *reader, const struct path *path,
				 const struct refd_field *field, const json_t *json, char *member)
{
	uint16_t length = (uint16_t)json_string_length(json);

	if (!json_is_string(json) || json_string_length(json) > field->size)
		return corrupt(reader, path, "is no text or too long");
	memcpy(member, &length, sizeof(length));
	memcpy(member + sizeof(length), json_string_value(json), length);
	member[sizeof(length) + length] = '\0';
	return REFD_OK;
}

static enum refd_status get_slice(const struct reader *reader, const struct path *path,
				  const json_t *json, struct refd_str *ret)
{
	if (!json_is_string(json))
		return corrupt(reader, path, "is no text");
	*ret = text_of(json);
	return REFD_OK;
}

static enum refd_status get_word(const struct reader *reader, const struct path *path,
				 const struct refd_field *field, const json_t *json, char *member)
{
	int value;

	if (!json_is_string(json))
		return corrupt(reader, path, "is no word");
	value = refd_word_value(field->words, text_of(json));
	if (value == 0)
		return corrupt(reader, path, "is an unknown word");
	memcpy(member, &value, sizeof(value));
	return REFD_OK;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum refd_status get_hash(const struct reader *reader, const struct path *path,
				 const json_t *json, uint8_t *ret)
{
	const char *digits = json_string_value(json);

	if (!json_is_string(json) || json_string_length(json) != 64)
		return corrupt(reader, path, "is no hash");
	for (size_t i = 0; i < 32; i++) {
		int high = nibble(digits[2 * i]), low = nibble(digits[2 * i + 1]);

		if (high < 0 || low < 0)
			return corrupt(reader, path, "is no hash");
		ret[i] = (uint8_t)(high << 4 | low);
	}
	return REFD_OK;
}

static enum refd_status get_degrees(const struct reader *reader, const struct path *path,
				    const json_t *json, int32_t *ret)
{
	double degrees = json_number_value(json);

	if (!json_is_number(json) || !(degrees >= -180.0 && degrees <= 180.0))
		return corrupt(reader, path, "is no angle in degrees");
	*ret = (int32_t)lround(degrees * 1e6);
	return REFD_OK;
}

static enum refd_status get_rules(const struct reader *reader, const struct path *path,
				  const json_t *json, uint32_t *ret)
{
	uint32_t set = 0;

	if (!json_is_array(json))
		return corrupt(reader, path, "is no array of rules");
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct path item = { path, NULL, i };
		const json_t *name = json_array_get(json, i);
		enum refd_rule rule = json_is_string(name)
					      ? refd_rule_from_name(json_string_value(name),
								    json_string_length(name))
					      : 0;

		if (rule < 1 || rule > REFD_ENGINE_RULES)
			return corrupt(reader, &item, "is no rule of the engine");
		set |= UINT32_C(1) << rule;
	}
	*ret = set;
	return REFD_OK;
}

static enum refd_status get_object(struct reader *reader, const struct path *path,
				   const struct refd_layout *layout, const json_t *json,
				   char *state);

static enum refd_status get_list(struct reader *reader, const struct path *path,
				 const struct refd_layout *layout, const json_t *json,
				 struct refd_list *ret)
{
	size_t count = json_array_size(json);
	enum refd_status status = REFD_OK;
	char *items;

	if (!json_is_array(json))
		return corrupt(reader, path, "is no array");
	if (count == 0)
		return REFD_OK;
	items = reserve(reader, count, layout->state_size);
	if (!items)
		return refd_error_set(reader->err, REFD_NO_MEMORY, "out of memory");
	for (size_t i = 0; status == REFD_OK && i < count; i++) {
		struct path item = { path, NULL, i };

		status = get_object(reader, &item, layout, json_array_get(json, i),
				    items + i * layout->state_size);
	}
	ret->items = items;
	ret->count = count;
	return status;
}

static enum refd_status get_nested(struct reader *reader, const struct path *path,
				   const struct refd_layout *layout, const json_t *json,
				   const void **ret)
{
	char *state = reserve(reader, 1, layout->state_size);

	if (!state)
		return refd_error_set(reader->err, REFD_NO_MEMORY, "out of memory");
	*ret = state;
	return get_object(reader, path, layout, json, state);
}

static enum refd_status get_value(struct reader *reader, const struct path *path,
				  const struct refd_field *field, const json_t *json, void *member)
{
	switch (field->type) {
	case REFD_FIELD_UUID:
		return get_uuid(reader, path, json, member);
	case REFD_FIELD_TIME:
		return get_time(reader, path, json, member);
	case REFD_FIELD_INT32:
		return get_int32(reader, path, json, member);
	case REFD_FIELD_INT64:
		return get_int64(reader, path, json, member);
	case REFD_FIELD_BOOL:
		return get_bool(reader, path, json, member);
	case REFD_FIELD_TEXT:
		return get_text(reader, path, field, json, member);
	case REFD_FIELD_WORD:
		return get_word(reader, path, field, json, member);
	case REFD_FIELD_SLICE:
		return get_slice(reader, path, json, member);
	case REFD_FIELD_HASH:
		return get_hash(reader, path, json, member);
	case REFD_FIELD_DEGREES:
		return get_degrees(reader, path, json, member);
	case REFD_FIELD_RULES:
		return get_rules(reader, path, json, member);
	case REFD_FIELD_LIST:
		return get_list(reader, path, field->element, json, member);
	case REFD_FIELD_OBJECT:
		return get_nested(reader, path, field->element, json, member);
	}
	return corrupt(reader, path, "has a type this build does not know");
}

static enum refd_status get_member(struct reader *reader, const struct path *path,
				   const struct refd_field *field, const json_t *json, char *state)
{
	bool optional = (field->flags & REFD_FIELD_OPTIONAL) != 0;
	enum refd_status status;

	if (optional && (!json || json_is_null(json)))
		return REFD_OK;
	if (!json)
		return corrupt(reader, path, "is missing");
	status = get_value(reader, path, field, json, state + field->offset);
	if (status == REFD_OK)
		refd_field_mark_set(field, state);
	return status;
}

/* Members that share a flag, as the two coordinates do, come together or not at all. */
static enum refd_status check_halves(const struct reader *reader, const struct path *path,
				     const struct refd_layout *layout, const json_t *json,
				     const char *state)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		struct path member = { path, field->name, 0 };
		const json_t *value;

		if (!field->present || !*(const bool *)(const void *)(state + field->present))
			continue;
		value = json_object_get(json, field->name);
		if (!value || json_is_null(value))
			return corrupt(reader, &member, "is missing beside its other half");
	}
	return REFD_OK;
}

static enum refd_status get_object(struct reader *reader, const struct path *path,
				   const struct refd_layout *layout, const json_t *json,
				   char *state)
{
	enum refd_status status = REFD_OK;

	if (!json_is_object(json))
		return corrupt(reader, path, "is no object");
	for (size_t i = 0; status == REFD_OK && i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		struct path member = { path, field->name, 0 };

		status = get_member(reader, &member, field, json_object_get(json, field->name),
				    state);
	}
	return status == REFD_OK ? check_halves(reader, path, layout, json, state) : status;
}

static enum refd_status decode_foreign(struct refd_str name, int32_t schema,
				       struct refd_str payload, refd_codec_event_fn *sink,
				       void *sink_self)
{
	struct refd_event event;

	memset(&event, 0, sizeof(event));
	event.type = REFD_EVENT_FOREIGN;
	event.payload.foreign.name = name;
	event.payload.foreign.schema = schema;
	event.payload.foreign.payload = payload;
	return sink(sink_self, &event);
}

/* @return OK; CORRUPT; NO_MEMORY. The tree, if there is one, is the caller's in any case. */
static enum refd_status parse(const char *event, struct refd_str payload, json_t **ret,
			      struct refd_error *err)
{
	json_error_t problem;

	if (payload.len > REFD_JSON_PAYLOAD_BYTES)
		return refd_error_set(err, REFD_CORRUPT, "%s: a payload of %zu bytes", event,
				      payload.len);
	/* The parser takes some of its own failed allocations for bad input, and in others it drops
	 * a character and goes on. */
	errno = 0;
	*ret = json_loadb(payload.len ? payload.ptr : "", payload.len,
			  JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &problem);
	if (errno == ENOMEM || (!*ret && json_error_code(&problem) == json_error_out_of_memory))
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	if (*ret)
		return REFD_OK;
	return refd_error_set(err, REFD_CORRUPT, "%s: no JSON at byte %d: %s", event,
			      problem.position, problem.text);
}

enum refd_status refd_json__decode(void *self, struct refd_str name, int32_t schema,
				   struct refd_str payload, refd_codec_event_fn *sink,
				   void *sink_self, struct refd_error *err)
{
	enum refd_event_type type = refd_event_type_from_name(name, schema);
	struct reader reader = { refd_event_name(type), refd_allocator_libc(), NULL, err };
	struct path root = { NULL, "payload", 0 };
	struct refd_event event;
	json_t *tree = NULL;
	enum refd_status status;

	if (type == REFD_EVENT_FOREIGN)
		return decode_foreign(name, schema, payload, sink, sink_self);
	if (self)
		reader.allocator = *(const struct refd_allocator *)self;
	memset(&event, 0, sizeof(event));
	event.type = type;
	status = parse(reader.event, payload, &tree, err);
	if (status == REFD_OK)
		status = get_object(&reader, &root, refd_event_layout(type), tree,
				    (char *)&event.payload);
	if (status == REFD_OK)
		status = sink(sink_self, &event);
	release(&reader);
	json_decref(tree);
	return status;
}
