#include "names.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a */
static size_t hash(struct refd_str key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ (unsigned char)key.ptr[i]) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

static struct name_entry **place(const struct names *names, struct refd_str key)
{
	struct name_entry **at = &names->buckets[hash(key) % names->n_buckets];

	while (*at && !refd_str_equal((struct refd_str){ (*at)->key, (*at)->len }, key))
		at = &(*at)->next;
	return at;
}

static bool grow(struct names *names)
{
	struct names bigger = { .n_buckets = names->n_buckets ? names->n_buckets * 4 : 64,
				.count = names->count };

	bigger.buckets = calloc(bigger.n_buckets, sizeof(*bigger.buckets));
	if (!bigger.buckets)
		return false;
	for (size_t i = 0; i < names->n_buckets; i++) {
		struct name_entry *entry = names->buckets[i], *next;

		for (; entry; entry = next) {
			next = entry->next;
			entry->next = NULL;
			*place(&bigger, (struct refd_str){ entry->key, entry->len }) = entry;
		}
	}
	free(names->buckets);
	*names = bigger;
	return true;
}

struct name_entry *names_find(const struct names *names, struct refd_str key)
{
	return names->n_buckets ? *place(names, key) : NULL;
}

struct name_entry *names_add(struct names *names, struct refd_str key, struct refd_uuid id)
{
	struct name_entry **at;

	if (names->count >= names->n_buckets && !grow(names))
		return NULL;
	at = place(names, key);
	if (!*at) {
		*at = calloc(1, sizeof(**at) + key.len + 1);
		if (!*at)
			return NULL;
		(*at)->id = id;
		(*at)->len = key.len;
		memcpy((*at)->key, key.len ? key.ptr : "", key.len);
		names->count++;
	}
	(*at)->count++;
	return *at;
}

void names_forget_line(struct names *names, size_t line)
{
	for (size_t i = 0; i < names->n_buckets; i++) {
		struct name_entry **at = &names->buckets[i];

		while (*at) {
			struct name_entry *entry = *at;

			if (entry->line != line) {
				at = &entry->next;
				continue;
			}
			*at = entry->next;
			free(entry);
			names->count--;
		}
	}
}

void names_done(struct names *names)
{
	for (size_t i = 0; i < names->n_buckets; i++) {
		struct name_entry *entry = names->buckets[i], *next;

		for (; entry; entry = next) {
			next = entry->next;
			free(entry);
		}
	}
	free(names->buckets);
	*names = (struct names){ 0 };
}

struct refd_str names_key(const struct refd_uuid *id)
{
	return (struct refd_str){ (const char *)id->bytes, sizeof(id->bytes) };
}
