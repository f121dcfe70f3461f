/* What a broken promise is told as: object, constraint, field and rule. */
#include <refdomain/ports/broken.h>

#include <stdio.h>

#include "base/message.h"

/* Constraints that stand for a rule, and the field to blame. The others say all by their name. */
static const struct meaning {
	const char *constraint, *field;
	enum refd_rule rule;
} meanings[] = {
	{ "slot.fixture_id_role", "slot.role", REFD_RULE_ROLE_TAKEN },
	{ "slot.fixture_id_referee_id", "slot.referee_id", REFD_RULE_REFEREE_TWICE },
	{ "assignment.fixture_id_referee_id", "assignment.referee_id", REFD_RULE_REFEREE_TWICE },
	{ "availability.fixture_id_referee_id", "availability.referee_id",
	  REFD_RULE_ALREADY_DECLARED },
	{ "claim.kind_holder_day", "claim.holder", REFD_RULE_VENUE_TAKEN },
	{ "fixture.teams", "fixture.away_id", REFD_RULE_SAME_TEAM },
	{ "venue.coordinates", "venue.longitude", REFD_RULE_REQUIRED },
};

static const char *table_of(enum refd_record record)
{
	return refd_record_layout(record)->name;
}

/* Whether it is of the record at hand; another one's state would be read wrongly. */
static bool is_own(const struct refd_change *change, const char *constraint)
{
	const struct refd_str table = refd_str_of(table_of(change->record));

	return strncmp(constraint, table.ptr, table.len) == 0 && constraint[table.len] == '.';
}

static const struct meaning *meaning_of(const struct refd_change *change, const char *constraint)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (is_own(change, constraint) && strcmp(meanings[i].constraint, constraint) == 0)
			return &meanings[i];
	return NULL;
}

static void name_constraint(struct refd_error *err, const char *constraint)
{
	if (refd__error_usable(err))
		refd__message_copy(err->constraint, sizeof(err->constraint), constraint);
}

/* ---- violations ---- */

static void copy_member(const struct refd_change *change, const char *name, void *ret)
{
	const struct refd_field *field =
		refd_layout_field(refd_record_layout(change->record), refd_str_of(name));

	if (field)
		memcpy(ret, (const char *)change->state + field->offset, field->size);
}

static void blame(const struct refd_change *change, const char *field, enum refd_rule rule,
		  struct refd_error *err)
{
	struct refd_violation violation = { .rule = rule };

	refd__message_copy(violation.field, sizeof(violation.field), field);
	copy_member(change, "role", &violation.role);
	copy_member(change, change->record == REFD_RECORD_FIXTURE ? "id" : "fixture_id",
		    &violation.fixture);
	copy_member(change, "referee_id", &violation.referee);
	if (rule == REFD_RULE_VENUE_TAKEN) {
		const struct refd_claim_state *claim = change->state;
		const bool team = claim->kind == REFD_CLAIM_TEAM;

		violation.rule = team ? REFD_RULE_TEAM_TAKEN : rule;
		violation.counterpart.noun = team ? REFD_NOUN_TEAM : REFD_NOUN_VENUE;
		violation.counterpart.id = claim->holder;
	}
	refd_error_add(err, &violation);
}

/* Whether it is "table.field" of the record at hand. */
static bool is_field(const struct refd_change *change, const char *constraint)
{
	return is_own(change, constraint) &&
	       refd_layout_field(refd_record_layout(change->record),
				 refd_str_of(strchr(constraint, '.') + 1)) != NULL;
}

/* ---- answers ---- */

enum refd_status refd_broken_version(const struct refd_change *change, struct refd_error *err)
{
	const struct refd_layout *layout = refd_record_layout(change->record);
	const struct refd_ref object = refd_record_object(change->record, change->state);
	char id[REFD_UUID_TEXT + 1];

	(void)refd_uuid_format(object.id, id);
	if (!refd_layout_version(layout))
		return refd_error_object(err, REFD_CONFLICT, object.noun, object.id,
					 "%s %s is not there any more", layout->name, id);
	return refd_error_object(err, REFD_CONFLICT, object.noun, object.id,
				 "%s %s is not at version %lld any more", layout->name, id,
				 (long long)change->expected_version);
}

enum refd_status refd_broken_key(const struct refd_change *change, const char *constraint,
				 struct refd_error *err)
{
	const struct refd_ref object = refd_record_object(change->record, change->state);
	const struct meaning *meaning = meaning_of(change, constraint);
	char id[REFD_UUID_TEXT + 1];

	(void)refd_error_object(err, REFD_ALREADY_EXISTS, object.noun, object.id,
				"%s %s: another row has the same %s", table_of(change->record),
				refd_uuid_format(object.id, id), constraint);
	name_constraint(err, constraint);
	if (meaning)
		blame(change, meaning->field, meaning->rule, err);
	return REFD_ALREADY_EXISTS;
}

enum refd_status refd_broken_reference(const struct refd_change *change,
				       const struct refd_reference *reference,
				       struct refd_error *err)
{
	const bool goes = change->kind == REFD_CHANGE_DELETE;
	const size_t at = goes ? 0 : reference->member.offset; /* parents begin with their id */
	const struct refd_ref parent =
		refd_record_object(reference->parent, (const char *)change->state + at);
	char constraint[REFD_FIELD_BYTES + 1], id[REFD_UUID_TEXT + 1];

	(void)snprintf(constraint, sizeof(constraint), "%s.%s", table_of(reference->child),
		       reference->field);
	(void)refd_error_object(err, REFD_NOT_FOUND, parent.noun, parent.id, "%s %s %s %s%s",
				constraint, goes ? "still refers to" : "refers to",
				table_of(reference->parent), refd_uuid_format(parent.id, id),
				goes ? "" : ", which is not there");
	name_constraint(err, constraint);
	return REFD_NOT_FOUND;
}

enum refd_status refd_broken_check(const struct refd_change *change, const char *constraint,
				   enum refd_rule rule, struct refd_error *err)
{
	const struct refd_ref object = refd_record_object(change->record, change->state);
	const struct meaning *meaning = meaning_of(change, constraint);
	char id[REFD_UUID_TEXT + 1];

	(void)refd_error_object(err, REFD_BACKEND, object.noun, object.id, "%s %s breaks %s",
				table_of(change->record), refd_uuid_format(object.id, id),
				constraint);
	name_constraint(err, constraint);
	if (meaning)
		blame(change, meaning->field, meaning->rule, err);
	else if (is_field(change, constraint))
		blame(change, constraint, rule, err);
	return REFD_BACKEND;
}
