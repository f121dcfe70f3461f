/*
 * A row: how many fields it has, then the fields in the order of the layout, an optional one behind
 * a byte that says whether it is set. Layouts grow at the end: a row of an earlier version lacks
 * the last fields, and they are read as unset.
 */
#include "rows.h"

#include <string.h>

#include "bytes.h"

/* ---- writing ---- */

struct writer {
	unsigned char *to; /* NULL: only count */
	size_t len;
	bool bad;
};

static void put(struct writer *w, const void *bytes, size_t len)
{
	if (w->to && len)
		memcpy(w->to + w->len, bytes, len);
	w->len += len;
}

static void put_number(struct writer *w, size_t size, uint64_t number)
{
	if (w->to)
		lmdb_store__put_number(w->to + w->len, size, number);
	w->len += size;
}

/* Behind its length, which takes `size` bytes. */
static void put_text(struct writer *w, size_t size, const char *text, size_t len)
{
	w->bad = w->bad || len >> 8 * size != 0;
	put_number(w, size, len);
	put(w, text, len);
}

static void put_field(struct writer *w, const struct refd_field *field, const char *at)
{
	const struct refd_str *slice;
	const char *word;

	switch (field->type) {
	case REFD_FIELD_UUID:
	case REFD_FIELD_HASH:
		put(w, at, field->size);
		break;
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT64:
		put_number(w, 8, (uint64_t) * (const int64_t *)(const void *)at);
		break;
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		put_number(w, 4, (uint32_t) * (const int32_t *)(const void *)at);
		break;
	case REFD_FIELD_RULES:
		put_number(w, 4, *(const uint32_t *)(const void *)at);
		break;
	case REFD_FIELD_BOOL:
		put_number(w, 1, *(const bool *)(const void *)at);
		break;
	case REFD_FIELD_TEXT:
		put_text(w, 2, at + sizeof(uint16_t), *(const uint16_t *)(const void *)at);
		break;
	case REFD_FIELD_SLICE:
		slice = (const struct refd_str *)(const void *)at;
		put_text(w, 4, slice->ptr, slice->len);
		break;
	case REFD_FIELD_WORD:
		word = refd_word(field->words, *(const int *)(const void *)at);
		w->bad = w->bad || !word;
		put_text(w, 1, word, word ? strlen(word) : 0);
		break;
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		w->bad = true; /* never in a record */
		break;
	}
}

static void put_row(struct writer *w, enum refd_record record, const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);

	put_number(w, 1, layout->count);
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		const bool set = !refd_field_is_unset(field, state);

		if (field->flags & REFD_FIELD_OPTIONAL)
			put_number(w, 1, set);
		if (set)
			put_field(w, field, (const char *)state + field->offset);
	}
}

size_t lmdb_store__row_size(enum refd_record record, const void *state)
{
	struct writer w = { .to = NULL };

	put_row(&w, record, state);
	return w.bad ? 0 : w.len;
}

void lmdb_store__row_write(enum refd_record record, const void *state, void *to)
{
	struct writer w = { .to = to };

	put_row(&w, record, state);
}

/* ---- reading ---- */

struct reader {
	const unsigned char *from;
	size_t left;
	bool bad;
};

/* The next bytes; NULL if there are not as many. */
static const unsigned char *take(struct reader *r, size_t len)
{
	const unsigned char *bytes = r->from;

	r->bad = r->bad || r->left < len;
	if (r->bad)
		return NULL;
	r->from += len;
	r->left -= len;
	return bytes;
}

static uint64_t take_number(struct reader *r, size_t size)
{
	const unsigned char *bytes = take(r, size);

	return bytes ? lmdb_store__get_number(bytes, size) : 0;
}

static struct refd_str take_text(struct reader *r, size_t size)
{
	struct refd_str text = { NULL, take_number(r, size) };

	text.ptr = (const char *)take(r, text.len);
	if (!text.ptr)
		text.len = 0;
	return text;
}

static bool take_bool(struct reader *r)
{
	uint64_t number = take_number(r, 1);

	r->bad = r->bad || number > 1;
	return number != 0;
}

static void take_bytes(struct reader *r, char *at, size_t len)
{
	const unsigned char *bytes = take(r, len);

	if (bytes)
		memcpy(at, bytes, len);
}

static void take_fixed_text(struct reader *r, const struct refd_field *field, char *at)
{
	struct refd_str text = take_text(r, 2);
	uint16_t len = (uint16_t)text.len;

	r->bad = r->bad || text.len > field->size;
	if (r->bad)
		return;
	memcpy(at, &len, sizeof(len));
	memcpy(at + sizeof(len), text.ptr, text.len);
	at[sizeof(len) + text.len] = '\0';
}

static void take_field(struct reader *r, const struct refd_field *field, char *at)
{
	struct refd_str text;

	switch (field->type) {
	case REFD_FIELD_UUID:
	case REFD_FIELD_HASH:
		take_bytes(r, at, field->size);
		break;
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT64:
		*(int64_t *)(void *)at = (int64_t)take_number(r, 8);
		break;
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		*(int32_t *)(void *)at = (int32_t)take_number(r, 4);
		break;
	case REFD_FIELD_RULES:
		*(uint32_t *)(void *)at = (uint32_t)take_number(r, 4);
		break;
	case REFD_FIELD_BOOL:
		*(bool *)(void *)at = take_bool(r);
		break;
	case REFD_FIELD_TEXT:
		take_fixed_text(r, field, at);
		break;
	case REFD_FIELD_SLICE:
		text = take_text(r, 4);
		memcpy(at, &text, sizeof(text));
		break;
	case REFD_FIELD_WORD:
		text = take_text(r, 1);
		*(int *)(void *)at = refd_word_value(field->words, text);
		r->bad = r->bad || *(const int *)(const void *)at == 0;
		break;
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		r->bad = true;
		break;
	}
}

enum refd_status lmdb_store__row_read(enum refd_record record, const void *from, size_t size,
				      void *ret_state, struct refd_error *err)
{
	const struct refd_layout *layout = refd_record_layout(record);
	struct reader r = { from, size, false };
	const size_t count = take_number(&r, 1);

	r.bad = r.bad || count > layout->count;
	for (size_t i = 0; i < layout->count && !r.bad; i++) {
		const struct refd_field *field = &layout->fields[i];
		const bool optional = (field->flags & REFD_FIELD_OPTIONAL) != 0;

		if (i >= count || (optional && !take_bool(&r))) {
			refd_field_clear(field, ret_state);
			continue;
		}
		take_field(&r, field, (char *)ret_state + field->offset);
		refd_field_mark_set(field, ret_state);
	}
	if (r.bad || r.left != 0)
		return refd_error_set(err, REFD_CORRUPT, "a %s cannot be read", layout->name);
	return REFD_OK;
}
