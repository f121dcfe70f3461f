/*
 * Page keys as somebody hands them back. A key of ours is read back whole; any other text is
 * refused, one changed character included.
 */
#include <string.h>

#include "app/reading.h"
#include "base/digest.h"
#include "fuzz.h"

unsigned long fuzz_taken;

static enum refd_status start(struct refd__pager *pager, struct refd__arena *arena,
			      const struct refd_page *page)
{
	struct refd__digest query;

	refd__digest_init(&query);
	return refd__pager_init(pager, arena, page, &query, NULL);
}

static void take_number(const uint8_t **bytes, size_t *count, void *ret, size_t size)
{
	size_t n = *count < size ? *count : size;

	memcpy(ret, *bytes, n);
	*bytes += n;
	*count -= n;
}

/* The bytes as a position: its key brings back just that. */
static void go_there_and_back(struct refd__arena *arena, const uint8_t *bytes, size_t count)
{
	struct refd_page page = { .limit = 1 };
	struct refd_position to = { .name = { NULL, 0 } };
	struct refd__pager pager;

	take_number(&bytes, &count, &to.time.us, sizeof(to.time.us));
	take_number(&bytes, &count, &to.number, sizeof(to.number));
	take_number(&bytes, &count, to.id.bytes, sizeof(to.id.bytes));
	to.name = (struct refd_str){ (const char *)bytes,
				     count < REFD_NAME_BYTES ? count : REFD_NAME_BYTES };
	CHECK(start(&pager, arena, &page) == REFD_OK);
	refd__pager_note(&pager, &to);
	CHECK(!refd__pager_room(&pager));
	refd__pager_next(&pager, &page.after);
	CHECK(start(&pager, arena, &page) == REFD_OK);
	CHECK(pager.after.time.us == to.time.us && pager.after.number == to.number);
	CHECK(refd_uuid_equal(pager.after.id, to.id));
	CHECK(refd_str_equal(pager.after.name, to.name));

	fuzz_taken++;
	page.after.text[to.id.bytes[0] % strlen(page.after.text)] ^= 1;
	CHECK(start(&pager, arena, &page) == REFD_INVALID);
}

/* The bytes as a key: nobody guesses one. */
static void take_as_key(struct refd__arena *arena, const uint8_t *bytes, size_t count)
{
	struct refd_page page = { .limit = 1 };
	struct refd__pager pager;

	memcpy(page.after.text, bytes,
	       count < sizeof(page.after.text) ? count : sizeof(page.after.text));
	CHECK(start(&pager, arena, &page) == (page.after.text[0] == '\0' ? REFD_OK : REFD_INVALID));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	struct refd_allocator allocator = refd_allocator_libc();
	struct refd__arena arena;

	if (count == 0)
		return 0;
	refd__arena_init(&arena, &allocator);
	take_as_key(&arena, bytes, count);
	go_there_and_back(&arena, bytes, count);
	refd__arena_done(&arena);
	return 0;
}
