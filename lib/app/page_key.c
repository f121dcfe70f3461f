/* Page keys: base64url of (check, time, number, id, name). Text, so that a user can hand it back;
 * the check is over the query and the rest of the key, so that it fits its query only and a damaged
 * key is found out. */
#include <string.h>

#include "app/reading.h"
#include "base/digest.h"
#include "domain/violations.h"

#define CHECK_BYTES 8
#define HEAD_BYTES  40 /* check 8, time 8, number 8, id 16 */
#define LIMIT_MAX   10000

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static size_t encode(const uint8_t *bytes, size_t count, char *text)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < count; i += 3) {
		uint32_t group = (uint32_t)bytes[i] << 16;

		group |= i + 1 < count ? (uint32_t)bytes[i + 1] << 8 : 0;
		group |= i + 2 < count ? (uint32_t)bytes[i + 2] : 0;
		text[n++] = alphabet[group >> 18];
		text[n++] = alphabet[group >> 12 & 63];
		if (i + 1 < count)
			text[n++] = alphabet[group >> 6 & 63];
		if (i + 2 < count)
			text[n++] = alphabet[group & 63];
	}
	text[n] = '\0';
	return n;
}

/* Bytes decoded, or 0 if the text, which holds no NUL, is not what encode() writes. */
static size_t decode(const char *text, size_t len, uint8_t *bytes, size_t room)
{
	uint32_t group = 0;
	unsigned bits = 0;
	size_t n = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		const char *at = strchr(alphabet, text[i]);

		if (at == NULL)
			return 0;
		group = group << 6 | (uint32_t)(at - alphabet);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (n == room)
			return 0;
		bytes[n++] = (uint8_t)(group >> bits);
		group &= (UINT32_C(1) << bits) - 1;
	}
	return group == 0 && bits < 6 ? n : 0;
}

static void put_i64(uint8_t *bytes, int64_t number)
{
	int i;

	for (i = 0; i < 8; i++)
		bytes[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
}

static int64_t get_i64(const uint8_t *bytes)
{
	uint64_t number = 0;
	int i;

	for (i = 0; i < 8; i++)
		number = number << 8 | bytes[i];
	return (int64_t)number;
}

static void make_check(const struct refd__pager *pager, const uint8_t *bytes, size_t count,
		       uint8_t ret[CHECK_BYTES])
{
	uint8_t whole[REFD__DIGEST_BYTES];
	struct refd__digest digest;

	refd__digest_init(&digest);
	refd__digest_add(&digest, pager->query, sizeof(pager->query));
	refd__digest_add(&digest, bytes + CHECK_BYTES, count - CHECK_BYTES);
	refd__digest_done(&digest, whole);
	memcpy(ret, whole, CHECK_BYTES);
}

static enum refd_status foreign(struct refd_error *err)
{
	return refd__invalid(err, "page.after", REFD_RULE_PAGE_KEY_FOREIGN, 0, 0, NULL);
}

static enum refd_status parse_key(struct refd__pager *pager, struct refd__arena *arena,
				  const struct refd_page_key *key, struct refd_error *err)
{
	uint8_t bytes[HEAD_BYTES + REFD_NAME_BYTES];
	const char *end = memchr(key->text, '\0', sizeof(key->text));
	size_t count = end != NULL
			       ? decode(key->text, (size_t)(end - key->text), bytes, sizeof(bytes))
			       : 0;
	struct refd_str name = { (const char *)bytes + HEAD_BYTES, 0 };
	uint8_t check[CHECK_BYTES];

	if (count < HEAD_BYTES)
		return foreign(err);
	make_check(pager, bytes, count, check);
	if (memcmp(bytes, check, CHECK_BYTES) != 0)
		return foreign(err);
	name.len = count - HEAD_BYTES;
	pager->after.time.us = get_i64(bytes + 8);
	pager->after.number = get_i64(bytes + 16);
	memcpy(pager->after.id.bytes, bytes + 24, sizeof(pager->after.id.bytes));
	if (!refd__arena_str(arena, name, &pager->after.name))
		return refd_error_set(err, REFD_NO_MEMORY, "no memory for a page key");
	return REFD_OK;
}

enum refd_status refd__pager_init(struct refd__pager *pager, struct refd__arena *arena,
				  const struct refd_page *page, struct refd__digest *query,
				  struct refd_error *err)
{
	uint8_t digest[REFD__DIGEST_BYTES];

	memset(pager, 0, sizeof(*pager));
	refd__digest_done(query, digest);
	memcpy(pager->query, digest, sizeof(pager->query));
	if (page == NULL)
		return REFD_OK;
	if (page->limit > LIMIT_MAX)
		return refd__invalid(err, "page.limit", REFD_RULE_OUT_OF_RANGE,
				     (int64_t)page->limit, LIMIT_MAX, NULL);
	pager->limit = page->limit;
	return page->after.text[0] != '\0' ? parse_key(pager, arena, &page->after, err) : REFD_OK;
}

bool refd__pager_room(struct refd__pager *pager)
{
	if (pager->limit == 0 || pager->delivered < pager->limit)
		return true;
	pager->more = true;
	return false;
}

void refd__pager_note(struct refd__pager *pager, const struct refd_position *position)
{
	uint8_t bytes[HEAD_BYTES + REFD_NAME_BYTES];
	size_t name = position->name.len < REFD_NAME_BYTES ? position->name.len : REFD_NAME_BYTES;

	pager->delivered++;
	if (pager->limit == 0 || pager->delivered < pager->limit)
		return; /* only the last row of a page needs its key */
	put_i64(bytes + 8, position->time.us);
	put_i64(bytes + 16, position->number);
	memcpy(bytes + 24, position->id.bytes, 16);
	if (name > 0)
		memcpy(bytes + HEAD_BYTES, position->name.ptr, name);
	make_check(pager, bytes, HEAD_BYTES + name, bytes);
	encode(bytes, HEAD_BYTES + name, pager->last.text);
}

void refd__pager_next(const struct refd__pager *pager, struct refd_page_key *ret_next)
{
	if (ret_next == NULL)
		return;
	if (pager->more)
		*ret_next = pager->last;
	else
		ret_next->text[0] = '\0';
}

size_t refd__pager_ask(const struct refd__pager *pager, bool filtered)
{
	return pager->limit == 0 || filtered ? 0 : pager->limit + 1;
}
