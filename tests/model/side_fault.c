/* A store around another that goes wrong in one way: what the model test must notice. */
#include <stdlib.h>
#include <string.h>

#include "side.h"

static enum refd_status begin(void *self, const struct refd_begin *how, struct refd_tx **ret,
			      struct refd_error *err)
{
	const struct side *side = self;

	return side->sound.ops->begin(side->sound.self, how, ret, err);
}

static enum refd_status guard(void *self, struct refd_tx *tx, const struct refd_guard *guards,
			      size_t count, struct refd_error *err)
{
	const struct side *side = self;

	return side->sound.ops->guard(side->sound.self, tx, guards, count, err);
}

static enum refd_status read_rows(void *self, struct refd_tx *tx, const struct refd_read *reads,
				  size_t count, refd_row_sink *sink, void *sink_self,
				  struct refd_error *err)
{
	const struct side *side = self;

	return side->sound.ops->read(side->sound.self, tx, reads, count, sink, sink_self, err);
}

static void rollback(void *self, struct refd_tx *tx)
{
	const struct side *side = self;

	side->sound.ops->rollback(side->sound.self, tx);
}

/* Nobody is told that a fixture was cancelled. */
static bool is_lost(const struct side *side, const struct refd_change *change)
{
	const struct refd_notice_state *notice = change->state;

	return side->fault == SIDE_NOTICE && change->kind == REFD_CHANGE_INSERT &&
	       change->record == REFD_RECORD_NOTICE &&
	       notice->kind == REFD_NOTICE_FIXTURE_CANCELLED;
}

/* A transfer is told to be somebody else's doing. */
static bool is_spoilt(const struct side *side, const struct refd_change *change)
{
	const struct refd_event_state *event = change->state;

	return side->fault == SIDE_EVENT && change->kind == REFD_CHANGE_INSERT &&
	       change->record == REFD_RECORD_EVENT &&
	       refd_str_equal(event->type, refd_str_of("RefereeClubChanged"));
}

static enum refd_status commit(void *self, struct refd_tx *tx, const struct refd_change_set *set,
			       struct refd_error *err)
{
	const struct side *side = self;
	struct refd_change *changes = malloc((set->count + 1) * sizeof(*changes));
	struct refd_change_set less = { changes, 0 };
	struct refd_event_state spoilt;
	enum refd_status st;

	if (changes == NULL)
		abort();
	for (size_t i = 0; i < set->count; i++) {
		if (is_lost(side, &set->changes[i]))
			continue;
		changes[less.count] = set->changes[i];
		if (is_spoilt(side, &set->changes[i])) {
			memcpy(&spoilt, set->changes[i].state, sizeof(spoilt));
			spoilt.actor = refd_str_of("Model");
			changes[less.count].state = &spoilt;
		}
		less.count++;
	}
	st = side->sound.ops->commit(side->sound.self, tx, &less, err);
	free(changes);
	return st;
}

void side_plant(struct side *side)
{
	side->sound = side->ports.store;
	side->faulty = *side->sound.ops;
	side->faulty.begin = begin;
	side->faulty.guard = side->sound.ops->guard != NULL ? guard : NULL;
	side->faulty.read = read_rows;
	side->faulty.commit = commit;
	side->faulty.rollback = rollback;
	side->ports.store.ops = &side->faulty;
	side->ports.store.self = side;
}
