/* The binder: a walk over the fields of a layout, into PostgreSQL's binary form. It knows no record
 * by name; nor does the reader, in fetch.c. */
#include <string.h>

#include "postgres_parts.h"

enum {
	OID_BOOL = 16,
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_TIMESTAMPTZ = 1184,
	OID_UUID = 2950
};

Oid refd_postgres__type(enum refd_field_type type)
{
	switch (type) {
	case REFD_FIELD_UUID:
		return OID_UUID;
	case REFD_FIELD_TIME:
		return OID_TIMESTAMPTZ;
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		return OID_INT4;
	case REFD_FIELD_INT64:
	case REFD_FIELD_RULES:
		return OID_INT8;
	case REFD_FIELD_BOOL:
		return OID_BOOL;
	case REFD_FIELD_HASH:
		return OID_BYTEA;
	case REFD_FIELD_TEXT:
	case REFD_FIELD_WORD:
	case REFD_FIELD_SLICE:
		return OID_TEXT;
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break; /* never in a record */
	}
	return 0;
}

Oid refd_postgres__array_type(Oid type)
{
	switch (type) {
	case OID_BOOL:
		return 1000;
	case OID_BYTEA:
		return 1001;
	case OID_INT8:
		return 1016;
	case OID_INT4:
		return 1007;
	case OID_TEXT:
		return 1009;
	case OID_TIMESTAMPTZ:
		return 1185;
	default:
		return 2951;
	}
}

/* ---- binder ---- */

static void store32(unsigned char *at, uint32_t value)
{
	at[0] = (unsigned char)(value >> 24);
	at[1] = (unsigned char)(value >> 16);
	at[2] = (unsigned char)(value >> 8);
	at[3] = (unsigned char)value;
}

static void store64(unsigned char *at, uint64_t value)
{
	store32(at, (uint32_t)(value >> 32));
	store32(at + 4, (uint32_t)value);
}

static uint64_t to_timestamp(int64_t us)
{
	if (us == INT64_MIN || us == INT64_MAX) /* as PostgreSQL has its infinities */
		return (uint64_t)us;
	return (uint64_t)(us - PG_EPOCH);
}

#define MOST_KEPT ((size_t)1 << 20)

#define IS_NULL (-1)
#define IS_BAD	(-2)

static int text_value(const char *at, const char **ret)
{
	uint16_t len;

	memcpy(&len, at, sizeof(len));
	*ret = at + sizeof(len);
	return len;
}

static int slice_value(const char *at, const char **ret)
{
	const struct refd_str *str = (const struct refd_str *)(const void *)at;

	*ret = str->len > 0 ? str->ptr : "";
	return str->len < INT32_MAX ? (int)str->len : IS_BAD;
}

static int word_value(const struct refd_field *field, const char *at, const char **ret)
{
	int value;

	memcpy(&value, at, sizeof(value));
	*ret = refd_word(field->words, value);
	return *ret != NULL ? (int)strlen(*ret) : IS_BAD;
}

/* Where the value's bytes are: in the state, or made in scratch. @return how many, IS_NULL, IS_BAD
 */
static int value_of(const struct refd_field *field, const char *state, unsigned char *scratch,
		    const char **ret)
{
	const char *at = state + field->offset;

	*ret = (const char *)scratch;
	if (refd_field_is_unset(field, state))
		return IS_NULL;
	switch (field->type) {
	case REFD_FIELD_UUID:
		*ret = at;
		return sizeof(struct refd_uuid);
	case REFD_FIELD_HASH:
		*ret = at;
		return 32;
	case REFD_FIELD_TIME:
		store64(scratch, to_timestamp(*(const int64_t *)(const void *)at));
		return 8;
	case REFD_FIELD_INT64:
		store64(scratch, (uint64_t) * (const int64_t *)(const void *)at);
		return 8;
	case REFD_FIELD_RULES:
		store64(scratch, *(const uint32_t *)(const void *)at);
		return 8;
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		store32(scratch, (uint32_t) * (const int32_t *)(const void *)at);
		return 4;
	case REFD_FIELD_BOOL:
		scratch[0] = *(const bool *)(const void *)at;
		return 1;
	case REFD_FIELD_TEXT:
		return text_value(at, ret);
	case REFD_FIELD_SLICE:
		return slice_value(at, ret);
	case REFD_FIELD_WORD:
		return word_value(field, at, ret);
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break; /* never in a record */
	}
	return IS_BAD;
}

void refd_postgres__params_start(struct pg_connection *c)
{
	c->params.allocator = &c->store->allocator;
	c->params.n = 0;
	c->params.len = 0;
	c->params.no_memory = c->params.bad = false;
}

static void put_value(struct pg_params *p, const char *value, int len)
{
	p->values[p->n] = value;
	p->lengths[p->n] = len;
	p->at[p->n] = SIZE_MAX;
	p->n++;
}

void refd_postgres__put_null(struct pg_params *p)
{
	put_value(p, NULL, 0);
}

void refd_postgres__put_uuid(struct pg_params *p, const struct refd_uuid *id)
{
	put_value(p, (const char *)id->bytes, sizeof(id->bytes));
}

void refd_postgres__put_optional_uuid(struct pg_params *p, const struct refd_uuid *id)
{
	if (refd_uuid_is_unset(*id))
		refd_postgres__put_null(p);
	else
		refd_postgres__put_uuid(p, id);
}

void refd_postgres__put_int32(struct pg_params *p, int32_t value)
{
	store32(p->scratch[p->n], (uint32_t)value);
	put_value(p, (const char *)p->scratch[p->n], 4);
}

void refd_postgres__put_int64(struct pg_params *p, int64_t value)
{
	store64(p->scratch[p->n], (uint64_t)value);
	put_value(p, (const char *)p->scratch[p->n], 8);
}

void refd_postgres__put_time(struct pg_params *p, int64_t us)
{
	refd_postgres__put_int64(p, (int64_t)to_timestamp(us));
}

/* Days and months stay 0: they would depend on a time zone. */
void refd_postgres__put_interval(struct pg_params *p, int64_t us)
{
	unsigned char *at = p->scratch[p->n];

	store64(at, (uint64_t)us);
	store64(at + 8, 0);
	put_value(p, (const char *)at, 16);
}

void refd_postgres__put_text(struct pg_params *p, const char *text, size_t len)
{
	p->bad = p->bad || text == NULL || len >= INT32_MAX;
	put_value(p, text, (int)len);
}

void refd_postgres__put_fields(struct pg_params *p, const struct refd_layout *layout,
			       const void *state, bool keys_only)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const char *value = NULL;
		int len;

		if (keys_only && !(layout->fields[i].flags & REFD_FIELD_KEY))
			continue;
		len = value_of(&layout->fields[i], state, p->scratch[p->n], &value);
		p->bad = p->bad || len == IS_BAD;
		put_value(p, len < 0 ? NULL : value, len < 0 ? 0 : len);
	}
}

static bool grow(struct pg_params *p, size_t more)
{
	size_t room = p->room != 0 ? p->room : 1024;
	char *bytes;

	while (room - p->len < more)
		room *= 2;
	bytes = p->allocator->alloc(p->allocator->self, room);
	if (bytes == NULL) {
		p->no_memory = true;
		return false;
	}
	if (p->len > 0)
		memcpy(bytes, p->bytes, p->len);
	p->allocator->free(p->allocator->self, p->bytes);
	p->bytes = bytes;
	p->room = room;
	return true;
}

static inline bool make_room(struct pg_params *p, size_t more)
{
	if (p->no_memory || p->room - p->len >= more)
		return !p->no_memory;
	return grow(p, more);
}

/* What a large change set needed is not kept for the small ones after it. */
void refd_postgres__params_trim(struct pg_connection *c)
{
	struct pg_params *p = &c->params;

	if (p->room <= MOST_KEPT)
		return;
	p->allocator->free(p->allocator->self, p->bytes);
	p->bytes = NULL;
	p->len = p->room = 0;
}

static void append32(struct pg_params *p, uint32_t value)
{
	if (!make_room(p, 4))
		return;
	store32((unsigned char *)p->bytes + p->len, value);
	p->len += 4;
}

/* Dimensions, whether there are NULLs, element type, elements, first index. */
void refd_postgres__array_start(struct pg_params *p, Oid type, size_t count)
{
	p->array = p->len;
	p->nulls = 0;
	append32(p, count > 0 ? 1 : 0);
	append32(p, 0);
	append32(p, type);
	if (count > 0) {
		append32(p, (uint32_t)count);
		append32(p, 1);
	}
}

void refd_postgres__array_put(struct pg_params *p, const void *bytes, int len)
{
	const size_t size = len > 0 ? (size_t)len : 0;

	if (!make_room(p, 4 + size))
		return;
	store32((unsigned char *)p->bytes + p->len, (uint32_t)len);
	if (size > 0)
		memcpy(p->bytes + p->len + 4, bytes, size);
	p->len += 4 + size;
	p->nulls += len < 0;
}

void refd_postgres__array_field(struct pg_params *p, const struct refd_field *field,
				const void *state)
{
	unsigned char scratch[16];
	const char *value = NULL;
	int len = value_of(field, state, scratch, &value);

	p->bad = p->bad || len == IS_BAD;
	refd_postgres__array_put(p, value, len == IS_BAD ? IS_NULL : len);
}

void refd_postgres__array_end(struct pg_params *p)
{
	if (p->no_memory)
		return;
	if (p->nulls > 0)
		p->bytes[p->array + 7] = 1;
	put_value(p, NULL, (int)(p->len - p->array));
	p->at[p->n - 1] = p->array;
}
