#include "league.h"

enum { FIXTURES_MOST = 256, READS = REFD_RECORDS };

static void mix(uint64_t *print, const void *bytes, size_t count)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < count; i++)
		*print = (*print ^ at[i]) * UINT64_C(1099511628211);
}

static void mix_field(uint64_t *print, const struct refd_field *field, const void *state)
{
	const char *member = (const char *)state + field->offset;
	const bool unset = refd_field_is_unset(field, state);
	struct refd_str slice;
	uint16_t length;

	mix(print, &unset, sizeof(unset));
	if (unset)
		return;
	if (field->type == REFD_FIELD_TEXT) {
		memcpy(&length, member, sizeof(length));
		mix(print, member, sizeof(length) + length);
	} else if (field->type == REFD_FIELD_SLICE) {
		memcpy(&slice, member, sizeof(slice));
		mix(print, &slice.len, sizeof(slice.len));
		mix(print, slice.ptr, slice.len);
	} else {
		mix(print, member, field->size);
	}
}

static enum refd_status mix_row(void *self, size_t read, enum refd_record record, const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);

	mix(self, &read, sizeof(read));
	for (size_t i = 0; i < layout->count; i++)
		mix_field(self, &layout->fields[i], state);
	return REFD_OK;
}

struct fixtures {
	struct refd_key keys[FIXTURES_MOST];
	size_t count;
};

static enum refd_status note_fixture(void *self, size_t read, enum refd_record record,
				     const void *state)
{
	const struct refd_fixture_state *fixture = state;
	struct fixtures *fixtures = self;

	(void)read;
	(void)record;
	assert_true(fixtures->count < FIXTURES_MOST);
	fixtures->keys[fixtures->count++].a = fixture->id.uuid;
	return REFD_OK;
}

static struct refd_read read_of(enum refd_record record, const struct fixtures *fixtures,
				const struct refd_key *single)
{
	struct refd_read read = { .kind = REFD_READ_RANGE,
				  .record = record,
				  .index = REFD_INDEX_ALL };

	if (record == REFD_RECORD_SLOT || record == REFD_RECORD_CLAIM) {
		read.index = REFD_INDEX_FIXTURE;
		read.keys = fixtures->keys;
		read.n_keys = fixtures->count;
	} else if (record == REFD_RECORD_BOARD || record == REFD_RECORD_RULES) {
		read.kind = REFD_READ_FIND;
		read.by = REFD_BY_ID;
		read.keys = single;
		read.n_keys = 1;
	}
	return read;
}

uint64_t league_fingerprint(const struct league *league)
{
	const struct refd_store *store = &league->ports.store;
	const struct refd_begin begin = { sizeof(begin), REFD_TX_READ, 0, false };
	const struct refd_key board = { .a = refd_the_board.uuid };
	const struct refd_key rules = { .a = refd_the_rules.uuid };
	struct fixtures fixtures = { .count = 0 };
	struct refd_read reads[READS] = { read_of(REFD_RECORD_FIXTURE, NULL, NULL) };
	struct refd_error err = REFD_ERROR_INIT;
	uint64_t print = UINT64_C(14695981039346656037);
	struct refd_tx *tx = NULL;

	support_assert_status(store->ops->begin(store->self, &begin, &tx, &err), REFD_OK);
	support_assert_status(
		store->ops->read(store->self, tx, reads, 1, note_fixture, &fixtures, &err),
		REFD_OK);
	for (int i = 0; i < READS; i++)
		reads[i] = read_of((enum refd_record)(i + 1), &fixtures,
				   i + 1 == REFD_RECORD_RULES ? &rules : &board);
	support_assert_status(
		store->ops->read(store->self, tx, reads, READS, mix_row, &print, &err), REFD_OK);
	store->ops->rollback(store->self, tx);
	return print;
}
