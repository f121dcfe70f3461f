/* Rows with random but valid values in every field, made and compared by layout. */
#include <stdio.h>
#include <string.h>

#include "kit.h"

/* splitmix64 */
uint64_t refd_contract__random(struct refd_contract__kit *kit)
{
	uint64_t value = kit->seed += UINT64_C(0x9e3779b97f4a7c15);

	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

uint64_t refd_contract__below(struct refd_contract__kit *kit, uint64_t bound)
{
	return refd_contract__random(kit) % bound;
}

struct refd_uuid refd_contract__uuid(struct refd_contract__kit *kit)
{
	uint64_t halves[2] = { refd_contract__random(kit), refd_contract__random(kit) | 1 };
	struct refd_uuid id;

	memcpy(id.bytes, halves, sizeof(id.bytes));
	return id;
}

/* Of one to four bytes, none of them a control character or blank. */
static size_t put_letter(struct refd_contract__kit *kit, char *at)
{
	static const char *const letters[] = { "a",
					       "Z",
					       "7",
					       "'",
					       "\"",
					       "\\",
					       "%",
					       "_",
					       "\xc3\xa4",
					       "\xc3\x9f",
					       "\xce\xa9",
					       "\xe6\x97\xa5",
					       "\xe2\x82\xac",
					       "\xf0\x9d\x84\x9e" };
	const char *letter =
		letters[refd_contract__below(kit, sizeof(letters) / sizeof(letters[0]))];

	memcpy(at, letter, strlen(letter));
	return strlen(letter);
}

/* Texts of up to 480 bytes are names or lines; the shorter ones follow the rules of a phone number,
 * an e-mail address or a zone name, which their size tells. */
static void fill_text(struct refd_contract__kit *kit, const struct refd_field *field, char *member)
{
	char *text = member + sizeof(uint16_t);
	uint16_t len = 0;

	if (field->size == REFD_NAME_BYTES) {
		size_t letters = 1 + refd_contract__below(kit, REFD_NAME_MAX);

		while (letters-- > 0)
			len = (uint16_t)(len + put_letter(kit, text + len));
	} else if (field->size == REFD_EMAIL_BYTES) {
		len = (uint16_t)snprintf(text, field->size + 1, "r%llu@example.org",
					 (unsigned long long)refd_contract__below(kit, UINT32_MAX));
	} else if (field->size == REFD_PHONE_BYTES) {
		len = (uint16_t)snprintf(
			text, field->size + 1, "+49 %llu",
			(unsigned long long)(100 + refd_contract__below(kit, 100000)));
	} else {
		len = (uint16_t)snprintf(text, field->size + 1, "Europe/Town%llu",
					 (unsigned long long)refd_contract__below(kit, 1000));
	}
	text[len] = '\0';
	memcpy(member, &len, sizeof(len));
}

/* A JSON string, so that it may stand for a payload too. */
static void fill_slice(struct refd_contract__actor *actor, char *member)
{
	size_t letters = 1 + refd_contract__below(actor->kit, 30);
	char *bytes = refd_contract__alloc(actor, letters + 2);
	struct refd_str text = { bytes, letters + 2 };

	if (!bytes)
		return;
	bytes[0] = bytes[letters + 1] = '"';
	for (size_t i = 1; i <= letters; i++)
		bytes[i] = (char)('a' + refd_contract__below(actor->kit, 26));
	memcpy(member, &text, sizeof(text));
}

static void fill_number(struct refd_contract__kit *kit, const struct refd_field *field,
			char *member)
{
	int64_t wide = 1 + (int64_t)(refd_contract__random(kit) >> 2);
	int32_t narrow = 1 + (int32_t)refd_contract__below(kit, 1000);

	if (field->type == REFD_FIELD_INT64) {
		memcpy(member, &wide, sizeof(wide));
	} else if (field->type == REFD_FIELD_TIME) {
		wide = REFD_TIME_MIN + (int64_t)refd_contract__below(
					       kit, (uint64_t)(REFD_TIME_MAX - REFD_TIME_MIN));
		wide = wide == 0 ? 1 : wide;
		memcpy(member, &wide, sizeof(wide));
	} else if (field->type == REFD_FIELD_DEGREES) {
		narrow = (int32_t)refd_contract__below(kit, 180000001) - 90000000;
		memcpy(member, &narrow, sizeof(narrow));
	} else {
		memcpy(member, &narrow, sizeof(narrow));
	}
}

static void fill_word(struct refd_contract__kit *kit, const struct refd_field *field, char *member)
{
	uint32_t words = 1, word;

	while (field->words[words])
		words++;
	word = 1 + (uint32_t)refd_contract__below(kit, words - 1);
	memcpy(member, &word, sizeof(word));
}

static void fill_field(struct refd_contract__actor *actor, const struct refd_field *field,
		       void *state)
{
	struct refd_contract__kit *kit = actor->kit;
	char *member = (char *)state + field->offset;
	struct refd_uuid id;
	uint32_t rules;

	switch (field->type) {
	case REFD_FIELD_UUID:
		id = refd_contract__uuid(kit);
		memcpy(member, &id, sizeof(id));
		break;
	case REFD_FIELD_BOOL:
		*(bool *)member = refd_contract__below(kit, 2) == 1;
		break;
	case REFD_FIELD_TEXT:
		fill_text(kit, field, member);
		break;
	case REFD_FIELD_WORD:
		fill_word(kit, field, member);
		break;
	case REFD_FIELD_SLICE:
		fill_slice(actor, member);
		break;
	case REFD_FIELD_HASH:
		for (size_t i = 0; i < field->size; i++)
			member[i] = (char)refd_contract__below(kit, 256);
		break;
	case REFD_FIELD_RULES:
		rules = (uint32_t)refd_contract__below(kit, 1u << REFD_ENGINE_RULES) << 1;
		memcpy(member, &rules, sizeof(rules));
		break;
	case REFD_FIELD_TIME:
	case REFD_FIELD_INT32:
	case REFD_FIELD_INT64:
	case REFD_FIELD_DEGREES:
		fill_number(kit, field, member);
		break;
	case REFD_FIELD_LIST:
	case REFD_FIELD_OBJECT:
		break;
	}
}

void refd_contract__fill(struct refd_contract__actor *actor, enum refd_record record,
			 enum refd_contract__fill fill, void *ret)
{
	const struct refd_layout *layout = refd_record_layout(record);
	bool set = fill == REFD_CONTRACT__FULL;
	uint32_t group = 0;

	memset(ret, 0, layout->state_size);
	for (size_t i = 0; i < layout->count; i++) {
		const struct refd_field *field = &layout->fields[i];
		bool together = field->present && field->present == group;

		/* Fields that share a mark are set or unset together. */
		if (fill == REFD_CONTRACT__RANDOM && !together)
			set = refd_contract__below(actor->kit, 2) == 1;
		group = field->present;
		if ((field->flags & REFD_FIELD_OPTIONAL) && !set)
			continue;
		fill_field(actor, field, ret);
		if (field->present)
			*((bool *)((char *)ret + field->present)) = true;
	}
	if (record == REFD_RECORD_RULES)
		((struct refd_rules *)ret)->id = refd_the_rules;
	if (record == REFD_RECORD_BOARD)
		((struct refd_board_state *)ret)->id = refd_the_board;
}

/* Parents are gathered before their child; a fixture's own parents before the fixture. */
void refd_contract__make(struct refd_contract__actor *actor, enum refd_record record,
			 enum refd_contract__fill fill, void *ret)
{
	refd_contract__fill(actor, record, fill, ret);
	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *reference = &refd_references[i];
		union refd_contract__state parent;

		if (reference->child != record)
			continue;
		refd_contract__make(actor, reference->parent, REFD_CONTRACT__FULL, &parent);
		refd_contract__insert(actor, reference->parent, &parent);
		memcpy((char *)ret + reference->member.offset, &parent, sizeof(struct refd_uuid));
	}
}

void refd_contract__world(struct refd_contract__actor *actor, struct refd_contract__world *ret)
{
	for (size_t i = 0; i < 3; i++) {
		refd_contract__fill(actor, REFD_RECORD_REFEREE, REFD_CONTRACT__FULL,
				    &ret->referees[i]);
		ret->referees[i].version = 1;
		refd_contract__insert(actor, REFD_RECORD_REFEREE, &ret->referees[i]);
	}
	for (size_t i = 0; i < 2; i++) {
		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &ret->teams[i]);
		ret->teams[i].version = 1;
		refd_contract__insert(actor, REFD_RECORD_TEAM, &ret->teams[i]);
	}
	refd_contract__fill(actor, REFD_RECORD_VENUE, REFD_CONTRACT__FULL, &ret->venue);
	ret->venue.version = 1;
	refd_contract__insert(actor, REFD_RECORD_VENUE, &ret->venue);
	for (size_t i = 0; i < 2; i++) {
		struct refd_fixture_state *fixture = &ret->fixtures[i];

		refd_contract__fill(actor, REFD_RECORD_FIXTURE, REFD_CONTRACT__FULL, fixture);
		fixture->home = ret->teams[i].id;
		fixture->away = ret->teams[1 - i].id;
		fixture->venue = ret->venue.id;
		fixture->status = REFD_FIXTURE_SCHEDULED;
		fixture->version = 1;
		refd_contract__insert(actor, REFD_RECORD_FIXTURE, fixture);
	}
	refd_contract__commit(actor, REFD_OK);
}

void refd_contract__slot(struct refd_contract__actor *actor,
			 const struct refd_fixture_state *fixture, enum refd_role role,
			 const struct refd_referee_state *referee, struct refd_slot_state *ret)
{
	*ret = (struct refd_slot_state){ fixture->id, role, referee->id };
	refd_contract__insert(actor, REFD_RECORD_SLOT, ret);
}
