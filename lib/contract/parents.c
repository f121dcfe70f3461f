/* A store that joins parents itself delivers them before their rows. */
#include <stddef.h>
#include <string.h>

#include "ranges.h"

static struct refd_uuid id_at(const void *state, size_t offset)
{
	struct refd_uuid id;

	memcpy(&id, (const char *)state + offset, sizeof(id));
	return id;
}

/* The row of the season, as it was delivered. */
static void check_parent(struct refd_contract__actor *actor,
			 const struct refd_contract__season *season,
			 const struct refd_contract__row *row, enum refd_record record,
			 struct refd_uuid id, const char *how)
{
	bool found = false;

	for (size_t i = 0; i < season->count && !found; i++)
		found = season->records[i] == record && row->record == record &&
			refd_uuid_equal(id_at(&season->rows[i].state, 0), id) &&
			!refd_contract__difference(refd_record_layout(record),
						   &season->rows[i].state, row->state);
	refd_contract__check(actor->kit, found, "%s: a row's %s does not come before it", how,
			     refd_record_layout(record)->name);
}

void refd_contract__strip_parents(struct refd_contract__actor *actor,
				  const struct refd_contract__season *season,
				  enum refd_record record, const char *how)
{
	struct refd_contract__rows *rows = &actor->rows;
	const bool notice = record == REFD_RECORD_NOTICE,
		   assignment = record == REFD_RECORD_ASSIGNMENT;
	const size_t of_each = notice ? 2 : 3,
		     referee = notice	    ? offsetof(struct refd_notice_state, recipient)
			       : assignment ? offsetof(struct refd_assignment_state, referee)
					    : offsetof(struct refd_availability_state, referee),
		     fixture = assignment ? offsetof(struct refd_assignment_state, fixture)
					  : offsetof(struct refd_availability_state, fixture);
	const size_t count = rows->count / of_each;

	refd_contract__check(actor->kit, count * of_each == rows->count,
			     "%s: %zu rows with their parents", how, rows->count);
	for (size_t i = 0; i < count; i++) {
		const struct refd_contract__row *row = &rows->rows[i * of_each + of_each - 1];

		if (row->record != record) {
			refd_contract__fail(actor->kit, "%s: row %zu is a parent", how, i);
			return;
		}
		check_parent(actor, season, row - 1, REFD_RECORD_REFEREE,
			     id_at(row->state, referee), how);
		if (!notice)
			check_parent(actor, season, row - 2, REFD_RECORD_FIXTURE,
				     id_at(row->state, fixture), how);
	}
	for (size_t i = 0; i < count; i++) {
		struct refd_contract__row row = rows->rows[i * of_each + of_each - 1];

		rows->rows[i * of_each + of_each - 1] = rows->rows[i];
		rows->rows[i] = row;
	}
	rows->shown = count;
}

static void parents_case(struct refd_contract__kit *kit, int arg)
{
	refd_contract__ask_index(kit, arg, REFD_READ_PARENTS);
}

struct refd_contract__cases refd_contract__parents_cases(void)
{
	static const struct refd_contract__case cases[] = {
#define CASE(of) { "parents__of_" #of, parents_case, REFD_CONTRACT__##of, REFD_CONTRACT__PARENTS }
		CASE(availabilities_by_time),
		CASE(availabilities_of_a_fixture),
		CASE(availabilities_of_a_referee),
		CASE(assignments_by_time),
		CASE(assignments_of_a_fixture),
		CASE(assignments_of_a_referee),
		CASE(assignments_of_a_status),
		CASE(assignments_staged),
		CASE(notices_by_time),
		CASE(notices_of_a_status),
		CASE(notices_of_a_recipient),
#undef CASE
	};

	return (struct refd_contract__cases){ cases, sizeof(cases) / sizeof(cases[0]) };
}
