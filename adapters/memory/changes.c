/*
 * Every row a change set needs is made before the first change, so that applying needs no memory.
 * Changes are applied one by one, as an SQL engine would; the first that fails takes back those
 * before it, in reverse order.
 */
#include "changes.h"

#include <string.h>

#include <refdomain/ports/broken.h>

struct refd_memory__step {
	struct refd_memory__row *in;  /* the new row */
	struct refd_memory__row *out; /* the row it takes the place of */
};

static bool brings_row(const struct refd_change *change)
{
	return change->kind == REFD_CHANGE_INSERT || change->kind == REFD_CHANGE_UPDATE;
}

enum refd_status refd_memory__changes_prepare(struct refd_memory__tables *tables,
					      const struct refd_change_set *changes,
					      struct refd_memory__step **ret,
					      struct refd_error *err)
{
	size_t count = changes->count;
	struct refd_memory__step *steps;

	if (count > SIZE_MAX / sizeof(*steps))
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	steps = tables->allocator.alloc(tables->allocator.self, (count + 1) * sizeof(*steps));
	if (!steps)
		return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
	memset(steps, 0, (count + 1) * sizeof(*steps));
	for (size_t i = 0; i < count; i++) {
		const struct refd_change *change = &changes->changes[i];

		if (!brings_row(change))
			continue;
		steps[i].in = refd_memory__row_make(tables, change->record, change->state);
		if (!steps[i].in) {
			refd_memory__changes_done(tables, changes, steps, false);
			return refd_error_set(err, REFD_NO_MEMORY, "out of memory");
		}
	}
	*ret = steps;
	return REFD_OK;
}

void refd_memory__changes_done(struct refd_memory__tables *tables,
			       const struct refd_change_set *changes,
			       struct refd_memory__step *steps, bool applied)
{
	for (size_t i = 0; i < changes->count; i++)
		refd_memory__row_free(tables, applied ? steps[i].out : steps[i].in);
	tables->allocator.free(tables->allocator.self, steps);
}

/* Whether the row is there in the version that is expected. */
static enum refd_status check_version(const struct refd_change *change,
				      const struct refd_memory__row *row, struct refd_error *err)
{
	if (!row || (refd_layout_version(refd_record_layout(change->record)) &&
		     refd_record_version(change->record, row->state) != change->expected_version))
		return refd_broken_version(change, err);
	return REFD_OK;
}

static enum refd_status check_assert(struct refd_memory__tables *tables,
				     const struct refd_change *change, struct refd_error *err)
{
	const struct refd_memory__row *row =
		refd_memory__row_like(tables, change->record, change->state);

	if (change->expected_version != 0)
		return check_version(change, row, err);
	return row ? refd_broken_version(change, err) : REFD_OK;
}

static enum refd_status check_parents(struct refd_memory__tables *tables,
				      const struct refd_change *change, struct refd_error *err)
{
	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *reference = &refd_references[i];
		struct refd_uuid parent;

		if (reference->child != change->record)
			continue;
		memcpy(&parent, (const char *)change->state + reference->member.offset,
		       sizeof(parent));
		if (!refd_memory__row_by_id(tables, reference->parent, parent))
			return refd_broken_reference(change, reference, err);
	}
	return REFD_OK;
}

/* Parents are always records with an id, so their object says which they are. */
static enum refd_status check_children(struct refd_memory__tables *tables,
				       const struct refd_change *change, struct refd_error *err)
{
	struct refd_ref object = refd_record_object(change->record, change->state);

	for (size_t i = 0; i < refd_n_references; i++) {
		const struct refd_reference *reference = &refd_references[i];

		if (reference->parent == change->record &&
		    refd_memory__first_child(tables, reference->child, reference->member.offset,
					     object.id))
			return refd_broken_reference(change, reference, err);
	}
	return REFD_OK;
}

/* Take `out` from the tables and put `in` there; either may be NULL. @return as row_link, and then
 * `out` is back. */
static const char *exchange(struct refd_memory__tables *tables, struct refd_memory__row *out,
			    struct refd_memory__row *in)
{
	const char *broken = NULL;

	if (out)
		refd_memory__row_unlink(tables, out);
	if (in)
		broken = refd_memory__row_link(tables, in);
	if (broken && out)
		(void)refd_memory__row_link(tables, out);
	if (!broken && in && out && in->record == REFD_RECORD_FIXTURE) {
		const struct refd_fixture_state *was = out->state, *is = in->state;

		if (was->kickoff.us != is->kickoff.us)
			refd_memory__fixture_moved(tables, is->id.uuid);
	}
	return broken;
}

static enum refd_status apply_one(struct refd_memory__tables *tables,
				  const struct refd_change *change, struct refd_memory__step *step,
				  struct refd_error *err)
{
	enum refd_status status = REFD_OK;
	const char *broken;

	if (change->kind == REFD_CHANGE_ASSERT)
		return check_assert(tables, change, err);
	if (change->kind != REFD_CHANGE_INSERT) {
		step->out = refd_memory__row_like(tables, change->record, change->state);
		status = check_version(change, step->out, err);
	}
	if (status == REFD_OK)
		status = change->kind == REFD_CHANGE_DELETE ? check_children(tables, change, err)
							    : check_parents(tables, change, err);
	if (status != REFD_OK) {
		step->out = NULL;
		return status;
	}
	broken = exchange(tables, step->out, step->in);
	if (broken) {
		step->out = NULL;
		return refd_broken_key(change, broken, err);
	}
	return REFD_OK;
}

enum refd_status refd_memory__changes_apply(struct refd_memory__tables *tables,
					    const struct refd_change_set *changes,
					    struct refd_memory__step *steps, struct refd_error *err)
{
	enum refd_status status = REFD_OK;
	size_t done = 0;

	while (done < changes->count && status == REFD_OK) {
		status = apply_one(tables, &changes->changes[done], &steps[done], err);
		if (status == REFD_OK)
			done++;
	}
	while (status != REFD_OK && done > 0) {
		struct refd_memory__step *step = &steps[--done];

		(void)exchange(tables, step->in, step->out);
		step->out = NULL;
	}
	return status;
}
