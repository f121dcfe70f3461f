#include "world.h"

#define S	refd_str_of
#define NOBODY	((struct refd_referee_id){ 0 })
#define FIRST	REFD_ROLE_FIRST
#define SECOND	REFD_ROLE_SECOND
#define NO_ROLE ((enum refd_role)0)

static struct refd_assignment_state row(enum refd_assignment_status status)
{
	return (struct refd_assignment_state){
		.id = { support_uuid(60) },
		.fixture = fixture_id(40),
		.referee = referee_id(1),
		.role = FIRST,
		.status = status,
		.version = 3,
	};
}

static struct refd_assignment *restored(struct world *w, enum refd_assignment_status status)
{
	const struct refd_assignment_state state = row(status);

	return refd__assignment_restore(&w->tracker, &state);
}

/* A committed first referee with a staged change to second, which referee 2 holds. */
static struct refd_assignment *changing(struct world *w)
{
	struct refd_assignment_state state = row(REFD_ASSIGNMENT_COMMITTED);

	state.staged_role = SECOND;
	state.replaces = referee_id(2);
	state.overridden = 1u << REFD_RULE_CLUB_NOT_NEUTRAL;
	return refd__assignment_restore(&w->tracker, &state);
}

static enum refd_status make(struct world *w, enum refd_role role, struct refd_assignment **ret)
{
	return refd__assignment_make(&w->tracker, (struct refd_assignment_id){ support_uuid(60) },
				     fixture_id(40), referee_id(1), role, referee_id(2), ret,
				     &w->err);
}

#define check_who(told)                                                                            \
	do {                                                                                       \
		assert_uuid_equal((told)->assignment_id.uuid, support_uuid(60));                   \
		assert_uuid_equal((told)->fixture_id.uuid, support_uuid(40));                      \
		assert_uuid_equal((told)->referee_id.uuid, support_uuid(1));                       \
	} while (0)

static const struct refd_event *told_at(const struct world *w, size_t number,
					enum refd_event_type type, int64_t version)
{
	return event_at(w, number, type, REFD_NOUN_ASSIGNMENT, support_uuid(60), version);
}

static void ASG_01__staging_makes_a_staged_row(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = NULL;
	const struct refd_event_assignment_created *told;
	const struct refd_assignment_state *s;

	support_assert_status(make(w, SECOND, &assignment), REFD_OK);
	s = refd_assignment_state(assignment);
	assert_uuid_equal(s->id.uuid, support_uuid(60));
	assert_int_equal(s->role, SECOND);
	assert_int_equal(s->status, REFD_ASSIGNMENT_STAGED);
	assert_uuid_equal(s->replaces.uuid, support_uuid(2));
	assert_int_equal(s->staged_role, 0);
	assert_int_equal(s->overridden, 0);
	assert_int_equal(s->version, 1);
	assert_int_equal(assignment->fate, REFD__NEW);
	/* EVT-16 as architecture 4 has it: staging is an event */
	told = &told_at(w, 1, REFD_EVENT_ASSIGNMENT_CREATED, 1)->payload.assignment_created;
	check_who(told);
	assert_int_equal(told->role, SECOND);
	assert_uuid_equal(told->replaces.uuid, support_uuid(2));
}

static void ASG_01__a_role_that_is_none_is_invalid(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = NULL;

	support_assert_status(make(w, NO_ROLE, &assignment), REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_REQUIRED)->field, "role");
	refd_error_clear(&w->err);
	support_assert_status(make(w, (enum refd_role)(REFD_ROLES + 1), &assignment), REFD_INVALID);
	assert_string_equal(only_violation(w, REFD_RULE_OUT_OF_RANGE)->field, "role");
	assert_null(assignment);
	assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	support_assert_status(refd_assignment_stage(assignment, NO_ROLE, NOBODY, &w->err),
			      REFD_INVALID);
	assert_int_equal(assignment->state.role, FIRST);
	assignment = restored(w, REFD_ASSIGNMENT_COMMITTED);
	support_assert_status(refd_assignment_stage(assignment, (enum refd_role)(REFD_ROLES + 1),
						    NOBODY, &w->err),
			      REFD_INVALID);
	assert_int_equal(assignment->state.staged_role, 0);
	assert_int_equal(w->tracker.count, 0);
}

static void ASG_05__staged_again_the_row_changes_its_role(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	const struct refd_event_assignment_role_changed *told;

	support_assert_status(refd_assignment_stage(assignment, SECOND, referee_id(2), &w->err),
			      REFD_OK);
	assert_int_equal(assignment->state.role, SECOND);
	assert_int_equal(assignment->state.staged_role, 0);
	assert_uuid_equal(assignment->state.replaces.uuid, support_uuid(2));
	assert_int_equal(assignment->state.status, REFD_ASSIGNMENT_STAGED);
	assert_uuid_equal(assignment->state.id.uuid, support_uuid(60));
	assert_int_equal(assignment->fate, REFD__DIRTY);
	told = &told_at(w, 1, REFD_EVENT_ASSIGNMENT_ROLE_CHANGED, 4)
			->payload.assignment_role_changed;
	check_who(told);
	assert_int_equal(told->role, SECOND);
	assert_int_equal(told->previous, FIRST);
	assert_uuid_equal(told->replaces.uuid, support_uuid(2));
}

static void ASG_05__the_same_role_again_records_nothing(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	const struct refd_event_assignment_role_changed *told;

	support_assert_status(refd_assignment_stage(assignment, FIRST, NOBODY, &w->err), REFD_OK);
	assert_int_equal(w->tracker.count, 0);
	assert_int_equal(assignment->fate, REFD__CLEAN);
	/* somebody else took the role meanwhile: that is news */
	support_assert_status(refd_assignment_stage(assignment, FIRST, referee_id(3), &w->err),
			      REFD_OK);
	told = &told_at(w, 1, REFD_EVENT_ASSIGNMENT_ROLE_CHANGED, 4)
			->payload.assignment_role_changed;
	assert_int_equal(told->role, FIRST);
	assert_int_equal(told->previous, FIRST);
	assert_uuid_equal(told->replaces.uuid, support_uuid(3));
	assert_int_equal(assignment->state.version, 4);
}

static void ASG_06__a_committed_row_keeps_its_role_until_commit(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_COMMITTED);
	const struct refd_event_assignment_role_changed *told;

	support_assert_status(refd_assignment_stage(assignment, SECOND, referee_id(2), &w->err),
			      REFD_OK);
	assert_int_equal(assignment->state.status, REFD_ASSIGNMENT_COMMITTED);
	assert_int_equal(assignment->state.role, FIRST);
	assert_int_equal(assignment->state.staged_role, SECOND);
	assert_uuid_equal(assignment->state.replaces.uuid, support_uuid(2));
	told = &told_at(w, 1, REFD_EVENT_ASSIGNMENT_ROLE_CHANGED, 4)
			->payload.assignment_role_changed;
	assert_int_equal(told->role, SECOND);
	assert_int_equal(told->previous, FIRST);
	/* again: nothing new */
	support_assert_status(refd_assignment_stage(assignment, SECOND, referee_id(2), &w->err),
			      REFD_OK);
	assert_int_equal(w->tracker.count, 1);
}

static void ASG_06__the_held_role_cannot_be_staged(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = changing(w);
	const struct refd_assignment before = *assignment;
	const struct refd_violation *violation;

	support_assert_status(refd_assignment_stage(assignment, FIRST, NOBODY, &w->err),
			      REFD_REFUSED);
	violation = only_violation(w, REFD_RULE_ALREADY_COMMITTED);
	assert_uuid_equal(violation->fixture.uuid, support_uuid(40));
	assert_uuid_equal(violation->referee.uuid, support_uuid(1));
	assert_int_equal(violation->role, FIRST);
	assert_int_equal(violation->counterpart.noun, REFD_NOUN_ASSIGNMENT);
	assert_memory_equal(assignment, &before, sizeof(before));
	assert_int_equal(w->tracker.count, 0);
}

static void ASG_10__unstaging_deletes_a_staged_row(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	const struct refd_event_assignment_removed *told;

	support_assert_status(refd_assignment_unstage(assignment, &w->err), REFD_OK);
	assert_int_equal(assignment->fate, REFD__GONE);
	assert_int_equal(assignment->state.version, 4);
	told = &told_at(w, 1, REFD_EVENT_ASSIGNMENT_REMOVED, 4)->payload.assignment_removed;
	check_who(told);
	assert_int_equal(told->role, FIRST);
	support_assert_status(refd_assignment_unstage(assignment, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_STAGED);
	assert_int_equal(w->tracker.count, 1);
}

static void ASG_10__unstaging_a_new_row_voids_it(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = NULL;

	support_assert_status(make(w, FIRST, &assignment), REFD_OK);
	support_assert_status(refd_assignment_unstage(assignment, &w->err), REFD_OK);
	assert_int_equal(assignment->fate, REFD__VOID);
	assert_int_equal(w->tracker.count, 2);
	support_assert_status(refd_assignment_stage(assignment, SECOND, NOBODY, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_STAGED);
	support_assert_status(refd_assignment_commit(assignment, 0, NULL), REFD_REFUSED);
	support_assert_status(refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, NULL),
			      REFD_REFUSED);
}

static void ASG_10__unstaging_a_role_change_keeps_the_held_role(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = changing(w);

	support_assert_status(refd_assignment_unstage(assignment, &w->err), REFD_OK);
	assert_int_equal(assignment->fate, REFD__DIRTY);
	assert_int_equal(assignment->state.status, REFD_ASSIGNMENT_COMMITTED);
	assert_int_equal(assignment->state.role, FIRST);
	assert_int_equal(assignment->state.staged_role, 0);
	assert_true(refd_uuid_is_unset(assignment->state.replaces.uuid));
	assert_int_equal(assignment->state.version, 4);
	assert_int_equal(
		told_at(w, 1, REFD_EVENT_ASSIGNMENT_REMOVED, 4)->payload.assignment_removed.role,
		SECOND);
}

static void ASG_12__unstaging_a_committed_row_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_COMMITTED);

	support_assert_status(refd_assignment_unstage(assignment, &w->err), REFD_REFUSED);
	assert_uuid_equal(only_violation(w, REFD_RULE_NOT_STAGED)->referee.uuid, support_uuid(1));
	assert_int_equal(assignment->fate, REFD__CLEAN);
}

static void ASG_13__removing_deletes_a_committed_row(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = changing(w);
	const struct refd_event_referee_unassigned *told;

	support_assert_status(
		refd_assignment_remove(assignment, REFD_UNASSIGN_FIXTURE_CHANGED, &w->err),
		REFD_OK);
	assert_int_equal(assignment->fate, REFD__GONE);
	assert_int_equal(w->tracker.count, 1);
	/* EVT-13 */
	told = &told_at(w, 1, REFD_EVENT_REFEREE_UNASSIGNED, 4)->payload.referee_unassigned;
	check_who(told);
	assert_int_equal(told->role, FIRST);
	assert_int_equal(told->reason, REFD_UNASSIGN_FIXTURE_CHANGED);
}

static void ASG_13__what_was_removed_is_committed_no_more(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_COMMITTED);

	support_assert_status(refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, &w->err),
			      REFD_OK);
	support_assert_status(refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_COMMITTED);
	assert_int_equal(w->tracker.count, 1);
}

static void ASG_13__a_role_change_ends_with_the_assignment(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = changing(w);

	support_assert_status(refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, &w->err),
			      REFD_OK);
	support_assert_status(refd_assignment_unstage(assignment, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_STAGED);
	refd_error_clear(&w->err);
	support_assert_status(refd_assignment_commit(assignment, 0, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_STAGED);
	assert_int_equal(w->tracker.count, 1);
	assert_int_equal(assignment->fate, REFD__GONE);
}

static void ASG_16__removing_a_staged_row_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);

	support_assert_status(refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_COMMITTED);
	assert_int_equal(assignment->fate, REFD__CLEAN);
	assert_int_equal(w->tracker.count, 0);
}

static void ASG_18__commit_makes_a_staged_row_committed(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = NULL;
	const struct refd_event_referee_assigned *told;
	const uint32_t overridden = 1u << REFD_RULE_REFEREE_TOO_CLOSE;

	support_assert_status(make(w, FIRST, &assignment), REFD_OK);
	support_assert_status(refd_assignment_commit(assignment, overridden, &w->err), REFD_OK);
	assert_int_equal(assignment->state.status, REFD_ASSIGNMENT_COMMITTED);
	assert_int_equal(assignment->state.role, FIRST);
	assert_true(refd_uuid_is_unset(assignment->state.replaces.uuid));
	assert_int_equal(assignment->state.overridden, overridden);
	assert_int_equal(assignment->state.version, 2);
	assert_int_equal(assignment->fate, REFD__NEW);
	/* EVT-11, EVT-12 */
	told = &told_at(w, 2, REFD_EVENT_REFEREE_ASSIGNED, 2)->payload.referee_assigned;
	check_who(told);
	assert_int_equal(told->role, FIRST);
	assert_int_equal(told->previous_role, 0);
}

static void ASG_18__commit_makes_a_staged_role_the_held_one(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = changing(w);
	const struct refd_event_referee_assigned *told;

	support_assert_status(
		refd_assignment_commit(assignment, 1u << REFD_RULE_REFEREE_TOO_CLOSE, &w->err),
		REFD_OK);
	assert_int_equal(assignment->state.role, SECOND);
	assert_int_equal(assignment->state.staged_role, 0);
	assert_true(refd_uuid_is_unset(assignment->state.replaces.uuid));
	/* what was granted before stays granted */
	assert_int_equal(assignment->state.overridden,
			 1u << REFD_RULE_CLUB_NOT_NEUTRAL | 1u << REFD_RULE_REFEREE_TOO_CLOSE);
	told = &told_at(w, 1, REFD_EVENT_REFEREE_ASSIGNED, 4)->payload.referee_assigned;
	assert_int_equal(told->role, SECOND);
	assert_int_equal(told->previous_role, FIRST);
}

static void ASG_23__committing_a_committed_row_is_refused(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_COMMITTED);

	support_assert_status(refd_assignment_commit(assignment, 0, &w->err), REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_STAGED);
	assert_int_equal(w->tracker.count, 0);
}

static void ASG_25__replace_hands_over_and_assigns(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = changing(w);
	const struct refd_event_assignment_referee_changed *handed;
	const struct refd_event_referee_assigned *assigned;
	char reason[] = "injured";

	support_assert_status(refd_assignment_replace(assignment, referee_id(3), S(reason),
						      1u << REFD_RULE_REFEREE_TOO_CLOSE, &w->err),
			      REFD_OK);
	memset(reason, '?', sizeof(reason) - 1);
	assert_uuid_equal(assignment->state.referee.uuid, support_uuid(3));
	assert_uuid_equal(assignment->stored_referee.uuid, support_uuid(1));
	assert_int_equal(assignment->state.role, FIRST);
	assert_int_equal(assignment->state.staged_role, 0);
	assert_true(refd_uuid_is_unset(assignment->state.replaces.uuid));
	assert_int_equal(assignment->state.overridden, 1u << REFD_RULE_REFEREE_TOO_CLOSE);
	assert_int_equal(assignment->state.version, 5);
	assert_int_equal(assignment->fate, REFD__DIRTY);
	assert_int_equal(w->tracker.count, 2);
	handed = &told_at(w, 1, REFD_EVENT_ASSIGNMENT_REFEREE_CHANGED, 4)
			  ->payload.assignment_referee_changed;
	assert_uuid_equal(handed->assignment_id.uuid, support_uuid(60));
	assert_uuid_equal(handed->fixture_id.uuid, support_uuid(40));
	assert_uuid_equal(handed->referee_id.uuid, support_uuid(3));
	assert_uuid_equal(handed->previous.uuid, support_uuid(1));
	assert_int_equal(handed->role, FIRST);
	assert_text_equal(handed->reason, "injured");
	assigned = &told_at(w, 2, REFD_EVENT_REFEREE_ASSIGNED, 5)->payload.referee_assigned;
	assert_uuid_equal(assigned->assignment_id.uuid, support_uuid(60));
	assert_uuid_equal(assigned->fixture_id.uuid, support_uuid(40));
	assert_uuid_equal(assigned->referee_id.uuid, support_uuid(3));
	assert_int_equal(assigned->role, FIRST);
	assert_int_equal(assigned->previous_role, 0);
}

static void ASG_25__replace_refuses_all_at_once(void **state)
{
	struct world *w = *state;
	struct refd_assignment *staged = restored(w, REFD_ASSIGNMENT_STAGED);
	struct refd_assignment *committed = restored(w, REFD_ASSIGNMENT_COMMITTED);

	support_assert_status(refd_assignment_replace(committed, referee_id(1), S(""), 0, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_REFEREE_UNCHANGED);
	refd_error_clear(&w->err);
	support_assert_status(refd_assignment_replace(staged, referee_id(1), S(""), 0, &w->err),
			      REFD_REFUSED);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_NOT_COMMITTED, NULL);
	support_assert_violation(&w->err, REFD_RULE_REFEREE_UNCHANGED, NULL);
	refd_error_clear(&w->err);
	support_assert_status(refd_assignment_replace(committed, NOBODY, S("\xff"), 0, &w->err),
			      REFD_INVALID);
	support_assert_violation(&w->err, REFD_RULE_TEXT_NOT_UTF8, "assignment.reason");
	support_assert_violation(&w->err, REFD_RULE_REQUIRED, "referee");
	assert_int_equal(w->tracker.count, 0);
	assert_int_equal(committed->fate, REFD__CLEAN);
}

static void ASG_27__a_pending_row_waits_for_its_answer(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_PENDING);

	support_assert_status(refd_assignment_stage(assignment, SECOND, NOBODY, &w->err),
			      REFD_REFUSED);
	only_violation(w, REFD_RULE_NOT_STAGED);
	support_assert_status(refd_assignment_unstage(assignment, NULL), REFD_REFUSED);
	support_assert_status(refd_assignment_commit(assignment, 0, NULL), REFD_REFUSED);
	support_assert_status(refd_assignment_remove(assignment, REFD_UNASSIGN_REMOVED, NULL),
			      REFD_REFUSED);
	support_assert_status(refd_assignment_replace(assignment, referee_id(3), S(""), 0, NULL),
			      REFD_REFUSED);
	assert_int_equal(w->tracker.count, 0);
}

static void assignment__an_override_is_told_with_actor_and_reason(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	const struct refd_event_rule_overridden *told;
	char actor[] = "anna", reason[] = "short way";

	support_assert_status(refd_assignment_override(assignment, REFD_RULE_REFEREE_TOO_CLOSE,
						       S(actor), S(reason), &w->err),
			      REFD_OK);
	memset(actor, '?', sizeof(actor) - 1);
	memset(reason, '?', sizeof(reason) - 1);
	told = &told_at(w, 1, REFD_EVENT_RULE_OVERRIDDEN, 4)->payload.rule_overridden;
	check_who(told);
	assert_int_equal(told->rules, 1u << REFD_RULE_REFEREE_TOO_CLOSE);
	assert_text_equal(told->actor, "anna");
	assert_text_equal(told->reason, "short way");
	assert_int_equal(assignment->state.version, 4);
	assert_int_equal(assignment->state.overridden, 0);
	assert_int_equal(assignment->fate, REFD__DIRTY);
}

static void assignment__only_overridable_rules_are_overridden(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	static const int rules[] = { REFD_RULE_FIXTURE_NOT_PLAYABLE,
				     REFD_RULE_ROLE_TAKEN,
				     REFD_RULE_REFEREE_TWICE,
				     REFD_RULE_REFEREE_DOUBLE_BOOKED,
				     REFD_RULE_REFEREE_RETIRED,
				     REFD_RULE_TEXT_BLANK,
				     REFD_RULE_ALREADY_DECLARED,
				     0,
				     -1,
				     9,
				     100000 };
	static const enum refd_rule fine[] = { REFD_RULE_REFEREE_NOT_AVAILABLE,
					       REFD_RULE_REFEREE_TOO_CLOSE,
					       REFD_RULE_CLUB_NOT_NEUTRAL };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		refd_error_clear(&w->err);
		support_assert_status(refd_assignment_override(assignment, (enum refd_rule)rules[i],
							       S(""), S("why"), &w->err),
				      REFD_REFUSED);
		only_violation(w, REFD_RULE_OVERRIDE_NOT_ALLOWED);
	}
	assert_int_equal(w->tracker.count, 0);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		support_assert_status(
			refd_assignment_override(assignment, fine[i], S(""), S("why"), &w->err),
			REFD_OK);
	assert_int_equal(w->tracker.count, 3);
}

static void assignment__an_override_needs_a_reason(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = restored(w, REFD_ASSIGNMENT_STAGED);
	char text[122];

	memset(text, 'x', sizeof(text));
	support_assert_status(refd_assignment_override(assignment, REFD_RULE_REFEREE_TOO_CLOSE,
						       (struct refd_str){ text, 121 }, S("  "),
						       &w->err),
			      REFD_INVALID);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_TEXT_BLANK, "override.reason");
	support_assert_violation(&w->err, REFD_RULE_TEXT_TOO_LONG, "override.actor");
	refd_error_clear(&w->err);
	support_assert_status(refd_assignment_override(assignment, REFD_RULE_ROLE_TAKEN, S(""),
						       (struct refd_str){ text, 121 }, &w->err),
			      REFD_INVALID);
	assert_int_equal(w->err.total, 2);
	support_assert_violation(&w->err, REFD_RULE_OVERRIDE_NOT_ALLOWED, NULL);
	support_assert_status(refd_assignment_override(assignment, REFD_RULE_REFEREE_TOO_CLOSE,
						       S(""), S(""), NULL),
			      REFD_INVALID);
	support_assert_status(refd_assignment_override(assignment, REFD_RULE_REFEREE_TOO_CLOSE,
						       S("\n"), S("why"), NULL),
			      REFD_INVALID);
	assert_int_equal(w->tracker.count, 0);
	support_assert_status(refd_assignment_override(assignment, REFD_RULE_REFEREE_TOO_CLOSE,
						       S(""), (struct refd_str){ text, 120 }, NULL),
			      REFD_OK);
}

static enum refd_status do_make(struct world *w, void *self)
{
	return make(w, FIRST, self);
}

static enum refd_status do_stage(struct world *w, void *self)
{
	return refd_assignment_stage(self, SECOND, NOBODY, &w->err);
}

static enum refd_status do_override(struct world *w, void *self)
{
	return refd_assignment_override(self, REFD_RULE_REFEREE_TOO_CLOSE, S("anna"), S("why"),
					&w->err);
}

static enum refd_status do_commit(struct world *w, void *self)
{
	return refd_assignment_commit(self, 0, &w->err);
}

static enum refd_status do_replace(struct world *w, void *self)
{
	return refd_assignment_replace(self, referee_id(9), S("why"), 0, &w->err);
}

static enum refd_status do_remove(struct world *w, void *self)
{
	return refd_assignment_remove(self, REFD_UNASSIGN_REMOVED, &w->err);
}

static enum refd_status do_unstage(struct world *w, void *self)
{
	return refd_assignment_unstage(self, &w->err);
}

static void assignment__out_of_memory_changes_nothing(void **state)
{
	struct world *w = *state;
	struct refd_assignment *assignment = NULL;
	struct refd_assignment_state stored;

	starve(w, do_make, &assignment, sizeof(assignment));
	stored = assignment->state;
	starve(w, do_stage, assignment, sizeof(*assignment));
	starve(w, do_override, assignment, sizeof(*assignment));
	starve(w, do_commit, assignment, sizeof(*assignment));
	starve(w, do_replace, assignment, sizeof(*assignment));
	starve(w, do_remove, assignment, sizeof(*assignment));
	assert_int_equal(assignment->state.version, (int64_t)w->tracker.count);
	starve(w, do_unstage, refd__assignment_restore(&w->tracker, &stored), sizeof(*assignment));
	w->heap.fail_at = 1;
	w->heap.fail_on = true;
	w->arena.left = 0;
	assert_null(refd__assignment_restore(&w->tracker, &stored));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ASG_01__staging_makes_a_staged_row),
		TEST(ASG_01__a_role_that_is_none_is_invalid),
		TEST(ASG_05__staged_again_the_row_changes_its_role),
		TEST(ASG_05__the_same_role_again_records_nothing),
		TEST(ASG_06__a_committed_row_keeps_its_role_until_commit),
		TEST(ASG_06__the_held_role_cannot_be_staged),
		TEST(ASG_10__unstaging_deletes_a_staged_row),
		TEST(ASG_10__unstaging_a_new_row_voids_it),
		TEST(ASG_10__unstaging_a_role_change_keeps_the_held_role),
		TEST(ASG_12__unstaging_a_committed_row_is_refused),
		TEST(ASG_13__removing_deletes_a_committed_row),
		TEST(ASG_13__what_was_removed_is_committed_no_more),
		TEST(ASG_13__a_role_change_ends_with_the_assignment),
		TEST(ASG_16__removing_a_staged_row_is_refused),
		TEST(ASG_18__commit_makes_a_staged_row_committed),
		TEST(ASG_18__commit_makes_a_staged_role_the_held_one),
		TEST(ASG_23__committing_a_committed_row_is_refused),
		TEST(ASG_25__replace_hands_over_and_assigns),
		TEST(ASG_25__replace_refuses_all_at_once),
		TEST(ASG_27__a_pending_row_waits_for_its_answer),
		TEST(assignment__an_override_is_told_with_actor_and_reason),
		TEST(assignment__only_overridable_rules_are_overridden),
		TEST(assignment__an_override_needs_a_reason),
		TEST(assignment__out_of_memory_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
