/* The binder and the reader: a walk over the fields of a layout. Neither knows a record by name. */
#include <string.h>

#include "sqlite_parts.h"

static int bind_text(sqlite3_stmt *stmt, int index, const char *at)
{
	uint16_t len;

	memcpy(&len, at, sizeof(len));
	return sqlite3_bind_text(stmt, index, at + sizeof(len), len, SQLITE_STATIC);
}

static int bind_slice(sqlite3_stmt *stmt, int index, const char *at)
{
	const struct refd_str *str = (const struct refd_str *)(const void *)at;

	return sqlite3_bind_text64(stmt, index, str->len > 0 ? str->ptr : "", str->len,
				   SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_word(sqlite3_stmt *stmt, int index, const struct refd_field *field, const char *at)
{
	const char *word;
	int value;

	memcpy(&value, at, sizeof(value));
	word = refd_word(field->words, value);
	return word != NULL ? sqlite3_bind_text(stmt, index, word, -1, SQLITE_STATIC)
			    : SQLITE_MISMATCH;
}

static int bind_field(sqlite3_stmt *stmt, int index, const struct refd_field *field, const char *at)
{
	switch (field->type) {
	case REFD_FIELD_UUID:
		return sqlite3_bind_blob(stmt, index, at, sizeof(struct refd_uuid), SQLITE_STATIC);
	case REFD_FIELD_HASH:
		return sqlite3_bind_blob(stmt, index, at, 32, SQLITE_STATIC);
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT64:
		return sqlite3_bind_int64(stmt, index, *(const int64_t *)(const void *)at);
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		return sqlite3_bind_int(stmt, index, *(const int32_t *)(const void *)at);
	case REFD_FIELD_RULES:
		return sqlite3_bind_int64(stmt, index, *(const uint32_t *)(const void *)at);
	case REFD_FIELD_BOOL:
		return sqlite3_bind_int(stmt, index, *(const bool *)(const void *)at);
	case REFD_FIELD_TEXT:
		return bind_text(stmt, index, at);
	case REFD_FIELD_SLICE:
		return bind_slice(stmt, index, at);
	case REFD_FIELD_WORD:
		return bind_word(stmt, index, field, at);
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break; /* never in a record */
	}
	return SQLITE_MISUSE;
}

int refd_sqlite__bind(sqlite3_stmt *stmt, const struct refd_layout *layout, const void *state,
		      bool keys_only, int *ret_next)
{
	int index = 1;
	int code = SQLITE_OK;
	size_t i;

	for (i = 0; i < layout->count && code == SQLITE_OK; i++) {
		const struct refd_field *field = &layout->fields[i];
		const char *at = (const char *)state + field->offset;

		if (keys_only && !(field->flags & REFD_FIELD_KEY))
			continue;
		code = refd_field_is_unset(field, state) ? sqlite3_bind_null(stmt, index)
							 : bind_field(stmt, index, field, at);
		index++;
	}
	*ret_next = index;
	return code;
}

/* ---- reader ---- */

static bool fetch_blob(sqlite3_stmt *stmt, int column, void *at, int size)
{
	const void *blob = sqlite3_column_blob(stmt, column);

	if (blob == NULL || sqlite3_column_bytes(stmt, column) != size)
		return false;
	memcpy(at, blob, (size_t)size);
	return true;
}

static bool fetch_text(sqlite3_stmt *stmt, int column, const struct refd_field *field, char *at)
{
	const unsigned char *text = sqlite3_column_text(stmt, column);
	int bytes = sqlite3_column_bytes(stmt, column);
	uint16_t len = (uint16_t)bytes;

	if (text == NULL || bytes < 0 || (uint32_t)bytes > field->size)
		return false;
	memcpy(at, &len, sizeof(len));
	memcpy(at + sizeof(len), text, (size_t)bytes + 1);
	return true;
}

static bool fetch_word(sqlite3_stmt *stmt, int column, const struct refd_field *field, char *at)
{
	const char *word = (const char *)sqlite3_column_text(stmt, column);
	int value = refd_word_value(field->words, refd_str_of(word));

	memcpy(at, &value, sizeof(value));
	return value != 0;
}

static bool fetch_slice(sqlite3_stmt *stmt, int column, char *at)
{
	struct refd_str str = { (const char *)sqlite3_column_text(stmt, column), 0 };

	if (str.ptr == NULL)
		return false;
	str.len = (size_t)sqlite3_column_bytes(stmt, column);
	memcpy(at, &str, sizeof(str));
	return true;
}

static bool fetch_int32(sqlite3_stmt *stmt, int column, char *at)
{
	int64_t wide = sqlite3_column_int64(stmt, column);
	int32_t value = (int32_t)wide;

	memcpy(at, &value, sizeof(value));
	return wide == value;
}

/* STRICT tables hold the right types, damaged files any. */
static bool has_type(sqlite3_stmt *stmt, int column, enum refd_field_type type)
{
	int found = sqlite3_column_type(stmt, column);

	switch (type) {
	case REFD_FIELD_UUID:
	case REFD_FIELD_HASH:
		return found == SQLITE_BLOB;
	case REFD_FIELD_TEXT:
	case REFD_FIELD_SLICE:
	case REFD_FIELD_WORD:
		return found == SQLITE_TEXT;
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT64:
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
	case REFD_FIELD_RULES:
	case REFD_FIELD_BOOL:
		return found == SQLITE_INTEGER;
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break;
	}
	return false;
}

static bool fetch_field(sqlite3_stmt *stmt, int column, const struct refd_field *field, char *at)
{
	switch (field->type) {
	case REFD_FIELD_UUID:
		return fetch_blob(stmt, column, at, sizeof(struct refd_uuid));
	case REFD_FIELD_HASH:
		return fetch_blob(stmt, column, at, 32);
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT64:
		*(int64_t *)(void *)at = sqlite3_column_int64(stmt, column);
		return true;
	case REFD_FIELD_INT32:
	case REFD_FIELD_DEGREES:
		return fetch_int32(stmt, column, at);
	case REFD_FIELD_RULES:
		*(uint32_t *)(void *)at = (uint32_t)sqlite3_column_int64(stmt, column);
		return true;
	case REFD_FIELD_BOOL:
		*(bool *)(void *)at = sqlite3_column_int(stmt, column) != 0;
		return true;
	case REFD_FIELD_TEXT:
		return fetch_text(stmt, column, field, at);
	case REFD_FIELD_SLICE:
		return fetch_slice(stmt, column, at);
	case REFD_FIELD_WORD:
		return fetch_word(stmt, column, field, at);
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break;
	}
	return false;
}

/* Text and blobs come NULL from SQLite also when memory ran out. */
static enum refd_status unreadable(sqlite3_stmt *stmt, const struct refd_layout *layout,
				   const struct refd_field *field, struct refd_error *err)
{
	if (sqlite3_errcode(sqlite3_db_handle(stmt)) == SQLITE_NOMEM)
		return refd_error_set(err, REFD_NO_MEMORY, "no memory to read %s", layout->name);
	return refd_error_set(err, REFD_CORRUPT, "%s.%s holds what this build cannot read",
			      layout->name, field->name);
}

enum refd_status refd_sqlite__fetch(sqlite3_stmt *stmt, int first, const struct refd_layout *layout,
				    void *state, struct refd_error *err)
{
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		char *at = (char *)state + field->offset;
		int column = first + (int)i;

		if ((field->flags & REFD_FIELD_OPTIONAL) &&
		    sqlite3_column_type(stmt, column) == SQLITE_NULL) {
			refd_field_clear(field, state);
			continue;
		}
		if (!has_type(stmt, column, field->type) || !fetch_field(stmt, column, field, at))
			return unreadable(stmt, layout, field, err);
		refd_field_mark_set(field, state);
	}
	return REFD_OK;
}
