/* What the error of a broken promise tells: which row of the set broke it, and which promise. */
#include <stdio.h>
#include <string.h>

#include "kit.h"

void refd_contract__tells(struct refd_contract__actor *actor, enum refd_status status,
			  struct refd_ref object)
{
	char id[REFD_UUID_TEXT + 1], wanted[REFD_UUID_TEXT + 1];
	const struct refd_error *err = &actor->err;

	refd_contract__check(actor->kit, err->status == status,
			     "the error does not hold the status");
	refd_contract__check(actor->kit,
			     err->object.noun == object.noun &&
				     refd_uuid_equal(err->object.id, object.id),
			     "the object of the error is %s %s, not %s %s",
			     err->object.noun ? refd_noun_word(err->object.noun) : "none",
			     refd_uuid_format(err->object.id, id), refd_noun_word(object.noun),
			     refd_uuid_format(object.id, wanted));
}

void refd_contract__is_stale(struct refd_contract__actor *actor, enum refd_record record,
			     const void *row)
{
	refd_contract__commit(actor, REFD_CONFLICT);
	refd_contract__tells(actor, REFD_CONFLICT, refd_record_object(record, row));
}

static void names_constraint(struct refd_contract__actor *actor, const char *constraint)
{
	refd_contract__check(actor->kit, strcmp(actor->err.constraint, constraint) == 0,
			     "the error names the constraint \"%s\", not \"%s\"",
			     actor->err.constraint, constraint);
}

/* The id that a row has under that name is in the violation, too. */
static void names_id(struct refd_contract__actor *actor, enum refd_record record, const void *row,
		     const char *name, struct refd_uuid told)
{
	const struct refd_field *field =
		refd_layout_field(refd_record_layout(record), refd_str_of(name));

	refd_contract__check(
		actor->kit,
		!field || memcmp(&told, (const char *)row + field->offset, sizeof(told)) == 0,
		"the violation does not name the %s of the row", name);
}

static void names_rule(struct refd_contract__actor *actor, enum refd_record record, const void *row,
		       enum refd_rule rule, const char *field)
{
	const struct refd_error *err = &actor->err;
	const struct refd_violation *violation = &err->violations[0];

	refd_contract__check(actor->kit, err->total == (rule ? 1 : 0) && err->kept == err->total,
			     "the error of %s has %u violations", err->constraint,
			     (unsigned)err->total);
	if (!rule || refd_contract__failed(actor->kit))
		return;
	refd_contract__check(actor->kit,
			     violation->rule == rule && strcmp(violation->field, field) == 0,
			     "the violation is %s of \"%s\", not %s of \"%s\"",
			     violation->rule ? refd_rule_name(violation->rule) : "none",
			     violation->field, refd_rule_name(rule), field);
	names_id(actor, record, row, "fixture_id", violation->fixture.uuid);
	names_id(actor, record, row, "referee_id", violation->referee.uuid);
}

void refd_contract__is_taken(struct refd_contract__actor *actor, enum refd_record record,
			     const void *row, const char *constraint, enum refd_rule rule,
			     const char *field)
{
	refd_contract__commit(actor, REFD_ALREADY_EXISTS);
	refd_contract__tells(actor, REFD_ALREADY_EXISTS, refd_record_object(record, row));
	names_constraint(actor, constraint);
	names_rule(actor, record, row, rule, field);
}

void refd_contract__is_orphaned(struct refd_contract__actor *actor,
				const struct refd_reference *reference, struct refd_uuid parent)
{
	char constraint[REFD_FIELD_BYTES + 1];

	(void)snprintf(constraint, sizeof(constraint), "%s.%s",
		       refd_record_layout(reference->child)->name, reference->field);
	refd_contract__commit(actor, REFD_NOT_FOUND);
	refd_contract__tells(actor, REFD_NOT_FOUND, refd_record_object(reference->parent, &parent));
	names_constraint(actor, constraint);
}

/* ---- one row among many ---- */

enum { ROWS = 20, BAD = 13 }; /* the bad one is neither first nor last */

static void many_teams(struct refd_contract__actor *actor, struct refd_team_state *ret)
{
	for (size_t i = 0; i < ROWS; i++) {
		refd_contract__fill(actor, REFD_RECORD_TEAM, REFD_CONTRACT__FULL, &ret[i]);
		ret[i].version = 1;
		refd_contract__insert(actor, REFD_RECORD_TEAM, &ret[i]);
	}
}

static void taken_among_many(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state was[ROWS], is[ROWS];

	(void)arg;
	many_teams(actor, was);
	refd_contract__commit(actor, REFD_OK);
	many_teams(actor, is);
	is[BAD].id = was[0].id;
	actor->n_changes = 0;
	for (size_t i = 0; i < ROWS; i++)
		refd_contract__insert(actor, REFD_RECORD_TEAM, &is[i]);
	refd_contract__is_taken(actor, REFD_RECORD_TEAM, &is[BAD], "team.id", (enum refd_rule)0,
				NULL);
}

/* arg: the change */
static void stale_among_many(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_team_state rows[ROWS];

	many_teams(actor, rows);
	refd_contract__commit(actor, REFD_OK);
	for (size_t i = 0; i < ROWS; i++) {
		const int64_t expected = i == BAD ? 2 : 1;

		if (arg == REFD_CHANGE_UPDATE)
			refd_contract__update(actor, REFD_RECORD_TEAM, &rows[i], expected);
		else
			refd_contract__delete(actor, REFD_RECORD_TEAM, &rows[i], expected);
	}
	refd_contract__is_stale(actor, REFD_RECORD_TEAM, &rows[BAD]);
}

/* A row for each of many referees, of whom one is not there, or declared before. */
static void declare(struct refd_contract__actor *actor, const struct refd_fixture_state *fixture,
		    const struct refd_referee_state *referees, struct refd_availability_state *ret)
{
	for (size_t i = 0; i < ROWS; i++) {
		refd_contract__fill(actor, REFD_RECORD_AVAILABILITY, REFD_CONTRACT__FULL, &ret[i]);
		ret[i].fixture = fixture->id;
		ret[i].referee = referees[i].id;
		refd_contract__insert(actor, REFD_RECORD_AVAILABILITY, &ret[i]);
	}
}

static void many_referees(struct refd_contract__actor *actor, struct refd_referee_state *ret)
{
	for (size_t i = 0; i < ROWS; i++) {
		refd_contract__fill(actor, REFD_RECORD_REFEREE, REFD_CONTRACT__FULL, &ret[i]);
		refd_contract__insert(actor, REFD_RECORD_REFEREE, &ret[i]);
	}
	refd_contract__commit(actor, REFD_OK);
}

static void declared_among_many(struct refd_contract__kit *kit, int arg)
{
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_availability_state rows[ROWS], before;
	struct refd_referee_state referees[ROWS];
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	many_referees(actor, referees);
	refd_contract__fill(actor, REFD_RECORD_AVAILABILITY, REFD_CONTRACT__FULL, &before);
	before.fixture = world.fixtures[0].id;
	before.referee = referees[BAD].id;
	refd_contract__insert(actor, REFD_RECORD_AVAILABILITY, &before);
	refd_contract__commit(actor, REFD_OK);
	declare(actor, &world.fixtures[0], referees, rows);
	refd_contract__is_taken(actor, REFD_RECORD_AVAILABILITY, &rows[BAD],
				"availability.fixture_id_referee_id", REFD_RULE_ALREADY_DECLARED,
				"availability.referee_id");
}

static void orphan_among_many(struct refd_contract__kit *kit, int arg)
{
	const struct refd_reference reference = { .child = REFD_RECORD_AVAILABILITY,
						  .parent = REFD_RECORD_REFEREE,
						  .field = "referee_id" };
	struct refd_contract__actor *actor = refd_contract__actor(kit, 0);
	struct refd_availability_state rows[ROWS];
	struct refd_referee_state referees[ROWS];
	struct refd_contract__world world;

	(void)arg;
	refd_contract__world(actor, &world);
	many_referees(actor, referees);
	referees[BAD].id.uuid = refd_contract__uuid(kit);
	declare(actor, &world.fixtures[0], referees, rows);
	refd_contract__is_orphaned(actor, &reference, referees[BAD].id.uuid);
}

struct refd_contract__cases refd_contract__answer_cases(void)
{
	static const struct refd_contract__case cases[] = {
		{ "unique__id_among_many_is_named", taken_among_many, 0, 0 },
		{ "unique__pair_among_many_is_named", declared_among_many, 0, 0 },
		{ "foreign__orphan_among_many_is_named", orphan_among_many, 0, 0 },
		{ "version__stale_update_among_many_is_named", stale_among_many, REFD_CHANGE_UPDATE,
		  0 },
		{ "version__stale_delete_among_many_is_named", stale_among_many, REFD_CHANGE_DELETE,
		  0 },
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
