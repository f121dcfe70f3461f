/* What the error of a commit says of each kind of broken promise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <refdomain/ports/broken.h>

#include "support.h"

static const struct refd_slot_state slot = { { { { 1 } } }, REFD_ROLE_SECOND, { { { 2 } } } };

static struct refd_change change_of(enum refd_record record, const void *state)
{
	return (struct refd_change){ REFD_CHANGE_INSERT, record, state, 0 };
}

static void is_about(const struct refd_error *err, enum refd_status status, enum refd_noun noun,
		     uint8_t id, const char *constraint)
{
	support_assert_status(err->status, status);
	assert_int_equal(err->object.noun, noun);
	assert_int_equal(err->object.id.bytes[0], id);
	assert_string_equal(err->constraint, constraint);
	assert_int_equal(err->native, 7); /* the engine's own */
}

static void version__is_told_with_what_was_expected(void **unused)
{
	const struct refd_team_state team = { .id = { { { 3 } } }, .version = 6 };
	const struct refd_change change = { REFD_CHANGE_UPDATE, REFD_RECORD_TEAM, &team, 5 };
	struct refd_error err = REFD_ERROR_INIT;

	(void)unused;
	err.native = 7;
	support_assert_status(refd_broken_version(&change, &err), REFD_CONFLICT);
	is_about(&err, REFD_CONFLICT, REFD_NOUN_TEAM, 3, "");
	assert_string_equal(
		err.message,
		"team 03000000-0000-0000-0000-000000000000 is not at version 5 any more");
	assert_int_equal(err.total, 0);
}

static void version__of_a_row_without_one_is_not_told(void **unused)
{
	const struct refd_change change = { REFD_CHANGE_DELETE, REFD_RECORD_SLOT, &slot, 0 };
	struct refd_error err = REFD_ERROR_INIT;

	(void)unused;
	err.native = 7;
	support_assert_status(refd_broken_version(&change, &err), REFD_CONFLICT);
	is_about(&err, REFD_CONFLICT, REFD_NOUN_FIXTURE, 1, "");
	assert_string_equal(err.message,
			    "slot 01000000-0000-0000-0000-000000000000 is not there any more");
}

static void key__of_a_rule_adds_it(void **unused)
{
	static const struct {
		const char *constraint, *field;
		enum refd_rule rule;
	} keys[] = {
		{ "slot.fixture_id_role", "slot.role", REFD_RULE_ROLE_TAKEN },
		{ "slot.fixture_id_referee_id", "slot.referee_id", REFD_RULE_REFEREE_TWICE },
	};
	const struct refd_change change = change_of(REFD_RECORD_SLOT, &slot);

	(void)unused;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct refd_error err = REFD_ERROR_INIT;
		const struct refd_violation *violation;

		err.native = 7;
		support_assert_status(refd_broken_key(&change, keys[i].constraint, &err),
				      REFD_ALREADY_EXISTS);
		is_about(&err, REFD_ALREADY_EXISTS, REFD_NOUN_FIXTURE, 1, keys[i].constraint);
		assert_int_equal(err.total, 1);
		violation = support_violation(&err, keys[i].rule, keys[i].field);
		assert_non_null(violation);
		assert_int_equal(violation->role, REFD_ROLE_SECOND);
		assert_int_equal(violation->fixture.uuid.bytes[0], 1);
		assert_int_equal(violation->referee.uuid.bytes[0], 2);
		assert_int_equal(violation->counterpart.noun, 0);
	}
}

static void key__of_a_day_names_its_holder(void **unused)
{
	static const enum refd_rule rules[] = {
		[REFD_CLAIM_VENUE] = REFD_RULE_VENUE_TAKEN, [REFD_CLAIM_TEAM] = REFD_RULE_TEAM_TAKEN
	};
	static const enum refd_noun nouns[] = {
		[REFD_CLAIM_VENUE] = REFD_NOUN_VENUE, [REFD_CLAIM_TEAM] = REFD_NOUN_TEAM
	};
	const struct refd_claim_state claims[] = {
		{ REFD_CLAIM_VENUE, { { 4 } }, 9, { { { 1 } } } },
		{ REFD_CLAIM_TEAM, { { 5 } }, 9, { { { 1 } } } },
	};

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		const struct refd_change change = change_of(REFD_RECORD_CLAIM, &claims[i]);
		struct refd_error err = REFD_ERROR_INIT;
		const struct refd_violation *violation = &err.violations[0];

		err.native = 7;
		support_assert_status(refd_broken_key(&change, "claim.kind_holder_day", &err),
				      REFD_ALREADY_EXISTS);
		is_about(&err, REFD_ALREADY_EXISTS, REFD_NOUN_FIXTURE, 1, "claim.kind_holder_day");
		assert_int_equal(violation->rule, rules[claims[i].kind]);
		assert_string_equal(violation->field, "claim.holder");
		assert_int_equal(violation->fixture.uuid.bytes[0], 1);
		assert_int_equal(violation->counterpart.noun, nouns[claims[i].kind]);
		assert_int_equal(violation->counterpart.id.bytes[0], claims[i].holder.bytes[0]);
	}
}

/* Each name is one of the table, so that no rule is lost by a letter. */
static void key__without_a_rule_says_all_by_its_name(void **unused)
{
	size_t with_rule = 0;

	(void)unused;
	for (size_t i = 0; i < refd_store_n_indexes; i++) {
		static const union {
#define XX(number, name, state, layout) struct state name;
			REFD_RECORD_MAP(XX)
#undef XX
		} row = { .RULES = { .id = { { { 8 } } } } };
		const struct refd_store_index *index = &refd_store_indexes[i];
		const struct refd_change change = change_of(index->record, &row);
		struct refd_error err = REFD_ERROR_INIT;

		if (index->constraint == NULL)
			continue;
		support_assert_status(refd_broken_key(&change, index->constraint, &err),
				      REFD_ALREADY_EXISTS);
		assert_string_equal(err.constraint, index->constraint);
		assert_non_null(strstr(err.message, index->constraint));
		with_rule += err.total;
	}
	assert_int_equal(with_rule, 5);
}

static void key__of_somebody_else_has_no_rule_and_is_cut_to_fit(void **unused)
{
	const struct refd_change change = change_of(REFD_RECORD_SLOT, &slot);
	struct refd_error err = REFD_ERROR_INIT;
	char name[100];

	(void)unused;
	memset(name, 'k', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	support_assert_status(refd_broken_key(&change, name, &err), REFD_ALREADY_EXISTS);
	assert_int_equal(strlen(err.constraint), REFD_FIELD_BYTES);
	assert_int_equal(err.total, 0);
	/* a slot has no day */
	support_assert_status(refd_broken_key(&change, "claim.kind_holder_day", &err),
			      REFD_ALREADY_EXISTS);
	assert_string_equal(err.constraint, "claim.kind_holder_day");
	assert_int_equal(err.total, 0);
}

static void reference__names_the_parent(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *reference = &refd_references[i];
		const struct refd_uuid parent = { { 6 } };
		struct refd_notice_state room; /* as long as any of them */
		struct refd_change change = change_of(reference->child, &room);
		struct refd_error err = REFD_ERROR_INIT;
		char name[REFD_FIELD_BYTES + 1];

		assert_true(refd_record_layout(reference->child)->state_size <= sizeof(room));
		memset(&room, 0, sizeof(room));
		memcpy((char *)&room + reference->member.offset, &parent, sizeof(parent));
		(void)snprintf(name, sizeof(name), "%s.%s",
			       refd_record_layout(reference->child)->name, reference->field);
		err.native = 7;
		support_assert_status(refd_broken_reference(&change, reference, &err),
				      REFD_NOT_FOUND);
		is_about(&err, REFD_NOT_FOUND, refd_record_object(reference->parent, &room).noun, 6,
			 name);
		assert_non_null(strstr(err.message, "which is not there"));

		memset(&room, 0, sizeof(room));
		memcpy(&room, &parent, sizeof(parent));
		change.kind = REFD_CHANGE_DELETE;
		change.record = reference->parent;
		support_assert_status(refd_broken_reference(&change, reference, &err),
				      REFD_NOT_FOUND);
		is_about(&err, REFD_NOT_FOUND, refd_record_object(reference->parent, &room).noun, 6,
			 name);
		assert_non_null(strstr(err.message, "still refers to"));
	}
}

static void check__of_a_field_breaks_the_rule_given(void **unused)
{
	const struct refd_team_state team = { .id = { { { 3 } } } };
	const struct refd_change change = change_of(REFD_RECORD_TEAM, &team);
	struct refd_error err = REFD_ERROR_INIT;

	(void)unused;
	err.native = 7;
	support_assert_status(
		refd_broken_check(&change, "team.version", REFD_RULE_OUT_OF_RANGE, &err),
		REFD_BACKEND);
	is_about(&err, REFD_BACKEND, REFD_NOUN_TEAM, 3, "team.version");
	assert_int_equal(err.total, 1);
	assert_non_null(support_violation(&err, REFD_RULE_OUT_OF_RANGE, "team.version"));
	refd_error_clear(&err);
	support_assert_status(refd_broken_check(&change, "team.name", REFD_RULE_REQUIRED, &err),
			      REFD_BACKEND);
	assert_non_null(support_violation(&err, REFD_RULE_REQUIRED, "team.name"));
}

static void check__of_two_fields_has_its_rule(void **unused)
{
	const struct refd_fixture_state fixture = { .id = { { { 1 } } } };
	const struct refd_change change = change_of(REFD_RECORD_FIXTURE, &fixture);
	const struct refd_venue_state venue = { .id = { { { 4 } } } };
	const struct refd_change other = change_of(REFD_RECORD_VENUE, &venue);
	struct refd_error err = REFD_ERROR_INIT;

	(void)unused;
	support_assert_status(
		refd_broken_check(&change, "fixture.teams", REFD_RULE_OUT_OF_RANGE, &err),
		REFD_BACKEND);
	assert_int_equal(err.total, 1);
	assert_non_null(support_violation(&err, REFD_RULE_SAME_TEAM, "fixture.away_id"));
	assert_int_equal(err.violations[0].fixture.uuid.bytes[0], 1);
	refd_error_clear(&err);
	support_assert_status(
		refd_broken_check(&other, "venue.coordinates", REFD_RULE_OUT_OF_RANGE, &err),
		REFD_BACKEND);
	assert_int_equal(err.total, 1);
	assert_non_null(support_violation(&err, REFD_RULE_REQUIRED, "venue.longitude"));
}

/* Neither of this record, nor a field of it. */
static void check__of_somebody_else_has_no_rule(void **unused)
{
	static const char *const names[] = {
		"house_rule",	     "team", "team.house", "teamname", "venue.name",
		"venue.coordinates", ""
	};
	const struct refd_team_state team = { .id = { { { 3 } } } };
	const struct refd_change change = change_of(REFD_RECORD_TEAM, &team);

	(void)unused;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct refd_error err = REFD_ERROR_INIT;

		err.native = 7;
		support_assert_status(
			refd_broken_check(&change, names[i], REFD_RULE_OUT_OF_RANGE, &err),
			REFD_BACKEND);
		is_about(&err, REFD_BACKEND, REFD_NOUN_TEAM, 3, names[i]);
		assert_int_equal(err.total, 0);
	}
}

static void error__may_be_missing(void **unused)
{
	const struct refd_change change = change_of(REFD_RECORD_SLOT, &slot);

	(void)unused;
	support_assert_status(refd_broken_version(&change, NULL), REFD_CONFLICT);
	support_assert_status(refd_broken_key(&change, "slot.fixture_id_role", NULL),
			      REFD_ALREADY_EXISTS);
	support_assert_status(refd_broken_reference(&change, &refd_references[3], NULL),
			      REFD_NOT_FOUND);
	support_assert_status(refd_broken_check(&change, "slot.role", REFD_RULE_OUT_OF_RANGE, NULL),
			      REFD_BACKEND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version__is_told_with_what_was_expected),
		cmocka_unit_test(version__of_a_row_without_one_is_not_told),
		cmocka_unit_test(key__of_a_rule_adds_it),
		cmocka_unit_test(key__of_a_day_names_its_holder),
		cmocka_unit_test(key__without_a_rule_says_all_by_its_name),
		cmocka_unit_test(key__of_somebody_else_has_no_rule_and_is_cut_to_fit),
		cmocka_unit_test(reference__names_the_parent),
		cmocka_unit_test(check__of_a_field_breaks_the_rule_given),
		cmocka_unit_test(check__of_two_fields_has_its_rule),
		cmocka_unit_test(check__of_somebody_else_has_no_rule),
		cmocka_unit_test(error__may_be_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
