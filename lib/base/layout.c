#include <string.h>

#include <refdomain/layout.h>
#include <refdomain/text.h>

/* of the largest member that is compared whole, a hash */
static const char zeros[32];

static bool is_zero(const char *member, size_t size)
{
	return memcmp(member, zeros, size) == 0;
}

bool refd_field_is_unset(const struct refd_field *field, const void *state)
{
	const char *member = (const char *)state + field->offset;

	if (!(field->flags & REFD_FIELD_OPTIONAL))
		return false;
	if (field->present != 0)
		return !*(const bool *)((const char *)state + field->present);
	if (field->type == REFD_FIELD_TEXT)
		return is_zero(member, sizeof(uint16_t)); /* its length */
	if (field->type == REFD_FIELD_SLICE)
		return ((const struct refd_str *)(const void *)member)->len == 0;
	if (field->type == REFD_FIELD_LIST)
		return ((const struct refd_list *)(const void *)member)->count == 0;
	return is_zero(member, field->size);
}

static void say(const struct refd_field *field, void *state, bool present)
{
	if (field->present)
		memcpy((char *)state + field->present, &present, sizeof(present));
}

void refd_field_clear(const struct refd_field *field, void *state)
{
	/* Of a text the length and the NUL will do: it is most of a state. */
	size_t size = field->type == REFD_FIELD_TEXT ? sizeof(uint16_t) + 1 : field->size;

	memset((char *)state + field->offset, 0, size);
	say(field, state, false);
}

void refd_field_mark_set(const struct refd_field *field, void *state)
{
	say(field, state, true);
}

const char *refd_word(const char *const *words, int64_t value)
{
	int64_t i = 1;

	while (i < value && words[i])
		i++;
	return value > 0 ? words[i] : NULL;
}

int refd_word_value(const char *const *words, struct refd_str word)
{
	for (int i = 1; words[i]; i++)
		if (refd_str_equal(refd_str_of(words[i]), word))
			return i;
	return 0;
}

const struct refd_field *refd_layout_field(const struct refd_layout *layout, struct refd_str name)
{
	for (size_t i = 0; i < layout->count; i++)
		if (refd_str_equal(refd_str_of(layout->fields[i].name), name))
			return &layout->fields[i];
	return NULL;
}

const struct refd_field *refd_layout_version(const struct refd_layout *layout)
{
	for (size_t i = 0; i < layout->count; i++)
		if (layout->fields[i].flags & REFD_FIELD_VERSION)
			return &layout->fields[i];
	return NULL;
}
