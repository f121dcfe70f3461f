/*
 * The kit itself: a store that breaks one promise must fail the cases about it, and every case must
 * be failed by some store. usage: mutants
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal.h"
#include "mutant.h"

struct trial {
	enum mutation mutation;
	int arg;
	const char *name; /* of the constraint */
	const char *only; /* the cases to run */
	bool all;	  /* all of them must fail, not only some */
};

#define ALL  true
#define SOME false

static const struct trial trials[] = {
	{ MUTANT_UPDATE_UNCHECKED, 0, NULL, "version__stale_update", ALL },
	{ MUTANT_UPDATE_UNCHECKED, 0, NULL, "commit__stale_update", ALL },
	{ MUTANT_DELETE_UNCHECKED, 0, NULL, "version__stale_delete", ALL },
	{ MUTANT_DELETE_UNCHECKED, 0, NULL, "commit__stale_delete", ALL },
	{ MUTANT_UPDATE_OF_NOTHING, 0, NULL, "version__update_of_no_row", ALL },
	{ MUTANT_DELETE_OF_NOTHING, 0, NULL, "version__delete_of_no_row", ALL },
	{ MUTANT_DELETE_TWICE, 0, NULL, "version__second_delete", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "version__stale_update", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "version__delete_of_no_row", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "assert__other", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_RULES, NULL, "update__rules", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_BOARD, NULL, "update__board", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_REFEREE, NULL, "update__referee", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_TEAM, NULL, "update__team", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_VENUE, NULL, "update__venue", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_FIXTURE, NULL, "update__fixture", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_AVAILABILITY, NULL, "update__availability", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_ASSIGNMENT, NULL, "update__assignment", ALL },
	{ MUTANT_FIELD_KEPT, REFD_RECORD_NOTICE, NULL, "update__notice", ALL },
	{ MUTANT_EVENT_KEPT, 0, NULL, "update__event_is_marked", ALL },
	{ MUTANT_ASSERT_IGNORED, 0, NULL, "assert__other", ALL },
	{ MUTANT_ASSERT_IGNORED, 0, NULL, "commit__broken_assert", ALL },
	{ MUTANT_ASSERT_REFUSED, 0, NULL, "as_expected_pass", ALL },
	{ MUTANT_DELETE_IGNORED, 0, NULL, "version__stale_delete", ALL },
	{ MUTANT_DELETE_IGNORED, 0, NULL, "swap__", ALL },
	{ MUTANT_LOGS_KEPT, 0, NULL, "version__delete_takes", ALL },
	{ MUTANT_HALF_COMMIT, 0, NULL, "undoes_the_set", ALL },
	{ MUTANT_FAILURE_STAYS, 0, NULL, "commit__store_goes_on", ALL },
	{ MUTANT_EMPTY_REFUSED, 0, NULL, "commit__empty_set", ALL },
	{ MUTANT_LOCK_KEPT, 0, NULL, "rollback__leaves_nothing", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "rules.id", "unique__rules_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "board.id", "unique__board_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "referee.id", "unique__referee_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "team.id", "unique__team_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "venue.id", "unique__venue_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "fixture.id", "unique__fixture_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "slot.fixture_id_role", "unique__slot_fixture_role", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "slot.fixture_id_referee_id", "unique__slot_fixture_referee",
	  ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "availability.id", "unique__availability_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "availability.fixture_id_referee_id",
	  "unique__availability_fixture_referee", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "assignment.id", "unique__assignment_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "assignment.fixture_id_referee_id",
	  "unique__assignment_fixture_referee", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "claim.kind_holder_day", "unique__claim_kind_holder_day", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "event.id", "unique__event_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "event.aggregate_version", "unique__event_aggregate_version",
	  ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "notice.id", "unique__notice_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "notice.event_id_recipient_id",
	  "unique__notice_event_recipient", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "command.id", "unique__command_id", ALL },
	{ MUTANT_UNIQUE_IGNORED, 0, "referee.id", "commit__taken_key", ALL },
	{ MUTANT_CONSTRAINT_UNNAMED, 0, NULL, "unique__", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "unique__", ALL },
	{ MUTANT_RULE_UNNAMED, 0, NULL, "unique__slot", ALL },
	{ MUTANT_RULE_UNNAMED, 1, NULL, "unique__slot", ALL },
	{ MUTANT_RULE_UNNAMED, 0, NULL, "unique__availability_fixture", ALL },
	{ MUTANT_RULE_UNNAMED, 0, NULL, "unique__assignment_fixture", ALL },
	{ MUTANT_RULE_UNNAMED, 0, NULL, "unique__claim", ALL },
	{ MUTANT_FIRST_NAMED, 0, NULL, "among_many", ALL },
	{ MUTANT_CLAIM_WIDE, 0, NULL, "unique__claims_that_differ", ALL },
	{ MUTANT_FOREIGN_IGNORED, 0, NULL, "foreign__missing_parent", ALL },
	{ MUTANT_FOREIGN_IGNORED, 0, NULL, "foreign__update", ALL },
	{ MUTANT_FOREIGN_IGNORED, 0, NULL, "foreign__parent_of_rows", ALL },
	{ MUTANT_FOREIGN_IGNORED, 0, NULL, "commit__missing_parent", ALL },
	{ MUTANT_CONSTRAINT_UNNAMED, 0, NULL, "foreign__missing", ALL },
	{ MUTANT_CONSTRAINT_UNNAMED, 0, NULL, "foreign__update", ALL },
	{ MUTANT_CONSTRAINT_UNNAMED, 0, NULL, "foreign__parent", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "foreign__missing", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "foreign__update", ALL },
	{ MUTANT_ERROR_UNNAMED, 0, NULL, "foreign__parent", ALL },
	{ MUTANT_PARENTS_FIRST, 0, NULL, "foreign__family", ALL },
	{ MUTANT_INSERTS_FIRST, 0, NULL, "swap__", ALL },
	{ MUTANT_KEYS_REVERSED, 0, NULL, "find__rows_come_in_the_order", ALL },
	{ MUTANT_KEYS_MUST_EXIST, 0, NULL, "find__key_without_a_row", ALL },
	{ MUTANT_KEYS_ONCE, 0, NULL, "find__key_given_twice", ALL },
	{ MUTANT_NO_KEYS_ALL, 0, NULL, "find__no_keys", ALL },
	{ MUTANT_KEYS_CUT, 0, NULL, "find__thousands", ALL },
	{ MUTANT_PAIR_HALF, 0, NULL, "by_pair", ALL },
	{ MUTANT_READ_UNNUMBERED, 0, NULL, "read__several", ALL },
	{ MUTANT_READS_SORTED, 0, NULL, "in_order", ALL },
	{ MUTANT_READS_SORTED, 1, NULL, "in_order", ALL },
	{ MUTANT_SINK_IGNORED, 0, NULL, "sink__", ALL },
	{ MUTANT_AFTER_IGNORED, 0, NULL, "range__", SOME },
	{ MUTANT_AFTER_TIES, 0, NULL, "range__", SOME },
	{ MUTANT_LIMIT_IGNORED, 0, NULL, "range__", SOME },
	{ MUTANT_FROM_EXCLUSIVE, 0, NULL, "range__fixtures", ALL },
	{ MUTANT_TO_INCLUSIVE, 0, NULL, "range__fixtures", ALL },
	{ MUTANT_FIRST_KEY_ONLY, 0, NULL, "range__slots", ALL },
	{ MUTANT_FIRST_KEY_ONLY, 0, NULL, "range__claims", ALL },
	{ MUTANT_ORDER_REVERSED, 0, NULL, "range__", SOME },
	{ MUTANT_NAMES_FOLDED, 0, NULL, "range__teams_by_name", ALL },
	{ MUTANT_NAMES_FOLDED, 0, NULL, "range__names_are_in_byte_order", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_RULES, NULL, "record__rules_come", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_BOARD, NULL, "record__board", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_REFEREE, NULL, "record__referee", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_TEAM, NULL, "record__team", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_VENUE, NULL, "record__venue", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_FIXTURE, NULL, "record__fixture", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_SLOT, NULL, "record__slot", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_AVAILABILITY, NULL, "record__availability", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_ASSIGNMENT, NULL, "record__assignment", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_CLAIM, NULL, "record__claim", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_EVENT, NULL, "record__event", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_NOTICE, NULL, "record__notice", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_COMMAND, NULL, "record__command", ALL },
	{ MUTANT_NOT_COPIED, 0, NULL, "record__rows_are_copied", ALL },
	{ MUTANT_TEXT_CUT, 0, NULL, "limits__longest_texts", ALL },
	{ MUTANT_SLICE_CUT, 79, NULL, "limits__longest_slices", ALL },
	{ MUTANT_SLICE_CUT, 65535, NULL, "limits__payload", ALL },
	{ MUTANT_TIME_UNSIGNED, 0, NULL, "limits__extreme_instants", ALL },
	{ MUTANT_NUMBER_NARROW, 0, NULL, "limits__extreme_numbers", ALL },
	{ MUTANT_SET_CUT, 0, NULL, "limits__ten_thousand_rows_in", ALL },
	{ MUTANT_SET_CHUNKED, 0, NULL, "limits__ten_thousand_rows_undone", ALL },
	{ MUTANT_STALE_READ, 0, NULL, "isolation__what_ended_before", ALL },
	{ MUTANT_STALE_READ, 0, NULL, "guard__four_writers", ALL },
	{ MUTANT_NO_SNAPSHOT, 0, NULL, "isolation__read_transaction_keeps", ALL },
	{ MUTANT_ONCE_TORN, 0, NULL, "once__one_call", ALL },
	{ MUTANT_ONCE_TORN, 0, NULL, "once__readers", ALL },
	{ MUTANT_ONE_BY_ONE, 0, NULL, "undoes_the_set", SOME },
	{ MUTANT_ONE_BY_ONE, 0, NULL, "isolation__readers_see_whole", ALL },
	{ MUTANT_READER_REFUSED, 0, NULL, "isolation__open_writer", ALL },
	{ MUTANT_HANDLE_ALONE, 0, NULL, "isolation__threads_share", ALL },
	{ MUTANT_NO_GUARD, 0, NULL, "guard__", SOME },
	{ MUTANT_NO_GUARD, 0, NULL, "guard__rules_keep", ALL },
	{ MUTANT_NO_GUARD, 0, NULL, "guard__changed_rules", ALL },
	{ MUTANT_DEADLINE_IGNORED, 0, NULL, "guard__fixture_wait", ALL },
	{ MUTANT_READER_REFUSED, 0, NULL, "guard__given_up", ALL },
	{ MUTANT_NO_WAIT, 0, NULL, "guard__fixture_wait", ALL },
	{ MUTANT_NO_WAIT, 0, NULL, "guard__second_writer", ALL },
	{ MUTANT_LOCK_KEPT, 0, NULL, "guard__rollback_gives", ALL },
	{ MUTANT_LOCK_KEPT, 1, NULL, "guard__commit_gives", ALL },
	{ MUTANT_LOCK_KEPT, 2, NULL, "guard__failed_commit_gives", ALL },
	{ MUTANT_LOCK_KEPT, 3, NULL, "once__ends", ALL },
	{ MUTANT_GUARDS_LIMITED, 0, NULL, "guard__thousands", ALL },
	{ MUTANT_COMMAND_LOST, 0, NULL, "command__repeated", ALL },
	{ MUTANT_COMMAND_LOST, 0, NULL, "command__used_id", ALL },
	{ MUTANT_COMMAND_LOST, 0, NULL, "command__four_twins", ALL },
	{ MUTANT_COMMAND_LOST, 0, NULL, "fault__nth_answer", ALL },
	{ MUTANT_COMMAND_FOUND, 0, NULL, "command__refused", ALL },
	{ MUTANT_STALE_READ, 0, NULL, "command__four_writers", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_TEAM, NULL, "command__stale_expected", ALL },
	{ MUTANT_INSERTS_FIRST, 0, NULL, "overlay__fixtures_swap", ALL },
	{ MUTANT_LOCK_KEPT, 0, NULL, "unit__rollback", ALL },
	{ MUTANT_NO_GUARD, 0, NULL, "unit__rival", ALL },
	{ MUTANT_LOCK_KEPT, 0, NULL, "fault__nth_call", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_REFEREE, NULL, "query__cards", ALL },
	{ MUTANT_FIELD_LOST, REFD_RECORD_SLOT, NULL, "query__cards", ALL },
	{ MUTANT_CARDS, MUTANT_AFTER_IGNORED, NULL, "cards__all", ALL },
	{ MUTANT_CARDS, MUTANT_AFTER_TIES, NULL, "cards__all", ALL },
	{ MUTANT_CARDS, MUTANT_LIMIT_IGNORED, NULL, "cards__of", ALL },
	{ MUTANT_CARDS, MUTANT_FROM_EXCLUSIVE, NULL, "cards__of", ALL },
	{ MUTANT_CARDS, MUTANT_TO_INCLUSIVE, NULL, "cards__of", ALL },
	{ MUTANT_CARDS, MUTANT_FIRST_KEY_ONLY, NULL, "cards__of", ALL },
	{ MUTANT_CARDS, MUTANT_ORDER_REVERSED, NULL, "cards__of", ALL },
	{ MUTANT_CARDS, MUTANT_KEYS_REVERSED, NULL, "cards__by_id", ALL },
	{ MUTANT_CARDS, MUTANT_KEYS_ONCE, NULL, "cards__by_id", ALL },
	{ MUTANT_CARDS, MUTANT_KEYS_MUST_EXIST, NULL, "cards__by_id", ALL },
	{ MUTANT_CARDS, MUTANT_NO_KEYS_ALL, NULL, "cards__by_id", ALL },
	{ MUTANT_CARDS, MUTANT_NONE, "club", "query__cards", ALL },
	{ MUTANT_CARDS, MUTANT_NONE, "email", "query__cards", ALL },
	{ MUTANT_CARDS, MUTANT_NONE, "slot", "query__cards", ALL },
	{ MUTANT_CARDS, MUTANT_NONE, "roles", "query__cards", ALL },
	{ MUTANT_PARENTS, REFD_RECORD_REFEREE, NULL, "parents__", ALL },
	{ MUTANT_PARENTS, REFD_RECORD_FIXTURE, NULL, "parents__of_a", ALL },
	{ MUTANT_PARENTS, 0, "late", "parents__", ALL },
	{ MUTANT_PARENTS, 0, "unlimited", "parents__", ALL },
	{ MUTANT_FACTS, REFD_RECORD_FIXTURE, NULL, "facts__what", ALL },
	{ MUTANT_FACTS, REFD_RECORD_SLOT, NULL, "facts__what", ALL },
	{ MUTANT_FACTS, REFD_RECORD_AVAILABILITY, NULL, "facts__what", ALL },
	{ MUTANT_FACTS, REFD_RECORD_ASSIGNMENT, NULL, "facts__what", ALL },
	{ MUTANT_FACTS, REFD_RECORD_REFEREE, NULL, "facts__", ALL },
	{ MUTANT_FACTS, REFD_RECORD_TEAM, NULL, "facts__what", ALL },
	{ MUTANT_FACTS, REFD_RECORD_VENUE, NULL, "facts__", ALL },
	{ MUTANT_FACTS, 0, "narrow", "facts__what", ALL },
	{ MUTANT_FACTS, 0, "wide", "facts__what", ALL },
	{ MUTANT_FACTS, 0, "own venue", "facts__", ALL },
	{ MUTANT_FACTS, 0, "own kick-off", "facts__what", ALL },
	{ MUTANT_FACTS, 0, "late", "facts__what", ALL },
};

struct journal_trial {
	enum journal_fault fault;
	const char *only;
};

static const struct journal_trial journal_trials[] = {
	{ JOURNAL_NO_LOCK, "processes__four_writers" },
	{ JOURNAL_NO_LOCK, "processes__each_claim" },
	{ JOURNAL_NO_LOCK, "processes__guard_waits" },
	{ JOURNAL_LATE_WRITE, "durable__committed" },
	{ JOURNAL_LATE_WRITE, "crash__acknowledged" },
	{ JOURNAL_LATE_WRITE, "crash__death_within" },
	{ JOURNAL_HALF_WRITE, "crash__acknowledged" },
	{ JOURNAL_STALE_LOCK, "crash__death_within" },
};

struct outcome {
	bool *caught; /* per case of the kit */
	size_t passed, failed;
	bool loud;
};

static void note(void *self, const char *name, bool passed, const char *detail)
{
	struct outcome *outcome = self;

	*(passed ? &outcome->passed : &outcome->failed) += 1;
	for (size_t i = 0; !passed && outcome->caught && i < refd_contract_count(); i++)
		if (strcmp(refd_contract_name(i), name) == 0)
			outcome->caught[i] = true;
	if (!passed && outcome->loud)
		printf("       %s: %s\n", name, detail);
}

/* @return whether the kit saw it */
static bool try_adapter(const struct refd_contract_adapter *adapter, const char *only, bool all,
			bool *caught, bool loud)
{
	struct outcome outcome = { caught, 0, 0, loud };

	(void)refd_contract_run(adapter, only, note, &outcome);
	return outcome.failed > 0 && (!all || outcome.passed == 0);
}

/* Without a flaw, with cards composed by the core or of its own. */
static bool sound_passes(enum mutation sound)
{
	struct refd_contract_adapter adapter;
	struct outcome outcome = { NULL, 0, 0, true };

	if (!mutant_make(&adapter, sound, MUTANT_NONE, NULL))
		return false;
	(void)refd_contract_run(&adapter, NULL, note, &outcome);
	mutant_done(&adapter);
	return outcome.failed == 0 && outcome.passed > 100;
}

/* What no store can break, only the core: source_mutants.sh does. */
static bool is_of_core(const char *name)
{
	return strncmp(name, "poison__", strlen("poison__")) == 0 ||
	       strcmp(name, "overlay__unit_sees_its_own_changes") == 0 ||
	       strcmp(name, "unit__refusal_leaves_it_usable") == 0;
}

static size_t uncaught_cases(const bool *caught)
{
	size_t count = 0;

	for (size_t i = 0; i < refd_contract_count(); i++)
		if (!caught[i] && !is_of_core(refd_contract_name(i))) {
			printf("FAILED no store fails %s\n", refd_contract_name(i));
			count++;
		}
	return count;
}

enum {
	TRIES = 10
}; /* what waits too short may look patient on a busy machine, what is torn whole */

int main(int argc, char **argv)
{
	bool *caught = calloc(refd_contract_count(), sizeof(*caught)), loud = argc > 1;
	size_t missed = 0, mutants = 0;
	struct refd_contract_adapter adapter;

	(void)argv;
	if (!caught || !sound_passes(MUTANT_NONE) || !sound_passes(MUTANT_CARDS) ||
	    !sound_passes(MUTANT_FACTS) || !sound_passes(MUTANT_PARENTS)) {
		printf("FAILED the sound store does not pass\n");
		free(caught);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++, mutants++) {
		const struct trial *trial = &trials[i];
		bool seen;

		if (!mutant_make(&adapter, trial->mutation, trial->arg, trial->name))
			abort();
		if (loud)
			printf("mutant %d, %s\n", (int)trial->mutation, trial->only);
		seen = false;
		for (int tries = 0; tries < TRIES && !seen; tries++)
			seen = try_adapter(&adapter, trial->only, trial->all, caught, loud);
		mutant_done(&adapter);
		if (!seen)
			printf("FAILED mutant %d is missed by %s\n", (int)trial->mutation,
			       trial->only);
		missed += !seen;
	}
	for (size_t i = 0; i < sizeof(journal_trials) / sizeof(journal_trials[0]); i++, mutants++) {
		const struct journal_trial *trial = &journal_trials[i];
		bool seen;

		if (!journal_adapter_make_faulty(&adapter, trial->fault))
			abort();
		adapter.patience = 2 * REFD_SECOND;
		if (loud)
			printf("journal %d, %s\n", (int)trial->fault, trial->only);
		seen = try_adapter(&adapter, trial->only, true, caught, loud);
		journal_adapter_done(&adapter);
		if (!seen)
			printf("FAILED journal fault %d is missed by %s\n", (int)trial->fault,
			       trial->only);
		missed += !seen;
	}
	missed += uncaught_cases(caught);
	free(caught);
	printf("%zu planted faults, %zu missed\n", mutants, missed);
	return missed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
