/**
 * @file layout.h Field layouts: one table per record drives every binder, reader and codec.
 *
 * A storage engine walks the fields in column order and never knows a record by name. Layouts are
 * append-only. All functions: any thread.
 * @since 0.1
 */
#ifndef REFDOMAIN_LAYOUT_H
#define REFDOMAIN_LAYOUT_H

#include <refdomain/attributes.h>

REFD_BEGIN_DECLS

enum refd_field_type {
	REFD_FIELD_UUID = 1, /**< struct refd_uuid; 16 bytes */
	REFD_FIELD_TIME,     /**< struct refd_time; microseconds */
	REFD_FIELD_INT32,    /**< int32_t */
	REFD_FIELD_INT64,    /**< int64_t */
	REFD_FIELD_BOOL,     /**< bool */
	REFD_FIELD_TEXT,    /**< { uint16_t len; char utf8[size + 1]; }: `size` is the most bytes of
			       text */
	REFD_FIELD_WORD,    /**< an enum, stored as words[value] */
	REFD_FIELD_SLICE,   /**< struct refd_str, borrowed: long text of any length */
	REFD_FIELD_HASH,    /**< uint8_t[32] */
	REFD_FIELD_DEGREES, /**< int32_t, millionths of a degree */
	REFD_FIELD_RULES,   /**< uint32_t, a set of engine rules (1 << rule) */
	/* the following appear in event payloads only, never in records */
	REFD_FIELD_LIST,  /**< struct refd_list of `element` */
	REFD_FIELD_OBJECT /**< const struct * of `element` */
};

enum refd_field_flag {
	REFD_FIELD_KEY = 1 << 0, /**< part of the primary key */
	REFD_FIELD_OPTIONAL =
		1 << 1, /**< unset (all-zero, empty, or *present false) is stored as NULL */
	REFD_FIELD_VERSION = 1 << 2 /**< the version checked by updates and deletes */
};

struct refd_layout;
struct refd_str;

struct refd_field {
	const char *name; /**< column name, and member name in JSON */
	enum refd_field_type type;
	uint32_t flags;
	uint32_t offset;
	uint32_t size;	  /**< TEXT: most bytes; otherwise the size of the member */
	uint32_t present; /**< offset of a bool that says whether the field is set; 0 if there is
			     none */
	const char *const *words; /**< WORD: indexed by value, words[0] is NULL, ends with NULL */
	const struct refd_layout *element; /**< LIST, OBJECT */
};

struct refd_layout {
	const char *name; /**< table name */
	size_t state_size;
	size_t count;
	const struct refd_field *fields;
};

/** A borrowed array in an event payload. */
struct refd_list {
	const void *items;
	size_t count;
};

/**
 * Whether a field is unset in a record or payload: a store keeps it as NULL then, and a codec
 * writes null. A field that is not OPTIONAL never is.
 * @param state what the field's layout describes
 * @since 0.1
 */
REFD_API bool refd_field_is_unset(const struct refd_field *field, const void *state);
/** Make an OPTIONAL field what it is when NULL was stored. */
REFD_API void refd_field_clear(const struct refd_field *field, void *state);
/** To be called when a value was written into a field: where a flag says so, it says so. */
REFD_API void refd_field_mark_set(const struct refd_field *field, void *state);

/** The word of @p value in a list as in refd_field.words; NULL if it has none. Static text. */
REFD_API const char *refd_word(const char *const *words, int64_t value);
/** The value of a word as it was stored; 0 if there is no such word. */
REFD_API int refd_word_value(const char *const *words, struct refd_str word);

/** The field of that name; NULL if there is none. */
REFD_API const struct refd_field *refd_layout_field(const struct refd_layout *layout,
						    struct refd_str name);
/** The field that updates and deletes check; NULL if rows of this layout have no version. */
REFD_API const struct refd_field *refd_layout_version(const struct refd_layout *layout);

REFD_END_DECLS

#endif
