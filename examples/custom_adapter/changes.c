#include "changes.h"

#include <string.h>

#include <refdomain/ports/broken.h>

#include "entries.h"

/* The row as it is stored. @return OK; CONFLICT: it is not there, or not in the version expected */
static enum refd_status expected(const struct lmdb_store__table *table,
				 const struct refd_change *change, void *ret_was,
				 struct refd_error *err)
{
	const bool versioned = refd_layout_version(refd_record_layout(change->record)) != NULL;
	struct lmdb_store__key key;
	enum refd_status status;

	lmdb_store__primary(change->record, change->state, &key);
	status = lmdb_store__row_at(table, change->record, lmdb_store__key_val(&key), ret_was, err);
	if (status == REFD_NOT_FOUND ||
	    (status == REFD_OK && versioned &&
	     refd_record_version(change->record, ret_was) != change->expected_version))
		return refd_broken_version(change, err);
	return status;
}

/* Nobody can change the row before the commit: there is no other writer. */
static enum refd_status check_assert(const struct lmdb_store__table *table,
				     const struct refd_change *change, struct refd_error *err)
{
	union lmdb_store__state was;
	struct lmdb_store__key key;
	enum refd_status status;

	if (change->expected_version != 0)
		return expected(table, change, &was, err);
	lmdb_store__primary(change->record, change->state, &key);
	status = lmdb_store__row_at(table, change->record, lmdb_store__key_val(&key), &was, err);
	if (status == REFD_OK)
		return refd_broken_version(change, err);
	return status == REFD_NOT_FOUND ? REFD_OK : status;
}

/* ---- references ---- */

static enum refd_status check_parents(const struct lmdb_store__table *table,
				      const struct refd_change *change, struct refd_error *err)
{
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < refd_n_references && status == REFD_OK; i++) {
		const struct refd_reference *reference = &refd_references[i];
		union lmdb_store__state row;
		struct refd_uuid parent;

		if (reference->child != change->record)
			continue;
		memcpy(&parent, (const char *)change->state + reference->member.offset,
		       sizeof(parent));
		status = lmdb_store__row_by_id(table, reference->parent, parent, &row, err);
		if (status == REFD_NOT_FOUND)
			return refd_broken_reference(change, reference, err);
	}
	return status;
}

static enum refd_status check_children(const struct lmdb_store__table *table,
				       const struct refd_change *change, struct refd_error *err)
{
	const struct refd_ref object = refd_record_object(change->record, change->state);
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < refd_n_references && status == REFD_OK; i++) {
		const struct refd_reference *reference = &refd_references[i];

		if (reference->parent != change->record)
			continue;
		status = lmdb_store__unreferred(table, reference, object.id, err);
		if (status == REFD_NOT_FOUND)
			return refd_broken_reference(change, reference, err);
	}
	return status;
}

/* ---- changes ---- */

static enum refd_status exchange(const struct lmdb_store__table *table,
				 const struct refd_change *change, const void *was, const void *is,
				 struct refd_error *err)
{
	const char *constraint = "";
	enum refd_status status =
		lmdb_store__exchange(table, change->record, was, is, &constraint, err);

	return status == REFD_ALREADY_EXISTS ? refd_broken_key(change, constraint, err) : status;
}

static enum refd_status update(const struct lmdb_store__table *table,
			       const struct refd_change *change, struct refd_error *err)
{
	union lmdb_store__state was;
	const struct refd_fixture_state *fixture = change->state;
	enum refd_status status = expected(table, change, &was, err);

	if (status == REFD_OK)
		status = check_parents(table, change, err);
	if (status == REFD_OK)
		status = exchange(table, change, &was, change->state, err);
	if (status == REFD_OK && change->record == REFD_RECORD_FIXTURE &&
	    fixture->kickoff.us != was.FIXTURE.kickoff.us)
		status = lmdb_store__follow(table, &was.FIXTURE, fixture, err);
	return status;
}

static enum refd_status erase(const struct lmdb_store__table *table,
			      const struct refd_change *change, struct refd_error *err)
{
	union lmdb_store__state was;
	enum refd_status status = expected(table, change, &was, err);

	if (status == REFD_OK)
		status = check_children(table, change, err);
	return status == REFD_OK ? exchange(table, change, &was, NULL, err) : status;
}

static enum refd_status insert(const struct lmdb_store__table *table,
			       const struct refd_change *change, struct refd_error *err)
{
	enum refd_status status = check_parents(table, change, err);

	return status == REFD_OK ? exchange(table, change, NULL, change->state, err) : status;
}

enum refd_status lmdb_store__apply(const struct lmdb_store__table *table,
				   const struct refd_change_set *changes, struct refd_error *err)
{
	enum refd_status status = REFD_OK;

	for (size_t i = 0; i < changes->count && status == REFD_OK; i++) {
		const struct refd_change *change = &changes->changes[i];

		switch (change->kind) {
		case REFD_CHANGE_ASSERT:
			status = check_assert(table, change, err);
			break;
		case REFD_CHANGE_DELETE:
			status = erase(table, change, err);
			break;
		case REFD_CHANGE_UPDATE:
			status = update(table, change, err);
			break;
		case REFD_CHANGE_INSERT:
			status = insert(table, change, err);
			break;
		}
	}
	return status;
}
