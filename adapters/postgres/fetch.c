/* The reader: a walk over the fields of a layout, out of PostgreSQL's binary form. */
#include <string.h>

#include "postgres_parts.h"

static uint32_t load32(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint64_t load64(const unsigned char *at)
{
	return (uint64_t)load32(at) << 32 | load32(at + 4);
}

static const unsigned char *bytes_at(const PGresult *result, int row, int column)
{
	return (const unsigned char *)PQgetvalue(result, row, column);
}

int64_t refd_postgres__int64_at(const PGresult *result, int row, int column)
{
	return PQgetlength(result, row, column) == 8
		       ? (int64_t)load64(bytes_at(result, row, column))
		       : 0;
}

int32_t refd_postgres__int32_at(const PGresult *result, int row, int column)
{
	return PQgetlength(result, row, column) == 4
		       ? (int32_t)load32(bytes_at(result, row, column))
		       : 0;
}

static bool fetch_bytes(const unsigned char *value, int len, void *at, int size)
{
	if (len != size)
		return false;
	memcpy(at, value, (size_t)size);
	return true;
}

static bool fetch_time(const unsigned char *value, int len, char *at)
{
	int64_t us;

	if (len != 8)
		return false;
	us = (int64_t)load64(value);
	if (us > REFD_TIME_MAX - PG_EPOCH || us < REFD_TIME_MIN - PG_EPOCH)
		return false;
	us += PG_EPOCH;
	memcpy(at, &us, sizeof(us));
	return true;
}

static bool fetch_int64(const unsigned char *value, int len, char *at)
{
	int64_t number;

	if (len != 8)
		return false;
	number = (int64_t)load64(value);
	memcpy(at, &number, sizeof(number));
	return true;
}

static bool fetch_int32(const unsigned char *value, int len, char *at)
{
	int32_t number;

	if (len != 4)
		return false;
	number = (int32_t)load32(value);
	memcpy(at, &number, sizeof(number));
	return true;
}

static bool fetch_rules(const unsigned char *value, int len, char *at)
{
	uint32_t set;

	if (len != 8 || load32(value) != 0)
		return false;
	set = load32(value + 4);
	memcpy(at, &set, sizeof(set));
	return true;
}

/* libpq ends every value with a NUL of its own. */
static bool fetch_text(const unsigned char *value, int len, const struct refd_field *field,
		       char *at)
{
	uint16_t bytes = (uint16_t)len;

	if ((uint32_t)len > field->size)
		return false;
	memcpy(at, &bytes, sizeof(bytes));
	memcpy(at + sizeof(bytes), value, (size_t)len + 1);
	return true;
}

static bool fetch_word(const unsigned char *word, const struct refd_field *field, char *at)
{
	int value = refd_word_value(field->words, refd_str_of((const char *)word));

	memcpy(at, &value, sizeof(value));
	return value != 0;
}

static bool fetch_field(const unsigned char *value, int len, const struct refd_field *field,
			char *at)
{
	switch (field->type) {
	case REFD_FIELD_UUID:
		return fetch_bytes(value, len, at, sizeof(struct refd_uuid));
	case REFD_FIELD_HASH:
		return fetch_bytes(value, len, at, 32);
	case REFD_FIELD_TIME:
		return fetch_time(value, len, at);
	case REFD_FIELD_INT64:
		return fetch_int64(value, len, at);
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		return fetch_int32(value, len, at);
	case REFD_FIELD_RULES:
		return fetch_rules(value, len, at);
	case REFD_FIELD_BOOL:
		*(bool *)(void *)at = len == 1 && value[0] != 0;
		return len == 1;
	case REFD_FIELD_TEXT:
		return fetch_text(value, len, field, at);
	case REFD_FIELD_SLICE: {
		struct refd_str str = { (const char *)value, (size_t)len };

		memcpy(at, &str, sizeof(str));
		return true;
	}
	case REFD_FIELD_WORD:
		return fetch_word(value, field, at);
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break;
	}
	return false;
}

enum refd_status refd_postgres__fetch(const PGresult *result, int row, int first,
				      const struct refd_layout *layout, void *state,
				      struct refd_error *err)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		char *at = (char *)state + field->offset;
		int column = first + (int)i;
		const int len = PQgetlength(result, row, column);
		const bool null = len == 0 && PQgetisnull(result, row, column) != 0;

		if (null && (field->flags & REFD_FIELD_OPTIONAL)) {
			refd_field_clear(field, state);
			continue;
		}
		if (null || !fetch_field(bytes_at(result, row, column), len, field, at))
			return refd_error_set(err, REFD_CORRUPT,
					      "%s.%s holds what this build cannot read",
					      layout->name, field->name);
		refd_field_mark_set(field, state);
	}
	return REFD_OK;
}
