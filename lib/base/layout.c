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
