/* What a store holds and what the library says, every byte of it, in lines to be compared between
 * stores. */
#include <stdio.h>
#include <string.h>

#include "side.h"

static void tell_bytes(FILE *out, const uint8_t *bytes, size_t count)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		putc_unlocked(digits[bytes[i] >> 4], out);
		putc_unlocked(digits[bytes[i] & 15], out);
	}
}

static void tell_field(FILE *out, const struct refd_field *field, const void *state)
{
	const char *member = (const char *)state + field->offset;
	uint16_t length;
	struct refd_str slice;

	if (refd_field_is_unset(field, state)) {
		fputs("unset", out);
	} else if (field->type == REFD_FIELD_TEXT) {
		memcpy(&length, member, sizeof(length));
		fprintf(out, "%u \"%.*s\"", length, length, member + sizeof(length));
	} else if (field->type == REFD_FIELD_SLICE) {
		memcpy(&slice, member, sizeof(slice));
		fprintf(out, "%zu \"%.*s\"", slice.len, (int)slice.len, slice.ptr);
	} else {
		tell_bytes(out, (const uint8_t *)member, field->size);
	}
}

void side_tell_row(FILE *out, enum refd_record record, const void *state)
{
	const struct refd_layout *layout = refd_record_layout(record);

	fputs(layout->name, out);
	for (size_t i = 0; i < layout->count; i++) {
		fprintf(out, " %s=", layout->fields[i].name);
		tell_field(out, &layout->fields[i], state);
	}
	fputc('\n', out);
}

static void tell_ref(FILE *out, const char *name, struct refd_ref ref)
{
	fprintf(out, " %s=%s:", name, ref.noun ? refd_noun_word(ref.noun) : "-");
	tell_bytes(out, ref.id.bytes, sizeof(ref.id.bytes));
}

void side_tell_violation(FILE *out, const struct refd_violation *violation)
{
	fprintf(out, "violation %s severity=%d fixture=%d referee=%d role=%d counterparts=%u",
		refd_rule_name(violation->rule), (int)violation->severity,
		side_number(violation->fixture.uuid), side_number(violation->referee.uuid),
		(int)violation->role, violation->counterparts);
	tell_ref(out, "counterpart", violation->counterpart);
	fprintf(out, " measured=%lld limit=%lld field=%s: %s\n", (long long)violation->measured,
		(long long)violation->limit, violation->field, violation->message);
}

void side_tell_answer(FILE *out, enum refd_status status, const struct refd_result *result,
		      const struct refd_error *err)
{
	fputs(refd_status_name(status), out);
	if (status == REFD_OK) {
		fprintf(out, " repeated=%d affected=%lld", result->repeated,
			(long long)result->affected);
		for (size_t i = 0; i < result->count; i++) {
			tell_ref(out, "item", result->items[i].object);
			fprintf(out, " v%lld", (long long)result->items[i].version);
		}
	} else {
		tell_ref(out, "object", err->object);
		/* of a unique key every engine has words of its own */
		fprintf(out, " total=%u %s: %s", err->total, err->constraint,
			err->constraint[0] ? "" : err->message);
	}
	fputc('\n', out);
	for (uint32_t i = 0; status != REFD_OK && i < err->kept; i++)
		side_tell_violation(out, &err->violations[i]);
}

static enum refd_status take_row(void *self, size_t read, enum refd_record record,
				 const void *state)
{
	(void)read;
	side_tell_row(self, record, state);
	return REFD_OK;
}

/* Records that are read whole, each in the order of its index. */
static const enum refd_record all_of[] = {
	REFD_RECORD_REFEREE, REFD_RECORD_TEAM,	       REFD_RECORD_VENUE,
	REFD_RECORD_FIXTURE, REFD_RECORD_AVAILABILITY, REFD_RECORD_ASSIGNMENT,
	REFD_RECORD_EVENT,   REFD_RECORD_NOTICE,       REFD_RECORD_COMMAND,
};

enum { ALL_OF = sizeof(all_of) / sizeof(all_of[0]) };

static enum refd_status read_all(struct side *side, struct refd_tx *tx, FILE *out,
				 struct refd_error *err)
{
	const struct refd_key board = { .a = refd_the_board.uuid };
	const struct refd_key rules = { .a = refd_the_rules.uuid };
	struct refd_key fixtures[PM_FIXTURES];
	struct refd_read reads[ALL_OF + 4];

	memset(fixtures, 0, sizeof(fixtures));
	memset(reads, 0, sizeof(reads));
	for (int i = 0; i < PM_FIXTURES; i++)
		fixtures[i].a = side_uuid(REFD_NOUN_FIXTURE, i + 1);
	for (size_t i = 0; i < ALL_OF; i++)
		reads[i] = (struct refd_read){ .kind = REFD_READ_RANGE,
					       .record = all_of[i],
					       .index = REFD_INDEX_ALL };
	for (size_t i = 0; i < 2; i++)
		reads[ALL_OF + i] = (struct refd_read){ .kind = REFD_READ_FIND,
							.record = i == 0 ? REFD_RECORD_BOARD
									 : REFD_RECORD_RULES,
							.by = REFD_BY_ID,
							.keys = i == 0 ? &board : &rules,
							.n_keys = 1 };
	for (size_t i = 0; i < 2; i++)
		reads[ALL_OF + 2 + i] =
			(struct refd_read){ .kind = REFD_READ_RANGE,
					    .record = i == 0 ? REFD_RECORD_SLOT : REFD_RECORD_CLAIM,
					    .index = REFD_INDEX_FIXTURE,
					    .keys = fixtures,
					    .n_keys = PM_FIXTURES };
	return side->ports.store.ops->read(side->ports.store.self, tx, reads, ALL_OF + 4, take_row,
					   out, err);
}

void side_rows(struct side *side, FILE *out)
{
	const struct refd_store *store = &side->ports.store;
	const struct refd_begin begin = { sizeof(begin), REFD_TX_READ, 0, true };
	struct refd_error err = REFD_ERROR_INIT;
	struct refd_tx *tx = NULL;
	enum refd_status st = store->ops->begin(store->self, &begin, &tx, &err);

	if (st == REFD_OK)
		st = read_all(side, tx, out, &err);
	store->ops->rollback(store->self, tx);
	if (st != REFD_OK)
		side_problem(side, "rows: %s %s", refd_status_name(st), err.message);
}
