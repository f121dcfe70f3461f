/* What a record is, seen through its layout. */
#include <string.h>

#include "kit.h"

static const char *at(const struct refd_field *field, const void *state)
{
	return (const char *)state + field->offset;
}

static struct refd_str text_of(const struct refd_field *field, const void *state)
{
	struct refd_str text = { NULL, 0 };
	uint16_t len;

	if (field->type == REFD_FIELD_SLICE) {
		memcpy(&text, at(field, state), sizeof(text));
	} else {
		memcpy(&len, at(field, state), sizeof(len));
		text.ptr = at(field, state) + sizeof(len);
		text.len = len;
	}
	return text;
}

static bool is_text(const struct refd_field *field)
{
	return field->type == REFD_FIELD_TEXT || field->type == REFD_FIELD_SLICE;
}

/* A text of fixed size keeps its NUL. */
static bool terminated(const struct refd_field *field, const void *state)
{
	struct refd_str text = text_of(field, state);

	return field->type != REFD_FIELD_TEXT ||
	       (text.len <= field->size && text.ptr[text.len] == '\0');
}

static bool equal(const struct refd_field *field, const void *a, const void *b)
{
	if (refd_field_is_unset(field, a) != refd_field_is_unset(field, b))
		return false;
	if (is_text(field))
		return terminated(field, b) && refd_str_equal(text_of(field, a), text_of(field, b));
	/* What is not there has no value to compare. */
	return (field->present && refd_field_is_unset(field, a)) ||
	       memcmp(at(field, a), at(field, b), field->size) == 0;
}

const char *refd_contract__difference(const struct refd_layout *layout, const void *a,
				      const void *b)
{
	for (size_t i = 0; i < layout->count; i++)
		if (!equal(&layout->fields[i], a, b))
			return layout->fields[i].name;
	return NULL;
}

bool refd_contract__versioned(enum refd_record record)
{
	return refd_layout_version(refd_record_layout(record)) != NULL;
}

void refd_contract__set_version(enum refd_record record, void *state, int64_t version)
{
	const struct refd_field *field = refd_layout_version(refd_record_layout(record));

	if (field)
		memcpy((char *)state + field->offset, &version, sizeof(version));
}

struct refd_key refd_contract__key(enum refd_record record, const void *state)
{
	struct refd_key key = { .number = 0 };

	if (record == REFD_RECORD_SLOT) {
		const struct refd_slot_state *slot = state;

		key.a = slot->fixture.uuid;
		key.number = slot->role;
	} else if (record == REFD_RECORD_CLAIM) {
		const struct refd_claim_state *claim = state;

		key.a = claim->holder;
		key.number = claim->kind;
		key.day = claim->day;
	} else {
		memcpy(&key.a, state, sizeof(key.a));
	}
	return key;
}
